//! Seeded chance: a stream of numbers, and numbers that belong to a place whatever was asked before.

/// Mixes 64 bits so that every bit of the result depends on every bit of `value`: the finalizer of SplitMix64 (Steele, Lea and
/// Flood, 2014, Fast splittable pseudorandom number generators, OOPSLA).
pub fn mixed(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    value ^ (value >> 31)
}

/// A stream of numbers that depends on the seed alone.
pub struct Chance(u64);

impl Chance {
    /// The stream of one thing, `number`, under a seed.
    pub fn of(seed: u64, number: u64) -> Self {
        Chance(mixed(seed ^ mixed(number.wrapping_add(0x9E37_79B9_7F4A_7C15))))
    }

    /// Any 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        mixed(self.0)
    }

    /// From 0 to below 1.
    pub fn share(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// From `low` to below `high`.
    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.share()
    }

    /// Yes in `share` of all cases.
    pub fn yes(&mut self, share: f64) -> bool {
        self.share() < share
    }

    /// A whole number from `low` to `high`, both included.
    pub fn whole(&mut self, low: usize, high: usize) -> usize {
        low + (self.bits() % (high - low + 1) as u64) as usize
    }
}

/// Smooth noise from −1 to 1 that belongs to the place: values at the corners of squares of `wavelength`, and between them the
/// smoothed bilinear mean (value noise).
pub fn noise(seed: u64, x: f64, y: f64, wavelength: f64) -> f64 {
    let (x, y) = (x / wavelength, y / wavelength);
    let (column, row) = (x.floor(), y.floor());
    let smooth = |t: f64| t * t * (3.0 - 2.0 * t);
    let (right, up) = (smooth(x - column), smooth(y - row));
    let corner = |dx: f64, dy: f64| {
        let (column, row) = ((column + dx) as i64 as u64, (row + dy) as i64 as u64);
        let bits = mixed(seed ^ column.wrapping_mul(0xD6E8_FEB8_6659_FD93) ^ mixed(row));
        (bits >> 11) as f64 / (1u64 << 52) as f64 - 1.0
    };
    let low = corner(0.0, 0.0) + (corner(1.0, 0.0) - corner(0.0, 0.0)) * right;
    let high = corner(0.0, 1.0) + (corner(1.0, 1.0) - corner(0.0, 1.0)) * right;
    low + (high - low) * up
}
