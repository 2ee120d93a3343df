//! `targets.toml`: the plan's targets as testable statements (`docs/formats.md` §6).

use super::network_xml::Named;
use super::vocabulary::*;
use crate::diagnostic::Span;
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
