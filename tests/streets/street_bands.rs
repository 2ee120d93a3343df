//! Isobands over streets agree with the router.
