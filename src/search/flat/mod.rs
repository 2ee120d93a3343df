//! Directed graphs in flat arrays, and Dijkstra's search over them with a queue of buckets.
//!
//! Everything else that searches streets is measured against this search: it is the fallback where no hierarchy has been made, and in
//! tests the second opinion on one.

mod queue;

use std::ops::Range;

use bytemuck::{Pod, Zeroable};

use self::queue::Buckets;
use crate::network::column::Column;

/// An arc: where it leads, and how many deciseconds it takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Pod, Zeroable)]
#[repr(C)]
pub struct Arc {
    /// The node where it ends.
    pub head: u32,
    /// Deciseconds.
    pub time: u32,
}

/// A directed graph whose arcs lie side by side, those of one node after those of another: 4 bytes a node and 8 bytes an arc. There may
/// be several arcs between two nodes, and arcs from a node to itself.
#[derive(Debug, Clone, PartialEq)]
pub struct FlatGraph {
    /// The first arc of every node, and one past the last.
    first: Column<u32>,
    arcs: Column<Arc>,
}

impl Default for FlatGraph {
    fn default() -> Self {
        FlatGraph { first: Column::from(vec![0]), arcs: Column::default() }
    }
}

impl FlatGraph {
    /// The graph of these arrays: `first` has for every node the position of its first arc, and at its end the number of arcs. `None`
    /// where the positions do not ascend from 0 to the number of arcs or an arc leads to no node.
    pub fn new(first: Column<u32>, arcs: Column<Arc>) -> Option<FlatGraph> {
        let graph = FlatGraph::of_rows(first, arcs)?;
        let n_nodes = graph.n_nodes();
        graph.arcs.iter().all(|arc| (arc.head as usize) < n_nodes).then_some(graph)
    }

    /// The same without a look at where arcs lead, which the caller has to prove.
    pub(in crate::search) fn of_rows(first: Column<u32>, arcs: Column<Arc>) -> Option<FlatGraph> {
        let n_nodes = first.len().checked_sub(1)?;
        let ascend = first[0] == 0 && first[n_nodes] as usize == arcs.len() && first.is_sorted();
        ascend.then_some(FlatGraph { first, arcs })
    }

    /// The graph of a list of tail, head and deciseconds, in any order; arcs of one node keep the order of the list.
    ///
    /// ```
    /// use onehour::search::flat::FlatGraph;
    /// let graph = FlatGraph::from_list(3, &[(1, 2, 30), (0, 1, 20), (0, 2, 60)]);
    /// assert_eq!(graph.arcs(0).len(), 2);
    /// assert_eq!(graph.reversed().arcs(2)[1].head, 1);
    /// ```
    pub fn from_list(n_nodes: usize, list: &[(u32, u32, u32)]) -> FlatGraph {
        let mut first = vec![0; n_nodes + 1];
        for &(tail, head, _) in list {
            assert!((head as usize) < n_nodes, "an arc leads to a node of the graph");
            first[tail as usize + 1] += 1;
        }
        accumulate(&mut first);
        let mut next = first.clone();
        let mut arcs = vec![Arc { head: 0, time: 0 }; list.len()];
        for &(tail, head, time) in list {
            let slot = &mut next[tail as usize];
            arcs[*slot as usize] = Arc { head, time };
            *slot += 1;
        }
        FlatGraph { first: first.into(), arcs: arcs.into() }
    }

    /// How many nodes there are.
    pub fn n_nodes(&self) -> usize {
        self.first.len() - 1
    }

    /// How many arcs there are.
    pub fn n_arcs(&self) -> usize {
        self.arcs.len()
    }

    /// Where the arcs of a node lie in the order of all.
    pub fn range(&self, node: u32) -> Range<usize> {
        self.first[node as usize] as usize..self.first[node as usize + 1] as usize
    }

    /// The arcs of a node.
    pub fn arcs(&self, node: u32) -> &[Arc] {
        &self.arcs[self.range(node)]
    }

    /// The node where an arc begins, by the position of the arc among all; it is looked for in as many steps as the number of nodes
    /// can be halved.
    pub fn tail_of(&self, arc: usize) -> u32 {
        self.first.partition_point(|&first| first as usize <= arc) as u32 - 1
    }

    /// The first arc of every node, and one past the last.
    pub fn first(&self) -> &Column<u32> {
        &self.first
    }

    /// All arcs, those of a node side by side.
    pub fn all_arcs(&self) -> &Column<Arc> {
        &self.arcs
    }

    /// All arcs, for other times; heads must stay.
    pub(in crate::search) fn all_arcs_mut(&mut self) -> &mut Vec<Arc> {
        self.arcs.to_mut()
    }

    /// The same arcs the other way round: those of a node are the ones that end there, by the order of where they begin.
    pub fn reversed(&self) -> FlatGraph {
        self.reversed_with(|_, _| {})
    }

    /// The same; `tell` hears of every arc its old and its new position.
    pub fn reversed_with(&self, mut tell: impl FnMut(usize, usize)) -> FlatGraph {
        let (arcs, n) = (&self.arcs[..], self.n_nodes());
        let mut first = vec![0; n + 1];
        for arc in arcs {
            first[arc.head as usize + 1] += 1;
        }
        accumulate(&mut first);
        let mut next = first.clone();
        let mut reversed = vec![Arc { head: 0, time: 0 }; arcs.len()];
        for tail in 0..n as u32 {
            for at in self.range(tail) {
                let slot = &mut next[arcs[at].head as usize];
                reversed[*slot as usize] = Arc { head: tail, time: arcs[at].time };
                tell(at, *slot as usize);
                *slot += 1;
            }
        }
        FlatGraph { first: first.into(), arcs: reversed.into() }
    }

    /// Finds the time of every node that is at most `limit` deciseconds away from a seed, each of which is a node and the time it has at
    /// the outset. The limit itself counts as reached; so does a seed only if it lies within. Times of 13.6 years and more count as not
    /// reached.
    pub fn search(&self, seeds: &[(u32, u32)], limit: u32, scratch: &mut Scratch) {
        scratch.clear(self.n_nodes());
        scratch.seeds.extend_from_slice(seeds);
        let Scratch { times, settled, queue, .. } = scratch;
        let (first, arcs, limit) = (&self.first[..], &self.arcs[..], limit.min(Scratch::UNREACHED - 1));
        for &(node, time) in seeds {
            if time <= limit && time < times[node as usize] {
                times[node as usize] = time;
                queue.push(node, time);
            }
        }
        while let Some((node, now)) = queue.pop() {
            if times[node as usize] != now {
                continue;
            }
            settled.push(node);
            for arc in &arcs[first[node as usize] as usize..first[node as usize + 1] as usize] {
                let time = now.saturating_add(arc.time);
                if time <= limit && time < times[arc.head as usize] {
                    times[arc.head as usize] = time;
                    queue.push(arc.head, time);
                }
            }
        }
    }
}

/// Turns counts that stand one place behind into positions of first elements.
pub(in crate::search) fn accumulate(counts: &mut [u32]) {
    for at in 1..counts.len() {
        counts[at] += counts[at - 1];
    }
}

/// Room for searches, used again and again: clearing it costs only what the last search touched.
#[derive(Debug, Default)]
pub struct Scratch {
    /// Deciseconds by node; [`Scratch::UNREACHED`] where the search did not come.
    times: Vec<u32>,
    settled: Vec<u32>,
    seeds: Vec<(u32, u32)>,
    queue: Buckets,
}

impl Scratch {
    pub(in crate::search) const UNREACHED: u32 = u32::MAX;

    /// Room that grows with the first search.
    pub fn new() -> Self {
        Scratch::default()
    }

    /// The time of a node in deciseconds; `None` where the last search did not come within its limit.
    pub fn time(&self, node: u32) -> Option<u32> {
        self.times.get(node as usize).copied().filter(|&time| time != Scratch::UNREACHED)
    }

    /// The shortest time among nodes.
    pub fn best(&self, nodes: Range<u32>) -> Option<u32> {
        nodes.filter_map(|node| self.time(node)).min()
    }

    /// All nodes that the last search reached, in the order of their times.
    pub fn settled(&self) -> &[u32] {
        &self.settled
    }

    /// The same with the time of each.
    pub fn reached(&self) -> impl Iterator<Item = (u32, u32)> + '_ {
        self.settled.iter().map(|&node| (node, self.times[node as usize]))
    }

    /// What the last search began with.
    pub fn seeds(&self) -> &[(u32, u32)] {
        &self.seeds
    }

    /// Forgets the last search, whose every reached node was settled, and makes room for `n_nodes`.
    fn clear(&mut self, n_nodes: usize) {
        for &node in &self.settled {
            self.times[node as usize] = Scratch::UNREACHED;
        }
        self.settled.clear();
        self.seeds.clear();
        self.times.resize(n_nodes, Scratch::UNREACHED);
        self.queue.restart();
    }
}
