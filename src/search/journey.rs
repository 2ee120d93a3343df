//! One journey leg by leg: what each leg is, how long it takes, and where its figures come from. The legs sum to the time exactly.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::assumptions::{Feeder, counted};
use super::freeze::End;
use super::rides::Ride;
use super::roads::{RoadTree, UNREACHED, Via};
use super::snap::{Entry, Snapped};
use super::transit::{Move, stop_of, vertex};
use super::tree::{Tree, component_of, street_of};
use super::{Direction, Endpoint};
use crate::input::vocabulary::{Component, Mode};
use crate::network::{Link, Network, StopIx};
use crate::units::{Distance, Duration};

/// A journey.
#[derive(Debug, Clone, PartialEq)]
pub struct Journey {
    /// Door to door: the sum of the legs.
    pub total: Duration,
    /// The legs in order of travel.
    pub legs: Vec<Leg>,
}

impl Journey {
    /// The way of all legs.
    pub fn length(&self) -> Distance {
        self.legs.iter().map(|leg| leg.length).sum()
    }

    /// The projects whose links, stops or services it uses.
    pub fn projects(&self) -> BTreeSet<Arc<str>> {
        self.legs.iter().flat_map(|leg| leg.projects.iter().cloned()).collect()
    }

    /// The time of all legs of one kind.
    pub fn time_of(&self, kind: Component) -> Duration {
        self.legs.iter().filter(|leg| leg.kind == kind).map(|leg| leg.time).sum()
    }
}

/// A leg of a journey.
#[derive(Debug, Clone, PartialEq)]
pub struct Leg {
    /// Which component of the definition it is.
    pub kind: Component,
    /// On what: `walk`, `ebike`, `local_bus`, `car`, `taxi`, `hsr`, `rail`, `suburban`, `metro`, `bus`, `air`.
    pub mode: &'static str,
    /// Where it begins.
    pub from: String,
    /// Where it ends.
    pub to: String,
    /// How long it takes; zero for what the definition does not count.
    pub time: Duration,
    /// Its way; zero where one stands or waits.
    pub length: Distance,
    /// The service or road.
    pub service: Option<String>,
    /// Where its figures come from.
    pub source: String,
    /// Projects that built or changed what it uses.
    pub projects: Vec<Arc<str>>,
}

impl Tree<'_> {
    /// The best journey to an endpoint (from it, backwards), if there is one.
    pub fn journey(&self, endpoint: &Endpoint) -> Option<Journey> {
        let total = self.time(endpoint).time()?;
        let point = self.frozen.index.endpoint(endpoint);
        let point = point.as_deref();
        let legs = if *endpoint == self.root {
            Vec::new()
        } else {
            let by_car = || self.car_legs(endpoint, point?, total);
            let by_transit = || self.transit_legs(endpoint, point, total);
            match self.mode {
                Mode::Car => by_car()?,
                Mode::Transit | Mode::Feeder => by_transit()?,
                Mode::Best => by_car().or_else(by_transit)?,
            }
        };
        let sum: Duration = legs.iter().map(|leg| leg.time).sum();
        assert_eq!(sum, total, "the legs of a journey sum to its time");
        Some(Journey { total, legs })
    }

    /// The name of an endpoint as people write it.
    pub fn name(&self, endpoint: &Endpoint) -> String {
        let (network, territory) = (self.frozen.index.network(), self.frozen.index.territory());
        match *endpoint {
            Endpoint::Place(place) => territory.place(place).name_zh.clone(),
            Endpoint::Centre(place, centre) => territory.place(place).centres[centre].name.clone(),
            Endpoint::Cell(cell) => coordinates(territory.cells[cell].at),
            Endpoint::Stop(stop) => network.stop(stop).name.to_string(),
            Endpoint::Point(at) => coordinates(at),
        }
    }

    /// Origin and destination by name, in order of travel.
    fn ends(&self, endpoint: &Endpoint) -> (String, String) {
        let (root, other) = (self.name(&self.root), self.name(endpoint));
        if self.direction == Direction::Forward { (root, other) } else { (other, root) }
    }

    fn car_legs(&self, endpoint: &Endpoint, point: &Snapped, total: Duration) -> Option<Vec<Leg>> {
        let tree = self.car.as_ref()?;
        let (from, to) = self.ends(endpoint);
        let drive = total.saturating_sub(self.car_ends(point));
        if self.car_ends(point) + drive != total {
            return None;
        }
        let mut driven = match self.best_entry(point, tree, drive) {
            Some(entry) => self.drive_legs(point, &entry, tree),
            None if self.local_trip(point) == Some(drive) => {
                let crow = self.root_point.as_ref()?.at.metres_to(point.at);
                vec![local_leg(self, crow, point, drive)]
            }
            None => return None,
        };
        join_names(&mut driven, &from, &to);
        let assumptions = self.frozen.assumptions();
        let definition = self.frozen.definition;
        let to_car = counted(definition, Component::WalkToCar, assumptions.walk_to_car());
        let park = self.car_ends(point).saturating_sub(to_car);
        let end_leg = |kind, time, at: &str, source: &str| Leg {
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
        let mut legs = vec![end_leg(Component::WalkToCar, to_car, &from, "car.walk_to_car_min")];
        legs.append(&mut driven);
        legs.push(end_leg(Component::Park, park, &to, "car.park_metropolis_min, car.park_other_min"));
        legs.retain(|leg| leg.kind == Component::Drive || leg.time > Duration::ZERO);
        Some(legs)
    }

    /// The entry by which the driving time comes about.
    fn best_entry(&self, point: &Snapped, tree: &RoadTree, drive: Duration) -> Option<Entry> {
        let reached = |entry: &Entry| Duration::from_deciseconds(tree.times[entry.vertex as usize]) + entry.time();
        self.entries(Some(point), self.far_direction())
            .into_iter()
            .find(|entry| reached(entry) == drive && drive.deciseconds() < UNREACHED)
    }

    /// The drive between the root and a point, in order of travel, one leg for each road.
    fn drive_legs(&self, point: &Snapped, far: &Entry, tree: &RoadTree) -> Vec<Leg> {
        let graph = &self.frozen.roads.graph;
        let network = self.frozen.index.network();
        let (seed, path) = graph.path(self.direction, tree, far.vertex);
        let start = Duration::from_deciseconds(tree.times[seed as usize]);
        let near = self
            .entries(self.root_point.as_ref(), self.direction)
            .into_iter()
            .find(|entry| entry.vertex == seed && entry.time() == start);
        let mut legs = Vec::new();
        let root = self.root_point.as_ref().expect("a tree with roads has a root point");
        if let Some(near) = near {
            legs.extend(entry_legs(self, &near, root));
        }
        for (vertex, time, via) in path {
            let end = node_name(network, graph.node(vertex));
            legs.push(match via {
                Via::Link(at, _) => {
                    link_leg(&network.links[at as usize], network, time, network.links[at as usize].length, end)
                }
                Via::Ramp | Via::System => Leg {
                    kind: Component::Ramp,
                    mode: "car",
                    from: String::new(),
                    to: end,
                    time,
                    length: Distance::ZERO,
                    service: None,
                    source: if via == Via::Ramp { "car.ramp_min" } else { "car.system_interchange_min" }.to_string(),
                    projects: Vec::new(),
                },
            });
        }
        let mut last = entry_legs(self, far, point);
        turn(&mut last);
        legs.append(&mut last);
        if self.direction == Direction::Backward {
            turn(&mut legs);
        }
        merged(legs)
    }

    fn transit_legs(&self, endpoint: &Endpoint, point: Option<&Snapped>, total: Duration) -> Option<Vec<Leg>> {
        let tree = self.transit.as_ref()?;
        let far_end = End::of_root(self.direction).other();
        let state = street_of(far_end);
        let arrival =
            |stop: StopIx, rest: Duration| Duration::from_deciseconds(tree.times[vertex(stop, state) as usize]) + rest;
        let ways = self.stop_ways(endpoint, point, far_end);
        let Some(&(stop, rest, feeder)) =
            ways.iter().find(|&&(stop, rest, _)| arrival(stop, rest) == total && total.deciseconds() < UNREACHED)
        else {
            return self.walk_legs(endpoint, point, total);
        };
        let mut legs = self.feeder_legs(endpoint, point, stop, rest, feeder, far_end);
        let mut at = vertex(stop, state);
        let mut middle = Vec::new();
        while let Some((before, weight, what)) = self.frozen.transit.before(self.direction, tree, at) {
            middle.push(self.move_legs(before, at, weight, what));
            at = before;
        }
        let root_stop = stop_of(at);
        let &(_, root_time, root_feeder) = self.root_feeders.iter().find(|&&(known, ..)| known == root_stop)?;
        let near = self.feeder_legs(
            &self.root,
            self.root_point.as_ref(),
            root_stop,
            root_time,
            root_feeder,
            End::of_root(self.direction),
        );
        let legs = match self.direction {
            Direction::Forward => near.into_iter().chain(middle.into_iter().rev().flatten()).chain(legs.drain(..)).collect(),
            Direction::Backward => legs.drain(..).chain(middle.into_iter().flatten()).chain(near).collect::<Vec<Leg>>(),
        };
        Some(legs.into_iter().filter(|leg| leg.kind == Component::Ride || leg.time > Duration::ZERO).collect())
    }

    fn walk_legs(&self, endpoint: &Endpoint, point: Option<&Snapped>, total: Duration) -> Option<Vec<Leg>> {
        if total == Duration::ZERO {
            return Some(Vec::new());
        }
        let point = point?;
        let (time, feeder) = self.walk_trip(endpoint, point)?;
        let (from, to) = self.ends(endpoint);
        let crow = self.root_point.as_ref()?.at.metres_to(point.at);
        let length = feeder_way(self, crow, feeder, point);
        (time == total).then(|| {
            let source = feeder_source(feeder).to_string();
            let (kind, mode, projects) = (Component::Access, feeder_mode(feeder), Vec::new());
            vec![Leg { kind, mode, from, to, time, length, service: None, source, projects }]
        })
    }

    /// The way between a door and a stop.
    fn feeder_legs(
        &self,
        endpoint: &Endpoint,
        point: Option<&Snapped>,
        stop: StopIx,
        time: Duration,
        feeder: Option<Feeder>,
        end: End,
    ) -> Vec<Leg> {
        let (Some(feeder), Some(point)) = (feeder, point) else { return Vec::new() };
        let network = self.frozen.index.network();
        let crow = point.at.metres_to(network.stop(stop).at);
        let (length, projects) = match feeder {
            Feeder::Car | Feeder::Taxi => self.feeder_drive(point, stop, end),
            _ => (feeder_way(self, crow, feeder, point), Vec::new()),
        };
        let (door, platform) = (self.name(endpoint), network.stop(stop).name.to_string());
        let (from, to) = if end == End::Access { (door, platform) } else { (platform, door) };
        let (kind, mode, source) = (component_of(end), feeder_mode(feeder), feeder_source(feeder).to_string());
        vec![Leg { kind, mode, from, to, time, length, service: None, source, projects }]
    }

    /// The length of the drive between a door and a station, and the projects whose roads it uses.
    fn feeder_drive(&self, point: &Snapped, stop: StopIx, end: End) -> (Distance, Vec<Arc<str>>) {
        let (graph, network) = (&self.frozen.roads.graph, self.frozen.index.network());
        let direction = end.direction();
        let near = self.entries(Some(point), direction);
        let seeds: Vec<(u32, Duration)> = near.iter().map(|entry| (entry.vertex, entry.time())).collect();
        let tree = graph.search(direction, &seeds, self.frozen.assumptions().minutes("access.car_max_min"));
        let Some(station) = self.frozen.index.stop(stop) else { return (Distance::ZERO, Vec::new()) };
        let other = if direction == Direction::Forward { Direction::Backward } else { Direction::Forward };
        let reached = |entry: &Entry| Duration::from_deciseconds(tree.times[entry.vertex as usize]) + entry.time();
        let Some(far) = self.entries(Some(station), other).into_iter().min_by_key(|entry| (reached(entry), entry.vertex))
        else {
            return (Distance::ZERO, Vec::new());
        };
        let (seed, path) = graph.path(direction, &tree, far.vertex);
        let start = near.iter().filter(|entry| entry.vertex == seed).min_by_key(|entry| entry.time());
        let mut length: Distance =
            start.map_or(Distance::ZERO, |entry| entry_way(self, entry, point)) + entry_way(self, &far, station);
        let mut projects: BTreeSet<Arc<str>> = BTreeSet::new();
        for (_, _, via) in path {
            if let Via::Link(at, _) = via {
                length = length + network.links[at as usize].length;
                projects.extend(network.links[at as usize].projects.iter().cloned());
            }
        }
        (length, projects.into_iter().collect())
    }

    /// The legs of one move between two states, whichever way the tree was searched.
    fn move_legs(&self, before: u32, at: u32, weight: Duration, what: Move) -> Vec<Leg> {
        let network = self.frozen.index.network();
        let (from, to) = if self.direction == Direction::Forward { (before, at) } else { (at, before) };
        let (from, to) = (network.stop(stop_of(from)), network.stop(stop_of(to)));
        let leg = |kind, mode, length, source: String| Leg {
            kind,
            mode,
            from: from.name.to_string(),
            to: to.name.to_string(),
            time: weight,
            length,
            service: None,
            source,
            projects: distinct(from.projects.iter().chain(&to.projects)),
        };
        match what {
            Move::Process { planned } => {
                let source =
                    if planned { format!("process.{}", from.class.word()) } else { "process.unreserved".to_string() };
                vec![leg(Component::Process, "walk", Distance::ZERO, source)]
            }
            Move::Change => vec![leg(Component::Transfer, "walk", Distance::ZERO, "transfer.*".to_string())],
            Move::Exit => vec![leg(Component::Exit, "walk", Distance::ZERO, format!("exit.{}", to.class.word()))],
            Move::Walk(way) => vec![leg(Component::Transfer, "walk", way, "walk.speed_kmh".to_string())],
            Move::Ride { ride, waiting } => ride_legs(network, &self.frozen.transit.rides[ride as usize], waiting, weight),
        }
    }
}

fn ride_legs(network: &Network, ride: &Ride, waiting: bool, weight: Duration) -> Vec<Leg> {
    let (chosen, ride_projects) = ride.choice(waiting);
    let service = &network.services[chosen.service as usize];
    let (from, to) = (network.stop(ride.from), network.stop(ride.to));
    let stop_projects = from.projects.iter().chain(&to.projects);
    let leg = |kind, from: &str, to: &str, time, length| Leg {
        kind,
        mode: service.mode.word(),
        from: from.to_string(),
        to: to.to_string(),
        time,
        length,
        service: Some(service.name.to_string()),
        source: network.source_text(&service.provenance.source).to_string(),
        projects: distinct(ride_projects.iter().chain(stop_projects.clone())),
    };
    let wait = if waiting { weight.saturating_sub(chosen.run) } else { Duration::ZERO };
    let run = weight.saturating_sub(wait);
    let mut legs = Vec::new();
    if wait > Duration::ZERO {
        legs.push(leg(Component::Wait, &from.name, &from.name, wait, Distance::ZERO));
    }
    legs.push(leg(Component::Ride, &from.name, &to.name, run, chosen.length));
    legs
}

/// Each project once, in order.
fn distinct<'p>(projects: impl Iterator<Item = &'p Arc<str>>) -> Vec<Arc<str>> {
    projects.cloned().collect::<BTreeSet<Arc<str>>>().into_iter().collect()
}

fn feeder_mode(feeder: Feeder) -> &'static str {
    match feeder {
        Feeder::Walk => "walk",
        Feeder::Ebike => "ebike",
        Feeder::LocalBus => "local_bus",
        Feeder::Car => "car",
        Feeder::Taxi => "taxi",
    }
}

fn feeder_source(feeder: Feeder) -> &'static str {
    match feeder {
        Feeder::Walk => "walk.speed_kmh, walk.detour",
        Feeder::Ebike => "ebike.speed_kmh, walk.detour",
        Feeder::LocalBus => "local_bus.speed_kmh, local_bus.wait_min, local.detour.urban",
        Feeder::Car => "road.*, car.walk_to_car_min, car.park_other_min",
        Feeder::Taxi => "road.*, taxi.pickup_min",
    }
}

fn feeder_way(tree: &Tree, crow_m: f64, feeder: Feeder, point: &Snapped) -> Distance {
    let assumptions = tree.frozen.assumptions();
    match feeder {
        Feeder::Walk | Feeder::Ebike => Distance::from_metres((crow_m * assumptions.value("walk.detour")).round() as u32),
        _ => assumptions.local_way(crow_m, point.around),
    }
}

fn local_leg(tree: &Tree, crow_m: f64, point: &Snapped, time: Duration) -> Leg {
    Leg {
        kind: Component::Drive,
        mode: "car",
        from: String::new(),
        to: String::new(),
        time,
        length: tree.frozen.assumptions().local_way(crow_m, point.around),
        service: Some("local roads".to_string()),
        source: "local.speed.*, local.detour.*".to_string(),
        projects: Vec::new(),
    }
}

fn entry_way(tree: &Tree, entry: &Entry, point: &Snapped) -> Distance {
    let on_link =
        entry.link.map_or(Distance::ZERO, |(at, share)| part_of(&tree.frozen.index.network().links[at as usize], share));
    tree.frozen.assumptions().local_way(entry.crow_m, point.around) + on_link
}

fn part_of(link: &Link, share: f64) -> Distance {
    Distance::from_metres((f64::from(link.length.metres()) * share).round() as u32)
}

/// From a point to its vertex: over local roads, then along the link.
fn entry_legs(tree: &Tree, entry: &Entry, point: &Snapped) -> Vec<Leg> {
    let network = tree.frozen.index.network();
    let end = node_name(network, tree.frozen.roads.graph.node(entry.vertex));
    let mut legs = vec![local_leg(tree, entry.crow_m, point, entry.local)];
    if let Some((at, share)) = entry.link {
        let link = &network.links[at as usize];
        legs[0].to = road_name(link);
        legs.push(link_leg(link, network, entry.part, part_of(link, share), end));
    }
    legs
}

fn link_leg(link: &Link, network: &Network, time: Duration, length: Distance, to: String) -> Leg {
    Leg {
        kind: Component::Drive,
        mode: "car",
        from: String::new(),
        to,
        time,
        length,
        service: Some(road_name(link)),
        source: network.source_text(&link.provenance.source).to_string(),
        projects: link.projects.clone(),
    }
}

/// Numbers and name of a road, or its class where it has neither.
pub fn road_name(link: &Link) -> String {
    let mut parts: Vec<&str> = link.refs.iter().map(|number| &**number).collect();
    parts.extend(link.name.as_deref().filter(|name| !name.is_empty()));
    if parts.is_empty() { format!("{} road", link.class.word()) } else { parts.join(" ") }
}

fn node_name(network: &Network, node: crate::network::NodeIx) -> String {
    let node = network.node(node);
    node.name.as_deref().map_or_else(|| coordinates(node.at), str::to_string)
}

fn coordinates(at: crate::geo::LonLat) -> String {
    format!("{:.4},{:.4}", at.lon, at.lat)
}

/// The same legs the other way round.
fn turn(legs: &mut [Leg]) {
    legs.reverse();
    for leg in legs {
        std::mem::swap(&mut leg.from, &mut leg.to);
    }
}

/// Joins neighbouring drives on the same road, and ramps with ramps.
fn merged(legs: Vec<Leg>) -> Vec<Leg> {
    let mut merged: Vec<Leg> = Vec::new();
    for leg in legs {
        match merged.last_mut() {
            Some(last)
                if last.kind == leg.kind
                    && last.service == leg.service
                    && last.projects == leg.projects
                    && last.source == leg.source =>
            {
                last.time += leg.time;
                last.length = last.length + leg.length;
                last.to = leg.to;
            }
            _ => merged.push(leg),
        }
    }
    merged
}

/// Names the ends of a chain of drives: each begins where the one before it ends.
fn join_names(legs: &mut [Leg], from: &str, to: &str) {
    for at in (0..legs.len()).rev() {
        if at + 1 < legs.len() && legs[at].to.is_empty() {
            legs[at].to = legs[at + 1].from.clone();
        }
    }
    let mut before = from.to_string();
    for leg in legs.iter_mut() {
        leg.from = before;
        before = leg.to.clone();
    }
    if let Some(last) = legs.last_mut() {
        last.to = to.to_string();
    }
}
