//! `cells.csv`: the population grid (`docs/formats.md` §4).

use std::sync::Arc;

use super::vocabulary::{Terrain, Urban};
use crate::diagnostic::SourceFile;
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
