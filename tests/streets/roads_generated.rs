//! The generator of road-like graphs that benches measure on.

use std::collections::VecDeque;

use sha2::{Digest, Sha256};

use super::roads::{FlatGraph, Roads, dimacs};
use onehour::network::streets::{StreetClass, StreetMode};
use onehour::search::streets::StreetGraph;

/// A town of the region of 100 000 nodes has quarters that one-way streets alone would join.
const SIZES: [usize; 6] = [100, 101, 999, 10_000, 60_000, 100_000];

fn hash(graph: &FlatGraph) -> String {
    let mut hash = Sha256::new();
    for place in &graph.places {
        hash.update(place.lon.to_le_bytes());
        hash.update(place.lat.to_le_bytes());
    }
    for column in [&graph.first_out, &graph.heads, &graph.weights] {
        column.iter().for_each(|number| hash.update(number.to_le_bytes()));
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn n_reached(graph: &FlatGraph, root: u32, backwards: bool) -> usize {
    let mut arcs: Vec<(u32, u32, u32)> = graph.arcs().collect();
    if backwards {
        arcs.iter_mut().for_each(|arc| *arc = (arc.1, arc.0, arc.2));
    }
    let graph = FlatGraph::from_arcs(graph.places.clone(), &arcs);
    let mut seen = vec![false; graph.n_nodes()];
    let mut open = VecDeque::from([root]);
    seen[root as usize] = true;
    while let Some(node) = open.pop_front() {
        let arcs = graph.first_out[node as usize] as usize..graph.first_out[node as usize + 1] as usize;
        for &head in &graph.heads[arcs] {
            if !std::mem::replace(&mut seen[head as usize], true) {
                open.push_back(head);
            }
        }
    }
    seen.iter().filter(|&&seen| seen).count()
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_seed_gives_others() {
    for size in SIZES {
        assert_eq!(hash(&Roads::generate(size, 1).flat()), hash(&Roads::generate(size, 1).flat()));
        assert_ne!(hash(&Roads::generate(size, 1).flat()), hash(&Roads::generate(size, 2).flat()));
    }
}

#[test]
fn a_region_has_as_many_nodes_as_asked_for() {
    for size in SIZES {
        for seed in 0..5 {
            assert_eq!(Roads::generate(size, seed).flat().n_nodes(), size);
        }
    }
}

#[test]
fn from_every_node_of_a_region_every_other_can_be_reached() {
    for size in SIZES {
        for seed in 0..5 {
            let graph = Roads::generate(size, seed).flat();
            for backwards in [false, true] {
                assert_eq!(n_reached(&graph, 0, backwards), size, "size {size}, seed {seed}, backwards: {backwards}");
            }
        }
    }
}

/// The share of arcs, chains and dead ends that maps of real regions have; see the table of graphs in shared/ENGINE.md.
#[test]
fn a_region_looks_like_a_road_network() {
    let graph = Roads::generate(60_000, 7).flat();
    let mut beside = vec![Vec::new(); graph.n_nodes()];
    for (tail, head, time) in graph.arcs() {
        assert!(tail != head && time < 36_000, "an arc has two ends and a time");
        beside[tail as usize].push(head);
        beside[head as usize].push(tail);
    }
    let mut degrees = [0usize; 8];
    for beside in &mut beside {
        beside.sort_unstable();
        beside.dedup();
        degrees[beside.len().min(7)] += 1;
    }
    let share = |count: usize| count as f64 / graph.n_nodes() as f64;
    assert!((2.2..2.7).contains(&share(graph.n_arcs())), "arcs a node: {}", share(graph.n_arcs()));
    assert!((0.03..0.25).contains(&share(degrees[1])), "dead ends: {degrees:?}");
    assert!((0.2..0.5).contains(&share(degrees[2])), "between two: {degrees:?}");
    assert!(share(degrees[5] + degrees[6] + degrees[7]) < 0.01, "five and more: {degrees:?}");
}

#[test]
fn the_network_of_streets_has_the_times_of_the_flat_graph() {
    let roads = Roads::generate(3_000, 3);
    let network = roads.network();
    let car = network.layer(StreetMode::Car).unwrap();
    let walk = network.layer(StreetMode::Walk).unwrap();
    let of_layer: u64 = car.times().iter().filter(|&&time| time != u32::MAX).map(|&time| u64::from(time)).sum();
    let of_flat: u64 = roads.flat().weights.iter().map(|&time| u64::from(time)).sum();
    assert_eq!(of_layer, of_flat);
    assert_eq!(network.streets.vertices.len(), roads.n_junctions());
    assert_eq!(network.streets.edges.len(), roads.n_streets());
    assert_eq!(network.streets.vertices.len() + network.streets.points.len(), roads.n_nodes());
    for edge in 0..network.streets.edges.len() as u32 {
        let for_cars = [StreetClass::Motorway, StreetClass::MotorwayLink]
            .contains(&StreetClass::ALL[usize::from(network.streets.way(edge).class)]);
        assert_ne!(walk.is_open(edge), for_cars);
        assert!(car.is_open(edge));
    }
    assert_eq!(StreetGraph::freeze(&network.streets, car).n_states(), roads.n_junctions());
}

#[test]
fn new_york_is_read_as_it_is_in_the_file() {
    let Some(graph) = dimacs::new_york() else {
        println!("skipped: no New York in ../shared/data");
        return;
    };
    assert_eq!((graph.n_nodes(), graph.n_arcs()), (264_346, 733_846));
    // "a 1 2 2008" and "v 1 -73530767 41085396".
    assert!(graph.arcs().any(|arc| arc == (0, 1, 2008)));
    assert_eq!((graph.places[0].lon, graph.places[0].lat), (-735_307_670, 410_853_960));
}
