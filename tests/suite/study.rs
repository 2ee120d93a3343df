//! The shipped study: what must hold before anybody sees its figures, and the law that a project changes nothing it does not touch.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use onehour::diagnostic::{Checked, Diagnostic};
use onehour::input::network_xml::{self, NetworkRecords};
use onehour::input::parameters::{self, Level, Parameters};
use onehour::input::projects::{self, Effect, Project};
use onehour::input::study::{self, Definition, Study};
use onehour::input::vocabulary::{Mode, Period, PlaceLevel};
use onehour::input::{cells, outlines, places};
use onehour::measure::compare::{PlaceJourney, place_journeys};
use onehour::network::territory::{PlaceIx, Territory, TerritoryRecords};
use onehour::network::{Network, build, territory};
use onehour::scenario::{Scenario, apply, select};
use onehour::search::assumptions::Assumptions;
use onehour::search::freeze::Freezer;
use onehour::search::snap::SnapIndex;
use onehour::search::{Direction, Endpoint, Outcome};
use onehour::units::Duration;

/// The shipped study, read as the command line reads it.
struct Shipped {
    study: Study,
    parameters: Parameters,
    projects: Vec<Project>,
    territory: Territory,
    stock: Network,
    scenarios: Vec<Scenario>,
}

fn clean<T>(checked: Checked<T>) -> T {
    checked.into_result().unwrap_or_else(|faults: Vec<Diagnostic>| panic!("{}", faults[0]))
}

impl Shipped {
    fn read() -> Shipped {
        let study = clean(study::read(Path::new("seeds/shanxi-central/study.toml")).unwrap());
        let parameters = clean(parameters::read(&study.parameters).unwrap());
        let mut records = NetworkRecords::default();
        for file in &study.networks {
            records.append(clean(network_xml::read(file).unwrap()));
        }
        let spec = study.cells.clone().unwrap();
        let territory = territory::build(TerritoryRecords {
            places: clean(places::read_places(&study.places).unwrap()),
            groups: clean(places::read_groups(study.groups.as_deref().unwrap()).unwrap()),
            centres: clean(places::read_centres(study.centres.as_deref().unwrap()).unwrap()),
            cells: Some((clean(cells::read(&spec.file).unwrap()), spec)),
            outlines: clean(outlines::read(study.outlines.as_deref().unwrap()).unwrap()),
        });
        let projects = clean(projects::read(study.projects.as_deref().unwrap()).unwrap());
        let stock = clean(build::build(&records, &parameters));
        let scenarios = clean(select::select(&study.scenarios, &projects));
        Shipped { territory: clean(territory), parameters, projects, stock, scenarios, study }
    }

    fn definition(&self, id: &str) -> &Definition {
        self.study.definitions.iter().find(|definition| definition.id == id).unwrap()
    }

    fn scenario(&self, id: &str) -> &Scenario {
        self.scenarios.iter().find(|scenario| scenario.id == id).unwrap()
    }

    fn place(&self, name: &str) -> Endpoint {
        let found = self.territory.iter().find(|(_, place)| place.name_zh == name);
        Endpoint::Place(found.unwrap_or_else(|| panic!("no place {name}")).0)
    }

    fn stop(&self, id: &str) -> Endpoint {
        Endpoint::Stop(self.stock.find_stop(id).unwrap_or_else(|| panic!("no stop {id}")))
    }

    fn with<T>(&self, scenario: &Scenario, ask: impl FnOnce(&Freezer) -> T) -> T {
        let network = clean(apply::apply(&self.stock, scenario, &self.projects, &self.parameters));
        let widest = Assumptions::new(&self.parameters, Level::Favourable, Period::Offpeak);
        let index = SnapIndex::new(&network, &self.territory, &widest);
        ask(&Freezer::new(&index, &self.parameters))
    }

    /// Minutes between endpoints.
    fn minutes(&self, scenario: &str, definition: &str, mode: Mode, pairs: &[(Endpoint, Endpoint)]) -> Vec<Option<f64>> {
        self.with(self.scenario(scenario), |freezer| {
            let frozen = freezer.freeze(self.definition(definition), Level::Base);
            let time = |(from, to): &(Endpoint, Endpoint)| frozen.tree(*from, Direction::Forward, mode).time(to);
            pairs.iter().map(|pair| time(pair).time().map(Duration::minutes)).collect()
        })
    }
}

/// METHOD §4.2: 忻州西 39 with the throat, 阳泉北 50, 晋中 next door; 吕梁 82 until the line by 太原西 brings it inside the hour.
#[test]
fn in_the_vehicle_three_of_four_centres_are_inside_the_hour_today_and_the_fourth_only_with_its_line() {
    let shipped = Shipped::read();
    let centre = shipped.place("太原");
    let pairs = [("晋中", 20.0), ("忻州", 45.0), ("阳泉", 55.0)];
    for scenario in ["S0", "S1"] {
        let to = |(name, _): &(&str, f64)| (centre, shipped.place(name));
        let times = shipped.minutes(scenario, "V1", Mode::Transit, &pairs.iter().map(to).collect::<Vec<_>>());
        for ((name, most), time) in pairs.iter().zip(times) {
            assert!(time.unwrap() <= *most, "{scenario} {name} takes {time:?} min");
        }
        let west = shipped.minutes(scenario, "V1", Mode::Transit, &[(centre, shipped.place("吕梁"))]);
        assert_eq!(west, [Some(82.0)], "{scenario}: as published");
    }
    let west = |scenario: &Scenario| {
        shipped.with(scenario, |freezer| {
            let frozen = freezer.freeze(shipped.definition("V1"), Level::Base);
            frozen.tree(centre, Direction::Forward, Mode::Transit).time(&shipped.place("吕梁")).time().unwrap()
        })
    };
    let plan = shipped.scenario("S2-plan");
    assert!(west(plan) <= Duration::from_mins(60));
    let mut without = plan.clone();
    without.projects.retain(|project| !["taisui-hsr", "taiyuan-west-station"].contains(&&**project));
    assert!(west(&without) > Duration::from_mins(60), "nothing else in the plan brings it inside the hour");
}

#[test]
fn by_car_the_near_counties_are_inside_the_hour_door_to_door_and_the_far_ones_far_outside() {
    let shipped = Shipped::read();
    let centre = shipped.place("太原");
    let near = ["榆次区", "清徐县", "阳曲县", "古交市", "交城县"];
    let far = ["河曲县", "偏关县"];
    let pairs: Vec<(Endpoint, Endpoint)> = near.iter().chain(&far).map(|name| (centre, shipped.place(name))).collect();
    for scenario in ["S0", "S1"] {
        let times = shipped.minutes(scenario, "V5", Mode::Car, &pairs);
        for (name, time) in near.iter().zip(&times) {
            assert!(time.unwrap() <= 60.0, "{scenario} {name} takes {time:?} min");
        }
        for (name, time) in far.iter().zip(&times[near.len()..]) {
            assert!(time.unwrap() > 180.0, "{scenario} {name} takes {time:?} min");
        }
    }
}

/// METHOD §0.8: 太原南—忻州西 77 km, 5.8 + 60 · 77 / 222 = 26.6 min by the line, 12 more in the throat.
#[test]
fn northern_trains_lose_twelve_minutes_in_the_throat_until_it_is_widened() {
    let shipped = Shipped::read();
    let pair = (shipped.stop("taiyuan-nan"), shipped.stop("xinzhou-xi"));
    let time = |scenario: &Scenario| {
        shipped.with(scenario, |freezer| {
            let frozen = freezer.freeze(shipped.definition("V1"), Level::Base);
            frozen.tree(pair.0, Direction::Forward, Mode::Transit).time(&pair.1).time().unwrap().minutes()
        })
    };
    let today = shipped.scenario("S1");
    let mut widened = today.clone();
    widened.projects.insert(Arc::from("taiyuan-hub-capacity"));
    assert!((time(today) - 38.6).abs() < 0.1, "{}", time(today));
    assert!((time(today) - time(&widened) - 12.0).abs() < 0.01);
}

/// The journeys between all centres and units in both of a pair's scenarios, by car and by public transport.
fn journeys(shipped: &Shipped, scenario: &Scenario, definition: &str) -> Vec<PlaceJourney> {
    let inside: Vec<PlaceIx> =
        shipped.territory.iter().filter(|(_, place)| place.level != PlaceLevel::Outside).map(|(at, _)| at).collect();
    shipped.with(scenario, |freezer| {
        let frozen = freezer.freeze(shipped.definition(definition), Level::Base);
        place_journeys(&frozen, &inside, &inside, Mode::Best)
    })
}

/// Every modelled project is added to what the plan's scenario holds without it and without those that need it. Wherever a time between
/// two of the 58 centres and units changes, the journey that is better uses the project, or the old one used a service it withdraws.
#[test]
fn a_project_changes_nothing_it_does_not_touch() {
    let shipped = Shipped::read();
    let whole = shipped.scenario("S2-max");
    let (mut n_tested, mut n_effective) = (0, 0);
    for project in shipped.projects.iter().filter(|project| matches!(project.effect, Effect::Changes(_))) {
        let mut without = whole.clone();
        let mut gone: BTreeSet<&str> = BTreeSet::from([project.id.as_str()]);
        // Projects that need one that is gone go too, until none is left.
        while let Some(more) = shipped.projects.iter().find(|other| {
            !gone.contains(other.id.as_str()) && other.depends_on.iter().any(|needed| gone.contains(&*needed.text))
        }) {
            gone.insert(&more.id);
        }
        without.projects.retain(|id| !gone.contains(&**id));
        let mut with = without.clone();
        with.projects.insert(Arc::from(project.id.as_str()));
        if with.projects == without.projects || clean_relations(&shipped, &with).is_err() {
            continue;
        }
        let withdraws = withdraws(project);
        let mut n_changed = 0;
        let (before, after) = (journeys(&shipped, &without, "V5"), journeys(&shipped, &with, "V5"));
        for (old, new) in before.iter().zip(&after) {
            assert_eq!((old.from, old.to), (new.from, new.to));
            let name = |place: PlaceIx| shipped.territory.place(place).name_zh.clone();
            let pair = format!("{}: {} → {}", project.id, name(old.from), name(old.to));
            if old.time == new.time {
                continue;
            }
            n_changed += 1;
            if faster(&new.time, &old.time) {
                assert!(
                    new.projects.contains(project.id.as_str()),
                    "{pair} gains without using it: {:?} → {:?}",
                    old.time,
                    new.time
                );
            } else {
                assert!(withdraws, "{pair} gets slower by a project that only adds: {:?} → {:?}", old.time, new.time);
            }
        }
        n_tested += 1;
        n_effective += usize::from(n_changed > 0);
    }
    // Some projects only matter from cell to cell, or under other definitions; most change the time of some pair.
    assert!(n_tested >= 25 && n_effective >= 10, "{n_tested} tested, {n_effective} of them changed a time");
}

fn withdraws(project: &Project) -> bool {
    use onehour::input::projects::ChangeKind::{Build, RemoveDelay, SetClass, SetLimit};
    let adds = |change: &onehour::input::projects::Change| {
        matches!(change.kind, Build | RemoveDelay(_) | SetClass(..) | SetLimit(..))
    };
    matches!(&project.effect, Effect::Changes(changes) if !changes.iter().all(adds))
}

/// Whether what the scenario's projects need is there.
fn clean_relations(shipped: &Shipped, scenario: &Scenario) -> Result<(), Vec<Diagnostic>> {
    select::switched(scenario, &[], &[], &shipped.projects).into_result().map(|_| ())
}

fn faster(a: &Outcome, b: &Outcome) -> bool {
    match (a.time(), b.time()) {
        (Some(a), Some(b)) => a < b,
        (a, b) => a.is_some() && b.is_none(),
    }
}
