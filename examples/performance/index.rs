//! A kept index: how soon it answers.

use std::error::Error;
use std::path::Path;

use onehour::network::column_file::Kept;
use onehour::network::streets::Place;
use onehour::search::Direction;
use onehour::search::hierarchy::SweepScratch;
use onehour::search::hierarchy::store::{Basis, Index, IndexFolder, IndexKey};

use super::street::Street;
use super::timed::{SAMPLES, Task, once, once_of_all, row};

/// Keeps the index in the folder and loads it again and again; the answer is a sweep of 30 minutes. Files are mapped anew every time;
/// their pages are in memory, as after they were written. Then what it takes to prove what the index was made of.
pub fn run(street: &Street, places: &[Place], folder: &Path) -> Result<(), Box<dyn Error>> {
    let (kept, key) = (IndexFolder::new(folder), IndexKey::of_graph(&street.graph, places));
    let (forward, backward) = (street.graph.clone(), street.graph.reversed());
    let basis = Basis { forward, backward, topology: street.topology.clone(), metric: street.metric.clone() };
    kept.save(&key, &Index::new(basis))?;
    let load = || {
        let Kept::Whole(index) = kept.load(&key) else { panic!("the index was written just now") };
        index
    };
    let answer = |at: usize| {
        let index = load();
        let mut scratch = SweepScratch::new();
        index.sweep().run(Direction::Forward, &[(street.root(at), 0)], 18_000, &mut scratch);
        index.sweep().reached(&scratch).count()
    };
    let basis = |index: &Index| index.basis().map(|_| ()).expect("the index was written just now");
    let task = |task, engine| Task { task, graph: &street.name, engine, amount: street.graph.n_nodes() };
    let (to_answer, to_basis) = ("index to first answer", "proof of what an index was made of");
    answer(0);
    row(&task(to_answer, "onehour"), (0..SAMPLES).map(|at| once(|| answer(at)).0).collect(), 0);
    let proofs = (0..SAMPLES).map(|_| load()).map(|index| once(|| basis(&index)).0);
    row(&task(to_basis, "onehour"), proofs.collect(), 0);
    let two = rayon::ThreadPoolBuilder::new().num_threads(2).build()?;
    let on_two = || (0..SAMPLES).map(|at| once_of_all(|| answer(at)).0).collect();
    two.install(|| row(&task(to_answer, "two threads"), on_two(), 0));
    for path in [kept.sweep_path(&key), kept.basis_path(&key)] {
        std::fs::remove_file(path)?;
    }
    Ok(())
}
