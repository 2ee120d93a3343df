//! Cells that the tool makes itself: squares and hexagons over an area.

use std::collections::{BTreeMap, BTreeSet};

use geo::{BoundingRect, ConvexHull, Intersects};
use geo::{Coord, LineString, MultiPoint, MultiPolygon, Point, Polygon, Rect};
use h3o::{CellIndex, LatLng, Resolution};

use crate::geo::{LonLat, METRES_PER_DEGREE};

/// A grid of squares that covers the earth, the same wherever it is asked for.
///
/// Its lines lie at whole multiples of the step in metres, counted from the equator and from the meridian of Greenwich, on the parallel
/// of `reference_lat`. There the squares are exact; elsewhere they are as high and their width goes with the cosine of latitude, 1.4 %
/// for a degree at 38° north. Two grids of one step and one reference latitude have the same lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lattice {
    /// Metres between lines.
    pub step_m: u32,
    /// Whole degrees of the latitude where squares are square.
    pub reference_lat: i32,
}

/// Latitudes nearer to the poles than this have no lattice of their own.
const LAST_REFERENCE_LAT: f64 = 85.0;

impl Lattice {
    /// The lattice around a point, whose reference is the nearest whole degree of latitude. A step of 0 counts as one metre.
    pub fn around(at: LonLat, step_m: u32) -> Self {
        let reference_lat = at.lat.clamp(-LAST_REFERENCE_LAT, LAST_REFERENCE_LAT).round() as i32;
        Lattice { step_m: step_m.max(1), reference_lat }
    }

    /// Columns and rows of a point, with their fractions.
    ///
    /// ```
    /// use onehour::{geo::LonLat, network::squares::Lattice};
    /// let equator = Lattice { step_m: 1000, reference_lat: 0 };
    /// let (col, row) = equator.position(LonLat::new(1.0, -1.0).unwrap());
    /// assert!((col - 111.195).abs() < 0.001 && (row + 111.195).abs() < 0.001); // 6371.0088 km · π/180
    /// ```
    pub fn position(&self, at: LonLat) -> (f64, f64) {
        (at.lon / self.degrees_per_col(), at.lat / self.degrees_per_row())
    }

    /// The point at a column and a row.
    pub fn at(&self, col: f64, row: f64) -> LonLat {
        LonLat { lon: col * self.degrees_per_col(), lat: row * self.degrees_per_row() }
    }

    /// Degrees of longitude between two columns and of latitude between two rows: positions are degrees divided by these.
    pub fn degrees(&self) -> [f64; 2] {
        [self.degrees_per_col(), self.degrees_per_row()]
    }

    fn degrees_per_row(&self) -> f64 {
        f64::from(self.step_m) / METRES_PER_DEGREE
    }

    fn degrees_per_col(&self) -> f64 {
        self.degrees_per_row() / f64::from(self.reference_lat).to_radians().cos()
    }

    /// Metres between two columns at a row.
    pub fn metres_per_col(&self, row: f64) -> f64 {
        let lat = (row * self.degrees_per_row()).to_radians();
        f64::from(self.step_m) * lat.cos() / f64::from(self.reference_lat).to_radians().cos()
    }
}

/// What cells to make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CellKind {
    /// Squares of so many metres, on the [`Lattice`] around the middle of the area; ids are `r12c7`, row and column of its south-western
    /// corner counted from the equator and Greenwich.
    Squares {
        /// Metres, at least 1.
        step_m: u32,
    },
    /// H3 cells of a resolution, 0 to 15; ids are the index as H3 writes it.
    Hexagons {
        /// 8 has cells of about 0.7 km², 9 of 0.1 km².
        resolution: u8,
    },
}

/// Where cells are wanted.
#[derive(Debug, Clone)]
pub enum Area<'a> {
    /// Between two corners, the south-western and the north-eastern.
    Box(LonLat, LonLat),
    /// Polygons in degrees of longitude and latitude.
    Polygons(&'a MultiPolygon<f64>),
    /// The convex hull of points.
    HullOf(&'a [LonLat]),
    /// Only where points are: a cell without any is not made.
    Points(&'a [LonLat]),
}

/// One cell.
#[derive(Debug, Clone, PartialEq)]
pub struct MadeCell {
    /// Id, the same for the same cell whatever area was asked for.
    pub id: String,
    /// Its centre.
    pub at: LonLat,
    /// Its area on the sphere, the whole cell also at the edge of what was asked for.
    pub area_km2: f64,
    /// Its outline in degrees of longitude and latitude.
    pub outline: Polygon<f64>,
}

/// Cells over an area, rows from the south and columns from the west, or in the order of H3 indices.
#[derive(Debug, Clone)]
pub struct MadeCells {
    /// The cells.
    pub cells: Vec<MadeCell>,
    finder: Finder,
}

#[derive(Debug, Clone)]
enum Finder {
    Squares(Lattice, BTreeMap<(i64, i64), usize>),
    Hexagons(Resolution, BTreeMap<CellIndex, usize>),
}

/// Why no cells were made.
#[derive(Debug, Clone, PartialEq)]
pub enum NotMade {
    /// The area has no extent: no points, an empty polygon, or corners the wrong way round.
    EmptyArea,
    /// More than [`MAX_CELLS`] squares would span the area; about so many.
    TooMany(f64),
    /// H3 has no such resolution.
    NoResolution(u8),
}

/// Most cells that are made at once.
pub const MAX_CELLS: usize = 10_000_000;

/// Amounts of points summed in cells.
#[derive(Debug, Clone, PartialEq)]
pub struct Sums {
    /// The sum for every cell, in the order of the points.
    pub in_cells: Vec<f64>,
    /// The sum of what lies in no cell.
    pub outside: f64,
    /// How many points lie in no cell.
    pub n_outside: usize,
}

impl MadeCells {
    /// All cells that share a point with the area.
    ///
    /// ```
    /// use onehour::{geo::LonLat, network::squares::{Area, CellKind, MadeCells}};
    /// let at = |lon, lat| LonLat::new(lon, lat).unwrap();
    /// let area = Area::Box(at(0.0001, 0.0001), at(0.0101, 0.0001)); // 0.011 to 1.123 km east of Greenwich, just north of the equator
    /// let made = MadeCells::over(area, CellKind::Squares { step_m: 1000 }).unwrap();
    /// assert_eq!(made.cells.iter().map(|cell| cell.id.as_str()).collect::<Vec<_>>(), ["r0c0", "r0c1"]);
    /// assert!((made.cells[0].area_km2 - 1.0).abs() < 1e-6);
    /// ```
    pub fn over(area: Area, kind: CellKind) -> Result<Self, NotMade> {
        match kind {
            CellKind::Squares { step_m } => squares_over(area, step_m),
            CellKind::Hexagons { resolution } => {
                let wanted = Resolution::try_from(resolution).map_err(|_| NotMade::NoResolution(resolution))?;
                hexagons_over(area, wanted)
            }
        }
    }

    /// The cell that holds a point, by position. A point on the line between two squares is in the northern and eastern one.
    pub fn cell_at(&self, at: LonLat) -> Option<usize> {
        match &self.finder {
            Finder::Squares(lattice, squares) => squares.get(&square_of(lattice, at)).copied(),
            Finder::Hexagons(resolution, hexagons) => hexagons.get(&hexagon_of(*resolution, at)?).copied(),
        }
    }

    /// Sums amounts at points, people or opportunities, in the cells that hold them. What lies outside is counted, not moved.
    ///
    /// ```
    /// use onehour::{geo::LonLat, network::squares::{Area, CellKind, MadeCells}};
    /// let at = |lon, lat| LonLat::new(lon, lat).unwrap();
    /// let people = [(at(0.001, 0.001), 30.0), (at(0.002, 0.003), 12.0), (at(5.0, 5.0), 1.0)];
    /// let made = MadeCells::over(Area::Points(&[people[0].0]), CellKind::Squares { step_m: 1000 }).unwrap();
    /// let sums = made.sums(people);
    /// assert_eq!((sums.in_cells, sums.outside, sums.n_outside), (vec![42.0], 1.0, 1));
    /// ```
    pub fn sums(&self, amounts: impl IntoIterator<Item = (LonLat, f64)>) -> Sums {
        let mut sums = Sums { in_cells: vec![0.0; self.cells.len()], outside: 0.0, n_outside: 0 };
        for (at, amount) in amounts {
            match self.cell_at(at) {
                Some(cell) => sums.in_cells[cell] += amount,
                None => {
                    sums.outside += amount;
                    sums.n_outside += 1;
                }
            }
        }
        sums
    }
}

/// The area as polygons; a hull without extent, of one point or points in a line, stays what it is.
fn polygons(area: &Area) -> Option<MultiPolygon<f64>> {
    let found = match area {
        Area::Box(south_west, north_east) => {
            if south_west.lon > north_east.lon || south_west.lat > north_east.lat {
                return None;
            }
            MultiPolygon(vec![Rect::new(coord(*south_west), coord(*north_east)).to_polygon()])
        }
        Area::Polygons(polygons) => (*polygons).clone(),
        Area::HullOf(points) | Area::Points(points) => {
            let points = MultiPoint(points.iter().map(|&at| Point(coord(at))).collect());
            MultiPolygon(vec![points.convex_hull()])
        }
    };
    found.bounding_rect().map(|_| found)
}

fn coord(at: LonLat) -> Coord<f64> {
    Coord { x: at.lon, y: at.lat }
}

fn lon_lat(coord: Coord<f64>) -> LonLat {
    LonLat { lon: coord.x, lat: coord.y }
}

fn square_of(lattice: &Lattice, at: LonLat) -> (i64, i64) {
    let (col, row) = lattice.position(at);
    (row.floor() as i64, col.floor() as i64)
}

fn squares_over(area: Area, step_m: u32) -> Result<MadeCells, NotMade> {
    let polygons = polygons(&area).ok_or(NotMade::EmptyArea)?;
    let bounds = polygons.bounding_rect().ok_or(NotMade::EmptyArea)?;
    let lattice = Lattice::around(lon_lat(bounds.center()), step_m);
    let squares: BTreeSet<(i64, i64)> = match area {
        Area::Points(points) => points.iter().map(|&at| square_of(&lattice, at)).collect(),
        _ => squares_touching(&polygons, bounds, &lattice)?,
    };
    let cells: Vec<MadeCell> = squares.iter().map(|&square| made_square(&lattice, square)).collect();
    let positions = squares.into_iter().zip(0..).collect();
    Ok(MadeCells { cells, finder: Finder::Squares(lattice, positions) })
}

fn squares_touching(
    polygons: &MultiPolygon<f64>,
    bounds: Rect<f64>,
    lattice: &Lattice,
) -> Result<BTreeSet<(i64, i64)>, NotMade> {
    let (south, west) = square_of(lattice, lon_lat(bounds.min()));
    let (north, east) = square_of(lattice, lon_lat(bounds.max()));
    let spanned = (north - south + 1) as f64 * (east - west + 1) as f64;
    if spanned > MAX_CELLS as f64 {
        return Err(NotMade::TooMany(spanned));
    }
    let mut found = BTreeSet::new();
    for row in south..=north {
        // Most polygons are nowhere near most rows, and a strip is tested once for all of its columns.
        let strip = rectangle(lattice, row, west, east + 1);
        let near: Vec<&Polygon<f64>> = polygons.iter().filter(|polygon| polygon.intersects(&strip)).collect();
        let touches = |col: i64| near.iter().any(|polygon| polygon.intersects(&rectangle(lattice, row, col, col + 1)));
        found.extend((west..=east).filter(|&col| !near.is_empty() && touches(col)).map(|col| (row, col)));
    }
    Ok(found)
}

fn rectangle(lattice: &Lattice, row: i64, from_col: i64, to_col: i64) -> Rect<f64> {
    let corner = |col: i64, row: i64| coord(lattice.at(col as f64, row as f64));
    Rect::new(corner(from_col, row), corner(to_col, row + 1))
}

fn made_square(lattice: &Lattice, (row, col): (i64, i64)) -> MadeCell {
    let outline = rectangle(lattice, row, col, col + 1);
    // A zone between two parallels has the area of the cylinder around it (Archimedes).
    let height = outline.max().y.to_radians().sin() - outline.min().y.to_radians().sin();
    let radius_km = METRES_PER_DEGREE.to_degrees() / 1000.0;
    MadeCell {
        id: format!("r{row}c{col}"),
        at: lattice.at(col as f64 + 0.5, row as f64 + 0.5),
        area_km2: radius_km * radius_km * outline.width().to_radians() * height,
        outline: outline.to_polygon(),
    }
}

fn hexagon_of(resolution: Resolution, at: LonLat) -> Option<CellIndex> {
    Some(LatLng::new(at.lat, at.lon).ok()?.to_cell(resolution))
}

fn hexagons_over(area: Area, resolution: Resolution) -> Result<MadeCells, NotMade> {
    let polygons = polygons(&area).ok_or(NotMade::EmptyArea)?;
    let hexagons = match area {
        Area::Points(points) => points.iter().filter_map(|&at| hexagon_of(resolution, at)).collect(),
        _ => {
            let mut found = BTreeSet::new();
            for polygon in &polygons {
                flood(polygon, resolution, &mut found)?;
            }
            found
        }
    };
    let cells: Vec<MadeCell> = hexagons.iter().map(|&cell| made_hexagon(cell)).collect();
    let positions = hexagons.into_iter().zip(0..).collect();
    Ok(MadeCells { cells, finder: Finder::Hexagons(resolution, positions) })
}

/// Adds the cells that share a point with a polygon, from neighbour to neighbour, beginning at its corners.
fn flood(polygon: &Polygon<f64>, resolution: Resolution, found: &mut BTreeSet<CellIndex>) -> Result<(), NotMade> {
    let corners = polygon.exterior().coords().filter_map(|&corner| hexagon_of(resolution, lon_lat(corner)));
    let mut seen: BTreeSet<CellIndex> = corners.collect();
    let mut open: Vec<CellIndex> = seen.iter().copied().collect();
    // A corner lies in its cell by the rounding of H3, even where the straight edges drawn below just miss it.
    found.extend(&open);
    while let Some(cell) = open.pop() {
        for next in cell.grid_disk_safe(1) {
            if seen.insert(next) && outline_of(next).intersects(polygon) {
                found.insert(next);
                open.push(next);
            }
        }
        if found.len() > MAX_CELLS {
            return Err(NotMade::TooMany(found.len() as f64));
        }
    }
    Ok(())
}

fn outline_of(cell: CellIndex) -> Polygon<f64> {
    let ring: Vec<Coord<f64>> = cell.boundary().iter().map(|at| Coord { x: at.lng(), y: at.lat() }).collect();
    Polygon::new(LineString(ring), Vec::new())
}

fn made_hexagon(cell: CellIndex) -> MadeCell {
    let centre = LatLng::from(cell);
    MadeCell {
        id: cell.to_string(),
        at: LonLat { lon: centre.lng(), lat: centre.lat() },
        area_km2: cell.area_km2(),
        outline: outline_of(cell),
    }
}
