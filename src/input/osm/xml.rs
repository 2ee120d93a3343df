//! OSM XML, element by element: never more than one element in memory.

use std::borrow::Cow;
use std::io::{self, BufReader, Read};

use quick_xml::Reader;
use quick_xml::errors::Error as XmlError;
use quick_xml::escape::unescape;
use quick_xml::events::{BytesStart, Event};

use super::collect::{Collected, is_restriction, is_street};
use super::source::Source;
use super::trouble::Troubles;
use super::{Key, Member, MemberKind, OsmNode, Role};
use crate::error::Error;
use crate::input::text;

/// The longest tag or stretch of text, in bytes. Those of the format are below a thousand.
const MAX_EVENT: u64 = 1 << 20;

/// The deepest nesting that is followed; the format has three levels.
const MAX_DEPTH: usize = 16;

/// The most nodes of a way, members of a relation and tags of an element. The format allows 2000 nodes and 32 000 members.
const MAX_PARTS: usize = 100_000;

const ANEW: &str = "download or extract the file again; what stands before this was read";

/// Reads all elements that matter into `collected`.
pub(super) fn read(source: &Source, collected: &mut Collected, troubles: &mut Troubles) -> Result<(), Error> {
    Pass::new(None, collected, Some(troubles)).run(source)?;
    let used = collected.used_nodes();
    Pass::new(Some(&used), collected, None).run(source)
}

/// Once through the file. Faults are told in the first pass only: the second meets the same ones.
struct Pass<'p> {
    /// The ids of the nodes that are wanted, ascending; `None` where ways and restrictions are.
    used: Option<&'p [i64]>,
    collected: &'p mut Collected,
    troubles: Option<&'p mut Troubles>,
    depth: usize,
    open: Option<Element>,
}

/// An element whose end has not come.
struct Element {
    kind: Kind,
    id: i64,
    at: u64,
    /// The point of a node.
    place: Option<(i32, i32)>,
    refs: Vec<i64>,
    members: Vec<Member>,
    tags: Vec<(Key, String)>,
    n_parts: usize,
    /// Whether it can be kept: not deleted, and all in it could be read.
    whole: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Node,
    Way,
    Relation,
}

/// A fault that ends the reading of the file.
struct Stop;

impl<'p> Pass<'p> {
    fn new(used: Option<&'p [i64]>, collected: &'p mut Collected, troubles: Option<&'p mut Troubles>) -> Self {
        Pass { used, collected, troubles, depth: 0, open: None }
    }

    fn error(&mut self, code: &'static str, at: u64, message: impl Into<String>, help: &str) {
        if let Some(troubles) = &mut self.troubles {
            troubles.error(code, Some(at), message.into(), help);
        }
    }

    fn run(&mut self, source: &Source) -> Result<(), Error> {
        let limited = Limited { inner: source.opened()?, left: MAX_EVENT };
        let mut reader = Reader::from_reader(BufReader::with_capacity(1 << 16, limited));
        let mut buffer = Vec::new();
        loop {
            buffer.clear();
            reader.get_mut().get_mut().left = MAX_EVENT;
            let at = reader.buffer_position();
            let event = reader.read_event_into(&mut buffer);
            let go_on = match event {
                Ok(Event::Start(start)) => self.enter(at, &start),
                Ok(Event::Empty(start)) => self.enter(at, &start).and_then(|()| self.leave()),
                Ok(Event::End(_)) => self.leave(),
                Ok(Event::Eof) => {
                    if self.depth > 0 {
                        self.error("osm::truncated", at, "the file ends in the middle of an element", ANEW);
                    }
                    return Ok(());
                }
                Ok(_) => Ok(()),
                Err(error) => {
                    let at = reader.error_position().max(at);
                    self.tell(at, &error);
                    Err(Stop)
                }
            };
            if let Err(Stop) = go_on {
                return Ok(());
            }
        }
    }

    fn tell(&mut self, at: u64, error: &XmlError) {
        match error {
            XmlError::Io(cause) if cause.get_ref().is_some_and(|inner| inner.is::<TooLong>()) => {
                let message = format!("a tag or a text is longer than {MAX_EVENT} bytes");
                self.error("osm::size", at, message, "elements of OpenStreetMap are short: extract the file again");
            }
            XmlError::Io(cause) => self.error("osm::gzip", at, format!("the file cannot be unpacked on: {cause}"), ANEW),
            _ => self.error("osm::xml", at, format!("this is not XML: {error}"), ANEW),
        }
    }

    fn enter(&mut self, at: u64, start: &BytesStart) -> Result<(), Stop> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            self.error("osm::depth", at, format!("elements are nested deeper than {MAX_DEPTH}"), ANEW);
            return Err(Stop);
        }
        match (self.depth, start.name().as_ref(), self.open.is_some()) {
            (1, "osm", _) => {}
            (1, name, _) => {
                let message = format!("the file is not OSM XML: its first element is <{name}>");
                self.error("osm::root", at, message, "take an extract whose first element is <osm>");
                return Err(Stop);
            }
            (2, "node", _) => self.begin(Kind::Node, at, start),
            (2, "way", _) => self.begin(Kind::Way, at, start),
            (2, "relation", _) => self.begin(Kind::Relation, at, start),
            (3, "tag" | "nd" | "member", true) => self.part(at, start),
            _ => {}
        }
        Ok(())
    }

    fn begin(&mut self, kind: Kind, at: u64, start: &BytesStart) {
        let attributes = ["id", "lon", "lat", "visible", "action"];
        let Some([id, lon, lat, visible, action]) = self.attributes(at, start, attributes) else { return };
        let Some(id) = id.as_deref().and_then(|id| id.parse().ok()) else {
            let message = format!("<{}> has no `id` that is a whole number", start.name().as_ref());
            self.error("osm::value", at, message, "every element has an id, for instance id=\"4711\"; this one is left out");
            return;
        };
        let deleted = visible.as_deref() == Some("false") || action.as_deref() == Some("delete");
        let place = (kind == Kind::Node && !deleted).then(|| degrees(lon.as_deref(), 180).zip(degrees(lat.as_deref(), 90)));
        if place == Some(None) {
            let shown = |value: &Option<Cow<str>>| value.as_deref().unwrap_or("nothing").to_string();
            let message = format!("node {id} is not on the earth: lon {}, lat {}", shown(&lon), shown(&lat));
            self.error(
                "osm::coordinate",
                at,
                message,
                "write degrees, lon −180 to 180 and lat −90 to 90; the node is left out",
            );
        }
        let whole = !deleted && place != Some(None);
        let (refs, members, tags) = (Vec::new(), Vec::new(), Vec::new());
        self.open = Some(Element { kind, id, at, place: place.flatten(), refs, members, tags, n_parts: 0, whole });
    }

    /// A tag, a node of a way or a member of a relation.
    fn part(&mut self, at: u64, start: &BytesStart) {
        let Some(mut element) = self.open.take() else { return };
        element.n_parts += 1;
        if element.n_parts > MAX_PARTS {
            if element.n_parts == MAX_PARTS + 1 {
                let message = format!("the element {} has more than {MAX_PARTS} parts", element.id);
                self.error("osm::parts", element.at, message, "split it; it is left out");
            }
            (element.refs, element.members, element.tags, element.whole) = (Vec::new(), Vec::new(), Vec::new(), false);
        } else if element.whole && !(self.used.is_some() && element.kind != Kind::Node) {
            element.whole = self.add(&mut element, at, start).is_some();
        }
        self.open = Some(element);
    }

    fn add(&mut self, element: &mut Element, at: u64, start: &BytesStart) -> Option<()> {
        match start.name().as_ref() {
            "tag" => {
                let [key, value] = self.attributes(at, start, ["k", "v"])?;
                if let (Some(key), Some(value)) = (key.as_deref().and_then(Key::from_word), value) {
                    element.tags.push((key, value.into_owned()));
                }
            }
            "nd" => {
                let [node] = self.attributes(at, start, ["ref"])?;
                element.refs.push(self.reference(at, node.as_deref())?);
            }
            _ => {
                let [kind, id, role] = self.attributes(at, start, ["type", "ref", "role"])?;
                let kind = match kind.as_deref() {
                    Some("node") => MemberKind::Node,
                    Some("way") => MemberKind::Way,
                    _ => MemberKind::Other,
                };
                let id = self.reference(at, id.as_deref())?;
                element.members.push(Member { kind, id, role: Role::from_word(role.as_deref().unwrap_or("")) });
            }
        }
        Some(())
    }

    fn reference(&mut self, at: u64, written: Option<&str>) -> Option<i64> {
        let id = written.and_then(|written| written.parse().ok());
        if id.is_none() {
            let message = format!("`ref` is not the id of an element: \"{}\"", written.unwrap_or(""));
            self.error("osm::value", at, message, "write a whole number; the element that has it is left out");
        }
        id
    }

    /// The values of these attributes. A fault in any attribute is reported, and then there are none.
    fn attributes<'s, const N: usize>(
        &mut self,
        at: u64,
        start: &'s BytesStart,
        names: [&str; N],
    ) -> Option<[Option<Cow<'s, str>>; N]> {
        let mut found = [const { None }; N];
        for attribute in start.attributes() {
            let fault = match attribute {
                Err(error) => error.to_string(),
                Ok(attribute) => match names.iter().position(|&name| name == attribute.key.as_ref()) {
                    None => continue,
                    Some(place) => match value_of(attribute.value) {
                        Ok(value) => {
                            found[place] = Some(value);
                            continue;
                        }
                        Err(message) => message,
                    },
                },
            };
            let message = format!("an attribute of <{}> cannot be read: {fault}", start.name().as_ref());
            self.error(
                "osm::attribute",
                at,
                message,
                "write name=\"value\" with &amp; for & and &quot; for \"; the element is left out",
            );
            return None;
        }
        Some(found)
    }

    fn leave(&mut self) -> Result<(), Stop> {
        if self.depth == 2
            && let Some(element) = self.open.take()
            && element.whole
        {
            self.keep(&element);
        }
        self.depth = self.depth.saturating_sub(1);
        Ok(())
    }

    fn keep(&mut self, element: &Element) {
        let mut tags: Vec<(Key, &str)> = element.tags.iter().map(|(key, value)| (*key, value.as_str())).collect();
        let value = |wanted: Key| element.tags.iter().find(|(key, _)| *key == wanted).map(|(_, value)| value.as_str());
        match (element.kind, self.used, element.place) {
            (Kind::Node, Some(used), Some((lon, lat))) if used.binary_search(&element.id).is_ok() => {
                self.collected.node(OsmNode { id: element.id, lon, lat }, &mut tags);
            }
            (Kind::Way, None, _) if is_street(value) => self.collected.way(element.id, &element.refs, &mut tags),
            (Kind::Relation, None, _) if is_restriction(value(Key::Type)) => {
                self.collected.restriction(element.id, element.members.clone(), &mut tags);
            }
            _ => {}
        }
    }
}

/// The value with its character references resolved. Other entities are a fault: nothing expands here.
fn value_of(value: Cow<str>) -> Result<Cow<str>, String> {
    let resolved = match &value {
        _ if !value.contains('&') => None,
        written => Some(unescape(written).map_err(|error| error.to_string())?.into_owned()),
    };
    Ok(resolved.map_or(value, Cow::Owned))
}

/// Degrees · 10⁷ of a coordinate that is at most `most` degrees from zero.
fn degrees(written: Option<&str>, most: i64) -> Option<i32> {
    let value = text::number(written?)?;
    (value.abs() <= most as f64).then(|| (value * 1e7).round() as i32)
}

/// Fails where a single event takes more than its share of bytes.
struct Limited<R> {
    inner: R,
    left: u64,
}

#[derive(Debug)]
struct TooLong;

impl std::fmt::Display for TooLong {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("too long")
    }
}

impl std::error::Error for TooLong {}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 {
            return Err(io::Error::other(TooLong));
        }
        let room = buffer.len().min(usize::try_from(self.left).unwrap_or(usize::MAX));
        let n = self.inner.read(&mut buffer[..room])?;
        self.left -= n as u64;
        Ok(n)
    }
}
