//! Which way to the times of a variant is the cheapest: measured, not guessed. All give the same times, so that the choice
//! never shows.

use std::time::Instant;

use super::TerminalArc;
use super::measure::Measure;
use super::product;
use super::table::Cell;
use super::updates::Overlay;

/// Ways to judge a variant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Evaluator {
    /// One arc after another is added to a table and taken back: cost grows with the arcs of the variant.
    Updates,
    /// All at once: cost grows with the ends of arcs.
    Product,
    /// The graph itself gets other times and is searched anew, by whoever offers that: cost grows with the streets that
    /// change, or not at all. For corridors of hundreds of arcs.
    Recompute,
}

/// What the ways cost on this machine for one base, in seconds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Costs {
    /// To add an arc and to take it back.
    pub update: f64,
    /// To read and write the table once, and for every end of an arc.
    pub product: (f64, f64),
    /// To compute all times anew, where somebody can.
    pub recompute: Option<f64>,
}

/// Arcs that are tried out to learn what an arc costs.
const TRIED: usize = 16;

impl Costs {
    /// Tries some of the arcs that variants are made of on their base. `recompute` is what the third way costs in seconds,
    /// measured by whoever offers it; `None` where there is none. At most 16 arcs are added and two products are made: some
    /// milliseconds at a thousand zones.
    pub fn measured<C: Cell, M: Measure>(
        overlay: &mut Overlay<C>,
        arcs: &[TerminalArc],
        measure: &M,
        recompute: Option<f64>,
    ) -> Costs {
        let tried: Vec<TerminalArc> = arcs.iter().step_by(arcs.len().div_ceil(TRIED).max(1)).copied().collect();
        let mark = overlay.mark();
        let update = seconds(|| {
            for &arc in &tried {
                overlay.add(arc, measure);
                overlay.undo(mark);
            }
        }) / tried.len().max(1) as f64;
        let nothing = seconds(|| product::worth(overlay.table(), &[], measure));
        let some = seconds(|| product::worth(overlay.table(), &tried, measure));
        let each = (some - nothing).max(0.0) / tried.len().max(1) as f64;
        Costs { update, product: (nothing, each), recompute }
    }

    /// The cheapest way for a variant of these arcs.
    pub fn cheapest(&self, n_arcs: usize) -> Evaluator {
        let updates = (Evaluator::Updates, self.update * n_arcs as f64);
        let product = (Evaluator::Product, self.product.0 + self.product.1 * n_arcs as f64);
        let recompute = self.recompute.map(|cost| (Evaluator::Recompute, cost));
        let ways = [Some(updates), Some(product), recompute];
        let least = ways.into_iter().flatten().min_by(|a, b| a.1.total_cmp(&b.1));
        least.expect("two ways are always open").0
    }
}

fn seconds<T>(work: impl FnOnce() -> T) -> f64 {
    let begin = Instant::now();
    std::hint::black_box(work());
    begin.elapsed().as_secs_f64()
}

/// What the times between zones are worth in the variant that adds these arcs to the table of `overlay`, which is left as it
/// was, by the cheapest way that is at hand here. Whoever offers to recompute asks [`Costs::cheapest`] first.
pub fn worth<C: Cell, M: Measure>(
    overlay: &mut Overlay<C>,
    worth_of_base: i128,
    arcs: &[TerminalArc],
    measure: &M,
    costs: &Costs,
) -> i128 {
    let here = Costs { recompute: None, ..*costs };
    if here.cheapest(arcs.len()) == Evaluator::Product {
        return product::worth(overlay.table(), arcs, measure);
    }
    let mark = overlay.mark();
    let gain: i128 = arcs.iter().map(|&arc| overlay.add(arc, measure)).sum();
    overlay.undo(mark);
    worth_of_base + gain
}
