//! The elements of a network file that hold no others: each its attributes, their kinds and their rules.

use super::attributes::{Attribute, Fields};
use super::*;

pub(super) const SOURCE: &[&str] = &["id", "title", "publisher", "date", "licence", "url"];
pub(super) const NODE: &[&str] = &["id", "lon", "lat", "name", "interchange"];
pub(super) const LINK: &[&str] = &[
    "id",
    "from",
    "to",
    "class",
    "ref",
    "name",
    "length_km",
    "length_basis",
    "limit_kmh",
    "terrain",
    "urban",
    "oneway",
    "toll",
    "tunnel",
    "section",
    "shape",
];
pub(super) const PUBLISHED: &[&str] = &["section", "official_km", "tolerance_percent"];
pub(super) const STOP: &[&str] = &["id", "name", "lon", "lat", "class", "serves", "telecode"];
pub(super) const TRANSFER: &[&str] = &["from", "to", "minutes", "walk_m"];
pub(super) const DELAY: &[&str] = &["id", "name", "parameter"];

/// The shortest length that is one, in km: a metre.
const MIN_KM: f64 = 0.001;

pub(super) fn source(f: &mut Fields) -> Option<SourceRecord> {
    let id = f.id("id");
    let mut text = |name| f.optional_text(name).unwrap_or_default();
    let (title, publisher, date) = (text("title"), text("publisher"), text("date"));
    let (licence, url) = (text("licence"), text("url"));
    Some(SourceRecord { id: id?, title, publisher, date, licence, url })
}

pub(super) fn node(f: &mut Fields) -> Option<NodeRecord> {
    let (id, at, name) = (f.id("id"), f.point(), f.optional_text("name"));
    let interchange = match f.optional("interchange") {
        Some(attribute) => f.word(attribute, Interchange::ALL, Interchange::word),
        None => Some(Interchange::None),
    };
    let common = f.common(false);
    Some(NodeRecord { id: id?, name, at: at?, interchange: interchange?, common: common? })
}

pub(super) fn link(f: &mut Fields) -> Option<LinkRecord> {
    let (id, from, to) = (f.id("id"), f.id("from"), f.id("to"));
    if let (Some(from), Some(to)) = (&from, &to)
        && from.text == to.text
    {
        let message = format!("the link begins and ends at the same node: \"{}\"", to.text);
        let help = "write two different nodes; split a ring into two links";
        f.faults.error("xml::loop", to.span.start..to.span.end, message, help);
    }
    let class = f.required("class").and_then(|a| f.word(a, LinkClass::ALL, LinkClass::word));
    let expressway = class == Some(LinkClass::Expressway);
    let limit = if expressway { f.required("limit_kmh") } else { f.optional("limit_kmh") };
    let limit = limit.and_then(|a| f.kmh(a, 200.0));
    if expressway {
        f.required("ref");
    }
    let length = f.required("length_km").and_then(|a| f.km(a, MIN_KM));
    let length_basis = f.required("length_basis").and_then(|a| f.word(a, LengthBasis::ALL, LengthBasis::word));
    let terrain = f.required("terrain").and_then(|a| f.word(a, Terrain::ALL, Terrain::word));
    let urban = f.optional("urban").and_then(|a| f.word(a, Urban::ALL, Urban::word));
    let (oneway, toll, tunnel) = (f.yes("oneway"), f.yes("toll"), f.yes("tunnel"));
    let (refs, name, sections, shape) = (f.words_of("ref"), f.optional_text("name"), f.words_of("section"), f.shape());
    let common = f.common(true);
    Some(LinkRecord {
        id: id?,
        from: from?,
        to: to?,
        class: class?,
        refs,
        name,
        length: length?,
        length_basis: length_basis?,
        limit,
        terrain: terrain?,
        urban,
        oneway,
        toll,
        tunnel,
        sections,
        shape,
        common: common?,
    })
}

pub(super) fn published(f: &mut Fields) -> Option<PublishedRecord> {
    let section = f.id("section");
    let length = f.required("official_km").and_then(|a| f.km(a, MIN_KM));
    let tolerance_percent = match f.optional("tolerance_percent") {
        Some(attribute) => f.number(attribute, 0.0, 100.0),
        None => Some(5.0),
    };
    let common = f.common(true);
    Some(PublishedRecord { section: section?, length: length?, tolerance_percent: tolerance_percent?, common: common? })
}

pub(super) fn stop(f: &mut Fields) -> Option<StopRecord> {
    let (id, name, at) = (f.id("id"), f.text("name"), f.point());
    let class = f.required("class").and_then(|a| f.word(a, StopClass::ALL, StopClass::word));
    let (serves, telecode, common) = (f.names("serves"), f.optional_text("telecode"), f.common(true));
    Some(StopRecord { id: id?, name: name?, at: at?, class: class?, serves, telecode, common: common? })
}

pub(super) fn transfer(f: &mut Fields) -> Option<TransferRecord> {
    let (from, to) = (f.id("from"), f.id("to"));
    let length = match (f.optional("minutes"), f.optional("walk_m")) {
        (Some(minutes), None) => f.number(minutes, 0.0, 240.0).and_then(Duration::from_minutes).map(TransferLength::Time),
        (None, Some(walk)) => f.whole(walk, 0, 20_000).map(|metres| TransferLength::Walk(Distance::from_metres(metres))),
        // An empty one has been reported.
        (None, None) if f.has("minutes") || f.has("walk_m") => None,
        (None, None) => f.required("walk_m").and(None),
        (Some(minutes), Some(_)) => conflict(f, minutes, "minutes", "walk_m"),
    };
    let common = f.common(false);
    Some(TransferRecord { from: from?, to: to?, length: length?, common: common? })
}

pub(super) fn delay(f: &mut Fields) -> Option<DelayRecord> {
    let (id, name, parameter, common) = (f.id("id"), f.text("name"), f.id("parameter"), f.common(false));
    Some(DelayRecord { id: id?, name: name?, parameter: parameter?, common: common? })
}

/// Two attributes of which only one may stand.
pub(super) fn conflict<T>(f: &mut Fields, at: &Attribute, one: &str, other: &str) -> Option<T> {
    let message = format!("<{}> has both `{one}` and `{other}`", f.tag.name);
    f.faults.error("xml::conflict", at.range.clone(), message, format!("keep `{one}` or `{other}`"));
    None
}
