//! Stops that lie where they cannot, or where nothing calls.

use std::collections::BTreeSet;

use super::Tally;
use crate::geo::{LonLat, METRES_PER_DEGREE};
use crate::input::gtfs::{Feed, ShapeAt, ShapePoint, StopAt, StopKind, TripAt};

/// A stop farther from the way of its trip than this is far from it (the canonical validator's figure).
const FAR_FROM_SHAPE_M: f64 = 100.0;

/// A stop is far from all others where it is more than this, and twenty times what nine tenths of the stops keep, from their middle.
const FAR_FROM_ALL_M: f64 = 50_000.0;

pub(super) fn check(feed: &Feed) -> Vec<Tally> {
    let mut called = vec![false; feed.stops.len()];
    let mut on_shape: BTreeSet<(ShapeAt, StopAt)> = BTreeSet::new();
    for (trip, record) in feed.trips.iter().enumerate() {
        for call in feed.calls(TripAt(trip as u32)) {
            called[call.stop.at()] = true;
            on_shape.extend(record.shape.map(|shape| (shape, call.stop)));
        }
    }
    let [nowhere, swapped, remote] = misplaced(feed);
    let mut unused = Tally::new("stop_without_stop_time", "no vehicle ever calls at a stop");
    for (stop, called) in feed.stops.iter().zip(&called) {
        if !called && stop.kind == StopKind::Platform {
            unused.add(|| format!("stops.txt:{}: stop {} ({})", stop.line, stop.id, stop.name));
        }
    }
    vec![nowhere, swapped, remote, far_from_shapes(feed, &on_shape), unused]
}

fn misplaced(feed: &Feed) -> [Tally; 3] {
    let mut nowhere = Tally::new("point_near_origin", "a stop has no coordinates, or (0, 0)");
    let mut swapped = Tally::new(
        "swapped_coordinates",
        "a stop is far from all others, and near them with latitude and longitude swapped",
    );
    let mut remote = Tally::new("stop_far_from_others", "a stop is far from all others");
    let points: Vec<LonLat> = feed.stops.iter().filter_map(|stop| stop.at).collect();
    let middle_of = |coordinate: fn(&LonLat) -> f64| {
        let mut values: Vec<f64> = points.iter().map(coordinate).collect();
        values.sort_by(f64::total_cmp);
        values.get(values.len() / 2).copied()
    };
    let middle = middle_of(|point| point.lon).zip(middle_of(|point| point.lat)).map(|(lon, lat)| LonLat { lon, lat });
    let mut distances: Vec<f64> = points.iter().filter_map(|point| Some(point.metres_to(middle?))).collect();
    distances.sort_by(f64::total_cmp);
    let usual = distances.get(distances.len().saturating_sub(1) * 9 / 10).copied().unwrap_or(0.0);
    let limit = FAR_FROM_ALL_M.max(20.0 * usual);
    for stop in &feed.stops {
        let (Some(at), Some(middle)) = (stop.at, middle) else {
            if matches!(stop.kind, StopKind::Platform | StopKind::Station | StopKind::Entrance) {
                nowhere.add(|| format!("stops.txt:{}: stop {}", stop.line, stop.id));
            }
            continue;
        };
        let metres = at.metres_to(middle);
        if metres <= limit {
            continue;
        }
        let place = || {
            let km = metres / 1000.0;
            format!(
                "stops.txt:{}: stop {} at latitude {}, longitude {}, {km:.0} km from the middle",
                stop.line, stop.id, at.lat, at.lon
            )
        };
        match LonLat::new(at.lat, at.lon).filter(|other| other.metres_to(middle) <= limit) {
            Some(_) => swapped.add(place),
            None => remote.add(place),
        }
    }
    [nowhere, swapped, remote]
}

fn far_from_shapes(feed: &Feed, on_shape: &BTreeSet<(ShapeAt, StopAt)>) -> Tally {
    let mut tally =
        Tally::new("stop_too_far_from_shape", "a stop is more than 100 m from the way of its trip: one of the two is wrong");
    for &(shape, stop) in on_shape {
        let (points, stop) = (feed.points(shape), &feed.stops[stop.at()]);
        let Some(metres) = stop.at.and_then(|at| metres_to_line(at, points)) else { continue };
        if metres > FAR_FROM_SHAPE_M {
            let shape = &feed.shapes[shape.at()].id;
            tally.add(|| format!("stops.txt:{}: stop {} is {metres:.0} m from shape {shape}", stop.line, stop.id));
        }
    }
    tally
}

/// The distance in metres from a point to a line, on a plane that touches the earth at the point; `None` where the line has no point.
fn metres_to_line(at: LonLat, points: &[ShapePoint]) -> Option<f64> {
    let east = at.lat.to_radians().cos() * METRES_PER_DEGREE;
    let plane = |point: &ShapePoint| {
        let point = point.lon_lat();
        ((point.lon - at.lon) * east, (point.lat - at.lat) * METRES_PER_DEGREE)
    };
    let mut before = plane(points.first()?);
    let mut least = before.0 * before.0 + before.1 * before.1;
    for point in &points[1..] {
        let (a, b) = (before, plane(point));
        before = b;
        let (x, y) = (b.0 - a.0, b.1 - a.1);
        let length = x * x + y * y;
        let share = if length > 0.0 { (-(a.0 * x + a.1 * y) / length).clamp(0.0, 1.0) } else { 0.0 };
        let (near_x, near_y) = (a.0 + share * x, a.1 + share * y);
        least = least.min(near_x * near_x + near_y * near_y);
    }
    Some(least.sqrt())
}
