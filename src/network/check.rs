//! What is broken or doubtful in a network: parts that do not hang together, roads that everything depends on, lengths that
//! differ from what is published.

use std::collections::BTreeMap;

use petgraph::algo::{bridges, connected_components};
use petgraph::graph::{NodeIndex, UnGraph};
use petgraph::unionfind::UnionFind;
use petgraph::visit::EdgeRef;

use super::{LinkClass, Network, NodeIx, Published};
use crate::units::Distance;

/// The road network as a graph of petgraph, for checks: nodes by index, one edge a link with its position.
///
/// Direction and the levels of expressways are left out: what is disconnected here is disconnected for everyone.
pub fn road_graph(network: &Network) -> UnGraph<NodeIx, usize, u32> {
    let mut graph = UnGraph::with_capacity(network.nodes.len(), network.links.len());
    for node in 0..network.nodes.len() as u32 {
        graph.add_node(NodeIx(node));
    }
    for (at, link) in network.links.iter().enumerate() {
        graph.add_edge(NodeIndex::new(link.from.at()), NodeIndex::new(link.to.at()), at);
    }
    graph
}

/// How a road network hangs together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connectivity {
    /// Number of parts that have at least one link.
    pub n_parts: usize,
    /// The nodes of every part but the largest, largest first.
    pub islands: Vec<Vec<NodeIx>>,
    /// Positions of links without which a part would fall apart, with the number of nodes that would be cut off.
    pub bridges: Vec<(usize, usize)>,
    /// Nodes without a link.
    pub n_unused: usize,
}

/// Finds components and bridges.
pub fn connectivity(network: &Network) -> Connectivity {
    let graph = road_graph(network);
    let mut sets = UnionFind::new(network.nodes.len());
    for edge in graph.edge_references() {
        sets.union(edge.source().index(), edge.target().index());
    }
    let mut parts: BTreeMap<usize, Vec<NodeIx>> = BTreeMap::new();
    for node in graph.node_indices().filter(|&node| graph.edges(node).next().is_some()) {
        parts.entry(sets.find(node.index())).or_default().push(graph[node]);
    }
    let n_unused = connected_components(&graph) - parts.len();
    let mut islands: Vec<Vec<NodeIx>> = parts.into_values().collect();
    islands.sort_by_key(|part| (std::cmp::Reverse(part.len()), part[0]));
    let n_parts = islands.len();
    let islands = islands.split_off(n_parts.min(1));
    // petgraph also names links that a second one doubles, so what a bridge cuts off is looked at, not believed.
    let cut = bridges(&graph).filter_map(|edge| Some((*edge.weight(), cut_off(&graph, edge.id())?)));
    let mut critical: Vec<(usize, usize)> = cut.collect();
    critical.sort_by_key(|&(link, cut)| (std::cmp::Reverse(cut), link));
    Connectivity { n_parts, islands, bridges: critical, n_unused }
}

/// The number of nodes on the smaller side of a bridge; `None` where its ends hang together without it.
fn cut_off(graph: &UnGraph<NodeIx, usize, u32>, bridge: petgraph::graph::EdgeIndex<u32>) -> Option<usize> {
    let (from, to) = graph.edge_endpoints(bridge).expect("the bridge is an edge of this graph");
    let side = |start: NodeIndex<u32>, other: NodeIndex<u32>| {
        let mut seen = vec![false; graph.node_count()];
        let mut stack = vec![start];
        seen[start.index()] = true;
        let mut n = 0;
        while let Some(node) = stack.pop() {
            n += 1;
            for edge in graph.edges(node).filter(|edge| edge.id() != bridge) {
                let next = if edge.source() == node { edge.target() } else { edge.source() };
                if !std::mem::replace(&mut seen[next.index()], true) {
                    stack.push(next);
                }
            }
        }
        (!seen[other.index()]).then_some(n)
    };
    Some(side(from, to)?.min(side(to, from)?))
}

/// A published length beside the sum of the links of its section.
#[derive(Debug, Clone)]
pub struct LengthCheck {
    /// What is published.
    pub published: Published,
    /// The sum of the links.
    pub sum: Distance,
    /// Number of links.
    pub n_links: usize,
    /// Share of the sum whose links have an official length, 0 to 1: at 1 the comparison is an identity.
    pub official_share: f64,
}

impl LengthCheck {
    /// The deviation of the sum from the published length, in per cent.
    pub fn deviation_percent(&self) -> f64 {
        (self.sum.km() / self.published.length.km() - 1.0) * 100.0
    }

    /// Whether the deviation is within the tolerance.
    pub fn holds(&self) -> bool {
        self.deviation_percent().abs() <= self.published.tolerance_percent
    }
}

/// Compares every published length with the links of its section.
pub fn lengths(network: &Network) -> Vec<LengthCheck> {
    let check = |published: &Published| {
        let links: Vec<_> = network.links.iter().filter(|link| link.sections.contains(&published.section)).collect();
        let sum: Distance = links.iter().map(|link| link.length).sum();
        let official: Distance =
            links.iter().filter(|link| link.length_basis == super::LengthBasis::Official).map(|link| link.length).sum();
        let official_share = if sum == Distance::ZERO { 0.0 } else { official.km() / sum.km() };
        LengthCheck { published: published.clone(), sum, n_links: links.len(), official_share }
    };
    network.published.iter().map(check).collect()
}

/// Length of the links of every class.
pub fn length_by_class(network: &Network) -> Vec<(LinkClass, Distance)> {
    let of = |class: LinkClass| network.links.iter().filter(|link| link.class == class).map(|link| link.length).sum();
    LinkClass::ALL.iter().map(|&class| (class, of(class))).collect()
}
