//! Variants of real streets, forbidden turns among them, against searches of the rebuilt graph.

use std::path::Path;

use onehour::input::osm;
use onehour::input::parameters::Level;
use onehour::input::street_profile::{Profile, ProfileMode, Region};
use onehour::input::vocabulary::Period;
use onehour::network::streets::{Directed, Place, build};
use onehour::search::Direction;
use onehour::search::flat::FlatGraph;
use onehour::search::overlay::measure::Nothing;
use onehour::search::overlay::plan::{Plan, Project};
use onehour::search::overlay::recompute::Recompute;
use onehour::search::overlay::walk::Walk;
use onehour::search::overlay::{End, NodeArc, Zone, base, product};
use onehour::search::streets::StreetGraph;

use crate::street_graph::worlds::Numbers;

const N_ZONES: u32 = 60;

/// The streets of an extract for cars, where their vertices are, and how many edges it has; none where it is absent.
fn streets_of(path: &str) -> Option<(StreetGraph, Vec<Place>, u32)> {
    let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data")).join(path);
    if !path.exists() {
        println!("skipped: {} is absent", path.display());
        return None;
    }
    let profiles = [Profile::shipped(ProfileMode::Car, Region::General)];
    let built = build::build(&osm::read(&path).unwrap().value, &profiles).value;
    let network = built.network(&profiles, Level::Base, Period::Offpeak);
    let graph = StreetGraph::freeze(&network.streets, &network.layers[0]);
    let places = network.streets.vertices.iter().map(|vertex| vertex.at).collect();
    Some((graph, places, network.streets.edges.len() as u32))
}

/// Zones at vertices in both directions, each joined to the street in two places.
fn zones_of(graph: &StreetGraph, n_vertices: u32, numbers: &mut Numbers) -> Vec<Zone> {
    let mut zone = |_| {
        let vertices = [numbers.below(n_vertices), numbers.below(n_vertices)];
        let departures = vertices.iter().map(|&vertex| (graph.start(vertex), vertex % 900)).collect();
        let arrivals = vertices.iter().flat_map(|&vertex| graph.states(vertex).map(move |state| (state, vertex % 700)));
        Zone { departures, arrivals: arrivals.collect() }
    };
    (0..N_ZONES).map(&mut zone).collect()
}

/// Projects that close streets, or make them take 0.3 to 1.9 times as long, or lay new ones through a junction to come.
fn plan_of(graph: &StreetGraph, n_edges: u32, numbers: &mut Numbers) -> Plan<NodeArc> {
    let (mut today, mut projects) = (Vec::new(), Vec::new());
    let new = graph.n_states() as u32;
    for which in 0..10 {
        let mut project = Project { adds: Vec::new(), replaces: Vec::new() };
        let edge = numbers.below(n_edges);
        let arcs = [true, false].map(|forward| graph.arcs_over(Directed::new(edge, forward))).concat();
        let factor = 3 + numbers.below(17);
        for (tail, head, time) in arcs {
            project.replaces.push(today.len());
            today.push(NodeArc { tail, head, time });
            if which % 3 != 0 {
                project.adds.push(NodeArc { tail, head, time: (u64::from(time) * u64::from(factor) / 10) as u32 });
            }
        }
        let state = numbers.below(graph.n_states() as u32);
        let time = 50 + numbers.below(300);
        project.adds.extend([NodeArc { tail: state, head: new, time }, NodeArc { tail: new, head: state, time }]);
        projects.push(project);
    }
    Plan::new(today, projects).unwrap()
}

fn assert_variants_equal_rebuilt_graphs(path: &str, seed: u64) {
    let Some((streets, vertices, n_edges)) = streets_of(path) else { return };
    let mut numbers = Numbers(seed);
    let zones = zones_of(&streets, vertices.len() as u32, &mut numbers);
    let plan = plan_of(&streets, n_edges, &mut numbers);
    let graph = base::without(streets.flat(Direction::Forward), plan.today(), 1).unwrap();
    let (terminals, on_terminals) = plan.on_terminals();
    let base = base::table(&graph, &zones, &terminals);
    let arcs_of = |tail: u32| graph.arcs(tail).iter().map(move |arc| (tail, arc.head, arc.time));
    let all: Vec<(u32, u32, u32)> = (0..graph.n_nodes() as u32).flat_map(arcs_of).collect();
    let mut walk = Walk::new(base.clone(), &on_terminals, &Nothing);
    // The junction to come lies anywhere.
    let states = (0..streets.n_states() as u32).map(|state| vertices[streets.vertex(state) as usize]);
    let places: Vec<Place> = states.chain([vertices[0]]).collect();
    let mut recompute = Recompute::new(&graph, &places, &zones, &terminals, on_terminals.every_arc());
    let mut changed = 0;
    for step in 0..=plan.projects().len() {
        if step > 0 {
            walk.join(step - 1);
        }
        let mut arcs = all.clone();
        arcs.extend(plan.arcs(walk.members()).iter().map(|arc| (arc.tail, arc.head, arc.time)));
        let rebuilt = base::table(&FlatGraph::from_list(graph.n_nodes(), &arcs), &zones, &terminals);
        assert!(rebuilt == *walk.table(), "{path} after {step} projects");
        assert!(product::times(&base, &on_terminals.arcs(walk.members())) == rebuilt, "{path} after {step} projects");
        let anew = recompute.times(&on_terminals.arcs(walk.members()));
        let pairs = (0..zones.len()).flat_map(|from| (0..zones.len()).map(move |to| (End::Zone(from), End::Zone(to))));
        for (from, to) in (0..zones.len()).flat_map(|from| (0..zones.len()).map(move |to| (from, to))) {
            let expected = rebuilt.time(End::Zone(from), End::Zone(to));
            assert_eq!(anew.time(from, to), expected, "{path} after {step} projects");
        }
        changed += pairs.filter(|&(from, to)| rebuilt.time(from, to) != base.time(from, to)).count();
    }
    println!("{path}: {} terminals, {changed} times differ from the base", terminals.len());
    assert!(changed > 100, "the projects change something");
}

#[test]
fn variants_of_heidelberg_equal_searches_of_rebuilt_graphs() {
    assert_variants_equal_rebuilt_graphs("heidelberg-ors/heidelberg.test.pbf", 3);
}

#[test]
fn variants_of_liechtenstein_equal_searches_of_rebuilt_graphs() {
    assert_variants_equal_rebuilt_graphs("liechtenstein-valhalla/liechtenstein-latest.osm.pbf", 4);
}
