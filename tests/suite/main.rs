//! The tests of the public API, one module a layer or concern; one binary, so that linking is paid once.

mod architecture;
mod laws;
mod networks;
mod oracles;
mod random_worlds;
mod roads;
mod scenarios;
mod trains;
mod worlds;
