//! Figures of the overlay: how many variants are judged in a second.

mod support;

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput};
use onehour::search::flat::FlatGraph;
use onehour::search::overlay::measure::Reached;
use onehour::search::overlay::plan::{Plan, Project};
use onehour::search::overlay::table::{Cell, Table};
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

/// Junctions 200 m apart on a square grid; every tenth street is an arterial, every fortieth a motorway. Times vary by half.
const SIDE: u32 = 300;

fn streets(numbers: &mut Numbers) -> FlatGraph {
    let mut arcs = Vec::new();
    // 200 m at about 25, 60 and 110 km/h.
    let time = |line: u32, numbers: &mut Numbers| {
        let whole = if line % 40 == 0 {
            65
        } else if line % 10 == 0 {
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

/// How zones are numbered: as districts are, by squares in squares; or as it comes.
#[derive(Clone, Copy, PartialEq)]
enum Order {
    Near,
    Any,
}

/// Two-way roads of 2 to 12 km between junctions, at 100 km/h.
fn roads(n: usize, numbers: &mut Numbers) -> Plan<NodeArc> {
    let mut project = || loop {
        let (from, to) = (numbers.below(SIDE * SIDE), numbers.below(SIDE * SIDE));
        let metres = 200 * ((from % SIDE).abs_diff(to % SIDE) + (from / SIDE).abs_diff(to / SIDE));
        if (2_000..12_000).contains(&metres) {
            let time = metres * 36 / 100;
            let adds = [(from, to), (to, from)].map(|(tail, head)| NodeArc { tail, head, time }).to_vec();
            return Project { adds, replaces: Vec::new() };
        }
    };
    Plan::new(Vec::new(), (0..n).map(|_| project()).collect()).expect("no project takes anything away")
}

/// The bits of a place in turn, which numbers squares in squares.
fn along_squares(node: u32) -> u64 {
    let spread = |x: u32| (0..16).map(|bit| u64::from(x >> bit & 1) << (2 * bit)).sum::<u64>();
    spread(node % SIDE) | spread(node / SIDE) << 1
}

struct World {
    table: Table<u32>,
    plan: Plan<TerminalArc>,
    measure: Reached,
}

/// 20 projects; opportunities within 30 minutes.
fn world(n_zones: usize, order: Order) -> World {
    let mut numbers = Numbers(7);
    let graph = streets(&mut numbers);
    let plan = roads(20, &mut numbers);
    let mut nodes: Vec<u32> = (0..n_zones).map(|_| numbers.below(SIDE * SIDE)).collect();
    if order == Order::Near {
        nodes.sort_by_key(|&node| along_squares(node));
    }
    let zones: Vec<Zone> =
        nodes.iter().map(|&node| Zone { departures: vec![(node, 0)], arrivals: vec![(node, 0)] }).collect();
    let (terminals, plan) = plan.on_terminals();
    let table = base::table(&graph, &zones, &terminals);
    let mut by_zone = || (0..n_zones).map(|_| numbers.below(1_000)).collect::<Vec<u32>>();
    let measure = Reached::new(18_000, &by_zone(), &by_zone()).expect("there is a weight for each zone");
    World { table, plan, measure }
}

/// One walk in which all projects join in an order that changes from walk to walk, and leave.
fn walks<C: Cell>(criterion: &mut Criterion<ThreadCpuTime>, name: &str, world: &World, n_zones: usize) {
    let n = world.plan.projects().len();
    let mut walk = Walk::new(world.table.narrowed::<C>(), &world.plan, &world.measure);
    let mut numbers = Numbers(11);
    let mut order: Vec<usize> = (0..n).collect();
    let mut group = criterion.benchmark_group("coalitions");
    group.throughput(Throughput::Elements(n as u64));
    group.bench_function(BenchmarkId::new(name, n_zones), |bencher| {
        bencher.iter(|| {
            (1..n).for_each(|last| order.swap(last, numbers.below(last as u32 + 1) as usize));
            order.iter().for_each(|&project| {
                black_box(walk.join(project));
            });
            walk.leave_to(0);
        });
    });
}

/// All 20 projects at once by the product, on this thread alone.
fn products<C: Cell>(criterion: &mut Criterion<ThreadCpuTime>, name: &str, world: &World, n_zones: usize) {
    let (table, arcs) = (world.table.narrowed::<C>(), world.plan.arcs(&(0..20).collect::<Vec<usize>>()));
    let mut group = criterion.benchmark_group("product");
    group.bench_function(BenchmarkId::new(name, n_zones), |bencher| {
        bencher.iter(|| black_box(product::worth(&table, &arcs, &world.measure)));
    });
}

fn main() {
    rayon::ThreadPoolBuilder::new().num_threads(1).use_current_thread().build_global().expect("no pool was made before");
    let mut criterion = support::criterion();
    for n_zones in [1_000, 3_000] {
        for order in [Order::Near, Order::Any] {
            let world = world(n_zones, order);
            let name =
                |cells: &str| if order == Order::Near { format!("{cells}, near") } else { format!("{cells}, any order") };
            walks::<u16>(&mut criterion, &name("16 bits"), &world, n_zones);
            walks::<u32>(&mut criterion, &name("32 bits"), &world, n_zones);
            if order == Order::Near {
                products::<u16>(&mut criterion, &name("16 bits"), &world, n_zones);
                products::<u32>(&mut criterion, &name("32 bits"), &world, n_zones);
            }
        }
    }
    criterion.final_summary();
}
