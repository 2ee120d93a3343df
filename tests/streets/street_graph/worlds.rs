//! Streets made by hand and at random.

use onehour::network::column::Column;
use onehour::network::streets::{Directed, Edge, Layer, Place, Restriction, StreetMode, Streets, Vertex, Way};
use proptest::prelude::*;

/// Streets with the layer of cars.
#[derive(Debug, Clone)]
pub struct World {
    pub streets: Streets,
    pub layer: Layer,
}

/// An edge as tests write it: from, to, length in centimetres, deciseconds forwards and backwards.
pub type Road = (u32, u32, u32, Option<u32>, Option<u32>);

/// A street of 100 m for both directions.
pub fn two_way(from: u32, to: u32, time: u32) -> Road {
    (from, to, 10_000, Some(time), Some(time))
}

/// A street of 100 m that may only be driven as drawn.
pub fn one_way(from: u32, to: u32, time: u32) -> Road {
    (from, to, 10_000, Some(time), None)
}

/// The world with these vertices (in 10⁻⁷ degrees), edges, and forbidden turns for cars.
pub fn world(places: &[(i32, i32)], roads: &[Road], forbidden: &[Vec<Directed>]) -> World {
    let vertices: Vec<Vertex> = (1..).zip(places).map(|(osm, &(lon, lat))| Vertex { osm, at: Place { lon, lat } }).collect();
    let edge = |&(from, to, length_cm, _, _): &Road| Edge { from, to, way: 0, length_cm, first_point: 0, n_points: 0 };
    let edges: Vec<Edge> = roads.iter().map(edge).collect();
    let times: Vec<u32> =
        roads.iter().flat_map(|road| [road.3.unwrap_or(Layer::CLOSED), road.4.unwrap_or(Layer::CLOSED)]).collect();
    let restriction = |path: &Vec<Directed>| Restriction { path: path.clone(), modes: StreetMode::Car.bit() };
    let way = Way { osm: 1, name_start: 0, name_len: 0, class: 0, flags: 0, unused: 0 };
    let streets = Streets {
        vertices: Column::from(vertices),
        edges: Column::from(edges),
        ways: Column::from(vec![way]),
        restrictions: forbidden.iter().map(restriction).collect(),
        ..Streets::default()
    };
    World { streets, layer: Layer::new(StreetMode::Car, Column::from(times), 5_000) }
}

/// Vertices on a line, 0.001° apart.
pub fn line(n: i32) -> Vec<(i32, i32)> {
    (0..n).map(|at| (at * 10_000, 0)).collect()
}

/// Small worlds in which everything strange happens: one-ways, closed edges, dead ends, loops, parallel edges, times of zero and of
/// years, and forbidden turns over two to four edges, U-turns among them.
pub fn strange_worlds() -> impl Strategy<Value = World> {
    (1u32..8).prop_flat_map(|n| {
        let time = prop_oneof![8 => (0u32..40).prop_map(Some), 1 => Just(Some(0)), 3 => Just(None), 1 => huge_time()];
        let road = (0..n, 0..n, 1u32..2_000, time.clone(), time);
        let walk = (any::<prop::sample::Index>(), any::<bool>(), prop::collection::vec(any::<prop::sample::Index>(), 1..4));
        let places = prop::collection::vec((-50_000i32..50_000, -50_000i32..50_000), n as usize);
        (places, prop::collection::vec(road, 1..14), prop::collection::vec(walk, 0..6)).prop_map(|(places, roads, walks)| {
            let streets = world(&places, &roads, &[]).streets;
            let walk = |(first, forward, turns): &(prop::sample::Index, bool, Vec<prop::sample::Index>)| {
                let mut path = vec![Directed::new(first.index(roads.len()) as u32, *forward)];
                for turn in turns {
                    let leaving = leaving(&streets, streets.head(path[path.len() - 1]));
                    path.push(leaving[turn.index(leaving.len())]);
                }
                path
            };
            let forbidden: Vec<Vec<Directed>> = walks.iter().map(walk).collect();
            world(&places, &roads, &forbidden)
        })
    })
}

fn huge_time() -> impl Strategy<Value = Option<u32>> {
    prop_oneof![Just(u32::MAX - 1), 2_000u32..5_000_000, 1_000_000_000u32..u32::MAX].prop_map(Some)
}

/// All directed edges that begin at a vertex, open or not.
fn leaving(streets: &Streets, vertex: u32) -> Vec<Directed> {
    directed(streets).filter(|&edge| streets.tail(edge) == vertex).collect()
}

/// Every edge in both directions.
pub fn directed(streets: &Streets) -> impl Iterator<Item = Directed> + use<> {
    (0..streets.edges.len() as u32).flat_map(|edge| [Directed::new(edge, true), Directed::new(edge, false)])
}

/// Numbers that look random and are the same every time (SplitMix64).
pub struct Numbers(pub u64);

impl Numbers {
    /// A number below `end`.
    pub fn below(&mut self, end: u32) -> u32 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut x = self.0;
        x = (x ^ x >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ x >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((x ^ x >> 31) % u64::from(end.max(1))) as u32
    }
}

/// A town of `side` × `side` junctions: one-ways, missing streets, diagonals, loops, a ferry of hours, and forbidden turns at one
/// junction in four.
pub fn town(side: u32, seed: u64) -> World {
    let mut numbers = Numbers(seed);
    let place = |at: u32| ((at % side) as i32 * 9_000, (at / side) as i32 * 9_000);
    let places: Vec<(i32, i32)> = (0..side * side).map(place).collect();
    let mut roads = Vec::new();
    for at in 0..side * side {
        let (x, y) = (at % side, at / side);
        let mut beside =
            vec![(at + 1, x + 1 < side), (at + side, y + 1 < side), (at + side + 1, x + 1 < side && y + 1 < side)];
        beside.push((at, numbers.below(30) == 0));
        for (which, (to, there)) in beside.into_iter().enumerate() {
            if !there || numbers.below(if which == 2 { 2 } else { 12 }) == 0 {
                continue;
            }
            let (time, back) = (numbers.below(300), numbers.below(300));
            let one_way = numbers.below(5) == 0;
            roads.push((at, to, 5_000 + numbers.below(9_000), Some(time), (!one_way).then_some(back)));
        }
    }
    roads.push((0, side * side - 1, 4_000_000, Some(150_000), Some(160_000)));
    let streets = world(&places, &roads, &[]).streets;
    let mut leaving = vec![Vec::new(); places.len()];
    directed(&streets).for_each(|edge| leaving[streets.tail(edge) as usize].push(edge));
    let mut forbidden = Vec::new();
    for _ in 0..side * side / 4 {
        let mut path = vec![Directed::new(numbers.below(roads.len() as u32), numbers.below(2) == 0)];
        for _ in 0..1 + numbers.below(3) {
            let next = &leaving[streets.head(path[path.len() - 1]) as usize];
            path.push(next[numbers.below(next.len() as u32) as usize]);
        }
        forbidden.push(path);
    }
    world(&places, &roads, &forbidden)
}
