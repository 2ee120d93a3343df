//! The timetable of a province, of any size and by a seed: towns whose sizes follow Zipf's law on a plane, city buses on a grid of
//! streets, coaches from town to town, buses around villages, and railways from the largest town.

use std::sync::Arc;

use onehour::geo::LonLat;
use onehour::input::vocabulary::StopClass;
use onehour::network::timetable::*;
use onehour::search::raptor::walks::Walks;
use onehour::search::raptor::{Raptor, StopTime};

/// A province's timetable with all else that a search wants.
pub struct Province {
    pub timetable: Timetable,
    pub walks: Walks,
    pub changes: Vec<Option<u32>>,
    /// Where the stops are, in metres on the plane.
    places: Vec<[f64; 2]>,
    squares: Squares,
}

/// Random numbers that are the same everywhere (SplitMix64).
pub struct Dice(pub u64);

/// A town: its stops are a grid with so many columns.
struct Town {
    first: u32,
    n: u32,
    columns: u32,
    centre: [f64; 2],
}

/// Stops by squares of the plane.
struct Squares {
    side: f64,
    columns: usize,
    from: Vec<u32>,
    stops: Vec<u32>,
}

/// How the vehicles of a line run.
struct Service {
    metres_a_second: f64,
    dwell: u32,
    trips: u32,
    /// Seconds after midnight.
    first: u32,
    last: u32,
}

/// Metres between neighbouring stops of a town.
const SPACING: f64 = 380.0;
/// The farthest walk between two stops.
const WALK: f64 = 600.0;
/// Deciseconds for a metre on foot, at 1.25 m/s.
const PACE: f64 = 8.0;
/// The stops of a whole province: with them there are about 8 800 patterns, 564 000 trips and 11.8 million stop events.
pub const WHOLE: u32 = 29_270;

impl Province {
    /// A province with so many stops, at least 100.
    pub fn make(n_stops: u32, seed: u64) -> Province {
        let mut dice = Dice(seed);
        let side = 2_300.0 * f64::from(n_stops).sqrt();
        let towns = towns(n_stops, side, &mut dice);
        let places: Vec<[f64; 2]> = towns.iter().flat_map(|town| places(town, &mut dice)).collect();
        let mut timetable = empty(&places);
        for (rank, town) in towns.iter().enumerate() {
            add_city_lines(&mut timetable, town, &places, &mut dice);
            add_coaches(&mut timetable, &towns, rank, &places, &mut dice);
        }
        add_railways(&mut timetable, &towns, &places, &mut dice);
        let squares = Squares::of(&places, side);
        let walks = walks(&places, &squares);
        let changes = vec![Some(600); places.len()];
        Province { timetable, walks, changes, places, squares }
    }

    pub fn freeze(&self) -> Raptor {
        Raptor::freeze(&self.timetable, &self.walks, &self.changes)
    }

    /// Stops, patterns, trips, stop events and walks.
    pub fn counts(&self) -> [usize; 5] {
        let patterns = &self.timetable.patterns;
        let trips = patterns.iter().map(|pattern| pattern.trips.len()).sum();
        let events = patterns.iter().map(|pattern| pattern.arrivals.len()).sum();
        [self.places.len(), patterns.len(), trips, events, self.walks.n_walks()]
    }

    /// The way from a door beside a stop that the dice pick to all stops within 800 m.
    pub fn access(&self, dice: &mut Dice) -> Vec<StopTime> {
        let at = self.places[dice.below(self.places.len() as u32) as usize];
        let door = [at[0] + 50.0, at[1] + 50.0];
        let near = self.squares.near(door, 800.0);
        let ways = near.map(|stop| (CallStopIx(stop), metres(self.places[stop as usize], door)));
        ways.filter(|&(_, metres)| metres <= 800.0).map(|(stop, metres)| (stop, (metres * PACE) as u32)).collect()
    }
}

/// Every minute from 7:00 on.
pub fn window(minutes: u32) -> Vec<u32> {
    (0..minutes).map(|minute| 252_000 + 600 * minute).collect()
}

impl Dice {
    pub fn below(&mut self, n: u32) -> u32 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % u64::from(n.max(1))) as u32
    }

    fn fraction(&mut self) -> f64 {
        f64::from(self.below(1 << 30)) / f64::from(1 << 30)
    }
}

/// Zipf's law: the second town has half the stops of the first, the third a third; the last ones are villages of three stops.
fn towns(n_stops: u32, side: f64, dice: &mut Dice) -> Vec<Town> {
    let largest = f64::from(n_stops) / (f64::from(n_stops).ln() - 2.4);
    let (mut towns, mut first) = (Vec::new(), 0);
    while first < n_stops {
        let n = ((largest / (towns.len() + 1) as f64) as u32).max(3).min(n_stops - first);
        let centre = if towns.is_empty() {
            [side / 2.0; 2]
        } else {
            [(0.05 + 0.9 * dice.fraction()) * side, (0.05 + 0.9 * dice.fraction()) * side]
        };
        towns.push(Town { first, n, columns: f64::from(n).sqrt().ceil() as u32, centre });
        first += n;
    }
    towns
}

fn places(town: &Town, dice: &mut Dice) -> Vec<[f64; 2]> {
    let middle = f64::from(town.columns) / 2.0;
    let mut along = |cell: u32, centre: f64| centre + (f64::from(cell) - middle) * SPACING + 120.0 * (dice.fraction() - 0.5);
    (0..town.n).map(|at| [along(at % town.columns, town.centre[0]), along(at / town.columns, town.centre[1])]).collect()
}

fn empty(places: &[[f64; 2]]) -> Timetable {
    let name: Arc<str> = "stop".into();
    let stop = |place: &[f64; 2]| CallStop {
        id: Arc::clone(&name),
        name: Arc::clone(&name),
        at: LonLat::new(100.0 + place[0] / 90_000.0, 35.0 + place[1] / 111_000.0).expect("the province is on the globe"),
        class: StopClass::Bus,
        parent: None,
    };
    Timetable {
        date: jiff::civil::date(2026, 11, 23),
        zone: "UTC".into(),
        stops: places.iter().map(stop).collect(),
        routes: vec![Route { id: "r".into(), name: "R".into(), route_type: 3, projects: Vec::new() }],
        patterns: Vec::new(),
        headways: Vec::new(),
        transfers: Vec::new(),
    }
}

/// City buses: a staircase from one corner of the grid to another, there and back.
fn add_city_lines(timetable: &mut Timetable, town: &Town, places: &[[f64; 2]], dice: &mut Dice) {
    if town.n < 12 {
        return;
    }
    for _ in 0..town.n.div_ceil(11) {
        let mut stops = staircase(town, dice);
        let busy = if town.n > 300 { 55 } else { 30 };
        let trips = busy + dice.below(108);
        let service = Service { metres_a_second: 5.5, dwell: 15, trips, first: 5 * 3_600, last: 22 * 3_600 };
        add_line(timetable, &stops, &service, places, dice);
        stops.reverse();
        add_line(timetable, &stops, &service, places, dice);
    }
}

/// Two stops of a town, the farthest apart of three throws.
fn ends(town: &Town, dice: &mut Dice) -> (u32, u32) {
    let steps =
        |a: u32, b: u32| (a % town.columns).abs_diff(b % town.columns) + (a / town.columns).abs_diff(b / town.columns);
    let throws: Vec<(u32, u32)> = (0..3).map(|_| (dice.below(town.n), dice.below(town.n))).collect();
    throws.into_iter().max_by_key(|&(a, b)| steps(a, b)).expect("there were three throws")
}

/// Stops from one of a town's grid to another, step by step along rows and columns.
fn staircase(town: &Town, dice: &mut Dice) -> Vec<u32> {
    let (from, to) = ends(town, dice);
    let cell = |stop: u32| [stop % town.columns, stop / town.columns];
    let (mut here, end) = (cell(from), cell(to));
    let mut stops = vec![town.first + from];
    while here != end && stops.len() < 42 {
        let axis = if here[0] == end[0] || (here[1] != end[1] && dice.below(3) == 0) { 1 } else { 0 };
        here[axis] = if here[axis] < end[axis] { here[axis] + 1 } else { here[axis] - 1 };
        let stop = here[1] * town.columns + here[0];
        if stop < town.n {
            stops.push(town.first + stop);
        }
    }
    stops
}

/// Coaches to the three nearest towns that are larger and to the largest of all, calling in the places on their way.
fn add_coaches(timetable: &mut Timetable, towns: &[Town], rank: usize, places: &[[f64; 2]], dice: &mut Dice) {
    let town = &towns[rank];
    let mut larger: Vec<usize> = (0..rank).collect();
    larger.sort_by(|&a, &b| metres(towns[a].centre, town.centre).total_cmp(&metres(towns[b].centre, town.centre)));
    larger.truncate(if town.n < 12 { 1 } else { 3 });
    if town.n >= 60 && !larger.contains(&0) && rank > 0 {
        larger.push(0);
    }
    for other in larger {
        let mut stops = Vec::new();
        through(town, &mut stops, 8, dice);
        for between in on_the_way(towns, rank, other, 2_500.0) {
            through(&towns[between], &mut stops, 3, dice);
        }
        through(&towns[other], &mut stops, 8, dice);
        let trips = if town.n < 12 { 6 + dice.below(12) } else { 20 + dice.below(50) };
        let service = Service { metres_a_second: 15.0, dwell: 30, trips, first: 5 * 3_600 + 1_800, last: 21 * 3_600 };
        add_line(timetable, &stops, &service, places, dice);
        stops.reverse();
        add_line(timetable, &stops, &service, places, dice);
    }
}

/// Railways from the largest town to every twelfth of the first hundred, one station a town.
fn add_railways(timetable: &mut Timetable, towns: &[Town], places: &[[f64; 2]], dice: &mut Dice) {
    for end in (5..towns.len().min(100)).step_by(12) {
        let mut stops = Vec::new();
        through(&towns[0], &mut stops, 1, dice);
        for between in on_the_way(towns, 0, end, 8_000.0).into_iter().filter(|&town| towns[town].n >= 12) {
            through(&towns[between], &mut stops, 1, dice);
        }
        through(&towns[end], &mut stops, 1, dice);
        let service = Service { metres_a_second: 35.0, dwell: 120, trips: 30, first: 6 * 3_600, last: 22 * 3_600 };
        add_line(timetable, &stops, &service, places, dice);
        stops.reverse();
        add_line(timetable, &stops, &service, places, dice);
    }
}

/// Some stops of a town around the middle of its grid.
fn through(town: &Town, stops: &mut Vec<u32>, n: u32, dice: &mut Dice) {
    let n = n.min(town.n);
    let first = (town.n / 2).saturating_sub(dice.below(n)).min(town.n - n);
    stops.extend((first..first + n).map(|stop| town.first + stop));
}

/// The towns beside the straight way from one to another, in the order in which one comes by.
fn on_the_way(towns: &[Town], from: usize, to: usize, beside: f64) -> Vec<usize> {
    let (start, end) = (towns[from].centre, towns[to].centre);
    let whole = metres(start, end);
    let detour = |town: usize| metres(start, towns[town].centre) + metres(towns[town].centre, end) - whole;
    let most = (whole * whole + 4.0 * beside * beside).sqrt() - whole;
    let mut between: Vec<usize> =
        (0..towns.len()).filter(|&town| town != from && town != to && detour(town) < most).collect();
    between.sort_by(|&a, &b| metres(start, towns[a].centre).total_cmp(&metres(start, towns[b].centre)));
    between
}

/// A line whose trips are spread over the day, with closer ones in the morning and the evening, and slower then.
fn add_line(timetable: &mut Timetable, stops: &[u32], service: &Service, places: &[[f64; 2]], dice: &mut Dice) {
    if stops.len() < 2 {
        return;
    }
    let n = stops.len();
    let (mut arrivals, mut departures): (Vec<u32>, Vec<u32>) = (Vec::new(), Vec::new());
    let phase = dice.fraction();
    for trip in 0..service.trips {
        let share = (f64::from(trip) + phase) / f64::from(service.trips);
        let mut now =
            service.first + ((share + 0.05 * (share * 12.0).sin()) * f64::from(service.last - service.first)) as u32;
        let slower = 1.0 + 0.25 * (share * 12.0).cos().max(0.0);
        for at in 0..n {
            let here = places[stops[at] as usize];
            let run = if at == 0 { 0.0 } else { metres(places[stops[at - 1] as usize], here) / service.metres_a_second };
            let arrival = now + (run * slower) as u32 + u32::from(at > 0) * dice.below(10);
            let departure = arrival + if at == 0 || at + 1 == n { 0 } else { service.dwell };
            // Nobody overtakes the trip before.
            let before = arrivals.len().checked_sub(n).map_or((0, 0), |at| (arrivals[at], departures[at]));
            arrivals.push((arrival * 10).max(before.0));
            departures.push((departure * 10).max(before.1).max(*arrivals.last().expect("it was pushed")));
            now = departures.last().expect("it was pushed") / 10;
        }
    }
    let name: Arc<str> = "trip".into();
    let trip = Trip { id: Arc::clone(&name), source: name };
    let call = |&stop: &u32| PatternStop { stop: CallStopIx(stop), board: true, alight: true };
    timetable.patterns.push(Pattern {
        route: RouteIx(0),
        stops: stops.iter().map(call).collect(),
        trips: vec![trip; service.trips as usize],
        arrivals,
        departures,
    });
}

fn walks(places: &[[f64; 2]], squares: &Squares) -> Walks {
    let mut walks = Vec::new();
    for (from, &place) in places.iter().enumerate() {
        for to in squares.near(place, WALK).filter(|&to| to as usize != from) {
            let metres = metres(place, places[to as usize]);
            if metres <= WALK {
                walks.push((CallStopIx(from as u32), CallStopIx(to), (metres * PACE) as u32));
            }
        }
    }
    Walks::new(places.len(), &walks)
}

fn metres(a: [f64; 2], b: [f64; 2]) -> f64 {
    (a[0] - b[0]).hypot(a[1] - b[1])
}

impl Squares {
    fn of(places: &[[f64; 2]], whole: f64) -> Squares {
        let (side, columns) = (800.0, (whole / 800.0).ceil() as usize + 1);
        let mut squares = Squares { side, columns, from: vec![0; columns * columns + 1], stops: vec![0; places.len()] };
        let of: Vec<usize> = places.iter().map(|&place| squares.square(place)).collect();
        of.iter().for_each(|&square| squares.from[square + 1] += 1);
        for at in 0..columns * columns {
            squares.from[at + 1] += squares.from[at];
        }
        let mut next = squares.from.clone();
        for (stop, &square) in of.iter().enumerate() {
            squares.stops[next[square] as usize] = stop as u32;
            next[square] += 1;
        }
        squares
    }

    fn column(&self, along: f64) -> usize {
        ((along / self.side).max(0.0) as usize).min(self.columns - 1)
    }

    fn square(&self, place: [f64; 2]) -> usize {
        self.column(place[1]) * self.columns + self.column(place[0])
    }

    /// All stops within a distance, and some that are farther.
    fn near(&self, place: [f64; 2], within: f64) -> impl Iterator<Item = u32> + '_ {
        let columns = self.column(place[0] - within)..=self.column(place[0] + within);
        let rows = self.column(place[1] - within)..=self.column(place[1] + within);
        let squares = rows.flat_map(move |row| columns.clone().map(move |column| row * self.columns + column));
        squares.flat_map(|square| self.stops[self.from[square] as usize..self.from[square + 1] as usize].iter().copied())
    }
}
