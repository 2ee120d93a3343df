//! The study area out of its units: the whole, and the cities.

use geo::orient::Direction;
use geo::{Area as _, Coord, LineString, MultiPolygon, Orient, unary_union};

use crate::geo::LonLat;
use crate::output::chart::map::{Area, Base, Polygon};

/// The study area in degrees, prepared once for all panels.
pub struct Study {
    /// All units as one.
    pub whole: Area,
    /// The cities, one area each.
    pub cities: Vec<Area>,
}

/// Unites the units, whole and city by city. Cracks between borders that do not quite meet are closed.
pub fn study(base: &Base) -> Study {
    let mut names: Vec<&str> = base.units.iter().map(|unit| unit.city.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let united = |city: Option<&str>| {
        let parts: Vec<geo::Polygon> = base
            .units
            .iter()
            .filter(|unit| city.is_none_or(|city| unit.city == city))
            .flat_map(|unit| &unit.area)
            .map(planar)
            .collect();
        from_planar(&unary_union(&parts))
    };
    Study { whole: united(None), cities: names.into_iter().map(|city| united(Some(city))).collect() }
}

fn planar(polygon: &Polygon) -> geo::Polygon {
    let ring = |points: &[LonLat]| LineString(points.iter().map(|p| Coord { x: p.lon, y: p.lat }).collect());
    let polygon = geo::Polygon::new(ring(&polygon.outer), polygon.holes.iter().map(|hole| ring(hole)).collect());
    polygon.orient(Direction::Default)
}

fn from_planar(united: &MultiPolygon) -> Area {
    // A thousandth of a square degree is about 10 km²: smaller holes and islands are cracks, not lakes or exclaves. In a small
    // area a hundredth of it is.
    let crack = f64::min(0.001, united.unsigned_area() * 0.01);
    let ring = |line: &LineString| line.coords().map(|c| LonLat { lon: c.x, lat: c.y }).collect::<Vec<_>>();
    let large = |line: &&LineString| geo::Polygon::new((*line).clone(), Vec::new()).unsigned_area() > crack;
    united
        .iter()
        .filter(|polygon| polygon.unsigned_area() > crack)
        .map(|polygon| Polygon {
            outer: ring(polygon.exterior()),
            holes: polygon.interiors().iter().filter(large).map(ring).collect(),
        })
        .collect()
}
