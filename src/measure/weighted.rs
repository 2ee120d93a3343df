//! Quantiles of travel times over people.

use crate::search::Outcome;

/// Travel times with weights. Those that were not tested and those without weight are left out.
#[derive(Debug, Clone, Default)]
pub struct Sample {
    entries: Vec<(Outcome, f64)>,
    total: f64,
}

impl Sample {
    /// A sample of times, each with its weight.
    pub fn of(times: impl IntoIterator<Item = (Outcome, f64)>) -> Self {
        let kept = |&(outcome, weight): &(Outcome, f64)| weight > 0.0 && !matches!(outcome, Outcome::NotTested(_));
        let entries: Vec<(Outcome, f64)> = times.into_iter().filter(kept).collect();
        let total = entries.iter().map(|entry| entry.1).sum();
        Sample { entries, total }
    }

    /// The sum of the weights.
    pub fn total(&self) -> f64 {
        self.total
    }

    /// The quantile of `share`, 0 to 1: the shortest time within which at least that share of the weight lies. A journey that does
    /// not exist is longer than any that does, so a median without service says that half of the people or more have none.
    /// `None` for an empty sample.
    ///
    /// ```
    /// use onehour::{measure::weighted::Sample, search::Outcome, units::Duration};
    /// let minutes = |m| Outcome::Reached(Duration::from_mins(m));
    /// let mut sample = Sample::of([(minutes(90), 1.0), (minutes(20), 2.0), (minutes(50), 1.0)]);
    /// assert_eq!(sample.quantile(0.5), Some(minutes(20))); // 2 of 4 within 20 min
    /// assert_eq!(sample.quantile(0.6), Some(minutes(50)));
    /// ```
    pub fn quantile(&mut self, share: f64) -> Option<Outcome> {
        let wanted = self.total * share.clamp(0.0, 1.0);
        let (mut low, mut high, mut before) = (0, self.entries.len(), 0.0);
        // Quickselect by weight: every round looks at half of what the round before looked at.
        while high - low > 1 {
            let middle = (high - low) / 2;
            let part = &mut self.entries[low..high];
            part.select_nth_unstable_by_key(middle, |entry| entry.0.slowness());
            let left: f64 = part[..middle].iter().map(|entry| entry.1).sum();
            if before + left >= wanted && middle > 0 {
                high = low + middle;
            } else {
                before += left;
                low += middle;
            }
        }
        self.entries.get(low).map(|entry| entry.0)
    }
}
