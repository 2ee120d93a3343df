//! `observations.csv` and `claims.csv` (`docs/formats.md` §8): compared with results, never used as input.

use std::path::Path;
use std::sync::Arc;

use super::network_xml::Named;
use super::vocabulary::Mode;
use super::{csv_file, text};
use crate::diagnostic::{Checked, SourceFile};
use crate::error::Error;
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

const OBSERVATIONS: &[&str] =
    &["id", "from", "to", "mode", "definition", "scenario", "minutes", "tolerance_min", "date", "source"];
const CLAIMS: &[&str] = &["id", "statement", "from", "to", "minutes", "km", "date", "source"];

/// The longest time that is compared: two days.
const MAX_MINUTES: f64 = 2880.0;

/// Reads the observations at `path`.
pub fn read_observations(path: &Path) -> Result<Checked<Vec<Observation>>, Error> {
    text::read(path, |_| Vec::new(), parse_observations)
}

/// Reads the observations in `file`.
pub fn parse_observations(file: &Arc<SourceFile>) -> Checked<Vec<Observation>> {
    let mut checked = csv_file::parse(file, OBSERVATIONS, |row| {
        let (id, from, to) = (row.id("id"), row.id("from"), row.id("to"));
        let mode = row.word("mode", Mode::ALL, Mode::word);
        let (definition, scenario) = (row.id("definition"), row.id("scenario"));
        let time = row.number("minutes", 0.1..=MAX_MINUTES).and_then(Duration::from_minutes);
        let tolerance = row.number("tolerance_min", 0.0..=MAX_MINUTES).and_then(Duration::from_minutes);
        let (date, source) = (row.text("date"), row.text("source"));
        Some(Observation {
            id: id?,
            from: from?,
            to: to?,
            mode: mode?,
            definition: definition?,
            scenario: scenario?,
            time: time?,
            tolerance: tolerance?,
            date: date?,
            source: source?,
        })
    });
    csv_file::check_unique(&mut checked, |observation| &observation.id);
    checked
}

/// Reads the claims at `path`.
pub fn read_claims(path: &Path) -> Result<Checked<Vec<Claim>>, Error> {
    text::read(path, |_| Vec::new(), parse_claims)
}

/// Reads the claims in `file`.
pub fn parse_claims(file: &Arc<SourceFile>) -> Checked<Vec<Claim>> {
    let mut checked = csv_file::parse(file, CLAIMS, |row| {
        let (id, statement) = (row.id("id"), row.text("statement"));
        let (from, to) = (row.id("from"), row.id("to"));
        let time = row.number("minutes", 0.1..=MAX_MINUTES).and_then(Duration::from_minutes);
        let km = row.optional_number("km", 0.001..=20_000.0);
        let (date, source) = (row.text("date"), row.text("source"));
        Some(Claim { id: id?, statement: statement?, from: from?, to: to?, time: time?, km, date: date?, source: source? })
    });
    csv_file::check_unique(&mut checked, |claim| &claim.id);
    checked
}
