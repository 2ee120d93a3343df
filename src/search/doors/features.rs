//! The nearest road or station of a kind, by car.

use std::sync::Arc;

use super::engine::StreetSide;
use super::located::Located;
use super::searched::StreetSearch;
use super::world::World;
use crate::input::targets::Feature;
use crate::network::StopIx;
use crate::network::streets::{Directed, StreetClass, StreetMode};
use crate::search::engine::Found;
use crate::search::nearest::served_stops;
use crate::search::{Direction, Outcome, Reason};
use crate::units::Duration;

/// The feature that a car reaches soonest; `whole` adds what comes with the drive. National roads are trunk and primary roads of
/// OpenStreetMap, expressways its motorways; stations are those of the study's network files.
pub(super) fn nearest(
    world: &World,
    side: &StreetSide,
    from: &Located,
    feature: Feature,
    whole: impl Fn(Duration) -> Duration,
) -> Found {
    let (Some(of), Some(on)) = (world.mode(StreetMode::Car), from.on(StreetMode::Car)) else {
        return Found { time: Outcome::NotTested(Reason::NoStreetInReach), id: None };
    };
    let mut search = StreetSearch::default();
    of.search(Direction::Forward, on, u32::MAX - 1, &mut search);
    let time_of = |state: u32| search.time(of, state);
    let roads = |classes: &[StreetClass]| {
        let of_class = |edge: &u32| classes.iter().any(|&class| of.streets.way(*edge).class == class as u16);
        let edges = (0..of.streets.edges.len() as u32).filter(of_class);
        let entered = |edge: Directed| of.graph.entered(edge, Direction::Forward, time_of);
        let time = |edge: u32| {
            let own = (edge == on.edge).then(|| of.graph.off_street_time(on));
            [true, false].into_iter().filter_map(|forward| entered(Directed::new(edge, forward))).chain(own).min()
        };
        let best = edges.filter_map(|edge| Some((time(edge)?, of.streets.way(edge).osm))).min();
        best.map(|(time, way)| (time, Arc::from(way.to_string())))
    };
    let stations = || {
        let time = |stop: StopIx| {
            let stop = side.network.stop(stop);
            let point = *world.locate(stop.at).on(StreetMode::Car)?;
            let time = super::links::way_time(of, on, &point, Direction::Forward, time_of)?;
            Some((time, Arc::clone(&stop.id)))
        };
        served_stops(side.network, feature).into_iter().filter_map(time).min()
    };
    let (found, none) = match feature {
        Feature::NationalRoad => (
            roads(&[StreetClass::Trunk, StreetClass::TrunkLink, StreetClass::Primary, StreetClass::PrimaryLink]),
            Reason::NoRoad,
        ),
        Feature::Expressway => (roads(&[StreetClass::Motorway, StreetClass::MotorwayLink]), Reason::NoRoad),
        Feature::RailStation | Feature::HsrStation | Feature::Airport => (stations(), Reason::NoLine),
    };
    match found {
        Some((time, id)) => Found { time: Outcome::Reached(whole(Duration::from_deciseconds(time))), id: Some(id) },
        None => Found { time: Outcome::Unreachable(none), id: None },
    }
}
