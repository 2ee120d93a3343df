//! Small worlds by the throw of dice, with projects that build a part of them.

use onehour::input::network_xml::{TransferLength, TripTimes};
use onehour::input::vocabulary::*;
use onehour::search::Endpoint;
use onehour::units::{Distance, Duration, Speed};

use crate::worlds::*;

/// The projects of a random world.
pub const PROJECTS: [&str; 3] = ["p", "q", "r"];

const CLASSES: &[LinkClass] =
    &[LinkClass::Expressway, LinkClass::Expressway, LinkClass::National, LinkClass::County, LinkClass::Urban];

/// A world of some 10 nodes, 15 links, 7 stops, 5 services, 5 places and 12 cells in a square of 50 km. A third of it belongs to
/// projects, each of which builds something.
pub fn random_world(dice: &mut Dice) -> World {
    let mut world = World::new();
    for (key, value) in
        [("car.ramp_min", 3.0), ("road.county.plain", 40.0), ("road.urban", 30.0), ("congestion.county.peak", 1.3)]
    {
        world.set(key, value);
    }
    world.set("congestion.expressway.peak", 1.1);
    add_roads(&mut world, dice);
    let stops = add_stops(&mut world, dice);
    add_services(&mut world, dice, &stops);
    for at in 0..4 + dice.below(3) {
        let (east, north) = (dice.between(0.0, 50.0), dice.between(0.0, 50.0));
        world.place(&format!("P{at}"), east, north);
    }
    for stop in 0..stops.len() {
        let at = dice.below(world.places.len());
        let place = world.places[at].id.clone();
        world.records.stops[stop].serves.push(place);
    }
    for at in 0..12 {
        // In different squares of the grid, some near a stop.
        let (east, north) = (f64::from(at) * 4.0 + dice.between(0.0, 0.4), dice.between(0.0, 50.0));
        let cell = world.cell(east, north);
        cell.urban = dice.pick(&[None, None, Some(Urban::County), Some(Urban::Metropolis)]);
        cell.terrain = dice.pick(Terrain::ALL);
    }
    world.projects = PROJECTS.iter().map(|id| builds(id)).collect();
    world
}

/// Mostly no project.
fn tag(dice: &mut Dice) -> Option<&'static str> {
    if dice.one_in(3) { Some(dice.pick(&PROJECTS)) } else { None }
}

fn add_roads(world: &mut World, dice: &mut Dice) {
    let n = 6 + dice.below(6);
    let mut points = Vec::new();
    for at in 0..n {
        let (east, north) = (dice.between(0.0, 50.0), dice.between(0.0, 50.0));
        world.node(&format!("n{at}"), east, north).interchange = dice.pick(Interchange::ALL);
        points.push(km(east, north));
    }
    for at in 0..n + dice.below(n) {
        let (a, b) = if at < n { (at, dice.below(n)) } else { (dice.below(n), dice.below(n)) };
        let (a, b) = if a == b { (a, (a + 1) % n) } else { (a, b) };
        let length = points[a].metres_to(points[b]) / 1000.0 * dice.between(1.0, 1.4);
        let project = PROJECTS.get(at).copied().or_else(|| tag(dice));
        let link = world.link(&format!("n{a}"), &format!("n{b}"), length.max(0.1), dice.pick(CLASSES));
        link.id = named(&format!("link {at}"));
        link.common.project = project.map(named);
        link.oneway = dice.one_in(6);
        link.urban = dice.pick(&[None, None, Some(Urban::County)]);
        if link.class == LinkClass::Expressway {
            link.limit = Speed::from_kmh(dice.pick(&[60.0, 120.0]));
            link.refs = dice.pick(&[&["G5"][..], &["G20"], &["G5", "G20"]]).iter().map(|&number| number.into()).collect();
        }
    }
}

/// The stops with their projects.
fn add_stops(world: &mut World, dice: &mut Dice) -> Vec<Option<&'static str>> {
    let mut projects = Vec::new();
    let mut last = (0.0, 0.0);
    for at in 0..5 + dice.below(3) {
        let project = tag(dice);
        // Some stand within walking distance of the one before.
        let (east, north) = if at > 0 && dice.one_in(3) {
            (last.0 + 0.3, last.1)
        } else {
            (dice.between(0.0, 50.0), dice.between(0.0, 50.0))
        };
        last = (east, north);
        world.stop(&format!("s{at}"), dice.pick(StopClass::ALL), east, north).common.project = project.map(named);
        projects.push(project);
    }
    for _ in 0..2 {
        let (a, b) = (dice.below(projects.len()), dice.below(projects.len()));
        let project = [projects[a], projects[b], tag(dice)].into_iter().flatten().next();
        let fits = |stop: usize| projects[stop].is_none() || projects[stop] == project;
        if a != b && fits(a) && fits(b) {
            let length = if dice.one_in(2) {
                TransferLength::Time(Duration::from_mins(1 + dice.below(15) as u32))
            } else {
                TransferLength::Walk(Distance::from_metres(100 + dice.below(1500) as u32))
            };
            world.transfer(&format!("s{a}"), &format!("s{b}"), length).common.project = project.map(named);
        }
    }
    projects
}

fn add_services(world: &mut World, dice: &mut Dice, stops: &[Option<&'static str>]) {
    world.delay("throat");
    for at in 0..4 + dice.below(3) {
        let project = tag(dice);
        let mut called: Vec<usize> =
            (0..stops.len()).filter(|&stop| stops[stop].is_none() || stops[stop] == project).collect();
        while called.len() > 4 {
            called.remove(dice.below(called.len()));
        }
        if called.len() < 2 {
            continue;
        }
        for left in (1..called.len()).rev() {
            called.swap(left, dice.below(left + 1));
        }
        let ids: Vec<String> = called.iter().map(|stop| format!("s{stop}")).collect();
        let mut length = 0.0;
        let mut places: Vec<(&str, f64)> = Vec::new();
        for id in &ids {
            places.push((id, length));
            length += dice.between(1.0, 30.0);
        }
        let line = world.line(&format!("line{at}"), &places);
        line.common.project = project.map(named);
        line.model = named(dice.pick(&["fast", "slow"]));
        for place in &mut line.at {
            place.delay = dice.one_in(6).then(|| named("throat"));
        }
        for variant in 0..1 + dice.below(2) {
            let project = project.or_else(|| tag(dice));
            let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
            let ids = if variant == 0 { ids } else { vec![ids[0], ids[ids.len() - 1]] };
            let service = world.service(&format!("service {at}.{variant}"), &format!("line{at}"), &ids);
            service.common.project = project.map(named);
            service.reserved = dice.one_in(2);
            service.mode = dice.pick(LineMode::ALL);
            service.trips = vec![match dice.below(3) {
                0 => even(1 + dice.below(40) as u32, "06:00", "22:00"),
                1 => at_times(dice),
                _ => even(4, "06:30", "09:30"),
            }];
            service.trips[0].direction = dice.pick(&[TripDirection::Both, TripDirection::Both, TripDirection::Out]);
            if dice.one_in(8) {
                service.trips[0].times = TripTimes::PerWeek(dice.below(100) as u32);
            }
        }
    }
}

fn at_times(dice: &mut Dice) -> onehour::input::network_xml::TripsRecord {
    let first = 6 + dice.below(3);
    at(&[&format!("{first:02}:10"), &format!("{:02}:40", first + 1), &format!("{:02}:00", first + 5)])
}

/// All places, stops and cells of a world.
pub fn endpoints(built: &Built) -> Vec<Endpoint> {
    let places = built.territory.iter().map(|(place, _)| Endpoint::Place(place));
    let stops = built.network.open_stops().map(Endpoint::Stop);
    places.chain(stops).chain((0..built.territory.cells.len()).map(Endpoint::Cell)).collect()
}
