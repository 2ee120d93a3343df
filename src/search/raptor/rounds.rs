//! The search itself: what one more ride reaches, again and again, for departures that go back in time.

use super::index::Index;
use super::lines::{Running, Times};
use super::range::Found;
use super::{Limits, StopTime, UNREACHED};
use crate::network::timetable::CallStopIx;

/// Told of everything that the search finds. The search for all departures wants arrivals only; a journey is made from the rest.
pub(super) trait Witness {
    /// A vehicle arrives at a stop earlier than any that the rounds before or later departures know of, with the most rides or fewer.
    fn arrives(&mut self, stop: u32, at: u32);
    /// A ride arrives at a stop in a round earlier than all known with as many rides.
    fn rides(&mut self, round: usize, stop: u32, at: u32, ride: Ride);
    /// One is ready at a stop after a round earlier than known before.
    fn becomes_ready(&mut self, round: usize, stop: u32, at: u32, after: Ready);
}

/// A ride in numbers of the index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ride {
    pub line: u32,
    /// The trip, 0 for lines by headway.
    pub trip: u32,
    pub board: u32,
    pub alight: u32,
}

/// Why one is ready to get on at a stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ready {
    Access(u32),
    Changed,
    Walked(u32),
}

/// Labels and lists of a search, kept from one to the next so that nothing is allocated again: 8 bytes for each stop and ride, 13 for
/// each stop and 12 for each line.
///
/// A ride reads, call after call, 12 bytes of the line, 4 of the row of the trip, 4 or 8 of when it leaves, and of the stop two labels of 4
/// bytes and a mark; labels of a round lie together, so that those of 30 000 stops and one round stay in the cache.
#[derive(Debug, Default)]
pub struct Scratch {
    /// When a vehicle arrives, by at most as many rides as the round says.
    arrived: Labels,
    /// When one is ready to get on.
    ready: Labels,
    /// Stops where this round a vehicle arrives earlier; then stops where one is ready earlier.
    fresh_arrivals: Marks,
    fresh_ready: Marks,
    /// For every stop where one is ready earlier, when one was ready before.
    before: Vec<u32>,
    /// Lines to ride in this round, and between which calls one may have become able to get on.
    queue: Vec<u32>,
    calls: Vec<Calls>,
    /// Arrivals by vehicle in the order they were found: see `range`.
    pub(super) found: Vec<Found>,
}

/// A time for each stop and round. A later round is never worse; rounds that no search came to yet are as the last that one did.
#[derive(Debug, Default)]
struct Labels {
    times: Vec<u32>,
    n_stops: usize,
}

/// The first and the last call of a line where one is ready earlier than before.
#[derive(Debug, Clone, Copy)]
struct Calls {
    first: u32,
    last: u32,
}

impl Calls {
    const NONE: Calls = Calls { first: UNREACHED, last: 0 };
}

/// A list of stops without repetition.
#[derive(Debug, Default)]
pub(super) struct Marks {
    pub list: Vec<u32>,
    is_in: Vec<bool>,
}

/// So many lines or stops before their turn the processor is told to read them.
const READ_AHEAD: usize = 4;

/// Searches one index, for departures that go back in time.
pub(super) struct Search<'a, W> {
    index: &'a Index,
    scratch: &'a mut Scratch,
    pub limits: Limits,
    pub witness: W,
    /// No time after this is of use.
    latest: u32,
}

impl Scratch {
    /// Empty; any search makes it as large as it needs.
    pub fn new() -> Scratch {
        Scratch::default()
    }

    fn reset(&mut self, index: &Index) {
        self.arrived.reset(index.n_stops());
        self.ready.reset(index.n_stops());
        self.fresh_arrivals.reset(index.n_stops());
        self.fresh_ready.reset(index.n_stops());
        self.before.resize(index.n_stops(), UNREACHED);
        self.queue.clear();
        self.calls.clear();
        self.calls.resize(index.n_lines(), Calls::NONE);
    }
}

impl Labels {
    fn reset(&mut self, n_stops: usize) {
        self.n_stops = n_stops;
        self.times.clear();
        self.times.resize(n_stops, UNREACHED);
    }

    fn last_round(&self) -> usize {
        (self.times.len() / self.n_stops.max(1)).saturating_sub(1)
    }

    /// Makes room for a round, which begins as the last one is.
    fn reach(&mut self, round: usize) {
        while self.n_stops > 0 && self.last_round() < round {
            self.times.extend_from_within(self.times.len() - self.n_stops..);
        }
    }

    fn get(&self, round: usize, stop: u32) -> u32 {
        self.times[round * self.n_stops + stop as usize]
    }

    /// Lowers the label of a round and of all later ones; says whether that of the last round fell too.
    fn lower(&mut self, round: usize, stop: u32, to: u32) -> bool {
        let labels = self.times[round * self.n_stops + stop as usize..].iter_mut().step_by(self.n_stops);
        for label in labels {
            if *label <= to {
                return false;
            }
            *label = to;
        }
        true
    }

    /// The first round in which the label is what it is in `round`.
    fn first_round(&self, round: usize, stop: u32) -> usize {
        (0..round).find(|&earlier| self.get(earlier, stop) == self.get(round, stop)).unwrap_or(round)
    }
}

impl Marks {
    fn reset(&mut self, n_stops: usize) {
        self.list.clear();
        self.is_in.clear();
        self.is_in.resize(n_stops, false);
    }

    /// Makes room for so many stops, while none is marked.
    pub(super) fn reach(&mut self, n_stops: usize) {
        self.is_in.resize(n_stops, false);
    }

    /// Marks a stop; says whether it was not before.
    pub(super) fn mark(&mut self, stop: u32) -> bool {
        let is_new = !std::mem::replace(&mut self.is_in[stop as usize], true);
        if is_new {
            self.list.push(stop);
        }
        is_new
    }

    fn has(&self, stop: u32) -> bool {
        self.is_in[stop as usize]
    }

    pub(super) fn clear(&mut self) {
        for &stop in &self.list {
            self.is_in[stop as usize] = false;
        }
        self.list.clear();
    }
}

impl<'a, W: Witness> Search<'a, W> {
    pub(super) fn new(index: &'a Index, scratch: &'a mut Scratch, limits: Limits, witness: W) -> Self {
        scratch.reset(index);
        Search { index, scratch, limits, witness, latest: 0 }
    }

    /// All that leaving the door at this time reaches earlier than the later departures did that were searched before.
    pub(super) fn depart(&mut self, access: &[StopTime], departure: u32) {
        self.latest = departure.saturating_add(self.limits.max_duration).min(UNREACHED - 1);
        for &(stop, time) in access {
            self.become_ready(0, stop.0, departure.saturating_add(time), Ready::Access(time));
        }
        for round in 1..=usize::from(self.limits.max_rides) {
            if self.scratch.fresh_ready.list.is_empty() {
                break;
            }
            self.scratch.arrived.reach(round);
            self.scratch.ready.reach(round);
            self.queue_lines();
            self.ride_lines(round);
            if round < usize::from(self.limits.max_rides) {
                self.change_and_walk(round);
            }
            self.scratch.fresh_arrivals.clear();
        }
        self.scratch.fresh_ready.clear();
    }

    fn become_ready(&mut self, round: usize, stop: u32, at: u32, after: Ready) {
        let before = self.scratch.ready.get(round, stop);
        if at <= self.latest && at < before {
            self.scratch.ready.lower(round, stop, at);
            if self.scratch.fresh_ready.mark(stop) {
                self.scratch.before[stop as usize] = before;
            }
            self.witness.becomes_ready(round, stop, at, after);
        }
    }

    /// Queues the lines that call where one is ready earlier than before.
    fn queue_lines(&mut self) {
        let Scratch { fresh_ready, calls, queue, .. } = &mut *self.scratch;
        for (at, &stop) in fresh_ready.list.iter().enumerate() {
            if let Some(&ahead) = fresh_ready.list.get(at + READ_AHEAD) {
                self.index.fetch_boardings(ahead);
            }
            for boarding in self.index.boardings(stop) {
                let calls = &mut calls[boarding.line as usize];
                if calls.first == UNREACHED {
                    queue.push(boarding.line);
                }
                *calls = Calls { first: boarding.call.min(calls.first), last: boarding.call.max(calls.last) };
            }
        }
    }

    /// Has the processor read lines of the queue ahead, each step when the one before has arrived: where the line is, its calls, and the
    /// rows of the trips that one will probably ride.
    fn read_ahead(&self, round: usize, at: usize) {
        let Scratch { queue, calls, ready, .. } = &*self.scratch;
        if let Some(&line) = queue.get(at + 3 * READ_AHEAD) {
            self.index.lines().fetch_line(line);
        }
        if let Some(&line) = queue.get(at + 2 * READ_AHEAD) {
            self.index.lines().fetch_calls(line, calls[line as usize].first);
        }
        if let Some(&line) = queue.get(at + READ_AHEAD) {
            let (times, first) = (self.index.line(line), calls[line as usize].first as usize);
            times.fetch(first, ready.get(round - 1, times.calls[first].stop));
        }
    }

    fn ride_lines(&mut self, round: usize) {
        for at in 0..self.scratch.queue.len() {
            self.read_ahead(round, at);
            let line = self.scratch.queue[at];
            let calls = std::mem::replace(&mut self.scratch.calls[line as usize], Calls::NONE);
            let times = self.index.line(line);
            match times.running {
                Running::Trips(n) => self.ride_trips(round, line, &times, calls, n),
                Running::Windows { .. } => self.ride_headway(round, line, &times, calls.first as usize),
            }
        }
        self.scratch.queue.clear();
        self.scratch.fresh_ready.clear();
    }

    /// Rides the earliest trip that one can be on, from the first call where one may get on. Trips do not overtake each other, so
    /// an earlier one is better all along.
    ///
    /// It leaves a trip where it could be had before without having ridden it so far: from there on somebody rode it, or an earlier one,
    /// in this round, one with fewer rides, or for a later departure. Past the last call where one is ready earlier than before, that
    /// is the end of the ride.
    fn ride_trips(&mut self, round: usize, line: u32, times: &Times<'_>, calls: Calls, n_trips: u32) {
        let (mut trip, mut board, mut rides) = (n_trips, calls.first, false);
        for (at, call) in times.calls.iter().enumerate().skip(calls.first as usize) {
            if rides && call.alight {
                self.arrive(round, call.stop, times.arrival(trip, at), Ride { line, trip, board, alight: at as u32 });
            } else if !rides && at > calls.last as usize {
                return;
            }
            if !call.board {
                continue;
            }
            let Scratch { ready, fresh_ready, before, .. } = &*self.scratch;
            let (ready, is_fresh) = (ready.get(round - 1, call.stop), fresh_ready.has(call.stop));
            if is_fresh && trip > 0 && (trip == n_trips || times.departure(trip - 1, at) >= ready) {
                let earlier = times.first_trip(trip, at, ready);
                if earlier < trip {
                    (trip, board, rides) = (earlier, at as u32, true);
                }
            }
            if rides {
                let known = if is_fresh { before[call.stop as usize] } else { ready };
                rides = times.departure(trip, at) < known;
            }
        }
    }

    /// The same for a line by headway: the vehicle that, by expectation, left the first call earliest.
    fn ride_headway(&mut self, round: usize, line: u32, times: &Times<'_>, first: usize) {
        let mut start = UNREACHED;
        let mut board = first as u32;
        for (at, call) in times.calls.iter().enumerate().skip(first) {
            if call.alight && start < UNREACHED {
                let arrival = start.saturating_add(times.arrival(0, at));
                self.arrive(round, call.stop, arrival, Ride { line, trip: 0, board, alight: at as u32 });
            }
            let ready = if call.board { self.scratch.ready.get(round - 1, call.stop) } else { UNREACHED };
            if ready > self.latest {
                continue;
            }
            let earlier = times.expected(at, ready);
            if earlier < start {
                (start, board) = (earlier, at as u32);
            }
        }
    }

    fn arrive(&mut self, round: usize, stop: u32, at: u32, ride: Ride) {
        if at > self.latest || at >= self.scratch.arrived.get(round, stop) {
            return;
        }
        if self.scratch.arrived.lower(round, stop, at) {
            self.witness.arrives(stop, at);
        }
        self.scratch.fresh_arrivals.mark(stop);
        self.witness.rides(round, stop, at, ride);
    }

    /// Makes ready for the next ride, at the stops of this round's arrivals and wherever one walks from them.
    fn change_and_walk(&mut self, round: usize) {
        let index = self.index;
        for at in 0..self.scratch.fresh_arrivals.list.len() {
            let stop = self.scratch.fresh_arrivals.list[at];
            if let Some(&ahead) = self.scratch.fresh_arrivals.list.get(at + READ_AHEAD) {
                index.walks().fetch(ahead);
            }
            let arrived = self.scratch.arrived.get(round, stop);
            self.become_ready(round, stop, arrived.saturating_add(index.change(stop)), Ready::Changed);
            for &(to, time) in index.walks().of(CallStopIx(stop)) {
                self.become_ready(round, to.0, arrived.saturating_add(time), Ready::Walked(stop));
            }
        }
    }

    /// When a vehicle arrives at a stop, by as many rides as are allowed, and the fewest rides that arrive so early. For one departure
    /// only.
    pub(super) fn arrival(&self, stop: u32) -> Option<(u32, usize)> {
        let last = self.scratch.arrived.last_round();
        let at = self.scratch.arrived.get(last, stop);
        (at < UNREACHED).then(|| (at, self.scratch.arrived.first_round(last, stop)))
    }
}
