//! Origins and destinations with what is found there, from CSV, GeoJSON, GeoPackage or shapefiles.
//!
//! `gathering` puts points together and tells columns of numbers from others; `readers` feeds it from each format; `firsts` finds ids
//! that stand twice.

mod firsts;
mod gathering;
mod readers;

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use crate::diagnostic::{Checked, SourceFile, Span};
use crate::error::Error;
use crate::geo::LonLat;

/// Points in the order of their file. A point is known by its position, from 0.
///
/// A point takes 24 bytes and 8 for each column of numbers; those of a table take 8 fewer than others, but keep the text of the file.
#[derive(Debug, Clone, Default)]
pub struct Points {
    /// Names of the columns of numbers, in the order of the file: people, jobs, hospitals and so on.
    pub columns: Vec<String>,
    ids: Ids,
    at: Vec<LonLat>,
    /// For every column a number a point, [`EMPTY`] where the file has none.
    values: Vec<Vec<f64>>,
    /// Where points stand in a file of text, if it is not their id that tells it.
    places: Vec<Stretch>,
}

/// Stands for a field that is not filled: numbers of files are finite.
const EMPTY: f64 = f64::NAN;

/// Bytes of a text; texts have under 4 GiB.
type Stretch = (u32, u32);

fn range_of((start, end): Stretch) -> Range<usize> {
    start as usize..end as usize
}

/// Ids as stretches of one text.
#[derive(Debug, Clone)]
struct Ids {
    text: IdText,
    stretches: Vec<Stretch>,
}

/// Where ids are written.
#[derive(Debug, Clone)]
enum IdText {
    /// In the table.
    Table(Arc<SourceFile>),
    /// One after the other; with the file, if it is one of text.
    Own(String, Option<Arc<SourceFile>>),
}

impl Default for Ids {
    fn default() -> Self {
        Ids { text: IdText::Own(String::new(), None), stretches: Vec::new() }
    }
}

impl Ids {
    fn get(&self, point: usize) -> &str {
        let text = match &self.text {
            IdText::Table(file) => &file.text,
            IdText::Own(text, _) => text,
        };
        &text[range_of(self.stretches[point])]
    }
}

impl Points {
    /// Points without columns that come from no file.
    ///
    /// ```
    /// use onehour::geo::LonLat;
    /// use onehour::input::points::Points;
    /// let points = Points::of([("Stop 12 A", LonLat { lon: 8.7, lat: 49.4 })]);
    /// assert_eq!((points.len(), points.id(0), points.at(0).lat), (1, "Stop 12 A", 49.4));
    /// ```
    pub fn of<'p>(points: impl IntoIterator<Item = (&'p str, LonLat)>) -> Self {
        let mut gathering = gathering::Gathering::default();
        points.into_iter().for_each(|(id, at)| gathering.push_named(id, at, std::iter::empty(), None));
        gathering.points()
    }

    /// How many points there are.
    pub fn len(&self) -> usize {
        self.at.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.at.is_empty()
    }

    /// The id of a point, unique in its file. It may hold blanks, commas and semicolons; none are around it.
    pub fn id(&self, point: usize) -> &str {
        self.ids.get(point)
    }

    /// All ids in order.
    pub fn ids(&self) -> impl ExactSizeIterator<Item = &str> {
        (0..self.len()).map(|point| self.id(point))
    }

    /// Where a point lies; of an area, a point inside it.
    pub fn at(&self, point: usize) -> LonLat {
        self.at[point]
    }

    /// Where all lie, in order.
    pub fn positions(&self) -> &[LonLat] {
        &self.at
    }

    /// The number of a point in a column, by its position in [`Points::columns`]; `None` where the file leaves it empty.
    pub fn value(&self, point: usize, column: usize) -> Option<f64> {
        Some(self.values[column][point]).filter(|value| !value.is_nan())
    }

    /// The numbers of a column, one a point.
    pub fn values(&self, column: usize) -> impl ExactSizeIterator<Item = Option<f64>> {
        (0..self.len()).map(move |point| self.value(point, column))
    }

    /// Where a point stands, in files of text: its id in a table, all of it elsewhere.
    pub fn span(&self, point: usize) -> Option<Span> {
        match &self.ids.text {
            IdText::Table(file) => Some(Span::new(file, range_of(self.ids.stretches[point]))),
            IdText::Own(_, file) => Some(Span::new(file.as_ref()?, range_of(*self.places.get(point)?))),
        }
    }
}

/// Reads the points at `path`, whose ending tells the format: `.csv`, `.geojson` or `.json`, `.gpkg` (with `|layer=name` behind it
/// where the file has several layers) or `.shp`.
///
/// A CSV file has the columns `id,lon,lat` in any order, in UTF-8 or GB18030. In the other formats the id is the property `id`, or
/// the feature's own where there is none; an area stands for a point inside it. Blanks around an id are no part of it. Every other
/// column that holds numbers wherever it is filled becomes one of [`Points::columns`]. Coordinates are degrees of WGS-84 or CGCS2000.
///
/// The faults name a missing or repeated id, one with control characters or double quotes, a point at (0, 0) or out of range,
/// longitude and latitude swapped, a geometry that is no point and no area, another reference system, and columns that hold no numbers.
pub fn read(path: &Path) -> Result<Checked<Points>, Error> {
    readers::read(path)
}
