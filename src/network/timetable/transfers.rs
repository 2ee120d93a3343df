//! Changes between stops as feeds state them: `transfers.txt`, and the ways inside stations of `pathways.txt`.

use std::collections::BTreeMap;

use petgraph::algo::dijkstra;
use petgraph::graph::{DiGraph, NodeIndex};

use super::stops::Places;
use super::{CallStopIx, StatedTime, StatedTransfer};
use crate::input::gtfs::{Feed, StopAt, StopKind, TransferRule};

/// Adds the stated changes of a feed. What is said of a station holds between all its platforms, unless it is said of the
/// platforms themselves; `transfers.txt` goes before `pathways.txt`.
pub(super) fn add(feed: &Feed, places: &Places, all: &mut Vec<StatedTransfer>) {
    // With how special the statement is: 0 for pathways, then one more for every end that is a platform.
    let mut stated: BTreeMap<(CallStopIx, CallStopIx), (u8, StatedTime)> = BTreeMap::new();
    let mut state = |from: StopAt, to: StopAt, rank: u8, time: StatedTime| {
        if let (Some(from), Some(to)) = (places.of(from), places.of(to)) {
            let entry = stated.entry((from, to)).or_insert((rank, time));
            if rank > entry.0 {
                *entry = (rank, time);
            }
        }
    };
    let platforms = platforms(feed);
    for transfer in &feed.transfers {
        let time = match transfer.rule {
            TransferRule::Recommended => StatedTime::Walk,
            TransferRule::AtLeast(seconds) => StatedTime::AtLeast(seconds.saturating_mul(10)),
            TransferRule::Forbidden => StatedTime::Forbidden,
        };
        let ends = |stop: StopAt| match platforms.get(&stop) {
            Some(platforms) => (platforms.clone(), 0),
            None => (vec![stop], 1),
        };
        let ((from, from_rank), (to, to_rank)) = (ends(transfer.from), ends(transfer.to));
        for &from in &from {
            for &to in &to {
                state(from, to, 1 + from_rank + to_rank, time);
            }
        }
    }
    for (from, to, seconds) in walks(feed) {
        state(from, to, 0, StatedTime::AtLeast(seconds.saturating_mul(10)));
    }
    all.extend(stated.into_iter().map(|((from, to), (_, time))| StatedTransfer { from, to, time }));
}

/// The platforms of every station that has some.
fn platforms(feed: &Feed) -> BTreeMap<StopAt, Vec<StopAt>> {
    let mut platforms: BTreeMap<StopAt, Vec<StopAt>> = BTreeMap::new();
    for (row, stop) in feed.stops.iter().enumerate() {
        if let (StopKind::Platform, Some(parent)) = (stop.kind, stop.parent) {
            platforms.entry(parent).or_default().push(StopAt(row as u32));
        }
    }
    platforms
}

/// The shortest ways by pathways between platforms and entrances, in seconds.
fn walks(feed: &Feed) -> Vec<(StopAt, StopAt, u32)> {
    let mut graph: DiGraph<StopAt, u32> = DiGraph::new();
    let mut nodes: BTreeMap<StopAt, NodeIndex> = BTreeMap::new();
    for pathway in &feed.pathways {
        let [from, to] = [pathway.from, pathway.to].map(|stop| *nodes.entry(stop).or_insert_with(|| graph.add_node(stop)));
        graph.add_edge(from, to, pathway.seconds);
        if pathway.both_ways {
            graph.add_edge(to, from, pathway.seconds);
        }
    }
    // Vehicles call at a platform as a whole: its parts are no way off.
    for (row, stop) in feed.stops.iter().enumerate() {
        if let (StopKind::BoardingArea, Some(platform), Some(&area)) =
            (stop.kind, stop.parent, nodes.get(&StopAt(row as u32)))
        {
            let platform = *nodes.entry(platform).or_insert_with(|| graph.add_node(platform));
            graph.add_edge(area, platform, 0);
            graph.add_edge(platform, area, 0);
        }
    }
    let is_end = |stop: StopAt| matches!(feed.stops[stop.at()].kind, StopKind::Platform | StopKind::Entrance);
    let mut walks = Vec::new();
    for (&from, &node) in nodes.iter().filter(|&(&stop, _)| is_end(stop)) {
        let times = dijkstra(&graph, node, None, |edge| u64::from(*edge.weight()));
        let mut times: Vec<(StopAt, u64)> = times.into_iter().map(|(node, seconds)| (graph[node], seconds)).collect();
        times.sort();
        let others = times.into_iter().filter(|&(to, _)| to != from && is_end(to));
        walks.extend(others.map(|(to, seconds)| (from, to, u32::try_from(seconds).unwrap_or(u32::MAX))));
    }
    walks
}
