//! From the ancestors of a batch down to the targets.

use std::ops::Range;

use super::targets::Gate;
use super::{LANES, LaneScratch, LaneTime, Row, Targets, relaxed};
use crate::search::hierarchy::Lean;
use crate::search::vectors::{Work, with_wide_registers};

/// A batch that is to be searched from.
struct Search<'a, T, S> {
    scratch: &'a mut LaneScratch<T>,
    lean: &'a Lean,
    targets: &'a Targets,
    sources: &'a [S],
    limit: u32,
}

impl<T: LaneTime, S: AsRef<[(u32, u32)]>> Work for Search<'_, T, S> {
    type Done = ();

    #[inline(always)]
    fn work(self) {
        let Search { scratch, lean, targets, sources, limit } = self;
        scratch.climb(lean, lean.climbing(targets.direction), sources);
        scratch.descend(targets, T::from_time(limit.min(T::LONGEST)));
        scratch.join(targets);
    }
}

impl<T: LaneTime> LaneScratch<T> {
    /// Searches from up to [`LANES`] sources, each a list of nodes with times at the outset, to all targets. Times beyond `limit` deciseconds,
    /// or beyond what a lane can tell, are unreached; so are lanes without a source.
    pub fn run<S: AsRef<[(u32, u32)]>>(&mut self, lean: &Lean, targets: &Targets, sources: &[S], limit: u32) {
        assert!(sources.len() <= LANES, "a batch has no more sources than there are lanes");
        assert!(Self::takes(lean, targets, sources), "no way is longer than lanes of this kind can add up");
        with_wide_registers(Search { scratch: self, lean, targets, sources, limit });
    }

    /// Whether lanes of this kind can be used for these sources and targets: those of 16 and of 32 bits always, those that cut nothing off only
    /// where no way can be too long.
    pub fn takes<S: AsRef<[(u32, u32)]>>(lean: &Lean, targets: &Targets, sources: &[S]) -> bool {
        targets.longest(lean, sources) <= T::LONGEST_WAY
    }

    /// Goes down over the ancestors of targets, leaving out subtrees that are beyond the limit in all lanes.
    #[inline(always)]
    fn descend(&mut self, targets: &Targets, limit: T) {
        let height = targets.depth.iter().max().map_or(0, |&depth| depth as usize + 1);
        self.stack.resize(height.max(self.stack.len()), Row::UNREACHED);
        self.found.resize(1 + targets.added.len() + targets.joined.len(), Row::UNREACHED);
        self.found[0] = Row::UNREACHED;
        let (mut at, mut gate, mut held) = (0, 0, self.climbed.len());
        while at < targets.positions.len() {
            if let Some(this) = targets.gates.get(gate).filter(|gate| gate.nodes.start as usize == at) {
                self.drop_above(&mut held, targets.positions[at]);
                let end = this.nodes.end as usize;
                if (held == 0 || self.climbed[held - 1].0 < this.lowest) && self.is_beyond(targets, this, limit) {
                    let rows = targets.first_added[at] as usize..targets.first_added[end] as usize;
                    self.found[1 + rows.start..1 + rows.end].fill(Row::UNREACHED);
                    (at, gate) = (end, this.after as usize);
                    continue;
                }
                gate += 1;
            }
            let end = targets.gates.get(gate).map_or(targets.positions.len(), |gate| gate.nodes.start as usize);
            self.visit(targets, at..end, &mut held, limit);
            at = end;
        }
    }

    /// Whether no lane has a way into a subtree within the limit.
    #[inline(always)]
    fn is_beyond(&self, targets: &Targets, gate: &Gate, limit: T) -> bool {
        let boundary = &targets.boundaries[gate.boundary.start as usize..gate.boundary.end as usize];
        !boundary
            .iter()
            .any(|&depth| self.stack[depth as usize].0.iter().fold(false, |within, &time| within | (time <= limit)))
    }

    /// Leaves out what the batch climbed over above a position; `held` counts what remains.
    #[inline(always)]
    fn drop_above(&self, held: &mut usize, position: u32) {
        while *held > 0 && self.climbed[*held - 1].0 > position {
            *held -= 1;
        }
    }

    /// Relaxes nodes one after another. Moved: 8 bytes an arc and 12 bytes a node in, a row for every node of a target out.
    #[inline(always)]
    fn visit(&mut self, targets: &Targets, nodes: Range<usize>, held: &mut usize, limit: T) {
        let (mut begin, mut added) = (targets.first[nodes.start] as usize, targets.first_added[nodes.start] as usize);
        for at in nodes {
            self.drop_above(held, targets.positions[at]);
            let is_held = *held > 0 && self.climbed[*held - 1].0 == targets.positions[at];
            let row = if is_held { self.label(*held - 1) } else { Row::UNREACHED };
            let end = targets.first[at + 1] as usize;
            let best = relaxed(&row, &targets.arcs[begin..end], &self.stack);
            begin = end;
            self.stack[targets.depth[at] as usize] = best;
            while added < targets.first_added[at + 1] as usize {
                let time = T::from_time(targets.added[added]);
                added += 1;
                for (slot, &best) in self.found[added].0.iter_mut().zip(&best.0) {
                    let time = best.plus(time);
                    *slot = if time <= limit { time } else { T::UNREACHED };
                }
            }
        }
    }

    /// Makes the rows of targets that have several nodes.
    #[inline(always)]
    fn join(&mut self, targets: &Targets) {
        let (single, several) = self.found.split_at_mut(1 + targets.added.len());
        for (row, joined) in several.iter_mut().zip(&targets.joined) {
            *row = single[joined[0] as usize];
            for &other in &joined[1..] {
                for (slot, &time) in row.0.iter_mut().zip(&single[other as usize].0) {
                    *slot = time.min(*slot);
                }
            }
        }
    }
}
