//! A matrix of driving between points of a map, as the command line finds it.

use std::error::Error;
use std::path::Path;

use onehour::input::parameters::Level;
use onehour::input::street_profile::{Profile, ProfileMode, Region};
use onehour::input::vocabulary::Period;
use onehour::input::{osm, points};
use onehour::network::streets::{StreetMode, build};
use onehour::search::Direction;
use onehour::search::doors::hierarchies::Preparation;
use onehour::search::doors::matrix::{MatrixQuestion, Rows};
use onehour::search::doors::world::World;
use onehour::search::doors::{Approach, ApproachKind, Terms, Window};
use onehour::units::Duration;

use super::timed::{SAMPLES, Task, once, repeat, row};

/// All points to all points within two hours; joining points to streets is included, turns are heeded.
pub fn run(map: &Path, file: &Path) -> Result<(), Box<dyn Error>> {
    let profiles = [Profile::shipped(ProfileMode::Car, Region::General)];
    let network = build::build(&osm::read(map)?.value, &profiles).value.network(&profiles, Level::Base, Period::Offpeak);
    let world = World::new(&network, &[StreetMode::Car], 1000.0);
    let points = points::read(file)?.value;
    let located = world.locate_all(points.positions());
    let direct = vec![Approach::plain(ApproachKind::Car)];
    let max_trip = Duration::from_mins(120);
    let terms = Terms { direct, access: Vec::new(), egress: Vec::new(), max_rides: 0, max_trip };
    let window = Window { direction: Direction::Forward, times: vec![0], first_draw: true };
    let graph = map.file_stem().map_or(String::new(), |name| name.to_string_lossy().into_owned());
    let task = |task, amount| Task { task, graph: &graph, engine: "onehour", amount };
    let how = Preparation { folder: None, begin: &|_, _, _| (), progress: &|_| (), remark: &|_| () };
    let (made, ()) = once(|| world.prepare(&located, &terms, Direction::Forward, &how));
    row(&task("preparing drives", network.streets.vertices.len()), vec![made], 0);
    let question = MatrixQuestion { terms: &terms, window: &window, percentiles: &[50], parts: false };
    repeat(&task("matrix of drives", located.len()), SAMPLES, || {
        let located = world.locate_all(points.positions());
        Rows::new(&world, located.clone(), &question).of(&located)
    });
    Ok(())
}
