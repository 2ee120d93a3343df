//! The times of a variant from those of the base at once: for variants of many arcs.
//!
//! D(o,d) = min( D₀(o,d), min over arc ends t, t' of D₀(o,t) + C(t,t') + D₀(t',d) ), where t is where some arc begins and t'
//! where one ends. The label of t' is the best D₀(o,t) + C(t,t'). Where it is not below D₀(o,t'), the way over t' is no
//! quicker than that of the base, so such labels are left out: for most origins few remain.
//!
//! Memory traffic of an origin: its row is read and written once; for every label the row of a terminal is read, which stays
//! in the second level of cache (2 KB a terminal with cells of 2 bytes at 1000 zones).

use rayon::prelude::*;

use super::TerminalArc;
use super::measure::{self, Measure};
use super::table::{Block, Cell, LANES, Table, row_worth};

/// What an arc set does to one base.
struct Product<'a, C> {
    base: &'a Table<C>,
    /// Terminals where arcs end.
    heads: Vec<usize>,
    /// The times from all origins to each of them by the variant.
    labels: Vec<Vec<Block<C>>>,
}

/// The times of the variant that adds these arcs to the base.
pub fn times<C: Cell>(base: &Table<C>, arcs: &[TerminalArc]) -> Table<C> {
    let product = Product::new(base, arcs);
    let mut table = base.clone();
    let (to_zones, to_terminals) = table.blocks.split_at_mut(base.shape.towards(0));
    let row_length = base.shape.zone_blocks().max(1);
    to_zones.par_chunks_mut(row_length).enumerate().for_each_init(Vec::new, |legs, (origin, row)| {
        product.legs(origin, legs);
        product.fill(legs, row);
    });
    let row_length = base.shape.origin_blocks().max(1);
    to_terminals.par_chunks_mut(row_length).enumerate().for_each(|(terminal, row)| product.fill_towards(terminal, row));
    table
}

/// What the times between zones are worth in the variant that adds these arcs to the base. No table is made. The cells
/// must be wide enough for the measure: see [`measure::fits`].
pub fn worth<C: Cell, M: Measure>(base: &Table<C>, arcs: &[TerminalArc], measure: &M) -> i128 {
    assert!(measure::fits::<C, M>(measure), "cells are wide enough for what is measured");
    let product = Product::new(base, arcs);
    let row = |(legs, row): &mut (Vec<(C, usize)>, Vec<Block<C>>), zone: usize| {
        product.legs(zone, legs);
        row.clear();
        row.extend_from_slice(base.row(zone));
        product.fill(legs, row);
        row_worth(measure, zone, row)
    };
    (0..base.n_zones()).into_par_iter().map_init(Default::default, row).sum()
}

impl<'a, C: Cell> Product<'a, C> {
    fn new(base: &'a Table<C>, arcs: &[TerminalArc]) -> Self {
        let ends = |end: fn(&TerminalArc) -> u32| {
            let mut ends: Vec<usize> = arcs.iter().map(|arc| end(arc) as usize).collect();
            ends.sort_unstable();
            ends.dedup();
            ends
        };
        let (tails, heads) = (ends(|arc| arc.tail), ends(|arc| arc.head));
        let between = closure(base, arcs);
        let label = |&head: &usize| {
            let mut labels = vec![Block::UNREACHED; base.shape.origin_blocks()];
            for &tail in &tails {
                let leg = between[tail * base.n_terminals() + head];
                for (label, own) in labels.iter_mut().zip(base.towards(tail)) {
                    *label = label.improved(leg, own).0;
                }
            }
            labels
        };
        let labels = heads.iter().map(label).collect();
        Product { base, heads, labels }
    }

    /// The labels of an origin that are less than the times of the base, and the terminals that they are of.
    fn legs(&self, origin: usize, legs: &mut Vec<(C, usize)>) {
        let cell = |row: &[Block<C>]| row[origin / LANES].0[origin % LANES];
        let of = |(label, &head): (&Vec<Block<C>>, &usize)| {
            let leg = cell(label);
            (leg < cell(self.base.towards(head))).then_some((leg, head))
        };
        legs.clear();
        legs.extend(self.labels.iter().zip(&self.heads).filter_map(of));
    }

    /// Makes the row of an origin, which has the times of the base, that of the variant.
    fn fill(&self, legs: &[(C, usize)], row: &mut [Block<C>]) {
        for (at, block) in row.iter_mut().enumerate() {
            let mut best = *block;
            for &(leg, head) in legs {
                best = best.improved(leg, &self.base.row(self.base.shape.terminal(head))[at]).0;
            }
            *block = best;
        }
    }

    /// The same for the row towards a terminal.
    fn fill_towards(&self, terminal: usize, row: &mut [Block<C>]) {
        for (label, &head) in self.labels.iter().zip(&self.heads) {
            let onward = self.base.between(head, terminal);
            for (block, label) in row.iter_mut().zip(label) {
                *block = block.improved(onward, label).0;
            }
        }
    }
}

/// The shortest times between terminals over the base and the arcs, row by row: adding an arc to shortest times takes one
/// look at every pair.
fn closure<C: Cell>(base: &Table<C>, arcs: &[TerminalArc]) -> Vec<C> {
    let n = base.n_terminals();
    let mut times: Vec<C> = (0..n * n).map(|pair| base.between(pair / n, pair % n)).collect();
    for arc in arcs {
        let (tail, head, time) = (arc.tail as usize, arc.head as usize, C::of(arc.time));
        let onward = times[head * n..][..n].to_vec();
        for from in 0..n {
            let leg = times[from * n + tail].plus(time);
            if leg < times[from * n + head] {
                let row = &mut times[from * n..][..n];
                row.iter_mut().zip(&onward).for_each(|(time, &onward)| *time = leg.plus(onward).min(*time));
            }
        }
    }
    times
}
