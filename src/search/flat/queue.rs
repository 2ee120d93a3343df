//! A queue of states by time that gives times in ascending order: buckets of three widths, for any time that fits in 32 bits.

/// Bits of a time that choose the bucket in each level, from the fine level to the coarse one; together 32.
const BITS: [u32; 3] = [11, 11, 10];

/// Bits of a time below those that choose the bucket of each level.
const BELOW: [u32; 3] = [0, 11, 22];

/// States with times not earlier than the last one taken out. The fine level has a bucket for every decisecond of the stretch of
/// 205 seconds in which the search is, the middle level one for every such stretch of a longer one, the coarse level for those; a
/// bucket of a coarse level is spread over the finer ones when the search comes to it, so that a state moves at most twice.
#[derive(Debug, Default)]
pub(super) struct Buckets {
    now: u32,
    levels: [Level; 3],
    /// The bucket that is being spread.
    spread: Vec<(u32, u32)>,
}

#[derive(Debug, Default)]
struct Level {
    buckets: Vec<Vec<(u32, u32)>>,
    /// One bit for every bucket: whether something is in it.
    filled: Vec<u64>,
}

impl Buckets {
    /// Makes ready for times from zero on. The queue must be empty.
    pub fn restart(&mut self) {
        self.now = 0;
        for (level, bits) in self.levels.iter_mut().zip(BITS) {
            level.buckets.resize_with(1 << bits, Vec::new);
            level.filled.resize((1 << bits) / 64, 0);
        }
    }

    /// Puts a state in. `time` must not be earlier than the last one taken out.
    #[inline]
    pub fn push(&mut self, state: u32, time: u32) {
        debug_assert!(time >= self.now, "times do not fall in a search without negative times");
        let differing = time ^ self.now;
        let level = usize::from(differing >> BELOW[1] != 0) + usize::from(differing >> BELOW[2] != 0);
        let bucket = (time >> BELOW[level]) as usize & ((1 << BITS[level]) - 1);
        let level = &mut self.levels[level];
        level.buckets[bucket].push((state, time));
        level.filled[bucket / 64] |= 1 << (bucket % 64);
    }

    /// Takes a state with the earliest time out.
    #[inline]
    pub fn pop(&mut self) -> Option<(u32, u32)> {
        loop {
            if let Some(bucket) = self.levels[0].next(self.now as usize & ((1 << BITS[0]) - 1)) {
                let level = &mut self.levels[0];
                let taken = level.buckets[bucket].pop().expect("a bucket that is marked as filled holds something");
                if level.buckets[bucket].is_empty() {
                    level.filled[bucket / 64] &= !(1 << (bucket % 64));
                }
                self.now = taken.1;
                return Some(taken);
            }
            if !self.refine(1) && !self.refine(2) {
                return None;
            }
        }
    }

    /// Goes to the next filled bucket of a coarse level and spreads it over the finer ones; whether there is one.
    fn refine(&mut self, level: usize) -> bool {
        let (below, mask) = (BELOW[level], (1usize << BITS[level]) - 1);
        let Some(bucket) = self.levels[level].next((self.now >> below) as usize & mask) else { return false };
        let mut spread = std::mem::take(&mut self.spread);
        std::mem::swap(&mut spread, &mut self.levels[level].buckets[bucket]);
        self.levels[level].filled[bucket / 64] &= !(1 << (bucket % 64));
        // All times in the bucket agree in the bits from this level upwards, so its begin is below each of them.
        let first = spread.first().expect("a bucket that is marked as filled holds something").1;
        self.now = first >> below << below;
        for (state, time) in spread.drain(..) {
            self.push(state, time);
        }
        self.spread = spread;
        true
    }
}

impl Level {
    /// The first filled bucket from `from` on.
    #[inline]
    fn next(&self, from: usize) -> Option<usize> {
        let mut word = from / 64;
        let mut bits = self.filled[word] & (u64::MAX << (from % 64));
        while bits == 0 {
            word += 1;
            bits = *self.filled.get(word)?;
        }
        Some(word * 64 + bits.trailing_zeros() as usize)
    }
}
