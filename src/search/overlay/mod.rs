//! Variants of a network as a small overlay on the times between zones and terminals, so that thousands of them are judged
//! in a second.
//!
//! Let X be all arcs that some variant adds, removes or gives another time, those of today among them. The *base* is the
//! network without X; the *terminals* are the ends of X. A variant is the base and some arcs between terminals, so that
//! every variant, even one that closes a road or slows it down, only *adds* arcs to the base. What a variant does to the
//! times between zones thus follows from the times of the base between zones and terminals alone:
//!
//! > D(o,d) = min( D₀(o,d), min over terminals t, t' of D₀(o,t) + C(t,t') + D₀(t',d) ),
//!
//! where C has the shortest times between terminals over the base and the arcs of the variant. (A shortest way without arcs
//! of X lies in the base. Any other is cut at its arcs of X into pieces that begin and end at terminals or at its own ends
//! and lie in the base.)
//!
//! `plan` says what projects do and finds the terminals; `base` asks a search for the times of the base; `table` keeps them
//! in blocks; `order` puts near zones together; `updates` adds one arc after another and takes them back; `product` computes
//! the formula above at once; `recompute` searches the graph anew over a hierarchy; `choice` picks among the three by measured cost; `measure` says what times are worth; `walk`
//! adds projects one by one, and `coalition` does so by the cheaper of walking and recomputing; `attribution` shares out what they gain together; `labels` gives seeds for searches from one
//! origin under a variant.
//!
//! All times are deciseconds. Times of 13.6 years and more count as not reached, as in all searches.

pub mod attribution;
pub mod base;
pub mod choice;
mod coalition;
mod labels;
pub mod measure;
pub mod order;
mod permutations;
pub mod plan;
pub mod product;
pub mod recompute;
pub mod table;
pub mod updates;
pub mod walk;

/// An arc between two nodes of a graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeArc {
    /// The node where it begins.
    pub tail: u32,
    /// The node where it ends.
    pub head: u32,
    /// Deciseconds.
    pub time: u32,
}

/// An arc between two terminals, which are known by their position among all terminals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TerminalArc {
    /// The terminal where it begins.
    pub tail: u32,
    /// The terminal where it ends.
    pub head: u32,
    /// Deciseconds.
    pub time: u32,
}

/// Nodes with the deciseconds between them and the place that they stand for.
pub type Seeds = Vec<(u32, u32)>;

/// A zone: how journeys leave it and how they come to it. It is no node: nobody travels through it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Zone {
    /// Nodes where journeys from the zone enter the graph, and the time until then.
    pub departures: Seeds,
    /// Nodes where journeys to the zone leave the graph, and the time from there on.
    pub arrivals: Seeds,
}

/// An end of a journey in a table of times.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum End {
    /// A zone, by position.
    Zone(usize),
    /// A terminal, by position.
    Terminal(usize),
}
