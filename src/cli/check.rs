//! `onehour check`: what is wrong or doubtful with the inputs.

use serde_json::{Value, json};

use super::arguments::CheckArguments;
use super::load::{Loaded, load};
use super::region::check::{feed_sections, streets_sections};
use super::region::streets::{profiles, read_and_build, region_of};
use super::verdict::resolved;
use super::worlds::{network, with_network};
use super::{Ending, Failure, give, pretty, report};
use crate::input::parameters::Level;
use crate::input::projects::Effect;
use crate::input::vocabulary::{LineMode, Mode, Period, PlaceLevel};
use crate::network::Network;
use crate::network::check::{LengthCheck, connectivity, length_by_class, lengths};
use crate::output::table::Table;
use crate::scenario::Scenario;
use crate::search::engine::Engine;
use crate::search::{Direction, Endpoint, Outcome};
use crate::units::Distance;

/// Seats and stops farther from any road than this are named.
const FAR_FROM_ROAD_M: f64 = 5_000.0;

/// How many bridges are named.
const N_BRIDGES: usize = 10;

/// Runs the verb.
pub(crate) fn check(arguments: &CheckArguments) -> Result<Ending, Failure> {
    let loaded = load(&arguments.common)?;
    report(&loaded.warnings);
    let scenarios = loaded.scenarios(&arguments.scenario, &arguments.common)?;
    // Their relations are for the other verbs; that all their names are known is for this one.
    resolved(&loaded, &[], &[])?;
    let sections = sections(&loaded, &scenarios)?;
    give_sections(&sections, arguments.json, arguments.out.as_deref())?;
    Ok(Ending::Done)
}

/// Gives findings as text, or as JSON with a member for every section.
pub(crate) fn give_sections(sections: &[Section], json: bool, out: Option<&std::path::Path>) -> Result<(), Failure> {
    let text = if json {
        let object: serde_json::Map<String, Value> =
            sections.iter().map(|section| (section.key.clone(), section.json())).collect();
        pretty(&object)
    } else {
        sections.iter().map(Section::text).collect::<Vec<String>>().join("\n")
    };
    give(&text, out)
}

/// One heading of the findings with its table.
pub(crate) struct Section {
    /// Its name in JSON.
    pub key: String,
    /// Its heading.
    pub title: String,
    /// What was found.
    pub table: Table,
}

impl Section {
    fn text(&self) -> String {
        let body = if self.table.rows.is_empty() { "none\n".to_string() } else { self.table.text() };
        format!("{}\n\n{body}", self.title)
    }

    fn json(&self) -> Value {
        let row = |row: &Vec<String>| {
            let members = self.table.header.iter().zip(row).map(|(column, cell)| (column.clone(), json!(cell)));
            Value::Object(members.collect())
        };
        Value::Array(self.table.rows.iter().map(row).collect())
    }
}

fn sections(loaded: &Loaded, scenarios: &[Scenario]) -> Result<Vec<Section>, Failure> {
    let mut sections = vec![inventory(loaded), lengths_section(&lengths(&loaded.stock)), coverage(loaded)];
    sections.extend(on_streets(loaded)?);
    for scenario in scenarios {
        let built = network(loaded, scenario)?;
        sections.extend(with_network(loaded, &built, |engine| scenario_sections(loaded, scenario, &built, engine)));
    }
    let validation = super::validation::sections(loaded, scenarios)?;
    sections.extend(validation.into_iter().map(|(key, title, table)| Section { key, title, table }));
    Ok(sections)
}

/// Streets and timetables of a study that has them.
fn on_streets(loaded: &Loaded) -> Result<Vec<Section>, Failure> {
    let Some(spec) = &loaded.study.streets else { return Ok(Vec::new()) };
    let mut faults = Vec::new();
    let streets = loaded.streets.as_ref().expect("a study of streets has them");
    let of_base = |period: Option<Period>| {
        streets.streets.iter().find(|((level, at), _)| *level == Level::Base && period.is_none_or(|period| *at == period))
    };
    // Streets hang together in the same way at any time of day.
    let (_, network) = of_base(Some(Period::Offpeak)).or_else(|| of_base(None)).expect("every study has its base level");
    let report = match &streets.report {
        Some(report) => report.clone(),
        // The streets were kept from an earlier time, and what became of their files was not.
        None => {
            let profiles = profiles(region_of(spec.region.word())?, &spec.profiles, &mut faults)?;
            read_and_build(&spec.osm, &profiles, &mut faults)?.report
        }
    };
    // Their faults were reported when the study was loaded.
    let mut sections = streets_sections(&report, network);
    if let Some(spec) = &loaded.study.timetables {
        sections.extend(feed_sections(&spec.gtfs, Some(spec.date), &mut faults)?.1);
    }
    Ok(sections)
}

fn inventory(loaded: &Loaded) -> Section {
    let mut table = Table::new(["what", "number", "km"]);
    let stock = &loaded.stock;
    let mut count = |what: &str, n: usize| table.push([what.to_string(), n.to_string(), String::new()]);
    count("nodes", stock.nodes.len());
    count("links", stock.links.len());
    count("stops", stock.stops.len());
    count("lines", stock.lines.len());
    count("services", stock.services.len());
    count("places", loaded.territory.places.len());
    count("cells", loaded.territory.cells.len());
    count("parameters", loaded.parameters.iter().count());
    for (class, length) in length_by_class(stock) {
        let n = stock.links.iter().filter(|link| link.class == class).count();
        table.push([format!("links of class {}", class.word()), n.to_string(), format!("{:.0}", length.km())]);
    }
    for &mode in LineMode::ALL {
        let of_mode: Vec<_> = stock.lines.iter().filter(|line| line.mode == mode).collect();
        let length: Distance = of_mode.iter().filter_map(|line| Some(span(line.at.first()?.km, line.at.last()?.km))).sum();
        table.push([format!("lines of mode {}", mode.word()), of_mode.len().to_string(), format!("{:.0}", length.km())]);
    }
    // A study of streets has few of these or none.
    if loaded.study.streets.is_some() {
        table.rows.retain(|row| row[1] != "0");
    }
    Section { key: "inventory".to_string(), title: "What there is, planned things included".to_string(), table }
}

fn span(a: Distance, b: Distance) -> Distance {
    Distance::from_metres(a.metres().abs_diff(b.metres()))
}

fn lengths_section(checks: &[LengthCheck]) -> Section {
    let mut table =
        Table::new(["section", "published km", "links km", "links", "deviation %", "", "official share %", "source"]);
    for check in checks {
        table.push([
            check.published.section.to_string(),
            format!("{:.2}", check.published.length.km()),
            format!("{:.2}", check.sum.km()),
            check.n_links.to_string(),
            format!("{:+.1}", check.deviation_percent()),
            if check.holds() { "✓".to_string() } else { "△".to_string() },
            format!("{:.0}", check.official_share * 100.0),
            check.published.provenance.source.to_string(),
        ]);
    }
    let title = "Published lengths against the links (official share 100: the links were given that length, so agreement is no evidence)";
    Section { key: "lengths".to_string(), title: title.to_string(), table }
}

fn coverage(loaded: &Loaded) -> Section {
    let mut table = Table::new(["project", "name", "verb", "status", "as of", "modelled", "how, or why not"]);
    for project in &loaded.projects {
        let (modelled, how) = match &project.effect {
            Effect::Changes(changes) => {
                ("yes", format!("{} change(s); {}", changes.len(), project.service.as_deref().unwrap_or("")))
            }
            Effect::NotModelled(zh, _) => ("no", zh.clone()),
        };
        let cells = [project.id.as_str(), project.name.zh.as_str(), project.verb.as_str(), project.status.word()];
        table.push(cells.into_iter().map(str::to_string).chain([project.status_date.clone(), modelled.to_string(), how]));
    }
    let n = loaded.projects.iter().filter(|project| matches!(project.effect, Effect::Changes(_))).count();
    let title = format!("Projects of the plan: {n} of {} modelled", loaded.projects.len());
    Section { key: "projects".to_string(), title, table }
}

fn scenario_sections(loaded: &Loaded, scenario: &Scenario, built: &Network, engine: &dyn Engine) -> Vec<Section> {
    let parts = connectivity(built);
    let mut hang = Table::new(["finding", "where", "number"]);
    let node_text = |node: crate::network::NodeIx| {
        let node = built.node(node);
        format!("{} ({:.3},{:.3})", node.name.as_deref().unwrap_or(&node.id), node.at.lon, node.at.lat)
    };
    for island in &parts.islands {
        hang.push([
            "part of the road network cut off from the rest".to_string(),
            node_text(island[0]),
            island.len().to_string(),
        ]);
    }
    for &(link, cut) in parts.bridges.iter().filter(|&&(_, cut)| cut > 1).take(N_BRIDGES) {
        let link = &built.links[link];
        let ends = format!("{} – {}", node_text(link.from), node_text(link.to));
        hang.push(["only road to so many junctions".to_string(), ends, cut.to_string()]);
    }
    for (what, where_, metres) in far_points(loaded, built, engine) {
        hang.push(match metres {
            Some(metres) => [format!("{what} far from any road, metres"), where_, format!("{metres:.0}")],
            None => [format!("{what} without a road in reach"), where_, String::new()],
        });
    }
    for (place, outcome) in unreachable(loaded, engine) {
        hang.push([
            format!("place without a way by car: {}", outcome.reason().map_or("", |reason| reason.text())),
            place,
            String::new(),
        ]);
    }
    let open = built.open_stops().count();
    let title = format!(
        "Scenario {} on {}: {} projects, {} links, {} open stops, {} services; {} part(s) of the road network",
        scenario.id,
        scenario.date,
        scenario.projects.len(),
        built.links.len(),
        open,
        built.services.len(),
        parts.n_parts
    );
    vec![Section { key: format!("scenario {}", scenario.id), title, table: hang }]
}

/// Seats and stops far from any road, with the distance where a road is within reach at all.
fn far_points(loaded: &Loaded, built: &Network, engine: &dyn Engine) -> Vec<(&'static str, String, Option<f64>)> {
    let inside = |place: &crate::network::territory::Place| place.level != PlaceLevel::Outside;
    let serves_inside =
        |id: &std::sync::Arc<str>| loaded.territory.places.iter().any(|place| place.id == *id && inside(place));
    let places = loaded.territory.iter().filter(|(_, place)| inside(place));
    let places = places.map(|(at, place)| ("place", place.name_zh.clone(), Endpoint::Place(at)));
    let stops = built.open_stops().filter(|&stop| built.stop(stop).serves.iter().any(serves_inside));
    let stops = stops.map(|stop| ("stop", built.stop(stop).name.to_string(), Endpoint::Stop(stop)));
    let far = |(what, name, endpoint): (&'static str, String, Endpoint)| {
        let metres = engine.nearest_road_m(&endpoint);
        metres.is_none_or(|metres| metres > FAR_FROM_ROAD_M).then_some((what, name, metres))
    };
    places.chain(stops).filter_map(far).collect()
}

fn unreachable(loaded: &Loaded, engine: &dyn Engine) -> Vec<(String, Outcome)> {
    let Some(from) = loaded.territory.find(&loaded.study.output.isochrone_from) else { return Vec::new() };
    let Ok(definition) = loaded.definition(None) else { return Vec::new() };
    let travel = engine.freeze(definition, Level::Base);
    let tree = travel.tree(Endpoint::Place(from), Direction::Forward, Mode::Car);
    let inside = loaded.territory.iter().filter(|(_, place)| place.level != PlaceLevel::Outside);
    let outcomes = inside.map(|(at, place)| (place.name_zh.clone(), tree.time(&Endpoint::Place(at))));
    outcomes.filter(|(_, outcome)| outcome.time().is_none()).collect()
}
