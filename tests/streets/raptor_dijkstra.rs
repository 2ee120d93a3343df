//! Earliest arrivals by textbook Dijkstra over (place, rides), straight from a timetable; every trip that has not left is boarded.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashSet};

use onehour::network::timetable::*;

use super::random::{Question, World};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Place {
    Ready(usize),
    ByVehicle(usize),
    OnTrip { pattern: usize, trip: usize, call: usize },
    OnHeadway { line: usize, start: u32, call: usize },
}

/// When a vehicle arrives at every stop for the earliest, for one departure.
pub fn arrivals(world: &World, question: &Question, departure: u32) -> Vec<Option<u32>> {
    let Timetable { patterns, headways, .. } = &world.timetable;
    let latest = departure.saturating_add(question.max_duration).min(1 << 30);
    let mut earliest = vec![None; world.timetable.stops.len()];
    let mut queue = BinaryHeap::new();
    let mut settled = HashSet::new();
    for &(stop, time) in &question.access {
        queue.push(Reverse((departure + time, 0, Place::Ready(stop.at()))));
    }
    while let Some(Reverse((now, rides, place))) = queue.pop() {
        if now > latest || !settled.insert((place, rides)) {
            continue;
        }
        let mut go = |time: u32, rides: u8, place: Place| queue.push(Reverse((time, rides, place)));
        match place {
            Place::Ready(_) if rides == question.max_rides => {}
            Place::Ready(stop) => {
                for (pattern, calls) in patterns.iter().enumerate() {
                    for call in boardable(&calls.stops, stop) {
                        for trip in (0..calls.trips.len()).filter(|&trip| calls.departure(trip, call) >= now) {
                            go(calls.departure(trip, call), rides + 1, Place::OnTrip { pattern, trip, call });
                        }
                    }
                }
                for (line, calls) in headways.iter().enumerate() {
                    for call in boardable(&calls.stops, stop) {
                        if let Some(start) = expected(calls, call, now) {
                            go(start + calls.departures[call], rides + 1, Place::OnHeadway { line, start, call });
                        }
                    }
                }
            }
            Place::ByVehicle(stop) => {
                let best = earliest[stop].get_or_insert(now);
                *best = now.min(*best);
                if let Some(change) = world.changes[stop] {
                    go(now + change, rides, Place::Ready(stop));
                }
                for &(_, to, time) in world.walks.iter().filter(|walk| walk.0.at() == stop) {
                    go(now + time, rides, Place::Ready(to.at()));
                }
            }
            Place::OnTrip { pattern, trip, call } => {
                let calls = &patterns[pattern];
                if let Some(next) = calls.stops.get(call + 1) {
                    if next.alight {
                        go(calls.arrival(trip, call + 1), rides, Place::ByVehicle(next.stop.at()));
                    }
                    go(calls.departure(trip, call + 1), rides, Place::OnTrip { pattern, trip, call: call + 1 });
                }
            }
            Place::OnHeadway { line, start, call } => {
                let calls = &headways[line];
                if let Some(next) = calls.stops.get(call + 1) {
                    if next.alight {
                        go(start + calls.arrivals[call + 1], rides, Place::ByVehicle(next.stop.at()));
                    }
                    go(start + calls.departures[call + 1], rides, Place::OnHeadway { line, start, call: call + 1 });
                }
            }
        }
    }
    earliest
}

fn boardable(stops: &[PatternStop], stop: usize) -> impl Iterator<Item = usize> + '_ {
    (0..stops.len()).filter(move |&call| stops[call].stop.at() == stop && stops[call].board)
}

/// The earliest of all moments at which one could begin to wait, each followed by half a headway: when the vehicle left the first
/// call.
fn expected(line: &HeadwayPattern, call: usize, ready: u32) -> Option<u32> {
    let windows = line.windows.iter();
    let moments = windows.flat_map(|window| (window.from..window.to).map(move |moment| (moment, window.headway)));
    let after = moments.filter(|&(moment, _)| moment + line.departures[call] >= ready);
    after.map(|(moment, headway)| moment + headway.div_ceil(2)).min()
}
