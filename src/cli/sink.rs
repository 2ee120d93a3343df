//! Where a large result goes, piece by piece: a file that has its name when it is whole, or standard output.

use std::io::{BufWriter, ErrorKind, Result as Written, StdoutLock, Write};
use std::path::Path;

use super::{Failure, say};
use crate::error::Error;
use crate::output::files::Whole;

/// A file, or standard output.
pub(crate) enum Sink {
    File(Whole),
    Stdout(BufWriter<StdoutLock<'static>>),
}

impl Sink {
    /// Begins a file, or standard output where none is named.
    pub(crate) fn new(out: Option<&Path>) -> Result<Sink, Failure> {
        Ok(match out {
            Some(path) => Sink::File(Whole::create(path)?),
            None => Sink::Stdout(BufWriter::new(std::io::stdout().lock())),
        })
    }

    /// Whether what was written reaches somebody: whoever reads standard output may have seen enough, as in `onehour matrix | head`.
    pub(crate) fn reads_on(&self, written: Written<()>) -> Result<bool, Failure> {
        let path = match (self, &written) {
            (Sink::Stdout(_), Err(error)) if error.kind() == ErrorKind::BrokenPipe => return Ok(false),
            (Sink::Stdout(_), _) => Path::new("standard output"),
            (Sink::File(file), _) => file.path(),
        };
        written.map(|()| true).map_err(|cause| Error::new("write", path, cause).into())
    }

    /// Gives the file its name and says so.
    pub(crate) fn finish(mut self) -> Result<(), Failure> {
        let flushed = self.flush();
        self.reads_on(flushed)?;
        if let Sink::File(file) = self {
            let path = file.path().to_path_buf();
            file.finish()?;
            say(format_args!("wrote {}", path.display()));
        }
        Ok(())
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> Written<usize> {
        match self {
            Sink::File(file) => file.write(bytes),
            Sink::Stdout(stdout) => stdout.write(bytes),
        }
    }

    fn flush(&mut self) -> Written<()> {
        match self {
            Sink::File(file) => file.flush(),
            Sink::Stdout(stdout) => stdout.flush(),
        }
    }
}
