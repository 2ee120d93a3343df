//! The maps and charts that a run draws.

use geo::{BooleanOps, MultiPolygon};

use super::answers::{Answers, HOUR, LADDER_MODE, Pictures, by_group, commuting, origin};
use super::tables::map_definition;
use crate::cli::load::Loaded;
use crate::input::vocabulary::{Mode, PlaceLevel};
use crate::measure::coverage::Curve;
use crate::measure::difference;
use crate::measure::ladder::Rung;
use crate::measure::relations::ResolvedTarget;
use crate::measure::surface::Surface;
use crate::network::territory::PlaceIx;
use crate::output::figures::maps::{self, Shapes};
use crate::output::figures::plots::{self, JourneyParts, LadderOf};
use crate::output::figures::{NamedFigure, Setting, names};
use crate::search::Outcome;

/// Targets of at most so many relations get a margin plot.
const MOST_MARGINS: usize = 12;

/// Panels of a map at the most.
const MOST_PANELS: usize = 4;

/// All figures, in the order of a report.
pub(super) fn figures(loaded: &Loaded, targets: &[ResolvedTarget], all: &[Answers]) -> Vec<NamedFigure> {
    let setting = Setting {
        territory: &loaded.territory,
        projects: &loaded.projects,
        source: loaded.study.output.attribution.clone(),
        streets: loaded.streets.as_ref().and_then(|of| of.streets.values().next()).map(|of| &*of.streets),
    };
    let compared: Vec<(&Answers, &Pictures)> =
        all.iter().filter_map(|answers| Some((answers, answers.pictures.as_ref()?))).collect();
    let mut figures = Vec::new();
    if !compared.is_empty() {
        figures.extend(map_figures(loaded, &setting, &compared));
        figures.extend(plot_figures(loaded, &setting, &compared));
    }
    figures.extend(margin_figures(&setting, targets, all));
    figures.extend(plots::project_table(&setting));
    figures
}

fn title(answers: &Answers) -> String {
    let name = &answers.scenario.name.zh;
    // What stands in brackets is for tables; a chart has room for the year.
    let short = name.split(['(', '（']).next().unwrap_or(name);
    format!("{} {short}", answers.scenario.id)
}

fn map_figures(loaded: &Loaded, setting: &Setting, compared: &[(&Answers, &Pictures)]) -> Vec<NamedFigure> {
    let Some(grid) = &loaded.territory.grid else { return Vec::new() };
    let (origin, shown) = (origin(loaded), (map_definition(loaded), loaded.study.output.isochrone_mode));
    let hour = |pictures: &Pictures| -> MultiPolygon<f64> {
        let band = pictures.bands.iter().flat_map(|bands| &bands.bands).find(|band| band.to == HOUR);
        band.map_or(MultiPolygon::new(Vec::new()), |band| band.zone.clone())
    };
    let panel = |&(answers, pictures)| panel(answers, pictures, hour(pictures));
    let panels: Vec<Shapes> = compared.iter().take(MOST_PANELS).filter_map(panel).collect();
    let mut figures = vec![maps::isochrones(setting, origin, shown, panels)];
    let changes = compared.windows(2).take(MOST_PANELS).map(|pair| {
        let ((old_answers, old), (new_answers, new)) = (pair[0], pair[1]);
        let (before, after) = (Surface::of(grid, &old.from_origin), Surface::of(grid, &new.from_origin));
        let (was, is) = (hour(old), hour(new));
        Shapes {
            title: format!("{} − {}", new_answers.scenario.id, old_answers.scenario.id),
            bands: difference::areas(&before, &after),
            within: is.difference(&was),
            lost: was.difference(&is),
            network: &new_answers.network,
        }
    });
    let changes: Vec<Shapes> = changes.collect();
    if !changes.is_empty() {
        figures.push(maps::differences(setting, origin, shown, changes));
    }
    figures
}

/// One panel of the isochrone map.
fn panel<'a>(answers: &'a Answers, pictures: &Pictures, within: MultiPolygon<f64>) -> Option<Shapes<'a>> {
    let bands = pictures.bands.as_ref()?;
    let mut areas: Vec<MultiPolygon<f64>> = bands.bands.iter().map(|band| band.band.clone()).collect();
    areas.push(bands.bands.last().map_or_else(|| bands.mask.clone(), |last| bands.mask.difference(&last.zone)));
    Some(Shapes {
        title: title(answers),
        bands: areas,
        within,
        lost: MultiPolygon::new(Vec::new()),
        network: &answers.network,
    })
}

fn plot_figures(loaded: &Loaded, setting: &Setting, compared: &[(&Answers, &Pictures)]) -> Vec<NamedFigure> {
    let (origin, definition, mode) = (origin(loaded), map_definition(loaded), loaded.study.output.isochrone_mode);
    let stages: Vec<String> = compared.iter().map(|(answers, _)| title(answers)).collect();
    let mut figures = Vec::new();
    let curves: Vec<(String, Curve)> =
        compared.iter().filter_map(|(answers, pictures)| Some((title(answers), pictures.coverage.clone()?))).collect();
    if let Some(commuting) = commuting(loaded) {
        figures.push(plots::coverage(setting, origin, (commuting, mode), HOUR, &curves));
    }
    let definitions = &loaded.study.definitions;
    let rungs: Vec<Vec<Rung>> =
        (0..definitions.len()).map(|at| compared.iter().map(|(_, pictures)| pictures.rungs[at].clone()).collect()).collect();
    let centres = vec![(String::new(), loaded.territory.of_level(PlaceLevel::Centre))];
    // With one centre there are no pairs of centres to show.
    let has_pairs = centres[0].1.len() > 1;
    for of in [LadderOf::People, LadderOf::Star].into_iter().filter(|of| has_pairs || !matches!(of, LadderOf::Star)) {
        figures.push(plots::ladder(setting, origin, (definitions, LADDER_MODE), &stages, &rungs, of));
    }
    let groups = by_group(loaded);
    for (answers, pictures) in compared {
        let id = &answers.scenario.id;
        let (shown, limit) = ((definition, mode), HOUR);
        if has_pairs {
            let name = format!("heat-centres-{id}");
            figures.push(plots::heat(setting, &name, &title(answers), shown, limit, &centres, &pictures.centres));
        }
        figures.push(plots::heat(
            setting,
            &format!("heat-units-{id}"),
            &title(answers),
            shown,
            limit,
            &groups,
            &pictures.units,
        ));
    }
    let units = loaded.territory.of_level(PlaceLevel::Unit);
    let times: Vec<Vec<Outcome>> = compared
        .iter()
        .map(|(_, pictures)| units.iter().map(|&unit| from_origin(pictures, origin, unit)).collect())
        .collect();
    figures.push(plots::slopes(setting, origin, (definition, mode), HOUR, &stages, &units, &times));
    let journeys: Vec<JourneyParts> = compared
        .iter()
        .flat_map(|(answers, pictures)| pictures.journeys.iter().map(move |journey| (answers, journey)))
        .map(|(answers, (place, parts))| JourneyParts {
            name: format!("{}—{}", names::of(loaded.territory.place(*place)), names::of(loaded.territory.place(origin))),
            detail: answers.scenario.id.clone(),
            parts: parts.clone(),
        })
        .collect();
    if !journeys.is_empty() {
        figures.push(plots::waterfall(setting, (definition, Mode::Feeder), HOUR, &journeys));
    }
    figures
}

/// The time from the origin of the maps to a unit, from the journeys that are compared anyway.
fn from_origin(pictures: &Pictures, origin: PlaceIx, unit: PlaceIx) -> Outcome {
    let found = pictures.side.places.iter().find(|journey| journey.from == origin && journey.to == unit);
    found.map_or(Outcome::Reached(crate::units::Duration::ZERO), |journey| journey.time)
}

fn margin_figures(setting: &Setting, targets: &[ResolvedTarget], all: &[Answers]) -> Vec<NamedFigure> {
    let few = targets.iter().filter(|target| (1..=MOST_MARGINS).contains(&target.relations.len()));
    let figure = |target: &ResolvedTarget| {
        let titles: Vec<String> = all.iter().map(title).collect();
        let results = all.iter().zip(&titles).filter_map(|(answers, title)| {
            let result = answers.results.iter().find(|result| result.target == target.target.id)?;
            Some((title.as_str(), result))
        });
        let results: Vec<_> = results.collect();
        plots::margins(setting, target.definition, &target.target.name.zh, &results)
    };
    few.filter_map(figure).collect()
}
