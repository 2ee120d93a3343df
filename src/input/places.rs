//! `places.csv`, `groups.csv`, `centres.csv` (`docs/formats.md` §3).

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use super::csv_file::{self, Row};
use super::faults::Faults;
use super::network_xml::Named;
use super::text;
use super::vocabulary::PlaceLevel;
use crate::diagnostic::{Checked, SourceFile};
use crate::error::Error;
use crate::geo::LonLat;

/// A row of `places.csv`.
#[derive(Debug, Clone)]
pub struct PlaceRecord {
    /// Id.
    pub id: Named,
    /// Chinese name.
    pub name_zh: String,
    /// English name.
    pub name_en: String,
    /// Id of the centre of its city; its own id for a centre, empty outside.
    pub city: Option<Named>,
    /// Level.
    pub level: PlaceLevel,
    /// The point of centre-to-centre definitions.
    pub at: LonLat,
    /// People; `None` where unknown (outside only).
    pub population: Option<u64>,
    /// Group ids.
    pub groups: Vec<Named>,
    /// Units that a centre stands for.
    pub units: Vec<Named>,
    /// Area.
    pub area_km2: Option<f64>,
    /// Where the figures come from.
    pub source: String,
}

/// A row of `groups.csv`.
#[derive(Debug, Clone)]
pub struct GroupRecord {
    /// Id.
    pub id: Named,
    /// Kind, e.g. `cluster`.
    pub kind: String,
    /// Chinese name.
    pub name_zh: String,
    /// English name.
    pub name_en: String,
}

/// A row of `centres.csv`.
#[derive(Debug, Clone)]
pub struct CentreRecord {
    /// Place id.
    pub place: Named,
    /// Name of the point.
    pub name: String,
    /// Where.
    pub at: LonLat,
    /// Weight, 0 to 1; those of a place sum to 1 within 0.001.
    pub weight: f64,
    /// Where the figures come from.
    pub source: String,
}

const PLACES: &[&str] =
    &["id", "name_zh", "name_en", "city", "level", "lon", "lat", "population", "groups", "units", "area_km2", "source"];
const GROUPS: &[&str] = &["id", "kind", "name_zh", "name_en"];
const CENTRES: &[&str] = &["place", "name", "lon", "lat", "weight", "source"];

/// How far the weights of a place may be from 1 in sum.
const WEIGHT_TOLERANCE: f64 = 0.001;

/// Reads the places at `path`.
pub fn read_places(path: &Path) -> Result<Checked<Vec<PlaceRecord>>, Error> {
    text::read(path, |_| Vec::new(), parse_places)
}

/// Reads the places in `file`.
pub fn parse_places(file: &Arc<SourceFile>) -> Checked<Vec<PlaceRecord>> {
    let mut checked = csv_file::parse(file, PLACES, place);
    csv_file::check_unique(&mut checked, |place| &place.id);
    checked
}

fn place(row: &mut Row) -> Option<PlaceRecord> {
    let (id, name_zh, name_en) = (row.id("id"), row.text("name_zh"), row.text("name_en"));
    let level = row.word("level", PlaceLevel::ALL, PlaceLevel::word);
    let at = row.point();
    let inside = level.is_some_and(|level| level != PlaceLevel::Outside);
    let city = if inside { row.id("city") } else { row.optional_id("city") };
    let population = people(row, inside);
    let (groups, units) = (row.ids("groups"), row.ids("units"));
    match level {
        Some(PlaceLevel::Centre) if units.is_empty() => {
            let range = row.range("units");
            let help = "write the ids of its units separated by semicolons, for instance 140105;140106";
            row.faults.error("csv::units", range, "the centre stands for no units", help);
        }
        Some(PlaceLevel::Unit | PlaceLevel::Outside) if !units.is_empty() => {
            let range = row.range("units");
            let message = "a place that is no centre stands for units";
            row.faults.error("csv::units", range, message, "leave `units` empty, or write level centre");
        }
        _ => {}
    }
    let area_km2 = row.optional_number("area_km2", 1e-3..=1e7);
    let source = row.text("source");
    Some(PlaceRecord {
        id: id?,
        name_zh: name_zh?,
        name_en: name_en?,
        city,
        level: level?,
        at: at?,
        population,
        groups,
        units,
        area_km2,
        source: source?,
    })
}

/// The population, a whole number; only places outside may leave it out.
fn people(row: &mut Row, required: bool) -> Option<u64> {
    let bounds = 0.0..=1e10;
    let value = if required { row.number("population", bounds) } else { row.optional_number("population", bounds) }?;
    if value.fract() != 0.0 {
        let range = row.range("population");
        row.faults.error(
            "csv::range",
            range,
            format!("`population` is not whole: {value}"),
            "write a whole number of people",
        );
        return None;
    }
    Some(value as u64)
}

/// Reads the groups at `path`.
pub fn read_groups(path: &Path) -> Result<Checked<Vec<GroupRecord>>, Error> {
    text::read(path, |_| Vec::new(), parse_groups)
}

/// Reads the groups in `file`.
pub fn parse_groups(file: &Arc<SourceFile>) -> Checked<Vec<GroupRecord>> {
    let mut checked = csv_file::parse(file, GROUPS, |row| {
        let (id, kind) = (row.id("id"), row.text("kind"));
        let (name_zh, name_en) = (row.text("name_zh"), row.text("name_en"));
        Some(GroupRecord { id: id?, kind: kind?, name_zh: name_zh?, name_en: name_en? })
    });
    csv_file::check_unique(&mut checked, |group| &group.id);
    checked
}

/// Reads the centres at `path`.
pub fn read_centres(path: &Path) -> Result<Checked<Vec<CentreRecord>>, Error> {
    text::read(path, |_| Vec::new(), parse_centres)
}

/// Reads the centres in `file`.
pub fn parse_centres(file: &Arc<SourceFile>) -> Checked<Vec<CentreRecord>> {
    let mut checked = csv_file::parse(file, CENTRES, |row| {
        let (place, name, at) = (row.id("place"), row.text("name"), row.point());
        let (weight, source) = (row.number("weight", 0.0..=1.0), row.text("source"));
        Some(CentreRecord { place: place?, name: name?, at: at?, weight: weight?, source: source? })
    });
    // A row that could not be read would make a wrong sum, and has been reported.
    if !checked.has_errors() {
        let mut faults = Faults::new(file);
        check_weights(&checked.value, &mut faults);
        checked.diagnostics.extend(faults.finish());
    }
    checked
}

fn check_weights(centres: &[CentreRecord], faults: &mut Faults) {
    let mut sums: BTreeMap<&str, (f64, &Named)> = BTreeMap::new();
    for centre in centres {
        sums.entry(&centre.place.text).or_insert((0.0, &centre.place)).0 += centre.weight;
    }
    for (place, (sum, named)) in sums {
        if (sum - 1.0).abs() > WEIGHT_TOLERANCE {
            let message = format!("the weights of \"{place}\" sum to {sum:.3}, not to 1");
            faults.error("csv::weights", named.span.start..named.span.end, message, "divide each weight by their sum");
        }
    }
}
