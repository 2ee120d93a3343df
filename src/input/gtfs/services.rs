//! Calendars: on which days a service runs.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::civil::Date;

use super::archive::Archive;
use super::faults::Faults;
use super::places::{Ids, repeated};
use super::records::*;
use super::table::{Columns, each_row};
use super::values::{id, required_day};
use crate::error::Error;

/// Reads `calendar.txt` and `calendar_dates.txt`.
pub(super) fn read(archive: &Archive, feed: &mut Feed, ids: &mut Ids, faults: &mut Faults) -> Result<(), Error> {
    read_weeks(archive, feed, ids, faults)?;
    read_dates(archive, feed, ids, faults)
}

fn read_weeks(archive: &Archive, feed: &mut Feed, ids: &mut Ids, faults: &mut Faults) -> Result<(), Error> {
    let names = [
        "service_id",
        "start_date",
        "end_date",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
    ];
    let services = &mut feed.services;
    each_row(archive, "calendar.txt", Columns { names, required: 10 }, faults, |row, fields, faults| {
        let [service_id, from, to, days @ ..] = fields;
        let Some(service_id) = id(row, "service_id", service_id, faults) else { return };
        let (from, to) = (required_day(row, "start_date", from, faults), required_day(row, "end_date", to, faults));
        let (Some(from), Some(to)) = (from, to) else { return };
        if to < from {
            let message = format_args!("the service ends on {to} and begins on {from}");
            faults.warning(
                "gtfs::calendar",
                row,
                row.text,
                message,
                "write the earlier day as `start_date`; the row gives no day",
            );
        }
        for (day, name) in days.iter().zip(&names[3..]) {
            if !matches!(*day, "0" | "1") {
                let message = format_args!("`{name}` is neither 0 nor 1: \"{day}\"");
                faults.error("gtfs::calendar", row, day, message, "write 1 where the service runs on that day of the week");
            }
        }
        let week = Week { days: days.map(|day| day == "1"), from, to, line: row.line };
        let at = service(services, ids, service_id);
        match services[at.at()].week {
            Some(other) => {
                let is_same = Week { line: other.line, ..week } == other;
                repeated(row, "service_id", &format!("\"{service_id}\""), other.line, is_same, faults);
            }
            None => services[at.at()].week = Some(week),
        }
    })?;
    Ok(())
}

fn read_dates(archive: &Archive, feed: &mut Feed, ids: &mut Ids, faults: &mut Faults) -> Result<(), Error> {
    let services = &mut feed.services;
    let mut seen: HashMap<(ServiceAt, Date), (bool, u32)> = HashMap::new();
    let columns = Columns { names: ["service_id", "date", "exception_type"], required: 3 };
    each_row(archive, "calendar_dates.txt", columns, faults, |row, [service_id, date, exception], faults| {
        let Some(service_id) = id(row, "service_id", service_id, faults) else { return };
        let Some(date) = required_day(row, "date", date, faults) else { return };
        if !matches!(exception, "1" | "2") {
            let message = format_args!("`exception_type` is neither 1 nor 2: \"{exception}\"");
            faults.error("gtfs::calendar", row, exception, message, "write 1 for a day with service, 2 for a day without");
            return;
        }
        let (at, is_added) = (service(services, ids, service_id), exception == "1");
        if let Some(&(other, line)) = seen.get(&(at, date)) {
            let what = format!("\"{service_id}\" on {date}");
            return repeated(row, "service_id", &what, line, other == is_added, faults);
        }
        seen.insert((at, date), (is_added, row.line));
        let service = &mut services[at.at()];
        if is_added { service.added.push(date) } else { service.removed.push(date) }
    })?;
    for service in services {
        service.added.sort_unstable();
        service.removed.sort_unstable();
    }
    Ok(())
}

/// The service of an id, made where there is none yet.
fn service(services: &mut Vec<Service>, ids: &mut Ids, id: &str) -> ServiceAt {
    if let Some(&at) = ids.services.get(id) {
        return at;
    }
    let at = ServiceAt(services.len() as u32);
    let id: Arc<str> = Arc::from(id);
    ids.services.insert(Arc::clone(&id), at);
    services.push(Service { id, week: None, added: Vec::new(), removed: Vec::new() });
    at
}
