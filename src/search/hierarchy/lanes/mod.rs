//! Lanes: searches from many sources at once to many targets, one source a lane.
//!
//! A batch of [`LANES`] sources climbs together over all ancestors of any of them; then times come down to the targets over the union of
//! *their* ancestors only (RPHAST: Delling, Goldberg and Werneck, ATMOS 2011). Each step is one addition and one minimum for a whole row of
//! lanes, which the compiler makes into vector instructions.
//!
//! Nodes are visited in preorder, so that all a node reads are its ancestors on the way down to it. Only these are kept, one row
//! for every depth of the tree: some tens of kilobytes, which stay in the nearest cache however large the graph is. Besides, 8 bytes an arc come in,
//! and a row a target goes out.
//!
//! Times in lanes of 16 bits are exact below 65 535 deciseconds: cutting a sum off there at every step gives what cutting it off
//! once at the end gives, since min(min(a, c) + b, c) = min(a + b, c) for b ≥ 0, and cutting off keeps the order of times, hence
//! minima. That holds for the times of seeds and arcs too. So a lane says the true time, or that it is 65 535 or more. In lanes of 32 bits the
//! same holds below `u32::MAX`, where every search of this module ends. Where no way takes 2³⁰ deciseconds (3.4 years), nothing need be cut off:
//! unreached is 2³⁰ then, a row is never more, since minima begin with it, and with an arc it stays below 2³¹. That saves one of
//! three instructions for each arc and lane.

mod batch;
mod climb;
mod descend;
mod table;
mod targets;

pub use self::batch::{Batch, Beside, Reducer, reduce, reduce_beside};
pub use self::table::Table;
pub use self::targets::Targets;
use super::UNREACHED;
use crate::search::flat::Arc;

/// How many sources are searched at once. Measured: 64 lanes of 16 bits are two lines of memory.
pub const LANES: usize = 64;

/// A time in a lane: 16 or 32 bits, or 32 bits for where all ways are short enough to add them up without a look at the sum.
pub trait LaneTime: Copy + Ord + Send + Sync + 'static {
    /// Nothing leads there, or it takes longer than a lane can say.
    const UNREACHED: Self;

    /// The longest time that is told exactly.
    const LONGEST: u32;

    /// No way, the times at its outset and at its end among it, may take longer.
    const LONGEST_WAY: u64 = u64::MAX;

    /// A time in deciseconds; too long a one is unreached.
    fn from_time(time: u32) -> Self;

    /// The sum, where it is not too long.
    fn plus(self, other: Self) -> Self;

    /// Deciseconds, if it was reached.
    fn time(self) -> Option<u32>;

    /// The time in 16 bits, and `u16::MAX` for what is later or unreached.
    fn short(self) -> u16;

    /// The number of a time in a list by decisecond that ends with the one of what is unreached; `late` tells those of times beyond it.
    #[inline(always)]
    fn look_up(self, list: &[f64; 1 << 16], late: impl FnOnce(u32) -> f64) -> f64 {
        let short = self.short();
        let is_listed = short < u16::MAX || Self::LONGEST < u32::from(u16::MAX);
        if is_listed { list[usize::from(short)] } else { self.time().map_or(list[usize::from(u16::MAX)], late) }
    }
}

impl LaneTime for u16 {
    const UNREACHED: u16 = u16::MAX;
    const LONGEST: u32 = u16::MAX as u32 - 1;

    #[inline(always)]
    fn from_time(time: u32) -> u16 {
        time.min(u32::from(u16::MAX)) as u16
    }

    #[inline(always)]
    fn plus(self, other: u16) -> u16 {
        self.saturating_add(other)
    }

    #[inline(always)]
    fn time(self) -> Option<u32> {
        (self != u16::MAX).then_some(u32::from(self))
    }

    #[inline(always)]
    fn short(self) -> u16 {
        self
    }
}

impl LaneTime for u32 {
    const UNREACHED: u32 = UNREACHED;
    const LONGEST: u32 = UNREACHED - 1;

    #[inline(always)]
    fn from_time(time: u32) -> u32 {
        time
    }

    #[inline(always)]
    fn plus(self, other: u32) -> u32 {
        self.saturating_add(other)
    }

    #[inline(always)]
    fn time(self) -> Option<u32> {
        (self != UNREACHED).then_some(self)
    }

    #[inline(always)]
    fn short(self) -> u16 {
        self.min(u32::from(u16::MAX)) as u16
    }
}

/// Sums are not cut off, so that ways must be short enough.
impl LaneTime for i32 {
    const UNREACHED: i32 = 1 << 30;
    const LONGEST: u32 = (1 << 30) - 1;
    const LONGEST_WAY: u64 = (1 << 30) - 1;

    #[inline(always)]
    fn from_time(time: u32) -> i32 {
        // Arcs that no quickest way needs may take longer. So they do not overflow, and stay no quicker than any way.
        time.min(Self::LONGEST) as i32
    }

    #[inline(always)]
    fn plus(self, other: i32) -> i32 {
        self + other
    }

    #[inline(always)]
    fn time(self) -> Option<u32> {
        (self < Self::UNREACHED).then_some(self as u32)
    }

    #[inline(always)]
    fn short(self) -> u16 {
        self.min(i32::from(u16::MAX)) as u16
    }
}

/// One time for every lane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(align(64))]
pub struct Row<T>(pub [T; LANES]);

impl<T: LaneTime> Row<T> {
    pub const UNREACHED: Row<T> = Row([T::UNREACHED; LANES]);
}

/// The best time in every lane: that of a row or over the rows that arcs lead to. Moved: 8 bytes an arc, and for each a row of the nearest
/// cache; the lanes are kept in registers meanwhile.
#[inline(always)]
fn relaxed<T: LaneTime>(row: &Row<T>, arcs: &[Arc], rows: &[Row<T>]) -> Row<T> {
    let mut best = *row;
    for arc in arcs {
        let (row, time) = (&rows[arc.head as usize].0, T::from_time(arc.time));
        for (best, from) in best.0.iter_mut().zip(row) {
            *best = (*best).min(from.plus(time));
        }
    }
    best
}

/// Marks what is climbed to from several lanes.
const SHARED: u8 = u8::MAX;

/// Room for batches of sources, used again and again: it grows with targets, not with nodes times lanes.
#[derive(Debug)]
pub struct LaneScratch<T> {
    /// Where every position that the batch climbs over stands in `climbed`; `UNREACHED` for the others.
    index: Vec<u32>,
    /// What the batch climbs over, ascending, and from which lane: [`SHARED`] if from several.
    climbed: Vec<(u32, u8)>,
    /// The times of those that are climbed to from one lane.
    single: Vec<T>,
    /// Where the others have their row.
    row_of: Vec<u32>,
    rows: Vec<Row<T>>,
    /// One row for every depth.
    stack: Vec<Row<T>>,
    /// What targets read, see [`Targets`].
    found: Vec<Row<T>>,
}

impl<T: LaneTime> LaneScratch<T> {
    /// Room that grows with the first batch.
    pub fn new() -> Self {
        LaneScratch {
            index: Vec::new(),
            climbed: Vec::new(),
            single: Vec::new(),
            row_of: Vec::new(),
            rows: Vec::new(),
            stack: Vec::new(),
            found: Vec::new(),
        }
    }

    /// The times from the sources of the last batch to a target of that batch, by lane.
    #[inline]
    pub fn times(&self, targets: &Targets, target: usize) -> &[T; LANES] {
        &self.found[targets.found[target] as usize].0
    }

    /// Takes a time to a target into account, which has a row of its own.
    fn shorten(&mut self, targets: &Targets, target: usize, lane: usize, time: u32) {
        let row = targets.found[target] as usize;
        assert!(row > 0, "a target that is reached beside the hierarchy has a node");
        let known = &mut self.found[row].0[lane];
        *known = T::from_time(time).min(*known);
    }
}

impl<T: LaneTime> Default for LaneScratch<T> {
    fn default() -> Self {
        LaneScratch::new()
    }
}
