//! Planned lines beside timetables: the services of a network as patterns and lines by headway, and routes that are withdrawn.
//!
//! Run times are those of `network::run_times` at one level of the parameters. A vehicle reaches call i at `run(0, i)` and leaves it
//! so that `run(i, j)` later it reaches j, which holds for all pairs at once; where a stop costs less than start and
//! braking (`s < c`), it leaves as it arrives.
//!
//! - `times`: trips at these times.
//! - `count` trips evenly `from`–`to`: nobody knows their minutes, so they are a line by headway of `(to − from) / count`, whose
//!   window is cut by less than `count` deciseconds so that every draw has exactly `count` departures.
//! - `per_week` n: a headway of 16 h · 7 / n from 06:00 to 22:00 at the first call; below one a day, some draws have none.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Scenario;
use super::apply::without_effect;
use crate::diagnostic::{Checked, Diagnostic};
use crate::input::network_xml::{Named, TransferLength, TripTimes};
use crate::input::parameters::{Level, Parameters};
use crate::input::projects::{ChangeKind, Effect, Project};
use crate::input::vocabulary::{LineMode, TripDirection};
use crate::network::run_times::{Chain, RunModels, projects_of};
use crate::network::territory::unknown;
use crate::network::timetable::*;
use crate::network::{Network, Service, Stop, StopIx};
use crate::units::{Duration, TimeOfDay};

/// No vehicle is under way for longer: fourteen days in deciseconds. Beyond it a run-time model has a speed of next to nothing.
const LONGEST_RUN: u32 = 14 * 24 * 36_000;

/// A timetable with planned lines in it.
#[derive(Debug, Clone, PartialEq)]
pub struct MixedTimetable {
    /// What runs; everything of the timetable before stands at its old position.
    pub timetable: Timetable,
    /// Where each stop of the network stands in it, by [`StopIx`]; `None` for one that is not open.
    pub stops: Vec<Option<CallStopIx>>,
    /// The projects that built or changed stops, where there are any. Those of lines and services are with their routes.
    pub stop_projects: BTreeMap<CallStopIx, Vec<Arc<str>>>,
}

/// A timetable without the routes that the projects of a scenario withdraw. A route that is not there is an error.
pub fn withdraw(timetable: &Timetable, scenario: &Scenario, projects: &[Project]) -> Checked<Timetable> {
    let mut faults = Vec::new();
    let mut gone: BTreeSet<RouteIx> = BTreeSet::new();
    for project in projects.iter().filter(|project| scenario.projects.contains(project.id.as_str())) {
        let Effect::Changes(changes) = &project.effect else { continue };
        for change in changes {
            let ChangeKind::WithdrawRoute(name) = &change.kind else { continue };
            match find_route(timetable, name) {
                Err(fault) => faults.push(fault),
                Ok(route) if runs(timetable, route) && gone.insert(route) => {}
                Ok(_) => faults.push(without_effect(project, change)),
            }
        }
    }
    let mut left = timetable.clone();
    left.patterns.retain(|pattern| !gone.contains(&pattern.route));
    left.headways.retain(|line| !gone.contains(&line.route));
    Checked { value: left, diagnostics: faults }
}

fn find_route(timetable: &Timetable, name: &Named) -> Result<RouteIx, Diagnostic> {
    let found = timetable.routes.iter().position(|route| route.id == name.text);
    let ids = || timetable.routes.iter().map(|route| &*route.id);
    found.map(|at| RouteIx(at as u32)).ok_or_else(|| unknown(name, "route", "scenario::unknown_id", ids()))
}

fn runs(timetable: &Timetable, route: RouteIx) -> bool {
    let by_headway = timetable.headways.iter().any(|line| line.route == route);
    by_headway || timetable.patterns.iter().any(|pattern| pattern.route == route && !pattern.trips.is_empty())
}

/// A timetable with the services of a network added, at one level of the parameters. `network` is that of a scenario: what is in it,
/// runs. An id that a stop or route of the timetable has already is an error.
pub fn add(timetable: &Timetable, network: &Network, parameters: &Parameters, level: Level) -> Checked<MixedTimetable> {
    let mut faults = taken_ids(timetable, network);
    let mut mixed = MixedTimetable { timetable: timetable.clone(), stops: Vec::new(), stop_projects: BTreeMap::new() };
    for stop in &network.stops {
        let at = stop.open.then(|| mixed.add_stop(stop));
        mixed.stops.push(at);
    }
    for transfer in &network.transfers {
        let (Some(from), Some(to)) = (mixed.stops[transfer.from.at()], mixed.stops[transfer.to.at()]) else { continue };
        let walking = parameters.speed("walk.speed_kmh", level);
        let time = match transfer.length {
            TransferLength::Time(time) => time,
            TransferLength::Walk(way) => Duration::of(way, walking).unwrap_or(Duration::from_deciseconds(u32::MAX)),
        };
        let time = StatedTime::AtLeast(time.deciseconds());
        mixed.timetable.transfers.extend([(from, to), (to, from)].map(|(from, to)| StatedTransfer { from, to, time }));
    }
    let models = RunModels { parameters, level };
    for service in network.services.iter().filter(|service| !service.trips.is_empty()) {
        let route = mixed.add_route(network, service);
        for out in [true, false] {
            mixed.add_direction(network, service, route, &Chain::of(network, models, service, out), out, &mut faults);
        }
    }
    Checked { value: mixed, diagnostics: faults }
}

/// A fault for every id of the network that the timetable has too: outputs could not tell the two apart.
fn taken_ids(timetable: &Timetable, network: &Network) -> Vec<Diagnostic> {
    let stops: BTreeSet<&str> = timetable.stops.iter().map(|stop| &*stop.id).collect();
    let routes: BTreeSet<&str> = timetable.routes.iter().map(|route| &*route.id).collect();
    let taken_stops = network.stops.iter().filter(|stop| stop.open && stops.contains(&*stop.id));
    let taken_stops = taken_stops.map(|stop| ("stop", &stop.id, &stop.provenance));
    let taken_routes = network.services.iter().filter(|service| routes.contains(&*service.id));
    let taken = taken_stops.chain(taken_routes.map(|service| ("route", &service.id, &service.provenance)));
    let fault = |(what, id, provenance): (&str, &Arc<str>, &crate::network::Provenance)| {
        Diagnostic::error("scenario::taken_id", format!("a {what} of the timetables has the id \"{id}\" too"))
            .at(&provenance.span)
            .help("write another id in the network file")
    };
    taken.map(fault).collect()
}

/// The times of a service at its calls, in deciseconds after it leaves the first.
struct Times {
    stops: Vec<PatternStop>,
    arrivals: Vec<u32>,
    departures: Vec<u32>,
}

impl Times {
    fn of(chain: &Chain, stops: &[Option<CallStopIx>]) -> Self {
        let last = chain.calls.len() - 1;
        let mut times = Times { stops: Vec::new(), arrivals: Vec::new(), departures: Vec::new() };
        let mut before = 0;
        for (call, stop) in chain.calls.iter().enumerate() {
            let arrival = if call == 0 { 0 } else { chain.run(0, call).deciseconds().max(before) };
            let left = if call == 0 || call == last { arrival } else { chain.departure(call).deciseconds().max(arrival) };
            before = left;
            times.arrivals.push(arrival);
            times.departures.push(left);
            let stop = stops[stop.at()].expect("services call at open stops, checked when projects were applied");
            times.stops.push(PatternStop { stop, board: call < last, alight: call > 0 });
        }
        times
    }
}

impl MixedTimetable {
    fn add_stop(&mut self, stop: &Stop) -> CallStopIx {
        let at = CallStopIx(self.timetable.stops.len() as u32);
        let (id, name) = (Arc::clone(&stop.id), Arc::clone(&stop.name));
        self.timetable.stops.push(CallStop { id, name, at: stop.at, class: stop.class, parent: None });
        if !stop.projects.is_empty() {
            self.stop_projects.insert(at, stop.projects.clone());
        }
        at
    }

    fn add_route(&mut self, network: &Network, service: &Service) -> RouteIx {
        let route = RouteIx(self.timetable.routes.len() as u32);
        self.timetable.routes.push(Route {
            id: Arc::clone(&service.id),
            name: Arc::clone(&service.name),
            route_type: route_type(service.mode),
            projects: projects_of(network, service).into_iter().collect(),
        });
        route
    }

    /// The trips of a service in one direction.
    fn add_direction(
        &mut self,
        network: &Network,
        service: &Service,
        route: RouteIx,
        chain: &Chain,
        out: bool,
        faults: &mut Vec<Diagnostic>,
    ) {
        let (way, against) = if out { ("out", TripDirection::Back) } else { ("back", TripDirection::Out) };
        let times = Times::of(chain, &self.stops);
        if times.arrivals.last().is_some_and(|&longest| longest > LONGEST_RUN) {
            faults.push(endless(network, service, chain));
            return;
        }
        let source: Arc<str> = Arc::from(service.provenance.span.place());
        let mut fixed: Vec<TimeOfDay> = Vec::new();
        for (at, trips) in service.trips.iter().enumerate().filter(|(_, trips)| trips.direction != against) {
            let Some(window) = headway(&trips.times) else {
                fixed.extend(if let TripTimes::At(times) = &trips.times { times.as_slice() } else { &[] });
                continue;
            };
            self.timetable.headways.push(HeadwayPattern {
                route,
                key: Arc::from(format!("{}/{way}/{at}", service.id)),
                stops: times.stops.clone(),
                arrivals: times.arrivals.clone(),
                departures: times.departures.clone(),
                windows: vec![window],
                source: Arc::clone(&source),
            });
        }
        if !fixed.is_empty() {
            fixed.sort_unstable();
            self.timetable.patterns.push(pattern(route, service, way, &times, &fixed, &source));
        }
    }
}

fn endless(network: &Network, service: &Service, chain: &Chain) -> Diagnostic {
    let name = |stop: StopIx| &network.stop(stop).name;
    let (first, last) = (name(chain.calls[0]), name(chain.calls[chain.calls.len() - 1]));
    let message = format!("service \"{}\" never gets from {first} to {last} by its run-time model", service.id);
    Diagnostic::error("scenario::endless_run", message)
        .at(&service.provenance.span)
        .help("give the model of its lines a speed above zero")
}

fn pattern(route: RouteIx, service: &Service, way: &str, times: &Times, fixed: &[TimeOfDay], source: &Arc<str>) -> Pattern {
    let begin = |time: &TimeOfDay| time.seconds() * 10;
    let shifted = |offsets: &[u32]| -> Vec<u32> {
        fixed.iter().flat_map(|time| offsets.iter().map(move |offset| begin(time) + offset)).collect()
    };
    let trip = |(at, time): (usize, &TimeOfDay)| {
        // Two trips at the same minute are told apart by their number.
        let twin = fixed[..at].iter().filter(|earlier| *earlier == time).count();
        let number = if twin == 0 { String::new() } else { format!("#{}", twin + 1) };
        Trip { id: Arc::from(format!("{}/{way}@{time}{number}", service.id)), source: Arc::clone(source) }
    };
    Pattern {
        route,
        stops: times.stops.clone(),
        trips: fixed.iter().enumerate().map(trip).collect(),
        arrivals: shifted(&times.arrivals),
        departures: shifted(&times.departures),
    }
}

/// The window of trips whose times are not known; `None` where they are.
fn headway(times: &TripTimes) -> Option<HeadwayWindow> {
    match *times {
        TripTimes::At(_) => None,
        TripTimes::Even { count, from, to } => {
            let from = from.seconds() * 10;
            let headway = ((to.seconds() * 10 - from) / count.max(1)).max(1);
            Some(HeadwayWindow { from, to: from + headway * count, headway })
        }
        TripTimes::PerWeek(per_week) => {
            let (from, to) = (6 * 36_000, 22 * 36_000);
            let headway = ((to - from) * 7 / per_week.max(1)).max(1);
            Some(HeadwayWindow { from, to, headway })
        }
    }
}

/// The `route_type` of GTFS, extended where that says more.
const fn route_type(mode: LineMode) -> u16 {
    match mode {
        LineMode::Hsr => 101,
        LineMode::Rail => 2,
        LineMode::Suburban => 109,
        LineMode::Metro => 1,
        LineMode::Bus => 3,
        LineMode::Air => 1100,
    }
}
