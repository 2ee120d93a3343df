//! PBF: blobs are read one after the other and unpacked side by side.

use std::io::{self, Read};

use flate2::read::ZlibDecoder;
use rayon::prelude::*;

use super::collect::{Collected, is_restriction, is_street};
use super::source::Source;
use super::trouble::Troubles;
use super::wire::{Cut, Field, Message, Packed, Sums};
use super::{Key, Member, MemberKind, OsmNode, Role};
use crate::error::Error;

/// The longest header of a blob, in bytes, as the format fixes it.
const MAX_HEADER: u32 = 64 << 10;

/// The longest blob, packed or unpacked, in bytes, as the format fixes it.
const MAX_BLOB: u64 = 32 << 20;

/// How many blobs are unpacked side by side; no more are in memory at a time.
const BLOBS_AT_A_TIME: usize = 16;

/// Features of a file that this reader has.
const FEATURES: &[&str] = &["OsmSchema-V0.6", "DenseNodes"];

/// What a pass over the file is after.
#[derive(Clone, Copy)]
enum Wanted<'n> {
    /// Ways and restrictions.
    Ways,
    /// Nodes with these ids, which ascend.
    Nodes(&'n [i64]),
}

/// Reads all elements that matter into `collected`.
pub(super) fn read(source: &Source, collected: &mut Collected, troubles: &mut Troubles) -> Result<(), Error> {
    pass(source, Wanted::Ways, collected, Some(troubles))?;
    let used = collected.used_nodes();
    pass(source, Wanted::Nodes(&used), collected, None)
}

/// Goes once through the file. Faults are told in the first pass only: the second meets the same ones.
fn pass(
    source: &Source,
    wanted: Wanted,
    collected: &mut Collected,
    mut troubles: Option<&mut Troubles>,
) -> Result<(), Error> {
    let mut frames = Frames { reader: source.opened()?, offset: 0 };
    loop {
        let mut frames_now = Vec::new();
        let mut end = None;
        while frames_now.len() < BLOBS_AT_A_TIME && end.is_none() {
            match frames.next() {
                Ok(Some(frame)) => frames_now.push(frame),
                Ok(None) => end = Some(None),
                Err(fault) => end = Some(Some(fault)),
            }
        }
        let parts: Vec<Part> = frames_now.par_iter().map(|frame| part_of(frame, wanted)).collect();
        for (frame, part) in frames_now.iter().zip(parts) {
            collected.append(part.collected);
            if let Some(troubles) = &mut troubles {
                tell(frame.offset, part.faults, troubles);
            }
        }
        if let Some(fault) = end {
            if let (Some(fault), Some(troubles)) = (fault, &mut troubles) {
                tell(frames.offset, vec![fault], troubles);
            }
            return Ok(());
        }
    }
}

fn tell(offset: u64, faults: Vec<Fault>, troubles: &mut Troubles) {
    for fault in faults {
        let message = format!("the blob at byte {offset}: {}", fault.message);
        troubles.error(fault.code, None, message, fault.help);
    }
}

/// What is wrong with a blob.
struct Fault {
    code: &'static str,
    message: String,
    help: &'static str,
}

const DAMAGED: &str = "download or extract the file again; the rest of it was read";

impl Fault {
    fn new(code: &'static str, message: impl Into<String>, help: &'static str) -> Self {
        Fault { code, message: message.into(), help }
    }

    fn damaged(what: &str) -> Self {
        Fault::new("osm::blob", what, DAMAGED)
    }
}

/// A blob as it stands in the file, still packed.
struct Frame {
    offset: u64,
    is_header: bool,
    bytes: Vec<u8>,
}

struct Frames<R> {
    reader: R,
    offset: u64,
}

impl<R: Read> Frames<R> {
    /// The next blob of a kind that matters; nothing at the end of the file.
    fn next(&mut self) -> Result<Option<Frame>, Fault> {
        loop {
            let offset = self.offset;
            let len = match self.exactly(4)?[..] {
                [] => return Ok(None),
                [a, b, c, d] => u32::from_be_bytes([a, b, c, d]),
                _ => return Err(truncated()),
            };
            if len > MAX_HEADER {
                let message = format!("its header claims {len} bytes, and {MAX_HEADER} is the most");
                return Err(Fault::new("osm::size", message, DAMAGED));
            }
            let header = self.exactly(u64::from(len))?;
            if header.len() < len as usize {
                return Err(truncated());
            }
            let (kind, size) = header_of(&header)?;
            let bytes = self.exactly(size)?;
            if (bytes.len() as u64) < size {
                return Err(truncated());
            }
            if matches!(kind, b"OSMHeader" | b"OSMData") {
                return Ok(Some(Frame { offset, is_header: kind == b"OSMHeader", bytes }));
            }
        }
    }

    /// The next `len` bytes, fewer at the end of the file. Memory grows with what is there, not with what is claimed.
    fn exactly(&mut self, len: u64) -> Result<Vec<u8>, Fault> {
        let mut bytes = Vec::new();
        let read = self.reader.by_ref().take(len).read_to_end(&mut bytes);
        self.offset += bytes.len() as u64;
        match read {
            Ok(_) => Ok(bytes),
            Err(cause) if cause.kind() == io::ErrorKind::UnexpectedEof => Err(truncated()),
            Err(cause) => Err(Fault::new("osm::gzip", format!("the file cannot be unpacked on: {cause}"), DAMAGED)),
        }
    }
}

fn truncated() -> Fault {
    Fault::new("osm::truncated", "the file ends in the middle of it", "download or extract the file again; it is not whole")
}

/// Kind and size of the blob that follows a header.
fn header_of(header: &[u8]) -> Result<(&[u8], u64), Fault> {
    let (mut kind, mut size) = (None, None);
    let mut fields = Message::new(header);
    for field in &mut fields {
        match field {
            (1, Field::Bytes(bytes)) => kind = Some(bytes),
            (3, Field::Number(number)) => size = Some(number),
            _ => {}
        }
    }
    match (kind, size) {
        (Some(kind), Some(size)) if fields.is_whole() && size <= MAX_BLOB => Ok((kind, size)),
        (Some(_), Some(size)) if fields.is_whole() => {
            Err(Fault::new("osm::size", format!("it claims {size} bytes, and {MAX_BLOB} is the most"), DAMAGED))
        }
        _ => Err(Fault::damaged("its header cannot be read, and nothing after it was read")),
    }
}

/// What a blob holds.
#[derive(Default)]
struct Part {
    collected: Collected,
    faults: Vec<Fault>,
}

fn part_of(frame: &Frame, wanted: Wanted) -> Part {
    let mut part = Part::default();
    match unpacked(&frame.bytes) {
        Err(fault) => part.faults.push(fault),
        Ok(bytes) if frame.is_header => part.faults.extend(missing_features(&bytes)),
        Ok(bytes) => match Block::new(&bytes) {
            Some(block) => block.read(wanted, &mut part),
            None => part.faults.push(Fault::damaged("its content is damaged")),
        },
    }
    part
}

/// The content of a blob.
fn unpacked(blob: &[u8]) -> Result<Vec<u8>, Fault> {
    let mut fields = Message::new(blob);
    let mut content = None;
    for field in &mut fields {
        match field {
            (1, Field::Bytes(raw)) => content = Some(Ok(raw.to_vec())),
            (3, Field::Bytes(packed)) => content = Some(inflated(packed)),
            (4..=7, Field::Bytes(_)) => {
                let message = "it is packed with a method other than zlib";
                let help = "write the file anew with zlib, for instance: osmium cat -o new.osm.pbf -f pbf,pbf_compression=zlib old.osm.pbf";
                content = Some(Err(Fault::new("osm::packing", message, help)));
            }
            _ => {}
        }
    }
    match content {
        Some(content) if fields.is_whole() => content,
        _ => Err(Fault::damaged("it is damaged")),
    }
}

fn inflated(packed: &[u8]) -> Result<Vec<u8>, Fault> {
    let mut bytes = Vec::new();
    match ZlibDecoder::new(packed).take(MAX_BLOB + 1).read_to_end(&mut bytes) {
        Ok(_) if bytes.len() as u64 > MAX_BLOB => {
            Err(Fault::new("osm::size", format!("it unpacks to more than {MAX_BLOB} bytes, which is the most"), DAMAGED))
        }
        Ok(_) => Ok(bytes),
        Err(_) => Err(Fault::damaged("it cannot be unpacked")),
    }
}

/// What a file asks of its readers and this one does not have.
fn missing_features(header: &[u8]) -> Vec<Fault> {
    let required = Message::new(header).filter_map(|field| match field {
        (4, Field::Bytes(feature)) => Some(String::from_utf8_lossy(feature).into_owned()),
        _ => None,
    });
    required
        .filter(|feature| !FEATURES.contains(&feature.as_str()))
        .map(|feature| {
            let help = "take an extract of one state of the map, not a file with its history";
            Fault::new("osm::feature", format!("the file asks for `{feature}`, which is not read"), help)
        })
        .collect()
}

/// A block of elements with the texts that they share.
struct Block<'b> {
    strings: Vec<&'b [u8]>,
    /// For every string the key that it is.
    keys: Vec<Option<Key>>,
    groups: Vec<&'b [u8]>,
    granularity: i64,
    lat_offset: i64,
    lon_offset: i64,
}

impl<'b> Block<'b> {
    fn new(bytes: &'b [u8]) -> Option<Self> {
        let mut block = Block {
            strings: Vec::new(),
            keys: Vec::new(),
            groups: Vec::new(),
            granularity: 100,
            lat_offset: 0,
            lon_offset: 0,
        };
        let mut fields = Message::new(bytes);
        for field in &mut fields {
            match field {
                (1, Field::Bytes(table)) => {
                    let mut texts = Message::new(table);
                    block.strings.extend((&mut texts).filter_map(|field| match field {
                        (1, Field::Bytes(text)) => Some(text),
                        _ => None,
                    }));
                    texts.is_whole().then_some(())?;
                }
                (2, Field::Bytes(group)) => block.groups.push(group),
                (17, Field::Number(number)) => block.granularity = number as i64,
                (19, Field::Number(number)) => block.lat_offset = number as i64,
                (20, Field::Number(number)) => block.lon_offset = number as i64,
                _ => {}
            }
        }
        let key = |text: &&[u8]| std::str::from_utf8(text).ok().and_then(Key::from_word);
        block.keys = block.strings.iter().map(key).collect();
        fields.is_whole().then_some(block)
    }

    fn read(&self, wanted: Wanted, part: &mut Part) {
        for group in &self.groups {
            let mut fields = Message::new(group);
            for field in &mut fields {
                let done = match (wanted, field) {
                    (Wanted::Nodes(used), (1, Field::Bytes(node))) => self.node(node, used, part),
                    (Wanted::Nodes(used), (2, Field::Bytes(nodes))) => self.dense(nodes, used, part),
                    (Wanted::Ways, (1, Field::Bytes(node))) => self.check_node(node, part),
                    (Wanted::Ways, (2, Field::Bytes(nodes))) => self.check_dense(nodes, part),
                    (Wanted::Ways, (3, Field::Bytes(way))) => self.way(way, part),
                    (Wanted::Ways, (4, Field::Bytes(relation))) => self.relation(relation, part),
                    _ => Some(()),
                };
                if done.is_none() {
                    part.faults.push(Fault::damaged("an element in it is damaged and left out"));
                }
            }
            if !fields.is_whole() {
                part.faults.push(Fault::damaged("a group of elements in it is damaged"));
            }
        }
    }

    /// The text at a position of the table.
    fn text(&self, at: u64) -> Option<&'b [u8]> {
        self.strings.get(usize::try_from(at).ok()?).copied()
    }

    /// The tag of two positions of the table; nothing where the key is not kept, a fault where there is no such text.
    fn tag(&self, key: u64, value: u64) -> Result<Option<(Key, &'b str)>, Cut> {
        let value = self.text(value).ok_or(Cut)?;
        let Some(key) = *self.keys.get(usize::try_from(key).map_err(|_| Cut)?).ok_or(Cut)? else { return Ok(None) };
        Ok(Some((key, std::str::from_utf8(value).map_err(|_| Cut)?)))
    }

    /// The tags of two packed lists of the same length.
    fn tags(&self, keys: Packed, values: Packed) -> Option<Vec<(Key, &'b str)>> {
        let mut tags = Vec::new();
        let mut values = values;
        for key in keys {
            tags.extend(self.tag(key.ok()?, values.next()?.ok()?).ok()?);
        }
        values.next().is_none().then_some(tags)
    }

    /// The point of an element, `None` where it is not on the earth.
    fn place(&self, id: i64, lon: i64, lat: i64) -> Option<OsmNode> {
        let degrees = |offset: i64, value: i64, most: i64| {
            let nano = self.granularity.checked_mul(value)?.checked_add(offset)?;
            let rounded = nano.checked_add(50)?.div_euclid(100);
            i32::try_from(rounded).ok().filter(|_| rounded.abs() <= most * 10_000_000)
        };
        Some(OsmNode { id, lon: degrees(self.lon_offset, lon, 180)?, lat: degrees(self.lat_offset, lat, 90)? })
    }

    fn node(&self, node: &[u8], used: &[i64], part: &mut Part) -> Option<()> {
        let node = Record::of(node)?;
        let (id, tags) = (node.zigzag_id(), self.tags(node.list(2), node.list(3)));
        if let (Ok(_), Some(place)) = (used.binary_search(&id), self.place(id, node.lon, node.lat)) {
            part.collected.node(place, &mut tags?);
        }
        Some(())
    }

    fn check_node(&self, node: &[u8], part: &mut Part) -> Option<()> {
        let node = Record::of(node)?;
        self.tags(node.list(2), node.list(3))?;
        if self.place(0, node.lon, node.lat).is_none() {
            part.faults.push(off_the_earth(node.zigzag_id()));
        }
        Some(())
    }

    fn dense(&self, nodes: &[u8], used: &[i64], part: &mut Part) -> Option<()> {
        let nodes = Record::of(nodes)?;
        let mut places = nodes.sums(8).zip(nodes.sums(9));
        let mut tags = nodes.list(10);
        let mut here = Vec::new();
        // Ids ascend in nearly every file, so the place in the list only moves on.
        let mut at = 0;
        for id in nodes.sums(1) {
            let (id, (lat, lon)) = (id.ok()?, places.next()?);
            here.clear();
            self.tags_of_dense(&mut tags, &mut here)?;
            if used.get(at).is_none_or(|&next| next > id) {
                at = used.partition_point(|&other| other < id);
            }
            let nearby = used[at..].iter().take(8).position(|&other| other >= id);
            at = nearby.map_or_else(|| at + used[at..].partition_point(|&other| other < id), |ahead| at + ahead);
            if used.get(at) == Some(&id)
                && let Some(place) = self.place(id, lon.ok()?, lat.ok()?)
            {
                part.collected.node(place, &mut here);
            }
        }
        Some(())
    }

    fn check_dense(&self, nodes: &[u8], part: &mut Part) -> Option<()> {
        let nodes = Record::of(nodes)?;
        let mut places = nodes.sums(8).zip(nodes.sums(9));
        for id in nodes.sums(1) {
            let (id, (lat, lon)) = (id.ok()?, places.next()?);
            if self.place(id, lon.ok()?, lat.ok()?).is_none() {
                part.faults.push(off_the_earth(id));
            }
        }
        let mut tags = nodes.list(10);
        let mut here = Vec::new();
        while !tags.0.is_empty() {
            self.tags_of_dense(&mut tags, &mut here)?;
            here.clear();
        }
        Some(())
    }

    /// The tags of the next node in a list where a zero ends those of each; an empty list has no tags at all.
    fn tags_of_dense(&self, list: &mut Packed, tags: &mut Vec<(Key, &'b str)>) -> Option<()> {
        while let Some(key) = list.next() {
            let key = key.ok()?;
            if key == 0 {
                break;
            }
            tags.extend(self.tag(key, list.next()?.ok()?).ok()?);
        }
        Some(())
    }

    fn way(&self, way: &[u8], part: &mut Part) -> Option<()> {
        let way = Record::of(way)?;
        let mut tags = self.tags(way.list(2), way.list(3))?;
        if is_street(|key| value_of(&tags, key)) {
            let refs: Vec<i64> = way.sums(8).collect::<Result<_, Cut>>().ok()?;
            part.collected.way(way.id as i64, &refs, &mut tags);
        }
        Some(())
    }

    fn relation(&self, relation: &[u8], part: &mut Part) -> Option<()> {
        let relation = Record::of(relation)?;
        let mut tags = self.tags(relation.list(2), relation.list(3))?;
        if is_restriction(value_of(&tags, Key::Type)) {
            let (mut roles, mut kinds) = (relation.list(8), relation.list(10));
            let mut members = Vec::new();
            for id in relation.sums(9) {
                let role = self.text(roles.next()?.ok()?)?;
                let kind = match kinds.next()?.ok()? {
                    0 => MemberKind::Node,
                    1 => MemberKind::Way,
                    _ => MemberKind::Other,
                };
                members.push(Member { kind, id: id.ok()?, role: Role::from_word(&String::from_utf8_lossy(role)) });
            }
            part.collected.restriction(relation.id as i64, members, &mut tags);
        }
        Some(())
    }
}

fn off_the_earth(id: i64) -> Fault {
    Fault::new("osm::coordinate", format!("node {id} is not on the earth and left out"), DAMAGED)
}

fn value_of<'t>(tags: &[(Key, &'t str)], key: Key) -> Option<&'t str> {
    tags.iter().find(|(other, _)| *other == key).map(|&(_, value)| value)
}

/// An element, or a list of nodes: its numbers, and its lists by field number.
struct Record<'b> {
    id: u64,
    lon: i64,
    lat: i64,
    lists: [&'b [u8]; 11],
}

impl<'b> Record<'b> {
    fn of(bytes: &'b [u8]) -> Option<Self> {
        let mut record = Record { id: 0, lon: 0, lat: 0, lists: [&[]; 11] };
        let mut fields = Message::new(bytes);
        for field in &mut fields {
            match field {
                (1, Field::Number(number)) => record.id = number,
                (8, Field::Number(number)) => record.lat = super::wire::zigzag(number),
                (9, Field::Number(number)) => record.lon = super::wire::zigzag(number),
                (at @ 1..=10, Field::Bytes(list)) => record.lists[at as usize] = list,
                _ => {}
            }
        }
        fields.is_whole().then_some(record)
    }

    fn zigzag_id(&self) -> i64 {
        super::wire::zigzag(self.id)
    }

    fn list(&self, at: usize) -> Packed<'b> {
        Packed(self.lists[at])
    }

    fn sums(&self, at: usize) -> Sums<'b> {
        Sums::new(self.lists[at])
    }
}
