//! KML, and KMZ, which is KML in a zip archive: placemarks with lines and points, as Google Earth and Ovital write them.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use quick_xml::Reader;
use quick_xml::escape::unescape;
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;

use super::{Drawing, LeftOut, Mark, joined, lines_of, plain};
use crate::diagnostic::{Checked, Diagnostic, Severity, SourceFile, Span};
use crate::error::Error;
use crate::geo::LonLat;
use crate::input::faults::Faults;
use crate::input::text;

/// The most bytes that a KMZ may unpack to: 256 MiB.
const MAX_UNPACKED: u64 = 1 << 28;

/// The deepest nesting of elements that is followed.
const MAX_DEPTH: usize = 256;

/// Reads the KML file at `path`.
pub(super) fn read_kml(path: &Path) -> Result<Checked<Drawing>, Error> {
    text::read_any_encoding(path, |_| Drawing::default(), parse)
}

/// Reads the KML in the archive at `path`: `doc.kml`, or the first file that ends so.
pub(super) fn read_kmz(path: &Path) -> Result<Checked<Drawing>, Error> {
    let refused = |cause| Error::new("read", path, cause);
    let handle = File::open(path).map_err(refused)?;
    if handle.metadata().map_err(refused)?.is_dir() {
        return Err(refused(std::io::Error::from(ErrorKind::IsADirectory)));
    }
    let (bytes, warning) = match unpacked(handle) {
        Ok(unpacked) => unpacked,
        Err((code, why, help)) => {
            let fault = Diagnostic::error(code, format!("{}: {why}", path.display())).help(help);
            return Ok(Checked { value: Drawing::default(), diagnostics: vec![fault] });
        }
    };
    let (file, fault) = text::decode_any(path, bytes);
    let mut checked = match &fault {
        Some(fault) if fault.severity == Severity::Error => Checked::clean(Drawing::default()),
        _ => parse(&file),
    };
    let warning =
        warning.map(|message| Diagnostic::warning("alignments::left_out", format!("{}: {message}", path.display())));
    let first = fault.into_iter().chain(warning.map(|fault| fault.help("unpack the archive and import each of its files")));
    checked.diagnostics.splice(0..0, first);
    Ok(checked)
}

/// The main document of an archive and a remark on others, or code, reason and help.
type Unpacked = Result<(Vec<u8>, Option<String>), (&'static str, String, &'static str)>;

fn unpacked(handle: File) -> Unpacked {
    const DAMAGED: &str = "save the file anew as KMZ or KML";
    let damaged =
        |error: &dyn std::fmt::Display| ("alignments::archive", format!("the archive is damaged: {error}"), DAMAGED);
    let mut archive = ZipArchive::new(handle).map_err(|error| damaged(&error))?;
    let names: Vec<String> =
        archive.file_names().filter(|name| name.to_lowercase().ends_with(".kml")).map(str::to_string).collect();
    let main = names.iter().position(|name| name.to_lowercase() == "doc.kml").or((!names.is_empty()).then_some(0));
    let Some(main) = main else {
        return Err(("alignments::archive", "the archive holds no KML".to_string(), "save the drawing as KMZ or KML"));
    };
    let entry = archive.by_name(&names[main]).map_err(|error| damaged(&error))?;
    let mut bytes = Vec::new();
    // The size that the archive claims is not believed.
    entry.take(MAX_UNPACKED + 1).read_to_end(&mut bytes).map_err(|error| damaged(&error))?;
    if bytes.len() as u64 > MAX_UNPACKED {
        let why = format!("\"{}\" unpacks to more than {} MiB", names[main], MAX_UNPACKED >> 20);
        return Err(("alignments::size", why, "leave out what is no line, or split the drawing"));
    }
    let others = names.len() - 1;
    Ok((bytes, (others > 0).then(|| format!("only \"{}\" is read, and not {others} more KML files", names[main]))))
}

/// Reads the KML in `file`.
fn parse(file: &Arc<SourceFile>) -> Checked<Drawing> {
    let mut parser = Parser {
        drawing: Drawing::default(),
        faults: Faults::new(file),
        left: LeftOut::default(),
        open: Vec::new(),
        folders: Vec::new(),
        placemark: None,
        text: String::new(),
        text_range: 0..0,
        seen_root: false,
    };
    parser.run(&file.text);
    let Parser { drawing, mut faults, left, .. } = parser;
    left.report(&mut faults);
    Checked { value: drawing, diagnostics: faults.finish() }
}

/// The elements that mean something here.
#[derive(Clone, Copy, PartialEq)]
enum Element {
    Root,
    Folder,
    Placemark,
    Line,
    Ring,
    Point,
    Area,
    Name,
    Description,
    Coordinates,
    Data,
    DataValue,
    Other,
}

/// A placemark while it is read.
#[derive(Default)]
struct Placemark {
    name: String,
    description: String,
    data: Vec<String>,
    /// The key of the data element that is open.
    key: String,
    parts: Vec<Vec<LonLat>>,
    points: Vec<LonLat>,
    /// Whether it holds something that was counted as left out, or was at fault.
    accounted: bool,
    range: Range<usize>,
}

struct Parser {
    drawing: Drawing,
    faults: Faults,
    left: LeftOut,
    open: Vec<Element>,
    folders: Vec<String>,
    placemark: Option<Placemark>,
    /// What stands in the element that is open, and where.
    text: String,
    text_range: Range<usize>,
    seen_root: bool,
}

impl Parser {
    fn run(&mut self, source: &str) {
        let mut reader = Reader::from_str(source);
        loop {
            let begin = reader.buffer_position() as usize;
            let event = reader.read_event();
            let end = reader.buffer_position() as usize;
            let go_on = match event {
                Err(error) => {
                    let at = (reader.error_position() as usize).min(source.len());
                    let next = source[at..].chars().next().map_or(0, char::len_utf8);
                    self.syntax(at..at + next, &error.to_string())
                }
                Ok(Event::Start(start)) => self.enter(&start, begin..end),
                Ok(Event::Empty(start)) => {
                    let go_on = self.enter(&start, begin..end);
                    self.leave();
                    go_on
                }
                Ok(Event::End(_)) => {
                    self.leave();
                    true
                }
                Ok(Event::Text(_)) => self.words(&source[begin..end], begin..end),
                Ok(Event::CData(_)) => {
                    let inside = source[begin..end].trim_start_matches("<![CDATA[").trim_end_matches("]]>");
                    self.words(inside, begin..end)
                }
                Ok(Event::GeneralRef(_)) => match unescape(&source[begin..end]) {
                    Ok(character) => self.words(&character, begin..end),
                    Err(error) => self.syntax(begin..end, &error.to_string()),
                },
                Ok(Event::DocType(_)) => {
                    let message = "the file has a document type definition, which may pull in other files";
                    let help = "remove <!DOCTYPE …>; entities of its own are not read";
                    self.faults.error("alignments::doctype", begin..end, message, help);
                    false
                }
                Ok(Event::Comment(_) | Event::Decl(_) | Event::PI(_)) => true,
                Ok(Event::Eof) => {
                    self.check_end(end);
                    false
                }
            };
            if !go_on {
                return;
            }
        }
    }

    fn syntax(&mut self, at: Range<usize>, why: &str) -> bool {
        let why = why.strip_prefix("syntax error: ").or(why.strip_prefix("ill-formed document: ")).unwrap_or(why);
        self.faults.error("alignments::syntax", at, format!("this is not XML: {why}"), "save the drawing anew as KML");
        false
    }

    fn check_end(&mut self, end: usize) {
        if !self.open.is_empty() {
            let message = "the file ends while an element is open: it is cut off";
            self.faults.error("alignments::syntax", end..end, message, "save the drawing anew as KML");
        } else if !self.seen_root {
            self.faults.error("alignments::syntax", 0..0, "the file has no <kml> element", "save the drawing as KML");
        }
    }

    /// Takes in a start tag; false where reading must stop.
    fn enter(&mut self, start: &BytesStart, range: Range<usize>) -> bool {
        if self.open.len() >= MAX_DEPTH {
            let message = format!("elements are nested more than {MAX_DEPTH} deep");
            self.faults.error("alignments::depth", range, message, "put the lines into fewer folders");
            return false;
        }
        let parent = self.open.last().copied();
        let name = start.local_name();
        let element = match (name.as_ref(), parent) {
            ("kml", None) => Element::Root,
            // Some programs write a document without its envelope.
            ("Folder" | "Document", _) => Element::Folder,
            ("Placemark", _) => Element::Placemark,
            ("LineString", _) => Element::Line,
            ("LinearRing", _) if !self.open.contains(&Element::Area) => Element::Ring,
            ("Point", _) => Element::Point,
            ("Polygon", _) => Element::Area,
            ("name", Some(Element::Folder | Element::Placemark)) => Element::Name,
            ("description", Some(Element::Placemark)) => Element::Description,
            ("coordinates", Some(Element::Line | Element::Ring | Element::Point)) => Element::Coordinates,
            ("Data" | "SimpleData", _) => Element::Data,
            ("value", Some(Element::Data)) => Element::DataValue,
            _ => Element::Other,
        };
        self.seen_root |= matches!(element, Element::Root | Element::Folder);
        self.count_left_out(name.as_ref());
        match element {
            Element::Folder => self.folders.push(String::new()),
            Element::Placemark => {
                let head = range.start..(range.start + "<Placemark".len()).min(range.end);
                self.placemark = Some(Placemark { range: head, ..Placemark::default() });
            }
            Element::Data => {
                let key = start.try_get_attribute("name").ok().flatten();
                let key = key.map(|key| key.value.to_string()).unwrap_or_default();
                let key = unescape(&key).map_or_else(|_| plain(&key), |key| plain(&key));
                self.placemark.iter_mut().for_each(|placemark| placemark.key = key.clone());
            }
            _ => {}
        }
        if !matches!(element, Element::Other) {
            self.text.clear();
            self.text_range = range.end..range.end;
        }
        self.open.push(element);
        true
    }

    /// Counts what is drawn and is no line or point.
    fn count_left_out(&mut self, name: &str) {
        let kind = match name {
            "Track" => "tracks (gx:Track)",
            "Polygon" => "areas",
            "Model" => "models",
            "NetworkLink" => "links to other files",
            "GroundOverlay" | "ScreenOverlay" | "PhotoOverlay" => "overlays",
            "Tour" => "tours",
            _ => return,
        };
        self.left.count(kind);
        self.placemark.iter_mut().for_each(|placemark| placemark.accounted = true);
    }

    /// Takes in text; what stands between elements without meaning is of no interest.
    fn words(&mut self, words: &str, range: Range<usize>) -> bool {
        let wanted = matches!(
            self.open.last(),
            Some(Element::Name | Element::Description | Element::Coordinates | Element::Data | Element::DataValue)
        );
        if wanted {
            if self.text.is_empty() {
                self.text_range.start = range.start;
            }
            self.text_range.end = range.end;
            self.text.push_str(words);
        }
        true
    }

    /// Takes in an end tag.
    fn leave(&mut self) {
        let Some(element) = self.open.pop() else { return };
        let parent = self.open.last().copied();
        let text = if matches!(element, Element::Other) { String::new() } else { std::mem::take(&mut self.text) };
        match (element, parent, &mut self.placemark) {
            (Element::Folder, ..) => {
                self.folders.pop();
            }
            (Element::Name, Some(Element::Folder), _) => {
                self.folders.last_mut().into_iter().for_each(|folder| *folder = plain(&text));
            }
            (Element::Name, _, Some(placemark)) => placemark.name = plain(&text),
            (Element::Description, _, Some(placemark)) => placemark.description = plain(&without_tags(&text)),
            (Element::DataValue | Element::Data, _, Some(placemark)) => {
                let value = plain(&text);
                if !value.is_empty() {
                    placemark.data.push(format!("{}: {value}", placemark.key));
                }
            }
            (Element::Coordinates, Some(parent), Some(_)) => self.coordinates(&text, parent),
            (Element::Placemark, _, _) => self.finish_placemark(),
            _ => {}
        }
    }

    fn coordinates(&mut self, text: &str, parent: Element) {
        let range = self.text_range.clone();
        // Offsets in the text are those in the file where no reference or CDATA was resolved.
        let exact = self.faults.file.text.get(range.clone()) == Some(text);
        let points = match positions(text) {
            Ok(points) => points,
            Err((at, message, help)) => {
                let place = if exact { range.start + at.start..range.start + at.end } else { range.start..range.start };
                self.faults.error("alignments::coordinate", place, message, help);
                self.placemark.iter_mut().for_each(|placemark| placemark.accounted = true);
                return;
            }
        };
        let Some(placemark) = &mut self.placemark else { return };
        match parent {
            Element::Point => placemark.points.extend(points),
            _ => placemark.parts.push(points),
        }
    }

    fn finish_placemark(&mut self) {
        let Some(placemark) = self.placemark.take() else { return };
        if placemark.parts.is_empty() && placemark.points.is_empty() {
            if !placemark.accounted {
                self.left.count("placemarks without a shape");
            }
            return;
        }
        let folders: Vec<&str> = self.folders.iter().map(String::as_str).filter(|folder| !folder.is_empty()).collect();
        let note = joined([folders.join(" / "), placemark.description].into_iter().chain(placemark.data));
        let span = Span::new(&self.faults.file, placemark.range);
        self.drawing.lines.extend(lines_of(placemark.parts, &placemark.name, &note, Some(&span), &mut self.left));
        let mark = |at| Mark { name: placemark.name.clone(), note: note.clone(), at, km: None, span: Some(span.clone()) };
        self.drawing.marks.extend(placemark.points.into_iter().map(mark));
    }
}

/// The points of `lon,lat` or `lon,lat,height` separated by blanks. Blanks beside the commas, which some programs and most people
/// write, are taken for what they are meant to be.
fn positions(text: &str) -> Result<Vec<LonLat>, (Range<usize>, String, &'static str)> {
    let is_comma = |c: char| c == ',' || c == '，';
    let mut groups: Vec<Range<usize>> = Vec::new();
    for (at, piece) in text::pieces(text, char::is_whitespace) {
        let continues =
            piece.starts_with(is_comma) || groups.last().is_some_and(|last| text[last.clone()].ends_with(is_comma));
        match groups.last_mut().filter(|_| continues) {
            Some(last) => last.end = at + piece.len(),
            None => groups.push(at..at + piece.len()),
        }
    }
    let mut points = Vec::with_capacity(groups.len());
    for range in groups {
        let group = &text[range.clone()];
        let numbers: Vec<Option<f64>> =
            text::pieces(group, is_comma).take(4).map(|(_, number)| text::number(number)).collect();
        let (Some(Some(lon)), Some(Some(lat)), 2 | 3) = (numbers.first(), numbers.get(1), numbers.len()) else {
            let shown: String = group.chars().take(40).collect();
            let message = format!("a point of the coordinates is not lon,lat: \"{shown}\"");
            return Err((
                range,
                message,
                "write lon,lat or lon,lat,height, and blanks between points: 112.55,37.87 112.56,37.88",
            ));
        };
        match text::lon_lat(*lon, *lat) {
            Ok(point) => points.push(point),
            Err((message, help)) => return Err((range, message, help)),
        }
    }
    Ok(points)
}

/// The words of a description that may be written in HTML.
fn without_tags(text: &str) -> String {
    let mut words = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        words.push_str(&rest[..at]);
        let behind = &rest[at + 1..];
        let is_tag = behind.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/' || c == '!');
        match behind.find('>').filter(|_| is_tag) {
            Some(end) => {
                words.push(' ');
                rest = &behind[end + 1..];
            }
            None => {
                words.push('<');
                rest = behind;
            }
        }
    }
    words.push_str(rest);
    let entities = [("&nbsp;", " "), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&amp;", "&")];
    entities.iter().fold(words, |words, (entity, character)| words.replace(entity, character))
}
