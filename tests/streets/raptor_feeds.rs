//! Real timetables against Dijkstra, for a sample of doors and departures.

use std::collections::BTreeMap;
use std::path::PathBuf;

use gtfs_structures::{PickupDropOffType, RawGtfs};
use jiff::civil::{Date, Weekday, date};
use onehour::geo::LonLat;

use super::*;

/// What runs on a day of a feed, read by another reader than ours; walks up to 300 m in a straight line at 1.25 m/s.
fn world(feed: &str, day: Date) -> Option<World> {
    let path = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data")).join(feed);
    if !path.exists() {
        println!("skipped: {} is not there", path.display());
        return None;
    }
    let feed = RawGtfs::from_path(&path).unwrap();
    let stops = feed.stops.as_ref().unwrap();
    let mut world = empty(stops.len() as u32);
    for (stop, raw) in world.timetable.stops.iter_mut().zip(stops) {
        stop.id = raw.id.as_str().into();
        stop.at = LonLat::new(raw.longitude.unwrap(), raw.latitude.unwrap()).unwrap();
    }
    add_running_trips(&mut world.timetable, &feed, day);
    let here = |at: usize| world.timetable.stops[at].at;
    for from in 0..stops.len() {
        for to in (0..stops.len()).filter(|&to| to != from) {
            if let Some(metres) = here(from).metres_within(here(to), 300.0) {
                world.walks.push((CallStopIx(from as u32), CallStopIx(to as u32), (metres * 8.0) as u32));
            }
        }
    }
    world.changes.fill(Some(600));
    Some(world)
}

/// The services of a feed that run on a day.
fn services(feed: &RawGtfs, day: Date) -> Vec<String> {
    let asked = day.to_string();
    let weekdays = |week: &gtfs_structures::Calendar| match day.weekday() {
        Weekday::Monday => week.monday,
        Weekday::Tuesday => week.tuesday,
        Weekday::Wednesday => week.wednesday,
        Weekday::Thursday => week.thursday,
        Weekday::Friday => week.friday,
        Weekday::Saturday => week.saturday,
        Weekday::Sunday => week.sunday,
    };
    let weeks = feed.calendar.as_ref().unwrap().as_ref().unwrap().iter();
    let within = |week: &&gtfs_structures::Calendar| {
        weekdays(week) && week.start_date.to_string() <= asked && asked <= week.end_date.to_string()
    };
    let mut running: Vec<String> = weeks.filter(within).map(|week| week.id.clone()).collect();
    for exception in feed.calendar_dates.as_ref().unwrap().as_ref().unwrap() {
        if exception.date.to_string() == asked {
            running.retain(|service| *service != exception.service_id);
            if matches!(exception.exception_type, gtfs_structures::Exception::Added) {
                running.push(exception.service_id.clone());
            }
        }
    }
    running
}

fn add_running_trips(timetable: &mut Timetable, feed: &RawGtfs, day: Date) {
    let services = services(feed, day);
    let stop_of: BTreeMap<&str, u32> =
        feed.stops.as_ref().unwrap().iter().enumerate().map(|(at, stop)| (stop.id.as_str(), at as u32)).collect();
    let trips = feed.trips.as_ref().unwrap().iter();
    let mut calls_of: BTreeMap<&str, Vec<_>> =
        trips.filter(|trip| services.contains(&trip.service_id)).map(|trip| (trip.id.as_str(), Vec::new())).collect();
    for call in feed.stop_times.as_ref().unwrap() {
        if let Some(calls) = calls_of.get_mut(call.trip_id.as_str()) {
            calls.push(call);
        }
    }
    let mut patterns: BTreeMap<Vec<PatternStop>, Vec<TripTimes>> = BTreeMap::new();
    for calls in calls_of.values_mut() {
        calls.sort_by_key(|call| call.stop_sequence);
        let stops = calls.iter().map(|call| PatternStop {
            stop: CallStopIx(stop_of[call.stop_id.as_str()]),
            board: call.pickup_type != PickupDropOffType::NotAvailable,
            alight: call.drop_off_type != PickupDropOffType::NotAvailable,
        });
        let times = calls.iter().map(|call| (call.arrival_time.unwrap() * 10, call.departure_time.unwrap() * 10));
        patterns.entry(stops.collect()).or_default().push(times.collect());
    }
    for (stops, trips) in patterns {
        add_trips(timetable, &stops, &trips);
    }
}

/// The ways from a door to up to `n` stops within a quarter of an hour.
fn door(world: &World, dice: &mut Dice, n: usize) -> Vec<(CallStopIx, u32)> {
    let stops = &world.timetable.stops;
    let at = stops[dice.below(stops.len() as u32) as usize].at;
    let ways = (0..stops.len()).map(|stop| ((stops[stop].at.metres_to(at) * 8.0) as u32, stop));
    let mut ways: Vec<(u32, usize)> = ways.filter(|&(time, _)| time <= 9_000).collect();
    ways.sort();
    ways.into_iter().take(n).map(|(time, stop)| (CallStopIx(stop as u32), time)).collect()
}

fn assert_agrees(feed: &str, day: Date) {
    let Some(world) = world(feed, day) else { return };
    let n_trips: usize = world.timetable.patterns.iter().map(|pattern| pattern.trips.len()).sum();
    assert!(n_trips > 100, "{n_trips} trips run");
    let (raptor, mut scratch, mut dice) = (freeze(&world), Scratch::new(), Dice(1));
    let (mut n_reached, mut n_journeys) = (0, 0);
    for _ in 0..12 {
        let hour = dice.pick(&[5, 7, 9, 13, 16, 22]) * 36_000;
        let question = Question {
            access: door(&world, &mut dice, 20),
            egress: door(&world, &mut dice, 20),
            departures: (0..120).map(|minute| hour + minute * 600).collect(),
            max_rides: dice.pick(&[1, 2, 4]),
            max_duration: dice.pick(&[27_000, 54_000, 108_000]),
        };
        let profile = raptor.range(&question.access, &question.departures, &forward(&question), &mut scratch);
        let split = raptor.range_split(&question.access, &question.departures, &forward(&question), 7);
        assert_eq!(profile, split);
        mirror::assert_mirrored(&world, &raptor, &question, &mut scratch, "a real feed");
        for at in [0, 31, 77, 119] {
            let departure = question.departures[at];
            let expected = dijkstra::arrivals(&world, &question, departure);
            let found: Vec<_> = (0..expected.len() as u32).map(|stop| profile.time(CallStopIx(stop), at)).collect();
            assert_eq!(found, expected, "departure {departure}, {question:?}");
            n_reached += found.iter().flatten().count();
            n_journeys += usize::from(journeys::agrees(&world, &raptor, &question, departure, "a real feed"));
        }
    }
    assert!(n_reached > 5_000 && n_journeys > 5, "{n_reached} stops, {n_journeys} journeys");
}

#[test]
fn northern_kentucky_agrees_with_dijkstra() {
    assert_agrees("northern-kentucky-conveyal/TANK-GTFS.zip", date(2019, 12, 3));
}

#[test]
fn heidelberg_agrees_with_dijkstra() {
    assert_agrees("heidelberg-ors/vrn_gtfs_cut.zip", date(2022, 6, 14));
}

/// Takes lines out of a real timetable and puts them back, alone and together, forwards and backwards.
fn assert_is_repaired(feed: &str, day: Date) {
    let Some(world) = world(feed, day) else { return };
    let (mut dice, mut n_changed, mut n) = (Dice(3), 0, 0);
    for _ in 0..6 {
        let mut base = world.clone();
        let mut sets = vec![Timetable { patterns: Vec::new(), ..world.timetable.clone() }; 3];
        for set in &mut sets {
            for _ in 0..1 + dice.below(3) {
                let line = dice.below(base.timetable.patterns.len() as u32) as usize;
                set.patterns.push(base.timetable.patterns.remove(line));
            }
        }
        for direction in [Direction::Forward, Direction::Backward] {
            let hour = dice.pick(&[7, 9, 16]) * 36_000;
            let question = Question {
                access: door(&world, &mut dice, 20),
                egress: door(&world, &mut dice, 20),
                departures: (0..60).map(|minute| hour + minute * 600).collect(),
                max_rides: dice.pick(&[2, 4]),
                max_duration: dice.pick(&[54_000, 108_000]),
            };
            n_changed += repair::assert_repaired(&base, &sets, &question, &limits(&question, direction), feed);
            n += 8;
        }
    }
    assert!(n_changed * 10 > n, "{n_changed} of {n} repairs changed anything");
}

#[test]
fn northern_kentucky_is_repaired_to_what_a_fresh_search_finds() {
    assert_is_repaired("northern-kentucky-conveyal/TANK-GTFS.zip", date(2019, 12, 3));
}

#[test]
fn heidelberg_is_repaired_to_what_a_fresh_search_finds() {
    assert_is_repaired("heidelberg-ors/vrn_gtfs_cut.zip", date(2022, 6, 14));
}
