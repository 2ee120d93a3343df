//! Shapley values against their definition and their laws.

use std::num::NonZeroUsize;

use onehour::search::overlay::attribution::{Attribution, MOST_EXACT, Way, exact, sampled};
use onehour::search::overlay::measure::Reached;
use onehour::search::overlay::plan::{Plan, Project};
use onehour::search::overlay::{NodeArc, Zone};
use proptest::prelude::*;

use super::oracle::{between_ends, reached};
use super::times::numbers;
use super::worlds::{World, strange_worlds};

/// All orders of the numbers below `n`.
fn orders(n: usize) -> Vec<Vec<usize>> {
    if n == 0 {
        return vec![vec![]];
    }
    let insert = |order: Vec<usize>| (0..n).map(move |at| [&order[..at], &[n - 1], &order[at..]].concat());
    orders(n - 1).into_iter().flat_map(insert).collect()
}

fn measure(world: &World, cutoff: u32) -> Reached {
    let n = world.zones.len();
    Reached::new(cutoff, &numbers(n, 3), &numbers(n, 5)).unwrap()
}

fn assert_efficient(values: &Attribution) {
    assert_eq!(values.multiples.iter().sum::<i128>(), (values.with_all - values.without) * values.divisor);
}

/// 0 ──100── 1 today. One project brings 0–2, the other 2–1, 10 each: neither helps alone, together they bring the trip
/// within 20.
#[test]
fn two_halves_of_a_road_share_its_gain_equally() {
    let bring = |tail, head| Project { adds: vec![NodeArc { tail, head, time: 10 }], replaces: vec![] };
    let plan = Plan::new(vec![], vec![bring(0, 2), bring(2, 1)]).unwrap();
    let zone = |node| Zone { departures: vec![(node, 0)], arrivals: vec![(node, 0)] };
    let arcs = vec![NodeArc { tail: 0, head: 1, time: 100 }];
    let world = World { n_old: 2, n_new: 1, arcs, zones: vec![zone(0), zone(1)], plan };
    let made = world.make();
    let measure = Reached::new(20, &[0, 500], &[3, 0]).unwrap();
    let values = exact(&made.base, &made.plan, &measure, Way::Walk).unwrap();
    assert_eq!((values.without, values.with_all, values.n_judged), (0, 1_500, 4));
    assert_eq!([values.value(0), values.value(1)], [750.0, 750.0]);
    // With two projects, an order and its reverse are all orders.
    let drawn = sampled(&made.base, &made.plan, &measure, Way::Walk, NonZeroUsize::new(3).unwrap(), 1);
    assert_eq!([drawn.value(0), drawn.value(1)], [750.0, 750.0]);
    assert_eq!(drawn.standard_errors, Some(vec![0.0, 0.0]));
}

#[test]
fn more_projects_than_can_be_judged_in_all_coalitions_have_no_exact_values() {
    let projects = vec![Project { adds: vec![], replaces: vec![] }; MOST_EXACT + 1];
    let plan = Plan::new(vec![], projects).unwrap();
    let world = World { n_old: 1, n_new: 0, arcs: vec![], zones: vec![], plan };
    let made = world.make();
    assert!(exact(&made.base, &made.plan, &measure(&world, 10), Way::Walk).is_none());
    assert!(
        sampled(&made.base, &made.plan, &measure(&world, 10), Way::Walk, NonZeroUsize::MIN, 0).standard_errors.is_none()
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn exact_values_equal_the_mean_over_all_orders(
        world in strange_worlds(6),
        cutoff in prop_oneof![0u32..60, 0u32..=u32::MAX - 1],
    ) {
        let (made, n, n_zones) = (world.make(), world.plan.projects().len(), world.zones.len());
        let (opportunities, weights) = (numbers(n_zones, 3), numbers(n_zones, 5));
        let mut worths = vec![None; 1 << n];
        let mut worth = |members: &[usize]| {
            let set: usize = members.iter().map(|member| 1 << member).sum();
            *worths[set].get_or_insert_with(|| {
                let times = between_ends(&world, &made.terminals, &world.arcs_with(members));
                reached(&times, cutoff, &opportunities, &weights)
            })
        };
        let mut gains = vec![0; n];
        for order in orders(n) {
            for at in 0..n {
                gains[order[at]] += worth(&order[..=at]) - worth(&order[..at]);
            }
        }
        let measure = measure(&world, cutoff);
        for way in [Way::Walk, Way::Recompute(&made.recompute), Way::Cheapest(&made.recompute)] {
            let values = exact(&made.base, &made.plan, &measure, way).unwrap();
            prop_assert_eq!(&values.multiples, &gains);
            assert_efficient(&values);
        }
    }

    #[test]
    fn a_twin_gets_as_much_and_an_idle_project_gets_nothing(
        world in strange_worlds(4),
        cutoff in 0u32..60,
        seed in any::<u64>(),
    ) {
        let mut projects = world.plan.projects().to_vec();
        prop_assume!(!projects.is_empty());
        let (twin, idle) = (projects.len(), projects.len() + 1);
        projects.push(projects[0].clone());
        projects.push(Project { adds: vec![], replaces: vec![] });
        let world = World { plan: Plan::new(world.plan.today().to_vec(), projects).unwrap(), ..world };
        let (made, measure) = (world.make(), measure(&world, cutoff));
        let values = exact(&made.base, &made.plan, &measure, Way::Walk).unwrap();
        prop_assert_eq!(values.multiples[0], values.multiples[twin]);
        prop_assert_eq!(values.multiples[idle], 0);
        let drawn = sampled(&made.base, &made.plan, &measure, Way::Walk, NonZeroUsize::new(5).unwrap(), seed);
        prop_assert_eq!(drawn.multiples[idle], 0);
        assert_efficient(&drawn);
    }

    #[test]
    fn drawn_values_depend_on_the_seed_alone(world in strange_worlds(6), cutoff in 0u32..60, seed in any::<u64>()) {
        let (made, measure, n_pairs) = (world.make(), measure(&world, cutoff), NonZeroUsize::new(9).unwrap());
        let draw = |threads: usize, way: Way| {
            let pool = rayon_pool(threads);
            pool.install(|| sampled(&made.base, &made.plan, &measure, way, n_pairs, seed))
        };
        let values = draw(1, Way::Walk);
        assert_efficient(&values);
        for way in [Way::Walk, Way::Recompute(&made.recompute), Way::Cheapest(&made.recompute)] {
            prop_assert_eq!(&draw(3, way), &values);
        }
    }
}

fn rayon_pool(threads: usize) -> rayon::ThreadPool {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap()
}
