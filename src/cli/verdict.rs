//! `onehour verdict`: every target in every scenario asked for.

use super::arguments::{Common, VerdictArguments};
use super::load::{Loaded, load, unknown};
use super::progress::Progress;
use super::worlds::{network, with_network};
use super::{Ending, Failure, give, pretty, report};
use crate::diagnostic::Diagnostic;
use crate::measure::relations::{ResolvedTarget, asked_in, resolve};
use crate::measure::targets::{TargetResult, evaluate};
use crate::output::verdict_table;

/// Runs the verb.
pub(crate) fn verdict(arguments: &VerdictArguments) -> Result<Ending, Failure> {
    let loaded = load(&arguments.common)?;
    report(&loaded.warnings);
    let targets = resolved(&loaded, &arguments.target, &arguments.definition)?;
    let results = evaluated(&loaded, &arguments.common, &arguments.scenario, &targets)?;
    if results.is_empty() {
        // Ending with 0 would say that every target passed.
        let fault = Diagnostic::error("cli::nothing_tested", "no target is tested by what was asked for");
        return Err(fault.help("leave out --target, --definition or --scenario, or see `scenarios` of the target").into());
    }
    let asked = std::iter::once("verdict".to_string()).chain(switches(&arguments.common));
    let asked = asked.chain(results.iter().map(|result| format!("{} {}", result.target, result.scenario)));
    let record = loaded.record(asked.collect())?;
    let validated = super::validation::validated_modes(&loaded)?;
    let table = verdict_table::relations(&results, &loaded.names(), &record.id(), |result| validated.contains(&result.mode));
    let text = if arguments.json {
        let value = verdict_table::json(&table);
        pretty(&value)
    } else if arguments.out.is_some() {
        table.csv_for_excel()
    } else {
        let mut scenarios: Vec<&str> = results.iter().map(|result| result.scenario.as_str()).collect();
        scenarios.dedup();
        format!("{}\n{}", verdict_table::summary(&results, &loaded.targets, &scenarios).text(), details(&table))
    };
    give(&text, arguments.out.as_deref())?;
    let failed = results.iter().any(|result| result.verdict.has_failed());
    Ok(if failed { Ending::TargetFailed } else { Ending::Done })
}

/// The rows of the relations in the columns that fit a terminal.
fn details(table: &crate::output::table::Table) -> String {
    let shown = [
        "target",
        "scenario",
        "relation",
        "status_zh",
        "limit_min",
        "time_min",
        "time_low_min",
        "time_high_min",
        "margin_min",
        "share_people",
        "reason",
    ];
    table.only(|column| shown.contains(&column)).text()
}

/// The targets of these ids and definitions, all where none is given.
pub(crate) fn resolved<'a>(
    loaded: &'a Loaded,
    targets: &[String],
    definitions: &[String],
) -> Result<Vec<ResolvedTarget<'a>>, Failure> {
    for id in definitions {
        loaded.definition(Some(id))?;
    }
    let known = loaded.targets.iter().map(|target| target.id.as_str());
    let strangers = targets.iter().filter(|id| !loaded.targets.iter().any(|target| target.id == **id));
    let faults: Vec<_> = strangers.map(|id| unknown("target", id, known.clone())).collect();
    if !faults.is_empty() {
        return Err(Failure::Input(faults));
    }
    let scenarios: Vec<&str> = loaded.scenarios.iter().map(|scenario| scenario.id.as_str()).collect();
    let resolved = resolve(&loaded.targets, &loaded.study.definitions, &scenarios, &loaded.territory);
    let mut resolved = resolved.into_result().map_err(Failure::Input)?;
    resolved.retain(|resolved| targets.is_empty() || targets.contains(&resolved.target.id));
    resolved.retain(|resolved| definitions.is_empty() || definitions.contains(&resolved.definition.id));
    Ok(resolved)
}

/// Evaluates targets in the scenarios of these ids, all where none is given. Scenarios come one after the other, so that memory holds
/// one network at a time.
pub(crate) fn evaluated(
    loaded: &Loaded,
    common: &Common,
    ids: &[String],
    targets: &[ResolvedTarget],
) -> Result<Vec<TargetResult>, Failure> {
    let scenarios = loaded.scenarios(ids, common)?;
    let plain: Vec<&str> = loaded
        .scenarios
        .iter()
        .map(|scenario| scenario.id.as_str())
        .filter(|id| ids.is_empty() || ids.iter().any(|wanted| wanted == id))
        .collect();
    let mut progress = Progress::new(scenarios.len() as u64);
    let mut results = Vec::new();
    for (scenario, plain) in scenarios.iter().zip(plain) {
        progress.step(&format!("scenario {}", scenario.id));
        let built = network(loaded, scenario)?;
        let asked = asked_in(targets, plain);
        results.extend(with_network(loaded, &built, |engine| evaluate(engine, &scenario.id, &asked, &loaded.territory)));
    }
    progress.finish();
    Ok(results)
}

/// The switches of a command as they enter its record.
pub(crate) fn switches(common: &Common) -> Vec<String> {
    let with = common.with.iter().map(|id| format!("--with {id}"));
    with.chain(common.without.iter().map(|id| format!("--without {id}"))).collect()
}
