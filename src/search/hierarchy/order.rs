//! In which order nodes are eliminated.

use crate::network::streets::Place;
use crate::search::flat::FlatGraph;

/// An order by nested dissection along the longer side of the box around the nodes: each half goes before the nodes on the border.
pub fn nested_dissection(graph: &FlatGraph, places: &[Place]) -> Vec<u32> {
    assert_eq!(places.len(), graph.n_nodes(), "every node has a place");
    let both = graph.reversed();
    let mut order = Vec::with_capacity(places.len());
    let mut part: Vec<u32> = (0..places.len() as u32).collect();
    let mut side = vec![0u32; places.len()];
    let mut stamp = 0;
    dissect(graph, &both, places, &mut part, &mut side, &mut stamp, &mut order);
    order
}

fn dissect(
    graph: &FlatGraph,
    back: &FlatGraph,
    places: &[Place],
    part: &mut [u32],
    side: &mut [u32],
    stamp: &mut u32,
    order: &mut Vec<u32>,
) {
    if part.len() <= 3 {
        order.extend_from_slice(part);
        return;
    }
    let width = |along: fn(Place) -> i32| {
        let all = part.iter().map(|&node| i64::from(along(places[node as usize])));
        all.clone().max().unwrap_or(0) - all.min().unwrap_or(0)
    };
    let along: fn(Place) -> i32 = if width(|at| at.lon) > width(|at| at.lat) { |at| at.lon } else { |at| at.lat };
    part.sort_by_key(|&node| (along(places[node as usize]), node));
    let (low, high) = part.split_at_mut(part.len() / 2);
    *stamp += 1;
    high.iter().for_each(|&node| side[node as usize] = *stamp);
    let touches = |node: u32| graph.arcs(node).iter().chain(back.arcs(node)).any(|arc| side[arc.head as usize] == *stamp);
    let (border, mut inner): (Vec<u32>, Vec<u32>) = low.iter().partition(|&&node| touches(node));
    dissect(graph, back, places, &mut inner, side, stamp, order);
    dissect(graph, back, places, high, side, stamp, order);
    order.extend(border);
}
