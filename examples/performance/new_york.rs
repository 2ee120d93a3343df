//! New York, for which other engines do the same.

use std::error::Error;
use std::path::Path;

use onehour::search::Direction;
use onehour::search::hierarchy::SweepScratch;

use super::roads::dimacs;
use super::street::{Street, root};

/// So many origins and destinations the matrix has.
const MATRIX: usize = 1_000;

/// Measures, and writes `matrix` and `trees` (little-endian, 32 bits; a value a pair, all reachable) to the folder.
pub fn run(folder: &Path) -> Result<(), Box<dyn Error>> {
    let flat = dimacs::new_york().ok_or("there is no New York in ../shared/data")?;
    let street = Street::new("New York", &flat);
    street.indexing();
    street.one_to_all("one to all", u32::MAX, 0);
    street.trees();
    std::fs::create_dir_all(folder)?;
    let bytes = |times: &[u32]| times.iter().flat_map(|time| time.to_le_bytes()).collect::<Vec<u8>>();
    std::fs::write(folder.join("trees"), bytes(&trees(&street)))?;
    std::fs::write(folder.join("matrix"), bytes(&matrix(&street)))?;
    Ok(())
}

/// The times of three trees to all nodes, to be compared value by value.
fn trees(street: &Street) -> Vec<u32> {
    let mut scratch = SweepScratch::new();
    let tree = |at: usize| {
        street.sweep.run(Direction::Forward, &[(street.root(at), 0)], u32::MAX, &mut scratch);
        let nodes = 0..street.graph.n_nodes() as u32;
        nodes.map(|node| street.sweep.time(node, &scratch).expect("New York is connected")).collect::<Vec<u32>>()
    };
    (0..3).flat_map(tree).collect()
}

/// Origins are the first thousand roots, destinations the second.
fn matrix(street: &Street) -> Vec<u32> {
    let n = street.graph.n_nodes();
    let origins: Vec<u32> = (0..MATRIX).map(|at| root(at, n)).collect();
    let destinations: Vec<u32> = (MATRIX..2 * MATRIX).map(|at| root(at, n)).collect();
    street.table("matrix within 109 minutes", &origins, &destinations, u32::from(u16::MAX) - 1);
    let table = street.table("matrix", &origins, &destinations, u32::MAX);
    let row = |origin: usize| table.row(origin).map(|time| time.expect("New York is connected")).collect::<Vec<u32>>();
    (0..MATRIX).flat_map(row).collect()
}
