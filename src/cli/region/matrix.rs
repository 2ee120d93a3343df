//! `onehour matrix` straight from files.

use std::path::Path;

use super::arguments::PointArguments;
use super::load::{LocatedPoints, Region, located, region};
use super::prepare::prepare;
use super::rows::{Sides, each_chunk};
use super::terms::{Asked, asked};
use crate::cli::arguments::MatrixArguments;
use crate::cli::{Ending, Failure, give, give_bytes, pretty, say};
use crate::output::table::Table;
use crate::search::doors::journey::Parts;
use crate::search::doors::matrix::{Cell, MatrixQuestion};
use crate::search::doors::world::World;

/// The components of a journey that have a column, in order.
const PARTS: [&str; 5] = ["access_time", "wait_time", "ride_time", "transfer_time", "egress_time"];

/// Runs the verb.
pub(crate) fn matrix(arguments: &MatrixArguments) -> Result<Ending, Failure> {
    let asked = asked(&arguments.trip, &arguments.question.mode, !arguments.region.gtfs.is_empty())?;
    let region = region(&arguments.region, &arguments.trip, &asked)?;
    let world = region.world(&asked);
    let (origins, destinations) = ends(&world, &region, &arguments.points)?;
    announce(&origins, &destinations, &asked, &region);
    let record =
        region.record("matrix", &asked, &arguments.trip, &format!("{}", arguments.breakdown), &[&origins, &destinations])?;
    let columns = Columns { percentiles: &arguments.trip.percentiles, parts: arguments.breakdown };
    let constant = [region.definition(&asked), asked.mode.clone(), record.id()];
    say_size(origins.points.len() * destinations.points.len(), &constant, &columns);
    let question = MatrixQuestion {
        terms: &asked.terms,
        window: &asked.window,
        percentiles: columns.percentiles,
        parts: columns.parts,
    };
    let mut written = Written::new(arguments.json, &columns);
    let sides = Sides::new(asked.window.direction, &origins, &destinations);
    prepare(&world, &sides.roots.located, &asked.terms, asked.window.direction, region.cache());
    each_chunk(&world, sides, &question, |first, rows| {
        for (root, row) in rows.iter().enumerate() {
            let root = sides.roots.points.id(first + root);
            for (far, cell) in sides.fars.points.ids().zip(row.cells()) {
                let (from, to) = sides.origin_and_destination(root, far);
                written.push(from, to, &cell, &columns, &constant);
            }
        }
    });
    written.give(arguments.out.as_deref())?;
    Ok(Ending::Done)
}

/// Says what memory the table takes before it is written, where that is much: two ids, the times, and what stands in every row.
fn say_size(n_rows: usize, constant: &[String; 3], columns: &Columns) {
    let parts = if columns.parts { PARTS.len() + 2 } else { 0 };
    let row = 40 + 7 * (columns.percentiles.len() + parts) + constant.iter().map(String::len).sum::<usize>();
    let megabytes = n_rows.saturating_mul(row) / 1_000_000;
    if megabytes >= 100 {
        say(format_args!("the table is held in memory until it is written: about {megabytes} MB"));
    }
}

/// Origins and destinations as asked: points of files, or the stops.
pub(super) fn ends(
    world: &World,
    region: &Region,
    points: &PointArguments,
) -> Result<(LocatedPoints, LocatedPoints), Failure> {
    if points.stops {
        let stops = region.stops_as_points(world)?;
        return Ok((stops.clone(), stops));
    }
    let Some(origins) = &points.origins else {
        let fault = crate::diagnostic::Diagnostic::error("cli::no_origins", "no origins are named");
        return Err(fault.help("add --origins points.csv with the columns id, lon and lat, or --stops").into());
    };
    let origins = located(world, origins)?;
    let destinations = match &points.destinations {
        Some(file) => located(world, file)?,
        None => origins.clone(),
    };
    Ok((origins, destinations))
}

/// Says how large the work is, and which points lie too far from any street.
pub(super) fn announce(origins: &LocatedPoints, destinations: &LocatedPoints, asked: &Asked, region: &Region) {
    let times = asked.window.times.len() * region.n_draws();
    let (n, m) = (origins.points.len(), destinations.points.len());
    say(format_args!("{n} origins × {m} destinations × {times} departures ({})", asked.mode));
    let far: Vec<&str> = [origins, destinations].iter().flat_map(|points| points.unusable()).collect();
    if !far.is_empty() {
        let names = far.iter().take(5).copied().collect::<Vec<_>>().join(", ");
        let more = if far.len() > 5 { ", …" } else { "" };
        say(format_args!("warning: {} points lie beyond the streets and are not tested: {names}{more}", far.len()));
    }
}

/// Which columns a table has.
struct Columns<'a> {
    percentiles: &'a [u8],
    parts: bool,
}

impl Columns<'_> {
    fn header(&self) -> Vec<String> {
        let times = self.percentiles.iter().map(|percent| format!("travel_time_p{percent:02}"));
        let parts = PARTS.iter().chain(&["total_time", "n_rides"]).filter(|_| self.parts).map(|name| (*name).to_string());
        let last = ["scenario", "definition", "mode", "status", "reason", "run_id"].map(String::from);
        ["from_id".to_string(), "to_id".to_string()].into_iter().chain(times).chain(parts).chain(last).collect()
    }
}

/// Rows on their way out: CSV as it comes, JSON as a table at the end.
enum Written {
    Csv(Box<csv::Writer<Vec<u8>>>),
    Json(Table),
}

impl Written {
    fn new(json: bool, columns: &Columns) -> Self {
        if json {
            return Written::Json(Table::new(columns.header()));
        }
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(columns.header()).expect("writing to memory does not fail");
        Written::Csv(Box::new(writer))
    }

    fn push(&mut self, from: &str, to: &str, cell: &Cell, columns: &Columns, constant: &[String; 3]) {
        let minutes = |time: crate::units::Duration| format!("{:.1}", time.minutes());
        let times = cell.times.iter().map(|outcome| outcome.time().map_or(String::new(), minutes));
        let mut row: Vec<String> = [from.to_string(), to.to_string()].into_iter().chain(times).collect();
        if columns.parts {
            row.extend(parts(cell.parts));
        }
        let first = cell.times[0];
        let [definition, mode, run_id] = constant;
        let reason = first.reason().map_or("", |reason| reason.text());
        row.extend(["", definition, mode, first.status(), reason, run_id].map(String::from));
        match self {
            Written::Csv(writer) => writer.write_record(&row).expect("writing to memory does not fail"),
            Written::Json(table) => table.push(row),
        }
    }

    fn give(self, out: Option<&Path>) -> Result<(), Failure> {
        match self {
            Written::Csv(writer) => give_bytes(&writer.into_inner().expect("writing to memory does not fail"), out),
            Written::Json(table) => {
                let number =
                    |column: &str| column.ends_with("_time") || column.starts_with("travel_time") || column == "n_rides";
                give(&pretty(&table.json(number)), out)
            }
        }
    }
}

/// The cells of the components, empty where there is no journey.
fn parts(parts: Option<&Parts>) -> Vec<String> {
    let Some(parts) = parts else { return vec![String::new(); PARTS.len() + 2] };
    let times = [parts.access, parts.wait, parts.ride, parts.transfer, parts.egress, parts.total()];
    let mut cells: Vec<String> = times.iter().map(|time| format!("{:.1}", time.minutes())).collect();
    cells.push(parts.n_rides.to_string());
    cells
}
