//! Points as they come from a reader, with the columns that turn out to hold numbers.

use std::collections::HashMap;
use std::ops::Range;

use super::{Point, Points};
use crate::diagnostic::{Diagnostic, Span};
use crate::geo::LonLat;
use crate::input::faults::Faults;
use crate::input::text;

/// The most values that a file may have: points times columns. More would not fit into the memory of a usual machine.
const MAX_VALUES: usize = 200_000_000;

/// The most columns; the names of a table are counted by its header, those of features as they come.
const MAX_COLUMNS: usize = 1000;

/// What stands in a field.
pub(super) enum Cell {
    Empty,
    Number(f64),
    Words(String),
}

impl Cell {
    /// A field of a table of text.
    pub fn of(text: &str) -> Cell {
        match text.trim() {
            "" => Cell::Empty,
            words => text::number(words).map_or_else(|| Cell::Words(words.to_string()), Cell::Number),
        }
    }
}

/// A column while it is read.
struct Column {
    name: String,
    /// Whether some field of it is filled.
    filled: bool,
    /// The first field that is no number.
    words: Option<String>,
}

/// Where a point stands in its file.
pub(super) enum Place {
    /// Bytes of the text.
    Text(Range<usize>),
    /// A feature or record of a file without lines, as messages name it: `record 5 of places.shp`.
    Record(String),
}

impl Place {
    /// Reports an error here.
    pub fn error(&self, faults: &mut Faults, code: &'static str, message: String, help: &str) {
        match self {
            Place::Text(range) => faults.error(code, range.clone(), message, help),
            Place::Record(record) => faults.push(Diagnostic::error(code, format!("{record}: {message}")).help(help)),
        }
    }
}

/// Collects points.
#[derive(Default)]
pub(super) struct Gathering {
    points: Vec<Point>,
    columns: Vec<Column>,
    by_name: HashMap<String, usize>,
    n_values: usize,
    full: bool,
}

impl Gathering {
    /// The number of the column `name`, a new one if need be; `None` where there are too many.
    pub fn column(&mut self, name: &str) -> Option<usize> {
        if let Some(&known) = self.by_name.get(name) {
            return Some(known);
        }
        if self.columns.len() == MAX_COLUMNS {
            self.full = true;
            return None;
        }
        self.by_name.insert(name.to_string(), self.columns.len());
        self.columns.push(Column { name: name.to_string(), filled: false, words: None });
        Some(self.columns.len() - 1)
    }

    /// Adds a point with its fields by column.
    pub fn push(&mut self, id: String, at: LonLat, cells: impl Iterator<Item = (usize, Cell)>, span: Option<Span>) {
        if self.full || self.n_values > MAX_VALUES {
            self.full = true;
            return;
        }
        let mut values = Vec::new();
        for (column, cell) in cells {
            let known = &mut self.columns[column];
            known.filled |= !matches!(cell, Cell::Empty);
            match cell {
                Cell::Number(number) if known.words.is_none() => {
                    values.resize(values.len().max(column + 1), None);
                    values[column] = Some(number);
                }
                Cell::Words(words) => {
                    known.words.get_or_insert(words);
                }
                Cell::Empty | Cell::Number(_) => {}
            }
        }
        values.shrink_to_fit();
        self.n_values += self.columns.len();
        self.points.push(Point { id, at, values, span });
    }

    /// The points with their columns of numbers. `faults` is told of columns left out and of ids that stand twice.
    pub fn finish(mut self, faults: &mut Faults) -> Points {
        let path = faults.file.path.display().to_string();
        if self.full || self.points.len().saturating_mul(self.columns.len()) > MAX_VALUES {
            let message = format!(
                "{path} has more than {MAX_VALUES} values or {MAX_COLUMNS} columns: {} were read of {} columns",
                self.n_values,
                self.columns.len()
            );
            let help = "leave out the columns that are not needed, or split the file";
            faults.push(Diagnostic::error("points::size", message).help(help));
            return Points::default();
        }
        if self.points.is_empty() && faults.is_empty() {
            let fault = Diagnostic::warning("points::none", format!("{path} has no points"));
            faults.push(fault.help("write a row for each point"));
        }
        self.report_words(&path, faults);
        report_repeated(&self.points, &path, faults);
        let kept: Vec<bool> = self.columns.iter().map(|column| column.filled && column.words.is_none()).collect();
        let n_kept = kept.iter().filter(|&&kept| kept).count();
        for point in &mut self.points {
            let mut values = Vec::with_capacity(n_kept);
            let read = |column: usize| point.values.get(column).copied().flatten();
            values.extend(kept.iter().enumerate().filter(|&(_, &kept)| kept).map(|(column, _)| read(column)));
            point.values = values;
        }
        let columns = self.columns.into_iter().zip(kept).filter_map(|(column, kept)| kept.then_some(column.name));
        Points { points: self.points, columns: columns.collect() }
    }

    /// Names the columns that hold no numbers, in one warning.
    fn report_words(&self, path: &str, faults: &mut Faults) {
        let described: Vec<String> = self.columns.iter().filter_map(Column::without_numbers).collect();
        if !described.is_empty() && !self.points.is_empty() {
            let shown = described.iter().take(20).cloned().collect::<Vec<String>>().join(", ");
            let more = if described.len() > 20 { format!(" and {} more", described.len() - 20) } else { String::new() };
            let message = format!("columns of {path} that hold no numbers are not read: {shown}{more}");
            let help =
                "nothing is to be done where they are names; a column of numbers has plain numbers in all filled rows";
            faults.push(Diagnostic::warning("points::column", message).help(help));
        }
    }
}

impl Column {
    /// Its name and why it is no column of numbers; `None` where it is one.
    fn without_numbers(&self) -> Option<String> {
        match (&self.words, self.filled) {
            (Some(words), _) => Some(format!("{} (\"{}\")", self.name, words.chars().take(20).collect::<String>())),
            (None, false) => Some(format!("{} (empty)", self.name)),
            (None, true) => None,
        }
    }
}

/// Reports every point whose id an earlier one has.
fn report_repeated(points: &[Point], path: &str, faults: &mut Faults) {
    let mut first: HashMap<&str, usize> = HashMap::with_capacity(points.len());
    for (n, point) in points.iter().enumerate() {
        let earlier = *first.entry(&point.id).or_insert(n);
        if earlier == n {
            continue;
        }
        let help = "write an id of its own";
        match &point.span {
            Some(span) => {
                // Finding a line takes a look at all before it, so only faults that are shown look.
                let taken = points[earlier].span.as_ref().filter(|_| faults.would_show("points::duplicate"));
                let place = taken.map_or_else(String::new, |span| format!(": {}", span.place()));
                let message = format!("the id \"{}\" is taken{place}", point.id);
                faults.error("points::duplicate", span.start..span.end, message, help);
            }
            None => {
                let message = format!("points {} and {} of {path} have the same id \"{}\"", earlier + 1, n + 1, point.id);
                faults.push(Diagnostic::error("points::duplicate", message).help(help));
            }
        }
    }
}
