//! Journeys by train worked out by hand. The line `L` has A, B and C 60 km apart and the model `fast`: 4 minutes, half a minute
//! a kilometre and 5 minutes a stop. Definition V1 counts riding and changing only.

use onehour::input::network_xml::{TransferLength, TripTimes};
use onehour::input::projects::ChangeKind;
use onehour::input::study::{Definition, Window};
use onehour::input::vocabulary::*;
use onehour::search::{Direction, Outcome, Reason};
use onehour::units::{Distance, Duration};

use crate::worlds::*;

/// A ──60 km── B ──60 km── C, a hub at each, and the service `stopping`, hourly.
fn line() -> World {
    let mut world = stations();
    world.service("stopping", "L", &["A-station", "B-station", "C-station"]);
    world
}

/// The same without a service.
fn stations() -> World {
    let mut world = World::new();
    for (id, east) in [("A", 0.0), ("B", 60.0), ("C", 120.0)] {
        world.station(id, StopClass::Hub, east, 0.0);
    }
    world.line("L", &[("A-station", 0.0), ("B-station", 60.0), ("C-station", 120.0)]);
    world
}

fn ride(world: &World, definition: &Definition, from: &str, to: &str) -> Outcome {
    world.build().time(definition, Mode::Transit, from, to)
}

const NO_TRAIN: Outcome = Outcome::NoService(Reason::TooFewTrains);

#[test]
fn a_run_takes_start_way_and_stops() {
    let world = line();
    // 4 + 30; 4 + 60 + one stop of 5.
    for (from, to, minutes) in [("A", "B", 34.0), ("B", "C", 34.0), ("A", "C", 69.0)] {
        assert_eq!(ride(&world, &v1(), from, to), reached(minutes));
        assert_eq!(ride(&world, &v1(), to, from), reached(minutes));
    }
    let mut world = stations();
    world.service("nonstop", "L", &["A-station", "C-station"]);
    assert_eq!(ride(&world, &v1(), "A", "C"), reached(64.0));
    assert_eq!(ride(&world, &v1(), "C", "A"), reached(64.0));
    assert_eq!(ride(&world, &v1(), "A", "B"), Outcome::Unreachable(Reason::NoLine));
}

#[test]
fn a_stop_that_is_passed_takes_no_time_and_lets_nobody_on() {
    let mut world = line();
    world.records.services[0].calls[1].pass = true;
    assert_eq!(ride(&world, &v1(), "A", "C"), reached(64.0));
    assert_eq!(ride(&world, &v1(), "A", "B"), Outcome::Unreachable(Reason::NoLine));
}

#[test]
fn two_stops_on_the_way_take_twice_the_time_of_one() {
    let mut world = stations();
    world.station("D", StopClass::Hub, 180.0, 0.0);
    world.line("M", &[("A-station", 0.0), ("B-station", 60.0), ("C-station", 120.0), ("D-station", 180.0)]);
    world.service("s", "M", &["A-station", "B-station", "C-station", "D-station"]);
    // 4 + 90 + 2 · 5.
    assert_eq!(ride(&world, &v1(), "A", "D"), reached(104.0));
    assert_eq!(ride(&world, &v1(), "D", "A"), reached(104.0));
}

#[test]
fn the_first_line_gives_the_start_and_the_line_that_enters_a_stop_its_time() {
    // L1, fast: A 0, B 30, point 60; L2, slow (2 min, a minute a km, 3 min a stop): point 0, C 30, D 60.
    let world = |stops: &[(&str, &str)]| {
        let mut world = World::new();
        for (id, east) in [("A", 0.0), ("B", 30.0), ("C", 90.0), ("D", 120.0)] {
            world.station(id, StopClass::Hub, east, 0.0);
        }
        world.line("L1", &[("A-station", 0.0), ("B-station", 30.0), ("*p", 60.0)]);
        world.line("L2", &[("*p", 0.0), ("C-station", 30.0), ("D-station", 60.0)]).model = named("slow");
        let ids: Vec<&str> = stops.iter().map(|(stop, _)| *stop).collect();
        let service = world.service("s", "L1", &ids);
        for (call, (_, lines)) in service.calls.iter_mut().zip(stops) {
            call.lines = lines.split_whitespace().map(named).collect();
        }
        (ride(&world, &v1(), "A", "D"), ride(&world, &v1(), "D", "A"))
    };
    // 30 + 60 on the way; 4 to start on L1, 2 on L2.
    let (a, b, c, d) = ("A-station", "B-station", "C-station", "D-station");
    assert_eq!(world(&[(a, ""), (d, "L1 L2")]), (reached(94.0), reached(92.0)));
    assert_eq!(world(&[(a, ""), (c, "L1 L2"), (d, "L2")]), (reached(97.0), reached(95.0)));
    assert_eq!(world(&[(a, ""), (b, "L1"), (d, "L1 L2")]), (reached(99.0), reached(97.0)));
}

#[test]
fn observed_minutes_stand_and_stops_between_them_add_the_dwell() {
    let mut world = stations();
    world.observed("seen", &[("A-station", 0.0), ("B-station", 30.0), ("C-station", 35.0)]);
    for (from, to, minutes) in [("A", "B", 30.0), ("B", "C", 35.0), ("A", "C", 67.0)] {
        assert_eq!(ride(&world, &v1(), from, to), reached(minutes));
        assert_eq!(ride(&world, &v1(), to, from), reached(minutes));
    }
    world.records.services[0].calls[1].pass = true;
    assert_eq!(ride(&world, &v1(), "A", "C"), reached(65.0));
}

/// Both stretches of the line are marked with the delay of 12 minutes, and a project removes it.
fn delayed(mut world: World) -> World {
    world.delay("throat");
    for at in &mut world.records.lines[0].at[1..] {
        at.delay = Some(named("throat"));
    }
    world.projects.push(project("ring", vec![ChangeKind::RemoveDelay(named("throat"))]));
    world
}

#[test]
fn a_delay_is_suffered_once_and_no_more_when_it_is_removed() {
    let world = delayed(line());
    for (from, to, before, after) in [("A", "B", 46.0, 34.0), ("B", "C", 46.0, 34.0), ("A", "C", 81.0, 69.0)] {
        for (from, to) in [(from, to), (to, from)] {
            assert_eq!(ride(&world, &v1(), from, to), reached(before), "{from} {to}");
            assert_eq!(world.with(&["ring"]).time(&v1(), Mode::Transit, from, to), reached(after), "{from} {to}");
        }
    }
    let journey = world.with(&["ring"]).journey(&v1(), Mode::Transit, "A", "C", Direction::Forward);
    assert_eq!(journey.projects().into_iter().map(|id| id.to_string()).collect::<Vec<_>>(), ["ring"]);
}

#[test]
fn observed_minutes_hold_the_delay_until_it_is_removed() {
    let mut world = delayed(stations());
    let service = world.observed("seen", &[("A-station", 0.0), ("B-station", 45.0), ("C-station", 35.0)]);
    for call in &mut service.calls[1..] {
        call.lines = vec![named("L")];
    }
    for (from, to, before, after) in [("A", "B", 45.0, 33.0), ("B", "C", 35.0, 23.0), ("A", "C", 82.0, 70.0)] {
        for (from, to) in [(from, to), (to, from)] {
            assert_eq!(ride(&world, &v1(), from, to), reached(before));
            assert_eq!(world.with(&["ring"]).time(&v1(), Mode::Transit, from, to), reached(after));
        }
    }
}

#[test]
fn the_train_of_the_rank_decides() {
    // Two trains without a stop (64 min), three that stop (69 min).
    let mut world = stations();
    world.service("stopping", "L", &["A-station", "B-station", "C-station"]).trips = vec![at(&["07:00", "08:00", "09:00"])];
    world.service("nonstop", "L", &["A-station", "C-station"]).trips = vec![at(&["07:30", "08:30"])];
    let ranked = |train_rank| Definition { train_rank, ..v1() };
    for (rank, outcome) in [(1, reached(64.0)), (2, reached(64.0)), (3, reached(69.0)), (5, reached(69.0)), (6, NO_TRAIN)] {
        assert_eq!(ride(&world, &ranked(rank), "A", "C"), outcome, "rank {rank}");
        assert_eq!(ride(&world, &ranked(rank), "C", "A"), outcome, "rank {rank}");
    }
    assert_eq!(ride(&world, &ranked(3), "A", "B"), reached(34.0));
    assert_eq!(ride(&world, &ranked(4), "A", "B"), NO_TRAIN);
}

fn window(of: WindowOf, from: &str, to: &str) -> Definition {
    Definition { window: Window { from: clock(from), to: clock(to), of }, ..v1() }
}

#[test]
fn both_edges_of_a_window_count() {
    let mut world = stations();
    world.service("s", "L", &["A-station", "C-station"]).trips = vec![at(&["07:59", "08:00", "09:00", "09:01"])];
    let departure = |rank| Definition { train_rank: rank, ..window(WindowOf::Departure, "08:00", "09:00") };
    assert_eq!(ride(&world, &departure(2), "A", "C"), reached(64.0));
    assert_eq!(ride(&world, &departure(3), "A", "C"), NO_TRAIN);
    // 64 minutes later: 09:03, 09:04, 10:04, 10:05.
    let arrival = |rank| Definition { train_rank: rank, ..window(WindowOf::Arrival, "09:04", "10:04") };
    assert_eq!(ride(&world, &arrival(2), "A", "C"), reached(64.0));
    assert_eq!(ride(&world, &arrival(3), "A", "C"), NO_TRAIN);
}

/// Whether just one train, that leaves A at 08:00, counts from `from` to `to` at the minute `time` and not a minute off.
#[track_caller]
fn passes(world: &World, of: WindowOf, from: &str, to: &str, time: &str) {
    let built = world.build();
    let clock = clock(time);
    let around = |before: u32, after: u32| {
        let edge = |seconds| onehour::units::TimeOfDay::from_seconds(seconds);
        Definition { window: Window { from: edge(clock.seconds() - before), to: edge(clock.seconds() + after), of }, ..v1() }
    };
    assert!(built.time(&around(0, 60), Mode::Transit, from, to).time().is_some(), "not at {time} or later");
    assert!(built.time(&around(60, 0), Mode::Transit, from, to).time().is_some(), "not at {time} or before");
}

#[test]
fn a_train_passes_later_stops_later() {
    let mut world = line();
    world.records.services[0].trips = vec![at(&["08:00"])];
    // B: 30 minutes of way and 5 of stopping after A; C: 69 after A.
    passes(&world, WindowOf::Departure, "A", "C", "08:00");
    passes(&world, WindowOf::Departure, "B", "C", "08:35");
    passes(&world, WindowOf::Arrival, "A", "B", "08:34");
    passes(&world, WindowOf::Arrival, "B", "C", "09:09");
    passes(&world, WindowOf::Arrival, "A", "C", "09:09");
    // The other way, leaving C at 08:00.
    passes(&world, WindowOf::Departure, "B", "A", "08:35");
    passes(&world, WindowOf::Arrival, "C", "A", "09:09");
}

#[test]
fn a_train_that_lost_time_before_a_stop_leaves_it_later() {
    let mut world = delayed(line());
    world.records.lines[0].at[2].delay = None;
    world.records.services[0].trips = vec![at(&["08:00"])];
    passes(&world, WindowOf::Departure, "A", "B", "08:00");
    passes(&world, WindowOf::Arrival, "A", "B", "08:46");
    passes(&world, WindowOf::Departure, "B", "C", "08:47");
    passes(&world, WindowOf::Arrival, "B", "C", "09:21");
    passes(&world, WindowOf::Arrival, "A", "C", "09:21");
}

#[test]
fn trips_run_in_the_direction_they_name() {
    let mut world = line();
    world.records.services[0].trips[0].direction = TripDirection::Out;
    assert_eq!(ride(&world, &v1(), "A", "C"), reached(69.0));
    assert_eq!(ride(&world, &v1(), "C", "A"), Outcome::Unreachable(Reason::NoLine));
    world.records.services[0].trips[0].direction = TripDirection::Back;
    assert_eq!(ride(&world, &v1(), "A", "C"), Outcome::Unreachable(Reason::NoLine));
    assert_eq!(ride(&world, &v1(), "C", "A"), reached(69.0));
}

#[test]
fn trips_a_week_are_spread_over_the_day() {
    // 14 a week are two a day between 06:00 and 22:00; half the window has one.
    let mut world = line();
    world.records.services[0].trips[0].times = TripTimes::PerWeek(14);
    let from_six = |to: &str, rank| Definition { train_rank: rank, ..window(WindowOf::Departure, "06:00", to) };
    assert_eq!(ride(&world, &from_six("22:00", 2), "A", "C"), reached(69.0));
    assert_eq!(ride(&world, &from_six("22:00", 3), "A", "C"), NO_TRAIN);
    assert_eq!(ride(&world, &from_six("14:00", 1), "A", "C"), reached(69.0));
    assert_eq!(ride(&world, &from_six("14:00", 2), "A", "C"), NO_TRAIN);
}

#[test]
fn a_trip_before_the_window_is_no_service_and_no_trip_is_no_line() {
    let mut world = line();
    world.records.services[0].trips = vec![at(&["05:00"])];
    assert_eq!(ride(&world, &v1(), "A", "C"), NO_TRAIN);
    world.records.services.clear();
    assert_eq!(ride(&world, &v1(), "A", "C"), Outcome::Unreachable(Reason::NoLine));
}

#[test]
fn stations_are_entered_and_left_by_class() {
    // V3, reserved: process at A, 34 to B, exit at B.
    for (class, process, exit) in [
        (StopClass::Hub, 20.0, 9.0),
        (StopClass::Prefecture, 15.0, 6.0),
        (StopClass::County, 10.0, 5.0),
        (StopClass::Suburban, 8.0, 3.5),
        (StopClass::Metro, 3.0, 2.0),
        (StopClass::Bus, 1.0, 0.5),
        (StopClass::Airport, 60.0, 12.0),
    ] {
        let mut world = line();
        world.records.stops[0].class = class;
        assert_eq!(ride(&world, &v3(), "A", "B"), reached(process + 34.0 + 9.0), "{class:?}");
        assert_eq!(ride(&world, &v3(), "B", "A"), reached(20.0 + 34.0 + exit), "{class:?}");
        // Turning up: process without reservation at stations, the usual one elsewhere; half an hour's wait.
        let turning_up = if process < 5.0 || process == 60.0 { process } else { 7.0 };
        assert_eq!(ride(&world, &v4(), "A", "B"), reached(turning_up + 30.0 + 34.0 + 9.0), "{class:?}");
    }
}

#[test]
fn waiting_is_half_the_headway_up_to_the_cap() {
    // V4: 7 to get in, the wait, 34 to B, 9 to get out; the window has 16 hours.
    for (count, reserved, wait) in
        [(16, true, 30.0), (4, true, 30.0), (32, true, 15.0), (32, false, 15.0), (16, false, 15.0), (96, false, 5.0)]
    {
        let mut world = line();
        world.records.services[0].trips = vec![even(count, "06:00", "22:00")];
        world.records.services[0].reserved = reserved;
        // Seen from A, where all trains leave in the window.
        assert_eq!(ride(&world, &v4(), "A", "B"), reached(7.0 + wait + 34.0 + 9.0), "{count} {reserved}");
    }
    let mut metro = line();
    metro.records.services[0].mode = LineMode::Metro;
    assert_eq!(ride(&metro, &v4(), "A", "B"), reached(7.0 + 15.0 + 34.0 + 9.0));
}

#[test]
fn planned_travellers_wait_only_for_services_without_reservation() {
    let mut world = line();
    assert_eq!(ride(&world, &v3(), "A", "B"), reached(20.0 + 34.0 + 9.0));
    world.records.services[0].reserved = false;
    assert_eq!(ride(&world, &v3(), "A", "B"), reached(7.0 + 15.0 + 34.0 + 9.0));
    assert_eq!(ride(&world, &v1(), "A", "B"), reached(34.0));
}

#[test]
fn those_who_turn_up_take_whatever_gets_them_there_first() {
    // 4 fast trains: a wait of 30 (cap) and 64. With 28 slow ones 32 trains in 16 hours: a wait of 15 and 69.
    let mut world = stations();
    world.service("nonstop", "L", &["A-station", "C-station"]).trips = vec![even(4, "06:00", "22:00")];
    assert_eq!(ride(&world, &v4(), "A", "C"), reached(7.0 + 30.0 + 64.0 + 9.0));
    world.service("stopping", "L", &["A-station", "B-station", "C-station"]).trips = vec![even(28, "06:00", "22:00")];
    assert_eq!(ride(&world, &v4(), "A", "C"), reached(7.0 + 15.0 + 69.0 + 9.0));
    let journey = world.build().journey(&v4(), Mode::Transit, "A", "C", Direction::Forward);
    assert_eq!(journey.time_of(Component::Wait), Duration::from_mins(15));
    assert_eq!(journey.time_of(Component::Ride), Duration::from_mins(69));
}

/// Two services that meet in B.
fn change(class: StopClass) -> World {
    let mut world = stations();
    world.records.stops[1].class = class;
    world.service("west", "L", &["A-station", "B-station"]);
    world.service("east", "L", &["B-station", "C-station"]);
    world
}

#[test]
fn a_change_takes_the_transfer_time_of_the_stop() {
    for (class, minutes) in [
        (StopClass::Hub, 20.0),
        (StopClass::County, 20.0),
        (StopClass::Metro, 4.0),
        (StopClass::Bus, 2.5),
        (StopClass::Airport, 45.0),
    ] {
        let world = change(class);
        assert_eq!(ride(&world, &v1(), "A", "C"), reached(34.0 + minutes + 34.0));
        assert_eq!(ride(&world, &v3(), "A", "C"), reached(20.0 + 34.0 + minutes + 34.0 + 9.0));
    }
}

/// As [`change`], but the second service leaves from a stop 200 m from B.
fn change_next_door() -> World {
    let mut world = stations();
    world.stop("next", StopClass::Hub, 60.2, 0.0);
    world.line("M", &[("next", 60.0), ("C-station", 120.0)]);
    world.service("west", "L", &["A-station", "B-station"]);
    world.service("east", "M", &["next", "C-station"]);
    world
}

#[test]
fn a_neighbouring_stop_is_no_way_around_the_transfer_time() {
    // 34, 2 on foot, 20 to change, 34. Where getting in and out count, they stand for the change: 9 + 2 + 20.
    let mut world = change_next_door();
    assert_eq!(ride(&world, &v1(), "A", "C"), reached(90.0));
    assert_eq!(ride(&world, &v1(), "C", "A"), reached(90.0));
    assert_eq!(ride(&world, &v3(), "A", "C"), reached(20.0 + 34.0 + 9.0 + 2.0 + 20.0 + 34.0 + 9.0));
    // Beside the straight change in B the neighbour does not help: B serves the second service too.
    world.service("east from B", "L", &["B-station", "C-station"]);
    assert_eq!(ride(&world, &v1(), "A", "C"), reached(34.0 + 20.0 + 34.0));
}

#[test]
fn a_told_transfer_replaces_the_straight_walk() {
    let mut world = change_next_door();
    world.transfer("B-station", "next", TransferLength::Time(Duration::from_mins(6)));
    assert_eq!(ride(&world, &v1(), "A", "C"), reached(34.0 + 6.0 + 20.0 + 34.0));
    world.records.transfers[0].length = TransferLength::Walk(Distance::from_metres(900));
    assert_eq!(ride(&world, &v1(), "C", "A"), reached(34.0 + 9.0 + 20.0 + 34.0));
    // Stops 600 m apart are joined only when told.
    world.records.stops[3].at = km(60.6, 0.0);
    assert_eq!(ride(&world, &v1(), "A", "C"), reached(34.0 + 9.0 + 20.0 + 34.0));
    world.records.transfers.clear();
    assert_eq!(ride(&world, &v1(), "A", "C"), Outcome::Unreachable(Reason::NoLine));
}

#[test]
fn a_place_with_two_stations_takes_the_better() {
    let mut world = line();
    world.records.stops[1].serves.push(named("A"));
    assert_eq!(ride(&world, &v1(), "A", "C"), reached(34.0));
    assert_eq!(ride(&world, &v1(), "C", "A"), reached(34.0));
}

/// `line()` with the place P so many km north of A.
fn beside(north: f64) -> World {
    let mut world = line();
    world.place("P", 0.0, north);
    world
}

#[test]
fn one_walks_or_rides_an_ebike_from_home_and_walks_at_the_other_end() {
    // V5 between A and B: 20 + 34 + 9 = 63. P is 1 km from A: 5 minutes by e-bike, 10 on foot.
    let built = beside(1.0).build();
    assert_eq!(built.time(&v5(), Mode::Transit, "P", "B"), reached(68.0));
    assert_eq!(built.time(&v5(), Mode::Transit, "B", "P"), reached(73.0));
    // 2 km: at the limit of walking. 3 km: beyond it, so nobody gets home; out of it by e-bike, 4 km at the most.
    assert_eq!(beside(2.0).build().time(&v5(), Mode::Transit, "B", "P"), reached(83.0));
    let built = beside(3.0).build();
    assert_eq!(built.time(&v5(), Mode::Transit, "P", "B"), reached(78.0));
    assert_eq!(built.time(&v5(), Mode::Transit, "B", "P"), Outcome::Unreachable(Reason::NoStopInReach));
    assert_eq!(beside(4.0).build().time(&v5(), Mode::Transit, "P", "B"), reached(83.0));
    assert_eq!(beside(4.1).build().time(&v5(), Mode::Transit, "P", "B"), Outcome::Unreachable(Reason::NoStopInReach));
}

#[test]
fn local_buses_run_in_built_up_areas_only() {
    // 3 km by bus: 10 minutes and 5 of waiting. 7.5 km: 25 + 5, the limit.
    let mut world = beside(3.0);
    world.cell(0.0, 3.0).urban = Some(Urban::County);
    assert_eq!(world.build().time(&v5(), Mode::Transit, "B", "P"), reached(78.0));
    for (north, outcome) in [(7.5, reached(93.0)), (7.6, Outcome::Unreachable(Reason::NoStopInReach))] {
        let mut world = beside(north);
        world.cell(0.0, north).urban = Some(Urban::County);
        assert_eq!(world.build().time(&v5(), Mode::Transit, "P", "B"), outcome);
    }
    // In the country there is none.
    let mut world = beside(3.0);
    world.cell(0.0, 3.0);
    assert_eq!(world.build().time(&v5(), Mode::Transit, "B", "P"), Outcome::Unreachable(Reason::NoStopInReach));
}

/// P, `length` km by road from A.
fn by_road(length: f64) -> World {
    let mut world = beside(length);
    world.nodes(&[("a", 0.0, 0.0), ("p", 0.0, length)]).link("a", "p", length, LinkClass::National);
    world
}

#[test]
fn nobody_drives_to_a_metro_or_bus_stop() {
    for class in [StopClass::Metro, StopClass::Bus] {
        let mut world = by_road(20.0);
        world.records.stops[0].class = class;
        assert_eq!(world.build().time(&v5(), Mode::Feeder, "P", "B"), Outcome::Unreachable(Reason::NoStopInReach));
    }
}

#[test]
fn short_trips_go_without_a_train() {
    let mut world = beside(1.0);
    world.place("Q", 0.0, 2.0);
    let built = world.build();
    assert_eq!(built.time(&v5(), Mode::Transit, "P", "Q"), reached(5.0));
    assert_eq!(built.time(&v5(), Mode::Feeder, "Q", "P"), reached(5.0));
}

#[test]
fn a_journey_by_train_says_what_it_does_in_order_of_travel() {
    let mut world = by_road(20.0);
    world.place("Q", 120.0, 1.0);
    world.records.services.clear();
    world.service("west", "L", &["A-station", "B-station"]);
    world.service("east", "L", &["B-station", "C-station"]).reserved = false;
    let built = world.build();
    for direction in [Direction::Forward, Direction::Backward] {
        let journey = built.journey(&v5(), Mode::Feeder, "P", "Q", direction);
        check_chain(&journey);
        let legs: Vec<(Component, &str, &str, &str, f64, f64)> = journey
            .legs
            .iter()
            .map(|leg| (leg.kind, leg.mode, &*leg.from, &*leg.to, leg.time.minutes(), leg.length.km()))
            .collect();
        let expected = [
            (Component::Access, "car", "P", "A-station", 25.0, 20.0),
            (Component::Process, "walk", "A-station", "A-station", 20.0, 0.0),
            (Component::Ride, "hsr", "A-station", "B-station", 34.0, 60.0),
            (Component::Transfer, "walk", "B-station", "B-station", 20.0, 0.0),
            (Component::Wait, "hsr", "B-station", "B-station", 15.0, 0.0),
            (Component::Ride, "hsr", "B-station", "C-station", 34.0, 60.0),
            (Component::Exit, "walk", "C-station", "C-station", 9.0, 0.0),
            (Component::Egress, "walk", "C-station", "Q", 10.0, 1.0),
        ];
        assert_eq!(legs, expected, "{direction:?}");
        assert_eq!(journey.length(), Distance::from_metres(141_000));
        let back = built.journey(&v5(), Mode::Feeder, "Q", "P", direction);
        assert_eq!((back.legs[0].mode, back.legs.last().unwrap().mode), ("ebike", "taxi"));
        assert_eq!(back.legs.last().unwrap().length, Distance::from_metres(20_000));
    }
}

#[test]
fn a_cell_at_the_station_of_the_root_needs_no_train() {
    let mut world = line();
    world.cell(0.5, 0.0);
    world.cell(119.5, 0.0);
    assert_eq!(ride(&world, &v1(), "A", "cell:0"), reached(0.0));
    assert_eq!(ride(&world, &v1(), "cell:0", "A"), reached(0.0));
    assert_eq!(ride(&world, &v1(), "A", "cell:1"), reached(69.0));
}

#[test]
fn a_place_without_station_is_named_as_such() {
    let mut world = line();
    world.place("X", 30.0, 0.0);
    assert_eq!(ride(&world, &v1(), "A", "X"), Outcome::Unreachable(Reason::NoStation));
    assert_eq!(ride(&world, &v1(), "X", "A"), Outcome::Unreachable(Reason::NoStation));
    world.cell(120.0, 0.0);
    world.cell(30.0, 0.0);
    assert_eq!(ride(&world, &v1(), "X", "cell:0"), Outcome::Unreachable(Reason::NoStation));
    assert_eq!(ride(&world, &v1(), "A", "cell:1"), Outcome::Unreachable(Reason::NoStopInReach));
    assert_eq!(ride(&world, &v5(), "A", "X"), Outcome::Unreachable(Reason::NoStopInReach));
}

#[test]
fn a_station_on_the_same_road_is_driven_to_along_it() {
    // P and the station lie 15 km apart in the middle of a road of 100 km.
    let mut world = beside(15.0);
    world.nodes(&[("s", 0.0, -50.0), ("n", 0.0, 50.0)]).link("s", "n", 100.0, LinkClass::National);
    assert_eq!(world.build().time(&v5(), Mode::Feeder, "P", "B"), reached(63.0 + 20.0));
    assert_eq!(world.build().time(&v5(), Mode::Feeder, "B", "P"), reached(63.0 + 21.0));
    world.records.links[0].oneway = true;
    assert_eq!(world.build().time(&v5(), Mode::Feeder, "P", "B"), Outcome::Unreachable(Reason::NoStopInReach));
    assert_eq!(world.build().time(&v5(), Mode::Feeder, "B", "P"), reached(63.0 + 21.0));
}

#[test]
fn cars_feed_stations_from_home_and_taxis_at_the_other_end() {
    // 20 minutes of driving; from home 2 to the car and 3 to park, at the other end 6 for the taxi.
    let built = by_road(20.0).build();
    assert_eq!(built.time(&v5(), Mode::Feeder, "P", "B"), reached(63.0 + 25.0));
    assert_eq!(built.time(&v5(), Mode::Feeder, "B", "P"), reached(63.0 + 26.0));
    assert_eq!(built.time(&v5(), Mode::Transit, "P", "B"), Outcome::Unreachable(Reason::NoStopInReach));
    assert_eq!(built.time(&v5(), Mode::Best, "P", "B"), reached(63.0 + 25.0));
    // There is no road to B; to A the car is best.
    assert_eq!(built.time(&v5(), Mode::Best, "P", "A"), reached(25.0));
    // 40 minutes of driving are the limit, that included.
    assert_eq!(by_road(40.0).build().time(&v5(), Mode::Feeder, "P", "B"), reached(63.0 + 45.0));
    assert_eq!(by_road(40.1).build().time(&v5(), Mode::Feeder, "P", "B"), Outcome::Unreachable(Reason::NoStopInReach));
}

#[test]
fn every_leg_names_the_parameter_it_rests_on() {
    let mut world = change(StopClass::Metro);
    world.records.stops[0].class = StopClass::Metro;
    world.records.services[0].reserved = false;
    let built = world.build();
    let journey = built.journey(&v4(), Mode::Transit, "A", "C", Direction::Forward);
    let sources: Vec<(Component, &str)> = journey.legs.iter().map(|leg| (leg.kind, &*leg.source)).collect();
    let expected = [
        (Component::Process, "process.metro"),
        (Component::Wait, "a test"),
        (Component::Ride, "a test"),
        (Component::Transfer, "transfer.metro_min"),
        (Component::Ride, "a test"),
        (Component::Exit, "exit.hub"),
    ];
    assert_eq!(sources, expected);
}

#[test]
fn places_that_share_a_station_are_together() {
    let mut world = line();
    world.place("A2", 5.0, 0.0);
    world.records.stops[0].serves.push(named("A2"));
    assert_eq!(ride(&world, &v1(), "A", "A2"), reached(0.0));
    assert_eq!(ride(&world, &v3(), "A2", "A"), reached(0.0));
    assert_eq!(ride(&world, &v1(), "A2", "C"), reached(69.0));
    // Also for somebody at that station, whichever end is searched from.
    assert_eq!(ride(&world, &v1(), "A", "A-station"), reached(0.0));
    assert_eq!(ride(&world, &v1(), "A-station", "A"), reached(0.0));
}

#[test]
fn a_delay_that_has_not_begun_was_not_in_the_observed_minutes() {
    let mut world = delayed(stations());
    let service = world.observed("seen", &[("A-station", 0.0), ("B-station", 45.0)]);
    service.calls[1].lines = vec![named("L")];
    world.records.delays[0].common.opened = Some(jiff::civil::date(2031, 1, 1));
    assert_eq!(ride(&world, &v1(), "A", "B"), reached(45.0));
    // One that is over by now was in them.
    world.records.delays[0].common.opened = None;
    world.records.delays[0].common.closed = Some(jiff::civil::date(2029, 1, 1));
    assert_eq!(ride(&world, &v1(), "A", "B"), reached(33.0));
}

#[test]
fn a_train_that_comes_twice_to_a_stop_is_one_train() {
    // A, B, round the loop to B again, C: one train from B to C, with the shorter ride.
    let mut world = stations();
    let calls = [("A-station", 0.0), ("B-station", 30.0), ("C-station", 40.0), ("B-station", 20.0), ("C-station", 35.0)];
    let service = world.observed("loop", &calls);
    service.trips = vec![at(&["08:00"])];
    service.trips[0].direction = TripDirection::Out;
    assert_eq!(ride(&world, &v1(), "B", "C"), reached(35.0));
    assert_eq!(ride(&world, &v2(), "B", "C"), NO_TRAIN);
}

#[test]
fn a_transfer_of_a_project_comes_beside_the_straight_walk() {
    // The straight walk takes 2 minutes: 34 + 2 + 20 + 34. A passage of 6 is no help, one of 1 is.
    for (minutes, time, projects) in [(6, 90.0, 0), (1, 89.0, 1)] {
        let mut world = change_next_door();
        let length = TransferLength::Time(Duration::from_mins(minutes));
        world.transfer("B-station", "next", length).common.project = Some(named("passage"));
        world.projects.push(builds("passage"));
        let built = world.with(&["passage"]);
        assert_eq!(built.time(&v1(), Mode::Transit, "A", "C"), reached(time));
        let journey = built.journey(&v1(), Mode::Transit, "A", "C", Direction::Forward);
        assert_eq!(journey.projects().len(), projects);
    }
}
