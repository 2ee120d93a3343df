//! The streets that a root reaches, or that reach it: what areas are drawn from.
//!
//! Along streets of the same mode, the direct way and the ways from stops compete at every departure before the percentile is taken,
//! as they do for a point. Inside an edge the time is taken from the percentiles at its ends. The limit of the way from the last stop is
//! heeded at junctions: an edge that begins within it is followed to its end.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::located::Located;
use super::row::Workspace;
use super::searched::StreetSearch;
use super::world::{ModeStreets, World};
use super::{Approach, Statistic, Terms, Window};
use crate::network::streets::snap::EdgePoint;
use crate::network::streets::{Directed, StreetMode};
use crate::network::timetable::CallStopIx;
use crate::search::Direction;
use crate::search::raptor::range::Profile;
use crate::search::streets::StreetGraph;

/// Marks a time that is not reached, inside this module.
const UNREACHED: u32 = u32::MAX;

/// How one edge is reached, in deciseconds from the root (to it, backwards). The time at a place of the edge is the least over both
/// ways and over the [`Seed`]s on it. 20 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EdgeReach {
    /// The edge.
    pub edge: u32,
    /// The time at its begin and over the whole of it; [`UNREACHED`] where it is not reached from there.
    begin: [u32; 2],
    /// The same at its end.
    end: [u32; 2],
}

impl EdgeReach {
    /// An edge reached at its begin, its end, or both, each with the time there and the time over the whole edge from there.
    #[inline]
    pub fn new(edge: u32, from_begin: Option<(u32, u32)>, from_end: Option<(u32, u32)>) -> Self {
        let held = |way: Option<(u32, u32)>| way.map_or([UNREACHED; 2], |(start, whole)| [start, whole]);
        EdgeReach { edge, begin: held(from_begin), end: held(from_end) }
    }

    /// The time at its begin, and over the whole of it from there on.
    #[inline]
    pub fn from_begin(&self) -> Option<(u32, u32)> {
        (self.begin[0] != UNREACHED).then_some((self.begin[0], self.begin[1]))
    }

    /// The time at its end, and over the whole of it from there back.
    #[inline]
    pub fn from_end(&self) -> Option<(u32, u32)> {
        (self.end[0] != UNREACHED).then_some((self.end[0], self.end[1]))
    }
}

/// A point inside an edge, reached from beside the streets, where ways begin (end, backwards): the root, or a stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seed {
    /// The edge.
    pub edge: u32,
    /// Where, in centimetres from the begin of the edge.
    pub along_cm: u32,
    /// The time there.
    pub time: u32,
    /// The time over the whole edge for ways towards its end; `None` where it is closed that way.
    pub forward: Option<u32>,
    /// The same towards its begin.
    pub backward: Option<u32>,
}

/// The reach of one mode as a search finds it: junctions with what is remembered there. It costs a third of a [`ModeReach`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateReach {
    /// The mode.
    pub mode: StreetMode,
    /// States of the mode's graph with their deciseconds, in the order of the search; a state that is reached in several ways comes
    /// several times, and the least counts.
    pub states: Vec<(u32, u32)>,
    /// Points inside edges that are reached from beside the streets, by the number of the edge.
    pub seeds: Vec<Seed>,
}

/// The reach of one mode.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModeReach {
    /// The mode.
    pub mode: StreetMode,
    /// How fast it moves beside the streets, in metres per hour.
    pub off_street_m_per_h: u32,
    /// The edges that are reached at an end, by number.
    pub edges: Vec<EdgeReach>,
    /// Points inside edges that are reached from beside the streets, by the number of the edge.
    pub seeds: Vec<Seed>,
}

impl ModeReach {
    /// Makes everything later by so many deciseconds as `by` says of its edge; what would be later than 13.6 years is dropped.
    pub fn delay(&mut self, by: impl Fn(u32) -> u32) {
        for edge in &mut self.edges {
            let later = by(edge.edge);
            for way in [&mut edge.begin, &mut edge.end] {
                way[0] = way[0].saturating_add(later);
            }
        }
        for seed in &mut self.seeds {
            seed.time = seed.time.saturating_add(by(seed.edge));
        }
        self.edges.retain(|edge| edge.begin[0].min(edge.end[0]) != UNREACHED);
        self.seeds.retain(|seed| seed.time != UNREACHED);
    }
}

/// Room for finding reached edges, used again and again: clearing it costs what the last use touched.
#[derive(Debug, Default)]
pub(super) struct ReachScratch {
    /// The time at which every directed edge is entered; [`UNREACHED`] where it is not.
    entered: Vec<u32>,
    /// One bit for every edge: whether it is entered either way.
    marked: Vec<u64>,
    /// The shortest direct time of every state, where rides compete with it.
    direct: Vec<u32>,
    /// The states with a direct time.
    touched: Vec<u32>,
}

impl ReachScratch {
    /// The edges entered from states. Eight bytes are read of every state and of every arc that leaves it.
    fn edges_entered(
        &mut self,
        graph: &StreetGraph,
        direction: Direction,
        states: &[(u32, u32)],
        n_edges: usize,
    ) -> Vec<EdgeReach> {
        self.make_room(n_edges);
        for &(state, time) in states {
            graph.for_each_entered(state, direction, |edge| self.enter(edge, time));
        }
        self.take_edges(graph, direction)
    }

    fn make_room(&mut self, n_edges: usize) {
        self.entered.resize(2 * n_edges, UNREACHED);
        self.marked.resize(n_edges.div_ceil(64), 0);
    }

    /// Keeps the times of states by direct ways, for the lanes of rides.
    fn keep_direct(&mut self, n_states: usize, states: &[(u32, u32)]) {
        self.direct.resize(self.direct.len().max(n_states), UNREACHED);
        for &(state, time) in states {
            self.direct[state as usize] = time.min(self.direct[state as usize]);
        }
        self.touched.extend(states.iter().map(|&(state, _)| state));
    }

    fn forget_direct(&mut self) {
        for state in self.touched.drain(..) {
            self.direct[state as usize] = UNREACHED;
        }
    }

    /// An edge is entered at a time. Four bytes are read and at most twelve written.
    #[inline]
    fn enter(&mut self, edge: Directed, time: u32) {
        let known = &mut self.entered[edge.at()];
        *known = time.min(*known);
        self.marked[edge.edge() as usize / 64] |= 1 << (edge.edge() % 64);
    }

    /// Takes the entered edges out, in order: one bit is read of every edge there is, and 16 bytes moved for each entered one beside
    /// the 20 that are given.
    fn take_edges(&mut self, graph: &StreetGraph, direction: Direction) -> Vec<EdgeReach> {
        let n_edges = self.marked.iter().map(|bits| bits.count_ones() as usize).sum();
        let mut edges = Vec::with_capacity(n_edges);
        for (word, bits) in self.marked.iter_mut().enumerate() {
            while *bits != 0 {
                let edge = word as u32 * 64 + bits.trailing_zeros();
                *bits &= *bits - 1;
                let way = |forward: bool| {
                    let directed = Directed::new(edge, forward);
                    let start = std::mem::replace(&mut self.entered[directed.at()], UNREACHED);
                    graph.edge_time(directed).filter(|_| start != UNREACHED).map_or([UNREACHED; 2], |whole| [start, whole])
                };
                let [forward, backward] = [true, false].map(way);
                // Backwards, whoever drives an edge forward comes to its end, so the time there belongs to the end.
                let (begin, end) = match direction {
                    Direction::Forward => (forward, backward),
                    Direction::Backward => (backward, forward),
                };
                edges.push(EdgeReach { edge, begin, end });
            }
        }
        edges
    }
}

/// The ways around one stop: states with their time, and where it lies itself.
struct AroundStop {
    stop: CallStopIx,
    states: Vec<(u32, u32)>,
    seed: (EdgePoint, u32),
}

impl World<'_> {
    /// What is reached within the longest trip by a statistic over the window, for every mode with which a journey may end.
    pub fn reach(
        &self,
        root: &Located,
        terms: &Terms,
        window: &Window,
        statistic: Statistic,
        workspace: &mut Workspace,
    ) -> Vec<ModeReach> {
        let states = self.reach_of_states(root, terms, window, statistic, workspace);
        let edges = |reach: StateReach| {
            let of = self.mode(reach.mode)?;
            let n_edges = of.streets.edges.len();
            let edges = workspace.reach.edges_entered(&of.graph, window.direction, &reach.states, n_edges);
            let off_street_m_per_h = of.graph.off_street_m_per_h();
            Some(ModeReach { mode: reach.mode, off_street_m_per_h, edges, seeds: reach.seeds })
        };
        states.into_iter().filter_map(edges).collect()
    }

    /// The same as states: what leads on from them is not yet looked up.
    pub fn reach_of_states(
        &self,
        root: &Located,
        terms: &Terms,
        window: &Window,
        statistic: Statistic,
        workspace: &mut Workspace,
    ) -> Vec<StateReach> {
        let rides = self.profiles(root, terms, window, workspace);
        let mut approaches: BTreeMap<StreetMode, Vec<(bool, Approach)>> = BTreeMap::new();
        for approach in &terms.direct {
            approaches.entry(approach.kind.street_mode()).or_default().push((true, *approach));
        }
        for approach in terms.far(window.direction).iter().filter(|_| !rides.is_empty()) {
            approaches.entry(approach.kind.street_mode()).or_default().push((false, *approach));
        }
        let reach = |(mode, approaches): (StreetMode, Vec<(bool, Approach)>)| {
            let of = self.mode(mode)?;
            Some(self.mode_reach(of, root, &approaches, &rides, terms, window, statistic, workspace))
        };
        approaches.into_iter().filter_map(reach).collect()
    }

    #[expect(clippy::too_many_arguments, reason = "one question, and the rides that all modes share")]
    fn mode_reach(
        &self,
        of: &ModeStreets,
        root: &Located,
        approaches: &[(bool, Approach)],
        rides: &[Profile],
        terms: &Terms,
        window: &Window,
        statistic: Statistic,
        workspace: &mut Workspace,
    ) -> StateReach {
        let direction = window.direction;
        let max_trip = terms.max_trip.deciseconds();
        let mut states: Vec<(u32, u32)> = Vec::new();
        let mut seeds: Vec<(EdgePoint, u32)> = Vec::new();
        for (_, approach) in approaches.iter().filter(|(direct, _)| *direct) {
            let Some(on) = root.on(of.mode) else { continue };
            of.direct(on, approach, direction, max_trip, workspace, &mut states);
            seeds.push((*on, approach.whole(of.graph.off_street_time(on)).unwrap_or(UNREACHED)));
        }
        let room = &mut workspace.reach;
        if !rides.is_empty() {
            room.keep_direct(of.graph.n_states(), &states);
        }
        let mut at_states: Vec<(u32, u32, u32)> = Vec::new();
        for (_, approach) in approaches.iter().filter(|(direct, _)| !*direct) {
            for around in self.around_stops(of, approach, rides, direction.opposite(), max_trip) {
                at_states.extend(around.states.iter().map(|&(state, time)| (state, around.stop.0, time)));
                let lanes = lanes_of(rides, window, UNREACHED, std::iter::once((around.stop.0, around.seed.1)));
                seeds.push((around.seed.0, chosen(lanes, statistic, max_trip)));
            }
        }
        at_states.par_sort_unstable();
        states.extend(percentiles(&room.direct, &at_states, rides, window, statistic, max_trip));
        room.forget_direct();
        StateReach { mode: of.mode, states, seeds: seeds_within(of, direction, seeds, max_trip) }
    }

    /// For every stop that rides reach, the states of a mode around it; times include what comes with the approach and the way through
    /// the station. `direction` is the one from the far end.
    fn around_stops(
        &self,
        of: &ModeStreets,
        approach: &Approach,
        rides: &[Profile],
        direction: Direction,
        max_trip: u32,
    ) -> Vec<AroundStop> {
        let Some(world) = self.rides() else { return Vec::new() };
        let Some(points) = world.stops(of.mode) else { return Vec::new() };
        let mut stops: Vec<CallStopIx> = rides.iter().flat_map(|profile| profile.reached().iter().copied()).collect();
        stops.sort_unstable();
        stops.dedup();
        let around = |found: &mut StreetSearch, stop: CallStopIx| {
            let on = *points.point(stop.0)?;
            let through = self.through_station(stop, direction);
            let whole = |time: u32| approach.whole(time).map(|time| time.saturating_add(through));
            // From the stop outwards: against the direction in which the far end is searched.
            let outwards = direction.opposite();
            of.search(outwards, &on, approach.layer_limit_within(max_trip), found);
            let mut states = Vec::new();
            found.each_reached(of, |state, time| states.extend(whole(time).map(|time| (state, time))));
            Some(AroundStop { stop, states, seed: (on, whole(of.graph.off_street_time(&on))?) })
        };
        stops.into_par_iter().map_init(StreetSearch::default, around).flatten().collect()
    }
}

impl ModeStreets<'_> {
    /// Appends the states that a direct way from a point reaches within the longest trip: by a sweep where there is a hierarchy.
    fn direct(
        &self,
        on: &EdgePoint,
        approach: &Approach,
        direction: Direction,
        max_trip: u32,
        workspace: &mut Workspace,
        states: &mut Vec<(u32, u32)>,
    ) {
        let Workspace { streets: scratch, sweep: swept, .. } = workspace;
        let limit = approach.layer_limit_within(max_trip);
        let entries = self.graph.entries(on, direction);
        let whole = |(state, time): (u32, u32)| Some((state, approach.whole(time).filter(|&time| time <= max_trip)?));
        if let Some(hierarchy) = self.hierarchy() {
            let sweep = hierarchy.sweep();
            sweep.run(direction, &entries, limit, swept);
            states.extend(sweep.reached(swept).filter_map(whole));
        } else {
            self.graph.search(direction, &entries, limit, scratch);
            states.extend(scratch.reached().filter_map(whole));
        }
    }
}

/// The lanes of a place from its direct time and the stops around it with their times.
fn lanes_of(rides: &[Profile], window: &Window, direct: u32, stops: impl Iterator<Item = (u32, u32)>) -> Vec<u32> {
    let n = window.times.len();
    let mut lanes = vec![direct; n * rides.len().max(1)];
    for (stop, time) in stops {
        for (profile, lanes) in rides.iter().zip(lanes.chunks_mut(n)) {
            let Some(ride) = profile.lanes(CallStopIx(stop)) else { continue };
            for (lane, &ride) in lanes.iter_mut().zip(ride) {
                *lane = ride.saturating_add(time).min(*lane);
            }
        }
    }
    lanes
}

fn chosen(mut lanes: Vec<u32>, statistic: Statistic, max_trip: u32) -> u32 {
    let Some(at) = statistic.position(lanes.len()) else { return UNREACHED };
    let time = *lanes.select_nth_unstable(at).1;
    if time <= max_trip { time } else { UNREACHED }
}

/// The percentiles of the states that rides lead to, where within the longest trip; `at_states` is sorted and has state, stop and time.
fn percentiles(
    direct: &[u32],
    at_states: &[(u32, u32, u32)],
    rides: &[Profile],
    window: &Window,
    statistic: Statistic,
    max_trip: u32,
) -> Vec<(u32, u32)> {
    let groups: Vec<&[(u32, u32, u32)]> = at_states.chunk_by(|a, b| a.0 == b.0).collect();
    let percentile = |group: &&[(u32, u32, u32)]| {
        let state = group[0].0;
        let stops = group.iter().map(|&(_, stop, time)| (stop, time));
        let direct = direct.get(state as usize).copied().unwrap_or(UNREACHED);
        (state, chosen(lanes_of(rides, window, direct, stops), statistic, max_trip))
    };
    let found: Vec<(u32, u32)> = groups.par_iter().map(percentile).collect();
    found.into_iter().filter(|&(_, time)| time != UNREACHED).collect()
}

/// The points inside edges within the longest trip, by edge.
fn seeds_within(of: &ModeStreets, direction: Direction, seeds: Vec<(EdgePoint, u32)>, max_trip: u32) -> Vec<Seed> {
    let seed = |(point, time): (EdgePoint, u32)| {
        let over = |forward: bool| of.graph.edge_time(Directed::new(point.edge, forward));
        // Backwards, ways to the point from the end of the edge drive it against its direction.
        let (forward, backward) = match direction {
            Direction::Forward => (over(true), over(false)),
            Direction::Backward => (over(false), over(true)),
        };
        Seed { edge: point.edge, along_cm: point.along_cm, time, forward, backward }
    };
    let mut seeds: Vec<Seed> = seeds.into_iter().filter(|&(_, time)| time <= max_trip).map(seed).collect();
    seeds.sort_by_key(|seed| seed.edge);
    seeds
}
