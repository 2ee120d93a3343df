//! `onehour compare` of two matrices: what every pair gains and loses.

use std::collections::BTreeMap;
use std::path::Path;

use crate::cli::arguments::CompareArguments;
use crate::cli::{Ending, Failure, give, pretty, say};
use crate::diagnostic::Diagnostic;
use crate::error::Error;
use crate::output::table::Table;

/// Whether both sides are matrices that an earlier question wrote.
pub(crate) fn is_asked(arguments: &CompareArguments) -> bool {
    let is_table = |text: &str| Path::new(text).extension().is_some_and(|extension| extension.eq_ignore_ascii_case("csv"));
    is_table(&arguments.before) && is_table(&arguments.after)
}

/// Runs the verb.
pub(crate) fn compare(arguments: &CompareArguments) -> Result<Ending, Failure> {
    let (before, after) = (Matrix::read(Path::new(&arguments.before))?, Matrix::read(Path::new(&arguments.after))?);
    if before.column != after.column {
        let message =
            format!("{} has times in {} and {} in {}", arguments.before, before.column, arguments.after, after.column);
        let fault = Diagnostic::error("compare::percentile", message);
        return Err(fault.help("ask both matrices for the same percentiles").into());
    }
    let limit = f64::from(arguments.limit);
    let mut table = Table::new([
        "from_id",
        "to_id",
        "before_min",
        "after_min",
        "saved_min",
        "before_status",
        "after_status",
        "within_before",
        "within_after",
    ]);
    let mut sums = Sums::default();
    let pairs: std::collections::BTreeSet<&(String, String)> = before.times.keys().chain(after.times.keys()).collect();
    for pair in pairs {
        let (old, new) = (before.times.get(pair), after.times.get(pair));
        let minutes = |time: Option<&Time>| time.and_then(|time| time.minutes);
        let (was, is) = (minutes(old), minutes(new));
        let saved = was.zip(is).map(|(was, is)| was - is);
        sums.add(was, is, limit);
        let text = |minutes: Option<f64>| minutes.map_or(String::new(), |minutes| format!("{minutes:.1}"));
        let status = |time: Option<&Time>| time.map_or("not_in_file".to_string(), |time| time.status.clone());
        let within = |minutes: Option<f64>| minutes.is_some_and(|minutes| minutes <= limit).to_string();
        table.push([
            pair.0.clone(),
            pair.1.clone(),
            text(was),
            text(is),
            text(saved),
            status(old),
            status(new),
            within(was),
            within(is),
        ]);
    }
    sums.tell(arguments.limit);
    let number = |column: &str| column.ends_with("_min");
    let text = if arguments.json { pretty(&table.json(number)) } else { table.csv() };
    give(&text, arguments.out.as_deref())?;
    Ok(Ending::Done)
}

/// What all pairs come to.
#[derive(Default)]
struct Sums {
    both: usize,
    saved: f64,
    gained: usize,
    lost: usize,
    shorter: usize,
    longer: usize,
}

impl Sums {
    fn add(&mut self, was: Option<f64>, is: Option<f64>, limit: f64) {
        if let Some((was, is)) = was.zip(is) {
            self.both += 1;
            self.saved += was - is;
            self.shorter += usize::from(is < was);
            self.longer += usize::from(is > was);
        }
        let within = |minutes: Option<f64>| minutes.is_some_and(|minutes| minutes <= limit);
        self.gained += usize::from(!within(was) && within(is));
        self.lost += usize::from(within(was) && !within(is));
    }

    fn tell(&self, limit: u32) {
        let mean = if self.both > 0 { self.saved / self.both as f64 } else { 0.0 };
        say(format_args!(
            "{} pairs with both times: {} shorter, {} longer, {mean:+.2} min saved on average; within {limit} min: {} gained, {} lost",
            self.both, self.shorter, self.longer, self.gained, self.lost
        ));
    }
}

/// A time of a matrix.
struct Time {
    minutes: Option<f64>,
    status: String,
}

/// A matrix as `onehour matrix` writes it, or r5r and r5py: `from_id`, `to_id` and a travel time in minutes.
struct Matrix {
    column: String,
    times: BTreeMap<(String, String), Time>,
}

impl Matrix {
    fn read(path: &Path) -> Result<Self, Failure> {
        let text = std::fs::read(path).map_err(|cause| Error::new("read", path, cause))?;
        let bytes = text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&text);
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(bytes);
        let fault = |line: u64, message: String, help: &str| -> Failure {
            Diagnostic::error("compare::matrix", format!("{}:{line}: {message}", path.display())).help(help).into()
        };
        let header = reader.headers().map_err(|cause| fault(1, cause.to_string(), "write the table as UTF-8"))?.clone();
        let position = |name: &str| header.iter().position(|known| known == name);
        let time = header.iter().position(|known| known.starts_with("travel_time"));
        let (Some(from), Some(to), Some(time)) = (position("from_id"), position("to_id"), time) else {
            let help = "compare tables of `onehour matrix`, with from_id, to_id and travel_time_p50";
            return Err(fault(1, "from_id, to_id or travel_time is not among the columns".to_string(), help));
        };
        let status = position("status");
        let mut times = BTreeMap::new();
        for (at, record) in reader.records().enumerate() {
            let line = at as u64 + 2;
            let record = record.map_err(|cause| fault(line, cause.to_string(), "write the table as UTF-8"))?;
            let field = |at: usize| record.get(at).unwrap_or("").trim();
            let minutes = match field(time) {
                "" | "NA" | "nan" | "NaN" => None,
                text => match text.parse::<f64>() {
                    Ok(minutes) if minutes.is_finite() && minutes >= 0.0 => Some(minutes),
                    _ => return Err(fault(line, format!("\"{text}\" is no time in minutes"), "write minutes, or nothing")),
                },
            };
            let word = if minutes.is_some() { "reached" } else { "unreachable" };
            let status = status.map(field).filter(|status| !status.is_empty()).unwrap_or(word).to_string();
            let pair = (field(from).to_string(), field(to).to_string());
            if times.insert(pair, Time { minutes, status }).is_some() {
                let message = format!("the pair {} → {} stands there twice", field(from), field(to));
                return Err(fault(line, message, "leave one row for each pair"));
            }
        }
        Ok(Matrix { column: header[time].to_string(), times })
    }
}
