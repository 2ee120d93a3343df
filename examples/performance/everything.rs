//! All rows of the table of figures in docs/performance.md, one after another.

use std::error::Error;
use std::path::Path;

use super::{bands, egress, new_york, overlay, province, region, transit};

/// Nodes of the generated region.
const N_NODES: usize = 1_000_000;

/// Measures; parts whose data is not there are left out, and said so. Files are made in the folder.
pub fn run(data: &Path, folder: &Path) -> Result<(), Box<dyn Error>> {
    std::fs::create_dir_all(folder)?;
    region::run(N_NODES, Some(folder))?;
    overlay::run();
    province::run();
    egress::run();
    bands::generated()?;
    if there(&data.join("dimacs-newyork")) {
        new_york::run(&folder.join("new-york"))?;
        bands::new_york(data)?;
    }
    if there(&data.join("northern-kentucky-conveyal")) {
        transit::northern_kentucky(&data.join("northern-kentucky-conveyal"))?;
    }
    Ok(())
}

fn there(path: &Path) -> bool {
    if !path.exists() {
        eprintln!("skipped: {} is not there", path.display());
    }
    path.exists()
}
