//! Profiles: where a mode may go on streets, and how fast. The shipped ones and those of a user.
//!
//! A profile is a TOML file (`docs/streets.md`); the shipped ones lie in `assets/profiles`, and a copy of one is where a profile of
//! one's own begins.

mod reader;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use super::osm::Key;
use super::parameters::Level;
use super::vocabulary::{Name, Period};
use crate::diagnostic::{Checked, SourceFile, source_file};
use crate::error::Error;
pub use reader::{parse, read};

/// The classes of streets in the order of `network::streets::StreetClass::ALL`, as profiles write them.
pub const CLASSES: &[&str] = &[
    "motorway",
    "motorway_link",
    "trunk",
    "trunk_link",
    "primary",
    "primary_link",
    "secondary",
    "secondary_link",
    "tertiary",
    "tertiary_link",
    "unclassified",
    "residential",
    "living_street",
    "service",
    "track",
    "pedestrian",
    "footway",
    "cycleway",
    "path",
    "steps",
    "ferry",
];

/// Who moves by a profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProfileMode {
    /// On foot.
    Walk,
    /// By bicycle.
    Bicycle,
    /// By e-bike.
    Ebike,
    /// By car.
    Car,
}

impl ProfileMode {
    /// Every mode, in order.
    pub const ALL: &'static [ProfileMode] = &[ProfileMode::Walk, ProfileMode::Bicycle, ProfileMode::Ebike, ProfileMode::Car];

    /// The word in files.
    pub const fn word(self) -> &'static str {
        match self {
            ProfileMode::Walk => "walk",
            ProfileMode::Bicycle => "bicycle",
            ProfileMode::Ebike => "ebike",
            ProfileMode::Car => "car",
        }
    }
}

/// Which shipped speed table is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Region {
    /// Speeds by class as engines for the whole world take them.
    General,
    /// Speeds by the classes of Chinese roads.
    China,
}

impl Region {
    /// Every region, in order.
    pub const ALL: &'static [Region] = &[Region::General, Region::China];

    /// The word in files and arguments.
    pub const fn word(self) -> &'static str {
        match self {
            Region::General => "general",
            Region::China => "china",
        }
    }
}

/// A figure with its range, `low ≤ base ≤ high`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Range {
    /// Low end.
    pub low: f64,
    /// Base.
    pub base: f64,
    /// High end.
    pub high: f64,
}

impl Range {
    /// The same figure at every level.
    pub const fn exactly(value: f64) -> Self {
        Range { low: value, base: value, high: value }
    }

    /// The figure at a level, for one whose high end shortens journeys: a speed.
    pub fn of_speed(self, level: Level) -> f64 {
        match level {
            Level::Favourable => self.high,
            Level::Base => self.base,
            Level::Unfavourable => self.low,
        }
    }

    /// The figure at a level, for one whose high end lengthens journeys: a time, or a factor on it.
    pub fn of_time(self, level: Level) -> f64 {
        match level {
            Level::Favourable => self.low,
            Level::Base => self.base,
            Level::Unfavourable => self.high,
        }
    }
}

/// What a mode does on a class of streets.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ClassRule {
    /// Speed where neither a limit nor the surface changes it.
    pub kmh: Range,
    /// Whether the class is open without a tag that says so.
    pub when: When,
    /// What a posted limit does to the speed.
    pub limit: LimitRule,
    /// The share of a posted limit that is driven.
    pub limit_factor: Range,
}

/// When a class of streets is open to a mode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// Unless a tag closes it.
    Open,
    /// Only where a tag of the mode opens it.
    Signed,
    /// Where the vehicle can be pushed on foot, or ridden where a tag of the mode opens it.
    Pushed,
}

/// What a posted limit does to the speed of a class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LimitRule {
    /// Nothing.
    Ignore,
    /// The speed is at most the driven share of the limit.
    Cap,
    /// The speed is the driven share of the limit.
    Replace,
}

/// How a vehicle is pushed.
#[derive(Debug, Clone, PartialEq)]
pub struct Push {
    /// How fast.
    pub kmh: Range,
    /// The access keys that may close a way to whoever pushes, the most specific first.
    pub keys: Vec<Key>,
    /// Values of the mode's own keys that allow no more than pushing.
    pub values: Vec<String>,
}

/// What limits posted as words stand for.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Limits {
    /// The speed that a way without a limit (`none`) is taken to be limited to, in km/h.
    pub none_kmh: f64,
    /// What `walk` stands for, in km/h.
    pub walk_kmh: f64,
    /// Zones in km/h, by their whole name (`DE:urban`) or by what follows the country (`urban`).
    pub zones: BTreeMap<String, f64>,
}

/// Time lost at points of streets, in seconds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Delays {
    /// At traffic signals.
    pub traffic_signals: Range,
    /// At a crossing of a street on foot.
    pub crossing: Range,
    /// At a toll booth.
    pub toll_booth: Range,
    /// At a level crossing of a railway.
    pub level_crossing: Range,
}

/// Factors on times in a period.
#[derive(Debug, Clone, PartialEq)]
pub struct Congestion {
    /// For classes without one of their own.
    pub default: Range,
    /// By class, as [`CLASSES`] orders them.
    pub classes: Vec<Option<Range>>,
}

/// Where a mode may go on streets, and how fast.
#[derive(Debug, Clone, PartialEq)]
pub struct Profile {
    /// Name for reports.
    pub name: Name,
    /// Who moves.
    pub mode: ProfileMode,
    /// What holds on each class, as [`CLASSES`] orders them; `None` where the mode never goes.
    pub classes: Vec<Option<ClassRule>>,
    /// Access keys, the most specific first: the first one that a way or node has decides.
    pub access_keys: Vec<Key>,
    /// Their values that open.
    pub allowed: Vec<String>,
    /// Their values that close. Values in neither list are passed over and counted.
    pub denied: Vec<String>,
    /// How the vehicle is pushed, where it can be.
    pub push: Option<Push>,
    /// The keys that tell one-way streets, the most specific first; none where the mode goes both ways everywhere.
    pub oneway_keys: Vec<Key>,
    /// Whether motorways and roundabouts are one-way without a tag.
    pub implied_oneway: bool,
    /// Whether `cycleway=opposite` and its like open the other direction.
    pub contraflow: bool,
    /// Whether turn restrictions hold.
    pub turn_restrictions: bool,
    /// Limits posted as words.
    pub limits: Limits,
    /// Factors on the speed by value of `surface`.
    pub surfaces: BTreeMap<String, f64>,
    /// Factors on the speed by value of `tracktype`.
    pub tracktypes: BTreeMap<String, f64>,
    /// The longest tunnel of a street for motor vehicles that the mode goes through without a tag that opens it, in metres; `None`
    /// where tunnels are like other streets.
    pub longest_tunnel_m: Option<f64>,
    /// Values of `barrier` that close a node.
    pub closing_barriers: Vec<String>,
    /// Time lost at points.
    pub delays: Delays,
    /// Wait before a ferry leaves, in minutes.
    pub ferry_wait_min: Range,
    /// Factors on times in the peak.
    pub peak: Congestion,
    /// Factors on times at other hours.
    pub offpeak: Congestion,
    /// Speed beside the streets, between a point and the edge it is snapped to.
    pub off_street_kmh: Range,
    /// The file it was read from: a network built with the profile depends on its text.
    pub file: Arc<SourceFile>,
}

impl Profile {
    /// The shipped profile of a mode. Only cars differ by region.
    pub fn shipped(mode: ProfileMode, region: Region) -> Profile {
        let (name, text) = match (mode, region) {
            (ProfileMode::Walk, _) => ("walk.toml", include_str!("../../../assets/profiles/walk.toml")),
            (ProfileMode::Bicycle, _) => ("bicycle.toml", include_str!("../../../assets/profiles/bicycle.toml")),
            (ProfileMode::Ebike, _) => ("ebike.toml", include_str!("../../../assets/profiles/ebike.toml")),
            (ProfileMode::Car, Region::General) => {
                ("car-general.toml", include_str!("../../../assets/profiles/car-general.toml"))
            }
            (ProfileMode::Car, Region::China) => ("car-china.toml", include_str!("../../../assets/profiles/car-china.toml")),
        };
        let file = source_file(&Path::new("assets/profiles").join(name), text.to_string());
        let Checked { value, diagnostics } = parse(&file);
        assert!(diagnostics.is_empty(), "shipped profiles are read by a test: {}", diagnostics[0]);
        value.expect("a profile without a fault is whole")
    }

    /// Whether a posted limit changes the speed on any class.
    pub fn heeds_limits(&self) -> bool {
        self.classes.iter().flatten().any(|rule| rule.limit != LimitRule::Ignore)
    }

    /// The factors of a period.
    pub fn congestion(&self, period: Period) -> &Congestion {
        match period {
            Period::Peak => &self.peak,
            Period::Offpeak => &self.offpeak,
        }
    }
}

/// Reads profiles one after the other, with the faults of all of them.
pub fn read_all(paths: &[impl AsRef<Path>]) -> Result<Checked<Vec<Profile>>, Error> {
    let mut all = Checked::clean(Vec::new());
    for path in paths {
        let profile = read(path.as_ref())?.into_value(&mut all.diagnostics);
        all.value.extend(profile);
    }
    Ok(all)
}
