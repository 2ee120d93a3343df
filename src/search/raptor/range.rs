//! Every departure of a window: the search runs from the latest to the earliest and keeps what it found, for whoever leaves
//! earlier may wait at the stop and continue like whoever leaves later.

use std::ops::Range;

use rayon::prelude::*;

use super::rounds::{Ready, Ride, Search, Witness};
use super::{Limits, Raptor, Scratch, StopTime, UNREACHED, seen};
use crate::network::timetable::CallStopIx;
use crate::search::Direction;

/// A vehicle arrives at a stop, for the departure with this position in the order of the search and all that come after it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found {
    pub stop: u32,
    pub step: u32,
    pub at: u32,
}

impl Found {
    /// Writes the durations of the departures from this one on, up to the `end`-th searched, where they are shorter than what is there.
    pub(super) fn fill(self, end: usize, departures: &[u32], limits: &Limits, lanes: &mut [u32]) {
        for step in self.step as usize..end {
            let lane = lane(limits.direction, step, departures.len());
            let duration = self.at - seen(limits.direction, departures[lane]);
            // With a later vehicle none that leaves the door earlier is shorter either.
            if duration > limits.max_duration || duration >= lanes[lane] {
                break;
            }
            lanes[lane] = duration;
        }
    }
}

/// For every departure of a window, how long it takes until a vehicle arrives at each stop. Backwards: for every wished arrival at
/// the door, how long before it one must be at each stop to get on.
///
/// From these stops one may walk to a door, but not to a further stop: what can be reached that way is here already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    limits: Limits,
    departures: Vec<u32>,
    /// The row of every stop in `lanes`; [`UNREACHED`] for stops that no departure reaches.
    rows: Vec<u32>,
    reached: Vec<CallStopIx>,
    /// Stop after stop in the order of `reached`, a duration for every departure; [`UNREACHED`] where there is none.
    lanes: Vec<u32>,
}

/// A duration for every departure of a window, or none.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Lanes {
    durations: Vec<u32>,
}

impl Raptor {
    /// How long every departure of a window takes to every stop, from one origin.
    ///
    /// `access` has the stops near the door and the deciseconds until one is ready to get on there; `departures` are times at the door,
    /// strictly increasing. Backwards, `access` has the stops near the destination with the deciseconds from getting off to the door,
    /// and `departures` the wished times of arrival there.
    pub fn range(&self, access: &[StopTime], departures: &[u32], limits: &Limits, scratch: &mut Scratch) -> Profile {
        self.in_parts(access, departures, limits, scratch, |_| 1)
    }

    /// The same as [`Raptor::range`], the window cut into `n_parts` that are searched side by side, each with its own scratch. Worth it
    /// for one origin; many origins are better spread as a whole.
    pub fn range_split(&self, access: &[StopTime], departures: &[u32], limits: &Limits, n_parts: usize) -> Profile {
        self.in_parts(access, departures, limits, &mut Scratch::new(), |_| n_parts)
    }

    /// The same as [`Raptor::range`], on all threads of the pool where there is enough to do, which the departure that is searched first
    /// tells: a small search stays on this thread. The answer does not depend on it.
    pub fn range_spread(&self, access: &[StopTime], departures: &[u32], limits: &Limits, scratch: &mut Scratch) -> Profile {
        self.in_parts(access, departures, limits, scratch, |n_reached| {
            let is_worth = n_reached * departures.len() >= WORTH_SPLITTING;
            let most = departures.len() / LEAST_PART;
            if is_worth { (PARTS_A_THREAD * rayon::current_num_threads()).min(most) } else { 1 }
        })
    }

    /// Searches the first departure, asks into how many parts the window is to be cut, now that it is known how many arrivals that one
    /// has, and goes on with its part while others begin theirs.
    fn in_parts(
        &self,
        access: &[StopTime],
        departures: &[u32],
        limits: &Limits,
        scratch: &mut Scratch,
        n_parts: impl FnOnce(usize) -> usize,
    ) -> Profile {
        assert!(departures.is_sorted_by(|a, b| a < b), "departures increase strictly");
        // The list goes through the scratch, so that it need not grow anew for every origin.
        let mut found = std::mem::take(&mut scratch.found);
        found.clear();
        let (direction, n) = (limits.direction, departures.len());
        let mut search = Search::new(self.index(direction), scratch, *limits, Arrivals { step: 0, found });
        if n > 0 {
            search.depart_step(access, departures, 0);
        }
        let length = n.div_ceil(n_parts(search.witness.found.len()).max(1));
        let (own, others) = match direction {
            Direction::Forward => (&departures[n - length..], &departures[..n - length]),
            Direction::Backward => departures.split_at(length),
        };
        let own_part = || {
            (1..length).for_each(|step| search.depart_step(access, departures, step));
            let found = search.witness.found;
            let profile = Profile::from_found(&found, self.n_stops(), own, limits);
            (profile, found)
        };
        if others.is_empty() {
            let (profile, found) = own_part();
            scratch.found = found;
            return profile;
        }
        let other_parts = || others.par_chunks(length).map(|part| self.range(access, part, limits, &mut Scratch::new()));
        let ((profile, found), mut parts) = rayon::join(own_part, || other_parts().collect::<Vec<Profile>>());
        scratch.found = found;
        parts.insert(if direction == Direction::Forward { parts.len() } else { 0 }, profile);
        Profile::joined(&parts, self.n_stops(), departures, limits)
    }
}

/// A window is split where the first departure reaches so many stops that these times its departures are more: from then on a search takes
/// some 20 ms.
const WORTH_SPLITTING: usize = 500_000;

/// Parts take unlike times; with two for each thread the threads end together, with more the beginnings would cost more than that gains.
const PARTS_A_THREAD: usize = 2;

/// A part of a window has at least so many departures, because it begins without knowing of any later one, which costs as much as
/// some five departures after that.
const LEAST_PART: usize = 15;

/// The position among the departures of one that is searched as the `step`-th: in the time that the search sees, the latest first.
pub(super) fn lane(direction: Direction, step: usize, n: usize) -> usize {
    match direction {
        Direction::Forward => n - 1 - step,
        Direction::Backward => step,
    }
}

impl Search<'_, Arrivals> {
    fn depart_step(&mut self, access: &[StopTime], departures: &[u32], step: usize) {
        self.witness.step = step as u32;
        let direction = self.limits.direction;
        self.depart(access, seen(direction, departures[lane(direction, step, departures.len())]));
    }
}

/// Notes arrivals.
struct Arrivals {
    step: u32,
    found: Vec<Found>,
}

impl Witness for Arrivals {
    fn arrives(&mut self, stop: u32, at: u32) {
        self.found.push(Found { stop, step: self.step, at });
    }

    fn rides(&mut self, _: usize, _: u32, _: u32, _: Ride) {}

    fn becomes_ready(&mut self, _: usize, _: u32, _: u32, _: Ready) {}
}

impl Profile {
    /// Fills in the departures between those at which something new was found: the vehicle is the same and the wait longer.
    pub(super) fn from_found(found: &[Found], n_stops: usize, departures: &[u32], limits: &Limits) -> Profile {
        let mut profile = Profile::with_rows(found.iter().map(|found| found.stop), n_stops, departures, limits);
        let mut last: Vec<Option<Found>> = vec![None; profile.reached.len()];
        for &now in found {
            let before = last[profile.rows[now.stop as usize] as usize].replace(now);
            if let Some(before) = before {
                profile.fill(before, now.step as usize);
            }
        }
        for before in last.into_iter().flatten() {
            profile.fill(before, departures.len());
        }
        profile
    }

    /// A copy in which some stops, in order, have other lanes.
    pub(super) fn with_lanes(&self, changed: &[CallStopIx], lanes: &[u32]) -> Profile {
        let n = self.departures.len();
        let stops = self.reached.iter().chain(changed).map(|stop| stop.0);
        let mut profile = Profile::with_rows(stops, self.rows.len(), &self.departures, &self.limits);
        for &stop in &self.reached {
            let row = profile.row(stop).expect("every stop reached before has a row");
            profile.lanes[row].copy_from_slice(self.lanes(stop).expect("a reached stop has lanes"));
        }
        for (at, &stop) in changed.iter().enumerate() {
            let row = profile.row(stop).expect("every changed stop has a row");
            profile.lanes[row].copy_from_slice(&lanes[at * n..(at + 1) * n]);
        }
        profile
    }

    fn with_rows(stops: impl Iterator<Item = u32>, n_stops: usize, departures: &[u32], limits: &Limits) -> Profile {
        let mut rows = vec![UNREACHED; n_stops];
        stops.for_each(|stop| rows[stop as usize] = 0);
        let reached: Vec<_> = (0..n_stops as u32).filter(|&stop| rows[stop as usize] == 0).map(CallStopIx).collect();
        for (row, stop) in reached.iter().enumerate() {
            rows[stop.at()] = row as u32;
        }
        let lanes = vec![UNREACHED; reached.len() * departures.len()];
        Profile { limits: *limits, departures: departures.to_vec(), rows, reached, lanes }
    }

    fn fill(&mut self, found: Found, end: usize) {
        let n = self.departures.len();
        let row = self.rows[found.stop as usize] as usize * n;
        found.fill(end, &self.departures, &self.limits, &mut self.lanes[row..row + n]);
    }

    fn joined(parts: &[Profile], n_stops: usize, departures: &[u32], limits: &Limits) -> Profile {
        let stops = parts.iter().flat_map(|part| part.reached.iter().map(|stop| stop.0));
        let mut profile = Profile::with_rows(stops, n_stops, departures, limits);
        let mut begin = 0;
        for part in parts {
            for &stop in &part.reached {
                let row = profile.row(stop).expect("every stop that a part reaches has a row");
                let lanes = part.lanes(stop).expect("a reached stop has lanes");
                profile.lanes[row.start + begin..][..lanes.len()].copy_from_slice(lanes);
            }
            begin += part.departures.len();
        }
        profile
    }

    fn row(&self, stop: CallStopIx) -> Option<Range<usize>> {
        let (row, n) = (self.rows[stop.at()], self.departures.len());
        (row != UNREACHED).then(|| row as usize * n..(row as usize + 1) * n)
    }

    pub(super) fn limits(&self) -> &Limits {
        &self.limits
    }

    /// The departures (backwards: the wished arrivals), as they were asked for.
    pub fn departures(&self) -> &[u32] {
        &self.departures
    }

    /// The stops that at least one departure reaches, in order.
    pub fn reached(&self) -> &[CallStopIx] {
        &self.reached
    }

    /// Deciseconds from a departure, by position, until the first vehicle arrives at a stop.
    pub fn duration(&self, stop: CallStopIx, departure: usize) -> Option<u32> {
        self.lanes(stop).map(|lanes| lanes[departure]).filter(|&duration| duration != UNREACHED)
    }

    /// The time of that arrival; backwards, the latest time to be at the stop.
    pub fn time(&self, stop: CallStopIx, departure: usize) -> Option<u32> {
        let (duration, departed) = (self.duration(stop, departure)?, self.departures[departure]);
        Some(match self.limits.direction {
            Direction::Forward => departed + duration,
            Direction::Backward => departed - duration,
        })
    }

    /// The durations to a stop for all departures, [`UNREACHED`] where there is none; nothing for a stop that none reaches.
    pub(in crate::search) fn lanes(&self, stop: CallStopIx) -> Option<&[u32]> {
        self.row(stop).map(|row| &self.lanes[row])
    }

    /// For every departure the shortest way to a door, whose stops nearby are `egress` with the deciseconds from getting off to the door
    /// (backwards: from the door to getting on). The limit of the search holds for the whole. What would leave the door before midnight
    /// is not counted. Overwrites `lanes`.
    pub fn to_door(&self, egress: &[StopTime], lanes: &mut Lanes) {
        lanes.fill(&self.departures, &self.limits, egress, |stop| self.lanes(stop));
    }
}

impl Lanes {
    /// The shortest way over any of the stops, see [`Profile::to_door`].
    pub(super) fn fill<'p>(
        &mut self,
        departures: &[u32],
        limits: &Limits,
        egress: &[StopTime],
        row: impl Fn(CallStopIx) -> Option<&'p [u32]>,
    ) {
        self.durations.clear();
        self.durations.resize(departures.len(), UNREACHED);
        for &(stop, time) in egress {
            let Some(row) = row(stop) else { continue };
            for (best, &duration) in self.durations.iter_mut().zip(row) {
                *best = duration.saturating_add(time).min(*best);
            }
        }
        for (best, &departure) in self.durations.iter_mut().zip(departures) {
            if *best > limits.longest(departure) {
                *best = UNREACHED;
            }
        }
    }

    /// How many departures there are.
    pub fn n_departures(&self) -> usize {
        self.durations.len()
    }

    /// The deciseconds of a departure, by position.
    pub fn duration(&self, departure: usize) -> Option<u32> {
        Some(self.durations[departure]).filter(|&duration| duration != UNREACHED)
    }

    /// The durations of all departures in their order.
    pub fn durations(&self) -> impl Iterator<Item = Option<u32>> + '_ {
        (0..self.durations.len()).map(|departure| self.duration(departure))
    }
}
