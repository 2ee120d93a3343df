//! Studies on streets and timetables: what projects change on streets, planned lines beside a timetable, and measures that are
//! answered by an engine of any kind.

mod engine;
mod laws;
mod lines;
mod streets;

use std::collections::{BTreeSet, BinaryHeap};
use std::path::Path;
use std::sync::Arc;

use jiff::civil::date;
use onehour::diagnostic::{Checked, Diagnostic, source_file};
use onehour::geo::LonLat;
use onehour::input::projects::{self, Project};
use onehour::input::vocabulary::Name;
use onehour::network::column::Column;
use onehour::network::streets::*;
use onehour::scenario::Scenario;

/// A point in steps of a hundredth of a degree near the equator: 6 371 008.8 m · π / 18 000 = 1111.95 m.
fn point(x: f64, y: f64) -> LonLat {
    LonLat { lon: x * 0.01, lat: y * 0.01 }
}

/// An edge between two vertices of a hand-made network, straight, with the time of a car each way; `None` closed.
#[derive(Debug, Clone, Copy)]
struct Street {
    from: usize,
    to: usize,
    way: i64,
    times: [Option<u32>; 2],
}

/// Streets by hand: vertices at hundredths of a degree around (0, 0), one layer of cars.
fn network(vertices: &[(f64, f64)], edges: &[Street], flags: u16, restrictions: Vec<Restriction>) -> StreetNetwork {
    let at = |vertex: usize| Place::of(point(vertices[vertex].0, vertices[vertex].1));
    let mut numbers: Vec<i64> = edges.iter().map(|edge| edge.way).collect();
    numbers.sort_unstable();
    numbers.dedup();
    let way = |&osm: &i64| Way {
        osm,
        name_start: 0,
        name_len: 0,
        class: StreetClass::Secondary as u16,
        flags: if osm == 1 { 0 } else { flags },
        unused: 0,
    };
    let edge = |edge: &Street| Edge {
        from: edge.from as u32,
        to: edge.to as u32,
        way: numbers.binary_search(&edge.way).unwrap() as u32,
        length_cm: (at(edge.from).lon_lat().metres_to(at(edge.to).lon_lat()) * 100.0).round().max(1.0) as u32,
        first_point: 0,
        n_points: 0,
    };
    let vertex = |number: usize| Vertex { osm: number as i64 + 1, at: at(number) };
    let times: Vec<u32> = edges.iter().flat_map(|edge| edge.times).map(|time| time.unwrap_or(Layer::CLOSED)).collect();
    let streets = Streets {
        vertices: Column::from((0..vertices.len()).map(vertex).collect::<Vec<Vertex>>()),
        edges: Column::from(edges.iter().map(edge).collect::<Vec<Edge>>()),
        points: Column::default(),
        ways: Column::from(numbers.iter().map(way).collect::<Vec<Way>>()),
        names: Column::default(),
        restrictions,
    };
    let layer = Layer::new(StreetMode::Car, Column::from(times), 4000);
    StreetNetwork { streets: Arc::new(streets), layers: vec![Arc::new(layer)] }
}

/// Four corners of a square of one step, each side 1000 ds both ways, ways 1 (south), 2 (east), 3 (north), 4 (west):
/// ```text
/// 3 ──3── 2
/// 4       2
/// 0 ──1── 1
/// ```
fn square(flags: u16) -> StreetNetwork {
    let side = |from, to, way| Street { from, to, way, times: [Some(1000); 2] };
    let corners = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)];
    network(&corners, &[side(0, 1, 1), side(1, 2, 2), side(2, 3, 3), side(3, 0, 4)], flags, Vec::new())
}

/// Projects `p0`, `p1`, …, each with one change as TOML.
fn projects(changes: &[String]) -> Vec<Project> {
    let project = |(at, change): (usize, &String)| {
        format!(
            "[[project]]\nid = \"p{at}\"\nname = {{ zh = \"项{at}\", en = \"P{at}\" }}\nclause = \"建\"\nparagraph = \"roads\"\n\
             kind = \"road\"\nverb = \"建设\"\nstatus = \"building\"\nstatus_date = \"2026\"\nstatus_source = \"s\"\n\
             confidence = \"L\"\n[[project.change]]\n{change}\n"
        )
    };
    let text: String = changes.iter().enumerate().map(project).collect();
    let read = projects::parse(&source_file(Path::new("projects.toml"), text));
    assert_eq!(shown(&read.diagnostics), "");
    read.value
}

/// A scenario with all projects of a list.
fn scenario(projects: &[Project]) -> Scenario {
    let ids: BTreeSet<Arc<str>> = projects.iter().map(|project| Arc::from(project.id.as_str())).collect();
    let name = Name { zh: "规划".to_string(), en: "plan".to_string() };
    Scenario { id: "S".to_string(), name, date: date(2035, 12, 31), projects: ids }
}

fn shown(faults: &[Diagnostic]) -> String {
    faults.iter().map(Diagnostic::to_string).collect()
}

fn clean<T>(checked: Checked<T>) -> T {
    assert_eq!(shown(&checked.diagnostics), "");
    checked.value
}

/// Textbook search over directed edges, with every forbidden turn looked up in full: times of a car between two vertices. What has been
/// driven is remembered as far back as the longest restriction goes.
fn drive(network: &StreetNetwork, from: u32, to: u32) -> Option<u32> {
    let (streets, layer) = (&network.streets, network.layer(StreetMode::Car).unwrap());
    let memory = streets.restrictions.iter().map(|restriction| restriction.path.len() - 1).max().unwrap_or(1);
    let all = || (0..streets.edges.len() as u32).flat_map(|edge| [Directed::new(edge, true), Directed::new(edge, false)]);
    let mut heap = BinaryHeap::from([(std::cmp::Reverse(0), Vec::<Directed>::new())]);
    let mut done: BTreeSet<Vec<Directed>> = BTreeSet::new();
    while let Some((std::cmp::Reverse(time), driven)) = heap.pop() {
        let at = driven.last().map_or(from, |&last| streets.head(last));
        if at == to {
            return Some(time);
        }
        if !done.insert(driven.clone()) {
            continue;
        }
        for next in all().filter(|&next| streets.tail(next) == at) {
            let Some(more) = layer.time(next) else { continue };
            let mut path = driven.clone();
            path.push(next);
            let forbidden = |restriction: &Restriction| {
                restriction.modes & StreetMode::Car.bit() != 0 && path.ends_with(&restriction.path)
            };
            if streets.restrictions.iter().any(forbidden) {
                continue;
            }
            path.drain(..path.len().saturating_sub(memory));
            heap.push((std::cmp::Reverse(time + more.deciseconds()), path));
        }
    }
    None
}
