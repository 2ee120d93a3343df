//! How cost grows: with the nodes of a region, with the limit of a search, with zones, and with the number of variants.

use std::error::Error;

use super::overlay;
use super::region::{SEED, fused};
use super::roads::Roads;
use super::street::Street;

/// Regions of so many nodes are measured.
const SIZES: [usize; 6] = [10_000, 100_000, 300_000, 1_000_000, 2_000_000, 5_000_000];

/// The largest region in which limits and zones are varied.
const FOR_ZONES: usize = 1_000_000;

/// Measures regions of 10 000 nodes and more; on the largest that has a million nodes or fewer also limits of 10 minutes to 3 hours,
/// and 100 to 10 000 zones.
pub fn run(most: usize) -> Result<(), Box<dyn Error>> {
    for size in SIZES.into_iter().filter(|&size| size <= most) {
        let street = Street::new("regions", &Roads::generate(size, SEED).flat());
        street.indexing();
        street.memory();
        street.one_to_all("growth with nodes: all", u32::MAX, size);
        street.one_to_all("growth with nodes: 30 minutes", 18_000, size);
        if Some(&size) == SIZES.iter().rfind(|&&size| size <= most.min(FOR_ZONES)) {
            by_limit_and_zones(&street);
        }
    }
    overlay::growth();
    Ok(())
}

fn by_limit_and_zones(street: &Street) {
    for minutes in [10, 15, 20, 30, 45, 60, 90, 120, 180] {
        street.one_to_all("growth with the limit", minutes * 600, minutes as usize);
    }
    for n_zones in [100, 300, 1_000, 3_000, 10_000] {
        let [origins, destinations] =
            [0, n_zones].map(|from| (from..from + n_zones).map(|at| street.root(at)).collect::<Vec<u32>>());
        street.table("growth with zones: table", &origins, &destinations, u32::from(u16::MAX) - 1);
        fused("growth with zones: five measures", street, n_zones, 60);
    }
}
