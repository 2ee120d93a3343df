//! Travel times from one endpoint to all others, or from all others to one.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;

use super::assumptions::{Feeder, counted};
use super::freeze::{End, Frozen};
use super::project_sets::{ProjectSets, SetId};
use super::roads::{RoadTree, UNREACHED, Via};
use super::snap::{Entry, Snapped};
use super::transit::{Move, State, TransitTree, vertex};
use super::{Direction, Endpoint, Outcome, Reason};
use crate::input::vocabulary::{Component, Ends, Mode};
use crate::network::StopIx;
use crate::units::Duration;

/// Straight distance up to which a trip over local roads alone competes with one over the network, in metres.
const LOCAL_TRIP_M: f64 = 3_000.0;

/// All travel times between one endpoint, the root, and the rest, by one mode.
pub struct Tree<'f> {
    pub(super) frozen: &'f Frozen<'f>,
    pub(super) direction: Direction,
    pub(super) mode: Mode,
    pub(super) root: Endpoint,
    pub(super) root_point: Option<Snapped>,
    pub(super) car: Option<RoadTree>,
    pub(super) transit: Option<TransitTree>,
    pub(super) root_feeders: Vec<(StopIx, Duration, Option<Feeder>)>,
    any_train: OnceLock<TransitTree>,
}

impl<'f> Frozen<'f> {
    /// Searches from `root` forwards, or backwards to it, by `mode`.
    pub fn tree(&'f self, root: Endpoint, direction: Direction, mode: Mode) -> Tree<'f> {
        let root_point = self.index.endpoint(&root).map(std::borrow::Cow::into_owned);
        let mut tree = Tree {
            frozen: self,
            direction,
            mode,
            root,
            root_point,
            car: None,
            transit: None,
            root_feeders: Vec::new(),
            any_train: OnceLock::new(),
        };
        if matches!(mode, Mode::Car | Mode::Best) {
            let entries = tree.entries(tree.root_point.as_ref(), direction);
            let seeds: Vec<(u32, Duration)> = entries.iter().map(|entry| (entry.vertex, entry.time())).collect();
            tree.car = Some(self.roads.graph.search(direction, &seeds, Duration::from_deciseconds(UNREACHED - 1)));
        }
        if mode != Mode::Car {
            tree.root_feeders = tree.stop_ways(&root, tree.root_point.as_ref(), End::of_root(direction));
            tree.transit = Some(self.transit.search(direction, &tree.transit_seeds()));
        }
        tree
    }
}

impl Tree<'_> {
    /// The endpoint that all times are from or to.
    pub fn root(&self) -> Endpoint {
        self.root
    }

    /// The direction of the search.
    pub fn direction(&self) -> Direction {
        self.direction
    }

    fn cars(&self) -> bool {
        matches!(self.mode, Mode::Feeder | Mode::Best)
    }

    pub(super) fn entries(&self, point: Option<&Snapped>, direction: Direction) -> Vec<Entry> {
        let entries = |point: &Snapped| {
            point.entries(&self.frozen.roads.graph, self.frozen.index.network(), self.frozen.assumptions(), direction)
        };
        point.map(entries).unwrap_or_default()
    }

    /// How the road search would go on at the other end: a forward search ends where a backward one begins.
    pub(super) fn far_direction(&self) -> Direction {
        match self.direction {
            Direction::Forward => Direction::Backward,
            Direction::Backward => Direction::Forward,
        }
    }

    /// The stops that an endpoint can use at one end of a journey, with what the definition counts of the way there.
    pub(super) fn stop_ways(
        &self,
        endpoint: &Endpoint,
        point: Option<&Snapped>,
        end: End,
    ) -> Vec<(StopIx, Duration, Option<Feeder>)> {
        let network = self.frozen.index.network();
        if let Endpoint::Stop(stop) = *endpoint {
            return if network.stop(stop).open { vec![(stop, Duration::ZERO, None)] } else { Vec::new() };
        }
        if let (Endpoint::Place(place), Ends::Station) = (*endpoint, self.frozen.definition.ends) {
            let id = &self.frozen.index.territory().place(place).id;
            let serving = network.open_stops().filter(|&stop| network.stop(stop).serves.contains(id));
            return serving.map(|stop| (stop, Duration::ZERO, None)).collect();
        }
        let Some(point) = point else { return Vec::new() };
        let entries: Vec<(u32, Duration)> =
            self.entries(Some(point), end.direction()).iter().map(|entry| (entry.vertex, entry.time())).collect();
        let ways = self.frozen.roads.feeders(point, &entries, end, self.cars());
        let mut best: BTreeMap<StopIx, (Duration, Feeder)> = BTreeMap::new();
        for (stop, time, feeder) in ways {
            let known = best.entry(stop).or_insert((time, feeder));
            *known = (*known).min((time, feeder));
        }
        let component = component_of(end);
        best.into_iter()
            .map(|(stop, (time, feeder))| (stop, counted(self.frozen.definition, component, time), Some(feeder)))
            .collect()
    }

    fn transit_seeds(&self) -> Vec<(u32, Duration)> {
        let state = street_of(End::of_root(self.direction));
        self.root_feeders.iter().map(|&(stop, time, _)| (vertex(stop, state), time)).collect()
    }

    fn any_train(&self) -> &TransitTree {
        self.any_train.get_or_init(|| self.frozen.any_train().search(self.direction, &self.transit_seeds()))
    }

    /// The travel time to an endpoint (from it, backwards).
    pub fn time(&self, endpoint: &Endpoint) -> Outcome {
        if *endpoint == self.root {
            return Outcome::Reached(Duration::ZERO);
        }
        let point = self.frozen.index.endpoint(endpoint);
        let point = point.as_deref();
        match self.mode {
            Mode::Car => self.car_time(point),
            Mode::Transit | Mode::Feeder => self.transit_time(endpoint, point),
            Mode::Best => self.car_time(point).better(self.transit_time(endpoint, point)),
        }
    }

    fn car_time(&self, point: Option<&Snapped>) -> Outcome {
        let entries: Vec<(u32, Duration)> =
            self.entries(point, self.far_direction()).iter().map(|entry| (entry.vertex, entry.time())).collect();
        match point {
            Some(point) => self.car_time_by(point, &entries),
            None => Outcome::NotTested(Reason::NoStation),
        }
    }

    fn car_time_by(&self, point: &Snapped, entries: &[(u32, Duration)]) -> Outcome {
        let (Some(tree), Some(root)) = (&self.car, &self.root_point) else { return Outcome::NotTested(Reason::NoStation) };
        if entries.is_empty() || root.joints.is_empty() {
            return Outcome::NotTested(Reason::NoRoadInReach);
        }
        let driven =
            entries.iter().map(|&(vertex, rest)| Duration::from_deciseconds(tree.times[vertex as usize]) + rest).min();
        let driven = driven.filter(|time| time.deciseconds() < UNREACHED);
        match driven.into_iter().chain(self.local_trip(point)).min() {
            Some(time) => Outcome::Reached(time + self.car_ends(point)),
            None => Outcome::Unreachable(Reason::NoRoad),
        }
    }

    /// A drive over local roads only, for neighbours; the slower surroundings of the two ends count.
    pub(super) fn local_trip(&self, point: &Snapped) -> Option<Duration> {
        let root = self.root_point.as_ref()?;
        let crow = root.at.metres_within(point.at, LOCAL_TRIP_M)?;
        let time = |around| self.frozen.assumptions().local_time(crow, around);
        Some(time(root.around).max(time(point.around)))
    }

    /// What a car journey costs beside driving: to the car, and parking at the destination.
    pub(super) fn car_ends(&self, point: &Snapped) -> Duration {
        let definition = self.frozen.definition;
        let root = self.root_point.as_ref().map_or(point.around, |root| root.around);
        let destination = if self.direction == Direction::Forward { point.around } else { root };
        let to_car = self.frozen.assumptions().walk_to_car();
        let park = self.frozen.assumptions().park(destination);
        counted(definition, Component::WalkToCar, to_car) + counted(definition, Component::Park, park)
    }

    fn transit_time(&self, endpoint: &Endpoint, point: Option<&Snapped>) -> Outcome {
        let ways = self.stop_ways(endpoint, point, End::of_root(self.direction).other());
        let ways: Vec<(StopIx, Duration)> = ways.into_iter().map(|(stop, time, _)| (stop, time)).collect();
        let direct = point.and_then(|point| self.walk_trip(endpoint, point)).map(|(time, _)| time);
        self.transit_time_by(
            &ways,
            direct,
            matches!((endpoint, self.frozen.definition.ends), (Endpoint::Place(_), Ends::Station)),
        )
    }

    /// A trip without any vehicle of public transport but the feeders': on foot, by e-bike or local bus.
    pub(super) fn walk_trip(&self, endpoint: &Endpoint, point: &Snapped) -> Option<(Duration, Feeder)> {
        let stations = |endpoint: &Endpoint| match endpoint {
            Endpoint::Place(_) => self.frozen.definition.ends == Ends::Station,
            Endpoint::Stop(_) => true,
            _ => false,
        };
        if stations(endpoint) || stations(&self.root) {
            return None;
        }
        let root = self.root_point.as_ref()?;
        let around = if self.direction == Direction::Forward { root.around } else { point.around };
        let crow = root.at.metres_within(point.at, self.frozen.assumptions().feeder_reach_m())?;
        let trip = self.frozen.assumptions().feeder_without_car(crow, around, true)?;
        Some((counted(self.frozen.definition, Component::Access, trip.0), trip.1))
    }

    fn transit_time_by(&self, ways: &[(StopIx, Duration)], direct: Option<Duration>, by_station: bool) -> Outcome {
        let Some(tree) = &self.transit else { return Outcome::NotTested(Reason::NoStation) };
        let shared = by_station && ways.iter().any(|(stop, _)| self.root_feeders.iter().any(|(own, ..)| own == stop));
        let direct = if shared { Some(Duration::ZERO) } else { direct };
        match self.arrival(tree, ways).into_iter().chain(direct).min() {
            Some(time) => Outcome::Reached(time),
            None if ways.is_empty() || self.root_feeders.is_empty() => {
                Outcome::Unreachable(if by_station { Reason::NoStation } else { Reason::NoStopInReach })
            }
            None if self.arrival(self.any_train(), ways).is_some() => Outcome::NoService(Reason::TooFewTrains),
            None => Outcome::Unreachable(Reason::NoLine),
        }
    }

    fn arrival(&self, tree: &TransitTree, ways: &[(StopIx, Duration)]) -> Option<Duration> {
        let state = street_of(End::of_root(self.direction).other());
        let at =
            |&(stop, rest): &(StopIx, Duration)| Duration::from_deciseconds(tree.times[vertex(stop, state) as usize]) + rest;
        ways.iter().map(at).min().filter(|time| time.deciseconds() < UNREACHED)
    }

    /// The travel times to all cells (from them, backwards), in the order of the territory.
    pub fn cells(&self) -> Vec<Outcome> {
        let roads = &self.frozen.roads;
        let end = End::of_root(self.direction).other();
        let entries = self.car.is_some().then(|| roads.cell_entries(self.far_direction()));
        let feeders = self.transit.is_some().then(|| roads.cell_feeders(end, self.cars()));
        let component = component_of(end);
        let time = |(at, cell): (usize, &Snapped)| {
            let car = entries.map(|entries| self.car_time_by(cell, entries.row(at)));
            let transit = feeders.map(|feeders| {
                let uncounted = !self.frozen.definition.counts(component);
                let free = |&(stop, time): &(StopIx, Duration)| (stop, if uncounted { Duration::ZERO } else { time });
                let direct = self.walk_trip(&Endpoint::Cell(at), cell).map(|(time, _)| time);
                if uncounted {
                    let ways: Vec<(StopIx, Duration)> = feeders.row(at).iter().map(free).collect();
                    self.transit_time_by(&ways, direct, false)
                } else {
                    self.transit_time_by(feeders.row(at), direct, false)
                }
            });
            match (car, transit) {
                (Some(car), Some(transit)) => car.better(transit),
                (Some(only), None) | (None, Some(only)) => only,
                (None, None) => Outcome::NotTested(Reason::NoStation),
            }
        };
        self.frozen.index.cells().par_iter().enumerate().map(time).collect()
    }

    /// For every cell, the projects whose links, stops or services the best journey uses; empty where there is no journey.
    pub fn cell_projects(&self, sets: &mut ProjectSets) -> Vec<SetId> {
        let network = self.frozen.index.network();
        let road_sets = self.car.as_ref().map(|tree| self.road_projects(tree, sets));
        let transit_sets = self.transit.as_ref().map(|tree| self.transit_projects(tree, sets));
        let end = End::of_root(self.direction).other();
        let state = street_of(end);
        let mut marked = Vec::with_capacity(self.frozen.index.cells().len());
        for (at, cell) in self.frozen.index.cells().iter().enumerate() {
            let mut best = (Duration::from_deciseconds(UNREACHED), SetId::default());
            if let (Some(tree), Some(road_sets)) = (&self.car, &road_sets) {
                let ends = self.car_ends(cell);
                if let Some(local) = self.local_trip(cell) {
                    best = best.min_by_time(local + ends, || SetId::default());
                }
                for entry in self.entries(Some(cell), self.far_direction()) {
                    let time = Duration::from_deciseconds(tree.times[entry.vertex as usize]) + entry.time() + ends;
                    best = best.min_by_time(time, || {
                        let own =
                            entry.link.map_or(SetId::default(), |(link, _)| sets.of(&network.links[link as usize].projects));
                        sets.union(road_sets[entry.vertex as usize], own)
                    });
                }
            }
            if let (Some(tree), Some(transit_sets)) = (&self.transit, &transit_sets) {
                if let Some((walk, _)) = self.walk_trip(&Endpoint::Cell(at), cell) {
                    best = best.min_by_time(walk, SetId::default);
                }
                for &(stop, rest) in self.frozen.roads.cell_feeders(end, self.cars()).row(at) {
                    let there = vertex(stop, state) as usize;
                    let rest = counted(self.frozen.definition, component_of(end), rest);
                    best = best.min_by_time(Duration::from_deciseconds(tree.times[there]) + rest, || transit_sets[there]);
                }
            }
            marked.push(best.1);
        }
        marked
    }

    fn road_projects(&self, tree: &RoadTree, sets: &mut ProjectSets) -> Vec<SetId> {
        let network = self.frozen.index.network();
        let mut marked = vec![SetId::default(); tree.times.len()];
        for entry in self.entries(self.root_point.as_ref(), self.direction) {
            let own = entry.link.map_or(SetId::default(), |(link, _)| sets.of(&network.links[link as usize].projects));
            if tree.times[entry.vertex as usize] == entry.time().deciseconds()
                && tree.taken[entry.vertex as usize] == UNREACHED
            {
                marked[entry.vertex as usize] = own;
            }
        }
        for &vertex in &tree.settled {
            if let Some((before, via)) = self.frozen.roads.graph.before(self.direction, tree, vertex) {
                let own = match via {
                    Via::Link(link, _) => sets.of(&network.links[link as usize].projects),
                    Via::Ramp | Via::System => SetId::default(),
                };
                marked[vertex as usize] = sets.union(marked[before as usize], own);
            }
        }
        marked
    }

    fn transit_projects(&self, tree: &TransitTree, sets: &mut ProjectSets) -> Vec<SetId> {
        let network = self.frozen.index.network();
        let graph = &self.frozen.transit;
        let mut marked = vec![SetId::default(); tree.times.len()];
        for &at in &tree.settled {
            if let Some((before, _, what)) = graph.before(self.direction, tree, at) {
                let own: Vec<Arc<str>> = match what {
                    Move::Ride { ride, waiting } => {
                        let ride = &graph.rides[ride as usize];
                        let stops = [ride.from, ride.to].into_iter().flat_map(|stop| network.stop(stop).projects.iter());
                        ride.choice(waiting).1.iter().chain(stops).cloned().collect()
                    }
                    _ => Vec::new(),
                };
                let own = sets.of(&own);
                marked[at as usize] = sets.union(marked[before as usize], own);
            }
        }
        marked
    }
}

/// Keeps the earlier of two times with the set that belongs to it.
trait Earlier {
    fn min_by_time(self, time: Duration, set: impl FnOnce() -> SetId) -> Self;
}

impl Earlier for (Duration, SetId) {
    fn min_by_time(self, time: Duration, set: impl FnOnce() -> SetId) -> Self {
        if time < self.0 { (time, set()) } else { self }
    }
}

/// The component that the way to the first stop, or from the last, belongs to.
pub(super) const fn component_of(end: End) -> Component {
    match end {
        End::Access => Component::Access,
        End::Egress => Component::Egress,
    }
}

/// The state in which a journey enters or leaves the stops.
pub(super) const fn street_of(end: End) -> State {
    match end {
        End::Access => State::Street,
        End::Egress => State::Outside,
    }
}
