//! The arcs of a metric that some quickest way needs, and no others.

use super::{Metric, Topology, UNREACHED};
use crate::search::Direction;
use crate::search::flat::{Arc, FlatGraph};

/// A metric as two graphs over positions, without the arcs that no quickest way needs: what sweeps and lanes run on.
///
/// An arc goes where another way between its ends is quicker, or where a way over one node between them, climbing like itself, takes no
/// longer. The times that climbing and then descending finds stay the same: take a quickest way of that form; none of its arcs is
/// slower than another way, so each either stays or is replaced by two that climb, lie between its ends, and are part of a
/// quickest way too. Both span fewer positions, hence this comes to an end (after perfect customization in Dibbelt, Strasser and
/// Wagner 2016, section 7; the second rule removes ties too).
///
/// 4 bytes a node and 8 bytes an arc in each direction, and 4 bytes a node for the tree.
#[derive(Debug, Clone, PartialEq)]
pub struct Lean {
    /// From every position to higher ones.
    up: FlatGraph,
    /// The same the other way: the arcs of a position are those that come down to it, each from its head.
    down: FlatGraph,
    /// Its columns are shared with whoever else has it.
    topology: Topology,
    /// How many ancestors a position has.
    depth: Vec<u32>,
    /// No way takes longer.
    longest: u64,
}

impl Lean {
    /// Looks at every triangle of the topology once, as customization does.
    pub fn new(topology: &Topology, metric: &Metric) -> Lean {
        Lean::of(topology, metric, |arc| (arc.time != UNREACHED).then_some(arc))
    }

    /// The same with all arcs of the topology in their places; those that no quickest way needs are closed.
    pub(super) fn with_gaps(topology: &Topology, metric: &Metric) -> Lean {
        Lean::of(topology, metric, Some)
    }

    /// With the arcs that `place` leaves; it gets those that no quickest way needs with no time.
    fn of(topology: &Topology, metric: &Metric, place: impl Fn(Arc) -> Option<Arc>) -> Lean {
        let n = topology.n_nodes();
        let mut thinning = Thinning::new(topology, metric);
        for position in (0..n as u32).rev() {
            thinning.thin(position);
        }
        let (up, down) = thinning.finish(place);
        let mut depth = vec![0; n];
        for position in (0..n as u32).rev() {
            depth[position as usize] = topology.parent(position).map_or(0, |parent| depth[parent as usize] + 1);
        }
        let longest = longest(&up).saturating_add(longest(&down));
        Lean { up, down, topology: topology.clone(), depth, longest }
    }

    /// How many nodes there are.
    pub fn n_nodes(&self) -> usize {
        self.depth.len()
    }

    /// How many arcs a search forwards climbs over, and over how many it descends.
    pub fn n_arcs(&self) -> (usize, usize) {
        (self.up.n_arcs(), self.down.n_arcs())
    }

    /// The arcs by which a search climbs from a position, heads ascending.
    pub(super) fn climbing(&self, direction: Direction) -> &FlatGraph {
        match direction {
            Direction::Forward => &self.up,
            Direction::Backward => &self.down,
        }
    }

    /// The arcs by which a search descends to a position.
    pub(super) fn descending(&self, direction: Direction) -> &FlatGraph {
        self.climbing(direction.opposite())
    }

    /// The topology of the metric.
    pub(super) fn topology(&self) -> &Topology {
        &self.topology
    }

    /// How many ancestors a position has.
    #[inline]
    pub(super) fn depth(&self, position: u32) -> u32 {
        self.depth[position as usize]
    }

    /// Gives an arc that has its place another time, or closes it; what it had before. Others who share the arcs do not see it.
    pub(super) fn set_time(&mut self, arc: usize, leads_down: bool, time: u32) -> u32 {
        let graph = if leads_down { &mut self.down } else { &mut self.up };
        std::mem::replace(&mut graph.all_arcs_mut()[arc].time, time)
    }

    /// Says anew how long ways may take; the old bound.
    pub(super) fn set_longest(&mut self, longest: u64) -> u64 {
        std::mem::replace(&mut self.longest, longest)
    }

    /// No way takes longer than so many deciseconds.
    pub(super) fn longest(&self) -> u64 {
        self.longest
    }
}

/// The longest way that climbs only: no quickest way takes longer than one that climbs and one that descends.
fn longest(graph: &FlatGraph) -> u64 {
    let mut longest = vec![0u64; graph.n_nodes()];
    for position in (0..graph.n_nodes() as u32).rev() {
        let over = |arc: &Arc| longest[arc.head as usize].saturating_add(u64::from(arc.time));
        let open = graph.arcs(position).iter().filter(|arc| arc.time != UNREACHED);
        longest[position as usize] = open.map(over).max().unwrap_or(0);
    }
    longest.into_iter().max().unwrap_or(0)
}

/// Times of the arcs by which nodes are joined, and of the quickest ways between the ends of each.
struct Side<'a> {
    /// What the metric says.
    time: &'a [u32],
    /// Of the quickest way, once the lower end was looked at.
    quickest: Vec<u32>,
    /// Whether two arcs between its ends do as well.
    replaced: Vec<bool>,
}

struct Thinning<'a> {
    topology: &'a Topology,
    up: Side<'a>,
    down: Side<'a>,
}

impl<'a> Side<'a> {
    fn new(time: &'a [u32]) -> Self {
        Side { time, quickest: time.to_vec(), replaced: vec![false; time.len()] }
    }

    /// An arc against the way over `detour`, a time of it.
    fn shorten(&mut self, arc: usize, detour: u32) {
        self.quickest[arc] = self.quickest[arc].min(detour);
    }

    fn arcs(self, topology: &Topology, place: impl Fn(Arc) -> Option<Arc>) -> FlatGraph {
        let (mut first, mut arcs) = (vec![0], Vec::new());
        for position in 0..topology.n_nodes() as u32 {
            for (at, &head) in topology.range(position).zip(topology.heads(position)) {
                let is_needed = self.time[at] <= self.quickest[at] && !self.replaced[at];
                arcs.extend(place(Arc { head, time: if is_needed { self.time[at] } else { UNREACHED } }));
            }
            first.push(arcs.len() as u32);
        }
        FlatGraph::new(first.into(), arcs.into()).expect("arcs of a topology lead to its nodes")
    }
}

impl<'a> Thinning<'a> {
    fn new(topology: &'a Topology, metric: &'a Metric) -> Self {
        Thinning { topology, up: Side::new(metric.up()), down: Side::new(metric.down()) }
    }

    /// Compares every arc of a node with the ways over its other upper neighbours, between which the quickest times are known.
    fn thin(&mut self, low: u32) {
        let Thinning { topology, up, down } = self;
        let arcs = topology.range(low);
        let heads = topology.heads(low);
        for (one, &a) in heads.iter().enumerate() {
            let (mut at, above) = (topology.range(a).start, topology.heads(a));
            let begin = at;
            for (other, &b) in heads.iter().enumerate().skip(one + 1) {
                while above[at - begin] != b {
                    at += 1;
                }
                let (to_a, to_b) = (arcs.start + one, arcs.start + other);
                up.shorten(to_b, up.time[to_a].saturating_add(up.quickest[at]));
                up.shorten(to_a, up.time[to_b].saturating_add(down.quickest[at]));
                down.shorten(to_b, down.quickest[at].saturating_add(down.time[to_a]));
                down.shorten(to_a, up.quickest[at].saturating_add(down.time[to_b]));
                up.replaced[to_b] |= up.time[to_a].saturating_add(up.time[at]) <= up.time[to_b];
                down.replaced[to_b] |= down.time[at].saturating_add(down.time[to_a]) <= down.time[to_b];
            }
        }
    }

    fn finish(self, place: impl Fn(Arc) -> Option<Arc>) -> (FlatGraph, FlatGraph) {
        (self.up.arcs(self.topology, &place), self.down.arcs(self.topology, &place))
    }
}
