//! Other times on some arcs: what is mended equals what is made anew, and can be taken back.

use onehour::search::flat::FlatGraph;
use onehour::search::hierarchy::{Change, Metric, Topology, order};
use proptest::prelude::*;

use super::{nasty_graph, scattered};

/// How many nodes a graph has, its arcs as tail, head and time, and changes in steps.
type Changed = (usize, Vec<(u32, u32, u32)>, Vec<Vec<Change>>);

/// A graph, and some of its arcs with other times: closed, nothing, long, a little more or less.
fn changed_graph() -> impl Strategy<Value = Changed> {
    nasty_graph().prop_flat_map(|(n, arcs)| {
        let time = prop_oneof![2 => Just(None), 1 => Just(Some(0)), 4 => (0u32..60).prop_map(Some), 1 => Just(Some(u32::MAX)),
            1 => ((u32::MAX / 8)..(u32::MAX / 4)).prop_map(Some), 1 => Just(Some(10))];
        let change = (0..arcs.len().max(1), time).prop_map(|(arc, time)| Change { arc, time });
        let changes = prop::collection::vec(prop::collection::vec(change, 0..8), 1..5);
        let some = changes.prop_map(|all| all.into_iter().collect::<Vec<_>>());
        (Just(n), Just(arcs), some)
    })
    .prop_map(|(n, arcs, changes)| if arcs.is_empty() { (n, arcs, Vec::new()) } else { (n, arcs, changes) })
}

/// The graph with other times.
fn with(n: usize, arcs: &[(u32, u32, u32)], order_of_arcs: &[usize], changes: &[Change]) -> FlatGraph {
    let mut list = arcs.to_vec();
    for change in changes {
        list[order_of_arcs[change.arc]].2 = change.time.unwrap_or(u32::MAX);
    }
    FlatGraph::from_list(n, &list)
}

/// Where each arc of the flat graph stands in the list it was made of.
fn places_in_list(arcs: &[(u32, u32, u32)]) -> Vec<usize> {
    let mut places: Vec<usize> = (0..arcs.len()).collect();
    places.sort_by_key(|&at| arcs[at].0);
    places
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    #[test]
    fn an_update_equals_a_metric_made_anew_and_is_taken_back((n, arcs, steps) in changed_graph()) {
        let graph = FlatGraph::from_list(n, &arcs);
        let topology = Topology::new(&graph, &order::nested_dissection(&graph, &scattered(n)));
        let places = places_in_list(&arcs);
        let base = Metric::customize(&topology, &graph);
        let mut metric = base.clone();
        let (mut all, mut undos) = (Vec::new(), Vec::new());
        for step in steps {
            all.extend(step);
            let before = metric.clone();
            let undo = metric.update(&topology, &graph, &all);
            prop_assert_eq!(&metric, &Metric::customize(&topology, &with(n, &arcs, &places, &all)));
            let differ = |arc: usize| {
                usize::from(metric.up()[arc] != before.up()[arc]) + usize::from(metric.down()[arc] != before.down()[arc])
            };
            let expected: Vec<usize> = (0..topology.n_arcs()).flat_map(|arc| std::iter::repeat_n(arc, differ(arc))).collect();
            prop_assert_eq!(undo.arcs().collect::<Vec<_>>(), expected);
            undos.push((undo, before));
        }
        for (undo, before) in undos.into_iter().rev() {
            metric.undo(&undo);
            prop_assert_eq!(&metric, &before);
        }
        prop_assert_eq!(&metric, &base);
    }
}

#[test]
fn closing_a_bridge_parts_what_it_joined() {
    // 0 ── 1 ══ 2 ── 3, the bridge in the middle.
    let list: Vec<(u32, u32, u32)> = [(0, 1), (1, 2), (2, 3)].iter().flat_map(|&(a, b)| [(a, b, 10), (b, a, 10)]).collect();
    let graph = FlatGraph::from_list(4, &list);
    let topology = Topology::new(&graph, &[1, 2, 0, 3]);
    let mut metric = Metric::customize(&topology, &graph);
    let ends = topology
        .arc(topology.position(0).min(topology.position(3)), topology.position(0).max(topology.position(3)))
        .unwrap();
    assert_eq!((metric.up()[ends], metric.down()[ends]), (30, 30));
    let bridge: Vec<Change> = (0..6)
        .filter(|&arc| [(1, 2), (2, 1)].contains(&(graph.tail_of(arc), graph.all_arcs()[arc].head)))
        .map(|arc| Change { arc, time: None })
        .collect();
    let undo = metric.update(&topology, &graph, &bridge);
    assert_eq!((metric.up()[ends], metric.down()[ends]), (u32::MAX, u32::MAX));
    assert!(undo.n_times() >= 4);
    metric.undo(&undo);
    assert_eq!((metric.up()[ends], metric.down()[ends]), (30, 30));
}
