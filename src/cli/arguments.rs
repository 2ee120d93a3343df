//! The arguments of every verb.

use std::num::NonZeroUsize;
use std::ops::RangeInclusive;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum, value_parser};

use super::region::arguments::{AccessArguments, PointArguments, RegionArguments, TripArguments};
use crate::geo::china::Datum;
use crate::input::vocabulary::{LineMode, LinkClass, Mode, Terrain};

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
    /// The arguments that all verbs share which ask a study.
    pub fn common(&self) -> Option<&Common> {
        Some(match &self.verb {
            None => &self.run.common,
            Some(Verb::Run(run)) => &run.common,
            Some(Verb::Check(check)) => &check.common,
            Some(Verb::Verdict(verdict)) => &verdict.common,
            Some(Verb::Isochrone(isochrone)) => &isochrone.common,
            Some(Verb::Matrix(matrix)) => &matrix.common,
            Some(Verb::Access(access)) => &access.common,
            Some(Verb::Compare(compare)) => &compare.common,
            Some(Verb::Route(route)) => &route.common,
            Some(Verb::Import(_) | Verb::Init(_) | Verb::Cells(_)) => return None,
        })
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
    /// Writes a commented study with a tiny example that runs as it stands.
    #[command(after_help = "Example:\n  onehour init my-region")]
    Init(InitArguments),
    /// Makes squares or hexagons with the people of a GeoTIFF or of points in them, as CSV.
    #[command(after_help = "Example:\n  onehour cells people.tif --bounds 8.5,49.3,8.8,49.5 --step 500 --out cells.csv")]
    Cells(CellsArguments),
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
    /// Turns lines, roads and points of other tools (KML, KMZ, GeoJSON, shapefile, GeoPackage, CSV, Excel) into files of a study.
    #[command(
        after_help = "Example:\n  onehour import plan.kmz --mode hsr --datum gcj02 --near places.csv --out networks/plan.xml"
    )]
    Import(ImportArguments),
}

/// Arguments of every verb that asks a study.
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
pub(super) const MINUTES: RangeInclusive<i64> = 1..=1440;

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
    /// The mode: car, feeder, transit or best; without it, the one of the study's maps. Straight from files: walk, bicycle, ebike, car,
    /// taxi and transit, separated by commas.
    #[arg(long, value_name = "MODE", value_delimiter = ',')]
    pub mode: Vec<String>,
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
    /// Which files.
    #[command(flatten)]
    pub region: RegionArguments,
    /// Points that are compared with the streets.
    #[command(flatten)]
    pub points: PointArguments,
    /// Straight from files: the service day that the timetables are asked for, as 2019-05-13.
    #[arg(long, value_name = "DATE")]
    pub date: Option<String>,
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
    /// Which files.
    #[command(flatten)]
    pub region: RegionArguments,
    /// Origins and destinations.
    #[command(flatten)]
    pub points: PointArguments,
    /// Which journeys.
    #[command(flatten)]
    pub trip: TripArguments,
    /// Straight from files: how people travel, walk, bicycle, ebike, car, taxi and transit, separated by commas.
    #[arg(long, value_name = "MODE", value_delimiter = ',')]
    pub mode: Vec<String>,
    /// Straight from files: the limit in minutes.
    #[arg(long, value_name = "MIN", default_value_t = 60, value_parser = value_parser!(u32).range(MINUTES))]
    pub limit: u32,
    /// Straight from files: the share of the people of the origins that has to be within the limit of every destination, in per
    /// cent; without it, all origins.
    #[arg(long, value_name = "PERCENT", value_parser = value_parser!(u8).range(1..=100))]
    pub share: Option<u8>,
    /// Straight from files: the column of the origins with people; without it, every origin counts one.
    #[arg(long, value_name = "COLUMN")]
    pub people: Option<String>,
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
    /// Which files.
    #[command(flatten)]
    pub region: RegionArguments,
    /// Which journeys.
    #[command(flatten)]
    pub trip: TripArguments,
    /// Straight from files: the step of the grid in metres.
    #[arg(long, value_name = "M", default_value_t = 100, value_parser = value_parser!(u32).range(10..=5000))]
    pub step: u32,
    /// Straight from files: how far beside a street one gets, in metres.
    #[arg(long, value_name = "M", default_value_t = 200, value_parser = value_parser!(u32).range(10..=5000))]
    pub beside: u32,
    /// Upper bounds of the bands in minutes; without it, those of the study's maps.
    #[arg(long, alias = "cutoffs", value_name = "MIN", value_delimiter = ',', value_parser = value_parser!(u32).range(MINUTES))]
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
    /// Which files.
    #[command(flatten)]
    pub region: RegionArguments,
    /// Origins and destinations.
    #[command(flatten)]
    pub points: PointArguments,
    /// Which journeys.
    #[command(flatten)]
    pub trip: TripArguments,
    /// Straight from files: adds the components of the journey at the first percentile.
    #[arg(long)]
    pub breakdown: bool,
    /// A file for the table instead of standard output.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Prints JSON: an array with one object a row.
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `cells`.
#[derive(Debug, Args)]
pub struct CellsArguments {
    /// Where people are: a GeoTIFF grid, or points (CSV, GeoJSON, GeoPackage, shapefile).
    #[arg(value_name = "FILE")]
    pub people: PathBuf,
    /// The column of the points with people; without it, every point counts one.
    #[arg(long, value_name = "COLUMN")]
    pub column: Option<String>,
    /// Only what lies between west, south, east and north.
    #[arg(long, value_name = "W,S,E,N", value_delimiter = ',', allow_hyphen_values = true)]
    pub bounds: Vec<f64>,
    /// Side of the squares in metres.
    #[arg(long, value_name = "M", default_value_t = 1000, value_parser = value_parser!(u32).range(10..=100_000))]
    pub step: u32,
    /// Hexagons of H3 of this resolution instead of squares.
    #[arg(long, value_name = "N", conflicts_with = "step")]
    pub h3: Option<u8>,
    /// Makes cells without people too: over the bounds, or the hull of the points.
    #[arg(long)]
    pub empty: bool,
    /// A file for the table instead of standard output.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

/// Arguments of `init`.
#[derive(Debug, Args)]
pub struct InitArguments {
    /// The folder of the new study; it is made.
    #[arg(value_name = "FOLDER")]
    pub folder: PathBuf,
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
    /// Which files.
    #[command(flatten)]
    pub region: RegionArguments,
    /// Which journeys.
    #[command(flatten)]
    pub trip: TripArguments,
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

/// What an import makes of what is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ImportAs {
    /// Lines with their stations: a network file.
    Line,
    /// Roads: a network file of nodes and links.
    Road,
    /// Points: a table of id, name, lon, lat and note.
    Point,
}

/// A datum by the word of the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DatumArgument {
    /// WGS-84 or CGCS2000.
    Wgs84,
    /// GCJ-02: web maps in China, such as Ovital by default, Amap and Tencent.
    Gcj02,
    /// BD-09: maps of Baidu.
    Bd09,
}

impl From<DatumArgument> for Datum {
    fn from(datum: DatumArgument) -> Datum {
        match datum {
            DatumArgument::Wgs84 => Datum::Wgs84,
            DatumArgument::Gcj02 => Datum::Gcj02,
            DatumArgument::Bd09 => Datum::Bd09,
        }
    }
}

/// One of the words of a vocabulary of the files.
fn word<T: Copy>(text: &str, all: &[T], word_of: fn(T) -> &'static str) -> Result<T, String> {
    let found = all.iter().copied().find(|&value| word_of(value) == text);
    found.ok_or_else(|| {
        format!("write one of: {}", all.iter().map(|&value| word_of(value)).collect::<Vec<&str>>().join(", "))
    })
}

fn line_mode(text: &str) -> Result<LineMode, String> {
    word(text, LineMode::ALL, LineMode::word)
}

fn link_class(text: &str) -> Result<LinkClass, String> {
    word(text, LinkClass::ALL, LinkClass::word)
}

fn terrain(text: &str) -> Result<Terrain, String> {
    word(text, Terrain::ALL, Terrain::word)
}

/// Arguments of `import`.
#[derive(Debug, Args)]
pub struct ImportArguments {
    /// What is drawn or listed: .kml, .kmz, .geojson, .shp, .gpkg, .csv, .xlsx or .xls.
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// What to make of it.
    #[arg(long = "as", value_enum, default_value = "line")]
    pub what: ImportAs,
    /// What runs on the lines: hsr, rail, suburban, metro, bus or air; required for lines.
    #[arg(long, value_parser = line_mode)]
    pub mode: Option<LineMode>,
    /// The datum of the coordinates; they are converted to WGS-84.
    #[arg(long, value_enum, default_value = "wgs84")]
    pub datum: DatumArgument,
    /// Places with known WGS-84 coordinates (CSV with a name, lon and lat, or any file that can be imported): points of the same
    /// names tell whether the datum is right.
    #[arg(long, value_name = "FILE")]
    pub near: Option<PathBuf>,
    /// How far from a line a point may be drawn to be its station, in metres; 1000 for lines and 100 for roads if not given.
    #[arg(long, value_name = "M", value_parser = value_parser!(u32).range(1..=20_000))]
    pub reach: Option<u32>,
    /// The class of the roads, as in network files; required for roads.
    #[arg(long, value_parser = link_class)]
    pub class: Option<LinkClass>,
    /// The terrain of the roads: plain or mountain; required for roads.
    #[arg(long, value_parser = terrain)]
    pub terrain: Option<Terrain>,
    /// The number of the roads, such as G5; required for expressways.
    #[arg(long = "ref", value_name = "NUMBER")]
    pub reference: Option<String>,
    /// The posted limit of the roads in km/h; required for expressways.
    #[arg(long, value_name = "KMH", value_parser = value_parser!(u32).range(1..=200))]
    pub limit: Option<u32>,
    /// A file for the result instead of standard output.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}
