//! Walks between stops.

use super::StopTime;
use super::fetch::fetch;
use crate::network::timetable::CallStopIx;
use crate::search::flat::accumulate;

/// Walks from stop to stop with their deciseconds. Two are never walked one after the other, so whatever should be walked in one go
/// must be there as one walk; it is not asked that detours over a third stop are in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Walks {
    /// Where the walks of every stop begin in `to`, and the end of the last.
    from: Vec<u32>,
    to: Vec<StopTime>,
}

impl Walks {
    /// The walks of a list of from, to, deciseconds, between `n_stops` stops. Of several with the same ends the shortest holds. A walk
    /// from a stop to itself is a way of changing there.
    ///
    /// ```
    /// use onehour::network::timetable::CallStopIx;
    /// use onehour::search::raptor::walks::Walks;
    /// let walks = Walks::new(2, &[(CallStopIx(0), CallStopIx(1), 900), (CallStopIx(0), CallStopIx(1), 600)]);
    /// assert_eq!(walks.of(CallStopIx(0)), [(CallStopIx(1), 600)]);
    /// ```
    pub fn new(n_stops: usize, list: &[(CallStopIx, CallStopIx, u32)]) -> Walks {
        let mut sorted = list.to_vec();
        sorted.sort_unstable();
        sorted.dedup_by_key(|&mut (from, to, _)| (from, to));
        let mut from = vec![0; n_stops + 1];
        for &(start, end, _) in &sorted {
            assert!(end.at() < n_stops, "a walk ends at a stop of the timetable");
            from[start.at() + 1] += 1;
        }
        accumulate(&mut from);
        Walks { from, to: sorted.into_iter().map(|(_, to, time)| (to, time)).collect() }
    }

    /// No walks at all.
    pub fn none(n_stops: usize) -> Walks {
        Walks::new(n_stops, &[])
    }

    /// How many stops there are.
    pub fn n_stops(&self) -> usize {
        self.from.len() - 1
    }

    /// How many walks there are.
    pub fn n_walks(&self) -> usize {
        self.to.len()
    }

    /// The walks from a stop, in order of the stops where they end.
    pub fn of(&self, stop: CallStopIx) -> &[StopTime] {
        &self.to[self.from[stop.at()] as usize..self.from[stop.at() + 1] as usize]
    }

    /// Has the processor read ahead the walks from a stop.
    pub(super) fn fetch(&self, stop: u32) {
        let first = self.from[stop as usize] as usize;
        fetch(&self.to, first);
        fetch(&self.to, first + 8);
    }

    /// The deciseconds of the walk between two stops, if there is one.
    pub fn between(&self, from: CallStopIx, to: CallStopIx) -> Option<u32> {
        let walks = self.of(from);
        walks.binary_search_by_key(&to, |&(stop, _)| stop).ok().map(|at| walks[at].1)
    }

    /// The same walks the other way round.
    pub(super) fn reversed(&self) -> Walks {
        let starts = (0..self.n_stops() as u32).map(CallStopIx);
        let list: Vec<_> = starts.flat_map(|from| self.of(from).iter().map(move |&(to, time)| (to, from, time))).collect();
        Walks::new(self.n_stops(), &list)
    }
}
