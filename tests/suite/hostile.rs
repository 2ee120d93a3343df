//! Files with a fault, and the exact text a user sees of it: `tests/hostile/<format>/<fault>.*` beside `<fault>.expected`.
//! `UPDATE_EXPECT=1` rewrites the texts.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use expect_test::expect_file;
use onehour::diagnostic::Diagnostic;
use onehour::input::parameters;

use crate::formats::{FORMATS, faults_at, faults_in, sample, shown};

/// The hostile files of a folder, without the expected texts.
fn hostile_files(folder: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(Path::new("tests/hostile").join(folder)).into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    files.retain(|path| path.extension().is_none_or(|ending| ending != "expected"));
    files.sort();
    files
}

/// The faults of a hostile file. Parameters stand beside a sample that has every key, so that only their own are left.
fn faults_of(format: &str, path: &Path) -> Vec<Diagnostic> {
    match format {
        "parameters" => parameters::read(&[sample(format), path.to_path_buf()]).unwrap().diagnostics,
        "parameters-alone" => faults_at("parameters", path).unwrap(),
        _ => faults_at(format, path).unwrap(),
    }
}

fn folders() -> impl Iterator<Item = &'static str> {
    FORMATS.iter().map(|entry| entry.0).chain(["parameters-alone"])
}

#[test]
fn every_hostile_file_gives_its_expected_text() {
    let mut n_files = 0;
    for folder in folders() {
        for path in hostile_files(folder) {
            n_files += 1;
            let faults = faults_of(folder, &path);
            assert!(!faults.is_empty(), "{} has no fault", path.display());
            let expected = Path::new(env!("CARGO_MANIFEST_DIR")).join(path.with_extension("expected"));
            expect_file![expected].assert_eq(&shown(&faults));
        }
    }
    assert!(n_files > 50, "only {n_files} hostile files were found");
}

#[test]
fn every_expected_text_has_its_hostile_file() {
    for folder in folders() {
        let inputs: BTreeSet<PathBuf> = hostile_files(folder).iter().map(|path| path.with_extension("expected")).collect();
        for entry in fs::read_dir(Path::new("tests/hostile").join(folder)).into_iter().flatten().flatten() {
            let path = entry.path();
            let is_expected = path.extension().is_some_and(|ending| ending == "expected");
            assert!(!is_expected || inputs.contains(&path), "{} stands alone", path.display());
        }
    }
}

/// Codes whose files would be too large to keep; the tests below make them.
const MADE_HERE: &[&str] = &["text::size", "xml::count"];

#[test]
fn a_file_of_more_than_a_gibibyte_is_not_read() {
    let file = tempfile::NamedTempFile::new().unwrap();
    file.as_file().set_len((1 << 30) + 1).unwrap(); // sparse: no disk is used
    let faults = faults_at("cells", file.path()).unwrap();
    let expected = format!(
        "error[text::size]: {} has 1073741825 bytes, and 1 GiB is the most that is read\n  = help: split the file, or leave out what the study does not need\n",
        file.path().display()
    );
    assert_eq!(shown(&faults), expected);
}

#[test]
fn a_network_of_more_than_two_million_elements_is_not_read_to_its_end() {
    // One unknown element is named; what is in it is skipped but counted.
    let text = format!("<network region=\"r\"><x>\n{}</x></network>", "<y/>".repeat(2_000_000));
    let faults = faults_in("network", &text);
    let codes: Vec<&str> = faults.iter().map(|fault| fault.code).collect();
    assert_eq!(codes, ["xml::element", "xml::count"]);
    assert_eq!(faults[1].message, "the file has more than 2000000 elements");
}

/// Every string `"area::rule"` in the sources of the readers.
pub fn codes_in(folder: &Path, codes: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        if entry.path().is_dir() {
            codes_in(&entry.path(), codes);
            continue;
        }
        for quoted in fs::read_to_string(entry.path()).unwrap().split('"') {
            let is_word = |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
            if quoted.split_once("::").is_some_and(|(area, rule)| is_word(area) && is_word(rule)) {
                codes.insert(quoted.to_string());
            }
        }
    }
}

/// Limits that no file of a test reaches: a hundred million calls of a feed, two hundred million values of points, fifty million squares with people.
const TOO_LARGE: &[&str] = &["gtfs::rows", "points::size", "raster::size"];

/// Codes that tests of streets name as text: their files are made there, since they are zips, maps and tables of other tools.
pub fn codes_of_street_tests() -> BTreeSet<String> {
    let mut codes = BTreeSet::new();
    codes_in(Path::new("tests/streets"), &mut codes);
    for entry in fs::read_dir("tests/streets").unwrap().flatten().filter(|entry| entry.path().is_file()) {
        let text = fs::read_to_string(entry.path()).unwrap();
        codes.extend(bracketed(&text));
    }
    for folder in ["imports", "street_study", "street_graph"] {
        for entry in fs::read_dir(Path::new("tests/streets").join(folder)).unwrap().flatten() {
            codes.extend(bracketed(&fs::read_to_string(entry.path()).unwrap()));
        }
    }
    codes
}

/// Every `area::rule` in square brackets, as messages have them.
fn bracketed(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split('[').filter_map(|rest| rest.split_once(']')).map(|(code, _)| code.to_string())
}

#[test]
fn every_code_of_the_readers_has_a_hostile_file() {
    let mut codes = BTreeSet::new();
    codes_in(Path::new("src/input"), &mut codes);
    assert!(codes.len() > 50, "only {} codes were found", codes.len());
    let mut seen: BTreeSet<String> = MADE_HERE.iter().map(|code| code.to_string()).collect();
    for folder in folders() {
        for path in hostile_files(folder) {
            seen.extend(faults_of(folder, &path).iter().map(|fault| fault.code.to_string()));
        }
    }
    seen.extend(codes_of_street_tests());
    seen.extend(TOO_LARGE.iter().map(|code| code.to_string()));
    let unseen: Vec<&String> = codes.difference(&seen).collect();
    assert!(unseen.is_empty(), "no file in tests/hostile gives {unseen:?}");
}
