//! Networks and territories from records: every fault of a name, and what `check` finds.

use onehour::input::cells::{CellRecord, CellRecords};
use onehour::input::network_xml::{PublishedRecord, SourceRecord, TransferLength};
use onehour::input::outlines::{Outline, Outlines};
use onehour::input::places::{CentreRecord, GroupRecord};
use onehour::input::study::CellsSpec;
use onehour::input::vocabulary::*;
use onehour::network::check::{connectivity, length_by_class, lengths, road_graph};
use onehour::network::territory::{self, Surroundings, TerritoryRecords};
use onehour::network::{LineIx, NodeIx};
use onehour::units::{Distance, Duration};

use crate::worlds::*;

/// A road a–b of 10 km, and a train from A to B over the line L of 10 km.
fn world() -> World {
    let mut world = World::new();
    world.nodes(&[("a", 0.0, 0.0), ("b", 10.0, 0.0)]).link("a", "b", 10.0, LinkClass::National);
    world.stop("A", StopClass::Hub, 0.0, 0.0);
    world.stop("B", StopClass::Hub, 10.0, 0.0);
    world.delay("throat");
    world.line("L", &[("A", 0.0), ("*fork", 5.0), ("B", 10.0)]);
    world.service("train", "L", &["A", "B"]);
    world
}

#[test]
fn a_sound_world_has_no_fault() {
    let stock = world().stock();
    assert_eq!((stock.links.len(), stock.services.len(), stock.lines[0].at.len()), (1, 1, 3));
    let run = &stock.services[0].calls[1].run;
    assert_eq!((run.pieces.len(), stock.piece_length(&run.pieces[0])), (1, Distance::from_metres(10_000)));
}

#[test]
fn unknown_names_are_named_with_the_nearest() {
    let mut link = world();
    link.records.links[0].to = named("bb");
    only_fault(&link.faults(), "network::unknown_id", &["no node has id \"bb\"", "did you mean b?"]);
    let mut stop = world();
    stop.records.services[0].calls[1].stop = named("C-far-away");
    only_fault(&stop.faults(), "network::unknown_id", &["no stop has id \"C-far-away\"", "write the id of a stop"]);
    let mut line = world();
    line.records.services[0].calls[1].lines = vec![named("LL")];
    only_fault(&line.faults(), "network::unknown_id", &["no line has id \"LL\"", "did you mean L?"]);
    let mut at = world();
    at.line("M", &[("A", 0.0), ("Bb", 5.0)]);
    only_fault(&at.faults(), "network::unknown_id", &["no stop has id \"Bb\"", "did you mean B?"]);
    let mut delay = world();
    delay.records.lines[0].at[1].delay = Some(named("throa"));
    only_fault(&delay.faults(), "network::unknown_id", &["no delay has id \"throa\"", "did you mean throat?"]);
    let mut transfer = world();
    transfer.transfer("A", "X", TransferLength::Time(Duration::ZERO));
    only_fault(&transfer.faults(), "network::unknown_id", &["no stop has id \"X\""]);
}

#[test]
fn all_faults_are_reported_at_once() {
    let mut world = world();
    world.link("x", "y", 1.0, LinkClass::County);
    world.transfer("X", "Y", TransferLength::Time(Duration::ZERO));
    assert_eq!(world.faults().len(), 4);
}

#[test]
fn an_id_is_used_once() {
    let mut nodes = world();
    nodes.node("a", 1.0, 1.0);
    only_fault(&nodes.faults(), "network::duplicate_id", &["node id \"a\" is used twice", "world.xml:1"]);
    let mut stops = world();
    stops.stop("A", StopClass::Hub, 1.0, 1.0);
    only_fault(&stops.faults(), "network::duplicate_id", &["stop id \"A\""]);
    let mut links = world();
    links.link("b", "a", 10.0, LinkClass::County).id = named("a-b");
    only_fault(&links.faults(), "network::duplicate_id", &["link id \"a-b\""]);
    let mut services = world();
    services.service("train", "L", &["A", "B"]);
    only_fault(&services.faults(), "network::duplicate_id", &["service id \"train\""]);
    let mut lines = world();
    lines.line("L", &[("A", 0.0), ("B", 10.0)]);
    only_fault(&lines.faults(), "network::duplicate_id", &["line id \"L\""]);
    let mut delays = world();
    delays.delay("throat");
    only_fault(&delays.faults(), "network::duplicate_id", &["delay id \"throat\""]);
}

#[test]
fn a_link_leads_somewhere_and_is_no_shorter_than_the_straight_line() {
    let mut round = world();
    round.link("a", "a", 3.0, LinkClass::County);
    only_fault(&round.faults(), "network::loop", &["\"a-a\" begins and ends at node \"a\""]);
    round.records.links[1].shape = vec![km(1.0, 1.0)];
    assert_eq!(texts(&round.faults()), Vec::<String>::new());
    let mut short = world();
    short.records.links[0].length = Distance::from_metres(9_800);
    only_fault(&short.faults(), "network::short", &["\"a-b\" is 9.8 km long", "10.0 km"]);
    // One per cent and 50 m are within rounding.
    short.records.links[0].length = Distance::from_metres(9_851);
    assert_eq!(texts(&short.faults()), Vec::<String>::new());
}

#[test]
fn a_service_finds_its_way_or_says_where_it_ends() {
    let mut world = world();
    world.stop("C", StopClass::Hub, 20.0, 0.0);
    world.line("M", &[("*fork", 0.0), ("C", 10.0)]);
    world.service("to C", "L", &["A", "C"]);
    only_fault(
        &world.faults(),
        "network::no_way",
        &["service \"to C\" cannot get from A to C over L", "share a stop or point"],
    );
    world.records.services[1].calls[1].lines = vec![named("L"), named("M")];
    assert_eq!(texts(&world.faults()), Vec::<String>::new());
    // 5 km to the fork and 10 to C.
    let stock = world.stock();
    let pieces = &stock.services[1].calls[1].run.pieces;
    assert_eq!(pieces.iter().map(|piece| piece.line).collect::<Vec<_>>(), [LineIx(0), LineIx(1)]);
    assert_eq!(pieces.iter().map(|piece| stock.piece_length(piece)).sum::<Distance>(), Distance::from_metres(15_000));
    world.records.services[1].calls[1].lines = vec![named("M"), named("L")];
    only_fault(&world.faults(), "network::no_way", &["from A to C over M, then L"]);
}

#[test]
fn a_way_changes_lines_where_it_is_shortest() {
    // L and M share A (0 and 100 km) and the point p (30 and 20 km): by p it is 30 + 20 to the end of M at 0 km.
    let mut world = World::new();
    for id in ["A", "B", "C"] {
        world.stop(id, StopClass::Hub, 0.0, 0.0);
    }
    world.line("L", &[("A", 0.0), ("*p", 30.0), ("B", 90.0)]);
    world.line("M", &[("C", 0.0), ("*p", 20.0), ("A", 100.0)]);
    world.service("s", "L M", &["A", "C"]);
    let stock = world.stock();
    let pieces = &stock.services[0].calls[1].run.pieces;
    assert_eq!(pieces.iter().map(|piece| stock.piece_length(piece)).sum::<Distance>(), Distance::from_metres(50_000));
}

#[test]
fn what_is_computed_needs_its_parameter() {
    let mut world = world();
    world.parameters.remove("road.national.plain");
    only_fault(&world.faults(), "network::parameter", &["`road.national.plain`"]);
    let mut expressway = self::world();
    let link = expressway.link("b", "a", 10.0, LinkClass::Expressway);
    link.limit = onehour::units::Speed::from_kmh(90.0);
    only_fault(&expressway.faults(), "network::parameter", &["`road.expressway.limit_90`"]);
    let mut model = self::world();
    model.records.lines[0].model = named("warp");
    let faults = model.faults();
    assert_eq!(faults.len(), 3);
    assert!(faults[0].message.contains("`model.warp.v_kmh`"));
    let mut delay = self::world();
    delay.records.delays[0].parameter = named("delay.unheard");
    only_fault(&delay.faults(), "network::parameter", &["`delay.unheard`"]);
}

fn published(section: &str, km: f64) -> PublishedRecord {
    PublishedRecord {
        section: named(section),
        length: Distance::from_km(km).unwrap(),
        tolerance_percent: 5.0,
        common: common(),
    }
}

#[test]
fn published_lengths_stand_beside_the_links_of_their_section() {
    let mut world = world();
    world.records.published.push(published("west", 10.4));
    only_fault(&world.faults(), "network::empty_section", &["section \"west\""]);
    world.records.links[0].sections = vec!["west".into()];
    let link = world.link("b", "a", 10.0, LinkClass::County);
    (link.sections, link.length_basis) = (vec!["west".into()], LengthBasis::Estimate);
    world.records.published[0].length = Distance::from_metres(19_000);
    let checks = lengths(&world.stock());
    // 20 km of links, half of it official, 19 km published: 5.26 % too long.
    assert_eq!((checks[0].sum, checks[0].n_links, checks[0].official_share), (Distance::from_metres(20_000), 2, 0.5));
    assert!((checks[0].deviation_percent() - 5.263).abs() < 0.001 && !checks[0].holds());
    world.records.published[0].length = Distance::from_metres(20_000);
    assert!(lengths(&world.stock())[0].holds());
    let by_class = length_by_class(&world.stock());
    assert!(by_class.contains(&(LinkClass::National, Distance::from_metres(10_000))));
    assert!(by_class.contains(&(LinkClass::Expressway, Distance::ZERO)));
}

#[test]
fn islands_and_bridges_are_found() {
    // A triangle a b c with the tail c–d–e; an island x–y; a node without a link.
    let mut world = World::new();
    for (at, id) in ["a", "b", "c", "d", "e", "x", "y", "alone"].into_iter().enumerate() {
        world.node(id, at as f64, 0.0);
    }
    for (from, to) in [("a", "b"), ("b", "c"), ("c", "a"), ("c", "d"), ("d", "e"), ("x", "y")] {
        world.link(from, to, 5.0, LinkClass::County);
    }
    let found = connectivity(&world.stock());
    assert_eq!((found.n_parts, found.n_unused), (2, 1));
    assert_eq!(found.islands, [vec![NodeIx(5), NodeIx(6)]]);
    // Without c–d two nodes are cut off, without d–e and x–y one each.
    assert_eq!(found.bridges, [(3, 2), (4, 1), (5, 1)]);
    assert_eq!(road_graph(&world.stock()).edge_count(), 6);
}

#[test]
fn two_roads_between_two_nodes_are_no_bridge() {
    let mut world = World::new();
    world.nodes(&[("a", 0.0, 0.0), ("b", 1.0, 0.0), ("c", 2.0, 0.0)]);
    world.link("a", "b", 5.0, LinkClass::County);
    world.link("b", "a", 6.0, LinkClass::National);
    world.link("b", "c", 5.0, LinkClass::County);
    assert_eq!(connectivity(&world.stock()).bridges, [(2, 1)]);
    world.link("c", "c", 9.0, LinkClass::County).shape = vec![km(2.0, 1.0)];
    assert_eq!(connectivity(&world.stock()).bridges, [(2, 1)]);
}

#[test]
fn an_empty_network_has_no_parts() {
    let found = connectivity(&World::new().stock());
    assert_eq!((found.n_parts, found.n_unused, found.islands.len(), found.bridges.len()), (0, 0, 0, 0));
}

#[test]
fn a_source_is_cited_by_its_title() {
    let mut world = world();
    let text = |text: &str| std::sync::Arc::<str>::from(text);
    world.records.sources.push(SourceRecord {
        id: named("kz25t"),
        title: text("Mileages"),
        publisher: text(""),
        date: text("2025"),
        licence: text(""),
        url: text(""),
    });
    let stock = world.stock();
    assert_eq!((stock.source_text("kz25t"), stock.source_text("a test")), ("Mileages, 2025", "a test"));
}

/// A centre T with the units T1 and T2 in the group g, and two cells of T1.
fn records() -> TerritoryRecords {
    let mut world = World::new();
    for (id, level) in [("T", PlaceLevel::Centre), ("T1", PlaceLevel::Unit), ("T2", PlaceLevel::Unit)] {
        let place = world.place(id, 0.0, 0.0);
        (place.level, place.city, place.groups) = (level, Some(named("T")), vec![named("g")]);
    }
    world.places[0].units = vec![named("T1"), named("T2")];
    world.places[0].groups.clear();
    world.places[1].population = Some(1000);
    let cell = |east: f64, population: f64| CellRecord {
        at: km(east, 0.0),
        place: "T1".into(),
        population,
        area_km2: 1.0,
        urban: Some(Urban::County),
        terrain: Terrain::Mountain,
        line: 2,
    };
    let step = 1.0 / 111.195_08;
    let spec = CellsSpec { file: "cells.csv".into(), step_lon: step, step_lat: step };
    let group = GroupRecord { id: named("g"), kind: "cluster".into(), name_zh: "g".into(), name_en: "g".into() };
    TerritoryRecords {
        places: world.places,
        groups: vec![group],
        centres: Vec::new(),
        cells: Some((CellRecords { rows: vec![cell(0.0, 600.0), cell(1.0, 400.0)], file: file() }, spec)),
        outlines: Outlines::default(),
    }
}

fn cells(records: &mut TerritoryRecords) -> &mut (CellRecords, CellsSpec) {
    records.cells.as_mut().unwrap()
}

#[test]
fn a_territory_resolves_its_names() {
    let built = territory::build(records());
    assert_eq!(texts(&built.diagnostics), Vec::<String>::new());
    let territory = built.value;
    let [t, t1, t2] = ["T", "T1", "T2"].map(|id| territory.find(id).unwrap());
    assert_eq!(territory.place(t).units, [t1, t2]);
    assert_eq!((&*territory.place(t1).units, territory.place(t1).city), (&[t1][..], Some(t)));
    assert_eq!(territory.of_level(PlaceLevel::Unit), [t1, t2]);
    assert_eq!(territory.members(territory.find_group("g").unwrap()), [t1, t2]);
    assert_eq!((territory.find("X"), territory.find_group("X")), (None, None));
    // A place without centres is its own.
    assert_eq!((territory.place(t).centres.len(), territory.place(t).centres[0].weight), (1, 1.0));
}

#[test]
fn a_point_is_surrounded_by_its_cell() {
    let territory = territory::build(records()).value;
    let grid = territory.grid.as_ref().unwrap();
    assert_eq!((grid.n_cols, grid.n_rows), (2, 1));
    assert_eq!(grid.cell_at(km(0.4, 0.4)), Some(0));
    assert_eq!(grid.cell_at(km(0.6, -0.4)), Some(1));
    assert_eq!((grid.cell_at(km(1.6, 0.0)), grid.cell_at(km(-0.6, 0.0)), grid.cell_at(km(0.0, 0.6))), (None, None, None));
    let town = Surroundings { urban: Some(Urban::County), terrain: Terrain::Mountain };
    assert_eq!(territory.surroundings(km(1.2, 0.0)), town);
    let country = Surroundings { urban: None, terrain: Terrain::Plain };
    assert_eq!(territory.surroundings(km(50.0, 0.0)), country);
}

#[test]
fn faults_of_places_are_named() {
    let faults = |change: fn(&mut TerritoryRecords)| {
        let mut records = records();
        change(&mut records);
        territory::build(records).diagnostics
    };
    let found = faults(|records| records.places[0].units[1] = named("T3"));
    only_fault(&found, "territory::unknown_place", &["no place has id \"T3\"", "did you mean"]);
    let found = faults(|records| records.places[1].city = Some(named("U")));
    only_fault(&found, "territory::unknown_place", &["\"U\""]);
    let found = faults(|records| records.places[1].groups = vec![named("gg")]);
    only_fault(&found, "territory::unknown_group", &["no group has id \"gg\"", "did you mean g?"]);
    let found = faults(|records| records.places[2].id = named("T1"));
    assert!(found.iter().any(|fault| fault.code == "territory::duplicate_place" && fault.message.contains("\"T1\"")));
    let found = faults(|records| records.groups.push(records.groups[0].clone()));
    only_fault(&found, "territory::duplicate_group", &["\"g\""]);
    let found = faults(|records| {
        records.outlines.outlines.push(Outline { id: "T9".into(), polygons: Vec::new() });
    });
    only_fault(&found, "territory::unknown_outline", &["\"T9\""]);
}

#[test]
fn the_weights_of_centres_sum_to_one() {
    let centre = |place: &str, weight| CentreRecord {
        place: named(place),
        name: String::from("square"),
        at: km(0.0, 0.0),
        weight,
        source: String::new(),
    };
    let with = |centres| territory::build(TerritoryRecords { centres, ..records() });
    only_fault(&with(vec![centre("T", 0.6), centre("T", 0.3)]).diagnostics, "territory::weights", &["\"T\" sum to 0.900"]);
    assert!(with(vec![centre("T", 0.6), centre("T", 0.4)]).diagnostics.is_empty());
    only_fault(&with(vec![centre("X", 1.0)]).diagnostics, "territory::unknown_place", &["\"X\""]);
}

#[test]
fn faults_of_cells_are_named() {
    let mut strangers = records();
    cells(&mut strangers).0.rows[1].place = "T9".into();
    let faults = territory::build(strangers).diagnostics;
    assert_eq!(faults[0].code, "territory::unknown_cell_place");
    assert!(faults[0].message.contains("\"T9\"") && faults[0].message.contains("1 cells"));
    let mut people = records();
    cells(&mut people).0.rows[0].population = 607.0;
    only_fault(&territory::build(people).diagnostics, "territory::people", &["1007 people", "1000"]);
    let mut rounding = records();
    cells(&mut rounding).0.rows[0].population = 605.0;
    assert!(territory::build(rounding).diagnostics.is_empty());
    let mut coarse = records();
    cells(&mut coarse).1.step_lon = 0.1;
    only_fault(&territory::build(coarse).diagnostics, "territory::grid", &["1 of 2 cells share a square"]);
}

#[test]
fn a_grid_that_spans_the_world_is_a_fault_and_no_panic() {
    for step in [0.0, 1e-12, f64::NAN] {
        let mut records = records();
        cells(&mut records).1.step_lon = step;
        let faults = territory::build(records).diagnostics;
        only_fault(&faults, "territory::grid", &["step_lon"]);
    }
}
