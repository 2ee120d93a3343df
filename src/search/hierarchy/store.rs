//! Hierarchies kept on disk: orders once made are there at once the next time.
//!
//! A file is mapped and not read into memory. Nothing in it is believed: while one thread takes its checksum, others look
//! at every index and at all that searches build on (see `check`). Both read each byte about once.

use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::{Metric, Topology, check};
use crate::error::Error;
use crate::network::column_file::{self, ColumnFile, Kind, Refusal};
use crate::network::streets::Place;
use crate::search::flat::FlatGraph;

/// Files with a topology.
const TOPOLOGIES: Kind = Kind { magic: b"1h order", format: 1 };

/// Files with all that searches need.
const INDEXES: Kind = Kind { magic: b"1h index", format: 1 };

/// Sections of a topology.
const N_SECTIONS: usize = 9;

/// What a file was made of, as a hash; also of the version of this program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IndexKey([u8; 32]);

impl IndexKey {
    /// The key of an order and its topology: who is joined with whom, and where nodes are. Times are not in it.
    pub fn of_shape(graph: &FlatGraph, places: &[Place]) -> IndexKey {
        let heads: Vec<u32> = graph.all_arcs().iter().map(|arc| arc.head).collect();
        IndexKey::of(&[graph.first().bytes(), bytemuck::cast_slice(&heads), bytemuck::cast_slice(places)])
    }

    /// The key of all that a graph gives, its times too.
    pub fn of_graph(graph: &FlatGraph, places: &[Place]) -> IndexKey {
        IndexKey::of(&[graph.first().bytes(), graph.all_arcs().bytes(), bytemuck::cast_slice(places)])
    }

    /// The key of whatever is made of these pieces, such as the key of a street network and the word for a mode.
    pub fn of(pieces: &[&[u8]]) -> IndexKey {
        let mut hash = Sha256::new();
        hash.update(format!("onehour index {} {}\n", INDEXES.format, env!("CARGO_PKG_VERSION")));
        for piece in pieces {
            hash.update((piece.len() as u64).to_le_bytes());
            hash.update(piece);
        }
        IndexKey(hash.finalize().into())
    }

    /// The key as 64 characters.
    pub fn hex(&self) -> String {
        self.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// All that searches over one graph need, in memory or mapped from a file.
#[derive(Debug, Clone, PartialEq)]
pub struct Index {
    /// The graph.
    pub forward: FlatGraph,
    /// The same turned round.
    pub backward: FlatGraph,
    /// Its hierarchy.
    pub topology: Topology,
    /// The times of the hierarchy.
    pub metric: Metric,
}

/// What is kept under a key.
#[derive(Debug, Clone)]
pub enum Kept<T> {
    /// What was kept.
    Whole(T),
    /// Nothing.
    Nothing,
    /// A file that cannot be used, and why, in a few words; it should be made anew.
    Refused(String),
}

/// A folder of hierarchies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexFolder {
    folder: PathBuf,
}

impl IndexFolder {
    /// A folder, which need not exist.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        IndexFolder { folder: folder.into() }
    }

    /// The file of a topology.
    pub fn topology_path(&self, key: &IndexKey) -> PathBuf {
        self.folder.join(format!("order-{}.onehour", key.hex()))
    }

    /// The file of an index.
    pub fn index_path(&self, key: &IndexKey) -> PathBuf {
        self.folder.join(format!("index-{}.onehour", key.hex()))
    }

    /// Keeps a topology.
    pub fn save_topology(&self, key: &IndexKey, topology: &Topology) -> Result<(), Error> {
        column_file::save(&self.topology_path(key), TOPOLOGIES, &key.0, &topology.sections())
    }

    /// The topology of `graph`. Any file whatever under the key's name gives an answer.
    pub fn load_topology(&self, key: &IndexKey, graph: &FlatGraph) -> Kept<Topology> {
        load(&self.topology_path(key), TOPOLOGIES, key, |file| {
            let topology = topology(file, 0, graph.n_arcs())?;
            check::topology(&topology, graph)?;
            Ok(topology)
        })
    }

    /// Keeps an index.
    pub fn save(&self, key: &IndexKey, index: &Index) -> Result<(), Error> {
        let Index { forward, backward, topology, metric } = index;
        let mut sections = topology.sections();
        sections.extend([forward.first().bytes(), forward.all_arcs().bytes(), backward.first().bytes()]);
        sections.extend([backward.all_arcs().bytes(), metric.up.bytes(), metric.down.bytes()]);
        column_file::save(&self.index_path(key), INDEXES, &key.0, &sections)
    }

    /// An index. Any file whatever under the key's name gives an answer; only one that was written whole under this very
    /// key gives an index.
    pub fn load(&self, key: &IndexKey) -> Kept<Index> {
        load(&self.index_path(key), INDEXES, key, index)
    }
}

/// Opens a file and takes its checksum while `make` looks at what is in it.
fn load<T: Send>(
    path: &Path,
    kind: Kind,
    key: &IndexKey,
    make: impl FnOnce(&ColumnFile) -> Result<T, Refusal> + Send,
) -> Kept<T> {
    let file = match ColumnFile::open(path, kind, &key.0) {
        Ok(Some(file)) => file,
        Ok(None) => return Kept::Nothing,
        Err(why) => return Kept::Refused(why),
    };
    match rayon::join(|| file.check_sum(), || make(&file)) {
        (Ok(()), Ok(made)) => Kept::Whole(made),
        (Err(why), _) | (_, Err(why)) => Kept::Refused(why.to_string()),
    }
}

fn index(file: &ColumnFile) -> Result<Index, Refusal> {
    let graph = |section: usize| {
        let graph = FlatGraph::new(file.column(section)?, file.column(section + 1)?);
        graph.ok_or("an arc of the graph leads nowhere")
    };
    let (forward, backward) = rayon::join(|| graph(N_SECTIONS), || graph(N_SECTIONS + 2));
    let (forward, backward) = (forward?, backward?);
    if (forward.n_nodes(), forward.n_arcs()) != (backward.n_nodes(), backward.n_arcs()) {
        return Err("the graph is another one when it is turned round");
    }
    let topology = topology(file, 0, forward.n_arcs())?;
    check::topology(&topology, &forward)?;
    let metric = Metric { up: file.column(N_SECTIONS + 4)?, down: file.column(N_SECTIONS + 5)? };
    if [metric.up.len(), metric.down.len()] != [topology.n_arcs(); 2] {
        return Err("it has not two times for every arc");
    }
    Ok(Index { forward, backward, topology, metric })
}

impl Topology {
    fn sections(&self) -> Vec<&[u8]> {
        let words = [&self.position, &self.node, &self.first, &self.heads, &self.parent, &self.subtree, &self.lower_first];
        let mut sections: Vec<&[u8]> = words.map(|column| column.bytes()).into();
        sections.extend([self.lower.bytes(), self.sources.bytes()]);
        sections
    }
}

/// The topology in the sections from one on, unchecked.
fn topology(file: &ColumnFile, from: usize, n_graph_arcs: usize) -> Result<Topology, Refusal> {
    Ok(Topology {
        position: file.column(from)?,
        node: file.column(from + 1)?,
        first: file.column(from + 2)?,
        heads: file.column(from + 3)?,
        parent: file.column(from + 4)?,
        subtree: file.column(from + 5)?,
        lower_first: file.column(from + 6)?,
        lower: file.column(from + 7)?,
        sources: file.column(from + 8)?,
        n_graph_arcs: u32::try_from(n_graph_arcs).map_err(|_| "it has too many arcs")?,
    })
}
