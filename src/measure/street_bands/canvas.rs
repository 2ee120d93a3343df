//! Streets laid over a lattice: which squares every edge runs through, and which streets lie in every square.

use super::Fringe;
use super::piece::{Beside, Scale, Segment};
use crate::network::streets::Streets;

/// Streets laid over a lattice once, on which any number of searches is drawn. It needs about 4 bytes for every edge of the streets
/// and every square, 64 for every straight piece of a street and 12 for every square that one runs through: some 30 MB for a city of
/// 300 000 vertices.
pub struct Canvas<'s> {
    pub(super) streets: &'s Streets,
    pub(super) fringe: Fringe,
    pub(super) scale: Scale,
    pub(super) beside: Beside,
    pub(super) frame: Frame,
    laid: Laid,
    /// In the order of squares.
    segments: Vec<Segment>,
    /// Metres between columns, for every row.
    pub(super) metres_per_col: Vec<f32>,
    /// The squares that may hold a street within reach of the node in the middle, nearest first.
    pub(super) around: Vec<Around>,
}

/// Which edges and segments run through which squares.
struct Laid {
    /// Where the visits of every edge begin, and one more.
    first_visit: Vec<u32>,
    visits: Vec<Visit>,
    /// The place of every edge in the order of squares.
    ranks: Vec<u32>,
    /// Where the segments of every square begin, and one more.
    first_in_square: Vec<u32>,
    in_square: Vec<u32>,
    /// Where streets lie in every square.
    boxes: Vec<StreetBox>,
}

/// An edge enters a square.
#[derive(Debug, Clone, Copy)]
pub(super) struct Visit {
    /// The square; one more than the last square stands for all outside of the frame.
    pub(super) square: u32,
    /// At this share of the edge, from its begin. It leaves the square where the next visit begins.
    pub(super) enters: f32,
}

/// Between which lines the streets of a square lie: from its western and southern border, in parts of 255, rounded outwards.
#[derive(Debug, Clone, Copy)]
struct StreetBox {
    low: [u8; 2],
    high: [u8; 2],
}

impl StreetBox {
    const NOTHING: StreetBox = StreetBox { low: [u8::MAX; 2], high: [0; 2] };

    fn take_in(&mut self, square: [i64; 2], at: [f64; 2]) {
        for (axis, (at, square)) in at.into_iter().zip(square).enumerate() {
            let part = (at - square as f64 + 0.5) * 255.0;
            self.low[axis] = self.low[axis].min(part.floor() as u8);
            self.high[axis] = self.high[axis].max(part.ceil() as u8);
        }
    }
}

/// A square beside another.
#[derive(Debug, Clone, Copy)]
pub(super) struct Around {
    pub(super) col: i64,
    pub(super) row: i64,
    /// How many squares it lies behind the one in the middle, in the order of squares.
    pub(super) offset: isize,
    /// The least distance in metres from the middle of the one to any place in the other.
    pub(super) metres: f32,
}

/// The part of the lattice that matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Frame {
    /// Column of the lattice of the first node of a row.
    pub(super) col0: i64,
    /// Row of the lattice of the first row.
    pub(super) row0: i64,
    /// Nodes in a row.
    pub(super) n_cols: usize,
    /// Rows.
    pub(super) n_rows: usize,
}

/// Positions between which something lies.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    low: [f64; 2],
    high: [f64; 2],
}

impl Bounds {
    pub(super) const NOTHING: Bounds = Bounds { low: [f64::INFINITY; 2], high: [f64::NEG_INFINITY; 2] };

    pub(super) fn take_in(&mut self, at: [f64; 2]) {
        for (axis, at) in at.into_iter().enumerate() {
            self.low[axis] = self.low[axis].min(at);
            self.high[axis] = self.high[axis].max(at);
        }
    }
}

impl Frame {
    /// All nodes within reach of the bounds and one more on every side, so that every outline closes; `reaches` times as far, so that
    /// whatever lies within reach of those is in the frame too.
    pub(super) fn around(bounds: &Bounds, scale: &Scale, reach: f64, reaches: i64) -> Frame {
        let Bounds { low, high } = *bounds;
        if low[0] > high[0] {
            return Frame { col0: 0, row0: 0, n_cols: 0, n_rows: 0 };
        }
        let narrowest = scale.metres_per_col(low[1]).min(scale.metres_per_col(high[1])).max(1e-3);
        let margin = [narrowest, scale.step_m].map(|metres| ((reach / metres).ceil() as i64 + 2) * reaches);
        let first = |axis: usize| low[axis].floor() as i64 - margin[axis];
        let n = |axis: usize| (high[axis].ceil() as i64 + margin[axis] - first(axis) + 1) as usize;
        Frame { col0: first(0), row0: first(1), n_cols: n(0), n_rows: n(1) }
    }

    pub(super) fn n_squares(&self) -> usize {
        self.n_cols.saturating_mul(self.n_rows)
    }

    /// The number of a square of the lattice; that of all outside, if it is not in the frame.
    fn square(&self, [col, row]: [i64; 2]) -> u32 {
        let (col, row) = (col - self.col0, row - self.row0);
        let inside = col >= 0 && row >= 0 && col < self.n_cols as i64 && row < self.n_rows as i64;
        if inside { row as u32 * self.n_cols as u32 + col as u32 } else { self.n_squares() as u32 }
    }

    /// The column and row in the lattice of a square.
    pub(super) fn position(&self, square: usize) -> [i64; 2] {
        [self.col0 + (square % self.n_cols) as i64, self.row0 + (square / self.n_cols) as i64]
    }
}

/// Most squares of a canvas that is laid out for all streets of a region: a square of 800 km at 100 m, for which it holds 256 MB.
const MAX_SQUARES: usize = 64_000_000;

impl<'s> Canvas<'s> {
    /// All streets on the lattice of `fringe`. `None` where they lie too far apart for it, over 64 million squares; then
    /// [`super::street_bands`] draws only what is reached.
    pub fn of(streets: &'s Streets, fringe: &Fringe) -> Option<Self> {
        let scale = Scale::of(fringe.lattice);
        let segments = segments(streets, 0..streets.edges.len() as u32, &scale);
        let mut bounds = Bounds::NOTHING;
        segments.iter().flat_map(|segment| segment.ends).for_each(|end| bounds.take_in(end));
        let frame = Frame::around(&bounds, &scale, f64::from(fringe.reach.metres()), 2);
        (frame.n_squares() <= MAX_SQUARES).then(|| Canvas::in_frame(streets, fringe, segments, frame))
    }

    /// Segments, sorted by edge, as far as they lie in a frame.
    pub(super) fn in_frame(streets: &'s Streets, fringe: &Fringe, mut segments: Vec<Segment>, frame: Frame) -> Self {
        let scale = Scale::of(fringe.lattice);
        let laid = Laid::of(&mut segments, streets.edges.len(), &frame);
        let metres_per_col: Vec<f32> =
            (0..frame.n_rows).map(|row| scale.metres_per_col((frame.row0 + row as i64) as f64) as f32).collect();
        let reach = fringe.reach.metres() as f32;
        let beside = Beside { pace: 36_000.0 / fringe.off_street.metres_per_hour() as f32, reach, step_m: scale.step_m };
        let around = around(&metres_per_col, scale.step_m as f32, reach, frame.n_cols);
        Canvas { streets, fringe: *fringe, scale, beside, frame, laid, segments, metres_per_col, around }
    }

    /// The place of an edge in the order of squares.
    #[inline]
    pub(super) fn rank(&self, edge: u32) -> usize {
        self.laid.ranks[edge as usize] as usize
    }

    /// The squares that an edge runs through, in order from its begin.
    #[inline]
    pub(super) fn visits(&self, edge: u32) -> &[Visit] {
        let Laid { first_visit, visits, .. } = &self.laid;
        &visits[first_visit[edge as usize] as usize..first_visit[edge as usize + 1] as usize]
    }

    /// The least and the greatest distance in metres from a node to the streets of a square around it.
    #[inline]
    pub(super) fn distances(&self, around: &Around, square: usize, metres_per_col: f32) -> [f32; 2] {
        let StreetBox { low, high } = self.laid.boxes[square];
        let (metres_per_row, part) = (self.scale.step_m as f32, 1.0 / 255.0);
        let (west, south) = (around.col as f32 - 0.5, around.row as f32 - 0.5);
        let (east, north) = (west + f32::from(high[0]) * part, south + f32::from(high[1]) * part);
        let (west, south) = (west + f32::from(low[0]) * part, south + f32::from(low[1]) * part);
        let near = [west.max(-east).max(0.0) * metres_per_col, south.max(-north).max(0.0) * metres_per_row];
        let far = [east.max(-west) * metres_per_col, north.max(-south) * metres_per_row];
        [(near[0] * near[0] + near[1] * near[1]).sqrt(), (far[0] * far[0] + far[1] * far[1]).sqrt()]
    }

    /// The segments that run through a square, by edge and along it.
    pub(super) fn segments(&self, square: usize) -> impl Iterator<Item = &Segment> + '_ {
        let Laid { first_in_square, in_square, .. } = &self.laid;
        let these = &in_square[first_in_square[square] as usize..first_in_square[square + 1] as usize];
        these.iter().map(|&segment| &self.segments[segment as usize])
    }
}

impl Laid {
    /// Lays segments, sorted by edge, over the squares of a frame, and sorts them by square.
    fn of(segments: &mut Vec<Segment>, n_edges: usize, frame: &Frame) -> Self {
        let n_squares = frame.n_squares();
        let mut first_visit = vec![0u32; n_edges + 1];
        let mut first_in_square = vec![0u32; n_squares + 2];
        let mut visits: Vec<Visit> = Vec::with_capacity(segments.len());
        let mut pairs: Vec<(u32, u32)> = Vec::with_capacity(segments.len());
        let mut boxes = vec![StreetBox::NOTHING; n_squares + 1];
        let mut before = u32::MAX;
        for (segment, at) in segments.iter().zip(0..) {
            segment.squares(|position, share, ends| {
                let square = frame.square(position);
                if before != segment.edge || visits.last().is_none_or(|visit| visit.square != square) {
                    visits.push(Visit { square, enters: share as f32 });
                }
                before = segment.edge;
                ends.into_iter().for_each(|end| boxes[square as usize].take_in(position, end));
                if pairs.last() != Some(&(square, at)) && square < n_squares as u32 {
                    pairs.push((square, at));
                    first_in_square[square as usize + 1] += 1;
                }
            });
            first_visit[segment.edge as usize + 1] = visits.len() as u32;
        }
        for edge in 1..first_visit.len() {
            first_visit[edge] = first_visit[edge].max(first_visit[edge - 1]);
        }
        for square in 1..first_in_square.len() {
            first_in_square[square] += first_in_square[square - 1];
        }
        let mut in_square = vec![0; pairs.len()];
        let mut next = first_in_square.clone();
        for (square, segment) in pairs {
            in_square[next[square as usize] as usize] = segment;
            next[square as usize] += 1;
        }
        let ranks = into_order_of_squares(segments, &mut in_square, n_edges);
        Laid { first_visit, visits, ranks, first_in_square, in_square, boxes }
    }
}

/// Sorts segments by the first square in which they lie, so that whoever goes from square to square finds near each other what he needs
/// next; the ranks of edges in the same order.
fn into_order_of_squares(segments: &mut Vec<Segment>, in_square: &mut [u32], n_edges: usize) -> Vec<u32> {
    let mut sorted: Vec<Segment> = Vec::with_capacity(segments.len());
    let (mut places, mut ranks) = (vec![u32::MAX; segments.len()], vec![u32::MAX; n_edges]);
    let mut n_ranks = 0;
    for at in in_square {
        let mut segment = segments[*at as usize];
        let rank = &mut ranks[segment.edge as usize];
        if *rank == u32::MAX {
            *rank = n_ranks;
            n_ranks += 1;
        }
        let place = &mut places[*at as usize];
        if *place == u32::MAX {
            *place = sorted.len() as u32;
            segment.rank = *rank;
            sorted.push(segment);
        }
        *at = *place;
    }
    for rank in ranks.iter_mut().filter(|rank| **rank == u32::MAX) {
        *rank = n_ranks;
        n_ranks += 1;
    }
    *segments = sorted;
    ranks
}

/// The segments of edges, in their order.
pub(super) fn segments(streets: &Streets, edges: impl ExactSizeIterator<Item = u32>, scale: &Scale) -> Vec<Segment> {
    let mut segments = Vec::with_capacity(edges.len());
    edges.for_each(|edge| Segment::of_edge(streets, edge, scale, &mut segments));
    segments
}

/// The squares that may hold a street within reach of the node in the middle, nearest first, with the least distance in metres.
fn around(metres_per_col: &[f32], step: f32, reach: f32, n_cols: usize) -> Vec<Around> {
    let narrowest = metres_per_col.iter().copied().fold(f32::INFINITY, f32::min);
    let gap = |offset: i64, metres: f32| (offset.unsigned_abs() as f32 - 0.5).max(0.0) * metres;
    let most = |metres: f32| (reach / metres + 0.5).floor() as i64;
    let mut around = Vec::new();
    if narrowest.is_finite() {
        let (cols, rows) = (most(narrowest), most(step));
        for row in -rows..=rows {
            let offset = |col: i64| (row * n_cols as i64 + col) as isize;
            let metres = |col: i64| gap(col, narrowest).hypot(gap(row, step));
            let offsets = (-cols..=cols).map(|col| Around { col, row, offset: offset(col), metres: metres(col) });
            around.extend(offsets.filter(|offset| offset.metres <= reach));
        }
    }
    // In an order that does not depend on the frame, since the first of several streets with the same time decides a node.
    let steps = |at: &Around| gap(at.col, 1.0).hypot(gap(at.row, 1.0));
    around.sort_by(|a, b| (steps(a).total_cmp(&steps(b))).then((a.row, a.col).cmp(&(b.row, b.col))));
    around
}
