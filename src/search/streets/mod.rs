//! Searching streets: one mode frozen into flat arrays, bucket-queue Dijkstra over it.
//!
//! A [`StreetGraph`] is searched from *states*. A state is a vertex together with as much of the way there as some forbidden turn
//! still depends on; a vertex that no forbidden turn passes is one state. `turns` finds the states, `freeze` makes the arrays
//! (which [`flat`](super::flat) searches), `points` joins points in the middle of edges, `paths` tells the way that a search found.

mod freeze;
mod paths;
mod points;
mod reached;
mod turns;

use std::ops::Range;

use super::Direction;
use super::flat::{FlatGraph, Scratch};
use crate::network::column::Column;
use crate::network::streets::{Directed, Edge, StreetMode};

pub use paths::{StreetPath, Stretch};

/// Streets frozen for one mode. All times are deciseconds.
#[derive(Debug, Clone)]
pub struct StreetGraph {
    mode: StreetMode,
    /// The edges of the streets.
    edges: Column<Edge>,
    /// The times of the layer, two for each edge.
    times: Column<u32>,
    off_street_m_per_h: u32,
    states: States,
    forward: Arcs,
    backward: Arcs,
}

/// Which states there are. Those of a vertex follow one another; the first of them remembers nothing.
#[derive(Debug, Clone)]
struct States {
    /// The vertex of every state.
    vertex: Vec<u32>,
    /// The position of every vertex in the order of states.
    rank: Vec<u32>,
    /// The first state of every vertex by its position in that order, and one past the last.
    first: Vec<u32>,
    /// The states that remember how one got there, by the edge that was driven from a state without memory; sorted.
    arrived: Vec<(Directed, u32)>,
}

/// Arcs between states, those of one state after those of another.
#[derive(Debug, Clone, Default)]
struct Arcs {
    /// Where each arc leads and how long it takes.
    graph: FlatGraph,
    /// The edge of each arc, in the direction in which it is driven.
    edges: Column<Directed>,
}

impl States {
    fn of(&self, vertex: u32) -> Range<u32> {
        let rank = self.rank[vertex as usize] as usize;
        self.first[rank]..self.first[rank + 1]
    }

    fn plain(&self, vertex: u32) -> u32 {
        self.first[self.rank[vertex as usize] as usize]
    }
}

impl Arcs {
    /// Where the arcs of a state lead, how long they take, and over which edge.
    fn of(&self, state: u32) -> impl Iterator<Item = (u32, u32, Directed)> + '_ {
        let edges = &self.edges[self.graph.range(state)];
        self.graph.arcs(state).iter().zip(edges).map(|(arc, &edge)| (arc.head, arc.time, edge))
    }

    /// The same arcs by where they end; among those of a state, in the order of where they begin.
    fn reversed(&self) -> Arcs {
        let mut edges = self.edges.to_vec();
        let graph = self.graph.reversed_with(|before, after| edges[after] = self.edges[before]);
        Arcs { graph, edges: edges.into() }
    }
}

impl StreetGraph {
    /// For whom.
    pub fn mode(&self) -> StreetMode {
        self.mode
    }

    /// How many states there are: one for each vertex, and more where forbidden turns pass.
    pub fn n_states(&self) -> usize {
        self.states.vertex.len()
    }

    /// The vertex of a state.
    pub fn vertex(&self, state: u32) -> u32 {
        self.states.vertex[state as usize]
    }

    /// All states of a vertex: a journey that ends there may end in any of them.
    pub fn states(&self, vertex: u32) -> Range<u32> {
        self.states.of(vertex)
    }

    /// The state of a journey that begins at a vertex: every open edge from there may be taken.
    pub fn start(&self, vertex: u32) -> u32 {
        self.states.plain(vertex)
    }

    /// The states and what leads from one to another, as a search in this direction goes; backwards, the arcs are turned round.
    pub fn flat(&self, direction: Direction) -> &FlatGraph {
        match direction {
            Direction::Forward => &self.forward.graph,
            Direction::Backward => &self.backward.graph,
        }
    }

    /// Finds the time of every state that is at most `limit` deciseconds away from a seed, each of which is a state and the time it
    /// has at the outset; backwards, the time from the state to the seed. The limit itself counts as reached; so does a seed only if it
    /// lies within. Times of 13.6 years and more count as not reached.
    pub fn search(&self, direction: Direction, seeds: &[(u32, u32)], limit: u32, scratch: &mut Scratch) {
        self.flat(direction).search(seeds, limit, scratch);
    }
}
