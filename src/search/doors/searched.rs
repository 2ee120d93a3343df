//! One search over the streets of a mode, by whichever is less work: Dijkstra's search, or a sweep over the hierarchy.
//!
//! Nobody knows at the outset how many searches a study will ask for. So the states that searches settle are counted: as soon as the searches
//! of a mode have cost as much as it takes to time a kept hierarchy, one is timed; as soon as they have cost as much as ordering the nodes, an
//! order is made and kept. That is never more than twice the work that would have been the least, and it is counted in states, not in
//! seconds. Times are the same either way.

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use super::hierarchies::{Preparation, SETTLED_FOR_ORDER, SETTLED_FOR_TIMES};
use super::world::ModeStreets;
use crate::network::streets::StreetMode;
use crate::network::streets::snap::EdgePoint;
use crate::search::Direction;
use crate::search::flat::Scratch;
use crate::search::hierarchy::SweepScratch;
use crate::search::hierarchy::store::IndexFolder;

/// Searches that settle fewer states in the mean are left to Dijkstra, unless it is half of all there are: a sweep of so little is not quicker.
const SETTLED_FOR_SWEEPS: usize = 500;

/// Where hierarchies come from while searches are going on, and whom it concerns.
#[derive(Clone, Copy)]
pub struct Keeping<'k> {
    /// Where orders are kept.
    pub folder: Option<&'k IndexFolder>,
    /// Whether orders are made as well; otherwise only kept ones are used.
    pub makes_orders: bool,
    /// Told of the mode, how many nodes there are, and what memory ordering them needs in bytes, before an order is made; from any thread.
    pub begin: &'k (dyn Fn(StreetMode, usize, usize) + Sync),
    /// Told of what went wrong with a kept order, in a few words; from any thread.
    pub remark: &'k (dyn Fn(&str) + Sync),
}

impl fmt::Debug for Keeping<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        let mut shown = formatter.debug_struct("Keeping");
        shown.field("folder", &self.folder).field("makes_orders", &self.makes_orders).finish_non_exhaustive()
    }
}

/// What the searches of a mode have cost.
#[derive(Debug, Default)]
pub(super) struct Spent {
    searches: AtomicUsize,
    settled: AtomicUsize,
    /// Up to which state count per state it was looked for a hierarchy.
    looked: AtomicUsize,
    is_busy: AtomicBool,
}

/// The last search over streets, to be asked for times. Memory is used again from one search to the next.
#[derive(Debug, Default)]
pub struct StreetSearch {
    scratch: Scratch,
    sweep: SweepScratch,
    is_swept: bool,
}

impl StreetSearch {
    /// The time of a state in deciseconds; `None` where the search did not come within its limit. `of` is what was searched.
    #[inline]
    pub fn time(&self, of: &ModeStreets, state: u32) -> Option<u32> {
        match of.hierarchy().filter(|_| self.is_swept) {
            Some(hierarchy) => hierarchy.sweep().time(state, &self.sweep),
            None => self.scratch.time(state),
        }
    }

    /// Gives every state that was reached with its time, each once and in no particular order.
    pub fn each_reached(&self, of: &ModeStreets, mut give: impl FnMut(u32, u32)) {
        match of.hierarchy().filter(|_| self.is_swept) {
            Some(hierarchy) => hierarchy.sweep().reached(&self.sweep).for_each(|(state, time)| give(state, time)),
            None => self.scratch.reached().for_each(|(state, time)| give(state, time)),
        }
    }
}

impl ModeStreets<'_> {
    /// Searches from a point (to it, backwards) up to a limit in deciseconds.
    pub fn search(&self, direction: Direction, root: &EdgePoint, limit: u32, found: &mut StreetSearch) {
        let entries = self.graph.entries(root, direction);
        found.is_swept = self.hierarchy().is_some();
        if let Some(hierarchy) = self.hierarchy() {
            hierarchy.sweep().run(direction, &entries, limit, &mut found.sweep);
            return;
        }
        self.graph.search(direction, &entries, limit, &mut found.scratch);
        let settled = found.scratch.settled().len();
        let searches = self.spent.searches.fetch_add(1, Ordering::Relaxed) + 1;
        let settled = self.spent.settled.fetch_add(settled, Ordering::Relaxed) + settled;
        if settled >= searches * SETTLED_FOR_SWEEPS.min(self.graph.n_states() / 2) {
            self.look_for_hierarchy(settled);
        }
    }

    /// Makes a hierarchy where that pays by now. Whoever comes while another thread is at it searches on without.
    fn look_for_hierarchy(&self, settled: usize) {
        let Some(keeping) = self.keeping else { return };
        let each = settled / self.graph.n_states().max(1);
        let worth = |threshold: usize| each >= threshold && self.spent.looked.load(Ordering::Relaxed) < threshold;
        let order_pays = keeping.makes_orders && worth(SETTLED_FOR_ORDER);
        let free = || self.spent.is_busy.compare_exchange(false, true, Ordering::Acquire, Ordering::Relaxed).is_ok();
        if !(order_pays || worth(SETTLED_FOR_TIMES)) || !free() {
            return;
        }
        if self.hierarchy().is_none() {
            let (begin, remark) = (keeping.begin, keeping.remark);
            let how = Preparation { folder: keeping.folder.cloned(), begin: &begin, progress: &|_| (), remark: &remark };
            self.prepare(order_pays, &how);
        }
        self.spent.looked.store(each, Ordering::Relaxed);
        self.spent.is_busy.store(false, Ordering::Release);
    }
}
