//! Rows of tables: CSV files and the first sheets of Excel workbooks.

use std::fs::File;
use std::io::{BufReader, ErrorKind, Read, Seek};
use std::path::Path;
use std::sync::Arc;

use calamine::{Data, Reader, Xls, Xlsx};
use csv::StringRecord;
use zip::ZipArchive;

use crate::diagnostic::{SourceFile, Span};

/// The most bytes that a workbook may unpack to: 512 MiB.
const MAX_UNPACKED: u64 = 1 << 29;

/// The most rows and columns that are read of a sheet.
const MAX_ROWS: usize = 1_048_576;
const MAX_COLUMNS: usize = 256;

/// The most filled cells that are read of a sheet.
const MAX_CELLS: usize = 20_000_000;

/// A row with its fields as they are shown.
pub(super) struct Row {
    /// Its fields; those behind the last that is filled may be missing.
    pub fields: Vec<String>,
    /// Where it stands, in files of text.
    pub span: Option<Span>,
    /// How messages call it where the file has no lines: sheet and row.
    pub label: String,
}

/// The rows of a sheet, or of a text file.
pub(super) struct Sheet {
    /// Its name; empty for a text file.
    pub name: String,
    /// Its rows that are not empty.
    pub rows: Vec<Row>,
}

/// The rows of the CSV in `file`, separated by commas, semicolons or tabs: whichever stands most often in its first line.
pub(super) fn of_text(file: &Arc<SourceFile>) -> Sheet {
    let first = file.text.lines().next().unwrap_or("");
    let count = |separator: &u8| first.bytes().filter(|byte| byte == separator).count();
    // The first of equals is taken, so that commas count where none stands.
    let separator = [b'\t', b';', b','].into_iter().max_by_key(count).unwrap_or(b',');
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(separator).from_reader(file.text.as_bytes());
    let mut record = StringRecord::new();
    let mut rows = Vec::new();
    while reader.read_record(&mut record).expect("the text is UTF-8 and rows may have any width") {
        let start = record.position().map_or(0, |position| position.byte() as usize).min(file.text.len());
        let blank = file.text[start..].len() - file.text[start..].trim_start_matches(['\n', '\r']).len();
        let start = start + blank;
        let end = start + file.text[start..].find(['\n', '\r']).unwrap_or(file.text.len() - start);
        let fields: Vec<String> = record.iter().map(|field| field.trim().to_string()).collect();
        if fields.iter().any(|field| !field.is_empty()) {
            rows.push(Row { fields, span: Some(Span::new(file, start..end)), label: String::new() });
        }
    }
    Sheet { name: String::new(), rows }
}

/// The sheets of the workbook at `path`; the inner error says what is damaged or too large.
pub(super) fn of_workbook(path: &Path) -> std::io::Result<Result<Vec<Sheet>, String>> {
    let handle = File::open(path)?;
    if handle.metadata()?.is_dir() {
        return Err(std::io::Error::from(ErrorKind::IsADirectory));
    }
    let mut head = [0; 2];
    let n = (&handle).read(&mut head)?;
    (&handle).rewind()?;
    // Endings are often wrong, so the content tells: new workbooks are zip archives.
    Ok(if n == 2 && &head == b"PK" { of_xlsx(handle) } else { of_xls(handle) })
}

fn of_xlsx(handle: File) -> Result<Vec<Sheet>, String> {
    check_unpacked(&handle)?;
    let mut workbook: Xlsx<BufReader<File>> = Xlsx::new(BufReader::new(handle)).map_err(|error| error.to_string())?;
    let mut sheets = Vec::new();
    for name in workbook.sheet_names() {
        let mut cells = workbook.worksheet_cells_reader(&name).map_err(|error| error.to_string())?;
        let mut rows = Rows::new(&name);
        while let Some(cell) = cells.next_cell().map_err(|error| error.to_string())? {
            let (row, column) = cell.get_position();
            rows.put(row as usize, column as usize, shown(&Data::from(cell.get_value().clone())))?;
        }
        sheets.push(rows.sheet());
    }
    Ok(sheets)
}

fn of_xls(handle: File) -> Result<Vec<Sheet>, String> {
    let mut workbook: Xls<BufReader<File>> = Xls::new(BufReader::new(handle)).map_err(|error| error.to_string())?;
    let mut sheets = Vec::new();
    for name in workbook.sheet_names() {
        let range = workbook.worksheet_range(&name).map_err(|error| error.to_string())?;
        let (top, left) = range.start().unwrap_or((0, 0));
        let mut rows = Rows::new(&name);
        for (row, column, value) in range.used_cells() {
            rows.put(top as usize + row, left as usize + column, shown(value))?;
        }
        sheets.push(rows.sheet());
    }
    Ok(sheets)
}

/// Unpacks an archive without keeping it, for its claims about sizes are not believed and the library keeps whole parts of it.
fn check_unpacked(handle: &File) -> Result<(), String> {
    let mut archive = ZipArchive::new(handle).map_err(|error| error.to_string())?;
    let mut left = MAX_UNPACKED;
    for n in 0..archive.len() {
        let entry = archive.by_index(n).map_err(|error| error.to_string())?;
        let read = std::io::copy(&mut entry.take(left + 1), &mut std::io::sink()).map_err(|error| error.to_string())?;
        left = left.checked_sub(read).ok_or(format!("it unpacks to more than {} MiB", MAX_UNPACKED >> 20))?;
    }
    drop(archive);
    let mut handle = handle;
    handle.rewind().map_err(|error| error.to_string())
}

/// A cell as a reader of the sheet sees it.
fn shown(value: &Data) -> String {
    match value {
        Data::Empty => String::new(),
        Data::String(text) => text.trim().to_string(),
        Data::Float(number) => number.to_string(),
        Data::Int(number) => number.to_string(),
        other => other.to_string(),
    }
}

/// Collects cells, which come in the order of rows.
struct Rows<'n> {
    name: &'n str,
    rows: std::collections::BTreeMap<usize, Vec<String>>,
    n_cells: usize,
}

impl<'n> Rows<'n> {
    fn new(name: &'n str) -> Self {
        Rows { name, rows: std::collections::BTreeMap::new(), n_cells: 0 }
    }

    fn put(&mut self, row: usize, column: usize, value: String) -> Result<(), String> {
        if value.is_empty() {
            return Ok(());
        }
        self.n_cells += 1;
        if row >= MAX_ROWS || column >= MAX_COLUMNS || self.n_cells > MAX_CELLS {
            return Err(format!("the sheet \"{}\" has more than {MAX_COLUMNS} columns or {MAX_CELLS} cells", self.name));
        }
        let fields = self.rows.entry(row).or_default();
        fields.resize(fields.len().max(column + 1), String::new());
        fields[column] = value;
        Ok(())
    }

    fn sheet(self) -> Sheet {
        let label = |row: usize| format!("row {} of the sheet \"{}\"", row + 1, self.name);
        let rows = self.rows.into_iter().map(|(row, fields)| Row { fields, span: None, label: label(row) });
        Sheet { name: self.name.to_string(), rows: rows.collect() }
    }
}
