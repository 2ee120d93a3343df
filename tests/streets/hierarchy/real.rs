//! Hierarchies of real streets: right, low, and mended as if they were made anew.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;
use onehour::input::osm;
use onehour::input::parameters::Level;
use onehour::input::street_profile::{Profile, ProfileMode, Region};
use onehour::input::vocabulary::Period;
use onehour::network::streets::{Place, build};
use onehour::search::Direction;
use onehour::search::flat::FlatGraph;
use onehour::search::hierarchy::{Change, Metric, Topology, order};
use onehour::search::streets::StreetGraph;

use super::orders::{Numbers, assert_right};

/// A file of real data; none where it is absent.
fn shared(path: &str) -> Option<PathBuf> {
    let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data")).join(path);
    if path.exists() {
        return Some(path);
    }
    println!("skipped: {} is absent", path.display());
    None
}

/// The streets of an extract for cars, states of forbidden turns among them.
fn extract(path: &str) -> Option<(FlatGraph, Vec<Place>)> {
    let profiles = [Profile::shipped(ProfileMode::Car, Region::General)];
    let built = build::build(&osm::read(&shared(path)?).unwrap().value, &profiles).value;
    let network = built.network(&profiles, Level::Base, Period::Offpeak);
    let graph = StreetGraph::freeze(&network.streets, &network.layers[0]);
    let place = |state| network.streets.vertices[graph.vertex(state) as usize].at;
    let places = (0..graph.n_states() as u32).map(place).collect();
    Some((graph.flat(Direction::Forward).clone(), places))
}

/// The nodes of the DIMACS graph of New York in a box of degrees, and the arcs between them.
fn new_york(west: f64, south: f64, east: f64, north: f64) -> Option<(FlatGraph, Vec<Place>)> {
    let rows = |path: PathBuf, kind: char| {
        let lines = BufReader::new(GzDecoder::new(std::fs::File::open(path).unwrap())).lines().map(Result::unwrap);
        lines.filter(move |line| line.starts_with(kind)).map(|line| {
            let numbers: Vec<i64> = line[1..].split_whitespace().map(|number| number.parse().unwrap()).collect();
            (numbers[0], numbers[1], numbers[2])
        })
    };
    let (mut number, mut places) = (BTreeMap::new(), Vec::new());
    for (node, lon, lat) in rows(shared("dimacs-newyork/USA-road-d.NY.co.gz")?, 'v') {
        let place = Place { lon: lon as i32 * 10, lat: lat as i32 * 10 };
        let at = place.lon_lat();
        if (west..east).contains(&at.lon) && (south..north).contains(&at.lat) {
            number.insert(node, places.len() as u32);
            places.push(place);
        }
    }
    let arcs: Vec<(u32, u32, u32)> = rows(shared("dimacs-newyork/USA-road-t.NY.gr.gz")?, 'a')
        .filter_map(|(tail, head, time)| Some((*number.get(&tail)?, *number.get(&head)?, time as u32)))
        .collect();
    Some((FlatGraph::from_list(places.len(), &arcs), places))
}

/// Mends a metric again and again, and compares it with one of the graph that has these times.
fn assert_mended(graph: &FlatGraph, topology: &Topology, n_rounds: u32) {
    let mut numbers = Numbers(5);
    let base = Metric::customize(topology, graph);
    let mut metric = base.clone();
    for round in 0..n_rounds {
        let mut change = |_| {
            let arc = numbers.below(graph.n_arcs() as u32) as usize;
            let time = graph.all_arcs()[arc].time;
            Change { arc, time: [None, Some(time * 2), Some(time / 2), Some(0), Some(time)][numbers.below(5) as usize] }
        };
        let changes: Vec<Change> = (0..1 + round % 15).map(&mut change).collect();
        let undo = metric.update(topology, graph, &changes);
        let times: BTreeMap<usize, u32> =
            changes.iter().map(|change| (change.arc, change.time.unwrap_or(u32::MAX))).collect();
        let mut list = Vec::with_capacity(graph.n_arcs());
        for tail in 0..graph.n_nodes() as u32 {
            let time = |arc: usize| times.get(&arc).copied().unwrap_or(graph.all_arcs()[arc].time);
            list.extend(graph.range(tail).map(|arc| (tail, graph.all_arcs()[arc].head, time(arc))));
        }
        assert!(metric == Metric::customize(topology, &FlatGraph::from_list(graph.n_nodes(), &list)), "round {round}");
        metric.undo(&undo);
        assert!(metric == base, "round {round}");
    }
}

#[test]
fn a_part_of_new_york_is_right_and_mended() {
    let Some((graph, places)) = new_york(-74.02, 40.70, -73.85, 40.88) else { return };
    let topology = assert_right(&graph, &places);
    // 115 and 6.5 arcs a node where the order is good; streets of Manhattan are a grid. A plain cut in halves has far more of both.
    let (height, n_arcs) = (topology.height(), topology.n_arcs());
    assert!(height < 130 && n_arcs < 7 * graph.n_nodes(), "height {height}, {n_arcs} arcs");
    assert_mended(&graph, &topology, 60);
}

#[test]
fn extracts_are_right_and_mended() {
    for path in ["sao-paulo-r5r/spo_osm.pbf", "liechtenstein-valhalla/liechtenstein-latest.osm.pbf"] {
        let Some((graph, places)) = extract(path) else { continue };
        let topology = assert_right(&graph, &places);
        assert_mended(&graph, &topology, 60);
        assert_eq!(Topology::new(&graph, &order::nested_dissection(&graph, &places)), topology);
    }
}
