//! A network frozen for one definition and one level of the parameters, ready to be searched.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, OnceLock};

use rayon::prelude::*;

use super::alternatives::{Alternative, alternatives};
use super::assumptions::{Assumptions, Feeder};
use super::drives::Drives;
use super::engine::{Engine, Found, StreetReach, Times, Travel};
use super::nearest::nearest;
use super::rides::Admission;
use super::roads::RoadGraph;
use super::snap::{Along, Entry, JointRoad, SnapIndex, Snapped, fed_by_car};
use super::transit::TransitGraph;
use super::{Direction, Endpoint};
use crate::input::parameters::{Level, Parameters};
use crate::input::study::Definition;
use crate::input::targets::Feature;
use crate::input::vocabulary::{Component, Mode, Period};
use crate::network::territory::{PlaceIx, Territory};
use crate::network::{Network, StopIx};
use crate::units::Duration;

/// The roads of a network at one level and period, with what every cell and stop needs to get onto them.
pub struct FrozenRoads<'a> {
    index: &'a SnapIndex<'a>,
    /// The parameters used.
    pub assumptions: Assumptions<'a>,
    /// The graph.
    pub graph: RoadGraph,
    to_stops: StopTable,
    from_stops: StopTable,
    /// At either [`End`]: the feeder by car, what comes on top of the drive, and the longest drive.
    car_terms: [(Feeder, Duration, Duration); 2],
    stops_on: HashMap<u32, Vec<StopIx>>,
    cell_entries: [OnceLock<Table<(u32, Duration)>>; 2],
    cell_feeders: [OnceLock<Table<(StopIx, Duration, Feeder)>>; 4],
}

/// For every vertex of the road graph, the stops within the limit of car access.
type StopTable = Table<(StopIx, Duration)>;

/// Rows of entries of different length, one after the other.
#[derive(Debug, Clone)]
pub struct Table<T> {
    first: Vec<u32>,
    entries: Vec<T>,
}

impl<T> Table<T> {
    fn of(rows: Vec<Vec<T>>) -> Self {
        let mut first = Vec::with_capacity(rows.len() + 1);
        let mut entries = Vec::with_capacity(rows.iter().map(Vec::len).sum());
        first.push(0);
        for row in rows {
            entries.extend(row);
            first.push(entries.len() as u32);
        }
        Table { first, entries }
    }

    /// The entries of a row.
    pub fn row(&self, at: usize) -> &[T] {
        &self.entries[self.first[at] as usize..self.first[at + 1] as usize]
    }
}

/// Which end of a journey a feeder serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum End {
    /// From home to the first stop.
    Access,
    /// From the last stop to the destination.
    Egress,
}

impl End {
    /// The end at which a point lies that a search in this direction starts from.
    pub const fn of_root(direction: Direction) -> End {
        match direction {
            Direction::Forward => End::Access,
            Direction::Backward => End::Egress,
        }
    }

    /// The other end.
    pub const fn other(self) -> End {
        match self {
            End::Access => End::Egress,
            End::Egress => End::Access,
        }
    }

    /// The direction of a road search that starts at the door.
    pub const fn direction(self) -> Direction {
        match self {
            End::Access => Direction::Forward,
            End::Egress => Direction::Backward,
        }
    }
}

impl<'a> FrozenRoads<'a> {
    /// Freezes the roads of the index's network. With `ramps` false, ramps take no time.
    pub fn new(index: &'a SnapIndex<'a>, assumptions: Assumptions<'a>, ramps: bool) -> Self {
        let graph = RoadGraph::freeze(index.network(), &assumptions, ramps);
        let car_terms = car_terms(&assumptions);
        let table = |direction| stop_table(index, &graph, &assumptions, direction);
        let (to_stops, from_stops) = (table(Direction::Backward), table(Direction::Forward));
        FrozenRoads {
            index,
            assumptions,
            graph,
            to_stops,
            from_stops,
            car_terms,
            stops_on: stops_on_links(index),
            cell_entries: Default::default(),
            cell_feeders: Default::default(),
        }
    }

    /// The network that is frozen.
    pub fn network(&self) -> &'a Network {
        self.index.network()
    }

    /// Where a point enters the roads (leaves them, backwards).
    pub fn entries(&self, point: &Snapped, direction: Direction) -> Vec<Entry> {
        point.entries(&self.graph, self.network(), &self.assumptions, direction)
    }

    /// The projects that a point meets the network by: those of the link, or of the expressway that the ramp leads to.
    pub fn entry_projects(&self, entry: &Entry) -> Vec<Arc<str>> {
        match entry.link {
            Some((link, _)) => self.network().links[link as usize].projects.clone(),
            None => self.index.ramp_projects(self.graph.node(entry.vertex)).cloned().collect(),
        }
    }

    /// The quickest drive between two points along one road that both join.
    pub fn along(&self, from: &Snapped, to: &Snapped, direction: Direction) -> Option<Along> {
        from.along(to, &self.graph, self.network(), &self.assumptions, direction)
    }

    /// Where each cell enters the roads (leaves them, backwards), the quickest entry for each vertex.
    pub fn cell_entries(&self, direction: Direction) -> &Table<(u32, Duration)> {
        made_once(&self.cell_entries[direction as usize], || {
            let row = |cell: &Snapped| {
                let mut entries: Vec<(u32, Duration)> =
                    self.entries(cell, direction).iter().map(|entry| (entry.vertex, entry.time())).collect();
                entries.sort_unstable();
                entries.dedup_by_key(|entry| entry.0);
                entries
            };
            Table::of(self.index.cells().par_iter().map(row).collect())
        })
    }

    /// The stops that each cell can use at one end of a journey, with the quickest way there.
    pub fn cell_feeders(&self, end: End, cars: bool) -> &Table<(StopIx, Duration, Feeder)> {
        made_once(&self.cell_feeders[end as usize * 2 + usize::from(cars)], || {
            let entries = self.cell_entries(end.direction());
            let scratch = || Quickest::new(self.network().stops.len());
            let row = |best: &mut Quickest, (at, cell): (usize, &Snapped)| {
                self.each_feeder(cell, entries.row(at), end, cars, |stop, time, feeder| best.offer(stop, (time, feeder)));
                best.take()
            };
            Table::of(self.index.cells().par_iter().enumerate().map_init(scratch, row).collect())
        })
    }

    /// The quickest way between a point and each of the stops around it at one end of a journey, within the limits of access, in
    /// order of stops.
    pub fn feeders(
        &self,
        point: &Snapped,
        entries: &[(u32, Duration)],
        end: End,
        cars: bool,
    ) -> Vec<(StopIx, Duration, Feeder)> {
        let mut best = Quickest::new(self.network().stops.len());
        self.each_feeder(point, entries, end, cars, |stop, time, feeder| best.offer(stop, (time, feeder)));
        best.take()
    }

    fn each_feeder(
        &self,
        point: &Snapped,
        entries: &[(u32, Duration)],
        end: End,
        cars: bool,
        mut take: impl FnMut(StopIx, Duration, Feeder),
    ) {
        for &(stop, crow_m) in &point.stops {
            if let Some((time, feeder)) = self.assumptions.feeder_without_car(crow_m, point.around, end == End::Access) {
                take(stop, time, feeder);
            }
        }
        if cars {
            let (feeder, extra, limit) = self.car_terms[end as usize];
            for (stop, drive) in self.drives(entries, end).chain(self.drives_along(point, end)) {
                if drive <= limit {
                    take(stop, drive + extra, feeder);
                }
            }
        }
    }

    /// The drives from every door to a station (from it, at the other end) within the limit of access.
    pub fn station_drives(&self, stop: StopIx, end: End) -> Drives {
        let station = self.index.stop(stop).expect("feeders lead to open stops, and these are snapped").clone();
        Drives::search(self, station, end.direction().opposite(), self.assumptions.minutes("access.car_max_min"))
    }

    fn drives<'s>(&'s self, entries: &'s [(u32, Duration)], end: End) -> impl Iterator<Item = (StopIx, Duration)> + 's {
        let table = match end {
            End::Access => &self.to_stops,
            End::Egress => &self.from_stops,
        };
        entries
            .iter()
            .flat_map(|&(vertex, before)| table.row(vertex as usize).iter().map(move |&(stop, rest)| (stop, before + rest)))
    }

    /// Drives to the stops that lie on the same roads as the point.
    fn drives_along<'s>(&'s self, point: &'s Snapped, end: End) -> impl Iterator<Item = (StopIx, Duration)> + 's {
        let joined = point.joints.iter().filter_map(|joint| match joint.road {
            JointRoad::Link(link, _) => self.stops_on.get(&link),
            JointRoad::Node(_) => None,
        });
        let stops: BTreeSet<StopIx> = joined.flatten().copied().collect();
        stops.into_iter().filter_map(move |stop| {
            let along = self.along(point, self.index.stop(stop)?, end.direction())?;
            Some((stop, along.time()))
        })
    }
}

/// On top of the drive to a station come the way to the own car and parking there; on top of the drive from it, the wait for a taxi.
fn car_terms(assumptions: &Assumptions) -> [(Feeder, Duration, Duration); 2] {
    let limit = assumptions.minutes("access.car_max_min");
    let own_car = assumptions.walk_to_car() + assumptions.minutes("car.park_other_min");
    [(Feeder::Car, own_car, limit), (Feeder::Taxi, assumptions.minutes("taxi.pickup_min"), limit)]
}

/// The quickest way to each stop, collected without sorting what is offered.
struct Quickest {
    best: Vec<Option<(Duration, Feeder)>>,
    touched: Vec<StopIx>,
}

impl Quickest {
    fn new(n_stops: usize) -> Self {
        Quickest { best: vec![None; n_stops], touched: Vec::new() }
    }

    fn offer(&mut self, stop: StopIx, way: (Duration, Feeder)) {
        match &mut self.best[stop.at()] {
            Some(known) => *known = (*known).min(way),
            none => {
                *none = Some(way);
                self.touched.push(stop);
            }
        }
    }

    /// All ways in order of stops; nothing is left behind.
    fn take(&mut self) -> Vec<(StopIx, Duration, Feeder)> {
        self.touched.sort_unstable();
        let best = &mut self.best;
        self.touched.drain(..).filter_map(|stop| best[stop.at()].take().map(|(time, feeder)| (stop, time, feeder))).collect()
    }
}

/// The value of a cell, made when it is first asked for. It is made outside the lock: a thread that waits for others while it
/// makes the table may take up a task that asks for the same table. So two threads may make it, and the first one counts.
pub(super) fn made_once<T>(cell: &OnceLock<T>, make: impl FnOnce() -> T) -> &T {
    match cell.get() {
        Some(made) => made,
        None => {
            let made = make();
            cell.get_or_init(|| made)
        }
    }
}

/// The stops that cars feed, by the links they join.
fn stops_on_links(index: &SnapIndex) -> HashMap<u32, Vec<StopIx>> {
    let mut stops_on: HashMap<u32, Vec<StopIx>> = HashMap::new();
    for stop in index.network().open_stops().filter(|&stop| fed_by_car(index.network().stop(stop).class)) {
        for joint in index.stop(stop).into_iter().flat_map(|point| &point.joints) {
            if let JointRoad::Link(link, _) = joint.road {
                stops_on.entry(link).or_default().push(stop);
            }
        }
    }
    stops_on
}

/// For every vertex the stops that cars reach from it (that are reached by a search backwards) within the limit.
fn stop_table(index: &SnapIndex, graph: &RoadGraph, assumptions: &Assumptions, direction: Direction) -> StopTable {
    let limit = assumptions.minutes("access.car_max_min");
    let stops: Vec<StopIx> =
        index.network().open_stops().filter(|&stop| fed_by_car(index.network().stop(stop).class)).collect();
    let reached: Vec<Vec<(u32, u32)>> = stops
        .par_iter()
        .map(|&stop| {
            let snapped = index.stop(stop).expect("an open stop is snapped");
            let seeds: Vec<(u32, Duration)> = snapped
                .entries(graph, index.network(), assumptions, direction)
                .iter()
                .map(|entry| (entry.vertex, entry.time()))
                .collect();
            let tree = graph.search(direction, &seeds, limit);
            tree.settled.iter().map(|&vertex| (vertex, tree.times[vertex as usize])).collect()
        })
        .collect();
    let mut rows: Vec<Vec<(StopIx, Duration)>> = vec![Vec::new(); graph.n_vertices()];
    for (&stop, reached) in stops.iter().zip(&reached) {
        for &(vertex, time) in reached {
            rows[vertex as usize].push((stop, Duration::from_deciseconds(time)));
        }
    }
    Table::of(rows)
}

/// Freezes one network for many definitions and levels; roads are shared between those that see the same.
pub struct Freezer<'a> {
    index: &'a SnapIndex<'a>,
    parameters: &'a Parameters,
    roads: Mutex<Vec<(RoadsKey, Arc<FrozenRoads<'a>>)>>,
}

/// Level, period, and whether ramps take time: what tells one set of frozen roads from another.
type RoadsKey = (Level, Period, bool);

/// How many sets of frozen roads a freezer keeps: the three levels of one definition. Those of cells take some 100 MB each.
const ROADS_KEPT: usize = 3;

impl<'a> Freezer<'a> {
    /// A freezer for the network of `index`.
    pub fn new(index: &'a SnapIndex<'a>, parameters: &'a Parameters) -> Self {
        Freezer { index, parameters, roads: Mutex::new(Vec::new()) }
    }

    /// The points of the network.
    pub fn index(&self) -> &'a SnapIndex<'a> {
        self.index
    }

    /// The network of the index for one definition and level.
    pub fn freeze<'b>(&self, definition: &'b Definition, level: Level) -> Frozen<'b>
    where
        'a: 'b,
    {
        let roads = self.roads(definition, level);
        let transit = TransitGraph::freeze(self.index.network(), &roads.assumptions, definition, Admission::of(definition));
        Frozen { index: self.index, definition, roads, transit, any_train: OnceLock::new() }
    }

    /// The roads that a definition sees at a level: those last used, or frozen anew.
    fn roads(&self, definition: &Definition, level: Level) -> Arc<FrozenRoads<'a>> {
        let key = (level, definition.period, definition.counts(Component::Ramp));
        let lock = || self.roads.lock().expect("no thread panics while it holds the lock");
        let take = || {
            let mut kept = lock();
            let at = kept.iter().position(|(known, _)| *known == key)?;
            Some(kept.remove(at).1)
        };
        // As in `made_once`, nothing is made while the lock is held.
        let roads = take().unwrap_or_else(|| {
            let assumptions = Assumptions::new(self.parameters, level, definition.period);
            Arc::new(FrozenRoads::new(self.index, assumptions, key.2))
        });
        let mut kept = lock();
        kept.retain(|(known, _)| *known != key);
        kept.insert(0, (key, Arc::clone(&roads)));
        kept.truncate(ROADS_KEPT);
        roads
    }
}

/// A network frozen for one definition and level.
pub struct Frozen<'a> {
    /// The points of the network.
    pub index: &'a SnapIndex<'a>,
    /// The definition.
    pub definition: &'a Definition,
    /// Roads.
    pub roads: Arc<FrozenRoads<'a>>,
    /// Stops and rides.
    pub transit: TransitGraph,
    any_train: OnceLock<TransitGraph>,
}

impl Frozen<'_> {
    /// Stops and rides with every train of the day, whatever the definition asks: tells "too few trains" from "no line".
    pub fn any_train(&self) -> &TransitGraph {
        let freeze =
            || TransitGraph::freeze(self.index.network(), &self.roads.assumptions, self.definition, Admission::any());
        self.any_train.get_or_init(freeze)
    }

    /// The parameters used.
    pub fn assumptions(&self) -> &Assumptions<'_> {
        &self.roads.assumptions
    }
}

impl Engine for Freezer<'_> {
    fn freeze<'t>(&'t self, definition: &'t Definition, level: Level) -> Box<dyn Travel + 't> {
        Box::new(Freezer::freeze(self, definition, level))
    }

    fn nearest_road_m(&self, endpoint: &Endpoint) -> Option<f64> {
        self.index.endpoint(endpoint)?.nearest_road_m()
    }
}

impl Travel for Frozen<'_> {
    fn definition(&self) -> &Definition {
        self.definition
    }

    fn level(&self) -> Level {
        self.assumptions().level
    }

    fn territory(&self) -> &Territory {
        self.index.territory()
    }

    fn tree(&self, root: Endpoint, direction: Direction, mode: Mode) -> Box<dyn Times + '_> {
        Box::new(Frozen::tree(self, root, direction, mode))
    }

    fn nearest(&self, place: PlaceIx, feature: Feature) -> Found {
        nearest(self, place, feature)
    }

    fn reach(&self, _: &Endpoint, _: Direction, _: Mode, _: Duration) -> Option<StreetReach<'_>> {
        None
    }

    fn alternatives(&self, from: &Endpoint, to: &Endpoint, n: usize, differing: f64) -> Option<Vec<Alternative>> {
        Some(alternatives(self, from, to, n, differing))
    }
}
