//! GTFS feeds and the timetables made of them.

use std::path::{Path, PathBuf};

use onehour::input::gtfs;
use onehour::network::timetable::build::build;

/// A real feed, or `None` with a printed reason where the data are absent.
fn shared(path: &str) -> Option<PathBuf> {
    let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data")).join(path);
    if !path.exists() {
        println!("skipped: {} is not there", path.display());
        return None;
    }
    Some(path)
}

#[test]
fn smoke() {
    for (path, date) in [
        ("heidelberg-ors/vrn_gtfs_cut.zip", "2022-07-12"),
        ("northern-kentucky-conveyal/TANK-GTFS.zip", "2019-11-12"),
        ("sao-paulo-r5r/spo.zip", "2019-05-13"),
    ] {
        let Some(path) = shared(path) else { return };
        let checked = gtfs::read(&path).unwrap();
        for fault in &checked.diagnostics {
            println!("{fault}");
        }
        let feed = checked.value;
        println!("{} {:?} {}", feed.name, feed.service_range(), feed.stop_times.len());
        let built = build(&[feed], date.parse().unwrap(), None);
        for fault in &built.diagnostics {
            println!("{fault}");
        }
        let t = built.value;
        let n: usize = t.patterns.iter().map(|p| p.trips.len()).sum();
        println!(
            "{} stops {} patterns {} trips {} headways {} transfers",
            t.stops.len(),
            t.patterns.len(),
            n,
            t.headways.len(),
            t.transfers.len()
        );
    }
}
