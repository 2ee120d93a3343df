//! The world going wrong: a file that is not there, a disk that is full.

use std::fmt;
use std::path::{Path, PathBuf};

/// An operation on a path that the operating system refused. Exit code 3.
#[derive(Debug)]
pub struct Error {
    /// What was attempted, as a verb: `read`, `write`, `create`.
    pub action: &'static str,
    /// On which path.
    pub path: PathBuf,
    /// Why it did not go.
    pub cause: std::io::Error,
}

impl Error {
    /// Wraps `cause` with what was attempted and where.
    pub fn new(action: &'static str, path: &Path, cause: std::io::Error) -> Self {
        Error { action, path: path.to_path_buf(), cause }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot {} {}: {}", self.action, self.path.display(), self.cause)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.cause)
    }
}
