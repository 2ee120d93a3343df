//! Tables of times from all sources to all targets.

use rayon::prelude::*;

use super::batch::{Batches, Room, Use};
use super::{LANES, LaneScratch, LaneTime, Targets};
use crate::search::hierarchy::{Lean, UNREACHED};

/// Deciseconds from every source to every target: 4 bytes each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    n_targets: usize,
    /// By source and then by target; `UNREACHED` where there is no way.
    times: Vec<u32>,
}

impl Table {
    /// Searches from every source, a list of nodes with times at the outset, to every target. Times beyond `limit` deciseconds count
    /// as no way; the limit itself does not. Batches of sources that lie near each other are spread over threads.
    ///
    /// With a limit below 65 535, or where no way is longer, lanes of 16 bits do. Otherwise the first batch is searched in 32 bits; where 16 would
    /// have told all its times, they are used from then on, until one of a batch tells that a time may be longer and the batch is done
    /// again. So the times are exact up to `u32::MAX - 1`.
    pub fn new<S: AsRef<[(u32, u32)]> + Sync>(lean: &Lean, targets: &Targets, sources: &[S], limit: u32) -> Table {
        // Every batch writes all times of its sources.
        let mut times = vec![0; sources.len() * targets.len()];
        let batches = Batches::plain(lean, targets, sources, limit);
        if !targets.is_empty() {
            let mut by_source: Vec<_> = times.chunks_exact_mut(targets.len()).map(Some).collect();
            let row = |&source: &u32| by_source[source as usize].take().expect("an order has every source once");
            let mut rows: Vec<&mut [u32]> = batches.order.iter().map(row).collect();
            let chunks = rows.par_chunks_mut(LANES).zip(batches.order.par_chunks(LANES));
            chunks
                .for_each_init(Room::default, |room, (rows, batch)| batches.search(batch, room, Writing { targets, rows }));
        }
        Table { n_targets: targets.len(), times }
    }

    /// Deciseconds from a source to a target; `None` where there is no way within the limit.
    pub fn time(&self, source: usize, target: usize) -> Option<u32> {
        Some(self.times[source * self.n_targets..][..self.n_targets][target]).filter(|&time| time != UNREACHED)
    }

    /// Deciseconds from a source to every target.
    pub fn row(&self, source: usize) -> impl ExactSizeIterator<Item = Option<u32>> + '_ {
        let row = &self.times[source * self.n_targets..][..self.n_targets];
        row.iter().map(|&time| Some(time).filter(|&time| time != UNREACHED))
    }
}

/// How many targets are turned at once: 16 times are a line of memory of each row.
const TILE: usize = 16;

/// Turns times by target into rows by source.
struct Writing<'a, 'b> {
    targets: &'a Targets,
    rows: &'a mut [&'b mut [u32]],
}

impl Use for Writing<'_, '_> {
    type Answer = ();

    #[inline(always)]
    fn take<T: LaneTime>(self, scratch: &LaneScratch<T>) {
        for begin in (0..self.targets.len()).step_by(TILE) {
            let end = self.targets.len().min(begin + TILE);
            let tile: [&[T; LANES]; TILE] = std::array::from_fn(|at| scratch.times(self.targets, (begin + at).min(end - 1)));
            for (lane, row) in self.rows.iter_mut().enumerate() {
                for (slot, times) in row[begin..end].iter_mut().zip(&tile) {
                    *slot = times[lane].time().unwrap_or(UNREACHED);
                }
            }
        }
    }
}
