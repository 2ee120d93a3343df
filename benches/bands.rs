//! Figures of the bands.

mod support;

fn main() {
    support::criterion().final_summary();
}
