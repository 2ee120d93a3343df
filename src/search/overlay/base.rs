//! The times of the base: of the network without anything that a variant may change.

use rayon::prelude::*;

use super::table::Table;
use super::{End, NodeArc, Seeds, Zone};
use crate::search::flat::{FlatGraph, Scratch};

/// Stands for "no way" in the rows that [`BaseTimes`] gives.
pub const UNREACHED: u32 = u32::MAX;

/// How many searches are kept at a time until their rows are taken.
const ROWS_AT_ONCE: usize = 64;

/// Something that finds times between many places, each of which is a set of nodes with times of their own.
pub trait BaseTimes {
    /// Calls `take` for every origin once, in any order, with its position and the deciseconds to every destination: the
    /// least sum of the time of a seed of the origin, the time between the nodes, and the time of a seed of the destination;
    /// [`UNREACHED`] where there is none below that.
    fn each_row(&self, origins: &[Seeds], destinations: &[Seeds], take: &mut dyn FnMut(usize, &[u32]));
}

/// One search of Dijkstra for every origin, spread over threads.
impl BaseTimes for FlatGraph {
    fn each_row(&self, origins: &[Seeds], destinations: &[Seeds], take: &mut dyn FnMut(usize, &[u32])) {
        let to = |scratch: &Scratch, seeds: &Seeds| {
            let times = seeds.iter().filter_map(|&(node, onward)| Some(scratch.time(node)?.saturating_add(onward)));
            times.min().unwrap_or(UNREACHED)
        };
        let row = |scratch: &mut Scratch, origin: &Seeds| -> Vec<u32> {
            self.search(origin, u32::MAX, scratch);
            destinations.iter().map(|seeds| to(scratch, seeds)).collect()
        };
        for (chunk, origins) in origins.chunks(ROWS_AT_ONCE).enumerate() {
            let rows: Vec<Vec<u32>> = origins.par_iter().map_init(Scratch::new, row).collect();
            rows.iter().enumerate().for_each(|(at, row)| take(chunk * ROWS_AT_ONCE + at, row));
        }
    }
}

/// The times of the base between all zones and terminals. `terminals` are nodes of the graph that `source` searches, which
/// must not have any arc that a variant may change.
pub fn table(source: &impl BaseTimes, zones: &[Zone], terminals: &[u32]) -> Table<u32> {
    let here = |&node: &u32| vec![(node, 0)];
    let origins: Vec<Seeds> = zones.iter().map(|zone| zone.departures.clone()).chain(terminals.iter().map(here)).collect();
    let destinations: Vec<Seeds> =
        zones.iter().map(|zone| zone.arrivals.clone()).chain(terminals.iter().map(here)).collect();
    let end = |at: usize| at.checked_sub(zones.len()).map_or(End::Zone(at), End::Terminal);
    let mut table = Table::unreached(zones.len(), terminals.len());
    source.each_row(&origins, &destinations, &mut |origin, row| {
        row.iter().enumerate().for_each(|(to, &time)| table.shorten(end(origin), end(to), time));
    });
    table
}

/// The graph without these arcs, and with some more nodes after its own that no arc touches yet, for junctions and stations
/// to come. Of several arcs with the same ends and time as many go as are listed. `None` where an arc is not in the graph.
pub fn without(graph: &FlatGraph, arcs: &[NodeArc], n_new_nodes: usize) -> Option<FlatGraph> {
    let mut gone = arcs.to_vec();
    gone.sort_unstable();
    let mut left = vec![true; gone.len()];
    let mut kept = Vec::with_capacity(graph.n_arcs());
    for tail in 0..graph.n_nodes() as u32 {
        for arc in graph.arcs(tail) {
            let this = NodeArc { tail, head: arc.head, time: arc.time };
            let first = gone.partition_point(|other| *other < this);
            let same = first..first + gone[first..].partition_point(|other| *other == this);
            match same.into_iter().find(|&at| left[at]) {
                Some(at) => left[at] = false,
                None => kept.push((tail, arc.head, arc.time)),
            }
        }
    }
    let all_found = !left.contains(&true);
    all_found.then(|| FlatGraph::from_list(graph.n_nodes() + n_new_nodes, &kept))
}
