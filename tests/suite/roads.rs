//! Car journeys worked out by hand. Where nothing else is said, a kilometre takes a minute and definition V1 counts driving only.

use onehour::input::vocabulary::*;
use onehour::network::NodeIx;
use onehour::search::{Direction, Endpoint, Outcome, Reason};
use onehour::units::{Distance, Duration, Speed};

use crate::worlds::*;

/// a ──80 km── b, both places at the nodes.
fn one_road() -> World {
    let mut world = World::new();
    world.nodes(&[("a", 0.0, 0.0), ("b", 80.0, 0.0)]).link("a", "b", 80.0, LinkClass::National);
    world.place("A", 0.0, 0.0);
    world.place("B", 80.0, 0.0);
    world
}

#[test]
fn a_road_takes_its_length_over_its_speed() {
    let mut world = one_road();
    assert_eq!(world.build().time(&v1(), Mode::Car, "A", "B"), reached(80.0));
    // 80 km at 48 km/h are 100 minutes.
    world.set("road.national.plain", 48.0);
    assert_eq!(world.build().time(&v1(), Mode::Car, "A", "B"), reached(100.0));
    // In the mountains at 40 km/h 120 minutes.
    world.set("road.national.mountain", 40.0).records.links[0].terrain = Terrain::Mountain;
    assert_eq!(world.build().time(&v1(), Mode::Car, "A", "B"), reached(120.0));
}

#[test]
fn walking_to_the_car_and_parking_count_where_the_definition_says_so() {
    let mut world = one_road();
    // 2 to the car, 80 of driving, 3 to park; in a metropolis 8, at the destination only.
    assert_eq!(world.build().time(&v5(), Mode::Car, "A", "B"), reached(85.0));
    world.cell(80.0, 0.0).urban = Some(Urban::Metropolis);
    let built = world.build();
    assert_eq!(built.time(&v5(), Mode::Car, "A", "B"), reached(90.0));
    assert_eq!(built.time(&v5(), Mode::Car, "B", "A"), reached(85.0));
}

#[test]
fn congestion_stretches_roads_in_towns_and_expressways_apart() {
    let mut world = one_road();
    world.set("congestion.prefecture.peak", 1.5).set("congestion.expressway.peak", 1.25);
    world.records.links[0].urban = Some(Urban::Prefecture);
    let peak = onehour::input::study::Definition { period: Period::Peak, ..v1() };
    assert_eq!(world.build().time(&v1(), Mode::Car, "A", "B"), reached(80.0));
    assert_eq!(world.build().time(&peak, Mode::Car, "A", "B"), reached(120.0));
    // 80 km at 120 km/h are 40 minutes, times 1.25, and no ramps in V1; the factor of the town does not come on top.
    let mut world = expressway();
    world.set("congestion.prefecture.peak", 1.5).set("congestion.expressway.peak", 1.25);
    world.records.links[0].urban = Some(Urban::Prefecture);
    assert_eq!(world.build().time(&peak, Mode::Car, "A", "B"), reached(50.0));
}

#[test]
fn a_one_way_road_leads_one_way() {
    let mut world = one_road();
    world.records.links[0].oneway = true;
    let built = world.build();
    assert_eq!(built.time(&v1(), Mode::Car, "A", "B"), reached(80.0));
    assert_eq!(built.time(&v1(), Mode::Car, "B", "A"), Outcome::Unreachable(Reason::NoRoad));
}

/// a ══80 km, 120 km/h══ b, both ends with ramps to nothing else.
fn expressway() -> World {
    let mut world = World::new();
    world.node("a", 0.0, 0.0).interchange = Interchange::Local;
    world.node("b", 80.0, 0.0).interchange = Interchange::Local;
    world.link("a", "b", 80.0, LinkClass::Expressway);
    world.place("A", 0.0, 0.0);
    world.place("B", 80.0, 0.0);
    world
}

#[test]
fn an_expressway_costs_half_the_ramp_time_at_each_end() {
    // 40 minutes of driving; V5: 2 to the car, 2 + 2 on the ramps, 3 to park.
    let built = expressway().build();
    assert_eq!(built.time(&v1(), Mode::Car, "A", "B"), reached(40.0));
    assert_eq!(built.time(&v5(), Mode::Car, "A", "B"), reached(49.0));
    let journey = built.journey(&v5(), Mode::Car, "A", "B", Direction::Forward);
    assert_eq!(journey.time_of(Component::Ramp), Duration::from_mins(4));
    assert_eq!(journey.time_of(Component::Drive), Duration::from_mins(40));
}

#[test]
fn an_expressway_cannot_be_entered_without_an_interchange() {
    for interchange in [Interchange::None, Interchange::System] {
        let mut world = expressway();
        world.records.nodes[0].interchange = interchange;
        // A road passes under the expressway at a and ends there.
        world.node("c", 0.0, 5.0);
        world.link("c", "a", 5.0, LinkClass::County);
        assert_eq!(world.build().time(&v1(), Mode::Car, "A", "B"), Outcome::Unreachable(Reason::NoRoad));
    }
    // Without that road there is nothing to snap to.
    let mut world = expressway();
    world.records.nodes[0].interchange = Interchange::None;
    assert_eq!(world.build().time(&v1(), Mode::Car, "A", "B"), Outcome::NotTested(Reason::NoRoadInReach));
}

/// w ══G5══ m ══G5══ e and s ══G20══ m ══G20══ n, 60 km each at 120 km/h, crossing in m.
fn crossing(interchange: Interchange) -> World {
    let mut world = World::new();
    world.node("m", 0.0, 0.0).interchange = interchange;
    for (id, east, north) in [("w", -60.0, 0.0), ("e", 60.0, 0.0), ("s", 0.0, -60.0), ("n", 0.0, 60.0)] {
        world.node(id, east, north).interchange = Interchange::Local;
        world.place(&id.to_uppercase(), east, north);
        world.link(id, "m", 60.0, LinkClass::Expressway);
    }
    for link in &mut world.records.links[2..] {
        link.refs = vec!["G20".into()];
    }
    world
}

#[test]
fn two_expressways_meet_only_where_they_are_joined() {
    let times = |interchange| {
        let built = crossing(interchange).build();
        (built.time(&v5(), Mode::Car, "W", "E"), built.time(&v5(), Mode::Car, "W", "N"))
    };
    // Straight on: 2 + 2 + 30 + 30 + 2 + 3. Turning: a minute more for the system interchange, or 4 more for leaving
    // and entering again by the ramps of a local one.
    let straight = reached(69.0);
    assert_eq!(times(Interchange::None), (straight, Outcome::Unreachable(Reason::NoRoad)));
    assert_eq!(times(Interchange::System), (straight, reached(70.0)));
    assert_eq!(times(Interchange::Full), (straight, reached(70.0)));
    assert_eq!(times(Interchange::Local), (straight, reached(73.0)));
}

#[test]
fn a_shared_carriageway_carries_both_numbers() {
    // w ══G5══ m ══G5 G20══ e: both numbers run on, and at a plain node no change is needed for either. From n to w one turns at the
    // ramps of e: 2 + 2 + 60 + 4 + 60 + 2 + 3.
    let mut world = crossing(Interchange::None);
    world.records.links[1].refs = vec!["G5".into(), "G20".into()];
    let built = world.build();
    assert_eq!(built.time(&v5(), Mode::Car, "W", "E"), reached(69.0));
    assert_eq!(built.time(&v5(), Mode::Car, "N", "E"), reached(69.0));
    assert_eq!(built.time(&v5(), Mode::Car, "N", "W"), reached(133.0));
}

#[test]
fn a_point_joins_the_middle_of_a_road() {
    // P lies 3 km off the road, 30 km from a and 50 km from b: 6 minutes of local road at 30 km/h, then the part of the road.
    let mut world = one_road();
    world.place("P", 30.0, 3.0);
    let built = world.build();
    assert_eq!(built.time(&v1(), Mode::Car, "P", "B"), reached(56.0));
    assert_eq!(built.time(&v1(), Mode::Car, "A", "P"), reached(36.0));
    world.set("local.detour.plain", 1.5);
    assert_eq!(world.build().time(&v1(), Mode::Car, "A", "P"), reached(39.0));
    // In the mountains locally 15 km/h: 3 km take 12 minutes; in a town 30 km/h, with congestion.
    world.set("local.detour.plain", 1.0);
    world.cell(30.0, 3.0).terrain = Terrain::Mountain;
    assert_eq!(world.build().time(&v1(), Mode::Car, "A", "P"), reached(42.0));
    world.cells[0].urban = Some(Urban::County);
    world.set("congestion.county.offpeak", 2.0);
    assert_eq!(world.build().time(&v1(), Mode::Car, "A", "P"), reached(42.0));
}

#[test]
fn two_points_on_the_same_road_need_not_drive_to_its_end() {
    // P at 30 km and Q at 40 km of the road, both on it: 10 minutes, not 70.
    let mut world = one_road();
    world.place("P", 30.0, 0.0);
    world.place("Q", 40.0, 0.0);
    let built = world.build();
    assert_eq!(built.time(&v1(), Mode::Car, "P", "Q"), reached(10.0));
    assert_eq!(built.time(&v1(), Mode::Car, "Q", "P"), reached(10.0));
    let journey = built.journey(&v1(), Mode::Car, "P", "Q", Direction::Forward);
    assert_eq!(journey.length(), Distance::from_metres(10_000));
    // One way it goes forward only.
    world.records.links[0].oneway = true;
    let built = world.build();
    assert_eq!(built.time(&v1(), Mode::Car, "P", "Q"), reached(10.0));
    assert_eq!(built.time(&v1(), Mode::Car, "Q", "P"), Outcome::Unreachable(Reason::NoRoad));
}

#[test]
fn a_one_way_road_is_joined_in_its_direction() {
    let mut world = one_road();
    world.records.links[0].oneway = true;
    world.place("P", 30.0, 0.0);
    let built = world.build();
    assert_eq!(built.time(&v1(), Mode::Car, "P", "B"), reached(50.0));
    assert_eq!(built.time(&v1(), Mode::Car, "A", "P"), reached(30.0));
    assert_eq!(built.time(&v1(), Mode::Car, "P", "A"), Outcome::Unreachable(Reason::NoRoad));
}

#[test]
fn a_bent_road_is_joined_where_it_runs() {
    // a ── bend at (0, 30) ── b at (40, 30): 70 km. P on the second part, 10 km after the bend: 40 km from a.
    let mut world = World::new();
    world.nodes(&[("a", 0.0, 0.0), ("b", 40.0, 30.0)]);
    world.link("a", "b", 70.0, LinkClass::Provincial).shape = vec![km(0.0, 30.0)];
    world.place("A", 0.0, 0.0);
    world.place("P", 10.0, 30.0);
    assert_eq!(world.build().time(&v1(), Mode::Car, "A", "P"), reached(40.0));
}

#[test]
fn neighbours_within_three_kilometres_may_drive_over_local_roads() {
    // P and Q lie 3 km north and south of each other, 9 km off the road: 6 minutes at 30 km/h. R is 4 km from P.
    let mut world = one_road();
    world.place("P", 40.0, 9.0);
    world.place("Q", 42.999, 9.0);
    world.place("R", 36.0, 9.0);
    let built = world.build();
    let Outcome::Reached(time) = built.time(&v1(), Mode::Car, "P", "Q") else { panic!() };
    assert!((time.minutes() - 6.0).abs() < 0.01, "{time}");
    // 18 minutes down to the road, 4 along it, 18 up again.
    assert_eq!(built.time(&v1(), Mode::Car, "P", "R"), reached(40.0));
}

#[test]
fn places_without_a_road_in_reach_are_not_tested() {
    let mut world = one_road();
    world.place("P", 40.0, 10.1);
    world.place("Q", 40.0, 9.9);
    let built = world.build();
    assert_eq!(built.time(&v1(), Mode::Car, "A", "P"), Outcome::NotTested(Reason::NoRoadInReach));
    assert_eq!(built.time(&v1(), Mode::Car, "P", "A"), Outcome::NotTested(Reason::NoRoadInReach));
    assert!(built.time(&v1(), Mode::Car, "A", "Q").time().is_some());
    assert_eq!(built.time(&v1(), Mode::Car, "P", "P"), reached(0.0));
}

#[test]
fn separate_road_networks_are_unreachable_from_each_other() {
    let mut world = one_road();
    world.nodes(&[("c", 0.0, 100.0), ("d", 10.0, 100.0)]).link("c", "d", 10.0, LinkClass::County);
    world.place("C", 0.0, 100.0);
    assert_eq!(world.build().time(&v1(), Mode::Car, "A", "C"), Outcome::Unreachable(Reason::NoRoad));
}

#[test]
fn a_drive_names_its_roads_and_its_turns_in_order_of_travel() {
    // P, 3 km off the middle of a–m; m–b; Q, 3 km off the middle of b–c.
    let mut world = World::new();
    world.nodes(&[("a", 0.0, 0.0), ("m", 20.0, 0.0), ("b", 60.0, 0.0), ("c", 80.0, 0.0)]);
    for (from, to, length, number) in [("a", "m", 20.0, "X1"), ("m", "b", 40.0, "X2"), ("b", "c", 20.0, "X3")] {
        world.link(from, to, length, LinkClass::National).refs = vec![number.into()];
    }
    world.place("P", 10.0, 3.0);
    world.place("Q", 70.0, -3.0);
    let built = world.build();
    for direction in [Direction::Forward, Direction::Backward] {
        let journey = built.journey(&v5(), Mode::Car, "P", "Q", direction);
        let legs: Vec<(&str, &str, Option<&str>, f64, f64)> = journey
            .legs
            .iter()
            .map(|leg| (&*leg.from, &*leg.to, leg.service.as_deref(), leg.time.minutes(), leg.length.km()))
            .collect();
        // The joints are named by the road they lie on.
        let expected = [
            ("P", "P", None, 2.0, 0.0),
            ("P", "X1", Some("local roads"), 6.0, 3.0),
            ("X1", "m", Some("X1"), 10.0, 10.0),
            ("m", "b", Some("X2"), 40.0, 40.0),
            ("b", "X3", Some("X3"), 10.0, 10.0),
            ("X3", "Q", Some("local roads"), 6.0, 3.0),
            ("Q", "Q", None, 3.0, 0.0),
        ];
        assert_eq!(legs, expected, "{direction:?}");
    }
}

#[test]
fn stations_are_joined_by_road_like_any_point() {
    let mut world = one_road();
    world.stop("s", StopClass::Hub, 20.0, 2.0);
    let built = world.build();
    // 2 km of local road at 30 km/h are 4 minutes.
    assert_eq!(built.time(&v1(), Mode::Car, "A", "s"), reached(24.0));
    assert_eq!(built.time(&v1(), Mode::Car, "s", "A"), reached(24.0));
}

#[test]
fn the_graph_has_a_vertex_for_each_level_of_a_node() {
    let built = crossing(Interchange::Full).build();
    built.ask(&v5(), |frozen| {
        let graph = &frozen.roads.graph;
        // Five nodes with ramps; w, e on G5, s, n on G20, m on both.
        assert_eq!(graph.n_vertices(), 5 + 6);
        let m = graph.surface(NodeIx(0)).unwrap();
        let tree = graph.search(Direction::Forward, &[(m, Duration::ZERO)], Duration::from_mins(2));
        // Within the ramp's two minutes, that included, both expressways at m, and nothing else.
        assert_eq!(tree.settled.len(), 3);
        assert!(tree.settled.iter().all(|&vertex| graph.node(vertex) == NodeIx(0)));
    });
}

#[test]
fn speeds_differ_by_class_and_limit() {
    let mut world = expressway();
    world.records.links[0].limit = Speed::from_kmh(60.0);
    assert_eq!(world.build().time(&v1(), Mode::Car, "A", "B"), reached(80.0));
    for class in LinkClass::ALL.iter().filter(|class| **class != LinkClass::Expressway) {
        let mut world = one_road();
        world.records.links[0].class = *class;
        let key = world.stock().links[0].speed_key();
        assert_eq!(world.build().time(&v1(), Mode::Car, "A", "B"), reached(80.0), "{key}");
        world.set(&key, 30.0);
        assert_eq!(world.build().time(&v1(), Mode::Car, "A", "B"), reached(160.0), "{key}");
    }
}

#[test]
fn any_point_can_be_asked_about() {
    let built = one_road().build();
    built.ask(&v1(), |frozen| {
        let tree = frozen.tree(Endpoint::Point(km(0.0, 0.0)), Direction::Forward, Mode::Car);
        assert_eq!(tree.time(&Endpoint::Point(km(20.0, 0.0))), reached(20.0));
        assert_eq!(tree.name(&Endpoint::Point(km(0.0, 0.0))), "0.0000,0.0000");
    });
}

#[test]
fn alternatives_are_other_roads_in_order_of_time() {
    // Two parallel roads from a to m, 10 and 12 km, then 20 km to b.
    let mut world = World::new();
    world.nodes(&[("a", 0.0, 0.0), ("m", 10.0, 0.0), ("b", 30.0, 0.0)]);
    world.link("a", "m", 10.0, LinkClass::National);
    world.link("a", "m", 12.0, LinkClass::National).id = named("by the river");
    world.link("m", "b", 20.0, LinkClass::National);
    world.node("n", 15.0, 10.0);
    world.link("a", "n", 20.0, LinkClass::County);
    world.link("n", "b", 20.0, LinkClass::County);
    world.place("A", 0.0, 0.0);
    world.place("B", 30.0, 0.0);
    let built = world.build();
    let (a, b) = (built.endpoint("A"), built.endpoint("B"));
    built.ask(&v1(), |frozen| {
        let found = onehour::search::alternatives::alternatives(frozen, &a, &b, 3, 0.2);
        let times: Vec<f64> = found.iter().map(|way| way.time.minutes()).collect();
        assert_eq!(times, [30.0, 40.0]);
        assert_eq!(found[0].time, frozen.tree(a, Direction::Forward, Mode::Car).time(&b).time().unwrap());
        assert_eq!((&*found[0].links, &*found[1].links), (&[0, 2][..], &[3, 4][..]));
    });
}

#[test]
fn a_journey_passes_the_ends_of_a_one_way_road_in_its_direction() {
    // x ──20── a ──80, one way──> b ──20── y, and P 30 km after a.
    let mut world = one_road();
    world.records.links[0].oneway = true;
    world.nodes(&[("x", -20.0, 0.0), ("y", 100.0, 0.0)]);
    world.link("x", "a", 20.0, LinkClass::National);
    world.link("b", "y", 20.0, LinkClass::National);
    for (place, east) in [("X", -20.0), ("P", 30.0), ("Y", 100.0)] {
        world.place(place, east, 0.0);
    }
    let built = world.build();
    assert_eq!(built.time(&v1(), Mode::Car, "X", "P"), reached(50.0));
    assert_eq!(built.time(&v1(), Mode::Car, "P", "Y"), reached(70.0));
    assert_eq!(built.time(&v1(), Mode::Car, "P", "X"), Outcome::Unreachable(Reason::NoRoad));
    assert_eq!(built.time(&v1(), Mode::Car, "Y", "P"), Outcome::Unreachable(Reason::NoRoad));
}
