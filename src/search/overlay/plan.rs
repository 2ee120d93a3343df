//! What projects do to arcs, and the terminals that follow from it.

use std::collections::BTreeSet;

use super::{NodeArc, TerminalArc};

/// A project: arcs that come, and arcs of today that go. A road that is slowed down or improved is an arc that goes and one
/// that comes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Project<A> {
    /// The arcs that it brings.
    pub adds: Vec<A>,
    /// The arcs of today that it takes away, by their position among those.
    pub replaces: Vec<usize>,
}

/// Projects, and the arcs of today that they change. Any set of projects makes a variant: an arc of today is there unless
/// one of them takes it away, and all that they bring is there. Where several bring an arc between the same two ends, the
/// quickest counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan<A> {
    today: Vec<A>,
    projects: Vec<Project<A>>,
}

impl<A: Copy> Plan<A> {
    /// `None` where a project takes away an arc of today that is not there.
    pub fn new(today: Vec<A>, projects: Vec<Project<A>>) -> Option<Plan<A>> {
        let known = projects.iter().flat_map(|project| &project.replaces).all(|&arc| arc < today.len());
        known.then_some(Plan { today, projects })
    }

    /// The arcs of today that projects may take away.
    pub fn today(&self) -> &[A] {
        &self.today
    }

    /// All projects.
    pub fn projects(&self) -> &[Project<A>] {
        &self.projects
    }

    /// All arcs that some variant has beside those of the base.
    pub fn every_arc(&self) -> impl Iterator<Item = A> + '_ {
        self.today.iter().chain(self.projects.iter().flat_map(|project| &project.adds)).copied()
    }

    /// The arcs that a set of projects leaves and brings, beside those of the base.
    pub fn arcs(&self, members: &[usize]) -> Vec<A> {
        let gone: BTreeSet<usize> = members.iter().flat_map(|&member| &self.projects[member].replaces).copied().collect();
        let stays = (0..self.today.len()).filter(|arc| !gone.contains(arc)).map(|arc| self.today[arc]);
        stays.chain(members.iter().flat_map(|&member| &self.projects[member].adds).copied()).collect()
    }
}

impl Plan<NodeArc> {
    /// The terminals, ascending, and the plan in terms of them: every end of an arc is one.
    ///
    /// Turns count: where forbidden turns split a junction, ends are states of the graph and a street is an arc from every
    /// state in which it may be entered. A zone whose point lies on a street that changes is exact only if the point is a
    /// node of its own, with the parts of the street as arcs.
    pub fn on_terminals(&self) -> (Vec<u32>, Plan<TerminalArc>) {
        let ends: BTreeSet<u32> = self.every_arc().flat_map(|arc| [arc.tail, arc.head]).collect();
        let terminals: Vec<u32> = ends.into_iter().collect();
        let at = |node: u32| terminals.binary_search(&node).expect("every end of an arc is a terminal") as u32;
        let known = |arc: &NodeArc| TerminalArc { tail: at(arc.tail), head: at(arc.head), time: arc.time };
        let project = |project: &Project<NodeArc>| Project {
            adds: project.adds.iter().map(known).collect(),
            replaces: project.replaces.clone(),
        };
        let today = self.today.iter().map(known).collect();
        let projects = self.projects.iter().map(project).collect();
        (terminals, Plan { today, projects })
    }
}

impl Plan<TerminalArc> {
    /// For every arc of today, whether some project takes it away for something slower or for nothing. The others may stay
    /// when they are replaced: an arc as quick lies beside them.
    pub(super) fn contested(&self) -> Vec<bool> {
        let mut contested = vec![false; self.today.len()];
        for project in &self.projects {
            for &gone in &project.replaces {
                let arc = self.today[gone];
                let as_good = |new: &TerminalArc| (new.tail, new.head) == (arc.tail, arc.head) && new.time <= arc.time;
                contested[gone] |= !project.adds.iter().any(as_good);
            }
        }
        contested
    }
}
