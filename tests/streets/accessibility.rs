//! Accessibility, catchments and equity, by arithmetic.
