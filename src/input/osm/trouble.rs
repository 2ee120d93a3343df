//! The faults of an OpenStreetMap file: counted, and the first of each kind shown with its place.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::source::Source;
use crate::diagnostic::{Diagnostic, Severity, SourceFile, Span};

/// How many faults of one code are shown; the rest are counted.
const SHOWN_PER_CODE: usize = 20;

/// The longest line of which an excerpt is kept, in bytes.
const EXCERPT_BYTES: usize = 4096;

/// Collects the faults of one file.
pub(super) struct Troubles {
    path: PathBuf,
    shown: Vec<(Option<u64>, Diagnostic)>,
    counts: BTreeMap<&'static str, (usize, Severity)>,
}

impl Troubles {
    /// None yet.
    pub fn new(path: &Path) -> Self {
        Troubles { path: path.to_path_buf(), shown: Vec::new(), counts: BTreeMap::new() }
    }

    /// Whether nothing has been reported.
    pub fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }

    /// A fault after which the run ends. `at` is the byte of the decompressed text where it stands, for files that have lines.
    pub fn error(&mut self, code: &'static str, at: Option<u64>, message: String, help: &str) {
        self.push(at, Diagnostic::error(code, message).help(help));
    }

    /// A fault that is lived with.
    pub fn warning(&mut self, code: &'static str, at: Option<u64>, message: String, help: &str) {
        self.push(at, Diagnostic::warning(code, message).help(help));
    }

    fn push(&mut self, at: Option<u64>, diagnostic: Diagnostic) {
        let (count, _) = self.counts.entry(diagnostic.code).or_insert((0, diagnostic.severity));
        *count += 1;
        if *count <= SHOWN_PER_CODE {
            self.shown.push((at, diagnostic));
        }
    }

    /// All faults in order of the file. Lines are looked up now, in one more pass over the file, because nobody counts them
    /// while a file is sound.
    pub fn finish(mut self, source: &Source) -> Vec<Diagnostic> {
        self.shown.sort_by_key(|(at, _)| at.unwrap_or(0));
        let places: Vec<u64> = self.shown.iter().filter_map(|&(at, _)| at).collect();
        let mut spans = lines_of(source, &self.path, &places).into_iter();
        let path = self.path.display().to_string();
        let mut faults: Vec<Diagnostic> = self
            .shown
            .into_iter()
            .map(|(at, diagnostic)| match at.and_then(|_| spans.next().flatten()) {
                Some(span) => diagnostic.at(&span),
                None => Diagnostic { message: format!("{path}: {}", diagnostic.message), ..diagnostic },
            })
            .collect();
        for (code, (count, severity)) in self.counts {
            if count > SHOWN_PER_CODE {
                let message = format!("and {} more like it in {path}", count - SHOWN_PER_CODE);
                faults.push(Diagnostic { severity, ..Diagnostic::error(code, message) });
            }
        }
        faults
    }
}

/// The places of `bytes`, which ascend, as spans of their lines; `None` for those beyond what can be read.
fn lines_of(source: &Source, path: &Path, bytes: &[u64]) -> Vec<Option<Span>> {
    let mut spans = Vec::new();
    let Some(&last) = bytes.last() else { return spans };
    let Ok(reader) = source.open() else { return vec![None; bytes.len()] };
    let mut reader = BufReader::new(reader);
    let (mut line, mut start, mut text) = (1usize, 0u64, Vec::new());
    while spans.len() < bytes.len() && start <= last {
        text.clear();
        let Some(len) = read_line(&mut reader, &mut text) else { break };
        while let Some(&at) = bytes.get(spans.len()).filter(|&&at| at < start + len) {
            spans.push(Some(excerpt(path, line, &text, (at - start) as usize)));
        }
        start += len;
        line += 1;
    }
    spans.resize(bytes.len(), None);
    spans
}

/// The span of a byte in its line. Text that is not UTF-8 is shown with marks in place of the bytes that are not.
fn excerpt(path: &Path, line: usize, text: &[u8], at: usize) -> Span {
    let before = String::from_utf8_lossy(&text[..at.min(text.len())]).into_owned();
    let after = String::from_utf8_lossy(&text[at.min(text.len())..]).into_owned();
    let after = after.trim_end_matches(['\n', '\r']);
    let marked = after.find('>').map_or(after.len(), |end| end + 1);
    let range = before.len()..before.len() + marked;
    let file = SourceFile::excerpt(path.to_path_buf(), line, before + after);
    Span::new(&Arc::new(file), range)
}

/// Reads a line and keeps its first bytes; its whole length with its end, or `None` at the end of the file or of what can be read.
fn read_line(reader: &mut impl BufRead, kept: &mut Vec<u8>) -> Option<u64> {
    let mut len = 0u64;
    loop {
        let buffer = reader.fill_buf().ok()?;
        if buffer.is_empty() {
            return (len > 0).then_some(len);
        }
        let end = buffer.iter().position(|&byte| byte == b'\n').map(|at| at + 1);
        let taken = end.unwrap_or(buffer.len());
        let room = EXCERPT_BYTES.saturating_sub(kept.len()).min(taken);
        kept.extend_from_slice(&buffer[..room]);
        reader.consume(taken);
        len += taken as u64;
        if end.is_some() {
            return Some(len);
        }
    }
}
