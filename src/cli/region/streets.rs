//! Streets of files: from the cache where the same files were built before with the same settings, otherwise read and built.

use std::path::{Path, PathBuf};
use std::time::Instant;

use super::arguments::RegionArguments;
use crate::cli::{Failure, say};
use crate::diagnostic::{Checked, Diagnostic, Severity};
use crate::input::osm::{self, OsmData};
use crate::input::parameters::Level;
use crate::input::street_profile::{self, Profile, ProfileMode, Region};
use crate::input::vocabulary::Period;
use crate::network::streets::build::{self, Built};
use crate::network::streets::cache::{Cache, CacheKey, Found};
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
    let Some(region) = Region::ALL.iter().copied().find(|region| region.word() == arguments.speeds) else {
        let known = Region::ALL.iter().map(|region| region.word());
        return Err(crate::cli::load::unknown("table of speeds", &arguments.speeds, known).into());
    };
    let profiles = profiles(region, &arguments.profile, faults)?;
    // Walking leads between stops whatever the modes.
    let wanted = |profile: &Profile| {
        let mode = street_mode(profile.mode);
        mode == StreetMode::Walk || modes.contains(&mode)
    };
    let profiles: Vec<Profile> = profiles.into_iter().filter(wanted).collect();
    let period = Period::from(arguments.period);
    let cache = if arguments.no_cache { None } else { user_cache() };
    let key = key(&arguments.osm, &profiles, Level::Base, period)?;
    if let Some(kept) = cache.as_ref().and_then(|cache| kept(cache, &key)) {
        return Ok(kept);
    }
    let begun = Instant::now();
    let before = faults.len();
    let built = read_and_build(&arguments.osm, &profiles, faults)?;
    let network = built.network(&profiles, Level::Base, period);
    say(format_args!(
        "built {} edges between {} junctions ({:.1} s)",
        network.streets.edges.len(),
        network.streets.vertices.len(),
        begun.elapsed().as_secs_f64()
    ));
    if let Some(cache) = cache.filter(|_| !faults[before..].iter().any(|fault| fault.severity == Severity::Error)) {
        let notes: String = faults[before..].iter().map(Diagnostic::to_string).collect();
        if let Err(error) = cache.save(&key, &network, &notes) {
            say(format_args!("warning: the built streets are not kept for the next time: {error}"));
        }
    }
    Ok(network)
}

/// The cache of the user of this machine.
fn user_cache() -> Option<Cache> {
    Cache::of_user(|name| std::env::var_os(name).map(PathBuf::from))
}

/// The key of streets made from these files, with the text of every profile.
fn key(files: &[PathBuf], profiles: &[Profile], level: Level, period: Period) -> Result<CacheKey, Failure> {
    let files: Vec<&Path> = files.iter().map(PathBuf::as_path).collect();
    let setting = format!("{level:?} {}", period.word());
    let settings = std::iter::once(setting.as_str()).chain(profiles.iter().map(|profile| profile.file.text.as_str()));
    Ok(CacheKey::of(&files, &settings.collect::<Vec<&str>>())?)
}

/// What the cache has, with what the builder had to say of it.
fn kept(cache: &Cache, key: &CacheKey) -> Option<StreetNetwork> {
    match cache.load(key) {
        Found::Network(cached) => {
            if !cached.notes.is_empty() {
                say(cached.notes.trim_end());
            }
            Some(cached.network)
        }
        Found::Nothing => None,
        Found::Refused(why) => {
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

/// Reads files of OpenStreetMap and builds streets from all of them together.
pub(crate) fn read_and_build(
    files: &[PathBuf],
    profiles: &[Profile],
    faults: &mut Vec<Diagnostic>,
) -> Result<Built, Failure> {
    let mut parts: Vec<OsmData> = Vec::with_capacity(files.len());
    for file in files {
        parts.push(osm::read(file)?.into_value(faults));
    }
    let data = if parts.len() == 1 { parts.remove(0) } else { OsmData::merged(parts) };
    let Checked { value, diagnostics } = build::build(&data, profiles);
    faults.extend(diagnostics);
    Ok(value)
}

/// The mode of a profile.
pub(crate) fn street_mode(mode: ProfileMode) -> StreetMode {
    match mode {
        ProfileMode::Walk => StreetMode::Walk,
        ProfileMode::Bicycle => StreetMode::Bicycle,
        ProfileMode::Ebike => StreetMode::Ebike,
        ProfileMode::Car => StreetMode::Car,
    }
}
