//! What must hold of any timetable.

use super::*;

#[test]
fn every_departure_of_a_range_is_as_if_searched_alone() {
    let (mut scratch, mut other) = (Scratch::new(), Scratch::new());
    for_worlds(600, SMALL, |seed, world, question, dice| {
        let raptor = freeze(world);
        let limits = limits(question, dice.pick(&[Direction::Forward, Direction::Backward]));
        let range = raptor.range(&question.access, &question.departures, &limits, &mut scratch);
        for (at, departure) in question.departures.iter().enumerate() {
            let alone = raptor.range(&question.access, &[*departure], &limits, &mut other);
            for stop in (0..raptor.n_stops() as u32).map(CallStopIx) {
                assert_eq!(range.duration(stop, at), alone.duration(stop, 0), "seed {seed}, {departure}, {question:?}");
            }
        }
    });
}

#[test]
fn a_window_in_parts_is_the_window() {
    let mut scratch = Scratch::new();
    for_worlds(400, SMALL, |seed, world, question, dice| {
        let raptor = freeze(world);
        for direction in [Direction::Forward, Direction::Backward] {
            let limits = limits(question, direction);
            let whole = raptor.range(&question.access, &question.departures, &limits, &mut scratch);
            for n in [0, 1, 2, 3, 5, 100] {
                assert_eq!(raptor.range_split(&question.access, &question.departures, &limits, n), whole, "seed {seed}");
            }
            assert_eq!(
                raptor.range_spread(&question.access, &question.departures, &limits, &mut scratch),
                whole,
                "seed {seed}"
            );
            let cut = dice.below(question.departures.len() as u32) as usize;
            let (early, late) = question.departures.split_at(cut);
            let [early, late] = [early, late].map(|part| raptor.range(&question.access, part, &limits, &mut scratch));
            for (stop, row) in times(&whole, raptor.n_stops()).into_iter().enumerate() {
                let parts = [&times(&early, raptor.n_stops())[stop][..], &times(&late, raptor.n_stops())[stop]].concat();
                assert_eq!(row, parts, "seed {seed}");
            }
        }
    });
}

#[test]
fn a_scratch_that_was_used_elsewhere_changes_nothing() {
    let mut used = Scratch::new();
    for_worlds(200, SMALL, |seed, world, question, _| {
        let raptor = freeze(world);
        let range = raptor.range(&question.access, &question.departures, &forward(question), &mut used);
        let fresh = raptor.range(&question.access, &question.departures, &forward(question), &mut Scratch::new());
        assert_eq!(range, fresh, "seed {seed}");
    });
}

/// Asserts that every time of `better` is there and at most that of `worse`.
fn assert_no_worse(better: &Profile, worse: &Profile, n_stops: usize, why: &str) {
    for stop in (0..n_stops as u32).map(CallStopIx) {
        for departure in 0..worse.departures().len() {
            if let Some(time) = worse.duration(stop, departure) {
                assert!(better.duration(stop, departure).is_some_and(|other| other <= time), "{why}");
            }
        }
    }
}

#[test]
fn more_rides_more_time_and_shorter_walks_are_never_worse() {
    let mut scratch = Scratch::new();
    for_worlds(400, SMALL, |seed, world, question, dice| {
        let raptor = freeze(world);
        let limits = limits(question, dice.pick(&[Direction::Forward, Direction::Backward]));
        let mut ask =
            |raptor: &Raptor, limits: &Limits| raptor.range(&question.access, &question.departures, limits, &mut scratch);
        let n_stops = raptor.n_stops();
        let base = ask(&raptor, &limits);
        let rides = ask(&raptor, &Limits { max_rides: limits.max_rides + 1, ..limits });
        assert_no_worse(&rides, &base, n_stops, &format!("more rides, seed {seed}"));
        let longer = ask(&raptor, &Limits { max_duration: limits.max_duration.saturating_add(7), ..limits });
        assert_no_worse(&longer, &base, n_stops, &format!("longer limit, seed {seed}"));
        for stop in longer.reached() {
            for at in 0..question.departures.len() {
                let kept = longer.duration(*stop, at).filter(|&duration| duration <= limits.max_duration);
                assert_eq!(kept, base.duration(*stop, at), "a limit only cuts off, seed {seed}");
            }
        }
        let mut faster = world.clone();
        faster.walks.iter_mut().for_each(|walk| walk.2 /= 2);
        faster.changes.iter_mut().for_each(|change| *change = change.map(|time| time / 2));
        assert_no_worse(&ask(&freeze(&faster), &limits), &base, n_stops, &format!("faster walks, seed {seed}"));
    });
}

#[test]
fn a_new_line_makes_nothing_later() {
    let mut scratch = Scratch::new();
    let mut helped = 0;
    for_worlds(400, SMALL, |seed, world, question, dice| {
        let limits = limits(question, dice.pick(&[Direction::Forward, Direction::Backward]));
        let base = freeze(world).range(&question.access, &question.departures, &limits, &mut scratch);
        let mut more = world.clone();
        let lines = random_world(dice, Size { stops: world.timetable.stops.len() as u32, ..TINY }, world.begin);
        more.timetable.patterns.extend(lines.timetable.patterns);
        more.timetable.headways.extend(lines.timetable.headways);
        let with = freeze(&more).range(&question.access, &question.departures, &limits, &mut scratch);
        assert_no_worse(&with, &base, world.timetable.stops.len(), &format!("seed {seed}"));
        helped += usize::from(with != base);
    });
    assert!(helped > 300, "{helped}");
}

#[test]
fn whoever_leaves_earlier_never_arrives_later() {
    let mut scratch = Scratch::new();
    for_worlds(400, SMALL, |seed, world, question, _| {
        let question = Question { max_duration: u32::MAX, ..question.clone() };
        let profile = freeze(world).range(&question.access, &question.departures, &forward(&question), &mut scratch);
        for row in times(&profile, world.timetable.stops.len()) {
            let late: Vec<u32> = row.iter().map(|time| time.unwrap_or(u32::MAX)).collect();
            assert!(late.is_sorted(), "seed {seed}");
        }
    });
}

#[test]
fn the_order_of_lines_and_access_does_not_matter() {
    let mut scratch = Scratch::new();
    for_worlds(300, SMALL, |seed, world, question, _| {
        let limits = forward(question);
        let range = freeze(world).range(&question.access, &question.departures, &limits, &mut scratch);
        let mut turned = world.clone();
        turned.timetable.patterns.reverse();
        turned.timetable.headways.reverse();
        turned.walks.reverse();
        let access: Vec<_> = question.access.iter().rev().copied().collect();
        assert_eq!(freeze(&turned).range(&access, &question.departures, &limits, &mut scratch), range, "seed {seed}");
    });
}

#[test]
fn doors_take_the_best_of_their_stops() {
    let (mut scratch, mut lanes) = (Scratch::new(), Lanes::default());
    for_worlds(300, SMALL, |seed, world, question, dice| {
        let limits = limits(question, dice.pick(&[Direction::Forward, Direction::Backward]));
        let profile = freeze(world).range(&question.access, &question.departures, &limits, &mut scratch);
        profile.to_door(&question.egress, &mut lanes);
        assert_eq!(lanes.n_departures(), question.departures.len());
        for (at, found) in lanes.durations().enumerate() {
            let ways = question.egress.iter().filter_map(|&(stop, time)| Some(profile.duration(stop, at)? + time));
            // Nobody leaves the door before midnight.
            let most = if limits.direction == Direction::Backward { question.departures[at] } else { u32::MAX };
            assert_eq!(found, ways.filter(|&time| time <= question.max_duration.min(most)).min(), "seed {seed}");
        }
    });
}

/// 5 000 stops, all reached by one line, so that a window of 120 is large enough to be split.
#[test]
fn a_large_window_is_the_same_on_any_number_of_threads() {
    let n_stops = 5_000;
    let mut world = empty(n_stops);
    let stops: Vec<u32> = (0..n_stops).collect();
    let trip = |start: u32| (0..n_stops).map(|call| (start + call, start + call)).collect::<TripTimes>();
    add_trips(&mut world.timetable, &calls(&stops), &[trip(1_000), trip(2_000), trip(40_000)]);
    world.changes[7] = Some(40);
    let (raptor, departures) = (freeze(&world), (0..120).map(|at| at * 300).collect::<Vec<u32>>());
    for direction in [Direction::Forward, Direction::Backward] {
        let limits = Limits { max_rides: 3, max_duration: u32::MAX, direction };
        let access = [(CallStopIx(if direction == Direction::Forward { 0 } else { n_stops - 1 }), 5)];
        let whole = raptor.range(&access, &departures, &limits, &mut Scratch::new());
        assert_eq!(whole.reached().len(), n_stops as usize - 1);
        for n_threads in [1, 2, 3, 5] {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(n_threads).build().unwrap();
            let spread = pool.install(|| raptor.range_spread(&access, &departures, &limits, &mut Scratch::new()));
            assert_eq!(spread, whole, "{n_threads} threads");
            for n_parts in 1..=7 {
                assert_eq!(pool.install(|| raptor.range_split(&access, &departures, &limits, n_parts)), whole);
            }
        }
    }
}
