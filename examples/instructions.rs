//! Runs one hot loop on a fixed graph, for `benches/instructions.sh`, which counts the instructions of the function that holds it.
//!
//! Call: `instructions list`, or `instructions` with one of the names listed. To add a loop, add a row to [`LOOPS`] and a function
//! `loop_…` that is never inlined.

use std::error::Error;
use std::hint::black_box;

use onehour::search::Direction;
use onehour::search::flat::{FlatGraph, Scratch};
use onehour::search::hierarchy::{
    LANES, LaneScratch, LaneTime, Lean, Metric, Sweep, SweepScratch, Targets, Topology, order,
};

#[allow(dead_code)]
#[path = "../benches/support/roads/mod.rs"]
mod roads;

use roads::Roads;

/// Nodes of the region; callgrind takes about fifty times as long as the processor.
const N_NODES: usize = 30_000;

/// Searches of each loop.
const N_ROOTS: u32 = 20;

/// A loop over the world.
type Loop = fn(&World);

/// The names of the loops; that of the function has `loop_` before it.
const LOOPS: [(&str, Loop); 8] = [
    ("dijkstra", loop_dijkstra),
    ("dijkstra_limited", loop_dijkstra_limited),
    ("topology", loop_topology),
    ("customize", loop_customize),
    ("sweep", loop_sweep),
    ("sweep_limited", loop_sweep_limited),
    ("lanes", loop_lanes),
    ("lanes_wide", loop_lanes_wide),
];

/// What the loops work on; making it is not counted.
struct World {
    graph: FlatGraph,
    order: Vec<u32>,
    topology: Topology,
    lean: Lean,
    sweep: Sweep,
}

fn main() -> Result<(), Box<dyn Error>> {
    // The count of several threads depends on who takes what.
    rayon::ThreadPoolBuilder::new().num_threads(1).use_current_thread().build_global()?;
    let asked = std::env::args().nth(1).ok_or("call: instructions list | <loop>")?;
    if asked == "list" {
        LOOPS.iter().for_each(|(name, _)| println!("{name}"));
        return Ok(());
    }
    let (_, run) = LOOPS.iter().find(|(name, _)| *name == asked).ok_or_else(|| format!("there is no loop \"{asked}\""))?;
    run(&World::new());
    Ok(())
}

impl World {
    fn new() -> Self {
        let flat = Roads::generate(N_NODES, 1).flat();
        let graph = FlatGraph::from_list(flat.n_nodes(), &flat.arcs().collect::<Vec<_>>());
        let order = order::nested_dissection(&graph, &flat.places);
        let topology = Topology::new(&graph, &order);
        let lean = Lean::new(&topology, &Metric::customize(&topology, &graph));
        let sweep = Sweep::new(&lean);
        World { graph, order, topology, lean, sweep }
    }

    fn roots(&self) -> impl Iterator<Item = u32> {
        let n = self.graph.n_nodes() as u32;
        (0..N_ROOTS).map(move |at| (at * 2 + 1) * (n / (2 * N_ROOTS)))
    }

    fn dijkstra(&self, limit: u32) {
        let mut scratch = Scratch::new();
        for root in self.roots() {
            self.graph.search(&[(root, 0)], limit, &mut scratch);
            black_box(scratch.settled().len());
        }
    }

    /// 64 of the nodes to every tenth.
    fn lanes<T: LaneTime>(&self) {
        let n = self.graph.n_nodes() as u32;
        let targets: Vec<[(u32, u32); 1]> = (0..n / 10).map(|at| [(at * 10, 0)]).collect();
        let targets = Targets::new(&self.lean, Direction::Forward, &targets);
        let sources: Vec<[(u32, u32); 1]> = (0..LANES as u32).map(|at| [(at * (n / LANES as u32), 0)]).collect();
        let sources: Vec<&[(u32, u32)]> = sources.iter().map(|source| &source[..]).collect();
        let mut scratch = LaneScratch::<T>::new();
        scratch.run(&self.lean, &targets, &sources, u32::MAX);
        black_box(scratch.times(&targets, 0)[0]);
    }

    fn sweeps(&self, limit: u32) {
        let mut scratch = SweepScratch::new();
        for root in self.roots() {
            self.sweep.run(Direction::Forward, &[(root, 0)], limit, &mut scratch);
            black_box(scratch.n_visited());
        }
    }
}

#[inline(never)]
fn loop_dijkstra(world: &World) {
    world.dijkstra(u32::MAX);
}

#[inline(never)]
fn loop_dijkstra_limited(world: &World) {
    world.dijkstra(9_000);
}

#[inline(never)]
fn loop_topology(world: &World) {
    black_box(Topology::new(&world.graph, &world.order));
}

#[inline(never)]
fn loop_customize(world: &World) {
    black_box(Metric::customize(&world.topology, &world.graph));
}

#[inline(never)]
fn loop_sweep(world: &World) {
    world.sweeps(u32::MAX);
}

#[inline(never)]
fn loop_sweep_limited(world: &World) {
    world.sweeps(9_000);
}

#[inline(never)]
fn loop_lanes(world: &World) {
    world.lanes::<u16>();
}

#[inline(never)]
fn loop_lanes_wide(world: &World) {
    world.lanes::<u32>();
}
