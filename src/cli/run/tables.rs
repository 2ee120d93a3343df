//! The tables and areas that a run writes.

use std::path::PathBuf;

use super::answers::{Answers, HOUR, by_group};
use super::{Made, gate};
use crate::cli::compare::{place_table, project_table, unit_table};
use crate::cli::isochrone::{Tags, shapes};
use crate::cli::load::Loaded;
use crate::cli::validation::{claim_table, observation_table, validated};
use crate::input::projects::Effect;
use crate::input::study::Definition;
use crate::measure::compare::{cells, places};
use crate::measure::targets::TargetResult;
use crate::network::check;
use crate::output::table::Table;
use crate::output::verdict_table;
use crate::search::Outcome;

/// All tables, for Excel, and the isobands as GeoJSON.
pub(super) fn tables(loaded: &Loaded, all: &[Answers], run_id: &str) -> Vec<Made> {
    let results: Vec<TargetResult> = all.iter().flat_map(|answers| answers.results.iter().cloned()).collect();
    let ids: Vec<&str> = all.iter().map(|answers| answers.scenario.id.as_str()).collect();
    let observed: Vec<_> = all.iter().flat_map(|answers| answers.observed.iter().cloned()).collect();
    let claimed: Vec<_> = all.iter().flat_map(|answers| answers.claimed.iter().cloned()).collect();
    let valid = validated(&gate(all));
    let mut made = vec![
        csv("verdicts", &verdict_table::summary(&results, &loaded.targets, &ids)),
        csv(
            "relations",
            &verdict_table::relations(&results, &loaded.names(), run_id, |result| valid.contains(&result.mode)),
        ),
        csv("projects", &projects(loaded)),
        csv("parameters", &parameters(loaded)),
        csv("lengths", &lengths(loaded)),
        csv("observations", &observation_table(&observed)),
        csv("claims", &claim_table(&claimed)),
        csv("coverage", &coverage(all)),
        csv("ladder", &ladder(all)),
    ];
    let definition = map_definition(loaded);
    for answers in all {
        let Some(pictures) = &answers.pictures else { continue };
        let id = &answers.scenario.id;
        let groups: Vec<_> = by_group(loaded).into_iter().flat_map(|group| group.1).collect();
        made.push(csv(&format!("times-{id}"), &times(loaded, id, &groups, &pictures.units, run_id)));
        if let Some(bands) = &pictures.bands {
            let tags = Tags {
                from: &loaded.study.output.isochrone_from,
                scenario: id,
                definition,
                mode: loaded.study.output.isochrone_mode,
                run_id,
            };
            let text = format!("{}\n", shapes(loaded, &bands.bands, &pictures.from_origin, &tags));
            made.push((PathBuf::from(format!("isochrones-{id}.geojson")), text.into_bytes()));
        }
    }
    made.extend(comparisons(loaded, all, run_id));
    made
}

pub(super) fn map_definition(loaded: &Loaded) -> &Definition {
    let wanted = &loaded.study.output.isochrone_definition;
    let found = loaded.study.definitions.iter().find(|definition| definition.id == *wanted);
    found.expect("the definition of the maps was checked when the study was read")
}

fn csv(name: &str, table: &Table) -> Made {
    (PathBuf::from(format!("{name}.csv")), table.csv_for_excel().into_bytes())
}

/// Each compared scenario against the first that is compared.
fn comparisons(loaded: &Loaded, all: &[Answers], run_id: &str) -> Vec<Made> {
    let mut compared = all.iter().filter_map(|answers| Some((answers, answers.pictures.as_ref()?)));
    let Some((base, before)) = compared.next() else { return Vec::new() };
    let mut made = Vec::new();
    for (answers, after) in compared {
        let (old, new) = (&base.scenario.id, &answers.scenario.id);
        let constant = [old.as_str(), new, &map_definition(loaded).id, loaded.study.output.isochrone_mode.word(), run_id]
            .map(str::to_string);
        let comparison = cells(&before.side.cells, &after.side.cells, &loaded.territory, HOUR);
        let relations = places(&before.side.places, &after.side.places);
        made.push(csv(&format!("compare-{old}-{new}-units"), &unit_table(&comparison, &loaded.territory, &constant)));
        made.push(csv(&format!("compare-{old}-{new}-projects"), &project_table(&comparison, &constant)));
        made.push(csv(&format!("compare-{old}-{new}-places"), &place_table(&relations, &loaded.territory, &constant)));
    }
    made
}

fn projects(loaded: &Loaded) -> Table {
    let header = [
        "id",
        "name_zh",
        "name_en",
        "clause",
        "paragraph",
        "kind",
        "verb",
        "status",
        "status_date",
        "year",
        "confidence",
        "modelled",
        "service_or_reason",
        "note",
        "status_source",
    ];
    let mut table = Table::new(header);
    for project in &loaded.projects {
        let (modelled, text) = match &project.effect {
            Effect::Changes(_) => ("yes", project.service.clone().unwrap_or_default()),
            Effect::NotModelled(zh, _) => ("no", zh.clone()),
        };
        table.push([
            project.id.clone(),
            project.name.zh.clone(),
            project.name.en.clone(),
            project.clause.clone(),
            project.paragraph.clone(),
            project.kind.clone(),
            project.verb.clone(),
            project.status.word().to_string(),
            project.status_date.clone(),
            project.year.map_or(String::new(), |year| year.to_string()),
            project.confidence.word().to_string(),
            modelled.to_string(),
            text,
            project.note.clone().unwrap_or_default(),
            project.status_source.clone(),
        ]);
    }
    table
}

/// The ledger of assumptions.
fn parameters(loaded: &Loaded) -> Table {
    let mut table = Table::new(["key", "name", "low", "base", "high", "unit", "shortens_journeys", "confidence", "source"]);
    for (key, parameter) in loaded.parameters.iter() {
        let value = |value: f64| format!("{value}");
        table.push([
            key.to_string(),
            parameter.name.as_ref().map_or(String::new(), |name| name.zh.clone()),
            value(parameter.low),
            value(parameter.base),
            value(parameter.high),
            parameter.unit.clone(),
            if parameter.high_is_better { "high".to_string() } else { "low".to_string() },
            parameter.confidence.word().to_string(),
            parameter.source.clone(),
        ]);
    }
    table
}

fn lengths(loaded: &Loaded) -> Table {
    let mut table = Table::new([
        "section",
        "published_km",
        "links_km",
        "links",
        "deviation_percent",
        "within_tolerance",
        "official_share",
        "source",
    ]);
    for check in check::lengths(&loaded.stock) {
        table.push([
            check.published.section.to_string(),
            format!("{:.3}", check.published.length.km()),
            format!("{:.3}", check.sum.km()),
            check.n_links.to_string(),
            format!("{:.1}", check.deviation_percent()),
            if check.holds() { "yes".to_string() } else { "no".to_string() },
            format!("{:.2}", check.official_share),
            loaded.stock.source_text(&check.published.provenance.source).to_string(),
        ]);
    }
    table
}

fn coverage(all: &[Answers]) -> Table {
    let curves: Vec<_> = all
        .iter()
        .filter_map(|answers| Some((answers.scenario.id.clone(), answers.pictures.as_ref()?.coverage.as_ref()?)))
        .collect();
    let mut table =
        Table::new(std::iter::once("minutes".to_string()).chain(curves.iter().map(|(id, _)| format!("share_people_{id}"))));
    for minute in 0..=crate::measure::coverage::MINUTES {
        let share = |curve: &crate::measure::coverage::Curve| {
            curve.share(minute).map_or(String::new(), |share| format!("{share:.4}"))
        };
        table.push(std::iter::once(minute.to_string()).chain(curves.iter().map(|(_, curve)| share(curve))));
    }
    table
}

fn ladder(all: &[Answers]) -> Table {
    let mut table = Table::new(["scenario", "definition", "mode", "share_people_60", "star_passed", "star_relations"]);
    for answers in all {
        for rung in answers.pictures.iter().flat_map(|pictures| &pictures.rungs) {
            table.push([
                answers.scenario.id.clone(),
                rung.definition.clone(),
                super::answers::LADDER_MODE.word().to_string(),
                rung.people.share().map_or(String::new(), |share| format!("{share:.4}")),
                rung.n_passed.to_string(),
                rung.star.len().to_string(),
            ]);
        }
    }
    table
}

fn times(
    loaded: &Loaded,
    scenario: &str,
    places: &[crate::network::territory::PlaceIx],
    rows: &[Vec<Outcome>],
    run_id: &str,
) -> Table {
    let header = [
        "from_id",
        "from_name",
        "to_id",
        "to_name",
        "travel_time_p50",
        "scenario",
        "definition",
        "mode",
        "status",
        "reason",
        "run_id",
    ];
    let mut table = Table::new(header);
    let place = |at: usize| loaded.territory.place(places[at]);
    for (from, row) in rows.iter().enumerate() {
        for (to, outcome) in row.iter().enumerate() {
            table.push([
                place(from).id.to_string(),
                place(from).name_zh.clone(),
                place(to).id.to_string(),
                place(to).name_zh.clone(),
                outcome.time().map_or(String::new(), |time| format!("{:.1}", time.minutes())),
                scenario.to_string(),
                map_definition(loaded).id.clone(),
                loaded.study.output.isochrone_mode.word().to_string(),
                outcome.status().to_string(),
                outcome.reason().map_or("", |reason| reason.text()).to_string(),
                run_id.to_string(),
            ]);
        }
    }
    table
}
