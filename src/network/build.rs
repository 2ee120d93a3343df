//! From records to a network: names resolved, ways of services found, every fault reported.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::territory::unknown;
use super::*;
use crate::diagnostic::{Checked, Diagnostic};
use crate::input::network_xml::{self as xml, Common, LinkRecord, Named, NetworkRecords, ServiceRecord, StopRecord};
use crate::input::parameters::Parameters;

/// Names that records may refer to, with their positions.
struct Names {
    nodes: BTreeMap<Arc<str>, u32>,
    stops: BTreeMap<Arc<str>, u32>,
    delays: BTreeMap<Arc<str>, u32>,
    lines: BTreeMap<Arc<str>, u32>,
}

/// Builds the stock: everything that exists at some time or could be built. Elements at fault are left out of the value and named
/// in the diagnostics.
pub fn build(records: &NetworkRecords, parameters: &Parameters) -> Checked<Network> {
    let mut faults = Vec::new();
    let names = Names {
        nodes: positions(records.nodes.iter().map(|node| &node.id), "node", &mut faults),
        stops: positions(records.stops.iter().map(|stop| &stop.id), "stop", &mut faults),
        delays: positions(records.delays.iter().map(|delay| &delay.id), "delay", &mut faults),
        lines: positions(records.lines.iter().map(|line| &line.id), "line", &mut faults),
    };
    positions(records.links.iter().map(|link| &link.id), "link", &mut faults);
    positions(records.services.iter().map(|service| &service.id), "service", &mut faults);
    let nodes: Vec<Node> = records.nodes.iter().map(node).collect();
    let links: Vec<Arc<Link>> = records
        .links
        .iter()
        .filter_map(|record| link(record, &nodes, &names, parameters, &mut faults))
        .map(Arc::new)
        .collect();
    let mut network = Network {
        nodes: Arc::new(nodes),
        links,
        stops: records.stops.iter().map(|record| Arc::new(stop(record))).collect(),
        transfers: records
            .transfers
            .iter()
            .filter_map(|record| transfer(record, &names, &mut faults))
            .map(Arc::new)
            .collect(),
        delays: records.delays.iter().map(|record| delay(record, parameters, &mut faults)).collect(),
        lines: records.lines.iter().map(|record| Arc::new(line(record, &names, parameters, &mut faults))).collect(),
        services: Vec::new(),
        published: Arc::new(records.published.iter().map(published).collect()),
        sources: Arc::new(sources(records)),
    };
    for record in &records.services {
        let built = service(record, &network, &names, &mut faults);
        network.services.extend(built.map(Arc::new));
    }
    check_published(&network, &mut faults);
    Checked { value: network, diagnostics: faults }
}

fn positions<'a>(ids: impl Iterator<Item = &'a Named>, what: &str, faults: &mut Vec<Diagnostic>) -> BTreeMap<Arc<str>, u32> {
    let mut positions = BTreeMap::new();
    let mut first: BTreeMap<&str, &Named> = BTreeMap::new();
    for (at, id) in ids.enumerate() {
        if let Some(before) = first.insert(&id.text, id) {
            let message = format!("{what} id \"{}\" is used twice, first at {}", id.text, before.span.place());
            faults.push(
                Diagnostic::error("network::duplicate_id", message)
                    .at(&id.span)
                    .help(format!("give every {what} its own id")),
            );
        }
        positions.entry(Arc::clone(&id.text)).or_insert(at as u32);
    }
    positions
}

fn find(name: &Named, names: &BTreeMap<Arc<str>, u32>, what: &str, faults: &mut Vec<Diagnostic>) -> Option<u32> {
    let found = names.get(&name.text).copied();
    if found.is_none() {
        faults.push(unknown(name, what, "network::unknown_id", names.keys().map(|id| &**id)));
    }
    found
}

fn existence(common: &Common) -> Existence {
    Existence {
        opened: common.opened,
        closed: common.closed,
        project: common.project.as_ref().map(|project| Arc::clone(&project.text)),
    }
}

fn provenance(common: &Common) -> Provenance {
    Provenance {
        source: Arc::clone(&common.source),
        confidence: common.confidence,
        note: common.note.clone(),
        span: common.span.clone(),
    }
}

fn builders(common: &Common) -> Vec<Arc<str>> {
    common.project.iter().map(|project| Arc::clone(&project.text)).collect()
}

fn node(record: &xml::NodeRecord) -> Node {
    Node { id: Arc::clone(&record.id.text), name: record.name.clone(), at: record.at, interchange: record.interchange }
}

fn link(
    record: &LinkRecord,
    nodes: &[Node],
    names: &Names,
    parameters: &Parameters,
    faults: &mut Vec<Diagnostic>,
) -> Option<Link> {
    let from = find(&record.from, &names.nodes, "node", faults);
    let to = find(&record.to, &names.nodes, "node", faults);
    let (from, to) = (NodeIx(from?), NodeIx(to?));
    let (a, b) = (nodes[from.at()].at, nodes[to.at()].at);
    if from == to && record.shape.is_empty() {
        let message = format!("link \"{}\" begins and ends at node \"{}\"", record.id.text, record.from.text);
        faults.push(
            Diagnostic::error("network::loop", message)
                .at(&record.to.span)
                .help("let it end at another node, or give it a shape"),
        );
        return None;
    }
    let shape: Vec<LonLat> = std::iter::once(a).chain(record.shape.iter().copied()).chain([b]).collect();
    // One per cent and 50 m for the sphere and for rounded coordinates.
    let straight = a.metres_to(b);
    if f64::from(record.length.metres()) < straight * 0.99 - 50.0 {
        let message = format!(
            "link \"{}\" is {} long, shorter than the straight line of {:.1} km",
            record.id.text,
            record.length,
            straight / 1000.0
        );
        faults.push(
            Diagnostic::error("network::short", message)
                .at(&record.common.span)
                .help("check length_km and the coordinates of its nodes"),
        );
    }
    let link = Link {
        id: Arc::clone(&record.id.text),
        from,
        to,
        class: record.class,
        refs: record.refs.clone(),
        name: record.name.clone(),
        length: record.length,
        length_basis: record.length_basis,
        limit: record.limit,
        terrain: record.terrain,
        urban: record.urban,
        oneway: record.oneway,
        toll: record.toll,
        tunnel: record.tunnel,
        sections: record.sections.clone(),
        shape,
        existence: existence(&record.common),
        projects: builders(&record.common),
        provenance: provenance(&record.common),
    };
    need_parameter(&link.speed_key(), parameters, &record.common.span, faults);
    Some(link)
}

fn need_parameter(key: &str, parameters: &Parameters, span: &Span, faults: &mut Vec<Diagnostic>) {
    if parameters.find(key).is_none() {
        let message = format!("this needs the parameter `{key}`, which no parameter file has");
        faults.push(
            Diagnostic::error("network::parameter", message)
                .at(span)
                .help(format!("add [{key}] to a parameter file, or change the value here")),
        );
    }
}

fn stop(record: &StopRecord) -> Stop {
    Stop {
        id: Arc::clone(&record.id.text),
        name: Arc::clone(&record.name),
        at: record.at,
        class: record.class,
        serves: record.serves.iter().map(|place| Arc::clone(&place.text)).collect(),
        open: true,
        existence: existence(&record.common),
        projects: builders(&record.common),
        provenance: provenance(&record.common),
    }
}

fn transfer(record: &xml::TransferRecord, names: &Names, faults: &mut Vec<Diagnostic>) -> Option<Transfer> {
    let from = find(&record.from, &names.stops, "stop", faults);
    let to = find(&record.to, &names.stops, "stop", faults);
    Some(Transfer {
        from: StopIx(from?),
        to: StopIx(to?),
        length: record.length,
        existence: existence(&record.common),
        projects: builders(&record.common),
        provenance: provenance(&record.common),
    })
}

fn delay(record: &xml::DelayRecord, parameters: &Parameters, faults: &mut Vec<Diagnostic>) -> Delay {
    need_parameter(&record.parameter.text, parameters, &record.parameter.span, faults);
    Delay {
        id: Arc::clone(&record.id.text),
        name: Arc::clone(&record.name),
        parameter: Arc::clone(&record.parameter.text),
        removed_by: None,
        standing: true,
        over: false,
        existence: existence(&record.common),
        provenance: provenance(&record.common),
    }
}

fn line(record: &xml::LineRecord, names: &Names, parameters: &Parameters, faults: &mut Vec<Diagnostic>) -> Line {
    for part in ["v_kmh", "s_min", "c_min"] {
        need_parameter(&format!("model.{}.{part}", record.model.text), parameters, &record.model.span, faults);
    }
    let mut at = Vec::with_capacity(record.at.len());
    for place in &record.at {
        let delay = place.delay.as_ref().and_then(|delay| find(delay, &names.delays, "delay", faults)).map(DelayIx);
        let what = match &place.place {
            xml::LinePlace::Stop(stop) => find(stop, &names.stops, "stop", faults).map(|stop| LinePlace::Stop(StopIx(stop))),
            xml::LinePlace::Point(name, position) => Some(LinePlace::Point(Arc::clone(&name.text), *position)),
        };
        at.extend(what.map(|what| LineAt { place: what, km: place.km, delay, shape: place.shape.clone() }));
    }
    Line {
        id: Arc::clone(&record.id.text),
        name: Arc::clone(&record.name),
        mode: record.mode,
        model: Arc::clone(&record.model.text),
        design: record.design,
        at,
        open: true,
        existence: existence(&record.common),
        projects: builders(&record.common),
        provenance: provenance(&record.common),
    }
}

fn service(record: &ServiceRecord, network: &Network, names: &Names, faults: &mut Vec<Diagnostic>) -> Option<Service> {
    let mut calls: Vec<Call> = Vec::with_capacity(record.calls.len());
    let mut whole = true;
    for (at, call) in record.calls.iter().enumerate() {
        let stop = find(&call.stop, &names.stops, "stop", faults).map(StopIx);
        let lines: Vec<Option<u32>> = call.lines.iter().map(|line| find(line, &names.lines, "line", faults)).collect();
        let (Some(stop), true) = (stop, lines.iter().all(Option::is_some)) else {
            whole = false;
            continue;
        };
        let lines: Vec<(LineIx, &Line)> =
            lines.into_iter().flatten().map(|line| (LineIx(line), &*network.lines[line as usize])).collect();
        let way = match calls.last() {
            Some(before) if at > 0 && whole && !lines.is_empty() => match route_line::pieces(&lines, before.stop, stop) {
                Some(way) => way,
                None => {
                    whole = false;
                    faults.push(no_way(record, call, before.stop, network));
                    Vec::new()
                }
            },
            _ => Vec::new(),
        };
        calls.push(Call { stop, pass: call.pass, run: Run { observed: call.run, pieces: way } });
    }
    whole.then(|| Service {
        id: Arc::clone(&record.id.text),
        name: Arc::clone(&record.name),
        mode: record.mode,
        reserved: record.reserved,
        basis: record.basis,
        calls,
        trips: record.trips.iter().map(|trips| Trips { times: trips.times.clone(), direction: trips.direction }).collect(),
        existence: existence(&record.common),
        projects: builders(&record.common),
        provenance: provenance(&record.common),
    })
}

fn no_way(record: &ServiceRecord, call: &xml::CallRecord, before: StopIx, network: &Network) -> Diagnostic {
    let lines: Vec<&str> = call.lines.iter().map(|line| &*line.text).collect();
    let message = format!(
        "service \"{}\" cannot get from {} to {} over {}",
        record.id.text,
        network.stop(before).name,
        call.stop.text,
        lines.join(", then ")
    );
    Diagnostic::error("network::no_way", message)
        .at(&call.span)
        .help("name lines in order that hold both stops, or that share a stop or point where the train changes line")
}

fn published(record: &xml::PublishedRecord) -> Published {
    Published {
        section: Arc::clone(&record.section.text),
        length: record.length,
        tolerance_percent: record.tolerance_percent,
        provenance: provenance(&record.common),
    }
}

fn sources(records: &NetworkRecords) -> BTreeMap<Arc<str>, String> {
    let text = |source: &xml::SourceRecord| {
        let parts = [&source.title, &source.publisher, &source.date, &source.licence];
        let parts: Vec<&str> = parts.iter().map(|part| &***part).filter(|part| !part.is_empty()).collect();
        parts.join(", ")
    };
    records.sources.iter().map(|source| (Arc::clone(&source.id.text), text(source))).collect()
}

fn check_published(network: &Network, faults: &mut Vec<Diagnostic>) {
    for published in network.published.iter() {
        if !network.links.iter().any(|link| link.sections.contains(&published.section)) {
            let message = format!("a length is published for section \"{}\", but no link belongs to it", published.section);
            faults.push(
                Diagnostic::error("network::empty_section", message)
                    .at(&published.provenance.span)
                    .help("add section=\"…\" to its links"),
            );
        }
    }
}
