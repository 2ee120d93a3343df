//! Figures of the sweeps.

mod support;

fn main() {
    support::criterion().final_summary();
}
