//! Reads graphs of the 9th DIMACS Implementation Challenge (<http://www.diag.uniroma1.it/challenge9/>): New York where it is present.

use std::error::Error;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use flate2::read::GzDecoder;
use onehour::network::streets::Place;

use super::FlatGraph;

/// Where New York lies when the shared data is present.
pub fn new_york() -> Option<FlatGraph> {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data/dimacs-newyork"));
    let (arcs, places) = (folder.join("USA-road-t.NY.gr.gz"), folder.join("USA-road-d.NY.co.gz"));
    (arcs.exists() && places.exists()).then(|| read(&arcs, &places).expect("the files of the challenge are whole"))
}

/// Reads a file of arcs (`a tail head weight`) and one of coordinates (`v node lon lat`, millionths of a degree), both gzipped and
/// counted from 1. Weights are taken as deciseconds; all arcs are kept in the order of the file, parallel ones too.
pub fn read(arcs: &Path, places: &Path) -> Result<FlatGraph, Box<dyn Error>> {
    let mut at = Vec::new();
    for_rows(places, 'v', |[node, lon, lat]| {
        let node = usize::try_from(node)?;
        at.resize(at.len().max(node), Place { lon: 0, lat: 0 });
        at[node - 1] = Place { lon: i32::try_from(lon * 10)?, lat: i32::try_from(lat * 10)? };
        Ok(())
    })?;
    let mut found = Vec::new();
    for_rows(arcs, 'a', |[tail, head, weight]| {
        found.push((u32::try_from(tail - 1)?, u32::try_from(head - 1)?, u32::try_from(weight)?));
        Ok(())
    })?;
    Ok(FlatGraph::from_arcs(at, &found))
}

/// Calls `take` with the three numbers of every row that begins with `kind`.
fn for_rows(
    file: &Path,
    kind: char,
    mut take: impl FnMut([i64; 3]) -> Result<(), Box<dyn Error>>,
) -> Result<(), Box<dyn Error>> {
    for line in BufReader::new(GzDecoder::new(File::open(file)?)).lines() {
        let line = line?;
        let Some(numbers) = line.strip_prefix(kind) else { continue };
        let numbers: Vec<i64> = numbers.split_ascii_whitespace().map(str::parse).collect::<Result<_, _>>()?;
        take(numbers.try_into().map_err(|_| format!("not three numbers: {line}"))?)?;
    }
    Ok(())
}
