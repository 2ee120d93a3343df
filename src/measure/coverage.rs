//! Coverage: the share of people, and of land, within so many minutes.

use super::Coverage;
use super::accessibility::count_k;
use crate::network::territory::Territory;
use crate::search::Outcome;
use crate::units::Duration;

/// The last minute of a curve.
pub const MINUTES: usize = 180;

/// The coverage curve: `K(T) = Σ_i P_i · [t_i ≤ T] / Σ_i P_i` for T = 0, 1, … 180 minutes (METHOD §2.1 no. 6).
#[derive(Debug, Clone, PartialEq)]
pub struct Curve {
    within: Vec<f64>,
    /// All that was tested.
    pub tested: f64,
    /// What could not be tested.
    pub untested: f64,
}

impl Curve {
    /// The curve of amounts with their travel times.
    ///
    /// ```
    /// use onehour::{measure::coverage::Curve, search::Outcome, units::Duration};
    /// let minutes = |m| Outcome::Reached(Duration::from_minutes(m).unwrap());
    /// let curve = Curve::of([(minutes(20.0), 1.0), (minutes(20.1), 3.0)]);
    /// assert_eq!((curve.share(19), curve.share(20), curve.share(21)), (Some(0.0), Some(0.25), Some(1.0)));
    /// ```
    pub fn of(amounts: impl IntoIterator<Item = (Outcome, f64)>) -> Self {
        let mut curve = Curve { within: vec![0.0; MINUTES + 1], tested: 0.0, untested: 0.0 };
        for (outcome, amount) in amounts {
            if matches!(outcome, Outcome::NotTested(_)) {
                curve.untested += amount;
                continue;
            }
            curve.tested += amount;
            let minute = outcome.time().map(|time| time.deciseconds().div_ceil(600) as usize);
            if let Some(minute) = minute.filter(|&minute| minute <= MINUTES) {
                curve.within[minute] += amount;
            }
        }
        let mut sum = 0.0;
        for within in &mut curve.within {
            sum += *within;
            *within = sum;
        }
        curve
    }

    /// The people of `cells`, positions in the territory, with the times of all cells.
    pub fn of_people(times: &[Outcome], territory: &Territory, cells: impl Iterator<Item = usize>) -> Self {
        Curve::of(cells.map(|cell| (times[cell], territory.cells[cell].population)))
    }

    /// The amount within `minute` minutes, 0 to [`MINUTES`]; exactly that long counts.
    pub fn within(&self, minute: usize) -> f64 {
        self.within[minute.min(MINUTES)]
    }

    /// The share within `minute` minutes, 0 to 1; `None` where nothing was tested.
    pub fn share(&self, minute: usize) -> Option<f64> {
        (self.tested > 0.0).then(|| self.within(minute) / self.tested)
    }

    /// Every minute from 0 with its share; empty where nothing was tested.
    pub fn points(&self) -> Vec<(u32, f64)> {
        (0..=MINUTES).filter_map(|minute| Some((minute as u32, self.share(minute)?))).collect()
    }
}

/// People within `limit` of at least k of n centres, for k = 1, … n: `K_k(T) = Σ_i P_i · [#{c : t_ic ≤ T} ≥ k] / Σ_i P_i`, the form of
/// Transport for the North (METHOD §1.3, §2.1 no. 7). `times` holds the times of all cells to each centre. A cell that could not be tested
/// for some centre is untested for every k that the others do not settle.
pub fn k_of_n(
    times: &[Vec<Outcome>],
    territory: &Territory,
    cells: impl Iterator<Item = usize>,
    limit: Duration,
) -> Vec<Coverage> {
    let mut coverage = vec![Coverage::default(); times.len()];
    for cell in cells {
        let outcomes = times.iter().map(|times| times[cell]);
        count_k(&mut coverage, territory.cells[cell].population, outcomes, limit);
    }
    coverage
}
