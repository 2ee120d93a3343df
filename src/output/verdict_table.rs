//! Verdicts as tables: one line a target with its scenarios side by side, and one row a relation.

use serde_json::Value;

use super::table::Table;
use crate::input::targets::{Rule, Target};
use crate::input::vocabulary::Mode;
use crate::measure::targets::{RelationRow, TargetResult};
use crate::measure::verdict::{Grade, Verdict};
use crate::network::Network;
use crate::network::territory::Territory;
use crate::search::Outcome;

/// The mode in Chinese.
pub const fn mode_zh(mode: Mode) -> &'static str {
    match mode {
        Mode::Car => "小汽车",
        Mode::Feeder => "公共交通（含小汽车接驳）",
        Mode::Transit => "公共交通",
        Mode::Best => "最快方式",
    }
}

/// Names of what results name by id: places, stops and nodes.
pub struct Names<'a> {
    /// Places.
    pub territory: &'a Territory,
    /// Stops and nodes.
    pub network: &'a Network,
}

impl Names<'_> {
    /// The Chinese name of an id, or the id itself where it has none.
    pub fn of(&self, id: &str) -> String {
        if let Some(place) = self.territory.find(id) {
            return self.territory.place(place).name_zh.clone();
        }
        if let Some(stop) = self.network.find_stop(id) {
            return self.network.stop(stop).name.to_string();
        }
        let node = self.network.nodes.iter().find(|node| *node.id == *id);
        node.and_then(|node| node.name.as_deref()).unwrap_or(id).to_string()
    }
}

/// One line a target, one column a scenario. A verdict stands with what it rests on: relations passed of those tested, or the share of
/// people with its low and high.
pub fn summary(results: &[TargetResult], targets: &[Target], scenarios: &[&str]) -> Table {
    let mut header = vec!["目标", "内容", "定义", "方式", "限时(分)"];
    header.extend(scenarios);
    let mut table = Table::new(header);
    for target in targets {
        let mine: Vec<&TargetResult> = results.iter().filter(|result| result.target == target.id).collect();
        let Some(first) = mine.first() else { continue };
        let limit = format!("{:.0}", first.limit.minutes());
        let mut row = vec![
            target.id.clone(),
            target.name.zh.clone(),
            first.definition.clone(),
            mode_zh(first.mode).to_string(),
            limit,
        ];
        for scenario in scenarios {
            let found = mine.iter().find(|result| result.scenario == *scenario);
            row.push(found.map_or(String::new(), |result| short(result)));
        }
        table.push(row);
    }
    table
}

/// A verdict in the space of a column: `✓ 4/4`, `△ 78.3 % [60.1–88.0]`.
fn short(result: &TargetResult) -> String {
    let symbol = result.verdict.symbol();
    match (result.rule, result.people.base.share()) {
        (Rule::All, _) => format!("{symbol} {}/{}", result.counts.n(Verdict::Pass), result.counts.total()),
        (Rule::Share, Some(share)) => {
            let percent = |share: Option<f64>| share.map_or("–".to_string(), |share| format!("{:.1}", share * 100.0));
            let (low, high) = (percent(result.people.unfavourable.share()), percent(result.people.favourable.share()));
            format!("{symbol} {:.1}% [{low}–{high}]", share * 100.0)
        }
        (Rule::Share, None) => format!("{symbol} {}", Verdict::NotTested.zh()),
    }
}

/// What fails first: for every target the failing relation with the most people times minutes short, one column a scenario, with the
/// minutes beyond the limit or why there is no journey.
pub fn first_failures(results: &[TargetResult], targets: &[Target], scenarios: &[&str], names: &Names) -> Table {
    let mut table = Table::new(std::iter::once("目标").chain(scenarios.iter().copied()));
    let first = |result: &TargetResult| {
        let row = result.fails_first.first().map(|&at| &result.rows[at])?;
        let short = row.margin_min().map_or(row.verdict.zh().to_string(), |margin| format!("{:+.1}", -margin));
        Some(format!("{}→{} {short}", names.of(&row.from), names.of(&row.to)))
    };
    for target in targets {
        let of = |scenario: &&str| results.iter().find(|result| result.target == target.id && result.scenario == **scenario);
        let cells: Vec<String> = scenarios.iter().map(|scenario| of(scenario).and_then(first).unwrap_or_default()).collect();
        if cells.iter().any(|cell| !cell.is_empty()) {
            table.push(std::iter::once(target.id.clone()).chain(cells));
        }
    }
    table
}

/// The columns of [`relations`].
const COLUMNS: [&str; 30] = [
    "target",
    "definition",
    "mode",
    "scenario",
    "relation_set",
    "relation",
    "from_id",
    "from_name",
    "to_id",
    "to_name",
    "status",
    "status_zh",
    "limit_min",
    "time_min",
    "time_low_min",
    "time_high_min",
    "margin_min",
    "required_speed_up",
    "share_people",
    "share_people_low",
    "share_people_high",
    "share_area",
    "relations_passed",
    "relations_tested",
    "grade",
    "population",
    "reason",
    "validated",
    "uncertainty",
    "run_id",
];

/// What the low and high of every row mean.
const UNCERTAINTY: &str = "low/high: all parameters at their favourable/unfavourable end at once";

/// One row a relation, and one a target before its relations, whose `relation` is `*`. `validated` tells of a result whether its
/// mode was found to agree with observations.
pub fn relations(results: &[TargetResult], names: &Names, run_id: &str, validated: impl Fn(&TargetResult) -> bool) -> Table {
    let mut table = Table::new(COLUMNS);
    for result in results {
        let checked = if validated(result) { "yes" } else { "未校核 not validated" };
        table.push(target_row(result, checked, run_id));
        for row in &result.rows {
            table.push(relation_row(result, row, names, checked, run_id));
        }
    }
    table
}

fn target_row(result: &TargetResult, checked: &str, run_id: &str) -> Vec<String> {
    let share = |share: Option<f64>| share.map_or(String::new(), |share| format!("{share:.4}"));
    let grade =
        result.grade.filter(|_| result.rule == Rule::Share).map_or(String::new(), |grade| grade.base.zh().to_string());
    let head = [result.target.as_str(), &result.definition, result.mode.word(), &result.scenario, result.relation_set, "*"];
    let mut cells: Vec<String> = head.map(str::to_string).to_vec();
    cells.extend(["", "", "", ""].map(str::to_string));
    cells.extend([result.verdict.word().to_string(), result.verdict.zh().to_string(), minutes(result.limit.minutes())]);
    let median = result.residents.as_ref().map(|residents| residents.median);
    let time =
        |outcome: Option<Outcome>| outcome.and_then(Outcome::time).map_or(String::new(), |time| minutes(time.minutes()));
    cells.extend([
        time(median.map(|at| at.base)),
        time(median.map(|at| at.favourable)),
        time(median.map(|at| at.unfavourable)),
    ]);
    cells.extend([String::new(), String::new()]);
    let people = &result.people;
    cells.extend([share(people.base.share()), share(people.unfavourable.share()), share(people.favourable.share())]);
    let (passed, tested) = (result.counts.n(Verdict::Pass), result.counts.tested());
    cells.extend([share(result.area_km2.base.share()), passed.to_string(), tested.to_string(), grade]);
    let rule = if result.rule == Rule::Share { Grade::RULE.0.to_string() } else { String::new() };
    cells.extend([format!("{:.0}", people.base.tested), rule]);
    cells.extend([checked.to_string(), UNCERTAINTY.to_string(), run_id.to_string()]);
    cells
}

fn relation_row(result: &TargetResult, row: &RelationRow, names: &Names, checked: &str, run_id: &str) -> Vec<String> {
    let time = |outcome: Outcome| outcome.time().map_or(String::new(), |time| minutes(time.minutes()));
    let share = |share: Option<f64>| share.map_or(String::new(), |share| format!("{share:.4}"));
    let relation = format!("{}→{}", names.of(&row.from), names.of(&row.to));
    let head = [result.target.as_str(), &result.definition, result.mode.word(), &result.scenario, result.relation_set];
    let mut cells: Vec<String> = head.map(str::to_string).to_vec();
    cells.extend([relation, row.from.clone(), names.of(&row.from), row.to.clone(), names.of(&row.to)]);
    cells.extend([row.verdict.word().to_string(), row.verdict.zh().to_string(), minutes(row.limit.minutes())]);
    cells.extend([time(row.times.base), time(row.times.favourable), time(row.times.unfavourable)]);
    cells.push(row.margin_min().map_or(String::new(), minutes));
    cells.push(row.required_speed_up().map_or(String::new(), |factor| format!("{factor:.2}")));
    let people = row.people.as_ref();
    cells.push(share(people.and_then(|people| people.base.share())));
    cells.push(share(people.and_then(|people| people.unfavourable.share())));
    cells.push(share(people.and_then(|people| people.favourable.share())));
    cells.extend(std::iter::repeat_n(String::new(), 4));
    cells.push(row.population.map_or(String::new(), |people| format!("{people:.0}")));
    cells.push(row.times.base.reason().map_or(String::new(), |reason| reason.text().to_string()));
    cells.extend([checked.to_string(), UNCERTAINTY.to_string(), run_id.to_string()]);
    cells
}

/// One decimal, which the margin of a verdict needs near its limit (METHOD §7.5).
fn minutes(minutes: f64) -> String {
    format!("{minutes:.1}")
}

/// A table of relations as JSON: one object a row, numbers as numbers, what is not there as null.
pub fn json(table: &Table) -> Value {
    let number = |column: &str| {
        column.ends_with("_min")
            || column.starts_with("share_")
            || matches!(column, "population" | "required_speed_up" | "relations_passed" | "relations_tested")
    };
    table.json(number)
}
