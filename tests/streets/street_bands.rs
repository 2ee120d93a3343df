//! Areas over streets: agreement with exact times point by point, validity, holes and islands, on towns made of arithmetic.

use geo::{Area, BooleanOps, BoundingRect, Contains, MultiPolygon, Point, Validation};

use onehour::geo::{LonLat, METRES_PER_DEGREE};
use onehour::measure::isobands::Isoband;
use onehour::measure::street_bands::{Fringe, Run, StreetBands, street_bands};
use onehour::network::squares::Lattice;
use onehour::network::streets::{Edge, Place, Streets, Vertex};
use onehour::units::{Distance, Duration, Speed};

/// Where metres are counted from.
const HERE: LonLat = LonLat { lon: 112.5, lat: 38.0 };

/// An edge: its ends, the points between them, and the seconds it takes.
type Drawn = (u32, u32, Vec<(f64, f64)>, u32);

/// Streets with the time of every edge in both directions, in deciseconds.
#[derive(Default)]
struct Town {
    points: Vec<(f64, f64)>,
    edges: Vec<Drawn>,
}

fn metres_per_lon() -> f64 {
    METRES_PER_DEGREE * HERE.lat.to_radians().cos()
}

fn lon_lat((x, y): (f64, f64)) -> LonLat {
    LonLat::new(HERE.lon + x / metres_per_lon(), HERE.lat + y / METRES_PER_DEGREE).unwrap()
}

impl Town {
    fn point(&mut self, x: f64, y: f64) -> u32 {
        self.points.push((x, y));
        self.points.len() as u32 - 1
    }

    /// A street in a straight line, at so many kilometres an hour.
    fn street(&mut self, from: u32, to: u32, kmh: f64) {
        self.bent(from, to, Vec::new(), kmh);
    }

    fn bent(&mut self, from: u32, to: u32, between: Vec<(f64, f64)>, kmh: f64) {
        let mut shape = vec![self.points[from as usize]];
        shape.extend(&between);
        shape.push(self.points[to as usize]);
        let metres: f64 = shape.windows(2).map(|pair| (pair[1].0 - pair[0].0).hypot(pair[1].1 - pair[0].1)).sum();
        self.edges.push((from, to, between, (metres / kmh * 36.0).round() as u32));
    }

    /// Streets every `block` metres, `n` by `n` blocks, with their south-western corner at (x, y); the position of that corner.
    fn blocks(&mut self, x: f64, y: f64, n: u32, block: f64, kmh: f64) -> u32 {
        let first = self.points.len() as u32;
        for row in 0..=n {
            for col in 0..=n {
                self.point(x + f64::from(col) * block, y + f64::from(row) * block);
            }
        }
        for row in 0..=n {
            for col in 0..=n {
                let at = first + row * (n + 1) + col;
                if col < n {
                    self.street(at, at + 1, kmh);
                }
                if row < n {
                    self.street(at, at + n + 1, kmh);
                }
            }
        }
        first
    }

    fn streets(&self) -> Streets {
        let place = |&at: &(f64, f64)| Place::of(lon_lat(at));
        let vertices: Vec<Vertex> = self.points.iter().zip(1..).map(|(at, osm)| Vertex { osm, at: place(at) }).collect();
        let (mut edges, mut points) = (Vec::new(), Vec::new());
        for (from, to, between, _) in &self.edges {
            let mut shape = vec![self.points[*from as usize]];
            shape.extend(between);
            shape.push(self.points[*to as usize]);
            let metres: f64 = shape.windows(2).map(|pair| (pair[1].0 - pair[0].0).hypot(pair[1].1 - pair[0].1)).sum();
            let length_cm = ((metres * 100.0) as u32).max(1);
            let (first_point, n_points) = (points.len() as u32, between.len() as u32);
            edges.push(Edge { from: *from, to: *to, way: 0, length_cm, first_point, n_points });
            points.extend(between.iter().map(place));
        }
        Streets { vertices: vertices.into(), edges: edges.into(), points: points.into(), ..Streets::default() }
    }

    /// All runs from some points with their times, by the slowest search there is: until nothing gets better.
    fn runs(&self, streets: &Streets, from: &[(u32, u32)]) -> Vec<Run> {
        let mut times = vec![u32::MAX; self.points.len()];
        for &(point, time) in from {
            times[point as usize] = time;
        }
        loop {
            let before = times.clone();
            for &(a, b, _, takes) in &self.edges {
                times[b as usize] = times[b as usize].min(times[a as usize].saturating_add(takes));
                times[a as usize] = times[a as usize].min(times[b as usize].saturating_add(takes));
            }
            if times == before {
                break;
            }
        }
        let mut runs = Vec::new();
        for (&(a, b, _, takes), edge) in self.edges.iter().zip(0..) {
            let at = |point: u32| Some(times[point as usize]).filter(|&t| t < u32::MAX).map(Duration::from_deciseconds);
            let takes = Duration::from_deciseconds(takes);
            runs.extend(at(a).map(|start| Run::from_begin(streets, edge, start, takes)));
            runs.extend(at(b).map(|start| Run::from_end(streets, edge, start, takes)));
        }
        runs
    }
}

fn fringe(step_m: u32, kmh: f64, reach_m: u32) -> Fringe {
    Fringe {
        lattice: Lattice::around(HERE, step_m),
        off_street: Speed::from_kmh(kmh).unwrap(),
        reach: Distance::from_metres(reach_m),
    }
}

fn minutes(all: &[u32]) -> Vec<Duration> {
    all.iter().map(|&m| Duration::from_mins(m)).collect()
}

/// Straight parts of runs in metres, with the times at their ends: what the slow router looks at.
struct Router {
    parts: Vec<[f64; 6]>,
    pace: f64,
    reach: f64,
}

impl Router {
    fn of(town: &Town, runs: &[Run], fringe: &Fringe) -> Router {
        let mut parts = Vec::new();
        for run in runs {
            let (a, b, between, _) = &town.edges[run.edge as usize];
            let mut shape = vec![town.points[*a as usize]];
            shape.extend(between);
            shape.push(town.points[*b as usize]);
            if run.to_cm < run.from_cm {
                shape.reverse();
            }
            let lengths: Vec<f64> = shape.windows(2).map(|p| (p[1].0 - p[0].0).hypot(p[1].1 - p[0].1)).collect();
            let total: f64 = lengths.iter().sum();
            let (start, end) = (f64::from(run.start.deciseconds()), f64::from(run.end.deciseconds()));
            let mut before = 0.0;
            for (pair, length) in shape.windows(2).zip(lengths) {
                let time = |metres: f64| start + (end - start) * metres / total;
                parts.push([pair[0].0, pair[0].1, pair[1].0, pair[1].1, time(before), time(before + length)]);
                before += length;
            }
        }
        let pace = 36_000.0 / f64::from(fringe.off_street.metres_per_hour());
        Router { parts, pace, reach: f64::from(fringe.reach.metres()) }
    }

    /// The least time of any point within `slack` metres of (x, y); infinite where there is none. By bisection of what is convex.
    fn time(&self, x: f64, y: f64, slack: f64) -> f64 {
        let mut best = f64::INFINITY;
        for &[x0, y0, x1, y1, t0, t1] in &self.parts {
            let far = self.reach + slack;
            if x < x0.min(x1) - far || x > x0.max(x1) + far || y < y0.min(y1) - far || y > y0.max(y1) + far || t0 >= best {
                continue;
            }
            let away = |s: f64| (x0 + (x1 - x0) * s - x).hypot(y0 + (y1 - y0) * s - y);
            let nearest = least(&away, 0.0, 1.0);
            if away(nearest) > far {
                continue;
            }
            let low = border(&|s| away(s) <= far, nearest, 0.0);
            let high = border(&|s| away(s) <= far, nearest, 1.0);
            let time = |s: f64| t0 + (t1 - t0) * s + self.pace * (away(s) - slack).max(0.0);
            best = best.min(time(least(&time, low, high)));
        }
        best
    }

    /// Whether some point within `radius` metres takes longer than `limit`; looks at many of them.
    fn somewhere_longer(&self, x: f64, y: f64, radius: f64, limit: f64) -> bool {
        let round = |k: u32, of: u32| f64::from(k) / f64::from(of) * std::f64::consts::TAU;
        let rings = (1..=5).flat_map(|ring| (0..24).map(move |k| (f64::from(ring) / 5.0, round(k, 24))));
        let mut places = std::iter::once((0.0, 0.0)).chain(rings);
        places.any(|(r, angle)| self.time(x + r * radius * angle.cos(), y + r * radius * angle.sin(), 0.0) > limit)
    }
}

/// The place of the least value of a convex function, by ternary search.
fn least(of: &dyn Fn(f64) -> f64, mut low: f64, mut high: f64) -> f64 {
    for _ in 0..60 {
        let (a, b) = (low + (high - low) / 3.0, high - (high - low) / 3.0);
        if of(a) <= of(b) { high = b } else { low = a }
    }
    (low + high) / 2.0
}

/// The last place towards `end` where a condition holds that holds at `from`.
fn border(holds: &dyn Fn(f64) -> bool, from: f64, end: f64) -> f64 {
    if holds(end) {
        return end;
    }
    let (mut yes, mut no) = (from, end);
    for _ in 0..60 {
        let middle = (yes + no) / 2.0;
        if holds(middle) { yes = middle } else { no = middle }
    }
    yes
}

/// A small generator of numbers from 0 to 1, the same on every machine.
struct Random(u64);

impl Random {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1u64 << 53) as f64
    }
}

/// How sampled points fared: at how many polygon and router differ, and at how many by more than a step.
#[derive(Debug, Default, PartialEq)]
struct Agreement {
    sampled: usize,
    differ: usize,
    by_more_than_a_step: usize,
}

/// Half of the points anywhere around, half within two steps of an outline. A point differs by more than a step when the polygon has it
/// and no point within a step is reached in time, or when it has it not and every point within a step is.
fn agreement(found: &StreetBands, router: &Router, n: usize, seed: u64) -> Agreement {
    let mut random = Random(seed);
    let step = f64::from(found.lattice.step_m);
    let mut agreement = Agreement::default();
    let last = &found.bands.last().unwrap().zone;
    let bounds = last.bounding_rect().unwrap();
    for at in 0..n {
        let band = &found.bands[at % found.bands.len()];
        let corners: Vec<_> = band.zone.iter().flat_map(|polygon| polygon.exterior().coords()).collect();
        let (x, y) = if at % 2 == 0 || corners.is_empty() {
            let lon = bounds.min().x + (bounds.width() * 1.2) * random.next() - bounds.width() * 0.1;
            let lat = bounds.min().y + (bounds.height() * 1.2) * random.next() - bounds.height() * 0.1;
            ((lon - HERE.lon) * metres_per_lon(), (lat - HERE.lat) * METRES_PER_DEGREE)
        } else {
            let corner = corners[(random.next() * corners.len() as f64) as usize];
            let (dx, dy) = (4.0 * step * (random.next() - 0.5), 4.0 * step * (random.next() - 0.5));
            ((corner.x - HERE.lon) * metres_per_lon() + dx, (corner.y - HERE.lat) * METRES_PER_DEGREE + dy)
        };
        let here = lon_lat((x, y));
        let inside = band.zone.contains(&Point::new(here.lon, here.lat));
        // The slow router bisects: a ten-thousandth of a second is its error.
        let limit = f64::from(band.to.deciseconds()) + 1e-3;
        agreement.sampled += 1;
        if inside == (router.time(x, y, 0.0) <= limit) {
            continue;
        }
        agreement.differ += 1;
        let near = if inside { router.time(x, y, step) <= limit } else { router.somewhere_longer(x, y, step, limit) };
        agreement.by_more_than_a_step += usize::from(!near);
    }
    agreement
}

fn square_metres(area: &MultiPolygon<f64>) -> f64 {
    area.unsigned_area() * metres_per_lon() * METRES_PER_DEGREE
}

/// Valid polygons, bands apart from each other, zones one inside the other, bands together the last zone.
fn assert_sound(bands: &[Isoband]) {
    for band in bands {
        assert!(band.zone.is_valid(), "{:?}", band.zone.validation_errors());
        assert!(band.band.is_valid(), "{:?}", band.band.validation_errors());
    }
    for pair in bands.windows(2) {
        assert!(square_metres(&pair[0].zone.difference(&pair[1].zone)) < 1.0);
        assert!(square_metres(&pair[0].zone.intersection(&pair[1].band)) < 1.0);
        assert_eq!(pair[1].from, Some(pair[0].to));
    }
    let sum: f64 = bands.iter().map(|band| square_metres(&band.band)).sum();
    let zone = bands.last().map_or(0.0, |band| square_metres(&band.zone));
    assert!((sum - zone).abs() <= zone * 1e-9 + 1e-6, "{sum} {zone}");
}

/// Bands of a town from points with times, checked in every way there is.
fn checked(town: &Town, from: &[(u32, u32)], limits: &[Duration], fringe: &Fringe, n: usize, seed: u64) -> StreetBands {
    let streets = town.streets();
    let runs = town.runs(&streets, from);
    let found = street_bands(&streets, &runs, limits, fringe);
    assert_sound(&found.bands);
    let agreement = agreement(&found, &Router::of(town, &runs, fringe), n, seed);
    println!("{agreement:?}");
    assert_eq!(agreement.by_more_than_a_step, 0, "{agreement:?}");
    found
}

fn holds(area: &MultiPolygon<f64>, x: f64, y: f64) -> bool {
    let at = lon_lat((x, y));
    area.contains(&Point::new(at.lon, at.lat))
}

/// One street to the east, 1 km; 100 m a minute on it and beside it, at most 100 m beside it. In five minutes one gets 500 m far, and
/// everywhere within 100 m of the first 400 m: a rectangle of 400 by 200 m and a half disc at each end.
#[test]
fn one_street_is_as_wide_as_the_walk_beside_it() {
    let mut town = Town::default();
    let (west, east) = (town.point(0.0, 0.0), town.point(1000.0, 0.0));
    town.street(west, east, 6.0);
    let found = checked(&town, &[(west, 0)], &minutes(&[5]), &fringe(5, 6.0, 100), 2000, 1);
    let area = square_metres(&found.bands[0].zone);
    let expected = 400.0 * 200.0 + std::f64::consts::PI * 100.0 * 100.0;
    assert!((area / expected - 1.0).abs() < 0.01, "{area} {expected}");
    assert_eq!(found.bands[0].zone.0.len(), 1);
}

#[test]
fn ten_thousand_points_of_a_grid_city_agree_with_the_router_to_a_step() {
    let mut town = Town::default();
    let first = town.blocks(-1500.0, -1500.0, 20, 150.0, 4.8);
    checked(&town, &[(first + 10 * 21 + 10, 0)], &minutes(&[4, 8, 12, 16]), &fringe(100, 4.8, 200), 10_000, 2);
}

/// Two towns with a river of 800 m between them and one bridge: the far bank counts, the water away from the bridge does not.
#[test]
fn a_river_stays_dry_land_only_at_its_bridge() {
    let mut town = Town::default();
    let south = town.blocks(-1000.0, -2000.0, 20, 100.0, 4.8);
    let north = town.blocks(-1000.0, 800.0, 20, 100.0, 4.8);
    let bridge = (south + 20 * 21 + 10, north + 10);
    town.street(bridge.0, bridge.1, 15.0);
    let from = [(south + 18 * 21 + 10, 0)];
    let found = checked(&town, &from, &minutes(&[5, 10, 15]), &fringe(50, 4.8, 150), 10_000, 3);
    let zone = &found.bands[2].zone;
    assert!(holds(zone, 0.0, 400.0) && holds(zone, 200.0, 900.0) && holds(zone, 400.0, -50.0));
    assert!(!holds(zone, 400.0, 400.0) && !holds(zone, -400.0, 400.0));
    assert_eq!(zone.0.len(), 1);
}

/// A town 12 km away is reached after 20 minutes by train: two areas with nothing between, not a hull.
#[test]
fn what_is_reached_by_train_is_an_island() {
    let mut town = Town::default();
    let near = town.blocks(-500.0, -500.0, 10, 100.0, 4.8);
    let far = town.blocks(11_500.0, 3_000.0, 10, 100.0, 4.8);
    let from = [(near + 60, 0), (far + 60, Duration::from_mins(20).deciseconds())];
    let found = checked(&town, &from, &minutes(&[10, 20, 30]), &fringe(100, 4.8, 200), 10_000, 4);
    let parts: Vec<usize> = found.bands.iter().map(|band| band.zone.0.len()).collect();
    assert_eq!(parts, [1, 2, 2]); // exactly at 20 minutes the station itself counts
    assert!(holds(&found.bands[2].band, 12_000.0, 3_500.0) && !holds(&found.bands[2].zone, 6_000.0, 1_750.0));
}

/// A ring road of radius 1500 m; one leaves it on foot by 200 m at most.
#[test]
fn a_ring_road_leaves_a_hole() {
    let mut town = Town::default();
    let at = |k: u32| (f64::from(k) / 48.0 * std::f64::consts::TAU).sin_cos();
    let points: Vec<u32> = (0..48).map(|k| town.point(1500.0 * at(k).0, 1500.0 * at(k).1)).collect();
    for k in 0..24 {
        // Every edge goes over a point between its ends.
        let between = (1500.0 * at(2 * k + 1).0, 1500.0 * at(2 * k + 1).1);
        town.bent(points[2 * k as usize], points[(2 * k as usize + 2) % 48], vec![between], 40.0);
    }
    let found = checked(&town, &[(points[0], 0)], &minutes(&[3, 6, 12]), &fringe(100, 4.0, 200), 10_000, 5);
    let zone = &found.bands[2].zone;
    assert_eq!((zone.0.len(), zone.0[0].interiors().len()), (1, 1));
    assert!(!holds(zone, 0.0, 0.0) && holds(zone, 1500.0, 0.0) && holds(zone, 0.0, -1400.0));
}

/// Roads of all speeds between points anywhere, several origins, limits that are close together: whatever the geometry, zones are valid,
/// nested and within a step.
#[test]
fn areas_over_random_streets_are_sound_and_agree_to_a_step() {
    for seed in 0..25 {
        let mut random = Random(seed * 77 + 5);
        let mut town = Town::default();
        for _ in 0..40 {
            town.point(6000.0 * random.next() - 3000.0, 6000.0 * random.next() - 3000.0);
        }
        for _ in 0..60 {
            let (a, b) = ((random.next() * 40.0) as u32, (random.next() * 40.0) as u32);
            if a != b {
                town.street(a, b, [4.0, 15.0, 40.0, 90.0][(random.next() * 4.0) as usize]);
            }
        }
        let from = [(0, 0), (1, (random.next() * 6000.0) as u32)];
        let reach = [30, 100, 300][(random.next() * 3.0) as usize];
        checked(&town, &from, &minutes(&[2, 5, 6, 9, 12]), &fringe(100, 4.0, reach), 1000, seed);
    }
}

#[test]
fn a_zone_is_the_same_whatever_other_limits_are_asked_for() {
    let mut town = Town::default();
    let first = town.blocks(-1500.0, -1500.0, 20, 150.0, 4.8);
    let streets = town.streets();
    let runs = town.runs(&streets, &[(first + 220, 0)]);
    let corners = |limits: &[u32], at: usize| {
        let found = street_bands(&streets, &runs, &minutes(limits), &fringe(100, 4.8, 200));
        let coords = found.bands[at].zone.iter().flat_map(|polygon| polygon.exterior().coords());
        let mut corners: Vec<(u64, u64)> = coords.map(|at| (at.x.to_bits(), at.y.to_bits())).collect();
        corners.sort();
        corners.dedup();
        corners
    };
    let alone = corners(&[9], 0);
    assert!(alone.len() > 50);
    assert_eq!(alone, corners(&[3, 9, 20], 1));
    assert_eq!(alone, corners(&[20, 9, 9], 0)); // in any order, twice
}

#[test]
fn a_door_in_the_middle_of_a_street_reaches_both_ways() {
    let mut town = Town::default();
    let (west, east) = (town.point(-500.0, 0.0), town.point(500.0, 0.0));
    town.street(west, east, 6.0);
    let streets = town.streets();
    let whole = Duration::from_mins(10);
    let run = |forwards| Run::from_door(&streets, 0, 50_000, Duration::ZERO, whole, forwards);
    assert_eq!(run(true).end, Duration::from_mins(5));
    let found = street_bands(&streets, &[run(true), run(false)], &minutes(&[3]), &fringe(20, 6.0, 50));
    let zone = &found.bands[0].zone;
    assert!(holds(zone, -280.0, 0.0) && holds(zone, 280.0, 0.0) && !holds(zone, 330.0, 0.0) && !holds(zone, -330.0, 0.0));
}

#[test]
fn nothing_reached_is_nothing_drawn() {
    let streets = Streets::default();
    let found = street_bands(&streets, &[], &minutes(&[10, 20]), &fringe(100, 4.8, 200));
    assert!(found.bands.iter().all(|band| band.zone.0.is_empty() && band.band.0.is_empty()));
}

/// Two towns 3000 km apart would take 900 million nodes at 100 m; the step is doubled and said.
#[test]
fn a_lattice_that_would_be_too_large_is_made_coarser_and_says_so() {
    let mut town = Town::default();
    let near = town.blocks(0.0, 0.0, 2, 500.0, 4.8);
    let far = town.blocks(2_000_000.0, 900_000.0, 2, 500.0, 4.8);
    let streets = town.streets();
    let runs = town.runs(&streets, &[(near, 0), (far, 100)]);
    let found = street_bands(&streets, &runs, &minutes(&[10]), &fringe(100, 4.8, 200));
    assert_eq!(found.lattice.step_m, 800);
    assert_eq!(found.bands[0].zone.0.len(), 2);
}
