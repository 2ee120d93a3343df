//! How long a mode takes over every edge, from the tags of its way and a profile.

use super::build::{StopKind, StopPlace, StreetTags};
use super::interpret::{self, TagSet, Use};
use super::{Directed, Layer, StreetMode, Streets, Way};
use crate::input::osm::Key;
use crate::input::parameters::Level;
use crate::input::street_profile::{Profile, Range};
use crate::input::vocabulary::Period;

/// The layer of a profile at a level and in a period. The profile need not be one that the streets were built with, but streets that
/// none of those goes on are not there.
pub fn layer(streets: &Streets, tags: &StreetTags, profile: &Profile, level: Level, period: Period) -> Layer {
    let paces: Vec<[Option<u32>; 2]> = tags.sets.iter().map(|set| pace(set, profile, level, period)).collect();
    let closed_where_long: Vec<bool> = tags.sets.iter().map(|set| interpret::is_closed_where_long(set, profile)).collect();
    let lengths = way_lengths_cm(streets);
    let mut times = Vec::with_capacity(2 * streets.edges.len());
    for edge in streets.edges.iter() {
        let set = tags.of_way[edge.way as usize] as usize;
        let long = profile.longest_tunnel_m.is_some_and(|most| lengths[edge.way as usize] as f64 > most * 100.0);
        for pace in paces[set] {
            let pace = pace.filter(|_| !(long && closed_where_long[set]));
            times.push(pace.map_or(Layer::CLOSED, |speed| time(edge.length_cm, speed)));
        }
    }
    ferries(streets, tags, profile, level, &lengths, &mut times);
    delays(tags, profile, level, &mut times);
    let off_street = (profile.off_street_kmh.of_speed(level) * 1000.0).round().max(1.0) as u32;
    Layer::new(StreetMode::of_profile(profile.mode), times.into(), off_street)
}

/// Metres per hour in both directions; nothing where the way is closed.
fn pace(set: &TagSet, profile: &Profile, level: Level, period: Period) -> [Option<u32>; 2] {
    let uses = interpret::uses(set, profile);
    let speed = |used, forward| (used != Use::Closed).then(|| interpret::speed(set, profile, used, forward, level, period));
    [speed(uses[0], true), speed(uses[1], false)]
}

/// Deciseconds over a length at a speed in metres per hour, half up; the longest time that is no mark of closed streets where it is
/// more than that.
fn time(length_cm: u32, speed: u32) -> u32 {
    // cm / 100 / (m/h) · 36 000 ds/h
    let (length, speed) = (u64::from(length_cm) * 360, u64::from(speed));
    ((length + speed / 2) / speed).min(u64::from(Layer::CLOSED - 1)) as u32
}

fn way_lengths_cm(streets: &Streets) -> Vec<u64> {
    let mut lengths = vec![0; streets.ways.len()];
    for edge in streets.edges.iter() {
        lengths[edge.way as usize] += u64::from(edge.length_cm);
    }
    lengths
}

/// Puts the written duration of ferries in place of that by speed, and the wait where one comes aboard: at a vertex with another kind
/// of street that is open.
fn ferries(streets: &Streets, tags: &StreetTags, profile: &Profile, level: Level, lengths: &[u64], times: &mut [u32]) {
    let is_ferry = |edge: usize| streets.way(edge as u32).flags & Way::FERRY > 0;
    let ferries: Vec<usize> = (0..streets.edges.len()).filter(|&edge| is_ferry(edge)).collect();
    if ferries.is_empty() {
        return;
    }
    let mut ashore = vec![false; streets.vertices.len()];
    for (at, edge) in streets.edges.iter().enumerate() {
        if !is_ferry(at) && (times[2 * at] != Layer::CLOSED || times[2 * at + 1] != Layer::CLOSED) {
            ashore[edge.from as usize] = true;
            ashore[edge.to as usize] = true;
        }
    }
    let wait = deciseconds(profile.ferry_wait_min.of_time(level) * 600.0);
    for edge in ferries {
        let way = streets.edges[edge].way as usize;
        let minutes = tags.sets[tags.of_way[way] as usize].get(Key::Duration).and_then(interpret::ferry_minutes);
        for forward in [true, false] {
            let directed = Directed::new(edge as u32, forward);
            let time = &mut times[directed.at()];
            if *time == Layer::CLOSED {
                continue;
            }
            if let Some(minutes) = minutes {
                let share = f64::from(streets.edges[edge].length_cm) / lengths[way] as f64;
                *time = deciseconds(minutes * 600.0 * share);
            }
            if ashore[streets.tail(directed) as usize] {
                *time = time.saturating_add(wait).min(Layer::CLOSED - 1);
            }
        }
    }
}

fn deciseconds(value: f64) -> u32 {
    (value + 0.5).floor().clamp(0.0, f64::from(Layer::CLOSED - 1)) as u32
}

/// Adds the time lost at points to the edges that end there or have them between their ends.
fn delays(tags: &StreetTags, profile: &Profile, level: Level, times: &mut [u32]) {
    let of = |range: Range| deciseconds(range.of_time(level) * 10.0);
    let (signals, crossing) = (of(profile.delays.traffic_signals), of(profile.delays.crossing));
    let (booth, rails) = (of(profile.delays.toll_booth), of(profile.delays.level_crossing));
    for stop in &tags.stops {
        let delay = match stop.kind {
            StopKind::TrafficSignals => signals,
            StopKind::Crossing => crossing,
            StopKind::TollBooth => booth,
            StopKind::LevelCrossing => rails,
        };
        let directions: &[bool] = match stop.place {
            StopPlace::Begin => &[false],
            StopPlace::Inside => &[true, false],
            StopPlace::End => &[true],
        };
        for &forward in directions {
            let time = &mut times[Directed::new(stop.edge, forward).at()];
            if *time != Layer::CLOSED {
                *time = time.saturating_add(delay).min(Layer::CLOSED - 1);
            }
        }
    }
}
