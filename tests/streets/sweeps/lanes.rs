//! Lanes: every one of them tells what Dijkstra's search tells, or that it is too narrow.

use onehour::search::Direction;
use onehour::search::flat::FlatGraph;
use onehour::search::hierarchy::{LANES, LaneScratch, LaneTime, Lean, Table, Targets};
use proptest::prelude::*;

use super::worlds::{World, any_limit, any_time, any_world};
use super::{dijkstra, lean};

/// Sources and targets: lists of nodes with times, some of them empty.
pub fn ends() -> impl Strategy<Value = Vec<Vec<(prop::sample::Index, u32)>>> {
    let seed = (any::<prop::sample::Index>(), prop_oneof![3 => Just(0), 2 => 0u32..30, 1 => any_time()]);
    prop::collection::vec(prop::collection::vec(seed, 0..4), 0..80)
}

pub fn placed(ends: &[Vec<(prop::sample::Index, u32)>], n_nodes: usize) -> Vec<Vec<(u32, u32)>> {
    ends.iter().map(|end| end.iter().map(|&(index, time)| (index.index(n_nodes) as u32, time)).collect()).collect()
}

/// What a lane ought to tell: sums that do not fit in 32 bits are no way.
fn expected(graph: &FlatGraph, source: &[(u32, u32)], targets: &[Vec<(u32, u32)>], limit: u32) -> Vec<Option<u32>> {
    let times = dijkstra(graph, source, u32::MAX);
    let to = |target: &Vec<(u32, u32)>| {
        let over = |&(node, time): &(u32, u32)| times[node as usize]?.checked_add(time);
        target.iter().filter_map(over).min().filter(|&time| time <= limit.min(u32::MAX - 1))
    };
    targets.iter().map(to).collect()
}

fn lanes_tell<T: LaneTime>(
    lean: &Lean,
    targets: &Targets,
    batch: &[Vec<(u32, u32)>],
    limit: u32,
    truth: &[Vec<Option<u32>>],
) -> Result<(), TestCaseError> {
    let mut scratch = LaneScratch::<T>::new();
    // A batch of other lanes before, of which nothing must remain.
    let reversed: Vec<_> = batch.iter().rev().collect();
    scratch.run(lean, targets, &reversed, u32::MAX);
    scratch.run(lean, targets, batch, limit);
    for target in 0..targets.len() {
        let found = scratch.times(targets, target);
        for (lane, &time) in found.iter().enumerate() {
            let truth = truth.get(lane).and_then(|row| row[target]).filter(|&time| time <= T::LONGEST);
            prop_assert_eq!(time.time(), truth, "lane {} of target {}", lane, target);
        }
    }
    Ok(())
}

/// 0 ──time──> 1, one way, with times before and after it.
#[test]
fn ways_about_as_long_as_lanes_can_add_up_are_told_exactly() {
    let limit = 1 << 30;
    for long in [limit - 40, limit, limit + 40, 2 * limit, 2 * limit + 40, 4 * (limit - 10)] {
        for (before, after) in [(0, 0), (1, 0), (0, 1), (17, 22), (long / 2, 0), (0, long / 2), (long / 3, long / 3)] {
            for time in long - before - after - 3..long - before - after + 3 {
                let lean = lean(&FlatGraph::from_list(2, &[(0, 1, time)]), &[0, 1]);
                let targets = [vec![(1, after)], vec![(0, after)]];
                let above = Targets::new(&lean, Direction::Forward, &targets);
                let batch = vec![vec![(0, before)], vec![(1, before)]];
                let whole = before + time + after;
                assert_eq!(LaneScratch::<i32>::takes(&lean, &above, &batch), whole < limit, "{whole}");
                let truth = [vec![Some(whole), Some(before + after)], vec![Some(before + after), None]];
                lanes_tell::<u32>(&lean, &above, &batch, u32::MAX, &truth).unwrap();
                if whole < limit {
                    lanes_tell::<i32>(&lean, &above, &batch, u32::MAX, &truth).unwrap();
                }
                let table = Table::new(&lean, &above, &batch, u32::MAX);
                for (source, truth) in truth.iter().enumerate() {
                    assert_eq!(&table.row(source).collect::<Vec<_>>(), truth);
                }
                let within = Table::new(&lean, &above, &batch, whole - 1);
                assert_eq!([within.time(0, 0), within.time(0, 1)], [None, Some(before + after)]);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn lanes_and_tables_tell_what_dijkstra_tells(world in any_world(), sources in ends(), targets in ends(), limit in any_limit(), back: bool) {
        let World { graph, order, .. } = world;
        let lean = lean(&graph, &order);
        let (sources, targets) = (placed(&sources, graph.n_nodes()), placed(&targets, graph.n_nodes()));
        let (direction, graph) = if back { (Direction::Backward, graph.reversed()) } else { (Direction::Forward, graph) };
        let above = Targets::new(&lean, direction, &targets);
        let truth: Vec<_> = sources.iter().map(|source| expected(&graph, source, &targets, limit)).collect();
        for (batch, truth) in sources.chunks(LANES).zip(truth.chunks(LANES)) {
            lanes_tell::<u16>(&lean, &above, batch, limit, truth)?;
            lanes_tell::<u32>(&lean, &above, batch, limit, truth)?;
            if LaneScratch::<i32>::takes(&lean, &above, batch) {
                lanes_tell::<i32>(&lean, &above, batch, limit, truth)?;
            }
        }
        for n_threads in [1, 3] {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(n_threads).build().expect("threads can be had");
            let table = pool.install(|| Table::new(&lean, &above, &sources, limit));
            for (source, truth) in truth.iter().enumerate() {
                prop_assert_eq!(&table.row(source).collect::<Vec<_>>(), truth);
                for (target, &time) in truth.iter().enumerate() {
                    prop_assert_eq!(table.time(source, target), time);
                }
            }
        }
    }

    #[test]
    fn a_table_backwards_is_the_table_forwards_with_rows_and_columns_exchanged(world in any_world(), ends in ends(), others in ends()) {
        let World { graph, order, .. } = world;
        let lean = lean(&graph, &order);
        let (ends, others) = (placed(&ends, graph.n_nodes()), placed(&others, graph.n_nodes()));
        let there = Table::new(&lean, &Targets::new(&lean, Direction::Forward, &others), &ends, u32::MAX);
        let back = Table::new(&lean, &Targets::new(&lean, Direction::Backward, &ends), &others, u32::MAX);
        for source in 0..ends.len() {
            for target in 0..others.len() {
                prop_assert_eq!(there.time(source, target), back.time(target, source));
            }
        }
    }
}
