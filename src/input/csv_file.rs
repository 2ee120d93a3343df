//! Shared reading of CSV: columns by name, faults at the field they are about.

use std::ops::{Range, RangeInclusive};
use std::sync::Arc;

use csv::StringRecord;

use super::faults::{Faults, one_of};
use super::network_xml::Named;
use super::text;
use crate::diagnostic::{Checked, SourceFile, Span};
use crate::geo::LonLat;

/// Reads `file`, which has these `columns` in any order, and hands every row to `read`, which returns its record where
/// it is whole.
pub(super) fn parse<T>(
    file: &Arc<SourceFile>,
    columns: &'static [&'static str],
    read: impl FnMut(&mut Row) -> Option<T>,
) -> Checked<Vec<T>> {
    parse_with(file, columns, Others::NotRead, read)
}

/// Reads `file`, which has these `columns` and any others, in any order; a row gives the others too.
pub(super) fn parse_open<T>(
    file: &Arc<SourceFile>,
    columns: &'static [&'static str],
    read: impl FnMut(&mut Row) -> Option<T>,
) -> Checked<Vec<T>> {
    parse_with(file, columns, Others::Read, read)
}

/// What becomes of columns that have no name in the format.
#[derive(Clone, Copy, PartialEq)]
enum Others {
    Read,
    NotRead,
}

fn parse_with<T>(
    file: &Arc<SourceFile>,
    columns: &'static [&'static str],
    others: Others,
    mut read: impl FnMut(&mut Row) -> Option<T>,
) -> Checked<Vec<T>> {
    let mut faults = Faults::new(file);
    let mut rows = Vec::new();
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(file.text.as_bytes());
    let mut record = StringRecord::new();
    let mut header: Option<Header> = None;
    let mut at = Cursor { byte: 0, line: 1 };
    while reader.read_record(&mut record).expect("the text is UTF-8 and rows may have any width") {
        at.advance(file, record.position().map_or(0, |position| position.byte() as usize));
        let end = reader.position().byte() as usize;
        let open_quote = has_open_quote(file, &at, end, &record, &mut faults);
        match &header {
            None if open_quote => break,
            // What it swallowed cannot be told from its own fields.
            Some(_) if open_quote => {}
            None => match Header::new(file, columns, others, &record, at.byte, &mut faults) {
                Some(found) => header = Some(found),
                None => break,
            },
            Some(header) if record.len() != header.n_columns => {
                let message = format!("the row has {} fields, and the header has {}", record.len(), header.n_columns);
                let help = "write every field, empty ones too; put a field with commas in double quotes";
                faults.error("csv::fields", line_at(file, at.byte), message, help);
            }
            Some(header) => {
                let mut row = Row { faults: &mut faults, columns, header, record: &record, start: at.byte, line: at.line };
                rows.extend(read(&mut row));
            }
        }
    }
    if header.is_none() && faults.is_empty() {
        let help = format!("write the header {} and a row for each", columns.join(","));
        faults.error("csv::header", 0..0, "the file is empty", help);
    }
    Checked { value: rows, diagnostics: faults.finish() }
}

/// Where a record begins. The csv crate counts blank lines before a record as part of it.
struct Cursor {
    byte: usize,
    line: u32,
}

impl Cursor {
    fn advance(&mut self, file: &SourceFile, to: usize) {
        let bytes = file.text.as_bytes();
        let to = to + bytes[to..].iter().take_while(|&&byte| byte == b'\n' || byte == b'\r').count();
        self.line += bytes[self.byte..to].iter().filter(|&&byte| byte == b'\n').count() as u32;
        self.byte = to;
    }
}

/// The line that begins at `start`.
fn line_at(file: &SourceFile, start: usize) -> Range<usize> {
    let len = file.text[start..].find(['\n', '\r']).unwrap_or(file.text.len() - start);
    start..start + len
}

/// Whether a quote is not closed on its line, which is a fault: the field runs over line ends and swallows rows, and no
/// field has a reason to hold a line end.
fn has_open_quote(file: &Arc<SourceFile>, at: &Cursor, end: usize, record: &StringRecord, faults: &mut Faults) -> bool {
    let to_the_end = || end >= file.text.len() && field_ranges(&file.text, at.byte).is_none();
    if !record.as_slice().contains('\n') && !to_the_end() {
        return false;
    }
    let n_ends = file.text[at.byte..].bytes().take(end.saturating_sub(at.byte)).filter(|&byte| byte == b'\n').count();
    let message = match n_ends.max(record.as_slice().matches('\n').count()) {
        0 | 1 if to_the_end() => "a double quote is not closed".to_string(),
        n => format!("a double quote is not closed on its line: the row runs over {n} lines"),
    };
    let help = "close the quote on the line where it opens, and double a quote inside: \"\"";
    faults.error("csv::quote", line_at(file, at.byte), message, help);
    true
}

/// Where the fields of the record at `start` stand, without their quotes; `None` where a quote is not closed.
fn field_ranges(text: &str, start: usize) -> Option<Vec<Range<usize>>> {
    let bytes = text.as_bytes();
    let mut ranges = Vec::new();
    let mut at = start;
    loop {
        let quoted = bytes.get(at) == Some(&b'"');
        if quoted {
            at += 1;
            let begin = at;
            loop {
                match (bytes.get(at)?, bytes.get(at + 1)) {
                    (b'"', Some(b'"')) => at += 2,
                    (b'"', _) => break,
                    _ => at += 1,
                }
            }
            ranges.push(begin..at);
        }
        // What follows a closing quote belongs to the field too, but nobody writes it.
        let begin = at;
        at += bytes[at..].iter().take_while(|byte| !matches!(byte, b',' | b'\n' | b'\r')).count();
        if !quoted {
            ranges.push(begin..at);
        }
        if bytes.get(at) != Some(&b',') {
            return Some(ranges);
        }
        at += 1;
    }
}

/// Which field of a row is which column.
struct Header {
    /// For every wanted column the field that has it.
    fields: Vec<usize>,
    /// The fields of all other columns with their names.
    others: Vec<(usize, String)>,
    n_columns: usize,
}

impl Header {
    fn new(
        file: &Arc<SourceFile>,
        columns: &'static [&'static str],
        others: Others,
        record: &StringRecord,
        start: usize,
        faults: &mut Faults,
    ) -> Option<Self> {
        let ranges = field_ranges(&file.text, start).unwrap_or_default();
        let range = |field: usize| ranges.get(field).cloned().unwrap_or_else(|| line_at(file, start));
        let names: Vec<&str> = record.iter().map(str::trim).collect();
        let is_header = names.iter().any(|name| columns.contains(name));
        for (field, name) in names.iter().enumerate() {
            if names[..field].contains(name) {
                faults.error("csv::repeated", range(field), format!("the column `{name}` stands twice"), "keep one of them");
            } else if !columns.contains(name) && is_header && others == Others::NotRead {
                let message = format!("the column `{name}` is not read");
                let help = format!("remove it; the columns are {}", columns.join(","));
                faults.warning("csv::column", range(field), message, help);
            }
        }
        let missing: Vec<&str> = columns.iter().copied().filter(|column| !names.contains(column)).collect();
        if !missing.is_empty() {
            let message = format!("the header lacks {}", one_of(missing.iter().copied()).replace(" or ", " and "));
            let help = match names[..] {
                [name] if name.contains(';') || name.contains('\t') => "separate the columns by commas".to_string(),
                _ => format!("write the header {}", columns.join(",")),
            };
            faults.error("csv::header", line_at(file, start), message, help);
            return None;
        }
        let fields = columns.iter().filter_map(|column| names.iter().position(|name| name == column)).collect();
        let others = names.iter().enumerate().filter(|(_, name)| !columns.contains(name));
        let others = others.map(|(field, name)| (field, name.to_string())).collect();
        Some(Header { fields, others, n_columns: names.len() })
    }
}

/// Reads the fields of one row and reports what is wrong with them.
pub(super) struct Row<'r> {
    pub faults: &'r mut Faults,
    columns: &'static [&'static str],
    header: &'r Header,
    record: &'r StringRecord,
    start: usize,
    /// Line of the file, from 1.
    pub line: u32,
}

impl<'r> Row<'r> {
    fn field(&self, column: &str) -> usize {
        let at = self.columns.iter().position(|&name| name == column);
        self.header.fields[at.expect("readers ask for columns of their own list")]
    }

    /// The names of the columns that are not in the format.
    pub fn other_names(&self) -> impl Iterator<Item = &'r str> + use<'r> {
        self.header.others.iter().map(|(_, name)| name.as_str())
    }

    /// The fields of those columns, without blanks around them.
    pub fn others(&self) -> impl Iterator<Item = &'r str> + use<'r> {
        let record = self.record;
        self.header.others.iter().map(move |&(field, _)| record.get(field).unwrap_or("").trim())
    }

    /// The field of `column` without blanks around it.
    pub fn get(&self, column: &'static str) -> &'r str {
        self.record.get(self.field(column)).unwrap_or("").trim()
    }

    /// Where the field of `column` stands.
    pub fn range(&self, column: &'static str) -> Range<usize> {
        let field = self.field(column);
        let quoted = || field_ranges(&self.faults.file.text, self.start)?.get(field).cloned();
        self.plain_range(field).or_else(quoted).unwrap_or_else(|| line_at(&self.faults.file, self.start))
    }

    /// Where a field stands if no quote comes before its end: then the record was read as it lies in the file, but for the commas.
    fn plain_range(&self, field: usize) -> Option<Range<usize>> {
        let in_record = self.record.range(field)?;
        let range = self.start + in_record.start + field..self.start + in_record.end + field;
        let before = self.faults.file.text.as_bytes().get(self.start..range.end)?;
        (!before.contains(&b'"')).then_some(range)
    }

    /// A field that must not be empty.
    pub fn required(&mut self, column: &'static str) -> Option<&'r str> {
        let value = self.get(column);
        if value.is_empty() {
            let range = self.range(column);
            self.faults.error("csv::empty", range, format!("`{column}` is empty"), "write a value");
            return None;
        }
        Some(value)
    }

    /// A text that must not be empty.
    pub fn text(&mut self, column: &'static str) -> Option<String> {
        self.required(column).map(str::to_string)
    }

    /// A required id.
    pub fn id(&mut self, column: &'static str) -> Option<Named> {
        let id = self.required(column)?;
        let range = self.range(column);
        self.id_at(column, id, range)
    }

    /// Where the required id of a point stands, which may hold more than other ids: blanks, commas, semicolons.
    pub fn point_id(&mut self, column: &'static str) -> Option<Range<usize>> {
        let id = self.required(column)?;
        let field = self.range(column);
        if let Some(bad) = text::forbidden_in_point_id(id) {
            let message = format!("`{column}` has the character {bad:?} in it: \"{id}\"");
            self.faults.error("csv::id", field, message, text::POINT_ID_HELP);
            return None;
        }
        let written = &self.faults.file.text[field.clone()];
        if written.trim() != id {
            let message = format!("`{column}` goes on behind its closing quote: \"{id}\"");
            self.faults.error("csv::id", field, message, "put the whole field in double quotes, or none of it");
            return None;
        }
        let start = field.start + written.len() - written.trim_start().len();
        Some(start..start + id.len())
    }

    /// An optional id.
    pub fn optional_id(&mut self, column: &'static str) -> Option<Named> {
        if self.get(column).is_empty() { None } else { self.id(column) }
    }

    /// The ids of a field, separated by semicolons.
    pub fn ids(&mut self, column: &'static str) -> Vec<Named> {
        let value = self.get(column);
        if value.is_empty() {
            return Vec::new();
        }
        let range = self.range(column);
        // Offsets in the field are those in the file unless quotes inside it were doubled.
        let exact = self.faults.file.text.get(range.clone()) == Some(value);
        let mut ids = Vec::new();
        for (at, id) in text::pieces(value, |c| c == ';') {
            let start = range.start + at;
            let place = if exact { start..start + id.len() } else { range.clone() };
            ids.extend(self.id_at(column, id, place));
        }
        ids
    }

    fn id_at(&mut self, column: &str, id: &str, range: Range<usize>) -> Option<Named> {
        if let Some(bad) = text::forbidden_in_id(id) {
            let message = format!("`{column}` has the character {bad:?} in it: \"{id}\"");
            self.faults.error("csv::id", range, message, text::ID_HELP);
            return None;
        }
        Some(Named { text: Arc::from(id), span: Span::new(&self.faults.file, range) })
    }

    /// A required number from `range`.
    pub fn number(&mut self, column: &'static str, range: RangeInclusive<f64>) -> Option<f64> {
        let value = self.any_number(column)?;
        if !range.contains(&value) {
            let place = self.range(column);
            let message = format!("`{column}` is {value}, outside {} to {}", range.start(), range.end());
            let help = format!("write a number from {} to {}", range.start(), range.end());
            self.faults.error("csv::range", place, message, help);
            return None;
        }
        Some(value)
    }

    /// An optional number from `range`.
    pub fn optional_number(&mut self, column: &'static str, range: RangeInclusive<f64>) -> Option<f64> {
        if self.get(column).is_empty() { None } else { self.number(column, range) }
    }

    fn any_number(&mut self, column: &'static str) -> Option<f64> {
        let written = self.required(column)?;
        let value = text::number(written);
        if value.is_none() {
            let range = self.range(column);
            let message = format!("`{column}` is not a number: \"{written}\"");
            self.faults.error("csv::number", range, message, text::number_help(written, "12.5"));
        }
        value
    }

    /// The point of the columns `lon` and `lat`.
    pub fn point(&mut self) -> Option<LonLat> {
        let (lon, lat) = (self.any_number("lon"), self.any_number("lat"));
        match text::lon_lat(lon?, lat?) {
            Ok(point) => Some(point),
            Err((message, help)) => {
                let (lon, lat) = (self.range("lon"), self.range("lat"));
                let range = lon.start.min(lat.start)..lon.end.max(lat.end);
                self.faults.error("csv::coordinate", range, message, help);
                None
            }
        }
    }

    /// One of the words of a vocabulary.
    pub fn word<T: Copy>(&mut self, column: &'static str, all: &[T], word: fn(T) -> &'static str) -> Option<T> {
        let written = self.required(column)?;
        let found = all.iter().copied().find(|&value| word(value) == written);
        if found.is_none() {
            let range = self.range(column);
            let message = format!("`{column}` is none of its words: \"{written}\"");
            let help = format!("write {}", one_of(all.iter().map(|&value| word(value))));
            self.faults.error("csv::word", range, message, help);
        }
        found
    }

    /// One of the words of a vocabulary, or nothing where the field is empty.
    pub fn optional_word<T: Copy>(&mut self, column: &'static str, all: &[T], word: fn(T) -> &'static str) -> Option<T> {
        if self.get(column).is_empty() { None } else { self.word(column, all, word) }
    }
}

/// Reports every record of `checked` whose id an earlier one has too.
pub(super) fn check_unique<T>(checked: &mut Checked<Vec<T>>, id: impl Fn(&T) -> &Named) {
    let mut seen = std::collections::BTreeMap::new();
    let mut faults: Option<Faults> = None;
    for record in &checked.value {
        let id = id(record);
        match seen.get(&id.text) {
            None => {
                seen.insert(Arc::clone(&id.text), id);
            }
            Some(earlier) => {
                let message = format!("the id \"{}\" is taken: {}", id.text, earlier.span.place());
                let faults = faults.get_or_insert_with(|| Faults::new(&id.span.file));
                faults.error("csv::duplicate", id.span.start..id.span.end, message, "write an id of its own");
            }
        }
    }
    checked.diagnostics.extend(faults.map(Faults::finish).unwrap_or_default());
}
