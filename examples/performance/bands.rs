//! Isobands of driving around a point, search included.

use std::error::Error;
use std::path::Path;
use std::sync::Arc;

use onehour::geo::LonLat;
use onehour::input::osm;
use onehour::input::parameters::Level;
use onehour::input::street_profile::{Profile, ProfileMode, Region};
use onehour::input::vocabulary::Period;
use onehour::measure::street_bands::{Canvas, Fringe, Scratch};
use onehour::network::squares::Lattice;
use onehour::network::streets::{Edge, Layer, StreetMode, StreetNetwork, Streets, Vertex, build};
use onehour::search::Direction;
use onehour::search::doors::row::Workspace;
use onehour::search::doors::world::World;
use onehour::search::doors::{Approach, ApproachKind, Statistic, Terms, Window};
use onehour::units::{Distance, Duration, Speed};

use super::roads::dimacs;
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

/// Six bands of five minutes each on a lattice of 100 m. The canvas is made once for a network.
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
    let (made, canvas) = once(|| Canvas::of(&network.streets, &fringe));
    row(&task("canvas of isobands", "onehour"), vec![made], 0);
    let canvas = canvas.ok_or("the region is too large for a canvas")?;
    let draw = |(workspace, room): &mut (Workspace, Scratch), _| {
        let reach = world.reach(&root, &terms, &window, Statistic::Best(1), workspace);
        std::hint::black_box(canvas.bands(&reach, &limits, room));
    };
    measure(&task("isobands", "onehour six bands"), SAMPLES, &mut Default::default(), draw, |_, _| 0);
    Ok(())
}
