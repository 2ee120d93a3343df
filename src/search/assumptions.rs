//! The parameters of one level as quantities, looked up once.

use crate::input::parameters::{Level, Parameters};
use crate::input::study::Definition;
use crate::input::vocabulary::{Component, LinkClass, Period, StopClass, Terrain, Urban};
use crate::network::Link;
use crate::network::run_times::RunModels;
use crate::network::territory::Surroundings;
use crate::units::{Distance, Duration, Speed};

/// Parameters at one level for one period of the road day. What is asked for every cell is looked up once.
#[derive(Debug, Clone)]
pub struct Assumptions<'a> {
    parameters: &'a Parameters,
    /// Which value every parameter takes.
    pub level: Level,
    /// Road speeds of this period.
    pub period: Period,
    local: [Local; 3],
    congestion: [f64; 3],
    walk: (f64, Speed, Duration),
    ebike: (Speed, Duration),
    local_bus: (Speed, Duration, Duration),
    /// Outside and inside built-up areas.
    feeder_reach_m: [f64; 2],
    park: [Duration; 2],
    walk_to_car: Duration,
}

/// Local roads of one kind of surroundings.
#[derive(Debug, Clone, Copy)]
struct Local {
    detour: f64,
    speed: Speed,
}

/// How somebody gets from a door to a stop or back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Feeder {
    /// On foot.
    Walk,
    /// By e-bike, from home only.
    Ebike,
    /// By local bus inside a built-up area.
    LocalBus,
    /// By car from home, parked at the station.
    Car,
    /// By taxi to the destination.
    Taxi,
}

impl<'a> Assumptions<'a> {
    /// The values of `parameters` at `level`, with the road speeds of `period`.
    pub fn new(parameters: &'a Parameters, level: Level, period: Period) -> Self {
        let value = |key: &str| parameters.value(key, level);
        let (minutes, speed) = (|key: &str| parameters.minutes(key, level), |key: &str| parameters.speed(key, level));
        let local = |kind: &str| Local {
            detour: value(&format!("local.detour.{kind}")),
            speed: speed(&format!("local.speed.{kind}")),
        };
        let congestion = |area: Urban| value(&format!("congestion.{}.{}", area.word(), period.word()));
        let reach =
            |speed: &str, limit: &str, detour: &str| value(speed) * value(limit) / 60.0 * 1000.0 / value(detour).max(0.1);
        let walk = reach("walk.speed_kmh", "access.walk_max_min", "walk.detour");
        // A metre more, for what rounding to the decisecond lets through.
        let outside = walk.max(reach("ebike.speed_kmh", "access.ebike_max_min", "walk.detour")) + 1.0;
        let inside = outside.max(reach("local_bus.speed_kmh", "access.bus_max_min", "local.detour.urban") + 1.0);
        Assumptions {
            feeder_reach_m: [outside, inside],
            park: ["car.park_metropolis_min", "car.park_other_min"].map(minutes),
            walk_to_car: minutes("car.walk_to_car_min"),
            parameters,
            level,
            period,
            local: ["urban", "plain", "mountain"].map(local),
            congestion: [Urban::County, Urban::Prefecture, Urban::Metropolis].map(congestion),
            walk: (value("walk.detour"), speed("walk.speed_kmh"), minutes("access.walk_max_min")),
            ebike: (speed("ebike.speed_kmh"), minutes("access.ebike_max_min")),
            local_bus: (speed("local_bus.speed_kmh"), minutes("local_bus.wait_min"), minutes("access.bus_max_min")),
        }
    }

    /// The raw value of a key.
    pub fn value(&self, key: &str) -> f64 {
        self.parameters.value(key, self.level)
    }

    /// A key in minutes.
    pub fn minutes(&self, key: &str) -> Duration {
        self.parameters.minutes(key, self.level)
    }

    /// The run-time models of services.
    pub fn models(&self) -> RunModels<'a> {
        RunModels { parameters: self.parameters, level: self.level }
    }

    /// A key in km/h. A speed of zero counts as a metre an hour: nothing moves.
    pub fn speed(&self, key: &str) -> Speed {
        self.parameters.speed(key, self.level)
    }

    fn congestion(&self, urban: Urban) -> f64 {
        self.congestion[urban as usize]
    }

    fn local(&self, around: Surroundings) -> Local {
        match (around.urban, around.terrain) {
            (Some(_), _) => self.local[0],
            (None, Terrain::Plain) => self.local[1],
            (None, Terrain::Mountain) => self.local[2],
        }
    }

    /// The time to drive a link from end to end: length over the running speed of its class, times the congestion of the
    /// expressways or of the built-up area it lies in (METHOD §3.1).
    pub fn link_time(&self, link: &Link) -> Duration {
        let free = driving(link.length, self.speed(&link.speed_key()));
        match (link.class, link.urban) {
            (LinkClass::Expressway, _) => free.scaled(self.value(&format!("congestion.expressway.{}", self.period.word()))),
            (_, Some(urban)) => free.scaled(self.congestion(urban)),
            (_, None) => free,
        }
    }

    /// The time for a straight distance over local roads that the network does not hold: distance × detour over local speed, times
    /// congestion in built-up areas.
    pub fn local_time(&self, crow_m: f64, around: Surroundings) -> Duration {
        let local = self.local(around);
        let free = driving(metres(crow_m * local.detour), local.speed);
        around.urban.map_or(free, |urban| free.scaled(self.congestion(urban)))
    }

    /// The length of the same way.
    pub fn local_way(&self, crow_m: f64, around: Surroundings) -> Distance {
        metres(crow_m * self.local(around).detour)
    }

    /// The time to walk a way of known length.
    pub fn walked(&self, way: Distance) -> Duration {
        driving(way, self.walk.1)
    }

    /// The quickest way without a car between a door and a point `crow_m` metres away, within the limits of access: on foot, from home
    /// also by e-bike, inside a built-up area also by local bus. `None` beyond the limits.
    pub fn feeder_without_car(&self, crow_m: f64, around: Surroundings, from_home: bool) -> Option<(Duration, Feeder)> {
        let way = metres(crow_m * self.walk.0);
        let mut best: Option<(Duration, Feeder)> = None;
        let mut offer = |time: Duration, feeder: Feeder, limit: Duration| {
            if time <= limit && best.is_none_or(|(known, _)| time < known) {
                best = Some((time, feeder));
            }
        };
        offer(self.walked(way), Feeder::Walk, self.walk.2);
        if from_home {
            offer(driving(way, self.ebike.0), Feeder::Ebike, self.ebike.1);
        }
        if around.urban.is_some() {
            let riding = driving(metres(crow_m * self.local[0].detour), self.local_bus.0);
            offer(riding + self.local_bus.1, Feeder::LocalBus, self.local_bus.2);
        }
        best
    }

    /// The straight distance beyond which no feeder without a car gets anywhere, in metres; local buses run in built-up areas only.
    pub fn feeder_reach_m(&self, built_up: bool) -> f64 {
        self.feeder_reach_m[usize::from(built_up)]
    }

    /// Parking and the walk from it, at a destination with these surroundings.
    pub fn park(&self, around: Surroundings) -> Duration {
        self.park[usize::from(around.urban != Some(Urban::Metropolis))]
    }

    /// From the door to the parked car.
    pub fn walk_to_car(&self) -> Duration {
        self.walk_to_car
    }

    /// From the street to the vehicle at a stop: with reservation the buffer of its class, otherwise the shorter process.
    pub fn process(&self, class: StopClass, planned: bool) -> Duration {
        self.minutes(&process_key(class, planned))
    }

    /// From the vehicle to the street.
    pub fn exit(&self, class: StopClass) -> Duration {
        self.minutes(&format!("exit.{}", class.word()))
    }

    /// From one vehicle to another at the same stop.
    pub fn transfer(&self, class: StopClass) -> Duration {
        self.minutes(&transfer_key(class))
    }
}

/// The parameter of the time from the street to the vehicle.
pub fn process_key(class: StopClass, planned: bool) -> String {
    match class {
        StopClass::Metro | StopClass::Bus | StopClass::Airport => format!("process.{}", class.word()),
        _ if planned => format!("process.{}", class.word()),
        _ => "process.unreserved".to_string(),
    }
}

/// The parameter of the time from one vehicle to another at the same stop.
pub fn transfer_key(class: StopClass) -> String {
    let family = match class {
        StopClass::Metro => "metro",
        StopClass::Bus => "bus",
        StopClass::Airport => "air",
        _ => "rail",
    };
    format!("transfer.{family}_min")
}

/// A component's duration where the definition counts it, otherwise none.
pub fn counted(definition: &Definition, component: Component, duration: Duration) -> Duration {
    if definition.counts(component) { duration } else { Duration::ZERO }
}

fn driving(way: Distance, speed: Speed) -> Duration {
    Duration::of(way, speed).unwrap_or(Duration::from_deciseconds(u32::MAX))
}

fn metres(value: f64) -> Distance {
    Distance::from_km(value / 1000.0).unwrap_or(Distance::from_metres(u32::MAX))
}
