//! OpenStreetMap files, profiles and the streets built from them.

use std::path::{Path, PathBuf};

use onehour::diagnostic::Checked;
use onehour::geo::LonLat;
use onehour::input::osm::{self, Key, OsmData};
use onehour::input::parameters::Level;
use onehour::input::street_profile::{self, CLASSES, Profile, ProfileMode, Region};
use onehour::input::vocabulary::Period;
use onehour::network::streets::build::build;
use onehour::network::streets::report::BuildReport;
use onehour::network::streets::snap::{EdgeIndex, Snap};
use onehour::network::streets::{Directed, StreetClass, StreetMode, StreetNetwork};
use onehour::search::Direction;
use onehour::search::flat::Scratch;
use onehour::search::streets::StreetGraph;

/// Every map of OpenStreetMap that is shared for tests; none where the folder is absent.
fn real_maps() -> Vec<PathBuf> {
    let data = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data"));
    let folders = std::fs::read_dir(data).into_iter().flatten().flatten();
    let files = folders.flat_map(|folder| std::fs::read_dir(folder.path()).into_iter().flatten().flatten());
    let mut maps: Vec<PathBuf> =
        files.map(|file| file.path()).filter(|path| path.extension().is_some_and(|it| it == "pbf")).collect();
    maps.sort();
    if maps.is_empty() {
        println!("skipped: {} has no maps", data.display());
    }
    maps
}

fn shipped(region: Region) -> Vec<Profile> {
    ProfileMode::ALL.iter().map(|&mode| Profile::shipped(mode, region)).collect()
}

#[test]
fn every_shipped_profile_is_read_without_a_fault() {
    for region in Region::ALL {
        for (profile, mode) in shipped(*region).iter().zip(ProfileMode::ALL) {
            assert_eq!(profile.mode, *mode);
        }
    }
}

#[test]
fn classes_of_profiles_are_those_of_streets() {
    assert_eq!(CLASSES.len(), StreetClass::ALL.len());
    let words: Vec<&str> = StreetClass::ALL.iter().map(|class| class.word()).collect();
    assert_eq!(words, CLASSES);
}

/// A map of OpenStreetMap: nodes with their place in hundredths of a degree (on the equator, 1112 m each), ways and relations.
#[derive(Default)]
struct Map {
    text: String,
}

impl Map {
    fn node(mut self, id: i64, x: i32, y: i32, tags: &[(&str, &str)]) -> Self {
        let (lon, lat) = (f64::from(x) / 100.0, f64::from(y) / 100.0);
        self.text += &format!("<node id=\"{id}\" lon=\"{lon:.2}\" lat=\"{lat:.2}\">{}</node>\n", written(tags));
        self
    }

    fn way(mut self, id: i64, nodes: &[i64], tags: &[(&str, &str)]) -> Self {
        let refs: String = nodes.iter().map(|node| format!("<nd ref=\"{node}\"/>")).collect();
        self.text += &format!("<way id=\"{id}\">{refs}{}</way>\n", written(tags));
        self
    }

    fn restriction(mut self, members: &[(&str, &str, i64)], tags: &[(&str, &str)]) -> Self {
        let member =
            |(role, kind, id): &(&str, &str, i64)| format!("<member type=\"{kind}\" ref=\"{id}\" role=\"{role}\"/>");
        let members: String = members.iter().map(member).collect();
        self.text +=
            &format!("<relation id=\"1\">{members}<tag k=\"type\" v=\"restriction\"/>{}</relation>\n", written(tags));
        self
    }

    /// Nodes 1 to `n` in a row from west to east.
    fn row(n: i64) -> Self {
        (1..=n).fold(Map::default(), |map, id| map.node(id, id as i32, 0, &[]))
    }

    fn bytes(&self) -> Vec<u8> {
        format!("<?xml version=\"1.0\"?>\n<osm version=\"0.6\">\n{}</osm>\n", self.text).into_bytes()
    }

    fn built(&self) -> Made {
        made(&read(&self.bytes(), "map.osm").value)
    }
}

fn written(tags: &[(&str, &str)]) -> String {
    tags.iter().map(|(key, value)| format!("<tag k=\"{key}\" v=\"{value}\"/>")).collect()
}

fn read(bytes: &[u8], name: &str) -> Checked<OsmData> {
    let folder = tempfile::TempDir::new().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    osm::read(&path).unwrap()
}

/// Streets for all modes, with what was said of them.
struct Made {
    network: StreetNetwork,
    report: BuildReport,
    codes: Vec<&'static str>,
}

fn made(data: &OsmData) -> Made {
    let profiles = shipped(Region::General);
    let Checked { value, diagnostics } = build(data, &profiles);
    Made {
        network: value.network(&profiles, Level::Base, Period::Offpeak),
        report: value.report,
        codes: diagnostics.iter().map(|fault| fault.code).collect(),
    }
}

impl Made {
    /// The directed edge from one node to another.
    fn edge(&self, from: i64, to: i64) -> Directed {
        let streets = &self.network.streets;
        let id = |vertex: u32| streets.vertices[vertex as usize].osm;
        let all = (0..streets.edges.len() as u32).flat_map(|edge| [true, false].map(|forward| Directed::new(edge, forward)));
        let mut found = all.filter(|&edge| (id(streets.tail(edge)), id(streets.head(edge))) == (from, to));
        found.next().unwrap_or_else(|| panic!("no edge leads from {from} to {to}"))
    }

    fn seconds(&self, mode: StreetMode, from: i64, to: i64) -> Option<f64> {
        let time = self.network.layer(mode).unwrap().time(self.edge(from, to));
        time.map(|time| f64::from(time.deciseconds()) / 10.0)
    }

    fn is_open(&self, mode: StreetMode, from: i64, to: i64) -> bool {
        self.seconds(mode, from, to).is_some()
    }

    /// Whether a path of directed edges, by their nodes, is forbidden for a mode.
    fn forbids(&self, mode: StreetMode, nodes: &[i64]) -> bool {
        let path: Vec<Directed> = nodes.windows(2).map(|pair| self.edge(pair[0], pair[1])).collect();
        let mode = |modes: u8| modes & mode.bit() != 0;
        self.network.streets.restrictions.iter().any(|known| known.path == path && mode(known.modes))
    }
}

/// One hundredth of a degree on the equator.
const HUNDREDTH_M: f64 = 1_111.950_802;

/// 1112 m at 50 km/h are 80.06 s, times the share of the limit that the profile drives; on foot at 4.8 km/h 834 s.
#[test]
fn the_time_over_an_edge_is_its_length_over_its_speed() {
    let made = Map::row(2).way(10, &[1, 2], &[("highway", "residential")]).built();
    let on_foot = made.seconds(StreetMode::Walk, 1, 2).unwrap();
    assert!((on_foot - HUNDREDTH_M / (4.8 / 3.6)).abs() < 0.06, "{on_foot}");
    assert_eq!(made.network.streets.edges[0].length_cm, 111_195);
    // Twice the limit is half the time, whatever share of it is driven; 50 km/h are 31.07 mph.
    let limited = |limit: &str| {
        let tags = [("highway", "primary"), ("maxspeed", limit)];
        Map::row(2).way(10, &[1, 2], &tags).built().seconds(StreetMode::Car, 1, 2).unwrap()
    };
    assert!((limited("30") - 2.0 * limited("60")).abs() < 0.11);
    assert!((limited("30 mph") - limited("48.28")).abs() < 0.11, "{} {}", limited("30 mph"), limited("48.28"));
    assert_eq!(limited("50;30"), limited("30"));
    assert_eq!(limited("DE:urban"), limited("50"));
}

#[test]
fn limits_without_a_meaning_are_passed_over_and_said() {
    let tags = [("highway", "primary"), ("maxspeed", "schnell")];
    let made = Map::row(2).way(10, &[1, 2], &tags).built();
    assert_eq!(made.codes, ["streets::maxspeed"]);
    // A zone that one of the profiles knows is read, though the profile of those on foot has no zones.
    let zone = Map::row(2).way(10, &[1, 2], &[("highway", "primary"), ("maxspeed", "DE:urban")]).built();
    assert_eq!(zone.codes, [""; 0]);
    let plain = Map::row(2).way(10, &[1, 2], &[("highway", "primary")]).built();
    assert_eq!(made.seconds(StreetMode::Car, 1, 2), plain.seconds(StreetMode::Car, 1, 2));
}

#[test]
fn one_way_streets_are_open_one_way_and_people_walk_both() {
    for tags in [
        &[("highway", "residential"), ("oneway", "yes")][..],
        &[("highway", "residential"), ("junction", "roundabout")],
        &[("highway", "motorway")],
    ] {
        let made = Map::row(2).way(10, &[1, 2], tags).built();
        assert!(made.is_open(StreetMode::Car, 1, 2) && !made.is_open(StreetMode::Car, 2, 1), "{tags:?}");
    }
    let against = Map::row(2).way(10, &[1, 2], &[("highway", "residential"), ("oneway", "-1")]).built();
    assert!(against.is_open(StreetMode::Car, 2, 1) && !against.is_open(StreetMode::Car, 1, 2));
    let tags = [("highway", "residential"), ("oneway", "yes"), ("oneway:bicycle", "no")];
    let made = Map::row(2).way(10, &[1, 2], &tags).built();
    assert!(made.is_open(StreetMode::Walk, 2, 1) && made.is_open(StreetMode::Bicycle, 2, 1));
}

#[test]
fn access_and_barriers_close_streets_for_those_they_name() {
    let tags = [("highway", "residential"), ("motor_vehicle", "no")];
    let made = Map::row(2).way(10, &[1, 2], &tags).built();
    assert!(made.is_open(StreetMode::Walk, 1, 2) && !made.is_open(StreetMode::Car, 1, 2));
    let private = Map::row(3)
        .way(10, &[1, 2], &[("highway", "residential"), ("access", "no")])
        .way(11, &[2, 3], &[("highway", "residential")])
        .built();
    assert_eq!(private.network.streets.edges.len(), 1, "nobody goes on the first");
    // A bollard in the middle: who walks passes it, cars do not get from one end to the other.
    let bollard = Map::default()
        .node(1, 1, 0, &[])
        .node(2, 2, 0, &[("barrier", "bollard")])
        .node(3, 3, 0, &[])
        .way(10, &[1, 2, 3], &[("highway", "residential")])
        .built();
    let reaches = |mode: StreetMode| {
        let layer = bollard.network.layer(mode).unwrap();
        let graph = StreetGraph::freeze(&bollard.network.streets, layer);
        let vertex = |id: i64| bollard.network.streets.vertices.iter().position(|known| known.osm == id).map(|at| at as u32);
        let mut scratch = Scratch::default();
        graph.search(Direction::Forward, &[(graph.start(vertex(1).unwrap()), 0)], u32::MAX - 1, &mut scratch);
        scratch.best(graph.states(vertex(3).unwrap())).is_some()
    };
    assert!(reaches(StreetMode::Walk) && reaches(StreetMode::Bicycle) && !reaches(StreetMode::Car));
}

/// ```text
/// 1 ── 2 ── 3 ── 4      5 (bollard) ── 6
///           └─────────── 5
/// ```
/// A car beside the street behind the bollard begins on the streets that lead somewhere.
#[test]
fn streets_behind_closed_gates_are_no_part_of_the_main_streets() {
    let map = Map::row(4)
        .node(5, 3, 1, &[("barrier", "bollard")])
        .node(6, 3, 2, &[])
        .way(10, &[1, 2, 3, 4], &[("highway", "residential")])
        .way(11, &[3, 5, 6], &[("highway", "residential")])
        .built();
    let streets = &map.network.streets;
    let snapped = |mode: StreetMode| {
        let index = EdgeIndex::new(streets, map.network.layer(mode).unwrap());
        match index.snap(LonLat { lon: 0.03, lat: 0.018 }, 5_000.0) {
            Snap::On { passed_over_m, .. } => passed_over_m.is_some(),
            Snap::Beyond { .. } => panic!("it lies on a street"),
        }
    };
    assert!(snapped(StreetMode::Car), "the street behind the bollard is passed over");
    assert!(!snapped(StreetMode::Walk));
}

#[test]
fn ways_are_cut_where_others_meet_them_and_nowhere_else() {
    let made = Map::row(4)
        .node(5, 2, 1, &[])
        .way(10, &[1, 2, 3, 4], &[("highway", "residential")])
        .way(11, &[2, 5], &[("highway", "residential")])
        .built();
    // 1–2, 2–4 and 2–5; node 3 is a point of the second.
    assert_eq!(made.network.streets.edges.len(), 3);
    assert_eq!(made.network.streets.edges[made.edge(2, 4).edge() as usize].n_points, 1);
}

/// ```text
///         4
///         |
/// 1 ───── 2 ───── 3
///         |
///         5
/// ```
fn crossing() -> Map {
    Map::row(3)
        .node(4, 2, 1, &[])
        .node(5, 2, -1, &[])
        .way(10, &[1, 2], &[("highway", "residential")])
        .way(11, &[2, 3], &[("highway", "residential")])
        .way(12, &[2, 4], &[("highway", "residential")])
        .way(13, &[2, 5], &[("highway", "residential")])
}

#[test]
fn forbidden_turns_hold_for_vehicles_and_only_restrictions_forbid_all_others() {
    let via = |from: i64, to: i64| [("from", "way", from), ("via", "node", 2), ("to", "way", to)];
    let no_left = crossing().restriction(&via(10, 12), &[("restriction", "no_left_turn")]).built();
    assert!(no_left.forbids(StreetMode::Car, &[1, 2, 4]) && !no_left.forbids(StreetMode::Car, &[1, 2, 3]));
    assert!(!no_left.forbids(StreetMode::Walk, &[1, 2, 4]), "people on foot turn as they like");
    let only = crossing().restriction(&via(10, 11), &[("restriction", "only_straight_on")]).built();
    assert!(only.forbids(StreetMode::Car, &[1, 2, 4]) && only.forbids(StreetMode::Car, &[1, 2, 5]));
    assert!(!only.forbids(StreetMode::Car, &[1, 2, 3]));
    let but_bicycles =
        crossing().restriction(&via(10, 12), &[("restriction", "no_left_turn"), ("except", "bicycle")]).built();
    assert!(but_bicycles.forbids(StreetMode::Car, &[1, 2, 4]) && !but_bicycles.forbids(StreetMode::Bicycle, &[1, 2, 4]));
    // Over a way: from 1 over 2–4 back … here from 10 through 12 to a street beyond.
    let over = crossing()
        .node(6, 3, 1, &[])
        .way(14, &[4, 6], &[("highway", "residential")])
        .restriction(&[("from", "way", 10), ("via", "way", 12), ("to", "way", 14)], &[("restriction", "no_u_turn")])
        .built();
    assert!(over.forbids(StreetMode::Car, &[1, 2, 4, 6]));
    let broken = crossing()
        .restriction(&[("from", "way", 10), ("via", "node", 5), ("to", "way", 12)], &[("restriction", "no_left_turn")]);
    assert_eq!(broken.built().codes, ["streets::restriction"]);
}

/// Twenty minutes by the timetable of the ferry, and the wait that the profile has.
#[test]
fn a_ferry_takes_as_long_as_its_tag_says() {
    let ferry = |duration: &str| {
        let tags = [("route", "ferry"), ("duration", duration)];
        let made = Map::row(3).way(10, &[1, 2], &tags).way(11, &[2, 3], &[("highway", "residential")]).built();
        made.seconds(StreetMode::Walk, 1, 2).unwrap()
    };
    assert_eq!(ferry("00:40") - ferry("00:20"), 1200.0);
}

#[test]
fn ways_are_cut_at_nodes_that_the_file_lacks() {
    let made = Map::row(3).way(10, &[1, 2, 99, 3], &[("highway", "residential")]).built();
    assert_eq!((made.network.streets.edges.len(), made.report.clipped.n, made.report.n_missing_nodes), (1, 1, 1));
    assert_eq!(made.codes, ["streets::clipped"]);
    let nothing = Map::row(1).way(10, &[7, 8], &[("highway", "residential")]).built();
    assert!(nothing.codes.contains(&"streets::none"), "{:?}", nothing.codes);
}

#[test]
fn loops_repeated_nodes_and_crossings_of_a_way_with_itself_are_built() {
    let made = Map::row(3)
        .node(4, 2, 1, &[])
        .way(10, &[1, 2, 3, 4, 2, 2, 1], &[("highway", "residential")])
        .way(11, &[3, 3], &[("highway", "residential")])
        .built();
    assert!(made.is_open(StreetMode::Walk, 1, 2) && made.is_open(StreetMode::Walk, 2, 2), "the loop begins and ends at 2");
    assert!(made.network.streets.edges.iter().all(|edge| edge.length_cm > 0));
}

/// Every rule of the readers of maps.
#[test]
fn every_fault_of_a_map_has_its_code() {
    let whole = String::from_utf8(crossing().bytes()).unwrap();
    let cases: Vec<(&str, Vec<u8>)> = vec![
        ("osm::format", b"something else".to_vec()),
        ("osm::empty", b"<osm version=\"0.6\"></osm>".to_vec()),
        ("osm::truncated", whole.replace("</osm>", "").into_bytes()),
        ("osm::root", whole.replace("osm", "gpx").into_bytes()),
        ("osm::xml", whole.replace("</way>", "</road>").into_bytes()),
        ("osm::value", whole.replace("<node id=\"1\"", "<node id=\"one\"").into_bytes()),
        ("osm::coordinate", whole.replace("lat=\"0.01\"", "lat=\"91\"").into_bytes()),
        ("osm::duplicate", whole.replace("<node id=\"4\"", "<node id=\"3\"").into_bytes()),
        ("osm::depth", format!("<osm>{}", "<a>".repeat(1000)).into_bytes()),
        ("osm::size", format!("<osm><node id=\"{}\"/></osm>", "1".repeat(40_000_000)).into_bytes()),
    ];
    for (code, bytes) in cases {
        let found: Vec<&str> = read(&bytes, "map").diagnostics.iter().map(|fault| fault.code).collect();
        assert!(found.contains(&code), "{code}: {found:?}");
    }
}

/// A field of a message of Protocol Buffers that holds bytes.
fn field(number: u8, bytes: &[u8]) -> Vec<u8> {
    let mut field = vec![number << 3 | 2];
    let mut length = bytes.len();
    while length > 127 {
        field.push(length as u8 | 128);
        length >>= 7;
    }
    field.push(length as u8);
    field.extend(bytes);
    field
}

/// A part of a PBF file: its length, its header, its blob.
fn blob(kind: &str, content: &[u8]) -> Vec<u8> {
    let header = [field(1, kind.as_bytes()), vec![3 << 3, content.len() as u8]].concat();
    [&(header.len() as u32).to_be_bytes()[..], &header, content].concat()
}

#[test]
fn every_fault_of_a_pbf_has_its_code() {
    let header = |feature: &str| blob("OSMHeader", &field(1, &field(4, feature.as_bytes())));
    let after = |content: Vec<u8>| [header("OsmSchema-V0.6"), blob("OSMData", &content)].concat();
    let many = "<nd ref=\"1\"/>".repeat(40_000);
    let mut packed = gzipped(&crossing().bytes());
    packed.truncate(packed.len() - 30);
    let cases: Vec<(&str, Vec<u8>)> = vec![
        ("osm::feature", header("HistoricalInformation")),
        ("osm::packing", after(field(4, b"lzma"))),
        ("osm::blob", after(field(3, b"no zlib"))),
        ("osm::attribute", crossing().bytes().iter().map(|&byte| if byte == b'=' { b'~' } else { byte }).collect()),
        ("osm::gzip", packed),
        ("osm::parts", format!("<osm><way id=\"1\">{}</way></osm>", many.repeat(3)).into_bytes()),
    ];
    for (code, bytes) in cases {
        let found: Vec<&str> = read(&bytes, "map").diagnostics.iter().map(|fault| fault.code).collect();
        assert!(found.contains(&code), "{code}: {found:?}");
    }
}

/// The shipped profile for walking, changed in one place.
#[test]
fn every_fault_of_a_profile_has_its_code() {
    let shipped = Profile::shipped(ProfileMode::Walk, Region::General).file.text.clone();
    let cases = [
        ("profile::both", "denied = [", "denied = [\"yes\", "),
        ("profile::class", "[barriers]", "[congestion]\npeak = { lane = 1.2 }\n[barriers]"),
        ("profile::range", "footway = { kmh = ", "footway = { kmh = [6, 5, 4], was = "),
        ("profile::push", "footway = {", "footway = { when = \"pushed\","),
    ];
    for (code, from, to) in cases {
        assert!(shipped.contains(from), "{code}: the profile has no {from}\n{shipped}");
        let file = onehour::diagnostic::source_file(Path::new("walk.toml"), shipped.replacen(from, to, 1));
        let found: Vec<&str> = street_profile::parse(&file).diagnostics.iter().map(|fault| fault.code).collect();
        assert!(found.contains(&code), "{code}: {found:?}");
    }
}

fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    std::io::Write::write_all(&mut encoder, bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn a_packed_map_says_the_same_and_a_cut_one_is_refused() {
    let bytes = crossing().bytes();
    assert_eq!(read(&gzipped(&bytes), "map.osm.gz").value, read(&bytes, "map.osm").value);
    let packed = gzipped(&bytes);
    assert!(read(&packed[..packed.len() / 2], "map.osm.gz").has_errors());
}

/// XML of everything that was read of a file.
fn as_xml(data: &OsmData) -> Vec<u8> {
    let mut text = String::from("<osm version=\"0.6\">\n");
    let escaped =
        |value: &str| value.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;").replace('\n', "&#10;");
    let tags = |tags: osm::Tags| -> String {
        tags.iter().map(|(key, value)| format!("<tag k=\"{}\" v=\"{}\"/>", key.word(), escaped(value))).collect()
    };
    for node in &data.nodes {
        let tagged = data
            .tagged_nodes
            .iter()
            .find(|tagged| tagged.id == node.id)
            .map_or(String::new(), |node| tags(data.node_tags(node)));
        let (lon, lat) = (f64::from(node.lon) / 1e7, f64::from(node.lat) / 1e7);
        text += &format!("<node id=\"{}\" lon=\"{lon:.7}\" lat=\"{lat:.7}\">{tagged}</node>\n", node.id);
    }
    for way in &data.ways {
        let refs: String = data.refs(way).iter().map(|node| format!("<nd ref=\"{node}\"/>")).collect();
        text += &format!("<way id=\"{}\">{refs}{}</way>\n", way.id, tags(data.way_tags(way)));
    }
    text += "</osm>\n";
    text.into_bytes()
}

/// The smallest real map.
fn small_map() -> Option<PathBuf> {
    real_maps().into_iter().find(|path| path.ends_with("taiyuan_central.osm.pbf"))
}

#[test]
fn the_same_map_as_pbf_and_as_xml_gives_the_same_streets() {
    let Some(path) = small_map() else { return };
    let pbf = osm::read(&path).unwrap().value;
    let xml = read(&as_xml(&pbf), "map.osm").value;
    assert_eq!(xml.nodes, pbf.nodes);
    assert_eq!(xml.ways.len(), pbf.ways.len());
    assert_eq!(made(&xml).network.streets, made(&pbf).network.streets);
}

#[test]
fn real_maps_hold_the_ways_that_another_reader_finds_in_them() {
    for path in real_maps() {
        let data = osm::read(&path).unwrap().value;
        let (mut ways, mut refs) = (0usize, 0usize);
        osmpbf::ElementReader::from_path(&path)
            .unwrap()
            .for_each(|element| {
                if let osmpbf::Element::Way(way) = element
                    && way.tags().any(|(key, _)| key == "highway")
                {
                    ways += 1;
                    refs += way.refs().count();
                }
            })
            .unwrap();
        let streets = data.ways.iter().filter(|way| data.way_tags(way).get(Key::Highway).is_some());
        let (n, n_refs) = streets.fold((0, 0), |(n, refs), way| (n + 1, refs + data.refs(way).len()));
        assert_eq!((n, n_refs), (ways, refs), "{}", path.display());
    }
}

#[test]
fn damaged_maps_never_end_in_a_panic() {
    let mut state = 7u64;
    let mut next = |n: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % n
    };
    let mut wholes = vec![crossing().bytes()];
    if let Some(path) = small_map() {
        wholes.push(std::fs::read(path).unwrap());
    }
    for whole in wholes {
        for _ in 0..120 {
            let mut bytes = whole.clone();
            if next(3) == 0 {
                bytes.truncate(next(bytes.len()));
            }
            for _ in 0..1 + next(6) {
                if !bytes.is_empty() {
                    let place = next(bytes.len());
                    bytes[place] = next(256) as u8;
                }
            }
            made(&read(&bytes, "map").value);
        }
    }
}

#[test]
fn real_regions_are_read_and_built_cleanly() {
    for path in real_maps() {
        let read = osm::read(&path).unwrap();
        assert!(!read.has_errors(), "{:?}", read.diagnostics);
        let made = made(&read.value);
        assert!(made.network.streets.edges.len() > 1000, "{}", path.display());
        assert_eq!(made.network.layers.len(), 4);
        let per_node = read.value.heap_bytes() / read.value.nodes.len();
        assert!(per_node < 300, "{}: {per_node} bytes a node", path.display());
    }
}
