//! Lines that a timetable may have besides those that were frozen.

use std::sync::OnceLock;

use super::lines::{Boarding, Lines};
use crate::network::timetable::{HeadwayPattern, Pattern};
use crate::search::Direction;

/// Lines that a search can be repaired with. They call at stops of the timetable that was frozen without them.
#[derive(Debug)]
pub struct AddedLines {
    forward: Added,
    mirrored: OnceLock<Added>,
}

/// Lines with the places where one gets on, by stop.
#[derive(Debug)]
pub(super) struct Added {
    pub lines: Lines,
    pub boardings: Vec<(u32, Boarding)>,
}

impl AddedLines {
    /// Lines of a timetable with the same stops.
    pub fn freeze(patterns: &[Pattern], headways: &[HeadwayPattern]) -> AddedLines {
        AddedLines { forward: Added::of(Lines::freeze(patterns, headways)), mirrored: OnceLock::new() }
    }

    pub(super) fn seen(&self, direction: Direction) -> &Added {
        match direction {
            Direction::Forward => &self.forward,
            Direction::Backward => self.mirrored.get_or_init(|| Added::of(self.forward.lines.mirrored())),
        }
    }
}

impl Added {
    fn of(lines: Lines) -> Added {
        Added { boardings: lines.boardings(), lines }
    }

    /// The boardings at a stop.
    pub(super) fn boardings_at(&self, stop: u32) -> &[(u32, Boarding)] {
        let from = self.boardings.partition_point(|&(other, _)| other < stop);
        let n = self.boardings[from..].iter().take_while(|&&(other, _)| other == stop).count();
        &self.boardings[from..from + n]
    }
}
