//! One journey by components, for the waterfall of a relation (METHOD §6.1).

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::input::vocabulary::{Component, Mode};
use crate::search::engine::Travel;
use crate::search::{Direction, Endpoint};
use crate::units::{Distance, Duration};

/// A journey by what it spends its time on.
#[derive(Debug, Clone, PartialEq)]
pub struct Waterfall {
    /// The whole time; the parts sum to it exactly.
    pub total: Duration,
    /// The way.
    pub length: Distance,
    /// The components with a time, in the order of [`Component::ALL`].
    pub parts: Vec<(Component, Duration)>,
    /// The projects that it uses.
    pub projects: BTreeSet<Arc<str>>,
}

/// The best journey between two endpoints by components; `None` without one.
///
/// Where the clock of the definition starts in cells, a place stands for itself by its point: there is one journey to show, not that
/// of the median resident.
pub fn waterfall(travel: &dyn Travel, from: Endpoint, to: Endpoint, mode: Mode) -> Option<Waterfall> {
    let journey = travel.tree(from, Direction::Forward, mode).journey(&to)?;
    let timed = |&(_, time): &(Component, Duration)| time > Duration::ZERO;
    let parts = Component::ALL.iter().map(|&kind| (kind, journey.time_of(kind))).filter(timed).collect();
    Some(Waterfall { total: journey.total, length: journey.length(), parts, projects: journey.projects() })
}
