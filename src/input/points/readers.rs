//! Points from tables of text and from features of geographic files.

use std::borrow::Cow;
use std::path::Path;
use std::sync::Arc;

use geo::{Geometry, InteriorPoint};

use super::Points;
use super::gathering::{Cell, Gathering, Place, stretch};
use crate::diagnostic::{Checked, Diagnostic, SourceFile};
use crate::error::Error;
use crate::geo::LonLat;
use crate::input::faults::Faults;
use crate::input::features::{self, Feature, Format, Property};
use crate::input::{csv_file, text};

/// The columns that a table must have.
const COLUMNS: &[&str] = &["id", "lon", "lat"];

/// Reads the points at `path` in the format that its ending tells.
pub(super) fn read(path: &Path) -> Result<Checked<Points>, Error> {
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
    if matches!(ending.as_deref(), Some("csv" | "txt")) {
        return text::read_any_encoding(path, |_| Points::default(), table);
    }
    let Some(format) = Format::of(path) else {
        let message = format!("{} is in no format that points are read from", path.display());
        let help = "write a file that ends in .csv, .geojson, .gpkg or .shp";
        let fault = Diagnostic::error("points::format", message).help(help);
        return Ok(Checked { value: Points::default(), diagnostics: vec![fault] });
    };
    let mut gathering = Gathering::default();
    let mut faults = features::read(path, format, &mut |feature, faults| add(feature, &mut gathering, faults))?;
    let clean = faults.is_empty();
    let value = gathering.finish(clean, &mut faults);
    Ok(Checked { value, diagnostics: faults.finish() })
}

/// The points of a CSV table.
fn table(file: &Arc<SourceFile>) -> Checked<Points> {
    let mut gathering = Gathering::of_table(file);
    let mut columns: Option<Vec<Option<usize>>> = None;
    let checked = csv_file::parse_open(file, COLUMNS, |row| {
        let columns = columns.get_or_insert_with(|| row.other_names().map(|name| gathering.column(name)).collect());
        let (id, at) = (row.point_id("id"), row.point());
        let (id, at) = (id?, at?);
        let cells =
            columns.iter().zip(row.others()).filter_map(|(column, field)| column.map(|column| (column, Cell::of(field))));
        gathering.push(id, at, cells);
        None::<()>
    });
    let mut faults = Faults::new(file);
    let value = gathering.finish(checked.diagnostics.is_empty(), &mut faults);
    let mut diagnostics = checked.diagnostics;
    diagnostics.extend(faults.finish());
    Checked { value, diagnostics }
}

/// Adds a feature as a point.
fn add(feature: Feature, gathering: &mut Gathering, faults: &mut Faults) {
    let place = match &feature.place {
        Some(range) => Place::Text(range.clone()),
        None => Place::Record(format!("{} of {}", feature.label(), faults.file.path.display())),
    };
    let (id, at) = (id_of(&feature, &place, faults), point_of(&feature, &place, faults));
    let (Some(id), Some(at)) = (id, at) else { return };
    let place = feature.place.clone().and_then(stretch);
    let cells: Vec<(usize, Cell<'static>)> = feature
        .properties
        .into_iter()
        .filter(|(name, _)| !name.eq_ignore_ascii_case("id"))
        .filter_map(|(name, property)| Some((gathering.column(&name)?, cell(property))))
        .collect();
    gathering.push_named(&id, at, cells.into_iter(), place);
}

fn cell(property: Property) -> Cell<'static> {
    match property {
        Property::Empty => Cell::Empty,
        Property::Number(number) => Cell::Number(number),
        Property::Words(words) => match Cell::of(&words) {
            Cell::Number(number) => Cell::Number(number),
            Cell::Empty => Cell::Empty,
            Cell::Words(words) => Cell::Words(Cow::Owned(words.into_owned())),
        },
    }
}

fn id_of(feature: &Feature, place: &Place, faults: &mut Faults) -> Option<String> {
    let property = feature.properties.iter().find(|(name, _)| name.eq_ignore_ascii_case("id")).map(|(_, value)| value);
    let id = match property {
        Some(Property::Words(words)) => words.trim().to_string(),
        Some(Property::Number(number)) => number.to_string(),
        Some(Property::Empty) | None => feature.id.clone().unwrap_or_default(),
    };
    if id.is_empty() {
        let help = "give every feature a property `id`, a word or number of its own";
        place.error(faults, "points::id", "the feature has no id".to_string(), help);
        return None;
    }
    if let Some(bad) = text::forbidden_in_point_id(&id) {
        let message = format!("the id has the character {bad:?} in it: \"{id}\"");
        place.error(faults, "points::id", message, text::POINT_ID_HELP);
        return None;
    }
    Some(id)
}

/// Where the feature lies: a point itself, or a point inside an area.
fn point_of(feature: &Feature, place: &Place, faults: &mut Faults) -> Option<LonLat> {
    const HELP: &str = "points are read from points and areas; turn the feature into its centre with a GIS";
    let found = match &feature.geometry {
        None => Err("the feature has no geometry"),
        Some(Geometry::Point(point)) => Ok(*point),
        Some(Geometry::MultiPoint(points)) if points.0.len() == 1 => Ok(points.0[0]),
        Some(Geometry::Polygon(polygon)) => polygon.interior_point().ok_or("the area is empty"),
        Some(Geometry::MultiPolygon(polygons)) => polygons.interior_point().ok_or("the area is empty"),
        Some(_) => Err("the geometry is neither a point nor an area"),
    };
    match found {
        Err(message) => {
            place.error(faults, "points::geometry", message.to_string(), HELP);
            None
        }
        Ok(point) => text::lon_lat(point.x(), point.y())
            .map_err(|(message, help)| place.error(faults, "points::coordinate", message, help))
            .ok(),
    }
}
