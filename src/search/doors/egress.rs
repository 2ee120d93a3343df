//! The way from the last stop to the door, for every door and all times of a window at once.
//!
//! A door is reached at a time of the window by the best of its stops: `min over stops (ride[stop][time] + way)`. Here the times are
//! *lanes* that lie side by side, so that one instruction serves eight of them, and the work goes door after door: what a door needs
//! stays in the nearest cache until its percentiles are taken, and no lane is ever stored. (After R5's `PerTargetPropagater`.)
//!
//! **Lanes are counted from the end.** A lane holds how much is *left* of the greatest number, so that nothing left means never, and a
//! way subtracts from it. Lanes of 16 bits hold `max(0, 65535 − t)`: subtracting with an end at zero and taking the larger are exact
//! images of adding times and taking the shorter for every result below 65 535 deciseconds (109 minutes), because
//! `max(0, max(0, a − t) − w) = max(0, a − t − w)`, and all larger results become 0 alike. So a rank among lanes of 16 bits that is
//! not 0 is the rank among the times; where it is 0 and the longest trip allows more, the door is looked at again with 32 bits.
//!
//! Bytes moved: 2 a lane and way, read where several doors share the stop: in the second cache for a city, the third for a province.

use std::ops::Range;

use super::links::StopLink;
use super::ranks::{Ranks, TOGETHER};
use crate::network::timetable::CallStopIx;
use crate::search::raptor::range::Profile;
use crate::search::vectors::{Work, with_wide_registers};
use crate::units::Duration;

/// Rows are filled up to a multiple of this many lanes, which a processor handles in a few instructions.
const STEP: usize = 32;

/// Marks a stop without lanes.
const NO_ROW: u32 = u32::MAX;

/// Marks a time that is not reached, inside this module.
const UNREACHED: u32 = u32::MAX;

/// The stops of many doors, with times: those of one door after those of another, 12 bytes each and 4 for each door.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DoorLinks {
    /// The first link of every door, and one past the last.
    first: Vec<u32>,
    links: Vec<StopLink>,
}

impl DoorLinks {
    /// The links of doors in order.
    pub fn new(doors: impl IntoIterator<Item = Vec<StopLink>>) -> Self {
        let mut all = DoorLinks { first: vec![0], links: Vec::new() };
        for door in doors {
            all.links.extend(door);
            all.first
                .push(u32::try_from(all.links.len()).expect("fewer than four thousand million ways from stops to doors"));
        }
        all
    }

    /// How many doors there are.
    pub fn len(&self) -> usize {
        self.first.len() - 1
    }

    /// Whether there is no door.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The links of a door.
    pub fn of(&self, door: usize) -> &[StopLink] {
        &self.links[self.first[door] as usize..self.first[door + 1] as usize]
    }
}

/// A number that lanes are made of: 16 or 32 bits.
pub trait Lane: Copy + Ord + Default + Send + Sync {
    /// The longest duration that can be told from all longer ones.
    const LONGEST: u32;
    /// What is left when `duration` deciseconds are gone; the least number (the default) when too many are.
    fn left(duration: u32) -> Self;
    /// The deciseconds that are gone; `None` where nothing is left.
    fn duration(self) -> Option<u32>;
    /// Deciseconds as a number to subtract; as many as there can be where there are more.
    fn way(deciseconds: u32) -> Self;
    /// What is left after a way.
    fn after(self, way: Self) -> Self;
}

impl Lane for u16 {
    const LONGEST: u32 = u16::MAX as u32 - 1;

    fn left(duration: u32) -> Self {
        u16::MAX - Self::way(duration)
    }

    fn duration(self) -> Option<u32> {
        (self > 0).then(|| u32::from(u16::MAX - self))
    }

    fn way(deciseconds: u32) -> Self {
        u16::try_from(deciseconds).unwrap_or(u16::MAX)
    }

    #[inline(always)]
    fn after(self, way: Self) -> Self {
        self.saturating_sub(way)
    }
}

impl Lane for u32 {
    const LONGEST: u32 = u32::MAX - 1;

    fn left(duration: u32) -> Self {
        u32::MAX - duration
    }

    fn duration(self) -> Option<u32> {
        (self > 0).then(|| u32::MAX - self)
    }

    fn way(deciseconds: u32) -> Self {
        deciseconds
    }

    #[inline(always)]
    fn after(self, way: Self) -> Self {
        self.saturating_sub(way)
    }
}

/// How long rides take to stops: a row of lanes for every stop that any lane reaches.
#[derive(Debug, Clone)]
struct RideLanes<L> {
    n_lanes: usize,
    /// Lanes and what fills them up to a whole number of steps.
    width: usize,
    /// The row of every stop; `NO_ROW` for stops that are not reached.
    rows: Vec<u32>,
    left: Vec<L>,
}

impl<L: Lane> RideLanes<L> {
    /// Room for rides to `n_stops` stops in `n_lanes` lanes.
    fn new(n_stops: usize, n_lanes: usize) -> Self {
        RideLanes { n_lanes, width: n_lanes.next_multiple_of(STEP), rows: vec![NO_ROW; n_stops], left: Vec::new() }
    }

    /// Says how long rides to a stop take in the lanes from `lane` on, in deciseconds, [`UNREACHED`] where there is no ride. Lanes of
    /// which nothing is said have no ride.
    fn set(&mut self, stop: CallStopIx, lane: usize, durations: &[u32]) {
        assert!(lane + durations.len() <= self.n_lanes, "durations have lanes");
        let row = &mut self.rows[stop.at()];
        if *row == NO_ROW {
            *row = (self.left.len() / self.width) as u32;
            self.left.resize(self.left.len() + self.width, L::default());
        }
        let from = *row as usize * self.width + lane;
        for (left, &duration) in self.left[from..from + durations.len()].iter_mut().zip(durations) {
            *left = L::left(duration);
        }
    }

    /// The rows of the stops of a door, with what their ways subtract; those without a ride are left out.
    fn ways<'r>(&'r self, links: &'r [StopLink]) -> impl Iterator<Item = (&'r [L], L)> + 'r {
        links.iter().filter_map(|link| {
            let row = self.rows[link.stop.at()];
            let lanes = || &self.left[row as usize * self.width..(row as usize + 1) * self.width];
            (row != NO_ROW).then(|| (lanes(), L::way(link.time)))
        })
    }

    /// Leaves in every lane the most that a ride and the way from its stop leave, if it is more than what is there. Four ways are taken
    /// at a time, so that what is left is read and written a quarter as often.
    fn shorten(&self, links: &[StopLink], lanes: &mut [L]) {
        with_wide_registers(Shortening { rides: self, links, lanes });
    }
}

/// Lanes that the stops of a door may shorten.
struct Shortening<'a, L> {
    rides: &'a RideLanes<L>,
    links: &'a [StopLink],
    lanes: &'a mut [L],
}

impl<L: Lane> Work for Shortening<'_, L> {
    type Done = ();

    #[inline(always)]
    fn work(self) {
        let Shortening { rides, links, lanes } = self;
        let n = lanes.len();
        let mut ways = rides.ways(links);
        while let Some((a, way_a)) = ways.next() {
            let (b, way_b) = ways.next().unwrap_or((a, way_a));
            let (c, way_c) = ways.next().unwrap_or((a, way_a));
            let (d, way_d) = ways.next().unwrap_or((a, way_a));
            let (a, b, c, d) = (&a[..n], &b[..n], &c[..n], &d[..n]);
            for at in 0..n {
                let one = a[at].after(way_a).max(b[at].after(way_b));
                let other = c[at].after(way_c).max(d[at].after(way_d));
                lanes[at] = lanes[at].max(one.max(other));
            }
        }
    }
}

/// Rides from one root or several, ready to be carried on to doors. Lanes of 16 bits are the quicker ones; the answers are the same.
#[derive(Debug, Clone)]
pub struct Egress<L = u16> {
    limit: u32,
    n_roots: usize,
    rides: RideLanes<L>,
    /// The same in 32 bits, where trips may be longer than the lanes tell.
    wide: Option<RideLanes<u32>>,
}

impl<L: Lane> Egress<L> {
    /// Room for rides from `n_roots` roots to `n_stops` stops, `n_lanes` lanes for each root; what takes longer than `limit`
    /// deciseconds from door to door is not reached.
    pub fn new(n_stops: usize, n_roots: usize, n_lanes: usize, limit: u32) -> Self {
        let wide = (limit > L::LONGEST).then(|| RideLanes::new(n_stops, n_roots * n_lanes));
        Egress { limit, n_roots, rides: RideLanes::new(n_stops, n_roots * n_lanes), wide }
    }

    /// Says how long rides from a root to a stop take in the lanes from `lane` on, in deciseconds. What was said of these lanes before is
    /// forgotten; lanes of which nothing is said have no ride.
    pub fn set(&mut self, stop: CallStopIx, root: usize, lane: usize, durations: &[Option<u32>]) {
        let durations: Vec<u32> = durations.iter().map(|time| time.unwrap_or(UNREACHED)).collect();
        self.set_row(stop, root, lane, &durations);
    }

    fn set_row(&mut self, stop: CallStopIx, root: usize, lane: usize, durations: &[u32]) {
        let lane = root * (self.rides.n_lanes / self.n_roots) + lane;
        self.rides.set(stop, lane, durations);
        if let Some(wide) = &mut self.wide {
            wide.set(stop, lane, durations);
        }
    }

    /// The rides of a root as they were found: draw after draw, a lane for every time of the window.
    pub(super) fn set_profiles(&mut self, root: usize, draws: &[Profile]) {
        for (draw, profile) in draws.iter().enumerate() {
            for &stop in profile.reached() {
                let durations = profile.lanes(stop).expect("a reached stop has lanes");
                self.set_row(stop, root, draw * durations.len(), durations);
            }
        }
    }

    /// For every door of a range, from every root the times at the ranks, in this order; `None` where it is not reached within the limit
    /// at so many times. `alone` tells the deciseconds from a root to a door over streets alone, by their positions: they compete in
    /// every lane.
    pub fn times(
        &self,
        doors: &DoorLinks,
        asked: Range<usize>,
        ranks: &Ranks,
        alone: impl Fn(usize, usize) -> Option<u32>,
    ) -> Vec<Option<Duration>> {
        let n = ranks.n_lanes();
        assert_eq!(n * self.n_roots, self.rides.n_lanes, "ranks are among the lanes of one root");
        let mut found = Found::new(self, doors, ranks, asked.len());
        let mut lanes = vec![L::default(); self.rides.width];
        let mut waiting = vec![Asked::default(); self.n_roots];
        for door in asked {
            for (root, asked) in waiting.iter_mut().enumerate() {
                *asked = Asked { door, root, alone: alone(door, root).unwrap_or(UNREACHED) };
                lanes[root * n..(root + 1) * n].fill(L::left(asked.alone));
            }
            self.rides.shorten(doors.of(door), &mut lanes);
            for (lanes, asked) in lanes.chunks_mut(n).zip(&waiting) {
                found.take(lanes, *asked);
            }
        }
        found.finish()
    }

    fn within(&self, time: Option<u32>) -> Option<Duration> {
        time.filter(|&time| time <= self.limit).map(Duration::from_deciseconds)
    }
}

/// One question: a door from a root, with the time over streets alone.
#[derive(Debug, Clone, Copy, Default)]
struct Asked {
    door: usize,
    root: usize,
    alone: u32,
}

/// Answers as they come, in the order of the questions.
struct Found<'e, L> {
    egress: &'e Egress<L>,
    doors: &'e DoorLinks,
    ranks: &'e Ranks,
    /// Lanes of the questions that wait: a row for each lane, a column for each question.
    rows: Vec<[L; TOGETHER]>,
    waiting: Vec<Asked>,
    /// Lanes of 32 bits of the door that was last asked for again, from all roots, before what the streets alone leave.
    wide: Vec<u32>,
    wide_door: Option<usize>,
    times: Vec<Option<Duration>>,
}

impl<'e, L: Lane> Found<'e, L> {
    fn new(egress: &'e Egress<L>, doors: &'e DoorLinks, ranks: &'e Ranks, n_doors: usize) -> Self {
        let times = Vec::with_capacity(n_doors * egress.n_roots * ranks.len());
        let rows = vec![[L::default(); TOGETHER]; ranks.n_lanes()];
        let waiting = Vec::with_capacity(TOGETHER);
        Found { egress, doors, ranks, rows, waiting, wide: Vec::new(), wide_door: None, times }
    }

    fn take(&mut self, lanes: &mut [L], asked: Asked) {
        if !self.ranks.has_network() {
            let (first, mut saturated) = (self.times.len(), false);
            self.ranks.select(lanes, |left| {
                self.times.push(self.egress.within(left.duration()));
                saturated |= left == L::default();
            });
            return self.again(first, saturated, &asked);
        }
        let column = self.waiting.len();
        for (row, &left) in self.rows.iter_mut().zip(&*lanes) {
            row[column] = left;
        }
        self.waiting.push(asked);
        if self.waiting.len() == TOGETHER {
            self.answer();
        }
    }

    /// Answers the questions that wait.
    fn answer(&mut self) {
        self.ranks.sort(&mut self.rows);
        for column in 0..self.waiting.len() {
            let first = self.times.len();
            let left = self.ranks.all().iter().map(|&rank| self.rows[rank][column]);
            let saturated = left.clone().any(|left| left == L::default());
            self.times.extend(left.map(|left| self.egress.within(left.duration())));
            let asked = self.waiting[column];
            self.again(first, saturated, &asked);
        }
        self.waiting.clear();
    }

    /// Where 16 bits did not tell a time, asks 32 bits for all ranks of the question. No question is asked again twice, so that its lanes may be
    /// brought out of order.
    fn again(&mut self, first: usize, saturated: bool, asked: &Asked) {
        let Some(rides) = self.egress.wide.as_ref().filter(|_| saturated) else { return };
        if self.wide_door != Some(asked.door) {
            self.wide.clear();
            self.wide.resize(rides.width, 0);
            rides.shorten(self.doors.of(asked.door), &mut self.wide);
            self.wide_door = Some(asked.door);
        }
        let lanes = &mut self.wide[asked.root * self.ranks.n_lanes()..][..self.ranks.n_lanes()];
        lanes.iter_mut().for_each(|lane| *lane = u32::left(asked.alone).max(*lane));
        let times = &mut self.times;
        times.truncate(first);
        self.ranks.select(lanes, |left| times.push(self.egress.within(left.duration())));
    }

    fn finish(mut self) -> Vec<Option<Duration>> {
        self.answer();
        self.times
    }
}
