//! Measures onehour's searches on one core and prints a table as CSV: what `benches/peers/performance.py` puts beside other engines,
//! and what the plots of docs/performance.md are drawn from.
//!
//! | call | measures |
//! |---|---|
//! | `performance all <data> <folder>` | every row of the table of figures in docs/performance.md |
//! | `performance new-york <folder>` | searches of the kinds other engines know, on DIMACS New York |
//! | `performance region <nodes>` | searches up to a limit on a generated region |
//! | `performance growth <most nodes>` | how cost grows with nodes, the limit, zones and variants; memory |
//! | `performance transit <map> <feed> <date> <seconds> <profile> <points> <folder>` | doors and stops of a region |
//! | `performance drives <map> <points>` | a matrix of driving |
//! | `performance bands <map> <lon> <lat>` | isobands of driving |
//!
//! Columns: `task,graph,engine,amount,median_us,samples,sum,worst_us,wall_us,bytes`. `amount` is what the cost grows with; `median_us` and
//! `worst_us` are processor time in microseconds, of the thread, or of all threads where the engine says two; `wall_us` is the median on
//! the wall; `sum` is that of all answers, by which those of other engines are checked. Rows of memory have `bytes` alone. Where a
//! folder is named, all answers are written there too.

mod bands;
mod drives;
mod egress;
mod everything;
#[allow(dead_code)]
#[path = "../../benches/support/grid.rs"]
mod grid;
mod growth;
mod index;
#[path = "../../benches/support/lattice.rs"]
mod lattice;
mod new_york;
mod overlay;
mod province;
mod region;
#[allow(dead_code)]
#[path = "../../benches/support/roads/mod.rs"]
mod roads;
mod street;
mod timed;
#[allow(dead_code)]
#[path = "../../benches/support/timetables.rs"]
mod timetables;
mod transit;

use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    // The figures are of one core, and the time is that of this thread.
    rayon::ThreadPoolBuilder::new().num_threads(1).use_current_thread().build_global()?;
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    timed::header();
    match words[..] {
        ["all", data, folder] => everything::run(data.as_ref(), folder.as_ref()),
        ["new-york", folder] => new_york::run(folder.as_ref()),
        ["region", nodes] => region::run(nodes.parse()?, None),
        ["growth", nodes] => growth::run(nodes.parse()?),
        ["transit", map, feed, date, seconds, profile, points, folder] => {
            let asked = transit::Asked { map, feed, date, profile, points, folder };
            transit::run(&asked, seconds.parse()?)
        }
        ["drives", map, points] => drives::run(map.as_ref(), points.as_ref()),
        ["bands", map, lon, lat] => bands::run(map.as_ref(), lon.parse()?, lat.parse()?),
        _ => Err("call: performance all | new-york | region | growth | transit | drives | bands; see examples/performance/main.rs".into()),
    }
}
