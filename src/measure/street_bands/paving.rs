//! The states of a graph laid on a canvas, so that a search is drawn from the times of states alone.

use super::canvas::Canvas;
use super::surface::NONE;
use crate::search::Direction;
use crate::search::doors::reach::EdgeReach;
use crate::search::streets::StreetGraph;

/// The states of a graph on a canvas, for searches in one direction: 8 bytes for every state and every edge, 4 for every arc and 8 for
/// every square in which a state leaves a street or enters one; some 15 MB for a city of 300 000 vertices.
#[derive(Debug)]
pub struct Paving {
    /// Where the slots and the marks of every state begin, and one more.
    first: Vec<[u32; 2]>,
    /// For every arc the edge that is entered, as twice its place along the curve of the canvas, and one more where it is entered at its end.
    slots: Vec<u32>,
    marks: Vec<Mark>,
    /// Deciseconds over every edge from its begin and from its end, by its place along the curve of the canvas.
    pub(super) wholes: Vec<[u32; 2]>,
    /// The longest of these.
    pub(super) longest: u32,
}

/// A square into which a street leads from a state.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mark {
    pub(super) square: u32,
    /// So many deciseconds later.
    pub(super) later: f32,
}

impl Canvas<'_> {
    /// Lays the states of a graph of these streets on the canvas, for searches in one direction.
    pub fn pave(&self, graph: &StreetGraph, direction: Direction) -> Paving {
        let mut paving = Paving {
            first: vec![[0, 0]],
            slots: Vec::new(),
            marks: Vec::new(),
            wholes: vec![[0; 2]; self.streets.edges.len()],
            longest: 0,
        };
        for state in 0..graph.n_states() as u32 {
            let first_mark = paving.marks.len();
            graph.for_each_entered(state, direction, |edge| {
                let Some(whole) = graph.edge_time(edge) else { return };
                let at_begin = edge.is_forward() == (direction == Direction::Forward);
                let rank = self.rank(edge.edge());
                paving.slots.push(2 * rank as u32 + u32::from(!at_begin));
                paving.wholes[rank][usize::from(!at_begin)] = whole;
                paving.longest = paving.longest.max(whole);
                let visits = self.visits(edge.edge());
                for (nth, visit) in visits.iter().enumerate() {
                    let leaves = visits.get(nth + 1).map_or(1.0, |next| next.enters);
                    let later = whole as f32 * if at_begin { visit.enters } else { 1.0 - leaves };
                    paving.mark(first_mark, Mark { square: visit.square, later });
                }
            });
            paving.first.push([paving.slots.len() as u32, paving.marks.len() as u32]);
        }
        paving
    }
}

impl Paving {
    /// Adds a mark to those of a state, of which each square has one.
    fn mark(&mut self, first_of_state: usize, mark: Mark) {
        match self.marks[first_of_state..].iter_mut().find(|known| known.square == mark.square) {
            Some(known) => known.later = known.later.min(mark.later),
            None => self.marks.push(mark),
        }
    }

    pub(super) fn n_states(&self) -> usize {
        self.first.len() - 1
    }

    /// The edges that are entered from a state, and the squares into which they lead.
    #[inline]
    pub(super) fn of(&self, state: u32) -> (&[u32], &[Mark]) {
        let [from, to] = [self.first[state as usize], self.first[state as usize + 1]];
        (&self.slots[from[0] as usize..to[0] as usize], &self.marks[from[1] as usize..to[1] as usize])
    }

    /// The edges that are entered from states, in order.
    pub(super) fn edges(&self, canvas: &Canvas, states: &[(u32, u32)]) -> Vec<EdgeReach> {
        let mut starts = vec![[NONE; 2]; self.wholes.len()];
        let starts_flat = starts.as_flattened_mut();
        for &(state, time) in states {
            for &slot in self.of(state).0 {
                starts_flat[slot as usize] = time.min(starts_flat[slot as usize]);
            }
        }
        let edge = |edge: u32| {
            let (starts, wholes) = (starts[canvas.rank(edge)], self.wholes[canvas.rank(edge)]);
            let [begin, end] = [0, 1].map(|end| (starts[end] != NONE).then_some((starts[end], wholes[end])));
            (begin.is_some() || end.is_some()).then(|| EdgeReach::new(edge, begin, end))
        };
        (0..starts.len() as u32).filter_map(edge).collect()
    }
}
