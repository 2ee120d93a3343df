//! `onehour check` straight from files: what is doubtful with streets, timetables and points.

use std::path::PathBuf;

use super::load::{located, timetable_of};
use super::streets::{profiles, read_and_build, region_of};
use crate::cli::arguments::CheckArguments;
use crate::cli::check::{Section, give_sections};
use crate::cli::{Ending, Failure, report};
use crate::diagnostic::{Diagnostic, Severity};
use crate::geo::LonLat;
use crate::geo::china::{Datum, likely_datum, likely_swapped};
use crate::input::gtfs::{self, Feed};
use crate::input::parameters::Level;
use crate::input::vocabulary::Period;
use crate::network::streets::islands::{Connections, Relation};
use crate::network::streets::report::BuildReport;
use crate::network::streets::snap::Snap;
use crate::network::streets::{Layer, StreetMode, StreetNetwork, Streets};
use crate::network::timetable::check as rules;
use crate::output::table::Table;
use crate::search::doors::world::World;

/// Runs the verb.
pub(crate) fn check(arguments: &CheckArguments) -> Result<Ending, Failure> {
    let region = &arguments.region;
    let date = match &arguments.date {
        Some(text) => Some(text.parse().map_err(|_| {
            let fault = Diagnostic::error("cli::time", format!("\"{text}\" is no date"));
            Failure::from(fault.help("write 2019-05-13"))
        })?),
        None => None,
    };
    let mut faults = Vec::new();
    let mut sections = Vec::new();
    let mut streets = None;
    if !region.osm.is_empty() {
        let profiles = profiles(region_of(&region.speeds)?, &region.profile, &mut faults)?;
        let built = read_and_build(&region.osm, &profiles, &mut faults)?;
        let network = built.network(&profiles, Level::Base, Period::from(region.period));
        sections.extend(streets_sections(&built.report, &network));
        streets = Some(network);
    }
    let (feeds, found) = feed_sections(&region.gtfs, date, &mut faults)?;
    sections.extend(found);
    if let (Some(date), false) = (date, feeds.is_empty()) {
        timetable_of(&feeds, date, None, &mut faults);
    }
    if faults.iter().any(|fault| fault.severity == Severity::Error) {
        return Err(Failure::Input(faults));
    }
    report(&faults);
    if let Some(streets) = &streets {
        let world = World::new(streets, &[StreetMode::Walk, StreetMode::Car], f64::from(region.snap_limit));
        for file in arguments.points.origins.iter().chain(&arguments.points.destinations) {
            sections.extend(points_section(&world, file)?);
        }
    }
    give_sections(&sections, arguments.json, arguments.out.as_deref())?;
    Ok(Ending::Done)
}

/// What was built, what was passed over, and how it hangs together.
pub(crate) fn streets_sections(report: &BuildReport, network: &StreetNetwork) -> Vec<Section> {
    let mut sections = vec![built_section(report), passed_over(report)];
    sections.extend(network.layers.iter().map(|layer| islands(&network.streets, layer)));
    sections
}

fn built_section(report: &BuildReport) -> Section {
    let mut table = Table::new(["what", "ways", "edges"]);
    for (class, (ways, edges)) in &report.by_class {
        table.push([format!("class {class}"), ways.to_string(), edges.to_string()]);
    }
    let title = format!(
        "Streets: {} nodes and {} ways read; {} junctions, {} edges, {} forbidden turns built",
        report.n_nodes, report.n_ways, report.n_vertices, report.n_edges, report.n_restrictions
    );
    Section { key: "streets".to_string(), title, table }
}

fn passed_over(report: &BuildReport) -> Section {
    let mut table = Table::new(["what was passed over", "number", "for instance"]);
    let ids = |ids: &[i64]| ids.iter().map(i64::to_string).collect::<Vec<String>>().join(" ");
    let tallies = [
        ("ways cut where their nodes are not in the file", &report.clipped),
        ("ways of which less than two nodes are left", &report.too_short),
        ("conditions by time on access, limits or direction", &report.conditional),
        ("streets whose direction changes by time (closed)", &report.reversible),
        ("barriers at junctions", &report.barriers_at_junctions),
        ("turn restrictions with members that are not in the file", &report.restrictions_outside),
        ("turn restrictions at some hours only", &report.restrictions_conditional),
        ("turn restrictions that do not fit their streets", &report.restrictions_broken),
        ("turn restrictions that fit more than one turn", &report.restrictions_ambiguous),
    ];
    for (what, tally) in tallies.into_iter().filter(|(_, tally)| tally.n > 0) {
        table.push([what.to_string(), tally.n.to_string(), ids(&tally.examples)]);
    }
    let values = [
        ("values of highway that are no street", &report.not_streets),
        ("values of maxspeed without a meaning", &report.unread_limits),
        ("values of access keys that no profile knows", &report.unknown_access),
        ("values of oneway without a meaning", &report.unknown_oneway),
    ];
    for (what, values) in values.into_iter().filter(|(_, values)| !values.is_empty()) {
        let n: usize = values.values().sum();
        let examples: Vec<&str> = values.keys().take(5).map(String::as_str).collect();
        table.push([what.to_string(), n.to_string(), examples.join(" ")]);
    }
    let counts = [
        ("ways closed to every mode", report.closed_to_all),
        ("ways whose limit stands on variable signs", report.variable_limits),
        ("turn restrictions without effect", report.restrictions_without_effect),
    ];
    for (what, n) in counts.into_iter().filter(|&(_, n)| n > 0) {
        table.push([what.to_string(), n.to_string(), String::new()]);
    }
    Section { key: "passed over".to_string(), title: "Streets: what was passed over".to_string(), table }
}

/// How many islands are named.
const N_ISLANDS: usize = 10;

fn islands(streets: &Streets, layer: &Layer) -> Section {
    let connections = Connections::of(streets, layer);
    let mut table = Table::new(["what", "parts", "km", "where the longest lies"]);
    let km = |cm: u64| format!("{:.1}", cm as f64 / 1e5);
    let place = |at: crate::network::streets::Place| {
        let at = at.lon_lat();
        format!("{:.5},{:.5}", at.lon, at.lat)
    };
    let words = [
        (Relation::Island, "islands: neither reached from the main part nor leading to it"),
        (Relation::Trap, "traps: entered and not left"),
        (Relation::Source, "left and not entered"),
    ];
    for (relation, what) in words {
        let (n, length_cm) = connections.total(relation);
        let longest = connections.others.iter().filter(|part| part.relation == relation).take(N_ISLANDS);
        let places: Vec<String> = longest.map(|part| place(part.at)).collect();
        table.push([what.to_string(), n.to_string(), km(length_cm), places.join(" ")]);
    }
    let dead_end = connections.dead_ends.first().map(|&vertex| place(streets.vertices[vertex as usize].at));
    let n = connections.dead_ends.len().to_string();
    table.push(["dead ends".to_string(), n, km(connections.dead_ends_cm), dead_end.unwrap_or_default()]);
    let main = connections.main.as_ref();
    let title = format!(
        "Streets for {}: the main part has {} edges and {} km",
        layer.mode.word(),
        main.map_or(0, |part| part.n_edges),
        main.map_or_else(|| "0".to_string(), |part| km(part.length_cm))
    );
    Section { key: format!("islands {}", layer.mode.word()), title, table }
}

/// The feeds, and the rules that they break.
pub(crate) fn feed_sections(
    files: &[PathBuf],
    date: Option<jiff::civil::Date>,
    faults: &mut Vec<Diagnostic>,
) -> Result<(Vec<Feed>, Vec<Section>), Failure> {
    let (mut feeds, mut sections) = (Vec::new(), Vec::new());
    for file in files {
        let feed = gtfs::read(file)?.into_value(faults);
        let mut table = Table::new(["rule", "number", "what it means", "for instance"]);
        for finding in rules::check(&feed, date) {
            let examples = finding.examples.join("; ");
            table.push([finding.rule.to_string(), finding.count.to_string(), finding.meaning.to_string(), examples]);
        }
        let range = match feed.service_range() {
            Some((first, last)) => format!("service from {first} to {last}"),
            None => "no day of service at all".to_string(),
        };
        sections.push(Section {
            key: format!("feed {}", file.display()),
            title: format!("Timetable {}: {range}; rules that it breaks", file.display()),
            table,
        });
        feeds.push(feed);
    }
    Ok((feeds, sections))
}

/// Points and the streets: far ones, those on islands, and whether they look shifted or swapped.
fn points_section(world: &World, file: &std::path::Path) -> Result<Vec<Section>, Failure> {
    let points = located(world, file)?;
    let mut table = Table::new(["finding", "point", "metres"]);
    for (id, located) in points.points.ids().zip(&points.located) {
        match located.snap(StreetMode::Walk) {
            Some(Snap::Beyond { nearest_m }) => {
                let metres = nearest_m.map_or(String::new(), |metres| format!("{metres:.0}"));
                table.push(["beyond the streets: not tested".to_string(), id.to_string(), metres]);
            }
            Some(Snap::On { off_main: true, point: on, .. }) => {
                let metres = format!("{:.0}", on.distance_m);
                table.push(["on an island of the streets".to_string(), id.to_string(), metres]);
            }
            Some(Snap::On { passed_over_m: Some(metres), .. }) => {
                let what = "a nearer street is on an island and was passed over".to_string();
                table.push([what, id.to_string(), format!("{metres:.0}")]);
            }
            _ => {}
        }
    }
    let Some(of) = world.mode(StreetMode::Walk) else { return Ok(Vec::new()) };
    // However far: what lies beyond the streets says most about a shift.
    let distance = |_: usize, at: LonLat| match of.index.snap(at, f64::MAX) {
        Snap::On { point, .. } => Some(point.distance_m),
        Snap::Beyond { nearest_m } => nearest_m,
    };
    if let Some((datum, fit)) = likely_datum(points.points.positions(), distance) {
        let name = match datum {
            Datum::Gcj02 => "GCJ-02",
            Datum::Bd09 => "BD-09",
            Datum::Wgs84 => "WGS-84",
        };
        let gain = fit.gain_m.map_or_else(|| "far".to_string(), |metres| format!("{metres:.0} m"));
        let what = format!("these {} points look like {name}: they fit {gain} better after conversion", fit.n);
        table.push([what, String::new(), String::new()]);
    }
    if let Some(fit) = likely_swapped(points.points.positions(), distance) {
        let what = format!("these {} points look as if longitude and latitude were swapped", fit.n);
        table.push([what, String::new(), String::new()]);
    }
    let title = format!("Points of {}: {} points", file.display(), points.points.len());
    Ok(vec![Section { key: format!("points {}", file.display()), title, table }])
}
