//! Measures on the world on a line, and laws that hold for any times.

use std::collections::BTreeSet;
use std::sync::Arc;

use geo::{Area, BooleanOps, Contains, Point};
use onehour::input::records::{Claim, Observation};
use onehour::input::targets::{Feature, Relations, Rule};
use onehour::input::vocabulary::{Interchange, LineMode, LinkClass, Mode, PlaceLevel, StopClass, Urban};
use onehour::measure::coverage::{Curve, MINUTES, k_of_n};
use onehour::measure::isobands::isobands;
use onehour::measure::relations::{self, Relation};
use onehour::measure::residents::Residents;
use onehour::measure::surface::{Surface, surface};
use onehour::measure::targets::RelationRow;
use onehour::measure::validate::{self, Gate, ObservationRow};
use onehour::measure::verdict::{Counts, Grade, Verdict};
use onehour::measure::weighted::Sample;
use onehour::measure::{Coverage, Spread, cell_times, compare, journeys, ladder};
use onehour::network::territory::Grid;
use onehour::search::freeze::Freezer;
use onehour::search::{Endpoint, Outcome};
use onehour::units::{Duration, Speed};
use proptest::prelude::*;

use crate::measure_world::*;

fn star(centre: &str, places: &[&str]) -> Relations {
    Relations::Star { centre: named(centre), places: all_named(places) }
}

fn people(of: Option<&str>, to: &str) -> Relations {
    Relations::People { of: of.map(named), to: named(to) }
}

fn spread(favourable: Outcome, base: Outcome, unfavourable: Outcome) -> Spread {
    Spread { favourable, base, unfavourable }
}

/// The rows of one target in a world.
fn rows(world: &World, definition: &str, mode: Mode, limit: f64, relations: Relations) -> Vec<RelationRow> {
    world.build(&[]).evaluate(&[target(definition, mode, limit, Rule::All, relations)]).remove(0).rows
}

// ---- Verdicts

/// hub ↔ middle is 60 km: 48, 60 and 75 min at the three levels.
#[test]
fn exactly_the_limit_passes_at_every_level() {
    let verdict = |limit| rows(&World::line(), "point", Mode::Car, limit, star("hub", &["middle"])).remove(0);
    let row = verdict(75.0);
    assert_eq!(row.times, spread(reached(48.0), reached(60.0), reached(75.0)));
    assert_eq!(row.verdict, Verdict::Pass);
    assert_eq!(row.margin_min(), Some(15.0));
    assert_eq!(verdict(74.9).verdict, Verdict::Marginal);
    assert_eq!(verdict(48.0).verdict, Verdict::Marginal);
    assert_eq!(verdict(48.0).required_speed_up(), Some(1.25));
    assert_eq!(verdict(47.9).verdict, Verdict::Fail);
}

#[test]
fn without_a_journey_the_base_names_the_reason() {
    let hour = mins(60.0);
    assert_eq!(spread(NO_SERVICE, NO_SERVICE, NO_SERVICE).verdict(hour), Verdict::NoService);
    assert_eq!(spread(reached(61.0), NO_SERVICE, UNREACHABLE).verdict(hour), Verdict::NoService);
    assert_eq!(spread(reached(60.0), NO_SERVICE, UNREACHABLE).verdict(hour), Verdict::Marginal);
    assert_eq!(spread(reached(50.0), reached(55.0), NO_SERVICE).verdict(hour), Verdict::Marginal);
    assert_eq!(spread(reached(61.0), reached(62.0), UNREACHABLE).verdict(hour), Verdict::Fail);
    assert_eq!(spread(UNREACHABLE, UNREACHABLE, UNREACHABLE).verdict(hour), Verdict::Unreachable);
    assert_eq!(spread(reached(1.0), NOT_TESTED, reached(1.0)).verdict(hour), Verdict::NotTested);
    assert_eq!(spread(NO_SERVICE, NO_SERVICE, NO_SERVICE).margin_min(hour), None);
}

#[test]
fn all_must_pass_and_the_worst_names_the_verdict() {
    use Verdict::*;
    assert_eq!(Counts::of([Pass, Pass]).worst(), Pass);
    assert_eq!(Counts::of([Pass, Marginal]).worst(), Marginal);
    assert_eq!(Counts::of([Pass, NotTested]).worst(), NotTested);
    assert_eq!(Counts::of([NotTested, Fail]).worst(), Fail);
    assert_eq!(Counts::of([Fail, NoService, Unreachable, Fail]).worst(), Unreachable);
    assert_eq!(Counts::of([]).worst(), NotTested);
    let counts = Counts::of([Fail, NoService, NotTested, Pass]);
    assert_eq!((counts.total(), counts.tested(), counts.failed()), (4, 3, 2));
}

#[test]
fn words_and_marks_are_those_of_the_reports() {
    let written: Vec<String> =
        Verdict::ALL.iter().map(|verdict| format!("{} {} {}", verdict.word(), verdict.symbol(), verdict.zh())).collect();
    let expected = [
        "pass ✓ 通过",
        "marginal △ 临界",
        "not_tested – 无数据",
        "fail ✗ 未通过",
        "no_service ✗ 无服务",
        "unreachable ✗ 不可达",
    ];
    assert_eq!(written, expected);
    let grades = [0.95, 0.9499, 0.80, 0.7999, 0.50, 0.4999].map(|share| Grade::of(share).zh());
    assert_eq!(grades, ["建成", "基本建成", "基本建成", "初步形成", "初步形成", "未形成"]);
}

#[test]
fn a_share_passes_with_four_fifths_at_every_level() {
    let verdict = |favourable, base, unfavourable| {
        Spread { favourable: Grade::of(favourable), base: Grade::of(base), unfavourable: Grade::of(unfavourable) }.verdict()
    };
    assert_eq!(verdict(0.9, 0.85, 0.80), Verdict::Pass);
    assert_eq!(verdict(0.9, 0.85, 0.79), Verdict::Marginal);
    assert_eq!(verdict(0.80, 0.7, 0.6), Verdict::Marginal);
    assert_eq!(verdict(0.79, 0.7, 0.6), Verdict::Fail);
}

// ---- Relations

/// East of k50 the road runs one way; back from k60 it is 25 km instead of 10.
#[test]
fn of_two_directions_the_worse_counts() {
    let mut world = World::line();
    world.link("k50-k60").oneway = true;
    let mut back = link("k60", "k50", 25.0);
    back.oneway = true;
    world.records.links.push(back);
    let row = rows(&world, "point", Mode::Car, 60.0, star("hub", &["middle"])).remove(0);
    assert_eq!((row.from.as_str(), row.to.as_str()), ("middle", "hub"));
    assert_eq!(row.times.base, reached(75.0));
    assert_eq!(row.other_way.unwrap().base, reached(60.0));
    assert_eq!(row.population, Some(400.0), "the relation weighs as much as the place that is not the centre");
}

#[test]
fn no_row_is_dropped_and_what_is_cut_off_fails_first() {
    let mut world = World::line();
    world.island("isle", true);
    let pairs = rows(&world, "point", Mode::Car, 60.0, Relations::Pairs { places: vec![] });
    assert_eq!(pairs.len(), 4 * 3);
    let result = world.build(&[]).evaluate(&[target(
        "point",
        Mode::Car,
        60.0,
        Rule::All,
        Relations::StarUnits { centre: named("hub") },
    )]);
    let result = &result[0];
    let rows: Vec<(&str, Verdict)> = result.rows.iter().map(|row| (row.to.as_str(), row.verdict)).collect();
    assert_eq!(rows, [("middle", Verdict::Marginal), ("east", Verdict::Fail), ("isle", Verdict::Unreachable)]);
    assert_eq!(result.fails_first, [2, 1], "no journey comes before a late one, although nobody lives there");
    assert_eq!(result.verdict, Verdict::Unreachable);
    // middle has 400 people and is within the hour at base, east has 500 and is not; isle has no known population.
    assert_eq!(result.people.base, Coverage { within: 400.0, tested: 900.0, unserved: 0.0, untested: 0.0 });
    assert_eq!(result.people.unfavourable.within, 0.0);
    assert_eq!(result.area_km2.base.within, 200.0);
    assert_eq!(result.grade.unwrap().base, Grade::NotFormed);
}

#[test]
fn what_fails_first_is_people_times_shortfall() {
    let mut world = World::line();
    // At 30 min, middle falls 30 min short for 5000 people, east 90 min for 500.
    world.places[2].population = Some(5000);
    let result =
        &world.build(&[]).evaluate(&[target("point", Mode::Car, 30.0, Rule::All, star("hub", &["east", "middle"]))])[0];
    assert_eq!(result.fails_first, [1, 0]);
}

#[test]
fn a_place_off_all_roads_is_not_tested() {
    let mut world = World::line();
    world.island("isle", false);
    let row = rows(&world, "point", Mode::Car, 60.0, star("hub", &["isle"])).remove(0);
    assert_eq!(row.verdict, Verdict::NotTested);
}

/// One train a day between hub and middle; east has no station.
#[test]
fn by_train_the_reasons_differ() {
    let mut world = World::line();
    world.stop("a", 0.0, StopClass::County, "hub");
    world.stop("b", 60.0, StopClass::County, "middle");
    world.service("train", LineMode::Rail, "a", "b", 30.0, &["07:00"]);
    let verdicts = |definition| -> Vec<Verdict> {
        let rows = rows(&world, definition, Mode::Transit, 45.0, star("hub", &["middle", "east"]));
        rows.iter().map(|row| row.verdict).collect()
    };
    assert_eq!(verdicts("aboard"), [Verdict::Pass, Verdict::Unreachable]);
    assert_eq!(verdicts("twice"), [Verdict::NoService, Verdict::Unreachable]);
    // 30 min and 8 + 4, 10 + 5, 20 + 8 min in the stations: 42, 45, 58.
    assert_eq!(verdicts("station"), [Verdict::Marginal, Verdict::Unreachable]);
}

#[test]
fn relation_sets_hold_what_they_say() {
    let mut world = World::line();
    world.places[4].city = None;
    let built = world.build(&[]);
    let definitions = definitions();
    let sets = [
        (Relations::OwnUnits, vec!["hub↔middle", "hub↔east"]),
        (Relations::StarUnits { centre: named("east") }, vec!["east↔west", "east↔middle"]),
        (Relations::Outside { centre: named("hub"), places: all_named(&["far"]) }, vec!["hub↔far"]),
        (Relations::Pairs { places: all_named(&["hub", "far"]) }, vec!["hub→far", "far→hub"]),
        (
            Relations::WithinGroups { groups: all_named(&["all"]) },
            vec!["west→middle", "west→east", "middle→west", "middle→east", "east→west", "east→middle"],
        ),
        (people(Some("hub"), "middle"), vec!["west…middle"]),
        (people(Some("all"), "hub"), vec!["west…hub", "middle…hub", "east…hub"]),
        (people(None, "hub"), vec!["west…hub", "middle…hub", "east…hub"]),
        (Relations::Nearest { of: PlaceLevel::Centre, feature: Feature::Airport }, vec!["hub?"]),
    ];
    for (relations, expected) in sets {
        let targets = [target("point", Mode::Car, 60.0, Rule::All, relations)];
        let resolved = relations::resolve(&targets, &definitions, &["S"], &built.territory);
        assert_eq!(texts(&resolved.diagnostics), Vec::<String>::new());
        let id = |place| built.territory.place(place).id.to_string();
        let words = resolved.value[0].relations.iter().map(|relation| match *relation {
            Relation::OneWay { from, to } => format!("{}→{}", id(from), id(to)),
            Relation::BothWays { centre, place } => format!("{}↔{}", id(centre), id(place)),
            Relation::Residents { unit, to } => format!("{}…{}", id(unit), id(to)),
            Relation::Nearest { place, .. } => format!("{}?", id(place)),
        });
        assert_eq!(words.collect::<Vec<_>>(), expected);
    }
}

#[test]
fn names_at_fault_are_told_with_a_remedy() {
    let built = World::line().build(&[]);
    let definitions = definitions();
    let fault = |change: &dyn Fn(&mut onehour::input::targets::Target)| {
        let mut target = target("point", Mode::Car, 60.0, Rule::All, star("hub", &["middle"]));
        change(&mut target);
        let targets = [target];
        let mut faults = relations::resolve(&targets, &definitions, &["S0", "S1"], &built.territory).diagnostics;
        assert_eq!(faults.len(), 1, "{:?}", texts(&faults));
        let fault = faults.remove(0);
        format!("{}: {}; {}", fault.code, fault.message, fault.help.unwrap())
    };
    assert_eq!(
        fault(&|target| target.relations = star("hub", &["midle"])),
        "measure::unknown_place: no place has id \"midle\"; did you mean middle?"
    );
    assert_eq!(
        fault(&|target| target.relations = star("hub市", &["middle"])),
        "measure::unknown_place: no place has id \"hub市\"; write its id: \"hub\""
    );
    assert_eq!(
        fault(&|target| target.relations = people(Some("al"), "hub")),
        "measure::unknown_group: no group or place has id \"al\"; did you mean all?"
    );
    assert_eq!(
        fault(&|target| target.definition = named("ponit")),
        "measure::unknown_definition: no definition has id \"ponit\"; did you mean point?"
    );
    assert_eq!(
        fault(&|target| target.scenarios = all_named(&["S1", "S2"])),
        "measure::unknown_scenario: no scenario has id \"S2\"; did you mean S0, S1?"
    );
    assert_eq!(
        fault(&|target| target.relations = star("hub", &["hub"])),
        "measure::same_place: \"hub\" stands on both ends of a relation; write every place once"
    );
    assert_eq!(
        fault(&|target| target.relations = Relations::Pairs { places: all_named(&["hub"]) }),
        "measure::no_relations: target T relates no places (pairs); name at least two places, a group with two units, or a level that places.csv has"
    );
}

#[test]
fn a_target_is_asked_in_its_scenarios_only() {
    let built = World::line().build(&[]);
    let definitions = definitions();
    let mut targets = [0, 1].map(|_| target("point", Mode::Car, 60.0, Rule::All, star("hub", &["middle"])));
    targets[1].scenarios = all_named(&["S1"]);
    let resolved = relations::resolve(&targets, &definitions, &["S0", "S1"], &built.territory).value;
    assert_eq!(relations::asked_in(&resolved, "S0").len(), 1);
    assert_eq!(relations::asked_in(&resolved, "S1").len(), 2);
}

// ---- From cells

/// West has cells at 0, 10, 20 and 30 km with 100, 100, 150 and 450 people: 350 of 800 have arrived after 20 min, half after 30.
#[test]
fn from_cells_the_median_resident_counts() {
    let mut world = World::line();
    world.cells[2].population = 150.0;
    world.cells[3].population = 450.0;
    let row = rows(&world, "door", Mode::Car, 20.0, Relations::Pairs { places: all_named(&["west", "hub"]) }).remove(0);
    assert_eq!(row.times, spread(reached(24.0), reached(30.0), reached(37.5)));
    assert_eq!(row.share_people(), Some(350.0 / 800.0));
    assert_eq!(row.people.unwrap().favourable.within, 350.0);
    assert_eq!(row.people.unwrap().unfavourable.within, 200.0);
}

/// To k60 from the cells at 0, 10, 20, 30 it is 60, 50, 40, 30 min; the city's own people live in the first two.
#[test]
fn a_city_is_where_it_is_built_up_and_a_unit_is_everywhere() {
    let mut world = World::line();
    for cell in &mut world.cells[..2] {
        cell.urban = Some(Urban::Prefecture);
    }
    let base = |from: &str| {
        let relations = Relations::Pairs { places: all_named(&[from, "middle"]) };
        rows(&world, "door", Mode::Car, 60.0, relations).remove(0).times.base
    };
    assert_eq!(base("hub"), reached(50.0));
    assert_eq!(base("west"), reached(40.0));
}

/// A quarter of the jobs of middle at k40, the rest at k60: from k0 it is 40 min to the quarter and 60 to the rest, so half of them
/// are reached in 60. With shares the other way round, in 40.
#[test]
fn the_time_to_a_place_is_that_to_half_of_its_employment() {
    let times = |near: f64, far: f64, oneway: bool| {
        let mut world = World::line();
        world.centre("middle", 40.0, near);
        world.centre("middle", 60.0, far);
        world.link("k40-k50").oneway = oneway;
        let built = world.build(&[]);
        let middle = built.place("middle");
        built.ask(&definitions()[4], |frozen| cell_times::to_place(frozen, middle, Mode::Car))
    };
    let mostly_far = times(0.25, 0.75, false);
    assert_eq!((mostly_far[0], mostly_far[5]), (reached(60.0), reached(10.0)));
    assert_eq!(times(0.75, 0.25, false)[0], reached(40.0));
    assert_eq!(times(0.5, 0.5, false)[0], reached(40.0), "half is enough");
    // k40 cannot be reached from k50: that matters where most of the employment is there, and only there.
    assert_eq!(times(0.25, 0.75, true)[5], reached(10.0));
    assert!(matches!(times(0.75, 0.25, true)[5], Outcome::Unreachable(_)));
}

/// 13 cells of 100 people, 0 to 120 min from the hub: within the hour 7 at base, 8 at 75 km/h, 5 at 48 km/h.
#[test]
fn residents_are_counted_by_cell_unit_and_total() {
    let built = World::line().build(&[]);
    let result = built.evaluate(&[target("door", Mode::Car, 60.0, Rule::Share, people(Some("all"), "hub"))]).remove(0);
    let within = result.people.map(|people| people.within);
    assert_eq!(within, Spread { favourable: 800.0, base: 700.0, unfavourable: 500.0 });
    assert_eq!(result.people.base.tested, 1300.0);
    assert_eq!(result.area_km2.base.within, 350.0);
    let grades = result.grade.unwrap();
    assert_eq!((grades.favourable, grades.base, grades.unfavourable), (Grade::Begun, Grade::Begun, Grade::NotFormed));
    assert_eq!(result.verdict, Verdict::Fail);
    let rows: Vec<(&str, Option<f64>, Verdict)> =
        result.rows.iter().map(|row| (row.from.as_str(), row.share_people(), row.verdict)).collect();
    // Medians of the units: 10, 50 and 100 min, at 48 km/h 12.5, 62.5 and 125.
    let expected =
        [("west", Some(1.0), Verdict::Pass), ("middle", Some(0.75), Verdict::Marginal), ("east", Some(0.0), Verdict::Fail)];
    assert_eq!(rows, expected);
    let times = result.residents.unwrap();
    assert_eq!(times.median.base, reached(60.0));
    // 10, 25, 50, 75 and 90 % of 13 cells are 1.3, 3.25, 6.5, 9.75 and 11.7: the cells 1, 3, 6, 9 and 11 from the hub on.
    let quantiles: Vec<Outcome> = times.quantiles.iter().map(|quantile| quantile.1).collect();
    assert_eq!(quantiles, [10.0, 30.0, 60.0, 90.0, 110.0].map(reached));
}

/// A cell without a road is in neither sum; one that no road joins to the rest is in the denominator.
#[test]
fn people_that_cannot_be_tested_are_told_apart() {
    let mut world = World::line();
    world.cells[12].at = km(120.0, 200.0);
    world.island("isle", true);
    world.cells[11].at = km(0.0, 300.0);
    let built = world.build(&[]);
    let result = built.evaluate(&[target("door", Mode::Car, 60.0, Rule::Share, people(None, "hub"))]).remove(0);
    assert_eq!(result.people.base, Coverage { within: 700.0, tested: 1200.0, unserved: 100.0, untested: 100.0 });
    let isle = result.rows.iter().find(|row| row.from == "isle").unwrap();
    assert_eq!((isle.verdict, isle.share_people()), (Verdict::NotTested, None), "nobody lives there");
}

#[test]
fn without_cells_nothing_about_residents_is_tested() {
    let mut world = World::line();
    world.cells.clear();
    let result = world.build(&[]).evaluate(&[
        target("door", Mode::Car, 60.0, Rule::Share, people(None, "hub")),
        target("door", Mode::Car, 60.0, Rule::All, star("hub", &["middle"])),
    ]);
    assert_eq!((result[0].verdict, result[0].grade), (Verdict::NotTested, None));
    // Between places the points stand for the people.
    assert_eq!(result[1].rows[0].times.base, reached(60.0));
}

// ---- The nearest road, station, airport

#[test]
fn the_nearest_feature_is_found_by_road() {
    let mut world = World::line();
    world.link("k30-k40").class = LinkClass::National;
    // The expressway begins at k10, and one gets on it at k20.
    for (from, to) in [("k10", "k20"), ("k20", "k90")] {
        let mut expressway = link(from, to, if to == "k20" { 10.0 } else { 70.0 });
        expressway.id = named(&format!("G5 {to}"));
        expressway.class = LinkClass::Expressway;
        expressway.refs = vec![Arc::from("G5")];
        expressway.limit = Speed::from_kmh(100.0);
        world.records.links.push(expressway);
    }
    world.records.nodes[2].interchange = Interchange::Local;
    world.stop("idle", 10.0, StopClass::County, "west");
    world.stop("rail", 50.0, StopClass::County, "middle");
    world.stop("fast", 110.0, StopClass::County, "east");
    world.service("hsr", LineMode::Hsr, "rail", "fast", 30.0, &["08:00"]);
    world.passing(0, "idle");
    world.service("slow", LineMode::Rail, "rail", "fast", 90.0, &["08:00"]);
    let nearest = |feature| {
        let relations = Relations::Nearest { of: PlaceLevel::Centre, feature };
        let row = rows(&world, "aboard", Mode::Car, 30.0, relations).remove(0);
        (row.to.clone(), row.times.base, row.verdict)
    };
    assert_eq!(nearest(Feature::NationalRoad), ("k30".to_string(), reached(30.0), Verdict::Marginal));
    assert_eq!(nearest(Feature::Expressway), ("k20".to_string(), reached(20.0), Verdict::Pass));
    assert_eq!(nearest(Feature::RailStation), ("rail".to_string(), reached(50.0), Verdict::Fail));
    assert_eq!(nearest(Feature::HsrStation), ("rail".to_string(), reached(50.0), Verdict::Fail));
    let (to, time, verdict) = nearest(Feature::Airport);
    assert_eq!((to.as_str(), time.time(), verdict), ("airport", None, Verdict::Unreachable));
    // Two minutes to the car and three to park it at a station, none to park on a road.
    let nearest = |feature| {
        let relations = Relations::Nearest { of: PlaceLevel::Centre, feature };
        rows(&world, "parked", Mode::Car, 30.0, relations).remove(0).times.base
    };
    assert_eq!((nearest(Feature::NationalRoad), nearest(Feature::RailStation)), (reached(32.0), reached(55.0)));
}

/// A national road rebuilt as a first-class road is a national road still; a place on it is there at once.
#[test]
fn a_national_road_is_known_by_its_number_too() {
    let mut world = World::line();
    world.link("k0-k10").class = LinkClass::Fast;
    let nearest = |world: &World| {
        let relations = Relations::Nearest { of: PlaceLevel::Centre, feature: Feature::NationalRoad };
        rows(world, "aboard", Mode::Car, 15.0, relations).remove(0).times.base
    };
    assert_eq!(nearest(&world).time(), None);
    world.link("k0-k10").refs = vec![Arc::from("G108")];
    assert_eq!(nearest(&world), reached(0.0));
    // From the middle of a link of 10 km: straight onto it, not 5 km to its end.
    world.places[0].at = km(5.0, 0.0);
    assert_eq!(nearest(&world), reached(0.0));
}

// ---- Coverage

fn outcomes() -> impl Strategy<Value = Outcome> {
    prop_oneof![
        8 => (0u32..140_000).prop_map(|time| Outcome::Reached(Duration::from_deciseconds(time))),
        1 => Just(NO_SERVICE),
        1 => Just(UNREACHABLE),
        1 => Just(NOT_TESTED),
    ]
}

fn amounts() -> impl Strategy<Value = Vec<(Outcome, f64)>> {
    prop::collection::vec((outcomes(), (0u32..1000).prop_map(f64::from)), 0..60)
}

proptest! {
    /// Whole numbers of people add up exactly, so sums may be compared with `==`.
    #[test]
    fn a_curve_rises_and_agrees_with_counting(amounts in amounts()) {
        let curve = Curve::of(amounts.iter().copied());
        for minute in 0..=MINUTES {
            let mut counted = Coverage::default();
            for &(outcome, amount) in &amounts {
                counted.add(outcome, amount, Duration::from_mins(minute as u32));
            }
            prop_assert_eq!(curve.within(minute), counted.within);
            prop_assert_eq!(curve.tested, counted.tested);
            prop_assert_eq!(curve.untested, counted.untested);
            prop_assert!(minute == 0 || curve.within(minute) >= curve.within(minute - 1));
            prop_assert!(counted.within + counted.unserved <= counted.tested);
        }
    }

    /// Sorting everything and walking along it finds the same quantile.
    #[test]
    fn a_quantile_is_the_first_time_with_enough_people(amounts in amounts(), percent in 0u32..=100) {
        let share = f64::from(percent) / 100.0;
        let rank = |outcome: &Outcome| match outcome {
            Outcome::Reached(time) => u64::from(time.deciseconds()),
            Outcome::NoService(_) => 1 << 40,
            _ => 1 << 41,
        };
        let mut tested: Vec<(Outcome, f64)> =
            amounts.iter().copied().filter(|(outcome, amount)| *outcome != NOT_TESTED && *amount > 0.0).collect();
        tested.sort_by_key(|(outcome, _)| rank(outcome));
        let total: f64 = tested.iter().map(|entry| entry.1).sum();
        let mut sum = 0.0;
        let expected = tested.iter().find(|(_, amount)| { sum += amount; sum >= total * share });
        prop_assert_eq!(Sample::of(amounts).quantile(share), expected.map(|entry| entry.0));
    }

    #[test]
    fn more_centres_are_never_within_reach_of_more_people(
        rows in prop::collection::vec(prop::collection::vec(outcomes(), 13), 1..5), limit in 0u32..200
    ) {
        let territory = World::line().build(&[]).territory;
        let coverage = k_of_n(&rows, &territory, 0..13, Duration::from_mins(limit));
        prop_assert_eq!(coverage.len(), rows.len());
        for pair in coverage.windows(2) {
            prop_assert!(pair[1].within <= pair[0].within);
        }
        for k in coverage {
            prop_assert_eq!(k.tested + k.untested, 1300.0);
        }
    }
}

/// Within the hour of k0 are 0 … 60, of k120 60 … 120: everyone of one of the two, one cell of both.
#[test]
fn k_of_n_counts_centres_within_reach() {
    let built = World::line().build(&[]);
    let (hub, east) = (built.place("hub"), built.place("east"));
    let times =
        built.ask(&definitions()[4], |frozen| [hub, east].map(|place| cell_times::to_place(frozen, place, Mode::Car)));
    let within: Vec<f64> =
        k_of_n(&times, &built.territory, 0..13, mins(60.0)).iter().map(|coverage| coverage.within).collect();
    assert_eq!(within, [1300.0, 100.0]);
}

/// What is not known for one centre matters only where the others do not settle it.
#[test]
fn an_untested_centre_leaves_open_only_what_depends_on_it() {
    let territory = World::line().build(&[]).territory;
    let counted = |outcomes: [Outcome; 2]| {
        let times = outcomes.map(|outcome| vec![outcome; 13]);
        let of = |coverage: Coverage| [coverage.within, coverage.tested, coverage.unserved, coverage.untested];
        k_of_n(&times, &territory, 0..1, mins(60.0)).into_iter().map(of).collect::<Vec<_>>()
    };
    let [within, late, unserved, open] =
        [[100.0, 100.0, 0.0, 0.0], [0.0, 100.0, 0.0, 0.0], [0.0, 100.0, 100.0, 0.0], [0.0, 0.0, 0.0, 100.0]];
    assert_eq!(counted([reached(10.0), NOT_TESTED]), [within, open]);
    assert_eq!(counted([reached(70.0), NOT_TESTED]), [open, late]);
    assert_eq!(counted([reached(10.0), UNREACHABLE]), [within, unserved]);
    assert_eq!(counted([NOT_TESTED, NOT_TESTED]), [open, open]);
}

// ---- Comparison

/// A new road from k0 to k60, 60 km at 120 km/h: 30 min. It runs beside the old road and can be joined anywhere:
/// k10 … k50 save 5, 10, 15, 20 and 25 min, each of k60 … k120 30 min, and k70, k80, k90 come within the hour.
fn with_bypass() -> World {
    let mut world = World::line();
    let mut bypass = link("k0", "k60", 60.0);
    bypass.class = LinkClass::County;
    world.project("bypass", Some(bypass), None);
    world.project("elsewhere", Some(link("k110", "k120", 300.0)), None);
    world
}

fn journeys_of(world: &World, projects: &[&str]) -> cell_times::CellJourneys {
    let built = world.build(projects);
    let hub = built.place("hub");
    built.ask(&definitions()[4], |frozen| cell_times::journeys_to_place(frozen, hub, Mode::Car))
}

#[test]
fn gains_are_put_down_to_the_projects_of_the_new_journey() {
    let world = with_bypass();
    let territory = world.build(&[]).territory;
    let (before, after) = (journeys_of(&world, &[]), journeys_of(&world, &["bypass", "elsewhere"]));
    let found = compare::cells(&before, &after, &territory, mins(60.0));
    assert_eq!(found.total.person_minutes_saved, 100.0 * (75.0 + 7.0 * 30.0));
    assert_eq!(found.total.mean_saving_min(), Some(28_500.0 / 1300.0));
    assert_eq!((found.total.newly_covered, found.total.lost), (300.0, 0.0));
    let units: Vec<f64> = found.units.iter().map(|(_, change)| change.newly_covered).collect();
    assert_eq!(units, [0.0, 100.0, 200.0]);
    assert_eq!(found.by_projects.len(), 1);
    assert_eq!(found.by_projects[0].projects, BTreeSet::from([Arc::from("bypass")]));
    assert_eq!(found.by_projects[0].change.people, 1200.0);
    assert_eq!(found.changed, (1..=12).map(|cell| (cell, 0)).collect::<Vec<_>>());
}

#[test]
fn losses_are_put_down_to_the_projects_of_the_old_journey() {
    let world = with_bypass();
    let territory = world.build(&[]).territory;
    let found = compare::cells(&journeys_of(&world, &["bypass"]), &journeys_of(&world, &[]), &territory, mins(60.0));
    assert_eq!((found.total.newly_covered, found.total.lost), (0.0, 300.0));
    assert_eq!(found.by_projects[0].projects, BTreeSet::from([Arc::from("bypass")]));
    assert_eq!(found.by_projects[0].change.mean_saving_min(), Some(-28_500.0 / 1200.0));
}

#[test]
fn a_closed_road_takes_journeys_away() {
    let mut world = World::line();
    world.project("closure", None, Some("k60-k70"));
    let territory = world.build(&[]).territory;
    let found = compare::cells(&journeys_of(&world, &[]), &journeys_of(&world, &["closure"]), &territory, mins(60.0));
    assert_eq!((found.total.no_longer_reached, found.total.reached_in_both, found.total.lost), (600.0, 700.0, 0.0));
    assert_eq!(found.by_projects[0].projects, BTreeSet::new(), "no project lies on a journey that used to be there");
}

#[test]
fn between_places_too() {
    let world = with_bypass();
    let journeys = |projects: &[&str]| {
        let built = world.build(projects);
        let places = ["hub", "middle", "east"].map(|id| built.place(id));
        built.ask(&definitions()[3], |frozen| compare::place_journeys(frozen, &places, &places, Mode::Car))
    };
    let changes = compare::places(&journeys(&[]), &journeys(&["bypass"]));
    let saved: Vec<Option<f64>> = changes.iter().map(|change| change.saved_min()).collect();
    // hub → middle, hub → east, middle → hub, middle → east, east → hub, east → middle
    assert_eq!(saved, [30.0, 30.0, 30.0, 0.0, 30.0, 0.0].map(Some));
    for change in changes {
        let touched = change.before != change.after;
        assert_eq!(change.projects.contains("bypass"), touched, "{change:?}");
    }
}

proptest! {
    /// Newly covered less lost is the difference of what is covered; turned around, gains are losses.
    #[test]
    fn gains_and_losses_balance(
        before in prop::collection::vec(outcomes(), 13), after in prop::collection::vec(outcomes(), 13), limit in 0u32..240
    ) {
        let territory = World::line().build(&[]).territory;
        let journeys = |times: &Vec<Outcome>| cell_times::CellJourneys {
            times: times.clone(),
            projects: vec![Default::default(); 13],
            sets: Default::default(),
        };
        let (before, after, limit) = (journeys(&before), journeys(&after), Duration::from_mins(limit));
        let there = compare::cells(&before, &after, &territory, limit);
        let back = compare::cells(&after, &before, &territory, limit).total;
        let total = there.total;
        prop_assert_eq!(total.newly_covered - total.lost, total.covered_after - total.covered_before);
        prop_assert_eq!((total.newly_covered, total.newly_reached), (back.lost, back.no_longer_reached));
        prop_assert!((total.person_minutes_saved + back.person_minutes_saved).abs() < 1e-6);
        let people: f64 = there.units.iter().map(|(_, change)| change.people).sum();
        prop_assert_eq!((people, total.people), (1300.0, 1300.0));
        let changed: f64 = there.by_projects.iter().map(|entry| entry.change.person_minutes_saved).sum();
        prop_assert!((total.person_minutes_saved - changed).abs() < 1e-6, "what did not change saves nothing");
        prop_assert!(compare::cells(&before, &before, &territory, limit).changed.is_empty());
    }
}

// ---- The ladder, and one journey

#[test]
fn a_rung_agrees_with_the_targets() {
    let mut world = World::line();
    world.stop("a", 0.0, StopClass::County, "hub");
    world.stop("b", 60.0, StopClass::County, "middle");
    world.service("train", LineMode::Rail, "a", "b", 30.0, &["07:00", "09:00"]);
    let built = world.build(&[]);
    let residents = Residents::of(&built.territory);
    let (hub, middle, east) = (built.place("hub"), built.place("middle"), built.place("east"));
    let units = [built.place("west"), middle, east];
    let star = [middle, east].map(|place| Relation::BothWays { centre: hub, place });
    for definition in &definitions() {
        for mode in [Mode::Car, Mode::Transit, Mode::Best] {
            let rung =
                built.ask(definition, |frozen| ladder::rung(frozen, &residents, &units, hub, &star, mode, mins(60.0)));
            let relations = Relations::Star { centre: named("hub"), places: all_named(&["middle", "east"]) };
            let targets = [
                target(&definition.id, mode, 60.0, Rule::All, relations),
                target(&definition.id, mode, 60.0, Rule::Share, people(None, "hub")),
            ];
            let results = built.evaluate(&targets);
            assert_eq!(rung.people, results[1].people.base);
            let passed = results[0].rows.iter().filter(|row| row.times.base.time() <= Some(mins(60.0)));
            let passed = passed.filter(|row| row.times.base.time().is_some()).count();
            assert_eq!((rung.n_passed, rung.star.len()), (passed, 2), "{} {mode:?}", definition.id);
        }
    }
}

/// Back from middle it is 75 min instead of 60, and the worse direction of the star counts.
#[test]
fn a_rung_takes_the_worse_direction() {
    let mut world = World::line();
    world.link("k50-k60").oneway = true;
    let mut back = link("k60", "k50", 25.0);
    back.oneway = true;
    world.records.links.push(back);
    let built = world.build(&[]);
    let residents = Residents::of(&built.territory);
    let (hub, middle) = (built.place("hub"), built.place("middle"));
    let star = [(hub, middle), (middle, hub)].map(|(centre, place)| Relation::BothWays { centre, place });
    let rung = built
        .ask(&definitions()[3], |frozen| ladder::rung(frozen, &residents, &[middle], hub, &star, Mode::Car, mins(60.0)));
    assert_eq!((rung.star, rung.n_passed), (vec![reached(75.0); 2], 0));
}

#[test]
fn the_parts_of_a_waterfall_sum_to_the_whole() {
    let mut world = World::line();
    world.stop("a", 0.0, StopClass::County, "hub");
    world.stop("b", 60.0, StopClass::County, "middle");
    world.service("train", LineMode::Rail, "a", "b", 30.0, &["07:00"]);
    let built = world.build(&[]);
    let (hub, middle) = (Endpoint::Place(built.place("hub")), Endpoint::Place(built.place("middle")));
    let found = built.ask(&definitions()[1], |frozen| journeys::waterfall(frozen, hub, middle, Mode::Transit)).unwrap();
    let parts: Vec<(&str, f64)> = found.parts.iter().map(|(kind, time)| (kind.word(), time.minutes())).collect();
    assert_eq!(parts, [("process", 10.0), ("ride", 30.0), ("exit", 5.0)]);
    assert_eq!(found.total, mins(45.0));
    let east = Endpoint::Place(built.place("east"));
    assert_eq!(built.ask(&definitions()[1], |frozen| journeys::waterfall(frozen, hub, east, Mode::Transit)), None);
}

// ---- Surfaces and bands

/// A grid of one row a string, northernmost first: a letter a square, `.` without a cell, `#` not reached, digits tens of minutes.
fn drawn(rows: &[&str]) -> (Grid, Vec<Outcome>) {
    let (n_rows, n_cols) = (rows.len(), rows[0].len());
    let mut times = Vec::new();
    let mut cells = Vec::new();
    for row in rows.iter().rev() {
        for letter in row.chars() {
            let outcome = match letter {
                '.' => None,
                '#' => Some(UNREACHABLE),
                digit => Some(reached(f64::from(digit.to_digit(10).unwrap()) * 10.0)),
            };
            cells.push(outcome.map(|outcome| {
                times.push(outcome);
                times.len() as u32 - 1
            }));
        }
    }
    let grid = Grid { lon0: 112.0, lat0: 37.0, step_lon: 0.0114, step_lat: 0.009, n_cols, n_rows, cells };
    (grid, times)
}

fn centre_of(grid: &Grid, at: usize) -> Point {
    let (col, row) = (at % grid.n_cols, at / grid.n_cols);
    Point::new(grid.lon0 + col as f64 * grid.step_lon, grid.lat0 + row as f64 * grid.step_lat)
}

/// Whether the zones agree with the squares at their centres, are nested, and stay inside the study.
fn check_bands(grid: &Grid, times: &[Outcome], bounds: &[u32]) {
    let surface = Surface::of(grid, times);
    let bounds: Vec<Duration> = bounds.iter().map(|&minutes| Duration::from_mins(minutes)).collect();
    let found = isobands(&surface, &bounds);
    let square = grid.step_lon * grid.step_lat;
    let slight = square * 1e-4;
    let filled = surface.squares.iter().flatten().count();
    assert!((found.mask.unsigned_area() - filled as f64 * square).abs() < slight, "the mask is the squares");
    assert_eq!(found.bands.len(), bounds.len());
    for (at, outcome) in surface.squares.iter().enumerate() {
        let centre = centre_of(grid, at);
        for band in &found.bands {
            let inside = band.zone.contains(&centre);
            match outcome {
                Some(Outcome::Reached(time)) if time.deciseconds().abs_diff(band.to.deciseconds()) < 60 => {}
                Some(Outcome::Reached(time)) => assert_eq!(inside, *time <= band.to, "{time} {} at {at}", band.to),
                _ => assert!(!inside, "{outcome:?} lies within {}", band.to),
            }
        }
    }
    let mut areas = 0.0;
    for (at, band) in found.bands.iter().enumerate() {
        assert!(band.zone.difference(&found.mask).unsigned_area() < slight, "nothing spills out of the study");
        if at > 0 {
            let before = &found.bands[at - 1];
            assert_eq!(band.from, Some(before.to));
            assert!(before.zone.difference(&band.zone).unsigned_area() < slight, "zones are nested");
            assert!(
                band.band.intersection(&before.zone).unsigned_area() < slight,
                "a band begins where the zone before ends"
            );
        }
        areas += band.band.unsigned_area();
    }
    let whole = found.bands.last().unwrap().zone.unsigned_area();
    assert!((areas - whole).abs() < slight * 10.0, "the bands together are the last zone");
}

#[test]
fn holes_and_islands_are_kept() {
    // Within the hour: the frame of 2, and the island of 1 in the middle with a lake of 9 inside; between them a ring of 9.
    let rows = [
        "22222222222",
        "22222222222",
        "22999999922",
        "22999999922",
        "22991119922",
        "22991919922",
        "22991119922",
        "22999999922",
        "22999999922",
        "22222222222",
        "22222222222",
    ];
    let (grid, times) = drawn(&rows);
    let found = isobands(&Surface::of(&grid, &times), &[mins(60.0)]);
    let mut shape: Vec<usize> = found.bands[0].zone.iter().map(|polygon| polygon.interiors().len()).collect();
    shape.sort_unstable();
    assert_eq!(shape, [1, 1], "a frame and an island, each with one hole");
    check_bands(&grid, &times, &[15, 60]);
}

#[test]
fn the_bound_belongs_to_the_zone() {
    let (grid, times) = drawn(&["9999", "9669", "9669", "9999"]);
    let found = isobands(&Surface::of(&grid, &times), &[mins(59.0), mins(60.0)]);
    assert_eq!(found.bands[0].zone.unsigned_area(), 0.0);
    // The four centres span one square, and the line runs through them.
    let square = grid.step_lon * grid.step_lat;
    assert!((found.bands[1].zone.unsigned_area() / square - 1.0).abs() < 1e-3);
}

/// One row of 10, 20, 30 … min: at 10 km a square, the zone ≤ 25 reaches half a square beyond the second centre: 2 squares of 4.
#[test]
fn a_zone_ends_where_the_interpolated_time_does_and_with_the_study() {
    let (grid, times) = drawn(&["1234"]);
    let found = isobands(&Surface::of(&grid, &times), &[mins(25.0), mins(90.0)]);
    let square = grid.step_lon * grid.step_lat;
    let areas: Vec<f64> = found.bands.iter().map(|band| (band.zone.unsigned_area() / square * 1e3).round() / 1e3).collect();
    assert_eq!(areas, [2.0, 4.0]);
}

#[test]
fn what_is_not_reached_lies_in_no_zone_and_is_counted() {
    let (grid, times) = drawn(&["11#", "1#.", "..."]);
    let surface = Surface::of(&grid, &times);
    assert_eq!((surface.n_unreached(), surface.minutes(0, 1), surface.minutes(1, 1)), (2, Some(10.0), None));
    assert_eq!(isobands(&surface, &[mins(60.0)]).n_unreached, 2);
    check_bands(&grid, &times, &[15, 60, 120]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]
    #[test]
    fn bands_of_any_surface_are_nested_and_agree_with_the_cells(
        n_cols in 1usize..9, letters in prop::collection::vec(prop_oneof![Just(None), outcomes().prop_map(Some)], 1..72)
    ) {
        let letters: Vec<Option<Outcome>> = letters[..letters.len() / n_cols * n_cols].to_vec();
        prop_assume!(letters.iter().any(Option::is_some));
        let mut times = Vec::new();
        let cells = letters.iter().map(|outcome| outcome.map(|outcome| { times.push(outcome); times.len() as u32 - 1 })).collect();
        let n_rows = letters.len() / n_cols;
        let grid = Grid { lon0: 112.0, lat0: 37.0, step_lon: 0.0114, step_lat: 0.009, n_cols, n_rows, cells };
        check_bands(&grid, &times, &[15, 30, 45, 60, 90, 120]);
    }
}

/// The surface holds the times of the tree: 10 min a cell from the hub on.
#[test]
fn a_surface_holds_the_times_from_its_origin() {
    let built = World::line().build(&[]);
    let hub = Endpoint::Place(built.place("hub"));
    let minutes: Vec<Option<f64>> = built.ask(&definitions()[4], |frozen| {
        let surface = surface(frozen, hub, Mode::Car).unwrap();
        (0..13).map(|col| surface.minutes(col, 0)).collect()
    });
    assert_eq!(minutes, (0..13).map(|col| Some(f64::from(col) * 10.0)).collect::<Vec<_>>());
}

// ---- Validation

fn observation(from: &str, to: &str, mode: Mode, minutes: f64, tolerance: f64) -> Observation {
    Observation {
        id: named(&format!("{from}-{to}")),
        from: named(from),
        to: named(to),
        mode,
        definition: named("aboard"),
        scenario: named("S"),
        time: mins(minutes),
        tolerance: mins(tolerance),
        date: "2016".to_string(),
        source: "a timetable".to_string(),
    }
}

fn observed(observations: &[Observation]) -> Vec<ObservationRow> {
    let mut world = World::line();
    world.stop("a", 0.0, StopClass::County, "hub");
    world.stop("b", 60.0, StopClass::County, "middle");
    world.service("train", LineMode::Rail, "a", "b", 30.0, &["07:00"]);
    let built = world.build(&[]);
    let definitions = definitions();
    let resolved = validate::resolve_observations(observations, &definitions, &["S"], &built.network, &built.territory);
    assert_eq!(texts(&resolved.diagnostics), Vec::<String>::new());
    let index = built.index();
    validate::observations(&Freezer::new(&index, &built.parameters), "S", &resolved.value)
}

#[test]
fn an_observation_agrees_up_to_its_tolerance() {
    let rows = observed(&[
        observation("a", "b", Mode::Transit, 27.0, 3.0),
        observation("a", "middle", Mode::Transit, 26.9, 3.0),
        observation("hub", "b", Mode::Transit, 33.0, 3.0),
        observation("hub", "east", Mode::Transit, 30.0, 3.0),
        observation("hub", "middle", Mode::Car, 60.0, 0.0),
    ]);
    assert_eq!(rows.iter().map(ObservationRow::agrees).collect::<Vec<_>>(), [true, false, true, false, true]);
    assert_eq!(rows[0].deviation_min(), Some(3.0));
    assert_eq!(rows[3].deviation_min(), None);
}

#[test]
fn a_mode_is_validated_by_four_observations_of_five() {
    let rows = |agreeing: usize, of: usize, mode| {
        (0..of).map(move |at| observation("a", "b", mode, if at < agreeing { 30.0 } else { 90.0 }, 1.0)).collect::<Vec<_>>()
    };
    let gate = |observations: Vec<Observation>| {
        let found = observed(&observations);
        let gate = Gate::of(&found);
        [Mode::Car, Mode::Feeder, Mode::Transit, Mode::Best].map(|mode| gate.is_validated(mode))
    };
    assert_eq!(gate(rows(4, 5, Mode::Transit)), [false, true, true, false]);
    assert_eq!(gate(rows(3, 4, Mode::Transit)), [false, false, false, false]);
    let car = observation("hub", "middle", Mode::Car, 60.0, 1.0);
    assert_eq!(gate([rows(4, 5, Mode::Transit), vec![car.clone()]].concat()), [true, true, true, true]);
    assert_eq!(gate(vec![car]), [true, false, false, false]);
    assert_eq!(gate(Vec::new()), [false; 4]);
}

#[test]
fn a_claim_shows_the_speed_it_implies() {
    let claim = Claim {
        id: named("c"),
        statement: "一小时".to_string(),
        from: named("hub"),
        to: named("middle"),
        time: mins(20.0),
        km: Some(60.0),
        date: "2025".to_string(),
        source: "a page".to_string(),
    };
    let built = World::line().build(&[]);
    let claims = [claim];
    let resolved = validate::resolve_claims(&claims, &built.network, &built.territory).value;
    let rows = built.ask(&definitions()[0], |frozen| validate::claims(frozen, "S", &resolved, Mode::Best));
    assert_eq!((rows[0].implied_kmh, rows[0].computed), (Some(180.0), reached(60.0)));
}

#[test]
fn an_observation_of_an_unknown_place_is_told() {
    let built = World::line().build(&[]);
    let definitions = definitions();
    let observations = [observation("midle", "hub", Mode::Car, 60.0, 1.0)];
    let found = validate::resolve_observations(&observations, &definitions, &["S"], &built.network, &built.territory);
    assert!(found.value.is_empty());
    assert_eq!(found.diagnostics[0].code, "measure::unknown_place");
    assert_eq!(found.diagnostics[0].help.as_deref(), Some("did you mean middle?"));
}

// ---- Same input, same bytes

#[test]
fn the_number_of_threads_changes_nothing() {
    let mut world = with_bypass();
    world.centre("middle", 40.0, 0.3);
    world.centre("middle", 60.0, 0.7);
    for (at, cell) in world.cells.iter_mut().enumerate() {
        cell.population = 0.1 + at as f64 / 3.0;
    }
    world.stop("a", 0.0, StopClass::County, "hub");
    world.stop("b", 60.0, StopClass::County, "middle");
    world.service("train", LineMode::Rail, "a", "b", 30.0, &["07:00"]);
    let targets = [
        target("door", Mode::Best, 60.0, Rule::All, Relations::Pairs { places: vec![] }),
        target("door", Mode::Best, 45.0, Rule::Share, people(None, "middle")),
        target("station", Mode::Transit, 45.0, Rule::All, star("hub", &["middle", "east"])),
        target(
            "aboard",
            Mode::Car,
            45.0,
            Rule::All,
            Relations::Nearest { of: PlaceLevel::Unit, feature: Feature::RailStation },
        ),
    ];
    let run = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| format!("{:?}", world.build(&["bypass"]).evaluate(&targets)))
    };
    let once = run(1);
    assert!(once.contains("Reached"));
    for threads in [1, 2, 5] {
        assert!(run(threads) == once, "{threads} threads differ from one");
    }
}
