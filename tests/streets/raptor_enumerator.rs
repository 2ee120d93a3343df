//! All journeys of a tiny timetable, one after the other; nothing is left out because something else is better.

use onehour::network::timetable::*;

use super::random::{Question, World};

/// When a vehicle arrives at every stop for the earliest, for one departure.
pub fn arrivals(world: &World, question: &Question, departure: u32) -> Vec<Option<u32>> {
    let latest = u64::from(departure) + u64::from(question.max_duration);
    let mut all = All { world, latest, earliest: vec![None; world.timetable.stops.len()] };
    for &(stop, time) in &question.access {
        all.ready(stop, u64::from(departure) + u64::from(time), question.max_rides);
    }
    all.earliest.into_iter().map(|time| time.map(|time| u32::try_from(time).unwrap())).collect()
}

struct All<'w> {
    world: &'w World,
    latest: u64,
    earliest: Vec<Option<u64>>,
}

impl All<'_> {
    fn ready(&mut self, stop: CallStopIx, now: u64, rides_left: u8) {
        if rides_left == 0 || now > self.latest {
            return;
        }
        let world = self.world;
        for pattern in &world.timetable.patterns {
            for (trip, board, alight) in pairs(&pattern.stops, stop)
                .flat_map(|(board, alight)| (0..pattern.trips.len()).map(move |trip| (trip, board, alight)))
            {
                if u64::from(pattern.departure(trip, board)) >= now {
                    let arrival = pattern.arrival(trip, alight);
                    self.arrived(pattern.stops[alight].stop, u64::from(arrival), rides_left - 1);
                }
            }
        }
        for line in &world.timetable.headways {
            for (board, alight) in pairs(&line.stops, stop) {
                for window in &line.windows {
                    // The first moment of the window at which whoever is ready now can wait at this call.
                    let after = u64::from(line.departures[board]);
                    let Some(moment) = (window.from..window.to).find(|&moment| u64::from(moment) + after >= now) else {
                        continue;
                    };
                    let start = u64::from(moment) + u64::from(window.headway).div_ceil(2);
                    self.arrived(line.stops[alight].stop, start + u64::from(line.arrivals[alight]), rides_left - 1);
                }
            }
        }
    }

    fn arrived(&mut self, stop: CallStopIx, now: u64, rides_left: u8) {
        if now > self.latest {
            return;
        }
        let best = self.earliest[stop.at()].get_or_insert(now);
        *best = now.min(*best);
        if let Some(change) = self.world.changes[stop.at()] {
            self.ready(stop, now + u64::from(change), rides_left);
        }
        for &(from, to, time) in &self.world.walks {
            if from == stop {
                self.ready(to, now + u64::from(time), rides_left);
            }
        }
    }
}

/// Where one may get on at a stop and off later.
fn pairs(stops: &[PatternStop], stop: CallStopIx) -> impl Iterator<Item = (usize, usize)> + '_ {
    let boards = (0..stops.len()).filter(move |&call| stops[call].stop == stop && stops[call].board);
    boards
        .flat_map(|board| (board + 1..stops.len()).filter(|&alight| stops[alight].alight).map(move |alight| (board, alight)))
}
