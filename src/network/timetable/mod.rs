//! What runs on one service day: stops, patterns of trips, lines by headway, and walks that the feeds themselves name.
//!
//! `build` makes it from GTFS feeds; a scenario adds planned lines to it. All times of day are deciseconds after the midnight
//! that the service day counts from (noon − 12 h in the time zone of the timetable), as `u32`; trips of the day before that
//! are still running, and of the day after that already run, are there too, with their times shifted by a day. Times before
//! that midnight cannot be written and are left out with their calls.

pub mod build;
mod calls;
pub mod check;
mod days;
pub mod draw;
mod patterns;
pub mod stops;
mod transfers;

use std::sync::Arc;

use jiff::civil::Date;

use super::index;
use crate::geo::LonLat;
use crate::input::vocabulary::StopClass;

index! {
    /// Position of a stop in [`Timetable::stops`].
    CallStopIx
}
index! {
    /// Position of a route in [`Timetable::routes`].
    RouteIx
}

/// Everything that runs on one service day.
#[derive(Debug, Clone, PartialEq)]
pub struct Timetable {
    /// The service day.
    pub date: Date,
    /// The time zone that times of day are of, by its IANA name.
    pub zone: Arc<str>,
    /// Stops of all feeds and of planned lines, those without any call included.
    pub stops: Vec<CallStop>,
    /// Routes.
    pub routes: Vec<Route>,
    /// Patterns whose trips have fixed times.
    pub patterns: Vec<Pattern>,
    /// Lines that run by headway, at times that are not known.
    pub headways: Vec<HeadwayPattern>,
    /// Walks between stops and changes at a stop as the feeds state them.
    pub transfers: Vec<StatedTransfer>,
}

/// A place where vehicles call: a platform or a pole, as the feed has it.
#[derive(Debug, Clone, PartialEq)]
pub struct CallStop {
    /// Id in outputs: that of the feed, with the name of the feed and a colon before it where there are several feeds.
    pub id: Arc<str>,
    /// Name.
    pub name: Arc<str>,
    /// Where.
    pub at: LonLat,
    /// Decides the time to get in and out.
    pub class: StopClass,
    /// The station it belongs to, itself a stop of this list.
    pub parent: Option<CallStopIx>,
}

/// A route that travellers know by name.
#[derive(Debug, Clone, PartialEq)]
pub struct Route {
    /// Id in outputs, as that of stops.
    pub id: Arc<str>,
    /// Short name, or the long one where it has none.
    pub name: Arc<str>,
    /// The `route_type` of GTFS, basic (0–12) or extended (100–1700).
    pub route_type: u16,
    /// Projects of the scenario that built or changed it.
    pub projects: Vec<Arc<str>>,
}

/// A call of a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PatternStop {
    /// Where.
    pub stop: CallStopIx,
    /// Whether one may get on.
    pub board: bool,
    /// Whether one may get off.
    pub alight: bool,
}

/// Trips of one route that call at the same stops in the same order and do not overtake each other: at every call, a later trip
/// arrives no earlier and departs no earlier.
#[derive(Debug, Clone, PartialEq)]
pub struct Pattern {
    /// The route.
    pub route: RouteIx,
    /// Calls in order, at least two; a stop may occur more than once.
    pub stops: Vec<PatternStop>,
    /// Trips in order of time.
    pub trips: Vec<Trip>,
    /// Arrival of every trip at every call: trip after trip, `stops.len()` each. At the first call of a trip it is the departure.
    pub arrivals: Vec<u32>,
    /// Departure of every trip from every call, never before its arrival; at the last call it is the arrival.
    pub departures: Vec<u32>,
}

/// One trip of a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trip {
    /// Id in outputs.
    pub id: Arc<str>,
    /// The feed and the line of its `stop_times.txt` where it begins, or the file and line of a planned service.
    pub source: Arc<str>,
}

impl Pattern {
    /// When a trip arrives at a call.
    pub fn arrival(&self, trip: usize, call: usize) -> u32 {
        self.arrivals[trip * self.stops.len() + call]
    }

    /// When a trip leaves a call.
    pub fn departure(&self, trip: usize, call: usize) -> u32 {
        self.departures[trip * self.stops.len() + call]
    }
}

/// A line by headway: vehicles leave the first call every so often, nobody knows when exactly.
#[derive(Debug, Clone, PartialEq)]
pub struct HeadwayPattern {
    /// The route.
    pub route: RouteIx,
    /// What its random phases are drawn for: the same in every scenario that has the line, whatever else is there.
    pub key: Arc<str>,
    /// Calls in order, at least two.
    pub stops: Vec<PatternStop>,
    /// Arrival at every call in deciseconds after the departure from the first; 0 at the first.
    pub arrivals: Vec<u32>,
    /// Departure from every call likewise.
    pub departures: Vec<u32>,
    /// When it runs, in order of time.
    pub windows: Vec<HeadwayWindow>,
    /// As of a trip.
    pub source: Arc<str>,
}

/// A part of the day with one headway.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeadwayWindow {
    /// First possible departure from the first call.
    pub from: u32,
    /// No departure from the first call at or after this.
    pub to: u32,
    /// Deciseconds between departures, at least 1.
    pub headway: u32,
}

/// What a feed says of changing between two stops, or at one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StatedTransfer {
    /// Where one gets off.
    pub from: CallStopIx,
    /// Where one gets on; may be the same.
    pub to: CallStopIx,
    /// How long it takes at least.
    pub time: StatedTime,
}

/// The time of a stated transfer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatedTime {
    /// At least so many deciseconds.
    AtLeast(u32),
    /// As long as the walk takes; the vehicles wait or the change is recommended.
    Walk,
    /// Changing there is not possible.
    Forbidden,
}
