//! Isobands of driving around a point, search included.

use std::error::Error;
use std::path::Path;

use onehour::geo::LonLat;
use onehour::input::osm;
use onehour::input::parameters::Level;
use onehour::input::street_profile::{Profile, ProfileMode, Region};
use onehour::input::vocabulary::Period;
use onehour::measure::street_bands::{Canvas, Fringe, Paving, Scratch};
use onehour::network::squares::Lattice;
use onehour::network::streets::{StreetMode, build};
use onehour::search::Direction;
use onehour::search::doors::hierarchies::Preparation;
use onehour::search::doors::reach::StateReach;
use onehour::search::doors::row::Workspace;
use onehour::search::doors::world::World;
use onehour::search::doors::{Approach, ApproachKind, Statistic, Terms, Window};
use onehour::units::{Distance, Duration, Speed};

use super::timed::{SAMPLES, Task, measure};

/// Six bands of five minutes each on a lattice of 100 m.
pub fn run(map: &Path, lon: f64, lat: f64) -> Result<(), Box<dyn Error>> {
    let profiles = [Profile::shipped(ProfileMode::Car, Region::General)];
    let network = build::build(&osm::read(map)?.value, &profiles).value.network(&profiles, Level::Base, Period::Offpeak);
    let world = World::new(&network, &[StreetMode::Car], 1000.0);
    let longest = Duration::from_mins(30);
    let limits: Vec<Duration> = (1..=6).map(|at| Duration::from_mins(5 * at)).collect();
    let direct = vec![Approach::plain(ApproachKind::Car)];
    let terms = Terms { direct, access: Vec::new(), egress: Vec::new(), max_rides: 0, max_trip: longest };
    let window = Window { direction: Direction::Forward, times: vec![0], first_draw: true };
    let root = world.locate(LonLat { lon, lat });
    let fringe = Fringe {
        lattice: Lattice::around(root.at, 100),
        off_street: Speed::from_kmh(4.8).ok_or("a speed")?,
        reach: Distance::from_metres(200),
    };
    // As for very many roots, so that a hierarchy pays.
    let silent = Preparation { folder: None, begin: &|_, _, _| (), progress: &|_| (), remark: &|_| () };
    world.prepare(&vec![root.clone(); 100_000], &terms, window.direction, &silent);
    let canvas = Canvas::of(&network.streets, &fringe).ok_or("the streets lie too far apart")?;
    let paving = canvas.pave(&world.mode(StreetMode::Car).ok_or("there are no streets for cars")?.graph, window.direction);
    let name = map.file_stem().map_or(String::new(), |name| name.to_string_lossy().into_owned());
    let task = Task { task: "isobands", graph: &name, engine: "onehour six bands", amount: network.streets.vertices.len() };
    let draw = |(workspace, room): &mut (Workspace, Scratch), _| {
        let states = world.reach_of_states(&root, &terms, &window, Statistic::Best(1), workspace);
        let reach: Vec<(&Paving, &StateReach)> = states.iter().map(|of| (&paving, of)).collect();
        std::hint::black_box(canvas.bands_of_states(&reach, &limits, room));
    };
    measure(&task, SAMPLES, &mut (Workspace::default(), Scratch::default()), draw, |_, _| 0);
    Ok(())
}
