//! The command line: knows every layer, and is the only one that prints.
//!
//! Data goes to standard output or `--out`, messages and progress to standard error. Exit code 0: done; 1: a target failed
//! (`verdict` only); 2: input at fault; 3: the world at fault (disk, permissions).

mod access;
mod arguments;
mod cells;
mod check;
mod compare;
mod endpoint;
mod import;
mod init;
mod isochrone;
mod load;
mod matrix;
mod progress;
mod region;

mod route;
mod run;
mod sink;
mod validation;
mod verdict;
mod worlds;

use std::ffi::OsString;
use std::fmt::Display;
use std::io::{ErrorKind, Write};
use std::path::Path;
use std::process::ExitCode;

use clap::Parser;

use crate::diagnostic::{Diagnostic, Severity};
use crate::error::Error;
use crate::search::threads;
use arguments::{Arguments, Verb};
use sink::Sink;

/// Why a command did not finish.
pub(crate) enum Failure {
    /// The input is at fault.
    Input(Vec<Diagnostic>),
    /// The world is at fault.
    World(Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Failure::World(error)
    }
}

impl From<Diagnostic> for Failure {
    fn from(fault: Diagnostic) -> Self {
        Failure::Input(vec![fault])
    }
}

/// How a command ended.
pub(crate) enum Ending {
    /// It did its work.
    Done,
    /// A target failed, and the verb says so by its exit code.
    TargetFailed,
}

/// Runs the program with these arguments, the first of which is its name.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => {
            let code = if error.use_stderr() { 2 } else { 0 };
            // A closed pipe is the reader's choice.
            let _ = error.print();
            return ExitCode::from(code);
        }
    };
    if let Some(threads) = arguments.common().and_then(|common| common.threads) {
        threads::limit(threads);
    }
    let ended = match &arguments.verb {
        None => run::run(&arguments.run),
        Some(Verb::Run(run)) => run::run(run),
        Some(Verb::Check(asked)) if asked.region.is_given() => region::check::check(asked),
        Some(Verb::Check(asked)) => check::check(asked),
        Some(Verb::Verdict(asked)) if asked.region.is_given() => region::verdict::verdict(asked),
        Some(Verb::Verdict(asked)) => verdict::verdict(asked),
        Some(Verb::Isochrone(asked)) if asked.region.is_given() => region::isochrone::isochrone(asked),
        Some(Verb::Isochrone(asked)) => isochrone::isochrone(asked),
        Some(Verb::Matrix(asked)) if asked.region.is_given() => region::matrix::matrix(asked),
        Some(Verb::Matrix(asked)) => matrix::matrix(asked),
        Some(Verb::Access(asked)) if asked.region.is_given() => region::access::access(asked),
        Some(Verb::Access(asked)) => access::access(asked),
        Some(Verb::Compare(asked)) if region::compare::is_asked(asked) => region::compare::compare(asked),
        Some(Verb::Compare(asked)) => compare::compare(asked),
        Some(Verb::Route(asked)) if asked.region.is_given() => region::route::route(asked),
        Some(Verb::Route(asked)) => route::route(asked),
        Some(Verb::Import(import)) => import::import(import),
        Some(Verb::Init(init)) => init::init(init),
        Some(Verb::Cells(cells)) => cells::cells(cells),
    };
    match ended {
        Ok(Ending::Done) => ExitCode::SUCCESS,
        Ok(Ending::TargetFailed) => ExitCode::from(1),
        Err(Failure::Input(faults)) => {
            report(&faults);
            ExitCode::from(2)
        }
        Err(Failure::World(error)) => {
            say(format_args!("error: {error}"));
            // A file that the user named and that is none is a fault of the input.
            let none =
                matches!(error.cause.kind(), ErrorKind::NotFound | ErrorKind::IsADirectory | ErrorKind::NotADirectory);
            ExitCode::from(if error.action == "read" && none { 2 } else { 3 })
        }
    }
}

/// Prints a line to standard error. That nobody reads it any more, as in `onehour run 2>&1 | head`, is no reason to stop.
pub(crate) fn say(line: impl Display) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// Prints faults to standard error, with a count at the end.
pub(crate) fn report(faults: &[Diagnostic]) {
    for fault in faults {
        say(fault);
    }
    let count = |severity| faults.iter().filter(|fault| fault.severity == severity).count();
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    let plural = |n: usize| if n == 1 { "" } else { "s" };
    match (errors, warnings) {
        (0, 0) => {}
        (0, n) => say(format_args!("{n} warning{}", plural(n))),
        (n, 0) => say(format_args!("{n} error{}; nothing was written", plural(n))),
        (n, m) => say(format_args!("{n} error{} and {m} warning{}; nothing was written", plural(n), plural(m))),
    }
}

/// JSON as people read it, with a line end.
pub(crate) fn pretty(value: &impl serde::Serialize) -> String {
    format!("{}\n", serde_json::to_string_pretty(value).expect("a value of this shape can be written"))
}

/// Gives text to a file, or to standard output where none is named.
pub(crate) fn give(text: &str, out: Option<&Path>) -> Result<(), Failure> {
    let mut sink = Sink::new(out)?;
    let written = sink.write_all(text.as_bytes());
    if sink.reads_on(written)? { sink.finish() } else { Ok(()) }
}
