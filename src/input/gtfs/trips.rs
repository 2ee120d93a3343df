//! Trips, and trips that are repeated by headway.

use std::collections::HashMap;
use std::sync::Arc;

use super::archive::Archive;
use super::faults::Faults;
use super::places::{Ids, repeated};
use super::records::*;
use super::table::{Columns, Row, each_row};
use super::values::{id, kind, time, whole};
use crate::error::Error;

/// Reads `trips.txt`.
pub(super) fn read(archive: &Archive, feed: &mut Feed, ids: &mut Ids, faults: &mut Faults) -> Result<(), Error> {
    let names = ["route_id", "service_id", "trip_id", "direction_id", "block_id", "shape_id"];
    let (trips, blocks) = (&mut feed.trips, &mut feed.blocks);
    let mut block_ids: HashMap<Arc<str>, BlockAt> = HashMap::new();
    each_row(archive, "trips.txt", Columns { names, required: 3 }, faults, |row, fields, faults| {
        let [route, service, trip_id, direction, block, shape] = fields;
        let Some(trip_id) = id(row, "trip_id", trip_id, faults) else { return };
        let known = (ids.routes.get(route), ids.services.get(service));
        unknown(row, "route_id", route, known.0.is_none(), "routes.txt", faults);
        unknown(row, "service_id", service, known.1.is_none(), "calendar.txt or calendar_dates.txt", faults);
        let (Some(&route), Some(&service)) = known else { return };
        let direction = (!direction.is_empty()).then(|| kind(row, "direction_id", direction, 1, 0, faults));
        let block = (!block.is_empty()).then(|| match block_ids.get(block) {
            Some(&at) => at,
            None => {
                let (at, id): (_, Arc<str>) = (BlockAt(blocks.len() as u32), Arc::from(block));
                block_ids.insert(Arc::clone(&id), at);
                blocks.push(id);
                at
            }
        });
        let shape_at = ids.shapes.get(shape).copied();
        if !shape.is_empty() && shape_at.is_none() {
            let message = format_args!("`shape_id` is not in shapes.txt: \"{shape}\"; the trip is drawn from stop to stop");
            faults.warning("gtfs::reference", row, shape, message, "write the id of a shape, or nothing");
        }
        let trip = Trip { id: Arc::from(trip_id), route, service, direction, block, shape: shape_at, line: row.line };
        if let Some(&other) = ids.trips.get(trip_id) {
            let other: &Trip = &trips[other.at()];
            let is_same = Trip { line: other.line, ..trip } == *other;
            return repeated(row, "trip_id", &format!("\"{trip_id}\""), other.line, is_same, faults);
        }
        ids.trips.insert(Arc::clone(&trip.id), TripAt(trips.len() as u32));
        trips.push(trip);
    })?;
    Ok(())
}

/// Reports a reference to nothing.
fn unknown(row: &Row, column: &str, field: &str, is_unknown: bool, file: &str, faults: &mut Faults) {
    if is_unknown {
        let message = format_args!("`{column}` is not in {file}: \"{field}\"");
        faults.error("gtfs::unknown", row, field, message, &format!("write an id of {file}, or remove the row"));
    }
}

/// Reads `frequencies.txt`.
pub(super) fn read_frequencies(archive: &Archive, feed: &mut Feed, ids: &Ids, faults: &mut Faults) -> Result<(), Error> {
    let frequencies = &mut feed.frequencies;
    let columns = Columns { names: ["trip_id", "start_time", "end_time", "headway_secs", "exact_times"], required: 4 };
    each_row(archive, "frequencies.txt", columns, faults, |row, [trip, from, to, headway, exact], faults| {
        let Some(&trip) = ids.trips.get(trip) else {
            let message = format_args!("`trip_id` is not in trips.txt: \"{trip}\"; the row is not used");
            faults.warning("gtfs::reference", row, trip, message, "write the id of a trip, or remove the row");
            return;
        };
        for (column, field) in [("start_time", from), ("end_time", to), ("headway_secs", headway)] {
            id(row, column, field, faults);
        }
        let (from, to) = (time(row, "start_time", from, faults), time(row, "end_time", to, faults));
        let seconds = whole(row, "headway_secs", headway, faults);
        let exact = kind(row, "exact_times", exact, 1, 0, faults) == 1;
        let (Some(from), Some(to), Some(headway_s)) = (from, to, seconds) else { return };
        if headway_s == 0 {
            let message = format_args!("`headway_secs` is 0");
            return faults.error(
                "gtfs::frequency",
                row,
                headway,
                message,
                "write the seconds between two departures, at least 1",
            );
        }
        if to <= from {
            let message = format_args!("`end_time` is not after `start_time`; no trip departs");
            return faults.warning("gtfs::frequency", row, row.text, message, "write the later time as `end_time`");
        }
        frequencies.push(Frequency { trip, from, to, headway: headway_s, exact, line: row.line });
    })?;
    frequencies.sort_by_key(|frequency| (frequency.trip, frequency.from, frequency.to, frequency.line));
    Ok(())
}
