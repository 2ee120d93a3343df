//! Journeys from door to door, by arithmetic.
//!
//! ```text
//! V0 ──4 min── V1 ──4 min── V2 ──4 min── V3 ──4 min── V4 ──4 min── V5      on foot
//!              S1 ═════════ bus, 3 min, every ten minutes from 08:05 ═════ S4
//! ```
//!
//! From V0 to V5 it is 20 minutes on foot. By bus it is 4 to the stop, the wait, 3 in the bus and 4 from it: whoever leaves at 08:01
//! needs 11 minutes, whoever leaves at 08:02 waits for the bus of 08:15 and needs 20.

use std::sync::Arc;

use jiff::civil::date;
use onehour::geo::LonLat;
use onehour::input::vocabulary::{Component, StopClass};
use onehour::network::column::Column;
use onehour::network::streets::{Edge, Layer, Place, StreetMode, StreetNetwork, Streets, Vertex, Way};
use onehour::network::timetable::{
    CallStop, CallStopIx, HeadwayPattern, HeadwayWindow, Pattern, PatternStop, Route, RouteIx, Timetable, Trip,
};
use onehour::search::doors::journey::Parts;
use onehour::search::doors::matrix::{MatrixQuestion, Rows};
use onehour::search::doors::row::Workspace;
use onehour::search::doors::world::{StopTimes, World};
use onehour::search::doors::{Approach, ApproachKind, Terms, Window};
use onehour::search::{Direction, Outcome, Reason};
use onehour::units::Duration;

/// 0.0036 degrees are some 400 metres; times are those of the layer, not of the length.
fn at(vertex: usize) -> LonLat {
    LonLat { lon: vertex as f64 * 0.0036, lat: 0.0 }
}

/// Six vertices in a row; four minutes on foot and one by car for each edge.
fn streets() -> StreetNetwork {
    let vertices: Vec<Vertex> = (0..6).map(|vertex| Vertex { osm: vertex as i64 + 1, at: Place::of(at(vertex)) }).collect();
    let edge = |from: u32| Edge { from, to: from + 1, way: 0, length_cm: 40_000, first_point: 0, n_points: 0 };
    let edges: Vec<Edge> = (0..5).map(edge).collect();
    let way = Way { osm: 1, name_start: 0, name_len: 0, class: 11, flags: 0, unused: 0 };
    let streets = Streets {
        vertices: Column::from(vertices),
        edges: Column::from(edges),
        ways: Column::from(vec![way]),
        ..Streets::default()
    };
    let layer = |mode, time: u32| Arc::new(Layer::new(mode, Column::from(vec![time; 10]), 4800));
    StreetNetwork { streets: Arc::new(streets), layers: vec![layer(StreetMode::Walk, 2400), layer(StreetMode::Car, 600)] }
}

const MINUTE: u32 = 600;

fn clock(hours: u32, minutes: u32) -> u32 {
    hours * 60 * MINUTE + minutes * MINUTE
}

fn stop(id: &str, vertex: usize) -> CallStop {
    CallStop { id: Arc::from(id), name: Arc::from(id), at: at(vertex), class: StopClass::Bus, parent: None }
}

fn calls() -> Vec<PatternStop> {
    [0, 1].map(|stop| PatternStop { stop: CallStopIx(stop), board: true, alight: true }).to_vec()
}

/// The bus every ten minutes from 08:05 to 08:55.
fn timetable() -> Timetable {
    let departs: Vec<u32> = (0..6).map(|trip| clock(8, 5 + 10 * trip)).collect();
    let trip = |departs: &u32| Trip { id: Arc::from(format!("bus-{departs}")), source: Arc::from("made:1") };
    let pattern = Pattern {
        route: RouteIx(0),
        stops: calls(),
        trips: departs.iter().map(trip).collect(),
        arrivals: departs.iter().flat_map(|&time| [time, time + 3 * MINUTE]).collect(),
        departures: departs.iter().flat_map(|&time| [time, time + 3 * MINUTE]).collect(),
    };
    Timetable {
        date: date(2026, 11, 23),
        zone: Arc::from("Asia/Shanghai"),
        stops: vec![stop("S1", 1), stop("S4", 4)],
        routes: vec![Route { id: Arc::from("bus"), name: Arc::from("bus"), route_type: 3, projects: Vec::new() }],
        patterns: vec![pattern],
        headways: Vec::new(),
        transfers: Vec::new(),
    }
}

fn stop_times(n: usize) -> StopTimes {
    let none = vec![Duration::ZERO; n];
    StopTimes { entry: none.clone(), exit: none.clone(), change: none, walk_limit: Duration::from_mins(5) }
}

fn terms(direct: &[ApproachKind], max_rides: u8) -> Terms {
    let on_foot = Approach { limit: Duration::from_mins(10), ..Approach::plain(ApproachKind::Walk) };
    Terms {
        direct: direct.iter().map(|&kind| Approach::plain(kind)).collect(),
        access: vec![on_foot],
        egress: vec![on_foot],
        max_rides,
        max_trip: Duration::from_mins(60),
    }
}

fn ten_minutes() -> Window {
    Window::every(Direction::Forward, clock(8, 0), clock(8, 10), MINUTE)
}

fn minutes(minutes: u32) -> Outcome {
    Outcome::Reached(Duration::from_mins(minutes))
}

/// The percentiles from V0 to V5, with and without the components of the first.
fn across(world: &World, terms: &Terms, window: &Window, percentiles: &[u8]) -> (Vec<Outcome>, Option<Parts>) {
    let question = MatrixQuestion { terms, window, percentiles, parts: true };
    let (root, far) = match window.direction {
        Direction::Forward => (0, 5),
        Direction::Backward => (5, 0),
    };
    let rows = Rows::new(world, vec![world.locate(at(far))], &question);
    let row = rows.of(&[world.locate(at(root))]).remove(0);
    (row.cell(0).times.to_vec(), row.cell(0).parts.copied())
}

#[test]
fn the_percentiles_of_ten_departures_are_those_of_the_sorted_durations() {
    let (streets, timetable) = (streets(), timetable());
    let drawn = [timetable.clone()];
    let world = World::new(&streets, &[StreetMode::Walk], 100.0).with_rides(&timetable, &drawn, stop_times(2));
    // From 08:00 on, minute by minute: 12, 11, 20, 19, 18, 17, 16, 15, 14, 13.
    let (times, parts) = across(&world, &terms(&[ApproachKind::Walk], 2), &ten_minutes(), &[50, 10, 11, 100]);
    assert_eq!(times, [minutes(15), minutes(11), minutes(12), minutes(20)]);
    // Fifteen minutes are those of 08:07: at the stop at 08:11, the bus leaves at 08:15.
    let four = Duration::from_mins(4);
    let parts = parts.unwrap();
    assert_eq!((parts.access, parts.wait, parts.ride, parts.egress), (four, four, Duration::from_mins(3), four));
    assert_eq!((parts.n_rides, parts.total()), (1, Duration::from_mins(15)));
}

#[test]
fn without_walking_all_the_way_a_departure_that_misses_the_last_bus_has_no_journey() {
    let (streets, timetable) = (streets(), timetable());
    let drawn = [timetable.clone()];
    let world = World::new(&streets, &[StreetMode::Walk], 100.0).with_rides(&timetable, &drawn, stop_times(2));
    // The last bus leaves at 08:55: whoever leaves the door by 08:51 gets it, the other eight of ten do not.
    let late = Window::every(Direction::Forward, clock(8, 50), clock(9, 0), MINUTE);
    let (times, _) = across(&world, &terms(&[], 2), &late, &[20, 21]);
    assert_eq!(times, [minutes(12), Outcome::NoService(Reason::TooFewDepartures)]);
}

#[test]
fn arriving_by_a_time_counts_from_the_latest_departure_to_that_time() {
    let (streets, timetable) = (streets(), timetable());
    let drawn = [timetable.clone()];
    let world = World::new(&streets, &[StreetMode::Walk], 100.0).with_rides(&timetable, &drawn, stop_times(2));
    // The bus of 08:05 is at the door at 08:12. For 08:15 it is three minutes early, so 14 minutes from 08:01.
    for (wished, needed) in [(12, 11), (15, 14), (21, 20), (22, 11)] {
        let window = Window::every(Direction::Backward, clock(8, wished), clock(8, wished) + 1, MINUTE);
        let (times, parts) = across(&world, &terms(&[ApproachKind::Walk], 2), &window, &[50]);
        assert_eq!(times, [minutes(needed)], "by 08:{wished}");
        assert_eq!(parts.unwrap().total(), Duration::from_mins(needed));
    }
}

#[test]
fn the_longest_trip_counts_and_a_longer_one_does_not() {
    let streets = streets();
    let world = World::new(&streets, &[StreetMode::Walk], 100.0);
    let mut terms = terms(&[ApproachKind::Walk], 0);
    let now = Window::every(Direction::Forward, 0, 1, MINUTE);
    terms.max_trip = Duration::from_mins(20);
    assert_eq!(across(&world, &terms, &now, &[50]).0, [minutes(20)]);
    terms.max_trip = Duration::from_deciseconds(20 * MINUTE - 1);
    assert_eq!(across(&world, &terms, &now, &[50]).0, [Outcome::Unreachable(Reason::BeyondLongestTrip)]);
}

#[test]
fn stops_as_points_are_used_without_any_walk() {
    let (streets, timetable) = (streets(), timetable());
    let drawn = [timetable.clone()];
    let world = World::new(&streets, &[StreetMode::Walk], 100.0).with_rides(&timetable, &drawn, stop_times(2));
    let terms = terms(&[], 2);
    let window = Window::every(Direction::Forward, clock(8, 0), clock(8, 0) + 1, MINUTE);
    let question = MatrixQuestion { terms: &terms, window: &window, percentiles: &[50], parts: false };
    let points: Vec<_> = (0..2).map(|stop| world.located_stops(vec![CallStopIx(stop)], at(1 + 3 * stop as usize))).collect();
    let rows = Rows::new(&world, points.clone(), &question).of(&points);
    // Five minutes until the bus and three in it; no bus goes back.
    assert_eq!(rows[0].cells().map(|cell| cell.times[0]).collect::<Vec<_>>(), [minutes(0), minutes(8)]);
    assert_eq!(rows[1].cell(0).times[0], Outcome::Unreachable(Reason::BeyondLongestTrip));
}

#[test]
fn what_stations_take_is_part_of_access_and_egress() {
    let (streets, timetable) = (streets(), timetable());
    let drawn = [timetable.clone()];
    let mut times = stop_times(2);
    times.entry = vec![Duration::from_mins(2); 2];
    times.exit = vec![Duration::from_mins(1); 2];
    let world = World::new(&streets, &[StreetMode::Walk], 100.0).with_rides(&timetable, &drawn, times);
    let window = Window::every(Direction::Forward, clock(8, 0), clock(8, 0) + 1, MINUTE);
    let terms = terms(&[], 2);
    // At the platform at 08:06, so the bus of 08:15; 08:18, then 1 and 4 minutes: 08:23.
    let mut workspace = Workspace::default();
    let root = world.locate(at(0));
    let far = world.far_points(vec![world.locate(at(5))], &terms, Direction::Forward).remove(0);
    let journey = world.journey(&root, &far, &terms, &window, 0, &mut workspace).unwrap();
    let legs: Vec<(Component, u32)> = journey.legs.iter().map(|leg| (leg.kind, leg.time.deciseconds() / MINUTE)).collect();
    let expected = [
        (Component::Access, 4),
        (Component::Process, 2),
        (Component::Wait, 9),
        (Component::Ride, 3),
        (Component::Exit, 1),
        (Component::Egress, 4),
    ];
    assert_eq!(legs, expected);
}

#[test]
fn a_taxi_to_the_stop_comes_after_its_wait_and_a_limit_is_one_of_driving() {
    let (streets, timetable) = (streets(), timetable());
    let drawn = [timetable.clone()];
    let world =
        World::new(&streets, &[StreetMode::Walk, StreetMode::Car], 100.0).with_rides(&timetable, &drawn, stop_times(2));
    let window = Window::every(Direction::Forward, clock(8, 0), clock(8, 0) + 1, MINUTE);
    let mut terms = terms(&[], 2);
    // One minute of driving after two of waiting: 3 instead of 4 minutes, still the bus of 08:05, so nothing is gained …
    let taxi =
        Approach { limit: Duration::from_mins(1), before: Duration::from_mins(2), ..Approach::plain(ApproachKind::Taxi) };
    terms.access = vec![taxi];
    assert_eq!(across(&world, &terms, &window, &[50]).0, [minutes(12)]);
    // … and with half a minute of driving the stop is out of reach.
    terms.access = vec![Approach { limit: Duration::from_secs(30), ..taxi }];
    assert_eq!(across(&world, &terms, &window, &[50]).0, [Outcome::Unreachable(Reason::NoStopInReach)]);
}

#[test]
fn a_point_far_from_any_street_is_not_tested() {
    let streets = streets();
    let world = World::new(&streets, &[StreetMode::Walk], 100.0);
    let (terms, now) = (terms(&[ApproachKind::Walk], 0), Window::every(Direction::Forward, 0, 1, MINUTE));
    let question = MatrixQuestion { terms: &terms, window: &now, percentiles: &[50], parts: false };
    let off = LonLat { lon: 0.0, lat: 0.01 };
    let row = Rows::new(&world, vec![world.locate(off)], &question).of(&[world.locate(at(0))]).remove(0);
    assert_eq!(row.cell(0).times, [Outcome::NotTested(Reason::NoStreetInReach)]);
}

#[test]
fn a_line_by_headway_waits_half_of_it_where_nothing_is_drawn() {
    let streets = streets();
    let mut timetable = timetable();
    timetable.patterns.clear();
    timetable.headways.push(HeadwayPattern {
        route: RouteIx(0),
        key: Arc::from("bus"),
        stops: calls(),
        arrivals: vec![0, 3 * MINUTE],
        departures: vec![0, 3 * MINUTE],
        windows: vec![HeadwayWindow { from: clock(6, 0), to: clock(22, 0), headway: 10 * MINUTE }],
        source: Arc::from("made:1"),
    });
    let drawn = [timetable.clone()];
    let world = World::new(&streets, &[StreetMode::Walk], 100.0).with_rides(&timetable, &drawn, stop_times(2));
    // 4 to the stop, 5 of waiting, 3 in the bus, 4 from it, at any minute.
    let (times, _) = across(&world, &terms(&[ApproachKind::Walk], 2), &ten_minutes(), &[1, 50, 100]);
    assert_eq!(times, [minutes(16); 3]);
}
