//! Streams the events of a network file into records: which element may stand where.

use std::path::Path;
use std::sync::Arc;

use quick_xml::Reader;
use quick_xml::errors::{Error as XmlError, IllFormedError};
use quick_xml::events::Event;

use super::attributes::{COMMON, Fields, Tag, xml_message};
use super::patterns::{LineDraft, ServiceDraft};
use super::{NetworkRecords, elements, patterns};
use crate::diagnostic::{Checked, SourceFile};
use crate::error::Error;
use crate::input::faults::{Faults, did_you_mean};
use crate::input::text;

/// The deepest nesting that is followed; the format has three levels.
const MAX_DEPTH: usize = 64;

/// The most elements of one file.
const MAX_ELEMENTS: usize = 2_000_000;

/// Elements that may stand in `<network>`.
const TOP: &[&str] = &["source", "node", "link", "published", "stop", "transfer", "delay", "line", "service"];

/// Reads the network file at `path`: every record that is whole, and every fault.
pub fn read(path: &Path) -> Result<Checked<NetworkRecords>, Error> {
    text::read(path, |_| NetworkRecords::default(), parse)
}

/// Reads the network in `file`.
pub fn parse(file: &Arc<SourceFile>) -> Checked<NetworkRecords> {
    let mut parser = Parser {
        records: NetworkRecords::default(),
        faults: Faults::new(file),
        open: Vec::new(),
        n_elements: 0,
        seen_root: false,
    };
    parser.run(&file.text);
    Checked { value: parser.records, diagnostics: parser.faults.finish() }
}

/// An element whose end has not come.
enum Open {
    Network,
    Line(LineDraft),
    Service(ServiceDraft),
    /// One that holds no others.
    Leaf,
    /// One that has been reported, with all that is in it.
    Skipped,
}

struct Parser {
    records: NetworkRecords,
    faults: Faults,
    open: Vec<Open>,
    n_elements: usize,
    seen_root: bool,
}

impl Parser {
    fn run(&mut self, text: &str) {
        let mut reader = Reader::from_str(text);
        loop {
            let begin = reader.buffer_position() as usize;
            let event = reader.read_event();
            let end = reader.buffer_position() as usize;
            let go_on = match event {
                Err(error) => self.syntax_fault(text, reader.error_position() as usize, &error),
                Ok(Event::Start(start)) => {
                    let tag = Tag::new(text, &start, end, &mut self.faults);
                    self.enter(&tag)
                }
                Ok(Event::Empty(start)) => {
                    let tag = Tag::new(text, &start, end, &mut self.faults);
                    let go_on = self.enter(&tag);
                    self.leave();
                    go_on
                }
                Ok(Event::End(_)) => {
                    self.leave();
                    true
                }
                Ok(Event::Text(_) | Event::CData(_) | Event::GeneralRef(_)) => self.loose_text(text, begin, end),
                Ok(Event::DocType(_)) => {
                    let message = "the file has a document type definition, which may pull in other files";
                    self.faults.error(
                        "xml::doctype",
                        begin..end,
                        message,
                        "remove <!DOCTYPE …>; entities of its own are not read",
                    );
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

    fn syntax_fault(&mut self, text: &str, at: usize, error: &XmlError) -> bool {
        let end = at + text[at.min(text.len())..].chars().next().map_or(0, char::len_utf8);
        let (message, help) = match error {
            XmlError::IllFormed(IllFormedError::MismatchedEndTag { expected, found }) => {
                (format!("</{found}> stands where <{expected}> is to be closed"), format!("write </{expected}> first"))
            }
            XmlError::IllFormed(IllFormedError::UnmatchedEndTag(found)) => {
                (format!("</{found}> closes an element that is not open"), "remove it, or open it before".to_string())
            }
            other => (xml_message(other), "look for a missing quote, `>` or `/` here or just before".to_string()),
        };
        self.faults.error("xml::syntax", at..end, message, help);
        false
    }

    fn check_end(&mut self, end: usize) {
        if !self.open.is_empty() {
            let message = match self.open.len() {
                1 => "the file ends while an element is open".to_string(),
                n => format!("the file ends while {n} elements are open"),
            };
            self.faults.error("xml::syntax", end..end, message, "close every element, </network> last");
        } else if !self.seen_root {
            let help = "write <network region=\"…\"> … </network>";
            self.faults.error("xml::root", 0..0, "the file has no <network> element", help);
        }
    }

    /// Text between elements means nothing, so it is a slip.
    fn loose_text(&mut self, text: &str, begin: usize, end: usize) -> bool {
        let loose = &text[begin..end];
        let trimmed = loose.trim();
        if !trimmed.is_empty() && !matches!(self.open.last(), Some(Open::Skipped)) {
            let start = begin + loose.len() - loose.trim_start().len();
            let shown: String = trimmed.chars().take(30).collect();
            let message = format!("text stands between the elements: \"{shown}\"");
            let help = "everything is written in attributes; remarks go into <!-- --> or `note`";
            self.faults.error("xml::text", start..start + trimmed.len(), message, help);
        }
        true
    }

    /// Takes in a start tag; false where reading must stop.
    fn enter(&mut self, tag: &Tag) -> bool {
        self.n_elements += 1;
        if self.n_elements > MAX_ELEMENTS {
            let message = format!("the file has more than {MAX_ELEMENTS} elements");
            self.faults.error("xml::count", tag.head(), message, "split it into several network files");
            return false;
        }
        if self.open.len() >= MAX_DEPTH {
            let message = format!("elements are nested more than {MAX_DEPTH} deep");
            self.faults.error("xml::depth", tag.head(), message, "a network file has three levels: <network>, <line>, <at>");
            return false;
        }
        let mut parent = self.open.pop();
        let mut f = Fields { tag, faults: &mut self.faults };
        let opened = match &mut parent {
            None => {
                let opened = root(&mut f, self.seen_root);
                self.seen_root = true;
                opened
            }
            Some(Open::Network) => top(&mut f, &mut self.records),
            Some(Open::Line(line)) => match tag.name {
                "at" => {
                    tag.check_names(patterns::AT, patterns::INNER, f.faults);
                    line.at(&mut f);
                    Open::Leaf
                }
                _ => misplaced(&mut f, "line", &["at"]),
            },
            Some(Open::Service(service)) => match tag.name {
                "call" => {
                    tag.check_names(patterns::CALL, patterns::INNER, f.faults);
                    service.call(&mut f);
                    Open::Leaf
                }
                "trips" => {
                    tag.check_names(patterns::TRIPS, patterns::INNER, f.faults);
                    service.trips(&mut f);
                    Open::Leaf
                }
                _ => misplaced(&mut f, "service", &["call", "trips"]),
            },
            Some(Open::Leaf) => {
                let message = format!("<{}> stands inside an element that holds no others", tag.name);
                f.faults.error("xml::element", tag.head(), message, "close the element before it with /> instead of >");
                Open::Skipped
            }
            Some(Open::Skipped) => Open::Skipped,
        };
        self.open.extend(parent);
        self.open.push(opened);
        true
    }

    /// Takes in an end tag.
    fn leave(&mut self) {
        match self.open.pop() {
            Some(Open::Line(line)) => self.records.lines.extend(line.finish(&mut self.faults)),
            Some(Open::Service(service)) => self.records.services.extend(service.finish(&mut self.faults)),
            _ => {}
        }
    }
}

fn root(f: &mut Fields, seen: bool) -> Open {
    if f.tag.name != "network" || seen {
        let message = match seen {
            true => format!("<{}> stands after the end of <network>", f.tag.name),
            false => format!("the file begins with <{}>, not with <network>", f.tag.name),
        };
        f.faults.error("xml::root", f.tag.head(), message, "put everything into one <network region=\"…\"> … </network>");
        return Open::Skipped;
    }
    f.tag.check_names(&["region"], &["note"], f.faults);
    f.text("region");
    Open::Network
}

/// An element of `<network>`.
fn top(f: &mut Fields, records: &mut NetworkRecords) -> Open {
    let names = match f.tag.name {
        "source" => elements::SOURCE,
        "node" => elements::NODE,
        "link" => elements::LINK,
        "published" => elements::PUBLISHED,
        "stop" => elements::STOP,
        "transfer" => elements::TRANSFER,
        "delay" => elements::DELAY,
        "line" => patterns::LINE,
        "service" => patterns::SERVICE,
        _ => return misplaced(f, "network", TOP),
    };
    f.tag.check_names(names, if f.tag.name == "source" { &["note"] } else { COMMON }, f.faults);
    match f.tag.name {
        "source" => records.sources.extend(elements::source(f)),
        "node" => records.nodes.extend(elements::node(f)),
        "link" => records.links.extend(elements::link(f)),
        "published" => records.published.extend(elements::published(f)),
        "stop" => records.stops.extend(elements::stop(f)),
        "transfer" => records.transfers.extend(elements::transfer(f)),
        "delay" => records.delays.extend(elements::delay(f)),
        "line" => return Open::Line(LineDraft::new(f)),
        _ => return Open::Service(ServiceDraft::new(f)),
    }
    Open::Leaf
}

fn misplaced(f: &mut Fields, parent: &str, allowed: &'static [&'static str]) -> Open {
    let message = format!("<{parent}> holds no <{}>", f.tag.name);
    let help = did_you_mean(f.tag.name, allowed.iter().copied());
    f.faults.error("xml::element", f.tag.head(), message, help);
    Open::Skipped
}
