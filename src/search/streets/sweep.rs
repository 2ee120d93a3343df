//! Dijkstra's search over the arrays, from several states at once, up to a limit.

use super::{Scratch, StreetGraph};
use crate::search::Direction;

impl StreetGraph {
    /// Finds the time of every state that is at most `limit` deciseconds away from a seed, each of which is a state and the time it
    /// has at the outset; backwards, the time from the state to the seed. The limit itself counts as reached; so does a seed only if it
    /// lies within. Times of 13.6 years and more count as not reached.
    pub fn search(&self, direction: Direction, seeds: &[(u32, u32)], limit: u32, scratch: &mut Scratch) {
        scratch.clear(self.n_states());
        scratch.seeds.extend_from_slice(seeds);
        let Scratch { times, settled, queue, .. } = scratch;
        for &(state, time) in seeds {
            if time <= limit && time < times[state as usize] {
                times[state as usize] = time;
                queue.push(state, time);
            }
        }
        let arcs = match direction {
            Direction::Forward => &self.forward,
            Direction::Backward => &self.backward,
        };
        while let Some((state, now)) = queue.pop() {
            if times[state as usize] != now {
                continue;
            }
            settled.push(state);
            for arc in &arcs.arcs[arcs.range(state)] {
                let time = now.saturating_add(arc.time);
                if time <= limit && time < times[arc.head as usize] {
                    times[arc.head as usize] = time;
                    queue.push(arc.head, time);
                }
            }
        }
    }
}

impl Scratch {
    /// Forgets the last search, whose every reached state was settled, and makes room for `n_states`.
    fn clear(&mut self, n_states: usize) {
        for &state in &self.settled {
            self.times[state as usize] = Scratch::UNREACHED;
        }
        self.settled.clear();
        self.seeds.clear();
        self.times.resize(n_states, Scratch::UNREACHED);
        self.queue.restart();
    }
}
