//! Which service days of a feed reach into the service day of a timetable, and how far apart their midnights are.

use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::input::gtfs::Feed;

/// A service day of a feed.
pub(super) struct Day {
    /// Seconds from the midnight of the timetable's day to the midnight of this one; negative for the days before.
    pub offset: i64,
    /// For every service of the feed whether it runs on this day.
    pub services: Vec<bool>,
}

/// A timetable reaches so many seconds beyond its midnight: to the end of the day after. One hour is left out, so that the short
/// day of spring does not bring in a day more.
const HORIZON: i64 = 47 * 3600;

/// The days of `feed` from which something runs after the midnight of `date` in `zone` and that begin before the day after ends.
pub(super) fn around(feed: &Feed, date: Date, zone: &TimeZone) -> Vec<Day> {
    let own = feed.zone().and_then(|name| TimeZone::get(name).ok()).unwrap_or_else(|| zone.clone());
    let Some(midnight) = midnight(date, zone) else { return Vec::new() };
    let last = i64::from(last_second(feed));
    let n_before = last / 86_400 + 2;
    let mut days = Vec::new();
    let mut day = date;
    for _ in 0..n_before {
        day = day.yesterday().unwrap_or(day);
    }
    let end = date.tomorrow().and_then(|day| day.tomorrow()).unwrap_or(date);
    while day <= end {
        if let Some(own_midnight) = self::midnight(day, &own) {
            let offset = own_midnight - midnight;
            if offset < HORIZON && offset + last >= 0 {
                let services = feed.services.iter().map(|service| service.runs_on(day)).collect();
                days.push(Day { offset, services });
            }
        }
        match day.tomorrow() {
            Ok(next) => day = next,
            Err(_) => break,
        }
    }
    days
}

/// The second that the times of a service day count from: noon − 12 h, which is midnight but for the days when clocks change.
fn midnight(date: Date, zone: &TimeZone) -> Option<i64> {
    let noon = date.at(12, 0, 0, 0).to_zoned(zone.clone()).ok()?;
    Some(noon.timestamp().as_second() - 12 * 3600)
}

/// No trip of the feed runs later than this, in seconds after the midnight of its day.
fn last_second(feed: &Feed) -> u32 {
    let last_call = feed.stop_times.last_second().unwrap_or(0);
    // A trip by headway may leave as late as its window and then run as long as any.
    let last_window = feed.frequencies.iter().map(|frequency| frequency.to).max().unwrap_or(0);
    last_call.saturating_add(last_window)
}
