//! `targets.toml`: the plan's targets as testable statements (`docs/formats.md` §6).

use std::path::Path;
use std::sync::Arc;

use super::network_xml::Named;
use super::text;
use super::toml_file::{self, Table, check_unique, words};
use super::vocabulary::*;
use crate::diagnostic::{Checked, SourceFile, Span};
use crate::error::Error;
use crate::units::Duration;

/// One target in one reading.
#[derive(Debug, Clone)]
pub struct Target {
    /// Id, e.g. `A1`.
    pub id: String,
    /// The letter of METHOD §1.2.
    pub letter: String,
    /// Name.
    pub name: Name,
    /// The plan's words.
    pub clause: String,
    /// How they are read.
    pub reading: Name,
    /// Definition id.
    pub definition: Named,
    /// Mode.
    pub mode: Mode,
    /// The limit; reaching it exactly passes.
    pub limit: Duration,
    /// Scenario ids; empty: all.
    pub scenarios: Vec<Named>,
    /// How relations add up to a verdict.
    pub rule: Rule,
    /// Which relations.
    pub relations: Relations,
    /// Where the target and its reading come from.
    pub source: String,
    /// The `[[target]]` header.
    pub span: Span,
}

/// How relations add up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// Every relation must pass.
    All,
    /// Graded by the share of people within the limit.
    Share,
}

/// What `nearest` looks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Feature {
    /// A national road.
    NationalRoad,
    /// An expressway entrance.
    Expressway,
    /// A railway station with service.
    RailStation,
    /// A station with high-speed service.
    HsrStation,
    /// An airport.
    Airport,
}

impl Feature {
    /// The word in files.
    pub const fn word(self) -> &'static str {
        match self {
            Feature::NationalRoad => "national_road",
            Feature::Expressway => "expressway",
            Feature::RailStation => "rail_station",
            Feature::HsrStation => "hsr_station",
            Feature::Airport => "airport",
        }
    }
}

/// A relation set (METHOD §7.4).
#[derive(Debug, Clone)]
pub enum Relations {
    /// Centre ↔ each place, the worse direction counts.
    Star { centre: Named, places: Vec<Named> },
    /// Centre ↔ every unit that is not one of its own.
    StarUnits { centre: Named },
    /// All ordered pairs of the places; of all units where empty.
    Pairs { places: Vec<Named> },
    /// All ordered pairs of units inside each group.
    WithinGroups { groups: Vec<Named> },
    /// Every cell of the units of a group (`None`: of all) to a place's centres.
    People { of: Option<Named>, to: Named },
    /// Each centre ↔ the units of its city.
    OwnUnits,
    /// Centre ↔ places outside.
    Outside { centre: Named, places: Vec<Named> },
    /// Units or centres to the nearest feature by road.
    Nearest { of: PlaceLevel, feature: Feature },
}

const TARGET: &[&str] = &[
    "id",
    "letter",
    "name",
    "clause",
    "reading",
    "definition",
    "mode",
    "limit_min",
    "scenarios",
    "rule",
    "relations",
    "source",
];

const FEATURES: &[(&str, Feature)] = &[
    ("national_road", Feature::NationalRoad),
    ("expressway", Feature::Expressway),
    ("rail_station", Feature::RailStation),
    ("hsr_station", Feature::HsrStation),
    ("airport", Feature::Airport),
];

/// Each kind of relation with the keys it may have besides `kind`.
const RELATIONS: &[(&str, &[&str])] = &[
    ("star", &["kind", "centre", "places"]),
    ("star_units", &["kind", "centre"]),
    ("pairs", &["kind", "places"]),
    ("within_groups", &["kind", "groups"]),
    ("people", &["kind", "of", "to"]),
    ("own_units", &["kind"]),
    ("outside", &["kind", "centre", "places"]),
    ("nearest", &["kind", "of", "feature"]),
];

/// Reads the targets at `path`.
pub fn read(path: &Path) -> Result<Checked<Vec<Target>>, Error> {
    text::read(path, |_| Vec::new(), parse)
}

/// Reads the targets in `file`.
pub fn parse(file: &Arc<SourceFile>) -> Checked<Vec<Target>> {
    toml_file::parse(file, |mut top| {
        top.check_keys(&["target"]);
        let mut ids: Vec<Named> = Vec::new();
        let read = top.tables("target", "a target", |mut table| {
            let id = table.id("id");
            ids.extend(id.clone());
            target(&mut table, id)
        });
        check_unique("target", &ids, top.faults);
        read.into_iter().flatten().collect()
    })
}

fn target(table: &mut Table, id: Option<Named>) -> Option<Target> {
    table.check_keys(TARGET);
    let (letter, name) = (table.text("letter"), table.name("name"));
    let (clause, reading) = (table.text("clause"), table.name("reading"));
    let definition = table.id("definition");
    let mode = table.word("mode", &words(Mode::ALL, Mode::word));
    let limit = table.number("limit_min", 1.0..=10_000.0).and_then(Duration::from_minutes);
    let scenarios = table.ids("scenarios");
    let rule = table.word("rule", &[("all", Rule::All), ("share", Rule::Share)]);
    let relations = table.table("relations", "`relations`").and_then(relations);
    let (source, span) = (table.text("source"), table.span());
    Some(Target {
        id: id?.text.to_string(),
        letter: letter?,
        name: name?,
        clause: clause?,
        reading: reading?,
        definition: definition?,
        mode: mode?,
        limit: limit?,
        scenarios,
        rule: rule?,
        relations: relations?,
        source: source?,
        span,
    })
}

fn relations(mut table: Table) -> Option<Relations> {
    let (kind, keys) = table.word("kind", &RELATIONS.iter().map(|&entry| (entry.0, entry)).collect::<Vec<_>>())?;
    table.check_keys(keys);
    match kind {
        "star" | "outside" => {
            let (centre, places) = (table.id("centre"), required_ids(&mut table, "places"));
            let (centre, places) = (centre?, places?);
            Some(if kind == "star" { Relations::Star { centre, places } } else { Relations::Outside { centre, places } })
        }
        "star_units" => table.id("centre").map(|centre| Relations::StarUnits { centre }),
        "pairs" => Some(Relations::Pairs { places: table.ids("places") }),
        "within_groups" => required_ids(&mut table, "groups").map(|groups| Relations::WithinGroups { groups }),
        "people" => {
            let (of, to) = (table.id("of"), table.id("to"));
            Some(Relations::People { of: of.map(|of| Some(of).filter(|of| &*of.text != "all"))?, to: to? })
        }
        "own_units" => Some(Relations::OwnUnits),
        _ => {
            let of = table.word("of", &[("units", PlaceLevel::Unit), ("centres", PlaceLevel::Centre)]);
            let feature = table.word("feature", FEATURES);
            Some(Relations::Nearest { of: of?, feature: feature? })
        }
    }
}

/// The ids of a required list that is not empty.
fn required_ids(table: &mut Table, key: &str) -> Option<Vec<Named>> {
    let value = table.required(key, "[\"…\"]")?;
    if value.get_ref().as_array().is_some_and(|array| array.is_empty()) {
        table.faults.error("toml::empty", value.span(), format!("`{key}` is empty"), "write at least one id");
        return None;
    }
    Some(table.ids(key))
}
