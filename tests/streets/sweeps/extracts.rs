//! The same on New York, where its files are there.

use std::io::Read;
use std::path::Path;

use onehour::network::streets::Place;
use onehour::search::Direction;
use onehour::search::flat::FlatGraph;
use onehour::search::hierarchy::{
    LANES, LaneScratch, LaneTime, Lean, Metric, Sweep, SweepScratch, Targets, Topology, order,
};

use super::dijkstra;

/// The rows of a file of the DIMACS challenge that begin with this letter, as three numbers.
fn rows(name: &str, kind: &str) -> Option<Vec<[i64; 3]>> {
    let file = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data/dimacs-newyork")).join(name);
    let mut text = String::new();
    flate2::read::GzDecoder::new(std::fs::File::open(file).ok()?).read_to_string(&mut text).ok()?;
    let numbers = |row: &str| {
        let mut numbers = row.split_ascii_whitespace().map(|number| number.parse().expect("rows are numbers"));
        std::array::from_fn(|_| numbers.next().expect("rows have three numbers"))
    };
    Some(text.lines().filter_map(|line| line.strip_prefix(kind)).map(numbers).collect())
}

fn lanes_agree<T: LaneTime>(lean: &Lean, sources: &[[(u32, u32); 1]], truth: &[Vec<Option<u32>>]) {
    let all: Vec<_> = (0..lean.n_nodes() as u32).map(|node| [(node, 0)]).collect();
    let all = Targets::new(lean, Direction::Forward, &all);
    let mut scratch = LaneScratch::<T>::new();
    scratch.run(lean, &all, sources, u32::MAX);
    for node in 0..lean.n_nodes() {
        for (lane, truth) in truth.iter().enumerate() {
            assert_eq!(scratch.times(&all, node)[lane].time(), truth[node].filter(|&time| time <= T::LONGEST));
        }
    }
}

#[test]
fn every_node_of_new_york_has_the_times_of_dijkstra_in_sweeps_and_lanes() {
    let (Some(arcs), Some(places)) = (rows("USA-road-t.NY.gr.gz", "a "), rows("USA-road-d.NY.co.gz", "v ")) else {
        println!("left out: New York is not in ../shared/data");
        return;
    };
    let list: Vec<_> = arcs.iter().map(|&[tail, head, time]| (tail as u32 - 1, head as u32 - 1, time as u32)).collect();
    let places: Vec<_> = places.iter().map(|at| Place { lon: at[1] as i32 * 10, lat: at[2] as i32 * 10 }).collect();
    let graph = FlatGraph::from_list(places.len(), &list);
    let topology = Topology::new(&graph, &order::nested_dissection(&graph, &places));
    let lean = Lean::new(&topology, &Metric::customize(&topology, &graph));
    let (sweep, mut scratch) = (Sweep::new(&lean), SweepScratch::new());
    let sources: Vec<_> = (0..8).map(|at| [(at * 33_001 % graph.n_nodes() as u32, at * 7)]).collect();
    assert!(sources.len() <= LANES);
    for (direction, graph) in [(Direction::Backward, &graph.reversed()), (Direction::Forward, &graph)] {
        for (source, limit) in sources.iter().zip([u32::MAX, 10_000, 100_000, 400_000, 1_000_000, 65_534, 1, u32::MAX]) {
            sweep.run(direction, source, limit, &mut scratch);
            let found: Vec<_> = (0..graph.n_nodes() as u32).map(|node| sweep.time(node, &scratch)).collect();
            assert_eq!(found, dijkstra(graph, source, limit));
        }
    }
    let truth: Vec<_> = sources.iter().map(|source| dijkstra(&graph, source, u32::MAX)).collect();
    lanes_agree::<u16>(&lean, &sources, &truth);
    lanes_agree::<u32>(&lean, &sources, &truth);
    lanes_agree::<i32>(&lean, &sources, &truth);
}
