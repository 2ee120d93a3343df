//! `onehour isochrone` straight from files: the areas within so many minutes over streets and timetables.

use geo::Area;
use serde_json::{Map, Value, json};

use super::load::region;
use super::terms::asked;
use crate::cli::arguments::IsochroneArguments;
use crate::cli::isochrone::bounds;
use crate::cli::{Ending, Failure, give, say};
use crate::diagnostic::Diagnostic;
use crate::measure::isobands::Isoband;
use crate::measure::street_bands::{Fringe, StreetBands, bands_of_reach};
use crate::network::squares::Lattice;
use crate::network::streets::Streets;
use crate::output::geojson;
use crate::search::doors::Statistic;
use crate::search::doors::reach::ModeReach;
use crate::search::doors::row::Workspace;
use crate::units::{Distance, Duration, Speed};

/// Bounds of the bands where none are named, in minutes.
const BANDS: [u32; 4] = [15, 30, 45, 60];

/// Runs the verb.
pub(crate) fn isochrone(arguments: &IsochroneArguments) -> Result<Ending, Failure> {
    let mut asked = asked(&arguments.trip, &arguments.question.mode, !arguments.region.gtfs.is_empty())?;
    let bounds = bounds(if arguments.bands.is_empty() { &BANDS } else { &arguments.bands })?;
    // Nothing beyond the last band is looked at.
    asked.terms.max_trip = *bounds.last().expect("there is at least one band");
    let Some(from) = &arguments.from else {
        let fault = Diagnostic::error("cli::no_origin", "no origin is named");
        return Err(fault.help("write lon,lat, as in onehour isochrone 8.69,49.41 --osm city.osm.pbf").into());
    };
    let region = region(&arguments.region, &arguments.trip, &asked)?;
    let world = region.world(&asked);
    let root = region.endpoint(&world, from)?;
    if !root.is_usable() {
        let fault = Diagnostic::error("cli::no_street", format!("no street lies within reach of {from}"));
        return Err(fault.help("choose a point near a street, or raise --snap-limit").into());
    }
    let percent = arguments.trip.percentiles[0];
    let reach = world.reach(&root, &asked.terms, &asked.window, Statistic::Percentile(percent), &mut Workspace::default());
    let more = format!("{from} {bounds:?} {} {}", arguments.step, arguments.beside);
    let record = region.record("isochrone", &asked, &arguments.trip, &more, &[])?;
    let streets = &region.streets.streets;
    let bands = bands(streets, &reach, &bounds, Lattice::around(root.at, arguments.step), arguments.beside);
    if bands.lattice.step_m != arguments.step {
        say(format_args!(
            "the area is large: the step of the grid is {} m instead of {}",
            bands.lattice.step_m, arguments.step
        ));
    }
    let rows = bands.bands.iter().map(|band| {
        let members = [
            ("from_id", json!(from)),
            ("minutes_over", json!(band.from.map_or(0.0, |from| from.minutes()))),
            ("minutes_to", json!(band.to.minutes())),
            ("area_km2_within", json!((area_km2(band) * 1000.0).round() / 1000.0)),
            ("percentile", json!(percent)),
            ("definition", json!(region.definition(&asked))),
            ("mode", json!(asked.mode)),
            ("grid_m", json!(bands.lattice.step_m)),
            ("beside_streets_m", json!(arguments.beside)),
            ("run_id", json!(record.id())),
        ];
        members.into_iter().map(|(key, value)| (key.to_string(), value)).collect::<Map<String, Value>>()
    });
    let value = if arguments.json {
        Value::Array(rows.map(Value::Object).collect())
    } else {
        let features = bands.bands.iter().zip(rows).map(|(band, row)| geojson::polygons(&band.band, row)).collect();
        let mut remarks = Map::new();
        remarks.insert("attribution".to_string(), json!("© OpenStreetMap contributors, ODbL 1.0"));
        geojson::collection(features, remarks)
    };
    give(&format!("{value}\n"), arguments.out.as_deref())?;
    Ok(Ending::Done)
}

/// The bands of all modes together: along an edge the least time counts, whichever mode it is of.
pub(crate) fn bands(
    streets: &Streets,
    reach: &[ModeReach],
    bounds: &[Duration],
    lattice: Lattice,
    beside_m: u32,
) -> StreetBands {
    // Beside the streets everybody walks, at the pace of the mode that walks.
    let slowest = reach.iter().map(|of| of.off_street_m_per_h).min().unwrap_or(1);
    let off_street =
        Speed::from_kmh(f64::from(slowest) / 1000.0).unwrap_or(Speed::from_kmh(1.0).expect("1 km/h is a speed"));
    let fringe = Fringe { lattice, off_street, reach: Distance::from_metres(beside_m) };
    bands_of_reach(streets, reach, bounds, &fringe)
}

/// The area of the zone in km², on a sphere.
fn area_km2(band: &Isoband) -> f64 {
    let Some(at) = band.zone.0.first().and_then(|polygon| polygon.exterior().0.first()) else { return 0.0 };
    let degree = crate::geo::METRES_PER_DEGREE / 1000.0;
    band.zone.unsigned_area() * degree * degree * at.y.to_radians().cos()
}
