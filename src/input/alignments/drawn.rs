//! Lines and points from features of GeoJSON, shapefiles and GeoPackage.

use std::path::Path;

use geo::{Coord, Geometry, LineString};

use super::{Drawing, LeftOut, Mark, joined, lines_of, plain};
use crate::diagnostic::{Checked, Diagnostic, Span};
use crate::error::Error;
use crate::geo::LonLat;
use crate::input::faults::Faults;
use crate::input::features::{self, Feature, Format, Property};
use crate::input::text;

/// Properties that hold a name, the first that is filled counts; letters may be large or small.
const NAMES: &[&str] = &["name", "名称", "线路", "线路名称", "站名", "车站", "name_zh", "title", "标题"];

/// Reads what is drawn at `path`.
pub(super) fn read(path: &Path, format: Format) -> Result<Checked<Drawing>, Error> {
    let (mut drawing, mut left) = (Drawing::default(), LeftOut::default());
    let mut faults = features::read(path, format, &mut |feature, faults| add(&feature, &mut drawing, &mut left, faults))?;
    left.report(&mut faults);
    Ok(Checked { value: drawing, diagnostics: faults.finish() })
}

/// Adds the lines and points of a feature.
fn add(feature: &Feature, drawing: &mut Drawing, left: &mut LeftOut, faults: &mut Faults) {
    let (name, note) = name_and_note(feature);
    let span = feature.place.clone().map(|range| Span::new(&faults.file, range));
    let (mut parts, mut points) = (Vec::new(), Vec::new());
    match &feature.geometry {
        None => left.count("features without geometry"),
        Some(geometry) => take_apart(geometry, &mut parts, &mut points, left),
    }
    let mut on_earth = |coordinates: &[Coord]| -> Option<Vec<LonLat>> {
        let place = |c: &Coord| text::lon_lat(c.x, c.y).map_err(|fault| report(feature, fault, span.as_ref(), faults)).ok();
        coordinates.iter().map(place).collect()
    };
    let parts: Option<Vec<Vec<LonLat>>> = parts.iter().map(|part| on_earth(&part.0)).collect();
    let points = on_earth(&points);
    let (Some(parts), Some(points)) = (parts, points) else { return };
    drawing.lines.extend(lines_of(parts, &name, &note, span.as_ref(), left));
    let mark = |at| Mark { name: name.clone(), note: note.clone(), at, km: None, span: span.clone() };
    drawing.marks.extend(points.into_iter().map(mark));
}

fn report(feature: &Feature, (message, help): (String, &'static str), span: Option<&Span>, faults: &mut Faults) {
    let fault = |message: String| Diagnostic::error("alignments::coordinate", message).help(help);
    faults.push(match span {
        Some(span) => fault(message).at(span),
        None => fault(format!("{} of {}: {message}", feature.label(), faults.file.path.display())),
    });
}

/// The lines and points of a geometry.
fn take_apart(geometry: &Geometry, parts: &mut Vec<LineString>, points: &mut Vec<Coord>, left: &mut LeftOut) {
    match geometry {
        Geometry::Point(point) => points.push(point.0),
        Geometry::MultiPoint(many) => points.extend(many.0.iter().map(|point| point.0)),
        Geometry::LineString(line) => parts.push(line.clone()),
        Geometry::MultiLineString(many) => parts.extend(many.0.iter().cloned()),
        Geometry::GeometryCollection(many) => many.0.iter().for_each(|one| take_apart(one, parts, points, left)),
        _ => left.count("areas"),
    }
}

/// The name of a feature, and its other properties as `key: value`.
fn name_and_note(feature: &Feature) -> (String, String) {
    let words = |property: &Property| match property {
        Property::Empty => String::new(),
        Property::Number(number) => number.to_string(),
        Property::Words(words) => plain(words),
    };
    let holds = |wanted: &str| {
        let found =
            feature.properties.iter().position(|(name, value)| name.to_lowercase() == wanted && *value != Property::Empty);
        found.filter(|&at| !words(&feature.properties[at].1).is_empty())
    };
    let named = NAMES.iter().find_map(|wanted| holds(wanted));
    let name = named.map_or_else(String::new, |at| words(&feature.properties[at].1));
    let others = feature.properties.iter().enumerate().filter(|(at, _)| Some(*at) != named);
    let note = joined(others.map(|(_, (key, value))| match words(value) {
        empty if empty.is_empty() => empty,
        value => format!("{}: {value}", plain(key)),
    }));
    (name, note)
}
