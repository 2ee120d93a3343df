//! Graphs of which only matters who is beside whom.

use crate::search::flat::{FlatGraph, accumulate};

/// Neighbours side by side, ascending, each once; nobody is their own. If a has neighbour b, then b has neighbour a.
pub(super) struct SimpleGraph {
    first: Vec<u32>,
    heads: Vec<u32>,
}

impl SimpleGraph {
    /// Who is joined by arcs, whichever way they lead.
    pub fn of(graph: &FlatGraph) -> SimpleGraph {
        let n = graph.n_nodes();
        assert!(graph.n_arcs() < u32::MAX as usize / 2, "arcs are counted twice in 32 bits");
        let mut first = vec![0; n + 1];
        let pairs = || (0..n as u32).flat_map(|tail| graph.arcs(tail).iter().map(move |arc| (tail, arc.head)));
        for (tail, head) in pairs() {
            first[tail as usize + 1] += 1;
            first[head as usize + 1] += 1;
        }
        accumulate(&mut first);
        let mut next = first.clone();
        let mut heads = vec![0; first[n] as usize];
        for (tail, head) in pairs() {
            for (one, other) in [(tail, head), (head, tail)] {
                heads[next[one as usize] as usize] = other;
                next[one as usize] += 1;
            }
        }
        let mut graph = SimpleGraph { first, heads };
        graph.make_simple();
        graph
    }

    /// The graph of a list of neighbours of every node, which must be as the type says.
    pub fn from_parts(first: Vec<u32>, heads: Vec<u32>) -> SimpleGraph {
        SimpleGraph { first, heads }
    }

    /// Sorts neighbours, and takes out who comes twice or is the node itself.
    fn make_simple(&mut self) {
        let mut kept = 0;
        for node in 0..self.n_nodes() {
            let range = self.first[node] as usize..self.first[node + 1] as usize;
            self.heads[range.clone()].sort_unstable();
            self.first[node] = kept as u32;
            let mut last = node as u32;
            for at in range {
                let head = self.heads[at];
                if head != node as u32 && head != last {
                    self.heads[kept] = head;
                    kept += 1;
                    last = head;
                }
            }
        }
        let n = self.n_nodes();
        self.first[n] = kept as u32;
        self.heads.truncate(kept);
    }

    pub fn n_nodes(&self) -> usize {
        self.first.len() - 1
    }

    /// Where the neighbours of each node begin, with where the last ones end, and all neighbours.
    pub fn into_parts(self) -> (Vec<u32>, Vec<u32>) {
        (self.first, self.heads)
    }

    /// Where the neighbours of each node begin, and where the last ones end.
    pub fn first(&self) -> &[u32] {
        &self.first
    }

    /// All neighbours.
    pub fn all_heads(&self) -> &[u32] {
        &self.heads
    }

    pub fn heads(&self, node: u32) -> &[u32] {
        &self.heads[self.first[node as usize] as usize..self.first[node as usize + 1] as usize]
    }
}
