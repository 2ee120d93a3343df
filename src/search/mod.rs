//! Travel times: earliest arrival over roads and services, forwards from an origin and backwards from a destination.
//!
//! `engine` says what measures may ask of a search. Behind it, over roads and services: `freeze` turns a network into flat arrays for one definition and one level of the parameters; `tree` searches them from one
//! endpoint to all others; `journey` spells out one answer leg by leg. Nothing here can fail: what it needs was checked on
//! the way in. What a scenario is, nothing here knows: a network is a network.

pub mod alternatives;
pub mod assumptions;
pub mod doors;
pub mod drives;
pub mod engine;
pub mod flat;
pub mod freeze;
pub mod hierarchy;
pub mod journey;
pub mod matrix;
mod nearest;
pub mod overlay;
pub mod project_sets;
pub mod raptor;
pub mod rides;
pub mod roads;
pub mod snap;
pub mod streets;
pub mod threads;
pub mod transit;
pub mod tree;
mod vectors;

use crate::geo::LonLat;
use crate::network::StopIx;
use crate::network::territory::PlaceIx;
use crate::units::Duration;

/// Where a journey may begin or end.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Endpoint {
    /// A place: its stations or its point, as the definition says.
    Place(PlaceIx),
    /// One of the centres of a place, by position.
    Centre(PlaceIx, usize),
    /// A population cell, by position.
    Cell(usize),
    /// A stop, at its platforms.
    Stop(StopIx),
    /// Any point.
    Point(LonLat),
}

/// The direction of a search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// From one origin to every destination.
    Forward,
    /// From every origin to one destination.
    Backward,
}

impl Direction {
    /// The other one: a forward search ends where a backward one begins.
    pub const fn opposite(self) -> Direction {
        match self {
            Direction::Forward => Direction::Backward,
            Direction::Backward => Direction::Forward,
        }
    }
}

/// The answer to one question for a travel time; "no journey" is not a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// There is a journey that takes so long.
    Reached(Duration),
    /// Nothing leads there.
    Unreachable(Reason),
    /// The way is there, but no train or too few in the window.
    NoService(Reason),
    /// An input is missing.
    NotTested(Reason),
}

/// Why there is no travel time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reason {
    /// The place has no station in this network.
    NoStation,
    /// No stop lies within the access limits.
    NoStopInReach,
    /// No road lies within the reach of local access.
    NoRoadInReach,
    /// No road leads there.
    NoRoad,
    /// No line leads there.
    NoLine,
    /// Fewer trains than the definition asks for in its window.
    TooFewTrains,
    /// No street lies within reach of the point.
    NoStreetInReach,
    /// No journey within the longest trip that was asked for.
    BeyondLongestTrip,
    /// Journeys exist at fewer departures of the window than the percentile asks for.
    TooFewDepartures,
}

impl Reason {
    /// The reason in a few words of English, as in tables.
    pub const fn text(self) -> &'static str {
        match self {
            Reason::NoStation => "no station serves the place",
            Reason::NoStopInReach => "no stop within the access limits",
            Reason::NoRoadInReach => "no road within the reach of local access",
            Reason::NoRoad => "no road leads there",
            Reason::NoLine => "no service leads there at any time of the day",
            Reason::TooFewTrains => "fewer trains than the definition asks for in its window",
            Reason::NoStreetInReach => "no street within reach of the point",
            Reason::BeyondLongestTrip => "no journey within the longest trip asked for",
            Reason::TooFewDepartures => "journeys at fewer departures of the window than the percentile asks for",
        }
    }
}

impl Outcome {
    /// The time, if there is a journey.
    pub const fn time(self) -> Option<Duration> {
        match self {
            Outcome::Reached(time) => Some(time),
            _ => None,
        }
    }

    /// Why there is none.
    pub const fn reason(self) -> Option<Reason> {
        match self {
            Outcome::Reached(_) => None,
            Outcome::Unreachable(reason) | Outcome::NoService(reason) | Outcome::NotTested(reason) => Some(reason),
        }
    }

    /// The word of the status column: `reached`, `unreachable`, `no_service`, `not_tested`.
    pub const fn status(self) -> &'static str {
        match self {
            Outcome::Reached(_) => "reached",
            Outcome::Unreachable(_) => "unreachable",
            Outcome::NoService(_) => "no_service",
            Outcome::NotTested(_) => "not_tested",
        }
    }

    /// The better of two answers by different means: the shorter time; without one, whatever tells more about the remedy
    /// (no service before unreachable before not tested).
    pub fn better(self, other: Outcome) -> Outcome {
        if other.slowness() < self.slowness() { other } else { self }
    }

    /// A key that orders outcomes from quick to hopeless: times, no service, unreachable, not tested.
    pub const fn slowness(self) -> (u8, u32) {
        match self {
            Outcome::Reached(time) => (0, time.deciseconds()),
            Outcome::NoService(_) => (1, 0),
            Outcome::Unreachable(_) => (2, 0),
            Outcome::NotTested(_) => (3, 0),
        }
    }
}
