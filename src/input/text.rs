//! Shared reading of text: files, byte order marks, numbers, dates, coordinates.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;
use std::sync::Arc;

use encoding_rs::GB18030;
use jiff::civil::Date;

use crate::diagnostic::{Checked, Diagnostic, Severity, SourceFile, Span, source_file};
use crate::error::Error;
use crate::geo::LonLat;

/// The largest file that is read, in bytes: 1 GiB.
const MAX_BYTES: u64 = 1 << 30;

/// Reads the file at `path` and hands its text to `parse`. A file that is no text at all has `nothing` in it.
pub(super) fn read<T>(
    path: &Path,
    nothing: impl FnOnce(&Arc<SourceFile>) -> T,
    parse: impl FnOnce(&Arc<SourceFile>) -> Checked<T>,
) -> Result<Checked<T>, Error> {
    read_with(path, decode, nothing, parse)
}

/// The same for files of other programs, which may be in GB18030 (so in GBK and GB2312 too) where they are not UTF-8; that it
/// was taken so is a warning, because other encodings can look alike.
pub(super) fn read_any_encoding<T>(
    path: &Path,
    nothing: impl FnOnce(&Arc<SourceFile>) -> T,
    parse: impl FnOnce(&Arc<SourceFile>) -> Checked<T>,
) -> Result<Checked<T>, Error> {
    read_with(path, decode_any, nothing, parse)
}

/// Turns the bytes of a file into text, with the fault where they are none.
type Decode = fn(&Path, Vec<u8>) -> (Arc<SourceFile>, Option<Diagnostic>);

fn read_with<T>(
    path: &Path,
    decode: Decode,
    nothing: impl FnOnce(&Arc<SourceFile>) -> T,
    parse: impl FnOnce(&Arc<SourceFile>) -> Checked<T>,
) -> Result<Checked<T>, Error> {
    let refused = |cause| Error::new("read", path, cause);
    let mut handle = File::open(path).map_err(refused)?;
    let metadata = handle.metadata().map_err(refused)?;
    if metadata.is_dir() {
        return Err(refused(std::io::Error::from(ErrorKind::IsADirectory)));
    }
    if metadata.len() > MAX_BYTES {
        let file = source_file(path, String::new());
        let message = format!("{} has {} bytes, and 1 GiB is the most that is read", path.display(), metadata.len());
        let fault =
            Diagnostic::error("text::size", message).help("split the file, or leave out what the study does not need");
        return Ok(Checked { value: nothing(&file), diagnostics: vec![fault] });
    }
    let mut bytes = Vec::new();
    handle.read_to_end(&mut bytes).map_err(refused)?;
    let (file, fault) = decode(path, bytes);
    Ok(match fault {
        Some(fault) if fault.severity == Severity::Error => Checked { value: nothing(&file), diagnostics: vec![fault] },
        warning => {
            let mut checked = parse(&file);
            checked.diagnostics.splice(0..0, warning);
            checked
        }
    })
}

/// As [`decode`], but what is not UTF-8 and reads as GB18030 is taken for that, with a warning.
pub(super) fn decode_any(path: &Path, bytes: Vec<u8>) -> (Arc<SourceFile>, Option<Diagnostic>) {
    let utf16 = bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF");
    if utf16 || std::str::from_utf8(&bytes).is_ok() {
        return decode(path, bytes);
    }
    match GB18030.decode_without_bom_handling_and_without_replacement(&bytes) {
        Some(text) if !text.contains('\0') => {
            let words = text.split(|c: char| c.is_ascii() && !c.is_ascii_alphanumeric());
            let sample: String = words.filter(|word| !word.is_ascii()).flat_map(str::chars).take(20).collect();
            let file = source_file(path, text.into_owned());
            let message = format!("{} is not UTF-8 and is read as GB18030, in which it says \"{sample}\"", path.display());
            let help = "where these are no words, save the file as UTF-8";
            (file, Some(Diagnostic::warning("text::gb18030", message).help(help)))
        }
        _ => decode(path, bytes),
    }
}

/// The text of `bytes` without its byte order mark, and the fault where it is not text.
fn decode(path: &Path, mut bytes: Vec<u8>) -> (Arc<SourceFile>, Option<Diagnostic>) {
    let n_marks = bytes.chunks_exact(3).take_while(|chunk| chunk == b"\xEF\xBB\xBF").count();
    bytes.drain(..3 * n_marks);
    let (file, fault) = match String::from_utf8(bytes) {
        Ok(text) => match text.find('\0') {
            None => return (source_file(path, text), None),
            Some(at) => {
                let file = source_file(path, text);
                let message = "a NUL byte stands in the text";
                let help = "save the file as UTF-8; a NUL in every second byte means UTF-16";
                let fault = Diagnostic::error("text::nul", message).at(&Span::new(&file, at..at + 1)).help(help);
                (file, fault)
            }
        },
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            let bytes = error.into_bytes();
            let utf16 = bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF");
            let message = format!("byte 0x{:02X} at offset {at} is not UTF-8", bytes[at]);
            let help = if utf16 {
                "the file is UTF-16: save it as UTF-8"
            } else {
                "save the file as UTF-8 (Excel: \"CSV UTF-8\"; editors: encoding UTF-8); Chinese files that are not are often GBK"
            };
            // The text up to the byte is unchanged, so the offset holds in the lossy text too.
            let file = source_file(path, String::from_utf8_lossy(&bytes).into_owned());
            let fault = Diagnostic::error("text::encoding", message).at(&Span::new(&file, at..at + 3)).help(help);
            (file, fault)
        }
    };
    (file, Some(fault))
}

/// A finite decimal number such as `12`, `-0.5` or `5e-3`.
pub(super) fn number(text: &str) -> Option<f64> {
    let plain = text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'+' | b'e' | b'E'));
    text.parse().ok().filter(|value: &f64| plain && value.is_finite())
}

/// A date `YYYY`, `YYYY-MM` or `YYYY-MM-DD`; what is missing counts as the first.
pub(super) fn date(text: &str) -> Option<Date> {
    let mut parts = text.split('-');
    let mut part = |digits: usize| match parts.next() {
        None => Some(None),
        Some(part) if part.len() == digits && part.bytes().all(|b| b.is_ascii_digit()) => part.parse::<i16>().ok().map(Some),
        Some(_) => None,
    };
    let (year, month, day) = (part(4)??, part(2)?, part(2)?);
    if parts.next().is_some() {
        return None;
    }
    Date::new(year, month.unwrap_or(1) as i8, day.unwrap_or(1) as i8).ok()
}

/// The help for a date that is none.
pub(super) const DATE_HELP: &str = "write YYYY, YYYY-MM or YYYY-MM-DD, for instance 2027-03";

/// The help for a time of day that is none.
pub(super) const TIME_HELP: &str = "write HH:MM, for instance 07:30; hours may pass 24 up to 47";

/// The help for a number that is none: what is odd about `text`.
pub(super) fn number_help(text: &str, example: &str) -> String {
    if text.chars().any(|c| ('\u{FF0B}'..='\u{FF19}').contains(&c)) {
        format!("the digits are full-width: write them in ASCII, for instance {example}")
    } else if text.contains(',') && text.bytes().any(|b| b.is_ascii_digit()) {
        format!("write a point for the decimals and nothing between thousands, for instance {example}")
    } else {
        format!("write a plain number, for instance {example}")
    }
}

/// A point on the earth, or what is wrong with it: message and help.
pub(super) fn lon_lat(lon: f64, lat: f64) -> Result<LonLat, (String, &'static str)> {
    const SWAPPED: &str =
        "longitude and latitude look swapped: longitude comes first, in China 73 to 136, latitude is 18 to 54";
    if lon == 0.0 && lat == 0.0 {
        return Err((
            "the point is (0, 0), which stands for a missing coordinate".to_string(),
            "write its longitude and latitude",
        ));
    }
    let looks_swapped = (18.0..=54.0).contains(&lon) && (73.0..=136.0).contains(&lat);
    match LonLat::new(lon, lat) {
        Some(_) if looks_swapped => Err((format!("the point ({lon}, {lat}) is near the pole"), SWAPPED)),
        Some(point) => Ok(point),
        None if looks_swapped => Err((format!("latitude {lat} is beyond 90 degrees"), SWAPPED)),
        None if lat.abs() > 90.0 && lon.abs() <= 90.0 && lat.abs() <= 180.0 => Err((
            format!("latitude {lat} is beyond 90 degrees"),
            "longitude and latitude look swapped: longitude comes first",
        )),
        None if lat.abs() > 90.0 => {
            Err((format!("latitude {lat} is beyond 90 degrees"), "write degrees of WGS-84, −90 to 90"))
        }
        None => Err((format!("longitude {lon} is beyond 180 degrees"), "write degrees of WGS-84, −180 to 180")),
    }
}

/// The pieces of `text` between characters that `separates`, each with its byte offset in `text`; empty ones left out.
pub(super) fn pieces(text: &str, separates: impl Fn(char) -> bool) -> impl Iterator<Item = (usize, &str)> {
    text.split(move |c: char| separates(c)).filter_map(move |piece| {
        let trimmed = piece.trim();
        (!trimmed.is_empty()).then(|| (trimmed.as_ptr() as usize - text.as_ptr() as usize, trimmed))
    })
}

/// The character of `id` that an id may not have, because lists of ids are separated by it.
pub(super) fn forbidden_in_id(id: &str) -> Option<char> {
    id.chars().find(|&c| c.is_whitespace() || c.is_control() || matches!(c, ';' | ',' | '"'))
}

/// The character of `id` that the id of a point may not have. Blanks, commas and semicolons are part of many names of stops; what
/// cannot be seen, ends a line or would have to be doubled in a table is not.
pub(super) fn forbidden_in_point_id(id: &str) -> Option<char> {
    id.chars().find(|&c| c.is_control() || matches!(c, '"' | '\u{2028}' | '\u{2029}'))
}

/// The help for the id of a point with a forbidden character.
pub(super) const POINT_ID_HELP: &str = "write ids on one line, without tabs and double quotes, for instance Stop 12 A";

/// The help for an id with a forbidden character.
pub(super) const ID_HELP: &str = "write ids without blanks, commas, semicolons and quotes, for instance taiyuan-nan";
