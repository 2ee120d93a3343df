//! Other ways for one car journey: loopless paths in order of time, by Yen's algorithm of `pathfinding`.

use std::collections::BTreeSet;

use pathfinding::directed::yen::yen;

use super::freeze::Frozen;
use super::roads::Via;
use super::{Direction, Endpoint};
use crate::units::Duration;

/// One way among several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alternative {
    /// Driving time, ramps included where the definition counts them; nothing else.
    pub time: Duration,
    /// Positions of the links it uses, in order.
    pub links: Vec<u32>,
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
    let starts = origin.entries(graph, network, frozen.assumptions(), Direction::Forward);
    let ends = destination.entries(graph, network, frozen.assumptions(), Direction::Backward);
    let successors = |spot: &Spot| -> Vec<(Spot, u32)> {
        match *spot {
            Spot::Origin => starts.iter().map(|entry| (Spot::Road(entry.vertex), entry.time().deciseconds())).collect(),
            Spot::Road(vertex) => {
                let on =
                    graph.arcs(Direction::Forward, vertex).map(|(head, time, _)| (Spot::Road(head), time.deciseconds()));
                let off = ends
                    .iter()
                    .filter(|entry| entry.vertex == vertex)
                    .map(|entry| (Spot::Destination, entry.time().deciseconds()));
                on.chain(off).collect()
            }
            Spot::Destination => Vec::new(),
        }
    };
    let paths = yen(&Spot::Origin, successors, |spot| *spot == Spot::Destination, n * 16);
    let mut kept: Vec<Alternative> = Vec::new();
    for (path, time) in paths {
        let alternative = Alternative { time: Duration::from_deciseconds(time), links: links_of(frozen, &path) };
        let fastest = kept.first().map_or(alternative.time, |first| first.time);
        let apart = |other: &Alternative| unshared(frozen, &alternative, other).minutes() >= differing * fastest.minutes();
        if kept.iter().all(apart) {
            kept.push(alternative);
        }
        if kept.len() == n {
            break;
        }
    }
    kept
}

fn links_of(frozen: &Frozen, path: &[Spot]) -> Vec<u32> {
    let mut links = Vec::new();
    for pair in path.windows(2) {
        let [Spot::Road(tail), Spot::Road(head)] = *pair else { continue };
        let arcs = frozen.roads.graph.arcs(Direction::Forward, tail).filter(|&(to, ..)| to == head);
        if let Some((_, _, Via::Link(link, _))) = arcs.min_by_key(|&(_, time, _)| time) {
            links.push(link);
        }
    }
    links
}

/// The time on links of `a` that `b` does not use.
fn unshared(frozen: &Frozen, a: &Alternative, b: &Alternative) -> Duration {
    let used: BTreeSet<u32> = b.links.iter().copied().collect();
    a.links.iter().filter(|link| !used.contains(link)).map(|&link| frozen.roads.graph.link_time(link as usize)).sum()
}
