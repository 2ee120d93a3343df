//! A coalition of projects that grows one project at a time and shrinks in the opposite order.
//!
//! What projects bring only ever adds arcs, but an arc of today that a project takes away must go. Therefore two layers lie
//! on the base. The lower one has the arcs of today that no project takes away for something slower, and all that the
//! members bring; it grows and shrinks with the coalition. The upper one has the other arcs of today that are still there;
//! it is taken off and laid on again at every step. Without closures and slow-downs the upper layer is empty.

use super::TerminalArc;
use super::measure::Measure;
use super::plan::Plan;
use super::table::{Cell, Table};
use super::updates::{Mark, Overlay};

/// A coalition, and what the times of its variant are worth.
#[derive(Debug)]
pub struct Walk<'a, C, M> {
    overlay: Overlay<C>,
    plan: &'a Plan<TerminalArc>,
    measure: &'a M,
    /// The arcs of the upper layer by their position among those of today, and how many members take each of them away.
    contested: Vec<(usize, u32)>,
    /// What the lower layer was, and was worth, before each member and now.
    lower: Vec<(Mark, i128)>,
    members: Vec<usize>,
    worth: i128,
}

/// A measure need not be cloned: it is only borrowed.
impl<C: Cell, M> Clone for Walk<'_, C, M> {
    fn clone(&self) -> Self {
        let Walk { overlay, plan, measure, contested, lower, members, worth } = self;
        Walk {
            overlay: overlay.clone(),
            plan,
            measure,
            contested: contested.clone(),
            lower: lower.clone(),
            members: members.clone(),
            worth: *worth,
        }
    }
}

impl<'a, C: Cell, M: Measure> Walk<'a, C, M> {
    /// The empty coalition: today, on the base.
    pub fn new(base: Table<C>, plan: &'a Plan<TerminalArc>, measure: &'a M) -> Self {
        let mut worth = base.worth(measure);
        let mut overlay = Overlay::new(base);
        let mut contested = Vec::new();
        for (at, (&arc, is_contested)) in plan.today().iter().zip(plan.contested()).enumerate() {
            if is_contested {
                contested.push((at, 0));
            } else {
                worth += overlay.add(arc, measure);
            }
        }
        let lower = vec![(overlay.mark(), worth)];
        let mut walk = Walk { overlay, plan, measure, contested, lower, members: Vec::new(), worth };
        walk.lay_upper();
        walk
    }

    /// What the times between zones are worth now.
    pub fn worth(&self) -> i128 {
        self.worth
    }

    /// The times of the present coalition.
    pub fn table(&self) -> &Table<C> {
        self.overlay.table()
    }

    /// The projects of the coalition in the order in which they joined.
    pub fn members(&self) -> &[usize] {
        &self.members
    }

    /// A project joins, which must not be a member yet; what the times are worth then.
    pub fn join(&mut self, project: usize) -> i128 {
        debug_assert!(!self.members.contains(&project), "a project joins once");
        let (mark, mut worth) = self.lowest();
        self.overlay.undo(mark);
        for &arc in &self.plan.projects()[project].adds {
            worth += self.overlay.add(arc, self.measure);
        }
        self.count(project, |n| n + 1);
        self.lower.push((self.overlay.mark(), worth));
        self.members.push(project);
        self.lay_upper();
        self.worth
    }

    /// The last members leave, until as many remain as said.
    pub fn leave_to(&mut self, n_members: usize) {
        while self.members.len() > n_members {
            let project = self.members.pop().expect("there are more members than shall remain");
            self.count(project, |n| n - 1);
            self.lower.pop();
        }
        let (mark, _) = self.lowest();
        self.overlay.undo(mark);
        self.lay_upper();
    }

    fn lowest(&self) -> (Mark, i128) {
        *self.lower.last().expect("the state without members is never taken off")
    }

    fn count(&mut self, project: usize, change: impl Fn(u32) -> u32) {
        let replaces = &self.plan.projects()[project].replaces;
        for (arc, n) in &mut self.contested {
            if replaces.contains(arc) {
                *n = change(*n);
            }
        }
    }

    /// Adds the arcs of today that no member takes away.
    fn lay_upper(&mut self) {
        self.worth = self.lowest().1;
        for &(arc, n) in &self.contested {
            if n == 0 {
                self.worth += self.overlay.add(self.plan.today()[arc], self.measure);
            }
        }
    }
}
