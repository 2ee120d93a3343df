//! Questions put straight to files: streets, timetables and points named on the command line, without a study.

pub(crate) mod access;
pub(crate) mod arguments;
pub(crate) mod check;
pub(crate) mod compare;
pub(crate) mod isochrone;
pub(crate) mod load;
pub(crate) mod matrix;
mod measured;
pub(crate) mod prepare;
pub(crate) mod route;
mod rows;
pub(crate) mod streets;
pub(crate) mod terms;
pub(crate) mod verdict;
