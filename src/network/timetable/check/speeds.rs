//! Trips that are too fast, stand still or share a vehicle with another at the same time.

use std::collections::{BTreeMap, HashMap};

use super::Tally;
use crate::input::gtfs::{BlockAt, Feed, StopTime, TripAt};

/// Two stops of a trip with more way than this between them are far apart (the canonical validator's figure).
const FAR_M: f64 = 10_000.0;

pub(super) fn check(feed: &Feed) -> Vec<Tally> {
    let mut near = Tally::new("fast_travel_between_consecutive_stops", "a run is faster than its kind of vehicle can go");
    let mut far = Tally::new("fast_travel_between_far_stops", "a trip is faster over 10 km than its kind of vehicle can go");
    let mut still =
        Tally::new("equal_times", "a run between two stops more than 100 m apart takes no time, by rounding or mistake");
    let mut short = Tally::new("unusable_trip", "a trip has fewer than two calls and carries nobody");
    let mut twice = Tally::new("duplicate_trip", "two trips of a route run on the same days at the same times");
    let mut seen: HashMap<Vec<u32>, TripAt> = HashMap::new();
    for (trip, record) in feed.trips.iter().enumerate() {
        let at = TripAt(trip as u32);
        let calls: Vec<StopTime> = feed.calls(at).collect();
        if calls.len() < 2 {
            short.add(|| format!("trips.txt:{}: trip {} has {} calls", record.line, record.id, calls.len()));
        }
        let limit = fastest_kmh(feed.routes[record.route.at()].route_type);
        check_runs(feed, &record.id, &calls, limit, [&mut near, &mut far, &mut still]);
        let is_repeated = feed.frequencies.binary_search_by_key(&at, |frequency| frequency.trip).is_ok();
        if calls.len() >= 2 && !is_repeated {
            let times = calls.iter().flat_map(|call| [call.stop.0, time(call.arrival), time(call.departure)]);
            let key: Vec<u32> = [record.route.0, record.service.0].into_iter().chain(times).collect();
            match seen.get(&key) {
                Some(&first) => twice.add(|| {
                    let first = &feed.trips[first.at()];
                    format!("trips.txt:{}: trip {} runs as trip {} of line {}", record.line, record.id, first.id, first.line)
                }),
                None => drop(seen.insert(key, at)),
            }
        }
    }
    vec![near, far, still, short, twice, overlapping_blocks(feed), overlapping_frequencies(feed)]
}

/// A time as a number for comparison only.
fn time(time: Option<u32>) -> u32 {
    time.map_or(0, |time| time + 1)
}

/// The highest speed of a kind of vehicle, in km/h: the figures of the canonical validator (tram 100, metro 150, train 500, bus 150,
/// ferry 80, cable tram 30, aerial lift and funicular 50, trolleybus 150, monorail 150, all else 200), for extended types that of their
/// kind; aircraft 1 100.
fn fastest_kmh(route_type: u16) -> f64 {
    match route_type {
        0 | 900..=999 => 100.0,
        2 | 100..=199 => 500.0,
        1 | 3 | 11 | 12 | 200..=299 | 400..=899 => 150.0,
        4 | 1000..=1099 | 1200..=1299 => 80.0,
        5 => 30.0,
        6 | 7 | 1300..=1499 => 50.0,
        1100..=1199 => 1100.0,
        _ => 200.0,
    }
}

fn check_runs(feed: &Feed, id: &str, calls: &[StopTime], limit: f64, [near, far, still]: [&mut Tally; 3]) {
    // Calls with times, with the way from the first of them.
    let mut timed: Vec<(&StopTime, u32, u32, f64)> = Vec::new();
    let (mut along, mut before) = (0.0, None);
    for call in calls {
        let Some(point) = feed.stops[call.stop.at()].at else { return };
        along += before.replace(point).map_or(0.0, |before| point.metres_to(before));
        if let (Some(arrival), Some(departure)) = (call.arrival.or(call.departure), call.departure.or(call.arrival)) {
            timed.push((call, arrival, departure, along));
        }
    }
    for pair in timed.windows(2) {
        let (metres, seconds) = (pair[1].3 - pair[0].3, pair[1].1.saturating_sub(pair[0].2));
        if seconds == 0 && metres > 100.0 && pair[0].0.stop != pair[1].0.stop {
            still.add(|| format!("stop_times.txt:{}: trip {id} covers {metres:.0} m in no time", pair[1].0.line));
        }
        if let Some(kmh) = too_fast(metres, pair[0].2, pair[1].1, limit) {
            near.add(|| format!("stop_times.txt:{}: trip {id} goes {kmh:.0} km/h over {metres:.0} m", pair[1].0.line));
        }
    }
    let mut begin = 0;
    for end in 1..timed.len() {
        while begin + 1 < end && timed[end].3 - timed[begin + 1].3 > FAR_M {
            begin += 1;
        }
        let metres = timed[end].3 - timed[begin].3;
        if metres > FAR_M
            && begin + 1 < end
            && let Some(kmh) = too_fast(metres, timed[begin].2, timed[end].1, limit)
        {
            far.add(|| format!("stop_times.txt:{}: trip {id} goes {kmh:.0} km/h over {metres:.0} m", timed[end].0.line));
            return;
        }
    }
}

/// The speed in km/h where it is above the limit. Times in whole minutes count as half a minute less at the begin and more at the end,
/// because they may have been rounded by so much.
fn too_fast(metres: f64, departure: u32, arrival: u32, limit: f64) -> Option<f64> {
    let slack = if departure.is_multiple_of(60) && arrival.is_multiple_of(60) { 60.0 } else { 1.0 };
    let kmh = metres / (f64::from(arrival.saturating_sub(departure)) + slack) * 3.6;
    (kmh > limit).then_some(kmh)
}

/// With how many trips of its block that begin after it a trip is compared; a vehicle has fewer on all days together.
const COMPARED: usize = 1000;

fn overlapping_blocks(feed: &Feed) -> Tally {
    let rule = "block_trips_with_overlapping_stop_times";
    let mut tally = Tally::new(rule, "one vehicle runs two trips at the same time, so one of them may not run");
    let mut blocks: BTreeMap<BlockAt, Vec<(u32, u32, TripAt)>> = BTreeMap::new();
    for (trip, record) in feed.trips.iter().enumerate() {
        let at = TripAt(trip as u32);
        let mut calls = feed.calls(at);
        let ends = (calls.next().and_then(|call| call.departure), calls.last().and_then(|call| call.arrival));
        if let (Some(block), (Some(begin), Some(end))) = (record.block, ends) {
            blocks.entry(block).or_default().push((begin, end, at));
        }
    }
    let mut shared: HashMap<(usize, usize), bool> = HashMap::new();
    for (block, mut trips) in blocks {
        trips.sort();
        for (first, &(_, end, trip)) in trips.iter().enumerate() {
            for &(_, _, other) in trips[first + 1..].iter().take(COMPARED).take_while(|&&(begin, _, _)| begin < end) {
                let [one, two] = [trip, other].map(|trip| &feed.trips[trip.at()]);
                let services = (one.service.at(), two.service.at());
                if *shared.entry(services).or_insert_with(|| share_a_day(feed, services.0, services.1)) {
                    let block = &feed.blocks[block.at()];
                    tally.add(|| {
                        format!("trips.txt:{}: trip {} of block {block} runs while trip {} does", two.line, two.id, one.id)
                    });
                }
            }
        }
    }
    tally
}

fn share_a_day(feed: &Feed, one: usize, two: usize) -> bool {
    let (one, two) = (&feed.services[one], &feed.services[two]);
    if one.id == two.id {
        return one.first_day().is_some();
    }
    // From one day of the first to the next, until the second runs too: rarely more than a week.
    let mut day = one.first_day_from(two.first_day().unwrap_or(jiff::civil::Date::MAX));
    let last = two.last_day();
    while let Some(date) = day.filter(|&date| last.is_some_and(|last| date <= last)) {
        if two.runs_on(date) {
            return true;
        }
        day = two.first_day_from(date).and_then(|date| one.first_day_from(date));
    }
    false
}

fn overlapping_frequencies(feed: &Feed) -> Tally {
    let mut tally = Tally::new("overlapping_frequency", "two headways of a trip hold at the same time, and both are run");
    for pair in feed.frequencies.windows(2) {
        if pair[0].trip == pair[1].trip && pair[1].from < pair[0].to {
            let id = &feed.trips[pair[1].trip.at()].id;
            tally.add(|| format!("frequencies.txt:{}: trip {id} has a headway on line {} too", pair[1].line, pair[0].line));
        }
    }
    tally
}
