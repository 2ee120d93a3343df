//! From degrees to points on a panel: equirectangular at the middle latitude of the study.

use crate::geo::LonLat;
use crate::output::chart::canvas::{Point, Rect};
use crate::output::chart::map::Unit;

/// Metres in a degree of latitude on the sphere of the earth's mean radius.
const METRES_PER_DEGREE: f64 = 111_195.08;

/// The extent of a study.
#[derive(Debug, Clone, Copy)]
pub struct Extent {
    west: f64,
    east: f64,
    south: f64,
    north: f64,
}

impl Extent {
    /// The box around the units with a margin of 2.5 %; a degree around nothing where there are none.
    pub fn of(units: &[Unit]) -> Self {
        let points = || units.iter().flat_map(|u| &u.area).flat_map(|p| &p.outer);
        let least = |value: fn(&LonLat) -> f64| points().map(value).fold(f64::INFINITY, f64::min);
        let most = |value: fn(&LonLat) -> f64| points().map(value).fold(f64::NEG_INFINITY, f64::max);
        if points().next().is_none() {
            return Extent { west: -0.5, east: 0.5, south: -0.5, north: 0.5 };
        }
        let (west, east, south, north) = (least(|p| p.lon), most(|p| p.lon), least(|p| p.lat), most(|p| p.lat));
        let (dx, dy) = (((east - west) * 0.025).max(0.001), ((north - south) * 0.025).max(0.001));
        Extent { west: west - dx, east: east + dx, south: south - dy, north: north + dy }
    }

    fn shrink(self) -> f64 {
        ((self.south + self.north) / 2.0).to_radians().cos()
    }

    /// Height over width on the ground.
    pub fn aspect(self) -> f64 {
        (self.north - self.south) / ((self.east - self.west) * self.shrink())
    }
}

/// Places degrees on a panel.
#[derive(Debug, Clone, Copy)]
pub struct Projection {
    extent: Extent,
    view: Rect,
    per_degree: f64,
}

impl Projection {
    /// Fits `extent` to the width of `view`.
    pub fn new(extent: Extent, view: Rect) -> Self {
        let per_degree = view.width() / ((extent.east - extent.west) * extent.shrink());
        Projection { extent, view, per_degree }
    }

    /// The place of `point`.
    pub fn at(&self, point: LonLat) -> Point {
        let x = (point.lon - self.extent.west) * self.extent.shrink() * self.per_degree;
        let y = (self.extent.north - point.lat) * self.per_degree;
        (self.view.left + x, self.view.top + y)
    }

    /// The places of a line or ring.
    pub fn line(&self, points: &[LonLat]) -> Vec<Point> {
        points.iter().map(|&point| self.at(point)).collect()
    }

    /// Points on paper for a kilometre on the ground.
    pub fn points_per_km(&self) -> f64 {
        self.per_degree * 1000.0 / METRES_PER_DEGREE
    }
}
