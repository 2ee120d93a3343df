//! Dijkstra's search over the states, from several at once, up to a limit.

use super::{Scratch, StreetGraph};
use crate::search::Direction;

impl StreetGraph {
    /// Finds the time of every state that is at most `limit` deciseconds away from a seed, each of which is a state and the time it
    /// has at the outset; backwards, the time from the state to the seed. The limit itself counts as reached; so does a seed only if it
    /// lies within. Times of 13.6 years and more count as not reached.
    pub fn search(&self, direction: Direction, seeds: &[(u32, u32)], limit: u32, scratch: &mut Scratch) {
        self.flat(direction).search(seeds, limit, scratch);
    }
}
