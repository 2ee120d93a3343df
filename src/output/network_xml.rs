//! Network files (`docs/formats.md` §1) of lines and roads that were drawn or listed elsewhere.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use crate::geo::LonLat;
use crate::input::alignments::{Alignment, Stop};
use crate::input::vocabulary::{LineMode, LinkClass, StopClass, Terrain};
use crate::units::Speed;

/// The alignments of one file.
#[derive(Debug, Clone)]
pub struct Origin {
    /// The name of the file, which becomes the source of everything in it.
    pub file: String,
    /// Its alignments.
    pub alignments: Vec<Alignment>,
}

/// What a road is, which drawings do not say.
#[derive(Debug, Clone)]
pub struct RoadKind {
    /// Its class.
    pub class: LinkClass,
    /// Its terrain.
    pub terrain: Terrain,
    /// Its number; required on expressways.
    pub reference: Option<String>,
    /// Its posted limit; required on expressways.
    pub limit: Option<Speed>,
}

/// Stations of one name that lie nearer than this are one, in metres.
const SAME_STOP_M: f64 = 50.0;

/// Ends of roads that lie nearer than this meet, in metres.
const SAME_NODE_M: f64 = 20.0;

/// An end of a line that lies nearer to a stop than this, in km, is that stop.
const END_KM: f64 = 0.05;

/// A network file of railways or bus lines: their stations as stops, and the lines with kilometres. The class of the stops follows from
/// the mode, the run-time model has the mode's name; both are for the user to look over. Coordinates are written to 1e-7 degrees, a
/// centimetre.
pub fn lines(origins: &[Origin], mode: LineMode) -> String {
    let mut ids = Ids::default();
    let mut text = head(&format!(
        "A line without a service moves nobody: write a service for each that runs.\n       The run-time model \"{0}\" stands in parameters.toml: model.{0}.v_kmh, model.{0}.s_min, model.{0}.c_min.",
        mode.word()
    ));
    for origin in origins {
        let prefix = slug(origin.file.rsplit_once('.').map_or(origin.file.as_str(), |(stem, _)| stem))
            .unwrap_or("import".to_string());
        let mut stops = Stops::default();
        for (n, alignment) in origin.alignments.iter().enumerate() {
            let known = stops.list.len();
            let on_line: Vec<usize> = alignment.stops.iter().map(|stop| stops.number(stop, &prefix, &mut ids)).collect();
            for (id, stop) in &stops.list[known..] {
                let place = format!("{} {}", named("id", id), named("name", name_or(&stop.name, id)));
                let class = stop_class(mode).word();
                let note = note_of(&stop.note);
                let source = named("source", &origin.file);
                let _ =
                    writeln!(text, "  <stop {place} {} class=\"{class}\" {source} confidence=\"L\"{note}/>", at(stop.at));
            }
            line(&mut text, alignment, n + 1, &on_line, &stops, origin, mode, &prefix, &mut ids);
        }
    }
    text.push_str("</network>\n");
    text
}

/// A network file of roads: a node at every end and at every point drawn on a road, links between them. Ends that lie within 20 m
/// of each other are one node.
pub fn roads(origins: &[Origin], kind: &RoadKind) -> String {
    let mut ids = Ids::default();
    let mut nodes = Nodes::default();
    let (mut links, mut order) = (String::new(), 0);
    for origin in origins {
        let prefix = slug(origin.file.rsplit_once('.').map_or(origin.file.as_str(), |(stem, _)| stem))
            .unwrap_or("import".to_string());
        for alignment in &origin.alignments {
            order += 1;
            road(&mut links, alignment, order, kind, origin, &prefix, &mut nodes, &mut ids);
        }
    }
    let mut text = head("Roads meet where they share a node: look over the nodes at crossings.");
    for node in &nodes.list {
        let name = if node.name.is_empty() { String::new() } else { format!(" {}", named("name", &node.name)) };
        let _ = writeln!(text, "  <node {} {}{name}/>", named("id", &node.id), at(node.at));
    }
    text + &links + "</network>\n"
}

/// An id of small Latin letters, digits and hyphens, made from the letters of `name`; `None` where it has none of them.
pub fn slug(name: &str) -> Option<String> {
    let plain: String = name.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' }).collect();
    let words: Vec<&str> = plain.split('-').filter(|word| !word.is_empty()).collect();
    (!words.is_empty()).then(|| words.join("-"))
}

fn head(remark: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<network region=\"import\">\n  <!-- Made by onehour import. {remark} -->\n"
    )
}

fn stop_class(mode: LineMode) -> StopClass {
    match mode {
        LineMode::Hsr | LineMode::Rail => StopClass::County,
        LineMode::Suburban => StopClass::Suburban,
        LineMode::Metro => StopClass::Metro,
        LineMode::Bus => StopClass::Bus,
        LineMode::Air => StopClass::Airport,
    }
}

/// Ids that are taken.
#[derive(Default)]
struct Ids {
    taken: BTreeSet<String>,
    /// How many ids were made of a stem, so that a thousand of one do not look at each other.
    counts: BTreeMap<String, usize>,
}

impl Ids {
    /// An id of `prefix` and the Latin letters of `name`, or of `kind` and a number where it has none.
    fn of(&mut self, prefix: &str, kind: &str, name: &str) -> String {
        let of_name = Some(name).filter(|name| name.is_ascii()).and_then(slug);
        let numbered = of_name.is_none();
        let stem = format!("{prefix}-{}", of_name.unwrap_or(kind.to_string()));
        let count = self.counts.entry(stem.clone()).or_default();
        loop {
            *count += 1;
            let id = if *count == 1 && !numbered { stem.clone() } else { format!("{stem}-{count}") };
            if self.taken.insert(id.clone()) {
                return id;
            }
        }
    }
}

/// The stops of a file.
#[derive(Default)]
struct Stops {
    list: Vec<(String, Stop)>,
    by_mark: BTreeMap<usize, usize>,
    by_name: BTreeMap<String, Vec<usize>>,
}

impl Stops {
    /// The number of a stop: that of the same mark, or of one of the same name in the same place.
    fn number(&mut self, stop: &Stop, prefix: &str, ids: &mut Ids) -> usize {
        if let Some(&known) = self.by_mark.get(&stop.mark) {
            return known;
        }
        let alike = self.by_name.entry(stop.name.clone()).or_default();
        let same = |n: &&usize| self.list[**n].1.at.metres_to(stop.at) <= SAME_STOP_M;
        let number = match alike.iter().find(same).filter(|_| !stop.name.is_empty()) {
            Some(&known) => known,
            None => {
                self.list.push((ids.of(prefix, "stop", &stop.name), stop.clone()));
                alike.push(self.list.len() - 1);
                self.list.len() - 1
            }
        };
        self.by_mark.insert(stop.mark, number);
        number
    }
}

/// A place of a line as it is written.
struct LinePlace<'a> {
    /// `stop="…"`, or `point="…"` with its position.
    written: String,
    km: f64,
    /// Number of the first point behind it.
    next: usize,
    note: &'a str,
}

#[allow(clippy::too_many_arguments, reason = "one call, and every one of them is written into the line")]
fn line(
    text: &mut String,
    alignment: &Alignment,
    number: usize,
    on_line: &[usize],
    stops: &Stops,
    origin: &Origin,
    mode: LineMode,
    prefix: &str,
    ids: &mut Ids,
) {
    let id = ids.of(prefix, "line", &alignment.name);
    let unnamed = format!("line {number} of {}", origin.file);
    let name = name_or(&alignment.name, &unnamed);
    let how = if alignment.listed { "kilometres as listed" } else { "kilometres measured along the drawing" };
    let source = format!("estimate: {}; {how}", origin.file);
    let (word, note) = (mode.word(), note_of(&alignment.note));
    let attributes = format!(
        "{} {} mode=\"{word}\" model=\"{word}\" {}",
        named("id", &id),
        named("name", name),
        named("source", &source)
    );
    let _ = writeln!(text, "  <line {attributes} confidence=\"L\"{note}>");
    let points = &alignment.points;
    let mut places: Vec<LinePlace> = Vec::new();
    let end = |what: &str, point: LonLat| format!("{} {}", named("point", &format!("{id}-{what}")), at(point));
    let first_km = alignment.stops.first().map(|stop| stop.km);
    if !alignment.listed && first_km.is_none_or(|km| km > END_KM) {
        places.push(LinePlace { written: end("begin", points[0]), km: 0.0, next: 1, note: "" });
    }
    for (stop, &number) in alignment.stops.iter().zip(on_line) {
        // What is written about a stop that stands already would be lost otherwise.
        let note = if stops.list[number].1.note == stop.note { "" } else { &stop.note };
        places.push(LinePlace { written: named("stop", &stops.list[number].0), km: stop.km, next: stop.next, note });
    }
    let last_km = alignment.stops.last().map(|stop| stop.km);
    if !alignment.listed && last_km.is_none_or(|km| km < alignment.km - END_KM) || places.len() < 2 {
        let last = points.len() - 1;
        places.push(LinePlace { written: end("end", points[last]), km: alignment.km, next: last, note: "" });
    }
    let mut passed: Option<usize> = None;
    for place in &places {
        let shape = passed.map_or_else(String::new, |from| shape(points, from, place.next));
        let _ = writeln!(text, "    <at {} km=\"{:.3}\"{shape}{}/>", place.written, place.km, note_of(place.note));
        passed = Some(place.next);
    }
    text.push_str("  </line>\n");
}

/// The points from number `from` up to `to` without it, as an attribute.
fn shape(points: &[LonLat], from: usize, to: usize) -> String {
    let between = points.get(from..to).unwrap_or_default();
    if between.is_empty() {
        return String::new();
    }
    let written: Vec<String> =
        between.iter().map(|point| format!("{},{}", degrees(point.lon), degrees(point.lat))).collect();
    format!(" shape=\"{}\"", written.join(" "))
}

struct Node {
    id: String,
    name: String,
    at: LonLat,
}

/// The nodes of all roads, found by the square of the grid that they lie in.
#[derive(Default)]
struct Nodes {
    list: Vec<Node>,
    squares: BTreeMap<(i64, i64), Vec<usize>>,
}

impl Nodes {
    /// The number of the node at a place, a new one where none is near.
    fn number(&mut self, place: LonLat, name: &str, prefix: &str, ids: &mut Ids) -> usize {
        // A square is wider than the distance that makes one node of two, north to south; east to west it takes several near the poles.
        const SQUARE: f64 = 0.0002;
        let square = ((place.lon / SQUARE).floor() as i64, (place.lat / SQUARE).floor() as i64);
        let reach = (1.0 / place.lat.to_radians().cos()).ceil().clamp(1.0, 20.0) as i64;
        let around = (-reach..=reach).flat_map(|x| (-1..=1).map(move |y| (square.0 + x, square.1 + y)));
        let near = around.filter_map(|square| self.squares.get(&square)).flatten();
        let near = near.map(|&n| (n, self.list[n].at.metres_to(place))).filter(|(_, metres)| *metres <= SAME_NODE_M);
        if let Some((known, _)) = near.min_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0))) {
            if self.list[known].name.is_empty() {
                self.list[known].name = name.to_string();
            }
            return known;
        }
        self.list.push(Node { id: ids.of(prefix, "node", name), name: name.to_string(), at: place });
        self.squares.entry(square).or_default().push(self.list.len() - 1);
        self.list.len() - 1
    }
}

#[allow(clippy::too_many_arguments, reason = "one call, and every one of them is written into the links")]
fn road(
    text: &mut String,
    alignment: &Alignment,
    number: usize,
    kind: &RoadKind,
    origin: &Origin,
    prefix: &str,
    nodes: &mut Nodes,
    ids: &mut Ids,
) {
    let points = &alignment.points;
    let last = points.len() - 1;
    let mut places: Vec<(usize, f64, usize)> = vec![(nodes.number(points[0], "", prefix, ids), 0.0, 1)];
    for stop in &alignment.stops {
        places.push((nodes.number(stop.at, &stop.name, prefix, ids), stop.km, stop.next));
    }
    let end = nodes.number(points[last], "", prefix, ids);
    // A ring is two links, for a link has two different ends.
    if places.len() == 1 && places[0].0 == end && last >= 2 {
        let middle = last / 2;
        let before: f64 = points[..=middle].windows(2).map(|pair| pair[0].metres_to(pair[1])).sum();
        places.push((nodes.number(points[middle], "", prefix, ids), before / 1000.0, middle + 1));
    }
    places.push((end, alignment.km, last));
    let road_id = ids.of(prefix, "road", &alignment.name);
    let unnamed = format!("road {number} of {}", origin.file);
    let source = format!("estimate: {}; length measured along the drawing", origin.file);
    let reference = kind.reference.as_ref().map_or_else(String::new, |reference| format!(" {}", named("ref", reference)));
    let limit = kind.limit.map_or_else(String::new, |limit| format!(" limit_kmh=\"{}\"", limit.kmh()));
    let about = format!(
        "class=\"{}\" terrain=\"{}\"{reference}{limit} {} {} confidence=\"L\"{}",
        kind.class.word(),
        kind.terrain.word(),
        named("name", name_or(&alignment.name, &unnamed)),
        named("source", &source),
        note_of(&alignment.note)
    );
    let pairs = places.windows(2).filter(|pair| pair[0].0 != pair[1].0 && pair[1].1 - pair[0].1 >= 0.001);
    for (n, pair) in pairs.enumerate() {
        let (from, to) = (&nodes.list[pair[0].0].id, &nodes.list[pair[1].0].id);
        let ends = format!("{} {} {}", named("id", &format!("{road_id}-{}", n + 1)), named("from", from), named("to", to));
        let length = format!("length_km=\"{:.3}\" length_basis=\"estimate\"", pair[1].1 - pair[0].1);
        let _ = writeln!(text, "  <link {ends} {length} {about}{}/>", shape(points, pair[0].2, pair[1].2));
    }
}

fn name_or<'a>(name: &'a str, otherwise: &'a str) -> &'a str {
    if name.is_empty() { otherwise } else { name }
}

fn note_of(note: &str) -> String {
    if note.is_empty() { String::new() } else { format!(" {}", named("note", note)) }
}

fn at(place: LonLat) -> String {
    format!("lon=\"{}\" lat=\"{}\"", degrees(place.lon), degrees(place.lat))
}

/// Degrees with up to seven decimals.
fn degrees(value: f64) -> String {
    let written = format!("{value:.7}");
    written.trim_end_matches('0').trim_end_matches('.').to_string()
}

/// An attribute.
fn named(name: &str, value: &str) -> String {
    let mut text = format!("{name}=\"");
    for c in value.chars() {
        match c {
            '&' => text.push_str("&amp;"),
            '<' => text.push_str("&lt;"),
            '>' => text.push_str("&gt;"),
            '"' => text.push_str("&quot;"),
            c => text.push(c),
        }
    }
    text.push('"');
    text
}
