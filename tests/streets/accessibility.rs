//! Accessibility, catchments, equity and cells made by the tool: by arithmetic, by laws, and against slow formulas.

use geo::{Area as _, BooleanOps, Intersects, MultiPolygon, Rect};
use proptest::prelude::*;

use onehour::geo::LonLat;
use onehour::measure::accessibility::{
    Access, Decay, cumulative, gravity, interval_mean, k_of_n, people_covered, potential, time_to, time_to_nearest,
    weighted_mean_time,
};
use onehour::measure::catchment::{Catchment, Row, Shares, modified_two_step, three_step, two_step};
use onehour::measure::equity::{Distribution, concentration, palma_by, theil_parts};
use onehour::network::squares::{Area, CellKind, MadeCells, NotMade};
use onehour::search::{Outcome, Reason};
use onehour::units::Duration;

fn minutes(m: u32) -> Duration {
    Duration::from_mins(m)
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * a.abs().max(b.abs()).max(1.0)
}

/// Four destinations: in 10 minutes, in 40, out of reach, and one that nobody could ask about.
const OUTCOMES: [Outcome; 4] = [
    Outcome::Reached(Duration::from_mins(10)),
    Outcome::Reached(Duration::from_mins(40)),
    Outcome::Unreachable(Reason::NoRoad),
    Outcome::NotTested(Reason::NoRoadInReach),
];

#[test]
fn what_was_not_tested_is_neither_in_nor_out() {
    let jobs = [1.0, 2.0, 4.0, 8.0];
    assert_eq!(cumulative(&OUTCOMES, &jobs, minutes(40)), Access { value: 3.0, untested: 8.0 });
    let dual = time_to(&OUTCOMES, &jobs, 4.0);
    assert_eq!((dual.time, dual.untested), (None, 8.0));
    let mean = weighted_mean_time(&OUTCOMES, &jobs, None);
    assert_eq!((mean.minutes, mean.reached, mean.unreached, mean.untested), (Some(30.0), 3.0, 4.0, 8.0)); // (10 + 2·40) / 3
    let covered = people_covered(&OUTCOMES, &jobs, minutes(10));
    assert_eq!((covered.within, covered.tested, covered.unserved, covered.untested), (1.0, 7.0, 4.0, 8.0));
}

/// One cell within reach of one of two points, the other untested: at least one is settled, both is not.
#[test]
fn an_untested_point_leaves_open_only_the_counts_it_decides() {
    let times = [vec![OUTCOMES[0]], vec![OUTCOMES[3]]];
    let counts = k_of_n(&times, &[5.0], minutes(60));
    assert_eq!((counts[0].share(), counts[0].untested), (Some(1.0), 0.0));
    assert_eq!((counts[1].share(), counts[1].untested), (None, 5.0));
}

/// k = π / (20·√3) = 0.0906900 a minute and 60·k = 5.44140, so that e^(−60k) = 0.00433342: half of 1.00433342 at the cutoff.
#[test]
fn the_logistic_weight_is_one_at_the_origin_and_about_half_at_the_cutoff() {
    let decay = Decay::Logistic { cutoff: minutes(60), standard_deviation: minutes(20) };
    assert_eq!(decay.weight(minutes(0)), 1.0);
    assert!((decay.weight(minutes(60)) - 0.50217).abs() < 1e-5, "{}", decay.weight(minutes(60)));
    assert!(decay.weight(minutes(600)) > 0.0);
}

#[test]
fn decays_without_width_are_steps_and_not_divisions_by_zero() {
    let zero = Duration::ZERO;
    let at_cutoff = Decay::Logistic { cutoff: minutes(30), standard_deviation: zero };
    assert_eq!((at_cutoff.weight(minutes(30)), at_cutoff.weight(minutes(31))), (1.0, 0.0));
    for decay in [Decay::Exponential { half_life: zero }, Decay::Gaussian { standard_deviation: zero }] {
        assert_eq!((decay.weight(zero), decay.weight(Duration::from_deciseconds(1))), (1.0, 0.0));
    }
    assert_eq!(interval_mean(&[Some(minutes(60))], &[7.0], minutes(60), minutes(60)).value, 7.0);
    let gaussian = Decay::Gaussian { standard_deviation: minutes(30) };
    assert!((gaussian.weight(minutes(30)) - 0.606_530_66).abs() < 1e-8); // e^(−½)
}

#[test]
fn a_potential_leaves_the_origin_out_of_the_others_wherever_it_stands() {
    let times = [Some(minutes(10)), Some(minutes(0)), Some(minutes(20))];
    let found = potential(&times, &[10.0, 1000.0, 40.0], Decay::InversePower { exponent: 1.0 }, 1, minutes(50)).unwrap();
    assert_eq!((found.of_others.value, found.own), (3.0, 20.0)); // 10/10 + 40/20; 1000/50
    assert_eq!(potential(&times, &[1.0; 3], Decay::Step { cutoff: minutes(9) }, 3, minutes(1)), None);
}

fn decays() -> impl Strategy<Value = Decay> {
    let time = || (0u32..100).prop_map(minutes);
    prop_oneof![
        time().prop_map(|cutoff| Decay::Step { cutoff }),
        (time(), time()).prop_map(|(from, until)| Decay::Linear { from, until }),
        time().prop_map(|half_life| Decay::Exponential { half_life }),
        (time(), time()).prop_map(|(cutoff, standard_deviation)| Decay::Logistic { cutoff, standard_deviation }),
        time().prop_map(|standard_deviation| Decay::Gaussian { standard_deviation }),
        (0.0..3.0).prop_map(|exponent| Decay::InversePower { exponent }),
    ]
}

/// Times up to 100 minutes or none, each with opportunities.
fn destinations() -> impl Strategy<Value = Vec<(Option<Duration>, f64)>> {
    let time = proptest::option::of((0u32..60_000).prop_map(Duration::from_deciseconds));
    proptest::collection::vec((time, (0u32..50).prop_map(f64::from)), 0..12)
}

proptest! {
    #[test]
    fn a_weight_never_rises_with_time_and_stays_between_0_and_1(decay in decays(), a in 0u32..90_000, b in 0u32..90_000) {
        let weight = |t: u32| decay.weight(Duration::from_deciseconds(t));
        prop_assert!(weight(a.min(b)) >= weight(a.max(b)) && (0.0..=1.0).contains(&weight(a)));
    }

    #[test]
    fn an_interval_mean_is_the_mean_of_many_cutoffs(all in destinations(), a in 0u32..60, width in 1u32..60) {
        let (times, jobs): (Vec<_>, Vec<_>) = all.into_iter().unzip();
        let exact = interval_mean(&times, &jobs, minutes(a), minutes(a + width)).value;
        // The mean of the cutoffs in the middle of every decisecond of the interval errs by at most one of them for each destination.
        let n = width * 600;
        let sum: f64 = (0..n).map(|k| cumulative(&times, &jobs, Duration::from_deciseconds(a * 600 + k)).value).sum();
        let total: f64 = jobs.iter().sum();
        prop_assert!((exact - sum / f64::from(n)).abs() <= total / f64::from(n) + 1e-9);
    }

    #[test]
    fn the_time_to_an_amount_is_the_first_that_holds_it(all in destinations(), amount in 1u32..200) {
        let (times, jobs): (Vec<_>, Vec<_>) = all.into_iter().unzip();
        let amount = f64::from(amount);
        match time_to(&times, &jobs, amount).time {
            Some(time) => {
                prop_assert!(cumulative(&times, &jobs, time).value >= amount);
                let before = time.deciseconds().checked_sub(1).map(Duration::from_deciseconds);
                prop_assert!(before.is_none_or(|before| cumulative(&times, &jobs, before).value < amount));
            }
            None => prop_assert!(cumulative(&times, &jobs, minutes(1000)).value < amount),
        }
        // The k-th nearest is the time to k where everybody has one of whatever it is.
        let ones: Vec<f64> = jobs.iter().map(|&jobs| f64::from(jobs > 0.0)).collect();
        for k in 1..5u32 {
            prop_assert_eq!(time_to_nearest(&times, &jobs, k as usize).time, time_to(&times, &ones, f64::from(k)).time);
        }
    }

    #[test]
    fn more_opportunities_never_make_access_worse(all in destinations(), decay in decays(), more in 0.0f64..10.0) {
        let (times, jobs): (Vec<_>, Vec<_>) = all.into_iter().unzip();
        let richer: Vec<f64> = jobs.iter().map(|jobs| jobs + more).collect();
        prop_assert!(gravity(&times, &richer, decay).value >= gravity(&times, &jobs, decay).value);
    }
}

/// Ten beds; 100 people at 10 minutes with weight 1 and 100 at 20 minutes with weight 0.68: 10/168 for each weighted person.
#[test]
fn bands_weigh_both_the_demand_and_the_access() {
    let rows: [Row; 2] = [vec![(0, minutes(10))], vec![(0, minutes(20))]];
    let shares = two_step(&rows, &[100.0, 100.0], &[10.0], &Catchment::slow_bands());
    assert!(close(shares.access[0], 10.0 / 168.0) && close(shares.access[1], 6.8 / 168.0), "{shares:?}");
    let modified = modified_two_step(&rows, &[100.0, 100.0], &[10.0], &Catchment::slow_bands());
    assert!(close(modified.access[1], 10.0 * 0.68 * 0.68 / 168.0), "{modified:?}");
}

/// Halfway to the limit: (e^(−1/8) − e^(−1/2)) / (1 − e^(−1/2)) = (0.8824969 − 0.6065307) / 0.3934693.
#[test]
fn the_gaussian_kernel_falls_to_nothing_at_its_limit() {
    let kernel = Catchment::Gaussian { limit: minutes(30) };
    assert!((kernel.weight(minutes(15)) - 0.701_367).abs() < 1e-6, "{}", kernel.weight(minutes(15)));
    assert_eq!((kernel.weight(minutes(30)), kernel.weight(minutes(31))), (0.0, 0.0));
}

#[test]
fn supply_that_nobody_reaches_is_idle_and_said_to_be() {
    let rows: [Row; 2] = [vec![(0, minutes(10)), (1, minutes(90))], vec![(2, minutes(5))]];
    // The third supply is reached only by a cell in which nobody lives.
    let shares = two_step(&rows, &[20.0, 0.0], &[5.0, 7.0, 9.0], &Catchment::Step { limit: minutes(60) });
    assert_eq!(shares, Shares { access: vec![0.25, 0.0], in_use: 5.0, idle: 16.0 });
}

/// Demand and supply anywhere, some far away; every destination at most once in a row.
fn catchments() -> impl Strategy<Value = (Vec<Row>, Vec<f64>, Vec<f64>)> {
    let cell = (proptest::collection::vec(proptest::option::of(0u32..90), 5), 0u32..100);
    let supply = proptest::collection::vec((0u32..100).prop_map(f64::from), 5);
    (proptest::collection::vec(cell, 1..8), supply).prop_map(|(cells, supply)| {
        let row =
            |times: &Vec<Option<u32>>| (0..).zip(times).filter_map(|(at, time)| Some((at, minutes((*time)?)))).collect();
        let rows = cells.iter().map(|(times, _)| row(times)).collect();
        (rows, cells.iter().map(|cell| f64::from(cell.1)).collect(), supply)
    })
}

proptest! {
    #[test]
    fn catchments_hand_out_the_supply_in_use_and_no_more((rows, demand, supply) in catchments()) {
        let handed_out = |shares: &Shares| -> f64 { demand.iter().zip(&shares.access).map(|(people, access)| people * access).sum() };
        for catchment in [Catchment::Step { limit: minutes(60) }, Catchment::slow_bands(), Catchment::fast_bands(),
            Catchment::Gaussian { limit: minutes(45) }]
        {
            let two = two_step(&rows, &demand, &supply, &catchment);
            let three = three_step(&rows, &demand, &supply, &catchment);
            let modified = modified_two_step(&rows, &demand, &supply, &catchment);
            prop_assert!(close(handed_out(&two), two.in_use) && close(handed_out(&three), three.in_use));
            prop_assert!(handed_out(&modified) <= modified.in_use + 1e-9);
            prop_assert!(close(two.in_use + two.idle, supply.iter().sum()));
        }
        let step = Catchment::Step { limit: minutes(60) };
        let (two, modified) = (two_step(&rows, &demand, &supply, &step), modified_two_step(&rows, &demand, &supply, &step));
        prop_assert_eq!(two, modified); // weights of 1 are their squares
    }
}

/// Values of people, the first of them something for somebody.
fn populations() -> impl Strategy<Value = (Vec<f64>, Vec<f64>)> {
    let rest = proptest::collection::vec((0u32..20, 0u32..9), 1..12);
    rest.prop_map(|rest| {
        let all = std::iter::once((3, 2)).chain(rest);
        all.map(|(value, people)| (f64::from(value), f64::from(people))).unzip()
    })
}

/// `G = 1/(2μ) Σ_i Σ_j w_i w_j |x_i − x_j|`, as it is written.
fn slow_gini(values: &[f64], people: &[f64]) -> f64 {
    let total: f64 = people.iter().sum();
    let mean: f64 = values.iter().zip(people).map(|(value, people)| value * people / total).sum();
    let mut sum = 0.0;
    for (x, p) in values.iter().zip(people) {
        for (y, q) in values.iter().zip(people) {
            sum += p / total * q / total * (x - y).abs();
        }
    }
    sum / (2.0 * mean)
}

proptest! {
    #[test]
    fn indices_of_inequality_do_not_change_with_the_unit_or_with_everybody_twice((values, people) in populations()) {
        let base = Distribution::of(&values, &people).unwrap();
        let scaled = Distribution::of(&values.iter().map(|x| x * 7.0).collect::<Vec<_>>(), &people).unwrap();
        let twice = Distribution::of(&[values.clone(), values.clone()].concat(), &[people.clone(), people].concat()).unwrap();
        for other in [scaled, twice] {
            prop_assert!(close(base.gini().unwrap(), other.gini().unwrap()));
            prop_assert!(close(base.theil().unwrap(), other.theil().unwrap()));
            prop_assert!(close(base.variation().unwrap(), other.variation().unwrap()));
            prop_assert_eq!(base.palma_type().is_some(), other.palma_type().is_some());
            prop_assert!(base.palma_type().is_none_or(|palma| close(palma, other.palma_type().unwrap())));
        }
    }

    #[test]
    fn the_gini_index_is_that_of_all_pairs_and_the_concentration_by_itself((values, people) in populations()) {
        let gini = Distribution::of(&values, &people).unwrap().gini().unwrap();
        prop_assert!(close(gini, slow_gini(&values, &people)), "{gini} {}", slow_gini(&values, &people));
        prop_assert!(close(gini, concentration(&values, &people, &values).unwrap()));
        let reversed: Vec<f64> = values.iter().map(|x| -x).collect();
        prop_assert!(close(-gini, concentration(&values, &people, &reversed).unwrap()));
    }

    #[test]
    fn theil_between_and_within_add_up((values, people) in populations(), n_groups in 1usize..5) {
        let groups: Vec<usize> = (0..values.len()).map(|at| at * 7 % n_groups).collect();
        let parts = theil_parts(&values, &people, &groups).unwrap();
        let whole = Distribution::of(&values, &people).unwrap().theil().unwrap();
        prop_assert!(close(parts.between + parts.within, whole) && parts.within >= -1e-9 && parts.between >= -1e-9);
        let shares: f64 = parts.groups.iter().flatten().map(|group| group.0).sum();
        prop_assert!(close(shares, 1.0));
    }
}

/// Three groups of 2, 7 and 1 people with 1, 2 and 9. The worst-off four have 1, 1, 2, 2, the best-off one 9: 9 over 1.5.
#[test]
fn a_group_across_the_border_of_the_worst_off_is_split() {
    let found = Distribution::of(&[2.0, 9.0, 1.0], &[7.0, 1.0, 2.0]).unwrap();
    assert_eq!(found.palma_type(), Some(6.0));
    assert_eq!(palma_by(&[2.0, 9.0, 1.0], &[7.0, 1.0, 2.0], &[2.0, 3.0, 1.0]), Some(6.0));
}

#[test]
fn measures_without_people_or_with_nothing_to_share_have_no_value() {
    assert_eq!(Distribution::of(&[1.0, 2.0], &[0.0, 0.0]), None);
    assert_eq!(Distribution::of(&[1.0], &[f64::NAN]), None);
    assert_eq!(Distribution::of(&[-1.0], &[1.0]), None);
    let nothing = Distribution::of(&[0.0, 0.0], &[1.0, 2.0]).unwrap();
    assert_eq!((nothing.gini(), nothing.theil(), nothing.variation(), nothing.palma_type()), (None, None, None, None));
    assert_eq!((nothing.below(1.0), nothing.shortfall(1.0), nothing.shortfall(0.0)), (1.0, Some(1.0), None));
}

fn at(lon: f64, lat: f64) -> LonLat {
    LonLat::new(lon, lat).unwrap()
}

/// 0.1 by 0.05 degrees at 38° north.
const WEST_SOUTH: LonLat = LonLat { lon: 112.5, lat: 38.0 };
const EAST_NORTH: LonLat = LonLat { lon: 112.6, lat: 38.05 };

fn asked_for() -> MultiPolygon<f64> {
    MultiPolygon(vec![Rect::new((112.5, 38.0), (112.6, 38.05)).to_polygon()])
}

#[test]
fn squares_cover_what_was_asked_for_once() {
    let made = MadeCells::over(Area::Box(WEST_SOUTH, EAST_NORTH), CellKind::Squares { step_m: 500 }).unwrap();
    let outlines = MultiPolygon(made.cells.iter().map(|cell| cell.outline.clone()).collect());
    assert!(asked_for().difference(&outlines).unsigned_area() < 1e-12);
    let apart: f64 = outlines.iter().map(|cell| cell.unsigned_area()).sum();
    assert!((geo::unary_union(&outlines.0).unsigned_area() / apart - 1.0).abs() < 1e-9);
    for (position, cell) in made.cells.iter().enumerate() {
        assert_eq!(made.cell_at(cell.at), Some(position));
        assert!((cell.area_km2 - 0.25).abs() < 0.001, "{} km²", cell.area_km2); // 38° is the reference, and the area close to it
    }
}

#[test]
fn hexagons_cover_what_was_asked_for_and_know_their_points() {
    let made = MadeCells::over(Area::Polygons(&asked_for()), CellKind::Hexagons { resolution: 8 }).unwrap();
    let outlines: Vec<_> = made.cells.iter().map(|cell| cell.outline.clone()).collect();
    assert!(asked_for().difference(&geo::unary_union(&outlines)).unsigned_area() < 1e-9);
    for (position, cell) in made.cells.iter().enumerate() {
        assert_eq!(made.cell_at(cell.at), Some(position));
        assert!(cell.id.len() == 15 && cell.id.starts_with("88") && (0.3..1.2).contains(&cell.area_km2), "{cell:?}");
    }
    assert!(outlines.iter().all(|cell| cell.intersects(&asked_for())));
    // 8.77 by 5.56 km are 48.7 km²; with the 1.2 km that a cell is wide at most on every side, 11.2 by 8.0 are 89 km².
    let area: f64 = made.cells.iter().map(|cell| cell.area_km2).sum();
    assert!((48.7..89.0).contains(&area), "{area} km²");
}

#[test]
fn a_cell_has_the_same_id_whatever_area_it_was_made_for() {
    for kind in [CellKind::Squares { step_m: 250 }, CellKind::Hexagons { resolution: 9 }] {
        let all = MadeCells::over(Area::Box(WEST_SOUTH, EAST_NORTH), kind).unwrap();
        let points = [at(112.51, 38.01), at(112.55, 38.04), at(112.59, 38.02)];
        let few = MadeCells::over(Area::Points(&points), kind).unwrap();
        let hull = MadeCells::over(Area::HullOf(&points), kind).unwrap();
        assert_eq!(few.cells.len(), 3);
        for point in points {
            let id = |made: &MadeCells| made.cells[made.cell_at(point).unwrap()].clone();
            assert_eq!(id(&few), id(&all));
            assert_eq!(id(&hull), id(&all));
        }
    }
}

/// One person at every thousandth of a degree: none is lost and none counted twice.
#[test]
fn people_in_cells_are_all_people() {
    let people =
        (0..100).flat_map(|x| (0..50).map(move |y| (at(112.5 + f64::from(x) / 1e3, 38.0 + f64::from(y) / 1e3), 1.0)));
    for kind in [CellKind::Squares { step_m: 700 }, CellKind::Hexagons { resolution: 8 }] {
        let made = MadeCells::over(Area::Box(WEST_SOUTH, EAST_NORTH), kind).unwrap();
        let sums = made.sums(people.clone().chain([(at(0.0, 0.0), 9.0)]));
        assert_eq!((sums.in_cells.iter().sum::<f64>(), sums.outside, sums.n_outside), (5000.0, 9.0, 1));
    }
}

#[test]
fn areas_that_cannot_have_cells_say_why() {
    let squares = CellKind::Squares { step_m: 100 };
    let why = |area, kind| MadeCells::over(area, kind).err();
    assert_eq!(why(Area::Points(&[]), squares), Some(NotMade::EmptyArea));
    assert_eq!(why(Area::Box(EAST_NORTH, WEST_SOUTH), squares), Some(NotMade::EmptyArea));
    assert_eq!(
        why(Area::Box(WEST_SOUTH, EAST_NORTH), CellKind::Hexagons { resolution: 16 }),
        Some(NotMade::NoResolution(16))
    );
    let world = Area::Box(at(-180.0, -80.0), at(180.0, 80.0));
    assert!(matches!(why(world, squares), Some(NotMade::TooMany(n)) if n > 1e10));
}
