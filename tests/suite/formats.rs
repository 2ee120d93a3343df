//! Every input format by name, for tests that treat all readers alike.

use std::path::{Path, PathBuf};

use onehour::diagnostic::{Diagnostic, source_file};
use onehour::error::Error;
use onehour::input::*;

/// The formats with the ending of their files.
pub const FORMATS: &[(&str, &str)] = &[
    ("network", "xml"),
    ("study", "toml"),
    ("projects", "toml"),
    ("targets", "toml"),
    ("parameters", "toml"),
    ("places", "csv"),
    ("groups", "csv"),
    ("centres", "csv"),
    ("cells", "csv"),
    ("observations", "csv"),
    ("claims", "csv"),
    ("outlines", "geojson"),
];

/// The good sample of a format, as a path from the package's folder.
pub fn sample(format: &str) -> PathBuf {
    let ending = FORMATS.iter().find(|entry| entry.0 == format).unwrap().1;
    Path::new("tests/samples").join(format).with_extension(ending)
}

/// The faults of the file at `path`.
pub fn faults_at(format: &str, path: &Path) -> Result<Vec<Diagnostic>, Error> {
    Ok(match format {
        "network" => network_xml::read(path)?.diagnostics,
        "study" => study::read(path)?.diagnostics,
        "projects" => projects::read(path)?.diagnostics,
        "targets" => targets::read(path)?.diagnostics,
        "parameters" => parameters::read(&[path.to_path_buf()])?.diagnostics,
        "places" => places::read_places(path)?.diagnostics,
        "groups" => places::read_groups(path)?.diagnostics,
        "centres" => places::read_centres(path)?.diagnostics,
        "cells" => cells::read(path)?.diagnostics,
        "observations" => records::read_observations(path)?.diagnostics,
        "claims" => records::read_claims(path)?.diagnostics,
        "outlines" => outlines::read(path)?.diagnostics,
        _ => panic!("`{format}` is in FORMATS"),
    })
}

/// The faults of `text`.
pub fn faults_in(format: &str, text: &str) -> Vec<Diagnostic> {
    let file = source_file(Path::new("text"), text.to_string());
    match format {
        "network" => network_xml::parse(&file).diagnostics,
        "study" => study::parse(&file).diagnostics,
        "projects" => projects::parse(&file).diagnostics,
        "targets" => targets::parse(&file).diagnostics,
        "parameters" => parameters::parse(&[file]).diagnostics,
        "places" => places::parse_places(&file).diagnostics,
        "groups" => places::parse_groups(&file).diagnostics,
        "centres" => places::parse_centres(&file).diagnostics,
        "cells" => cells::parse(&file).diagnostics,
        "observations" => records::parse_observations(&file).diagnostics,
        "claims" => records::parse_claims(&file).diagnostics,
        "outlines" => outlines::parse(&file).diagnostics,
        _ => panic!("`{format}` is in FORMATS"),
    }
}

/// What a user sees of `faults`.
pub fn shown(faults: &[Diagnostic]) -> String {
    faults.iter().map(Diagnostic::to_string).collect()
}
