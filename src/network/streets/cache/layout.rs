//! How a street network lies in a file of the cache.
//!
//! ```text
//! bytes 0..8     "onehour\n"
//!       8..12    number of this layout          12..16  0x01020304 in the byte order of the machine
//!      16..48    the key                        48..80  SHA-256 of everything after byte 80
//!      80..88    length of the file             88..96  number of sections
//!      then      for each section where it begins and how many bytes it has, as two u64
//!      then      the sections, each beginning at a multiple of 64 bytes: vertices, edges, points, ways, names, restrictions, layers,
//!                notes, and the times of every layer
//! ```

use std::io::{self, Write};
use std::ops::Range;
use std::sync::Arc;

use bytemuck::Pod;
use memmap2::Mmap;
use sha2::{Digest, Sha256};

use super::{CacheKey, Cached};
use crate::network::column::Column;
use crate::network::streets::{Directed, Edge, Layer, Restriction, StreetClass, StreetMode, StreetNetwork, Streets, Way};

/// Counts the changes of this layout and of the arrays in it.
pub(super) const FORMAT: u32 = 1;

const MAGIC: &[u8; 8] = b"onehour\n";
const BYTE_ORDER: u32 = 0x0102_0304;
const CHECKED_FROM: usize = 80;
const TABLE: usize = 96;
const ALIGNMENT: usize = 64;
/// Sections before the times of the layers.
const FIXED_SECTIONS: usize = 8;

/// Why a file of the cache is not used.
type Refusal = &'static str;

pub(super) fn write(to: &mut impl Write, key: &CacheKey, network: &StreetNetwork, notes: &str) -> io::Result<()> {
    let streets = &*network.streets;
    let (restrictions, layers) = (restriction_words(&streets.restrictions), layer_words(&network.layers));
    let mut sections: Vec<&[u8]> = vec![
        streets.vertices.bytes(),
        streets.edges.bytes(),
        streets.points.bytes(),
        streets.ways.bytes(),
        streets.names.bytes(),
        bytemuck::cast_slice(&restrictions),
        bytemuck::cast_slice(&layers),
        notes.as_bytes(),
    ];
    sections.extend(network.layers.iter().map(|layer| layer.times().bytes()));
    let (mut table, mut end) = (Vec::new(), TABLE + 16 * sections.len());
    for section in &sections {
        let begin = end.next_multiple_of(ALIGNMENT);
        table.extend([begin as u64, section.len() as u64]);
        end = begin + section.len();
    }
    let head: Vec<u64> = [end as u64, sections.len() as u64].into_iter().chain(table.iter().copied()).collect();
    let mut pieces: Vec<&[u8]> = vec![bytemuck::cast_slice(&head)];
    let mut written = TABLE + 16 * sections.len();
    for (section, place) in sections.iter().zip(table.chunks(2)) {
        pieces.push(&[0; ALIGNMENT][..place[0] as usize - written]);
        pieces.push(section);
        written = place[0] as usize + section.len();
    }
    let mut hash = Sha256::new();
    pieces.iter().for_each(|piece| hash.update(piece));
    to.write_all(MAGIC)?;
    to.write_all(&FORMAT.to_ne_bytes())?;
    to.write_all(&BYTE_ORDER.to_ne_bytes())?;
    to.write_all(&key.0)?;
    to.write_all(&hash.finalize())?;
    pieces.iter().try_for_each(|piece| to.write_all(piece))
}

/// The modes and the length of each restriction, then its edges: edge · 2, plus one against the drawing direction.
fn restriction_words(restrictions: &[Restriction]) -> Vec<u32> {
    let mut words = Vec::new();
    for restriction in restrictions {
        words.extend([u32::from(restriction.modes), restriction.path.len() as u32]);
        words.extend(restriction.path.iter().map(|edge| edge.at() as u32));
    }
    words
}

/// The mode and the speed beside the streets of each layer.
fn layer_words(layers: &[Arc<Layer>]) -> Vec<u32> {
    layers.iter().flat_map(|layer| [layer.mode as u32, layer.off_street_m_per_h]).collect()
}

pub(super) fn read(file: &Arc<Mmap>, key: &CacheKey) -> Result<Cached, Refusal> {
    let sections = sections(file, key)?;
    let restrictions = column(file, &sections[5])?;
    let layers: Column<u32> = column(file, &sections[6])?;
    let streets = Streets {
        vertices: column(file, &sections[0])?,
        edges: column(file, &sections[1])?,
        points: column(file, &sections[2])?,
        ways: column(file, &sections[3])?,
        names: column(file, &sections[4])?,
        restrictions: read_restrictions(&restrictions)?,
    };
    check(&streets)?;
    if layers.len() != 2 * (sections.len() - FIXED_SECTIONS) {
        return Err("it has not as many layers as it says");
    }
    let words = layers.chunks_exact(2).zip(&sections[FIXED_SECTIONS..]);
    let layers = words.map(|(words, times)| {
        let mode = StreetMode::ALL.get(words[0] as usize).ok_or("a layer is for no known mode")?;
        let times = column::<u32>(file, times)?;
        if times.len() != 2 * streets.edges.len() {
            return Err("a layer has not two times for every edge");
        }
        Ok(Arc::new(Layer::new(*mode, times, words[1])))
    });
    let layers = layers.collect::<Result<_, Refusal>>()?;
    let notes = std::str::from_utf8(&file[sections[7].clone()]).map_err(|_| "its notes are not text")?.to_string();
    Ok(Cached { network: StreetNetwork { streets: Arc::new(streets), layers }, notes })
}

/// Where the sections lie, once the head and the checksum are right.
fn sections(file: &[u8], key: &CacheKey) -> Result<Vec<Range<usize>>, Refusal> {
    let head = file.get(..TABLE).ok_or("it is too short")?;
    if head[..8] != *MAGIC || head[8..12] != FORMAT.to_ne_bytes() || head[12..16] != BYTE_ORDER.to_ne_bytes() {
        return Err("it is not a street network of this version");
    }
    if head[16..48] != key.0 {
        return Err("it was made from something else");
    }
    let word = |at: usize| Some(u64::from_ne_bytes(file.get(at..at.checked_add(8)?)?.try_into().ok()?));
    let size = |at: usize| word(at).and_then(|word| usize::try_from(word).ok());
    if size(80) != Some(file.len()) {
        return Err("it has not the length that it was written with");
    }
    if head[48..80] != *Sha256::digest(&file[CHECKED_FROM..]) {
        return Err("its checksum does not fit");
    }
    let n = size(88).filter(|&n| (FIXED_SECTIONS..file.len() / 16).contains(&n)).ok_or("it has too few sections")?;
    let section = |at: usize| {
        let (begin, length) = (size(TABLE + 16 * at)?, size(TABLE + 16 * at + 8)?);
        let end = begin.checked_add(length)?;
        (end <= file.len()).then_some(begin..end)
    };
    (0..n).map(section).collect::<Option<_>>().ok_or("a section leaves the file")
}

fn column<T: Pod>(file: &Arc<Mmap>, section: &Range<usize>) -> Result<Column<T>, Refusal> {
    Column::mapped(file, section.clone()).ok_or("a section holds no whole number of elements")
}

fn read_restrictions(words: &[u32]) -> Result<Vec<Restriction>, Refusal> {
    let (mut rest, mut restrictions) = (words, Vec::new());
    while let [modes, length, after @ ..] = rest {
        let path = after.get(..*length as usize).ok_or("a restriction leaves its section")?;
        let modes = u8::try_from(*modes).map_err(|_| "a restriction is for no known mode")?;
        let path = path.iter().map(|edge| Directed::new(edge >> 1, edge & 1 == 0)).collect();
        restrictions.push(Restriction { path, modes });
        rest = &after[*length as usize..];
    }
    if rest.is_empty() { Ok(restrictions) } else { Err("a restriction leaves its section") }
}

/// Looks at every index once.
fn check(streets: &Streets) -> Result<(), Refusal> {
    let within = |first: u32, count: u32, length: usize| u64::from(first) + u64::from(count) <= length as u64;
    let n_vertices = streets.vertices.len();
    let edge_holds = |edge: &Edge| {
        (edge.from as usize) < n_vertices
            && (edge.to as usize) < n_vertices
            && (edge.way as usize) < streets.ways.len()
            && edge.length_cm > 0
            && within(edge.first_point, edge.n_points, streets.points.len())
    };
    if n_vertices >= u32::MAX as usize
        || streets.edges.len() > u32::MAX as usize / 2
        || !streets.edges.iter().all(edge_holds)
    {
        return Err("an edge joins what is not there");
    }
    // The slices of names must be whole characters, which slices of a whole text are where they begin and end at one.
    let names = std::str::from_utf8(&streets.names).map_err(|_| "a name is not text")?;
    let way_holds = |way: &Way| {
        within(way.name_start, way.name_len, names.len())
            && names.is_char_boundary(way.name_start as usize)
            && names.is_char_boundary((way.name_start + way.name_len) as usize)
            && (way.class as usize) < StreetClass::ALL.len()
    };
    if !streets.ways.iter().all(way_holds) {
        return Err("a way has a name or a class that is not there");
    }
    let edge_is_there = |edge: &Directed| (edge.edge() as usize) < streets.edges.len();
    if !streets.restrictions.iter().all(|restriction| restriction.path.iter().all(edge_is_there)) {
        return Err("a restriction leads over an edge that is not there");
    }
    Ok(())
}
