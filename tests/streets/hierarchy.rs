//! Hierarchies: every time equals that of a textbook Dijkstra.

#[path = "hierarchy/kept.rs"]
mod kept;
#[path = "hierarchy/orders.rs"]
mod orders;
#[path = "hierarchy/partial.rs"]
mod partial;
#[path = "hierarchy/real.rs"]
mod real;

use onehour::network::streets::Place;
use onehour::search::flat::{FlatGraph, Scratch};
use onehour::search::hierarchy::{Metric, Topology, order};
use proptest::prelude::*;

/// Nasty graphs: parallel arcs, loops, zero and very long times, one-way traps, parts that nothing joins.
pub fn nasty_graph() -> impl Strategy<Value = (usize, Vec<(u32, u32, u32)>)> {
    (1usize..40).prop_flat_map(|n| {
        let node = 0..n as u32;
        let time = prop_oneof![4 => 0u32..50, 1 => Just(0), 1 => 60_000u32..70_000, 1 => (u32::MAX / 8)..(u32::MAX / 4), 3 => Just(10)];
        (Just(n), prop::collection::vec((node.clone(), node, time), 0..n * 4))
    })
}

/// Places that have nothing to do with the arcs; some nodes are at the same one.
fn scattered(n: usize) -> Vec<Place> {
    (0..n as i32).map(|at| Place { lon: at * 7919 % 31, lat: at * 104_729 % 17 }).collect()
}

/// Times from a root by going up from it and then down from the top, over every arc: slow and plain.
fn up_and_down(topology: &Topology, metric: &Metric, root: u32) -> Vec<Option<u32>> {
    let n = topology.n_nodes() as u32;
    let mut times = vec![u32::MAX; n as usize];
    times[topology.position(root) as usize] = 0;
    for low in 0..n {
        for arc in topology.range(low) {
            let head = topology.heads(low)[arc - topology.range(low).start] as usize;
            times[head] = times[head].min(times[low as usize].saturating_add(metric.up()[arc]));
        }
    }
    for low in (0..n).rev() {
        for arc in topology.range(low) {
            let head = topology.heads(low)[arc - topology.range(low).start] as usize;
            times[low as usize] = times[low as usize].min(times[head].saturating_add(metric.down()[arc]));
        }
    }
    (0..n).map(|node| Some(times[topology.position(node) as usize]).filter(|&time| time != u32::MAX)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn going_up_and_down_finds_what_dijkstra_finds((n, arcs) in nasty_graph(), seed in any::<u32>()) {
        let graph = FlatGraph::from_list(n, &arcs);
        let topology = Topology::new(&graph, &order::nested_dissection(&graph, &scattered(n)));
        let metric = Metric::customize(&topology, &graph);
        let root = seed % n as u32;
        let mut scratch = Scratch::new();
        graph.search(&[(root, 0)], u32::MAX, &mut scratch);
        let expected: Vec<_> = (0..n as u32).map(|node| scratch.time(node)).collect();
        prop_assert_eq!(up_and_down(&topology, &metric, root), expected);
    }

    #[test]
    fn subtrees_are_ranges_and_upper_neighbours_are_ancestors((n, arcs) in nasty_graph()) {
        let graph = FlatGraph::from_list(n, &arcs);
        let order: Vec<u32> = (0..n as u32).rev().collect();
        let topology = Topology::new(&graph, &order);
        for position in 0..n as u32 {
            prop_assert!(topology.heads(position).is_sorted());
            let mut above = topology.parent(position);
            let mut ancestors = Vec::new();
            while let Some(parent) = above {
                prop_assert!(topology.subtree(parent).contains(&position));
                ancestors.push(parent);
                above = topology.parent(parent);
            }
            prop_assert!(topology.heads(position).iter().all(|head| ancestors.contains(head)));
            prop_assert_eq!(topology.node(topology.position(position)), position);
        }
    }
}
