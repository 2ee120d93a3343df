//! A kept index: how soon it answers.

use std::error::Error;
use std::path::Path;

use onehour::network::streets::Place;
use onehour::search::flat::Scratch;
use onehour::search::hierarchy::store::{Index, IndexFolder, IndexKey, Kept};

use super::street::Street;
use super::timed::{SAMPLES, Task, once, once_of_all, row};

/// Keeps the index in the folder and loads it again and again; the answer is a search of 30 minutes from the middle.
pub fn run(street: &Street, places: &[Place], folder: &Path) -> Result<(), Box<dyn Error>> {
    let (kept, key) = (IndexFolder::new(folder), IndexKey::of_graph(&street.graph, places));
    let (topology, metric) = (street.topology.clone(), street.metric.clone());
    kept.save(&key, &Index { forward: street.graph.clone(), backward: street.graph.reversed(), topology, metric })?;
    let answer = || {
        let Kept::Whole(index) = kept.load(&key) else { panic!("the index was written just now") };
        let mut scratch = Scratch::new();
        index.forward.search(&[(index.forward.n_nodes() as u32 / 2, 0)], 18_000, &mut scratch);
        scratch.settled().len()
    };
    let task = |engine| Task { task: "index to first answer", graph: &street.name, engine, amount: street.graph.n_nodes() };
    answer();
    row(&task("onehour"), (0..SAMPLES).map(|_| once(answer).0).collect(), 0);
    let two = rayon::ThreadPoolBuilder::new().num_threads(2).build()?;
    two.install(|| row(&task("two threads"), (0..SAMPLES).map(|_| once_of_all(answer).0).collect(), 0));
    std::fs::remove_file(kept.index_path(&key))?;
    Ok(())
}
