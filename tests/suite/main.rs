//! The tests of the public API, one module a layer or concern; one binary, so that linking is paid once.

mod architecture;
mod chart;
mod cli;
mod formats;
mod hostile;
mod hostile_study;
mod input;
mod laws;
mod measure;
mod measure_world;
mod networks;
mod oracles;
mod random_worlds;
mod roads;
mod scenarios;
mod shipped;
mod study;
mod tiny;
mod trains;
mod worlds;
