//! The table of a shapefile in dBASE form, read record by record: text and numbers only, in the encoding that is told.

use std::io::{self, Read};
use std::sync::Arc;

use encoding_rs::{Encoding, GBK, UTF_8};

use super::Property;
use crate::input::text::number;

/// The byte of the header that tells GBK: code page 936.
const DRIVER_GBK: u8 = 0x4D;

/// The fields of a record with their names.
pub(super) type Row = Vec<(Arc<str>, Property)>;

/// A column.
struct Field {
    name: Arc<str>,
    kind: u8,
    length: usize,
}

/// A table whose header was read.
pub(super) struct Table<R> {
    source: R,
    fields: Vec<Field>,
    record: Vec<u8>,
    n_left: u32,
    encoding: &'static Encoding,
}

/// Why a record could not be read.
pub(super) enum Fault {
    /// The file ends early or cannot be read.
    Broken(io::Error),
    /// A text is not in the encoding.
    Encoding(&'static Encoding),
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        Fault::Broken(error)
    }
}

impl<R: Read> Table<R> {
    /// Reads the header; `told` is the encoding that the file beside it tells.
    pub fn new(mut source: R, told: Option<&'static Encoding>) -> Result<Self, Fault> {
        let mut head = [0; 32];
        source.read_exact(&mut head)?;
        let n_left = u32::from_le_bytes([head[4], head[5], head[6], head[7]]);
        let header_length = usize::from(u16::from_le_bytes([head[8], head[9]]));
        let record_length = usize::from(u16::from_le_bytes([head[10], head[11]]));
        let encoding = told.unwrap_or(if head[29] == DRIVER_GBK { GBK } else { UTF_8 });
        let mut rest = vec![0; header_length.saturating_sub(32)];
        source.read_exact(&mut rest)?;
        let mut table = Table { source, fields: Vec::new(), record: vec![0; record_length.max(1)], n_left, encoding };
        for field in rest.chunks_exact(32).take_while(|field| field[0] != 0x0D) {
            let name = field[..11].split(|&byte| byte == 0).next().unwrap_or_default();
            let name = Arc::from(table.decode(name)?.trim());
            table.fields.push(Field { name, kind: field[11], length: usize::from(field[16]) });
        }
        Ok(table)
    }

    /// How many records are still to come.
    pub fn n_left(&self) -> u32 {
        self.n_left
    }

    fn decode(&self, bytes: &[u8]) -> Result<String, Fault> {
        // A name or text of a fixed length may end in the middle of a character, which is not worth a fault.
        let text = self.encoding.decode_without_bom_handling_and_without_replacement(bytes);
        let text = text.or_else(|| {
            let cut = bytes.len().min(3);
            (1..=cut)
                .find_map(|n| self.encoding.decode_without_bom_handling_and_without_replacement(&bytes[..bytes.len() - n]))
        });
        text.map(|text| text.into_owned()).ok_or(Fault::Encoding(self.encoding))
    }

    /// The properties of the next record, `None` behind the last. A record that is marked as deleted is given all the same, for it
    /// belongs to its shape.
    pub fn next_record(&mut self) -> Result<Option<Row>, Fault> {
        if self.n_left == 0 {
            return Ok(None);
        }
        self.n_left -= 1;
        self.source.read_exact(&mut self.record)?;
        let mut properties = Vec::with_capacity(self.fields.len());
        let mut at = 1;
        for field in &self.fields {
            let bytes = self.record.get(at..at + field.length).unwrap_or_default();
            at += field.length;
            properties.push((Arc::clone(&field.name), self.property(field.kind, bytes)?));
        }
        Ok(Some(properties))
    }

    fn property(&self, kind: u8, bytes: &[u8]) -> Result<Property, Fault> {
        let filled = bytes.split(|&byte| byte == 0).next().unwrap_or_default().trim_ascii();
        Ok(match kind {
            b'I' | b'+' => match bytes.first_chunk::<4>() {
                Some(bytes) => Property::Number(f64::from(i32::from_le_bytes(*bytes))),
                None => Property::Empty,
            },
            b'O' | b'B' => match bytes.first_chunk::<8>().map(|bytes| f64::from_le_bytes(*bytes)) {
                Some(number) if number.is_finite() => Property::Number(number),
                _ => Property::Empty,
            },
            _ if filled.is_empty() => Property::Empty,
            // Stars stand for a number that was too wide for its column.
            b'N' | b'F' if filled.iter().all(|&byte| byte == b'*') => Property::Empty,
            b'N' | b'F' => match str::from_utf8(filled).ok().and_then(number) {
                Some(number) => Property::Number(number),
                None => Property::Words(String::from_utf8_lossy(filled).into_owned()),
            },
            b'L' if filled == b"?" => Property::Empty,
            _ => Property::Words(self.decode(filled)?),
        })
    }
}
