//! Origins and destinations with what is found there, from CSV, GeoJSON, GeoPackage or shapefiles.

use crate::diagnostic::Span;
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
