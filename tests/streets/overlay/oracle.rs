//! Shortest times between all ends, slow and obvious: every node in the middle of every pair (Floyd 1962), in 64 bits.

use onehour::search::overlay::table::{Cell, Table};
use onehour::search::overlay::{End, NodeArc, Zone};

use super::worlds::World;

/// More than any sum of times that fit in 32 bits in these worlds.
const NO_WAY: u64 = 1 << 60;

/// Times between all nodes over these arcs.
pub fn between_nodes(n_nodes: u32, arcs: &[NodeArc]) -> Vec<Vec<u64>> {
    let n = n_nodes as usize;
    let mut times = vec![vec![NO_WAY; n]; n];
    (0..n).for_each(|node| times[node][node] = 0);
    for arc in arcs {
        let time = &mut times[arc.tail as usize][arc.head as usize];
        *time = (*time).min(u64::from(arc.time));
    }
    for middle in 0..n {
        for from in 0..n {
            for to in 0..n {
                times[from][to] = times[from][to].min(times[from][middle] + times[middle][to]);
            }
        }
    }
    times
}

/// Times between all ends, zones first and then terminals, as a table has them; `None` from 2³² − 1 on.
pub fn between_ends(world: &World, terminals: &[u32], arcs: &[NodeArc]) -> Vec<Vec<Option<u32>>> {
    let times = between_nodes(world.n_nodes(), arcs);
    let here: Vec<Zone> =
        terminals.iter().map(|&node| Zone { departures: vec![(node, 0)], arrivals: vec![(node, 0)] }).collect();
    let ends: Vec<&Zone> = world.zones.iter().chain(&here).collect();
    let time = |from: &Zone, to: &Zone| {
        let pairs = from.departures.iter().flat_map(|from| to.arrivals.iter().map(move |to| (from, to)));
        let way = |(from, to): (&(u32, u32), &(u32, u32))| {
            u64::from(from.1) + times[from.0 as usize][to.0 as usize] + u64::from(to.1)
        };
        pairs.map(way).min().filter(|&time| time < u64::from(u32::MAX)).map(|time| time as u32)
    };
    ends.iter().map(|from| ends.iter().map(|to| time(from, to)).collect()).collect()
}

/// All times of a table in the same order.
pub fn all_times<C: Cell>(table: &Table<C>) -> Vec<Vec<Option<u32>>> {
    let ends: Vec<End> = (0..table.n_zones()).map(End::Zone).chain((0..table.n_terminals()).map(End::Terminal)).collect();
    ends.iter().map(|&from| ends.iter().map(|&to| table.time(from, to)).collect()).collect()
}

/// The same times as 16 bits tell them.
pub fn cut_off(times: &[Vec<Option<u32>>]) -> Vec<Vec<Option<u32>>> {
    let cut = |time: &Option<u32>| time.filter(|&time| time < u32::from(u16::MAX));
    times.iter().map(|row| row.iter().map(cut).collect()).collect()
}

/// `Σ_i w_i · Σ_j O_j · [t_ij ≤ T]`.
pub fn reached(times: &[Vec<Option<u32>>], cutoff: u32, opportunities: &[u32], weights: &[u32]) -> i128 {
    let mut sum = 0;
    for from in 0..weights.len() {
        for to in 0..weights.len() {
            if times[from][to].is_some_and(|time| time <= cutoff) {
                sum += i128::from(weights[from]) * i128::from(opportunities[to]);
            }
        }
    }
    sum
}
