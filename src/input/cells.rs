//! `cells.csv`: the population grid (`docs/formats.md` §4).

use std::path::Path;
use std::sync::Arc;

use super::vocabulary::{Terrain, Urban};
use super::{csv_file, text};
use crate::diagnostic::{Checked, SourceFile};
use crate::error::Error;
use crate::geo::LonLat;

/// A row of `cells.csv`.
#[derive(Debug, Clone, PartialEq)]
pub struct CellRecord {
    /// Its centre.
    pub at: LonLat,
    /// Id of the unit it lies in.
    pub place: Arc<str>,
    /// People, not negative.
    pub population: f64,
    /// Land area.
    pub area_km2: f64,
    /// Size of the built-up area it lies in.
    pub urban: Option<Urban>,
    /// Terrain.
    pub terrain: Terrain,
    /// Line of the file, from 1.
    pub line: u32,
}

/// All rows and the file they stand in.
#[derive(Debug, Clone)]
pub struct CellRecords {
    /// Rows in the order of the file.
    pub rows: Vec<CellRecord>,
    /// The file.
    pub file: Arc<SourceFile>,
}

const COLUMNS: &[&str] = &["lon", "lat", "place", "population", "area_km2", "urban", "terrain"];

/// The most people of one cell: far above the densest square kilometre there is.
const MAX_PEOPLE: f64 = 1e7;

/// Reads the grid at `path`.
pub fn read(path: &Path) -> Result<Checked<CellRecords>, Error> {
    text::read(path, |file| CellRecords { rows: Vec::new(), file: Arc::clone(file) }, parse)
}

/// Reads the grid in `file`.
pub fn parse(file: &Arc<SourceFile>) -> Checked<CellRecords> {
    // Cells of a unit follow each other, so most rows share the name of the one before.
    let mut last: Arc<str> = Arc::from("");
    let Checked { value: rows, diagnostics } = csv_file::parse(file, COLUMNS, |row| {
        let at = row.point();
        let place = row.required("place").map(|place| {
            if *last != *place {
                last = Arc::from(place);
            }
            Arc::clone(&last)
        });
        let population = row.number("population", 0.0..=MAX_PEOPLE);
        let area_km2 = row.number("area_km2", 1e-6..=1e4);
        let urban = row.optional_word("urban", Urban::ALL, Urban::word);
        let terrain = row.word("terrain", Terrain::ALL, Terrain::word);
        Some(CellRecord {
            at: at?,
            place: place?,
            population: population?,
            area_km2: area_km2?,
            urban,
            terrain: terrain?,
            line: row.line,
        })
    });
    Checked { value: CellRecords { rows, file: Arc::clone(file) }, diagnostics }
}
