//! What times are worth, by numbers one can check in the head.

use onehour::search::overlay::End;
use onehour::search::overlay::measure::{Decaying, Measure, Nothing, Reached, fits};
use onehour::search::overlay::table::Table;

/// Two zones, 100 there and 300 back, each 0 from itself.
fn two_zones() -> Table<u32> {
    let mut table = Table::unreached(2, 0);
    for (from, to, time) in [(0, 0, 0), (1, 1, 0), (0, 1, 100), (1, 0, 300)] {
        table.shorten(End::Zone(from), End::Zone(to), time);
    }
    table
}

/// From the first zone 10 + 20 are reached, from the second 20 alone: 2 · 30 + 5 · 20 = 160. One less and 10 remain: 2 · 10
/// + 5 · 20.
#[test]
fn opportunities_at_the_cutoff_count_as_reached() {
    let worth = |cutoff| two_zones().worth(&Reached::new(cutoff, &[10, 20], &[2, 5]).unwrap());
    assert_eq!([worth(100), worth(99)], [160, 120]);
    assert_eq!(two_zones().narrowed::<u16>().worth(&Reached::new(100, &[10, 20], &[2, 5]).unwrap()), 160);
}

/// Factors fall from 200 by one a decisecond to 0: 2 · (10 · 200 + 20 · 100) + 5 · (20 · 200 + 10 · 0).
#[test]
fn opportunities_decay_with_time() {
    let decaying = Decaying::new((0..=200).rev().collect(), &[10, 20], &[2, 5]).unwrap();
    assert_eq!(two_zones().worth(&decaying), 28_000);
    assert_eq!(two_zones().narrowed::<u16>().worth(&decaying), 28_000);
}

#[test]
fn short_cells_serve_measures_that_tell_no_longer_times_apart() {
    let reached = |cutoff| fits::<u16, _>(&Reached::new(cutoff, &[], &[]).unwrap());
    assert_eq!([reached(65_534), reached(65_535)], [true, false]);
    let decaying = |n: usize| fits::<u16, _>(&Decaying::new(vec![1; n], &[], &[]).unwrap());
    assert_eq!([decaying(65_535), decaying(65_536)], [true, false]);
    assert!(fits::<u16, _>(&Nothing) && fits::<u32, _>(&Reached::new(u32::MAX - 1, &[], &[]).unwrap()));
}

#[test]
#[should_panic(expected = "cells are wide enough")]
fn cells_that_are_too_short_for_a_measure_are_refused() {
    two_zones().narrowed::<u16>().worth(&Reached::new(65_535, &[10, 20], &[2, 5]).unwrap());
}

#[test]
fn measures_need_one_weight_for_each_zone_and_sums_that_fit() {
    assert!(Reached::new(10, &[1, 2], &[1]).is_none());
    assert!(Reached::new(u32::MAX, &[1], &[1]).is_none());
    assert!(Decaying::new(vec![1], &[1, 2], &[1]).is_none());
    assert!(Decaying::new(vec![u32::MAX], &[u32::MAX], &[1]).is_none());
    assert!(Decaying::new(vec![1 << 31], &[u32::MAX], &[1]).is_some());
}

#[test]
fn what_is_gained_is_the_difference_of_what_blocks_are_worth() {
    use onehour::search::overlay::table::{Block, LANES};
    let before: Block<u32> = Block(std::array::from_fn(|lane| if lane % 5 == 0 { u32::MAX } else { lane as u32 * 10 }));
    let after = Block(before.0.map(|time| if time % 3 == 0 { time / 2 } else { time }));
    let numbers: Vec<u32> = (0..LANES as u32 - 3).collect();
    let decaying = Decaying::new((0..200).rev().collect(), &numbers, &numbers).unwrap();
    for cutoff in 0..320 {
        let reached = Reached::new(cutoff, &numbers, &numbers).unwrap();
        assert_eq!(reached.gain(0, 0, &before, &after), reached.worth(0, 0, &after) - reached.worth(0, 0, &before));
    }
    assert_eq!(decaying.gain(0, 0, &before, &after), decaying.worth(0, 0, &after) - decaying.worth(0, 0, &before));
}
