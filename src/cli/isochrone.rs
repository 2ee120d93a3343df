//! `onehour isochrone`: the areas within so many minutes of a place.

use serde_json::{Map, Value, json};

use super::arguments::IsochroneArguments;
use super::endpoint::{endpoint, id};
use super::load::{Loaded, load};
use super::region::isochrone::bands;
use super::worlds::{network, with_network};
use super::{Ending, Failure, give, report};
use crate::diagnostic::Diagnostic;
use crate::input::parameters::Level;
use crate::input::study::Definition;
use crate::input::vocabulary::Mode;
use crate::measure::Coverage;
use crate::measure::isobands::{Isoband, isobands};
use crate::measure::surface::Surface;
use crate::network::squares::Lattice;
use crate::network::territory::{Cell, Grid};
use crate::output::geojson;
use crate::search::{Direction, Outcome};
use crate::units::Duration;

/// Runs the verb.
pub(crate) fn isochrone(arguments: &IsochroneArguments) -> Result<Ending, Failure> {
    let loaded = load(&arguments.common)?;
    report(&loaded.warnings);
    let output = &loaded.study.output;
    let (scenario, definition, mode) = loaded.asked(&arguments.question, &arguments.common)?;
    let bounds = bounds(if arguments.bands.is_empty() { &output.bands_min } else { &arguments.bands })?;
    let built = network(&loaded, &scenario)?;
    let from = arguments.from.as_deref().unwrap_or(&output.isochrone_from);
    let origin = endpoint(from, &loaded, &built)?;
    let from = &id(&origin, from, &loaded, &built);
    let (times, on_streets) = with_network(&loaded, &built, |engine| {
        let travel = engine.freeze(definition, Level::Base);
        let longest = *bounds.last().expect("there is at least one bound");
        let on_streets = travel.reach(&origin, Direction::Forward, mode, longest).map(|reach| {
            let lattice = Lattice::around(loaded.point(&origin, &built), arguments.step);
            bands(reach.streets, &reach.modes, &bounds, lattice, arguments.beside).bands
        });
        (travel.tree(origin, Direction::Forward, mode).cells(), on_streets)
    });
    let bands = match on_streets {
        Some(bands) => bands,
        None => isobands(&Surface::of(grid(&loaded)?, &times), &bounds).bands,
    };
    let asked = [from, &scenario.id, &definition.id, mode.word()];
    let asked = std::iter::once("isochrone").chain(asked).map(str::to_string);
    let record = loaded.record(asked.chain(bounds.iter().map(|bound| bound.to_string())).collect())?;
    let tags = Tags { from, scenario: &scenario.id, definition, mode, run_id: &record.id() };
    let value =
        if arguments.json { summary(&loaded, &bands, &times, &tags) } else { shapes(&loaded, &bands, &times, &tags) };
    give(&format!("{value}\n"), arguments.out.as_deref())?;
    Ok(Ending::Done)
}

/// The grid that isobands away from streets are drawn on.
fn grid(loaded: &Loaded) -> Result<&Grid, Failure> {
    loaded.territory.grid.as_ref().ok_or_else(|| {
        let fault = Diagnostic::error(
            "cli::no_cells",
            "the study has no population grid, so there is no surface to draw isobands on",
        );
        fault.help("add [cells] to the study").into()
    })
}

/// The bounds of bands, checked.
pub(super) fn bounds(minutes: &[u32]) -> Result<Vec<Duration>, Failure> {
    if !minutes.is_sorted_by(|a, b| a < b) {
        let text: Vec<String> = minutes.iter().map(u32::to_string).collect();
        let fault = Diagnostic::error("cli::bands", format!("the bounds {} do not ascend", text.join(",")));
        return Err(fault.help("write minutes in ascending order, as in --bands 30,60,90").into());
    }
    Ok(minutes.iter().map(|&minutes| Duration::from_mins(minutes)).collect())
}

/// What every feature says of itself.
pub(crate) struct Tags<'a> {
    pub from: &'a str,
    pub scenario: &'a str,
    pub definition: &'a Definition,
    pub mode: Mode,
    pub run_id: &'a str,
}

/// Bands as features, the inner ones first; each is what its zone has beyond the zone before it.
pub(crate) fn shapes(loaded: &Loaded, bands: &[Isoband], times: &[Outcome], tags: &Tags) -> Value {
    let rows = rows(loaded, bands, times, tags);
    let features = bands.iter().zip(rows).map(|(band, row)| geojson::polygons(&band.band, row)).collect();
    let mut remarks = Map::new();
    remarks.insert("attribution".to_string(), json!(loaded.study.output.attribution));
    remarks.insert("remark".to_string(), json!("示意图，内部工作使用，未经地图审核，不得公开发布；行政界线不作划界依据"));
    remarks.insert("meaning".to_string(), json!(tags.definition.meaning.en));
    remarks.insert("cells_without_journey".to_string(), json!(times.iter().filter(|time| time.time().is_none()).count()));
    geojson::collection(features, remarks)
}

fn summary(loaded: &Loaded, bands: &[Isoband], times: &[Outcome], tags: &Tags) -> Value {
    Value::Array(rows(loaded, bands, times, tags).into_iter().map(Value::Object).collect())
}

fn rows(loaded: &Loaded, bands: &[Isoband], times: &[Outcome], tags: &Tags) -> Vec<Map<String, Value>> {
    let within = |amount: fn(&Cell) -> f64, limit: Duration| -> f64 {
        let mut covered = Coverage::default();
        times.iter().zip(&loaded.territory.cells).for_each(|(&time, cell)| covered.add(time, amount(cell), limit));
        covered.within.round()
    };
    let row = |band: &Isoband| {
        let members = [
            ("from_id", json!(tags.from)),
            ("minutes_over", json!(band.from.map_or(0.0, |from| from.minutes()))),
            ("minutes_to", json!(band.to.minutes())),
            ("people_within", json!(within(|cell| cell.population, band.to))),
            ("area_km2_within", json!(within(|cell| cell.area_km2, band.to))),
            ("scenario", json!(tags.scenario)),
            ("definition", json!(tags.definition.id)),
            ("mode", json!(tags.mode.word())),
            ("run_id", json!(tags.run_id)),
        ];
        members.into_iter().map(|(key, value)| (key.to_string(), value)).collect()
    };
    bands.iter().map(row).collect()
}
