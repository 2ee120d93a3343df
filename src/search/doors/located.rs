//! Where a point off the streets meets them, for every mode that is needed.

use super::world::World;
use crate::geo::LonLat;
use crate::network::streets::StreetMode;
use crate::network::streets::snap::{EdgePoint, Snap};
use crate::network::timetable::CallStopIx;

/// A point, located on the streets of every mode of a world, or at a stop.
#[derive(Debug, Clone, PartialEq)]
pub struct Located {
    /// Where it lies.
    pub at: LonLat,
    /// The stop it is, where journeys begin or end at the stop itself, without any way over streets.
    pub stop: Option<CallStopIx>,
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

    /// Whether journeys can begin or end there at all.
    pub fn is_usable(&self) -> bool {
        self.stop.is_some() || self.snaps.iter().any(|(_, snap)| matches!(snap, Snap::On { .. }))
    }
}

impl World<'_> {
    /// A point on the streets of every mode, within the limit of the world.
    pub fn locate(&self, at: LonLat) -> Located {
        let snaps = self.modes().iter().map(|of| (of.mode, of.index.snap(at, self.snap_limit_m()))).collect();
        Located { at, stop: None, snaps }
    }

    /// A stop as a point: journeys begin and end at it without any way.
    pub fn located_stop(&self, stop: CallStopIx, at: LonLat) -> Located {
        Located { at, stop: Some(stop), snaps: Vec::new() }
    }
}
