//! Lines with their `<at>`, services with their `<call>` and `<trips>`: what holds within one of them.

use std::ops::Range;

use super::attributes::{Fields, Tag};
use super::elements::conflict;
use super::*;
use crate::input::faults::Faults;

pub(super) const LINE: &[&str] = &["id", "name", "mode", "model", "design_kmh"];
pub(super) const AT: &[&str] = &["stop", "point", "lon", "lat", "km", "delay", "shape"];
pub(super) const SERVICE: &[&str] = &["id", "name", "mode", "reserved", "basis"];
pub(super) const CALL: &[&str] = &["stop", "line", "minutes", "pass"];
pub(super) const TRIPS: &[&str] = &["count", "from", "to", "times", "per_week", "direction"];
/// What the elements inside a line or service may cite; it is for the reader of the file only.
pub(super) const INNER: &[&str] = &["source", "confidence", "note"];

/// The most trips of one `<trips>` element: one every half minute of a day.
const MAX_TRIPS: u32 = 2880;

/// A line while its children are read.
pub(super) struct LineDraft {
    record: Option<LineRecord>,
    head: Range<usize>,
    n_at: usize,
    last: Option<(Distance, String)>,
}

impl LineDraft {
    pub fn new(f: &mut Fields) -> Self {
        let (id, name, model) = (f.id("id"), f.text("name"), f.id("model"));
        let mode = f.required("mode").and_then(|a| f.word(a, LineMode::ALL, LineMode::word));
        let design = f.optional("design_kmh").and_then(|a| f.kmh(a, 1200.0));
        let common = f.common(true);
        let (head, n_at, last) = (f.tag.head(), 0, None);
        let record = || {
            Some(LineRecord { id: id?, name: name?, mode: mode?, model: model?, design, at: Vec::new(), common: common? })
        };
        LineDraft { record: record(), head, n_at, last }
    }

    pub fn at(&mut self, f: &mut Fields) {
        let place = match (f.optional_id("stop"), f.optional_id("point")) {
            (Some(stop), None) => {
                for name in ["lon", "lat"] {
                    if let Some(attribute) = f.optional(name) {
                        let _: Option<()> = conflict(f, attribute, "stop", name);
                    }
                }
                Some(LinePlace::Stop(stop))
            }
            (None, Some(point)) => Some(LinePlace::Point(point, f.optional_point())),
            (Some(_), Some(_)) => f.optional("point").and_then(|attribute| conflict(f, attribute, "stop", "point")),
            // An empty one has been reported.
            (None, None) if f.has("stop") || f.has("point") => None,
            (None, None) => f.required("stop").and(None),
        };
        let km = f.required("km").and_then(|a| f.km(a, 0.0).map(|km| (a, km)));
        if let (Some((attribute, km)), Some((before, written))) = (km, &self.last)
            && km < *before
        {
            let message = format!("`km` falls from {written} to {}", attribute.value);
            let help = "list the places of a line in the order of their kilometres; two branches are two lines";
            f.faults.error("xml::order", attribute.range.clone(), message, help);
        }
        let (delay, shape) = (f.optional_id("delay"), f.shape());
        if self.n_at == 0 {
            nothing_before(f, &["delay", "shape"]);
        }
        self.n_at += 1;
        if let Some((attribute, km)) = km {
            self.last = Some((km, attribute.value.to_string()));
        }
        if let (Some(record), Some(place), Some((_, km))) = (&mut self.record, place, km) {
            record.at.push(LineAtRecord { place, km, delay, shape });
        }
    }

    pub fn finish(self, faults: &mut Faults) -> Option<LineRecord> {
        if self.n_at < 2 {
            let message = format!("the line has {} <at>, and at least 2 are needed", self.n_at);
            faults.error("xml::few", self.head, message, "write an <at> for every stop and junction in order");
        }
        self.record
    }
}

/// A service while its children are read.
pub(super) struct ServiceDraft {
    record: Option<ServiceRecord>,
    head: Range<usize>,
    calls: Vec<CallShape>,
    n_trips: usize,
}

/// What the rules about all calls of a service look at.
struct CallShape {
    head: Range<usize>,
    has_line: bool,
    has_minutes: bool,
    pass: bool,
}

impl ServiceDraft {
    pub fn new(f: &mut Fields) -> Self {
        let (id, name) = (f.id("id"), f.text("name"));
        let mode = f.required("mode").and_then(|a| f.word(a, LineMode::ALL, LineMode::word));
        let reserved = f.required("reserved").and_then(|a| f.yes_or_no(a));
        let basis = f.required("basis").and_then(|a| f.word(a, ServiceBasis::ALL, ServiceBasis::word));
        let common = f.common(true);
        let record = || {
            let (calls, trips) = (Vec::new(), Vec::new());
            Some(ServiceRecord {
                id: id?,
                name: name?,
                mode: mode?,
                reserved: reserved?,
                basis: basis?,
                calls,
                trips,
                common: common?,
            })
        };
        ServiceDraft { record: record(), head: f.tag.head(), calls: Vec::new(), n_trips: 0 }
    }

    pub fn call(&mut self, f: &mut Fields) {
        let (stop, lines, pass) = (f.id("stop"), f.names("line"), f.yes("pass"));
        let written = f.optional("minutes");
        let run = written.and_then(|a| f.number(a, 0.1, 2880.0)).and_then(Duration::from_minutes);
        if self.calls.is_empty() {
            nothing_before(f, &["line", "minutes"]);
        }
        let (head, has_line) = (f.tag.head(), !lines.is_empty());
        self.calls.push(CallShape { head, has_line, has_minutes: written.is_some(), pass });
        let span = Span::new(&f.faults.file, f.tag.range.clone());
        if let (Some(record), Some(stop)) = (&mut self.record, stop) {
            record.calls.push(CallRecord { stop, lines, run, pass, span });
        }
    }

    pub fn trips(&mut self, f: &mut Fields) {
        self.n_trips += 1;
        let times = trip_times(f);
        let direction = match f.optional("direction") {
            Some(attribute) => f.word(attribute, TripDirection::ALL, TripDirection::word),
            None => Some(TripDirection::Both),
        };
        let span = Span::new(&f.faults.file, f.tag.range.clone());
        if let (Some(record), Some(times), Some(direction)) = (&mut self.record, times, direction) {
            record.trips.push(TripsRecord { times, direction, span });
        }
    }

    pub fn finish(self, faults: &mut Faults) -> Option<ServiceRecord> {
        if self.calls.len() < 2 {
            let message = format!("the service has {} <call>, and at least 2 are needed", self.calls.len());
            faults.error("xml::few", self.head.clone(), message, "write a <call> for every stop in order");
        } else {
            self.check_calls(faults);
        }
        if self.n_trips == 0 {
            let help = "write for instance <trips count=\"12\" from=\"06:00\" to=\"22:00\"/>";
            faults.error("xml::few", self.head, "the service has no <trips>, so nobody can ride it", help);
        }
        self.record
    }

    /// Either every call after the first has `minutes`, or every one has `line` and none has `minutes`.
    fn check_calls(&self, faults: &mut Faults) {
        let later = &self.calls[1..];
        let n_timed = later.iter().filter(|call| call.has_minutes).count();
        if n_timed > 0 {
            if let Some(call) = later.iter().find(|call| !call.has_minutes) {
                let message =
                    format!("`minutes` stands on {n_timed} of the {} calls after the first, not on this one", later.len());
                let help = "write `minutes` on every call after the first, or on none and `line` on every one";
                faults.error("xml::calls", call.head.clone(), message, help);
            }
        } else if let Some(call) = later.iter().find(|call| !call.has_line) {
            let help =
                "write line=\"…\" with the line ridden from the call before, or `minutes` on every call after the first";
            faults.error("xml::calls", call.head.clone(), "the call has neither `line` nor `minutes`", help);
        }
        let ends = [self.calls.first(), self.calls.last()];
        for end in ends.into_iter().flatten().filter(|call| call.pass) {
            let message = "the service begins or ends at a stop that it only passes";
            faults.error(
                "xml::calls",
                end.head.clone(),
                message,
                "leave `pass` out here, or add the call where it begins or ends",
            );
        }
    }
}

/// The times of a `<trips>`: exactly one of `count`, `times` and `per_week`.
fn trip_times(f: &mut Fields) -> Option<TripTimes> {
    match (f.optional("count"), f.optional("times"), f.optional("per_week")) {
        (Some(count), None, None) => {
            let (from, to) = (f.required("from"), f.required("to"));
            let count = f.whole(count, 1, MAX_TRIPS);
            let begin = from.and_then(|a| f.time(a));
            let end = to.and_then(|a| f.time(a));
            let (count, from, to, at) = (count?, begin?, end?, to?);
            if from >= to {
                let message = format!("the trips run from {from} to {to}, which is not later");
                let help = match from == to {
                    true => format!("write times=\"{from}\" for a single trip, or a later end"),
                    false => "write a later end; hours may pass 24, for instance 25:30".to_string(),
                };
                f.faults.error("xml::trips", at.range.clone(), message, help);
                return None;
            }
            Some(TripTimes::Even { count, from, to })
        }
        (None, Some(times), None) => {
            span_not_wanted(f, "times");
            f.times(times).map(TripTimes::At)
        }
        (None, None, Some(per_week)) => {
            span_not_wanted(f, "per_week");
            f.whole(per_week, 1, MAX_TRIPS * 7).map(TripTimes::PerWeek)
        }
        // An empty one has been reported.
        (None, None, None) if ["count", "times", "per_week"].iter().any(|name| f.has(name)) => None,
        (None, None, None) => {
            let help = "write count=\"12\" from=\"06:00\" to=\"22:00\", times=\"07:00 18:41\" or per_week=\"14\"";
            f.faults.error("xml::trips", f.tag.head(), "the trips have no times", help);
            None
        }
        (Some(count), Some(_), _) => conflict(f, count, "count", "times"),
        (Some(count), None, Some(_)) => conflict(f, count, "count", "per_week"),
        (None, Some(times), Some(_)) => conflict(f, times, "times", "per_week"),
    }
}

/// `from` and `to` belong to `count` alone.
fn span_not_wanted(f: &mut Fields, beside: &str) {
    for name in ["from", "to"] {
        if let Some(attribute) = f.optional(name) {
            let _: Option<()> = conflict(f, attribute, beside, name);
        }
    }
}

/// The first of a sequence has no stretch before it, so it cannot say anything about one.
fn nothing_before(f: &mut Fields, names: &[&'static str]) {
    let tag: &Tag = f.tag;
    for &name in names {
        if let Some(attribute) = f.optional(name) {
            let message = format!("the first <{}> has `{name}`, but there is nothing before it", tag.name);
            let help = format!("`{name}` is about the stretch before: write it on the next <{}>", tag.name);
            f.faults.error("xml::first", attribute.range.clone(), message, help);
        }
    }
}
