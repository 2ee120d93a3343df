//! Tables: rows of text under a header, as CSV for scripts, CSV for Excel, and aligned columns for the terminal.

use serde_json::Value;

/// A table.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Table {
    /// Column names.
    pub header: Vec<String>,
    /// Rows, each as long as the header.
    pub rows: Vec<Vec<String>>,
}

impl Table {
    /// An empty table.
    pub fn new<S: Into<String>>(header: impl IntoIterator<Item = S>) -> Self {
        Table { header: header.into_iter().map(Into::into).collect(), rows: Vec::new() }
    }

    /// Adds a row.
    ///
    /// # Panics
    /// When the row is not as long as the header.
    pub fn push<S: Into<String>>(&mut self, row: impl IntoIterator<Item = S>) {
        let row: Vec<String> = row.into_iter().map(Into::into).collect();
        assert_eq!(row.len(), self.header.len(), "a row is as long as the header");
        self.rows.push(row);
    }

    /// The columns for which `keep` answers true, in their order.
    pub fn only(&self, keep: impl Fn(&str) -> bool) -> Table {
        let kept: Vec<usize> = (0..self.header.len()).filter(|&at| keep(&self.header[at])).collect();
        let pick = |row: &Vec<String>| kept.iter().map(|&at| row[at].clone()).collect::<Vec<String>>();
        Table { header: pick(&self.header), rows: self.rows.iter().map(pick).collect() }
    }

    /// As JSON: one object a row; what stands in the columns for which `number` answers true as numbers, empty cells as null.
    pub fn json(&self, number: impl Fn(&str) -> bool) -> Value {
        let value = |column: &str, cell: &str| match (cell.parse::<i64>(), cell.parse::<f64>()) {
            _ if cell.is_empty() => Value::Null,
            (Ok(whole), _) if number(column) => Value::from(whole),
            (_, Ok(parsed)) if number(column) => Value::from(parsed),
            _ => Value::from(cell),
        };
        let object = |row: &Vec<String>| -> Value {
            Value::Object(self.header.iter().zip(row).map(|(column, cell)| (column.clone(), value(column, cell))).collect())
        };
        Value::Array(self.rows.iter().map(object).collect())
    }

    /// As CSV (RFC 4180, lines end in `\n`), for scripts.
    pub fn csv(&self) -> String {
        let mut writer = csv::Writer::from_writer(Vec::new());
        for row in std::iter::once(&self.header).chain(&self.rows) {
            writer.write_record(row).expect("writing to memory does not fail and rows are equally long");
        }
        let bytes = writer.into_inner().expect("writing to memory does not fail");
        String::from_utf8(bytes).expect("every cell is text")
    }

    /// As CSV with a byte order mark, so that Excel shows Chinese.
    pub fn csv_for_excel(&self) -> String {
        format!("\u{FEFF}{}", self.csv())
    }

    /// As aligned columns for a terminal, where Chinese characters take two columns.
    pub fn text(&self) -> String {
        let n = self.header.len();
        let all = || std::iter::once(&self.header).chain(&self.rows);
        let widths: Vec<usize> = (0..n).map(|at| all().map(|row| columns(&row[at])).max().unwrap_or(0)).collect();
        let mut text = String::new();
        for (line, row) in all().enumerate() {
            let cells: Vec<String> = row.iter().zip(&widths).map(|(cell, &width)| padded(cell, width)).collect();
            text.push_str(cells.join("  ").trim_end());
            text.push('\n');
            if line == 0 {
                let rules: Vec<String> = widths.iter().map(|&width| "─".repeat(width)).collect();
                text.push_str(&rules.join("  "));
                text.push('\n');
            }
        }
        text
    }
}

/// Numbers to the right, everything else to the left.
fn padded(cell: &str, width: usize) -> String {
    let fill = " ".repeat(width.saturating_sub(columns(cell)));
    let number = cell.trim_start_matches(['+', '-', '−']).parse::<f64>().is_ok();
    if number { format!("{fill}{cell}") } else { format!("{cell}{fill}") }
}

/// Terminal columns of a text.
pub fn columns(text: &str) -> usize {
    text.chars().map(crate::diagnostic::columns_of).sum()
}
