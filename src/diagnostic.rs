//! What is wrong with an input: where, which value, which rule, and what to write instead.

use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// An input file with its text, kept so that a fault can be shown in its line.
#[derive(Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// The path as the user would write it.
    pub path: PathBuf,
    /// The text, without a byte order mark: all of it, or what [`SourceFile::excerpt`] was given.
    pub text: String,
    /// How many lines of the file stand before the text.
    pub lines_before: usize,
}

impl SourceFile {
    /// A file with its whole text.
    pub fn whole(path: PathBuf, text: String) -> Self {
        SourceFile { path, text, lines_before: 0 }
    }

    /// One or more lines of a file that is too long to keep, the first of which is line `line`, counted from 1.
    pub fn excerpt(path: PathBuf, line: usize, text: String) -> Self {
        SourceFile { path, text, lines_before: line.saturating_sub(1) }
    }
}

/// A stretch of an input file, in bytes of its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// The file.
    pub file: Arc<SourceFile>,
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    /// The stretch `range` of `file`.
    pub fn new(file: &Arc<SourceFile>, range: Range<usize>) -> Self {
        Span { file: Arc::clone(file), start: range.start, end: range.end }
    }

    /// Line and column of the first byte, from 1; columns count characters.
    pub fn line_column(&self) -> (usize, usize) {
        let before = floor_char(&self.file.text, self.start);
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        (self.file.lines_before + before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
    }

    /// `path:line`, for tables that say where a figure came from.
    pub fn place(&self) -> String {
        format!("{}:{}", self.file.path.display(), self.line_column().0)
    }
}

fn floor_char(text: &str, mut at: usize) -> &str {
    at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    &text[..at]
}

/// How bad a fault is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The input is used all the same.
    Warning,
    /// The run ends with exit code 2.
    Error,
}

/// One fault of an input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Error or warning.
    pub severity: Severity,
    /// `area::rule`, stable across versions.
    pub code: &'static str,
    /// The value and the rule, in the user's words, without a full stop.
    pub message: String,
    /// Where.
    pub span: Option<Span>,
    /// What to write instead.
    pub help: Option<String>,
}

impl Diagnostic {
    /// A fault that stops the run.
    pub fn error(code: &'static str, message: impl Into<String>) -> Self {
        Diagnostic { severity: Severity::Error, code, message: message.into(), span: None, help: None }
    }

    /// A fault that is reported and lived with.
    pub fn warning(code: &'static str, message: impl Into<String>) -> Self {
        Diagnostic { severity: Severity::Warning, ..Diagnostic::error(code, message) }
    }

    /// The same, at `span`.
    pub fn at(mut self, span: &Span) -> Self {
        self.span = Some(span.clone());
        self
    }

    /// The same, with what to write instead.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = match self.severity {
            Severity::Warning => "warning",
            Severity::Error => "error",
        };
        writeln!(f, "{severity}[{}]: {}", self.code, one_line(&self.message))?;
        if let Some(span) = &self.span {
            write_snippet(f, span)?;
        }
        if let Some(help) = &self.help {
            let indent = self.span.as_ref().map_or(2, |span| span.line_column().0.to_string().len() + 1);
            writeln!(f, "{:indent$}= help: {}", "", one_line(help))?;
        }
        Ok(())
    }
}

/// The longest message or help, in characters: a value in it may be a whole file.
const MESSAGE_CHARS: usize = 600;

/// `text` as a terminal may show it: on one line, not endless, and without characters that would steer the terminal.
fn one_line(text: &str) -> String {
    let mut line: String = text.chars().take(MESSAGE_CHARS).map(printable).collect();
    if text.chars().nth(MESSAGE_CHARS).is_some() {
        line.push('…');
    }
    line
}

/// The character itself, or one that stands for it where it has no shape.
fn printable(c: char) -> char {
    match c {
        '\t' | '\n' | '\r' => ' ',
        c if c.is_control() => '\u{FFFD}',
        c => c,
    }
}

/// The widest part of a line that a snippet shows, in characters: a minified file has one line of a megabyte.
const SNIPPET_CHARS: usize = 120;

fn write_snippet(f: &mut fmt::Formatter<'_>, span: &Span) -> fmt::Result {
    let (line, column) = span.line_column();
    let text = span.file.text.lines().nth(line - 1 - span.file.lines_before).unwrap_or("");
    let width = line.to_string().len();
    let skipped = column.saturating_sub(SNIPPET_CHARS * 3 / 4).min(column - 1);
    let shown: String = text.chars().skip(skipped).take(SNIPPET_CHARS).map(printable).collect();
    let covered = span.file.text.get(span.start..span.end).unwrap_or("").lines().next().unwrap_or("");
    let before: usize = shown.chars().take(column - 1 - skipped).map(columns_of).sum();
    let marks: usize = covered.chars().take(SNIPPET_CHARS - (column - 1 - skipped).min(SNIPPET_CHARS)).map(columns_of).sum();
    writeln!(f, "{:width$}--> {}:{line}:{column}", "", span.file.path.display())?;
    writeln!(f, "{:width$} |", "")?;
    writeln!(f, "{line} | {shown}")?;
    writeln!(f, "{:width$} | {:before$}{}", "", "", "^".repeat(marks.max(1)))
}

/// Terminal columns of a character: Chinese characters, full-width marks and emoji take two, marks that sit on another
/// character none.
pub fn columns_of(c: char) -> usize {
    match c {
        '\u{0300}'..='\u{036F}' | '\u{200B}'..='\u{200D}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' => 0,
        '\u{1100}'..='\u{115F}'
        | '\u{2E80}'..='\u{A4CF}'
        | '\u{AC00}'..='\u{D7A3}'
        | '\u{F900}'..='\u{FAFF}'
        | '\u{FE30}'..='\u{FE6F}'
        | '\u{FF00}'..='\u{FF60}'
        | '\u{FFE0}'..='\u{FFE6}'
        | '\u{1F300}'..='\u{1FAFF}'
        | '\u{20000}'..='\u{3FFFD}' => 2,
        _ => 1,
    }
}

/// What could be read, and everything that is wrong with it.
#[derive(Debug, Clone)]
pub struct Checked<T> {
    /// All that could be understood; whole only when there is no error among the diagnostics.
    pub value: T,
    /// Every fault found, in order of the input.
    pub diagnostics: Vec<Diagnostic>,
}

impl<T> Checked<T> {
    /// A value without a fault.
    pub fn clean(value: T) -> Self {
        Checked { value, diagnostics: Vec::new() }
    }

    /// Whether an error is among the faults.
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|d| d.severity == Severity::Error)
    }

    /// Hands the faults to `sink` and returns the value.
    pub fn into_value(self, sink: &mut Vec<Diagnostic>) -> T {
        sink.extend(self.diagnostics);
        self.value
    }

    /// The value where there is no error, otherwise every diagnostic.
    pub fn into_result(self) -> Result<T, Vec<Diagnostic>> {
        if self.has_errors() { Err(self.diagnostics) } else { Ok(self.value) }
    }
}

/// The names of `candidates` nearest to `name` in edit distance over characters, best first, at most three and only
/// such as share half their characters or contain it.
pub fn nearest_names<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut scored: Vec<(usize, &str)> = candidates
        .into_iter()
        .filter_map(|candidate| {
            let distance = edit_distance(name, candidate);
            let longest = name.chars().count().max(candidate.chars().count());
            let contains =
                !name.is_empty() && (candidate.contains(name) || name.contains(candidate)) && !candidate.is_empty();
            (contains || distance * 2 <= longest).then_some((if contains { distance.min(1) } else { distance }, candidate))
        })
        .collect();
    scored.sort();
    scored.dedup();
    scored.into_iter().take(3).map(|(_, candidate)| candidate.to_string()).collect()
}

/// Levenshtein distance over characters.
fn edit_distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, ca) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, cb) in b.iter().enumerate() {
            let substituted = diagonal + usize::from(ca != *cb);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(row[j] + 1).min(row[j + 1] + 1);
        }
    }
    row[b.len()]
}

/// A file with its text, for spans; `path` is kept as given, a byte order mark is left out.
pub fn source_file(path: &Path, text: String) -> Arc<SourceFile> {
    let text = match text.strip_prefix('\u{FEFF}') {
        Some(_) => text.trim_start_matches('\u{FEFF}').to_string(),
        None => text,
    };
    Arc::new(SourceFile::whole(path.to_path_buf(), text))
}
