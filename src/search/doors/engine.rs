//! The engine that answers studies over streets and timetables: the same places, definitions and levels as over a network of
//! roads and lines, searched from door to door.
//!
//! - **Wait counted**: the percentile of the definition over the minutes of its window, draws of lines by headway included.
//! - **Wait not counted**: one departure for every vehicle that leaves a stop in reach within the window, and of these the
//!   `train_rank`-th best. More vehicles never make it longer: each departure arrives no later, and there are more of them.
//! - Journeys *towards* a place are searched backwards, for arrivals within the window.
//! - Cars: the drive, with the ways to and from the car where the definition counts them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, OnceLock};

use rayon::prelude::*;

use super::far::FarPoints;
use super::located::Located;
use super::row::{DoorTree, Far, Lanes, Workspace};
use super::searched::Keeping;
use super::world::{StopTimes, World};
use super::{Approach, ApproachKind, Statistic, Terms, Window};
use crate::geo::LonLat;
use crate::input::parameters::{Level, Parameters};
use crate::input::study::Definition;
use crate::input::targets::Feature;
use crate::input::vocabulary::{Component, Ends, Mode, Period};
use crate::network::streets::{StreetMode, StreetNetwork};
use crate::network::territory::{Place, PlaceIx, Surroundings, Territory};
use crate::network::timetable::{CallStopIx, Timetable};
use crate::network::{Network, Stop};
use crate::search::alternatives::Alternative;
use crate::search::assumptions::{Assumptions, counted};
use crate::search::engine::{Engine, Found, StreetReach, Times, Travel};
use crate::search::freeze::made_once;
use crate::search::journey::{Journey, Leg};
use crate::search::project_sets::{ProjectSets, SetId};
use crate::search::{Direction, Endpoint, Outcome, Reason};
use crate::units::{Distance, Duration};

/// The longest walk between two stops.
const TRANSFER_WALK: Duration = Duration::from_mins(10);

/// At how many departures of a window the projects of journeys are looked at.
const DEPARTURES_ATTRIBUTED: usize = 12;

/// What runs at one level of the parameters.
#[derive(Debug, Clone)]
pub struct LevelTimetable {
    /// What runs, with names.
    pub timetable: Timetable,
    /// The timetables that are searched, one a draw.
    pub drawn: Vec<Timetable>,
    /// For every stop of the network the stop of the timetable; `None` where it is not there.
    pub stops: Vec<Option<CallStopIx>>,
}

/// One network of streets and timetables, as a study asks it.
#[derive(Debug)]
pub struct StreetSide<'a> {
    /// Places and people.
    pub territory: &'a Territory,
    /// Stops that serve places, by their ids.
    pub network: &'a Network,
    /// Parameters.
    pub parameters: &'a Parameters,
    /// The streets at every level and period that definitions ask for.
    pub streets: &'a BTreeMap<(Level, Period), StreetNetwork>,
    /// What runs, at every level; empty where nothing does.
    pub timetables: &'a BTreeMap<Level, LevelTimetable>,
    /// Projects of the edges of streets that are not as they were.
    pub edge_projects: &'a BTreeMap<u32, Vec<Arc<str>>>,
    /// How far from a street a point may lie, in metres.
    pub snap_limit_m: f64,
    /// Where hierarchies come from, if any are to be used.
    pub keeping: Option<Keeping<'a>>,
}

/// Answers questions over a [`StreetSide`]; worlds are frozen once for every level and period.
pub struct StreetEngine<'s> {
    side: &'s StreetSide<'s>,
    frozen: Mutex<Vec<FrozenAt<'s>>>,
}

/// A world with the level and period it is of.
type FrozenAt<'s> = ((Level, Period), Arc<LevelWorld<'s>>);

/// A frozen world with the places and cells of the territory on it.
struct LevelWorld<'s> {
    world: World<'s>,
    /// For every place its point and its centres.
    places: Vec<Vec<Located>>,
    cells: OnceLock<Vec<Located>>,
}

impl<'s> StreetEngine<'s> {
    /// An engine without anything frozen yet.
    pub fn new(side: &'s StreetSide<'s>) -> Self {
        StreetEngine { side, frozen: Mutex::new(Vec::new()) }
    }

    /// The world of a level and period, frozen when it is first asked for. As elsewhere, nothing is made while the lock is held.
    fn level_world(&self, level: Level, period: Period) -> Arc<LevelWorld<'s>> {
        let lock = || self.frozen.lock().expect("no thread panics while it holds the lock");
        let known = lock().iter().find(|(key, _)| *key == (level, period)).map(|(_, world)| Arc::clone(world));
        known.unwrap_or_else(|| {
            let made = Arc::new(self.freeze_world(level, period));
            lock().push(((level, period), Arc::clone(&made)));
            made
        })
    }

    fn freeze_world(&self, level: Level, period: Period) -> LevelWorld<'s> {
        let side = self.side;
        let streets = side.streets.get(&(level, period)).expect("every level and period of a definition has its streets");
        let modes = [StreetMode::Walk, StreetMode::Ebike, StreetMode::Car];
        let mut world = World::new(streets, &modes, side.snap_limit_m);
        if let Some(keeping) = side.keeping {
            world = world.with_keeping(keeping);
        }
        if let Some(of) = side.timetables.get(&level) {
            let assumptions = Assumptions::new(side.parameters, level, period);
            let change = of.timetable.stops.iter().map(|stop| assumptions.transfer(stop.class)).collect();
            let nothing = vec![Duration::ZERO; of.timetable.stops.len()];
            let stop_times = StopTimes { entry: nothing.clone(), exit: nothing, change, walk_limit: TRANSFER_WALK };
            world = world.with_rides(&of.timetable, &of.drawn, stop_times);
        }
        let points = |place: &Place| -> Vec<LonLat> {
            std::iter::once(place.at).chain(place.centres.iter().map(|centre| centre.at)).collect()
        };
        let places = side.territory.places.iter().map(|place| world.locate_all(&points(place))).collect();
        LevelWorld { world, places, cells: OnceLock::new() }
    }
}

impl Engine for StreetEngine<'_> {
    fn freeze<'t>(&'t self, definition: &'t Definition, level: Level) -> Box<dyn Travel + 't> {
        let base = self.level_world(level, definition.period);
        let assumptions = Assumptions::new(self.side.parameters, level, definition.period);
        let stops = base.world.rides().map_or(&[][..], |rides| &rides.timetable.stops);
        let planned = !definition.spontaneous;
        let entry =
            stops.iter().map(|stop| counted(definition, Component::Process, assumptions.process(stop.class, planned)));
        let exit = stops.iter().map(|stop| counted(definition, Component::Exit, assumptions.exit(stop.class)));
        let world = base.world.clone().through_stations(entry.collect(), exit.collect());
        Box::new(StreetTravel { side: self.side, definition, assumptions, base, world, far_cells: Default::default() })
    }

    fn nearest_road_m(&self, endpoint: &Endpoint) -> Option<f64> {
        let base = self.side.streets.keys().next().map(|&(level, period)| self.level_world(level, period))?;
        let located = base.point(self.side, endpoint)?;
        located.on(StreetMode::Car).map(|point| point.distance_m)
    }
}

impl LevelWorld<'_> {
    fn cells(&self, side: &StreetSide) -> &[Located] {
        made_once::<Vec<Located>>(&self.cells, || {
            self.world.locate_all(&side.territory.cells.iter().map(|cell| cell.at).collect::<Vec<LonLat>>())
        })
    }

    /// An endpoint by its point on the streets; `None` for a stop that is not there.
    fn point(&self, side: &StreetSide, endpoint: &Endpoint) -> Option<Located> {
        Some(match *endpoint {
            Endpoint::Place(place) => self.places[place.at()][0].clone(),
            Endpoint::Centre(place, centre) => self.places[place.at()][centre + 1].clone(),
            Endpoint::Cell(cell) => self.cells(side)[cell].clone(),
            Endpoint::Stop(stop) => self.world.locate(side.network.stops.get(stop.at()).filter(|stop| stop.open)?.at),
            Endpoint::Point(at) => self.world.locate(at),
        })
    }
}

/// A street network under one definition, at one level.
struct StreetTravel<'t> {
    side: &'t StreetSide<'t>,
    definition: &'t Definition,
    assumptions: Assumptions<'t>,
    base: Arc<LevelWorld<'t>>,
    world: World<'t>,
    /// Cells as far ends, by direction, and without and with cars to stations.
    far_cells: [OnceLock<FarPoints>; 4],
}

impl StreetTravel<'_> {
    /// What journeys by public transport are allowed; `cars` feed it where `feeders` is true.
    fn transit_terms(&self, feeders: bool) -> Terms {
        let (definition, assumptions) = (self.definition, &self.assumptions);
        let on_foot = |counts: bool| Approach {
            limit: assumptions.minutes("access.walk_max_min"),
            counts,
            ..Approach::plain(ApproachKind::Walk)
        };
        let by_ebike = |counts: bool| Approach {
            limit: assumptions.minutes("access.ebike_max_min"),
            counts,
            ..Approach::plain(ApproachKind::Ebike)
        };
        let (access, egress) = (definition.counts(Component::Access), definition.counts(Component::Egress));
        let mut to_stops = vec![on_foot(access), by_ebike(access)];
        let mut from_stops = vec![on_foot(egress)];
        if feeders {
            let limit = assumptions.minutes("access.car_max_min");
            let (before, after) = (assumptions.walk_to_car(), assumptions.minutes("car.park_other_min"));
            to_stops.push(Approach { limit, before, after, counts: access, ..Approach::plain(ApproachKind::ParkAndRide) });
            let before = assumptions.minutes("taxi.pickup_min");
            from_stops.push(Approach { limit, before, counts: egress, ..Approach::plain(ApproachKind::Taxi) });
        }
        let on_timetables = &definition.on_timetables;
        let max_rides =
            if self.world.rides().is_some() { u8::try_from(on_timetables.max_rides).unwrap_or(u8::MAX) } else { 0 };
        Terms {
            direct: vec![on_foot(access), by_ebike(access)],
            access: to_stops,
            egress: from_stops,
            max_rides,
            max_trip: on_timetables.max_trip,
        }
    }

    fn car_terms(&self) -> Terms {
        let direct = vec![Approach::plain(ApproachKind::Car)];
        let max_trip = self.definition.on_timetables.max_trip;
        Terms { direct, access: Vec::new(), egress: Vec::new(), max_rides: 0, max_trip }
    }

    /// An endpoint where journeys by public transport begin or end: a place under a definition of stations stands for the stops that
    /// serve it, and a stop for itself.
    fn located(&self, endpoint: &Endpoint) -> Option<Located> {
        let of = self.side.timetables.get(&self.assumptions.level);
        let here = |stop: usize| of.and_then(|of| of.stops.get(stop).copied().flatten());
        match *endpoint {
            Endpoint::Place(place) if self.definition.ends == Ends::Station => {
                let place = self.side.territory.place(place);
                let serves = |stop: &(usize, &Arc<Stop>)| stop.1.open && stop.1.serves.contains(&place.id);
                let stops = self.side.network.stops.iter().enumerate().filter(serves);
                Some(self.world.located_stops(stops.filter_map(|(at, _)| here(at)).collect(), place.at))
            }
            Endpoint::Stop(stop) => {
                let at = self.side.network.stops.get(stop.at()).filter(|stop| stop.open)?.at;
                Some(self.world.located_stops(here(stop.at()).into_iter().collect(), at))
            }
            _ => self.base.point(self.side, endpoint),
        }
    }

    /// The times of the window: every minute where waiting counts; otherwise one for every vehicle that leaves (reaches, backwards) a
    /// stop in reach.
    fn window(&self, near: &[super::links::StopLink], direction: Direction) -> Window {
        let window = &self.definition.window;
        let (first, last) = (window.from.seconds() * 10, window.to.seconds() * 10);
        if self.definition.counts(Component::Wait) {
            return Window::every(direction, first, last + 1, 600);
        }
        let Some(drawn) = self.world.rides().and_then(|rides| rides.drawn.first()) else {
            return Window { direction, times: vec![first], first_draw: true };
        };
        let before: BTreeMap<CallStopIx, u32> = near.iter().map(|link| (link.stop, link.time)).collect();
        let mut times: Vec<u32> = Vec::new();
        for pattern in &drawn.patterns {
            for (call, at) in pattern.stops.iter().enumerate() {
                let Some(&link) = before.get(&at.stop) else { continue };
                for trip in 0..pattern.trips.len() {
                    let time = match direction {
                        Direction::Forward => pattern.departure(trip, call).checked_sub(link),
                        Direction::Backward => pattern.arrival(trip, call).checked_add(link),
                    };
                    times.extend(time.filter(|time| (first..=last).contains(time)));
                }
            }
        }
        times.sort_unstable();
        times.dedup();
        if times.is_empty() {
            times.push(first);
        }
        Window { direction, times, first_draw: true }
    }

    fn search(&self, root: &Located, terms: Terms, direction: Direction) -> DoorTree<'_> {
        let mut workspace = Workspace::default();
        let near = self.world.near_links(root, &terms, direction, &mut workspace.links);
        let window = self.window(&near, direction);
        self.world.tree(root, &terms, &window, &mut workspace)
    }

    /// Which of the lanes counts.
    fn statistic(&self) -> Statistic {
        if self.definition.counts(Component::Wait) {
            Statistic::Percentile(self.definition.on_timetables.percentile)
        } else {
            Statistic::Best(self.definition.train_rank as usize)
        }
    }

    /// The time that counts among the lanes.
    fn chosen(&self, lanes: &Lanes) -> Outcome {
        match self.statistic() {
            Statistic::Percentile(percent) => lanes.percentile(percent),
            Statistic::Best(rank) => lanes.best(rank),
        }
    }

    /// What a car journey costs beside driving: to the car, and parking at the destination.
    fn car_ends(&self, destination: &Endpoint) -> Duration {
        let to_car = self.assumptions.walk_to_car();
        counted(self.definition, Component::WalkToCar, to_car)
            + counted(self.definition, Component::Park, self.park(destination))
    }

    fn chosen_lane(&self, lanes: &Lanes) -> Option<usize> {
        let time = self.chosen(lanes).time()?;
        lanes.all().position(|known| known == Some(time))
    }

    fn known_far_cells(&self, direction: Direction, feeders: bool) -> &OnceLock<FarPoints> {
        &self.far_cells[direction as usize * 2 + usize::from(feeders)]
    }

    fn far_cells(&self, direction: Direction, feeders: bool) -> &FarPoints {
        made_once::<FarPoints>(self.known_far_cells(direction, feeders), || {
            FarPoints::new(&self.world, self.base.cells(self.side).to_vec(), &self.transit_terms(feeders), direction)
        })
    }

    fn around(&self, endpoint: &Endpoint) -> Option<Surroundings> {
        match *endpoint {
            Endpoint::Cell(cell) => {
                let cell = &self.side.territory.cells[cell];
                Some(Surroundings { urban: cell.urban, terrain: cell.terrain })
            }
            _ => {
                let at = match *endpoint {
                    Endpoint::Point(at) => at,
                    _ => self.base.point(self.side, endpoint)?.at,
                };
                let cell = self.side.territory.grid.as_ref().and_then(|grid| grid.cell_at(at));
                cell.map(|cell| &self.side.territory.cells[cell])
                    .map(|cell| Surroundings { urban: cell.urban, terrain: cell.terrain })
            }
        }
    }

    /// Parking at an endpoint; outside all cells as at a place that is no metropolis.
    fn park(&self, endpoint: &Endpoint) -> Duration {
        self.around(endpoint)
            .map_or_else(|| self.assumptions.minutes("car.park_other_min"), |around| self.assumptions.park(around))
    }
}

impl Travel for StreetTravel<'_> {
    fn definition(&self) -> &Definition {
        self.definition
    }

    fn level(&self) -> Level {
        self.assumptions.level
    }

    fn territory(&self) -> &Territory {
        self.side.territory
    }

    fn tree(&self, root: Endpoint, direction: Direction, mode: Mode) -> Box<dyn Times + '_> {
        let by_car = matches!(mode, Mode::Car | Mode::Best);
        let by_rides = !matches!(mode, Mode::Car);
        let feeders = matches!(mode, Mode::Feeder | Mode::Best);
        let point = self.base.point(self.side, &root);
        let car = point.filter(|_| by_car).map(|point| self.search(&point, self.car_terms(), direction));
        let transit = self.located(&root).filter(|_| by_rides);
        let transit = transit.map(|root| self.search(&root, self.transit_terms(feeders), direction));
        Box::new(StreetTree { travel: self, root, direction, feeders, car, transit })
    }

    fn nearest(&self, place: PlaceIx, feature: Feature) -> Found {
        super::features::nearest(&self.world, self.side, &self.base.places[place.at()][0], feature, |time| {
            time + counted(self.definition, Component::WalkToCar, self.assumptions.walk_to_car())
        })
    }

    fn reach(&self, root: &Endpoint, direction: Direction, mode: Mode, longest: Duration) -> Option<StreetReach<'_>> {
        let streets = &*self.world.streets().streets;
        let mut modes = Vec::new();
        let mut workspace = Workspace::default();
        if let Some(point) = self.base.point(self.side, root).filter(|_| matches!(mode, Mode::Car | Mode::Best)) {
            let terms = Terms { max_trip: longest, ..self.car_terms() };
            let window = Window { direction, times: vec![0], first_draw: true };
            let mut reach = self.world.reach(&point, &terms, &window, Statistic::Best(1), &mut workspace);
            let later = |edge: u32| {
                let at = streets.vertices[streets.edges[edge as usize].from as usize].at.lon_lat();
                let destination = if direction == Direction::Forward { Endpoint::Point(at) } else { *root };
                self.car_ends(&destination).deciseconds()
            };
            reach.iter_mut().for_each(|of| of.delay(later));
            modes.extend(reach);
        }
        let transit = self.located(root).filter(|_| !matches!(mode, Mode::Car));
        if let Some(located) = transit {
            let terms = Terms { max_trip: longest, ..self.transit_terms(matches!(mode, Mode::Feeder | Mode::Best)) };
            let near = self.world.near_links(&located, &terms, direction, &mut workspace.links);
            let window = self.window(&near, direction);
            modes.extend(self.world.reach(&located, &terms, &window, self.statistic(), &mut workspace));
        }
        Some(StreetReach { streets, modes })
    }

    fn alternatives(&self, _: &Endpoint, _: &Endpoint, _: usize, _: f64) -> Option<Vec<Alternative>> {
        None
    }
}

/// Times between one endpoint and all others.
struct StreetTree<'t> {
    travel: &'t StreetTravel<'t>,
    root: Endpoint,
    direction: Direction,
    feeders: bool,
    car: Option<DoorTree<'t>>,
    transit: Option<DoorTree<'t>>,
}

impl StreetTree<'_> {
    fn car_time(&self, endpoint: &Endpoint, point: &Located) -> Outcome {
        let Some(car) = &self.car else { return Outcome::NotTested(Reason::NoStreetInReach) };
        let far = Far { point: point.clone(), links: Vec::new() };
        match car.lanes(&far).at(0) {
            Some(time) => Outcome::Reached(time + self.car_ends(endpoint)),
            None if !car.root.is_usable() || !point.is_usable() => Outcome::NotTested(Reason::NoStreetInReach),
            None => Outcome::Unreachable(Reason::NoRoad),
        }
    }

    fn car_ends(&self, endpoint: &Endpoint) -> Duration {
        self.travel.car_ends(if self.direction == Direction::Forward { endpoint } else { &self.root })
    }

    fn transit_time(&self, far: &Far) -> Outcome {
        let Some(transit) = &self.transit else { return Outcome::NotTested(Reason::NoStation) };
        if (transit.root.at_stops && transit.root.stops.is_empty()) || (far.point.at_stops && far.point.stops.is_empty()) {
            return Outcome::Unreachable(Reason::NoStation);
        }
        self.travel.chosen(&transit.lanes(far))
    }

    /// The times by public transport to all cells.
    fn transit_times(&self, transit: &DoorTree) -> Vec<Outcome> {
        let far = self.travel.far_cells(self.direction, self.feeders);
        if transit.root.at_stops && transit.root.stops.is_empty() {
            return vec![Outcome::Unreachable(Reason::NoStation); far.len()];
        }
        transit.outcomes(far, self.travel.statistic())
    }

    fn far(&self, endpoint: &Endpoint) -> Option<Far> {
        let cells = self.travel.known_far_cells(self.direction, self.feeders);
        if let (Endpoint::Cell(cell), Some(cells)) = (endpoint, cells.get()) {
            return Some(cells.far(*cell));
        }
        let point = self.travel.located(endpoint)?;
        let terms = self.travel.transit_terms(self.feeders);
        Some(self.travel.world.far_points(vec![point], &terms, self.direction).remove(0))
    }

    fn best(&self, car: Option<Outcome>, transit: Option<Outcome>) -> Outcome {
        match (car, transit) {
            (Some(car), Some(transit)) => car.better(transit),
            (Some(only), None) | (None, Some(only)) => only,
            (None, None) => Outcome::NotTested(Reason::NoStation),
        }
    }

    fn name(&self, endpoint: &Endpoint) -> String {
        let (territory, network) = (self.travel.side.territory, self.travel.side.network);
        let coordinates = |at: LonLat| format!("{:.4},{:.4}", at.lon, at.lat);
        match *endpoint {
            Endpoint::Place(place) => territory.place(place).name_zh.clone(),
            Endpoint::Centre(place, centre) => territory.place(place).centres[centre].name.clone(),
            Endpoint::Cell(cell) => coordinates(territory.cells[cell].at),
            Endpoint::Stop(stop) => network.stop(stop).name.to_string(),
            Endpoint::Point(at) => coordinates(at),
        }
    }

    /// The journey by public transport to a far end, if it takes `total`.
    fn transit_journey(&self, endpoint: &Endpoint, far: &Far, total: Duration) -> Option<Journey> {
        let transit = self.transit.as_ref()?;
        let lane = self.travel.chosen_lane(&transit.lanes(far))?;
        let mut workspace = Workspace::default();
        let found = transit.journey(far, lane, &mut workspace)?;
        let (root, other) = (self.name(&self.root), self.name(endpoint));
        let (from, to) = if self.direction == Direction::Forward { (root, other) } else { (other, root) };
        let journey = self.travel.world.told(&found, &from, &to, self.travel.side.edge_projects);
        (journey.total == total).then_some(journey)
    }

    fn car_journey(&self, endpoint: &Endpoint, point: &Located) -> Option<Journey> {
        let car = self.car.as_ref()?;
        let far = Far { point: point.clone(), links: Vec::new() };
        let mut workspace = Workspace::default();
        let found = car.journey(&far, 0, &mut workspace)?;
        let (root, other) = (self.name(&self.root), self.name(endpoint));
        let (from, to) = if self.direction == Direction::Forward { (root, other) } else { (other, root) };
        let mut journey = self.travel.world.told(&found, &from, &to, self.travel.side.edge_projects);
        let travel = self.travel;
        let destination = if self.direction == Direction::Forward { endpoint } else { &self.root };
        let to_car = counted(travel.definition, Component::WalkToCar, travel.assumptions.walk_to_car());
        let park = counted(travel.definition, Component::Park, travel.park(destination));
        let leg = |kind, time, at: &str, source: &str| Leg {
            kind,
            mode: "walk",
            from: at.to_string(),
            to: at.to_string(),
            time,
            length: Distance::ZERO,
            service: None,
            source: source.to_string(),
            projects: Vec::new(),
        };
        journey.legs.insert(0, leg(Component::WalkToCar, to_car, &from, "car.walk_to_car_min"));
        journey.legs.push(leg(Component::Park, park, &to, "car.park_metropolis_min, car.park_other_min"));
        journey.legs.retain(|leg| leg.time > Duration::ZERO);
        journey.total = journey.total + to_car + park;
        Some(journey)
    }

    /// The projects that journeys to an endpoint use: by car those of the way, by public transport those of any of some departures
    /// spread over the window, since all of them decide what its percentile is.
    fn projects_used(&self, endpoint: &Endpoint) -> BTreeSet<Arc<str>> {
        let Some(journey) = self.journey(endpoint) else { return BTreeSet::new() };
        let mut projects = journey.projects();
        let (Some(transit), Some(far)) = (&self.transit, self.far(endpoint)) else { return projects };
        if journey.legs.iter().any(|leg| leg.kind == Component::Drive) || !self.travel.definition.counts(Component::Wait) {
            return projects;
        }
        let mut workspace = Workspace::default();
        let step = transit.window.times.len().div_ceil(DEPARTURES_ATTRIBUTED);
        for lane in (0..transit.window.times.len()).step_by(step.max(1)) {
            if let Some(found) = transit.journey(&far, lane, &mut workspace) {
                projects.extend(self.travel.world.told(&found, "", "", self.travel.side.edge_projects).projects());
            }
        }
        projects
    }

    fn has_projects(&self) -> bool {
        let routes = self
            .travel
            .world
            .rides()
            .is_some_and(|rides| rides.timetable.routes.iter().any(|route| !route.projects.is_empty()));
        routes || !self.travel.side.edge_projects.is_empty()
    }
}

impl Times for StreetTree<'_> {
    fn time(&self, endpoint: &Endpoint) -> Outcome {
        if *endpoint == self.root {
            return Outcome::Reached(Duration::ZERO);
        }
        let point = self.travel.base.point(self.travel.side, endpoint);
        let car = self.car.as_ref().map(|_| match &point {
            Some(point) => self.car_time(endpoint, point),
            None => Outcome::NotTested(Reason::NoStation),
        });
        let transit = self.transit.as_ref().map(|_| match self.far(endpoint) {
            Some(far) => self.transit_time(&far),
            None => Outcome::NotTested(Reason::NoStation),
        });
        self.best(car, transit)
    }

    fn cells(&self) -> Vec<Outcome> {
        let travel = self.travel;
        let points = travel.base.cells(travel.side);
        let transit = self.transit.as_ref().map(|transit| self.transit_times(transit));
        let time = |at: usize| {
            let endpoint = Endpoint::Cell(at);
            if endpoint == self.root {
                return Outcome::Reached(Duration::ZERO);
            }
            let car = self.car.as_ref().map(|_| self.car_time(&endpoint, &points[at]));
            self.best(car, transit.as_ref().map(|transit| transit[at]))
        };
        (0..points.len()).into_par_iter().map(time).collect()
    }

    fn cell_projects(&self, sets: &mut ProjectSets) -> Vec<SetId> {
        let n = self.travel.side.territory.cells.len();
        if !self.has_projects() {
            return vec![SetId::default(); n];
        }
        let projects = |at: usize| self.projects_used(&Endpoint::Cell(at)).into_iter().collect::<Vec<Arc<str>>>();
        let all: Vec<Vec<Arc<str>>> = (0..n).into_par_iter().map(projects).collect();
        all.iter().map(|projects| sets.of(projects)).collect()
    }

    fn journey(&self, endpoint: &Endpoint) -> Option<Journey> {
        let total = self.time(endpoint).time()?;
        if *endpoint == self.root {
            return Some(Journey { total, legs: Vec::new() });
        }
        let point = self.travel.base.point(self.travel.side, endpoint);
        let car = point.filter(|point| self.car_time(endpoint, point).time() == Some(total));
        if let Some(point) = car {
            return self.car_journey(endpoint, &point);
        }
        self.transit_journey(endpoint, &self.far(endpoint)?, total)
    }
}
