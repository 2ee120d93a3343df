//! Services that never run, and days without any.

use jiff::civil::Date;

use super::Tally;
use crate::input::gtfs::Feed;

pub(super) fn check(feed: &Feed, date: Option<Date>) -> Vec<Tally> {
    let mut never = Tally::new("service_without_days", "trips of a service run on no day");
    let mut unused = Tally::new("unused_service", "a service has no trip");
    let mut used = vec![0usize; feed.services.len()];
    for trip in &feed.trips {
        used[trip.service.at()] += 1;
    }
    for (service, n_trips) in feed.services.iter().zip(used) {
        if n_trips == 0 {
            unused.add(|| format!("service {}", service.id));
        } else if service.first_day().is_none() {
            never.add(|| format!("service {} with {n_trips} trips", service.id));
        }
    }
    let mut expired = Tally::new("expired_calendar", "the feed has no service on the day asked for");
    if let Some(date) = date
        && !feed.trips.iter().any(|trip| feed.services[trip.service.at()].runs_on(date))
    {
        expired.add(|| match feed.service_range() {
            Some((first, last)) => format!("{date} is asked for, and service runs from {first} to {last}"),
            None => format!("{date} is asked for, and no trip runs on any day"),
        });
    }
    let mut blocks =
        Tally::new("in_seat_transfer", "vehicles go on as another trip; staying in the seat counts as a change here");
    let mut n_trips = vec![0usize; feed.blocks.len()];
    for block in feed.trips.iter().filter_map(|trip| trip.block) {
        n_trips[block.at()] += 1;
    }
    for (block, n_trips) in feed.blocks.iter().zip(n_trips).filter(|&(_, n)| n > 1) {
        blocks.add(|| format!("block {block} with {n_trips} trips"));
    }
    vec![never, unused, expired, blocks]
}
