//! Ids that stand twice, found with little memory: 8 bytes a slot, 1.5 to 3 slots a point.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;

/// Which point had an id first.
pub(super) struct Firsts {
    /// Half of the hash, and in the lower bits the number of the point plus one; 0 is a free slot. Slots are tried one after the other.
    slots: Vec<u64>,
    hashes: RandomState,
}

impl Firsts {
    /// Room for `n` points, fewer than 2³².
    pub fn of(n: usize) -> Self {
        // At most two thirds are taken, so that free slots are near.
        let slots = vec![0; (n + n / 2 + 1).next_power_of_two()];
        Firsts { slots, hashes: RandomState::new() }
    }

    /// The point that had the id of `point` first: `point` itself where nobody had. `id` gives the ids of points that were asked before.
    ///
    /// A slot is one random access; ids are compared only where half of the hash is the same.
    pub fn first<'p>(&mut self, point: usize, id: impl Fn(usize) -> &'p str) -> usize {
        let hash = self.hashes.hash_one(id(point));
        let mask = self.slots.len() - 1;
        let mut slot = hash as usize & mask;
        loop {
            let known = self.slots[slot];
            if known == 0 {
                self.slots[slot] = (hash & !0xFFFF_FFFF) | (point as u64 + 1);
                return point;
            }
            let earlier = (known & 0xFFFF_FFFF) as usize - 1;
            if known >> 32 == hash >> 32 && id(earlier) == id(point) {
                return earlier;
            }
            slot = (slot + 1) & mask;
        }
    }
}
