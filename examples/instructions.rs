//! Runs one hot loop on a fixed graph, for `benches/instructions.sh`, which counts the instructions of the function that holds it.
//!
//! Call: `instructions list`, or `instructions` with one of the names listed. To add a loop, add a row to [`LOOPS`] and a function
//! `loop_…` that is never inlined.

use std::error::Error;
use std::hint::black_box;

use onehour::measure::street_bands::{Canvas, Fringe, Paving, Scratch as BandsScratch};
use onehour::network::squares::Lattice;
use onehour::network::streets::StreetMode;
use onehour::search::Direction;
use onehour::search::doors::egress::{DoorLinks, Egress, Lane};
use onehour::search::doors::ranks::Ranks;
use onehour::search::doors::reach::StateReach;
use onehour::search::doors::{self, Approach, ApproachKind, Statistic, Terms, Window};
use onehour::search::flat::{FlatGraph, Scratch};
use onehour::search::hierarchy::{
    LANES, LaneScratch, LaneTime, Lean, Metric, Sweep, SweepScratch, Targets, Topology, order,
};
use onehour::search::raptor::added::AddedLines;
use onehour::search::raptor::repair::RepairScratch;
use onehour::search::raptor::{Limits, Raptor, Scratch as RideScratch, StopTime};
use onehour::units::{Distance, Duration, Speed};

#[allow(dead_code)]
#[path = "../benches/support/lattice.rs"]
mod lattice;
#[allow(dead_code)]
#[path = "../benches/support/roads/mod.rs"]
mod roads;
#[allow(dead_code)]
#[path = "../benches/support/timetables.rs"]
mod timetables;

use lattice::{N_TIMES, doors};
use roads::Roads;
use timetables::{Dice, Province, window};

/// Nodes of the region; callgrind takes about fifty times as long as the processor.
const N_NODES: usize = 30_000;

/// Stops of the province.
const N_STOPS: u32 = 2_000;

/// Doors to which rides are carried on.
const N_DOORS: usize = 500;

/// Searches of each loop.
const N_ROOTS: u32 = 20;

const LIMITS: Limits = Limits { max_rides: 5, max_duration: 108_000, direction: Direction::Forward };

/// A loop over the world.
type Loop = fn(&World);

/// The names of the loops; that of the function has `loop_` before it.
const LOOPS: [(&str, Loop); 14] = [
    ("dijkstra", loop_dijkstra),
    ("dijkstra_limited", loop_dijkstra_limited),
    ("topology", loop_topology),
    ("customize", loop_customize),
    ("sweep", loop_sweep),
    ("sweep_limited", loop_sweep_limited),
    ("lanes", loop_lanes),
    ("lanes_wide", loop_lanes_wide),
    ("rides_once", loop_rides_once),
    ("rides_window", loop_rides_window),
    ("rides_repair", loop_rides_repair),
    ("egress_lanes", loop_egress_lanes),
    ("egress_wide", loop_egress_wide),
    ("bands", bands),
];

/// What the loops work on; making it is not counted.
struct World {
    graph: FlatGraph,
    order: Vec<u32>,
    topology: Topology,
    lean: Lean,
    sweep: Sweep,
    /// For loops over timetables.
    rides: Option<Rides>,
    /// For loops from stops on to doors.
    egress: Option<(DoorLinks, Egress<u16>, Egress<u32>)>,
}

/// A province, the ways to its stops from some doors, and lines that variants add.
struct Rides {
    raptor: Raptor,
    accesses: Vec<Vec<StopTime>>,
    lines: Vec<AddedLines>,
}

fn main() -> Result<(), Box<dyn Error>> {
    // The count of several threads depends on who takes what.
    rayon::ThreadPoolBuilder::new().num_threads(1).use_current_thread().build_global()?;
    let asked = std::env::args().nth(1).ok_or("call: instructions list | <loop>")?;
    if asked == "list" {
        LOOPS.iter().for_each(|(name, _)| println!("{name}"));
        return Ok(());
    }
    let (_, run) = LOOPS.iter().find(|(name, _)| *name == asked).ok_or_else(|| format!("there is no loop \"{asked}\""))?;
    run(&World::new(&asked));
    Ok(())
}

impl World {
    fn new(asked: &str) -> Self {
        let flat = Roads::generate(N_NODES, 1).flat();
        let graph = FlatGraph::from_list(flat.n_nodes(), &flat.arcs().collect::<Vec<_>>());
        let order = order::nested_dissection(&graph, &flat.places);
        let topology = Topology::new(&graph, &order);
        let lean = Lean::new(&topology, &Metric::customize(&topology, &graph));
        let sweep = Sweep::new(&lean);
        let rides = asked.starts_with("rides").then(Rides::new);
        let egress = asked.starts_with("egress").then(|| (doors(), lattice::rides(60_000), lattice::rides(60_000)));
        World { graph, order, topology, lean, sweep, rides, egress }
    }

    fn rides(&self) -> &Rides {
        self.rides.as_ref().expect("rides are made for the loops whose names begin so")
    }

    fn roots(&self) -> impl Iterator<Item = u32> {
        let n = self.graph.n_nodes() as u32;
        (0..N_ROOTS).map(move |at| (at * 2 + 1) * (n / (2 * N_ROOTS)))
    }

    fn dijkstra(&self, limit: u32) {
        let mut scratch = Scratch::new();
        for root in self.roots() {
            self.graph.search(&[(root, 0)], limit, &mut scratch);
            black_box(scratch.settled().len());
        }
    }

    /// 64 of the nodes to every tenth.
    fn lanes<T: LaneTime>(&self) {
        let n = self.graph.n_nodes() as u32;
        let targets: Vec<[(u32, u32); 1]> = (0..n / 10).map(|at| [(at * 10, 0)]).collect();
        let targets = Targets::new(&self.lean, Direction::Forward, &targets);
        let sources: Vec<[(u32, u32); 1]> = (0..LANES as u32).map(|at| [(at * (n / LANES as u32), 0)]).collect();
        let sources: Vec<&[(u32, u32)]> = sources.iter().map(|source| &source[..]).collect();
        let mut scratch = LaneScratch::<T>::new();
        scratch.run(&self.lean, &targets, &sources, u32::MAX);
        black_box(scratch.times(&targets, 0)[0]);
    }

    fn sweeps(&self, limit: u32) {
        let mut scratch = SweepScratch::new();
        for root in self.roots() {
            self.sweep.run(Direction::Forward, &[(root, 0)], limit, &mut scratch);
            black_box(scratch.n_visited());
        }
    }
}

impl Rides {
    fn new() -> Self {
        let mut province = Province::make(N_STOPS, 1);
        let mut dice = Dice(7);
        let accesses = (0..N_ROOTS / 2).map(|_| province.access(&mut dice)).collect();
        let patterns = &mut province.timetable.patterns;
        let mut throw = || patterns.swap_remove(dice.below(patterns.len() as u32) as usize);
        let lines = (0..N_ROOTS).map(|_| AddedLines::freeze(&[throw()], &[])).collect();
        Rides { raptor: province.freeze(), accesses, lines }
    }

    /// Up to five rides and three hours from every door.
    fn range(&self, departures: &[u32]) {
        let mut scratch = RideScratch::new();
        for access in &self.accesses {
            black_box(self.raptor.range(access, departures, &LIMITS, &mut scratch).reached().len());
        }
    }

    /// One base for every door, and each line added to it.
    fn repairs(&self) {
        let (mut scratch, mut repair, departures) = (RideScratch::new(), RepairScratch::new(), window(120));
        for access in &self.accesses {
            let base = self.raptor.base(access, &departures, &LIMITS, &mut scratch);
            for line in &self.lines {
                black_box(base.with_lines(&[line], &mut repair).changed().len());
            }
        }
    }
}

/// Five percentiles at the first of the doors.
fn carried_on<L: Lane>(doors: &DoorLinks, rides: &Egress<L>) {
    let ranks: Vec<usize> = [5, 25, 50, 75, 95].iter().map(|percent| (N_TIMES * percent).div_ceil(100) - 1).collect();
    black_box(rides.times(doors, 0..N_DOORS, &Ranks::new(N_TIMES, &ranks), |_, _| None).len());
}

#[inline(never)]
fn loop_dijkstra(world: &World) {
    world.dijkstra(u32::MAX);
}

#[inline(never)]
fn loop_dijkstra_limited(world: &World) {
    world.dijkstra(9_000);
}

#[inline(never)]
fn loop_topology(world: &World) {
    black_box(Topology::new(&world.graph, &world.order));
}

#[inline(never)]
fn loop_customize(world: &World) {
    black_box(Metric::customize(&world.topology, &world.graph));
}

#[inline(never)]
fn loop_sweep(world: &World) {
    world.sweeps(u32::MAX);
}

#[inline(never)]
fn loop_sweep_limited(world: &World) {
    world.sweeps(9_000);
}

#[inline(never)]
fn loop_lanes(world: &World) {
    world.lanes::<u16>();
}

#[inline(never)]
fn loop_lanes_wide(world: &World) {
    world.lanes::<u32>();
}

#[inline(never)]
fn loop_rides_once(world: &World) {
    world.rides().range(&[288_000]);
}

#[inline(never)]
fn loop_rides_window(world: &World) {
    world.rides().range(&window(120));
}

#[inline(never)]
fn loop_rides_repair(world: &World) {
    world.rides().repairs();
}

#[inline(never)]
fn loop_egress_lanes(world: &World) {
    let (doors, narrow, _) = world.egress.as_ref().expect("they are made for the loops whose names begin so");
    carried_on(doors, narrow);
}

#[inline(never)]
fn loop_egress_wide(world: &World) {
    let (doors, _, wide) = world.egress.as_ref().expect("they are made for the loops whose names begin so");
    carried_on(doors, wide);
}

/// Six bands of five minutes each by car, on a lattice of 100 m; what the search and the canvas take is not counted.
fn bands(_: &World) {
    let network = Roads::generate(N_NODES, 1).network();
    let world = doors::world::World::new(&network, &[StreetMode::Car], 500.0);
    let root = world.locate(network.streets.vertices[0].at.lon_lat());
    let limits: Vec<Duration> = (1..=6).map(|at| Duration::from_mins(5 * at)).collect();
    let direct = vec![Approach::plain(ApproachKind::Car)];
    let terms = Terms { direct, access: Vec::new(), egress: Vec::new(), max_rides: 0, max_trip: limits[5] };
    let window = Window { direction: Direction::Forward, times: vec![0], first_draw: true };
    let off_street = Speed::from_kmh(4.8).expect("a speed");
    let fringe = Fringe { lattice: Lattice::around(root.at, 100), off_street, reach: Distance::from_metres(200) };
    let canvas = Canvas::of(&network.streets, &fringe).expect("the region is not too large");
    let paving = canvas.pave(&world.mode(StreetMode::Car).expect("cars may drive").graph, Direction::Forward);
    let reach = world.reach_of_states(&root, &terms, &window, Statistic::Best(1), &mut doors::row::Workspace::default());
    loop_bands(&canvas, &[(&paving, &reach[0])], &limits);
}

#[inline(never)]
fn loop_bands(canvas: &Canvas, reach: &[(&Paving, &StateReach)], limits: &[Duration]) {
    let mut room = BandsScratch::default();
    for _ in 0..N_ROOTS {
        black_box(canvas.bands_of_states(reach, limits, &mut room));
    }
}
