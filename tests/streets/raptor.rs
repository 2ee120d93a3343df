//! Range RAPTOR against two slow searches that share nothing with it, against its own laws, and against sums done by hand.

#[path = "raptor_dijkstra.rs"]
mod dijkstra;
#[path = "raptor_enumerator.rs"]
mod enumerator;
#[path = "raptor_feeds.rs"]
mod feeds;
#[path = "raptor_journeys.rs"]
mod journeys;
#[path = "raptor_laws.rs"]
mod laws;
#[path = "raptor_mirror.rs"]
mod mirror;
#[path = "raptor_random.rs"]
mod random;
#[path = "raptor_repair.rs"]
mod repair;
#[path = "raptor_sums.rs"]
mod sums;

use onehour::network::timetable::*;
use onehour::search::Direction;
use onehour::search::raptor::range::{Lanes, Profile};
use onehour::search::raptor::walks::Walks;
use onehour::search::raptor::{Limits, Raptor, Scratch};

use random::*;

const TINY: Size = Size { stops: 6, routes: 4, trips: 2, headways: 1 };
const SMALL: Size = Size { stops: 12, routes: 9, trips: 6, headways: 2 };
const BEGINNINGS: [u32; 4] = [0, 20, 863_960, 1_000_000];

fn freeze(world: &World) -> Raptor {
    Raptor::freeze(&world.timetable, &Walks::new(world.timetable.stops.len(), &world.walks), &world.changes)
}

fn limits(question: &Question, direction: Direction) -> Limits {
    Limits { max_rides: question.max_rides, max_duration: question.max_duration, direction }
}

fn forward(question: &Question) -> Limits {
    limits(question, Direction::Forward)
}

fn backward(question: &Question) -> Limits {
    limits(question, Direction::Backward)
}

/// The times of a profile: stop after stop, departure after departure.
fn times(profile: &Profile, n_stops: usize) -> Vec<Vec<Option<u32>>> {
    let stops = (0..n_stops as u32).map(CallStopIx);
    stops.map(|stop| (0..profile.departures().len()).map(|at| profile.time(stop, at)).collect()).collect()
}

/// Worlds with a question each: `ask` is called for every one.
fn for_worlds(n: u64, size: Size, mut ask: impl FnMut(u64, &World, &Question, &mut Dice)) {
    for seed in 0..n {
        let mut dice = Dice(seed);
        let begin = dice.pick(&BEGINNINGS);
        let stops = 2 + dice.below(size.stops - 1);
        let world = random_world(&mut dice, Size { stops, ..size }, begin);
        for _ in 0..3 {
            let question = random_question(&mut dice, stops, begin);
            ask(seed, &world, &question, &mut dice);
        }
    }
}

/// Three worlds in four are reached at some stop, or the agreement says nothing.
fn assert_telling(reached: usize, of: usize) {
    assert!(reached * 3 > of, "only {reached} of {of} profiles reach anything");
}

#[test]
fn ranges_agree_with_dijkstra() {
    let mut scratch = Scratch::new();
    let (mut reached, mut n) = (0, 0);
    for_worlds(1_500, SMALL, |seed, world, question, _| {
        let profile = freeze(world).range(&question.access, &question.departures, &forward(question), &mut scratch);
        for (at, &departure) in question.departures.iter().enumerate() {
            let expected = dijkstra::arrivals(world, question, departure);
            let found: Vec<_> = (0..expected.len() as u32).map(|stop| profile.time(CallStopIx(stop), at)).collect();
            assert_eq!(found, expected, "seed {seed}, departure {departure}, {question:?}");
        }
        (reached, n) = (reached + usize::from(!profile.reached().is_empty()), n + 1);
    });
    assert_telling(reached, n);
}

#[test]
fn ranges_agree_with_all_journeys_enumerated() {
    let mut scratch = Scratch::new();
    let (mut reached, mut n) = (0, 0);
    for_worlds(1_500, TINY, |seed, world, question, _| {
        let question = Question { max_rides: question.max_rides.min(3), ..question.clone() };
        let profile = freeze(world).range(&question.access, &question.departures, &forward(&question), &mut scratch);
        for (at, &departure) in question.departures.iter().enumerate() {
            let expected = enumerator::arrivals(world, &question, departure);
            let found: Vec<_> = (0..expected.len() as u32).map(|stop| profile.time(CallStopIx(stop), at)).collect();
            assert_eq!(found, expected, "seed {seed}, departure {departure}, {question:?}");
        }
        (reached, n) = (reached + usize::from(!profile.reached().is_empty()), n + 1);
    });
    assert_telling(reached, n);
}
