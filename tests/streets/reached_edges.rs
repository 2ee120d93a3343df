//! Edges entered from states: what is found from the states that a search settled is what every edge says when it is asked.

use proptest::prelude::*;

use onehour::network::streets::{Directed, Edge, Layer, Place, Restriction, StreetMode, Streets, Vertex};
use onehour::search::Direction;
use onehour::search::flat::Scratch;
use onehour::search::streets::StreetGraph;

/// Streets with parallel edges, loops, edges that are closed one way or both, times of zero and any forbidden turns.
fn streets() -> impl Strategy<Value = (Streets, Layer)> {
    let edges = prop::collection::vec((0u32..9, 0u32..9, 0u32..40, 0u32..40), 1..30);
    let turns = prop::collection::vec((any::<prop::sample::Index>(), prop::collection::vec(any::<bool>(), 1..4)), 0..12);
    (edges, turns).prop_map(|(edges, turns)| {
        let at = |k: i32| Place { lon: 1_125_000_000 + k * 1000, lat: 380_000_000 + k * k * 100 };
        let vertices: Vec<Vertex> = (0..9).map(|k| Vertex { osm: i64::from(k), at: at(k) }).collect();
        let closed = |time: u32| if time >= 34 { Layer::CLOSED } else { time };
        let times: Vec<u32> = edges.iter().flat_map(|edge| [closed(edge.2), closed(edge.3)]).collect();
        let edges: Vec<Edge> = edges
            .iter()
            .map(|&(from, to, ..)| Edge { from, to, way: 0, length_cm: 1000, first_point: 0, n_points: 0 })
            .collect();
        let mut streets = Streets { vertices: vertices.into(), edges: edges.into(), ..Streets::default() };
        for (first, choices) in turns {
            // A path that goes on from its last edge by the first or the last edge that leaves there.
            let mut path = vec![Directed::new(first.index(streets.edges.len()) as u32, choices[0])];
            for choice in choices {
                let head = streets.head(path[path.len() - 1]);
                let all = (0..streets.edges.len() as u32).flat_map(|e| [Directed::new(e, true), Directed::new(e, false)]);
                let leaving: Vec<Directed> = all.filter(|&edge| streets.tail(edge) == head).collect();
                path.push(if choice { leaving[0] } else { leaving[leaving.len() - 1] });
            }
            streets.restrictions.push(Restriction { path, modes: StreetMode::Car.bit() });
        }
        let layer = Layer::new(StreetMode::Car, times.into(), 4800);
        (streets, layer)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn edges_entered_from_settled_states_are_those_found_by_asking_every_edge(
        (streets, layer) in streets(),
        start in 0u32..9,
        limit in 0u32..120,
    ) {
        let graph = StreetGraph::freeze(&streets, &layer);
        let mut scratch = Scratch::default();
        for direction in [Direction::Forward, Direction::Backward] {
            let states = graph.states(start);
            let end = if direction == Direction::Forward { states.start + 1 } else { states.end };
            let seeds: Vec<(u32, u32)> = (states.start..end).map(|state| (state, 0)).collect();
            graph.search(direction, &seeds, limit, &mut scratch);
            let mut found = vec![None; 2 * streets.edges.len()];
            for &state in scratch.settled() {
                let time = scratch.time(state).unwrap();
                graph.for_each_entered(state, direction, |edge| {
                    found[edge.at()] = Some(found[edge.at()].map_or(time, |known: u32| known.min(time)));
                });
            }
            for edge in (0..streets.edges.len() as u32).flat_map(|edge| [Directed::new(edge, true), Directed::new(edge, false)]) {
                prop_assert_eq!(found[edge.at()], graph.entered(edge, direction, |state| scratch.time(state)), "{:?}", edge);
            }
        }
    }
}
