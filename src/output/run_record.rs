//! The record of a run: what it read and was asked, so that it can be made again byte for byte, and its id.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::error::Error;

/// What a run depends on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunRecord {
    /// Arguments of the command, without the program's name and without what does not change results (`--threads`, `--out`).
    pub arguments: Vec<String>,
    /// Files that were read, with the hash of their bytes.
    pub inputs: Vec<(PathBuf, String)>,
}

impl RunRecord {
    /// The id: the first twelve hex digits of the SHA-256 of version, arguments and the inputs' hashes.
    pub fn id(&self) -> String {
        let mut hash = Sha256::new();
        hash.update(env!("CARGO_PKG_VERSION"));
        for argument in &self.arguments {
            hash.update([0]);
            hash.update(argument);
        }
        for (_, digest) in &self.inputs {
            hash.update([1]);
            hash.update(digest);
        }
        hex(&hash.finalize())[..12].to_string()
    }

    /// The text of the `.run.toml` that stands beside the outputs. It names nothing that differs between two runs of the same input:
    /// no time, no machine, no thread count.
    pub fn toml(&self) -> String {
        let mut text = String::from(
            "# How the files in this folder were made. The same version with the same inputs gives the same bytes.\n",
        );
        let quoted: Vec<String> = self.arguments.iter().map(|argument| quote(argument)).collect();
        let _ = write!(
            text,
            "run_id = {}\nonehour = {}\narguments = [{}]\n",
            quote(&self.id()),
            quote(env!("CARGO_PKG_VERSION")),
            quoted.join(", ")
        );
        for (path, digest) in &self.inputs {
            let _ = write!(text, "\n[[input]]\npath = {}\nsha256 = {}\n", quote(&path.to_string_lossy()), quote(digest));
        }
        text
    }

    /// Adds an input by its path and bytes.
    pub fn add_input(&mut self, path: &Path, bytes: &[u8]) {
        self.inputs.push((path.to_path_buf(), hex(&Sha256::digest(bytes))));
    }

    /// Adds a file, or a folder with all files in it by name, read piece by piece.
    pub fn add_file(&mut self, path: &Path) -> Result<(), Error> {
        let read = |cause| Error::new("read", path, cause);
        if path.is_dir() {
            let mut files: Vec<PathBuf> = fs::read_dir(path)
                .and_then(|entries| entries.map(|entry| entry.map(|entry| entry.path())).collect())
                .map_err(read)?;
            files.sort();
            return files.iter().filter(|file| file.is_file()).try_for_each(|file| self.add_file(file));
        }
        let mut hash = Sha256::new();
        let mut file = fs::File::open(path).map_err(read)?;
        std::io::copy(&mut file, &mut hash).map_err(read)?;
        self.inputs.push((path.to_path_buf(), hex(&hash.finalize())));
        Ok(())
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// A TOML basic string.
fn quote(text: &str) -> String {
    toml::Value::String(text.to_string()).to_string()
}
