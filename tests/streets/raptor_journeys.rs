//! Journeys: their legs fit the timetable and each other, and their ends are what the second opinion says.

use onehour::search::raptor::journey::{By, Journey, Leg, Line};

use super::*;

/// The earliest arrival at the door by Dijkstra.
fn earliest(world: &World, question: &Question, departure: u32) -> Option<u32> {
    let arrivals = dijkstra::arrivals(world, question, departure);
    let ways = question.egress.iter().filter_map(|&(stop, time)| Some(arrivals[stop.at()]? + time));
    ways.filter(|&arrival| arrival - departure <= question.max_duration).min()
}

/// Asserts that the legs follow each other in place and time and are there in the timetable. Access and egress as seen forwards.
fn assert_sound(world: &World, access: &[(CallStopIx, u32)], egress: &[(CallStopIx, u32)], journey: &Journey, why: &str) {
    let (mut now, mut here, mut ready) = (journey.departure, None, true);
    for Leg { starts, ends, by } in &journey.legs {
        let takes = ends - starts;
        assert!(matches!(by, By::Ride { .. }) || *starts == now, "{why}: only rides are waited for");
        match *by {
            By::Access { to } => {
                assert!(here.is_none() && access.contains(&(to, takes)), "{why}");
                here = Some(to);
            }
            By::Ride { line, trip, board, alight, from, to } => {
                assert!(ready && here == Some(from) && *starts >= now && board < alight, "{why}");
                assert_ridden(world, line, trip, (board, alight), (from, to), (now, *starts, *ends), why);
                here = Some(to);
            }
            By::Change { at } => assert!(here == Some(at) && world.changes[at.at()] == Some(takes), "{why}"),
            By::Walk { from, to } => {
                let same = world.walks.iter().filter(|walk| (walk.0, walk.1) == (from, to)).map(|walk| walk.2);
                assert!(here == Some(from) && same.min() == Some(takes), "{why}");
                here = Some(to);
            }
            By::Egress { from } => assert!(here == Some(from) && egress.contains(&(from, takes)), "{why}"),
        }
        ready = !matches!(by, By::Ride { .. });
        now = *ends;
    }
    assert!(matches!(journey.legs.last().unwrap().by, By::Egress { .. }) && now == journey.arrival, "{why}");
}

fn assert_ridden(
    world: &World,
    line: Line,
    trip: Option<usize>,
    (board, alight): (usize, usize),
    (from, to): (CallStopIx, CallStopIx),
    (ready, starts, ends): (u32, u32, u32),
    why: &str,
) {
    let stops = match line {
        Line::Pattern(line) => {
            let (pattern, trip) = (&world.timetable.patterns[line], trip.unwrap());
            assert_eq!((starts, ends), (pattern.departure(trip, board), pattern.arrival(trip, alight)), "{why}");
            &pattern.stops
        }
        Line::Headway(line) => {
            let pattern = &world.timetable.headways[line];
            assert_eq!(ends - starts, pattern.arrivals[alight] - pattern.departures[board], "{why}");
            let half = pattern.windows.iter().map(|window| window.headway.div_ceil(2)).min().unwrap();
            assert!(trip.is_none() && starts >= ready + half, "{why}");
            &pattern.stops
        }
    };
    assert!(stops[board].stop == from && stops[board].board && stops[alight].stop == to && stops[alight].alight, "{why}");
}

fn n_rides(journey: &Journey) -> u8 {
    journey.legs.iter().filter(|leg| matches!(leg.by, By::Ride { .. })).count() as u8
}

/// Asserts that the journey of a departure is sound, arrives as early as Dijkstra and needs no ride too many. Whether there is one.
pub fn agrees(world: &World, raptor: &Raptor, question: &Question, departure: u32, why: &str) -> bool {
    let (access, egress) = (&question.access, &question.egress);
    let journey = raptor.journey(access, egress, departure, &forward(question), &mut Scratch::new());
    assert_eq!(journey.as_ref().map(|journey| journey.arrival), earliest(world, question, departure), "{why}");
    let Some(journey) = journey else { return false };
    assert_eq!(journey.departure, departure);
    assert_sound(world, access, egress, &journey, why);
    let fewer = Question { max_rides: n_rides(&journey) - 1, ..question.clone() };
    assert!(earliest(world, &fewer, departure).is_none_or(|arrival| arrival > journey.arrival), "{why}");
    true
}

#[test]
fn journeys_hang_together_and_arrive_as_early_as_can_be() {
    let mut n = 0;
    for_worlds(1_000, SMALL, |seed, world, question, _| {
        let raptor = freeze(world);
        for &departure in &question.departures {
            let why = format!("seed {seed}, departure {departure}");
            n += usize::from(agrees(world, &raptor, question, departure, &why));
        }
    });
    assert!(n > 5_000, "only {n} journeys");
}

#[test]
fn journeys_to_arrive_by_leave_as_late_as_can_be() {
    let mut scratch = Scratch::new();
    let (mut n, mut lanes) = (0, Lanes::default());
    for_worlds(600, SMALL, |seed, world, question, _| {
        let raptor = freeze(world);
        let (access, egress) = (&question.access, &question.egress);
        let profile = raptor.range(access, &question.departures, &backward(question), &mut scratch);
        profile.to_door(egress, &mut lanes);
        for (at, &wished) in question.departures.iter().enumerate() {
            let why = format!("seed {seed}, wished {wished}");
            let journey = raptor.journey(access, egress, wished, &backward(question), &mut scratch);
            assert_eq!(journey.as_ref().map(|journey| wished - journey.departure), lanes.duration(at), "{why}");
            let Some(journey) = journey else { continue };
            assert!(journey.arrival <= wished, "{why}");
            assert_sound(world, egress, access, &journey, &why);
            // Forwards from there one is in time, and a moment later one is not.
            let back = Question { access: egress.clone(), egress: access.clone(), ..question.clone() };
            assert!(earliest(world, &back, journey.departure).is_some_and(|arrival| arrival <= wished), "{why}");
            assert!(earliest(world, &back, journey.departure + 1).is_none_or(|arrival| arrival > wished), "{why}");
            n += 1;
        }
    });
    assert!(n > 2_000, "only {n} journeys");
}

#[test]
fn arriving_by_the_time_that_a_departure_arrives_leaves_no_earlier() {
    let mut scratch = Scratch::new();
    for_worlds(300, SMALL, |seed, world, question, _| {
        let raptor = freeze(world);
        let (access, egress) = (&question.access, &question.egress);
        for &departure in &question.departures {
            let Some(there) = raptor.journey(access, egress, departure, &forward(question), &mut scratch) else { continue };
            let back = raptor.journey(egress, access, there.arrival, &backward(question), &mut scratch);
            let back = back.expect("the journey forwards is one");
            assert!(back.departure >= departure && back.arrival == there.arrival, "seed {seed}, departure {departure}");
        }
    });
}
