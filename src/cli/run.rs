//! `onehour run`: the whole study. Verdicts on the screen; tables, areas, maps and charts in a folder.

mod answers;
mod figures;
mod tables;

use std::path::PathBuf;
use std::thread;
use std::time::Instant;

use super::arguments::RunArguments;
use super::load::{Loaded, load};
use super::progress::Progress;
use super::verdict::{resolved, switches};
use super::{Ending, Failure, give, pretty, report, say, validation};
use crate::measure::relations::ResolvedTarget;
use crate::measure::validate::Gate;
use crate::output::chart::{Warning, raster};
use crate::output::figures::NamedFigure;
use crate::output::{files, verdict_table};
use crate::search::threads;
use answers::Answers;

/// A file of a run: its path in the folder and its bytes.
type Made = (PathBuf, Vec<u8>);

/// Runs the verb.
pub(crate) fn run(arguments: &RunArguments) -> Result<Ending, Failure> {
    let begun = Instant::now();
    let loaded = load(&arguments.common)?;
    report(&loaded.warnings);
    let targets = resolved(&loaded, &[], &arguments.definition)?;
    let scenarios = loaded.scenarios(&arguments.scenario, &arguments.common)?;
    let records = validation::records(&loaded)?;
    let mut progress = Progress::new(scenarios.len() as u64 + 2);
    let mut all: Vec<Answers> = Vec::with_capacity(scenarios.len());
    for (scenario, plain) in scenarios.iter().zip(plain_ids(&loaded, arguments)) {
        progress.step(&format!("scenario {}", scenario.id));
        all.push(answers::of_scenario(&loaded, scenario, plain, &targets, &records)?);
    }
    let asked = std::iter::once("run".to_string())
        .chain(arguments.scenario.iter().map(|id| format!("--scenario {id}")))
        .chain(arguments.definition.iter().map(|id| format!("--definition {id}")))
        .chain(switches(&arguments.common));
    let record = loaded.record(asked.collect())?;
    let run_id = record.id();
    progress.step("tables and areas");
    let mut made = tables::tables(&loaded, &all, &run_id);
    progress.step("maps and charts");
    let figures = figures::figures(&loaded, &targets, &all);
    let warnings = drawing_warnings(&figures);
    made.extend(drawn(figures));
    made.push((PathBuf::from(".run.toml"), record.toml().into_bytes()));
    progress.finish();
    let folder = arguments.out.clone().unwrap_or_else(|| PathBuf::from("output").join(&loaded.study.id));
    for (path, bytes) in &made {
        files::write(&folder.join(path), bytes)?;
    }
    for warning in warnings {
        say(format_args!("warning: {warning}"));
    }
    let text = if arguments.json { json(&loaded, &all, &run_id) } else { page(&loaded, &targets, &all) };
    give(&text, None)?;
    let seconds = begun.elapsed().as_secs_f64();
    say(format_args!("wrote {} files to {} in {seconds:.1} s (run {run_id})", made.len(), folder.display()));
    Ok(Ending::Done)
}

/// The scenarios of the study that are run, by the ids they have there.
fn plain_ids<'a>(loaded: &'a Loaded, arguments: &RunArguments) -> Vec<&'a str> {
    let all = loaded.scenarios.iter().map(|scenario| scenario.id.as_str());
    all.filter(|id| arguments.scenario.is_empty() || arguments.scenario.iter().any(|wanted| wanted == id)).collect()
}

fn gate(all: &[Answers]) -> Gate {
    let rows: Vec<_> = all.iter().flat_map(|answers| answers.observed.iter().cloned()).collect();
    Gate::of(&rows)
}

fn json(loaded: &Loaded, all: &[Answers], run_id: &str) -> String {
    let results: Vec<_> = all.iter().flat_map(|answers| answers.results.iter().cloned()).collect();
    let validated = validation::validated(&gate(all));
    let table = verdict_table::relations(&results, &loaded.names(), run_id, |result| validated.contains(&result.mode));
    let value = verdict_table::json(&table);
    pretty(&value)
}

/// What the screen shows: verdicts, how to read them, and what they rest on.
fn page(loaded: &Loaded, targets: &[ResolvedTarget], all: &[Answers]) -> String {
    let results: Vec<_> = all.iter().flat_map(|answers| answers.results.iter().cloned()).collect();
    let ids: Vec<&str> = all.iter().map(|answers| answers.scenario.id.as_str()).collect();
    let mut text = format!("{}\n{}\n\n", loaded.study.title.zh, loaded.study.title.en);
    for answers in all {
        let scenario = &answers.scenario;
        text.push_str(&format!("{:8} {} {} ({})\n", scenario.id, scenario.date, scenario.name.zh, scenario.name.en));
    }
    text.push('\n');
    text.push_str(&verdict_table::summary(&results, &loaded.targets, &ids).text());
    text.push_str(
        "\n✓ 通过 △ 临界 ✗ 未通过 – 无数据；n/m 为通过的关系数；% 为限时内人口占比，方括号内为全部参数同取不利端与有利端。\n",
    );
    text.push_str("✓ pass, △ marginal, ✗ fail, – not tested; n/m relations passed; % share of people within the limit, in brackets with all parameters at their unfavourable and favourable ends.\n");
    text.push_str("\n首先失守的关系（超出的分钟数） What fails first, with minutes beyond the limit\n\n");
    text.push_str(&verdict_table::first_failures(&results, &loaded.targets, &ids, &loaded.names()).text());
    text.push('\n');
    for definition in
        loaded.study.definitions.iter().filter(|known| targets.iter().any(|target| target.definition.id == known.id))
    {
        text.push_str(&format!("{}  {}\n    {}\n", definition.id, definition.meaning.zh, definition.meaning.en));
    }
    text.push_str(&validation_lines(&gate(all)));
    text
}

fn validation_lines(gate: &Gate) -> String {
    use crate::input::vocabulary::Mode;
    let line = |mode: Mode| {
        let (agree, of) = gate.agreeing(mode);
        let mark = if gate.is_validated(mode) { "✓".to_string() } else { format!("{} {}", Gate::MARK.0, Gate::MARK.1) };
        format!("  {} {agree}/{of} {mark}\n", mode.word())
    };
    let lines: String = [Mode::Car, Mode::Transit, Mode::Best].map(line).concat();
    format!("校核 validation: {} ({})\n{lines}", Gate::RULE.0, Gate::RULE.1)
}

/// Draws all figures, SVG with outlined text and PNG from the same drawing, spread over threads.
fn drawn(figures: Vec<NamedFigure>) -> Vec<Made> {
    let n = threads::count().min(figures.len().max(1));
    let next = std::sync::atomic::AtomicUsize::new(0);
    let files_of = |figure: &NamedFigure| -> Vec<Made> {
        let (png, svg) = raster::png_and_outlined(&figure.figure.svg, figure.width);
        let path = |ending: &str| PathBuf::from("figures").join(format!("{}.{ending}", figure.name));
        vec![(path("svg"), svg.into_bytes()), (path("png"), png)]
    };
    let mut made: Vec<(usize, Vec<Made>)> = thread::scope(|scope| {
        let work = || {
            let mut mine = Vec::new();
            loop {
                let at = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                let Some(figure) = figures.get(at) else { return mine };
                mine.push((at, files_of(figure)));
            }
        };
        let workers: Vec<_> = (0..n).map(|_| scope.spawn(work)).collect();
        workers.into_iter().flat_map(|worker| worker.join().expect("drawing does not panic")).collect()
    });
    made.sort_by_key(|(at, _)| *at);
    made.into_iter().flat_map(|(_, made)| made).collect()
}

/// What figures could not show as asked, each once.
fn drawing_warnings(figures: &[NamedFigure]) -> Vec<String> {
    let text = |name: &str, warning: &Warning| match warning {
        Warning::MissingGlyph(character) => Some(format!("figure {name}: the font has no glyph for {character:?}")),
        Warning::DroppedLabel { panel, label } => Some(format!("figure {name}: no room for the label {label} in {panel}")),
        // Long cells of tables are cut by design; the whole text is in the CSV.
        Warning::Shortened(_) => None,
    };
    let mut warnings: Vec<String> = Vec::new();
    for NamedFigure { name, figure, .. } in figures {
        warnings.extend(figure.warnings.iter().filter_map(|warning| text(name, warning)));
        warnings
            .extend(figure.overlaps().iter().map(|(a, b)| format!("figure {name}: \"{}\" lies on \"{}\"", a.text, b.text)));
        warnings
            .extend(figure.clipped().iter().map(|clipped| format!("figure {name}: \"{}\" leaves the page", clipped.text)));
    }
    warnings.dedup();
    warnings
}
