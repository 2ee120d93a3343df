//! What must hold for any streets: a new street makes no drive longer, a closed one makes none shorter.

use onehour::scenario::streets::apply;
use proptest::prelude::*;

use super::*;

const N: usize = 7;

/// Random streets between points of a grid, some one way, some with forbidden turns.
fn streets() -> impl Strategy<Value = StreetNetwork> {
    let vertices = proptest::collection::vec((0..8u8, 0..8u8), N);
    let edges = proptest::collection::vec((0..N, 0..N, 1..2000u32, any::<bool>()), 6..16);
    let turns = proptest::collection::vec((0..16usize, any::<bool>(), 0..16usize, any::<bool>()), 0..6);
    (vertices, edges, turns).prop_map(|(vertices, edges, turns)| {
        let vertices: Vec<(f64, f64)> = vertices.iter().map(|&(x, y)| (f64::from(x), f64::from(y))).collect();
        let street = |(at, &(from, to, time, oneway)): (usize, &(usize, usize, u32, bool))| Street {
            from,
            to,
            way: at as i64 + 1,
            times: [Some(time), (!oneway).then_some(time + 1)],
        };
        let edges: Vec<Street> = edges.iter().enumerate().map(street).collect();
        let plain = network(&vertices, &edges, 0, Vec::new());
        let turn = |&(from, way, to, back): &(usize, bool, usize, bool)| {
            let path = [Directed::new((from % edges.len()) as u32, way), Directed::new((to % edges.len()) as u32, back)];
            let meets = plain.streets.head(path[0]) == plain.streets.tail(path[1]);
            meets.then(|| Restriction { path: path.to_vec(), modes: StreetMode::Car.bit() })
        };
        let restrictions = turns.iter().filter_map(turn).collect();
        network(&vertices, &edges, 0, restrictions)
    })
}

fn new_street() -> impl Strategy<Value = String> {
    let point = || (0..80i32, 0..80i32).prop_map(|(x, y)| format!("[{}, {}]", f64::from(x) * 0.001, f64::from(y) * 0.001));
    (point(), point(), any::<bool>(), 10..120u32).prop_map(|(a, b, oneway, speed)| {
        format!(
            "kind = \"new_way\"\npoints = [{a}, {b}]\nclass = \"primary\"\noneway = {oneway}\nspeeds_kmh = {{ car = {speed} }}\n\
             joins = \"crossings\"\njoin_within_m = 2000"
        )
    })
}

fn times(network: &StreetNetwork) -> Vec<Option<u32>> {
    (0..N as u32).flat_map(|from| (0..N as u32).map(move |to| (from, to))).map(|(a, b)| drive(network, a, b)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn a_new_street_makes_no_drive_longer(base in streets(), first in new_street(), second in new_street()) {
        let projects = projects(&[first, second]);
        let after = apply(&base, &scenario(&projects), &projects).value;
        for (before, after) in times(&base).into_iter().zip(times(&after.network)) {
            prop_assert!(before.is_none() || after <= before && after.is_some(), "{before:?} {after:?}");
        }
        // Cutting alone changes nothing: without the new streets all times are as before.
        let mut cut = after.network.clone();
        let laid: Vec<u32> = after.projects.keys().copied().collect();
        let times_of = Arc::make_mut(&mut cut.layers[0]).times_mut();
        for edge in laid {
            times_of[Directed::new(edge, true).at()] = Layer::CLOSED;
            times_of[Directed::new(edge, false).at()] = Layer::CLOSED;
        }
        // But that one may turn round where an edge was cut, which can be shorter where turns are forbidden.
        if base.streets.restrictions.is_empty() {
            prop_assert_eq!(times(&base), times(&cut));
        }
    }

    #[test]
    fn a_closed_way_makes_no_drive_shorter(base in streets(), way in 1..6i64) {
        let projects = projects(&[format!("kind = \"close_way\"\nways = [{way}]")]);
        let after = apply(&base, &scenario(&projects), &projects).value;
        for (before, after) in times(&base).into_iter().zip(times(&after.network)) {
            prop_assert!(after.is_none() || before.is_some() && before <= after, "{before:?} {after:?}");
        }
    }
}
