//! Planned lines beside a timetable.
//!
//! ```text
//! a ──20 km── b ──40 km, delay 4 min── c        200 km/h, s = 3 min a stop, c = 2 min to start and brake
//! ```

use std::path::PathBuf;

use jiff::civil::date;
use onehour::input::network_xml;
use onehour::input::parameters::{self, Level, Parameters};
use onehour::input::vocabulary::StopClass;
use onehour::network::build;
use onehour::network::timetable::*;
use onehour::scenario::lines::{self, MixedTimetable};

use super::*;

fn given() -> Parameters {
    clean(parameters::read(&[PathBuf::from("tests/tiny/parameters.toml")]).unwrap())
}

fn network_of(trips: &str) -> onehour::network::Network {
    let text = format!(
        r#"<network region="r">
<stop id="a" name="甲" lon="112.0" lat="37.0" class="hub" serves="" source="s" confidence="H"/>
<stop id="b" name="乙" lon="112.2" lat="37.0" class="county" serves="" source="s" confidence="H"/>
<stop id="c" name="丙" lon="112.6" lat="37.0" class="county" serves="" source="s" confidence="H"/>
<stop id="x" name="旧" lon="112.6" lat="37.1" class="bus" serves="" source="s" confidence="H"/>
<transfer from="a" to="x" minutes="7"/>
<delay id="throat" name="咽喉" parameter="delay.throat"/>
<line id="valley" name="河谷线" mode="hsr" model="emu" design_kmh="250" project="p9" source="s" confidence="H">
<at stop="a" km="0"/><at stop="b" km="20"/><at stop="c" km="60" delay="throat"/></line>
<service id="fast" name="快车" mode="hsr" reserved="yes" basis="assumed" source="s" confidence="L">
<call stop="a"/><call stop="b" line="valley"/><call stop="c" line="valley"/>{trips}</service></network>"#
    );
    let records = network_xml::parse(&source_file(Path::new("plan.xml"), text));
    assert_eq!(shown(&records.diagnostics), "");
    clean(build::build(&records.value, &given()))
}

/// A feed with one route of one trip from `s` to `t`.
fn feed() -> Timetable {
    let stop = |id: &str, x: f64| CallStop {
        id: Arc::from(id),
        name: Arc::from(id),
        at: LonLat { lon: 112.0 + x, lat: 37.0 },
        class: StopClass::Bus,
        parent: None,
    };
    let call = |at| PatternStop { stop: CallStopIx(at), board: true, alight: true };
    Timetable {
        date: date(2026, 5, 13),
        zone: Arc::from("Asia/Shanghai"),
        stops: vec![stop("s", 0.0), stop("t", 0.1)],
        routes: vec![Route { id: Arc::from("r 1"), name: Arc::from("1"), route_type: 3, projects: Vec::new() }],
        patterns: vec![Pattern {
            route: RouteIx(0),
            stops: vec![call(0), call(1)],
            trips: vec![Trip { id: Arc::from("t1"), source: Arc::from("feed:2") }],
            arrivals: vec![300_000, 306_000],
            departures: vec![300_000, 306_000],
        }],
        headways: Vec::new(),
        transfers: Vec::new(),
    }
}

fn mixed(trips: &str, level: Level) -> MixedTimetable {
    clean(lines::add(&feed(), &network_of(trips), &given(), level))
}

/// Out: 20 km take 6 min and 40 km take 12. b is reached at 2 + 6 = 8, left at 6 + 3 = 9, c is reached at 2 + 18 + 3 + 4 = 27; from
/// b to c that is 18 = 2 + 12 + 4. Back: b at 2 + 12 + 4 = 18, left at 12 + 3 + 4 = 19, a at 27.
#[test]
fn trips_at_known_times_have_the_times_of_the_model_at_every_call() {
    let mixed = mixed(r#"<trips times="07:00 18:41"/>"#, Level::Base);
    let minutes = |times: &[u32]| times.iter().map(|time| f64::from(*time) / 600.0).collect::<Vec<f64>>();
    let planned = &mixed.timetable.patterns[1..];
    assert_eq!(planned.len(), 2);
    let seven = 7.0 * 60.0;
    assert_eq!(minutes(&planned[0].arrivals[..3]), [seven, seven + 8.0, seven + 27.0]);
    assert_eq!(minutes(&planned[0].departures[..3]), [seven, seven + 9.0, seven + 27.0]);
    assert_eq!(planned[0].arrival(1, 1), (18 * 60 + 41 + 8) * 600);
    assert_eq!(minutes(&planned[1].arrivals[..3]), [seven, seven + 18.0, seven + 27.0]);
    assert_eq!(minutes(&planned[1].departures[..3]), [seven, seven + 19.0, seven + 27.0]);
    let ids: Vec<&str> = planned.iter().flat_map(|pattern| &pattern.trips).map(|trip| &*trip.id).collect();
    assert_eq!(ids, ["fast/out@07:00", "fast/out@18:41", "fast/back@07:00", "fast/back@18:41"]);
    assert_eq!(&*planned[0].trips[0].source, "plan.xml:10");
    let calls: Vec<(u32, bool, bool)> = planned[1].stops.iter().map(|call| (call.stop.0, call.board, call.alight)).collect();
    assert_eq!(calls, [(4, true, false), (3, true, true), (2, false, true)]);
}

#[test]
fn the_feed_stays_where_it_was_and_the_lines_come_behind_it() {
    let (feed, mixed) = (feed(), mixed(r#"<trips times="07:00"/>"#, Level::Base));
    assert_eq!(mixed.timetable.stops[..2], feed.stops[..]);
    assert_eq!(mixed.timetable.patterns[0], feed.patterns[0]);
    assert_eq!(mixed.stops, [2, 3, 4, 5].map(|at| Some(CallStopIx(at))));
    let route = &mixed.timetable.routes[1];
    assert_eq!((&*route.id, &*route.name, route.route_type), ("fast", "快车", 101));
    assert_eq!(route.projects, [Arc::from("p9")], "the project of the line it runs on");
    let transfers: Vec<(u32, u32)> = mixed.timetable.transfers.iter().map(|walk| (walk.from.0, walk.to.0)).collect();
    assert_eq!(transfers, [(2, 5), (5, 2)]);
    assert_eq!(mixed.timetable.transfers[0].time, StatedTime::AtLeast(7 * 600));
}

/// 16 h / 12 = 80 min. With 7 trips 576 000 / 7 = 82 285.7 ds: the headway is 82 285, and the window 7 of them, so that there are seven
/// departures whatever the phase. Twice a day: 8 h.
#[test]
fn trips_at_unknown_times_are_lines_by_headway() {
    let window = |trips: &str| {
        let mixed = mixed(trips, Level::Base);
        assert_eq!((mixed.timetable.patterns.len(), mixed.timetable.headways.len()), (1, 2));
        assert_eq!(
            mixed.timetable.headways.iter().map(|line| &*line.key).collect::<Vec<&str>>(),
            ["fast/out/0", "fast/back/0"]
        );
        assert_eq!(mixed.timetable.headways[0].arrivals, [0, 8 * 600, 27 * 600]);
        mixed.timetable.headways[0].windows[0]
    };
    let (from, to) = (6 * 36_000, 22 * 36_000);
    let twelve = window(r#"<trips count="12" from="06:00" to="22:00"/>"#);
    assert_eq!(twelve, HeadwayWindow { from, to, headway: 80 * 600 });
    let seven = window(r#"<trips count="7" from="06:00" to="22:00"/>"#);
    assert_eq!(seven, HeadwayWindow { from, to: to - 5, headway: 82_285 });
    for phase in [0, 1, 40_000, 82_284] {
        assert_eq!((seven.from + phase..seven.to).step_by(seven.headway as usize).count(), 7);
    }
    assert_eq!(window(r#"<trips per_week="14"/>"#), HeadwayWindow { from, to, headway: 8 * 36_000 });
}

#[test]
fn a_direction_runs_alone_and_levels_change_the_times() {
    let one = mixed(r#"<trips times="07:00" direction="back"/>"#, Level::Base);
    assert_eq!(one.timetable.patterns.len(), 2);
    assert_eq!(&*one.timetable.patterns[1].trips[0].id, "fast/back@07:00");
    let last = |level| mixed(r#"<trips times="07:00"/>"#, level).timetable.patterns[1].arrivals[2] - 7 * 36_000;
    // Favourable: 1.6 + 60 km at 220 km/h (16.36) + 2.4 + 3.2; unfavourable: 2.4 + 20 + 3.6 + 4.8.
    assert_eq!(last(Level::Unfavourable), 18_480);
    assert!((i64::from(last(Level::Favourable)) - 14_138).abs() <= 1, "{}", last(Level::Favourable));
}

#[test]
fn a_route_is_withdrawn_once_and_must_be_there() {
    let withdraw = |changes: &[&str]| {
        let projects = projects(&changes.iter().map(|change| change.to_string()).collect::<Vec<String>>());
        lines::withdraw(&feed(), &scenario(&projects), &projects)
    };
    let gone = clean(withdraw(&["kind = \"withdraw_route\"\nroute = \"r 1\""]));
    assert!(gone.patterns.is_empty() && gone.routes.len() == 1, "indices stay");
    let fault = shown(&withdraw(&["kind = \"withdraw_route\"\nroute = \"r1\""]).diagnostics);
    assert!(
        fault.contains("error[scenario::unknown_id]: no route has id \"r1\"") && fault.contains("did you mean r 1?"),
        "{fault}"
    );
    let twice = "kind = \"withdraw_route\"\nroute = \"r 1\"";
    assert!(shown(&withdraw(&[twice, twice]).diagnostics).contains("touches nothing"));
}

/// At 0.1 km/h 60 km take 25 days.
#[test]
fn a_line_that_never_arrives_is_a_fault() {
    let text = std::fs::read_to_string("tests/tiny/parameters.toml").unwrap();
    let standing = text.replace("model.emu.v_kmh = { low = 180, base = 200", "model.emu.v_kmh = { low = 0.1, base = 0.1");
    assert_ne!(text, standing);
    let parameters = clean(parameters::parse(&[source_file(Path::new("parameters.toml"), standing)]));
    let trips = r#"<trips times="07:00"/><trips per_week="7"/>"#;
    let added = lines::add(&feed(), &network_of(trips), &parameters, Level::Base);
    let fault = shown(&added.diagnostics);
    assert!(fault.contains("error[scenario::endless_run]: service \"fast\" never gets from 甲 to 丙"), "{fault}");
    assert_eq!((added.value.timetable.patterns.len(), added.value.timetable.headways.len()), (1, 0));
}

#[test]
fn an_id_of_both_the_feed_and_the_plan_is_a_fault() {
    let mut feed = feed();
    feed.stops[0].id = Arc::from("a");
    feed.routes[0].id = Arc::from("fast");
    let fault = shown(&lines::add(&feed, &network_of(r#"<trips times="07:00"/>"#), &given(), Level::Base).diagnostics);
    assert!(fault.contains("error[scenario::taken_id]: a stop of the timetables has the id \"a\" too"), "{fault}");
    assert!(fault.contains("a route of the timetables has the id \"fast\" too"), "{fault}");
}
