//! Attributes of one start tag: their values by kind, each fault at the value it is about.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use jiff::civil::Date;
use quick_xml::errors::Error as XmlError;
use quick_xml::escape::{EscapeError, unescape};
use quick_xml::events::BytesStart;
use quick_xml::events::attributes::AttrError;

use super::{Common, Named};
use crate::diagnostic::Span;
use crate::geo::LonLat;
use crate::input::faults::{Faults, did_you_mean, one_of};
use crate::input::text;
use crate::input::vocabulary::Confidence;
use crate::units::{Distance, Speed, TimeOfDay};

/// One attribute.
pub(super) struct Attribute<'a> {
    pub name: &'a str,
    name_range: Range<usize>,
    pub value: Cow<'a, str>,
    /// Where the raw value stands, without its quotes.
    pub range: Range<usize>,
}

/// A start tag with its attributes.
pub(super) struct Tag<'a> {
    pub name: &'a str,
    /// The whole start tag.
    pub range: Range<usize>,
    attributes: Vec<Attribute<'a>>,
}

/// The longest straight piece of a file that a record may claim, in km: a sixth of the equator.
pub(super) const MAX_KM: f64 = 6000.0;

/// The most attributes of one element; the format has half as many.
const MAX_ATTRIBUTES: usize = 50;

/// Attributes that every element may have, besides those of its own.
pub(super) const COMMON: &[&str] = &["opened", "closed", "project", "source", "confidence", "note"];

impl<'a> Tag<'a> {
    /// The tag that ends just before byte `end` of `text`; every attribute that could be read.
    pub fn new(text: &'a str, start: &BytesStart, end: usize, faults: &mut Faults) -> Self {
        let raw_name = start.name();
        let name_range = range_in(text, raw_name.as_ref());
        let begin = name_range.start.saturating_sub(1);
        let mut tag = Tag { name: &text[name_range], range: begin..end, attributes: Vec::new() };
        for attribute in start.attributes().with_checks(false) {
            if tag.attributes.len() == MAX_ATTRIBUTES {
                let message = format!("<{}> has more than {MAX_ATTRIBUTES} attributes", tag.name);
                faults.error("xml::attribute", tag.head(), message, "no element has so many: close the tag");
                break;
            }
            match attribute {
                Err(error) => {
                    let (at, help) = attribute_fault(&error);
                    let at = (begin + 1 + at).min(end.saturating_sub(1));
                    let message = format!("the attributes of <{}> are not XML here", tag.name);
                    faults.error("xml::syntax", at..at + 1, message, help);
                }
                Ok(attribute) => {
                    let name_range = range_in(text, attribute.key.as_ref());
                    let name = &text[name_range.clone()];
                    let range = range_in(text, &attribute.value);
                    if tag.find(name).is_some() {
                        let message = format!("<{}> has `{name}` twice", tag.name);
                        faults.error("xml::duplicate", name_range, message, "keep one of them");
                        continue;
                    }
                    match unescape(&text[range.clone()]) {
                        Ok(value) => tag.attributes.push(Attribute { name, name_range, value, range }),
                        Err(error) => escape_fault(name, range, &error, faults),
                    }
                }
            }
        }
        tag
    }

    fn find(&self, name: &str) -> Option<&Attribute<'a>> {
        self.attributes.iter().find(|attribute| attribute.name == name)
    }

    /// `<name`, to point at where an attribute is missing.
    pub fn head(&self) -> Range<usize> {
        self.range.start..self.range.start + 1 + self.name.len()
    }

    /// Names every attribute that is neither in `own` nor in `common`.
    pub fn check_names(&self, own: &'static [&'static str], common: &'static [&'static str], faults: &mut Faults) {
        for attribute in &self.attributes {
            if !own.contains(&attribute.name) && !common.contains(&attribute.name) {
                let message = format!("<{}> has no attribute `{}`", self.name, attribute.name);
                let help = did_you_mean(attribute.name, own.iter().chain(common).copied());
                faults.error("xml::attribute", attribute.name_range.clone(), message, help);
            }
        }
    }
}

/// Where the borrowed `part` stands in `text`.
fn range_in(text: &str, part: &str) -> Range<usize> {
    let start = (part.as_ptr() as usize).wrapping_sub(text.as_ptr() as usize);
    if text.get(start..start.wrapping_add(part.len())).is_some() { start..start + part.len() } else { 0..0 }
}

/// Where in the tag's content, and what to write.
fn attribute_fault(error: &AttrError) -> (usize, &'static str) {
    match error {
        AttrError::ExpectedEq(at) => (*at, "write name=\"value\", with an equals sign"),
        AttrError::ExpectedValue(at) => (*at, "write a value in quotes after the equals sign"),
        AttrError::UnquotedValue(at) => (*at, "put the value in quotes"),
        AttrError::ExpectedQuote(at, _) => (*at, "close the quote"),
        AttrError::Duplicated(at, _) => (*at, "keep one of them"),
    }
}

fn escape_fault(name: &str, range: Range<usize>, error: &EscapeError, faults: &mut Faults) {
    let help = "write &amp; for &, &lt; for <, &gt; for >, &quot; for \"";
    let (inner, message) = match error {
        EscapeError::UnrecognizedEntity(inner, entity) => {
            (inner.clone(), format!("`{name}` uses the entity &{entity};, which XML does not have"))
        }
        EscapeError::UnterminatedEntity(inner) => (inner.clone(), format!("`{name}` has an & that begins no entity")),
        EscapeError::InvalidCharRef(_) | EscapeError::TooManyNestedEntities => {
            (0..range.len(), format!("`{name}` has a character reference that is no character"))
        }
    };
    faults.error("xml::syntax", range.start + inner.start..(range.start + inner.end).min(range.end), message, help);
}

/// The text of an XML error without the words that say nothing to a planner.
pub(super) fn xml_message(error: &XmlError) -> String {
    let text = error.to_string();
    text.strip_prefix("syntax error: ").or(text.strip_prefix("ill-formed document: ")).unwrap_or(&text).to_string()
}

/// Reads the attributes of one tag and reports what is wrong with them.
pub(super) struct Fields<'t, 'f> {
    pub tag: &'t Tag<'t>,
    pub faults: &'f mut Faults,
}

impl<'t> Fields<'t, '_> {
    /// Whether the attribute is written, be it empty.
    pub fn has(&self, name: &str) -> bool {
        self.tag.find(name).is_some()
    }

    /// The attribute, if it stands there and is not blank.
    pub fn optional(&mut self, name: &'static str) -> Option<&'t Attribute<'t>> {
        let attribute = self.tag.find(name)?;
        if attribute.value.trim().is_empty() {
            let message = format!("`{name}` of <{}> is empty", self.tag.name);
            self.faults.error("xml::empty", attribute.range.clone(), message, "write a value or leave the attribute out");
            return None;
        }
        Some(attribute)
    }

    /// The attribute; its absence is a fault.
    pub fn required(&mut self, name: &'static str) -> Option<&'t Attribute<'t>> {
        if self.tag.find(name).is_none() {
            let message = format!("<{}> has no `{name}`", self.tag.name);
            self.faults.error(
                "xml::missing",
                self.tag.head(),
                message,
                format!("write {name}=\"{}\"", example(self.tag.name, name)),
            );
            return None;
        }
        self.optional(name)
    }

    /// The text of a required attribute.
    pub fn text(&mut self, name: &'static str) -> Option<Arc<str>> {
        self.required(name).map(|attribute| Arc::from(attribute.value.trim()))
    }

    /// The text of an optional attribute.
    pub fn optional_text(&mut self, name: &'static str) -> Option<Arc<str>> {
        self.optional(name).map(|attribute| Arc::from(attribute.value.trim()))
    }

    /// A required id, its own or that of something else.
    pub fn id(&mut self, name: &'static str) -> Option<Named> {
        self.required(name).and_then(|attribute| self.id_of(attribute))
    }

    /// An optional id.
    pub fn optional_id(&mut self, name: &'static str) -> Option<Named> {
        self.optional(name).and_then(|attribute| self.id_of(attribute))
    }

    fn id_of(&mut self, attribute: &Attribute) -> Option<Named> {
        let id = attribute.value.trim();
        if let Some(bad) = text::forbidden_in_id(id) {
            let message = format!("`{}` has the character {bad:?} in it: \"{id}\"", attribute.name);
            self.faults.error("xml::id", attribute.range.clone(), message, text::ID_HELP);
            return None;
        }
        Some(self.named(id, attribute.range.clone()))
    }

    fn named(&self, text: &str, range: Range<usize>) -> Named {
        Named { text: Arc::from(text), span: Span::new(&self.faults.file, range) }
    }

    /// The names of an optional list separated by blanks, with their places; an empty list may be written `""`.
    pub fn names(&mut self, name: &'static str) -> Vec<Named> {
        let Some(attribute) = self.tag.find(name) else { return Vec::new() };
        let parts = text::pieces(&attribute.value, char::is_whitespace);
        parts.map(|(at, part)| self.named(part, self.piece_range(attribute, at, part.len()))).collect()
    }

    /// The same as texts only.
    pub fn words_of(&mut self, name: &'static str) -> Vec<Arc<str>> {
        self.tag.find(name).map_or_else(Vec::new, |a| a.value.split_whitespace().map(Arc::from).collect())
    }

    /// The range of a piece of a value; the whole value where escapes moved it.
    fn piece_range(&self, attribute: &Attribute, at: usize, len: usize) -> Range<usize> {
        if attribute.value.len() == attribute.range.len() {
            attribute.range.start + at..attribute.range.start + at + len
        } else {
            attribute.range.clone()
        }
    }

    /// One of the words of a vocabulary.
    pub fn word<T: Copy>(&mut self, attribute: &Attribute, all: &[T], word: fn(T) -> &'static str) -> Option<T> {
        let written = attribute.value.trim();
        let found = all.iter().copied().find(|&value| word(value) == written);
        if found.is_none() {
            let message = format!("`{}` of <{}> is none of its words: \"{written}\"", attribute.name, self.tag.name);
            let help = format!("write {}", one_of(all.iter().map(|&value| word(value))));
            self.faults.error("xml::word", attribute.range.clone(), message, help);
        }
        found
    }

    /// An optional `yes` or `no`; absent is no.
    pub fn yes(&mut self, name: &'static str) -> bool {
        self.optional(name).and_then(|a| self.yes_or_no(a)).unwrap_or(false)
    }

    /// `yes` or `no`.
    pub fn yes_or_no(&mut self, attribute: &Attribute) -> Option<bool> {
        self.word(attribute, &[true, false], |yes| if yes { "yes" } else { "no" })
    }

    /// A number from `low` to `high`.
    pub fn number(&mut self, attribute: &Attribute, low: f64, high: f64) -> Option<f64> {
        let value = self.any_number(attribute)?;
        if !(low..=high).contains(&value) {
            let message = format!("`{}` is {value}, outside {low} to {high}", attribute.name);
            self.faults.error(
                "xml::range",
                attribute.range.clone(),
                message,
                format!("write a number from {low} to {high}"),
            );
            return None;
        }
        Some(value)
    }

    fn any_number(&mut self, attribute: &Attribute) -> Option<f64> {
        let written = attribute.value.trim();
        let value = text::number(written);
        if value.is_none() {
            let message = format!("`{}` is not a number: \"{written}\"", attribute.name);
            let help =
                text::number_help(written, &format!("{}=\"{}\"", attribute.name, example(self.tag.name, attribute.name)));
            self.faults.error("xml::number", attribute.range.clone(), message, help);
        }
        value
    }

    /// A whole number from `low` to `high`.
    pub fn whole(&mut self, attribute: &Attribute, low: u32, high: u32) -> Option<u32> {
        let value = self.number(attribute, f64::from(low), f64::from(high))?;
        if value.fract() != 0.0 {
            let message = format!("`{}` is not a whole number: {value}", attribute.name);
            self.faults.error(
                "xml::range",
                attribute.range.clone(),
                message,
                format!("write a whole number from {low} to {high}"),
            );
            return None;
        }
        Some(value as u32)
    }

    /// Kilometres from `low` to [`MAX_KM`].
    pub fn km(&mut self, attribute: &Attribute, low: f64) -> Option<Distance> {
        self.number(attribute, low, MAX_KM).and_then(Distance::from_km)
    }

    /// A speed from 1 km/h to `high`.
    pub fn kmh(&mut self, attribute: &Attribute, high: f64) -> Option<Speed> {
        self.number(attribute, 1.0, high).and_then(Speed::from_kmh)
    }

    /// An optional date.
    pub fn date(&mut self, name: &'static str) -> Option<Date> {
        let attribute = self.optional(name)?;
        let date = text::date(attribute.value.trim());
        if date.is_none() {
            let message = format!("`{name}` is not a date: \"{}\"", attribute.value);
            self.faults.error("xml::date", attribute.range.clone(), message, text::DATE_HELP);
        }
        date
    }

    /// A time of day.
    pub fn time(&mut self, attribute: &Attribute) -> Option<TimeOfDay> {
        self.time_of(attribute, &attribute.value, attribute.range.clone())
    }

    fn time_of(&mut self, attribute: &Attribute, written: &str, range: Range<usize>) -> Option<TimeOfDay> {
        let time = TimeOfDay::from_text(written.trim());
        if time.is_none() {
            let message = format!("`{}` is not a time of day: \"{written}\"", attribute.name);
            self.faults.error("xml::time", range, message, text::TIME_HELP);
        }
        time
    }

    /// Times separated by blanks, ascending; `None` where one of them is wrong.
    pub fn times(&mut self, attribute: &Attribute) -> Option<Vec<TimeOfDay>> {
        let mut times: Vec<TimeOfDay> = Vec::new();
        let mut whole = true;
        for (at, part) in text::pieces(&attribute.value, char::is_whitespace) {
            let range = self.piece_range(attribute, at, part.len());
            match (self.time_of(attribute, part, range.clone()), times.last()) {
                (None, _) => whole = false,
                (Some(time), Some(&before)) if time <= before => {
                    let message = format!("`{}` has {part} after {before}", attribute.name);
                    self.faults.error("xml::trips", range, message, "write the times in ascending order, each once");
                    whole = false;
                }
                (Some(time), _) => times.push(time),
            }
        }
        whole.then_some(times)
    }

    /// The point of `lon` and `lat`, both required.
    pub fn point(&mut self) -> Option<LonLat> {
        let (lon, lat) = (self.required("lon"), self.required("lat"));
        let (lon, lat) = (lon?, lat?);
        let (x, y) = (self.any_number(lon), self.any_number(lat));
        let range = lon.range.start.min(lat.range.start)..lon.range.end.max(lat.range.end);
        self.lon_lat(x?, y?, range)
    }

    /// The point of `lon` and `lat`, or nothing where both are absent.
    pub fn optional_point(&mut self) -> Option<LonLat> {
        let absent = self.tag.find("lon").is_none() && self.tag.find("lat").is_none();
        if absent { None } else { self.point() }
    }

    fn lon_lat(&mut self, lon: f64, lat: f64, range: Range<usize>) -> Option<LonLat> {
        text::lon_lat(lon, lat).map_err(|(message, help)| self.faults.error("xml::coordinate", range, message, help)).ok()
    }

    /// The points of `shape`, `"112.1,38.1 112.2,38.2"`; none where it is absent.
    pub fn shape(&mut self) -> Vec<LonLat> {
        let Some(attribute) = self.optional("shape") else { return Vec::new() };
        let mut points = Vec::new();
        for (at, pair) in text::pieces(&attribute.value, char::is_whitespace) {
            let range = self.piece_range(attribute, at, pair.len());
            let numbers = pair.split_once(',').and_then(|(lon, lat)| Some((text::number(lon)?, text::number(lat)?)));
            match numbers {
                Some((lon, lat)) => points.extend(self.lon_lat(lon, lat, range)),
                None => {
                    let message = format!("`shape` has a point that is not lon,lat: \"{pair}\"");
                    let help = "write points as lon,lat separated by blanks, for instance shape=\"112.1,38.1 112.2,38.2\"";
                    self.faults.error("xml::shape", range, message, help);
                }
            }
        }
        points
    }

    /// The common attributes; `cited`: whether a source and a confidence are required.
    pub fn common(&mut self, cited: bool) -> Option<Common> {
        let (opened, closed) = (self.date("opened"), self.date("closed"));
        if let (Some(from), Some(until), Some(attribute)) = (opened, closed, self.tag.find("closed"))
            && until <= from
        {
            let message = format!("<{}> closes on {until}, not after it opens on {from}", self.tag.name);
            self.faults.error("xml::lifetime", attribute.range.clone(), message, "write the first day on which it is gone");
        }
        let project = self.optional_id("project");
        let source = if cited { self.text("source") } else { self.optional_text("source").or(Some(Arc::from(""))) };
        let written = if cited { self.required("confidence") } else { self.optional("confidence") };
        let confidence = match written {
            Some(attribute) => self.word(attribute, Confidence::ALL, Confidence::word),
            None => (!cited).then_some(Confidence::Low),
        };
        let note = self.optional_text("note");
        let span = Span::new(&self.faults.file, self.tag.range.clone());
        Some(Common { opened, closed, project, source: source?, confidence: confidence?, note, span })
    }
}

/// A value that would do, for helps.
fn example(tag: &str, name: &str) -> &'static str {
    match name {
        "class" if tag == "stop" => "prefecture",
        "from" | "to" if tag != "trips" => "…",
        "lon" => "112.5705",
        "lat" => "37.8597",
        "length_km" | "official_km" | "km" => "12.345",
        "limit_kmh" | "design_kmh" => "100",
        "length_basis" => "official",
        "class" => "expressway",
        "ref" => "G5",
        "terrain" => "plain",
        "confidence" => "M",
        "reserved" => "yes",
        "basis" => "timetable",
        "mode" => "hsr",
        "minutes" => "28",
        "walk_m" => "350",
        "count" => "12",
        "per_week" => "7",
        "from" | "to" => "06:00",
        _ => "…",
    }
}
