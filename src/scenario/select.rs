//! Choosing the projects of a scenario: by id, status and verb, on top of a base, with single projects switched on or off.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Scenario;
use crate::diagnostic::{Checked, Diagnostic, Span, nearest_names};
use crate::input::projects::Project;
use crate::input::study::ScenarioSpec;

/// Resolves every scenario of a study. A project that needs another or excludes another is checked in every one.
pub fn select(specs: &[ScenarioSpec], projects: &[Project]) -> Checked<Vec<Scenario>> {
    let mut faults = Vec::new();
    let mut done: Vec<Scenario> = Vec::with_capacity(specs.len());
    check_names(projects, &mut faults);
    for spec in specs {
        let mut chosen: BTreeSet<Arc<str>> = BTreeSet::new();
        let base = spec.base.as_deref().and_then(|base| done.iter().find(|scenario| scenario.id == base));
        chosen.extend(base.into_iter().flat_map(|base| base.projects.iter().cloned()));
        let wanted =
            |project: &&Project| spec.with_status.contains(&project.status) || spec.with_verb.contains(&project.verb);
        chosen.extend(projects.iter().filter(wanted).map(|project| Arc::from(project.id.as_str())));
        for verb in spec.with_verb.iter().filter(|verb| !projects.iter().any(|project| project.verb == **verb)) {
            let message = format!("scenario {} takes projects of the verb \"{verb}\", which no project has", spec.id);
            faults.push(
                Diagnostic::error("scenario::unknown_verb", message).at(&spec.span).help("write a verb of projects.toml"),
            );
        }
        for id in &spec.projects {
            chosen.extend(known(id, projects, Some(&spec.span), &mut faults));
        }
        for id in &spec.without {
            if let Some(id) = known(id, projects, Some(&spec.span), &mut faults) {
                chosen.remove(&id);
            }
        }
        check_relations(&spec.id, &chosen, projects, Some(&spec.span), &mut faults);
        done.push(Scenario { id: spec.id.clone(), name: spec.name.clone(), date: spec.date, projects: chosen });
    }
    Checked { value: done, diagnostics: faults }
}

/// A scenario with single projects switched on (`with`) and off (`without`). Its id says so: `S1+a-b`; what is on or off already
/// changes nothing, neither projects nor id.
pub fn switched(scenario: &Scenario, with: &[String], without: &[String], projects: &[Project]) -> Checked<Scenario> {
    let mut faults = Vec::new();
    let mut changed = scenario.clone();
    for id in with {
        if let Some(id) = known(id, projects, None, &mut faults).filter(|id| changed.projects.insert(Arc::clone(id))) {
            changed.id.push('+');
            changed.id.push_str(&id);
        }
    }
    for id in without {
        if let Some(id) = known(id, projects, None, &mut faults).filter(|id| changed.projects.remove(id)) {
            changed.id.push('-');
            changed.id.push_str(&id);
        }
    }
    check_relations(&changed.id, &changed.projects, projects, None, &mut faults);
    Checked { value: changed, diagnostics: faults }
}

fn known(id: &str, projects: &[Project], span: Option<&Span>, faults: &mut Vec<Diagnostic>) -> Option<Arc<str>> {
    if let Some(project) = projects.iter().find(|project| project.id == id) {
        return Some(Arc::from(project.id.as_str()));
    }
    let near = nearest_names(id, projects.iter().map(|project| project.id.as_str()));
    let help = if near.is_empty() {
        "write an id of projects.toml".to_string()
    } else {
        format!("did you mean {}?", near.join(", "))
    };
    let fault = Diagnostic::error("scenario::unknown_project", format!("no project has id \"{id}\"")).help(help);
    faults.push(match span {
        Some(span) => fault.at(span),
        None => fault,
    });
    None
}

fn check_names(projects: &[Project], faults: &mut Vec<Diagnostic>) {
    let ids: BTreeMap<&str, &Project> = projects.iter().map(|project| (project.id.as_str(), project)).collect();
    for project in projects {
        for other in project.depends_on.iter().chain(&project.excludes).filter(|other| !ids.contains_key(&*other.text)) {
            let near = nearest_names(&other.text, ids.keys().copied());
            let help = if near.is_empty() {
                "write an id of projects.toml".to_string()
            } else {
                format!("did you mean {}?", near.join(", "))
            };
            faults.push(
                Diagnostic::error("scenario::unknown_project", format!("no project has id \"{}\"", other.text))
                    .at(&other.span)
                    .help(help),
            );
        }
    }
}

fn check_relations(
    scenario: &str,
    chosen: &BTreeSet<Arc<str>>,
    projects: &[Project],
    span: Option<&Span>,
    faults: &mut Vec<Diagnostic>,
) {
    for project in projects.iter().filter(|project| chosen.contains(project.id.as_str())) {
        let missing = project.depends_on.iter().filter(|other| !chosen.contains(&other.text));
        let standing = project.excludes.iter().filter(|other| chosen.contains(&other.text));
        let texts = missing
            .map(|other| {
                (
                    format!("needs \"{}\", which is not among its projects", other.text),
                    "take the other in too, or this one out",
                )
            })
            .chain(
                standing
                    .map(|other| (format!("excludes \"{}\", which is there too", other.text), "take one of the two out")),
            );
        for (text, help) in texts {
            let fault = Diagnostic::error(
                "scenario::relation",
                format!("in scenario {scenario}, project \"{}\" {text}", project.id),
            )
            .help(help);
            faults.push(match span {
                Some(span) => fault.at(span),
                None => fault,
            });
        }
    }
}
