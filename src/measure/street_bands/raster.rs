//! The least time on the streets of every square, and how every edge is entered.

use std::borrow::Cow;

use super::canvas::Canvas;
use super::paving::Paving;
use super::piece::Times;
use super::reached::{Layer, Reached, Ways};
use super::surface::NONE;
use super::{Run, Scratch};
use crate::search::doors::reach::EdgeReach;

/// So many squares in a row are noted as one block.
const BLOCK: usize = 32;

/// The least times, as far as they are noted.
struct Least<'s> {
    least: &'s mut [f32],
    blocks: &'s mut [bool],
    /// What is later is of no use.
    until: f32,
}

impl Least<'_> {
    /// Without any branch, since none could be foretold: eight bytes are moved, and one is written.
    #[inline]
    fn note(&mut self, square: u32, time: f32) {
        let known = &mut self.least[square as usize];
        let time = if time <= self.until { time } else { f32::INFINITY };
        *known = if time < *known { time } else { *known };
        self.blocks[square as usize / BLOCK] = true;
    }
}

/// Puts states in order, which is that of a curve: what is read of one is then near what was read of the one before.
#[derive(Debug, Default)]
pub(super) struct InOrder {
    /// The least time of every state; only those that are marked matter.
    times: Vec<u32>,
    /// One bit for every state.
    marked: Vec<u64>,
}

impl InOrder {
    /// The same states, each once with its least time: 20 bytes are moved of each, and one bit is read of every state there is.
    fn of(&mut self, states: &[(u32, u32)], n_states: usize) -> impl Iterator<Item = (u32, u32)> {
        self.times.resize(self.times.len().max(n_states), NONE);
        self.marked.resize(self.marked.len().max(n_states.div_ceil(64)), 0);
        for &(state, time) in states {
            let (word, bit) = (&mut self.marked[state as usize / 64], 1 << (state % 64));
            let known = &mut self.times[state as usize];
            *known = if *word & bit == 0 { time } else { time.min(*known) };
            *word |= bit;
        }
        let (times, marked) = (&self.times, &mut self.marked);
        marked.iter_mut().zip(0..).flat_map(move |(word, at)| {
            let mut bits = std::mem::take(word);
            std::iter::from_fn(move || {
                let state = at * 64 + bits.trailing_zeros();
                (bits != 0).then(|| {
                    bits &= bits - 1;
                    (state, times[state as usize])
                })
            })
        })
    }
}

/// How wrong times by squares may be: shares of edges are rounded to a millionth, and times to 24 bits.
pub(super) fn rounding(canvas: &Canvas, reached: &Reached, last: f64) -> f32 {
    let longest = |layer: &Layer| match layer {
        Layer::Edges(edges) => {
            let ways = edges.iter().flat_map(|edge| [edge.from_begin(), edge.from_end()]).flatten();
            ways.map(|(_, whole)| whole).max().unwrap_or(0)
        }
        Layer::States(paving, _) => paving.longest,
    };
    let stretches = reached.stretches.iter().map(|stretch| Times::of_run(canvas.streets, stretch).over_whole());
    let longest = stretches.chain(reached.layers.iter().map(|layer| f64::from(longest(layer)))).fold(last, f64::max);
    (0.01 + 2e-6 * longest) as f32
}

impl Scratch {
    /// Notes all that is reached until a time, and gives the ways of every layer. Of every reached edge 28 bytes are read and 12 written,
    /// of every square it runs through 8 read; of every state and of every arc 20 to 24 moved, of every square that one leads to 8 read. The
    /// times of squares, 4 bytes each, stay in the cache.
    pub(super) fn raster<'r>(&mut self, canvas: &Canvas, reached: &'r Reached, until: f32) -> Vec<Ways<'r>> {
        let mut least = Least { least: &mut self.least, blocks: &mut self.blocks, until };
        let mut all = Vec::with_capacity(reached.layers.len());
        for layer in &reached.layers {
            let mut starts = self.starts.pop().unwrap_or_default();
            starts.resize(canvas.streets.edges.len(), [NONE; 2]);
            let wholes = match layer {
                Layer::Edges(edges) => {
                    let mut wholes = self.wholes.pop().unwrap_or_default();
                    wholes.resize(starts.len(), [0; 2]);
                    note_edges(canvas, edges, &mut least, &mut starts, &mut wholes);
                    Cow::Owned(wholes)
                }
                Layer::States(paving, states) => {
                    note_states(paving, self.in_order.of(states, paving.n_states()), &mut least, &mut starts);
                    Cow::Borrowed(&paving.wholes[..])
                }
            };
            all.push(Ways { starts, wholes });
        }
        note_stretches(canvas, &reached.stretches, &mut least, &mut self.stretches);
        all
    }

    pub(super) fn make_room_for_squares(&mut self, n_squares: usize) {
        let n_blocks = n_squares / BLOCK + 1;
        self.blocks.resize(n_blocks, false);
        self.least.resize(n_blocks * BLOCK, f32::INFINITY);
    }

    /// The squares with a street that is reached, in order.
    pub(super) fn touched(&self) -> impl Iterator<Item = usize> {
        let blocks = self.blocks.iter().zip(self.least.chunks(BLOCK)).zip(0..).filter(|((touched, _), _)| **touched);
        blocks.flat_map(|((_, least), block)| {
            let finite = least.iter().zip(block * BLOCK..).filter(|(least, _)| **least < f32::INFINITY);
            finite.map(|(_, square)| square)
        })
    }

    /// Forgets what was noted.
    pub(super) fn forget(&mut self, canvas: &Canvas, reached: &Reached, ways: Vec<Ways>) {
        for block in (0..self.blocks.len()).filter(|&block| self.blocks[block]) {
            self.least[block * BLOCK..(block + 1) * BLOCK].fill(f32::INFINITY);
        }
        self.blocks.fill(false);
        for (layer, mut ways) in reached.layers.iter().zip(ways) {
            match layer {
                Layer::Edges(edges) => {
                    edges.iter().for_each(|edge| ways.starts[canvas.rank(edge.edge)] = [NONE; 2]);
                    self.wholes.push(ways.wholes.into_owned());
                }
                // It is quicker to write over all than to look for every other one.
                Layer::States(paving, states) if states.len() > paving.n_states() / 8 => ways.starts.fill([NONE; 2]),
                Layer::States(paving, states) => {
                    let starts = ways.starts.as_flattened_mut();
                    for &(state, _) in states.iter() {
                        paving.of(state).0.iter().for_each(|&slot| starts[slot as usize] = NONE);
                    }
                }
            }
            self.starts.push(ways.starts);
        }
        for stretch in &reached.stretches {
            self.stretches[canvas.rank(stretch.edge)] = NONE;
        }
    }
}

fn note_edges(canvas: &Canvas, edges: &[EdgeReach], least: &mut Least, starts: &mut [[u32; 2]], wholes: &mut [[u32; 2]]) {
    let way = |way: Option<(u32, u32)>| way.unwrap_or((NONE, 0));
    let numbers = |(start, whole)| if start == NONE { (f32::INFINITY, 0.0) } else { (start as f32, whole as f32) };
    for edge in edges {
        let [at_begin, at_end] = [way(edge.from_begin()), way(edge.from_end())];
        let rank = canvas.rank(edge.edge);
        starts[rank] = [at_begin.0, at_end.0];
        wholes[rank] = [at_begin.1, at_end.1];
        let ((begin, onwards), (end, back)) = (numbers(at_begin), numbers(at_end));
        let visits = canvas.visits(edge.edge);
        for (nth, visit) in visits.iter().enumerate() {
            let leaves = visits.get(nth + 1).map_or(1.0, |next| next.enters);
            least.note(visit.square, (begin + onwards * visit.enters).min(end + back * (1.0 - leaves)));
        }
    }
}

fn note_states(paving: &Paving, states: impl Iterator<Item = (u32, u32)>, least: &mut Least, starts: &mut [[u32; 2]]) {
    let starts = starts.as_flattened_mut();
    for (state, time) in states {
        let (slots, marks) = paving.of(state);
        for &slot in slots {
            let known = &mut starts[slot as usize];
            *known = time.min(*known);
        }
        for mark in marks {
            least.note(mark.square, time as f32 + mark.later);
        }
    }
}

fn note_stretches(canvas: &Canvas, runs: &[Run], least: &mut Least, stretches: &mut [u32]) {
    for (at, stretch) in runs.iter().enumerate().rev() {
        stretches[canvas.rank(stretch.edge)] = at as u32;
        let times = Times::of_run(canvas.streets, stretch);
        let visits = canvas.visits(stretch.edge);
        for (nth, visit) in visits.iter().enumerate() {
            let leaves = visits.get(nth + 1).map_or(1.0, |next| next.enters);
            // A stretch ends anywhere in a square, so shares that are rounded are taken a little wide.
            let (enters, leaves) = (f64::from(visit.enters) - 1e-6, f64::from(leaves) + 1e-6);
            if let Some([first, _]) = times.between(enters, leaves) {
                least.note(visit.square, first.1 as f32);
            }
        }
    }
}
