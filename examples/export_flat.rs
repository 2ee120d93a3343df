//! Writes a graph as plain arrays that every engine can read: little-endian numbers of 32 bits, nothing else.
//!
//! Call: `export_flat <new-york | synthetic:NODES:SEED | map.osm.pbf> <folder>`.
//!
//! | file | holds |
//! |---|---|
//! | `first_out` | for every node where its arcs begin; one entry more than nodes |
//! | `heads` | for every arc the node to which it leads |
//! | `weights` | for every arc its time in deciseconds |
//! | `places` | for every node degrees east and north · 10⁷, with sign |
//!
//! Of a map these are the streets for cars; forbidden turns are left out, since other engines take a graph without memory.

use std::error::Error;
use std::path::Path;

use onehour::input::osm;
use onehour::input::parameters::Level;
use onehour::input::street_profile::{Profile, ProfileMode, Region};
use onehour::input::vocabulary::Period;
use onehour::network::streets::{Directed, StreetMode, StreetNetwork, build};

#[allow(dead_code)]
#[path = "../benches/support/roads/mod.rs"]
mod roads;

use roads::{FlatGraph, Roads, dimacs};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [what, folder] = &arguments[..] else {
        return Err("call: export_flat <new-york | synthetic:NODES:SEED | map.osm.pbf> <folder>".into());
    };
    let graph = graph(what)?;
    let folder = Path::new(folder);
    std::fs::create_dir_all(folder)?;
    for (name, numbers) in [("first_out", &graph.first_out), ("heads", &graph.heads), ("weights", &graph.weights)] {
        let bytes: Vec<u8> = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
        std::fs::write(folder.join(name), bytes)?;
    }
    let places = graph.places.iter().flat_map(|place| [place.lon, place.lat]);
    std::fs::write(folder.join("places"), places.flat_map(i32::to_le_bytes).collect::<Vec<u8>>())?;
    eprintln!("{} nodes, {} arcs", graph.n_nodes(), graph.n_arcs());
    Ok(())
}

fn graph(what: &str) -> Result<FlatGraph, Box<dyn Error>> {
    if what == "new-york" {
        return Ok(dimacs::new_york().ok_or("there is no New York in ../shared/data")?);
    }
    match what.strip_prefix("synthetic:").map(|numbers| numbers.split_once(':').ok_or("write synthetic:NODES:SEED")) {
        Some(numbers) => {
            let (nodes, seed) = numbers?;
            Ok(Roads::generate(nodes.parse()?, seed.parse()?).flat())
        }
        None => of_map(Path::new(what)),
    }
}

fn of_map(map: &Path) -> Result<FlatGraph, Box<dyn Error>> {
    let mut faults = Vec::new();
    let data = osm::read(map)?.into_value(&mut faults);
    let profiles = [Profile::shipped(ProfileMode::Car, Region::General)];
    let network = build::build(&data, &profiles).into_value(&mut faults).network(&profiles, Level::Base, Period::Offpeak);
    Ok(of_network(&network))
}

fn of_network(network: &StreetNetwork) -> FlatGraph {
    let (streets, layer) = (&network.streets, network.layer(StreetMode::Car).expect("the profile was given to build"));
    let directed =
        (0..streets.edges.len() as u32).flat_map(|edge| [true, false].map(|forward| Directed::new(edge, forward)));
    let arc = |edge: Directed| Some((streets.tail(edge), streets.head(edge), layer.time(edge)?.deciseconds()));
    let arcs: Vec<(u32, u32, u32)> = directed.filter_map(arc).collect();
    FlatGraph::from_arcs(streets.vertices.iter().map(|vertex| vertex.at).collect(), &arcs)
}
