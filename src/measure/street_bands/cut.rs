//! Where the outline of a zone cuts the line between two nodes.
//!
//! A zone is right to within a step if nodes are on the right side of its outline, if one gets in time to where it cuts a side, and if no cut
//! comes too near to the node inside. Take a place between four nodes. Outside, it lies within 0.84 of a step of the line through the nodes outside,
//! or before one of them: √(0.5² + 0.84²) = 0.978 of a step from one at most. Inside, the same holds of the nodes inside, or else it lies beside
//! the last 0.16 of a side that is cut: less than 0.6 of a step from where one gets in time. There is room for columns that are 2 % wider than rows.

use super::course::{Beside, Course};
use super::surface::Node;

/// A side of the square between four nodes, from its western or southern node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    East,
    North,
}

/// A side is cut at so many places at most.
pub(super) const CUTS: u16 = 4096;

/// A cut keeps so far from the node inside.
const LEAST: u16 = 655;
/// A cut keeps so far from the node outside that no line runs through it.
const MARGIN: u16 = 41;
/// How far the outline reaches beyond a node that is inside only because of a street in its square, as a share of a side: what little
/// it may add is less than a step away from the street.
const STREET_MARGIN: u16 = CUTS / 5;

/// A line from a node inside to a neighbour outside.
pub(super) struct WayOut<'n> {
    /// The node inside.
    pub(super) node: &'n Node,
    /// Whether the street in the square around the node is reached sooner than the node itself.
    pub(super) is_quicker_on_street: bool,
    /// Metres to the neighbour, to the east and to the north.
    pub(super) side: [f32; 2],
}

/// How a course lies as seen from a place on the way out: how far along it, and how far away from it. What a whole side adds to both.
struct Line {
    foot: f32,
    away: f32,
    foot_more: f32,
    away_more: f32,
}

impl WayOut<'_> {
    /// How far from the node inside the outline cuts the side, in parts of [`CUTS`]. A longer limit moves it away from the node, never
    /// towards it.
    pub(super) fn cut(&self, beside: &Beside, limit: f32) -> u16 {
        let least = if self.is_quicker_on_street { STREET_MARGIN } else { LEAST };
        let share = if self.node.time > limit { 0.0 } else { self.share(beside, limit) };
        ((share * f32::from(CUTS)) as u16).clamp(least, CUTS - MARGIN)
    }

    /// The share of the side at which the walk from the course takes until the limit, or is as long as one walks at most, whichever is
    /// less.
    fn share(&self, beside: &Beside, limit: f32) -> f32 {
        let course = &self.node.course;
        let Course { foot, away, unit, length, start, slope } = *course;
        let line = Line {
            foot,
            away,
            foot_more: self.side[0] * unit[0] + self.side[1] * unit[1],
            away_more: self.side[1] * unit[0] - self.side[0] * unit[1],
        };
        let length = if slope > 0.0 { ((limit - start) / slope).clamp(0.0, length) } else { length };
        line.in_time(course, beside, limit).min(line.within(beside.reach, length)).max(0.0)
    }
}

impl Line {
    /// By Newton's method from the node outside, which comes nearer from outside since the time is convex; and which never comes nearer
    /// for a longer limit.
    fn in_time(&self, course: &Course, beside: &Beside, limit: f32) -> f32 {
        let &Course { length, start, slope, .. } = course;
        let lead = beside.lead(slope);
        let mut share = 1.0;
        for _ in 0..3 {
            let (foot, away) = (self.foot + share * self.foot_more, self.away + share * self.away_more);
            let along = (foot - lead * away.abs()).max(0.0).min(length);
            let walk = ((along - foot) * (along - foot) + away * away).sqrt();
            let over = start + slope * along + beside.pace * walk - limit;
            let growth = beside.pace * ((foot - along) * self.foot_more + away * self.away_more) / walk;
            if over < 0.01 || growth <= 0.0 {
                break;
            }
            share -= over / growth;
        }
        share
    }

    /// Where the course is as far away as one walks: beside it, or around one of its ends.
    fn within(&self, reach: f32, length: f32) -> f32 {
        let &Line { foot, away, foot_more, away_more } = self;
        let square = foot_more * foot_more + away_more * away_more;
        let around = |end: f32| {
            let product = (foot - end) * foot_more + away * away_more;
            let under = product * product - square * ((foot - end) * (foot - end) + away * away - reach * reach);
            if under < 0.0 { 0.0 } else { (under.sqrt() - product) / square }
        };
        let beside_it = if away_more == 0.0 { f32::INFINITY } else { (reach.copysign(away_more) - away) / away_more };
        let is_beside = (0.0..=length).contains(&(foot + beside_it * foot_more));
        if is_beside { beside_it } else { around(0.0).max(around(length)) }
    }
}
