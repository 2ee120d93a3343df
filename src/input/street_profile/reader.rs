//! Reads a profile from TOML, with all its faults.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::path::Path;
use std::sync::Arc;

use toml::de::DeValue;

use super::{CLASSES, ClassRule, Congestion, Delays, LimitRule, Limits, Profile, ProfileMode, Push, Range, When};
use crate::diagnostic::{Checked, SourceFile};
use crate::error::Error;
use crate::input::osm::Key;
use crate::input::text;
use crate::input::toml_file::{self, Table, Value, words};

const TOP: &[&str] = &[
    "name",
    "mode",
    "off_street_kmh",
    "turn_restrictions",
    "access",
    "classes",
    "push",
    "oneway",
    "limits",
    "surfaces",
    "tracktypes",
    "tunnels",
    "barriers",
    "delays_s",
    "ferry",
    "congestion",
];

const SPEED_KMH: RangeInclusive<f64> = 0.1..=500.0;
const FACTOR: RangeInclusive<f64> = 0.01..=10.0;

/// Reads the profile at `path`; nothing where an error leaves it incomplete.
pub fn read(path: &Path) -> Result<Checked<Option<Profile>>, Error> {
    text::read(path, |_| None, parse)
}

/// Reads the profile in `file`.
pub fn parse(file: &Arc<SourceFile>) -> Checked<Option<Profile>> {
    toml_file::parse(file, |table| profile(file, table))
}

fn profile(file: &Arc<SourceFile>, mut top: Table) -> Option<Profile> {
    top.check_keys(TOP);
    let name = top.name("name");
    let mode = top.word("mode", &words(ProfileMode::ALL, ProfileMode::word));
    let off_street_kmh = required_range(&mut top, "off_street_kmh", SPEED_KMH);
    let turn_restrictions = top.boolean("turn_restrictions");
    let access = access(&mut top);
    let (limits, limit, factor) = limits(&mut top)?;
    let classes = classes(&mut top, limit, factor);
    let push = push(&mut top);
    let oneway = oneway(&mut top);
    let surfaces = factors(&mut top, "surfaces", "[surfaces]");
    let tracktypes = factors(&mut top, "tracktypes", "[tracktypes]");
    let longest_tunnel_m =
        section(&mut top, "tunnels", "[tunnels]", &["longest_m"], |table| table.number("longest_m", 0.0..=100_000.0));
    let closing_barriers = section(&mut top, "barriers", "[barriers]", &["closing"], |table| table.texts("closing"));
    let delays = delays(&mut top);
    let ferry_wait_min =
        section(&mut top, "ferry", "[ferry]", &["wait_min"], |table| optional_range(table, "wait_min", 0.0..=1440.0));
    let (peak, offpeak) = congestion(&mut top);
    let (access_keys, allowed, denied) = access?;
    let (oneway_keys, implied_oneway, contraflow) = oneway?;
    Some(Profile {
        name: name?,
        mode: mode?,
        classes: classes?,
        access_keys,
        allowed,
        denied,
        push,
        oneway_keys,
        implied_oneway,
        contraflow,
        turn_restrictions: turn_restrictions?,
        limits,
        surfaces,
        tracktypes,
        longest_tunnel_m: longest_tunnel_m.flatten(),
        closing_barriers: closing_barriers.unwrap_or_default(),
        delays,
        ferry_wait_min: ferry_wait_min.flatten().unwrap_or(Range::exactly(0.0)),
        peak,
        offpeak,
        off_street_kmh: off_street_kmh?,
        file: Arc::clone(file),
    })
}

/// An optional section, with its keys checked.
fn section<T>(
    top: &mut Table,
    key: &'static str,
    name: &'static str,
    keys: &'static [&'static str],
    read: impl FnOnce(&mut Table) -> T,
) -> Option<T> {
    let value = top.optional(key)?;
    let mut table = top.table_of(key, name, value)?;
    table.check_keys(keys);
    Some(read(&mut table))
}

type Access = (Vec<Key>, Vec<String>, Vec<String>);

fn access(top: &mut Table) -> Option<Access> {
    let mut table = top.table("access", "[access]")?;
    table.check_keys(&["keys", "allowed", "denied"]);
    let keys = keys(&mut table, "keys");
    let (allowed, denied) = (table.texts("allowed"), table.texts("denied"));
    for value in &allowed {
        if denied.contains(value) {
            let head = table.head.clone();
            let message = format!("\"{value}\" is both allowed and denied");
            table.faults.error("profile::both", head, message, "keep it in one of the lists");
        }
    }
    Some((keys?, allowed, denied))
}

/// A required list of access keys.
fn keys(table: &mut Table, key: &'static str) -> Option<Vec<Key>> {
    table.required(key, "[\"foot\", \"access\"]")?;
    Some(table.words(key, &words(Key::ACCESS, Key::word)))
}

fn oneway(top: &mut Table) -> Option<(Vec<Key>, bool, bool)> {
    let mut table = top.table("oneway", "[oneway]")?;
    table.check_keys(&["keys", "implied", "contraflow"]);
    let all = [Key::Oneway, Key::OnewayBicycle, Key::OnewayFoot];
    let keys = table.words("keys", &words(&all, Key::word));
    let (implied, contraflow) = (table.boolean("implied"), table.boolean("contraflow"));
    Some((keys, implied?, contraflow?))
}

fn push(top: &mut Table) -> Option<Push> {
    section(top, "push", "[push]", &["kmh", "keys", "values"], |table| {
        let (kmh, keys) = (required_range(table, "kmh", SPEED_KMH), keys(table, "keys"));
        let values = table.texts("values");
        Some(Push { kmh: kmh?, keys: keys?, values })
    })
    .flatten()
}

const LIMIT_RULES: &[(&str, LimitRule)] =
    &[("ignore", LimitRule::Ignore), ("cap", LimitRule::Cap), ("replace", LimitRule::Replace)];

/// The words of limits, and what holds for classes that do not say it themselves.
fn limits(top: &mut Table) -> Option<(Limits, LimitRule, Range)> {
    let mut table = top.table("limits", "[limits]")?;
    table.check_keys(&["rule", "factor", "none_kmh", "walk_kmh", "zones"]);
    let rule = table.word("rule", LIMIT_RULES)?;
    let factor = optional_range(&mut table, "factor", FACTOR).unwrap_or(Range::exactly(1.0));
    let none_kmh = table.number("none_kmh", SPEED_KMH);
    let walk_kmh = table.number("walk_kmh", SPEED_KMH);
    let zones = match table.optional("zones") {
        Some(value) => numbers_of(table.table_of("zones", "[limits.zones]", value)?, SPEED_KMH),
        None => BTreeMap::new(),
    };
    Some((Limits { none_kmh: none_kmh?, walk_kmh: walk_kmh?, zones }, rule, factor))
}

const WHEN: &[(&str, When)] = &[("open", When::Open), ("signed", When::Signed), ("pushed", When::Pushed)];

fn classes(top: &mut Table, limit: LimitRule, factor: Range) -> Option<Vec<Option<ClassRule>>> {
    let can_push = top.has("push");
    let mut table = top.table("classes", "[classes]")?;
    table.check_keys(CLASSES);
    let rule_of = |class: &&'static str| {
        let value = table.optional(class)?;
        let mut rule = table.table_of(class, "a class", value)?;
        rule.check_keys(&["kmh", "when", "limit", "limit_factor"]);
        let kmh = required_range(&mut rule, "kmh", SPEED_KMH);
        let when = rule.optional_word("when", WHEN).unwrap_or(When::Open);
        if when == When::Pushed && !can_push {
            let head = rule.head.clone();
            rule.faults.error(
                "profile::push",
                head,
                "the class is `pushed`, and there is no [push]",
                "write [push] with kmh and keys",
            );
        }
        let limit = rule.optional_word("limit", LIMIT_RULES).unwrap_or(limit);
        let limit_factor = optional_range(&mut rule, "limit_factor", FACTOR).unwrap_or(factor);
        Some(ClassRule { kmh: kmh?, when, limit, limit_factor })
    };
    Some(CLASSES.iter().map(rule_of).collect())
}

fn delays(top: &mut Table) -> Delays {
    let keys = &["traffic_signals", "crossing", "toll_booth", "level_crossing"];
    let none = Range::exactly(0.0);
    let read = |table: &mut Table| {
        let mut of = |key| optional_range(table, key, 0.0..=3600.0).unwrap_or(none);
        let (traffic_signals, crossing) = (of("traffic_signals"), of("crossing"));
        Delays { traffic_signals, crossing, toll_booth: of("toll_booth"), level_crossing: of("level_crossing") }
    };
    let delays = section(top, "delays_s", "[delays_s]", keys, read);
    delays.unwrap_or(Delays { traffic_signals: none, crossing: none, toll_booth: none, level_crossing: none })
}

fn congestion(top: &mut Table) -> (Congestion, Congestion) {
    let free = || Congestion { default: Range::exactly(1.0), classes: vec![None; CLASSES.len()] };
    let read = |table: &mut Table| {
        let mut of = |key: &'static str, name| {
            let value = table.optional(key)?;
            let mut factors = table.table_of(key, name, value)?;
            for (class, range, _) in factors.entries() {
                if class != "default" && !CLASSES.contains(&class) {
                    let help = "write `default` or a class of [classes]";
                    factors.faults.error("profile::class", range, format!("there is no class `{class}`"), help);
                }
            }
            let default = optional_range(&mut factors, "default", FACTOR).unwrap_or(Range::exactly(1.0));
            let classes = CLASSES.iter().map(|class| optional_range(&mut factors, class, FACTOR)).collect();
            Some(Congestion { default, classes })
        };
        (of("peak", "[congestion.peak]"), of("offpeak", "[congestion.offpeak]"))
    };
    let (peak, offpeak) = section(top, "congestion", "[congestion]", &["peak", "offpeak"], read).unwrap_or_default();
    (peak.unwrap_or_else(free), offpeak.unwrap_or_else(free))
}

/// An optional section of factors on the speed by value of a tag.
fn factors(top: &mut Table, key: &'static str, name: &'static str) -> BTreeMap<String, f64> {
    let Some(value) = top.optional(key) else { return BTreeMap::new() };
    top.table_of(key, name, value).map(|table| numbers_of(table, FACTOR)).unwrap_or_default()
}

/// Every entry of a table as a number.
fn numbers_of(mut table: Table, range: RangeInclusive<f64>) -> BTreeMap<String, f64> {
    let numbers = table
        .entries()
        .into_iter()
        .filter_map(|(key, _, value)| table.number_of(key, value, range.clone()).map(|number| (key.to_string(), number)));
    numbers.collect()
}

fn required_range(table: &mut Table, key: &'static str, range: RangeInclusive<f64>) -> Option<Range> {
    let value = table.required(key, "[4.0, 5.0, 6.0]")?;
    range_of(table, key, value, range)
}

fn optional_range(table: &mut Table, key: &'static str, range: RangeInclusive<f64>) -> Option<Range> {
    let value = table.optional(key)?;
    range_of(table, key, value, range)
}

/// One number, or low, base and high in a list.
fn range_of(table: &mut Table, key: &str, value: &Value, range: RangeInclusive<f64>) -> Option<Range> {
    let DeValue::Array(values) = value.get_ref() else {
        return table.number_of(key, value, range).map(Range::exactly);
    };
    let numbers: Vec<Option<f64>> = values.iter().map(|value| table.number_of(key, value, range.clone())).collect();
    match numbers[..] {
        [Some(low), Some(base), Some(high)] if low <= base && base <= high => Some(Range { low, base, high }),
        [None, ..] | [_, None, ..] | [_, _, None] => None,
        _ => {
            let message = format!("`{key}` is neither a number nor low, base and high in this order");
            let help = format!("write {key} = [4.0, 5.0, 6.0] or {key} = 5.0");
            table.faults.error("profile::range", value.span(), message, help);
            None
        }
    }
}
