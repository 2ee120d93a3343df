//! One journey leg by leg: what each leg is, how long it takes, and where its figures come from. The legs sum to the time exactly.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::assumptions::{Feeder, counted, process_key, transfer_key};
use super::drives::{Drive, Drives, Route};
use super::freeze::End;
use super::rides::Ride;
use super::roads::Via;
use super::snap::{Along, Entry, Snapped};
use super::transit::{Move, stop_of, vertex};
use super::tree::{Tree, Way, component_of, street_of};
use super::{Direction, Endpoint};
use crate::input::vocabulary::Component;
use crate::network::territory::Surroundings;
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
        if *endpoint == self.root {
            return Some(Journey { total, legs: Vec::new() });
        }
        let point = self.frozen.index.endpoint(endpoint);
        let point = point.as_deref();
        let car = point.and_then(|point| self.car_way(point)).filter(|&(time, _)| time == total);
        let legs = match car {
            Some((_, drive)) => self.car_legs(endpoint, point?, drive.as_ref()),
            None => self.transit_legs(endpoint, point)?,
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

    fn car_legs(&self, endpoint: &Endpoint, point: &Snapped, drive: Option<&Drive>) -> Vec<Leg> {
        let (from, to) = self.ends(endpoint);
        let to_car = self.frozen.assumptions().walk_to_car();
        let to_car = counted(self.frozen.definition, Component::WalkToCar, to_car);
        let park = self.car_ends(point).saturating_sub(to_car);
        let mut legs = vec![self.end_leg(Component::WalkToCar, to_car, &from, "car.walk_to_car_min")];
        legs.extend(self.drive_legs(endpoint, point, drive));
        legs.push(self.end_leg(Component::Park, park, &to, "car.park_metropolis_min, car.park_other_min"));
        legs.retain(|leg| leg.kind == Component::Drive || leg.time > Duration::ZERO);
        legs
    }

    fn end_leg(&self, kind: Component, time: Duration, at: &str, source: &str) -> Leg {
        Leg {
            kind,
            mode: "walk",
            from: at.to_string(),
            to: at.to_string(),
            time,
            length: Distance::ZERO,
            service: None,
            source: source.to_string(),
            projects: Vec::new(),
        }
    }

    /// The drive between the root and a point in order of travel, one leg for each road; over local roads only without a `drive`.
    fn drive_legs(&self, endpoint: &Endpoint, point: &Snapped, drive: Option<&Drive>) -> Vec<Leg> {
        let (Some(drives), Some(root)) = (&self.car, &self.root_point) else { return Vec::new() };
        let other = self.name(endpoint);
        let legs = match (drive, self.local_trip(point)) {
            (Some(Drive::Network(far)), _) => {
                let route = drives.route(&self.frozen.roads, far);
                self.route_legs(root, &route, far, point, other)
            }
            (Some(Drive::Along(along)), _) => self.along_legs(root, along, point, other),
            (None, Some((time, around))) => vec![local_leg(self, root.at.metres_to(point.at), around, time, other)],
            (None, None) => Vec::new(),
        };
        merged(self.in_order_of_travel(legs, endpoint))
    }

    /// The legs of a drive over the network in the order of the search, each with the name of its end.
    fn route_legs(&self, root: &Snapped, route: &Route, far: &Entry, point: &Snapped, other: String) -> Vec<Leg> {
        let network = self.frozen.index.network();
        let near = &route.near;
        let to_joint = |entry: &Entry, around, name| {
            let projects = if entry.link.is_none() { self.frozen.roads.entry_projects(entry) } else { Vec::new() };
            Leg { projects, ..local_leg(self, entry.crow_m, around, entry.local, name) }
        };
        let mut legs = vec![to_joint(near, root.around, joint_name(self, near))];
        legs.extend(part_leg(self, near, node_name(self, near.vertex)));
        for &(vertex, time, via) in &route.arcs {
            let end = node_name(self, vertex);
            legs.push(match via {
                Via::Link(at, _) => {
                    let link = &network.links[at as usize];
                    link_leg(link, network, time, link.length, end)
                }
                Via::Ramp => ramp_leg(time, "car.ramp_min", end),
                Via::System => ramp_leg(time, "car.system_interchange_min", end),
            });
        }
        legs.extend(part_leg(self, far, joint_name(self, far)));
        legs.push(to_joint(far, point.around, other));
        legs
    }

    fn along_legs(&self, root: &Snapped, along: &Along, point: &Snapped, other: String) -> Vec<Leg> {
        let network = self.frozen.index.network();
        let link = &network.links[along.link as usize];
        let [(near_m, near), (far_m, far)] = along.local;
        vec![
            local_leg(self, near_m, root.around, near, road_name(link)),
            link_leg(link, network, along.part, part_of(link, along.share), road_name(link)),
            local_leg(self, far_m, point.around, far, other),
        ]
    }

    /// Legs in the order of the search that know their ends only, made whole and put in order of travel. What is neither way nor time
    /// falls out, unless it is there thanks to a project.
    fn in_order_of_travel(&self, mut legs: Vec<Leg>, endpoint: &Endpoint) -> Vec<Leg> {
        legs.retain(|leg| leg.time > Duration::ZERO || leg.length > Distance::ZERO || !leg.projects.is_empty());
        let mut before = self.name(&self.root);
        for leg in &mut legs {
            leg.from = std::mem::replace(&mut before, leg.to.clone());
        }
        if let Some(last) = legs.last_mut() {
            last.to = self.name(endpoint);
        }
        if self.direction == Direction::Backward {
            legs.reverse();
            for leg in &mut legs {
                std::mem::swap(&mut leg.from, &mut leg.to);
            }
        }
        legs
    }

    fn transit_legs(&self, endpoint: &Endpoint, point: Option<&Snapped>) -> Option<Vec<Leg>> {
        let tree = self.transit.as_ref()?;
        let far_end = End::of_root(self.direction).other();
        let ways = self.stop_ways(endpoint, point, far_end);
        let (_, way) = self.transit_way(endpoint, point, ways.iter().map(|&(stop, time, _)| (stop, time)))?;
        let stop = match way {
            Way::Direct(feeder) => return self.direct_legs(endpoint, point?, feeder),
            Way::Ride(stop) | Way::Shared(stop) => stop,
        };
        let &(_, rest, feeder) = ways.iter().find(|&&(known, ..)| known == stop)?;
        let mut legs = self.feeder_legs(endpoint, point, stop, rest, feeder, far_end);
        let mut at = vertex(stop, street_of(far_end));
        let mut middle = Vec::new();
        if let Way::Shared(_) = way {
            middle.push(vec![self.platform_leg(stop)]);
        } else {
            while let Some((before, weight, what)) = self.frozen.transit.before(self.direction, tree, at) {
                middle.push(self.move_legs(before, at, weight, what));
                at = before;
            }
        }
        let root_stop = stop_of(at);
        let &(_, root_time, root_feeder) = self.root_feeders.iter().find(|&&(known, ..)| known == root_stop)?;
        let near_end = End::of_root(self.direction);
        let near = self.feeder_legs(&self.root, self.root_point.as_ref(), root_stop, root_time, root_feeder, near_end);
        let legs = match self.direction {
            Direction::Forward => near.into_iter().chain(middle.into_iter().rev().flatten()).chain(legs.drain(..)).collect(),
            Direction::Backward => legs.drain(..).chain(middle.into_iter().flatten()).chain(near).collect::<Vec<Leg>>(),
        };
        let kept = |leg: &Leg| leg.kind == Component::Ride || leg.time > Duration::ZERO || !leg.projects.is_empty();
        Some(legs.into_iter().filter(kept).collect())
    }

    /// At a station that both ends use: nothing to do, but there thanks to whoever built it.
    fn platform_leg(&self, stop: StopIx) -> Leg {
        let network = self.frozen.index.network();
        let stop = network.stop(stop);
        let source = network.source_text(&stop.provenance.source).to_string();
        let projects = stop.projects.clone();
        Leg { projects, source, ..self.end_leg(Component::Transfer, Duration::ZERO, &stop.name, "") }
    }

    fn direct_legs(&self, endpoint: &Endpoint, point: &Snapped, feeder: Feeder) -> Option<Vec<Leg>> {
        let (time, _, around) = self.direct_trip(endpoint, point)?;
        let (from, to) = self.ends(endpoint);
        let crow = self.root_point.as_ref()?.at.metres_to(point.at);
        let length = feeder_way(self, crow, feeder, around);
        let source = feeder_source(feeder).to_string();
        let (kind, mode, projects) = (Component::Access, feeder_mode(feeder), Vec::new());
        Some(vec![Leg { kind, mode, from, to, time, length, service: None, source, projects }])
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
            _ => (feeder_way(self, crow, feeder, point.around), Vec::new()),
        };
        let (door, platform) = (self.name(endpoint), network.stop(stop).name.to_string());
        let (from, to) = if end == End::Access { (door, platform) } else { (platform, door) };
        let (kind, mode, source) = (component_of(end), feeder_mode(feeder), feeder_source(feeder).to_string());
        vec![Leg { kind, mode, from, to, time, length, service: None, source, projects }]
    }

    /// The length of the drive between a door and a station, and the projects whose roads it uses.
    fn feeder_drive(&self, point: &Snapped, stop: StopIx, end: End) -> (Distance, Vec<Arc<str>>) {
        let roads = &self.frozen.roads;
        let drives = roads.station_drives(stop, end);
        let (_, drive) = drives.best(roads, point).expect("a feeder by car has a drive");
        let links = self.links_of(&drives, &drive);
        let on_links: Distance = links.iter().map(|&(link, share)| part_of(link, share)).sum();
        let (near_m, far_m) = match &drive {
            Drive::Network(far) => (drives.route(roads, far).near.crow_m, far.crow_m),
            Drive::Along(along) => (along.local[0].0, along.local[1].0),
        };
        let station = self.frozen.index.stop(stop).expect("feeders lead to open stops, and these are snapped");
        let local = [(near_m, station.around), (far_m, point.around)];
        let local: Distance = local.iter().map(|&(crow, around)| self.frozen.assumptions().local_way(crow, around)).sum();
        (on_links + local, drives.projects(roads, &drive).into_iter().collect())
    }

    /// The links of a drive with the share of each that is used.
    fn links_of(&self, drives: &Drives, drive: &Drive) -> Vec<(&Link, f64)> {
        let link = |at: u32, share: f64| (&*self.frozen.index.network().links[at as usize], share);
        match drive {
            Drive::Network(far) => {
                let route = drives.route(&self.frozen.roads, far);
                let whole = route.arcs.iter().filter_map(|&(_, _, via)| match via {
                    Via::Link(at, _) => Some(link(at, 1.0)),
                    Via::Ramp | Via::System => None,
                });
                let ends = [route.near.link, far.link].into_iter().flatten().map(|(at, share)| link(at, share));
                whole.chain(ends).collect()
            }
            Drive::Along(along) => vec![link(along.link, along.share)],
        }
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
                vec![leg(Component::Process, "walk", Distance::ZERO, process_key(from.class, planned))]
            }
            Move::Change => vec![leg(Component::Transfer, "walk", Distance::ZERO, transfer_key(from.class))],
            Move::Exit => vec![leg(Component::Exit, "walk", Distance::ZERO, format!("exit.{}", to.class.word()))],
            Move::Walk(way, transfer) => {
                let built = transfer.map_or(&[][..], |at| &network.transfers[at as usize].projects);
                let mut walk = leg(Component::Transfer, "walk", way, "walk.speed_kmh".to_string());
                walk.projects.extend(built.iter().cloned());
                vec![walk]
            }
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

fn feeder_way(tree: &Tree, crow_m: f64, feeder: Feeder, around: Surroundings) -> Distance {
    let assumptions = tree.frozen.assumptions();
    match feeder {
        Feeder::Walk | Feeder::Ebike => Distance::from_metres((crow_m * assumptions.value("walk.detour")).round() as u32),
        _ => assumptions.local_way(crow_m, around),
    }
}

fn drive_leg(time: Duration, length: Distance, to: String) -> Leg {
    Leg {
        kind: Component::Drive,
        mode: "car",
        from: String::new(),
        to,
        time,
        length,
        service: None,
        source: String::new(),
        projects: Vec::new(),
    }
}

fn local_leg(tree: &Tree, crow_m: f64, around: Surroundings, time: Duration, to: String) -> Leg {
    Leg {
        service: Some("local roads".to_string()),
        source: "local.speed.*, local.detour.*".to_string(),
        ..drive_leg(time, tree.frozen.assumptions().local_way(crow_m, around), to)
    }
}

fn link_leg(link: &Link, network: &Network, time: Duration, length: Distance, to: String) -> Leg {
    Leg {
        service: Some(road_name(link)),
        source: network.source_text(&link.provenance.source).to_string(),
        projects: link.projects.clone(),
        ..drive_leg(time, length, to)
    }
}

fn ramp_leg(time: Duration, source: &str, to: String) -> Leg {
    Leg { kind: Component::Ramp, source: source.to_string(), ..drive_leg(time, Distance::ZERO, to) }
}

/// Between a joint and a vertex along the link, if the joint is on one.
fn part_leg(tree: &Tree, entry: &Entry, to: String) -> Option<Leg> {
    let network = tree.frozen.index.network();
    let (at, share) = entry.link?;
    let link = &network.links[at as usize];
    Some(link_leg(link, network, entry.part, part_of(link, share), to))
}

fn part_of(link: &Link, share: f64) -> Distance {
    Distance::from_metres((f64::from(link.length.metres()) * share).round() as u32)
}

/// The name of the place where a point meets the network: the road, or the node where it is one.
fn joint_name(tree: &Tree, entry: &Entry) -> String {
    match entry.link {
        Some((at, share)) if share > 0.0 => road_name(&tree.frozen.index.network().links[at as usize]),
        _ => node_name(tree, entry.vertex),
    }
}

/// Numbers and name of a road, or its class where it has neither.
pub fn road_name(link: &Link) -> String {
    let mut parts: Vec<&str> = link.refs.iter().map(|number| &**number).collect();
    parts.extend(link.name.as_deref().filter(|name| !name.is_empty()));
    if parts.is_empty() { format!("{} road", link.class.word()) } else { parts.join(" ") }
}

fn node_name(tree: &Tree, vertex: u32) -> String {
    let node = tree.frozen.index.network().node(tree.frozen.roads.graph.node(vertex));
    node.name.as_deref().map_or_else(|| coordinates(node.at), str::to_string)
}

fn coordinates(at: crate::geo::LonLat) -> String {
    format!("{:.4},{:.4}", at.lon, at.lat)
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
