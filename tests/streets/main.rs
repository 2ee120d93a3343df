//! Tests of what runs on streets and timetables; a binary of their own, so that the rest links without them.

// Rows and columns of matrices are compared by their numbers.
#![allow(clippy::needless_range_loop)]

mod accessibility;
mod doors;
mod files;
mod gtfs;
mod imports;
mod init;
mod osm;
mod raptor;
mod reach;
mod reached_edges;
mod street_bands;
mod street_graph;
mod street_study;
mod timetables;
mod tutorial;
