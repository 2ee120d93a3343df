//! Straight ways over reached streets, and the time of a place beside one of them.
//!
//! Metres are counted from the middle of a square, where columns are as wide as at its row. Numbers of 24 bits tell places within some
//! hundred metres to a hundredth of a millimetre, and times within an hour to a thousandth of a second.

use super::piece::Times;
use crate::units::{Distance, Speed};

/// A straight part of an edge within one square, as far as it does not depend on any search. 40 bytes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Part {
    /// The place of the edge along the curve of the canvas.
    pub(super) rank: u32,
    /// Where it begins, in the drawing direction of the edge: metres to the east and north from the middle of the square.
    from: [f32; 2],
    /// One metre on; to the east where the part has no length.
    unit: [f32; 2],
    length: f32,
    /// Where it begins, as a share of the edge.
    before: f32,
    /// The share of the edge that a metre is.
    per_metre: f32,
    /// How far the edge runs straight: metres before the part, and in all.
    back: f32,
    straight: f32,
}

/// A way over a part of a street in the direction in which it leads, as seen from a place. Metres and deciseconds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Course {
    /// How far along it, from its begin, the line at a right angle from the place meets it; it may lie before or behind it.
    pub(super) foot: f32,
    /// How far the place lies beside the line through it, to the left less than nothing.
    pub(super) away: f32,
    /// One metre on.
    pub(super) unit: [f32; 2],
    pub(super) length: f32,
    /// When it begins.
    pub(super) start: f32,
    /// What a metre of it takes.
    pub(super) slope: f32,
}

impl Course {
    /// The way to nowhere.
    pub(super) const NOTHING: Course =
        Course { foot: 0.0, away: 0.0, unit: [1.0, 0.0], length: 0.0, start: f32::INFINITY, slope: 0.0 };

    /// The same way back, from its end at another time.
    #[inline]
    fn turned(&self, start: f32, slope: f32) -> Course {
        let Course { foot, away, unit, length, .. } = *self;
        Course { foot: length - foot, away: -away, unit: [-unit[0], -unit[1]], length, start, slope }
    }
}

/// What has no length takes as long as its edge takes over a millimetre.
const SHORTEST_M: f64 = 0.001;

impl Part {
    pub(super) const NOTHING: Part = Part {
        rank: u32::MAX,
        from: [0.0; 2],
        unit: [1.0, 0.0],
        length: 0.0,
        before: 0.0,
        per_metre: 0.0,
        back: 0.0,
        straight: 0.0,
    };

    /// A part of an edge between two positions in a square of so many metres; the edge runs straight between two others.
    pub(super) fn new(
        rank: u32,
        square: [i64; 2],
        ends: [[f64; 2]; 2],
        shares: [f64; 2],
        straight: [[f64; 2]; 2],
        metres: [f32; 2],
    ) -> Self {
        let place = |end: [f64; 2]| [0, 1].map(|axis| (end[axis] - square[axis] as f64) * f64::from(metres[axis]));
        let way = |from: [f64; 2], to: [f64; 2]| [to[0] - from[0], to[1] - from[1]];
        let metres = |way: [f64; 2]| (way[0] * way[0] + way[1] * way[1]).sqrt();
        let ([from, to], [first, last]) = (ends.map(place), straight.map(place));
        let length = metres(way(from, to));
        let unit = if length > 0.0 { way(from, to).map(|axis| (axis / length) as f32) } else { [1.0, 0.0] };
        let length = length.max(SHORTEST_M);
        let back = metres(way(first, from));
        Part {
            rank,
            from: from.map(|axis| axis as f32),
            unit,
            length: length as f32,
            before: shares[0] as f32,
            per_metre: ((shares[1] - shares[0]) / length) as f32,
            back: back as f32,
            straight: metres(way(first, last)).max(back + length) as f32,
        }
    }

    /// The part as seen from a place, from which the middle of the square is so far to the east and north: a way without times.
    #[inline]
    pub(super) fn seen(&self, square: [f32; 2]) -> Course {
        let from = [self.from[0] + square[0], self.from[1] + square[1]];
        let foot = -(from[0] * self.unit[0] + from[1] * self.unit[1]);
        let away = from[0] * self.unit[1] - from[1] * self.unit[0];
        Course { foot, away, unit: self.unit, length: self.length, start: 0.0, slope: 0.0 }
    }

    /// When ways over the whole edge, from its begin and from its end, come to the part; `none` stands for no way.
    #[inline]
    pub(super) fn starts(&self, starts: [u32; 2], wholes: [u32; 2], none: u32) -> [f32; 2] {
        let shares = [self.before, 1.0 - (self.before + self.per_metre * self.length)];
        let start = |end: usize| if starts[end] == none { f32::INFINITY } else { starts[end] as f32 };
        [0, 1].map(|end| start(end) + wholes[end] as f32 * shares[end])
    }

    /// The way over it that comes to it at `start` and would take `whole` over the edge.
    #[inline]
    pub(super) fn course(&self, seen: &Course, start: f32, whole: u32, from_begin: bool) -> Course {
        let slope = whole as f32 * self.per_metre;
        if from_begin { Course { start, slope, ..*seen } } else { seen.turned(start, slope) }
    }

    /// The same over all of the edge as far as it runs straight.
    pub(super) fn straight(&self, seen: &Course, start: f32, whole: u32, from_begin: bool) -> Course {
        let Course { foot, length, slope, .. } = self.course(seen, start, whole, from_begin);
        let before = if from_begin { self.back } else { self.straight - self.back - length };
        let way = Course { foot: foot + before, length: self.straight, start: start - slope * before, slope, ..*seen };
        if from_begin { way } else { Course { away: -way.away, unit: way.unit.map(|axis| -axis), ..way } }
    }

    /// The way over as much of it as a run gets to, if any.
    pub(super) fn stretch(&self, seen: &Course, run: &Times) -> Option<Course> {
        let (before, share) = (f64::from(self.before), f64::from(self.per_metre));
        let [from, to] = run.between(before, before + share * f64::from(self.length))?;
        let metres = |at: f64| if share > 0.0 { ((at - before) / share) as f32 } else { 0.0 };
        let (low, high) = (metres(from.0.min(to.0)), metres(from.0.max(to.0)));
        let length = high - low;
        let onwards = Course { foot: seen.foot - low, length, ..*seen };
        let (start, slope) = (from.1 as f32, if length > 0.0 { (to.1 - from.1) as f32 / length } else { 0.0 });
        Some(if from.0 <= to.0 { Course { start, slope, ..onwards } } else { onwards.turned(start, slope) })
    }
}

/// How one moves beside the streets.
#[derive(Debug, Clone, Copy)]
pub(super) struct Beside {
    /// Deciseconds for a metre.
    pub(super) pace: f32,
    /// Metres for a decisecond.
    pub(super) speed: f32,
    /// Metres at most.
    pub(super) reach: f32,
}

impl Beside {
    pub(super) fn new(off_street: Speed, reach: Distance) -> Self {
        let speed = off_street.metres_per_hour() as f32 / 36_000.0;
        Beside { pace: 1.0 / speed, speed, reach: reach.metres() as f32 }
    }

    /// How far one goes back along a street for every metre away from it, where that is quickest: infinite where the street is no
    /// quicker than the walk.
    #[inline]
    pub(super) fn lead(&self, slope: f32) -> f32 {
        let ratio = slope * self.speed;
        ratio / more(1.0 - ratio * ratio, 0.0).sqrt()
    }

    /// The square of the distance in metres from the place that asks to a course.
    #[inline]
    pub(super) fn gap(&self, course: &Course) -> f32 {
        let before = course.foot - course.foot.max(0.0).min(course.length);
        before * before + course.away * course.away
    }

    /// The time at the place that asks, by way of a course some of which is within reach. The time over the course is a straight line and
    /// the walk a hyperbola; their sum is least where the walk grows as fast as the other falls.
    #[inline]
    pub(super) fn time(&self, course: &Course) -> f32 {
        let &Course { foot, away, length, start, slope, .. } = course;
        let (mut along, mut walk) = self.quickest(foot, away, length, slope);
        if walk > self.reach * self.reach {
            // The first place within reach.
            along = less(more(foot - more(self.reach * self.reach - away * away, 0.0).sqrt(), 0.0), length);
            walk = (along - foot) * (along - foot) + away * away;
        }
        start + slope * along + self.pace * walk.sqrt()
    }

    /// How far along a course one leaves it, however far one walks then, and the square of that walk.
    #[inline]
    fn quickest(&self, foot: f32, away: f32, length: f32, slope: f32) -> (f32, f32) {
        // Nothing times an infinite lead is no number, and counts as the begin of the course: a way along it that is no quicker than the walk.
        let along = less(more(foot - self.lead(slope) * away.abs(), 0.0), length);
        (along, (along - foot) * (along - foot) + away * away)
    }

    /// The times by way of a part of a street that begins, seen from its begin and from its end, at `starts`, where the whole edge takes
    /// `wholes`. Without branches, since none of them could be foretold.
    #[inline]
    pub(super) fn times(&self, part: &Part, seen: &Course, starts: [f32; 2], wholes: [u32; 2]) -> [f32; 2] {
        let feet = [seen.foot, seen.length - seen.foot];
        let slopes = wholes.map(|whole| whole as f32 * part.per_metre);
        let found = [0, 1].map(|end| self.quickest(feet[end], seen.away, seen.length, slopes[end]));
        if more(found[0].1, found[1].1) > self.reach * self.reach {
            return [0, 1].map(|end| self.time(&part.course(seen, starts[end], wholes[end], end == 0)));
        }
        [0, 1].map(|end| starts[end] + slopes[end] * found[end].0 + self.pace * found[end].1.sqrt())
    }
}

/// The greater of two; the second where the first is no number.
#[inline]
fn more(one: f32, other: f32) -> f32 {
    if one > other { one } else { other }
}

/// The lesser of two.
#[inline]
fn less(one: f32, other: f32) -> f32 {
    if one < other { one } else { other }
}
