//! Which of the times of a window count, found for many doors by the same comparisons.

use super::egress::Lane;
use crate::search::vectors::{Work, with_wide_registers};

/// So many doors have their ranks found together.
pub(super) const TOGETHER: usize = 32;

/// Up to so many lanes a network of comparisons finds ranks; it grows faster than a search for each rank, which takes over.
const NETWORK_LANES: usize = 256;

/// Ranks to be found among the lanes of every door, from 0 for the shortest time.
#[derive(Debug, Clone)]
pub struct Ranks {
    n_lanes: usize,
    ranks: Vec<usize>,
    /// Pairs of positions of which the first gets the shorter time; empty for many lanes.
    network: Vec<(u16, u16)>,
}

impl Ranks {
    /// Ranks among `n_lanes` lanes.
    ///
    /// Up to 256 lanes are sorted by Batcher's merge exchange (Knuth, The Art of Computer Programming 3, 5.2.2, algorithm M), of which
    /// only the comparisons are kept that one of the ranks depends on. Which lanes are compared does not depend on what is in them, so
    /// 32 doors are sorted by the same instructions.
    pub fn new(n_lanes: usize, ranks: &[usize]) -> Self {
        assert!(ranks.iter().all(|&rank| rank < n_lanes), "there are as many lanes as the highest rank needs");
        let mut network = if n_lanes <= NETWORK_LANES { merge_exchange(n_lanes) } else { Vec::new() };
        let mut needed = vec![false; n_lanes];
        ranks.iter().for_each(|&rank| needed[rank] = true);
        let mut kept = Vec::with_capacity(network.len());
        while let Some((one, other)) = network.pop() {
            if needed[usize::from(one)] || needed[usize::from(other)] {
                (needed[usize::from(one)], needed[usize::from(other)]) = (true, true);
                kept.push((one, other));
            }
        }
        kept.reverse();
        Ranks { n_lanes, ranks: ranks.to_vec(), network: kept }
    }

    /// Among how many lanes.
    pub fn n_lanes(&self) -> usize {
        self.n_lanes
    }

    /// Whether ranks are found by a network: [`Ranks::sort`]; otherwise by [`Ranks::select`].
    pub(super) fn has_network(&self) -> bool {
        self.n_lanes <= NETWORK_LANES
    }

    /// The ranks.
    pub fn all(&self) -> &[usize] {
        &self.ranks
    }

    /// How many ranks there are.
    pub fn len(&self) -> usize {
        self.ranks.len()
    }

    /// Whether there is no rank.
    pub fn is_empty(&self) -> bool {
        self.ranks.is_empty()
    }

    /// Sorts the columns of `rows`, a row for each lane, as far as the ranks need it.
    pub(super) fn sort<L: Lane>(&self, rows: &mut [[L; TOGETHER]]) {
        with_wide_registers(Sorting { network: &self.network, rows });
    }

    /// What is left at every rank, of the lanes of one door; they are brought out of order.
    pub(super) fn select<L: Lane>(&self, lanes: &mut [L], mut give: impl FnMut(L)) {
        for &rank in &self.ranks {
            give(*lanes.select_nth_unstable_by(rank, |one, other| other.cmp(one)).1);
        }
    }
}

/// Columns that are sorted by a network.
struct Sorting<'a, L> {
    network: &'a [(u16, u16)],
    rows: &'a mut [[L; TOGETHER]],
}

impl<L: Lane> Work for Sorting<'_, L> {
    type Done = ();

    #[inline(always)]
    fn work(self) {
        for &(one, other) in self.network {
            let (before, after) = self.rows.split_at_mut(usize::from(other));
            let (one, other) = (&mut before[usize::from(one)], &mut after[0]);
            for (one, other) in one.iter_mut().zip(other) {
                // More left is a shorter time, which goes first.
                (*one, *other) = ((*one).max(*other), (*one).min(*other));
            }
        }
    }
}

/// The comparisons of Batcher's merge exchange, which sort `n` values.
fn merge_exchange(n: usize) -> Vec<(u16, u16)> {
    let mut network = Vec::new();
    let top = n.next_power_of_two() / 2;
    let mut p = top;
    while p > 0 {
        let (mut q, mut r, mut d) = (top, 0, p);
        while d > 0 {
            let firsts = (0..n.saturating_sub(d)).filter(|at| at & p == r);
            network.extend(firsts.map(|at| (at as u16, (at + d) as u16)));
            (d, q, r) = (q - p, q / 2, p);
        }
        p /= 2;
    }
    network
}
