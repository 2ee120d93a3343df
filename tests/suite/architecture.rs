//! The layers: `docs/ARCHITECTURE.md` in the form of tests that read the source text.

use std::fs;
use std::path::{Path, PathBuf};

/// The pipeline from left to right; modules of the same rank may use each other.
const LAYERS: &[(&str, usize)] = &[
    ("units", 0),
    ("geo", 0),
    ("diagnostic", 0),
    ("error", 0),
    ("input", 1),
    ("network", 2),
    ("scenario", 3),
    ("search", 4),
    ("measure", 5),
    ("output", 6),
    ("cli", 7),
];

/// Names of places that are also plain words: a built-up area, a mining district and a suburb.
const PLAIN_WORDS: &[&str] = &["城区", "矿区", "郊区"];

/// A file of `src`: its path below `src`, its text, and the text without comments.
struct Source {
    path: PathBuf,
    text: String,
    code: String,
}

impl Source {
    /// The first module of its path: `search` for `search/tree.rs`.
    fn module(&self) -> String {
        self.path.components().next().unwrap().as_os_str().to_str().unwrap().trim_end_matches(".rs").to_string()
    }

    fn is_below(&self, folder: &str) -> bool {
        self.path.starts_with(folder) || self.path == Path::new(&format!("{folder}.rs"))
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn sources() -> Vec<Source> {
    let mut sources = Vec::new();
    read_folder(&root().join("src"), &mut sources);
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    sources
}

fn read_folder(folder: &Path, sources: &mut Vec<Source>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read_folder(&path, sources);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            let code = without_comments(&text);
            let path = path.strip_prefix(root().join("src")).unwrap().to_path_buf();
            sources.push(Source { path, text, code });
        }
    }
}

/// The text without `//` comments; the quotes of strings are heeded, so an address in a string stays.
fn without_comments(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    for line in text.lines() {
        let mut in_string = false;
        let mut end = line.len();
        let bytes = line.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            match bytes[at] {
                b'\\' if in_string => at += 1,
                b'"' if at == 0 || bytes[at - 1] != b'\'' => in_string = !in_string,
                b'/' if !in_string && bytes.get(at + 1) == Some(&b'/') => {
                    end = at;
                    break;
                }
                _ => {}
            }
            at += 1;
        }
        code.push_str(&line[..end]);
        code.push('\n');
    }
    code
}

/// The modules at the root of the crate that the code of a file names: after `crate::`, also in braces, and after as many `super::`
/// as lead there.
fn named_modules(source: &Source) -> Vec<String> {
    let parts = source.path.components().count();
    let depth = if source.path.ends_with("mod.rs") { parts - 1 } else { parts };
    let to_root = ["crate::".to_string(), "super::".repeat(depth)];
    let mut found = Vec::new();
    for prefix in to_root {
        for (at, _) in source.code.match_indices(&prefix) {
            let rest = &source.code[at + prefix.len()..];
            if let Some(list) = rest.strip_prefix('{') {
                found.extend(first_words(list));
            } else {
                found.push(word(rest));
            }
        }
    }
    found.retain(|word| !word.is_empty() && word != "super");
    found
}

fn word(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

/// The first word of every item of a list in braces, the opening brace already taken.
fn first_words(list: &str) -> Vec<String> {
    let (mut words, mut level, mut fresh) = (Vec::new(), 0, true);
    for (at, c) in list.char_indices() {
        match c {
            '{' => level += 1,
            '}' if level == 0 => break,
            '}' => level -= 1,
            ',' if level == 0 => fresh = true,
            c if fresh && c.is_alphanumeric() => {
                words.push(word(&list[at..]));
                fresh = false;
            }
            _ => {}
        }
    }
    words
}

fn rank(module: &str) -> Option<usize> {
    LAYERS.iter().find(|(known, _)| *known == module).map(|&(_, rank)| rank)
}

#[test]
fn every_module_stands_in_the_pipeline() {
    for source in sources() {
        let module = source.module();
        assert!(module == "lib" || module == "main" || rank(&module).is_some(), "{} has no layer", source.path.display());
    }
}

#[test]
fn imports_point_left_only() {
    let mut wrong = Vec::new();
    for source in sources().iter().filter(|source| !["lib", "main"].contains(&source.module().as_str())) {
        let own = rank(&source.module()).expect("every module stands in the pipeline");
        for module in named_modules(source) {
            match rank(&module) {
                Some(other) if other < own || module == source.module() || (other == 0 && own == 0) => {}
                _ => wrong.push(format!("{} imports {module}", source.path.display())),
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn search_does_not_know_what_a_scenario_is() {
    let knowing: Vec<_> = sources()
        .into_iter()
        .filter(|source| source.is_below("search") && source.code.to_lowercase().contains("scenario"))
        .map(|source| source.path)
        .collect();
    assert_eq!(knowing, Vec::<PathBuf>::new());
}

#[test]
fn measures_ask_whichever_engine_there_is() {
    let inside = ["assumptions", "drives", "freeze", "rides", "roads", "snap", "transit", "tree"];
    let mut wrong = Vec::new();
    for source in sources().iter().filter(|source| source.is_below("measure")) {
        let peeks = inside.iter().filter(|module| source.code.contains(&format!("search::{module}")));
        wrong.extend(peeks.map(|module| format!("{} looks into search::{module}", source.path.display())));
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn libraries_and_printing_stay_in_their_layers() {
    let allowed: &[(&str, &[&str])] = &[
        ("plotters", &["output/chart"]),
        ("quick_xml", &["input"]),
        ("rayon", &["search", "measure", "input/osm", "network/streets"]),
        ("println!", &["cli"]),
        ("eprintln!", &["cli"]),
        ("print!", &["cli"]),
        ("eprint!", &["cli"]),
        ("dbg!", &[]),
    ];
    let mut wrong = Vec::new();
    for source in sources() {
        for (word, folders) in allowed {
            if holds_word(&source.code, word) && !folders.iter().any(|folder| source.is_below(folder)) {
                wrong.push(format!("{} uses {word}", source.path.display()));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

/// Whether `text` holds `word` with no letter of English before or after it.
fn holds_word(text: &str, word: &str) -> bool {
    let letter = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_');
    text.match_indices(word).any(|(at, _)| {
        let (before, after) = (text[..at].chars().next_back(), text[at + word.len()..].chars().next());
        !letter(before) && (word.ends_with('!') || !letter(after))
    })
}

/// Every name of a place of the study that `src` must not hold.
fn place_names() -> Vec<String> {
    let text = fs::read_to_string(root().join("seeds/shanxi-central/places.csv")).unwrap();
    let mut names = Vec::new();
    for line in text.lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        let (chinese, english) = (fields[1], fields[2]);
        let stem = chinese.strip_suffix(['市', '县', '区']).unwrap_or(chinese);
        names.extend([chinese, stem].iter().filter(|name| name.chars().count() >= 2).map(|name| name.to_string()));
        names.extend(english.split(['(', ')']).map(|part| part.trim().to_string()).filter(|part| part.len() >= 2));
    }
    names.retain(|name| !PLAIN_WORDS.contains(&name.as_str()));
    names.sort();
    names.dedup();
    names
}

#[test]
fn no_place_of_the_study_is_named_in_the_source() {
    let names = place_names();
    assert!(names.len() > 100, "{names:?}");
    let mut wrong = Vec::new();
    for source in sources() {
        let text = &source.text;
        let held = |name: &&String| if name.is_ascii() { holds_word(text, name) } else { text.contains(name.as_str()) };
        wrong.extend(names.iter().filter(held).map(|name| format!("{} names {name}", source.path.display())));
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn the_reader_of_imports_sees_what_it_should() {
    let source = |path: &str, code: &str| Source { path: path.into(), text: String::new(), code: without_comments(code) };
    let code = "use crate::{a::{b, c}, d}; // crate::e\nlet x = super::super::f::g(\"//\", crate::h::i);";
    assert_eq!(named_modules(&source("m/n.rs", code)), ["a", "d", "h", "f"]);
    assert_eq!(named_modules(&source("m.rs", "use super::f; use crate::g;")), ["g", "f"]);
}
