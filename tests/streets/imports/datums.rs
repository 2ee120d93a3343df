//! GCJ-02 and BD-09: known pairs, there and back, and how they are noticed.

use onehour::geo::LonLat;
use onehour::geo::china::{Datum, likely_datum, likely_swapped};
use proptest::prelude::*;

fn at(lon: f64, lat: f64) -> LonLat {
    LonLat::new(lon, lat).unwrap()
}

/// Pairs that other implementations of the formulas give (eviltransform, coordtransform), to their last digits.
#[test]
fn known_points_are_shifted_as_other_tools_shift_them() {
    let pairs = [
        (Datum::Gcj02, at(121.5272106, 31.1774276), at(121.531541859215, 31.17530398364597)),
        (Datum::Gcj02, at(113.912316, 22.543847), at(113.9171764808363, 22.540796131694766)),
        (Datum::Gcj02, at(116.377817, 39.911954), at(116.38404722455657, 39.91334545536069)),
        (Datum::Gcj02, at(116.404, 39.915), at(116.41024449916938, 39.91640428150164)),
    ];
    for (datum, wgs84, expected) in pairs {
        let shifted = datum.from_wgs84(wgs84);
        assert!(shifted.metres_to(expected) < 1e-6, "{shifted:?} is not {expected:?}");
    }
    // The step from GCJ-02 to BD-09 alone: (116.404, 39.915) becomes (116.41036949371029, 39.92133699351021).
    let bd09 = Datum::Bd09.from_wgs84(Datum::Gcj02.to_wgs84(at(116.404, 39.915)));
    assert!(bd09.metres_to(at(116.41036949371029, 39.92133699351021)) < 1e-6, "{bd09:?}");
}

#[test]
fn nothing_is_shifted_outside_the_box() {
    for point in [at(8.68, 49.41), at(-84.5, 39.0), at(112.5, -37.8), at(139.7, 35.7), at(100.0, 56.0)] {
        for &datum in Datum::ALL {
            assert_eq!(datum.from_wgs84(point), point);
            assert_eq!(datum.to_wgs84(point), point);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]
    #[test]
    fn there_and_back_is_exact_to_a_micrometre(lon in 73.0..135.5_f64, lat in 3.0..54.0_f64) {
        let point = at(lon, lat);
        for &datum in Datum::ALL {
            for back in [datum.to_wgs84(datum.from_wgs84(point)), datum.from_wgs84(datum.to_wgs84(point))] {
                prop_assert!((back.lon - lon).abs() < 1e-11 && (back.lat - lat).abs() < 1e-11, "{datum:?} {back:?}");
            }
        }
        let metres = point.metres_to(Datum::Gcj02.from_wgs84(point));
        prop_assert!((1.0..1500.0).contains(&metres), "{metres}");
    }
}

/// Places a few kilometres apart, and their places as a survey would have them, some metres off.
fn places(n: usize) -> (Vec<LonLat>, Vec<LonLat>) {
    let known: Vec<LonLat> = (0..n).map(|i| at(112.3 + 0.03 * (i % 7) as f64, 37.6 + 0.04 * (i / 7) as f64)).collect();
    let surveyed = known.iter().enumerate().map(|(i, p)| at(p.lon + 1e-5 * (i % 5) as f64, p.lat - 1e-5 * (i % 3) as f64));
    (surveyed.collect(), known)
}

#[test]
fn points_in_a_shifted_datum_are_noticed_with_their_number_and_gain() {
    let (surveyed, known) = places(53);
    for datum in [Datum::Gcj02, Datum::Bd09] {
        let written: Vec<LonLat> = surveyed.iter().map(|&point| datum.from_wgs84(point)).collect();
        let (found, fit) = likely_datum(&written, |n, place| Some(place.metres_to(known[n]))).unwrap();
        assert_eq!((found, fit.n, fit.n_nearer), (datum, 53, 53));
        // The shift itself is some hundred metres here, and a kilometre more in BD-09; what is left is the survey's 0 to 5 m.
        let shift = if datum == Datum::Gcj02 { 400.0..800.0 } else { 900.0..2000.0 };
        assert!(shift.contains(&fit.gain_m.unwrap()) && fit.otherwise_m < 5.0, "{fit:?}");
    }
}

#[test]
fn points_in_wgs84_few_points_and_points_elsewhere_are_not_suspected() {
    let (surveyed, known) = places(53);
    assert_eq!(likely_datum(&surveyed, |n, place| Some(place.metres_to(known[n]))), None);
    let few: Vec<LonLat> = surveyed[..7].iter().map(|&point| Datum::Gcj02.from_wgs84(point)).collect();
    assert_eq!(likely_datum(&few, |n, place| Some(place.metres_to(known[n]))), None);
    let abroad: Vec<LonLat> = surveyed.iter().map(|point| at(point.lon - 100.0, point.lat)).collect();
    assert_eq!(likely_datum(&abroad, |n, place| Some(place.metres_to(known[n]))), None);
    assert_eq!(likely_datum(&[], |_, _| Some(1.0)), None);
    let shifted: Vec<LonLat> = surveyed.iter().map(|&point| Datum::Gcj02.from_wgs84(point)).collect();
    assert_eq!(likely_datum(&shifted, |_, _| None), None);
}

/// Streets every 400 m both ways; the points lie on them, a few metres off, as stops do.
#[test]
fn points_on_streets_are_noticed_among_other_streets() {
    let step = 0.004;
    let to_street = |_, place: LonLat| {
        let off = |degrees: f64| (degrees / step - (degrees / step).round()).abs() * step;
        Some((off(place.lat) * 111_195.0).min(off(place.lon) * 111_195.0 * place.lat.to_radians().cos()))
    };
    let on_streets: Vec<LonLat> = (0..60)
        .map(|i| {
            let along = 112.3 + 0.0017 * f64::from(i);
            let across = (37.7_f64 / step).round() * step + step * f64::from(i % 9) + 2e-5 * f64::from(i % 4);
            at(along, across)
        })
        .collect();
    assert_eq!(likely_datum(&on_streets, to_street), None);
    let written: Vec<LonLat> = on_streets.iter().map(|&point| Datum::Gcj02.from_wgs84(point)).collect();
    assert_eq!(likely_datum(&written, to_street).unwrap().0, Datum::Gcj02);
}

#[test]
fn longitude_and_latitude_exchanged_are_noticed_where_only_the_exchange_is_in_reach() {
    let known: Vec<LonLat> = (0..10).map(|i| at(8.6 + 0.01 * f64::from(i), 49.4)).collect();
    let swapped: Vec<LonLat> = known.iter().map(|p| at(p.lat, p.lon)).collect();
    let near = |n: usize, place: LonLat| Some(place.metres_to(known[n])).filter(|&metres| metres < 1000.0);
    let fit = likely_swapped(&swapped, near).unwrap();
    assert_eq!((fit.n, fit.n_nearer, fit.as_written_m, fit.gain_m), (10, 10, None, None));
    assert_eq!(likely_swapped(&known, near), None);
}
