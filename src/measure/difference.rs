//! The areas between changes of travel time: one surface of minutes saved, cut at both signs.

use geo::{BooleanOps, MultiPolygon};

use super::isobands::{mask, zones_at_least};
use super::surface::Surface;
use crate::search::Outcome;

/// Bounds of minutes saved, descending: classes are more than 60 saved, 30–60, … , more than 60 lost.
pub const SAVED_MIN: [f64; 10] = [60.0, 30.0, 20.0, 10.0, 5.0, -5.0, -10.0, -20.0, -30.0, -60.0];

/// What a cell that is newly reached counts as saved, in minutes, and one that is no longer reached as lost: beyond every bound.
const NEWLY_REACHED_MIN: f64 = 120.0;

/// Disjoint areas by minutes saved from `before` to `after`, eleven: one above each of [`SAVED_MIN`], and the rest. The bound belongs to
/// the class of the larger saving. Both surfaces are of the same grid.
pub fn areas(before: &Surface, after: &Surface) -> Vec<MultiPolygon<f64>> {
    let saved = |(old, new): (&Option<Outcome>, &Option<Outcome>)| match (old.as_ref()?.time(), new.as_ref()?.time()) {
        (Some(old), Some(new)) => Some(old.minutes() - new.minutes()),
        (None, Some(_)) => Some(NEWLY_REACHED_MIN),
        (Some(_), None) => Some(-NEWLY_REACHED_MIN),
        (None, None) => Some(0.0),
    };
    let squares: Vec<Option<f64>> = before.squares.iter().zip(&after.squares).map(saved).collect();
    let mask = mask(before);
    let mut areas = Vec::with_capacity(SAVED_MIN.len() + 1);
    let mut inner: Option<MultiPolygon<f64>> = None;
    let zones = zones_at_least(before.grid, &squares, 0.0, &SAVED_MIN);
    for zone in zones.into_iter().map(|zone| zone.intersection(&mask)).chain([mask.clone()]) {
        areas.push(inner.as_ref().map_or_else(|| zone.clone(), |inner| zone.difference(inner)));
        inner = Some(zone);
    }
    areas
}
