//! The times that targets ask for, found together: for one definition and one level, every search is made once and every
//! target that needs it reads from it.
//!
//! The time between two places depends on where the clock of the definition starts and ends:
//!
//! - **station, centre**: between the places' stations or points, as the search defines them;
//! - **cells**: the population-weighted median over the residents of the origin ([`Residents::place`]), each to the
//!   destination's centres ([`cell_times::to_place`]). Half of the people need at most so long. A place without cells stands
//!   for itself by its point.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::relations::{Relation, ResolvedTarget};
use super::residents::Residents;
use super::weighted::Sample;
use super::{Coverage, cell_times};
use crate::input::parameters::Level;
use crate::input::study::Definition;
use crate::input::targets::Feature;
use crate::input::vocabulary::{Ends, Mode};
use crate::network::territory::{PlaceIx, Territory};
use crate::search::engine::{Engine, Found, Travel};
use crate::search::{Direction, Endpoint, Outcome, Reason};
use crate::units::Duration;

/// The time between two places, and where the clock starts in cells also how many of the residents are within the limit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PlaceAnswer {
    /// The time.
    pub time: Outcome,
    /// People, where the clock starts in cells.
    pub people: Option<Coverage>,
}

/// The residents of several units on their way to a place.
#[derive(Debug, Clone, PartialEq)]
pub struct ResidentsAnswer {
    /// The time that each share of [`QUANTILES`] of the people needs at most; `None` where nobody was tested.
    pub quantiles: Option<[Outcome; QUANTILES.len()]>,
    /// People within the limit.
    pub people: Coverage,
    /// Land within the limit, in km².
    pub area_km2: Coverage,
}

/// The shares of people that [`ResidentsAnswer::quantiles`] gives times for; the third is the median.
pub const QUANTILES: [f64; 5] = [0.10, 0.25, 0.50, 0.75, 0.90];

/// A question for the time of a relation in one direction.
pub(super) type Asked = (Mode, PlaceIx, PlaceIx, Duration);

/// All answers for one definition and one level.
#[derive(Debug, Default)]
pub(super) struct Answers {
    places: BTreeMap<Asked, PlaceAnswer>,
    residents: BTreeMap<(Mode, PlaceIx, Duration, Vec<PlaceIx>), ResidentsAnswer>,
    nearest: BTreeMap<(u8, PlaceIx), Found>,
}

impl Answers {
    /// The time from one place to another.
    pub fn place(&self, mode: Mode, from: PlaceIx, to: PlaceIx, limit: Duration) -> PlaceAnswer {
        self.places[&(mode, from, to, limit)]
    }

    /// The residents of units to a place.
    pub fn residents(&self, mode: Mode, units: &[PlaceIx], to: PlaceIx, limit: Duration) -> &ResidentsAnswer {
        &self.residents[&(mode, to, limit, units.to_vec())]
    }

    /// The nearest feature of a place.
    pub fn nearest(&self, place: PlaceIx, feature: Feature) -> &Found {
        &self.nearest[&(feature as u8, place)]
    }

    /// Answers all that `targets`, which share `definition`, ask for at `level`.
    pub fn find<'a>(
        engine: &dyn Engine,
        definition: &'a Definition,
        level: Level,
        targets: &[&ResolvedTarget<'a>],
        residents: &Residents,
    ) -> Answers {
        let travel = engine.freeze(definition, level);
        Questions::of(targets).answer(&*travel, residents)
    }

    /// Answers questions for the time between places only.
    pub fn between_places(travel: &dyn Travel, places: &BTreeSet<Asked>, residents: &Residents) -> Answers {
        Questions { places: places.clone(), ..Questions::default() }.answer(travel, residents)
    }

    fn find_points(&mut self, travel: &dyn Travel, asked: &[Asked]) {
        let mut by_origin: BTreeMap<(Mode, PlaceIx), Vec<(PlaceIx, Duration)>> = BTreeMap::new();
        for &(mode, from, to, limit) in asked {
            by_origin.entry((mode, from)).or_default().push((to, limit));
        }
        let row = |(&(mode, from), to): (&(Mode, PlaceIx), &Vec<(PlaceIx, Duration)>)| {
            let tree = travel.tree(Endpoint::Place(from), Direction::Forward, mode);
            let answer = |&(to, limit): &(PlaceIx, Duration)| {
                let time = tree.time(&Endpoint::Place(to));
                ((mode, from, to, limit), PlaceAnswer { time, people: None })
            };
            to.iter().map(answer).collect::<Vec<_>>()
        };
        let rows: Vec<Vec<(Asked, PlaceAnswer)>> = by_origin.par_iter().map(row).collect();
        self.places.extend(rows.into_iter().flatten());
    }

    fn find_cells(&mut self, travel: &dyn Travel, of_cells: &[Asked], asked: &Questions, residents: &Residents) {
        let territory = travel.territory();
        let destinations: BTreeSet<(Mode, PlaceIx)> = of_cells
            .iter()
            .map(|&(mode, _, to, _)| (mode, to))
            .chain(asked.residents.iter().map(|&(mode, to, ..)| (mode, to)))
            .collect();
        // One destination after the other on each thread: the times of all cells are the largest thing held.
        let destinations: Vec<(Mode, PlaceIx)> = destinations.into_iter().collect();
        let found: Vec<_> = destinations
            .par_iter()
            .map(|&(mode, to)| {
                let times = cell_times::to_place(travel, to, mode);
                let here = of_cells.iter().filter(|&&(known, _, place, _)| (known, place) == (mode, to));
                let places: Vec<(Asked, PlaceAnswer)> = here
                    .map(|&asked| (asked, place_answer(&times, territory, &residents.place(territory, asked.1), asked.3)))
                    .collect();
                let here = asked.residents.iter().filter(|&&(known, place, ..)| (known, place) == (mode, to));
                let groups: Vec<_> =
                    here.map(|key| (key.clone(), residents_answer(&times, territory, residents, &key.3, key.2))).collect();
                (places, groups)
            })
            .collect();
        for (places, groups) in found {
            self.places.extend(places);
            self.residents.extend(groups);
        }
    }
}

/// The median and the people within `limit` of these cells.
fn place_answer(times: &[Outcome], territory: &Territory, cells: &[u32], limit: Duration) -> PlaceAnswer {
    let cells = || cells.iter().map(|&cell| (times[cell as usize], territory.cells[cell as usize].population));
    let mut people = Coverage::default();
    for (time, population) in cells() {
        people.add(time, population, limit);
    }
    let untested = || cells().next().map_or(Outcome::NotTested(Reason::NoRoadInReach), |(time, _)| time);
    let time = Sample::of(cells()).quantile(0.5).unwrap_or_else(untested);
    PlaceAnswer { time, people: Some(people) }
}

fn residents_answer(
    times: &[Outcome],
    territory: &Territory,
    residents: &Residents,
    units: &[PlaceIx],
    limit: Duration,
) -> ResidentsAnswer {
    let cells = || residents.units(units).map(|cell| (times[cell], &territory.cells[cell]));
    let (mut people, mut area_km2) = (Coverage::default(), Coverage::default());
    for (time, cell) in cells() {
        people.add(time, cell.population, limit);
        area_km2.add(time, cell.area_km2, limit);
    }
    let mut sample = Sample::of(cells().map(|(time, cell)| (time, cell.population)));
    let tested = sample.total() > 0.0;
    let mut quantile = |share| sample.quantile(share).expect("a sample with weight has every quantile");
    let quantiles = tested.then(|| QUANTILES.map(&mut quantile));
    ResidentsAnswer { quantiles, people, area_km2 }
}

/// What targets of one definition ask for, each question once.
#[derive(Debug, Default)]
struct Questions {
    places: BTreeSet<Asked>,
    residents: BTreeSet<(Mode, PlaceIx, Duration, Vec<PlaceIx>)>,
    nearest: Vec<(Feature, PlaceIx)>,
}

impl Questions {
    fn answer(&self, travel: &dyn Travel, residents: &Residents) -> Answers {
        let territory = travel.territory();
        let mut answers = Answers::default();
        let cells = travel.definition().ends == Ends::Cells;
        let by_cells = |&(_, from, ..): &Asked| cells && !residents.place(territory, from).is_empty();
        let (of_cells, of_points): (Vec<Asked>, Vec<Asked>) = self.places.iter().partition(|&asked| by_cells(asked));
        answers.find_points(travel, &of_points);
        answers.find_cells(travel, &of_cells, self, residents);
        let near: Vec<((u8, PlaceIx), Found)> = self
            .nearest
            .par_iter()
            .map(|&(feature, place)| ((feature as u8, place), travel.nearest(place, feature)))
            .collect();
        answers.nearest.extend(near);
        answers
    }

    fn of(targets: &[&ResolvedTarget]) -> Self {
        let mut asked = Questions::default();
        let mut near: BTreeMap<(u8, PlaceIx), Feature> = BTreeMap::new();
        for resolved in targets {
            let (mode, limit) = (resolved.target.mode, resolved.target.limit);
            for relation in &resolved.relations {
                match *relation {
                    Relation::OneWay { from, to } => {
                        asked.places.insert((mode, from, to, limit));
                    }
                    Relation::BothWays { centre, place } => {
                        asked.places.extend([(mode, centre, place, limit), (mode, place, centre, limit)]);
                    }
                    Relation::Residents { unit, to } => {
                        asked.residents.insert((mode, to, limit, vec![unit]));
                    }
                    Relation::Nearest { place, feature } => {
                        near.insert((feature as u8, place), feature);
                    }
                }
            }
            if let Some((units, to)) = all_residents(&resolved.relations) {
                asked.residents.insert((mode, to, limit, units));
            }
        }
        asked.nearest = near.into_iter().map(|((_, place), feature)| (feature, place)).collect();
        asked
    }
}

/// The units and the destination of a target about residents.
pub(super) fn all_residents(relations: &[Relation]) -> Option<(Vec<PlaceIx>, PlaceIx)> {
    let unit = |relation: &Relation| match *relation {
        Relation::Residents { unit, to } => Some((unit, to)),
        _ => None,
    };
    let pairs: Vec<(PlaceIx, PlaceIx)> = relations.iter().filter_map(unit).collect();
    let (_, to) = *pairs.first()?;
    Some((pairs.into_iter().map(|(unit, _)| unit).collect(), to))
}
