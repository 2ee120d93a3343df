//! The stops around a point, by every approach that is allowed, with the whole time between door and vehicle.

use super::located::Located;
use super::searched::StreetSearch;
use super::world::{ModeStreets, Rides, World};
use super::{Approach, ApproachKind};
use crate::network::streets::snap::{EdgePoint, Snap};
use crate::network::streets::{StreetMode, Streets};
use crate::network::timetable::CallStopIx;
use crate::search::Direction;
use crate::search::flat::accumulate;

/// A stop that a point can use at one end of a journey.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct StopLink {
    /// The stop.
    pub stop: CallStopIx,
    /// From the door to boarding, or from getting off to the door, in deciseconds: the way, what comes with it, and the way
    /// through the station.
    pub time: u32,
    /// By what.
    pub kind: ApproachKind,
}

/// Points on streets, found again from the vertices that a search settles.
#[derive(Debug, Clone, Default)]
pub struct PointsOnStreets {
    points: Vec<Option<EdgePoint>>,
    /// For every vertex the points on the edges that meet there: rows one after the other.
    first: Vec<u32>,
    at_vertex: Vec<u32>,
}

impl PointsOnStreets {
    /// The points of `snaps`, by their position; those beyond the streets are never found.
    pub fn new(streets: &Streets, snaps: &[Snap]) -> Self {
        let points: Vec<Option<EdgePoint>> = snaps.iter().map(on_edge).collect();
        let ends = |point: &EdgePoint| {
            let edge = streets.edges[point.edge as usize];
            let second = (edge.to != edge.from).then_some(edge.to);
            std::iter::once(edge.from).chain(second)
        };
        let mut first = vec![0u32; streets.vertices.len() + 1];
        for vertex in points.iter().flatten().flat_map(ends) {
            first[vertex as usize + 1] += 1;
        }
        accumulate(&mut first);
        let mut next = first.clone();
        let mut at_vertex = vec![0; *first.last().expect("there is one more than vertices") as usize];
        for (number, point) in points.iter().enumerate() {
            for vertex in point.iter().flat_map(ends) {
                at_vertex[next[vertex as usize] as usize] = number as u32;
                next[vertex as usize] += 1;
            }
        }
        PointsOnStreets { points, first, at_vertex }
    }

    /// How many points there are, those beyond the streets included.
    pub fn len(&self) -> usize {
        self.points.len()
    }

    /// Whether there is no point.
    pub fn is_empty(&self) -> bool {
        self.points.is_empty()
    }

    /// Where a point meets the streets.
    pub fn point(&self, number: u32) -> Option<&EdgePoint> {
        self.points[number as usize].as_ref()
    }

    /// All points that a way of at most `limit` deciseconds leads to from `root` (from which one leads to it, backwards), with its
    /// time, in order of their numbers. What the search found stays in `found`.
    pub fn around(
        &self,
        of: &ModeStreets,
        root: &EdgePoint,
        direction: Direction,
        limit: u32,
        found: &mut StreetSearch,
    ) -> Vec<(u32, u32)> {
        of.search(direction, root, limit, found);
        let edge = of.streets.edges[root.edge as usize];
        let near = |vertex: u32| {
            let row = self.first[vertex as usize] as usize..self.first[vertex as usize + 1] as usize;
            self.at_vertex[row].iter().copied()
        };
        let mut candidates: Vec<u32> = [edge.from, edge.to].into_iter().flat_map(near).collect();
        found.each_reached(of, |state, _| candidates.extend(near(of.graph.vertex(state))));
        candidates.sort_unstable();
        candidates.dedup();
        let time = |number: u32| {
            let time = way_time(of, root, self.point(number)?, direction, |state| found.time(of, state))?;
            (time <= limit).then_some((number, time))
        };
        candidates.into_iter().filter_map(time).collect()
    }
}

fn on_edge(snap: &Snap) -> Option<EdgePoint> {
    match snap {
        Snap::On { point, .. } => Some(*point),
        Snap::Beyond { .. } => None,
    }
}

/// The time of the quickest way between the root of a search and a point, in deciseconds: through the graph, where `time` answers for
/// states, or along an edge that both lie on.
pub(super) fn way_time(
    of: &ModeStreets,
    root: &EdgePoint,
    point: &EdgePoint,
    direction: Direction,
    time: impl Fn(u32) -> Option<u32>,
) -> Option<u32> {
    of.graph.time_by(point, direction, time).into_iter().chain(along(of, root, point, direction)).min()
}

/// The time along an edge that the root and the point both lie on.
pub(super) fn along(of: &ModeStreets, root: &EdgePoint, point: &EdgePoint, direction: Direction) -> Option<u32> {
    match direction {
        Direction::Forward => of.graph.along(root, point),
        Direction::Backward => of.graph.along(point, root),
    }
}

/// Memory for searches around points, reused from one to the next.
#[derive(Debug, Default)]
pub struct LinkScratch {
    streets: StreetSearch,
}

impl World<'_> {
    /// The stops that `point` can use at the root of a search in `direction` (the quickest approach to each, the first of those that take
    /// equally long), in order of stops. Nothing where nothing runs.
    pub fn links(
        &self,
        point: &Located,
        approaches: &[Approach],
        direction: Direction,
        scratch: &mut LinkScratch,
    ) -> Vec<StopLink> {
        let Some(rides) = self.rides() else { return Vec::new() };
        if point.at_stops {
            let link = |&stop: &CallStopIx| StopLink {
                stop,
                time: self.through_station(stop, direction),
                kind: ApproachKind::Walk,
            };
            return point.stops.iter().map(link).collect();
        }
        let mut links: Vec<StopLink> = Vec::new();
        for approach in approaches {
            let mode = approach.kind.street_mode();
            let (Some(of), Some(on), Some(stops)) = (self.mode(mode), point.on(mode), rides.stops(mode)) else { continue };
            let limit = approach.layer_limit(u32::MAX);
            let found = stops.around(of, on, direction, limit, &mut scratch.streets);
            links.extend(found.into_iter().filter_map(|(number, time)| {
                let stop = CallStopIx(number);
                let time = approach.whole(time)?.saturating_add(self.through_station(stop, direction));
                Some(StopLink { stop, time, kind: approach.kind })
            }));
        }
        links.sort_unstable();
        links.dedup_by_key(|link| link.stop);
        links
    }
}

impl Rides<'_> {
    /// The stops on the streets of a mode.
    pub fn stops(&self, mode: StreetMode) -> Option<&PointsOnStreets> {
        self.on_streets.iter().find(|(known, _)| *known == mode).map(|(_, points)| points)
    }
}
