//! Straight pieces of streets: the time of a place beside one of them.

use super::Run;
use crate::network::squares::Lattice;
use crate::network::streets::{Place, Streets};

/// A straight part of an edge between two of its points, as far as it does not depend on any search. 48 bytes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Segment {
    /// The edge.
    pub(super) edge: u32,
    /// Which part of the edge it is, from its begin.
    pub(super) nth: u32,
    /// Its ends, in the drawing direction of the edge.
    from: Place,
    to: Place,
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
            segments.push(Segment { edge, nth, from, to, before: so_far, after: so_far + length });
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

    /// The positions of its ends.
    pub(super) fn ends(&self, scale: &Scale) -> [[f64; 2]; 2] {
        [scale.position(self.from), scale.position(self.to)]
    }

    /// Calls `visit` with every square of the lattice that the segment runs through and the share of the edge at which it enters it.
    pub(super) fn squares(&self, scale: &Scale, mut visit: impl FnMut([i64; 2], f64)) {
        let [from, to] = self.ends(scale);
        let share = |along: f64| self.before + (self.after - self.before) * along;
        walk_squares(from, to, |square, enters, _| visit(square, share(enters)));
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

    /// The time where the run begins, the least of it.
    #[inline]
    pub(super) fn start(&self) -> f64 {
        self.times[0]
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
    pub(super) fn of(segment: &Segment, run: &Times, last: f64, scale: &Scale) -> Option<Piece> {
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
        let corners = segment.ends(scale);
        let at = |place: f64| {
            let length = segment.after - segment.before;
            let share = if length > 0.0 { (place - segment.before) / length } else { 0.0 };
            [0, 1].map(|axis| corners[0][axis] + (corners[1][axis] - corners[0][axis]) * share)
        };
        let (first, second) = if ends[0] <= ends[1] { (from, to) } else { (to, from) };
        Some(Piece { from: at(first), to: at(second), start: run.at(first), end: run.at(second).min(last) })
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
    /// The time of a position by way of one piece of street, with so many metres between columns there; `None` beyond reach. The time
    /// over the piece is a straight line and the walk a hyperbola; their sum is least where the walk grows as fast as the other falls.
    pub(super) fn time_over(&self, piece: &Piece, at: [f64; 2], metres_per_col: f64) -> Option<f64> {
        let metres = [metres_per_col, self.step_m];
        let (pace, reach) = (f64::from(self.pace), f64::from(self.reach));
        let from = [(piece.from[0] - at[0]) * metres[0], (piece.from[1] - at[1]) * metres[1]];
        let way = [(piece.to[0] - piece.from[0]) * metres[0], (piece.to[1] - piece.from[1]) * metres[1]];
        let length = way[0].hypot(way[1]);
        let unit = if length > 0.0 { [way[0] / length, way[1] / length] } else { [1.0, 0.0] };
        let foot = -(from[0] * unit[0] + from[1] * unit[1]);
        let beside = (from[0] * unit[1] - from[1] * unit[0]).abs();
        if beside > reach {
            return None;
        }
        let half = (reach * reach - beside * beside).sqrt();
        let (low, high) = ((foot - half).max(0.0), (foot + half).min(length));
        if low > high {
            return None;
        }
        let slope = if length > 0.0 { (piece.end - piece.start) / length } else { 0.0 };
        let ratio = slope / pace;
        let along = if ratio >= 1.0 { low } else { foot - ratio * beside / (1.0 - ratio * ratio).sqrt() };
        let along = along.clamp(low, high);
        Some(piece.start + slope * along + pace * (along - foot).hypot(beside))
    }
}
