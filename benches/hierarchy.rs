//! Figures of hierarchies: how long order, topology, customization and updates take, and how soon a kept index answers.

mod support;

use std::hint::black_box;
use std::time::Instant;

use cpu_time::ProcessTime;
use criterion::{BatchSize, Criterion};
use onehour::network::column_file::Kept;
use onehour::network::streets::Place;
use onehour::search::Direction;
use onehour::search::flat::FlatGraph;
use onehour::search::hierarchy::store::{Basis, Index, IndexFolder, IndexKey};
use onehour::search::hierarchy::{Change, Metric, SweepScratch, Topology, order};
use support::{ThreadCpuTime, roads};

/// A graph whose nodes are numbered along a curve, as those of streets are.
struct World {
    name: String,
    graph: FlatGraph,
    places: Vec<Place>,
}

impl World {
    fn new(name: &str, roads: &roads::FlatGraph) -> World {
        let mut along: Vec<u32> = (0..roads.n_nodes() as u32).collect();
        along.sort_by_cached_key(|&node| (roads.places[node as usize].along_curve(), node));
        let mut number = vec![0; along.len()];
        along.iter().enumerate().for_each(|(at, &node)| number[node as usize] = at as u32);
        let arcs: Vec<_> =
            roads.arcs().map(|(tail, head, time)| (number[tail as usize], number[head as usize], time)).collect();
        World {
            name: name.to_string(),
            graph: FlatGraph::from_list(along.len(), &arcs),
            places: along.iter().map(|&node| roads.places[node as usize]).collect(),
        }
    }

    /// `n_links` links, both ways each, of three kinds in turn: twice as slow, twice as fast, closed.
    fn changes(&self, n_links: u32, round: u32) -> Vec<Change> {
        let mut changes = Vec::new();
        for link in 0..n_links {
            let arc = ((round * n_links + link).wrapping_mul(2_654_435_761) >> 3) as usize % self.graph.n_arcs();
            let (tail, head) = (self.graph.tail_of(arc), self.graph.all_arcs()[arc].head);
            let back = self.graph.range(head).find(|&back| self.graph.all_arcs()[back].head == tail);
            for arc in [Some(arc), back].into_iter().flatten() {
                let time = self.graph.all_arcs()[arc].time;
                let time = [Some(time * 2), Some(time / 2), None][link as usize % 3];
                changes.push(Change { arc, time });
            }
        }
        changes
    }
}

fn worlds() -> Vec<World> {
    let mut worlds = vec![World::new("1 M generated", &roads::Roads::generate(1_000_000, 1).flat())];
    match roads::dimacs::new_york() {
        Some(graph) => worlds.push(World::new("New York", &graph)),
        None => println!("New York is not there: left out"),
    }
    worlds
}

fn main() {
    let worlds = worlds();
    // Everything on one thread, whose processor time is counted.
    let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a thread can be had");
    one.install(|| {
        let mut criterion = support::criterion();
        worlds.iter().for_each(|world| figures(&mut criterion, world));
        criterion.final_summary();
    });
    let two = rayon::ThreadPoolBuilder::new().num_threads(2).build().expect("two threads can be had");
    two.install(|| worlds.iter().for_each(on_two_threads));
}

fn figures(criterion: &mut Criterion<ThreadCpuTime>, world: &World) {
    let World { name, graph, places } = world;
    let mut group = criterion.benchmark_group(format!("hierarchy of {name}"));
    let made = order::nested_dissection(graph, places);
    let topology = Topology::new(graph, &made);
    let row = |position| topology.heads(position).len() as u64;
    let triangles: u64 =
        (0..graph.n_nodes() as u32).map(|position| row(position) * row(position).saturating_sub(1) / 2).sum();
    let (n, arcs) = (graph.n_nodes(), topology.n_arcs());
    println!(
        "{name}: {n} nodes, {} arcs; {arcs} in the hierarchy, height {}, {triangles} triangles",
        graph.n_arcs(),
        topology.height()
    );
    group.sample_size(10);
    group.bench_function("order", |bench| bench.iter(|| black_box(order::nested_dissection(graph, places))));
    group.bench_function("topology", |bench| bench.iter(|| black_box(Topology::new(graph, &made))));
    group.sample_size(20);
    group.bench_function("customize", |bench| bench.iter(|| black_box(Metric::customize(&topology, graph))));
    let mut metric = Metric::customize(&topology, graph);
    for n_links in [1, 10, 100] {
        let mut round = 0;
        group.bench_function(format!("update {n_links} links and undo"), |bench| {
            let changes = |round: &mut u32| {
                *round += 1;
                world.changes(n_links, *round)
            };
            let update = |changes: Vec<Change>| {
                let undo = metric.update(&topology, graph, &changes);
                metric.undo(&undo);
            };
            bench.iter_batched(|| changes(&mut round), update, BatchSize::SmallInput);
        });
    }
    let folder = tempfile::tempdir().expect("there is room for files");
    let (kept, key) = (IndexFolder::new(folder.path()), IndexKey::of_graph(graph, places));
    let basis = Basis { forward: graph.clone(), backward: graph.reversed(), topology: topology.clone(), metric };
    kept.save(&key, &Index::new(basis)).expect("an index can be written");
    let load = || {
        let Kept::Whole(index) = kept.load(&key) else { panic!("the index was written just now") };
        index
    };
    group.bench_function("load index and sweep 30 min", |bench| {
        bench.iter(|| {
            let (index, mut scratch) = (load(), SweepScratch::new());
            index.sweep().run(Direction::Forward, &[(n as u32 / 2, 0)], 18_000, &mut scratch);
            index.sweep().reached(&scratch).count()
        });
    });
    group.bench_function("prove the basis of a loaded index", |bench| {
        bench.iter_batched(load, |index| index.basis().map(|basis| basis.topology.n_arcs()), BatchSize::PerIteration);
    });
    group.finish();
}

/// What two threads take: elapsed time says nothing on a busy machine, processor time of both says what the sharing costs.
fn on_two_threads(world: &World) {
    let timed = |what: &str, work: &mut dyn FnMut()| {
        let (begun, used) = (Instant::now(), ProcessTime::now());
        work();
        println!(
            "{}, two threads, {what}: {:?} elapsed, {:?} of both processors",
            world.name,
            begun.elapsed(),
            used.elapsed()
        );
    };
    let mut made = Vec::new();
    timed("order", &mut || made = order::nested_dissection(&world.graph, &world.places));
    let topology = Topology::new(&world.graph, &made);
    for _ in 0..3 {
        timed("customize", &mut || drop(black_box(Metric::customize(&topology, &world.graph))));
    }
}
