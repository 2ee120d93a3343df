//! Observations and claims beside what is computed, and the gate that a verdict passes or carries "未校核" (METHOD §7.7).
//!
//! An observation agrees when there is a journey whose base time is within the tolerance of what was measured. A mode is validated when
//! at least 80 % of its observations agree (house rule: [`AGREEING`]). Feeder trips are public transport with another way to
//! the station and are validated with it; `best` is validated when car and public transport both are.

use std::collections::BTreeSet;

use super::answers::Answers;
use super::relations::{unknown, unknown_place};
use super::residents::Residents;
use crate::diagnostic::{Checked, Diagnostic};
use crate::input::network_xml::Named;
use crate::input::parameters::Level;
use crate::input::records::{Claim, Observation};
use crate::input::study::Definition;
use crate::input::vocabulary::{Ends, Mode};
use crate::network::Network;
use crate::network::territory::Territory;
use crate::search::engine::{Engine, Travel};
use crate::search::{Direction, Endpoint, Outcome};
use crate::units::Duration;

/// The share of the observations of a mode that must agree.
pub const AGREEING: f64 = 0.8;

/// An observation with its names resolved.
#[derive(Debug, Clone)]
pub struct ResolvedObservation<'a> {
    /// As written.
    pub observation: &'a Observation,
    /// Its definition.
    pub definition: &'a Definition,
    /// Where it begins.
    pub from: Endpoint,
    /// Where it ends.
    pub to: Endpoint,
}

/// A claim with its names resolved.
#[derive(Debug, Clone)]
pub struct ResolvedClaim<'a> {
    /// As written.
    pub claim: &'a Claim,
    /// Where it begins.
    pub from: Endpoint,
    /// Where it ends.
    pub to: Endpoint,
}

/// An observation beside the computed time.
#[derive(Debug, Clone)]
pub struct ObservationRow {
    /// Observation id.
    pub id: String,
    /// Place or stop id.
    pub from: String,
    /// Place or stop id.
    pub to: String,
    /// Mode.
    pub mode: Mode,
    /// Definition id.
    pub definition: String,
    /// Scenario id.
    pub scenario: String,
    /// What was measured.
    pub observed: Duration,
    /// The deviation that counts as agreement.
    pub tolerance: Duration,
    /// What is computed, at base.
    pub computed: Outcome,
    /// Where it comes from.
    pub source: String,
}

impl ObservationRow {
    /// Computed less observed minutes; `None` without a journey.
    pub fn deviation_min(&self) -> Option<f64> {
        self.computed.time().map(|time| time.minutes() - self.observed.minutes())
    }

    /// Whether the deviation is within the tolerance; without a journey it is not.
    pub fn agrees(&self) -> bool {
        let apart = |time: Duration| time.saturating_sub(self.observed) + self.observed.saturating_sub(time);
        self.computed.time().is_some_and(|time| apart(time) <= self.tolerance)
    }
}

/// A claim beside the computed time in one scenario.
#[derive(Debug, Clone)]
pub struct ClaimRow {
    /// Claim id.
    pub id: String,
    /// The claim in a few words.
    pub statement: String,
    /// Place or stop id.
    pub from: String,
    /// Place or stop id.
    pub to: String,
    /// Scenario id.
    pub scenario: String,
    /// The definition of the computed time.
    pub definition: String,
    /// The claimed time.
    pub claimed: Duration,
    /// The mean speed that the claim implies, in km/h, where it names a length.
    pub implied_kmh: Option<f64>,
    /// The computed time, at base.
    pub computed: Outcome,
    /// Date as written.
    pub date: String,
    /// Where it comes from.
    pub source: String,
}

/// Resolves observations: ends are place ids, otherwise stop ids. One whose names are at fault is left out, with the faults.
pub fn resolve_observations<'a>(
    observations: &'a [Observation],
    definitions: &'a [Definition],
    scenarios: &[&str],
    network: &Network,
    territory: &Territory,
) -> Checked<Vec<ResolvedObservation<'a>>> {
    let mut faults = Vec::new();
    let mut resolved = Vec::with_capacity(observations.len());
    for observation in observations {
        let definition = definitions.iter().find(|definition| *definition.id == *observation.definition.text);
        if definition.is_none() {
            let known = definitions.iter().map(|definition| definition.id.as_str());
            faults.push(unknown(&observation.definition, "definition", "measure::unknown_definition", known));
        }
        if !scenarios.contains(&&*observation.scenario.text) {
            let known = scenarios.iter().copied();
            faults.push(unknown(&observation.scenario, "scenario", "measure::unknown_scenario", known));
        }
        let from = endpoint(&observation.from, network, territory, &mut faults);
        let to = endpoint(&observation.to, network, territory, &mut faults);
        if let (Some(definition), Some(from), Some(to)) = (definition, from, to) {
            resolved.push(ResolvedObservation { observation, definition, from, to });
        }
    }
    Checked { value: resolved, diagnostics: faults }
}

/// Resolves claims, in the same way.
pub fn resolve_claims<'a>(claims: &'a [Claim], network: &Network, territory: &Territory) -> Checked<Vec<ResolvedClaim<'a>>> {
    let mut faults = Vec::new();
    let mut resolved = Vec::with_capacity(claims.len());
    for claim in claims {
        let from = endpoint(&claim.from, network, territory, &mut faults);
        let to = endpoint(&claim.to, network, territory, &mut faults);
        if let (Some(from), Some(to)) = (from, to) {
            resolved.push(ResolvedClaim { claim, from, to });
        }
    }
    Checked { value: resolved, diagnostics: faults }
}

fn endpoint(name: &Named, network: &Network, territory: &Territory, faults: &mut Vec<Diagnostic>) -> Option<Endpoint> {
    let place = territory.find(&name.text).map(Endpoint::Place);
    let found = place.or_else(|| network.find_stop(&name.text).map(Endpoint::Stop));
    if found.is_none() {
        let called = territory.places.iter().any(|place| place.name_zh == *name.text || place.name_en == *name.text);
        let ids = territory.places.iter().map(|place| &*place.id).chain(network.stops.iter().map(|stop| &*stop.id));
        let fault = if called {
            unknown_place(name, territory)
        } else {
            unknown(name, "place or stop", "measure::unknown_place", ids)
        };
        faults.push(fault);
    }
    found
}

/// Compares the observations of `scenario` with its network, that of `engine`, at base.
pub fn observations<'a>(engine: &dyn Engine, scenario: &str, resolved: &[ResolvedObservation<'a>]) -> Vec<ObservationRow> {
    let mine: Vec<&ResolvedObservation<'a>> =
        resolved.iter().filter(|row| *row.observation.scenario.text == *scenario).collect();
    let mut definitions: Vec<&'a Definition> = Vec::new();
    for row in &mine {
        if !definitions.iter().any(|known| known.id == row.definition.id) {
            definitions.push(row.definition);
        }
    }
    let mut rows: Vec<(usize, ObservationRow)> = Vec::with_capacity(mine.len());
    for definition in definitions {
        let travel = engine.freeze(definition, Level::Base);
        for (at, row) in mine.iter().enumerate().filter(|(_, row)| row.definition.id == definition.id) {
            let observation = row.observation;
            let row = ObservationRow {
                id: observation.id.text.to_string(),
                from: observation.from.text.to_string(),
                to: observation.to.text.to_string(),
                mode: observation.mode,
                definition: definition.id.clone(),
                scenario: scenario.to_string(),
                observed: observation.time,
                tolerance: observation.tolerance,
                computed: time(&*travel, row.from, row.to, observation.mode),
                source: observation.source.clone(),
            };
            rows.push((at, row));
        }
    }
    rows.sort_by_key(|(at, _)| *at);
    rows.into_iter().map(|(_, row)| row).collect()
}

/// Puts claims beside the times of one scenario, under the definition of `travel`: choose the one that speaks most in
/// their favour, in the vehicle by the fastest train, so that what it contradicts every definition contradicts.
pub fn claims(travel: &dyn Travel, scenario: &str, resolved: &[ResolvedClaim], mode: Mode) -> Vec<ClaimRow> {
    let row = |resolved: &ResolvedClaim| {
        let claim = resolved.claim;
        let implied = claim.km.filter(|_| claim.time > Duration::ZERO).map(|km| km / (claim.time.minutes() / 60.0));
        ClaimRow {
            id: claim.id.text.to_string(),
            statement: claim.statement.clone(),
            from: claim.from.text.to_string(),
            to: claim.to.text.to_string(),
            scenario: scenario.to_string(),
            definition: travel.definition().id.clone(),
            claimed: claim.time,
            implied_kmh: implied,
            computed: time(travel, resolved.from, resolved.to, mode),
            date: claim.date.clone(),
            source: claim.source.clone(),
        }
    };
    resolved.iter().map(row).collect()
}

/// The time between two endpoints, as targets count it where both are places.
fn time(travel: &dyn Travel, from: Endpoint, to: Endpoint, mode: Mode) -> Outcome {
    if let (Ends::Cells, Endpoint::Place(origin), Endpoint::Place(destination)) = (travel.definition().ends, from, to) {
        let asked = (mode, origin, destination, Duration::ZERO);
        let residents = Residents::of(travel.territory());
        let found = Answers::between_places(travel, &BTreeSet::from([asked]), &residents);
        return found.place(mode, origin, destination, Duration::ZERO).time;
    }
    travel.tree(from, Direction::Forward, mode).time(&to)
}

/// Which modes are validated by observations of all scenarios together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Gate {
    car: (usize, usize),
    transit: (usize, usize),
    best: (usize, usize),
}

impl Gate {
    /// The mark of a verdict whose mode is not validated, in Chinese and English.
    pub const MARK: (&'static str, &'static str) = ("未校核", "not validated");

    /// The rule, to be printed with the mark.
    pub const RULE: (&'static str, &'static str) =
        ("同一方式的观测中，八成以上在容差之内", "at least 80 % of the observations of the mode within their tolerance");

    /// Counts observations by mode.
    pub fn of(rows: &[ObservationRow]) -> Self {
        let mut gate = Gate::default();
        for row in rows {
            let counts = match row.mode {
                Mode::Car => &mut gate.car,
                Mode::Transit | Mode::Feeder => &mut gate.transit,
                Mode::Best => &mut gate.best,
            };
            counts.0 += usize::from(row.agrees());
            counts.1 += 1;
        }
        gate
    }

    /// How many observations of a mode agree, and how many there are; for `best` its own.
    pub fn agreeing(&self, mode: Mode) -> (usize, usize) {
        match mode {
            Mode::Car => self.car,
            Mode::Transit | Mode::Feeder => self.transit,
            Mode::Best => self.best,
        }
    }

    /// Whether a mode is validated. Without an observation it is not.
    pub fn is_validated(&self, mode: Mode) -> bool {
        let holds = |(agree, all): (usize, usize)| all > 0 && agree as f64 >= AGREEING * all as f64;
        match mode {
            Mode::Best => holds(self.car) && holds(self.transit) && (self.best.1 == 0 || holds(self.best)),
            other => holds(self.agreeing(other)),
        }
    }
}
