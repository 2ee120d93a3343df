//! Adding one arc after another to a table, exactly, and taking them back.
//!
//! An arc of w deciseconds from u to v makes D'(i,j) = min(D(i,j), D(i,u) + w + D(v,j)). A time can only change where both
//! D(i,u) + w < D(i,v) and w + D(v,j) < D(u,j): from D(i,u) + w + D(v,j) < D(i,j) ≤ D(i,v) + D(v,j) follows the first, and
//! with D(i,j) ≤ D(i,u) + D(u,j) the second. So only these rows and columns are looked at. Rows and columns of terminals are
//! kept up to date, so that the next arc finds ways over this one. Times that are cut off change nothing of this: what
//! changes was less than before, hence not cut off.
//!
//! Memory traffic of an arc: the four rows of its ends (8 KB with cells of 2 bytes at 1000 zones), then for each row that
//! may change the blocks that hold a column that may change, one line of cache each; a block that does change is written,
//! and its old state goes into the log, a line more.

use super::TerminalArc;
use super::measure::Measure;
use super::table::{Block, Cell, LANES, Table};

/// A table with what is needed to take changes back.
#[derive(Debug, Clone)]
pub struct Overlay<C> {
    table: Table<C>,
    /// Which blocks have been changed, in this order, and what they held before.
    changed: Vec<u32>,
    before: Vec<Block<C>>,
    candidates: Candidates<C>,
}

/// A moment to which an [`Overlay`] can be taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mark(usize);

/// What an arc may change: copies, so that updates may write over what they were made from.
#[derive(Debug, Clone)]
struct Candidates<C> {
    /// Origins, and their time to the end of the arc by it.
    origins: Vec<(u32, C)>,
    /// Blocks of origins, and these times in them; not reached where the arc brings nothing.
    origin_blocks: Vec<(u32, Block<C>)>,
    /// Blocks of zones, and the times to them from the end of the arc.
    zone_blocks: Vec<(u32, Block<C>)>,
    /// Terminals, and the time to them from the end of the arc.
    terminals: Vec<(u32, C)>,
}

impl<C: Cell> Overlay<C> {
    /// Begins with the times of a table.
    pub fn new(table: Table<C>) -> Overlay<C> {
        assert!(u32::try_from(table.blocks.len()).is_ok(), "a table has fewer than 2³² blocks, that is, 256 GB");
        Overlay { table, changed: Vec::new(), before: Vec::new(), candidates: Candidates::default() }
    }

    /// The times as they are now.
    pub fn table(&self) -> &Table<C> {
        &self.table
    }

    /// The present moment.
    pub fn mark(&self) -> Mark {
        Mark(self.changed.len())
    }

    /// Takes back all arcs since the moment, last ones first, so that the table is bit for bit what it was.
    pub fn undo(&mut self, to: Mark) {
        for (&block, before) in self.changed[to.0..].iter().zip(&self.before[to.0..]).rev() {
            self.table.blocks[block as usize] = *before;
        }
        self.changed.truncate(to.0);
        self.before.truncate(to.0);
    }

    /// Adds an arc; by how much the worth of the times between zones has grown.
    pub fn add<M: Measure>(&mut self, arc: TerminalArc, measure: &M) -> i128 {
        if !self.candidates.gather(&self.table, arc) {
            return 0;
        }
        let mut gain = 0;
        let candidates = std::mem::take(&mut self.candidates);
        for &(origin, leg) in &candidates.origins {
            gain += self.improve_row(origin as usize, leg, &candidates.zone_blocks, measure);
        }
        for &(terminal, onward) in &candidates.terminals {
            self.improve_towards(terminal as usize, onward, &candidates.origin_blocks);
        }
        self.candidates = candidates;
        gain
    }

    /// Makes the times from an origin to zones as short as they are by the arc; what that is worth.
    #[inline]
    fn improve_row<M: Measure>(&mut self, origin: usize, leg: C, onward: &[(u32, Block<C>)], measure: &M) -> i128 {
        let first = self.table.shape.row(origin);
        let is_zone = origin < self.table.shape.n_zones;
        let mut gain = 0;
        for (at, onward) in onward {
            let block = &mut self.table.blocks[first + *at as usize];
            let (after, changed) = block.improved(leg, onward);
            if changed {
                self.changed.push((first + *at as usize) as u32);
                self.before.push(*block);
                if is_zone {
                    gain += measure.gain(origin, *at as usize, block, &after);
                }
                *block = after;
            }
        }
        if is_zone { i128::from(gain) * i128::from(measure.weight(origin)) } else { 0 }
    }

    /// Makes the times from all origins to a terminal as short as they are by the arc.
    #[inline]
    fn improve_towards(&mut self, terminal: usize, onward: C, legs: &[(u32, Block<C>)]) {
        let first = self.table.shape.towards(terminal);
        for (at, legs) in legs {
            let block = &mut self.table.blocks[first + *at as usize];
            let (after, changed) = block.improved(onward, legs);
            if changed {
                self.changed.push((first + *at as usize) as u32);
                self.before.push(*block);
                *block = after;
            }
        }
    }
}

impl<C> Default for Candidates<C> {
    fn default() -> Self {
        Candidates { origins: Vec::new(), origin_blocks: Vec::new(), zone_blocks: Vec::new(), terminals: Vec::new() }
    }
}

impl<C: Cell> Candidates<C> {
    /// Finds what an arc may change; whether there is anything.
    fn gather(&mut self, table: &Table<C>, arc: TerminalArc) -> bool {
        let (tail, head, time) = (arc.tail as usize, arc.head as usize, C::of(arc.time));
        self.gather_origins(table.towards(tail), table.towards(head), time);
        if self.origins.is_empty() {
            return false;
        }
        let shape = table.shape;
        let (from_tail, from_head) = (table.row(shape.terminal(tail)), table.row(shape.terminal(head)));
        self.zone_blocks.clear();
        for (at, (direct, onward)) in from_tail.iter().zip(from_head).enumerate() {
            if onward.beats(time, direct) {
                self.zone_blocks.push((at as u32, *onward));
            }
        }
        self.terminals.clear();
        for terminal in 0..shape.n_terminals {
            let (direct, onward) = (table.between(tail, terminal), table.between(head, terminal));
            if onward.plus(time) < direct {
                self.terminals.push((terminal as u32, onward));
            }
        }
        !self.zone_blocks.is_empty() || !self.terminals.is_empty()
    }

    fn gather_origins(&mut self, to_tail: &[Block<C>], to_head: &[Block<C>], time: C) {
        self.origins.clear();
        self.origin_blocks.clear();
        for (at, (to_tail, to_head)) in to_tail.iter().zip(to_head).enumerate() {
            if !to_tail.beats(time, to_head) {
                continue;
            }
            let mut legs = Block::UNREACHED;
            for lane in 0..LANES {
                let leg = to_tail.0[lane].plus(time);
                if leg < to_head.0[lane] {
                    legs.0[lane] = leg;
                    self.origins.push(((at * LANES + lane) as u32, leg));
                }
            }
            self.origin_blocks.push((at as u32, legs));
        }
    }
}
