//! Origins and destinations with what is found there, from CSV, GeoJSON, GeoPackage or shapefiles.
//!
//! `gathering` puts points together and tells columns of numbers from others; `readers` feeds it from each format.

mod gathering;
mod readers;

use std::path::Path;

use crate::diagnostic::{Checked, Span};
use crate::error::Error;
use crate::geo::LonLat;

/// Points of a file, in its order.
#[derive(Debug, Clone, Default)]
pub struct Points {
    /// The points.
    pub points: Vec<Point>,
    /// Names of the columns of numbers, in the order of the file: people, jobs, hospitals and so on.
    pub columns: Vec<String>,
}

/// One point.
#[derive(Debug, Clone)]
pub struct Point {
    /// Id, unique in its file.
    pub id: String,
    /// Where; of an area, a point inside it.
    pub at: LonLat,
    /// A number for every column of [`Points::columns`]; `None` where the file leaves it empty.
    pub values: Vec<Option<f64>>,
    /// Where it stands, in files of text.
    pub span: Option<Span>,
}

/// Reads the points at `path`, whose ending tells the format: `.csv`, `.geojson` or `.json`, `.gpkg` (with `|layer=name` behind it
/// where the file has several layers) or `.shp`.
///
/// A CSV file has the columns `id,lon,lat` in any order, in UTF-8 or GB18030. In the other formats the id is the property `id`, or
/// the feature's own where there is none; an area stands for a point inside it. Every other column that holds numbers wherever it
/// is filled becomes one of [`Points::columns`]. Coordinates are degrees of WGS-84 or CGCS2000.
///
/// The faults name a missing, repeated or forbidden id, a point at (0, 0) or out of range, longitude and latitude swapped, a
/// geometry that is no point and no area, another reference system, and columns that hold no numbers.
pub fn read(path: &Path) -> Result<Checked<Points>, Error> {
    readers::read(path)
}
