//! Figures of the overlay.

mod support;

fn main() {
    support::criterion().final_summary();
}
