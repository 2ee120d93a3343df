//! What cannot be reached, or not be left.

use onehour::network::streets::Directed;
use onehour::network::streets::islands::{Connections, Relation};
use proptest::prelude::*;

use super::worlds::{World, line, one_way, strange_worlds, two_way, world};

/// 0 ═ 1 ═ 2 main (300 m); 1 → 3 ═ 4 a trap (250 m); 5 → 0 a source (100 m); 6 ═ 7 an island (100 m); 8 nothing.
#[test]
fn islands_traps_sources_and_dead_ends_are_counted_and_measured() {
    let roads = [
        two_way(0, 1, 1),
        (1, 2, 20_000, Some(1), Some(1)),
        one_way(1, 3, 1),
        (3, 4, 15_000, Some(1), Some(1)),
        one_way(5, 0, 1),
        two_way(6, 7, 1),
        (7, 8, 90_000, None, None),
    ];
    let world = world(&line(9), &roads, &[]);
    let connections = Connections::of(&world.streets, &world.layer);
    let main = connections.main.unwrap();
    assert_eq!((main.n_vertices, main.n_edges, main.length_cm, main.vertex), (3, 2, 30_000, 0));
    let others: Vec<_> = connections
        .others
        .iter()
        .map(|part| (part.relation, part.n_vertices, part.n_edges, part.length_cm, part.vertex))
        .collect();
    assert_eq!(
        others,
        [(Relation::Trap, 2, 2, 25_000, 3), (Relation::Source, 1, 1, 10_000, 5), (Relation::Island, 2, 1, 10_000, 6)]
    );
    assert_eq!(connections.others[0].at, world.streets.vertices[3].at);
    assert_eq!(connections.total(Relation::Island), (1, 10_000));
    assert_eq!((&connections.dead_ends[..], connections.dead_ends_cm), (&[2, 4, 5, 6, 7][..], 55_000));
    assert_eq!((connections.relation(1), connections.relation(8)), (Some(Relation::Main), None));
}

#[test]
fn nothing_open_has_no_main_part() {
    let world = world(&line(2), &[(0, 1, 1, None, None)], &[]);
    let connections = Connections::of(&world.streets, &world.layer);
    assert_eq!((connections.main, connections.others.len(), connections.relation(0)), (None, 0, None));
}

/// A hundred thousand junctions in a row: nothing here may go as deep as the streets are long.
#[test]
fn long_chains_do_not_exhaust_the_stack() {
    let n = 100_000;
    let roads: Vec<_> = (1..n as u32).map(|to| two_way(to - 1, to, 1)).collect();
    let world = world(&line(n), &roads, &[]);
    assert_eq!(Connections::of(&world.streets, &world.layer).main.unwrap().n_vertices, n as u32);
}

/// Which vertices can be reached from which, by trying edges until nothing changes.
fn reachable(world: &World) -> Vec<Vec<bool>> {
    let n = world.streets.vertices.len();
    let mut reach: Vec<Vec<bool>> = (0..n).map(|from| (0..n).map(|to| from == to).collect()).collect();
    loop {
        let before = reach.clone();
        for edge in super::worlds::directed(&world.streets).filter(|&edge: &Directed| world.layer.time(edge).is_some()) {
            for row in &mut reach {
                row[world.streets.head(edge) as usize] |= row[world.streets.tail(edge) as usize];
            }
        }
        if reach == before {
            return reach;
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn vertices_relate_to_the_main_part_as_they_can_be_reached(world in strange_worlds()) {
        let (connections, reach) = (Connections::of(&world.streets, &world.layer), reachable(&world));
        let Some(main) = connections.main else {
            prop_assert!((0..world.streets.edges.len() as u32).all(|edge| !world.layer.is_open(edge)));
            return Ok(());
        };
        let main = main.vertex as usize;
        for vertex in 0..world.streets.vertices.len() {
            let expected = match (reach[main][vertex], reach[vertex][main]) {
                (true, true) => Relation::Main,
                (true, false) => Relation::Trap,
                (false, true) => Relation::Source,
                (false, false) => Relation::Island,
            };
            if let Some(relation) = connections.relation(vertex as u32) {
                prop_assert_eq!(relation, expected, "vertex {}", vertex);
            }
        }
        // Every open edge is in one part, and no part within which one gets everywhere has more length than the main part.
        let open = || world.streets.edges.iter().enumerate().filter(|(at, _)| world.layer.is_open(*at as u32)).map(|(_, edge)| edge);
        let total: u64 = connections.main.iter().chain(&connections.others).map(|part| part.length_cm).sum();
        prop_assert_eq!(total, open().map(|edge| u64::from(edge.length_cm)).sum::<u64>());
        for vertex in 0..world.streets.vertices.len() {
            let mutual = |other: u32| reach[vertex][other as usize] && reach[other as usize][vertex];
            let inside = open().filter(|edge| mutual(edge.from) && mutual(edge.to)).map(|edge| u64::from(edge.length_cm));
            prop_assert!(inside.sum::<u64>() <= connections.main.unwrap().length_cm);
        }
    }
}
