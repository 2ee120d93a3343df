//! Writing files whole or not at all.

use std::fs;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use crate::error::Error;

/// Writes `bytes` to `path`: to a temporary file in the same folder first, then renamed, so that a reader never sees half a file.
/// Folders are made as needed.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let mut file = Whole::create(path)?;
    file.write_all(bytes).map_err(|cause| Error::new("write", path, cause))?;
    file.finish()
}

/// A file that is written piece by piece: it has its name only when it is finished, and is gone when it is dropped before.
#[derive(Debug)]
pub struct Whole {
    path: PathBuf,
    part: PathBuf,
    file: BufWriter<fs::File>,
    is_finished: bool,
}

impl Whole {
    /// A temporary file in the folder of `path`; folders are made as needed.
    pub fn create(path: &Path) -> Result<Whole, Error> {
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            fs::create_dir_all(folder).map_err(|cause| Error::new("create", folder, cause))?;
        }
        let mut name = path.file_name().unwrap_or_default().to_os_string();
        name.push(format!(".{}.part", std::process::id()));
        let part = path.with_file_name(name);
        let file = fs::File::create(&part).map_err(|cause| Error::new("write", path, cause))?;
        Ok(Whole { path: path.to_path_buf(), part, file: BufWriter::new(file), is_finished: false })
    }

    /// Where it will be.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Gives the file its name.
    pub fn finish(mut self) -> Result<(), Error> {
        let renamed = self.file.flush().and_then(|()| fs::rename(&self.part, &self.path));
        self.is_finished = renamed.is_ok();
        renamed.map_err(|cause| Error::new("write", &self.path, cause))
    }
}

impl Write for Whole {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.file.flush()
    }
}

impl Drop for Whole {
    fn drop(&mut self) {
        if !self.is_finished {
            // The part is of no use to anybody; that it may not go away either is not worth a second message.
            let _ = fs::remove_file(&self.part);
        }
    }
}
