//! Lines by headway made into trips at random times, one timetable for each draw.

use std::sync::Arc;

use super::build::clock;
use super::{HeadwayPattern, HeadwayWindow, Pattern, Timetable, Trip};

/// `timetable` with its lines by headway at random times: in every window the vehicles leave the first call every headway, the first
/// of them at a random time from the begin of the window until one headway later.
///
/// The random times depend on nothing but `seed`, `draw` and the key and begin of the window, so that a line leaves at the same times
/// whatever else is in the timetable; with another headway, the first vehicle comes at the same share of it.
pub fn fixed(timetable: &Timetable, seed: u64, draw: u64) -> Timetable {
    let mut patterns = timetable.patterns.clone();
    patterns.extend(drawn(timetable, seed, draw));
    Timetable {
        date: timetable.date,
        zone: Arc::clone(&timetable.zone),
        stops: timetable.stops.clone(),
        routes: timetable.routes.clone(),
        patterns,
        headways: Vec::new(),
        transfers: timetable.transfers.clone(),
    }
}

/// The trips of the lines by headway of `timetable` alone, as [`fixed`] puts them after its other patterns: one pattern for each line that
/// runs at all, in their order.
pub fn drawn(timetable: &Timetable, seed: u64, draw: u64) -> Vec<Pattern> {
    timetable.headways.iter().filter_map(|line| pattern(line, seed, draw)).collect()
}

fn pattern(line: &HeadwayPattern, seed: u64, draw: u64) -> Option<Pattern> {
    let mut starts: Vec<u32> = Vec::new();
    for window in &line.windows {
        let first = window.from.saturating_add(phase(&line.key, window, seed, draw));
        starts.extend((first..window.to).step_by(window.headway.max(1) as usize));
    }
    // All trips take the same time from call to call, so none overtakes another.
    starts.sort_unstable();
    if starts.is_empty() {
        return None;
    }
    let trip = |&start: &u32| Trip {
        id: Arc::from(format!("{}@{}", line.key, clock(start / 10))),
        source: Arc::clone(&line.source),
    };
    let times =
        |calls: &[u32]| starts.iter().flat_map(|start| calls.iter().map(move |call| start.saturating_add(*call))).collect();
    Some(Pattern {
        route: line.route,
        stops: line.stops.clone(),
        trips: starts.iter().map(trip).collect(),
        arrivals: times(&line.arrivals),
        departures: times(&line.departures),
    })
}

/// How many deciseconds after the begin of a window its first vehicle leaves, at least 0 and less than the headway.
///
/// FNV-1a over the key and the begin of the window, then three rounds of SplitMix64 (Steele, Lea & Flood 2014) that take in seed and
/// draw; the upper 32 bits are the share of the headway.
pub fn phase(key: &str, window: &HeadwayWindow, seed: u64, draw: u64) -> u32 {
    let mut hash = 0xCBF2_9CE4_8422_2325u64;
    for byte in key.bytes().chain(window.from.to_le_bytes()) {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3);
    }
    let mixed = split_mix(split_mix(split_mix(hash) ^ seed) ^ draw);
    (((mixed >> 32) * u64::from(window.headway)) >> 32) as u32
}

fn split_mix(state: u64) -> u64 {
    let mut z = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}
