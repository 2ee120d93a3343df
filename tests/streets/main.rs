//! Tests of what runs on streets and timetables; a binary of their own, so that the rest links without them.

// Rows and columns of matrices are compared by their numbers.
#![allow(clippy::needless_range_loop)]

mod accessibility;
mod doors;
mod doors_egress;
mod doors_everywhere;
mod doors_lanes;
mod files;
mod gtfs;
mod hierarchy;
mod imports;
mod init;
mod osm;
mod overlay;
mod raptor;
mod reach;
mod reached_edges;
#[path = "../../benches/support/roads/mod.rs"]
mod roads;
mod roads_generated;
mod street_bands;
mod street_graph;
mod street_study;
mod sweeps;
mod timetables;
mod tutorial;
