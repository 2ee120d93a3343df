//! `onehour import`: planned lines and places of other tools into files of a study.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::arguments::{ImportArguments, ImportAs};
use super::{Ending, Failure, give, report};
use crate::diagnostic::{Diagnostic, Severity, source_file};
use crate::geo::LonLat;
use crate::geo::china::{Datum, Fit, likely_datum, strong_fit};
use crate::input::alignments::{self, Alignment, Drawing, Mark};
use crate::input::network_xml;
use crate::input::vocabulary::LinkClass;
use crate::output::network_xml::{Origin, RoadKind, lines, roads, slug};
use crate::output::table::Table;
use crate::units::Speed;

/// How far a station may be drawn from its line, and a junction from its road, in metres.
const REACH_OF_LINES_M: f64 = 1_000.0;
const REACH_OF_ROADS_M: f64 = 100.0;

/// Runs the verb.
pub(crate) fn import(arguments: &ImportArguments) -> Result<Ending, Failure> {
    let kind = kind(arguments)?;
    let mut faults = Vec::new();
    let mut drawings: Vec<(PathBuf, Drawing)> = Vec::new();
    for path in &arguments.files {
        let drawing = alignments::read(path)?.into_value(&mut faults);
        if drawing.lines.is_empty() && drawing.marks.is_empty() && faults.is_empty() {
            let message = format!("{} draws nothing that can be taken over", path.display());
            faults.push(Diagnostic::error("import::nothing", message).help("draw lines, and points for their stations"));
        }
        drawings.push((path.clone(), drawing));
    }
    if let Some(near) = &arguments.near {
        let known = alignments::read(near)?.into_value(&mut faults);
        check_datum(&drawings, &known, near, arguments.datum.into(), &mut faults);
    }
    let datum: Datum = arguments.datum.into();
    for (_, drawing) in &mut drawings {
        *drawing = std::mem::take(drawing).moved(|point| datum.to_wgs84(point));
    }
    let text = match &kind {
        Kind::Lines(mode) => written(lines(&origins(&drawings, arguments, &mut faults), *mode), &mut faults),
        Kind::Roads(road) => written(roads(&origins(&drawings, arguments, &mut faults), road), &mut faults),
        Kind::Points => points(&drawings, &mut faults),
    };
    if faults.iter().any(|fault| fault.severity == Severity::Error) {
        return Err(Failure::Input(faults));
    }
    report(&faults);
    give(&text, arguments.out.as_deref())?;
    Ok(Ending::Done)
}

/// What is made, with all that drawings do not say.
enum Kind {
    Lines(crate::input::vocabulary::LineMode),
    Roads(RoadKind),
    Points,
}

fn kind(arguments: &ImportArguments) -> Result<Kind, Diagnostic> {
    match arguments.what {
        ImportAs::Point => Ok(Kind::Points),
        ImportAs::Line => {
            let help = "write for instance --mode hsr: hsr, rail, suburban, metro, bus or air; or --as road or --as point";
            let none = || Diagnostic::error("import::mode", "the mode of the lines is not given").help(help);
            arguments.mode.map(Kind::Lines).ok_or_else(none)
        }
        ImportAs::Road => {
            let (Some(class), Some(terrain)) = (arguments.class, arguments.terrain) else {
                let message = "the class or the terrain of the roads is not given";
                return Err(
                    Diagnostic::error("import::road", message).help("write for instance --class national --terrain plain")
                );
            };
            let limit = arguments.limit.and_then(|limit| Speed::from_kmh(f64::from(limit)));
            let reference = arguments.reference.clone();
            if class == LinkClass::Expressway && (limit.is_none() || reference.is_none()) {
                let message = "an expressway has a number and a limit, and one of them is not given";
                return Err(Diagnostic::error("import::road", message).help("write for instance --ref G5 --limit 120"));
            }
            Ok(Kind::Roads(RoadKind { class, terrain, reference, limit }))
        }
    }
}

/// The name of a file without its folders.
fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// The drawings with stations on their lines.
fn origins(drawings: &[(PathBuf, Drawing)], arguments: &ImportArguments, faults: &mut Vec<Diagnostic>) -> Vec<Origin> {
    let usual = if arguments.what == ImportAs::Road { REACH_OF_ROADS_M } else { REACH_OF_LINES_M };
    let reach = arguments.reach.map_or(usual, f64::from);
    let mut origins = Vec::new();
    for (path, drawing) in drawings {
        let alignments = alignments::attach(drawing, reach).into_value(faults);
        if drawing.lines.is_empty() && !drawing.marks.is_empty() {
            let message = format!("{} has {} points and no line", path.display(), drawing.marks.len());
            faults.push(Diagnostic::error("import::nothing", message).help("draw the lines too, or write --as point"));
        }
        let unnamed = alignments.iter().filter(|alignment: &&Alignment| alignment.name.is_empty()).count();
        if unnamed > 0 {
            let message = format!("{} has {unnamed} lines without a name, which are numbered instead", path.display());
            faults.push(Diagnostic::warning("import::name", message).help("name every line where it is drawn"));
        }
        origins.push(Origin { file: file_name(path), alignments });
    }
    origins
}

/// The network file, read back: what our own reader finds in it is told, for instance a line longer than any is.
fn written(text: String, faults: &mut Vec<Diagnostic>) -> String {
    if faults.iter().all(|fault| fault.severity == Severity::Warning) {
        let file = source_file(Path::new("(what was made of the drawings)"), text.clone());
        faults.extend(network_xml::parse(&file).diagnostics);
    }
    text
}

/// The points and stations as a table.
fn points(drawings: &[(PathBuf, Drawing)], faults: &mut Vec<Diagnostic>) -> String {
    let mut table = Table::new(["id", "name", "lon", "lat", "note"]);
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for (path, drawing) in drawings {
        let prefix = slug(&path.file_stem().unwrap_or_default().to_string_lossy()).unwrap_or("import".to_string());
        for mark in drawing.lines.iter().flat_map(|line| &line.stations).chain(&drawing.marks) {
            let count = counts.entry(prefix.clone()).or_default();
            *count += 1;
            let degrees = |value: f64| format!("{value:.7}");
            let id = format!("{prefix}-{count}");
            table.push([id, mark.name.clone(), degrees(mark.at.lon), degrees(mark.at.lat), mark.note.clone()]);
        }
        let n_lines = drawing.lines.iter().filter(|line| line.stations.is_empty()).count();
        if n_lines > 0 {
            let message = format!("{} draws {n_lines} lines, which are no points and left out", path.display());
            faults.push(Diagnostic::warning("import::left_out", message).help("import them with --as line or --as road"));
        }
    }
    table.csv()
}

/// A name without the word for what it is: a station and the town it is in are compared.
fn stem(name: &str) -> &str {
    let name = name.trim();
    let stem = ["火车站", "高铁站", "站", "市", "县", "区"].iter().find_map(|ending| name.strip_suffix(ending));
    stem.filter(|stem| stem.chars().count() >= 2).unwrap_or(name)
}

/// Compares points with known places of the same names, and says where another datum fits far better than the one that was told.
fn check_datum(drawings: &[(PathBuf, Drawing)], known: &Drawing, near: &Path, told: Datum, faults: &mut Vec<Diagnostic>) {
    // Names of several places tell nothing.
    let mut places: BTreeMap<&str, Option<LonLat>> = BTreeMap::new();
    for mark in known.named_points() {
        places.entry(stem(&mark.name)).and_modify(|place| *place = None).or_insert(Some(mark.at));
    }
    let named: Vec<&Mark> = drawings.iter().flat_map(|(_, drawing)| drawing.named_points()).collect();
    let pairs: Vec<(LonLat, LonLat)> =
        named.iter().filter_map(|mark| Some((mark.at, (*places.get(stem(&mark.name))?)?))).collect();
    let points: Vec<LonLat> = pairs.iter().map(|pair| pair.0).collect();
    let distance = |n: usize, place: LonLat| Some(place.metres_to(pairs[n].1));
    if points.len() < 8 {
        let message = format!(
            "{} of the {} named points have a name of {}: too few to tell the datum",
            points.len(),
            named.len(),
            near.display()
        );
        faults.push(
            Diagnostic::warning("import::datum", message).help("give at least 8 places under the names of the drawing"),
        );
        return;
    }
    if told == Datum::Wgs84 {
        if let Some((datum, fit)) = likely_datum(&points, distance) {
            let word = if datum == Datum::Gcj02 { "gcj02" } else { "bd09" };
            let message =
                format!("these {} points look like {}: {}", fit.n, datum.name(), sentence(&fit, "after conversion"));
            faults.push(Diagnostic::warning("import::datum", message).help(format!("write --datum {word} to convert them")));
        }
        return;
    }
    let converted: Vec<LonLat> = points.iter().map(|&point| told.to_wgs84(point)).collect();
    if let Some(fit) = strong_fit(&converted, &distance, |point| Some(told.from_wgs84(point))) {
        let name = told.name();
        let message = format!("these {} points do not look like {name}: {}", fit.n, sentence(&fit, "without conversion"));
        faults.push(Diagnostic::warning("import::datum", message).help("leave --datum out"));
    }
}

/// What a comparison found, with its counts and medians.
fn sentence(fit: &Fit, when: &str) -> String {
    let gain = fit.gain_m.map_or("far".to_string(), |metres| format!("{metres:.0} m"));
    let before = fit.as_written_m.map_or("out of reach".to_string(), |metres| format!("{metres:.0} m"));
    format!(
        "they fit {gain} better {when} (median distance {:.0} m instead of {before}, {} of {} nearer)",
        fit.otherwise_m, fit.n_nearer, fit.n
    )
}
