//! Street searches, snapping, islands and the cache, each against an independent slow second opinion.

mod cache;
mod extracts;
mod islands;
mod paths;
mod search;
mod snap;
mod textbook;
pub mod worlds;
