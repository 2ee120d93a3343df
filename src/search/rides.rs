//! Rides: what the trains of a window offer between two stops without a change.
//!
//! Between two stops, all trains that call at both are ranked by run time. A definition takes the run of the k-th fastest: so many
//! trains are at least this fast. Unlike a median over all trains, this never gets worse when trains are added.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::assumptions::Assumptions;
use crate::input::network_xml::TripTimes;
use crate::input::study::{Definition, Window};
use crate::input::vocabulary::{LineMode, TripDirection, WindowOf};
use crate::network::run_times::{Chain, projects_of};
use crate::network::{Network, Service, StopIx};
use crate::units::{Distance, Duration, TimeOfDay};

/// A ride between two stops for one definition.
#[derive(Debug, Clone)]
pub struct Ride {
    /// Boarding stop.
    pub from: StopIx,
    /// Alighting stop.
    pub to: StopIx,
    /// Whether seats are reserved.
    pub reserved: bool,
    /// Run of the k-th fastest train.
    pub planned: Leg,
    /// The best run with its wait for those who turn up without a plan.
    pub spontaneous: Leg,
    /// Trains in the window, all of them, in thousandths.
    pub trips_milli: u64,
    /// Projects of the trains counted up to the planned one.
    pub planned_projects: Vec<Arc<str>>,
    /// Projects of the trains counted up to the spontaneous one.
    pub spontaneous_projects: Vec<Arc<str>>,
}

/// One way to take a ride.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Leg {
    /// In the vehicle.
    pub run: Duration,
    /// Waiting for it.
    pub wait: Duration,
    /// The train that decides: position in the network's services.
    pub service: u32,
    /// Its way.
    pub length: Distance,
}

/// One train pattern between two stops.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Offer {
    from: StopIx,
    to: StopIx,
    reserved: bool,
    run: Duration,
    service: u32,
    length: Distance,
    trips_milli: u64,
}

/// Which trains a definition admits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Admission {
    /// The rank that counts.
    pub rank: u32,
    /// The window.
    pub window: Window,
}

impl Ride {
    /// The way to take it, with waiting or without, and the projects that it is due to.
    pub fn choice(&self, waiting: bool) -> (Leg, &[Arc<str>]) {
        if waiting { (self.spontaneous, &self.spontaneous_projects) } else { (self.planned, &self.planned_projects) }
    }
}

impl Admission {
    /// What the definition says.
    pub fn of(definition: &Definition) -> Self {
        Admission { rank: definition.train_rank, window: definition.window }
    }

    /// Any train of the day: to tell "no train in the window" from "no line".
    pub fn any() -> Self {
        let (from, to) = (TimeOfDay::from_seconds(0), TimeOfDay::from_seconds(47 * 3600));
        Admission { rank: 0, window: Window { from, to, of: WindowOf::Departure } }
    }
}

/// All rides of a network, in order of their stops.
pub fn rides(network: &Network, assumptions: &Assumptions, admission: Admission) -> Vec<Ride> {
    let mut offers = Vec::new();
    for (at, service) in network.services.iter().enumerate() {
        for out in [true, false] {
            add_offers(network, assumptions, service, at as u32, out, admission.window, &mut offers);
        }
    }
    offers.sort_unstable();
    offers
        .chunk_by(|a, b| (a.from, a.to, a.reserved) == (b.from, b.to, b.reserved))
        .filter_map(|group| ride(network, assumptions, admission, group))
        .collect()
}

fn ride(network: &Network, assumptions: &Assumptions, admission: Admission, offers: &[Offer]) -> Option<Ride> {
    let wanted = u64::from(admission.rank) * 1000;
    let mut so_far = 0;
    let mut planned: Option<(usize, Leg)> = None;
    let mut spontaneous: Option<(usize, Leg)> = None;
    for (at, offer) in offers.iter().enumerate() {
        so_far += offer.trips_milli;
        if so_far < wanted || so_far == 0 {
            continue;
        }
        let leg = Leg { run: offer.run, wait: Duration::ZERO, service: offer.service, length: offer.length };
        planned.get_or_insert((at, leg));
        let wait = wait(network, assumptions, admission.window, offer, so_far);
        if spontaneous.is_none_or(|(_, best)| offer.run + wait < best.run + best.wait) {
            spontaneous = Some((at, Leg { wait, ..leg }));
        }
    }
    let ((planned_at, planned), (spontaneous_at, spontaneous)) = (planned?, spontaneous?);
    let projects = |last: usize| -> Vec<Arc<str>> {
        let all: BTreeSet<Arc<str>> = offers[..=last]
            .iter()
            .flat_map(|offer| projects_of(network, &network.services[offer.service as usize]))
            .collect();
        all.into_iter().collect()
    };
    let (planned_projects, spontaneous_projects) = (projects(planned_at), projects(spontaneous_at));
    let first = offers[0];
    let trips_milli = offers.iter().map(|offer| offer.trips_milli).sum();
    Some(Ride {
        from: first.from,
        to: first.to,
        reserved: first.reserved,
        planned,
        spontaneous,
        trips_milli,
        planned_projects,
        spontaneous_projects,
    })
}

/// Half the headway of the trains counted so far, at most the cap: urban for metro, bus and trains without reservation, regional
/// for reserved trains and aircraft (METHOD §3.3).
fn wait(network: &Network, assumptions: &Assumptions, window: Window, offer: &Offer, trips_milli: u64) -> Duration {
    let mode = network.services[offer.service as usize].mode;
    let regional = offer.reserved && matches!(mode, LineMode::Hsr | LineMode::Rail | LineMode::Air);
    let cap = assumptions.minutes(if regional { "wait.cap_regional_min" } else { "wait.cap_urban_min" });
    let half = window.to.since(window.from).minutes() * 500.0 / trips_milli as f64;
    Duration::from_minutes(half).unwrap_or(cap).min(cap)
}

fn add_offers(
    network: &Network,
    assumptions: &Assumptions,
    service: &Service,
    at: u32,
    out: bool,
    window: Window,
    offers: &mut Vec<Offer>,
) {
    let against = if out { TripDirection::Back } else { TripDirection::Out };
    let times: Vec<&TripTimes> =
        service.trips.iter().filter(|trips| trips.direction != against).map(|trips| &trips.times).collect();
    if times.is_empty() {
        return;
    }
    let chain = Chain::of(network, assumptions.models(), service, out);
    let n = chain.calls.len();
    let before = offers.len();
    let arrivals: Vec<Duration> = (1..n).map(|to| chain.run(0, to)).collect();
    for from in 0..n - 1 {
        let left = chain.departure(from);
        for to in from + 1..n {
            let run = chain.run(from, to);
            let shift = match window.of {
                WindowOf::Departure => left,
                WindowOf::Arrival => arrivals[to - 1],
            };
            let trips_milli = times.iter().map(|times| trips_in(times, shift, window)).sum();
            if trips_milli > 0 && chain.calls[from] != chain.calls[to] {
                let length = chain.length[to].metres() - chain.length[from].metres();
                let length = Distance::from_metres(length);
                let (from, to) = (chain.calls[from], chain.calls[to]);
                offers.push(Offer { from, to, reserved: service.reserved, run, service: at, length, trips_milli });
            }
        }
    }
    // A train that comes to a stop twice is one train still, by its quickest ride.
    let mut kept = offers.split_off(before);
    kept.sort_unstable();
    kept.dedup_by_key(|offer| (offer.from, offer.to));
    offers.append(&mut kept);
}

/// How many trips pass a call inside the window, in thousandths, when the call is `shift` after the first stop.
pub fn trips_in(times: &TripTimes, shift: Duration, window: Window) -> u64 {
    let inside = |seconds: f64| {
        let at = seconds + f64::from(shift.deciseconds()) / 10.0;
        at >= f64::from(window.from.seconds()) && at <= f64::from(window.to.seconds())
    };
    match times {
        TripTimes::At(times) => 1000 * times.iter().filter(|time| inside(f64::from(time.seconds()))).count() as u64,
        TripTimes::Even { count, from, to } => {
            let (begin, span) = (f64::from(from.seconds()), f64::from(to.seconds() - from.seconds()));
            let leaves = |trip: u32| begin + (f64::from(trip) + 0.5) * span / f64::from(*count);
            1000 * (0..*count).filter(|&trip| inside(leaves(trip))).count() as u64
        }
        TripTimes::PerWeek(per_week) => {
            // Nobody knows when in the day they run, so they are spread over it at every call alike.
            let (begin, end) = (6.0 * 3600.0, 22.0 * 3600.0);
            let low = f64::from(window.from.seconds()).max(begin);
            let high = f64::from(window.to.seconds()).min(end);
            let share = ((high - low) / (end - begin)).clamp(0.0, 1.0);
            (f64::from(*per_week) * 1000.0 / 7.0 * share).round() as u64
        }
    }
}
