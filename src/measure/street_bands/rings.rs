//! Polygons of zones and bands from the lines of their outlines.
//!
//! The outline of a band is that of its outer zone together with that of its inner zone turned round; where both run along the same
//! line, neither is there.

use geo::{Coord, LineString, MultiPolygon, Polygon};

use super::canvas::Frame;
use super::cut::CUTS;
use super::piece::Scale;
use super::trace::{Outline, Vertex};

/// From vertices to degrees.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sheet {
    pub(super) frame: Frame,
    pub(super) scale: Scale,
}

/// Lines between vertices with the inside to their left, sorted by their begin and then by their end.
struct Lines {
    /// Columns and rows of the vertices from the first node, in the order of vertices.
    vertices: Vec<Coord<f64>>,
    /// Begin and end of every line.
    lines: Vec<[u32; 2]>,
    /// The first line that begins at every vertex, and one past the last.
    first: Vec<u32>,
}

impl Sheet {
    /// The area within a limit.
    pub(super) fn zone(&self, outline: &Outline) -> MultiPolygon<f64> {
        let vertices: Vec<Coord<f64>> = outline.vertices.iter().map(|&vertex| self.at(vertex)).collect();
        let mut done = vec![false; vertices.len()];
        let mut rings = Vec::new();
        for first in 0..vertices.len() {
            let (mut ring, mut at) = (Vec::new(), first);
            while !done[at] {
                done[at] = true;
                ring.push(vertices[at]);
                at = outline.next[at] as usize;
            }
            if !ring.is_empty() {
                rings.push(ring);
            }
        }
        self.assemble(&rings)
    }

    /// The area within one limit and not within another, shorter one.
    pub(super) fn band(&self, outer: &Outline, inner: &Outline) -> MultiPolygon<f64> {
        let lines = self.difference(outer, inner);
        self.assemble(&lines.rings())
    }

    fn difference(&self, outer: &Outline, inner: &Outline) -> Lines {
        let (merged, of_outer, of_inner) = merge(&outer.vertices, &inner.vertices);
        let ends = |outline: &Outline, of: &[u32]| -> Vec<u32> {
            let mut ends = vec![u32::MAX; merged.len()];
            of.iter().zip(&outline.next).for_each(|(&begin, &end)| ends[begin as usize] = of[end as usize]);
            ends
        };
        let (outer_ends, inner_ends) = (ends(outer, &of_outer), ends(inner, &of_inner));
        let mut turned_ends = vec![u32::MAX; merged.len()];
        for (begin, &end) in inner_ends.iter().enumerate().filter(|(_, end)| **end != u32::MAX) {
            turned_ends[end as usize] = begin as u32;
        }
        let mut lines = Vec::with_capacity(of_outer.len() + of_inner.len());
        let mut first = Vec::with_capacity(merged.len() + 1);
        for vertex in 0..merged.len() {
            first.push(lines.len() as u32);
            let (onwards, turned) = (outer_ends[vertex], turned_ends[vertex]);
            let onwards = (onwards != u32::MAX && inner_ends[vertex] != onwards).then_some(onwards);
            let turned = (turned != u32::MAX && outer_ends[turned as usize] != vertex as u32).then_some(turned);
            let ends = [onwards.min(turned), onwards.max(turned)];
            lines.extend(ends.into_iter().flatten().map(|end| [vertex as u32, end]));
        }
        first.push(lines.len() as u32);
        Lines { vertices: merged.into_iter().map(|vertex| self.at(vertex)).collect(), lines, first }
    }

    /// Columns and rows from the first node.
    fn at(&self, vertex: Vertex) -> Coord<f64> {
        let (node, share) = (vertex.node(), f64::from(vertex.cut()) / f64::from(CUTS));
        let (col, row) = ((node % self.frame.n_cols) as f64, (node / self.frame.n_cols) as f64);
        if vertex.is_north() { Coord { x: col, y: row + share } } else { Coord { x: col + share, y: row } }
    }

    /// Polygons of rings: those that run to the left are outer rings, the others holes of the smallest outer ring around them.
    fn assemble(&self, rings: &[Vec<Coord<f64>>]) -> MultiPolygon<f64> {
        let areas: Vec<f64> = rings.iter().map(|ring| doubled_area(ring)).collect();
        let is_hole = |&ring: &usize| areas[ring] <= 0.0;
        let middles = (0..rings.len()).filter(is_hole).map(|hole| (hole, (rings[hole][0] + rings[hole][1]) / 2.0));
        let middles: Vec<(usize, Coord<f64>)> = middles.collect();
        let outer: Vec<usize> = (0..rings.len()).filter(|ring| !is_hole(ring)).collect();
        let rows = Rows::of(rings, &outer, &middles, self.frame.n_rows);
        let mut holes: Vec<Vec<LineString<f64>>> = vec![Vec::new(); rings.len()];
        for (hole, middle) in middles {
            let owner = rows.rings_around(middle).into_iter().min_by(|a, b| areas[*a].total_cmp(&areas[*b]));
            let owner = owner.expect("a hole lies in what it is a hole of");
            holes[owner].push(self.degrees(&rings[hole]));
        }
        let polygon = |ring: usize| Polygon::new(self.degrees(&rings[ring]), std::mem::take(&mut holes[ring]));
        MultiPolygon(outer.into_iter().map(polygon).collect())
    }

    /// The ring in degrees, closed.
    fn degrees(&self, ring: &[Coord<f64>]) -> LineString<f64> {
        let mut line = Vec::with_capacity(ring.len() + 1);
        let [lon, lat] = self.scale.degrees();
        let at = |vertex: &Coord<f64>| Coord {
            x: (vertex.x + self.frame.col0 as f64) * lon,
            y: (vertex.y + self.frame.row0 as f64) * lat,
        };
        line.extend(ring.iter().chain(ring.first()).map(at));
        LineString(line)
    }
}

/// Two sorted lists of vertices in one, each vertex once, with the positions of both in it.
fn merge(one: &[Vertex], other: &[Vertex]) -> (Vec<Vertex>, Vec<u32>, Vec<u32>) {
    let mut merged = Vec::with_capacity(one.len() + other.len());
    let (mut of_one, mut of_other) = (Vec::with_capacity(one.len()), Vec::with_capacity(other.len()));
    let (mut left, mut right) = (one.iter().peekable(), other.iter().peekable());
    while let Some(&least) = left.peek().into_iter().chain(right.peek()).min() {
        let at = merged.len() as u32;
        of_one.extend(left.next_if_eq(&least).map(|_| at));
        of_other.extend(right.next_if_eq(&least).map(|_| at));
        merged.push(*least);
    }
    (merged, of_one, of_other)
}

impl Lines {
    fn leaving(&self, vertex: u32) -> std::ops::Range<usize> {
        self.first[vertex as usize] as usize..self.first[vertex as usize + 1] as usize
    }

    /// Closed rings. Where two lines leave a vertex, each ring turns as far left as it can, which keeps apart what only touches; a ring
    /// that comes back to one of its vertices is taken apart there.
    fn rings(&self) -> Vec<Vec<Coord<f64>>> {
        let next = self.successors();
        let mut done = vec![false; self.lines.len()];
        let mut rings = Vec::new();
        for first in 0..self.lines.len() {
            let (mut ring, mut line): (Vec<u32>, usize) = (Vec::new(), first);
            while !done[line] {
                done[line] = true;
                let vertex = self.lines[line][0];
                if self.leaving(vertex).len() > 1
                    && let Some(before) = ring.iter().position(|&other| other == vertex)
                {
                    rings.push(ring.split_off(before));
                }
                ring.push(vertex);
                line = next[line] as usize;
            }
            if !ring.is_empty() {
                rings.push(ring);
            }
        }
        let places = |ring: Vec<u32>| ring.into_iter().map(|vertex| self.vertices[vertex as usize]).collect();
        rings.into_iter().map(places).collect()
    }

    /// For every line the one that goes on from its end.
    fn successors(&self) -> Vec<u32> {
        let mut taken = vec![false; self.lines.len()];
        let choose = |&[begin, end]: &[u32; 2]| {
            let leaving = self.leaving(end);
            let chosen = if leaving.len() == 1 {
                leaving.start
            } else {
                let back = self.direction(end, begin);
                let turn = |at: &usize| (back - self.direction(end, self.lines[*at][1])).rem_euclid(std::f64::consts::TAU);
                let free = leaving.filter(|&at| !taken[at]);
                let chosen = free.min_by(|a, b| turn(a).total_cmp(&turn(b)));
                chosen.expect("as many lines leave a vertex as arrive, since squares share their sides")
            };
            taken[chosen] = true;
            chosen as u32
        };
        self.lines.iter().map(choose).collect()
    }

    fn direction(&self, from: u32, to: u32) -> f64 {
        let way = self.vertices[to as usize] - self.vertices[from as usize];
        way.y.atan2(way.x)
    }
}

fn sides(ring: &[Coord<f64>]) -> impl Iterator<Item = (Coord<f64>, Coord<f64>)> + '_ {
    let after = ring.iter().skip(1).chain(ring.first());
    ring.iter().copied().zip(after.copied())
}

fn doubled_area(ring: &[Coord<f64>]) -> f64 {
    sides(ring).map(|(a, b)| a.x * b.y - b.x * a.y).sum()
}

/// A side of a ring, by the ring's position and the ends of the side.
type RingSide = (usize, Coord<f64>, Coord<f64>);

/// The sides of outer rings in the rows where the owner of a hole is looked for. Every side lies in one row.
struct Rows {
    first: Vec<u32>,
    sides: Vec<RingSide>,
}

impl Rows {
    fn of(rings: &[Vec<Coord<f64>>], outer: &[usize], middles: &[(usize, Coord<f64>)], n_rows: usize) -> Self {
        let mut wanted = vec![false; n_rows];
        middles.iter().for_each(|(_, middle)| wanted[middle.y as usize] = true);
        let mut found: Vec<(u32, RingSide)> = Vec::new();
        let mut first = vec![0u32; n_rows + 1];
        for &ring in outer.iter().filter(|_| !middles.is_empty()) {
            for (a, b) in sides(&rings[ring]) {
                let row = a.y.min(b.y) as usize;
                if wanted[row] {
                    found.push((row as u32, (ring, a, b)));
                    first[row + 1] += 1;
                }
            }
        }
        for row in 0..n_rows {
            first[row + 1] += first[row];
        }
        let mut next = first.clone();
        let mut sides = vec![(0, Coord::default(), Coord::default()); found.len()];
        for (row, side) in found {
            sides[next[row as usize] as usize] = side;
            next[row as usize] += 1;
        }
        Rows { first, sides }
    }

    /// The outer rings around a point: those that a line from it to the west crosses an odd number of times.
    fn rings_around(&self, at: Coord<f64>) -> Vec<usize> {
        let row = at.y as usize;
        let mut crossed: Vec<usize> = Vec::new();
        for &(ring, a, b) in &self.sides[self.first[row] as usize..self.first[row + 1] as usize] {
            if (a.y > at.y) != (b.y > at.y) && a.x + (at.y - a.y) / (b.y - a.y) * (b.x - a.x) < at.x {
                match crossed.iter().position(|&other| other == ring) {
                    Some(before) => drop(crossed.swap_remove(before)),
                    None => crossed.push(ring),
                }
            }
        }
        crossed
    }
}
