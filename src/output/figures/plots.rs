//! Charts other than maps.

use std::collections::BTreeSet;

use super::names;
use super::{NamedFigure, Setting, mode_en};
use crate::input::projects::{Change, ChangeKind, Effect};
use crate::input::study::Definition;
use crate::input::vocabulary::{Component, Mode, PlaceLevel, Status};
use crate::measure::coverage::Curve;
use crate::measure::journeys::Waterfall as Parts;
use crate::measure::ladder::Rung;
use crate::measure::targets::{RelationRow, TargetResult};
use crate::measure::verdict::Verdict;
use crate::network::territory::{PlaceIx, Territory};
use crate::output::chart::{self, Figure, Time, coverage, heat, ladder, margin, slope, status, waterfall};
use crate::output::verdict_table::mode_zh;
use crate::search::Outcome;
use crate::units::Duration;

/// Pixels across a plot: 300 dots an inch on a portrait page.
const PLOT_WIDTH: u32 = 2000;

/// Pixels across a table of many places.
const LARGE_WIDTH: u32 = 3000;

fn named(name: &str, figure: Figure) -> NamedFigure {
    NamedFigure { name: name.to_string(), figure, width: PLOT_WIDTH }
}

fn time(outcome: Outcome) -> Time {
    match outcome {
        Outcome::Reached(time) => Time::Reached(time),
        Outcome::NoService(_) | Outcome::Unreachable(_) => Time::NoService,
        Outcome::NotTested(_) => Time::NotTested,
    }
}

fn verdict(verdict: Verdict) -> chart::Verdict {
    match verdict {
        Verdict::Pass => chart::Verdict::Pass,
        Verdict::Marginal => chart::Verdict::Marginal,
        Verdict::Fail => chart::Verdict::Fail,
        Verdict::NoService | Verdict::Unreachable => chart::Verdict::NoService,
        Verdict::NotTested => chart::Verdict::NotTested,
    }
}

/// Coverage curves: people of all units against minutes to a place, one line a scenario.
pub fn coverage(
    setting: &Setting,
    to: PlaceIx,
    (definition, mode): (&Definition, Mode),
    limit: Duration,
    curves: &[(String, Curve)],
) -> NamedFigure {
    let place = setting.territory.place(to);
    let zh = format!("到{}的人口覆盖曲线：{}，{}", place.name_zh, definition.name.zh, mode_zh(mode));
    let en =
        format!("Share of people within so many minutes of {}: {}, {}", place.name_en, definition.name.en, mode_en(mode));
    let curve = |(scenario, curve): &(String, Curve)| coverage::Curve {
        scenario: scenario.clone(),
        shares: curve.points().into_iter().map(|(minute, share)| (Duration::from_mins(minute), share)).collect(),
    };
    let chart = coverage::Coverage {
        caption: setting.caption((zh, en), Some((definition, mode)), "份额按居民计，不按面积。"),
        of: "常住人口".to_string(),
        of_en: "residents".to_string(),
        limit,
        longest: Duration::from_mins(180),
        read_at: [30, 45, 60, 90, 120].map(Duration::from_mins).to_vec(),
        curves: curves.iter().map(curve).collect(),
    };
    named("coverage", coverage::draw(&chart))
}

/// What a ladder counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LadderOf {
    /// The share of residents within the limit.
    People,
    /// The relations of a star within the limit.
    Star,
}

/// The definition ladder: one row a definition, one mark a scenario. `rungs[definition][scenario]`.
pub fn ladder(
    setting: &Setting,
    to: PlaceIx,
    (definitions, mode): (&[Definition], Mode),
    scenarios: &[String],
    rungs: &[Vec<Rung>],
    of: LadderOf,
) -> NamedFigure {
    let place = setting.territory.place(to);
    let value = |rung: &Rung| match (of, rung.people.share()) {
        (LadderOf::People, Some(share)) => ladder::Value::Share(share),
        (LadderOf::People, None) => ladder::Value::NotTested,
        (LadderOf::Star, _) => ladder::Value::Passed { passed: rung.n_passed, of: rung.star.len() },
    };
    let rows = definitions.iter().zip(rungs).map(|(definition, rungs)| ladder::Rung {
        code: definition.id.clone(),
        name: definition.name.zh.clone(),
        name_en: definition.name.en.clone(),
        values: rungs.iter().map(value).collect(),
    });
    let (name, zh, en, axis, marks) = match of {
        LadderOf::People => (
            "ladder",
            format!("口径阶梯：60分钟内到达{}的人口占比，{}", place.name_zh, mode_zh(mode)),
            format!("Definition ladder: share of people within 60 min of {}, {}", place.name_en, mode_en(mode)),
            "60分钟内人口占比（%）  Share of people within 60 min (%)",
            vec![(0.5, "50% 初步形成".to_string()), (0.8, "80% 基本建成".to_string()), (0.95, "95% 建成".to_string())],
        ),
        LadderOf::Star => (
            "ladder-star",
            format!("口径阶梯：{}与各市中心60分钟内可达的对数，{}", place.name_zh, mode_zh(mode)),
            format!("Definition ladder: centres within 60 min of {}, {}", place.name_en, mode_en(mode)),
            "60分钟内可达的中心对（%）  Pairs of centres within 60 min (%)",
            Vec::new(),
        ),
    };
    let remark = "同一张网、同一批居民，只换口径。从车站起算的口径，居民须在车站接驳范围内。";
    let chart = ladder::Ladder {
        caption: setting.caption((zh, en), None, remark),
        axis: axis.to_string(),
        scenarios: scenarios.to_vec(),
        rows: rows.collect(),
        marks,
    };
    named(name, ladder::draw(&chart))
}

/// A table of minutes between places, in groups. `times[origin][destination]` in the order of the groups.
pub fn heat(
    setting: &Setting,
    name: &str,
    scenario: &str,
    (definition, mode): (&Definition, Mode),
    limit: Duration,
    groups: &[(String, Vec<PlaceIx>)],
    times: &[Vec<Outcome>],
) -> NamedFigure {
    let n: usize = groups.iter().map(|group| group.1.len()).sum();
    let zh = format!("{n}×{n} 出行时间（分钟）：{scenario}，{}，{}", definition.name.zh, mode_zh(mode));
    let en = format!("Travel times in minutes, {n} by {n}: {scenario}, {}, {}", definition.name.en, mode_en(mode));
    let cell = |from: usize, to: usize, outcome: Outcome| (from != to).then(|| time(outcome));
    let row =
        |(from, row): (usize, &Vec<Outcome>)| row.iter().enumerate().map(|(to, outcome)| cell(from, to, *outcome)).collect();
    let group = |(name, places): &(String, Vec<PlaceIx>)| heat::Group {
        name: name.clone(),
        places: places.iter().map(|&place| names::of(setting.territory.place(place))).collect(),
    };
    let chart = heat::Heat {
        caption: setting.caption((zh, en), Some((definition, mode)), ""),
        limit,
        groups: groups.iter().map(group).collect(),
        times: times.iter().enumerate().map(row).collect(),
    };
    NamedFigure { name: name.to_string(), figure: heat::draw(&chart), width: if n > 12 { LARGE_WIDTH } else { PLOT_WIDTH } }
}

/// Times of all units from a centre, scenario by scenario, one panel a city. `times[scenario]` holds a time for each of `units`.
pub fn slopes(
    setting: &Setting,
    from: PlaceIx,
    (definition, mode): (&Definition, Mode),
    limit: Duration,
    stages: &[String],
    units: &[PlaceIx],
    times: &[Vec<Outcome>],
) -> NamedFigure {
    let territory = setting.territory;
    let place = territory.place(from);
    let zh = format!("{}到各县（市、区）的出行时间变化：{}，{}", place.name_zh, definition.name.zh, mode_zh(mode));
    let en = format!("Travel times from {} to every county: {}, {}", place.name_en, definition.name.en, mode_en(mode));
    let panel = |centre: PlaceIx| slope::Panel {
        name: territory.place(centre).name_zh.clone(),
        lines: units
            .iter()
            .enumerate()
            .filter(|&(_, &unit)| territory.place(unit).city == Some(centre))
            .map(|(at, &unit)| slope::Line {
                name: names::of(territory.place(unit)),
                times: times.iter().map(|stage| time(stage[at])).collect(),
            })
            .collect(),
    };
    let chart = slope::Slopes {
        caption: setting.caption((zh, en), Some((definition, mode)), ""),
        limit,
        stages: stages.to_vec(),
        panels: territory
            .of_level(PlaceLevel::Centre)
            .into_iter()
            .map(panel)
            .filter(|panel| !panel.lines.is_empty())
            .collect(),
    };
    named("slope", slope::draw(&chart))
}

/// The margins of one target, one group of rows a scenario. `results` are of one target, in the order of the scenarios.
pub fn margins(
    setting: &Setting,
    definition: &Definition,
    name: &str,
    results: &[(&str, &TargetResult)],
) -> Option<NamedFigure> {
    let (_, first) = results.first()?;
    let zh = format!("目标{} {}：距{:.0}分钟的余量", first.target, name, first.limit.minutes());
    let en = format!("Target {}: minutes left below {:.0}", first.target, first.limit.minutes());
    let group = |(scenario, result): &(&str, &TargetResult)| margin::Group {
        name: (*scenario).to_string(),
        rows: result.rows.iter().map(|row| margin_row(setting.territory, row)).collect(),
    };
    let remark = "横线为全部参数同取有利端与不利端的外包络；“无”为不利端没有可行的出行。";
    let chart = margin::Margins {
        caption: setting.caption((zh, en), Some((definition, first.mode)), remark),
        limit: first.limit,
        groups: results.iter().map(group).collect(),
    };
    Some(named(&format!("margin-{}", first.target), margin::draw(&chart)))
}

fn margin_row(territory: &Territory, row: &RelationRow) -> margin::Row {
    let name = |id: &str| territory.find(id).map_or(id.to_string(), |place| names::of(territory.place(place)));
    let times = row.times.base.time().map(|base| margin::Times {
        low: row.times.favourable.time().unwrap_or(base),
        base,
        high: row.times.unfavourable.time(),
    });
    margin::Row { relation: format!("{}—{}", name(&row.from), name(&row.to)), times, verdict: verdict(row.verdict) }
}

/// The table of projects, in pages.
pub fn project_table(setting: &Setting) -> Vec<NamedFigure> {
    let modelled = setting.projects.iter().filter(|project| matches!(project.effect, Effect::Changes(_))).count();
    let zh = format!("规划项目现状与建模范围（{}项，建模{modelled}项）", setting.projects.len());
    let en = format!("Projects of the plan: status and what is modelled ({modelled} of {})", setting.projects.len());
    let row = |project: &crate::input::projects::Project| status::Row {
        section: section_zh(&project.paragraph).to_string(),
        name: project.name.zh.clone(),
        verb: project.verb.clone(),
        state: match project.status {
            Status::Open => status::State::Open,
            Status::Building => status::State::Building,
            Status::Approved => status::State::Approved,
            Status::Proposed => status::State::Proposed,
            Status::Study => status::State::Study,
            Status::Unknown => status::State::Unknown,
        },
        date: project.status_date.clone(),
        modelled: match &project.effect {
            Effect::Changes(changes) => {
                status::Modelled::Yes(project.service.clone().unwrap_or_else(|| changes_zh(changes)))
            }
            Effect::NotModelled(zh, _) => status::Modelled::No(zh.clone()),
        },
        source: without_addresses(&project.status_source),
    };
    let remark = "来源为摘要，全文见 projects.csv。";
    let table = status::StatusTable {
        caption: setting.caption((zh, en), None, remark),
        rows: setting.projects.iter().map(row).collect(),
    };
    let pages = status::draw(&table);
    pages.into_iter().enumerate().map(|(at, page)| named(&format!("projects-{}", at + 1), page)).collect()
}

/// What changes do, where a project names no service.
fn changes_zh(changes: &[Change]) -> String {
    let text = |change: &Change| match &change.kind {
        ChangeKind::Build => "按线形、限速和立交建入路网",
        ChangeKind::CloseLink(_) => "关闭路段",
        ChangeKind::SetLimit(..) => "改变限速",
        ChangeKind::SetClass(..) => "改变道路等级",
        ChangeKind::WithdrawService(_) => "停开班次",
        ChangeKind::SetTrips(..) => "改变班次",
        ChangeKind::SetModel(..) => "改变运行时分模型",
        ChangeKind::RemoveDelay(_) => "取消枢纽延误",
        ChangeKind::SetProcess(..) => "改变进出站时间",
        ChangeKind::CloseWay(..) => "封闭街道",
        ChangeKind::SetWaySpeed(..) => "改变街道车速",
        ChangeKind::NewWay(_) => "新建街道",
        ChangeKind::WithdrawRoute(_) => "停开线路",
    };
    let texts: BTreeSet<&str> = changes.iter().map(text).collect();
    texts.into_iter().collect::<Vec<&str>>().join("；")
}

/// Paragraphs of the plan by the words of `projects.toml`; another word stands as it is.
fn section_zh(paragraph: &str) -> &str {
    match paragraph {
        "railways" => "铁路 Railways",
        "roads" => "公路 Roads",
        "airports" => "机场 Airports",
        "internal" => "内部交通 Internal network",
        "hubs" => "枢纽与协同 Hubs and services",
        "space" => "空间格局 Spatial structure",
        other => other,
    }
}

/// A source without web addresses, which no table has room for: an address ends where ASCII does, or at a comma, semicolon or bracket.
fn without_addresses(source: &str) -> String {
    let mut text = String::new();
    let mut rest = source;
    while let Some(at) = rest.find("http://").into_iter().chain(rest.find("https://")).min() {
        text.push_str(rest[..at].trim_end_matches([' ', ',', '，', '(', '（']));
        let end = |c: char| !c.is_ascii_graphic() || matches!(c, ',' | ';' | ')');
        rest = rest[at..].find(end).map_or("", |end| &rest[at + end..]);
        let opened = |text: &str| text.matches(['(', '（']).count() > text.matches([')', '）']).count();
        if !opened(&text) {
            rest = rest.strip_prefix([')', '）']).unwrap_or(rest);
        }
    }
    text.push_str(rest);
    text
}

/// One journey of the waterfall: its name, the scenario and mode, and its parts.
pub struct JourneyParts {
    /// The relation.
    pub name: String,
    /// The scenario.
    pub detail: String,
    /// The parts.
    pub parts: Parts,
}

/// What the minutes of journeys are spent on.
pub fn waterfall(
    setting: &Setting,
    (definition, mode): (&Definition, Mode),
    limit: Duration,
    journeys: &[JourneyParts],
) -> NamedFigure {
    let zh = format!("门到门时间构成：{}，{}", definition.name.zh, mode_zh(mode));
    let en = format!("What the minutes are spent on: {}, {}", definition.name.en, mode_en(mode));
    let journey = |journey: &JourneyParts| waterfall::Journey {
        name: journey.name.clone(),
        detail: journey.detail.clone(),
        legs: journey.parts.parts.iter().map(|&(kind, time)| waterfall::Leg { kind: leg_kind(kind), time }).collect(),
    };
    let chart = waterfall::Waterfall {
        caption: setting.caption((zh, en), Some((definition, mode)), ""),
        limit,
        journeys: journeys.iter().map(journey).collect(),
    };
    named("waterfall", waterfall::draw(&chart))
}

fn leg_kind(kind: Component) -> waterfall::LegKind {
    match kind {
        Component::Access => waterfall::LegKind::Access,
        Component::Process => waterfall::LegKind::Process,
        Component::Wait => waterfall::LegKind::Wait,
        Component::Ride => waterfall::LegKind::Ride,
        Component::Transfer => waterfall::LegKind::Transfer,
        Component::Exit => waterfall::LegKind::Exit,
        Component::Egress => waterfall::LegKind::Egress,
        Component::WalkToCar => waterfall::LegKind::Walk,
        Component::Drive => waterfall::LegKind::Drive,
        Component::Ramp => waterfall::LegKind::Ramp,
        Component::Park => waterfall::LegKind::Park,
    }
}
