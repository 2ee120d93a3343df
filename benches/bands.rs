//! Figures of the bands: six levels of five minutes to 30, on a lattice of 100 m, stage by stage and as a whole.

mod support;

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use flate2::read::GzDecoder;
use geo::Area;

use onehour::geo::{LonLat, METRES_PER_DEGREE};
use onehour::input::osm;
use onehour::input::parameters::Level;
use onehour::input::street_profile::{Profile, ProfileMode, Region};
use onehour::input::vocabulary::Period;
use onehour::measure::street_bands::{Canvas, Fringe, Paving, Scratch as Room, bands_of_reach};
use onehour::network::squares::Lattice;
use onehour::network::streets::build::build;
use onehour::network::streets::{Edge, Layer, Place, StreetMode, StreetNetwork, Streets, Vertex};
use onehour::search::Direction;
use onehour::search::doors::hierarchies::Preparation;
use onehour::search::doors::reach::StateReach;
use onehour::search::doors::row::Workspace;
use onehour::search::doors::world::World;
use onehour::search::doors::{Approach, ApproachKind, Statistic, Terms, Window};
use onehour::search::flat::Scratch;
use onehour::units::{Distance, Duration, Speed};

/// A region with the point from which its bands are drawn.
struct Case {
    name: &'static str,
    network: StreetNetwork,
    mode: StreetMode,
    kind: ApproachKind,
    from: LonLat,
}

fn shared(path: &str) -> Option<PathBuf> {
    let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data")).join(path);
    if !path.exists() {
        println!("skipped: {} is not there", path.display());
        return None;
    }
    Some(path)
}

/// The numbers of the lines of a file of the ninth DIMACS challenge that begin with `kind`.
fn numbers(path: &Path, kind: char) -> Vec<[i64; 3]> {
    let lines = BufReader::new(GzDecoder::new(File::open(path).expect("the file opens"))).lines();
    let lines = lines.map(|line| line.expect("the file is text"));
    let numbers = |line: String| {
        let mut words = line.split(' ').skip(1).map(|word| word.parse().expect("a whole number"));
        [0; 3].map(|_: i64| words.next().expect("three numbers"))
    };
    lines.filter(|line| line.starts_with(kind)).map(numbers).collect()
}

/// A generated region of 300 000 nodes, from the middle of its junctions.
fn generated() -> Case {
    let network = support::roads::Roads::generate(300_000, 1).network();
    let middle = |axis: fn(&Place) -> i32| {
        let mut all: Vec<i32> = network.streets.vertices.iter().map(|vertex| axis(&vertex.at)).collect();
        *all.select_nth_unstable(network.streets.vertices.len() / 2).1
    };
    let from = Place { lon: middle(|at| at.lon), lat: middle(|at| at.lat) }.lon_lat();
    Case { name: "generated_car", network, mode: StreetMode::Car, kind: ApproachKind::Car, from }
}

/// New York as the challenge has it: straight edges, the same times both ways. A unit of time there is a decimetre at the speed of
/// the fastest class, which is taken for 100 km/h; the slowest class then has 40 km/h.
fn new_york() -> Option<Case> {
    let folder = shared("dimacs-newyork")?;
    let vertices = numbers(&folder.join("USA-road-d.NY.co.gz"), 'v');
    let place = |at: &[i64; 3]| Place { lon: at[1] as i32 * 10, lat: at[2] as i32 * 10 };
    let vertices: Vec<Vertex> = vertices.iter().map(|at| Vertex { osm: at[0], at: place(at) }).collect();
    let (mut edges, mut times) = (Vec::new(), Vec::new());
    let lengths = numbers(&folder.join("USA-road-d.NY.gr.gz"), 'a');
    for (length, time) in lengths.iter().zip(numbers(&folder.join("USA-road-t.NY.gr.gz"), 'a')) {
        if length[0] < length[1] {
            let [from, to] = [length[0] as u32 - 1, length[1] as u32 - 1];
            edges.push(Edge { from, to, way: 0, length_cm: (length[2] as u32 * 10).max(1), first_point: 0, n_points: 0 });
            times.extend([(time[2] as f64 * 0.036).round() as u32; 2]);
        }
    }
    let streets = Streets { vertices: vertices.into(), edges: edges.into(), ..Streets::default() };
    let layer = Layer::new(StreetMode::Car, times.into(), 4800);
    let network = StreetNetwork { streets: Arc::new(streets), layers: vec![Arc::new(layer)] };
    let from = LonLat { lon: -73.98, lat: 40.75 };
    Some(Case { name: "new_york_car", network, mode: StreetMode::Car, kind: ApproachKind::Car, from })
}

fn extract(name: &'static str, path: &str, mode: ProfileMode, kind: ApproachKind, from: LonLat) -> Option<Case> {
    let map = osm::read(&shared(path)?).expect("the extract is readable").value;
    let profiles = [Profile::shipped(mode, Region::General)];
    let network = build(&map, &profiles).value.network(&profiles, Level::Base, Period::Offpeak);
    Some(Case { name, network, mode: StreetMode::of_profile(mode), kind, from })
}

fn measure(case: &Case) {
    let world = World::new(&case.network, &[case.mode], 500.0);
    let streets = &*case.network.streets;
    let longest = Duration::from_mins(30);
    let limits: Vec<Duration> = (1..=6).map(|at| Duration::from_mins(5 * at)).collect();
    let direct = vec![Approach::plain(case.kind)];
    let terms = Terms { direct, access: Vec::new(), egress: Vec::new(), max_rides: 0, max_trip: longest };
    let window = Window { direction: Direction::Forward, times: vec![0], first_draw: true };
    let root = world.locate(case.from);
    let fringe = Fringe {
        lattice: Lattice::around(root.at, 100),
        off_street: Speed::from_kmh(4.8).expect("a speed"),
        reach: Distance::from_metres(200),
    };
    // As for very many roots, so that a hierarchy pays.
    let silent = Preparation { folder: None, begin: &|_, _, _| (), progress: &|_| (), remark: &|_| () };
    world.prepare(&vec![root.clone(); 100_000], &terms, Direction::Forward, &silent);
    let (mut workspace, mut scratch) = (Workspace::default(), Scratch::default());
    let graph = &world.mode(case.mode).expect("the world has the mode").graph;
    let seeds = graph.entries(root.on(case.mode).expect("a street is near"), Direction::Forward);
    let mut criterion = support::criterion();
    let mut group = criterion.benchmark_group(format!("bands/{}", case.name));
    group.bench_function("search without a hierarchy", |bench| {
        bench.iter(|| graph.search(Direction::Forward, &seeds, longest.deciseconds(), &mut scratch));
    });
    group.bench_function("search", |bench| {
        bench.iter(|| world.reach_of_states(&root, &terms, &window, Statistic::Best(1), &mut workspace));
    });
    group.bench_function("search and edges", |bench| {
        bench.iter(|| world.reach(&root, &terms, &window, Statistic::Best(1), &mut workspace));
    });
    let reach = world.reach(&root, &terms, &window, Statistic::Best(1), &mut workspace);
    let bands = bands_of_reach(streets, &reach, &limits, &fringe);
    group.bench_function("bands without a canvas", |bench| {
        bench.iter(|| bands_of_reach(streets, &reach, &limits, &fringe));
    });
    group.bench_function("canvas", |bench| bench.iter(|| Canvas::of(streets, &fringe)));
    let canvas = Canvas::of(streets, &fringe).expect("the region is not too large");
    group.bench_function("paving", |bench| bench.iter(|| canvas.pave(graph, Direction::Forward)));
    let paving = canvas.pave(graph, Direction::Forward);
    let mut room = Room::default();
    group.bench_function("bands of edges", |bench| bench.iter(|| canvas.bands(&reach, &limits, &mut room)));
    let whole = |workspace: &mut Workspace, room: &mut Room| {
        let states = world.reach_of_states(&root, &terms, &window, Statistic::Best(1), workspace);
        let reach: Vec<(&Paving, &StateReach)> = states.iter().map(|of| (&paving, of)).collect();
        canvas.bands_of_states(&reach, &limits, room)
    };
    group.bench_function("whole", |bench| bench.iter(|| whole(&mut workspace, &mut room)));
    let corners = |band: &onehour::measure::isobands::Isoband| {
        band.zone.0.iter().flat_map(|p| std::iter::once(p.exterior()).chain(p.interiors())).map(|r| r.0.len()).sum::<usize>()
    };
    let metres_per_degree = [METRES_PER_DEGREE * root.at.lat.to_radians().cos(), METRES_PER_DEGREE];
    let square_km = bands.bands[5].zone.unsigned_area() * metres_per_degree[0] * metres_per_degree[1] / 1e6;
    println!(
        "{}: {} vertices, {} edges; {} states, {} edges reached, {square_km:.0} km² with as many hundreds of nodes; corners {:?}",
        case.name,
        streets.vertices.len(),
        streets.edges.len(),
        scratch.settled().len(),
        reach[0].edges.len(),
        bands.bands.iter().map(corners).collect::<Vec<_>>()
    );
    group.finish();
}

fn main() {
    let heidelberg = LonLat { lon: 8.6920, lat: 49.4100 };
    let taiyuan = LonLat { lon: 112.5624, lat: 37.8500 };
    let cases = [
        Some(generated()),
        new_york(),
        extract("heidelberg_walk", "heidelberg-ors/heidelberg.test.pbf", ProfileMode::Walk, ApproachKind::Walk, heidelberg),
        extract("taiyuan_car", "taiyuan-central/taiyuan_central.osm.pbf", ProfileMode::Car, ApproachKind::Car, taiyuan),
    ];
    // One thread, whose time is measured.
    let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a thread starts");
    one.install(|| cases.iter().flatten().for_each(measure));
    support::criterion().final_summary();
}
