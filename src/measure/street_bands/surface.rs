//! Times at the nodes of the lattice: the least over all points of reached streets within the walk beside them.
//!
//! Which zone a node belongs to is known for most nodes from the least time on the streets in their square and in those around. Only
//! where that leaves a choice, and where an outline passes, the exact time is worked out. Whatever is decided from rounded
//! times is decided only where rounding cannot matter.

use std::ops::Range;

use super::canvas::Canvas;
use super::piece::{Piece, Segment, Times};
use super::{Run, Scratch};
use crate::search::doors::reach::EdgeReach;
use crate::units::Duration;

/// Marks an edge that is not reached, and a node that is not worked out.
pub(super) const NONE: u32 = u32::MAX;

/// The class of a node in no zone.
pub(super) const OUTSIDE: u16 = u16::MAX;

/// What is drawn: edges reached at their ends, for every mode, and stretches of edges; each sorted by edge.
pub(super) struct Reached<'r> {
    pub(super) modes: Vec<&'r [EdgeReach]>,
    pub(super) stretches: Vec<Run>,
}

/// Times around reached streets on a canvas. Every node has a class: the first of the limits within which it is.
pub(super) struct Surface<'c, 's, 'r> {
    pub(super) canvas: &'c Canvas<'s>,
    reached: &'c Reached<'r>,
    pub(super) room: &'c mut Scratch,
    /// The limits in deciseconds, ascending.
    pub(super) limits: Vec<f32>,
    last: f64,
    /// How much the times by squares may be wrong, in deciseconds.
    error: f32,
    /// Rows with a node of a class, and the nodes of each, with one more on every side.
    pub(super) rows: Range<usize>,
    pub(super) spans: Vec<Range<usize>>,
}

/// What is known at a node. Times are deciseconds, and infinite where there is none.
#[derive(Debug, Clone, Copy)]
pub(super) struct Node {
    /// The time of the node.
    pub(super) time: f32,
    /// The time on the street in the square around the node.
    pub(super) on_street: f32,
    /// The piece of street that decides `time`, where that is finite.
    pub(super) piece: Piece,
}

/// Which of several pieces with the same time decides: that of the nearest square, there the quickest, there the first.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
struct Rank {
    square: usize,
    mode: usize,
    edge: u32,
    run: usize,
    segment: u32,
}

impl<'c, 's, 'r> Surface<'c, 's, 'r> {
    pub(super) fn of(canvas: &'c Canvas<'s>, reached: &'c Reached<'r>, limits: &[Duration], room: &'c mut Scratch) -> Self {
        let last = limits.last().copied().unwrap_or_default().deciseconds();
        let limits = limits.iter().map(|limit| limit.deciseconds() as f32).collect();
        room.make_room(canvas, reached);
        let (rows, spans, error) = (0..0, Vec::new(), 0.0);
        let mut surface = Surface { canvas, reached, room, limits, last: f64::from(last), error, rows, spans };
        surface.raster();
        surface.find_spans();
        surface.classify();
        surface
    }

    /// Notes the least time on the streets in every square. For every reached edge 28 bytes are read and 4 written, for every
    /// square it runs through 8 read; the times of squares, 4 bytes each, stay in the cache.
    fn raster(&mut self) {
        self.error = self.rounding();
        let until = self.last as f32 + self.error;
        let Scratch { least, touched, slots, .. } = &mut *self.room;
        let mut note = |square: u32, time: f32| {
            let known = &mut least[square as usize];
            if time < *known && time <= until {
                if *known == f32::INFINITY {
                    touched.push(square);
                }
                *known = time;
            }
        };
        let way = |way: Option<(u32, u32)>| way.map_or((f32::INFINITY, 0.0), |(start, whole)| (start as f32, whole as f32));
        for (edges, slots) in self.reached.modes.iter().zip(slots.iter_mut()) {
            for (edge, at) in edges.iter().zip(0..) {
                slots[edge.edge as usize] = at;
                let ((begin, onwards), (end, back)) = (way(edge.from_begin()), way(edge.from_end()));
                let visits = self.canvas.visits(edge.edge);
                for (nth, visit) in visits.iter().enumerate() {
                    let leaves = visits.get(nth + 1).map_or(1.0, |next| next.enters);
                    note(visit.square, (begin + onwards * visit.enters).min(end + back * (1.0 - leaves)));
                }
            }
        }
        let slots = &mut slots[self.reached.modes.len()];
        for (at, stretch) in self.reached.stretches.iter().enumerate().rev() {
            slots[stretch.edge as usize] = at as u32;
            let times = Times::of_run(self.canvas.streets, stretch);
            let visits = self.canvas.visits(stretch.edge);
            for (nth, visit) in visits.iter().enumerate() {
                let leaves = visits.get(nth + 1).map_or(1.0, |next| next.enters);
                // A stretch ends anywhere in a square, so shares that are rounded are taken a little wide.
                let (enters, leaves) = (f64::from(visit.enters) - 1e-6, f64::from(leaves) + 1e-6);
                note(visit.square, times.least_between(enters, leaves) as f32);
            }
        }
    }

    /// How wrong times by squares may be: shares of edges are rounded to a millionth, and times to 24 bits.
    fn rounding(&self) -> f32 {
        let ways = self.reached.modes.iter().flat_map(|edges| edges.iter());
        let ways = ways.flat_map(|edge| [edge.from_begin(), edge.from_end()]).flatten();
        let longest = ways.map(|(_, whole)| whole).max().map_or(0.0, f64::from);
        let stretches =
            self.reached.stretches.iter().map(|stretch| Times::of_run(self.canvas.streets, stretch).over_whole());
        let longest = stretches.fold(longest, f64::max).max(self.last);
        (0.01 + 2e-6 * longest) as f32
    }

    /// Which nodes may be within reach of a street.
    fn find_spans(&mut self) {
        let n_cols = self.canvas.frame.n_cols;
        let n_squares = self.canvas.frame.n_squares() as u32;
        let mut touched: Vec<Range<usize>> = vec![usize::MAX..0; self.canvas.frame.n_rows];
        for &square in self.room.touched.iter().filter(|&&square| square < n_squares) {
            let (row, col) = (square as usize / n_cols, square as usize % n_cols);
            let span = &mut touched[row];
            *span = span.start.min(col)..span.end.max(col + 1);
        }
        let most = |of: fn(&super::canvas::Around) -> i64| self.canvas.around.iter().map(of).max().unwrap_or(0) as usize;
        let (cols, rows) = (most(|around| around.col), most(|around| around.row));
        self.spans = vec![0..0; self.canvas.frame.n_rows];
        for (row, span) in touched.iter().enumerate().filter(|(_, span)| !span.is_empty()) {
            for spread in &mut self.spans[row - rows - 1..=row + rows + 1] {
                let wide = span.start - cols - 1..span.end + cols + 1;
                *spread =
                    if spread.start == spread.end { wide } else { spread.start.min(wide.start)..spread.end.max(wide.end) };
            }
        }
        let filled = |span: &Range<usize>| !span.is_empty();
        let first = self.spans.iter().position(filled).unwrap_or(0);
        self.rows = first..self.spans.iter().rposition(filled).map_or(first, |last| last + 1);
    }

    /// Gives every node its class. For every node some 4 bytes are read and 4 written once for every square around, all in the cache.
    fn classify(&mut self) {
        let n_cols = self.canvas.frame.n_cols;
        let mut bounds: Vec<f32> = Vec::new();
        for row in self.rows.clone() {
            let span = self.spans[row].clone();
            self.lower_bounds(row, &span, &mut bounds);
            for (col, &bound) in span.zip(&bounds) {
                if bound == f32::INFINITY {
                    continue;
                }
                let node = row * n_cols + col;
                let (low, high) = (bound - self.error, self.room.least[node] + self.error);
                let class = class(&self.limits, low);
                self.room.classes[node] = if class == OUTSIDE || self.limits[usize::from(class)] >= high {
                    class
                } else {
                    let exact = self.node(node);
                    self::class(&self.limits, exact.time.min(exact.on_street))
                };
            }
        }
    }

    /// The least times that nodes of a row can have: on the street in a square around, and the walk from its border.
    fn lower_bounds(&self, row: usize, span: &Range<usize>, bounds: &mut Vec<f32>) {
        bounds.clear();
        bounds.resize(span.len(), f32::INFINITY);
        let first = (row * self.canvas.frame.n_cols + span.start) as isize;
        for around in &self.canvas.around {
            let walk = around.metres * self.canvas.beside.pace;
            let begin = (first + around.offset) as usize;
            for (bound, &least) in bounds.iter_mut().zip(&self.room.least[begin..begin + span.len()]) {
                let time = least + walk;
                *bound = if time < *bound { time } else { *bound };
            }
        }
    }

    /// The exact times of a node, worked out once.
    pub(super) fn node(&mut self, node: usize) -> Node {
        if self.room.known[node] == NONE {
            let found = self.work_out(node);
            self.room.known[node] = self.room.nodes.len() as u32;
            self.room.nodes.push((node as u32, found));
        }
        self.room.nodes[self.room.known[node] as usize].1
    }

    fn work_out(&self, node: usize) -> Node {
        let canvas = self.canvas;
        let metres = f64::from(canvas.metres_per_col[node / canvas.frame.n_cols]);
        let at = canvas.frame.position(node);
        let position = at.map(|axis| axis as f64);
        let piece = Piece { from: position, to: position, start: 0.0, end: 0.0 };
        let mut best = Node { time: f32::INFINITY, on_street: f32::INFINITY, piece };
        let mut best_rank: Option<Rank> = None;
        for (nth, around) in canvas.around.iter().enumerate() {
            let square = (node as isize + around.offset) as usize;
            let walk = around.metres * canvas.beside.pace;
            let bound = self.room.least[square] - self.error + walk;
            if bound == f32::INFINITY || (bound >= best.time && nth > 0) {
                continue;
            }
            for segment in canvas.segments(square) {
                self.for_each_run(segment, |mode, run, times| {
                    if nth > 0 && times.start() as f32 + walk >= best.time {
                        return;
                    }
                    let Some(piece) = Piece::of(segment, times, self.last, &canvas.scale) else { return };
                    if nth == 0 {
                        best.on_street = best.on_street.min(piece.least_in(at));
                    }
                    let time = canvas.beside.time_over(&piece, position, metres).map_or(f32::INFINITY, |time| time as f32);
                    if time > best.time || time == f32::INFINITY {
                        return;
                    }
                    let rank = Rank { square: nth, mode, edge: segment.edge, run, segment: segment.nth };
                    if time < best.time
                        || best_rank.is_none_or(|known| self.goes_before(node, (rank, &piece), (known, &best.piece)))
                    {
                        (best.time, best.piece, best_rank) = (time, piece, Some(rank));
                    }
                });
            }
        }
        best
    }

    /// Whether the first of two pieces with the same time decides a node.
    fn goes_before(&self, node: usize, one: (Rank, &Piece), other: (Rank, &Piece)) -> bool {
        if one.0.square != other.0.square {
            return one.0.square < other.0.square;
        }
        let square = (node as isize + self.canvas.around[one.0.square].offset) as usize;
        let square = self.canvas.frame.position(square);
        let [one_least, other_least] = [one.1, other.1].map(|piece| piece.least_in(square));
        if one_least == other_least { one.0 < other.0 } else { one_least < other_least }
    }

    /// Calls `give` with every run over the edge of a segment: the mode, which run of it, and the times.
    fn for_each_run(&self, segment: &Segment, mut give: impl FnMut(usize, usize, &Times)) {
        let (slots, of_stretches) = self.room.slots.split_at(self.reached.modes.len());
        for (mode, (edges, slots)) in self.reached.modes.iter().zip(slots).enumerate() {
            let slot = slots[segment.edge as usize];
            if slot != NONE {
                let edge = &edges[slot as usize];
                if let Some(way) = edge.from_begin() {
                    give(mode, 0, &Times::whole(way, true));
                }
                if let Some(way) = edge.from_end() {
                    give(mode, 1, &Times::whole(way, false));
                }
            }
        }
        let slot = of_stretches[0][segment.edge as usize];
        if slot != NONE {
            let stretches = self.reached.stretches[slot as usize..].iter().take_while(|run| run.edge == segment.edge);
            for (nth, stretch) in stretches.enumerate() {
                give(self.reached.modes.len(), nth, &Times::of_run(self.canvas.streets, stretch));
            }
        }
    }

    /// How many nodes lie in the box around all that may be reached.
    pub(super) fn n_nodes(&self) -> usize {
        let spans = || self.spans.iter().filter(|span| !span.is_empty());
        let (first, end) = (spans().map(|span| span.start).min(), spans().map(|span| span.end).max());
        self.rows.len().saturating_mul(end.unwrap_or(0) - first.unwrap_or(0))
    }

    /// Forgets what was drawn, so that the room can be used again.
    pub(super) fn forget(self) {
        self.room.clear(self.reached, &self.rows, &self.spans, self.canvas.frame.n_cols);
    }

    /// The class of a node: the first limit within which it is, or [`OUTSIDE`].
    #[inline]
    pub(super) fn class(&self, node: usize) -> u16 {
        self.room.classes[node]
    }
}

fn class(limits: &[f32], time: f32) -> u16 {
    let class = limits.iter().filter(|&&limit| limit < time).count();
    if class == limits.len() { OUTSIDE } else { class as u16 }
}

impl Scratch {
    fn make_room(&mut self, canvas: &Canvas, reached: &Reached) {
        let n_squares = canvas.frame.n_squares();
        self.least.resize(n_squares + 1, f32::INFINITY);
        self.classes.resize(n_squares + 1, OUTSIDE);
        self.known.resize(n_squares + 1, NONE);
        self.slots.resize_with(self.slots.len().max(reached.modes.len() + 1), Vec::new);
        for slots in &mut self.slots {
            slots.resize(canvas.streets.edges.len(), NONE);
        }
    }

    /// Forgets a surface.
    fn clear(&mut self, reached: &Reached, rows: &Range<usize>, spans: &[Range<usize>], n_cols: usize) {
        for square in self.touched.drain(..) {
            self.least[square as usize] = f32::INFINITY;
        }
        for (node, _) in self.nodes.drain(..) {
            self.known[node as usize] = NONE;
        }
        for row in rows.clone() {
            let span = &spans[row];
            self.classes[row * n_cols + span.start..row * n_cols + span.end].fill(OUTSIDE);
        }
        for (edges, slots) in reached.modes.iter().zip(&mut self.slots) {
            edges.iter().for_each(|edge| slots[edge.edge as usize] = NONE);
        }
        for stretch in &reached.stretches {
            self.slots[reached.modes.len()][stretch.edge as usize] = NONE;
        }
    }
}
