//! From the three levels of a travel time to a verdict on a limit.

use super::{Spread, within};
use crate::search::Outcome;
use crate::units::Duration;

/// The verdict on one relation, or on a target. Ordered from good to bad as [`Counts::worst`] takes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// Within the limit at every level of the parameters.
    Pass,
    /// Within the limit at some levels only.
    Marginal,
    /// An input is missing.
    NotTested,
    /// There is a journey, beyond the limit at every level.
    Fail,
    /// No journey in the window: too few trains. Counts as failed; the remedy is a train, not a line.
    NoService,
    /// No journey at all. Counts as failed.
    Unreachable,
}

impl Verdict {
    /// Every verdict, from good to bad.
    pub const ALL: [Verdict; 6] =
        [Verdict::Pass, Verdict::Marginal, Verdict::NotTested, Verdict::Fail, Verdict::NoService, Verdict::Unreachable];

    /// The word of the status column.
    pub const fn word(self) -> &'static str {
        match self {
            Verdict::Pass => "pass",
            Verdict::Marginal => "marginal",
            Verdict::NotTested => "not_tested",
            Verdict::Fail => "fail",
            Verdict::NoService => "no_service",
            Verdict::Unreachable => "unreachable",
        }
    }

    /// The mark in tables, so that colour is never alone: `✓`, `△`, `✗`, or `–` where nothing was tested.
    pub const fn symbol(self) -> &'static str {
        match self {
            Verdict::Pass => "✓",
            Verdict::Marginal => "△",
            Verdict::NotTested => "–",
            Verdict::Fail | Verdict::NoService | Verdict::Unreachable => "✗",
        }
    }

    /// The word in Chinese.
    pub const fn zh(self) -> &'static str {
        match self {
            Verdict::Pass => "通过",
            Verdict::Marginal => "临界",
            Verdict::NotTested => "无数据",
            Verdict::Fail => "未通过",
            Verdict::NoService => "无服务",
            Verdict::Unreachable => "不可达",
        }
    }

    /// Whether it counts as failed: beyond the limit, no service or unreachable.
    pub const fn has_failed(self) -> bool {
        matches!(self, Verdict::Fail | Verdict::NoService | Verdict::Unreachable)
    }
}

impl Spread<Outcome> {
    /// The verdict on `limit`; reaching it exactly is within (METHOD §7.5, with the envelope of [`Spread`] in place of P10–P90).
    ///
    /// - `not_tested` where the base could not be tested;
    /// - `pass` where all three levels are within, `marginal` where some are;
    /// - where none is: `fail` if the base has a journey, otherwise what the base says, `no_service` or `unreachable`.
    ///
    /// Without a journey a level is not within. So a relation without service at base and within the limit at the favourable
    /// level is marginal.
    ///
    /// ```
    /// use onehour::measure::{Spread, verdict::Verdict};
    /// use onehour::{search::Outcome, units::Duration};
    /// let minutes = |m| Outcome::Reached(Duration::from_mins(m));
    /// let spread = Spread { favourable: minutes(50), base: minutes(55), unfavourable: minutes(60) };
    /// assert_eq!(spread.verdict(Duration::from_mins(60)), Verdict::Pass);
    /// assert_eq!(spread.verdict(Duration::from_mins(50)), Verdict::Marginal);
    /// assert_eq!(spread.verdict(Duration::from_mins(49)), Verdict::Fail);
    /// ```
    pub fn verdict(&self, limit: Duration) -> Verdict {
        let n_within = [&self.favourable, &self.base, &self.unfavourable].into_iter().filter(|at| within(at, limit)).count();
        match (self.base, n_within) {
            (Outcome::NotTested(_), _) => Verdict::NotTested,
            (_, 3) => Verdict::Pass,
            (_, 1..) => Verdict::Marginal,
            (Outcome::Reached(_), _) => Verdict::Fail,
            (Outcome::NoService(_), _) => Verdict::NoService,
            (Outcome::Unreachable(_), _) => Verdict::Unreachable,
        }
    }

    /// Minutes left below `limit` at base, negative beyond it; `None` without a journey.
    pub fn margin_min(&self, limit: Duration) -> Option<f64> {
        self.base.time().map(|time| (f64::from(limit.deciseconds()) - f64::from(time.deciseconds())) / 600.0)
    }

    /// How many times quicker the journey at base would have to be to meet `limit`: `t / T`, at most 1 where it does. `None` without a
    /// journey, and for a limit of zero.
    pub fn required_speed_up(&self, limit: Duration) -> Option<f64> {
        let time = self.base.time().filter(|_| limit > Duration::ZERO)?;
        Some(f64::from(time.deciseconds()) / f64::from(limit.deciseconds()))
    }
}

/// The worse of two ways of the same relation: the worse verdict; of equal verdicts the slower base; otherwise the first.
/// Answers whether the second is worse.
pub fn second_is_worse(first: &Spread, second: &Spread, limit: Duration) -> bool {
    let key = |spread: &Spread| (spread.verdict(limit), spread.base.slowness());
    key(second) > key(first)
}

/// How many relations have which verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    counts: [usize; Verdict::ALL.len()],
}

impl Counts {
    /// Counts verdicts.
    pub fn of(verdicts: impl IntoIterator<Item = Verdict>) -> Self {
        let mut counts = Counts::default();
        for verdict in verdicts {
            counts.counts[verdict as usize] += 1;
        }
        counts
    }

    /// How many have this verdict.
    pub fn n(&self, verdict: Verdict) -> usize {
        self.counts[verdict as usize]
    }

    /// How many there are.
    pub fn total(&self) -> usize {
        self.counts.iter().sum()
    }

    /// How many were tested.
    pub fn tested(&self) -> usize {
        self.total() - self.n(Verdict::NotTested)
    }

    /// How many have failed, for whatever reason.
    pub fn failed(&self) -> usize {
        Verdict::ALL.into_iter().filter(|verdict| verdict.has_failed()).map(|verdict| self.n(verdict)).sum()
    }

    /// The worst verdict there is: all must pass for a pass, and one that was not tested keeps the rest from passing.
    /// Not tested where there is none.
    pub fn worst(&self) -> Verdict {
        Verdict::ALL.into_iter().rev().find(|&verdict| self.n(verdict) > 0).unwrap_or(Verdict::NotTested)
    }
}

/// How far a circle is built, by the share of people within the limit (METHOD §1.4; no official text sets a share).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Grade {
    /// Below 50 %: 未形成.
    NotFormed,
    /// At least 50 %: 初步形成 (house rule).
    Begun,
    /// At least 80 %: 基本建成 (indicator of the national outline to 2035).
    Mostly,
    /// At least 95 %: 建成 (after GB/T 51328).
    Built,
}

impl Grade {
    /// The rule by name, to be printed with the grade.
    pub const RULE: (&'static str, &'static str) = (
        "≥95 % 建成，≥80 % 基本建成，≥50 % 初步形成，其余未形成（METHOD §1.4）",
        "≥95 % built, ≥80 % mostly built, ≥50 % begun, otherwise not formed (METHOD §1.4)",
    );

    /// The grade of a share, 0 to 1. Each bound belongs to the better grade.
    ///
    /// ```
    /// use onehour::measure::verdict::Grade;
    /// assert_eq!(Grade::of(0.95), Grade::Built);
    /// assert_eq!(Grade::of(0.7999), Grade::Begun);
    /// ```
    pub fn of(share: f64) -> Self {
        match share {
            share if share >= 0.95 => Grade::Built,
            share if share >= 0.80 => Grade::Mostly,
            share if share >= 0.50 => Grade::Begun,
            _ => Grade::NotFormed,
        }
    }

    /// The word in files.
    pub const fn word(self) -> &'static str {
        match self {
            Grade::Built => "built",
            Grade::Mostly => "mostly_built",
            Grade::Begun => "begun",
            Grade::NotFormed => "not_formed",
        }
    }

    /// The word in Chinese.
    pub const fn zh(self) -> &'static str {
        match self {
            Grade::Built => "建成",
            Grade::Mostly => "基本建成",
            Grade::Begun => "初步形成",
            Grade::NotFormed => "未形成",
        }
    }
}

impl Spread<Grade> {
    /// The verdict on a share: pass where at least 80 % are within the limit at every level, fail where at none, otherwise marginal.
    /// 80 % is the only share in a national text (METHOD §1.4), hence the bound.
    pub fn verdict(&self) -> Verdict {
        let good =
            [self.favourable, self.base, self.unfavourable].into_iter().filter(|&grade| grade >= Grade::Mostly).count();
        match good {
            3 => Verdict::Pass,
            0 => Verdict::Fail,
            _ => Verdict::Marginal,
        }
    }
}
