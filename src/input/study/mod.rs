//! `study.toml`: which files, scenarios, definitions and outputs (`docs/formats.md` §2).

mod reader;

use std::path::PathBuf;

use jiff::civil::Date;

pub use reader::{parse, read};

use super::vocabulary::*;
use crate::diagnostic::Span;
use crate::units::TimeOfDay;

/// A study as written, with paths already relative to the working directory.
#[derive(Debug, Clone)]
pub struct Study {
    /// Short id; names the output folder.
    pub id: String,
    /// Title.
    pub title: Name,
    /// Seed of everything random.
    pub seed: u64,
    /// Network files.
    pub networks: Vec<PathBuf>,
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
