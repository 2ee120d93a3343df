//! Times between zones and terminals, in blocks that vector instructions take whole.
//!
//! The table has two parts. *To zones*: a row for every zone and terminal from which one sets out, a column for every zone.
//! *To terminals*: a row for every terminal to which one comes, a column for every zone and terminal from which one sets
//! out. Both the times from a terminal and those to it thus lie side by side, and an arc is judged by reading four rows.
//!
//! Bytes: (Z+T)·(Z+T) cells of 2 or 4 bytes, rows rounded up to whole blocks: 2 MB or 4 MB at 1000 zones.

use std::fmt::Debug;
use std::ops::{BitOr, BitXor};

use super::End;
use super::measure::{self, Measure};

/// Cells of a block: one line of a processor's cache with cells of 2 bytes, two lines with cells of 4.
pub const LANES: usize = 32;

/// A time as it stands in tables: a number of deciseconds whose greatest value means that the time is not below that.
///
/// Cutting times off at a greatest value M agrees with adding and choosing the least: min(a+b, M) is the same whether a and
/// b are cut off before, and so is min(min(a, b), M). Every time below M that is computed from cut-off times is therefore
/// exact, and one that reads M is M or more. So cells of 16 bits are exact below 6553.5 seconds.
pub trait Cell: Copy + Ord + Default + BitXor<Output = Self> + BitOr<Output = Self> + Send + Sync + Debug + 'static {
    /// Stands for all times from this one on, and for "not reached".
    const UNREACHED: Self;

    /// The deciseconds that [`Cell::UNREACHED`] stands for: only shorter times can be told.
    const TELLS_BELOW: u32;

    /// The time in this width.
    fn of(deciseconds: u32) -> Self;

    /// Deciseconds; `None` where not reached, or not below what the width can tell.
    fn deciseconds(self) -> Option<u32>;

    /// The sum, cut off.
    fn plus(self, other: Self) -> Self;
}

macro_rules! cell {
    ($width:ty) => {
        impl Cell for $width {
            const UNREACHED: Self = <$width>::MAX;
            const TELLS_BELOW: u32 = <$width>::MAX as u32;

            #[inline(always)]
            fn of(deciseconds: u32) -> Self {
                <$width>::try_from(deciseconds).unwrap_or(Self::UNREACHED)
            }

            #[inline(always)]
            fn deciseconds(self) -> Option<u32> {
                (self != Self::UNREACHED).then_some(u32::from(self))
            }

            #[inline(always)]
            fn plus(self, other: Self) -> Self {
                self.saturating_add(other)
            }
        }
    };
}

cell!(u16);
cell!(u32);

/// Cells side by side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(C, align(64))]
pub struct Block<C>(pub [C; LANES]);

impl<C: Cell> Block<C> {
    pub(super) const UNREACHED: Block<C> = Block([C::UNREACHED; LANES]);

    /// The lesser of every cell and the sum of `leg` and the cell of `onward`; and whether any cell has become less.
    #[inline(always)]
    pub(super) fn improved(&self, leg: C, onward: &Block<C>) -> (Block<C>, bool) {
        let mut after = *self;
        let mut differing = C::default();
        for lane in 0..LANES {
            after.0[lane] = self.0[lane].min(leg.plus(onward.0[lane]));
            differing = differing | (after.0[lane] ^ self.0[lane]);
        }
        (after, differing != C::default())
    }

    /// Whether some cell plus `time` is less than its counterpart in `other`.
    #[inline(always)]
    pub(super) fn beats(&self, time: C, other: &Block<C>) -> bool {
        other.improved(time, self).1
    }
}

/// How many rows and columns there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shape {
    pub n_zones: usize,
    pub n_terminals: usize,
}

impl Shape {
    /// From how many ends one sets out.
    pub fn n_origins(self) -> usize {
        self.n_zones + self.n_terminals
    }

    /// Blocks of a row to zones.
    pub fn zone_blocks(self) -> usize {
        self.n_zones.div_ceil(LANES)
    }

    /// Blocks of a row to a terminal.
    pub fn origin_blocks(self) -> usize {
        self.n_origins().div_ceil(LANES)
    }

    /// The first block of the row from an origin to zones.
    pub fn row(self, origin: usize) -> usize {
        origin * self.zone_blocks()
    }

    /// The first block of the row to a terminal.
    pub fn towards(self, terminal: usize) -> usize {
        self.n_origins() * self.zone_blocks() + terminal * self.origin_blocks()
    }

    /// The position of a terminal among origins.
    pub fn terminal(self, terminal: usize) -> usize {
        self.n_zones + terminal
    }

    fn n_blocks(self) -> usize {
        self.towards(self.n_terminals)
    }

    /// The block and the cell in it that has the time between two ends.
    fn place(self, from: End, to: End) -> (usize, usize) {
        let origin = match from {
            End::Zone(zone) => zone,
            End::Terminal(terminal) => self.terminal(terminal),
        };
        assert!(origin < self.n_origins(), "one sets out from an end of the table");
        let (row, column) = match to {
            End::Zone(zone) if zone < self.n_zones => (self.row(origin), zone),
            End::Terminal(terminal) if terminal < self.n_terminals => (self.towards(terminal), origin),
            _ => panic!("one goes to an end of the table"),
        };
        (row + column / LANES, column % LANES)
    }
}

/// Times from every zone and terminal to every zone and terminal; there and back may differ.
#[derive(Debug, Clone, PartialEq)]
pub struct Table<C> {
    pub(super) shape: Shape,
    pub(super) blocks: Vec<Block<C>>,
}

impl<C: Cell> Table<C> {
    /// A table in which nothing is reached but every terminal from itself.
    pub fn unreached(n_zones: usize, n_terminals: usize) -> Table<C> {
        let shape = Shape { n_zones, n_terminals };
        let mut table = Table { shape, blocks: vec![Block::UNREACHED; shape.n_blocks()] };
        (0..n_terminals).for_each(|at| table.shorten(End::Terminal(at), End::Terminal(at), 0));
        table
    }

    /// How many zones there are.
    pub fn n_zones(&self) -> usize {
        self.shape.n_zones
    }

    /// How many terminals there are.
    pub fn n_terminals(&self) -> usize {
        self.shape.n_terminals
    }

    /// Bytes of memory of the cells.
    pub fn bytes(&self) -> usize {
        size_of_val(&self.blocks[..])
    }

    /// Deciseconds between two ends; `None` where not reached, or not below what cells of this width can tell.
    pub fn time(&self, from: End, to: End) -> Option<u32> {
        let (block, lane) = self.shape.place(from, to);
        self.blocks[block].0[lane].deciseconds()
    }

    /// Makes the time between two ends this one if it is less. Between zones that is for journeys which no search of the
    /// graph finds, such as one along a single street, in the base only. Times to and from terminals must stay the shortest.
    pub fn shorten(&mut self, from: End, to: End, deciseconds: u32) {
        let (block, lane) = self.shape.place(from, to);
        let cell = &mut self.blocks[block].0[lane];
        *cell = C::of(deciseconds).min(*cell);
    }

    /// The time between two terminals.
    pub(super) fn between(&self, from: usize, to: usize) -> C {
        let (block, lane) = self.shape.place(End::Terminal(from), End::Terminal(to));
        self.blocks[block].0[lane]
    }

    /// The row from an origin to all zones.
    pub(super) fn row(&self, origin: usize) -> &[Block<C>] {
        &self.blocks[self.shape.row(origin)..][..self.shape.zone_blocks()]
    }

    /// The row from all origins to a terminal.
    pub(super) fn towards(&self, terminal: usize) -> &[Block<C>] {
        &self.blocks[self.shape.towards(terminal)..][..self.shape.origin_blocks()]
    }

    /// The same times with zones in another order, which has for every new position the old one. Numbers by zone that a
    /// measure takes are to be put in the same order.
    pub fn renumbered(&self, order: &[usize]) -> Table<C> {
        let (shape, mut table) = (self.shape, self.clone());
        let old = |origin: usize| if origin < shape.n_zones { order[origin] } else { origin };
        let cell = |row: &[Block<C>], at: usize| row[at / LANES].0[at % LANES];
        for origin in 0..shape.n_origins() {
            let row = self.row(old(origin));
            let first = shape.row(origin);
            for (to, &was) in order.iter().enumerate() {
                table.blocks[first + to / LANES].0[to % LANES] = cell(row, was);
            }
            for terminal in 0..shape.n_terminals {
                let block = shape.towards(terminal) + origin / LANES;
                table.blocks[block].0[origin % LANES] = cell(self.towards(terminal), old(origin));
            }
        }
        table
    }

    /// The same times in cells of another width; what is too long for it counts as not reached.
    pub fn narrowed<D: Cell>(&self) -> Table<D> {
        let cell = |cell: C| cell.deciseconds().map_or(D::UNREACHED, D::of);
        let blocks = self.blocks.iter().map(|block| Block(block.0.map(cell))).collect();
        Table { shape: self.shape, blocks }
    }

    /// What the times between zones are worth together. The cells must be wide enough for the measure: see
    /// [`measure::fits`].
    pub fn worth<M: Measure>(&self, measure: &M) -> i128 {
        assert!(measure::fits::<C, M>(measure), "cells are wide enough for what is measured");
        (0..self.shape.n_zones).map(|zone| row_worth(measure, zone, self.row(zone))).sum()
    }
}

/// What the times from a zone to all zones are worth.
pub(super) fn row_worth<C: Cell, M: Measure>(measure: &M, zone: usize, row: &[Block<C>]) -> i128 {
    let worth: i64 = row.iter().enumerate().map(|(at, block)| measure.worth(zone, at, block)).sum();
    i128::from(worth) * i128::from(measure.weight(zone))
}
