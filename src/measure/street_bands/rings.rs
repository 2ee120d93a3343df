//! Polygons of zones and bands from the lines of their outlines.
//!
//! The outline of a band is that of its outer zone together with that of its inner zone turned round; where both run along the same
//! line, neither is there.

use geo::{Coord, LineString, MultiPolygon, Polygon};

use super::canvas::Frame;
use super::cut::CUTS;
use super::piece::Scale;
use super::surface::NONE;
use super::trace::{Outline, Vertex};

/// From vertices to degrees.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sheet {
    pub(super) frame: Frame,
    pub(super) scale: Scale,
}

/// Closed rings one after the other, in columns and rows from the first node.
#[derive(Default)]
struct Rings {
    places: Vec<Coord<f64>>,
    /// Where every ring ends.
    ends: Vec<usize>,
}

impl Rings {
    fn close(&mut self) {
        if self.ends.last().copied().unwrap_or(0) < self.places.len() {
            self.ends.push(self.places.len());
        }
    }

    fn len(&self) -> usize {
        self.ends.len()
    }

    fn ring(&self, at: usize) -> &[Coord<f64>] {
        let first = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.places[first..self.ends[at]]
    }
}

/// The lines of a band. Its vertices are those of the outer zone and then those of the inner zone; where both are at one place, that of the
/// outer zone stands for both.
struct Lines<'o> {
    outer: &'o Outline,
    inner: &'o Outline,
    /// Where the lines end that begin at every vertex, two at most; [`NONE`] where there are less.
    exits: Vec<[u32; 2]>,
    /// Vertices where two lines begin.
    forks: Vec<bool>,
}

impl Sheet {
    /// The area within a limit.
    pub(super) fn zone(&self, outline: &Outline) -> MultiPolygon<f64> {
        let mut done = vec![false; outline.vertices.len()];
        let mut rings = Rings { places: Vec::with_capacity(done.len()), ends: Vec::new() };
        for first in 0..done.len() {
            let mut at = first;
            while !std::mem::replace(&mut done[at], true) {
                rings.places.push(place(outline.vertices[at]));
                at = outline.next[at] as usize;
            }
            rings.close();
        }
        self.assemble(&rings)
    }

    /// The area within one limit and not within the one before it.
    pub(super) fn band(&self, outer: &Outline, inner: &Outline) -> MultiPolygon<f64> {
        self.assemble(&Lines::between(outer, inner).rings())
    }

    /// Polygons of rings: those that run to the left are outer rings, the others holes of the smallest outer ring around them.
    fn assemble(&self, rings: &Rings) -> MultiPolygon<f64> {
        let areas: Vec<f64> = (0..rings.len()).map(|ring| doubled_area(rings.ring(ring))).collect();
        let is_hole = |&ring: &usize| areas[ring] <= 0.0;
        let middles = (0..rings.len()).filter(is_hole).map(|hole| (hole, (rings.ring(hole)[0] + rings.ring(hole)[1]) / 2.0));
        let middles: Vec<(usize, Coord<f64>)> = middles.collect();
        let outer: Vec<usize> = (0..rings.len()).filter(|ring| !is_hole(ring)).collect();
        let rows = Rows::of(rings, &outer, &middles, self.frame.n_rows);
        let mut holes: Vec<Vec<LineString<f64>>> = vec![Vec::new(); rings.len()];
        for (hole, middle) in middles {
            let owner = rows.rings_around(middle).into_iter().min_by(|a, b| areas[*a].total_cmp(&areas[*b]));
            let owner = owner.expect("a hole lies in what it is a hole of");
            holes[owner].push(self.degrees(rings.ring(hole)));
        }
        let polygon = |ring: usize| Polygon::new(self.degrees(rings.ring(ring)), std::mem::take(&mut holes[ring]));
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

/// Columns and rows from the first node.
fn place(vertex: Vertex) -> Coord<f64> {
    let share = f64::from(vertex.cut()) / f64::from(CUTS);
    let (x, y) = (f64::from(vertex.col()), f64::from(vertex.row()));
    if vertex.is_north() { Coord { x, y: y + share } } else { Coord { x: x + share, y } }
}

impl<'o> Lines<'o> {
    /// The lines of the outer zone and those of the inner zone turned round, but for those that both have. For every vertex of either some 40
    /// bytes are moved.
    fn between(outer: &'o Outline, inner: &'o Outline) -> Self {
        let n_outer = outer.vertices.len() as u32;
        let mut of_inner: Vec<u32> = (n_outer..n_outer + inner.vertices.len() as u32).collect();
        for (&same, vertex) in outer.same.iter().zip(0..).filter(|(same, _)| **same != NONE) {
            of_inner[same as usize] = vertex;
        }
        let mut exits = vec![[NONE; 2]; of_inner.len() + n_outer as usize];
        let mut forks = vec![false; exits.len()];
        for ((&to, &same), exits) in outer.next.iter().zip(&outer.same).zip(&mut exits) {
            let is_shared = same != NONE && inner.next[same as usize] == outer.same[to as usize];
            exits[0] = if is_shared { NONE } else { to };
        }
        for (&to, &begin) in inner.next.iter().zip(&of_inner) {
            let end = of_inner[to as usize];
            if begin >= n_outer || outer.next[begin as usize] != end {
                let exits = &mut exits[end as usize];
                forks[end as usize] = exits[0] != NONE;
                exits[usize::from(exits[0] != NONE)] = begin;
            }
        }
        Lines { outer, inner, exits, forks }
    }

    fn place(&self, vertex: u32) -> Coord<f64> {
        let of_inner = || self.inner.vertices[vertex as usize - self.outer.vertices.len()];
        place(self.outer.vertices.get(vertex as usize).copied().unwrap_or_else(of_inner))
    }

    /// Closed rings. Where two lines leave a vertex, each ring turns as far left as it can, which keeps apart what only touches; a ring
    /// that comes back to one of its vertices is taken apart there.
    fn rings(mut self) -> Rings {
        let mut rings = Rings { places: Vec::with_capacity(self.exits.len()), ends: Vec::new() };
        let mut ring: Vec<u32> = Vec::new();
        // A ring that begins where only one line does is not closed before its end.
        for begins_at_forks in [false, true] {
            for first in 0..self.exits.len() as u32 {
                if self.forks[first as usize] == begins_at_forks {
                    self.follow(first, &mut ring, &mut rings);
                }
            }
        }
        rings
    }

    /// Follows the lines from a vertex until there is none.
    fn follow(&mut self, first: u32, ring: &mut Vec<u32>, rings: &mut Rings) {
        let mut at = first;
        loop {
            if self.forks[at as usize]
                && let Some(before) = ring.iter().position(|&other| other == at)
            {
                rings.places.extend(ring[before..].iter().map(|&vertex| self.place(vertex)));
                rings.close();
                ring.truncate(before);
            }
            let exit = self.exit(ring.last().copied(), at);
            if exit == NONE {
                break;
            }
            ring.push(at);
            at = exit;
        }
        rings.places.extend(ring.drain(..).map(|vertex| self.place(vertex)));
        rings.close();
    }

    /// Takes the line by which to leave a vertex, coming from another.
    fn exit(&mut self, before: Option<u32>, at: u32) -> u32 {
        let [one, other] = self.exits[at as usize];
        let takes_other = before.filter(|_| other != NONE).is_some_and(|before| {
            let back = self.direction(at, before);
            let turn = |end: u32| (back - self.direction(at, end)).rem_euclid(std::f64::consts::TAU);
            turn(other) < turn(one)
        });
        let (taken, left) = if takes_other { (other, one) } else { (one, other) };
        self.exits[at as usize] = [left, NONE];
        taken
    }

    fn direction(&self, from: u32, to: u32) -> f64 {
        let way = self.place(to) - self.place(from);
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
    fn of(rings: &Rings, outer: &[usize], middles: &[(usize, Coord<f64>)], n_rows: usize) -> Self {
        let mut wanted = vec![false; n_rows];
        middles.iter().for_each(|(_, middle)| wanted[middle.y as usize] = true);
        let mut found: Vec<(u32, RingSide)> = Vec::new();
        let mut first = vec![0u32; n_rows + 1];
        for &ring in outer.iter().filter(|_| !middles.is_empty()) {
            for (a, b) in sides(rings.ring(ring)) {
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
