//! A coalition of projects whose variants are judged by the cheaper of two ways: a walk over a table, or lanes over the graph.

use super::TerminalArc;
use super::choice::Costs;
use super::measure::Measure;
use super::plan::Plan;
use super::recompute::Recompute;
use super::table::{Cell, Table};
use super::updates::Overlay;
use super::walk::Walk;

/// How coalitions are judged. What a [`Recompute`] is for must be the base of the plan.
#[derive(Debug, Clone, Copy)]
pub enum Way<'r> {
    /// By a walk over the table of the base: a project costs what its arcs cost.
    Walk,
    /// By times that are computed anew: all projects cost the same.
    Recompute(&'r Recompute),
    /// By whichever is found to be cheaper on this machine, for projects of hundreds of arcs mostly the second.
    Cheapest(&'r Recompute),
}

/// A coalition that grows one project at a time and shrinks in the opposite order.
#[derive(Debug)]
pub(super) enum Coalition<'a, C, M> {
    /// By updates of a table.
    Walked(Box<Walk<'a, C, M>>, &'a Plan<TerminalArc>),
    /// By times that are computed anew for every coalition.
    Recomputed(Box<Recomputed<'a, C, M>>),
}

/// What is needed to compute times anew.
#[derive(Debug)]
pub(super) struct Recomputed<'a, C, M> {
    recompute: Recompute,
    base: Table<C>,
    plan: &'a Plan<TerminalArc>,
    measure: &'a M,
    members: Vec<usize>,
    /// What the times are worth without members, and after each of them joined.
    worths: Vec<i128>,
}

impl<'a, C: Cell, M: Measure> Coalition<'a, C, M> {
    /// The empty coalition.
    pub fn new(base: &Table<C>, plan: &'a Plan<TerminalArc>, measure: &'a M, way: Way) -> Coalition<'a, C, M> {
        match way {
            Way::Recompute(recompute) => Coalition::recomputed(recompute, base, plan, measure),
            Way::Cheapest(recompute) if is_cheaper(recompute, base, plan, measure) => {
                Coalition::recomputed(recompute, base, plan, measure)
            }
            Way::Walk | Way::Cheapest(_) => Coalition::Walked(Box::new(Walk::new(base.clone(), plan, measure)), plan),
        }
    }

    fn recomputed(recompute: &Recompute, base: &Table<C>, plan: &'a Plan<TerminalArc>, measure: &'a M) -> Self {
        let (recompute, base) = (recompute.clone(), base.clone());
        let mut this = Recomputed { recompute, base, plan, measure, members: Vec::new(), worths: Vec::new() };
        this.judge();
        Coalition::Recomputed(Box::new(this))
    }

    /// The same coalition, to be changed without this one: a thread's own.
    pub fn twin(&self) -> Self {
        match self {
            Coalition::Walked(walk, plan) => Coalition::Walked(walk.clone(), plan),
            Coalition::Recomputed(this) => Coalition::Recomputed(Box::new(Recomputed {
                recompute: this.recompute.clone(),
                base: this.base.clone(),
                plan: this.plan,
                measure: this.measure,
                members: this.members.clone(),
                worths: this.worths.clone(),
            })),
        }
    }

    /// How many projects there are.
    pub fn n_projects(&self) -> usize {
        match self {
            Coalition::Walked(_, plan) => plan.projects().len(),
            Coalition::Recomputed(this) => this.plan.projects().len(),
        }
    }

    /// How many projects are in the coalition.
    pub fn n_members(&self) -> usize {
        match self {
            Coalition::Walked(walk, _) => walk.members().len(),
            Coalition::Recomputed(this) => this.members.len(),
        }
    }

    /// What the times between zones are worth now.
    pub fn worth(&self) -> i128 {
        match self {
            Coalition::Walked(walk, _) => walk.worth(),
            Coalition::Recomputed(this) => *this.worths.last().expect("the worth without members is never taken off"),
        }
    }

    /// A project joins, which must not be a member yet; what the times are worth then.
    pub fn join(&mut self, project: usize) -> i128 {
        match self {
            Coalition::Walked(walk, _) => walk.join(project),
            Coalition::Recomputed(this) => {
                this.members.push(project);
                this.judge()
            }
        }
    }

    /// The last members leave, until as many remain as said.
    pub fn leave_to(&mut self, n_members: usize) {
        match self {
            Coalition::Walked(walk, _) => walk.leave_to(n_members),
            Coalition::Recomputed(this) => {
                this.members.truncate(n_members);
                this.worths.truncate(n_members + 1);
            }
        }
    }
}

impl<C: Cell, M: Measure> Recomputed<'_, C, M> {
    /// Computes the times of the members.
    fn judge(&mut self) -> i128 {
        let worth = self.recompute.worth(&self.base, &self.plan.arcs(&self.members), self.measure);
        self.worths.push(worth);
        worth
    }
}

/// Whether computing all times anew costs less than a step of a walk: its new arcs, and the arcs of today that are laid on again.
fn is_cheaper<C: Cell, M: Measure>(recompute: &Recompute, base: &Table<C>, plan: &Plan<TerminalArc>, measure: &M) -> bool {
    let n_adds: usize = plan.projects().iter().map(|project| project.adds.len()).sum();
    let n_contested = plan.contested().into_iter().filter(|&is_contested| is_contested).count();
    let a_step = n_adds.div_ceil(plan.projects().len().max(1)) + n_contested;
    let all: Vec<TerminalArc> = plan.every_arc().collect();
    let costs = Costs::measured(&mut Overlay::new(base.clone()), &all, measure, Some(&mut recompute.clone()));
    costs.recompute.is_some_and(|(none, each)| none + each * (all.len() as f64) < costs.update * a_step as f64)
}
