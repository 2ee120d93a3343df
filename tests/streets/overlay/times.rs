//! Times of variants by updates, by the product, by walks and by searches with labels.

use onehour::search::Direction;
use onehour::search::flat::Scratch;
use onehour::search::overlay::choice::{self, Costs, Evaluator};
use onehour::search::overlay::measure::{Measure, Nothing, Reached};
use onehour::search::overlay::order::near_together;
use onehour::search::overlay::plan::{Plan, Project};
use onehour::search::overlay::recompute::Recompute;
use onehour::search::overlay::table::{Cell, Table};
use onehour::search::overlay::updates::Overlay;
use onehour::search::overlay::walk::Walk;
use onehour::search::overlay::{End, NodeArc, TerminalArc, Zone, base, product};
use proptest::prelude::*;
use proptest::sample::Index;

use super::oracle::{all_times, between_ends, between_nodes, cut_off, reached};
use super::worlds::{World, strange_worlds};

/// Some numbers by zone.
pub fn numbers(n: usize, factor: u32) -> Vec<u32> {
    (0..n as u32).map(|at| at * factor % 7 * (1 + at % 3)).collect()
}

fn arc(tail: u32, head: u32, time: u32) -> NodeArc {
    NodeArc { tail, head, time }
}

fn at(node: u32) -> Zone {
    Zone { departures: vec![(node, 0)], arrivals: vec![(node, 0)] }
}

/// 0 ──30── 1 ──40── 2, and today a quick road 0 ──10── 2, which one project closes and another makes 20.
#[test]
fn a_closed_road_makes_the_trip_longer_and_a_slower_one_less_so() {
    let closes = Project { adds: vec![], replaces: vec![0] };
    let slows = Project { adds: vec![arc(0, 2, 20)], replaces: vec![0] };
    let arcs = vec![arc(0, 1, 30), arc(1, 2, 40), arc(0, 2, 10)];
    let plan = Plan::new(vec![arc(0, 2, 10)], vec![closes, slows]).unwrap();
    let world = World { n_old: 3, n_new: 0, arcs, zones: vec![at(0), at(2)], plan };
    let made = world.make();
    let mut walk = Walk::new(made.base.clone(), &made.plan, &Nothing);
    let trip = |table: &Table<u32>| table.time(End::Zone(0), End::Zone(1));
    assert_eq!((trip(&made.base), trip(walk.table())), (Some(70), Some(10)));
    walk.join(0);
    assert_eq!(trip(walk.table()), Some(70));
    // Closed by one and replaced by the other: what the other brings is there.
    walk.join(1);
    assert_eq!(trip(walk.table()), Some(20));
    walk.leave_to(0);
    assert_eq!(trip(walk.table()), Some(10));
}

#[test]
fn arcs_that_are_not_in_the_graph_cannot_be_taken_out() {
    let plan = Plan::new(vec![], vec![]).unwrap();
    let world = World { n_old: 2, n_new: 0, arcs: vec![arc(0, 1, 5), arc(0, 1, 5)], zones: vec![], plan };
    let without = |arcs: &[NodeArc]| base::without(&world.today(), arcs, 0).map(|graph| graph.n_arcs());
    assert_eq!(without(&[arc(0, 1, 5)]), Some(1));
    assert_eq!(without(&[arc(0, 1, 5); 2]), Some(0));
    assert_eq!(without(&[arc(0, 1, 5); 3]), None);
    assert_eq!(without(&[arc(0, 1, 6)]), None);
}

#[test]
fn a_plan_takes_away_only_what_is_there_today() {
    let project = Project { adds: vec![], replaces: vec![1] };
    assert!(Plan::new(vec![arc(0, 1, 5)], vec![project.clone()]).is_none());
    assert!(Plan::new(vec![arc(0, 1, 5); 2], vec![project]).is_some());
}

/// Two towns of 32 zones, numbered in turn: 1 within a town, 100 between them.
#[test]
fn zones_of_a_town_share_a_block() {
    let mut table = Table::<u32>::unreached(64, 0);
    for (from, to) in (0..64).flat_map(|from| (0..64).map(move |to| (from, to))) {
        let time = if from == to {
            0
        } else if from % 2 == to % 2 {
            1
        } else {
            100
        };
        table.shorten(End::Zone(from), End::Zone(to), time);
    }
    let order = near_together(&table);
    assert!(order[..32].iter().all(|zone| zone % 2 == order[0] % 2));
}

/// 3 updates of 1 s against a product of 2 s and half a second for each arc: 2, 4 and 5 arcs cost 2, 4, 5 or 3, 4, 4.5.
#[test]
fn the_cheapest_way_is_chosen() {
    let costs = Costs { update: 1.0, product: (2.0, 0.5), recompute: None };
    assert_eq!([2, 4, 5].map(|n| costs.cheapest(n)), [Evaluator::Updates, Evaluator::Updates, Evaluator::Product]);
    let costs = Costs { recompute: Some((4.1, 0.01)), ..costs };
    assert_eq!([4, 5].map(|n| costs.cheapest(n)), [Evaluator::Updates, Evaluator::Recompute]);
}

/// Judges arcs in all ways, compares with what the rebuilt graph says, and sees that the base is left as it was.
fn ways_agree<C: Cell>(
    base: &Table<C>,
    recompute: &mut Recompute,
    arcs: &[TerminalArc],
    expected: &[Vec<Option<u32>>],
    measure: &impl Measure,
) {
    let mut overlay = Overlay::new(base.clone());
    let (mark, mut worth) = (overlay.mark(), base.worth(measure));
    for &arc in arcs {
        worth += overlay.add(arc, measure);
    }
    assert_eq!(all_times(overlay.table()), expected);
    assert_eq!(overlay.table().worth(measure), worth);
    assert_eq!(product::worth(base, arcs, measure), worth);
    assert!(product::times(base, arcs) == *overlay.table());
    overlay.undo(mark);
    assert!(overlay.table() == base);
    assert_eq!(recompute.worth(base, arcs, measure), worth);
    let measured = Costs::measured(&mut overlay, arcs, measure, Some(recompute));
    assert!(measured.recompute.is_some() && Costs::measured(&mut overlay, arcs, measure, None).recompute.is_none());
    let costs = [(0.0, 1.0, 1.0), (1.0, 0.0, 1.0), (1.0, 1.0, 0.0)].map(|(update, product, recompute)| Costs {
        update,
        product: (0.0, product),
        recompute: Some((recompute, 0.0)),
    });
    for costs in costs.iter().chain([&measured]) {
        for recompute in [Some(&mut *recompute), None] {
            assert_eq!(choice::worth(&mut overlay, recompute, base.worth(measure), arcs, measure, costs), worth);
            assert!(overlay.table() == base);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    #[test]
    fn all_ways_equal_the_rebuilt_graph_and_leave_the_base(
        world in strange_worlds(5),
        chosen in any::<[bool; 5]>(),
        cutoff in prop_oneof![0u32..60, 0u32..65_535],
        direct in prop::collection::vec((any::<[Index; 2]>(), 0u32..30), 0..3),
    ) {
        let mut made = world.make();
        let members: Vec<usize> = (0..made.plan.projects().len()).filter(|&at| chosen[at]).collect();
        let mut expected = between_ends(&world, &made.terminals, &world.arcs_with(&members));
        let arcs = made.plan.arcs(&members);
        let n = world.zones.len();
        let nothing = made.recompute.times(&[]);
        let anew = made.recompute.times(&arcs);
        for (from, row) in expected[..n].iter().enumerate() {
            prop_assert_eq!(&anew.row(from).collect::<Vec<_>>()[..], &row[..n]);
        }
        prop_assert_eq!(made.recompute.times(&[]), nothing);
        // Journeys along a single street, say, which no search of the graph finds.
        for (ends, time) in direct.iter().filter(|_| n > 0) {
            let [from, to] = ends.map(|end| end.index(n));
            made.base.shorten(End::Zone(from), End::Zone(to), *time);
            expected[from][to] = Some(expected[from][to].map_or(*time, |known| known.min(*time)));
        }
        let measure = Reached::new(cutoff, &numbers(n, 3), &numbers(n, 5)).unwrap();
        ways_agree(&made.base, &mut made.recompute, &arcs, &expected, &measure);
        let far = Reached::new(u32::MAX - 1 - cutoff, &numbers(n, 3), &numbers(n, 5)).unwrap();
        ways_agree(&made.base, &mut made.recompute, &arcs, &expected, &far);
        ways_agree(&made.base.narrowed::<u16>(), &mut made.recompute, &arcs, &cut_off(&expected), &measure);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_500))]

    #[test]
    fn the_variant_without_projects_is_today(world in strange_worlds(3)) {
        let made = world.make();
        let zones = base::table(&world.today(), &world.zones, &[]);
        let walk = Walk::new(made.base.clone(), &made.plan, &Nothing);
        for from in 0..world.zones.len() {
            for to in 0..world.zones.len() {
                let ends = (End::Zone(from), End::Zone(to));
                prop_assert_eq!(walk.table().time(ends.0, ends.1), zones.time(ends.0, ends.1));
            }
        }
    }

    #[test]
    fn zones_in_another_order_have_the_same_times(world in strange_worlds(2)) {
        let table = world.make().base;
        let order = near_together(&table);
        let mut sorted = order.clone();
        sorted.sort();
        prop_assert!(sorted.into_iter().eq(0..world.zones.len()));
        let zones: Vec<Zone> = order.iter().map(|&zone| world.zones[zone].clone()).collect();
        let renumbered = World { zones, ..world };
        prop_assert!(renumbered.make().base == table.renumbered(&order));
    }

    #[test]
    fn every_step_of_a_walk_is_the_variant_of_its_members(
        world in strange_worlds(5),
        steps in prop::collection::vec((any::<Index>(), any::<bool>()), 1..12),
        cutoff in 0u32..60,
    ) {
        let made = world.make();
        let (n, n_projects) = (world.zones.len(), made.plan.projects().len());
        let (opportunities, weights) = (numbers(n, 3), numbers(n, 5));
        let measure = Reached::new(cutoff, &opportunities, &weights).unwrap();
        let mut walk = Walk::new(made.base.clone(), &made.plan, &measure);
        for (which, join) in steps {
            let others: Vec<usize> = (0..n_projects).filter(|at| !walk.members().contains(at)).collect();
            if join && !others.is_empty() {
                let worth = walk.join(others[which.index(others.len())]);
                prop_assert_eq!(worth, walk.worth());
            } else {
                walk.leave_to(which.index(walk.members().len() + 1));
            }
            let expected = between_ends(&world, &made.terminals, &world.arcs_with(walk.members()));
            prop_assert_eq!(walk.worth(), reached(&expected, cutoff, &opportunities, &weights));
            prop_assert_eq!(all_times(walk.table()), expected);
        }
    }

    #[test]
    fn a_search_over_the_base_with_labels_finds_the_times_of_the_variant_at_every_node(
        world in strange_worlds(4),
        chosen in any::<[bool; 4]>(),
        seeds in prop::collection::vec((any::<Index>(), 0u32..40), 1..3),
        forward in any::<bool>(),
    ) {
        let made = world.make();
        let direction = if forward { Direction::Forward } else { Direction::Backward };
        let graph = if forward { made.graph.clone() } else { made.graph.reversed() };
        let members: Vec<usize> = (0..made.plan.projects().len()).filter(|&at| chosen[at]).collect();
        let variant = product::times(&made.base, &made.plan.arcs(&members));
        let mut seeds: Vec<(u32, u32)> =
            seeds.iter().map(|(node, time)| (node.index(world.n_nodes() as usize) as u32, *time)).collect();
        let times = between_nodes(world.n_nodes(), &world.arcs_with(&members));
        let between = |node: usize, seed: usize| if forward { times[seed][node] } else { times[node][seed] };
        let expected: Vec<Option<u32>> = (0..world.n_nodes() as usize)
            .map(|node| seeds.iter().map(|&(seed, time)| u64::from(time) + between(node, seed as usize)).min())
            .map(|time| time.filter(|&time| time < u64::from(u32::MAX)).map(|time| time as u32))
            .collect();
        let mut scratch = Scratch::new();
        graph.search(&seeds, u32::MAX, &mut scratch);
        let own: Vec<Option<u32>> = made.terminals.iter().map(|&node| scratch.time(node)).collect();
        let labels = variant.labels(&made.terminals, &own, direction);
        prop_assert!(labels.iter().all(|label| made.terminals.contains(&label.0)));
        seeds.extend(labels);
        graph.search(&seeds, u32::MAX, &mut scratch);
        let found: Vec<Option<u32>> = (0..world.n_nodes()).map(|node| scratch.time(node)).collect();
        prop_assert_eq!(found, expected);
    }
}
