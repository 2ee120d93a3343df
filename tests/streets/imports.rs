//! Planned lines, points and grids of other tools.

#[path = "imports/datums.rs"]
mod datums;
#[path = "imports/faults.rs"]
mod faults;
#[path = "imports/grids.rs"]
mod grids;
#[path = "imports/lines.rs"]
mod lines;
#[path = "imports/points.rs"]
mod points;
