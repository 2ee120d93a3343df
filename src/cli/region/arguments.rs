//! What a question straight to files may say.

use std::path::PathBuf;

use clap::{Args, ValueEnum, value_parser};

use crate::input::vocabulary::Period;

/// Which files, and how streets are read.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Straight from files, without a study")]
pub struct RegionArguments {
    /// Streets from OpenStreetMap: .osm.pbf, .osm or .osm.gz; may be repeated.
    #[arg(long, value_name = "FILE")]
    pub osm: Vec<PathBuf>,
    /// A timetable as GTFS, a zip file or a folder; may be repeated.
    #[arg(long, value_name = "FILE")]
    pub gtfs: Vec<PathBuf>,
    /// The table of speeds by class of street.
    #[arg(long, value_name = "NAME", default_value = "general")]
    pub speeds: String,
    /// A profile of one mode in place of the shipped one; may be repeated.
    #[arg(long, value_name = "FILE")]
    pub profile: Vec<PathBuf>,
    /// Congestion on streets.
    #[arg(long, value_name = "PERIOD", default_value = "offpeak")]
    pub period: PeriodArgument,
    /// How far from the nearest street a point may lie, in metres; beyond it is not tested.
    #[arg(long, value_name = "M", default_value_t = 1000, value_parser = value_parser!(u32).range(1..=100_000))]
    pub snap_limit: u32,
    /// Reads the files anew, even where a built network of the same files and settings is kept.
    #[arg(long)]
    pub no_cache: bool,
}

impl RegionArguments {
    /// Whether the question is put to files.
    pub fn is_given(&self) -> bool {
        !self.osm.is_empty() || !self.gtfs.is_empty()
    }
}

/// Part of the road day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum PeriodArgument {
    /// Without the congestion of the rush hour.
    #[default]
    Offpeak,
    /// In the rush hour.
    Peak,
}

impl From<PeriodArgument> for Period {
    fn from(period: PeriodArgument) -> Period {
        match period {
            PeriodArgument::Offpeak => Period::Offpeak,
            PeriodArgument::Peak => Period::Peak,
        }
    }
}

/// Which journeys, and when.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Journeys over streets and timetables")]
pub struct TripArguments {
    /// How people may travel: walk, bicycle, ebike, car, taxi and transit, separated by commas.
    #[arg(long, value_name = "MODES", value_delimiter = ',')]
    pub mode: Vec<String>,
    /// Departure, as 2019-05-13T14:00; the date is the service day.
    #[arg(long, value_name = "TIME", conflicts_with = "arrive_by")]
    pub departure: Option<String>,
    /// Arrival at the latest instead of a departure.
    #[arg(long, value_name = "TIME")]
    pub arrive_by: Option<String>,
    /// Minutes of the window that begins at the departure (that ends at the arrival), one journey for each minute; 1: that time
    /// alone.
    #[arg(long, value_name = "MIN", default_value_t = 1, value_parser = value_parser!(u32).range(1..=1440))]
    pub window: u32,
    /// Percentiles over the window.
    #[arg(long, value_name = "P", value_delimiter = ',', default_value = "50", value_parser = value_parser!(u8).range(1..=100))]
    pub percentiles: Vec<u8>,
    /// Ways to the first stop, each with its limit in minutes: walk:20, bicycle:20, ebike:20, local_bus:30, car:30, taxi:30,
    /// park_and_ride:30.
    #[arg(long, value_name = "MODE:MIN", value_delimiter = ',', default_value = "walk:20")]
    pub access: Vec<String>,
    /// Ways from the last stop likewise.
    #[arg(long, value_name = "MODE:MIN", value_delimiter = ',', default_value = "walk:20")]
    pub egress: Vec<String>,
    /// The longest walk between two stops, in minutes.
    #[arg(long, value_name = "MIN", default_value_t = 10, value_parser = value_parser!(u32).range(0..=240))]
    pub transfer_walk: u32,
    /// The least time between two vehicles at the same stop, in seconds, where the feed does not state it.
    #[arg(long, value_name = "S", default_value_t = 60, value_parser = value_parser!(u32).range(0..=3600))]
    pub change: u32,
    /// The longest journey, in minutes.
    #[arg(long, value_name = "MIN", default_value_t = 120, value_parser = value_parser!(u32).range(1..=2880))]
    pub max_trip: u32,
    /// The most vehicles one may use.
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = value_parser!(u8).range(1..=20))]
    pub max_rides: u8,
    /// How lines by headway run: at random times drawn from the seed, or after half a headway each time.
    #[arg(long, value_name = "WAIT", default_value = "random")]
    pub headways: HeadwayArgument,
    /// How many times the phases of lines by headway are drawn.
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = value_parser!(u32).range(1..=1000))]
    pub draws: u32,
    /// The seed of everything random.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
}

/// How lines by headway are searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum HeadwayArgument {
    /// Each draw is one timetable with phases drawn from the seed.
    Random,
    /// Every boarding waits half a headway.
    Expected,
}

/// Points of a question.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Points")]
pub struct PointArguments {
    /// Origins: a file with id, lon and lat (CSV, GeoJSON, GeoPackage, shapefile).
    #[arg(long, value_name = "FILE")]
    pub origins: Option<PathBuf>,
    /// Destinations likewise; without it, the origins.
    #[arg(long, value_name = "FILE")]
    pub destinations: Option<PathBuf>,
    /// Takes the stops of the timetables as points, with no walk at either end.
    #[arg(long, conflicts_with_all = ["origins", "destinations"])]
    pub stops: bool,
}
