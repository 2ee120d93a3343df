//! What tags mean for a profile: who may go where in which direction, and how fast.

use super::max_speed::{MaxSpeed, max_speed, zone};
use super::{StreetClass, StreetMode};
use crate::input::osm::Key;
use crate::input::parameters::Level;
use crate::input::street_profile::{ClassRule, LimitRule, Profile, ProfileMode, When};
use crate::input::vocabulary::Period;

/// Tags that many ways have in common, names left out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct TagSet(pub Vec<(Key, Box<str>)>);

impl TagSet {
    pub fn get(&self, key: Key) -> Option<&str> {
        self.0.iter().find(|(other, _)| *other == key).map(|(_, value)| &**value)
    }

    /// The class of a street with these tags; `None` where they are of no street.
    pub fn class(&self) -> Option<StreetClass> {
        class_of(|key| self.get(key))
    }
}

/// The class of a street; `None` for what is planned, being built, gone, or no street at all.
pub(super) fn class_of<'t>(tag: impl Fn(Key) -> Option<&'t str>) -> Option<StreetClass> {
    let platform = tag(Key::Railway) == Some("platform") || tag(Key::PublicTransport) == Some("platform");
    let class = match tag(Key::Highway) {
        Some("road") => StreetClass::Unclassified,
        Some("corridor" | "platform" | "elevator") => StreetClass::Footway,
        Some("bridleway") => StreetClass::Path,
        Some(word) if word != "ferry" => *StreetClass::ALL.iter().find(|class| class.word() == word)?,
        _ if tag(Key::Route) == Some("ferry") => StreetClass::Ferry,
        _ if platform => StreetClass::Footway,
        _ => return None,
    };
    Some(class)
}

/// How a way is used in one direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    Closed,
    Ride,
    Push,
}

/// What the tags of the mode's access keys say.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    /// Nothing, or nothing that is known.
    Silent,
    /// Open, by a key for the mode or its kind.
    Allowed,
    /// Open, by the key for everybody.
    AllowedToAll,
    /// Open to whoever pushes.
    Pushed,
    Denied,
}

/// What the first of the profile's access keys says that is there and has a value known to the profile.
pub(super) fn access<'t>(tag: impl Fn(Key) -> Option<&'t str>, profile: &Profile) -> Access {
    let holds = |list: &[String], value: &str| value.split(';').any(|part| list.iter().any(|known| known == part.trim()));
    for &key in &profile.access_keys {
        let Some(value) = tag(key) else { continue };
        if profile.push.as_ref().is_some_and(|push| holds(&push.values, value)) {
            return Access::Pushed;
        }
        // Of "no;destination" the part that opens counts: whoever goes there may.
        if holds(&profile.allowed, value) {
            return if key == Key::Access { Access::AllowedToAll } else { Access::Allowed };
        }
        if holds(&profile.denied, value) {
            return Access::Denied;
        }
    }
    Access::Silent
}

/// Whether those on foot may go where a vehicle is pushed.
fn can_push<'t>(tag: impl Fn(Key) -> Option<&'t str>, profile: &Profile) -> bool {
    let Some(push) = &profile.push else { return false };
    let decides = push.keys.iter().find_map(|&key| tag(key));
    !decides.is_some_and(|value| profile.denied.iter().any(|denied| denied == value))
}

/// How a way is used in drawing direction and against it.
pub(super) fn uses(tags: &TagSet, profile: &Profile) -> [Use; 2] {
    let Some((class, rule)) = rule_of(tags, profile) else { return [Use::Closed; 2] };
    let tag = |key| tags.get(key);
    let sidewalk =
        profile.mode == ProfileMode::Walk && matches!(tag(Key::Sidewalk), Some("both" | "left" | "right" | "yes"));
    let access = access(tag, profile);
    let signed = access == Access::Allowed || sidewalk;
    let way = match (rule.when, access) {
        (_, Access::Pushed) => Use::Push,
        (When::Pushed, _) if !signed => Use::Push,
        (_, Access::Denied) => Use::Closed,
        (When::Signed, _) if !signed => Use::Closed,
        _ => Use::Ride,
    };
    match way {
        Use::Push if can_push(tag, profile) => [Use::Push; 2],
        Use::Ride => directions(tags, class, profile).map(|open| if open { Use::Ride } else { Use::Closed }),
        _ => [Use::Closed; 2],
    }
}

fn rule_of<'p>(tags: &TagSet, profile: &'p Profile) -> Option<(StreetClass, &'p ClassRule)> {
    let class = tags.class()?;
    Some((class, profile.classes[class as usize].as_ref()?))
}

/// What a value of `oneway` says.
pub(super) enum Oneway {
    Forward,
    Backward,
    No,
    Reversible,
    Unknown,
}

pub(super) fn oneway_of(value: &str) -> Oneway {
    match value {
        "yes" | "1" | "true" => Oneway::Forward,
        "-1" | "reverse" => Oneway::Backward,
        // Where one lane serves both directions in turn, both are open.
        "no" | "0" | "false" | "alternating" => Oneway::No,
        "reversible" => Oneway::Reversible,
        _ => Oneway::Unknown,
    }
}

/// Whether a way may be ridden in drawing direction and against it.
fn directions(tags: &TagSet, class: StreetClass, profile: &Profile) -> [bool; 2] {
    let written = profile.oneway_keys.iter().find_map(|&key| {
        let oneway = oneway_of(tags.get(key)?);
        (!matches!(oneway, Oneway::Unknown)).then_some((key, oneway))
    });
    let roundabout = matches!(tags.get(Key::Junction), Some("roundabout" | "circular"));
    let implied = profile.implied_oneway && (roundabout || class == StreetClass::Motorway);
    let cycleways = [Key::Cycleway, Key::CyclewayLeft, Key::CyclewayRight, Key::CyclewayBoth];
    let opposite = || cycleways.iter().any(|&key| tags.get(key).is_some_and(|value| value.starts_with("opposite")));
    match written {
        Some((Key::Oneway, Oneway::Forward | Oneway::Backward)) if profile.contraflow && opposite() => [true, true],
        Some((_, Oneway::Forward)) => [true, false],
        Some((_, Oneway::Backward)) => [false, true],
        Some((_, Oneway::Reversible)) => [false, false],
        Some((_, Oneway::No | Oneway::Unknown)) => [true, true],
        None => [true, !implied],
    }
}

/// Whether the way is a tunnel of a street for motor vehicles that nothing opens to the mode, so that it is closed where it is long.
pub(super) fn is_closed_where_long(tags: &TagSet, profile: &Profile) -> bool {
    let tunnel = tags.get(Key::Tunnel).is_some_and(|value| value != "no" && value != "building_passage");
    let for_motors = tags.class().is_some_and(|class| class <= StreetClass::Service);
    tunnel && for_motors && access(|key| tags.get(key), profile) != Access::Allowed
}

/// The speed in metres per hour in one direction, congestion included; at least 1.
pub(super) fn speed(tags: &TagSet, profile: &Profile, used: Use, forward: bool, level: Level, period: Period) -> u32 {
    let Some((class, rule)) = rule_of(tags, profile) else { return 1 };
    let kmh = match (used, &profile.push) {
        (Use::Push, Some(push)) => push.kmh.of_speed(level),
        _ => {
            let congestion = profile.congestion(period);
            let slower = congestion.classes[class as usize].unwrap_or(congestion.default);
            ridden(tags, profile, rule, forward, level) / slower.of_time(level)
        }
    };
    (kmh * 1000.0).round().clamp(1.0, 1e9) as u32
}

fn ridden(tags: &TagSet, profile: &Profile, rule: &ClassRule, forward: bool, level: Level) -> f64 {
    let factor = |key, of: &std::collections::BTreeMap<String, f64>| {
        tags.get(key).and_then(|value| of.get(value)).copied().unwrap_or(1.0)
    };
    let rough = factor(Key::Surface, &profile.surfaces) * factor(Key::TrackType, &profile.tracktypes);
    let free = rule.kmh.of_speed(level);
    let driven = match rule.limit {
        LimitRule::Ignore => None,
        _ => limit_kmh(tags, profile, forward).map(|limit| limit * rule.limit_factor.of_speed(level)),
    };
    match (rule.limit, driven) {
        (LimitRule::Replace, Some(driven)) => driven * rough,
        (LimitRule::Cap, Some(driven)) => (free * rough).min(driven),
        _ => free * rough,
    }
}

/// The posted limit in a direction, in km/h.
fn limit_kmh(tags: &TagSet, profile: &Profile, forward: bool) -> Option<f64> {
    let directed = if forward { Key::MaxSpeedForward } else { Key::MaxSpeedBackward };
    let posted = [directed, Key::MaxSpeed].into_iter().find_map(|key| match max_speed(tags.get(key)?, &profile.limits) {
        MaxSpeed::Kmh(kmh) => Some(kmh),
        MaxSpeed::Variable | MaxSpeed::Unread => None,
    });
    let zones = [Key::ZoneMaxSpeed, Key::MaxSpeedType, Key::SourceMaxSpeed, Key::ZoneTraffic];
    posted.or_else(|| zones.into_iter().find_map(|key| zone(tags.get(key)?, &profile.limits)))
}

/// The modes of profiles for which a point with these tags is closed, as bits.
pub(super) fn closed_to<'t>(tag: impl Fn(Key) -> Option<&'t str>, profiles: &[Profile]) -> u8 {
    let closes = |profile: &Profile| match access(&tag, profile) {
        Access::Allowed | Access::AllowedToAll | Access::Pushed => false,
        Access::Denied => !can_push(&tag, profile),
        Access::Silent => {
            let rising = tag(Key::Bollard) == Some("rising");
            tag(Key::Barrier)
                .is_some_and(|barrier| !rising && profile.closing_barriers.iter().any(|closing| closing == barrier))
        }
    };
    profiles
        .iter()
        .filter(|profile| closes(profile))
        .fold(0, |bits, profile| bits | StreetMode::of_profile(profile.mode).bit())
}

/// The minutes of a ferry: `01:30`, `90`, `01:30:00` or `PT1H30M`.
pub(super) fn ferry_minutes(written: &str) -> Option<f64> {
    let number = |text: &str| {
        let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        plain.then(|| text.parse::<f64>().ok()).flatten()
    };
    let minutes = if let Some(iso) = written.strip_prefix("PT") {
        let (hours, rest) = iso.split_once('H').map_or((Some(0.0), iso), |(hours, rest)| (number(hours), rest));
        let (minutes, rest) = rest.split_once('M').map_or((Some(0.0), rest), |(minutes, rest)| (number(minutes), rest));
        let seconds = if rest.is_empty() { Some(0.0) } else { number(rest.strip_suffix('S')?) };
        hours? * 60.0 + minutes? + seconds? / 60.0
    } else {
        let parts: Option<Vec<f64>> = written.split(':').map(number).collect();
        match parts?[..] {
            [minutes] => minutes,
            [hours, minutes] => hours * 60.0 + minutes,
            [hours, minutes, seconds] => hours * 60.0 + minutes + seconds / 60.0,
            _ => return None,
        }
    };
    (minutes > 0.0 && minutes <= 100_000.0).then_some(minutes)
}
