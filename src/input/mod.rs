//! Reading the files a user writes: text in, typed records with their places and every fault out.
//!
//! `vocabulary` has the words of the files, one module a file format has its records and its reader. References
//! between records are still names here; `network` resolves them.

pub mod alignments;
pub mod cells;
mod csv_file;
mod faults;
mod features;
pub mod gtfs;
pub mod network_xml;
pub mod osm;
pub mod outlines;
pub mod parameters;
pub mod places;
pub mod points;
pub mod projects;
pub mod raster;
pub mod records;
pub mod street_profile;
pub mod study;
pub mod targets;
mod text;
mod toml_file;
pub mod vocabulary;
