//! Travel times from every cell to a place: to its centres, weighted.
//!
//! A city has more than one centre of employment. The time of a cell is the time within which it reaches at least half of the
//! employment at the centres of the place, the weighted median of its times to them: `t_i = min { t : Σ_c w_c · [t_ic ≤ t] ≥ ½ Σ_c w_c }`,
//! the dual access of METHOD §2.1 no. 11 with k at one half, for the weighted set of centres of §7.4 R-B1. Unlike a mean it
//! is the time of a journey that exists, and one centre that cannot be reached does not decide over the rest.

use rayon::prelude::*;

use crate::input::vocabulary::Mode;
use crate::network::territory::PlaceIx;
use crate::search::engine::{Times, Travel};
use crate::search::project_sets::{ProjectSets, SetId};
use crate::search::{Direction, Endpoint, Outcome};

/// Travel times from all cells to a place, in the order of the territory, with the projects that the journeys use.
#[derive(Debug, Clone)]
pub struct CellJourneys {
    /// The time of every cell.
    pub times: Vec<Outcome>,
    /// The projects of every cell's decisive journey, by their number in `sets`.
    pub projects: Vec<SetId>,
    /// The sets.
    pub sets: ProjectSets,
}

/// The travel time from every cell to the centres of `place`, in the order of the territory.
pub fn to_place(travel: &dyn Travel, place: PlaceIx, mode: Mode) -> Vec<Outcome> {
    let rows: Vec<(f64, Vec<Outcome>)> =
        trees(travel, place, mode).iter().map(|(weight, tree)| (*weight, tree.cells())).collect();
    decisive(&rows).into_iter().map(|(_, time)| time).collect()
}

/// The same with the projects that the journeys use.
pub fn journeys_to_place(travel: &dyn Travel, place: PlaceIx, mode: Mode) -> CellJourneys {
    let mut sets = ProjectSets::default();
    let (mut rows, mut marks) = (Vec::new(), Vec::new());
    for (weight, tree) in trees(travel, place, mode) {
        marks.push(tree.cell_projects(&mut sets));
        rows.push((weight, tree.cells()));
    }
    let decisive = decisive(&rows);
    let projects = decisive.iter().enumerate().map(|(cell, &(centre, _))| marks[centre][cell]).collect();
    CellJourneys { times: decisive.into_iter().map(|(_, time)| time).collect(), projects, sets }
}

fn trees(travel: &dyn Travel, place: PlaceIx, mode: Mode) -> Vec<(f64, Box<dyn Times + '_>)> {
    let centres = &travel.territory().place(place).centres;
    centres
        .par_iter()
        .enumerate()
        .map(|(at, centre)| (centre.weight, travel.tree(Endpoint::Centre(place, at), Direction::Backward, mode)))
        .collect()
}

/// For every cell the centre that decides, and the time to it. `rows` hold the weight of each centre and the times of all cells.
fn decisive(rows: &[(f64, Vec<Outcome>)]) -> Vec<(usize, Outcome)> {
    if let [(_, times)] = rows {
        return times.iter().map(|&time| (0, time)).collect();
    }
    let n = rows.first().map_or(0, |row| row.1.len());
    let half = rows.iter().map(|(weight, _)| weight).sum::<f64>() / 2.0;
    let at = |cell: usize| {
        let mut times: Vec<(usize, Outcome)> = rows.iter().enumerate().map(|(centre, row)| (centre, row.1[cell])).collect();
        times.sort_by_key(|(centre, time)| (time.slowness(), *centre));
        let mut reached = 0.0;
        for &(centre, time) in &times {
            reached += rows[centre].0;
            if reached >= half {
                return (centre, time);
            }
        }
        *times.last().expect("every place has a centre")
    };
    (0..n).into_par_iter().map(at).collect()
}
