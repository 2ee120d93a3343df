//! Streets and layers from OpenStreetMap records and profiles.
//!
//! Ways are cut where nodes are missing, split where they meet, and joined to edges in an order that follows space, so that a search
//! finds near by in memory what is near by on the ground. What tags mean for a profile is asked once for every set of tags, which
//! many ways share.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::interpret::{self, Oneway, TagSet, Use};
use super::max_speed::{MaxSpeed, max_speed};
use super::report::BuildReport;
use super::turns::{self, Junctions};
use super::{Edge, Place, StreetClass, StreetMode, StreetNetwork, Streets, Vertex, Way, geometry, layers};
use crate::diagnostic::Checked;
use crate::input::osm::{Key, OsmData, OsmWay, Tags};
use crate::input::parameters::Level;
use crate::input::street_profile::Profile;
use crate::input::vocabulary::Period;

/// Streets with what is needed to make layers of them for other levels and periods.
#[derive(Debug, Clone)]
pub struct Built {
    /// What is there.
    pub streets: Arc<Streets>,
    /// What the tags of its ways are.
    pub tags: StreetTags,
    /// What became of the input.
    pub report: BuildReport,
}

/// The tags of the ways of [`Streets`], and the points on its edges where time is lost.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StreetTags {
    pub(super) sets: Vec<TagSet>,
    /// For every way of the streets its set.
    pub(super) of_way: Vec<u32>,
    pub(super) stops: Vec<Stop>,
}

/// A point of an edge where time is lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stop {
    pub edge: u32,
    pub place: StopPlace,
    pub kind: StopKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum StopPlace {
    Begin,
    Inside,
    End,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum StopKind {
    TrafficSignals,
    Crossing,
    TollBooth,
    LevelCrossing,
}

/// Builds the streets that at least one of the profiles goes on. At most one profile of a mode is looked at: the first.
pub fn build(osm: &OsmData, profiles: &[Profile]) -> Checked<Built> {
    let mut builder = Builder::new(osm, profiles);
    builder.choose_ways();
    builder.cut_ways();
    builder.count_uses();
    let built = builder.finish();
    let diagnostics = built.report.warnings();
    Checked { value: built, diagnostics }
}

impl Built {
    /// The streets with a layer for every profile, at one level and period.
    pub fn network(&self, profiles: &[Profile], level: Level, period: Period) -> StreetNetwork {
        let layers =
            profiles.iter().map(|profile| Arc::new(layers::layer(&self.streets, &self.tags, profile, level, period)));
        StreetNetwork { streets: Arc::clone(&self.streets), layers: layers.collect() }
    }
}

/// A way that is kept, before it is split.
struct Kept<'o> {
    way: &'o OsmWay,
    set: u32,
    class: StreetClass,
}

/// A stretch of a way between missing nodes.
struct Piece {
    /// Position among the kept ways.
    way: u32,
    first: usize,
    len: usize,
}

struct Builder<'o> {
    osm: &'o OsmData,
    profiles: &'o [Profile],
    report: BuildReport,
    sets: Vec<TagSet>,
    /// For every set and direction the modes that go there, as bits.
    open: Vec<[u8; 2]>,
    kept: Vec<Kept<'o>>,
    pieces: Vec<Piece>,
    /// The nodes of pieces one after the other, as positions in the input.
    refs: Vec<u32>,
    /// How often pieces use a node, ends twice; beyond 2 it does not matter.
    uses: Vec<u8>,
    /// For every node with a barrier the modes it is closed to.
    closed_nodes: BTreeMap<u32, u8>,
}

impl<'o> Builder<'o> {
    fn new(osm: &'o OsmData, profiles: &'o [Profile]) -> Self {
        let report = BuildReport { n_nodes: osm.nodes.len(), n_ways: osm.ways.len(), ..BuildReport::default() };
        let (sets, open, kept, pieces, refs) = Default::default();
        Builder {
            osm,
            profiles,
            report,
            sets,
            open,
            kept,
            pieces,
            refs,
            uses: vec![0; osm.nodes.len()],
            closed_nodes: BTreeMap::new(),
        }
    }

    /// Keeps the ways that a profile goes on.
    fn choose_ways(&mut self) {
        let mut numbers: HashMap<Vec<(Key, &'o str)>, u32> = HashMap::new();
        for way in &self.osm.ways {
            let tags = self.osm.way_tags(way);
            let Some(class) = interpret::class_of(|key| tags.get(key)) else {
                let value = tags.get(Key::Highway).unwrap_or("no highway");
                *self.report.not_streets.entry(value.to_string()).or_default() += 1;
                continue;
            };
            let shared: Vec<(Key, &str)> = tags.iter().filter(|(key, _)| !matches!(key, Key::Name | Key::Ref)).collect();
            let set = match numbers.get(&shared) {
                Some(&set) => set,
                None => {
                    let set = self.sets.len() as u32;
                    self.add_set(&shared);
                    numbers.insert(shared, set);
                    set
                }
            };
            self.count_tags(way.id, tags);
            if self.open[set as usize] == [0, 0] {
                self.report.closed_to_all += 1;
            } else {
                self.kept.push(Kept { way, set, class });
            }
        }
    }

    fn add_set(&mut self, tags: &[(Key, &str)]) {
        let set = TagSet(tags.iter().map(|&(key, value)| (key, value.into())).collect());
        let mut open = [0; 2];
        for profile in self.profiles {
            let bit = StreetMode::of_profile(profile.mode).bit();
            for (open, used) in open.iter_mut().zip(interpret::uses(&set, profile)) {
                *open |= if used == Use::Closed { 0 } else { bit };
            }
        }
        self.sets.push(set);
        self.open.push(open);
    }

    /// Counts what is passed over in the tags of a way.
    fn count_tags(&mut self, way: i64, tags: Tags) {
        for (key, value) in tags.iter() {
            match key {
                Key::MaxSpeed | Key::MaxSpeedForward | Key::MaxSpeedBackward => self.count_limit(value),
                Key::MaxSpeedConditional
                | Key::OnewayConditional
                | Key::AccessConditional
                | Key::FootConditional
                | Key::VehicleConditional
                | Key::BicycleConditional
                | Key::MotorVehicleConditional => self.report.conditional.add(way),
                Key::Oneway | Key::OnewayBicycle | Key::OnewayFoot => match interpret::oneway_of(value) {
                    Oneway::Reversible => self.report.reversible.add(way),
                    Oneway::Unknown => *self.report.unknown_oneway.entry(value.to_string()).or_default() += 1,
                    _ => {}
                },
                _ => self.count_access(key, value),
            }
        }
    }

    /// Counts a limit that no profile can read which heeds limits: zones stand in some of them only.
    fn count_limit(&mut self, value: &str) {
        let mut heeding = self.profiles.iter().filter(|profile| profile.heeds_limits()).peekable();
        if heeding.peek().is_none() {
            return;
        }
        let mut unread = true;
        for profile in heeding {
            match max_speed(value, &profile.limits) {
                MaxSpeed::Kmh(_) => return,
                MaxSpeed::Variable => unread = false,
                MaxSpeed::Unread => {}
            }
        }
        if unread {
            *self.report.unread_limits.entry(value.to_string()).or_default() += 1;
        } else {
            self.report.variable_limits += 1;
        }
    }

    fn count_access(&mut self, key: Key, value: &str) {
        let knows = |profile: &&Profile| profile.access_keys.contains(&key);
        let known = |profile: &Profile| {
            let push = profile.push.as_ref().is_some_and(|push| push.values.iter().any(|known| known == value));
            let of = |list: &[String]| value.split(';').any(|part| list.iter().any(|known| known == part.trim()));
            push || of(&profile.allowed) || of(&profile.denied)
        };
        let mut asked = self.profiles.iter().filter(knows).peekable();
        if asked.peek().is_some() && !asked.any(known) {
            *self.report.unknown_access.entry(value.to_string()).or_default() += 1;
        }
    }

    /// Turns ids into positions and cuts ways where nodes are missing.
    fn cut_ways(&mut self) {
        for (at, kept) in self.kept.iter().enumerate() {
            let (n_pieces, mut n_missing) = (self.pieces.len(), 0);
            let mut first = self.refs.len();
            for &id in self.osm.refs(kept.way) {
                match self.osm.position(id) {
                    Some(node) if self.refs[first..].last() == Some(&(node as u32)) => {}
                    Some(node) => self.refs.push(node as u32),
                    None => {
                        n_missing += 1;
                        close_piece(at, &mut first, &mut self.refs, &mut self.pieces);
                    }
                }
            }
            close_piece(at, &mut first, &mut self.refs, &mut self.pieces);
            if n_missing > 0 {
                self.report.clipped.add(kept.way.id);
                self.report.n_missing_nodes += n_missing;
            } else if self.pieces.len() == n_pieces {
                self.report.too_short.add(kept.way.id);
            }
        }
    }

    fn count_uses(&mut self) {
        for piece in &self.pieces {
            let refs = &self.refs[piece.first..piece.first + piece.len];
            for (at, &node) in refs.iter().enumerate() {
                let n = if at == 0 || at + 1 == refs.len() { 2 } else { 1 };
                let uses = &mut self.uses[node as usize];
                *uses = uses.saturating_add(n);
            }
        }
        for tagged in &self.osm.tagged_nodes {
            let tags = self.osm.node_tags(tagged);
            let closed = interpret::closed_to(|key| tags.get(key), self.profiles);
            let Some(node) = self.osm.position(tagged.id).filter(|&node| closed > 0 && self.uses[node] > 0) else {
                continue;
            };
            self.closed_nodes.insert(node as u32, closed);
            self.uses[node] = self.uses[node].saturating_add(2);
            self.report.barriers += 1;
        }
    }

    fn place(&self, node: u32) -> Place {
        let node = self.osm.nodes[node as usize];
        Place { lon: node.lon, lat: node.lat }
    }

    /// The nodes that become vertices, in the order of a space-filling curve.
    fn vertex_nodes(&self) -> Vec<u32> {
        let nodes = (0..self.uses.len() as u32).filter(|&node| self.uses[node as usize] >= 2);
        let places = nodes.clone().map(|node| self.place(node));
        let low = places.clone().reduce(|a, b| Place { lon: a.lon.min(b.lon), lat: a.lat.min(b.lat) });
        let high = places.reduce(|a, b| Place { lon: a.lon.max(b.lon), lat: a.lat.max(b.lat) });
        let (Some(low), Some(high)) = (low, high) else { return Vec::new() };
        let mut keyed: Vec<(u32, u32)> = nodes.map(|node| (geometry::hilbert(self.place(node), low, high), node)).collect();
        keyed.sort_unstable();
        keyed.into_iter().map(|(_, node)| node).collect()
    }

    fn finish(mut self) -> Built {
        let nodes = self.vertex_nodes();
        let mut vertex_of = vec![None; self.uses.len()];
        for (vertex, &node) in nodes.iter().enumerate() {
            vertex_of[node as usize] = NonMax::new(vertex as u32);
        }
        let vertices = nodes.iter().map(|&node| Vertex { osm: self.osm.nodes[node as usize].id, at: self.place(node) });
        let mut streets = Streets { vertices: vertices.collect::<Vec<_>>().into(), ..Streets::default() };
        let of_way = self.add_ways(&mut streets);
        let (order, stops) = self.add_edges(&mut streets, &vertex_of);
        let junctions = Junctions::new(self.osm, &streets, &of_way, &self.open, &order, |node| {
            vertex_of[node as usize].map(NonMax::get)
        });
        let closed = self.closed_nodes.iter().filter_map(|(&node, &modes)| Some((vertex_of[node as usize]?.get(), modes)));
        let restrictions = turns::restrictions(&junctions, closed, self.profiles, &mut self.report);
        drop(junctions);
        streets.restrictions = restrictions;
        self.count(&streets);
        let tags = StreetTags { sets: self.sets, of_way, stops };
        Built { streets: Arc::new(streets), tags, report: self.report }
    }

    /// The ways of which pieces are left, with their names; the set of each.
    fn add_ways(&mut self, streets: &mut Streets) -> Vec<u32> {
        let mut names: HashMap<&str, u32> = HashMap::new();
        let (mut ways, mut bytes, mut sets) = (Vec::new(), Vec::new(), Vec::new());
        let mut before = None;
        for piece in &mut self.pieces {
            let kept = &self.kept[piece.way as usize];
            if before != Some(piece.way) {
                before = Some(piece.way);
                let tags = self.osm.way_tags(kept.way);
                let name = tags.get(Key::Name).or(tags.get(Key::Ref)).unwrap_or("");
                let name_start = *names.entry(name).or_insert_with(|| {
                    bytes.extend_from_slice(name.as_bytes());
                    (bytes.len() - name.len()) as u32
                });
                let (class, flags) = (kept.class as u16, flags_of(tags, kept.class));
                ways.push(Way { osm: kept.way.id, name_start, name_len: name.len() as u32, class, flags, unused: 0 });
                sets.push(kept.set);
            }
            piece.way = (ways.len() - 1) as u32;
        }
        streets.ways = ways.into();
        streets.names = bytes.into();
        sets
    }

    /// Splits the pieces into edges. Gives the edges in the order of their ways, and where time is lost.
    fn add_edges(&self, streets: &mut Streets, vertex_of: &[Option<NonMax>]) -> (Vec<u32>, Vec<Stop>) {
        let mut drafts = Vec::new();
        for piece in &self.pieces {
            let mut begin = piece.first;
            for at in piece.first + 1..piece.first + piece.len {
                if let (Some(to), Some(from)) = (vertex_of[self.refs[at] as usize], vertex_of[self.refs[begin] as usize]) {
                    drafts.push(Draft { from: from.get(), to: to.get(), way: piece.way, begin, end: at });
                    begin = at;
                }
            }
        }
        let mut sorted: Vec<u32> = (0..drafts.len() as u32).collect();
        sorted.sort_unstable_by_key(|&at| {
            let draft = &drafts[at as usize];
            (draft.from.min(draft.to), draft.from.max(draft.to), at)
        });
        let kinds = self.stop_kinds();
        let mut order = vec![0; drafts.len()];
        let (mut edges, mut points, mut stops) = (Vec::with_capacity(drafts.len()), Vec::new(), Vec::new());
        for (edge, &at) in sorted.iter().enumerate() {
            order[at as usize] = edge as u32;
            let draft = &drafts[at as usize];
            let nodes = &self.refs[draft.begin..=draft.end];
            let first_point = points.len() as u32;
            points.extend(nodes[1..nodes.len() - 1].iter().map(|&node| self.place(node)));
            let length_cm = geometry::length_cm(nodes.iter().map(|&node| self.place(node)));
            let (from, to, way, n_points) = (draft.from, draft.to, draft.way, nodes.len() as u32 - 2);
            edges.push(Edge { from, to, way, length_cm, first_point, n_points });
            for (at, node) in nodes.iter().enumerate().filter(|_| !kinds.is_empty()) {
                let place = match at {
                    0 => StopPlace::Begin,
                    _ if at + 1 == nodes.len() => StopPlace::End,
                    _ => StopPlace::Inside,
                };
                stops.extend(kinds.get(node).map(|&kind| Stop { edge: edge as u32, place, kind }));
            }
        }
        streets.edges = edges.into();
        points.shrink_to_fit();
        streets.points = points.into();
        (order, stops)
    }

    /// The nodes where time may be lost.
    fn stop_kinds(&self) -> HashMap<u32, StopKind> {
        let kinds = self.osm.tagged_nodes.iter().filter_map(|node| {
            let tags = self.osm.node_tags(node);
            let kind = match (tags.get(Key::Highway), tags.get(Key::Barrier), tags.get(Key::Railway)) {
                (Some("traffic_signals"), _, _) => StopKind::TrafficSignals,
                (Some("crossing"), _, _) if tags.get(Key::Crossing) == Some("traffic_signals") => StopKind::TrafficSignals,
                (Some("crossing"), _, _) => StopKind::Crossing,
                (_, Some("toll_booth"), _) => StopKind::TollBooth,
                (_, _, Some("level_crossing" | "crossing")) => StopKind::LevelCrossing,
                _ => return None,
            };
            Some((self.osm.position(node.id)? as u32, kind))
        });
        kinds.collect()
    }

    fn count(&mut self, streets: &Streets) {
        let report = &mut self.report;
        (report.n_vertices, report.n_edges) = (streets.vertices.len(), streets.edges.len());
        report.n_restrictions = streets.restrictions.len();
        for way in streets.ways.iter() {
            report.by_class.entry(StreetClass::ALL[way.class as usize].word()).or_default().0 += 1;
        }
        for edge in 0..streets.edges.len() as u32 {
            report.by_class.entry(StreetClass::ALL[streets.way(edge).class as usize].word()).or_default().1 += 1;
        }
    }
}

/// An edge before its place in the order is known.
struct Draft {
    from: u32,
    to: u32,
    way: u32,
    /// First and last node among the refs.
    begin: usize,
    end: usize,
}

/// A number below the highest one, so that none of it takes no room.
#[derive(Debug, Clone, Copy)]
struct NonMax(std::num::NonZeroU32);

impl NonMax {
    fn new(value: u32) -> Option<Self> {
        std::num::NonZeroU32::new(!value).map(NonMax)
    }

    fn get(self) -> u32 {
        !self.0.get()
    }
}

/// Ends a piece; one of a single node is dropped.
fn close_piece(way: usize, first: &mut usize, refs: &mut Vec<u32>, pieces: &mut Vec<Piece>) {
    let len = refs.len() - *first;
    if len >= 2 {
        pieces.push(Piece { way: way as u32, first: *first, len });
    } else {
        refs.truncate(*first);
    }
    *first = refs.len();
}

fn flags_of(tags: Tags, class: StreetClass) -> u16 {
    let is = |key| tags.get(key).is_some_and(|value| value != "no");
    let roundabout = matches!(tags.get(Key::Junction), Some("roundabout" | "circular"));
    let flag = |holds: bool, bit: u16| if holds { bit } else { 0 };
    flag(is(Key::Tunnel), Way::TUNNEL)
        | flag(is(Key::Bridge), Way::BRIDGE)
        | flag(roundabout, Way::ROUNDABOUT)
        | flag(class == StreetClass::Ferry, Way::FERRY)
        | flag(is(Key::Toll), Way::TOLL)
}
