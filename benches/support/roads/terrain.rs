//! Mountains with valleys, and rivers: what roads go along or around.

use super::chance::{mixed, noise};

/// The ground of a region; everything follows from the seed and the place.
pub struct Terrain {
    seed: u64,
}

impl Terrain {
    /// The ground under a seed.
    pub fn new(seed: u64) -> Self {
        Terrain { seed: mixed(seed) }
    }

    /// Whether a place (metres) lies in the mountains: about a quarter of the region.
    pub fn is_mountain(&self, x: f64, y: f64) -> bool {
        let broad = noise(self.seed, x, y, 45_000.0);
        let rough = noise(self.seed ^ 1, x, y, 11_000.0);
        broad + 0.35 * rough > 0.22
    }

    /// How far from the bottom of a valley, up to about 1; the sign tells the two slopes apart.
    pub fn slope(&self, x: f64, y: f64) -> f64 {
        noise(self.seed ^ 2, x, y, 12_000.0) + 0.25 * noise(self.seed ^ 3, x, y, 3_000.0)
    }

    /// Moves a place towards the bottom of its valley, by at most a few kilometres.
    pub fn in_valley(&self, mut x: f64, mut y: f64) -> (f64, f64) {
        for _ in 0..6 {
            let step = 60.0;
            let here = self.slope(x, y);
            let east = (self.slope(x + step, y) - here) / step;
            let north = (self.slope(x, y + step) - here) / step;
            let steep = (east * east + north * north).max(1e-9);
            let far = (here / steep.sqrt()).clamp(-900.0, 900.0) / steep.sqrt();
            x -= east * far;
            y -= north * far;
        }
        (x, y)
    }

    /// The bank of the river on which a place lies.
    pub fn bank(&self, x: f64, y: f64) -> bool {
        noise(self.seed ^ 4, x, y, 38_000.0) + 0.2 * noise(self.seed ^ 5, x, y, 6_000.0) > 0.05
    }

    /// Whether a straight way between two places of the mountains goes over a ridge.
    pub fn is_pass(&self, from: (f64, f64), to: (f64, f64)) -> bool {
        let at = |share: f64| (from.0 + (to.0 - from.0) * share, from.1 + (to.1 - from.1) * share);
        [0.25, 0.5, 0.75].into_iter().map(at).any(|(x, y)| self.is_mountain(x, y) && self.slope(x, y).abs() > 0.22)
    }
}
