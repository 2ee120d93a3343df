//! Travel times from one endpoint to all others, or from all others to one.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;

use super::assumptions::{Feeder, counted};
use super::drives::{Drive, Drives};
use super::engine::Times;
use super::freeze::{End, Frozen, Table};
use super::journey::Journey;
use super::project_sets::{ProjectSets, SetId};
use super::roads::UNREACHED;
use super::snap::Snapped;
use super::transit::{Move, State, TransitTree, stop_of, vertex};
use super::{Direction, Endpoint, Outcome, Reason};
use crate::input::vocabulary::{Component, Ends, Mode};
use crate::network::StopIx;
use crate::network::territory::Surroundings;
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
    pub(super) car: Option<Drives>,
    pub(super) transit: Option<TransitTree>,
    pub(super) root_feeders: Vec<(StopIx, Duration, Option<Feeder>)>,
    any_train: OnceLock<TransitTree>,
}

/// How a journey without a car at the wheel goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// By train, metro, bus or air; this stop is the last (backwards: the first).
    Ride(StopIx),
    /// Not at all: both ends use this station.
    Shared(StopIx),
    /// From door to door on foot, by e-bike or local bus.
    Direct(Feeder),
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
            let any = Duration::from_deciseconds(UNREACHED - 1);
            tree.car = tree.root_point.clone().map(|root| Drives::search(&self.roads, root, direction, any));
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

    /// Whether the clock of an endpoint starts and ends at its stations.
    fn by_station(&self, endpoint: &Endpoint) -> bool {
        matches!(endpoint, Endpoint::Place(_)) && self.frozen.definition.ends == Ends::Station
    }

    /// The stops that an endpoint can use at one end of a journey, with what the definition counts of the way there; in order of
    /// stops.
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
        if let (Endpoint::Place(place), true) = (*endpoint, self.by_station(endpoint)) {
            let id = &self.frozen.index.territory().place(place).id;
            let serving = network.open_stops().filter(|&stop| network.stop(stop).serves.contains(id));
            return serving.map(|stop| (stop, Duration::ZERO, None)).collect();
        }
        let Some(point) = point else { return Vec::new() };
        let ways = self.frozen.roads.feeders(point, &self.entry_times(point, end.direction()), end, self.cars());
        let component = component_of(end);
        let counted = |(stop, time, feeder)| (stop, counted(self.frozen.definition, component, time), Some(feeder));
        ways.into_iter().map(counted).collect()
    }

    fn entry_times(&self, point: &Snapped, direction: Direction) -> Vec<(u32, Duration)> {
        self.frozen.roads.entries(point, direction).iter().map(|entry| (entry.vertex, entry.time())).collect()
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
        match point {
            Some(point) => self.car_time_by(point, &self.entry_times(point, self.direction.opposite()), true),
            None => Outcome::NotTested(Reason::NoStation),
        }
    }

    fn car_time_by(&self, point: &Snapped, entries: &[(u32, Duration)], shares_road: bool) -> Outcome {
        let (Some(drives), Some(root)) = (&self.car, &self.root_point) else {
            return Outcome::NotTested(Reason::NoStation);
        };
        let driven = drives.time_by(&self.frozen.roads, point, entries, shares_road);
        match driven.into_iter().chain(self.local_trip(point).map(|(time, _)| time)).min() {
            Some(time) => Outcome::Reached(time + self.car_ends(point)),
            None if point.joints.is_empty() || root.joints.is_empty() => Outcome::NotTested(Reason::NoRoadInReach),
            None => Outcome::Unreachable(Reason::NoRoad),
        }
    }

    /// The best car journey: its time, and the drive unless it is over local roads only.
    pub(super) fn car_way(&self, point: &Snapped) -> Option<(Duration, Option<Drive>)> {
        let driven = self.car.as_ref()?.best(&self.frozen.roads, point).map(|(time, drive)| (time, Some(drive)));
        let local = self.local_trip(point).map(|(time, _)| (time, None));
        let (time, drive) = driven.into_iter().chain(local).min_by_key(|&(time, _)| time)?;
        Some((time + self.car_ends(point), drive))
    }

    /// A drive over local roads only, for neighbours; the slower surroundings of the two ends count.
    pub(super) fn local_trip(&self, point: &Snapped) -> Option<(Duration, Surroundings)> {
        let root = self.root_point.as_ref()?;
        let crow = root.at.metres_within(point.at, LOCAL_TRIP_M)?;
        let time = |around| (self.frozen.assumptions().local_time(crow, around), around);
        let (near, far) = (time(root.around), time(point.around));
        Some(if far.0 > near.0 { far } else { near })
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
        self.transit_time_by(endpoint, point, ways.iter().map(|&(stop, time, _)| (stop, time)))
    }

    fn transit_time_by(
        &self,
        endpoint: &Endpoint,
        point: Option<&Snapped>,
        ways: impl Iterator<Item = (StopIx, Duration)> + Clone,
    ) -> Outcome {
        let station = |endpoint: &Endpoint| self.by_station(endpoint) || matches!(endpoint, Endpoint::Stop(_));
        let (none_here, none_there) = (ways.clone().next().is_none(), self.root_feeders.is_empty());
        match self.transit_way(endpoint, point, ways.clone()) {
            Some((time, _)) => Outcome::Reached(time),
            None if (none_here && station(endpoint)) || (none_there && station(&self.root)) => {
                Outcome::Unreachable(Reason::NoStation)
            }
            None if none_here || none_there => Outcome::Unreachable(Reason::NoStopInReach),
            None if self.arrival(self.any_train(), ways).is_some() => Outcome::NoService(Reason::TooFewTrains),
            None => Outcome::Unreachable(Reason::NoLine),
        }
    }

    /// The best journey without a car at the wheel, to an endpoint that uses stops by `ways`. Of those that take equally long the
    /// first in the order of [`Way`] and of the stops stands.
    pub(super) fn transit_way(
        &self,
        endpoint: &Endpoint,
        point: Option<&Snapped>,
        ways: impl Iterator<Item = (StopIx, Duration)> + Clone,
    ) -> Option<(Duration, Way)> {
        let ride = self.arrival(self.transit.as_ref()?, ways.clone()).map(|(time, stop)| (time, Way::Ride(stop)));
        let shared = self.shared_station(endpoint, ways).map(|(time, stop)| (time, Way::Shared(stop)));
        let direct = point.and_then(|point| self.direct_trip(endpoint, point));
        let direct = direct.map(|(time, feeder, _)| (time, Way::Direct(feeder)));
        [ride, shared, direct].into_iter().flatten().min_by_key(|&(time, _)| time)
    }

    /// A trip without any vehicle of public transport but the feeders': on foot, by e-bike or local bus; with the surroundings
    /// it starts in.
    pub(super) fn direct_trip(&self, endpoint: &Endpoint, point: &Snapped) -> Option<(Duration, Feeder, Surroundings)> {
        let at_platform = |endpoint: &Endpoint| self.by_station(endpoint) || matches!(endpoint, Endpoint::Stop(_));
        if at_platform(endpoint) || at_platform(&self.root) {
            return None;
        }
        let root = self.root_point.as_ref()?;
        let around = if self.direction == Direction::Forward { root.around } else { point.around };
        let crow = root.at.metres_within(point.at, self.frozen.assumptions().feeder_reach_m(around.urban.is_some()))?;
        let trip = self.frozen.assumptions().feeder_without_car(crow, around, true)?;
        Some((counted(self.frozen.definition, Component::Access, trip.0), trip.1, around))
    }

    /// The station that a place and the other end both use, where the clock of the place stands: no ride is needed.
    fn shared_station(
        &self,
        endpoint: &Endpoint,
        ways: impl Iterator<Item = (StopIx, Duration)>,
    ) -> Option<(Duration, StopIx)> {
        if !self.by_station(endpoint) && !self.by_station(&self.root) {
            return None;
        }
        let own = |stop: StopIx| self.root_feeders.iter().find(|&&(known, ..)| known == stop);
        let shared = ways.filter_map(|(stop, rest)| Some((own(stop)?.1 + rest, stop)));
        shared.min_by_key(|&(time, _)| time)
    }

    fn arrival(&self, tree: &TransitTree, ways: impl Iterator<Item = (StopIx, Duration)>) -> Option<(Duration, StopIx)> {
        let state = street_of(End::of_root(self.direction).other());
        let at = |(stop, rest)| (Duration::from_deciseconds(tree.times[vertex(stop, state) as usize]) + rest, stop);
        ways.map(at).filter(|(time, _)| time.deciseconds() < UNREACHED).min_by_key(|&(time, _)| time)
    }

    /// The travel times to all cells (from them, backwards), in the order of the territory.
    pub fn cells(&self) -> Vec<Outcome> {
        let roads = &self.frozen.roads;
        let entries = self.car.is_some().then(|| roads.cell_entries(self.direction.opposite()));
        let feeders = self.transit.is_some().then(|| self.cell_feeders());
        let sharing =
            self.root_point.as_ref().filter(|_| self.car.is_some()).map(|root| self.frozen.index.cells_sharing_roads(root));
        let time = |(at, cell): (usize, &Snapped)| {
            let endpoint = Endpoint::Cell(at);
            if endpoint == self.root {
                return Outcome::Reached(Duration::ZERO);
            }
            let car = entries
                .map(|entries| self.car_time_by(cell, entries.row(at), sharing.as_ref().is_some_and(|sharing| sharing[at])));
            let transit =
                feeders.map(|feeders| self.transit_time_by(&endpoint, Some(cell), self.counted_ways(feeders.row(at))));
            match (car, transit) {
                (Some(car), Some(transit)) => car.better(transit),
                (Some(only), None) | (None, Some(only)) => only,
                (None, None) => Outcome::NotTested(Reason::NoStation),
            }
        };
        self.frozen.index.cells().par_iter().enumerate().map(time).collect()
    }

    fn cell_feeders(&self) -> &Table<(StopIx, Duration, Feeder)> {
        self.frozen.roads.cell_feeders(End::of_root(self.direction).other(), self.cars())
    }

    fn counted_ways<'w>(
        &self,
        ways: &'w [(StopIx, Duration, Feeder)],
    ) -> impl Iterator<Item = (StopIx, Duration)> + Clone + use<'w> {
        let counts = self.frozen.definition.counts(component_of(End::of_root(self.direction).other()));
        ways.iter().map(move |&(stop, time, _)| (stop, if counts { time } else { Duration::ZERO }))
    }

    /// For every cell, the projects whose roads, stops or services the best journey uses; empty where there is no journey.
    pub fn cell_projects(&self, sets: &mut ProjectSets) -> Vec<SetId> {
        let mut marks = Marks::of(self, sets);
        let cells = self.frozen.index.cells().iter().enumerate();
        cells
            .map(|(at, cell)| if self.root == Endpoint::Cell(at) { SetId::default() } else { marks.cell(at, cell) })
            .collect()
    }
}

impl Times for Tree<'_> {
    fn time(&self, endpoint: &Endpoint) -> Outcome {
        Tree::time(self, endpoint)
    }

    fn cells(&self) -> Vec<Outcome> {
        Tree::cells(self)
    }

    fn cell_projects(&self, sets: &mut ProjectSets) -> Vec<SetId> {
        Tree::cell_projects(self, sets)
    }

    fn journey(&self, endpoint: &Endpoint) -> Option<Journey> {
        Tree::journey(self, endpoint)
    }
}

/// The projects of everything that the journeys of a tree may use.
struct Marks<'t, 's> {
    tree: &'t Tree<'t>,
    sets: &'s mut ProjectSets,
    vertices: Vec<SetId>,
    states: Vec<SetId>,
    root_feeders: HashMap<StopIx, SetId>,
    stations: HashMap<(StopIx, End), (Drives, Vec<SetId>)>,
}

impl<'t, 's> Marks<'t, 's> {
    fn of(tree: &'t Tree<'t>, sets: &'s mut ProjectSets) -> Self {
        let vertices = tree.car.as_ref().map(|drives| drives.vertex_projects(&tree.frozen.roads, sets));
        let mut marks = Marks {
            tree,
            sets,
            vertices: vertices.unwrap_or_default(),
            states: Vec::new(),
            root_feeders: HashMap::new(),
            stations: HashMap::new(),
        };
        if let Some(transit) = &tree.transit {
            for &(stop, _, feeder) in &tree.root_feeders {
                let (point, end) = (tree.root_point.as_ref(), End::of_root(tree.direction));
                let set =
                    feeder.zip(point).map_or(SetId::default(), |(feeder, point)| marks.feeder(point, stop, feeder, end));
                marks.root_feeders.insert(stop, set);
            }
            marks.states = marks.state_projects(transit);
        }
        marks
    }

    /// The projects of the way to every state of every stop.
    fn state_projects(&mut self, transit: &TransitTree) -> Vec<SetId> {
        let (network, graph) = (self.tree.frozen.index.network(), &self.tree.frozen.transit);
        let mut marked = vec![SetId::default(); transit.times.len()];
        for &at in &transit.settled {
            let Some((before, _, what)) = graph.before(self.tree.direction, transit, at) else {
                marked[at as usize] = self.root_feeders[&stop_of(at)];
                continue;
            };
            let own: Vec<Arc<str>> = match what {
                Move::Ride { ride, waiting } => {
                    let ride = &graph.rides[ride as usize];
                    let stops = [ride.from, ride.to].into_iter().flat_map(|stop| network.stop(stop).projects.iter());
                    ride.choice(waiting).1.iter().chain(stops).cloned().collect()
                }
                Move::Walk(_, Some(transfer)) => network.transfers[transfer as usize].projects.clone(),
                _ => Vec::new(),
            };
            let own = self.sets.of(&own);
            marked[at as usize] = self.sets.union(marked[before as usize], own);
        }
        marked
    }

    /// The projects of the roads between a door and a station.
    fn feeder(&mut self, point: &Snapped, stop: StopIx, feeder: Feeder, end: End) -> SetId {
        let roads = &self.tree.frozen.roads;
        if !matches!(feeder, Feeder::Car | Feeder::Taxi) {
            return SetId::default();
        }
        let sets = &mut *self.sets;
        let (drives, vertices) = self.stations.entry((stop, end)).or_insert_with(|| {
            let drives = roads.station_drives(stop, end);
            let vertices = drives.vertex_projects(roads, sets);
            (drives, vertices)
        });
        let drive = drives.best(roads, point);
        drive.map_or(SetId::default(), |(_, drive)| Drives::drive_projects(roads, &drive, vertices, self.sets))
    }

    fn cell(&mut self, at: usize, cell: &Snapped) -> SetId {
        let (tree, end) = (self.tree, End::of_root(self.tree.direction).other());
        let car = tree.car_way(cell);
        let feeders = if tree.transit.is_some() { tree.cell_feeders().row(at) } else { &[] };
        let transit = tree.transit_way(&Endpoint::Cell(at), Some(cell), tree.counted_ways(feeders));
        let by_car = car.filter(|(time, _)| transit.is_none_or(|(other, _)| *time <= other));
        if let Some((_, drive)) = by_car {
            return drive.map_or(SetId::default(), |drive| {
                Drives::drive_projects(&tree.frozen.roads, &drive, &self.vertices, self.sets)
            });
        }
        let (stop, near) = match transit {
            Some((_, Way::Ride(stop))) => (stop, self.states[vertex(stop, street_of(end)) as usize]),
            Some((_, Way::Shared(stop))) => {
                let own = self.sets.of(&tree.frozen.index.network().stop(stop).projects);
                (stop, self.sets.union(self.root_feeders[&stop], own))
            }
            Some((_, Way::Direct(_))) | None => return SetId::default(),
        };
        let far = feeders.iter().find(|&&(known, ..)| known == stop).map(|&(.., feeder)| feeder);
        let far = far.map_or(SetId::default(), |feeder| self.feeder(cell, stop, feeder, end));
        self.sets.union(near, far)
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
