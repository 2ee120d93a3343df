//! Very many roots against very many far points over the streets of one mode: reduced in lanes, so that the times of all pairs are
//! never there.
//!
//! What journeys cost beside the way on the streets is laid into the times at which searches begin, and the way along a street that both
//! ends lie on is put into the lanes afterwards. So the times that a reducer sees are those of [`Rows`](super::matrix::Rows).

use super::hierarchies::Hierarchy;
use super::links::along;
use super::located::Located;
use super::world::{ModeStreets, World};
use super::{Approach, Terms};
use crate::network::streets::Directed;
use crate::network::streets::snap::EdgePoint;
use crate::search::Direction;
use crate::search::hierarchy::{Beside, Reducer, Targets, reduce_beside};
use crate::units::Duration;

/// Journeys over the streets of one mode that has a hierarchy.
pub struct StreetLanes<'w> {
    of: &'w ModeStreets<'w>,
    hierarchy: &'w Hierarchy,
    /// What every journey costs beside the way on the streets, in deciseconds.
    fixed: u32,
    /// The longest journey, that cost included.
    longest: u32,
}

/// Far points in lanes: those that can be used, with what lies above them in the hierarchy.
struct FarInLanes<'p> {
    targets: Targets,
    points: Vec<&'p Located>,
    /// Edge and number of every point, sorted.
    by_edge: Vec<(u32, u32)>,
}

impl<'w> StreetLanes<'w> {
    /// The journeys of these terms, where they are such: one way, without rides, whose time is that of the layer, over the only mode of
    /// the world, which has a hierarchy ([`World::prepare`]).
    pub fn new(world: &'w World<'w>, terms: &Terms) -> Option<Self> {
        let ([approach], [of]) = (&terms.direct[..], world.modes()) else { return None };
        let Approach { kind, limit, before, after, factor, counts } = *approach;
        if terms.max_rides > 0 || world.rides().is_some() || kind.street_mode() != of.mode || factor != 1.0 || !counts {
            return None;
        }
        let fixed = before.deciseconds().saturating_add(after.deciseconds());
        let longest = terms.max_trip.deciseconds().min(limit.deciseconds().saturating_add(fixed));
        Some(StreetLanes { of, hierarchy: of.hierarchy()?, fixed, longest })
    }

    /// Searches from all roots (to them, backwards) to all far points and reduces the times batch by batch, spread over threads. A root that
    /// cannot be used reaches nothing. Times beyond `limit` count as not reached, whatever the terms allow. `reducer` is made for the
    /// numbers of the far points that can be used, which are the targets that it sees, in this order; the answers come in the order of
    /// the roots.
    ///
    /// Memory: for every thread 128 bytes a far point (256 where more than 109 minutes count), 16 bytes for each state above one,
    /// and the answers.
    pub fn reduce<R: Reducer>(
        &self,
        roots: &[Located],
        far: &[Located],
        direction: Direction,
        limit: Duration,
        reducer: &R,
    ) -> Vec<R::Answer> {
        let far = self.far(far, direction);
        let beside = OneEdge { lanes: self, far: &far, roots, direction };
        let limit = limit.deciseconds().min(self.longest);
        let source = |root: &Located| {
            let mut entries = root.on(self.of.mode).map_or(Vec::new(), |on| self.of.graph.entries(on, direction));
            entries.iter_mut().for_each(|(_, time)| *time = time.saturating_add(self.fixed));
            entries
        };
        let sources: Vec<Vec<(u32, u32)>> = roots.iter().map(source).collect();
        reduce_beside(&self.hierarchy.lean, &far.targets, &sources, limit, &beside, reducer)
    }

    /// The numbers of the points that can be used, which are the targets that a reducer sees.
    pub fn usable(far: &[Located]) -> Vec<usize> {
        (0..far.len()).filter(|&at| far[at].is_usable()).collect()
    }

    fn far<'p>(&self, far: &'p [Located], direction: Direction) -> FarInLanes<'p> {
        let points: Vec<&Located> = Self::usable(far).into_iter().map(|at| &far[at]).collect();
        let on = |point: &Located| *point.on(self.of.mode).expect("what can be used lies on the streets of the only mode");
        let entries = |point: &&Located| {
            let entries = self.of.graph.entries(&on(point), direction.opposite());
            // A street that cannot be turned into leads along itself only: some node, at a time that is none.
            if entries.is_empty() { vec![(0, u32::MAX)] } else { entries }
        };
        let targets: Vec<Vec<(u32, u32)>> = points.iter().map(entries).collect();
        let targets = Targets::new(&self.hierarchy.lean, direction, &targets);
        let mut by_edge: Vec<(u32, u32)> = (0..).zip(&points).map(|(at, point)| (on(point).edge, at)).collect();
        by_edge.sort_unstable();
        FarInLanes { targets, points, by_edge }
    }
}

/// The ways along one edge, and to the same place.
struct OneEdge<'a, 'w> {
    lanes: &'a StreetLanes<'w>,
    far: &'a FarInLanes<'a>,
    roots: &'a [Located],
    direction: Direction,
}

impl OneEdge<'_, '_> {
    fn on(&self, point: &Located) -> Option<EdgePoint> {
        point.on(self.lanes.of.mode).copied()
    }
}

impl Beside for OneEdge<'_, '_> {
    fn longest(&self) -> u32 {
        let graph = &self.lanes.of.graph;
        let beside = |point: &Located| self.on(point).map_or(0, |on| graph.off_street_time(&on));
        let over = |&(edge, _): &(u32, u32)| {
            [true, false].into_iter().filter_map(|forward| graph.edge_time(Directed::new(edge, forward))).max().unwrap_or(0)
        };
        let root = self.roots.iter().map(beside).max().unwrap_or(0);
        let far = self.far.points.iter().map(|point| beside(point)).max().unwrap_or(0);
        let edge = self.far.by_edge.iter().map(over).max().unwrap_or(0);
        root.saturating_add(far).saturating_add(edge).saturating_add(self.lanes.fixed)
    }

    fn of(&self, source: u32, give: &mut dyn FnMut(u32, u32)) {
        let root = &self.roots[source as usize];
        let Some(on) = self.on(root) else { return };
        let first = self.far.by_edge.partition_point(|&(edge, _)| edge < on.edge);
        for &(_, at) in self.far.by_edge[first..].iter().take_while(|&&(edge, _)| edge == on.edge) {
            let point = self.far.points[at as usize];
            let far = self.on(point).expect("far points lie on the streets");
            if let Some(time) = along(self.lanes.of, &on, &far, self.direction) {
                give(at, time.saturating_add(self.lanes.fixed));
            }
            if root.is_same(point) {
                give(at, 0);
            }
        }
    }
}
