//! GTFS feeds, zip or folder: records as they stand, with the line each came from.
//!
//! [`read`] goes through every file of a feed once, row after row, and holds no more of it than its records. `archive` finds the
//! files and limits how much of them is read, `table` splits rows, `faults` collects what is wrong, `encoding` tells which
//! characters a file that is not UTF-8 is written in; `records` has the types, and `places`, `services`, `trips`, `calls` and
//! `walks` read the files into them. References between the files of a feed are resolved here, because only here the line of the
//! wrong one is at hand; what runs on a day is for [`crate::network::timetable`] to say.

mod archive;
mod calls;
mod encoding;
mod faults;
mod places;
mod records;
mod services;
mod shapes;
mod stop_times;
mod table;
mod trips;
mod values;
mod walks;

use std::path::Path;
use std::sync::Arc;

pub use records::*;
pub use stop_times::{StopTime, StopTimes};

use crate::diagnostic::Checked;
use crate::error::Error;
use archive::Archive;
use faults::Faults;

/// Reads the feed at `path`, a zip or a folder of its files. Its name is the file name without the ending.
///
/// The feed has every record that could be understood; it is fit for use only where no error is among the faults.
pub fn read(path: &Path) -> Result<Checked<Feed>, Error> {
    let mut faults = Faults::new();
    let mut feed = Feed::empty(Arc::from(stem(path)), path.to_path_buf());
    if let Some(archive) = Archive::open(path, &mut faults)? {
        archive.require(&["agency.txt", "stops.txt", "routes.txt", "trips.txt", "stop_times.txt"], &mut faults);
        if !archive.has("calendar.txt") {
            archive.require_either("calendar_dates.txt", "calendar.txt", &mut faults);
        }
        let mut ids = places::read(&archive, &mut feed, &mut faults)?;
        services::read(&archive, &mut feed, &mut ids, &mut faults)?;
        shapes::read(&archive, &mut feed, &mut ids, &mut faults)?;
        trips::read(&archive, &mut feed, &mut ids, &mut faults)?;
        calls::read(&archive, &mut feed, &ids, &mut faults)?;
        trips::read_frequencies(&archive, &mut feed, &ids, &mut faults)?;
        walks::read(&archive, &mut feed, &ids, &mut faults)?;
        places::check_coordinates(&archive, &feed, &mut faults)?;
    }
    Ok(Checked { value: feed, diagnostics: faults.finish() })
}

/// The file name without `.zip`, as a name for the feed.
fn stem(path: &Path) -> String {
    let name = if path.is_dir() { path.file_name() } else { path.file_stem() };
    name.map_or_else(|| "feed".to_string(), |name| name.to_string_lossy().into_owned())
}
