//! Hierarchies kept on disk: orders once made are there at once the next time.
//!
//! A file is mapped and not read into memory. Nothing in it is believed: while one thread takes its checksum, others look
//! at every index and at all that searches build on (see `check`). Both read each byte about once.
//!
//! An index is two files, so that what answers first is read and proved alone: the sweep in one, and in the other what it was
//! made of, which is proved when somebody asks for it.

use std::io;
use std::path::PathBuf;
use std::sync::OnceLock;

use sha2::{Digest, Sha256};

use super::{Lean, Metric, Sweep, Topology, check};
use crate::error::Error;
use crate::network::column_file::{self, ColumnFile, Kept, Kind, Refusal};
use crate::network::streets::Place;
use crate::search::flat::FlatGraph;
use crate::search::freeze::made_once;

/// Files with a topology.
const TOPOLOGIES: Kind = Kind { magic: b"1h order", format: 1 };

/// Files with what a sweep was made of.
const BASES: Kind = Kind { magic: b"1h index", format: 1 };

/// Files with a sweep.
const SWEEPS: Kind = Kind { magic: b"1h sweep", format: 1 };

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
        hash.update(format!("onehour index {} {}\n", SWEEPS.format, env!("CARGO_PKG_VERSION")));
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

/// What an index is made of: for other searches than sweeps, and for other times.
#[derive(Debug, Clone, PartialEq)]
pub struct Basis {
    /// The graph.
    pub forward: FlatGraph,
    /// The same turned round.
    pub backward: FlatGraph,
    /// Its hierarchy.
    pub topology: Topology,
    /// The times of the hierarchy.
    pub metric: Metric,
}

/// All that searches over one graph need, in memory or mapped from files: a sweep that answers at once, and its [`Basis`].
#[derive(Debug, Clone)]
pub struct Index {
    sweep: Sweep,
    /// The mapped basis until it is proved.
    file: Option<ColumnFile>,
    basis: OnceLock<Result<Basis, Refusal>>,
}

impl Index {
    /// Makes the sweep of a basis.
    pub fn new(basis: Basis) -> Index {
        let sweep = Sweep::new(&Lean::new(&basis.topology, &basis.metric));
        Index { sweep, file: None, basis: OnceLock::from(Ok(basis)) }
    }

    /// The times from one place to all, or to all within a limit.
    pub fn sweep(&self) -> &Sweep {
        &self.sweep
    }

    /// What the index is made of. That of a mapped index is proved when it is first asked for, on any thread; every later call gives
    /// the same.
    ///
    /// # Errors
    ///
    /// What is wrong with the file, in a few words: the index should be made anew.
    pub fn basis(&self) -> Result<&Basis, Refusal> {
        let prove = || {
            let basis = proved(self.file.as_ref().ok_or("it has no basis")?, basis_of)?;
            let is_same = basis.forward.n_nodes() == self.sweep.n_nodes();
            is_same.then_some(basis).ok_or("its sweep is that of another graph")
        };
        made_once(&self.basis, prove).as_ref().map_err(|why| *why)
    }
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

    /// The file of the sweep of an index.
    pub fn sweep_path(&self, key: &IndexKey) -> PathBuf {
        self.folder.join(format!("sweep-{}.onehour", key.hex()))
    }

    /// The file of the basis of an index.
    pub fn basis_path(&self, key: &IndexKey) -> PathBuf {
        self.folder.join(format!("index-{}.onehour", key.hex()))
    }

    /// Keeps a topology.
    pub fn save_topology(&self, key: &IndexKey, topology: &Topology) -> Result<(), Error> {
        column_file::save(&self.topology_path(key), TOPOLOGIES, &key.0, &topology.sections())
    }

    /// The topology of `graph`. Any file whatever under the key's name gives an answer.
    pub fn load_topology(&self, key: &IndexKey, graph: &FlatGraph) -> Kept<Topology> {
        ColumnFile::open(&self.topology_path(key), TOPOLOGIES, &key.0).and_then(|file| {
            let make = |file: &ColumnFile| {
                let topology = topology(file, 0, graph.n_arcs())?;
                check::topology(&topology, graph)?;
                Ok(topology)
            };
            proved(&file, make).into()
        })
    }

    /// Keeps an index.
    ///
    /// # Errors
    ///
    /// If a file cannot be written, or the basis of the index itself comes from a file that is refused.
    pub fn save(&self, key: &IndexKey, index: &Index) -> Result<(), Error> {
        let path = self.basis_path(key);
        let Basis { forward, backward, topology, metric } =
            index.basis().map_err(|why| Error::new("write", &path, io::Error::other(why)))?;
        let mut sections = topology.sections();
        sections.extend([forward.first().bytes(), forward.all_arcs().bytes(), backward.first().bytes()]);
        sections.extend([backward.all_arcs().bytes(), metric.up.bytes(), metric.down.bytes()]);
        column_file::save(&path, BASES, &key.0, &sections)?;
        column_file::save(&self.sweep_path(key), SWEEPS, &key.0, &index.sweep.sections())
    }

    /// An index, of which the sweep is proved and the basis is only known to be there. Any files whatever under the key's name give an
    /// answer; only a sweep that was written whole under this very key gives an index.
    pub fn load(&self, key: &IndexKey) -> Kept<Index> {
        ColumnFile::open(&self.basis_path(key), BASES, &key.0).and_then(|basis| {
            ColumnFile::open(&self.sweep_path(key), SWEEPS, &key.0).and_then(|file| {
                let of = |sweep| Index { sweep, file: Some(basis), basis: OnceLock::new() };
                proved(&file, Sweep::of_file).map(of).into()
            })
        })
    }
}

/// What `make` finds in a file while its checksum is taken.
fn proved<T: Send>(file: &ColumnFile, make: impl FnOnce(&ColumnFile) -> Result<T, Refusal> + Send) -> Result<T, Refusal> {
    let (sum, made) = rayon::join(|| file.check_sum(), || make(file));
    sum.and(made)
}

/// What an index was made of, every index of which is looked at.
fn basis_of(file: &ColumnFile) -> Result<Basis, Refusal> {
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
    Ok(Basis { forward, backward, topology, metric })
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
