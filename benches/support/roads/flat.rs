//! A graph as plain arrays.

use super::plan::Street;
use super::{Roads, deciseconds, place};
use onehour::network::streets::Place;

/// Nodes with coordinates, and the arcs that leave each of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlatGraph {
    /// Where the nodes lie (WGS 84).
    pub places: Vec<Place>,
    /// For every node where its arcs begin; one entry more than nodes.
    pub first_out: Vec<u32>,
    /// For every arc the node to which it leads.
    pub heads: Vec<u32>,
    /// For every arc its time in deciseconds.
    pub weights: Vec<u32>,
}

impl FlatGraph {
    /// The arrays for arcs in any order; those of one node keep their order.
    pub fn from_arcs(places: Vec<Place>, arcs: &[(u32, u32, u32)]) -> Self {
        let n = places.len();
        let mut first_out = vec![0u32; n + 1];
        for arc in arcs {
            first_out[arc.0 as usize + 1] += 1;
        }
        for node in 0..n {
            first_out[node + 1] += first_out[node];
        }
        let mut next = first_out.clone();
        let (mut heads, mut weights) = (vec![0; arcs.len()], vec![0; arcs.len()]);
        for &(tail, head, weight) in arcs {
            let at = next[tail as usize] as usize;
            next[tail as usize] += 1;
            (heads[at], weights[at]) = (head, weight);
        }
        FlatGraph { places, first_out, heads, weights }
    }

    /// How many nodes there are.
    pub fn n_nodes(&self) -> usize {
        self.places.len()
    }

    /// How many arcs there are.
    pub fn n_arcs(&self) -> usize {
        self.heads.len()
    }

    /// Tail, head and deciseconds of every arc.
    pub fn arcs(&self) -> impl Iterator<Item = (u32, u32, u32)> + '_ {
        let tails = (0..self.n_nodes()).flat_map(|node| self.first_out[node]..self.first_out[node + 1]).zip(self.tails());
        tails.map(|(arc, tail)| (tail, self.heads[arc as usize], self.weights[arc as usize]))
    }

    /// The tail of every arc.
    pub fn tails(&self) -> impl Iterator<Item = u32> + '_ {
        let degree = |node: usize| (self.first_out[node + 1] - self.first_out[node]) as usize;
        (0..self.n_nodes()).flat_map(move |node| std::iter::repeat_n(node as u32, degree(node)))
    }
}

impl Roads {
    /// The region for cars, every node a node of the graph. A junction is followed by the inner nodes of the streets that begin there;
    /// junctions of a town follow one another along its lines. Times over the parts of a street add up to that over the whole.
    pub fn flat(&self) -> FlatGraph {
        let (numbers, first_of) = self.numbers();
        let mut places = vec![place((0.0, 0.0)); self.n_nodes()];
        for (&at, &number) in self.plan.junctions.iter().zip(&numbers) {
            places[number as usize] = place(at);
        }
        let mut arcs = Vec::with_capacity(self.n_nodes() * 3);
        for (street, &first) in first_of.iter().enumerate() {
            for (at, number) in self.inner_of(street).iter().zip(first..) {
                places[number as usize] = place(*at);
            }
            self.arcs_of(street, &numbers, first, &mut arcs);
        }
        FlatGraph::from_arcs(places, &arcs)
    }

    /// The number of every junction, and that of the first inner node of every street.
    fn numbers(&self) -> (Vec<u32>, Vec<u32>) {
        let mut n_inner = vec![0u32; self.n_junctions()];
        for (street, Street { from, .. }) in self.plan.streets.iter().enumerate() {
            n_inner[*from as usize] += self.inner_of(street).len() as u32;
        }
        let mut numbers = Vec::with_capacity(n_inner.len());
        let mut next = 0;
        for n_inner in n_inner {
            numbers.push(next);
            next += 1 + n_inner;
        }
        let mut free: Vec<u32> = numbers.iter().map(|number| number + 1).collect();
        let first = |(street, at): (usize, &Street)| {
            let first = free[at.from as usize];
            free[at.from as usize] += self.inner_of(street).len() as u32;
            first
        };
        let first_of = self.plan.streets.iter().enumerate().map(first).collect();
        (numbers, first_of)
    }

    fn arcs_of(&self, street: usize, numbers: &[u32], first: u32, arcs: &mut Vec<(u32, u32, u32)>) {
        let Street { from, to, one_way, speed_kmh, .. } = self.plan.streets[street];
        let n_inner = self.inner_of(street).len() as u32;
        let (mut tail, mut before) = (numbers[from as usize], 0);
        for (step, metres) in (0..).zip(self.lengths(street)) {
            let head = if step < n_inner { first + step } else { numbers[to as usize] };
            let so_far = deciseconds(metres, speed_kmh);
            arcs.push((tail, head, so_far - before));
            if !one_way {
                arcs.push((head, tail, so_far - before));
            }
            (tail, before) = (head, so_far);
        }
    }
}
