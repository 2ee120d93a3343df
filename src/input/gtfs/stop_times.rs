//! The calls of all trips as columns: a feed may have tens of millions.

use super::records::{StopAt, TripAt};

/// Stands for a blank time in a column; no trip lasts 136 years.
const BLANK: u32 = u32::MAX;

/// A call of a trip.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StopTime {
    /// Where.
    pub stop: StopAt,
    /// The number that orders the calls of the trip.
    pub sequence: u32,
    /// Arrival in seconds after the midnight of the service day (noon − 12 h), where the feed has it.
    pub arrival: Option<u32>,
    /// Departure likewise.
    pub departure: Option<u32>,
    /// `pickup_type`: 0 regular, 1 none, 2 and 3 by arrangement.
    pub pickup: u8,
    /// `drop_off_type` likewise.
    pub drop_off: u8,
    /// Whether the times are kept to the minute or only near; `None` where the feed does not say.
    pub exact: Option<bool>,
    /// Distance along the shape in the unit of the feed.
    pub distance: Option<f32>,
    /// Line of `stop_times.txt`.
    pub line: u32,
}

/// All calls, those of a trip together and in order of their sequence.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct StopTimes {
    /// For every trip its first call; one more at the end.
    starts: Vec<u32>,
    stops: Vec<u32>,
    sequences: Vec<u32>,
    arrivals: Vec<u32>,
    departures: Vec<u32>,
    /// Pickup in bits 0–1, drop-off in bits 2–3, timepoint in bits 4–5 (0 not said, 1 near, 2 exact).
    kinds: Vec<u8>,
    /// NaN where blank; empty where no call has one.
    distances: Vec<f32>,
    lines: Vec<u32>,
}

impl StopTimes {
    /// How many calls there are.
    pub fn len(&self) -> usize {
        self.stops.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.stops.is_empty()
    }

    /// The calls of a trip in order; none for a trip that has no row.
    pub fn of(&self, trip: TripAt) -> impl ExactSizeIterator<Item = StopTime> + '_ {
        let bound = |at: usize| self.starts.get(at).map_or(self.len(), |&start| start as usize);
        (bound(trip.at())..bound(trip.at() + 1)).map(|at| self.call(at))
    }

    /// How many calls have neither arrival nor departure.
    pub fn n_blank(&self) -> usize {
        self.arrivals.iter().zip(&self.departures).filter(|&(&a, &d)| a == BLANK && d == BLANK).count()
    }

    /// The last time of any call.
    pub fn last_second(&self) -> Option<u32> {
        self.arrivals.iter().chain(&self.departures).copied().filter(|&time| time != BLANK).max()
    }

    fn call(&self, at: usize) -> StopTime {
        let time = |time: u32| (time != BLANK).then_some(time);
        let kind = self.kinds[at];
        StopTime {
            stop: StopAt(self.stops[at]),
            sequence: self.sequences[at],
            arrival: time(self.arrivals[at]),
            departure: time(self.departures[at]),
            pickup: kind & 3,
            drop_off: kind >> 2 & 3,
            exact: match kind >> 4 & 3 {
                0 => None,
                known => Some(known == 2),
            },
            distance: self.distances.get(at).copied().filter(|distance| !distance.is_nan()),
            line: self.lines[at],
        }
    }
}

/// Collects calls in the order of the file.
#[derive(Default)]
pub(super) struct Collected {
    trips: Vec<u32>,
    calls: StopTimes,
}

impl Collected {
    /// How many calls there are so far.
    pub fn len(&self) -> usize {
        self.trips.len()
    }

    /// One more call.
    pub fn push(&mut self, trip: TripAt, call: StopTime) {
        self.trips.push(trip.0);
        let calls = &mut self.calls;
        calls.stops.push(call.stop.0);
        calls.sequences.push(call.sequence);
        calls.arrivals.push(call.arrival.unwrap_or(BLANK));
        calls.departures.push(call.departure.unwrap_or(BLANK));
        let exact = call.exact.map_or(0, |exact| 1 + u8::from(exact));
        calls.kinds.push(call.pickup & 3 | (call.drop_off & 3) << 2 | exact << 4);
        calls.lines.push(call.line);
        if call.distance.is_some() || !calls.distances.is_empty() {
            // Distances begin with the first call that has one; those before are blank.
            calls.distances.resize(self.trips.len() - 1, f32::NAN);
            calls.distances.push(call.distance.unwrap_or(f32::NAN));
        }
    }

    /// The calls put in order of trip and sequence.
    pub fn finish(self, n_trips: usize) -> StopTimes {
        let Collected { trips, mut calls } = self;
        let key = |at: u32| (trips[at as usize], calls.sequences[at as usize], at);
        let in_order = (1..trips.len() as u32).all(|at| key(at - 1) < key(at));
        if !in_order {
            let mut order: Vec<u32> = (0..trips.len() as u32).collect();
            order.sort_unstable_by_key(|&at| key(at));
            calls.stops = picked(&calls.stops, &order);
            calls.sequences = picked(&calls.sequences, &order);
            calls.arrivals = picked(&calls.arrivals, &order);
            calls.departures = picked(&calls.departures, &order);
            calls.kinds = picked(&calls.kinds, &order);
            calls.lines = picked(&calls.lines, &order);
            if !calls.distances.is_empty() {
                calls.distances = picked(&calls.distances, &order);
            }
        }
        let mut starts = vec![0u32; n_trips + 1];
        for &trip in &trips {
            starts[trip as usize + 1] += 1;
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        calls.starts = starts;
        calls
    }
}

/// The elements of `column` in the given order.
fn picked<T: Copy>(column: &[T], order: &[u32]) -> Vec<T> {
    order.iter().map(|&at| column[at as usize]).collect()
}
