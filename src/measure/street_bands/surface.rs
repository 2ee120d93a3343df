//! Times at the nodes of the lattice: the least over all points of reached streets within the walk beside them.
//!
//! Which zone a node belongs to is known for most nodes from the least time on the streets in their square and in those around. Only
//! where that leaves a choice, and where an outline passes, the exact time is worked out. Whatever is decided from rounded
//! times is decided only where rounding cannot matter.

use std::ops::Range;

use super::canvas::{Around, Canvas};
use super::course::{Beside, Course, Part};
use super::piece::Times;
use super::reached::{Reached, Ways};
use super::{Scratch, raster};
use crate::units::Duration;

/// Bounds of the times of the nodes of a row.
#[derive(Debug, Default)]
pub(super) struct Bounds {
    low: Vec<f32>,
    high: Vec<f32>,
    /// How many limits are below.
    lowest: Vec<u32>,
    highest: Vec<u32>,
}

impl Bounds {
    fn clear(&mut self, n: usize) {
        for times in [&mut self.low, &mut self.high] {
            times.clear();
            times.resize(n, f32::INFINITY);
        }
        for counts in [&mut self.lowest, &mut self.highest] {
            counts.clear();
            counts.resize(n, 0);
        }
    }
}

/// Marks an edge that is not reached, and a node that is not worked out.
pub(super) const NONE: u32 = u32::MAX;

/// Distances by boxes of streets are compared with this much room in metres, more than their rounding.
const ROUNDING_M: f32 = 0.05;

/// The class of a node in no zone.
pub(super) const OUTSIDE: u16 = u16::MAX;

/// Times around reached streets on a canvas. Every node has a class: the first of the limits within which it is.
pub(super) struct Surface<'c, 's, 'r> {
    pub(super) canvas: &'c Canvas<'s>,
    reached: &'c Reached<'r>,
    ways: Vec<Ways<'c>>,
    pub(super) room: &'c mut Scratch,
    /// The limits in deciseconds, ascending.
    pub(super) limits: Vec<f32>,
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
    /// The way over a street that decides `time`, where that is finite, as far as it runs straight.
    pub(super) course: Course,
}

impl<'c, 's, 'r> Surface<'c, 's, 'r> {
    pub(super) fn of(canvas: &'c Canvas<'s>, reached: &'c Reached<'r>, limits: &[Duration], room: &'c mut Scratch) -> Self {
        let last = limits.last().copied().unwrap_or_default().deciseconds();
        let limits = limits.iter().map(|limit| limit.deciseconds() as f32).collect();
        room.make_room(canvas);
        let error = raster::rounding(canvas, reached, f64::from(last));
        let ways = room.raster(canvas, reached, last as f32 + error);
        let mut surface = Surface { canvas, reached, ways, room, limits, error, rows: 0..0, spans: Vec::new() };
        surface.find_spans();
        surface
    }

    /// Which nodes may be within reach of a street.
    fn find_spans(&mut self) {
        let n_cols = self.canvas.frame.n_cols;
        let n_squares = self.canvas.frame.n_squares();
        let mut touched: Vec<Range<usize>> = vec![0..0; self.canvas.frame.n_rows];
        let (mut row, mut first) = (0, 0);
        for square in self.room.touched().filter(|&square| square < n_squares) {
            while square >= first + n_cols {
                (row, first) = (row + 1, first + n_cols);
            }
            let col = square - first;
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

    /// Gives every node of a row its class. For every node some 4 bytes are read and 8 written for every square around, all in the cache.
    pub(super) fn classify(&mut self, row: usize) {
        if !self.rows.contains(&row) {
            return;
        }
        let (span, n_limits) = (self.spans[row].clone(), self.limits.len() as u32);
        let mut bounds = std::mem::take(&mut self.room.bounds);
        self.bounds_of_row(row, &span, &mut bounds);
        let first = row * self.canvas.frame.n_cols;
        for (col, (&low, &high)) in span.zip(bounds.lowest.iter().zip(&bounds.highest)) {
            let class = if low == n_limits { OUTSIDE } else { low as u16 };
            let is_sure = low == high || low == n_limits;
            self.room.classes[first + col] = if is_sure { class } else { self.choose(first + col, class) };
        }
        self.room.bounds = bounds;
    }

    /// The class of a node that is not less than `class`: the first way over a street that proves it ends the search.
    fn choose(&mut self, node: usize, least: u16) -> u16 {
        let on_street = class(&self.limits, self.room.least[node]);
        if on_street == least {
            return least;
        }
        let found = self.work_out(node, self.limits[usize::from(least)]);
        let beside = class(&self.limits, found.time);
        if beside > least {
            self.keep(node, found);
        }
        beside.min(on_street)
    }

    /// The least times that nodes of a row can have, and times that they have at most: on the street in a square around, and the walk
    /// from its border or its farthest corner. And of how many limits they are beyond.
    fn bounds_of_row(&self, row: usize, span: &Range<usize>, bounds: &mut Bounds) {
        bounds.clear(span.len());
        let first = (row * self.canvas.frame.n_cols + span.start) as isize;
        let beside = &self.canvas.beside;
        let lower = |bounds: &mut [f32], around: &Around, walk: f32| {
            let begin = (first + around.offset) as usize;
            for (bound, &least) in bounds.iter_mut().zip(&self.room.least[begin..begin + span.len()]) {
                let time = least + walk;
                *bound = if time < *bound { time } else { *bound };
            }
        };
        for around in &self.canvas.around {
            lower(&mut bounds.low, around, around.metres * beside.pace);
            // A street in the square of the node itself makes it count without any walk.
            if around.offset == 0 {
                lower(&mut bounds.high, around, 0.0);
            } else if around.far <= beside.reach {
                lower(&mut bounds.high, around, around.far * beside.pace);
            }
        }
        for &limit in &self.limits {
            let (at_least, at_most) = (limit + self.error, limit - self.error);
            bounds.low.iter().zip(&mut bounds.lowest).for_each(|(&low, n)| *n += u32::from(low > at_least));
            bounds.high.iter().zip(&mut bounds.highest).for_each(|(&high, n)| *n += u32::from(high > at_most));
        }
    }

    /// The exact times of a node, worked out once.
    pub(super) fn node(&mut self, node: usize) -> Node {
        if self.room.known[node] == NONE {
            let found = self.work_out(node, f32::NEG_INFINITY);
            self.keep(node, found);
        }
        self.room.nodes[self.room.known[node] as usize].1
    }

    fn keep(&mut self, node: usize, found: Node) {
        self.room.known[node] = self.room.nodes.len() as u32;
        self.room.nodes.push((node as u32, found));
    }

    /// The time of a node, or any that is `enough`. Of several ways with the same time the first decides: that in the nearest square, and
    /// there by edge and along it.
    fn work_out(&self, node: usize, enough: f32) -> Node {
        let canvas = self.canvas;
        let (row, step) = (node / canvas.frame.n_cols, canvas.scale.step_m as f32);
        let (pace, reach) = (canvas.beside.pace, canvas.beside.reach);
        let mut best = Node { time: f32::INFINITY, course: Course::NOTHING };
        for around in &canvas.around {
            let square = (node as isize + around.offset) as usize;
            let least = self.room.least[square] - self.error;
            if least + around.metres * pace >= best.time {
                continue;
            }
            let metres_per_col = canvas.metres_per_col[(row as i64 + around.row) as usize];
            let near = canvas.near(around, square, metres_per_col) - ROUNDING_M;
            if near > reach || least + near * pace >= best.time {
                continue;
            }
            let middle = [around.col as f32 * metres_per_col, around.row as f32 * step];
            for part in canvas.parts(square) {
                self.try_part(part, middle, &mut best);
            }
            if best.time <= enough {
                break;
            }
        }
        best
    }

    /// Tries all ways over a part of a square whose middle lies so far from the node.
    #[inline]
    fn try_part(&self, part: &Part, middle: [f32; 2], best: &mut Node) {
        let beside = &self.canvas.beside;
        let seen = part.seen(middle);
        let gap = beside.gap(&seen);
        if gap > beside.reach * beside.reach {
            return;
        }
        for ways in &self.ways {
            let (starts, wholes) = (ways.starts[part.rank as usize], ways.wholes[part.rank as usize]);
            let starts = part.starts(starts, wholes, NONE);
            let walk = (best.time - starts[0].min(starts[1]) + self.error) * beside.speed;
            if walk < 0.0 || gap > walk * walk {
                continue;
            }
            let times = beside.times(part, &seen, starts, wholes);
            let end = usize::from(times[1] < times[0]);
            if times[end] < best.time {
                *best = Node { time: times[end], course: part.straight(&seen, starts[end], wholes[end], end == 0) };
            }
        }
        let first = if self.reached.stretches.is_empty() { NONE } else { self.room.stretches[part.rank as usize] };
        let stretches = self.reached.stretches.get(first as usize..).unwrap_or_default();
        for stretch in stretches.iter().take_while(|stretch| stretch.edge == stretches[0].edge) {
            let course = part.stretch(&seen, &Times::of_run(self.canvas.streets, stretch));
            let course = course.filter(|course| beside.gap(course) <= beside.reach * beside.reach);
            course.into_iter().for_each(|course| best.shorten(course, beside));
        }
    }

    /// Whether the street in the square around a node is reached sooner than the node itself.
    pub(super) fn is_quicker_on_street(&self, node: usize, time: f32) -> bool {
        self.room.least[node] < time
    }

    /// How many nodes lie in the box around all that may be reached.
    pub(super) fn n_nodes(&self) -> usize {
        let spans = || self.spans.iter().filter(|span| !span.is_empty());
        let (first, end) = (spans().map(|span| span.start).min(), spans().map(|span| span.end).max());
        self.rows.len().saturating_mul(end.unwrap_or(0) - first.unwrap_or(0))
    }

    /// Forgets what was drawn, so that the room can be used again.
    pub(super) fn forget(self) {
        let room = self.room;
        room.forget(self.canvas, self.reached, self.ways);
        for (node, _) in room.nodes.drain(..) {
            room.known[node as usize] = NONE;
        }
        for row in self.rows {
            let (span, first) = (&self.spans[row], row * self.canvas.frame.n_cols);
            room.classes[first + span.start..first + span.end].fill(OUTSIDE);
        }
    }

    /// The class of a node: the first limit within which it is, or [`OUTSIDE`].
    #[inline]
    pub(super) fn class(&self, node: usize) -> u16 {
        self.room.classes[node]
    }
}

impl Node {
    /// Goes over a course if that is quicker.
    #[inline]
    fn shorten(&mut self, course: Course, beside: &Beside) {
        let time = beside.time(&course);
        if time < self.time {
            *self = Node { time, course };
        }
    }
}

fn class(limits: &[f32], time: f32) -> u16 {
    let class = limits.iter().filter(|&&limit| limit < time).count();
    if class == limits.len() { OUTSIDE } else { class as u16 }
}

impl Scratch {
    fn make_room(&mut self, canvas: &Canvas) {
        let n_squares = canvas.frame.n_squares();
        self.make_room_for_squares(n_squares + 1);
        self.classes.resize(n_squares + 1, OUTSIDE);
        self.known.resize(n_squares + 1, NONE);
        self.stretches.resize(canvas.streets.edges.len(), NONE);
    }
}
