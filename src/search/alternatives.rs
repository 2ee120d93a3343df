//! Other ways for one car journey: loopless paths in order of time, by Yen's algorithm of `pathfinding`.

use std::collections::{BTreeMap, BTreeSet};

use pathfinding::directed::yen::yen;

use super::freeze::Frozen;
use super::journey::road_name;
use super::roads::Via;
use super::snap::{Entry, Snapped};
use super::{Direction, Endpoint};
use crate::network::Network;
use crate::units::{Distance, Duration};

/// One way among several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alternative {
    /// Driving time from point to point, ramps included where the definition counts them; nothing else.
    pub time: Duration,
    /// Positions of the links it uses, in order.
    pub links: Vec<u32>,
    /// The roads it uses in order, by numbers and name, each with the length of the links on it.
    pub roads: Vec<(String, Distance)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Spot {
    Origin,
    Road(u32),
    Destination,
}

/// Up to `n` ways that differ from each other in at least `differing` of the time of the fastest (0 to 1), fastest first. Yen's paths
/// come in order of time and often differ by a junction only, so more are drawn than are kept, up to `16 · n`.
pub fn alternatives(frozen: &Frozen, from: &Endpoint, to: &Endpoint, n: usize, differing: f64) -> Vec<Alternative> {
    let graph = &frozen.roads.graph;
    let (Some(origin), Some(destination)) = (frozen.index.endpoint(from), frozen.index.endpoint(to)) else {
        return Vec::new();
    };
    let network = frozen.index.network();
    let entries = |point: &Snapped, direction| {
        let mut entries = point.entries(graph, network, frozen.assumptions(), direction);
        entries.sort_by_key(|entry| (entry.vertex, entry.time()));
        entries.dedup_by_key(|entry| entry.vertex);
        entries
    };
    let starts = entries(&origin, Direction::Forward);
    let ends = entries(&destination, Direction::Backward);
    // Yen's algorithm adds up all arcs between two vertices, so only the quickest may be shown to it.
    let successors = |spot: &Spot| -> Vec<(Spot, u32)> {
        match *spot {
            Spot::Origin => starts.iter().map(|entry| (Spot::Road(entry.vertex), entry.time().deciseconds())).collect(),
            Spot::Road(vertex) => {
                let mut on: BTreeMap<u32, u32> = BTreeMap::new();
                for (head, time, _) in graph.arcs(Direction::Forward, vertex) {
                    let known = on.entry(head).or_insert(time.deciseconds());
                    *known = (*known).min(time.deciseconds());
                }
                let off = ends.iter().find(|entry| entry.vertex == vertex);
                let off = off.map(|entry| (Spot::Destination, entry.time().deciseconds()));
                on.into_iter().map(|(head, time)| (Spot::Road(head), time)).chain(off).collect()
            }
            Spot::Destination => Vec::new(),
        }
    };
    let paths = yen(&Spot::Origin, successors, |spot| *spot == Spot::Destination, n * 16);
    let mut kept: Vec<Alternative> = Vec::new();
    for (path, time) in paths {
        let links = links_of(frozen, &path, &starts, &ends);
        if links.iter().collect::<BTreeSet<_>>().len() < links.len() {
            continue; // It turns round on the road it begins or ends on.
        }
        let roads = roads_of(network, &links);
        let alternative = Alternative { time: Duration::from_deciseconds(time), links, roads };
        let fastest = kept.first().map_or(alternative.time, |first| first.time);
        let apart = |other: &Alternative| {
            let unshared = unshared(frozen, &alternative, other);
            unshared > Duration::ZERO && unshared.minutes() >= differing * fastest.minutes()
        };
        if kept.iter().all(apart) {
            kept.push(alternative);
        }
        if kept.len() == n {
            break;
        }
    }
    kept
}

/// The links of a path, those on which it begins and ends included.
fn links_of(frozen: &Frozen, path: &[Spot], starts: &[Entry], ends: &[Entry]) -> Vec<u32> {
    let joined = |entries: &[Entry], vertex| {
        let entry = entries.iter().find(|entry| entry.vertex == vertex);
        entry.and_then(|entry| entry.link).filter(|&(_, share)| share > 0.0).map(|(link, _)| link)
    };
    let mut links = Vec::new();
    for pair in path.windows(2) {
        links.extend(match *pair {
            [Spot::Origin, Spot::Road(vertex)] => joined(starts, vertex),
            [Spot::Road(vertex), Spot::Destination] => joined(ends, vertex),
            [Spot::Road(tail), Spot::Road(head)] => {
                let arcs = frozen.roads.graph.arcs(Direction::Forward, tail).filter(|&(to, ..)| to == head);
                match arcs.min_by_key(|&(_, time, _)| time) {
                    Some((_, _, Via::Link(link, _))) => Some(link),
                    _ => None,
                }
            }
            _ => None,
        });
    }
    links
}

/// Neighbouring links of one road together.
fn roads_of(network: &Network, links: &[u32]) -> Vec<(String, Distance)> {
    let mut roads: Vec<(String, Distance)> = Vec::new();
    for &link in links {
        let link = &network.links[link as usize];
        let name = road_name(link);
        match roads.last_mut() {
            Some(last) if last.0 == name => last.1 = last.1 + link.length,
            _ => roads.push((name, link.length)),
        }
    }
    roads
}

/// The time on links of `a` that `b` does not use.
fn unshared(frozen: &Frozen, a: &Alternative, b: &Alternative) -> Duration {
    let used: BTreeSet<u32> = b.links.iter().copied().collect();
    a.links.iter().filter(|link| !used.contains(link)).map(|&link| frozen.roads.graph.link_time(link as usize)).sum()
}
