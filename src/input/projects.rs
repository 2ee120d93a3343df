//! `projects.toml`: every project of the plan, and what it changes (`docs/formats.md` §5).

use super::network_xml::{Named, TripsRecord};
use super::vocabulary::*;
use crate::diagnostic::Span;
use crate::units::Speed;

/// One project or measure of the plan.
#[derive(Debug, Clone)]
pub struct Project {
    /// Id.
    pub id: String,
    /// Name.
    pub name: Name,
    /// The plan's words.
    pub clause: String,
    /// The paragraph they stand in.
    pub paragraph: String,
    /// `hsr`, `road`, `metro`, …
    pub kind: String,
    /// The plan's verb.
    pub verb: String,
    /// How far it is.
    pub status: Status,
    /// As of when, as written.
    pub status_date: String,
    /// Says who.
    pub status_source: String,
    /// How sure.
    pub confidence: Confidence,
    /// Expected or actual year of opening.
    pub year: Option<u16>,
    /// Projects it needs.
    pub depends_on: Vec<Named>,
    /// Projects it cannot stand beside.
    pub excludes: Vec<Named>,
    /// The service assumed with it.
    pub service: Option<String>,
    /// The same in English.
    pub service_en: Option<String>,
    /// A remark.
    pub note: Option<String>,
    /// What it changes, or why nothing.
    pub effect: Effect,
    /// The `[[project]]` header.
    pub span: Span,
}

/// What a project does to the network.
#[derive(Debug, Clone)]
pub enum Effect {
    /// These changes, at least one.
    Changes(Vec<Change>),
    /// Nothing that moves passenger minutes, and why: Chinese, English.
    NotModelled(String, String),
}

/// One `[[project.change]]`.
#[derive(Debug, Clone)]
pub struct Change {
    /// What.
    pub kind: ChangeKind,
    /// The `[[project.change]]` header.
    pub span: Span,
}

/// Which links a change is about.
#[derive(Debug, Clone)]
pub enum LinkSelection {
    /// By id.
    Ids(Vec<Named>),
    /// All of a section.
    Section(Named),
}

/// The kinds of change.
#[derive(Debug, Clone)]
pub enum ChangeKind {
    /// Elements tagged with the project exist.
    Build,
    /// Links cease.
    CloseLink(LinkSelection),
    /// Links get a new limit.
    SetLimit(LinkSelection, Speed),
    /// Links get a new class.
    SetClass(LinkSelection, LinkClass),
    /// A service ceases.
    WithdrawService(Named),
    /// A service gets other trips.
    SetTrips(Named, Vec<TripsRecord>),
    /// A line gets another run-time model: line, model.
    SetModel(Named, Named),
    /// Trains no longer suffer a delay.
    RemoveDelay(Named),
    /// A stop gets another process class.
    SetProcess(Named, StopClass),
}
