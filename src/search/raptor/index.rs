//! A timetable with its walks in flat arrays, and its mirror image.

use super::UNREACHED;
use super::fetch::fetch;
use super::lines::{Boarding, Lines, Times};
use super::walks::Walks;
use crate::network::timetable::Timetable;

/// All that the search reads.
#[derive(Debug)]
pub(super) struct Index {
    lines: Lines,
    /// Where the boardings of every stop begin in `boardings`, and the end of the last.
    boardings_from: Vec<u32>,
    boardings: Vec<Boarding>,
    walks: Walks,
    /// Per stop; [`UNREACHED`] where one cannot change.
    changes: Vec<u32>,
}

impl Index {
    pub(super) fn freeze(timetable: &Timetable, walks: &Walks, changes: &[Option<u32>]) -> Index {
        let changes = changes.iter().map(|time| time.unwrap_or(UNREACHED)).collect();
        Index::of(Lines::freeze(&timetable.patterns, &timetable.headways), walks.clone(), changes)
    }

    fn of(lines: Lines, walks: Walks, changes: Vec<u32>) -> Index {
        let boardings = lines.boardings();
        let mut boardings_from = vec![0; changes.len() + 1];
        for &(stop, _) in &boardings {
            boardings_from[stop as usize + 1] += 1;
        }
        for at in 0..changes.len() {
            boardings_from[at + 1] += boardings_from[at];
        }
        let boardings = boardings.into_iter().map(|(_, boarding)| boarding).collect();
        Index { lines, boardings_from, boardings, walks, changes }
    }

    pub(super) fn n_stops(&self) -> usize {
        self.changes.len()
    }

    pub(super) fn n_lines(&self) -> usize {
        self.lines.n_lines()
    }

    /// How many lines have fixed trips; the others, by headway, follow them.
    pub(super) fn n_patterns(&self) -> usize {
        self.lines.n_patterns()
    }

    pub(super) fn boardings(&self, stop: u32) -> &[Boarding] {
        &self.boardings[self.boardings_from[stop as usize] as usize..self.boardings_from[stop as usize + 1] as usize]
    }

    /// Has the processor read ahead the boardings at a stop.
    pub(super) fn fetch_boardings(&self, stop: u32) {
        fetch(&self.boardings, self.boardings_from[stop as usize] as usize);
    }

    pub(super) fn walks(&self) -> &Walks {
        &self.walks
    }

    /// The time to change at a stop; [`UNREACHED`] where one cannot.
    pub(super) fn change(&self, stop: u32) -> u32 {
        self.changes[stop as usize]
    }

    pub(super) fn lines(&self) -> &Lines {
        &self.lines
    }

    pub(super) fn line(&self, line: u32) -> Times<'_> {
        self.lines.line(line)
    }

    /// The same timetable seen backwards in time: the lines are mirrored, and walks lead the other way round.
    pub(super) fn mirrored(&self) -> Index {
        Index::of(self.lines.mirrored(), self.walks.reversed(), self.changes.clone())
    }
}
