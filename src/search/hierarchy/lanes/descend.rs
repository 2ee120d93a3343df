//! From the ancestors of a batch down to the targets.

use super::{LaneScratch, LaneTime, Row, Targets, relax};
use crate::search::hierarchy::Lean;

impl<T: LaneTime> LaneScratch<T> {
    /// Searches from up to [`LANES`](super::LANES) sources to all targets. Times beyond `limit` deciseconds, or beyond what a
    /// lane can tell, are unreached; so are lanes without a source.
    pub fn run<S: AsRef<[(u32, u32)]>>(&mut self, lean: &Lean, targets: &Targets, sources: &[S], limit: u32) {
        assert!(sources.len() <= super::LANES, "a batch has no more sources than there are lanes");
        self.climb(lean, lean.climbing(targets.direction), sources);
        self.found.clear();
        self.found.resize(targets.len(), Row::UNREACHED);
        self.descend(targets);
        if limit < T::LONGEST {
            let limit = T::from_time(limit);
            for row in &mut self.found {
                row.0.iter_mut().for_each(|time| *time = if *time > limit { T::UNREACHED } else { *time });
            }
        }
    }

    fn descend(&mut self, targets: &Targets) {
        let LaneScratch { climbed, labels, stack, found, .. } = self;
        let height = targets.depth.iter().max().map_or(0, |&depth| depth as usize + 1);
        stack.resize(height.max(stack.len()), Row::UNREACHED);
        let mut label = climbed.len();
        for (at, &position) in targets.positions.iter().enumerate() {
            while label > 0 && climbed[label - 1] > position {
                label -= 1;
            }
            let held = label > 0 && climbed[label - 1] == position;
            let mut best = if held { labels[label - 1] } else { Row::UNREACHED };
            let arcs = &targets.arcs[targets.first[at] as usize..targets.first[at + 1] as usize];
            relax(&mut best, arcs.iter().map(|arc| (arc.head, arc.time)), stack);
            stack[targets.depth[at] as usize] = best;
            for read in &targets.reads[targets.first_read[at] as usize..targets.first_read[at + 1] as usize] {
                let time = T::from_time(read.time);
                for (slot, &best) in found[read.head as usize].0.iter_mut().zip(&best.0) {
                    *slot = best.plus(time).min(*slot);
                }
            }
        }
    }
}
