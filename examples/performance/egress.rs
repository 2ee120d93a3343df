//! Rides carried on to doors, all departures of a window side by side.

use onehour::search::doors::ranks::Ranks;

use super::lattice::{N_DOORS, N_TIMES, doors, rides};
use super::timed::{SAMPLES, Task, repeat};

/// Five percentiles of 120 departures at 10 000 doors.
pub fn run() {
    let (doors, rides) = (doors(), rides::<u16>(60_000));
    let ranks: Vec<usize> = [5, 25, 50, 75, 95].iter().map(|percent| (N_TIMES * percent).div_ceil(100) - 1).collect();
    let ranks = Ranks::new(N_TIMES, &ranks);
    let task = Task { task: "egress with five percentiles", graph: "lattice", engine: "lanes of 16 bits", amount: N_DOORS };
    repeat(&task, SAMPLES, || rides.times(&doors, 0..N_DOORS, &ranks, |_, _| None).len());
}
