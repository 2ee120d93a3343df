//! Small timetables whose answers are sums that one can do in the head. Times are in deciseconds after midnight.

use super::*;

const FORWARD: Limits = Limits { max_rides: 3, max_duration: 100_000, direction: Direction::Forward };
const BACKWARD: Limits = Limits { direction: Direction::Backward, ..FORWARD };

fn stop(at: u32) -> CallStopIx {
    CallStopIx(at)
}

/// The time at a stop for one departure from stop 0 (backwards: for one arrival there).
fn time_at(world: &World, departure: u32, limits: &Limits, at: u32) -> Option<u32> {
    let profile = freeze(world).range(&[(stop(0), 0)], &[departure], limits, &mut Scratch::new());
    profile.time(stop(at), 0)
}

/// 0 ──100──> 1 (walk 30) 2 (walk 30) 3 ──200──> 4. From 1 to 3 leads no single walk, and two are not put together.
#[test]
fn walks_are_not_put_together() {
    let mut world = empty(5);
    add_trips(&mut world.timetable, &calls(&[0, 1]), &[vec![(0, 0), (100, 100)]]);
    add_trips(&mut world.timetable, &calls(&[3, 4]), &[vec![(200, 200), (400, 400)]]);
    world.walks = vec![(stop(1), stop(2), 30), (stop(2), stop(3), 30)];
    assert_eq!(time_at(&world, 0, &FORWARD, 1), Some(100));
    assert_eq!(time_at(&world, 0, &FORWARD, 2), None, "no vehicle calls at 2, and who walks there is not counted");
    assert_eq!(time_at(&world, 0, &FORWARD, 4), None);
    world.walks.push((stop(1), stop(3), 90));
    assert_eq!(time_at(&world, 0, &FORWARD, 4), Some(400));
    world.walks.push((stop(1), stop(3), 101));
    assert_eq!(time_at(&world, 0, &FORWARD, 4), Some(400), "of two walks the shorter one is walked");
}

/// 0 ──> 1 at 100; on from 1 at 110 (arrives 150) and at 130 (arrives 170).
#[test]
fn changing_takes_its_time_and_staying_in_none() {
    let mut world = empty(3);
    add_trips(&mut world.timetable, &calls(&[0, 1]), &[vec![(0, 0), (100, 100)]]);
    add_trips(&mut world.timetable, &calls(&[1, 2]), &[vec![(110, 110), (150, 150)], vec![(130, 130), (170, 170)]]);
    for (change, arrival) in [(Some(0), 150), (Some(10), 150), (Some(11), 170), (Some(30), 170)] {
        world.changes[1] = change;
        assert_eq!(time_at(&world, 0, &FORWARD, 2), Some(arrival), "{change:?}");
    }
    for change in [Some(31), None] {
        world.changes[1] = change;
        assert_eq!(time_at(&world, 0, &FORWARD, 2), None, "{change:?}");
    }
    // Access includes all that it takes to get on.
    let profile = freeze(&world).range(&[(stop(1), 10)], &[100], &FORWARD, &mut Scratch::new());
    assert_eq!(profile.time(stop(2), 0), Some(150));
    // A vehicle that goes on needs no change.
    add_trips(&mut world.timetable, &calls(&[0, 1, 2]), &[vec![(0, 0), (100, 105), (160, 160)]]);
    assert_eq!(time_at(&world, 0, &FORWARD, 2), Some(160));
}

/// The express leaves 0 at 20 and is at 1 at 50; the slow train leaves at 10 and arrives at 90.
#[test]
fn who_waits_for_the_express_arrives_first() {
    let mut world = empty(2);
    add_trips(&mut world.timetable, &calls(&[0, 1]), &[vec![(10, 10), (90, 90)], vec![(20, 20), (50, 50)]]);
    assert_eq!(world.timetable.patterns.len(), 2, "they are not one pattern");
    let departures = [0, 10, 11, 20, 21];
    let profile = freeze(&world).range(&[(stop(0), 0)], &departures, &FORWARD, &mut Scratch::new());
    let times: Vec<_> = (0..5).map(|at| profile.time(stop(1), at)).collect();
    assert_eq!(times, [Some(50), Some(50), Some(50), Some(50), None]);
    // To be there at 89 one takes the express and is at the stop at 20; the slow train helps nobody.
    let world = &world;
    let back = freeze(world).range(&[(stop(1), 0)], &[49, 50, 89, 90], &BACKWARD, &mut Scratch::new());
    assert_eq!((0..4).map(|at| back.time(stop(0), at)).collect::<Vec<_>>(), [None, Some(20), Some(20), Some(20)]);
}

/// A ring 0 ─10─> 1 ─10─> 2 ─10─> 0 ─10─> 3.
#[test]
fn a_loop_may_be_boarded_where_it_passes_again() {
    let mut world = empty(4);
    let ring = |at: u32| (0..5).map(|call| (at + 10 * call, at + 10 * call)).collect::<TripTimes>();
    add_trips(&mut world.timetable, &calls(&[0, 1, 2, 0, 3]), &[ring(0), ring(100)]);
    assert_eq!(time_at(&world, 0, &FORWARD, 3), Some(40));
    assert_eq!(time_at(&world, 1, &FORWARD, 3), Some(40), "whoever misses the beginning gets on when it comes back at 30");
    assert_eq!(time_at(&world, 31, &FORWARD, 3), Some(140));
    assert_eq!(time_at(&world, 0, &FORWARD, 0), Some(30), "once around");
}

#[test]
fn one_gets_on_and_off_only_where_one_may() {
    let mut world = empty(3);
    let mut stops = calls(&[0, 1, 2]);
    (stops[0].board, stops[1].alight) = (false, false);
    add_trips(&mut world.timetable, &stops, &[vec![(0, 0), (10, 10), (20, 20)]]);
    assert_eq!(time_at(&world, 0, &FORWARD, 2), None);
    let from_1 = freeze(&world).range(&[(stop(1), 0)], &[0], &FORWARD, &mut Scratch::new());
    assert_eq!((from_1.time(stop(2), 0), from_1.reached()), (Some(20), &[stop(2)][..]));
    stops[0].board = true;
    add_trips(&mut world.timetable, &stops, &[vec![(0, 0), (10, 10), (20, 20)]]);
    assert_eq!(time_at(&world, 0, &FORWARD, 1), None);
    assert_eq!(time_at(&world, 0, &FORWARD, 2), Some(20));
}

/// A trip of 30 deciseconds that leaves at 20; the limit counts from the door.
#[test]
fn the_limit_holds_from_the_door_and_counts_itself_in() {
    let mut world = empty(2);
    add_trips(&mut world.timetable, &calls(&[0, 1]), &[vec![(20, 20), (50, 50)]]);
    for (max_duration, arrivals) in [(50, [Some(50), Some(50)]), (49, [None, Some(50)]), (39, [None, None])] {
        let limits = Limits { max_duration, ..FORWARD };
        let profile = freeze(&world).range(&[(stop(0), 0)], &[0, 10], &limits, &mut Scratch::new());
        assert_eq!([profile.time(stop(1), 0), profile.time(stop(1), 1)], arrivals);
    }
    assert_eq!(time_at(&world, 0, &Limits { max_rides: 0, ..FORWARD }, 1), None);
}

/// Every 20 from 100 until 200, then every 4 until 220; 30 from 0 to 1 and 30 more to 2.
#[test]
fn lines_by_headway_are_waited_for_half_a_headway() {
    let mut world = empty(3);
    add_headway(&mut world.timetable, &calls(&[0, 1, 2]), &[30, 30], &[(100, 200, 20), (200, 220, 4)]);
    let cases = [
        (150, Some(190)), // 150 + 10 + 30
        (0, Some(140)),   // waits from 100 on
        (191, Some(231)), // 191 + 10 + 30
        (195, Some(232)), // the closer headway: 200 + 2 + 30, not 195 + 10 + 30
        (219, Some(251)),
        (220, None),
    ];
    for (departure, arrival) in cases {
        assert_eq!(time_at(&world, departure, &FORWARD, 1), arrival, "{departure}");
    }
    // At stop 1 the windows are 30 later: 130 + 10 + 30.
    let from_1 = freeze(&world).range(&[(stop(1), 0)], &[0, 249, 250], &FORWARD, &mut Scratch::new());
    let times: Vec<_> = (0..3).map(|at| from_1.time(stop(2), at)).collect();
    assert_eq!(times, [Some(170), Some(281), None]);
    // An odd headway is waited for half of it, rounded up.
    world.timetable.headways[0].windows[0].headway = 21;
    assert_eq!(time_at(&world, 150, &FORWARD, 1), Some(191));
}

/// The same line: to be at 1 at 190 one is ready at 0 at 150; to be there at 235, at 203, for 203 + 2 + 30 = 235.
#[test]
fn lines_by_headway_are_waited_for_backwards_too() {
    let mut world = empty(3);
    add_headway(&mut world.timetable, &calls(&[0, 1, 2]), &[30, 30], &[(100, 200, 20), (200, 220, 4)]);
    let departures = [139, 140, 190, 235, 500];
    let back = freeze(&world).range(&[(stop(1), 0)], &departures, &BACKWARD, &mut Scratch::new());
    let times: Vec<_> = (0..5).map(|at| back.time(stop(0), at)).collect();
    // The last moment to begin waiting is 219, before the window closes.
    assert_eq!(times, [None, Some(100), Some(150), Some(203), Some(219)]);
}

/// A night train over the end of the service day, 23:50 to 24:10.
#[test]
fn trips_run_past_midnight() {
    let mut world = empty(2);
    add_trips(&mut world.timetable, &calls(&[0, 1]), &[vec![(858_000, 858_000), (870_000, 870_000)]]);
    assert_eq!(time_at(&world, 857_000, &FORWARD, 1), Some(870_000));
    let back = freeze(&world).range(&[(stop(1), 0)], &[863_999, 870_000], &BACKWARD, &mut Scratch::new());
    assert_eq!((back.time(stop(0), 0), back.time(stop(0), 1)), (None, Some(858_000)));
}

#[test]
fn a_world_without_stops_or_without_departures_has_empty_answers() {
    let nothing = freeze(&empty(0)).range(&[], &[0, 1], &FORWARD, &mut Scratch::new());
    assert!(nothing.reached().is_empty());
    let mut world = empty(2);
    add_trips(&mut world.timetable, &calls(&[0, 1]), &[vec![(20, 20), (50, 50)]]);
    let never = freeze(&world).range(&[(stop(0), 0)], &[], &FORWARD, &mut Scratch::new());
    assert!(never.reached().is_empty() && never.departures().is_empty());
    let nowhere = freeze(&world).range(&[], &[0], &FORWARD, &mut Scratch::new());
    assert!(nowhere.reached().is_empty());
}
