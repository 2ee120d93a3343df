//! `onehour access` straight from files: what can be reached from every origin.

use std::path::Path;

use super::arguments::{AccessArguments, CatchmentArgument, DecayArgument};
use super::load::{LocatedPoints, region};
use super::matrix::{announce, ends};
use super::measured::{Supply, Values, Wanted};
use super::prepare::prepare;
use super::rows::{Sides, each_chunk};
use super::terms::asked;
use crate::cli::{Ending, Failure, give, pretty, say};
use crate::diagnostic::{Diagnostic, nearest_names};
use crate::measure::accessibility::Decay;
use crate::measure::batch::Measure;
use crate::measure::catchment::{Catchment, Kind};
use crate::measure::equity::Distribution;
use crate::output::table::Table;
use crate::search::Direction;
use crate::search::doors::lanes::StreetLanes;
use crate::search::doors::matrix::MatrixQuestion;
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
    let measures = measures(arguments, interval);
    let wanted = Wanted { percentiles, columns: &columns, measures, supply: catchment.as_ref() };
    let sides = Sides::new(asked.window.direction, &origins, &destinations);
    prepare(&world, &sides.roots.located, &asked.terms, asked.window.direction, region.cache());
    let values = match StreetLanes::new(&world, &asked.terms) {
        Some(lanes) => wanted.in_lanes(&lanes, &origins.located, &destinations.located),
        None => {
            say_size(&wanted, asked.window.direction, origins.points.len(), destinations.points.len());
            let mut values = wanted.taking_rows(origins.points.len(), asked.window.direction);
            each_chunk(&world, sides, &question, |first, rows| {
                values.take(first, &rows);
                Ok(true)
            })?;
            values.finish()
        }
    };
    let record = region.record("access", &asked, &arguments.trip, &arguments.measures(), &[&origins, &destinations])?;
    let constant = [region.definition(&asked), asked.mode.clone(), record.id()];
    give_table(&table(&values, &origins, &constant), arguments.json, arguments.out.as_deref())?;
    if let (Some(people), Some(file)) = (people, &arguments.equity) {
        give_table(&equity(&values, &people, origins.points.len(), &constant), arguments.json, Some(file))?;
    }
    Ok(Ending::Done)
}

/// Says how much memory times of pairs may take, where they are kept and that is much: catchments keep those within the catchment, each as
/// the number of a destination and a time; times to an amount those that may decide it, where journeys are searched from destinations.
fn say_size(wanted: &Wanted, direction: Direction, n_origins: usize, n_destinations: usize) {
    let is_dual = |(_, _, measure): &&(String, String, Measure)| matches!(measure, Measure::Within(_));
    let n_dual = wanted.measures.iter().filter(is_dual).count() * wanted.columns.len();
    let dual = if direction == Direction::Backward { n_dual * size_of::<(Duration, f64)>() } else { 0 };
    let each = dual + wanted.supply.map_or(0, |_| size_of::<(u32, Duration)>());
    let megabytes = (n_origins * n_destinations) as f64 * (each * wanted.percentiles.len()) as f64 / 1e6;
    if megabytes >= 100.0 {
        say(format_args!("times that decide catchments and times to amounts are kept: at most {megabytes:.0} MB"));
    }
}

/// What is asked of every column of opportunities, in the order of the table: sums by limit, then times.
fn measures(arguments: &AccessArguments, interval: Option<(Duration, Duration)>) -> Vec<(String, String, Measure)> {
    let within = |&minutes: &u32| {
        let cutoff = Duration::from_mins(minutes);
        let decay = arguments.decay.decay(cutoff, arguments.decay_width);
        let measure = decay.map_or(Measure::Cumulative(cutoff), Measure::Gravity);
        (arguments.decay.word().to_string(), minutes.to_string(), measure)
    };
    let mean = interval.map(|(from, until)| {
        let cutoffs = format!("{}-{}", from.minutes(), until.minutes());
        ("interval".to_string(), cutoffs, Measure::Gravity(Decay::Linear { from, until }))
    });
    let to = |&amount: &f64| (format!("minutes_to_{amount}"), String::new(), Measure::Within(amount));
    let nearest = |&k: &usize| (format!("minutes_to_nearest_{k}"), String::new(), Measure::Nearest(k));
    let sums = arguments.cutoffs.iter().map(within).chain(mean);
    sums.chain(arguments.dual.iter().map(to)).chain(arguments.nearest.iter().map(nearest)).collect()
}

fn give_table(table: &Table, json: bool, out: Option<&Path>) -> Result<(), Failure> {
    if !json {
        return give(&table.csv(), out);
    }
    let text = |column: &str| ["id", "measure", "opportunity", "definition", "mode", "run_id", "index"].contains(&column);
    let value = table.json(|column| !text(column));
    give(&pretty(&value), out)
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
        kind: kind.kind(),
        word: kind.word(),
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
    fn kind(self) -> Kind {
        match self {
            CatchmentArgument::M2sfca => Kind::Modified,
            CatchmentArgument::ThreeSfca => Kind::ThreeStep,
            CatchmentArgument::TwoSfca | CatchmentArgument::E2sfca | CatchmentArgument::Kd2sfca => Kind::TwoStep,
        }
    }

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
