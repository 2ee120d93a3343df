//! `parameters.toml`: every assumption with its low, base and high (`docs/formats.md` §7).

use std::collections::BTreeMap;

use super::vocabulary::{Confidence, Name};
use crate::diagnostic::Span;

/// Which value of every parameter a computation takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// The end that shortens journeys, for all parameters at once.
    Favourable,
    /// The base value.
    Base,
    /// The end that lengthens journeys, for all parameters at once.
    Unfavourable,
}

impl Level {
    /// All three.
    pub const ALL: [Level; 3] = [Level::Favourable, Level::Base, Level::Unfavourable];
}

/// One parameter.
#[derive(Debug, Clone)]
pub struct Parameter {
    /// Low end; `low ≤ base ≤ high`, all finite and not negative.
    pub low: f64,
    /// Base.
    pub base: f64,
    /// High end.
    pub high: f64,
    /// Unit as written.
    pub unit: String,
    /// Whether the high end shortens journeys.
    pub high_is_better: bool,
    /// Where it comes from.
    pub source: String,
    /// How sure.
    pub confidence: Confidence,
    /// Name for reports.
    pub name: Option<Name>,
    /// Where it stands.
    pub span: Span,
}

/// All parameters by dotted key. Readers check that every key the engine reads is there.
#[derive(Debug, Clone, Default)]
pub struct Parameters {
    entries: BTreeMap<String, Parameter>,
}

impl Parameters {
    /// A table of `entries`.
    pub fn new(entries: BTreeMap<String, Parameter>) -> Self {
        Parameters { entries }
    }

    /// The parameter of `key`, if there is one.
    pub fn find(&self, key: &str) -> Option<&Parameter> {
        self.entries.get(key)
    }

    /// All parameters in order of their keys.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Parameter)> {
        self.entries.iter().map(|(key, parameter)| (key.as_str(), parameter))
    }

    /// The value of `key` at `level`.
    ///
    /// # Panics
    /// When there is no such parameter: readers have checked the keys of [`REQUIRED`], and `network::build` those that
    /// network files name.
    pub fn value(&self, key: &str, level: Level) -> f64 {
        let parameter = self.entries.get(key).unwrap_or_else(|| panic!("parameter `{key}` was checked when it was read"));
        match (level, parameter.high_is_better) {
            (Level::Base, _) => parameter.base,
            (Level::Favourable, true) | (Level::Unfavourable, false) => parameter.high,
            (Level::Favourable, false) | (Level::Unfavourable, true) => parameter.low,
        }
    }
}

/// The keys that the engine reads whatever the network; `model.*`, `delay.*` and `road.expressway.limit_*` come on top.
pub const REQUIRED: &[&str] = &[
    "road.fast",
    "road.urban",
    "road.national.plain",
    "road.national.mountain",
    "road.provincial.plain",
    "road.provincial.mountain",
    "road.county.plain",
    "road.county.mountain",
    "road.township.plain",
    "road.township.mountain",
    "road.connector",
    "congestion.metropolis.peak",
    "congestion.metropolis.offpeak",
    "congestion.prefecture.peak",
    "congestion.prefecture.offpeak",
    "congestion.county.peak",
    "congestion.county.offpeak",
    "congestion.expressway.peak",
    "congestion.expressway.offpeak",
    "car.ramp_min",
    "car.system_interchange_min",
    "car.walk_to_car_min",
    "car.park_metropolis_min",
    "car.park_other_min",
    "local.speed.urban",
    "local.speed.plain",
    "local.speed.mountain",
    "local.detour.urban",
    "local.detour.plain",
    "local.detour.mountain",
    "local.reach_km",
    "walk.speed_kmh",
    "walk.detour",
    "ebike.speed_kmh",
    "local_bus.speed_kmh",
    "local_bus.wait_min",
    "taxi.pickup_min",
    "access.walk_max_min",
    "access.ebike_max_min",
    "access.bus_max_min",
    "access.car_max_min",
    "process.hub",
    "process.prefecture",
    "process.county",
    "process.suburban",
    "process.unreserved",
    "process.metro",
    "process.bus",
    "process.airport",
    "exit.hub",
    "exit.prefecture",
    "exit.county",
    "exit.suburban",
    "exit.metro",
    "exit.bus",
    "exit.airport",
    "transfer.rail_min",
    "transfer.metro_min",
    "transfer.bus_min",
    "transfer.air_min",
    "wait.cap_urban_min",
    "wait.cap_regional_min",
    "rail.dwell_min",
];
