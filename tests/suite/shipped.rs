//! The study and the networks in this repository read without a fault.

use std::path::{Path, PathBuf};

use onehour::diagnostic::Diagnostic;
use onehour::error::Error;
use onehour::input::*;

/// The files with one of `endings` in the folders of `folder`.
fn files(folder: &str) -> Vec<PathBuf> {
    let root = std::env::var("ONEHOUR_DATA").unwrap_or(env!("CARGO_MANIFEST_DIR").to_string());
    let mut files = Vec::new();
    for region in std::fs::read_dir(Path::new(&root).join(folder)).into_iter().flatten().flatten() {
        files.extend(std::fs::read_dir(region.path()).into_iter().flatten().flatten().map(|entry| entry.path()));
    }
    files.sort();
    files
}

fn faults_of(path: &Path) -> Result<Vec<Diagnostic>, Error> {
    Ok(match path.file_name().and_then(|name| name.to_str()).unwrap_or("") {
        "study.toml" => study::read(path)?.diagnostics,
        "projects.toml" => projects::read(path)?.diagnostics,
        "targets.toml" => targets::read(path)?.diagnostics,
        "places.csv" => places::read_places(path)?.diagnostics,
        "groups.csv" => places::read_groups(path)?.diagnostics,
        "centres.csv" => places::read_centres(path)?.diagnostics,
        "cells.csv" => cells::read(path)?.diagnostics,
        "observations.csv" => records::read_observations(path)?.diagnostics,
        "claims.csv" => records::read_claims(path)?.diagnostics,
        "outlines.geojson" => outlines::read(path)?.diagnostics,
        name if name.ends_with(".xml") => network_xml::read(path)?.diagnostics,
        _ => Vec::new(),
    })
}

#[test]
fn every_shipped_file_reads_without_a_fault() {
    let mut shown = String::new();
    for path in files("seeds").into_iter().chain(files("networks")) {
        for fault in faults_of(&path).unwrap() {
            shown.push_str(&fault.to_string());
        }
    }
    for path in files("seeds").into_iter().filter(|path| path.ends_with("study.toml")) {
        let study = study::read(&path).unwrap().value;
        for fault in parameters::read(&study.parameters).unwrap().diagnostics {
            shown.push_str(&fault.to_string());
        }
    }
    assert!(shown.is_empty(), "{shown}");
}
