//! Feeds damaged files to a reader until the minutes are over; any panic ends it, with the seed of the damage.
//!
//! ```sh
//! cargo run --release --example fuzz -- osm 5 some.osm.pbf
//! cargo run --release --example fuzz -- gtfs 5 feed.zip
//! ```
//!
//! Readers: osm, gtfs, points, alignments, raster, profile, network, study. With `all` instead of a reader every one gets the file in turn.

use std::path::Path;
use std::time::{Duration, Instant};
use std::{env, fs};

use onehour::input::{alignments, gtfs, network_xml, osm, points, raster, street_profile, study};
use onehour::network::timetable;

const READERS: [&str; 8] = ["osm", "gtfs", "points", "alignments", "raster", "profile", "network", "study"];

fn main() {
    let arguments: Vec<String> = env::args().collect();
    let [_, reader, minutes, file] = &arguments[..] else { panic!("write: fuzz READER MINUTES FILE") };
    let whole = fs::read(file).expect("the file is there");
    let name = Path::new(file).file_name().expect("a file has a name");
    let path = env::temp_dir().join(format!("onehour-fuzz-{}", std::process::id())).join(name);
    fs::create_dir_all(path.parent().expect("the path was joined")).expect("there is room for a folder");
    let seconds = minutes.parse::<f64>().expect("minutes are a number") * 60.0;
    let end = Instant::now() + Duration::from_secs_f64(seconds);
    let mut seed = 0u64;
    while Instant::now() < end {
        seed += 1;
        fs::write(&path, damaged(&whole, seed)).expect("there is room for the file");
        for known in READERS.iter().filter(|known| reader == *known || reader == "all") {
            let read = std::panic::catch_unwind(|| read(known, &path));
            assert!(read.is_ok(), "seed {seed} ends {known} in a panic; the file is {}", path.display());
        }
    }
    println!("{seed} damaged files, no panic");
}

/// The file with some bytes changed, parts repeated or cut off, by a seed (SplitMix64).
fn damaged(whole: &[u8], seed: u64) -> Vec<u8> {
    let mut state = seed;
    let mut next = |n: usize| {
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((mixed ^ (mixed >> 31)) % n.max(1) as u64) as usize
    };
    let mut bytes = whole.to_vec();
    for _ in 0..1 + next(6) {
        let at = next(bytes.len());
        match next(5) {
            0 => bytes.truncate(at),
            1 => {
                let part = bytes[at..bytes.len().min(at + next(64))].to_vec();
                bytes.splice(at..at, part);
            }
            2 if at < bytes.len() => {
                bytes.remove(at);
            }
            _ if at < bytes.len() => bytes[at] = next(256) as u8,
            _ => {}
        }
    }
    bytes
}

fn read(reader: &str, path: &Path) {
    match reader {
        "osm" => drop(osm::read(path)),
        "gtfs" => {
            if let Ok(feed) = gtfs::read(path) {
                let date = "2022-07-14".parse().expect("this is a date");
                timetable::check::check(&feed.value, Some(date));
                timetable::build::build(&[feed.value], date, None);
            }
        }
        "points" => drop(points::read(path)),
        "alignments" => drop(alignments::read(path)),
        "raster" => drop(raster::read(path, None)),
        "profile" => drop(street_profile::read(path)),
        "network" => drop(network_xml::read(path)),
        _ => drop(study::read(path)),
    }
}
