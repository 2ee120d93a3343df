//! Writes a made-up city as PBF, a lattice of streets, to measure how long large maps take where none lies at hand.
//!
//! ```sh
//! cargo run --release --example made_city -- 592 0 city.osm.pbf   # 592² junctions
//! cargo run --release --example made_city -- 210 3 city.osm.pbf   # 210², and 3 nodes on every street between two
//! ```
//!
//! Every eighth street is a secondary road, every 24th a primary one with one direction, the others residential; there are limits,
//! names, signals, gates and forbidden turns.

#[path = "fuzz/pbf.rs"]
mod pbf;

use std::error::Error;

use pbf::{Elements, Tags};

/// Degrees · 10⁷ between two junctions: about 110 m northwards.
const STEP: i64 = 10_000;

/// How many streets from junction to junction a way has.
const STREETS_A_WAY: usize = 8;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [side, between, file] = &arguments[..] else {
        return Err("call: made_city <junctions a side> <nodes between two> <file.osm.pbf>".into());
    };
    let (side, between): (usize, usize) = (side.parse()?, between.parse()?);
    let city = city(side, between);
    println!("{} nodes, {} ways, {} restrictions", city.nodes.len(), city.ways.len(), city.relations.len());
    std::fs::write(file, pbf::written(&city, true))?;
    Ok(())
}

fn tags(tags: &[(&str, String)]) -> Tags {
    tags.iter().map(|(key, value)| ((*key).to_string(), value.clone())).collect()
}

fn city(side: usize, between: usize) -> Elements {
    let mut city = Elements::default();
    // Rows of junctions and the nodes on streets to the east, then those on streets to the north.
    let per_row = side + (side - 1) * between;
    let along_row = |row: usize, at: usize| (row * per_row + at) as i64 + 1;
    for row in 0..side {
        for at in 0..per_row {
            let is_junction = at % (between + 1) == 0;
            let column = at / (between + 1);
            let of_node = match (row * 31 + column * 17) % 97 {
                0 if is_junction => tags(&[("highway", "traffic_signals".to_string())]),
                1 if !is_junction => tags(&[("barrier", "gate".to_string())]),
                _ => Tags::new(),
            };
            let lon = (at as i64) * STEP / (between as i64 + 1) + wave(row, at);
            city.nodes.push((
                along_row(row, at),
                1_000_000_000 + lon,
                400_000_000 + row as i64 * STEP + wave(at, row),
                of_node,
            ));
        }
    }
    let n_in_rows = (side * per_row) as i64;
    let north = |column: usize, row: usize, nth: usize| n_in_rows + ((column * (side - 1) + row) * between + nth) as i64 + 1;
    for column in 0..side {
        for row in 0..side - 1 {
            for nth in 0..between {
                let lat = row as i64 * STEP + (nth as i64 + 1) * STEP / (between as i64 + 1);
                let lon = column as i64 * STEP + wave(row, nth);
                city.nodes.push((north(column, row, nth), 1_000_000_000 + lon, 400_000_000 + lat, Tags::new()));
            }
        }
    }
    let junction = |column: usize, row: usize| along_row(row, column * (between + 1));
    for line in 0..side {
        for first in (0..side - 1).step_by(STREETS_A_WAY) {
            let last = (first + STREETS_A_WAY).min(side - 1);
            let eastwards = (first * (between + 1)..=last * (between + 1)).map(|at| along_row(line, at)).collect();
            let northwards = (first..last).flat_map(|row| {
                std::iter::once(junction(line, row)).chain((0..between).map(move |nth| north(line, row, nth)))
            });
            let northwards = northwards.chain([junction(line, last)]).collect();
            for (name, refs) in [("East", eastwards), ("North", northwards)] {
                let id = city.ways.len() as i64 + 1;
                city.ways.push((id, refs, street(name, line, first)));
            }
        }
    }
    // From a street eastwards into the one northwards at its last junction, once every hundred ways.
    for at in (0..city.ways.len().saturating_sub(2)).step_by(200) {
        let (from, to) = (&city.ways[at], &city.ways[at + 2]);
        let via = *from.1.last().expect("ways have nodes");
        if to.1.first() == Some(&via) {
            let members = vec![("from", true, from.0), ("via", false, via), ("to", true, to.0)];
            let of_relation = [("type", "restriction".to_string()), ("restriction", "no_straight_on".to_string())];
            city.relations.push((at as i64 + 1, members, tags(&of_relation)));
        }
    }
    city
}

/// A few metres to and fro, so that no two streets are alike.
fn wave(a: usize, b: usize) -> i64 {
    ((a * 7_919 + b * 104_729) % 1_201) as i64 - 600
}

fn street(name: &str, line: usize, first: usize) -> Tags {
    let mut of_way = match line % 24 {
        0 => tags(&[("highway", "primary".to_string()), ("oneway", "yes".to_string()), ("maxspeed", "60".to_string())]),
        8 | 16 => tags(&[("highway", "secondary".to_string()), ("maxspeed", "50".to_string())]),
        _ => tags(&[("highway", "residential".to_string())]),
    };
    of_way.push(("name".to_string(), format!("{name} {line}")));
    if (line + first).is_multiple_of(11) {
        of_way.push(("surface".to_string(), "sett".to_string()));
    }
    of_way
}
