//! Second opinions: slow textbook searches written from the records, and searches of `pathfinding` on the frozen arcs.

use std::collections::{BTreeMap, BTreeSet};

use onehour::input::network_xml::{LinePlace, Named, NetworkRecords, TransferLength, TripTimes};
use onehour::input::study::Definition;
use onehour::input::vocabulary::*;
use onehour::network::StopIx;
use onehour::network::territory::PlaceIx;
use onehour::search::roads::UNREACHED;
use onehour::search::transit::{State, vertex};
use onehour::search::{Direction, Endpoint};
use onehour::units::Duration;

use crate::random_worlds::*;
use crate::worlds::*;

const CASES: u64 = 300;

/// The world of a case with every project built and no tag left, so that records and network hold the same.
fn whole_world(dice: &mut Dice) -> World {
    let mut world = random_world(dice);
    let records = &mut world.records;
    let links = records.links.iter_mut().map(|record| &mut record.common);
    let stops = records.stops.iter_mut().map(|record| &mut record.common);
    let lines = records.lines.iter_mut().map(|record| &mut record.common);
    let services = records.services.iter_mut().map(|record| &mut record.common);
    let transfers = records.transfers.iter_mut().map(|record| &mut record.common);
    links.chain(stops).chain(lines).chain(services).chain(transfers).for_each(|common| common.project = None);
    world
}

/// A node with the level one drives on: an expressway number, or nothing for ordinary roads.
type Spot = (String, String);

/// All arcs of the roads, read off the records: from, to, deciseconds.
fn road_arcs(world: &World, peak: bool) -> Vec<(Spot, Spot, u32)> {
    let value = |key: &str| world.parameters[key];
    let factor = |area: &str| value(&format!("congestion.{area}.{}", if peak { "peak" } else { "offpeak" }));
    let mut arcs: Vec<(Spot, Spot, u32)> = Vec::new();
    for link in &world.records.links {
        let expressway = link.class == LinkClass::Expressway;
        let key = match link.class {
            LinkClass::Expressway => format!("road.expressway.limit_{}", link.limit.unwrap().kmh()),
            LinkClass::Urban => "road.urban".to_string(),
            class => format!("road.{}.{}", class.word(), link.terrain.word()),
        };
        let free = (f64::from(link.length.metres()) * 36.0 / value(&key)).round();
        let area = if expressway { Some("expressway") } else { link.urban.map(Urban::word) };
        let time = area.map_or(free, |area| (free * factor(area)).round()) as u32;
        let levels =
            if expressway { link.refs.iter().map(|level| level.to_string()).collect() } else { vec![String::new()] };
        for level in levels {
            let (a, b) = ((link.from.text.to_string(), level.clone()), (link.to.text.to_string(), level));
            arcs.push((a.clone(), b.clone(), time));
            if !link.oneway {
                arcs.push((b, a, time));
            }
        }
    }
    let levels: BTreeSet<Spot> = arcs.iter().flat_map(|(a, b, _)| [a.clone(), b.clone()]).collect();
    let (ramp, system) = (value("car.ramp_min") * 300.0, value("car.system_interchange_min") * 600.0);
    for node in &world.records.nodes {
        let here: Vec<&Spot> = levels.iter().filter(|(id, level)| **id == *node.id.text && !level.is_empty()).collect();
        let surface = (node.id.text.to_string(), String::new());
        for &a in &here {
            if matches!(node.interchange, Interchange::Local | Interchange::Full) {
                arcs.push((a.clone(), surface.clone(), ramp as u32));
                arcs.push((surface.clone(), a.clone(), ramp as u32));
            }
            if matches!(node.interchange, Interchange::System | Interchange::Full) {
                arcs.extend(here.iter().filter(|b| **b != a).map(|&b| (a.clone(), b.clone(), system as u32)));
            }
        }
    }
    arcs
}

/// Shortest times from `start` by relaxing all arcs until nothing changes (Bellman & Ford).
fn relaxed<S: Ord + Clone>(start: S, arcs: &[(S, S, u32)]) -> BTreeMap<S, u32> {
    let mut times = BTreeMap::from([(start, 0)]);
    loop {
        let mut changed = false;
        for (from, to, time) in arcs {
            let Some(&before) = times.get(from) else { continue };
            if times.get(to).is_none_or(|&known| before + time < known) {
                times.insert(to.clone(), before + time);
                changed = true;
            }
        }
        if !changed {
            return times;
        }
    }
}

#[test]
fn roads_agree_with_a_slow_search_on_the_records() {
    let mut n_reached = 0;
    for case in 0..CASES {
        let world = whole_world(&mut Dice::new(case));
        let definition = if case % 2 == 0 { v5() } else { v6() };
        let arcs = road_arcs(&world, case % 2 == 1);
        let built = world.build();
        built.ask(&definition, |frozen| {
            let graph = &frozen.roads.graph;
            let surface = |at: usize| graph.surface(onehour::network::NodeIx(at as u32));
            for (at, node) in world.records.nodes.iter().enumerate() {
                let Some(start) = surface(at) else { continue };
                let slow = relaxed((node.id.text.to_string(), String::new()), &arcs);
                let unlimited = Duration::from_deciseconds(UNREACHED - 1);
                let quick = graph.search(Direction::Forward, &[(start, Duration::ZERO)], unlimited);
                for (to, other) in world.records.nodes.iter().enumerate() {
                    let Some(end) = surface(to) else { continue };
                    let quick = Some(quick.times[end as usize]).filter(|&time| time < UNREACHED);
                    let slow = slow.get(&(other.id.text.to_string(), String::new())).copied();
                    assert_eq!(quick, slow, "case {case}: {} to {}", node.id.text, other.id.text);
                    n_reached += usize::from(slow.is_some());
                }
            }
        });
    }
    assert!(n_reached > 5_000, "{n_reached} pairs are too few to tell");
}

#[test]
fn roads_agree_with_pathfinding_in_both_directions_and_within_limits() {
    for case in 0..CASES {
        let mut dice = Dice::new(case + 10_000);
        let built = whole_world(&mut dice).build();
        built.ask(&v5(), |frozen| {
            let graph = &frozen.roads.graph;
            let start = dice.below(graph.n_vertices()) as u32;
            let limit = Duration::from_mins(10 + dice.below(60) as u32);
            for direction in [Direction::Forward, Direction::Backward] {
                let tree = graph.search(direction, &[(start, Duration::ZERO)], limit);
                let next = |&vertex: &u32| {
                    graph.arcs(direction, vertex).map(|(head, time, _)| (head, time.deciseconds())).collect::<Vec<_>>()
                };
                let other = pathfinding::directed::dijkstra::dijkstra_all(&start, next);
                for vertex in (0..graph.n_vertices() as u32).filter(|&vertex| vertex != start) {
                    let time = other.get(&vertex).map_or(UNREACHED, |&(_, time)| time);
                    let expected = if time <= limit.deciseconds() { time } else { UNREACHED };
                    assert_eq!(tree.times[vertex as usize], expected, "case {case}");
                    // The path of the tree is a way of that length.
                    let (seed, path) = graph.path(direction, &tree, vertex);
                    if expected < UNREACHED {
                        assert_eq!(seed, start);
                        assert_eq!(path.iter().map(|step| step.1.deciseconds()).sum::<u32>(), expected);
                    }
                }
            }
        });
    }
}

#[test]
fn road_times_obey_the_triangle_inequality() {
    for case in 0..60 {
        let built = whole_world(&mut Dice::new(case + 20_000)).build();
        built.ask(&v5(), |frozen| {
            let graph = &frozen.roads.graph;
            let n = graph.n_vertices();
            let unlimited = Duration::from_deciseconds(UNREACHED - 1);
            let from = |vertex: usize| graph.search(Direction::Forward, &[(vertex as u32, Duration::ZERO)], unlimited).times;
            let times: Vec<Vec<u32>> = (0..n).map(from).collect();
            for (a, b, c) in (0..n).flat_map(|a| (0..n).flat_map(move |b| (0..n).map(move |c| (a, b, c)))) {
                assert!(times[a][c] <= times[a][b].saturating_add(times[b][c]), "case {case}: {a} {b} {c}");
            }
        });
    }
}

#[test]
fn stops_agree_with_relaxing_the_frozen_arcs() {
    for case in 0..CASES {
        let mut dice = Dice::new(case + 30_000);
        let built = whole_world(&mut dice).build();
        built.ask(&ladder()[case as usize % 6], |frozen| {
            let graph = &frozen.transit;
            let seed = vertex(StopIx(dice.below(built.network.stops.len()) as u32), State::Street);
            for direction in [Direction::Forward, Direction::Backward] {
                let states = built.network.stops.len() as u32 * 6;
                let arcs: Vec<(u32, u32, u32)> = (0..states)
                    .flat_map(|from| graph.arcs(direction, from).map(move |(to, time, _)| (from, to, time.deciseconds())))
                    .collect();
                let slow = relaxed(seed, &arcs);
                let tree = graph.search(direction, &[(seed, Duration::ZERO)]);
                for state in 0..states {
                    let expected = slow.get(&state).copied().unwrap_or(UNREACHED);
                    assert_eq!(tree.times[state as usize], expected, "case {case}");
                }
            }
        });
    }
}

/// A single train between two stops: deciseconds of the ride, whether reserved, whether waiting is capped as between cities.
type Train = (u32, bool, bool);

/// All trains that pass two stops in the window, one by one, from the records.
fn trains(world: &World, definition: &Definition) -> BTreeMap<(String, String), Vec<Train>> {
    let value = |key: &str| world.parameters[key];
    let lines: BTreeMap<String, _> = world.records.lines.iter().map(|line| (line.id.text.to_string(), line)).collect();
    let mut trains: BTreeMap<(String, String), Vec<Train>> = BTreeMap::new();
    for service in &world.records.services {
        let line = lines[&*service.calls[1].lines[0].text];
        let model = |part: &str| value(&format!("model.{}.{part}", line.model.text));
        let stop_id = |at: usize| match &line.at[at].place {
            LinePlace::Stop(stop) => stop.text.to_string(),
            _ => unreachable!("random lines have stops only"),
        };
        let position = |call: usize| (0..line.at.len()).find(|&at| stop_id(at) == *service.calls[call].stop.text).unwrap();
        let stretch = |a: usize, b: usize| {
            let (low, high) = (position(a).min(position(b)), position(a).max(position(b)));
            let delayed = (low + 1..=high).any(|at| line.at[at].delay.is_some());
            let metres = line.at[high].km.metres() - line.at[low].km.metres();
            ((f64::from(metres) * 36.0 / model("v_kmh")).round(), delayed)
        };
        for out in [true, false] {
            if !out && service.trips[0].direction == TripDirection::Out {
                continue;
            }
            let n = service.calls.len();
            let order: Vec<usize> = if out { (0..n).collect() } else { (0..n).rev().collect() };
            // Deciseconds in motion and at stops up to each call, and whether the delay was met.
            let run = |from: usize, to: usize| {
                let stretches = order[from..=to].windows(2).map(|pair| stretch(pair[0], pair[1]));
                let (moving, delayed) = stretches.fold((0.0, false), |sum, next| (sum.0 + next.0, sum.1 || next.1));
                let delay = if delayed { value("delay.throat") * 600.0 } else { 0.0 };
                (moving, delay, (to - from).saturating_sub(1) as f64 * model("s_min") * 600.0)
            };
            for (from, to) in (0..n).flat_map(|from| (from + 1..n).map(move |to| (from, to))) {
                let (moving, delay, stopping) = run(from, to);
                let time = model("c_min") * 600.0 + moving + delay + stopping;
                let shift = match definition.window.of {
                    WindowOf::Departure => {
                        let (moving, delay, stopping) = run(0, from);
                        moving + delay + stopping + if from > 0 { model("s_min") * 600.0 } else { 0.0 }
                    }
                    WindowOf::Arrival => {
                        let (moving, delay, stopping) = run(0, to);
                        model("c_min") * 600.0 + moving + delay + stopping
                    }
                };
                let leaves: Vec<f64> = match &service.trips[0].times {
                    TripTimes::At(times) => times.iter().map(|time| f64::from(time.seconds())).collect(),
                    TripTimes::Even { count, from, to } => {
                        let step = f64::from(to.seconds() - from.seconds()) / f64::from(*count);
                        (0..*count).map(|trip| f64::from(from.seconds()) + (f64::from(trip) + 0.5) * step).collect()
                    }
                    TripTimes::PerWeek(_) => unreachable!("taken out below"),
                };
                let (first, last) = (f64::from(definition.window.from.seconds()), f64::from(definition.window.to.seconds()));
                let n_trains = leaves.iter().filter(|&&at| (first..=last).contains(&(at + shift / 10.0))).count();
                let between_cities =
                    service.reserved && matches!(service.mode, LineMode::Hsr | LineMode::Rail | LineMode::Air);
                let stop = |call: usize| service.calls[order[call]].stop.text.to_string();
                let entry = trains.entry((stop(from), stop(to))).or_default();
                entry.extend(std::iter::repeat_n((time as u32, service.reserved, between_cities), n_trains));
            }
        }
    }
    trains
}

/// Deciseconds in the vehicle of the train that counts, and with the wait for those who turn up; for reserved trains or the others.
fn ride(trains: &[Train], reserved: bool, world: &World, definition: &Definition) -> Option<(u32, u32)> {
    let mut trains: Vec<&Train> = trains.iter().filter(|train| train.1 == reserved).collect();
    trains.sort();
    let k = definition.train_rank as usize;
    let planned = trains.get(k - 1)?.0;
    let minutes = definition.window.to.since(definition.window.from).minutes();
    let waits = trains.iter().enumerate().skip(k - 1).map(|(at, train)| {
        let cap = world.parameters[if train.2 { "wait.cap_regional_min" } else { "wait.cap_urban_min" }];
        train.0 + ((minutes / (at + 1) as f64 / 2.0).min(cap) * 600.0).round() as u32
    });
    Some((planned, waits.min()?))
}

/// The shortest journey between two places by trying all with up to `rides` rides.
struct BruteForce<'w> {
    world: &'w World,
    definition: &'w Definition,
    trains: BTreeMap<(String, String), Vec<Train>>,
    walks: Vec<(String, String, u32)>,
}

impl BruteForce<'_> {
    fn minutes(&self, key: &str, component: Component) -> u32 {
        if self.definition.counts(component) { (self.world.parameters[key] * 600.0).round() as u32 } else { 0 }
    }

    fn class(&self, stop: &str) -> StopClass {
        self.world.records.stops.iter().find(|known| *known.id.text == *stop).unwrap().class
    }

    fn transfer(&self, stop: &str) -> u32 {
        let family = match self.class(stop) {
            StopClass::Metro => "metro",
            StopClass::Bus => "bus",
            StopClass::Airport => "air",
            _ => "rail",
        };
        self.minutes(&format!("transfer.{family}_min"), Component::Transfer)
    }

    /// The time to get in at a stop, by whether the train is reserved.
    fn process(&self, stop: &str, reserved: bool) -> u32 {
        let class = self.class(stop);
        let usual = matches!(class, StopClass::Metro | StopClass::Bus | StopClass::Airport);
        let planned = reserved && !self.definition.spontaneous;
        let key = if usual || planned { class.word() } else { "unreserved" };
        self.minutes(&format!("process.{key}"), Component::Process)
    }

    fn exit(&self, stop: &str) -> u32 {
        self.minutes(&format!("exit.{}", self.class(stop).word()), Component::Exit)
    }

    /// The shortest from standing at `stop` to the street of a goal. `board` is what boarding costs by whether the train is reserved;
    /// who came by another train has planned for a reserved one.
    fn from(
        &self,
        stop: &str,
        board: &dyn Fn(bool) -> u32,
        changing: bool,
        goals: &BTreeSet<String>,
        rides: usize,
    ) -> Option<u32> {
        let mut best: Option<u32> = None;
        let mut offer = |time: u32| best = Some(best.map_or(time, |known: u32| known.min(time)));
        for ((from, to), trains) in self.trains.iter().filter(|((from, _), _)| from == stop && rides > 0) {
            assert_eq!(from, stop);
            for reserved in [true, false] {
                let Some((planned, waiting)) = ride(trains, reserved, self.world, self.definition) else { continue };
                let waits = !reserved || (self.definition.spontaneous && !changing);
                let counted = waits && self.definition.counts(Component::Wait);
                let there = board(reserved) + if counted { waiting } else { planned };
                if goals.contains(to) {
                    offer(there + self.exit(to));
                }
                let transfer = self.transfer(to);
                if let Some(rest) = self.from(to, &|_| transfer, true, goals, rides - 1) {
                    offer(there + rest);
                }
                for (_, next, walk) in self.walks.iter().filter(|(from, ..)| from == to) {
                    let into = if self.definition.counts(Component::Process) { 0 } else { self.transfer(next) };
                    let board = |reserved| self.process(next, reserved);
                    if let Some(rest) = self.from(next, &board, false, goals, rides - 1) {
                        offer(there + self.exit(to) + walk + into + rest);
                    }
                }
            }
        }
        best
    }
}

/// Walks between stops: those that are told, otherwise 10 minutes a kilometre up to 500 m.
fn walks(records: &NetworkRecords) -> Vec<(String, String, u32)> {
    let mut walks = Vec::new();
    for transfer in &records.transfers {
        let time = match transfer.length {
            TransferLength::Time(time) => time.deciseconds(),
            TransferLength::Walk(way) => way.metres() * 6,
        };
        walks.push((transfer.from.text.to_string(), transfer.to.text.to_string(), time));
    }
    for (at, a) in records.stops.iter().enumerate() {
        for b in &records.stops[at + 1..] {
            let metres = a.at.metres_to(b.at);
            let (a, b) = (a.id.text.to_string(), b.id.text.to_string());
            let told = walks.iter().any(|(c, d, _)| (*c == a && *d == b) || (*c == b && *d == a));
            if metres <= 500.0 && !told {
                walks.push((a, b, metres.round() as u32 * 6));
            }
        }
    }
    let back: Vec<_> = walks.iter().map(|(a, b, time)| (b.clone(), a.clone(), *time)).collect();
    walks.into_iter().chain(back).collect()
}

#[test]
fn journeys_by_train_agree_with_trying_all_of_them() {
    let mut n_reached = 0;
    for case in 0..CASES {
        let mut world = whole_world(&mut Dice::new(case + 40_000));
        world.records.stops.truncate(6);
        let known: BTreeSet<String> = world.records.stops.iter().map(|stop| stop.id.text.to_string()).collect();
        let holds = |id: &Named| known.contains(&*id.text);
        world.records.transfers.retain(|transfer| holds(&transfer.from) && holds(&transfer.to));
        world.records.services.retain(|service| {
            service.calls.iter().all(|call| holds(&call.stop)) && !matches!(service.trips[0].times, TripTimes::PerWeek(_))
        });
        world.records.services.truncate(4);
        let used: BTreeSet<String> =
            world.records.services.iter().map(|service| service.calls[1].lines[0].text.to_string()).collect();
        world.records.lines.retain(|line| used.contains(&*line.id.text));
        for line in &mut world.records.lines {
            line.at.retain(|at| matches!(&at.place, LinePlace::Stop(stop) if holds(stop)));
        }
        let mut definition = ladder()[case as usize % 4].clone();
        definition.train_rank = 1 + case as u32 / 4 % 3;
        if case % 3 == 0 {
            definition.window = v6().window;
        }
        let brute = BruteForce {
            world: &world,
            definition: &definition,
            trains: trains(&world, &definition),
            walks: walks(&world.records),
        };
        let stops_of = |place: &str| -> BTreeSet<String> {
            let serving = world.records.stops.iter().filter(|stop| stop.serves.iter().any(|id| *id.text == *place));
            serving.map(|stop| stop.id.text.to_string()).collect()
        };
        let built = world.build();
        built.ask(&definition, |frozen| {
            for (from, origin) in world.places.iter().enumerate() {
                let tree = frozen.tree(Endpoint::Place(PlaceIx(from as u32)), Direction::Forward, Mode::Transit);
                for (to, destination) in world.places.iter().enumerate().filter(|(to, _)| *to != from) {
                    let (starts, goals) = (stops_of(&origin.id.text), stops_of(&destination.id.text));
                    let expected = if starts.is_disjoint(&goals) {
                        let from =
                            |stop: &String| brute.from(stop, &|reserved| brute.process(stop, reserved), false, &goals, 4);
                        starts.iter().filter_map(from).min()
                    } else {
                        Some(0)
                    };
                    let time = tree.time(&Endpoint::Place(PlaceIx(to as u32))).time().map(Duration::deciseconds);
                    assert_eq!(
                        time, expected,
                        "case {case}: {} {} to {}",
                        definition.id, origin.id.text, destination.id.text
                    );
                    n_reached += usize::from(expected.is_some_and(|time| time > 0));
                }
            }
        });
    }
    assert!(n_reached > 500, "{n_reached} journeys are too few to tell");
}
