//! The records of a feed.

use std::path::PathBuf;
use std::sync::Arc;

use jiff::civil::{Date, Weekday};

use super::stop_times::{StopTime, StopTimes};
use crate::geo::LonLat;

/// Declares a position in a list of a feed.
macro_rules! position {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u32);

        impl $name {
            /// The position as a `usize`.
            pub const fn at(self) -> usize {
                self.0 as usize
            }
        }
    };
}

position! {
    /// Position of a stop in [`Feed::stops`].
    StopAt
}
position! {
    /// Position of a route in [`Feed::routes`].
    RouteAt
}
position! {
    /// Position of a service in [`Feed::services`].
    ServiceAt
}
position! {
    /// Position of a trip in [`Feed::trips`].
    TripAt
}
position! {
    /// Position of a shape in [`Feed::shapes`].
    ShapeAt
}
position! {
    /// Position of a block in [`Feed::blocks`].
    BlockAt
}

/// A feed: the records of its files, their references to each other resolved.
#[derive(Debug, Clone, PartialEq)]
pub struct Feed {
    /// The name of its file without the ending, or that of its folder.
    pub name: Arc<str>,
    /// Where it was read.
    pub path: PathBuf,
    /// `agency.txt`.
    pub agencies: Vec<Agency>,
    /// `stops.txt`.
    pub stops: Vec<Stop>,
    /// `routes.txt`.
    pub routes: Vec<Route>,
    /// `calendar.txt` and `calendar_dates.txt`.
    pub services: Vec<Service>,
    /// `trips.txt`.
    pub trips: Vec<Trip>,
    /// `block_id`s of trips.
    pub blocks: Vec<Arc<str>>,
    /// `stop_times.txt`.
    pub stop_times: StopTimes,
    /// `frequencies.txt`, in the order of the trips, then of time.
    pub frequencies: Vec<Frequency>,
    /// `transfers.txt`.
    pub transfers: Vec<Transfer>,
    /// `pathways.txt`.
    pub pathways: Vec<Pathway>,
    /// `shapes.txt`.
    pub shapes: Vec<Shape>,
    /// The points of all shapes, those of one after another.
    pub shape_points: Vec<ShapePoint>,
    /// `feed_info.txt`.
    pub info: Option<FeedInfo>,
    /// What was read and is not used.
    pub unused: Unused,
}

/// Rows that were read and cannot be used for travel times.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Unused {
    /// Rows of `transfers.txt` that hold for certain routes or trips only, or that speak of staying in the vehicle.
    pub transfers_of_trips: usize,
    /// Rows of `pathways.txt` without a traversal time.
    pub pathways_without_time: usize,
    /// Trips with a call in a zone or at a location group in place of a stop.
    pub flexible_trips: usize,
    /// Calls or routes where one may get on or off between stops; only the stops count here.
    pub continuous_stopping: usize,
}

/// Who runs the vehicles.
#[derive(Debug, Clone, PartialEq)]
pub struct Agency {
    /// Id; may be missing where there is only one.
    pub id: Option<Arc<str>>,
    /// Name.
    pub name: Arc<str>,
    /// The IANA name of the time zone that all times of the feed are of.
    pub zone: Arc<str>,
    /// Line of `agency.txt`.
    pub line: u32,
}

/// What a row of `stops.txt` describes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StopKind {
    /// Where vehicles call: a platform or a pole.
    Platform,
    /// A station that has platforms.
    Station,
    /// A way into a station.
    Entrance,
    /// A point inside a station.
    Node,
    /// A part of a platform.
    BoardingArea,
}

/// A row of `stops.txt`.
#[derive(Debug, Clone, PartialEq)]
pub struct Stop {
    /// Id.
    pub id: Arc<str>,
    /// Name; empty where there is none.
    pub name: Arc<str>,
    /// Where; `None` where the feed does not say or says (0, 0).
    pub at: Option<LonLat>,
    /// What it is.
    pub kind: StopKind,
    /// The station, or the platform of a boarding area.
    pub parent: Option<StopAt>,
    /// Line of `stops.txt`.
    pub line: u32,
}

/// A row of `routes.txt`.
#[derive(Debug, Clone, PartialEq)]
pub struct Route {
    /// Id.
    pub id: Arc<str>,
    /// Short name, or the long one where it has none.
    pub name: Arc<str>,
    /// Basic (0–12) or extended (100–1702) type.
    pub route_type: u16,
    /// Colour on maps, as 0xRRGGBB.
    pub colour: Option<u32>,
    /// Line of `routes.txt`.
    pub line: u32,
}

/// Days of service under one `service_id`.
#[derive(Debug, Clone, PartialEq)]
pub struct Service {
    /// Id.
    pub id: Arc<str>,
    /// The row of `calendar.txt`.
    pub week: Option<Week>,
    /// Days of `calendar_dates.txt` with service, in order.
    pub added: Vec<Date>,
    /// Days of `calendar_dates.txt` without, in order.
    pub removed: Vec<Date>,
}

/// A row of `calendar.txt`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Week {
    /// Monday to Sunday.
    pub days: [bool; 7],
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
    /// Line of `calendar.txt`.
    pub line: u32,
}

/// A row of `trips.txt`.
#[derive(Debug, Clone, PartialEq)]
pub struct Trip {
    /// Id.
    pub id: Arc<str>,
    /// Route.
    pub route: RouteAt,
    /// When it runs.
    pub service: ServiceAt,
    /// Direction 0 or 1.
    pub direction: Option<u8>,
    /// The vehicle's run that it belongs to.
    pub block: Option<BlockAt>,
    /// Its way on the map.
    pub shape: Option<ShapeAt>,
    /// Line of `trips.txt`.
    pub line: u32,
}

/// A row of `frequencies.txt`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Frequency {
    /// The trip that is repeated.
    pub trip: TripAt,
    /// Seconds after the midnight of the service day of the first departure.
    pub from: u32,
    /// No departure at or after this second.
    pub to: u32,
    /// Seconds between departures, at least 1.
    pub headway: u32,
    /// Whether the departures are exactly at `from`, `from + headway` and so on.
    pub exact: bool,
    /// Line of `frequencies.txt`.
    pub line: u32,
}

/// A row of `transfers.txt` that holds for all routes and trips.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Transfer {
    /// Where one gets off: a platform or a station.
    pub from: StopAt,
    /// Where one gets on.
    pub to: StopAt,
    /// What it says.
    pub rule: TransferRule,
    /// Line of `transfers.txt`.
    pub line: u32,
}

/// What a transfer says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransferRule {
    /// Recommended, types 0 and 1.
    Recommended,
    /// Takes at least so many seconds, type 2.
    AtLeast(u32),
    /// Not possible, type 3.
    Forbidden,
}

/// A row of `pathways.txt` with a traversal time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pathway {
    /// One end.
    pub from: StopAt,
    /// The other.
    pub to: StopAt,
    /// Whether it may be walked both ways.
    pub both_ways: bool,
    /// Seconds it takes.
    pub seconds: u32,
    /// Line of `pathways.txt`.
    pub line: u32,
}

/// The way of trips on the map.
#[derive(Debug, Clone, PartialEq)]
pub struct Shape {
    /// Id.
    pub id: Arc<str>,
    /// First of its points in [`Feed::shape_points`].
    pub begin: u32,
    /// One past the last.
    pub end: u32,
    /// Line of `shapes.txt` where it begins.
    pub line: u32,
}

/// A point of a shape, in units of 10⁻⁷ degrees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShapePoint {
    /// East.
    pub lon: i32,
    /// North.
    pub lat: i32,
}

impl ShapePoint {
    /// The point in degrees.
    pub fn lon_lat(self) -> LonLat {
        LonLat { lon: f64::from(self.lon) / 1e7, lat: f64::from(self.lat) / 1e7 }
    }
}

/// What the feed says of itself.
#[derive(Debug, Clone, PartialEq)]
pub struct FeedInfo {
    /// Who published it.
    pub publisher: Arc<str>,
    /// Its version.
    pub version: Option<Arc<str>>,
    /// First day it speaks of.
    pub from: Option<Date>,
    /// Last day it speaks of.
    pub to: Option<Date>,
}

impl Service {
    /// Whether it runs on `date`.
    pub fn runs_on(&self, date: Date) -> bool {
        if self.added.binary_search(&date).is_ok() {
            return true;
        }
        let regular = self.week.is_some_and(|week| week.holds(date));
        regular && self.removed.binary_search(&date).is_err()
    }
}

impl Week {
    /// Whether `date` is one of its days.
    pub fn holds(&self, date: Date) -> bool {
        self.from <= date && date <= self.to && self.days[weekday(date)]
    }
}

/// Monday is 0.
fn weekday(date: Date) -> usize {
    date.weekday().since(Weekday::Monday) as usize
}

impl Feed {
    /// A feed with nothing in it.
    pub fn empty(name: Arc<str>, path: PathBuf) -> Self {
        Feed {
            name,
            path,
            agencies: Vec::new(),
            stops: Vec::new(),
            routes: Vec::new(),
            services: Vec::new(),
            trips: Vec::new(),
            blocks: Vec::new(),
            stop_times: StopTimes::default(),
            frequencies: Vec::new(),
            transfers: Vec::new(),
            pathways: Vec::new(),
            shapes: Vec::new(),
            shape_points: Vec::new(),
            info: None,
            unused: Unused::default(),
        }
    }

    /// The calls of a trip in order.
    pub fn calls(&self, trip: TripAt) -> impl ExactSizeIterator<Item = StopTime> + '_ {
        self.stop_times.of(trip)
    }

    /// The points of a shape in order.
    pub fn points(&self, shape: ShapeAt) -> &[ShapePoint] {
        let shape = &self.shapes[shape.at()];
        &self.shape_points[shape.begin as usize..shape.end as usize]
    }

    /// The time zone of its times.
    pub fn zone(&self) -> Option<&Arc<str>> {
        self.agencies.first().map(|agency| &agency.zone)
    }

    /// Services that at least one trip runs under.
    fn used_services(&self) -> Vec<&Service> {
        let mut used = vec![false; self.services.len()];
        for trip in &self.trips {
            used[trip.service.at()] = true;
        }
        self.services.iter().zip(used).filter_map(|(service, used)| used.then_some(service)).collect()
    }

    /// The first and the last day on which a trip runs; `None` where none ever does.
    ///
    /// Days that the calendars name only to take them away do not count.
    pub fn service_range(&self) -> Option<(Date, Date)> {
        let services = self.used_services();
        let first = services.iter().filter_map(|service| service.first_day()).min()?;
        let last = services.iter().filter_map(|service| service.last_day()).max()?;
        Some((first, last))
    }

    /// The day nearest to `date` on which a trip runs, the earlier of two equally near.
    pub fn nearest_service(&self, date: Date) -> Option<Date> {
        let services = self.used_services();
        let before = services.iter().filter_map(|service| service.last_day_to(date)).max();
        let after = services.iter().filter_map(|service| service.first_day_from(date)).min();
        match (before, after) {
            (Some(before), Some(after)) if days(before, date) <= days(date, after) => Some(before),
            (_, Some(after)) => Some(after),
            (before, None) => before,
        }
    }
}

/// Days from one date to a later one.
fn days(from: Date, to: Date) -> i32 {
    from.until(to).map_or(i32::MAX, |span| span.get_days())
}

impl Service {
    /// The first day of service.
    pub fn first_day(&self) -> Option<Date> {
        self.first_day_from(Date::MIN)
    }

    /// The last day of service.
    pub fn last_day(&self) -> Option<Date> {
        self.last_day_to(Date::MAX)
    }

    /// The first day of service not before `date`.
    pub fn first_day_from(&self, date: Date) -> Option<Date> {
        let added = self.added.get(self.added.partition_point(|&day| day < date)).copied();
        let regular = self.week.and_then(|week| {
            let mut day = week.from.max(date);
            let last = added.map_or(week.to, |added| week.to.min(added));
            // A day taken away is looked past, so the search is as long as the list of such days and a week.
            while day <= last {
                if self.runs_on(day) {
                    return Some(day);
                }
                if week.days == [false; 7] {
                    return None;
                }
                day = day.tomorrow().ok()?;
            }
            None
        });
        added.into_iter().chain(regular).min()
    }

    /// The last day of service not after `date`.
    pub fn last_day_to(&self, date: Date) -> Option<Date> {
        let n_before = self.added.partition_point(|&day| day <= date);
        let added = n_before.checked_sub(1).map(|at| self.added[at]);
        let regular = self.week.and_then(|week| {
            let mut day = week.to.min(date);
            let first = added.map_or(week.from, |added| week.from.max(added));
            while day >= first {
                if self.runs_on(day) {
                    return Some(day);
                }
                if week.days == [false; 7] {
                    return None;
                }
                day = day.yesterday().ok()?;
            }
            None
        });
        added.into_iter().chain(regular).max()
    }
}
