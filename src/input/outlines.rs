//! `outlines.geojson`: schematic outlines of the units, for drawing and masks only (`docs/formats.md` §4).

use std::sync::Arc;

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
