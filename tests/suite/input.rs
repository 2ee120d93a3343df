//! Readers: good files read clean, any bytes read without a panic, spans point at what they are about.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use onehour::diagnostic::{Diagnostic, SourceFile, Span, source_file};
use onehour::input::network_xml::{self, LinePlace, TransferLength, TripTimes};
use onehour::input::parameters::{self, Level};
use onehour::input::projects::{self, ChangeKind, Effect};
use onehour::input::study;
use onehour::input::targets::{self, Relations};
use onehour::input::vocabulary::{Interchange, Status};
use onehour::input::{cells, places};
use onehour::units::{Distance, TimeOfDay};
use proptest::prelude::*;

use crate::formats::{FORMATS, faults_at, faults_in, sample, shown};

fn text_of(format: &str) -> String {
    fs::read_to_string(sample(format)).unwrap()
}

fn file(text: &str) -> Arc<SourceFile> {
    source_file(Path::new("text"), text.to_string())
}

#[test]
fn every_sample_reads_without_a_fault() {
    for (format, _) in FORMATS {
        let faults = faults_at(format, &sample(format)).unwrap();
        assert!(faults.is_empty(), "{format}:\n{}", shown(&faults));
    }
}

#[test]
fn a_byte_order_mark_changes_nothing() {
    for (format, ending) in FORMATS {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("marked").with_extension(ending);
        fs::write(&path, format!("\u{FEFF}{}", text_of(format))).unwrap();
        let faults = faults_at(format, &path).unwrap();
        assert!(faults.is_empty(), "{format}:\n{}", shown(&faults));
    }
}

#[test]
fn windows_line_ends_change_nothing() {
    for (format, _) in FORMATS {
        let faults = faults_in(format, &text_of(format).replace('\n', "\r\n"));
        assert!(faults.is_empty(), "{format}:\n{}", shown(&faults));
    }
}

#[test]
fn a_file_that_is_not_there_is_an_error_with_its_path() {
    for (format, _) in FORMATS {
        let error = faults_at(format, Path::new("tests/no-such-file")).unwrap_err();
        assert!(error.to_string().starts_with("cannot read tests/no-such-file: "), "{error}");
    }
}

/// The text that the only fault of a network points at.
fn marked(network: &str) -> (String, usize, usize) {
    let faults = faults_in("network", network);
    assert_eq!(faults.len(), 1, "{}", shown(&faults));
    let span = faults[0].span.as_ref().unwrap();
    let (line, column) = span.line_column();
    (span.file.text[span.start..span.end].to_string(), line, column)
}

#[test]
fn a_span_after_chinese_text_covers_exactly_the_value() {
    let (text, line, column) =
        marked("<network region=\"山西中部\">\n<node id=\"太原南\" name=\"太原南站\" lon=\"东\" lat=\"37.8\"/></network>");
    // `<node id="太原南" name="太原南站" lon="` has 32 characters.
    assert_eq!((text.as_str(), line, column), ("东", 2, 33));
}

#[test]
fn a_span_in_a_list_covers_one_of_its_parts() {
    let (text, ..) = marked(
        "<network region=\"r\"><link id=\"l\" from=\"a\" to=\"b\" class=\"national\" length_km=\"1\" length_basis=\"official\" terrain=\"plain\" source=\"s\" confidence=\"H\" shape=\"112.1,37.1  112.2;37.2\"/></network>",
    );
    assert_eq!(text, "112.2;37.2");
}

#[test]
fn a_network_keeps_what_is_written() {
    let network = network_xml::read(&sample("network")).unwrap().value;
    assert_eq!(&*network.sources[0].url, "https://example.org/?a=1&b=2");
    assert_eq!(network.nodes[0].interchange, Interchange::Local);
    assert_eq!(network.nodes[1].interchange, Interchange::None);
    let link = &network.links[0];
    assert_eq!(link.refs.iter().map(|r| &**r).collect::<Vec<_>>(), ["G99", "G5"]);
    assert_eq!((link.length, link.shape.len(), link.toll), (Distance::from_metres(22_500), 2, true));
    assert_eq!(network.links[1].common.closed.unwrap().to_string(), "2030-06-01");
    assert_eq!(network.transfers[0].length, TransferLength::Walk(Distance::from_metres(250)));
    let line = &network.lines[0];
    assert!(matches!(&line.at[1].place, LinePlace::Point(name, Some(_)) if &*name.text == "junction"));
    assert_eq!(line.at[1].delay.as_ref().unwrap().text, network.delays[0].id.text);
    let (fast, bus) = (&network.services[0], &network.services[1]);
    let even =
        TripTimes::Even { count: 12, from: TimeOfDay::from_hm(6, 0).unwrap(), to: TimeOfDay::from_hm(22, 0).unwrap() };
    assert_eq!(fast.trips[0].times, even);
    assert_eq!(bus.trips[0].times, TripTimes::PerWeek(14));
    assert_eq!(bus.calls[1].run.unwrap().minutes(), 41.0);
    assert_eq!(&*bus.common.project.as_ref().unwrap().text, "valley-bus");
}

#[test]
fn networks_append_in_order() {
    let mut all = network_xml::read(&sample("network")).unwrap().value;
    all.append(network_xml::read(&sample("network")).unwrap().value);
    let ids: Vec<&str> = all.links.iter().map(|link| &*link.id.text).collect();
    assert_eq!(ids, ["g99", "g108", "g99", "g108"]);
    assert_eq!((all.sources.len(), all.nodes.len(), all.published.len(), all.stops.len()), (2, 4, 2, 6));
    assert_eq!((all.transfers.len(), all.delays.len(), all.lines.len(), all.services.len()), (2, 2, 2, 4));
}

#[test]
fn paths_of_a_study_are_relative_to_its_file() {
    let text = text_of("study").replace("\"network.xml\"", "\"../../networks/r/roads.xml\", \"/abs.xml\"");
    let file = source_file(Path::new("seeds/r/study.toml"), text);
    let study = study::parse(&file).into_result().unwrap();
    assert_eq!(study.networks, [Path::new("networks/r/roads.xml"), Path::new("/abs.xml")]);
    assert_eq!(study.places, Path::new("seeds/r/places.csv"));
    assert_eq!(study.parameters, [Path::new("seeds/r/parameters.toml")]);
    assert_eq!(study.cells.unwrap().file, Path::new("seeds/r/cells.csv"));
    let streets = study.streets.unwrap();
    assert_eq!(streets.osm, [Path::new("seeds/r/city.osm.pbf"), Path::new("seeds/r/ring.osm")]);
    assert_eq!((streets.profiles, streets.snap_limit.metres()), (vec![Path::new("seeds/r/walk.toml").to_path_buf()], 800));
    let timetables = study.timetables.unwrap();
    assert_eq!(timetables.gtfs, [Path::new("seeds/r/buses.zip")]);
    assert_eq!((timetables.date.to_string().as_str(), timetables.draws), ("2026-05-13", 20));
    let asked = study.definitions[0].on_timetables;
    assert_eq!((asked.percentile, asked.max_rides, asked.max_trip.minutes()), (80, 3, 150.0));
    assert_eq!(study.scenarios[1].date.to_string(), "2035-12-31");
    assert_eq!(study.scenarios[1].with_status, [Status::Building, Status::Open]);
}

#[test]
fn a_scenario_s_span_is_its_header() {
    let study = study::parse(&file(&text_of("study"))).value;
    let span = &study.scenarios[1].span;
    assert_eq!(&span.file.text[span.start..span.end], "[[scenario]]");
}

#[test]
fn the_favourable_end_shortens_journeys() {
    let parameters = parameters::read(&[sample("parameters")]).unwrap().value;
    // A speed is better high, a time is better low; both run 1, 2, 3 in the sample.
    assert_eq!(parameters.value("road.fast", Level::Favourable), 3.0);
    assert_eq!(parameters.value("road.fast", Level::Unfavourable), 1.0);
    assert_eq!(parameters.value("car.ramp_min", Level::Favourable), 1.0);
    assert_eq!(parameters.value("model.emu.v_kmh", Level::Base), 200.5);
}

#[test]
fn a_project_keeps_its_changes_in_order() {
    let projects = projects::read(&sample("projects")).unwrap().value;
    let Effect::Changes(changes) = &projects[0].effect else { panic!("the first project has changes") };
    let words: Vec<&str> = changes.iter().map(|change| change.kind.word()).collect();
    assert_eq!(words[..3], ["build", "close_link", "set_limit"]);
    assert_eq!(words[9..], ["close_way", "set_way_speed", "new_way", "withdraw_route"]);
    assert!(matches!(changes[0].kind, ChangeKind::Build));
    assert!(matches!(&changes[5].kind, ChangeKind::SetTrips(_, trips) if trips.len() == 1));
    let ChangeKind::NewWay(street) = &changes[11].kind else { panic!("the twelfth change is a new way") };
    assert_eq!((street.points.len(), street.speeds.len(), street.join_within_m), (3, 2, 50.0));
    assert!(matches!(&projects[1].effect, Effect::NotModelled(zh, _) if zh == "不影响旅行时间"));
}

#[test]
fn columns_may_stand_in_any_order() {
    let text = "terrain,urban,lat,lon,area_km2,population,place\nplain,,37.9,112.7,0.9,12,w1\n";
    let cells = cells::parse(&file(text)).into_result().unwrap();
    assert_eq!((cells.rows[0].at.lon, cells.rows[0].at.lat, cells.rows[0].population), (112.7, 37.9, 12.0));
}

#[test]
fn cells_know_their_line_after_blank_lines_and_windows_line_ends() {
    let text = "lon,lat,place,population,area_km2,urban,terrain\r\n112.7,37.9,w,1,1,,plain\r\n\r\n\r\n112.7,37.9,w,x,1,,plain\r\n112.7,37.9,w,1,1,,plain\r\n";
    let checked = cells::parse(&file(text));
    assert_eq!(checked.value.rows.iter().map(|cell| cell.line).collect::<Vec<_>>(), [2, 6]);
    assert_eq!(checked.diagnostics[0].span.as_ref().unwrap().line_column(), (5, 14));
}

#[test]
fn names_in_lists_and_quotes_have_their_own_spans() {
    let places = places::parse_places(&file(&text_of("places"))).value;
    assert_eq!(places[1].name_en, "West \"District\"");
    let belt = &places[2].groups[1];
    assert_eq!(&belt.span.file.text[belt.span.start..belt.span.end], "belt");
    assert_eq!(belt.span.line_column(), (4, 51));
}

#[test]
fn a_fault_names_line_column_value_and_help() {
    let text = "<network region=\"r\">\n\t<node id=\"雄忻\" lon=\"112.5\" lat=\"北\"/>\n</network>";
    let expected = "\
error[xml::number]: `lat` is not a number: \"北\"
 --> text:2:33
  |
2 |  <node id=\"雄忻\" lon=\"112.5\" lat=\"北\"/>
  |                                   ^^
  = help: write a plain number, for instance lat=\"37.8597\"
";
    assert_eq!(shown(&faults_in("network", text)), expected);
}

#[test]
fn a_fault_far_into_a_long_line_is_shown_with_its_surroundings() {
    let file = file(&format!("{}错{}", "x".repeat(5000), "y".repeat(5000)));
    let fault = Diagnostic::error("a::b", "wrong").at(&Span::new(&file, 5000..5003));
    let shown = fault.to_string();
    let lines: Vec<&str> = shown.lines().collect();
    assert_eq!(lines[1], " --> text:1:5001");
    // 89 columns before the mark, and the mark below the character it is about.
    assert_eq!(lines[3].chars().position(|c| c == '错'), Some(4 + 89));
    assert_eq!(lines[4].find('^'), Some(4 + 89));
    assert!(lines.iter().all(|line| line.chars().count() <= 130));
}

#[test]
fn a_fault_at_the_end_of_a_file_is_shown() {
    let file = file("one\ntwo\n");
    let fault = Diagnostic::error("a::b", "wrong").at(&Span::new(&file, 8..8));
    assert_eq!(fault.to_string(), "error[a::b]: wrong\n --> text:3:1\n  |\n3 | \n  | ^\n");
}

#[test]
fn an_endless_value_is_cut_short() {
    let faults = faults_in(
        "network",
        &format!("<network region=\"r\"><node id=\"a\" lon=\"{}\" lat=\"37\"/></network>", "x".repeat(9000)),
    );
    let shown = shown(&faults);
    let lines: Vec<&str> = shown.lines().collect();
    assert!(lines[0].ends_with("xxx…") && lines.iter().all(|line| line.chars().count() < 650), "{shown}");
}

#[test]
fn two_places_of_a_line_may_share_a_kilometre() {
    let line = "<line id=\"l\" name=\"l\" mode=\"hsr\" model=\"m\" source=\"s\" confidence=\"H\"><at stop=\"a\" km=\"3\"/><at stop=\"b\" km=\"3\"/></line>";
    assert_eq!(shown(&faults_in("network", &format!("<network region=\"r\">{line}</network>"))), "");
}

#[test]
fn a_span_after_doubled_quotes_and_commas_covers_the_field() {
    let faults = faults_in("groups", "id,kind,name_zh,name_en\ng,k,\"甲 \"\"乙, 丙\"\" 丁\",\nh h,k,z,e\n");
    // `g,k,"甲 ""乙, 丙"" 丁",` has 19 characters.
    assert_eq!(faults[0].span.as_ref().unwrap().line_column(), (2, 20));
    assert_eq!(faults[1].span.as_ref().unwrap().line_column(), (3, 1));
}

#[test]
fn a_fault_of_encoding_behind_a_byte_order_mark_is_shown_where_it_is() {
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), b"\xEF\xBB\xBFid,kind\xB0\n").unwrap();
    let faults = faults_at("groups", file.path()).unwrap();
    assert_eq!(faults[0].code, "text::encoding");
    assert_eq!(faults[0].span.as_ref().unwrap().line_column(), (1, 8));
}

#[test]
fn people_of_all_units_have_no_group() {
    let targets = targets::read(&sample("targets")).unwrap().value;
    assert!(matches!(&targets[4].relations, Relations::People { of: None, to } if &*to.text == "w"));
    assert!(matches!(&targets[2].relations, Relations::Pairs { places } if places.is_empty()));
}

/// A sample with some of its bytes replaced, removed or repeated.
fn mutated() -> impl Strategy<Value = (usize, Vec<u8>)> {
    let edits = prop::collection::vec((any::<prop::sample::Index>(), 0..4u8, any::<u8>()), 1..8);
    (0..FORMATS.len(), edits).prop_map(|(format, edits)| {
        let mut bytes = text_of(FORMATS[format].0).into_bytes();
        for (at, kind, byte) in edits {
            let at = at.index(bytes.len());
            match kind {
                0 => bytes[at] = byte,
                1 => bytes[at] = b"\"<>&,;[]{}=\n0-"[usize::from(byte) % 14],
                2 => drop(bytes.drain(at..(at + usize::from(byte % 16)).min(bytes.len() - 1).max(at))),
                _ => {
                    let part = bytes[at..(at + usize::from(byte)).min(bytes.len())].to_vec();
                    bytes.splice(at..at, part);
                }
            }
        }
        (format, bytes)
    })
}

/// Reads `bytes` as a file of the format and shows every fault, so that spans are tried too.
fn read_bytes(format: &str, bytes: &[u8]) {
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), bytes).unwrap();
    shown(&faults_at(format, file.path()).unwrap());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_reader_panics_on_a_damaged_file((format, bytes) in mutated()) {
        read_bytes(FORMATS[format].0, &bytes);
    }

    #[test]
    fn no_reader_panics_on_any_bytes(format in 0..FORMATS.len(), bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        read_bytes(FORMATS[format].0, &bytes);
    }

    #[test]
    fn no_reader_panics_on_any_text(format in 0..FORMATS.len(), text in "[<>/\"'=&;!?\\[\\]{}:,.a-z0-9 \n\r\t\\-甲\u{FEFF}\u{0}]{0,120}") {
        shown(&faults_in(FORMATS[format].0, &text));
    }
}
