//! Two scenarios over the same cells and places: who gains, who loses, and by which projects.
//!
//! The population is that of the territory in both (METHOD §2.3). A gain is put down to the projects that the new journey uses, a loss
//! to those that the old one used: what a journey touches in neither scenario cannot have changed it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;

use super::cell_times::CellJourneys;
use super::residents::Residents;
use super::within;
use crate::input::vocabulary::Mode;
use crate::network::territory::{PlaceIx, Territory};
use crate::search::engine::Travel;
use crate::search::{Direction, Endpoint, Outcome};
use crate::units::Duration;

/// The sum of changes over some cells.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Change {
    /// People in these cells.
    pub people: f64,
    /// People with a journey in both scenarios.
    pub reached_in_both: f64,
    /// Minutes that they save together; negative where they lose.
    pub person_minutes_saved: f64,
    /// People within the limit before.
    pub covered_before: f64,
    /// People within the limit after.
    pub covered_after: f64,
    /// Within the limit after, not before.
    pub newly_covered: f64,
    /// Within the limit before, not after.
    pub lost: f64,
    /// With a journey after, without one before.
    pub newly_reached: f64,
    /// With a journey before, without one after.
    pub no_longer_reached: f64,
}

impl Change {
    /// Minutes saved by a person on average, over those with a journey in both: `Σ w_i (t_i⁰ − t_i¹)` (METHOD §2.3).
    pub fn mean_saving_min(&self) -> Option<f64> {
        (self.reached_in_both > 0.0).then(|| self.person_minutes_saved / self.reached_in_both)
    }

    fn add(&mut self, people: f64, before: Outcome, after: Outcome, limit: Duration) {
        self.people += people;
        match (before.time(), after.time()) {
            (Some(before), Some(after)) => {
                self.reached_in_both += people;
                self.person_minutes_saved += people * (before.minutes() - after.minutes());
            }
            (None, Some(_)) => self.newly_reached += people,
            (Some(_), None) => self.no_longer_reached += people,
            (None, None) => {}
        }
        let (was, is) = (within(&before, limit), within(&after, limit));
        self.covered_before += if was { people } else { 0.0 };
        self.covered_after += if is { people } else { 0.0 };
        self.newly_covered += if is && !was { people } else { 0.0 };
        self.lost += if was && !is { people } else { 0.0 };
    }
}

/// Two scenarios compared, cell by cell to one place.
#[derive(Debug, Clone)]
pub struct Comparison {
    /// All cells together.
    pub total: Change,
    /// Every unit that has cells, in the order of the territory.
    pub units: Vec<(PlaceIx, Change)>,
    /// Changed cells by the projects that their journeys use, the set with the most person-minutes first (saved or lost).
    pub by_projects: Vec<ProjectsChange>,
    /// For every cell whose time or status changed: its position, and that of its projects in `by_projects`.
    pub changed: Vec<(usize, usize)>,
}

/// What changed with one set of projects.
#[derive(Debug, Clone, PartialEq)]
pub struct ProjectsChange {
    /// The projects together on the journeys; empty where no journey uses any.
    pub projects: BTreeSet<Arc<str>>,
    /// The cells whose time changed.
    pub change: Change,
}

type Projects = BTreeSet<Arc<str>>;

/// Compares the times of all cells in two scenarios.
pub fn cells(before: &CellJourneys, after: &CellJourneys, territory: &Territory, limit: Duration) -> Comparison {
    let mut total = Change::default();
    let mut by_set: BTreeMap<Projects, (Change, Vec<usize>)> = BTreeMap::new();
    let mut units = Vec::new();
    for (at, cell) in territory.cells.iter().enumerate() {
        let (old, new) = (before.times[at], after.times[at]);
        total.add(cell.population, old, new, limit);
        if old != new {
            let journeys = if has_gained(&old, &new) { after } else { before };
            let projects = journeys.sets.get(journeys.projects[at]).clone();
            let entry = by_set.entry(projects).or_default();
            entry.0.add(cell.population, old, new, limit);
            entry.1.push(at);
        }
    }
    let residents = Residents::of(territory);
    for (place, _) in territory.iter().filter(|&(place, _)| !residents.unit(place).is_empty()) {
        let mut change = Change::default();
        for cell in residents.units(&[place]) {
            change.add(territory.cells[cell].population, before.times[cell], after.times[cell], limit);
        }
        units.push((place, change));
    }
    let mut sets: Vec<(Projects, (Change, Vec<usize>))> = by_set.into_iter().collect();
    let weight = |change: &Change| change.person_minutes_saved.abs();
    sets.sort_by(|a, b| weight(&b.1.0).total_cmp(&weight(&a.1.0)).then_with(|| a.0.cmp(&b.0)));
    let mut changed = Vec::new();
    let mut by_projects = Vec::with_capacity(sets.len());
    for (at, (projects, (change, cells))) in sets.into_iter().enumerate() {
        changed.extend(cells.into_iter().map(|cell| (cell, at)));
        by_projects.push(ProjectsChange { projects, change });
    }
    changed.sort_unstable();
    Comparison { total, units, by_projects, changed }
}

/// Whether the second outcome is better: quicker, or there is a journey where there was none.
fn has_gained(before: &Outcome, after: &Outcome) -> bool {
    after.slowness() < before.slowness()
}

/// The journey between two places in one scenario.
#[derive(Debug, Clone, PartialEq)]
pub struct PlaceJourney {
    /// Origin.
    pub from: PlaceIx,
    /// Destination.
    pub to: PlaceIx,
    /// The time.
    pub time: Outcome,
    /// The projects it uses.
    pub projects: BTreeSet<Arc<str>>,
}

/// The journeys from each origin to each destination but itself, in order. Between the places' stations or points, also where the
/// definition's clock starts in cells.
pub fn place_journeys(travel: &dyn Travel, origins: &[PlaceIx], destinations: &[PlaceIx], mode: Mode) -> Vec<PlaceJourney> {
    let row = |&from: &PlaceIx| {
        let tree = travel.tree(Endpoint::Place(from), Direction::Forward, mode);
        let journey = |&to: &PlaceIx| {
            let endpoint = Endpoint::Place(to);
            let projects = tree.journey(&endpoint).map_or_else(BTreeSet::new, |journey| journey.projects());
            PlaceJourney { from, to, time: tree.time(&endpoint), projects }
        };
        destinations.iter().filter(|&&to| to != from).map(journey).collect::<Vec<_>>()
    };
    let rows: Vec<Vec<PlaceJourney>> = origins.par_iter().map(row).collect();
    rows.into_iter().flatten().collect()
}

/// A relation in two scenarios.
#[derive(Debug, Clone, PartialEq)]
pub struct PlaceChange {
    /// Origin.
    pub from: PlaceIx,
    /// Destination.
    pub to: PlaceIx,
    /// The time before.
    pub before: Outcome,
    /// The time after.
    pub after: Outcome,
    /// Where it changed: the projects of the journey that is better, the new one or the old one.
    pub projects: BTreeSet<Arc<str>>,
}

impl PlaceChange {
    /// Minutes saved, negative where lost; `None` unless there is a journey in both.
    pub fn saved_min(&self) -> Option<f64> {
        Some(self.before.time()?.minutes() - self.after.time()?.minutes())
    }
}

/// Compares journeys between places in two scenarios: those of the same places, in the order of `before`.
pub fn places(before: &[PlaceJourney], after: &[PlaceJourney]) -> Vec<PlaceChange> {
    let known: BTreeMap<(PlaceIx, PlaceIx), &PlaceJourney> =
        after.iter().map(|journey| ((journey.from, journey.to), journey)).collect();
    let change = |old: &PlaceJourney| {
        let new = known.get(&(old.from, old.to))?;
        let projects = match (old.time == new.time, has_gained(&old.time, &new.time)) {
            (true, _) => BTreeSet::new(),
            (false, true) => new.projects.clone(),
            (false, false) => old.projects.clone(),
        };
        Some(PlaceChange { from: old.from, to: old.to, before: old.time, after: new.time, projects })
    };
    before.iter().filter_map(change).collect()
}
