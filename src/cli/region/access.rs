//! `onehour access` straight from files: what can be reached from every origin.

use std::path::Path;

use super::arguments::{AccessArguments, CatchmentArgument, DecayArgument};
use super::load::{LocatedPoints, region};
use super::matrix::{announce, ends};
use super::rows::{Sides, each_chunk};
use super::terms::asked;
use crate::cli::{Ending, Failure, give, pretty, say};
use crate::diagnostic::{Diagnostic, nearest_names};
use crate::measure::accessibility::{Decay, cumulative, gravity, interval_mean, time_to, time_to_nearest};
use crate::measure::catchment::{Catchment, Row, modified_two_step, three_step, two_step};
use crate::measure::equity::Distribution;
use crate::output::table::Table;
use crate::search::doors::matrix::{self, MatrixQuestion};
use crate::search::{Direction, Outcome};
use crate::units::Duration;

/// Runs the verb.
pub(crate) fn access(arguments: &AccessArguments) -> Result<Ending, Failure> {
    let asked = asked(&arguments.trip, &arguments.question.mode, !arguments.region.gtfs.is_empty())?;
    let interval = arguments.interval.as_deref().map(interval).transpose()?;
    let region = region(&arguments.region, &arguments.trip, &asked)?;
    let world = region.world(&asked);
    let (origins, destinations) = ends(&world, &region, &arguments.points)?;
    let columns = opportunities(&arguments.opportunities, &destinations)?;
    let catchment = catchment(arguments, &origins, &destinations)?;
    let people = arguments.people.as_deref().map(|name| column(name, &origins, "--people")).transpose()?;
    announce(&origins, &destinations, &asked, &region);
    let percentiles = &arguments.trip.percentiles;
    let question = MatrixQuestion { terms: &asked.terms, window: &asked.window, percentiles, parts: false };
    let measures = Measures { percentiles, columns: &columns, arguments, interval, catchment: catchment.as_ref() };
    let sides = Sides::new(asked.window.direction, &origins, &destinations);
    let values = if asked.window.direction == Direction::Backward || catchment.is_some() {
        // Shares of a supply look at a destination's origins, and the rows of arrivals are those of destinations.
        let mut times = Times::new(origins.points.len(), destinations.points.len(), percentiles.len());
        times.say_size();
        each_chunk(&region, &world, sides, &question, |first, rows| {
            times.set_rows(&rows, |root, far| sides.origin_and_destination(first + root, far));
        });
        measures.of(&times)
    } else {
        // Origins are measured as soon as their rows are there: memory grows with origins and destinations, not with pairs.
        let mut values: Vec<Values> = Vec::new();
        each_chunk(&region, &world, sides, &question, |_, rows| {
            let mut times = Times::new(rows.len(), destinations.points.len(), percentiles.len());
            times.set_rows(&rows, |root, far| (root, far));
            join(&mut values, measures.of(&times));
        });
        values
    };
    let record = region.record("access", &asked, &arguments.trip, &arguments.measures(), &[&origins, &destinations])?;
    let constant = [region.definition(&asked), asked.mode.clone(), record.id()];
    give_table(&table(&values, &origins, &constant), arguments.json, arguments.out.as_deref())?;
    if let (Some(people), Some(file)) = (people, &arguments.equity) {
        give_table(&equity(&values, &people, origins.points.len(), &constant), arguments.json, Some(file))?;
    }
    Ok(Ending::Done)
}

/// Appends the values of further origins.
fn join(values: &mut Vec<Values>, more: Vec<Values>) {
    if values.is_empty() {
        *values = more;
    } else {
        values.iter_mut().zip(more).for_each(|(all, more)| all.of.extend(more.of));
    }
}

fn give_table(table: &Table, json: bool, out: Option<&Path>) -> Result<(), Failure> {
    if !json {
        return give(&table.csv(), out);
    }
    let text = |column: &str| ["id", "measure", "opportunity", "definition", "mode", "run_id", "index"].contains(&column);
    let value = table.json(|column| !text(column));
    give(&pretty(&value), out)
}

/// Outcomes of all pairs at all percentiles.
struct Times {
    n_destinations: usize,
    /// One list for every percentile, origin after origin.
    lists: Vec<Vec<Outcome>>,
}

impl Times {
    fn new(n_origins: usize, n_destinations: usize, n_percentiles: usize) -> Self {
        let untested = Outcome::NotTested(crate::search::Reason::NoStreetInReach);
        Times { n_destinations, lists: vec![vec![untested; n_origins * n_destinations]; n_percentiles] }
    }

    /// Takes rows over; `place` says which origin and which destination the far point of a row belongs to.
    fn set_rows(&mut self, rows: &[matrix::Row], place: impl Fn(usize, usize) -> (usize, usize)) {
        for (root, row) in rows.iter().enumerate() {
            for (far, cell) in row.cells().enumerate() {
                let (origin, destination) = place(root, far);
                for (list, &time) in self.lists.iter_mut().zip(cell.times) {
                    list[origin * self.n_destinations + destination] = time;
                }
            }
        }
    }

    /// Says how much memory the lists take, where that is much.
    fn say_size(&self) {
        let megabytes = (self.lists.iter().map(Vec::len).sum::<usize>() * size_of::<Outcome>()) as f64 / 1e6;
        if megabytes >= 100.0 {
            say(format_args!("the times of all pairs are held at once: {megabytes:.0} MB"));
        }
    }

    fn row(&self, percentile: usize, origin: usize) -> &[Outcome] {
        &self.lists[percentile][origin * self.n_destinations..(origin + 1) * self.n_destinations]
    }

    fn n_origins(&self) -> usize {
        self.lists[0].len().checked_div(self.n_destinations).unwrap_or(0)
    }
}

/// One measure for all origins.
struct Values {
    measure: String,
    opportunity: String,
    percentile: u8,
    cutoff: String,
    /// For every origin the value, if there is one, and the opportunities that could not be tested.
    of: Vec<(Option<f64>, f64)>,
}

/// What is measured, beside the times.
struct Measures<'a> {
    percentiles: &'a [u8],
    columns: &'a [(String, Vec<f64>)],
    arguments: &'a AccessArguments,
    interval: Option<(Duration, Duration)>,
    catchment: Option<&'a Supply>,
}

impl Measures<'_> {
    /// Every measure for the origins whose times these are.
    fn of(&self, times: &Times) -> Vec<Values> {
        let found = Found { times, measures: self };
        let mut all = Vec::new();
        for (at, &percentile) in self.percentiles.iter().enumerate() {
            for (name, amounts) in self.columns {
                found.within_cutoffs(&mut all, at, percentile, name, amounts);
                found.times_to(&mut all, at, percentile, name, amounts);
            }
            if let Some(supply) = self.catchment {
                all.push(found.shares(at, percentile, supply));
            }
        }
        all
    }
}

/// Times with what is measured of them.
struct Found<'a> {
    times: &'a Times,
    measures: &'a Measures<'a>,
}

impl Found<'_> {
    fn each(&self, percentile: usize, value: impl Fn(&[Outcome]) -> (Option<f64>, f64)) -> Vec<(Option<f64>, f64)> {
        (0..self.times.n_origins()).map(|origin| value(self.times.row(percentile, origin))).collect()
    }

    fn within_cutoffs(&self, all: &mut Vec<Values>, at: usize, percentile: u8, name: &str, amounts: &[f64]) {
        let arguments = self.measures.arguments;
        let mut push = |measure: &str, cutoff: String, of: Vec<(Option<f64>, f64)>| {
            all.push(Values { measure: measure.to_string(), opportunity: name.to_string(), percentile, cutoff, of });
        };
        for &minutes in &arguments.cutoffs {
            let cutoff = Duration::from_mins(minutes);
            let of = self.each(at, |row| {
                let found = match arguments.decay.decay(cutoff, arguments.decay_width) {
                    None => cumulative(row, amounts, cutoff),
                    Some(decay) => gravity(row, amounts, decay),
                };
                (Some(found.value), found.untested)
            });
            push(arguments.decay.word(), minutes.to_string(), of);
        }
        if let Some((from, until)) = self.measures.interval {
            let of = self.each(at, |row| {
                let found = interval_mean(row, amounts, from, until);
                (Some(found.value), found.untested)
            });
            push("interval", format!("{}-{}", from.minutes(), until.minutes()), of);
        }
    }

    fn times_to(&self, all: &mut Vec<Values>, at: usize, percentile: u8, name: &str, amounts: &[f64]) {
        let mut push = |measure: String, of: Vec<(Option<f64>, f64)>| {
            all.push(Values { measure, opportunity: name.to_string(), percentile, cutoff: String::new(), of });
        };
        for &amount in &self.measures.arguments.dual {
            let of = self.each(at, |row| {
                let dual = time_to(row, amounts, amount);
                (dual.time.map(Duration::minutes), dual.untested)
            });
            push(format!("minutes_to_{amount}"), of);
        }
        for &k in &self.measures.arguments.nearest {
            let of = self.each(at, |row| {
                let dual = time_to_nearest(row, amounts, k);
                (dual.time.map(Duration::minutes), dual.untested)
            });
            push(format!("minutes_to_nearest_{k}"), of);
        }
    }

    fn shares(&self, at: usize, percentile: u8, supply: &Supply) -> Values {
        let rows: Vec<Row> = (0..self.times.n_origins())
            .map(|origin| {
                let row = self.times.row(at, origin).iter().enumerate();
                row.filter_map(|(destination, time)| Some((destination as u32, time.time()?))).collect()
            })
            .collect();
        let shares = match supply.kind {
            CatchmentArgument::M2sfca => modified_two_step(&rows, &supply.demand, &supply.supply, &supply.catchment),
            CatchmentArgument::ThreeSfca => three_step(&rows, &supply.demand, &supply.supply, &supply.catchment),
            _ => two_step(&rows, &supply.demand, &supply.supply, &supply.catchment),
        };
        Values {
            measure: supply.kind.word().to_string(),
            opportunity: supply.name.clone(),
            percentile,
            cutoff: supply.minutes.to_string(),
            of: shares.access.into_iter().map(|share| (Some(share), 0.0)).collect(),
        }
    }
}

/// What a catchment is made of.
struct Supply {
    kind: CatchmentArgument,
    name: String,
    minutes: u32,
    catchment: Catchment,
    supply: Vec<f64>,
    demand: Vec<f64>,
}

fn catchment(
    arguments: &AccessArguments,
    origins: &LocatedPoints,
    destinations: &LocatedPoints,
) -> Result<Option<Supply>, Failure> {
    let Some(kind) = arguments.catchment else { return Ok(None) };
    let (Some(supply), Some(demand)) = (&arguments.supply, &arguments.demand) else {
        let fault = Diagnostic::error("cli::catchment", "a catchment needs what is supplied and who asks for it");
        return Err(fault
            .help("add --supply and a column of the destinations, and --demand and a column of the origins")
            .into());
    };
    let minutes = arguments.cutoffs.last().copied().unwrap_or(60);
    let limit = Duration::from_mins(minutes);
    let catchment = match kind {
        CatchmentArgument::E2sfca => Catchment::slow_bands(),
        CatchmentArgument::Kd2sfca => Catchment::Gaussian { limit },
        _ => Catchment::Step { limit },
    };
    Ok(Some(Supply {
        kind,
        name: supply.clone(),
        minutes: if kind == CatchmentArgument::E2sfca { 60 } else { minutes },
        catchment,
        supply: column(supply, destinations, "--supply")?,
        demand: column(demand, origins, "--demand")?,
    }))
}

/// The columns of the destinations that are summed: those named, or all; where there is none, every destination counts one.
fn opportunities(named: &[String], destinations: &LocatedPoints) -> Result<Vec<(String, Vec<f64>)>, Failure> {
    let names: Vec<String> = if named.is_empty() { destinations.points.columns.clone() } else { named.to_vec() };
    if names.is_empty() {
        return Ok(vec![("destinations".to_string(), vec![1.0; destinations.points.len()])]);
    }
    names.into_iter().map(|name| Ok((name.clone(), column(&name, destinations, "--opportunities")?))).collect()
}

/// A column of points; a cell left empty counts nothing.
pub(super) fn column(name: &str, points: &LocatedPoints, argument: &str) -> Result<Vec<f64>, Failure> {
    let Some(at) = points.points.columns.iter().position(|known| known == name) else {
        let near = nearest_names(name, points.points.columns.iter().map(String::as_str));
        let help = match (near.is_empty(), points.points.columns.is_empty()) {
            (false, _) => format!("did you mean {}?", near.join(", ")),
            (true, false) => format!("the columns of numbers are {}", points.points.columns.join(", ")),
            (true, true) => "the file has no columns of numbers beside id, lon and lat".to_string(),
        };
        let message = format!("{argument} names \"{name}\", which is no column of numbers of {}", points.name());
        return Err(Diagnostic::error("cli::unknown_column", message).help(help).into());
    };
    let values: Vec<f64> = points.points.values(at).map(|value| value.unwrap_or(0.0)).collect();
    if let Some(at) = values.iter().position(|&value| value < 0.0) {
        let message =
            format!("\"{name}\" of point \"{}\" is {}, and amounts are 0 or more", points.points.id(at), values[at]);
        return Err(Diagnostic::error("cli::negative", message).help("leave out the point, or write 0").into());
    }
    Ok(values)
}

/// `50-70`.
fn interval(text: &str) -> Result<(Duration, Duration), Failure> {
    let ends = text.split_once(['-', '–']).and_then(|(from, until)| {
        let minutes = |text: &str| text.trim().parse().ok().and_then(Duration::from_minutes);
        Some((minutes(from)?, minutes(until)?)).filter(|(from, until)| from < until)
    });
    ends.ok_or_else(|| {
        let fault = Diagnostic::error("cli::interval", format!("\"{text}\" is no interval of minutes"));
        fault.help("write the shorter limit first, as in --interval 50-70").into()
    })
}

fn table(values: &[Values], origins: &LocatedPoints, constant: &[String; 3]) -> Table {
    let header = [
        "id",
        "measure",
        "opportunity",
        "percentile",
        "cutoff",
        "accessibility",
        "untested",
        "definition",
        "mode",
        "run_id",
    ];
    let mut table = Table::new(header);
    for (at, origin) in origins.points.ids().enumerate() {
        for values in values {
            let (value, untested) = values.of[at];
            let usable = origins.located[at].is_usable();
            let value = value.filter(|_| usable).map_or(String::new(), number);
            let [definition, mode, run_id] = constant.clone();
            let first =
                [origin.to_string(), values.measure.clone(), values.opportunity.clone(), values.percentile.to_string()];
            let rest = [values.cutoff.clone(), value, number(untested), definition, mode, run_id];
            table.push(first.into_iter().chain(rest));
        }
    }
    table
}

/// Indices of inequality of every measure over people, where more is better.
fn equity(values: &[Values], people: &[f64], n_origins: usize, constant: &[String; 3]) -> Table {
    let header = [
        "measure",
        "opportunity",
        "percentile",
        "cutoff",
        "index",
        "value",
        "people",
        "origins",
        "definition",
        "mode",
        "run_id",
    ];
    let mut table = Table::new(header);
    for values in values.iter().filter(|values| !values.measure.starts_with("minutes")) {
        let amounts: Vec<f64> = values.of.iter().map(|(value, _)| value.unwrap_or(0.0)).collect();
        let Some(spread) = Distribution::of(&amounts, people) else { continue };
        let indices = [
            ("mean", Some(spread.mean())),
            ("variation", spread.variation()),
            ("gini", spread.gini()),
            ("theil", spread.theil()),
            ("palma_type", spread.palma_type()),
        ];
        for (index, value) in indices {
            let [definition, mode, run_id] = constant.clone();
            let total: f64 = people.iter().sum();
            table.push([
                values.measure.clone(),
                values.opportunity.clone(),
                values.percentile.to_string(),
                values.cutoff.clone(),
                index.to_string(),
                value.map_or(String::new(), |value| format!("{value:.6}")),
                number(total),
                n_origins.to_string(),
                definition,
                mode,
                run_id,
            ]);
        }
    }
    table
}

/// A whole number as such, any other with up to six places.
fn number(value: f64) -> String {
    // An empty sum of floats is −0.
    let text = format!("{:.6}", value + 0.0);
    text.trim_end_matches('0').trim_end_matches('.').to_string()
}

impl AccessArguments {
    /// What is measured, as the record of the run has it.
    fn measures(&self) -> String {
        format!(
            "{:?} {:?} {:?} {} {:?} {:?} {:?} {:?} {:?} {:?} {:?}",
            self.opportunities,
            self.cutoffs,
            self.decay,
            self.decay_width,
            self.interval,
            self.dual,
            self.nearest,
            self.catchment,
            self.supply,
            self.demand,
            self.people
        )
    }
}

impl DecayArgument {
    /// The word of the column `measure`.
    fn word(self) -> &'static str {
        match self {
            DecayArgument::Step => "cumulative",
            DecayArgument::Linear => "linear",
            DecayArgument::Exponential => "exponential",
            DecayArgument::Logistic => "logistic",
            DecayArgument::Gaussian => "gaussian",
            DecayArgument::Power => "power",
        }
    }

    /// The decay at a cutoff; `None` for plain counting.
    fn decay(self, cutoff: Duration, width: u32) -> Option<Decay> {
        let width = Duration::from_mins(width);
        let half = Duration::from_deciseconds(width.deciseconds() / 2);
        match self {
            DecayArgument::Step => None,
            DecayArgument::Linear => Some(Decay::Linear { from: cutoff.saturating_sub(half), until: cutoff + half }),
            DecayArgument::Exponential => Some(Decay::Exponential { half_life: cutoff }),
            DecayArgument::Logistic => Some(Decay::Logistic { cutoff, standard_deviation: width }),
            DecayArgument::Gaussian => Some(Decay::Gaussian { standard_deviation: cutoff }),
            DecayArgument::Power => Some(Decay::InversePower { exponent: 1.0 }),
        }
    }
}

impl CatchmentArgument {
    fn word(self) -> &'static str {
        match self {
            CatchmentArgument::TwoSfca => "2sfca",
            CatchmentArgument::E2sfca => "e2sfca",
            CatchmentArgument::Kd2sfca => "kd2sfca",
            CatchmentArgument::M2sfca => "m2sfca",
            CatchmentArgument::ThreeSfca => "3sfca",
        }
    }
}
