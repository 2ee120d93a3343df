//! Network files: their records and their reader (`docs/formats.md` §1).
//!
//! `attributes` reads the attributes of one tag, `elements` the flat elements, `patterns` lines and services, `reader`
//! decides what may stand where.

mod attributes;
mod elements;
mod patterns;
mod reader;

use std::sync::Arc;

use jiff::civil::Date;

pub use reader::{parse, read};

use super::vocabulary::*;
use crate::diagnostic::Span;
use crate::geo::LonLat;
use crate::units::{Distance, Duration, Speed, TimeOfDay};

/// All records of one or more network files, in the order of the files.
#[derive(Debug, Clone, Default)]
pub struct NetworkRecords {
    /// `<source>`.
    pub sources: Vec<SourceRecord>,
    /// `<node>`.
    pub nodes: Vec<NodeRecord>,
    /// `<link>`.
    pub links: Vec<LinkRecord>,
    /// `<published>`.
    pub published: Vec<PublishedRecord>,
    /// `<stop>`.
    pub stops: Vec<StopRecord>,
    /// `<transfer>`.
    pub transfers: Vec<TransferRecord>,
    /// `<delay>`.
    pub delays: Vec<DelayRecord>,
    /// `<line>`.
    pub lines: Vec<LineRecord>,
    /// `<service>`.
    pub services: Vec<ServiceRecord>,
}

impl NetworkRecords {
    /// Adds the records of another file behind these.
    pub fn append(&mut self, other: NetworkRecords) {
        self.sources.extend(other.sources);
        self.nodes.extend(other.nodes);
        self.links.extend(other.links);
        self.published.extend(other.published);
        self.stops.extend(other.stops);
        self.transfers.extend(other.transfers);
        self.delays.extend(other.delays);
        self.lines.extend(other.lines);
        self.services.extend(other.services);
    }
}

/// A name of something in a file, with the place where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Named {
    /// The text.
    pub text: Arc<str>,
    /// Where.
    pub span: Span,
}

/// When an element exists, and what it rests on: the common attributes.
#[derive(Debug, Clone, PartialEq)]
pub struct Common {
    /// First day of existence.
    pub opened: Option<Date>,
    /// First day of non-existence.
    pub closed: Option<Date>,
    /// The plan project that builds it.
    pub project: Option<Named>,
    /// Id of a source or free text; empty only where the format does not require one.
    pub source: Arc<str>,
    /// How sure it is; `Low` where the format does not require it and none is given.
    pub confidence: Confidence,
    /// Free text.
    pub note: Option<Arc<str>>,
    /// The whole start tag.
    pub span: Span,
}

/// `<source>`.
#[derive(Debug, Clone)]
pub struct SourceRecord {
    /// Its id.
    pub id: Named,
    /// The title, empty if not given.
    pub title: Arc<str>,
    /// The publisher, empty if not given.
    pub publisher: Arc<str>,
    /// The date as written, empty if not given.
    pub date: Arc<str>,
    /// The licence, empty if not given.
    pub licence: Arc<str>,
    /// The address, empty if not given.
    pub url: Arc<str>,
}

/// `<node>`.
#[derive(Debug, Clone)]
pub struct NodeRecord {
    /// Its id.
    pub id: Named,
    /// Its name.
    pub name: Option<Arc<str>>,
    /// Where it lies.
    pub at: LonLat,
    /// Which changes it allows.
    pub interchange: Interchange,
    /// Common attributes.
    pub common: Common,
}

/// `<link>`.
#[derive(Debug, Clone)]
pub struct LinkRecord {
    /// Its id.
    pub id: Named,
    /// Node id.
    pub from: Named,
    /// Node id.
    pub to: Named,
    /// Class.
    pub class: LinkClass,
    /// Road numbers; never empty on expressways.
    pub refs: Vec<Arc<str>>,
    /// Name.
    pub name: Option<Arc<str>>,
    /// Length, more than zero.
    pub length: Distance,
    /// What the length rests on.
    pub length_basis: LengthBasis,
    /// Posted limit; always there on expressways.
    pub limit: Option<Speed>,
    /// Terrain.
    pub terrain: Terrain,
    /// Size of the built-up area it lies in.
    pub urban: Option<Urban>,
    /// Whether it may be used from → to only.
    pub oneway: bool,
    /// Whether a toll is due.
    pub toll: bool,
    /// Whether it is mostly tunnel.
    pub tunnel: bool,
    /// Names of published sections it belongs to.
    pub sections: Vec<Arc<str>>,
    /// Intermediate points for drawing.
    pub shape: Vec<LonLat>,
    /// Common attributes.
    pub common: Common,
}

/// `<published>`.
#[derive(Debug, Clone)]
pub struct PublishedRecord {
    /// Name of the section.
    pub section: Named,
    /// The published length.
    pub length: Distance,
    /// The deviation that `check` accepts without a mark, in per cent; 5 if not given.
    pub tolerance_percent: f64,
    /// Common attributes.
    pub common: Common,
}

/// `<stop>`.
#[derive(Debug, Clone)]
pub struct StopRecord {
    /// Its id.
    pub id: Named,
    /// Its name.
    pub name: Arc<str>,
    /// Where it lies.
    pub at: LonLat,
    /// Class.
    pub class: StopClass,
    /// Ids of the places it serves.
    pub serves: Vec<Named>,
    /// Railway code.
    pub telecode: Option<Arc<str>>,
    /// Common attributes.
    pub common: Common,
}

/// How long a `<transfer>` is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum TransferLength {
    /// Given in minutes.
    Time(Duration),
    /// Given in metres on foot.
    Walk(Distance),
}

/// `<transfer>`.
#[derive(Debug, Clone)]
pub struct TransferRecord {
    /// Stop id.
    pub from: Named,
    /// Stop id.
    pub to: Named,
    /// Length.
    pub length: TransferLength,
    /// Common attributes.
    pub common: Common,
}

/// `<delay>`.
#[derive(Debug, Clone)]
pub struct DelayRecord {
    /// Its id.
    pub id: Named,
    /// Its name.
    pub name: Arc<str>,
    /// The parameter that has its minutes.
    pub parameter: Named,
    /// Common attributes.
    pub common: Common,
}

/// What stands at a kilometre of a line.
#[derive(Debug, Clone)]
pub enum LinePlace {
    /// A stop, by id.
    Stop(Named),
    /// A point without passenger service, with its position for drawing.
    Point(Named, Option<LonLat>),
}

/// `<at>` in a `<line>`.
#[derive(Debug, Clone)]
pub struct LineAtRecord {
    /// What stands there.
    pub place: LinePlace,
    /// Kilometre of the line, not less than the one before.
    pub km: Distance,
    /// Id of the delay on the stretch before it.
    pub delay: Option<Named>,
    /// Intermediate points of the stretch before it.
    pub shape: Vec<LonLat>,
}

/// `<line>`.
#[derive(Debug, Clone)]
pub struct LineRecord {
    /// Its id.
    pub id: Named,
    /// Its name.
    pub name: Arc<str>,
    /// What runs on it.
    pub mode: LineMode,
    /// Name of its run-time model.
    pub model: Named,
    /// Design speed.
    pub design: Option<Speed>,
    /// Its places in order; at least two.
    pub at: Vec<LineAtRecord>,
    /// Common attributes.
    pub common: Common,
}

/// `<call>` in a `<service>`.
#[derive(Debug, Clone)]
pub struct CallRecord {
    /// Stop id.
    pub stop: Named,
    /// Line ids from the call before, in order.
    pub lines: Vec<Named>,
    /// Observed minutes from the departure before to this arrival.
    pub run: Option<Duration>,
    /// Whether it is only passed.
    pub pass: bool,
    /// The tag.
    pub span: Span,
}

/// When the trips of one `<trips>` leave the first stop of their direction.
#[derive(Debug, Clone, PartialEq)]
pub enum TripTimes {
    /// `count` trips evenly between two times: the i-th of n leaves at `from + (i + ½)·(to − from)/n`.
    Even {
        /// Number of trips.
        count: u32,
        /// Begin.
        from: TimeOfDay,
        /// End, after the begin.
        to: TimeOfDay,
    },
    /// At these times, ascending.
    At(Vec<TimeOfDay>),
    /// So many a week, spread over 06:00–22:00 of every day, at every call alike.
    PerWeek(u32),
}

/// `<trips>` in a `<service>`.
#[derive(Debug, Clone)]
pub struct TripsRecord {
    /// When.
    pub times: TripTimes,
    /// In which direction.
    pub direction: TripDirection,
    /// The tag.
    pub span: Span,
}

/// `<service>`.
#[derive(Debug, Clone)]
pub struct ServiceRecord {
    /// Its id.
    pub id: Named,
    /// Its name.
    pub name: Arc<str>,
    /// What runs.
    pub mode: LineMode,
    /// Whether seats are reserved.
    pub reserved: bool,
    /// What the pattern rests on.
    pub basis: ServiceBasis,
    /// Its calls in order; at least two.
    pub calls: Vec<CallRecord>,
    /// Its trips; at least one entry.
    pub trips: Vec<TripsRecord>,
    /// Common attributes.
    pub common: Common,
}
