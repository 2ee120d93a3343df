//! Travel times between many endpoints: one row an origin, spread over threads.

use rayon::prelude::*;

use super::engine::Travel;
use super::journey::Journey;
use super::{Direction, Endpoint, Outcome};
use crate::input::vocabulary::Mode;

/// Travel times from each origin to each destination: `outcomes[origin][destination]`.
pub fn matrix(travel: &dyn Travel, origins: &[Endpoint], destinations: &[Endpoint], mode: Mode) -> Vec<Vec<Outcome>> {
    let row = |origin: &Endpoint| {
        let tree = travel.tree(*origin, Direction::Forward, mode);
        destinations.iter().map(|destination| tree.time(destination)).collect()
    };
    origins.par_iter().map(row).collect()
}

/// The same with the journey behind each time, where there is one.
pub fn journeys(
    travel: &dyn Travel,
    origins: &[Endpoint],
    destinations: &[Endpoint],
    mode: Mode,
) -> Vec<Vec<(Outcome, Option<Journey>)>> {
    let row = |origin: &Endpoint| {
        let tree = travel.tree(*origin, Direction::Forward, mode);
        destinations.iter().map(|destination| (tree.time(destination), tree.journey(destination))).collect()
    };
    origins.par_iter().map(row).collect()
}
