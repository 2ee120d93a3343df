//! Times on the arcs of a topology, from the times of a graph.

use std::ops::Range;

use super::{Metric, Topology, UNREACHED};
use crate::search::flat::FlatGraph;

/// Forests of fewer positions are done by one thread.
const ONE_THREAD: u32 = 8_192;

impl Metric {
    /// The times of the graph that the topology was made of, or of one with other times on the same arcs. Of several arcs
    /// between two nodes the quickest counts; arcs from a node to itself do not.
    ///
    /// The arcs of each position are made when all lower positions are done: from the graph, and from the ways over every
    /// lower neighbour. They lie side by side, 8 bytes each, while the arcs of lower neighbours are read from where the
    /// neighbour has its arc to this position on: 12 bytes for each triangle of three positions, and 8 bytes to find it.
    /// Subtrees need nothing of each other, so that threads take different ones; the times are the same for any number of
    /// threads.
    pub fn customize(topology: &Topology, graph: &FlatGraph) -> Metric {
        assert_eq!(topology.n_graph_arcs as usize, graph.n_arcs(), "a topology is for graphs with the arcs it was made of");
        let (mut up, mut down) = (vec![UNREACHED; topology.n_arcs()], vec![UNREACHED; topology.n_arcs()]);
        let whole = Forest { roots: 0..topology.n_nodes() as u32, first: 0, up: &mut up, down: &mut down };
        Maker::new(topology, graph).make(whole);
        Metric { up: up.into(), down: down.into() }
    }
}

/// What all threads read.
struct Maker<'a> {
    topology: &'a Topology,
    graph: &'a FlatGraph,
    first: &'a [u32],
    heads: &'a [u32],
    subtree: &'a [u32],
}

/// Positions that follow one another and have no lower neighbours but each other, with the times of their arcs.
struct Forest<'a> {
    roots: Range<u32>,
    /// The first arc.
    first: usize,
    up: &'a mut [u32],
    down: &'a mut [u32],
}

impl<'a> Forest<'a> {
    /// The same without the positions from `end` on.
    fn below(&mut self, end: u32, maker: &Maker) -> Forest<'_> {
        let n_arcs = maker.first[end as usize] as usize - self.first;
        Forest {
            roots: self.roots.start..end,
            first: self.first,
            up: &mut self.up[..n_arcs],
            down: &mut self.down[..n_arcs],
        }
    }

    /// The positions before `at`, which must be the first of a tree, and the others.
    fn split(self, at: u32, maker: &Maker) -> (Forest<'a>, Forest<'a>) {
        let first = maker.first[at as usize] as usize;
        let (up, up_rest) = self.up.split_at_mut(first - self.first);
        let (down, down_rest) = self.down.split_at_mut(first - self.first);
        let low = Forest { roots: self.roots.start..at, first: self.first, up, down };
        (low, Forest { roots: at..self.roots.end, first, up: up_rest, down: down_rest })
    }
}

impl<'a> Maker<'a> {
    fn new(topology: &'a Topology, graph: &'a FlatGraph) -> Self {
        Maker { topology, graph, first: &topology.first, heads: &topology.heads, subtree: &topology.subtree }
    }

    /// Makes all arcs of a forest.
    fn make(&self, mut forest: Forest) {
        if forest.roots.len() < ONE_THREAD as usize {
            return self.make_rows(forest.roots.clone(), &mut forest);
        }
        // Whatever has all the others below it comes last; what is below that is trees side by side.
        let Range { start, end } = forest.roots;
        let mut below = end;
        while below > start && self.subtree[below as usize - 1] == start {
            below -= 1;
        }
        if below > start {
            let (low, high) = forest.below(below, self).split(self.near_middle(start..below), self);
            rayon::join(|| self.make(low), || self.make(high));
        }
        self.make_rows(below..end, &mut forest);
    }

    /// Where one of several trees side by side begins, not the first of them: as near to the middle as it can be from above.
    fn near_middle(&self, trees: Range<u32>) -> u32 {
        let mut at = self.subtree[trees.end as usize - 1];
        let middle = trees.start + (trees.end - trees.start) / 2;
        while at > middle && self.subtree[at as usize - 1] > trees.start {
            at = self.subtree[at as usize - 1];
        }
        at
    }

    /// Makes the arcs of some positions of a forest, all below which are made.
    fn make_rows(&self, rows: Range<u32>, forest: &mut Forest) {
        let mut sources = self.topology.sources_of(rows.clone()).iter().peekable();
        let times = self.graph.all_arcs();
        for low in rows {
            let range = self.topology.range(low);
            let (up_below, up) = forest.up.split_at_mut(range.start - forest.first);
            let (down_below, down) = forest.down.split_at_mut(range.start - forest.first);
            let (up, down) = (&mut up[..range.len()], &mut down[..range.len()]);
            while let Some(source) = sources.next_if(|source| ((source.slot >> 1) as usize) < range.end) {
                let at = (source.slot >> 1) as usize - range.start;
                let slot = if source.slot & 1 == 0 { &mut up[at] } else { &mut down[at] };
                *slot = times[source.arc as usize].time.min(*slot);
            }
            let heads = &self.heads[range];
            for arc in self.topology.lower(low) {
                let here = arc.arc as usize - forest.first;
                let end = self.first[arc.tail as usize + 1] as usize;
                let others = &self.heads[arc.arc as usize + 1..end];
                let (up_to, down_from) = (&up_below[here..end - forest.first], &down_below[here..end - forest.first]);
                relax(heads, up, down, others, up_to, down_from);
            }
        }
    }
}

/// Makes no arc of a position longer than the way over one lower neighbour. `others` are the upper neighbours of that one
/// which are above the position, all of them among `heads`; its times are those of its arc to the position and then of
/// its arcs to the others.
#[inline]
fn relax(heads: &[u32], up: &mut [u32], down: &mut [u32], others: &[u32], up_to: &[u32], down_from: &[u32]) {
    let (Some((&to, up_to)), Some((&from, down_from))) = (up_to.split_first(), down_from.split_first()) else { return };
    let Some(&lowest) = others.first() else { return };
    let tail = heads.len() - others.len();
    if heads[tail] == lowest {
        // As many are above as are looked for: they are the same.
        let ups = up[tail..].iter_mut().zip(up_to);
        ups.for_each(|(slot, &on)| *slot = from.saturating_add(on).min(*slot));
        let downs = down[tail..].iter_mut().zip(down_from);
        downs.for_each(|(slot, &off)| *slot = off.saturating_add(to).min(*slot));
        return;
    }
    let mut at = 0;
    for (other, (&on, &off)) in others.iter().zip(up_to.iter().zip(down_from)) {
        while heads[at] != *other {
            at += 1;
        }
        up[at] = up[at].min(from.saturating_add(on));
        down[at] = down[at].min(off.saturating_add(to));
    }
}
