//! Scenarios: which projects are chosen, what they change, and every fault of a change.

use std::collections::BTreeSet;

use jiff::civil::date;
use onehour::diagnostic::{Diagnostic, Severity};
use onehour::input::network_xml::TransferLength;
use onehour::input::projects::{ChangeKind, LinkSelection, Project};
use onehour::input::study::ScenarioSpec;
use onehour::input::vocabulary::*;
use onehour::scenario::Scenario;
use onehour::scenario::apply::{apply, check_projects};
use onehour::scenario::select::{select, switched};
use onehour::search::{Outcome, Reason};
use onehour::units::{Duration, Speed};

use crate::worlds::*;

fn spec(id: &str) -> ScenarioSpec {
    ScenarioSpec {
        id: id.to_string(),
        name: name(id),
        date: TODAY,
        base: None,
        projects: Vec::new(),
        with_status: Vec::new(),
        with_verb: Vec::new(),
        without: Vec::new(),
        span: span(),
    }
}

fn ids(scenario: &Scenario) -> Vec<&str> {
    scenario.projects.iter().map(|id| &**id).collect()
}

/// Projects `a` (building, "build"), `b` (proposed, "push") and `c` (studied, "push").
fn three() -> Vec<Project> {
    let mut projects = vec![builds("a"), builds("b"), builds("c")];
    for (project, status) in projects[1..].iter_mut().zip([Status::Proposed, Status::Study]) {
        (project.status, project.verb) = (status, String::from("push"));
    }
    projects
}

#[test]
fn projects_are_chosen_by_id_status_verb_and_base() {
    let mut by_status = spec("by status");
    by_status.with_status = vec![Status::Building, Status::Study];
    let mut by_verb = spec("by verb");
    (by_verb.with_verb, by_verb.without) = (vec![String::from("push")], vec![String::from("b")]);
    let mut on_top = spec("on top");
    (on_top.base, on_top.projects) = (Some(String::from("by verb")), vec![String::from("a")]);
    let chosen = select(&[by_status, by_verb, on_top], &three());
    assert!(chosen.diagnostics.is_empty());
    assert_eq!(chosen.value.iter().map(ids).collect::<Vec<_>>(), [vec!["a", "c"], vec!["c"], vec!["a", "c"]]);
}

#[test]
fn unknown_projects_and_verbs_are_named_with_the_nearest() {
    let mut one = spec("S");
    one.projects = vec![String::from("eastern-rink")];
    let faults = select(&[one.clone()], &[builds("eastern-ring")]).diagnostics;
    only_fault(&faults, "scenario::unknown_project", &["\"eastern-rink\"", "did you mean eastern-ring?"]);
    (one.projects, one.without) = (Vec::new(), vec![String::from("x")]);
    only_fault(&select(&[one.clone()], &[builds("eastern-ring")]).diagnostics, "scenario::unknown_project", &["\"x\""]);
    (one.without, one.with_verb) = (Vec::new(), vec![String::from("dream")]);
    only_fault(&select(&[one], &three()).diagnostics, "scenario::unknown_verb", &["\"dream\"", "scenario S"]);
    let mut projects = three();
    projects[0].depends_on = vec![named("bb")];
    only_fault(&select(&[], &projects).diagnostics, "scenario::unknown_project", &["\"bb\"", "did you mean b?"]);
}

#[test]
fn needs_and_exclusions_are_checked_in_every_scenario() {
    let mut projects = three();
    projects[0].depends_on = vec![named("b")];
    projects[2].excludes = vec![named("b")];
    let mut one = spec("S");
    one.projects = vec![String::from("a")];
    let faults = select(&[one.clone()], &projects).diagnostics;
    only_fault(&faults, "scenario::relation", &["scenario S", "\"a\" needs \"b\"", "take the other in"]);
    one.projects = vec![String::from("b"), String::from("c")];
    only_fault(&select(&[one], &projects).diagnostics, "scenario::relation", &["\"c\" excludes \"b\""]);
    let switched = switched(&scenario(&["b"]), &[String::from("c")], &[], &projects);
    only_fault(&switched.diagnostics, "scenario::relation", &["scenario S+c", "\"c\" excludes \"b\""]);
}

#[test]
fn single_projects_are_switched_on_and_off() {
    let on_and_off = switched(&scenario(&["a", "b"]), &[String::from("c")], &[String::from("a")], &three());
    assert!(on_and_off.diagnostics.is_empty());
    assert_eq!((&*on_and_off.value.id, ids(&on_and_off.value)), ("S+c-a", vec!["b", "c"]));
    let unknown = switched(&scenario(&[]), &[String::from("d")], &[], &three());
    only_fault(&unknown.diagnostics, "scenario::unknown_project", &["\"d\""]);
}

/// a ──80 km── b by road and by an hourly train of 44 minutes.
fn world() -> World {
    let mut world = World::new();
    world.nodes(&[("a", 0.0, 0.0), ("b", 80.0, 0.0)]).link("a", "b", 80.0, LinkClass::National).sections =
        vec!["west".into()];
    world.station("A", StopClass::Hub, 0.0, 0.0);
    world.station("B", StopClass::Hub, 80.0, 0.0);
    world.delay("throat");
    world.line("L", &[("A-station", 0.0), ("B-station", 80.0)]);
    world.service("train", "L", &["A-station", "B-station"]);
    world
}

/// The faults of a scenario with one project that makes one change.
fn faults_of(world: &World, change: ChangeKind) -> Vec<Diagnostic> {
    apply(&world.stock(), &scenario(&["x"]), &[project("x", vec![change])], &world.parameters()).diagnostics
}

fn with_change(change: ChangeKind) -> Built {
    let mut world = world();
    world.projects.push(project("x", vec![change]));
    world.with(&["x"])
}

fn links(id: &str) -> LinkSelection {
    LinkSelection::Ids(vec![named(id)])
}

fn section(name: &str) -> LinkSelection {
    LinkSelection::Section(named(name))
}

fn kmh(speed: f64) -> Speed {
    Speed::from_kmh(speed).unwrap()
}

#[test]
fn every_kind_of_change_does_what_it_says() {
    let car = |change| with_change(change).time(&v1(), Mode::Car, "A", "B");
    let train = |change| with_change(change).time(&v1(), Mode::Transit, "A", "B");
    assert_eq!(world().build().time(&v1(), Mode::Car, "A", "B"), reached(80.0));
    assert_eq!(world().build().time(&v1(), Mode::Transit, "A", "B"), reached(44.0));
    assert_eq!(car(ChangeKind::CloseLink(links("a-b"))), Outcome::NotTested(Reason::NoRoadInReach));
    assert_eq!(car(ChangeKind::CloseLink(section("west"))), Outcome::NotTested(Reason::NoRoadInReach));
    assert_eq!(train(ChangeKind::WithdrawService(named("train"))), Outcome::Unreachable(Reason::NoLine));
    // 2 minutes to start and 80 of way.
    assert_eq!(train(ChangeKind::SetModel(named("L"), named("slow"))), reached(82.0));
    assert_eq!(train(ChangeKind::SetTrips(named("train"), vec![at(&["05:00"])])), Outcome::NoService(Reason::TooFewTrains));
    let process = with_change(ChangeKind::SetProcess(named("A-station"), StopClass::County));
    assert_eq!(process.time(&v3(), Mode::Transit, "A", "B"), reached(10.0 + 44.0 + 9.0));
    // The speed parameter of first-class roads: 120 km/h.
    let mut world = world();
    world.set("road.fast", 120.0);
    world.projects = vec![project("x", vec![ChangeKind::SetClass(section("west"), LinkClass::Fast)])];
    let built = world.with(&["x"]);
    assert_eq!(built.time(&v1(), Mode::Car, "A", "B"), reached(40.0));
    assert_eq!(built.network.links[0].projects, ["x".into()]);
    world.projects = Vec::new();
    world.records.links[0].class = LinkClass::Expressway;
    (world.records.links[0].refs, world.records.links[0].limit) = (vec!["G5".into()], Some(kmh(60.0)));
    world.records.nodes.iter_mut().for_each(|node| node.interchange = Interchange::Full);
    world.projects = vec![project("x", vec![ChangeKind::SetLimit(links("a-b"), kmh(120.0))])];
    assert_eq!(world.build().time(&v1(), Mode::Car, "A", "B"), reached(80.0));
    assert_eq!(world.with(&["x"]).time(&v1(), Mode::Car, "A", "B"), reached(40.0));
}

#[test]
fn a_change_that_touches_nothing_is_a_fault() {
    for (change, word) in [
        (ChangeKind::Build, "build"),
        (ChangeKind::SetClass(links("a-b"), LinkClass::National), "set_class"),
        (ChangeKind::SetModel(named("L"), named("fast")), "set_model"),
        (ChangeKind::SetProcess(named("A-station"), StopClass::Hub), "set_process"),
    ] {
        only_fault(&faults_of(&world(), change), "scenario::no_effect", &[word, "project \"x\"", "touches nothing"]);
    }
    // A delay that stands no more.
    let mut world = world();
    world.records.delays[0].common.closed = Some(date(2029, 1, 1));
    only_fault(&faults_of(&world, ChangeKind::RemoveDelay(named("throat"))), "scenario::no_effect", &["remove_delay"]);
}

#[test]
fn a_change_of_something_unknown_names_the_nearest() {
    let cases = [
        (ChangeKind::CloseLink(links("a-c")), "link", "a-c", "a-b"),
        (ChangeKind::CloseLink(section("wes")), "section", "wes", "west"),
        (ChangeKind::SetLimit(links("a-c"), kmh(120.0)), "link", "a-c", "a-b"),
        (ChangeKind::SetClass(links("a-c"), LinkClass::Fast), "link", "a-c", "a-b"),
        (ChangeKind::WithdrawService(named("trains")), "service", "trains", "train"),
        (ChangeKind::SetTrips(named("trains"), vec![at(&["07:00"])]), "service", "trains", "train"),
        (ChangeKind::SetModel(named("L1"), named("slow")), "line", "L1", "L"),
        (ChangeKind::RemoveDelay(named("throa")), "delay", "throa", "throat"),
        (ChangeKind::SetProcess(named("A-statio"), StopClass::County), "stop", "A-statio", "A-station"),
    ];
    for (change, what, unknown, near) in cases {
        let words = [format!("no {what} has id \"{unknown}\""), format!("did you mean {near}")];
        let words = [&*words[0], &*words[1]];
        only_fault(&faults_of(&world(), change.clone()), "scenario::unknown_id", &words);
        // Also when no scenario takes the project.
        only_fault(&check_projects(&world().stock(), &[project("x", vec![change])]), "scenario::unknown_id", &words);
    }
}

#[test]
fn one_wrong_id_among_right_ones_is_a_fault() {
    let both = LinkSelection::Ids(vec![named("a-b"), named("a-c")]);
    only_fault(&faults_of(&world(), ChangeKind::CloseLink(both)), "scenario::unknown_id", &["\"a-c\""]);
}

#[test]
fn a_new_value_needs_its_parameter() {
    let faults = faults_of(&world(), ChangeKind::SetModel(named("L"), named("warp")));
    only_fault(&faults, "scenario::parameter", &["line \"L\"", "`model.warp.v_kmh`"]);
    let mut fast = world();
    fast.parameters.remove("road.fast");
    let faults = faults_of(&fast, ChangeKind::SetClass(links("a-b"), LinkClass::Fast));
    only_fault(&faults, "scenario::parameter", &["link \"a-b\"", "`road.fast`"]);
    let mut expressway = world();
    expressway.records.links[0].class = LinkClass::Expressway;
    (expressway.records.links[0].refs, expressway.records.links[0].limit) = (vec!["G5".into()], Some(kmh(60.0)));
    let faults = faults_of(&expressway, ChangeKind::SetLimit(links("a-b"), kmh(99.0)));
    only_fault(&faults, "scenario::parameter", &["link \"a-b\"", "`road.expressway.limit_99`"]);
    let faults = faults_of(&world(), ChangeKind::SetClass(links("a-b"), LinkClass::Expressway));
    only_fault(&faults, "scenario::expressway", &["\"a-b\"", "without a limit or a number"]);
}

#[test]
fn a_service_needs_its_line_and_its_stops() {
    let mut world = world();
    world.records.lines[0].common.project = Some(named("x"));
    let apply = |world: &World| apply(&world.stock(), &scenario(&[]), &world.projects, &world.parameters()).diagnostics;
    only_fault(&apply(&world), "scenario::service_without_line", &["service \"train\" runs on L", "2030-01-01"]);
    world.records.lines[0].common.project = None;
    world.records.stops[1].common.opened = Some(date(2031, 1, 1));
    only_fault(&apply(&world), "scenario::service_without_line", &["service \"train\" calls at B-station"]);
}

#[test]
fn things_exist_from_their_day_until_the_day_they_close() {
    let holds = |opened, closed| {
        let mut world = world();
        (world.records.links[0].common.opened, world.records.links[0].common.closed) = (opened, closed);
        world.build().network.links.len() == 1
    };
    let tomorrow = Some(date(2030, 1, 2));
    assert!(holds(Some(TODAY), None) && !holds(tomorrow, None));
    assert!(holds(None, tomorrow) && !holds(None, Some(TODAY)));
}

#[test]
fn elements_of_a_project_exist_with_it_whatever_the_day_until_they_close() {
    let mut world = world();
    world.projects.push(builds("x"));
    let common = &mut world.records.links[0].common;
    (common.project, common.opened) = (Some(named("x")), Some(date(2035, 1, 1)));
    assert_eq!(world.build().network.links.len(), 0);
    assert_eq!(world.with(&["x"]).network.links.len(), 1);
    world.records.links[0].common.closed = Some(date(2029, 1, 1));
    assert_eq!(world.with(&["x"]).network.links.len(), 0);
}

#[test]
fn elements_of_a_project_that_builds_nothing_never_exist() {
    let mut world = world();
    world.records.services[0].common.project = Some(named("x"));
    world.projects.push(project("x", vec![ChangeKind::SetClass(links("a-b"), LinkClass::Fast)]));
    only_fault(&check_projects(&world.stock(), &world.projects), "scenario::never_built", &["\"x\"", "`build`"]);
    assert_eq!(world.with(&["x"]).network.services.len(), 0);
}

#[test]
fn a_transfer_or_a_delay_is_something_to_build() {
    let mut walk = world();
    walk.projects.push(builds("x"));
    walk.transfer("A-station", "B-station", TransferLength::Time(Duration::from_mins(5))).common.project = Some(named("x"));
    assert_eq!(walk.with(&["x"]).network.transfers.len(), 1);
    assert_eq!(walk.build().network.transfers.len(), 0);
    assert_eq!(texts(&check_projects(&walk.stock(), &walk.projects)), Vec::<String>::new());
    walk.projects.clear();
    only_fault(&check_projects(&walk.stock(), &walk.projects), "scenario::unknown_project", &["\"x\""]);
    let mut delay = world();
    delay.projects.push(builds("x"));
    delay.records.delays[0].common.project = Some(named("x"));
    delay.records.lines[0].at[1].delay = Some(named("throat"));
    assert_eq!(delay.with(&["x"]).time(&v1(), Mode::Transit, "A", "B"), reached(56.0));
    assert_eq!(delay.build().time(&v1(), Mode::Transit, "A", "B"), reached(44.0));
}

#[test]
fn projects_are_checked_against_the_stock() {
    let mut world = world();
    let mut x = builds("x");
    x.service = None;
    world.projects.push(x);
    only_fault(&check_projects(&world.stock(), &world.projects), "scenario::no_effect", &["build", "not_modelled"]);
    world.line("M", &[("A-station", 0.0), ("B-station", 80.0)]).common.project = Some(named("x"));
    let faults = check_projects(&world.stock(), &world.projects);
    assert_eq!(faults.iter().map(|fault| fault.code).collect::<Vec<_>>(), ["scenario::no_service", "scenario::idle_line"]);
    assert_eq!(faults[1].severity, Severity::Warning);
    world.records.services[0].common.project = Some(named("xx"));
    world.projects[0].service = Some(String::from("assumed"));
    world.service("new", "M", &["A-station", "B-station"]).common.project = Some(named("x"));
    let faults = check_projects(&world.stock(), &world.projects);
    only_fault(&faults, "scenario::unknown_project", &["\"xx\"", "did you mean x?"]);
}

#[test]
fn applying_a_scenario_leaves_the_stock_alone() {
    let mut world = world();
    world.projects.push(project(
        "x",
        vec![
            ChangeKind::SetClass(links("a-b"), LinkClass::Fast),
            ChangeKind::SetModel(named("L"), named("slow")),
            ChangeKind::SetTrips(named("train"), vec![at(&["07:00"])]),
            ChangeKind::SetProcess(named("A-station"), StopClass::County),
            ChangeKind::RemoveDelay(named("throat")),
        ],
    ));
    let stock = world.stock();
    let before = format!("{stock:?}");
    let network = apply(&stock, &scenario(&["x"]), &world.projects, &world.parameters());
    assert!(network.diagnostics.is_empty());
    assert_eq!(format!("{stock:?}"), before);
    // Without projects a second application changes nothing either.
    let empty = apply(&stock, &scenario(&[]), &world.projects, &world.parameters()).value;
    assert_eq!(format!("{empty:?}"), before);
}

#[test]
fn changes_are_marked_with_their_project() {
    let projects = |change| -> BTreeSet<String> {
        let journey = |built: &Built, mode| {
            built.journey(&v3(), mode, "A", "B", onehour::search::Direction::Forward).projects().into_iter()
        };
        let built = with_change(change);
        let both = journey(&built, Mode::Car).chain(journey(&built, Mode::Transit));
        both.map(|id| id.to_string()).collect()
    };
    for change in [
        ChangeKind::SetClass(links("a-b"), LinkClass::Fast),
        ChangeKind::SetModel(named("L"), named("slow")),
        ChangeKind::SetTrips(named("train"), vec![at(&["07:00"])]),
        ChangeKind::SetProcess(named("A-station"), StopClass::County),
    ] {
        assert_eq!(projects(change.clone()), BTreeSet::from(["x".to_string()]), "{change:?}");
    }
}
