//! The edges that a search reaches, from the times of states.

use super::StreetGraph;
use crate::network::streets::snap::EdgePoint;
use crate::network::streets::{Directed, Layer};
use crate::search::Direction;

impl StreetGraph {
    /// Calls `give` with every open edge that is entered from a state: forwards, the edges along which one may go on from there;
    /// backwards, those that lead there. An edge can come from several states of a vertex, and the least of their times is its time:
    /// backwards too, since who remembers more on arriving may do less from there on, and is never sooner at the end. Four bytes are
    /// read of every edge.
    #[inline]
    pub fn for_each_entered(&self, state: u32, direction: Direction, give: impl FnMut(Directed)) {
        let arcs = match direction {
            Direction::Forward => &self.forward,
            Direction::Backward => &self.backward,
        };
        arcs.edges[arcs.graph.range(state)].iter().copied().for_each(give);
    }

    /// The time at which a directed edge is entered at the earliest, forwards; backwards, the time from its end on. `time` answers for
    /// states. `None` where the edge is closed or not reached.
    pub fn entered(&self, edge: Directed, direction: Direction, time: impl Fn(u32) -> Option<u32>) -> Option<u32> {
        self.edge_time(edge)?;
        match direction {
            Direction::Forward => {
                let ends = &self.edges[edge.edge() as usize];
                let tail = if edge.is_forward() { ends.from } else { ends.to };
                let may_turn = |&state: &u32| self.forward.of(state).any(|(_, _, taken)| taken == edge);
                self.states(tail).filter(may_turn).filter_map(time).min()
            }
            Direction::Backward => time(self.arrived(edge)),
        }
    }

    /// The arcs that drive a directed edge: the states where each begins and ends, and its deciseconds. There are several
    /// where forbidden turns split the vertex at which the edge begins; none where it is closed.
    pub fn arcs_over(&self, edge: Directed) -> Vec<(u32, u32, u32)> {
        let ends = &self.edges[edge.edge() as usize];
        let tail = if edge.is_forward() { ends.from } else { ends.to };
        let from =
            |state| self.forward.of(state).filter(|arc| arc.2 == edge).map(move |(head, time, _)| (state, head, time));
        self.states(tail).flat_map(from).collect()
    }

    /// Deciseconds over a whole edge; `None` where it is closed.
    pub fn edge_time(&self, edge: Directed) -> Option<u32> {
        Some(self.times[edge.at()]).filter(|&time| time != Layer::CLOSED)
    }

    /// Deciseconds between a point and its place on the edge.
    pub fn off_street_time(&self, point: &EdgePoint) -> u32 {
        self.off_street(point)
    }

    /// How fast the mode moves beside the streets, in metres per hour.
    pub fn off_street_m_per_h(&self) -> u32 {
        self.off_street_m_per_h
    }
}
