//! What became of OpenStreetMap elements while streets were built, as plain counts.

use std::collections::BTreeMap;

use crate::diagnostic::Diagnostic;

/// How many ids or values are kept as examples.
const EXAMPLES: usize = 5;

/// Something that occurred, how often, and the first cases of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// How often.
    pub n: usize,
    /// Ids of the first cases, at most five.
    pub examples: Vec<i64>,
}

impl Tally {
    pub(super) fn add(&mut self, id: i64) {
        self.n += 1;
        if self.examples.len() < EXAMPLES {
            self.examples.push(id);
        }
    }

    fn shown(&self) -> String {
        let ids: Vec<String> = self.examples.iter().map(i64::to_string).collect();
        let more = if self.n > ids.len() { ", …" } else { "" };
        format!("{}{more}", ids.join(", "))
    }
}

/// Counts of what was built, of what was left out, and why.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BuildReport {
    /// Nodes of the input.
    pub n_nodes: usize,
    /// Ways of the input.
    pub n_ways: usize,
    /// Vertices built.
    pub n_vertices: usize,
    /// Edges built.
    pub n_edges: usize,
    /// Forbidden turns built, those of barriers among them.
    pub n_restrictions: usize,
    /// Ways and edges built, by class.
    pub by_class: BTreeMap<&'static str, (usize, usize)>,
    /// Ways with a value of `highway` that is no class of streets, by value.
    pub not_streets: BTreeMap<String, usize>,
    /// Ways of a class that no profile goes on, or that tags close to all.
    pub closed_to_all: usize,
    /// Ways cut because nodes of them are not in the file.
    pub clipped: Tally,
    /// How many nodes are missing, each counted for every way that uses it.
    pub n_missing_nodes: usize,
    /// Ways of which less than two different nodes are left.
    pub too_short: Tally,
    /// Values of `maxspeed` that have no meaning, with how many ways have them.
    pub unread_limits: BTreeMap<String, usize>,
    /// Ways whose limit stands on variable signs.
    pub variable_limits: usize,
    /// Ways with conditions by time on access, limits or direction; they are passed over.
    pub conditional: Tally,
    /// Values of access keys that no profile knows, with how many ways have them.
    pub unknown_access: BTreeMap<String, usize>,
    /// Values of `oneway` that have no meaning, with how many ways have them.
    pub unknown_oneway: BTreeMap<String, usize>,
    /// Streets whose direction changes by time; they are closed to whoever heeds `oneway`.
    pub reversible: Tally,
    /// Nodes with a barrier that closes them for a mode.
    pub barriers: usize,
    /// Barriers at junctions, where it cannot be told which street they close; they are passed over.
    pub barriers_at_junctions: Tally,
    /// Turn restrictions of which a member is not in the file or not a street.
    pub restrictions_outside: Tally,
    /// Turn restrictions that hold at some hours only; they are passed over.
    pub restrictions_conditional: Tally,
    /// Turn restrictions whose members do not meet, or that say nothing known.
    pub restrictions_broken: Tally,
    /// Turn restrictions that fit more than one pair of streets.
    pub restrictions_ambiguous: Tally,
    /// Turn restrictions for modes that are not built, or on turns that one-way streets forbid already.
    pub restrictions_without_effect: usize,
}

impl BuildReport {
    /// What a user should know of before trusting the streets.
    pub(super) fn warnings(&self) -> Vec<Diagnostic> {
        let mut warnings = Vec::new();
        if self.clipped.n > 0 {
            let message = format!(
                "{} ways use {} nodes that are not in the file, and are cut there: ways {}",
                self.clipped.n,
                self.n_missing_nodes,
                self.clipped.shown()
            );
            let help = "this is normal at the edge of an extract; keep places of interest away from it";
            warnings.push(Diagnostic::warning("streets::clipped", message).help(help));
        }
        if !self.unread_limits.is_empty() {
            let n: usize = self.unread_limits.values().sum();
            let values: Vec<String> = self.unread_limits.keys().take(EXAMPLES).map(|value| format!("\"{value}\"")).collect();
            let message =
                format!("{n} ways have a `maxspeed` that cannot be read and is passed over, such as {}", values.join(", "));
            let help = "write km/h as a number, mph with its unit, or add the zone to [limits.zones] of the profile";
            warnings.push(Diagnostic::warning("streets::maxspeed", message).help(help));
        }
        let n_broken = self.restrictions_broken.n + self.restrictions_ambiguous.n;
        if n_broken > 0 {
            let ids = Tally {
                n: n_broken,
                examples: [&self.restrictions_broken.examples[..], &self.restrictions_ambiguous.examples].concat(),
            };
            let message = format!(
                "{n_broken} turn restrictions do not fit their streets and are passed over: relations {}",
                ids.shown()
            );
            let help = "mend them in OpenStreetMap where they matter";
            warnings.push(Diagnostic::warning("streets::restriction", message).help(help));
        }
        if self.n_ways > 0 && self.n_edges == 0 {
            let help = "take an extract with nodes as well as ways, and profiles that go on its classes";
            warnings.push(Diagnostic::warning("streets::none", "no way of the file became a street").help(help));
        }
        warnings
    }
}
