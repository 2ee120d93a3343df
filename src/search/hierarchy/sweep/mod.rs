//! Sweeps: the times from seeds to all nodes, or to all within a limit, in one pass over memory.
//!
//! A search climbs from its seeds over all their ancestors. Then it goes over the nodes once, ancestors first, and each takes the best of
//! what its upper neighbours have and the arc from there. No queue is needed and nothing is read in leaps: 8 bytes an arc, 4 bytes a
//! node for where its arcs begin, 4 bytes a node for the time. (PHAST: Delling, Goldberg, Nowatzyk and Werneck, JPDC 73(7), 2013.)
//!
//! Subtrees that lie beyond the limit as a whole are left out. Every way into a subtree passes one of the upper neighbours of its root
//! in the whole topology (`ENGINE.md`, lemma 1: let (b, x) be an arc of the graph that enters the subtree of v at x. Its ends are
//! ancestor and descendant, so b is an ancestor of v, and as the nodes on the tree path from x up to v are eliminated, b is handed on as an
//! upper neighbour to each, v among them). So where no seed lies inside, and all of these are beyond the limit, all inside
//! is. What was left out is never read either, since nodes read only ancestors; so times need not be cleared before a sweep.

mod cells;
mod kept;
mod run;

use self::cells::Cell;
use super::Lean;
use crate::network::column::Column;
use crate::search::Direction;
use crate::search::flat::{Arc, FlatGraph};

/// A metric laid out in the order in which a sweep reads it, for both directions: 8 bytes an arc and direction, 20 bytes a node.
#[derive(Debug, Clone, PartialEq)]
pub struct Sweep {
    /// The arcs by which a search forwards climbs, by place in the sweep.
    up: FlatGraph,
    /// Those by which it descends, each with its upper end as head.
    down: FlatGraph,
    /// The place of every node of the graph.
    place: Column<u32>,
    /// The node of the graph at every place.
    node: Column<u32>,
    /// The cell of every place.
    cell: Column<u32>,
    cells: Column<Cell>,
    /// Places at the boundaries of all cells.
    boundaries: Column<u32>,
}

/// Room for sweeps, used again and again; it is never cleared.
#[derive(Debug, Default)]
pub struct SweepScratch {
    /// Deciseconds by place, of the cells that the last sweep visited.
    times: Vec<u32>,
    /// The last sweep that visited each cell.
    visited: Vec<u32>,
    /// The last sweep that had a seed in each cell or below.
    held: Vec<u32>,
    /// Cells that have a seed or are above one, ascending.
    holding: Vec<u32>,
    /// What the last sweep visited, as ranges of places; neighbours are joined.
    ranges: Vec<std::ops::Range<u32>>,
    /// Counts sweeps.
    now: u32,
    limit: u32,
}

impl Sweep {
    /// Lays out the arcs of a metric.
    pub fn new(lean: &Lean) -> Sweep {
        let (topology, arrangement) = (lean.topology(), cells::arrange(lean));
        let order = &arrangement.order;
        let mut place_of = vec![0u32; order.len()];
        for (place, &position) in order.iter().enumerate() {
            place_of[position as usize] = place as u32;
        }
        let lay = |graph: &FlatGraph| {
            let (mut first, mut arcs) = (vec![0], Vec::with_capacity(graph.n_arcs()));
            for &position in order {
                // The parent, which was visited last and may still be on its way to memory, comes last.
                let upper = graph.arcs(position).iter().rev();
                arcs.extend(upper.map(|arc| Arc { head: place_of[arc.head as usize], time: arc.time }));
                first.push(arcs.len() as u32);
            }
            FlatGraph::new(first.into(), arcs.into()).expect("arcs lead to nodes of the topology")
        };
        let mut cell = vec![0; order.len()];
        for (at, range) in arrangement.cells.iter().enumerate() {
            cell[range.nodes()].fill(at as u32);
        }
        let place: Vec<u32> = (0..order.len() as u32).map(|node| place_of[topology.position(node) as usize]).collect();
        let node: Vec<u32> = order.iter().map(|&position| topology.node(position)).collect();
        let boundaries: Vec<u32> = arrangement.boundaries.iter().map(|&position| place_of[position as usize]).collect();
        Sweep {
            up: lay(lean.climbing(Direction::Forward)),
            down: lay(lean.descending(Direction::Forward)),
            place: place.into(),
            node: node.into(),
            cell: cell.into(),
            boundaries: boundaries.into(),
            cells: arrangement.cells.into(),
        }
    }

    /// How many nodes there are.
    pub fn n_nodes(&self) -> usize {
        self.node.len()
    }

    /// The time of a node in deciseconds after the last sweep with this room; `None` where it is beyond the limit or nothing leads there.
    pub fn time(&self, node: u32, scratch: &SweepScratch) -> Option<u32> {
        let place = self.place[node as usize];
        let visited = scratch.visited.get(self.cell[place as usize] as usize) == Some(&scratch.now);
        visited.then(|| scratch.times[place as usize]).filter(|&time| time <= scratch.limit)
    }

    /// All nodes that the last sweep with this room reached within its limit, with their deciseconds: each once, in the order of the sweep. It
    /// costs what was visited, not what there is.
    pub fn reached<'a>(&'a self, scratch: &'a SweepScratch) -> impl Iterator<Item = (u32, u32)> + 'a {
        scratch.ranges.iter().flat_map(move |range| {
            let range = range.start as usize..range.end as usize;
            let pairs = self.node[range.clone()].iter().copied().zip(scratch.times[range].iter().copied());
            pairs.filter(|&(_, time)| time <= scratch.limit)
        })
    }
}

impl SweepScratch {
    /// Room that grows with the first sweep.
    pub fn new() -> Self {
        SweepScratch::default()
    }

    /// How many nodes the last sweep visited.
    pub fn n_visited(&self) -> usize {
        self.ranges.iter().map(ExactSizeIterator::len).sum()
    }
}
