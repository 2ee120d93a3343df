//! One sweep.

use std::ops::Range;

use super::{Sweep, SweepScratch};
use crate::search::Direction;
use crate::search::flat::{Arc, FlatGraph};
use crate::search::hierarchy::UNREACHED;

impl Sweep {
    /// Finds the time of every node that is at most `limit` deciseconds away from a seed, each of which is a node and the time it has at
    /// the outset; backwards, the time from the node to the seed. The limit itself counts as reached; so does a seed only if it
    /// lies within. Times of 13.6 years and more count as not reached, so that `u32::MAX` is no limit.
    ///
    /// A scratch belongs to one sweep graph: the answers are read by [`Sweep::time`] and [`Sweep::reached`] of the same.
    pub fn run(&self, direction: Direction, seeds: &[(u32, u32)], limit: u32, scratch: &mut SweepScratch) {
        let (climbing, descending) = match direction {
            Direction::Forward => (&self.up, &self.down),
            Direction::Backward => (&self.down, &self.up),
        };
        let limit = limit.min(UNREACHED - 1);
        scratch.begin(self.n_nodes(), self.cells.len(), limit);
        for &(node, time) in seeds.iter().filter(|seed| seed.1 <= limit) {
            let place = self.place[node as usize];
            self.hold(self.cell[place as usize], scratch);
            let slot = &mut scratch.times[place as usize];
            *slot = time.min(*slot);
        }
        scratch.holding.sort_unstable();
        self.climb(climbing, limit, scratch);
        self.descend(descending, limit, scratch);
    }

    /// Marks a cell and all above as having a seed, and clears their times.
    fn hold(&self, mut cell: u32, scratch: &mut SweepScratch) {
        while scratch.held[cell as usize] != scratch.now {
            scratch.held[cell as usize] = scratch.now;
            scratch.holding.push(cell);
            let this = &self.cells[cell as usize];
            scratch.times[this.nodes()].fill(UNREACHED);
            cell = this.parent;
        }
    }

    /// Carries times from the seeds to their ancestors, lower nodes first.
    fn climb(&self, climbing: &FlatGraph, limit: u32, scratch: &mut SweepScratch) {
        for &cell in scratch.holding.iter().rev() {
            for place in self.cells[cell as usize].nodes().rev() {
                let now = scratch.times[place];
                if now > limit {
                    continue;
                }
                for arc in climbing.arcs(place as u32) {
                    let slot = &mut scratch.times[arc.head as usize];
                    *slot = now.saturating_add(arc.time).min(*slot);
                }
            }
        }
    }

    /// Carries times down into all cells that are not beyond the limit.
    fn descend(&self, descending: &FlatGraph, limit: u32, scratch: &mut SweepScratch) {
        let (first, arcs) = (&descending.first()[..], &descending.all_arcs()[..]);
        let (cells, boundaries) = (&self.cells[..], &self.boundaries[..]);
        let mut holding = scratch.holding.iter().copied().peekable();
        let mut cell = 0;
        while let Some(this) = cells.get(cell as usize) {
            let nodes = this.nodes();
            if holding.next_if_eq(&cell).is_some() {
                relax::<true>(nodes, first, arcs, &mut scratch.times);
            } else {
                if boundaries[this.boundary()].iter().all(|&place| scratch.times[place as usize] > limit) {
                    cell = this.after;
                    continue;
                }
                relax::<false>(nodes, first, arcs, &mut scratch.times);
            }
            scratch.visited[cell as usize] = scratch.now;
            match scratch.ranges.last_mut() {
                Some(last) if last.end == this.nodes[0] => last.end = this.nodes[1],
                _ => scratch.ranges.push(this.nodes[0]..this.nodes[1]),
            }
            cell += 1;
        }
    }
}

/// Gives every node of a range the best time over its upper neighbours; with `HELD`, no worse than the one it has.
///
/// Moved: 8 bytes an arc and 4 bytes a node in, 4 bytes a node out; times of upper neighbours are in the cache.
fn relax<const HELD: bool>(nodes: Range<usize>, first: &[u32], arcs: &[Arc], times: &mut [u32]) {
    let mut begin = first[nodes.start] as usize;
    for place in nodes {
        let end = first[place + 1] as usize;
        let mut best = if HELD { times[place] } else { UNREACHED };
        for arc in &arcs[begin..end] {
            best = best.min(times[arc.head as usize].saturating_add(arc.time));
        }
        times[place] = best;
        begin = end;
    }
}

impl SweepScratch {
    fn begin(&mut self, n_nodes: usize, n_cells: usize, limit: u32) {
        if self.now == u32::MAX {
            self.visited.fill(0);
            self.held.fill(0);
            self.now = 0;
        }
        self.now += 1;
        self.limit = limit;
        self.times.resize(n_nodes, UNREACHED);
        self.visited.resize(n_cells, 0);
        self.held.resize(n_cells, 0);
        self.holding.clear();
        self.ranges.clear();
    }
}
