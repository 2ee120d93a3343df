//! Quantities as types: integers inside, the unit in the constructor.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign};

/// A length of way in whole metres, 0 to about 4.29 million km.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Distance(u32);

impl Distance {
    /// No distance.
    pub const ZERO: Distance = Distance(0);

    /// From whole metres.
    pub const fn from_metres(metres: u32) -> Self {
        Distance(metres)
    }

    /// From kilometres, rounded to the metre. `None` for NaN, negative values and more than 4.29 million km.
    ///
    /// ```
    /// use onehour::units::Distance;
    /// assert_eq!(Distance::from_km(1.2345), Some(Distance::from_metres(1235)));
    /// assert_eq!(Distance::from_km(-1.0), None);
    /// ```
    pub fn from_km(km: f64) -> Option<Self> {
        rounded(km * 1000.0).map(Distance)
    }

    /// Whole metres.
    pub const fn metres(self) -> u32 {
        self.0
    }

    /// Kilometres.
    pub fn km(self) -> f64 {
        f64::from(self.0) / 1000.0
    }
}

impl Add for Distance {
    type Output = Distance;
    fn add(self, other: Distance) -> Distance {
        Distance(self.0.saturating_add(other.0))
    }
}

impl Sum for Distance {
    fn sum<I: Iterator<Item = Distance>>(iter: I) -> Distance {
        iter.fold(Distance::ZERO, Add::add)
    }
}

impl fmt::Display for Distance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.1} km", self.km())
    }
}

/// A span of time in whole deciseconds, 0 to about 13.6 years. Sums saturate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Duration(u32);

impl Duration {
    /// No time.
    pub const ZERO: Duration = Duration(0);

    /// From whole minutes.
    pub const fn from_mins(minutes: u32) -> Self {
        Duration(minutes * 600)
    }

    /// From whole seconds.
    pub const fn from_secs(seconds: u32) -> Self {
        Duration(seconds * 10)
    }

    /// From whole deciseconds.
    pub const fn from_deciseconds(deciseconds: u32) -> Self {
        Duration(deciseconds)
    }

    /// From minutes with a fraction, rounded to the decisecond. `None` for NaN, negative values and overflow.
    ///
    /// ```
    /// use onehour::units::Duration;
    /// assert_eq!(Duration::from_minutes(1.5), Some(Duration::from_secs(90)));
    /// assert_eq!(Duration::from_minutes(f64::NAN), None);
    /// ```
    pub fn from_minutes(minutes: f64) -> Option<Self> {
        rounded(minutes * 600.0).map(Duration)
    }

    /// The time to cover `distance` at `speed`, rounded to the decisecond. `None` when the speed is zero or the time
    /// overflows.
    ///
    /// ```
    /// use onehour::units::{Distance, Duration, Speed};
    /// let hour = Duration::of(Distance::from_metres(80_000), Speed::from_kmh(80.0).unwrap());
    /// assert_eq!(hour, Some(Duration::from_mins(60)));
    /// ```
    pub fn of(distance: Distance, speed: Speed) -> Option<Self> {
        let speed = u64::from(speed.metres_per_hour());
        (u64::from(distance.metres()) * 36_000 + speed / 2)
            .checked_div(speed)
            .and_then(|ds| u32::try_from(ds).ok())
            .map(Duration)
    }

    /// Whole deciseconds.
    pub const fn deciseconds(self) -> u32 {
        self.0
    }

    /// Minutes with their fraction.
    pub fn minutes(self) -> f64 {
        f64::from(self.0) / 600.0
    }

    /// `factor` times as long, rounded to the decisecond; saturates. A negative or NaN factor counts as zero.
    pub fn scaled(self, factor: f64) -> Self {
        Duration((f64::from(self.0) * factor.max(0.0)).round() as u32)
    }

    /// The difference, or zero where `other` is longer.
    pub const fn saturating_sub(self, other: Duration) -> Self {
        Duration(self.0.saturating_sub(other.0))
    }
}

impl Add for Duration {
    type Output = Duration;
    fn add(self, other: Duration) -> Duration {
        Duration(self.0.saturating_add(other.0))
    }
}

impl AddAssign for Duration {
    fn add_assign(&mut self, other: Duration) {
        *self = *self + other;
    }
}

impl Sum for Duration {
    fn sum<I: Iterator<Item = Duration>>(iter: I) -> Duration {
        iter.fold(Duration::ZERO, Add::add)
    }
}

impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.1} min", self.minutes())
    }
}

/// A speed in whole metres per hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Speed(u32);

impl Speed {
    /// From km/h, rounded to the metre per hour. `None` for NaN, zero, negative values and more than 4.29 million km/h.
    ///
    /// ```
    /// use onehour::units::Speed;
    /// assert_eq!(Speed::from_kmh(46.6).map(|s| s.kmh()), Some(46.6));
    /// assert_eq!(Speed::from_kmh(0.0), None);
    /// ```
    pub fn from_kmh(kmh: f64) -> Option<Self> {
        rounded(kmh * 1000.0).filter(|&speed| speed > 0).map(Speed)
    }

    /// Kilometres per hour.
    pub fn kmh(self) -> f64 {
        f64::from(self.0) / 1000.0
    }

    /// Whole metres per hour.
    pub const fn metres_per_hour(self) -> u32 {
        self.0
    }
}

/// A time of the service day in whole seconds after its midnight; may pass 24:00.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimeOfDay(u32);

impl TimeOfDay {
    /// From hours and minutes; hours up to 47, so that a night train still belongs to its day.
    pub const fn from_hm(hours: u32, minutes: u32) -> Option<Self> {
        if hours < 48 && minutes < 60 { Some(TimeOfDay(hours * 3600 + minutes * 60)) } else { None }
    }

    /// From `HH:MM`.
    ///
    /// ```
    /// use onehour::units::TimeOfDay;
    /// assert_eq!(TimeOfDay::from_text("07:30"), TimeOfDay::from_hm(7, 30));
    /// assert_eq!(TimeOfDay::from_text("7.30"), None);
    /// ```
    pub fn from_text(text: &str) -> Option<Self> {
        let (hours, minutes) = text.split_once(':')?;
        let plain = |part: &str| (1..=2).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        if !plain(hours) || minutes.len() != 2 || !plain(minutes) {
            return None;
        }
        Self::from_hm(hours.parse().ok()?, minutes.parse().ok()?)
    }

    /// Seconds after midnight.
    pub const fn seconds(self) -> u32 {
        self.0
    }

    /// The time from `earlier` to this, zero where `earlier` is later.
    pub const fn since(self, earlier: TimeOfDay) -> Duration {
        Duration::from_secs(self.0.saturating_sub(earlier.0))
    }

    /// From whole seconds after midnight.
    pub const fn from_seconds(seconds: u32) -> Self {
        TimeOfDay(seconds)
    }
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 3600, self.0 / 60 % 60)
    }
}

fn rounded(value: f64) -> Option<u32> {
    let value = value.round();
    (value >= 0.0 && value <= f64::from(u32::MAX)).then_some(value as u32)
}
