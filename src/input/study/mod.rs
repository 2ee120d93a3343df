//! `study.toml`: which files, scenarios, definitions and outputs (`docs/formats.md` §2).

mod reader;

use std::path::PathBuf;

use jiff::civil::Date;

pub use reader::{parse, read};

use super::vocabulary::*;
use crate::diagnostic::Span;
use crate::units::{Distance, Duration, TimeOfDay};

/// A study as written, with paths already relative to the working directory.
#[derive(Debug, Clone)]
pub struct Study {
    /// Short id; names the output folder.
    pub id: String,
    /// Title.
    pub title: Name,
    /// Seed of everything random.
    pub seed: u64,
    /// Network files; none where the study is of streets alone.
    pub networks: Vec<PathBuf>,
    /// Streets from OpenStreetMap: the study is answered at street level.
    pub streets: Option<StreetsSpec>,
    /// What runs on them.
    pub timetables: Option<TimetablesSpec>,
    /// `places.csv`.
    pub places: PathBuf,
    /// `groups.csv`.
    pub groups: Option<PathBuf>,
    /// `centres.csv`.
    pub centres: Option<PathBuf>,
    /// `outlines.geojson`.
    pub outlines: Option<PathBuf>,
    /// `projects.toml`.
    pub projects: Option<PathBuf>,
    /// `targets.toml`.
    pub targets: Option<PathBuf>,
    /// Parameter files; later ones may not repeat keys of earlier ones.
    pub parameters: Vec<PathBuf>,
    /// `observations.csv`.
    pub observations: Option<PathBuf>,
    /// `claims.csv`.
    pub claims: Option<PathBuf>,
    /// The population grid.
    pub cells: Option<CellsSpec>,
    /// Scenarios in order; ids unique, bases earlier in the list.
    pub scenarios: Vec<ScenarioSpec>,
    /// Definitions in order; ids unique.
    pub definitions: Vec<Definition>,
    /// What `run` draws.
    pub output: OutputSpec,
}

/// Where the population grid is and how it is spaced.
#[derive(Debug, Clone, PartialEq)]
pub struct CellsSpec {
    /// The file.
    pub file: PathBuf,
    /// Spacing in degrees of longitude.
    pub step_lon: f64,
    /// Spacing in degrees of latitude.
    pub step_lat: f64,
}

/// Streets of a study: files of OpenStreetMap and how to read them.
#[derive(Debug, Clone, PartialEq)]
pub struct StreetsSpec {
    /// PBF or XML files, at least one.
    pub osm: Vec<PathBuf>,
    /// The shipped speeds.
    pub region: StreetRegion,
    /// Profiles of the user's own, each in place of the shipped one of its mode.
    pub profiles: Vec<PathBuf>,
    /// A place farther than this from any street is not tested.
    pub snap_limit: Distance,
    /// The `[streets]` header.
    pub span: Span,
}

/// Timetables of a study.
#[derive(Debug, Clone, PartialEq)]
pub struct TimetablesSpec {
    /// GTFS feeds, zip files or folders; none where all that runs is in the network files.
    pub gtfs: Vec<PathBuf>,
    /// The day of the feeds that stands for the day of every scenario: the feeds of today say nothing of a date far ahead.
    pub date: Date,
    /// The time zone of all times of day by its IANA name; without it, that of the feeds.
    pub zone: Option<String>,
    /// How many timetables are drawn for lines that run by headway; 1 to 1000.
    pub draws: u32,
    /// The `[timetables]` header.
    pub span: Span,
}

/// One scenario: a date and a choice of projects.
#[derive(Debug, Clone)]
pub struct ScenarioSpec {
    /// Id.
    pub id: String,
    /// Name.
    pub name: Name,
    /// The day whose network it is.
    pub date: Date,
    /// A scenario whose projects are included.
    pub base: Option<String>,
    /// Project ids added.
    pub projects: Vec<String>,
    /// Projects of these statuses added.
    pub with_status: Vec<Status>,
    /// Projects of these verbs added.
    pub with_verb: Vec<String>,
    /// Project ids taken out again.
    pub without: Vec<String>,
    /// Where it stands.
    pub span: Span,
}

/// What a travel time counts: a rung of the definition ladder (METHOD §1.5).
#[derive(Debug, Clone, PartialEq)]
pub struct Definition {
    /// Id, e.g. `V5`.
    pub id: String,
    /// Name.
    pub name: Name,
    /// One sentence: what the clock includes.
    pub meaning: Name,
    /// Where the clock starts and ends.
    pub ends: Ends,
    /// What it counts, without repetition.
    pub components: Vec<Component>,
    /// The run time of the k-th fastest train of the window counts; at least 1.
    pub train_rank: u32,
    /// Which trains are considered.
    pub window: Window,
    /// Road speeds.
    pub period: Period,
    /// Whether travellers turn up without reservation, and wait.
    pub spontaneous: bool,
    /// What it asks of timetables.
    pub on_timetables: OnTimetables,
}

/// What a definition asks of timetables, beside its window; a network of stopping patterns does not heed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OnTimetables {
    /// The travel time that counts: of the departures of the window, so many per cent arrive at least as soon; 1 to 99.
    pub percentile: u8,
    /// Most rides of a journey, at least 1.
    pub max_rides: u32,
    /// The longest journey that is looked for.
    pub max_trip: Duration,
}

impl Default for OnTimetables {
    /// The median, four rides, four hours.
    fn default() -> Self {
        OnTimetables { percentile: 50, max_rides: 4, max_trip: Duration::from_mins(240) }
    }
}

impl Definition {
    /// Whether `component` is counted.
    pub fn counts(&self, component: Component) -> bool {
        self.components.contains(&component)
    }
}

/// A part of the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// Begin, inclusive.
    pub from: TimeOfDay,
    /// End, inclusive, after the begin.
    pub to: TimeOfDay,
    /// What must lie in it.
    pub of: WindowOf,
}

/// What `run` draws.
#[derive(Debug, Clone, PartialEq)]
pub struct OutputSpec {
    /// Origin of the isochrone maps: a place id.
    pub isochrone_from: String,
    /// Definition id of the maps.
    pub isochrone_definition: String,
    /// Mode of the maps.
    pub isochrone_mode: Mode,
    /// Upper bounds of the time bands in minutes, ascending.
    pub bands_min: Vec<u32>,
    /// Scenario ids that are compared, first the base.
    pub compare: Vec<String>,
    /// Source line of every map and chart.
    pub attribution: String,
}
