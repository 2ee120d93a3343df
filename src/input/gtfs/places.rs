//! Agencies, stops and routes, and what the feed says of itself.

use std::collections::HashMap;
use std::sync::Arc;

use super::archive::Archive;
use super::faults::Faults;
use super::records::*;
use super::table::{Columns, Row, each_row, lines_of};
use super::values::{day, id, kind};
use crate::error::Error;
use crate::geo::LonLat;

/// Where the records of an id are, file by file.
#[derive(Default)]
pub(super) struct Ids {
    pub stops: HashMap<Arc<str>, StopAt>,
    pub routes: HashMap<Arc<str>, RouteAt>,
    pub services: HashMap<Arc<str>, ServiceAt>,
    pub trips: HashMap<Arc<str>, TripAt>,
    pub shapes: HashMap<Arc<str>, ShapeAt>,
}

/// Reads `agency.txt`, `stops.txt`, `routes.txt` and `feed_info.txt`.
pub(super) fn read(archive: &Archive, feed: &mut Feed, faults: &mut Faults) -> Result<Ids, Error> {
    let mut ids = Ids::default();
    read_agencies(archive, feed, faults)?;
    read_stops(archive, feed, &mut ids, faults)?;
    read_routes(archive, feed, &mut ids, faults)?;
    read_info(archive, feed, faults)?;
    Ok(ids)
}

fn read_agencies(archive: &Archive, feed: &mut Feed, faults: &mut Faults) -> Result<(), Error> {
    let columns = Columns { names: ["agency_timezone", "agency_id", "agency_name"], required: 1 };
    let agencies = &mut feed.agencies;
    each_row(archive, "agency.txt", columns, faults, |row, [zone, id, name], faults| {
        if jiff::tz::TimeZone::get(zone).is_err() {
            let message = format_args!("`agency_timezone` is not the name of a time zone: \"{zone}\"");
            let help = "write a name of the IANA time zone database, for instance Europe/Berlin";
            faults.error("gtfs::zone", row, zone, message, help);
            return;
        }
        let id = (!id.is_empty()).then(|| Arc::from(id));
        let agency = Agency { id, name: Arc::from(name), zone: Arc::from(zone), line: row.line };
        if let Some(first) = agencies.iter().find(|other: &&Agency| other.zone != agency.zone) {
            let message =
                format_args!("the agency keeps the time of {zone}, and that on line {} {}", first.line, first.zone);
            let help = "give all agencies of a feed one time zone, or make a feed of each";
            faults.error("gtfs::zones", row, zone, message, help);
        }
        match agencies.iter().find(|other| other.id == agency.id) {
            Some(other) => repeated(
                row,
                "agency_id",
                &format!("{:?}", agency.id.as_deref().unwrap_or("")),
                other.line,
                Agency { line: other.line, ..agency } == *other,
                faults,
            ),
            None => agencies.push(agency),
        }
    })?;
    Ok(())
}

/// Reports an id that an earlier row has: an error, or a warning where both rows say the same.
pub(super) fn repeated(row: &Row, column: &str, id: &str, line: u32, is_same: bool, faults: &mut Faults) {
    if is_same {
        let message = format_args!("the row says again what line {line} says: `{column}` {id}");
        faults.warning("gtfs::repeated", row, row.text, message, "remove one of them");
    } else {
        let message = format_args!("`{column}` {id} is taken by line {line}, which says something else");
        faults.error("gtfs::duplicate", row, row.text, message, "give each an id of its own");
    }
}

fn read_stops(archive: &Archive, feed: &mut Feed, ids: &mut Ids, faults: &mut Faults) -> Result<(), Error> {
    let names = ["stop_id", "stop_name", "stop_lat", "stop_lon", "location_type", "parent_station"];
    let stops = &mut feed.stops;
    // The line and name of parents, which may stand below their children.
    let mut parents: Vec<(StopAt, Arc<str>, u32)> = Vec::new();
    each_row(archive, "stops.txt", Columns { names, required: 1 }, faults, |row, fields, faults| {
        let [stop_id, name, lat, lon, location, parent] = fields;
        let Some(stop_id) = id(row, "stop_id", stop_id, faults) else { return };
        let kind = match kind(row, "location_type", location, 4, 0, faults) {
            1 => StopKind::Station,
            2 => StopKind::Entrance,
            3 => StopKind::Node,
            4 => StopKind::BoardingArea,
            _ => StopKind::Platform,
        };
        let at = point(row, lat, lon, faults);
        let stop = Stop { id: Arc::from(stop_id), name: Arc::from(name), at, kind, parent: None, line: row.line };
        if let Some(&other) = ids.stops.get(stop_id) {
            let other = &stops[other.at()];
            let is_same = Stop { line: other.line, ..stop } == *other;
            return repeated(row, "stop_id", &format!("\"{stop_id}\""), other.line, is_same, faults);
        }
        let at = StopAt(stops.len() as u32);
        ids.stops.insert(Arc::clone(&stop.id), at);
        stops.push(stop);
        if !parent.is_empty() {
            parents.push((at, Arc::from(parent), row.line));
        }
    })?;
    let mut lost: Vec<(u32, Arc<str>)> = Vec::new();
    for (stop, parent, line) in parents {
        match ids.stops.get(&parent) {
            Some(&parent) if parent != stop => stops[stop.at()].parent = Some(parent),
            _ => lost.push((line, parent)),
        }
    }
    report_later(archive, "stops.txt", &lost, faults, |row, parent, faults| {
        let message = format_args!("`parent_station` is no other stop of the feed: \"{parent}\"; the stop has no station");
        faults.warning("gtfs::reference", row, row.text, message, "write the `stop_id` of a station of the feed");
    })
}

/// Goes to lines of a file a second time to report what became known only after the whole file was read. The lines are in rising
/// order; each comes with what is to be said of it.
pub(super) fn report_later<T>(
    archive: &Archive,
    file: &'static str,
    lines: &[(u32, T)],
    faults: &mut Faults,
    report: impl Fn(&Row, &T, &mut Faults),
) -> Result<(), Error> {
    if lines.is_empty() {
        return Ok(());
    }
    let numbers: Vec<u32> = lines.iter().map(|(line, _)| *line).collect();
    let mut next = lines.iter();
    lines_of(archive, file, &numbers, faults, |row, faults| {
        if let Some((_, what)) = next.next() {
            report(row, what, faults);
        }
    })
}

/// The point of two fields. Coordinates that are blank or (0, 0) are missing, which matters only where a vehicle calls.
fn point(row: &Row, lat: &str, lon: &str, faults: &mut Faults) -> Option<LonLat> {
    if lat.is_empty() && lon.is_empty() {
        return None;
    }
    let number = |field: &str| field.parse::<f64>().ok().filter(|value| value.is_finite());
    let (Some(y), Some(x)) = (number(lat), number(lon)) else {
        let (name, field) = if number(lat).is_none() { ("stop_lat", lat) } else { ("stop_lon", lon) };
        let message = format_args!("`{name}` is not a number: \"{field}\"");
        faults.error("gtfs::number", row, field, message, "write degrees of WGS-84 with a point, for instance 49.4043");
        return None;
    };
    if x == 0.0 && y == 0.0 {
        return None;
    }
    let point = LonLat::new(x, y);
    if point.is_none() {
        let help = match LonLat::new(y, x) {
            Some(_) => "latitude and longitude look swapped",
            None => "write degrees of WGS-84: latitude −90 to 90, longitude −180 to 180",
        };
        faults.error("gtfs::coordinate", row, lat, format_args!("the point ({y}, {x}) is not on the earth"), help);
    }
    point
}

fn read_routes(archive: &Archive, feed: &mut Feed, ids: &mut Ids, faults: &mut Faults) -> Result<(), Error> {
    let names = [
        "route_id",
        "route_type",
        "route_short_name",
        "route_long_name",
        "route_color",
        "continuous_pickup",
        "continuous_drop_off",
    ];
    let (routes, unused) = (&mut feed.routes, &mut feed.unused);
    each_row(archive, "routes.txt", Columns { names, required: 2 }, faults, |row, fields, faults| {
        let [route_id, route_type, short, long, colour, pickup, drop_off] = fields;
        let Some(route_id) = id(row, "route_id", route_id, faults) else { return };
        let Some(route_type) = self::route_type(row, route_type, faults) else { return };
        let name = if short.is_empty() { long } else { short };
        let colour = u32::from_str_radix(colour, 16).ok().filter(|_| colour.len() == 6);
        let route = Route { id: Arc::from(route_id), name: Arc::from(name), route_type, colour, line: row.line };
        unused.continuous_stopping += usize::from(is_continuous(pickup) || is_continuous(drop_off));
        if let Some(&other) = ids.routes.get(route_id) {
            let other = &routes[other.at()];
            let is_same = Route { line: other.line, ..route } == *other;
            return repeated(row, "route_id", &format!("\"{route_id}\""), other.line, is_same, faults);
        }
        ids.routes.insert(Arc::clone(&route.id), RouteAt(routes.len() as u32));
        routes.push(route);
    })?;
    Ok(())
}

/// Whether a field says that one may get on or off between stops.
pub(super) fn is_continuous(field: &str) -> bool {
    matches!(field, "0" | "2" | "3")
}

/// A basic or extended route type.
fn route_type(row: &Row, field: &str, faults: &mut Faults) -> Option<u16> {
    let number = field.parse::<u16>().ok().filter(|number| matches!(number, 0..=7 | 11 | 12 | 100..=1799));
    if number.is_none() {
        let message = format_args!("`route_type` is none of the types of GTFS: \"{field}\"");
        let help = "write 0 to 7, 11 or 12, or an extended type from 100 to 1702, for instance 3 for a bus";
        faults.error("gtfs::route_type", row, field, message, help);
    }
    number
}

fn read_info(archive: &Archive, feed: &mut Feed, faults: &mut Faults) -> Result<(), Error> {
    let names = ["feed_publisher_name", "feed_version", "feed_start_date", "feed_end_date"];
    let info = &mut feed.info;
    each_row(archive, "feed_info.txt", Columns { names, required: 0 }, faults, |_, [publisher, version, from, to], _| {
        let version = (!version.is_empty()).then(|| Arc::from(version));
        let (from, to) = (day(from), day(to));
        info.get_or_insert(FeedInfo { publisher: Arc::from(publisher), version, from, to });
    })?;
    Ok(())
}

/// Reports stops without a place on the map: errors where vehicles call, otherwise warnings.
pub(super) fn check_coordinates(archive: &Archive, feed: &Feed, faults: &mut Faults) -> Result<(), Error> {
    let nowhere =
        |stop: &Stop| stop.at.is_none() && matches!(stop.kind, StopKind::Platform | StopKind::Station | StopKind::Entrance);
    if !feed.stops.iter().any(nowhere) {
        return Ok(());
    }
    let mut called = vec![false; feed.stops.len()];
    for trip in 0..feed.trips.len() as u32 {
        feed.calls(TripAt(trip)).for_each(|call| called[call.stop.at()] = true);
    }
    let lost: Vec<(u32, (bool, &Stop))> = feed
        .stops
        .iter()
        .zip(called)
        .filter(|(stop, _)| nowhere(stop))
        .map(|(stop, called)| (stop.line, (called, stop)))
        .collect();
    report_later(archive, "stops.txt", &lost, faults, |row, (called, stop), faults| {
        let id = &stop.id;
        if *called {
            let message =
                format_args!("the stop \"{id}\" is nowhere: its coordinates are blank or (0, 0), and vehicles call there");
            faults.error("gtfs::nowhere", row, row.text, message, "write its `stop_lat` and `stop_lon`");
        } else {
            let message = format_args!("the stop \"{id}\" is nowhere: its coordinates are blank or (0, 0); it is left out");
            faults.warning("gtfs::left_out", row, row.text, message, "write its `stop_lat` and `stop_lon`, or remove it");
        }
    })
}
