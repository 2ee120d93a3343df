//! How much can be reached: cumulative, interval, gravity and dual accessibility.
