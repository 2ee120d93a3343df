//! Streets laid over a lattice: which squares every edge runs through, and which streets lie in every square.

use super::Fringe;
use super::course::{Beside, Part};
use super::piece::{Scale, Segment};
use crate::network::streets::Streets;

/// Streets laid over a lattice once, on which any number of searches is drawn. It needs about 4 bytes for every edge of the streets
/// and every square, and 48 for every straight part of a street within a square: some 40 MB for a city of 300 000 vertices.
pub struct Canvas<'s> {
    pub(super) streets: &'s Streets,
    pub(super) fringe: Fringe,
    pub(super) scale: Scale,
    pub(super) beside: Beside,
    pub(super) frame: Frame,
    laid: Laid,
    /// Metres between columns, for every row.
    pub(super) metres_per_col: Vec<f32>,
    /// The squares that may hold a street within reach of the node in the middle, nearest first.
    pub(super) around: Vec<Around>,
}

/// Which edges run through which squares, and where.
struct Laid {
    /// Where the visits of every edge begin, and one more.
    first_visit: Vec<u32>,
    visits: Vec<Visit>,
    /// The place of every edge along a curve.
    ranks: Vec<u32>,
    /// All squares, the one for all outside, and one more.
    squares: Vec<Square>,
    /// Straight parts of edges within a square, by square, edge, and along the edge.
    parts: Vec<Part>,
}

/// The streets of a square.
#[derive(Debug, Clone, Copy)]
struct Square {
    /// Where its parts begin; they end where those of the next square begin.
    first: u32,
    streets: StreetBox,
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
    /// The greatest.
    pub(super) far: f32,
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
        (frame.n_squares() <= MAX_SQUARES).then(|| Canvas::in_frame(streets, fringe, &segments, frame))
    }

    /// Segments, sorted by edge, as far as they lie in a frame.
    pub(super) fn in_frame(streets: &'s Streets, fringe: &Fringe, segments: &[Segment], frame: Frame) -> Self {
        let scale = Scale::of(fringe.lattice);
        let metres_per_col: Vec<f32> =
            (0..frame.n_rows).map(|row| scale.metres_per_col((frame.row0 + row as i64) as f64) as f32).collect();
        let laid = Laid::of(segments, streets, &frame, &metres_per_col, scale.step_m as f32);
        let reach = fringe.reach.metres() as f32;
        let beside = Beside::new(fringe.off_street, fringe.reach);
        let around = around(&metres_per_col, scale.step_m as f32, reach, frame.n_cols);
        Canvas { streets, fringe: *fringe, scale, beside, frame, laid, metres_per_col, around }
    }

    /// The place of an edge along a curve that keeps near edges near.
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

    /// The least distance in metres from a node to the streets of a square around it, where columns are so wide.
    #[inline]
    pub(super) fn near(&self, around: &Around, square: usize, metres_per_col: f32) -> f32 {
        let StreetBox { low, high } = self.laid.squares[square].streets;
        let (metres_per_row, part) = (self.scale.step_m as f32, 1.0 / 255.0);
        let (west, south) = (around.col as f32 - 0.5, around.row as f32 - 0.5);
        let (east, north) = (west + f32::from(high[0]) * part, south + f32::from(high[1]) * part);
        let (west, south) = (west + f32::from(low[0]) * part, south + f32::from(low[1]) * part);
        let near = [west.max(-east).max(0.0) * metres_per_col, south.max(-north).max(0.0) * metres_per_row];
        (near[0] * near[0] + near[1] * near[1]).sqrt()
    }

    /// The parts of streets in a square, by edge and along it.
    #[inline]
    pub(super) fn parts(&self, square: usize) -> &[Part] {
        let Laid { squares, parts, .. } = &self.laid;
        &parts[squares[square].first as usize..squares[square + 1].first as usize]
    }
}

impl Laid {
    /// Lays segments, sorted by edge, over the squares of a frame.
    fn of(segments: &[Segment], streets: &Streets, frame: &Frame, metres_per_col: &[f32], step_m: f32) -> Self {
        let (n_squares, ranks) = (frame.n_squares(), ranks(streets));
        let mut first_visit = vec![0u32; ranks.len() + 1];
        let mut squares = vec![Square { first: 0, streets: StreetBox::NOTHING }; n_squares + 2];
        let mut visits: Vec<Visit> = Vec::with_capacity(segments.len());
        let mut parts: Vec<(u32, Part)> = Vec::with_capacity(segments.len());
        let mut before = u32::MAX;
        for segment in segments {
            segment.squares(|position, shares, ends| {
                let square = frame.square(position);
                if before != segment.edge || visits.last().is_none_or(|visit| visit.square != square) {
                    visits.push(Visit { square, enters: shares[0] as f32 });
                }
                before = segment.edge;
                ends.into_iter().for_each(|end| squares[square as usize].streets.take_in(position, end));
                if square < n_squares as u32 {
                    let metres = [metres_per_col[(position[1] - frame.row0) as usize], step_m];
                    parts.push((
                        square,
                        Part::new(ranks[segment.edge as usize], position, ends, shares, segment.ends, metres),
                    ));
                    squares[square as usize + 1].first += 1;
                }
            });
            first_visit[segment.edge as usize + 1] = visits.len() as u32;
        }
        for edge in 1..first_visit.len() {
            first_visit[edge] = first_visit[edge].max(first_visit[edge - 1]);
        }
        for square in 1..squares.len() {
            squares[square].first += squares[square - 1].first;
        }
        let mut sorted = vec![Part::NOTHING; parts.len()];
        let mut next: Vec<u32> = squares.iter().map(|square| square.first).collect();
        for (square, part) in parts {
            sorted[next[square as usize] as usize] = part;
            next[square as usize] += 1;
        }
        Laid { first_visit, visits, ranks, squares, parts: sorted }
    }
}

/// The place of every edge along the curve along which graphs number their states, so that whoever goes over states near each other finds
/// near each other what belongs to their edges.
fn ranks(streets: &Streets) -> Vec<u32> {
    let mut order: Vec<u32> = (0..streets.edges.len() as u32).collect();
    let begin = |edge: u32| streets.vertices[streets.edges[edge as usize].from as usize].at;
    order.sort_by_cached_key(|&edge| (begin(edge).along_curve(), edge));
    let mut ranks = vec![0; order.len()];
    order.into_iter().zip(0..).for_each(|(edge, rank)| ranks[edge as usize] = rank);
    ranks
}

/// The segments of edges, in their order.
pub(super) fn segments(streets: &Streets, edges: impl ExactSizeIterator<Item = u32>, scale: &Scale) -> Vec<Segment> {
    let mut segments = Vec::with_capacity(edges.len());
    edges.for_each(|edge| Segment::of_edge(streets, edge, scale, &mut segments));
    segments
}

/// The squares that may hold a street within reach of the node in the middle, nearest first, with their distances.
fn around(metres_per_col: &[f32], step: f32, reach: f32, n_cols: usize) -> Vec<Around> {
    let narrowest = metres_per_col.iter().copied().fold(f32::INFINITY, f32::min);
    let gap = |offset: i64, metres: f32| (offset.unsigned_abs() as f32 - 0.5).max(0.0) * metres;
    let widest = metres_per_col.iter().copied().fold(0.0, f32::max);
    let end = |offset: i64, metres: f32| (offset.unsigned_abs() as f32 + 0.5) * metres;
    let most = |metres: f32| (reach / metres + 0.5).floor() as i64;
    let mut around = Vec::new();
    if narrowest.is_finite() {
        let (cols, rows) = (most(narrowest), most(step));
        for row in -rows..=rows {
            let offset = |col: i64| (row * n_cols as i64 + col) as isize;
            let metres = |col: i64| gap(col, narrowest).hypot(gap(row, step));
            let far = |col: i64| end(col, widest).hypot(end(row, step));
            let offsets =
                (-cols..=cols).map(|col| Around { col, row, offset: offset(col), metres: metres(col), far: far(col) });
            around.extend(offsets.filter(|offset| offset.metres <= reach));
        }
    }
    // In an order that does not depend on the frame, since the first of several streets with the same time decides a node.
    let steps = |at: &Around| gap(at.col, 1.0).hypot(gap(at.row, 1.0));
    around.sort_by(|a, b| (steps(a).total_cmp(&steps(b))).then((a.row, a.col).cmp(&(b.row, b.col))));
    around
}
