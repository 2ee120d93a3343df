//! Changes on streets, with numbers by hand.

use std::collections::BTreeMap;

use onehour::scenario::streets::apply;

use super::*;

fn changed(base: &StreetNetwork, changes: &[&str]) -> onehour::scenario::streets::StreetScenario {
    let projects = projects(&changes.iter().map(|change| change.to_string()).collect::<Vec<String>>());
    clean(apply(base, &scenario(&projects), &projects))
}

fn faults(base: &StreetNetwork, change: &str) -> String {
    let projects = projects(&[change.to_string()]);
    shown(&apply(base, &scenario(&projects), &projects).diagnostics)
}

#[test]
fn without_a_change_nothing_is_copied() {
    let base = square(0);
    let same = changed(&base, &[]);
    assert!(Arc::ptr_eq(&base.streets, &same.network.streets) && Arc::ptr_eq(&base.layers[0], &same.network.layers[0]));
    assert!(same.projects.is_empty() && same.laid.is_empty());
}

/// From corner 0 to corner 1 it is one side; with that closed, three sides.
#[test]
fn a_closed_way_is_driven_around() {
    let base = square(0);
    let after = changed(&base, &["kind = \"close_way\"\nways = [1]"]);
    assert_eq!((drive(&base, 0, 1), drive(&after.network, 0, 1)), (Some(1000), Some(3000)));
    assert_eq!(after.projects, BTreeMap::from([(0, vec![Arc::from("p0")])]));
    assert!(Arc::ptr_eq(&base.streets, &after.network.streets), "only times change");
    assert_eq!(drive(&base, 0, 1), Some(1000), "the streets before are as they were");
}

/// 1111.95 m at 40 km/h: 1111.95 / 40 000 h · 36 000 ds/h = 1000.8 ds.
#[test]
fn a_new_speed_gives_the_time_of_the_length() {
    let after = changed(&square(0), &["kind = \"set_way_speed\"\nways = [1, 3]\nspeeds_kmh = { car = 40 }"]);
    assert_eq!(drive(&after.network, 0, 1), Some(1001));
    assert_eq!(drive(&after.network, 3, 0), Some(1000), "the others keep theirs");
    assert_eq!(after.projects.keys().copied().collect::<Vec<u32>>(), [0, 2]);
}

/// A street from the middle of the south side to the middle of the north side, drawn from 11 m beside each: half a side, the new street of one
/// step at 100 km/h (1111.95 m: 400 ds), half a side.
#[test]
fn a_new_street_splits_the_sides_it_ends_on() {
    let base = square(0);
    let change = "kind = \"new_way\"\npoints = [[0.005, 0.0001], [0.005, 0.0099]]\nclass = \"primary\"\n\
                  speeds_kmh = { car = 100 }\njoins = \"ends\"";
    let after = changed(&base, &[change]);
    let streets = &after.network.streets;
    assert_eq!(drive(&after.network, 4, 5), Some(400));
    assert_eq!(drive(&after.network, 0, 5), Some(500 + 400));
    assert_eq!(drive(&after.network, 0, 1), Some(1000), "both halves together take as long as the side");
    assert_eq!(after.laid.len(), 1);
    let laid = &after.laid[0];
    assert_eq!((laid.joints.len(), laid.n_passed, laid.length.metres()), (2, 0, 1111));
    assert!(laid.joints.iter().all(|joint| (joint.apart_m - 11.12).abs() < 0.01 && !joint.at_vertex));
    assert_eq!(laid.joints.iter().map(|joint| joint.way).collect::<Vec<i64>>(), [1, 3]);
    // Old edges keep their numbers; two are cut into two, and one is laid.
    assert_eq!(streets.edges.len(), 4 + 2 + 2 + 1);
    assert_eq!(streets.edges[..4], base.streets.edges[..]);
    for (cut, halves) in [(0, [4, 5]), (2, [6, 7])] {
        let length = |edge: usize| streets.edges[edge].length_cm;
        assert_eq!(halves.map(length).iter().sum::<u32>(), length(cut), "lengths sum");
        assert!(!after.network.layers[0].is_open(cut as u32));
    }
    assert_eq!(after.projects, BTreeMap::from([(8, vec![Arc::from("p0")])]));
    assert_eq!(streets.name(streets.way(8)), "项0");
}

#[test]
fn a_street_that_ends_at_a_junction_joins_it_and_one_way_goes_one_way() {
    let change = "kind = \"new_way\"\npoints = [[0, 0], [0.01, 0.01]]\nclass = \"primary\"\noneway = true\n\
                  speeds_kmh = { car = 100 }\njoins = \"ends\"";
    let after = changed(&square(0), &[change]);
    // The diagonal is √2 · 1111.95 m = 1572.5 m: 566 ds at 100 km/h.
    assert_eq!((drive(&after.network, 0, 2), drive(&after.network, 2, 0)), (Some(566), Some(2000)));
    assert!(after.laid[0].joints.iter().all(|joint| joint.at_vertex));
    assert_eq!(after.network.streets.edges.len(), 5);
}

/// From corner 0 a street runs east across the square and on to nowhere, half a step beyond the east side.
#[test]
fn a_street_is_joined_where_it_crosses_unless_that_is_a_bridge() {
    let change = "kind = \"new_way\"\npoints = [[0, 0.005], [0.015, 0.005]]\nclass = \"primary\"\n\
                  speeds_kmh = { car = 100 }\njoins = \"crossings\"";
    let after = changed(&square(0), &[change]);
    let joined: Vec<i64> = after.laid[0].joints.iter().map(|joint| joint.way).collect();
    assert_eq!((joined, after.laid[0].n_passed), (vec![4, 2], 0));
    // Half a side, one step of new street, half a side.
    assert_eq!(drive(&after.network, 0, 1), Some(1000));
    assert_eq!(drive(&after.network, 3, 2), Some(1000));
    assert_eq!(drive(&after.network, 4, 5), Some(400));
    let over = changed(&square(Way::BRIDGE), &[change]);
    assert_eq!((over.laid[0].joints.len(), over.laid[0].n_passed), (1, 1), "{:?}", over.laid);
}

/// No turn from the south side into the east side, nor from the east side into the north side. Cut in the middle, the turns stay
/// forbidden for those who join the side half way.
#[test]
fn a_forbidden_turn_stays_forbidden_when_its_edges_are_cut() {
    let mut base = square(0);
    let (south, east) = (Directed::new(0, true), Directed::new(1, true));
    Arc::make_mut(&mut base.streets).restrictions =
        vec![Restriction { path: vec![south, east], modes: StreetMode::Car.bit() }];
    assert_eq!(drive(&base, 0, 2), Some(2000), "around by the west");
    let change = "kind = \"new_way\"\npoints = [[0.005, 0], [0.01, 0.005]]\nclass = \"primary\"\n\
                  speeds_kmh = { car = 1 }\njoins = \"ends\"";
    let after = changed(&base, &[change]);
    let path = &after.network.streets.restrictions[0].path;
    // The half of the south side next to the corner, then the half of the east side next to it.
    assert_eq!(path, &[Directed::new(5, true), Directed::new(6, true)]);
    assert_eq!(drive(&after.network, 4, 1), Some(500));
    // From the middle of the south side to that of the east side: not over the corner (1000) but around by the west.
    assert_eq!(drive(&after.network, 4, 5), Some(500 + 1000 + 1000 + 500));
}

#[test]
fn two_streets_may_cut_the_same_side() {
    let street = |x: f64| {
        format!(
            "kind = \"new_way\"\npoints = [[{x}, 0], [{x}, 0.01]]\nclass = \"primary\"\nspeeds_kmh = {{ car = 100 }}\n\
             joins = \"ends\""
        )
    };
    let after = changed(&square(0), &[&street(0.0025), &street(0.0075)]);
    // A quarter, half and a quarter of the side.
    assert_eq!(drive(&after.network, 0, 1), Some(1000));
    assert_eq!(drive(&after.network, 4, 6), Some(500));
    assert_eq!(after.laid.len(), 2);
}

#[test]
fn what_touches_nothing_or_is_not_there_is_a_fault() {
    let base = square(0);
    let unknown = faults(&base, "kind = \"close_way\"\nways = [1, 77]");
    assert!(unknown.contains("error[scenario::unknown_way]: no way of the streets has the number 77"), "{unknown}");
    assert!(unknown.contains("projects.toml:14:12"), "{unknown}");
    for nothing in [
        "kind = \"close_way\"\nways = [1]\nusers = [\"walk\"]",
        "kind = \"set_way_speed\"\nways = [1]\nspeeds_kmh = { ebike = 20 }",
        "kind = \"new_way\"\npoints = [[0, 0], [0.01, 0.01]]\nclass = \"footway\"\nspeeds_kmh = { walk = 5 }\njoins = \"ends\"",
    ] {
        let fault = faults(&base, nothing);
        assert!(fault.contains("error[scenario::no_effect]") && fault.contains("touches nothing"), "{fault}");
    }
    let away = "kind = \"new_way\"\npoints = [[0, 0], [0.5, 0.5]]\nclass = \"primary\"\nspeeds_kmh = { car = 50 }\njoins = \"ends\"";
    let fault = faults(&base, away);
    assert!(fault.contains("error[scenario::unjoined]") && fault.contains("within 30 m"), "{fault}");
}
