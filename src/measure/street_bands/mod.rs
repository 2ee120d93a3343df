//! The areas within travel times over streets: what lies on reached streets and a short walk beside them.
//!
//! A point beside a street takes the time of a point of the street plus the walk in a straight line from there, at most as far as the
//! limit of that walk; the least over all points of streets is its time. Where no reached street is within that limit there is no time.
//! So a place reached only over a bridge or by train is an island, and a park that is too wide to cross is a hole.
//!
//! The time is the exact one at the nodes of a [`Lattice`] that is the same for every search (`surface`), and all zones are outlined
//! in one walk over it by marching squares (`trace`, `rings`). The line between a node inside and one outside is cut where the walk from
//! the street that decides the inner node ends (`cut`), so a zone does not depend on which other limits were asked for. A street
//! reached in time makes the node of its square inner even where the walk from it does not get there: streets are never lost between
//! nodes. Whatever the outline says of a point, the same holds by exact times within one step of the lattice; tests sample that.
//!
//! What does not depend on a search is laid out once in a [`Canvas`]; each search then costs what it reaches.

mod canvas;
mod course;
mod cut;
mod paving;
mod piece;
mod raster;
mod reached;
mod rings;
mod surface;
mod trace;

use rayon::prelude::*;

use crate::measure::isobands::Isoband;
use crate::network::squares::Lattice;
use crate::network::streets::Streets;
use crate::search::doors::reach::{ModeReach, Seed, StateReach};
use crate::units::{Distance, Duration, Speed};

pub use canvas::Canvas;
use canvas::Frame;
pub use paving::Paving;
use piece::Scale;
use raster::InOrder;
use reached::Reached;
use rings::Sheet;
use surface::{Bounds, Node, Surface};

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

    /// All runs over what a search reached: from the ends of edges, and from doors on them both ways.
    pub fn of_reach(streets: &Streets, reach: &ModeReach) -> Vec<Self> {
        let time = Duration::from_deciseconds;
        let mut runs = Vec::with_capacity(2 * reach.edges.len());
        for edge in &reach.edges {
            runs.extend(
                edge.from_begin().map(|(start, whole)| Run::from_begin(streets, edge.edge, time(start), time(whole))),
            );
            runs.extend(edge.from_end().map(|(start, whole)| Run::from_end(streets, edge.edge, time(start), time(whole))));
        }
        runs.extend(Run::of_doors(streets, &reach.seeds));
        runs
    }

    /// The runs from doors alone, by edge.
    fn of_doors(streets: &Streets, seeds: &[Seed]) -> impl Iterator<Item = Run> {
        let time = Duration::from_deciseconds;
        seeds.iter().flat_map(move |seed| {
            let onwards = |whole: Option<u32>, forwards: bool| {
                whole.map(|whole| Run::from_door(streets, seed.edge, seed.along_cm, time(seed.time), time(whole), forwards))
            };
            [onwards(seed.forward, true), onwards(seed.backward, false)].into_iter().flatten()
        })
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

/// Room for drawing, used again and again: clearing it costs what the last drawing touched.
#[derive(Debug, Default)]
pub struct Scratch {
    /// The least time on the streets in every square, in deciseconds, and one for all outside.
    least: Vec<f32>,
    /// Whether there is a street in a block of squares.
    blocks: Vec<bool>,
    /// The class of every node.
    classes: Vec<u16>,
    /// Where the exact times of a node are in `nodes`.
    known: Vec<u32>,
    nodes: Vec<(u32, Node)>,
    bounds: Bounds,
    /// For every layer, when every edge is entered at its begin and at its end, by its place along the curve of the canvas.
    starts: Vec<Vec<[u32; 2]>>,
    /// The same for how long the whole edge takes.
    wholes: Vec<Vec<[u32; 2]>>,
    in_order: InOrder,
    /// The first stretch of every edge, in the same order.
    stretches: Vec<u32>,
}

/// The bands between `limits` of what `runs` reach. Beyond the last limit nothing is looked at; without any run all bands are empty.
/// Areas across the meridian of 180° are not joined.
pub fn street_bands(streets: &Streets, runs: &[Run], limits: &[Duration], fringe: &Fringe) -> StreetBands {
    draw_reached(streets, &Reached::of_runs(streets, runs), limits, fringe)
}

/// The same of what searches reach, one for each mode.
pub fn bands_of_reach(streets: &Streets, reach: &[ModeReach], limits: &[Duration], fringe: &Fringe) -> StreetBands {
    draw_reached(streets, &Reached::of_edges(streets, reach), limits, fringe)
}

impl Canvas<'_> {
    /// The bands between `limits` of what searches reach, one for each mode: the same as [`bands_of_reach`] draws, at the cost of what is
    /// reached.
    pub fn bands(&self, reach: &[ModeReach], limits: &[Duration], room: &mut Scratch) -> StreetBands {
        self.draw_or_lay_out(&Reached::of_edges(self.streets, reach), limits, room)
    }

    /// The same from the states that searches reach, each with the paving of its mode's graph for the direction of the search: without
    /// any look at edges that do not lie where an outline may run.
    pub fn bands_of_states(&self, reach: &[(&Paving, &StateReach)], limits: &[Duration], room: &mut Scratch) -> StreetBands {
        self.draw_or_lay_out(&Reached::of_states(self.streets, reach), limits, room)
    }

    fn draw_or_lay_out(&self, reached: &Reached, limits: &[Duration], room: &mut Scratch) -> StreetBands {
        // Near the most that there may be, whoever lays out what is reached alone decides on the lattice.
        self.draw(reached, limits, MAX_NODES / 10 * 9, room)
            .unwrap_or_else(|| draw_reached(self.streets, &reached.with_edges(self), limits, &self.fringe))
    }

    /// `None` where what is reached has more than `most` nodes.
    fn draw(&self, reached: &Reached, limits: &[Duration], most: usize, room: &mut Scratch) -> Option<StreetBands> {
        let limits = ascending(limits);
        let mut surface = Surface::of(self, reached, &limits, room);
        let fits = surface.n_nodes() <= most;
        let outlines = if fits { trace::outlines(&mut surface) } else { Vec::new() };
        surface.forget();
        let sheet = Sheet { frame: self.frame, scale: self.scale };
        let band = |(at, &to): (usize, &Duration)| {
            let zone = sheet.zone(&outlines[at]);
            let before = at.checked_sub(1);
            let band = before.map_or_else(|| zone.clone(), |before| sheet.band(&outlines[at], &outlines[before]));
            Isoband { from: before.map(|before| limits[before]), to, zone, band }
        };
        fits.then(|| StreetBands { bands: limits.par_iter().enumerate().map(band).collect(), lattice: self.fringe.lattice })
    }
}

/// Draws on a canvas of what is reached alone, on a lattice whose step is doubled until that fits.
fn draw_reached(streets: &Streets, reached: &Reached, limits: &[Duration], fringe: &Fringe) -> StreetBands {
    let mut fringe = *fringe;
    let last = ascending(limits).last().copied().unwrap_or_default();
    let edges = reached.edges();
    loop {
        let scale = Scale::of(fringe.lattice);
        let segments = canvas::segments(streets, edges.iter().copied(), &scale);
        let bounds = reached.bounds(streets, &segments, last);
        let beside = f64::from(fringe.reach.metres());
        if Frame::around(&bounds, &scale, beside, 1).n_squares() <= MAX_NODES {
            let canvas = Canvas::in_frame(streets, &fringe, &segments, Frame::around(&bounds, &scale, beside, 2));
            let bands = canvas.draw(reached, limits, usize::MAX, &mut Scratch::default());
            return bands.expect("no lattice has more nodes than that");
        }
        fringe.lattice.step_m *= 2;
    }
}

fn ascending(limits: &[Duration]) -> Vec<Duration> {
    let mut limits = limits.to_vec();
    limits.sort();
    limits.dedup();
    limits
}
