//! Drives: the roads searched from one point, and the best way between that point and any other.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Direction;
use super::freeze::FrozenRoads;
use super::project_sets::{ProjectSets, SetId};
use super::roads::{RoadTree, UNREACHED, Via};
use super::snap::{Along, Entry, Snapped};
use crate::units::Duration;

/// A search over the roads from one point, the root (to it, backwards).
#[derive(Debug)]
pub struct Drives {
    root: Snapped,
    direction: Direction,
    tree: RoadTree,
}

/// How a drive between the root and another point goes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Drive {
    /// Over the network; the other point meets it here.
    Network(Entry),
    /// Along one road that both points join.
    Along(Along),
}

/// A drive over the network, from the root to the other point.
#[derive(Debug)]
pub struct Route {
    /// How the root meets the network.
    pub near: Entry,
    /// The vertex that each arc leads to, its time and what it stands for.
    pub arcs: Vec<(u32, Duration, Via)>,
}

impl Drives {
    /// Searches from `root` (to it, backwards) within `limit`, that included.
    pub fn search(roads: &FrozenRoads, root: Snapped, direction: Direction, limit: Duration) -> Drives {
        let entries = roads.entries(&root, direction);
        let seeds: Vec<(u32, Duration)> = entries.iter().map(|entry| (entry.vertex, entry.time())).collect();
        let tree = roads.graph.search(direction, &seeds, limit);
        Drives { root, direction, tree }
    }

    /// The driving time to a point that meets the network by `entries` (vertex and time), if a drive leads there. `shares_road` tells
    /// whether the point may join a road of the root.
    pub fn time_by(
        &self,
        roads: &FrozenRoads,
        point: &Snapped,
        entries: &[(u32, Duration)],
        shares_road: bool,
    ) -> Option<Duration> {
        let over = entries.iter().map(|&(vertex, rest)| self.arrival(vertex, rest)).min();
        let over = over.filter(|time| time.deciseconds() < UNREACHED);
        let along = if shares_road { self.along(roads, point) } else { None };
        over.into_iter().chain(along.map(|along| along.time())).min()
    }

    /// The best drive to a point. Of drives that take equally long the first stands: over the network, by the nearest road.
    pub fn best(&self, roads: &FrozenRoads, point: &Snapped) -> Option<(Duration, Drive)> {
        let entries = roads.entries(point, self.direction.opposite());
        let over = entries.into_iter().map(|entry| (self.arrival(entry.vertex, entry.time()), Drive::Network(entry)));
        let over = over.filter(|(time, _)| time.deciseconds() < UNREACHED);
        let along = self.along(roads, point).map(|along| (along.time(), Drive::Along(along)));
        over.chain(along).min_by_key(|&(time, _)| time)
    }

    /// The arcs of a drive that ends by `far`.
    pub fn route(&self, roads: &FrozenRoads, far: &Entry) -> Route {
        let (seed, arcs) = roads.graph.path(self.direction, &self.tree, far.vertex);
        let near = self.seeds(roads).find(|entry| entry.vertex == seed).expect("every path begins at a seed");
        Route { near, arcs }
    }

    /// The projects of the roads between the root and every vertex.
    pub fn vertex_projects(&self, roads: &FrozenRoads, sets: &mut ProjectSets) -> Vec<SetId> {
        let mut marked = vec![SetId::default(); self.tree.times.len()];
        for entry in self.seeds(roads).collect::<Vec<_>>().into_iter().rev() {
            marked[entry.vertex as usize] = sets.of(&roads.entry_projects(&entry));
        }
        for &vertex in &self.tree.settled {
            if let Some((before, via)) = roads.graph.before(self.direction, &self.tree, vertex) {
                let own = match via {
                    Via::Link(link, _) => sets.of(&roads.network().links[link as usize].projects),
                    Via::Ramp | Via::System => SetId::default(),
                };
                marked[vertex as usize] = sets.union(marked[before as usize], own);
            }
        }
        marked
    }

    /// The projects of the roads of a drive.
    pub fn projects(&self, roads: &FrozenRoads, drive: &Drive) -> BTreeSet<Arc<str>> {
        let of = |link: u32| roads.network().links[link as usize].projects.clone();
        match drive {
            Drive::Network(far) => {
                let route = self.route(roads, far);
                let on_links = route.arcs.iter().filter_map(|&(_, _, via)| match via {
                    Via::Link(link, _) => Some(of(link)),
                    Via::Ramp | Via::System => None,
                });
                let ends = [&route.near, far].map(|entry| roads.entry_projects(entry));
                on_links.chain(ends).flatten().collect()
            }
            Drive::Along(along) => of(along.link).into_iter().collect(),
        }
    }

    /// The same, with those of every vertex at hand.
    pub fn drive_projects(roads: &FrozenRoads, drive: &Drive, vertices: &[SetId], sets: &mut ProjectSets) -> SetId {
        match drive {
            Drive::Network(far) => {
                let own = sets.of(&roads.entry_projects(far));
                sets.union(vertices[far.vertex as usize], own)
            }
            Drive::Along(along) => sets.of(&roads.network().links[along.link as usize].projects),
        }
    }

    fn arrival(&self, vertex: u32, rest: Duration) -> Duration {
        Duration::from_deciseconds(self.tree.times[vertex as usize]) + rest
    }

    /// The entries of the root that the search began with, the nearest road first: where two lead to a vertex, the first counts.
    fn seeds<'s>(&'s self, roads: &FrozenRoads) -> impl Iterator<Item = Entry> + 's {
        roads.entries(&self.root, self.direction).into_iter().filter(|entry| {
            let vertex = entry.vertex as usize;
            self.tree.taken[vertex] == UNREACHED && self.tree.times[vertex] == entry.time().deciseconds()
        })
    }

    fn along(&self, roads: &FrozenRoads, point: &Snapped) -> Option<Along> {
        roads.along(&self.root, point, self.direction)
    }
}
