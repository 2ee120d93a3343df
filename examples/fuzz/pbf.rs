//! Writes OpenStreetMap elements as PBF: dense nodes, ways and relations in blocks of 8 000, each with its own strings.

use std::collections::HashMap;
use std::io::Write;

use flate2::Compression;
use flate2::write::ZlibEncoder;

/// Keys with their values.
pub type Tags = Vec<(String, String)>;

/// Members of a relation: role, whether it is a way, id.
pub type Members = Vec<(&'static str, bool, i64)>;

/// Elements of a map.
#[derive(Default)]
pub struct Elements {
    /// Id, degrees east · 10⁷, degrees north · 10⁷.
    pub nodes: Vec<(i64, i64, i64, Tags)>,
    /// Id and the ids of the nodes.
    pub ways: Vec<(i64, Vec<i64>, Tags)>,
    /// Id and members.
    pub relations: Vec<(i64, Members, Tags)>,
}

/// How many elements a block has.
const PER_BLOCK: usize = 8_000;

/// The file; blobs are packed with zlib or as they are.
pub fn written(elements: &Elements, packed: bool) -> Vec<u8> {
    let mut header = Vec::new();
    for feature in ["OsmSchema-V0.6", "DenseNodes"] {
        field(&mut header, 4, feature.as_bytes());
    }
    let mut file = blob("OSMHeader", &header, packed);
    let nodes = elements.nodes.chunks(PER_BLOCK).map(|nodes| block(|strings| dense(nodes, strings)));
    let ways = elements
        .ways
        .chunks(PER_BLOCK)
        .map(|ways| block(|strings| ways.iter().flat_map(|known| way(known, strings)).collect()));
    let relations = elements.relations.chunks(PER_BLOCK);
    let relations =
        relations.map(|known| block(|strings| known.iter().flat_map(|known| relation(known, strings)).collect()));
    for block in nodes.chain(ways).chain(relations) {
        file.extend(blob("OSMData", &block, packed));
    }
    file
}

fn varint(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

fn zigzag(number: i64) -> u64 {
    ((number << 1) ^ (number >> 63)) as u64
}

/// A field of bytes.
fn field(out: &mut Vec<u8>, number: u64, bytes: &[u8]) {
    varint(out, number << 3 | 2);
    varint(out, bytes.len() as u64);
    out.extend(bytes);
}

/// A field with one number.
fn plain(out: &mut Vec<u8>, number: u64, value: u64) {
    varint(out, number << 3);
    varint(out, value);
}

/// A field with a packed list of numbers.
fn list(out: &mut Vec<u8>, number: u64, values: impl IntoIterator<Item = u64>) {
    let mut bytes = Vec::new();
    values.into_iter().for_each(|value| varint(&mut bytes, value));
    field(out, number, &bytes);
}

/// Differences from one number to the next.
fn steps(values: impl Iterator<Item = i64>) -> impl Iterator<Item = u64> {
    let mut last = 0;
    values.map(move |value| zigzag(value - std::mem::replace(&mut last, value)))
}

fn blob(kind: &str, content: &[u8], packed: bool) -> Vec<u8> {
    let mut blob = Vec::new();
    if packed {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(content).expect("writing to memory does not fail");
        plain(&mut blob, 2, content.len() as u64);
        field(&mut blob, 3, &encoder.finish().expect("writing to memory does not fail"));
    } else {
        field(&mut blob, 1, content);
    }
    let mut header = Vec::new();
    field(&mut header, 1, kind.as_bytes());
    plain(&mut header, 3, blob.len() as u64);
    [&(header.len() as u32).to_be_bytes()[..], &header, &blob].concat()
}

/// The strings of a block; the first is empty.
#[derive(Default)]
struct Strings {
    all: Vec<String>,
    numbers: HashMap<String, u64>,
}

impl Strings {
    fn number(&mut self, text: &str) -> u64 {
        if let Some(&known) = self.numbers.get(text) {
            return known;
        }
        self.all.push(text.to_string());
        self.numbers.insert(text.to_string(), self.all.len() as u64);
        self.all.len() as u64
    }
}

/// A block of one group, which `group` writes.
fn block(group: impl FnOnce(&mut Strings) -> Vec<u8>) -> Vec<u8> {
    let mut strings = Strings::default();
    let group = group(&mut strings);
    let mut table = Vec::new();
    field(&mut table, 1, b"");
    strings.all.iter().for_each(|text| field(&mut table, 1, text.as_bytes()));
    let mut block = Vec::new();
    field(&mut block, 1, &table);
    field(&mut block, 2, &group);
    block
}

fn dense(nodes: &[(i64, i64, i64, Tags)], strings: &mut Strings) -> Vec<u8> {
    let mut dense = Vec::new();
    list(&mut dense, 1, steps(nodes.iter().map(|node| node.0)));
    list(&mut dense, 8, steps(nodes.iter().map(|node| node.2)));
    list(&mut dense, 9, steps(nodes.iter().map(|node| node.1)));
    let mut tags = Vec::new();
    for (_, _, _, tags_of_node) in nodes {
        tags.extend(tags_of_node.iter().flat_map(|(key, value)| [strings.number(key), strings.number(value)]));
        tags.push(0);
    }
    list(&mut dense, 10, tags);
    let mut group = Vec::new();
    field(&mut group, 2, &dense);
    group
}

fn tags_of(out: &mut Vec<u8>, tags: &Tags, strings: &mut Strings) {
    let keys: Vec<u64> = tags.iter().map(|(key, _)| strings.number(key)).collect();
    let values: Vec<u64> = tags.iter().map(|(_, value)| strings.number(value)).collect();
    list(out, 2, keys);
    list(out, 3, values);
}

fn way((id, refs, tags): &(i64, Vec<i64>, Tags), strings: &mut Strings) -> Vec<u8> {
    let mut way = Vec::new();
    plain(&mut way, 1, *id as u64);
    tags_of(&mut way, tags, strings);
    list(&mut way, 8, steps(refs.iter().copied()));
    let mut group = Vec::new();
    field(&mut group, 3, &way);
    group
}

fn relation((id, members, tags): &(i64, Members, Tags), strings: &mut Strings) -> Vec<u8> {
    let mut relation = Vec::new();
    plain(&mut relation, 1, *id as u64);
    tags_of(&mut relation, tags, strings);
    let roles: Vec<u64> = members.iter().map(|member| strings.number(member.0)).collect();
    list(&mut relation, 8, roles);
    list(&mut relation, 9, steps(members.iter().map(|member| member.2)));
    list(&mut relation, 10, members.iter().map(|member| u64::from(member.1)));
    let mut group = Vec::new();
    field(&mut group, 4, &relation);
    group
}
