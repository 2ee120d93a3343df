//! Seeds for a search from one origin under a variant: the search itself goes over the base.

use super::Seeds;
use super::base::UNREACHED;
use super::table::{Cell, Table};
use crate::search::Direction;

impl<C: Cell> Table<C> {
    /// The terminals that a variant, whose times this table has, brings nearer to one origin (backwards, to one destination)
    /// than the base does, with their times. A search over the base from the origin's own seeds and these finds the times of
    /// the variant at every node: after its last arc of the variant every way goes over the base, and that arc ends at a
    /// terminal.
    ///
    /// `terminals` has the node of every terminal; `own` the time of the base between the origin and every terminal, `None`
    /// where there is no way. With cells of 16 bits the seeds are exact for searches whose limit is below 6553.5 seconds.
    pub fn labels(&self, terminals: &[u32], own: &[Option<u32>], direction: Direction) -> Seeds {
        let between = |near: usize, far: usize| match direction {
            Direction::Forward => self.between(near, far),
            Direction::Backward => self.between(far, near),
        };
        let mut seeds = Seeds::new();
        for (far, &node) in terminals.iter().enumerate() {
            let by = |near: usize| Some(own[near]?.saturating_add(between(near, far).deciseconds()?));
            let label = (0..terminals.len()).filter_map(by).min().unwrap_or(UNREACHED);
            if label < own[far].unwrap_or(UNREACHED) {
                seeds.push((node, label));
            }
        }
        seeds
    }
}
