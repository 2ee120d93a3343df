//! The far side of searches from many roots: everything about it that does not depend on the root, made once.

use rayon::prelude::*;

use super::Terms;
use super::egress::DoorLinks;
use super::links::{LinkScratch, StopLink, along};
use super::located::Located;
use super::row::{Far, Workspace, reason};
use super::world::{ModeStreets, World};
use crate::network::streets::StreetMode;
use crate::network::streets::snap::EdgePoint;
use crate::search::Direction;
use crate::search::hierarchy::{Table, Targets};

/// Marks a time that is not reached, inside this module.
const UNREACHED: u32 = u32::MAX;

/// Marks a point off the streets.
const NO_EDGE: u32 = u32::MAX;

/// The other ends of journeys.
#[derive(Debug, Clone)]
pub struct FarPoints {
    points: Vec<Located>,
    usable: Vec<bool>,
    /// The stops around every point.
    pub links: DoorLinks,
    /// Where they meet the streets of the modes with which journeys go all the way.
    on_streets: Vec<(StreetMode, OnStreets)>,
}

/// The states by which points are reached: those of one after those of another, with the time from there to the point.
#[derive(Debug, Clone)]
pub(super) struct OnStreets {
    first: Vec<u32>,
    entries: Vec<(u32, u32)>,
    /// The edge of every point; `NO_EDGE` off the streets.
    edges: Vec<u32>,
}

impl FarPoints {
    /// The other ends of searches in `direction`, in the order of `points`.
    pub fn new(world: &World, points: Vec<Located>, terms: &Terms, direction: Direction) -> Self {
        let links =
            |scratch: &mut LinkScratch, point: &Located| world.near_links(point, terms, direction.opposite(), scratch);
        let links: Vec<Vec<StopLink>> = points.par_iter().map_init(LinkScratch::default, links).collect();
        let mut on_streets: Vec<(StreetMode, OnStreets)> = Vec::new();
        for mode in terms.direct.iter().map(|approach| approach.kind.street_mode()) {
            if let Some(of) = world.mode(mode).filter(|_| on_streets.iter().all(|(known, _)| *known != mode)) {
                on_streets.push((mode, OnStreets::new(of, &points, direction)));
            }
        }
        let usable = points.iter().map(Located::is_usable).collect();
        FarPoints { points, usable, links: DoorLinks::new(links), on_streets }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.points.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.points.is_empty()
    }

    /// The points.
    pub fn points(&self) -> &[Located] {
        &self.points
    }

    /// Whether journeys can begin or end at a point at all.
    pub fn is_usable(&self, far: usize) -> bool {
        self.usable[far]
    }

    /// One of them with its stops, on its own.
    pub fn far(&self, far: usize) -> Far {
        Far { point: self.points[far].clone(), links: self.links.of(far).to_vec() }
    }

    /// Why there is no journey to one of them at any time, from a root with or without stops around it.
    pub fn reason(&self, terms: &Terms, root_has_stops: bool, far: usize) -> crate::search::Reason {
        reason(terms, root_has_stops, !self.links.of(far).is_empty())
    }

    /// The far points as targets of searches by a mode from many roots at once, where the mode has a hierarchy.
    pub(super) fn targets(&self, of: &ModeStreets, direction: Direction) -> Option<Targets> {
        let hierarchy = of.hierarchy()?;
        let (_, on) = self.on_streets.iter().find(|(mode, _)| *mode == of.mode)?;
        let entries: Vec<&[(u32, u32)]> = (0..self.len()).map(|far| on.entries(far)).collect();
        Some(Targets::new(&hierarchy.lean, direction, &entries))
    }

    /// The times over streets alone between a root and all far points that have one within the longest trip, by every direct way: from
    /// the row of a table where there is one for the way, otherwise by a search.
    pub(super) fn alone<'t>(
        &self,
        world: &World,
        root: &Located,
        (terms, direction): (&Terms, Direction),
        row: impl Fn(usize) -> Option<(&'t Table, usize)>,
        workspace: &mut Workspace,
        mut give: impl FnMut(usize, u32),
    ) {
        for (way, approach) in terms.direct.iter().enumerate() {
            let mode = approach.kind.street_mode();
            let Some((of, on)) = world.mode(mode).zip(root.on(mode)) else { continue };
            let give = |far: usize, time: u32| approach.whole(time).map_or((), |time| give(far, time));
            if let Some((table, source)) = row(way) {
                self.on_streets(of, on, direction, |far, _| table.time(source, far), give);
            } else {
                let found = &mut workspace.found;
                of.search(direction, on, approach.layer_limit_within(terms.max_trip.deciseconds()), found);
                self.on_streets(of, on, direction, |far, on| on.time(far, |state| found.time(of, state)), give);
            }
        }
        for (far, point) in self.points.iter().enumerate() {
            if root.is_same(point) {
                give(far, 0);
            }
        }
    }

    /// The times on the streets of a mode from a root to all points that it reaches; `time` tells those through the graph.
    pub(super) fn on_streets(
        &self,
        of: &ModeStreets,
        root: &EdgePoint,
        direction: Direction,
        time: impl Fn(usize, &OnStreets) -> Option<u32>,
        mut give: impl FnMut(usize, u32),
    ) {
        let Some((_, on)) = self.on_streets.iter().find(|(mode, _)| *mode == of.mode) else { return };
        for far in 0..self.len() {
            // On one edge there is a way along it too.
            let same_edge = || (on.edges[far] == root.edge).then(|| self.points[far].on(of.mode)).flatten();
            let along = same_edge().and_then(|point| along(of, root, point, direction));
            if let Some(time) = time(far, on).into_iter().chain(along).min() {
                give(far, time);
            }
        }
    }
}

impl OnStreets {
    fn new(of: &ModeStreets, points: &[Located], direction: Direction) -> Self {
        let mut on = OnStreets { first: vec![0], entries: Vec::new(), edges: Vec::with_capacity(points.len()) };
        for point in points {
            let point = point.on(of.mode);
            on.entries.extend(point.into_iter().flat_map(|point| of.graph.entries(point, direction.opposite())));
            on.first.push(u32::try_from(on.entries.len()).expect("fewer than four thousand million ways to points"));
            on.edges.push(point.map_or(NO_EDGE, |point| point.edge));
        }
        on
    }

    /// The states by which a point is reached, each with the time from there.
    fn entries(&self, far: usize) -> &[(u32, u32)] {
        &self.entries[self.first[far] as usize..self.first[far + 1] as usize]
    }

    /// The time to a point through the graph, from those of states.
    #[inline]
    pub(super) fn time(&self, far: usize, time: impl Fn(u32) -> Option<u32>) -> Option<u32> {
        let times = self.entries(far).iter().filter_map(|&(state, rest)| time(state)?.checked_add(rest));
        times.min().filter(|&time| time < UNREACHED)
    }
}

/// Times over streets alone between some roots and all far points, in deciseconds: 4 bytes a pair, those of a far point side by side.
#[derive(Debug)]
pub(super) struct Alone {
    n_roots: usize,
    times: Vec<u32>,
}

impl Alone {
    /// No times yet.
    pub fn new(n_far: usize, n_roots: usize) -> Self {
        Alone { n_roots, times: vec![UNREACHED; n_far * n_roots] }
    }

    /// Takes a time that is shorter than what is there.
    pub fn shorten(&mut self, far: usize, root: usize, time: u32) {
        let known = &mut self.times[far * self.n_roots + root];
        *known = time.min(*known);
    }

    /// The time between a root and a far point.
    pub fn time(&self, far: usize, root: usize) -> Option<u32> {
        Some(self.times[far * self.n_roots + root]).filter(|&time| time != UNREACHED)
    }
}
