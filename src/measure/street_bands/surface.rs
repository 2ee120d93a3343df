//! Exact times at the nodes of the lattice: the least over all points of reached streets within the walk beside them.

use rayon::prelude::*;

use super::{Fringe, MAX_NODES, Run};
use crate::network::squares::Lattice;
use crate::network::streets::Streets;
use crate::units::Duration;

/// Times around reached streets on a piece of the lattice.
pub(super) struct Surface {
    /// The lattice.
    pub(super) lattice: Lattice,
    /// Column of the lattice of the first node of a row.
    pub(super) col0: i64,
    /// Row of the lattice of the first row.
    pub(super) row0: i64,
    /// Nodes in a row.
    pub(super) n_cols: usize,
    /// Rows.
    pub(super) n_rows: usize,
    /// The nodes, at `row · n_cols + col`.
    pub(super) nodes: Vec<Node>,
    /// The reached streets.
    pieces: Vec<Piece>,
    /// Metres between columns, for every row.
    metres_per_col: Vec<f32>,
    /// Deciseconds for a metre beside the streets.
    pace: f32,
    /// Metres beside the streets at most.
    reach: f32,
}

/// What is known at a node. Times are deciseconds, and infinite where there is none.
#[derive(Debug, Clone, Copy)]
pub(super) struct Node {
    /// The time of the node.
    time: f32,
    /// The time on the street in the square around the node.
    on_street: f32,
    /// The piece of street that decides `time`, where that is finite.
    piece: u32,
}

const NOWHERE: Node = Node { time: f32::INFINITY, on_street: f32::INFINITY, piece: 0 };

/// A side of the square between four nodes, from its western or southern node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    East,
    North,
}

/// A side is cut at so many places at most.
pub(super) const CUTS: u16 = 4096;
/// A cut keeps so far from both nodes that no line runs through a node.
const MARGIN: u16 = 41;
/// How far the outline reaches beyond a node that is inside only because of a street in its square, as a share of a side: what little
/// it may add is less than a step away from the street.
const STREET_MARGIN: u16 = CUTS / 5;

/// A straight piece of a reached street. Positions are columns and rows from the first node, times deciseconds.
#[derive(Debug, Clone, Copy)]
struct Piece {
    from: [f64; 2],
    to: [f64; 2],
    start: f64,
    end: f64,
}

impl Surface {
    pub(super) fn of(streets: &Streets, runs: &[Run], last: Duration, fringe: &Fringe) -> Self {
        let mut lattice = fringe.lattice;
        let mut pieces = pieces(streets, runs, last, &lattice);
        let mut frame = Frame::around(&pieces, &lattice, f64::from(fringe.reach.metres()));
        while frame.n_cols.saturating_mul(frame.n_rows) > MAX_NODES {
            lattice.step_m *= 2;
            pieces.iter_mut().for_each(Piece::halve);
            frame = Frame::around(&pieces, &lattice, f64::from(fringe.reach.metres()));
        }
        pieces.iter_mut().for_each(|piece| piece.shift(frame.col0 as f64, frame.row0 as f64));
        let mut surface = Surface {
            lattice,
            col0: frame.col0,
            row0: frame.row0,
            n_cols: frame.n_cols,
            n_rows: frame.n_rows,
            nodes: Vec::new(),
            pieces,
            metres_per_col: (0..frame.n_rows)
                .map(|row| lattice.metres_per_col((frame.row0 + row as i64) as f64) as f32)
                .collect(),
            pace: 36_000.0 / fringe.off_street.metres_per_hour() as f32,
            reach: fringe.reach.metres() as f32,
        };
        let squares = Squares::of(&surface.pieces, surface.n_cols, surface.n_rows);
        surface.nodes = surface.work_out(&squares);
        surface
    }

    /// The time of every node; rows are spread over threads.
    fn work_out(&self, squares: &Squares) -> Vec<Node> {
        let around = self.around();
        let near = squares.near(&around, self.n_cols, self.n_rows);
        let mut nodes = vec![NOWHERE; self.n_cols * self.n_rows];
        if self.n_cols == 0 {
            return nodes;
        }
        nodes.par_chunks_mut(self.n_cols).enumerate().for_each(|(row, nodes)| {
            for (col, node) in nodes.iter_mut().enumerate() {
                if near[row * self.n_cols + col] {
                    *node = self.node(col, row, squares, &around);
                }
            }
        });
        nodes
    }

    /// The squares that may hold a street within reach of the node in the middle, nearest first, with the least distance in metres.
    fn around(&self) -> Vec<Around> {
        let narrowest = self.metres_per_col.iter().copied().fold(f32::INFINITY, f32::min);
        let step = self.lattice.step_m as f32;
        let gap = |offset: i64, metres: f32| (offset.unsigned_abs() as f32 - 0.5).max(0.0) * metres;
        let most = |metres: f32| (self.reach / metres + 0.5).floor() as i64;
        let mut around = Vec::new();
        if narrowest.is_finite() {
            let (cols, rows) = (most(narrowest), most(step));
            for row in -rows..=rows {
                let offsets =
                    (-cols..=cols).map(|col| Around { col, row, metres: gap(col, narrowest).hypot(gap(row, step)) });
                around.extend(offsets.filter(|offset| offset.metres <= self.reach));
            }
        }
        around.sort_by(|a, b| (a.metres.total_cmp(&b.metres)).then((a.row, a.col).cmp(&(b.row, b.col))));
        around
    }

    fn node(&self, col: usize, row: usize, squares: &Squares, around: &[Around]) -> Node {
        let mut best = Node { on_street: squares.least[row * self.n_cols + col], ..NOWHERE };
        let metres = f64::from(self.metres_per_col[row]);
        for offset in around {
            let (col2, row2) = (col as i64 + offset.col, row as i64 + offset.row);
            if col2 < 0 || row2 < 0 || col2 >= self.n_cols as i64 || row2 >= self.n_rows as i64 {
                continue;
            }
            let square = row2 as usize * self.n_cols + col2 as usize;
            let walk = offset.metres * self.pace;
            if squares.least[square] + walk >= best.time {
                continue;
            }
            for entry in squares.entries(square) {
                if entry.least + walk >= best.time {
                    break;
                }
                let time =
                    self.time_over(entry.piece, [col as f64, row as f64], metres).map_or(f32::INFINITY, |time| time as f32);
                if time < best.time {
                    best = Node { time, piece: entry.piece, ..best };
                }
            }
        }
        best
    }

    /// The time of a position by way of one piece of street, with so many metres between columns there; `None` beyond reach. The time
    /// over the piece is a straight line and the walk a hyperbola; their sum is least where the walk grows as fast as the other falls.
    fn time_over(&self, piece: u32, at: [f64; 2], metres_per_col: f64) -> Option<f64> {
        let piece = &self.pieces[piece as usize];
        let metres = [metres_per_col, f64::from(self.lattice.step_m)];
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

    /// Whether a node is within a limit.
    pub(super) fn is_inside(&self, node: usize, limit: Duration) -> bool {
        let limit = limit.deciseconds() as f32;
        self.nodes[node].time <= limit || self.nodes[node].on_street <= limit
    }

    /// Where the outline cuts the side between two nodes, one of which is inside: in parts of [`CUTS`] from the western or southern node.
    /// A longer limit moves it away from the node inside, never towards it.
    pub(super) fn cut(&self, node: usize, side: Side, limit: Duration) -> u16 {
        let other = node + if side == Side::East { 1 } else { self.n_cols };
        let inside = self.is_inside(node, limit);
        let cut = self.way_out(if inside { node } else { other }, side, inside, limit).clamp(MARGIN, CUTS - MARGIN);
        if inside { cut } else { CUTS - cut }
    }

    /// How far along a side, in parts of it, the walk gets from the street that decides a node inside, to its east or north where
    /// `onwards`. What lies within a limit around a straight piece of street is convex, so the border is found by bisection.
    fn way_out(&self, node: usize, side: Side, onwards: bool, limit: Duration) -> u16 {
        let (col, row) = ((node % self.n_cols) as f64, (node / self.n_cols) as f64);
        let metres = f64::from(self.metres_per_col[node / self.n_cols]);
        let node = &self.nodes[node];
        let least = if node.on_street < node.time { STREET_MARGIN } else { 0 };
        if node.time > limit.deciseconds() as f32 {
            return least;
        }
        let limit = f64::from(limit.deciseconds());
        let reached = |cut: u16| {
            let share = f64::from(cut) / f64::from(CUTS) * if onwards { 1.0 } else { -1.0 };
            let at = if side == Side::East { [col + share, row] } else { [col, row + share] };
            self.time_over(node.piece, at, metres).is_some_and(|time| time <= limit)
        };
        let (mut yes, mut no) = (least, CUTS);
        while no - yes > 1 {
            let middle = yes + (no - yes) / 2;
            if reached(middle) { yes = middle } else { no = middle }
        }
        yes
    }
}

/// A square beside another.
struct Around {
    col: i64,
    row: i64,
    metres: f32,
}

/// The part of the lattice that matters.
struct Frame {
    col0: i64,
    row0: i64,
    n_cols: usize,
    n_rows: usize,
}

impl Frame {
    /// All nodes within reach of the pieces and one more on every side, so that every outline closes.
    fn around(pieces: &[Piece], lattice: &Lattice, reach: f64) -> Frame {
        let (mut low, mut high) = ([f64::INFINITY; 2], [f64::NEG_INFINITY; 2]);
        for end in pieces.iter().flat_map(|piece| [piece.from, piece.to]) {
            for axis in 0..2 {
                low[axis] = low[axis].min(end[axis]);
                high[axis] = high[axis].max(end[axis]);
            }
        }
        if pieces.is_empty() {
            return Frame { col0: 0, row0: 0, n_cols: 0, n_rows: 0 };
        }
        let narrowest = lattice.metres_per_col(low[1]).min(lattice.metres_per_col(high[1])).max(1e-3);
        let margin = [(reach / narrowest).ceil() as i64 + 2, (reach / f64::from(lattice.step_m)).ceil() as i64 + 2];
        let first = |axis: usize| low[axis].floor() as i64 - margin[axis];
        let n = |axis: usize| (high[axis].ceil() as i64 + margin[axis] - first(axis) + 1) as usize;
        Frame { col0: first(0), row0: first(1), n_cols: n(0), n_rows: n(1) }
    }
}

impl Piece {
    fn halve(&mut self) {
        for end in [&mut self.from, &mut self.to] {
            *end = [end[0] / 2.0, end[1] / 2.0];
        }
    }

    fn shift(&mut self, cols: f64, rows: f64) {
        for end in [&mut self.from, &mut self.to] {
            *end = [end[0] - cols, end[1] - rows];
        }
    }

    fn time_at(&self, share: f64) -> f64 {
        self.start + (self.end - self.start) * share
    }

    /// Calls `visit` with every square that the piece runs through and the least time in it.
    fn squares(&self, mut visit: impl FnMut(usize, usize, f64)) {
        let way = [self.to[0] - self.from[0], self.to[1] - self.from[1]];
        let mut square = [0, 1].map(|axis| (self.from[axis] + 0.5).floor() as i64);
        let goal = [0, 1].map(|axis| (self.to[axis] + 0.5).floor() as i64);
        let mut share = 0.0;
        while square != goal {
            // The share of the way at which the piece leaves the square on each axis.
            let leave = [0, 1].map(|axis| {
                let line = square[axis] as f64 + if way[axis] > 0.0 { 0.5 } else { -0.5 };
                if square[axis] == goal[axis] { f64::INFINITY } else { (line - self.from[axis]) / way[axis] }
            });
            let axis = usize::from(leave[1] < leave[0]);
            let next = leave[axis].clamp(share, 1.0);
            visit(square[0] as usize, square[1] as usize, self.time_at(share).min(self.time_at(next)));
            square[axis] += if way[axis] > 0.0 { 1 } else { -1 };
            share = next;
        }
        visit(square[0] as usize, square[1] as usize, self.time_at(share).min(self.end));
    }
}

/// The straight pieces of all runs, in columns and rows of the lattice, as far as the last limit.
fn pieces(streets: &Streets, runs: &[Run], last: Duration, lattice: &Lattice) -> Vec<Piece> {
    let mut pieces = Vec::with_capacity(runs.len());
    let mut shape: Vec<[f64; 2]> = Vec::new();
    for run in runs.iter().filter(|run| run.start <= last) {
        shape.clear();
        shape.extend(streets.shape(run.edge).map(|place| {
            let (col, row) = lattice.position(place.lon_lat());
            [col, row]
        }));
        let metres = [lattice.metres_per_col(shape[0][1]), f64::from(lattice.step_m)];
        let length =
            |pair: &[[f64; 2]]| ((pair[1][0] - pair[0][0]) * metres[0]).hypot((pair[1][1] - pair[0][1]) * metres[1]);
        let total: f64 = shape.windows(2).map(length).sum();
        let whole = f64::from(streets.edges[run.edge as usize].length_cm.max(1));
        let ends = [f64::from(run.from_cm) / whole * total, f64::from(run.to_cm) / whole * total];
        let times = [f64::from(run.start.deciseconds()), f64::from(run.end.max(run.start).deciseconds())];
        let time_at = |metres: f64| {
            if ends[0] == ends[1] {
                times[0]
            } else {
                times[0] + (times[1] - times[0]) * (metres - ends[0]) / (ends[1] - ends[0])
            }
        };
        let last = f64::from(last.deciseconds());
        let stop = if times[1] > last {
            ends[0] + (ends[1] - ends[0]) * (last - times[0]) / (times[1] - times[0])
        } else {
            ends[1]
        };
        let (low, high) = (ends[0].min(stop), ends[0].max(stop));
        let mut before = 0.0;
        for pair in shape.windows(2) {
            let after = before + length(pair);
            let (from, to) = (before.max(low), after.min(high));
            if from <= to {
                let at = |metres: f64| {
                    let share = if after > before { (metres - before) / (after - before) } else { 0.0 };
                    [0, 1].map(|axis| pair[0][axis] + (pair[1][axis] - pair[0][axis]) * share)
                };
                // From its quicker end, so that the time never falls along a piece.
                let (first, second) = if ends[0] <= ends[1] { (from, to) } else { (to, from) };
                pieces.push(Piece {
                    from: at(first),
                    to: at(second),
                    start: time_at(first),
                    end: time_at(second).min(last),
                });
            }
            before = after;
        }
    }
    pieces
}

/// Which pieces run through which square around a node.
struct Squares {
    /// The least time on a street in every square; infinite without one.
    least: Vec<f32>,
    /// Where the entries of every square begin, and one more.
    first: Vec<u32>,
    /// Pieces by square, quickest first.
    entries: Vec<Entry>,
}

#[derive(Debug, Clone, Copy)]
struct Entry {
    piece: u32,
    /// The least time of the piece in the square.
    least: f32,
}

impl Squares {
    fn of(pieces: &[Piece], n_cols: usize, n_rows: usize) -> Self {
        let mut least = vec![f32::INFINITY; n_cols * n_rows];
        let mut first = vec![0u32; n_cols * n_rows + 1];
        let mut visits: Vec<(u32, Entry)> = Vec::with_capacity(pieces.len());
        for (piece, at) in pieces.iter().zip(0..) {
            piece.squares(|col, row, time| {
                let square = row * n_cols + col;
                least[square] = least[square].min(time as f32);
                first[square + 1] += 1;
                visits.push((square as u32, Entry { piece: at, least: time as f32 }));
            });
        }
        for square in 1..first.len() {
            first[square] += first[square - 1];
        }
        let mut next = first.clone();
        let mut entries = vec![Entry { piece: 0, least: 0.0 }; visits.len()];
        for (square, entry) in visits {
            let place = &mut next[square as usize];
            entries[*place as usize] = entry;
            *place += 1;
        }
        for square in first.windows(2) {
            entries[square[0] as usize..square[1] as usize].sort_by(|a, b| a.least.total_cmp(&b.least));
        }
        Squares { least, first, entries }
    }

    fn entries(&self, square: usize) -> &[Entry] {
        &self.entries[self.first[square] as usize..self.first[square + 1] as usize]
    }

    /// Which nodes have a square with a street around them.
    fn near(&self, around: &[Around], n_cols: usize, n_rows: usize) -> Vec<bool> {
        let mut near = vec![false; n_cols * n_rows];
        for square in (0..near.len()).filter(|&square| self.first[square + 1] > self.first[square]) {
            let (col, row) = ((square % n_cols) as i64, (square / n_cols) as i64);
            near[square] = true;
            for offset in around {
                let (col, row) = (col + offset.col, row + offset.row);
                if col >= 0 && row >= 0 && col < n_cols as i64 && row < n_rows as i64 {
                    near[row as usize * n_cols + col as usize] = true;
                }
            }
        }
        near
    }
}
