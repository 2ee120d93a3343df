//! Figures of the search over timetables: a whole province from a door beside any stop, one departure and a window of 120, up to five
//! rides, three hours; and repairs for added lines. `ONEHOUR_BENCH_STOPS` makes the province smaller.

#[allow(dead_code)]
mod support;
#[allow(dead_code)]
#[path = "support/timetables.rs"]
mod timetables;

use std::time::{Duration, Instant};

use cpu_time::ThreadTime;
use criterion::Criterion;
use onehour::search::Direction;
use onehour::search::raptor::added::AddedLines;
use onehour::search::raptor::repair::RepairScratch;
use onehour::search::raptor::{Limits, Raptor, Scratch, StopTime};

use support::ThreadCpuTime;
use timetables::{Dice, Province, WHOLE, window};

const LIMITS: Limits = Limits { max_rides: 5, max_duration: 108_000, direction: Direction::Forward };
const N_DOORS: usize = 24;

fn main() {
    let mut criterion = support::criterion();
    let n_stops = std::env::var("ONEHOUR_BENCH_STOPS").ok().and_then(|n| n.parse().ok()).unwrap_or(WHOLE);
    let province = Province::make(n_stops, 1);
    let [stops, patterns, trips, events, walks] = province.counts();
    println!("province: {stops} stops, {patterns} patterns, {trips} trips, {events} stop events, {walks} walks");
    let raptor = province.freeze();
    let mut dice = Dice(7);
    let doors: Vec<Vec<StopTime>> = (0..N_DOORS).map(|_| province.access(&mut dice)).collect();
    every_door(&raptor, &doors);
    two_threads(&raptor, &doors);
    median_door(&mut criterion, &raptor, &doors);
    drop(raptor);
    repairs(province, &doors);
    criterion.final_summary();
}

/// The time of every door, once each: the median and the worst are what the figures ask for.
fn every_door(raptor: &Raptor, doors: &[Vec<StopTime>]) {
    let mut scratch = Scratch::new();
    for (name, departures) in [("one departure", vec![288_000]), ("window of 120", window(120))] {
        let times = doors.iter().map(|door| {
            let start = ThreadTime::now();
            std::hint::black_box(raptor.range(door, &departures, &LIMITS, &mut scratch));
            start.elapsed()
        });
        println!("{name}, {N_DOORS} doors, processor time: {}", spread(times.collect()));
    }
}

/// The time on the wall of the slowest door, whole and in two parts.
fn two_threads(raptor: &Raptor, doors: &[Vec<StopTime>]) {
    let departures = window(120);
    for n_parts in [1, 2] {
        let times = doors.iter().map(|door| {
            let start = Instant::now();
            std::hint::black_box(raptor.range_split(door, &departures, &LIMITS, n_parts));
            start.elapsed()
        });
        println!("window of 120 in {n_parts} parts, time on the wall: {}", spread(times.collect()));
    }
}

fn spread(mut times: Vec<Duration>) -> String {
    times.sort();
    format!("median {:.1?}, worst {:.1?}", times[times.len() / 2], times[times.len() - 1])
}

/// The door in the middle, by criterion.
fn median_door(criterion: &mut Criterion<ThreadCpuTime>, raptor: &Raptor, doors: &[Vec<StopTime>]) {
    let mut by_size: Vec<&Vec<StopTime>> = doors.iter().collect();
    let reached = |door: &[StopTime]| raptor.range(door, &[288_000], &LIMITS, &mut Scratch::new()).reached().len();
    by_size.sort_by_cached_key(|door| reached(door));
    let door = by_size[by_size.len() / 2];
    let mut group = criterion.benchmark_group("transit");
    for n in [1, 120] {
        let departures = window(n);
        group.bench_function(format!("{n} departures from the median door"), |bencher| {
            let mut scratch = Scratch::new();
            bencher.iter(|| raptor.range(door, &departures, &LIMITS, &mut scratch));
        });
    }
    group.finish();
}

/// Lines of the province by the throw of dice, left out of the base and added to the search from every door, one at a time.
fn repairs(mut province: Province, doors: &[Vec<StopTime>]) {
    let mut dice = Dice(99);
    let patterns = &mut province.timetable.patterns;
    let mut throw = || patterns.swap_remove(dice.below(patterns.len() as u32) as usize);
    let lines: Vec<AddedLines> = (0..60).map(|_| AddedLines::freeze(&[throw()], &[])).collect();
    let raptor = province.freeze();
    let (mut scratch, mut repair) = (Scratch::new(), RepairScratch::new());
    for (name, departures) in [("one departure", vec![288_000]), ("window of 120", window(120))] {
        let (mut full, mut based, mut repaired, mut n_changed) = (Duration::ZERO, Duration::ZERO, Vec::new(), 0);
        for door in doors {
            let start = ThreadTime::now();
            std::hint::black_box(raptor.range(door, &departures, &LIMITS, &mut scratch));
            full += start.elapsed();
            let start = ThreadTime::now();
            let base = raptor.base(door, &departures, &LIMITS, &mut scratch);
            based += start.elapsed();
            for line in &lines {
                let start = ThreadTime::now();
                n_changed += usize::from(!base.with_lines(&[line], &mut repair).changed().is_empty());
                repaired.push(start.elapsed());
            }
        }
        let (n, n_doors) = (repaired.len() as u32, doors.len() as u32);
        let (full, based, mean) = (full / n_doors, based / n_doors, repaired.iter().sum::<Duration>() / n);
        let ratio = full.as_secs_f64() / mean.as_secs_f64();
        println!("{name}: search {full:.1?}, as a base {based:.1?}; repair mean {mean:.1?}, {}", spread(repaired));
        println!("{name}: {n_changed} of {n} repairs change anything, a repair is {ratio:.0} times faster in the mean");
    }
}
