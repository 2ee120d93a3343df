//! Tables of times from all sources to all targets.

use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;

use super::{LANES, LaneScratch, LaneTime, Targets};
use crate::search::hierarchy::{Lean, UNREACHED};

/// Deciseconds from every source to every target: 4 bytes each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    n_targets: usize,
    /// By source and then by target; `UNREACHED` where there is no way.
    times: Vec<u32>,
}

/// Batches with room of both widths, and whether narrow lanes have turned out to be too narrow.
struct Width {
    /// Whether narrow lanes tell all that is asked for, whatever they find.
    enough: bool,
    /// Whether to try them at all: not after they failed.
    worth_trying: AtomicBool,
}

impl Table {
    /// Searches from every source, a list of nodes with times at the outset, to every target. Times beyond `limit` deciseconds count
    /// as no way; the limit itself does not. Batches of sources that lie near each other are spread over threads.
    ///
    /// Lanes of 16 bits are tried first; where one of a batch tells that a time may be longer, the batch is done again in 32 bits. So
    /// the times are exact up to `u32::MAX - 1`. With a limit below 65 535 nothing is done twice.
    pub fn new<S: AsRef<[(u32, u32)]> + Sync>(lean: &Lean, targets: &Targets, sources: &[S], limit: u32) -> Table {
        let mut times = vec![UNREACHED; sources.len() * targets.len()];
        let width = Width::new(lean, targets, sources, limit);
        let order = by_position(lean, sources);
        let mut rows: Vec<(&S, &mut [u32])> = Vec::with_capacity(sources.len());
        if !targets.is_empty() {
            let mut by_source: Vec<_> = times.chunks_exact_mut(targets.len()).map(Some).collect();
            let row = |&source: &u32| by_source[source as usize].take().expect("an order has every source once");
            rows = order.iter().map(|source| &sources[*source as usize]).zip(order.iter().map(row)).collect();
        }
        rows.par_chunks_mut(LANES).for_each_init(
            || (LaneScratch::<u16>::new(), LaneScratch::<u32>::new()),
            |(narrow, wide), batch| {
                let sources: Vec<&[(u32, u32)]> = batch.iter().map(|(source, _)| source.as_ref()).collect();
                if width.enough || width.worth_trying.load(Ordering::Relaxed) {
                    narrow.run(lean, targets, &sources, limit);
                    if width.enough || narrow.all_reached(targets, sources.len()) {
                        return narrow.write(targets, batch);
                    }
                    width.worth_trying.store(false, Ordering::Relaxed);
                }
                wide.run(lean, targets, &sources, limit);
                wide.write(targets, batch);
            },
        );
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

impl Width {
    fn new<S: AsRef<[(u32, u32)]>>(lean: &Lean, targets: &Targets, sources: &[S], limit: u32) -> Width {
        let latest = sources.iter().flat_map(AsRef::as_ref).map(|seed| u64::from(seed.1)).max().unwrap_or(0);
        let longest = lean.longest().saturating_add(latest).saturating_add(u64::from(targets.longest_added));
        let enough = limit <= u16::LONGEST || longest <= u64::from(u16::LONGEST);
        Width { enough, worth_trying: AtomicBool::new(true) }
    }
}

/// Sources by the position of their first node, so that those of a batch share ancestors.
pub(super) fn by_position<S: AsRef<[(u32, u32)]>>(lean: &Lean, sources: &[S]) -> Vec<u32> {
    let position = |source: u32| sources[source as usize].as_ref().first().map(|seed| lean.position(seed.0));
    let mut order: Vec<u32> = (0..sources.len() as u32).collect();
    order.sort_by_cached_key(|&source| position(source));
    order
}

impl<T: LaneTime> LaneScratch<T> {
    /// Whether all lanes of the first sources are exact.
    fn all_reached(&self, targets: &Targets, n_sources: usize) -> bool {
        (0..targets.len()).all(|target| self.times(targets, target)[..n_sources].iter().all(|&time| time != T::UNREACHED))
    }

    /// Turns times by target into rows by source.
    fn write<S>(&self, targets: &Targets, batch: &mut [(S, &mut [u32])]) {
        // 16 targets are a line of memory of each row.
        for begin in (0..targets.len()).step_by(16) {
            let found: Vec<&[T; LANES]> =
                (begin..targets.len().min(begin + 16)).map(|target| self.times(targets, target)).collect();
            for (lane, (_, row)) in batch.iter_mut().enumerate() {
                for (slot, from) in row[begin..].iter_mut().zip(&found) {
                    *slot = from[lane].time().unwrap_or(UNREACHED);
                }
            }
        }
    }
}
