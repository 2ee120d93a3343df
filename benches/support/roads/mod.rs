//! Road-like graphs from a seed, of any size: towns of all sizes with a hierarchy of streets, roads between them, motorways with
//! interchanges, rivers with few bridges, mountains whose roads follow valleys.
//!
//! Junctions make about three quarters of the nodes; the others lie between two junctions, as the nodes of OpenStreetMap that only
//! give a street its shape. Nothing depends on the machine: only sums, products and roots are taken, so that the same seed gives the
//! same bytes everywhere. Time and memory grow with the nodes (sorting the pairs of towns aside): 5 M nodes take seconds.

mod chance;
mod country;
pub mod dimacs;
mod flat;
mod plan;
mod streets;
mod terrain;
mod towns;

use onehour::network::streets::{Place, StreetClass};
use petgraph::algo::kosaraju_scc;
use petgraph::graph::DiGraph;

use chance::{Chance, mixed};
use country::{Country, End, Link};
use plan::{Plan, Street, distance};
use terrain::Terrain;
use towns::Town;

pub use flat::FlatGraph;

/// A generated region.
#[derive(Debug)]
pub struct Roads {
    plan: Plan,
    /// For every street where its inner nodes begin in `inner`; one entry more than streets.
    first_inner: Vec<u32>,
    /// Nodes between the ends of streets, in metres.
    inner: Vec<(f64, f64)>,
}

/// The fewest nodes that a region can have.
pub const FEWEST: usize = 100;

/// How many nodes there are for a town.
const NODES_A_TOWN: usize = 140;

impl Roads {
    /// A region of exactly `n_nodes` nodes, at least [`FEWEST`]: from each of them every other can be reached by car.
    pub fn generate(n_nodes: usize, seed: u64) -> Roads {
        assert!(n_nodes >= FEWEST, "a region has at least {FEWEST} nodes");
        let mut in_towns = n_nodes * 7 / 10;
        loop {
            let mut plan = lay(in_towns, n_nodes / NODES_A_TOWN, seed);
            if plan.junctions.len() <= n_nodes * 9 / 10 {
                open_traps(&mut plan);
                return Roads::bent(plan, n_nodes, seed);
            }
            in_towns = in_towns * 9 / 10;
        }
    }

    /// How many junctions there are; they come first among the vertices of [`Roads::network`].
    pub fn n_junctions(&self) -> usize {
        self.plan.junctions.len()
    }

    /// How many streets there are between junctions.
    pub fn n_streets(&self) -> usize {
        self.plan.streets.len()
    }

    /// How many nodes there are.
    pub fn n_nodes(&self) -> usize {
        self.plan.junctions.len() + self.inner.len()
    }

    /// Bends the streets with all the nodes that are left: the longer a street, the more of them.
    fn bent(plan: Plan, n_nodes: usize, seed: u64) -> Roads {
        let n_inner = n_nodes - plan.junctions.len();
        // Long roads have fewer nodes a kilometre than streets of a town.
        let weight = |street: &Street| (plan.metres(street.from, street.to) as u64).min(3_000) + 10;
        let whole: u64 = plan.streets.iter().map(weight).sum();
        let (mut so_far, mut first_inner, mut inner) = (0, vec![0], Vec::with_capacity(n_inner));
        for (number, street) in plan.streets.iter().enumerate() {
            so_far += weight(street);
            let n_before = inner.len();
            let n_after = (u128::from(so_far) * n_inner as u128 / u128::from(whole)) as usize;
            let (from, to) = (plan.junctions[street.from as usize], plan.junctions[street.to as usize]);
            let mut chance = Chance::of(seed, 1 << 40 | number as u64);
            for at in n_before..n_after {
                let share = (at - n_before + 1) as f64 / (n_after - n_before + 1) as f64;
                let aside = street.bend * 4.0 * share * (1.0 - share) + chance.between(-0.01, 0.01);
                let (east, north) = (to.0 - from.0, to.1 - from.1);
                inner.push((from.0 + east * share - north * aside, from.1 + north * share + east * aside));
            }
            first_inner.push(inner.len() as u32);
        }
        Roads { plan, first_inner, inner }
    }

    /// The points of a street from its begin to its end.
    fn shape(&self, street: usize) -> impl Iterator<Item = (f64, f64)> + '_ {
        let Street { from, to, .. } = self.plan.streets[street];
        let end = |junction: u32| std::iter::once(self.plan.junctions[junction as usize]);
        end(from).chain(self.inner_of(street).iter().copied()).chain(end(to))
    }

    fn inner_of(&self, street: usize) -> &[(f64, f64)] {
        &self.inner[self.first_inner[street] as usize..self.first_inner[street + 1] as usize]
    }

    /// Metres from the begin of a street to each of its points after the first.
    fn lengths(&self, street: usize) -> impl Iterator<Item = f64> + '_ {
        let steps = self.shape(street).zip(self.shape(street).skip(1));
        steps.scan(0.0, |so_far, (from, to)| {
            *so_far += distance(from, to);
            Some(*so_far)
        })
    }
}

/// Deciseconds over some metres at a speed, to the nearest whole one and at least one.
fn deciseconds(metres: f64, speed_kmh: u32) -> u32 {
    (metres * 36.0 / f64::from(speed_kmh)).round().max(1.0) as u32
}

/// A place of the plan on the globe: metres from a corner in the northern hemisphere, on a cylinder that is true at 37 degrees north.
fn place((x, y): (f64, f64)) -> Place {
    const METRES_A_DEGREE: f64 = 111_195.0;
    const COSINE: f64 = 0.798_635_51;
    let (lon, lat) = (10.0 + x / (METRES_A_DEGREE * COSINE), 35.0 + y / METRES_A_DEGREE);
    Place { lon: (lon * 1e7).round() as i32, lat: (lat * 1e7).round() as i32 }
}

/// Lays everything that connects junctions.
fn lay(in_towns: usize, n_towns: usize, seed: u64) -> Plan {
    let seed = mixed(seed);
    let terrain = Terrain::new(seed);
    let country = Country::settle(in_towns, n_towns.max(2), &terrain, seed);
    let mut plan = Plan::default();
    let mut links = country.motorways(&mut plan, seed);
    links.extend(country.roads(&terrain, seed));
    let ends = lay_towns(&country, &links, &terrain, &mut plan);
    for (number, (link, ends)) in links.iter().zip(ends).enumerate() {
        lay_road(link.class, ends, &terrain, &mut Chance::of(seed, 1 << 41 | number as u64), &mut plan);
    }
    plan
}

/// Lays the streets of all towns; the junctions at the ends of links come back.
fn lay_towns(country: &Country, links: &[Link], terrain: &Terrain, plan: &mut Plan) -> Vec<[u32; 2]> {
    let mut ends = vec![[0; 2]; links.len()];
    let mut of_town: Vec<Vec<(usize, usize)>> = vec![Vec::new(); country.towns.len()];
    for (number, link) in links.iter().enumerate() {
        for (side, end) in link.ends.into_iter().enumerate() {
            match end {
                End::Town(town) => of_town[town as usize].push((number, side)),
                End::Junction(junction) => ends[number][side] = junction,
            }
        }
    }
    for (town, sides) in country.towns.iter().zip(&of_town) {
        let opposite = |&(number, side): &(usize, usize)| match links[number].ends[1 - side] {
            End::Town(other) => country.towns[other as usize].centre,
            End::Junction(junction) => plan.junctions[junction as usize],
        };
        let towards: Vec<(f64, f64)> = sides.iter().map(opposite).collect();
        let gates = Town::lay(town, terrain, &towards, plan);
        for (&(number, side), gate) in sides.iter().zip(gates) {
            ends[number][side] = gate;
        }
    }
    ends
}

/// A road through the country: a junction every kilometre or so, from most of which a lane leads to farms and ends.
fn lay_road(class: StreetClass, [from, to]: [u32; 2], terrain: &Terrain, chance: &mut Chance, plan: &mut Plan) {
    let (begin, end) = (plan.junctions[from as usize], plan.junctions[to as usize]);
    let whole = distance(begin, end);
    let n_parts = (whole / chance.between(900.0, 1_600.0)).ceil().clamp(1.0, 400.0) as usize;
    let ahead = ((end.0 - begin.0) / whole.max(1.0), (end.1 - begin.1) / whole.max(1.0));
    let bow = chance.between(-0.12, 0.12) * whole;
    let mut last = from;
    for part in 1..n_parts {
        let share = part as f64 / n_parts as f64;
        let aside = bow * 4.0 * share * (1.0 - share) + chance.between(-60.0, 60.0);
        let (x, y) =
            (begin.0 + ahead.0 * whole * share - ahead.1 * aside, begin.1 + ahead.1 * whole * share + ahead.0 * aside);
        let wild = terrain.is_mountain(x, y);
        let next = plan.junction(x, y);
        plan.lay(last, next, class, false, chance.between(-0.1, 0.1) * if wild { 2.5 } else { 1.0 });
        if chance.yes(if wild { 0.45 } else { 0.75 }) {
            lay_lane(next, ahead, chance, plan);
        }
        last = next;
    }
    if last != to {
        plan.lay(last, to, class, false, chance.between(-0.1, 0.1));
    }
}

/// A lane that ends, sometimes with a fork.
fn lay_lane(from: u32, ahead: (f64, f64), chance: &mut Chance, plan: &mut Plan) {
    let side = if chance.yes(0.5) { 1.0 } else { -1.0 };
    let (x, y) = plan.junctions[from as usize];
    let far = side * chance.between(150.0, 700.0);
    let first = plan.junction(x - ahead.1 * far, y + ahead.0 * far);
    plan.lay(from, first, StreetClass::Unclassified, false, chance.between(-0.15, 0.15));
    if chance.yes(0.35) {
        for way in [1.0, -1.0] {
            let on = way * chance.between(80.0, 300.0);
            let (x, y) = plan.junctions[first as usize];
            let last = plan.junction(x + ahead.0 * on - ahead.1 * far * 0.4, y + ahead.1 * on + ahead.0 * far * 0.4);
            plan.lay(first, last, StreetClass::Service, false, chance.between(-0.15, 0.15));
        }
    }
}

/// Opens those one-way streets in both directions that lead from one part, in which all junctions reach one another, to another part.
/// Since streets join all junctions, all reach one another afterwards.
fn open_traps(plan: &mut Plan) {
    let mut graph = DiGraph::<(), (), u32>::with_capacity(plan.junctions.len(), plan.streets.len() * 2);
    plan.junctions.iter().for_each(|_| {
        graph.add_node(());
    });
    for street in &plan.streets {
        graph.add_edge(street.from.into(), street.to.into(), ());
        if !street.one_way {
            graph.add_edge(street.to.into(), street.from.into(), ());
        }
    }
    let mut part_of = vec![0u32; plan.junctions.len()];
    for (number, part) in (0..).zip(kosaraju_scc(&graph)) {
        part.into_iter().for_each(|junction| part_of[junction.index()] = number);
    }
    for street in &mut plan.streets {
        street.one_way &= part_of[street.from as usize] == part_of[street.to as usize];
    }
}
