//! Small timetables by the throw of dice, as nasty as the types allow: overtaking, loops, no dwell, no run time, midnight, gaps in
//! the walks, stops where one may not get on.

use std::sync::Arc;

use onehour::geo::LonLat;
use onehour::input::vocabulary::StopClass;
use onehour::network::timetable::*;

/// Random numbers that are the same everywhere (SplitMix64).
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, n: u32) -> u32 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % u64::from(n)) as u32
    }

    pub fn one_in(&mut self, n: u32) -> bool {
        self.below(n) == 0
    }

    pub fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len() as u32) as usize]
    }
}

/// A timetable with all else that a search wants.
#[derive(Debug, Clone)]
pub struct World {
    pub timetable: Timetable,
    pub walks: Vec<(CallStopIx, CallStopIx, u32)>,
    pub changes: Vec<Option<u32>>,
    /// No vehicle runs before.
    pub begin: u32,
}

/// What is asked of it.
#[derive(Debug, Clone)]
pub struct Question {
    pub access: Vec<(CallStopIx, u32)>,
    pub egress: Vec<(CallStopIx, u32)>,
    pub departures: Vec<u32>,
    pub max_rides: u8,
    pub max_duration: u32,
}

/// How large a world is.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    pub stops: u32,
    pub routes: u32,
    pub trips: u32,
    pub headways: u32,
}

/// A world without any line.
pub fn empty(n_stops: u32) -> World {
    let stop = |at: u32| CallStop {
        id: format!("s{at}").into(),
        name: format!("Stop {at}").into(),
        at: LonLat::new(f64::from(at) / 100.0, 50.0).unwrap(),
        class: StopClass::Bus,
        parent: None,
    };
    let timetable = Timetable {
        date: jiff::civil::date(2026, 11, 23),
        zone: "UTC".into(),
        stops: (0..n_stops).map(stop).collect(),
        routes: vec![Route { id: "r".into(), name: "R".into(), route_type: 3, projects: Vec::new() }],
        patterns: Vec::new(),
        headways: Vec::new(),
        transfers: Vec::new(),
    };
    World { timetable, walks: Vec::new(), changes: vec![Some(0); n_stops as usize], begin: 0 }
}

/// Calls at these stops where one may get on and off.
pub fn calls(stops: &[u32]) -> Vec<PatternStop> {
    stops.iter().map(|&stop| PatternStop { stop: CallStopIx(stop), board: true, alight: true }).collect()
}

/// Arrival and departure at every call.
pub type TripTimes = Vec<(u32, u32)>;

/// Adds trips over the same calls, as many patterns as it takes so that none holds a trip that overtakes another.
pub fn add_trips(timetable: &mut Timetable, stops: &[PatternStop], trips: &[TripTimes]) {
    let mut trips = trips.to_vec();
    trips.sort();
    let mut groups: Vec<Vec<TripTimes>> = Vec::new();
    for trip in trips {
        let behind = |group: &&mut Vec<TripTimes>| {
            group.last().unwrap().iter().zip(&trip).all(|(before, after)| before.0 <= after.0 && before.1 <= after.1)
        };
        match groups.iter_mut().find(behind) {
            Some(group) => group.push(trip),
            None => groups.push(vec![trip]),
        }
    }
    for group in groups {
        let name = |at: usize| -> Arc<str> { format!("t{}-{at}", timetable.patterns.len()).into() };
        timetable.patterns.push(Pattern {
            route: RouteIx(0),
            stops: stops.to_vec(),
            trips: (0..group.len()).map(|at| Trip { id: name(at), source: "here".into() }).collect(),
            arrivals: group.iter().flatten().map(|times| times.0).collect(),
            departures: group.iter().flatten().map(|times| times.1).collect(),
        });
    }
}

/// Adds a line by headway with these run times between calls and no dwell.
pub fn add_headway(timetable: &mut Timetable, stops: &[PatternStop], runs: &[u32], windows: &[(u32, u32, u32)]) {
    let mut times = vec![0];
    for run in runs {
        times.push(times.last().unwrap() + run);
    }
    let key = format!("h{}", timetable.headways.len());
    timetable.headways.push(HeadwayPattern {
        route: RouteIx(0),
        key: key.as_str().into(),
        stops: stops.to_vec(),
        arrivals: times.clone(),
        departures: times,
        windows: windows.iter().map(|&(from, to, headway)| HeadwayWindow { from, to, headway }).collect(),
        source: "here".into(),
    });
}

/// A world whose service begins around `begin`.
pub fn random_world(dice: &mut Dice, size: Size, begin: u32) -> World {
    let mut world = empty(size.stops);
    world.begin = begin;
    for _ in 0..size.routes {
        add_random_route(&mut world.timetable, dice, size, begin);
    }
    for _ in 0..size.headways {
        let stops = random_calls(dice, size.stops);
        let runs: Vec<u32> = stops[1..].iter().map(|_| dice.below(15)).collect();
        let windows: Vec<_> = (0..dice.below(4)).map(|_| random_window(dice, begin)).collect();
        add_headway(&mut world.timetable, &stops, &runs, &windows);
        let line = world.timetable.headways.last_mut().unwrap();
        line.windows.sort_by_key(|window| (window.from, window.to));
        let mut shift = 0;
        for at in 0..stops.len() {
            line.arrivals[at] += shift;
            if at > 0 && at + 1 < stops.len() {
                shift += dice.pick(&[0, 0, 2, 5]);
            }
            line.departures[at] += shift;
        }
    }
    for _ in 0..dice.below(2 * size.stops) {
        let (from, to) = (dice.below(size.stops), dice.below(size.stops));
        world.walks.push((CallStopIx(from), CallStopIx(to), dice.pick(&[0, 1, 3, 5, 12])));
    }
    for change in &mut world.changes {
        *change = dice.pick(&[Some(0), Some(0), Some(1), Some(4), Some(10), None]);
    }
    world
}

fn random_window(dice: &mut Dice, begin: u32) -> (u32, u32, u32) {
    let from = begin + dice.below(60);
    (from, from + dice.below(40), 1 + dice.below(20))
}

fn random_calls(dice: &mut Dice, n_stops: u32) -> Vec<PatternStop> {
    let n = 2 + dice.below(4);
    // Stops may come again, even at once.
    let mut call =
        |_| PatternStop { stop: CallStopIx(dice.below(n_stops)), board: !dice.one_in(6), alight: !dice.one_in(6) };
    (0..n).map(&mut call).collect()
}

fn add_random_route(timetable: &mut Timetable, dice: &mut Dice, size: Size, begin: u32) {
    let stops = random_calls(dice, size.stops);
    let n = 1 + dice.below(size.trips);
    // Every third route runs by frequency: the same trip again and again.
    let (regular, headway) = (dice.one_in(3), 1 + dice.below(12));
    let first = random_trip(dice, stops.len(), begin);
    let trip = |at: u32, dice: &mut Dice| -> TripTimes {
        if regular {
            first.iter().map(|times| (times.0 + at * headway, times.1 + at * headway)).collect()
        } else {
            random_trip(dice, stops.len(), begin)
        }
    };
    let trips: Vec<TripTimes> = (0..n).map(|at| trip(at, dice)).collect();
    add_trips(timetable, &stops, &trips);
}

fn random_trip(dice: &mut Dice, n: usize, begin: u32) -> TripTimes {
    let mut now = begin + dice.below(80);
    let mut times = Vec::new();
    for at in 0..n {
        let dwell = if at > 0 && at + 1 < n { dice.pick(&[0, 0, 1, 3, 9]) } else { 0 };
        times.push((now, now + dwell));
        now += dwell + dice.pick(&[0, 1, 3, 5, 8, 20]);
    }
    times
}

/// A question about a world whose service begins around `begin`.
pub fn random_question(dice: &mut Dice, n_stops: u32, begin: u32) -> Question {
    let mut ways = |most: u32| -> Vec<(CallStopIx, u32)> {
        (0..1 + dice.below(most)).map(|_| (CallStopIx(dice.below(n_stops)), dice.pick(&[0, 0, 2, 6, 15]))).collect()
    };
    let (access, egress) = (ways(4), ways(4));
    let mut departures: Vec<u32> = (0..1 + dice.below(12)).map(|_| (begin + dice.below(140)).saturating_sub(20)).collect();
    departures.sort();
    departures.dedup();
    let (max_rides, max_duration) = (dice.below(5) as u8, dice.pick(&[10, 25, 40, 70, 200, u32::MAX]));
    Question { access, egress, departures, max_rides, max_duration }
}
