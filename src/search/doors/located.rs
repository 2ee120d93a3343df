//! Where a point off the streets meets them, for every mode that is needed.

use rayon::prelude::*;

use super::world::World;
use crate::geo::LonLat;
use crate::network::streets::StreetMode;
use crate::network::streets::snap::{EdgePoint, Snap};
use crate::network::timetable::CallStopIx;

/// A point, located on the streets of every mode of a world, or stops at which journeys begin or end.
#[derive(Debug, Clone, PartialEq)]
pub struct Located {
    /// Where it lies.
    pub at: LonLat,
    /// The stops it stands for, where journeys begin or end at the stops themselves, without any way over streets.
    pub stops: Vec<CallStopIx>,
    /// Whether it stands for stops, of which there may be none.
    pub at_stops: bool,
    snaps: Vec<(StreetMode, Snap)>,
}

impl Located {
    /// Where it meets the streets of a mode; `None` where none is within reach, and at a stop.
    pub fn on(&self, mode: StreetMode) -> Option<&EdgePoint> {
        match self.snap(mode)? {
            Snap::On { point, .. } => Some(point),
            Snap::Beyond { .. } => None,
        }
    }

    /// What came of looking for streets of a mode; `None` where it was not looked for.
    pub fn snap(&self, mode: StreetMode) -> Option<&Snap> {
        self.snaps.iter().find(|(known, _)| *known == mode).map(|(_, snap)| snap)
    }

    /// Whether nothing has to be travelled: both are the same point, or share a stop.
    pub fn is_same(&self, other: &Located) -> bool {
        if self.at_stops || other.at_stops {
            return self.stops.iter().any(|stop| other.stops.contains(stop));
        }
        self.at == other.at && self.is_usable()
    }

    /// Whether journeys can begin or end there at all.
    pub fn is_usable(&self) -> bool {
        !self.stops.is_empty() || self.snaps.iter().any(|(_, snap)| matches!(snap, Snap::On { .. }))
    }
}

impl World<'_> {
    /// A point on the streets of every mode, within the limit of the world.
    pub fn locate(&self, at: LonLat) -> Located {
        let snaps = self.modes().iter().map(|of| (of.mode, of.index.snap(at, self.snap_limit_m()))).collect();
        Located { at, stops: Vec::new(), at_stops: false, snaps }
    }

    /// Many points, spread over threads, in their order.
    pub fn locate_all(&self, points: &[LonLat]) -> Vec<Located> {
        points.par_iter().map(|&at| self.locate(at)).collect()
    }

    /// Stops as a point: journeys begin and end at any of them without any way.
    pub fn located_stops(&self, stops: Vec<CallStopIx>, at: LonLat) -> Located {
        Located { at, stops, at_stops: true, snaps: Vec::new() }
    }
}
