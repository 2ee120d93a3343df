//! `onehour route`: one journey leg by leg, beside the same journey in the study's first scenario.

use serde_json::{Value, json};

use super::arguments::RouteArguments;
use super::endpoint::{both, endpoint};
use super::load::{Loaded, load};
use super::worlds::{ScenarioNetwork, network, with_network};
use super::{Ending, Failure, give, pretty, report};
use crate::input::parameters::Level;
use crate::input::study::Definition;
use crate::input::vocabulary::{Component, Ends, Mode};
use crate::output::table::Table;
use crate::scenario::Scenario;
use crate::search::alternatives::Alternative;
use crate::search::journey::{Journey, Leg};
use crate::search::{Direction, Endpoint, Outcome};

/// Two ways count as different when this share of the time of the fastest is on other links.
const DIFFERENT: f64 = 0.15;

/// What is known of one pair in one scenario.
struct Answer {
    scenario: String,
    outcome: Outcome,
    journey: Option<Journey>,
    by_mode: Vec<(Mode, Outcome)>,
    /// `None` where the engine knows no other ways.
    ways: Option<Vec<Alternative>>,
}

/// Runs the verb.
pub(crate) fn route(arguments: &RouteArguments) -> Result<Ending, Failure> {
    let loaded = load(&arguments.common)?;
    report(&loaded.warnings);
    let (scenario, definition, mode) = loaded.asked(&arguments.question, &arguments.common)?;
    let built = network(&loaded, &scenario)?;
    let (from, to) = both(endpoint(&arguments.from, &loaded, &built), endpoint(&arguments.to, &loaded, &built))?;
    let n_ways = if arguments.json { 0 } else { arguments.alternatives };
    let answer = ask(&loaded, &scenario, &built, definition, mode, (from, to), n_ways);
    let text = if arguments.json {
        let value = json(&arguments.from, &arguments.to, definition, mode, &answer);
        pretty(&value)
    } else {
        let base = loaded.scenarios.first().filter(|base| base.id != scenario.id);
        let before = match base {
            Some(base) => {
                let built = network(&loaded, base)?;
                let ends = (endpoint(&arguments.from, &loaded, &built), endpoint(&arguments.to, &loaded, &built));
                match ends {
                    (Ok(from), Ok(to)) => Some(ask(&loaded, base, &built, definition, mode, (from, to), 0)),
                    _ => None,
                }
            }
            None => None,
        };
        page(arguments, definition, mode, &answer, before.as_ref(), base, loaded.streets.is_some())
    };
    give(&text, arguments.out.as_deref())?;
    Ok(Ending::Done)
}

fn ask(
    loaded: &Loaded,
    scenario: &Scenario,
    network: &ScenarioNetwork,
    definition: &Definition,
    mode: Mode,
    (from, to): (Endpoint, Endpoint),
    n_ways: usize,
) -> Answer {
    with_network(loaded, network, |engine| {
        let travel = engine.freeze(definition, Level::Base);
        let tree = travel.tree(from, Direction::Forward, mode);
        let journey = tree.journey(&to);
        let time = |mode| travel.tree(from, Direction::Forward, mode).time(&to);
        let by_mode = [Mode::Car, Mode::Feeder, Mode::Transit].map(|mode| (mode, time(mode))).to_vec();
        let by_car = journey.as_ref().is_some_and(|journey| journey.legs.iter().any(|leg| leg.kind == Component::Drive));
        let ways = if by_car && n_ways > 1 { travel.alternatives(&from, &to, n_ways, DIFFERENT) } else { Some(Vec::new()) };
        Answer { scenario: scenario.id.clone(), outcome: tree.time(&to), journey, by_mode, ways }
    })
}

/// The roads of a way that make up most of it, in order, with their lengths.
fn describe(way: &Alternative) -> String {
    let mut roads: Vec<(&str, f64)> = way.roads.iter().map(|(name, length)| (name.as_str(), length.km())).collect();
    let total: f64 = roads.iter().map(|road| road.1).sum();
    roads.retain(|road| road.1 >= total * 0.05);
    let parts: Vec<String> = roads.iter().map(|(name, km)| format!("{name} {km:.0} km")).collect();
    format!("{total:.0} km: {}", parts.join(", "))
}

fn json(from: &str, to: &str, definition: &Definition, mode: Mode, answer: &Answer) -> Value {
    let legs: Vec<Value> = answer.journey.iter().flat_map(|journey| &journey.legs).map(leg_json).collect();
    json!({
        "from": from,
        "to": to,
        "scenario": answer.scenario,
        "definition": definition.id,
        "mode": mode.word(),
        "status": answer.outcome.status(),
        "reason": answer.outcome.reason().map(|reason| reason.text()),
        "total_time": answer.outcome.time().map(|time| rounded(time.minutes(), 10.0)),
        "total_km": answer.journey.as_ref().map(|journey| rounded(journey.length().km(), 1000.0)),
        "legs": legs,
    })
}

pub(crate) fn leg_json(leg: &Leg) -> Value {
    json!({
        "kind": leg.kind.word(),
        "mode": leg.mode,
        "from": leg.from,
        "to": leg.to,
        "minutes": rounded(leg.time.minutes(), 1000.0),
        "km": rounded(leg.length.km(), 1000.0),
        "service": leg.service,
        "source": leg.source,
        "projects": leg.projects.iter().map(|project| &**project).collect::<Vec<&str>>(),
    })
}

pub(crate) fn rounded(value: f64, parts: f64) -> f64 {
    (value * parts).round() / parts
}

/// An outcome in a few words.
pub(crate) fn outcome_text(outcome: Outcome) -> String {
    match outcome {
        Outcome::Reached(time) => format!("{:.1} min", time.minutes()),
        other => format!("{} ({})", other.status(), other.reason().map_or("", |reason| reason.text())),
    }
}

fn page(
    arguments: &RouteArguments,
    definition: &Definition,
    mode: Mode,
    answer: &Answer,
    before: Option<&Answer>,
    base: Option<&Scenario>,
    on_streets: bool,
) -> String {
    let mut text = format!(
        "{} → {}   {} {} ({}), {}\n",
        arguments.from,
        arguments.to,
        definition.id,
        definition.name.zh,
        definition.name.en,
        mode.word()
    );
    text.push_str(&format!("{}\n{}\n\n", definition.meaning.zh, definition.meaning.en));
    if definition.ends == Ends::Cells {
        text.push_str("Between the two points as given; shares over population cells are in `onehour verdict`.\n\n");
    }
    if on_streets {
        let percent = definition.on_timetables.percentile;
        text.push_str(&format!(
            "By public transport the journey shown is one that takes as long as {percent} % of the departures take at most.\n\n"
        ));
    }
    text.push_str(&block(answer));
    match (before, base) {
        (Some(before), _) => text.push_str(&format!("\n{}", block(before))),
        (None, Some(base)) => text.push_str(&format!("\nscenario {}: one of the two ends is not there\n", base.id)),
        (None, None) => {}
    }
    if let (Some(after), Some(before)) = (answer.outcome.time(), before.and_then(|before| before.outcome.time())) {
        text.push_str(&format!("\n{:+.1} min against {}\n", after.minutes() - before.minutes(), before_id(base)));
    }
    text
}

fn before_id(base: Option<&Scenario>) -> &str {
    base.map_or("", |base| base.id.as_str())
}

fn block(answer: &Answer) -> String {
    let mut text = format!("scenario {}: {}\n", answer.scenario, outcome_text(answer.outcome));
    if let Some(journey) = &answer.journey {
        let mut table = Table::new(["leg", "mode", "from", "to", "min", "km", "service or road", "source", "projects"]);
        for leg in &journey.legs {
            let projects: Vec<&str> = leg.projects.iter().map(|project| &**project).collect();
            table.push([
                leg.kind.word().to_string(),
                leg.mode.to_string(),
                leg.from.clone(),
                leg.to.clone(),
                format!("{:.1}", leg.time.minutes()),
                format!("{:.1}", leg.length.km()),
                leg.service.clone().unwrap_or_default(),
                shortened(&leg.source),
                projects.join(" "),
            ]);
        }
        text.push_str(&table.text());
        text.push_str(&format!("total {:.1} min, {:.1} km\n", journey.total.minutes(), journey.length().km()));
    }
    let modes: Vec<String> =
        answer.by_mode.iter().map(|(mode, outcome)| format!("{} {}", mode.word(), outcome_text(*outcome))).collect();
    text.push_str(&format!("by mode: {}\n", modes.join("; ")));
    match &answer.ways {
        Some(ways) => {
            for (at, way) in ways.iter().enumerate() {
                let (number, driving) = (at + 1, way.time.minutes());
                text.push_str(&format!("way {number} by road: {driving:.1} min driving, {}\n", describe(way)));
            }
        }
        None => text.push_str("other ways by road: only known on a network of roads and lines, not on streets\n"),
    }
    text
}

/// A source that fits a terminal column; `--json` has it whole.
fn shortened(source: &str) -> String {
    const WIDEST: usize = 48;
    if source.chars().count() <= WIDEST {
        source.to_string()
    } else {
        source.chars().take(WIDEST - 1).chain(['…']).collect()
    }
}
