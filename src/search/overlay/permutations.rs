//! Orders of projects that look random and are the same every time.

/// Numbers of SplitMix64 (Steele, Lea & Flood 2014, OOPSLA).
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `end`, each equally likely: numbers of the incomplete last round are thrown again.
    fn below(&mut self, end: u64) -> u64 {
        let whole_rounds = u64::MAX - u64::MAX % end;
        loop {
            let number = self.next();
            if number < whole_rounds {
                return number % end;
            }
        }
    }
}

/// The order of `n` projects in a draw: it depends on the seed and the number of the draw alone.
pub(super) fn permutation(n: usize, seed: u64, draw: u64) -> Vec<usize> {
    let mut numbers = Numbers(seed);
    numbers.0 = numbers.next() ^ draw;
    numbers.0 = numbers.next();
    let mut order: Vec<usize> = (0..n).collect();
    for last in (1..n).rev() {
        order.swap(last, numbers.below(last as u64 + 1) as usize);
    }
    order
}
