//! `parameters.toml`: every assumption with its low, base and high (`docs/formats.md` §7).

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use super::faults::one_of;
use super::text;
use super::toml_file::{self, Table, Value, words};
use super::vocabulary::{Confidence, Name};
use crate::diagnostic::{Checked, Diagnostic, SourceFile, Span, nearest_names};
use crate::error::Error;
use crate::units::{Duration, Speed};

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

    /// A key in minutes at a level.
    ///
    /// # Panics
    /// As [`Parameters::value`].
    pub fn minutes(&self, key: &str, level: Level) -> Duration {
        Duration::from_minutes(self.value(key, level))
            .expect("parameters are finite and not negative, checked by the reader")
    }

    /// A key in km/h at a level. A speed of zero counts as a metre an hour: nothing moves.
    ///
    /// # Panics
    /// As [`Parameters::value`].
    pub fn speed(&self, key: &str, level: Level) -> Speed {
        let standstill = Speed::from_kmh(0.001).expect("one metre an hour is a speed");
        Speed::from_kmh(self.value(key, level)).unwrap_or(standstill)
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

const PARAMETER: &[&str] = &["name", "low", "base", "high", "unit", "better", "source", "confidence", "note"];

/// What every run-time model has: a running speed, the time a stop costs, the time of the first start and last stop.
const MODEL_KEYS: [&str; 3] = ["v_kmh", "s_min", "c_min"];

/// Reads parameter files; a key may stand in one of them only, and together they have every key the engine reads.
pub fn read(paths: &[PathBuf]) -> Result<Checked<Parameters>, Error> {
    let mut all = Checked::clean(Part::default());
    for path in paths {
        merge(&mut all, text::read(path, |_| Part::default(), parse_part)?);
    }
    Ok(complete(all))
}

/// Reads the parameters in `files`.
pub fn parse(files: &[Arc<SourceFile>]) -> Checked<Parameters> {
    let mut all = Checked::clean(Part::default());
    for file in files {
        merge(&mut all, parse_part(file));
    }
    complete(all)
}

/// What one file holds.
#[derive(Default)]
struct Part {
    /// The parameters that are whole.
    entries: BTreeMap<String, Parameter>,
    /// The keys that are written, even where their parameter has a fault.
    written: BTreeSet<String>,
}

fn merge(all: &mut Checked<Part>, part: Checked<Part>) {
    all.diagnostics.extend(part.diagnostics);
    all.value.written.extend(part.value.written);
    for (key, parameter) in part.value.entries {
        if let Some(earlier) = all.value.entries.get(&key) {
            let message = format!("`{key}` stands in two files, first in {}", earlier.span.place());
            let fault = Diagnostic::error("parameters::repeated", message).at(&parameter.span);
            all.diagnostics.push(fault.help("keep one of them"));
        } else {
            all.value.entries.insert(key, parameter);
        }
    }
}

/// Checks that the keys of all files together are whole.
fn complete(mut all: Checked<Part>) -> Checked<Parameters> {
    // A file that is no text or no TOML hides keys: they would be called missing although they are written.
    let unread = all.diagnostics.iter().any(|fault| fault.code.starts_with("text::") || fault.code == "toml::syntax");
    if !unread {
        let missing: Vec<&str> = REQUIRED.iter().copied().filter(|&key| !all.value.written.contains(key)).collect();
        all.diagnostics.extend(missing_fault(&missing));
        all.diagnostics.extend(incomplete_models(&all.value));
    }
    Checked { value: Parameters { entries: all.value.entries }, diagnostics: all.diagnostics }
}

/// How many missing keys are named; the rest are counted.
const NAMED_KEYS: usize = 12;

/// One fault for all `missing` keys.
fn missing_fault(missing: &[&str]) -> Option<Diagnostic> {
    let first = missing.first()?;
    let named: Vec<String> = missing.iter().take(NAMED_KEYS).map(|key| format!("`{key}`")).collect();
    let more = match missing.len().saturating_sub(NAMED_KEYS) {
        0 => String::new(),
        n => format!(" and {n} more"),
    };
    let message = format!("the parameter files lack {}{more}, which the engine reads", named.join(", "));
    let help = format!("write [{first}] with low, base, high, unit, better, source and confidence, and so on");
    Some(Diagnostic::error("parameters::missing", message).help(help))
}

/// A fault for every key of [`MODEL_KEYS`] that a model lacks.
fn incomplete_models(all: &Part) -> Vec<Diagnostic> {
    let mut faults = Vec::new();
    let mut seen = None;
    for (key, parameter) in &all.entries {
        let Some((model, _)) = key.strip_prefix("model.").and_then(|rest| rest.split_once('.')) else { continue };
        if seen == Some(model) {
            continue;
        }
        seen = Some(model);
        for part in MODEL_KEYS.iter().filter(|part| !all.written.contains(&format!("model.{model}.{part}"))) {
            let fault = Diagnostic::error("parameters::model", format!("the run-time model `{model}` has no `{part}`"));
            faults.push(fault.at(&parameter.span).help(format!("write [model.{model}.{part}]")));
        }
    }
    faults
}

/// The parameters of one file.
fn parse_part(file: &Arc<SourceFile>) -> Checked<Part> {
    toml_file::parse(file, |mut top| {
        let mut part = Part::default();
        walk(&mut top, "", &mut part);
        part
    })
}

/// Goes down to the tables that hold values, their dotted key growing on the way.
fn walk(table: &mut Table, prefix: &str, part: &mut Part) {
    for (name, place, value) in table.entries() {
        let key = if prefix.is_empty() { name.to_string() } else { format!("{prefix}.{name}") };
        let Some(mut inner) = table.table_of(&key, "the parameter", value) else { continue };
        if is_leaf(&inner) {
            check_key(&mut inner, &key, place);
            part.written.insert(key.clone());
            if let Some(parameter) = parameter(&mut inner, &key) {
                part.entries.insert(key, parameter);
            }
        } else if inner.entries().is_empty() {
            let help = "write low, base, high, unit, better, source and confidence in it, or remove it";
            inner.faults.error("toml::empty", place, format!("the table `{key}` is empty"), help);
        } else {
            walk(&mut inner, &key, part);
        }
    }
}

/// Whether a table is a parameter and not a group of them: it holds a value that is no table.
fn is_leaf(table: &Table) -> bool {
    table.entries().iter().any(|(_, _, value)| !value.get_ref().is_table())
}

/// Reports a key that the engine does not read.
fn check_key(table: &mut Table, key: &str, place: Range<usize>) {
    let known = REQUIRED.contains(&key) || {
        let parts: Vec<&str> = key.split('.').collect();
        match parts[..] {
            ["model", _, part] => MODEL_KEYS.contains(&part),
            ["delay", _] => true,
            ["road", "expressway", limit] => limit.strip_prefix("limit_").is_some_and(is_limit),
            _ => false,
        }
    };
    if known {
        return;
    }
    let near = nearest_names(key, REQUIRED.iter().copied());
    let help = match key.split('.').next() {
        Some("model") => "a model has model.<name>.v_kmh, .s_min and .c_min".to_string(),
        Some("delay") => "a delay is delay.<name>".to_string(),
        _ if key.starts_with("road.expressway") => "write road.expressway.limit_<N>, for instance limit_120".to_string(),
        _ if near.is_empty() => "docs/formats.md §7 lists the keys".to_string(),
        _ => format!("did you mean {}?", one_of(near.iter().map(String::as_str))),
    };
    table.faults.error("parameters::key", place, format!("the engine reads no parameter `{key}`"), help);
}

/// A posted limit in km/h as written in a key: no leading zero, at most 200.
fn is_limit(text: &str) -> bool {
    text.parse().is_ok_and(|limit: u32| (1..=200).contains(&limit) && limit.to_string() == text)
}

fn parameter(table: &mut Table, key: &str) -> Option<Parameter> {
    table.check_keys(PARAMETER);
    let name = table.optional("name").and_then(|value| table.name_of("name", value));
    // A speed of nothing would make journeys without end.
    let unit = table.text("unit");
    let least = if unit.as_deref() == Some("km/h") || wanted_unit(key) == Some("km/h") { 0.1 } else { 0.0 };
    let mut number = |part: &str| table.number(part, least..=10_000.0);
    let (low, base, high) = (number("low"), number("base"), number("high"));
    let better = table.word("better", &[("high", true), ("low", false)]);
    let source = table.text("source");
    let confidence = table.word("confidence", &words(Confidence::ALL, Confidence::word));
    if let (Some(low), Some(base), Some(high), Some(value)) = (low, base, high, table.optional("base"))
        && !(low <= base && base <= high)
    {
        let message = format!("`{key}` has low {low}, base {base}, high {high}, which do not ascend");
        let help = "write low ≤ base ≤ high as numbers; `better` says which end shortens journeys";
        table.faults.error("parameters::order", value.span(), message, help);
    }
    check_unit(table, key);
    let span = table.span();
    Some(Parameter {
        low: low?,
        base: base?,
        high: high?,
        unit: unit?,
        high_is_better: better?,
        source: source?,
        confidence: confidence?,
        name,
        span,
    })
}

/// The unit that a key fixes.
fn wanted_unit(key: &str) -> Option<&'static str> {
    let speed = key.starts_with("road.") || key.starts_with("local.speed.") || key.ends_with("_kmh");
    let minutes = key.ends_with("_min") || ["process.", "exit.", "delay."].iter().any(|group| key.starts_with(group));
    match (speed, minutes) {
        (true, _) => Some("km/h"),
        (_, true) => Some("min"),
        _ if key.ends_with("_km") => Some("km"),
        _ => None,
    }
}

fn check_unit(table: &mut Table, key: &str) {
    let value: Option<&Value> = table.optional("unit");
    if let (Some(value), Some(wanted)) = (value, wanted_unit(key))
        && let Some(written) = value.get_ref().as_str().filter(|written| *written != wanted)
    {
        let message = format!("`{key}` is in {wanted}, not in \"{written}\"");
        table.faults.error(
            "parameters::unit",
            value.span(),
            message,
            format!("write unit = \"{wanted}\", and the numbers in it"),
        );
    }
}
