//! Accessibility of very many origins at once: several measures from the times of a batch while they are still in the cache.
//!
//! The same definitions as [`accessibility`](super::accessibility), to the last bit; times between all pairs are never kept.

use super::accessibility::{Decay, MeanTime, cumulative, gravity, time_to, time_to_nearest, weighted_mean_time};
use crate::search::hierarchy::{Batch, LANES, LaneTime, Reducer};
use crate::units::Duration;

/// What is asked of every origin. A destination beyond the limit of the search is not reached.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Measure {
    /// Opportunities within a cutoff, see [`cumulative`].
    Cumulative(Duration),
    /// Opportunities weighted by time, see [`gravity`].
    Gravity(Decay),
    /// The time to the k-th nearest destination with opportunities, see [`time_to_nearest`].
    Nearest(usize),
    /// The time within which so many opportunities lie, see [`time_to`]; with a share of all of them, a percentile of times.
    Within(f64),
    /// The mean time over opportunities, see [`weighted_mean_time`].
    MeanTime,
}

/// The answer to a [`Measure`], in the same case.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value {
    /// Opportunities, of the first two measures.
    Sum(f64),
    /// The time; `None` where too little is reached.
    Time(Option<Duration>),
    /// The mean time and what it is over.
    Mean(MeanTime),
}

/// Several measures over the same destinations: a reducer of batches whose answer is a value for every measure, in their order.
#[derive(Debug)]
pub struct Measures<'a> {
    opportunities: &'a [f64],
    measures: &'a [Measure],
    /// Weights by decisecond for every gravity measure; 0 at the end, for what is not reached.
    weights: Vec<Vec<f64>>,
    /// Whether sums of opportunities are the same in any order: whole numbers, together below 2⁵³.
    whole: bool,
}

/// Nearest destinations up to this one are kept sorted in lanes; more are chosen from rows.
const FEW: usize = 8;

/// Times of so many powers of two deciseconds are counted together at first.
const COARSE: u32 = 9;

const N_COARSE: usize = 1 << (16 - COARSE);

impl<'a> Measures<'a> {
    /// Measures over destinations that hold these opportunities: numbers of at least 0, in the order of the targets.
    pub fn new(opportunities: &'a [f64], measures: &'a [Measure]) -> Self {
        let weights = measures.iter().filter_map(|measure| match measure {
            Measure::Gravity(decay) => {
                let weight = |time| decay.weight(Duration::from_deciseconds(time));
                Some((0..u32::from(u16::MAX)).map(weight).chain([0.0]).collect())
            }
            _ => None,
        });
        let whole = opportunities.iter().all(|amount| amount.fract() == 0.0);
        let whole = whole && opportunities.iter().sum::<f64>() < (1u64 << 53) as f64;
        Measures { opportunities, measures, weights: weights.collect(), whole }
    }
}

impl Reducer for Measures<'_> {
    type Answer = Vec<Value>;

    #[inline(always)]
    fn reduce<T: LaneTime>(&self, batch: &Batch<'_, T>) -> Vec<Vec<Value>> {
        assert_eq!(self.opportunities.len(), batch.n_targets(), "every destination has its opportunities");
        let Some(batch) = T::narrow(batch) else {
            return (0..batch.sources().len()).map(|lane| self.plainly(batch, lane)).collect();
        };
        let mut weights = self.weights.iter();
        let by_measure = self.measures.iter().map(|&measure| match measure {
            Measure::Cumulative(cutoff) => self.cumulative(batch, cutoff),
            Measure::Gravity(_) => self.gravity(batch, weights.next().expect("every gravity has its weights")),
            Measure::Nearest(k) if k <= FEW => self.nearest(batch, k),
            Measure::Within(amount) if self.whole => self.within(batch, amount),
            Measure::MeanTime => self.mean_time(batch),
            _ => (0..batch.sources().len()).map(|lane| self.value(measure, &times(batch, lane))).collect(),
        });
        let by_measure: Vec<Vec<Value>> = by_measure.collect();
        (0..batch.sources().len()).map(|lane| by_measure.iter().map(|values| values[lane]).collect()).collect()
    }
}

/// The times from one source.
fn times<T: LaneTime>(batch: &Batch<'_, T>, lane: usize) -> Vec<Option<Duration>> {
    batch.row(lane).map(|time| time.map(Duration::from_deciseconds)).collect()
}

impl Measures<'_> {
    /// All measures of one source, as they are defined.
    fn plainly<T: LaneTime>(&self, batch: &Batch<'_, T>, lane: usize) -> Vec<Value> {
        let times = times(batch, lane);
        self.measures.iter().map(|&measure| self.value(measure, &times)).collect()
    }

    fn value(&self, measure: Measure, times: &[Option<Duration>]) -> Value {
        match measure {
            Measure::Cumulative(cutoff) => Value::Sum(cumulative(times, self.opportunities, cutoff).value),
            Measure::Gravity(decay) => Value::Sum(gravity(times, self.opportunities, decay).value),
            Measure::Nearest(k) => Value::Time(time_to_nearest(times, self.opportunities, k).time),
            Measure::Within(amount) => Value::Time(time_to(times, self.opportunities, amount).time),
            Measure::MeanTime => Value::Mean(weighted_mean_time(times, self.opportunities, None)),
        }
    }

    /// Sums in lanes, in the order of the destinations: adding nothing for what does not count leaves every bit of a sum as it is.
    #[inline(always)]
    fn cumulative(&self, batch: &Batch<'_, u16>, cutoff: Duration) -> Vec<Value> {
        let last = cutoff.deciseconds().min(u32::from(u16::MAX) - 1) as u16;
        let mut sums = [0.0; LANES];
        for (target, &amount) in self.opportunities.iter().enumerate() {
            for (sum, &time) in sums.iter_mut().zip(batch.times(target)) {
                *sum += if time <= last { amount } else { 0.0 };
            }
        }
        sums.map(Value::Sum).to_vec()
    }

    /// Weights looked up by decisecond: sources that lie near each other read near each other.
    #[inline(always)]
    fn gravity(&self, batch: &Batch<'_, u16>, weights: &[f64]) -> Vec<Value> {
        let weights: &[f64; 1 << 16] = weights.try_into().expect("there is a weight for every time of 16 bits");
        let mut sums = [0.0; LANES];
        for (target, &amount) in self.opportunities.iter().enumerate() {
            for (sum, &time) in sums.iter_mut().zip(batch.times(target)) {
                *sum += amount * weights[usize::from(time)];
            }
        }
        sums.map(Value::Sum).to_vec()
    }

    /// The k shortest times of every lane, kept in order: a new one moves the longer ones on.
    #[inline(always)]
    fn nearest(&self, batch: &Batch<'_, u16>, k: usize) -> Vec<Value> {
        let mut best = [[u16::UNREACHED; LANES]; FEW];
        for (target, _) in self.opportunities.iter().enumerate().filter(|(_, amount)| **amount > 0.0) {
            let mut moved = *batch.times(target);
            for kept in &mut best[..k] {
                for (kept, moved) in kept.iter_mut().zip(&mut moved) {
                    (*kept, *moved) = ((*kept).min(*moved), (*kept).max(*moved));
                }
            }
        }
        let last = k.checked_sub(1).map_or([u16::UNREACHED; LANES], |last| best[last]);
        last.map(|time| Value::Time(time.time().map(Duration::from_deciseconds))).to_vec()
    }

    /// Opportunities by coarse time in every lane, and then by time where the amount is passed.
    #[inline(always)]
    fn within(&self, batch: &Batch<'_, u16>, amount: f64) -> Vec<Value> {
        if amount <= 0.0 {
            return vec![Value::Time(Some(Duration::ZERO)); LANES];
        }
        let mut counted = vec![[0.0; LANES]; N_COARSE];
        for (target, &found) in self.opportunities.iter().enumerate() {
            for (lane, &time) in batch.times(target).iter().enumerate() {
                counted[usize::from(time >> COARSE)][lane] += if time == u16::UNREACHED { 0.0 } else { found };
            }
        }
        let (mut before, mut passed) = ([0.0; LANES], [u16::MAX; LANES]);
        for (coarse, counted) in (0..).zip(&counted) {
            for lane in 0..LANES {
                if passed[lane] == u16::MAX && before[lane] + counted[lane] >= amount {
                    passed[lane] = coarse;
                } else if passed[lane] == u16::MAX {
                    before[lane] += counted[lane];
                }
            }
        }
        let mut close = vec![Vec::new(); LANES];
        for (target, &found) in self.opportunities.iter().enumerate() {
            let times = batch.times(target);
            let any = times.iter().zip(&passed).fold(false, |any, (&time, &passed)| any | (time >> COARSE == passed));
            if any && found > 0.0 {
                let here = times.iter().zip(&passed).enumerate().filter(|(_, (time, passed))| **time >> COARSE == **passed);
                here.for_each(|(lane, (&time, _))| close[lane].push((time, found)));
            }
        }
        close.iter_mut().zip(before).map(|(close, before)| Value::Time(first_enough(close, before, amount))).collect()
    }

    #[inline(always)]
    fn mean_time(&self, batch: &Batch<'_, u16>) -> Vec<Value> {
        let (mut sums, mut reached, mut unreached) = ([0.0; LANES], [0.0; LANES], [0.0; LANES]);
        for (target, &amount) in self.opportunities.iter().enumerate() {
            for (lane, &time) in batch.times(target).iter().enumerate() {
                let is_reached = time != u16::UNREACHED;
                sums[lane] += if is_reached { amount * (f64::from(time) / 600.0) } else { 0.0 };
                reached[lane] += if is_reached { amount } else { 0.0 };
                unreached[lane] += if is_reached { 0.0 } else { amount };
            }
        }
        let mean = |lane: usize| MeanTime {
            minutes: (reached[lane] > 0.0).then(|| sums[lane] / reached[lane]),
            reached: reached[lane],
            unreached: unreached[lane],
            untested: 0.0,
        };
        (0..LANES).map(|lane| Value::Mean(mean(lane))).collect()
    }
}

/// The time at which opportunities, with those `before`, amount to enough.
fn first_enough(close: &mut [(u16, f64)], before: f64, amount: f64) -> Option<Duration> {
    close.sort_unstable_by_key(|entry| entry.0);
    let mut sum = before;
    let enough = |&&(_, found): &&(u16, f64)| {
        sum += found;
        sum >= amount
    };
    close.iter().find(enough).and_then(|entry| entry.0.time()).map(Duration::from_deciseconds)
}
