//! Points in the middle of edges: how they reach the graph and are reached from it.

use super::StreetGraph;
use crate::network::streets::snap::EdgePoint;
use crate::network::streets::{Directed, Layer};
use crate::search::Direction;
use crate::search::flat::Scratch;

/// How a point reaches a state of the graph, or is reached from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Entry {
    pub state: u32,
    /// Deciseconds, the way beside the streets included.
    pub time: u32,
    /// The edge that is driven in part; none where the point lies at the vertex.
    pub edge: Option<Directed>,
}

impl StreetGraph {
    /// The states by which a journey from the point (to the point, backwards) enters (leaves) the graph, with the deciseconds
    /// between: along the edge, and beside the streets at the mode's speed there. Who drives to the end of the edge has arrived by it;
    /// who comes to the point over the edge has come from where turning into it is allowed. A point at the end of its edge is at the
    /// vertex: from there every open edge may be taken.
    pub fn entries(&self, point: &EdgePoint, direction: Direction) -> Vec<(u32, u32)> {
        let mut entries = Vec::new();
        self.for_each_entry(point, direction, |entry| entries.push((entry.state, entry.time)));
        entries
    }

    /// The deciseconds between the ends of a journey along one edge that both points lie on, the ways beside the streets included;
    /// `None` where they lie on different edges or the edge may not be driven that way.
    pub fn along(&self, from: &EdgePoint, to: &EdgePoint) -> Option<u32> {
        let (_, time) = self.along_edge(from, to)?;
        Some(self.off_street(from).saturating_add(time).saturating_add(self.off_street(to)))
    }

    /// The deciseconds between the point and the seeds of the search in `scratch`, which went in `direction`: forwards, to the
    /// point; backwards, from it. `None` where the search did not reach it. A journey along one edge is not among these: see
    /// [`StreetGraph::along`].
    pub fn time_to(&self, point: &EdgePoint, direction: Direction, scratch: &Scratch) -> Option<u32> {
        self.time_by(point, direction, |state| scratch.time(state))
    }

    /// The same from any search; `time` answers for states.
    pub fn time_by(&self, point: &EdgePoint, direction: Direction, time: impl Fn(u32) -> Option<u32>) -> Option<u32> {
        self.best_entry(point, direction, time).map(|(_, time)| time)
    }

    /// The entry by which a search that tells the times of states reaches the point first, and the time.
    pub(super) fn best_entry(
        &self,
        point: &EdgePoint,
        direction: Direction,
        time_of: impl Fn(u32) -> Option<u32>,
    ) -> Option<(Entry, u32)> {
        let mut best: Option<(Entry, u32)> = None;
        self.for_each_entry(point, direction.opposite(), |entry| {
            let time = time_of(entry.state).and_then(|time| time.checked_add(entry.time));
            if let Some(time) = time.filter(|&time| time < Scratch::UNREACHED && best.is_none_or(|(_, least)| time < least))
            {
                best = Some((entry, time));
            }
        });
        best
    }

    /// The direction in which one edge that both points lie on is driven from one to the other, and the time along it.
    pub(super) fn along_edge(&self, from: &EdgePoint, to: &EdgePoint) -> Option<(Directed, u32)> {
        if from.edge != to.edge {
            return None;
        }
        let drive = |forward: bool| {
            let edge = Directed::new(from.edge, forward);
            let (begin, end) = (self.driven(edge, from.along_cm), self.driven(edge, to.along_cm));
            (begin <= end).then_some(())?;
            Some((edge, self.part(edge, end)? - self.part(edge, begin)?))
        };
        [drive(true), drive(false)].into_iter().flatten().min_by_key(|&(_, time)| time)
    }

    pub(super) fn for_each_entry(&self, point: &EdgePoint, direction: Direction, mut give: impl FnMut(Entry)) {
        let off_street = self.off_street(point);
        let ends = &self.edges[point.edge as usize];
        let vertex = match point.along_cm {
            0 => Some(ends.from),
            along if along >= ends.length_cm => Some(ends.to),
            _ => None,
        };
        if let Some(vertex) = vertex {
            let states = self.states(vertex);
            let end = if direction == Direction::Forward { states.start + 1 } else { states.end };
            (states.start..end).for_each(|state| give(Entry { state, time: off_street, edge: None }));
            return;
        }
        for edge in [Directed::new(point.edge, true), Directed::new(point.edge, false)] {
            let Some(before) = self.part(edge, self.driven(edge, point.along_cm)) else { continue };
            let entry = |state, part: u32| Entry { state, time: off_street.saturating_add(part), edge: Some(edge) };
            match direction {
                Direction::Forward => give(entry(self.arrived(edge), self.times[edge.at()] - before)),
                Direction::Backward => {
                    let tail = if edge.is_forward() { ends.from } else { ends.to };
                    let may_turn = |&state: &u32| self.forward.of(state).any(|(_, _, taken)| taken == edge);
                    self.states(tail).filter(may_turn).for_each(|state| give(entry(state, before)));
                }
            }
        }
    }

    /// The state of somebody who began in the middle of an edge and has driven to its end.
    pub(super) fn arrived(&self, edge: Directed) -> u32 {
        let ends = &self.edges[edge.edge() as usize];
        let head = if edge.is_forward() { ends.to } else { ends.from };
        match self.states.arrived.binary_search_by_key(&edge, |entry| entry.0) {
            Ok(at) => self.states.arrived[at].1,
            Err(_) => self.start(head),
        }
    }

    /// How far from its begin a directed edge has been driven at a place on the edge.
    fn driven(&self, edge: Directed, along_cm: u32) -> u32 {
        let length = self.edges[edge.edge() as usize].length_cm;
        if edge.is_forward() { along_cm.min(length) } else { length.saturating_sub(along_cm) }
    }

    /// The time over the first `driven_cm` of a directed edge, rounded to the decisecond; parts of an edge are differences of it, so
    /// that they add up to the whole. `None` where the edge is closed.
    fn part(&self, edge: Directed, driven_cm: u32) -> Option<u32> {
        let time = Some(self.times[edge.at()]).filter(|&time| time != Layer::CLOSED)?;
        let length = u64::from(self.edges[edge.edge() as usize].length_cm).max(1);
        let part = (u64::from(time) * u64::from(driven_cm) + length / 2) / length;
        Some(u32::try_from(part).unwrap_or(time).min(time))
    }

    /// The time between a point and its place on the edge.
    pub(super) fn off_street(&self, point: &EdgePoint) -> u32 {
        let hours = point.distance_m.max(0.0) / f64::from(self.off_street_m_per_h);
        // Nobody moves beside the streets at no speed, unless no way is to be made; the conversion saturates.
        if point.distance_m <= 0.0 { 0 } else { (hours * 36_000.0).round() as u32 }
    }
}
