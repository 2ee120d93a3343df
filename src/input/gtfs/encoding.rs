//! Which characters a file is written in that is not UTF-8.

use encoding_rs::{Encoding, GB18030, WINDOWS_1252};

/// How many bytes that are not ASCII, with what stands beside them, are looked at.
pub(super) const SAMPLE_BYTES: usize = 1 << 16;

/// The encoding of a file whose lines that are not UTF-8 are `sample`; `None` where it is none of those that feeds come in.
///
/// Chinese text in GB18030 has its bytes beyond ASCII in pairs, Western text in Latin-1 one by one between plain letters. Where
/// three quarters of such bytes stand in runs of even length and all of them decode, the text is Chinese.
pub(super) fn tell(sample: &[u8]) -> Option<&'static Encoding> {
    if sample.starts_with(b"\xFF\xFE") || sample.starts_with(b"\xFE\xFF") || sample.contains(&0) {
        return None;
    }
    let (mut n_paired, mut n_high, mut run) = (0usize, 0usize, 0usize);
    for &byte in sample.iter().chain(b"\n") {
        if byte >= 0x80 {
            run += 1;
            continue;
        }
        n_high += run;
        n_paired += if run.is_multiple_of(2) { run } else { 0 };
        run = 0;
    }
    let decodes =
        |encoding: &'static Encoding| encoding.decode_without_bom_handling_and_without_replacement(sample).is_some();
    if n_paired * 4 >= n_high * 3 && decodes(GB18030) {
        return Some(GB18030);
    }
    // The five bytes that no Western character has, and control characters that encoding_rs maps them to.
    let undefined = sample.iter().any(|byte| matches!(byte, 0x81 | 0x8D | 0x8F | 0x90 | 0x9D));
    (!undefined).then_some(WINDOWS_1252)
}

/// The name of an encoding for users.
pub(super) fn name(encoding: &'static Encoding) -> &'static str {
    if encoding == GB18030 { "GB18030 (Chinese)" } else { "Latin-1 (Western)" }
}
