//! `projects.toml`: every project of the plan, and what it changes (`docs/formats.md` §5).

use std::path::Path;
use std::sync::Arc;

use super::faults::{did_you_mean, one_of};
use super::network_xml::{Named, TripTimes, TripsRecord};
use super::text;
use super::toml_file::{self, Table, check_unique, words};
use super::vocabulary::*;
use crate::diagnostic::{Checked, SourceFile, Span};
use crate::error::Error;
use crate::geo::LonLat;
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
    /// Ways of OpenStreetMap are closed for these users, for everybody where none is named.
    CloseWay(Vec<WayId>, Vec<StreetUser>),
    /// Users of ways get new speeds.
    SetWaySpeed(Vec<WayId>, Vec<(StreetUser, Speed)>),
    /// A new street.
    NewWay(NewWay),
    /// A route of a timetable ceases.
    WithdrawRoute(Named),
}

impl ChangeKind {
    /// The word in files.
    pub const fn word(&self) -> &'static str {
        match self {
            ChangeKind::Build => "build",
            ChangeKind::CloseLink(_) => "close_link",
            ChangeKind::SetLimit(..) => "set_limit",
            ChangeKind::SetClass(..) => "set_class",
            ChangeKind::WithdrawService(_) => "withdraw_service",
            ChangeKind::SetTrips(..) => "set_trips",
            ChangeKind::SetModel(..) => "set_model",
            ChangeKind::RemoveDelay(_) => "remove_delay",
            ChangeKind::SetProcess(..) => "set_process",
            ChangeKind::CloseWay(..) => "close_way",
            ChangeKind::SetWaySpeed(..) => "set_way_speed",
            ChangeKind::NewWay(_) => "new_way",
            ChangeKind::WithdrawRoute(_) => "withdraw_route",
        }
    }

    /// Whether it changes the network of roads, lines and services; otherwise streets or a timetable.
    pub const fn is_of_network(&self) -> bool {
        !matches!(
            self,
            ChangeKind::CloseWay(..) | ChangeKind::SetWaySpeed(..) | ChangeKind::NewWay(_) | ChangeKind::WithdrawRoute(_)
        )
    }
}

/// A way of OpenStreetMap as a change names it.
#[derive(Debug, Clone, PartialEq)]
pub struct WayId {
    /// Its number.
    pub id: i64,
    /// Where it stands.
    pub span: Span,
}

/// A planned street.
#[derive(Debug, Clone, PartialEq)]
pub struct NewWay {
    /// Its points from begin to end, at least two.
    pub points: Vec<(LonLat, Span)>,
    /// Its class.
    pub class: PlannedStreet,
    /// Who may use it, and how fast; at least one.
    pub speeds: Vec<(StreetUser, Speed)>,
    /// Whether vehicles may only go from its begin to its end; people on foot go both ways.
    pub oneway: bool,
    /// Where it is joined to other streets.
    pub joins: Joins,
    /// How far its ends may lie from the street they are joined to, in metres.
    pub join_within_m: f64,
}

const PROJECT: &[&str] = &[
    "id",
    "name",
    "clause",
    "paragraph",
    "kind",
    "verb",
    "status",
    "status_date",
    "status_source",
    "confidence",
    "year",
    "depends_on",
    "excludes",
    "service",
    "service_en",
    "note",
    "not_modelled",
    "not_modelled_en",
    "change",
];

/// The paragraphs of a plan that a project may stand in.
const PARAGRAPHS: &[&str] = &["railways", "roads", "airports", "internal", "hubs", "space"];

/// The kinds of project.
const KINDS: &[&str] = &["hsr", "rail", "suburban", "metro", "road", "air", "bus", "hub", "freight", "ticketing", "tourism"];

/// The kinds of change.
const CHANGES: &[&str] = &[
    "build",
    "close_link",
    "set_limit",
    "set_class",
    "withdraw_service",
    "set_trips",
    "set_model",
    "remove_delay",
    "set_process",
    "close_way",
    "set_way_speed",
    "new_way",
    "withdraw_route",
];

/// How far the ends of a planned street may lie from the street they are joined to where the file does not say, in metres.
const JOIN_WITHIN_M: f64 = 30.0;

/// Reads the projects at `path`.
pub fn read(path: &Path) -> Result<Checked<Vec<Project>>, Error> {
    text::read(path, |_| Vec::new(), parse)
}

/// Reads the projects in `file`.
pub fn parse(file: &Arc<SourceFile>) -> Checked<Vec<Project>> {
    toml_file::parse(file, |mut top| {
        top.check_keys(&["project"]);
        let mut ids: Vec<Named> = Vec::new();
        let mut relations: Vec<(Option<Named>, Vec<Named>)> = Vec::new();
        let read = top.tables("project", "a project", |mut table| {
            let id = table.id("id");
            ids.extend(id.clone());
            let (needs, excludes) = (table.ids("depends_on"), table.ids("excludes"));
            relations.push((id.clone(), needs.iter().chain(&excludes).cloned().collect()));
            project(&mut table, id, needs, excludes)
        });
        check_unique("project", &ids, top.faults);
        check_relations(&ids, &relations, &mut top);
        read.into_iter().flatten().collect()
    })
}

/// Reports projects that relate to themselves or to none of the file.
fn check_relations(ids: &[Named], relations: &[(Option<Named>, Vec<Named>)], top: &mut Table) {
    for (id, others) in relations {
        for other in others {
            let range = other.span.start..other.span.end;
            if id.as_ref().is_some_and(|id| id.text == other.text) {
                let message = format!("the project \"{}\" relates to itself", other.text);
                top.faults.error("projects::reference", range, message, "name another project or remove it");
            } else if ids.iter().all(|id| id.text != other.text) {
                let message = format!("no project has the id \"{}\"", other.text);
                let help = did_you_mean(&other.text, ids.iter().map(|id| &*id.text));
                top.faults.error("projects::reference", range, message, help);
            }
        }
    }
}

fn project(table: &mut Table, id: Option<Named>, depends_on: Vec<Named>, excludes: Vec<Named>) -> Option<Project> {
    table.check_keys(PROJECT);
    let (name, clause) = (table.name("name"), table.text("clause"));
    let paragraph = table.word("paragraph", &plain(PARAGRAPHS));
    let (kind, verb) = (table.word("kind", &plain(KINDS)), table.text("verb"));
    let status = table.word("status", &words(Status::ALL, Status::word));
    let (status_date, status_source) = (table.text("status_date"), table.text("status_source"));
    let confidence = table.word("confidence", &words(Confidence::ALL, Confidence::word));
    let year = table.optional("year").and_then(|value| table.whole_of("year", value, 1900..=2200));
    let (service, service_en) = (table.optional_text("service"), table.optional_text("service_en"));
    let (note, effect, span) = (table.optional_text("note"), effect(table), table.span());
    Some(Project {
        id: id?.text.to_string(),
        name: name?,
        clause: clause?,
        paragraph: paragraph?.to_string(),
        kind: kind?.to_string(),
        verb: verb?,
        status: status?,
        status_date: status_date?,
        status_source: status_source?,
        confidence: confidence?,
        year: year.map(|year| year as u16),
        depends_on,
        excludes,
        service,
        service_en,
        note,
        effect: effect?,
        span,
    })
}

/// Words that stand for themselves.
fn plain(list: &[&'static str]) -> Vec<(&'static str, &'static str)> {
    list.iter().map(|&word| (word, word)).collect()
}

/// Exactly one of changes and `not_modelled`.
fn effect(table: &mut Table) -> Option<Effect> {
    let changes = table.tables("change", "a change", change);
    let reason = table.has("not_modelled").then(|| (table.text("not_modelled"), table.text("not_modelled_en")));
    let help = "write [[project.change]] tables, or not_modelled and not_modelled_en with a sentence that says why not";
    match (changes.is_empty(), reason) {
        (true, Some((zh, en))) => Some(Effect::NotModelled(zh?, en?)),
        (false, None) => changes.into_iter().collect::<Option<Vec<Change>>>().map(Effect::Changes),
        (true, None) => {
            let message = "the project changes nothing and does not say why";
            table.faults.error("projects::effect", table.head.clone(), message, help);
            None
        }
        (false, Some(_)) => {
            let message = "the project has both changes and `not_modelled`";
            table.faults.error("projects::effect", table.head.clone(), message, help);
            None
        }
    }
}

fn change(mut table: Table) -> Option<Change> {
    let span = table.span();
    let word = table.word("kind", &plain(CHANGES))?;
    let allowed: &[&str] = match word {
        "build" => &["kind"],
        "close_link" => &["kind", "links", "section"],
        "set_limit" => &["kind", "links", "section", "limit_kmh"],
        "set_class" => &["kind", "links", "section", "class"],
        "withdraw_service" => &["kind", "service"],
        "set_trips" => &["kind", "service", "trips"],
        "set_model" => &["kind", "line", "model"],
        "remove_delay" => &["kind", "delay"],
        "close_way" => &["kind", "ways", "users"],
        "set_way_speed" => &["kind", "ways", "speeds_kmh"],
        "new_way" => &["kind", "points", "class", "speeds_kmh", "oneway", "joins", "join_within_m"],
        "withdraw_route" => &["kind", "route"],
        _ => &["kind", "stop", "class"],
    };
    table.check_keys(allowed);
    let kind = match word {
        "build" => Some(ChangeKind::Build),
        "close_link" => selection(&mut table).map(ChangeKind::CloseLink),
        "set_limit" => {
            let (links, limit) = (selection(&mut table), table.number("limit_kmh", 1.0..=200.0));
            Some(ChangeKind::SetLimit(links?, limit.and_then(Speed::from_kmh)?))
        }
        "set_class" => {
            let (links, class) = (selection(&mut table), table.word("class", &words(LinkClass::ALL, LinkClass::word)));
            Some(ChangeKind::SetClass(links?, class?))
        }
        "withdraw_service" => table.id("service").map(ChangeKind::WithdrawService),
        "set_trips" => {
            let (service, trips) = (table.id("service"), trips(&mut table));
            Some(ChangeKind::SetTrips(service?, trips?))
        }
        "set_model" => {
            let (line, model) = (table.id("line"), table.id("model"));
            Some(ChangeKind::SetModel(line?, model?))
        }
        "remove_delay" => table.id("delay").map(ChangeKind::RemoveDelay),
        "close_way" => {
            let (ways, users) = (ways(&mut table), table.words("users", &words(StreetUser::ALL, StreetUser::word)));
            Some(ChangeKind::CloseWay(ways?, users))
        }
        "set_way_speed" => {
            let (ways, speeds) = (ways(&mut table), speeds(&mut table));
            Some(ChangeKind::SetWaySpeed(ways?, speeds?))
        }
        "new_way" => new_way(&mut table).map(ChangeKind::NewWay),
        "withdraw_route" => table.foreign_id("route").map(ChangeKind::WithdrawRoute),
        _ => {
            let (stop, class) = (table.id("stop"), table.word("class", &words(StopClass::ALL, StopClass::word)));
            Some(ChangeKind::SetProcess(stop?, class?))
        }
    };
    Some(Change { kind: kind?, span })
}

/// Exactly one of `links` and `section`.
fn selection(table: &mut Table) -> Option<LinkSelection> {
    match (table.has("links"), table.has("section")) {
        (true, false) => Some(table.ids("links")).filter(|ids| !ids.is_empty()).map(LinkSelection::Ids),
        (false, true) => table.id("section").map(LinkSelection::Section),
        (both, _) => {
            let message =
                if both { "the change has both `links` and `section`" } else { "the change says nothing of its links" };
            let help = format!("write {}", one_of(["links = [\"…\"]", "section = \"…\""]));
            table.faults.error("projects::selection", table.head.clone(), message, help);
            None
        }
    }
}

/// The ways of a change, at least one.
fn ways(table: &mut Table) -> Option<Vec<WayId>> {
    let numbers = table.numbered("ways", 1..=i64::MAX as u64);
    let ways: Vec<WayId> = numbers.into_iter().map(|(id, span)| WayId { id: id as i64, span }).collect();
    (!ways.is_empty()).then_some(ways)
}

/// A speed for one user of streets or more.
fn speeds(table: &mut Table) -> Option<Vec<(StreetUser, Speed)>> {
    let mut inner = table.table("speeds_kmh", "a table of speeds")?;
    inner.check_keys(&["walk", "bicycle", "ebike", "car"]);
    let mut speeds = Vec::new();
    for &user in StreetUser::ALL {
        let fastest = if user == StreetUser::Walk { 15.0 } else { 200.0 };
        if let Some(speed) = inner.optional_number(user.word(), 0.5..=fastest).and_then(Speed::from_kmh) {
            speeds.push((user, speed));
        }
    }
    if inner.entries().is_empty() {
        let help = "write speeds_kmh = { car = 60 }, or another of walk, bicycle, ebike and car";
        inner.faults.error("projects::speeds", inner.head.clone(), "`speeds_kmh` names no speed", help);
    }
    (!speeds.is_empty()).then_some(speeds)
}

fn new_way(table: &mut Table) -> Option<NewWay> {
    let points = table.points("points");
    let written = table.optional("points").and_then(|value| Some((value.span(), value.get_ref().as_array()?.len())));
    if let Some((range, 0..=1)) = written {
        let message = "a street needs a begin and an end";
        table.faults.error("projects::points", range, message, "write points = [[112.55, 37.87], [112.60, 37.90]]");
    }
    let class = table.word("class", &words(PlannedStreet::ALL, PlannedStreet::word));
    let (speeds, oneway) = (speeds(table), table.optional_boolean("oneway"));
    let joins = table.word("joins", &words(Joins::ALL, Joins::word));
    let join_within_m = table.optional_number("join_within_m", 1.0..=5000.0).unwrap_or(JOIN_WITHIN_M);
    let oneway = oneway.unwrap_or(false);
    let whole = NewWay { points, class: class?, speeds: speeds?, oneway, joins: joins?, join_within_m };
    (whole.points.len() >= 2).then_some(whole)
}

/// The trips that a service gets: `count` trips evenly between `from` and `to`.
fn trips(table: &mut Table) -> Option<Vec<TripsRecord>> {
    table.required("trips", "[{ count = 12, from = \"06:00\", to = \"22:00\" }]")?;
    let read = table.tables("trips", "an entry of `trips`", |mut entry| {
        entry.check_keys(&["count", "from", "to", "direction"]);
        let (count, from, to) = (entry.whole("count", 1..=2880), entry.time("from"), entry.time("to"));
        let direction = entry.optional_word("direction", &words(TripDirection::ALL, TripDirection::word));
        let (count, from, to) = (count? as u32, from?, to?);
        if from >= to {
            let message = format!("the trips run from {from} to {to}, which is not later");
            entry.faults.error("projects::trips", entry.head.clone(), message, "write a later end; hours may pass 24");
            return None;
        }
        let (times, direction) = (TripTimes::Even { count, from, to }, direction.unwrap_or(TripDirection::Both));
        Some(TripsRecord { times, direction, span: entry.span() })
    });
    read.into_iter().collect()
}
