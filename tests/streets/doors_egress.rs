//! Rides carried on to doors in lanes equal the slow and obvious loop, in 16 bits and in 32.

use onehour::network::timetable::CallStopIx;
use onehour::search::doors::ApproachKind;
use onehour::search::doors::egress::{DoorLinks, Egress, Lane};
use onehour::search::doors::links::StopLink;
use onehour::search::doors::ranks::Ranks;
use onehour::units::Duration;
use proptest::prelude::*;

/// Rides and doors as lists.
#[derive(Debug, Clone)]
struct World {
    n_stops: usize,
    n_roots: usize,
    n_lanes: usize,
    limit: u32,
    /// Root, stop, first lane, and durations from there on.
    rides: Vec<(usize, u32, usize, Vec<u32>)>,
    /// For every door its stops with the time from there, and the time over streets alone from every root.
    doors: Vec<Door>,
    ranks: Vec<usize>,
}

/// Stops with the time from there, and the time over streets alone from every root.
type Door = (Vec<(u32, u32)>, Vec<u32>);

const NONE: u32 = u32::MAX;

/// Times where something may go wrong: none, around the end of 16 bits, around the end of 32, and plain ones.
fn time() -> impl Strategy<Value = u32> {
    prop_oneof![
        2 => Just(NONE),
        1 => Just(0),
        3 => 65_500u32..65_560,
        1 => NONE - 20..NONE,
        8 => 0u32..40_000,
        3 => 40_000u32..140_000,
    ]
}

fn limit() -> impl Strategy<Value = u32> {
    prop_oneof![65_520u32..65_550, Just(NONE - 1), Just(0), 10_000u32..60_000, 66_000u32..150_000]
}

fn worlds() -> impl Strategy<Value = World> {
    let sizes = (1usize..9, 1usize..6, prop_oneof![4 => 1usize..30, 1 => 120usize..121, 1 => 255usize..300], limit());
    sizes.prop_flat_map(|(n_stops, n_roots, n_lanes, limit)| {
        let ride = (0..n_roots, 0..n_stops as u32, 0..n_lanes).prop_flat_map(move |(root, stop, lane)| {
            (Just(root), Just(stop), Just(lane), proptest::collection::vec(time(), 0..=n_lanes - lane))
        });
        let links = proptest::collection::vec((0..n_stops as u32, time()), 0..8);
        let door = (links, proptest::collection::vec(time(), n_roots));
        let rides = proptest::collection::vec(ride, 0..12);
        let doors = proptest::collection::vec(door, 0..40);
        let ranks = proptest::collection::vec(0..n_lanes, 1..6);
        (rides, doors, ranks).prop_map(move |(rides, doors, ranks)| World {
            n_stops,
            n_roots,
            n_lanes,
            limit,
            rides,
            doors,
            ranks,
        })
    })
}

impl World {
    fn doors(&self) -> DoorLinks {
        let link = |&(stop, time): &(u32, u32)| StopLink { stop: CallStopIx(stop), time, kind: ApproachKind::Walk };
        DoorLinks::new(self.doors.iter().map(|(links, _)| links.iter().map(link).collect()))
    }

    fn in_lanes<L: Lane>(&self) -> Vec<Option<Duration>> {
        let mut egress: Egress<L> = Egress::new(self.n_stops, self.n_roots, self.n_lanes, self.limit);
        for (root, stop, lane, durations) in &self.rides {
            let durations: Vec<_> = durations.iter().map(|&time| Some(time).filter(|&time| time != NONE)).collect();
            egress.set(CallStopIx(*stop), *root, *lane, &durations);
        }
        let doors = self.doors();
        let ranks = Ranks::new(self.n_lanes, &self.ranks);
        egress
            .times(&doors, 0..doors.len(), &ranks, |door, root| Some(self.doors[door].1[root]).filter(|&time| time != NONE))
    }

    /// Every lane of every door by itself, sorted.
    fn one_by_one(&self) -> Vec<Option<Duration>> {
        let ride = |root: usize, stop: u32, lane: usize| {
            let told = |ride: &&(usize, u32, usize, Vec<u32>)| {
                ride.0 == root && ride.1 == stop && (ride.2..ride.2 + ride.3.len()).contains(&lane)
            };
            self.rides.iter().rev().find(told).map_or(NONE, |ride| ride.3[lane - ride.2])
        };
        let mut all = Vec::new();
        for (links, alone) in &self.doors {
            for (root, &alone) in alone.iter().enumerate() {
                let time = |lane: usize| {
                    let by_stop = links.iter().map(|&(stop, way)| u64::from(ride(root, stop, lane)) + u64::from(way));
                    by_stop.chain([u64::from(alone)]).min().unwrap()
                };
                let mut times: Vec<u64> = (0..self.n_lanes).map(time).collect();
                times.sort_unstable();
                let within = |&rank: &usize| u32::try_from(times[rank]).ok().filter(|&time| time <= self.limit);
                all.extend(self.ranks.iter().map(|rank| within(rank).map(Duration::from_deciseconds)));
            }
        }
        all
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn lanes_of_16_and_of_32_bits_tell_what_the_obvious_loop_tells(world in worlds()) {
        let expected = world.one_by_one();
        prop_assert_eq!(world.in_lanes::<u16>(), expected.clone());
        prop_assert_eq!(world.in_lanes::<u32>(), expected);
    }
}

/// A network of comparisons that sorts all zeros and ones sorts everything (Knuth, 5.3.4, theorem Z).
#[test]
fn all_ranks_of_all_zeros_and_ones_are_sorted() {
    for n_lanes in 1..=11 {
        let n_doors = 1 << n_lanes;
        let mut egress: Egress = Egress::new(n_doors, 1, n_lanes, 10);
        for pattern in 0..n_doors {
            let durations: Vec<_> = (0..n_lanes).map(|lane| Some((pattern >> lane & 1) as u32)).collect();
            egress.set(CallStopIx(pattern as u32), 0, 0, &durations);
        }
        let link = |stop: usize| vec![StopLink { stop: CallStopIx(stop as u32), time: 0, kind: ApproachKind::Walk }];
        let doors = DoorLinks::new((0..n_doors).map(link));
        let all: Vec<usize> = (0..n_lanes).collect();
        // All ranks at once, and each on its own, for which most comparisons are left out.
        for ranks in std::iter::once(all.clone()).chain(all.iter().map(|&rank| vec![rank])) {
            let times = egress.times(&doors, 0..n_doors, &Ranks::new(n_lanes, &ranks), |_, _| None);
            for (pattern, times) in times.chunks(ranks.len()).enumerate() {
                let n_zeros = n_lanes - pattern.count_ones() as usize;
                let expected = ranks.iter().map(|&rank| Some(Duration::from_deciseconds(u32::from(rank >= n_zeros))));
                assert_eq!(times, expected.collect::<Vec<_>>(), "{pattern:b} of {n_lanes}");
            }
        }
    }
}

#[test]
fn a_time_of_exactly_the_limit_is_reached_at_the_end_of_16_bits() {
    for limit in [65_533, 65_534, 65_535, 65_536] {
        for over in 0..2 {
            let mut egress: Egress = Egress::new(1, 1, 1, limit);
            egress.set(CallStopIx(0), 0, 0, &[Some(30_000)]);
            let way = StopLink { stop: CallStopIx(0), time: limit - 30_000 + over, kind: ApproachKind::Walk };
            let doors = DoorLinks::new([vec![way]]);
            let times = egress.times(&doors, 0..1, &Ranks::new(1, &[0]), |_, _| None);
            assert_eq!(times, [(over == 0).then(|| Duration::from_deciseconds(limit))]);
        }
    }
}
