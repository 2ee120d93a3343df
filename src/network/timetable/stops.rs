//! The stops of feeds as places where vehicles call, with a class each.

use std::sync::Arc;

use super::{CallStop, CallStopIx};
use crate::geo::LonLat;
use crate::input::gtfs::{Feed, StopAt, StopKind, TripAt};
use crate::input::vocabulary::StopClass;

/// Where the stops of a feed are in the timetable.
pub(super) struct Places {
    /// For every stop of the feed; `None` for points inside stations and for stops that are nowhere.
    pub ix: Vec<Option<CallStopIx>>,
}

impl Places {
    /// The place of a stop.
    pub fn of(&self, stop: StopAt) -> Option<CallStopIx> {
        self.ix[stop.at()]
    }
}

/// Adds the platforms, stations and entrances of a feed to `all`.
pub(super) fn add(feed: &Feed, prefix: &str, all: &mut Vec<CallStop>) -> Places {
    let mut ix = vec![None; feed.stops.len()];
    let first = all.len();
    let mut rows = Vec::new();
    for (row, stop) in feed.stops.iter().enumerate() {
        let is_place = matches!(stop.kind, StopKind::Platform | StopKind::Station | StopKind::Entrance);
        if is_place && stop.at.is_some() {
            ix[row] = Some(CallStopIx((first + rows.len()) as u32));
            rows.push(row);
        }
    }
    let classes = classes(feed);
    for row in rows {
        let stop = &feed.stops[row];
        let id = if prefix.is_empty() { Arc::clone(&stop.id) } else { Arc::from(format!("{prefix}{}", stop.id)) };
        let at: LonLat = stop.at.expect("only stops with a place were chosen");
        let parent = stop.parent.and_then(|parent| ix[parent.at()]);
        all.push(CallStop { id, name: Arc::clone(&stop.name), at, class: classes[row], parent });
    }
    Places { ix }
}

/// The class of every stop: the first of airport, railway station, suburban halt, metro station and bus stop that one of the routes
/// calling there makes it. A station has the first class of its platforms; a stop without calls is a bus stop.
fn classes(feed: &Feed) -> Vec<StopClass> {
    let mut ranks = vec![u8::MAX; feed.stops.len()];
    for (trip, record) in feed.trips.iter().enumerate() {
        let rank = rank(class_of_route(feed.routes[record.route.at()].route_type));
        for call in feed.calls(TripAt(trip as u32)) {
            let stop = &mut ranks[call.stop.at()];
            *stop = rank.min(*stop);
        }
    }
    for (row, stop) in feed.stops.iter().enumerate() {
        if let (StopKind::Platform, Some(parent)) = (stop.kind, stop.parent) {
            ranks[parent.at()] = ranks[parent.at()].min(ranks[row]);
        }
    }
    for (row, stop) in feed.stops.iter().enumerate() {
        if let (StopKind::Entrance, Some(parent)) = (stop.kind, stop.parent) {
            ranks[row] = ranks[row].min(ranks[parent.at()]);
        }
    }
    let class = |&rank: &u8| *BY_RANK.get(usize::from(rank)).unwrap_or(&StopClass::Bus);
    ranks.iter().map(class).collect()
}

/// Classes from the longest way in to the shortest.
const BY_RANK: [StopClass; 5] =
    [StopClass::Airport, StopClass::County, StopClass::Suburban, StopClass::Metro, StopClass::Bus];

fn rank(class: StopClass) -> u8 {
    BY_RANK.iter().position(|&other| other == class).map_or(u8::MAX, |at| at as u8)
}

/// The class of a stop where only routes of this type call.
///
/// Trains stop at `county` stations, because a feed does not say which are larger: a study names those. Trams, ferries, cable cars
/// and funiculars are boarded at the kerb or quay and count as buses; monorails as metros.
pub fn class_of_route(route_type: u16) -> StopClass {
    match route_type {
        1100..=1199 => StopClass::Airport,
        109 => StopClass::Suburban,
        2 | 100..=199 => StopClass::County,
        1 | 12 | 400..=499 | 500..=699 => StopClass::Metro,
        _ => StopClass::Bus,
    }
}
