//! Every target in one scenario: a row for each relation, and what they add up to.
//!
//! A result is always the five things of METHOD §7.1 together: definition, scenario, relation set, verdict with share, and
//! uncertainty (the spread over the levels). It speaks of accessibility, never of who actually commutes.

use std::collections::BTreeMap;

use super::answers::{Answers, PlaceAnswer, QUANTILES, all_residents};
use super::relations::{Relation, ResolvedTarget, kind_word};
use super::residents::Residents;
use super::verdict::{Counts, Grade, Verdict, second_is_worse};
use super::{Coverage, Spread};
use crate::input::parameters::Level;
use crate::input::study::Definition;
use crate::input::targets::Rule;
use crate::input::vocabulary::Mode;
use crate::network::territory::{PlaceIx, Territory};
use crate::search::engine::Engine;
use crate::search::{Outcome, Reason};
use crate::units::Duration;

/// A target in one scenario.
#[derive(Debug, Clone)]
pub struct TargetResult {
    /// Target id.
    pub target: String,
    /// Definition id.
    pub definition: String,
    /// Scenario id.
    pub scenario: String,
    /// Mode.
    pub mode: Mode,
    /// The limit.
    pub limit: Duration,
    /// How the relations add up.
    pub rule: Rule,
    /// The word of the relation set: `star`, `people`, …
    pub relation_set: &'static str,
    /// The verdict. By the rule `all`, the worst of the rows ([`Counts::worst`]); by the rule `share`, that of the grades.
    pub verdict: Verdict,
    /// The grade of the share of people at every level, to be printed with [`Grade::RULE`]; `None` where nobody was tested.
    pub grade: Option<Spread<Grade>>,
    /// People within the limit at every level. For residents, people in their cells. Otherwise the people of each relation's place
    /// ([`Relation::weighted_by`]), all of them where the relation is within the limit; in sets of pairs a place counts once for
    /// each of its destinations, so only the share means something. Places of unknown population are left out.
    pub people: Spread<Coverage>,
    /// Land within the limit, in km², counted like people.
    pub area_km2: Spread<Coverage>,
    /// Rows by verdict: "seats passed x of n" is `counts.n(Pass)` of `counts.tested()`.
    pub counts: Counts,
    /// One row a relation, none left out, in the order of the target.
    pub rows: Vec<RelationRow>,
    /// What fails first: positions of the rows that have failed, by population × shortfall, largest first. A row without any
    /// journey falls short without bound and stands before those that are late.
    pub fails_first: Vec<usize>,
    /// For targets about residents: how long they travel.
    pub residents: Option<ResidentTimes>,
}

/// How long residents travel.
#[derive(Debug, Clone, PartialEq)]
pub struct ResidentTimes {
    /// The median at every level.
    pub median: Spread,
    /// The shares of [`QUANTILES`] and the time at base that each of them needs at most.
    pub quantiles: Vec<(f64, Outcome)>,
}

/// One relation of a target.
#[derive(Debug, Clone)]
pub struct RelationRow {
    /// What is related.
    pub relation: Relation,
    /// Place id of the origin, in the direction that counts.
    pub from: String,
    /// Place id of the destination; for the nearest feature its node, stop or link at base, or the feature's word where none is reached.
    pub to: String,
    /// The travel time. For residents their median.
    pub times: Spread,
    /// The limit that it is held against.
    pub limit: Duration,
    /// The verdict.
    pub verdict: Verdict,
    /// People of the place that the relation stands for; `None` where unknown.
    pub population: Option<f64>,
    /// Its area.
    pub area_km2: Option<f64>,
    /// Where the clock starts in cells: how many residents of the origin are within the limit.
    pub people: Option<Spread<Coverage>>,
    /// Where both directions count: the times of the other, better one.
    pub other_way: Option<Spread>,
}

impl RelationRow {
    /// Minutes left below the limit at base, negative beyond it.
    pub fn margin_min(&self) -> Option<f64> {
        self.times.margin_min(self.limit)
    }

    /// How many times quicker the journey would have to be.
    pub fn required_speed_up(&self) -> Option<f64> {
        self.times.required_speed_up(self.limit)
    }

    /// The share of the origin's residents within the limit at base, where the clock starts in cells.
    pub fn share_people(&self) -> Option<f64> {
        self.people.as_ref()?.base.share()
    }

    /// Minutes beyond the limit at base; infinite without a journey.
    fn shortfall_min(&self) -> f64 {
        self.margin_min().map_or(f64::INFINITY, |margin| (-margin).max(0.0))
    }
}

/// Evaluates `targets` on the network of `engine`, that of `scenario`; choose them with [`relations::asked_in`].
/// Results are in the order of `targets`.
///
/// [`relations::asked_in`]: super::relations::asked_in
pub fn evaluate<'a>(
    engine: &dyn Engine,
    scenario: &str,
    targets: &[&ResolvedTarget<'a>],
    territory: &Territory,
) -> Vec<TargetResult> {
    let residents = Residents::of(territory);
    let mut definitions: Vec<&'a Definition> = Vec::new();
    for target in targets {
        if !definitions.iter().any(|known| known.id == target.definition.id) {
            definitions.push(target.definition);
        }
    }
    let mut results: BTreeMap<usize, TargetResult> = BTreeMap::new();
    for definition in definitions {
        let mine: Vec<(usize, &ResolvedTarget)> =
            targets.iter().copied().enumerate().filter(|(_, target)| target.definition.id == definition.id).collect();
        let alone: Vec<&ResolvedTarget> = mine.iter().map(|&(_, target)| target).collect();
        let answers = Spread::of(|level: Level| Answers::find(engine, definition, level, &alone, &residents));
        for (at, target) in mine {
            results.insert(at, judge(target, scenario, &answers, territory));
        }
    }
    results.into_values().collect()
}

fn judge(resolved: &ResolvedTarget, scenario: &str, answers: &Spread<Answers>, territory: &Territory) -> TargetResult {
    let target = resolved.target;
    let rows: Vec<RelationRow> =
        resolved.relations.iter().map(|relation| row(relation, resolved, answers, territory)).collect();
    let counts = Counts::of(rows.iter().map(|row| row.verdict));
    let whole = all_residents(&resolved.relations)
        .map(|(units, to)| answers.map(|answers| answers.residents(target.mode, &units, to, target.limit).clone()));
    let (people, area_km2) = match &whole {
        Some(whole) => (whole.map(|answer| answer.people), whole.map(|answer| answer.area_km2)),
        None => (weighted(&rows, |row| row.population), weighted(&rows, |row| row.area_km2)),
    };
    let grade = grade(&people);
    let verdict = match target.rule {
        Rule::All => counts.worst(),
        Rule::Share => grade.map_or(Verdict::NotTested, |grade| grade.verdict()),
    };
    let residents = whole.map(|whole| ResidentTimes {
        median: whole.map(|answer| answer.quantiles.map_or(untested(), |times| times[QUANTILES.len() / 2])),
        quantiles: whole.base.quantiles.map_or_else(Vec::new, |times| QUANTILES.into_iter().zip(times).collect()),
    });
    TargetResult {
        target: target.id.clone(),
        definition: resolved.definition.id.clone(),
        scenario: scenario.to_string(),
        mode: target.mode,
        limit: target.limit,
        rule: target.rule,
        relation_set: kind_word(&target.relations),
        verdict,
        grade,
        people,
        area_km2,
        counts,
        fails_first: fails_first(&rows),
        rows,
        residents,
    }
}

fn grade(people: &Spread<Coverage>) -> Option<Spread<Grade>> {
    let grades = people.map(|people| people.share().map(Grade::of));
    Some(Spread { favourable: grades.favourable?, base: grades.base?, unfavourable: grades.unfavourable? })
}

/// The weight of the rows within the limit at every level.
fn weighted(rows: &[RelationRow], weight: impl Fn(&RelationRow) -> Option<f64>) -> Spread<Coverage> {
    Spread::of(|level| {
        let mut coverage = Coverage::default();
        for row in rows {
            if let Some(weight) = weight(row) {
                coverage.add(*row.times.at(level), weight, row.limit);
            }
        }
        coverage
    })
}

fn fails_first(rows: &[RelationRow]) -> Vec<usize> {
    let mut failed: Vec<usize> = (0..rows.len()).filter(|&at| rows[at].verdict.has_failed()).collect();
    let key = |at: usize| -> (f64, f64) {
        let (shortfall, people) = (rows[at].shortfall_min(), rows[at].population.unwrap_or(0.0));
        if shortfall.is_finite() { (0.0, shortfall * people) } else { (1.0, people) }
    };
    failed.sort_by(|&a, &b| {
        let (a_key, b_key) = (key(a), key(b));
        b_key.0.total_cmp(&a_key.0).then(b_key.1.total_cmp(&a_key.1)).then(a.cmp(&b))
    });
    failed
}

fn untested() -> Outcome {
    Outcome::NotTested(Reason::NoRoadInReach)
}

fn row(relation: &Relation, resolved: &ResolvedTarget, answers: &Spread<Answers>, territory: &Territory) -> RelationRow {
    let (mode, limit) = (resolved.target.mode, resolved.target.limit);
    let weight = territory.place(relation.weighted_by());
    let id = |place: PlaceIx| territory.place(place).id.to_string();
    let way = |from, to| answers.map(|answers| answers.place(mode, from, to, limit));
    let mut row = RelationRow {
        relation: *relation,
        from: String::new(),
        to: String::new(),
        times: Spread::of(|_| untested()),
        limit,
        verdict: Verdict::NotTested,
        population: weight.population.map(|people| people as f64),
        area_km2: weight.area_km2,
        people: None,
        other_way: None,
    };
    match *relation {
        Relation::OneWay { from, to } => row.set_way((id(from), id(to)), &way(from, to)),
        Relation::BothWays { centre, place } => {
            let (out, back) = (way(centre, place), way(place, centre));
            let (out_times, back_times) = (out.map(|answer| answer.time), back.map(|answer| answer.time));
            if second_is_worse(&out_times, &back_times, limit) {
                row.set_way((id(place), id(centre)), &back);
                row.other_way = Some(out_times);
            } else {
                row.set_way((id(centre), id(place)), &out);
                row.other_way = Some(back_times);
            }
        }
        Relation::Residents { unit, to } => {
            let found = answers.map(|answers| answers.residents(mode, &[unit], to, limit).clone());
            (row.from, row.to) = (id(unit), id(to));
            row.times = found.map(|answer| answer.quantiles.map_or(untested(), |times| times[QUANTILES.len() / 2]));
            row.people = Some(found.map(|answer| answer.people));
        }
        Relation::Nearest { place, feature } => {
            let found = answers.map(|answers| answers.nearest(place, feature).clone());
            row.from = id(place);
            row.to = found.base.id.as_deref().unwrap_or(feature.word()).to_string();
            row.times = found.map(|found| found.time);
        }
    }
    row.verdict = row.times.verdict(limit);
    row
}

impl RelationRow {
    fn set_way(&mut self, (from, to): (String, String), answers: &Spread<PlaceAnswer>) {
        (self.from, self.to) = (from, to);
        self.times = answers.map(|answer| answer.time);
        let people = answers.map(|answer| answer.people);
        self.people = match (people.favourable, people.base, people.unfavourable) {
            (Some(favourable), Some(base), Some(unfavourable)) => Some(Spread { favourable, base, unfavourable }),
            _ => None,
        };
    }
}
