//! Writing results: tables, geography, charts, and the record of the run that made them.

pub mod chart;
pub mod figures;
pub mod files;
pub mod geojson;
pub mod network_xml;
pub mod run_record;
pub mod table;
pub mod verdict_table;
