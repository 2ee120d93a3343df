//! From the sources of a batch to all their ancestors.

use super::{LaneScratch, LaneTime, Row};
use crate::search::flat::FlatGraph;
use crate::search::hierarchy::{Lean, UNREACHED};

impl<T: LaneTime> LaneScratch<T> {
    /// Finds the times from each source to its ancestors, climbing only. Each source is a list of nodes with times at the outset, and
    /// has a lane.
    #[inline(always)]
    pub(super) fn climb<S: AsRef<[(u32, u32)]>>(&mut self, lean: &Lean, climbing: &FlatGraph, sources: &[S]) {
        for &position in &self.climbed {
            self.row_of[position as usize] = UNREACHED;
        }
        self.climbed.clear();
        self.row_of.resize(lean.n_nodes(), UNREACHED);
        for &(node, _) in sources.iter().flat_map(AsRef::as_ref) {
            let mut next = Some(lean.position(node));
            while let Some(position) = next.filter(|&position| self.row_of[position as usize] == UNREACHED) {
                self.row_of[position as usize] = 0;
                self.climbed.push(position);
                next = lean.parent(position);
            }
        }
        self.climbed.sort_unstable();
        for (row, &position) in (0..).zip(&self.climbed) {
            self.row_of[position as usize] = row;
        }
        self.labels.clear();
        self.labels.resize(self.climbed.len(), Row::UNREACHED);
        for (lane, source) in sources.iter().enumerate() {
            for &(node, time) in source.as_ref() {
                let slot = &mut self.labels[self.row_of[lean.position(node) as usize] as usize].0[lane];
                *slot = T::from_time(time).min(*slot);
            }
        }
        for (row, &position) in self.climbed.iter().enumerate() {
            let (below, above) = self.labels.split_at_mut(row + 1);
            let from = &below[row].0;
            for arc in climbing.arcs(position) {
                let (to, time) = (&mut above[self.row_of[arc.head as usize] as usize - row - 1].0, T::from_time(arc.time));
                for (to, from) in to.iter_mut().zip(from) {
                    *to = from.plus(time).min(*to);
                }
            }
        }
    }
}
