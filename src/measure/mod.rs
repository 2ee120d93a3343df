//! Judging travel times: targets with verdicts, coverage, comparison of scenarios, surfaces and bands, validation.
//!
//! One measure a file, with its formula and source:
//!
//! - `relations`: which places a target relates, resolved against the territory;
//! - `verdict`: from the three levels of a travel time to a verdict;
//! - `targets`: every target in one scenario; `answers` searches for all of them at once;
//! - `residents`, `cell_times`, `weighted`: who lives where, how long they travel, and quantiles over people;
//! - `coverage`: people and area against minutes; `ladder`: the same limit under every definition;
//! - `compare`: what two scenarios have apart, and by which projects; `journeys`: one journey by components;
//! - `surface`, `isobands`: travel time over the grid and the areas between times;
//! - `accessibility`: opportunities within reach of one origin; `batch`: of very many origins at once;
//! - `validate`: observations and claims beside what is computed.
//!
//! A scenario is evaluated by itself: make an engine of its network (`search::engine`), ask it, keep the results, drop the network.
//! Which engine answers, nothing here knows. What is returned can be kept for all scenarios, since places and cells are those of
//! the one territory.

pub mod accessibility;
pub mod answers;
pub mod batch;
pub mod catchment;
pub mod catchment_lanes;
pub mod cell_times;
pub mod compare;
pub mod coverage;
pub mod difference;
pub mod equity;
pub mod gather;
pub mod isobands;
pub mod journeys;
pub mod ladder;
pub mod relations;
pub mod residents;
pub mod street_bands;
pub mod surface;
pub mod targets;
pub mod validate;
pub mod verdict;
pub mod weighted;

use crate::input::parameters::Level;
use crate::search::Outcome;
use crate::units::Duration;

/// The same quantity at the three levels of the parameters.
///
/// The levels move *all* parameters to their favourable or unfavourable ends at once. The spread is therefore the outer
/// envelope of what the stated ranges allow, wider than the P10–P90 of independent draws (METHOD §7.6): a verdict that holds
/// over it holds with more than the certainty that METHOD §7.5 asks for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread<T = Outcome> {
    /// All parameters at the end that shortens journeys.
    pub favourable: T,
    /// All parameters at their base.
    pub base: T,
    /// All parameters at the end that lengthens journeys.
    pub unfavourable: T,
}

impl<T> Spread<T> {
    /// The quantity at every level.
    pub fn of(mut at: impl FnMut(Level) -> T) -> Self {
        Spread { favourable: at(Level::Favourable), base: at(Level::Base), unfavourable: at(Level::Unfavourable) }
    }

    /// The quantity at one level.
    pub fn at(&self, level: Level) -> &T {
        match level {
            Level::Favourable => &self.favourable,
            Level::Base => &self.base,
            Level::Unfavourable => &self.unfavourable,
        }
    }

    /// Something made of the quantity at every level.
    pub fn map<U>(&self, mut make: impl FnMut(&T) -> U) -> Spread<U> {
        Spread::of(|level| make(self.at(level)))
    }
}

/// How much of something, people or square kilometres, lies within a limit.
///
/// `K(T) = Σ_i P_i · [t_i ≤ T] / Σ_i P_i` (METHOD §2.1 no. 6). What could not be tested is in neither sum.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Coverage {
    /// Within the limit; reaching it exactly counts.
    pub within: f64,
    /// All that was tested.
    pub tested: f64,
    /// Of that, without any journey: no service or unreachable.
    pub unserved: f64,
    /// What could not be tested, beside `tested`.
    pub untested: f64,
}

impl Coverage {
    /// Counts `amount` with this travel time.
    ///
    /// ```
    /// use onehour::{measure::Coverage, search::Outcome, units::Duration};
    /// let hour = Duration::from_mins(60);
    /// let mut coverage = Coverage::default();
    /// coverage.add(Outcome::Reached(hour), 300.0, hour);
    /// coverage.add(Outcome::Reached(Duration::from_mins(61)), 100.0, hour);
    /// assert_eq!(coverage.share(), Some(0.75));
    /// ```
    pub fn add(&mut self, outcome: Outcome, amount: f64, limit: Duration) {
        match outcome {
            Outcome::NotTested(_) => self.untested += amount,
            Outcome::Reached(time) => {
                self.tested += amount;
                if time <= limit {
                    self.within += amount;
                }
            }
            Outcome::NoService(_) | Outcome::Unreachable(_) => {
                self.tested += amount;
                self.unserved += amount;
            }
        }
    }

    /// The share within the limit, 0 to 1; `None` where nothing was tested.
    pub fn share(&self) -> Option<f64> {
        (self.tested > 0.0).then(|| self.within / self.tested)
    }
}

/// Whether there is a journey of at most `limit`.
pub(crate) fn within(outcome: &Outcome, limit: Duration) -> bool {
    outcome.time().is_some_and(|time| time <= limit)
}
