//! The arguments of every verb.

use std::num::NonZeroUsize;
use std::ops::RangeInclusive;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum, value_parser};

use crate::input::vocabulary::Mode;

/// Does a city cluster's 1-hour circle hold, today and with its planned projects?
///
/// Without a verb, runs the shipped study: verdicts on the screen, tables, maps and charts under output/.
#[derive(Debug, Parser)]
#[command(name = "onehour", version, subcommand_negates_reqs = true, args_conflicts_with_subcommands = true)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub verb: Option<Verb>,
    /// Arguments of `run`, where no verb is given.
    #[command(flatten)]
    pub run: RunArguments,
}

impl Arguments {
    /// The arguments that all verbs share.
    pub fn common(&self) -> &Common {
        match &self.verb {
            None => &self.run.common,
            Some(Verb::Run(run)) => &run.common,
            Some(Verb::Check(check)) => &check.common,
            Some(Verb::Verdict(verdict)) => &verdict.common,
            Some(Verb::Isochrone(isochrone)) => &isochrone.common,
            Some(Verb::Matrix(matrix)) => &matrix.common,
            Some(Verb::Access(access)) => &access.common,
            Some(Verb::Compare(compare)) => &compare.common,
            Some(Verb::Route(route)) => &route.common,
        }
    }
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Tests every target in every scenario, and draws the maps and charts.
    #[command(after_help = "Example:\n  onehour run --out output/mine")]
    Run(RunArguments),
    /// Reads all inputs and says what is wrong or doubtful with them.
    #[command(after_help = "Example:\n  onehour check")]
    Check(CheckArguments),
    /// Tests targets; ends with exit code 1 when one fails.
    #[command(after_help = "Example:\n  onehour verdict --scenario S1 --target A1")]
    Verdict(VerdictArguments),
    /// Gives the isobands from a place as GeoJSON.
    #[command(
        after_help = "Example:\n  onehour isochrone 140100 --scenario S1 --bands 30,60,90 --out output/isochrone.geojson"
    )]
    Isochrone(IsochroneArguments),
    /// Gives travel times between places as CSV.
    #[command(after_help = "Example:\n  onehour matrix --scenario S1 --definition V5 --mode best --out output/matrix.csv")]
    Matrix(MatrixArguments),
    /// Gives what can be reached: opportunities within minutes, catchments, and how evenly they are shared, as CSV.
    #[command(
        after_help = "Example:\n  onehour access --osm city.osm.pbf --gtfs feed.zip --origins cells.csv --destinations jobs.csv --mode walk,transit --departure 2019-05-13T08:00 --window 60 --cutoffs 30,60"
    )]
    Access(AccessArguments),
    /// Compares two scenarios: minutes saved, people gained and lost, and by which projects.
    #[command(after_help = "Example:\n  onehour compare S0 S2-plan")]
    Compare(CompareArguments),
    /// Explains one journey leg by leg, beside the same journey in the first scenario.
    #[command(after_help = "Example:\n  onehour route 140100 141100 --scenario S2-plan")]
    Route(RouteArguments),
}

/// Arguments of every verb.
#[derive(Debug, Args)]
pub struct Common {
    /// The study file; without it, the one that seeds/default.toml names.
    #[arg(long, value_name = "FILE")]
    pub study: Option<PathBuf>,
    /// How many threads to use; results do not depend on it.
    #[arg(long, value_name = "N")]
    pub threads: Option<NonZeroUsize>,
    /// Switches a project on in the scenarios asked for; may be repeated.
    #[arg(long, value_name = "PROJECT")]
    pub with: Vec<String>,
    /// Switches a project off in the scenarios asked for; may be repeated.
    #[arg(long, value_name = "PROJECT")]
    pub without: Vec<String>,
}

/// The limits that can be asked for, in minutes, as in the study file.
const MINUTES: RangeInclusive<i64> = 1..=1440;

/// An end of a journey as written. Longitudes west of Greenwich begin with a hyphen, names do not: those are misspelt options.
fn end(text: &str) -> Result<String, String> {
    let western = text.strip_prefix('-').is_none_or(|rest| rest.starts_with(|c: char| c.is_ascii_digit() || c == '.'));
    if western {
        Ok(text.to_string())
    } else {
        Err("there is no such option, and no place begins with a hyphen".to_string())
    }
}

/// Which network and which travel time a verb asks for.
#[derive(Debug, Args)]
pub struct Question {
    /// The scenario; without it, the first of the study.
    #[arg(long, value_name = "ID")]
    pub scenario: Option<String>,
    /// The definition; without it, the one of the study's maps.
    #[arg(long, value_name = "ID")]
    pub definition: Option<String>,
    /// The mode; without it, the one of the study's maps.
    #[arg(long)]
    pub mode: Option<ModeArgument>,
}

/// Which mode of travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ModeArgument {
    /// Private car.
    Car,
    /// Public transport with car and taxi as feeders.
    Feeder,
    /// Public transport only.
    Transit,
    /// Whichever is fastest.
    Best,
}

impl From<ModeArgument> for Mode {
    fn from(mode: ModeArgument) -> Mode {
        match mode {
            ModeArgument::Car => Mode::Car,
            ModeArgument::Feeder => Mode::Feeder,
            ModeArgument::Transit => Mode::Transit,
            ModeArgument::Best => Mode::Best,
        }
    }
}

/// Arguments of `run`.
#[derive(Debug, Args)]
pub struct RunArguments {
    /// Arguments of every verb.
    #[command(flatten)]
    pub common: Common,
    /// The folder for results; without it, output/ and the id of the study.
    #[arg(long, value_name = "FOLDER")]
    pub out: Option<PathBuf>,
    /// Only this scenario; may be repeated.
    #[arg(long, value_name = "ID")]
    pub scenario: Vec<String>,
    /// Only targets of this definition; may be repeated.
    #[arg(long, value_name = "ID")]
    pub definition: Vec<String>,
    /// Prints the verdicts as JSON instead of tables.
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `check`.
#[derive(Debug, Args)]
pub struct CheckArguments {
    /// Arguments of every verb.
    #[command(flatten)]
    pub common: Common,
    /// Only this scenario; may be repeated.
    #[arg(long, value_name = "ID")]
    pub scenario: Vec<String>,
    /// A file for the findings instead of standard output.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Prints the findings as JSON.
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `verdict`.
#[derive(Debug, Args)]
pub struct VerdictArguments {
    /// Arguments of every verb.
    #[command(flatten)]
    pub common: Common,
    /// Only this scenario; may be repeated.
    #[arg(long, value_name = "ID")]
    pub scenario: Vec<String>,
    /// Only targets of this definition; may be repeated.
    #[arg(long, value_name = "ID")]
    pub definition: Vec<String>,
    /// Only this target; may be repeated.
    #[arg(long, value_name = "ID")]
    pub target: Vec<String>,
    /// A file for the verdicts instead of standard output.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Prints JSON: an array with one object per target and relation.
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `isochrone`.
#[derive(Debug, Args)]
pub struct IsochroneArguments {
    /// Arguments of every verb.
    #[command(flatten)]
    pub common: Common,
    /// The origin: a place, a stop, or lon,lat; without it, the one of the study's maps.
    #[arg(allow_hyphen_values = true, value_parser = end)]
    pub from: Option<String>,
    /// Which network and which travel time.
    #[command(flatten)]
    pub question: Question,
    /// Upper bounds of the bands in minutes; without it, those of the study's maps.
    #[arg(long, value_name = "MIN", value_delimiter = ',', value_parser = value_parser!(u32).range(MINUTES))]
    pub bands: Vec<u32>,
    /// A file for the GeoJSON instead of standard output.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Prints a summary (area and people of each band) as JSON instead of the shapes.
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `matrix`.
#[derive(Debug, Args)]
pub struct MatrixArguments {
    /// Arguments of every verb.
    #[command(flatten)]
    pub common: Common,
    /// An origin; may be repeated; without it, all centres and units.
    #[arg(long, value_name = "PLACE", allow_hyphen_values = true, value_parser = end)]
    pub from: Vec<String>,
    /// A destination; may be repeated; without it, all centres and units.
    #[arg(long, value_name = "PLACE", allow_hyphen_values = true, value_parser = end)]
    pub to: Vec<String>,
    /// Which network and which travel time.
    #[command(flatten)]
    pub question: Question,
    /// A file for the table instead of standard output.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Prints JSON: an array with one object a row.
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `access`.
#[derive(Debug, Args)]
pub struct AccessArguments {
    /// Arguments of every verb.
    #[command(flatten)]
    pub common: Common,
    /// Which files.
    #[command(flatten)]
    pub region: RegionArguments,
    /// Origins and destinations.
    #[command(flatten)]
    pub points: PointArguments,
    /// Which journeys.
    #[command(flatten)]
    pub trip: TripArguments,
    /// A column of numbers of the destinations; may be repeated; without it, all of them.
    #[arg(long, value_name = "COLUMN", value_delimiter = ',')]
    pub opportunities: Vec<String>,
    /// Limits in minutes.
    #[arg(long, value_name = "MIN", value_delimiter = ',', default_value = "60", value_parser = value_parser!(u32).range(MINUTES))]
    pub cutoffs: Vec<u32>,
    /// How the weight of an opportunity falls with time: step counts, exponential has its half-life at the cutoff, gaussian its
    /// standard deviation, power is 1/t.
    #[arg(long, value_name = "NAME", default_value = "step")]
    pub decay: DecayArgument,
    /// Width of the linear decay, or standard deviation of the logistic one, in minutes.
    #[arg(long, value_name = "MIN", default_value_t = 10, value_parser = value_parser!(u32).range(MINUTES))]
    pub decay_width: u32,
    /// The mean over all limits between two, as in 50-70.
    #[arg(long, value_name = "MIN-MIN")]
    pub interval: Option<String>,
    /// Minutes until so many opportunities are reached.
    #[arg(long, value_name = "AMOUNT", value_delimiter = ',')]
    pub dual: Vec<f64>,
    /// Minutes to the k-th nearest destination that has any.
    #[arg(long, value_name = "K", value_delimiter = ',')]
    pub nearest: Vec<usize>,
    /// Supply per head by floating catchments, within the last of the cutoffs.
    #[arg(long, value_name = "KIND")]
    pub catchment: Option<CatchmentArgument>,
    /// The column of the destinations with what is supplied.
    #[arg(long, value_name = "COLUMN")]
    pub supply: Option<String>,
    /// The column of the origins with those who ask for it.
    #[arg(long, value_name = "COLUMN")]
    pub demand: Option<String>,
    /// The column of the origins with the people over whom inequality is measured.
    #[arg(long, value_name = "COLUMN", requires = "equity")]
    pub people: Option<String>,
    /// A file for the indices of inequality.
    #[arg(long, value_name = "FILE", requires = "people")]
    pub equity: Option<PathBuf>,
    /// A file for the table instead of standard output.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Prints JSON: an array with one object a row.
    #[arg(long)]
    pub json: bool,
}

/// How opportunities lose weight with time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DecayArgument {
    /// All or nothing.
    Step,
    /// Straight.
    Linear,
    /// Halved at the cutoff.
    Exponential,
    /// S-shaped around the cutoff.
    Logistic,
    /// Bell-shaped.
    Gaussian,
    /// The inverse of the time.
    Power,
}

/// Which kind of floating catchment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CatchmentArgument {
    /// Two steps.
    #[value(name = "2sfca")]
    TwoSfca,
    /// Two steps with bands of 15, 30 and 60 minutes.
    #[value(name = "e2sfca")]
    E2sfca,
    /// Two steps with a Gaussian.
    #[value(name = "kd2sfca")]
    Kd2sfca,
    /// Modified two steps.
    #[value(name = "m2sfca")]
    M2sfca,
    /// Three steps.
    #[value(name = "3sfca")]
    ThreeSfca,
}

/// Arguments of `compare`.
#[derive(Debug, Args)]
pub struct CompareArguments {
    /// Arguments of every verb.
    #[command(flatten)]
    pub common: Common,
    /// The scenario that is compared with.
    pub before: String,
    /// The scenario that is compared; --with and --without change this one.
    pub after: String,
    /// The definition; without it, the one of the study's maps.
    #[arg(long, value_name = "ID")]
    pub definition: Option<String>,
    /// The mode; without it, the one of the study's maps.
    #[arg(long)]
    pub mode: Option<ModeArgument>,
    /// The place whose circle is compared; without it, the one of the study's maps.
    #[arg(long, value_name = "PLACE")]
    pub to: Option<String>,
    /// The limit in minutes.
    #[arg(long, value_name = "MIN", default_value_t = 60, value_parser = value_parser!(u32).range(MINUTES))]
    pub limit: u32,
    /// A file for the table instead of standard output (.csv, or .json with --json).
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Prints JSON.
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `route`.
#[derive(Debug, Args)]
pub struct RouteArguments {
    /// Arguments of every verb.
    #[command(flatten)]
    pub common: Common,
    /// The origin: a place, a stop, or lon,lat.
    #[arg(allow_hyphen_values = true, value_parser = end)]
    pub from: String,
    /// The destination: a place, a stop, or lon,lat.
    #[arg(allow_hyphen_values = true, value_parser = end)]
    pub to: String,
    /// Which network and which travel time.
    #[command(flatten)]
    pub question: Question,
    /// How many ways by road to show when the journey is by car.
    #[arg(long, value_name = "N", default_value_t = 3)]
    pub alternatives: usize,
    /// A file for the result instead of standard output.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Prints one JSON object.
    #[arg(long)]
    pub json: bool,
}
