//! Nested dissection: a part is cut in two, each side is ordered by itself, and the nodes of the cut go last.

use super::flow::{Flow, Side};
use super::thin::Core;
use super::{Progress, cells};
use crate::network::streets::Place;
use crate::search::hierarchy::simple::SimpleGraph;

/// The directions along which cuts are looked for, east and north.
const DIRECTIONS: [(i64, i64); 8] = [(1, 0), (0, 1), (1, 1), (1, -1), (2, 1), (1, 2), (2, -1), (1, -2)];

/// Which share of the nodes is taken for the sources of a cut, and which for its targets: one in so many.
const TERMINAL_SHARE: usize = 4;

/// Parts with more nodes than this are cut along all directions, others along the first four.
const ALL_DIRECTIONS: usize = 400;

/// Parts with at most so many nodes are not cut if they are a cell together with what is around them.
const CELL: usize = 64;

/// Parts with at most so many nodes are cut by one thread, and so are their parts.
const ONE_THREAD: usize = 2_000;

/// A connected or unconnected piece of the core.
struct Part {
    /// The nodes of the whole graph.
    nodes: Vec<u32>,
    /// Where they are: units of equal length east and north.
    places: Vec<(i64, i64)>,
    graph: SimpleGraph,
    /// Where the neighbours of each in cuts around the part begin in `outer`, and where the last ones end.
    first_outer: Vec<u32>,
    /// Neighbours in cuts around the part, which all go later: nodes of the whole graph.
    outer: Vec<u32>,
}

/// Writes the nodes of the core into `order`, which is as long, in the order in which they go.
pub(super) fn order(core: Core, places: &[Place], order: &mut [u32], progress: &Progress) {
    dissect(whole(core, places), order, progress);
}

/// The core with its nodes along a curve, so that near ones are near in memory.
fn whole(core: Core, places: &[Place]) -> Part {
    let Core { nodes, graph } = core;
    let n = nodes.len();
    let mut along: Vec<u32> = (0..n as u32).collect();
    let place = |node: u32| places[nodes[node as usize] as usize];
    along.sort_by_cached_key(|&node| (place(node).along_curve(), node));
    let mean_latitude = (0..n as u32).map(|node| i64::from(place(node).lat)).sum::<i64>() / n.max(1) as i64;
    // Whole numbers from here on, so that the order is the same on every machine.
    let shrink = ((mean_latitude as f64 / 1e7).to_radians().cos() * 1024.0).round() as i64;
    let at = |node: &u32| (i64::from(place(*node).lon) * shrink, i64::from(place(*node).lat) * 1024);
    let mut number = vec![0; n];
    along.iter().enumerate().for_each(|(at, &node)| number[node as usize] = at as u32);
    let (mut first, mut heads) = (vec![0], Vec::with_capacity(graph.all_heads().len()));
    for &node in &along {
        let begin = heads.len();
        heads.extend(graph.heads(node).iter().map(|&head| number[head as usize]));
        heads[begin..].sort_unstable();
        first.push(heads.len() as u32);
    }
    Part {
        places: along.iter().map(at).collect(),
        nodes: along.iter().map(|&node| nodes[node as usize]).collect(),
        graph: SimpleGraph::from_parts(first, heads),
        first_outer: vec![0; n + 1],
        outer: Vec::new(),
    }
}

fn dissect(part: Part, order: &mut [u32], progress: &Progress) {
    let n = part.nodes.len();
    let cell = if n <= CELL { part.cell() } else { None };
    if let Some(mut beside) = cell {
        let local = cells::order(&mut beside);
        order.iter_mut().zip(local).for_each(|(slot, node)| *slot = part.nodes[node as usize]);
        progress.add(n);
        return;
    }
    if n <= 3 {
        order.copy_from_slice(&part.nodes);
        progress.add(n);
        return;
    }
    let sides = part.cut();
    let [low, high] = [Side::Source, Side::Target].map(|side| part.side(&sides, side));
    let (for_low, rest) = order.split_at_mut(low.nodes.len());
    let (for_high, for_cut) = rest.split_at_mut(high.nodes.len());
    let cut = (0..n).filter(|&node| sides[node] == Side::Middle);
    for_cut.iter_mut().zip(cut).for_each(|(slot, node)| *slot = part.nodes[node]);
    progress.add(for_cut.len());
    drop((part, sides));
    if n <= ONE_THREAD {
        dissect(low, for_low, progress);
        dissect(high, for_high, progress);
    } else {
        rayon::join(|| dissect(low, for_low, progress), || dissect(high, for_high, progress));
    }
}

/// A cut, and how good it is.
struct Cut {
    sides: Vec<Side>,
    n_nodes: usize,
    smaller_side: usize,
}

impl Cut {
    /// Whether this cut takes fewer nodes for each node of its smaller side.
    fn beats(&self, other: &Cut) -> bool {
        self.n_nodes as u64 * (other.smaller_side as u64 + 1) < other.n_nodes as u64 * (self.smaller_side as u64 + 1)
    }
}

impl Part {
    /// The best cut of those along the directions; of equal ones the first.
    fn cut(&self) -> Vec<Side> {
        let n = self.nodes.len();
        let directions = if n > ALL_DIRECTIONS { &DIRECTIONS[..] } else { &DIRECTIONS[..4] };
        let best = if n > ONE_THREAD {
            let (low, high) = directions.split_at(directions.len() / 2);
            let (one, other) = rayon::join(|| self.best_along(low), || self.best_along(high));
            if other.beats(&one) { other } else { one }
        } else {
            self.best_along(directions)
        };
        best.sides
    }

    fn best_along(&self, directions: &[(i64, i64)]) -> Cut {
        let mut best = self.cut_along(directions[0], usize::MAX).expect("a cut may take as many nodes as it needs");
        for &direction in &directions[1..] {
            // With more nodes than this it is not better even if both sides are equal.
            let at_most = best.n_nodes * (self.nodes.len() / 2 + 1) / (best.smaller_side + 1);
            if let Some(cut) = self.cut_along(direction, at_most).filter(|cut| cut.beats(&best)) {
                best = cut;
            }
        }
        best
    }

    /// The smallest cut between the first and the last nodes along a direction; `None` if it takes more than `at_most`.
    fn cut_along(&self, (east, north): (i64, i64), at_most: usize) -> Option<Cut> {
        let n = self.nodes.len();
        let share = n / TERMINAL_SHARE;
        let mut along: Vec<(i64, u32)> =
            self.places.iter().zip(0..).map(|(&(x, y), node)| (x * east + y * north, node)).collect();
        let mut sides = vec![Side::Middle; n];
        along.select_nth_unstable(share);
        along[..share].iter().for_each(|&(_, node)| sides[node as usize] = Side::Source);
        along[share..].select_nth_unstable(n - 2 * share);
        along[n - share..].iter().for_each(|&(_, node)| sides[node as usize] = Side::Target);
        let mut flow = Flow::new(&self.graph, &sides);
        let n_nodes = flow.run(at_most)?;
        let (sides, smaller_side) = flow.parted();
        Some(Cut { sides, n_nodes, smaller_side })
    }

    /// The nodes of one side by themselves.
    fn side(&self, sides: &[Side], wanted: Side) -> Part {
        let mut number = vec![0; sides.len()];
        let inside: Vec<u32> = (0..sides.len() as u32).filter(|&node| sides[node as usize] == wanted).collect();
        inside.iter().enumerate().for_each(|(at, &node)| number[node as usize] = at as u32);
        let (mut first, mut heads) = (vec![0], Vec::new());
        let (mut first_outer, mut outer) = (vec![0], Vec::new());
        for &node in &inside {
            outer.extend_from_slice(self.outer(node));
            for &head in self.graph.heads(node) {
                if sides[head as usize] == wanted {
                    heads.push(number[head as usize]);
                } else {
                    outer.push(self.nodes[head as usize]);
                }
            }
            first.push(heads.len() as u32);
            first_outer.push(outer.len() as u32);
        }
        Part {
            nodes: inside.iter().map(|&node| self.nodes[node as usize]).collect(),
            places: inside.iter().map(|&node| self.places[node as usize]).collect(),
            graph: SimpleGraph::from_parts(first, heads),
            first_outer,
            outer,
        }
    }

    /// The neighbours of a node in cuts around the part.
    fn outer(&self, node: u32) -> &[u32] {
        &self.outer[self.first_outer[node as usize] as usize..self.first_outer[node as usize + 1] as usize]
    }

    /// The neighbours of every node of a cell as bits, those of the cell first and then those around it; `None` if all of
    /// them are more than a word has bits.
    fn cell(&self) -> Option<Vec<u128>> {
        let n = self.nodes.len();
        let mut around = self.outer.clone();
        around.sort_unstable();
        around.dedup();
        if n + around.len() > cells::LARGEST {
            return None;
        }
        let outer_bit = |node: &u32| 1u128 << (n + around.binary_search(node).expect("all nodes around were gathered"));
        let beside = |node: u32| {
            let inner = self.graph.heads(node).iter().fold(0, |bits, &head| bits | 1u128 << head);
            self.outer(node).iter().fold(inner, |bits, outer| bits | outer_bit(outer))
        };
        Some((0..n as u32).map(beside).collect())
    }
}
