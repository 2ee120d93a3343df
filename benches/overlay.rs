//! Figures of the overlay: how many variants are judged in a second.

mod support;

use std::hint::black_box;
use std::num::NonZeroUsize;
use std::ops::Range;

use criterion::{BenchmarkId, Criterion, Throughput};
use onehour::network::streets::Place;
use onehour::search::flat::FlatGraph;
use onehour::search::overlay::attribution::{self, Way};
use onehour::search::overlay::choice::Costs;
use onehour::search::overlay::measure::{Measure, Reached};
use onehour::search::overlay::order::near_together;
use onehour::search::overlay::plan::{Plan, Project};
use onehour::search::overlay::recompute::Recompute;
use onehour::search::overlay::table::{Block, Cell, Table};
use onehour::search::overlay::updates::Overlay;
use onehour::search::overlay::walk::Walk;
use onehour::search::overlay::{NodeArc, TerminalArc, Zone, base, product};
use support::ThreadCpuTime;

/// Numbers that look random and are the same every time (SplitMix64).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: u32) -> u32 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((x ^ (x >> 31)) % u64::from(end)) as u32
    }
}

/// Junctions 250 m apart on a square grid of 50 km; every tenth street is an arterial, every fortieth a motorway. Times vary
/// by half.
const SIDE: u32 = 200;

/// Metres between junctions.
const APART: u32 = 250;

fn streets(numbers: &mut Numbers) -> FlatGraph {
    let mut arcs = Vec::new();
    // 250 m at about 25, 50 and 90 km/h.
    let time = |line: u32, numbers: &mut Numbers| {
        let whole = if line.is_multiple_of(40) {
            65
        } else if line.is_multiple_of(10) {
            120
        } else {
            290
        };
        whole * 3 / 4 + numbers.below(whole / 2)
    };
    for at in 0..SIDE * SIDE {
        let (x, y) = (at % SIDE, at / SIDE);
        for (to, there, line) in [(at + 1, x + 1 < SIDE, y), (at + SIDE, y + 1 < SIDE, x)] {
            if there && (line % 10 == 0 || numbers.below(8) > 0) {
                arcs.push((at, to, time(line, numbers)));
                arcs.push((to, at, time(line, numbers)));
            }
        }
    }
    FlatGraph::from_list((SIDE * SIDE) as usize, &arcs)
}

/// How zones are numbered: as the library puts them, or as it comes.
#[derive(Clone, Copy, PartialEq)]
enum Order {
    Near,
    Any,
}

/// Two-way projects between crossings of arterials so many metres apart, straight ahead at 120 km/h.
fn roads(n: usize, lengths: Range<u32>, numbers: &mut Numbers) -> Plan<NodeArc> {
    let mut project = || loop {
        let mut crossing = || 10 * (numbers.below(SIDE / 10) + SIDE * numbers.below(SIDE / 10));
        let (from, to) = (crossing(), crossing());
        let apart = |a: u32, b: u32| f64::from(APART * a.abs_diff(b));
        let metres = apart(from % SIDE, to % SIDE).hypot(apart(from / SIDE, to / SIDE)) as u32;
        if lengths.contains(&metres) {
            let time = metres * 30 / 100;
            let adds = [(from, to), (to, from)].map(|(tail, head)| NodeArc { tail, head, time }).to_vec();
            return Project { adds, replaces: Vec::new() };
        }
    };
    Plan::new(Vec::new(), (0..n).map(|_| project()).collect()).expect("no project takes anything away")
}

struct World {
    table: Table<u32>,
    recompute: Recompute,
    plan: Plan<TerminalArc>,
    measure: Reached,
}

/// Projects of these lengths; opportunities within 30 minutes.
fn world(n_zones: usize, order: Order, n_projects: usize, lengths: Range<u32>) -> World {
    let mut numbers = Numbers(7);
    let graph = streets(&mut numbers);
    let plan = roads(n_projects, lengths, &mut numbers);
    let nodes: Vec<u32> = (0..n_zones).map(|_| numbers.below(SIDE * SIDE)).collect();
    let zones: Vec<Zone> =
        nodes.iter().map(|&node| Zone { departures: vec![(node, 0)], arrivals: vec![(node, 0)] }).collect();
    let (terminals, plan) = plan.on_terminals();
    let mut table = base::table(&graph, &zones, &terminals);
    let mut in_order = zones;
    if order == Order::Near {
        let order = near_together(&table);
        table = table.renumbered(&order);
        in_order = order.iter().map(|&zone| in_order[zone].clone()).collect();
    }
    let places: Vec<Place> =
        (0..(SIDE * SIDE) as i32).map(|at| Place { lon: at % SIDE as i32, lat: at / SIDE as i32 }).collect();
    let recompute = Recompute::new(&graph, &places, &in_order, &terminals, plan.every_arc());
    let mut by_zone = || (0..n_zones).map(|_| numbers.below(1_000)).collect::<Vec<u32>>();
    let measure = Reached::new(18_000, &by_zone(), &by_zone()).expect("there is a weight for each zone");
    World { table, recompute, plan, measure }
}

/// Counts the pairs of zones whose time changes.
struct Changed;

impl Measure for Changed {
    fn worth<C: Cell>(&self, _: usize, _: usize, _: &Block<C>) -> i64 {
        0
    }

    fn weight(&self, _: usize) -> i64 {
        1
    }

    fn horizon(&self) -> Option<u32> {
        None
    }

    fn gain<C: Cell>(&self, _: usize, _: usize, before: &Block<C>, after: &Block<C>) -> i64 {
        before.0.iter().zip(&after.0).filter(|(before, after)| before != after).count() as i64
    }
}

/// Says how much work a walk is: figures mean little without it.
fn tell(name: &str, world: &World) {
    let mut overlay = Overlay::new(world.table.clone());
    let pairs = (world.table.n_zones() as f64).powi(2);
    let arcs = world.plan.arcs(&(0..world.plan.projects().len()).collect::<Vec<usize>>());
    let changes: Vec<f64> = arcs.iter().map(|&arc| overlay.add(arc, &Changed) as f64 / pairs * 100.0).collect();
    let mean = changes.iter().sum::<f64>() / changes.len() as f64;
    let most = changes.iter().copied().fold(0.0, f64::max);
    eprintln!("{name}: joining in turn, an arc changes {mean:.2} % of the pairs of zones, at most {most:.2} %");
}

/// One walk in which all projects join in an order that changes from walk to walk, and leave.
fn walks<C: Cell>(criterion: &mut Criterion<ThreadCpuTime>, name: &str, world: &World) {
    let n = world.plan.projects().len();
    let mut walk = Walk::new(world.table.narrowed::<C>(), &world.plan, &world.measure);
    let mut numbers = Numbers(11);
    let mut order: Vec<usize> = (0..n).collect();
    let mut group = criterion.benchmark_group("coalitions");
    group.throughput(Throughput::Elements(n as u64));
    group.bench_function(BenchmarkId::new(name, world.table.n_zones()), |bencher| {
        bencher.iter(|| {
            (1..n).for_each(|last| order.swap(last, numbers.below(last as u32 + 1) as usize));
            order.iter().for_each(|&project| {
                black_box(walk.join(project));
            });
            walk.leave_to(0);
        });
    });
}

/// All projects at once by the product.
fn products<C: Cell>(criterion: &mut Criterion<ThreadCpuTime>, name: &str, world: &World) {
    let members: Vec<usize> = (0..world.plan.projects().len()).collect();
    let (table, arcs) = (world.table.narrowed::<C>(), world.plan.arcs(&members));
    let mut group = criterion.benchmark_group("product");
    group.bench_function(BenchmarkId::new(name, world.table.n_zones()), |bencher| {
        bencher.iter(|| black_box(product::worth(&table, &arcs, &world.measure)));
    });
}

/// Shapley values of 50 projects from 100 orders, that is, 5000 coalitions.
fn values(criterion: &mut Criterion<ThreadCpuTime>) {
    let world = world(1_000, Order::Near, 50, 2_000..12_000);
    tell("50 roads", &world);
    let n_pairs = NonZeroUsize::new(50).expect("fifty is not zero");
    let mut group = criterion.benchmark_group("values");
    group.bench_function("50 roads, 100 orders", |bencher| {
        bencher.iter(|| black_box(attribution::sampled(&world.table, &world.plan, &world.measure, Way::Walk, n_pairs, 5)));
    });
}

/// Variants of more and more arcs in all three ways, and which way is chosen.
fn ways(criterion: &mut Criterion<ThreadCpuTime>, n_zones: usize) {
    let mut world = world(n_zones, Order::Near, 250, 2_000..12_000);
    let (table, all) = (world.table.narrowed::<u16>(), world.plan.every_arc().collect::<Vec<TerminalArc>>());
    let mut overlay = Overlay::new(table.clone());
    let costs = Costs::measured(&mut overlay, &all, &world.measure, Some(&mut world.recompute));
    eprintln!("{n_zones} zones, seconds: {costs:?}");
    let mut group = criterion.benchmark_group(format!("variants of arcs, {n_zones} zones"));
    for n_arcs in [10, 40, 100, 250, 500] {
        eprintln!("{n_arcs} arcs: {:?} is chosen", costs.cheapest(n_arcs));
        let arcs = &all[..n_arcs];
        group.bench_function(BenchmarkId::new("updates", n_arcs), |bencher| {
            bencher.iter(|| {
                let mark = overlay.mark();
                let gain: i128 = arcs.iter().map(|&arc| overlay.add(arc, &world.measure)).sum();
                overlay.undo(mark);
                gain
            });
        });
        group.bench_function(BenchmarkId::new("product", n_arcs), |bencher| {
            bencher.iter(|| product::worth(&table, arcs, &world.measure));
        });
        group.bench_function(BenchmarkId::new("recompute", n_arcs), |bencher| {
            bencher.iter(|| world.recompute.worth(&table, arcs, &world.measure));
        });
    }
}

fn main() {
    // Everything on this thread, whose time is measured.
    rayon::ThreadPoolBuilder::new().num_threads(1).use_current_thread().build_global().expect("no pool was made before");
    let mut criterion = support::criterion();
    for n_zones in [1_000, 3_000] {
        let near = world(n_zones, Order::Near, 20, 2_000..12_000);
        tell("20 roads of 2 to 12 km", &near);
        walks::<u16>(&mut criterion, "roads, 16 bits", &near);
        walks::<u32>(&mut criterion, "roads, 32 bits", &near);
        products::<u16>(&mut criterion, "roads, 16 bits", &near);
        let any = world(n_zones, Order::Any, 20, 2_000..12_000);
        walks::<u16>(&mut criterion, "roads, 16 bits, zones in any order", &any);
        let long = world(n_zones, Order::Near, 20, 10_000..40_000);
        tell("20 expressways of 10 to 40 km", &long);
        walks::<u16>(&mut criterion, "expressways, 16 bits", &long);
        walks::<u32>(&mut criterion, "expressways, 32 bits", &long);
    }
    values(&mut criterion);
    ways(&mut criterion, 1_000);
    ways(&mut criterion, 3_000);
    criterion.final_summary();
}
