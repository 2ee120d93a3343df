//! Where the outline of a zone cuts the line between two nodes.

use super::piece::Beside;
use super::surface::Node;

/// A side of the square between four nodes, from its western or southern node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    East,
    North,
}

/// A side is cut at so many places at most.
pub(super) const CUTS: u16 = 4096;
/// A cut keeps so far from both nodes that no line runs through a node.
const MARGIN: u16 = 41;
/// How far the outline reaches beyond a node that is inside only because of a street in its square, as a share of a side: what little
/// it may add is less than a step away from the street.
const STREET_MARGIN: u16 = CUTS / 5;

/// A line from a node inside to a neighbour outside.
pub(super) struct WayOut<'n> {
    /// The node inside, its column and row, and the metres between columns there.
    pub(super) node: &'n Node,
    /// Whether the street in the square around the node is reached sooner than the node itself.
    pub(super) is_quicker_on_street: bool,
    pub(super) at: [f64; 2],
    pub(super) metres_per_col: f64,
    /// Where the neighbour is: on this side, to the east or north where `onwards`.
    pub(super) side: Side,
    pub(super) onwards: bool,
}

impl WayOut<'_> {
    /// Where the outline cuts the side, in parts of [`CUTS`] from the western or southern node. A longer limit moves it away from the
    /// node inside, never towards it.
    pub(super) fn cut(&self, beside: &Beside, limit: f32) -> u16 {
        let cut = self.length(beside, limit).clamp(MARGIN, CUTS - MARGIN);
        if self.onwards { cut } else { CUTS - cut }
    }

    /// How far along the side, in parts of it, the walk gets from the street that decides the node. What lies within a limit around a
    /// straight piece of street is convex, so the border is where one part is reached and the next is not: it is guessed, and
    /// tried on both sides.
    fn length(&self, beside: &Beside, limit: f32) -> u16 {
        let least = if self.is_quicker_on_street { STREET_MARGIN } else { 0 };
        if self.node.time > limit {
            return least;
        }
        let limit = f64::from(limit);
        let reached = |cut: u16| {
            let share = f64::from(cut) / f64::from(CUTS) * if self.onwards { 1.0 } else { -1.0 };
            let [col, row] = self.at;
            let at = if self.side == Side::East { [col + share, row] } else { [col, row + share] };
            beside.time_over(&self.node.piece, at, self.metres_per_col) <= limit
        };
        let (mut yes, mut no) = (least, CUTS);
        let (mut found_yes, mut found_no) = (false, false);
        let mut probe = (self.guess(beside, limit) * f64::from(CUTS)) as u16;
        let mut stride = 1;
        while no - yes > 1 {
            probe = probe.clamp(yes + 1, no - 1);
            if reached(probe) {
                (yes, found_yes) = (probe, true);
            } else {
                (no, found_no) = (probe, true);
            }
            probe = match (found_yes, found_no) {
                (true, true) => yes + (no - yes) / 2,
                (true, false) => yes.saturating_add(stride),
                _ => no.saturating_sub(stride),
            };
            stride = stride.saturating_mul(4);
        }
        yes
    }

    /// The share of the side at which the walk from the street takes until the limit, or is as long as one walks at most, whichever is
    /// less: exact where one of them alone decides. By Newton's method from the node outside, which comes nearer from outside since
    /// the time is convex.
    fn guess(&self, beside: &Beside, limit: f64) -> f64 {
        let piece = &self.node.piece;
        let (pace, reach) = (f64::from(beside.pace), f64::from(beside.reach));
        let metres = [self.metres_per_col, beside.step_m];
        let from = [0, 1].map(|axis| (piece.from[axis] - self.at[axis]) * metres[axis]);
        let way = [0, 1].map(|axis| (piece.to[axis] - piece.from[axis]) * metres[axis]);
        let length = (way[0] * way[0] + way[1] * way[1]).sqrt();
        let unit = if length > 0.0 { way.map(|part| part / length) } else { [1.0, 0.0] };
        let slope = if length > 0.0 { (piece.end - piece.start) / length } else { 0.0 };
        let ratio = slope / pace;
        let lead = if ratio < 1.0 { ratio / (1.0 - ratio * ratio).sqrt() } else { f64::INFINITY };
        let whole = if self.onwards { 1.0 } else { -1.0 };
        let side = if self.side == Side::East { [whole * metres[0], 0.0] } else { [0.0, whole * metres[1]] };
        // Along the street and away from it: at the node, and what a whole side adds.
        let (foot, foot_more) = (-(from[0] * unit[0] + from[1] * unit[1]), side[0] * unit[0] + side[1] * unit[1]);
        let (away, away_more) = (from[0] * unit[1] - from[1] * unit[0], side[1] * unit[0] - side[0] * unit[1]);
        let mut share = 1.0;
        for _ in 0..4 {
            let (foot, away) = (foot + share * foot_more, away + share * away_more);
            let along = if away == 0.0 { foot } else { foot - lead * away.abs() }.clamp(0.0, length);
            let walk = ((along - foot) * (along - foot) + away * away).sqrt();
            let over = piece.start + slope * along + pace * walk - limit;
            let growth = pace * ((foot - along) * foot_more + away * away_more) / walk;
            if over.abs() < 1e-4 || growth <= 0.0 || walk == 0.0 {
                break;
            }
            share = (share - over / growth).clamp(0.0, 1.0);
        }
        // Where the street is as far away as one walks: beside the piece, or around its nearer end.
        let beside_it = if away_more == 0.0 { f64::INFINITY } else { (reach.copysign(away_more) - away) / away_more };
        let foot_there = foot + beside_it * foot_more;
        let far = if (0.0..=length).contains(&foot_there) {
            beside_it
        } else {
            let end = if foot + foot_more <= length / 2.0 { 0.0 } else { length };
            let (square, product) =
                (foot_more * foot_more + away_more * away_more, (foot - end) * foot_more + away * away_more);
            let rest = (foot - end) * (foot - end) + away * away - reach * reach;
            (-product + (product * product - square * rest).max(0.0).sqrt()) / square
        };
        share.min(far).clamp(0.0, 1.0)
    }
}
