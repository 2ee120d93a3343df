//! The calls of a trip with all their times: blank ones filled in between known ones.

use super::PatternStop;
use super::stops::Places;
use crate::input::gtfs::{Feed, StopTime, TripAt};

/// A call with its times in seconds after the midnight of its service day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Filled {
    /// Where, and what one may do there.
    pub at: PatternStop,
    /// Arrival.
    pub arrival: u32,
    /// Departure, not before the arrival.
    pub departure: u32,
}

/// How many calls were given times, and in which way.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Counts {
    /// By the distance along the shape.
    pub by_shape: usize,
    /// By the straight distance from stop to stop.
    pub by_straight: usize,
    /// Evenly.
    pub evenly: usize,
    /// Calls that are served by arrangement.
    pub by_arrangement: usize,
}

/// The times of a trip go back.
#[derive(Debug)]
pub(super) struct TimesFall;

/// Fills trips one after another, in the same memory.
#[derive(Default)]
pub(super) struct Filler {
    calls: Vec<StopTime>,
    times: Vec<(u32, u32)>,
    metres: Vec<f64>,
    filled: Vec<Filled>,
}

impl Filler {
    /// The calls of `trip` where one may get on or off, at stops that are somewhere.
    pub fn fill(&mut self, feed: &Feed, trip: TripAt, places: &Places, counts: &mut Counts) -> Result<&[Filled], TimesFall> {
        self.calls.clear();
        for call in feed.calls(trip) {
            // A call written twice is one call.
            if self.calls.last().is_none_or(|before| before.sequence != call.sequence) {
                self.calls.push(call);
            }
        }
        let is_blank = |call: &StopTime| call.arrival.is_none() && call.departure.is_none();
        let n_timed = self.calls.iter().rposition(|call| !is_blank(call)).map_or(0, |last| last + 1);
        self.calls.truncate(n_timed);
        let n_blank = self.calls.iter().take_while(|call| is_blank(call)).count();
        self.calls.drain(..n_blank);
        self.fill_times(feed, counts)?;
        self.filled.clear();
        for (call, &(arrival, departure)) in self.calls.iter().zip(&self.times) {
            let Some(stop) = places.of(call.stop) else { continue };
            let at = PatternStop { stop, board: call.pickup != 1, alight: call.drop_off != 1 };
            if at.board || at.alight {
                counts.by_arrangement += usize::from(call.pickup > 1 || call.drop_off > 1);
                self.filled.push(Filled { at, arrival, departure });
            }
        }
        Ok(&self.filled)
    }

    fn fill_times(&mut self, feed: &Feed, counts: &mut Counts) -> Result<(), TimesFall> {
        self.times.clear();
        let mut known: Option<usize> = None;
        let mut latest = 0;
        for (at, call) in self.calls.iter().enumerate() {
            let (Some(arrival), Some(departure)) = (call.arrival.or(call.departure), call.departure.or(call.arrival)) else {
                self.times.push((0, 0));
                continue;
            };
            if arrival < latest || departure < arrival {
                return Err(TimesFall);
            }
            latest = departure;
            self.times.push((arrival, departure));
            if let Some(before) = known.replace(at).filter(|&before| before + 1 < at) {
                let way = measure(feed, &self.calls[before..=at], &mut self.metres);
                *match way {
                    Way::Shape => &mut counts.by_shape,
                    Way::Straight => &mut counts.by_straight,
                    Way::Even => &mut counts.evenly,
                } += at - before - 1;
                interpolate(&mut self.times[before..=at], &self.metres);
            }
        }
        Ok(())
    }
}

/// What blank times go by.
enum Way {
    Shape,
    Straight,
    Even,
}

/// Writes into `along` how far every one of `calls` is from the first of them, along the shape where the feed says so, otherwise
/// straight from stop to stop, otherwise counted in calls.
fn measure(feed: &Feed, calls: &[StopTime], along: &mut Vec<f64>) -> Way {
    along.clear();
    let first = calls[0].distance.unwrap_or(0.0);
    along.extend(calls.iter().map_while(|call| call.distance).map(|distance| f64::from(distance) - f64::from(first)));
    if along.len() == calls.len() && along.is_sorted() && along[along.len() - 1] > 0.0 {
        return Way::Shape;
    }
    along.clear();
    let mut sum = 0.0;
    let mut before = None;
    for call in calls {
        let Some(point) = feed.stops[call.stop.at()].at else { break };
        sum += before.replace(point).map_or(0.0, |before| point.metres_to(before));
        along.push(sum);
    }
    if along.len() == calls.len() && sum > 0.0 {
        return Way::Straight;
    }
    along.clear();
    along.extend((0..calls.len()).map(|at| at as f64));
    Way::Even
}

/// Fills the times between the first and the last by their distances `along`, in whole seconds.
fn interpolate(times: &mut [(u32, u32)], along: &[f64]) {
    let last = times.len() - 1;
    let (begin, end) = (times[0].1, times[last].0);
    for at in 1..last {
        let share = (along[at] / along[last]).clamp(0.0, 1.0);
        // Rounding keeps the order, because distances rise along the trip.
        let time = begin + (f64::from(end - begin) * share).round() as u32;
        times[at] = (time, time);
    }
}
