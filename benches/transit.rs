//! Figures of the transit.

mod support;

fn main() {
    support::criterion().final_summary();
}
