//! Planned lines, points and grids of other tools.

#[path = "imports/points.rs"]
mod points;
