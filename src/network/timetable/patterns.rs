//! Trips put together into patterns whose trips do not overtake each other.

use std::collections::HashMap;
use std::sync::Arc;

use super::calls::Filled;
use super::{Pattern, PatternStop, RouteIx, Trip};

/// Collects trips by route and calls.
#[derive(Default)]
pub(super) struct Patterns {
    by_calls: HashMap<(RouteIx, Vec<PatternStop>), usize>,
    /// In the order in which they came up.
    groups: Vec<Group>,
    /// The calls of the trip at hand.
    calls: Vec<PatternStop>,
}

struct Group {
    route: RouteIx,
    stops: Vec<PatternStop>,
    trips: Vec<Trip>,
    arrivals: Vec<u32>,
    departures: Vec<u32>,
}

impl Patterns {
    /// Adds a trip whose times are shifted by `offset` seconds. Calls it departs from before midnight are left out; where fewer than two
    /// are left, the trip is over by then.
    pub fn add(&mut self, route: RouteIx, calls: &[Filled], offset: i64, id: &Arc<str>, source: &Arc<str>) {
        let n_before = calls.iter().take_while(|call| i64::from(call.departure) + offset < 0).count();
        let calls = &calls[n_before..];
        let shifted = |seconds: u32| u32::try_from((i64::from(seconds) + offset).max(0) * 10).ok();
        // A time beyond 13 years of deciseconds cannot occur: hours are bounded by the reader.
        let fits = calls.last().is_some_and(|last| shifted(last.departure).is_some());
        if calls.len() < 2 || !fits {
            return;
        }
        self.calls.clear();
        self.calls.extend(calls.iter().map(|call| call.at));
        let key = (route, std::mem::take(&mut self.calls));
        let at = match self.by_calls.get(&key) {
            Some(&at) => at,
            None => {
                let (trips, arrivals, departures) = (Vec::new(), Vec::new(), Vec::new());
                self.groups.push(Group { route, stops: key.1.clone(), trips, arrivals, departures });
                self.by_calls.insert((route, key.1.clone()), self.groups.len() - 1);
                self.groups.len() - 1
            }
        };
        self.calls = key.1;
        let group = &mut self.groups[at];
        group.trips.push(Trip { id: Arc::clone(id), source: Arc::clone(source) });
        let last = calls.len() - 1;
        for (at, call) in calls.iter().enumerate() {
            let (arrival, departure) = (shifted(call.arrival).unwrap_or(0), shifted(call.departure).unwrap_or(0));
            group.arrivals.push(if at == 0 { departure } else { arrival });
            group.departures.push(if at == last { arrival } else { departure });
        }
    }

    /// The patterns, in the order in which their first trip was added; trips that overtake others of their calls are in patterns of
    /// their own.
    pub fn finish(self) -> Vec<Pattern> {
        self.groups.into_iter().flat_map(split).collect()
    }
}

/// Splits a group into patterns without overtaking: trips in order of time, each into the first pattern whose last trip it does not
/// overtake.
fn split(group: Group) -> Vec<Pattern> {
    let n = group.stops.len();
    let row = |trip: usize| (&group.arrivals[trip * n..][..n], &group.departures[trip * n..][..n]);
    let mut order: Vec<usize> = (0..group.trips.len()).collect();
    order.sort_by(|&a, &b| {
        let key = |trip: usize| (group.departures[trip * n], row(trip), &group.trips[trip].id);
        key(a).cmp(&key(b))
    });
    let mut chains: Vec<Vec<usize>> = Vec::new();
    for trip in order {
        let follows = |chain: &Vec<usize>| {
            let last = row(chain[chain.len() - 1]);
            let own = row(trip);
            last.0.iter().zip(own.0).all(|(a, b)| a <= b) && last.1.iter().zip(own.1).all(|(a, b)| a <= b)
        };
        match chains.iter_mut().find(|chain| follows(chain)) {
            Some(chain) => chain.push(trip),
            None => chains.push(vec![trip]),
        }
    }
    let pattern = |chain: Vec<usize>| Pattern {
        route: group.route,
        stops: group.stops.clone(),
        trips: chain.iter().map(|&trip| group.trips[trip].clone()).collect(),
        arrivals: chain.iter().flat_map(|&trip| row(trip).0).copied().collect(),
        departures: chain.iter().flat_map(|&trip| row(trip).1).copied().collect(),
    };
    chains.into_iter().map(pattern).collect()
}
