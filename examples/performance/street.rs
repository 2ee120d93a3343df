//! A flat graph with its hierarchy, and the searches over it that are compared.

use onehour::network::streets::Place;
use onehour::search::Direction;
use onehour::search::flat::{FlatGraph, Scratch};
use onehour::search::hierarchy::{
    Change, LANES, LaneScratch, LaneTime, Lean, Metric, Sweep, SweepScratch, Table, Targets, Topology, order,
};

use super::roads;
use super::timed::{SAMPLES, Sample, Task, forget_peak, measure, memory_row, once, repeat_on_two, resident, row};

/// What is searched.
pub struct Street {
    pub name: String,
    pub graph: FlatGraph,
    pub topology: Topology,
    pub metric: Metric,
    pub lean: Lean,
    pub sweep: Sweep,
    /// How long order, topology and metric took to make.
    made: [Sample; 3],
    /// The most memory that the process had beyond the graph while each of them was made, and what it has with all.
    memory: [Option<usize>; 4],
}

impl Street {
    pub fn new(name: &str, flat: &roads::FlatGraph) -> Street {
        let arcs: Vec<(u32, u32, u32)> = flat.arcs().collect();
        let graph = FlatGraph::from_list(flat.n_nodes(), &arcs);
        let places: &[Place] = &flat.places;
        let before = resident(false);
        let beyond = |at_most: bool| Some(resident(at_most)?.saturating_sub(before?));
        forget_peak();
        let (for_order, order) = once(|| order::nested_dissection(&graph, places));
        let order_peak = beyond(true);
        forget_peak();
        let (for_topology, topology) = once(|| Topology::new(&graph, &order));
        let topology_peak = beyond(true);
        drop(order);
        let (for_metric, metric) = once(|| Metric::customize(&topology, &graph));
        let metric_with_topology = beyond(false);
        let lean = Lean::new(&topology, &metric);
        let sweep = Sweep::new(&lean);
        let memory = [order_peak, topology_peak, metric_with_topology, beyond(false)];
        let made = [for_order, for_topology, for_metric];
        Street { name: name.to_string(), graph, topology, metric, lean, sweep, made, memory }
    }

    /// Prints how much memory each part needed, beyond the graph.
    pub fn memory(&self) {
        let parts = ["order, at most", "topology, at most", "topology and metric", "all for sweeps and lanes"];
        for (part, bytes) in parts.into_iter().zip(self.memory) {
            let task = Task { task: "memory", graph: &self.name, engine: part, amount: self.graph.n_nodes() };
            bytes.iter().for_each(|&bytes| memory_row(&task, bytes));
        }
    }

    /// Prints what order and metric take on two threads.
    pub fn indexing_on_two_threads(&self, places: &[Place]) {
        let task = |task| Task { task, graph: &self.name, engine: "two threads", amount: self.graph.n_nodes() };
        repeat_on_two(&task("order"), 3, || order::nested_dissection(&self.graph, places));
        repeat_on_two(&task("customize"), SAMPLES, || Metric::customize(&self.topology, &self.graph));
    }

    /// Nodes from which searches begin: spread over all by a fixed rule that other programs can follow.
    pub fn root(&self, at: usize) -> u32 {
        root(at, self.graph.n_nodes())
    }

    /// Prints what order, topology and metric took; the metric is made some more times.
    pub fn indexing(&self) {
        let [order, topology, _] = self.made;
        let task = |task| Task { task, graph: &self.name, engine: "onehour", amount: self.graph.n_nodes() };
        row(&task("order"), vec![order], 0);
        row(&task("topology"), vec![topology], self.topology.n_arcs() as u64);
        let times = (0..SAMPLES).map(|_| once(|| Metric::customize(&self.topology, &self.graph)).0).collect();
        row(&task("customize"), times, 0);
        let mut metric = self.metric.clone();
        let times = (0..SAMPLES).map(|at| self.mended(&mut metric, at)).collect();
        row(&task("ten links changed and put back"), times, 0);
    }

    /// The time for giving ten arcs somewhere else times and half, and taking that back.
    fn mended(&self, metric: &mut Metric, at: usize) -> Sample {
        let arcs = (0..10).map(|link| root(at * 10 + link, self.graph.n_arcs()) as usize);
        let slower = |arc: usize| Change { arc, time: Some(self.graph.all_arcs()[arc].time / 2 * 3) };
        let changes: Vec<Change> = arcs.map(slower).collect();
        once(|| {
            let undo = metric.update(&self.topology, &self.graph, &changes);
            metric.undo(&undo);
        })
        .0
    }

    /// From all of some nodes to all of others, one thread. Gathering what lies above the targets is part of it.
    pub fn table(&self, task: &str, origins: &[u32], destinations: &[u32], limit: u32) -> Table {
        let seeds = |nodes: &[u32]| nodes.iter().map(|&node| vec![(node, 0)]).collect::<Vec<_>>();
        let (origins, destinations) = (seeds(origins), seeds(destinations));
        let whole = || {
            let targets = Targets::new(&self.lean, Direction::Forward, &destinations);
            Table::new(&self.lean, &targets, &origins, limit)
        };
        let times = (0..SAMPLES).map(|_| once(whole).0).collect();
        let table = whole();
        let sum = (0..origins.len()).flat_map(|origin| table.row(origin)).flatten().map(u64::from).sum();
        row(&Task { task, graph: &self.name, engine: "lanes", amount: origins.len() }, times, sum);
        table
    }

    /// Trees from 64 nodes at once to all nodes; the time is that of one tree.
    pub fn trees(&self) {
        let nodes: Vec<[(u32, u32); 1]> = (0..self.graph.n_nodes() as u32).map(|node| [(node, 0)]).collect();
        let targets = Targets::new(&self.lean, Direction::Forward, &nodes);
        let origins: Vec<[(u32, u32); 1]> = (0..LANES).map(|at| [(self.root(at), 0)]).collect();
        let origins: Vec<&[(u32, u32)]> = origins.iter().map(|origin| &origin[..]).collect();
        self.trees_in(LaneScratch::<u16>::new(), "lanes of 16 bits", &targets, &origins);
        if LaneScratch::<i32>::takes(&self.lean, &targets, &origins) {
            self.trees_in(LaneScratch::<i32>::new(), "lanes of 32 bits that only add", &targets, &origins);
        }
        self.trees_in(LaneScratch::<u32>::new(), "lanes of 32 bits", &targets, &origins);
    }

    fn trees_in<T: LaneTime>(&self, mut room: LaneScratch<T>, engine: &str, targets: &Targets, origins: &[&[(u32, u32)]]) {
        room.run(&self.lean, targets, origins, u32::MAX);
        let batch = || once(|| room.run(&self.lean, targets, origins, u32::MAX)).0.of_each(LANES);
        let times = std::iter::repeat_with(batch).take(SAMPLES).collect();
        row(&Task { task: "a tree of 64", graph: &self.name, engine, amount: LANES }, times, 0);
    }

    /// From one node to all within a limit: Dijkstra in the given order of nodes, Dijkstra in the order of the hierarchy (the
    /// quickest we have), and the sweep. `amount` goes into the rows.
    pub fn one_to_all(&self, task: &str, limit: u32, amount: usize) {
        let names = ["bucket Dijkstra", "bucket Dijkstra in the order of the hierarchy", "sweep"];
        let [given, ordered, sweep] = names.map(|engine| Task { task, graph: &self.name, engine, amount });
        let n = self.graph.n_nodes() as u32;
        let of_graph = |scratch: &mut Scratch, _| (0..n).filter_map(|node| scratch.time(node)).map(u64::from).sum();
        let mut scratch = Scratch::new();
        measure(
            &given,
            SAMPLES,
            &mut scratch,
            |scratch, at| self.graph.search(&[(self.root(at), 0)], limit, scratch),
            of_graph,
        );
        let renumbered = self.renumbered();
        let seed = |at: usize| (self.topology.position(self.root(at)), 0);
        measure(&ordered, SAMPLES, &mut scratch, |scratch, at| renumbered.search(&[seed(at)], limit, scratch), of_graph);
        let of_sweep =
            |scratch: &mut SweepScratch, _| (0..n).filter_map(|node| self.sweep.time(node, scratch)).map(u64::from).sum();
        let run = |scratch: &mut SweepScratch, at| self.sweep.run(Direction::Forward, &[(self.root(at), 0)], limit, scratch);
        measure(&sweep, SAMPLES, &mut SweepScratch::new(), run, of_sweep);
    }

    /// The graph with its nodes at their positions in the hierarchy.
    fn renumbered(&self) -> FlatGraph {
        let nodes = 0..self.graph.n_nodes() as u32;
        let position = |node| self.topology.position(node);
        let of = |node: u32| self.graph.arcs(node).iter().map(move |arc| (position(node), position(arc.head), arc.time));
        let arcs: Vec<(u32, u32, u32)> = nodes.flat_map(of).collect();
        FlatGraph::from_list(self.graph.n_nodes(), &arcs)
    }
}

/// Multiplies by the golden ratio modulo 2³², as benches/peers/performance.py does.
pub fn root(at: usize, n: usize) -> u32 {
    (((at as u64 + 1) * 2_654_435_769 % (1 << 32) * n as u64) >> 32) as u32
}
