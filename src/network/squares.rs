//! Cells that the tool makes itself: squares and hexagons over an area.
