//! A metric and its lean arcs, kept in step while arcs become quicker and slow again.

use super::{Change, Lean, Metric, Slot, Topology, Undo};
use crate::search::flat::FlatGraph;

/// A graph with its hierarchy, some of whose arcs may become quicker for a while, closed ones among them.
///
/// To thin a metric looks at every triangle, which costs more than most changes are worth. But arcs that no quickest way needed are not
/// needed later either, unless they become quicker themselves: whatever was quicker than such an arc is still; and where two arcs
/// replaced it, they are as quick as before or quicker, and each of them is there or is replaced in turn (see [`Lean`]; both span fewer
/// positions, so this comes to an end). So only arcs that changed are opened.
///
/// 24 bytes an arc of the topology beside it: two times, and two arcs in their places.
#[derive(Debug, Clone)]
pub struct Mendable {
    graph: FlatGraph,
    metric: Metric,
    lean: Lean,
}

/// What became quicker, so that it can be taken back.
#[derive(Debug)]
#[must_use = "without it the arcs stay quicker"]
pub struct Quickened {
    metric: Undo,
    lean: Vec<(Slot, u32)>,
    longest: u64,
}

impl Mendable {
    /// Customizes a topology of the graph.
    pub fn new(graph: FlatGraph, topology: &Topology) -> Mendable {
        let metric = Metric::customize(topology, &graph);
        let lean = Lean::with_gaps(topology, &metric);
        Mendable { graph, metric, lean }
    }

    /// The graph without anything that became quicker.
    pub fn graph(&self) -> &FlatGraph {
        &self.graph
    }

    /// The arcs as they are now, for searches.
    pub fn lean(&self) -> &Lean {
        &self.lean
    }

    /// Makes arcs quicker, or opens closed ones. Of several changes of an arc the last counts; arcs that were changed before and are not taken
    /// back must be among the changes again.
    ///
    /// Costs grow with the times that change, not with the graph.
    pub fn quicken(&mut self, changes: &[Change]) -> Quickened {
        let topology = self.lean.topology().clone();
        let undo = self.metric.update(&topology, &self.graph, changes);
        let mut lean = Vec::with_capacity(undo.n_times());
        for &(slot, before) in undo.before() {
            let times = if slot.leads_down() { self.metric.down() } else { self.metric.up() };
            let now = times[slot.arc()];
            assert!(now < before, "no time becomes longer");
            lean.push((slot, self.lean.set_time(slot.arc(), slot.leads_down(), now)));
        }
        // A way has at most each of the changed arcs, and ways as before between them.
        let times = changes.iter().filter_map(|change| change.time).map(u64::from).fold(0, u64::saturating_add);
        let pieces = changes.len() as u64 + 1;
        let longest = self.lean.longest().saturating_mul(pieces).saturating_add(times);
        Quickened { metric: undo, lean, longest: self.lean.set_longest(longest) }
    }

    /// Takes back what became quicker last and was not taken back yet.
    pub fn undo(&mut self, quickened: &Quickened) {
        self.metric.undo(&quickened.metric);
        for &(slot, time) in &quickened.lean {
            self.lean.set_time(slot.arc(), slot.leads_down(), time);
        }
        self.lean.set_longest(quickened.longest);
    }
}
