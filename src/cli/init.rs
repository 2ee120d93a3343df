//! `onehour init`: a commented study that runs as it stands.

use std::fs;
use std::path::Path;

use super::arguments::InitArguments;
use super::{Ending, Failure, say};
use crate::diagnostic::Diagnostic;
use crate::error::Error;
use crate::output::files;

/// The files of the template, by their paths in the new folder.
const FILES: [(&str, &str); 16] = [
    ("study.toml", include_str!("../../assets/template/study.toml")),
    ("places.csv", include_str!("../../assets/template/places.csv")),
    ("cells.csv", include_str!("../../assets/template/cells.csv")),
    ("centres.csv", include_str!("../../assets/template/centres.csv")),
    ("targets.toml", include_str!("../../assets/template/targets.toml")),
    ("projects.toml", include_str!("../../assets/template/projects.toml")),
    ("parameters.toml", include_str!("../../assets/template/parameters.toml")),
    ("lines.xml", include_str!("../../assets/template/lines.xml")),
    ("town.osm", include_str!("../../assets/template/town.osm")),
    ("README.md", include_str!("../../assets/template/README.md")),
    ("feed/agency.txt", include_str!("../../assets/template/feed/agency.txt")),
    ("feed/stops.txt", include_str!("../../assets/template/feed/stops.txt")),
    ("feed/routes.txt", include_str!("../../assets/template/feed/routes.txt")),
    ("feed/trips.txt", include_str!("../../assets/template/feed/trips.txt")),
    ("feed/stop_times.txt", include_str!("../../assets/template/feed/stop_times.txt")),
    ("feed/calendar.txt", include_str!("../../assets/template/feed/calendar.txt")),
];

/// Runs the verb. A folder that holds anything is left as it is.
pub(crate) fn init(arguments: &InitArguments) -> Result<Ending, Failure> {
    let folder = &arguments.folder;
    if is_occupied(folder)? {
        let message = format!("{} is there already and is not an empty folder; nothing was written", folder.display());
        let fault = Diagnostic::error("init::occupied", message);
        return Err(fault.help("name a folder that is not there yet").into());
    }
    // Into a folder beside it first, so that nobody finds half a study.
    let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let part = folder.with_file_name(format!("{name}.{}.part", std::process::id()));
    let written = FILES.iter().try_for_each(|(path, text)| files::write(&part.join(path), text.as_bytes()));
    let moved = written.and_then(|()| {
        // An empty folder of that name makes room; one that is not there need not.
        let _ = fs::remove_dir(folder);
        fs::rename(&part, folder).map_err(|cause| Error::new("write", folder, cause))
    });
    if let Err(error) = moved {
        // The part is of no use to anybody.
        let _ = fs::remove_dir_all(&part);
        return Err(error.into());
    }
    let study = folder.join("study.toml");
    say(format_args!("wrote {} files to {}", FILES.len(), folder.display()));
    say("它可以直接运行，注释说明该换什么。 It runs as it stands; comments say what to replace. Next:");
    for verb in ["check", "run", "verdict"] {
        say(format_args!("  onehour {verb} --study {}", study.display()));
    }
    Ok(Ending::Done)
}

/// Whether something is there that must not be lost.
fn is_occupied(folder: &Path) -> Result<bool, Failure> {
    match fs::read_dir(folder) {
        Ok(mut entries) => Ok(entries.next().is_some()),
        Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => Ok(false),
        Err(cause) if cause.kind() == std::io::ErrorKind::NotADirectory => Ok(true),
        Err(cause) => Err(Error::new("read", folder, cause).into()),
    }
}
