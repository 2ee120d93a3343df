//! Where a drawn line meets streets: the nearest point of an edge, and the crossings.
//!
//! Edges are looked through one by one: a scenario lays a few streets, and looking at every edge takes some milliseconds.

use super::cut::{Cut, along};
use crate::geo::{LonLat, METRES_PER_DEGREE};
use crate::network::streets::{Place, Streets};

/// A point of an edge.
#[derive(Debug, Clone, Copy)]
pub(super) struct OnEdge {
    /// The edge.
    pub edge: u32,
    /// Where on it.
    pub cut: Cut,
}

/// The point nearest to `at` on an edge for which `may` answers true, with its distance in metres, where that is at most
/// `within_m`. Of two equally near, the one of the lower number.
pub(super) fn nearest(streets: &Streets, may: impl Fn(u32) -> bool, at: LonLat, within_m: f64) -> Option<(OnEdge, f64)> {
    let plane = Plane::around(at);
    let mut best: Option<(OnEdge, f64)> = None;
    for edge in 0..streets.edges.len() as u32 {
        let limit = best.map_or(within_m, |(_, metres)| metres);
        if !may(edge) || !plane.comes_near(streets, edge, at, limit) {
            continue;
        }
        let shape = along(streets, edge);
        for pair in shape.windows(2) {
            let (share, metres) = plane.foot(pair[0].1.lon_lat(), pair[1].1.lon_lat(), at);
            if metres <= within_m && best.is_none_or(|(_, known)| metres < known) {
                best = Some((OnEdge { edge, cut: between(pair, share) }, metres));
            }
        }
    }
    best
}

/// Where the line through `points` crosses edges for which `may` answers true: metres along the line, and where on the edge. In order
/// along the line.
pub(super) fn crossings(streets: &Streets, may: impl Fn(u32) -> bool, points: &[LonLat]) -> Vec<(f64, OnEdge)> {
    let plane = Plane::around(points[0]);
    let mut found: Vec<(f64, OnEdge)> = Vec::new();
    let mut begin_m = 0.0;
    for line in points.windows(2) {
        let length_m = line[0].metres_to(line[1]);
        for edge in 0..streets.edges.len() as u32 {
            if !may(edge) || !overlap(streets, edge, line) {
                continue;
            }
            for pair in along(streets, edge).windows(2) {
                let other = [pair[0].1.lon_lat(), pair[1].1.lon_lat()];
                if let Some((share, of_edge)) = plane.crossing([line[0], line[1]], other) {
                    found.push((begin_m + share * length_m, OnEdge { edge, cut: between(pair, of_edge) }));
                }
            }
        }
        begin_m += length_m;
    }
    found.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.edge.cmp(&b.1.edge)));
    found
}

/// The point at a share of the stretch between two points of an edge.
fn between(pair: &[(f64, Place)], share: f64) -> Cut {
    let (a, b) = (pair[0].1.lon_lat(), pair[1].1.lon_lat());
    let at = LonLat { lon: a.lon + (b.lon - a.lon) * share, lat: a.lat + (b.lat - a.lat) * share };
    Cut { along_m: pair[0].0 + (pair[1].0 - pair[0].0) * share, at }
}

/// The smallest and largest coordinates of an edge, in units of [`Place`].
fn bounds(streets: &Streets, edge: u32) -> (Place, Place) {
    let first = streets.vertices[streets.edges[edge as usize].from as usize].at;
    streets.shape(edge).fold((first, first), |(low, high), at| {
        (
            Place { lon: low.lon.min(at.lon), lat: low.lat.min(at.lat) },
            Place { lon: high.lon.max(at.lon), lat: high.lat.max(at.lat) },
        )
    })
}

fn overlap(streets: &Streets, edge: u32, line: &[LonLat]) -> bool {
    let ((low, high), (a, b)) = (bounds(streets, edge), (Place::of(line[0]), Place::of(line[1])));
    low.lon <= a.lon.max(b.lon)
        && high.lon >= a.lon.min(b.lon)
        && low.lat <= a.lat.max(b.lat)
        && high.lat >= a.lat.min(b.lat)
}

/// A plane of metres that touches the earth at a point; good to a thousandth over some tens of kilometres.
struct Plane {
    origin: LonLat,
    per_lon: f64,
}

impl Plane {
    fn around(origin: LonLat) -> Self {
        Plane { origin, per_lon: METRES_PER_DEGREE * origin.lat.to_radians().cos().max(1e-6) }
    }

    fn xy(&self, at: LonLat) -> (f64, f64) {
        ((at.lon - self.origin.lon) * self.per_lon, (at.lat - self.origin.lat) * METRES_PER_DEGREE)
    }

    /// Whether an edge may come within `within_m` of a point.
    fn comes_near(&self, streets: &Streets, edge: u32, at: LonLat, within_m: f64) -> bool {
        let (low, high) = bounds(streets, edge);
        let (low, high, at) = (self.xy(low.lon_lat()), self.xy(high.lon_lat()), self.xy(at));
        let out = |low: f64, high: f64, at: f64| (low - at).max(at - high).max(0.0);
        out(low.0, high.0, at.0) <= within_m && out(low.1, high.1, at.1) <= within_m
    }

    /// The share of the stretch a–b at which it is nearest to a point, and the distance there.
    fn foot(&self, a: LonLat, b: LonLat, at: LonLat) -> (f64, f64) {
        let (a, b, at) = (self.xy(a), self.xy(b), self.xy(at));
        let (dx, dy) = (b.0 - a.0, b.1 - a.1);
        let squared = dx * dx + dy * dy;
        let share = if squared > 0.0 { ((at.0 - a.0) * dx + (at.1 - a.1) * dy) / squared } else { 0.0 };
        let share = share.clamp(0.0, 1.0);
        (share, (a.0 + share * dx - at.0).hypot(a.1 + share * dy - at.1))
    }

    /// The shares of two stretches at which they cross; none where they are parallel.
    fn crossing(&self, line: [LonLat; 2], other: [LonLat; 2]) -> Option<(f64, f64)> {
        let ([p, q], [a, b]) = (line.map(|at| self.xy(at)), other.map(|at| self.xy(at)));
        let (r, s) = ((q.0 - p.0, q.1 - p.1), (b.0 - a.0, b.1 - a.1));
        let turn = r.0 * s.1 - r.1 * s.0;
        if turn == 0.0 {
            return None;
        }
        let to = (a.0 - p.0, a.1 - p.1);
        let (share, of_other) = ((to.0 * s.1 - to.1 * s.0) / turn, (to.0 * r.1 - to.1 * r.0) / turn);
        ((0.0..=1.0).contains(&share) && (0.0..=1.0).contains(&of_other)).then_some((share, of_other))
    }
}
