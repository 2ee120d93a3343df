//! The tiny study of `tests/tiny` in a folder of its own, and the binary run in it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use assert_cmd::Command;
use tempfile::TempDir;

/// A copy of the study; gone with the value.
pub struct Tiny {
    folder: TempDir,
}

/// The program, to be run in `folder`.
pub fn onehour(folder: &Path) -> Command {
    let mut command = Command::cargo_bin("onehour").unwrap();
    command.current_dir(folder);
    command
}

/// What the program wrote to standard output.
pub fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// What the program wrote to standard error.
pub fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// Every file below `folder` with its bytes.
pub fn files_in(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = PathBuf::from(entry.file_name());
        if entry.path().is_dir() {
            files.extend(files_in(&entry.path()).into_iter().map(|(path, bytes)| (name.join(path), bytes)));
        } else {
            files.insert(name, fs::read(entry.path()).unwrap());
        }
    }
    files
}

impl Tiny {
    /// A fresh copy.
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (path, bytes) in files_in(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tiny")) {
            fs::write(folder.path().join(path), bytes).unwrap();
        }
        Tiny { folder }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The same with `old`, which stands once in `file`, replaced; an empty `old` adds `new` at the end.
    pub fn with(self, file: &str, old: &str, new: &str) -> Self {
        let path = self.path().join(file);
        let text = fs::read_to_string(&path).unwrap_or_default();
        let text = if old.is_empty() {
            text + new
        } else {
            assert_eq!(text.matches(old).count(), 1, "`{old}` stands once in {file}");
            text.replace(old, new)
        };
        fs::write(path, text).unwrap();
        self
    }

    /// Runs the program in the folder; the arguments are separated by blanks, and the study is named after the first.
    pub fn run(&self, arguments: &str) -> Output {
        let (verb, rest) = arguments.split_once(' ').unwrap_or((arguments, ""));
        self.plain(&format!("{verb} --study study.toml {rest}"))
    }

    /// Runs the program in the folder with nothing but these arguments.
    pub fn plain(&self, arguments: &str) -> Output {
        onehour(self.path()).args(arguments.split_whitespace()).output().unwrap()
    }

    /// Every file below its folder with its bytes.
    pub fn files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        files_in(self.path())
    }
}
