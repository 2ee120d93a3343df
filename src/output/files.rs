//! Writing files whole or not at all.

use std::fs;
use std::io::Write;
use std::path::Path;

use crate::error::Error;

/// Writes `bytes` to `path`: to a temporary file in the same folder first, then renamed, so that a reader never sees half a file.
/// Folders are made as needed.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::create_dir_all(folder).map_err(|cause| Error::new("create", folder, cause))?;
    }
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(format!(".{}.part", std::process::id()));
    let part = path.with_file_name(name);
    let written = fs::File::create(&part).and_then(|mut file| file.write_all(bytes));
    let renamed = written.and_then(|()| fs::rename(&part, path));
    renamed.map_err(|cause| {
        // The part is of no use to anybody; that it may not go away either is not worth a second message.
        let _ = fs::remove_file(&part);
        Error::new("write", path, cause)
    })
}
