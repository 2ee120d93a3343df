//! What lies above targets: the part of a hierarchy in which times come down to them.

use std::ops::Range;

use crate::search::Direction;
use crate::search::flat::Arc;
use crate::search::hierarchy::{Lean, NO_PARENT, UNREACHED};

/// Targets, and the union of their ancestors in the order in which lanes go down over them: 8 bytes an arc, 16 bytes a node and 8 bytes a node
/// of a target.
///
/// It belongs to the metric it was made of, and to one direction: forwards the targets are where journeys end, backwards where they begin.
#[derive(Debug, Clone)]
pub struct Targets {
    pub(super) direction: Direction,
    /// The position of every node, descending.
    pub(super) positions: Vec<u32>,
    /// How many ancestors it has.
    pub(super) depth: Vec<u32>,
    /// Where its arcs begin, and the end of the last.
    pub(super) first: Vec<u32>,
    /// The arcs that come down to it, by the depth of their upper end.
    pub(super) arcs: Vec<Arc>,
    /// Where the times that are added for targets begin in `added`, and the end of the last.
    pub(super) first_added: Vec<u32>,
    /// For every node of a target the time from there.
    ///
    /// A batch writes a row for each, one after another, behind a first one of unreached lanes.
    pub(super) added: Vec<u32>,
    /// Rows that are the best of several, in the order in which they follow those.
    pub(super) joined: Vec<Vec<u32>>,
    /// The row of every target.
    pub(super) found: Vec<u32>,
    /// Where descent may leave out a subtree, in the order in which it comes there.
    pub(super) gates: Vec<Gate>,
    /// For all gates, the depths of the nodes through which all ways into the subtree lead.
    pub(super) boundaries: Vec<u32>,
    /// The longest time that is added.
    pub(super) longest_added: u32,
}

impl Targets {
    /// Gathers the ancestors of targets, each of which is a list of nodes with the times from there, of which the best counts; a point
    /// in the middle of a street has a node at either end. One without nodes is never reached.
    pub fn new<S: AsRef<[(u32, u32)]>>(lean: &Lean, direction: Direction, targets: &[S]) -> Targets {
        let topology = lean.topology();
        let mut reads: Vec<(u32, u32, u32)> = Vec::new();
        for (target, nodes) in (0..).zip(targets) {
            reads.extend(nodes.as_ref().iter().map(|&(node, time)| (topology.position(node), target, time)));
        }
        reads.sort_unstable_by_key(|&read| std::cmp::Reverse(read));
        let positions = above(lean, reads.iter().map(|read| read.0));
        let descending = lean.descending(direction);
        let (begins, all_arcs) = (&descending.first()[..], &descending.all_arcs()[..]);
        let row = |position: u32| begins[position as usize] as usize..begins[position as usize + 1] as usize;
        let mut arcs = Vec::with_capacity(positions.iter().map(|&position| row(position).len()).sum());
        let (mut first, mut first_added) =
            (Vec::with_capacity(positions.len() + 1), Vec::with_capacity(positions.len() + 1));
        first.push(0);
        first_added.push(0);
        let mut read = 0;
        for &position in &positions {
            // The parent, whose row was written last, comes last.
            let upper = all_arcs[row(position)].iter().rev().filter(|arc| arc.time != UNREACHED);
            arcs.extend(upper.map(|arc| Arc { head: lean.depth(arc.head), time: arc.time }));
            first.push(arcs.len() as u32);
            while reads.get(read).is_some_and(|next| next.0 == position) {
                read += 1;
            }
            first_added.push(read as u32);
        }
        let depth: Vec<u32> = positions.iter().map(|&position| lean.depth(position)).collect();
        let gates = Gates::new(lean, &positions, &depth);
        let (found, joined) = rows(targets.len(), &reads);
        Targets {
            direction,
            depth,
            positions,
            first,
            arcs,
            first_added,
            longest_added: reads.iter().map(|read| read.2).max().unwrap_or(0),
            added: reads.into_iter().map(|read| read.2).collect(),
            found,
            joined,
            gates: gates.gates,
            boundaries: gates.boundaries,
        }
    }

    /// How many targets there are.
    pub fn len(&self) -> usize {
        self.found.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// No way from these sources to the targets takes longer, with what it takes before it and after it.
    pub(super) fn longest<S: AsRef<[(u32, u32)]>>(&self, lean: &Lean, sources: &[S]) -> u64 {
        let latest = sources.iter().flat_map(AsRef::as_ref).map(|seed| u64::from(seed.1)).max().unwrap_or(0);
        lean.longest().saturating_add(latest).saturating_add(u64::from(self.longest_added))
    }

    /// How many nodes times come down over, and over how many arcs.
    pub fn size(&self) -> (usize, usize) {
        (self.positions.len(), self.arcs.len())
    }
}

/// A subtree that is left out where its boundary is beyond the limit in all lanes (see the lemma in `sweep`).
#[derive(Debug, Clone)]
pub(super) struct Gate {
    /// Its nodes, in the order of descent.
    pub nodes: Range<u32>,
    /// The first gate that is not inside.
    pub after: u32,
    /// Its lowest position in the topology.
    pub lowest: u32,
    /// Its boundary in the list of all.
    pub boundary: Range<u32>,
}

/// The fewest nodes of a subtree that has a gate: to test a boundary costs about as much as some nodes do.
const GATED: u32 = 24;

#[derive(Default)]
struct Gates {
    gates: Vec<Gate>,
    boundaries: Vec<u32>,
}

impl Gates {
    /// Gates at large subtrees whose parent has others beside them; below a parent with one child the same boundary would be tested again.
    fn new(lean: &Lean, positions: &[u32], depth: &[u32]) -> Gates {
        let mut gates = Gates::default();
        let mut open: Vec<usize> = Vec::new();
        let ends = subtree_ends(depth);
        // The first child comes right behind its parent; a sibling comes behind the subtree before it.
        let has_siblings = |at: usize| at == 0 || depth[at] != depth[at - 1] + 1 || ends[at] < ends[at - 1];
        for (at, &position) in positions.iter().enumerate() {
            while let Some(&gate) = open.last().filter(|&&gate| gates.gates[gate].nodes.end as usize <= at) {
                gates.gates[gate].after = gates.gates.len() as u32;
                open.pop();
            }
            if ends[at] - (at as u32) < GATED || !has_siblings(at) {
                continue;
            }
            let begin = gates.boundaries.len() as u32;
            gates.boundaries.extend(lean.topology().heads(position).iter().map(|&head| lean.depth(head)));
            let boundary = begin..gates.boundaries.len() as u32;
            let lowest = lean.topology().subtree(position).start;
            open.push(gates.gates.len());
            gates.gates.push(Gate { nodes: at as u32..ends[at], after: 0, lowest, boundary });
        }
        for gate in open {
            gates.gates[gate].after = gates.gates.len() as u32;
        }
        gates
    }
}

/// For every node the end of its subtree in the order of descent: where the next one comes that is no deeper.
fn subtree_ends(depth: &[u32]) -> Vec<u32> {
    let mut ends = vec![depth.len() as u32; depth.len()];
    let mut open: Vec<usize> = Vec::new();
    for (at, &this) in depth.iter().enumerate() {
        // What is open is deeper one by one, so all that is not above this one is at the end.
        while let Some(&above) = open.last().filter(|&&above| depth[above] >= this) {
            ends[above] = at as u32;
            open.pop();
        }
        open.push(at);
    }
    ends
}

/// The row of every target, and which rows those with several nodes join.
fn rows(n_targets: usize, reads: &[(u32, u32, u32)]) -> (Vec<u32>, Vec<Vec<u32>>) {
    let (mut found, mut joined) = (vec![0; n_targets], Vec::<Vec<u32>>::new());
    let n_single = reads.len() as u32 + 1;
    for (row, &(_, target, _)) in (1..).zip(reads) {
        let slot = &mut found[target as usize];
        match *slot {
            0 => *slot = row,
            single if single < n_single => {
                *slot = n_single + joined.len() as u32;
                joined.push(vec![single, row]);
            }
            several => joined[(several - n_single) as usize].push(row),
        }
    }
    (found, joined)
}

/// Positions with all their ancestors, descending.
fn above(lean: &Lean, positions: impl Iterator<Item = u32>) -> Vec<u32> {
    let mut marked = vec![0u64; lean.n_nodes().div_ceil(64)];
    let (parents, mut n_marked) = (lean.topology().parents(), 0);
    for mut position in positions {
        while position != NO_PARENT && marked[position as usize / 64] >> (position % 64) & 1 == 0 {
            marked[position as usize / 64] |= 1 << (position % 64);
            n_marked += 1;
            position = parents[position as usize];
        }
    }
    let mut found = Vec::with_capacity(n_marked);
    for (word, mut bits) in marked.into_iter().enumerate().rev() {
        while bits != 0 {
            let bit = 63 - bits.leading_zeros();
            found.push(word as u32 * 64 + bit);
            bits ^= 1 << bit;
        }
    }
    found
}
