//! Dijkstra's search as a textbook has it, over vertices and the last edges driven: slow and obvious.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};

use onehour::network::streets::{Directed, Layer, Streets};

use super::worlds::{World, directed};

/// The last edges driven, as many as a forbidden turn may depend on.
type Memory = Vec<Directed>;

/// Deciseconds from vertex `origin` to every vertex, `None` where no legal way leads or it takes more than 2³² − 2 deciseconds.
pub fn times_from(world: &World, origin: u32) -> Vec<Option<u32>> {
    let World { streets, layer } = world;
    let forbidden: Vec<&[Directed]> =
        streets.restrictions.iter().filter(|r| r.modes & layer.mode.bit() != 0).map(|r| &r.path[..]).collect();
    let mentioned: BTreeSet<Directed> = forbidden.iter().flat_map(|path| path.iter().copied()).collect();
    let kept = forbidden.iter().map(|path| path.len() - 1).max().unwrap_or(0);
    let mut leaving = vec![Vec::new(); streets.vertices.len()];
    directed(streets).filter(|&edge| time(layer, edge).is_some()).for_each(|edge| leaving[tail(streets, edge)].push(edge));
    let mut known: BTreeSet<(u32, Memory)> = BTreeSet::new();
    let mut open = BinaryHeap::from([Reverse((0u64, origin, Memory::new()))]);
    let mut best = vec![None; streets.vertices.len()];
    while let Some(Reverse((now, vertex, memory))) = open.pop() {
        if !known.insert((vertex, memory.clone())) {
            continue;
        }
        best[vertex as usize].get_or_insert(now as u32);
        for &edge in &leaving[vertex as usize] {
            let driven: Memory = memory.iter().copied().chain([edge]).collect();
            let then = now + u64::from(time(layer, edge).unwrap());
            // No forbidden turn leads over an edge that none mentions, so nothing before it matters.
            let matters = mentioned.contains(&edge);
            if then < u64::from(u32::MAX) && !(matters && forbidden.iter().any(|path| driven.ends_with(path))) {
                let kept = if matters { kept } else { 0 };
                let memory = driven[driven.len().saturating_sub(kept)..].to_vec();
                open.push(Reverse((then, streets.tail(edge.reversed()), memory)));
            }
        }
    }
    best
}

fn time(layer: &Layer, edge: Directed) -> Option<u32> {
    layer.time(edge).map(|time| time.deciseconds())
}

fn tail(streets: &Streets, edge: Directed) -> usize {
    streets.tail(edge) as usize
}
