//! `onehour matrix`: travel times between places.

use super::arguments::MatrixArguments;
use super::endpoint::{both, endpoint, id};
use super::load::{Loaded, load};
use super::worlds::{network, with_network};
use super::{Ending, Failure, give, pretty, report};
use crate::input::parameters::Level;
use crate::input::vocabulary::{Component, PlaceLevel};
use crate::network::Network;
use crate::output::table::Table;
use crate::search::journey::Journey;
use crate::search::matrix::journeys;
use crate::search::{Endpoint, Outcome};

/// An endpoint with the text it is listed under.
type Listed = (String, Endpoint);

/// The components of a journey that have a column, with its name. What a car journey has beside rides is driving.
const COLUMNS: [(&str, &[Component]); 8] = [
    ("access_time", &[Component::Access]),
    ("process_time", &[Component::Process]),
    ("wait_time", &[Component::Wait]),
    ("ride_time", &[Component::Ride]),
    ("transfer_time", &[Component::Transfer]),
    ("exit_time", &[Component::Exit]),
    ("egress_time", &[Component::Egress]),
    ("drive_time", &[Component::WalkToCar, Component::Drive, Component::Ramp, Component::Park]),
];

/// Runs the verb.
pub(crate) fn matrix(arguments: &MatrixArguments) -> Result<Ending, Failure> {
    let loaded = load(&arguments.common)?;
    report(&loaded.warnings);
    let (scenario, definition, mode) = loaded.asked(&arguments.question, &arguments.common)?;
    let built = network(&loaded, &scenario)?;
    let ends = (listed(&arguments.from, &loaded, &built), listed(&arguments.to, &loaded, &built));
    let (origins, destinations) = both(ends.0, ends.1)?;
    let rows = with_network(&loaded, &built, |engine| {
        let travel = engine.freeze(definition, Level::Base);
        let ends = |listed: &[Listed]| listed.iter().map(|(_, endpoint)| *endpoint).collect::<Vec<Endpoint>>();
        journeys(&*travel, &ends(&origins), &ends(&destinations), mode)
    });
    let mut asked = vec!["matrix".to_string(), scenario.id.clone(), definition.id.clone(), mode.word().to_string()];
    asked.extend(origins.iter().chain(&destinations).map(|listed| listed.0.clone()));
    let record = loaded.record(asked)?;
    let constant = [scenario.id.as_str(), definition.id.as_str(), mode.word()];
    let table = table(&origins, &destinations, &rows, constant, &record.id());
    let text = if arguments.json { json(&table) } else { table.csv() };
    give(&text, arguments.out.as_deref())?;
    Ok(Ending::Done)
}

fn listed(texts: &[String], loaded: &Loaded, network: &Network) -> Result<Vec<Listed>, Failure> {
    if texts.is_empty() {
        let inside = loaded.territory.iter().filter(|(_, place)| place.level != PlaceLevel::Outside);
        return Ok(inside.map(|(index, place)| (place.id.to_string(), Endpoint::Place(index))).collect());
    }
    let mut faults = Vec::new();
    let mut found = Vec::new();
    for text in texts {
        match endpoint(text, loaded, network) {
            Ok(endpoint) => found.push((id(&endpoint, text, loaded, network), endpoint)),
            Err(Failure::Input(more)) => faults.extend(more),
            Err(failure) => return Err(failure),
        }
    }
    if faults.is_empty() { Ok(found) } else { Err(Failure::Input(faults)) }
}

fn table(
    origins: &[Listed],
    destinations: &[Listed],
    rows: &[Vec<(Outcome, Option<Journey>)>],
    constant: [&str; 3],
    run_id: &str,
) -> Table {
    let times = COLUMNS.iter().map(|column| column.0);
    let first = ["from_id", "to_id", "travel_time_p50"].into_iter();
    let last = ["total_time", "distance_km", "scenario", "definition", "mode", "status", "reason", "run_id"];
    let mut table = Table::new(first.chain(times).chain(last));
    for (origin, row) in origins.iter().zip(rows) {
        for (destination, (outcome, journey)) in destinations.iter().zip(row) {
            let minutes = |minutes: f64| format!("{minutes:.1}");
            let total = outcome.time().map_or(String::new(), |time| minutes(time.minutes()));
            let mut cells = vec![origin.0.clone(), destination.0.clone(), total.clone()];
            for (_, parts) in COLUMNS {
                let time =
                    |journey: &Journey| parts.iter().map(|&part| journey.time_of(part)).sum::<crate::units::Duration>();
                cells.push(journey.as_ref().map_or(String::new(), |journey| minutes(time(journey).minutes())));
            }
            cells.push(total);
            cells.push(journey.as_ref().map_or(String::new(), |journey| format!("{:.1}", journey.length().km())));
            cells.extend(constant.iter().map(|text| (*text).to_string()));
            cells.push(outcome.status().to_string());
            cells.push(outcome.reason().map_or("", |reason| reason.text()).to_string());
            cells.push(run_id.to_string());
            table.push(cells);
        }
    }
    table
}

/// One object a row.
fn json(table: &Table) -> String {
    let number = |column: &str| column.ends_with("_time") || column.starts_with("travel_time") || column.ends_with("_km");
    pretty(&table.json(number))
}
