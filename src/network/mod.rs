//! The network that people build, check and edit: roads, lines, services and stops, with where every figure comes from.
//!
//! `build` makes it from records, `territory` holds places and people, `check` looks for what is broken or doubtful.
//! Indices ([`NodeIx`], [`StopIx`], …) live inside one network and the scenarios made from it; they are never printed.

pub mod build;
pub mod check;
pub mod column;
pub mod column_file;
pub mod route_line;
pub mod run_times;
pub mod squares;
pub mod streets;
pub mod territory;
pub mod timetable;

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;

use crate::diagnostic::Span;
use crate::geo::LonLat;
use crate::input::network_xml::{TransferLength, TripTimes};
use crate::input::vocabulary::*;
use crate::units::{Distance, Duration, Speed};

/// Declares an index type.
macro_rules! index {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u32);

        impl $name {
            /// The position as a `usize`.
            pub const fn at(self) -> usize {
                self.0 as usize
            }
        }
    };
}
pub(crate) use index;

index! {
    /// Position of a node in [`Network::nodes`].
    NodeIx
}
index! {
    /// Position of a stop in [`Network::stops`].
    StopIx
}
index! {
    /// Position of a line in [`Network::lines`].
    LineIx
}
index! {
    /// Position of a delay in [`Network::delays`].
    DelayIx
}

/// Roads, stops, lines and services. The stock holds all that exists or could be built; a scenario applied to it is a
/// `Network` again, with the same nodes, stops and lines (some not open) and only the links, transfers and services that
/// are there.
#[derive(Debug, Clone)]
pub struct Network {
    /// Nodes of the road network.
    pub nodes: Arc<Vec<Node>>,
    /// Road links.
    pub links: Vec<Arc<Link>>,
    /// Stops of public transport.
    pub stops: Vec<Arc<Stop>>,
    /// Walks between stops.
    pub transfers: Vec<Arc<Transfer>>,
    /// Delays on stretches of lines.
    pub delays: Vec<Delay>,
    /// Lines.
    pub lines: Vec<Arc<Line>>,
    /// Services.
    pub services: Vec<Arc<Service>>,
    /// Published lengths of sections.
    pub published: Arc<Vec<Published>>,
    /// Sources that elements cite by id.
    pub sources: Arc<BTreeMap<Arc<str>, String>>,
}

/// When an element exists.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Existence {
    /// First day.
    pub opened: Option<Date>,
    /// First day that it is gone.
    pub closed: Option<Date>,
    /// The project that builds it.
    pub project: Option<Arc<str>>,
}

impl Existence {
    /// Whether it is there on `date` when the projects for which `built` answers true are. An element of a project
    /// exists with its project, whatever the date; `closed` holds all the same.
    pub fn holds(&self, date: Date, built: impl Fn(&str) -> bool) -> bool {
        let begun = match &self.project {
            Some(project) => built(project),
            None => self.opened.is_none_or(|opened| opened <= date),
        };
        begun && self.closed.is_none_or(|closed| date < closed)
    }
}

/// Where a figure comes from and how sure it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Provenance {
    /// Source id or text.
    pub source: Arc<str>,
    /// Confidence.
    pub confidence: Confidence,
    /// Remark.
    pub note: Option<Arc<str>>,
    /// Where it stands in the files.
    pub span: Span,
}

/// A point where links meet.
#[derive(Debug, Clone)]
pub struct Node {
    /// Id in files.
    pub id: Arc<str>,
    /// Name.
    pub name: Option<Arc<str>>,
    /// Where it lies.
    pub at: LonLat,
    /// Which changes between expressways and other roads it allows.
    pub interchange: Interchange,
}

/// A road between two nodes.
#[derive(Debug, Clone)]
pub struct Link {
    /// Id in files.
    pub id: Arc<str>,
    /// Begin.
    pub from: NodeIx,
    /// End.
    pub to: NodeIx,
    /// Class.
    pub class: LinkClass,
    /// Road numbers; never empty on expressways.
    pub refs: Vec<Arc<str>>,
    /// Name.
    pub name: Option<Arc<str>>,
    /// Length.
    pub length: Distance,
    /// What the length rests on.
    pub length_basis: LengthBasis,
    /// Posted limit; always there on expressways.
    pub limit: Option<Speed>,
    /// Terrain.
    pub terrain: Terrain,
    /// Built-up area.
    pub urban: Option<Urban>,
    /// Whether only from → to.
    pub oneway: bool,
    /// Whether a toll is due.
    pub toll: bool,
    /// Whether it is mostly tunnel.
    pub tunnel: bool,
    /// Published sections it belongs to.
    pub sections: Vec<Arc<str>>,
    /// Points for drawing, both ends included.
    pub shape: Vec<LonLat>,
    /// When it exists.
    pub existence: Existence,
    /// Projects of the scenario that built or changed it.
    pub projects: Vec<Arc<str>>,
    /// Where its figures come from.
    pub provenance: Provenance,
}

impl Link {
    /// The parameter that holds the running speed of the link.
    pub fn speed_key(&self) -> String {
        let terrain = self.terrain.word();
        match self.class {
            LinkClass::Expressway => {
                let limit = self.limit.expect("every expressway has a limit, checked by the reader").kmh();
                format!("road.expressway.limit_{limit}")
            }
            LinkClass::Fast | LinkClass::Urban | LinkClass::Connector => format!("road.{}", self.class.word()),
            class => format!("road.{}.{terrain}", class.word()),
        }
    }
}

/// A place where vehicles call.
#[derive(Debug, Clone)]
pub struct Stop {
    /// Id in files.
    pub id: Arc<str>,
    /// Name.
    pub name: Arc<str>,
    /// Where it lies.
    pub at: LonLat,
    /// Class.
    pub class: StopClass,
    /// Ids of the places it serves.
    pub serves: Vec<Arc<str>>,
    /// Whether it is in use in this scenario.
    pub open: bool,
    /// When it exists.
    pub existence: Existence,
    /// Projects of the scenario that built or changed it.
    pub projects: Vec<Arc<str>>,
    /// Where its figures come from.
    pub provenance: Provenance,
}

/// A walk between two stops, both ways.
#[derive(Debug, Clone)]
pub struct Transfer {
    /// One stop.
    pub from: StopIx,
    /// The other.
    pub to: StopIx,
    /// Its length.
    pub length: TransferLength,
    /// When it exists.
    pub existence: Existence,
    /// Projects of the scenario that built it.
    pub projects: Vec<Arc<str>>,
    /// Where its figures come from.
    pub provenance: Provenance,
}

/// A delay that a train suffers once when it runs over a stretch marked with it.
#[derive(Debug, Clone)]
pub struct Delay {
    /// Id in files.
    pub id: Arc<str>,
    /// Name.
    pub name: Arc<str>,
    /// The parameter with its minutes.
    pub parameter: Arc<str>,
    /// The project of the scenario that removed it.
    pub removed_by: Option<Arc<str>>,
    /// Whether it exists on the scenario's date.
    pub standing: bool,
    /// Whether it was there and has ceased by the scenario's date.
    pub over: bool,
    /// When it exists.
    pub existence: Existence,
    /// Where its figures come from.
    pub provenance: Provenance,
}

impl Delay {
    /// Whether trains lose its minutes in this network.
    pub fn is_suffered(&self) -> bool {
        self.standing && self.removed_by.is_none()
    }

    /// Whether trains once lost its minutes and lose them no more: minutes observed before hold it. One that has not begun yet
    /// is in no observation.
    pub fn is_lifted(&self) -> bool {
        self.over || self.removed_by.is_some()
    }
}

/// What stands at a kilometre of a line.
#[derive(Debug, Clone, PartialEq)]
pub enum LinePlace {
    /// A stop.
    Stop(StopIx),
    /// A point without passenger service.
    Point(Arc<str>, Option<LonLat>),
}

/// A place of a line.
#[derive(Debug, Clone)]
pub struct LineAt {
    /// What stands there.
    pub place: LinePlace,
    /// Kilometre.
    pub km: Distance,
    /// The delay on the stretch before it.
    pub delay: Option<DelayIx>,
    /// Intermediate points of the stretch before it, for drawing.
    pub shape: Vec<LonLat>,
}

/// Infrastructure that services run on; moves nobody by itself.
#[derive(Debug, Clone)]
pub struct Line {
    /// Id in files.
    pub id: Arc<str>,
    /// Name.
    pub name: Arc<str>,
    /// What runs on it.
    pub mode: LineMode,
    /// Its run-time model: the `<name>` of `model.<name>.*`.
    pub model: Arc<str>,
    /// Design speed.
    pub design: Option<Speed>,
    /// Its places in order of kilometres.
    pub at: Vec<LineAt>,
    /// Whether it is in use in this scenario.
    pub open: bool,
    /// When it exists.
    pub existence: Existence,
    /// Projects of the scenario that built or changed it.
    pub projects: Vec<Arc<str>>,
    /// Where its figures come from.
    pub provenance: Provenance,
}

/// A stretch of a line that a service uses between two calls: positions in [`Line::at`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Piece {
    /// The line.
    pub line: LineIx,
    /// Where it enters the line.
    pub from: usize,
    /// Where it leaves the line.
    pub to: usize,
}

/// How a service gets from the call before to a call.
#[derive(Debug, Clone, Default)]
pub struct Run {
    /// Observed time; `None`: by the models of the lines.
    pub observed: Option<Duration>,
    /// The way; empty only where the time is observed and no line is named.
    pub pieces: Vec<Piece>,
}

/// A call of a service.
#[derive(Debug, Clone)]
pub struct Call {
    /// Where.
    pub stop: StopIx,
    /// Whether it is only passed.
    pub pass: bool,
    /// From the call before; empty on the first.
    pub run: Run,
}

/// Trips of a service.
#[derive(Debug, Clone)]
pub struct Trips {
    /// When they leave the first stop of their direction.
    pub times: TripTimes,
    /// In which direction.
    pub direction: TripDirection,
}

/// A stopping pattern with its trips.
#[derive(Debug, Clone)]
pub struct Service {
    /// Id in files.
    pub id: Arc<str>,
    /// Name.
    pub name: Arc<str>,
    /// What runs.
    pub mode: LineMode,
    /// Whether seats are reserved.
    pub reserved: bool,
    /// What the pattern rests on.
    pub basis: ServiceBasis,
    /// Calls in order.
    pub calls: Vec<Call>,
    /// Trips.
    pub trips: Vec<Trips>,
    /// When it exists.
    pub existence: Existence,
    /// Projects of the scenario that built or changed it.
    pub projects: Vec<Arc<str>>,
    /// Where its figures come from.
    pub provenance: Provenance,
}

/// A published length of a section, for comparison.
#[derive(Debug, Clone)]
pub struct Published {
    /// Name of the section.
    pub section: Arc<str>,
    /// The published length.
    pub length: Distance,
    /// Deviation without a mark, in per cent.
    pub tolerance_percent: f64,
    /// Where it comes from.
    pub provenance: Provenance,
}

impl Network {
    /// The node of an index.
    pub fn node(&self, node: NodeIx) -> &Node {
        &self.nodes[node.at()]
    }

    /// The stop of an index.
    pub fn stop(&self, stop: StopIx) -> &Stop {
        &self.stops[stop.at()]
    }

    /// The line of an index.
    pub fn line(&self, line: LineIx) -> &Line {
        &self.lines[line.at()]
    }

    /// The delay of an index.
    pub fn delay(&self, delay: DelayIx) -> &Delay {
        &self.delays[delay.at()]
    }

    /// Indices of all open stops.
    pub fn open_stops(&self) -> impl Iterator<Item = StopIx> + '_ {
        (0..self.stops.len() as u32).map(StopIx).filter(|&stop| self.stop(stop).open)
    }

    /// The stop of an id, open or not.
    pub fn find_stop(&self, id: &str) -> Option<StopIx> {
        self.stops.iter().position(|stop| &*stop.id == id).map(|at| StopIx(at as u32))
    }

    /// A source as text: the title of a `<source>` that is cited by id, otherwise the text itself.
    pub fn source_text<'a>(&'a self, source: &'a str) -> &'a str {
        self.sources.get(source).map_or(source, String::as_str)
    }
}
