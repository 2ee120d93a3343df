//! The definition ladder: the same limit under every definition (METHOD §1.5, §6.1).
//!
//! A rung is one definition in one scenario at one level. Two readings of the circle climb it: the share of residents within the
//! limit of a place, and how many relations of a star are.

use super::answers;
use super::cell_times;
use super::relations::Relation;
use super::residents::Residents;
use super::verdict::second_is_worse;
use super::{Coverage, Spread, within};
use crate::input::parameters::Level;
use crate::input::vocabulary::Mode;
use crate::network::territory::PlaceIx;
use crate::search::Outcome;
use crate::search::engine::Travel;
use crate::units::Duration;

/// One rung.
#[derive(Debug, Clone, PartialEq)]
pub struct Rung {
    /// Definition id.
    pub definition: String,
    /// The level of the parameters.
    pub level: Level,
    /// People within the limit.
    pub people: Coverage,
    /// The times of the star's relations, the worse direction of each, in their order.
    pub star: Vec<Outcome>,
    /// How many of them are within the limit.
    pub n_passed: usize,
}

/// The rung of the definition and level of `travel`: the residents of `units` to the centres of `to`, and the relations
/// of `star` between places. Under definitions that do not count the way to the station, residents within its reach count
/// from the platform.
pub fn rung(
    travel: &dyn Travel,
    residents: &Residents,
    units: &[PlaceIx],
    to: PlaceIx,
    star: &[Relation],
    mode: Mode,
    limit: Duration,
) -> Rung {
    let territory = travel.territory();
    let times = cell_times::to_place(travel, to, mode);
    let mut people = Coverage::default();
    for cell in residents.units(units) {
        people.add(times[cell], territory.cells[cell].population, limit);
    }
    let asked = star.iter().flat_map(ways).map(|(from, to)| (mode, from, to, limit)).collect();
    let found = answers::Answers::between_places(travel, &asked, residents);
    let worse = |relation: &Relation| {
        let times = ways(relation).into_iter().map(|(from, to)| found.place(mode, from, to, limit).time);
        times.reduce(|first, second| {
            let alone = |time| Spread { favourable: time, base: time, unfavourable: time };
            if second_is_worse(&alone(first), &alone(second), limit) { second } else { first }
        })
    };
    let star: Vec<Outcome> = star.iter().filter_map(worse).collect();
    let n_passed = star.iter().filter(|time| within(time, limit)).count();
    Rung { definition: travel.definition().id.clone(), level: travel.level(), people, star, n_passed }
}

/// The directions of a relation between places; none for others.
fn ways(relation: &Relation) -> Vec<(PlaceIx, PlaceIx)> {
    match *relation {
        Relation::OneWay { from, to } => vec![(from, to)],
        Relation::BothWays { centre, place } => vec![(centre, place), (place, centre)],
        Relation::Residents { .. } | Relation::Nearest { .. } => Vec::new(),
    }
}
