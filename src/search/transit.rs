//! The stops as a graph of states, and Dijkstra on it.
//!
//! A stop is six vertices: on the street before boarding, at the platform of a planned train, waiting for a reserved train without a plan,
//! waiting for one without reservation, just off a vehicle, and on the street after. Boarding, waiting, changing and leaving are
//! arcs between them, so a definition that does not count a component merely makes its arcs weigh nothing.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::Direction;
use super::assumptions::{Assumptions, counted};
use super::rides::{Admission, Ride, rides};
use super::roads::UNREACHED;
use crate::input::network_xml::TransferLength;
use crate::input::study::Definition;
use crate::input::vocabulary::Component;
use crate::network::{Network, StopIx};
use crate::units::{Distance, Duration};

/// Stops up to this straight distance apart are joined by a walk without being told.
const WALK_BETWEEN_STOPS_M: f64 = 500.0;

/// A state at a stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// On the street, before boarding.
    Street,
    /// Through the gate, for a train one has planned for.
    Planned,
    /// Waiting for a reserved train without a plan.
    Unplanned,
    /// Waiting for a vehicle without reservation.
    Open,
    /// Just off a vehicle.
    Arrived,
    /// On the street, after the ride.
    Outside,
}

const N_STATES: u32 = 6;

/// The vertex of a state at a stop.
pub const fn vertex(stop: StopIx, state: State) -> u32 {
    stop.0 * N_STATES + state as u32
}

/// The stop of a vertex.
pub const fn stop_of(vertex: u32) -> StopIx {
    StopIx(vertex / N_STATES)
}

/// What an arc stands for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Move {
    /// From the street to the platform: with a plan or without.
    Process {
        /// Whether with a plan.
        planned: bool,
    },
    /// From one vehicle to another at the same stop.
    Change,
    /// From the vehicle to the street.
    Exit,
    /// On foot to another stop, over a transfer of the network (by position) if there is one.
    Walk(Distance, Option<u32>),
    /// A ride, by position, with or without waiting.
    Ride {
        /// Position in [`TransitGraph::rides`].
        ride: u32,
        /// Whether one waits for it.
        waiting: bool,
    },
}

#[derive(Debug, Clone, Copy)]
struct TransitArc {
    other: u32,
    weight: Duration,
    what: Move,
}

/// Stops and rides for one definition and level.
#[derive(Debug, Clone)]
pub struct TransitGraph {
    /// The rides that arcs refer to.
    pub rides: Vec<Ride>,
    forward: Vec<Vec<TransitArc>>,
    backward: Vec<Vec<TransitArc>>,
}

/// A search from seeds to all states of all stops.
#[derive(Debug, Clone)]
pub struct TransitTree {
    /// Deciseconds from the seeds; [`UNREACHED`] where there is no way.
    pub times: Vec<u32>,
    /// The vertex before, [`UNREACHED`] at seeds, and the position of the arc taken from it.
    pub taken: Vec<(u32, u32)>,
    /// Vertices in the order in which they were settled.
    pub settled: Vec<u32>,
}

impl TransitGraph {
    /// Freezes stops and services for a definition; `admission` says which trains count.
    pub fn freeze(network: &Network, assumptions: &Assumptions, definition: &Definition, admission: Admission) -> Self {
        let n = network.stops.len() * N_STATES as usize;
        let rides = rides(network, assumptions, admission);
        let mut graph = TransitGraph { rides, forward: vec![Vec::new(); n], backward: vec![Vec::new(); n] };
        for stop in network.open_stops() {
            graph.add_stop(network, assumptions, definition, stop);
        }
        graph.add_walks(network, assumptions, definition);
        graph.add_rides(definition);
        graph
    }

    fn add(&mut self, tail: u32, head: u32, weight: Duration, what: Move) {
        self.forward[tail as usize].push(TransitArc { other: head, weight, what });
        self.backward[head as usize].push(TransitArc { other: tail, weight, what });
    }

    fn add_stop(&mut self, network: &Network, assumptions: &Assumptions, definition: &Definition, stop: StopIx) {
        let class = network.stop(stop).class;
        let process = |planned| counted(definition, Component::Process, assumptions.process(class, planned));
        let change = counted(definition, Component::Transfer, assumptions.transfer(class));
        let exit = counted(definition, Component::Exit, assumptions.exit(class));
        let at = |state| vertex(stop, state);
        if definition.spontaneous {
            self.add(at(State::Street), at(State::Unplanned), process(false), Move::Process { planned: false });
        } else {
            self.add(at(State::Street), at(State::Planned), process(true), Move::Process { planned: true });
        }
        self.add(at(State::Street), at(State::Open), process(false), Move::Process { planned: false });
        self.add(at(State::Arrived), at(State::Planned), change, Move::Change);
        self.add(at(State::Arrived), at(State::Open), change, Move::Change);
        self.add(at(State::Arrived), at(State::Outside), exit, Move::Exit);
    }

    fn add_walks(&mut self, network: &Network, assumptions: &Assumptions, definition: &Definition) {
        let mut told: Vec<(StopIx, StopIx)> = Vec::new();
        for (at, transfer) in network.transfers.iter().enumerate() {
            let (time, way) = match transfer.length {
                TransferLength::Time(time) => (time, Distance::ZERO),
                TransferLength::Walk(way) => (assumptions.walked(way), way),
            };
            let walk = (time, Move::Walk(way, Some(at as u32)));
            self.add_walk(network, assumptions, definition, (transfer.from, transfer.to), walk);
            // A transfer that a project builds comes beside the straight walk, so that it never makes a journey longer.
            if transfer.existence.project.is_none() {
                told.extend([(transfer.from, transfer.to), (transfer.to, transfer.from)]);
            }
        }
        let open: Vec<StopIx> = network.open_stops().collect();
        for (at, &a) in open.iter().enumerate() {
            for &b in &open[at + 1..] {
                let (from, to) = (network.stop(a).at, network.stop(b).at);
                if (from.lat - to.lat).abs() > 0.01 || told.contains(&(a, b)) {
                    continue;
                }
                let crow = from.metres_to(to);
                if crow <= WALK_BETWEEN_STOPS_M {
                    let way = Distance::from_metres((crow * assumptions.value("walk.detour")).round() as u32);
                    let walk = (assumptions.walked(way), Move::Walk(way, None));
                    self.add_walk(network, assumptions, definition, (a, b), walk);
                }
            }
        }
    }

    /// A walk both ways. Where a definition does not count the way into a station, the change at the next stop is counted instead, so that
    /// walking to a neighbouring stop is never a way around it.
    fn add_walk(
        &mut self,
        network: &Network,
        assumptions: &Assumptions,
        definition: &Definition,
        (a, b): (StopIx, StopIx),
        (time, walk): (Duration, Move),
    ) {
        for (from, to) in [(a, b), (b, a)] {
            let into = if definition.counts(Component::Process) {
                Duration::ZERO
            } else {
                assumptions.transfer(network.stop(to).class)
            };
            let weight = counted(definition, Component::Transfer, time + into);
            self.add(vertex(from, State::Outside), vertex(to, State::Street), weight, walk);
        }
    }

    fn add_rides(&mut self, definition: &Definition) {
        let rides = std::mem::take(&mut self.rides);
        for (at, ride) in rides.iter().enumerate() {
            let wait = counted(definition, Component::Wait, ride.spontaneous.wait);
            let waiting = if definition.counts(Component::Wait) { ride.spontaneous.run + wait } else { ride.planned.run };
            let (from, arrived) = (ride.from, vertex(ride.to, State::Arrived));
            let ride_of = |waiting| Move::Ride { ride: at as u32, waiting };
            if ride.reserved {
                self.add(vertex(from, State::Planned), arrived, ride.planned.run, ride_of(false));
                self.add(vertex(from, State::Unplanned), arrived, waiting, ride_of(definition.counts(Component::Wait)));
            } else {
                self.add(vertex(from, State::Open), arrived, waiting, ride_of(definition.counts(Component::Wait)));
            }
        }
        self.rides = rides;
    }

    fn rows(&self, direction: Direction) -> &[Vec<TransitArc>] {
        match direction {
            Direction::Forward => &self.forward,
            Direction::Backward => &self.backward,
        }
    }

    /// Dijkstra from `seeds` to every state of every stop; ties as in [`super::roads::RoadGraph::search`].
    pub fn search(&self, direction: Direction, seeds: &[(u32, Duration)]) -> TransitTree {
        let rows = self.rows(direction);
        let n = rows.len();
        let mut tree = TransitTree { times: vec![UNREACHED; n], taken: vec![(UNREACHED, 0); n], settled: Vec::new() };
        let mut heap = BinaryHeap::new();
        for &(vertex, start) in seeds {
            if start.deciseconds() < tree.times[vertex as usize] {
                tree.times[vertex as usize] = start.deciseconds();
                heap.push(Reverse((start.deciseconds(), vertex)));
            }
        }
        while let Some(Reverse((time, vertex))) = heap.pop() {
            if time > tree.times[vertex as usize] {
                continue;
            }
            tree.settled.push(vertex);
            for (at, arc) in rows[vertex as usize].iter().enumerate() {
                let arrival = time.saturating_add(arc.weight.deciseconds());
                if arrival < tree.times[arc.other as usize] {
                    tree.times[arc.other as usize] = arrival;
                    tree.taken[arc.other as usize] = (vertex, at as u32);
                    heap.push(Reverse((arrival, arc.other)));
                }
            }
        }
        tree
    }

    /// The vertex and the move before a vertex of a tree, with its time; `None` at seeds and where there is no way.
    pub fn before(&self, direction: Direction, tree: &TransitTree, vertex: u32) -> Option<(u32, Duration, Move)> {
        let (before, at) = tree.taken[vertex as usize];
        (before != UNREACHED).then(|| {
            let arc = &self.rows(direction)[before as usize][at as usize];
            (before, arc.weight, arc.what)
        })
    }

    /// All arcs that leave a vertex (that enter it, backwards): for oracles.
    pub fn arcs(&self, direction: Direction, vertex: u32) -> impl Iterator<Item = (u32, Duration, Move)> + '_ {
        self.rows(direction)[vertex as usize].iter().map(|arc| (arc.other, arc.weight, arc.what))
    }
}
