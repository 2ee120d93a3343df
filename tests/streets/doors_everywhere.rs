//! Many doors at once equal doors one by one: matrices the lanes of single far points, and the times of all vertices those of points
//! that lie on them; in random worlds and in a real one.

use std::path::Path;
use std::sync::Arc;

use jiff::civil::date;
use onehour::geo::LonLat;
use onehour::input::parameters::Level;
use onehour::input::street_profile::{Profile, ProfileMode, Region};
use onehour::input::vocabulary::{Period, StopClass};
use onehour::input::{gtfs, osm};
use onehour::network::column::Column;
use onehour::network::streets::build::build;
use onehour::network::streets::{Edge, Layer, Place, StreetMode, StreetNetwork, Streets, Vertex, Way};
use onehour::network::timetable::{
    self, CallStop, CallStopIx, Pattern, PatternStop, Route, RouteIx, StatedTime, StatedTransfer, Timetable, Trip,
};
use onehour::search::doors::everywhere::Everywhere;
use onehour::search::doors::hierarchies::Preparation;
use onehour::search::doors::located::Located;
use onehour::search::doors::matrix::{MatrixQuestion, Rows};
use onehour::search::doors::row::Workspace;
use onehour::search::doors::searched::Keeping;
use onehour::search::doors::world::{StopTimes, World};
use onehour::search::doors::{Approach, ApproachKind, Statistic, Terms, Window};
use onehour::search::hierarchy::store::IndexFolder;
use onehour::search::{Direction, Outcome};
use onehour::units::Duration;
use proptest::prelude::*;

const MODES: [StreetMode; 2] = [StreetMode::Walk, StreetMode::Car];

/// A world as numbers, of which one is made that can be searched.
#[derive(Debug, Clone)]
pub(crate) struct Numbers {
    pub(crate) places: Vec<(i32, i32)>,
    /// From, to, and the times forwards and backwards on foot and by car.
    edges: Vec<(usize, usize, [u32; 4])>,
    /// Where stops lie, beside a vertex by so many units.
    stops: Vec<(usize, i32)>,
    /// Stops of every pattern, and of every trip the first departure and the time from stop to stop.
    patterns: Vec<Calling>,
    pub(crate) terms: Terms,
    window: Window,
}

/// Stops, and for every trip the first departure and the time from stop to stop.
type Calling = (Vec<usize>, Vec<(u32, u32)>);

fn edge_time() -> impl Strategy<Value = u32> {
    prop_oneof![1 => Just(u32::MAX), 1 => Just(0), 6 => 1u32..900, 2 => 900u32..9_000, 1 => 60_000u32..70_000]
}

fn approach() -> impl Strategy<Value = Approach> {
    let kinds = prop_oneof![Just(ApproachKind::Walk), Just(ApproachKind::LocalBus), Just(ApproachKind::Taxi)];
    let limits = prop_oneof![3 => 0u32..3_000, 1 => 60_000u32..80_000, 1 => Just(u32::MAX)];
    (kinds, limits, 0u32..300, 0u32..300, any::<bool>()).prop_map(|(kind, limit, before, after, counts)| Approach {
        limit: Duration::from_deciseconds(limit),
        before: Duration::from_deciseconds(before),
        after: Duration::from_deciseconds(after),
        factor: if kind == ApproachKind::LocalBus { 4.8 / 18.0 } else { 1.0 },
        counts: counts || kind != ApproachKind::Walk,
        ..Approach::plain(kind)
    })
}

fn terms() -> impl Strategy<Value = Terms> {
    let ways = |n| proptest::collection::vec(approach(), 0..n);
    let longest = prop_oneof![1_000u32..20_000, 65_000u32..66_000, 100_000u32..150_000];
    (ways(3), ways(3), ways(3), 0u8..4, longest).prop_map(|(direct, access, egress, max_rides, longest)| Terms {
        direct,
        access,
        egress,
        max_rides,
        max_trip: Duration::from_deciseconds(longest),
    })
}

pub(crate) fn numbers() -> impl Strategy<Value = Numbers> {
    let place = (-20_000i32..20_000, -20_000i32..20_000);
    let places = proptest::collection::hash_set(place, 2..12);
    places.prop_flat_map(|places| {
        let places: Vec<(i32, i32)> = places.into_iter().collect();
        let n = places.len();
        let times = [edge_time(), edge_time(), edge_time(), edge_time()];
        let edges = proptest::collection::vec((0..n, 0..n, times), 1..24);
        let stops = proptest::collection::vec((0..n, -300i32..300), 1..7);
        (Just(places), edges, stops).prop_flat_map(|(places, edges, stops)| {
            let calls = proptest::collection::vec(0..stops.len(), 2..5);
            let trips = proptest::collection::vec((30_000u32..36_000, 10u32..900), 1..5);
            let patterns = proptest::collection::vec((calls, trips), 0..5);
            let times = proptest::collection::btree_set(30_000u32..36_000, 1..9);
            let window = (times, any::<bool>()).prop_map(|(times, forward)| Window {
                direction: if forward { Direction::Forward } else { Direction::Backward },
                times: times.into_iter().collect(),
                first_draw: false,
            });
            (Just((places, edges, stops)), patterns, terms(), window).prop_map(
                |((places, edges, stops), patterns, terms, window)| Numbers {
                    places,
                    edges: edges.into_iter().filter(|edge| edge.0 != edge.1).collect(),
                    stops,
                    patterns,
                    terms,
                    window,
                },
            )
        })
    })
}

impl Numbers {
    fn at(&self, vertex: usize) -> Place {
        Place { lon: self.places[vertex].0, lat: self.places[vertex].1 }
    }

    pub(crate) fn streets(&self) -> StreetNetwork {
        let vertices = (0..self.places.len()).map(|vertex| Vertex { osm: vertex as i64 + 1, at: self.at(vertex) });
        let edge = |&(from, to, _): &(usize, usize, [u32; 4])| Edge {
            from: from as u32,
            to: to as u32,
            way: 0,
            length_cm: 10_000,
            first_point: 0,
            n_points: 0,
        };
        let way = Way { osm: 1, name_start: 0, name_len: 0, class: 11, flags: 0, unused: 0 };
        let streets = Streets {
            vertices: Column::from(vertices.collect::<Vec<_>>()),
            edges: Column::from(self.edges.iter().map(edge).collect::<Vec<_>>()),
            ways: Column::from(vec![way]),
            ..Streets::default()
        };
        let layer = |mode, first: usize| {
            let times: Vec<u32> = self.edges.iter().flat_map(|edge| [edge.2[first], edge.2[first + 1]]).collect();
            Arc::new(Layer::new(mode, Column::from(times), 4800))
        };
        let layers = vec![layer(StreetMode::Walk, 0), layer(StreetMode::Car, 2)];
        StreetNetwork { streets: Arc::new(streets), layers }
    }

    fn timetable(&self) -> Timetable {
        let stop = |(at, &(vertex, beside)): (usize, &(usize, i32))| CallStop {
            id: Arc::from(at.to_string()),
            name: Arc::from(at.to_string()),
            at: Place { lat: self.at(vertex).lat + beside, ..self.at(vertex) }.lon_lat(),
            class: StopClass::Bus,
            parent: None,
        };
        let pattern = |(calls, trips): &(Vec<usize>, Vec<(u32, u32)>)| {
            // Trips of one speed do not overtake each other.
            let step = trips[0].1;
            let mut begins: Vec<u32> = trips.iter().map(|trip| trip.0).collect();
            begins.sort_unstable();
            let times: Vec<u32> =
                begins.iter().flat_map(|begin| (0..calls.len() as u32).map(move |call| begin + call * step)).collect();
            let trip = |begin: &u32| Trip { id: Arc::from(begin.to_string()), source: Arc::from("made:1") };
            let call = |&stop: &usize| PatternStop { stop: CallStopIx(stop as u32), board: true, alight: true };
            Pattern {
                route: RouteIx(0),
                stops: calls.iter().map(call).collect(),
                trips: begins.iter().map(trip).collect(),
                arrivals: times.clone(),
                departures: times,
            }
        };
        Timetable {
            date: date(2026, 11, 23),
            zone: Arc::from("Asia/Shanghai"),
            stops: self.stops.iter().enumerate().map(stop).collect(),
            routes: vec![Route { id: Arc::from("bus"), name: Arc::from("bus"), route_type: 3, projects: Vec::new() }],
            patterns: self.patterns.iter().map(pattern).collect(),
            headways: Vec::new(),
            transfers: vec![StatedTransfer { from: CallStopIx(0), to: CallStopIx(0), time: StatedTime::AtLeast(100) }],
        }
    }
}

fn stop_times(n: usize) -> StopTimes {
    let seconds = |seconds: u32| (0..n as u32).map(|stop| Duration::from_secs(seconds * stop)).collect::<Vec<_>>();
    StopTimes { entry: seconds(3), exit: seconds(5), change: seconds(7), walk_limit: Duration::from_mins(2) }
}

/// The outcomes of every pair at every percentile, from the lanes of one far point after the other.
fn one_by_one(world: &World, roots: &[Located], far: &[Located], question: &MatrixQuestion) -> Vec<Vec<Vec<Outcome>>> {
    let mut workspace = Workspace::default();
    let far = world.far_points(far.to_vec(), question.terms, question.window.direction);
    let mut row = |root: &Located| {
        let lanes = world.row(root, &far, question.terms, question.window, &mut workspace);
        let outcomes = |lanes: &onehour::search::doors::row::Lanes| {
            question.percentiles.iter().map(|&percent| lanes.percentile(percent)).collect::<Vec<_>>()
        };
        lanes.iter().map(outcomes).collect()
    };
    roots.iter().map(&mut row).collect()
}

fn at_once(world: &World, roots: &[Located], far: &[Located], question: &MatrixQuestion) -> Vec<Vec<Vec<Outcome>>> {
    let rows = Rows::new(world, far.to_vec(), question).of(roots);
    rows.iter().map(|row| row.cells().map(|cell| cell.times.to_vec()).collect()).collect()
}

/// The vertices at which points meet the streets of all modes of the world without any way beside them.
fn points_at_vertices(world: &World) -> Vec<(usize, Located)> {
    let streets = &world.streets().streets;
    let point = |(vertex, known): (usize, &Vertex)| {
        let located = world.locate(known.at.lon_lat());
        let meets = |of: &onehour::search::doors::world::ModeStreets| {
            located.on(of.mode).is_some_and(|on| {
                let edge = streets.edges[on.edge as usize];
                let end = if on.along_cm == 0 { edge.from } else { edge.to };
                let at_end = on.along_cm == 0 || on.along_cm == edge.length_cm;
                on.distance_m == 0.0 && at_end && end as usize == vertex
            })
        };
        world.modes().iter().all(meets).then_some((vertex, located))
    };
    streets.vertices.iter().enumerate().filter_map(point).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_matrix_is_its_pairs_one_by_one(numbers in numbers(), percentiles in proptest::collection::vec(1u8..=100, 1..4)) {
        let (streets, timetable) = (numbers.streets(), numbers.timetable());
        let later = {
            let mut later = timetable.clone();
            later.patterns.iter_mut().for_each(|pattern| {
                pattern.arrivals.iter_mut().chain(&mut pattern.departures).for_each(|time| *time += 333);
            });
            later
        };
        let drawn = [timetable.clone(), later];
        let world = World::new(&streets, &MODES, 2_000.0).with_rides(&timetable, &drawn, stop_times(timetable.stops.len()));
        // Beside the vertices, on them, and between them.
        let mut points: Vec<LonLat> = numbers.places.iter().map(|&(lon, lat)| Place { lon, lat }.lon_lat()).collect();
        points.extend(numbers.places.iter().map(|&(lon, lat)| Place { lon: lon / 2 + 77, lat: lat / 3 }.lon_lat()));
        let mut points = world.locate_all(&points);
        points.push(world.located_stops(vec![CallStopIx(0)], timetable.stops[0].at));
        points.push(world.located_stops(Vec::new(), timetable.stops[0].at));
        let question =
            MatrixQuestion { terms: &numbers.terms, window: &numbers.window, percentiles: &percentiles, parts: false };
        let expected = one_by_one(&world, &points, &points, &question);
        prop_assert_eq!(&at_once(&world, &points, &points, &question), &expected);
        // So many roots that hierarchies pay.
        let many: Vec<Located> = points.iter().cycle().take(points.len() * 8 + 1_400).cloned().collect();
        let how = Preparation { folder: None, begin: &|_, _, _| (), progress: &|_| (), remark: &|_| () };
        world.prepare(&many, &numbers.terms, numbers.window.direction, &how);
        let many = &many[..points.len() * 8 + 64];
        let rows = at_once(&world, many, &points, &question);
        for (at, row) in rows.iter().enumerate() {
            prop_assert_eq!(row, &expected[at % points.len()]);
        }
    }

    #[test]
    fn all_vertices_are_reached_as_points_that_lie_on_them(numbers in numbers()) {
        let (streets, timetable) = (numbers.streets(), numbers.timetable());
        let drawn = [timetable.clone()];
        let world = World::new(&streets, &MODES, 2_000.0).with_rides(&timetable, &drawn, stop_times(timetable.stops.len()));
        let window = Window { times: vec![numbers.window.times[0]], ..numbers.window.clone() };
        assert_everywhere(&world, &numbers.terms, &window, &roots_beside(&world, &numbers));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    /// Searches go on while their number grows past what makes a hierarchy worth it, from a folder at the second world.
    #[test]
    fn a_world_that_makes_hierarchies_meanwhile_answers_as_one_that_has_none(numbers in numbers()) {
        let (streets, timetable) = (numbers.streets(), numbers.timetable());
        let drawn = [timetable.clone()];
        let world = || World::new(&streets, &MODES, 2_000.0);
        let stop_times = || stop_times(timetable.stops.len());
        let plain = world().with_rides(&timetable, &drawn, stop_times());
        let points: Vec<LonLat> = numbers.places.iter().map(|&(lon, lat)| Place { lon: lon + 30, lat }.lon_lat()).collect();
        let points = plain.locate_all(&points);
        let question = MatrixQuestion { terms: &numbers.terms, window: &numbers.window, percentiles: &[30], parts: false };
        let expected = one_by_one(&plain, &points, &points, &question);
        let mut workspace = Workspace::default();
        let reach = |world: &World, root: &Located, workspace: &mut Workspace| {
            world.reach(root, &numbers.terms, &numbers.window, Statistic::Percentile(30), workspace)
        };
        let reached: Vec<_> = points.iter().map(|root| reach(&plain, root, &mut workspace)).collect();
        let folder = tempfile::TempDir::new().unwrap();
        let folder = IndexFolder::new(folder.path());
        for makes_orders in [false, true, false] {
            let keeping = Keeping { folder: Some(&folder), makes_orders, begin: &|_, _, _| (), remark: &|text| panic!("{text}") };
            let keeping = world().with_keeping(keeping).with_rides(&timetable, &drawn, stop_times());
            for _ in 0..25 {
                prop_assert_eq!(&one_by_one(&keeping, &points, &points, &question), &expected);
            }
            prop_assert_eq!(&at_once(&keeping, &points, &points, &question), &expected);
            for (root, reached) in points.iter().zip(&reached) {
                prop_assert_eq!(&reach(&keeping, root, &mut workspace), reached);
            }
        }
    }
}

/// On foot and by car in a real region, from far ends whose stops are within an hour.
#[test]
fn a_real_world_makes_hierarchies_when_its_searches_have_cost_as_much_and_answers_as_before() {
    let data = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data/northern-kentucky-conveyal"));
    if !data.exists() {
        println!("skipped: {} is not there", data.display());
        return;
    }
    let profiles = [Profile::shipped(ProfileMode::Walk, Region::General)];
    let map = osm::read(&data.join("streets.osm.pbf")).unwrap().value;
    let network = build(&map, &profiles).value.network(&profiles, Level::Base, Period::Offpeak);
    let feed = gtfs::read(&data.join("TANK-GTFS.zip")).unwrap().value;
    let timetable = timetable::build::build(&[feed], date(2019, 11, 12), None).value;
    let drawn = [timetable.clone()];
    let world = || World::new(&network, &[StreetMode::Walk], 300.0);
    let stop_times = || stop_times(timetable.stops.len());
    let hour = Approach { limit: Duration::from_mins(60), ..Approach::plain(ApproachKind::Walk) };
    let terms = Terms {
        direct: vec![Approach::plain(ApproachKind::Walk)],
        access: vec![hour],
        egress: vec![hour],
        max_rides: 3,
        max_trip: Duration::from_mins(120),
    };
    let vertices = &network.streets.vertices;
    let points: Vec<LonLat> = (0..60).map(|at| vertices[at * vertices.len() / 60].at.lon_lat()).collect();
    let folder = tempfile::TempDir::new().unwrap();
    let folder = IndexFolder::new(folder.path());
    let keeping =
        Keeping { folder: Some(&folder), makes_orders: true, begin: &|_, _, _| (), remark: &|text| panic!("{text}") };
    let plain = world().with_rides(&timetable, &drawn, stop_times());
    let keeping = world().with_keeping(keeping).with_rides(&timetable, &drawn, stop_times());
    let points = plain.locate_all(&points);
    let window = Window::every(Direction::Forward, 8 * 36_000, 8 * 36_000 + 1_800, 600);
    let question = MatrixQuestion { terms: &terms, window: &window, percentiles: &[50], parts: false };
    let expected = one_by_one(&plain, &points, &points, &question);
    assert!(plain.mode(StreetMode::Walk).unwrap().hierarchy().is_none());
    for _ in 0..3 {
        assert!(one_by_one(&keeping, &points, &points, &question) == expected);
    }
    assert!(keeping.mode(StreetMode::Walk).unwrap().hierarchy().is_some(), "searches have cost as much as an order");
}

/// Roots that lie at no vertex, so that none is the same point as a vertex.
fn roots_beside(world: &World, numbers: &Numbers) -> Vec<Located> {
    let beside = numbers.places.iter().map(|&(lon, lat)| Place { lon: lon + 1, lat: lat - 2 }.lon_lat());
    world.locate_all(&beside.collect::<Vec<_>>())
}

fn assert_everywhere(world: &World, terms: &Terms, window: &Window, roots: &[Located]) -> usize {
    let vertices = points_at_vertices(world);
    let points: Vec<Located> = vertices.iter().map(|(_, point)| point.clone()).collect();
    let question = MatrixQuestion { terms, window, percentiles: &[50], parts: false };
    let rows = one_by_one(world, roots, &points, &question);
    let everywhere = Everywhere::new(world, terms, window.direction);
    let mut reached = 0;
    for (root, row) in roots.iter().zip(rows) {
        let times = everywhere.times(root, window.times[0], &mut Workspace::default());
        for ((vertex, point), outcomes) in vertices.iter().zip(row) {
            if root.at == point.at {
                continue;
            }
            assert_eq!(times[*vertex], outcomes[0].time(), "vertex {vertex} from {:?}", root.at);
            reached += usize::from(times[*vertex].is_some());
        }
    }
    reached
}

#[test]
fn a_real_matrix_is_its_pairs_one_by_one_and_all_vertices_are_reached_as_points() {
    let data = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data/northern-kentucky-conveyal"));
    if !data.exists() {
        println!("skipped: {} is not there", data.display());
        return;
    }
    let profiles = [Profile::shipped(ProfileMode::Walk, Region::General)];
    let map = osm::read(&data.join("streets.osm.pbf")).unwrap().value;
    let network = build(&map, &profiles).value.network(&profiles, Level::Base, Period::Offpeak);
    let feed = gtfs::read(&data.join("TANK-GTFS.zip")).unwrap().value;
    let timetable = timetable::build::build(&[feed], date(2019, 11, 12), None).value;
    let drawn = [timetable.clone()];
    let world =
        World::new(&network, &[StreetMode::Walk], 300.0).with_rides(&timetable, &drawn, stop_times(timetable.stops.len()));
    let on_foot = Approach { limit: Duration::from_mins(20), ..Approach::plain(ApproachKind::Walk) };
    let terms = Terms {
        direct: vec![Approach::plain(ApproachKind::Walk)],
        access: vec![on_foot],
        egress: vec![on_foot],
        max_rides: 5,
        max_trip: Duration::from_mins(120),
    };
    let vertices = &network.streets.vertices;
    let points: Vec<LonLat> = (0..70).map(|at| vertices[at * vertices.len() / 70].at.lon_lat()).collect();
    let points = world.locate_all(&points);
    let eight = 8 * 36_000;
    let many: Vec<Located> = points.iter().cycle().take(100 * points.len()).cloned().collect();
    let how = Preparation { folder: None, begin: &|_, _, _| (), progress: &|_| (), remark: &|_| () };
    world.prepare(&many, &terms, Direction::Forward, &how);
    assert!(world.mode(StreetMode::Walk).unwrap().hierarchy().is_some());
    for (direction, minutes) in [(Direction::Forward, 1), (Direction::Forward, 7), (Direction::Backward, 12)] {
        let window = Window::every(direction, eight, eight + minutes * 600, 600);
        let question = MatrixQuestion { terms: &terms, window: &window, percentiles: &[5, 50, 95], parts: false };
        let found = at_once(&world, &points, &points, &question);
        assert_eq!(found, one_by_one(&world, &points, &points, &question));
        let now = Window { times: vec![eight], ..window };
        let reached = assert_everywhere(&world, &terms, &now, &points[20..22]);
        assert!(reached > 10_000, "only {reached} vertices are compared");
    }
}
