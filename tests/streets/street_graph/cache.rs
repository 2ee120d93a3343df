//! Networks kept on disk.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use onehour::network::column::Column;
use onehour::network::column_file::Kept;
use onehour::network::streets::cache::{Cache, CacheKey};
use onehour::network::streets::{Layer, Place, StreetMode, StreetNetwork, Way};

use super::worlds::{Numbers, town};

/// A town with names, points and two layers.
fn network() -> StreetNetwork {
    let mut world = town(8, 5);
    let names = "Hauptstraße并州南路";
    let way = |name_start, name_len| Way { osm: 7, name_start, name_len, class: 11, flags: Way::BRIDGE, unused: 0 };
    world.streets.names = Column::from(names.as_bytes().to_vec());
    world.streets.ways = Column::from(vec![way(0, 12), way(12, 12), way(24, 0)]);
    world.streets.points = Column::from(vec![Place { lon: 1, lat: -2 }; 3]);
    world.streets.edges.to_mut()[4].n_points = 3;
    let walk = Layer::new(StreetMode::Walk, world.layer.times().clone(), 4_500);
    StreetNetwork { streets: Arc::new(world.streets), layers: vec![Arc::new(world.layer), Arc::new(walk)] }
}

fn key(setting: &str) -> CacheKey {
    CacheKey::of(&[], &[setting]).unwrap()
}

fn is_same(network: &StreetNetwork, other: &StreetNetwork) -> bool {
    network.streets == other.streets && network.layers == other.layers
}

#[test]
fn what_was_kept_comes_back_bit_for_bit() {
    let (folder, network) = (tempfile::tempdir().unwrap(), network());
    let cache = Cache::in_folder(folder.path().join("not there yet"));
    assert!(matches!(cache.load(&key("a")), Kept::Nothing));
    cache.save(&key("a"), &network, "two faults, one 警告").unwrap();
    let Kept::Whole(cached) = cache.load(&key("a")) else { panic!() };
    assert!(is_same(&cached.network, &network));
    assert_eq!(cached.notes, "two faults, one 警告");
    assert_eq!(cached.network.streets.name(&cached.network.streets.ways[1]), "并州南路");
    assert!(matches!(cache.load(&key("b")), Kept::Nothing));
    // Only the one file is left behind, and writing it again changes no byte.
    let bytes = fs::read(cache.path(&key("a"))).unwrap();
    cache.save(&key("a"), &cached.network, &cached.notes).unwrap();
    assert_eq!(fs::read(cache.path(&key("a"))).unwrap(), bytes);
    assert_eq!(fs::read_dir(folder.path().join("not there yet")).unwrap().count(), 1);
}

#[test]
fn an_empty_network_comes_back_too() {
    let folder = tempfile::tempdir().unwrap();
    let cache = Cache::in_folder(folder.path());
    let empty = StreetNetwork { streets: Arc::default(), layers: Vec::new() };
    cache.save(&key("empty"), &empty, "").unwrap();
    let Kept::Whole(cached) = cache.load(&key("empty")) else { panic!() };
    assert!(is_same(&cached.network, &empty));
}

#[test]
fn a_damaged_file_is_refused_wherever_the_damage_is() {
    let (folder, network) = (tempfile::tempdir().unwrap(), network());
    let cache = Cache::in_folder(folder.path());
    cache.save(&key("a"), &network, "notes").unwrap();
    let whole = fs::read(cache.path(&key("a"))).unwrap();
    let mut numbers = Numbers(1);
    let refused = |bytes: &[u8], what: &str| {
        fs::write(cache.path(&key("a")), bytes).unwrap();
        assert!(matches!(cache.load(&key("a")), Kept::Refused(_)), "{what}");
    };
    for length in (0..200).chain((0..50).map(|_| numbers.below(whole.len() as u32) as usize)) {
        refused(&whole[..length], &format!("cut at {length}"));
    }
    let anywhere: Vec<usize> = (0..300).map(|_| numbers.below(whole.len() as u32) as usize).collect();
    for at in (0..300).chain(anywhere) {
        let mut damaged = whole.clone();
        damaged[at] ^= 1 << numbers.below(8);
        refused(&damaged, &format!("changed at {at}"));
    }
    refused(&[&whole[..], b"more"].concat(), "lengthened");
    fs::write(cache.path(&key("a")), &whole).unwrap();
    assert!(matches!(cache.load(&key("a")), Kept::Whole(_)));
    // Nor is a file believed under the name of another key.
    fs::write(cache.path(&key("b")), &whole).unwrap();
    assert!(matches!(cache.load(&key("b")), Kept::Refused(_)));
}

/// The checksum is made to fit, as a spiteful neighbour could: what is wrong inside must be found all the same.
#[test]
fn wrong_indices_are_refused_though_the_checksum_fits() {
    use onehour::network::column_file::checksum;
    let (folder, network) = (tempfile::tempdir().unwrap(), network());
    let cache = Cache::in_folder(folder.path());
    cache.save(&key("a"), &network, "notes").unwrap();
    let whole = fs::read(cache.path(&key("a"))).unwrap();
    let mut numbers = Numbers(2);
    let mut refused = 0;
    let anywhere: Vec<usize> = (0..1_500).map(|_| 56 + numbers.below(whole.len() as u32 - 56) as usize).collect();
    for at in (56..300).chain(anywhere) {
        let mut damaged = whole.clone();
        damaged[at] = numbers.below(256) as u8;
        let sum = checksum(&damaged[56..]);
        damaged[48..56].copy_from_slice(&sum.to_ne_bytes());
        fs::write(cache.path(&key("a")), &damaged).unwrap();
        match cache.load(&key("a")) {
            Kept::Whole(cached) => walk_over(&cached.network),
            Kept::Refused(_) => refused += 1,
            Kept::Nothing => panic!("the file is there"),
        }
    }
    assert!(refused > 300, "only {refused} were refused");
}

/// Uses every index of a network.
fn walk_over(network: &StreetNetwork) {
    let streets = &network.streets;
    for edge in 0..streets.edges.len() as u32 {
        let _ = (streets.shape(edge).count(), streets.name(streets.way(edge)).len());
        let _ = network.layers.iter().filter(|layer| layer.is_open(edge)).count();
    }
    for restriction in &streets.restrictions {
        let _ = restriction.path.iter().map(|&edge| u64::from(streets.tail(edge))).sum::<u64>();
    }
}

#[test]
fn the_key_changes_with_contents_and_settings_and_not_with_names() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path
    };
    let (one, same, other) = (file("a.pbf", "streets"), file("b.pbf", "streets"), file("c.pbf", "street"));
    let key = |files: &[&PathBuf], settings: &[&str]| {
        let files: Vec<_> = files.iter().map(|path| path.as_path()).collect();
        CacheKey::of(&files, settings).unwrap().hex()
    };
    assert_eq!(key(&[&one], &["car"]), key(&[&same], &["car"]));
    let keys = [
        key(&[&one], &["car"]),
        key(&[&other], &["car"]),
        key(&[&one], &["walk"]),
        key(&[&one], &["ca", "r"]),
        key(&[&one, &same], &["car"]),
        key(&[], &["car"]),
    ];
    assert!((0..keys.len()).all(|at| !keys[..at].contains(&keys[at])));
    assert!(CacheKey::of(&[&folder.path().join("absent")], &[]).is_err());
}

#[test]
fn the_folder_is_that_of_the_user() {
    let of = |set: &[(&str, &str)]| {
        let cache = Cache::of_user(|name| set.iter().find(|(variable, _)| *variable == name).map(|(_, path)| path.into()));
        cache.map(|cache| cache.path(&key("a")).parent().unwrap().to_path_buf())
    };
    assert_eq!(of(&[("ONEHOUR_CACHE", "/c"), ("HOME", "/h")]), Some("/c".into()));
    assert_eq!(of(&[("ONEHOUR_CACHE", ""), ("XDG_CACHE_HOME", "/x"), ("HOME", "/h")]), Some("/x/onehour".into()));
    assert_eq!(of(&[("HOME", "/h")]), Some("/h/.cache/onehour".into()));
    assert_eq!(of(&[]), None);
}

#[test]
fn a_folder_that_cannot_be_written_is_an_error_with_its_path() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a file");
    fs::write(&file, "").unwrap();
    let error = Cache::in_folder(&file).save(&key("a"), &network(), "").unwrap_err();
    assert!(error.to_string().contains("a file"), "{error}");
}
