//! The shifted coordinates of Chinese web maps, GCJ-02 and BD-09: the way there, the way back, and signs that a file is in one.
//!
//! Maps published in China shift WGS-84 by 50 to 700 m (GCJ-02), those of Baidu by a kilometre more (BD-09). The formulas are not
//! published officially; these are the ones that went public in 2010 (`EvilTransform.cs`) and that open map tools use, compared in
//! Wikipedia, "Restrictions on geographic data in China". The inverse is found by iteration, so that there and back is exact.

use std::f64::consts::PI;

use super::LonLat;

/// What degrees in a file mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Datum {
    /// WGS-84, or CGCS2000, which is the same to a few centimetres.
    Wgs84,
    /// GCJ-02: web maps in China.
    Gcj02,
    /// BD-09: maps of Baidu.
    Bd09,
}

impl Datum {
    /// Every datum.
    pub const ALL: &'static [Datum] = &[Datum::Wgs84, Datum::Gcj02, Datum::Bd09];

    /// Its name as people write it.
    pub const fn name(self) -> &'static str {
        match self {
            Datum::Wgs84 => "WGS-84",
            Datum::Gcj02 => "GCJ-02",
            Datum::Bd09 => "BD-09",
        }
    }

    /// A point of WGS-84 in this datum. Outside the box around China, 72.004 to 137.8347 degrees east and 0.8293 to 55.8271 north,
    /// GCJ-02 is WGS-84.
    ///
    /// ```
    /// use onehour::geo::{LonLat, china::Datum};
    /// let paris = LonLat::new(2.35, 48.86).unwrap();
    /// assert_eq!(Datum::Gcj02.from_wgs84(paris), paris);
    /// ```
    pub fn from_wgs84(self, point: LonLat) -> LonLat {
        match self {
            Datum::Wgs84 => point,
            Datum::Gcj02 => shifted(point),
            Datum::Bd09 if in_box(point) => turned(shifted(point)),
            Datum::Bd09 => point,
        }
    }

    /// The point of WGS-84 that has these degrees in this datum: the inverse of [`Datum::from_wgs84`] to 1e-11 degrees, a
    /// micrometre, for points of which both lie in the box.
    ///
    /// ```
    /// use onehour::geo::{LonLat, china::Datum};
    /// let there = LonLat::new(112.55, 37.87).unwrap();
    /// let back = Datum::Bd09.to_wgs84(Datum::Bd09.from_wgs84(there));
    /// assert!((back.lon - there.lon).abs() < 1e-11 && (back.lat - there.lat).abs() < 1e-11);
    /// ```
    pub fn to_wgs84(self, point: LonLat) -> LonLat {
        match self {
            Datum::Wgs84 => point,
            _ if !in_box(point) => point,
            Datum::Gcj02 => inverse(point, shifted),
            Datum::Bd09 => inverse(inverse(point, turned), shifted),
        }
    }
}

/// The box outside of which nothing is shifted.
fn in_box(point: LonLat) -> bool {
    (72.004..=137.8347).contains(&point.lon) && (0.8293..=55.8271).contains(&point.lat)
}

/// The larger half axis of the ellipsoid of Krasovsky in metres, and the square of its eccentricity.
const AXIS_M: f64 = 6_378_245.0;
const ECCENTRICITY_SQUARED: f64 = 0.006_693_421_622_965_943;

/// WGS-84 to GCJ-02.
fn shifted(point: LonLat) -> LonLat {
    if !in_box(point) {
        return point;
    }
    let (x, y) = (point.lon - 105.0, point.lat - 35.0);
    let wave = |amplitude: f64, angle: f64| amplitude * (angle * PI).sin() * 2.0 / 3.0;
    let both = 0.1 * x * y + wave(20.0, 6.0 * x) + wave(20.0, 2.0 * x);
    let north_m = -100.0
        + 2.0 * x
        + 3.0 * y
        + 0.2 * y * y
        + 0.2 * x.abs().sqrt()
        + both
        + wave(20.0, y)
        + wave(40.0, y / 3.0)
        + wave(160.0, y / 12.0)
        + wave(320.0, y / 30.0);
    let east_m = 300.0
        + x
        + 2.0 * y
        + 0.1 * x * x
        + 0.1 * x.abs().sqrt()
        + both
        + wave(20.0, x)
        + wave(40.0, x / 3.0)
        + wave(150.0, x / 12.0)
        + wave(300.0, x / 30.0);
    let latitude = point.lat.to_radians();
    let bulge = 1.0 - ECCENTRICITY_SQUARED * latitude.sin().powi(2);
    let metres_per_radian_north = AXIS_M * (1.0 - ECCENTRICITY_SQUARED) / (bulge * bulge.sqrt());
    let metres_per_radian_east = AXIS_M / bulge.sqrt() * latitude.cos();
    LonLat {
        lon: point.lon + (east_m / metres_per_radian_east).to_degrees(),
        lat: point.lat + (north_m / metres_per_radian_north).to_degrees(),
    }
}

/// GCJ-02 to BD-09.
fn turned(point: LonLat) -> LonLat {
    let (x, y) = (point.lon, point.lat);
    let step = PI * 3000.0 / 180.0;
    let length = x.hypot(y) + 0.000_02 * (y * step).sin();
    let angle = y.atan2(x) + 0.000_003 * (x * step).cos();
    LonLat { lon: length * angle.cos() + 0.0065, lat: length * angle.sin() + 0.006 }
}

/// The point that `forward` brings to `target`. The shift changes by less than a hundredth of a degree within a degree, so every step
/// leaves less than a hundredth of the error of the one before: eight are more than a float can hold.
fn inverse(target: LonLat, forward: impl Fn(LonLat) -> LonLat) -> LonLat {
    let mut guess = target;
    for _ in 0..8 {
        let there = forward(guess);
        guess = LonLat { lon: guess.lon + target.lon - there.lon, lat: guess.lat + target.lat - there.lat };
    }
    guess
}

/// The fewest points that tell anything about a datum.
const FEWEST_POINTS: usize = 8;

/// The most points that are looked at; of more, so many evenly spread over them.
const MOST_POINTS: usize = 5000;

/// By which factor the median distance must shrink, and by how many metres at least: along streets a shifted point soon lies near
/// another street, so that the metres are few where blocks are small.
const FACTOR: f64 = 3.0;
const LEAST_METRES: f64 = 20.0;

/// How two readings of the same points compare to what they should lie on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fit {
    /// How many points were compared.
    pub n: usize,
    /// How many of them lie nearer in the other reading.
    pub n_nearer: usize,
    /// The median distance as written, in metres; `None` where more than half lie out of reach.
    pub as_written_m: Option<f64>,
    /// The median distance in the other reading, in metres.
    pub otherwise_m: f64,
    /// The median of what each point gains, in metres, over those that are in reach in both readings; `None` without any.
    pub gain_m: Option<f64>,
}

/// The datum that `points` seem to be in, other than WGS-84, and how much better they fit then; `None` where the evidence is weak.
///
/// `distance` gives the distance in metres from a place to what the point with this index should lie on: the nearest street, or the
/// known place of the same name; `None` where that is out of reach. The evidence is strong where at least 8 points can be compared,
/// at least three quarters of them lie nearer after conversion, and the median distance shrinks to a third and by 20 m or more.
/// Of several readings the one with the least median counts.
pub fn likely_datum(points: &[LonLat], distance: impl Fn(usize, LonLat) -> Option<f64>) -> Option<(Datum, Fit)> {
    let fits = [Datum::Gcj02, Datum::Bd09].map(|datum| {
        let converted = |point| Some(datum.to_wgs84(point));
        strong_fit(points, &distance, converted).map(|fit| (datum, fit))
    });
    fits.into_iter().flatten().min_by(|a, b| a.1.otherwise_m.total_cmp(&b.1.otherwise_m))
}

/// How much better `points` fit with longitude and latitude exchanged; `None` where the evidence is weak. The rule is that of
/// [`likely_datum`].
pub fn likely_swapped(points: &[LonLat], distance: impl Fn(usize, LonLat) -> Option<f64>) -> Option<Fit> {
    strong_fit(points, &distance, |point| LonLat::new(point.lat, point.lon))
}

/// How much better `points` fit as `read` gives them than as they are written; `None` where the evidence is weak. A point that `read`
/// gives no place is out of reach there. The rule is that of [`likely_datum`].
pub fn strong_fit(
    points: &[LonLat],
    distance: &impl Fn(usize, LonLat) -> Option<f64>,
    read: impl Fn(LonLat) -> Option<LonLat>,
) -> Option<Fit> {
    let step = points.len().div_ceil(MOST_POINTS).max(1);
    let chosen = points.iter().enumerate().step_by(step);
    let pairs = chosen.map(|(n, &point)| (distance(n, point), read(point).and_then(|other| distance(n, other))));
    // Where neither reading is in reach the point says nothing.
    let pairs: Vec<(Option<f64>, Option<f64>)> = pairs.filter(|pair| *pair != (None, None)).collect();
    let reach = |metres: Option<f64>| metres.unwrap_or(f64::INFINITY);
    let n_nearer = pairs.iter().filter(|(written, other)| reach(*other) < reach(*written)).count();
    let as_written = median(pairs.iter().map(|pair| reach(pair.0)))?;
    let otherwise_m = median(pairs.iter().map(|pair| reach(pair.1)))?;
    let gain_m = median(pairs.iter().filter_map(|(written, other)| Some((*written)? - (*other)?)));
    let strong = pairs.len() >= FEWEST_POINTS
        && n_nearer * 4 >= pairs.len() * 3
        && otherwise_m.is_finite()
        && otherwise_m * FACTOR <= as_written
        && otherwise_m + LEAST_METRES <= as_written;
    let as_written_m = Some(as_written).filter(|metres| metres.is_finite());
    strong.then_some(Fit { n: pairs.len(), n_nearer, as_written_m, otherwise_m, gain_m })
}

/// The lower median; `None` of nothing.
fn median(values: impl Iterator<Item = f64>) -> Option<f64> {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len().checked_sub(1)? / 2).copied()
}
