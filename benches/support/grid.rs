//! A made city for variants: streets on a grid, zones, and projects that cross it.

use std::ops::Range;

use onehour::network::streets::Place;
use onehour::search::flat::FlatGraph;
use onehour::search::overlay::measure::Reached;
use onehour::search::overlay::order::near_together;
use onehour::search::overlay::plan::{Plan, Project};
use onehour::search::overlay::table::Table;
use onehour::search::overlay::{NodeArc, TerminalArc, Zone, base};

/// Numbers that look random and are the same every time (SplitMix64).
pub struct Numbers(pub u64);

impl Numbers {
    pub fn below(&mut self, end: u32) -> u32 {
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

/// How zones are numbered.
#[derive(Clone, Copy, PartialEq)]
pub enum Order {
    /// As the library puts them.
    Near,
    /// As it comes.
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

/// All that a study of variants begins with.
pub struct World {
    /// The streets without the projects.
    pub graph: FlatGraph,
    /// The nodes of the zones, numbered as in the table.
    pub zones: Vec<u32>,
    /// The projects, on nodes.
    pub roads: Plan<NodeArc>,
    pub table: Table<u32>,
    /// The projects, on terminals of the table.
    pub plan: Plan<TerminalArc>,
    pub measure: Reached,
}

impl World {
    /// Zones, and projects of these lengths in metres; opportunities within 30 minutes.
    pub fn new(n_zones: usize, order: Order, n_projects: usize, lengths: Range<u32>) -> World {
        let mut numbers = Numbers(7);
        let graph = streets(&mut numbers);
        let roads = roads(n_projects, lengths, &mut numbers);
        let mut zones: Vec<u32> = (0..n_zones).map(|_| numbers.below(SIDE * SIDE)).collect();
        let (terminals, plan) = roads.on_terminals();
        let mut table = table_of(&graph, &zones, &terminals);
        if order == Order::Near {
            let near = near_together(&table);
            table = table.renumbered(&near);
            zones = near.iter().map(|&zone| zones[zone]).collect();
        }
        let mut by_zone = || (0..n_zones).map(|_| numbers.below(1_000)).collect::<Vec<u32>>();
        let measure = Reached::new(18_000, &by_zone(), &by_zone()).expect("there is a weight for each zone");
        World { graph, zones, roads, table, plan, measure }
    }
}

/// The times between zones that are nodes, and terminals.
pub fn table_of(graph: &FlatGraph, zones: &[u32], terminals: &[u32]) -> Table<u32> {
    base::table(graph, &zones_at(zones), terminals)
}

/// Zones that are nodes.
pub fn zones_at(nodes: &[u32]) -> Vec<Zone> {
    nodes.iter().map(|&node| Zone { departures: vec![(node, 0)], arrivals: vec![(node, 0)] }).collect()
}

/// Where a junction lies.
pub fn place_of(node: u32) -> Place {
    // 250 m are about so many ten-millionths of a degree of longitude and of latitude at 35 degrees north.
    let [x, y] = [node % SIDE, node / SIDE].map(|at| at as i32);
    Place { lon: 1_000_000_000 + x * 27_450, lat: 350_000_000 + y * 22_480 }
}
