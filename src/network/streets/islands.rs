//! Parts of the streets that cannot be reached from the rest, or not be left.

use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::unionfind::UnionFind;

use super::{Directed, Layer, Place, Streets};

/// How the streets of one layer hang together. Forbidden turns are not considered.
#[derive(Debug, Clone, PartialEq)]
pub struct Connections {
    /// The greatest part within which one gets from everywhere to everywhere, by the length of its edges; `None` where nothing is
    /// open.
    pub main: Option<Part>,
    /// All other parts: first by length, longest first, then by their first vertex.
    pub others: Vec<Part>,
    /// Vertices with one open edge, which does not lead back to them; in order.
    pub dead_ends: Vec<u32>,
    /// Summed length of the edges that end in dead ends, each counted once.
    pub dead_ends_cm: u64,
    /// The relation of every vertex to the main part; `None` where no open edge touches it.
    relations: Vec<Option<Relation>>,
}

/// How a part relates to the main part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Relation {
    /// It is the main part.
    Main,
    /// The main part cannot be reached from it, nor it from there.
    Island,
    /// It can be entered from the main part and not be left to it.
    Trap,
    /// It can be left to the main part and not be entered from it.
    Source,
}

/// A connected part of the streets all of whose vertices relate to the main part in one way.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Part {
    /// How it relates to the main part.
    pub relation: Relation,
    /// How many vertices it has.
    pub n_vertices: u32,
    /// How many open edges it has; those between it and the main part are its own.
    pub n_edges: u32,
    /// Their length.
    pub length_cm: u64,
    /// Its first vertex.
    pub vertex: u32,
    /// Where that lies.
    pub at: Place,
}

impl Connections {
    /// Looks at all open edges of a layer.
    pub fn of(streets: &Streets, layer: &Layer) -> Self {
        let relations = relations(streets, layer);
        let parts = parts(streets, layer, &relations);
        let (mut main, mut others) = (None, Vec::new());
        for part in parts {
            match part.relation {
                Relation::Main => main = Some(part),
                _ => others.push(part),
            }
        }
        others.sort_by_key(|part| (std::cmp::Reverse(part.length_cm), part.vertex));
        let (dead_ends, dead_ends_cm) = dead_ends(streets, layer);
        Connections { main, others, dead_ends, dead_ends_cm, relations }
    }

    /// How a vertex relates to the main part; `None` where no open edge touches it.
    pub fn relation(&self, vertex: u32) -> Option<Relation> {
        self.relations[vertex as usize]
    }

    /// How many parts relate to the main part in this way, and the summed length of their edges in centimetres.
    pub fn total(&self, relation: Relation) -> (usize, u64) {
        let parts = self.main.iter().chain(&self.others).filter(|part| part.relation == relation);
        parts.fold((0, 0), |(n, length_cm), part| (n + 1, length_cm + part.length_cm))
    }
}

/// Whether each edge is open and belongs to the main part: one gets from it to everywhere else there and back. Turns that are forbidden
/// from one edge to the next are heeded, so a place behind closed gates is no part of it; those over several edges are not.
pub(super) fn edges_of_main(streets: &Streets, layer: &Layer) -> Vec<bool> {
    let mut forbidden: Vec<(Directed, Directed)> = streets
        .restrictions
        .iter()
        .filter(|known| known.modes & layer.mode.bit() != 0)
        .filter_map(|known| <[Directed; 2]>::try_from(known.path.clone()).ok())
        .map(|[from, to]| (from, to))
        .collect();
    forbidden.sort_unstable();
    if forbidden.is_empty() {
        let main = main_vertices(streets, layer, &graph(streets, layer));
        let is_main = |(at, edge): (usize, &super::Edge)| {
            main[edge.from as usize] && main[edge.to as usize] && layer.is_open(at as u32)
        };
        return streets.edges.iter().enumerate().map(is_main).collect();
    }
    let turns = turns(streets, layer, &forbidden);
    let components = petgraph::algo::kosaraju_scc(&turns);
    let length = |component: &Vec<NodeIndex<u32>>| -> u64 {
        component.iter().map(|edge| u64::from(streets.edges[edge.index() / 2].length_cm)).sum()
    };
    let first = |component: &Vec<NodeIndex<u32>>| std::cmp::Reverse(component.iter().min().copied());
    let open = components.iter().filter(|component| {
        component.iter().any(|edge| layer.time(Directed::new(edge.index() as u32 / 2, edge.index() % 2 == 0)).is_some())
    });
    let main = open.max_by_key(|component| (length(component), component.len(), first(component)));
    let mut is_main = vec![false; streets.edges.len()];
    for edge in main.into_iter().flatten() {
        is_main[edge.index() / 2] = true;
    }
    is_main
}

/// All directed edges by [`Directed::at`], and an arc for every turn from an open one into an open one that is not among `forbidden`,
/// which is sorted.
fn turns(streets: &Streets, layer: &Layer, forbidden: &[(Directed, Directed)]) -> DiGraph<(), (), u32> {
    let both = |edge| [Directed::new(edge, true), Directed::new(edge, false)];
    let edges = || (0..streets.edges.len() as u32).flat_map(both).filter(|&edge| layer.time(edge).is_some());
    let mut leaving: Vec<Vec<Directed>> = vec![Vec::new(); streets.vertices.len()];
    edges().for_each(|edge| leaving[streets.tail(edge) as usize].push(edge));
    let mut graph = DiGraph::with_capacity(2 * streets.edges.len(), 0);
    for _ in 0..2 * streets.edges.len() {
        graph.add_node(());
    }
    for from in edges() {
        for &to in &leaving[streets.head(from) as usize] {
            if forbidden.binary_search(&(from, to)).is_err() {
                graph.add_edge(NodeIndex::from(from.at() as u32), NodeIndex::from(to.at() as u32), ());
            }
        }
    }
    graph
}

/// All vertices, and an arc for every open edge in every direction in which it may be driven.
fn graph(streets: &Streets, layer: &Layer) -> DiGraph<(), (), u32> {
    let mut graph = DiGraph::with_capacity(streets.vertices.len(), 2 * streets.edges.len());
    for _ in 0..streets.vertices.len() {
        graph.add_node(());
    }
    for edge in 0..streets.edges.len() as u32 {
        for edge in
            [Directed::new(edge, true), Directed::new(edge, false)].into_iter().filter(|&edge| layer.time(edge).is_some())
        {
            graph.add_edge(NodeIndex::from(streets.tail(edge)), NodeIndex::from(streets.head(edge)), ());
        }
    }
    graph
}

/// Whether each vertex is in the main part.
fn main_vertices(streets: &Streets, layer: &Layer, graph: &DiGraph<(), (), u32>) -> Vec<bool> {
    let components = petgraph::algo::kosaraju_scc(graph);
    let mut component_of = vec![0; streets.vertices.len()];
    for (at, component) in components.iter().enumerate() {
        component.iter().for_each(|vertex| component_of[vertex.index()] = at);
    }
    let mut lengths = vec![0u64; components.len()];
    let mut touched = vec![false; components.len()];
    for (_, edge) in open(streets, layer) {
        touched[component_of[edge.from as usize]] = true;
        touched[component_of[edge.to as usize]] = true;
        if component_of[edge.from as usize] == component_of[edge.to as usize] {
            lengths[component_of[edge.from as usize]] += u64::from(edge.length_cm);
        }
    }
    let first = |component: usize| components[component].iter().min().map(|vertex| vertex.index());
    // A vertex that no open edge touches is no part, not even where there is none within which one gets to and fro.
    let parts = (0..components.len()).filter(|&at| touched[at]);
    let main = parts.max_by_key(|&at| (lengths[at], components[at].len(), std::cmp::Reverse(first(at))));
    component_of.into_iter().map(|component| Some(component) == main).collect()
}

fn open<'a>(streets: &'a Streets, layer: &'a Layer) -> impl Iterator<Item = (u32, &'a super::Edge)> + 'a {
    (0u32..).zip(streets.edges.iter()).filter(|&(at, _)| layer.is_open(at))
}

fn relations(streets: &Streets, layer: &Layer) -> Vec<Option<Relation>> {
    let graph = graph(streets, layer);
    let main = main_vertices(streets, layer, &graph);
    let reached = self::reached(&graph, &main, petgraph::Direction::Outgoing);
    let reaching = self::reached(&graph, &main, petgraph::Direction::Incoming);
    let mut touched = vec![false; main.len()];
    for (_, edge) in open(streets, layer) {
        touched[edge.from as usize] = true;
        touched[edge.to as usize] = true;
    }
    let relation = |vertex: usize| match (main[vertex], reached[vertex], reaching[vertex]) {
        (true, _, _) => Relation::Main,
        (false, true, _) => Relation::Trap,
        (false, false, true) => Relation::Source,
        (false, false, false) => Relation::Island,
    };
    (0..main.len()).map(|vertex| touched[vertex].then(|| relation(vertex))).collect()
}

/// Which vertices are reached from the main part along arcs, or against them.
fn reached(graph: &DiGraph<(), (), u32>, main: &[bool], direction: petgraph::Direction) -> Vec<bool> {
    let mut reached = main.to_vec();
    let mut open: Vec<NodeIndex<u32>> = graph.node_indices().filter(|vertex| main[vertex.index()]).collect();
    while let Some(vertex) = open.pop() {
        for next in graph.neighbors_directed(vertex, direction) {
            if !std::mem::replace(&mut reached[next.index()], true) {
                open.push(next);
            }
        }
    }
    reached
}

/// The parts, in order of their first vertices.
fn parts(streets: &Streets, layer: &Layer, relations: &[Option<Relation>]) -> Vec<Part> {
    let mut joined = UnionFind::<u32>::new(relations.len());
    for (_, edge) in open(streets, layer) {
        if relations[edge.from as usize] == relations[edge.to as usize] {
            joined.union(edge.from, edge.to);
        }
    }
    let mut part_of = vec![usize::MAX; relations.len()];
    let mut parts: Vec<Part> = Vec::new();
    for (vertex, relation) in (0u32..).zip(relations) {
        let Some(relation) = *relation else { continue };
        let slot = &mut part_of[joined.find(vertex) as usize];
        if *slot == usize::MAX {
            *slot = parts.len();
            let at = streets.vertices[vertex as usize].at;
            parts.push(Part { relation, n_vertices: 0, n_edges: 0, length_cm: 0, vertex, at });
        }
        parts[*slot].n_vertices += 1;
    }
    for (_, edge) in open(streets, layer) {
        // Between the main part and another an edge belongs to the other; between two others, to that where it is drawn to.
        let end = if relations[edge.to as usize] == Some(Relation::Main) { edge.from } else { edge.to };
        let part = &mut parts[part_of[joined.find(end) as usize]];
        part.n_edges += 1;
        part.length_cm += u64::from(edge.length_cm);
    }
    parts
}

fn dead_ends(streets: &Streets, layer: &Layer) -> (Vec<u32>, u64) {
    let mut touching = vec![0u32; streets.vertices.len()];
    for (_, edge) in open(streets, layer) {
        touching[edge.from as usize] = touching[edge.from as usize].saturating_add(1);
        touching[edge.to as usize] = touching[edge.to as usize].saturating_add(1);
    }
    let is_end = |vertex: u32| touching[vertex as usize] == 1;
    let ending = open(streets, layer).filter(|(_, edge)| is_end(edge.from) || is_end(edge.to));
    let length_cm = ending.map(|(_, edge)| u64::from(edge.length_cm)).sum();
    ((0..streets.vertices.len() as u32).filter(|&vertex| is_end(vertex)).collect(), length_cm)
}
