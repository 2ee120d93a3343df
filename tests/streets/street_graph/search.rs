//! Times of street searches.

use onehour::geo::LonLat;
use onehour::network::streets::snap::EdgePoint;
use onehour::network::streets::{Directed, Edge, StreetMode};
use onehour::search::Direction::{self, Backward, Forward};
use onehour::search::flat::Scratch;
use onehour::search::streets::StreetGraph;
use proptest::prelude::*;

use super::textbook::times_from;
use super::worlds::{Road, World, line, one_way, strange_worlds, town, two_way, world};

const EVERYTHING: u32 = u32::MAX;

fn freeze(world: &World) -> StreetGraph {
    StreetGraph::freeze(&world.streets, &world.layer)
}

/// Times from a vertex to all vertices, or to it from all.
fn times(graph: &StreetGraph, n: usize, vertex: u32, direction: Direction, scratch: &mut Scratch) -> Vec<Option<u32>> {
    let vertices = 0..n as u32;
    match direction {
        Forward => {
            graph.search(Forward, &[(graph.start(vertex), 0)], EVERYTHING, scratch);
            vertices.map(|to| scratch.best(graph.states(to))).collect()
        }
        Backward => {
            let seeds: Vec<(u32, u32)> = graph.states(vertex).map(|state| (state, 0)).collect();
            graph.search(Backward, &seeds, EVERYTHING, scratch);
            vertices.map(|from| scratch.time(graph.start(from))).collect()
        }
    }
}

fn ahead(edge: u32) -> Directed {
    Directed::new(edge, true)
}

/// A point on an edge without a way beside the streets.
pub fn on(edge: u32, along_cm: u32) -> EdgePoint {
    EdgePoint { edge, along_cm, distance_m: 0.0, at: LonLat { lon: 0.0, lat: 0.0 } }
}

/// 0 ──10── 1 ──20── 2        no turn from 0-1 into 1-2
///          └──5── 3 (dead end)
/// The way is 0-1, into the dead end and back, 1-2: 10 + 5 + 5 + 20 = 40.
#[test]
fn a_forbidden_turn_is_made_by_turning_round_in_a_dead_end() {
    let roads = [two_way(0, 1, 10), two_way(1, 2, 20), two_way(1, 3, 5)];
    let free = world(&line(4), &roads, &[]);
    let forbidden = world(&line(4), &roads, &[vec![ahead(0), ahead(1)]]);
    let mut scratch = Scratch::new();
    assert_eq!(times(&freeze(&free), 4, 0, Forward, &mut scratch)[2], Some(30));
    let graph = freeze(&forbidden);
    assert_eq!(times(&graph, 4, 0, Forward, &mut scratch)[2], Some(40));
    // Whoever begins at the junction has not come by 0-1, and only the junction is split.
    assert_eq!(times(&graph, 4, 1, Forward, &mut scratch)[2], Some(20));
    assert_eq!((graph.n_states(), graph.states(1).len(), graph.states(0).len()), (5, 2, 1));
}

/// 0 ──10── 1 ──10── 2 ──10── 3: who comes from 0 over 1-2 may not go on to 3, who begins at 1 may.
#[test]
fn a_forbidden_way_over_three_edges_leaves_its_parts_free() {
    let roads = [one_way(0, 1, 10), one_way(1, 2, 10), one_way(2, 3, 10)];
    let graph = freeze(&world(&line(4), &roads, &[vec![ahead(0), ahead(1), ahead(2)]]));
    let mut scratch = Scratch::new();
    assert_eq!(times(&graph, 4, 0, Forward, &mut scratch), [Some(0), Some(10), Some(20), None]);
    assert_eq!(times(&graph, 4, 1, Forward, &mut scratch), [None, Some(0), Some(10), Some(20)]);
    assert_eq!(times(&graph, 4, 3, Backward, &mut scratch), [None, Some(20), Some(10), Some(0)]);
}

/// From the middle of 0-1 (100 m, 10 s) it is 50 m and 5 s to either end; turning into 1-2 is forbidden from there too.
#[test]
fn who_begins_on_an_edge_has_arrived_by_it_and_who_ends_there_has_turned_into_it() {
    let roads = [two_way(0, 1, 100), two_way(1, 2, 200)];
    let graph = freeze(&world(&line(3), &roads, &[vec![ahead(0), ahead(1)]]));
    let mut scratch = Scratch::new();
    graph.search(Forward, &graph.entries(&on(0, 5_000), Forward), EVERYTHING, &mut scratch);
    assert_eq!([0, 1, 2].map(|vertex| scratch.best(graph.states(vertex))), [Some(50), Some(50), None]);
    assert_eq!(graph.time_to(&on(1, 5_000), Forward, &scratch), None);
    graph.search(Forward, &[(graph.start(0), 0)], EVERYTHING, &mut scratch);
    assert_eq!(graph.time_to(&on(1, 5_000), Forward, &scratch), None);
    graph.search(Forward, &[(graph.start(1), 0)], EVERYTHING, &mut scratch);
    assert_eq!(graph.time_to(&on(1, 5_000), Forward, &scratch), Some(100));
    graph.search(Backward, &graph.entries(&on(1, 5_000), Backward), EVERYTHING, &mut scratch);
    assert_eq!(graph.time_to(&on(0, 5_000), Backward, &scratch), None);
}

/// 25 m at 5 km/h are 18 s; both ends of the journey have them. Along the street it is 30 m of 100 m, 10 s: 3 s.
#[test]
fn the_way_beside_the_streets_counts_at_both_ends() {
    let graph = freeze(&world(&line(2), &[two_way(0, 1, 100)], &[]));
    let off = |along_cm| EdgePoint { distance_m: 25.0, ..on(0, along_cm) };
    assert_eq!(graph.along(&off(2_000), &off(5_000)), Some(180 + 30 + 180));
    assert_eq!(graph.entries(&off(2_000), Forward), [(graph.start(1), 260), (graph.start(0), 200)]);
}

#[test]
fn a_point_behind_on_a_one_way_street_is_reached_only_by_going_round() {
    let graph = freeze(&world(&line(2), &[one_way(0, 1, 100), one_way(1, 0, 70)], &[]));
    assert_eq!(graph.along(&on(0, 2_000), &on(0, 5_000)), Some(30));
    assert_eq!(graph.along(&on(0, 5_000), &on(0, 2_000)), None);
    let mut scratch = Scratch::new();
    graph.search(Forward, &graph.entries(&on(0, 5_000), Forward), EVERYTHING, &mut scratch);
    // 5 s to the end, 7 s back, 2 s along the first 20 m.
    assert_eq!(graph.time_to(&on(0, 2_000), Forward, &scratch), Some(50 + 70 + 20));
}

#[test]
fn the_limit_itself_is_reached_and_seeds_beyond_it_are_not() {
    let graph = freeze(&world(&line(3), &[two_way(0, 1, 100), two_way(1, 2, 1)], &[]));
    let mut scratch = Scratch::new();
    graph.search(Forward, &[(graph.start(0), 0)], 100, &mut scratch);
    assert_eq!([0, 1, 2].map(|vertex| scratch.time(graph.start(vertex))), [Some(0), Some(100), None]);
    graph.search(Forward, &[(graph.start(0), 101), (graph.start(1), 100)], 100, &mut scratch);
    assert_eq!(scratch.settled(), [graph.start(1)]);
}

#[test]
fn times_too_long_for_the_clock_count_as_not_reached_and_never_wrap() {
    let long = u32::MAX - 1;
    let graph = freeze(&world(&line(4), &[one_way(0, 1, long), one_way(1, 2, 1), one_way(1, 3, 0)], &[]));
    let mut scratch = Scratch::new();
    assert_eq!(times(&graph, 4, 0, Forward, &mut scratch), [Some(0), Some(long), None, Some(long)]);
}

#[test]
fn forbidden_turns_of_other_modes_and_over_closed_edges_split_nothing() {
    let mut town = town(6, 1);
    for restriction in &mut town.streets.restrictions {
        restriction.modes = StreetMode::Bicycle.bit();
    }
    assert_eq!(freeze(&town).n_states(), 36);
    let closed = world(&line(3), &[(0, 1, 1, None, Some(1)), two_way(1, 2, 1)], &[vec![ahead(0), ahead(1)]]);
    assert_eq!(freeze(&closed).n_states(), 3);
}

#[test]
fn times_in_towns_equal_the_textbook_to_the_decisecond() {
    let mut scratch = Scratch::new();
    for seed in 0..4 {
        let town = town(20, seed);
        let (graph, n) = (freeze(&town), town.streets.vertices.len());
        assert!(graph.n_states() > n);
        for origin in [0, 17, 399 - seed as u32] {
            assert_eq!(
                times(&graph, n, origin, Forward, &mut scratch),
                times_from(&town, origin),
                "from {origin} of town {seed}"
            );
        }
    }
}

#[test]
fn times_without_forbidden_turns_equal_those_of_fast_paths() {
    let mut town = town(20, 7);
    town.streets.restrictions.clear();
    let (graph, n) = (freeze(&town), town.streets.vertices.len());
    let mut input = fast_paths::InputGraph::new();
    for edge in super::worlds::directed(&town.streets) {
        if let Some(time) = town.layer.time(edge) {
            // fast_paths wants positive weights: one is added to a thousandfold time, and a way has fewer than 1000 edges.
            let weight = time.deciseconds() as usize * 1_000 + 1;
            input.add_edge(town.streets.tail(edge) as usize, town.streets.head(edge) as usize, weight);
        }
    }
    input.freeze();
    let prepared = fast_paths::prepare(&input);
    let mut scratch = Scratch::new();
    for origin in 0..3 {
        let ours = times(&graph, n, origin * 133, Forward, &mut scratch);
        for (to, ours) in ours.iter().enumerate() {
            let theirs =
                fast_paths::calc_path(&prepared, origin as usize * 133, to).map(|path| (path.get_weight() / 1_000) as u32);
            assert_eq!(*ours, theirs, "from {} to {to}", origin * 133);
        }
    }
}

/// The world with vertices at two places on edges instead of points there, where nobody may turn round unless the way begins or ends
/// there; and those vertices. Whoever drives a part up to the end of an edge has arrived by it; whoever drives its first part has
/// turned into it.
fn subdivided(world_: &World, points: [(u32, u32); 2]) -> (World, [u32; 2]) {
    let World { streets, layer } = world_;
    let n = streets.vertices.len() as u32;
    let mut cuts: Vec<(u32, u32)> = points.to_vec();
    cuts.retain(|&(edge, along)| along > 0 && along < streets.edges[edge as usize].length_cm);
    cuts.sort();
    cuts.dedup();
    let vertex_of = |(edge, along): (u32, u32)| match cuts.binary_search(&(edge, along)) {
        Ok(at) => n + at as u32,
        Err(_) if along == 0 => streets.edges[edge as usize].from,
        Err(_) => streets.edges[edge as usize].to,
    };
    let (mut roads, mut parts): (Vec<Road>, Vec<Vec<u32>>) = (Vec::new(), Vec::new());
    for (at, &Edge { from, to, length_cm, .. }) in streets.edges.iter().enumerate() {
        let at = at as u32;
        let inner = cuts.iter().filter(|cut| cut.0 == at).map(|&cut| (cut.1, vertex_of(cut)));
        let stops: Vec<(u32, u32)> = [(0, from)].into_iter().chain(inner).chain([(length_cm, to)]).collect();
        let time = |forward| layer.time(Directed::new(at, forward)).map(|time| time.deciseconds());
        // Rounded shares of the time from the end where the direction begins.
        let share = |whole: u32, driven: u32| {
            ((u128::from(whole) * u128::from(driven) * 2 + u128::from(length_cm)) / (2 * u128::from(length_cm))) as u32
        };
        let mut here = Vec::new();
        for pair in stops.windows(2) {
            let ((a, from), (b, to)) = (pair[0], pair[1]);
            let forward = time(true).map(|time| share(time, b) - share(time, a));
            let backward = time(false).map(|time| share(time, length_cm - a) - share(time, length_cm - b));
            here.push(roads.len() as u32);
            roads.push((from, to, b - a, forward, backward));
        }
        parts.push(here);
    }
    let pieces = |edge: Directed| -> Vec<Directed> {
        let pieces = parts[edge.edge() as usize].iter().map(|&part| Directed::new(part, edge.is_forward()));
        if edge.is_forward() { pieces.collect() } else { pieces.rev().collect() }
    };
    let rewritten = |path: &Vec<Directed>| {
        let last = path.len() - 1;
        let mut rewritten = vec![*pieces(path[0]).last().unwrap()];
        path[1..last].iter().for_each(|&edge| rewritten.extend(pieces(edge)));
        rewritten.push(pieces(path[last])[0]);
        rewritten
    };
    let mut forbidden: Vec<Vec<Directed>> =
        streets.restrictions.iter().map(|restriction| rewritten(&restriction.path)).collect();
    for pair in parts.iter().flat_map(|parts| parts.windows(2)) {
        forbidden.push(vec![Directed::new(pair[0], true), Directed::new(pair[0], false)]);
        forbidden.push(vec![Directed::new(pair[1], false), Directed::new(pair[1], true)]);
    }
    let places = line((n as usize + cuts.len()) as i32);
    (world(&places, &roads, &forbidden), points.map(vertex_of))
}

/// The shortest time between two points, by search in either direction.
fn between(
    graph: &StreetGraph,
    from: &EdgePoint,
    to: &EdgePoint,
    direction: Direction,
    scratch: &mut Scratch,
) -> Option<u32> {
    let (root, other) = if direction == Forward { (from, to) } else { (to, from) };
    graph.search(direction, &graph.entries(root, direction), EVERYTHING, scratch);
    [graph.along(from, to), graph.time_to(other, direction, scratch)].into_iter().flatten().min()
}

/// A point somewhere on an edge: its ends more often than chance would have it.
pub fn some_point(world: &World, which: prop::sample::Index, share: u32) -> (u32, u32) {
    let edge = which.index(world.streets.edges.len());
    let length = world.streets.edges[edge].length_cm;
    (edge as u32, (u64::from(length) * u64::from(share.saturating_sub(10).min(100)) / 100) as u32)
}

/// Whether somebody can be on the edge at all.
pub fn is_open(world: &World, point: (u32, u32)) -> bool {
    world.layer.is_open(point.0)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_500))]

    #[test]
    fn times_equal_the_textbook_to_the_decisecond(world in strange_worlds(), origin in any::<prop::sample::Index>()) {
        let n = world.streets.vertices.len();
        let origin = origin.index(n) as u32;
        prop_assert_eq!(times(&freeze(&world), n, origin, Forward, &mut Scratch::new()), times_from(&world, origin));
    }

    #[test]
    fn a_search_backwards_gives_the_same_times_as_searches_forwards(world in strange_worlds()) {
        let n = world.streets.vertices.len();
        let (graph, mut scratch) = (freeze(&world), Scratch::new());
        let forward: Vec<_> = (0..n as u32).map(|from| times(&graph, n, from, Forward, &mut scratch)).collect();
        for to in 0..n {
            let column: Vec<_> = (0..n).map(|from| forward[from][to]).collect();
            prop_assert_eq!(times(&graph, n, to as u32, Backward, &mut scratch), column);
        }
    }

    #[test]
    fn points_on_edges_are_as_far_as_vertices_put_in_their_place(
        world in strange_worlds(),
        ends in any::<[prop::sample::Index; 2]>(),
        shares in [0u32..120, 0u32..120],
    ) {
        let points = [some_point(&world, ends[0], shares[0]), some_point(&world, ends[1], shares[1])];
        prop_assume!(points.iter().all(|&point| is_open(&world, point)));
        let (split, [origin, destination]) = subdivided(&world, points);
        let expected = times_from(&split, origin)[destination as usize];
        let (graph, [from, to]) = (freeze(&world), points.map(|(edge, along)| on(edge, along)));
        let mut scratch = Scratch::new();
        prop_assert_eq!(between(&graph, &from, &to, Forward, &mut scratch), expected);
        prop_assert_eq!(between(&graph, &from, &to, Backward, &mut scratch), expected);
    }

    #[test]
    fn a_limit_cuts_off_longer_times_and_changes_no_other(world in strange_worlds(), limit in 0u32..200, back in any::<bool>()) {
        let (graph, direction) = (freeze(&world), if back { Backward } else { Forward });
        let (mut all, mut some) = (Scratch::new(), Scratch::new());
        graph.search(direction, &[(0, 0)], EVERYTHING, &mut all);
        graph.search(direction, &[(0, 0)], limit, &mut some);
        for state in 0..graph.n_states() as u32 {
            prop_assert_eq!(some.time(state), all.time(state).filter(|&time| time <= limit));
        }
        let order: Vec<u32> = some.settled().iter().map(|&state| some.time(state).unwrap()).collect();
        prop_assert!(order.is_sorted());
    }

    #[test]
    fn used_room_gives_what_fresh_room_gives(one in strange_worlds(), other in strange_worlds(), limit in any::<u32>()) {
        let mut used = Scratch::new();
        freeze(&one).search(Forward, &[(0, 3)], limit, &mut used);
        let (graph, mut fresh) = (freeze(&other), Scratch::new());
        for direction in [Forward, Backward] {
            graph.search(direction, &[(0, 0)], limit, &mut used);
            graph.search(direction, &[(0, 0)], limit, &mut fresh);
            prop_assert_eq!(used.settled(), fresh.settled());
            prop_assert!((0..graph.n_states() as u32).all(|state| used.time(state) == fresh.time(state)));
        }
    }
}
