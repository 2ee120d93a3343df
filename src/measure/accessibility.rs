//! Accessibility of one origin: opportunities within reach, weighted by time, and the time to enough of them.
//!
//! Times are those to every destination, the percentile already chosen; opportunities are what each destination holds (jobs, people,
//! beds), at least 0, in the same order. A destination that was not tested is neither in nor out: what it holds is counted apart.
//! Sums run in the order of the destinations, so that the same input gives the same bits.

use super::Coverage;
use crate::search::Outcome;
use crate::units::{Duration, Speed};

/// What is known of the time to one destination: an [`Outcome`], or an `Option<Duration>` where all were tested.
pub trait TravelTime: Copy {
    /// The time, if there is a journey.
    fn duration(self) -> Option<Duration>;

    /// Whether it was tested at all.
    fn is_tested(self) -> bool;
}

impl TravelTime for Outcome {
    fn duration(self) -> Option<Duration> {
        self.time()
    }

    fn is_tested(self) -> bool {
        !matches!(self, Outcome::NotTested(_))
    }
}

impl TravelTime for Option<Duration> {
    fn duration(self) -> Option<Duration> {
        self
    }

    fn is_tested(self) -> bool {
        true
    }
}

/// A sum over the destinations that were tested.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Access {
    /// The sum, in the unit of the opportunities.
    pub value: f64,
    /// Opportunities at destinations that were not tested, without weight.
    pub untested: f64,
}

/// How the weight of an opportunity falls with travel time.
///
/// A weight is between 0 and 1, except that of [`Decay::InversePower`], and never rises with time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Decay {
    /// 1 up to the cutoff, the cutoff itself included, and 0 beyond. At 0 it is 1.
    Step {
        /// The last time that counts.
        cutoff: Duration,
    },
    /// 1 up to `from`, 0 at `until` and beyond, straight in between: `(until − t) / (until − from)`. With `from` zero it is `1 − t/until`;
    /// with `from` and `until` half a width before and after a cutoff it is R5's linear function. Where `until` is not later than
    /// `from`, it is the step at `from`.
    Linear {
        /// The last time that counts in full.
        from: Duration,
        /// The first time that does not count.
        until: Duration,
    },
    /// `e^(−ln 2 · t / half_life)`: 1 at time 0, ½ at the half-life, never 0 (Hansen 1959; R5's exponential function with the
    /// half-life as cutoff). A half-life of zero leaves 1 at time 0 and 0 beyond.
    Exponential {
        /// The time at which the weight is ½.
        half_life: Duration,
    },
    /// `(1 + e^(−c·k)) / (1 + e^((t − c)·k))` with `k = π / (σ·√3)`: 1 at time 0, about ½ at the cutoff, never 0. The logistic
    /// distribution of tolerance with median `c` and standard deviation `σ`, raised so that the weight at 0 is 1 (Bauer & Groneberg
    /// 2016, PLOS ONE 11(7) e0159148, equation 9; R5's logistic function). A standard deviation of zero is the step at the cutoff.
    Logistic {
        /// Median of the tolerance, `c`.
        cutoff: Duration,
        /// Standard deviation of the tolerance, `σ`.
        standard_deviation: Duration,
    },
    /// `e^(−t² / 2σ²)`: 1 at time 0, 0.607 at `σ`, never 0. A `σ` of zero leaves 1 at time 0 and 0 beyond.
    Gaussian {
        /// Where the curve is steepest, `σ`.
        standard_deviation: Duration,
    },
    /// `max(t, 5)^(−α)` with `t` in minutes (METHOD §2.1 no. 5): `5^(−α)` from 0 to five minutes, since the power has no value at 0;
    /// never 0. Its unit is min^(−α): only ratios mean something.
    InversePower {
        /// `α`, usually 1 to 2.
        exponent: f64,
    },
}

/// The shortest time that [`Decay::InversePower`] tells from 0.
const POWER_CLAMP: Duration = Duration::from_mins(5);

impl Decay {
    /// The weight of an opportunity at this travel time.
    ///
    /// ```
    /// use onehour::{measure::accessibility::Decay, units::Duration};
    /// let minutes = Duration::from_mins;
    /// assert_eq!(Decay::Step { cutoff: minutes(60) }.weight(minutes(60)), 1.0);
    /// assert_eq!(Decay::Linear { from: minutes(0), until: minutes(60) }.weight(minutes(15)), 0.75);
    /// assert_eq!(Decay::Exponential { half_life: minutes(20) }.weight(minutes(40)), 0.25);
    /// assert_eq!(Decay::InversePower { exponent: 2.0 }.weight(minutes(10)), 0.01);
    /// assert_eq!(Decay::InversePower { exponent: 1.0 }.weight(minutes(0)), 0.2); // as at five minutes
    /// ```
    pub fn weight(self, time: Duration) -> f64 {
        let t = time.minutes();
        let step = |cutoff: Duration| if time <= cutoff { 1.0 } else { 0.0 };
        match self {
            Decay::Step { cutoff } => step(cutoff),
            Decay::Linear { from, until } if until <= from => step(from),
            Decay::Linear { from, until } => ((until.minutes() - t) / (until.minutes() - from.minutes())).clamp(0.0, 1.0),
            Decay::Exponential { half_life: Duration::ZERO } => step(Duration::ZERO),
            Decay::Exponential { half_life } => (-t / half_life.minutes()).exp2(),
            Decay::Logistic { cutoff, standard_deviation: Duration::ZERO } => step(cutoff),
            Decay::Logistic { cutoff, standard_deviation } => {
                let steepness = std::f64::consts::PI / (standard_deviation.minutes() * 3f64.sqrt());
                let odds = |t: f64| 1.0 + ((t - cutoff.minutes()) * steepness).exp();
                odds(0.0) / odds(t)
            }
            Decay::Gaussian { standard_deviation: Duration::ZERO } => step(Duration::ZERO),
            Decay::Gaussian { standard_deviation } => (-(t / standard_deviation.minutes()).powi(2) / 2.0).exp(),
            Decay::InversePower { exponent } => time.max(POWER_CLAMP).minutes().powf(-exponent),
        }
    }
}

/// Sums the opportunities whose travel time is at most `cutoff`. The cutoff itself counts as reached; a destination without a
/// journey never does.
///
/// `C_i(T) = Σ_j O_j · [t_ij ≤ T]`, after Wachs & Kumagai (1973), Socio-Econ. Plan. Sci. 7(5).
///
/// ```
/// use onehour::{measure::accessibility::cumulative, units::Duration};
/// let times = [Some(Duration::from_mins(20)), Some(Duration::from_mins(60)), Some(Duration::from_mins(61)), None];
/// assert_eq!(cumulative(&times, &[1.0, 2.0, 4.0, 8.0], Duration::from_mins(60)).value, 3.0);
/// ```
pub fn cumulative<T: TravelTime>(times: &[T], opportunities: &[f64], cutoff: Duration) -> Access {
    gravity(times, opportunities, Decay::Step { cutoff })
}

/// The mean of [`cumulative`] over all cutoffs from `from` to `until`, exactly and not by sampling:
/// `1/(b − a) · ∫_a^b C_i(T) dT = Σ_j O_j · clamp((b − t_ij)/(b − a), 0, 1)`. Where the interval is a point, the cumulative sum there.
///
/// Tomasiello, Herszenhut, Oliveira, Braga & Pereira (2023), Applied Geography 157, 103007, who average over whole minutes.
///
/// ```
/// use onehour::{measure::accessibility::interval_mean, units::Duration};
/// let minutes = Duration::from_mins;
/// // At 55 min the place lies within reach of the cutoffs from 55 to 70, which are 15 of 20 minutes.
/// assert_eq!(interval_mean(&[Some(minutes(55))], &[100.0], minutes(50), minutes(70)).value, 75.0);
/// ```
pub fn interval_mean<T: TravelTime>(times: &[T], opportunities: &[f64], from: Duration, until: Duration) -> Access {
    gravity(times, opportunities, Decay::Linear { from, until })
}

/// Opportunities weighted by travel time: `A_i = Σ_j O_j · f(t_ij)`, after Hansen (1959), J. Am. Inst. Planners 25(2). A destination
/// without a journey weighs nothing.
///
/// ```
/// use onehour::{measure::accessibility::{Decay, gravity}, units::Duration};
/// let times = [Some(Duration::from_mins(0)), Some(Duration::from_mins(30)), None];
/// let decay = Decay::Exponential { half_life: Duration::from_mins(30) };
/// assert_eq!(gravity(&times, &[1.0, 2.0, 4.0], decay).value, 2.0); // 1·1 + 2·½
/// ```
pub fn gravity<T: TravelTime>(times: &[T], opportunities: &[f64], decay: Decay) -> Access {
    let mut access = Access::default();
    for (&time, &amount) in times.iter().zip(opportunities) {
        match time.duration() {
            Some(time) => access.value += amount * decay.weight(time),
            None if !time.is_tested() => access.untested += amount,
            None => {}
        }
    }
    access
}

/// A time to something, and what might shorten it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Dual {
    /// The time; `None` where all that is reached is not enough.
    pub time: Option<Duration>,
    /// Opportunities at destinations that were not tested: with them the time could be shorter.
    pub untested: f64,
}

/// Dual access: the shortest time within which at least `amount` opportunities lie,
/// `D_i(k) = min{t : Σ_j O_j · [t_ij ≤ t] ≥ k}` (Cui & Levinson 2020, J. Transp. Land Use 13(1)). Zero opportunities take no time.
///
/// ```
/// use onehour::{measure::accessibility::time_to, units::Duration};
/// let minutes = |m| Some(Duration::from_mins(m));
/// let (times, jobs) = ([minutes(30), minutes(10), minutes(50)], [5.0, 2.0, 9.0]);
/// assert_eq!(time_to(&times, &jobs, 7.0).time, minutes(30)); // 2 by then 10 min, 7 by then 30
/// assert_eq!(time_to(&times, &jobs, 7.5).time, minutes(50));
/// assert_eq!(time_to(&times, &jobs, 17.0).time, None);
/// ```
pub fn time_to<T: TravelTime>(times: &[T], opportunities: &[f64], amount: f64) -> Dual {
    let untested = untested(times, opportunities);
    if amount <= 0.0 {
        return Dual { time: Some(Duration::ZERO), untested };
    }
    let mut sum = 0.0;
    let enough = |&(_, found): &(Duration, f64)| {
        sum += found;
        sum >= amount
    };
    let time = by_time(times, opportunities).into_iter().find(enough).map(|(time, _)| time);
    Dual { time, untested }
}

/// The time to the `k`-th nearest destination that has any opportunities, counted from 1; those equally far away count one by
/// one. `None` for `k` = 0 and where fewer are reached.
///
/// ```
/// use onehour::{measure::accessibility::time_to_nearest, units::Duration};
/// let minutes = |m| Some(Duration::from_mins(m));
/// let (times, beds) = ([minutes(30), minutes(10), minutes(50)], [80.0, 0.0, 200.0]);
/// assert_eq!(time_to_nearest(&times, &beds, 1).time, minutes(30)); // there are no beds at 10 min
/// assert_eq!(time_to_nearest(&times, &beds, 2).time, minutes(50));
/// ```
pub fn time_to_nearest<T: TravelTime>(times: &[T], opportunities: &[f64], k: usize) -> Dual {
    let found = by_time(times, opportunities);
    Dual {
        time: k.checked_sub(1).and_then(|before| found.get(before)).map(|entry| entry.0),
        untested: untested(times, opportunities),
    }
}

/// What has opportunities and is reached, by time and then in the order given.
fn by_time<T: TravelTime>(times: &[T], opportunities: &[f64]) -> Vec<(Duration, f64)> {
    let entries = times.iter().zip(opportunities).filter(|&(_, &amount)| amount > 0.0);
    let mut found: Vec<_> = entries.filter_map(|(time, &amount)| Some((time.duration()?, amount))).collect();
    found.sort_by_key(|entry| entry.0);
    found
}

fn untested<T: TravelTime>(times: &[T], opportunities: &[f64]) -> f64 {
    times.iter().zip(opportunities).filter(|(time, _)| !time.is_tested()).map(|(_, &amount)| amount).sum()
}

/// A mean of travel times over opportunities.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct MeanTime {
    /// Minutes; `None` where nothing is reached.
    pub minutes: Option<f64>,
    /// Opportunities that the mean is over.
    pub reached: f64,
    /// Opportunities without a journey: in no mean, since no time is theirs.
    pub unreached: f64,
    /// Opportunities at destinations that were not tested.
    pub untested: f64,
}

/// The weighted mean travel time, or location indicator: `L_i = Σ_{j≠i} M_j · t_ij / Σ_{j≠i} M_j` in minutes (Gutiérrez, González &
/// Gómez 1996, J. Transp. Geogr. 4(4)). `own` is the position of the origin among the destinations, which is left out. The sums run
/// over what is reached; where something is not, say so beside the figure.
///
/// ```
/// use onehour::{measure::accessibility::weighted_mean_time, units::Duration};
/// let times = [Some(Duration::ZERO), Some(Duration::from_mins(30)), Some(Duration::from_mins(60)), None];
/// let mean = weighted_mean_time(&times, &[9.0, 2.0, 1.0, 5.0], Some(0));
/// assert_eq!((mean.minutes, mean.unreached), (Some(40.0), 5.0)); // (2·30 + 1·60) / 3
/// ```
pub fn weighted_mean_time<T: TravelTime>(times: &[T], opportunities: &[f64], own: Option<usize>) -> MeanTime {
    let (mut mean, mut sum) = (MeanTime::default(), 0.0);
    for (_, (&time, &amount)) in times.iter().zip(opportunities).enumerate().filter(|&(at, _)| Some(at) != own) {
        match time.duration() {
            Some(time) => {
                sum += amount * time.minutes();
                mean.reached += amount;
            }
            None if time.is_tested() => mean.unreached += amount,
            None => mean.untested += amount,
        }
    }
    mean.minutes = (mean.reached > 0.0).then(|| sum / mean.reached);
    mean
}

/// A potential and the part of it that an origin has by itself.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Potential {
    /// `Σ_{j≠i} M_j · f(t_ij)`.
    pub of_others: Access,
    /// `M_i · f(t_ii)`.
    pub own: f64,
}

impl Potential {
    /// The potential with the origin's own part.
    pub fn with_own(&self) -> f64 {
        self.of_others.value + self.own
    }
}

/// The potential of an origin that is the destination at position `own`: `A_i = Σ_{j≠i} M_j · f(t_ij) + M_i · f(t_ii)` (METHOD §2.1
/// nos. 4 and 5; Hansen 1959, Rich 1980). `own_time` is the time within the origin, see [`time_within`]; whatever `times` says of it
/// does not count. Both parts are given, because the own part is often the larger one. `None` where there is no such destination.
///
/// ```
/// use onehour::{measure::accessibility::{Decay, potential}, units::Duration};
/// let minutes = Duration::from_mins;
/// let power = Decay::InversePower { exponent: 1.0 };
/// let found = potential(&[None, Some(minutes(50))], &[100.0, 200.0], power, 0, minutes(10)).unwrap();
/// assert_eq!((found.of_others.value, found.own, found.with_own()), (4.0, 10.0, 14.0)); // 200/50, 100/10
/// ```
pub fn potential<T: TravelTime>(
    times: &[T],
    masses: &[f64],
    decay: Decay,
    own: usize,
    own_time: Duration,
) -> Option<Potential> {
    let own_mass = *masses.get(own)?;
    let (before, after) = (own.min(times.len()), (own + 1).min(times.len()));
    let first = gravity(&times[..before], &masses[..own], decay);
    let then = gravity(&times[after..], &masses[own + 1..], decay);
    let of_others = Access { value: first.value + then.value, untested: first.untested + then.untested };
    Some(Potential { of_others, own: own_mass * decay.weight(own_time) })
}

/// The time within an area, `t_ii = 60 · κ · √(area/π) / v` minutes with the radius in km and `v` in km/h (METHOD §2.1 no. 5). `κ` is
/// ½ for the mean radius, ⅔ for the mean distance of a disc from its centre. `None` for an area or `κ` that is negative or no number.
///
/// ```
/// use onehour::{measure::accessibility::time_within, units::{Duration, Speed}};
/// let time = time_within(std::f64::consts::PI * 100.0, 0.5, Speed::from_kmh(30.0).unwrap()); // radius 10 km
/// assert_eq!(time, Some(Duration::from_mins(10)));
/// ```
pub fn time_within(area_km2: f64, kappa: f64, speed: Speed) -> Option<Duration> {
    Duration::from_minutes(60.0 * kappa * (area_km2 / std::f64::consts::PI).sqrt() / speed.kmh())
}

/// People within a limit of one point, from the times of all cells to it: `K(T) = Σ_i P_i · [t_i ≤ T] / Σ_i P_i` (METHOD §2.1 no. 6).
///
/// ```
/// use onehour::{measure::accessibility::people_covered, units::Duration};
/// let covered = people_covered(&[Some(Duration::from_mins(60)), None], &[300.0, 100.0], Duration::from_mins(60));
/// assert_eq!((covered.share(), covered.unserved), (Some(0.75), 100.0));
/// ```
pub fn people_covered<T: TravelTime>(times: &[T], people: &[f64], limit: Duration) -> Coverage {
    let mut coverage = Coverage::default();
    for (&time, &people) in times.iter().zip(people) {
        if !time.is_tested() {
            coverage.untested += people;
            continue;
        }
        coverage.tested += people;
        match time.duration() {
            Some(time) if time <= limit => coverage.within += people,
            Some(_) => {}
            None => coverage.unserved += people,
        }
    }
    coverage
}

/// People within `limit` of at least k of n points, for k = 1, … n: `K_k(T) = Σ_i P_i · [#{c : t_ic ≤ T} ≥ k] / Σ_i P_i`, the form of
/// Transport for the North (METHOD §2.1 no. 7). `times` holds the times of all cells to each point. A cell that could not be
/// tested for some point is untested for every k that the others do not settle.
///
/// ```
/// use onehour::{measure::accessibility::k_of_n, units::Duration};
/// let minutes = |m| Some(Duration::from_mins(m));
/// let times = [vec![minutes(20), minutes(90)], vec![minutes(40), minutes(50)]]; // two points, two cells
/// let shares: Vec<_> = k_of_n(&times, &[3.0, 1.0], Duration::from_mins(60)).iter().map(|k| k.share()).collect();
/// assert_eq!(shares, [Some(1.0), Some(0.75)]);
/// ```
pub fn k_of_n<T: TravelTime>(times: &[Vec<T>], people: &[f64], limit: Duration) -> Vec<Coverage> {
    let mut coverage = vec![Coverage::default(); times.len()];
    for (cell, &people) in people.iter().enumerate() {
        count_k(&mut coverage, people, times.iter().map(|times| times[cell]), limit);
    }
    coverage
}

/// Counts `people` whose times to each of n points are `times` into the coverage for every k from 1 to n.
pub(super) fn count_k<T: TravelTime>(
    coverage: &mut [Coverage],
    people: f64,
    times: impl Iterator<Item = T> + Clone,
    limit: Duration,
) {
    let count = |holds: &dyn Fn(T) -> bool| times.clone().filter(|&time| holds(time)).count();
    let n_within = count(&|time| time.duration().is_some_and(|time| time <= limit));
    let n_untested = count(&|time| !time.is_tested());
    let n_reached = count(&|time| time.duration().is_some());
    for (k, coverage) in (1..).zip(coverage) {
        if n_within < k && n_within + n_untested >= k {
            coverage.untested += people;
            continue;
        }
        coverage.tested += people;
        if n_within >= k {
            coverage.within += people;
        } else if n_reached + n_untested < k {
            coverage.unserved += people;
        }
    }
}
