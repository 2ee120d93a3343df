//! A generated region: searches up to a limit, from the middle of town to the whole of it.

use std::error::Error;
use std::path::Path;

use onehour::measure::accessibility::Decay;
use onehour::measure::batch::{Measure, Measures};
use onehour::search::Direction;
use onehour::search::hierarchy::{Targets, reduce};
use onehour::units::Duration;

use super::index;
use super::roads::Roads;
use super::street::Street;
use super::timed::{SAMPLES, Task, repeat, repeat_on_two};

/// Places that opportunities are measured from, and as many others that have them.
const ZONES: usize = 10_000;

/// The seed of all generated regions that are measured.
pub const SEED: u64 = 1;

/// Measures searches within 30 and 60 minutes, and to all; where there is a folder, an index that is kept in it.
pub fn run(n_nodes: usize, folder: Option<&Path>) -> Result<(), Box<dyn Error>> {
    let roads = Roads::generate(n_nodes, SEED).flat();
    let street = Street::new(&format!("region of {n_nodes} nodes"), &roads);
    street.indexing();
    street.indexing_on_two_threads(&roads.places);
    street.memory();
    for minutes in [30, 60] {
        street.one_to_all(&format!("within {minutes} minutes"), minutes * 600, minutes as usize);
    }
    street.one_to_all("one to all", u32::MAX, 0);
    street.trees();
    for minutes in [60, 109] {
        fused("five measures", &street, ZONES, minutes);
    }
    folder.map_or(Ok(()), |folder| index::run(&street, &roads.places, folder))
}

/// Five measures from some places to as many others, without the table of their times.
pub fn fused(task: &str, street: &Street, n_zones: usize, minutes: u32) {
    let seeds = |from: usize| (from..from + n_zones).map(|at| vec![(street.root(at), 0)]).collect::<Vec<_>>();
    let (origins, destinations) = (seeds(0), seeds(n_zones));
    let opportunities: Vec<f64> = (0..n_zones).map(|zone| (zone % 97) as f64).collect();
    let measures = [
        Measure::Cumulative(Duration::from_mins(45)),
        Measure::Gravity(Decay::Exponential { half_life: Duration::from_mins(20) }),
        Measure::Nearest(3),
        Measure::Within(opportunities.iter().sum::<f64>() / 2.0),
        Measure::MeanTime,
    ];
    let measures = Measures::new(&opportunities, &measures);
    let whole = || {
        let targets = Targets::new(&street.lean, Direction::Forward, &destinations);
        reduce(&street.lean, &targets, &origins, minutes * 600 - 1, &measures)
    };
    let engine = format!("fused lanes within {minutes} minutes");
    let task = |engine| Task { task, graph: &street.name, engine, amount: n_zones };
    repeat(&task(&engine), SAMPLES, whole);
    repeat_on_two(&task(&format!("{engine}, two threads")), SAMPLES, whole);
}
