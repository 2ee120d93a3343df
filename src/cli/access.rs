//! `onehour access` in a study: how many people the places of the study reach, or are reached by.

use super::load::load;
use super::region::arguments::AccessArguments;
use super::worlds::{network, with_network};
use super::{Ending, Failure, give, pretty, report};
use crate::input::parameters::Level;
use crate::input::vocabulary::PlaceLevel;
use crate::measure::accessibility::cumulative;
use crate::network::territory::PlaceIx;
use crate::output::table::Table;
use crate::search::{Direction, Endpoint, Outcome};
use crate::units::Duration;

/// Runs the verb: for every centre and unit the people of the cells that it reaches within the cutoffs.
pub(crate) fn access(arguments: &AccessArguments) -> Result<Ending, Failure> {
    let loaded = load(&arguments.common)?;
    report(&loaded.warnings);
    let (scenario, definition, mode) = loaded.asked(&arguments.question, &arguments.common)?;
    let built = network(&loaded, &scenario)?;
    let territory = &loaded.territory;
    let inside = territory.iter().filter(|(_, place)| place.level != PlaceLevel::Outside);
    let places: Vec<PlaceIx> = inside.map(|(place, _)| place).collect();
    let people: Vec<f64> = territory.cells.iter().map(|cell| cell.population).collect();
    let times: Vec<Vec<Outcome>> = with_network(&loaded, &built, |engine| {
        let travel = engine.freeze(definition, Level::Base);
        let cells = |&place: &PlaceIx| travel.tree(Endpoint::Place(place), Direction::Forward, mode).cells();
        places.iter().map(cells).collect()
    });
    let cutoffs = arguments.cutoffs.iter().map(u32::to_string);
    let asked = ["access", scenario.id.as_str(), definition.id.as_str(), mode.word()].map(str::to_string);
    let record = loaded.record(asked.into_iter().chain(cutoffs).collect())?;
    let run_id = record.id();
    let mut table = Table::new([
        "id",
        "measure",
        "opportunity",
        "percentile",
        "cutoff",
        "accessibility",
        "untested",
        "scenario",
        "definition",
        "mode",
        "run_id",
    ]);
    for (&place, times) in places.iter().zip(&times) {
        for &minutes in &arguments.cutoffs {
            let found = cumulative(times, &people, Duration::from_mins(minutes));
            table.push([
                territory.place(place).id.to_string(),
                "cumulative".to_string(),
                "people".to_string(),
                definition.on_timetables.percentile.to_string(),
                minutes.to_string(),
                format!("{:.0}", found.value),
                format!("{:.0}", found.untested),
                scenario.id.clone(),
                definition.id.clone(),
                mode.word().to_string(),
                run_id.clone(),
            ]);
        }
    }
    let text = if arguments.json {
        let number = |column: &str| ["percentile", "cutoff", "accessibility", "untested"].contains(&column);
        pretty(&table.json(number))
    } else {
        table.csv()
    };
    give(&text, arguments.out.as_deref())?;
    Ok(Ending::Done)
}
