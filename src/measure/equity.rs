//! How evenly something is shared among people: variation, Gini, Theil, Palma, concentration, and shares below a floor.
//!
//! What is shared should be accessibility, of which more is better, and not time (METHOD §2.2). Values are at least 0; weights are
//! people, at least 0, and only their proportions matter. Every measure is `None` where there are no people, or where its formula
//! divides by a mean that is 0. Multiplying all values by a number changes none of the indices, and neither does taking
//! everybody twice.

/// Values of groups of people, with how many each is.
#[derive(Debug, Clone, PartialEq)]
pub struct Distribution {
    entries: Vec<Entry>,
    people: f64,
    mean: f64,
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Entry {
    value: f64,
    people: f64,
}

/// Inequality between and within groups.
#[derive(Debug, Clone, PartialEq)]
pub struct TheilParts {
    /// What would remain if everybody had the mean of their group: `Σ_g s_g · ln(μ_g/μ)`.
    pub between: f64,
    /// `Σ_g s_g · T_g`.
    pub within: f64,
    /// For every group its share of all that there is, `s_g`, and its own Theil index; `None` for a group without people or with
    /// nothing.
    pub groups: Vec<Option<(f64, f64)>>,
}

impl Distribution {
    /// A distribution of values over people; whoever counts nobody is left out. `None` where nobody is left, and where a value or a
    /// number of people is negative or no number.
    pub fn of(values: &[f64], people: &[f64]) -> Option<Self> {
        let amount = |x: &f64| x.is_finite() && *x >= 0.0;
        if values.len() != people.len() || !values.iter().chain(people).all(amount) {
            return None;
        }
        let entries = values.iter().zip(people).map(|(&value, &people)| Entry { value, people });
        let entries: Vec<Entry> = entries.filter(|entry| entry.people > 0.0).collect();
        let total: f64 = entries.iter().map(|entry| entry.people).sum();
        let sum: f64 = entries.iter().map(|entry| entry.people * entry.value).sum();
        (total > 0.0).then(|| Distribution { entries, people: total, mean: sum / total })
    }

    /// The mean over people, `μ = Σ w_i · x_i`.
    pub fn mean(&self) -> f64 {
        self.mean
    }

    /// A mean over people of something that depends on the value.
    fn mean_of(&self, of: impl Fn(f64) -> f64) -> f64 {
        self.entries.iter().map(|entry| entry.people * of(entry.value)).sum::<f64>() / self.people
    }

    /// The coefficient of variation, `CV = σ/μ` with `σ² = Σ w_i · (x_i − μ)²`; 0 where all have the same.
    ///
    /// ```
    /// use onehour::measure::equity::Distribution;
    /// assert_eq!(Distribution::of(&[1.0, 3.0], &[1.0, 1.0]).unwrap().variation(), Some(0.5)); // σ 1, μ 2
    /// ```
    pub fn variation(&self) -> Option<f64> {
        let variance = self.mean_of(|value| (value - self.mean).powi(2));
        self.over_mean(variance.sqrt())
    }

    fn over_mean(&self, amount: f64) -> Option<f64> {
        (self.mean > 0.0).then(|| amount / self.mean)
    }

    /// The Gini index, `G = 1/(2μ) · Σ_i Σ_j w_i · w_j · |x_i − x_j|`: 0 where all have the same, towards 1 where one has all. From the
    /// sorted values: `Σ_i Σ_j w_i w_j |x_i − x_j| = 2 Σ_i w_i x_i (W_{<i} − W_{>i})`, which is exact.
    ///
    /// ```
    /// use onehour::measure::equity::Distribution;
    /// let one_has_all = Distribution::of(&[0.0, 4.0], &[3.0, 1.0]).unwrap();
    /// assert_eq!(one_has_all.gini(), Some(0.75)); // the share of those who have nothing
    /// ```
    pub fn gini(&self) -> Option<f64> {
        let (mut below, mut sum) = (0.0, 0.0);
        for entry in self.sorted(|entry| entry.value) {
            let above = self.people - below - entry.people;
            sum += entry.people * entry.value * (below - above);
            below += entry.people;
        }
        self.over_mean(sum / (self.people * self.people)).map(|gini| gini.max(0.0))
    }

    fn sorted(&self, key: impl Fn(&Entry) -> f64) -> Vec<Entry> {
        let mut sorted = self.entries.clone();
        sorted.sort_by(|a, b| key(a).total_cmp(&key(b)));
        sorted
    }

    /// The Theil T index, `Σ w_i · (x_i/μ) · ln(x_i/μ)`, with 0 · ln 0 = 0: 0 where all have the same, at most the logarithm of the
    /// number of people (Theil 1967).
    ///
    /// ```
    /// use onehour::measure::equity::Distribution;
    /// let half_has_all = Distribution::of(&[0.0, 2.0], &[5.0, 5.0]).unwrap();
    /// assert_eq!(half_has_all.theil(), Some(2f64.ln())); // ½ · 2 · ln 2
    /// ```
    pub fn theil(&self) -> Option<f64> {
        (self.mean > 0.0).then(|| self.mean_of(|value| entropy(value / self.mean)))
    }

    /// The Palma-type ratio: the mean of the best-off tenth of the people over that of the worst-off four tenths, by the value itself
    /// and not by income (METHOD §2.2). 1 where all have the same; `None` where the worst-off have nothing. Whoever stands at the border
    /// is split.
    ///
    /// ```
    /// use onehour::measure::equity::Distribution;
    /// let values = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0];
    /// assert_eq!(Distribution::of(&values, &[1.0; 10]).unwrap().palma_type(), Some(4.0)); // 10 over the mean of 1, 2, 3, 4
    /// ```
    pub fn palma_type(&self) -> Option<f64> {
        palma(&self.sorted(|entry| entry.value), self.people)
    }

    /// The share of the people below a floor (FGT-0); who is at the floor is not below (Foster, Greer & Thorbecke 1984,
    /// Econometrica 52(3)).
    ///
    /// ```
    /// use onehour::measure::equity::Distribution;
    /// let beds = Distribution::of(&[0.0, 5.0, 10.0, 20.0], &[1.0; 4]).unwrap();
    /// assert_eq!((beds.below(10.0), beds.shortfall(10.0)), (0.5, Some(0.375))); // (1 + ½) / 4
    /// ```
    pub fn below(&self, floor: f64) -> f64 {
        self.mean_of(|value| f64::from(value < floor))
    }

    /// The mean shortfall below a floor as a share of it, over all people, those above with none (FGT-1): `Σ w_i · max(0, z − x_i)/z`.
    /// `None` for a floor that is not above 0.
    pub fn shortfall(&self, floor: f64) -> Option<f64> {
        (floor > 0.0).then(|| self.mean_of(|value| (floor - value).max(0.0) / floor))
    }
}

/// The Theil T index in its parts between and within groups, which add up to it: `T = Σ_g s_g · ln(μ_g/μ) + Σ_g s_g · T_g` with
/// `s_g = w_g · μ_g/μ`. `groups` says of every value in which group it is, counted from 0. `None` where [`Distribution::of`] or
/// [`Distribution::theil`] is.
///
/// ```
/// use onehour::measure::equity::theil_parts;
/// let parts = theil_parts(&[1.0, 1.0, 3.0, 3.0], &[1.0; 4], &[0, 0, 1, 1]).unwrap();
/// assert_eq!(parts.within, 0.0);
/// assert_eq!(parts.groups[1], Some((0.75, 0.0))); // 6 of 8
/// ```
pub fn theil_parts(values: &[f64], people: &[f64], groups: &[usize]) -> Option<TheilParts> {
    let all = Distribution::of(values, people)?;
    if groups.len() != values.len() || all.mean <= 0.0 {
        return None;
    }
    let n_groups = groups.iter().max().map_or(0, |last| last + 1);
    let mut parts = TheilParts { between: 0.0, within: 0.0, groups: Vec::with_capacity(n_groups) };
    for group in 0..n_groups {
        let members = (0..values.len()).filter(|&at| groups[at] == group);
        let (values, people): (Vec<f64>, Vec<f64>) = members.map(|at| (values[at], people[at])).unzip();
        let own = Distribution::of(&values, &people).and_then(|own| {
            let theil = own.theil()?;
            Some((own.people / all.people, own.mean / all.mean, theil))
        });
        if let Some((share, ratio, theil)) = own {
            parts.between += share * entropy(ratio);
            parts.within += share * ratio * theil;
        }
        parts.groups.push(own.map(|(share, ratio, theil)| (share * ratio, theil)));
    }
    Some(parts)
}

/// `x · ln x`, 0 at 0.
fn entropy(x: f64) -> f64 {
    if x > 0.0 { x * x.ln() } else { 0.0 }
}

/// The Palma ratio with people ranked by something else, income for instance: the mean value of the tenth of the people with the most
/// of it over that of the four tenths with the least (METHOD §2.2). Those of equal rank come in the order given. `None` as for
/// [`Distribution::palma_type`] and where a rank is no number.
///
/// ```
/// use onehour::measure::equity::palma_by;
/// // The rich half reaches a quarter of what the poor half does.
/// assert_eq!(palma_by(&[8.0, 2.0], &[1.0, 1.0], &[1000.0, 5000.0]), Some(0.25));
/// ```
pub fn palma_by(values: &[f64], people: &[f64], ranks: &[f64]) -> Option<f64> {
    let (sorted, all) = ranked(values, people, ranks)?;
    let entries: Vec<Entry> = sorted.into_iter().map(|(_, entry)| entry).collect();
    palma(&entries, all.people)
}

/// The mean of the last tenth over that of the first four.
fn palma(sorted: &[Entry], people: f64) -> Option<f64> {
    let worst = mean_of_first(sorted.iter(), 0.4 * people);
    let best = mean_of_first(sorted.iter().rev(), 0.1 * people);
    (worst > 0.0).then(|| best / worst)
}

fn mean_of_first<'a>(entries: impl Iterator<Item = &'a Entry>, people: f64) -> f64 {
    let (mut left, mut sum) = (people, 0.0);
    for entry in entries {
        let taken = entry.people.min(left);
        sum += taken * entry.value;
        left -= taken;
    }
    sum / people
}

/// The concentration index: how much more the people of higher rank have, `C = 2/μ · Σ w_i · x_i · r_i − 1`, with `r_i` the share of
/// people of lower rank and half of those of the same (Kakwani, Wagstaff & van Doorslaer 1997, J. Econometrics 77(1)). From −1, all with
/// those of the lowest rank, through 0 to 1. Ranked by the value itself it is the Gini index. `None` as for [`Distribution::of`] and where
/// a rank is no number.
///
/// ```
/// use onehour::measure::equity::concentration;
/// assert_eq!(concentration(&[4.0, 0.0], &[1.0, 1.0], &[10.0, 20.0]), Some(-0.5)); // the poorer half has all
/// ```
pub fn concentration(values: &[f64], people: &[f64], ranks: &[f64]) -> Option<f64> {
    let (sorted, all) = ranked(values, people, ranks)?;
    let (mut below, mut sum) = (0.0, 0.0);
    for same in sorted.chunk_by(|a, b| a.0 == b.0) {
        let people: f64 = same.iter().map(|(_, entry)| entry.people).sum();
        let held: f64 = same.iter().map(|(_, entry)| entry.people * entry.value).sum();
        sum += held * (2.0 * below + people - all.people);
        below += people;
    }
    all.over_mean(sum / (all.people * all.people))
}

/// Everybody by rank, from the lowest.
fn ranked(values: &[f64], people: &[f64], ranks: &[f64]) -> Option<(Vec<(f64, Entry)>, Distribution)> {
    let all = Distribution::of(values, people)?;
    if ranks.len() != values.len() || ranks.iter().any(|rank| rank.is_nan()) {
        return None;
    }
    let entries = values.iter().zip(people).zip(ranks);
    let mut sorted: Vec<_> = entries.map(|((&value, &people), &rank)| (rank, Entry { value, people })).collect();
    sorted.retain(|(_, entry)| entry.people > 0.0);
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
    Some((sorted, all))
}
