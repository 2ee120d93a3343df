//! Medians of processor time, and the rows in which they are printed.

use std::time::{Duration, Instant};

use cpu_time::{ProcessTime, ThreadTime};

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

/// What one call took.
#[derive(Clone, Copy)]
pub struct Sample {
    pub processor: Duration,
    pub wall: Duration,
}

impl Sample {
    /// The share of one of `n` that were worked at once.
    pub fn of_each(self, n: usize) -> Sample {
        Sample { processor: self.processor / n as u32, wall: self.wall / n as u32 }
    }
}

/// Prints the names of the columns.
pub fn header() {
    println!("task,graph,engine,amount,median_us,samples,sum,worst_us,wall_us,bytes");
}

/// Prints a row of times: the median and the worst of processor time, the median of time on the wall.
pub fn row(task: &Task, samples: Vec<Sample>, sum: u64) {
    let sorted = |of: fn(&Sample) -> Duration| {
        let mut times: Vec<Duration> = samples.iter().map(of).collect();
        times.sort_unstable();
        times
    };
    let (processor, wall) = (sorted(|sample| sample.processor), sorted(|sample| sample.wall));
    let micros = |time: Duration| time.as_nanos() as f64 / 1000.0;
    let Task { task, graph, engine, amount } = task;
    let (median, worst) = (micros(processor[processor.len() / 2]), micros(processor[processor.len() - 1]));
    let wall = micros(wall[wall.len() / 2]);
    let numbers =
        [format!("{median:.3}"), samples.len().to_string(), sum.to_string(), format!("{worst:.3}"), format!("{wall:.3}")];
    record(&[task, graph, engine, &amount.to_string(), &numbers[0], &numbers[1], &numbers[2], &numbers[3], &numbers[4], ""]);
}

/// Prints a row of memory.
pub fn memory_row(task: &Task, bytes: usize) {
    let Task { task, graph, engine, amount } = task;
    record(&[task, graph, engine, &amount.to_string(), "", "", "", "", "", &bytes.to_string()]);
}

/// Every row is printed as soon as it is there.
fn record(fields: &[&str]) {
    let mut writer = csv::Writer::from_writer(std::io::stdout());
    writer.write_record(fields).and_then(|()| Ok(writer.flush()?)).expect("standard output takes a row");
}

/// What one call takes of this thread, and its result.
pub fn once<R>(work: impl FnOnce() -> R) -> (Sample, R) {
    let (start, begin) = (ThreadTime::now(), Instant::now());
    let result = work();
    (Sample { processor: start.elapsed(), wall: begin.elapsed() }, result)
}

/// What one call takes of all threads of this process, and its result.
pub fn once_of_all<R>(work: impl FnOnce() -> R) -> (Sample, R) {
    let (start, begin) = (ProcessTime::now(), Instant::now());
    let result = work();
    (Sample { processor: start.elapsed(), wall: begin.elapsed() }, result)
}

/// Calls `work` once unmeasured and then `n` times, and prints a row.
pub fn repeat<R>(task: &Task, n: usize, mut work: impl FnMut() -> R) {
    work();
    row(task, (0..n).map(|_| once(&mut work).0).collect(), 0);
}

/// Does the same on two threads, whose processor time is taken together.
pub fn repeat_on_two<R: Send>(task: &Task, n: usize, mut work: impl FnMut() -> R + Send) {
    let two = rayon::ThreadPoolBuilder::new().num_threads(2).build().expect("two threads can be had");
    two.install(|| row(task, (0..n).map(|_| once_of_all(&mut work).0).collect(), 0));
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
    let (mut samples, mut total) = (Vec::with_capacity(n), 0u64);
    for at in 0..n {
        samples.push(once(|| work(state, at)).0);
        total = total.wrapping_add(sum(state, at));
    }
    row(task, samples, total);
}

/// Bytes of memory that the process has now, or had at most since [`forget_peak`]; `None` where the system does not tell.
pub fn resident(at_most: bool) -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let name = if at_most { "VmHWM:" } else { "VmRSS:" };
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    Some(line.split_whitespace().next()?.parse::<usize>().ok()? * 1024)
}

/// Lets the most that the process has had begin at what it has now.
pub fn forget_peak() {
    // Where this is refused the figure is that of the whole run, which is more and not less.
    std::fs::write("/proc/self/clear_refs", "5").ok();
}
