//! Doors on a lattice of stops, and rides to all of them in lanes.

use onehour::network::timetable::CallStopIx;
use onehour::search::doors::ApproachKind;
use onehour::search::doors::egress::{DoorLinks, Egress, Lane};
use onehour::search::doors::links::StopLink;

/// Zones, stops around each, departures.
pub const N_DOORS: usize = 10_000;
const N_LINKS: usize = 57;
pub const N_TIMES: usize = 120;

/// Stops lie on a square lattice of so many a side; doors have the stops around them.
const SIDE: usize = 170;

/// Marsaglia's xorshift: the same numbers on every machine.
struct Chance(u64);

impl Chance {
    fn below(&mut self, n: u32) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        ((self.0 >> 11) % u64::from(n)) as u32
    }
}

/// Doors spread over the lattice, each with 57 of the 64 stops of the square around it, up to 15 minutes away.
pub fn doors() -> DoorLinks {
    let mut chance = Chance(12_345);
    let mut door = |at: usize| {
        let (x, y) = (at % 100 * 160 / 100, at / 100 * 160 / 100);
        let around = (0..64).map(|stop| (stop % 8, stop / 8)).take(N_LINKS);
        let link = |(dx, dy): (usize, usize)| StopLink {
            stop: CallStopIx(((y + dy) * SIDE + x + dx) as u32),
            time: (dx.abs_diff(4) + dy.abs_diff(4)) as u32 * 1_000 + chance.below(1_000),
            kind: ApproachKind::Walk,
        };
        around.map(link).collect()
    };
    DoorLinks::new((0..N_DOORS).map(&mut door))
}

/// Rides that take longer the farther the stop, and a wait that falls from minute to minute until the vehicle leaves.
pub fn rides<L: Lane>(limit: u32) -> Egress<L> {
    let mut chance = Chance(54_321);
    let mut egress = Egress::new(SIDE * SIDE, 1, N_TIMES, limit);
    for stop in 0..SIDE * SIDE {
        let base = 3_000 + (stop / SIDE + stop % SIDE) as u32 * 100 + chance.below(3_000);
        let headway = [6_000, 9_000, 18_000][chance.below(3) as usize];
        let phase = chance.below(headway) + 20 * headway;
        let duration = |time: u32| Some(base + (phase - time * 600) % headway);
        let durations: Vec<_> = (0..N_TIMES as u32).map(duration).collect();
        egress.set(CallStopIx(stop as u32), 0, 0, &durations);
    }
    egress
}
