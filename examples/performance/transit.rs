//! Doors and stops of a region with a timetable: a matrix of points, and one point to every vertex of the streets.

use std::error::Error;
use std::fmt::Write as _;
use std::path::Path;

use onehour::geo::LonLat;
use onehour::input::parameters::Level;
use onehour::input::street_profile::{self, Profile, ProfileMode};
use onehour::input::vocabulary::Period;
use onehour::input::{gtfs, osm, points};
use onehour::network::streets::{StreetMode, StreetNetwork, build};
use onehour::network::timetable::{self, Timetable};
use onehour::search::Direction;
use onehour::search::doors::everywhere::Everywhere;
use onehour::search::doors::hierarchies::Preparation;
use onehour::search::doors::located::Located;
use onehour::search::doors::matrix::{MatrixQuestion, Rows};
use onehour::search::doors::row::Workspace;
use onehour::search::doors::world::{StopTimes, World};
use onehour::search::doors::{Approach, ApproachKind, Terms, Window};
use onehour::units::Duration;

use super::timed::{SAMPLES, Task, measure, once, row};

/// What files say.
pub struct Asked<'a> {
    pub map: &'a str,
    pub feed: &'a str,
    pub date: &'a str,
    pub profile: &'a str,
    pub points: &'a str,
    pub folder: &'a str,
}

/// Measures one departure, so many seconds after midnight; writes `doors.csv` with the times between points to the folder.
pub fn run(asked: &Asked, seconds: u32) -> Result<(), Box<dyn Error>> {
    let profiles = street_profile::read_all(&[asked.profile.to_string()])?.value;
    let region = Region::read(asked.map, asked.feed, &profiles, asked.date)?;
    let points = points::read(Path::new(asked.points))?.value;
    let times = region.measure(points.positions(), seconds);
    let mut text = "from_id,to_id,ds\n".to_string();
    for (from, row) in points.ids().zip(&times) {
        for (to, time) in points.ids().zip(row) {
            let time = time.map_or(String::new(), |time| time.to_string());
            writeln!(text, "{from},{to},{time}")?;
        }
    }
    std::fs::create_dir_all(asked.folder)?;
    Ok(std::fs::write(Path::new(asked.folder).join("doors.csv"), text)?)
}

/// Northern Kentucky on a Tuesday at eight, from and to a thousand vertices of its streets, with the shipped profile.
pub fn northern_kentucky(folder: &Path) -> Result<(), Box<dyn Error>> {
    let profiles = [Profile::shipped(ProfileMode::Walk, street_profile::Region::General)];
    let region = Region::read(folder.join("streets.osm.pbf"), folder.join("TANK-GTFS.zip"), &profiles, "2019-11-12")?;
    let vertices = &region.network.streets.vertices;
    let positions: Vec<LonLat> = (0..1_000).map(|at| vertices[at * vertices.len() / 1_000].at.lon_lat()).collect();
    region.measure(&positions, 8 * 3_600);
    Ok(())
}

/// Streets for walking and a timetable.
struct Region {
    network: StreetNetwork,
    timetable: Timetable,
}

impl Region {
    fn read(
        map: impl AsRef<Path>,
        feed: impl AsRef<Path>,
        profiles: &[Profile],
        date: &str,
    ) -> Result<Region, Box<dyn Error>> {
        let map = osm::read(map.as_ref())?.value;
        let network = build::build(&map, profiles).value.network(profiles, Level::Base, Period::Offpeak);
        let feed = gtfs::read(feed.as_ref())?.value;
        Ok(Region { network, timetable: timetable::build::build(&[feed], date.parse()?, None).value })
    }

    /// Prints the rows of a matrix and of searches to all vertices; deciseconds by origin and destination come back.
    fn measure(&self, positions: &[LonLat], seconds: u32) -> Vec<Vec<Option<u32>>> {
        let drawn = [self.timetable.clone()];
        let none = vec![Duration::ZERO; self.timetable.stops.len()];
        let walk_limit = Duration::from_mins(10);
        let stop_times = StopTimes { entry: none.clone(), exit: none.clone(), change: none, walk_limit };
        let world = World::new(&self.network, &[StreetMode::Walk], 1000.0).with_rides(&self.timetable, &drawn, stop_times);
        let located: Vec<Located> = world.locate_all(positions);
        every_vertex(&world, &located, seconds);
        let times = matrix(&world, positions, seconds, "ways searched one by one");
        // So many roots that a hierarchy pays; making it is measured on its own.
        let many: Vec<Located> = located.iter().cycle().take(10 * located.len()).cloned().collect();
        let how = Preparation { folder: None, begin: &|_, _, _| (), progress: &|_| (), remark: &|_| () };
        let (made, ()) = once(|| world.prepare(&many, &terms(), Direction::Forward, &how));
        row(&Task { task: "preparing walks", graph: "", engine: "onehour", amount: located.len() }, vec![made], 0);
        let again = matrix(&world, positions, seconds, "hierarchy of the streets");
        assert!(times == again, "with and without a hierarchy the times are the same");
        times
    }
}

/// Walks of 20 minutes to the stop, from it, and all the way; five rides; two hours.
fn terms() -> Terms {
    let walk = Approach { limit: Duration::from_mins(20), ..Approach::plain(ApproachKind::Walk) };
    let max_trip = Duration::from_mins(120);
    Terms { direct: vec![walk], access: vec![walk], egress: vec![walk], max_rides: 5, max_trip }
}

/// All points to all points; joining points to streets and the ways between points and stops are included. Deciseconds by origin and destination.
fn matrix(world: &World, positions: &[LonLat], seconds: u32, engine: &str) -> Vec<Vec<Option<u32>>> {
    let (terms, window) = (terms(), Window { direction: Direction::Forward, times: vec![seconds * 10], first_draw: true });
    let question = MatrixQuestion { terms: &terms, window: &window, percentiles: &[50], parts: false };
    let whole = || {
        let located = world.locate_all(positions);
        Rows::new(world, located.clone(), &question).of(&located)
    };
    let times = (0..SAMPLES).map(|_| once(whole).0).collect();
    let answer: Vec<Vec<Option<u32>>> = whole()
        .iter()
        .map(|row| row.cells().map(|cell| cell.times[0].time().map(Duration::deciseconds)).collect())
        .collect();
    let sum = answer.iter().flatten().flatten().map(|&time| u64::from(time)).sum();
    let task = Task { task: "transit matrix of doors", graph: "", engine, amount: positions.len() };
    row(&task, times, sum);
    answer
}

/// One point to every vertex; the ways out of stops are the same for all points and are found before.
fn every_vertex(world: &World, located: &[Located], seconds: u32) {
    let terms = terms();
    let amount = world.streets().streets.vertices.len();
    let task = |task| Task { task, graph: "", engine: "onehour", amount };
    let (before, everywhere) = once(|| Everywhere::new(world, &terms, Direction::Forward));
    row(&task("ways from stops to all vertices"), vec![before], 0);
    let mut state = (Workspace::default(), Vec::new());
    let work = |(workspace, answer): &mut (Workspace, Vec<Option<Duration>>), at: usize| {
        *answer = everywhere.times(&located[at * located.len() / SAMPLES], seconds * 10, workspace);
    };
    let sum = |(_, answer): &mut (Workspace, Vec<Option<Duration>>), _| {
        answer.iter().flatten().map(|time| u64::from(time.deciseconds())).sum()
    };
    measure(&task("transit to all vertices"), SAMPLES, &mut state, work, sum);
}
