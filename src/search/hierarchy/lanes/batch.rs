//! Batches of sources, reduced to answers at once: the table of all times is never there.

use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;

use super::{LANES, LaneScratch, LaneTime, Targets};
use crate::search::hierarchy::Lean;
use crate::search::vectors::{Work, with_wide_registers};

/// Turns the times of a batch into an answer for each of its sources.
///
/// What is added up over targets, or chosen among few, is best done target by target for all lanes at once; what needs the times of a source
/// side by side takes [`Batch::row`]. Where `reduce` is `#[inline(always)]`, it is compiled for wide registers if there are any.
pub trait Reducer: Sync {
    /// What is wanted of a source.
    type Answer: Send;

    /// The answers in the order of the sources.
    fn reduce<T: LaneTime>(&self, batch: &Batch<'_, T>) -> Vec<Self::Answer>;
}

/// The times from some sources, a lane each, to all targets. They are exact: what is unreached has no way within the limit.
#[derive(Debug)]
pub struct Batch<'a, T> {
    scratch: &'a LaneScratch<T>,
    targets: &'a Targets,
    sources: &'a [u32],
}

impl<T: LaneTime> Batch<'_, T> {
    /// Which sources, by their position among all, in the order of lanes; further lanes are empty.
    pub fn sources(&self) -> &[u32] {
        self.sources
    }

    /// How many targets there are.
    pub fn n_targets(&self) -> usize {
        self.targets.len()
    }

    /// The times to a target, by lane.
    #[inline(always)]
    pub fn times(&self, target: usize) -> &[T; LANES] {
        self.scratch.times(self.targets, target)
    }

    /// Deciseconds from the source of a lane to all targets.
    pub fn row(&self, lane: usize) -> impl Iterator<Item = Option<u32>> + '_ {
        (0..self.n_targets()).map(move |target| self.times(target)[lane].time())
    }
}

/// Ways that do not lead over the nodes of a hierarchy: along one street that both ends lie on.
pub trait Beside: Sync {
    /// No such way takes longer, in deciseconds.
    fn longest(&self) -> u32;

    /// The ways of a source: to which targets, each of which has a node, and how many deciseconds they take.
    fn of(&self, source: u32, give: &mut dyn FnMut(u32, u32));
}

/// There is no way but over nodes.
pub(super) struct Nothing;

impl Beside for Nothing {
    fn longest(&self) -> u32 {
        0
    }

    fn of(&self, _: u32, _: &mut dyn FnMut(u32, u32)) {}
}

/// Searches from all sources to all targets and reduces the times batch by batch, spread over threads. The answers come in the order of the
/// sources, whatever the threads do. Times beyond `limit` deciseconds count as no way.
///
/// Memory: for every thread 128 bytes a target (256 where lanes of 32 bits are needed), beside answers and targets.
pub fn reduce<S, R>(lean: &Lean, targets: &Targets, sources: &[S], limit: u32, reducer: &R) -> Vec<R::Answer>
where
    S: AsRef<[(u32, u32)]> + Sync,
    R: Reducer,
{
    reduce_beside(lean, targets, sources, limit, &Nothing, reducer)
}

/// The same with ways beside the hierarchy, which count where they are shorter.
pub fn reduce_beside<S, R>(
    lean: &Lean,
    targets: &Targets,
    sources: &[S],
    limit: u32,
    beside: &impl Beside,
    reducer: &R,
) -> Vec<R::Answer>
where
    S: AsRef<[(u32, u32)]> + Sync,
    R: Reducer,
{
    let batches = Batches::new(lean, targets, sources, limit, beside);
    let answers: Vec<Vec<R::Answer>> = batches
        .order
        .par_chunks(LANES)
        .map_init(Room::default, |room, batch| batches.search(batch, room, Reduction { reducer, targets, sources: batch }))
        .collect();
    let mut placed: Vec<_> = batches.order.iter().zip(answers.into_iter().flatten()).collect();
    placed.sort_unstable_by_key(|answer| answer.0);
    assert_eq!(placed.len(), sources.len(), "a reducer answers for every source of a batch");
    placed.into_iter().map(|answer| answer.1).collect()
}

/// What is done with the times of a batch, of whichever width.
pub(super) trait Use {
    type Answer;

    fn take<T: LaneTime>(self, scratch: &LaneScratch<T>) -> Self::Answer;
}

/// A use with the times that it is for.
struct Taking<'a, T, U> {
    then: U,
    scratch: &'a LaneScratch<T>,
}

impl<T: LaneTime, U: Use> Work for Taking<'_, T, U> {
    type Done = U::Answer;

    #[inline(always)]
    fn work(self) -> U::Answer {
        self.then.take(self.scratch)
    }
}

struct Reduction<'a, R> {
    reducer: &'a R,
    targets: &'a Targets,
    sources: &'a [u32],
}

impl<R: Reducer> Use for Reduction<'_, R> {
    type Answer = Vec<R::Answer>;

    #[inline(always)]
    fn take<T: LaneTime>(self, scratch: &LaneScratch<T>) -> Vec<R::Answer> {
        self.reducer.reduce(&Batch { scratch, targets: self.targets, sources: self.sources })
    }
}

/// Room for batches of any kind of lanes.
#[derive(Default)]
pub(super) struct Room {
    narrow: LaneScratch<u16>,
    /// Where no way is too long to be added up.
    wide: LaneScratch<i32>,
    cut_off: LaneScratch<u32>,
}

/// Sources in the order in which they are searched, and whether narrow lanes do.
pub(super) struct Batches<'a, S, B> {
    lean: &'a Lean,
    targets: &'a Targets,
    sources: &'a [S],
    limit: u32,
    beside: &'a B,
    /// Sources by the position of their first node, so that those of a batch share ancestors.
    pub order: Vec<u32>,
    /// Whether narrow lanes tell all that is asked for, whatever they find.
    narrow_do: bool,
    /// Whether wide lanes need not cut off what they add up.
    adds_up: bool,
    /// Whether wide lanes, which the first batch is searched in, told only times that narrow ones tell, and narrow ones did ever since. It makes
    /// no difference to the times.
    narrow_may_do: AtomicBool,
    /// Whether the first batch has said so.
    is_known: AtomicBool,
}

impl<'a, S: AsRef<[(u32, u32)]>> Batches<'a, S, Nothing> {
    /// Batches without any way beside the hierarchy.
    pub fn plain(lean: &'a Lean, targets: &'a Targets, sources: &'a [S], limit: u32) -> Self {
        Batches::new(lean, targets, sources, limit, &Nothing)
    }
}

impl<'a, S: AsRef<[(u32, u32)]>, B: Beside> Batches<'a, S, B> {
    pub fn new(lean: &'a Lean, targets: &'a Targets, sources: &'a [S], limit: u32, beside: &'a B) -> Self {
        let longest = targets.longest(lean, sources).max(u64::from(beside.longest()));
        let position = |source: u32| sources[source as usize].as_ref().first().map(|seed| lean.topology().position(seed.0));
        let mut order: Vec<u32> = (0..sources.len() as u32).collect();
        order.sort_by_cached_key(|&source| position(source));
        let narrow_do = limit <= u16::LONGEST || longest <= u64::from(u16::LONGEST);
        let adds_up = longest <= i32::LONGEST_WAY;
        let (narrow_may_do, is_known) = Default::default();
        Batches { lean, targets, sources, limit, beside, order, narrow_do, adds_up, narrow_may_do, is_known }
    }

    /// Searches from a batch, in wide lanes where narrow ones may not tell all.
    pub fn search<U: Use>(&self, batch: &[u32], room: &mut Room, then: U) -> U::Answer {
        let sources: Vec<&[(u32, u32)]> = batch.iter().map(|&source| self.sources[source as usize].as_ref()).collect();
        if self.narrow_do || self.narrow_may_do.load(Ordering::Relaxed) {
            room.narrow.run(self.lean, self.targets, &sources, self.limit);
            if self.narrow_do || room.narrow.all_within(self.targets, sources.len(), u16::LONGEST) {
                return self.take(batch, &mut room.narrow, then);
            }
            self.narrow_may_do.store(false, Ordering::Relaxed);
        }
        if self.adds_up {
            self.search_widely(batch, &sources, &mut room.wide, then)
        } else {
            self.search_widely(batch, &sources, &mut room.cut_off, then)
        }
    }

    fn search_widely<T: LaneTime, U: Use>(
        &self,
        batch: &[u32],
        sources: &[&[(u32, u32)]],
        scratch: &mut LaneScratch<T>,
        then: U,
    ) -> U::Answer {
        scratch.run(self.lean, self.targets, sources, self.limit);
        if !self.is_known.swap(true, Ordering::Relaxed) {
            let may_do = scratch.all_within(self.targets, sources.len(), u16::LONGEST);
            self.narrow_may_do.store(may_do, Ordering::Relaxed);
        }
        self.take(batch, scratch, then)
    }

    /// Uses the times of a batch, with those beside the hierarchy.
    fn take<T: LaneTime, U: Use>(&self, batch: &[u32], scratch: &mut LaneScratch<T>, then: U) -> U::Answer {
        self.shorten(batch, scratch);
        with_wide_registers(Taking { then, scratch })
    }
}

impl<S, B: Beside> Batches<'_, S, B> {
    /// Puts ways beside the hierarchy into the lanes of a batch, where they are shorter.
    fn shorten<T: LaneTime>(&self, batch: &[u32], scratch: &mut LaneScratch<T>) {
        for (lane, &source) in batch.iter().enumerate() {
            self.beside.of(source, &mut |target, time| {
                if time <= self.limit {
                    scratch.shorten(self.targets, target as usize, lane, time);
                }
            });
        }
    }
}

impl<T: LaneTime> LaneScratch<T> {
    /// Whether all of the first lanes are reached at all targets by a time.
    fn all_within(&self, targets: &Targets, n_lanes: usize, last: u32) -> bool {
        let is_within = |&time: &T| time.time().is_some_and(|time| time <= last);
        (0..targets.len()).all(|target| self.times(targets, target)[..n_lanes].iter().all(is_within))
    }
}
