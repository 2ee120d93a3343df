//! Which way to the times of a variant is the cheapest: measured, not guessed. All give the same times, so that the choice
//! never shows.

use std::time::Instant;

use super::TerminalArc;
use super::measure::Measure;
use super::product;
use super::recompute::Recompute;
use super::table::Cell;
use super::updates::Overlay;

/// Ways to judge a variant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Evaluator {
    /// One arc after another is added to a table and taken back: cost grows with the arcs of the variant.
    Updates,
    /// All at once: cost grows with the ends of arcs.
    Product,
    /// The graph itself gets the arcs and is searched anew by lanes, where somebody has made a [`Recompute`]: cost hardly
    /// grows. For corridors of hundreds of arcs.
    Recompute,
}

/// What the ways cost on this machine for one base, in seconds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Costs {
    /// To add an arc and to take it back.
    pub update: f64,
    /// To read and write the table once, and for every end of an arc.
    pub product: (f64, f64),
    /// To compute all times anew, and for every arc, where that can be done.
    pub recompute: Option<(f64, f64)>,
}

/// Arcs that are tried out to learn what an arc costs.
const TRIED: usize = 16;

impl Costs {
    /// Tries some of the arcs that variants are made of on their base. At most 16 arcs are added, and two products and two
    /// tables are made: some milliseconds at a thousand zones, and some tens where times are computed anew.
    pub fn measured<C: Cell, M: Measure>(
        overlay: &mut Overlay<C>,
        arcs: &[TerminalArc],
        measure: &M,
        recompute: Option<&mut Recompute>,
    ) -> Costs {
        let tried: Vec<TerminalArc> = arcs.iter().step_by(arcs.len().div_ceil(TRIED).max(1)).copied().collect();
        let mark = overlay.mark();
        let update = seconds(|| {
            for &arc in &tried {
                overlay.add(arc, measure);
                overlay.undo(mark);
            }
        }) / tried.len().max(1) as f64;
        let base = overlay.table();
        let product = none_and_each(&tried, |arcs| product::worth(base, arcs, measure));
        let recompute = recompute.map(|recompute| none_and_each(&tried, |arcs| recompute.worth(base, arcs, measure)));
        Costs { update, product, recompute }
    }

    /// The cheapest way for a variant of these arcs.
    pub fn cheapest(&self, n_arcs: usize) -> Evaluator {
        let updates = (Evaluator::Updates, self.update * n_arcs as f64);
        let product = (Evaluator::Product, self.product.0 + self.product.1 * n_arcs as f64);
        let recompute = self.recompute.map(|(none, each)| (Evaluator::Recompute, none + each * n_arcs as f64));
        let ways = [Some(updates), Some(product), recompute];
        let least = ways.into_iter().flatten().min_by(|a, b| a.1.total_cmp(&b.1));
        least.expect("two ways are always open").0
    }
}

/// What it costs to judge no arcs, and each of some arcs more.
fn none_and_each<T>(arcs: &[TerminalArc], mut judge: impl FnMut(&[TerminalArc]) -> T) -> (f64, f64) {
    // What was never run before takes longer for that.
    judge(&[]);
    let (none, all) = (seconds(|| judge(&[])), seconds(|| judge(arcs)));
    (none, (all - none).max(0.0) / arcs.len().max(1) as f64)
}

fn seconds<T>(work: impl FnOnce() -> T) -> f64 {
    let begin = Instant::now();
    std::hint::black_box(work());
    begin.elapsed().as_secs_f64()
}

/// What the times between zones are worth in the variant that adds these arcs to the table of `overlay`, which is left as it
/// was, by the cheapest way that is at hand. `recompute` must be for the base of that table.
pub fn worth<C: Cell, M: Measure>(
    overlay: &mut Overlay<C>,
    recompute: Option<&mut Recompute>,
    worth_of_base: i128,
    arcs: &[TerminalArc],
    measure: &M,
    costs: &Costs,
) -> i128 {
    let at_hand = Costs { recompute: costs.recompute.filter(|_| recompute.is_some()), ..*costs };
    match (at_hand.cheapest(arcs.len()), recompute) {
        (Evaluator::Product, _) => product::worth(overlay.table(), arcs, measure),
        (Evaluator::Recompute, Some(recompute)) => recompute.worth(overlay.table(), arcs, measure),
        (Evaluator::Updates | Evaluator::Recompute, _) => {
            let mark = overlay.mark();
            let gain: i128 = arcs.iter().map(|&arc| overlay.add(arc, measure)).sum();
            overlay.undo(mark);
            worth_of_base + gain
        }
    }
}
