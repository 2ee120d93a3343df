//! Rides over a made province: one departure, a window of them, and repair for added lines.

use std::hint::black_box;

use onehour::search::Direction;
use onehour::search::raptor::added::AddedLines;
use onehour::search::raptor::repair::RepairScratch;
use onehour::search::raptor::{Limits, Raptor, Scratch, StopTime};

use super::timed::{Task, once, once_of_all, row};
use super::timetables::{Dice, Province, WHOLE, window};

const LIMITS: Limits = Limits { max_rides: 5, max_duration: 108_000, direction: Direction::Forward };

/// Doors beside stops that dice pick.
const N_DOORS: usize = 24;

/// Lines that are added, one at a time.
const N_LINES: usize = 60;

/// Measures every door once; so the median and the worst are those of the doors.
pub fn run() {
    let mut province = Province::make(WHOLE, 1);
    let [_, _, _, n_events, _] = province.counts();
    let name = format!("province of {n_events} stop events");
    let raptor = province.freeze();
    let mut dice = Dice(7);
    let doors: Vec<Vec<StopTime>> = (0..N_DOORS).map(|_| province.access(&mut dice)).collect();
    let mut scratch = Scratch::new();
    let task = |task, engine, amount| Task { task, graph: &name, engine, amount };
    for (what, departures) in [("rides, one departure", vec![288_000]), ("rides, window of 120", window(120))] {
        let mut of = |door: &Vec<StopTime>| {
            once(|| black_box(raptor.range(door, &departures, &LIMITS, &mut scratch)).reached().len()).0
        };
        doors.iter().for_each(|door| {
            of(door);
        });
        row(&task(what, "range", departures.len()), doors.iter().map(of).collect(), 0);
    }
    split(&raptor, &doors, &task("rides, window of 120", "two parts on two threads", 120));
    drop(raptor);
    let mut dice = Dice(99);
    let patterns = &mut province.timetable.patterns;
    let mut throw = || patterns.swap_remove(dice.below(patterns.len() as u32) as usize);
    let lines: Vec<AddedLines> = (0..N_LINES).map(|_| AddedLines::freeze(&[throw()], &[])).collect();
    repairs(&province.freeze(), &doors, &lines, &task("rides, window of 120", "repair for an added line", N_LINES));
}

fn split(raptor: &Raptor, doors: &[Vec<StopTime>], task: &Task) {
    let two = rayon::ThreadPoolBuilder::new().num_threads(2).build().expect("two threads can be had");
    let departures = window(120);
    let of = |door: &Vec<StopTime>| {
        once_of_all(|| black_box(raptor.range_split(door, &departures, &LIMITS, 2)).reached().len()).0
    };
    row(task, two.install(|| doors.iter().map(of).collect()), 0);
}

fn repairs(raptor: &Raptor, doors: &[Vec<StopTime>], lines: &[AddedLines], task: &Task) {
    let (mut scratch, mut repair) = (Scratch::new(), RepairScratch::new());
    let departures = window(120);
    let mut samples = Vec::new();
    for door in doors {
        let base = raptor.base(door, &departures, &LIMITS, &mut scratch);
        let of = |line| once(|| black_box(base.with_lines(&[line], &mut repair)).changed().len()).0;
        samples.extend(lines.iter().map(of));
    }
    row(task, samples, 0);
}
