//! Hierarchies kept on disk: what comes back is what was kept, and nothing else ever does.

use std::fs;

use onehour::network::column_file::checksum;
use onehour::search::flat::{FlatGraph, Scratch};
use onehour::search::hierarchy::store::{Index, IndexFolder, IndexKey, Kept};
use onehour::search::hierarchy::{Change, Metric, Topology, order};

use super::orders::{Numbers, town};
use super::up_and_down;

fn index_of(width: u32) -> (Index, IndexKey, IndexKey) {
    let (forward, places) = town(width, &mut Numbers(11));
    let topology = Topology::new(&forward, &order::nested_dissection(&forward, &places));
    let metric = Metric::customize(&topology, &forward);
    let keys = (IndexKey::of_graph(&forward, &places), IndexKey::of_shape(&forward, &places));
    (Index { backward: forward.reversed(), forward, topology, metric }, keys.0, keys.1)
}

#[test]
fn what_is_kept_comes_back_and_answers_the_same() {
    let (index, key, shape) = index_of(30);
    let folder = tempfile::tempdir().unwrap();
    let kept = IndexFolder::new(folder.path().join("not there yet"));
    assert!(matches!(kept.load(&key), Kept::Nothing));
    kept.save(&key, &index).unwrap();
    kept.save_topology(&shape, &index.topology).unwrap();
    let Kept::Whole(loaded) = kept.load(&key) else { panic!() };
    assert_eq!(loaded, index);
    let Kept::Whole(topology) = kept.load_topology(&shape, &index.forward) else { panic!() };
    assert_eq!(topology, index.topology);
    // What comes from a file is customized, searched and mended like anything else.
    assert_eq!(Metric::customize(&loaded.topology, &loaded.forward), index.metric);
    assert_eq!(up_and_down(&loaded.topology, &loaded.metric, 17), up_and_down(&index.topology, &index.metric, 17));
    let (mut here, mut there) = (index.metric.clone(), loaded.metric.clone());
    let changes = [Change { arc: 100, time: None }, Change { arc: 900, time: Some(1) }];
    assert_eq!(here.update(&index.topology, &index.forward, &changes), there.update(&topology, &loaded.forward, &changes));
    assert_eq!(here, there);
    assert_eq!(loaded.metric, index.metric);
}

#[test]
fn an_empty_graph_is_kept_too() {
    let folder = tempfile::tempdir().unwrap();
    let kept = IndexFolder::new(folder.path());
    let forward = FlatGraph::default();
    let topology = Topology::new(&forward, &[]);
    let metric = Metric::customize(&topology, &forward);
    let index = Index { backward: forward.clone(), forward, topology, metric };
    kept.save(&IndexKey::of(&[b"empty"]), &index).unwrap();
    assert!(matches!(kept.load(&IndexKey::of(&[b"empty"])), Kept::Whole(loaded) if loaded == index));
}

#[test]
fn a_damaged_index_is_refused_wherever_the_damage_is() {
    let (index, key, _) = index_of(9);
    let folder = tempfile::tempdir().unwrap();
    let kept = IndexFolder::new(folder.path());
    kept.save(&key, &index).unwrap();
    let whole = fs::read(kept.index_path(&key)).unwrap();
    let mut numbers = Numbers(1);
    let refused = |bytes: &[u8], what: &str| {
        fs::write(kept.index_path(&key), bytes).unwrap();
        assert!(matches!(kept.load(&key), Kept::Refused(_)), "{what}");
    };
    for length in (0..400).chain((0..50).map(|_| numbers.below(whole.len() as u32) as usize)) {
        refused(&whole[..length], &format!("cut at {length}"));
    }
    let anywhere: Vec<usize> = (0..400).map(|_| numbers.below(whole.len() as u32) as usize).collect();
    for at in (0..400).chain(anywhere) {
        let mut damaged = whole.clone();
        damaged[at] ^= 1 << numbers.below(8);
        refused(&damaged, &format!("changed at {at}"));
    }
    refused(&[&whole[..], b"more"].concat(), "lengthened");
    // Nor is a file believed under the name of another key, nor one of another kind.
    let other = IndexKey::of(&[b"another"]);
    fs::write(kept.index_path(&other), &whole).unwrap();
    assert!(matches!(kept.load(&other), Kept::Refused(_)));
    fs::write(kept.topology_path(&key), &whole).unwrap();
    assert!(matches!(kept.load_topology(&key, &index.forward), Kept::Refused(_)));
    fs::write(kept.index_path(&key), &whole).unwrap();
    assert!(matches!(kept.load(&key), Kept::Whole(_)));
}

/// The checksum is made to fit, as a spiteful neighbour could: what is believed then may have other times, and answers
/// without a panic.
#[test]
fn what_passes_with_a_forged_checksum_can_be_searched() {
    let (index, key, _) = index_of(9);
    let folder = tempfile::tempdir().unwrap();
    let kept = IndexFolder::new(folder.path());
    kept.save(&key, &index).unwrap();
    let whole = fs::read(kept.index_path(&key)).unwrap();
    let mut numbers = Numbers(2);
    let (mut refused, mut believed) = (0, 0);
    let anywhere: Vec<usize> = (0..1_200).map(|_| 56 + numbers.below(whole.len() as u32 - 56) as usize).collect();
    for at in (56..320).chain(anywhere) {
        let mut damaged = whole.clone();
        // Small values make wrong indices that are near right ones.
        damaged[at] = if numbers.below(2) == 0 { numbers.below(256) as u8 } else { damaged[at].wrapping_add(1) };
        let sum = checksum(&damaged[56..]);
        damaged[48..56].copy_from_slice(&sum.to_ne_bytes());
        fs::write(kept.index_path(&key), &damaged).unwrap();
        match kept.load(&key) {
            Kept::Whole(loaded) => {
                believed += 1;
                assert_eq!(loaded.topology, index.topology, "changed at {at}");
                let mut metric = Metric::customize(&loaded.topology, &loaded.forward);
                let _ = up_and_down(&loaded.topology, &loaded.metric, 3);
                let changes: Vec<Change> = (0..20).map(|arc| Change { arc, time: Some(arc as u32) }).collect();
                let _ = metric.update(&loaded.topology, &loaded.forward, &changes);
                loaded.backward.search(&[(0, 0)], u32::MAX, &mut Scratch::new());
            }
            Kept::Refused(_) => refused += 1,
            Kept::Nothing => panic!("the file is there"),
        }
    }
    assert!(refused > 300 && believed > 50, "{refused} refused, {believed} believed");
}

#[test]
fn the_key_of_a_shape_knows_no_times() {
    let (graph, places) = town(5, &mut Numbers(4));
    let list: Vec<_> =
        (0..25).flat_map(|tail| graph.arcs(tail).iter().map(move |arc| (tail, arc.head, arc.time + 1))).collect();
    let slower = FlatGraph::from_list(25, &list);
    assert_eq!(IndexKey::of_shape(&graph, &places), IndexKey::of_shape(&slower, &places));
    assert_ne!(IndexKey::of_graph(&graph, &places), IndexKey::of_graph(&slower, &places));
    assert_ne!(IndexKey::of_shape(&graph, &places), IndexKey::of_shape(&graph, &places[1..]));
    assert_ne!(IndexKey::of(&[b"ab", b"c"]).hex(), IndexKey::of(&[b"a", b"bc"]).hex());
}
