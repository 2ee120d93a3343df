//! The streets that a root reaches, or that reach it: what areas are drawn from.
//!
//! Along streets of the same mode, the direct way and the ways from stops compete at every departure before the percentile is taken,
//! as they do for a point. Inside an edge the time is taken from the percentiles at its ends. The limit of the way from the last stop is
//! heeded at junctions: an edge that begins within it is followed to its end.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::located::Located;
use super::row::Workspace;
use super::world::{ModeStreets, World};
use super::{Approach, Statistic, Terms, Window};
use crate::network::streets::snap::EdgePoint;
use crate::network::streets::{Directed, StreetMode};
use crate::network::timetable::CallStopIx;
use crate::search::raptor::range::Profile;
use crate::search::streets::Scratch;

/// Marks a time that is not reached, inside this module.
const UNREACHED: u32 = u32::MAX;

/// How one edge is reached, in deciseconds from the root (to it, backwards). The time at a place of the edge is the least over all
/// of these.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EdgeReach {
    /// The edge.
    pub edge: u32,
    /// The time at its begin, and over the whole of it from there on.
    pub from_begin: Option<(u32, u32)>,
    /// The time at its end, and over the whole of it from there back.
    pub from_end: Option<(u32, u32)>,
    /// Points inside it that are reached from beside the streets: the root, or stops.
    pub seeds: Vec<Seed>,
}

impl EdgeReach {
    /// Makes everything so many deciseconds later.
    pub fn delay(&mut self, deciseconds: u32) {
        for (start, _) in self.from_begin.iter_mut().chain(&mut self.from_end) {
            *start = start.saturating_add(deciseconds);
        }
        for seed in &mut self.seeds {
            seed.time = seed.time.saturating_add(deciseconds);
        }
    }
}

/// A point inside an edge where ways begin (end, backwards).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seed {
    /// Where, in centimetres from the begin of the edge.
    pub along_cm: u32,
    /// The time there.
    pub time: u32,
    /// The time over the whole edge for ways towards its end; `None` where it is closed that way.
    pub forward: Option<u32>,
    /// The same towards its begin.
    pub backward: Option<u32>,
}

/// The reach of one mode.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModeReach {
    /// The mode.
    pub mode: StreetMode,
    /// How fast it moves beside the streets, in metres per hour.
    pub off_street_m_per_h: u32,
    /// The edges, by number.
    pub edges: Vec<EdgeReach>,
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
    ) -> ModeReach {
        let direction = window.direction;
        let max_trip = terms.max_trip.deciseconds();
        let mut direct = vec![UNREACHED; of.graph.n_states()];
        let mut seeds: Vec<(EdgePoint, u32)> = Vec::new();
        for (_, approach) in approaches.iter().filter(|(direct, _)| *direct) {
            let Some(on) = root.on(of.mode) else { continue };
            let limit = approach.layer_limit(max_trip);
            of.graph.search(direction, &of.graph.entries(on, direction), limit, &mut workspace.streets);
            for &state in workspace.streets.settled() {
                let whole = workspace.streets.time(state).and_then(|time| approach.whole(time));
                direct[state as usize] = whole.unwrap_or(UNREACHED).min(direct[state as usize]);
            }
            seeds.push((*on, approach.whole(of.graph.off_street_time(on)).unwrap_or(UNREACHED)));
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
        let times = percentiles(&direct, &at_states, rides, window, statistic, max_trip);
        let time = |state: u32| Some(times[state as usize]).filter(|&time| time != UNREACHED);
        ModeReach {
            mode: of.mode,
            off_street_m_per_h: of.graph.off_street_m_per_h(),
            edges: edges(of, direction, time, &seeds, max_trip),
        }
    }

    /// For every stop that rides reach, the states of a mode around it; times include what comes with the approach and the way through
    /// the station. `direction` is the one from the far end.
    fn around_stops(
        &self,
        of: &ModeStreets,
        approach: &Approach,
        rides: &[Profile],
        direction: crate::search::Direction,
        max_trip: u32,
    ) -> Vec<AroundStop> {
        let Some(world) = self.rides() else { return Vec::new() };
        let Some(points) = world.stops(of.mode) else { return Vec::new() };
        let mut stops: Vec<CallStopIx> = rides.iter().flat_map(|profile| profile.reached().iter().copied()).collect();
        stops.sort_unstable();
        stops.dedup();
        let around = |scratch: &mut Scratch, stop: CallStopIx| {
            let on = *points.point(stop.0)?;
            let through = self.through_station(stop, direction);
            let whole = |time: u32| approach.whole(time).map(|time| time.saturating_add(through));
            // From the stop outwards: against the direction in which the far end is searched.
            let outwards = direction.opposite();
            of.graph.search(outwards, &of.graph.entries(&on, outwards), approach.layer_limit(max_trip), scratch);
            let states = scratch.settled().iter();
            let states = states.filter_map(|&state| Some((state, whole(scratch.time(state)?)?))).collect();
            Some(AroundStop { stop, states, seed: (on, whole(of.graph.off_street_time(&on))?) })
        };
        stops.into_par_iter().map_init(Scratch::default, around).flatten().collect()
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

/// The percentile of every state; `at_states` is sorted and has state, stop and time.
fn percentiles(
    direct: &[u32],
    at_states: &[(u32, u32, u32)],
    rides: &[Profile],
    window: &Window,
    statistic: Statistic,
    max_trip: u32,
) -> Vec<u32> {
    let mut times: Vec<u32> = direct.iter().map(|&time| if time <= max_trip { time } else { UNREACHED }).collect();
    let groups: Vec<&[(u32, u32, u32)]> = at_states.chunk_by(|a, b| a.0 == b.0).collect();
    let found: Vec<(u32, u32)> = groups
        .par_iter()
        .map(|group| {
            let state = group[0].0;
            let stops = group.iter().map(|&(_, stop, time)| (stop, time));
            let lanes = lanes_of(rides, window, direct[state as usize], stops);
            (state, chosen(lanes, statistic, max_trip))
        })
        .collect();
    for (state, time) in found {
        times[state as usize] = time;
    }
    times
}

/// The edges that are reached within the longest trip, from the times of states and the points inside edges.
fn edges(
    of: &ModeStreets,
    direction: crate::search::Direction,
    time: impl Fn(u32) -> Option<u32>,
    seeds: &[(EdgePoint, u32)],
    max_trip: u32,
) -> Vec<EdgeReach> {
    let mut inside: BTreeMap<u32, Vec<(u32, u32)>> = BTreeMap::new();
    for (point, time) in seeds.iter().filter(|(_, time)| *time <= max_trip) {
        inside.entry(point.edge).or_default().push((point.along_cm, *time));
    }
    let mut reached = Vec::new();
    for edge in 0..of.streets.edges.len() as u32 {
        let at = |edge: Directed| Some((of.graph.entered(edge, direction, &time)?, of.graph.edge_time(edge)?));
        let (forward, backward) = (at(Directed::new(edge, true)), at(Directed::new(edge, false)));
        // Backwards, whoever drives an edge forward comes to its end, so the time there belongs to the end.
        let (from_begin, from_end) = match direction {
            crate::search::Direction::Forward => (forward, backward),
            crate::search::Direction::Backward => (backward, forward),
        };
        let (to_end, to_begin) = match direction {
            crate::search::Direction::Forward => (Directed::new(edge, true), Directed::new(edge, false)),
            crate::search::Direction::Backward => (Directed::new(edge, false), Directed::new(edge, true)),
        };
        let (towards_end, towards_begin) = (of.graph.edge_time(to_end), of.graph.edge_time(to_begin));
        let seeds = inside.remove(&edge).unwrap_or_default().into_iter();
        let seeds: Vec<Seed> =
            seeds.map(|(along_cm, time)| Seed { along_cm, time, forward: towards_end, backward: towards_begin }).collect();
        if from_begin.is_some() || from_end.is_some() || !seeds.is_empty() {
            reached.push(EdgeReach { edge, from_begin, from_end, seeds });
        }
    }
    reached
}
