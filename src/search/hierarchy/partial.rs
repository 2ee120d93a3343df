//! New times on some arcs of a graph, without making all of a metric anew.

use std::collections::BTreeMap;

use super::{Metric, Slot, Topology, UNREACHED};
use crate::search::flat::FlatGraph;

/// Another time for an arc of a graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    /// The position of the arc among all of the graph.
    pub arc: usize,
    /// Deciseconds; `None` closes the arc.
    pub time: Option<u32>,
}

/// What an update changed, so that it can be taken back.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[must_use = "without it the update cannot be taken back"]
pub struct Undo {
    /// Times before the update, by where they count.
    before: Vec<(Slot, u32)>,
}

impl Undo {
    /// The arcs of the topology whose times the update changed, upwards or downwards, ascending; an arc with both is told
    /// twice.
    pub fn arcs(&self) -> impl Iterator<Item = usize> + '_ {
        self.before.iter().map(|(slot, _)| slot.arc())
    }

    /// Where times changed, and what they were before.
    pub(super) fn before(&self) -> &[(Slot, u32)] {
        &self.before
    }

    /// How many times the update changed.
    pub fn n_times(&self) -> usize {
        self.before.len()
    }
}

impl Metric {
    /// Gives arcs of the graph other times, slower ones and faster ones. What follows is the metric that
    /// [`Metric::customize`] would make of `graph` with all `changes`, bit for bit. This metric must be one of `graph`,
    /// or of it with other times on those very arcs. Of several changes of an arc the last counts.
    ///
    /// Arcs are looked at from low to high, and only those over whose lower ways something changed: an arc that gets no
    /// shorter way and loses none that was as short as itself keeps its time, and nothing above it is looked at on its
    /// account. An arc that loses one is made anew from the graph and from all its lower ways. Times that belong to
    /// somebody else too, or lie in a mapped file, are copied before.
    pub fn update(&mut self, topology: &Topology, graph: &FlatGraph, changes: &[Change]) -> Undo {
        assert_eq!(topology.n_graph_arcs as usize, graph.n_arcs(), "a topology is for graphs with the arcs it was made of");
        let mut sorted: Vec<Change> = changes.to_vec();
        sorted.sort_by_key(|change| change.arc);
        let (up, down) = (self.up.to_mut(), self.down.to_mut());
        let mut update = Update { topology, graph, changes: sorted, up, down, touched: BTreeMap::new(), before: Vec::new() };
        update.begin();
        while let Some((&slot, _)) = update.touched.first_key_value() {
            update.settle(topology.low_of(slot.arc()));
        }
        Undo { before: update.before }
    }

    /// Takes an update back; it must have been the last one that is not taken back.
    pub fn undo(&mut self, undo: &Undo) {
        let (up, down) = (self.up.to_mut(), self.down.to_mut());
        for &(slot, time) in &undo.before {
            if slot.leads_down() { down[slot.arc()] = time } else { up[slot.arc()] = time }
        }
    }
}

/// A time that may change.
#[derive(Debug, Clone, Copy)]
struct Touched {
    /// No longer than the old time, nor than any way over a lower node that became shorter.
    at_least: u32,
    /// Whether something became longer that was as short as the old time.
    lost: bool,
}

struct Update<'a> {
    topology: &'a Topology,
    graph: &'a FlatGraph,
    changes: Vec<Change>,
    up: &'a mut [u32],
    down: &'a mut [u32],
    /// What is still to be looked at. No lower position has a say in the first of them any more.
    touched: BTreeMap<Slot, Touched>,
    before: Vec<(Slot, u32)>,
}

/// A new time of an arc from or to a position, as the neighbour at its other end sees it.
struct Changed {
    /// Which of the upper neighbours.
    neighbour: usize,
    leads_down: bool,
    old: u32,
    new: u32,
}

impl Update<'_> {
    fn begin(&mut self) {
        for at in 0..self.changes.len() {
            let arc = self.changes[at].arc;
            let (tail, head) = (self.graph.tail_of(arc), self.graph.all_arcs()[arc].head);
            let Some(slot) = self.topology.slot(tail, head) else { continue };
            let at_least = self.time(slot).min(self.time_in_graph(tail, head));
            self.touched.insert(slot, Touched { at_least, lost: true });
        }
    }

    fn time(&self, slot: Slot) -> u32 {
        if slot.leads_down() { self.down[slot.arc()] } else { self.up[slot.arc()] }
    }

    /// The shortest time that the changed graph itself has from one node to another.
    fn time_in_graph(&self, tail: u32, head: u32) -> u32 {
        let time = |arc: usize| match self.changes[..self.changes.partition_point(|change| change.arc <= arc)].last() {
            Some(change) if change.arc == arc => change.time.unwrap_or(UNREACHED),
            _ => self.graph.all_arcs()[arc].time,
        };
        let between = self.graph.range(tail).filter(|&arc| self.graph.all_arcs()[arc].head == head);
        between.map(time).min().unwrap_or(UNREACHED)
    }

    /// Settles all touched times of a position, below which all are settled, and touches what is made of those that changed.
    fn settle(&mut self, low: u32) {
        let range = self.topology.range(low);
        let (olds_up, olds_down) = (self.up[range.clone()].to_vec(), self.down[range.clone()].to_vec());
        let mut changed = Vec::new();
        while let Some(entry) = self.touched.first_entry().filter(|entry| entry.key().arc() < range.end) {
            let (slot, touched) = entry.remove_entry();
            let (old, new) =
                (self.time(slot), if touched.lost { self.made_anew(low, slot, touched) } else { touched.at_least });
            if new != old {
                self.before.push((slot, old));
                if slot.leads_down() {
                    self.down[slot.arc()] = new
                } else {
                    self.up[slot.arc()] = new
                }
                changed.push(Changed { neighbour: slot.arc() - range.start, leads_down: slot.leads_down(), old, new });
            }
        }
        for change in &changed {
            self.touch_over(low, change, &olds_up, &olds_down);
        }
    }

    /// The time of an arc from the graph and over all lower positions.
    fn made_anew(&self, low: u32, slot: Slot, touched: Touched) -> u32 {
        let topology = self.topology;
        let high = topology.heads[slot.arc()];
        let (mut tail, mut head) = (topology.node(low), topology.node(high));
        if slot.leads_down() {
            std::mem::swap(&mut tail, &mut head);
        }
        let mut best = self.time_in_graph(tail, head);
        // Of the two arcs of a way over a lower position the one is at hand and the other is looked up.
        let (near, far) = if slot.leads_down() { (&*self.up, &*self.down) } else { (&*self.down, &*self.up) };
        for lower in topology.lower(low) {
            if best <= touched.at_least {
                break;
            }
            let near = near[lower.arc as usize];
            if near >= best {
                continue;
            }
            let others = lower.arc as usize + 1..topology.first[lower.tail as usize + 1] as usize;
            if let Ok(at) = topology.heads[others.clone()].binary_search(&high) {
                best = best.min(near.saturating_add(far[others.start + at]));
            }
        }
        best
    }

    /// Touches all arcs between upper neighbours of a position whose way over it has another time since one of its arcs
    /// changed.
    fn touch_over(&mut self, low: u32, change: &Changed, olds_up: &[u32], olds_down: &[u32]) {
        let topology = self.topology;
        let range = topology.range(low);
        let heads = &topology.heads[range.clone()];
        let from = heads[change.neighbour];
        let above = topology.range(from);
        let mut at = above.start;
        for (other, &to) in heads.iter().enumerate() {
            if other == change.neighbour {
                continue;
            }
            // A way down from one neighbour and up to the other, or the other way round.
            let (olds, now) = if change.leads_down { (olds_up, &*self.up) } else { (olds_down, &*self.down) };
            let old = change.old.saturating_add(olds[other]);
            let new = change.new.saturating_add(now[range.start + other]);
            if old == new {
                continue;
            }
            let arc = if to > from {
                at += topology.heads[at..above.end].partition_point(|&head| head < to);
                at
            } else {
                topology.arc(to, from).expect("upper neighbours of a position are joined")
            };
            let slot = Slot::new(arc, change.leads_down != (to > from));
            self.touch(slot, old, new);
        }
    }

    /// Hears that one of the lower ways of an arc has another time.
    fn touch(&mut self, slot: Slot, old: u32, new: u32) {
        let time = self.time(slot);
        let lost = new > old && old == time;
        if !lost && new >= time {
            return;
        }
        let touched = self.touched.entry(slot).or_insert(Touched { at_least: time, lost: false });
        touched.at_least = touched.at_least.min(new);
        touched.lost |= lost;
    }
}
