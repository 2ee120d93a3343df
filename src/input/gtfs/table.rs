//! Rows of a file of a feed, one after another: fields by the name of their column, with the line they stand on.
//!
//! The splitting is done here and not by a library, because a fault shows the line as it stands and points at the field, for files
//! that are too long to keep and in encodings where only single lines can be decoded.

use std::io::BufRead;
use std::path::{Path, PathBuf};

use encoding_rs::Encoding;

use super::archive::Archive;
use super::encoding;
use super::faults::Faults;
use crate::diagnostic::{Diagnostic, nearest_names};
use crate::error::Error;

/// The longest row, in bytes: 64 KiB.
const MAX_ROW: usize = 1 << 16;

/// The most lines that a row may run over by line ends in quotes.
const MAX_LINES: u32 = 100;

/// A row of a file.
pub(super) struct Row<'r> {
    /// The name of the file inside the feed.
    pub file: &'static str,
    /// The path of the file as users see it.
    pub path: &'r Path,
    /// Its line, from 1.
    pub line: u32,
    /// Its text without the line end.
    pub text: &'r str,
}

/// The columns of a file that a reader asks for: the first `required` must be there.
pub(super) struct Columns<const N: usize> {
    pub names: [&'static str; N],
    pub required: usize,
}

/// Hands every row of `file` to `take`, with the fields of `columns` in their order; a column that is not there is empty in every
/// row. Returns which columns are there, or `None` where the file is not or cannot be read.
pub(super) fn each_row<const N: usize>(
    archive: &Archive,
    file: &'static str,
    columns: Columns<N>,
    faults: &mut Faults,
    mut take: impl FnMut(&Row, [&str; N], &mut Faults),
) -> Result<Option<[bool; N]>, Error> {
    let mut reader = Reader::new(archive, file);
    let present = archive.stream(file, faults, |bytes, faults| reader.rows(bytes, &columns, faults, &mut take))?;
    Ok(present.flatten())
}

/// The lines of `file` with these numbers, in rising order, with their text.
pub(super) fn lines_of(
    archive: &Archive,
    file: &'static str,
    wanted: &[u32],
    faults: &mut Faults,
    mut take: impl FnMut(&Row, &mut Faults),
) -> Result<(), Error> {
    let mut reader = Reader::new(archive, file);
    let mut wanted = wanted.iter().copied().peekable();
    archive.stream(file, faults, |bytes, faults| {
        let mut ranges = Vec::new();
        while wanted.peek().is_some() && reader.next(bytes, &mut ranges, faults, true) {
            while wanted.next_if_eq(&reader.line).is_some() {
                take(&reader.row(), faults);
            }
        }
    })?;
    Ok(())
}

/// A field: where it stands in its row, without quotes and blanks around it.
type Range = (u32, u32);

struct Reader<'a> {
    archive: &'a Archive,
    file: &'static str,
    path: PathBuf,
    /// The line where the current row begins.
    line: u32,
    /// How many lines have been read.
    n_lines: u32,
    text: String,
    /// The bytes of the current line.
    bytes: Vec<u8>,
    /// What rows that are not UTF-8 are read as, once there was one.
    encoding: Option<&'static Encoding>,
}

impl<'a> Reader<'a> {
    fn new(archive: &'a Archive, file: &'static str) -> Self {
        let (path, text, bytes) = (archive.shown(file), String::new(), Vec::new());
        Reader { archive, file, path, line: 0, n_lines: 0, text, bytes, encoding: None }
    }

    fn row(&self) -> Row<'_> {
        Row { file: self.file, path: &self.path, line: self.line, text: &self.text }
    }

    fn rows<const N: usize>(
        &mut self,
        bytes: &mut dyn BufRead,
        columns: &Columns<N>,
        faults: &mut Faults,
        take: &mut impl FnMut(&Row, [&str; N], &mut Faults),
    ) -> Option<[bool; N]> {
        let mut ranges = Vec::new();
        if !self.next(bytes, &mut ranges, faults, false) {
            if self.n_lines == 0 {
                let message = format!("{} is empty", self.path.display());
                let help = format!("write the header {}", columns.names[..columns.required].join(","));
                faults.push(self.file, Diagnostic::error("gtfs::header", message).help(help));
            }
            return None;
        }
        let (fields, n_columns) = (self.header(&ranges, columns, faults)?, ranges.len());
        while self.next(bytes, &mut ranges, faults, false) {
            if ranges.len() != n_columns && !self.width_is_harmless(&ranges, n_columns, faults) {
                continue;
            }
            let values = fields.map(|field| {
                let (start, end) = field.and_then(|field| ranges.get(field).copied()).unwrap_or((0, 0));
                &self.text[start as usize..end as usize]
            });
            take(&self.row(), values, faults);
        }
        Some(fields.map(|field| field.is_some()))
    }

    /// For every wanted column the field that has it.
    fn header<const N: usize>(
        &self,
        ranges: &[Range],
        columns: &Columns<N>,
        faults: &mut Faults,
    ) -> Option<[Option<usize>; N]> {
        let names: Vec<&str> = ranges.iter().map(|&(start, end)| &self.text[start as usize..end as usize]).collect();
        let row = self.row();
        for (at, name) in names.iter().enumerate() {
            if columns.names.contains(name) && names[..at].contains(name) {
                let help = "keep one of them; the first is read";
                faults.warning("gtfs::column", &row, name, format_args!("the column `{name}` stands twice"), help);
            }
        }
        let fields = columns.names.map(|column| names.iter().position(|&name| name == column));
        let mut whole = true;
        for (column, field) in columns.names.iter().zip(fields).take(columns.required) {
            if field.is_none() {
                whole = false;
                let help = match (&names[..], &nearest_names(column, names.iter().copied())[..]) {
                    ([name], _) if name.contains([';', '\t']) => "separate the columns by commas".to_string(),
                    ([name], _) if name.contains('\r') => "end the lines by a line feed".to_string(),
                    (_, [near, ..]) => {
                        format!("write it `{column}`, if `{near}` is meant; the columns may stand in any order")
                    }
                    _ => format!("write the header {}", columns.names[..columns.required].join(",")),
                };
                faults.error("gtfs::header", &row, &self.text, format_args!("the header lacks `{column}`"), &help);
            }
        }
        whole.then_some(fields)
    }

    /// Whether a row that is shorter or longer than the header can be read all the same, which is reported either way.
    fn width_is_harmless(&self, ranges: &[Range], n_columns: usize, faults: &mut Faults) -> bool {
        let row = self.row();
        let harmless = ranges.iter().skip(n_columns).all(|&(start, end)| start == end);
        let message = format_args!("the row has {} fields, and the header has {n_columns}", ranges.len());
        if harmless {
            faults.warning("gtfs::fields", &row, &self.text, message, "write every field, empty ones too");
        } else {
            let help = "put a field with commas in double quotes";
            faults.error("gtfs::fields", &row, &self.text, message, help);
        }
        harmless
    }

    /// Reads the next row that is not blank and splits it into fields; false at the end. `again` where its faults are known.
    fn next(&mut self, bytes: &mut dyn BufRead, ranges: &mut Vec<Range>, faults: &mut Faults, again: bool) -> bool {
        loop {
            self.text.clear();
            self.line = self.n_lines + 1;
            let mut is_whole = false;
            while !is_whole {
                match self.append_line(bytes, faults) {
                    Appended::Line => is_whole = !is_open(&self.text),
                    Appended::End if self.text.is_empty() => return false,
                    Appended::End | Appended::TooLong => {
                        if !again {
                            self.text.truncate(self.text.find('\n').unwrap_or(self.text.len()));
                            let message =
                                format_args!("a double quote opens here and is not closed: nothing after it is read");
                            let help = "close the quote on the line where it opens, and double a quote inside: \"\"";
                            faults.error("gtfs::quote", &self.row(), &self.text, message, help);
                        }
                        return false;
                    }
                    Appended::Broken => return false,
                }
            }
            if !self.text.trim().is_empty() {
                split(&mut self.text, ranges);
                return true;
            }
        }
    }

    /// Appends one line of the file to the text, decoded and without its line end.
    fn append_line(&mut self, bytes: &mut dyn BufRead, faults: &mut Faults) -> Appended {
        let mut line = std::mem::take(&mut self.bytes);
        line.clear();
        let appended = self.append_to(bytes, &mut line, faults);
        self.bytes = line;
        appended
    }

    /// Appends one line by way of `line`, which is empty memory.
    fn append_to(&mut self, bytes: &mut dyn BufRead, line: &mut Vec<u8>, faults: &mut Faults) -> Appended {
        let too_many = self.n_lines + 1 - self.line >= MAX_LINES;
        let room = if too_many { 0 } else { (MAX_ROW + 1).saturating_sub(self.text.len()) };
        match std::io::Read::take(&mut *bytes, room as u64).read_until(b'\n', line) {
            Err(cause) => {
                self.archive.broke_off(self.file, self.n_lines, &cause, faults);
                return Appended::Broken;
            }
            Ok(0) => return if room == 0 { Appended::TooLong } else { Appended::End },
            Ok(_) => self.n_lines += 1,
        }
        if line.len() >= room {
            if self.text.is_empty() {
                let message = format!("line {} of {} is longer than {MAX_ROW} bytes", self.n_lines, self.path.display());
                let help = "end every row by a line feed; nothing after this line is read";
                faults.push(self.file, Diagnostic::error("gtfs::row", message).help(help));
                return Appended::Broken;
            }
            return Appended::TooLong;
        }
        while line.last().is_some_and(|&byte| byte == b'\n' || byte == b'\r') {
            line.pop();
        }
        if self.n_lines == 1 && line.starts_with(b"\xEF\xBB\xBF") {
            line.drain(..3);
        }
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.append_decoded(line, faults)
    }

    fn append_decoded(&mut self, line: &[u8], faults: &mut Faults) -> Appended {
        if let Ok(text) = std::str::from_utf8(line) {
            self.text.push_str(text);
            return Appended::Line;
        }
        let encoding = match self.encoding {
            Some(encoding) => encoding,
            None => match self.tell_encoding(line, faults) {
                Some(encoding) => *self.encoding.insert(encoding),
                None => return Appended::Broken,
            },
        };
        let (text, _) = encoding.decode_without_bom_handling(line);
        self.text.push_str(&text);
        Appended::Line
    }

    /// Looks through the file for lines that are not UTF-8 and tells by them what it is written in.
    fn tell_encoding(&self, line: &[u8], faults: &mut Faults) -> Option<&'static Encoding> {
        let mut sample = line.to_vec();
        // What cannot be read again is reported by the reading that goes on.
        let again = self.archive.stream(self.file, &mut Faults::new(), |bytes, _| {
            let mut other = Vec::new();
            while sample.len() < encoding::SAMPLE_BYTES {
                other.clear();
                match std::io::Read::take(&mut *bytes, MAX_ROW as u64).read_until(b'\n', &mut other) {
                    Ok(n) if n > 0 => {}
                    _ => break,
                }
                if std::str::from_utf8(&other).is_err() {
                    sample.push(b'\n');
                    sample.extend_from_slice(&other);
                }
            }
        });
        let told = again.ok().and_then(|_| encoding::tell(&sample));
        let shown = String::from_utf8_lossy(line);
        let text = told.map_or(shown.clone(), |encoding| encoding.decode_without_bom_handling(line).0);
        let row = Row { line: self.n_lines, text: &text, ..self.row() };
        match told {
            Some(encoding) => {
                let message = format_args!("{} is not UTF-8; it is read as {}", self.file, encoding::name(encoding));
                faults.warning("gtfs::encoding", &row, &text, message, "save the file as UTF-8");
            }
            None => {
                let message = format_args!("{} is not UTF-8, nor GB18030 or Latin-1", self.file);
                faults.error("gtfs::encoding", &row, &text, message, "save the file as UTF-8; nothing from here on is read");
            }
        }
        told
    }
}

enum Appended {
    Line,
    End,
    TooLong,
    Broken,
}

/// Whether a quote is still open at the end of a row.
fn is_open(text: &str) -> bool {
    let bytes = text.as_bytes();
    if !bytes.contains(&b'"') {
        return false;
    }
    let mut at = 0;
    loop {
        at += bytes[at..].iter().take_while(|&&byte| byte == b' ' || byte == b'\t').count();
        if bytes.get(at) == Some(&b'"') {
            at += 1;
            loop {
                match bytes[at..].iter().position(|&byte| byte == b'"') {
                    None => return true,
                    Some(quote) => at += quote + 1,
                }
                if bytes.get(at) != Some(&b'"') {
                    break;
                }
                at += 1;
            }
        }
        match bytes[at..].iter().position(|&byte| byte == b',') {
            None => return false,
            Some(comma) => at += comma + 1,
        }
    }
}

/// Splits a row without an open quote at its commas. Blanks and quotes around a field are left out, and a doubled quote inside is made
/// one.
fn split(text: &mut String, ranges: &mut Vec<Range>) {
    ranges.clear();
    let mut at = 0;
    loop {
        let bytes = text.as_bytes();
        let blanks = bytes[at..].iter().take_while(|&&byte| byte == b' ' || byte == b'\t').count();
        let comma_from = |text: &str, at: usize| {
            let rest = &text.as_bytes()[at..];
            at + rest.iter().position(|&byte| byte == b',').unwrap_or(rest.len())
        };
        let range;
        if bytes.get(at + blanks) == Some(&b'"') {
            range = quoted(text, at + blanks + 1);
            // What follows the closing quote belongs to no field; nobody writes it.
            at = comma_from(text, (range.1 + 1).min(text.len()));
        } else {
            range = (at, comma_from(text, at));
            at = range.1;
        }
        ranges.push(trimmed(text, range));
        if text.as_bytes().get(at) != Some(&b',') {
            return;
        }
        at += 1;
    }
}

/// The quoted field that begins at `start`, up to its closing quote, with doubled quotes made one.
fn quoted(text: &mut String, start: usize) -> (usize, usize) {
    let mut at = start;
    while let Some(quote) = text.as_bytes()[at..].iter().position(|&byte| byte == b'"') {
        at += quote;
        if text.as_bytes().get(at + 1) != Some(&b'"') {
            return (start, at);
        }
        text.remove(at);
        at += 1;
    }
    (start, text.len())
}

fn trimmed(text: &str, (start, end): (usize, usize)) -> Range {
    let field = &text[start..end];
    let start = start + (field.len() - field.trim_start().len());
    (start as u32, (start + field.trim().len()) as u32)
}
