//! Streets of a town: a lattice of lines with arterials, collectors and local streets, from which streets are left out.

use onehour::network::streets::StreetClass;

use super::chance::{Chance, mixed, noise};
use super::plan::{Joined, Plan};
use super::terrain::Terrain;

/// A town before its streets are laid.
#[derive(Debug, Clone, Copy)]
pub struct Town {
    /// Its centre in metres.
    pub centre: (f64, f64),
    /// About how many junctions it has.
    pub size: usize,
    /// How far it reaches, in metres.
    pub radius: f64,
    /// Metres between two lines.
    pub spacing: f64,
    /// The direction of its lines, as cosine and sine.
    turned: (f64, f64),
    /// How far junctions stand off their lines, as a share of the spacing.
    jitter: f64,
    /// The share of local streets that is left out; that of local streets which reach an arterial; that of one-way streets.
    gaps: f64,
    reaching: f64,
    one_way: f64,
    seed: u64,
}

/// How much a line of the lattice matters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Local,
    Collector,
    Arterial,
}

/// The lines of a lattice in one direction.
struct Lines {
    ranks: Vec<Rank>,
    one_way: Vec<Option<bool>>,
    /// Whether a railway or a park lies between a line and the next.
    barred: Vec<bool>,
}

/// The lattice of a town while it is laid.
struct Lattice {
    width: usize,
    /// Where its points lie; `None` outside the town.
    places: Vec<Option<(f64, f64)>>,
    columns: Lines,
    rows: Lines,
}

impl Town {
    /// A town of about `size` junctions whose character follows from the seed.
    pub fn new(centre: (f64, f64), size: usize, seed: u64) -> Self {
        let mut chance = Chance::of(seed, 1);
        let t = chance.between(-0.45, 0.45);
        let spacing = chance.between(70.0, 140.0);
        let radius = (size as f64 / std::f64::consts::PI).sqrt() * spacing * 1.2;
        Town {
            centre,
            size,
            radius,
            spacing,
            turned: ((1.0 - t * t) / (1.0 + t * t), 2.0 * t / (1.0 + t * t)),
            jitter: chance.between(0.03, 0.33),
            gaps: chance.between(0.10, 0.34),
            reaching: chance.between(0.15, 0.55),
            one_way: chance.between(0.0, 0.12) + 0.12 * (size as f64 / 20_000.0).min(1.0),
            seed: mixed(seed ^ 0x70),
        }
    }

    /// Lays the streets; the junctions at which roads to the places `towards` begin come back in their order.
    pub fn lay(&self, terrain: &Terrain, towards: &[(f64, f64)], plan: &mut Plan) -> Vec<u32> {
        let mut chance = Chance::of(self.seed, 2);
        let lattice = self.lattice(&mut chance);
        let kept = lattice.kept(self, terrain, &mut chance);
        let numbers = lattice.number(&kept, plan);
        for &(from, to, along_row) in &kept {
            let ends = [numbers[from as usize], numbers[to as usize]];
            if let [Some(from_number), Some(to_number)] = ends {
                let (class, direction) = lattice.street(from as usize, along_row);
                let (tail, head) =
                    if direction == Some(false) { (to_number, from_number) } else { (from_number, to_number) };
                plan.lay(tail, head, class, direction.is_some(), chance.between(-0.05, 0.05));
            }
        }
        towards.iter().map(|&place| self.gate(&lattice, &numbers, place)).collect()
    }

    /// The lattice with the places of its points: turned, jittered, bent and wider towards the edge of the town.
    fn lattice(&self, chance: &mut Chance) -> Lattice {
        let reach = (self.size as f64 / std::f64::consts::PI).sqrt();
        let width = (reach * 2.5).ceil() as usize + 2;
        let middle = (width - 1) as f64 / 2.0;
        let (columns, rows) = (Lines::new(width, self.one_way, chance), Lines::new(width, self.one_way, chance));
        let mut places = Vec::with_capacity(width * width);
        for at in 0..width * width {
            let (x, y) = ((at % width) as f64 - middle, (at / width) as f64 - middle);
            let away = (x * x + y * y).sqrt() / reach;
            // The edge of the town is ragged: its farthest junctions lie where the noise is high.
            let ragged = 1.0 + 0.24 * noise(self.seed, x, y, reach.max(3.0) / 1.5);
            let jitter = |salt: u64, wide: f64| noise(self.seed ^ salt, x, y, 14.0) * 0.9 + wide;
            let (right, up) = (chance.between(-self.jitter, self.jitter), chance.between(-self.jitter, self.jitter));
            let wider = self.spacing * (1.0 + 0.3 * away * away) * 0.92;
            let (x, y) = ((x + jitter(1, right)) * wider, (y + jitter(2, up)) * wider);
            let (cosine, sine) = self.turned;
            let place = (self.centre.0 + x * cosine - y * sine, self.centre.1 + x * sine + y * cosine);
            places.push((away <= ragged).then_some(place));
        }
        Lattice { width, places, columns, rows }
    }

    /// The last junction on the way from the centre to a place, or the next one on an arterial beside it.
    fn gate(&self, lattice: &Lattice, numbers: &[Option<u32>], place: (f64, f64)) -> u32 {
        let (east, north) = (place.0 - self.centre.0, place.1 - self.centre.1);
        let (cosine, sine) = self.turned;
        let (x, y) = (east * cosine + north * sine, north * cosine - east * sine);
        let far = x.abs().max(y.abs()).max(1e-9);
        let (x, y) = (x / far, y / far);
        let middle = (lattice.width - 1) as f64 / 2.0;
        let at = |step: f64, column: isize, row: isize| -> Option<u32> {
            let (column, row) = ((middle + x * step).round() as isize + column, (middle + y * step).round() as isize + row);
            let inside = |line: isize| (0..lattice.width as isize).contains(&line);
            if !(inside(column) && inside(row)) {
                return None;
            }
            numbers[row as usize * lattice.width + column as usize]
        };
        let mut step = middle;
        while step >= 0.0 {
            let mut beside = (0..5isize).flat_map(|off| [off, -off]);
            let found = if x.abs() > y.abs() {
                let arterial =
                    |&off: &isize| lattice.rows.rank((middle + y * step).round() as isize + off) == Some(Rank::Arterial);
                beside.clone().filter(arterial).find_map(|off| at(step, 0, off))
            } else {
                let arterial =
                    |&off: &isize| lattice.columns.rank((middle + x * step).round() as isize + off) == Some(Rank::Arterial);
                beside.clone().filter(arterial).find_map(|off| at(step, off, 0))
            };
            if let Some(found) = found.or_else(|| beside.find_map(|off| at(step, off, 0).or_else(|| at(step, 0, off)))) {
                return found;
            }
            step -= 1.0;
        }
        numbers.iter().flatten().copied().next().expect("a town has a junction")
    }
}

impl Lines {
    fn new(n: usize, one_way: f64, chance: &mut Chance) -> Self {
        let mut ranks = vec![Rank::Local; n];
        let mut at = chance.whole(1, 5);
        while at < n {
            ranks[at] = Rank::Arterial;
            let next = at + chance.whole(8, 15);
            let mut collector = at + chance.whole(3, 6);
            while collector + 2 < next.min(n) {
                ranks[collector] = Rank::Collector;
                collector += chance.whole(3, 6);
            }
            at = next;
        }
        let mut barred = vec![false; n];
        let mut at = chance.whole(30, 70);
        while at < n {
            barred[at] = true;
            at += chance.whole(45, 90);
        }
        let direction = |(at, rank): (usize, &Rank)| {
            let share = if *rank == Rank::Arterial { 0.0 } else { one_way };
            chance.yes(share * 2.0).then_some(at % 2 == 0)
        };
        let one_way = ranks.iter().enumerate().map(direction).collect();
        Lines { ranks, one_way, barred }
    }

    fn rank(&self, at: isize) -> Option<Rank> {
        usize::try_from(at).ok().and_then(|at| self.ranks.get(at).copied())
    }
}

impl Lattice {
    /// The streets that are there: those that chance leaves, and those without which a part would be cut off. A point, its
    /// neighbour, and whether the street runs along a row.
    fn kept(&self, town: &Town, terrain: &Terrain, chance: &mut Chance) -> Vec<(u32, u32, bool)> {
        let n = self.places.len();
        let banks: Vec<bool> = self.places.iter().map(|place| place.is_some_and(|(x, y)| terrain.bank(x, y))).collect();
        let mut joined = Joined::new(n);
        let (mut kept, mut spare, mut bridges) = (Vec::with_capacity(n * 2), Vec::new(), Vec::new());
        for from in 0..n {
            for (to, along_row) in [(from + 1, true), (from + self.width, false)] {
                let in_line = if along_row { to % self.width != 0 } else { to < n };
                if !in_line || self.places[from].is_none() || self.places[to].is_none() {
                    continue;
                }
                let (across, along) = if along_row { (&self.columns, &self.rows) } else { (&self.rows, &self.columns) };
                let (at, line) =
                    if along_row { (from % self.width, from / self.width) } else { (from / self.width, from % self.width) };
                let barred = across.barred[at] || banks[from] != banks[to];
                let meets = across.ranks[at].max(across.ranks[at + 1]);
                let street = (from as u32, to as u32, along_row);
                if chance.yes(share_kept(along.ranks[line], meets, barred, town)) {
                    joined.join(street.0, street.1);
                    kept.push(street);
                } else if barred {
                    bridges.push(street);
                } else {
                    spare.push(street);
                }
            }
        }
        kept.extend(spare.into_iter().chain(bridges).filter(|street| joined.join(street.0, street.1)));
        let middle = self.middle();
        let centre = joined.of(middle);
        kept.retain(|street| joined.of(street.0) == centre);
        kept
    }

    /// The point of the town nearest to the middle of the lattice, in rows.
    fn middle(&self) -> u32 {
        let half = self.places.len() / 2 + self.width / 2;
        let beside = (0..self.places.len()).flat_map(|off| [half.checked_sub(off), Some(half + off)]).flatten();
        beside
            .filter(|&at| self.places.get(at).is_some_and(Option::is_some))
            .map(|at| at as u32)
            .next()
            .expect("a town has a point")
    }

    /// Makes a junction of every point that a kept street touches, in rows.
    fn number(&self, kept: &[(u32, u32, bool)], plan: &mut Plan) -> Vec<Option<u32>> {
        let mut used = vec![false; self.places.len()];
        for street in kept {
            used[street.0 as usize] = true;
            used[street.1 as usize] = true;
        }
        used[self.middle() as usize] = true;
        let places = self.places.iter().zip(used);
        places.map(|(place, used)| place.filter(|_| used).map(|(x, y)| plan.junction(x, y))).collect()
    }

    /// Class and, for a one-way street, whether it runs with the numbers of the lattice.
    fn street(&self, from: usize, along_row: bool) -> (StreetClass, Option<bool>) {
        let (lines, line) = if along_row { (&self.rows, from / self.width) } else { (&self.columns, from % self.width) };
        let class = match lines.ranks[line] {
            Rank::Local => StreetClass::Residential,
            Rank::Collector => StreetClass::Tertiary,
            Rank::Arterial => StreetClass::Primary,
        };
        (class, lines.one_way[line])
    }
}

/// How likely a street is there, from the rank of its line and of the lines that it meets.
fn share_kept(rank: Rank, meets: Rank, barred: bool, town: &Town) -> f64 {
    match (rank, meets) {
        (Rank::Arterial, _) if barred => 0.85,
        (Rank::Collector, _) if barred => 0.3,
        (Rank::Local, _) if barred => 0.0,
        (Rank::Arterial, _) => 0.99,
        (Rank::Collector, Rank::Arterial) => 0.9,
        (Rank::Collector, _) => 0.96,
        (Rank::Local, Rank::Arterial) => town.reaching,
        (Rank::Local, Rank::Collector) => 0.95 - town.gaps,
        (Rank::Local, Rank::Local) => 1.0 - town.gaps,
    }
}
