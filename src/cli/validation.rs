//! Computed times beside those measured elsewhere, and which modes may be believed (METHOD §7.7).

use std::collections::BTreeSet;

use super::Failure;
use super::load::Loaded;
use super::worlds::{network, with_network};
use crate::input::parameters::Level;
use crate::input::vocabulary::Mode;
use crate::measure::validate::{
    ClaimRow, Gate, ObservationRow, ResolvedClaim, ResolvedObservation, claims, observations, resolve_claims,
    resolve_observations,
};
use crate::output::table::Table;
use crate::scenario::Scenario;
use crate::search::Outcome;
use crate::search::engine::Engine;

/// Observations and claims with their names resolved.
pub(crate) struct Records<'a> {
    observations: Vec<ResolvedObservation<'a>>,
    claims: Vec<ResolvedClaim<'a>>,
}

/// Resolves the names of observations and claims.
pub(crate) fn records(loaded: &Loaded) -> Result<Records<'_>, Failure> {
    let scenarios: Vec<&str> = loaded.scenarios.iter().map(|scenario| scenario.id.as_str()).collect();
    let mut faults = Vec::new();
    let definitions = &loaded.study.definitions;
    let observations = resolve_observations(&loaded.observations, definitions, &scenarios, &loaded.stock, &loaded.territory);
    let observations = observations.into_value(&mut faults);
    let claims = resolve_claims(&loaded.claims, &loaded.stock, &loaded.territory).into_value(&mut faults);
    if faults.is_empty() { Ok(Records { observations, claims }) } else { Err(Failure::Input(faults)) }
}

/// The rows of one scenario.
pub(crate) fn rows(
    loaded: &Loaded,
    records: &Records,
    scenario: &str,
    engine: &dyn Engine,
) -> (Vec<ObservationRow>, Vec<ClaimRow>) {
    let observed = observations(engine, scenario, &records.observations);
    // The first definition of the study, by the fastest mode: what speaks most in favour of a claim.
    let claimed = loaded.study.definitions.first().map_or(Vec::new(), |definition| {
        let travel = engine.freeze(definition, Level::Base);
        claims(&*travel, scenario, &records.claims, Mode::Best)
    });
    (observed, claimed)
}

/// The modes whose observations agree, over all scenarios of the study as it stands.
pub(crate) fn validated_modes(loaded: &Loaded) -> Result<BTreeSet<Mode>, Failure> {
    let records = records(loaded)?;
    let mut observed = Vec::new();
    for scenario in &loaded.scenarios {
        if records.observations.iter().any(|row| *row.observation.scenario.text == *scenario.id) {
            let built = network(loaded, scenario)?;
            observed
                .extend(with_network(loaded, &built, |engine| observations(engine, &scenario.id, &records.observations)));
        }
    }
    Ok(validated(&Gate::of(&observed)))
}

/// The modes that a gate lets through.
pub(crate) fn validated(gate: &Gate) -> BTreeSet<Mode> {
    Mode::ALL.iter().copied().filter(|&mode| gate.is_validated(mode)).collect()
}

/// Observations and claims as tables with key and title, for `check`.
pub(crate) fn sections(loaded: &Loaded, scenarios: &[Scenario]) -> Result<Vec<(String, String, Table)>, Failure> {
    let records = records(loaded)?;
    let (mut observed, mut claimed) = (Vec::new(), Vec::new());
    for scenario in scenarios {
        let built = network(loaded, scenario)?;
        let (more_observed, more_claimed) =
            with_network(loaded, &built, |engine| rows(loaded, &records, &scenario.id, engine));
        observed.extend(more_observed);
        claimed.extend(more_claimed);
    }
    let gate = Gate::of(&observed);
    let counts: Vec<String> = Mode::ALL
        .iter()
        .map(|&mode| (mode, gate.agreeing(mode)))
        .filter(|(_, (_, all))| *all > 0)
        .map(|(mode, (agree, all))| {
            format!("{} {agree}/{all} {}", mode.word(), if gate.is_validated(mode) { "✓" } else { Gate::MARK.1 })
        })
        .collect();
    let title = format!("Observations against computed times: {} ({})", counts.join(", "), Gate::RULE.1);
    Ok(vec![
        ("observations".to_string(), title, observation_table(&observed)),
        (
            "claims".to_string(),
            "Published claims beside computed times; never used as input".to_string(),
            claim_table(&claimed),
        ),
    ])
}

/// Observations as a table.
pub(crate) fn observation_table(rows: &[ObservationRow]) -> Table {
    let mut table = Table::new([
        "id",
        "from",
        "to",
        "mode",
        "definition",
        "scenario",
        "observed_min",
        "tolerance_min",
        "computed_min",
        "deviation_min",
        "agrees",
        "source",
    ]);
    for row in rows {
        let deviation = row.computed.time().map(|time| format!("{:+.1}", time.minutes() - row.observed.minutes()));
        table.push([
            row.id.clone(),
            row.from.clone(),
            row.to.clone(),
            row.mode.word().to_string(),
            row.definition.clone(),
            row.scenario.clone(),
            format!("{:.1}", row.observed.minutes()),
            format!("{:.1}", row.tolerance.minutes()),
            minutes_or_status(row.computed),
            deviation.unwrap_or_default(),
            if row.agrees() { "✓".to_string() } else { "✗".to_string() },
            row.source.clone(),
        ]);
    }
    table
}

/// Claims as a table.
pub(crate) fn claim_table(rows: &[ClaimRow]) -> Table {
    let mut table = Table::new([
        "id",
        "statement",
        "from",
        "to",
        "scenario",
        "definition",
        "claimed_min",
        "implied_kmh",
        "computed_min",
        "date",
        "source",
    ]);
    for row in rows {
        table.push([
            row.id.clone(),
            row.statement.clone(),
            row.from.clone(),
            row.to.clone(),
            row.scenario.clone(),
            row.definition.clone(),
            format!("{:.0}", row.claimed.minutes()),
            row.implied_kmh.map_or(String::new(), |kmh| format!("{kmh:.0}")),
            minutes_or_status(row.computed),
            row.date.clone(),
            row.source.clone(),
        ]);
    }
    table
}

/// Minutes, or the status where there is no time.
pub(crate) fn minutes_or_status(outcome: Outcome) -> String {
    outcome.time().map_or_else(|| outcome.status().to_string(), |time| format!("{:.1}", time.minutes()))
}
