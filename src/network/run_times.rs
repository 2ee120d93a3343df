//! How long the vehicles of a service take between its calls: observed minutes, or the run-time models of its lines (METHOD §3.2).

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{DelayIx, Network, Piece, Service, StopIx};
use crate::input::parameters::{Level, Parameters};
use crate::units::{Distance, Duration, Speed};

/// The run-time models at one level of the parameters.
#[derive(Debug, Clone, Copy)]
pub struct RunModels<'a> {
    /// The parameters that hold them.
    pub parameters: &'a Parameters,
    /// The level.
    pub level: Level,
}

impl RunModels<'_> {
    fn minutes(self, key: &str) -> Duration {
        self.parameters.minutes(key, self.level)
    }

    fn speed(self, key: &str) -> Speed {
        self.parameters.speed(key, self.level)
    }
}

/// The projects that a service depends on: its own, those of its lines, and those of delays that it no longer suffers.
pub fn projects_of(network: &Network, service: &Service) -> BTreeSet<Arc<str>> {
    let mut projects: BTreeSet<Arc<str>> = service.projects.iter().cloned().collect();
    for piece in service.calls.iter().flat_map(|call| &call.run.pieces) {
        projects.extend(network.line(piece.line).projects.iter().cloned());
        projects.extend(network.piece_delays(piece).into_iter().filter_map(|delay| network.delay(delay).removed_by.clone()));
    }
    projects
}

/// The calls of a service in one direction with what lies between them.
#[derive(Debug, Clone)]
pub struct Chain<'a> {
    network: &'a Network,
    models: RunModels<'a>,
    /// The stops in order of travel, those that are only passed left out but for the ends; at least two.
    pub calls: Vec<StopIx>,
    /// Moving time up to each call: 60·d/v of the models, or observed minutes.
    moving: Vec<Duration>,
    /// Time of the stops between the first call and each call, both excluded: s of the models, or dwell.
    stopping: Vec<Duration>,
    /// Way up to each call.
    pub length: Vec<Distance>,
    /// The stretch before each call.
    stretches: Vec<Stretch>,
}

#[derive(Debug, Default, Clone)]
struct Stretch {
    pieces: Vec<Piece>,
    observed: bool,
}

impl<'a> Chain<'a> {
    /// The calls of a service, from its first to its last where `out`, otherwise the other way round.
    pub fn of(network: &'a Network, models: RunModels<'a>, service: &Service, out: bool) -> Self {
        let n = service.calls.len();
        let order: Vec<usize> = if out { (0..n).collect() } else { (0..n).rev().collect() };
        let (calls, stretches) = (Vec::with_capacity(n), Vec::with_capacity(n));
        let mut chain = Chain { network, models, calls, moving: vec![], stopping: vec![], length: vec![], stretches };
        let (mut moving, mut stopping, mut length) = (Duration::ZERO, Duration::ZERO, Distance::ZERO);
        let mut stretch = Stretch::default();
        for (position, &at) in order.iter().enumerate() {
            if position > 0 {
                let run = &service.calls[if out { at } else { at + 1 }].run;
                let pieces = in_order(&run.pieces, out);
                moving +=
                    run.observed.unwrap_or_else(|| pieces.iter().map(|piece| moving_time(network, models, piece)).sum());
                length = length + pieces.iter().map(|piece| network.piece_length(piece)).sum();
                stretch.observed = run.observed.is_some();
                stretch.pieces.extend(pieces);
            }
            let last = position + 1 == n;
            if service.calls[at].pass && position > 0 && !last {
                continue;
            }
            let stop_time = match stretch.pieces.last() {
                Some(piece) if !stretch.observed => {
                    models.minutes(&format!("model.{}.s_min", network.line(piece.line).model))
                }
                _ => models.minutes("rail.dwell_min"),
            };
            chain.calls.push(service.calls[at].stop);
            chain.moving.push(moving);
            chain.length.push(length);
            chain.stretches.push(std::mem::take(&mut stretch));
            chain.stopping.push(stopping);
            if position > 0 {
                stopping += stop_time;
            }
        }
        chain
    }

    /// The time from leaving call `from` to reaching call `to`: `c + 60·d/v + s·n` plus the delays on the way, or the observed minutes
    /// with dwell, less the delays that were removed since (METHOD §3.2).
    pub fn run(&self, from: usize, to: usize) -> Duration {
        let moving = self.moving[to].saturating_sub(self.moving[from]);
        let stops = self.stopping[to].saturating_sub(self.stopping[from + 1]);
        let (suffered, removed) = self.delays(from, to);
        let mut modelled = self.stretches[from + 1..=to].iter().filter(|stretch| !stretch.observed);
        let first = modelled.find_map(|stretch| stretch.pieces.first()).map(|piece| &self.network.line(piece.line).model);
        let start = first.map_or(Duration::ZERO, |model| self.models.minutes(&format!("model.{model}.c_min")));
        (start + moving + stops + suffered).saturating_sub(removed)
    }

    /// The delays between two calls, each once: those that come on top of the models, and those that observed minutes still hold
    /// though they are removed.
    fn delays(&self, from: usize, to: usize) -> (Duration, Duration) {
        let network = self.network;
        let mut seen: Vec<DelayIx> = Vec::new();
        let (mut suffered, mut removed) = (Duration::ZERO, Duration::ZERO);
        for stretch in &self.stretches[from + 1..=to] {
            for delay in stretch.pieces.iter().flat_map(|piece| network.piece_delays(piece)) {
                if seen.contains(&delay) {
                    continue;
                }
                seen.push(delay);
                let minutes = self.models.minutes(&network.delay(delay).parameter);
                if !stretch.observed && network.delay(delay).is_suffered() {
                    suffered += minutes;
                } else if stretch.observed && network.delay(delay).is_lifted() {
                    removed += minutes;
                }
            }
        }
        (suffered, removed)
    }

    /// When a train leaves a call that is not its last, counted from leaving the first: after the way, the stops and the delays so
    /// far. The time to start is not in it, since every run has its own.
    pub fn departure(&self, call: usize) -> Duration {
        let (suffered, removed) = self.delays(0, call);
        (self.moving[call] + self.stopping[call + 1] + suffered).saturating_sub(removed)
    }
}

/// Pieces in order of travel; which way each is run makes no difference to its length and delays.
fn in_order(pieces: &[Piece], out: bool) -> Vec<Piece> {
    if out { pieces.to_vec() } else { pieces.iter().rev().copied().collect() }
}

fn moving_time(network: &Network, models: RunModels, piece: &Piece) -> Duration {
    let speed = models.speed(&format!("model.{}.v_kmh", network.line(piece.line).model));
    Duration::of(network.piece_length(piece), speed).unwrap_or(Duration::from_deciseconds(u32::MAX))
}
