//! What each project contributes to what all gain together: Shapley values.
//!
//! A project's value is its mean gain over all orders in which projects may join, after Shapley (1953), A Value for n-Person
//! Games. The values of all projects sum to the gain of all together, exactly: they are whole numbers over a common divisor.

use std::num::NonZeroUsize;

use rayon::prelude::*;

use super::TerminalArc;
use super::coalition::Coalition;
pub use super::coalition::Way;
use super::measure::{Measure, fits};
use super::permutations::permutation;
use super::plan::Plan;
use super::table::{Cell, Table};

/// The greatest number of projects whose coalitions are all judged: 4096 of them.
pub const MOST_EXACT: usize = 12;

/// Shapley values.
#[derive(Debug, Clone, PartialEq)]
pub struct Attribution {
    /// The worth without any project.
    pub without: i128,
    /// The worth with all projects.
    pub with_all: i128,
    /// The value of every project, times `divisor`. They sum to (`with_all` − `without`) · `divisor`.
    pub multiples: Vec<i128>,
    /// What the multiples are to be divided by.
    pub divisor: i128,
    /// The standard error of every value; `None` where values are exact, or where one pair of draws tells nothing about
    /// their spread.
    pub standard_errors: Option<Vec<f64>>,
    /// How many coalitions were judged, one as often as it was met.
    pub n_judged: u64,
}

impl Attribution {
    /// The value of a project.
    pub fn value(&self, project: usize) -> f64 {
        self.multiples[project] as f64 / self.divisor as f64
    }
}

/// The exact values from all coalitions of at most [`MOST_EXACT`] projects; `None` where there are more. Coalitions are met
/// depth first, so that each is one project more than the one before it. All ways give the same values.
pub fn exact<M: Measure>(base: &Table<u32>, plan: &Plan<TerminalArc>, measure: &M, way: Way) -> Option<Attribution> {
    let n = plan.projects().len();
    if n > MOST_EXACT {
        return None;
    }
    let worths = if fits::<u16, M>(measure) {
        worths_of_all(Coalition::new(&base.narrowed::<u16>(), plan, measure, way), n)
    } else {
        worths_of_all(Coalition::new(base, plan, measure, way), n)
    };
    // A gain on joining a coalition of s members is met in s! · (n−s−1)! of the n! orders.
    let orders: Vec<i128> = (0..n).map(|s| factorial(s) * factorial(n - s - 1)).collect();
    let multiple = |project: usize| {
        let others = (0..worths.len()).filter(|set| set >> project & 1 == 0);
        others.map(|set| orders[set.count_ones() as usize] * (worths[set | 1 << project] - worths[set])).sum()
    };
    Some(Attribution {
        without: worths[0],
        with_all: worths[worths.len() - 1],
        multiples: (0..n).map(multiple).collect(),
        divisor: factorial(n),
        standard_errors: None,
        n_judged: worths.len() as u64,
    })
}

/// The worth of every set of projects, at the number whose bits say who is in it.
fn worths_of_all<C: Cell, M: Measure>(mut walk: Coalition<C, M>, n: usize) -> Vec<i128> {
    let mut worths = vec![walk.worth(); 1 << n];
    visit(&mut walk, 0, 0, n, &mut worths);
    worths
}

fn visit<C: Cell, M: Measure>(walk: &mut Coalition<C, M>, set: usize, from: usize, n: usize, worths: &mut [i128]) {
    for project in from..n {
        let (members, with) = (walk.n_members(), set | 1 << project);
        worths[with] = walk.join(project);
        visit(walk, with, project + 1, n, worths);
        walk.leave_to(members);
    }
}

fn factorial(n: usize) -> i128 {
    (1..=n as i128).product()
}

/// Values from random orders, each also met backwards, which makes their mean steadier. The same seed gives the same orders,
/// whatever is measured and on however many threads. All ways give the same values.
///
/// After Castro, Gómez & Tejada (2009), Computers & Operations Research 36(5); pairs after Mitchell, Cooper, Frank & Holmes
/// (2022), JMLR 23.
pub fn sampled<M: Measure>(
    base: &Table<u32>,
    plan: &Plan<TerminalArc>,
    measure: &M,
    way: Way,
    n_pairs: NonZeroUsize,
    seed: u64,
) -> Attribution {
    if fits::<u16, M>(measure) {
        sample(&Coalition::new(&base.narrowed::<u16>(), plan, measure, way), n_pairs.get(), seed)
    } else {
        sample(&Coalition::new(base, plan, measure, way), n_pairs.get(), seed)
    }
}

fn sample<C: Cell, M: Measure>(empty: &Coalition<C, M>, n_pairs: usize, seed: u64) -> Attribution {
    let n = empty.n_projects();
    let per_walk = n_pairs.div_ceil(4 * rayon::current_num_threads());
    let draws: Vec<usize> = (0..n_pairs).collect();
    let parts: Vec<Vec<Vec<i128>>> = draws
        .par_chunks(per_walk)
        .map(|draws| {
            let mut walk = empty.twin();
            draws.iter().map(|&draw| gains_of_pair(&mut walk, permutation(n, seed, draw as u64))).collect()
        })
        .collect();
    let pairs: Vec<Vec<i128>> = parts.into_iter().flatten().collect();
    let mut walk = empty.twin();
    let without = walk.worth();
    (0..n).for_each(|project| {
        walk.join(project);
    });
    let multiples: Vec<i128> = (0..n).map(|project| pairs.iter().map(|pair| pair[project]).sum()).collect();
    let errors = |project: usize| standard_error(&pairs, project, multiples[project]);
    Attribution {
        without,
        with_all: walk.worth(),
        standard_errors: (n_pairs > 1).then(|| (0..n).map(errors).collect()),
        multiples,
        divisor: 2 * n_pairs as i128,
        n_judged: 2 * n_pairs as u64 * n as u64,
    }
}

/// What every project gains when projects join in this order and when they join in the opposite one, summed.
fn gains_of_pair<C: Cell, M: Measure>(walk: &mut Coalition<C, M>, mut order: Vec<usize>) -> Vec<i128> {
    let mut gains = vec![0; order.len()];
    for _ in 0..2 {
        for &project in &order {
            let before = walk.worth();
            gains[project] += walk.join(project) - before;
        }
        walk.leave_to(0);
        order.reverse();
    }
    gains
}

/// The standard error of the mean of a project's gain over pairs of draws, each pair being one observation.
fn standard_error(pairs: &[Vec<i128>], project: usize, sum: i128) -> f64 {
    let n = pairs.len() as f64;
    // n times the deviation of a pair from the mean is a whole number.
    let deviation = |pair: &Vec<i128>| (pair[project] * pairs.len() as i128 - sum) as f64 / n;
    let squares: f64 = pairs.iter().map(|pair| deviation(pair).powi(2)).sum();
    (squares / (n - 1.0) / n).sqrt() / 2.0
}
