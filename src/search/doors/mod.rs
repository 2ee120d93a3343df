//! From door to door: access, rides and egress put together, beside the direct way.
//!
//! [`world::World`] holds the frozen streets of every mode and the frozen timetables. A point is located once
//! ([`located::Located`]); `links` finds the stops around it; `row` searches from one point for every departure of a window, and
//! `egress` carries what rides reach on to many others at once, of whose times `ranks` are taken; `far` is the other end of many searches, `matrix` answers many
//! against many, `everywhere` one departure to all vertices; `journey` spells one answer out; `reach` gives the streets reached, for areas.
//!
//! The search is the same in both directions. What a search starts from is its *root* (the origin forwards, the destination
//! backwards), the other end is *far*.

pub mod egress;
pub mod engine;
pub mod everywhere;
pub mod far;
mod features;
pub mod hierarchies;
pub mod journey;
pub mod lanes;
pub mod links;
pub mod located;
pub mod matrix;
pub mod ranks;
pub mod reach;
pub mod row;
pub mod searched;
pub mod world;

use super::{Direction, Reason};
use crate::network::streets::StreetMode;
use crate::units::Duration;

/// How somebody gets over streets: from door to door, or between a door and a stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ApproachKind {
    /// On foot.
    Walk,
    /// By bicycle.
    Bicycle,
    /// By e-bike.
    Ebike,
    /// By a local bus whose timetable is not known: over footways at the speed of a bus, after a wait.
    LocalBus,
    /// By car, set down or picked up.
    Car,
    /// By taxi, after waiting for it.
    Taxi,
    /// By own car, parked at the stop.
    ParkAndRide,
}

impl ApproachKind {
    /// Every kind, in order.
    pub const ALL: &'static [ApproachKind] = &[
        ApproachKind::Walk,
        ApproachKind::Bicycle,
        ApproachKind::Ebike,
        ApproachKind::LocalBus,
        ApproachKind::Car,
        ApproachKind::Taxi,
        ApproachKind::ParkAndRide,
    ];

    /// The word in files and arguments.
    pub const fn word(self) -> &'static str {
        match self {
            ApproachKind::Walk => "walk",
            ApproachKind::Bicycle => "bicycle",
            ApproachKind::Ebike => "ebike",
            ApproachKind::LocalBus => "local_bus",
            ApproachKind::Car => "car",
            ApproachKind::Taxi => "taxi",
            ApproachKind::ParkAndRide => "park_and_ride",
        }
    }

    /// Whose streets it uses.
    pub const fn street_mode(self) -> StreetMode {
        match self {
            ApproachKind::Walk | ApproachKind::LocalBus => StreetMode::Walk,
            ApproachKind::Bicycle => StreetMode::Bicycle,
            ApproachKind::Ebike => StreetMode::Ebike,
            ApproachKind::Car | ApproachKind::Taxi | ApproachKind::ParkAndRide => StreetMode::Car,
        }
    }
}

/// A way over streets that is allowed, and what it takes beside the way itself.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Approach {
    /// By what.
    pub kind: ApproachKind,
    /// The longest time on the streets; more than this counts as too far. What comes before and after is not in it.
    pub limit: Duration,
    /// Before moving: to the parked car, waiting for the taxi or the bus.
    pub before: Duration,
    /// After arriving: parking.
    pub after: Duration,
    /// The time on the streets is that of the layer times this: 1, but for a local bus, which runs over footways faster than
    /// people walk.
    pub factor: f64,
    /// Whether the clock runs meanwhile; otherwise it limits how far one gets, and takes no time.
    pub counts: bool,
}

impl Approach {
    /// The approach with nothing beside the way, and no limit of its own.
    pub const fn plain(kind: ApproachKind) -> Self {
        let unlimited = Duration::from_deciseconds(u32::MAX);
        Approach { kind, limit: unlimited, before: Duration::ZERO, after: Duration::ZERO, factor: 1.0, counts: true }
    }

    /// The whole time of a way that takes `layer` deciseconds on the layer; `None` beyond the limit.
    pub fn whole(&self, layer: u32) -> Option<u32> {
        let time = self.scaled(layer);
        let whole = || time.saturating_add(self.before.deciseconds()).saturating_add(self.after.deciseconds());
        (time <= self.limit.deciseconds()).then(|| if self.counts { whole() } else { 0 })
    }

    /// The time on the streets for `layer` deciseconds on the layer.
    pub fn scaled(&self, layer: u32) -> u32 {
        if self.factor == 1.0 { layer } else { Duration::from_deciseconds(layer).scaled(self.factor).deciseconds() }
    }

    /// How far the layer has to be searched for journeys of at most `longest` deciseconds: where the clock does not run meanwhile, as far
    /// as the way may lead.
    pub fn layer_limit_within(&self, longest: u32) -> u32 {
        self.layer_limit(if self.counts { longest } else { u32::MAX })
    }

    /// How far the layer has to be searched for ways of at most `time` deciseconds on the streets: never too short.
    pub fn layer_limit(&self, time: u32) -> u32 {
        let time = time.min(self.limit.deciseconds());
        if self.factor == 1.0 {
            time
        } else {
            // What is less than half a decisecond longer is rounded down to the time.
            let longer = Duration::from_deciseconds(time.saturating_add(1));
            longer.scaled(1.0 / self.factor).deciseconds().saturating_add(1)
        }
    }
}

/// What journeys are allowed.
#[derive(Debug, Clone, PartialEq)]
pub struct Terms {
    /// Ways from door to door without any ride.
    pub direct: Vec<Approach>,
    /// Ways from the origin to the first stop.
    pub access: Vec<Approach>,
    /// Ways from the last stop to the destination.
    pub egress: Vec<Approach>,
    /// The most vehicles of public transport one may use; 0 for streets only.
    pub max_rides: u8,
    /// The longest journey; one that takes exactly so long counts.
    pub max_trip: Duration,
}

impl Terms {
    /// The ways at the end of a journey where a search in this direction starts.
    pub fn near(&self, direction: Direction) -> &[Approach] {
        match direction {
            Direction::Forward => &self.access,
            Direction::Backward => &self.egress,
        }
    }

    /// The ways at the other end.
    pub fn far(&self, direction: Direction) -> &[Approach] {
        self.near(direction.opposite())
    }

    /// The modes whose streets are needed, in order.
    pub fn street_modes(&self) -> Vec<StreetMode> {
        let all = self.direct.iter().chain(&self.access).chain(&self.egress);
        let mut modes: Vec<StreetMode> = all.map(|approach| approach.kind.street_mode()).collect();
        modes.sort_unstable();
        modes.dedup();
        modes
    }
}

/// Which of the durations at all times of a window (and in all draws) counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Statistic {
    /// The time that so many per cent of them need at most, by nearest rank: 1 to 100.
    Percentile(u8),
    /// The so-manieth best, from 1.
    Best(usize),
}

impl Statistic {
    /// Why there is no such time where some departures have a journey.
    pub(super) const fn too_few(self) -> Reason {
        match self {
            Statistic::Percentile(_) => Reason::TooFewDepartures,
            Statistic::Best(_) => Reason::TooFewTrains,
        }
    }

    /// Its position among `n` sorted durations; `None` where there are fewer.
    ///
    /// ```
    /// use onehour::search::doors::Statistic;
    /// assert_eq!(Statistic::Percentile(50).position(10), Some(4)); // the fifth of ten
    /// assert_eq!(Statistic::Best(4).position(3), None);
    /// ```
    pub fn position(self, n: usize) -> Option<usize> {
        match self {
            Statistic::Percentile(percent) => (n * usize::from(percent.clamp(1, 100))).div_ceil(100).checked_sub(1),
            Statistic::Best(rank) => rank.checked_sub(1).filter(|&at| at < n),
        }
    }
}

/// When journeys begin at the origin, or have to end at the destination.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    /// Forward: times of departure; backward: times of arrival.
    pub direction: Direction,
    /// Deciseconds of the service day, strictly increasing.
    pub times: Vec<u32>,
    /// Whether only the first draw of lines by headway is searched, because no wait at the door is counted.
    pub first_draw: bool,
}

impl Window {
    /// The times `first`, `first + step`, … before `end`, at least the first.
    ///
    /// ```
    /// use onehour::search::{Direction, doors::Window};
    /// let quarter = Window::every(Direction::Forward, 7 * 36_000, 7 * 36_000 + 9_000, 600);
    /// assert_eq!(quarter.times.len(), 15); // 07:00, 07:01, …, 07:14
    /// ```
    pub fn every(direction: Direction, first: u32, end: u32, step: u32) -> Self {
        let times = std::iter::successors(Some(first), |time| time.checked_add(step.max(1)).filter(|&next| next < end));
        Window { direction, times: times.collect(), first_draw: false }
    }
}
