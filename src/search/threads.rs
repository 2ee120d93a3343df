//! How many threads searches are spread over.

use std::num::NonZeroUsize;

/// Spreads searches over `n` threads from now on. To be said once, before the first search; later it has no effect.
pub fn limit(n: NonZeroUsize) {
    // The pool is global: whoever said it first, or searched first, has fixed it.
    let _ = rayon::ThreadPoolBuilder::new().num_threads(n.get()).build_global();
}

/// Over how many threads searches are spread.
pub fn count() -> usize {
    rayon::current_num_threads()
}
