//! What leaves the program: charts, tables, geography, reports.

pub mod chart;
