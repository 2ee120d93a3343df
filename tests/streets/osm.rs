//! OpenStreetMap files, profiles and the streets built from them.

use std::path::{Path, PathBuf};

use onehour::input::osm;
use onehour::input::parameters::Level;
use onehour::input::street_profile::{CLASSES, Profile, ProfileMode, Region};
use onehour::input::vocabulary::Period;
use onehour::network::streets::build::build;
use onehour::network::streets::{StreetClass, StreetMode};

/// Every map of OpenStreetMap that is shared for tests; none where the folder is absent.
fn real_maps() -> Vec<PathBuf> {
    let data = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data"));
    let folders = std::fs::read_dir(data).into_iter().flatten().flatten();
    let files = folders.flat_map(|folder| std::fs::read_dir(folder.path()).into_iter().flatten().flatten());
    let mut maps: Vec<PathBuf> =
        files.map(|file| file.path()).filter(|path| path.extension().is_some_and(|it| it == "pbf")).collect();
    maps.sort();
    if maps.is_empty() {
        println!("skipped: {} has no maps", data.display());
    }
    maps
}

fn shipped(region: Region) -> Vec<Profile> {
    ProfileMode::ALL.iter().map(|&mode| Profile::shipped(mode, region)).collect()
}

#[test]
fn every_shipped_profile_is_read_without_a_fault() {
    for region in Region::ALL {
        for (profile, mode) in shipped(*region).iter().zip(ProfileMode::ALL) {
            assert_eq!(profile.mode, *mode);
        }
    }
}

#[test]
fn classes_of_profiles_are_those_of_streets() {
    assert_eq!(CLASSES.len(), StreetClass::ALL.len());
    let words: Vec<&str> = StreetClass::ALL.iter().map(|class| class.word()).collect();
    assert_eq!(words, CLASSES);
}

#[test]
fn real_regions_are_read_and_built_cleanly() {
    for path in real_maps() {
        let start = std::time::Instant::now();
        let read = osm::read(&path).unwrap();
        let read_time = start.elapsed();
        assert!(!read.has_errors(), "{:?}", read.diagnostics);
        let profiles = shipped(Region::General);
        let osm = read.value;
        let built = build(&osm, &profiles);
        assert!(!built.has_errors());
        let built_time = start.elapsed();
        let network = built.value.network(&profiles, Level::Base, Period::Offpeak);
        println!("{} read {read_time:?} built {built_time:?} all {:?}", path.display(), start.elapsed());
        println!("osm {} bytes for {} nodes", osm.heap_bytes(), osm.nodes.len());
        println!("{:#?}", built.value.report);
        for d in &built.diagnostics {
            println!("{d}");
        }
        assert!(network.streets.edges.len() > 1000);
        assert!(network.layer(StreetMode::Walk).is_some());
    }
}
