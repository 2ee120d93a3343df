//! Times on the arcs of a topology, from the times of a graph.

use super::{Metric, Topology, UNREACHED};
use crate::search::flat::FlatGraph;

impl Metric {
    /// The times of the graph that the topology was made of, or of one with other times on the same arcs. Of several arcs between two
    /// nodes the quickest counts; arcs from a node to itself do not.
    pub fn customize(topology: &Topology, graph: &FlatGraph) -> Metric {
        let mut metric = Metric { up: vec![UNREACHED; topology.n_arcs()], down: vec![UNREACHED; topology.n_arcs()] };
        for tail in 0..graph.n_nodes() as u32 {
            for arc in graph.arcs(tail) {
                metric.take(topology, tail, arc.head, arc.time);
            }
        }
        for low in 0..topology.n_nodes() as u32 {
            metric.relax_over(topology, low);
        }
        metric
    }

    fn take(&mut self, topology: &Topology, tail: u32, head: u32, time: u32) {
        let (tail, head) = (topology.position(tail), topology.position(head));
        if tail == head {
            return;
        }
        let arc = topology.arc(tail.min(head), tail.max(head)).expect("every arc of the graph is in its topology");
        let slot = if tail < head { &mut self.up[arc] } else { &mut self.down[arc] };
        *slot = time.min(*slot);
    }

    /// Makes no arc longer than the way over one lower node.
    fn relax_over(&mut self, topology: &Topology, low: u32) {
        let arcs = topology.range(low);
        let heads = topology.heads(low);
        for (one, &a) in heads.iter().enumerate() {
            let above = topology.range(a);
            let mut at = above.start;
            for (other, &b) in heads.iter().enumerate().skip(one + 1) {
                while topology.heads[at] != b {
                    at += 1;
                }
                let (to_a, to_b) = (arcs.start + one, arcs.start + other);
                self.up[at] = self.up[at].min(self.down[to_a].saturating_add(self.up[to_b]));
                self.down[at] = self.down[at].min(self.down[to_b].saturating_add(self.up[to_a]));
            }
        }
    }
}
