//! Fused measures: the same to the last bit as the measures of one origin after another.

use onehour::measure::accessibility::{Decay, cumulative, gravity, time_to, time_to_nearest, weighted_mean_time};
use onehour::measure::batch::{Measure, Measures, Value};
use onehour::search::Direction;
use onehour::search::hierarchy::{Table, Targets, reduce};
use onehour::units::Duration;
use proptest::prelude::*;

use super::lanes::{ends, placed};
use super::lean;
use super::worlds::{World, any_limit, any_world};

fn any_measure() -> impl Strategy<Value = Measure> {
    let time = prop_oneof![0u32..200, 60_000u32..70_000].prop_map(Duration::from_deciseconds);
    prop_oneof![
        time.clone().prop_map(Measure::Cumulative),
        time.clone().prop_map(|half_life| Measure::Gravity(Decay::Exponential { half_life })),
        (time.clone(), time).prop_map(|(from, until)| Measure::Gravity(Decay::Linear { from, until })),
        Just(Measure::Gravity(Decay::InversePower { exponent: 1.5 })),
        (0usize..12).prop_map(Measure::Nearest),
        (0.0..60.0).prop_map(Measure::Within),
        (0u32..60).prop_map(|amount| Measure::Within(f64::from(amount))),
        Just(Measure::MeanTime),
    ]
}

fn of_one(measure: Measure, times: &[Option<Duration>], opportunities: &[f64]) -> Value {
    match measure {
        Measure::Cumulative(cutoff) => Value::Sum(cumulative(times, opportunities, cutoff).value),
        Measure::Gravity(decay) => Value::Sum(gravity(times, opportunities, decay).value),
        Measure::Nearest(k) => Value::Time(time_to_nearest(times, opportunities, k).time),
        Measure::Within(amount) => Value::Time(time_to(times, opportunities, amount).time),
        Measure::MeanTime => Value::Mean(weighted_mean_time(times, opportunities, None)),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn measures_of_a_batch_are_those_of_each_origin_on_any_number_of_threads(
        world in any_world(),
        sources in ends(),
        targets in ends(),
        limit in any_limit(),
        measures in prop::collection::vec(any_measure(), 1..6),
        whole: bool,
        amounts in prop::collection::vec(prop_oneof![1 => Just(0.0), 4 => 0.0..9.0], 80),
    ) {
        let World { graph, order, .. } = world;
        let lean = lean(&graph, &order);
        let (sources, targets) = (placed(&sources, graph.n_nodes()), placed(&targets, graph.n_nodes()));
        let above = Targets::new(&lean, Direction::Forward, &targets);
        let round = |amount: &f64| if whole { amount.round() } else { *amount };
        let opportunities: Vec<f64> = amounts[..targets.len()].iter().map(round).collect();
        let table = Table::new(&lean, &above, &sources, limit);
        let reducer = Measures::new(&opportunities, &measures);
        for n_threads in [1, 3] {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(n_threads).build().expect("threads can be had");
            let found = pool.install(|| reduce(&lean, &above, &sources, limit, &reducer));
            prop_assert_eq!(found.len(), sources.len());
            for (source, found) in found.iter().enumerate() {
                let times: Vec<_> = table.row(source).map(|time| time.map(Duration::from_deciseconds)).collect();
                let expected: Vec<_> = measures.iter().map(|&measure| of_one(measure, &times, &opportunities)).collect();
                prop_assert_eq!(found, &expected);
            }
        }
    }
}
