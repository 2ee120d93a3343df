//! Reads a map, builds its streets for walking, bicycle and car, and says how long that took and how much memory it needed.
//!
//! `cargo run --release --example build_streets -- city.osm.pbf`: one line a step with wall time, processor time of all threads, and the
//! most memory that the process had so far (`VmHWM`, Linux only). Bytes a node are of nodes that streets use.

use std::path::Path;
use std::time::Instant;

use cpu_time::ProcessTime;
use onehour::input::osm;
use onehour::input::parameters::Level;
use onehour::input::street_profile::{Profile, ProfileMode, Region};
use onehour::input::vocabulary::Period;
use onehour::network::streets::build;
use onehour::network::streets::cache::{Cache, CacheKey};

/// Says what a step took.
fn step<T>(name: &str, n_nodes: usize, work: impl FnOnce() -> T) -> T {
    let (wall, cpu) = (Instant::now(), ProcessTime::now());
    let done = work();
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let number = |name: &str| {
        let line = status.lines().find(|line| line.starts_with(name));
        line.and_then(|line| line.split_whitespace().nth(1)?.parse::<usize>().ok()).unwrap_or(0) * 1024
    };
    let [now, most] = ["VmRSS", "VmHWM"].map(number);
    let a_node = most.checked_div(n_nodes).map_or(String::new(), |bytes| format!(", {bytes} bytes a node at most"));
    println!(
        "{name:<9} {:.2} s, {:.2} s of processors, {} MB now, {} MB at most{a_node}",
        wall.elapsed().as_secs_f64(),
        cpu.elapsed().as_secs_f64(),
        now >> 20,
        most >> 20
    );
    done
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [map] = &arguments[..] else { return Err("call: build_streets <map.osm.pbf>".into()) };
    let profiles =
        [ProfileMode::Walk, ProfileMode::Bicycle, ProfileMode::Car].map(|mode| Profile::shipped(mode, Region::General));
    step("begin", 0, || ());
    let data = step("read", 0, || osm::read(Path::new(map)))?.value;
    let n = data.nodes.len();
    let read_bytes = data.heap_bytes();
    let built = step("build", n, || build::build(&data, &profiles)).value;
    let network = step("layers", n, || built.network(&profiles, Level::Base, Period::Offpeak));
    // A kept network is its arrays as they lie in memory, and a few hundred bytes around them.
    let folder = std::env::temp_dir().join(format!("onehour-build-{}", std::process::id()));
    let key = CacheKey::of(&[], &[])?;
    Cache::in_folder(&folder).save(&key, &network, "")?;
    let kept_bytes = std::fs::metadata(Cache::in_folder(&folder).path(&key))?.len() as usize;
    std::fs::remove_dir_all(&folder)?;
    println!(
        "{n} nodes, {} vertices, {} edges; read: {} bytes a node; built, three layers: {} bytes a node",
        network.streets.vertices.len(),
        network.streets.edges.len(),
        read_bytes / n.max(1),
        kept_bytes / n.max(1)
    );
    Ok(())
}
