//! A measure of many origins from destinations as they come one after another: the times of all pairs are never there.
//!
//! Where journeys are searched backwards, the rows of times are those of destinations. What is gathered gives the same bits as
//! [`Measure::of`] on the rows of origins, where destinations come in the order of the file.

use super::accessibility::{Decay, MeanTime};
use super::batch::{Measure, Value};
use crate::search::Outcome;
use crate::units::Duration;

/// A measure, and what is known of every origin so far: 8 bytes for sums, and for times to enough of something those destinations that
/// may decide it.
#[derive(Debug, Clone)]
pub struct Gathered {
    measure: Measure,
    of: Vec<Known>,
}

#[derive(Debug, Clone)]
enum Known {
    Sum(f64),
    /// The nearest so far, ascending.
    Nearest(Vec<Duration>),
    /// Those with opportunities: at first some that are sorted and end where they amount to enough, if they do, then others as they came.
    Within {
        entries: Vec<(Duration, f64)>,
        n_sorted: usize,
    },
    /// The mean so far, and the sum of amounts times minutes.
    Mean(MeanTime, f64),
}

/// So many destinations are taken beside those that are sorted before all are sorted again.
const UNSORTED: usize = 64;

impl Gathered {
    /// Nothing gathered yet.
    pub fn new(measure: Measure, n_origins: usize) -> Self {
        let nothing = match measure {
            Measure::Cumulative(_) | Measure::Gravity(_) => Known::Sum(0.0),
            Measure::Nearest(_) => Known::Nearest(Vec::new()),
            Measure::Within(_) => Known::Within { entries: Vec::new(), n_sorted: 0 },
            Measure::MeanTime => Known::Mean(MeanTime::default(), 0.0),
        };
        Gathered { measure, of: vec![nothing; n_origins] }
    }

    /// Takes the next destination into account for an origin: the time to it, and what it holds.
    pub fn add(&mut self, origin: usize, time: Outcome, amount: f64) {
        let untested = matches!(time, Outcome::NotTested(_));
        match (self.measure, &mut self.of[origin], time.time()) {
            (Measure::Cumulative(cutoff), Known::Sum(sum), Some(time)) => {
                *sum += amount * Decay::Step { cutoff }.weight(time);
            }
            (Measure::Gravity(decay), Known::Sum(sum), Some(time)) => *sum += amount * decay.weight(time),
            (Measure::Nearest(k), Known::Nearest(nearest), Some(time)) if amount > 0.0 => {
                nearest.insert(nearest.partition_point(|&known| known <= time), time);
                nearest.truncate(k);
            }
            (Measure::Within(enough), Known::Within { entries, n_sorted }, Some(time)) if amount > 0.0 => {
                entries.push((time, amount));
                if entries.len() >= 2 * *n_sorted + UNSORTED {
                    settle(entries, enough);
                    *n_sorted = entries.len();
                }
            }
            (_, Known::Mean(mean, sum), Some(time)) => {
                *sum += amount * time.minutes();
                mean.reached += amount;
            }
            (_, Known::Mean(mean, _), None) if untested => mean.untested += amount,
            (_, Known::Mean(mean, _), None) => mean.unreached += amount,
            _ => {}
        }
    }

    /// The measure of an origin over all destinations that came.
    pub fn value(&self, origin: usize) -> Value {
        match (&self.of[origin], self.measure) {
            (Known::Sum(sum), _) => Value::Sum(*sum),
            (Known::Nearest(nearest), Measure::Nearest(k)) => {
                Value::Time(k.checked_sub(1).and_then(|before| nearest.get(before)).copied())
            }
            (Known::Within { entries, .. }, Measure::Within(enough)) => {
                let mut entries = entries.clone();
                let is_enough = settle(&mut entries, enough);
                let last = if enough <= 0.0 { Some(Duration::ZERO) } else { entries.last().map(|entry| entry.0) };
                Value::Time(last.filter(|_| is_enough))
            }
            (Known::Mean(mean, sum), _) => {
                Value::Mean(MeanTime { minutes: (mean.reached > 0.0).then(|| sum / mean.reached), ..*mean })
            }
            _ => unreachable!("what is known is of the kind that the measure asks for"),
        }
    }
}

/// Sorts by time, those of equal times as they came, and drops what comes after enough of them: sums of more terms, none of which is negative,
/// are no smaller, so what is dropped never decides. Says whether it is enough.
fn settle(entries: &mut Vec<(Duration, f64)>, enough: f64) -> bool {
    entries.sort_by_key(|entry| entry.0);
    let mut sum = 0.0;
    let last = entries.iter().position(|entry| {
        sum += entry.1;
        sum >= enough
    });
    entries.truncate(last.map_or(entries.len(), |last| last + 1));
    last.is_some() || enough <= 0.0
}
