//! What is drawn: edges or states that searches reach, and stretches of edges, laid on a canvas.

use std::borrow::Cow;

use super::canvas::{Bounds, Canvas};
use super::paving::Paving;
use super::piece::{Segment, Times};

use super::Run;
use crate::network::streets::Streets;
use crate::search::doors::reach::{EdgeReach, ModeReach, Seed, StateReach};
use crate::units::Duration;

/// What is drawn; stretches are sorted by edge.
pub(super) struct Reached<'r> {
    pub(super) layers: Vec<Layer<'r>>,
    pub(super) stretches: Vec<Run>,
}

/// What is reached in one mode.
pub(super) enum Layer<'r> {
    /// Edges reached at their ends, sorted.
    Edges(Cow<'r, [EdgeReach]>),
    /// States with their times, and how the edges that they enter lie on the canvas.
    States(&'r Paving, &'r [(u32, u32)]),
}

/// How every edge is entered in one layer, by its place along the curve of the canvas, from its begin and from its end.
pub(super) struct Ways<'r> {
    /// Deciseconds; [`NONE`] where it is not entered there.
    pub(super) starts: Vec<[u32; 2]>,
    /// Deciseconds over the whole edge from there, where it is entered.
    pub(super) wholes: Cow<'r, [[u32; 2]]>,
}

impl<'r> Reached<'r> {
    pub(super) fn of_edges(streets: &Streets, reach: &'r [ModeReach]) -> Self {
        let layers = reach.iter().map(|of| Layer::Edges(Cow::Borrowed(&of.edges))).collect();
        Reached { layers, stretches: doors(streets, reach.iter().map(|of| of.seeds.as_slice())) }
    }

    pub(super) fn of_states(streets: &Streets, reach: &[(&'r Paving, &'r StateReach)]) -> Self {
        let layers = reach.iter().map(|&(paving, of)| Layer::States(paving, &of.states)).collect();
        Reached { layers, stretches: doors(streets, reach.iter().map(|(_, of)| of.seeds.as_slice())) }
    }

    /// Runs over whole edges, each edge at most once from either end in a layer, and all other runs.
    pub(super) fn of_runs(streets: &Streets, runs: &[Run]) -> Self {
        let mut whole: Vec<(u32, bool, (u32, u32))> = Vec::with_capacity(runs.len());
        let mut stretches = Vec::new();
        for run in runs {
            let length_cm = streets.edges[run.edge as usize].length_cm;
            let (start, end) = (run.start.deciseconds(), run.end.max(run.start).deciseconds());
            match (run.from_cm, run.to_cm) {
                (0, to) if to == length_cm => whole.push((run.edge, true, (start, end - start))),
                (from, 0) if from == length_cm => whole.push((run.edge, false, (start, end - start))),
                _ => stretches.push(*run),
            }
        }
        whole.sort_by_key(|&(edge, _, _)| edge);
        stretches.sort_by_key(|run| run.edge);
        let mut layers: Vec<Vec<EdgeReach>> = Vec::new();
        for of_edge in whole.chunk_by(|a, b| a.0 == b.0) {
            let ways = |begin: bool| of_edge.iter().filter(move |way| way.1 == begin).map(|way| way.2);
            let (mut begins, mut ends) = (ways(true), ways(false));
            for layer in 0.. {
                let (begin, end) = (begins.next(), ends.next());
                if begin.is_none() && end.is_none() {
                    break;
                }
                if layer == layers.len() {
                    layers.push(Vec::new());
                }
                layers[layer].push(EdgeReach::new(of_edge[0].0, begin, end));
            }
        }
        Reached { layers: layers.into_iter().map(|edges| Layer::Edges(edges.into())).collect(), stretches }
    }

    /// The same with edges in place of states.
    pub(super) fn with_edges(&self, canvas: &Canvas) -> Reached<'_> {
        let layers = self.layers.iter().map(|layer| match layer {
            Layer::Edges(edges) => Layer::Edges(Cow::Borrowed(edges)),
            Layer::States(paving, states) => Layer::Edges(paving.edges(canvas, states).into()),
        });
        Reached { layers: layers.collect(), stretches: self.stretches.clone() }
    }

    fn edge_reach(&self) -> impl Iterator<Item = &EdgeReach> {
        self.layers.iter().flat_map(|layer| match layer {
            Layer::Edges(edges) => edges.iter(),
            Layer::States(..) => [].iter(),
        })
    }

    /// All edges of which something is reached, in order.
    pub(super) fn edges(&self) -> Vec<u32> {
        let mut edges: Vec<u32> =
            self.edge_reach().map(|edge| edge.edge).chain(self.stretches.iter().map(|run| run.edge)).collect();
        edges.sort_unstable();
        edges.dedup();
        edges
    }

    /// Where what is reached until `last` lies.
    pub(super) fn bounds(&self, streets: &Streets, segments: &[Segment], last: Duration) -> Bounds {
        let mut bounds = Bounds::NOTHING;
        let last = f64::from(last.deciseconds());
        let mut take_in = |edge: u32, times: &Times| {
            let first = segments.partition_point(|segment| segment.edge < edge);
            for segment in segments[first..].iter().take_while(|segment| segment.edge == edge) {
                segment.reached(times, last).into_iter().flatten().for_each(|end| bounds.take_in(end));
            }
        };
        for edge in self.edge_reach() {
            edge.from_begin().into_iter().for_each(|way| take_in(edge.edge, &Times::whole(way, true)));
            edge.from_end().into_iter().for_each(|way| take_in(edge.edge, &Times::whole(way, false)));
        }
        for run in &self.stretches {
            take_in(run.edge, &Times::of_run(streets, run));
        }
        bounds
    }
}

/// The runs from doors, by edge.
fn doors<'r>(streets: &Streets, seeds: impl Iterator<Item = &'r [Seed]>) -> Vec<Run> {
    let mut stretches: Vec<Run> = seeds.flat_map(|seeds| Run::of_doors(streets, seeds)).collect();
    stretches.sort_by_key(|run| run.edge);
    stretches
}
