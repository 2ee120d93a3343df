//! Feeds damaged files to readers until the minutes are over. A panic, or a file that takes over 20 seconds, ends it with the seed of
//! the damage; the file is left where it says.
//!
//! ```sh
//! cargo run --release --example fuzz -- list               # the readers
//! cargo run --release --example fuzz -- points-shp 3       # a sample of its own
//! cargo run --release --example fuzz -- osm 3 some.osm.pbf # any other file, with the files beside it that have its name
//! ```
//!
//! `benches/fuzz.sh` goes through all readers with a limit on memory. The third argument may be `-`, and a fourth is the first seed.

#[path = "readers.rs"]
mod readers;
#[path = "samples.rs"]
mod samples;

use std::panic::AssertUnwindSafe;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use std::{env, fs};

use readers::{READERS, Reader};

/// The files of one input.
pub struct Sample {
    /// Names and bytes; the reader is given the first.
    pub files: Vec<(String, Vec<u8>)>,
    /// Where given, the files are the members of an archive of this name, and damage strikes them or the archive.
    pub archive: Option<&'static str>,
}

/// The longest time that a reader may take for one file.
const SLOWEST: Duration = Duration::from_secs(20);

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let (name, minutes, file, seed) = match words[..] {
        ["list"] => return READERS.iter().for_each(|reader| println!("{}", reader.name)),
        [name, minutes] => (name, minutes, "-", "1"),
        [name, minutes, file] => (name, minutes, file, "1"),
        [name, minutes, file, seed] => (name, minutes, file, seed),
        _ => panic!("write: fuzz list, or fuzz READER MINUTES [FILE|- [SEED]]"),
    };
    let wanted = |reader: &&Reader| reader.name == name || file != "-" && reader.name.split('-').next() == Some(name);
    let reader = READERS.iter().find(wanted).expect("fuzz list names the readers");
    let sample = if file == "-" { (reader.sample)() } else { given(Path::new(file)) };
    let minutes = minutes.parse::<f64>().expect("minutes are a number");
    let n_read = run(reader, &sample, minutes, seed.parse().expect("a seed is a number"));
    println!("{}: {n_read} damaged files, no panic", reader.name);
}

/// Damages and reads until the time is over; how many files were read.
fn run(reader: &Reader, sample: &Sample, minutes: f64, first_seed: u64) -> u64 {
    let folder = env::temp_dir().join(format!("onehour-fuzz-{}-{}", reader.name, std::process::id()));
    fs::create_dir_all(&folder).expect("there is room for a folder");
    let begin = Instant::now();
    let mut seed = first_seed;
    while begin.elapsed().as_secs_f64() < minutes * 60.0 {
        let path = write(&damaged(sample, &mut Numbers(seed)), &folder);
        let started = Instant::now();
        let read = std::panic::catch_unwind(AssertUnwindSafe(|| (reader.read)(&path)));
        assert!(read.is_ok(), "seed {seed} ends {} in a panic; the file is {}", reader.name, path.display());
        let took = started.elapsed();
        assert!(took < SLOWEST, "seed {seed} takes {} {took:?}; the file is {}", reader.name, path.display());
        seed += 1;
    }
    fs::remove_dir_all(&folder).expect("the folder was made here");
    seed - first_seed
}

/// The file at `path` and those beside it that differ in their ending only.
fn given(path: &Path) -> Sample {
    let named = |path: &Path| path.file_name().expect("a file has a name").to_string_lossy().into_owned();
    let mut files = vec![(named(path), fs::read(path).expect("the file is there"))];
    for ending in ["shx", "dbf", "prj", "cpg"].map(|ending| path.with_extension(ending)) {
        if path.extension().is_some_and(|ending| ending == "shp")
            && let Ok(bytes) = fs::read(&ending)
        {
            files.push((named(&ending), bytes));
        }
    }
    Sample { files, archive: None }
}

/// Writes the files and returns the path that the reader is given.
fn write(sample: &Sample, folder: &Path) -> PathBuf {
    for (name, bytes) in &sample.files {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().expect("the path was joined")).expect("there is room for a folder");
        fs::write(path, bytes).expect("there is room for the file");
    }
    folder.join(&sample.files[0].0)
}

/// Random numbers by a seed: SplitMix64.
struct Numbers(u64);

impl Numbers {
    /// A number below `n`; 0 where there is none.
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((mixed ^ (mixed >> 31)) % n.max(1) as u64) as usize
    }
}

/// The sample with one of its files damaged, or now and then two; an archive is packed.
fn damaged(sample: &Sample, numbers: &mut Numbers) -> Sample {
    let mut files = sample.files.clone();
    let of_archive = sample.archive.is_some() && numbers.below(3) == 0;
    if !of_archive {
        for _ in 0..1 + numbers.below(5) / 4 {
            let at = numbers.below(files.len());
            files[at].1 = damaged_bytes(&files[at].1, numbers);
        }
    }
    let Some(name) = sample.archive else { return Sample { files, archive: None } };
    let packed = samples::zipped(&files);
    let packed = if of_archive { damaged_bytes(&packed, numbers) } else { packed };
    Sample { files: vec![(name.to_string(), packed)], archive: None }
}

/// Words that readers may stumble over.
const WORDS: [&str; 24] = [
    "",
    "0",
    "-1",
    "1e308",
    "-1e308",
    "1e400",
    "NaN",
    "inf",
    "99999999999999999999",
    "9223372036854775807",
    "4294967295",
    "-2147483648",
    "65536",
    "0.0000001",
    "24:00:00",
    "2562047788015:12:55",
    "\"",
    "\u{FEFF}",
    "\u{0}",
    "\u{202E}",
    "东站",
    "\n",
    ",",
    "<",
];

/// Bytes that are limits of something.
const BYTES: [u8; 10] = [0, 1, 2, 10, 32, 34, 44, 0x7F, 0x80, 0xFF];

/// Some bytes changed, words put in place of others, parts repeated, moved or cut off.
fn damaged_bytes(whole: &[u8], numbers: &mut Numbers) -> Vec<u8> {
    let mut bytes = whole.to_vec();
    for _ in 0..1 + numbers.below(6) {
        let at = numbers.below(bytes.len());
        let len = numbers.below(64).min(bytes.len() - at);
        match numbers.below(9) {
            0 if numbers.below(4) == 0 => bytes.truncate(at),
            1 => drop(bytes.drain(at..at + len)),
            2 => {
                let from = numbers.below(bytes.len());
                let part = bytes[from..(from + len).min(bytes.len())].to_vec();
                drop(bytes.splice(at..at, part));
            }
            3 | 4 => {
                let word = WORDS[numbers.below(WORDS.len())].bytes();
                let end = at + word_len(&bytes[at..]);
                drop(bytes.splice(at..end, word));
            }
            5 if at + 4 <= bytes.len() => {
                let number = [0, 1, u32::MAX, i32::MAX as u32, 1 << 16, 1 << 24][numbers.below(6)];
                bytes[at..at + 4].copy_from_slice(&number.to_le_bytes());
            }
            6 if at < bytes.len() => bytes[at] = BYTES[numbers.below(BYTES.len())],
            7 if at < bytes.len() => bytes[at] ^= 1 << numbers.below(8),
            _ if at < bytes.len() => bytes[at] = numbers.below(256) as u8,
            _ => {}
        }
    }
    bytes
}

/// How many letters and digits begin the bytes.
fn word_len(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'.').count()
}
