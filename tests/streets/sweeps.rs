//! Sweeps: full and bounded ones find for every node what Dijkstra's search finds.

mod extracts;
mod lanes;
mod measures;
mod worlds;

use onehour::search::Direction;
use onehour::search::flat::{FlatGraph, Scratch};
use onehour::search::hierarchy::{Lean, Metric, Sweep, SweepScratch, Table, Targets, Topology};
use proptest::prelude::*;

use self::worlds::{World, any_world};

/// What Dijkstra's search finds within a limit, by node.
fn dijkstra(graph: &FlatGraph, seeds: &[(u32, u32)], limit: u32) -> Vec<Option<u32>> {
    let mut scratch = Scratch::new();
    graph.search(seeds, limit, &mut scratch);
    (0..graph.n_nodes() as u32).map(|node| scratch.time(node)).collect()
}

/// The hierarchy of a graph with this order.
fn lean(graph: &FlatGraph, order: &[u32]) -> Lean {
    let topology = Topology::new(graph, order);
    Lean::new(&topology, &Metric::customize(&topology, graph))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn a_sweep_finds_within_any_limit_what_dijkstra_finds(world in any_world(), limits in prop::collection::vec(worlds::any_limit(), 1..4)) {
        let World { graph, order, seeds } = world;
        let sweep = Sweep::new(&lean(&graph, &order));
        // One scratch for all: what an earlier sweep left must not show.
        let mut scratch = SweepScratch::new();
        for (direction, graph) in [(Direction::Forward, graph.clone()), (Direction::Backward, graph.reversed())] {
            for &limit in limits.iter().chain(&[u32::MAX]) {
                sweep.run(direction, &seeds, limit, &mut scratch);
                let expected = dijkstra(&graph, &seeds, limit);
                let found: Vec<_> = (0..graph.n_nodes() as u32).map(|node| sweep.time(node, &scratch)).collect();
                prop_assert_eq!(&found, &expected);
                let mut reached: Vec<_> = sweep.reached(&scratch).collect();
                reached.sort_unstable();
                let listed: Vec<_> = (0..).zip(&expected).filter_map(|(node, time)| Some((node, (*time)?))).collect();
                prop_assert_eq!(reached, listed);
            }
        }
    }
}

#[test]
fn behind_a_boundary_that_lies_exactly_at_the_limit_nodes_are_reached() {
    // A square of 40 x 40 streets that take no time at all, 7 deciseconds after the outset.
    let right = (0..1600).filter(|at| at % 40 < 39).map(|at| (at, at + 1, 0));
    let arcs: Vec<_> = right.chain((0..1560).map(|at| (at, at + 40, 0))).collect();
    let graph = FlatGraph::from_list(1600, &arcs);
    let mut order: Vec<u32> = (0..1600).collect();
    order.sort_by_key(|&node| (node + 1).trailing_zeros());
    let lean = lean(&graph, &order);
    let (sweep, mut scratch) = (Sweep::new(&lean), SweepScratch::new());
    let all: Vec<_> = (0..1600).map(|node| [(node, 0)]).collect();
    let all = Targets::new(&lean, Direction::Forward, &all);
    for (limit, n_reached) in [(6, 0), (7, 1600)] {
        sweep.run(Direction::Forward, &[(0, 7)], limit, &mut scratch);
        assert_eq!(sweep.reached(&scratch).count(), n_reached);
        assert_eq!(Table::new(&lean, &all, &[[(0, 7)]], limit).row(0).flatten().count(), n_reached);
    }
}
