//! The `onehour` binary: hands the command line to the library and returns its exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    onehour::cli::main(std::env::args_os())
}
