//! Reading what a question straight to files names: streets (from the cache where they are kept), timetables, points.

use std::path::{Path, PathBuf};
use std::time::Instant;

use super::arguments::{HeadwayArgument, RegionArguments, TripArguments};
use super::prepare::ordering;
use super::streets::{cache, streets};
use super::terms::Asked;
use crate::cli::{Failure, report, say};
use crate::diagnostic::Diagnostic;
use crate::input::gtfs::{self, Feed};
use crate::input::points::{self, Points};
use crate::network::streets::StreetNetwork;
use crate::network::streets::cache::Cache;
use crate::network::timetable::{CallStopIx, Timetable, build, draw};
use crate::output::run_record::RunRecord;
use crate::search::Direction;
use crate::search::doors::located::Located;
use crate::search::doors::searched::Keeping;
use crate::search::doors::world::{StopTimes, World};
use crate::search::hierarchy::store::IndexFolder;
use crate::units::{Duration, TimeOfDay};

/// Streets and timetables of a question.
pub(crate) struct Region {
    /// The streets; none where no file with streets was named.
    pub streets: StreetNetwork,
    /// What runs on the service day.
    pub timetable: Option<Timetable>,
    /// The timetables that are searched: one a draw.
    drawn: Vec<Timetable>,
    arguments: RegionArguments,
    change: Duration,
    transfer_walk: Duration,
    /// Where orders of streets are kept.
    orders: Option<IndexFolder>,
}

/// Points of a file, on the streets.
#[derive(Clone)]
pub(crate) struct LocatedPoints {
    /// The points.
    pub points: Points,
    /// The same on the streets.
    pub located: Vec<Located>,
    /// The file; none for stops.
    pub file: Option<PathBuf>,
}

impl LocatedPoints {
    /// The ids of the points that no journey can begin or end at.
    pub fn unusable(&self) -> Vec<&str> {
        let all = self.points.ids().zip(&self.located);
        all.filter(|(_, located)| !located.is_usable()).map(|(id, _)| id).collect()
    }

    /// What they are called in messages.
    pub fn name(&self) -> String {
        self.file.as_ref().map_or("the stops".to_string(), |file| file.display().to_string())
    }
}

/// Reads streets and timetables for what is asked. Faults of all files are shown together.
pub(crate) fn region(arguments: &RegionArguments, trip: &TripArguments, asked: &Asked) -> Result<Region, Failure> {
    let mut faults = Vec::new();
    let streets = streets(arguments, &asked.terms.street_modes(), &mut faults)?;
    let timetable = match asked.date.filter(|_| asked.terms.max_rides > 0) {
        Some(date) => Some(timetable(&arguments.gtfs, date, None, &mut faults)?),
        None => None,
    };
    if faults.iter().any(|fault| fault.severity == crate::diagnostic::Severity::Error) {
        return Err(Failure::Input(faults));
    }
    report(&faults);
    let drawn = timetable.iter().flat_map(|timetable| drawn(timetable, trip)).collect();
    Ok(Region {
        streets,
        timetable,
        drawn,
        arguments: arguments.clone(),
        change: Duration::from_secs(trip.change),
        transfer_walk: Duration::from_mins(trip.transfer_walk),
        orders: cache(arguments).map(|cache| IndexFolder::new(cache.folder())),
    })
}

/// The timetable of a day from feeds.
pub(crate) fn timetable(
    files: &[PathBuf],
    date: jiff::civil::Date,
    zone: Option<&str>,
    faults: &mut Vec<Diagnostic>,
) -> Result<Timetable, Failure> {
    let mut feeds = Vec::with_capacity(files.len());
    for file in files {
        feeds.push(gtfs::read(file)?.into_value(faults));
    }
    Ok(timetable_of(&feeds, date, zone, faults))
}

/// The timetable of a day from feeds that are read.
pub(crate) fn timetable_of(
    feeds: &[Feed],
    date: jiff::civil::Date,
    zone: Option<&str>,
    faults: &mut Vec<Diagnostic>,
) -> Timetable {
    let begun = Instant::now();
    let timetable = build::build(feeds, date, zone).into_value(faults);
    let n_trips: usize = timetable.patterns.iter().map(|pattern| pattern.trips.len()).sum();
    say(format_args!(
        "timetable of {date}: {} stops, {} patterns with {n_trips} trips, {} lines by headway ({:.1} s)",
        timetable.stops.len(),
        timetable.patterns.len(),
        timetable.headways.len(),
        begun.elapsed().as_secs_f64()
    ));
    timetable
}

/// The timetables to search: with lines by headway and random phases one a draw, otherwise the one.
fn drawn(timetable: &Timetable, trip: &TripArguments) -> Vec<Timetable> {
    if timetable.headways.is_empty() || trip.headways == HeadwayArgument::Expected {
        return vec![timetable.clone()];
    }
    (0..trip.draws).map(|at| draw::fixed(timetable, trip.seed, u64::from(at))).collect()
}

impl Region {
    /// Streets and timetables frozen for what is asked.
    pub fn world(&self, asked: &Asked) -> World<'_> {
        let mut modes = asked.terms.street_modes();
        // Walks between stops, whatever the ways to them.
        if asked.terms.max_rides > 0 && !modes.contains(&crate::network::streets::StreetMode::Walk) {
            modes.insert(0, crate::network::streets::StreetMode::Walk);
        }
        // A few searches are never worth an order, but may be worth one that is kept.
        let keeping =
            Keeping { folder: self.orders.as_ref(), makes_orders: false, begin: &ordering, remark: &super::prepare::warn };
        let world = World::new(&self.streets, &modes, f64::from(self.arguments.snap_limit)).with_keeping(keeping);
        let Some(timetable) = &self.timetable else { return world };
        let n = timetable.stops.len();
        let stop_times = StopTimes {
            entry: vec![Duration::ZERO; n],
            exit: vec![Duration::ZERO; n],
            change: vec![self.change; n],
            walk_limit: self.transfer_walk,
        };
        world.with_rides(timetable, &self.drawn, stop_times)
    }

    /// The cache, if it is to be used.
    pub fn cache(&self) -> Option<Cache> {
        cache(&self.arguments)
    }

    /// How many timetables are searched for each departure.
    pub fn n_draws(&self) -> usize {
        self.drawn.len().max(1)
    }

    /// The stops at which something calls as points.
    pub fn stops_as_points(&self, world: &World) -> Result<LocatedPoints, Failure> {
        let Some(timetable) = &self.timetable else {
            let fault =
                Diagnostic::error("cli::no_timetable", "--stops asks for the stops of timetables, and none is searched");
            return Err(fault.help("add --gtfs, --departure, and transit to --mode").into());
        };
        let mut calls = vec![false; timetable.stops.len()];
        let patterns = timetable.patterns.iter().map(|pattern| &pattern.stops);
        for call in patterns.chain(timetable.headways.iter().map(|pattern| &pattern.stops)).flatten() {
            calls[call.stop.at()] = true;
        }
        let stops = || timetable.stops.iter().enumerate().filter(|(at, _)| calls[*at]);
        let points = Points::of(stops().map(|(_, stop)| (&*stop.id, stop.at)));
        let located = stops().map(|(at, stop)| world.located_stops(vec![CallStopIx(at as u32)], stop.at)).collect();
        Ok(LocatedPoints { points, located, file: None })
    }

    /// What travel times mean, in a few words that stand in every row.
    pub fn definition(&self, asked: &Asked) -> String {
        let mut text = "door to door".to_string();
        if let Some(date) = asked.date {
            let at = |deciseconds: u32| TimeOfDay::from_seconds(deciseconds / 10);
            let (first, last) = (asked.window.times[0], asked.window.times[asked.window.times.len() - 1]);
            let word = if asked.window.direction == Direction::Forward { "departure" } else { "arrival" };
            text.push_str(&format!(", {word} {date} {}", at(first)));
            if last > first {
                text.push_str(&format!("–{}, every minute", at(last)));
            }
        }
        if self.n_draws() > 1 {
            text.push_str(&format!(", {} draws", self.n_draws()));
        }
        text
    }

    /// The record of a question to these files; `more` is whatever else the result depends on.
    pub fn record(
        &self,
        verb: &str,
        asked: &Asked,
        trip: &TripArguments,
        more: &str,
        points: &[&LocatedPoints],
    ) -> Result<RunRecord, Failure> {
        let streets = format!("{} {:?} {}", self.arguments.speeds, self.arguments.period, self.arguments.snap_limit);
        let search = format!(
            "{asked:?} {:?} {:?} {} {} {} {}",
            trip.percentiles, trip.headways, trip.draws, trip.seed, trip.change, trip.transfer_walk
        );
        let mut record =
            RunRecord { arguments: vec![verb.to_string(), streets, search, more.to_string()], inputs: Vec::new() };
        let files = self.arguments.osm.iter().chain(&self.arguments.gtfs).chain(&self.arguments.profile);
        for file in files.chain(points.iter().filter_map(|points| points.file.as_ref())) {
            record.add_file(file)?;
        }
        Ok(record)
    }

    /// An end of a journey: the id or name of a stop at which something calls, or `lon,lat`. A stop is reached at the stop itself.
    pub fn endpoint(&self, world: &World, text: &str) -> Result<Located, Failure> {
        let text = text.trim();
        let stops = || self.timetable.iter().flat_map(|timetable| &timetable.stops).enumerate();
        let called = stops().find(|(_, stop)| *stop.id == *text).or_else(|| stops().find(|(_, stop)| *stop.name == *text));
        if let Some((at, stop)) = called {
            return Ok(world.located_stops(vec![CallStopIx(at as u32)], stop.at));
        }
        match crate::cli::endpoint::coordinates(text)? {
            Some(at) => Ok(world.locate(at)),
            None => Err(crate::cli::load::unknown("stop", text, stops().map(|(_, stop)| &*stop.name)).into()),
        }
    }
}

/// Reads points and locates them.
pub(crate) fn located(world: &World, file: &Path) -> Result<LocatedPoints, Failure> {
    let mut faults = Vec::new();
    let points = points::read(file)?.into_value(&mut faults);
    if faults.iter().any(|fault| fault.severity == crate::diagnostic::Severity::Error) {
        return Err(Failure::Input(faults));
    }
    report(&faults);
    if points.is_empty() {
        let fault = Diagnostic::error("cli::no_points", format!("{} holds no points", file.display()));
        return Err(fault.help("write at least one row with id, lon and lat").into());
    }
    let located = world.locate_all(points.positions());
    Ok(LocatedPoints { points, located, file: Some(file.to_path_buf()) })
}
