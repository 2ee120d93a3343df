//! Times at the nodes of the lattice: the least over all points of reached streets within the walk beside them.
//!
//! Which zone a node belongs to is known for most nodes from the least time on the streets in their square and in those around. Only
//! where that leaves a choice, and where an outline passes, the exact time is worked out. Whatever is decided from rounded
//! times is decided only where rounding cannot matter.

use std::ops::Range;

use super::canvas::Canvas;
use super::piece::{Piece, Seen, Segment, Times};
use super::{Run, Scratch};
use crate::search::doors::reach::EdgeReach;
use crate::units::Duration;

/// Marks an edge that is not reached, and a node that is not worked out.
pub(super) const NONE: u32 = u32::MAX;

/// Distances by boxes of streets are compared with this much room in metres, more than their rounding.
const ROUNDING_M: f32 = 0.05;

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

/// What is known at a node.
#[derive(Debug, Clone, Copy)]
pub(super) struct Node {
    /// The least time over a street and beside it, in deciseconds; infinite where there is none.
    pub(super) time: f32,
    /// The piece of street that decides `time`, where that is finite.
    pub(super) piece: Piece,
}

/// A way over a segment. Of several with the same time the first decides, in this order, after those of nearer squares and quicker
/// ones in the same square.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Way {
    /// The mode; for stretches, one more than the last.
    mode: usize,
    edge: u32,
    /// From the begin (0) or the end (1) of the edge, or which of the stretches.
    run: usize,
    /// Which segment of the edge.
    nth: u32,
}

/// The best way to a node so far.
struct Best<'c> {
    time: f32,
    /// The way, its segment, and which square around the node it was found in.
    way: Option<(Way, &'c Segment, usize)>,
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
        let Scratch { least, touched, ways, stretches, .. } = &mut *self.room;
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
        for (edges, ways) in self.reached.modes.iter().zip(ways) {
            for edge in edges.iter() {
                ways[self.canvas.rank(edge.edge)] = *edge;
                let ((begin, onwards), (end, back)) = (way(edge.from_begin()), way(edge.from_end()));
                let visits = self.canvas.visits(edge.edge);
                for (nth, visit) in visits.iter().enumerate() {
                    let leaves = visits.get(nth + 1).map_or(1.0, |next| next.enters);
                    note(visit.square, (begin + onwards * visit.enters).min(end + back * (1.0 - leaves)));
                }
            }
        }
        for (at, stretch) in self.reached.stretches.iter().enumerate().rev() {
            stretches[stretch.edge as usize] = at as u32;
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
        let mut touched: Vec<Range<usize>> = vec![0..0; self.canvas.frame.n_rows];
        for &square in self.room.touched.iter().filter(|&&square| square < n_squares) {
            let (row, col) = (square as usize / n_cols, square as usize % n_cols);
            let span = &mut touched[row];
            *span = if span.start == span.end { col..col + 1 } else { span.start.min(col)..span.end.max(col + 1) };
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
                let class = class(&self.limits, bound - self.error);
                let is_sure = class == OUTSIDE || self.limits[usize::from(class)] >= self.room.least[node] + self.error;
                self.room.classes[node] = if is_sure { class } else { self.choose(node) };
            }
        }
    }

    /// The class of a node for which the squares leave a choice: by where in the squares streets lie, or else by its exact time.
    fn choose(&mut self, node: usize) -> u16 {
        let canvas = self.canvas;
        let metres_per_col = canvas.metres_per_col[node / canvas.frame.n_cols];
        let (pace, reach) = (canvas.beside.pace, canvas.beside.reach);
        let on_street = [self.room.least[node] - self.error, self.room.least[node] + self.error];
        let [mut low, mut high] = on_street;
        for around in &canvas.around {
            let square = (node as isize + around.offset) as usize;
            let least = self.room.least[square];
            if least - self.error + around.metres * pace >= high {
                continue;
            }
            let [near, far] = canvas.distances(around, square, metres_per_col);
            if near <= reach + ROUNDING_M {
                low = low.min(least - self.error + near * pace);
            }
            if far <= reach - ROUNDING_M {
                high = high.min(least + self.error + far * pace);
            }
        }
        let [low, high, quick, slow] = [low, high, on_street[0], on_street[1]].map(|time| class(&self.limits, time));
        if low == high {
            return low;
        }
        let time = self.node(node).time;
        let beside = class(&self.limits, time);
        beside.min(if quick == slow { quick } else { class(&self.limits, self.on_street(node)) })
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
        let metres_per_col = canvas.metres_per_col[node / canvas.frame.n_cols];
        let (pace, reach) = (canvas.beside.pace, canvas.beside.reach);
        let at = canvas.frame.position(node).map(|axis| axis as f64);
        let metres = [f64::from(metres_per_col), canvas.scale.step_m];
        let mut best = Best { time: f32::INFINITY, way: None };
        for (nth, around) in canvas.around.iter().enumerate() {
            let square = (node as isize + around.offset) as usize;
            let least = self.room.least[square] - self.error;
            if least + around.metres * pace >= best.time {
                continue;
            }
            let near = canvas.distances(around, square, metres_per_col)[0] - ROUNDING_M;
            if near > reach || least + near * pace >= best.time {
                continue;
            }
            for segment in canvas.segments(square) {
                self.try_segment(node, nth, segment, &segment.seen(at, metres), &mut best);
            }
            self.try_stretches(node, nth, square, &mut best);
        }
        let nothing = Piece { from: at, to: at, start: 0.0, end: 0.0 };
        Node { time: best.time, piece: best.way.map_or(nothing, |(way, segment, _)| self.piece(way, segment)) }
    }

    /// Tries both ways over a segment in a square around a node, of every mode.
    #[inline]
    fn try_segment(&self, node: usize, square: usize, segment: &'c Segment, seen: &Seen, best: &mut Best<'c>) {
        let beside = &self.canvas.beside;
        let away = f64::from(beside.pace) * seen.away;
        for (mode, ways) in self.room.ways[..self.reached.modes.len()].iter().enumerate() {
            let edge = &ways[segment.rank as usize];
            for (way, run) in [(edge.from_begin(), 0), (edge.from_end(), 1)] {
                let Some((start, whole)) = way else { continue };
                let [start, whole] = segment.times(start, whole, run == 0);
                if start + away > f64::from(best.time) {
                    continue;
                }
                let seen = if run == 0 { *seen } else { seen.turned() };
                let time = beside.time(&seen, start, whole, self.last) as f32;
                let way = Way { mode, edge: segment.edge, run, nth: segment.nth };
                self.keep(node, time, (way, segment, square), best);
            }
        }
    }

    /// Tries all stretches in a square around a node.
    fn try_stretches(&self, node: usize, nth: usize, square: usize, best: &mut Best<'c>) {
        if self.reached.stretches.is_empty() {
            return;
        }
        let at = self.canvas.frame.position(node).map(|axis| axis as f64);
        let metres_per_col = f64::from(self.canvas.metres_per_col[node / self.canvas.frame.n_cols]);
        for segment in self.canvas.segments(square) {
            let first = self.room.stretches[segment.edge as usize];
            let of_edge = self.reached.stretches.get(first as usize..).unwrap_or_default();
            for (stretch, run) in of_edge.iter().take_while(|stretch| stretch.edge == segment.edge).zip(0..) {
                let times = Times::of_run(self.canvas.streets, stretch);
                let Some(piece) = Piece::of(segment, &times, self.last) else { continue };
                let way = Way { mode: self.reached.modes.len(), edge: segment.edge, run, nth: segment.nth };
                let time = self.canvas.beside.time_over(&piece, at, metres_per_col) as f32;
                self.keep(node, time, (way, segment, nth), best);
            }
        }
    }

    /// Keeps a way if it decides a node rather than the best so far.
    #[inline]
    fn keep(&self, node: usize, time: f32, way: (Way, &'c Segment, usize), best: &mut Best<'c>) {
        let is_better =
            time < best.time || time == best.time && best.way.is_some_and(|known| self.goes_before(node, way, known));
        if is_better {
            *best = Best { time, way: Some(way) };
        }
    }

    /// Whether the first of two ways with the same time decides a node.
    fn goes_before(&self, node: usize, one: (Way, &Segment, usize), other: (Way, &Segment, usize)) -> bool {
        if one.2 != other.2 {
            return one.2 < other.2;
        }
        let square = (node as isize + self.canvas.around[one.2].offset) as usize;
        let square = self.canvas.frame.position(square);
        let [one_least, other_least] = [one, other].map(|(way, segment, _)| self.piece(way, segment).least_in(square));
        if one_least == other_least { one.0 < other.0 } else { one_least < other_least }
    }

    /// What is reached of a segment by a way that reaches some of it.
    fn piece(&self, way: Way, segment: &Segment) -> Piece {
        let times = match self.room.ways[..self.reached.modes.len()].get(way.mode) {
            Some(ways) => {
                let edge = &ways[segment.rank as usize];
                let reached = if way.run == 0 { edge.from_begin() } else { edge.from_end() };
                Times::whole(reached.expect("the way was found"), way.run == 0)
            }
            None => {
                let first = self.room.stretches[way.edge as usize] as usize;
                Times::of_run(self.canvas.streets, &self.reached.stretches[first + way.run])
            }
        };
        // A way that ends within rounding of where the segment begins has no more than that place.
        Piece::of(segment, &times, self.last).unwrap_or_else(|| Piece::point(segment, way.run == 0, self.last))
    }

    /// Whether the street in the square around a node is reached sooner than the node itself.
    pub(super) fn is_quicker_on_street(&self, node: usize, time: f32) -> bool {
        let least = self.room.least[node];
        if (least - time).abs() > self.error { least < time } else { self.on_street(node) < time }
    }

    /// The least time on the streets in the square around a node, exactly.
    fn on_street(&self, node: usize) -> f32 {
        let square = self.canvas.frame.position(node);
        let mut least = f32::INFINITY;
        let mut take_in = |segment: &Segment, times: &Times| {
            if let Some(piece) = Piece::of(segment, times, self.last) {
                least = least.min(piece.least_in(square));
            }
        };
        for segment in self.canvas.segments(node) {
            for ways in &self.room.ways[..self.reached.modes.len()] {
                let edge = &ways[segment.rank as usize];
                edge.from_begin().into_iter().for_each(|way| take_in(segment, &Times::whole(way, true)));
                edge.from_end().into_iter().for_each(|way| take_in(segment, &Times::whole(way, false)));
            }
            let first = self.room.stretches[segment.edge as usize];
            let of_edge = self.reached.stretches.get(first as usize..).unwrap_or_default();
            for stretch in of_edge.iter().take_while(|stretch| stretch.edge == segment.edge) {
                take_in(segment, &Times::of_run(self.canvas.streets, stretch));
            }
        }
        least
    }

    /// How many nodes lie in the box around all that may be reached.
    pub(super) fn n_nodes(&self) -> usize {
        let spans = || self.spans.iter().filter(|span| !span.is_empty());
        let (first, end) = (spans().map(|span| span.start).min(), spans().map(|span| span.end).max());
        self.rows.len().saturating_mul(end.unwrap_or(0) - first.unwrap_or(0))
    }

    /// Forgets what was drawn, so that the room can be used again.
    pub(super) fn forget(self) {
        self.room.clear(self.canvas, self.reached, &self.rows, &self.spans);
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
        let n_edges = canvas.streets.edges.len();
        self.ways.resize_with(self.ways.len().max(reached.modes.len()), Vec::new);
        self.ways.iter_mut().for_each(|ways| ways.resize(n_edges, EdgeReach::new(NONE, None, None)));
        self.stretches.resize(n_edges, NONE);
    }

    /// Forgets a surface.
    fn clear(&mut self, canvas: &Canvas, reached: &Reached, rows: &Range<usize>, spans: &[Range<usize>]) {
        for square in self.touched.drain(..) {
            self.least[square as usize] = f32::INFINITY;
        }
        for (node, _) in self.nodes.drain(..) {
            self.known[node as usize] = NONE;
        }
        for row in rows.clone() {
            let span = &spans[row];
            let first = row * canvas.frame.n_cols;
            self.classes[first + span.start..first + span.end].fill(OUTSIDE);
        }
        for (edges, ways) in reached.modes.iter().zip(&mut self.ways) {
            let none = EdgeReach::new(NONE, None, None);
            edges.iter().for_each(|edge| ways[canvas.rank(edge.edge)] = none);
        }
        for stretch in &reached.stretches {
            self.stretches[stretch.edge as usize] = NONE;
        }
    }
}
