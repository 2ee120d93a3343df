//! In which order nodes are eliminated.
//!
//! First go, one round after another, nodes with at most two neighbours: dead ends and what lies along a street (`thin`).
//! What is left is cut in two by as few nodes as a flow finds, again and again; the nodes of a cut go after both of its
//! sides (`dissect`, `flow`). What is small goes by how few neighbours its nodes have (`cells`).

mod cells;
mod dissect;
mod flow;
mod thin;

use std::sync::atomic::{AtomicUsize, Ordering};

use super::simple::SimpleGraph;
use crate::network::streets::Place;
use crate::search::flat::FlatGraph;

/// An order by nested dissection with inertial flow. It depends on which nodes arcs join and where nodes are, not on
/// times nor on how many threads there are.
///
/// After Schild and Sommer, On Balanced Separators in Road Networks, SEA 2015. Any places give a right order, and true
/// ones a good one.
pub fn nested_dissection(graph: &FlatGraph, places: &[Place]) -> Vec<u32> {
    nested_dissection_with(graph, places, &|_| {})
}

/// The same; `progress` hears now and then, from any thread, how many nodes are ordered so far.
pub fn nested_dissection_with(graph: &FlatGraph, places: &[Place], progress: &(dyn Fn(usize) + Sync)) -> Vec<u32> {
    assert_eq!(places.len(), graph.n_nodes(), "every node has a place");
    let done = Progress { ordered: AtomicUsize::new(0), told: progress };
    let (mut order, core) = thin::eliminate(SimpleGraph::of(graph));
    done.add(order.len());
    let n_thin = order.len();
    order.resize(graph.n_nodes(), 0);
    dissect::order(core, places, &mut order[n_thin..], &done);
    order
}

/// How many bytes the making of an order takes at most beside the graph: 40 for each node and 32 for each arc.
///
/// ```
/// assert_eq!(onehour::search::hierarchy::order::memory_needed(1_000_000, 2_500_000), 120_000_000);
/// ```
pub fn memory_needed(n_nodes: usize, n_arcs: usize) -> usize {
    40 * n_nodes + 32 * n_arcs
}

/// How many nodes are ordered, and who wants to know.
struct Progress<'a> {
    ordered: AtomicUsize,
    told: &'a (dyn Fn(usize) + Sync),
}

impl Progress<'_> {
    fn add(&self, n_nodes: usize) {
        let before = self.ordered.fetch_add(n_nodes, Ordering::Relaxed);
        (self.told)(before + n_nodes);
    }
}
