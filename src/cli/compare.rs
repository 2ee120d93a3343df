//! `onehour compare`: two scenarios, who gains and loses, and by which projects.

use serde_json::{Value, json};

use super::arguments::CompareArguments;
use super::endpoint::endpoint;
use super::load::load;
use super::worlds::{network, with_network};
use super::{Ending, Failure, give, pretty, report};
use crate::diagnostic::Diagnostic;
use crate::input::parameters::Level;
use crate::input::vocabulary::{Mode, PlaceLevel};
use crate::measure::cell_times::{CellJourneys, journeys_to_place};
use crate::measure::compare::{Change, Comparison, PlaceChange, PlaceJourney, cells, place_journeys, places};
use crate::network::territory::{PlaceIx, Territory};
use crate::output::table::Table;
use crate::scenario::Scenario;
use crate::search::Endpoint;
use crate::search::engine::Travel;
use crate::units::Duration;

/// What is kept of a scenario for comparison.
pub(crate) struct Side {
    /// Journeys of all cells to the place.
    pub cells: CellJourneys,
    /// Journeys between the place and every centre and unit, both ways.
    pub places: Vec<PlaceJourney>,
}

/// Runs the verb.
pub(crate) fn compare(arguments: &CompareArguments) -> Result<Ending, Failure> {
    let loaded = load(&arguments.common)?;
    report(&loaded.warnings);
    let definition = loaded.definition(arguments.definition.as_deref())?;
    let mode = arguments.mode.map_or(loaded.study.output.isochrone_mode, Mode::from);
    let before = loaded.plain_scenario(Some(&arguments.before))?.clone();
    let after = loaded.scenario(Some(&arguments.after), &arguments.common)?;
    let to = arguments.to.as_deref().unwrap_or(&loaded.study.output.isochrone_from);
    let Endpoint::Place(place) = endpoint(to, &loaded, &loaded.stock)? else {
        let fault =
            Diagnostic::error("cli::no_place", format!("\"{to}\" is a stop or a point; circles are compared around places"));
        return Err(fault.help("write the name or id of a place").into());
    };
    let limit = Duration::from_mins(arguments.limit);
    let side = |scenario: &Scenario| -> Result<Side, Failure> {
        let built = network(&loaded, scenario)?;
        Ok(with_network(&loaded, &built, |engine| side(&*engine.freeze(definition, Level::Base), place, mode)))
    };
    let (old, new) = (side(&before)?, side(&after)?);
    let comparison = cells(&old.cells, &new.cells, &loaded.territory, limit);
    let relations = places(&old.places, &new.places);
    let asked = [before.id.as_str(), &after.id, &definition.id, mode.word(), &loaded.territory.place(place).id];
    let asked = std::iter::once("compare").chain(asked).map(str::to_string).chain([limit.to_string()]);
    let record = loaded.record(asked.collect())?;
    let constant = [before.id.as_str(), &after.id, &definition.id, mode.word(), &record.id()].map(str::to_string);
    let (units, projects) = (unit_table(&comparison, &loaded.territory, &constant), project_table(&comparison, &constant));
    let places = place_table(&relations, &loaded.territory, &constant);
    let text = if arguments.json {
        let number = |column: &str| column.ends_with("_min") || CHANGES.contains(&column);
        let rows = |table: &Table| table.json(number);
        let value = json!({
            "before": before.id, "after": after.id, "definition": definition.id, "mode": mode.word(),
            "to": loaded.territory.place(place).id.to_string(), "limit_min": limit.minutes(), "run_id": record.id(),
            "total": change_json(&comparison.total),
            "units": rows(&units), "projects": rows(&projects), "places": rows(&places),
        });
        pretty(&value)
    } else if arguments.out.is_some() {
        units.csv_for_excel()
    } else {
        let title = format!(
            "{} → {}, {} {}, {} 起讫 {}",
            before.id,
            after.id,
            definition.id,
            definition.name.zh,
            mode.word(),
            loaded.territory.place(place).name_zh
        );
        page(&title, &comparison.total, limit, [&units, &projects, &places])
    };
    give(&text, arguments.out.as_deref())?;
    Ok(Ending::Done)
}

/// The journeys of a scenario that are compared.
pub(crate) fn side(travel: &dyn Travel, place: PlaceIx, mode: Mode) -> Side {
    let territory = travel.territory();
    let others: Vec<PlaceIx> = territory
        .iter()
        .filter(|(at, other)| other.level != PlaceLevel::Outside && *at != place)
        .map(|(at, _)| at)
        .collect();
    let mut journeys = place_journeys(travel, &[place], &others, mode);
    journeys.extend(place_journeys(travel, &others, &[place], mode));
    Side { cells: journeys_to_place(travel, place, mode), places: journeys }
}

fn page(title: &str, total: &Change, limit: Duration, [units, projects, places]: [&Table; 3]) -> String {
    let people = |people: f64| format!("{people:.0}");
    let mut text = format!("{title}\n\n");
    text.push_str(&format!("people                          {}\n", people(total.people)));
    text.push_str(&format!("within {:.0} min before            {}\n", limit.minutes(), people(total.covered_before)));
    text.push_str(&format!("within {:.0} min after             {}\n", limit.minutes(), people(total.covered_after)));
    text.push_str(&format!("newly covered                   {}\n", people(total.newly_covered)));
    text.push_str(&format!("lost                            {}\n", people(total.lost)));
    let mean = total.mean_saving_min().map_or("–".to_string(), |minutes| format!("{minutes:.1}"));
    text.push_str(&format!("mean minutes saved              {mean}\n\n"));
    let narrow = |table: &Table| table.only(|column| !CONSTANT.contains(&column)).text();
    text.push_str(&format!("by unit (residents to the centres)\n{}\n", narrow(units)));
    text.push_str(&format!("by the projects that the changed journeys use\n{}\n", narrow(projects)));
    let mut changed = places.clone();
    changed.rows.retain(|row| row[6] != "0.0");
    text.push_str(&format!("places whose journey changed, both directions\n{}", narrow(&changed)));
    text
}

fn change_json(change: &Change) -> Value {
    json!({
        "people": change.people, "reached_in_both": change.reached_in_both, "person_minutes_saved": change.person_minutes_saved,
        "mean_saved_min": change.mean_saving_min(), "covered_before": change.covered_before, "covered_after": change.covered_after,
        "newly_covered": change.newly_covered, "lost": change.lost,
        "newly_reached": change.newly_reached, "no_longer_reached": change.no_longer_reached,
    })
}

const CONSTANT: [&str; 5] = ["before", "after", "definition", "mode", "run_id"];
const CHANGES: [&str; 6] = ["people", "mean_saved_min", "covered_before", "covered_after", "newly_covered", "lost"];

fn change_cells(change: &Change) -> [String; 6] {
    let people = |people: f64| format!("{people:.0}");
    [
        people(change.people),
        change.mean_saving_min().map_or(String::new(), |minutes| format!("{minutes:.1}")),
        people(change.covered_before),
        people(change.covered_after),
        people(change.newly_covered),
        people(change.lost),
    ]
}

/// One row a unit.
pub(crate) fn unit_table(comparison: &Comparison, territory: &Territory, constant: &[String; 5]) -> Table {
    let mut table = Table::new(["id", "name"].into_iter().chain(CHANGES).chain(CONSTANT));
    for (unit, change) in &comparison.units {
        let place = territory.place(*unit);
        table.push(
            [place.id.to_string(), place.name_zh.clone()].into_iter().chain(change_cells(change)).chain(constant.clone()),
        );
    }
    table
}

/// One row a set of projects that journeys use together.
pub(crate) fn project_table(comparison: &Comparison, constant: &[String; 5]) -> Table {
    let mut table = Table::new(std::iter::once("projects").chain(CHANGES).chain(CONSTANT));
    for row in &comparison.by_projects {
        let projects: Vec<&str> = row.projects.iter().map(|project| &**project).collect();
        let projects = if projects.is_empty() { "none (no project of the plan)".to_string() } else { projects.join(" ") };
        table.push(std::iter::once(projects).chain(change_cells(&row.change)).chain(constant.clone()));
    }
    table
}

/// One row a relation between places.
pub(crate) fn place_table(relations: &[PlaceChange], territory: &Territory, constant: &[String; 5]) -> Table {
    let header = [
        "from_id",
        "from_name",
        "to_id",
        "to_name",
        "before_min",
        "after_min",
        "saved_min",
        "before_status",
        "after_status",
        "projects",
    ];
    let mut table = Table::new(header.into_iter().chain(CONSTANT));
    for relation in relations {
        let (from, to) = (territory.place(relation.from), territory.place(relation.to));
        let time =
            |outcome: crate::search::Outcome| outcome.time().map_or(String::new(), |time| format!("{:.1}", time.minutes()));
        let projects: Vec<&str> = relation.projects.iter().map(|project| &**project).collect();
        let cells = [
            from.id.to_string(),
            from.name_zh.clone(),
            to.id.to_string(),
            to.name_zh.clone(),
            time(relation.before),
            time(relation.after),
            relation.saved_min().map_or(String::new(), |minutes| format!("{minutes:.1}")),
            relation.before.status().to_string(),
            relation.after.status().to_string(),
            projects.join(" "),
        ];
        table.push(cells.into_iter().chain(constant.clone()));
    }
    table
}
