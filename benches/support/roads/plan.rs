//! The junctions and streets that are laid, before anything is bent or numbered.

use onehour::network::streets::StreetClass;

/// A street between two junctions.
#[derive(Debug, Clone, Copy)]
pub struct Street {
    /// The junction where it begins.
    pub from: u32,
    /// The junction where it ends.
    pub to: u32,
    /// What it is.
    pub class: StreetClass,
    /// Whether it may be driven from its begin to its end only.
    pub one_way: bool,
    /// How fast a car is on it, in km/h.
    pub speed_kmh: u32,
    /// How far its middle lies beside the straight line, as a share of its length; negative to the right.
    pub bend: f64,
}

/// Junctions in metres, and streets between them.
#[derive(Debug, Default)]
pub struct Plan {
    /// East and north of the corner of the region.
    pub junctions: Vec<(f64, f64)>,
    /// In the order in which they were laid.
    pub streets: Vec<Street>,
}

impl Plan {
    /// A new junction.
    pub fn junction(&mut self, x: f64, y: f64) -> u32 {
        self.junctions.push((x, y));
        (self.junctions.len() - 1) as u32
    }

    /// Lays a street.
    pub fn lay(&mut self, from: u32, to: u32, class: StreetClass, one_way: bool, bend: f64) {
        self.streets.push(Street { from, to, class, one_way, speed_kmh: speed_kmh(class), bend });
    }

    /// The straight distance between two junctions in metres.
    pub fn metres(&self, from: u32, to: u32) -> f64 {
        distance(self.junctions[from as usize], self.junctions[to as usize])
    }
}

/// The straight distance between two places.
pub fn distance(from: (f64, f64), to: (f64, f64)) -> f64 {
    let (east, north) = (to.0 - from.0, to.1 - from.1);
    (east * east + north * north).sqrt()
}

/// How fast a car is, junctions included.
fn speed_kmh(class: StreetClass) -> u32 {
    match class {
        StreetClass::Motorway => 108,
        StreetClass::MotorwayLink => 48,
        StreetClass::Trunk => 76,
        StreetClass::Primary => 58,
        StreetClass::Secondary => 46,
        StreetClass::Tertiary => 38,
        StreetClass::Unclassified => 34,
        StreetClass::Residential => 24,
        StreetClass::Service => 14,
        _ => 18,
    }
}

/// Sets of junctions that are joined, by union and find.
pub struct Joined(Vec<u32>);

impl Joined {
    /// `n` junctions, none joined.
    pub fn new(n: usize) -> Self {
        Joined((0..n as u32).collect())
    }

    /// The junction that stands for the set of another.
    pub fn of(&mut self, mut at: u32) -> u32 {
        while self.0[at as usize] != at {
            let above = self.0[self.0[at as usize] as usize];
            self.0[at as usize] = above;
            at = above;
        }
        at
    }

    /// Joins two; whether they were not joined before.
    pub fn join(&mut self, one: u32, other: u32) -> bool {
        let (one, other) = (self.of(one), self.of(other));
        // The smaller number stands for both, so that the result does not depend on the order of the two.
        self.0[one.max(other) as usize] = one.min(other);
        one != other
    }
}
