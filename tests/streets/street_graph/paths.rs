//! Ways that searches found.

use onehour::network::streets::Directed;
use onehour::network::streets::snap::EdgePoint;
use onehour::search::Direction::{self, Backward, Forward};
use onehour::search::flat::Scratch;
use onehour::search::streets::{StreetGraph, StreetPath, Stretch};
use proptest::prelude::*;

use super::search::{is_open, on, some_point};
use super::worlds::{World, line, one_way, strange_worlds, two_way, world};

/// 0 ──100 m, 10 s── 1 ──100 m, 20 s── 2: from 20 m on the first to 30 m on the second, 80 m and 8 s, 30 m and 6 s.
#[test]
fn a_way_begins_and_ends_within_its_edges() {
    let world = world(&line(3), &[two_way(0, 1, 100), two_way(1, 2, 200)], &[]);
    let graph = StreetGraph::freeze(&world.streets, &world.layer);
    let (mut scratch, from, to) = (Scratch::new(), on(0, 2_000), on(1, 3_000));
    graph.search(Forward, &graph.entries(&from, Forward), 1_000, &mut scratch);
    let path = graph.path(&from, &to, Forward, &scratch).unwrap();
    let stretch = |edge, from_cm, to_cm, time| Stretch { edge: Directed::new(edge, true), from_cm, to_cm, time };
    let expected = [stretch(0, 2_000, 10_000, 80), stretch(1, 0, 3_000, 60)];
    assert_eq!(path, StreetPath { off_street: [0, 0], stretches: expected.to_vec() });
    // Back again it is the same edges the other way.
    graph.search(Backward, &graph.entries(&from, Backward), 1_000, &mut scratch);
    let back = graph.path(&from, &to, Backward, &scratch).unwrap();
    let turned = |s: Stretch| Stretch { edge: s.edge.reversed(), from_cm: s.to_cm, to_cm: s.from_cm, ..s };
    assert_eq!(back.stretches, [turned(expected[1]), turned(expected[0])]);
}

/// A ring of streets that take no time: the way over it ends all the same.
#[test]
fn ways_over_edges_without_time_do_not_turn_in_circles() {
    let roads = [two_way(0, 1, 0), two_way(1, 2, 0), two_way(2, 0, 0), one_way(2, 3, 10), two_way(2, 2, 0)];
    let world = world(&line(4), &roads, &[]);
    let graph = StreetGraph::freeze(&world.streets, &world.layer);
    let mut scratch = Scratch::new();
    graph.search(Forward, &[(graph.start(0), 0)], 100, &mut scratch);
    let (seed, edges) = graph.trace(graph.start(3), Forward, &scratch).unwrap();
    assert_eq!((seed, edges), ((graph.start(0), 0), vec![Directed::new(2, false), Directed::new(3, true)]));
    assert_eq!(graph.trace(graph.start(0), Forward, &scratch).unwrap().1, []);
}

/// Whether the way is one that may be driven: each edge begins where the last one ended, is open, and no forbidden turn is made.
fn is_legal(world: &World, path: &StreetPath) -> bool {
    let edges: Vec<Directed> = path.stretches.iter().map(|stretch| stretch.edge).collect();
    let last = edges.len().saturating_sub(1);
    let joined = path.stretches.windows(2).enumerate().all(|(at, pair)| {
        let (end, length) = (pair[0].to_cm, world.streets.edges[pair[0].edge.edge() as usize].length_cm);
        let whole = end == if pair[0].edge.is_forward() { length } else { 0 };
        whole && at <= last && world.streets.head(pair[0].edge) == world.streets.tail(pair[1].edge)
    });
    let forbidden = |window: &[Directed]| world.streets.restrictions.iter().any(|restriction| restriction.path == window);
    let turns = (2..=edges.len()).all(|n| !edges.windows(n).any(forbidden));
    joined && turns && edges.iter().all(|&edge| world.layer.time(edge).is_some())
}

fn path_and_time(
    graph: &StreetGraph,
    [from, to]: [&EdgePoint; 2],
    direction: Direction,
) -> (Option<StreetPath>, Option<u32>) {
    let (root, other) = if direction == Forward { (from, to) } else { (to, from) };
    let mut scratch = Scratch::new();
    graph.search(direction, &graph.entries(root, direction), u32::MAX, &mut scratch);
    let time = [graph.along(from, to), graph.time_to(other, direction, &scratch)].into_iter().flatten().min();
    (graph.path(root, other, direction, &scratch), time)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_500))]

    #[test]
    fn a_way_is_legal_and_takes_exactly_the_time_of_the_search(
        world in strange_worlds(),
        ends in any::<[prop::sample::Index; 2]>(),
        shares in [0u32..120, 0u32..120],
        beside in 0u32..50,
    ) {
        let points = [some_point(&world, ends[0], shares[0]), some_point(&world, ends[1], shares[1])];
        prop_assume!(points.iter().all(|&point| is_open(&world, point)));
        let [from, to] = points.map(|(edge, along)| EdgePoint { distance_m: f64::from(beside), ..on(edge, along) });
        let graph = StreetGraph::freeze(&world.streets, &world.layer);
        for direction in [Forward, Backward] {
            let (path, time) = path_and_time(&graph, [&from, &to], direction);
            prop_assert_eq!(path.as_ref().map(StreetPath::time), time);
            prop_assert!(path.as_ref().is_none_or(|path| is_legal(&world, path)), "{:?}", path);
        }
    }
}
