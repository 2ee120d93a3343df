//! `observations.csv` and `claims.csv` (`docs/formats.md` §8): compared with results, never used as input.

use super::network_xml::Named;
use super::vocabulary::Mode;
use crate::units::Duration;

/// A time measured elsewhere.
#[derive(Debug, Clone)]
pub struct Observation {
    /// Id.
    pub id: Named,
    /// Place or stop id.
    pub from: Named,
    /// Place or stop id.
    pub to: Named,
    /// Mode.
    pub mode: Mode,
    /// Definition id.
    pub definition: Named,
    /// Scenario id.
    pub scenario: Named,
    /// The time.
    pub time: Duration,
    /// The deviation that counts as agreement.
    pub tolerance: Duration,
    /// Date as written.
    pub date: String,
    /// Source.
    pub source: String,
}

/// A published claim.
#[derive(Debug, Clone)]
pub struct Claim {
    /// Id.
    pub id: Named,
    /// The claim in a few words.
    pub statement: String,
    /// Place or stop id.
    pub from: Named,
    /// Place or stop id.
    pub to: Named,
    /// The claimed time.
    pub time: Duration,
    /// The length it is claimed for, in km.
    pub km: Option<f64>,
    /// Date as written.
    pub date: String,
    /// Source.
    pub source: String,
}
