//! Graphs with zones and projects, in which everything strange happens.

use onehour::network::streets::Place;
use onehour::search::flat::FlatGraph;
use onehour::search::overlay::plan::{Plan, Project};
use onehour::search::overlay::recompute::Recompute;
use onehour::search::overlay::table::Table;
use onehour::search::overlay::{NodeArc, TerminalArc, Zone, base};
use proptest::prelude::*;
use proptest::sample::Index;

/// A graph as lists. The arcs of today that projects change are among `arcs` and in the plan.
#[derive(Debug, Clone)]
pub struct World {
    /// Nodes with arcs, and after them nodes to come.
    pub n_old: u32,
    pub n_new: u32,
    pub arcs: Vec<NodeArc>,
    pub zones: Vec<Zone>,
    pub plan: Plan<NodeArc>,
}

/// What the library makes of a world.
pub struct Made {
    pub graph: FlatGraph,
    pub base: Table<u32>,
    pub terminals: Vec<u32>,
    pub plan: Plan<TerminalArc>,
    pub recompute: Recompute,
}

impl World {
    pub fn n_nodes(&self) -> u32 {
        self.n_old + self.n_new
    }

    /// The graph as it is today, with the nodes to come, which no arc touches.
    pub fn today(&self) -> FlatGraph {
        let list: Vec<(u32, u32, u32)> = self.arcs.iter().map(|arc| (arc.tail, arc.head, arc.time)).collect();
        FlatGraph::from_list(self.n_nodes() as usize, &list)
    }

    pub fn make(&self) -> Made {
        let (terminals, plan) = self.plan.on_terminals();
        let graph = base::without(&self.today(), self.plan.today(), 0).unwrap();
        let base = base::table(&graph, &self.zones, &terminals);
        let places: Vec<Place> = (0..self.n_nodes() as i32).map(|node| Place { lon: node % 3, lat: node }).collect();
        let recompute = Recompute::new(&graph, &places, &self.zones, &terminals, plan.every_arc());
        Made { graph, base, terminals, plan, recompute }
    }

    /// All arcs of a variant: those that nobody changes, those of today that stay, and those that come.
    pub fn arcs_with(&self, members: &[usize]) -> Vec<NodeArc> {
        let mut arcs = self.arcs.clone();
        for (at, arc) in self.plan.today().iter().enumerate() {
            if members.iter().any(|&member| self.plan.projects()[member].replaces.contains(&at)) {
                arcs.remove(arcs.iter().position(|other| other == arc).unwrap());
            }
        }
        arcs.extend(members.iter().flat_map(|&member| &self.plan.projects()[member].adds));
        arcs
    }
}

/// Times of zero, small ones that tie, ones about what 16 bits hold, and ones of years.
fn time() -> impl Strategy<Value = u32> {
    prop_oneof![
        10 => 0u32..30,
        2 => Just(0u32),
        2 => 20_000u32..70_000,
        1 => Just(65_534u32),
        1 => Just(65_535u32),
        1 => 1_000_000_000u32..=u32::MAX,
        1 => Just(u32::MAX - 1),
    ]
}

fn node_arc(n: u32) -> impl Strategy<Value = NodeArc> {
    (0..n, 0..n, time()).prop_map(|(tail, head, time)| NodeArc { tail, head, time })
}

fn zone(n: u32) -> impl Strategy<Value = Zone> {
    let seeds = move || prop::collection::vec((0..n, time()), 0..3);
    (seeds(), seeds()).prop_map(|(departures, arrivals)| Zone { departures, arrivals })
}

/// A project over given arcs of today: new arcs, closures, slow-downs, improvements.
fn project(n: u32, today: Vec<NodeArc>) -> impl Strategy<Value = Project<NodeArc>> {
    let adds = prop::collection::vec(node_arc(n), 0..3);
    let changes = prop::collection::vec((any::<Index>(), prop_oneof![Just(None), time().prop_map(Some)]), 0..3);
    (adds, changes).prop_map(move |(mut adds, changes)| {
        let mut replaces = Vec::new();
        for (which, time) in changes.into_iter().filter(|_| !today.is_empty()) {
            let at = which.index(today.len());
            replaces.push(at);
            adds.extend(time.map(|time| NodeArc { time, ..today[at] }));
        }
        Project { adds, replaces }
    })
}

/// Small strange worlds with at most so many projects; now and then more zones than a block has room for.
pub fn strange_worlds(most_projects: usize) -> impl Strategy<Value = World> {
    let n_zones = prop_oneof![8 => 0usize..6, 1 => 30usize..36, 1 => 60usize..70];
    (1u32..8, 0u32..3, n_zones).prop_flat_map(move |(n_old, n_new, n_zones)| {
        let arcs = prop::collection::vec((node_arc(n_old), prop::bool::weighted(0.3)), 0..22);
        (arcs, Just((n_old, n_new, n_zones))).prop_flat_map(move |(arcs, (n_old, n_new, n_zones))| {
            let n = n_old + n_new;
            let today: Vec<NodeArc> = arcs.iter().filter(|arc| arc.1).map(|arc| arc.0).collect();
            let projects = prop::collection::vec(project(n, today.clone()), 0..=most_projects);
            let zones = prop::collection::vec(zone(n), n_zones);
            (projects, zones).prop_map(move |(projects, zones)| World {
                n_old,
                n_new,
                arcs: arcs.iter().map(|arc| arc.0).collect(),
                zones,
                plan: Plan::new(today.clone(), projects).unwrap(),
            })
        })
    })
}
