//! Many origins against many destinations, spread over threads.

use rayon::prelude::*;

use super::journey::Parts;
use super::located::Located;
use super::row::{Far, Workspace};
use super::world::World;
use super::{Terms, Window};
use crate::search::Outcome;

/// What is asked of every pair.
#[derive(Debug, Clone, Copy)]
pub struct MatrixQuestion<'q> {
    /// What is allowed.
    pub terms: &'q Terms,
    /// When.
    pub window: &'q Window,
    /// Percentiles over the window, at least one.
    pub percentiles: &'q [u8],
    /// Whether the components of the journey at the first percentile are wanted.
    pub parts: bool,
}

/// The answer for one pair.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    /// For every percentile that was asked for.
    pub times: Vec<Outcome>,
    /// The components of the journey at the first percentile, where they are wanted and there is one.
    pub parts: Option<Parts>,
}

/// Answers rows of a matrix against the same far points.
pub struct Rows<'r> {
    world: &'r World<'r>,
    far: Vec<Far>,
    question: &'r MatrixQuestion<'r>,
}

impl<'r> Rows<'r> {
    /// Finds the stops around the far points: destinations forwards, origins backwards.
    pub fn new(world: &'r World<'r>, far: Vec<Located>, question: &'r MatrixQuestion<'r>) -> Self {
        Rows { world, far: world.far_points(far, question.terms, question.window.direction), question }
    }

    /// A row for every root, in their order, and in it a cell for every far point.
    pub fn of(&self, roots: &[Located]) -> Vec<Vec<Cell>> {
        let row = |workspace: &mut Workspace, root: &Located| self.row(root, workspace);
        roots.par_iter().map_init(Workspace::default, row).collect()
    }

    fn row(&self, root: &Located, workspace: &mut Workspace) -> Vec<Cell> {
        let MatrixQuestion { terms, window, percentiles, parts } = *self.question;
        let tree = self.world.tree(root, terms, window, workspace);
        let mut cells: Vec<Cell> = Vec::with_capacity(self.far.len());
        for far in &self.far {
            let lanes = tree.lanes(far);
            let times = percentiles.iter().map(|&percent| lanes.percentile(percent)).collect();
            let lane = lanes.lane_of(percentiles[0]).filter(|_| parts);
            let journey = lane.and_then(|lane| tree.journey(far, lane, workspace));
            cells.push(Cell { times, parts: journey.map(|journey| Parts::of(&journey)) });
        }
        tree.give_back(workspace);
        cells
    }
}
