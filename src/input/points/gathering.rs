//! Points as they come from a reader, with the columns that turn out to hold numbers.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use super::firsts::Firsts;
use super::{EMPTY, IdText, Ids, Points, Stretch};
use crate::diagnostic::{Diagnostic, SourceFile};
use crate::geo::LonLat;
use crate::input::faults::Faults;
use crate::input::text;

/// The most values that a file may have: points times columns. More would not fit into the memory of a usual machine.
const MAX_VALUES: usize = 200_000_000;

/// The most columns; the names of a table are counted by its header, those of features as they come.
const MAX_COLUMNS: usize = 1000;

/// What stands in a field.
pub(super) enum Cell<'t> {
    Empty,
    Number(f64),
    Words(Cow<'t, str>),
}

impl<'t> Cell<'t> {
    /// A field of a table of text.
    pub fn of(text: &'t str) -> Self {
        match text.trim() {
            "" => Cell::Empty,
            words => text::number(words).map_or_else(|| Cell::Words(Cow::Borrowed(words)), Cell::Number),
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
    /// The numbers up to the last point that has one; none any more once there are words.
    numbers: Vec<f64>,
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
    ids: Ids,
    at: Vec<LonLat>,
    places: Vec<Stretch>,
    columns: Vec<Column>,
    by_name: HashMap<String, usize>,
    n_values: usize,
    full: bool,
}

impl Gathering {
    /// Points whose ids stand in a table.
    pub fn of_table(file: &Arc<SourceFile>) -> Self {
        Gathering { ids: Ids { text: IdText::Table(Arc::clone(file)), stretches: Vec::new() }, ..Gathering::default() }
    }

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
        self.columns.push(Column { name: name.to_string(), filled: false, words: None, numbers: Vec::new() });
        Some(self.columns.len() - 1)
    }

    /// Adds a point whose id stands at `id` in the table.
    pub fn push<'t>(&mut self, id: Range<usize>, at: LonLat, cells: impl Iterator<Item = (usize, Cell<'t>)>) {
        if self.is_full() {
            return;
        }
        let Some(stretch) = stretch(id) else {
            self.full = true;
            return;
        };
        self.ids.stretches.push(stretch);
        self.fill(at, cells);
    }

    /// Adds a point with this id, which stands at `place` of a file of text. All points have a place or none.
    pub fn push_named<'t>(
        &mut self,
        id: &str,
        at: LonLat,
        cells: impl Iterator<Item = (usize, Cell<'t>)>,
        place: Option<Stretch>,
    ) {
        if self.is_full() {
            return;
        }
        let IdText::Own(text, _) = &mut self.ids.text else { unreachable!("points of a table have no ids beside it") };
        text.push_str(id);
        let Some(stretch) = stretch(text.len() - id.len()..text.len()) else {
            self.full = true;
            return;
        };
        self.ids.stretches.push(stretch);
        self.places.extend(place);
        self.fill(at, cells);
    }

    fn is_full(&mut self) -> bool {
        self.full |= self.n_values > MAX_VALUES;
        self.full
    }

    fn fill<'t>(&mut self, at: LonLat, cells: impl Iterator<Item = (usize, Cell<'t>)>) {
        let point = self.at.len();
        self.at.push(at);
        self.n_values += self.columns.len();
        for (column, cell) in cells {
            let known = &mut self.columns[column];
            known.filled |= !matches!(cell, Cell::Empty);
            match cell {
                Cell::Number(number) if known.words.is_none() => {
                    known.numbers.resize(point, EMPTY);
                    known.numbers.push(number);
                }
                Cell::Words(words) if known.words.is_none() => {
                    known.words = Some(words.into_owned());
                    known.numbers = Vec::new();
                }
                Cell::Empty | Cell::Number(_) | Cell::Words(_) => {}
            }
        }
    }

    /// The points with their columns of numbers. `faults` is told of columns left out and of ids that stand twice; and of a file without
    /// points, where it is `clean`, so that no other fault says why.
    pub fn finish(mut self, clean: bool, faults: &mut Faults) -> Points {
        let path = faults.file.path.display().to_string();
        if self.full || self.at.len().saturating_mul(self.columns.len()) > MAX_VALUES {
            let message = format!(
                "{path} has more than {MAX_VALUES} values or {MAX_COLUMNS} columns: {} were read of {} columns",
                self.n_values,
                self.columns.len()
            );
            let help = "leave out the columns that are not needed, or split the file";
            faults.push(Diagnostic::error("points::size", message).help(help));
            return Points::default();
        }
        if self.at.is_empty() && clean {
            let fault = Diagnostic::warning("points::none", format!("{path} has no points"));
            faults.push(fault.help("write a row for each point"));
        }
        self.report_words(&path, faults);
        if let (IdText::Own(_, file), false) = (&mut self.ids.text, self.places.is_empty()) {
            *file = Some(Arc::clone(&faults.file));
        }
        let points = self.points();
        report_repeated(&points, &path, faults);
        points
    }

    /// The points with their columns of numbers.
    pub fn points(mut self) -> Points {
        let n = self.at.len();
        self.columns.retain(|column| column.filled && column.words.is_none());
        for column in &mut self.columns {
            column.numbers.resize(n, EMPTY);
            column.numbers.shrink_to_fit();
        }
        self.ids.stretches.shrink_to_fit();
        self.at.shrink_to_fit();
        self.places.shrink_to_fit();
        let (columns, values) = self.columns.into_iter().map(|column| (column.name, column.numbers)).unzip();
        Points { columns, ids: self.ids, at: self.at, values, places: self.places }
    }

    /// Names the columns that hold no numbers, in one warning.
    fn report_words(&self, path: &str, faults: &mut Faults) {
        let described: Vec<String> = self.columns.iter().filter_map(Column::without_numbers).collect();
        if !described.is_empty() && !self.at.is_empty() {
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

/// Bytes as they are kept; `None` where the text is too long.
pub(super) fn stretch(range: Range<usize>) -> Option<Stretch> {
    Some((u32::try_from(range.start).ok()?, u32::try_from(range.end).ok()?))
}

/// Reports every point whose id an earlier one has.
fn report_repeated(points: &Points, path: &str, faults: &mut Faults) {
    let mut firsts = Firsts::of(points.len());
    for point in 0..points.len() {
        let earlier = firsts.first(point, |point| points.id(point));
        if earlier == point {
            continue;
        }
        let (id, help) = (points.id(point), "write an id of its own");
        match points.span(point) {
            Some(span) => {
                // Finding a line takes a look at all before it, so only faults that are shown look.
                let taken = points.span(earlier).filter(|_| faults.would_show("points::duplicate"));
                let place = taken.map_or_else(String::new, |span| format!(": {}", span.place()));
                faults.error("points::duplicate", span.start..span.end, format!("the id \"{id}\" is taken{place}"), help);
            }
            None => {
                let message = format!("points {} and {} of {path} have the same id \"{id}\"", earlier + 1, point + 1);
                faults.push(Diagnostic::error("points::duplicate", message).help(help));
            }
        }
    }
}
