//! Floating catchments of very many origins and supplies over streets, in lanes: the times of all pairs are never kept.
//!
//! First the demand for every supply is summed from the supplies backwards, then what is had of the supplies from the origins. Both sums
//! run in the order of the file, so that the answers are those of [`catchment`](super::catchment) to the last bit.

use super::catchment::{Catchment, Kind};
use crate::search::Direction;
use crate::search::doors::lanes::StreetLanes;
use crate::search::doors::located::Located;
use crate::search::hierarchy::{Batch, LANES, LaneTime, Reducer};
use crate::units::Duration;

/// Who asks, for what, and how far they go for it.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// Where demand is, and how much.
    pub origins: (&'a [Located], &'a [f64]),
    /// Where supply is, and how much.
    pub supplies: (&'a [Located], &'a [f64]),
    /// How the catchment thins out.
    pub catchment: &'a Catchment,
}

/// Supply for one unit of demand at every origin; 0 where nothing is reached. Whoever wants to see how far it is passes what to do with
/// each batch of at most 64 searches: two for two steps, three for three.
pub fn shares(lanes: &StreetLanes, kind: Kind, asked: Asked, watch: &(dyn Fn(usize) + Sync)) -> Vec<f64> {
    let ((origins, demand), (supplies, supply)) = (asked.origins, asked.supplies);
    let (usable_origins, usable_supplies) = (StreetLanes::usable(origins), StreetLanes::usable(supplies));
    let weigher = Weigher::new(asked.catchment);
    let forwards = |term: &(dyn Fn(usize, usize, f64) -> f64 + Sync)| {
        let sums = Sums { weigher: &weigher, targets: &usable_supplies, term, watch };
        lanes.reduce(origins, supplies, Direction::Forward, asked.catchment.limit(), &sums)
    };
    let backwards = |term: &(dyn Fn(usize, usize, f64) -> f64 + Sync)| {
        let sums = Sums { weigher: &weigher, targets: &usable_origins, term, watch };
        lanes.reduce(supplies, origins, Direction::Backward, asked.catchment.limit(), &sums)
    };
    // The weight that counts for a pair, from its weight by time.
    let choices = if kind == Kind::ThreeStep { forwards(&|_, _, weight| weight) } else { Vec::new() };
    let weight = |origin: usize, weight: f64| match kind {
        Kind::ThreeStep => weight * (weight / choices[origin]),
        Kind::TwoStep | Kind::Modified => weight,
    };
    let asked = backwards(&|origin, _, by_time| demand[origin] * weight(origin, by_time));
    let ratio: Vec<f64> =
        supply.iter().zip(&asked).map(|(supply, &asked)| if asked > 0.0 { supply / asked } else { 0.0 }).collect();
    forwards(&|supply, origin, by_time| {
        let weight = weight(origin, by_time);
        if kind == Kind::Modified { weight * weight * ratio[supply] } else { weight * ratio[supply] }
    })
}

/// Weights by decisecond, 0 at the end, for what is not reached.
struct Weigher<'a> {
    weights: Box<[f64; 1 << 16]>,
    catchment: &'a Catchment,
}

impl<'a> Weigher<'a> {
    fn new(catchment: &'a Catchment) -> Self {
        let weight = |time| catchment.weight(Duration::from_deciseconds(time));
        let weights: Box<[f64]> = (0..u32::from(u16::MAX)).map(weight).chain([0.0]).collect();
        Weigher { weights: weights.try_into().expect("there is a weight for every time of 16 bits"), catchment }
    }

    #[inline(always)]
    fn weight<T: LaneTime>(&self, time: T) -> f64 {
        time.look_up(&self.weights, |time| self.catchment.weight(Duration::from_deciseconds(time)))
    }
}

/// Sums a term over the targets in the catchment of each source, in their order.
struct Sums<'a> {
    weigher: &'a Weigher<'a>,
    /// The number of every target of the search.
    targets: &'a [usize],
    /// What a target adds for a source, by their numbers and the weight by time.
    term: &'a (dyn Fn(usize, usize, f64) -> f64 + Sync),
    watch: &'a (dyn Fn(usize) + Sync),
}

impl Reducer for Sums<'_> {
    type Answer = f64;

    #[inline(always)]
    fn reduce<T: LaneTime>(&self, batch: &Batch<'_, T>) -> Vec<f64> {
        let (mut sums, sources) = ([0.0; LANES], batch.sources());
        for (at, &target) in self.targets.iter().enumerate() {
            for ((sum, &time), &source) in sums.iter_mut().zip(batch.times(at)).zip(sources) {
                let weight = self.weigher.weight(time);
                // A weight of nothing has no share in a choice among nothing.
                if weight > 0.0 {
                    *sum += (self.term)(target, source as usize, weight);
                }
            }
        }
        (self.watch)(sources.len());
        sums[..sources.len()].to_vec()
    }
}
