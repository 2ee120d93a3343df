//! From the sources of a batch to all their ancestors.

use super::{LaneScratch, LaneTime, Row, SHARED};
use crate::search::flat::FlatGraph;
use crate::search::hierarchy::{Lean, NO_PARENT, UNREACHED};

impl<T: LaneTime> LaneScratch<T> {
    /// Finds the times from each source to its ancestors, climbing only. Each source is a list of nodes with times at the outset, and
    /// has a lane.
    ///
    /// Near the sources most nodes are above one of them only; there a time is a number, and only above where two meet it is a row.
    #[inline(always)]
    pub(super) fn climb<S: AsRef<[(u32, u32)]>>(&mut self, lean: &Lean, climbing: &FlatGraph, sources: &[S]) {
        self.gather(lean, sources);
        for (lane, source) in sources.iter().enumerate() {
            for &(node, time) in source.as_ref() {
                let index = self.index[lean.topology().position(node) as usize];
                self.improve(index as usize, lane, T::from_time(time));
            }
        }
        let (first, arcs) = (&climbing.first()[..], &climbing.all_arcs()[..]);
        for from in 0..self.climbed.len() {
            let (position, lane) = self.climbed[from];
            let arcs = &arcs[first[position as usize] as usize..first[position as usize + 1] as usize];
            let open = arcs.iter().filter(|arc| arc.time != UNREACHED);
            if lane == SHARED {
                let row = self.row_of[from] as usize;
                let (below, above) = self.rows.split_at_mut(row + 1);
                for arc in open {
                    let to = self.row_of[self.index[arc.head as usize] as usize] as usize;
                    let time = T::from_time(arc.time);
                    for (to, from) in above[to - row - 1].0.iter_mut().zip(&below[row].0) {
                        *to = from.plus(time).min(*to);
                    }
                }
            } else if self.single[from] != T::UNREACHED {
                for arc in open {
                    let time = self.single[from].plus(T::from_time(arc.time));
                    self.improve(self.index[arc.head as usize] as usize, lane as usize, time);
                }
            }
        }
    }

    #[inline(always)]
    fn improve(&mut self, index: usize, lane: usize, time: T) {
        let shared = self.climbed[index].1 == SHARED;
        let slot = if shared { &mut self.rows[self.row_of[index] as usize].0[lane] } else { &mut self.single[index] };
        *slot = time.min(*slot);
    }

    /// The times to what stands at an index of `climbed`.
    #[inline(always)]
    pub(super) fn label(&self, index: usize) -> Row<T> {
        match self.climbed[index].1 {
            SHARED => self.rows[self.row_of[index] as usize],
            lane => {
                let mut row = Row::UNREACHED;
                row.0[lane as usize] = self.single[index];
                row
            }
        }
    }

    /// Lists the ancestors of all sources, with no times yet.
    fn gather<S: AsRef<[(u32, u32)]>>(&mut self, lean: &Lean, sources: &[S]) {
        let LaneScratch { index, climbed, single, row_of, rows, .. } = self;
        for (position, _) in climbed.drain(..) {
            index[position as usize] = UNREACHED;
        }
        index.resize(lean.n_nodes(), UNREACHED);
        let parents = lean.topology().parents();
        for (lane, source) in sources.iter().enumerate() {
            for &(node, _) in source.as_ref() {
                let mut position = lean.topology().position(node);
                while position != NO_PARENT {
                    match climbed.get_mut(index[position as usize] as usize) {
                        None => {
                            index[position as usize] = climbed.len() as u32;
                            climbed.push((position, lane as u8));
                        }
                        // All above is what this one is.
                        Some((_, owner)) if *owner == SHARED || *owner == lane as u8 => break,
                        Some((_, owner)) => *owner = SHARED,
                    }
                    position = parents[position as usize];
                }
            }
        }
        climbed.sort_unstable();
        row_of.clear();
        let mut n_rows = 0;
        for (at, &(position, owner)) in climbed.iter().enumerate() {
            index[position as usize] = at as u32;
            row_of.push(n_rows);
            n_rows += u32::from(owner == SHARED);
        }
        single.clear();
        single.resize(climbed.len(), T::UNREACHED);
        rows.clear();
        rows.resize(n_rows as usize, Row::UNREACHED);
    }
}
