//! Figures of the overlay: how many variants are judged in a second.

#[allow(dead_code)]
#[path = "support/grid.rs"]
mod grid;
mod support;

use std::hint::black_box;
use std::num::NonZeroUsize;

use criterion::{BenchmarkId, Criterion, Throughput};
use onehour::network::streets::Place;
use onehour::search::overlay::attribution::Way;
use onehour::search::overlay::choice::Costs;
use onehour::search::overlay::measure::Measure;
use onehour::search::overlay::recompute::Recompute;
use onehour::search::overlay::table::{Block, Cell};
use onehour::search::overlay::updates::Overlay;
use onehour::search::overlay::walk::Walk;
use onehour::search::overlay::{TerminalArc, attribution, product};

use grid::{Numbers, Order, World, place_of, zones_at};
use support::ThreadCpuTime;

/// Searches anew over the streets of a world.
fn recompute(world: &World) -> Recompute {
    let places: Vec<Place> = (0..world.graph.n_nodes() as u32).map(place_of).collect();
    let (terminals, _) = world.roads.on_terminals();
    Recompute::new(&world.graph, &places, &zones_at(&world.zones), &terminals, world.plan.every_arc())
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
    let world = World::new(1_000, Order::Near, 50, 2_000..12_000);
    tell("50 roads", &world);
    let n_pairs = NonZeroUsize::new(50).expect("fifty is not zero");
    let mut group = criterion.benchmark_group("values");
    group.bench_function("50 roads, 100 orders", |bencher| {
        bencher.iter(|| black_box(attribution::sampled(&world.table, &world.plan, &world.measure, Way::Walk, n_pairs, 5)));
    });
}

/// Variants of more and more arcs in all three ways, and which way is chosen.
fn ways(criterion: &mut Criterion<ThreadCpuTime>, n_zones: usize) {
    let world = World::new(n_zones, Order::Near, 250, 2_000..12_000);
    let mut recompute = recompute(&world);
    let (table, all) = (world.table.narrowed::<u16>(), world.plan.every_arc().collect::<Vec<TerminalArc>>());
    let mut overlay = Overlay::new(table.clone());
    let costs = Costs::measured(&mut overlay, &all, &world.measure, Some(&mut recompute));
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
            bencher.iter(|| recompute.worth(&table, arcs, &world.measure));
        });
    }
}

fn main() {
    // Everything on this thread, whose time is measured.
    rayon::ThreadPoolBuilder::new().num_threads(1).use_current_thread().build_global().expect("no pool was made before");
    let mut criterion = support::criterion();
    for n_zones in [1_000, 3_000] {
        let near = World::new(n_zones, Order::Near, 20, 2_000..12_000);
        tell("20 roads of 2 to 12 km", &near);
        walks::<u16>(&mut criterion, "roads, 16 bits", &near);
        walks::<u32>(&mut criterion, "roads, 32 bits", &near);
        products::<u16>(&mut criterion, "roads, 16 bits", &near);
        let any = World::new(n_zones, Order::Any, 20, 2_000..12_000);
        walks::<u16>(&mut criterion, "roads, 16 bits, zones in any order", &any);
        let long = World::new(n_zones, Order::Near, 20, 10_000..40_000);
        tell("20 expressways of 10 to 40 km", &long);
        walks::<u16>(&mut criterion, "expressways, 16 bits", &long);
        walks::<u32>(&mut criterion, "expressways, 32 bits", &long);
    }
    values(&mut criterion);
    ways(&mut criterion, 1_000);
    ways(&mut criterion, 3_000);
    criterion.final_summary();
}
