//! Travel times from every cell to a place: to its centres, weighted.
//!
//! A city has more than one centre of employment. The time of a cell is the mean over the centres of the place, weighted by
//! their share of its employment (METHOD §7.4 R-B1): `t_i = Σ_c w_c · t_ic / Σ_c w_c`. A centre that cannot be reached makes the whole
//! cell unreached, since a mean over the rest would flatter it.

use rayon::prelude::*;

use super::slowness;
use crate::input::vocabulary::Mode;
use crate::network::territory::PlaceIx;
use crate::search::freeze::Frozen;
use crate::search::project_sets::{ProjectSets, SetId};
use crate::search::tree::Tree;
use crate::search::{Direction, Endpoint, Outcome};
use crate::units::Duration;

/// Travel times from all cells to a place, in the order of the territory, with the projects that the journeys use.
#[derive(Debug, Clone)]
pub struct CellJourneys {
    /// The time of every cell.
    pub times: Vec<Outcome>,
    /// The projects of every cell's journeys, by their number in `sets`; those to all centres together.
    pub projects: Vec<SetId>,
    /// The sets.
    pub sets: ProjectSets,
}

/// The travel time from every cell to the centres of `place`, in the order of the territory.
pub fn to_place(frozen: &Frozen, place: PlaceIx, mode: Mode) -> Vec<Outcome> {
    let trees = trees(frozen, place, mode);
    let rows: Vec<(f64, Vec<Outcome>)> = trees.iter().map(|(weight, tree)| (*weight, tree.cells())).collect();
    joined(rows)
}

/// The same with the projects that the journeys use.
pub fn journeys_to_place(frozen: &Frozen, place: PlaceIx, mode: Mode) -> CellJourneys {
    let mut sets = ProjectSets::default();
    let mut projects = vec![SetId::default(); frozen.index.cells().len()];
    let mut rows = Vec::new();
    for (weight, tree) in trees(frozen, place, mode) {
        for (known, own) in projects.iter_mut().zip(tree.cell_projects(&mut sets)) {
            *known = sets.union(*known, own);
        }
        rows.push((weight, tree.cells()));
    }
    CellJourneys { times: joined(rows), projects, sets }
}

fn trees<'f>(frozen: &'f Frozen<'f>, place: PlaceIx, mode: Mode) -> Vec<(f64, Tree<'f>)> {
    let centres = &frozen.index.territory().place(place).centres;
    centres
        .par_iter()
        .enumerate()
        .map(|(at, centre)| (centre.weight, frozen.tree(Endpoint::Centre(place, at), Direction::Backward, mode)))
        .collect()
}

fn joined(mut rows: Vec<(f64, Vec<Outcome>)>) -> Vec<Outcome> {
    if rows.len() == 1 {
        return rows.remove(0).1;
    }
    let n = rows.first().map_or(0, |row| row.1.len());
    let at = |cell: usize| joined_cell(rows.iter().map(|(weight, times)| (*weight, times[cell])));
    (0..n).into_par_iter().map(at).collect()
}

/// The weighted mean of times, or the worst outcome where one of them is not reached.
fn joined_cell(times: impl Iterator<Item = (f64, Outcome)> + Clone) -> Outcome {
    let (mut sum, mut weights) = (0.0, 0.0);
    let mut worst: Option<Outcome> = None;
    for (weight, outcome) in times {
        if let Some(time) = outcome.time() {
            sum += weight * f64::from(time.deciseconds());
            weights += weight;
        } else if worst.is_none_or(|known| slowness(&known) < slowness(&outcome)) {
            worst = Some(outcome);
        }
    }
    worst.unwrap_or_else(|| Outcome::Reached(Duration::from_deciseconds((sum / weights).round() as u32)))
}
