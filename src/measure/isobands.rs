//! The areas between travel times, from one surface, with their holes and islands.
//!
//! A zone is where the surface, interpolated between the centres of the squares, is at most so long: the bound belongs to the zone.
//! A band is what a zone has beyond the zone before it. Both end at the edges of the squares that have cells, so nothing spills
//! out of the study. Cells without a journey count as twice the last bound when the line between them and their
//! neighbours is drawn, so that it runs close to those that are reached.

use contour::ContourBuilder;
use geo::{BooleanOps, Coord, LineString, MultiPolygon, Polygon};

use super::surface::Surface;
use crate::network::territory::Grid;
use crate::search::Outcome;
use crate::units::Duration;

/// Zones and bands of one surface.
#[derive(Debug, Clone)]
pub struct Isobands {
    /// In order of their bounds.
    pub bands: Vec<Isoband>,
    /// Number of cells without a journey: in no band at their centres.
    pub n_unreached: usize,
    /// The squares that have cells: what the bands are parts of.
    pub mask: MultiPolygon<f64>,
}

/// One band. Coordinates are degrees of longitude and latitude.
#[derive(Debug, Clone)]
pub struct Isoband {
    /// Longer than this, or from nothing.
    pub from: Option<Duration>,
    /// At most this.
    pub to: Duration,
    /// Where it takes at most `to`.
    pub zone: MultiPolygon<f64>,
    /// Where it takes more than `from` and at most `to`.
    pub band: MultiPolygon<f64>,
}

/// Squares around the grid, so that every line closes inside of what is contoured.
const MARGIN: usize = 2;

/// The bands of a surface between `bounds`, which ascend.
pub fn isobands(surface: &Surface, bounds: &[Duration]) -> Isobands {
    let mask = mask(surface);
    let last = bounds.iter().max().map_or(0.0, |bound| bound.minutes());
    let far = 2.0 * last.max(1.0);
    let quickness =
        |outcome: &Option<Outcome>| outcome.map(|outcome| -outcome.time().map_or(far, |time| time.minutes().min(far)));
    let squares: Vec<Option<f64>> = surface.squares.iter().map(quickness).collect();
    let thresholds: Vec<f64> = bounds.iter().map(|bound| -bound.minutes()).collect();
    let zones = zones_at_least(surface.grid, &squares, -far, &thresholds);
    let mut bands: Vec<Isoband> = Vec::with_capacity(bounds.len());
    for (zone, &to) in zones.iter().zip(bounds) {
        // The overlay counts crossings, so a hole that `contour` hung into the wrong polygon comes out right.
        let zone = zone.intersection(&mask);
        let before = bands.last();
        let band = before.map_or_else(|| zone.clone(), |before| zone.difference(&before.zone));
        bands.push(Isoband { from: before.map(|before| before.to), to, zone, band });
    }
    Isobands { bands, n_unreached: surface.n_unreached(), mask }
}

/// Where a quantity on the squares of a grid is at least each of `thresholds`, interpolated between the centres of the squares; not
/// yet cut to the squares that have one. Outside of those counts as `outside`, but for the squares next to them.
pub(super) fn zones_at_least(
    grid: &Grid,
    squares: &[Option<f64>],
    outside: f64,
    thresholds: &[f64],
) -> Vec<MultiPolygon<f64>> {
    let origin = |first: f64, step: f64| first - (MARGIN as f64 + 0.5) * step;
    let zones = ContourBuilder::new(grid.n_cols + 2 * MARGIN, grid.n_rows + 2 * MARGIN, true)
        .x_origin(origin(grid.lon0, grid.step_lon))
        .y_origin(origin(grid.lat0, grid.step_lat))
        .x_step(grid.step_lon)
        .y_step(grid.step_lat)
        .contours(&padded(grid, squares, outside), thresholds)
        .expect("the values fill the padded grid");
    zones.into_iter().map(|zone| zone.into_inner().0).collect()
}

/// The quantity on the grid with its margin. A square without one takes the mean of those around it, so that the surface runs level
/// to the edge of the study; where there is none around, `outside`.
fn padded(grid: &Grid, squares: &[Option<f64>], outside: f64) -> Vec<f64> {
    let (n_cols, n_rows) = (grid.n_cols + 2 * MARGIN, grid.n_rows + 2 * MARGIN);
    let at = |col: usize, row: usize| -> Option<f64> {
        let (col, row) = (col.checked_sub(MARGIN)?, row.checked_sub(MARGIN)?);
        if col >= grid.n_cols || row >= grid.n_rows {
            return None;
        }
        squares[row * grid.n_cols + col]
    };
    let around = |col: usize, row: usize| {
        let rows = row.saturating_sub(1)..=row + 1;
        let near = rows.flat_map(|row| (col.saturating_sub(1)..=col + 1).map(move |col| (col, row)));
        let (sum, n) = near.filter_map(|(col, row)| at(col, row)).fold((0.0, 0.0), |(sum, n), value| (sum + value, n + 1.0));
        if n > 0.0 { sum / n } else { outside }
    };
    let positions = (0..n_rows).flat_map(|row| (0..n_cols).map(move |col| (col, row)));
    positions.map(|(col, row)| at(col, row).unwrap_or_else(|| around(col, row))).collect()
}

/// The union of the squares that have cells, traced along their edges.
pub(super) fn mask(surface: &Surface) -> MultiPolygon<f64> {
    let grid = surface.grid;
    let mut strips = Vec::new();
    for row in 0..grid.n_rows {
        let filled = |col: usize| surface.squares[row * grid.n_cols + col].is_some();
        let mut col = 0;
        while col < grid.n_cols {
            let begin = col;
            while col < grid.n_cols && filled(col) {
                col += 1;
            }
            if col > begin {
                strips.push(rectangle(grid, begin..col, row));
            }
            col += 1;
        }
    }
    geo::unary_union(&strips)
}

fn rectangle(grid: &Grid, cols: std::ops::Range<usize>, row: usize) -> Polygon<f64> {
    let x = |col: usize| grid.lon0 + (col as f64 - 0.5) * grid.step_lon;
    let y = |row: usize| grid.lat0 + (row as f64 - 0.5) * grid.step_lat;
    let (west, east, south, north) = (x(cols.start), x(cols.end), y(row), y(row + 1));
    let corners = [(west, south), (east, south), (east, north), (west, north), (west, south)];
    Polygon::new(LineString(corners.map(|(x, y)| Coord { x, y }).to_vec()), Vec::new())
}
