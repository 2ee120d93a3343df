//! Straight pieces of streets: the time of a place beside one of them.

use super::Run;
use crate::network::squares::Lattice;
use crate::network::streets::{Place, Streets};

/// A straight part of an edge between two of its points, as far as it does not depend on any search. 64 bytes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Segment {
    /// The edge.
    pub(super) edge: u32,
    /// The place of the edge in the order of the canvas.
    pub(super) rank: u32,
    /// Which part of the edge it is, from its begin.
    pub(super) nth: u32,
    /// Columns and rows of its ends, in the drawing direction of the edge.
    pub(super) ends: [[f64; 2]; 2],
    /// Where it begins and ends, as shares of the drawn length of the edge; 0 and 1 on an edge without length.
    before: f64,
    after: f64,
}

impl Segment {
    /// Appends the segments of an edge.
    pub(super) fn of_edge(streets: &Streets, edge: u32, scale: &Scale, segments: &mut Vec<Segment>) {
        let first = segments.len();
        let shape = streets.shape(edge);
        let begin = scale.position(shape.clone().next().expect("an edge has two ends"));
        let metres_per_col = scale.metres_per_col(begin[1]);
        let mut so_far = 0.0;
        for ((from, to), nth) in shape.clone().zip(shape.skip(1)).zip(0..) {
            let (at, next) = (scale.position(from), scale.position(to));
            let length = ((next[0] - at[0]) * metres_per_col).hypot((next[1] - at[1]) * scale.step_m);
            segments.push(Segment { edge, rank: edge, nth, ends: [at, next], before: so_far, after: so_far + length });
            so_far += length;
        }
        for segment in &mut segments[first..] {
            if so_far > 0.0 {
                (segment.before, segment.after) = (segment.before / so_far, segment.after / so_far);
            } else {
                (segment.before, segment.after) = (0.0, 1.0);
            }
        }
    }

    /// Calls `visit` with every square of the lattice that the segment runs through, the share of the edge at which it enters it, and the
    /// positions where it enters and leaves it.
    pub(super) fn squares(&self, mut visit: impl FnMut([i64; 2], f64, [[f64; 2]; 2])) {
        let [from, to] = self.ends;
        walk_squares(from, to, |square, enters, leaves| {
            let at = |share: f64| [0, 1].map(|axis| from[axis] + (to[axis] - from[axis]) * share);
            visit(square, self.before + (self.after - self.before) * enters, [at(enters), at(leaves)]);
        });
    }

    /// The segment seen from a position.
    #[inline]
    pub(super) fn seen(&self, at: [f64; 2], metres: [f64; 2]) -> Seen {
        Seen::of(self.ends, at, metres)
    }

    /// The time at which a way over the whole edge enters the segment, from its begin or from its end, and how long it takes over it.
    #[inline]
    pub(super) fn times(&self, start: u32, whole: u32, from_begin: bool) -> [f64; 2] {
        let before = if from_begin { self.before } else { 1.0 - self.after };
        [f64::from(start) + f64::from(whole) * before, f64::from(whole) * (self.after - self.before)]
    }
}

/// Calls `visit` with every square that the line from one position to another runs through, and the shares of the line at which it
/// enters and leaves it.
fn walk_squares(from: [f64; 2], to: [f64; 2], mut visit: impl FnMut([i64; 2], f64, f64)) {
    let way = [to[0] - from[0], to[1] - from[1]];
    let mut square = from.map(|at| (at + 0.5).floor() as i64);
    let goal = to.map(|at| (at + 0.5).floor() as i64);
    let mut share = 0.0;
    while square != goal {
        // The share of the way at which the line leaves the square on each axis.
        let leave = [0, 1].map(|axis| {
            let line = square[axis] as f64 + if way[axis] > 0.0 { 0.5 } else { -0.5 };
            if square[axis] == goal[axis] { f64::INFINITY } else { (line - from[axis]) / way[axis] }
        });
        let axis = usize::from(leave[1] < leave[0]);
        let next = leave[axis].clamp(share, 1.0);
        visit(square, share, next);
        square[axis] += if way[axis] > 0.0 { 1 } else { -1 };
        share = next;
    }
    visit(square, share, 1.0);
}

/// From places to columns and rows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scale {
    lattice: Lattice,
    degrees: [f64; 2],
    /// Metres between rows.
    pub(super) step_m: f64,
}

impl Scale {
    pub(super) fn of(lattice: Lattice) -> Self {
        Scale { lattice, degrees: lattice.degrees(), step_m: f64::from(lattice.step_m) }
    }

    /// Degrees between columns and between rows.
    pub(super) fn degrees(&self) -> [f64; 2] {
        self.degrees
    }

    fn position(&self, at: Place) -> [f64; 2] {
        let at = at.lon_lat();
        [at.lon / self.degrees[0], at.lat / self.degrees[1]]
    }

    /// Metres between columns at a row.
    pub(super) fn metres_per_col(&self, row: f64) -> f64 {
        self.lattice.metres_per_col(row)
    }
}

/// What decides the times over an edge: where a run begins and ends, as shares of its length, and the deciseconds there.
#[derive(Debug, Clone, Copy)]
pub(super) struct Times {
    ends: [f64; 2],
    times: [f64; 2],
}

impl Times {
    /// Over the whole edge from its begin, or from its end, reached at `start`.
    #[inline]
    pub(super) fn whole((start, whole): (u32, u32), from_begin: bool) -> Self {
        let ends = if from_begin { [0.0, 1.0] } else { [1.0, 0.0] };
        Times { ends, times: [f64::from(start), f64::from(start.saturating_add(whole))] }
    }

    /// Over what a run says.
    pub(super) fn of_run(streets: &Streets, run: &Run) -> Self {
        let whole = f64::from(streets.edges[run.edge as usize].length_cm.max(1));
        let ends = [f64::from(run.from_cm) / whole, f64::from(run.to_cm) / whole];
        Times { ends, times: [f64::from(run.start.deciseconds()), f64::from(run.end.max(run.start).deciseconds())] }
    }

    /// The time that the whole edge would take at the speed of the run; zero where it has no length.
    pub(super) fn over_whole(&self) -> f64 {
        let share = (self.ends[1] - self.ends[0]).abs();
        if share > 0.0 { (self.times[1] - self.times[0]) / share } else { 0.0 }
    }

    /// The least time between two shares of the edge, of which the first is less; infinite where the run does not get there.
    pub(super) fn least_between(&self, from: f64, to: f64) -> f64 {
        let (low, high) = (self.ends[0].min(self.ends[1]).max(from), self.ends[0].max(self.ends[1]).min(to));
        if low > high { f64::INFINITY } else { self.at(low).min(self.at(high)) }
    }

    fn at(&self, share: f64) -> f64 {
        let [begin, end] = self.ends;
        if begin == end {
            self.times[0]
        } else {
            self.times[0] + (self.times[1] - self.times[0]) * (share - begin) / (end - begin)
        }
    }
}

/// A straight piece of a reached street. Positions are columns and rows of the lattice, times deciseconds, and never fall from `from` to
/// `to`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Piece {
    pub(super) from: [f64; 2],
    pub(super) to: [f64; 2],
    pub(super) start: f64,
    pub(super) end: f64,
}

impl Piece {
    /// What a run reaches of a segment until `last`, if anything.
    pub(super) fn of(segment: &Segment, run: &Times, last: f64) -> Option<Piece> {
        let (ends, times) = (run.ends, run.times);
        if times[0] > last {
            return None;
        }
        let stop = if times[1] > last {
            ends[0] + (ends[1] - ends[0]) * (last - times[0]) / (times[1] - times[0])
        } else {
            ends[1]
        };
        let (from, to) = (segment.before.max(ends[0].min(stop)), segment.after.min(ends[0].max(stop)));
        if from > to {
            return None;
        }
        let corners = segment.ends;
        let at = |place: f64| {
            let length = segment.after - segment.before;
            let share = if length > 0.0 { (place - segment.before) / length } else { 0.0 };
            [0, 1].map(|axis| corners[0][axis] + (corners[1][axis] - corners[0][axis]) * share)
        };
        let (first, second) = if ends[0] <= ends[1] { (from, to) } else { (to, from) };
        Some(Piece { from: at(first), to: at(second), start: run.at(first), end: run.at(second).min(last) })
    }

    /// The place where a way enters a segment, at `time`.
    pub(super) fn point(segment: &Segment, from_begin: bool, time: f64) -> Piece {
        let at = segment.ends[usize::from(!from_begin)];
        Piece { from: at, to: at, start: time, end: time }
    }

    /// The least time of the piece in a square; infinite where it does not run through it.
    pub(super) fn least_in(&self, square: [i64; 2]) -> f32 {
        let time_at = |share: f64| self.start + (self.end - self.start) * share;
        let mut least = f64::INFINITY;
        walk_squares(self.from, self.to, |at, enters, leaves| {
            if at == square {
                least = least.min(time_at(enters)).min(if leaves < 1.0 { time_at(leaves) } else { self.end });
            }
        });
        least as f32
    }
}

/// How one moves beside the streets.
#[derive(Debug, Clone, Copy)]
pub(super) struct Beside {
    /// Deciseconds for a metre.
    pub(super) pace: f32,
    /// Metres at most.
    pub(super) reach: f32,
    /// Metres between rows.
    pub(super) step_m: f64,
}

impl Beside {
    /// The time of a position by way of one piece of street, with so many metres between columns there; infinite beyond reach.
    pub(super) fn time_over(&self, piece: &Piece, at: [f64; 2], metres_per_col: f64) -> f64 {
        let seen = Seen::of([piece.from, piece.to], at, [metres_per_col, self.step_m]);
        self.time(&seen, piece.start, piece.end - piece.start, piece.end)
    }

    /// The time at a place from which a piece of street is seen that is entered at `start` and takes `whole`, as far as it is reached
    /// until `last`; infinite beyond reach. The time over the piece is a straight line and the walk a hyperbola; their sum is
    /// least where the walk grows as fast as the other falls.
    #[inline]
    pub(super) fn time(&self, seen: &Seen, start: f64, whole: f64, last: f64) -> f64 {
        let (pace, reach) = (f64::from(self.pace), f64::from(self.reach));
        let &Seen { foot, away, length } = seen;
        if away > reach || start > last {
            return f64::INFINITY;
        }
        let slope = if length > 0.0 { whole / length } else { 0.0 };
        let stop = if start + whole > last { ((last - start) / slope).min(length) } else { length };
        let half = (reach * reach - away * away).sqrt();
        let (low, high) = ((foot - half).max(0.0), (foot + half).min(stop));
        if low > high {
            return f64::INFINITY;
        }
        let ratio = slope / pace;
        let along = if ratio >= 1.0 { low } else { foot - ratio * away / (1.0 - ratio * ratio).sqrt() };
        let along = along.clamp(low, high);
        start + slope * along + pace * ((along - foot) * (along - foot) + away * away).sqrt()
    }
}

/// How a straight piece of street lies as seen from a place, in metres.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seen {
    /// How far along the piece, from its begin, the line at a right angle from the place meets it; it may lie before or behind the piece.
    pub(super) foot: f64,
    /// How far the place lies beside the line through the piece.
    pub(super) away: f64,
    /// The length of the piece.
    pub(super) length: f64,
}

impl Seen {
    #[inline]
    fn of(ends: [[f64; 2]; 2], at: [f64; 2], metres: [f64; 2]) -> Self {
        let from = [(ends[0][0] - at[0]) * metres[0], (ends[0][1] - at[1]) * metres[1]];
        let way = [(ends[1][0] - ends[0][0]) * metres[0], (ends[1][1] - ends[0][1]) * metres[1]];
        let length = (way[0] * way[0] + way[1] * way[1]).sqrt();
        let unit = if length > 0.0 { [way[0] / length, way[1] / length] } else { [1.0, 0.0] };
        let foot = -(from[0] * unit[0] + from[1] * unit[1]);
        Seen { foot, away: (from[0] * unit[1] - from[1] * unit[0]).abs(), length }
    }

    /// The same piece in the other direction.
    #[inline]
    pub(super) fn turned(&self) -> Self {
        Seen { foot: self.length - self.foot, ..*self }
    }
}
