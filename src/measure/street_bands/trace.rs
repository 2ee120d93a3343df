//! The lines of all outlines in one walk over the lattice: marching squares.
//!
//! Every square between four nodes gives at most two directed lines for a limit, with the inside to their left. A vertex is a place on a
//! side of the lattice in whole parts, so that lines meet exactly or not at all. Every side is cut at most once for a limit, and two
//! squares share it: one line of the limit ends there and one begins.

use super::cut::{CUTS, Side, WayOut};
use super::surface::{NONE, OUTSIDE, Surface};

/// A vertex: row and column of the node, side, and cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Vertex(u64);

impl Vertex {
    fn new([col, row]: [usize; 2], side: Side, cut: u16) -> Self {
        Vertex((row as u64) << 40 | (col as u64) << 14 | u64::from(side == Side::North) << 13 | u64::from(cut))
    }

    pub(super) fn row(self) -> u32 {
        (self.0 >> 40) as u32
    }

    pub(super) fn col(self) -> u32 {
        (self.0 >> 14) as u32 & ((1 << 26) - 1)
    }

    pub(super) fn is_north(self) -> bool {
        self.0 >> 13 & 1 == 1
    }

    pub(super) fn cut(self) -> u16 {
        self.0 as u16 & ((1 << 13) - 1)
    }
}

/// The outline of a zone: vertices in order, for each the vertex at the end of the line that begins there, and the vertex of the zone before it at
/// the same place; [`NONE`] where that has none.
#[derive(Debug, Clone, Default)]
pub(super) struct Outline {
    pub(super) vertices: Vec<Vertex>,
    pub(super) next: Vec<u32>,
    pub(super) same: Vec<u32>,
}

/// The numbers of the vertices of all limits on the sides that begin in one row of nodes.
struct RowOfSides {
    east: Vec<u32>,
    north: Vec<u32>,
    n_limits: usize,
}

impl RowOfSides {
    fn new(n_cols: usize, n_limits: usize) -> Self {
        RowOfSides { east: vec![0; n_cols * n_limits], north: vec![0; n_cols * n_limits], n_limits }
    }

    fn at(&mut self, col: usize, side: Side, limit: usize) -> &mut u32 {
        let sides = if side == Side::East { &mut self.east } else { &mut self.north };
        &mut sides[col * self.n_limits + limit]
    }
}

/// The outlines of the zones of all limits. Two bytes are read of every node four times, in the cache; squares whose nodes are all of one
/// class are passed over.
pub(super) fn outlines(surface: &mut Surface) -> Vec<Outline> {
    let (n_cols, n_limits) = (surface.canvas.frame.n_cols, surface.limits.len());
    let mut outlines = vec![Outline::default(); n_limits];
    let mut below = RowOfSides::new(n_cols, n_limits);
    let mut here = RowOfSides::new(n_cols, n_limits);
    surface.classify(surface.rows.start);
    for row in surface.rows.start..(surface.rows.end + 1).min(surface.canvas.frame.n_rows) {
        // While what the row before needed is still in the cache.
        surface.classify(row + 1);
        let of = |row: usize| surface.spans.get(row).filter(|span| !span.is_empty()).cloned();
        let spans = [row.checked_sub(1).and_then(of), of(row), of(row + 1)];
        let first = spans.iter().flatten().map(|span| span.start).min();
        let end = spans.iter().flatten().map(|span| span.end).max();
        let (Some(first), Some(end)) = (first, end.map(|end| end.min(n_cols - 1))) else { continue };
        for col in first..end {
            let node = row * n_cols + col;
            let classes = [surface.class(node), surface.class(node + 1)];
            if classes[0] != classes[1] {
                cut_side(surface, node, Side::East, classes, &mut outlines, |limit, vertex| {
                    *here.at(col, Side::East, limit) = vertex;
                });
            }
            if row + 1 < surface.canvas.frame.n_rows {
                let classes = [classes[0], surface.class(node + n_cols)];
                if classes[0] != classes[1] {
                    cut_side(surface, node, Side::North, classes, &mut outlines, |limit, vertex| {
                        *here.at(col, Side::North, limit) = vertex;
                    });
                }
            }
        }
        if row > 0 {
            for col in first..end {
                let node = (row - 1) * n_cols + col;
                let corners = [node, node + 1, node + n_cols + 1, node + n_cols].map(|corner| surface.class(corner));
                if corners.iter().any(|&class| class != corners[0]) {
                    link(corners, col, &mut below, &mut here, &mut outlines);
                }
            }
        }
        std::mem::swap(&mut below, &mut here);
    }
    outlines
}

/// Cuts a side for every limit within which one of its nodes is and the other is not.
fn cut_side(
    surface: &mut Surface,
    node: usize,
    side: Side,
    classes: [u16; 2],
    outlines: &mut [Outline],
    mut give: impl FnMut(usize, u32),
) {
    let n_cols = surface.canvas.frame.n_cols;
    let onwards = classes[0] < classes[1];
    let other = node + if side == Side::East { 1 } else { n_cols };
    let inside = if onwards { node } else { other };
    let found = surface.node(inside);
    let sign = if onwards { 1.0 } else { -1.0 };
    let metres = match side {
        Side::East => [sign * surface.canvas.metres_per_col[inside / n_cols], 0.0],
        Side::North => [0.0, sign * surface.canvas.scale.step_m as f32],
    };
    let is_quicker_on_street = surface.is_quicker_on_street(inside, found.time);
    let way = WayOut { node: &found, is_quicker_on_street, side: metres };
    let mut before = (NONE, NONE);
    for limit in limits_between(classes, outlines.len()) {
        let cut = way.cut(&surface.canvas.beside, surface.limits[limit]);
        let vertex = Vertex::new([node % n_cols, node / n_cols], side, if onwards { cut } else { CUTS - cut });
        let outline = &mut outlines[limit];
        let number = outline.vertices.len() as u32;
        give(limit, number);
        outline.vertices.push(vertex);
        outline.next.push(0);
        outline.same.push(if before.0 == u32::from(cut) { before.1 } else { NONE });
        before = (u32::from(cut), number);
    }
}

/// The limits within which some of the classes are and others are not.
fn limits_between<const N: usize>(classes: [u16; N], n_limits: usize) -> std::ops::Range<usize> {
    let least = classes.iter().copied().min().unwrap_or(OUTSIDE);
    let most = classes.iter().copied().max().unwrap_or(OUTSIDE);
    usize::from(least)..usize::from(most).min(n_limits)
}

/// The lines of all limits in a square between four nodes, from the south-western one against the clock. Of two nodes inside that face
/// each other, each has its own corner.
fn link(corners: [u16; 4], col: usize, below: &mut RowOfSides, here: &mut RowOfSides, outlines: &mut [Outline]) {
    for limit in limits_between(corners, outlines.len()) {
        let bits = corners.iter().zip(0..).map(|(&class, bit)| u8::from(usize::from(class) <= limit) << bit).sum::<u8>();
        let next = &mut outlines[limit].next;
        let mut line = |from: u32, to: u32| next[from as usize] = to;
        let south = *below.at(col, Side::East, limit);
        let east = *below.at(col + 1, Side::North, limit);
        let north = *here.at(col, Side::East, limit);
        let west = *below.at(col, Side::North, limit);
        match bits {
            0b0001 => line(south, west),
            0b0010 => line(east, south),
            0b0100 => line(north, east),
            0b1000 => line(west, north),
            0b0011 => line(east, west),
            0b0110 => line(north, south),
            0b1100 => line(west, east),
            0b1001 => line(south, north),
            0b0111 => line(north, west),
            0b1110 => line(west, south),
            0b1101 => line(south, east),
            0b1011 => line(east, north),
            0b0101 => {
                line(south, west);
                line(north, east);
            }
            0b1010 => {
                line(east, south);
                line(west, north);
            }
            _ => {}
        }
    }
}
