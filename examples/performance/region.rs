//! A generated region: searches up to a limit, from the middle of town to the whole of it.

use std::error::Error;

use onehour::measure::accessibility::Decay;
use onehour::measure::batch::{Measure, Measures};
use onehour::search::Direction;
use onehour::search::hierarchy::{Targets, reduce};
use onehour::units::Duration;

use super::roads::Roads;
use super::street::Street;
use super::timed::{SAMPLES, Task, once, row};

/// Places that opportunities are measured from, and as many others that have them.
const ZONES: usize = 10_000;

/// The seed of all generated regions that are measured.
pub const SEED: u64 = 1;

/// Measures searches within 30 and 60 minutes, and to all.
pub fn run(n_nodes: usize) -> Result<(), Box<dyn Error>> {
    let flat = Roads::generate(n_nodes, SEED).flat();
    let street = Street::new(&format!("region of {n_nodes} nodes"), &flat);
    street.indexing(&flat.places);
    for minutes in [30, 60] {
        street.one_to_all(&format!("within {minutes} minutes"), minutes * 600, minutes as usize);
    }
    street.one_to_all("one to all", u32::MAX, 0);
    street.trees();
    for minutes in [60, 109] {
        fused(&street, minutes);
    }
    Ok(())
}

/// Five measures from 10 000 places to 10 000 others, without the table of their times.
fn fused(street: &Street, minutes: u32) {
    let seeds = |from: usize| (from..from + ZONES).map(|at| vec![(street.root(at), 0)]).collect::<Vec<_>>();
    let (origins, destinations) = (seeds(0), seeds(ZONES));
    let opportunities: Vec<f64> = (0..ZONES).map(|zone| (zone % 97) as f64).collect();
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
    whole();
    let times = (0..SAMPLES).map(|_| once(whole).0).collect();
    let task = format!("five measures of {ZONES} by {ZONES} within {minutes} minutes");
    row(&Task { task: &task, graph: &street.name, engine: "fused lanes", amount: ZONES }, times, 0);
}
