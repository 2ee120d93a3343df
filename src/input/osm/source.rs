//! A file that can be gone through several times: what it is, and its bytes without gzip.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;

use crate::error::Error;

/// How many times as long as the file the text in a gzip file may be. Map data shrinks to a tenth or a twentieth of its length; what
/// shrinks to a two-hundredth was made to fill memory or time.
const MOST_EXPANSION: u64 = 200;

/// Expansion is not asked of texts up to this length, in bytes.
const ALWAYS_ALLOWED: u64 = 64 << 20;

/// A file on disk.
pub(super) struct Source {
    path: PathBuf,
    len: u64,
    gzip: bool,
    head: Vec<u8>,
}

/// What a file is, by its content.
pub(super) enum Format {
    /// Blobs of protocol buffers.
    Pbf,
    /// OSM XML.
    Xml,
    /// Something else, and what it looks like.
    Unknown {
        /// What is wrong.
        message: String,
        /// What to do.
        help: &'static str,
    },
}

impl Source {
    /// Opens the file at `path` once to see what it is.
    pub fn new(path: &Path) -> Result<Self, Error> {
        let refused = |cause| Error::new("read", path, cause);
        let file = File::open(path).map_err(refused)?;
        let metadata = file.metadata().map_err(refused)?;
        if metadata.is_dir() {
            return Err(refused(io::Error::from(io::ErrorKind::IsADirectory)));
        }
        let mut source = Source { path: path.to_path_buf(), len: metadata.len(), gzip: false, head: Vec::new() };
        let mut magic = Vec::new();
        file.take(2).read_to_end(&mut magic).map_err(refused)?;
        source.gzip = magic == [0x1F, 0x8B];
        let mut head = Vec::new();
        // A gzip stream that breaks within its first bytes is no known format, which is reported as that.
        let end = source.open().map_err(refused)?.take(4096).read_to_end(&mut head);
        if let Err(cause) = end
            && !source.gzip
        {
            return Err(refused(cause));
        }
        source.head = head;
        Ok(source)
    }

    /// The bytes of the file from its begin, without gzip.
    pub fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        let file = BufReader::with_capacity(1 << 18, File::open(&self.path)?);
        if !self.gzip {
            return Ok(Box::new(file));
        }
        let left = ALWAYS_ALLOWED.max(self.len.saturating_mul(MOST_EXPANSION));
        Ok(Box::new(Expanding { inner: MultiGzDecoder::new(file), left }))
    }

    /// The same, with the path in what goes wrong.
    pub fn opened(&self) -> Result<Box<dyn Read + Send>, Error> {
        self.open().map_err(|cause| Error::new("read", &self.path, cause))
    }

    /// What the content is.
    pub fn format(&self) -> Format {
        let head = &self.head[..];
        let text = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
        let text = text.trim_ascii_start();
        if head.get(4..15).is_some_and(|header| header == b"\x0A\x09OSMHeader") {
            return Format::Pbf;
        }
        let looks = match text {
            [] if self.gzip => "what the gzip file holds is empty or cannot be read",
            [] => "the file is empty",
            _ if text.starts_with(b"<!DOCTYPE html") || text.starts_with(b"<html") => {
                return unknown("the file is a web page", "download the extract itself, not the page that links to it");
            }
            _ if text.starts_with(b"<") => return Format::Xml,
            _ if head.starts_with(b"BZh") => return unknown("the file is packed with bzip2", "unpack it with bunzip2"),
            _ if head.starts_with(b"PK") => return unknown("the file is a ZIP archive", "unpack it"),
            _ if head.starts_with(b"\xFD7zXZ") => return unknown("the file is packed with xz", "unpack it with unxz"),
            _ if head.starts_with(b"\xFF\xE0") => {
                return unknown("the file is o5m", "convert it with osmium or osmconvert to .osm.pbf");
            }
            _ if text.starts_with(b"{") => return unknown("the file is JSON", "take an extract as .osm.pbf or .osm"),
            _ if head.starts_with(b"\xFF\xFE") || head.starts_with(b"\xFE\xFF") => {
                return unknown("the file is UTF-16", "save it as UTF-8");
            }
            _ => "the file is neither OpenStreetMap PBF nor OSM XML",
        };
        unknown(looks, "take an extract as .osm.pbf, .osm or .osm.gz")
    }
}

fn unknown(message: &str, help: &'static str) -> Format {
    Format::Unknown { message: message.to_string(), help }
}

/// Ends with an error where a gzip stream grows out of all proportion.
struct Expanding<R> {
    inner: R,
    left: u64,
}

impl<R: Read> Read for Expanding<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.left = self.left.checked_sub(n as u64).ok_or_else(|| {
            io::Error::other(format!("the gzip file unpacks to more than {MOST_EXPANSION} times its length"))
        })?;
        Ok(n)
    }
}
