//! The times of a variant from the graph itself: for variants of hundreds of arcs.
//!
//! The arcs of all variants are in a graph beside those of the base, and closed. A variant opens its own: the metric of a hierarchy is
//! mended for them, and lanes search from all zones to all zones. What that costs hardly depends on how many arcs there are.
//!
//! Memory traffic: that of the lanes, 8 bytes an arc above the zones for 64 origins, and the table of the base once. The times of the variant
//! are never there: 128 bytes a zone and thread (256 where times need 32 bits).

use std::collections::BTreeMap;

use super::measure::{self, Measure};
use super::table::{Block, Cell, LANES, Table};
use super::{Seeds, TerminalArc, Zone};
use crate::network::streets::Place;
use crate::search::Direction;
use crate::search::flat::FlatGraph;
use crate::search::hierarchy::{self, Batch, Change, LaneTime, Mendable, Reducer, Targets, Topology, order, reduce};

/// A base with room for the arcs of variants, as a hierarchy.
#[derive(Debug, Clone)]
pub struct Recompute {
    streets: Mendable,
    departures: Vec<Seeds>,
    arrivals: Vec<Seeds>,
    /// The arc of the graph between two terminals, for all that some variant joins.
    between: BTreeMap<(u32, u32), usize>,
}

impl Recompute {
    /// Makes the hierarchy of a base, the graph without any arc that a variant may change (see [`super::base::without`]), and of all arcs
    /// that variants are made of: those of today and those that projects bring. `places` has the place of every node of the graph,
    /// and `terminals` the node of every terminal.
    pub fn new(
        base: &FlatGraph,
        places: &[Place],
        zones: &[Zone],
        terminals: &[u32],
        arcs: impl IntoIterator<Item = TerminalArc>,
    ) -> Recompute {
        let mut between: BTreeMap<(u32, u32), usize> = arcs.into_iter().map(|arc| ((arc.tail, arc.head), 0)).collect();
        let nodes = |pair: &(u32, u32)| (terminals[pair.0 as usize], terminals[pair.1 as usize]);
        let of_base = |tail: u32| base.arcs(tail).iter().map(move |arc| (tail, arc.head, arc.time));
        let mut list: Vec<(u32, u32, u32)> = (0..base.n_nodes() as u32).flat_map(of_base).collect();
        list.extend(between.keys().map(nodes).map(|(tail, head)| (tail, head, u32::MAX)));
        let graph = FlatGraph::from_list(base.n_nodes(), &list);
        for (pair, at) in &mut between {
            let (tail, head) = nodes(pair);
            // Those of the base come first.
            let last = graph.range(tail).rev().find(|&arc| graph.all_arcs()[arc].head == head);
            *at = last.expect("the arc was put there just now");
        }
        let topology = Topology::new(&graph, &order::nested_dissection(&graph, places));
        Recompute {
            streets: Mendable::new(graph, &topology),
            departures: zones.iter().map(|zone| zone.departures.clone()).collect(),
            arrivals: zones.iter().map(|zone| zone.arrivals.clone()).collect(),
            between,
        }
    }

    /// The times between zones in the variant that adds these arcs to the base, over the graph alone: without what [`Table::shorten`] told the table
    /// of the base.
    pub fn times(&mut self, arcs: &[TerminalArc]) -> hierarchy::Table {
        self.with(arcs, |this| {
            let targets = Targets::new(this.streets.lean(), Direction::Forward, &this.arrivals);
            hierarchy::Table::new(this.streets.lean(), &targets, &this.departures, u32::MAX)
        })
    }

    /// What the times between zones are worth in the variant that adds these arcs to the base, whose table this is. The cells must be wide
    /// enough for the measure: see [`measure::fits`].
    pub fn worth<C: Cell, M: Measure>(&mut self, base: &Table<C>, arcs: &[TerminalArc], measure: &M) -> i128 {
        assert!(measure::fits::<C, M>(measure), "cells are wide enough for what is measured");
        assert_eq!(base.n_zones(), self.arrivals.len(), "the table of the base has the same zones");
        // From the horizon on all times are worth the same.
        let limit = measure.horizon().map_or(u32::MAX, |horizon| horizon.saturating_sub(1));
        self.with(arcs, |this| {
            let lean = this.streets.lean();
            let targets = Targets::new(lean, Direction::Forward, &this.arrivals);
            reduce(lean, &targets, &this.departures, limit, &Worth { base, measure }).into_iter().sum()
        })
    }

    /// Does something while the arcs of a variant are open.
    fn with<T>(&mut self, arcs: &[TerminalArc], act: impl FnOnce(&Self) -> T) -> T {
        let mut quickest: BTreeMap<usize, u32> = BTreeMap::new();
        for arc in arcs {
            let at = self.between.get(&(arc.tail, arc.head)).expect("a variant has arcs that were named before");
            let time = quickest.entry(*at).or_insert(arc.time);
            *time = arc.time.min(*time);
        }
        let changes: Vec<Change> = quickest.into_iter().map(|(arc, time)| Change { arc, time: Some(time) }).collect();
        let quickened = self.streets.quicken(&changes);
        let done = act(self);
        self.streets.undo(&quickened);
        done
    }
}

/// Sums up what rows are worth, a batch of origins at a time.
struct Worth<'a, C, M> {
    base: &'a Table<C>,
    measure: &'a M,
}

impl<C: Cell, M: Measure> Reducer for Worth<'_, C, M> {
    type Answer = i128;

    /// Variants only add arcs, so that the times of the base stay upper bounds; those that no search finds are in its table only.
    #[inline(always)]
    fn reduce<T: LaneTime>(&self, batch: &Batch<'_, T>) -> Vec<i128> {
        let mut worths = vec![0i64; batch.sources().len()];
        for at in 0..batch.n_targets().div_ceil(LANES) {
            let zones = at * LANES..batch.n_targets().min((at + 1) * LANES);
            for (lane, (&origin, worth)) in batch.sources().iter().zip(&mut worths).enumerate() {
                let mut block: Block<C> = self.base.row(origin as usize)[at];
                for (cell, zone) in block.0.iter_mut().zip(zones.clone()) {
                    let time = batch.times(zone)[lane].time().map_or(C::UNREACHED, C::of);
                    *cell = time.min(*cell);
                }
                *worth += self.measure.worth(origin as usize, at, &block);
            }
        }
        let weight = |origin: u32| i128::from(self.measure.weight(origin as usize));
        batch.sources().iter().zip(worths).map(|(&origin, worth)| i128::from(worth) * weight(origin)).collect()
    }
}
