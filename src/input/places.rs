//! `places.csv`, `groups.csv`, `centres.csv` (`docs/formats.md` §3).

use super::network_xml::Named;
use super::vocabulary::PlaceLevel;
use crate::geo::LonLat;

/// A row of `places.csv`.
#[derive(Debug, Clone)]
pub struct PlaceRecord {
    /// Id.
    pub id: Named,
    /// Chinese name.
    pub name_zh: String,
    /// English name.
    pub name_en: String,
    /// Id of the centre of its city; its own id for a centre, empty outside.
    pub city: Option<Named>,
    /// Level.
    pub level: PlaceLevel,
    /// The point of centre-to-centre definitions.
    pub at: LonLat,
    /// People; `None` where unknown (outside only).
    pub population: Option<u64>,
    /// Group ids.
    pub groups: Vec<Named>,
    /// Units that a centre stands for.
    pub units: Vec<Named>,
    /// Area.
    pub area_km2: Option<f64>,
    /// Where the figures come from.
    pub source: String,
}

/// A row of `groups.csv`.
#[derive(Debug, Clone)]
pub struct GroupRecord {
    /// Id.
    pub id: Named,
    /// Kind, e.g. `cluster`.
    pub kind: String,
    /// Chinese name.
    pub name_zh: String,
    /// English name.
    pub name_en: String,
}

/// A row of `centres.csv`.
#[derive(Debug, Clone)]
pub struct CentreRecord {
    /// Place id.
    pub place: Named,
    /// Name of the point.
    pub name: String,
    /// Where.
    pub at: LonLat,
    /// Weight, 0 to 1; those of a place sum to 1 within 0.001.
    pub weight: f64,
    /// Where the figures come from.
    pub source: String,
}
