//! One journey in full: which vehicles, where to get on and off, where to walk, and when.

use super::index::Index;
use super::lines::Running;
use super::rounds::{Ready, Ride, Search, Witness};
use super::{Limits, Raptor, Scratch, StopTime, seen};
use crate::network::timetable::CallStopIx;
use crate::search::Direction;

/// A journey from door to door with at least one ride.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Journey {
    /// When one leaves the door: as asked for, or backwards as late as can be.
    pub departure: u32,
    /// When one is at the other door; backwards, at the wished time or before.
    pub arrival: u32,
    /// What happens in between, in order. Every leg begins where the one before ends; between the end of a leg and the start of a ride
    /// one waits.
    pub legs: Vec<Leg>,
}

/// A part of a journey; times are those of the timetable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leg {
    /// When it starts.
    pub starts: u32,
    /// When it ends.
    pub ends: u32,
    /// What it is.
    pub by: By,
}

/// How a leg goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// From the door to a stop.
    Access {
        /// The stop.
        to: CallStopIx,
    },
    /// In a vehicle.
    Ride {
        /// The line.
        line: Line,
        /// The position of the trip in the pattern; lines by headway have none.
        trip: Option<usize>,
        /// The call where one gets on, by position.
        board: usize,
        /// The call where one gets off.
        alight: usize,
        /// The stop of the first.
        from: CallStopIx,
        /// The stop of the second.
        to: CallStopIx,
    },
    /// From one vehicle to another at the same stop.
    Change {
        /// The stop.
        at: CallStopIx,
    },
    /// On foot from one vehicle to another.
    Walk {
        /// Where one got off.
        from: CallStopIx,
        /// Where one gets on.
        to: CallStopIx,
    },
    /// From a stop to the door.
    Egress {
        /// The stop.
        from: CallStopIx,
    },
}

/// A line of the timetable that was searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Line {
    /// A position in [`Timetable::patterns`](crate::network::timetable::Timetable::patterns).
    Pattern(usize),
    /// A position in [`Timetable::headways`](crate::network::timetable::Timetable::headways). Its rides start half a headway after one is
    /// ready.
    Headway(usize),
}

impl Raptor {
    /// The journey that arrives earliest when one leaves the door at `departure`; backwards, the one that leaves latest and is at the
    /// door at `departure`. `access` and `egress` are as for [`range`](Raptor::range) and
    /// [`to_door`](super::range::Profile::to_door); the limit holds from door to door. Of journeys equally good it takes one with the
    /// fewest rides, then with the shortest egress, then by the order of stops and lines.
    pub fn journey(
        &self,
        access: &[StopTime],
        egress: &[StopTime],
        departure: u32,
        limits: &Limits,
        scratch: &mut Scratch,
    ) -> Option<Journey> {
        let index = self.index(limits.direction);
        let start = seen(limits.direction, departure);
        let mut search = Search::new(index, scratch, *limits, Parents::default());
        search.depart(access, start);
        let reached = egress.iter().filter_map(|&(stop, time)| {
            let (at, rides) = search.arrival(stop.0)?;
            let duration = (at - start).checked_add(time).filter(|&duration| duration <= limits.longest(departure))?;
            Some((duration, rides, time, stop))
        });
        let (duration, rides, egress, stop) = reached.min()?;
        let mut chain = Chain::traced(index, &search, stop.0, rides);
        chain.egress = egress;
        match limits.direction {
            Direction::Forward => chain.reverse(),
            Direction::Backward => chain.mirror(&self.forward),
        }
        let departure = match limits.direction {
            Direction::Forward => departure,
            Direction::Backward => departure - duration,
        };
        Some(chain.replayed(&self.forward, departure))
    }
}

/// Notes how every label came about.
#[derive(Default)]
struct Parents {
    rides: Vec<((usize, u32), Ride)>,
    ready: Vec<((usize, u32), Ready)>,
}

impl Witness for Parents {
    fn arrives(&mut self, _: u32, _: u32) {}

    fn rides(&mut self, round: usize, stop: u32, _: u32, ride: Ride) {
        self.rides.push(((round, stop), ride));
    }

    fn becomes_ready(&mut self, round: usize, stop: u32, _: u32, after: Ready) {
        self.ready.push(((round, stop), after));
    }
}

impl Parents {
    /// What the last note says of a label.
    fn ride(&self, round: usize, stop: u32) -> Ride {
        last(&self.rides, (round, stop)).expect("every arrival of a round was noted")
    }

    fn ready(&self, round: usize, stop: u32) -> Ready {
        last(&self.ready, (round, stop)).expect("whoever gets on became ready")
    }
}

fn last<T: Copy>(notes: &[((usize, u32), T)], label: (usize, u32)) -> Option<T> {
    notes.iter().rev().find(|(noted, _)| *noted == label).map(|&(_, note)| note)
}

/// The rides of a journey and how one gets from each to the next, without times.
struct Chain {
    access: u32,
    rides: Vec<Ride>,
    /// Between every two rides, whether one walks; otherwise one changes at the stop.
    walked: Vec<bool>,
    egress: u32,
}

impl Chain {
    /// Follows the notes back from a stop, so the last ride comes first.
    fn traced(index: &Index, search: &Search<'_, Parents>, stop: u32, rides: usize) -> Chain {
        let mut chain = Chain { access: 0, rides: Vec::new(), walked: Vec::new(), egress: 0 };
        let (mut stop, mut round) = (stop, rides);
        loop {
            let ride = search.witness.ride(round, stop);
            chain.rides.push(ride);
            stop = index.line(ride.line).calls[ride.board as usize].stop;
            // One became ready there after the round before, and not earlier: otherwise the round before would have ridden the same.
            round -= 1;
            match search.witness.ready(round, stop) {
                Ready::Access(time) => {
                    chain.access = time;
                    return chain;
                }
                Ready::Changed => chain.walked.push(false),
                Ready::Walked(from) => {
                    chain.walked.push(true);
                    stop = from;
                }
            }
        }
    }

    fn reverse(&mut self) {
        self.rides.reverse();
        self.walked.reverse();
    }

    /// A chain of the mirrored timetable, whose last ride came first, as one of the timetable.
    fn mirror(&mut self, index: &Index) {
        std::mem::swap(&mut self.access, &mut self.egress);
        for ride in &mut self.rides {
            let times = index.line(ride.line);
            let last_call = times.calls.len() as u32 - 1;
            (ride.board, ride.alight) = (last_call - ride.alight, last_call - ride.board);
            if let Running::Trips(n) = times.running {
                ride.trip = n - 1 - ride.trip;
            }
        }
    }

    /// Makes the journey from a departure on.
    fn replayed(&self, index: &Index, departure: u32) -> Journey {
        let mut legs: Vec<Leg> = Vec::new();
        let mut now = departure;
        let mut add = |by: By, starts: u32, ends: u32| {
            legs.push(Leg { starts, ends, by });
            ends
        };
        let mut here = None;
        for (at, ride) in self.rides.iter().enumerate() {
            let calls = index.line(ride.line).calls;
            let (from, to) = (calls[ride.board as usize].at(), calls[ride.alight as usize].at());
            now = match here {
                None => add(By::Access { to: from }, now, now + self.access),
                Some(before) if self.walked[at - 1] => {
                    let walk = index.walks().between(before, from).expect("whoever walked had a walk");
                    add(By::Walk { from: before, to: from }, now, now + walk)
                }
                Some(_) => add(By::Change { at: from }, now, now + index.change(from.0)),
            };
            let (line, trip, starts, ends) = ridden(index, ride, now);
            let (board, alight) = (ride.board as usize, ride.alight as usize);
            now = add(By::Ride { line, trip, board, alight, from, to }, starts, ends);
            here = Some(to);
        }
        let last = here.expect("a journey has a ride");
        let arrival = add(By::Egress { from: last }, now, now + self.egress);
        Journey { departure, arrival, legs }
    }
}

/// The line and trip of a ride, and when it starts and ends for whoever is ready at `ready`.
fn ridden(index: &Index, ride: &Ride, ready: u32) -> (Line, Option<usize>, u32, u32) {
    let times = index.line(ride.line);
    let (board, alight) = (ride.board as usize, ride.alight as usize);
    match times.running {
        Running::Trips(_) => {
            let (starts, ends) = (times.departure(ride.trip, board), times.arrival(ride.trip, alight));
            (Line::Pattern(ride.line as usize), Some(ride.trip as usize), starts, ends)
        }
        Running::Windows { .. } => {
            let start = times.expected(board, ready);
            let line = Line::Headway(ride.line as usize - index.n_patterns());
            (line, None, start + times.departure(0, board), start + times.arrival(0, alight))
        }
    }
}
