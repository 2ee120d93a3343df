//! Makes the arrays that are searched from streets and a layer.

use super::turns::{Memory, Turns};
use super::{Arcs, States, StreetGraph};
use crate::network::streets::{Directed, Layer, Streets};
use crate::search::flat::{Arc, FlatGraph, accumulate};

impl StreetGraph {
    /// Freezes what is open in `layer`. States are numbered along a curve that keeps near vertices near, so that a search finds in
    /// the processor's cache what it needs next; vertices that no open edge touches come last.
    pub fn freeze(streets: &Streets, layer: &Layer) -> StreetGraph {
        let turns = Turns::of(streets, layer);
        let out = Leaving::of(streets, layer);
        let (states, memory_of) = number_states(streets, layer, &turns);
        let forward = arcs(streets, layer, &turns, &out, &states, &memory_of);
        let backward = forward.reversed();
        StreetGraph {
            mode: layer.mode,
            edges: streets.edges.clone(),
            times: layer.times().clone(),
            off_street_m_per_h: layer.off_street_m_per_h,
            states,
            forward,
            backward,
        }
    }
}

/// The open edges that leave every vertex.
struct Leaving {
    first: Vec<u32>,
    edges: Vec<Directed>,
}

impl Leaving {
    fn of(streets: &Streets, layer: &Layer) -> Self {
        let mut first = vec![0; streets.vertices.len() + 1];
        for edge in open_edges(streets, layer) {
            first[streets.tail(edge) as usize + 1] += 1;
        }
        accumulate(&mut first);
        let mut next = first.clone();
        let mut edges = vec![Directed::new(0, true); first[streets.vertices.len()] as usize];
        for edge in open_edges(streets, layer) {
            let slot = &mut next[streets.tail(edge) as usize];
            edges[*slot as usize] = edge;
            *slot += 1;
        }
        Leaving { first, edges }
    }

    fn from(&self, vertex: u32) -> &[Directed] {
        &self.edges[self.first[vertex as usize] as usize..self.first[vertex as usize + 1] as usize]
    }
}

fn open_edges<'a>(streets: &'a Streets, layer: &'a Layer) -> impl Iterator<Item = Directed> + 'a {
    let both = |edge| [Directed::new(edge, true), Directed::new(edge, false)];
    (0..streets.edges.len() as u32).flat_map(both).filter(|&edge| layer.time(edge).is_some())
}

/// Numbers the states, and says what each of them remembers.
fn number_states(streets: &Streets, layer: &Layer, turns: &Turns) -> (States, Vec<Memory>) {
    let n = streets.vertices.len();
    let mut touched = vec![false; n];
    for edge in open_edges(streets, layer) {
        touched[streets.tail(edge) as usize] = true;
        touched[streets.head(edge) as usize] = true;
    }
    let mut order: Vec<u32> = (0..n as u32).collect();
    order.sort_by_cached_key(|&vertex| {
        (!touched[vertex as usize], streets.vertices[vertex as usize].at.along_curve(), vertex)
    });
    let mut rank = vec![0; n];
    for (at, &vertex) in order.iter().enumerate() {
        rank[vertex as usize] = at as u32;
    }
    let mut remembering: Vec<(u32, Memory, Directed)> =
        turns.memories().map(|(memory, last)| (rank[streets.head(last) as usize], memory, last)).collect();
    remembering.sort();
    let mut states = States { vertex: Vec::with_capacity(n), rank, first: Vec::with_capacity(n + 1), arrived: Vec::new() };
    let mut memory_of = Vec::with_capacity(n + remembering.len());
    let mut rest = &remembering[..];
    for (at, &vertex) in order.iter().enumerate() {
        states.first.push(memory_of.len() as u32);
        memory_of.push(Turns::NOTHING);
        let here = rest.partition_point(|entry| entry.0 == at as u32);
        for &(_, memory, last) in &rest[..here] {
            if turns.drive(Turns::NOTHING, last) == Some(memory) {
                states.arrived.push((last, memory_of.len() as u32));
            }
            memory_of.push(memory);
        }
        rest = &rest[here..];
        states.vertex.resize(memory_of.len(), vertex);
    }
    states.first.push(memory_of.len() as u32);
    states.arrived.sort();
    (states, memory_of)
}

fn arcs(streets: &Streets, layer: &Layer, turns: &Turns, out: &Leaving, states: &States, memory_of: &[Memory]) -> Arcs {
    let (mut first, mut made, mut edges) = (Vec::with_capacity(memory_of.len() + 1), Vec::new(), Vec::new());
    let state_at = |vertex: u32, memory: Memory| {
        let mut here = states.of(vertex);
        here.find(|&state| memory_of[state as usize] == memory)
            .expect("every memory has a state at the end of its last edge")
    };
    for (state, &memory) in memory_of.iter().enumerate() {
        first.push(made.len() as u32);
        for &edge in out.from(states.vertex[state]) {
            let (head, time) = (streets.head(edge), layer.times()[edge.at()]);
            // Where nothing is remembered at the head and here, the turn need not be looked up.
            let split = memory != Turns::NOTHING || states.of(head).len() > 1;
            let after = if split { turns.drive(memory, edge) } else { Some(Turns::NOTHING) };
            let Some(after) = after else { continue };
            made.push(Arc { head: state_at(head, after), time });
            edges.push(edge);
        }
    }
    first.push(made.len() as u32);
    let graph = FlatGraph::new(first.into(), made.into()).expect("arcs were made state by state, to states that exist");
    Arcs { graph, edges: edges.into() }
}
