//! Elimination of nodes with at most two neighbours: such a node adds no more arcs than it takes away.

use crate::search::hierarchy::simple::SimpleGraph;

/// Marks a neighbour that is no longer there.
const GONE: u32 = u32::MAX;

/// What is left when no node has fewer than three neighbours.
pub(super) struct Core {
    /// The nodes of the whole graph that are left, ascending.
    pub nodes: Vec<u32>,
    /// Who of them is beside whom, by their position in `nodes`.
    pub graph: SimpleGraph,
}

/// Eliminates nodes with at most two neighbours until there are none; they are told in the order in which they went.
///
/// Nodes go in rounds. Of two neighbours only one goes in a round, so that a street of k nodes gives a tree that is about
/// log k high, where one node after another would give one as high as k. Every step takes the same time however many
/// neighbours a node has, except for finding whether two nodes are joined already: there the neighbours of the one that
/// has fewer are looked through.
pub(super) fn eliminate(graph: SimpleGraph) -> (Vec<u32>, Core) {
    let n = graph.n_nodes();
    let mut thinning = Thinning::new(graph);
    let (mut order, mut touched) = (Vec::new(), vec![0u32; n]);
    let (mut now, mut later): (Vec<u32>, Vec<u32>) =
        ((0..n as u32).filter(|&node| thinning.degree[node as usize] <= 2).collect(), Vec::new());
    let mut round = 0;
    while !now.is_empty() {
        round += 1;
        for node in now.drain(..) {
            if touched[node as usize] == round {
                later.push(node);
                continue;
            }
            let before = |node: u32, degree: &[u32]| degree[node as usize] <= 2;
            let (one, other) = thinning.neighbours(node);
            let known = [one, other].map(|half| half.is_some_and(|half| before(thinning.heads[half], &thinning.degree)));
            let ends = [one, other].map(|half| half.map(|half| thinning.heads[half]));
            thinning.remove(node, one, other);
            order.push(node);
            for (end, known) in ends.into_iter().zip(known) {
                let Some(end) = end else { continue };
                touched[end as usize] = round;
                if !known && before(end, &thinning.degree) {
                    later.push(end);
                }
            }
        }
        std::mem::swap(&mut now, &mut later);
    }
    (order, thinning.rest())
}

/// A graph from which nodes go. An entry for a neighbour knows where the entry the other way is.
struct Thinning {
    first: Vec<u32>,
    heads: Vec<u32>,
    /// For every entry where the entry of the same two nodes the other way round is.
    twin: Vec<u32>,
    /// How many entries of a node are still there; `GONE` if the node itself is not.
    degree: Vec<u32>,
}

impl Thinning {
    fn new(graph: SimpleGraph) -> Self {
        let n = graph.n_nodes();
        let (first, heads) = graph.into_parts();
        let mut next = first.clone();
        let mut twin = vec![0; heads.len()];
        // Neighbours ascend, so that when tails ascend too, the entries of every head are met in their order.
        for tail in 0..n {
            for at in first[tail] as usize..first[tail + 1] as usize {
                let back = &mut next[heads[at] as usize];
                twin[at] = *back;
                *back += 1;
            }
        }
        let degree = (0..n).map(|node| first[node + 1] - first[node]).collect();
        Thinning { first, heads, twin, degree }
    }

    fn entries(&self, node: u32) -> impl Iterator<Item = usize> + '_ {
        let range = self.first[node as usize] as usize..self.first[node as usize + 1] as usize;
        range.filter(|&at| self.heads[at] != GONE)
    }

    /// The entries of a node that has at most two.
    fn neighbours(&self, node: u32) -> (Option<usize>, Option<usize>) {
        let mut entries = self.entries(node);
        (entries.next(), entries.next())
    }

    fn remove(&mut self, node: u32, one: Option<usize>, other: Option<usize>) {
        self.degree[node as usize] = GONE;
        match (one, other) {
            (Some(one), Some(other)) => {
                let (a, b) = (self.heads[one], self.heads[other]);
                let (at_a, at_b) = (self.twin[one], self.twin[other]);
                if self.joined(a, b) {
                    self.drop_entry(at_a, a);
                    self.drop_entry(at_b, b);
                } else {
                    self.heads[at_a as usize] = b;
                    self.heads[at_b as usize] = a;
                    self.twin[at_a as usize] = at_b;
                    self.twin[at_b as usize] = at_a;
                }
            }
            (Some(one), None) => self.drop_entry(self.twin[one], self.heads[one]),
            (None, _) => {}
        }
    }

    fn drop_entry(&mut self, at: u32, of: u32) {
        self.heads[at as usize] = GONE;
        self.degree[of as usize] -= 1;
    }

    fn joined(&self, a: u32, b: u32) -> bool {
        let extent = |node: u32| self.first[node as usize + 1] - self.first[node as usize];
        let (few, many) = if extent(a) <= extent(b) { (a, b) } else { (b, a) };
        self.entries(few).any(|at| self.heads[at] == many)
    }

    fn rest(self) -> Core {
        let nodes: Vec<u32> = (0..self.degree.len() as u32).filter(|&node| self.degree[node as usize] != GONE).collect();
        let mut number = vec![GONE; self.degree.len()];
        for (at, &node) in nodes.iter().enumerate() {
            number[node as usize] = at as u32;
        }
        let (mut first, mut heads) = (vec![0], Vec::new());
        for &node in &nodes {
            let begin = heads.len();
            heads.extend(self.entries(node).map(|at| number[self.heads[at] as usize]));
            heads[begin..].sort_unstable();
            first.push(heads.len() as u32);
        }
        Core { nodes, graph: SimpleGraph::from_parts(first, heads) }
    }
}
