//! Applying a scenario to the stock: keeps what exists on its date, builds and changes what its projects say.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Scenario;
use crate::diagnostic::{Checked, Diagnostic, Span};
use crate::input::network_xml::{Named, TripsRecord};
use crate::input::parameters::Parameters;
use crate::input::projects::{Change, ChangeKind, Effect, LinkSelection, Project};
use crate::network::territory::unknown;
use crate::network::{LineIx, Link, Network, Service, StopIx, Trips};

/// The network of a scenario. A change that touches nothing is an error, and so is a service that calls at a stop or runs on a
/// line that is not there.
pub fn apply(stock: &Network, scenario: &Scenario, projects: &[Project], parameters: &Parameters) -> Checked<Network> {
    let mut faults = Vec::new();
    let mut network = standing(stock, scenario, projects);
    for project in projects.iter().filter(|project| scenario.projects.contains(project.id.as_str())) {
        let Effect::Changes(changes) = &project.effect else { continue };
        for change in changes.iter().filter(|change| change.kind.is_of_network()) {
            let unknown = unknown_names(stock, change);
            let touched = make(&mut network, stock, project, change, parameters, &mut faults);
            if touched == 0 && unknown.is_empty() {
                faults.push(without_effect(project, change));
            }
            faults.extend(unknown);
        }
    }
    check_services(&network, scenario, &mut faults);
    Checked { value: network, diagnostics: faults }
}

/// Checks every change of every project against the stock alone, so that `check` finds what no scenario uses.
pub fn check_projects(stock: &Network, projects: &[Project]) -> Vec<Diagnostic> {
    let mut faults = Vec::new();
    for project in projects {
        let Effect::Changes(changes) = &project.effect else { continue };
        faults.extend(changes.iter().flat_map(|change| unknown_names(stock, change)));
        let builds = changes.iter().any(|change| matches!(change.kind, ChangeKind::Build));
        if builds && n_built(stock, &project.id) == 0 {
            let change = changes.iter().find(|change| matches!(change.kind, ChangeKind::Build)).expect("there is one");
            faults.push(without_effect(project, change));
        }
        let line = stock.lines.iter().find(|line| line.existence.project.as_deref() == Some(&project.id));
        let serves = |line: usize| stock.services.iter().any(|service| uses_line(service, line));
        if let (true, Some(line)) = (builds && project.service.is_none(), line) {
            let message =
                format!("project \"{}\" builds the line \"{}\" and says nothing of its service", project.id, line.name);
            faults.push(
                Diagnostic::error("scenario::no_service", message)
                    .at(&project.span)
                    .help("write service = \"assumed: … trains a day, …\""),
            );
        }
        for (at, line) in
            stock.lines.iter().enumerate().filter(|(_, line)| line.existence.project.as_deref() == Some(&project.id))
        {
            if !serves(at) {
                let message =
                    format!("line \"{}\" of project \"{}\" has no service, so it moves nobody", line.name, project.id);
                faults.push(
                    Diagnostic::warning("scenario::idle_line", message)
                        .at(&line.provenance.span)
                        .help("add a <service> that runs on it"),
                );
            }
        }
    }
    for (project, span) in tags(stock) {
        if !projects.iter().any(|known| known.id == *project) {
            let near = crate::diagnostic::nearest_names(&project, projects.iter().map(|known| known.id.as_str()));
            let help = if near.is_empty() {
                "write an id of projects.toml".to_string()
            } else {
                format!("did you mean {}?", near.join(", "))
            };
            faults.push(
                Diagnostic::error("scenario::unknown_project", format!("no project has id \"{project}\""))
                    .at(&span)
                    .help(help),
            );
        } else if !projects.iter().any(|known| known.id == *project && builds(known)) {
            let message = format!("this belongs to project \"{project}\", which has no `build` change, so it never exists");
            faults.push(
                Diagnostic::error("scenario::never_built", message)
                    .at(&span)
                    .help("add [[project.change]] kind = \"build\" to the project"),
            );
        }
    }
    faults
}

/// A fault for every change that asks for streets or a timetable, which a study without them has not.
pub fn check_without_streets(projects: &[Project]) -> Vec<Diagnostic> {
    let changes = projects.iter().filter_map(|project| match &project.effect {
        Effect::Changes(changes) => Some(changes.iter().map(move |change| (project, change))),
        Effect::NotModelled(..) => None,
    });
    let away = changes.flatten().filter(|(_, change)| !change.kind.is_of_network());
    let fault = |(project, change): (&Project, &Change)| {
        let word = change.kind.word();
        let message = format!("the change {word} of project \"{}\" is about streets, and the study has none", project.id);
        Diagnostic::error("scenario::no_streets", message)
            .at(&change.span)
            .help("add [streets] to the study, or take the change out")
    };
    away.map(fault).collect()
}

fn builds(project: &Project) -> bool {
    matches!(&project.effect, Effect::Changes(changes) if changes.iter().any(|change| matches!(change.kind, ChangeKind::Build)))
}

/// Each project that elements are tagged with, once, with the place of its first element.
fn tags(stock: &Network) -> Vec<(Arc<str>, Span)> {
    let mut tags: Vec<(Arc<str>, Span)> = Vec::new();
    let links = stock.links.iter().map(|link| (&link.existence, &link.provenance));
    let stops = stock.stops.iter().map(|stop| (&stop.existence, &stop.provenance));
    let lines = stock.lines.iter().map(|line| (&line.existence, &line.provenance));
    let services = stock.services.iter().map(|service| (&service.existence, &service.provenance));
    let transfers = stock.transfers.iter().map(|transfer| (&transfer.existence, &transfer.provenance));
    let delays = stock.delays.iter().map(|delay| (&delay.existence, &delay.provenance));
    for (existence, provenance) in links.chain(stops).chain(lines).chain(services).chain(transfers).chain(delays) {
        if let Some(project) = existence.project.as_ref().filter(|project| !tags.iter().any(|(known, _)| known == *project))
        {
            tags.push((Arc::clone(project), provenance.span.clone()));
        }
    }
    tags
}

fn uses_line(service: &Service, line: usize) -> bool {
    service.calls.iter().any(|call| call.run.pieces.iter().any(|piece| piece.line.at() == line))
}

/// What exists on the scenario's date with its projects, before any change other than building.
fn standing(stock: &Network, scenario: &Scenario, projects: &[Project]) -> Network {
    let building = projects.iter().filter(|project| builds(project)).map(|project| project.id.as_str());
    let building: BTreeSet<&str> = building.filter(|id| scenario.projects.contains(*id)).collect();
    let built = |project: &str| building.contains(project);
    let holds = |existence: &crate::network::Existence| existence.holds(scenario.date, built);
    let mut network = stock.clone();
    network.links.retain(|link| holds(&link.existence));
    network.services.retain(|service| holds(&service.existence));
    for stop in network.stops.iter_mut().filter(|stop| !holds(&stop.existence)) {
        Arc::make_mut(stop).open = false;
    }
    for line in network.lines.iter_mut().filter(|line| !holds(&line.existence)) {
        Arc::make_mut(line).open = false;
    }
    for delay in &mut network.delays {
        delay.standing = holds(&delay.existence);
        delay.over = delay.existence.closed.is_some_and(|closed| closed <= scenario.date);
    }
    let open: Vec<bool> = network.stops.iter().map(|stop| stop.open).collect();
    network.transfers.retain(|transfer| holds(&transfer.existence) && open[transfer.from.at()] && open[transfer.to.at()]);
    network
}

fn n_built(stock: &Network, project: &str) -> usize {
    let of = |existence: &crate::network::Existence| existence.project.as_deref() == Some(project);
    stock.links.iter().filter(|link| of(&link.existence)).count()
        + stock.stops.iter().filter(|stop| of(&stop.existence)).count()
        + stock.lines.iter().filter(|line| of(&line.existence)).count()
        + stock.services.iter().filter(|service| of(&service.existence)).count()
        + stock.transfers.iter().filter(|transfer| of(&transfer.existence)).count()
        + stock.delays.iter().filter(|delay| of(&delay.existence)).count()
}

/// A fault for every name in a change that nothing in the stock has.
fn unknown_names(stock: &Network, change: &Change) -> Vec<Diagnostic> {
    let links = || stock.links.iter().map(|link| &*link.id).collect();
    let sections = || stock.links.iter().flat_map(|link| &link.sections).map(|section| &**section).collect();
    let services = || stock.services.iter().map(|service| &*service.id).collect();
    let (names, what, known): (&[Named], &str, BTreeSet<&str>) = match &change.kind {
        ChangeKind::Build => return Vec::new(),
        ChangeKind::CloseLink(selection) | ChangeKind::SetLimit(selection, _) | ChangeKind::SetClass(selection, _) => {
            match selection {
                LinkSelection::Ids(ids) => (ids, "link", links()),
                LinkSelection::Section(section) => (std::slice::from_ref(section), "section", sections()),
            }
        }
        ChangeKind::WithdrawService(name) | ChangeKind::SetTrips(name, _) => {
            (std::slice::from_ref(name), "service", services())
        }
        ChangeKind::SetModel(name, _) => {
            (std::slice::from_ref(name), "line", stock.lines.iter().map(|line| &*line.id).collect())
        }
        ChangeKind::RemoveDelay(name) => {
            (std::slice::from_ref(name), "delay", stock.delays.iter().map(|delay| &*delay.id).collect())
        }
        ChangeKind::SetProcess(name, _) => {
            (std::slice::from_ref(name), "stop", stock.stops.iter().map(|stop| &*stop.id).collect())
        }
        // `streets` and `lines` know what these name.
        ChangeKind::CloseWay(..) | ChangeKind::SetWaySpeed(..) | ChangeKind::NewWay(_) | ChangeKind::WithdrawRoute(_) => {
            return Vec::new();
        }
    };
    let unknown_ones = names.iter().filter(|name| !known.contains(&*name.text));
    unknown_ones.map(|name| unknown(name, what, "scenario::unknown_id", known.iter().copied())).collect()
}

pub(super) fn without_effect(project: &Project, change: &Change) -> Diagnostic {
    let help = match &change.kind {
        ChangeKind::Build => {
            format!("tag network elements with project=\"{}\", or write not_modelled = \"…\" with the reason", project.id)
        }
        _ => "name something that exists in the network and differs from the new value".to_string(),
    };
    Diagnostic::error(
        "scenario::no_effect",
        format!("the change {} of project \"{}\" touches nothing", change.kind.word(), project.id),
    )
    .at(&change.span)
    .help(help)
}

fn make(
    network: &mut Network,
    stock: &Network,
    project: &Project,
    change: &Change,
    parameters: &Parameters,
    faults: &mut Vec<Diagnostic>,
) -> usize {
    let tag: Arc<str> = Arc::from(project.id.as_str());
    match &change.kind {
        ChangeKind::Build => n_built(stock, &project.id),
        ChangeKind::CloseLink(selection) => {
            let before = network.links.len();
            network.links.retain(|link| !selected(link, selection));
            before - network.links.len()
        }
        ChangeKind::SetLimit(selection, limit) => {
            change_links(network, selection, &tag, parameters, &change.span, faults, |link| {
                let changed = link.limit != Some(*limit);
                link.limit = Some(*limit);
                changed
            })
        }
        ChangeKind::SetClass(selection, class) => {
            change_links(network, selection, &tag, parameters, &change.span, faults, |link| {
                let changed = link.class != *class;
                link.class = *class;
                changed
            })
        }
        ChangeKind::WithdrawService(name) => {
            let before = network.services.len();
            network.services.retain(|service| service.id != name.text);
            before - network.services.len()
        }
        ChangeKind::SetTrips(name, trips) => set_trips(network, name, trips, &tag),
        ChangeKind::SetModel(line, model) => set_model(network, line, model, &tag, parameters, faults),
        ChangeKind::RemoveDelay(name) => {
            let found = network.delays.iter_mut().find(|delay| delay.id == name.text && delay.is_suffered());
            found.map_or(0, |delay| {
                delay.removed_by = Some(tag);
                1
            })
        }
        ChangeKind::SetProcess(name, class) => {
            let found = network.stops.iter_mut().find(|stop| stop.id == name.text && stop.class != *class);
            found.map_or(0, |stop| {
                let stop = Arc::make_mut(stop);
                stop.class = *class;
                stop.projects.push(tag);
                1
            })
        }
        // `streets` and `lines` make these.
        ChangeKind::CloseWay(..) | ChangeKind::SetWaySpeed(..) | ChangeKind::NewWay(_) | ChangeKind::WithdrawRoute(_) => 0,
    }
}

fn selected(link: &Link, selection: &LinkSelection) -> bool {
    match selection {
        LinkSelection::Ids(ids) => ids.iter().any(|id| id.text == link.id),
        LinkSelection::Section(section) => link.sections.contains(&section.text),
    }
}

fn change_links(
    network: &mut Network,
    selection: &LinkSelection,
    tag: &Arc<str>,
    parameters: &Parameters,
    span: &Span,
    faults: &mut Vec<Diagnostic>,
    change: impl Fn(&mut Link) -> bool,
) -> usize {
    let mut touched = 0;
    for link in network.links.iter_mut().filter(|link| selected(link, selection)) {
        let link = Arc::make_mut(link);
        if change(link) {
            link.projects.push(Arc::clone(tag));
            touched += 1;
        }
        let expressway = link.class == crate::input::vocabulary::LinkClass::Expressway;
        if expressway && (link.limit.is_none() || link.refs.is_empty()) {
            let message = format!("link \"{}\" would become an expressway without a limit or a number", link.id);
            faults.push(
                Diagnostic::error("scenario::expressway", message)
                    .at(span)
                    .help("give the link limit_kmh and ref in the network file"),
            );
        } else if parameters.find(&link.speed_key()).is_none() {
            let message = format!("link \"{}\" would need the parameter `{}`", link.id, link.speed_key());
            faults.push(
                Diagnostic::error("scenario::parameter", message)
                    .at(span)
                    .help("add the parameter, or choose another limit or class"),
            );
        }
    }
    touched
}

fn set_trips(network: &mut Network, name: &Named, trips: &[TripsRecord], tag: &Arc<str>) -> usize {
    let found = network.services.iter_mut().find(|service| service.id == name.text);
    found.map_or(0, |service| {
        let service = Arc::make_mut(service);
        service.trips = trips.iter().map(|trips| Trips { times: trips.times.clone(), direction: trips.direction }).collect();
        service.projects.push(Arc::clone(tag));
        1
    })
}

fn set_model(
    network: &mut Network,
    line: &Named,
    model: &Named,
    tag: &Arc<str>,
    parameters: &Parameters,
    faults: &mut Vec<Diagnostic>,
) -> usize {
    let keys = ["v_kmh", "s_min", "c_min"].map(|part| format!("model.{}.{part}", model.text));
    let missing = keys.iter().find(|key| parameters.find(key).is_none());
    let found = network.lines.iter_mut().find(|known| known.id == line.text && known.model != model.text);
    found.map_or(0, |line| {
        if let Some(key) = missing {
            let message = format!("line \"{}\" would need the parameter `{key}`", line.id);
            faults.push(
                Diagnostic::error("scenario::parameter", message)
                    .at(&model.span)
                    .help("add the parameters of the model, or name another model"),
            );
            return 1;
        }
        let line = Arc::make_mut(line);
        line.model = Arc::clone(&model.text);
        line.projects.push(Arc::clone(tag));
        1
    })
}

fn check_services(network: &Network, scenario: &Scenario, faults: &mut Vec<Diagnostic>) {
    for service in &network.services {
        let closed_stop = service.calls.iter().map(|call| call.stop).find(|&stop: &StopIx| !network.stop(stop).open);
        let lines = service.calls.iter().flat_map(|call| call.run.pieces.iter().map(|piece| piece.line));
        let closed_line = { lines }.find(|&line: &LineIx| !network.line(line).open);
        let missing = match (closed_stop, closed_line) {
            (Some(stop), _) => format!("calls at {}", network.stop(stop).name),
            (None, Some(line)) => format!("runs on {}", network.line(line).name),
            (None, None) => continue,
        };
        let message = format!(
            "in scenario {}, service \"{}\" {missing}, which is not there on {}",
            scenario.id, service.id, scenario.date
        );
        faults.push(
            Diagnostic::error("scenario::service_without_line", message)
                .at(&service.provenance.span)
                .help("give the service the same opened, closed or project as what it needs"),
        );
    }
}
