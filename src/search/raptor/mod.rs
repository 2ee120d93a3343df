//! Searching timetables: every departure of a window, from one origin to all stops.
//!
//! `index` freezes a timetable into flat arrays, forwards and mirrored, its lines in `lines`; `rounds` is the one search, ride after
//! ride; `range` runs it for every departure of a window, latest first, and keeps what later departures found; `repair` adds lines
//! (`added`) to such a search, whose `history` says what was known when; `journey` spells out one answer.
//!
//! Two labels are kept for every stop and number of rides, because walks need not be transitively closed: when a *vehicle* arrives
//! there (from there one may walk on) and when one is *ready* to get on there (having come by access, change or walk).
//!
//! Searching backwards is searching forwards in the mirrored timetable, where all times count downwards and every vehicle runs
//! from its last call to its first.

pub mod added;
mod day;
mod fetch;
mod history;
mod index;
pub mod journey;
mod lines;
pub mod range;
pub mod repair;
mod rounds;
pub mod walks;

use std::sync::OnceLock;

use self::index::Index;
pub use self::rounds::Scratch;
use self::walks::Walks;
use super::Direction;
use crate::network::timetable::{CallStopIx, Timetable};

/// What "never" is inside the search. Public answers are options.
pub(in crate::search) const UNREACHED: u32 = u32::MAX;

/// A timetable with its walks, ready to be searched.
///
/// Lines by headway that it still holds are ridden with their expected wait: whoever is ready at a call leaves it half a headway
/// later, rounded up to the decisecond. Where the line does not run at that moment, the wait begins with its next window; where
/// a later window gets one away earlier, one waits for that. So nobody who comes later leaves earlier.
#[derive(Debug)]
pub struct Raptor {
    forward: Index,
    mirrored: OnceLock<Index>,
}

/// How far a search goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Most rides of a journey; 0 finds nothing.
    pub max_rides: u8,
    /// Most deciseconds between leaving the door and getting off (backwards: between getting on and the wished arrival at the door).
    pub max_duration: u32,
    /// Forwards from an origin, or backwards to a destination.
    pub direction: Direction,
}

impl Raptor {
    /// Freezes a timetable. `walks` lead from stop to stop in one go: two are never walked one after the other. `changes` has for
    /// every stop the least deciseconds between getting off and getting on there, or `None` where one cannot change; staying in the
    /// vehicle takes none, nor does getting on after a walk or after access.
    ///
    /// Times of the timetable must be below `u32::MAX`.
    pub fn freeze(timetable: &Timetable, walks: &Walks, changes: &[Option<u32>]) -> Raptor {
        assert_eq!(walks.n_stops(), timetable.stops.len(), "walks are between the stops of the timetable");
        assert_eq!(changes.len(), timetable.stops.len(), "every stop has a time to change");
        Raptor { forward: Index::freeze(timetable, walks, changes), mirrored: OnceLock::new() }
    }

    /// The number of stops of the timetable.
    pub fn n_stops(&self) -> usize {
        self.forward.n_stops()
    }

    fn index(&self, direction: Direction) -> &Index {
        match direction {
            Direction::Forward => &self.forward,
            Direction::Backward => self.mirrored.get_or_init(|| self.forward.mirrored()),
        }
    }
}

impl Limits {
    /// The longest way from door to door for a departure (backwards: for a wished arrival): what ends after the end of time, or begins
    /// before midnight, has no time to be written.
    fn longest(&self, departure: u32) -> u32 {
        self.max_duration.min((UNREACHED - 1).saturating_sub(seen(self.direction, departure)))
    }
}

/// A time in the mirrored timetable, or back. What would lie before midnight comes out as [`UNREACHED`] of the mirrored search,
/// which is right: no vehicle runs then.
fn mirror(time: u32) -> u32 {
    (UNREACHED - 1).saturating_sub(time)
}

/// A time as the search in this direction counts it.
fn seen(direction: Direction, time: u32) -> u32 {
    match direction {
        Direction::Forward => time,
        Direction::Backward => mirror(time),
    }
}

/// A stop with a number of deciseconds: ways between a door and the stops around it.
pub type StopTime = (CallStopIx, u32);
