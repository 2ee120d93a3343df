//! Shared reading of TOML with spans: all faults of a file in one run, each at the value it is about.

use std::ops::{Range, RangeInclusive};
use std::sync::Arc;

use jiff::civil::Date;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::faults::{Faults, did_you_mean, one_of};
use super::network_xml::Named;
use super::text;
use super::vocabulary::Name;
use crate::diagnostic::{Checked, SourceFile, Span};
use crate::geo::LonLat;
use crate::units::TimeOfDay;

/// A value with its place.
pub(super) type Value<'a> = Spanned<DeValue<'a>>;

/// Parses `file` and hands its top table to `read`. After a syntax error the rest is read as far as it goes, but only
/// the syntax errors are reported: the others would mostly follow from them.
pub(super) fn parse<T>(file: &Arc<SourceFile>, read: impl FnOnce(Table<'_, '_>) -> T) -> Checked<T> {
    let mut faults = Faults::new(file);
    let (document, errors) = DeTable::parse_recoverable(&file.text);
    let value = read(Table { entries: document.get_ref(), head: 0..0, name: "the file", faults: &mut faults });
    if !errors.is_empty() {
        faults = Faults::new(file);
        for error in errors {
            let range = error.span().unwrap_or(0..0);
            let message = format!("this is not TOML: {}", error.message().replace("invalid", "malformed"));
            faults.error("toml::syntax", range, message, "write key = value, text in quotes, lists in [ ]");
        }
    }
    Checked { value, diagnostics: faults.finish() }
}

/// Reads the values of one table and reports what is wrong with them.
pub(super) struct Table<'t, 'f> {
    entries: &'t DeTable<'t>,
    /// Where to point when something is missing: the header, or the whole of an inline table.
    pub head: Range<usize>,
    /// What the table is called in messages.
    name: &'static str,
    pub faults: &'f mut Faults,
}

impl<'t> Table<'t, '_> {
    /// Where the table stands.
    pub fn span(&self) -> Span {
        Span::new(&self.faults.file, self.head.clone())
    }

    /// The entries in order of the file: key, where the key stands, value.
    pub fn entries(&self) -> Vec<(&'t str, Range<usize>, &'t Value<'t>)> {
        let mut entries: Vec<_> =
            self.entries.iter().map(|(key, value)| (key.get_ref().as_ref(), key.span(), value)).collect();
        entries.sort_by_key(|(_, range, _)| range.start);
        entries
    }

    /// Names every key that is not in `allowed`.
    pub fn check_keys(&mut self, allowed: &'static [&'static str]) {
        for (key, range, _) in self.entries() {
            if !allowed.contains(&key) {
                let message = format!("{} has no key `{key}`", self.name);
                self.faults.error("toml::key", range, message, did_you_mean(key, allowed.iter().copied()));
            }
        }
    }

    /// Whether the key is written.
    pub fn has(&self, key: &str) -> bool {
        self.entries.contains_key(key)
    }

    /// The value of an optional key.
    pub fn optional(&self, key: &str) -> Option<&'t Value<'t>> {
        self.entries.get(key)
    }

    /// The value of a required key; `example` says what to write.
    pub fn required(&mut self, key: &str, example: &str) -> Option<&'t Value<'t>> {
        let value = self.optional(key);
        if value.is_none() {
            self.missing(key, format!("write {key} = {example}"));
        }
        value
    }

    fn missing(&mut self, key: &str, help: String) {
        let message = format!("{} has no `{key}`", self.name);
        self.faults.error("toml::missing", self.head.clone(), message, help);
    }

    /// Reports a value of the wrong kind.
    fn wrong_kind<T>(&mut self, key: &str, value: &Value, wanted: &str) -> Option<T> {
        let in_list = self.optional(key).is_some_and(|whole| whole.get_ref().is_array() && whole.span() != value.span());
        let message = format!("`{key}` is {}, not {wanted}", kind_of(value));
        let sample = if in_list { format!("[{}, …]", sample_of(wanted)) } else { sample_of(wanted).to_string() };
        self.faults.error("toml::kind", value.span(), message, format!("write {key} = {sample}"));
        None
    }

    /// A value that is text and not blank.
    pub fn text_of(&mut self, key: &str, value: &'t Value<'t>) -> Option<&'t str> {
        match value.get_ref() {
            DeValue::String(text) if text.trim().is_empty() => {
                self.faults.error(
                    "toml::empty",
                    value.span(),
                    format!("`{key}` is empty"),
                    "write a value or remove the key",
                );
                None
            }
            DeValue::String(text) => Some(text.as_ref()),
            _ => self.wrong_kind(key, value, "text"),
        }
    }

    /// A required text.
    pub fn text(&mut self, key: &str) -> Option<String> {
        self.required(key, "\"…\"").and_then(|value| self.text_of(key, value)).map(str::to_string)
    }

    /// An optional text.
    pub fn optional_text(&mut self, key: &str) -> Option<String> {
        self.optional(key).and_then(|value| self.text_of(key, value)).map(str::to_string)
    }

    /// A required id, its own or that of something else.
    pub fn id(&mut self, key: &str) -> Option<Named> {
        self.required(key, "\"…\"").and_then(|value| self.id_of(key, value))
    }

    /// An optional id.
    pub fn optional_id(&mut self, key: &str) -> Option<Named> {
        self.optional(key).and_then(|value| self.id_of(key, value))
    }

    fn id_of(&mut self, key: &str, value: &'t Value<'t>) -> Option<Named> {
        let id = self.text_of(key, value)?;
        if let Some(bad) = text::forbidden_in_id(id) {
            let message = format!("`{key}` has the character {bad:?} in it: \"{id}\"");
            self.faults.error("toml::id", value.span(), message, text::ID_HELP);
            return None;
        }
        Some(Named { text: Arc::from(id), span: Span::new(&self.faults.file, value.span()) })
    }

    /// The elements of an optional list; one value may stand without brackets where it is text.
    fn list(&mut self, key: &str) -> Option<Vec<&'t Value<'t>>> {
        let value = self.optional(key)?;
        match value.get_ref() {
            DeValue::Array(array) => Some(array.iter().collect()),
            _ => self.wrong_kind(key, value, "a list"),
        }
    }

    /// The ids of an optional list, none where it is absent.
    pub fn ids(&mut self, key: &str) -> Vec<Named> {
        let values = self.list(key).unwrap_or_default();
        let ids: Vec<Named> = values.into_iter().filter_map(|value| self.id_of(key, value)).collect();
        self.check_repetition(key, ids.iter().map(|id| (id.text.to_string(), id.span.start..id.span.end)).collect());
        ids
    }

    /// The texts of an optional list, none where it is absent.
    pub fn texts(&mut self, key: &str) -> Vec<String> {
        let values = self.list(key).unwrap_or_default();
        values.into_iter().filter_map(|value| self.text_of(key, value).map(str::to_string)).collect()
    }

    /// The texts of an optional key that is one text or a list of them.
    pub fn text_or_texts(&mut self, key: &str) -> Vec<String> {
        match self.optional(key).map(Spanned::get_ref) {
            Some(DeValue::Array(_)) => self.texts(key),
            _ => self.optional_text(key).into_iter().collect(),
        }
    }

    /// Reports what a list names twice.
    fn check_repetition(&mut self, key: &str, items: Vec<(String, Range<usize>)>) {
        for (at, (item, range)) in items.iter().enumerate() {
            if items[..at].iter().any(|(earlier, _)| earlier == item) {
                let message = format!("`{key}` names \"{item}\" twice");
                self.faults.error("toml::duplicate", range.clone(), message, "keep one of them");
            }
        }
    }

    fn word_of<T: Copy>(&mut self, key: &str, value: &'t Value<'t>, words: &[(&'static str, T)]) -> Option<T> {
        let written = self.text_of(key, value)?;
        let found = words.iter().find(|(word, _)| *word == written).map(|&(_, value)| value);
        if found.is_none() {
            let message = format!("`{key}` is none of its words: \"{written}\"");
            let help = format!("write {}", one_of(words.iter().map(|&(word, _)| word)));
            self.faults.error("toml::word", value.span(), message, help);
        }
        found
    }

    /// A required word of a vocabulary.
    pub fn word<T: Copy>(&mut self, key: &str, words: &[(&'static str, T)]) -> Option<T> {
        self.required(key, &format!("\"{}\"", words[0].0)).and_then(|value| self.word_of(key, value, words))
    }

    /// An optional word of a vocabulary.
    pub fn optional_word<T: Copy>(&mut self, key: &str, words: &[(&'static str, T)]) -> Option<T> {
        self.optional(key).and_then(|value| self.word_of(key, value, words))
    }

    /// The words of an optional list without repetition, none where it is absent.
    pub fn words<T: Copy>(&mut self, key: &str, words: &[(&'static str, T)]) -> Vec<T> {
        let values = self.list(key).unwrap_or_default();
        let mut seen = Vec::new();
        let mut found = Vec::new();
        for value in values {
            if let Some(word) = self.word_of(key, value, words) {
                seen.push((value.get_ref().as_str().unwrap_or_default().to_string(), value.span()));
                found.push(word);
            }
        }
        self.check_repetition(key, seen);
        found
    }

    /// A number from `range`.
    pub fn number_of(&mut self, key: &str, value: &Value, range: RangeInclusive<f64>) -> Option<f64> {
        let number = match value.get_ref() {
            DeValue::Integer(integer) => integer.to_string().parse().ok(),
            DeValue::Float(float) => float.as_str().parse().ok(),
            _ => return self.wrong_kind(key, value, "a number"),
        };
        let found = number.filter(|number: &f64| range.contains(number));
        if found.is_none() {
            let written = &self.faults.file.text[value.span()];
            let message = format!("`{key}` is {written}, outside {} to {}", range.start(), range.end());
            let help = format!("write a number from {} to {}", range.start(), range.end());
            self.faults.error("toml::range", value.span(), message, help);
        }
        found
    }

    /// An optional number from `range`.
    pub fn optional_number(&mut self, key: &str, range: RangeInclusive<f64>) -> Option<f64> {
        self.optional(key).and_then(|value| self.number_of(key, value, range))
    }

    /// A required number from `range`.
    pub fn number(&mut self, key: &str, range: RangeInclusive<f64>) -> Option<f64> {
        self.required(key, "1.5").and_then(|value| self.number_of(key, value, range))
    }

    /// A whole number from `range`.
    pub fn whole_of(&mut self, key: &str, value: &Value, range: RangeInclusive<u64>) -> Option<u64> {
        let DeValue::Integer(integer) = value.get_ref() else {
            return self.wrong_kind(key, value, "a whole number");
        };
        let found = u64::from_str_radix(integer.as_str(), integer.radix()).ok().filter(|number| range.contains(number));
        if found.is_none() {
            let message = format!("`{key}` is {integer}, outside {} to {}", range.start(), range.end());
            let help = format!("write a whole number from {} to {}", range.start(), range.end());
            self.faults.error("toml::range", value.span(), message, help);
        }
        found
    }

    /// A required whole number from `range`.
    pub fn whole(&mut self, key: &str, range: RangeInclusive<u64>) -> Option<u64> {
        self.required(key, "1").and_then(|value| self.whole_of(key, value, range))
    }

    /// The whole numbers of a required list.
    pub fn wholes(&mut self, key: &str, range: RangeInclusive<u64>) -> Vec<u64> {
        self.required(key, "[15, 30, 60]");
        let values = self.list(key).unwrap_or_default();
        values.into_iter().filter_map(|value| self.whole_of(key, value, range.clone())).collect()
    }

    /// The whole numbers of a required list that is not empty and names nothing twice, each with its place.
    pub fn numbered(&mut self, key: &str, range: RangeInclusive<u64>) -> Vec<(u64, Span)> {
        let Some(whole) = self.required(key, "[4391, 4392]") else { return Vec::new() };
        let values = self.list(key).unwrap_or_default();
        if whole.get_ref().as_array().is_some_and(|array| array.is_empty()) {
            self.faults.error("toml::empty", whole.span(), format!("`{key}` is empty"), "write at least one number");
        }
        let read = |value: &'t Value<'t>| Some((self.whole_of(key, value, range.clone())?, value.span()));
        let numbers: Vec<(u64, Range<usize>)> = values.into_iter().filter_map(read).collect();
        self.check_repetition(key, numbers.iter().map(|(number, range)| (number.to_string(), range.clone())).collect());
        numbers.into_iter().map(|(number, range)| (number, Span::new(&self.faults.file, range))).collect()
    }

    /// The points of a required list of `[longitude, latitude]`, each with its place.
    pub fn points(&mut self, key: &str) -> Vec<(LonLat, Span)> {
        self.required(key, "[[112.55, 37.87], [112.60, 37.90]]");
        let values = self.list(key).unwrap_or_default();
        let read = values.into_iter().filter_map(|value| Some((self.point_of(key, value)?, value.span())));
        let points: Vec<(LonLat, Range<usize>)> = read.collect();
        points.into_iter().map(|(at, range)| (at, Span::new(&self.faults.file, range))).collect()
    }

    fn point_of(&mut self, key: &str, value: &'t Value<'t>) -> Option<LonLat> {
        let DeValue::Array(pair) = value.get_ref() else {
            return self.wrong_kind(key, value, "a point");
        };
        let number = |value: &Value| match value.get_ref() {
            DeValue::Integer(integer) => integer.to_string().parse::<f64>().ok(),
            DeValue::Float(float) => float.as_str().parse().ok(),
            _ => None,
        };
        let numbers: Vec<Option<f64>> = pair.iter().map(number).collect();
        let help = match numbers[..] {
            [Some(lon), Some(lat)] => match LonLat::new(lon, lat) {
                Some(at) => return Some(at),
                None if LonLat::new(lat, lon).is_some() => "they look swapped: write the longitude first",
                None => "write degrees: longitude −180 to 180, then latitude −90 to 90",
            },
            _ => "write two numbers: longitude, then latitude",
        };
        let written = &self.faults.file.text[value.span()];
        let message = format!("`{key}` has {written}, which is no longitude and latitude");
        self.faults.error("toml::point", value.span(), message, help);
        None
    }

    /// A required text that may hold any character, as ids of other people's files do, with its place.
    pub fn foreign_id(&mut self, key: &str) -> Option<Named> {
        let value = self.required(key, "\"…\"")?;
        let text = Arc::from(self.text_of(key, value)?);
        Some(Named { text, span: Span::new(&self.faults.file, value.span()) })
    }

    /// A required `true` or `false`.
    pub fn boolean(&mut self, key: &str) -> Option<bool> {
        self.required(key, "false").and_then(|value| self.boolean_of(key, value))
    }

    /// An optional `true` or `false`.
    pub fn optional_boolean(&mut self, key: &str) -> Option<bool> {
        self.optional(key).and_then(|value| self.boolean_of(key, value))
    }

    fn boolean_of(&mut self, key: &str, value: &Value) -> Option<bool> {
        value.get_ref().as_bool().or_else(|| self.wrong_kind(key, value, "true or false"))
    }

    /// A required date, as text or as a TOML date.
    pub fn date(&mut self, key: &str) -> Option<Date> {
        let value = self.required(key, "\"2026-11-01\"")?;
        let written = match value.get_ref() {
            DeValue::Datetime(date) => date.to_string(),
            _ => self.text_of(key, value)?.to_string(),
        };
        let date = text::date(&written);
        if date.is_none() {
            let message = format!("`{key}` is not a date: \"{written}\"");
            self.faults.error("toml::date", value.span(), message, text::DATE_HELP);
        }
        date
    }

    /// A required time of day.
    pub fn time(&mut self, key: &str) -> Option<TimeOfDay> {
        let value = self.required(key, "\"06:00\"")?;
        let written = self.text_of(key, value)?;
        let time = TimeOfDay::from_text(written);
        if time.is_none() {
            let message = format!("`{key}` is not a time of day: \"{written}\"");
            self.faults.error("toml::time", value.span(), message, text::TIME_HELP);
        }
        time
    }

    /// The inner table of a value.
    pub fn table_of(&mut self, key: &str, name: &'static str, value: &'t Value<'t>) -> Option<Table<'t, '_>> {
        match value.get_ref() {
            DeValue::Table(entries) => Some(Table { entries, head: value.span(), name, faults: self.faults }),
            _ if name == NAME => self.wrong_kind(key, value, NAME),
            _ => self.wrong_kind(key, value, "a table"),
        }
    }

    /// A required inner table; `name` in brackets is a section of the file.
    pub fn table(&mut self, key: &str, name: &'static str) -> Option<Table<'t, '_>> {
        let value = self.optional(key);
        if value.is_none() {
            let help = if name.starts_with('[') { format!("write {name}") } else { format!("write {key} = {{ … }}") };
            self.missing(key, help);
        }
        self.table_of(key, name, value?)
    }

    /// Reports an array of tables that is not there.
    pub fn require_tables(&mut self, key: &str) {
        if !self.has(key) {
            self.missing(key, format!("write a [[{key}]]"));
        }
    }

    /// The tables of an optional array of tables, with each handed to `read`.
    pub fn tables<T>(&mut self, key: &str, name: &'static str, mut read: impl FnMut(Table<'t, '_>) -> T) -> Vec<T> {
        let values = self.list(key).unwrap_or_default();
        values.into_iter().filter_map(|value| self.table_of(key, name, value).map(&mut read)).collect()
    }

    /// A required name in Chinese and English.
    pub fn name(&mut self, key: &str) -> Option<Name> {
        let value = self.required(key, "{ zh = \"…\", en = \"…\" }")?;
        self.name_of(key, value)
    }

    /// A name in Chinese and English.
    pub fn name_of(&mut self, key: &str, value: &'t Value<'t>) -> Option<Name> {
        let mut table = self.table_of(key, NAME, value)?;
        table.check_keys(&["zh", "en"]);
        let (zh, en) = (table.text("zh"), table.text("en"));
        Some(Name { zh: zh?, en: en? })
    }
}

/// What a name is called in messages.
const NAME: &str = "a name in two languages";

/// Reports every id of `ids` that an earlier one has too; `what` is what they are ids of.
pub(super) fn check_unique<'n>(what: &str, ids: impl IntoIterator<Item = &'n Named>, faults: &mut Faults) {
    let mut seen: Vec<&Named> = Vec::new();
    for id in ids {
        match seen.iter().find(|earlier| earlier.text == id.text) {
            Some(earlier) => {
                let message = format!("the id \"{}\" of a {what} is taken: {}", id.text, earlier.span.place());
                faults.error("toml::duplicate", id.span.start..id.span.end, message, "write an id of its own");
            }
            None => seen.push(id),
        }
    }
}

/// The words of a vocabulary with their values.
pub(super) fn words<T: Copy>(all: &[T], word: fn(T) -> &'static str) -> Vec<(&'static str, T)> {
    all.iter().map(|&value| (word(value), value)).collect()
}

fn kind_of(value: &Value) -> &'static str {
    match value.get_ref() {
        DeValue::String(_) => "text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

fn sample_of(wanted: &str) -> &'static str {
    match wanted {
        "text" => "\"…\"",
        "a list" => "[ … ]",
        "a whole number" => "12",
        "a number" => "1.5",
        "true or false" => "true or false",
        "a point" => "[112.55, 37.87]",
        NAME => "{ zh = \"…\", en = \"…\" }",
        _ => "{ … }",
    }
}
