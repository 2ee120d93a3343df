//! The faults of one file while it is read: put in order, and capped so that a broken file stays readable.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Severity, SourceFile, Span};

/// How many faults of one code are shown for a file; the rest are counted.
const SHOWN_PER_CODE: usize = 20;

/// Collects the faults of one file.
pub(super) struct Faults {
    /// The file.
    pub file: Arc<SourceFile>,
    shown: Vec<Diagnostic>,
    counts: BTreeMap<&'static str, (usize, Severity)>,
}

impl Faults {
    /// None yet.
    pub fn new(file: &Arc<SourceFile>) -> Self {
        Faults { file: Arc::clone(file), shown: Vec::new(), counts: BTreeMap::new() }
    }

    /// Whether nothing has been reported.
    pub fn is_empty(&self) -> bool {
        self.shown.is_empty()
    }

    /// An error at `range`, with what to write instead.
    pub fn error(&mut self, code: &'static str, range: Range<usize>, message: impl Into<String>, help: impl Into<String>) {
        let span = Span::new(&self.file, range);
        self.push(Diagnostic::error(code, message).at(&span).help(help));
    }

    /// A warning at `range`, with what to write instead.
    pub fn warning(&mut self, code: &'static str, range: Range<usize>, message: impl Into<String>, help: impl Into<String>) {
        let span = Span::new(&self.file, range);
        self.push(Diagnostic::warning(code, message).at(&span).help(help));
    }

    /// A fault that has its place already, or none because the file has no lines.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        let (count, _) = self.counts.entry(diagnostic.code).or_insert((0, diagnostic.severity));
        *count += 1;
        if *count <= SHOWN_PER_CODE {
            self.shown.push(diagnostic);
        }
    }

    /// Whether one more fault of this code would be shown and not only counted.
    pub fn would_show(&self, code: &'static str) -> bool {
        self.counts.get(code).is_none_or(|&(count, _)| count < SHOWN_PER_CODE)
    }

    /// All faults in the order of the file; where there are more than a screenful of one code, the last line counts the
    /// others.
    pub fn finish(mut self) -> Vec<Diagnostic> {
        self.shown.sort_by_key(|diagnostic| diagnostic.span.as_ref().map_or(0, |span| span.start));
        for (code, (count, severity)) in self.counts {
            if count > SHOWN_PER_CODE {
                let message = format!("and {} more like it in {}", count - SHOWN_PER_CODE, self.file.path.display());
                self.shown.push(match severity {
                    Severity::Error => Diagnostic::error(code, message),
                    Severity::Warning => Diagnostic::warning(code, message),
                });
            }
        }
        self.shown
    }
}

/// The words joined for a help: `a`, `b` or `c`.
pub(super) fn one_of<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    let quoted: Vec<String> = words.into_iter().map(|word| format!("`{word}`")).collect();
    match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
        None => "nothing".to_string(),
    }
}

/// A help for an unknown name: the nearest of `allowed`, or all of them.
pub(super) fn did_you_mean<'a>(name: &str, allowed: impl IntoIterator<Item = &'a str> + Clone) -> String {
    let near = crate::diagnostic::nearest_names(name, allowed.clone());
    if near.is_empty() {
        format!("write {}", one_of(allowed))
    } else {
        format!("did you mean {}?", one_of(near.iter().map(String::as_str)))
    }
}
