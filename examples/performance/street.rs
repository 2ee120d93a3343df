//! A flat graph with its hierarchy, and the searches over it that are compared.

use std::time::Duration;

use onehour::network::column_file::Kept;
use onehour::network::streets::Place;
use onehour::search::Direction;
use onehour::search::flat::{FlatGraph, Scratch};
use onehour::search::hierarchy::store::{Basis, Index, IndexFolder, IndexKey};
use onehour::search::hierarchy::{
    Change, LANES, LaneScratch, LaneTime, Lean, Metric, Sweep, SweepScratch, Table, Targets, Topology, order,
};

use super::roads;
use super::timed::{SAMPLES, Task, measure, once, row};

/// What is searched.
pub struct Street {
    pub name: String,
    pub graph: FlatGraph,
    pub topology: Topology,
    pub metric: Metric,
    pub lean: Lean,
    pub sweep: Sweep,
    /// How long order, topology and metric took to make.
    pub made: [Duration; 3],
}

impl Street {
    pub fn new(name: &str, flat: &roads::FlatGraph) -> Street {
        let arcs: Vec<(u32, u32, u32)> = flat.arcs().collect();
        let graph = FlatGraph::from_list(flat.n_nodes(), &arcs);
        let places: &[Place] = &flat.places;
        let (for_order, order) = once(|| order::nested_dissection(&graph, places));
        let (for_topology, topology) = once(|| Topology::new(&graph, &order));
        let (for_metric, metric) = once(|| Metric::customize(&topology, &graph));
        let lean = Lean::new(&topology, &metric);
        let sweep = Sweep::new(&lean);
        let made = [for_order, for_topology, for_metric];
        Street { name: name.to_string(), graph, topology, metric, lean, sweep, made }
    }

    /// Nodes from which searches begin: spread over all by a fixed rule that other programs can follow.
    pub fn root(&self, at: usize) -> u32 {
        root(at, self.graph.n_nodes())
    }

    /// Prints what order, topology and metric took; the metric is made some more times.
    pub fn indexing(&self, places: &[Place]) {
        let [order, topology, _] = self.made;
        let task = |task| Task { task, graph: &self.name, engine: "onehour", amount: self.graph.n_nodes() };
        row(&task("order"), vec![order], 0);
        row(&task("topology"), vec![topology], self.topology.n_arcs() as u64);
        let times = (0..5).map(|_| once(|| Metric::customize(&self.topology, &self.graph)).0).collect();
        row(&task("customize"), times, 0);
        let mut metric = self.metric.clone();
        let times = (0..SAMPLES).map(|at| self.mended(&mut metric, at)).collect();
        row(&task("ten links changed and put back"), times, 0);
        self.index(places);
    }

    /// The time from a kept index to what a sweep reaches within half an hour, and for proving then what it was made of. Files are mapped
    /// anew every time; their pages are in memory, as after they were written.
    fn index(&self, places: &[Place]) {
        let folder = std::env::temp_dir().join(format!("onehour-index-{}", std::process::id()));
        let (kept, key) = (IndexFolder::new(&folder), IndexKey::of_graph(&self.graph, places));
        let (forward, backward) = (self.graph.clone(), self.graph.reversed());
        let index = Index::new(Basis { forward, backward, topology: self.topology.clone(), metric: self.metric.clone() });
        kept.save(&key, &index).expect("an index can be written");
        let (mut to_answer, mut to_basis, mut reached) = (Vec::new(), Vec::new(), 0);
        for at in 0..SAMPLES {
            let (time, index) = once(|| {
                let Kept::Whole(index) = kept.load(&key) else { panic!("the index was written just now") };
                let mut scratch = SweepScratch::new();
                index.sweep().run(Direction::Forward, &[(self.root(at), 0)], 30 * 600, &mut scratch);
                reached += index.sweep().reached(&scratch).count() as u64;
                index
            });
            to_answer.push(time);
            to_basis.push(once(|| index.basis().map(|_| ()).expect("the index was written just now")).0);
        }
        let task = |task| Task { task, graph: &self.name, engine: "onehour", amount: self.graph.n_nodes() };
        row(&task("index load to a first sweep within 30 minutes"), to_answer, reached);
        row(&task("proof of the basis of a loaded index"), to_basis, 0);
        // What cannot be removed is only disk space.
        let _ = std::fs::remove_dir_all(&folder);
    }

    /// The time for giving ten arcs somewhere else times and half, and taking that back.
    fn mended(&self, metric: &mut Metric, at: usize) -> Duration {
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
        self.trees_in(LaneScratch::<u32>::new(), "lanes of 32 bits", &targets, &origins);
        if LaneScratch::<i32>::takes(&self.lean, &targets, &origins) {
            self.trees_in(LaneScratch::<i32>::new(), "lanes of 32 bits that only add", &targets, &origins);
        }
    }

    fn trees_in<T: LaneTime>(&self, mut room: LaneScratch<T>, engine: &str, targets: &Targets, origins: &[&[(u32, u32)]]) {
        room.run(&self.lean, targets, origins, u32::MAX);
        let batch = (0..SAMPLES).map(|_| once(|| room.run(&self.lean, targets, origins, u32::MAX)).0 / LANES as u32);
        let times = batch.collect();
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
