//! The faults of a feed while it is read: in the order of reading, and at most twenty of a kind for each file.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use super::table::Row;
use crate::diagnostic::{Diagnostic, Severity, SourceFile, Span};

/// How many faults of one code are shown for a file; the rest are counted.
pub(super) const SHOWN_PER_CODE: usize = 20;

/// Collects the faults of one feed.
pub(super) struct Faults {
    shown: Vec<Diagnostic>,
    /// By the order in which the pair of file and code first came up.
    counts: BTreeMap<(&'static str, &'static str), Count>,
}

struct Count {
    first: usize,
    n: usize,
    severity: Severity,
}

impl Faults {
    /// None yet.
    pub fn new() -> Self {
        Faults { shown: Vec::new(), counts: BTreeMap::new() }
    }

    /// Counts a fault of `file`; whether it is among those to show.
    fn count(&mut self, file: &'static str, code: &'static str, severity: Severity) -> bool {
        let first = self.counts.len();
        let count = self.counts.entry((file, code)).or_insert(Count { first, n: 0, severity });
        count.n += 1;
        count.n <= SHOWN_PER_CODE
    }

    /// A fault of a file as a whole, or of the feed where `file` is empty.
    pub fn push(&mut self, file: &'static str, diagnostic: Diagnostic) {
        if self.count(file, diagnostic.code, diagnostic.severity) {
            self.shown.push(diagnostic);
        }
    }

    /// An error at a field of a row, which is a slice of the row's text; any other text stands for the whole row.
    pub fn error(&mut self, code: &'static str, row: &Row, field: &str, message: fmt::Arguments, help: &str) {
        if self.count(row.file, code, Severity::Error) {
            self.shown.push(Diagnostic::error(code, message.to_string()).at(&span(row, field)).help(help));
        }
    }

    /// A warning likewise.
    pub fn warning(&mut self, code: &'static str, row: &Row, field: &str, message: fmt::Arguments, help: &str) {
        if self.count(row.file, code, Severity::Warning) {
            self.shown.push(Diagnostic::warning(code, message.to_string()).at(&span(row, field)).help(help));
        }
    }

    /// All faults in the order they were found, then the counts of those not shown.
    pub fn finish(self) -> Vec<Diagnostic> {
        let mut all = self.shown;
        let mut counts: Vec<_> = self.counts.into_iter().filter(|(_, count)| count.n > SHOWN_PER_CODE).collect();
        counts.sort_by_key(|(_, count)| count.first);
        for ((file, code), count) in counts {
            let place = if file.is_empty() { "the feed" } else { file };
            let message = format!("and {} more like it in {place}", count.n - SHOWN_PER_CODE);
            all.push(match count.severity {
                Severity::Error => Diagnostic::error(code, message),
                Severity::Warning => Diagnostic::warning(code, message),
            });
        }
        all
    }
}

/// Where a field stands in its row.
fn span(row: &Row, field: &str) -> Span {
    let file = Arc::new(SourceFile::excerpt(row.path.to_path_buf(), row.line as usize, row.text.to_string()));
    let (text, start) = (row.text.as_ptr() as usize, field.as_ptr() as usize);
    let inside = start >= text && start + field.len() <= text + row.text.len();
    let range = if inside { start - text..start - text + field.len() } else { 0..row.text.len() };
    Span::new(&file, range)
}
