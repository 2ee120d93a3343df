//! What measures ask of a search, whichever engine answers it.
//!
//! An [`Engine`] holds one network. For a definition and a level of the parameters it gives a [`Travel`], which says where the
//! answers belong and searches; each search gives [`Times`] between one endpoint, the root, and all others. Measures
//! and verbs know these three only, so that the same targets, ladders and comparisons are answered over roads and
//! stopping patterns (`freeze`) and over streets and timetables.

use std::sync::Arc;

use super::alternatives::Alternative;
use super::doors::reach::ModeReach;
use super::journey::Journey;
use super::project_sets::{ProjectSets, SetId};
use super::{Direction, Endpoint, Outcome};
use crate::input::parameters::Level;
use crate::input::study::Definition;
use crate::input::targets::Feature;
use crate::input::vocabulary::Mode;
use crate::network::streets::Streets;
use crate::network::territory::{PlaceIx, Territory};
use crate::units::Duration;

/// One network that can be asked under any definition and level.
pub trait Engine: Sync {
    /// The network under one definition, at one level of the parameters. What is the same under several of them is made once.
    fn freeze<'t>(&'t self, definition: &'t Definition, level: Level) -> Box<dyn Travel + 't>;

    /// How far an endpoint lies from the nearest road or street that journeys by car may begin on, in metres as the crow flies;
    /// `None` where there is none within reach, or no such endpoint.
    fn nearest_road_m(&self, endpoint: &Endpoint) -> Option<f64>;
}

/// A network under one definition, at one level of the parameters.
pub trait Travel: Sync {
    /// The definition.
    fn definition(&self) -> &Definition;

    /// The level of the parameters.
    fn level(&self) -> Level;

    /// The places and cells that endpoints are positions in.
    fn territory(&self) -> &Territory;

    /// Searches from `root` forwards, or backwards to it, by `mode`.
    fn tree(&self, root: Endpoint, direction: Direction, mode: Mode) -> Box<dyn Times + '_>;

    /// The feature of a kind that a car reaches soonest from the point of a place.
    fn nearest(&self, place: PlaceIx, feature: Feature) -> Found;

    /// The streets that `root` reaches (that lead to it, backwards) within `longest`, for areas around them; `None` from an engine
    /// without streets.
    fn reach(&self, root: &Endpoint, direction: Direction, mode: Mode, longest: Duration) -> Option<StreetReach<'_>>;

    /// Up to `n` ways by car that differ from each other in at least `differing` of the time of the fastest (0 to 1), fastest first;
    /// `None` from an engine that knows no other ways than the best.
    fn alternatives(&self, from: &Endpoint, to: &Endpoint, n: usize, differing: f64) -> Option<Vec<Alternative>>;
}

/// Streets that are reached.
#[derive(Debug, Clone)]
pub struct StreetReach<'s> {
    /// The streets.
    pub streets: &'s Streets,
    /// The edges that are reached, for every mode that journeys may end with.
    pub modes: Vec<ModeReach>,
}

/// Travel times between one endpoint, the root, and all others: from it, or to it where the search ran backwards.
///
/// A root is zero from itself. Every answer is the same whichever of the methods gives it: `cells()[i]` is
/// `time(&Endpoint::Cell(i))`, and a journey takes as long as `time` says.
pub trait Times: Send + Sync {
    /// The travel time to an endpoint (from it, backwards).
    fn time(&self, endpoint: &Endpoint) -> Outcome;

    /// The travel times to all cells (from them, backwards), in the order of the territory.
    fn cells(&self) -> Vec<Outcome>;

    /// For every cell, the projects whose roads, stops or services the best journey uses; empty where there is no journey.
    fn cell_projects(&self, sets: &mut ProjectSets) -> Vec<SetId>;

    /// The best journey to an endpoint (from it, backwards) in order of travel; `None` where there is none.
    fn journey(&self, endpoint: &Endpoint) -> Option<Journey>;
}

/// The nearest feature and how long it takes to get there.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// The time.
    pub time: Outcome,
    /// The id of what is nearest (a node, stop or link), where one is reached.
    pub id: Option<Arc<str>>,
}
