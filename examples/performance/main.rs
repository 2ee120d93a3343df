//! Measures onehour's searches on one core and prints a table as CSV: what `benches/peers/performance.py` puts beside other engines,
//! and what the plots of docs/performance.md are drawn from.
//!
//! | call | measures |
//! |---|---|
//! | `performance new-york <folder>` | searches of the kinds other engines know, on DIMACS New York |
//! | `performance region <nodes>` | searches up to a limit on a generated region |
//! | `performance growth <most nodes>` | how cost grows with nodes and with the limit |
//! | `performance transit <map> <feed> <date> <seconds> <profile> <points> <folder>` | doors and stops of a region |
//! | `performance bands <map> <lon> <lat>` | isobands of driving |
//!
//! Columns: `task,graph,engine,amount,median_us,samples,sum`. `amount` is what the cost grows with; `median_us` is the processor time of
//! the thread in microseconds; `sum` is that of all answers, by which those of other engines are checked. Where a folder is named, all
//! answers are written there too.

mod bands;
mod growth;
mod new_york;
mod region;
#[allow(dead_code)]
#[path = "../../benches/support/roads/mod.rs"]
mod roads;
mod street;
mod timed;
mod transit;

use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    // The figures are of one core, and the time is that of this thread.
    rayon::ThreadPoolBuilder::new().num_threads(1).use_current_thread().build_global()?;
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    timed::header();
    match words[..] {
        ["new-york", folder] => new_york::run(folder.as_ref()),
        ["region", nodes] => region::run(nodes.parse()?),
        ["growth", nodes] => growth::run(nodes.parse()?),
        ["transit", map, feed, date, seconds, profile, points, folder] => {
            let asked = transit::Asked { map, feed, date, profile, points, folder };
            transit::run(&asked, seconds.parse()?)
        }
        ["bands", map, lon, lat] => bands::run(map.as_ref(), lon.parse()?, lat.parse()?),
        _ => Err("call: performance new-york | region | growth | transit | bands; see examples/performance/main.rs".into()),
    }
}
