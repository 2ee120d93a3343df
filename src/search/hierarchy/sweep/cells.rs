//! In which order a sweep visits nodes, and which of them it may leave out together.

use std::cmp::Reverse;
use std::ops::Range;

use bytemuck::{Pod, Zeroable};

use super::super::{Lean, Topology};

/// The most nodes of a subtree that is swept as a whole. Larger ones are divided, so that parts beyond a limit can be left out; in
/// smaller ones too few nodes are independent of each other to keep the processor busy. Other sizes have not been measured.
const BLOCK: u32 = 512;

/// Subtrees of fewer nodes are swept with the nodes that they hang from: to test whether to leave them out costs more than they do.
const CRUMB: u32 = 64;

/// A subtree of the elimination tree with its own nodes first and then, cell by cell, what is below.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Pod, Zeroable)]
#[repr(C)]
pub(super) struct Cell {
    /// The first of its own nodes and the one after the last, by place in the sweep.
    pub nodes: [u32; 2],
    /// The first cell that is not below this one.
    pub after: u32,
    /// The cell above; itself where there is none.
    pub parent: u32,
    /// Where the nodes through which all ways into the subtree lead begin and end in the list of all cells.
    pub boundary: [u32; 2],
}

impl Cell {
    /// Its own nodes, by place in the sweep.
    pub fn nodes(&self) -> Range<usize> {
        self.nodes[0] as usize..self.nodes[1] as usize
    }

    /// Where the nodes through which all ways into the subtree lead stand in the list of all cells.
    pub fn boundary(&self) -> Range<usize> {
        self.boundary[0] as usize..self.boundary[1] as usize
    }
}

/// An order of nodes in which all ancestors of a node come before it, cut into cells.
#[derive(Debug, Default)]
pub(super) struct Arrangement {
    /// The position of every node in the order of the sweep.
    pub order: Vec<u32>,
    pub cells: Vec<Cell>,
    /// For all cells, one after another, the upper neighbours of their roots in the whole topology, as positions.
    pub boundaries: Vec<u32>,
}

struct Arranging<'a> {
    topology: &'a Topology,
    lean: &'a Lean,
    /// The most arcs on a way from a position down to a leaf.
    height: Vec<u32>,
    done: Arrangement,
}

/// Cuts the elimination tree into cells.
///
/// The own nodes of a cell are its stem, the way from the root to where the tree parts into two or more large subtrees, and small subtrees
/// that hang from it. A cell that is small as a whole has no others below. Within small parts nodes go by height, then by the number
/// of arcs: those of one height do not wait for each other, and equal numbers of arcs are easy to foretell.
pub(super) fn arrange(lean: &Lean) -> Arrangement {
    let topology = lean.topology();
    let n = topology.n_nodes() as u32;
    let mut height = vec![0u32; n as usize];
    for position in 0..n {
        if let Some(parent) = topology.parent(position) {
            height[parent as usize] = height[parent as usize].max(height[position as usize] + 1);
        }
    }
    let mut arranging = Arranging { topology, lean, height, done: Arrangement::default() };
    let mut waiting: Vec<(u32, u32)> =
        (0..n).filter(|&root| topology.parent(root).is_none()).map(|root| (root, u32::MAX)).collect();
    while let Some((root, parent)) = waiting.pop() {
        let cell = arranging.done.cells.len() as u32;
        let below = arranging.cell(root, if parent == u32::MAX { cell } else { parent });
        waiting.extend(below.into_iter().map(|root| (root, cell)));
    }
    let mut done = arranging.done;
    for cell in (0..done.cells.len()).rev() {
        // Cells below were all given their ends before, since they come later.
        let (parent, after) = (done.cells[cell].parent as usize, done.cells[cell].after);
        done.cells[parent].after = done.cells[parent].after.max(after);
    }
    done
}

impl Arranging<'_> {
    /// Appends the cell of a subtree; the roots of the cells directly below it.
    fn cell(&mut self, root: u32, parent: u32) -> Vec<u32> {
        let begin = self.done.order.len();
        let mut below = Vec::new();
        if self.size(root) <= BLOCK {
            self.done.order.extend(self.topology.subtree(root));
            self.sort_from(begin);
        } else {
            let mut crumbs = Vec::new();
            let mut next = Some(root);
            while let Some(stem) = next {
                self.done.order.push(stem);
                let children: Vec<u32> = self.children(stem).collect();
                let mut large = children.iter().copied().filter(|&child| self.size(child) > BLOCK);
                next = large.next().filter(|_| large.next().is_none());
                for child in children.into_iter().filter(|&child| Some(child) != next) {
                    if self.size(child) < CRUMB { crumbs.extend(self.topology.subtree(child)) } else { below.push(child) }
                }
            }
            let begin = self.done.order.len();
            self.done.order.extend(crumbs);
            self.sort_from(begin);
        }
        let (first, boundary) = (begin as u32, self.done.boundaries.len() as u32);
        self.done.boundaries.extend_from_slice(self.topology.heads(root));
        let (last, end) = (self.done.order.len() as u32, self.done.boundaries.len() as u32);
        let after = self.done.cells.len() as u32 + 1;
        self.done.cells.push(Cell { nodes: [first, last], after, parent, boundary: [boundary, end] });
        below
    }

    fn sort_from(&mut self, begin: usize) {
        let (height, graph) = (&self.height, self.lean.descending(crate::search::Direction::Forward));
        let key = |&at: &u32| (Reverse(height[at as usize]), graph.range(at).len(), Reverse(at));
        self.done.order[begin..].sort_unstable_by_key(key);
    }

    fn size(&self, root: u32) -> u32 {
        self.topology.subtree(root).len() as u32
    }

    /// The children of a position, the last one first: a subtree ends just before its parent or before the sibling after it.
    fn children(&self, parent: u32) -> impl Iterator<Item = u32> + '_ {
        let begin = self.topology.subtree(parent).start;
        let mut end = parent;
        std::iter::from_fn(move || {
            let child = end.checked_sub(1).filter(|&child| child >= begin)?;
            end = self.topology.subtree(child).start;
            Some(child)
        })
    }
}
