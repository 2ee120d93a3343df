//! `outlines.geojson`: schematic outlines of the units, for drawing and masks only (`docs/formats.md` §4).

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use serde_json::Value;

use super::faults::Faults;
use super::text;
use crate::diagnostic::{Checked, SourceFile};
use crate::error::Error;
use crate::geo::LonLat;

/// The outline of one unit.
#[derive(Debug, Clone, PartialEq)]
pub struct Outline {
    /// Unit id.
    pub id: Arc<str>,
    /// Polygons, each its rings: first the outer one, then holes; rings are closed.
    pub polygons: Vec<Vec<Vec<LonLat>>>,
}

/// All outlines with what must be printed beside them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Outlines {
    /// Outlines in the order of the file.
    pub outlines: Vec<Outline>,
    /// Attribution of the file, empty if none.
    pub attribution: String,
    /// Remark of the file, empty if none.
    pub remark: String,
}

/// Reads the outlines at `path`.
pub fn read(path: &Path) -> Result<Checked<Outlines>, Error> {
    text::read(path, |_| Outlines::default(), parse)
}

/// Reads the outlines in `file`.
pub fn parse(file: &Arc<SourceFile>) -> Checked<Outlines> {
    let mut faults = Faults::new(file);
    let value = match serde_json::from_str(&file.text) {
        Ok(document) => collection(&document, &mut faults),
        Err(error) => {
            let at = offset_of(&file.text, error.line(), error.column());
            let text = error.to_string();
            let reason = text.rsplit_once(" at line").map_or(text.as_str(), |(reason, _)| reason);
            let message = format!("this is not JSON: {reason}");
            faults.error("geojson::syntax", at, message, "write the file with a GIS as GeoJSON in WGS-84");
            Outlines::default()
        }
    };
    Checked { value, diagnostics: faults.finish() }
}

/// The character at a line and a column of bytes, both from 1.
fn offset_of(text: &str, line: usize, column: usize) -> Range<usize> {
    let before: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let mut at = (before + column.saturating_sub(1)).min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at..at + text[at..].chars().next().map_or(0, char::len_utf8)
}

fn collection(document: &Value, faults: &mut Faults) -> Outlines {
    let text = |key: &str| document.get(key).and_then(Value::as_str).unwrap_or("").to_string();
    let mut outlines = Outlines { outlines: Vec::new(), attribution: text("attribution"), remark: text("remark") };
    let features = document.get("features").and_then(Value::as_array);
    let (Some("FeatureCollection"), Some(features)) = (document.get("type").and_then(Value::as_str), features) else {
        let help = "write { \"type\": \"FeatureCollection\", \"features\": [ … ] }";
        faults.error("geojson::shape", 0..0, "the file is no FeatureCollection", help);
        return outlines;
    };
    // serde_json keeps no positions, but every feature says once that it is one.
    let source = Arc::clone(&faults.file);
    let mut places = source.text.match_indices("\"Feature\"").map(|(at, found)| at..at + found.len());
    for (n, feature) in features.iter().enumerate() {
        let is_feature = feature.get("type").and_then(Value::as_str) == Some("Feature");
        let place = if is_feature { places.next().unwrap_or(0..0) } else { 0..0 };
        if !is_feature {
            let message = format!("element {} of `features` is no Feature", n + 1);
            faults.error("geojson::shape", place, message, "write { \"type\": \"Feature\", … }");
            continue;
        }
        if let Some(outline) = outline(feature, n + 1, &place, faults) {
            if outlines.outlines.iter().any(|earlier| earlier.id == outline.id) {
                let message = format!("two features have the id \"{}\"", outline.id);
                faults.error("geojson::duplicate", place, message, "merge them into one MultiPolygon");
            } else {
                outlines.outlines.push(outline);
            }
        }
    }
    outlines
}

/// The outline of feature number `n`.
fn outline(feature: &Value, n: usize, place: &Range<usize>, faults: &mut Faults) -> Option<Outline> {
    let id = match feature.pointer("/properties/id") {
        Some(Value::String(id)) if !id.trim().is_empty() => Arc::from(id.trim()),
        other => {
            let message = match other {
                Some(_) => format!("the property `id` of feature {n} is not text"),
                None => format!("feature {n} has no property `id`"),
            };
            faults.error("geojson::id", place.clone(), message, "write the unit's id as text: \"id\": \"140105\"");
            return None;
        }
    };
    let coordinates = feature.pointer("/geometry/coordinates");
    let polygons = match (feature.pointer("/geometry/type").and_then(Value::as_str), coordinates) {
        (Some("Polygon"), Some(rings)) => vec![polygon(rings, &id, place, faults)],
        (Some("MultiPolygon"), Some(Value::Array(polygons))) if !polygons.is_empty() => {
            polygons.iter().map(|rings| polygon(rings, &id, place, faults)).collect()
        }
        _ => {
            let message = format!("the geometry of \"{id}\" is no Polygon and no MultiPolygon");
            faults.error("geojson::shape", place.clone(), message, "write the area of the unit as Polygon or MultiPolygon");
            return None;
        }
    };
    polygons.into_iter().collect::<Option<Vec<_>>>().map(|polygons| Outline { id, polygons })
}

fn polygon(rings: &Value, id: &str, place: &Range<usize>, faults: &mut Faults) -> Option<Vec<Vec<LonLat>>> {
    let rings = rings.as_array().filter(|rings| !rings.is_empty());
    let Some(rings) = rings else {
        let message = format!("a polygon of \"{id}\" has no rings");
        faults.error("geojson::shape", place.clone(), message, "write [[[lon, lat], …]]");
        return None;
    };
    let read: Vec<Option<Vec<LonLat>>> = rings.iter().map(|points| ring(points, id, place, faults)).collect();
    read.into_iter().collect()
}

fn ring(points: &Value, id: &str, place: &Range<usize>, faults: &mut Faults) -> Option<Vec<LonLat>> {
    let mut ring = Vec::new();
    for point in points.as_array().map_or(&[][..], Vec::as_slice) {
        let pair = (point.get(0).and_then(Value::as_f64), point.get(1).and_then(Value::as_f64));
        let (Some(lon), Some(lat)) = pair else {
            let shown: String = point.to_string().chars().take(40).collect();
            let message = format!("a point of \"{id}\" is not [lon, lat]: {shown}");
            faults.error("geojson::shape", place.clone(), message, "write points as [112.55, 37.87]");
            return None;
        };
        match text::lon_lat(lon, lat) {
            Ok(point) => ring.push(point),
            Err((message, help)) => {
                faults.error("geojson::coordinate", place.clone(), format!("in \"{id}\" {message}"), help);
                return None;
            }
        }
    }
    if ring.len() < 4 || ring.first() != ring.last() {
        let message = match ring.len() {
            0..4 => format!("a ring of \"{id}\" has {} points, and at least 4 are needed", ring.len()),
            _ => format!("a ring of \"{id}\" does not end where it begins"),
        };
        faults.error("geojson::ring", place.clone(), message, "write the first point again as the last");
        return None;
    }
    Some(ring)
}
