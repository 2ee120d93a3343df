//! Accessibility of very many origins at once: several measures from the times of a batch while they are still in the cache.
//!
//! The same definitions as [`accessibility`](super::accessibility), to the last bit; times between all pairs are never kept.

use super::accessibility::{Decay, MeanTime, TravelTime, cumulative, gravity, time_to, time_to_nearest, weighted_mean_time};
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

impl Value {
    /// The value as one number: a sum, or minutes; `None` where there is no such time.
    pub fn number(self) -> Option<f64> {
        match self {
            Value::Sum(sum) => Some(sum),
            Value::Time(time) => time.map(Duration::minutes),
            Value::Mean(mean) => mean.minutes,
        }
    }
}

impl Measure {
    /// The measure of one origin, as it is defined.
    pub fn of<T: TravelTime>(self, times: &[T], opportunities: &[f64]) -> Value {
        match self {
            Measure::Cumulative(cutoff) => Value::Sum(cumulative(times, opportunities, cutoff).value),
            Measure::Gravity(decay) => Value::Sum(gravity(times, opportunities, decay).value),
            Measure::Nearest(k) => Value::Time(time_to_nearest(times, opportunities, k).time),
            Measure::Within(amount) => Value::Time(time_to(times, opportunities, amount).time),
            Measure::MeanTime => Value::Mean(weighted_mean_time(times, opportunities, None)),
        }
    }

    /// The longest time that makes a difference; `None` where every time does. A search need not go further.
    ///
    /// ```
    /// use onehour::{measure::{accessibility::Decay, batch::Measure}, units::Duration};
    /// let hour = Duration::from_mins(60);
    /// assert_eq!(Measure::Cumulative(hour).horizon(), Some(hour));
    /// assert_eq!(Measure::Gravity(Decay::Exponential { half_life: hour }).horizon(), None);
    /// ```
    pub fn horizon(self) -> Option<Duration> {
        match self {
            Measure::Cumulative(cutoff) | Measure::Gravity(Decay::Step { cutoff }) => Some(cutoff),
            Measure::Gravity(Decay::Linear { from, until }) => Some(from.max(until)),
            Measure::Gravity(_) | Measure::Nearest(_) | Measure::Within(_) | Measure::MeanTime => None,
        }
    }
}

impl Reducer for Measures<'_> {
    type Answer = Vec<Value>;

    #[inline(always)]
    fn reduce<T: LaneTime>(&self, batch: &Batch<'_, T>) -> Vec<Vec<Value>> {
        assert_eq!(self.opportunities.len(), batch.n_targets(), "every destination has its opportunities");
        let n = batch.sources().len();
        let mut weights = self.weights.iter();
        let by_measure = self.measures.iter().map(|&measure| match measure {
            Measure::Cumulative(cutoff) => self.cumulative(batch, cutoff),
            Measure::Gravity(decay) => self.gravity(batch, decay, weights.next().expect("every gravity has its weights")),
            Measure::Nearest(k) if k <= FEW => self.nearest(batch, k),
            Measure::Within(amount) if self.whole => self.within(batch, amount),
            Measure::MeanTime => self.mean_time(batch),
            _ => (0..n).map(|lane| measure.of(&times(batch, lane), self.opportunities)).collect(),
        });
        let by_measure: Vec<Vec<Value>> = by_measure.collect();
        (0..n).map(|lane| by_measure.iter().map(|values| values[lane]).collect()).collect()
    }
}

/// The measures of several kinds of opportunities at once: the answers of each, in their order.
#[derive(Debug)]
pub struct Columns<'a>(pub Vec<Measures<'a>>);

impl Reducer for Columns<'_> {
    type Answer = Vec<Vec<Value>>;

    #[inline(always)]
    fn reduce<T: LaneTime>(&self, batch: &Batch<'_, T>) -> Vec<Vec<Vec<Value>>> {
        let mut by_source = vec![Vec::with_capacity(self.0.len()); batch.sources().len()];
        for measures in &self.0 {
            for (answers, values) in by_source.iter_mut().zip(measures.reduce(batch)) {
                answers.push(values);
            }
        }
        by_source
    }
}

/// The times from one source.
fn times<T: LaneTime>(batch: &Batch<'_, T>, lane: usize) -> Vec<Option<Duration>> {
    batch.row(lane).map(|time| time.map(Duration::from_deciseconds)).collect()
}

impl Measures<'_> {
    /// Sums in lanes, in the order of the destinations: adding nothing for what does not count leaves every bit of a sum as it is.
    #[inline(always)]
    fn cumulative<T: LaneTime>(&self, batch: &Batch<'_, T>, cutoff: Duration) -> Vec<Value> {
        let last = T::from_time(cutoff.deciseconds().min(T::LONGEST));
        let mut sums = [0.0; LANES];
        for (target, &amount) in self.opportunities.iter().enumerate() {
            for (sum, &time) in sums.iter_mut().zip(batch.times(target)) {
                *sum += if time <= last { amount } else { 0.0 };
            }
        }
        sums.map(Value::Sum).to_vec()
    }

    /// Weights looked up by decisecond: sources that lie near each other read near each other. Times beyond the list are weighed one by one.
    #[inline(always)]
    fn gravity<T: LaneTime>(&self, batch: &Batch<'_, T>, decay: Decay, weights: &[f64]) -> Vec<Value> {
        let weights: &[f64; 1 << 16] = weights.try_into().expect("there is a weight for every time of 16 bits");
        let late = |time: u32| decay.weight(Duration::from_deciseconds(time));
        let mut sums = [0.0; LANES];
        for (target, &amount) in self.opportunities.iter().enumerate() {
            for (sum, &time) in sums.iter_mut().zip(batch.times(target)) {
                *sum += amount * time.look_up(weights, late);
            }
        }
        sums.map(Value::Sum).to_vec()
    }

    /// The k shortest times of every lane, kept in order: a new one moves the longer ones on.
    #[inline(always)]
    fn nearest<T: LaneTime>(&self, batch: &Batch<'_, T>, k: usize) -> Vec<Value> {
        let mut best = [[T::UNREACHED; LANES]; FEW];
        for (target, _) in self.opportunities.iter().enumerate().filter(|(_, amount)| **amount > 0.0) {
            let mut moved = *batch.times(target);
            for kept in &mut best[..k] {
                for (kept, moved) in kept.iter_mut().zip(&mut moved) {
                    (*kept, *moved) = ((*kept).min(*moved), (*kept).max(*moved));
                }
            }
        }
        let last = k.checked_sub(1).map_or([T::UNREACHED; LANES], |last| best[last]);
        last.map(|time| Value::Time(time.time().map(Duration::from_deciseconds))).to_vec()
    }

    /// Opportunities by coarse time in every lane, and then by time where the amount is passed. Times beyond 16 bits are in the last class.
    #[inline(always)]
    fn within<T: LaneTime>(&self, batch: &Batch<'_, T>, amount: f64) -> Vec<Value> {
        if amount <= 0.0 {
            return vec![Value::Time(Some(Duration::ZERO)); LANES];
        }
        let class = |time: T| time.short() >> COARSE;
        let mut counted = vec![[0.0; LANES]; N_COARSE];
        for (target, &found) in self.opportunities.iter().enumerate() {
            for (lane, &time) in batch.times(target).iter().enumerate() {
                counted[usize::from(class(time))][lane] += if time == T::UNREACHED { 0.0 } else { found };
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
            let any = times.iter().zip(&passed).fold(false, |any, (&time, &passed)| any | (class(time) == passed));
            if any && found > 0.0 {
                let here = times.iter().zip(&passed).enumerate().filter(|(_, (time, passed))| class(**time) == **passed);
                here.for_each(|(lane, (&time, _))| close[lane].push((time, found)));
            }
        }
        close.iter_mut().zip(before).map(|(close, before)| Value::Time(first_enough(close, before, amount))).collect()
    }

    #[inline(always)]
    fn mean_time<T: LaneTime>(&self, batch: &Batch<'_, T>) -> Vec<Value> {
        let (mut sums, mut reached, mut unreached) = ([0.0; LANES], [0.0; LANES], [0.0; LANES]);
        for (target, &amount) in self.opportunities.iter().enumerate() {
            for (lane, &time) in batch.times(target).iter().enumerate() {
                let is_reached = time != T::UNREACHED;
                sums[lane] += time.time().map_or(0.0, |time| amount * (f64::from(time) / 600.0));
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
fn first_enough<T: LaneTime>(close: &mut [(T, f64)], before: f64, amount: f64) -> Option<Duration> {
    close.sort_unstable_by_key(|entry| entry.0);
    let mut sum = before;
    let enough = |&&(_, found): &&(T, f64)| {
        sum += found;
        sum >= amount
    };
    close.iter().find(enough).and_then(|entry| entry.0.time()).map(Duration::from_deciseconds)
}
