//! Built street networks kept on disk under a key of all they are made of.
//!
//! A file holds the arrays as they lie in memory, so that a network is there as soon as the file is mapped. Nothing in it is believed:
//! a checksum covers every byte, and every index is looked at once. A file that does not pass is refused and made anew.

mod layout;

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::StreetNetwork;
use crate::error::Error;
use crate::network::column_file::{ColumnFile, Kept};

/// What a built network is made of, as a hash: contents of input files, settings, and the version of this program. Files of other
/// contents have other keys, whatever their names and dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CacheKey([u8; 32]);

impl CacheKey {
    /// The key of a network made from these files with these settings, the texts of which should say everything else that matters:
    /// profiles, level, period, limits.
    pub fn of(files: &[&Path], settings: &[&str]) -> Result<Self, Error> {
        let mut hash = Sha256::new();
        hash.update(format!("onehour streets {} {}\n", layout::KIND.format, env!("CARGO_PKG_VERSION")));
        hash.update((settings.len() as u64).to_le_bytes());
        for setting in settings {
            hash.update((setting.len() as u64).to_le_bytes());
            hash.update(setting);
        }
        for path in files {
            hash.update(hash_of_file(path).map_err(|cause| Error::new("read", path, cause))?);
        }
        Ok(CacheKey(hash.finalize().into()))
    }

    /// The key as 64 characters.
    pub fn hex(&self) -> String {
        self.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

fn hash_of_file(path: &Path) -> io::Result<[u8; 32]> {
    let (mut file, mut hash) = (File::open(path)?, Sha256::new());
    let mut buffer = vec![0; 1 << 20];
    loop {
        match file.read(&mut buffer) {
            Ok(0) => return Ok(hash.finalize().into()),
            Ok(n) => hash.update(&buffer[..n]),
            Err(cause) if cause.kind() == io::ErrorKind::Interrupted => {}
            Err(cause) => return Err(cause),
        }
    }
}

/// A network from the cache, with the notes that were kept with it.
#[derive(Debug, Clone)]
pub struct Cached {
    /// The network; its arrays lie in the mapped file.
    pub network: StreetNetwork,
    /// What else the builder had to say, in its own words.
    pub notes: String,
}

/// A folder of built networks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cache {
    folder: PathBuf,
}

impl Cache {
    /// The cache in a folder, which need not exist.
    pub fn in_folder(folder: impl Into<PathBuf>) -> Self {
        Cache { folder: folder.into() }
    }

    /// The cache of the user: `$ONEHOUR_CACHE`, or `onehour` in `$XDG_CACHE_HOME`, in `%LOCALAPPDATA%`, or in `~/.cache`. `None` where
    /// none of these is set; `variable` gives the value of an environment variable.
    pub fn of_user(variable: impl Fn(&str) -> Option<PathBuf>) -> Option<Self> {
        let set = |name: &str| variable(name).filter(|path| !path.as_os_str().is_empty());
        let folder = set("ONEHOUR_CACHE")
            .or_else(|| set("XDG_CACHE_HOME").map(|folder| folder.join("onehour")))
            .or_else(|| set("LOCALAPPDATA").map(|folder| folder.join("onehour")))
            .or_else(|| set("HOME").map(|folder| folder.join(".cache").join("onehour")))?;
        Some(Cache { folder })
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The file of a key.
    pub fn path(&self, key: &CacheKey) -> PathBuf {
        self.folder.join(format!("streets-{}.onehour", key.hex()))
    }

    /// Looks a network up. Any file whatever under the key's name gives an answer; only one that was written whole under this very
    /// key gives a network.
    pub fn load(&self, key: &CacheKey) -> Kept<Cached> {
        ColumnFile::open(&self.path(key), layout::KIND, &key.0)
            .and_then(|file| file.check_sum().and_then(|()| layout::read(&file)).into())
    }

    /// Keeps a network under a key, with notes such as the faults that reading its files found. It is written to a file of its own
    /// first, so that nobody ever sees half of it; of several writers the last one wins.
    pub fn save(&self, key: &CacheKey, network: &StreetNetwork, notes: &str) -> Result<(), Error> {
        layout::save(&self.path(key), key, network, notes)
    }
}
