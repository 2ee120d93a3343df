//! Where points off the streets meet them: on the nearest edge, at an offset.

use super::{Layer, Place, Streets, islands};
use crate::geo::{LonLat, METRES_PER_DEGREE};

/// A place on an edge that stands for a point beside it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EdgePoint {
    /// The edge.
    pub edge: u32,
    /// How far along the edge, in centimetres from its begin in the drawing direction of its way; at most its length.
    pub along_cm: u32,
    /// How far the point lies from there, in metres.
    pub distance_m: f64,
    /// Where the place on the edge is.
    pub at: LonLat,
}

/// What came of looking for an edge near a point.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Snap {
    /// The point meets an edge.
    On {
        /// Where.
        point: EdgePoint,
        /// Whether the edge is not in the main part of the streets, from which and to which one gets.
        off_main: bool,
        /// The distance of a nearer edge that was passed over because it is not in the main part.
        passed_over_m: Option<f64>,
    },
    /// No open edge lies within the limit.
    Beyond {
        /// The distance of the nearest open edge; `None` where there is none at all.
        nearest_m: Option<f64>,
    },
}

impl Snap {
    /// The place on an edge, if there is one within the limit.
    pub fn point(&self) -> Option<&EdgePoint> {
        match self {
            Snap::On { point, .. } => Some(point),
            Snap::Beyond { .. } => None,
        }
    }
}

/// How many segments of an edge one item of the index holds at most, and how many boxes a box of the next level holds.
const SEGMENTS: usize = 8;
const BOXES: usize = 8;

/// The open edges of a layer by where they lie: a packed tree of boxes over items in the order of a space-filling curve.
#[derive(Debug)]
pub struct EdgeIndex<'a> {
    streets: &'a Streets,
    items: Vec<Item>,
    /// Boxes of items, then boxes of [`BOXES`] of those, and so on up to a level of at most [`BOXES`].
    levels: Vec<Vec<Bounds>>,
    main: Vec<bool>,
}

/// Some neighbouring segments of an edge.
#[derive(Debug, Clone, Copy)]
struct Item {
    edge: u32,
    /// The first segment, counted from the begin of the edge.
    first: u32,
}

#[derive(Debug, Clone, Copy)]
struct Bounds {
    west: i32,
    south: i32,
    east: i32,
    north: i32,
}

/// The nearest place found so far.
#[derive(Debug, Clone, Copy)]
struct Nearest {
    distance_m: f64,
    edge: u32,
    segment: u32,
    /// Share of the segment before the place.
    share: f64,
}

impl<'a> EdgeIndex<'a> {
    /// An index of the edges that are open in `layer` in some direction.
    pub fn new(streets: &'a Streets, layer: &Layer) -> Self {
        let mut items: Vec<(u64, Item, Bounds)> = Vec::new();
        for edge in (0..streets.edges.len() as u32).filter(|&edge| layer.is_open(edge)) {
            let shape: Vec<Place> = streets.shape(edge).collect();
            for first in (0..shape.len() - 1).step_by(SEGMENTS) {
                let end = (first + SEGMENTS + 1).min(shape.len());
                let bounds = shape[first..end].iter().map(|&place| Bounds::of(place)).reduce(Bounds::with);
                let bounds = bounds.expect("a segment has two ends");
                items.push((bounds.middle().along_curve(), Item { edge, first: first as u32 }, bounds));
            }
        }
        items.sort_by_key(|(curve, item, _)| (*curve, item.edge, item.first));
        let mut levels = vec![items.iter().map(|(_, _, bounds)| *bounds).collect::<Vec<_>>()];
        while levels.last().is_some_and(|level| level.len() > BOXES) {
            let below = levels.last().expect("there is a level above").chunks(BOXES);
            let above = below.map(|boxes| boxes.iter().copied().reduce(Bounds::with).expect("a chunk is not empty"));
            let above = above.collect();
            levels.push(above);
        }
        let items = items.into_iter().map(|(_, item, _)| item).collect();
        EdgeIndex { streets, items, levels, main: islands::edges_of_main(streets, layer) }
    }

    /// The nearest place on an open edge at most `limit_m` away. Where the nearest edge is not in the main part of the streets and
    /// one of the main part lies within the limit too, the nearest of those. Of edges at one distance the first is taken. Distances
    /// are those in the plane that touches the earth at the point.
    pub fn snap(&self, at: LonLat, limit_m: f64) -> Snap {
        let Some(nearest) = self.nearest(at, f64::INFINITY, |_| true) else { return Snap::Beyond { nearest_m: None } };
        if nearest.distance_m.is_nan() || nearest.distance_m > limit_m {
            return Snap::Beyond { nearest_m: Some(nearest.distance_m) };
        }
        let is_main = |edge: u32| self.main[edge as usize];
        if is_main(nearest.edge) {
            return Snap::On { point: self.point(&nearest), off_main: false, passed_over_m: None };
        }
        match self.nearest(at, limit_m, is_main) {
            Some(main) => Snap::On { point: self.point(&main), off_main: false, passed_over_m: Some(nearest.distance_m) },
            None => Snap::On { point: self.point(&nearest), off_main: true, passed_over_m: None },
        }
    }

    fn nearest(&self, at: LonLat, limit_m: f64, wanted: impl Fn(u32) -> bool) -> Option<Nearest> {
        let plane = Plane::at(at);
        let mut best: Option<Nearest> = None;
        let top = self.levels.len() - 1;
        // Boxes that are still to be opened, with the least distance of anything in them; the nearest is opened first.
        let mut open: Vec<(f64, usize, usize)> = Vec::new();
        self.open_boxes(&plane, top, 0..self.levels[top].len(), limit_m, &mut open);
        while let Some((least_m, level, position)) = open.pop() {
            let bound = best.map_or(limit_m, |best| best.distance_m);
            if least_m > bound + SLACK_M {
                continue;
            }
            if level > 0 {
                let below = position * BOXES..((position + 1) * BOXES).min(self.levels[level - 1].len());
                self.open_boxes(&plane, level - 1, below, bound, &mut open);
            } else if wanted(self.items[position].edge) {
                self.look_at(&plane, self.items[position], limit_m, &mut best);
            }
        }
        best
    }

    /// Puts those boxes of a level that may hold something within `bound` on the pile, the nearest on top.
    fn open_boxes(
        &self,
        plane: &Plane,
        level: usize,
        positions: std::ops::Range<usize>,
        bound: f64,
        open: &mut Vec<(f64, usize, usize)>,
    ) {
        let before = open.len();
        for position in positions {
            let least_m = plane.least_distance(&self.levels[level][position]);
            if least_m <= bound + SLACK_M {
                open.push((least_m, level, position));
            }
        }
        open[before..].sort_by(|a, b| b.0.total_cmp(&a.0).then(b.2.cmp(&a.2)));
    }

    /// Compares the segments of an item with the nearest so far; at one distance the first edge and segment win.
    fn look_at(&self, plane: &Plane, item: Item, limit_m: f64, best: &mut Option<Nearest>) {
        let shape = self.streets.shape(item.edge).skip(item.first as usize).take(SEGMENTS + 1);
        let ends = shape.map(|place| plane.project(place));
        for (segment, (from, to)) in (item.first..).zip(ends.clone().zip(ends.skip(1))) {
            let (distance_m, share) = foot(from, to);
            let better = |best: &Nearest| {
                distance_m.total_cmp(&best.distance_m).then((item.edge, segment).cmp(&(best.edge, best.segment))).is_lt()
            };
            if distance_m <= limit_m && best.as_ref().is_none_or(better) {
                *best = Some(Nearest { distance_m, edge: item.edge, segment, share });
            }
        }
    }

    fn point(&self, nearest: &Nearest) -> EdgePoint {
        let shape = || self.streets.shape(nearest.edge).map(Place::lon_lat);
        let (mut total, mut before) = (0.0, 0.0);
        for (segment, (from, to)) in (0..).zip(shape().zip(shape().skip(1))) {
            let metres = from.metres_to(to);
            total += metres;
            before += if segment < nearest.segment { metres } else { 0.0 };
            before += if segment == nearest.segment { metres * nearest.share } else { 0.0 };
        }
        let mut ends = shape().skip(nearest.segment as usize);
        let from = ends.next().expect("the segment is part of the edge");
        let to = ends.next().expect("a segment has two ends");
        let length_cm = self.streets.edges[nearest.edge as usize].length_cm;
        let share = if total > 0.0 { (before / total).min(1.0) } else { 0.0 };
        let between = |from: f64, to: f64| from + (to - from) * nearest.share;
        EdgePoint {
            edge: nearest.edge,
            along_cm: ((f64::from(length_cm) * share).round() as u32).min(length_cm),
            distance_m: nearest.distance_m,
            at: LonLat { lon: between(from.lon, to.lon), lat: between(from.lat, to.lat) },
        }
    }
}

/// By how much the distance of a box may come out too long through rounding.
const SLACK_M: f64 = 1e-4;

/// The plane that touches the earth at a point, in metres east and north of it.
struct Plane {
    origin: LonLat,
    metres_per_degree_east: f64,
}

impl Plane {
    fn at(origin: LonLat) -> Self {
        Plane { origin, metres_per_degree_east: METRES_PER_DEGREE * origin.lat.to_radians().cos() }
    }

    fn project(&self, place: Place) -> (f64, f64) {
        let at = place.lon_lat();
        ((at.lon - self.origin.lon) * self.metres_per_degree_east, (at.lat - self.origin.lat) * METRES_PER_DEGREE)
    }

    /// The distance from the origin to the nearest point of a box.
    fn least_distance(&self, bounds: &Bounds) -> f64 {
        let (west, south) = self.project(Place { lon: bounds.west, lat: bounds.south });
        let (east, north) = self.project(Place { lon: bounds.east, lat: bounds.north });
        let gap = |low: f64, high: f64| low.max(-high).max(0.0);
        gap(west, east).hypot(gap(south, north))
    }
}

/// The distance from the origin to a segment, and the share of the segment before the foot of the perpendicular.
fn foot((x0, y0): (f64, f64), (x1, y1): (f64, f64)) -> (f64, f64) {
    let (dx, dy) = (x1 - x0, y1 - y0);
    let length = dx * dx + dy * dy;
    let share = if length > 0.0 { (-(x0 * dx + y0 * dy) / length).clamp(0.0, 1.0) } else { 0.0 };
    // At an end exactly its distance, so that edges that meet there are equally far.
    let distance = if share == 1.0 { x1.hypot(y1) } else { (x0 + share * dx).hypot(y0 + share * dy) };
    (distance, share)
}

impl Bounds {
    fn of(place: Place) -> Self {
        Bounds { west: place.lon, south: place.lat, east: place.lon, north: place.lat }
    }

    fn with(self, other: Self) -> Self {
        Bounds {
            west: self.west.min(other.west),
            south: self.south.min(other.south),
            east: self.east.max(other.east),
            north: self.north.max(other.north),
        }
    }

    fn middle(self) -> Place {
        let middle = |low: i32, high: i32| ((i64::from(low) + i64::from(high)) / 2) as i32;
        Place { lon: middle(self.west, self.east), lat: middle(self.south, self.north) }
    }
}

impl Place {
    /// Where the point comes on a curve through all points that keeps near ones near each other (Hilbert 1891).
    pub fn along_curve(self) -> u64 {
        // Signed numbers as unsigned ones in the same order.
        let (mut x, mut y) = (self.lon as u32 ^ 1 << 31, self.lat as u32 ^ 1 << 31);
        let mut along = 0u64;
        for bit in (0..32).rev() {
            let (right, up) = (x >> bit & 1, y >> bit & 1);
            along = along << 2 | u64::from((3 * right) ^ up);
            // The curve inside a quarter is the whole one, turned so that it begins and ends beside its neighbours.
            if up == 0 {
                if right == 1 {
                    (x, y) = (!x, !y);
                }
                (x, y) = (y, x);
            }
        }
        along
    }
}
