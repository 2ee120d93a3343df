//! The travel-time surface: minutes from one origin on the grid of cells.

use crate::input::vocabulary::Mode;
use crate::network::territory::Grid;
use crate::search::engine::Travel;
use crate::search::{Direction, Endpoint, Outcome};

/// Travel times on a grid: column 0 is the westernmost, row 0 the southernmost.
#[derive(Debug, Clone)]
pub struct Surface<'t> {
    /// The grid.
    pub grid: &'t Grid,
    /// The outcome of every square, at `row · n_cols + col`; `None` where there is no cell.
    pub squares: Vec<Option<Outcome>>,
}

/// The surface of times from `origin`; `None` for a territory without a grid.
pub fn surface<'t>(travel: &'t dyn Travel, origin: Endpoint, mode: Mode) -> Option<Surface<'t>> {
    let grid = travel.territory().grid.as_ref()?;
    let times = travel.tree(origin, Direction::Forward, mode).cells();
    Some(Surface::of(grid, &times))
}

impl<'t> Surface<'t> {
    /// The surface of times of all cells, in the order of the territory.
    pub fn of(grid: &'t Grid, times: &[Outcome]) -> Self {
        Surface { grid, squares: grid.cells.iter().map(|cell| cell.map(|cell| times[cell as usize])).collect() }
    }

    /// Minutes of the square at a column and row, if it has a cell that is reached.
    pub fn minutes(&self, col: usize, row: usize) -> Option<f64> {
        self.squares[row * self.grid.n_cols + col]?.time().map(|time| time.minutes())
    }

    /// Number of cells without a journey.
    pub fn n_unreached(&self) -> usize {
        self.squares.iter().flatten().filter(|outcome| outcome.time().is_none()).count()
    }
}
