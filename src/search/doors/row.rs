//! One point against many, for every departure (or arrival) of a window.

use rayon::prelude::*;

use super::links::{LinkScratch, StopLink, way_time};
use super::located::Located;
use super::world::World;
use super::{Terms, Window};
use crate::search::raptor::range::Profile;
use crate::search::raptor::{self, Limits};
use crate::search::streets::Scratch;
use crate::search::{Outcome, Reason};
use crate::units::Duration;

/// Marks a time that is not reached, inside this module.
const UNREACHED: u32 = u32::MAX;

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
}

/// Memory for one search after the other.
#[derive(Default)]
pub struct Workspace {
    pub(super) streets: Scratch,
    pub(super) links: LinkScratch,
    pub(super) rides: raptor::Scratch,
}

impl World<'_> {
    /// The other ends of searches in the direction of `window`, in the order of `points`.
    pub fn far_points(&self, points: Vec<Located>, terms: &Terms, window: &Window) -> Vec<Far> {
        let direction = window.direction;
        let far = |scratch: &mut LinkScratch, point: Located| {
            let links = if terms.max_rides > 0 {
                self.links(&point, terms.far(direction), direction.opposite(), scratch)
            } else {
                Vec::new()
            };
            Far { point, links }
        };
        points.into_par_iter().map_init(LinkScratch::default, far).collect()
    }

    /// The durations between `root` and every far point, in their order: forwards from the root, backwards to it.
    pub fn row(&self, root: &Located, far: &[Far], terms: &Terms, window: &Window, workspace: &mut Workspace) -> Vec<Lanes> {
        let direct = self.direct(root, far, terms, window, &mut workspace.streets);
        let near = self.near_links(root, terms, window, workspace);
        let rides = self.rides_from(&near, terms, window, &mut workspace.rides);
        let n_draws = rides.len().max(1);
        let max_trip = terms.max_trip.deciseconds();
        let lanes = |(far, direct): (&Far, u32)| {
            let mut deciseconds = vec![direct; n_draws * window.times.len()];
            for (profile, lanes) in rides.iter().zip(deciseconds.chunks_mut(window.times.len())) {
                for link in &far.links {
                    shorten(lanes, profile, link);
                }
            }
            for time in &mut deciseconds {
                *time = if *time <= max_trip { *time } else { UNREACHED };
            }
            let tested = root.is_usable() && far.point.is_usable();
            Lanes { deciseconds, none: reason(terms, &near, far), tested }
        };
        far.iter().zip(direct).map(lanes).collect()
    }

    /// The shortest way over streets alone to every far point.
    fn direct(&self, root: &Located, far: &[Far], terms: &Terms, window: &Window, scratch: &mut Scratch) -> Vec<u32> {
        let mut best = vec![UNREACHED; far.len()];
        for approach in &terms.direct {
            let mode = approach.kind.street_mode();
            let (Some(of), Some(on)) = (self.mode(mode), root.on(mode)) else { continue };
            let limit = approach.layer_limit(terms.max_trip.deciseconds());
            of.graph.search(window.direction, &of.graph.entries(on, window.direction), limit, scratch);
            for (best, far) in best.iter_mut().zip(far) {
                let way = far.point.on(mode).and_then(|point| way_time(of, on, point, window.direction, scratch));
                let whole = way.and_then(|time| approach.whole(time));
                *best = whole.map_or(*best, |time| time.min(*best));
            }
        }
        for (best, far) in best.iter_mut().zip(far) {
            let same_stop = root.stop.is_some() && root.stop == far.point.stop;
            *best = if same_stop { 0 } else { *best };
        }
        best
    }

    fn near_links(&self, root: &Located, terms: &Terms, window: &Window, workspace: &mut Workspace) -> Vec<StopLink> {
        if terms.max_rides == 0 {
            return Vec::new();
        }
        self.links(root, terms.near(window.direction), window.direction, &mut workspace.links)
    }

    /// The rides of every draw from a root (to it, backwards); nothing where nothing runs or no stop is near.
    pub(super) fn profiles(&self, root: &Located, terms: &Terms, window: &Window, workspace: &mut Workspace) -> Vec<Profile> {
        let near = self.near_links(root, terms, window, workspace);
        self.rides_from(&near, terms, window, &mut workspace.rides)
    }

    /// Rides from (to, backwards) the stops near the root, one profile a draw.
    fn rides_from(&self, near: &[StopLink], terms: &Terms, window: &Window, scratch: &mut raptor::Scratch) -> Vec<Profile> {
        let Some(rides) = self.rides().filter(|_| !near.is_empty()) else { return Vec::new() };
        let access: Vec<_> = near.iter().map(|link| (link.stop, link.time)).collect();
        let limits = ride_limits(terms, window);
        rides.draws.iter().map(|draw| draw.range(&access, &window.times, &limits, scratch)).collect()
    }
}

/// The limits of rides within these terms.
pub(super) fn ride_limits(terms: &Terms, window: &Window) -> Limits {
    Limits { max_rides: terms.max_rides, max_duration: terms.max_trip.deciseconds(), direction: window.direction }
}

/// Takes the way by one stop into account, for every time of the window.
fn shorten(lanes: &mut [u32], profile: &Profile, link: &StopLink) {
    let Some(rides) = profile.lanes(link.stop) else { return };
    for (lane, &ride) in lanes.iter_mut().zip(rides) {
        *lane = ride.saturating_add(link.time).min(*lane);
    }
}

/// The position of a percentile among `n` sorted values by nearest rank: of 10 values, the median is the fifth.
pub(super) fn percentile_rank(n: usize, percent: u8) -> usize {
    (n * usize::from(percent.clamp(1, 100))).div_ceil(100).max(1) - 1
}

fn reason(terms: &Terms, near: &[StopLink], far: &Far) -> Reason {
    let rides_only = terms.direct.is_empty();
    if terms.max_rides > 0 && rides_only && (near.is_empty() || far.links.is_empty()) {
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
        let (before, &mut value, _) = sorted.select_nth_unstable(percentile_rank(self.deciseconds.len(), percent));
        match value {
            UNREACHED if before.iter().any(|&time| time != UNREACHED) => Outcome::NoService(Reason::TooFewDepartures),
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
