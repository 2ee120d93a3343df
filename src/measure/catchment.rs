//! Supply shared among the demand around it: the floating catchment areas.
//!
//! Demand (people) is at origins, supply (beds, places, doctors) at destinations. `rows` holds for every origin the destinations that
//! it reaches with their times, each destination at most once; what is not there is out of reach. Every measure says how much supply
//! there is for one unit of demand at each origin, competition counted. Sums run in the order of the rows.

use crate::units::Duration;

/// The destinations that one origin reaches, as positions in the supply, with their times.
pub type Row = Vec<(u32, Duration)>;

/// How the catchment of a supply thins out with time.
#[derive(Debug, Clone, PartialEq)]
pub enum Catchment {
    /// 1 up to the limit, the limit itself included, and 0 beyond (2SFCA).
    Step {
        /// The last time within.
        limit: Duration,
    },
    /// A weight for each band of time; a band ends with its time, which belongs to it, and beyond the last the weight is 0 (E2SFCA).
    Bands(Vec<(Duration, f64)>),
    /// `(e^(−½ (t/T)²) − e^(−½)) / (1 − e^(−½))` up to the limit `T`: 1 at time 0, 0 at the limit and beyond (Dai 2010, Health &
    /// Place 16(5)). A limit of zero leaves 1 at time 0.
    Gaussian {
        /// Where the weight reaches 0.
        limit: Duration,
    },
}

impl Catchment {
    /// The bands of Luo & Qi (2009) with their slow decay: 1.00, 0.68 and 0.22 up to 15, 30 and 60 minutes (METHOD §2.1 no. 13).
    pub fn slow_bands() -> Self {
        Catchment::Bands(Self::to_an_hour([1.0, 0.68, 0.22]))
    }

    /// The same with their fast decay: 1.00, 0.42 and 0.09.
    pub fn fast_bands() -> Self {
        Catchment::Bands(Self::to_an_hour([1.0, 0.42, 0.09]))
    }

    fn to_an_hour(weights: [f64; 3]) -> Vec<(Duration, f64)> {
        [15, 30, 60].map(Duration::from_mins).into_iter().zip(weights).collect()
    }

    /// The last time that may weigh anything.
    pub fn limit(&self) -> Duration {
        match self {
            Catchment::Step { limit } | Catchment::Gaussian { limit } => *limit,
            Catchment::Bands(bands) => bands.iter().map(|band| band.0).max().unwrap_or(Duration::ZERO),
        }
    }

    /// The weight at a travel time.
    ///
    /// ```
    /// use onehour::{measure::catchment::Catchment, units::Duration};
    /// assert_eq!(Catchment::slow_bands().weight(Duration::from_mins(30)), 0.68);
    /// let gaussian = Catchment::Gaussian { limit: Duration::from_mins(30) };
    /// assert_eq!((gaussian.weight(Duration::ZERO), gaussian.weight(Duration::from_mins(30))), (1.0, 0.0));
    /// ```
    pub fn weight(&self, time: Duration) -> f64 {
        match self {
            Catchment::Step { limit } => f64::from(time <= *limit),
            Catchment::Bands(bands) => bands.iter().find(|band| time <= band.0).map_or(0.0, |band| band.1),
            Catchment::Gaussian { limit: Duration::ZERO } => f64::from(time == Duration::ZERO),
            Catchment::Gaussian { limit } if time > *limit => 0.0,
            Catchment::Gaussian { limit } => {
                let least = (-0.5f64).exp();
                ((-0.5 * (time.minutes() / limit.minutes()).powi(2)).exp() - least) / (1.0 - least)
            }
        }
    }
}

/// How supply is shared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// See [`two_step`].
    TwoStep,
    /// See [`modified_two_step`].
    Modified,
    /// See [`three_step`].
    ThreeStep,
}

impl Kind {
    /// Shares supply this way.
    pub fn shares(self, rows: &[Row], demand: &[f64], supply: &[f64], catchment: &Catchment) -> Shares {
        match self {
            Kind::TwoStep => two_step(rows, demand, supply, catchment),
            Kind::Modified => modified_two_step(rows, demand, supply, catchment),
            Kind::ThreeStep => three_step(rows, demand, supply, catchment),
        }
    }
}

/// Supply for one unit of demand.
#[derive(Debug, Clone, PartialEq)]
pub struct Shares {
    /// For every origin; 0 where nothing is reached. `Σ demand · access` is the supply that is used.
    pub access: Vec<f64>,
    /// Supply that has demand in its catchment.
    pub in_use: f64,
    /// Supply that nobody reaches: in no access.
    pub idle: f64,
}

/// Two-step floating catchment areas, with whatever weights: `R_j = S_j / Σ_i P_i · f(t_ij)`, then `A_i = Σ_j R_j · f(t_ij)`.
///
/// With [`Catchment::Step`] it is 2SFCA (Luo & Wang 2003, Environ. Plan. B 30(6)), with bands E2SFCA (Luo & Qi 2009, Health & Place
/// 15(4)), with the Gaussian the kernel form (Dai 2010). All supply with demand in its catchment is handed out:
/// `Σ_i P_i · A_i = Σ_j S_j`.
///
/// ```
/// use onehour::{measure::catchment::{Catchment, two_step}, units::Duration};
/// // Ten beds, reached by 30 and by 20 people within half an hour, and by nobody else.
/// let rows = [vec![(0, Duration::from_mins(10))], vec![(0, Duration::from_mins(30))], vec![(0, Duration::from_mins(31))]];
/// let shares = two_step(&rows, &[30.0, 20.0, 50.0], &[10.0], &Catchment::Step { limit: Duration::from_mins(30) });
/// assert_eq!(shares.access, [0.2, 0.2, 0.0]); // 10 beds for 50 people
/// ```
pub fn two_step(rows: &[Row], demand: &[f64], supply: &[f64], catchment: &Catchment) -> Shares {
    let weights = weights(rows, catchment);
    let asked = asked(&weights, demand, supply.len());
    shares(&weights, supply, &asked, |weight, ratio| weight * ratio)
}

/// Modified two-step floating catchment areas: `A_i = Σ_j S_j · f(t_ij)² / Σ_k P_k · f(t_kj)` (Delamater 2013, Spat. Spatiotemporal
/// Epidemiol. 4). Supply far from everyone is used less: `Σ_i P_i · A_i ≤ Σ_j S_j`, equal where all weights are 1.
///
/// ```
/// use onehour::{measure::catchment::{Catchment, modified_two_step}, units::Duration};
/// let bands = Catchment::Bands(vec![(Duration::from_mins(60), 0.5)]);
/// let rows = [vec![(0, Duration::from_mins(40))]];
/// assert_eq!(modified_two_step(&rows, &[20.0], &[10.0], &bands).access, [0.25]); // 10 · ½² / (20 · ½), half of 10/20
/// ```
pub fn modified_two_step(rows: &[Row], demand: &[f64], supply: &[f64], catchment: &Catchment) -> Shares {
    let weights = weights(rows, catchment);
    let asked = asked(&weights, demand, supply.len());
    shares(&weights, supply, &asked, |weight, ratio| weight * weight * ratio)
}

/// Three-step floating catchment areas: the demand of an origin is first split over the supplies that it reaches,
/// `G_ij = f(t_ij) / Σ_j' f(t_ij')`; then `R_j = S_j / Σ_i G_ij · P_i · f(t_ij)` and `A_i = Σ_j G_ij · R_j · f(t_ij)` (Wan, Zou &
/// Sternberg 2012, Int. J. Geogr. Inf. Sci. 26(6)). `Σ_i P_i · A_i = Σ_j S_j`, as in two steps.
///
/// ```
/// use onehour::{measure::catchment::{Catchment, three_step}, units::Duration};
/// let near = Duration::from_mins(10);
/// // Ten people have the choice of two; ten have the second only. Half of the first ten go to each.
/// let rows = [vec![(0, near), (1, near)], vec![(1, near)]];
/// let shares = three_step(&rows, &[10.0, 10.0], &[5.0, 15.0], &Catchment::Step { limit: near });
/// assert_eq!(shares.access, [1.0, 1.0]); // ½ · 5/5 + ½ · 15/15, and 15/15
/// ```
pub fn three_step(rows: &[Row], demand: &[f64], supply: &[f64], catchment: &Catchment) -> Shares {
    let mut weights = weights(rows, catchment);
    for row in &mut weights {
        let sum: f64 = row.iter().map(|entry| entry.1).sum();
        for entry in row {
            entry.1 *= entry.1 / sum;
        }
    }
    let asked = asked(&weights, demand, supply.len());
    shares(&weights, supply, &asked, |weight, ratio| weight * ratio)
}

/// The weight of every destination in every row, without those that weigh nothing.
fn weights(rows: &[Row], catchment: &Catchment) -> Vec<Vec<(usize, f64)>> {
    let weigh = |row: &Row| {
        let weighed = row.iter().map(|&(destination, time)| (destination as usize, catchment.weight(time)));
        weighed.filter(|&(_, weight)| weight > 0.0).collect()
    };
    rows.iter().map(weigh).collect()
}

/// The weighted demand in the catchment of every supply.
fn asked(weights: &[Vec<(usize, f64)>], demand: &[f64], n_supplies: usize) -> Vec<f64> {
    let mut asked = vec![0.0; n_supplies];
    for (row, &people) in weights.iter().zip(demand) {
        for &(destination, weight) in row {
            asked[destination] += people * weight;
        }
    }
    asked
}

fn shares(weights: &[Vec<(usize, f64)>], supply: &[f64], asked: &[f64], of: impl Fn(f64, f64) -> f64) -> Shares {
    let ratio = |destination: usize| {
        if asked[destination] > 0.0 { supply[destination] / asked[destination] } else { 0.0 }
    };
    let access = |row: &Vec<(usize, f64)>| row.iter().map(|&(destination, weight)| of(weight, ratio(destination))).sum();
    let sum_where = |used: bool| -> f64 {
        supply.iter().zip(asked).filter(|&(_, &asked)| (asked > 0.0) == used).map(|(&supply, _)| supply).sum()
    };
    Shares { access: weights.iter().map(access).collect(), in_use: sum_where(true), idle: sum_where(false) }
}
