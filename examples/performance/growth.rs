//! How cost grows: with the nodes of a region, and with the limit of a search.

use std::error::Error;

use super::region::SEED;
use super::roads::Roads;
use super::street::Street;

/// Measures regions of 10 000 nodes and more, each about three times the one before, and limits of 10 minutes to 3 hours on the
/// largest that has a million nodes or fewer.
pub fn run(most: usize) -> Result<(), Box<dyn Error>> {
    let sizes = [10_000, 30_000, 100_000, 300_000, 1_000_000, 3_000_000, 5_000_000].into_iter().filter(|&size| size <= most);
    let sizes: Vec<usize> = sizes.collect();
    for &size in &sizes {
        let flat = Roads::generate(size, SEED).flat();
        let street = Street::new("regions", &flat);
        street.indexing(&flat.places);
        street.one_to_all("growth with nodes: all", u32::MAX, size);
        street.one_to_all("growth with nodes: 30 minutes", 18_000, size);
        let is_last = Some(&size) == sizes.iter().rfind(|&&size| size <= 1_000_000);
        for minutes in [10, 15, 20, 30, 45, 60, 90, 120, 180].into_iter().filter(|_| is_last) {
            street.one_to_all("growth with the limit", minutes * 600, minutes as usize);
        }
    }
    Ok(())
}
