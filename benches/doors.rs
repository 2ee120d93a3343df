//! Figures from door to door: rides carried on to doors in lanes, one departure to all vertices, and a matrix.

#[path = "support/lattice.rs"]
mod lattice;
mod support;

use std::hint::black_box;
use std::path::Path;

use criterion::Criterion;
use jiff::civil::date;
use onehour::input::parameters::Level;
use onehour::input::street_profile::{Profile, ProfileMode, Region};
use onehour::input::vocabulary::Period;
use onehour::input::{gtfs, osm};
use onehour::network::streets::build::build;
use onehour::network::streets::{StreetMode, StreetNetwork};
use onehour::network::timetable::{self, Timetable};
use onehour::search::Direction;
use onehour::search::doors::everywhere::Everywhere;
use onehour::search::doors::hierarchies::Preparation;
use onehour::search::doors::located::Located;
use onehour::search::doors::matrix::{MatrixQuestion, Rows};
use onehour::search::doors::ranks::Ranks;
use onehour::search::doors::row::Workspace;
use onehour::search::doors::world::{StopTimes, World};
use onehour::search::doors::{Approach, ApproachKind, Terms, Window};
use onehour::units::Duration;

use lattice::{N_DOORS, N_TIMES, doors, rides};
use support::ThreadCpuTime;

fn egress(criterion: &mut Criterion<ThreadCpuTime>) {
    let doors = doors();
    let mut group = criterion.benchmark_group("egress, 10 000 doors × 57 stops × 120 departures");
    let mut measure = |name: &str, percentiles: &[usize], times: &dyn Fn(&Ranks) -> usize| {
        let ranks: Vec<usize> = percentiles.iter().map(|percent| (N_TIMES * percent).div_ceil(100) - 1).collect();
        let ranks = Ranks::new(N_TIMES, &ranks);
        group.bench_function(name, |bencher| bencher.iter(|| black_box(times(&ranks))));
    };
    let (narrow, wide) = (rides::<u16>(60_000), rides::<u32>(60_000));
    let of_narrow = |ranks: &Ranks| narrow.times(&doors, 0..N_DOORS, ranks, |_, _| None).len();
    let of_wide = |ranks: &Ranks| wide.times(&doors, 0..N_DOORS, ranks, |_, _| None).len();
    measure("no percentile", &[], &of_narrow);
    measure("the median", &[50], &of_narrow);
    measure("five percentiles", &[5, 25, 50, 75, 95], &of_narrow);
    measure("five percentiles in 32 bits", &[5, 25, 50, 75, 95], &of_wide);
}

/// The region of Northern Kentucky on a Tuesday.
fn northern_kentucky() -> Option<(StreetNetwork, Timetable)> {
    let data = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data/northern-kentucky-conveyal"));
    if !data.exists() {
        println!("skipped: {} is not there", data.display());
        return None;
    }
    let profiles = [Profile::shipped(ProfileMode::Walk, Region::General)];
    let map = osm::read(&data.join("streets.osm.pbf")).expect("the map can be read").value;
    let network = build(&map, &profiles).value.network(&profiles, Level::Base, Period::Offpeak);
    let feed = gtfs::read(&data.join("TANK-GTFS.zip")).expect("the feed can be read").value;
    Some((network, timetable::build::build(&[feed], date(2019, 11, 12), None).value))
}

/// What the command line asks by default: 20 minutes on foot to and from stops, all the way on foot too, up to 120 minutes.
fn terms() -> Terms {
    let on_foot = Approach { limit: Duration::from_mins(20), ..Approach::plain(ApproachKind::Walk) };
    Terms {
        direct: vec![Approach::plain(ApproachKind::Walk)],
        access: vec![on_foot],
        egress: vec![on_foot],
        max_rides: 5,
        max_trip: Duration::from_mins(120),
    }
}

fn real_region(criterion: &mut Criterion<ThreadCpuTime>) {
    let Some((network, timetable)) = northern_kentucky() else { return };
    let n = timetable.stops.len();
    let none = vec![Duration::ZERO; n];
    let change = vec![Duration::from_mins(1); n];
    let stop_times = StopTimes { entry: none.clone(), exit: none, change, walk_limit: Duration::from_mins(10) };
    let drawn = [timetable.clone()];
    let world = World::new(&network, &[StreetMode::Walk], 1_000.0).with_rides(&timetable, &drawn, stop_times);
    let vertices = &network.streets.vertices;
    let points: Vec<_> = (0..1_000).map(|at| vertices[at * vertices.len() / 1_000].at.lon_lat()).collect();
    let points = world.locate_all(&points);
    let (terms, eight) = (terms(), 8 * 36_000);
    let mut group = criterion.benchmark_group("Northern Kentucky, one departure");
    let mut next = points.iter().cycle();
    let mut workspace = Workspace::default();
    let everywhere = Everywhere::new(&world, &terms, Direction::Forward);
    group.bench_function("to all vertices", |bencher| {
        bencher.iter(|| everywhere.times(next.next().expect("a cycle has no end"), eight, &mut workspace));
    });
    group.bench_function("ways out of all stops, once", |bencher| {
        bencher
            .iter(|| black_box(&Everywhere::new(&world, &terms, Direction::Forward)).times(&points[0], 0, &mut workspace));
    });
    // So many roots that a hierarchy pays; making it is measured on its own.
    let many: Vec<Located> = points.iter().cycle().take(10 * points.len()).cloned().collect();
    let how = Preparation { folder: None, begin: &|_, _, _| (), progress: &|_| (), remark: &|_| () };
    let anew = || World::new(&network, &[StreetMode::Walk], 1_000.0);
    group.bench_function("hierarchy of the streets, once", |bencher| {
        bencher.iter_with_setup(anew, |world| world.prepare(&many, &terms, Direction::Forward, &how));
    });
    world.prepare(&many, &terms, Direction::Forward, &how);
    let window = Window::every(Direction::Forward, eight, eight + 1, 600);
    let question = MatrixQuestion { terms: &terms, window: &window, percentiles: &[50], parts: false };
    let matrix = |points: &[Located]| Rows::new(&world, points.to_vec(), &question).of(points);
    group.bench_function("matrix 1 000 × 1 000", |bencher| bencher.iter(|| black_box(matrix(&points))));
    // What the matrix cost before: every pair on its own.
    let far = world.far_points(points.clone(), &terms, Direction::Forward);
    group.bench_function("ten rows pair by pair", |bencher| {
        let row = |root: &Located, workspace: &mut Workspace| world.row(root, &far, &terms, &window, workspace).len();
        bencher.iter(|| points[..10].iter().map(|root| row(root, &mut workspace)).sum::<usize>());
    });
    let two_hours = Window::every(Direction::Forward, eight, eight + 120 * 600, 600);
    let question = MatrixQuestion { terms: &terms, window: &two_hours, percentiles: &[5, 25, 50, 75, 95], parts: false };
    let rows = Rows::new(&world, points.clone(), &question);
    group.bench_function("ten rows of 1 000 over 120 departures", |bencher| bencher.iter(|| rows.of(&points[..10])));
}

fn main() {
    // All work on this thread, whose time is measured.
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).use_current_thread();
    pool.build_global().expect("nothing else has searched yet");
    let mut criterion = support::criterion();
    egress(&mut criterion);
    real_region(&mut criterion);
    criterion.final_summary();
}
