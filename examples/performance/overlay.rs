//! Variants: what one more costs, by zones and by their number, and what it costs to begin anew for each.

use std::hint::black_box;

use onehour::search::Direction;
use onehour::search::flat::FlatGraph;
use onehour::search::hierarchy::{Change, Lean, Metric, Table, Targets, Topology, order};
use onehour::search::overlay::walk::Walk;

use super::grid::{Numbers, Order, World, place_of, table_of};
use super::timed::{SAMPLES, Task, once, repeat, row};

/// Two-way projects.
const N_PROJECTS: usize = 20;

/// How long the projects are, in metres.
const LENGTHS: std::ops::Range<u32> = 2_000..12_000;

/// The row of the issue: a variant among 1 000 zones, in cells of 16 bits.
pub fn run() {
    variant("one more variant", 1_000);
}

/// By zones, and by the number of variants.
pub fn growth() {
    [250, 500, 1_000, 2_000, 3_000].into_iter().for_each(|n_zones| variant("growth with zones: one more variant", n_zones));
    by_number();
}

/// A walk in which all projects join in an order that changes from walk to walk, and leave; the time is that of one variant.
fn variant(task: &str, n_zones: usize) {
    let world = World::new(n_zones, Order::Near, N_PROJECTS, LENGTHS);
    let mut walk = Walk::new(world.table.narrowed::<u16>(), &world.plan, &world.measure);
    let mut numbers = Numbers(11);
    let mut order: Vec<usize> = (0..N_PROJECTS).collect();
    let mut whole = || {
        (1..N_PROJECTS).for_each(|last| order.swap(last, numbers.below(last as u32 + 1) as usize));
        order.iter().for_each(|&project| {
            black_box(walk.join(project));
        });
        walk.leave_to(0);
    };
    whole();
    let samples = (0..10 * SAMPLES).map(|_| once(&mut whole).0.of_each(N_PROJECTS)).collect();
    row(&Task { task, graph: "grid of 50 km", engine: "overlay, 16 bits", amount: n_zones }, samples, 0);
}

/// Some number of variants of 1 000 zones, the table of the base included, beside a new table for each of them.
fn by_number() {
    const TASK: &str = "growth with variants";
    let world = World::new(1_000, Order::Near, N_PROJECTS, LENGTHS);
    let (terminals, _) = world.roads.on_terminals();
    for n in [1, 10, 100, 1_000, 10_000] {
        let overlay = || {
            let base = table_of(&world.graph, &world.zones, &terminals).narrowed::<u16>();
            let mut walk = Walk::new(base, &world.plan, &world.measure);
            for variant in 0..n {
                if variant % N_PROJECTS == 0 {
                    walk.leave_to(0);
                }
                // The order changes with every round, so that variants differ.
                black_box(walk.join((variant * 7 + variant / N_PROJECTS) % N_PROJECTS));
            }
        };
        let task = Task { task: TASK, graph: "grid of 50 km", engine: "overlay, base included", amount: n };
        row(&task, (0..3).map(|_| once(overlay).0).collect(), 0);
    }
    let anew = Anew::new(&world);
    for n in [1, 10, 100] {
        let task = Task { task: TASK, graph: "grid of 50 km", engine: "hierarchy mended, new table", amount: n };
        repeat(&task, if n == 100 { 1 } else { 3 }, || anew.clone().variants(&world, n));
    }
}

/// The best way without the overlay: the metric of a hierarchy is mended, and a table of all zones is made from it.
#[derive(Clone)]
struct Anew {
    /// The streets with all projects.
    graph: FlatGraph,
    topology: Topology,
    /// Without any project.
    metric: Metric,
}

impl Anew {
    fn new(world: &World) -> Anew {
        let nodes = 0..world.graph.n_nodes() as u32;
        let arcs = |node: u32| world.graph.arcs(node).iter().map(move |arc| (node, arc.head, arc.time));
        let mut list: Vec<(u32, u32, u32)> = nodes.clone().flat_map(arcs).collect();
        let adds = world.roads.projects().iter().flat_map(|project| &project.adds);
        list.extend(adds.map(|arc| (arc.tail, arc.head, arc.time)));
        let graph = FlatGraph::from_list(world.graph.n_nodes(), &list);
        let places: Vec<_> = nodes.map(place_of).collect();
        let topology = Topology::new(&graph, &order::nested_dissection(&graph, &places));
        let mut metric = Metric::customize(&topology, &graph);
        let all: Vec<Change> = (0..N_PROJECTS).flat_map(|project| changes(world, &graph, project, false)).collect();
        drop(metric.update(&topology, &graph, &all));
        Anew { graph, topology, metric }
    }

    /// Every variant has one project more than the one before; after all of them it begins with none.
    fn variants(mut self, world: &World, n: usize) {
        let seeds: Vec<Vec<(u32, u32)>> = world.zones.iter().map(|&node| vec![(node, 0)]).collect();
        let mut undone = Vec::new();
        for variant in 0..n {
            if variant % N_PROJECTS == 0 {
                undone.drain(..).rev().for_each(|undo| self.metric.undo(&undo));
            }
            let project = (variant * 7 + variant / N_PROJECTS) % N_PROJECTS;
            undone.push(self.metric.update(&self.topology, &self.graph, &changes(world, &self.graph, project, true)));
            let lean = Lean::new(&self.topology, &self.metric);
            let targets = Targets::new(&lean, Direction::Forward, &seeds);
            black_box(Table::new(&lean, &targets, &seeds, 65_534));
        }
    }
}

/// The arcs of a project with the times that they get, or with none.
fn changes(world: &World, graph: &FlatGraph, project: usize, there: bool) -> Vec<Change> {
    let change = |add: &onehour::search::overlay::NodeArc| {
        let arc = graph
            .range(add.tail)
            .find(|&arc| graph.all_arcs()[arc].head == add.head && graph.all_arcs()[arc].time == add.time);
        Change { arc: arc.expect("the graph has the arcs of all projects"), time: there.then_some(add.time) }
    };
    world.roads.projects()[project].adds.iter().map(change).collect()
}
