//! Searching backwards: the mirrored timetable, and what "as late as can be" says of searches forwards.

use super::*;

/// The end of time of the mirrored timetable.
const END: u32 = 3_000_000;

/// The world with the clock running backwards, made without the search.
fn mirrored(world: &World) -> World {
    let mut mirrored = world.clone();
    mirrored.walks = world.walks.iter().map(|&(from, to, time)| (to, from, time)).collect();
    for pattern in &mut mirrored.timetable.patterns {
        turn(&mut pattern.stops);
        pattern.trips.reverse();
        let mirrored = |times: &[u32]| times.iter().rev().map(|&time| END - time).collect::<Vec<u32>>();
        (pattern.arrivals, pattern.departures) = (mirrored(&pattern.departures), mirrored(&pattern.arrivals));
    }
    for line in &mut mirrored.timetable.headways {
        turn(&mut line.stops);
        let whole = *line.departures.last().unwrap();
        let mirrored = |times: &[u32]| times.iter().rev().map(|&time| whole - time).collect::<Vec<u32>>();
        (line.arrivals, line.departures) = (mirrored(&line.departures), mirrored(&line.arrivals));
        // Ready at r in [from, to) is at the last call at r + wait + whole.
        for window in &mut line.windows {
            let late = window.headway.div_ceil(2) + whole;
            let (first, last) = (END - (window.to + late) + 1, END - (window.from + late) + 1);
            (window.from, window.to) = (first, last);
        }
        line.windows.sort_by_key(|window| (window.from, window.to));
    }
    mirrored
}

fn turn(stops: &mut [PatternStop]) {
    stops.reverse();
    for call in stops {
        (call.board, call.alight) = (call.alight, call.board);
    }
}

/// Asserts that the backward search finds what the forward search finds in the mirrored timetable.
pub fn assert_mirrored(world: &World, raptor: &Raptor, question: &Question, scratch: &mut Scratch, why: &str) {
    let back = raptor.range(&question.access, &question.departures, &backward(question), scratch);
    let turned: Vec<u32> = question.departures.iter().rev().map(|&time| END - time).collect();
    let there = freeze(&mirrored(world)).range(&question.access, &turned, &forward(question), scratch);
    let n = question.departures.len();
    for stop in (0..world.timetable.stops.len() as u32).map(CallStopIx) {
        for at in 0..n {
            assert_eq!(back.duration(stop, at), there.duration(stop, n - 1 - at), "{why}");
        }
    }
}

#[test]
fn backwards_is_forwards_in_the_mirrored_timetable() {
    let mut scratch = Scratch::new();
    for_worlds(1_000, SMALL, |seed, world, question, _| {
        assert_mirrored(world, &freeze(world), question, &mut scratch, &format!("seed {seed}"));
    });
}

/// By trying every moment, the latest first, whether one who is ready at the stop then is at the door in time.
#[test]
fn backwards_finds_the_latest_moment_that_gets_there_in_time() {
    let mut scratch = Scratch::new();
    let (mut reached, mut n) = (0, 0);
    for_worlds(150, TINY, |seed, world, question, dice| {
        let back = freeze(world).range(&question.access, &question.departures, &backward(question), &mut scratch);
        let at = dice.below(question.departures.len() as u32) as usize;
        let wished = question.departures[at];
        let in_time = |stop: CallStopIx, ready: u32| {
            let asked = Question { access: vec![(stop, 0)], max_duration: wished - ready, ..question.clone() };
            let arrivals = dijkstra::arrivals(world, &asked, ready);
            question.access.iter().any(|&(last, time)| arrivals[last.at()].is_some_and(|arrival| arrival + time <= wished))
        };
        for stop in (0..world.timetable.stops.len() as u32).map(CallStopIx) {
            let first = world.begin.max(wished.saturating_sub(question.max_duration));
            let latest = (first..=wished).rev().find(|&ready| in_time(stop, ready));
            assert_eq!(back.time(stop, at), latest, "seed {seed}, stop {stop:?}, {question:?}");
            (reached, n) = (reached + usize::from(latest.is_some()), n + 1);
        }
    });
    assert!(reached * 10 > n, "{reached} of {n}");
}
