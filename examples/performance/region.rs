//! A generated region: searches up to a limit, from the middle of town to the whole of it.

use std::error::Error;

use super::roads::Roads;
use super::street::Street;

/// The seed of all generated regions that are measured.
pub const SEED: u64 = 1;

/// Measures searches within 30 and 60 minutes, and to all.
pub fn run(n_nodes: usize) -> Result<(), Box<dyn Error>> {
    let street = Street::new(&format!("region of {n_nodes} nodes"), &Roads::generate(n_nodes, SEED).flat());
    street.indexing();
    for minutes in [30, 60] {
        street.one_to_all(&format!("within {minutes} minutes"), minutes * 600, minutes as usize);
    }
    street.one_to_all("one to all", u32::MAX, 0);
    Ok(())
}
