//! Medians of processor time, and the rows in which they are printed.

use std::time::Duration;

use cpu_time::ThreadTime;

/// The fewest samples of a median.
pub const SAMPLES: usize = 20;

/// What a row is about.
#[derive(Clone, Copy)]
pub struct Task<'t> {
    pub task: &'t str,
    pub graph: &'t str,
    pub engine: &'t str,
    /// What the cost grows with: nodes, minutes, zones.
    pub amount: usize,
}

/// Prints the names of the columns.
pub fn header() {
    println!("task,graph,engine,amount,median_us,samples,sum");
}

/// Prints a row.
pub fn row(task: &Task, mut times: Vec<Duration>, sum: u64) {
    times.sort_unstable();
    let Task { task, graph, engine, amount } = task;
    let median = times[times.len() / 2].as_nanos() as f64 / 1000.0;
    println!("{task},{graph},{engine},{amount},{median:.3},{},{sum}", times.len());
}

/// The processor time of one call and its result.
pub fn once<R>(work: impl FnOnce() -> R) -> (Duration, R) {
    let start = ThreadTime::now();
    let result = work();
    (start.elapsed(), result)
}

/// Measures `work` for every number below `n` and prints a row; `sum` is asked after each, outside of what is measured. The first
/// number is worked once before, so that memory is there.
pub fn measure<S>(
    task: &Task,
    n: usize,
    state: &mut S,
    mut work: impl FnMut(&mut S, usize),
    sum: impl Fn(&mut S, usize) -> u64,
) {
    work(state, 0);
    let (mut times, mut total) = (Vec::with_capacity(n), 0u64);
    for at in 0..n {
        times.push(once(|| work(state, at)).0);
        total = total.wrapping_add(sum(state, at));
    }
    row(task, times, total);
}
