//! Loading a study: every file read, every fault of a stage reported at once.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::Failure;
use super::arguments::{Common, Question};
use super::region::load::timetable;
use super::region::streets::{StreetsAt, profiles, streets_at, user_cache};
use crate::diagnostic::{Checked, Diagnostic, Span, nearest_names};
use crate::error::Error;
use crate::geo::LonLat;
use crate::input::network_xml::{self, NetworkRecords};
use crate::input::outlines::{self, Outlines};
use crate::input::parameters::{self, Level, Parameters};
use crate::input::projects::{self, Project};
use crate::input::records::{self, Claim, Observation};
use crate::input::street_profile::Region;
use crate::input::study::{self, Definition, Study};
use crate::input::targets::{self, Target};
use crate::input::vocabulary::{Mode, Period, StreetRegion};
use crate::input::{cells, places};
use crate::network::streets::StreetNetwork;
use crate::network::streets::report::BuildReport;
use crate::network::territory::{Territory, TerritoryRecords};
use crate::network::timetable::Timetable;
use crate::network::{Network, build, territory};
use crate::output::run_record::RunRecord;
use crate::output::verdict_table::Names;
use crate::scenario::{Scenario, apply, select};
use crate::search::Endpoint;

/// A study with everything it names, read and checked.
pub(crate) struct Loaded {
    /// The study.
    pub study: Study,
    /// Parameters.
    pub parameters: Parameters,
    /// Projects.
    pub projects: Vec<Project>,
    /// Targets.
    pub targets: Vec<Target>,
    /// Places and people.
    pub territory: Territory,
    /// All that exists or could be built.
    pub stock: Network,
    /// Scenarios, with `--with` and `--without` not yet applied.
    pub scenarios: Vec<Scenario>,
    /// Times measured elsewhere.
    pub observations: Vec<Observation>,
    /// Published claims.
    pub claims: Vec<Claim>,
    /// Streets and timetables, in a study of streets.
    pub streets: Option<LoadedStreets>,
    /// What is doubtful but lived with.
    pub warnings: Vec<Diagnostic>,
    /// The study file.
    path: PathBuf,
}

/// Streets and timetables of a study as they are today.
pub(crate) struct LoadedStreets {
    /// At every level, and every period that a definition asks for.
    pub streets: BTreeMap<(Level, Period), StreetNetwork>,
    /// What became of the files of streets; `None` where they were kept from an earlier time.
    pub report: Option<BuildReport>,
    /// What runs on the day of the timetables.
    pub timetable: Timetable,
}

/// The study file of the arguments, or the default one.
fn study_path(common: &Common) -> Result<PathBuf, Failure> {
    if let Some(path) = &common.study {
        return Ok(path.clone());
    }
    let default = Path::new("seeds/default.toml");
    let text = fs::read_to_string(default).map_err(|cause| match cause.kind() {
        std::io::ErrorKind::NotFound => Failure::from(
            Diagnostic::error("cli::no_study", "no study is named, and this folder has no seeds/default.toml")
                .help("write --study path/to/study.toml, or run onehour in a folder that has seeds/"),
        ),
        _ => Failure::from(Error::new("read", default, cause)),
    })?;
    let named = text
        .parse::<toml::Table>()
        .ok()
        .and_then(|table| table.get("study").and_then(|study| study.as_str().map(PathBuf::from)));
    let named = named.ok_or_else(|| {
        Diagnostic::error("cli::no_study", "seeds/default.toml does not name a study")
            .help("write study = \"folder/study.toml\" in it")
    })?;
    Ok(Path::new("seeds").join(named))
}

/// Reads and checks the study of the arguments.
pub(crate) fn load(common: &Common) -> Result<Loaded, Failure> {
    let path = study_path(common)?;
    let mut faults = Vec::new();
    let study = stage(study::read(&path)?, &mut faults)?;
    let parameters = parameters::read(&study.parameters)?.into_value(&mut faults);
    let mut networks = NetworkRecords::default();
    for file in &study.networks {
        networks.append(network_xml::read(file)?.into_value(&mut faults));
    }
    let projects = optional(study.projects.as_deref(), projects::read, &mut faults)?;
    let targets = optional(study.targets.as_deref(), targets::read, &mut faults)?;
    let observations = optional(study.observations.as_deref(), records::read_observations, &mut faults)?;
    let claims = optional(study.claims.as_deref(), records::read_claims, &mut faults)?;
    let territory = TerritoryRecords {
        places: places::read_places(&study.places)?.into_value(&mut faults),
        groups: optional(study.groups.as_deref(), places::read_groups, &mut faults)?,
        centres: optional(study.centres.as_deref(), places::read_centres, &mut faults)?,
        cells: match &study.cells {
            Some(spec) => Some((cells::read(&spec.file)?.into_value(&mut faults), spec.clone())),
            None => None,
        },
        outlines: match &study.outlines {
            Some(file) => outlines::read(file)?.into_value(&mut faults),
            None => Outlines::default(),
        },
    };
    stage(Checked { value: (), diagnostics: std::mem::take(&mut faults) }, &mut faults)?;
    let stock = build::build(&networks, &parameters).into_value(&mut faults);
    let territory = territory::build(territory).into_value(&mut faults);
    let scenarios = select::select(&study.scenarios, &projects).into_value(&mut faults);
    faults.extend(apply::check_projects(&stock, &projects));
    if study.streets.is_none() {
        faults.extend(apply::check_without_streets(&projects));
    }
    let streets = loaded_streets(&study, &mut faults)?;
    faults.extend(check_names(&path, &study, &stock, &territory));
    faults.extend(check_file_names(&study, &projects, &targets));
    stage(Checked { value: (), diagnostics: std::mem::take(&mut faults) }, &mut faults)?;
    Ok(Loaded {
        study,
        parameters,
        projects,
        targets,
        territory,
        stock,
        scenarios,
        observations,
        claims,
        streets,
        warnings: faults,
        path,
    })
}

/// Reads streets and timetables of a study that has them.
fn loaded_streets(study: &Study, faults: &mut Vec<Diagnostic>) -> Result<Option<LoadedStreets>, Failure> {
    let Some(spec) = &study.streets else { return Ok(None) };
    let region = match spec.region {
        StreetRegion::General => Region::General,
        StreetRegion::China => Region::China,
    };
    let profiles = profiles(region, &spec.profiles, faults)?;
    let mut wanted: Vec<(Level, Period)> = Vec::new();
    for definition in &study.definitions {
        wanted.extend(Level::ALL.iter().map(|&level| (level, definition.period)));
    }
    wanted.sort_unstable();
    wanted.dedup();
    let StreetsAt { networks: streets, report } = streets_at(&spec.osm, &profiles, &wanted, user_cache().as_ref(), faults)?;
    let timetable = match &study.timetables {
        Some(spec) if !spec.gtfs.is_empty() => timetable(&spec.gtfs, spec.date, spec.zone.as_deref(), faults)?,
        spec => Timetable {
            date: spec.as_ref().map_or(jiff::civil::Date::MIN, |spec| spec.date),
            zone: spec.as_ref().and_then(|spec| spec.zone.as_deref()).unwrap_or("").into(),
            stops: Vec::new(),
            routes: Vec::new(),
            patterns: Vec::new(),
            headways: Vec::new(),
            transfers: Vec::new(),
        },
    };
    Ok(Some(LoadedStreets { streets, report, timetable }))
}

/// Ends the loading when a stage found an error; warnings go on.
fn stage<T>(checked: Checked<T>, warnings: &mut Vec<Diagnostic>) -> Result<T, Failure> {
    if checked.has_errors() {
        let mut faults = std::mem::take(warnings);
        faults.extend(checked.diagnostics);
        return Err(Failure::Input(faults));
    }
    Ok(checked.into_value(warnings))
}

fn optional<T>(
    path: Option<&Path>,
    read: impl Fn(&Path) -> Result<Checked<Vec<T>>, Error>,
    faults: &mut Vec<Diagnostic>,
) -> Result<Vec<T>, Failure> {
    path.map_or(Ok(Vec::new()), |path| Ok(read(path)?.into_value(faults)))
}

/// Names that stand in one file and belong to another.
fn check_names(path: &Path, study: &Study, stock: &Network, territory: &Territory) -> Vec<Diagnostic> {
    let mut faults = Vec::new();
    for stop in &stock.stops {
        for place in stop.serves.iter().filter(|place| territory.find(place).is_none()) {
            let near = nearest_names(place, territory.places.iter().map(|place| &*place.id));
            let fault = Diagnostic::error(
                "study::unknown_place",
                format!("stop \"{}\" serves \"{place}\", which is no place", stop.id),
            );
            faults.push(
                fault.at(&stop.provenance.span).help(did_you_mean(&near, "write ids of places.csv, or leave serves empty")),
            );
        }
    }
    let origin = &study.output.isochrone_from;
    if territory.find(origin).is_none() {
        let near = nearest_names(origin, territory.places.iter().map(|place| &*place.id));
        let message = format!("`isochrone_from` in {} is \"{origin}\", which is no place", path.display());
        let fault = Diagnostic::error("study::unknown_place", message);
        let called = territory.places.iter().find(|place| place.name_zh == *origin || place.name_en == *origin);
        faults.push(fault.help(match called {
            Some(place) => format!("write its id: \"{}\"", place.id),
            None => did_you_mean(&near, "write an id of places.csv"),
        }));
    }
    faults
}

/// Ids that become names of files: a path in one would lead out of the folder of results.
fn check_file_names(study: &Study, projects: &[Project], targets: &[Target]) -> Vec<Diagnostic> {
    let scenarios = study.scenarios.iter().map(|scenario| ("scenario", &scenario.id, Some(&scenario.span)));
    let projects = projects.iter().map(|project| ("project", &project.id, Some(&project.span)));
    let targets = targets.iter().map(|target| ("target", &target.id, Some(&target.span)));
    let ids = std::iter::once(("study", &study.id, None)).chain(scenarios).chain(projects).chain(targets);
    let fault = |(what, id, span): (&str, &String, Option<&Span>)| {
        let message = format!("the {what} id \"{id}\" has a slash or begins with a point, but names files");
        let fault = Diagnostic::error("study::file_name", message).help("write it with letters, digits and hyphens");
        match span {
            Some(span) => fault.at(span),
            None => fault,
        }
    };
    ids.filter(|(_, id, _)| id.contains(['/', '\\']) || id.starts_with('.')).map(fault).collect()
}

fn did_you_mean(near: &[String], otherwise: &str) -> String {
    if near.is_empty() { otherwise.to_string() } else { format!("did you mean {}?", near.join(", ")) }
}

/// How many names a help lists; the rest are counted.
const NAMED: usize = 40;

/// The fault of a name on the command line that nothing has.
pub(crate) fn unknown<'a>(what: &str, name: &str, known: impl Iterator<Item = &'a str> + Clone) -> Diagnostic {
    let near = nearest_names(name, known.clone());
    let named: Vec<&str> = known.clone().take(NAMED).collect();
    let all = match known.skip(NAMED).count() {
        _ if named.is_empty() => format!("the study has no {what}"),
        0 => format!("there are {}", named.join(", ")),
        more => format!("there are {} and {more} more", named.join(", ")),
    };
    let help = did_you_mean(&near, &all);
    Diagnostic::error("cli::unknown_name", format!("no {what} is called \"{name}\"")).help(help)
}

/// The definition of an id.
pub(crate) fn definition<'a>(study: &'a Study, id: &str) -> Option<&'a Definition> {
    study.definitions.iter().find(|definition| definition.id == id)
}

/// The mode of a question to a study; `None` where none is named.
fn mode(named: &[String]) -> Result<Option<Mode>, Failure> {
    let [word] = named else {
        return match named {
            [] => Ok(None),
            _ => Err(unknown("mode", &named.join(","), Mode::ALL.iter().map(|mode| mode.word())).into()),
        };
    };
    let found = Mode::ALL.iter().copied().find(|mode| mode.word() == word);
    found.map(Some).ok_or_else(|| unknown("mode", word, Mode::ALL.iter().map(|mode| mode.word())).into())
}

impl Loaded {
    /// Names of places, stops and nodes.
    pub(crate) fn names(&self) -> Names<'_> {
        Names { territory: &self.territory, network: &self.stock }
    }

    /// Where an endpoint lies.
    pub(crate) fn point(&self, endpoint: &Endpoint, network: &Network) -> LonLat {
        match *endpoint {
            Endpoint::Place(place) => self.territory.place(place).at,
            Endpoint::Centre(place, centre) => self.territory.place(place).centres[centre].at,
            Endpoint::Cell(cell) => self.territory.cells[cell].at,
            Endpoint::Stop(stop) => network.stop(stop).at,
            Endpoint::Point(at) => at,
        }
    }

    /// The definition of an id, or the one of the study's maps.
    pub(crate) fn definition(&self, id: Option<&str>) -> Result<&Definition, Failure> {
        let id = id.unwrap_or(&self.study.output.isochrone_definition);
        let known = self.study.definitions.iter().map(|definition| definition.id.as_str());
        definition(&self.study, id).ok_or_else(|| unknown("definition", id, known).into())
    }

    /// What a question asks for, with the study's own where it leaves something open and the switches of the arguments.
    pub(crate) fn asked(&self, question: &Question, common: &Common) -> Result<(Scenario, &Definition, Mode), Failure> {
        let definition = self.definition(question.definition.as_deref())?;
        let mode = mode(&question.mode)?.unwrap_or(self.study.output.isochrone_mode);
        Ok((self.scenario(question.scenario.as_deref(), common)?, definition, mode))
    }

    /// The scenario of an id, or the first of the study, with the switches of the arguments.
    pub(crate) fn scenario(&self, id: Option<&str>, common: &Common) -> Result<Scenario, Failure> {
        let plain = self.plain_scenario(id)?;
        self.switched(plain, common)
    }

    /// The scenario of an id, or the first of the study, as the study has it.
    pub(crate) fn plain_scenario(&self, id: Option<&str>) -> Result<&Scenario, Failure> {
        let known = self.scenarios.iter().map(|scenario| scenario.id.as_str());
        let found = match id {
            Some(id) => self.scenarios.iter().find(|scenario| scenario.id == id),
            None => self.scenarios.first(),
        };
        found.ok_or_else(|| unknown("scenario", id.unwrap_or(""), known).into())
    }

    /// The scenarios of these ids, all where none is given, with the switches of the arguments.
    pub(crate) fn scenarios(&self, ids: &[String], common: &Common) -> Result<Vec<Scenario>, Failure> {
        for id in ids {
            self.plain_scenario(Some(id))?;
        }
        let wanted = self.scenarios.iter().filter(|scenario| ids.is_empty() || ids.contains(&scenario.id));
        wanted.map(|scenario| self.switched(scenario, common)).collect()
    }

    fn switched(&self, scenario: &Scenario, common: &Common) -> Result<Scenario, Failure> {
        select::switched(scenario, &common.with, &common.without, &self.projects).into_result().map_err(Failure::Input)
    }

    /// What a run that was asked this depends on: every file that the study names, with its hash.
    pub(crate) fn record(&self, arguments: Vec<String>) -> Result<RunRecord, Failure> {
        let mut record = RunRecord { arguments, inputs: Vec::new() };
        let single = [
            &self.study.groups,
            &self.study.centres,
            &self.study.outlines,
            &self.study.projects,
            &self.study.targets,
            &self.study.observations,
            &self.study.claims,
        ];
        let cells = self.study.cells.iter().map(|spec| spec.file.as_path());
        let files = std::iter::once(self.path.as_path())
            .chain(self.study.networks.iter().map(PathBuf::as_path))
            .chain(std::iter::once(self.study.places.as_path()))
            .chain(single.into_iter().filter_map(Option::as_deref))
            .chain(self.study.parameters.iter().map(PathBuf::as_path))
            .chain(cells);
        let streets = self.study.streets.iter().flat_map(|spec| spec.osm.iter().chain(&spec.profiles));
        let timetables = self.study.timetables.iter().flat_map(|spec| &spec.gtfs);
        for file in files {
            let bytes = fs::read(file).map_err(|cause| Error::new("read", file, cause))?;
            record.add_input(file, &bytes);
        }
        for file in streets.chain(timetables) {
            record.add_file(file)?;
        }
        Ok(record)
    }
}
