//! onehour tells transport planners whether a city cluster's "1-hour circle" holds, by which definition, by what
//! margin and for how many people, today and with its planned projects.
//!
//! The modules are a pipeline, left to right; each imports only from its left:
//!
//! ```text
//! units geo diagnostic error → input → network → scenario → search → measure → output → cli
//! ```
//!
//! `docs/ARCHITECTURE.md` has the picture, `docs/GLOSSARY.md` the words, `docs/formats.md` the files.

pub mod cli;
pub mod diagnostic;
pub mod error;
pub mod geo;
pub mod input;
pub mod measure;
pub mod network;
pub mod output;
pub mod scenario;
pub mod search;
pub mod units;
