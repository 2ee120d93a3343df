//! Changes between stops and ways inside stations.

use super::archive::Archive;
use super::faults::Faults;
use super::places::Ids;
use super::records::*;
use super::table::{Columns, Row, each_row};
use super::values::{kind, whole};
use crate::error::Error;

/// Reads `transfers.txt` and `pathways.txt`.
pub(super) fn read(archive: &Archive, feed: &mut Feed, ids: &Ids, faults: &mut Faults) -> Result<(), Error> {
    read_transfers(archive, feed, ids, faults)?;
    read_pathways(archive, feed, ids, faults)
}

fn read_transfers(archive: &Archive, feed: &mut Feed, ids: &Ids, faults: &mut Faults) -> Result<(), Error> {
    let names = [
        "from_stop_id",
        "to_stop_id",
        "transfer_type",
        "min_transfer_time",
        "from_route_id",
        "to_route_id",
        "from_trip_id",
        "to_trip_id",
    ];
    let (transfers, unused) = (&mut feed.transfers, &mut feed.unused);
    each_row(archive, "transfers.txt", Columns { names, required: 0 }, faults, |row, fields, faults| {
        let [from, to, rule, seconds, specific @ ..] = fields;
        let type_number = kind(row, "transfer_type", rule, 5, 0, faults);
        if type_number > 3 || specific.iter().any(|field| !field.is_empty()) {
            unused.transfers_of_trips += 1;
            return;
        }
        let (from, to) = (stop(row, "from_stop_id", from, ids, faults), stop(row, "to_stop_id", to, ids, faults));
        let time = whole(row, "min_transfer_time", seconds, faults);
        let rule = match (type_number, time) {
            (3, _) => TransferRule::Forbidden,
            (2, Some(time)) => TransferRule::AtLeast(time),
            (2, None) => {
                let message = format_args!("`min_transfer_time` is empty, and `transfer_type` 2 needs it; the walk decides");
                faults.warning("gtfs::transfer", row, row.text, message, "write the seconds that the change takes");
                TransferRule::Recommended
            }
            _ => TransferRule::Recommended,
        };
        if let (Some(from), Some(to)) = (from, to) {
            transfers.push(Transfer { from, to, rule, line: row.line });
        }
    })?;
    Ok(())
}

/// The stop of an id; an unknown one is reported, and the row is not used.
fn stop(row: &Row, column: &str, field: &str, ids: &Ids, faults: &mut Faults) -> Option<StopAt> {
    let found = ids.stops.get(field).copied();
    if found.is_none() {
        let message = format_args!("`{column}` is not in stops.txt: \"{field}\"; the row is not used");
        faults.warning("gtfs::reference", row, field, message, "write the id of a stop, or remove the row");
    }
    found
}

fn read_pathways(archive: &Archive, feed: &mut Feed, ids: &Ids, faults: &mut Faults) -> Result<(), Error> {
    let names = ["from_stop_id", "to_stop_id", "is_bidirectional", "traversal_time"];
    let (pathways, unused) = (&mut feed.pathways, &mut feed.unused);
    each_row(archive, "pathways.txt", Columns { names, required: 2 }, faults, |row, [from, to, both, seconds], faults| {
        let (from, to) = (stop(row, "from_stop_id", from, ids, faults), stop(row, "to_stop_id", to, ids, faults));
        let both_ways = kind(row, "is_bidirectional", both, 1, 0, faults) == 1;
        let (Some(from), Some(to)) = (from, to) else { return };
        match whole(row, "traversal_time", seconds, faults) {
            Some(seconds) => pathways.push(Pathway { from, to, both_ways, seconds, line: row.line }),
            None => unused.pathways_without_time += 1,
        }
    })?;
    Ok(())
}
