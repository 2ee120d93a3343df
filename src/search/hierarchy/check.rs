//! Whether arrays that come from a file are the topology of a graph: everything that searches and customization build on.

use rayon::prelude::*;

use super::{NO_PARENT, Slot, Topology};
use crate::network::column_file::Refusal;
use crate::search::flat::FlatGraph;

/// How many positions a thread looks at before it takes the next ones.
const PIECE: usize = 16_384;

/// Looks at every element of a topology. Any arrays whatever are refused or are the topology of the graph for some order of its nodes; in
/// particular
///
/// - positions and nodes are each other's inverse,
/// - the parent is the lowest upper neighbour, and all other upper neighbours are upper neighbours of the parent too,
/// - a subtree is a range of positions that ends with its root,
/// - the arcs by their upper ends are all arcs,
/// - every arc of the graph but loops has its place, so that the topology has an arc for each.
pub(super) fn topology(topology: &Topology, graph: &FlatGraph) -> Result<(), Refusal> {
    let n = graph.n_nodes();
    let by_node = [&topology.position, &topology.node, &topology.parent, &topology.subtree];
    if by_node.iter().any(|column| column.len() != n) || n >= NO_PARENT as usize {
        return Err("it has not one position for every node");
    }
    let n_arcs = topology.heads.len();
    if n_arcs >= u32::MAX as usize / 2 || topology.lower.len() != n_arcs {
        return Err("it has not as many arcs down as up");
    }
    for first in [&topology.first, &topology.lower_first] {
        if first.len() != n + 1 || first[0] != 0 || first[n] as usize != n_arcs || !first.is_sorted() {
            return Err("its arcs are not one after another");
        }
    }
    let n_loops = (0..n as u32).map(|node| graph.arcs(node).iter().filter(|arc| arc.head == node).count()).sum::<usize>();
    if topology.sources.len() != graph.n_arcs() - n_loops || !topology.sources.is_sorted_by(|one, other| one < other) {
        return Err("it has not a place for every arc of the graph");
    }
    if topology.sources.last().is_some_and(|source| Slot(source.slot).arc() >= n_arcs) {
        return Err("an arc of the graph has its place where no arc is");
    }
    let pieces = (0..n.div_ceil(PIECE)).into_par_iter();
    let holds = |piece: usize| {
        let positions = piece * PIECE..n.min((piece + 1) * PIECE);
        positions.clone().all(|position| row_holds(topology, position as u32))
            && positions.clone().all(|position| subtree_holds(topology, position as u32))
            && positions.clone().all(|position| lower_holds(topology, position as u32))
            && sources_hold(topology, graph, positions.start as u32..positions.end as u32)
    };
    if pieces.all(holds) { Ok(()) } else { Err("its arcs do not make a hierarchy of the graph") }
}

/// Whether a position has a node of its own, its upper neighbours ascend, and the parent has all of them but itself.
fn row_holds(topology: &Topology, position: u32) -> bool {
    let node = topology.node[position as usize] as usize;
    let row = topology.heads(position);
    let parent = topology.parent[position as usize];
    let is_own = topology.position.get(node) == Some(&position);
    let ascends = row.is_sorted_by(|one, other| one < other);
    let lies_above = row.first().is_none_or(|&head| head > position)
        && row.last().is_none_or(|&head| (head as usize) < topology.n_nodes());
    is_own && ascends && lies_above && parent == row.first().copied().unwrap_or(NO_PARENT) && {
        row.is_empty() || is_among(&row[1..], topology.heads(parent))
    }
}

/// Whether every element of the one ascending row is in the other.
fn is_among(some: &[u32], all: &[u32]) -> bool {
    if all.len() >= some.len() && all[all.len() - some.len()..] == *some {
        return true;
    }
    let mut rest = all.iter();
    some.iter().all(|head| rest.any(|other| other == head))
}

/// Whether the subtrees of the children of a position lie side by side just before it, and nowhere else.
fn subtree_holds(topology: &Topology, position: u32) -> bool {
    let (parent, subtree) = (&topology.parent, &topology.subtree);
    let above = parent[position as usize];
    let mut start = position;
    while start > 0 && parent[start as usize - 1] == position {
        let before = subtree[start as usize - 1];
        if before >= start {
            return false;
        }
        start = before;
    }
    start == subtree[position as usize] && (above == NO_PARENT || subtree[above as usize] <= position)
}

/// Whether the arcs that end at a position do so, each told once.
fn lower_holds(topology: &Topology, position: u32) -> bool {
    let lower = topology.lower(position);
    let ends_here = lower.iter().all(|arc| {
        arc.tail < position
            && topology.range(arc.tail).contains(&(arc.arc as usize))
            && topology.heads[arc.arc as usize] == position
    });
    ends_here && lower.is_sorted_by(|one, other| one.arc < other.arc)
}

/// Whether arcs of the graph have the places that belong to them. As all of them are different, none is left out.
fn sources_hold(topology: &Topology, graph: &FlatGraph, positions: std::ops::Range<u32>) -> bool {
    let mut low = positions.start;
    let begins = topology.sources_of(positions);
    begins.iter().all(|source| {
        let slot = Slot(source.slot);
        while topology.range(low).end <= slot.arc() {
            low += 1;
        }
        let (low, high) = (topology.node[low as usize], topology.heads[slot.arc()]);
        let Some(&high) = topology.node.get(high as usize) else { return false };
        let (tail, head) = if slot.leads_down() { (high, low) } else { (low, high) };
        (tail as usize) < graph.n_nodes()
            && graph.range(tail).contains(&(source.arc as usize))
            && graph.all_arcs()[source.arc as usize].head == head
    })
}
