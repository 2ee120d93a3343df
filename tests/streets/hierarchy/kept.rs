//! Hierarchies kept on disk: what comes back is what was kept, and nothing else ever does.

use std::fs;
use std::path::Path;

use onehour::network::column_file::{Kept, checksum};
use onehour::search::Direction;
use onehour::search::flat::{FlatGraph, Scratch};
use onehour::search::hierarchy::store::{Basis, Index, IndexFolder, IndexKey};
use onehour::search::hierarchy::{Change, Metric, Sweep, SweepScratch, Topology, order};

use super::orders::{Numbers, town};
use super::up_and_down;

fn index_of(width: u32) -> (Index, IndexKey, IndexKey) {
    let (forward, places) = town(width, &mut Numbers(11));
    let topology = Topology::new(&forward, &order::nested_dissection(&forward, &places));
    let metric = Metric::customize(&topology, &forward);
    let keys = (IndexKey::of_graph(&forward, &places), IndexKey::of_shape(&forward, &places));
    (Index::new(Basis { backward: forward.reversed(), forward, topology, metric }), keys.0, keys.1)
}

#[test]
fn what_is_kept_comes_back_and_answers_the_same() {
    let (index, key, shape) = index_of(60);
    let basis = index.basis().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let kept = IndexFolder::new(folder.path().join("not there yet"));
    assert!(matches!(kept.load(&key), Kept::Nothing));
    kept.save(&key, &index).unwrap();
    kept.save_topology(&shape, &basis.topology).unwrap();
    let Kept::Whole(loaded) = kept.load(&key) else { panic!() };
    assert_eq!(loaded.sweep(), index.sweep());
    let mut scratch = Scratch::new();
    for (direction, graph) in [(Direction::Forward, &basis.forward), (Direction::Backward, &basis.backward)] {
        for limit in [300, u32::MAX] {
            graph.search(&[(17, 5)], limit, &mut scratch);
            let expected: Vec<Option<u32>> = (0..graph.n_nodes() as u32).map(|node| scratch.time(node)).collect();
            assert_eq!(swept(loaded.sweep(), direction, 17, limit, &mut SweepScratch::new()), expected);
        }
    }
    let there = loaded.basis().unwrap();
    assert_eq!(there, basis);
    let Kept::Whole(topology) = kept.load_topology(&shape, &basis.forward) else { panic!() };
    assert_eq!(topology, basis.topology);
    // What comes from a file is customized, searched and mended like anything else.
    assert_eq!(Metric::customize(&there.topology, &there.forward), basis.metric);
    assert_eq!(up_and_down(&there.topology, &there.metric, 17), up_and_down(&basis.topology, &basis.metric, 17));
    let (mut here, mut mended) = (basis.metric.clone(), there.metric.clone());
    let changes = [Change { arc: 100, time: None }, Change { arc: 900, time: Some(1) }];
    assert_eq!(here.update(&basis.topology, &basis.forward, &changes), mended.update(&topology, &there.forward, &changes));
    assert_eq!(here, mended);
    assert_eq!(there.metric, basis.metric);
    // A loaded index can be kept elsewhere, and an index whose files are removed stays whole.
    let elsewhere = IndexFolder::new(folder.path().join("elsewhere"));
    let Kept::Whole(again) = kept.load(&key) else { panic!() };
    fs::remove_file(kept.basis_path(&key)).unwrap();
    elsewhere.save(&key, &again).unwrap();
    assert!(matches!(kept.load(&key), Kept::Nothing));
    let Kept::Whole(again) = elsewhere.load(&key) else { panic!() };
    assert_eq!((again.sweep(), again.basis().unwrap()), (index.sweep(), basis));
}

/// The times of all nodes from one, which has a time of 5 at the outset.
fn swept(sweep: &Sweep, direction: Direction, root: u32, limit: u32, scratch: &mut SweepScratch) -> Vec<Option<u32>> {
    sweep.run(direction, &[(root, 5)], limit, scratch);
    let mut times = vec![None; sweep.n_nodes()];
    for (node, time) in sweep.reached(scratch) {
        assert_eq!(times[node as usize].replace(time), None, "every node is told once");
    }
    assert!((0..sweep.n_nodes()).all(|node| sweep.time(node as u32, scratch) == times[node]));
    times
}

#[test]
fn an_empty_graph_is_kept_too() {
    let folder = tempfile::tempdir().unwrap();
    let kept = IndexFolder::new(folder.path());
    let forward = FlatGraph::default();
    let topology = Topology::new(&forward, &[]);
    let metric = Metric::customize(&topology, &forward);
    let index = Index::new(Basis { backward: forward.clone(), forward, topology, metric });
    kept.save(&IndexKey::of(&[b"empty"]), &index).unwrap();
    let Kept::Whole(loaded) = kept.load(&IndexKey::of(&[b"empty"])) else { panic!() };
    assert_eq!((loaded.sweep(), loaded.basis().unwrap()), (index.sweep(), index.basis().unwrap()));
}

#[test]
fn a_basis_is_the_same_for_all_threads_that_ask_for_it_first() {
    let (index, key, _) = index_of(30);
    let folder = tempfile::tempdir().unwrap();
    let kept = IndexFolder::new(folder.path());
    kept.save(&key, &index).unwrap();
    for damaged in [false, true] {
        if damaged {
            let mut bytes = fs::read(kept.basis_path(&key)).unwrap();
            *bytes.last_mut().unwrap() ^= 1;
            fs::write(kept.basis_path(&key), bytes).unwrap();
        }
        let Kept::Whole(loaded) = kept.load(&key) else { panic!("a sweep does not wait for its basis") };
        std::thread::scope(|scope| {
            let threads: Vec<_> =
                (0..8).map(|_| scope.spawn(|| loaded.basis().map(|basis| &raw const *basis as usize))).collect();
            let answers: Vec<_> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
            assert!(answers.iter().all(|answer| answer == &answers[0] && answer.is_err() == damaged));
        });
    }
}

/// Whether an index under this key is refused, at once or when its basis is asked for.
fn is_refused(kept: &IndexFolder, key: &IndexKey) -> bool {
    match kept.load(key) {
        Kept::Whole(index) => index.basis().is_err(),
        Kept::Nothing => false,
        Kept::Refused(_) => true,
    }
}

#[test]
fn a_damaged_index_is_refused_wherever_the_damage_is() {
    let (index, key, _) = index_of(9);
    let folder = tempfile::tempdir().unwrap();
    let kept = IndexFolder::new(folder.path());
    kept.save(&key, &index).unwrap();
    let other = IndexKey::of(&[b"another"]);
    kept.save(&other, &index).unwrap();
    let paths = |key: &IndexKey| [kept.sweep_path(key), kept.basis_path(key)];
    for (path, path_of_other) in paths(&key).into_iter().zip(paths(&other)) {
        let whole = fs::read(&path).unwrap();
        let mut numbers = Numbers(1);
        let refused = |bytes: &[u8], what: &str| {
            fs::write(&path, bytes).unwrap();
            assert!(is_refused(&kept, &key), "{what}");
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
        let of_other = fs::read(&path_of_other).unwrap();
        fs::write(&path_of_other, &whole).unwrap();
        assert!(matches!(kept.load(&other), Kept::Refused(_)));
        fs::write(&path_of_other, of_other).unwrap();
        fs::write(kept.topology_path(&key), &whole).unwrap();
        assert!(matches!(kept.load_topology(&key, &index.basis().unwrap().forward), Kept::Refused(_)));
        fs::write(&path, &whole).unwrap();
        assert!(!is_refused(&kept, &key) && !is_refused(&kept, &other));
    }
}

/// Writes a file with a changed byte whose checksum is made to fit, as a spiteful neighbour could, again and again.
fn forged(path: &Path, numbers: &mut Numbers, mut take: impl FnMut(usize)) {
    let whole = fs::read(path).unwrap();
    let anywhere: Vec<usize> = (0..1_200).map(|_| 56 + numbers.below(whole.len() as u32 - 56) as usize).collect();
    for at in (56..320).chain(anywhere) {
        let mut damaged = whole.clone();
        // Small values make wrong indices that are near right ones.
        damaged[at] = if numbers.below(2) == 0 { numbers.below(256) as u8 } else { damaged[at].wrapping_add(1) };
        let sum = checksum(&damaged[56..]);
        damaged[48..56].copy_from_slice(&sum.to_ne_bytes());
        fs::write(path, &damaged).unwrap();
        take(at);
    }
    fs::write(path, whole).unwrap();
}

/// What is believed may have other times, and answers without a panic.
#[test]
fn a_basis_that_passes_with_a_forged_checksum_can_be_searched() {
    let (index, key, _) = index_of(9);
    let folder = tempfile::tempdir().unwrap();
    let kept = IndexFolder::new(folder.path());
    kept.save(&key, &index).unwrap();
    let (mut refused, mut believed) = (0, 0);
    forged(&kept.basis_path(&key), &mut Numbers(2), |at| {
        // What is wrong with the first bytes is found at once, all else when the basis is asked for.
        let loaded = match kept.load(&key) {
            Kept::Whole(loaded) => loaded,
            Kept::Refused(_) => return refused += 1,
            Kept::Nothing => panic!("the files are there"),
        };
        let Ok(basis) = loaded.basis() else { return refused += 1 };
        believed += 1;
        assert_eq!(basis.topology, index.basis().unwrap().topology, "changed at {at}");
        let mut metric = Metric::customize(&basis.topology, &basis.forward);
        let _ = up_and_down(&basis.topology, &basis.metric, 3);
        let changes: Vec<Change> = (0..20).map(|arc| Change { arc, time: Some(arc as u32) }).collect();
        let _ = metric.update(&basis.topology, &basis.forward, &changes);
        basis.backward.search(&[(0, 0)], u32::MAX, &mut Scratch::new());
    });
    assert!(refused > 300 && believed > 50, "{refused} refused, {believed} believed");
}

/// The same for a sweep, large enough for many cells: what is believed answers the same whatever was swept before.
#[test]
fn a_sweep_that_passes_with_a_forged_checksum_can_be_run() {
    let (index, key, _) = index_of(60);
    let folder = tempfile::tempdir().unwrap();
    let kept = IndexFolder::new(folder.path());
    kept.save(&key, &index).unwrap();
    let (mut refused, mut believed, mut numbers) = (0, 0, Numbers(6));
    let mut used = SweepScratch::new();
    forged(&kept.sweep_path(&key), &mut Numbers(5), |at| {
        let loaded = match kept.load(&key) {
            Kept::Whole(loaded) => loaded,
            Kept::Refused(_) => return refused += 1,
            Kept::Nothing => panic!("the files are there"),
        };
        believed += 1;
        let sweep = loaded.sweep();
        assert_eq!(sweep.n_nodes(), 3_600);
        for direction in [Direction::Forward, Direction::Backward] {
            for limit in [200, u32::MAX] {
                let root = numbers.below(3_600);
                let times = swept(sweep, direction, root, limit, &mut SweepScratch::new());
                assert_eq!(swept(sweep, direction, root, limit, &mut used), times, "changed at {at}");
            }
        }
    });
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
