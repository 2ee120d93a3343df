//! The command line straight from files.
