//! Areas and tables come from one search: what the reach of streets says of a place on an edge, the matrix says of a point there, and
//! the isochrone holds it.

use std::path::Path;
use std::sync::Arc;

use geo::{Contains, Distance as _, Euclidean, Point};
use onehour::geo::LonLat;
use onehour::input::parameters::Level;
use onehour::input::street_profile::{Profile, ProfileMode, Region};
use onehour::input::vocabulary::Period;
use onehour::input::{gtfs, osm};
use onehour::measure::isobands::Isoband;
use onehour::measure::street_bands::{Canvas, Fringe, Paving, Run, Scratch as Room, bands_of_reach, street_bands};
use onehour::network::squares::Lattice;
use onehour::network::streets::build::build;
use onehour::network::streets::{Directed, Edge, Layer, Place, StreetMode, StreetNetwork, Streets, Vertex};
use onehour::network::timetable;
use onehour::search::Direction;
use onehour::search::doors::matrix::{MatrixQuestion, Rows};
use onehour::search::doors::reach::{EdgeReach, ModeReach, StateReach};
use onehour::search::doors::row::Workspace;
use onehour::search::doors::world::{StopTimes, World};
use onehour::search::doors::{Approach, ApproachKind, Statistic, Terms, Window};
use onehour::search::flat::Scratch;
use onehour::units::{Distance, Duration, Speed};

/// The time at a place of an edge, from its begin on in centimetres.
fn time_at(of: &ModeReach, reach: &EdgeReach, length_cm: u32, along_cm: u32) -> Option<f64> {
    let share = f64::from(along_cm) / f64::from(length_cm);
    let begin = reach.from_begin().map(|(start, whole)| f64::from(start) + f64::from(whole) * share);
    let end = reach.from_end().map(|(start, whole)| f64::from(start) + f64::from(whole) * (1.0 - share));
    let seeds = of.seeds.iter().filter(|seed| seed.edge == reach.edge).filter_map(|seed| {
        let part = f64::from(seed.along_cm.abs_diff(along_cm)) / f64::from(length_cm);
        let whole = if along_cm >= seed.along_cm { seed.forward } else { seed.backward }?;
        Some(f64::from(seed.time) + f64::from(whole) * part)
    });
    begin.into_iter().chain(end).chain(seeds).reduce(f64::min)
}

#[test]
fn reach_matrix_and_areas_agree_on_real_streets() {
    let data = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data/heidelberg-ors"));
    if !data.exists() {
        println!("skipped: {} is not there", data.display());
        return;
    }
    let profiles = [Profile::shipped(ProfileMode::Walk, Region::General)];
    let map = osm::read(&data.join("heidelberg.test.pbf")).unwrap().value;
    let network = build(&map, &profiles).value.network(&profiles, Level::Base, Period::Offpeak);
    let feed = gtfs::read(&data.join("vrn_gtfs_cut.zip")).unwrap().value;
    let timetable = timetable::build::build(&[feed], "2022-07-14".parse().unwrap(), None).value;
    let drawn = [timetable.clone()];
    let none = vec![Duration::ZERO; timetable.stops.len()];
    let stop_times =
        StopTimes { entry: none.clone(), exit: none.clone(), change: none, walk_limit: Duration::from_mins(10) };
    let world = World::new(&network, &[StreetMode::Walk], 300.0).with_rides(&timetable, &drawn, stop_times);
    let longest = Duration::from_mins(30);
    // No shorter limit at either end, since areas heed it at junctions only and points at their own place.
    let on_foot = Approach { limit: longest, ..Approach::plain(ApproachKind::Walk) };
    let terms = Terms {
        direct: vec![Approach::plain(ApproachKind::Walk)],
        access: vec![on_foot],
        egress: vec![on_foot],
        max_rides: 3,
        max_trip: longest,
    };
    let eight = 8 * 36_000;
    for direction in [Direction::Forward, Direction::Backward] {
        let window = Window::every(direction, eight, eight + 1, 600);
        let root = world.locate(LonLat { lon: 8.6920, lat: 49.4100 });
        let reach = world.reach(&root, &terms, &window, Statistic::Best(1), &mut Workspace::default());
        assert_eq!(reach.len(), 1);
        let streets = &network.streets;
        let runs = Run::of_reach(streets, &reach[0]);
        let fringe = Fringe {
            lattice: Lattice::around(root.at, 100),
            off_street: Speed::from_kmh(4.8).unwrap(),
            reach: Distance::from_metres(100),
        };
        let bands = street_bands(streets, &runs, &[longest], &fringe).bands;
        // Every seventh edge that is reached, at a third of its length.
        let sampled: Vec<(&EdgeReach, u32, LonLat)> = reach[0]
            .edges
            .iter()
            .step_by(7)
            .map(|edge| {
                let along = streets.edges[edge.edge as usize].length_cm / 3;
                (edge, along, streets.stretch(edge.edge, 0, along)[streets.stretch(edge.edge, 0, along).len() - 1])
            })
            .collect();
        let located = world.locate_all(&sampled.iter().map(|sample| sample.2).collect::<Vec<_>>());
        let question = MatrixQuestion { terms: &terms, window: &window, percentiles: &[50], parts: false };
        let row = Rows::new(&world, located.clone(), &question).of(std::slice::from_ref(&root)).remove(0);
        let (mut compared, mut inside) = (0, 0);
        for ((edge, along, at), (located, cell)) in sampled.iter().zip(located.iter().zip(row.cells())) {
            // Where edges meet or lie on each other, the point may belong to another one.
            let Some(on) = located.on(StreetMode::Walk).filter(|on| on.edge == edge.edge && on.distance_m < 0.5) else {
                continue;
            };
            let expected = time_at(&reach[0], edge, streets.edges[edge.edge as usize].length_cm, on.along_cm)
                .filter(|&time| time <= f64::from(longest.deciseconds()));
            let found = cell.times[0].time().map(|time| f64::from(time.deciseconds()));
            match (expected, found) {
                // Parts of edges and the half metre beside them are rounded to the decisecond each.
                (Some(expected), Some(found)) => {
                    assert!(
                        (expected - found).abs() <= 5.0,
                        "{at:?}, {along} cm along {}: {expected} but {found}",
                        edge.edge
                    );
                    compared += 1;
                    // Within the limit by more than rounding: in the area, or within a step of it.
                    if found + 10.0 < f64::from(longest.deciseconds()) {
                        let point = Point::new(at.lon, at.lat);
                        let zone = &bands[0].zone;
                        let step_deg = 100.0 / 72_000.0;
                        let near =
                            zone.contains(&point) || zone.0.iter().any(|part| Euclidean.distance(&point, part) < step_deg);
                        assert!(near, "{at:?} is reached in {found} and lies outside");
                        inside += 1;
                    }
                }
                (Some(time), None) | (None, Some(time)) => {
                    assert!((time - f64::from(longest.deciseconds())).abs() <= 5.0, "{at:?}: {expected:?} but {found:?}");
                }
                (None, None) => {}
            }
        }
        assert!(compared > 500 && inside > 300, "only {compared} places were compared, {inside} of them inside");
    }
}

/// Zones and bands, corner by corner.
fn same(one: &[Isoband], other: &[Isoband]) -> bool {
    one.len() == other.len() && one.iter().zip(other).all(|(a, b)| a.zone == b.zone && a.band == b.band)
}

/// Streets with forbidden turns. Edges are found from the states that are settled; the slow way asks every edge for its times. A canvas of
/// the whole region, used again and again, draws the same as one of what is reached alone.
#[test]
fn edges_found_from_states_are_those_found_by_asking_every_edge_and_a_canvas_draws_them_the_same() {
    let data = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data/heidelberg-ors/heidelberg.test.pbf"));
    if !data.exists() {
        println!("skipped: {} is not there", data.display());
        return;
    }
    let profiles = [ProfileMode::Car, ProfileMode::Walk].map(|mode| Profile::shipped(mode, Region::General));
    let map = osm::read(data).unwrap().value;
    let network = build(&map, &profiles).value.network(&profiles, Level::Base, Period::Offpeak);
    let streets = &*network.streets;
    let world = World::new(&network, &[StreetMode::Car, StreetMode::Walk], 300.0);
    let limits: Vec<Duration> = [4, 8, 12].map(Duration::from_mins).to_vec();
    let (mut workspace, mut room, mut scratch) = (Workspace::default(), Room::default(), Scratch::default());
    let roots = [(8.6920, 49.4100), (8.6756, 49.4036), (8.6400, 49.4400)].map(|(lon, lat)| LonLat { lon, lat });
    let fringe = Fringe {
        lattice: Lattice::around(roots[0], 100),
        off_street: Speed::from_kmh(4.8).unwrap(),
        reach: Distance::from_metres(200),
    };
    let canvas = Canvas::of(streets, &fringe).unwrap();
    let mut pavings: Vec<(StreetMode, Direction, Paving)> = Vec::new();
    for of in world.modes() {
        let both = [Direction::Forward, Direction::Backward];
        pavings.extend(both.map(|direction| (of.mode, direction, canvas.pave(&of.graph, direction))));
    }
    let mut corners = 0;
    for (root, direction) in roots.into_iter().flat_map(|at| [(at, Direction::Forward), (at, Direction::Backward)]) {
        let root = world.locate(root);
        let direct = [ApproachKind::Car, ApproachKind::Walk].map(Approach::plain).to_vec();
        let terms = Terms { direct, access: vec![], egress: vec![], max_rides: 0, max_trip: limits[2] };
        let window = Window { direction, times: vec![0], first_draw: true };
        let reach = world.reach(&root, &terms, &window, Statistic::Best(1), &mut workspace);
        assert_eq!(reach.len(), 2);
        for of in &reach {
            let graph = &world.mode(of.mode).unwrap().graph;
            let seeds = graph.entries(root.on(of.mode).unwrap(), direction);
            graph.search(direction, &seeds, limits[2].deciseconds(), &mut scratch);
            let mut expected = Vec::new();
            for edge in 0..streets.edges.len() as u32 {
                let at = |forward: bool| {
                    let edge = Directed::new(edge, forward);
                    Some((graph.entered(edge, direction, |state| scratch.time(state))?, graph.edge_time(edge)?))
                };
                let ways = [at(true), at(false)];
                let [begin, end] = if direction == Direction::Forward { ways } else { [ways[1], ways[0]] };
                if begin.is_some() || end.is_some() {
                    expected.push(EdgeReach::new(edge, begin, end));
                }
            }
            assert!(expected.len() > 50, "only {} edges are reached", expected.len());
            assert!(of.edges == expected);
            assert_eq!(of.seeds.len(), 1);
        }
        let on_canvas = canvas.bands(&reach, &limits, &mut room).bands;
        corners += on_canvas[2].zone.0.iter().map(|part| part.exterior().0.len()).sum::<usize>();
        assert!(same(&on_canvas, &bands_of_reach(streets, &reach, &limits, &fringe).bands));
        let states = world.reach_of_states(&root, &terms, &window, Statistic::Best(1), &mut workspace);
        let paved: Vec<(&Paving, &StateReach)> = states
            .iter()
            .map(|of| (pavings.iter().find(|paving| (paving.0, paving.1) == (of.mode, direction)).unwrap(), of))
            .map(|(paving, of)| (&paving.2, of))
            .collect();
        assert!(same(&on_canvas, &canvas.bands_of_states(&paved, &limits, &mut room).bands));
        let runs: Vec<Run> = reach.iter().flat_map(|of| Run::of_reach(streets, of)).collect();
        assert!(same(&on_canvas, &street_bands(streets, &runs, &limits, &fringe).bands));
    }
    assert!(corners > 500, "only {corners} corners were compared");
}

/// Six places in a row, four minutes on foot from each to the next. Walking does not count, and one walks for ten minutes at most: that is
/// as far as the third place, although the longest trip is of five minutes.
#[test]
fn a_way_that_does_not_count_reaches_what_the_matrix_says_however_short_the_longest_trip() {
    let at = |place: usize| LonLat { lon: place as f64 * 0.0036, lat: 0.0 };
    let vertices: Vec<Vertex> = (0..6).map(|place| Vertex { osm: place as i64 + 1, at: Place::of(at(place)) }).collect();
    let edge = |from: u32| Edge { from, to: from + 1, way: 0, length_cm: 40_000, first_point: 0, n_points: 0 };
    let edges: Vec<Edge> = (0..5).map(edge).collect();
    let streets = Streets { vertices: vertices.into(), edges: edges.into(), ..Streets::default() };
    let layer = Layer::new(StreetMode::Walk, vec![2400; 10].into(), 4800);
    let network = StreetNetwork { streets: Arc::new(streets), layers: vec![Arc::new(layer)] };
    let world = World::new(&network, &[StreetMode::Walk], 300.0);
    let walk = Approach { limit: Duration::from_mins(10), counts: false, ..Approach::plain(ApproachKind::Walk) };
    let max_trip = Duration::from_mins(5);
    let terms = Terms { direct: vec![walk], access: vec![], egress: vec![], max_rides: 0, max_trip };
    let places = world.locate_all(&(0..6).map(at).collect::<Vec<_>>());
    let window = Window { direction: Direction::Forward, times: vec![0], first_draw: true };
    let question = MatrixQuestion { terms: &terms, window: &window, percentiles: &[50], parts: false };
    let row = Rows::new(&world, places.clone(), &question).of(&places[..1]).remove(0);
    let of_matrix: Vec<Option<Duration>> = row.cells().map(|cell| cell.times[0].time()).collect();
    let nothing = Some(Duration::ZERO);
    assert_eq!(of_matrix, [nothing, nothing, nothing, None, None, None]);
    let reach = world.reach(&places[0], &terms, &window, Statistic::Best(1), &mut Workspace::default());
    let begins = |edge: u32| reach[0].edges.iter().find(|of| of.edge == edge).and_then(EdgeReach::from_begin);
    let of_reach: Vec<Option<Duration>> =
        (0..5).map(|edge| begins(edge).map(|(start, _)| Duration::from_deciseconds(start))).collect();
    assert_eq!(of_reach, of_matrix[..5]);
}
