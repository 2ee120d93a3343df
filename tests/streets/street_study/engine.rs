//! Measures know no engine: one that flies as the crow does at 60 km/h answers targets, surfaces and comparisons.

use onehour::input::parameters::Level;
use onehour::input::places;
use onehour::input::study::{self, Definition};
use onehour::input::targets::{self, Feature};
use onehour::input::vocabulary::{Component, Mode};
use onehour::measure::compare::place_journeys;
use onehour::measure::relations::{ResolvedTarget, resolve};
use onehour::measure::targets::evaluate;
use onehour::network::territory::{self, PlaceIx, Territory, TerritoryRecords};
use onehour::search::alternatives::Alternative;
use onehour::search::engine::{Engine, Found, StreetReach, Times, Travel};
use onehour::search::journey::{Journey, Leg};
use onehour::search::matrix::matrix;
use onehour::search::project_sets::{ProjectSets, SetId};
use onehour::search::{Direction, Endpoint, Outcome, Reason};
use onehour::units::{Distance, Duration};

use super::*;

/// A crow over a territory.
struct Crow<'a> {
    territory: &'a Territory,
}

struct Flight<'a> {
    territory: &'a Territory,
    definition: &'a Definition,
    level: Level,
}

struct Flights<'a> {
    territory: &'a Territory,
    root: LonLat,
}

impl Engine for Crow<'_> {
    fn freeze<'t>(&'t self, definition: &'t Definition, level: Level) -> Box<dyn Travel + 't> {
        Box::new(Flight { territory: self.territory, definition, level })
    }

    fn nearest_road_m(&self, _: &Endpoint) -> Option<f64> {
        Some(0.0)
    }
}

fn position(territory: &Territory, endpoint: &Endpoint) -> LonLat {
    match *endpoint {
        Endpoint::Place(place) => territory.place(place).at,
        Endpoint::Centre(place, at) => territory.place(place).centres[at].at,
        Endpoint::Cell(cell) => territory.cells[cell].at,
        Endpoint::Point(at) => at,
        Endpoint::Stop(_) => panic!("a crow needs no stop"),
    }
}

impl Travel for Flight<'_> {
    fn definition(&self) -> &Definition {
        self.definition
    }

    fn level(&self) -> Level {
        self.level
    }

    fn territory(&self) -> &Territory {
        self.territory
    }

    fn tree(&self, root: Endpoint, _: Direction, _: Mode) -> Box<dyn Times + '_> {
        Box::new(Flights { territory: self.territory, root: position(self.territory, &root) })
    }

    fn nearest(&self, _: PlaceIx, _: Feature) -> Found {
        Found { time: Outcome::Unreachable(Reason::NoRoad), id: None }
    }

    fn reach(&self, _: &Endpoint, _: Direction, _: Mode, _: Duration) -> Option<StreetReach<'_>> {
        None
    }

    fn alternatives(&self, _: &Endpoint, _: &Endpoint, _: usize, _: f64) -> Option<Vec<Alternative>> {
        None
    }
}

impl Times for Flights<'_> {
    fn time(&self, endpoint: &Endpoint) -> Outcome {
        // 60 km/h: a kilometre a minute.
        let km = self.root.metres_to(position(self.territory, endpoint)) / 1000.0;
        Outcome::Reached(Duration::from_minutes(km).unwrap())
    }

    fn cells(&self) -> Vec<Outcome> {
        (0..self.territory.cells.len()).map(|cell| self.time(&Endpoint::Cell(cell))).collect()
    }

    fn cell_projects(&self, _: &mut ProjectSets) -> Vec<SetId> {
        vec![SetId::default(); self.territory.cells.len()]
    }

    fn journey(&self, endpoint: &Endpoint) -> Option<Journey> {
        let total = self.time(endpoint).time()?;
        let leg = Leg {
            kind: Component::Ride,
            mode: "air",
            from: String::new(),
            to: String::new(),
            time: total,
            length: Distance::ZERO,
            service: None,
            source: String::new(),
            projects: vec![Arc::from("wings")],
        };
        Some(Journey { total, legs: vec![leg] })
    }
}

fn tiny() -> (Territory, Vec<Definition>) {
    let study = clean(study::read(Path::new("tests/tiny/study.toml")).unwrap());
    let spec = study.cells.clone().unwrap();
    let records = TerritoryRecords {
        places: clean(places::read_places(&study.places).unwrap()),
        groups: clean(places::read_groups(study.groups.as_deref().unwrap()).unwrap()),
        centres: clean(places::read_centres(study.centres.as_deref().unwrap()).unwrap()),
        cells: Some((clean(onehour::input::cells::read(&spec.file).unwrap()), spec)),
        outlines: Default::default(),
    };
    (clean(territory::build(records)), study.definitions)
}

#[test]
fn targets_are_judged_by_whichever_engine_there_is() {
    let (territory, definitions) = tiny();
    let crow = Crow { territory: &territory };
    let asked = clean(targets::read(Path::new("tests/tiny/targets.toml")).unwrap());
    let resolved = clean(resolve(&asked, &definitions, &["S0", "S1"], &territory));
    let asked: Vec<&ResolvedTarget> = resolved.iter().collect();
    let results = evaluate(&crow, "S0", &asked, &territory);
    assert_eq!(results.len(), asked.len());
    let rows = || results.iter().flat_map(|result| &result.rows);
    assert!(rows().count() > 3);
    for row in rows().filter(|row| row.people.is_none()) {
        let (Some(from), Some(to)) = (territory.find(&row.from), territory.find(&row.to)) else { continue };
        let km = territory.place(from).at.metres_to(territory.place(to).at) / 1000.0;
        let minutes = row.times.base.time().unwrap().minutes();
        assert!((minutes - km).abs() < 0.01, "{} to {}: {minutes} min, {km} km", row.from, row.to);
    }
}

#[test]
fn matrices_and_comparisons_ask_the_same_engine() {
    let (territory, definitions) = tiny();
    let crow = Crow { territory: &territory };
    let travel = crow.freeze(&definitions[0], Level::Base);
    let places: Vec<Endpoint> = territory.iter().map(|(place, _)| Endpoint::Place(place)).collect();
    let times = matrix(&*travel, &places, &places, Mode::Best);
    assert!(times.iter().enumerate().all(|(at, row)| row[at] == Outcome::Reached(Duration::ZERO)));
    assert!((0..places.len()).all(|a| (0..places.len()).all(|b| times[a][b] == times[b][a])));
    let (first, second) = (PlaceIx(0), PlaceIx(1));
    let journeys = place_journeys(&*travel, &[first], &[second], Mode::Best);
    assert_eq!(journeys[0].time, times[0][1]);
    assert_eq!(journeys[0].projects, BTreeSet::from([Arc::from("wings")]));
}
