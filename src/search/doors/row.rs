//! One point against many, for every departure (or arrival) of a window.

use std::ops::Range;

use rayon::prelude::*;

use super::egress::Egress;
use super::far::{Alone, FarPoints};
use super::journey::DoorJourney;
use super::links::{LinkScratch, StopLink, way_time};
use super::located::Located;
use super::ranks::Ranks;
use super::reach::ReachScratch;
use super::searched::StreetSearch;
use super::world::World;
use super::{Approach, Statistic, Terms, Window};
use crate::network::streets::StreetMode;
use crate::network::timetable::CallStopIx;
use crate::search::flat::Scratch;
use crate::search::hierarchy::SweepScratch;
use crate::search::raptor::range::Profile;
use crate::search::raptor::{self, Limits};
use crate::search::{Direction, Outcome, Reason};
use crate::units::Duration;

/// Marks a time that is not reached, inside this module.
const UNREACHED: u32 = u32::MAX;

/// So many far points are answered at a time by one thread.
const FAR_AT_ONCE: usize = 1_024;

/// The other end of journeys, with the stops around it.
#[derive(Debug, Clone, PartialEq)]
pub struct Far {
    /// Where it is.
    pub point: Located,
    /// The stops it can use.
    pub links: Vec<StopLink>,
}

/// Durations between a root and a far point, one for each time of the window in each draw: lane `draw · times + time`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lanes {
    deciseconds: Vec<u32>,
    none: Reason,
    tested: bool,
    /// Whether there is a way at any time, over streets alone.
    always: bool,
}

/// Memory for one search after the other.
#[derive(Default)]
pub struct Workspace {
    pub(super) streets: Scratch,
    pub(super) found: StreetSearch,
    pool: Vec<StreetSearch>,
    pub(super) links: LinkScratch,
    /// A scratch belongs to one sweep graph after the other: what it holds is read before the next search.
    pub(super) sweep: SweepScratch,
    pub(super) rides: raptor::Scratch,
    pub(super) reach: ReachScratch,
}

impl World<'_> {
    /// The other ends of searches in `direction`, in the order of `points`.
    pub fn far_points(&self, points: Vec<Located>, terms: &Terms, direction: Direction) -> Vec<Far> {
        let far = |scratch: &mut LinkScratch, point: Located| {
            let links = self.near_links(&point, terms, direction.opposite(), scratch);
            Far { point, links }
        };
        points.into_par_iter().map_init(LinkScratch::default, far).collect()
    }

    /// How many timetables are searched.
    pub(super) fn n_draws(&self, terms: &Terms, window: &Window) -> usize {
        let n_draws = self.rides().filter(|_| terms.max_rides > 0).map_or(1, |rides| rides.draws.len().max(1));
        if window.first_draw { 1 } else { n_draws }
    }

    /// The durations between `root` and every far point, in their order: forwards from the root, backwards to it.
    pub fn row(&self, root: &Located, far: &[Far], terms: &Terms, window: &Window, workspace: &mut Workspace) -> Vec<Lanes> {
        let tree = self.tree(root, terms, window, workspace);
        let lanes = far.iter().map(|far| tree.lanes(far)).collect();
        tree.give_back(workspace);
        lanes
    }

    /// Searches from `root` (to it, backwards): over streets for every direct way, and over what runs for every time of the window.
    pub fn tree<'t>(&'t self, root: &Located, terms: &Terms, window: &Window, workspace: &mut Workspace) -> DoorTree<'t> {
        let near = self.near_links(root, terms, window.direction, &mut workspace.links);
        let rides = self.rides_from(&near, terms, window, &mut workspace.rides);
        let mut direct = Vec::new();
        for approach in &terms.direct {
            let mode = approach.kind.street_mode();
            let (Some(of), Some(on)) = (self.mode(mode), root.on(mode)) else { continue };
            let mut found = workspace.pool.pop().unwrap_or_default();
            of.search(window.direction, on, approach.layer_limit_within(terms.max_trip.deciseconds()), &mut found);
            direct.push((*approach, found));
        }
        DoorTree { world: self, root: root.clone(), terms: terms.clone(), window: window.clone(), near, rides, direct }
    }

    /// The stops around the root of searches in `direction`, where rides are allowed; those around a far point of searches in the
    /// opposite direction.
    pub(super) fn near_links(
        &self,
        root: &Located,
        terms: &Terms,
        direction: Direction,
        scratch: &mut LinkScratch,
    ) -> Vec<StopLink> {
        if terms.max_rides == 0 {
            return Vec::new();
        }
        self.links(root, terms.near(direction), direction, scratch)
    }

    /// The rides of every draw from a root (to it, backwards); nothing where nothing runs or no stop is near.
    pub(super) fn profiles(
        &self,
        root: &Located,
        terms: &Terms,
        window: &Window,
        workspace: &mut Workspace,
    ) -> Vec<Profile> {
        let near = self.near_links(root, terms, window.direction, &mut workspace.links);
        self.rides_from(&near, terms, window, &mut workspace.rides)
    }

    /// Rides from (to, backwards) the stops near the root, one profile a draw.
    pub(super) fn rides_from(
        &self,
        near: &[StopLink],
        terms: &Terms,
        window: &Window,
        scratch: &mut raptor::Scratch,
    ) -> Vec<Profile> {
        let Some(rides) = self.rides().filter(|_| !near.is_empty()) else { return Vec::new() };
        let access: Vec<_> = near.iter().map(|link| (link.stop, link.time)).collect();
        let limits = ride_limits(terms, window.direction);
        rides
            .draws
            .iter()
            .take(self.n_draws(terms, window))
            .map(|draw| draw.range(&access, &window.times, &limits, scratch))
            .collect()
    }
}

/// A search from one root, to be asked for the way to any far point.
pub struct DoorTree<'w> {
    world: &'w World<'w>,
    /// Where it starts.
    pub root: Located,
    /// What is allowed.
    pub terms: Terms,
    /// When.
    pub window: Window,
    near: Vec<StopLink>,
    rides: Vec<Profile>,
    direct: Vec<(Approach, StreetSearch)>,
}

impl DoorTree<'_> {
    /// The durations to a far point (from it, backwards).
    pub fn lanes(&self, far: &Far) -> Lanes {
        let n_times = self.window.times.len();
        let direct = self.direct(&far.point);
        let mut deciseconds = vec![direct; n_times * self.rides.len().max(1)];
        for (profile, lanes) in self.rides.iter().zip(deciseconds.chunks_mut(n_times)) {
            for link in &far.links {
                shorten(lanes, profile, link);
            }
        }
        let max_trip = self.terms.max_trip.deciseconds();
        for time in &mut deciseconds {
            *time = if *time <= max_trip { *time } else { UNREACHED };
        }
        let tested = self.root.is_usable() && far.point.is_usable();
        Lanes {
            deciseconds,
            none: reason(&self.terms, !self.near.is_empty(), !far.links.is_empty()),
            tested,
            always: direct <= max_trip,
        }
    }

    /// The searches over streets alone by a mode.
    pub(super) fn direct_searches(&self, mode: StreetMode) -> impl Iterator<Item = (&Approach, &StreetSearch)> {
        let by_mode = move |(approach, _): &&(Approach, StreetSearch)| approach.kind.street_mode() == mode;
        self.direct.iter().filter(by_mode).map(|(approach, found)| (approach, found))
    }

    /// Every stop that rides reach, with their duration at the first time of the window in the first draw.
    pub(super) fn each_ride(&self, mut give: impl FnMut(CallStopIx, u32)) {
        let Some(profile) = self.rides.first() else { return };
        for &stop in profile.reached() {
            if let Some(duration) = profile.duration(stop, 0) {
                give(stop, duration);
            }
        }
    }

    /// The shortest way over streets alone.
    fn direct(&self, far: &Located) -> u32 {
        if self.root.is_same(far) {
            return 0;
        }
        let way = |(approach, found): &(Approach, StreetSearch)| {
            let mode = approach.kind.street_mode();
            let (of, on, point) = (self.world.mode(mode)?, self.root.on(mode)?, far.on(mode)?);
            approach.whole(way_time(of, on, point, self.window.direction, |state| found.time(of, state))?)
        };
        self.direct.iter().filter_map(way).min().unwrap_or(UNREACHED)
    }

    /// The time that counts to every far point (from them, backwards), in their order: what [`Lanes::percentile`] and [`Lanes::best`] say
    /// of the lanes of each. Spread over threads.
    pub fn outcomes(&self, far: &FarPoints, statistic: Statistic) -> Vec<Outcome> {
        let n_stops = self.world.rides().map_or(0, |rides| rides.timetable.stops.len());
        let n_lanes = self.window.times.len() * self.rides.len().max(1);
        let longest = self.terms.max_trip.deciseconds();
        let mut egress: Egress = Egress::new(n_stops, 1, n_lanes, longest);
        egress.set_profiles(0, &self.rides);
        let rank = statistic.position(n_lanes);
        // The shortest time tells whether there is a journey at any time.
        let ranks = Ranks::new(n_lanes, &[rank.unwrap_or(0), 0]);
        let alone = self.alone(far);
        let part = |doors: Range<usize>| egress.times(&far.links, doors, &ranks, |door, root| alone.time(door, root));
        let parts = (0..far.len().div_ceil(FAR_AT_ONCE)).into_par_iter();
        let parts = parts.map(|part| part * FAR_AT_ONCE..((part + 1) * FAR_AT_ONCE).min(far.len()));
        let times: Vec<Option<Duration>> = parts.flat_map_iter(part).collect();
        let of_door = |(at, times): (usize, &[Option<Duration>])| {
            // Ways over streets alone have one lane and take as long at any time.
            let time = if rank.is_some() || alone.time(at, 0).is_some_and(|time| time <= longest) { times[0] } else { None };
            let tested = self.root.is_usable() && far.is_usable(at);
            let none = || far.reason(&self.terms, !self.near.is_empty(), at);
            outcome(tested, time, || times[1].is_some(), statistic.too_few(), none)
        };
        times.chunks(2).enumerate().map(of_door).collect()
    }

    /// The times over streets alone to all far points.
    fn alone(&self, far: &FarPoints) -> Alone {
        let mut alone = Alone::new(far.len(), 1);
        for (approach, found) in &self.direct {
            let mode = approach.kind.street_mode();
            let Some((of, on)) = self.world.mode(mode).zip(self.root.on(mode)) else { continue };
            far.on_streets(
                of,
                on,
                self.window.direction,
                |at, on| on.time(at, |state| found.time(of, state)),
                |far, time| {
                    if let Some(time) = approach.whole(time) {
                        alone.shorten(far, 0, time);
                    }
                },
            );
        }
        for (at, _) in far.points().iter().enumerate().filter(|(_, point)| self.root.is_same(point)) {
            alone.shorten(at, 0, 0);
        }
        alone
    }

    /// The journey at a lane to a far point (from it, backwards).
    pub fn journey(&self, far: &Far, lane: usize, workspace: &mut Workspace) -> Option<DoorJourney> {
        self.world.journey(&self.root, far, &self.terms, &self.window, lane, workspace)
    }

    /// Gives the memory of the search back for the next one.
    pub fn give_back(self, workspace: &mut Workspace) {
        workspace.pool.extend(self.direct.into_iter().map(|(_, found)| found));
    }
}

/// The limits of rides within these terms.
pub(super) fn ride_limits(terms: &Terms, direction: Direction) -> Limits {
    Limits { max_rides: terms.max_rides, max_duration: terms.max_trip.deciseconds(), direction }
}

/// Takes the way by one stop into account, for every time of the window.
fn shorten(lanes: &mut [u32], profile: &Profile, link: &StopLink) {
    let Some(rides) = profile.lanes(link.stop) else { return };
    for (lane, &ride) in lanes.iter_mut().zip(rides) {
        *lane = ride.saturating_add(link.time).min(*lane);
    }
}

/// What is said of a pair: whether both ends can be used at all, the time that counts, whether there is a journey at any time, what it
/// is called if there is one but not often enough, and why there is none.
pub(super) fn outcome(
    tested: bool,
    time: Option<Duration>,
    any: impl FnOnce() -> bool,
    too_few: Reason,
    none: impl FnOnce() -> Reason,
) -> Outcome {
    match time {
        _ if !tested => Outcome::NotTested(Reason::NoStreetInReach),
        Some(time) => Outcome::Reached(time),
        None if any() => Outcome::NoService(too_few),
        None => Outcome::Unreachable(none()),
    }
}

/// Why there is no journey at any time: no stop near one of the ends where streets alone do not lead on, or it takes too long.
pub(super) fn reason(terms: &Terms, root_has_stops: bool, far_has_stops: bool) -> Reason {
    let all_the_way = terms.direct.iter().any(|approach| approach.limit >= terms.max_trip);
    if terms.max_rides > 0 && !all_the_way && !(root_has_stops && far_has_stops) {
        Reason::NoStopInReach
    } else {
        Reason::BeyondLongestTrip
    }
}

impl Lanes {
    /// The duration at a lane; `None` where there is no journey within the longest trip.
    pub fn at(&self, lane: usize) -> Option<Duration> {
        Some(self.deciseconds[lane]).filter(|&time| time != UNREACHED).map(Duration::from_deciseconds)
    }

    /// The durations of all lanes.
    pub fn all(&self) -> impl Iterator<Item = Option<Duration>> + '_ {
        (0..self.deciseconds.len()).map(|lane| self.at(lane))
    }

    /// The time that `percent` of the departures (and draws) need at most: the smallest that at least so many do, by nearest rank.
    /// Departures without a journey count as longest.
    pub fn percentile(&self, percent: u8) -> Outcome {
        if !self.tested {
            return Outcome::NotTested(Reason::NoStreetInReach);
        }
        let mut sorted = self.deciseconds.clone();
        let at = Statistic::Percentile(percent).position(sorted.len()).expect("a window has a time");
        let (before, &mut value, _) = sorted.select_nth_unstable(at);
        match value {
            UNREACHED if before.iter().any(|&time| time != UNREACHED) => Outcome::NoService(Reason::TooFewDepartures),
            UNREACHED => Outcome::Unreachable(self.none),
            time => Outcome::Reached(Duration::from_deciseconds(time)),
        }
    }

    /// The time of the `rank`-th best departure, from 1: with 1, the best.
    pub fn best(&self, rank: usize) -> Outcome {
        if !self.tested {
            return Outcome::NotTested(Reason::NoStreetInReach);
        }
        let mut sorted = self.deciseconds.clone();
        sorted.sort_unstable();
        // Ways over streets alone have one lane and take as long at any time.
        let at = Statistic::Best(rank).position(sorted.len());
        match at.map(|at| sorted[at]).unwrap_or(if self.always { sorted[0] } else { UNREACHED }) {
            UNREACHED if sorted[0] != UNREACHED => Outcome::NoService(Reason::TooFewTrains),
            UNREACHED => Outcome::Unreachable(self.none),
            time => Outcome::Reached(Duration::from_deciseconds(time)),
        }
    }

    /// The lane whose duration is that percentile: of several the earliest. `None` where it is not reached.
    pub fn lane_of(&self, percent: u8) -> Option<usize> {
        let time = self.percentile(percent).time()?.deciseconds();
        self.deciseconds.iter().position(|&known| known == time)
    }
}
