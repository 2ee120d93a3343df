//! The calls of trips: `stop_times.txt`.

use std::collections::BTreeSet;

use super::archive::Archive;
use super::faults::Faults;
use super::places::{Ids, is_continuous, repeated, report_later};
use super::records::*;
use super::stop_times::{Collected, StopTime};
use super::table::{Columns, Row, each_row};
use super::values::{kind, time, whole};
use crate::error::Error;

/// The most calls that are read: a hundred million, three gigabytes.
const MAX_CALLS: usize = 100_000_000;

const NAMES: [&str; 13] = [
    "trip_id",
    "stop_sequence",
    "stop_id",
    "arrival_time",
    "departure_time",
    "pickup_type",
    "drop_off_type",
    "timepoint",
    "shape_dist_traveled",
    "location_group_id",
    "location_id",
    "continuous_pickup",
    "continuous_drop_off",
];

/// Reads `stop_times.txt` and checks that times rise along every trip.
pub(super) fn read(archive: &Archive, feed: &mut Feed, ids: &Ids, faults: &mut Faults) -> Result<(), Error> {
    let mut collected = Collected::default();
    let mut current: Option<TripAt> = None;
    let mut flexible: BTreeSet<TripAt> = BTreeSet::new();
    let (trips, unused) = (&feed.trips, &mut feed.unused);
    // `stop_id` may be missing in feeds of zones only.
    each_row(archive, "stop_times.txt", Columns { names: NAMES, required: 3 }, faults, |row, fields, faults| {
        let trip_id = fields[0];
        let trip = match current.filter(|trip| &*trips[trip.at()].id == trip_id) {
            Some(trip) => trip,
            None => match ids.trips.get(trip_id) {
                Some(&trip) => trip,
                None => {
                    let message = format_args!("`trip_id` is not in trips.txt: \"{trip_id}\"; the row is not used");
                    return faults.warning("gtfs::reference", row, trip_id, message, "add the trip, or remove the row");
                }
            },
        };
        current = Some(trip);
        if collected.len() >= MAX_CALLS {
            let message = format_args!("the feed has more than {MAX_CALLS} calls, the most that are read");
            return faults.error("gtfs::rows", row, row.text, message, "split the feed, or cut it to the region");
        }
        if fields[2].is_empty() && (!fields[9].is_empty() || !fields[10].is_empty()) {
            flexible.insert(trip);
            return;
        }
        unused.continuous_stopping += usize::from(is_continuous(fields[11]) || is_continuous(fields[12]));
        if let Some(call) = call(row, &fields, ids, faults) {
            collected.push(trip, call);
        }
    })?;
    feed.stop_times = collected.finish(feed.trips.len());
    feed.unused.flexible_trips = flexible.len();
    check(archive, feed, faults)
}

fn call(row: &Row, fields: &[&str; 13], ids: &Ids, faults: &mut Faults) -> Option<StopTime> {
    let [_, sequence, stop_id, arrival, departure, pickup, drop_off, timepoint, distance, ..] = *fields;
    let stop = ids.stops.get(stop_id).copied();
    if stop.is_none() {
        let message = format_args!("`stop_id` is not in stops.txt: \"{stop_id}\"");
        faults.error("gtfs::unknown", row, stop_id, message, "write an id of stops.txt, or remove the row");
    }
    if sequence.is_empty() {
        faults.error(
            "gtfs::empty",
            row,
            sequence,
            format_args!("`stop_sequence` is empty"),
            "number the calls of a trip in order",
        );
    }
    let exact = (!timepoint.is_empty()).then(|| kind(row, "timepoint", timepoint, 1, 1, faults) == 1);
    let call = StopTime {
        stop: stop.unwrap_or(StopAt(0)),
        sequence: whole(row, "stop_sequence", sequence, faults).unwrap_or(0),
        arrival: time(row, "arrival_time", arrival, faults),
        departure: time(row, "departure_time", departure, faults),
        pickup: kind(row, "pickup_type", pickup, 3, 0, faults),
        drop_off: kind(row, "drop_off_type", drop_off, 3, 0, faults),
        exact,
        distance: self::distance(row, distance, faults),
        line: row.line,
    };
    (stop.is_some() && !sequence.is_empty()).then_some(call)
}

/// The distance along the shape; what is no number is reported and blank, because it only helps to fill in times.
fn distance(row: &Row, field: &str, faults: &mut Faults) -> Option<f32> {
    if field.is_empty() {
        return None;
    }
    let distance = field.parse::<f32>().ok().filter(|distance| distance.is_finite() && *distance >= 0.0);
    if distance.is_none() {
        let message = format_args!("`shape_dist_traveled` is not a distance: \"{field}\"; it counts as blank");
        faults.warning("gtfs::number", row, field, message, "write a plain number, 0 or more");
    }
    distance
}

/// What is wrong with a call beside the others of its trip.
enum Wrong {
    /// It has the sequence number of the call on this line.
    SameSequence(u32, bool),
    /// It departs before it arrives.
    DwellNegative,
    /// It arrives before the departure on this line.
    RunNegative(u32),
    /// The first or last call has no time.
    EndBlank,
}

/// Checks the order of the calls of every trip; the rows at fault are read a second time to show them.
fn check(archive: &Archive, feed: &mut Feed, faults: &mut Faults) -> Result<(), Error> {
    let mut wrong: Vec<(u32, Wrong)> = Vec::new();
    for trip in 0..feed.trips.len() as u32 {
        check_trip(feed, TripAt(trip), &mut wrong);
    }
    wrong.sort_by_key(|&(line, _)| line);
    report_later(archive, "stop_times.txt", &wrong, faults, |row, wrong, faults| match *wrong {
        Wrong::SameSequence(line, is_same) => repeated(row, "stop_sequence", "of the trip", line, is_same, faults),
        Wrong::DwellNegative => {
            let message = format_args!("the vehicle departs before it arrives");
            faults.error("gtfs::times", row, row.text, message, "write a `departure_time` not before `arrival_time`");
        }
        Wrong::RunNegative(line) => {
            let message = format_args!("the vehicle arrives before it departs from the stop before, on line {line}");
            let help = "let the times of a trip rise with `stop_sequence`; after midnight go on with 24:00:00, 25:00:00";
            faults.error("gtfs::times", row, row.text, message, help);
        }
        Wrong::EndBlank => {
            let message = format_args!("the first and the last call of a trip need a time, and this has none");
            faults.error("gtfs::ends", row, row.text, message, "write `arrival_time` and `departure_time`");
        }
    })
}

fn check_trip(feed: &Feed, trip: TripAt, wrong: &mut Vec<(u32, Wrong)>) {
    let mut before: Option<StopTime> = None;
    let mut last_time: Option<(u32, u32)> = None;
    let calls = feed.calls(trip);
    let n_calls = calls.len();
    for (at, call) in calls.enumerate() {
        if let Some(before) = before.filter(|before| before.sequence == call.sequence) {
            let is_same = before.stop == call.stop && (before.arrival, before.departure) == (call.arrival, call.departure);
            wrong.push((call.line, Wrong::SameSequence(before.line, is_same)));
        }
        let (arrival, departure) = (call.arrival.or(call.departure), call.departure.or(call.arrival));
        match (arrival, departure) {
            (Some(arrival), Some(departure)) => {
                if departure < arrival {
                    wrong.push((call.line, Wrong::DwellNegative));
                } else if let Some((_, line)) = last_time.filter(|&(time, _)| arrival < time) {
                    wrong.push((call.line, Wrong::RunNegative(line)));
                }
                last_time = Some((departure, call.line));
            }
            _ if at == 0 || at + 1 == n_calls => wrong.push((call.line, Wrong::EndBlank)),
            _ => {}
        }
        before = Some(call);
    }
}
