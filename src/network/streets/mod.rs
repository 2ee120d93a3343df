//! Streets of a region, split at junctions, and how long each mode takes on them.
//!
//! [`Streets`] says what is there and knows no speed; a [`Layer`] gives the time of every edge in both directions for one
//! mode. `build` makes both from OpenStreetMap records and profiles. Indices of vertices, edges and ways live inside one
//! `Streets` and what is derived from it.

pub mod build;
pub mod cache;
mod geometry;
pub mod interpret;
pub mod islands;
pub mod layers;
pub mod max_speed;
pub mod report;
pub mod snap;
mod turns;

use std::sync::Arc;

use bytemuck::{Pod, Zeroable};

use super::column::Column;
use crate::geo::LonLat;
use crate::input::street_profile::ProfileMode;
use crate::units::Duration;

/// Streets split at junctions.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Streets {
    /// Junctions, ends of ways, and places where something changes.
    pub vertices: Column<Vertex>,
    /// Stretches between two vertices with nothing between them.
    pub edges: Column<Edge>,
    /// Points between the ends of edges, for drawing, snapping and lengths.
    pub points: Column<Place>,
    /// The ways that edges are part of.
    pub ways: Column<Way>,
    /// Names of ways, one after the other; UTF-8.
    pub names: Column<u8>,
    /// Forbidden turns.
    pub restrictions: Vec<Restriction>,
}

/// A point in units of 10⁻⁷ degrees, as OpenStreetMap has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Pod, Zeroable)]
#[repr(C)]
pub struct Place {
    /// Degrees east · 10⁷.
    pub lon: i32,
    /// Degrees north · 10⁷.
    pub lat: i32,
}

impl Place {
    /// The nearest point of this kind.
    pub fn of(at: LonLat) -> Self {
        Place { lon: (at.lon * 1e7).round() as i32, lat: (at.lat * 1e7).round() as i32 }
    }

    /// The point in degrees.
    pub fn lon_lat(self) -> LonLat {
        LonLat { lon: f64::from(self.lon) / 1e7, lat: f64::from(self.lat) / 1e7 }
    }
}

/// A point where edges meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Pod, Zeroable)]
#[repr(C)]
pub struct Vertex {
    /// The node of OpenStreetMap; negative where a scenario made it.
    pub osm: i64,
    /// Where.
    pub at: Place,
}

/// A stretch of a way between two vertices. It may begin and end at the same vertex, and two edges may join the same two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Pod, Zeroable)]
#[repr(C)]
pub struct Edge {
    /// Vertex where it begins, in the drawing direction of its way.
    pub from: u32,
    /// Vertex where it ends.
    pub to: u32,
    /// Its way, as position in [`Streets::ways`].
    pub way: u32,
    /// Its length along its points in centimetres, at least 1.
    pub length_cm: u32,
    /// Its first point in [`Streets::points`].
    pub first_point: u32,
    /// How many points lie between its ends.
    pub n_points: u32,
}

/// What is known of a way beside its edges.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Pod, Zeroable)]
#[repr(C)]
pub struct Way {
    /// The way of OpenStreetMap; negative where a scenario made it.
    pub osm: i64,
    /// Where its name begins in [`Streets::names`].
    pub name_start: u32,
    /// How many bytes its name has; 0 without a name.
    pub name_len: u32,
    /// A [`StreetClass`] as its position in [`StreetClass::ALL`].
    pub class: u16,
    /// Bits of [`Way::TUNNEL`] and so on.
    pub flags: u16,
    /// Always 0; keeps the size a multiple of eight bytes.
    pub unused: u32,
}

impl Way {
    /// In a tunnel.
    pub const TUNNEL: u16 = 1;
    /// On a bridge.
    pub const BRIDGE: u16 = 2;
    /// A roundabout.
    pub const ROUNDABOUT: u16 = 4;
    /// A ferry.
    pub const FERRY: u16 = 8;
    /// A toll is due.
    pub const TOLL: u16 = 16;
}

/// Class of a street, after the `highway` key of OpenStreetMap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StreetClass {
    /// `motorway`.
    Motorway,
    /// `motorway_link`.
    MotorwayLink,
    /// `trunk`.
    Trunk,
    /// `trunk_link`.
    TrunkLink,
    /// `primary`.
    Primary,
    /// `primary_link`.
    PrimaryLink,
    /// `secondary`.
    Secondary,
    /// `secondary_link`.
    SecondaryLink,
    /// `tertiary`.
    Tertiary,
    /// `tertiary_link`.
    TertiaryLink,
    /// `unclassified` and `road`.
    Unclassified,
    /// `residential`.
    Residential,
    /// `living_street`.
    LivingStreet,
    /// `service`.
    Service,
    /// `track`.
    Track,
    /// `pedestrian`.
    Pedestrian,
    /// `footway`, `corridor`, `elevator` and platforms.
    Footway,
    /// `cycleway`.
    Cycleway,
    /// `path` and `bridleway`.
    Path,
    /// `steps`.
    Steps,
    /// `route=ferry`.
    Ferry,
}

impl StreetClass {
    /// Every class, in order.
    pub const ALL: &'static [StreetClass] = &[
        StreetClass::Motorway,
        StreetClass::MotorwayLink,
        StreetClass::Trunk,
        StreetClass::TrunkLink,
        StreetClass::Primary,
        StreetClass::PrimaryLink,
        StreetClass::Secondary,
        StreetClass::SecondaryLink,
        StreetClass::Tertiary,
        StreetClass::TertiaryLink,
        StreetClass::Unclassified,
        StreetClass::Residential,
        StreetClass::LivingStreet,
        StreetClass::Service,
        StreetClass::Track,
        StreetClass::Pedestrian,
        StreetClass::Footway,
        StreetClass::Cycleway,
        StreetClass::Path,
        StreetClass::Steps,
        StreetClass::Ferry,
    ];

    /// The word in profiles.
    pub fn word(self) -> &'static str {
        crate::input::street_profile::CLASSES[self as usize]
    }
}

/// Turning from one edge through others into another is forbidden.
///
/// "Only" restrictions of OpenStreetMap are rewritten by `build` as what they forbid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restriction {
    /// The directed edges in order, at least two: whoever has driven all but the last may not go on into the last.
    pub path: Vec<Directed>,
    /// For which modes, as bits of [`StreetMode::bit`].
    pub modes: u8,
}

/// An edge in one of its directions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Pod, Zeroable)]
#[repr(transparent)]
pub struct Directed(u32);

impl Directed {
    /// The edge `edge`, from its begin to its end where `forward`.
    pub const fn new(edge: u32, forward: bool) -> Self {
        Directed(edge << 1 | !forward as u32)
    }

    /// The edge.
    pub const fn edge(self) -> u32 {
        self.0 >> 1
    }

    /// Whether it runs from the begin of the edge to its end.
    pub const fn is_forward(self) -> bool {
        self.0 & 1 == 0
    }

    /// The same edge the other way.
    pub const fn reversed(self) -> Self {
        Directed(self.0 ^ 1)
    }

    /// A number below twice the number of edges, different for every directed edge.
    pub const fn at(self) -> usize {
        self.0 as usize
    }
}

/// How somebody moves on streets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StreetMode {
    /// On foot.
    Walk,
    /// By bicycle.
    Bicycle,
    /// By e-bike.
    Ebike,
    /// By car.
    Car,
}

impl StreetMode {
    /// Every mode, in order.
    pub const ALL: &'static [StreetMode] = &[StreetMode::Walk, StreetMode::Bicycle, StreetMode::Ebike, StreetMode::Car];

    /// The word in files and arguments.
    pub const fn word(self) -> &'static str {
        match self {
            StreetMode::Walk => "walk",
            StreetMode::Bicycle => "bicycle",
            StreetMode::Ebike => "ebike",
            StreetMode::Car => "car",
        }
    }

    /// The mode of a profile.
    pub const fn of_profile(mode: ProfileMode) -> Self {
        match mode {
            ProfileMode::Walk => StreetMode::Walk,
            ProfileMode::Bicycle => StreetMode::Bicycle,
            ProfileMode::Ebike => StreetMode::Ebike,
            ProfileMode::Car => StreetMode::Car,
        }
    }

    /// The bit that stands for the mode in sets.
    pub const fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// The time that one mode takes on every edge, in both directions.
#[derive(Debug, Clone, PartialEq)]
pub struct Layer {
    /// For whom.
    pub mode: StreetMode,
    /// Deciseconds for every [`Directed`] edge by [`Directed::at`]; [`Layer::CLOSED`] where it may not be used.
    times: Column<u32>,
    /// How fast the mode moves beside the streets, between a point and the edge it is snapped to, in metres per hour.
    pub off_street_m_per_h: u32,
}

impl Layer {
    /// Marks what may not be used in the array that [`Layer::new`] takes.
    pub const CLOSED: u32 = u32::MAX;

    /// A layer of these times, two for each edge. A time of zero is allowed.
    pub fn new(mode: StreetMode, times: Column<u32>, off_street_m_per_h: u32) -> Self {
        Layer { mode, times, off_street_m_per_h }
    }

    /// The time over an edge in a direction; `None` where that is not allowed.
    pub fn time(&self, edge: Directed) -> Option<Duration> {
        Some(self.times[edge.at()]).filter(|&time| time != Layer::CLOSED).map(Duration::from_deciseconds)
    }

    /// Whether the edge may be used in either direction.
    pub fn is_open(&self, edge: u32) -> bool {
        self.time(Directed::new(edge, true)).is_some() || self.time(Directed::new(edge, false)).is_some()
    }

    /// All times, for writing them to a file.
    pub fn times(&self) -> &Column<u32> {
        &self.times
    }

    /// All times, to change them.
    pub fn times_mut(&mut self) -> &mut Vec<u32> {
        self.times.to_mut()
    }
}

/// Streets with a layer for every mode that is needed: what a scenario changes and a search freezes.
#[derive(Debug, Clone)]
pub struct StreetNetwork {
    /// What is there.
    pub streets: Arc<Streets>,
    /// How long it takes, at most one layer for a mode.
    pub layers: Vec<Arc<Layer>>,
}

impl StreetNetwork {
    /// The layer of a mode, if there is one.
    pub fn layer(&self, mode: StreetMode) -> Option<&Arc<Layer>> {
        self.layers.iter().find(|layer| layer.mode == mode)
    }
}

impl Streets {
    /// The vertex where a directed edge begins.
    pub fn tail(&self, edge: Directed) -> u32 {
        let ends = &self.edges[edge.edge() as usize];
        if edge.is_forward() { ends.from } else { ends.to }
    }

    /// The vertex where a directed edge ends.
    pub fn head(&self, edge: Directed) -> u32 {
        self.tail(edge.reversed())
    }

    /// All points of an edge from its begin to its end, both ends included.
    pub fn shape(&self, edge: u32) -> impl DoubleEndedIterator<Item = Place> + Clone + '_ {
        let edge = self.edges[edge as usize];
        let between = &self.points[edge.first_point as usize..(edge.first_point + edge.n_points) as usize];
        let end = |vertex: u32| std::iter::once(self.vertices[vertex as usize].at);
        end(edge.from).chain(between.iter().copied()).chain(end(edge.to))
    }

    /// The points of a part of an edge, in the order from `from_cm` to `to_cm`; both are counted in centimetres from its begin and may
    /// stand in either order. The ends of the part are its first and last point.
    pub fn stretch(&self, edge: u32, from_cm: u32, to_cm: u32) -> Vec<LonLat> {
        let points: Vec<LonLat> = self.shape(edge).map(Place::lon_lat).collect();
        let mut so_far = vec![0.0];
        for pair in points.windows(2) {
            so_far.push(so_far[so_far.len() - 1] + pair[0].metres_to(pair[1]) * 100.0);
        }
        // The length of the edge is rounded; its points are spread over that length.
        let drawn = so_far[so_far.len() - 1];
        let scale = if drawn > 0.0 { f64::from(self.edges[edge as usize].length_cm) / drawn } else { 1.0 };
        let (low, high) = (f64::from(from_cm.min(to_cm)), f64::from(from_cm.max(to_cm)));
        let mut part = vec![between(&points, &so_far, low / scale)];
        let inside = |&at: &usize| so_far[at] * scale > low && so_far[at] * scale < high;
        part.extend((0..points.len()).filter(inside).map(|at| points[at]));
        part.push(between(&points, &so_far, high / scale));
        if from_cm > to_cm {
            part.reverse();
        }
        part
    }

    /// The way of an edge.
    pub fn way(&self, edge: u32) -> &Way {
        &self.ways[self.edges[edge as usize].way as usize]
    }

    /// The name of a way; empty where it has none.
    pub fn name(&self, way: &Way) -> &str {
        let bytes = &self.names[way.name_start as usize..(way.name_start + way.name_len) as usize];
        std::str::from_utf8(bytes).expect("names are written as UTF-8, and a cache is checked when it is read")
    }
}

/// The point of a line at a length; its ends beyond them.
fn between(points: &[LonLat], so_far: &[f64], length: f64) -> LonLat {
    let after = so_far.partition_point(|&known| known <= length).clamp(1, points.len() - 1);
    let (from, to) = (points[after - 1], points[after]);
    let whole = so_far[after] - so_far[after - 1];
    let share = if whole > 0.0 { ((length - so_far[after - 1]) / whole).clamp(0.0, 1.0) } else { 0.0 };
    LonLat { lon: from.lon + (to.lon - from.lon) * share, lat: from.lat + (to.lat - from.lat) * share }
}
