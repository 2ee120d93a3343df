//! One departure to all vertices of the streets: rides, and then over the streets out of every stop that they reach.
//!
//! The ways out of stops do not depend on the root, so they are found once. A root then costs its own search over the streets, its
//! rides, and a pass over the ways out of the stops that it reaches: 8 bytes a way, read one after the other, and 4 bytes of a vertex
//! near those before it. One search from all stops at once would not be exact: where the way from the last stop has a limit of its own,
//! a vertex may be too far from the stop that is reached first, and not from one that is reached later.

use rayon::prelude::*;

use super::located::Located;
use super::row::Workspace;
use super::searched::StreetSearch;
use super::world::{ModeStreets, World};
use super::{Approach, Terms, Window};
use crate::network::streets::StreetMode;
use crate::network::timetable::CallStopIx;
use crate::search::Direction;
use crate::search::flat::Scratch;
use crate::units::Duration;

/// Marks a time that is not reached, inside this module.
const UNREACHED: u32 = u32::MAX;

/// A world from which all vertices are asked for, under the same terms and in the same direction.
pub struct Everywhere<'e> {
    world: &'e World<'e>,
    terms: &'e Terms,
    direction: Direction,
    /// For every approach on the far side.
    out_of_stops: Vec<OutOfStops>,
}

/// The ways out of all stops by one approach: those of one stop after those of another, the shortest first.
struct OutOfStops {
    mode: StreetMode,
    first: Vec<u32>,
    /// The position of the vertex in the order of states, and the whole time from vehicle to vertex.
    ways: Vec<(u32, u32)>,
}

impl<'e> Everywhere<'e> {
    /// Finds the ways out of all stops (into them, backwards), spread over threads. Takes 8 bytes for each vertex in reach of each stop.
    pub fn new(world: &'e World<'e>, terms: &'e Terms, direction: Direction) -> Self {
        let far = terms.far(direction).iter().filter(|_| terms.max_rides > 0);
        let out_of_stops = far.filter_map(|approach| OutOfStops::new(world, approach, direction, terms));
        Everywhere { world, terms, direction, out_of_stops: out_of_stops.collect() }
    }

    /// The times from `root` to every vertex of the streets (to it, backwards) for one departure (wished arrival), by whichever mode is
    /// quickest; `None` where there is no journey within the longest trip. Lines by headway run as in the first draw. A vertex
    /// is reached as a point that lies on it would be.
    pub fn times(&self, root: &Located, time: u32, workspace: &mut Workspace) -> Vec<Option<Duration>> {
        let window = Window { direction: self.direction, times: vec![time], first_draw: true };
        let tree = self.world.tree(root, self.terms, &window, workspace);
        let mut times = vec![UNREACHED; self.world.streets().streets.vertices.len()];
        for of in self.world.modes() {
            let mut by_state = vec![UNREACHED; of.graph.n_states()];
            let mut asked = false;
            for (approach, found) in tree.direct_searches(of.mode) {
                asked = true;
                self.alone(of, approach, found, &mut by_state);
            }
            for out in self.out_of_stops.iter().filter(|out| out.mode == of.mode) {
                asked = true;
                tree.each_ride(|stop, ride| out.carry(stop, ride, &mut by_state));
            }
            if asked {
                at_vertices(of, &by_state, &mut times);
            }
        }
        tree.give_back(workspace);
        let longest = self.terms.max_trip.deciseconds();
        times.into_iter().map(|time| (time <= longest).then(|| Duration::from_deciseconds(time))).collect()
    }

    /// Takes the ways over streets alone into account.
    fn alone(&self, of: &ModeStreets, approach: &Approach, found: &StreetSearch, by_state: &mut [u32]) {
        found.each_reached(of, |state, time| {
            let known = &mut by_state[state as usize];
            *known = approach.whole(time).unwrap_or(UNREACHED).min(*known);
        });
    }
}

impl OutOfStops {
    fn new(world: &World, approach: &Approach, direction: Direction, terms: &Terms) -> Option<Self> {
        let of = world.mode(approach.kind.street_mode())?;
        let stops = world.rides()?.stops(of.mode)?;
        let around = |scratch: &mut Scratch, stop: u32| -> Vec<(u32, u32)> {
            let Some(on) = stops.point(stop) else { return Vec::new() };
            let limit = approach.layer_limit_within(terms.max_trip.deciseconds());
            of.graph.search(direction, &of.graph.entries(on, direction), limit, scratch);
            let through = world.through_station(CallStopIx(stop), direction.opposite());
            let way = |&state: &u32| {
                let whole = approach.whole(scratch.time(state)?)?.saturating_add(through);
                Some((of.graph.start(of.graph.vertex(state)), whole))
            };
            // States are settled in the order of their times, so that the first of a vertex is its shortest.
            scratch.settled().iter().filter_map(way).collect()
        };
        let all: Vec<Vec<_>> = (0..stops.len() as u32).into_par_iter().map_init(Scratch::default, around).collect();
        let mut out = OutOfStops { mode: of.mode, first: vec![0], ways: Vec::with_capacity(all.iter().map(Vec::len).sum()) };
        for ways in all {
            out.ways.extend(ways);
            out.first.push(u32::try_from(out.ways.len()).expect("fewer than four thousand million ways out of stops"));
        }
        Some(out)
    }

    /// Carries a ride on to the vertices around its last stop.
    fn carry(&self, stop: CallStopIx, ride: u32, by_state: &mut [u32]) {
        for &(state, way) in &self.ways[self.first[stop.at()] as usize..self.first[stop.at() + 1] as usize] {
            let known = &mut by_state[state as usize];
            *known = ride.saturating_add(way).min(*known);
        }
    }
}

/// The times of vertices from those of their states.
fn at_vertices(of: &ModeStreets, by_state: &[u32], times: &mut [u32]) {
    for (state, &time) in by_state.iter().enumerate() {
        let known = &mut times[of.graph.vertex(state as u32) as usize];
        *known = time.min(*known);
    }
}
