//! Planned lines, points and grids of other tools.
