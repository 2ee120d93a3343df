//! The files of a feed: members of a zip or files of a folder, with a limit on how much of them is read.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use zip::ZipArchive;

use super::faults::Faults;
use crate::diagnostic::Diagnostic;
use crate::error::Error;

/// The files that are read.
const FILES: [&str; 12] = [
    "agency.txt",
    "stops.txt",
    "routes.txt",
    "trips.txt",
    "stop_times.txt",
    "calendar.txt",
    "calendar_dates.txt",
    "frequencies.txt",
    "transfers.txt",
    "pathways.txt",
    "shapes.txt",
    "feed_info.txt",
];

/// The most that is read of one file, in bytes: 8 GiB, four times the largest national feed.
const MAX_BYTES: u64 = 8 << 30;

/// Up to so many bytes a file may be packed as tightly as it likes.
const FREE_BYTES: u64 = 64 << 20;

/// Beyond them, the most bytes that may come out of one packed byte. Timetables are packed 10 to 50 to one; only a file made for it
/// reaches the 1 032 to one that the method allows.
const MAX_RATIO: u64 = 250;

/// Where the files of a feed are.
pub(super) struct Archive {
    /// The path as the user wrote it.
    path: PathBuf,
    is_zip: bool,
    members: BTreeMap<&'static str, Member>,
}

struct Member {
    /// Position in the zip.
    index: usize,
    /// Bytes it takes in the zip.
    packed: u64,
    /// Its path inside the feed.
    inside: String,
}

impl Archive {
    /// Finds the files of the feed at `path`. `None` where it is no feed at all, which is then among the faults.
    pub fn open(path: &Path, faults: &mut Faults) -> Result<Option<Self>, Error> {
        let refused = |cause| Error::new("read", path, cause);
        if std::fs::metadata(path).map_err(refused)?.is_dir() {
            return Ok(Some(Self::of_folder(path)));
        }
        let file = File::open(path).map_err(refused)?;
        match ZipArchive::new(BufReader::new(file)) {
            Ok(zip) => Ok(Self::of_zip(path, zip, faults)),
            Err(cause) => {
                let message = format!("{} is not a zip archive, or its end is missing: {cause}", path.display());
                let help = "fetch the feed again; a folder with its .txt files is read too";
                faults.push("", Diagnostic::error("gtfs::zip", message).help(help));
                Ok(None)
            }
        }
    }

    fn of_folder(path: &Path) -> Self {
        let mut members = BTreeMap::new();
        for file in FILES {
            if path.join(file).is_file() {
                members.insert(file, Member { index: 0, packed: 0, inside: file.to_string() });
            }
        }
        Archive { path: path.to_path_buf(), is_zip: false, members }
    }

    fn of_zip(path: &Path, mut zip: ZipArchive<BufReader<File>>, faults: &mut Faults) -> Option<Self> {
        let mut found: BTreeMap<String, BTreeMap<&'static str, Member>> = BTreeMap::new();
        for index in 0..zip.len() {
            let Ok(entry) = zip.by_index_raw(index) else { continue };
            let inside = entry.name().replace('\\', "/");
            let (folder, name) = inside.rsplit_once('/').unwrap_or(("", &inside));
            let Some(&file) = FILES.iter().find(|&&file| file == name) else { continue };
            if folder.split('/').any(|part| part == "__MACOSX") {
                continue;
            }
            if entry.encrypted() {
                let message = format!("{}/{inside} is encrypted", path.display());
                faults.push("", Diagnostic::error("gtfs::encrypted", message).help("pack the feed without a password"));
                return None;
            }
            let folder = folder.to_string();
            let member = Member { index, packed: entry.compressed_size(), inside };
            found.entry(folder).or_default().insert(file, member);
        }
        check_repeated(path, &mut zip, faults);
        let folder = chosen_folder(path, &found, faults)?;
        let members = found.remove(&folder).unwrap_or_default();
        Some(Archive { path: path.to_path_buf(), is_zip: true, members })
    }

    /// Whether the feed has a file.
    pub fn has(&self, file: &str) -> bool {
        self.members.contains_key(file)
    }

    /// The path of a file as users see it.
    pub fn shown(&self, file: &str) -> PathBuf {
        match self.members.get(file) {
            Some(member) => self.path.join(&member.inside),
            None => self.path.join(file),
        }
    }

    /// Reports every one of `files` that is not there.
    pub fn require(&self, files: &[&'static str], faults: &mut Faults) {
        for &file in files.iter().filter(|file| !self.has(file)) {
            let message = format!("{} has no {file}", self.path.display());
            let help = format!("add {file}; it must stand at the top of the zip or folder");
            faults.push("", Diagnostic::error("gtfs::missing", message).help(help));
        }
    }

    /// Reports that neither of two files is there.
    pub fn require_either(&self, file: &str, other: &str, faults: &mut Faults) {
        if !self.has(file) && !self.has(other) {
            let message = format!("{} has neither {other} nor {file}", self.path.display());
            let help = format!("add {other} or {file}: without them no trip runs on any day");
            faults.push("", Diagnostic::error("gtfs::missing", message).help(help));
        }
    }

    /// Opens a file and hands its bytes to `read`. `None` where the feed has no such file, or it cannot be unpacked, which is then
    /// among the faults.
    pub fn stream<T>(
        &self,
        file: &'static str,
        faults: &mut Faults,
        read: impl FnOnce(&mut dyn BufRead, &mut Faults) -> T,
    ) -> Result<Option<T>, Error> {
        let Some(member) = self.members.get(file) else { return Ok(None) };
        let refused = |cause| Error::new("read", &self.path, cause);
        if !self.is_zip {
            let path = self.path.join(&member.inside);
            let handle = File::open(&path).map_err(|cause| Error::new("read", &path, cause))?;
            return Ok(Some(read(
                &mut BufReader::new(Limited { from: handle, n_read: 0, limit: MAX_BYTES, packed: 0 }),
                faults,
            )));
        }
        let handle = BufReader::new(File::open(&self.path).map_err(refused)?);
        let mut zip = match ZipArchive::new(handle) {
            Ok(zip) => zip,
            Err(cause) => return Ok(self.cannot_unpack(file, &cause.to_string(), faults)),
        };
        match zip.by_index(member.index) {
            Ok(entry) => {
                let limit = MAX_BYTES.min(FREE_BYTES.max(member.packed.saturating_mul(MAX_RATIO)));
                let limited = Limited { from: entry, n_read: 0, limit, packed: member.packed };
                Ok(Some(read(&mut BufReader::with_capacity(1 << 16, limited), faults)))
            }
            Err(cause) => Ok(self.cannot_unpack(file, &cause.to_string(), faults)),
        }
    }

    fn cannot_unpack<T>(&self, file: &'static str, cause: &str, faults: &mut Faults) -> Option<T> {
        let message = format!("{} cannot be unpacked: {cause}", self.shown(file).display());
        faults.push(file, Diagnostic::error("gtfs::zip", message).help("fetch the feed again, or pack it by deflate"));
        None
    }

    /// Reports that a file broke off while it was read.
    pub fn broke_off(&self, file: &'static str, line: u32, cause: &io::Error, faults: &mut Faults) {
        let path = self.shown(file);
        let bomb = cause.get_ref().and_then(|inner| inner.downcast_ref::<TooMuch>());
        let (code, message, help) = match bomb {
            Some(bomb) => (
                "gtfs::bomb",
                format!("{} {bomb}", path.display()),
                "fetch the feed again: no timetable is packed like this",
            ),
            None => (
                "gtfs::zip",
                format!("{} breaks off after line {line}: {cause}", path.display()),
                "fetch the feed again: what is there is not whole",
            ),
        };
        faults.push(file, Diagnostic::error(code, message).help(help));
    }
}

/// The folder of a zip that has the feed.
fn chosen_folder<T>(path: &Path, found: &BTreeMap<String, T>, faults: &mut Faults) -> Option<String> {
    let folders: BTreeSet<&str> = found.keys().map(String::as_str).collect();
    let named = |folder: &&str| !folder.is_empty();
    let others: Vec<&str> = folders.iter().copied().filter(named).collect();
    match (folders.contains(""), &others[..]) {
        (true, []) | (false, []) => Some(String::new()),
        (true, others) => {
            let message = format!("{} has a second feed in its folder {}, which is not read", path.display(), others[0]);
            let help = "take the folder out, or pack it as a feed of its own";
            faults.push("", Diagnostic::warning("gtfs::folder", message).help(help));
            Some(String::new())
        }
        (false, [folder]) => {
            let message = format!("{} has its files in the folder {folder}; they are read there", path.display());
            let help = "pack the files without the folder";
            faults.push("", Diagnostic::warning("gtfs::folder", message).help(help));
            Some(folder.to_string())
        }
        (false, several) => {
            let message = format!("{} has feeds in {} folders: {}", path.display(), several.len(), several.join(", "));
            faults.push("", Diagnostic::error("gtfs::folder", message).help("pack every feed as a zip of its own"));
            None
        }
    }
}

/// Reports files that stand twice in a zip; the library knows only the last of each.
fn check_repeated(path: &Path, zip: &mut ZipArchive<BufReader<File>>, faults: &mut Faults) {
    let begin = zip.central_directory_start();
    let Ok(mut file) = File::open(path).map(BufReader::new) else { return };
    let mut seen = BTreeSet::new();
    if io::Seek::seek(&mut file, io::SeekFrom::Start(begin)).is_err() {
        return;
    }
    while let Some(name) = next_directory_name(&mut file) {
        let is_read = FILES.iter().any(|file| name == *file || name.ends_with(&format!("/{file}")));
        if is_read && !seen.insert(name.clone()) {
            let message = format!("{}/{name} stands twice in the zip", path.display());
            faults
                .push("", Diagnostic::error("gtfs::twice", message).help("pack the feed again, with one file of each name"));
        }
    }
}

/// The name in the next header of a zip's directory (APPNOTE 4.3.12: 46 bytes, then name, extra field and comment).
fn next_directory_name(file: &mut impl BufRead) -> Option<String> {
    let mut header = [0u8; 46];
    file.read_exact(&mut header).ok()?;
    if header[..4] != *b"PK\x01\x02" {
        return None;
    }
    let length = |at: usize| usize::from(u16::from_le_bytes([header[at], header[at + 1]]));
    let mut name = vec![0u8; length(28)];
    file.read_exact(&mut name).ok()?;
    let mut rest = vec![0u8; length(30) + length(32)];
    file.read_exact(&mut rest).ok()?;
    Some(String::from_utf8_lossy(&name).into_owned())
}

/// Reads until more came out than can be true.
struct Limited<R> {
    from: R,
    n_read: u64,
    limit: u64,
    packed: u64,
}

/// Why reading stopped.
#[derive(Debug)]
struct TooMuch {
    limit: u64,
    packed: u64,
}

impl std::fmt::Display for TooMuch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.limit {
            MAX_BYTES => write!(f, "has more than {MAX_BYTES} bytes (8 GiB), the most that is read"),
            limit => write!(f, "unpacks to more than {limit} bytes from {}, over {MAX_RATIO} to one", self.packed),
        }
    }
}

impl std::error::Error for TooMuch {}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.from.read(buffer)?;
        self.n_read += n as u64;
        if self.n_read > self.limit {
            return Err(io::Error::other(TooMuch { limit: self.limit, packed: self.packed }));
        }
        Ok(n)
    }
}
