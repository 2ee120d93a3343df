//! Scenarios: which projects are built on which day, and the network that results.
//!
//! `apply` never touches the stock: it makes a network that shares what is unchanged.

pub mod apply;
pub mod lines;
pub mod select;
pub mod streets;

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::civil::Date;

use crate::input::vocabulary::Name;

/// A scenario ready to apply.
#[derive(Debug, Clone, PartialEq)]
pub struct Scenario {
    /// Id.
    pub id: String,
    /// Name.
    pub name: Name,
    /// The day whose network it is.
    pub date: Date,
    /// Ids of the projects that are built.
    pub projects: BTreeSet<Arc<str>>,
}
