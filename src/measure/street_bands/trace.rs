//! Outlines of zones and bands: marching squares with linked rings.
//!
//! Every square between four nodes gives at most two directed lines with the inside to their left. The outline of a band is that of its
//! outer zone together with that of its inner zone turned round; where both run along the same line, neither is there. A
//! vertex is a place on a side of the lattice in whole parts, so that lines meet exactly or not at all.

use std::collections::BTreeMap;

use geo::{Coord, LineString, MultiPolygon, Polygon};

use super::surface::{CUTS, Side, Surface};
use crate::units::Duration;

/// A vertex: node, side and cut, packed so that equal vertices are equal numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Vertex(u64);

impl Vertex {
    fn new(node: usize, side: Side, cut: u16) -> Self {
        Vertex((node as u64) << 17 | u64::from(side == Side::North) << 16 | u64::from(cut))
    }

    /// Columns and rows from the first node.
    fn at(self, n_cols: usize) -> Coord<f64> {
        let node = (self.0 >> 17) as usize;
        let (col, row) = ((node % n_cols) as f64, (node / n_cols) as f64);
        let share = (self.0 & 0xffff) as f64 / f64::from(CUTS);
        if self.0 >> 16 & 1 == 1 { Coord { x: col, y: row + share } } else { Coord { x: col + share, y: row } }
    }
}

/// A line from one vertex to another with the inside to its left.
type Line = (Vertex, Vertex);

/// The area of more than `from`, or from nothing, and at most `to`.
pub(super) fn outline(surface: &Surface, from: Option<Duration>, to: Duration) -> MultiPolygon<f64> {
    let rings = rings(lines(surface, from, to), surface.n_cols);
    assemble(rings, surface)
}

fn lines(surface: &Surface, from: Option<Duration>, to: Duration) -> Vec<Line> {
    let mut lines = Vec::new();
    for row in 0..surface.n_rows.saturating_sub(1) {
        for node in row * surface.n_cols..(row + 1) * surface.n_cols - 1 {
            let outer = Square::of(surface, node, to).lines();
            let inner = from.map_or([None; 2], |from| Square::of(surface, node, from).lines());
            lines.extend(outer.iter().flatten().filter(|line| !inner.contains(&Some(**line))));
            let only_inner = inner.iter().flatten().filter(|line| !outer.contains(&Some(**line)));
            lines.extend(only_inner.map(|&(begin, end)| (end, begin)));
        }
    }
    lines
}

/// Four nodes with one limit.
struct Square<'s> {
    surface: &'s Surface,
    /// The south-western node.
    node: usize,
    limit: Duration,
}

impl<'s> Square<'s> {
    fn of(surface: &'s Surface, node: usize, limit: Duration) -> Self {
        Square { surface, node, limit }
    }

    /// The lines of the outline in the square. Of two nodes inside that face each other, each has its own corner.
    fn lines(&self) -> [Option<Line>; 2] {
        let (n_cols, node) = (self.surface.n_cols, self.node);
        let corners = [node, node + 1, node + n_cols + 1, node + n_cols];
        let inside = corners.map(|corner| self.surface.is_inside(corner, self.limit));
        let bits = inside.iter().zip(0..).map(|(&inside, bit)| u8::from(inside) << bit).sum::<u8>();
        let cut = |node: usize, side: Side| Vertex::new(node, side, self.surface.cut(node, side, self.limit));
        let south = || cut(node, Side::East);
        let east = || cut(node + 1, Side::North);
        let north = || cut(node + n_cols, Side::East);
        let west = || cut(node, Side::North);
        match bits {
            0b0001 => [Some((south(), west())), None],
            0b0010 => [Some((east(), south())), None],
            0b0100 => [Some((north(), east())), None],
            0b1000 => [Some((west(), north())), None],
            0b0011 => [Some((east(), west())), None],
            0b0110 => [Some((north(), south())), None],
            0b1100 => [Some((west(), east())), None],
            0b1001 => [Some((south(), north())), None],
            0b0111 => [Some((north(), west())), None],
            0b1110 => [Some((west(), south())), None],
            0b1101 => [Some((south(), east())), None],
            0b1011 => [Some((east(), north())), None],
            0b0101 => [Some((south(), west())), Some((north(), east()))],
            0b1010 => [Some((east(), south())), Some((west(), north()))],
            _ => [None, None],
        }
    }
}

/// Closed rings of lines. Where two lines leave a vertex, each ring turns as far left as it can, which keeps apart what only touches; a
/// ring that comes back to one of its vertices is taken apart there.
fn rings(mut lines: Vec<Line>, n_cols: usize) -> Vec<Vec<Vertex>> {
    lines.sort_unstable();
    let next = successors(&lines, n_cols);
    let mut done = vec![false; lines.len()];
    let mut rings = Vec::new();
    for first in 0..lines.len() {
        let mut ring: Vec<Vertex> = Vec::new();
        let mut line = first;
        while !done[line] {
            done[line] = true;
            let vertex = lines[line].0;
            let shared = |at: usize| lines.get(at).is_some_and(|other| other.0 == vertex);
            if (shared(line + 1) || (line > 0 && shared(line - 1)))
                && let Some(before) = ring.iter().position(|&other| other == vertex)
            {
                rings.push(ring.split_off(before));
            }
            ring.push(vertex);
            line = next[line];
        }
        if !ring.is_empty() {
            rings.push(ring);
        }
    }
    rings
}

/// For every line the one that goes on from its end.
fn successors(lines: &[Line], n_cols: usize) -> Vec<usize> {
    let mut taken = vec![false; lines.len()];
    let mut next = Vec::with_capacity(lines.len());
    for &(begin, end) in lines {
        let leaving = lines.partition_point(|line| line.0 < end);
        let candidates = (leaving..lines.len()).take_while(|&at| lines[at].0 == end).filter(|&at| !taken[at]);
        let back = direction(end, begin, n_cols);
        let turn = |at: &usize| (back - direction(end, lines[*at].1, n_cols)).rem_euclid(std::f64::consts::TAU);
        let chosen = candidates.min_by(|a, b| turn(a).total_cmp(&turn(b)));
        let chosen = chosen.expect("as many lines leave a vertex as arrive, since squares share their sides");
        taken[chosen] = true;
        next.push(chosen);
    }
    next
}

fn direction(from: Vertex, to: Vertex, n_cols: usize) -> f64 {
    let way = to.at(n_cols) - from.at(n_cols);
    way.y.atan2(way.x)
}

/// Polygons of rings: those that run to the left are outer rings, the others holes of the smallest outer ring around them.
fn assemble(rings: Vec<Vec<Vertex>>, surface: &Surface) -> MultiPolygon<f64> {
    let rings: Vec<Vec<Coord<f64>>> =
        rings.into_iter().map(|ring| ring.into_iter().map(|vertex| vertex.at(surface.n_cols)).collect()).collect();
    let areas: Vec<f64> = rings.iter().map(|ring| doubled_area(ring)).collect();
    let mut rows = vec![Vec::new(); surface.n_rows];
    for (ring, _) in areas.iter().enumerate().filter(|&(_, &area)| area > 0.0) {
        for (a, b) in sides(&rings[ring]) {
            rows[a.y.min(b.y) as usize].push((ring, a, b));
        }
    }
    let mut holes: BTreeMap<usize, Vec<LineString<f64>>> = BTreeMap::new();
    for (hole, _) in areas.iter().enumerate().filter(|&(_, &area)| area <= 0.0) {
        let (a, b) = (rings[hole][0], rings[hole][1]);
        let around = rings_around((a + b) / 2.0, &rows);
        let owner = around.into_iter().min_by(|a, b| areas[*a].total_cmp(&areas[*b]));
        let owner = owner.expect("a hole lies in what it is a hole of");
        holes.entry(owner).or_default().push(degrees(&rings[hole], surface));
    }
    let outer = areas.iter().enumerate().filter(|&(_, &area)| area > 0.0);
    let polygon =
        |(ring, _): (usize, &f64)| Polygon::new(degrees(&rings[ring], surface), holes.remove(&ring).unwrap_or_default());
    MultiPolygon(outer.map(polygon).collect())
}

fn sides(ring: &[Coord<f64>]) -> impl Iterator<Item = (Coord<f64>, Coord<f64>)> + '_ {
    ring.iter().copied().zip(ring.iter().copied().cycle().skip(1))
}

fn doubled_area(ring: &[Coord<f64>]) -> f64 {
    sides(ring).map(|(a, b)| a.x * b.y - b.x * a.y).sum()
}

/// A side of a ring, by the ring's position and the ends of the side.
type RingSide = (usize, Coord<f64>, Coord<f64>);

/// The outer rings around a point: those that a line from it to the west crosses an odd number of times. Every side lies in one row.
fn rings_around(at: Coord<f64>, rows: &[Vec<RingSide>]) -> Vec<usize> {
    let mut crossed: Vec<usize> = Vec::new();
    for &(ring, a, b) in &rows[at.y as usize] {
        if (a.y > at.y) != (b.y > at.y) && a.x + (at.y - a.y) / (b.y - a.y) * (b.x - a.x) < at.x {
            match crossed.iter().position(|&other| other == ring) {
                Some(before) => drop(crossed.swap_remove(before)),
                None => crossed.push(ring),
            }
        }
    }
    crossed
}

/// The ring in degrees, without corners in the middle of straight lines.
fn degrees(ring: &[Coord<f64>], surface: &Surface) -> LineString<f64> {
    let at = |vertex: &Coord<f64>| {
        let at = surface.lattice.at(vertex.x + surface.col0 as f64, vertex.y + surface.row0 as f64);
        Coord { x: at.lon, y: at.lat }
    };
    LineString(ring.iter().map(at).collect())
}
