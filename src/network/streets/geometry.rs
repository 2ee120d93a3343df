//! Lengths of lines, and an order of points in which neighbours stand near each other.

use super::Place;

/// The length of a line in whole centimetres, at least 1.
pub(super) fn length_cm(line: impl Iterator<Item = Place>) -> u32 {
    let mut metres = 0.0;
    let mut before: Option<Place> = None;
    for place in line {
        if let Some(before) = before
            && before != place
        {
            metres += before.lon_lat().metres_to(place.lon_lat());
        }
        before = Some(place);
    }
    // No more than the type holds: 42 949 km, once around the earth.
    (metres * 100.0).round().clamp(1.0, f64::from(u32::MAX)) as u32
}

/// Where a point comes in a Hilbert curve over the box between two corners, of 65 536 cells to a side.
///
/// After D. Hilbert (1891), Mathematische Annalen 38.
pub(super) fn hilbert(place: Place, low: Place, high: Place) -> u32 {
    let cell = |value: i32, low: i32, high: i32| {
        let span = (i64::from(high) - i64::from(low)).max(1);
        ((i64::from(value) - i64::from(low)) * 65_535 / span) as u32
    };
    let (mut x, mut y) = (cell(place.lon, low.lon, high.lon), cell(place.lat, low.lat, high.lat));
    let mut at = 0u32;
    for bit in (0..16).rev() {
        let (right, upper) = (x >> bit & 1, y >> bit & 1);
        at = at << 2 | ((3 * right) ^ upper);
        if upper == 0 {
            if right == 1 {
                (x, y) = (!x & 0xFFFF, !y & 0xFFFF);
            }
            (x, y) = (y, x);
        }
    }
    at
}
