//! Customizable contraction hierarchies: what makes searches over long distances cheap.
//!
//! Nodes of a [`FlatGraph`](super::flat::FlatGraph) are eliminated one after another; whenever one goes, all its
//! neighbours that are still there are joined. The arcs that this leaves, each between a node and one eliminated later
//! (*upwards*), are the [`Topology`]. It knows no times, so it is made once for a graph. [`Metric`] has the times of its
//! arcs; whoever changes times makes only a metric anew.
//!
//! Every shortest way between two nodes has the length of one that first goes only up and then only down. Hence a search
//! climbs from its root, and then one pass over all nodes from the top down, reading each arc once, tells the times
//! everywhere.
//!
//! After Dibbelt, Strasser and Wagner, Customizable Contraction Hierarchies, ACM JEA 21 (2016).
//!
//! `order` chooses in which order nodes go, `topology` eliminates them, `customize` makes metrics and `partial` mends
//! them; `store` keeps them on disk, and `check` looks at what comes from there; `lean` keeps the arcs of a metric that
//! quickest ways need, and `mendable` does so while arcs become quicker and slow again; `sweep` searches from one place to all, or to all within a limit; `lanes` from many to many.

mod check;
mod customize;
mod lanes;
mod lean;
mod mendable;
pub mod order;
mod partial;
mod simple;
pub mod store;
mod sweep;
mod topology;

use std::ops::Range;

use bytemuck::{Pod, Zeroable};

pub use self::lanes::{Batch, Beside, LANES, LaneScratch, LaneTime, Reducer, Table, Targets, reduce, reduce_beside};
pub use self::lean::Lean;
pub use self::mendable::{Mendable, Quickened};
pub use self::partial::{Change, Undo};
pub use self::sweep::{Sweep, SweepScratch};
use crate::network::column::Column;

/// Marks that there is no way, in the arrays of this module and its parts.
pub(in crate::search) const UNREACHED: u32 = u32::MAX;

/// A node that was eliminated later than all its subtree has no parent if it is the last of its component.
const NO_PARENT: u32 = u32::MAX;

/// The filled graph of an elimination order, without times.
///
/// Nodes are known by *position*: positions are a postorder of the elimination tree, in which the parent of a node is the
/// lowest of its upper neighbours. So a subtree is a contiguous range that ends with its root, and all that a node leads
/// up to are its ancestors.
#[derive(Debug, Clone, PartialEq)]
pub struct Topology {
    /// The position of every node of the graph.
    position: Column<u32>,
    /// The node at every position.
    node: Column<u32>,
    /// Where the arcs upwards of every position begin, and the end of the last.
    first: Column<u32>,
    /// Where they lead, ascending for each position.
    heads: Column<u32>,
    /// The parent in the elimination tree by position; `NO_PARENT` for roots.
    parent: Column<u32>,
    /// The lowest position of the subtree of every position.
    subtree: Column<u32>,
    /// Where the arcs that end at every position begin in `lower`, and the end of the last.
    lower_first: Column<u32>,
    /// The arcs by where they end, ascending for each position.
    lower: Column<LowerArc>,
    /// What the times of arcs come from, by the arcs.
    sources: Column<Source>,
    /// How many arcs the graph has.
    n_graph_arcs: u32,
}

/// An arc as its upper end sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Pod, Zeroable)]
#[repr(C)]
pub(in crate::search) struct LowerArc {
    /// The lower end.
    pub tail: u32,
    /// The arc.
    pub arc: u32,
}

/// Where a time counts: twice an arc of the topology, plus one if it leads down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Slot(u32);

impl Slot {
    fn new(arc: usize, leads_down: bool) -> Self {
        Slot((arc as u32) << 1 | u32::from(leads_down))
    }

    fn arc(self) -> usize {
        (self.0 >> 1) as usize
    }

    fn leads_down(self) -> bool {
        self.0 & 1 != 0
    }
}

/// An arc of the graph, and where its time counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Pod, Zeroable)]
#[repr(C)]
struct Source {
    slot: u32,
    arc: u32,
}

impl Topology {
    /// How many nodes there are.
    pub fn n_nodes(&self) -> usize {
        self.node.len()
    }

    /// How many arcs lead upwards.
    pub fn n_arcs(&self) -> usize {
        self.heads.len()
    }

    /// The position of a node of the graph.
    pub fn position(&self, node: u32) -> u32 {
        self.position[node as usize]
    }

    /// The node of the graph at a position.
    pub fn node(&self, position: u32) -> u32 {
        self.node[position as usize]
    }

    /// Where the arcs of a position lie in the order of all.
    pub fn range(&self, position: u32) -> Range<usize> {
        self.first[position as usize] as usize..self.first[position as usize + 1] as usize
    }

    /// The positions to which arcs lead from a position, ascending; all are higher.
    pub fn heads(&self, position: u32) -> &[u32] {
        &self.heads[self.range(position)]
    }

    /// The parent in the elimination tree.
    pub fn parent(&self, position: u32) -> Option<u32> {
        Some(self.parent[position as usize]).filter(|&parent| parent != NO_PARENT)
    }

    /// The parents of all positions, `NO_PARENT` for roots: for loops that would otherwise look up the column at every step.
    fn parents(&self) -> &[u32] {
        &self.parent
    }

    /// The positions of a subtree, its root last.
    pub fn subtree(&self, root: u32) -> Range<u32> {
        self.subtree[root as usize]..root + 1
    }

    /// The arc between two positions, the lower one first.
    pub fn arc(&self, low: u32, high: u32) -> Option<usize> {
        let range = self.range(low);
        self.heads[range.clone()].binary_search(&high).ok().map(|at| range.start + at)
    }

    /// The arcs that end at a position, ascending.
    pub(in crate::search) fn lower(&self, position: u32) -> &[LowerArc] {
        &self.lower[self.lower_first[position as usize] as usize..self.lower_first[position as usize + 1] as usize]
    }

    /// The lower end of an arc.
    fn low_of(&self, arc: usize) -> u32 {
        self.first.partition_point(|&first| first as usize <= arc) as u32 - 1
    }

    /// Where times from one node of the graph to another count. `None` if they are the same node.
    fn slot(&self, tail: u32, head: u32) -> Option<Slot> {
        let (tail, head) = (self.position(tail), self.position(head));
        if tail == head {
            return None;
        }
        let arc = self.arc(tail.min(head), tail.max(head)).expect("every arc of the graph is in its topology");
        Some(Slot::new(arc, tail > head))
    }

    /// What the times of the arcs of these positions come from.
    fn sources_of(&self, positions: Range<u32>) -> &[Source] {
        let begin = |position: u32| {
            let slot = self.first[position as usize] << 1;
            self.sources.partition_point(|source| source.slot < slot)
        };
        &self.sources[begin(positions.start)..begin(positions.end)]
    }

    /// The most nodes on a way from a leaf of the elimination tree to its root.
    pub fn height(&self) -> usize {
        let mut height = vec![1u32; self.n_nodes()];
        for position in 0..self.n_nodes() {
            let parent = self.parent[position];
            if parent != NO_PARENT {
                height[parent as usize] = height[parent as usize].max(height[position] + 1);
            }
        }
        height.into_iter().max().unwrap_or(0) as usize
    }
}

/// Times on the arcs of a topology, in deciseconds; `u32::MAX` where there is no way.
///
/// It satisfies the lower triangle inequality: no detour over a lower node is shorter than an arc.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Metric {
    /// From the lower end of every arc to the higher.
    up: Column<u32>,
    /// From the higher end of every arc to the lower.
    down: Column<u32>,
}

impl Metric {
    /// The times from the lower end of each arc to the higher, in the order of the arcs of the topology.
    pub fn up(&self) -> &[u32] {
        &self.up
    }

    /// The times from the higher end of each arc to the lower.
    pub fn down(&self) -> &[u32] {
        &self.down
    }
}
