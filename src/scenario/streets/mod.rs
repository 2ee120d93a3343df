//! Changes that projects make on streets: ways closed or at another speed, and new streets.
//!
//! Edges, vertices and ways keep their numbers; what is new is appended. An edge that is cut is closed, and its pieces stand behind
//! it. Points, lengths and times that no change touches are shared with the streets before.

mod cut;
mod join;
mod lay;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Scenario;
use super::apply::without_effect;
use crate::diagnostic::{Checked, Diagnostic};
use crate::geo::LonLat;
use crate::input::projects::{Change, ChangeKind, Effect, Project, WayId};
use crate::input::vocabulary::StreetUser;
use crate::network::streets::{Directed, Layer, StreetMode, StreetNetwork, Streets};
use crate::units::{Distance, Speed};

/// The streets of a scenario.
#[derive(Debug, Clone)]
pub struct StreetScenario {
    /// Streets and times.
    pub network: StreetNetwork,
    /// The projects that closed, slowed, sped up or laid an edge, for those that any did; without repetition.
    pub projects: BTreeMap<u32, Vec<Arc<str>>>,
    /// The streets that were laid.
    pub laid: Vec<LaidStreet>,
}

/// A street that a project laid.
#[derive(Debug, Clone, PartialEq)]
pub struct LaidStreet {
    /// The project.
    pub project: Arc<str>,
    /// Where it is joined to other streets, from its begin to its end.
    pub joints: Vec<Joint>,
    /// How many streets it crosses without being joined, since they are bridges, tunnels or motorways.
    pub n_passed: usize,
    /// Its length with the ways to its joints.
    pub length: Distance,
}

/// Where a new street is joined to one that was there.
#[derive(Debug, Clone, PartialEq)]
pub struct Joint {
    /// Where.
    pub at: LonLat,
    /// How far the drawn line lies from there, in metres; zero at crossings.
    pub apart_m: f64,
    /// The way it is joined to, by its number in OpenStreetMap; negative for one that a project laid.
    pub way: i64,
    /// Whether a vertex was there already; otherwise an edge was cut.
    pub at_vertex: bool,
}

/// The streets with what the projects of a scenario change. A change that touches nothing is an error, and so are a way that is
/// not there and a new street that does not meet the others.
pub fn apply(base: &StreetNetwork, scenario: &Scenario, projects: &[Project]) -> Checked<StreetScenario> {
    let mut faults = Vec::new();
    let mut editor = Editor::of(base);
    for project in projects.iter().filter(|project| scenario.projects.contains(project.id.as_str())) {
        let Effect::Changes(changes) = &project.effect else { continue };
        for change in changes {
            editor.make(project, change, &mut faults);
        }
    }
    let network = StreetNetwork { streets: editor.streets, layers: editor.layers };
    Checked { value: StreetScenario { network, projects: editor.projects, laid: editor.laid }, diagnostics: faults }
}

/// Streets while they are changed.
struct Editor {
    streets: Arc<Streets>,
    layers: Vec<Arc<Layer>>,
    projects: BTreeMap<u32, Vec<Arc<str>>>,
    laid: Vec<LaidStreet>,
    /// How many vertices and ways scenarios have made; their negative numbers tell them apart.
    n_made: (i64, i64),
}

impl Editor {
    fn of(base: &StreetNetwork) -> Self {
        let (streets, layers) = (Arc::clone(&base.streets), base.layers.clone());
        let n_made = (
            streets.vertices.iter().filter(|vertex| vertex.osm < 0).count() as i64,
            streets.ways.iter().filter(|way| way.osm < 0).count() as i64,
        );
        Editor { streets, layers, projects: BTreeMap::new(), laid: Vec::new(), n_made }
    }

    fn make(&mut self, project: &Project, change: &Change, faults: &mut Vec<Diagnostic>) {
        let touched = match &change.kind {
            ChangeKind::CloseWay(ways, users) => {
                let Some(edges) = self.edges_of(ways, faults) else { return };
                self.close(&edges, users)
            }
            ChangeKind::SetWaySpeed(ways, speeds) => {
                let Some(edges) = self.edges_of(ways, faults) else { return };
                self.set_speeds(&edges, speeds)
            }
            ChangeKind::NewWay(way) => match self.lay(project, change, way) {
                Ok(edges) => edges,
                Err(fault) => return faults.push(*fault),
            },
            _ => return,
        };
        if touched.is_empty() {
            faults.push(without_effect(project, change));
        }
        let tag: Arc<str> = Arc::from(project.id.as_str());
        for edge in touched {
            let tags = self.projects.entry(edge).or_default();
            if !tags.contains(&tag) {
                tags.push(Arc::clone(&tag));
            }
        }
    }

    /// The edges of ways; `None` with a fault for every way that is not there.
    fn edges_of(&self, ways: &[WayId], faults: &mut Vec<Diagnostic>) -> Option<Vec<u32>> {
        let wanted: BTreeSet<i64> = ways.iter().map(|way| way.id).collect();
        let mut found: BTreeSet<i64> = BTreeSet::new();
        let mut is_of: Vec<bool> = vec![false; self.streets.ways.len()];
        for (at, way) in self.streets.ways.iter().enumerate().filter(|(_, way)| wanted.contains(&way.osm)) {
            found.insert(way.osm);
            is_of[at] = true;
        }
        let missing = ways.iter().filter(|way| !found.contains(&way.id));
        let fault = |way: &WayId| {
            Diagnostic::error("scenario::unknown_way", format!("no way of the streets has the number {}", way.id))
                .at(&way.span)
                .help("write the number of a way that the OpenStreetMap files hold and that somebody may use")
        };
        faults.extend(missing.map(fault));
        let edges = self.streets.edges.iter().enumerate().filter(|(_, edge)| is_of[edge.way as usize]);
        (found.len() == wanted.len()).then(|| edges.map(|(at, _)| at as u32).collect())
    }

    /// Closes edges in both directions; those that were open to one of the users.
    fn close(&mut self, edges: &[u32], users: &[StreetUser]) -> BTreeSet<u32> {
        let mut touched = BTreeSet::new();
        for layer in &mut self.layers {
            if !users.is_empty() && !users.iter().any(|&user| mode_of(user) == layer.mode) {
                continue;
            }
            let open: Vec<u32> = edges.iter().copied().filter(|&edge| layer.is_open(edge)).collect();
            if open.is_empty() {
                continue;
            }
            let times = Arc::make_mut(layer).times_mut();
            for &edge in &open {
                times[Directed::new(edge, true).at()] = Layer::CLOSED;
                times[Directed::new(edge, false).at()] = Layer::CLOSED;
            }
            touched.extend(open);
        }
        touched
    }

    /// Gives open directions of edges new speeds; those whose time changes.
    fn set_speeds(&mut self, edges: &[u32], speeds: &[(StreetUser, Speed)]) -> BTreeSet<u32> {
        let mut touched = BTreeSet::new();
        for &(user, speed) in speeds {
            let Some(layer) = self.layers.iter_mut().find(|layer| layer.mode == mode_of(user)) else { continue };
            let mut changes: Vec<(Directed, u32)> = Vec::new();
            for directed in edges.iter().flat_map(|&edge| [Directed::new(edge, true), Directed::new(edge, false)]) {
                let time = time_at(self.streets.edges[directed.edge() as usize].length_cm, speed);
                if layer.time(directed).is_some_and(|old| old.deciseconds() != time) {
                    changes.push((directed, time));
                }
            }
            if changes.is_empty() {
                continue;
            }
            let times = Arc::make_mut(layer).times_mut();
            for (directed, time) in changes {
                times[directed.at()] = time;
                touched.insert(directed.edge());
            }
        }
        touched
    }
}

/// Deciseconds over a length at a speed, rounded.
fn time_at(length_cm: u32, speed: Speed) -> u32 {
    let speed = u64::from(speed.metres_per_hour());
    let time = (u64::from(length_cm) * 360 + speed / 2) / speed;
    u32::try_from(time).map_or(Layer::CLOSED - 1, |time| time.min(Layer::CLOSED - 1))
}

/// The mode of a layer.
const fn mode_of(user: StreetUser) -> StreetMode {
    match user {
        StreetUser::Walk => StreetMode::Walk,
        StreetUser::Bicycle => StreetMode::Bicycle,
        StreetUser::Ebike => StreetMode::Ebike,
        StreetUser::Car => StreetMode::Car,
    }
}
