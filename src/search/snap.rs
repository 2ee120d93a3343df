//! Where points off the network meet it: the nearest ordinary roads, at the foot of the perpendicular, and the stops around.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;

use super::assumptions::Assumptions;
use super::freeze::made_once;
use super::roads::RoadGraph;
use super::{Direction, Endpoint};
use crate::geo::{LonLat, METRES_PER_DEGREE};
use crate::input::vocabulary::{Interchange, LinkClass, StopClass};
use crate::network::territory::{Surroundings, Territory};
use crate::network::{Link, Network, Node, NodeIx, StopIx};
use crate::units::Duration;

/// How many roads a point may join, nearest first, among those of no project and among those of each project. Counting the roads
/// of projects apart keeps a new road from displacing an old one, so that adding a project never makes a journey longer. The lone
/// ramps of projects are joined whatever their number.
const ROADS_PER_POINT: usize = 4;

/// Side of a square of the index, in degrees.
const SQUARE: f64 = 0.025;

/// Where a point meets the road network.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Joint {
    /// On which road.
    pub road: JointRoad,
    /// The straight distance to it in metres.
    pub crow_m: f64,
}

/// A place on the road network.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum JointRoad {
    /// On a link, at this share of its length from its begin.
    Link(u32, f64),
    /// At a node that ramps lead to, where there is no ordinary road.
    Node(NodeIx),
}

/// A point with its joints and surroundings.
#[derive(Debug, Clone)]
pub struct Snapped {
    /// Where.
    pub at: LonLat,
    /// What surrounds it.
    pub around: Surroundings,
    /// Where it meets the roads; empty when none is within reach.
    pub joints: Vec<Joint>,
    /// Open stops around it with the straight distance in metres, nearest first.
    pub stops: Vec<(StopIx, f64)>,
}

/// The points of a network that searches start from and end at.
#[derive(Debug)]
pub struct SnapIndex<'a> {
    network: &'a Network,
    territory: &'a Territory,
    base: Squares<Candidate>,
    projects: Squares<Candidate>,
    stop_squares: Squares<StopIx>,
    ramp_projects: RampProjects,
    reach_m: f64,
    stop_reach_m: f64,
    stop_reach_outside_m: f64,
    stops: Vec<Option<Snapped>>,
    places: Vec<Vec<Snapped>>,
    cells: OnceLock<Vec<Snapped>>,
    cells_on_links: OnceLock<Vec<Vec<u32>>>,
}

/// A stretch of a link, or a lone node.
#[derive(Debug, Clone, Copy)]
struct Candidate {
    road: JointRoad,
    from: LonLat,
    to: LonLat,
    /// Share of the link's length before and over this stretch.
    before: f64,
    share: f64,
}

impl<'a> SnapIndex<'a> {
    /// Snaps every place, centre and open stop. `assumptions` give the reach of local access and of feeders; the widest of
    /// the levels should be given, since only what is snapped here can be used later.
    pub fn new(network: &'a Network, territory: &'a Territory, assumptions: &Assumptions) -> Self {
        let (base, projects, ramp_projects) = roads(network);
        let stops = network.open_stops().map(|stop| (stop, network.stop(stop).at, network.stop(stop).at));
        let mut index = SnapIndex {
            network,
            territory,
            base: Squares::of(base),
            projects: Squares::of(projects),
            stop_squares: Squares::of(stops),
            ramp_projects,
            reach_m: assumptions.value("local.reach_km") * 1000.0,
            stop_reach_m: assumptions.feeder_reach_m(true),
            stop_reach_outside_m: assumptions.feeder_reach_m(false),
            stops: Vec::new(),
            places: Vec::new(),
            cells: OnceLock::new(),
            cells_on_links: OnceLock::new(),
        };
        index.stops =
            (0..network.stops.len()).map(|at| network.stops[at].open.then(|| index.snap(network.stops[at].at))).collect();
        let points = |place: &crate::network::territory::Place| -> Vec<LonLat> {
            std::iter::once(place.at).chain(place.centres.iter().map(|centre| centre.at)).collect()
        };
        index.places =
            territory.places.iter().map(|place| points(place).into_iter().map(|at| index.snap(at)).collect()).collect();
        index
    }

    /// The network that is snapped to.
    pub fn network(&self) -> &'a Network {
        self.network
    }

    /// The places and cells that are snapped.
    pub fn territory(&self) -> &'a Territory {
        self.territory
    }

    /// All cells, snapped, in the order of the territory; done when they are first asked for.
    pub fn cells(&self) -> &[Snapped] {
        made_once::<Vec<Snapped>>(&self.cells, || self.territory.cells.par_iter().map(|cell| self.snap(cell.at)).collect())
    }

    /// For every cell whether it joins a road that `point` joins too.
    pub fn cells_sharing_roads(&self, point: &Snapped) -> Vec<bool> {
        let cells_on = made_once(&self.cells_on_links, || {
            let mut cells_on = vec![Vec::new(); self.network.links.len()];
            for (at, cell) in self.cells().iter().enumerate() {
                for link in cell.links() {
                    cells_on[link as usize].push(at as u32);
                }
            }
            cells_on
        });
        let mut sharing = vec![false; self.cells().len()];
        for cell in point.links().flat_map(|link| &cells_on[link as usize]) {
            sharing[*cell as usize] = true;
        }
        sharing
    }

    /// A stop, snapped; `None` when it is not open.
    pub fn stop(&self, stop: StopIx) -> Option<&Snapped> {
        self.stops[stop.at()].as_ref()
    }

    /// An endpoint, snapped: a place by its point. `None` only for a stop that is not open.
    pub fn endpoint(&self, endpoint: &Endpoint) -> Option<std::borrow::Cow<'_, Snapped>> {
        use std::borrow::Cow;
        match *endpoint {
            Endpoint::Place(place) => Some(Cow::Borrowed(&self.places[place.at()][0])),
            Endpoint::Centre(place, centre) => Some(Cow::Borrowed(&self.places[place.at()][centre + 1])),
            Endpoint::Cell(cell) => Some(Cow::Owned(self.snap(self.territory.cells[cell].at))),
            Endpoint::Stop(stop) => self.stop(stop).map(Cow::Borrowed),
            Endpoint::Point(at) => Some(Cow::Owned(self.snap(at))),
        }
    }

    /// The projects that brought the expressway of a lone ramp; empty where it is there without them.
    pub fn ramp_projects(&self, node: NodeIx) -> impl Iterator<Item = &Arc<str>> {
        self.ramp_projects.get(&node).into_iter().flatten()
    }

    /// Snaps any point.
    pub fn snap(&self, at: LonLat) -> Snapped {
        let mut joints = nearest(&self.base, at, self.reach_m);
        joints.truncate(ROADS_PER_POINT);
        let mut per_project: BTreeMap<&str, usize> = BTreeMap::new();
        for joint in nearest_all(&self.projects, at, self.reach_m) {
            let JointRoad::Link(link, _) = joint.road else {
                joints.push(joint);
                continue;
            };
            let project = self.network.links[link as usize].existence.project.as_deref().unwrap_or("");
            let taken = per_project.entry(project).or_insert(0);
            if *taken < ROADS_PER_POINT {
                *taken += 1;
                joints.push(joint);
            }
        }
        let around = self.territory.surroundings(at);
        let reach = if around.urban.is_some() { self.stop_reach_m } else { self.stop_reach_outside_m };
        Snapped { at, around, joints, stops: self.stops_around(at, reach) }
    }

    fn stops_around(&self, at: LonLat, reach: f64) -> Vec<(StopIx, f64)> {
        let mut stops: Vec<(StopIx, f64)> = self
            .stop_squares
            .around(at, reach)
            .filter_map(|&stop| Some((stop, at.metres_within(self.network.stop(stop).at, reach)?)))
            .collect();
        stops.sort_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
        stops
    }
}

/// Where a journey enters (leaves) the road network: how it gets from a point to a vertex.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Entry {
    /// The vertex.
    pub vertex: u32,
    /// Over local roads to the joint.
    pub local: Duration,
    /// Along the link from the joint to the vertex.
    pub part: Duration,
    /// The straight distance to the joint in metres.
    pub crow_m: f64,
    /// The link and the share of it that is used, when the joint is on one.
    pub link: Option<(u32, f64)>,
}

impl Entry {
    /// From the point to the vertex.
    pub fn time(&self) -> Duration {
        self.local + self.part
    }
}

/// A drive between two points along one road that both join, without going to its ends.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Along {
    /// The link.
    pub link: u32,
    /// The share of it that is used.
    pub share: f64,
    /// Over local roads between the link and each point, in the order of the search: straight distance in metres, and time.
    pub local: [(f64, Duration); 2],
    /// Along the link.
    pub part: Duration,
}

impl Along {
    /// From point to point.
    pub fn time(&self) -> Duration {
        self.local[0].1 + self.part + self.local[1].1
    }
}

impl Snapped {
    /// The links that the point joins.
    fn links(&self) -> impl Iterator<Item = u32> + '_ {
        self.joints.iter().filter_map(|joint| match joint.road {
            JointRoad::Link(link, _) => Some(link),
            JointRoad::Node(_) => None,
        })
    }

    /// The quickest drive to `other` (from it, backwards) along one road that both join.
    pub fn along(
        &self,
        other: &Snapped,
        graph: &RoadGraph,
        network: &Network,
        assumptions: &Assumptions,
        direction: Direction,
    ) -> Option<Along> {
        let mut best: Option<Along> = None;
        for near in &self.joints {
            for far in &other.joints {
                let (JointRoad::Link(link, a), JointRoad::Link(same, b)) = (near.road, far.road) else { continue };
                let ahead = if direction == Direction::Forward { b - a } else { a - b };
                if link != same || (network.links[link as usize].oneway && ahead < 0.0) {
                    continue;
                }
                let local = [(near, self.around), (far, other.around)]
                    .map(|(joint, around)| (joint.crow_m, assumptions.local_time(joint.crow_m, around)));
                let part = graph.link_time(link as usize).scaled(ahead.abs());
                let along = Along { link, share: ahead.abs(), local, part };
                if best.is_none_or(|best| along.time() < best.time()) {
                    best = Some(along);
                }
            }
        }
        best
    }

    /// The vertices where a journey from here (to here, backwards) enters the roads, and how it gets there.
    pub fn entries(
        &self,
        graph: &RoadGraph,
        network: &Network,
        assumptions: &Assumptions,
        direction: Direction,
    ) -> Vec<Entry> {
        let mut entries = Vec::with_capacity(self.joints.len() * 2);
        for joint in &self.joints {
            let local = assumptions.local_time(joint.crow_m, self.around);
            match joint.road {
                JointRoad::Node(node) => entries.extend(graph.surface(node).map(|vertex| Entry {
                    vertex,
                    local,
                    part: Duration::ZERO,
                    crow_m: joint.crow_m,
                    link: None,
                })),
                JointRoad::Link(at, along) => {
                    let link = &network.links[at as usize];
                    let whole = graph.link_time(at as usize);
                    let begin = (!link.oneway || direction == Direction::Backward).then_some((link.from, along));
                    let end = (!link.oneway || direction == Direction::Forward).then_some((link.to, 1.0 - along));
                    for (node, share) in begin.into_iter().chain(end) {
                        let vertex = graph.surface(node).expect("a node with an ordinary road has a surface vertex");
                        entries.push(Entry {
                            vertex,
                            local,
                            part: whole.scaled(share),
                            crow_m: joint.crow_m,
                            link: Some((at, share)),
                        });
                    }
                }
            }
        }
        entries
    }

    /// The straight distance to the nearest road, if one is within reach.
    pub fn nearest_road_m(&self) -> Option<f64> {
        self.joints.iter().map(|joint| joint.crow_m).reduce(f64::min)
    }
}

/// Whether cars and taxis feed a stop: railway stations and airports, not metro and bus stops.
pub fn fed_by_car(class: StopClass) -> bool {
    !matches!(class, StopClass::Metro | StopClass::Bus)
}

/// A candidate with the corners between which it lies.
type Placed<T> = (T, LonLat, LonLat);

/// The projects that brought the expressway of each lone ramp that is not there without them.
type RampProjects = BTreeMap<NodeIx, BTreeSet<Arc<str>>>;

/// All stretches of ordinary roads, and lone nodes that ramps lead to: those of no project and those of projects.
fn roads(network: &Network) -> (Vec<Placed<Candidate>>, Vec<Placed<Candidate>>, RampProjects) {
    let (mut base, mut projects, mut ramp_projects) = (Vec::new(), Vec::new(), RampProjects::new());
    let n = network.nodes.len();
    let (mut has_surface, mut has_expressway) = (vec![false; n], vec![false; n]);
    for (at, link) in network.links.iter().enumerate() {
        let expressway = link.class == LinkClass::Expressway;
        for node in [link.from, link.to] {
            match &link.existence.project {
                None if expressway => has_expressway[node.at()] = true,
                None => has_surface[node.at()] = true,
                Some(project) if expressway => {
                    ramp_projects.entry(node).or_default().insert(Arc::clone(project));
                }
                Some(_) => {}
            }
        }
        if !expressway {
            let list = if link.existence.project.is_none() { &mut base } else { &mut projects };
            list.extend(stretches(at, link));
        }
    }
    // A lone ramp is one without an ordinary road of no project: roads of projects never take a joint away.
    ramp_projects.retain(|node, _| !has_surface[node.at()] && !has_expressway[node.at()]);
    for (at, node) in network.nodes.iter().enumerate().filter(|(_, node)| has_ramps(node)) {
        let index = NodeIx(at as u32);
        let candidate = Candidate { road: JointRoad::Node(index), from: node.at, to: node.at, before: 0.0, share: 0.0 };
        if has_expressway[at] && !has_surface[at] {
            base.push((candidate, node.at, node.at));
        } else if ramp_projects.contains_key(&index) {
            projects.push((candidate, node.at, node.at));
        }
    }
    (base, projects, ramp_projects)
}

fn has_ramps(node: &Node) -> bool {
    matches!(node.interchange, Interchange::Local | Interchange::Full)
}

/// The stretches of a link between the points of its shape.
fn stretches(at: usize, link: &Link) -> Vec<Placed<Candidate>> {
    let total: f64 = link.shape.windows(2).map(|ends| ends[0].metres_to(ends[1])).sum();
    let mut before = 0.0;
    let stretch = |ends: &[LonLat]| {
        let share = if total > 0.0 { ends[0].metres_to(ends[1]) / total } else { 0.0 };
        let candidate = Candidate { road: JointRoad::Link(at as u32, 0.0), from: ends[0], to: ends[1], before, share };
        before += share;
        (candidate, ends[0], ends[1])
    };
    link.shape.windows(2).map(stretch).collect()
}

/// Things by the squares of a regular grid that they touch.
#[derive(Debug)]
struct Squares<T> {
    west: i64,
    south: i64,
    n_x: i64,
    n_y: i64,
    squares: Vec<Vec<T>>,
}

impl<T: Copy> Squares<T> {
    fn of(things: impl IntoIterator<Item = Placed<T>>) -> Self {
        let things: Vec<(T, [i64; 4])> = things
            .into_iter()
            .map(|(thing, a, b)| {
                let ((ax, ay), (bx, by)) = (square(a), square(b));
                (thing, [ax.min(bx), ay.min(by), ax.max(bx), ay.max(by)])
            })
            .collect();
        let low = |at: usize| things.iter().map(|(_, span)| span[at]).min().unwrap_or(0);
        let high = |at: usize| things.iter().map(|(_, span)| span[at]).max().unwrap_or(-1);
        let (west, south) = (low(0), low(1));
        let (n_x, n_y) = (high(2) - west + 1, high(3) - south + 1);
        let mut squares = vec![Vec::new(); (n_x * n_y) as usize];
        for (thing, [x0, y0, x1, y1]) in things {
            for y in y0..=y1 {
                for x in x0..=x1 {
                    squares[((y - south) * n_x + x - west) as usize].push(thing);
                }
            }
        }
        Squares { west, south, n_x, n_y, squares }
    }

    /// Everything in the squares within `metres` of a point, and some beyond; a thing once for each square it touches.
    fn around(&self, at: LonLat, metres: f64) -> impl Iterator<Item = &T> {
        let dlat = metres / METRES_PER_DEGREE;
        let dlon = dlat / at.lat.to_radians().cos().max(0.05);
        let (x0, y0) = square(LonLat { lon: at.lon - dlon, lat: at.lat - dlat });
        let (x1, y1) = square(LonLat { lon: at.lon + dlon, lat: at.lat + dlat });
        let clipped = |low: i64, high: i64, first: i64, n: i64| (low - first).max(0)..(high - first + 1).min(n);
        let columns = clipped(x0, x1, self.west, self.n_x);
        clipped(y0, y1, self.south, self.n_y)
            .flat_map(move |y| columns.clone().flat_map(move |x| &self.squares[(y * self.n_x + x) as usize]))
    }
}

fn square(at: LonLat) -> (i64, i64) {
    ((at.lon / SQUARE).floor() as i64, (at.lat / SQUARE).floor() as i64)
}

/// The nearest roads, in rings of growing radius so that a town does not cost more than open country.
fn nearest(squares: &Squares<Candidate>, at: LonLat, reach: f64) -> Vec<Joint> {
    let mut radius = 2_000.0_f64;
    loop {
        let radius_now = radius.min(reach);
        let found = nearest_all(squares, at, radius_now);
        if found.len() >= ROADS_PER_POINT || radius_now >= reach {
            return found;
        }
        radius *= 2.0;
    }
}

/// Every road within `reach`, each at its nearest point, nearest first.
fn nearest_all(squares: &Squares<Candidate>, at: LonLat, reach: f64) -> Vec<Joint> {
    let scale = at.lat.to_radians().cos();
    let mut joints: Vec<Joint> = Vec::new();
    for candidate in squares.around(at, reach) {
        let joint = foot(at, scale, candidate);
        if joint.crow_m <= reach {
            joints.push(joint);
        }
    }
    let key = |joint: &Joint| match joint.road {
        JointRoad::Link(link, along) => (0, link, along),
        JointRoad::Node(node) => (1, node.0, 0.0),
    };
    let same = |a: &Joint, b: &Joint| (key(a).0, key(a).1) == (key(b).0, key(b).1);
    let order = |a: &Joint, b: &Joint| {
        let (ka, kb) = (key(a), key(b));
        (ka.0, ka.1).cmp(&(kb.0, kb.1)).then(a.crow_m.total_cmp(&b.crow_m)).then(ka.2.total_cmp(&kb.2))
    };
    joints.sort_by(order);
    joints.dedup_by(|later, kept| same(later, kept));
    joints.sort_by(|a, b| a.crow_m.total_cmp(&b.crow_m).then_with(|| order(a, b)));
    joints
}

/// The nearest point of a stretch, on a plane tangent at the point, where a degree of longitude is `scale` degrees of latitude long.
fn foot(at: LonLat, scale: f64, candidate: &Candidate) -> Joint {
    let flat = |point: LonLat| ((point.lon - at.lon) * scale * METRES_PER_DEGREE, (point.lat - at.lat) * METRES_PER_DEGREE);
    let ((ax, ay), (bx, by)) = (flat(candidate.from), flat(candidate.to));
    let (dx, dy) = (bx - ax, by - ay);
    let square = dx * dx + dy * dy;
    let share = if square > 0.0 { (-(ax * dx + ay * dy) / square).clamp(0.0, 1.0) } else { 0.0 };
    let (east, north) = (ax + share * dx, ay + share * dy);
    let crow_m = (east * east + north * north).sqrt();
    let road = match candidate.road {
        JointRoad::Link(link, _) => JointRoad::Link(link, (candidate.before + share * candidate.share).clamp(0.0, 1.0)),
        node => node,
    };
    Joint { road, crow_m }
}
