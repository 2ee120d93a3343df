//! The way that a search found, for drawing and telling it.

use std::collections::BTreeMap;

use super::StreetGraph;
use crate::network::streets::Directed;
use crate::network::streets::snap::EdgePoint;
use crate::search::Direction;
use crate::search::flat::Scratch;

/// A way between two points, in the order in which it is travelled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreetPath {
    /// Deciseconds beside the streets before the first edge and after the last.
    pub off_street: [u32; 2],
    /// The edges; the first and the last may be driven in part.
    pub stretches: Vec<Stretch>,
}

/// An edge, or a part of it, on a way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stretch {
    /// The edge in the direction in which it is driven.
    pub edge: Directed,
    /// Where it is entered, in centimetres from the begin of the edge in the drawing direction of its way.
    pub from_cm: u32,
    /// Where it is left, measured in the same way; less than `from_cm` where the edge is driven against its drawing direction.
    pub to_cm: u32,
    /// Deciseconds.
    pub time: u32,
}

impl StreetPath {
    /// Deciseconds from point to point; exactly the sum of the parts.
    pub fn time(&self) -> u32 {
        let parts = self.off_street.iter().copied().chain(self.stretches.iter().map(|stretch| stretch.time));
        parts.fold(0, u32::saturating_add)
    }
}

impl StreetGraph {
    /// The way between `root` and `point` after a search in `direction` from the entries of `root`: from the root forwards, to it
    /// backwards. `None` where the search did not reach the point and no edge joins them. Among ways of one time always the same.
    pub fn path(&self, root: &EdgePoint, point: &EdgePoint, direction: Direction, scratch: &Scratch) -> Option<StreetPath> {
        let (from, to) = if direction == Direction::Forward { (root, point) } else { (point, root) };
        let off_street = [self.off_street(from), self.off_street(to)];
        let along = self.along(from, to);
        let through = self.best_entry(point, direction, |state| scratch.time(state));
        if let (Some(time), Some((edge, part))) = (along, self.along_edge(from, to))
            && through.is_none_or(|(_, through)| time <= through)
        {
            let stretch = Stretch { edge, from_cm: from.along_cm, to_cm: to.along_cm, time: part };
            return Some(StreetPath { off_street, stretches: vec![stretch] });
        }
        let (entry, _) = through?;
        let (seed, edges) = self.trace(entry.state, direction, scratch)?;
        let mut first = None;
        self.for_each_entry(root, direction, |entry| {
            if (entry.state, entry.time) == seed {
                first.get_or_insert(entry);
            }
        });
        let first = first?;
        let mut stretches: Vec<Stretch> = edges.into_iter().map(|edge| self.whole(edge)).collect();
        let root_part = first.edge.map(|edge| self.partly(edge, root, direction, first.time - self.off_street(root)));
        stretches.splice(0..0, root_part);
        stretches.extend(
            entry.edge.map(|edge| self.partly(edge, point, direction.opposite(), entry.time - self.off_street(point))),
        );
        if direction == Direction::Backward {
            stretches.reverse();
        }
        Some(StreetPath { off_street, stretches })
    }

    /// The edges from a seed to a state that the search in `scratch` reached (from the state to the seed, backwards), in the order
    /// in which the search went, and the seed. `None` where the search did not reach the state.
    pub fn trace(&self, state: u32, direction: Direction, scratch: &Scratch) -> Option<((u32, u32), Vec<Directed>)> {
        let mut time = scratch.time(state)?;
        let (mut state, mut edges) = (state, Vec::new());
        loop {
            if scratch.seeds().contains(&(state, time)) {
                edges.reverse();
                return Some(((state, time), edges));
            }
            for (before, edge) in self.step_back(state, direction, scratch)? {
                edges.push(edge);
                state = before;
            }
            time = scratch.time(state)?;
        }
    }

    /// The last steps to a state, from it backwards, up to a seed or to a state with an earlier time. Over edges that take no time
    /// there may be many steps; these are searched in breadth so that they never turn in a circle.
    fn step_back(&self, state: u32, direction: Direction, scratch: &Scratch) -> Option<Vec<(u32, Directed)>> {
        let arcs = if direction == Direction::Forward { &self.backward } else { &self.forward };
        let now = scratch.time(state)?;
        let mut after: BTreeMap<u32, Option<(u32, Directed)>> = BTreeMap::from([(state, None)]);
        let mut queue = vec![state];
        let mut next = 0;
        while let Some(&here) = queue.get(next) {
            next += 1;
            let tight = |&(before, time, _): &(u32, u32, Directed)| {
                scratch.time(before).and_then(|earlier| earlier.checked_add(time)) == Some(now)
            };
            let earlier = arcs.of(here).filter(tight).find(|&(_, time, _)| time > 0);
            if earlier.is_some() || scratch.seeds().contains(&(here, now)) {
                let mut steps: Vec<(u32, Directed)> = earlier.map(|(before, _, edge)| (before, edge)).into_iter().collect();
                let mut at = here;
                while let Some(Some((later, edge))) = after.get(&at) {
                    steps.push((at, *edge));
                    at = *later;
                }
                steps.reverse();
                return Some(steps);
            }
            for (before, _, edge) in arcs.of(here).filter(tight) {
                after.entry(before).or_insert_with(|| {
                    queue.push(before);
                    Some((here, edge))
                });
            }
        }
        None
    }

    fn whole(&self, edge: Directed) -> Stretch {
        let length = self.edges[edge.edge() as usize].length_cm;
        let (from_cm, to_cm) = if edge.is_forward() { (0, length) } else { (length, 0) };
        Stretch { edge, from_cm, to_cm, time: self.times[edge.at()] }
    }

    /// The part of an edge from a point to its end, or backwards from its begin to the point.
    fn partly(&self, edge: Directed, point: &EdgePoint, direction: Direction, time: u32) -> Stretch {
        let whole = self.whole(edge);
        match direction {
            Direction::Forward => Stretch { from_cm: point.along_cm, time, ..whole },
            Direction::Backward => Stretch { to_cm: point.along_cm, time, ..whole },
        }
    }
}
