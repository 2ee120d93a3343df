//! By road to the nearest national road, expressway entrance, station or airport (METHOD §7.4 R-H).
//!
//! The time is that of a car under the target's definition, from the point of the place:
//!
//! - **national road**: to the nearest point where an ordinary road that is national begins, or straight onto it where the
//!   place joins one. National is a link of class `national`, and one of another class with a national number (G and three
//!   digits, GB/T 917), since a national road rebuilt to a higher class remains one;
//! - **expressway**: to the node of an interchange with ordinary roads, before its ramp;
//! - **railway station**: to an open station where a train calls; **high-speed station**: where a high-speed train calls;
//!   **airport**: where an aircraft calls. Parking counts where the definition counts it.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::assumptions::counted;
use super::engine::Found;
use super::freeze::Frozen;
use super::roads::UNREACHED;
use super::snap::JointRoad;
use super::{Direction, Endpoint, Outcome, Reason};
use crate::input::targets::Feature;
use crate::input::vocabulary::{Component, Interchange, LineMode, LinkClass, Mode, StopClass};
use crate::network::territory::PlaceIx;
use crate::network::{Link, Network, NodeIx, StopIx};
use crate::units::Duration;

/// The nearest feature of a place over the roads of a frozen network.
pub(super) fn nearest(frozen: &Frozen, place: PlaceIx, feature: Feature) -> Found {
    match feature {
        Feature::NationalRoad | Feature::Expressway => nearest_road(frozen, place, feature),
        Feature::RailStation | Feature::HsrStation | Feature::Airport => nearest_stop(frozen, place, feature),
    }
}

fn nearest_road(frozen: &Frozen, place: PlaceIx, feature: Feature) -> Found {
    let network = frozen.index.network();
    let graph = &frozen.roads.graph;
    let point = frozen.index.endpoint(&Endpoint::Place(place)).expect("every place is snapped");
    if point.joints.is_empty() {
        return Found { time: Outcome::NotTested(Reason::NoRoadInReach), id: None };
    }
    let entries = point.entries(graph, network, frozen.assumptions(), Direction::Forward);
    let seeds: Vec<(u32, Duration)> = entries.iter().map(|entry| (entry.vertex, entry.time())).collect();
    let tree = graph.search(Direction::Forward, &seeds, Duration::from_deciseconds(UNREACHED - 1));
    let at_node = |node: NodeIx| {
        let vertex = graph.surface(node)?;
        let time = tree.times[vertex as usize];
        (time < UNREACHED).then(|| (Duration::from_deciseconds(time), Arc::clone(&network.node(node).id)))
    };
    let nodes = if feature == Feature::NationalRoad { national_nodes(network) } else { entrances(network) };
    let mut best = nodes.into_iter().filter_map(at_node).min();
    if feature == Feature::NationalRoad {
        let joined = point.joints.iter().filter_map(|joint| match joint.road {
            JointRoad::Link(link, _) if is_national(&network.links[link as usize]) => {
                let local = frozen.assumptions().local_time(joint.crow_m, point.around);
                Some((local, Arc::clone(&network.links[link as usize].id)))
            }
            _ => None,
        });
        best = best.into_iter().chain(joined).min();
    }
    let to_car = frozen.assumptions().minutes("car.walk_to_car_min");
    let to_car = counted(frozen.definition, Component::WalkToCar, to_car);
    match best {
        Some((time, id)) => Found { time: Outcome::Reached(time + to_car), id: Some(id) },
        None => Found { time: Outcome::Unreachable(Reason::NoRoad), id: None },
    }
}

fn nearest_stop(frozen: &Frozen, place: PlaceIx, feature: Feature) -> Found {
    let network = frozen.index.network();
    let tree = frozen.tree(Endpoint::Place(place), Direction::Forward, Mode::Car);
    let times = served_stops(network, feature).into_iter().map(|stop| (tree.time(&Endpoint::Stop(stop)), stop));
    let best = times.min_by_key(|(time, stop)| (time.slowness(), *stop));
    match best {
        Some((time, stop)) => Found { time, id: time.time().map(|_| Arc::clone(&network.stop(stop).id)) },
        None => Found { time: Outcome::Unreachable(Reason::NoLine), id: None },
    }
}

fn is_national(link: &Link) -> bool {
    let numbered = |number: &Arc<str>| {
        let digits = number.strip_prefix('G').unwrap_or("");
        digits.len() == 3 && digits.bytes().all(|digit| digit.is_ascii_digit())
    };
    link.class == LinkClass::National || (link.class != LinkClass::Expressway && link.refs.iter().any(numbered))
}

fn national_nodes(network: &Network) -> BTreeSet<NodeIx> {
    network.links.iter().filter(|link| is_national(link)).flat_map(|link| [link.from, link.to]).collect()
}

/// Nodes with an expressway and ramps to other roads.
fn entrances(network: &Network) -> BTreeSet<NodeIx> {
    let expressways = network.links.iter().filter(|link| link.class == LinkClass::Expressway);
    let ramps = |node: &NodeIx| matches!(network.node(*node).interchange, Interchange::Local | Interchange::Full);
    expressways.flat_map(|link| [link.from, link.to]).filter(ramps).collect()
}

/// Open stops of the kind where at least one trip of the kind calls.
pub(super) fn served_stops(network: &Network, feature: Feature) -> BTreeSet<StopIx> {
    let runs = |mode: LineMode| match feature {
        Feature::HsrStation => mode == LineMode::Hsr,
        Feature::Airport => mode == LineMode::Air,
        _ => matches!(mode, LineMode::Hsr | LineMode::Rail | LineMode::Suburban),
    };
    let is_kind = |stop: StopIx| {
        let class = network.stop(stop).class;
        let airport = class == StopClass::Airport;
        let rail = !airport && !matches!(class, StopClass::Metro | StopClass::Bus);
        network.stop(stop).open && if feature == Feature::Airport { airport } else { rail }
    };
    let services = network.services.iter().filter(|service| runs(service.mode) && !service.trips.is_empty());
    let calls = services.flat_map(|service| &service.calls).filter(|call| !call.pass);
    calls.map(|call| call.stop).filter(|&stop| is_kind(stop)).collect()
}
