//! Lines as tables list them: a row for each station or point, with the line it belongs to.

use std::path::Path;

use super::sheet::{self, Row, Sheet};
use super::{Drawing, DrawnLine, Mark, joined, line_points, plain};
use crate::diagnostic::{Checked, Diagnostic, source_file};
use crate::error::Error;
use crate::geo::LonLat;
use crate::input::faults::Faults;
use crate::input::text;

/// Headings by meaning, the best first; letters may be large or small.
const LINE: &[&str] = &["线路", "线路名称", "线名", "line", "route"];
const STATION: &[&str] = &["站名", "车站", "车站名称", "名称", "station", "stop", "name_zh", "name", "id"];
const LON: &[&str] = &["经度", "lon", "lng", "longitude", "x"];
const LAT: &[&str] = &["纬度", "lat", "latitude", "y"];
const KM: &[&str] = &["里程", "公里", "km", "chainage"];
const ORDER: &[&str] = &["序号", "顺序", "order", "number"];

/// Reads the table at `path`.
pub(super) fn read_csv(path: &Path) -> Result<Checked<Drawing>, Error> {
    text::read_any_encoding(
        path,
        |_| Drawing::default(),
        |file| {
            let mut faults = Faults::new(file);
            let mut drawing = Drawing::default();
            add_sheet(&sheet::of_text(file), &mut drawing, &mut faults);
            Checked { value: drawing, diagnostics: faults.finish() }
        },
    )
}

/// Reads every sheet of the workbook at `path` that has longitudes and latitudes.
pub(super) fn read_workbook(path: &Path) -> Result<Checked<Drawing>, Error> {
    let mut faults = Faults::new(&source_file(path, String::new()));
    let mut drawing = Drawing::default();
    match sheet::of_workbook(path).map_err(|cause| Error::new("read", path, cause))? {
        Err(why) => {
            let message = format!("{} cannot be read as a workbook: {why}", path.display());
            let help = "save it anew as .xlsx or as CSV";
            faults.push(Diagnostic::error("alignments::archive", message).help(help));
        }
        Ok(sheets) => {
            let (tables, others): (Vec<&Sheet>, Vec<&Sheet>) = sheets.iter().partition(|sheet| has_places(sheet));
            tables.iter().for_each(|sheet| add_sheet(sheet, &mut drawing, &mut faults));
            let filled: Vec<&str> =
                others.iter().filter(|sheet| !sheet.rows.is_empty()).map(|sheet| sheet.name.as_str()).collect();
            match (tables.is_empty(), filled.as_slice()) {
                (true, _) => {
                    let message = format!("{} has no sheet with columns of longitude and latitude", path.display());
                    faults.push(Diagnostic::error("alignments::header", message).help(HEADER_HELP));
                }
                (false, []) => {}
                (false, names) => {
                    let message = format!(
                        "sheets of {} without longitude and latitude are left out: {}",
                        path.display(),
                        names.join(", ")
                    );
                    faults.push(Diagnostic::warning("alignments::left_out", message).help(HEADER_HELP));
                }
            }
        }
    }
    Ok(Checked { value: drawing, diagnostics: faults.finish() })
}

/// What a table looks like.
const HEADER_HELP: &str =
    "write the header 线路,站名,经度,纬度,里程,备注 (or line,station,lon,lat,km,note) and a row for each station or point";

fn column(header: &[String], words: &[&str]) -> Option<usize> {
    // A unit in brackets belongs to the heading: 里程(km).
    let plain = |field: &String| field.to_lowercase().split(['(', '（']).next().unwrap_or("").trim().to_string();
    words.iter().find_map(|word| header.iter().position(|field| plain(field) == *word))
}

fn has_places(sheet: &Sheet) -> bool {
    sheet.rows.first().is_some_and(|row| column(&row.fields, LON).is_some() && column(&row.fields, LAT).is_some())
}

/// Which column is which.
struct Columns<'h> {
    header: &'h [String],
    line: Option<usize>,
    station: Option<usize>,
    lon: usize,
    lat: usize,
    km: Option<usize>,
    order: Option<usize>,
}

/// A row that was understood.
struct Entry {
    order: Option<f64>,
    is_station: bool,
    mark: Mark,
}

fn report(row: &Row, code: &'static str, message: String, help: String, faults: &mut Faults) {
    faults.push(match &row.span {
        Some(span) => Diagnostic::error(code, message).at(span).help(help),
        None => Diagnostic::error(code, format!("{} of {}: {message}", row.label, faults.file.path.display())).help(help),
    });
}

/// Adds the lines of a sheet.
fn add_sheet(sheet: &Sheet, drawing: &mut Drawing, faults: &mut Faults) {
    let Some((head, rows)) = sheet.rows.split_first() else {
        let message = format!("{} is empty", faults.file.path.display());
        faults.push(Diagnostic::error("alignments::header", message).help(HEADER_HELP));
        return;
    };
    let header = &head.fields;
    let (Some(lon), Some(lat)) = (column(header, LON), column(header, LAT)) else {
        report(
            head,
            "alignments::header",
            "the header lacks longitude or latitude".to_string(),
            HEADER_HELP.to_string(),
            faults,
        );
        return;
    };
    let (line, station) = (column(header, LINE), column(header, STATION));
    let columns = Columns { header, line, station, lon, lat, km: column(header, KM), order: column(header, ORDER) };
    let mut lines: Vec<(String, Vec<Entry>, &Row)> = Vec::new();
    let mut by_name = std::collections::BTreeMap::new();
    for row in rows {
        let name = columns.line.and_then(|at| row.fields.get(at)).map_or_else(String::new, |name| plain(name));
        let Some(entry) = entry(row, &columns, faults) else { continue };
        let at = *by_name.entry(name.clone()).or_insert_with(|| {
            lines.push((name, Vec::new(), row));
            lines.len() - 1
        });
        lines[at].1.push(entry);
    }
    for (name, entries, first) in lines {
        add_line(name, entries, first, columns.line.is_some(), drawing, faults);
    }
}

/// A line of these entries. A table without a column of lines is one line; rows that name none among others that do are points.
fn add_line(
    name: String,
    mut entries: Vec<Entry>,
    first: &Row,
    has_lines: bool,
    drawing: &mut Drawing,
    faults: &mut Faults,
) {
    if has_lines && name.is_empty() {
        drawing.marks.extend(entries.into_iter().map(|entry| entry.mark));
        return;
    }
    if entries.iter().all(|entry| entry.order.is_some()) {
        entries.sort_by(|a, b| a.order.partial_cmp(&b.order).unwrap_or(std::cmp::Ordering::Equal));
    }
    let Some(points) = line_points(entries.iter().map(|entry| entry.mark.at).collect()) else {
        let message = format!("the line \"{name}\" has fewer than two points");
        report(first, "alignments::few", message, "write a row for each of its stations, in order".to_string(), faults);
        return;
    };
    let stations = entries.into_iter().filter(|entry| entry.is_station).map(|entry| entry.mark).collect();
    drawing.lines.push(DrawnLine { name, note: String::new(), points, stations, span: first.span.clone() });
}

fn entry(row: &Row, columns: &Columns, faults: &mut Faults) -> Option<Entry> {
    let field = |at: Option<usize>| at.and_then(|at| row.fields.get(at)).map_or("", String::as_str);
    let at = place(row, field(Some(columns.lon)), field(Some(columns.lat)), faults);
    let km = match field(columns.km) {
        "" => None,
        written => {
            let km = kilometre(written);
            if km.is_none() {
                let message = format!("the kilometre is no number: \"{written}\"");
                report(row, "alignments::number", message, "write 12.345 or K12+345".to_string(), faults);
                return None;
            }
            km
        }
    };
    let order = text::number(field(columns.order));
    let name = plain(field(columns.station));
    let known = [columns.line, columns.station, Some(columns.lon), Some(columns.lat), columns.km, columns.order];
    let others = row.fields.iter().enumerate().filter(|(at, value)| !known.contains(&Some(*at)) && !value.is_empty());
    let note = joined(others.map(|(at, value)| match columns.header.get(at).map(|heading| plain(heading)) {
        Some(heading) if !matches!(heading.as_str(), "" | "备注" | "note" | "notes" | "remark") => {
            format!("{heading}: {}", plain(value))
        }
        _ => plain(value),
    }));
    let is_station = !name.is_empty();
    Some(Entry { order, is_station, mark: Mark { name, note, at: at?, km, span: row.span.clone() } })
}

fn place(row: &Row, lon: &str, lat: &str, faults: &mut Faults) -> Option<LonLat> {
    let (Some(x), Some(y)) = (text::number(lon), text::number(lat)) else {
        let message = format!("longitude and latitude are no numbers: \"{lon}\", \"{lat}\"");
        report(
            row,
            "alignments::number",
            message,
            text::number_help(if text::number(lon).is_none() { lon } else { lat }, "112.5705"),
            faults,
        );
        return None;
    };
    text::lon_lat(x, y)
        .map_err(|(message, help)| report(row, "alignments::coordinate", message, help.to_string(), faults))
        .ok()
}

/// A kilometre as written: `12.345`, or a chainage such as `K12+345`, `DK12+345.5`.
fn kilometre(written: &str) -> Option<f64> {
    let plain = written.trim_start_matches(|c: char| c.is_ascii_alphabetic()).trim();
    let km = match plain.split_once('+') {
        Some((km, metres)) => text::number(km.trim())? + text::number(metres.trim())? / 1000.0,
        None => text::number(plain)?,
    };
    (0.0..=20_000.0).contains(&km).then_some(km)
}
