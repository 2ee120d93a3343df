//! `onehour matrix` straight from files.

use std::collections::HashSet;
use std::io::Write;
use std::path::Path;

use super::arguments::PointArguments;
use super::load::{LocatedPoints, Region, located, region};
use super::prepare::prepare;
use super::rows::{ROOTS_AT_ONCE, Sides, each_chunk};
use super::terms::{Asked, asked};
use crate::cli::arguments::MatrixArguments;
use crate::cli::sink::Sink;
use crate::cli::{Ending, Failure, pretty, say};
use crate::output::table::Table;
use crate::search::Outcome;
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
    let question = MatrixQuestion {
        terms: &asked.terms,
        window: &asked.window,
        percentiles: columns.percentiles,
        parts: columns.parts,
    };
    let sides = Sides::new(asked.window.direction, &origins, &destinations);
    say_size(sides, &columns);
    prepare(&world, &sides.roots.located, &asked.terms, asked.window.direction, region.cache());
    let mut written = Written::new(arguments.json, &columns, arguments.out.as_deref(), constant)?;
    each_chunk(&world, sides, &question, |first, rows| {
        for (root, row) in rows.iter().enumerate() {
            let root = sides.roots.points.id(first + root);
            let pairs = sides.fars.points.ids().zip(row.cells());
            let pairs = pairs.map(|(far, cell)| (sides.origin_and_destination(root, far), cell));
            if !written.push(pairs)? {
                return Ok(false);
            }
        }
        Ok(true)
    })?;
    written.finish()?;
    Ok(Ending::Done)
}

/// Says what memory the rows that are held at a time take, where that is much: the times of every pair, and what they are made of.
fn say_size(sides: Sides, columns: &Columns) {
    let pair = size_of::<Outcome>() * columns.percentiles.len() + if columns.parts { size_of::<Option<Parts>>() } else { 0 };
    let n_rows = ROOTS_AT_ONCE.min(sides.roots.points.len());
    let megabytes = n_rows * sides.fars.points.len() * (pair + size_of::<u32>()) / 1_000_000;
    if megabytes >= 100 {
        say(format_args!("{n_rows} rows are held at a time: about {megabytes} MB"));
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
    // A point that is origin and destination is one point.
    let mut seen = HashSet::new();
    let far = [origins, destinations].into_iter().flat_map(|points| points.unusable());
    let far: Vec<&str> = far.filter(|&id| seen.insert(id)).collect();
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

/// Rows on their way out, written as they come; a file has its name only when it is whole.
struct Written<'a> {
    sink: Sink,
    json: bool,
    /// Whether the header or the bracket of an array is written.
    is_begun: bool,
    columns: &'a Columns<'a>,
    /// What stands in every row.
    constant: [String; 3],
}

impl<'a> Written<'a> {
    fn new(json: bool, columns: &'a Columns<'a>, out: Option<&Path>, constant: [String; 3]) -> Result<Self, Failure> {
        Ok(Written { sink: Sink::new(out)?, json, is_begun: false, columns, constant })
    }

    /// Writes the rows of one root, and says whether somebody reads on.
    fn push<'p>(&mut self, pairs: impl Iterator<Item = ((&'p str, &'p str), Cell<'p>)>) -> Result<bool, Failure> {
        let (columns, constant) = (self.columns, &self.constant);
        let rows = pairs.map(|((from, to), cell)| row(from, to, &cell, columns, constant));
        let text = if self.json { objects(columns, rows, self.is_begun) } else { Some(lines(columns, rows, self.is_begun)) };
        let Some(text) = text else { return Ok(true) };
        self.is_begun = true;
        let written = self.sink.write_all(&text);
        self.sink.reads_on(written)
    }

    fn finish(mut self) -> Result<(), Failure> {
        let end: Vec<u8> = match (self.json, self.is_begun) {
            (true, true) => b"\n]\n".to_vec(),
            (true, false) => b"[]\n".to_vec(),
            (false, true) => Vec::new(),
            (false, false) => lines(self.columns, std::iter::empty(), false),
        };
        let written = self.sink.write_all(&end);
        if self.sink.reads_on(written)? { self.sink.finish() } else { Ok(()) }
    }
}

/// Rows as CSV, the first ones under the header.
fn lines(columns: &Columns, rows: impl Iterator<Item = Vec<String>>, is_begun: bool) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let header = (!is_begun).then(|| columns.header());
    for row in header.into_iter().chain(rows) {
        writer.write_record(&row).expect("writing to memory does not fail and rows are equally long");
    }
    writer.into_inner().expect("writing to memory does not fail")
}

/// Rows as objects of an array that is not closed; `None` where there is none.
fn objects(columns: &Columns, rows: impl Iterator<Item = Vec<String>>, is_begun: bool) -> Option<Vec<u8>> {
    let mut table = Table::new(columns.header());
    rows.for_each(|row| table.push(row));
    let number = |column: &str| column.ends_with("_time") || column.starts_with("travel_time") || column == "n_rides";
    let array = pretty(&table.json(number));
    let objects = array.strip_prefix("[\n")?.strip_suffix("\n]\n")?;
    Some(format!("{}{objects}", if is_begun { ",\n" } else { "[\n" }).into_bytes())
}

/// The cells of one pair.
fn row(from: &str, to: &str, cell: &Cell, columns: &Columns, constant: &[String; 3]) -> Vec<String> {
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
    row
}

/// The cells of the components, empty where there is no journey.
fn parts(parts: Option<&Parts>) -> Vec<String> {
    let Some(parts) = parts else { return vec![String::new(); PARTS.len() + 2] };
    let times = [parts.access, parts.wait, parts.ride, parts.transfer, parts.egress, parts.total()];
    let mut cells: Vec<String> = times.iter().map(|time| format!("{:.1}", time.minutes())).collect();
    cells.push(parts.n_rides.to_string());
    cells
}
