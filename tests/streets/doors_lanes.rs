//! What is reduced in lanes is what rows say: times, catchments, and measures from destinations as they come.

use onehour::geo::LonLat;
use onehour::measure::accessibility::Decay;
use onehour::measure::batch::Measure;
use onehour::measure::catchment::{Catchment, Kind, Row};
use onehour::measure::catchment_lanes::{self, Asked};
use onehour::measure::gather::Gathered;
use onehour::network::streets::Place;
use onehour::search::doors::hierarchies::Preparation;
use onehour::search::doors::lanes::StreetLanes;
use onehour::search::doors::located::Located;
use onehour::search::doors::matrix::{MatrixQuestion, Rows};
use onehour::search::doors::world::World;
use onehour::search::doors::{Approach, ApproachKind, Terms, Window};
use onehour::search::hierarchy::{Batch, LaneTime, Reducer};
use onehour::search::{Direction, Outcome, Reason};
use onehour::units::Duration;
use proptest::prelude::*;

use super::doors_everywhere::numbers;

/// All times of every source.
struct AllTimes;

impl Reducer for AllTimes {
    type Answer = Vec<Option<Duration>>;

    fn reduce<T: LaneTime>(&self, batch: &Batch<'_, T>) -> Vec<Self::Answer> {
        let row = |lane: usize| batch.row(lane).map(|time| time.map(Duration::from_deciseconds)).collect();
        (0..batch.sources().len()).map(row).collect()
    }
}

fn one_way() -> impl Strategy<Value = Approach> {
    let kinds = prop_oneof![Just(ApproachKind::Walk), Just(ApproachKind::Car), Just(ApproachKind::Taxi)];
    let limits = prop_oneof![0u32..9_000, 60_000u32..80_000, Just(u32::MAX)];
    (kinds, limits, 0u32..300, 0u32..300).prop_map(|(kind, limit, before, after)| Approach {
        limit: Duration::from_deciseconds(limit),
        before: Duration::from_deciseconds(before),
        after: Duration::from_deciseconds(after),
        ..Approach::plain(kind)
    })
}

/// The times of all pairs by searches one by one.
fn times(world: &World, points: &[Located], terms: &Terms, direction: Direction) -> Vec<Vec<Outcome>> {
    let window = Window { direction, times: vec![0], first_draw: true };
    let question = MatrixQuestion { terms, window: &window, percentiles: &[50], parts: false };
    let rows = Rows::new(world, points.to_vec(), &question).of(points);
    rows.iter().map(|row| row.cells().map(|cell| cell.times[0]).collect()).collect()
}

fn any_catchment() -> impl Strategy<Value = Catchment> {
    let limit = || prop_oneof![0u32..9_000, 60_000u32..80_000].prop_map(Duration::from_deciseconds);
    let bands = proptest::collection::vec((limit(), 0.0..1.0), 0..4);
    prop_oneof![
        limit().prop_map(|limit| Catchment::Step { limit }),
        limit().prop_map(|limit| Catchment::Gaussian { limit }),
        bands.prop_map(|mut bands| {
            bands.sort_by_key(|band: &(Duration, f64)| band.0);
            Catchment::Bands(bands)
        }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn lanes_have_the_times_and_the_shares_of_rows(
        numbers in numbers(),
        way in one_way(),
        catchment in any_catchment(),
        amounts in proptest::collection::vec(prop_oneof![1 => Just(0.0), 4 => 0.0..9.0], 40),
    ) {
        let streets = numbers.streets();
        let mode = way.kind.street_mode();
        let world = World::new(&streets, &[mode], 2_000.0);
        let terms = Terms { direct: vec![way], max_rides: 0, ..numbers.terms.clone() };
        // On vertices, between them, and some twice.
        let on = numbers.places.iter().map(|&(lon, lat)| Place { lon, lat });
        let between = numbers.places.iter().map(|&(lon, lat)| Place { lon: lon / 2 + 77, lat: lat / 3 });
        let mut points: Vec<LonLat> = on.chain(between).map(|place| place.lon_lat()).collect();
        points.extend_from_within(..2);
        let points = world.locate_all(&points);
        let expected = [Direction::Forward, Direction::Backward].map(|way| times(&world, &points, &terms, way));
        let many: Vec<Located> = points.iter().cycle().take(4_000).cloned().collect();
        let how = Preparation { folder: None, begin: &|_, _, _| (), progress: &|_| (), remark: &|_| () };
        world.prepare(&many, &terms, Direction::Forward, &how);
        let Some(lanes) = StreetLanes::new(&world, &terms) else {
            prop_assert!(world.mode(mode).unwrap().hierarchy().is_none());
            return Ok(());
        };
        let usable = StreetLanes::usable(&points);
        for (direction, expected) in [Direction::Forward, Direction::Backward].into_iter().zip(&expected) {
            let unlimited = Duration::from_deciseconds(u32::MAX);
            let found = lanes.reduce(&points, &points, direction, unlimited, &AllTimes);
            for (root, row) in found.iter().enumerate() {
                let expected: Vec<_> = usable.iter().map(|&far| expected[root][far].time()).collect();
                prop_assert_eq!(row, &expected);
            }
        }
        let reached = |row: &Vec<Outcome>| -> Row {
            row.iter().enumerate().filter_map(|(at, time)| Some((at as u32, time.time()?))).collect()
        };
        let rows: Vec<Row> = expected[0].iter().map(reached).collect();
        let (demand, supply) = (&amounts[..points.len()], &amounts[amounts.len() - points.len()..]);
        for kind in [Kind::TwoStep, Kind::Modified, Kind::ThreeStep] {
            let asked = Asked { origins: (&points, demand), supplies: (&points, supply), catchment: &catchment };
            let found = catchment_lanes::shares(&lanes, kind, asked, &|_| ());
            prop_assert_eq!(found, kind.shares(&rows, demand, supply, &catchment).access);
        }
    }

    #[test]
    fn what_is_gathered_is_what_is_measured_of_a_row(
        destinations in proptest::collection::vec((0u32..40, 0.0..9.0, 0u8..8), 0..300),
        enough in -1.0..1500.0,
        k in 0usize..20,
    ) {
        let outcome = |&(time, _, kind): &(u32, f64, u8)| match kind {
            0 => Outcome::NotTested(Reason::NoStreetInReach),
            1 => Outcome::Unreachable(Reason::BeyondLongestTrip),
            _ => Outcome::Reached(Duration::from_deciseconds(time)),
        };
        let times: Vec<Outcome> = destinations.iter().map(outcome).collect();
        let amounts: Vec<f64> = destinations.iter().map(|&(_, amount, kind)| if kind == 7 { 0.0 } else { amount }).collect();
        let cutoff = Duration::from_deciseconds(20);
        let decay = Decay::Exponential { half_life: cutoff };
        let measures = [Measure::Cumulative(cutoff), Measure::Gravity(decay), Measure::Nearest(k), Measure::Within(enough)];
        for measure in measures.into_iter().chain([Measure::MeanTime]) {
            let mut gathered = Gathered::new(measure, 2);
            for (&time, &amount) in times.iter().zip(&amounts) {
                gathered.add(1, time, amount);
            }
            prop_assert_eq!(gathered.value(1), measure.of(&times, &amounts));
            prop_assert_eq!(gathered.value(0), measure.of::<Outcome>(&[], &[]));
        }
    }
}
