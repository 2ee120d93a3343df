//! The tests of the public API, one module a layer or concern; one binary, so that linking is paid once.

mod architecture;
mod chart;
mod formats;
mod hostile;
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
mod trains;
mod worlds;
