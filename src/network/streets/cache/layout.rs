//! How a street network lies in a file of columns: vertices, edges, points, ways, names, restrictions, layers, notes, and then the times
//! of every layer.

use std::path::Path;
use std::sync::Arc;

use super::{CacheKey, Cached};
use crate::error::Error;
use crate::network::column::Column;
use crate::network::column_file::{self, ColumnFile, Kind, Refusal};
use crate::network::streets::{Directed, Edge, Layer, Restriction, StreetClass, StreetMode, StreetNetwork, Streets, Way};

pub(super) const KIND: Kind = Kind { magic: b"onehour\n", format: 2 };

/// Sections before the times of the layers.
const FIXED_SECTIONS: usize = 8;

pub(super) fn save(path: &Path, key: &CacheKey, network: &StreetNetwork, notes: &str) -> Result<(), Error> {
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
    column_file::save(path, KIND, &key.0, &sections)
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

pub(super) fn read(file: &ColumnFile) -> Result<Cached, Refusal> {
    let restrictions = file.column(5)?;
    let layers: Column<u32> = file.column(6)?;
    let streets = Streets {
        vertices: file.column(0)?,
        edges: file.column(1)?,
        points: file.column(2)?,
        ways: file.column(3)?,
        names: file.column(4)?,
        restrictions: read_restrictions(&restrictions)?,
    };
    check(&streets)?;
    let notes = std::str::from_utf8(file.bytes(7)?).map_err(|_| "its notes are not text")?.to_string();
    if layers.len() != 2 * (file.n_sections() - FIXED_SECTIONS) {
        return Err("it has not as many layers as it says");
    }
    let words = layers.chunks_exact(2).zip(FIXED_SECTIONS..);
    let layers = words.map(|(words, section)| {
        let mode = StreetMode::ALL.get(words[0] as usize).ok_or("a layer is for no known mode")?;
        let times = file.column::<u32>(section)?;
        if times.len() != 2 * streets.edges.len() {
            return Err("a layer has not two times for every edge");
        }
        Ok(Arc::new(Layer::new(*mode, times, words[1])))
    });
    let layers = layers.collect::<Result<_, Refusal>>()?;
    Ok(Cached { network: StreetNetwork { streets: Arc::new(streets), layers }, notes })
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
