//! What times between zones are worth: whole numbers, so that sums do not depend on their order.

use super::table::{Block, Cell, LANES};

/// Gives times a worth. The worth of a table is the sum over origins of their weight times the worth of their row.
pub trait Measure: Sync {
    /// What the times from a zone to a block of zones are worth, those at `LANES · block` and after. Cells beyond the last
    /// zone are not reached. All blocks of a row together must stay below 2⁶³.
    fn worth<C: Cell>(&self, origin: usize, block: usize, times: &Block<C>) -> i64;

    /// How much an origin counts.
    fn weight(&self, origin: usize) -> i64;

    /// The time in deciseconds from which on all times are worth the same as no journey; `None` where every time counts.
    fn horizon(&self) -> Option<u32>;

    /// By how much the worth of a block grows when its times change; a measure that knows it faster says so here.
    #[inline]
    fn gain<C: Cell>(&self, origin: usize, block: usize, before: &Block<C>, after: &Block<C>) -> i64 {
        self.worth(origin, block, after) - self.worth(origin, block, before)
    }
}

/// Whether cells of a width give this measure exactly: from what they can tell on, all times are worth the same. 32 bits
/// always do.
pub fn fits<C: Cell, M: Measure>(measure: &M) -> bool {
    C::TELLS_BELOW == u32::MAX || measure.horizon().is_some_and(|horizon| horizon <= C::TELLS_BELOW)
}

/// Opportunities that are reached within a limit, summed over origins by weight.
///
/// `Σ_i w_i · Σ_j O_j · [t_ij ≤ T]`, after Wachs & Kumagai (1973), Socio-Econ. Plan. Sci. 7(5).
#[derive(Debug, Clone)]
pub struct Reached {
    cutoff: u32,
    opportunities: Vec<[u32; LANES]>,
    weights: Vec<u32>,
    /// Whether the opportunities of every block sum to less than 2³²: then they are added in lanes of 32 bits, half the
    /// work.
    sums_are_short: bool,
}

impl Reached {
    /// For opportunities and weights by zone. The cutoff in deciseconds itself counts as reached. `None` where there is not
    /// one weight for each zone, or where the cutoff is the greatest number, which cannot be told from "not reached".
    pub fn new(cutoff: u32, opportunities: &[u32], weights: &[u32]) -> Option<Reached> {
        let opportunities_of = |block: &[u32]| block.iter().map(|&here| u64::from(here)).sum::<u64>();
        (opportunities.len() == weights.len() && cutoff < u32::MAX).then(|| Reached {
            cutoff,
            opportunities: in_blocks(opportunities),
            weights: weights.to_vec(),
            sums_are_short: opportunities.chunks(LANES).all(|block| opportunities_of(block) <= u64::from(u32::MAX)),
        })
    }

    /// The opportunities of a block where `counts` says so.
    #[inline(always)]
    fn sum(&self, block: usize, counts: impl Fn(usize) -> bool) -> i64 {
        let opportunities = &self.opportunities[block];
        let here = |lane: usize| if counts(lane) { opportunities[lane] } else { 0 };
        if self.sums_are_short {
            i64::from((0..LANES).fold(0u32, |sum, lane| sum.wrapping_add(here(lane))))
        } else {
            (0..LANES).map(|lane| i64::from(here(lane))).sum()
        }
    }

    /// The cutoff in cells that fit.
    #[inline(always)]
    fn limit<C: Cell>(&self) -> C {
        C::of(self.cutoff)
    }
}

impl Measure for Reached {
    #[inline]
    fn worth<C: Cell>(&self, _: usize, block: usize, times: &Block<C>) -> i64 {
        let limit = self.limit::<C>();
        self.sum(block, |lane| times.0[lane] <= limit)
    }

    #[inline]
    fn weight(&self, origin: usize) -> i64 {
        i64::from(self.weights[origin])
    }

    fn horizon(&self) -> Option<u32> {
        Some(self.cutoff + 1)
    }

    /// Times only become less, so that the gain is what is reached now and was not before.
    #[inline]
    fn gain<C: Cell>(&self, _: usize, block: usize, before: &Block<C>, after: &Block<C>) -> i64 {
        let limit = self.limit::<C>();
        let newly = |lane: usize| (before.0[lane] > limit) & (after.0[lane] <= limit);
        // Most changes do not cross the cutoff.
        let any = (0..LANES).fold(false, |any, lane| any | newly(lane));
        if any { self.sum(block, newly) } else { 0 }
    }
}

/// Opportunities that count less the farther away they are, by a table of whole numbers.
///
/// `Σ_i w_i · Σ_j O_j · f(t_ij)`, after Hansen (1959), J. Am. Inst. Planners 25(2).
#[derive(Debug, Clone)]
pub struct Decaying {
    factors: Vec<u32>,
    opportunities: Vec<[u32; LANES]>,
    weights: Vec<u32>,
}

impl Decaying {
    /// With the factor for every time in deciseconds from zero on, in units of the caller; times beyond the last factor
    /// count nothing. `None` where there is not one weight for each zone, or where a row could exceed 2⁶³.
    pub fn new(factors: Vec<u32>, opportunities: &[u32], weights: &[u32]) -> Option<Decaying> {
        let greatest = factors.iter().copied().max().unwrap_or(0);
        let all: u128 = opportunities.iter().map(|&here| u128::from(here) * u128::from(greatest)).sum();
        (opportunities.len() == weights.len() && all < 1 << 63).then(|| Decaying {
            factors,
            opportunities: in_blocks(opportunities),
            weights: weights.to_vec(),
        })
    }

    fn factor<C: Cell>(&self, time: C) -> i64 {
        let factor = time.deciseconds().and_then(|time| self.factors.get(time as usize));
        factor.map_or(0, |&factor| i64::from(factor))
    }
}

impl Measure for Decaying {
    fn worth<C: Cell>(&self, _: usize, block: usize, times: &Block<C>) -> i64 {
        let opportunities = &self.opportunities[block];
        (0..LANES).map(|lane| i64::from(opportunities[lane]) * self.factor(times.0[lane])).sum()
    }

    fn weight(&self, origin: usize) -> i64 {
        i64::from(self.weights[origin])
    }

    fn horizon(&self) -> Option<u32> {
        u32::try_from(self.factors.len()).ok()
    }

    fn gain<C: Cell>(&self, _: usize, block: usize, before: &Block<C>, after: &Block<C>) -> i64 {
        let opportunities = &self.opportunities[block];
        let changed = (0..LANES).filter(|&lane| before.0[lane] != after.0[lane]);
        let grows = |lane: usize| self.factor(after.0[lane]) - self.factor(before.0[lane]);
        changed.map(|lane| i64::from(opportunities[lane]) * grows(lane)).sum()
    }
}

/// No worth at all, where only times are asked for.
#[derive(Debug, Clone, Copy)]
pub struct Nothing;

impl Measure for Nothing {
    fn worth<C: Cell>(&self, _: usize, _: usize, _: &Block<C>) -> i64 {
        0
    }

    fn weight(&self, _: usize) -> i64 {
        0
    }

    fn horizon(&self) -> Option<u32> {
        Some(0)
    }
}

/// Numbers by zone as blocks, with zeros after the last.
fn in_blocks(numbers: &[u32]) -> Vec<[u32; LANES]> {
    let block = |chunk: &[u32]| std::array::from_fn(|lane| chunk.get(lane).copied().unwrap_or(0));
    numbers.chunks(LANES).map(block).collect()
}
