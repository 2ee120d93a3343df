//! Streets of files: from the cache where the same files were built before with the same settings, otherwise read and built.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

use super::arguments::RegionArguments;
use crate::cli::{Failure, say};
use crate::diagnostic::{Checked, Diagnostic, Severity};
use crate::input::osm::{self, OsmData};
use crate::input::parameters::Level;
use crate::input::street_profile::{self, Profile, ProfileMode, Region};
use crate::input::vocabulary::Period;
use crate::network::column_file::Kept;
use crate::network::streets::build::{self, Built};
use crate::network::streets::cache::{Cache, CacheKey, Cached};
use crate::network::streets::report::BuildReport;
use crate::network::streets::{StreetMode, StreetNetwork, Streets};

/// The streets of the arguments with a layer for each of `modes`; none where no file with streets is named.
pub(super) fn streets(
    arguments: &RegionArguments,
    modes: &[StreetMode],
    faults: &mut Vec<Diagnostic>,
) -> Result<StreetNetwork, Failure> {
    if arguments.osm.is_empty() {
        return Ok(StreetNetwork { streets: Streets::default().into(), layers: Vec::new() });
    }
    let profiles = profiles(region_of(&arguments.speeds)?, &arguments.profile, faults)?;
    // Walking leads between stops whatever the modes.
    let wanted = |profile: &Profile| {
        let mode = street_mode(profile.mode);
        mode == StreetMode::Walk || modes.contains(&mode)
    };
    let profiles: Vec<Profile> = profiles.into_iter().filter(wanted).collect();
    let wanted = (Level::Base, Period::from(arguments.period));
    let mut found = streets_at(&arguments.osm, &profiles, &[wanted], cache(arguments).as_ref(), faults)?;
    Ok(found.networks.remove(&wanted).expect("what was asked for is there"))
}

/// Streets at levels and periods.
pub(crate) struct StreetsAt {
    /// The streets.
    pub networks: BTreeMap<(Level, Period), StreetNetwork>,
    /// What became of the files; `None` where the streets were kept from an earlier time.
    pub report: Option<BuildReport>,
}

/// The streets of files at levels and periods, from the cache where it has all of them.
pub(crate) fn streets_at(
    files: &[PathBuf],
    profiles: &[Profile],
    wanted: &[(Level, Period)],
    cache: Option<&Cache>,
    faults: &mut Vec<Diagnostic>,
) -> Result<StreetsAt, Failure> {
    let key = |&(level, period): &(Level, Period)| key(files, profiles, level, period);
    let keys: Vec<CacheKey> = wanted.iter().map(key).collect::<Result<_, Failure>>()?;
    let known: Option<Vec<Cached>> = cache.and_then(|cache| keys.iter().map(|key| kept(cache, key)).collect());
    if let Some(known) = known {
        if let Some(notes) = known.first().map(|cached| cached.notes.trim_end()).filter(|notes| !notes.is_empty()) {
            say(notes);
        }
        let networks = wanted.iter().copied().zip(known.into_iter().map(|cached| cached.network)).collect();
        return Ok(StreetsAt { networks, report: None });
    }
    let before = faults.len();
    let built = read_and_build(files, profiles, faults)?;
    let notes: String = faults[before..].iter().map(Diagnostic::to_string).collect();
    let broken = faults[before..].iter().any(|fault| fault.severity == Severity::Error);
    let mut networks = BTreeMap::new();
    for (&(level, period), key) in wanted.iter().zip(&keys) {
        let network = built.network(profiles, level, period);
        if let Some(Err(error)) = cache.filter(|_| !broken).map(|cache| cache.save(key, &network, &notes)) {
            say(format_args!("warning: the built streets are not kept for the next time: {error}"));
        }
        networks.insert((level, period), network);
    }
    Ok(StreetsAt { networks, report: Some(built.report) })
}

/// The cache, if the arguments do not pass it by.
pub(super) fn cache(arguments: &RegionArguments) -> Option<Cache> {
    if arguments.no_cache { None } else { user_cache() }
}

/// The cache of the user of this machine.
pub(crate) fn user_cache() -> Option<Cache> {
    Cache::of_user(|name| std::env::var_os(name).map(PathBuf::from))
}

/// The key of streets made from these files, with the text of every profile.
fn key(files: &[PathBuf], profiles: &[Profile], level: Level, period: Period) -> Result<CacheKey, Failure> {
    let files: Vec<&Path> = files.iter().map(PathBuf::as_path).collect();
    let setting = format!("{level:?} {}", period.word());
    let settings = std::iter::once(setting.as_str()).chain(profiles.iter().map(|profile| profile.file.text.as_str()));
    Ok(CacheKey::of(&files, &settings.collect::<Vec<&str>>())?)
}

/// What the cache has.
fn kept(cache: &Cache, key: &CacheKey) -> Option<Cached> {
    match cache.load(key) {
        Kept::Whole(cached) => Some(cached),
        Kept::Nothing => None,
        Kept::Refused(why) => {
            say(format_args!("warning: kept streets are made anew, since their file cannot be used: {why}"));
            None
        }
    }
}

/// Profiles of all modes: the user's own, and the shipped ones of the region for the rest.
pub(crate) fn profiles(region: Region, own: &[PathBuf], faults: &mut Vec<Diagnostic>) -> Result<Vec<Profile>, Failure> {
    let own = street_profile::read_all(own)?.into_value(faults);
    let of_mode = |&mode: &ProfileMode| {
        let own = own.iter().find(|profile| profile.mode == mode);
        own.cloned().unwrap_or_else(|| Profile::shipped(mode, region))
    };
    Ok(ProfileMode::ALL.iter().map(of_mode).collect())
}

/// The table of speeds of a word.
pub(crate) fn region_of(word: &str) -> Result<Region, Failure> {
    let found = Region::ALL.iter().copied().find(|region| region.word() == word);
    let known = || Region::ALL.iter().map(|region| region.word());
    found.ok_or_else(|| crate::cli::load::unknown("table of speeds", word, known()).into())
}

/// Reads files of OpenStreetMap and builds streets from all of them together.
pub(crate) fn read_and_build(
    files: &[PathBuf],
    profiles: &[Profile],
    faults: &mut Vec<Diagnostic>,
) -> Result<Built, Failure> {
    let begun = Instant::now();
    let mut parts: Vec<OsmData> = Vec::with_capacity(files.len());
    for file in files {
        parts.push(osm::read(file)?.into_value(faults));
    }
    let data = if parts.len() == 1 { parts.remove(0) } else { OsmData::merged(parts) };
    let Checked { value, diagnostics } = build::build(&data, profiles);
    faults.extend(diagnostics);
    say(format_args!(
        "built {} edges between {} junctions ({:.1} s)",
        value.streets.edges.len(),
        value.streets.vertices.len(),
        begun.elapsed().as_secs_f64()
    ));
    Ok(value)
}

/// The mode of a profile.
fn street_mode(mode: ProfileMode) -> StreetMode {
    match mode {
        ProfileMode::Walk => StreetMode::Walk,
        ProfileMode::Bicycle => StreetMode::Bicycle,
        ProfileMode::Ebike => StreetMode::Ebike,
        ProfileMode::Car => StreetMode::Car,
    }
}
