//! A world on a line, for measures: a road along the equator with a node and a cell every ten kilometres, 60 km/h at base, so that
//! minutes are kilometres; 75 km/h at the favourable end (× 0.8) and 48 km/h at the unfavourable (× 1.25).
//!
//! ```text
//! k0 ─10─ k10 ─ k20 ─ k30 ─ k40 ─ … ─ k120      100 people a cell
//! └──── west ────────┘└── middle ─┘└─ east ─┘    hub = west, seen as a city; far lies outside, at k120
//! ```

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::civil::date;
use onehour::diagnostic::{Diagnostic, Span, source_file};
use onehour::geo::LonLat;
use onehour::input::cells::{CellRecord, CellRecords};
use onehour::input::network_xml::*;
use onehour::input::outlines::Outlines;
use onehour::input::parameters::{Level, Parameter, Parameters, REQUIRED};
use onehour::input::places::{CentreRecord, GroupRecord, PlaceRecord};
use onehour::input::projects::{Change, ChangeKind, Effect, Project};
use onehour::input::study::{CellsSpec, Definition, Window};
use onehour::input::targets::{Relations, Rule, Target};
use onehour::input::vocabulary::*;
use onehour::measure::relations::{ResolvedTarget, resolve};
use onehour::measure::targets::{TargetResult, evaluate};
use onehour::network::territory::{PlaceIx, Territory, TerritoryRecords};
use onehour::network::{Network, build, territory};
use onehour::scenario::{Scenario, apply};
use onehour::search::assumptions::Assumptions;
use onehour::search::freeze::{Freezer, Frozen};
use onehour::search::snap::SnapIndex;
use onehour::search::{Outcome, Reason};
use onehour::units::{Distance, Duration, TimeOfDay};

const KM_PER_DEGREE: f64 = 111.195_08;

/// Degrees of ten kilometres: the spacing of the cells.
pub const STEP: f64 = 10.0 / KM_PER_DEGREE;

pub fn km(east: f64, north: f64) -> LonLat {
    LonLat::new(east / KM_PER_DEGREE, north / KM_PER_DEGREE).unwrap()
}

pub fn span() -> Span {
    Span::new(&source_file(Path::new("world.toml"), "[[target]]\n".to_string()), 0..10)
}

pub fn named(text: &str) -> Named {
    Named { text: Arc::from(text), span: span() }
}

pub fn all_named(texts: &[&str]) -> Vec<Named> {
    texts.iter().map(|text| named(text)).collect()
}

pub fn name(text: &str) -> Name {
    Name { zh: text.to_string(), en: text.to_string() }
}

pub fn mins(minutes: f64) -> Duration {
    Duration::from_minutes(minutes).unwrap()
}

pub fn reached(minutes: f64) -> Outcome {
    Outcome::Reached(mins(minutes))
}

pub const NO_SERVICE: Outcome = Outcome::NoService(Reason::TooFewTrains);
pub const UNREACHABLE: Outcome = Outcome::Unreachable(Reason::NoLine);
pub const NOT_TESTED: Outcome = Outcome::NotTested(Reason::NoRoadInReach);

fn common(project: Option<&str>) -> Common {
    Common {
        opened: None,
        closed: None,
        project: project.map(named),
        source: Arc::from("a test"),
        confidence: Confidence::High,
        note: None,
        span: span(),
    }
}

fn node(id: &str, at: LonLat) -> NodeRecord {
    NodeRecord { id: named(id), name: None, at, interchange: Interchange::None, common: common(None) }
}

pub fn link(from: &str, to: &str, km: f64) -> LinkRecord {
    LinkRecord {
        id: named(&format!("{from}-{to}")),
        from: named(from),
        to: named(to),
        class: LinkClass::Provincial,
        refs: Vec::new(),
        name: None,
        length: Distance::from_km(km).unwrap(),
        length_basis: LengthBasis::Official,
        limit: None,
        terrain: Terrain::Plain,
        urban: None,
        oneway: false,
        toll: false,
        tunnel: false,
        sections: Vec::new(),
        shape: Vec::new(),
        common: common(None),
    }
}

fn place(id: &str, level: PlaceLevel, at: LonLat) -> PlaceRecord {
    PlaceRecord {
        id: named(id),
        name_zh: format!("{id}市"),
        name_en: id.to_string(),
        city: (level == PlaceLevel::Unit).then(|| named("hub")),
        level,
        at,
        population: None,
        groups: Vec::new(),
        units: Vec::new(),
        area_km2: None,
        source: "a test".to_string(),
    }
}

pub struct World {
    pub records: NetworkRecords,
    pub places: Vec<PlaceRecord>,
    pub groups: Vec<GroupRecord>,
    pub centres: Vec<CentreRecord>,
    pub cells: Vec<CellRecord>,
    pub projects: Vec<Project>,
}

impl World {
    pub fn line() -> World {
        let mut records = NetworkRecords::default();
        for at in 0..=12 {
            records.nodes.push(node(&format!("k{}", at * 10), km(f64::from(at) * 10.0, 0.0)));
            if at > 0 {
                records.links.push(link(&format!("k{}", at * 10 - 10), &format!("k{}", at * 10), 10.0));
            }
        }
        let mut places = vec![place("hub", PlaceLevel::Centre, km(0.0, 0.0))];
        places[0].city = Some(named("hub"));
        places[0].units = vec![named("west")];
        places[0].population = Some(400);
        for (id, at, n_cells) in [("west", 0.0, 4u32), ("middle", 60.0, 4), ("east", 120.0, 5)] {
            let mut unit = place(id, PlaceLevel::Unit, km(at, 0.0));
            unit.population = Some(u64::from(n_cells) * 100);
            unit.area_km2 = Some(f64::from(n_cells) * 50.0);
            unit.groups = vec![named("all")];
            places.push(unit);
        }
        places.push(place("far", PlaceLevel::Outside, km(120.0, 0.0)));
        let unit = |at: u32| ["west", "middle", "east"][at as usize / 4 - usize::from(at == 12)];
        let cell = |at: u32| CellRecord {
            at: km(f64::from(at) * 10.0, 0.0),
            place: Arc::from(unit(at)),
            population: 100.0,
            area_km2: 50.0,
            urban: None,
            terrain: Terrain::Plain,
            line: at + 2,
        };
        let group = GroupRecord {
            id: named("all"),
            kind: "cluster".to_string(),
            name_zh: "all".to_string(),
            name_en: "all".to_string(),
        };
        World {
            records,
            places,
            groups: vec![group],
            centres: Vec::new(),
            cells: (0..=12).map(cell).collect(),
            projects: Vec::new(),
        }
    }

    /// A centre point of a place, so many kilometres east.
    pub fn centre(&mut self, place: &str, east: f64, weight: f64) {
        self.centres.push(CentreRecord {
            place: named(place),
            name: format!("{place} {east}"),
            at: km(east, 0.0),
            weight,
            source: "a test".to_string(),
        });
    }

    /// A stop that serves a place.
    pub fn stop(&mut self, id: &str, east: f64, class: StopClass, serves: &str) {
        self.records.stops.push(StopRecord {
            id: named(id),
            name: Arc::from(id),
            at: km(east, 0.0),
            class,
            serves: vec![named(serves)],
            telecode: None,
            common: common(None),
        });
    }

    /// A service with observed minutes that leaves its first stop at these times, in both directions.
    pub fn service(&mut self, id: &str, mode: LineMode, from: &str, to: &str, minutes: f64, times: &[&str]) {
        let call = |stop: &str, run| CallRecord { stop: named(stop), lines: Vec::new(), run, pass: false, span: span() };
        let times = times.iter().map(|time| TimeOfDay::from_text(time).unwrap()).collect();
        self.records.services.push(ServiceRecord {
            id: named(id),
            name: Arc::from(id),
            mode,
            reserved: true,
            basis: ServiceBasis::Assumed,
            calls: vec![call(from, None), call(to, Some(mins(minutes)))],
            trips: vec![TripsRecord { times: TripTimes::At(times), direction: TripDirection::Both, span: span() }],
            common: common(None),
        });
    }

    /// A project that builds a link, closes one, or both.
    pub fn project(&mut self, id: &str, built: Option<LinkRecord>, closed: Option<&str>) {
        let mut changes = Vec::new();
        if let Some(mut link) = built {
            link.id = named(&format!("{id} {}", link.id.text));
            link.common = common(Some(id));
            self.records.links.push(link);
            changes.push(ChangeKind::Build);
        }
        if let Some(link) = closed {
            changes.push(ChangeKind::CloseLink(onehour::input::projects::LinkSelection::Ids(vec![named(link)])));
        }
        self.projects.push(Project {
            id: id.to_string(),
            name: name(id),
            clause: String::new(),
            paragraph: "roads".to_string(),
            kind: "road".to_string(),
            verb: "build".to_string(),
            status: Status::Building,
            status_date: "2030".to_string(),
            status_source: "a test".to_string(),
            confidence: Confidence::High,
            year: None,
            depends_on: Vec::new(),
            excludes: Vec::new(),
            service: None,
            service_en: None,
            note: None,
            effect: Effect::Changes(changes.into_iter().map(|kind| Change { kind, span: span() }).collect()),
            span: span(),
        });
    }

    /// A place without people, alone at the end of a road that leads nowhere, far north.
    pub fn island(&mut self, id: &str, with_road: bool) {
        self.places.push(place(id, PlaceLevel::Unit, km(0.0, 300.0)));
        if with_road {
            self.records.nodes.extend([node("n0", km(0.0, 300.0)), node("n1", km(10.0, 300.0))]);
            self.records.links.push(link("n0", "n1", 10.0));
        }
    }

    /// Makes a service pass a stop without a call.
    pub fn passing(&mut self, service: usize, stop: &str) {
        let run = Some(mins(1.0));
        let call = CallRecord { stop: named(stop), lines: Vec::new(), run, pass: true, span: span() };
        self.records.services[service].calls.insert(1, call);
    }

    pub fn link(&mut self, id: &str) -> &mut LinkRecord {
        self.records.links.iter_mut().find(|link| *link.id.text == *id).unwrap()
    }

    pub fn build(&self, projects: &[&str]) -> Built {
        let parameters = parameters();
        let stock = build::build(&self.records, &parameters);
        assert_eq!(texts(&stock.diagnostics), Vec::<String>::new());
        let scenario = Scenario {
            id: "S".to_string(),
            name: name("S"),
            date: date(2030, 1, 1),
            projects: projects.iter().map(|id| Arc::from(*id)).collect(),
        };
        let network = apply::apply(&stock.value, &scenario, &self.projects, &parameters);
        assert_eq!(texts(&network.diagnostics), Vec::<String>::new());
        let spec = CellsSpec { file: PathBuf::from("cells.csv"), step_lon: STEP, step_lat: STEP };
        let file = source_file(Path::new("cells.csv"), String::new());
        let territory = territory::build(TerritoryRecords {
            places: self.places.clone(),
            groups: self.groups.clone(),
            centres: self.centres.clone(),
            cells: (!self.cells.is_empty()).then(|| (CellRecords { rows: self.cells.clone(), file }, spec)),
            outlines: Outlines::default(),
        });
        assert!(!territory.has_errors(), "{:?}", texts(&territory.diagnostics));
        Built { network: network.value, territory: territory.value, parameters }
    }
}

fn parameters() -> Parameters {
    let parameter = |key: &str| {
        let (low, base, high) = match key {
            "road.provincial.plain" => (48.0, 60.0, 75.0),
            "road.county.plain" => (120.0, 120.0, 120.0),
            "local.reach_km" => (5.0, 5.0, 5.0),
            _ if key.starts_with("access.") => (20.0, 20.0, 20.0),
            _ if key.starts_with("process.") => (8.0, 10.0, 20.0),
            _ if key.starts_with("exit.") => (4.0, 5.0, 8.0),
            _ if key.starts_with("walk.") => (6.0, 6.0, 6.0),
            "car.walk_to_car_min" => (2.0, 2.0, 2.0),
            "car.park_other_min" => (3.0, 3.0, 3.0),
            _ if key.starts_with("car.") || key.starts_with("transfer.") => (0.0, 0.0, 0.0),
            _ if key.starts_with("road.") || key.starts_with("local.speed") => (60.0, 60.0, 60.0),
            _ => (1.0, 1.0, 1.0),
        };
        Parameter {
            low,
            base,
            high,
            unit: String::new(),
            high_is_better: !key.starts_with("process.") && !key.starts_with("exit."),
            source: "a test".to_string(),
            confidence: Confidence::High,
            name: None,
            span: span(),
        }
    };
    let keys = REQUIRED.iter().copied().chain(["road.expressway.limit_100"]);
    let entries: BTreeMap<String, Parameter> = keys.map(|key| (key.to_string(), parameter(key))).collect();
    Parameters::new(entries)
}

pub fn texts(faults: &[Diagnostic]) -> Vec<String> {
    faults.iter().map(|fault| fault.to_string()).collect()
}

pub struct Built {
    pub network: Network,
    pub territory: Territory,
    pub parameters: Parameters,
}

impl Built {
    pub fn place(&self, id: &str) -> PlaceIx {
        self.territory.find(id).unwrap()
    }

    pub fn index(&self) -> SnapIndex<'_> {
        SnapIndex::new(&self.network, &self.territory, &Assumptions::new(&self.parameters, Level::Base, Period::Offpeak))
    }

    pub fn ask<T>(&self, definition: &Definition, question: impl FnOnce(&Frozen) -> T) -> T {
        let index = self.index();
        let freezer = Freezer::new(&index, &self.parameters);
        question(&freezer.freeze(definition, Level::Base))
    }

    pub fn evaluate(&self, targets: &[Target]) -> Vec<TargetResult> {
        let definitions = definitions();
        let resolved = resolve(targets, &definitions, &["S"], &self.territory);
        assert_eq!(texts(&resolved.diagnostics), Vec::<String>::new());
        let asked: Vec<&ResolvedTarget> = resolved.value.iter().collect();
        let index = self.index();
        evaluate(&Freezer::new(&index, &self.parameters), "S", &asked, &self.territory)
    }
}

fn definition(id: &str, ends: Ends, components: &[Component]) -> Definition {
    Definition {
        id: id.to_string(),
        name: name(id),
        meaning: name(id),
        ends,
        components: components.to_vec(),
        train_rank: 1,
        window: Window {
            from: TimeOfDay::from_text("06:00").unwrap(),
            to: TimeOfDay::from_text("22:00").unwrap(),
            of: WindowOf::Departure,
        },
        period: Period::Offpeak,
        spontaneous: false,
        on_timetables: Default::default(),
    }
}

/// `aboard`: station to station in the vehicle; `station`: with process and exit; `twice`: by the second fastest train; `point`: centre to
/// centre; `door`: from cells, both without the way to the car and parking; `parked`: centre to centre with them, 2 and 3 min.
pub fn definitions() -> Vec<Definition> {
    use Component::*;
    let driving: Vec<Component> = Component::ALL.iter().copied().filter(|part| ![WalkToCar, Park].contains(part)).collect();
    vec![
        definition("aboard", Ends::Station, &[Ride, Transfer, Drive]),
        definition("station", Ends::Station, &[Process, Ride, Transfer, Exit, Drive]),
        Definition { train_rank: 2, ..definition("twice", Ends::Station, &[Ride, Transfer, Drive]) },
        definition("point", Ends::Centre, &driving),
        definition("door", Ends::Cells, &driving),
        definition("parked", Ends::Centre, Component::ALL),
    ]
}

pub fn target(definition: &str, mode: Mode, limit: f64, rule: Rule, relations: Relations) -> Target {
    Target {
        id: "T".to_string(),
        letter: "T".to_string(),
        name: name("T"),
        clause: String::new(),
        reading: name("T"),
        definition: named(definition),
        mode,
        limit: mins(limit),
        scenarios: Vec::new(),
        rule,
        relations,
        source: "a test".to_string(),
        span: span(),
    }
}
