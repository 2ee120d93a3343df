//! `docs/tutorial.sh` runs as written.

use std::path::Path;
use std::process::Command;

#[test]
fn the_tutorial_leads_from_an_extract_and_a_feed_to_a_map() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let data = root.join("../shared/data/heidelberg-ors");
    if !data.exists() {
        println!("skipped: {} is not there", data.display());
        return;
    }
    let data = data.canonicalize().unwrap();
    let folder = tempfile::TempDir::new().unwrap();
    let programs = Path::new(env!("CARGO_BIN_EXE_onehour")).parent().unwrap();
    let path = format!("{}:{}", programs.display(), std::env::var("PATH").unwrap());
    let output = Command::new("bash")
        .arg(root.join("docs/tutorial.sh"))
        .args([data.join("heidelberg.test.pbf"), data.join("vrn_gtfs_cut.zip")])
        .env("PATH", path)
        .env("ONEHOUR_CACHE", folder.path().join("cache"))
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    for file in ["check.txt", "matrix.csv", "access.csv", "areas.geojson", "verdict.csv", "compare.csv"] {
        assert!(folder.path().join(file).metadata().unwrap().len() > 100, "{file}");
    }
    let figures = folder.path().join("results/figures");
    assert!(figures.join("isochrones.png").exists());
    // One centre: what would show nothing is not drawn.
    for name in ["waterfall.png", "ladder-star.png", "heat-centres-S0.png"] {
        assert!(!figures.join(name).exists(), "{name}");
    }
    // The figures that the page quotes.
    let matrix = std::fs::read_to_string(folder.path().join("matrix.csv")).unwrap();
    assert!(matrix.contains("\nstation,old-town,15.5,23.5,29.2,"), "{matrix}");
    let run = std::fs::read_to_string(folder.path().join("run.txt")).unwrap();
    assert!(run.contains("✗ 18.3% [0.0–48.8]"), "{run}");
}
