//! The study and the networks in this repository read without a fault.

use std::path::{Path, PathBuf};

use onehour::input::{parameters, study};

use crate::formats::{FORMATS, faults_at, shown};

/// The files in the folders of `folder`.
fn files(folder: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for region in std::fs::read_dir(Path::new(folder)).into_iter().flatten().flatten() {
        files.extend(std::fs::read_dir(region.path()).into_iter().flatten().flatten().map(|entry| entry.path()));
    }
    files.sort();
    files
}

#[test]
fn every_shipped_file_reads_without_a_fault() {
    let mut faults = Vec::new();
    assert!(!files("seeds").is_empty(), "there are seeds to read");
    for path in files("seeds").into_iter().chain(files("networks")) {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        // The parameters of a study stand in several files, which only together have every key.
        let of_name = |entry: &&(&str, &str)| entry.0 != "parameters" && name == format!("{}.{}", entry.0, entry.1);
        if name.ends_with(".xml") {
            faults.extend(faults_at("network", &path).unwrap());
        } else if let Some((format, _)) = FORMATS.iter().find(of_name) {
            faults.extend(faults_at(format, &path).unwrap());
        }
        if name == "study.toml" {
            faults.extend(parameters::read(&study::read(&path).unwrap().value.parameters).unwrap().diagnostics);
        }
    }
    assert!(faults.is_empty(), "{}", shown(&faults));
}
