//! Small worlds made from records in code, with round numbers, and questions asked of them.
//!
//! A point is given in kilometres east and north of the crossing of equator and zero meridian, where a degree of longitude
//! is as long as one of latitude. Every road runs 60 km/h (a kilometre a minute) unless a test says otherwise, one walks 100 m a
//! minute, and the parameters are those of [`PARAMETERS`].

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::civil::{Date, date};
use onehour::diagnostic::{Diagnostic, SourceFile, Span, source_file};
use onehour::geo::LonLat;
use onehour::input::cells::{CellRecord, CellRecords};
use onehour::input::network_xml::*;
use onehour::input::outlines::Outlines;
use onehour::input::parameters::{Level, Parameter, Parameters, REQUIRED};
use onehour::input::places::PlaceRecord;
use onehour::input::projects::{Change, ChangeKind, Effect, Project};
use onehour::input::study::{CellsSpec, Definition, Window};
use onehour::input::vocabulary::*;
use onehour::network::territory::{Territory, TerritoryRecords};
use onehour::network::{Network, territory};
use onehour::scenario::Scenario;
use onehour::search::freeze::{Freezer, Frozen};
use onehour::search::journey::Journey;
use onehour::search::snap::SnapIndex;
use onehour::search::{Direction, Endpoint, Outcome, assumptions::Assumptions};
use onehour::units::{Distance, Duration, Speed, TimeOfDay};

/// Kilometres of a degree on the sphere of `LonLat::metres_to`.
const KM_PER_DEGREE: f64 = 111.195_08;

/// Day of every scenario.
pub const TODAY: Date = date(2030, 1, 1);

/// What differs from 60 km/h for roads, 1 for factors and 0 for the rest.
const PARAMETERS: &[(&str, f64)] = &[
    ("road.expressway.limit_120", 120.0),
    ("road.expressway.limit_60", 60.0),
    ("car.ramp_min", 4.0),
    ("car.system_interchange_min", 1.0),
    ("car.walk_to_car_min", 2.0),
    ("car.park_metropolis_min", 8.0),
    ("car.park_other_min", 3.0),
    ("local.speed.urban", 30.0),
    ("local.speed.plain", 30.0),
    ("local.speed.mountain", 15.0),
    ("local.reach_km", 10.0),
    ("walk.speed_kmh", 6.0),
    ("ebike.speed_kmh", 12.0),
    ("local_bus.speed_kmh", 18.0),
    ("local_bus.wait_min", 5.0),
    ("taxi.pickup_min", 6.0),
    ("access.walk_max_min", 20.0),
    ("access.ebike_max_min", 20.0),
    ("access.bus_max_min", 30.0),
    ("access.car_max_min", 40.0),
    ("process.hub", 20.0),
    ("process.prefecture", 15.0),
    ("process.county", 10.0),
    ("process.suburban", 8.0),
    ("process.unreserved", 7.0),
    ("process.metro", 3.0),
    ("process.bus", 1.0),
    ("process.airport", 60.0),
    ("exit.hub", 9.0),
    ("exit.prefecture", 6.0),
    ("exit.county", 5.0),
    ("exit.suburban", 3.5),
    ("exit.metro", 2.0),
    ("exit.bus", 0.5),
    ("exit.airport", 12.0),
    ("transfer.rail_min", 20.0),
    ("transfer.metro_min", 4.0),
    ("transfer.bus_min", 2.5),
    ("transfer.air_min", 45.0),
    ("wait.cap_urban_min", 15.0),
    ("wait.cap_regional_min", 30.0),
    ("rail.dwell_min", 2.0),
    // A fast railway: two minutes a kilometre less than nothing to reckon with: 120 km/h, 5 min a stop, 4 min to start.
    ("model.fast.v_kmh", 120.0),
    ("model.fast.s_min", 5.0),
    ("model.fast.c_min", 4.0),
    ("model.slow.v_kmh", 60.0),
    ("model.slow.s_min", 3.0),
    ("model.slow.c_min", 2.0),
    ("delay.throat", 12.0),
];

/// The file that all records of a world claim to stand in.
pub fn file() -> Arc<SourceFile> {
    source_file(Path::new("world.xml"), String::from("<network/>\n"))
}

/// Somewhere in the file of the world.
pub fn span() -> Span {
    Span::new(&file(), 0..10)
}

/// A name somewhere in the file.
pub fn named(text: &str) -> Named {
    Named { text: Arc::from(text), span: span() }
}

/// A name in both languages.
pub fn name(text: &str) -> Name {
    Name { zh: text.to_string(), en: text.to_string() }
}

/// Always there, no project.
pub fn common() -> Common {
    Common {
        opened: None,
        closed: None,
        project: None,
        source: Arc::from("a test"),
        confidence: Confidence::High,
        note: None,
        span: span(),
    }
}

/// The point so many kilometres east and north.
pub fn km(east: f64, north: f64) -> LonLat {
    LonLat::new(east / KM_PER_DEGREE, north / KM_PER_DEGREE).unwrap()
}

/// Minutes, also broken ones.
pub fn mins(minutes: f64) -> Duration {
    Duration::from_minutes(minutes).unwrap()
}

/// Reached after so many minutes.
pub fn reached(minutes: f64) -> Outcome {
    Outcome::Reached(mins(minutes))
}

/// A time of the day from `HH:MM`.
pub fn clock(text: &str) -> TimeOfDay {
    TimeOfDay::from_text(text).unwrap()
}

/// A project that does what `changes` say.
pub fn project(id: &str, changes: Vec<ChangeKind>) -> Project {
    Project {
        id: id.to_string(),
        name: name(id),
        clause: String::new(),
        paragraph: String::from("railways"),
        kind: String::from("rail"),
        verb: String::from("build"),
        status: Status::Building,
        status_date: String::from("2030"),
        status_source: String::from("a test"),
        confidence: Confidence::High,
        year: None,
        depends_on: Vec::new(),
        excludes: Vec::new(),
        service: Some(String::from("assumed: as in the test")),
        service_en: None,
        note: None,
        effect: Effect::Changes(changes.into_iter().map(|kind| Change { kind, span: span() }).collect()),
        span: span(),
    }
}

/// A project that builds what is tagged with it.
pub fn builds(id: &str) -> Project {
    project(id, vec![ChangeKind::Build])
}

/// A scenario of today with these projects.
pub fn scenario(projects: &[&str]) -> Scenario {
    Scenario {
        id: String::from("S"),
        name: name("S"),
        date: TODAY,
        projects: projects.iter().map(|id| Arc::from(*id)).collect::<BTreeSet<_>>(),
    }
}

/// Trips at these times, `HH:MM`, in both directions.
pub fn at(times: &[&str]) -> TripsRecord {
    TripsRecord {
        times: TripTimes::At(times.iter().map(|time| clock(time)).collect()),
        direction: TripDirection::Both,
        span: span(),
    }
}

/// So many trips between two times in both directions.
pub fn even(count: u32, from: &str, to: &str) -> TripsRecord {
    let times = TripTimes::Even { count, from: clock(from), to: clock(to) };
    TripsRecord { times, direction: TripDirection::Both, span: span() }
}

/// The records of a world under construction.
#[derive(Clone)]
pub struct World {
    pub records: NetworkRecords,
    pub parameters: BTreeMap<String, f64>,
    pub places: Vec<PlaceRecord>,
    pub cells: Vec<CellRecord>,
    pub projects: Vec<Project>,
}

impl World {
    /// Nothing but the parameters.
    pub fn new() -> World {
        let value = |key: &str| {
            let told = PARAMETERS.iter().find(|(known, _)| *known == key).map(|&(_, value)| value);
            let usual = if key.starts_with("road.") {
                60.0
            } else if key.ends_with("_min") {
                0.0
            } else {
                1.0
            };
            told.unwrap_or(usual)
        };
        let keys = REQUIRED.iter().copied().chain(PARAMETERS.iter().map(|&(key, _)| key));
        World {
            records: NetworkRecords::default(),
            parameters: keys.map(|key| (key.to_string(), value(key))).collect(),
            places: Vec::new(),
            cells: Vec::new(),
            projects: Vec::new(),
        }
    }

    pub fn set(&mut self, key: &str, value: f64) -> &mut World {
        self.parameters.insert(key.to_string(), value);
        self
    }

    pub fn node(&mut self, id: &str, east: f64, north: f64) -> &mut NodeRecord {
        let record = NodeRecord {
            id: named(id),
            name: Some(Arc::from(id)),
            at: km(east, north),
            interchange: Interchange::None,
            common: common(),
        };
        self.records.nodes.push(record);
        self.records.nodes.last_mut().unwrap()
    }

    /// Nodes without interchange.
    pub fn nodes(&mut self, nodes: &[(&str, f64, f64)]) -> &mut World {
        for &(id, east, north) in nodes {
            self.node(id, east, north);
        }
        self
    }

    /// A road of `length` km, id "from-to".
    pub fn link(&mut self, from: &str, to: &str, length: f64, class: LinkClass) -> &mut LinkRecord {
        let expressway = class == LinkClass::Expressway;
        let record = LinkRecord {
            id: named(&format!("{from}-{to}")),
            from: named(from),
            to: named(to),
            class,
            refs: if expressway { vec![Arc::from("G5")] } else { Vec::new() },
            name: None,
            length: Distance::from_km(length).unwrap(),
            length_basis: LengthBasis::Official,
            limit: Speed::from_kmh(120.0).filter(|_| expressway),
            terrain: Terrain::Plain,
            urban: None,
            oneway: false,
            toll: false,
            tunnel: false,
            sections: Vec::new(),
            shape: Vec::new(),
            common: common(),
        };
        self.records.links.push(record);
        self.records.links.last_mut().unwrap()
    }

    pub fn stop(&mut self, id: &str, class: StopClass, east: f64, north: f64) -> &mut StopRecord {
        let record = StopRecord {
            id: named(id),
            name: Arc::from(id),
            at: km(east, north),
            class,
            serves: Vec::new(),
            telecode: None,
            common: common(),
        };
        self.records.stops.push(record);
        self.records.stops.last_mut().unwrap()
    }

    /// A line of mode `hsr` with model `fast`; a place beginning with `*` is a point.
    pub fn line(&mut self, id: &str, places: &[(&str, f64)]) -> &mut LineRecord {
        let at = places.iter().map(|&(place, km)| LineAtRecord {
            place: match place.strip_prefix('*') {
                Some(point) => LinePlace::Point(named(point), None),
                None => LinePlace::Stop(named(place)),
            },
            km: Distance::from_km(km).unwrap(),
            delay: None,
            shape: Vec::new(),
        });
        let record = LineRecord {
            id: named(id),
            name: Arc::from(id),
            mode: LineMode::Hsr,
            model: named("fast"),
            design: None,
            at: at.collect(),
            common: common(),
        };
        self.records.lines.push(record);
        self.records.lines.last_mut().unwrap()
    }

    /// A service with reservation over `line` that calls at `stops`: one train an hour from 06:30 to 21:30.
    pub fn service(&mut self, id: &str, line: &str, stops: &[&str]) -> &mut ServiceRecord {
        let calls = stops.iter().enumerate().map(|(at, stop)| CallRecord {
            stop: named(stop),
            lines: if at == 0 { Vec::new() } else { line.split_whitespace().map(named).collect() },
            run: None,
            pass: false,
            span: span(),
        });
        self.add_service(id, calls.collect())
    }

    /// A service with observed minutes between its calls.
    pub fn observed(&mut self, id: &str, stops: &[(&str, f64)]) -> &mut ServiceRecord {
        let calls = stops.iter().enumerate().map(|(at, &(stop, minutes))| CallRecord {
            stop: named(stop),
            lines: Vec::new(),
            run: (at > 0).then(|| mins(minutes)),
            pass: false,
            span: span(),
        });
        self.add_service(id, calls.collect())
    }

    fn add_service(&mut self, id: &str, calls: Vec<CallRecord>) -> &mut ServiceRecord {
        let record = ServiceRecord {
            id: named(id),
            name: Arc::from(id),
            mode: LineMode::Hsr,
            reserved: true,
            basis: ServiceBasis::Assumed,
            calls,
            trips: vec![even(16, "06:00", "22:00")],
            common: common(),
        };
        self.records.services.push(record);
        self.records.services.last_mut().unwrap()
    }

    pub fn transfer(&mut self, from: &str, to: &str, length: TransferLength) -> &mut TransferRecord {
        let record = TransferRecord { from: named(from), to: named(to), length, common: common() };
        self.records.transfers.push(record);
        self.records.transfers.last_mut().unwrap()
    }

    pub fn delay(&mut self, id: &str) -> &mut DelayRecord {
        let record = DelayRecord { id: named(id), name: Arc::from(id), parameter: named("delay.throat"), common: common() };
        self.records.delays.push(record);
        self.records.delays.last_mut().unwrap()
    }

    /// A unit with people.
    pub fn place(&mut self, id: &str, east: f64, north: f64) -> &mut PlaceRecord {
        let record = PlaceRecord {
            id: named(id),
            name_zh: id.to_string(),
            name_en: id.to_string(),
            city: None,
            level: PlaceLevel::Outside,
            at: km(east, north),
            population: None,
            groups: Vec::new(),
            units: Vec::new(),
            area_km2: None,
            source: String::from("a test"),
        };
        self.places.push(record);
        self.places.last_mut().unwrap()
    }

    /// A place and a stop of the same point that serves it.
    pub fn station(&mut self, id: &str, class: StopClass, east: f64, north: f64) -> &mut StopRecord {
        self.place(id, east, north);
        let stop = self.stop(&format!("{id}-station"), class, east, north);
        stop.serves = vec![named(id)];
        stop
    }

    /// A cell of one person in the first place.
    pub fn cell(&mut self, east: f64, north: f64) -> &mut CellRecord {
        let place = Arc::clone(&self.places.first().expect("cells lie in a place").id.text);
        let line = self.cells.len() as u32 + 2;
        let record = CellRecord {
            at: km(east, north),
            place,
            population: 1.0,
            area_km2: 1.0,
            urban: None,
            terrain: Terrain::Plain,
            line,
        };
        self.cells.push(record);
        self.cells.last_mut().unwrap()
    }

    /// Parameters of one value at all levels.
    pub fn parameters(&self) -> Parameters {
        let parameter = |value: f64| Parameter {
            low: value,
            base: value,
            high: value,
            unit: String::new(),
            high_is_better: true,
            source: String::from("a test"),
            confidence: Confidence::High,
            name: None,
            span: span(),
        };
        Parameters::new(self.parameters.iter().map(|(key, &value)| (key.clone(), parameter(value))).collect())
    }

    /// The stock, which must be without fault.
    pub fn stock(&self) -> Network {
        let built = onehour::network::build::build(&self.records, &self.parameters());
        assert_eq!(texts(&built.diagnostics), Vec::<String>::new());
        built.value
    }

    /// The faults of the network.
    pub fn faults(&self) -> Vec<Diagnostic> {
        onehour::network::build::build(&self.records, &self.parameters()).diagnostics
    }

    /// Places and cells, which must be without fault.
    pub fn territory(&self) -> Territory {
        let spec =
            CellsSpec { file: PathBuf::from("cells.csv"), step_lon: 1.0 / KM_PER_DEGREE, step_lat: 1.0 / KM_PER_DEGREE };
        let built = territory::build(TerritoryRecords {
            places: self.places.clone(),
            groups: Vec::new(),
            centres: Vec::new(),
            cells: Some((CellRecords { rows: self.cells.clone(), file: file() }, spec)),
            outlines: Outlines::default(),
        });
        assert_eq!(texts(&built.diagnostics), Vec::<String>::new());
        built.value
    }

    /// The world with everything in it that belongs to no project.
    pub fn build(&self) -> Built {
        self.with(&[])
    }

    /// The world with these projects.
    pub fn with(&self, projects: &[&str]) -> Built {
        let parameters = self.parameters();
        let network = onehour::scenario::apply::apply(&self.stock(), &scenario(projects), &self.projects, &parameters);
        assert_eq!(texts(&network.diagnostics), Vec::<String>::new());
        Built { network: network.value, territory: self.territory(), parameters }
    }
}

/// Code and message of every fault.
pub fn texts(faults: &[Diagnostic]) -> Vec<String> {
    faults.iter().map(|fault| format!("{}: {}", fault.code, fault.message)).collect()
}

/// Checks that there is just one fault, of this code, whose text holds these words.
#[track_caller]
pub fn only_fault(faults: &[Diagnostic], code: &str, words: &[&str]) {
    assert_eq!(faults.iter().map(|fault| fault.code).collect::<Vec<_>>(), [code], "{:?}", texts(faults));
    let text = faults[0].to_string();
    for word in words {
        assert!(text.contains(word), "{word:?} is not in: {text}");
    }
}

/// A network with places and parameters, ready for questions.
pub struct Built {
    pub network: Network,
    pub territory: Territory,
    pub parameters: Parameters,
}

impl Built {
    /// Freezes for a definition and asks.
    pub fn ask<T>(&self, definition: &Definition, question: impl FnOnce(&Frozen) -> T) -> T {
        let assumptions = Assumptions::new(&self.parameters, Level::Base, definition.period);
        let index = SnapIndex::new(&self.network, &self.territory, &assumptions);
        let freezer = Freezer::new(&index, &self.parameters);
        question(&freezer.freeze(definition, Level::Base))
    }

    /// The endpoint of a name: `cell:3`, otherwise a place, otherwise a stop.
    pub fn endpoint(&self, name: &str) -> Endpoint {
        if let Some(cell) = name.strip_prefix("cell:") {
            return Endpoint::Cell(cell.parse().unwrap());
        }
        let place = self.territory.find(name).map(Endpoint::Place);
        place
            .or_else(|| self.network.find_stop(name).map(Endpoint::Stop))
            .unwrap_or_else(|| panic!("nothing is called {name}"))
    }

    /// The travel time, by the tree from the origin; that to the destination must agree, and the journeys must hold together.
    #[track_caller]
    pub fn time(&self, definition: &Definition, mode: Mode, from: &str, to: &str) -> Outcome {
        let (from, to) = (self.endpoint(from), self.endpoint(to));
        self.ask(definition, |frozen| {
            let forward = frozen.tree(from, Direction::Forward, mode);
            let backward = frozen.tree(to, Direction::Backward, mode);
            let outcome = forward.time(&to);
            assert_eq!(outcome, backward.time(&from), "forward and backward disagree");
            for journey in [forward.journey(&to), backward.journey(&from)] {
                assert_eq!(journey.as_ref().map(|journey| journey.total), outcome.time());
                if let Some(journey) = journey {
                    check_chain(&journey);
                }
            }
            outcome
        })
    }

    /// The journey, by the tree in this direction.
    pub fn journey(&self, definition: &Definition, mode: Mode, from: &str, to: &str, direction: Direction) -> Journey {
        let (from, to) = (self.endpoint(from), self.endpoint(to));
        self.ask(definition, |frozen| match direction {
            Direction::Forward => frozen.tree(from, direction, mode).journey(&to),
            Direction::Backward => frozen.tree(to, direction, mode).journey(&from),
        })
        .expect("there is a journey")
    }
}

/// Each leg begins where the one before ends, all ends are named, and the legs sum to the total.
#[track_caller]
pub fn check_chain(journey: &Journey) {
    for legs in journey.legs.windows(2) {
        assert_eq!(legs[0].to, legs[1].from, "{journey:#?}");
    }
    for leg in &journey.legs {
        assert!(!leg.from.is_empty() && !leg.to.is_empty(), "{leg:#?}");
    }
    assert_eq!(journey.legs.iter().map(|leg| leg.time).sum::<Duration>(), journey.total);
}

fn definition(id: &str, ends: Ends, components: &[Component]) -> Definition {
    Definition {
        id: id.to_string(),
        name: name(id),
        meaning: name(id),
        ends,
        components: components.to_vec(),
        train_rank: 1,
        window: Window { from: clock("06:00"), to: clock("22:00"), of: WindowOf::Departure },
        period: Period::Offpeak,
        spontaneous: false,
        on_timetables: Default::default(),
    }
}

const IN_VEHICLE: [Component; 3] = [Component::Ride, Component::Transfer, Component::Drive];

const BY_STATION: [Component; 6] =
    [Component::Process, Component::Wait, Component::Ride, Component::Transfer, Component::Exit, Component::Drive];

/// In the vehicle, by the fastest train.
pub fn v1() -> Definition {
    definition("V1", Ends::Station, &IN_VEHICLE)
}

/// In the vehicle, by the second fastest train.
pub fn v2() -> Definition {
    Definition { train_rank: 2, ..definition("V2", Ends::Station, &IN_VEHICLE) }
}

/// Station to station, planned.
pub fn v3() -> Definition {
    definition("V3", Ends::Station, &BY_STATION)
}

/// Station to station, turning up.
pub fn v4() -> Definition {
    Definition { spontaneous: true, ..definition("V4", Ends::Station, &BY_STATION) }
}

/// Centre to centre, everything counted.
pub fn v5() -> Definition {
    definition("V5", Ends::Centre, Component::ALL)
}

/// Door to door in the morning peak, by the second fastest train that arrives 07:30–09:00.
pub fn v6() -> Definition {
    Definition {
        train_rank: 2,
        window: Window { from: clock("07:30"), to: clock("09:00"), of: WindowOf::Arrival },
        period: Period::Peak,
        ..definition("V6", Ends::Cells, Component::ALL)
    }
}

/// All of them.
pub fn ladder() -> [Definition; 6] {
    [v1(), v2(), v3(), v4(), v5(), v6()]
}

/// Numbers that look random and are always the same (SplitMix64, Steele, Lea & Flood 2014).
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Dice {
        Dice(seed)
    }

    pub fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// From 0 to `n` − 1.
    pub fn below(&mut self, n: usize) -> usize {
        (self.roll() % n as u64) as usize
    }

    /// True in one case of `n`.
    pub fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    /// From `low` to `high` in steps of a thousandth.
    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.below(1001) as f64 / 1000.0
    }

    pub fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }
}
