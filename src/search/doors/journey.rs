//! One journey from door to door, leg by leg: what each is, when, over which streets, and on which line.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::links::{StopLink, way_time};
use super::located::Located;
use super::row::{Far, Workspace, ride_limits};
use super::world::{Rides, World};
use super::{Approach, ApproachKind, Terms, Window};
use crate::geo::LonLat;
use crate::input::vocabulary::Component;
use crate::network::timetable::CallStopIx;
use crate::search::Direction;
use crate::search::journey::{Journey, Leg};
use crate::search::raptor::journey::{By, Line};
use crate::search::streets::StreetPath;
use crate::units::{Distance, Duration};

/// A journey from door to door.
#[derive(Debug, Clone, PartialEq)]
pub struct DoorJourney {
    /// When it begins, in deciseconds of the service day.
    pub begins: u32,
    /// Its legs in order; each begins where and when the one before ends.
    pub legs: Vec<DoorLeg>,
}

/// A leg of a journey.
#[derive(Debug, Clone, PartialEq)]
pub struct DoorLeg {
    /// What it is.
    pub kind: Component,
    /// On what: the word of an approach, `wait`, or the `route_type` of GTFS in words.
    pub mode: &'static str,
    /// How long it takes.
    pub time: Duration,
    /// The stop where it begins; `None` at a door.
    pub from: Option<CallStopIx>,
    /// The stop where it ends; `None` at a door.
    pub to: Option<CallStopIx>,
    /// The line and the trip of a ride.
    pub ride: Option<Ridden>,
    /// Its way over streets in centimetres; zero where there is none.
    pub length_cm: u64,
    /// Where it leads, for drawing: along streets, or from call to call.
    pub shape: Vec<LonLat>,
    /// The edges of streets that it uses, in order.
    pub edges: Vec<u32>,
}

/// What a ride was on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ridden {
    /// Name of the route.
    pub route: Arc<str>,
    /// The trip; a line by headway has none.
    pub trip: Option<Arc<str>>,
    /// Feed and line, or file and line.
    pub source: Arc<str>,
    /// Projects that built or changed it.
    pub projects: Vec<Arc<str>>,
}

/// A journey by components, for tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Parts {
    /// From the door to the vehicle, without waiting: the way and the way through the station. The whole of a direct journey.
    pub access: Duration,
    /// Waiting, wherever it is.
    pub wait: Duration,
    /// In vehicles.
    pub ride: Duration,
    /// Between vehicles, without waiting.
    pub transfer: Duration,
    /// From the last vehicle to the door.
    pub egress: Duration,
    /// How many vehicles.
    pub n_rides: u32,
}

impl Parts {
    /// The components of a journey.
    pub fn of(journey: &DoorJourney) -> Self {
        let mut parts = Parts::default();
        for leg in &journey.legs {
            let part = match leg.kind {
                Component::Wait => &mut parts.wait,
                Component::Ride => &mut parts.ride,
                Component::Transfer => &mut parts.transfer,
                Component::Exit | Component::Egress => &mut parts.egress,
                _ => &mut parts.access,
            };
            *part += leg.time;
            parts.n_rides += u32::from(leg.kind == Component::Ride);
        }
        parts
    }

    /// Their sum.
    pub fn total(&self) -> Duration {
        [self.access, self.wait, self.ride, self.transfer, self.egress].into_iter().sum()
    }
}

impl DoorJourney {
    /// From door to door: the sum of the legs.
    pub fn total(&self) -> Duration {
        self.legs.iter().map(|leg| leg.time).sum()
    }
}

impl World<'_> {
    /// The journey at a lane of [`World::row`]: the quickest at that time of the window and in that draw. `None` where there is none
    /// within the longest trip. Backwards, what is left between the arrival and the wished time is a wait at the end.
    pub fn journey(
        &self,
        root: &Located,
        far: &Far,
        terms: &Terms,
        window: &Window,
        lane: usize,
        workspace: &mut Workspace,
    ) -> Option<DoorJourney> {
        let time = window.times[lane % window.times.len()];
        let direct = self.direct_journey(root, &far.point, terms, window, time, workspace);
        let by_rides = self.ride_journey(root, far, terms, window, lane, workspace);
        let journeys = [direct, by_rides].into_iter().flatten().filter(|journey| journey.total() <= terms.max_trip);
        journeys.min_by_key(DoorJourney::total)
    }

    fn direct_journey(
        &self,
        root: &Located,
        far: &Located,
        terms: &Terms,
        window: &Window,
        time: u32,
        workspace: &mut Workspace,
    ) -> Option<DoorJourney> {
        let direction = window.direction;
        if root.is_same(far) {
            return Some(DoorJourney { begins: time, legs: Vec::new() });
        }
        let mut best: Option<(u32, Vec<DoorLeg>)> = None;
        for approach in &terms.direct {
            let Some((whole, path)) = self.way(root, far, approach, direction, terms.max_trip, workspace) else { continue };
            if best.as_ref().is_none_or(|(known, _)| whole < *known) {
                let kind = if approach.kind.street_mode() == crate::network::streets::StreetMode::Car {
                    Component::Drive
                } else {
                    Component::Access
                };
                best = Some((whole, self.street_legs(approach, &path, whole, kind, None, None)));
            }
        }
        let (whole, legs) = best?;
        let begins = if direction == Direction::Forward { time } else { time.saturating_sub(whole) };
        Some(DoorJourney { begins, legs })
    }

    /// The way between two points by one approach, with its whole time.
    fn way(
        &self,
        root: &Located,
        far: &Located,
        approach: &Approach,
        direction: Direction,
        longest: Duration,
        workspace: &mut Workspace,
    ) -> Option<(u32, StreetPath)> {
        let mode = approach.kind.street_mode();
        let (of, on, point) = (self.mode(mode)?, root.on(mode)?, far.on(mode)?);
        let limit = approach.layer_limit_within(longest.deciseconds());
        of.graph.search(direction, &of.graph.entries(on, direction), limit, &mut workspace.streets);
        let whole = approach.whole(way_time(of, on, point, direction, |state| workspace.streets.time(state))?)?;
        Some((whole, of.graph.path(on, point, direction, &workspace.streets)?))
    }

    /// The legs of a way over streets: what comes before, the way, what comes after; they sum to `whole`.
    fn street_legs(
        &self,
        approach: &Approach,
        path: &StreetPath,
        whole: u32,
        kind: Component,
        from: Option<CallStopIx>,
        to: Option<CallStopIx>,
    ) -> Vec<DoorLeg> {
        let beside = approach.before.deciseconds() + approach.after.deciseconds();
        let (length_cm, shape) = self.drawn(path);
        let edges = path.stretches.iter().map(|stretch| stretch.edge.edge()).collect();
        let leg = |kind: Component, time: Duration| DoorLeg {
            kind,
            mode: approach.kind.word(),
            time,
            from,
            to,
            ride: None,
            length_cm: 0,
            shape: Vec::new(),
            edges: Vec::new(),
        };
        let waits = matches!(approach.kind, ApproachKind::Taxi | ApproachKind::LocalBus);
        let before = leg(if waits { Component::Wait } else { Component::WalkToCar }, approach.before);
        let way = DoorLeg { length_cm, shape, edges, ..leg(kind, Duration::from_deciseconds(whole.saturating_sub(beside))) };
        let after = leg(Component::Park, approach.after);
        let mut legs = vec![before, way, after];
        legs.retain(|leg| leg.kind == kind || leg.time > Duration::ZERO);
        legs
    }

    /// The length and the points of a way over streets.
    fn drawn(&self, path: &StreetPath) -> (u64, Vec<LonLat>) {
        let streets = &self.streets().streets;
        let length = path.stretches.iter().map(|stretch| u64::from(stretch.from_cm.abs_diff(stretch.to_cm))).sum();
        let mut shape: Vec<LonLat> = Vec::new();
        for stretch in &path.stretches {
            let points = streets.stretch(stretch.edge.edge(), stretch.from_cm, stretch.to_cm);
            shape.extend(points.into_iter().filter(|point| shape.last() != Some(point)).collect::<Vec<_>>());
        }
        (length, shape)
    }

    fn ride_journey(
        &self,
        root: &Located,
        far: &Far,
        terms: &Terms,
        window: &Window,
        lane: usize,
        workspace: &mut Workspace,
    ) -> Option<DoorJourney> {
        let rides = self.rides().filter(|_| terms.max_rides > 0)?;
        let (draw, time) = (lane / window.times.len(), window.times[lane % window.times.len()]);
        let near = self.links(root, terms.near(window.direction), window.direction, &mut workspace.links);
        let pairs = |links: &[StopLink]| links.iter().map(|link| (link.stop, link.time)).collect::<Vec<_>>();
        let limits = ride_limits(terms, window.direction);
        let found = rides.draws[draw].journey(&pairs(&near), &pairs(&far.links), time, &limits, &mut workspace.rides)?;
        let (origin, destination) = match window.direction {
            Direction::Forward => ((root, near.as_slice()), (&far.point, far.links.as_slice())),
            Direction::Backward => ((&far.point, far.links.as_slice()), (root, near.as_slice())),
        };
        let mut legs: Vec<DoorLeg> = Vec::new();
        let mut now = found.departure;
        for leg in &found.legs {
            if leg.starts > now {
                legs.push(wait(leg.starts - now, legs.last().and_then(|leg: &DoorLeg| leg.to)));
            }
            now = leg.ends;
            let time = Duration::from_deciseconds(leg.ends - leg.starts);
            match leg.by {
                By::Access { to } => legs.extend(self.access_legs(origin, to, &terms.access, workspace)),
                By::Egress { from } => legs.extend(self.egress_legs(destination, from, &terms.egress, workspace)),
                By::Change { at } => legs.push(transfer(time, at, at)),
                By::Walk { from, to } => legs.push(transfer(time, from, to)),
                By::Ride { line, trip, board, alight, from, to } => {
                    legs.push(ride(rides, draw, line, trip, board..=alight, time, (from, to)));
                }
            }
        }
        if window.direction == Direction::Backward && time > now {
            legs.push(wait(time - now, None));
        }
        legs.retain(|leg| leg.time > Duration::ZERO || leg.kind == Component::Ride);
        Some(DoorJourney { begins: found.departure, legs })
    }

    /// From the origin's door to the vehicle: the way and the way into the station.
    fn access_legs(
        &self,
        (origin, links): (&Located, &[StopLink]),
        stop: CallStopIx,
        approaches: &[Approach],
        workspace: &mut Workspace,
    ) -> Vec<DoorLeg> {
        let Some((link, approach)) = used(links, stop, approaches) else { return Vec::new() };
        let entry = self.through_station(stop, Direction::Forward);
        let mut legs = self.stop_legs(origin, stop, approach, link.time - entry, Direction::Forward, workspace);
        legs.push(DoorLeg { from: Some(stop), to: Some(stop), ..plain(Component::Process, "walk", entry) });
        legs
    }

    /// From the last vehicle to the destination's door.
    fn egress_legs(
        &self,
        (destination, links): (&Located, &[StopLink]),
        stop: CallStopIx,
        approaches: &[Approach],
        workspace: &mut Workspace,
    ) -> Vec<DoorLeg> {
        let Some((link, approach)) = used(links, stop, approaches) else { return Vec::new() };
        let exit = self.through_station(stop, Direction::Backward);
        let mut legs = vec![DoorLeg { from: Some(stop), to: Some(stop), ..plain(Component::Exit, "walk", exit) }];
        legs.extend(self.stop_legs(destination, stop, approach, link.time - exit, Direction::Backward, workspace));
        legs
    }

    /// The way between a door and a stop: from the door forwards, to it backwards.
    fn stop_legs(
        &self,
        door: &Located,
        stop: CallStopIx,
        approach: &Approach,
        whole: u32,
        direction: Direction,
        workspace: &mut Workspace,
    ) -> Vec<DoorLeg> {
        let kind = if direction == Direction::Forward { Component::Access } else { Component::Egress };
        let mode = approach.kind.street_mode();
        let rides = self.rides().expect("whoever rides found something that runs");
        let ends = self.mode(mode).zip(door.on(mode)).zip(rides.stops(mode).and_then(|stops| stops.point(stop.0)));
        let path = ends.and_then(|((of, on), point)| {
            let limit = approach.layer_limit(u32::MAX);
            of.graph.search(direction, &of.graph.entries(on, direction), limit, &mut workspace.streets);
            of.graph.path(on, point, direction, &workspace.streets)
        });
        let (from, to) = if direction == Direction::Forward { (None, Some(stop)) } else { (Some(stop), None) };
        match path {
            Some(path) => self.street_legs(approach, &path, whole, kind, from, to),
            None => vec![DoorLeg { from, to, ..plain(kind, approach.kind.word(), whole) }],
        }
    }
}

/// The link of a stop with the approach it stands for; `None` where the journey begins or ends at the stop itself.
fn used<'l>(links: &'l [StopLink], stop: CallStopIx, approaches: &'l [Approach]) -> Option<(&'l StopLink, &'l Approach)> {
    let link = links.iter().find(|link| link.stop == stop)?;
    Some((link, approaches.iter().find(|approach| approach.kind == link.kind)?))
}

fn plain(kind: Component, mode: &'static str, deciseconds: u32) -> DoorLeg {
    let time = Duration::from_deciseconds(deciseconds);
    DoorLeg { kind, mode, time, from: None, to: None, ride: None, length_cm: 0, shape: Vec::new(), edges: Vec::new() }
}

fn wait(deciseconds: u32, at: Option<CallStopIx>) -> DoorLeg {
    DoorLeg { from: at, to: at, ..plain(Component::Wait, "wait", deciseconds) }
}

fn transfer(time: Duration, from: CallStopIx, to: CallStopIx) -> DoorLeg {
    DoorLeg { from: Some(from), to: Some(to), ..plain(Component::Transfer, "walk", time.deciseconds()) }
}

/// A ride between two calls of a line.
fn ride(
    rides: &Rides,
    draw: usize,
    line: Line,
    trip: Option<usize>,
    calls: std::ops::RangeInclusive<usize>,
    time: Duration,
    (from, to): (CallStopIx, CallStopIx),
) -> DoorLeg {
    let timetable = &rides.drawn[draw];
    let (stops, route, trip, source) = match line {
        Line::Pattern(at) => {
            let pattern = &timetable.patterns[at];
            let trip = &pattern.trips[trip.expect("a ride of a pattern has a trip")];
            (&pattern.stops, pattern.route, Some(Arc::clone(&trip.id)), Arc::clone(&trip.source))
        }
        Line::Headway(at) => {
            let pattern = &timetable.headways[at];
            (&pattern.stops, pattern.route, None, Arc::clone(&pattern.source))
        }
    };
    let route = &timetable.routes[route.at()];
    let shape = stops[calls].iter().map(|call| timetable.stops[call.stop.at()].at).collect();
    let ridden = Ridden { route: Arc::clone(&route.name), trip, source, projects: route.projects.clone() };
    let mode = mode_word(route.route_type);
    DoorLeg { from: Some(from), to: Some(to), ride: Some(ridden), shape, ..plain(Component::Ride, mode, time.deciseconds()) }
}

/// The kind of vehicle of a GTFS `route_type`, in a word: basic types, and the hundreds of extended ones.
pub fn mode_word(route_type: u16) -> &'static str {
    match route_type {
        0 | 900..=999 => "tram",
        1 | 400..=499 => "metro",
        2 | 100..=199 | 300..=399 => "rail",
        4 | 1000..=1099 | 1200..=1299 => "ferry",
        5..=7 | 1300..=1499 => "cableway",
        12 => "monorail",
        1100..=1199 => "air",
        _ => "bus",
    }
}

impl World<'_> {
    /// The journey as measures and tables tell it; doors are called by the names given, and ways over edges that belong to projects
    /// name these.
    pub fn told(
        &self,
        journey: &DoorJourney,
        origin: &str,
        destination: &str,
        edge_projects: &BTreeMap<u32, Vec<Arc<str>>>,
    ) -> Journey {
        let stop = |stop: CallStopIx| {
            let rides = self.rides().expect("a journey with stops is over what runs");
            rides.timetable.stops[stop.at()].name.to_string()
        };
        let last = journey.legs.len().saturating_sub(1);
        let mut here = origin.to_string();
        let mut legs = Vec::with_capacity(journey.legs.len());
        for (at, leg) in journey.legs.iter().enumerate() {
            let from = leg.from.map_or_else(|| here.clone(), stop);
            let to = match leg.to {
                Some(to) => stop(to),
                None if at == last || leg.from.is_some() => destination.to_string(),
                None if leg.kind == Component::Wait || leg.kind == Component::WalkToCar => here.clone(),
                None => destination.to_string(),
            };
            here.clone_from(&to);
            let ride = leg.ride.as_ref();
            legs.push(Leg {
                kind: leg.kind,
                mode: leg.mode,
                from,
                to,
                time: leg.time,
                length: Distance::from_metres(u32::try_from((leg.length_cm + 50) / 100).unwrap_or(u32::MAX)),
                service: ride.map(|ride| match &ride.trip {
                    Some(trip) => format!("{} ({trip})", ride.route),
                    None => ride.route.to_string(),
                }),
                source: ride.map_or_else(String::new, |ride| ride.source.to_string()),
                projects: projects(leg, edge_projects),
            });
        }
        Journey { total: journey.total(), legs }
    }
}

/// The projects of a ride, or of the edges of a way, each once.
fn projects(leg: &DoorLeg, edge_projects: &BTreeMap<u32, Vec<Arc<str>>>) -> Vec<Arc<str>> {
    let ridden = leg.ride.iter().flat_map(|ride| &ride.projects);
    let on_streets = leg.edges.iter().filter_map(|edge| edge_projects.get(edge)).flatten();
    let all: BTreeSet<&Arc<str>> = ridden.chain(on_streets).collect();
    all.into_iter().cloned().collect()
}
