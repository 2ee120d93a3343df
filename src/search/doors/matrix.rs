//! Many origins against many destinations, spread over threads.
//!
//! What belongs to the far side (the stops around every point, where it meets the streets) is made once. Roots are taken some at a time,
//! so that their times lie side by side as lanes: one pass over the far side answers all of them.

use rayon::prelude::*;

use super::egress::Egress;
use super::far::{Alone, FarPoints};
use super::journey::Parts;
use super::located::Located;
use super::ranks::Ranks;
use super::row::{Workspace, outcome};
use super::world::World;
use super::{Approach, Statistic, Terms, Window};
use crate::search::hierarchy::{Table, Targets};
use crate::search::{Outcome, Reason};
use crate::units::Duration;

/// So many lanes are filled with roots where one has fewer.
const LANES_AT_ONCE: usize = 64;

/// What is asked of every pair.
#[derive(Debug, Clone, Copy)]
pub struct MatrixQuestion<'q> {
    /// What is allowed.
    pub terms: &'q Terms,
    /// When.
    pub window: &'q Window,
    /// Percentiles over the window, at least one.
    pub percentiles: &'q [u8],
    /// Whether the components of the journey at the first percentile are wanted.
    pub parts: bool,
}

/// The answers of one root for all far points, in their order.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    n_percentiles: usize,
    /// Far point after far point, an outcome for every percentile.
    times: Vec<Outcome>,
    /// Empty where components are not wanted.
    parts: Vec<Option<Parts>>,
}

/// The answer for one pair.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cell<'r> {
    /// For every percentile that was asked for.
    pub times: &'r [Outcome],
    /// The components of the journey at the first percentile, where they are wanted and there is one.
    pub parts: Option<&'r Parts>,
}

impl Row {
    /// How many far points there are.
    pub fn len(&self) -> usize {
        self.times.len() / self.n_percentiles
    }

    /// Whether there is no far point.
    pub fn is_empty(&self) -> bool {
        self.times.is_empty()
    }

    /// The answer for a far point, by its position.
    pub fn cell(&self, far: usize) -> Cell<'_> {
        Cell {
            times: &self.times[far * self.n_percentiles..(far + 1) * self.n_percentiles],
            parts: self.parts.get(far).and_then(Option::as_ref),
        }
    }

    /// The answers for all far points.
    pub fn cells(&self) -> impl Iterator<Item = Cell<'_>> {
        (0..self.len()).map(|far| self.cell(far))
    }
}

/// Answers rows of a matrix against the same far points.
pub struct Rows<'r> {
    world: &'r World<'r>,
    far: FarPoints,
    question: &'r MatrixQuestion<'r>,
    ranks: Ranks,
    /// For every direct way the far points as targets, where its mode has a hierarchy.
    targets: Vec<Option<Targets>>,
}

impl<'r> Rows<'r> {
    /// Finds the stops around the far points: destinations forwards, origins backwards. Hierarchies are used that
    /// [`World::prepare`] has made by now.
    pub fn new(world: &'r World<'r>, far: Vec<Located>, question: &'r MatrixQuestion<'r>) -> Self {
        let MatrixQuestion { terms, window, percentiles, .. } = *question;
        let n_lanes = window.times.len() * world.n_draws(terms, window);
        let rank = |&percent: &u8| Statistic::Percentile(percent).position(n_lanes).expect("a window has a time");
        // The shortest time tells whether there is a journey at any time.
        let ranks: Vec<usize> = percentiles.iter().map(rank).chain([0]).collect();
        let far = FarPoints::new(world, far, terms, window.direction);
        let mode = |approach: &Approach| world.mode(approach.kind.street_mode());
        let targets = |approach: &Approach| far.targets(mode(approach)?, window.direction);
        let targets = terms.direct.iter().map(targets).collect();
        Rows { world, far, question, ranks: Ranks::new(n_lanes, &ranks), targets }
    }

    /// A row for every root, in their order, and in it a cell for every far point.
    pub fn of(&self, roots: &[Located]) -> Vec<Row> {
        let tables: Vec<Option<Table>> = (0..self.targets.len()).map(|way| self.table(way, roots)).collect();
        let for_all_threads = roots.len().div_ceil(rayon::current_num_threads());
        let at_once = (LANES_AT_ONCE / self.ranks.n_lanes()).min(for_all_threads).max(1);
        let rows = |workspace: &mut Workspace, (chunk, roots): (usize, &[Located])| {
            self.rows(chunk * at_once, roots, &tables, workspace)
        };
        roots.par_chunks(at_once).enumerate().map_init(Workspace::default, rows).flatten_iter().collect()
    }

    /// The times over streets by a direct way from all roots to all far points, where there is a hierarchy. Times within the longest trip are
    /// the same as those of a search: what is longer on the streets is too long in all.
    fn table(&self, way: usize, roots: &[Located]) -> Option<Table> {
        let MatrixQuestion { terms, window, .. } = *self.question;
        let (targets, approach) = (self.targets[way].as_ref()?, &terms.direct[way]);
        let of = self.world.mode(approach.kind.street_mode())?;
        let entries = |root: &Located| root.on(of.mode).map_or(Vec::new(), |on| of.graph.entries(on, window.direction));
        let sources: Vec<Vec<(u32, u32)>> = roots.iter().map(entries).collect();
        Some(Table::new(&of.hierarchy()?.lean, targets, &sources, approach.layer_limit_within(terms.max_trip.deciseconds())))
    }

    /// The rows of some roots, which are searched one after the other, and then carried on to all far points together.
    /// `first` is the position of the first of them in the tables.
    fn rows(&self, first: usize, roots: &[Located], tables: &[Option<Table>], workspace: &mut Workspace) -> Vec<Row> {
        let MatrixQuestion { terms, window, .. } = *self.question;
        let n_stops = self.world.rides().map_or(0, |rides| rides.timetable.stops.len());
        let mut egress: Egress = Egress::new(n_stops, roots.len(), self.ranks.n_lanes(), terms.max_trip.deciseconds());
        let mut alone = Alone::new(self.far.len(), roots.len());
        let mut has_stops = Vec::with_capacity(roots.len());
        for (at, root) in roots.iter().enumerate() {
            let near = self.world.near_links(root, terms, window.direction, &mut workspace.links);
            has_stops.push(!near.is_empty());
            let rides = self.world.rides_from(&near, terms, window, &mut workspace.rides);
            egress.set_profiles(at, &rides);
            let how = (terms, window.direction);
            let row = |way: usize| tables[way].as_ref().map(|table| (table, first + at));
            self.far.alone(self.world, root, how, row, workspace, |far, time| alone.shorten(far, at, time));
        }
        let times = egress.times(&self.far.links, 0..self.far.len(), &self.ranks, |far, root| alone.time(far, root));
        let row = |(at, root): (usize, &Located)| Row {
            n_percentiles: self.question.percentiles.len(),
            times: self.outcomes(root, at, has_stops[at], roots.len(), &times),
            parts: if self.question.parts { self.parts(root, workspace) } else { Vec::new() },
        };
        roots.iter().enumerate().map(row).collect()
    }

    /// The outcomes of the root at a position among those that were searched together.
    fn outcomes(
        &self,
        root: &Located,
        at: usize,
        has_stops: bool,
        n_roots: usize,
        times: &[Option<Duration>],
    ) -> Vec<Outcome> {
        let n = self.ranks.len();
        let mut outcomes = Vec::with_capacity(self.far.len() * (n - 1));
        for far in 0..self.far.len() {
            let times = &times[(far * n_roots + at) * n..][..n];
            let tested = root.is_usable() && self.far.is_usable(far);
            let any = times[n - 1].is_some();
            let none = || self.far.reason(self.question.terms, has_stops, far);
            let of_pair = |&time: &Option<Duration>| outcome(tested, time, || any, Reason::TooFewDepartures, none);
            outcomes.extend(times[..n - 1].iter().map(of_pair));
        }
        outcomes
    }

    /// The components of the journeys from a root to all far points at the first percentile.
    fn parts(&self, root: &Located, workspace: &mut Workspace) -> Vec<Option<Parts>> {
        let tree = self.world.tree(root, self.question.terms, self.question.window, workspace);
        let mut parts = Vec::with_capacity(self.far.len());
        for far in 0..self.far.len() {
            let far = self.far.far(far);
            let lane = tree.lanes(&far).lane_of(self.question.percentiles[0]);
            let journey = lane.and_then(|lane| tree.journey(&far, lane, workspace));
            parts.push(journey.map(|journey| Parts::of(&journey)));
        }
        tree.give_back(workspace);
        parts
    }
}
