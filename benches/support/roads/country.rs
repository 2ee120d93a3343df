//! Where towns lie, and which of them a road or a motorway joins.

use super::chance::Chance;
use super::plan::{Joined, Plan, distance};
use super::terrain::Terrain;
use super::towns::Town;
use onehour::network::streets::StreetClass;

/// A place at which a road begins or ends.
#[derive(Debug, Clone, Copy)]
pub enum End {
    /// The edge of a town.
    Town(u32),
    /// A junction of the plan.
    Junction(u32),
}

/// A road to be laid.
#[derive(Debug, Clone, Copy)]
pub struct Link {
    pub ends: [End; 2],
    pub class: StreetClass,
}

/// Towns in a square, and which of them are in each square of a grid.
pub struct Country {
    pub towns: Vec<Town>,
    side: f64,
    n_cells: usize,
    cells: Vec<Vec<u32>>,
}

impl Country {
    /// `n_towns` towns with about `n_junctions` together, the i-th largest an i-th of the largest (Zipf's law); in the mountains they lie
    /// in valleys, and the largest do not lie there at all.
    pub fn settle(n_junctions: usize, n_towns: usize, terrain: &Terrain, seed: u64) -> Self {
        let shares: f64 = (1..=n_towns).map(|rank| 1.0 / rank as f64).sum();
        let size = |rank: usize| ((n_junctions as f64 / shares / (rank + 1) as f64) as usize).max(6);
        let towns: Vec<Town> =
            (0..n_towns).map(|rank| Town::new((0.0, 0.0), size(rank), seed ^ (rank as u64) << 20)).collect();
        let built: f64 = towns.iter().map(|town| town.radius * town.radius * std::f64::consts::PI).sum();
        let n_cells = ((n_towns as f64).sqrt() as usize).max(1);
        let mut country =
            Country { towns: Vec::new(), side: (built * 4.5).sqrt(), n_cells, cells: vec![Vec::new(); n_cells * n_cells] };
        for (rank, mut town) in towns.into_iter().enumerate() {
            let mut chance = Chance::of(seed, 100 + rank as u64);
            // After forty places that are taken the last one is used: towns may grow into one another.
            for _ in 0..40 {
                let margin = (town.radius * 1.1).min(country.side * 0.5);
                let (low, high) = (margin, country.side - margin);
                let place = (chance.between(low, high), chance.between(low, high));
                let mountain = terrain.is_mountain(place.0, place.1);
                town.centre = if mountain { terrain.in_valley(place.0, place.1) } else { place };
                let free = !country.near(town.centre, town.radius).any(|other| country.overlap(&town, other));
                if free && !(mountain && rank * 20 < n_towns) {
                    break;
                }
            }
            country.add(town);
        }
        country
    }

    fn add(&mut self, town: Town) {
        let number = self.towns.len() as u32;
        self.towns.push(town);
        for cell in self.cells_of(town.centre, town.radius) {
            self.cells[cell].push(number);
        }
    }

    fn cells_of(&self, centre: (f64, f64), reach: f64) -> Vec<usize> {
        let line = |metres: f64| ((metres / self.side * self.n_cells as f64).max(0.0) as usize).min(self.n_cells - 1);
        let columns = line(centre.0 - reach)..=line(centre.0 + reach);
        let rows = line(centre.1 - reach)..=line(centre.1 + reach);
        rows.flat_map(|row| columns.clone().map(move |column| row * self.n_cells + column)).collect()
    }

    /// Towns that may lie within `reach` of a place, some of them more than once.
    fn near(&self, centre: (f64, f64), reach: f64) -> impl Iterator<Item = u32> + '_ {
        self.cells_of(centre, reach).into_iter().flat_map(|cell| self.cells[cell].iter().copied())
    }

    fn overlap(&self, town: &Town, other: u32) -> bool {
        let other = &self.towns[other as usize];
        distance(town.centre, other.centre) < (town.radius + other.radius) * 1.15
    }

    /// The roads between towns: those of the Gabriel graph (Gabriel and Sokal, 1969: no third town in the circle over two) that join
    /// what is not joined yet, shortest first and passes and bridges last, and a share of the others: most in the plain, few bridges,
    /// hardly any passes.
    pub fn roads(&self, terrain: &Terrain, seed: u64) -> Vec<Link> {
        let mut pairs = self.neighbours(terrain);
        pairs.sort_by(|one, other| one.cost.total_cmp(&other.cost).then(one.towns.cmp(&other.towns)));
        let mut chance = Chance::of(seed, 3);
        let mut joined = Joined::new(self.towns.len());
        let mut links = Vec::new();
        for pair in pairs {
            let [one, other] = pair.towns;
            // Chance is drawn in any case, so that one road more does not change all others.
            if chance.yes(pair.share) | joined.join(one, other) {
                links.push(self.link(one, other));
            }
        }
        let order = self.cells.iter().flatten().copied().collect::<Vec<u32>>();
        for pair in order.windows(2) {
            if joined.join(pair[0], pair[1]) {
                links.push(self.link(pair[0], pair[1]));
            }
        }
        links
    }

    fn link(&self, one: u32, other: u32) -> Link {
        let class = match self.towns[one as usize].size.min(self.towns[other as usize].size) {
            600.. => StreetClass::Primary,
            100.. => StreetClass::Secondary,
            _ => StreetClass::Tertiary,
        };
        Link { ends: [End::Town(one), End::Town(other)], class }
    }

    fn neighbours(&self, terrain: &Terrain) -> Vec<Pair> {
        let reach = self.side / self.n_cells as f64 * 2.0;
        let beside = |town: u32| {
            let mut near: Vec<u32> =
                self.near(self.towns[town as usize].centre, reach).filter(|&other| other != town).collect();
            near.sort_unstable();
            near.dedup();
            near
        };
        let near: Vec<Vec<u32>> = (0..self.towns.len() as u32).map(beside).collect();
        let mut pairs = Vec::new();
        for (one, near_one) in (0..).zip(&near) {
            for &other in near_one {
                let listed_twice = near[other as usize].binary_search(&one).is_ok();
                let first = one < other || !listed_twice;
                if first && self.is_free(one, other, near_one.iter().chain(&near[other as usize])) {
                    pairs.push(self.pair(one.min(other), one.max(other), terrain));
                }
            }
        }
        pairs
    }

    fn pair(&self, one: u32, other: u32, terrain: &Terrain) -> Pair {
        let [from, to] = [one, other].map(|town| self.towns[town as usize]);
        let free = (distance(from.centre, to.centre) - from.radius - to.radius).max(0.0) + 200.0;
        let bridge = terrain.bank(from.centre.0, from.centre.1) != terrain.bank(to.centre.0, to.centre.1);
        let mountain = terrain.is_mountain(from.centre.0, from.centre.1);
        let (dearer, share) = match (terrain.is_pass(from.centre, to.centre), bridge, mountain) {
            (true, _, _) => (5.0, 0.07),
            (_, true, _) => (2.5, 0.3),
            (_, _, true) => (1.0, 0.5),
            _ => (1.0, 0.95),
        };
        Pair { towns: [one, other], cost: free * dearer, share }
    }

    /// Whether no third town lies between two.
    fn is_free<'a>(&self, one: u32, other: u32, mut third: impl Iterator<Item = &'a u32>) -> bool {
        let [from, to] = [one, other].map(|town| self.towns[town as usize].centre);
        let half = distance(from, to) / 2.0;
        let middle = ((from.0 + to.0) / 2.0, (from.1 + to.1) / 2.0);
        let between = |&third: &u32| {
            let town = &self.towns[third as usize];
            third != one && third != other && distance(town.centre, middle) < half + town.radius * 0.8
        };
        !third.any(between)
    }

    /// Lays motorways between the largest towns, with interchanges, and gives the roads that lead from those to towns.
    pub fn motorways(&self, plan: &mut Plan, seed: u64) -> Vec<Link> {
        let n_hubs = ((self.towns.len() as f64).sqrt() * 0.6) as u32;
        let mut links = Vec::new();
        let mut at_hub: Vec<Vec<u32>> = vec![Vec::new(); n_hubs as usize];
        for one in 0..n_hubs {
            for other in one + 1..n_hubs {
                let hubs: Vec<u32> = (0..n_hubs).collect();
                let [from, to] = [one, other].map(|town| self.towns[town as usize]);
                let free = distance(from.centre, to.centre) - from.radius - to.radius;
                if free > 4_000.0 && self.is_free(one, other, hubs.iter()) {
                    let chance = &mut Chance::of(seed, u64::from(one) << 32 | u64::from(other));
                    let crossings = self.motorway(one, other, plan, chance, &mut links);
                    at_hub[one as usize].push(crossings[0]);
                    at_hub[other as usize].push(crossings[1]);
                }
            }
        }
        for (town, crossings) in self.towns.iter().zip(&mut at_hub) {
            ring(town.centre, crossings, plan);
        }
        links
    }

    /// Two carriageways from one town to another, with an interchange at both ends and wherever a town is near; the crossings at both ends.
    fn motorway(&self, one: u32, other: u32, plan: &mut Plan, chance: &mut Chance, links: &mut Vec<Link>) -> [u32; 2] {
        let [from, to] = [one, other].map(|town| self.towns[town as usize]);
        let whole = distance(from.centre, to.centre);
        let ahead = ((to.centre.0 - from.centre.0) / whole, (to.centre.1 - from.centre.1) / whole);
        let (begin, end) = (from.radius * 1.05, whole - to.radius * 1.05);
        let n_parts = ((end - begin) / 6_500.0).ceil().max(1.0) as usize;
        let mut last: Option<[u32; 2]> = None;
        let mut crossings = [0; 2];
        for part in 0..=n_parts {
            let along = begin + (end - begin) * part as f64 / n_parts as f64;
            let inside = part > 0 && part < n_parts;
            let aside = if inside { chance.between(-900.0, 900.0) } else { 0.0 };
            let place =
                (from.centre.0 + ahead.0 * along - ahead.1 * aside, from.centre.1 + ahead.1 * along + ahead.0 * aside);
            let town = if inside { self.nearest(place, 4_500.0) } else { Some(if part == 0 { one } else { other }) };
            let interchange = town.map(|town| Interchange::lay(place, ahead, town, plan, links));
            let [there, back] = match &interchange {
                Some(interchange) => [interchange.there, interchange.back],
                None => [12.0, -12.0].map(|off| [plan.junction(place.0 + ahead.1 * off, place.1 - ahead.0 * off); 2]),
            };
            if let Some([there_before, back_before]) = last {
                plan.lay(there_before, there[0], StreetClass::Motorway, true, 0.01);
                plan.lay(back[1], back_before, StreetClass::Motorway, true, -0.01);
            }
            last = Some([there[1], back[0]]);
            if let Some(interchange) = interchange.filter(|_| !inside) {
                crossings[usize::from(part > 0)] = interchange.crossing;
            }
        }
        crossings
    }

    fn nearest(&self, place: (f64, f64), reach: f64) -> Option<u32> {
        let free =
            |town: &u32| (distance(self.towns[*town as usize].centre, place) - self.towns[*town as usize].radius).max(0.0);
        self.near(place, reach)
            .filter(|town| free(town) < reach)
            .min_by(|one, other| free(one).total_cmp(&free(other)).then(one.cmp(other)))
    }
}

/// Two towns between which a road may be laid.
struct Pair {
    towns: [u32; 2],
    /// Its length in metres, more for a bridge or a pass.
    cost: f64,
    /// How likely it is laid though both are joined already.
    share: f64,
}

/// Where a motorway can be entered and left: exits and entries of both carriageways, and the crossing that they meet.
struct Interchange {
    there: [u32; 2],
    /// In the direction of the way there: its entry and its exit.
    back: [u32; 2],
    crossing: u32,
}

impl Interchange {
    fn lay(place: (f64, f64), ahead: (f64, f64), town: u32, plan: &mut Plan, links: &mut Vec<Link>) -> Self {
        let mut junction = |along: f64, right: f64| {
            plan.junction(place.0 + ahead.0 * along + ahead.1 * right, place.1 + ahead.1 * along - ahead.0 * right)
        };
        let there = [junction(-350.0, 12.0), junction(350.0, 12.0)];
        let back = [junction(-350.0, -12.0), junction(350.0, -12.0)];
        let crossing = junction(0.0, 90.0);
        plan.lay(there[0], there[1], StreetClass::Motorway, true, 0.0);
        plan.lay(back[1], back[0], StreetClass::Motorway, true, 0.0);
        for (from, to) in [(there[0], crossing), (crossing, there[1]), (back[1], crossing), (crossing, back[0])] {
            plan.lay(from, to, StreetClass::MotorwayLink, true, 0.1);
        }
        links.push(Link { ends: [End::Junction(crossing), End::Town(town)], class: StreetClass::Primary });
        Interchange { there, back, crossing }
    }
}

/// Joins the crossings around a town to a ring road.
fn ring(centre: (f64, f64), crossings: &mut [u32], plan: &mut Plan) {
    // Falls along the circle as an angle does, without asking for one.
    let around = |at: u32| {
        let (x, y) = (plan.junctions[at as usize].0 - centre.0, plan.junctions[at as usize].1 - centre.1);
        let slope = y / (x.abs() + y.abs()).max(1e-9);
        if x >= 0.0 { slope } else { 2.0 - slope }
    };
    let mut sorted: Vec<(f64, u32)> = crossings.iter().map(|&at| (around(at), at)).collect();
    sorted.sort_by(|one, other| one.0.total_cmp(&other.0).then(one.1.cmp(&other.1)));
    for at in 0..sorted.len() {
        let next = (at + 1) % sorted.len();
        if sorted.len() > 2 || next > at {
            plan.lay(sorted[at].1, sorted[next].1, StreetClass::Trunk, false, 0.12);
        }
    }
}
