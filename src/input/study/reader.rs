//! Reads `study.toml`: every fault of the file in one run.

use std::path::{Component as PathPart, Path, PathBuf};
use std::sync::Arc;

use super::*;
use crate::diagnostic::{Checked, SourceFile};
use crate::error::Error;
use crate::input::faults::{did_you_mean, one_of};
use crate::input::network_xml::Named;
use crate::input::text;
use crate::input::toml_file::{self, Table, check_unique, words};

const STUDY: &[&str] = &[
    "id",
    "title",
    "seed",
    "networks",
    "streets",
    "timetables",
    "places",
    "groups",
    "centres",
    "outlines",
    "projects",
    "targets",
    "parameters",
    "observations",
    "claims",
    "cells",
    "scenario",
    "definition",
    "output",
];
const SCENARIO: &[&str] = &["id", "name", "date", "base", "projects", "with_status", "with_verb", "without"];
const DEFINITION: &[&str] = &[
    "id",
    "name",
    "meaning",
    "ends",
    "components",
    "train_rank",
    "window",
    "period",
    "spontaneous",
    "percentile",
    "max_rides",
    "max_trip_min",
];
const OUTPUT: &[&str] = &["isochrone_from", "isochrone_definition", "isochrone_mode", "bands_min", "compare", "attribution"];

/// The longest band of a map, in minutes.
const MAX_BAND_MIN: u64 = 1440;

/// Reads the study at `path`; the paths in it are resolved against its folder.
pub fn read(path: &Path) -> Result<Checked<Study>, Error> {
    text::read(path, |_| empty(), parse)
}

/// Reads the study in `file`.
pub fn parse(file: &Arc<SourceFile>) -> Checked<Study> {
    let folder = file.path.parent().unwrap_or(Path::new("")).to_path_buf();
    toml_file::parse(file, |table| study(table, &folder))
}

/// What there is of a study that could not be read at all.
fn empty() -> Study {
    Study {
        id: String::new(),
        title: Name { zh: String::new(), en: String::new() },
        seed: 0,
        networks: Vec::new(),
        streets: None,
        timetables: None,
        places: PathBuf::new(),
        groups: None,
        centres: None,
        outlines: None,
        projects: None,
        targets: None,
        parameters: Vec::new(),
        observations: None,
        claims: None,
        cells: None,
        scenarios: Vec::new(),
        definitions: Vec::new(),
        output: no_output(),
    }
}

fn no_output() -> OutputSpec {
    OutputSpec {
        isochrone_from: String::new(),
        isochrone_definition: String::new(),
        isochrone_mode: Mode::Best,
        bands_min: Vec::new(),
        compare: Vec::new(),
        attribution: String::new(),
    }
}

fn study(mut top: Table, folder: &Path) -> Study {
    top.check_keys(STUDY);
    let resolve = |written: String| resolved(folder, &written);
    let networks = if top.has("streets") { top.text_or_texts("networks") } else { list_of_files(&mut top, "networks") };
    let (streets, timetables) = (streets(&mut top, folder), timetables(&mut top, folder));
    let parameters = list_of_files(&mut top, "parameters");
    let places = top.text("places").map(resolve);
    let mut file = |key| top.optional_text(key).map(resolve);
    let (groups, centres, outlines) = (file("groups"), file("centres"), file("outlines"));
    let (projects, targets) = (file("projects"), file("targets"));
    let (observations, claims) = (file("observations"), file("claims"));
    let (id, title, seed) = (top.id("id"), top.name("title"), top.whole("seed", 0..=u64::MAX));
    let cells = if top.has("cells") { top.table("cells", "[cells]").and_then(|table| cells(table, folder)) } else { None };
    let (scenarios, scenario_ids) = scenarios(&mut top);
    let (definitions, definition_ids) = definitions(&mut top);
    let output = output(&mut top, &scenario_ids, &definition_ids);
    let nothing = empty();
    Study {
        id: id.map_or(nothing.id, |id| id.text.to_string()),
        title: title.unwrap_or(nothing.title),
        seed: seed.unwrap_or(nothing.seed),
        networks: networks.into_iter().map(resolve).collect(),
        streets,
        timetables,
        places: places.unwrap_or(nothing.places),
        groups,
        centres,
        outlines,
        projects,
        targets,
        parameters: parameters.into_iter().map(resolve).collect(),
        observations,
        claims,
        cells,
        scenarios,
        definitions,
        output: output.unwrap_or(nothing.output),
    }
}

/// The files of a required key, one text or a list.
fn list_of_files(top: &mut Table, key: &str) -> Vec<String> {
    let Some(value) = top.required(key, "[\"…\"]") else { return Vec::new() };
    if value.get_ref().as_array().is_some_and(|array| array.is_empty()) {
        top.faults.error("toml::empty", value.span(), format!("`{key}` is empty"), "write at least one file");
    }
    top.text_or_texts(key)
}

/// `written` against `folder`, with `..` taken together so that messages show short paths.
fn resolved(folder: &Path, written: &str) -> PathBuf {
    let mut path = PathBuf::new();
    for part in folder.join(written).components() {
        match part {
            PathPart::CurDir => {}
            PathPart::ParentDir if matches!(path.components().next_back(), Some(PathPart::Normal(_))) => {
                path.pop();
            }
            other => path.push(other),
        }
    }
    path
}

/// How far a place may lie from the streets where the study does not say, in metres.
const SNAP_LIMIT_M: u64 = 500;

fn streets(top: &mut Table, folder: &Path) -> Option<StreetsSpec> {
    if !top.has("streets") {
        return None;
    }
    let mut table = top.table("streets", "[streets]")?;
    table.check_keys(&["osm", "region", "profiles", "snap_limit_m"]);
    let files = |written: Vec<String>| written.iter().map(|file| resolved(folder, file)).collect::<Vec<PathBuf>>();
    let osm = files(list_of_files(&mut table, "osm"));
    let region = table.word("region", &words(StreetRegion::ALL, StreetRegion::word));
    let profiles = files(table.text_or_texts("profiles"));
    let limit = table.optional("snap_limit_m");
    let limit = limit.and_then(|value| table.whole_of("snap_limit_m", value, 1..=50_000)).unwrap_or(SNAP_LIMIT_M);
    let snap_limit = Distance::from_metres(limit as u32);
    Some(StreetsSpec { osm, region: region?, profiles, snap_limit, span: table.span() })
}

/// How many timetables are drawn for lines by headway where the study does not say.
const DRAWS: u64 = 10;

fn timetables(top: &mut Table, folder: &Path) -> Option<TimetablesSpec> {
    if !top.has("timetables") {
        return None;
    }
    let has_streets = top.has("streets");
    let mut table = top.table("timetables", "[timetables]")?;
    table.check_keys(&["gtfs", "date", "zone", "draws"]);
    if !has_streets {
        let message = "the study has [timetables] and no [streets], so nobody gets to the stops";
        table.faults.error("study::timetables", table.head.clone(), message, "write [streets] with osm and region");
    }
    let gtfs: Vec<PathBuf> = table.text_or_texts("gtfs").iter().map(|file| resolved(folder, file)).collect();
    let (date, zone) = (table.date("date"), zone(&mut table));
    let none = table.optional("gtfs").is_none_or(|value| value.get_ref().as_array().is_some_and(|files| files.is_empty()));
    if none && !table.has("zone") {
        let message = "[timetables] has neither `gtfs` nor `zone`";
        let help = "write gtfs = [\"…\"], or zone = \"Europe/Berlin\" where all that runs is in the network files";
        table.faults.error("study::timetables", table.head.clone(), message, help);
    }
    let draws = table.optional("draws");
    let draws = draws.and_then(|value| table.whole_of("draws", value, 1..=1000)).unwrap_or(DRAWS) as u32;
    Some(TimetablesSpec { gtfs, date: date?, zone, draws, span: table.span() })
}

/// The name of a time zone that there is.
fn zone(table: &mut Table) -> Option<String> {
    let value = table.optional("zone")?;
    let name = table.text_of("zone", value)?;
    if jiff::tz::TimeZone::get(name).is_err() {
        let help = "write an IANA name, for instance zone = \"Europe/Berlin\"";
        table.faults.error("study::zone", value.span(), format!("there is no time zone \"{name}\""), help);
        return None;
    }
    Some(name.to_string())
}

fn cells(mut table: Table, folder: &Path) -> Option<CellsSpec> {
    table.check_keys(&["file", "step_lon", "step_lat"]);
    let file = table.text("file");
    let (step_lon, step_lat) = (table.number("step_lon", 1e-5..=1.0), table.number("step_lat", 1e-5..=1.0));
    Some(CellsSpec { file: resolved(folder, &file?), step_lon: step_lon?, step_lat: step_lat? })
}

/// The scenarios that are whole, and the ids of all.
fn scenarios(top: &mut Table) -> (Vec<ScenarioSpec>, Vec<Named>) {
    top.require_tables("scenario");
    let mut ids: Vec<Named> = Vec::new();
    let read = top.tables("scenario", "a scenario", |mut table| {
        table.check_keys(SCENARIO);
        let (id, name, date) = (table.id("id"), table.name("name"), table.date("date"));
        let base = table.optional_id("base");
        if let Some(base) = base.as_ref().filter(|base| ids.iter().all(|id| id.text != base.text)) {
            let message = format!("the base \"{}\" is no scenario before this one", base.text);
            let help = match ids.is_empty() {
                true => "the first scenario has no base".to_string(),
                false => did_you_mean(&base.text, ids.iter().map(|id| &*id.text)),
            };
            table.faults.error("study::base", base.span.start..base.span.end, message, help);
        }
        ids.extend(id.clone());
        let named = |ids: Vec<Named>| ids.into_iter().map(|id| id.text.to_string()).collect();
        let (projects, without) = (named(table.ids("projects")), named(table.ids("without")));
        let with_status = table.words("with_status", &words(Status::ALL, Status::word));
        let (with_verb, span) = (table.texts("with_verb"), table.span());
        let (id, base) = (id?.text.to_string(), base.map(|base| base.text.to_string()));
        Some(ScenarioSpec { id, name: name?, date: date?, base, projects, with_status, with_verb, without, span })
    });
    check_unique("scenario", &ids, top.faults);
    (read.into_iter().flatten().collect(), ids)
}

/// The definitions that are whole, and the ids of all.
fn definitions(top: &mut Table) -> (Vec<Definition>, Vec<Named>) {
    top.require_tables("definition");
    let mut ids: Vec<Named> = Vec::new();
    let read = top.tables("definition", "a definition", |mut table| {
        table.check_keys(DEFINITION);
        let id = table.id("id");
        ids.extend(id.clone());
        let (name, meaning) = (table.name("name"), table.name("meaning"));
        let ends = table.word("ends", &words(Ends::ALL, Ends::word));
        table.required("components", "[\"ride\"]");
        let components = table.words("components", &words(Component::ALL, Component::word));
        let train_rank = table.whole("train_rank", 1..=1000);
        let window = table.table("window", "a window").and_then(window);
        let period = table.word("period", &words(Period::ALL, Period::word));
        let spontaneous = table.boolean("spontaneous");
        let on_timetables = on_timetables(&mut table);
        Some(Definition {
            id: id?.text.to_string(),
            name: name?,
            meaning: meaning?,
            ends: ends?,
            components,
            train_rank: train_rank? as u32,
            window: window?,
            period: period?,
            spontaneous: spontaneous?,
            on_timetables,
        })
    });
    check_unique("definition", &ids, top.faults);
    (read.into_iter().flatten().collect(), ids)
}

/// What a definition asks of timetables; what is not written is as in [`OnTimetables::default`].
fn on_timetables(table: &mut Table) -> OnTimetables {
    let usual = OnTimetables::default();
    let mut whole = |key, range| table.optional(key).and_then(|value| table.whole_of(key, value, range));
    OnTimetables {
        percentile: whole("percentile", 1..=99).map_or(usual.percentile, |percentile| percentile as u8),
        max_rides: whole("max_rides", 1..=20).map_or(usual.max_rides, |rides| rides as u32),
        max_trip: whole("max_trip_min", 1..=2880).map_or(usual.max_trip, |minutes| Duration::from_mins(minutes as u32)),
    }
}

fn window(mut table: Table) -> Option<Window> {
    table.check_keys(&["from", "to", "of"]);
    let (from, to) = (table.time("from"), table.time("to"));
    let of = table.word("of", &words(WindowOf::ALL, WindowOf::word));
    let window = Window { from: from?, to: to?, of: of? };
    if window.from >= window.to {
        let message = format!("the window runs from {} to {}, which is not later", window.from, window.to);
        table.faults.error("study::window", table.head, message, "write a later end; hours may pass 24, for instance 25:30");
        return None;
    }
    Some(window)
}

fn output(top: &mut Table, scenarios: &[Named], definitions: &[Named]) -> Option<OutputSpec> {
    let mut table = top.table("output", "[output]")?;
    table.check_keys(OUTPUT);
    let from = table.id("isochrone_from");
    let definition = table.id("isochrone_definition");
    let mode = table.word("isochrone_mode", &words(Mode::ALL, Mode::word));
    let bands = table.wholes("bands_min", 1..=MAX_BAND_MIN);
    if let Some(value) = table.optional("bands_min")
        && (bands.is_empty() || !bands.is_sorted_by(|a, b| a < b))
    {
        let help = "write upper bounds in ascending order, for instance bands_min = [15, 30, 45, 60, 90, 120]";
        table.faults.error("study::bands", value.span(), "`bands_min` does not ascend", help);
    }
    table.required("compare", "[\"S0\", \"S1\"]");
    let compare = table.ids("compare");
    let attribution = table.text("attribution");
    check_known(&compare, "scenario", scenarios, &mut table);
    check_known(definition.as_slice(), "definition", definitions, &mut table);
    Some(OutputSpec {
        isochrone_from: from?.text.to_string(),
        isochrone_definition: definition?.text.to_string(),
        isochrone_mode: mode?,
        bands_min: bands.into_iter().map(|band| band as u32).collect(),
        compare: compare.into_iter().map(|id| id.text.to_string()).collect(),
        attribution: attribution?,
    })
}

/// Reports ids that are none of the `known`; silent where none could be read, for then that is the fault.
fn check_known(ids: &[Named], what: &str, known: &[Named], table: &mut Table) {
    for id in ids.iter().filter(|id| !known.is_empty() && known.iter().all(|known| known.text != id.text)) {
        let message = format!("no {what} has the id \"{}\"", id.text);
        let help = format!("write {}", one_of(known.iter().map(|known| &*known.text)));
        table.faults.error("study::reference", id.span.start..id.span.end, message, help);
    }
}
