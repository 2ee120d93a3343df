//! Writes the streets of one mode as plain tables, with the times that onehour finds between points on them, in deciseconds.
//!
//! For comparisons with other engines on the same graph: `benches/peers/validate.py` reads the tables and knows nothing else of
//! onehour. Call: `export_graph <map.osm.pbf> <walk|bicycle|car> <points.csv> <folder> [profile.toml]`.
//!
//! | file | columns |
//! |---|---|
//! | `vertices.csv` | `lon,lat` |
//! | `edges.csv` | `tail,head,length_cm,forward_ds,backward_ds`; a time is empty where the edge is closed in that direction |
//! | `shapes.csv` | `edge,lon,lat`: the points of every open edge, both ends included |
//! | `forbidden.csv` | one forbidden turn a row: directed edges in order, `2 · edge` forwards and `2 · edge + 1` backwards |
//! | `points.csv` | `id,edge,along_cm,distance_m,off_street_m_per_h`; edge is empty where no street is within the limit |
//! | `times.csv` | `from_id,to_id,ds`; empty where there is no way within a day |

use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use onehour::diagnostic::Severity;
use onehour::input::parameters::Level;
use onehour::input::street_profile::{self, Profile, ProfileMode, Region};
use onehour::input::vocabulary::Period;
use onehour::input::{osm, points};
use onehour::network::streets::snap::{EdgeIndex, EdgePoint};
use onehour::network::streets::{Directed, Layer, Place, StreetMode, Streets, build};
use onehour::search::Direction;
use onehour::search::flat::Scratch;
use onehour::search::streets::StreetGraph;

/// How far from a street a point may lie, in metres.
const SNAP_LIMIT_M: f64 = 1000.0;

/// The longest journey, in deciseconds: a day.
const LONGEST: u32 = 24 * 36_000;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let ([map, mode, points_file, folder] | [map, mode, points_file, folder, _]) = &arguments[..] else {
        return Err("call: export_graph <map.osm.pbf> <walk|bicycle|car> <points.csv> <folder> [profile.toml]".into());
    };
    let mode = match mode.as_str() {
        "walk" => ProfileMode::Walk,
        "bicycle" => ProfileMode::Bicycle,
        "car" => ProfileMode::Car,
        other => return Err(format!("there is no mode \"{other}\": write walk, bicycle or car").into()),
    };
    let folder = PathBuf::from(folder);
    std::fs::create_dir_all(&folder)?;
    let mut faults = Vec::new();
    let data = osm::read(Path::new(map))?.into_value(&mut faults);
    let own = street_profile::read_all(&arguments[4..])?.into_value(&mut faults);
    let profile = own.into_iter().find(|profile| profile.mode == mode);
    let profiles = [profile.unwrap_or_else(|| Profile::shipped(mode, Region::General))];
    let network = build::build(&data, &profiles).into_value(&mut faults).network(&profiles, Level::Base, Period::Offpeak);
    let asked = points::read(Path::new(points_file))?.into_value(&mut faults);
    // Faults that a map may have are for `onehour` to tell; what was not read would make the comparison another one.
    if let Some(fault) = faults.iter().find(|fault| fault.severity == Severity::Error) {
        return Err(fault.to_string().into());
    }
    let layer = network.layer(StreetMode::of_profile(mode)).expect("the profile was given to build");
    let index = EdgeIndex::new(&network.streets, layer);
    let on_edges: Vec<Option<EdgePoint>> =
        asked.positions().iter().map(|&at| index.snap(at, SNAP_LIMIT_M).point().copied()).collect();
    let ids: Vec<&str> = asked.ids().collect();

    std::fs::write(folder.join("vertices.csv"), vertices(&network.streets))?;
    std::fs::write(folder.join("edges.csv"), edges(&network.streets, layer))?;
    std::fs::write(folder.join("shapes.csv"), shapes(&network.streets, layer))?;
    std::fs::write(folder.join("forbidden.csv"), forbidden(&network.streets, layer.mode))?;
    std::fs::write(folder.join("points.csv"), places(&ids, &on_edges, layer.off_street_m_per_h))?;
    std::fs::write(folder.join("times.csv"), times(&ids, &on_edges, &StreetGraph::freeze(&network.streets, layer)))?;
    Ok(())
}

fn vertices(streets: &Streets) -> String {
    let mut text = "lon,lat\n".to_string();
    for vertex in streets.vertices.iter() {
        let at = vertex.at.lon_lat();
        writeln!(text, "{},{}", at.lon, at.lat).expect("writing to memory does not fail");
    }
    text
}

fn edges(streets: &Streets, layer: &Layer) -> String {
    let mut text = "tail,head,length_cm,forward_ds,backward_ds\n".to_string();
    for (at, edge) in (0..).zip(streets.edges.iter()) {
        let [forward, backward] = [true, false].map(|forward| {
            let time = layer.time(Directed::new(at, forward));
            time.map_or(String::new(), |time| time.deciseconds().to_string())
        });
        writeln!(text, "{},{},{},{forward},{backward}", edge.from, edge.to, edge.length_cm)
            .expect("writing to memory does not fail");
    }
    text
}

fn shapes(streets: &Streets, layer: &Layer) -> String {
    let mut text = "edge,lon,lat\n".to_string();
    for edge in (0..streets.edges.len() as u32).filter(|&edge| layer.is_open(edge)) {
        for at in streets.shape(edge).map(Place::lon_lat) {
            writeln!(text, "{edge},{},{}", at.lon, at.lat).expect("writing to memory does not fail");
        }
    }
    text
}

fn forbidden(streets: &Streets, mode: StreetMode) -> String {
    let of_mode = streets.restrictions.iter().filter(|restriction| restriction.modes & mode.bit() != 0);
    let row = |path: &[Directed]| path.iter().map(|edge| edge.at().to_string()).collect::<Vec<_>>().join(",") + "\n";
    of_mode.map(|restriction| row(&restriction.path)).collect()
}

fn places(ids: &[&str], on_edges: &[Option<EdgePoint>], off_street_m_per_h: u32) -> String {
    let mut text = "id,edge,along_cm,distance_m,off_street_m_per_h\n".to_string();
    for (id, point) in ids.iter().zip(on_edges) {
        let place = point.map_or(",,".to_string(), |on| format!("{},{},{}", on.edge, on.along_cm, on.distance_m));
        writeln!(text, "{id},{place},{off_street_m_per_h}").expect("writing to memory does not fail");
    }
    text
}

fn times(ids: &[&str], on_edges: &[Option<EdgePoint>], graph: &StreetGraph) -> String {
    let mut text = "from_id,to_id,ds\n".to_string();
    let mut scratch = Scratch::new();
    for (from_id, from) in ids.iter().zip(on_edges) {
        if let Some(from) = from {
            graph.search(Direction::Forward, &graph.entries(from, Direction::Forward), LONGEST, &mut scratch);
        }
        for (to_id, to) in ids.iter().zip(on_edges) {
            let time = from.as_ref().zip(to.as_ref()).and_then(|(from, to)| {
                let over = graph.time_to(to, Direction::Forward, &scratch);
                [over, graph.along(from, to)].into_iter().flatten().min()
            });
            let time = time.map_or(String::new(), |time| time.to_string());
            writeln!(text, "{from_id},{to_id},{time}").expect("writing to memory does not fail");
        }
    }
    text
}
