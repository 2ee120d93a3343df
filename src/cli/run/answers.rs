//! Everything a run wants to know of one scenario, asked while its network is at hand.

use geo::BooleanOps;

use crate::cli::Failure;
use crate::cli::compare::{Side, side};
use crate::cli::load::Loaded;
use crate::cli::region::isochrone::bands as street_bands;
use crate::cli::validation::{self, Records};
use crate::cli::worlds::{network, with_network};
use crate::input::parameters::Level;
use crate::input::study::Definition;
use crate::input::vocabulary::{Ends, Mode, PlaceLevel};
use crate::measure::cell_times;
use crate::measure::coverage::Curve;
use crate::measure::isobands::{Isobands, isobands};
use crate::measure::journeys::{Waterfall, waterfall};
use crate::measure::ladder::{Rung, rung};
use crate::measure::relations::{Relation, ResolvedTarget, asked_in};
use crate::measure::residents::Residents;
use crate::measure::surface::Surface;
use crate::measure::targets::{TargetResult, evaluate};
use crate::measure::validate::{ClaimRow, ObservationRow};
use crate::network::Network;
use crate::network::squares::Lattice;
use crate::network::territory::{GroupIx, PlaceIx};
use crate::output::chart::map::TIME_LIMITS;
use crate::scenario::Scenario;
use crate::search::engine::{Engine, Travel};
use crate::search::matrix::matrix;
use crate::search::{Direction, Endpoint, Outcome};
use crate::units::Duration;

/// What is known of one scenario.
pub(super) struct Answers {
    pub scenario: Scenario,
    pub network: Network,
    /// Every target that is tested in it.
    pub results: Vec<TargetResult>,
    pub observed: Vec<ObservationRow>,
    pub claimed: Vec<ClaimRow>,
    /// What the figures and comparisons need, for the scenarios that are compared.
    pub pictures: Option<Pictures>,
}

/// What the figures and comparisons need of a scenario.
pub(super) struct Pictures {
    /// Travel times from the origin of the maps to all cells.
    pub from_origin: Vec<Outcome>,
    /// Their bands in the classes of maps.
    pub bands: Option<Isobands>,
    /// Journeys that are compared with other scenarios.
    pub side: Side,
    /// People against minutes to the origin of the maps, under the definition of [`commuting`].
    pub coverage: Option<Curve>,
    /// One rung a definition.
    pub rungs: Vec<Rung>,
    /// Times between centres and between units, in the order of [`Loaded::places_by_group`].
    pub centres: Vec<Vec<Outcome>>,
    pub units: Vec<Vec<Outcome>>,
    /// The journeys of the star by components.
    pub journeys: Vec<(PlaceIx, Waterfall)>,
}

/// The limit of the circle.
pub(super) const HOUR: Duration = Duration::from_mins(60);

/// The definition whose clock starts where people live, the last of the study that has it.
pub(super) fn commuting(loaded: &Loaded) -> Option<&Definition> {
    loaded.study.definitions.iter().rev().find(|definition| definition.ends == Ends::Cells)
}

/// The other centres of the study: the star around the origin of the maps.
pub(super) fn star(loaded: &Loaded, origin: PlaceIx) -> Vec<PlaceIx> {
    loaded.territory.of_level(PlaceLevel::Centre).into_iter().filter(|&centre| centre != origin).collect()
}

/// The place of the maps.
pub(super) fn origin(loaded: &Loaded) -> PlaceIx {
    loaded
        .territory
        .find(&loaded.study.output.isochrone_from)
        .expect("the origin of the maps was checked when the study was read")
}

/// Units in groups: each group of the file whose units are all still free, in the order of the file; the rest by their city.
pub(super) fn by_group(loaded: &Loaded) -> Vec<(String, Vec<PlaceIx>)> {
    let territory = &loaded.territory;
    let mut groups: Vec<(String, Vec<PlaceIx>)> = Vec::new();
    let mut rest = territory.of_level(PlaceLevel::Unit);
    for (at, group) in territory.groups.iter().enumerate() {
        let members = territory.members(GroupIx(at as u32));
        if !members.is_empty() && members.iter().all(|member| rest.contains(member)) {
            rest.retain(|unit| !members.contains(unit));
            groups.push((group.name_zh.clone(), members));
        }
    }
    for centre in territory.of_level(PlaceLevel::Centre) {
        let (mine, others): (Vec<PlaceIx>, Vec<PlaceIx>) =
            rest.into_iter().partition(|&unit| territory.place(unit).city == Some(centre));
        rest = others;
        if !mine.is_empty() {
            groups.push((territory.place(centre).name_zh.clone(), mine));
        }
    }
    if !rest.is_empty() {
        groups.push((String::new(), rest));
    }
    groups
}

/// Asks everything of one scenario; `plain` is its id in the study.
pub(super) fn of_scenario(
    loaded: &Loaded,
    scenario: &Scenario,
    plain: &str,
    targets: &[ResolvedTarget],
    records: &Records,
) -> Result<Answers, Failure> {
    let built = network(loaded, scenario)?;
    let asked = asked_in(targets, plain);
    let compared = loaded.study.output.compare.iter().any(|id| id == plain);
    let (results, (observed, claimed), pictures) = with_network(loaded, &built, |engine| {
        let results = evaluate(engine, &scenario.id, &asked, &loaded.territory);
        // Observations speak of the study's own scenarios, not of ones that were switched.
        let rows = if plain == scenario.id { validation::rows(loaded, records, plain, engine) } else { Default::default() };
        (results, rows, compared.then(|| pictures(loaded, engine)))
    });
    Ok(Answers { scenario: scenario.clone(), network: built.into_network(), results, observed, claimed, pictures })
}

/// The step of the grid of areas over streets, and how far beside a street one gets, in metres.
const STEP_M: u32 = 100;
const BESIDE_M: u32 = 200;

fn pictures(loaded: &Loaded, engine: &dyn Engine) -> Pictures {
    let output = &loaded.study.output;
    let (origin, mode) = (origin(loaded), output.isochrone_mode);
    let definition = loaded.study.definitions.iter().find(|definition| definition.id == output.isochrone_definition);
    let definition = definition.expect("the definition of the maps was checked when the study was read");
    let travel = engine.freeze(definition, Level::Base);
    let from_origin = travel.tree(Endpoint::Place(origin), Direction::Forward, mode).cells();
    let bounds: Vec<Duration> = TIME_LIMITS.iter().map(|&minutes| Duration::from_mins(minutes)).collect();
    let mut bands = loaded.territory.grid.as_ref().map(|grid| isobands(&Surface::of(grid, &from_origin), &bounds));
    let longest = *bounds.last().expect("there are classes of time");
    let reach = travel.reach(&Endpoint::Place(origin), Direction::Forward, mode, longest);
    // Over streets the areas are those around the streets that are reached; the cells stay what the map covers.
    if let (Some(bands), Some(reach)) = (&mut bands, reach) {
        let lattice = Lattice::around(loaded.territory.place(origin).at, STEP_M);
        bands.bands = street_bands(reach.streets, &reach.modes, &bounds, lattice, BESIDE_M).bands;
        for band in &mut bands.bands {
            (band.zone, band.band) = (band.zone.intersection(&bands.mask), band.band.intersection(&bands.mask));
        }
    }
    let star = star(loaded, origin);
    let coverage =
        commuting(loaded).map(|definition| coverage(loaded, &*engine.freeze(definition, Level::Base), origin, mode));
    let endpoints = |places: &[PlaceIx]| places.iter().map(|&place| Endpoint::Place(place)).collect::<Vec<Endpoint>>();
    let centres = endpoints(&loaded.territory.of_level(PlaceLevel::Centre));
    let units: Vec<PlaceIx> = by_group(loaded).into_iter().flat_map(|group| group.1).collect();
    let units = endpoints(&units);
    let journey = |&place: &PlaceIx| {
        Some((place, waterfall(&*travel, Endpoint::Place(place), Endpoint::Place(origin), Mode::Feeder)?))
    };
    Pictures {
        side: side(&*travel, origin, mode),
        coverage,
        rungs: rungs(loaded, engine, origin, &star),
        centres: matrix(&*travel, &centres, &centres, mode),
        units: matrix(&*travel, &units, &units, mode),
        journeys: star.iter().filter_map(journey).collect(),
        from_origin,
        bands,
    }
}

fn coverage(loaded: &Loaded, travel: &dyn Travel, to: PlaceIx, mode: Mode) -> Curve {
    let times = cell_times::to_place(travel, to, mode);
    Curve::of_people(&times, &loaded.territory, 0..times.len())
}

/// The mode of the ladder: public transport, since the circle is promised of it.
pub(super) const LADDER_MODE: Mode = Mode::Transit;

fn rungs(loaded: &Loaded, engine: &dyn Engine, origin: PlaceIx, star: &[PlaceIx]) -> Vec<Rung> {
    let residents = Residents::of(&loaded.territory);
    let units = loaded.territory.of_level(PlaceLevel::Unit);
    let star: Vec<Relation> = star.iter().map(|&place| Relation::BothWays { centre: origin, place }).collect();
    let rung = |definition: &Definition| {
        rung(&*engine.freeze(definition, Level::Base), &residents, &units, origin, &star, LADDER_MODE, HOUR)
    };
    loaded.study.definitions.iter().map(rung).collect()
}
