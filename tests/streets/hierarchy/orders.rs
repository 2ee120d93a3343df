//! Orders of larger graphs: cut in two, many times over, by several threads.

use onehour::network::streets::Place;
use onehour::search::flat::{FlatGraph, Scratch};
use onehour::search::hierarchy::{Metric, Topology, order};
use proptest::prelude::*;

use super::{scattered, up_and_down};

/// Numbers that look like chance and are the same every time.
pub struct Numbers(pub u64);

impl Numbers {
    pub fn below(&mut self, n: u32) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) % u64::from(n)) as u32
    }
}

/// A town of `width` by `width` crossings, some streets of which are missing, one way, or lead elsewhere.
pub fn town(width: u32, numbers: &mut Numbers) -> (FlatGraph, Vec<Place>) {
    let mut list = Vec::new();
    let mut street = |from: u32, to: u32, numbers: &mut Numbers| {
        let time = 10 + numbers.below(90);
        match numbers.below(12) {
            0 => {}
            1 => list.push((from, to, time)),
            2 => list.push((to, from, time)),
            _ => list.extend([(from, to, time), (to, from, time)]),
        }
    };
    for y in 0..width {
        for x in 0..width {
            let here = y * width + x;
            if x + 1 < width {
                street(here, here + 1, numbers);
            }
            if y + 1 < width {
                street(here, here + width, numbers);
            }
            if numbers.below(20) == 0 && x + 3 < width && y + 3 < width {
                street(here, here + 3 * width + 3, numbers);
            }
        }
    }
    let places =
        (0..width * width).map(|node| Place { lon: (node % width) as i32 * 1_000, lat: (node / width) as i32 * 1_000 });
    (FlatGraph::from_list((width * width) as usize, &list), places.collect())
}

/// Both ways between any two of the numbers.
fn clique(nodes: std::ops::Range<u32>) -> impl Iterator<Item = (u32, u32, u32)> {
    nodes
        .clone()
        .flat_map(move |one| nodes.clone().filter(move |&other| other != one).map(move |other| (one, other, one + other)))
}

/// Searches from some roots by the hierarchy and by Dijkstra.
pub fn assert_right(graph: &FlatGraph, places: &[Place]) -> Topology {
    let order = order::nested_dissection(graph, places);
    let topology = Topology::new(graph, &order);
    let metric = Metric::customize(&topology, graph);
    let mut scratch = Scratch::new();
    let n = graph.n_nodes() as u32;
    for root in [0, n / 2, n - 1] {
        graph.search(&[(root, 0)], u32::MAX, &mut scratch);
        let expected: Vec<_> = (0..n).map(|node| scratch.time(node)).collect();
        assert_eq!(up_and_down(&topology, &metric, root), expected);
    }
    topology
}

/// No arc is longer than the way over a lower node; every arc is as long as one of those or as an arc of the graph.
fn assert_lower_triangles_hold(topology: &Topology, metric: &Metric) {
    for low in 0..topology.n_nodes() as u32 {
        let (range, heads) = (topology.range(low), topology.heads(low));
        for (one, &a) in heads.iter().enumerate() {
            for (other, &b) in heads.iter().enumerate().skip(one + 1) {
                let arc = topology.arc(a, b).expect("upper neighbours are joined");
                let (to_a, to_b) = (range.start + one, range.start + other);
                assert!(metric.up()[arc] <= metric.down()[to_a].saturating_add(metric.up()[to_b]));
                assert!(metric.down()[arc] <= metric.down()[to_b].saturating_add(metric.up()[to_a]));
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn tangled_graphs_are_right_wherever_their_nodes_are(seed in any::<u64>(), n in 65u32..400, share in 2u32..6) {
        let mut numbers = Numbers(seed);
        let list: Vec<_> = (0..n * share).map(|_| (numbers.below(n), numbers.below(n), numbers.below(100))).collect();
        let graph = FlatGraph::from_list(n as usize, &list);
        assert_right(&graph, &scattered(n as usize));
    }

    #[test]
    fn towns_are_right_and_nothing_is_longer_than_over_a_lower_node(seed in any::<u64>(), width in 2u32..30) {
        let (graph, places) = town(width, &mut Numbers(seed));
        let topology = assert_right(&graph, &places);
        assert_lower_triangles_hold(&topology, &Metric::customize(&topology, &graph));
        // Upper neighbours but the parent are upper neighbours of the parent.
        for position in 0..topology.n_nodes() as u32 {
            if let Some((&parent, rest)) = topology.heads(position).split_first() {
                prop_assert_eq!(topology.parent(position), Some(parent));
                prop_assert!(rest.iter().all(|head| topology.heads(parent).contains(head)));
            }
        }
    }
}

#[test]
fn orders_and_times_are_the_same_on_any_number_of_threads() {
    let (graph, places) = town(150, &mut Numbers(7));
    let made = |n_threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(n_threads).build().unwrap();
        pool.install(|| {
            let topology = Topology::new(&graph, &order::nested_dissection(&graph, &places));
            let metric = Metric::customize(&topology, &graph);
            (topology, metric)
        })
    };
    let one = made(1);
    assert!(one == made(2) && one == made(5));
    assert_lower_triangles_hold(&one.0, &one.1);
}

#[test]
fn graphs_without_any_shape_are_ordered_too() {
    let nowhere = |n: usize| vec![Place { lon: 5, lat: 5 }; n];
    // All at one place, and at the ends of the world.
    let (graph, _) = town(20, &mut Numbers(3));
    assert_right(&graph, &nowhere(400));
    let ends: Vec<Place> = (0..400)
        .map(|at| if at % 2 == 0 { Place { lon: i32::MIN, lat: i32::MAX } } else { Place { lon: i32::MAX, lat: i32::MIN } })
        .collect();
    assert_right(&graph, &ends);
    // Everybody beside everybody; two such heaps with one street between; nothing at all.
    assert_right(&FlatGraph::from_list(90, &clique(0..90).collect::<Vec<_>>()), &scattered(90));
    let two: Vec<_> = clique(0..80).chain(clique(80..160)).chain([(3, 100, 1), (100, 3, 1)]).collect();
    assert_right(&FlatGraph::from_list(160, &two), &scattered(160));
    assert_right(&FlatGraph::from_list(100, &[]), &nowhere(100));
    assert!(order::nested_dissection(&FlatGraph::from_list(0, &[]), &[]).is_empty());
    assert_eq!(Topology::new(&FlatGraph::default(), &[]).height(), 0);
}

#[test]
fn a_long_street_gives_a_low_tree_and_a_star_too() {
    let n = 1 << 14;
    let street: Vec<_> = (1..n).flat_map(|at| [(at - 1, at, 1), (at, at - 1, 1)]).collect();
    let graph = FlatGraph::from_list(n as usize, &street);
    let topology = Topology::new(&graph, &order::nested_dissection(&graph, &scattered(n as usize)));
    // Half of the nodes go in each round, and so do two of the ends: one arc or two each.
    assert!(topology.height() <= 2 * 14, "{}", topology.height());
    let star: Vec<_> = (1..n).flat_map(|at| [(0, at, 1), (at, 0, 1)]).collect();
    let graph = FlatGraph::from_list(n as usize, &star);
    let topology = Topology::new(&graph, &order::nested_dissection(&graph, &scattered(n as usize)));
    assert_eq!((topology.height(), topology.n_arcs()), (2, n as usize - 1));
}

#[test]
fn progress_is_told_until_all_nodes_are_ordered() {
    use std::sync::atomic::{AtomicUsize, Ordering};
    let (graph, places) = town(60, &mut Numbers(9));
    let (most, calls) = (AtomicUsize::new(0), AtomicUsize::new(0));
    order::nested_dissection_with(&graph, &places, &|n_nodes| {
        most.fetch_max(n_nodes, Ordering::Relaxed);
        calls.fetch_add(1, Ordering::Relaxed);
    });
    assert_eq!(most.load(Ordering::Relaxed), 3_600);
    assert!(calls.load(Ordering::Relaxed) > 10);
}
