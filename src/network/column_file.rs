//! Files of columns: arrays as they lie in memory, mapped when they are read, so that they are there at once.
//!
//! ```text
//! bytes 0..8     what kind of file               8..12    number of its layout
//!      12..16    0x01020304 in the byte order of the machine
//!      16..48    the key: a hash of what the file was made of
//!      48..56    checksum of everything after byte 56
//!      56..64    length of the file             64..72    number of sections
//!      then      for each section where it begins and how many bytes it has, as two u64
//!      then      the sections, each beginning at a multiple of 64 bytes
//! ```
//!
//! The checksum finds what disks and interrupted writers do. It is no secret, so whoever reads a file looks at every
//! index in it besides.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use bytemuck::Pod;
use memmap2::Mmap;

use super::column::Column;
use crate::error::Error;

const BYTE_ORDER: u32 = 0x0102_0304;
const CHECKED_FROM: usize = 56;
const TABLE: usize = 72;
const ALIGNMENT: usize = 64;

/// Why a file is not used, in a few words.
pub type Refusal = &'static str;

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

impl<T> Kept<T> {
    /// What is made of it, or is wrong with it.
    pub fn and_then<U>(self, make: impl FnOnce(T) -> Kept<U>) -> Kept<U> {
        match self {
            Kept::Whole(kept) => make(kept),
            Kept::Nothing => Kept::Nothing,
            Kept::Refused(why) => Kept::Refused(why),
        }
    }
}

impl<T> From<Result<T, Refusal>> for Kept<T> {
    fn from(made: Result<T, Refusal>) -> Self {
        made.map_or_else(|why| Kept::Refused(why.to_string()), Kept::Whole)
    }
}

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kind {
    /// The first bytes of every such file.
    pub magic: &'static [u8; 8],
    /// Counts the changes of the layout and of the arrays in it.
    pub format: u32,
}

/// A mapped file whose head is right, and which has as many bytes as it says.
#[derive(Debug, Clone)]
pub struct ColumnFile {
    mapped: Arc<Mmap>,
    sections: Vec<Range<usize>>,
}

impl ColumnFile {
    /// Maps a file. Nothing where there is none; refused if it is of another kind or made from something else, is cut
    /// short, or a section leaves it. Its checksum is not looked at yet.
    pub fn open(path: &Path, kind: Kind, key: &[u8; 32]) -> Kept<ColumnFile> {
        let file = match File::open(path) {
            Ok(file) => file,
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Kept::Nothing,
            Err(cause) => return Kept::Refused(cause.to_string()),
        };
        // SAFETY: these files are never written in place; they are made under another name and renamed, so what is mapped
        // stays as it is even when the file is written again or removed.
        let mapped = match unsafe { Mmap::map(&file) } {
            Ok(mapped) => Arc::new(mapped),
            Err(cause) => return Kept::Refused(cause.to_string()),
        };
        sections(&mapped, kind, key).map(|sections| ColumnFile { mapped, sections }).into()
    }

    /// Refuses a file whose bytes are not those that were written. It reads all of them once.
    pub fn check_sum(&self) -> Result<(), Refusal> {
        let sum = checksum(&self.mapped[CHECKED_FROM..]);
        if self.mapped[48..56] == sum.to_ne_bytes() { Ok(()) } else { Err("its checksum does not fit") }
    }

    /// How many sections there are.
    pub fn n_sections(&self) -> usize {
        self.sections.len()
    }

    /// The bytes of a section.
    pub fn bytes(&self, section: usize) -> Result<&[u8], Refusal> {
        let range = self.sections.get(section).ok_or("it has too few sections")?;
        Ok(&self.mapped[range.clone()])
    }

    /// A section as the array that it is.
    pub fn column<T: Pod>(&self, section: usize) -> Result<Column<T>, Refusal> {
        let range = self.sections.get(section).ok_or("it has too few sections")?;
        Column::mapped(&self.mapped, range.clone()).ok_or("a section holds no whole number of elements")
    }
}

/// Where the sections lie.
fn sections(file: &[u8], kind: Kind, key: &[u8; 32]) -> Result<Vec<Range<usize>>, Refusal> {
    let head = file.get(..TABLE).ok_or("it is too short")?;
    if head[..8] != *kind.magic || head[8..12] != kind.format.to_ne_bytes() || head[12..16] != BYTE_ORDER.to_ne_bytes() {
        return Err("it is not a file of this kind and version");
    }
    if head[16..48] != *key {
        return Err("it was made from something else");
    }
    let word = |at: usize| Some(u64::from_ne_bytes(file.get(at..at.checked_add(8)?)?.try_into().ok()?));
    let size = |at: usize| word(at).and_then(|word| usize::try_from(word).ok());
    if size(56) != Some(file.len()) {
        return Err("it has not the length that it was written with");
    }
    let n = size(64).filter(|&n| n < file.len() / 16).ok_or("it has too many sections")?;
    let section = |at: usize| {
        let (begin, length) = (size(TABLE + 16 * at)?, size(TABLE + 16 * at + 8)?);
        let end = begin.checked_add(length)?;
        (end <= file.len()).then_some(begin..end)
    };
    (0..n).map(section).collect::<Option<_>>().ok_or("a section leaves the file")
}

/// Writes a file, and the folder it is in. It is written under another name first, so that nobody ever sees half of it;
/// of several writers the last one wins.
pub fn save(path: &Path, kind: Kind, key: &[u8; 32], sections: &[&[u8]]) -> Result<(), Error> {
    static WRITTEN: AtomicU32 = AtomicU32::new(0);
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(|cause| Error::new("create", folder, cause))?;
    }
    let number = WRITTEN.fetch_add(1, Ordering::Relaxed);
    let unfinished = path.with_extension(format!("{}-{number}.unfinished", std::process::id()));
    let written = write_new(&unfinished, |file| write(file, kind, key, sections));
    let renamed = written.and_then(|()| fs::rename(&unfinished, path));
    renamed.map_err(|cause| {
        // What cannot be removed either is only disk space.
        let _ = fs::remove_file(&unfinished);
        Error::new("write", path, cause)
    })
}

fn write_new(path: &Path, write: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>) -> io::Result<()> {
    let mut file = BufWriter::with_capacity(1 << 20, File::create(path)?);
    write(&mut file)?;
    file.flush()?;
    file.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()
}

fn write(to: &mut impl Write, kind: Kind, key: &[u8; 32], sections: &[&[u8]]) -> io::Result<()> {
    let (mut table, mut end) = (Vec::new(), TABLE + 16 * sections.len());
    for section in sections {
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
    let mut sum = Checksum::default();
    pieces.iter().for_each(|piece| sum.take(piece));
    to.write_all(kind.magic)?;
    to.write_all(&kind.format.to_ne_bytes())?;
    to.write_all(&BYTE_ORDER.to_ne_bytes())?;
    to.write_all(key)?;
    to.write_all(&sum.finish().to_ne_bytes())?;
    pieces.iter().try_for_each(|piece| to.write_all(piece))
}

/// The checksum of some bytes. Bytes that differ in one word of eight bytes never have the same one.
///
/// Eight sums are kept, so that the processor need not wait for one: each takes every eighth word, turns, and multiplies
/// by an odd number, all of which can be undone. It runs as fast as memory is read.
///
/// ```
/// use onehour::network::column_file::checksum;
/// assert_ne!(checksum(b"one hour"), checksum(b"one hous"));
/// ```
pub fn checksum(bytes: &[u8]) -> u64 {
    let mut sum = Checksum::default();
    sum.take(bytes);
    sum.finish()
}

/// A checksum of bytes that come one piece after another.
struct Checksum {
    lanes: [u64; 8],
    /// What does not fill a block yet.
    rest: Vec<u8>,
    length: u64,
}

impl Default for Checksum {
    fn default() -> Self {
        Checksum { lanes: std::array::from_fn(|lane| lane as u64 + 1), rest: Vec::with_capacity(ALIGNMENT), length: 0 }
    }
}

impl Checksum {
    /// An odd number whose bits have no pattern: 2⁶⁴ divided by the golden ratio.
    const ODD: u64 = 0x9E37_79B9_7F4A_7C15;

    fn take(&mut self, mut bytes: &[u8]) {
        self.length += bytes.len() as u64;
        if !self.rest.is_empty() {
            let missing = bytes.len().min(ALIGNMENT - self.rest.len());
            self.rest.extend_from_slice(&bytes[..missing]);
            bytes = &bytes[missing..];
            if self.rest.len() < ALIGNMENT {
                return;
            }
            let block = std::mem::take(&mut self.rest);
            self.take_blocks(&block);
        }
        let whole = bytes.len() - bytes.len() % ALIGNMENT;
        self.take_blocks(&bytes[..whole]);
        self.rest.extend_from_slice(&bytes[whole..]);
    }

    fn take_blocks(&mut self, bytes: &[u8]) {
        let mut lanes = self.lanes;
        for block in bytes.chunks_exact(ALIGNMENT) {
            for (lane, word) in lanes.iter_mut().zip(block.chunks_exact(8)) {
                let word = u64::from_ne_bytes(word.try_into().expect("the piece has eight bytes"));
                *lane = mixed(*lane, word);
            }
        }
        self.lanes = lanes;
    }

    fn finish(mut self) -> u64 {
        let mut block = std::mem::take(&mut self.rest);
        block.resize(ALIGNMENT, 0);
        self.take_blocks(&block);
        self.lanes.iter().fold(self.length, |sum, &lane| mixed(sum, lane))
    }
}

#[inline]
fn mixed(sum: u64, word: u64) -> u64 {
    (sum ^ word).wrapping_mul(Checksum::ODD).rotate_left(29)
}
