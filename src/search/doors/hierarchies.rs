//! Hierarchies of streets: when making one pays, and where one is kept.

use std::sync::OnceLock;

use super::located::Located;
use super::world::{ModeStreets, World};
use super::{Approach, Terms};
use crate::network::column_file::Kept;
use crate::network::streets::{Place, StreetMode};
use crate::search::Direction;
use crate::search::flat::Scratch;
use crate::search::freeze::made_once;
use crate::search::hierarchy::order::nested_dissection_with;
use crate::search::hierarchy::store::{IndexFolder, IndexKey};
use crate::search::hierarchy::{Lean, Metric, Sweep, Topology};

/// What a hierarchy costs from the order of its nodes on: as much as Dijkstra's search takes to settle so many states for each state there
/// is. Measured at 45 ns a state settled: 4.0 s for a million generated nodes and 1.8 s for the 264 000 of New York are 90 and 150; 43 ms
/// for the 23 900 of a region on foot are 40.
pub(super) const SETTLED_FOR_ORDER: usize = 100;

/// The same for times on an order that is there already: 0.15 to 0.3 µs a state, with the arcs that quickest ways need.
pub(super) const SETTLED_FOR_TIMES: usize = 7;

/// So many roots are searched to see how far searches go.
const TRIED: usize = 3;

/// The streets of a mode as a hierarchy.
#[derive(Debug)]
pub struct Hierarchy {
    /// Its arcs, which searches from many to many run on.
    pub lean: Lean,
    sweep: OnceLock<Sweep>,
}

/// What [`World::prepare`] may use, and whom it tells.
pub struct Preparation<'p> {
    /// Where orders are kept; without it they are made anew each time.
    pub folder: Option<IndexFolder>,
    /// Told of the mode, how many nodes there are, and what memory ordering them needs in bytes, before an order is made.
    pub begin: &'p dyn Fn(StreetMode, usize, usize),
    /// Told how many nodes have their place in the order, again and again and from any thread.
    pub progress: &'p (dyn Fn(usize) + Sync),
    /// Told of what went wrong with a kept order, in a few words: it is made anew then.
    pub remark: &'p dyn Fn(&str),
}

impl Hierarchy {
    /// Its arcs as searches from one root to all run on them.
    pub fn sweep(&self) -> &Sweep {
        made_once(&self.sweep, || Sweep::new(&self.lean))
    }
}

impl World<'_> {
    /// Makes hierarchies for the modes of direct ways for which it is less work than searching from every root without: how far searches go is
    /// seen from three of them, in states and not in seconds, so that it is the same on every machine. Times are the same with a hierarchy
    /// and without.
    pub fn prepare(&self, roots: &[Located], terms: &Terms, direction: Direction, how: &Preparation) {
        for approach in &terms.direct {
            let Some(of) = self.mode(approach.kind.street_mode()).filter(|of| of.hierarchy().is_none()) else { continue };
            let work = roots.len().saturating_mul(of.settled(roots, approach, terms, direction));
            if work > of.graph.n_states() * SETTLED_FOR_TIMES {
                of.prepare(work > of.graph.n_states() * SETTLED_FOR_ORDER, how);
            }
        }
    }
}

impl ModeStreets<'_> {
    /// The hierarchy, where one was made.
    pub fn hierarchy(&self) -> Option<&Hierarchy> {
        self.hierarchy.get()
    }

    /// How many states a search from a root settles, in the mean over some.
    fn settled(&self, roots: &[Located], approach: &Approach, terms: &Terms, direction: Direction) -> usize {
        let limit = approach.layer_limit_within(terms.max_trip.deciseconds());
        let mut scratch = Scratch::new();
        let on = roots.iter().step_by(roots.len().div_ceil(TRIED).max(1)).filter_map(|root| root.on(self.mode));
        let settled: Vec<usize> = on
            .map(|on| {
                self.graph.search(direction, &self.graph.entries(on, direction), limit, &mut scratch);
                scratch.settled().len()
            })
            .collect();
        settled.iter().sum::<usize>().checked_div(settled.len()).unwrap_or(0)
    }

    /// Makes the hierarchy from an order that is kept, or from a new one where that pays.
    pub(super) fn prepare(&self, order_pays: bool, how: &Preparation) {
        let graph = self.graph.flat(Direction::Forward);
        let place = |state: u32| self.streets.vertices[self.graph.vertex(state) as usize].at;
        let places: Vec<Place> = (0..self.graph.n_states() as u32).map(place).collect();
        let kept = how.folder.as_ref().map(|folder| (folder, IndexKey::of_shape(graph, &places)));
        let topology = match kept.as_ref().map_or(Kept::Nothing, |(folder, key)| folder.load_topology(key, graph)) {
            Kept::Whole(topology) => topology,
            Kept::Nothing | Kept::Refused(_) if !order_pays => return,
            missing => {
                if let Kept::Refused(why) = missing {
                    (how.remark)(&format!("the kept order of the streets is made anew: {why}"));
                }
                let bytes = crate::search::hierarchy::order::memory_needed(graph.n_nodes(), graph.n_arcs());
                (how.begin)(self.mode, graph.n_nodes(), bytes);
                let topology = Topology::new(graph, &nested_dissection_with(graph, &places, how.progress));
                let saved = kept.map_or(Ok(()), |(folder, key)| folder.save_topology(&key, &topology));
                if let Err(error) = saved {
                    (how.remark)(&format!("the order of the streets is not kept for the next time: {error}"));
                }
                topology
            }
        };
        let lean = Lean::new(&topology, &Metric::customize(&topology, graph));
        self.hierarchy.get_or_init(|| Hierarchy { lean, sweep: OnceLock::new() });
    }
}
