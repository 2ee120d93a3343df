//! Lines added to a search that was done without them: only what they improve is searched again.
//!
//! The base is a timetable without the lines that vary. Whatever a variant does (a new line, another timetable of an old one, an old one
//! less), it is the base with some lines more, and more lines make nothing later. So the labels of the base are bounds, and a repair
//! keeps the few labels that are earlier beside them: it forces the added lines into every round of every departure, where the base
//! knows of somebody ready earlier than before, and carries on only from labels that fell. Afterwards it clears exactly those, so that
//! the next variant begins where this one did.
//!
//! Searching one origin, then all variants, is the order to choose: the base is searched once for each origin.

use super::added::{Added, AddedLines};
use super::history::{History, Noted};
use super::index::Index;
use super::lines::{Boarding, Times};
use super::range::{Found, Lanes, Profile, lane};
use super::rounds::{Marks, Search};
use super::{Limits, Raptor, Scratch, StopTime, UNREACHED, seen};
use crate::network::timetable::CallStopIx;

/// A search over a window with all that repairs need: per label that falls 8 bytes, and 8 for each stop and ride.
#[derive(Debug)]
pub struct Base<'r> {
    raptor: &'r Raptor,
    profile: Profile,
    arrived: History,
    ready: History,
}

/// What a repair writes on, kept from one to the next: 8 bytes for each stop and ride.
#[derive(Debug, Default)]
pub struct RepairScratch {
    /// Labels that are earlier than those of the base, [`UNREACHED`] elsewhere.
    arrived: Overlay,
    ready: Overlay,
    fresh_arrivals: Marks,
    fresh_ready: Marks,
    /// For every stop ready earlier in this round, when one was ready before.
    before: Vec<u32>,
    calls: Vec<Forced>,
    /// For every call and round of the added lines the earliest vehicle in which one leaves it.
    ridden: Vec<u32>,
    found: Vec<Found>,
}

/// Labels over labels: stop after stop, round after round.
#[derive(Debug, Default)]
struct Overlay {
    times: Vec<u32>,
    n_rounds: usize,
    /// What was written, to be cleared.
    written: Vec<usize>,
}

/// Somebody of the base is ready earlier than before where an added line calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Forced {
    step: u32,
    round: u32,
    set: u32,
    boarding: u32,
    at: u32,
}

/// The durations of a window with lines added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repaired<'b> {
    base: &'b Profile,
    changed: Vec<CallStopIx>,
    /// A row for each changed stop, as in a profile.
    lanes: Vec<u32>,
}

impl Raptor {
    /// The same as [`Raptor::range`], ready to be repaired with lines that this timetable is without. The stops of those lines must be
    /// stops of this timetable, with all their walks, even if nothing calls there.
    pub fn base(&self, access: &[StopTime], departures: &[u32], limits: &Limits, scratch: &mut Scratch) -> Base<'_> {
        assert!(departures.is_sorted_by(|a, b| a < b), "departures increase strictly");
        let mut search = Search::new(self.index(limits.direction), scratch, *limits, Noted::new(limits.max_rides));
        for step in 0..departures.len() {
            search.witness.step = step as u32;
            search.depart(access, seen(limits.direction, departures[lane(limits.direction, step, departures.len())]));
        }
        let Noted { found, arrived, ready, .. } = search.witness;
        Base {
            raptor: self,
            profile: Profile::from_found(&found, self.n_stops(), departures, limits),
            arrived: History::of(&arrived, self.n_stops(), limits.max_rides),
            ready: History::of(&ready, self.n_stops(), limits.max_rides),
        }
    }
}

impl Base<'_> {
    /// The durations without any line added.
    pub fn profile(&self) -> &Profile {
        &self.profile
    }

    /// The durations that a search finds in the timetable that has these lines too, to the bit.
    pub fn with_lines(&self, added: &[&AddedLines], scratch: &mut RepairScratch) -> Repaired<'_> {
        let limits = self.profile.limits();
        let added: Vec<&Added> = added.iter().map(|lines| lines.seen(limits.direction)).collect();
        scratch.reset(self.raptor.n_stops(), &added, limits.max_rides);
        let mut repair =
            Repair { base: self, index: self.raptor.index(limits.direction), added: &added, scratch, step: 0, latest: 0 };
        repair.list_forced();
        repair.run();
        let found = std::mem::take(&mut repair.scratch.found);
        let repaired = Repaired::from_found(found, &self.profile);
        scratch.arrived.clear();
        scratch.ready.clear();
        repaired
    }
}

impl RepairScratch {
    /// Empty; any repair makes it as large as it needs.
    pub fn new() -> RepairScratch {
        RepairScratch::default()
    }

    fn reset(&mut self, n_stops: usize, added: &[&Added], max_rides: u8) {
        let n_rounds = usize::from(max_rides).max(1);
        self.arrived.reset(n_stops, n_rounds);
        self.ready.reset(n_stops, n_rounds);
        self.fresh_arrivals.reach(n_stops);
        self.fresh_ready.reach(n_stops);
        self.calls.clear();
        self.ridden.clear();
        self.ridden.resize(added.iter().map(|added| added.lines.n_calls()).sum::<usize>() * n_rounds, UNREACHED);
        self.found.clear();
    }
}

impl Overlay {
    fn reset(&mut self, n_stops: usize, n_rounds: usize) {
        self.clear();
        self.n_rounds = n_rounds;
        self.times.resize(n_stops * n_rounds, UNREACHED);
    }

    fn get(&self, stop: u32, round: usize) -> u32 {
        self.times[stop as usize * self.n_rounds + round]
    }

    fn lower(&mut self, stop: u32, round: usize, to: u32) {
        let first = stop as usize * self.n_rounds;
        for label in first + round..first + self.n_rounds {
            if self.times[label] <= to {
                return;
            }
            if self.times[label] == UNREACHED {
                self.written.push(label);
            }
            self.times[label] = to;
        }
    }

    fn clear(&mut self) {
        for label in self.written.drain(..) {
            self.times[label] = UNREACHED;
        }
    }
}

/// One repair under way.
struct Repair<'a> {
    base: &'a Base<'a>,
    index: &'a Index,
    added: &'a [&'a Added],
    scratch: &'a mut RepairScratch,
    step: u32,
    /// No time after this is of use.
    latest: u32,
}

impl Repair<'_> {
    fn n_rounds(&self) -> usize {
        usize::from(self.base.profile.limits().max_rides)
    }

    /// Lists where and when the base falls at stops of the added lines, in the order of the search.
    fn list_forced(&mut self) {
        let ready = &self.base.ready;
        for (set, added) in self.added.iter().enumerate() {
            for (number, &(stop, _)) in added.boardings.iter().enumerate() {
                for round in 0..self.n_rounds() {
                    let falls = ready.changes(stop, round).iter();
                    // What fell with fewer rides was ridden with fewer.
                    let own = falls.filter(|fall| round == 0 || ready.at(stop, round - 1, fall.step) > fall.at);
                    self.scratch.calls.extend(own.map(|fall| Forced {
                        step: fall.step,
                        round: round as u32 + 1,
                        set: set as u32,
                        boarding: number as u32,
                        at: fall.at,
                    }));
                }
            }
        }
        self.scratch.calls.sort_unstable();
    }

    /// Departure by departure, round by round; departures at which the base changes nothing at the added lines change nothing.
    fn run(&mut self) {
        let calls = std::mem::take(&mut self.scratch.calls);
        for departure in calls.chunk_by(|a, b| a.step == b.step) {
            self.step = departure[0].step;
            let profile = &self.base.profile;
            let (direction, departures) = (profile.limits().direction, profile.departures());
            let departed = seen(direction, departures[lane(direction, self.step as usize, departures.len())]);
            self.latest = departed.saturating_add(profile.limits().max_duration).min(UNREACHED - 1);
            let mut forced = departure;
            for round in 1..=self.n_rounds() {
                let n = forced.partition_point(|call| call.round as usize <= round);
                for call in &forced[..n] {
                    let (_, boarding) = self.added[call.set as usize].boardings[call.boarding as usize];
                    self.ride_added(round, call.set as usize, boarding, call.at);
                }
                forced = &forced[n..];
                self.ride_fresh(round);
                if round < self.n_rounds() {
                    self.change_and_walk(round);
                }
                self.scratch.fresh_arrivals.clear();
                if forced.is_empty() && self.scratch.fresh_ready.list.is_empty() {
                    break;
                }
            }
        }
        self.scratch.calls = calls;
    }

    /// Rides on from every stop where one is ready earlier than before.
    fn ride_fresh(&mut self, round: usize) {
        let fresh = std::mem::take(&mut self.scratch.fresh_ready.list);
        let before = std::mem::take(&mut self.scratch.before);
        for (&stop, &before) in fresh.iter().zip(&before) {
            let ready = self.scratch.ready.get(stop, round - 1);
            for at in 0..self.index.boardings(stop).len() {
                let boarding = self.index.boardings(stop)[at];
                self.ride(round, boarding, ready, before);
            }
            for (set, added) in self.added.iter().enumerate() {
                for &(_, boarding) in added.boardings_at(stop) {
                    self.ride_added(round, set, boarding, ready);
                }
            }
        }
        (self.scratch.fresh_ready.list, self.scratch.before) = (fresh, before);
        self.scratch.fresh_ready.clear();
        self.scratch.before.clear();
    }

    /// Rides a line of the base, until the vehicle can be had at a call without having ridden it from here: from there on the base or an
    /// earlier part of this repair rode it or an earlier one, or another stop of this round will.
    fn ride(&mut self, round: usize, boarding: Boarding, ready: u32, before: u32) {
        let times = self.index.line(boarding.line);
        let Some(vehicle) = times.caught(boarding.call as usize, ready, UNREACHED) else { return };
        if times.caught(boarding.call as usize, before, vehicle.saturating_add(1)).is_some() {
            return;
        }
        for (at, call) in times.calls.iter().enumerate().skip(boarding.call as usize + 1) {
            if call.alight {
                self.arrive(round, call.stop, times.arrives(vehicle, at));
            }
            if call.board && at + 1 < times.calls.len() {
                let ready = self.ready(round - 1, call.stop);
                if ready <= self.latest && times.caught(at, ready, vehicle.saturating_add(1)).is_some() {
                    return;
                }
            }
        }
    }

    /// Rides an added line, until a vehicle as early was ridden.
    fn ride_added(&mut self, round: usize, set: usize, boarding: Boarding, ready: u32) {
        let added = self.added[set];
        let times: Times<'_> = added.lines.line(boarding.line);
        let before: usize = self.added[..set].iter().map(|added| added.lines.n_calls()).sum();
        let (n_rounds, first) = (self.n_rounds(), before + added.lines.calls_of(boarding.line).start);
        let ridden = |call: usize| (first + call) * n_rounds + round - 1..(first + call + 1) * n_rounds;
        let bound = self.scratch.ridden[ridden(boarding.call as usize).start];
        let Some(vehicle) = times.caught(boarding.call as usize, ready, bound) else { return };
        for (at, call) in times.calls.iter().enumerate().skip(boarding.call as usize) {
            if call.alight && at > boarding.call as usize {
                self.arrive(round, call.stop, times.arrives(vehicle, at));
            }
            let known = &mut self.scratch.ridden[ridden(at)];
            if known[0] <= vehicle {
                return;
            }
            known.iter_mut().take_while(|known| **known > vehicle).for_each(|known| *known = vehicle);
        }
    }

    fn ready(&self, round: usize, stop: u32) -> u32 {
        self.scratch.ready.get(stop, round).min(self.base.ready.at(stop, round, self.step))
    }

    fn arrive(&mut self, round: usize, stop: u32, at: u32) {
        let (known, last) = (&self.scratch.arrived, self.n_rounds() - 1);
        if at > self.latest || at >= known.get(stop, round - 1) || at >= self.base.arrived.at(stop, round - 1, self.step) {
            return;
        }
        if at < known.get(stop, last) && at < self.base.arrived.at(stop, last, self.step) {
            self.scratch.found.push(Found { stop, step: self.step, at });
        }
        self.scratch.arrived.lower(stop, round - 1, at);
        self.scratch.fresh_arrivals.mark(stop);
    }

    fn change_and_walk(&mut self, round: usize) {
        let index = self.index;
        for at in 0..self.scratch.fresh_arrivals.list.len() {
            let stop = self.scratch.fresh_arrivals.list[at];
            let arrived = self.scratch.arrived.get(stop, round - 1);
            self.become_ready(round, stop, arrived.saturating_add(index.change(stop)));
            for &(to, time) in index.walks().of(CallStopIx(stop)) {
                self.become_ready(round, to.0, arrived.saturating_add(time));
            }
        }
    }

    fn become_ready(&mut self, round: usize, stop: u32, at: u32) {
        if at > self.latest || at >= self.scratch.ready.get(stop, round) {
            return;
        }
        let before = self.ready(round, stop);
        if at >= before {
            return;
        }
        self.scratch.ready.lower(stop, round, at);
        if self.scratch.fresh_ready.mark(stop) {
            self.scratch.before.push(before);
        }
    }
}

impl<'b> Repaired<'b> {
    fn from_found(mut found: Vec<Found>, base: &'b Profile) -> Repaired<'b> {
        let n = base.departures().len();
        // The order in which one stop was found stays.
        found.sort_by_key(|found| found.stop);
        let mut repaired = Repaired { base, changed: Vec::new(), lanes: Vec::new() };
        for stop in found.chunk_by(|a, b| a.stop == b.stop) {
            let at = CallStopIx(stop[0].stop);
            let row = repaired.lanes.len();
            match base.lanes(at) {
                Some(lanes) => repaired.lanes.extend_from_slice(lanes),
                None => repaired.lanes.resize(row + n, UNREACHED),
            }
            repaired.changed.push(at);
            let ends = stop[1..].iter().map(|next| next.step as usize).chain([n]);
            for (found, end) in stop.iter().zip(ends) {
                found.fill(end, base.departures(), base.limits(), &mut repaired.lanes[row..row + n]);
            }
        }
        repaired
    }

    /// The stops that at least one departure reaches earlier than in the base, in order.
    pub fn changed(&self) -> &[CallStopIx] {
        &self.changed
    }

    /// Deciseconds from a departure, by position, until the first vehicle arrives at a stop.
    pub fn duration(&self, stop: CallStopIx, departure: usize) -> Option<u32> {
        self.lanes(stop).map(|lanes| lanes[departure]).filter(|&duration| duration != UNREACHED)
    }

    /// As [`Profile::to_door`].
    pub fn to_door(&self, egress: &[StopTime], lanes: &mut Lanes) {
        lanes.fill(self.base.departures(), self.base.limits(), egress, |stop| self.lanes(stop));
    }

    /// The durations of all stops, written out: as large as the base, so that it takes longer than most repairs.
    pub fn profile(&self) -> Profile {
        self.base.with_lanes(&self.changed, &self.lanes)
    }

    fn lanes(&self, stop: CallStopIx) -> Option<&[u32]> {
        let n = self.base.departures().len();
        match self.changed.binary_search(&stop) {
            Ok(at) => Some(&self.lanes[at * n..(at + 1) * n]),
            Err(_) => self.base.lanes(stop),
        }
    }
}
