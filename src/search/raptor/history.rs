//! What a search over a window knew of every stop after every departure: a repair reads its labels as they were then.

use super::UNREACHED;
use super::range::Found;
use super::rounds::{Ready, Ride, Witness};

/// A time for every stop and round, as of every step of the search. A round has the times of those with fewer rides too, where they are
/// earlier.
#[derive(Debug)]
pub(super) struct History {
    n_rounds: usize,
    /// Where the changes of every label begin in `changes`, and the end of the last. Labels: stop after stop, round after round.
    from: Vec<u32>,
    /// Steps and times; steps increase and times fall. 8 bytes each.
    changes: Vec<Change>,
}

/// From a step on, a label has this time.
#[derive(Debug, Clone, Copy)]
pub(super) struct Change {
    pub step: u32,
    pub at: u32,
}

/// Notes all labels that fall.
pub(super) struct Noted {
    pub step: u32,
    pub found: Vec<Found>,
    pub arrived: Vec<Fall>,
    pub ready: Vec<Fall>,
    n_rounds: usize,
}

/// A label falls.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fall {
    label: u32,
    change: Change,
}

impl Noted {
    pub(super) fn new(max_rides: u8) -> Noted {
        let n_rounds = usize::from(max_rides).max(1);
        Noted { step: 0, found: Vec::new(), arrived: Vec::new(), ready: Vec::new(), n_rounds }
    }

    fn fall(&self, stop: u32, round: usize, at: u32) -> Fall {
        Fall { label: (stop as usize * self.n_rounds + round) as u32, change: Change { step: self.step, at } }
    }
}

impl Witness for Noted {
    fn arrives(&mut self, stop: u32, at: u32) {
        self.found.push(Found { stop, step: self.step, at });
    }

    fn rides(&mut self, round: usize, stop: u32, at: u32, _: Ride) {
        let fall = self.fall(stop, round - 1, at);
        self.arrived.push(fall);
    }

    fn becomes_ready(&mut self, round: usize, stop: u32, at: u32, _: Ready) {
        let fall = self.fall(stop, round, at);
        self.ready.push(fall);
    }
}

impl History {
    /// Sorts what was noted by labels. A label with fewer rides pulls those with more along.
    pub(super) fn of(falls: &[Fall], n_stops: usize, max_rides: u8) -> History {
        let n_rounds = usize::from(max_rides).max(1);
        let mut from = vec![0; n_stops * n_rounds + 1];
        let mut now = vec![UNREACHED; n_stops * n_rounds];
        replay(falls, n_rounds, &mut now, |label, _| from[label + 1] += 1);
        for label in 0..now.len() {
            from[label + 1] += from[label];
        }
        let mut next = from.clone();
        let mut changes = vec![Change { step: 0, at: UNREACHED }; from[now.len()] as usize];
        now.fill(UNREACHED);
        replay(falls, n_rounds, &mut now, |label, change| {
            changes[next[label] as usize] = change;
            next[label] += 1;
        });
        History { n_rounds, from, changes }
    }

    /// The time of a label after a step; [`UNREACHED`] where there is none.
    pub(super) fn at(&self, stop: u32, round: usize, step: u32) -> u32 {
        let changes = self.changes(stop, round);
        let n = changes.partition_point(|change| change.step <= step);
        n.checked_sub(1).map_or(UNREACHED, |last| changes[last].at)
    }

    /// All changes of a label.
    pub(super) fn changes(&self, stop: u32, round: usize) -> &[Change] {
        let label = stop as usize * self.n_rounds + round;
        &self.changes[self.from[label] as usize..self.from[label + 1] as usize]
    }
}

/// Calls `changed` for every label that falls, with those of more rides.
fn replay(falls: &[Fall], n_rounds: usize, now: &mut [u32], mut changed: impl FnMut(usize, Change)) {
    for fall in falls {
        let first = fall.label as usize;
        let more_rides = &mut now[first..first - first % n_rounds + n_rounds];
        for (at, label) in more_rides.iter_mut().enumerate() {
            if *label <= fall.change.at {
                break;
            }
            *label = fall.change.at;
            changed(first + at, fall.change);
        }
    }
}
