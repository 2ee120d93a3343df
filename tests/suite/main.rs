//! The tests of the public API, one module a layer or concern; one binary, so that linking is paid once.

mod architecture;
mod chart;
mod formats;
mod hostile;
mod input;
mod measure;
mod measure_world;
mod roads;
mod shipped;
mod trains;
mod worlds;
