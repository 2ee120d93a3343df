//! Figures of the sweeps: one origin, many at once, tables and fused measures, with Dijkstra's search beside them.
//!
//! All work is done on this thread, so that its processor time is that of one core. `cargo bench --bench sweeps -- new_york` prepares New York
//! only.

mod support;

use std::hint::black_box;

use criterion::{BenchmarkGroup, Criterion};
use onehour::measure::accessibility::Decay;
use onehour::measure::batch::{Measure, Measures};
use onehour::search::Direction;
use onehour::search::flat::{FlatGraph, Scratch};
use onehour::search::hierarchy::{
    LANES, LaneScratch, LaneTime, Lean, Metric, Sweep, SweepScratch, Table, Targets, Topology, order, reduce,
};
use onehour::units::Duration;

use support::ThreadCpuTime;
use support::roads::{self, Roads, dimacs};

type Group<'a> = BenchmarkGroup<'a, ThreadCpuTime>;

/// A graph with all that is searched in it.
struct Prepared {
    graph: FlatGraph,
    lean: Lean,
    sweep: Sweep,
}

fn main() {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).use_current_thread();
    pool.build_global().expect("no work was spread before");
    let mut criterion = support::criterion();
    let filter = std::env::args().skip(1).find(|argument| !argument.starts_with('-'));
    let wanted = |name: &str| filter.as_deref().is_none_or(|filter| filter.contains(name) || !filter.contains("_"));
    if wanted("new_york") {
        match dimacs::new_york() {
            Some(graph) => measure(&mut criterion, "new_york", &Prepared::of(&graph)),
            None => println!("new_york: left out, ../shared/data has none"),
        }
    }
    if wanted("synthetic_1m") {
        measure(&mut criterion, "synthetic_1m", &Prepared::of(&Roads::generate(1_000_000, 1).flat()));
    }
    criterion.final_summary();
}

impl Prepared {
    fn of(roads: &roads::FlatGraph) -> Prepared {
        let graph = FlatGraph::from_list(roads.n_nodes(), &roads.arcs().collect::<Vec<_>>());
        let topology = Topology::new(&graph, &order::nested_dissection(&graph, &roads.places));
        let lean = Lean::new(&topology, &Metric::customize(&topology, &graph));
        println!("{} nodes, {} arcs upwards, of which {:?} are needed", graph.n_nodes(), topology.n_arcs(), lean.n_arcs());
        let sweep = Sweep::new(&lean);
        Prepared { graph, lean, sweep }
    }

    /// Nodes by chance, the same in every run.
    fn nodes(&self, n: usize, seed: u64) -> Vec<[(u32, u32); 1]> {
        let mixed = |number: u64| (number * 2_654_435_761 + seed).wrapping_mul(6_364_136_223_846_793_005) >> 20;
        let node = |number| (mixed(number) % self.graph.n_nodes() as u64) as u32;
        (0..n as u64).map(|number| [(node(number), 0)]).collect()
    }
}

fn measure(criterion: &mut Criterion<ThreadCpuTime>, name: &str, prepared: &Prepared) {
    let mut group = criterion.benchmark_group(name);
    for (what, limit) in [("30_min", 18_000), ("60_min", 36_000), ("all", u32::MAX)] {
        one_origin(&mut group, what, limit, prepared);
    }
    trees::<u16>(&mut group, "64_trees_16_bits", prepared);
    trees::<u32>(&mut group, "64_trees_32_bits", prepared);
    let (sources, targets) = (prepared.nodes(1000, 1), prepared.nodes(1000, 2));
    for (what, limit) in [("table_1000_limit_65534", 65_534), ("table_1000_no_limit", u32::MAX)] {
        group.bench_function(what, |bencher| {
            bencher.iter(|| {
                let targets = Targets::new(&prepared.lean, Direction::Forward, &targets);
                Table::new(&prepared.lean, &targets, &sources, limit)
            });
        });
    }
    fused(&mut group, prepared);
    group.finish();
}

/// All reached nodes with their times, by sweep and by Dijkstra's search, from 20 origins in turn.
fn one_origin(group: &mut Group, what: &str, limit: u32, prepared: &Prepared) {
    let origins = prepared.nodes(20, 3);
    let (mut scratch, mut next) = (SweepScratch::new(), origins.iter().cycle());
    group.bench_function(format!("sweep_{what}"), |bencher| {
        bencher.iter(|| {
            prepared.sweep.run(Direction::Forward, next.next().expect("a cycle has no end"), limit, &mut scratch);
            prepared.sweep.reached(&scratch).map(|(node, time)| u64::from(node ^ time)).sum::<u64>()
        });
    });
    let (mut scratch, mut next) = (Scratch::new(), origins.iter().cycle());
    group.bench_function(format!("dijkstra_{what}"), |bencher| {
        bencher.iter(|| prepared.graph.search(next.next().expect("a cycle has no end"), limit, black_box(&mut scratch)));
    });
}

/// The times from a batch of sources to all nodes.
fn trees<T: LaneTime>(group: &mut Group, what: &str, prepared: &Prepared) {
    let all: Vec<_> = (0..prepared.graph.n_nodes() as u32).map(|node| [(node, 0)]).collect();
    let all = Targets::new(&prepared.lean, Direction::Forward, &all);
    let (sources, mut scratch) = (prepared.nodes(LANES, 4), LaneScratch::<T>::new());
    group.bench_function(what, |bencher| bencher.iter(|| scratch.run(&prepared.lean, &all, &sources, u32::MAX)));
}

/// Ten thousand origins and destinations with five measures, nothing kept of the hundred million times.
fn fused(group: &mut Group, prepared: &Prepared) {
    let (sources, targets) = (prepared.nodes(10_000, 5), prepared.nodes(10_000, 6));
    let opportunities: Vec<f64> = (0..10_000).map(|at| f64::from(at % 97)).collect();
    let minutes = Duration::from_mins;
    let measures = [
        Measure::Cumulative(minutes(60)),
        Measure::Gravity(Decay::Exponential { half_life: minutes(20) }),
        Measure::Nearest(3),
        Measure::Within(10_000.0),
        Measure::MeanTime,
    ];
    let reducer = Measures::new(&opportunities, &measures);
    for (what, limit) in [("fused_10000_limit_60_min", 36_000), ("fused_10000_limit_65534", 65_534)] {
        group.bench_function(what, |bencher| {
            bencher.iter(|| {
                let targets = Targets::new(&prepared.lean, Direction::Forward, &targets);
                reduce(&prepared.lean, &targets, &sources, limit, &reducer)
            });
        });
    }
}
