//! Streets and timetables frozen together.

use std::sync::{Arc, OnceLock};

use rayon::prelude::*;

use super::hierarchies::Hierarchy;
use super::links::PointsOnStreets;
use super::searched::{Keeping, Spent, StreetSearch};
use crate::network::streets::snap::{EdgeIndex, Snap};
use crate::network::streets::{StreetMode, StreetNetwork, Streets};
use crate::network::timetable::{CallStopIx, StatedTime, Timetable};
use crate::search::Direction;
use crate::search::raptor::Raptor;
use crate::search::raptor::walks::Walks;
use crate::search::streets::StreetGraph;
use crate::units::Duration;

/// The streets of one mode, ready to be searched.
pub struct ModeStreets<'a> {
    /// The mode.
    pub mode: StreetMode,
    /// The graph.
    pub graph: StreetGraph,
    /// Where points meet it.
    pub index: EdgeIndex<'a>,
    /// What is there.
    pub streets: &'a Streets,
    pub(super) hierarchy: OnceLock<Hierarchy>,
    pub(super) keeping: Option<Keeping<'a>>,
    pub(super) spent: Spent,
}

/// Times in and out of stops, and between them.
#[derive(Debug, Clone, PartialEq)]
pub struct StopTimes {
    /// From the street to the vehicle, for every stop.
    pub entry: Vec<Duration>,
    /// From the vehicle to the street, for every stop.
    pub exit: Vec<Duration>,
    /// From one vehicle to another at the same stop, for every stop.
    pub change: Vec<Duration>,
    /// The longest walk between two stops.
    pub walk_limit: Duration,
}

/// Streets of the modes needed, with what runs on a day. A clone shares all that is large.
#[derive(Clone)]
pub struct World<'a> {
    streets: &'a StreetNetwork,
    modes: Arc<Vec<ModeStreets<'a>>>,
    rides: Option<Arc<Rides<'a>>>,
    entry: Arc<Vec<Duration>>,
    exit: Arc<Vec<Duration>>,
    snap_limit_m: f64,
}

/// What runs, ready to be searched.
pub struct Rides<'a> {
    /// What runs, with names.
    pub timetable: &'a Timetable,
    /// The timetables that are searched, one for each draw.
    pub drawn: &'a [Timetable],
    /// One search index for each draw of the phases of lines by headway; one in all where nothing is drawn.
    pub draws: Vec<Raptor>,
    /// Where every stop meets the streets of every mode of the world.
    pub(super) on_streets: Vec<(StreetMode, PointsOnStreets)>,
    /// Walks between stops.
    pub walks: Walks,
}

impl<'a> World<'a> {
    /// Freezes the streets of `modes`; those without a layer are left out. Points are located within `snap_limit_m`.
    pub fn new(streets: &'a StreetNetwork, modes: &[StreetMode], snap_limit_m: f64) -> Self {
        let layers: Vec<_> = modes.iter().filter_map(|&mode| streets.layer(mode)).collect();
        let modes = layers
            .par_iter()
            .map(|layer| ModeStreets {
                mode: layer.mode,
                graph: StreetGraph::freeze(&streets.streets, layer),
                index: EdgeIndex::new(&streets.streets, layer),
                streets: &streets.streets,
                hierarchy: OnceLock::new(),
                keeping: None,
                spent: Spent::default(),
            })
            .collect();
        World { streets, modes: Arc::new(modes), rides: None, entry: Arc::default(), exit: Arc::default(), snap_limit_m }
    }

    /// The same, taking kept orders and making new ones when its searches over streets have cost so much that it pays.
    pub fn with_keeping(mut self, keeping: Keeping<'a>) -> Self {
        let modes = Arc::get_mut(&mut self.modes).expect("a world is told where orders are before it is shared");
        modes.iter_mut().for_each(|of| of.keeping = Some(keeping));
        self
    }

    /// The same with what runs. `draws` are timetables with the stops of `timetable` whose lines by headway have fixed times, or the
    /// timetable alone. Walks between stops lead over the streets of [`StreetMode::Walk`], where the world has them.
    pub fn with_rides(mut self, timetable: &'a Timetable, draws: &'a [Timetable], stop_times: StopTimes) -> Self {
        let locate = |of: &ModeStreets| -> (StreetMode, PointsOnStreets) {
            let snaps: Vec<Snap> =
                timetable.stops.par_iter().map(|stop| of.index.snap(stop.at, self.snap_limit_m)).collect();
            (of.mode, PointsOnStreets::new(&self.streets.streets, &snaps))
        };
        let on_streets: Vec<(StreetMode, PointsOnStreets)> = self.modes.iter().map(locate).collect();
        let walks = Walks::new(timetable.stops.len(), &self.walks(timetable, &on_streets, &stop_times));
        let change = changes(timetable, &stop_times);
        let (drawn, draws) = (draws, draws.par_iter().map(|draw| Raptor::freeze(draw, &walks, &change)).collect());
        self.rides = Some(Arc::new(Rides { timetable, drawn, draws, on_streets, walks }));
        self.through_stations(stop_times.entry, stop_times.exit)
    }

    /// The same with other times from the street to the vehicle and back, one for every stop.
    pub fn through_stations(mut self, entry: Vec<Duration>, exit: Vec<Duration>) -> Self {
        (self.entry, self.exit) = (Arc::new(entry), Arc::new(exit));
        self
    }

    /// The time through the station at the root of a search, in deciseconds: entry forwards, exit backwards.
    pub fn through_station(&self, stop: CallStopIx, direction: Direction) -> u32 {
        match direction {
            Direction::Forward => self.entry[stop.at()].deciseconds(),
            Direction::Backward => self.exit[stop.at()].deciseconds(),
        }
    }

    /// The streets that are frozen.
    pub fn streets(&self) -> &'a StreetNetwork {
        self.streets
    }

    /// The frozen modes.
    pub fn modes(&self) -> &[ModeStreets<'a>] {
        &self.modes
    }

    /// The frozen streets of a mode.
    pub fn mode(&self, mode: StreetMode) -> Option<&ModeStreets<'a>> {
        self.modes.iter().find(|of| of.mode == mode)
    }

    /// What runs.
    pub fn rides(&self) -> Option<&Rides<'a>> {
        self.rides.as_deref()
    }

    /// How far from the streets a point may lie, in metres.
    pub fn snap_limit_m(&self) -> f64 {
        self.snap_limit_m
    }

    /// Walks between all stops within the limit, over streets and as the feeds state them. What a feed states of two stops holds
    /// instead of the way over the streets.
    fn walks(
        &self,
        timetable: &Timetable,
        on_streets: &[(StreetMode, PointsOnStreets)],
        stop_times: &StopTimes,
    ) -> Vec<(CallStopIx, CallStopIx, u32)> {
        let limit = stop_times.walk_limit.deciseconds();
        let mut walks: Vec<(CallStopIx, CallStopIx, u32)> = Vec::new();
        let points = on_streets.iter().find(|(mode, _)| *mode == StreetMode::Walk);
        if let Some((of, (_, points))) = self.mode(StreetMode::Walk).zip(points) {
            let row = |scratch: &mut StreetSearch, stop: u32| {
                let Some(root) = points.point(stop) else { return Vec::new() };
                let found = points.around(of, root, Direction::Forward, limit, scratch).into_iter();
                found.filter(|&(to, _)| to != stop).map(|(to, time)| (CallStopIx(stop), CallStopIx(to), time)).collect()
            };
            let stops = 0..timetable.stops.len() as u32;
            let rows: Vec<Vec<_>> = stops.into_par_iter().map_init(StreetSearch::default, row).collect();
            walks = rows.into_iter().flatten().collect();
        }
        stated(timetable, walks)
    }
}

/// The walks over streets with what the feeds state in their place.
fn stated(timetable: &Timetable, mut walks: Vec<(CallStopIx, CallStopIx, u32)>) -> Vec<(CallStopIx, CallStopIx, u32)> {
    use std::collections::BTreeMap;
    let stated: BTreeMap<(CallStopIx, CallStopIx), StatedTime> = timetable
        .transfers
        .iter()
        .filter(|transfer| transfer.from != transfer.to)
        .map(|transfer| ((transfer.from, transfer.to), transfer.time))
        .collect();
    let known = |walk: &(CallStopIx, CallStopIx, u32)| match stated.get(&(walk.0, walk.1)) {
        None | Some(StatedTime::Walk) => true,
        Some(StatedTime::AtLeast(_) | StatedTime::Forbidden) => false,
    };
    walks.retain(known);
    for (&(from, to), time) in &stated {
        if let StatedTime::AtLeast(time) = *time {
            walks.push((from, to, time));
        }
    }
    walks.sort_unstable();
    walks
}

/// The least time between two vehicles at the same stop: what the feed states, otherwise that of the stop.
fn changes(timetable: &Timetable, stop_times: &StopTimes) -> Vec<Option<u32>> {
    let mut changes: Vec<Option<u32>> = stop_times.change.iter().map(|time| Some(time.deciseconds())).collect();
    for transfer in timetable.transfers.iter().filter(|transfer| transfer.from == transfer.to) {
        match transfer.time {
            StatedTime::AtLeast(time) => changes[transfer.from.at()] = Some(time),
            StatedTime::Forbidden => changes[transfer.from.at()] = None,
            StatedTime::Walk => {}
        }
    }
    changes
}
