//! Whether arrays that come from a file are the topology of a graph: everything that searches and customization build on.

use std::ops::Range;

use rayon::prelude::*;

use super::{LowerArc, NO_PARENT, Slot, Source, Topology};
use crate::network::column_file::Refusal;
use crate::search::flat::{Arc, FlatGraph};

/// How many positions a thread looks at before it takes the next ones.
const PIECE: usize = 16_384;

/// Looks at every element of a topology. Any arrays whatever are refused or are the topology of the graph for some order
/// of its nodes; in particular
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
    let rows = Rows::of(topology, graph);
    let sources = &topology.sources[..];
    if sources.len() != graph.n_arcs() - rows.n_loops() || !sources.is_sorted_by(|one, other| one < other) {
        return Err("it has not a place for every arc of the graph");
    }
    if sources.last().is_some_and(|source| Slot(source.slot).arc() >= n_arcs) {
        return Err("an arc of the graph has its place where no arc is");
    }
    let pieces = (0..n.div_ceil(PIECE)).into_par_iter();
    let holds = |piece: usize| {
        let positions = (piece * PIECE) as u32..n.min((piece + 1) * PIECE) as u32;
        let holds = |position| rows.row_holds(position) && rows.subtree_holds(position) && rows.lower_holds(position);
        positions.clone().all(holds) && rows.sources_hold(topology.sources_of(positions.clone()), positions.start)
    };
    if pieces.all(holds) { Ok(()) } else { Err("its arcs do not make a hierarchy of the graph") }
}

/// The arrays of a topology and of the graph.
struct Rows<'a> {
    position: &'a [u32],
    node: &'a [u32],
    first: &'a [u32],
    heads: &'a [u32],
    parent: &'a [u32],
    subtree: &'a [u32],
    lower_first: &'a [u32],
    lower: &'a [LowerArc],
    graph_first: &'a [u32],
    graph_arcs: &'a [Arc],
}

impl<'a> Rows<'a> {
    fn of(topology: &'a Topology, graph: &'a FlatGraph) -> Self {
        Rows {
            position: &topology.position,
            node: &topology.node,
            first: &topology.first,
            heads: &topology.heads,
            parent: &topology.parent,
            subtree: &topology.subtree,
            lower_first: &topology.lower_first,
            lower: &topology.lower,
            graph_first: graph.first(),
            graph_arcs: graph.all_arcs(),
        }
    }

    fn range(&self, position: u32) -> Range<usize> {
        self.first[position as usize] as usize..self.first[position as usize + 1] as usize
    }

    /// How many arcs of the graph lead to where they begin.
    fn n_loops(&self) -> usize {
        let loops = |(node, bounds): (usize, &[u32])| {
            let arcs = &self.graph_arcs[bounds[0] as usize..bounds[1] as usize];
            arcs.iter().filter(|arc| arc.head as usize == node).count()
        };
        self.graph_first.windows(2).enumerate().map(loops).sum()
    }

    /// Whether a position has a node of its own, and its parent has all of its upper neighbours but itself. Where that
    /// holds for all positions, the rows ascend: the lowest is the parent, and the others do so in the row of the parent,
    /// which lies higher.
    fn row_holds(&self, position: u32) -> bool {
        let node = self.node[position as usize] as usize;
        let is_own = self.position.get(node) == Some(&position);
        let parent = self.parent[position as usize];
        let Some((&lowest, others)) = self.heads[self.range(position)].split_first() else {
            return is_own && parent == NO_PARENT;
        };
        let lies_above = lowest > position && (lowest as usize) < self.node.len();
        is_own && lies_above && parent == lowest && is_among(others, &self.heads[self.range(parent)])
    }

    /// Whether the subtrees of the children of a position lie side by side just before it, and nowhere else.
    fn subtree_holds(&self, position: u32) -> bool {
        let above = self.parent[position as usize];
        let mut start = position;
        while start > 0 && self.parent[start as usize - 1] == position {
            let before = self.subtree[start as usize - 1];
            if before >= start {
                return false;
            }
            start = before;
        }
        start == self.subtree[position as usize] && (above == NO_PARENT || self.subtree[above as usize] <= position)
    }

    /// Whether the arcs that end at a position do so, each told once.
    fn lower_holds(&self, position: u32) -> bool {
        let range = self.lower_first[position as usize] as usize..self.lower_first[position as usize + 1] as usize;
        let lower = &self.lower[range];
        let ends_here = |arc: &LowerArc| {
            arc.tail < position
                && self.range(arc.tail).contains(&(arc.arc as usize))
                && self.heads[arc.arc as usize] == position
        };
        lower.iter().all(ends_here) && lower.is_sorted_by(|one, other| one.arc < other.arc)
    }

    /// Whether arcs of the graph have the places that belong to them. As all of them are different, none is left out.
    fn sources_hold(&self, sources: &[Source], mut low: u32) -> bool {
        sources.iter().all(|source| {
            let slot = Slot(source.slot);
            while self.range(low).end <= slot.arc() {
                low += 1;
            }
            let low = self.node[low as usize] as usize;
            let Some(&high) = self.node.get(self.heads[slot.arc()] as usize) else { return false };
            let (tail, head) = if slot.leads_down() { (high as usize, low) } else { (low, high as usize) };
            tail < self.node.len()
                && (self.graph_first[tail]..self.graph_first[tail + 1]).contains(&source.arc)
                && self.graph_arcs[source.arc as usize].head as usize == head
        })
    }
}

/// Whether every element of the one row is in the other, in the same order. The last ones are mostly the same, so they
/// come first.
fn is_among(some: &[u32], all: &[u32]) -> bool {
    let mut rest = all.iter().rev();
    some.iter().rev().all(|head| rest.any(|other| other == head))
}
