//! Where labels go: off each other, inside the picture, near what they name.

use crate::output::chart::canvas::{Point, Rect};

/// Moves the places of labels on one axis as little as needed, so that neighbours are `gap` apart and all lie between `low`
/// and `high`. The order of the answers is the order of `wanted`; equal places keep their order. Where there is too little
/// room the gap shrinks.
pub fn spread(wanted: &[f64], gap: f64, low: f64, high: f64) -> Vec<f64> {
    let n = wanted.len();
    if n == 0 {
        return Vec::new();
    }
    let gap = gap.min((high - low).max(0.0) / (n.max(2) - 1) as f64);
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by(|&a, &b| wanted[a].total_cmp(&wanted[b]).then(a.cmp(&b)));
    // Pool adjacent violators: a block is a run of labels that touch; its place is the mean of what they want.
    let mut blocks: Vec<(f64, usize)> = Vec::new();
    for (rank, &i) in order.iter().enumerate() {
        let shifted = wanted[i] - gap * rank as f64;
        blocks.push((shifted, 1));
        while blocks.len() > 1 && blocks[blocks.len() - 2].0 >= blocks[blocks.len() - 1].0 {
            let (mean, size) = blocks.pop().expect("two blocks were counted");
            let last = blocks.last_mut().expect("two blocks were counted");
            *last = ((last.0 * last.1 as f64 + mean * size as f64) / (last.1 + size) as f64, last.1 + size);
        }
    }
    let top = high - gap * (n - 1) as f64;
    let mut places = vec![0.0; n];
    let placed = blocks.iter().flat_map(|&(mean, size)| std::iter::repeat_n(mean.clamp(low, top.max(low)), size));
    for (rank, (&i, shifted)) in order.iter().zip(placed).enumerate() {
        places[i] = shifted + gap * rank as f64;
    }
    places
}

/// Keeps account of what is taken in a picture and finds room for labels.
pub struct Placer {
    view: Rect,
    taken: Vec<Rect>,
}

impl Placer {
    /// An empty picture.
    pub fn new(view: Rect) -> Self {
        Placer { view, taken: Vec::new() }
    }

    /// Nothing may be placed on `rect`.
    pub fn take(&mut self, rect: Rect) {
        self.taken.push(rect);
    }

    /// Finds the best box of `width` by `height` around the symbol at `at`, beside it first, then above and below, then
    /// farther off; takes it. `None` where every place is taken.
    pub fn place(&mut self, at: Point, radius: f64, width: f64, height: f64) -> Option<Rect> {
        let free = |rect: &Rect| self.view.contains(*rect) && self.taken.iter().all(|taken| taken.overlap(*rect) <= 0.0);
        let mut places = candidates(at, radius, width, height);
        places.sort_by(|a, b| a.0.total_cmp(&b.0));
        let rect = places.into_iter().map(|(_, rect)| rect).find(free)?;
        self.taken.push(rect);
        Some(rect)
    }
}

/// Boxes around a point with the price of each.
fn candidates((x, y): Point, radius: f64, width: f64, height: f64) -> Vec<(f64, Rect)> {
    let mut found = Vec::new();
    for (ring, distance) in [radius + 0.8, radius + 2.5, radius + 5.0].into_iter().enumerate() {
        let far = ring as f64 * 1.5;
        let diagonal = distance * 0.75;
        let (left, right) = (x - distance - width, x + distance);
        let (above, below) = (y - distance - height, y + distance);
        let (centred, level) = (x - width / 2.0, y - height / 2.0);
        let places = [
            (0.0, right, level),
            (0.3, left, level),
            (0.4, centred, above),
            (0.5, centred, below),
            (0.6, x + diagonal, y - diagonal - height),
            (0.7, x + diagonal, y + diagonal),
            (0.8, x - diagonal - width, y - diagonal - height),
            (0.9, x - diagonal - width, y + diagonal),
            (1.0, x - width * 0.25, above),
            (1.0, x - width * 0.75, above),
            (1.1, x - width * 0.25, below),
            (1.1, x - width * 0.75, below),
        ];
        found.extend(places.map(|(price, left, top)| (price + far, Rect::new(left, top, width, height))));
    }
    found
}
