//! The road network as flat arrays, and Dijkstra on them.
//!
//! A node becomes one vertex for its ordinary roads and one for each expressway number that passes it. Ramps join them where the
//! node is an interchange, so entering, leaving and changing expressways costs its time and happens only where it can.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;

use super::Direction;
use super::assumptions::Assumptions;
use crate::input::vocabulary::{Interchange, LinkClass};
use crate::network::{Network, NodeIx};
use crate::units::Duration;

/// What an arc stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Via {
    /// A link, by position, along (`true`) or against its direction.
    Link(u32, bool),
    /// A ramp between an expressway and other roads.
    Ramp,
    /// A change between expressways.
    System,
}

/// One arc: head and time in deciseconds, side by side as the search reads them.
#[derive(Debug, Clone, Copy)]
struct Step {
    head: u32,
    weight: u32,
}

/// Arcs of all vertices in one direction (compressed rows).
#[derive(Debug, Clone)]
struct Rows {
    first: Vec<u32>,
    steps: Vec<Step>,
    via: Vec<Via>,
}

/// The road network for one level and period.
#[derive(Debug, Clone)]
pub struct RoadGraph {
    forward: Rows,
    backward: Rows,
    nodes: Vec<NodeIx>,
    surface: Vec<Option<u32>>,
    link_times: Vec<Duration>,
}

/// A search from seeds to all vertices within a limit.
#[derive(Debug, Clone)]
pub struct RoadTree {
    /// Deciseconds from the seeds; [`UNREACHED`] where there is no way.
    pub times: Vec<u32>,
    /// The arc that was last taken to a vertex, in the rows of the search's direction; [`UNREACHED`] at seeds.
    pub taken: Vec<u32>,
    /// Vertices in the order in which they were settled.
    pub settled: Vec<u32>,
}

/// Marks a vertex without a way inside this module and its trees.
pub const UNREACHED: u32 = u32::MAX;

struct ArcRecord {
    tail: u32,
    head: u32,
    weight: Duration,
    via: Via,
}

impl RoadGraph {
    /// Freezes the roads of a network. With `ramps` false, ramps and changes take no time.
    pub fn freeze(network: &Network, assumptions: &Assumptions, ramps: bool) -> Self {
        let ports = Ports::of(network);
        let time = |duration: Duration| if ramps { duration } else { Duration::ZERO };
        let ramp = time(assumptions.minutes("car.ramp_min").scaled(0.5));
        let system = time(assumptions.minutes("car.system_interchange_min"));
        let link_times: Vec<Duration> = network.links.iter().map(|link| assumptions.link_time(link)).collect();
        let mut arcs = ports.changes(network, ramp, system);
        for (at, link) in network.links.iter().enumerate() {
            for (tail, head) in ports.link_ends(at, network) {
                arcs.push(ArcRecord { tail, head, weight: link_times[at], via: Via::Link(at as u32, true) });
                if !link.oneway {
                    arcs.push(ArcRecord {
                        tail: head,
                        head: tail,
                        weight: link_times[at],
                        via: Via::Link(at as u32, false),
                    });
                }
            }
        }
        let n = ports.nodes.len();
        let forward = rows(n, &arcs, |arc| (arc.tail, arc.head));
        let backward = rows(n, &arcs, |arc| (arc.head, arc.tail));
        RoadGraph { forward, backward, nodes: ports.nodes, surface: ports.surface, link_times }
    }

    /// Number of vertices.
    pub fn n_vertices(&self) -> usize {
        self.nodes.len()
    }

    /// The node of a vertex.
    pub fn node(&self, vertex: u32) -> NodeIx {
        self.nodes[vertex as usize]
    }

    /// The vertex of a node's ordinary roads, if it has any.
    pub fn surface(&self, node: NodeIx) -> Option<u32> {
        self.surface[node.at()]
    }

    /// The time to drive a link from end to end.
    pub fn link_time(&self, link: usize) -> Duration {
        self.link_times[link]
    }

    /// All arcs that leave a vertex (that enter it, backwards): the other end, the time and what it stands for.
    pub fn arcs(&self, direction: Direction, vertex: u32) -> impl Iterator<Item = (u32, Duration, Via)> + '_ {
        let rows = self.rows(direction);
        let range = rows.first[vertex as usize] as usize..rows.first[vertex as usize + 1] as usize;
        range.map(move |at| (rows.steps[at].head, Duration::from_deciseconds(rows.steps[at].weight), rows.via[at]))
    }

    fn rows(&self, direction: Direction) -> &Rows {
        match direction {
            Direction::Forward => &self.forward,
            Direction::Backward => &self.backward,
        }
    }

    /// Dijkstra from `seeds` (vertex, time at the start) to every vertex within `limit`, that included. Of several ways that take
    /// equally long, the one found first in the order of vertices and arcs stands, so that the tree is always the same.
    pub fn search(&self, direction: Direction, seeds: &[(u32, Duration)], limit: Duration) -> RoadTree {
        let rows = self.rows(direction);
        let n = self.n_vertices();
        let mut tree = RoadTree { times: vec![UNREACHED; n], taken: vec![UNREACHED; n], settled: Vec::new() };
        let mut heap = BinaryHeap::with_capacity(seeds.len() + 64);
        for &(vertex, start) in seeds {
            if start <= limit && start.deciseconds() < tree.times[vertex as usize] {
                tree.times[vertex as usize] = start.deciseconds();
                heap.push(Reverse((start.deciseconds(), vertex)));
            }
        }
        while let Some(Reverse((time, vertex))) = heap.pop() {
            if time > tree.times[vertex as usize] {
                continue;
            }
            tree.settled.push(vertex);
            for at in rows.first[vertex as usize]..rows.first[vertex as usize + 1] {
                let step = rows.steps[at as usize];
                let arrival = time.saturating_add(step.weight);
                if arrival < tree.times[step.head as usize] && arrival <= limit.deciseconds() {
                    tree.times[step.head as usize] = arrival;
                    tree.taken[step.head as usize] = at;
                    heap.push(Reverse((arrival, step.head)));
                }
            }
        }
        tree
    }

    /// The arcs between the seed and a vertex of a tree, from the seed on: the vertex they lead to, their time and what they stand for;
    /// and the vertex of the seed.
    pub fn path(&self, direction: Direction, tree: &RoadTree, vertex: u32) -> (u32, Vec<(u32, Duration, Via)>) {
        let rows = self.rows(direction);
        let mut path = Vec::new();
        let mut at = vertex;
        while tree.taken[at as usize] != UNREACHED {
            let arc = tree.taken[at as usize] as usize;
            path.push((at, Duration::from_deciseconds(rows.steps[arc].weight), rows.via[arc]));
            at = rows.first.partition_point(|&first| first as usize <= arc) as u32 - 1;
        }
        path.reverse();
        (at, path)
    }

    /// The vertex and the arc before a vertex of a tree; `None` at seeds and where there is no way.
    pub fn before(&self, direction: Direction, tree: &RoadTree, vertex: u32) -> Option<(u32, Via)> {
        let rows = self.rows(direction);
        let arc = tree.taken[vertex as usize];
        let tail = || rows.first.partition_point(|&first| first <= arc) as u32 - 1;
        (arc != UNREACHED).then(|| (tail(), rows.via[arc as usize]))
    }
}

fn rows(n: usize, arcs: &[ArcRecord], ends: impl Fn(&ArcRecord) -> (u32, u32)) -> Rows {
    let mut first = vec![0u32; n + 1];
    for arc in arcs {
        first[ends(arc).0 as usize + 1] += 1;
    }
    for at in 0..n {
        first[at + 1] += first[at];
    }
    let mut next = first.clone();
    let mut steps = vec![Step { head: 0, weight: 0 }; arcs.len()];
    let mut via = vec![Via::Ramp; arcs.len()];
    for arc in arcs {
        let (tail, head) = ends(arc);
        let at = next[tail as usize] as usize;
        next[tail as usize] += 1;
        steps[at] = Step { head, weight: arc.weight.deciseconds() };
        via[at] = arc.via;
    }
    Rows { first, steps, via }
}

/// The vertices of every node: one for ordinary roads, one for each expressway number.
struct Ports {
    nodes: Vec<NodeIx>,
    surface: Vec<Option<u32>>,
    expressways: Vec<Vec<(Arc<str>, u32)>>,
}

impl Ports {
    fn of(network: &Network) -> Ports {
        let n = network.nodes.len();
        let mut has_surface = vec![false; n];
        let mut refs: Vec<Vec<Arc<str>>> = vec![Vec::new(); n];
        for link in &network.links {
            for node in [link.from, link.to] {
                if link.class == LinkClass::Expressway {
                    for number in &link.refs {
                        if !refs[node.at()].contains(number) {
                            refs[node.at()].push(Arc::clone(number));
                        }
                    }
                } else {
                    has_surface[node.at()] = true;
                }
            }
        }
        let mut ports = Ports { nodes: Vec::new(), surface: vec![None; n], expressways: vec![Vec::new(); n] };
        for (at, node) in network.nodes.iter().enumerate() {
            let ramps = matches!(node.interchange, Interchange::Local | Interchange::Full) && !refs[at].is_empty();
            if has_surface[at] || ramps {
                ports.surface[at] = Some(ports.push(at));
            }
            for number in std::mem::take(&mut refs[at]) {
                let vertex = ports.push(at);
                ports.expressways[at].push((number, vertex));
            }
        }
        ports
    }

    fn push(&mut self, node: usize) -> u32 {
        self.nodes.push(NodeIx(node as u32));
        self.nodes.len() as u32 - 1
    }

    fn changes(&self, network: &Network, ramp: Duration, system: Duration) -> Vec<ArcRecord> {
        let mut arcs = Vec::new();
        for (at, node) in network.nodes.iter().enumerate() {
            let expressways = &self.expressways[at];
            if let (Some(surface), Interchange::Local | Interchange::Full) = (self.surface[at], node.interchange) {
                for &(_, port) in expressways {
                    arcs.push(ArcRecord { tail: surface, head: port, weight: ramp, via: Via::Ramp });
                    arcs.push(ArcRecord { tail: port, head: surface, weight: ramp, via: Via::Ramp });
                }
            }
            if matches!(node.interchange, Interchange::System | Interchange::Full) {
                for &(_, a) in expressways {
                    for &(_, b) in expressways.iter().filter(|&&(_, b)| b != a) {
                        arcs.push(ArcRecord { tail: a, head: b, weight: system, via: Via::System });
                    }
                }
            }
        }
        arcs
    }

    /// The vertices at both ends of a link; a shared carriageway joins one pair for each of its numbers.
    fn link_ends(&self, link: usize, network: &Network) -> Vec<(u32, u32)> {
        let link = &network.links[link];
        if link.class != LinkClass::Expressway {
            let end = |node: NodeIx| self.surface[node.at()].expect("a node with an ordinary road has a surface vertex");
            return vec![(end(link.from), end(link.to))];
        }
        let end = |node: NodeIx, number: &Arc<str>| {
            let port = self.expressways[node.at()].iter().find(|(known, _)| known == number);
            port.expect("a node with an expressway has a vertex for its number").1
        };
        link.refs.iter().map(|number| (end(link.from, number), end(link.to, number))).collect()
    }
}
