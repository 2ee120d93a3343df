//! Where points meet the streets.

use onehour::geo::LonLat;
use onehour::network::column::Column;
use onehour::network::streets::snap::{EdgeIndex, Snap};
use onehour::network::streets::{Edge, Place, Streets};

use super::worlds::{Numbers, World, line, two_way, world};

/// One degree of latitude on the sphere that the project measures on: 6371.0088 km · π/180.
const METRES_PER_DEGREE: f64 = 111_195.080_233_532_93;

fn at(lon: f64, lat: f64) -> LonLat {
    LonLat { lon, lat }
}

/// A street along the equator from 0° to 0.001° of 100 m; 0.0003° along it and 0.0001° north, 11.12 m, is the point.
#[test]
fn a_point_meets_the_edge_at_the_foot_of_the_perpendicular() {
    let world = world(&line(2), &[two_way(0, 1, 100)], &[]);
    let index = EdgeIndex::new(&world.streets, &world.layer);
    let Snap::On { point, off_main: false, passed_over_m: None } = index.snap(at(0.0003, 0.0001), 50.0) else { panic!() };
    assert_eq!((point.edge, point.along_cm), (0, 3_000));
    assert!((point.distance_m - 0.0001 * METRES_PER_DEGREE).abs() < 1e-3, "{}", point.distance_m);
    assert!((point.at.lon - 0.0003).abs() < 1e-9 && point.at.lat == 0.0);
    // Beyond the end the end is nearest.
    let beyond = *index.snap(at(0.002, 0.0), 500.0).point().unwrap();
    assert_eq!(beyond.along_cm, 10_000);
    assert!((beyond.distance_m - 0.001 * METRES_PER_DEGREE).abs() < 1e-3);
}

#[test]
fn a_point_beyond_the_limit_meets_nothing_and_says_how_far_the_nearest_edge_is() {
    let world = world(&line(2), &[two_way(0, 1, 100)], &[]);
    let index = EdgeIndex::new(&world.streets, &world.layer);
    let Snap::Beyond { nearest_m: Some(nearest) } = index.snap(at(0.0003, 0.0001), 11.0) else { panic!() };
    assert!((nearest - 0.0001 * METRES_PER_DEGREE).abs() < 1e-3);
    assert!(index.snap(at(0.0003, 0.0001), 11.2).point().is_some());
    let nothing = Streets::default();
    let layer = onehour::network::streets::Layer::new(world.layer.mode, Column::default(), 5_000);
    assert_eq!(EdgeIndex::new(&nothing, &layer).snap(at(0.0, 0.0), 1e9), Snap::Beyond { nearest_m: None });
}

#[test]
fn closed_edges_are_not_met_and_of_equal_edges_the_first_is() {
    let closed = (0, 1, 10_000, None, None);
    let world = world(&line(3), &[closed, two_way(0, 1, 100), two_way(1, 0, 100), two_way(1, 2, 100)], &[]);
    let index = EdgeIndex::new(&world.streets, &world.layer);
    assert_eq!(index.snap(at(0.0005, 0.0), 50.0).point().unwrap().edge, 1);
    // At the vertex where 1, 2 and 3 meet.
    assert_eq!(index.snap(at(0.001, 0.0), 50.0).point().unwrap().edge, 1);
}

/// An island 22 m away, the main part (longer) 111 m away.
#[test]
fn an_island_is_passed_over_where_the_main_part_lies_within_the_limit() {
    let places = [(0, 0), (10_000, 0), (0, 12_000), (10_000, 12_000)];
    let world = world(&places, &[(0, 1, 20_000, Some(1), Some(1)), two_way(2, 3, 100)], &[]);
    let index = EdgeIndex::new(&world.streets, &world.layer);
    let point = at(0.0005, 0.001);
    let Snap::On { point: main, off_main: false, passed_over_m: Some(passed) } = index.snap(point, 200.0) else { panic!() };
    assert_eq!(main.edge, 0);
    assert!((main.distance_m - 111.195).abs() < 0.01 && (passed - 22.239).abs() < 0.01);
    let Snap::On { point: island, off_main: true, passed_over_m: None } = index.snap(point, 100.0) else { panic!() };
    assert_eq!(island.edge, 1);
    // Beside the main part nothing is passed over.
    assert!(matches!(index.snap(at(0.0005, 0.0001), 200.0), Snap::On { passed_over_m: None, off_main: false, .. }));
}

/// Winding streets in a square of 0.2° around a point, some of them with many points between their ends.
fn winding(middle: (i32, i32), seed: u64) -> World {
    let mut numbers = Numbers(seed);
    let mut near = |(lon, lat): (i32, i32), by: u32| {
        (lon + numbers.below(2 * by) as i32 - by as i32, lat + numbers.below(2 * by) as i32 - by as i32)
    };
    let mut places: Vec<(i32, i32)> = (0..120).map(|_| near(middle, 1_000_000)).collect();
    // One far outlier must not spoil the rest.
    places.push((0, 0));
    let mut numbers = Numbers(seed + 1);
    let roads: Vec<_> = (0..250).map(|_| two_way(numbers.below(121), numbers.below(121), 100)).collect();
    let mut made = world(&places, &roads, &[]);
    let (mut points, mut edges): (Vec<Place>, Vec<Edge>) = (Vec::new(), made.streets.edges.to_vec());
    for edge in &mut edges {
        edge.first_point = points.len() as u32;
        edge.n_points = numbers.below(4) * numbers.below(14);
        let mut at = places[edge.from as usize];
        for _ in 0..edge.n_points {
            at = (at.0 + numbers.below(60_000) as i32 - 30_000, at.1 + numbers.below(60_000) as i32 - 30_000);
            points.push(Place { lon: at.0, lat: at.1 });
        }
    }
    made.streets.points = Column::from(points);
    made.streets.edges = Column::from(edges);
    made
}

/// The nearest edge by looking at every segment: its number, and the distance in the plane at the point.
fn by_brute_force(streets: &Streets, point: LonLat) -> (u32, f64) {
    let plane = |place: Place| {
        let at = place.lon_lat();
        ((at.lon - point.lon) * point.lat.to_radians().cos() * METRES_PER_DEGREE, (at.lat - point.lat) * METRES_PER_DEGREE)
    };
    let mut best = (u32::MAX, f64::INFINITY);
    for edge in 0..streets.edges.len() as u32 {
        let shape: Vec<(f64, f64)> = streets.shape(edge).map(plane).collect();
        for pair in shape.windows(2) {
            let ((ax, ay), (bx, by)) = (pair[0], pair[1]);
            let square = (bx - ax).powi(2) + (by - ay).powi(2);
            let share = if square == 0.0 { 0.0 } else { (-(ax * (bx - ax) + ay * (by - ay)) / square).clamp(0.0, 1.0) };
            let distance = (ax + share * (bx - ax)).hypot(ay + share * (by - ay));
            if distance < best.1 - 1e-6 {
                best = (edge, distance);
            }
        }
    }
    best
}

#[test]
fn the_nearest_edge_is_that_of_a_look_at_every_segment() {
    for (seed, middle) in [(1, (86_000_000, 494_000_000)), (2, (-466_000_000, -235_000_000)), (3, (1_000, -2_000))] {
        let world = winding(middle, seed);
        let index = EdgeIndex::new(&world.streets, &world.layer);
        let mut numbers = Numbers(seed);
        for _ in 0..400 {
            let by = |numbers: &mut Numbers| (f64::from(numbers.below(4_000_000)) - 2_000_000.0) / 1e7;
            let point = at(f64::from(middle.0) / 1e7 + by(&mut numbers), f64::from(middle.1) / 1e7 + by(&mut numbers));
            let (edge, distance_m) = by_brute_force(&world.streets, point);
            let Snap::On { point: found, passed_over_m, .. } = index.snap(point, 1e9) else { panic!("nothing is beyond") };
            // The nearest of all is the one passed over, where that is on an island.
            let nearest_m = passed_over_m.unwrap_or(found.distance_m);
            assert!((nearest_m - distance_m).abs() < 1e-3, "{found:?} but {edge} at {distance_m}");
            if passed_over_m.is_some() {
                continue;
            }
            assert!(found.edge <= edge || found.distance_m < distance_m, "{found:?} but {edge} at {distance_m}");
            // The place on the edge is as far from the point as it says, to the error of the plane.
            assert!((found.at.metres_to(point) - distance_m).abs() < 1.0 + distance_m * 0.01);
            assert!(found.along_cm <= world.streets.edges[found.edge as usize].length_cm);
        }
    }
}
