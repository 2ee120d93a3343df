//! A timetable for one service day, from feeds.

use std::collections::HashSet;
use std::sync::Arc;

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::calls::{self, Counts, Filler};
use super::patterns::Patterns;
use super::{HeadwayPattern, HeadwayWindow, RouteIx, Timetable, days, stops, transfers};
use super::{Route, days::Day};
use crate::diagnostic::{Checked, Diagnostic};
use crate::input::gtfs::{Feed, Frequency, TripAt};

/// The most departures that exact headways are written out into, over all feeds: five million.
const MAX_DEPARTURES: u64 = 5_000_000;

/// Everything of `feeds` that runs on `date`, of the days before what is still running, and of the day after all.
///
/// Times are put in `zone`, an IANA name, or in the zone of the first feed. Ids have the name of their feed before them where there
/// are several feeds. What cannot be used is among the faults, with its number:
///
/// * calls where one may neither get on nor off, and trips with fewer than two others;
/// * a feed whose service does not reach `date`, which is an error; a feed with nothing on that day only is a warning, unless no
///   feed has anything.
pub fn build(feeds: &[Feed], date: Date, zone: Option<&str>) -> Checked<Timetable> {
    let mut faults = Vec::new();
    let zone = match zone.map(Arc::from).or_else(|| feeds.iter().find_map(|feed| feed.zone().cloned())) {
        Some(zone) => zone,
        None => {
            let help = "give at least one feed with an agency";
            faults.push(Diagnostic::error("timetable::zone", "no feed names a time zone").help(help));
            return Checked { value: empty(date, Arc::from("")), diagnostics: faults };
        }
    };
    let mut timetable = empty(date, Arc::clone(&zone));
    let Ok(own_zone) = TimeZone::get(&zone) else {
        let message = format!("`{zone}` is not the name of a time zone");
        faults.push(Diagnostic::error("timetable::zone", message).help("write an IANA name, for instance Europe/Berlin"));
        return Checked { value: timetable, diagnostics: faults };
    };
    let names = names(feeds, &mut faults);
    let mut patterns = Patterns::default();
    let mut n_departures = 0;
    let mut idle = Vec::new();
    for (feed, name) in feeds.iter().zip(&names) {
        let prefix = if feeds.len() > 1 { format!("{name}:") } else { String::new() };
        let mut part = Part::new(feed, name, &prefix, &mut timetable, &mut patterns);
        let days = days::around(feed, date, &own_zone);
        part.add_trips(&days, &mut n_departures, &mut faults);
        idle.extend(no_service(feed, name, date));
        transfers::add(feed, &part.stops, &mut part.timetable.transfers);
        part.report(&mut faults);
    }
    let nothing_runs = idle.len() == feeds.len();
    faults.extend(idle.into_iter().map(|(is_outside, message, help)| {
        let fault = if is_outside || nothing_runs { Diagnostic::error } else { Diagnostic::warning };
        fault("timetable::no_service", message).help(help)
    }));
    timetable.patterns = patterns.finish();
    Checked { value: timetable, diagnostics: faults }
}

fn empty(date: Date, zone: Arc<str>) -> Timetable {
    Timetable {
        date,
        zone,
        stops: Vec::new(),
        routes: Vec::new(),
        patterns: Vec::new(),
        headways: Vec::new(),
        transfers: Vec::new(),
    }
}

/// A name for every feed; where two have the same, the later one gets a number.
fn names(feeds: &[Feed], faults: &mut Vec<Diagnostic>) -> Vec<Arc<str>> {
    let mut taken: HashSet<Arc<str>> = HashSet::new();
    let mut names = Vec::new();
    for feed in feeds {
        let mut name = Arc::clone(&feed.name);
        let mut number = 2;
        while !taken.insert(Arc::clone(&name)) {
            name = Arc::from(format!("{}-{number}", feed.name));
            number += 1;
        }
        if name != feed.name {
            let message = format!("two feeds are named {}; {} is called {name} in ids", feed.name, feed.path.display());
            faults.push(Diagnostic::warning("timetable::name", message).help("give the files different names"));
        }
        names.push(name);
    }
    names
}

/// What to say where nothing of `feed` runs on `date`: whether the day lies outside its service, message and help.
fn no_service(feed: &Feed, name: &str, date: Date) -> Option<(bool, String, String)> {
    if feed.trips.iter().any(|trip| feed.services[trip.service.at()].runs_on(date)) {
        return None;
    }
    let Some((first, last)) = feed.service_range() else {
        let message = format!("feed {name} has no service on {date}, nor on any other day");
        return Some((true, message, "take a feed whose calendar names days of service".to_string()));
    };
    let message = format!("feed {name} has no service on {date}; its service runs from {first} to {last}");
    let help = match feed.nearest_service(date) {
        Some(nearest) => format!("choose a day of its service; the nearest is {nearest}"),
        None => "choose a day of its service".to_string(),
    };
    Some((date < first || date > last, message, help))
}

/// A feed on its way into the timetable.
struct Part<'a> {
    feed: &'a Feed,
    name: &'a str,
    prefix: &'a str,
    timetable: &'a mut Timetable,
    patterns: &'a mut Patterns,
    stops: stops::Places,
    first_route: u32,
    counts: Counts,
    n_dropped: usize,
    n_falling: usize,
}

impl<'a> Part<'a> {
    fn new(
        feed: &'a Feed,
        name: &'a str,
        prefix: &'a str,
        timetable: &'a mut Timetable,
        patterns: &'a mut Patterns,
    ) -> Self {
        let stops = stops::add(feed, prefix, &mut timetable.stops);
        let first_route = timetable.routes.len() as u32;
        timetable.routes.extend(feed.routes.iter().map(|route| Route {
            id: prefixed(prefix, &route.id),
            name: Arc::clone(&route.name),
            route_type: route.route_type,
            projects: Vec::new(),
        }));
        let (counts, n_dropped, n_falling) = (Counts::default(), 0, 0);
        Part { feed, name, prefix, timetable, patterns, stops, first_route, counts, n_dropped, n_falling }
    }

    fn add_trips(&mut self, days: &[Day], n_departures: &mut u64, faults: &mut Vec<Diagnostic>) {
        let mut filler = Filler::default();
        let mut frequencies = &self.feed.frequencies[..];
        let mut too_many = false;
        for trip in (0..self.feed.trips.len() as u32).map(TripAt) {
            let n_own = frequencies.iter().take_while(|frequency| frequency.trip == trip).count();
            let (own, rest) = frequencies.split_at(n_own);
            frequencies = rest;
            let service = self.feed.trips[trip.at()].service;
            let running: Vec<&Day> = days.iter().filter(|day| day.services[service.at()]).collect();
            if running.is_empty() {
                continue;
            }
            let filled = match filler.fill(self.feed, trip, &self.stops, &mut self.counts) {
                Ok(calls) if calls.len() >= 2 => calls,
                Ok(_) => {
                    self.n_dropped += 1;
                    continue;
                }
                Err(calls::TimesFall) => {
                    self.n_falling += 1;
                    continue;
                }
            };
            let route = RouteIx(self.first_route + self.feed.trips[trip.at()].route.0);
            let source = source(self.feed, trip);
            let id = prefixed(self.prefix, &self.feed.trips[trip.at()].id);
            if own.is_empty() {
                for day in &running {
                    self.patterns.add(route, filled, day.offset, &id, &source);
                }
            }
            let start = i64::from(filled[0].departure);
            for frequency in own.iter().filter(|frequency| frequency.exact) {
                let each = u64::from((frequency.to - 1 - frequency.from) / frequency.headway + 1);
                *n_departures += each * running.len() as u64;
                too_many |= *n_departures > MAX_DEPARTURES;
                for departure in (frequency.from..frequency.to).step_by(frequency.headway as usize).filter(|_| !too_many) {
                    let id: Arc<str> = Arc::from(format!("{id}@{}", clock(departure)));
                    for day in &running {
                        self.patterns.add(route, filled, day.offset + i64::from(departure) - start, &id, &source);
                    }
                }
            }
            let key = Arc::from(format!("{}:{}", self.name, self.feed.trips[trip.at()].id));
            let headway = headway_pattern(route, key, filled, own, &running, source);
            self.timetable.headways.extend(headway);
        }
        if too_many {
            let message = format!("the headways of feed {} make more than {MAX_DEPARTURES} departures", self.name);
            faults
                .push(Diagnostic::error("timetable::departures", message).help("write longer headways or shorter periods"));
        }
    }

    /// Says what of the feed could not be used or had to be made up, with numbers.
    fn report(&self, faults: &mut Vec<Diagnostic>) {
        let (name, counts, unused) = (self.name, &self.counts, &self.feed.unused);
        let mut say = |n: usize, code: &'static str, message: String, help: &str| {
            if n > 0 {
                faults.push(Diagnostic::warning(code, message).help(help));
            }
        };
        let n = self.n_dropped;
        let message =
            format!("feed {name}: {n} trips have fewer than two calls where one may get on or off; they are left out");
        say(n, "timetable::short", message, "look at the trips with `onehour check`");
        let n = counts.by_shape + counts.by_straight + counts.evenly;
        let message = format!(
            "feed {name}: {n} calls without a time were given one: {} by the distance along the shape, {} by the distance between \
             stops, {} evenly",
            counts.by_shape, counts.by_straight, counts.evenly
        );
        say(n, "timetable::interpolated", message, "times between two known ones are estimates of the feed's maker too");
        let n = counts.by_arrangement;
        let message = format!("feed {name}: {n} calls are served by arrangement only; they count as served");
        say(n, "timetable::arrangement", message, "nothing to do, unless such calls must not count");
        let n = unused.flexible_trips;
        let message = format!("feed {name}: {n} trips also run through zones; only their stops count");
        say(n, "timetable::flexible", message, "nothing to do, unless demand-responsive service matters");
        let n = unused.continuous_stopping;
        let message = format!("feed {name}: {n} routes or calls let one get on or off between stops; only the stops count");
        say(n, "timetable::continuous", message, "nothing to do, unless stopping on demand matters");
        let n = unused.transfers_of_trips;
        let message = format!(
            "feed {name}: {n} transfers hold for certain routes or trips, or for staying in the vehicle; they are ignored"
        );
        say(n, "timetable::transfers", message, "nothing to do, unless these changes matter");
        let n = unused.pathways_without_time;
        let message = format!("feed {name}: {n} pathways have no `traversal_time`; they are ignored");
        say(n, "timetable::pathways", message, "write the seconds it takes to walk them");
        if self.n_falling > 0 {
            let message = format!("feed {name}: {} trips go back in time; they are left out", self.n_falling);
            faults.push(
                Diagnostic::error("timetable::times", message).help("correct the times; reading the feed names the lines"),
            );
        }
    }
}

fn prefixed(prefix: &str, id: &Arc<str>) -> Arc<str> {
    if prefix.is_empty() { Arc::clone(id) } else { Arc::from(format!("{prefix}{id}")) }
}

/// Where a trip begins in its feed.
fn source(feed: &Feed, trip: TripAt) -> Arc<str> {
    let line = feed.calls(trip).next().map_or(0, |call| call.line);
    Arc::from(format!("{}/stop_times.txt:{line}", feed.path.file_name().unwrap_or_default().to_string_lossy()))
}

/// A time of day with its seconds.
pub(super) fn clock(seconds: u32) -> String {
    format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

/// The line that the inexact frequencies of a trip make, with the windows of all its days.
fn headway_pattern(
    route: RouteIx,
    key: Arc<str>,
    calls: &[calls::Filled],
    own: &[Frequency],
    days: &[&Day],
    source: Arc<str>,
) -> Option<HeadwayPattern> {
    let mut windows: Vec<HeadwayWindow> = Vec::new();
    for frequency in own.iter().filter(|frequency| !frequency.exact) {
        for day in days {
            let bound = |seconds: u32| u32::try_from((day.offset + i64::from(seconds)).max(0) * 10).ok();
            let (Some(from), Some(to)) = (bound(frequency.from), bound(frequency.to)) else { continue };
            if from < to {
                windows.push(HeadwayWindow { from, to, headway: frequency.headway.saturating_mul(10) });
            }
        }
    }
    windows.sort_by_key(|window| (window.from, window.to, window.headway));
    windows.dedup();
    if windows.is_empty() {
        return None;
    }
    let start = calls[0].departure;
    let arrivals = calls.iter().map(|call| call.arrival.saturating_sub(start) * 10).collect();
    let mut departures: Vec<u32> = calls.iter().map(|call| (call.departure - start) * 10).collect();
    if let (Some(last), Some(call)) = (departures.last_mut(), calls.last()) {
        *last = (call.arrival - start) * 10;
    }
    let stops = calls.iter().map(|call| call.at).collect();
    Some(HeadwayPattern { route, key, stops, arrivals, departures, windows, source })
}
