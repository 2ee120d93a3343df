//! Planned lines as common tools draw or list them: KML, KMZ, GeoJSON, shapefiles, GeoPackage, CSV and Excel.
//!
//! `kml`, `drawn` (features of geographic files) and `table` (rows of `sheet`) read what stands in a file as a [`Drawing`];
//! `attach` puts its stations on its lines and measures.

mod attach;
mod drawn;
mod kml;
mod sheet;
mod table;

use std::path::Path;

pub use attach::{Alignment, Stop, attach};

use super::faults::Faults;
use super::features::Format;
use crate::diagnostic::{Checked, Diagnostic, Span};
use crate::error::Error;
use crate::geo::LonLat;

/// What a file draws or lists.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Drawing {
    /// Lines in the order of the file.
    pub lines: Vec<DrawnLine>,
    /// Points that belong to no line in the file: stations are put on lines by [`attach`].
    pub marks: Vec<Mark>,
}

/// A line.
#[derive(Debug, Clone, PartialEq)]
pub struct DrawnLine {
    /// Its name, empty where it has none.
    pub name: String,
    /// Everything else that is written about it: folder, description, other properties.
    pub note: String,
    /// Its points, at least two, no two alike in a row.
    pub points: Vec<LonLat>,
    /// The stations that the file itself gives it, in order.
    pub stations: Vec<Mark>,
    /// Where it stands, in files of text.
    pub span: Option<Span>,
}

/// A point with a name.
#[derive(Debug, Clone, PartialEq)]
pub struct Mark {
    /// Its name, empty where it has none.
    pub name: String,
    /// Everything else that is written about it.
    pub note: String,
    /// Where it is.
    pub at: LonLat,
    /// Its kilometre, where the file gives one.
    pub km: Option<f64>,
    /// Where it stands, in files of text.
    pub span: Option<Span>,
}

impl Drawing {
    /// The same with every point moved.
    pub fn moved(mut self, convert: impl Fn(LonLat) -> LonLat) -> Drawing {
        for line in &mut self.lines {
            line.points.iter_mut().for_each(|point| *point = convert(*point));
            line.stations.iter_mut().for_each(|mark| mark.at = convert(mark.at));
        }
        self.marks.iter_mut().for_each(|mark| mark.at = convert(mark.at));
        self
    }

    /// All named points: stations of lines, then marks.
    pub fn named_points(&self) -> impl Iterator<Item = &Mark> {
        let stations = self.lines.iter().flat_map(|line| &line.stations);
        stations.chain(&self.marks).filter(|mark| !mark.name.is_empty())
    }
}

/// Reads what is drawn or listed in the file at `path`, whose ending tells the format: `.kml`, `.kmz`, `.geojson` or `.json`, `.shp`,
/// `.gpkg`, `.csv` or `.txt`, `.xlsx`, `.xls`.
///
/// Coordinates are degrees as written; which datum they are in is for the caller to say ([`Drawing::moved`]). What is neither a line
/// nor a point is counted in a warning.
pub fn read(path: &Path) -> Result<Checked<Drawing>, Error> {
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
    match ending.as_deref() {
        Some("kml") => kml::read_kml(path),
        Some("kmz") => kml::read_kmz(path),
        Some("csv" | "txt") => table::read_csv(path),
        Some("xlsx" | "xlsm" | "xls") => table::read_workbook(path),
        _ => match Format::of(path) {
            Some(format) => drawn::read(path, format),
            None => {
                let message = format!("{} is in no format that lines are read from", path.display());
                let help = "write a file that ends in .kml, .kmz, .geojson, .shp, .gpkg, .csv, .xlsx or .xls";
                let fault = Diagnostic::error("alignments::format", message).help(help);
                Ok(Checked { value: Drawing::default(), diagnostics: vec![fault] })
            }
        },
    }
}

/// What a file holds besides lines and points, by kind, to be told in one warning.
#[derive(Default)]
struct LeftOut {
    counts: std::collections::BTreeMap<&'static str, usize>,
}

impl LeftOut {
    fn count(&mut self, kind: &'static str) {
        *self.counts.entry(kind).or_default() += 1;
    }

    fn report(&self, faults: &mut Faults) {
        if self.counts.is_empty() {
            return;
        }
        let kinds: Vec<String> = self.counts.iter().map(|(kind, n)| format!("{n} {kind}")).collect();
        let message = format!(
            "{} holds what is no line and no point, which is left out: {}",
            faults.file.path.display(),
            kinds.join(", ")
        );
        faults.push(Diagnostic::warning("alignments::left_out", message).help("draw as a line what is to be taken over"));
    }
}

/// `text` on one line, without blanks around it and without characters that XML does not have.
fn plain(text: &str) -> String {
    let legal = |c: char| if c.is_control() || matches!(c, '\u{FFFE}' | '\u{FFFF}') { ' ' } else { c };
    let legal: String = text.chars().map(legal).collect();
    legal.split_whitespace().collect::<Vec<&str>>().join(" ")
}

/// Pieces of a note, those that say something, joined.
fn joined(pieces: impl IntoIterator<Item = String>) -> String {
    pieces.into_iter().filter(|piece| !piece.is_empty()).collect::<Vec<String>>().join("; ")
}

/// The points without those that repeat the one before; `None` where fewer than two are left.
fn line_points(points: Vec<LonLat>) -> Option<Vec<LonLat>> {
    let mut points = points;
    points.dedup();
    (points.len() >= 2).then_some(points)
}

/// Joins parts of a line that follow each other end to end, in the order of the file.
fn chained(parts: Vec<Vec<LonLat>>) -> Vec<Vec<LonLat>> {
    /// Ends that lie nearer than this are one, in metres: no drawing by hand is finer.
    const SAME_M: f64 = 1.0;
    let mut chains: Vec<Vec<LonLat>> = Vec::new();
    for part in parts {
        let joins = |chain: &Vec<LonLat>| match (chain.last(), part.first()) {
            (Some(end), Some(begin)) => end.metres_to(*begin) <= SAME_M,
            _ => false,
        };
        match chains.last_mut().filter(|chain| joins(chain)) {
            Some(chain) => chain.extend(&part[1..]),
            None => chains.push(part),
        }
    }
    chains
}

/// One line for every chain of `parts`; where there are several, their names are numbered.
fn lines_of(parts: Vec<Vec<LonLat>>, name: &str, note: &str, span: Option<&Span>, left: &mut LeftOut) -> Vec<DrawnLine> {
    let mut whole = Vec::new();
    for part in parts {
        match line_points(part) {
            Some(points) => whole.push(points),
            None => left.count("lines of fewer than two points"),
        }
    }
    let chains = chained(whole);
    let several = chains.len() > 1;
    let numbered = |n: usize| if several { plain(&format!("{name} ({})", n + 1)) } else { name.to_string() };
    let line = |(n, points): (usize, Vec<LonLat>)| DrawnLine {
        name: numbered(n),
        note: note.to_string(),
        points,
        stations: Vec::new(),
        span: span.cloned(),
    };
    chains.into_iter().enumerate().map(line).collect()
}
