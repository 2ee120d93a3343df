//! Isobands of driving around a point, search included.

use std::error::Error;
use std::path::Path;
use std::sync::Arc;

use onehour::geo::LonLat;
use onehour::input::osm;
use onehour::input::parameters::Level;
use onehour::input::street_profile::{Profile, ProfileMode, Region};
use onehour::input::vocabulary::Period;
use onehour::measure::street_bands::{Canvas, Fringe, Paving, Scratch};
use onehour::network::squares::Lattice;
use onehour::network::streets::{Edge, Layer, Place, StreetMode, StreetNetwork, Streets, Vertex, build};
use onehour::search::Direction;
use onehour::search::doors::hierarchies::Preparation;
use onehour::search::doors::reach::StateReach;
use onehour::search::doors::row::Workspace;
use onehour::search::doors::world::World;
use onehour::search::doors::{Approach, ApproachKind, Statistic, Terms, Window};
use onehour::units::{Distance, Duration, Speed};

use super::region::SEED;
use super::roads::{Roads, dimacs};
use super::timed::{SAMPLES, Task, measure, once, row};

/// Around a point of a map.
pub fn run(map: &Path, lon: f64, lat: f64) -> Result<(), Box<dyn Error>> {
    let profiles = [Profile::shipped(ProfileMode::Car, Region::General)];
    let network = build::build(&osm::read(map)?.value, &profiles).value.network(&profiles, Level::Base, Period::Offpeak);
    let name = map.file_stem().map_or(String::new(), |name| name.to_string_lossy().into_owned());
    around(&network, &name, LonLat { lon, lat })
}

/// Around a point of New York: straight edges, the same times both ways. A unit of time there is a decimetre at the speed of the
/// fastest class, which is taken for 100 km/h; the slowest class then has 40 km/h.
pub fn new_york(data: &Path) -> Result<(), Box<dyn Error>> {
    let file = |name| data.join("dimacs-newyork").join(name);
    let read = |name| dimacs::read(&file(name), &file("USA-road-d.NY.co.gz"));
    let (lengths, times) = (read("USA-road-d.NY.gr.gz")?, read("USA-road-t.NY.gr.gz")?);
    let vertex = |(at, place): (usize, &_)| Vertex { osm: at as i64 + 1, at: *place };
    let vertices: Vec<Vertex> = lengths.places.iter().enumerate().map(vertex).collect();
    let (mut edges, mut seconds) = (Vec::new(), Vec::new());
    for ((from, to, length), (_, _, time)) in lengths.arcs().zip(times.arcs()).filter(|(length, _)| length.0 < length.1) {
        edges.push(Edge { from, to, way: 0, length_cm: (length * 10).max(1), first_point: 0, n_points: 0 });
        seconds.extend([(f64::from(time) * 0.036).round() as u32; 2]);
    }
    let streets = Streets { vertices: vertices.into(), edges: edges.into(), ..Streets::default() };
    let layer = Layer::new(StreetMode::Car, seconds.into(), 4800);
    let network = StreetNetwork { streets: Arc::new(streets), layers: vec![Arc::new(layer)] };
    around(&network, "New York", LonLat { lon: -73.98, lat: 40.75 })
}

/// In a generated region of 300 000 nodes, from the middle of its junctions.
pub fn generated() -> Result<(), Box<dyn Error>> {
    const N_NODES: usize = 300_000;
    let network = Roads::generate(N_NODES, SEED).network();
    let middle = |axis: fn(&Place) -> i32| {
        let mut all: Vec<i32> = network.streets.vertices.iter().map(|vertex| axis(&vertex.at)).collect();
        *all.select_nth_unstable(network.streets.vertices.len() / 2).1
    };
    let from = Place { lon: middle(|at| at.lon), lat: middle(|at| at.lat) }.lon_lat();
    around(&network, &format!("region of {N_NODES} nodes"), from)
}

/// Six bands of five minutes each on a lattice of 100 m. Hierarchy, canvas and paving are made once for a network.
fn around(network: &StreetNetwork, name: &str, from: LonLat) -> Result<(), Box<dyn Error>> {
    let world = World::new(network, &[StreetMode::Car], 1000.0);
    let longest = Duration::from_mins(30);
    let limits: Vec<Duration> = (1..=6).map(|at| Duration::from_mins(5 * at)).collect();
    let direct = vec![Approach::plain(ApproachKind::Car)];
    let terms = Terms { direct, access: Vec::new(), egress: Vec::new(), max_rides: 0, max_trip: longest };
    let window = Window { direction: Direction::Forward, times: vec![0], first_draw: true };
    let root = world.locate(from);
    let fringe = Fringe {
        lattice: Lattice::around(root.at, 100),
        off_street: Speed::from_kmh(4.8).ok_or("a speed")?,
        reach: Distance::from_metres(200),
    };
    let amount = network.streets.vertices.len();
    let task = |task, engine| Task { task, graph: name, engine, amount };
    // As for very many roots, so that a hierarchy pays.
    let silent = Preparation { folder: None, begin: &|_, _, _| (), progress: &|_| (), remark: &|_| () };
    world.prepare(&vec![root.clone(); 100_000], &terms, window.direction, &silent);
    let (made, canvas) = once(|| Canvas::of(&network.streets, &fringe));
    row(&task("canvas of isobands", "onehour"), vec![made], 0);
    let canvas = canvas.ok_or("the region is too large for a canvas")?;
    let graph = &world.mode(StreetMode::Car).ok_or("there are no streets for cars")?.graph;
    let (made, paving) = once(|| canvas.pave(graph, window.direction));
    row(&task("paving of isobands", "onehour"), vec![made], 0);
    let draw = |(workspace, room): &mut (Workspace, Scratch), _| {
        let states = world.reach_of_states(&root, &terms, &window, Statistic::Best(1), workspace);
        let reach: Vec<(&Paving, &StateReach)> = states.iter().map(|of| (&paving, of)).collect();
        std::hint::black_box(canvas.bands_of_states(&reach, &limits, room));
    };
    measure(&task("isobands", "onehour six bands"), SAMPLES, &mut Default::default(), draw, |_, _| 0);
    Ok(())
}
