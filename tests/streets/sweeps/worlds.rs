//! Nasty graphs with an order of elimination and seeds.

use onehour::search::flat::FlatGraph;
use proptest::prelude::*;

/// A graph, the order in which its nodes go, and where a search begins.
#[derive(Debug, Clone)]
pub struct World {
    pub graph: FlatGraph,
    pub order: Vec<u32>,
    pub seeds: Vec<(u32, u32)>,
}

/// Times of nothing, short, equal, about the limits of lanes, and so long that few of them exceed 32 bits.
pub fn any_time() -> impl Strategy<Value = u32> {
    prop_oneof![
        4 => 0u32..50,
        1 => Just(0),
        3 => Just(10),
        1 => 60_000u32..70_000,
        1 => 65_530u32..65_540,
        1 => (u32::MAX / 8)..(u32::MAX / 4),
        1 => ((1 << 30) - 40)..((1u32 << 30) + 40),
        1 => (u32::MAX - 60)..=u32::MAX,
    ]
}

/// Limits of all kinds, that of lanes among them.
pub fn any_limit() -> impl Strategy<Value = u32> {
    prop_oneof![3 => 0u32..200, 1 => 60_000u32..70_000, 1 => Just(65_534), 1 => Just(65_535), 1 => any::<u32>(), 1 => Just(u32::MAX)]
}

fn seeds(n: u32) -> impl Strategy<Value = Vec<(u32, u32)>> {
    prop::collection::vec((0..n, prop_oneof![3 => 0u32..30, 1 => any_time()]), 1..4)
}

/// A few nodes, any arcs: parallel ones, loops, one-way traps, parts that nothing joins.
fn tangle() -> impl Strategy<Value = (usize, Vec<(u32, u32, u32)>)> {
    (1usize..40).prop_flat_map(|n| {
        let node = 0..n as u32;
        (Just(n), prop::collection::vec((node.clone(), node, any_time()), 0..n * 4))
    })
}

/// A street of many nodes, some of them one-way, with a few shortcuts.
fn chain() -> impl Strategy<Value = (usize, Vec<(u32, u32, u32)>)> {
    (100usize..900, 0u32..40).prop_flat_map(|(n, time)| {
        let node = 0..n as u32;
        let shortcuts = prop::collection::vec((node.clone(), node, any_time()), 0..6);
        (Just(n), prop::collection::vec(any::<u8>(), n - 1), shortcuts).prop_map(move |(n, kinds, mut arcs)| {
            for (tail, kind) in (0..).zip(kinds) {
                arcs.push((tail, tail + 1, time));
                if kind > 8 {
                    arcs.push((tail + 1, tail, time));
                }
            }
            (n, arcs)
        })
    })
}

/// A grid in which all arcs take equally long, but a few.
fn grid() -> impl Strategy<Value = (usize, Vec<(u32, u32, u32)>)> {
    (2u32..34, 2u32..34, 0u32..20).prop_flat_map(|(width, height, time)| {
        let n = width * height;
        prop::collection::vec((0..n, 0..n, any_time()), 0..10).prop_map(move |mut arcs| {
            for at in 0..n {
                if at % width + 1 < width {
                    arcs.extend([(at, at + 1, time), (at + 1, at, time)]);
                }
                if at + width < n {
                    arcs.extend([(at, at + width, time), (at + width, at, time)]);
                }
            }
            (n as usize, arcs)
        })
    })
}

/// Any of these, with an order that halves the numbers again and again (good for chains and grids) or one by chance.
pub fn any_world() -> impl Strategy<Value = World> {
    let graph = prop_oneof![6 => tangle(), 1 => chain(), 1 => grid()];
    // Every other one has no time of years, so that times can be added up without cutting them off.
    (graph, any::<Option<u64>>(), any::<bool>()).prop_flat_map(|((n, mut arcs), chance, is_long)| {
        if !is_long {
            arcs.retain(|arc| arc.2 < 1 << 20);
        }
        let mut order: Vec<u32> = (0..n as u32).collect();
        match chance.filter(|_| n < 200) {
            Some(chance) => order.sort_by_key(|&node| (u64::from(node) + 1).wrapping_mul(chance | 1).rotate_left(17) % 1009),
            None => order.sort_by_key(|&node| (node + 1).trailing_zeros()),
        }
        let graph = FlatGraph::from_list(n, &arcs);
        seeds(n as u32).prop_map(move |seeds| World { graph: graph.clone(), order: order.clone(), seeds })
    })
}
