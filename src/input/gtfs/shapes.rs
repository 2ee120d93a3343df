//! The ways of trips on the map.

use std::sync::Arc;

use super::archive::Archive;
use super::faults::Faults;
use super::places::Ids;
use super::records::*;
use super::table::{Columns, each_row};
use super::values::{id, whole};
use crate::error::Error;
use crate::geo::LonLat;

/// The most points that are read: 60 million, a gigabyte.
const MAX_POINTS: usize = 60_000_000;

/// A point with what orders it.
#[derive(Clone, Copy)]
struct Placed {
    shape: u32,
    sequence: u32,
    point: ShapePoint,
}

/// Reads `shapes.txt`. Shapes are for drawing, so a point that is wrong is left out with a warning.
pub(super) fn read(archive: &Archive, feed: &mut Feed, ids: &mut Ids, faults: &mut Faults) -> Result<(), Error> {
    let columns = Columns { names: ["shape_id", "shape_pt_lat", "shape_pt_lon", "shape_pt_sequence"], required: 4 };
    let shapes = &mut feed.shapes;
    let mut placed: Vec<Placed> = Vec::new();
    let mut current: Option<ShapeAt> = None;
    each_row(archive, "shapes.txt", columns, faults, |row, [shape_id, lat, lon, sequence], faults| {
        let Some(shape_id) = id(row, "shape_id", shape_id, faults) else { return };
        let Some(sequence) = whole(row, "shape_pt_sequence", sequence, faults) else { return };
        let point = lat.parse().ok().zip(lon.parse().ok()).and_then(|(lat, lon)| LonLat::new(lon, lat));
        let Some(point) = point else {
            let message = format_args!("the point (\"{lat}\", \"{lon}\") is not on the earth; it is left out");
            faults.warning("gtfs::shape", row, lat, message, "write latitude and longitude in degrees of WGS-84");
            return;
        };
        if placed.len() >= MAX_POINTS {
            let message = format_args!("the shapes have more than {MAX_POINTS} points; the rest is left out");
            faults.warning("gtfs::rows", row, row.text, message, "simplify the shapes");
            return;
        }
        let shape = match current.filter(|shape| &*shapes[shape.at()].id == shape_id) {
            Some(shape) => shape,
            None => shape_of(shapes, ids, shape_id, row.line),
        };
        current = Some(shape);
        let point = ShapePoint { lon: (point.lon * 1e7).round() as i32, lat: (point.lat * 1e7).round() as i32 };
        placed.push(Placed { shape: shape.0, sequence, point });
    })?;
    let key = |placed: &Placed| (placed.shape, placed.sequence);
    if !placed.is_sorted_by_key(key) {
        placed.sort_by_key(key);
    }
    for (at, placed) in placed.iter().enumerate() {
        let shape = &mut shapes[placed.shape as usize];
        if shape.end == 0 {
            shape.begin = at as u32;
        }
        shape.end = at as u32 + 1;
    }
    feed.shape_points = placed.into_iter().map(|placed| placed.point).collect();
    Ok(())
}

fn shape_of(shapes: &mut Vec<Shape>, ids: &mut Ids, shape_id: &str, line: u32) -> ShapeAt {
    if let Some(&at) = ids.shapes.get(shape_id) {
        return at;
    }
    let at = ShapeAt(shapes.len() as u32);
    let id: Arc<str> = Arc::from(shape_id);
    ids.shapes.insert(Arc::clone(&id), at);
    shapes.push(Shape { id, begin: 0, end: 0, line });
    at
}
