//! Streets of real extracts against the textbook.

use std::path::Path;

use onehour::input::osm;
use onehour::input::parameters::Level;
use onehour::input::street_profile::{Profile, ProfileMode, Region};
use onehour::input::vocabulary::Period;
use onehour::network::streets::build;
use onehour::search::Direction;
use onehour::search::flat::Scratch;
use onehour::search::streets::StreetGraph;

use super::textbook::times_from;
use super::worlds::World;

/// Cars on the streets of an extract under shared data; none where it is absent.
fn cars_of(path: &str) -> Option<World> {
    let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data")).join(path);
    if !path.exists() {
        println!("skipped: {} is absent", path.display());
        return None;
    }
    let profiles = [Profile::shipped(ProfileMode::Car, Region::General)];
    let built = build::build(&osm::read(&path).unwrap().value, &profiles).value;
    let network = built.network(&profiles, Level::Base, Period::Offpeak);
    Some(World { streets: (*network.streets).clone(), layer: (*network.layers[0]).clone() })
}

/// Every vertex from some origins, to the decisecond.
fn assert_equals_the_textbook(path: &str, origins: u32) {
    let Some(world) = cars_of(path) else { return };
    let (graph, mut scratch) = (StreetGraph::freeze(&world.streets, &world.layer), Scratch::new());
    let n = world.streets.vertices.len() as u32;
    assert!(graph.n_states() > n as usize, "turns are forbidden somewhere");
    let mut reached = 0;
    for origin in (0..origins).map(|at| n / origins * at) {
        graph.search(Direction::Forward, &[(graph.start(origin), 0)], u32::MAX, &mut scratch);
        let times: Vec<Option<u32>> = (0..n).map(|vertex| scratch.best(graph.states(vertex))).collect();
        assert!(times == times_from(&world, origin), "{path} from vertex {origin}");
        reached += times.iter().flatten().count();
    }
    println!("{path}: {n} vertices, {} states, {reached} times equal", graph.n_states());
    assert!(reached > n as usize, "the origins lie in the main part");
}

#[test]
fn times_in_liechtenstein_equal_the_textbook() {
    assert_equals_the_textbook("liechtenstein-valhalla/liechtenstein-latest.osm.pbf", 12);
}

#[test]
fn times_in_heidelberg_equal_the_textbook() {
    assert_equals_the_textbook("heidelberg-ors/heidelberg.test.pbf", 6);
}
