//! Straight segments of edges on the lattice, and how far along them a run gets.

use super::Run;
use crate::network::squares::Lattice;
use crate::network::streets::{Place, Streets};

/// A straight stretch of an edge between two of its points, as far as it does not depend on any search.
#[derive(Debug, Clone, Copy)]
pub(super) struct Segment {
    /// The edge.
    pub(super) edge: u32,
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
        for (from, to) in shape.clone().zip(shape.skip(1)) {
            let (at, next) = (scale.position(from), scale.position(to));
            let length = ((next[0] - at[0]) * metres_per_col).hypot((next[1] - at[1]) * scale.step_m);
            segments.push(Segment { edge, ends: [at, next], before: so_far, after: so_far + length });
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

    /// Calls `visit` with every square of the lattice that the segment runs through, the shares of the edge at which it enters and leaves
    /// it, and the positions there.
    pub(super) fn squares(&self, mut visit: impl FnMut([i64; 2], [f64; 2], [[f64; 2]; 2])) {
        let [from, to] = self.ends;
        walk_squares(from, to, |square, enters, leaves| {
            let at = |share: f64| [0, 1].map(|axis| from[axis] + (to[axis] - from[axis]) * share);
            let of_edge = |share: f64| self.before + (self.after - self.before) * share;
            visit(square, [of_edge(enters), of_edge(leaves)], [at(enters), at(leaves)]);
        });
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

    /// Where the run is between two shares of the edge, of which the first is less, and at what times; first where it comes first. `None`
    /// where it does not get there.
    pub(super) fn between(&self, from: f64, to: f64) -> Option<[(f64, f64); 2]> {
        let (low, high) = (self.ends[0].min(self.ends[1]).max(from), self.ends[0].max(self.ends[1]).min(to));
        let [first, second] = if self.ends[0] <= self.ends[1] { [low, high] } else { [high, low] };
        (low <= high).then(|| [first, second].map(|share| (share, self.at(share))))
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

impl Segment {
    /// Between which positions a run reaches the segment until `last`, if anywhere.
    pub(super) fn reached(&self, run: &Times, last: f64) -> Option<[[f64; 2]; 2]> {
        let segment = self;
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
        Some([at(from), at(to)])
    }
}
