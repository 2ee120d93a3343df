//! Features of geographic files, a geometry with its properties, handed over one by one as they are read.
//!
//! One module a format: `geojson`, `geopackage` with `geometry` for its binary shapes, `shapes` for shapefiles with `dbase` for
//! their tables.

mod dbase;
mod geojson;
mod geometry;
mod geopackage;
mod shapes;

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use geo::Geometry;

use super::faults::Faults;
use crate::error::Error;

/// A format of features.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    /// GeoJSON.
    GeoJson,
    /// OGC GeoPackage; the layer may be named behind the path: `file.gpkg|layer=name`.
    GeoPackage,
    /// ESRI shapefile with its table.
    Shapefile,
}

impl Format {
    /// The format that the ending of `path` tells; `None` where it is none of these.
    pub fn of(path: &Path) -> Option<Format> {
        let (file, _) = geopackage::split_layer(path);
        match file.extension()?.to_string_lossy().to_lowercase().as_str() {
            "geojson" | "json" => Some(Format::GeoJson),
            "gpkg" => Some(Format::GeoPackage),
            "shp" => Some(Format::Shapefile),
            _ => None,
        }
    }
}

/// What stands in a property.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Property {
    /// Nothing.
    Empty,
    /// A finite number.
    Number(f64),
    /// Text; yes and no, lists and objects as they are written.
    Words(String),
}

/// A geometry with its properties. Coordinates are finite; whether they lie on the earth is not checked here.
#[derive(Debug)]
pub(super) struct Feature {
    /// Its number in the file, from 1.
    pub number: usize,
    /// The id that the format gives it besides its properties.
    pub id: Option<String>,
    /// Its geometry, longitudes first; `None` where it has none.
    pub geometry: Option<Geometry>,
    /// Its properties in the order of the file.
    pub properties: Vec<(Arc<str>, Property)>,
    /// Where it stands, in files of text.
    pub place: Option<Range<usize>>,
}

impl Feature {
    /// How messages call it where the file has no lines.
    pub fn label(&self) -> String {
        format!("feature {}", self.number)
    }
}

/// What takes the features.
pub(super) type Each<'a> = dyn FnMut(Feature, &mut Faults) + 'a;

/// Reads the features at `path` one by one into `each`, and returns what is wrong with the file.
pub(super) fn read(path: &Path, format: Format, each: &mut Each) -> Result<Faults, Error> {
    match format {
        Format::GeoJson => geojson::read(path, each),
        Format::GeoPackage => geopackage::read(path, each),
        Format::Shapefile => shapes::read(path, each),
    }
}
