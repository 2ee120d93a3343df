//! Features of GeoJSON (RFC 7946), parsed one by one so that a large file does not stand in memory as a tree.

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use geo::{Geometry, LineString, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::{Each, Feature, Property};
use crate::diagnostic::{Checked, SourceFile};
use crate::error::Error;
use crate::input::faults::Faults;
use crate::input::text;

/// What to write instead of a file that is no GeoJSON.
const HELP: &str = "write { \"type\": \"FeatureCollection\", \"features\": [ … ] }";

/// The outermost object.
#[derive(Deserialize)]
struct Document<'a> {
    #[serde(default, rename = "type")]
    kind: Option<Value>,
    #[serde(default)]
    crs: Option<Value>,
    #[serde(default, borrow)]
    features: Option<Vec<&'a RawValue>>,
}

/// Reads the features at `path`.
pub(super) fn read(path: &Path, each: &mut Each) -> Result<Faults, Error> {
    let checked = text::read_any_encoding(path, Faults::new, |file| Checked::clean(parse(file, each)))?;
    let mut faults = checked.value;
    checked.diagnostics.into_iter().for_each(|fault| faults.push(fault));
    Ok(faults)
}

/// Reads the features in `file`.
fn parse(file: &Arc<SourceFile>, each: &mut Each) -> Faults {
    let mut faults = Faults::new(file);
    let document: Document = match serde_json::from_str(&file.text) {
        Ok(document) => document,
        Err(error) => {
            not_json(&error, 0..file.text.len(), &mut faults);
            return faults;
        }
    };
    if let Some(name) = document.crs.as_ref().and_then(foreign_reference) {
        let at = find(file, "\"crs\"");
        let message = format!("the coordinates are in {name}, not in degrees of WGS-84");
        faults.error(
            "features::reference",
            at,
            message,
            "write the file with a GIS in WGS-84 (EPSG:4326) or CGCS2000 (EPSG:4490)",
        );
        return faults;
    }
    match (document.kind.as_ref().and_then(Value::as_str), &document.features) {
        (Some("FeatureCollection"), Some(features)) => {
            for (n, raw) in features.iter().enumerate() {
                feature(file, n + 1, raw.get(), each, &mut faults);
            }
        }
        (Some("Feature"), _) => feature(file, 1, &file.text, each, &mut faults),
        _ => faults.error("features::shape", 0..0, "the file is no FeatureCollection", HELP),
    }
    faults
}

fn not_json(error: &serde_json::Error, within: Range<usize>, faults: &mut Faults) {
    let text = &faults.file.text[within.clone()];
    let before: usize = text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
    let mut at = within.start + (before + error.column().saturating_sub(1)).min(text.len());
    while !faults.file.text.is_char_boundary(at) {
        at -= 1;
    }
    let reason = error.to_string();
    let reason = reason.rsplit_once(" at line").map_or(reason.as_str(), |(reason, _)| reason).to_string();
    let end = at + faults.file.text[at..].chars().next().map_or(0, char::len_utf8);
    faults.error(
        "features::syntax",
        at..end,
        format!("this is not JSON: {reason}"),
        "write the file with a GIS as GeoJSON in WGS-84",
    );
}

fn find(file: &SourceFile, words: &str) -> Range<usize> {
    file.text.find(words).map_or(0..0, |at| at..at + words.len())
}

/// The name of a reference system that is not the one of GeoJSON.
fn foreign_reference(crs: &Value) -> Option<String> {
    let name = crs.pointer("/properties/name").and_then(Value::as_str)?;
    let code = name.rsplit([':', '/']).next().unwrap_or(name);
    let known = ["CRS84", "4326", "4490"].iter().any(|known| code.eq_ignore_ascii_case(known));
    (!known).then(|| name.chars().take(60).collect())
}

/// One feature.
fn feature(file: &Arc<SourceFile>, number: usize, raw: &str, each: &mut Each, faults: &mut Faults) {
    let start = raw.as_ptr() as usize - file.text.as_ptr() as usize;
    // The whole feature may be megabytes long; where it begins is enough to find it.
    let place = start..start + raw.find(['\n', '\r']).unwrap_or(raw.len()).min(80);
    let place = place.start..floor_boundary(&file.text, place.end);
    let value: Value = match serde_json::from_str(raw) {
        Ok(value) => value,
        Err(error) => return not_json(&error, start..start + raw.len(), faults),
    };
    if value.get("type").and_then(Value::as_str) != Some("Feature") {
        let message = format!("element {number} of `features` is no Feature");
        return faults.error("features::shape", place, message, "write { \"type\": \"Feature\", … }");
    }
    let geometry = match value.get("geometry") {
        None | Some(Value::Null) => None,
        Some(written) => match geometry(written) {
            Some(geometry) => Some(geometry),
            None => {
                let message = format!("the geometry of feature {number} is none of GeoJSON: {}", shown(written));
                let help = "write for instance { \"type\": \"Point\", \"coordinates\": [112.55, 37.87] }";
                return faults.error("features::shape", place, message, help);
            }
        },
    };
    let id = match value.get("id") {
        Some(Value::String(id)) => Some(id.trim().to_string()),
        Some(Value::Number(id)) => Some(id.to_string()),
        _ => None,
    };
    let properties = value.get("properties").and_then(Value::as_object).into_iter().flatten();
    let properties = properties.map(|(name, value)| (Arc::from(name.as_str()), property(value))).collect();
    each(Feature { number, id, geometry, properties, place: Some(place) }, faults);
}

fn floor_boundary(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn shown(value: &Value) -> String {
    value.to_string().chars().take(60).collect()
}

fn property(value: &Value) -> Property {
    match value {
        Value::Null => Property::Empty,
        Value::Number(number) => number.as_f64().filter(|n| n.is_finite()).map_or(Property::Empty, Property::Number),
        Value::String(words) if words.trim().is_empty() => Property::Empty,
        Value::String(words) => Property::Words(words.clone()),
        other => Property::Words(other.to_string()),
    }
}

/// A geometry; `None` where something in it is not as it should be.
fn geometry(value: &Value) -> Option<Geometry> {
    let coordinates = value.get("coordinates");
    Some(match value.get("type")?.as_str()? {
        "Point" => Geometry::Point(position(coordinates?)?),
        "MultiPoint" => Geometry::MultiPoint(MultiPoint(all(coordinates?, position)?)),
        "LineString" => Geometry::LineString(line(coordinates?)?),
        "MultiLineString" => Geometry::MultiLineString(MultiLineString(all(coordinates?, line)?)),
        "Polygon" => Geometry::Polygon(polygon(coordinates?)?),
        "MultiPolygon" => Geometry::MultiPolygon(MultiPolygon(all(coordinates?, polygon)?)),
        // serde_json follows at most 128 levels, so this ends.
        "GeometryCollection" => Geometry::GeometryCollection(all::<Geometry>(value.get("geometries")?, geometry)?.into()),
        _ => return None,
    })
}

fn all<T>(value: &Value, read: impl Fn(&Value) -> Option<T>) -> Option<Vec<T>> {
    value.as_array()?.iter().map(read).collect()
}

fn position(value: &Value) -> Option<Point> {
    let (lon, lat) = (value.get(0)?.as_f64()?, value.get(1)?.as_f64()?);
    (lon.is_finite() && lat.is_finite()).then(|| Point::new(lon, lat))
}

fn line(value: &Value) -> Option<LineString> {
    Some(LineString(all(value, position)?.into_iter().map(|point| point.0).collect()))
}

fn polygon(value: &Value) -> Option<Polygon> {
    let mut rings = all(value, line)?.into_iter();
    Some(Polygon::new(rings.next()?, rings.collect()))
}
