//! The areas within travel times over streets: what lies on reached streets and a short walk beside them.
//!
//! A point beside a street takes the time of a point of the street plus the walk in a straight line from there, at most as far as the
//! limit of that walk; the least over all points of streets is its time. Where no reached street is within that limit there is no time.
//! So a place reached only over a bridge or by train is an island, and a park that is too wide to cross is a hole.
//!
//! The time is worked out, exactly, at the nodes of a [`Lattice`] that is the same for every search (`surface`), and the zone of every
//! limit is outlined by marching squares (`trace`). The line between a node inside and one outside is cut where the walk from
//! the street that decides the inner node ends, so a zone does not depend on which other limits were asked for. A street reached in
//! time makes the node of its square inner even where the walk from it does not get there: streets are never lost between
//! nodes. Whatever the outline says of a point, the same holds by exact times within one step of the lattice; tests sample that.

mod surface;
mod trace;

use crate::measure::isobands::Isoband;
use crate::network::squares::Lattice;
use crate::network::streets::Streets;
use crate::search::doors::reach::EdgeReach;
use crate::units::{Distance, Duration, Speed};

use surface::Surface;

/// A stretch of an edge reached from one of its ends: the time grows evenly from `start` to `end`. An edge that is reached from both ends,
/// or from a door on it, has several; the least time counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Run {
    /// The edge in [`Streets::edges`].
    pub edge: u32,
    /// Where the run begins, in centimetres from the begin of the edge.
    pub from_cm: u32,
    /// Where it ends; before `from_cm` where it runs against the drawing direction.
    pub to_cm: u32,
    /// The time where it begins.
    pub start: Duration,
    /// The time where it ends, not before `start`.
    pub end: Duration,
}

impl Run {
    /// Over a whole edge from its begin, reached at `start`, which takes `whole`.
    pub fn from_begin(streets: &Streets, edge: u32, start: Duration, whole: Duration) -> Self {
        Run { edge, from_cm: 0, to_cm: streets.edges[edge as usize].length_cm, start, end: start + whole }
    }

    /// Over a whole edge from its end, reached at `start`, against its drawing direction, which takes `whole`.
    pub fn from_end(streets: &Streets, edge: u32, start: Duration, whole: Duration) -> Self {
        Run { edge, from_cm: streets.edges[edge as usize].length_cm, to_cm: 0, start, end: start + whole }
    }

    /// From a door on the edge to one of its ends, forwards to its end or backwards to its begin; the whole edge would take `whole`.
    pub fn from_door(streets: &Streets, edge: u32, door_cm: u32, start: Duration, whole: Duration, forwards: bool) -> Self {
        let length_cm = streets.edges[edge as usize].length_cm;
        let to_cm = if forwards { length_cm } else { 0 };
        let share = f64::from(to_cm.abs_diff(door_cm)) / f64::from(length_cm.max(1));
        Run { edge, from_cm: door_cm, to_cm, start, end: start + whole.scaled(share) }
    }

    /// All runs over an edge that a search reached: from its ends, and from doors on it both ways.
    pub fn of_reach(streets: &Streets, reach: &EdgeReach) -> Vec<Self> {
        let time = Duration::from_deciseconds;
        let begin = reach.from_begin.map(|(start, whole)| Run::from_begin(streets, reach.edge, time(start), time(whole)));
        let end = reach.from_end.map(|(start, whole)| Run::from_end(streets, reach.edge, time(start), time(whole)));
        let doors = reach.seeds.iter().flat_map(|seed| {
            let onwards = |whole: Option<u32>, forwards: bool| {
                whole.map(|whole| Run::from_door(streets, reach.edge, seed.along_cm, time(seed.time), time(whole), forwards))
            };
            [onwards(seed.forward, true), onwards(seed.backward, false)].into_iter().flatten()
        });
        begin.into_iter().chain(end).chain(doors).collect()
    }
}

/// How areas are drawn around streets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fringe {
    /// The lattice whose nodes are asked; see [`Lattice::around`]. A hundred metres suits a city.
    pub lattice: Lattice,
    /// How fast one walks beside the streets.
    pub off_street: Speed,
    /// How far one walks beside the streets at most, 100 to 300 m as a rule.
    pub reach: Distance,
}

/// Zones and bands over streets.
#[derive(Debug, Clone)]
pub struct StreetBands {
    /// In order of their limits, each once. Bands share nothing but lines, and together they are the last zone.
    pub bands: Vec<Isoband>,
    /// The lattice that was used: the one asked for, or one whose step was doubled until it had at most [`MAX_NODES`] nodes.
    pub lattice: Lattice,
}

/// Most nodes of a lattice over what is reached: 200 by 200 km at 100 m.
pub const MAX_NODES: usize = 4_000_000;

/// The bands between `limits` of what `runs` reach. Beyond the last limit nothing is looked at; without any run all bands are empty.
/// Areas across the meridian of 180° are not joined.
pub fn street_bands(streets: &Streets, runs: &[Run], limits: &[Duration], fringe: &Fringe) -> StreetBands {
    let mut limits = limits.to_vec();
    limits.sort();
    limits.dedup();
    let surface = Surface::of(streets, runs, limits.last().copied().unwrap_or_default(), fringe);
    let mut bands: Vec<Isoband> = Vec::with_capacity(limits.len());
    for to in limits {
        let from = bands.last().map(|before| before.to);
        let zone = trace::outline(&surface, None, to);
        let band = if from.is_some() { trace::outline(&surface, from, to) } else { zone.clone() };
        bands.push(Isoband { from, to, zone, band });
    }
    StreetBands { bands, lattice: surface.lattice }
}
