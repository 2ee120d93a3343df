//! Values in the fields of a feed: times, dates, whole numbers.

use jiff::civil::Date;

use super::faults::Faults;
use super::table::Row;

/// The longest time of day, in hours: three weeks, longer than any train runs.
const MAX_HOURS: u32 = 504;

/// Seconds after the midnight of the service day, from `H:MM:SS` with any number of hours up to 504.
pub(super) fn seconds(text: &str) -> Option<u32> {
    let bytes = text.as_bytes();
    let (hours, rest) = bytes.split_at(bytes.iter().position(|&byte| byte == b':')?);
    let [b':', m1, m2, b':', s1, s2] = *rest else { return None };
    let digit = |byte: u8| byte.is_ascii_digit().then(|| u32::from(byte - b'0'));
    if hours.is_empty() || hours.len() > 3 {
        return None;
    }
    let hours = hours.iter().try_fold(0, |sum, &byte| Some(sum * 10 + digit(byte)?))?;
    let (minutes, seconds) = (digit(m1)? * 10 + digit(m2)?, digit(s1)? * 10 + digit(s2)?);
    (hours <= MAX_HOURS && minutes < 60 && seconds < 60).then_some(hours * 3600 + minutes * 60 + seconds)
}

/// A time of day that may be blank; what is no time is reported and blank.
pub(super) fn time(row: &Row, column: &str, field: &str, faults: &mut Faults) -> Option<u32> {
    if field.is_empty() {
        return None;
    }
    let time = seconds(field);
    if time.is_none() {
        let message = format_args!("`{column}` is not a time of day: \"{field}\"");
        faults.error("gtfs::time", row, field, message, "write H:MM:SS, for instance 07:30:00; hours may pass 24 up to 504");
    }
    time
}

/// A day, from `YYYYMMDD`.
pub(super) fn day(text: &str) -> Option<Date> {
    if text.len() != 8 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Date::new(text[..4].parse().ok()?, text[4..6].parse().ok()?, text[6..].parse().ok()?).ok()
}

/// A day that must be there; otherwise it is reported.
pub(super) fn required_day(row: &Row, column: &str, field: &str, faults: &mut Faults) -> Option<Date> {
    let day = day(field);
    if day.is_none() {
        let message = format_args!("`{column}` is not a day: \"{field}\"");
        faults.error("gtfs::date", row, field, message, "write YYYYMMDD, for instance 20270301");
    }
    day
}

/// A whole number that may be blank; what is none is reported and blank.
pub(super) fn whole(row: &Row, column: &str, field: &str, faults: &mut Faults) -> Option<u32> {
    if field.is_empty() {
        return None;
    }
    let plain = field.bytes().all(|byte| byte.is_ascii_digit());
    let number = if plain { field.parse().ok() } else { None };
    if number.is_none() {
        let message = format_args!("`{column}` is not a whole number: \"{field}\"");
        faults.error("gtfs::number", row, field, message, "write digits only, for instance 12");
    }
    number
}

/// A number from a short list that stands for kinds, blank counting as `blank`; what is not in it is reported as a warning and
/// counts as blank.
pub(super) fn kind(row: &Row, column: &str, field: &str, highest: u8, blank: u8, faults: &mut Faults) -> u8 {
    match field.as_bytes() {
        [] => blank,
        [digit] if digit.is_ascii_digit() && digit - b'0' <= highest => digit - b'0',
        _ => {
            let message = format_args!("`{column}` is none of 0 to {highest}: \"{field}\"; it counts as {blank}");
            faults.warning("gtfs::kind", row, field, message, "write one of the numbers of the GTFS reference");
            blank
        }
    }
}

/// An id that must be there; an empty one is reported.
pub(super) fn id<'f>(row: &Row, column: &str, field: &'f str, faults: &mut Faults) -> Option<&'f str> {
    if field.is_empty() {
        faults.error("gtfs::empty", row, field, format_args!("`{column}` is empty"), "write the id");
        return None;
    }
    Some(field)
}
