//! GTFS feeds and the timetables made of them: a feed on one page, changed in one place for every rule.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use onehour::diagnostic::{Checked, Diagnostic, Severity};
use onehour::input::gtfs::{self, Feed};
use onehour::network::timetable::build::build;
use onehour::network::timetable::check::check;
use onehour::network::timetable::draw::fixed;
use onehour::network::timetable::{StatedTime, Timetable};
use tempfile::TempDir;
use zip::write::SimpleFileOptions;

/// Deciseconds of a time of day.
pub fn at(hours: u32, minutes: u32, seconds: u32) -> u32 {
    (hours * 3600 + minutes * 60 + seconds) * 10
}

/// Monday.
pub fn monday() -> Date {
    "2026-11-23".parse().unwrap()
}

/// Files of a feed: two stops 1112 m apart and one 1112 m further, a bus that calls at all three at 08:00, 08:05 and 08:10, every weekday.
#[derive(Clone)]
pub struct Written(BTreeMap<&'static str, String>);

pub fn whole() -> Written {
    let files = [
        ("agency.txt", "agency_id,agency_name,agency_url,agency_timezone\na,Bus,https://example.org,Europe/Berlin\n"),
        ("stops.txt", "stop_id,stop_name,stop_lat,stop_lon\nA,Alpha,49.00,8.0\nB,Beta,49.01,8.0\nC,Gamma,49.02,8.0\n"),
        ("routes.txt", "route_id,agency_id,route_short_name,route_long_name,route_type\nr,a,1,Line,3\n"),
        ("trips.txt", "route_id,service_id,trip_id\nr,week,t1\n"),
        (
            "stop_times.txt",
            "trip_id,arrival_time,departure_time,stop_id,stop_sequence\nt1,08:00:00,08:00:00,A,1\nt1,08:05:00,08:05:30,B,2\nt1,08:10:00,08:10:00,C,3\n",
        ),
        (
            "calendar.txt",
            "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\nweek,1,1,1,1,1,0,0,20260101,20261231\n",
        ),
    ];
    Written(files.into_iter().map(|(name, text)| (name, text.to_string())).collect())
}

impl Written {
    pub fn with(mut self, file: &'static str, text: &str) -> Self {
        self.0.insert(file, text.to_string());
        self
    }

    pub fn without(mut self, file: &'static str) -> Self {
        self.0.remove(file);
        self
    }

    /// The same with `from` in a file replaced by `to`.
    pub fn edit(mut self, file: &'static str, from: &str, to: &str) -> Self {
        let text = self.0.get_mut(file).unwrap();
        assert!(text.contains(from), "{file} has no {from}");
        *text = text.replace(from, to);
        self
    }

    pub fn folder(&self) -> TempDir {
        let folder = TempDir::new().unwrap();
        for (name, text) in &self.0 {
            fs::write(folder.path().join(name), text).unwrap();
        }
        folder
    }

    fn zip(&self, prefix: &str) -> Vec<u8> {
        let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        for (name, text) in &self.0 {
            writer.start_file(format!("{prefix}{name}"), SimpleFileOptions::default()).unwrap();
            writer.write_all(text.as_bytes()).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    pub fn read(&self) -> Checked<Feed> {
        gtfs::read(self.folder().path()).unwrap()
    }

    /// The timetable of Monday and every fault on the way there.
    pub fn timetable(&self) -> (Timetable, Vec<Diagnostic>) {
        self.timetable_on(monday())
    }

    pub fn timetable_on(&self, date: Date) -> (Timetable, Vec<Diagnostic>) {
        let mut faults = Vec::new();
        let feed = self.read().into_value(&mut faults);
        let timetable = build(&[feed], date, None).into_value(&mut faults);
        (timetable, faults)
    }
}

fn read_bytes(bytes: &[u8]) -> Checked<Feed> {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("feed.zip");
    fs::write(&path, bytes).unwrap();
    gtfs::read(&path).unwrap()
}

pub fn codes(faults: &[Diagnostic]) -> Vec<&'static str> {
    faults.iter().map(|fault| fault.code).collect()
}

/// The calls of the only pattern: arrivals and departures, trip after trip.
fn only(timetable: &Timetable) -> (&[u32], &[u32]) {
    assert_eq!(timetable.patterns.len(), 1);
    (&timetable.patterns[0].arrivals, &timetable.patterns[0].departures)
}

#[test]
fn a_trip_of_three_calls_is_one_pattern_with_its_times() {
    let (timetable, faults) = whole().timetable();
    assert_eq!(codes(&faults), Vec::<&str>::new());
    let (arrivals, departures) = only(&timetable);
    // Tuesday's trip is there too, a day later, so that windows past midnight are whole.
    assert_eq!(arrivals, [at(8, 0, 0), at(8, 5, 0), at(8, 10, 0), at(32, 0, 0), at(32, 5, 0), at(32, 10, 0)]);
    assert_eq!(departures[1], at(8, 5, 30));
    assert_eq!(&*timetable.zone, "Europe/Berlin");
    assert_eq!(&*timetable.patterns[0].trips[0].id, "t1");
    assert!(timetable.patterns[0].trips[0].source.ends_with("stop_times.txt:2"));
}

#[test]
fn folder_and_zip_and_a_folder_in_a_zip_say_the_same() {
    let folder = whole().read().value;
    let plain = read_bytes(&whole().zip(""));
    let nested = read_bytes(&whole().zip("feed/"));
    assert!(!plain.has_errors());
    assert_eq!(codes(&nested.diagnostics), ["gtfs::folder"]);
    for feed in [&plain.value, &nested.value] {
        assert_eq!(feed.stops.len(), folder.stops.len());
        let build = |feed: &Feed| build(std::slice::from_ref(feed), monday(), None).value;
        assert_eq!(build(feed).patterns[0].arrivals, build(&folder).patterns[0].arrivals);
    }
}

#[test]
fn a_trip_past_midnight_runs_on_the_next_day_with_what_is_left_of_it() {
    let night = whole()
        .edit("stop_times.txt", "08:00:00,08:00:00", "23:50:00,23:50:00")
        .edit("stop_times.txt", "08:05:00,08:05:30", "24:10:00,24:10:00")
        .edit("stop_times.txt", "08:10:00,08:10:00", "25:10:00,25:10:00");
    let (timetable, _) = night.timetable_on("2026-11-24".parse().unwrap());
    let all: Vec<&[u32]> = timetable.patterns.iter().map(|pattern| &pattern.arrivals[..]).collect();
    // Monday's trip from 00:10 on: the call before midnight is gone.
    assert!(all.iter().any(|times| times.starts_with(&[at(0, 10, 0), at(1, 10, 0)])), "{all:?}");
    assert!(all.iter().any(|times| times.starts_with(&[at(23, 50, 0), at(24, 10, 0), at(25, 10, 0)])), "{all:?}");
}

#[test]
fn calendar_dates_alone_and_exceptions_decide_the_day() {
    let alone =
        whole().without("calendar.txt").with("calendar_dates.txt", "service_id,date,exception_type\nweek,20261123,1\n");
    let (timetable, faults) = alone.timetable();
    assert_eq!((codes(&faults), timetable.patterns[0].trips.len()), (vec![], 1));
    let removed = whole().with("calendar_dates.txt", "service_id,date,exception_type\nweek,20261123,2\n");
    let (_, faults) = removed.timetable();
    assert_eq!(codes(&faults), ["timetable::no_service"]);
    // A Saturday: the message names the feed and its range.
    let (_, faults) = whole().timetable_on("2026-11-28".parse().unwrap());
    assert_eq!(codes(&faults), ["timetable::no_service"]);
    assert!(faults[0].message.contains("2026-01-01") && faults[0].message.contains("2026-12-31"), "{}", faults[0].message);
    let (_, faults) = whole().timetable_on("2030-11-28".parse().unwrap());
    assert_eq!(faults[0].severity, Severity::Error);
}

/// On 2026-03-29 clocks in Berlin go from 02:00 to 03:00. Noon minus twelve hours is 23:00 of the day before, so 08:00 by the clock is
/// nine hours after it.
#[test]
fn times_count_from_noon_minus_twelve_hours_where_clocks_change() {
    let sunday = whole().edit("calendar.txt", "1,1,1,1,1,0,0", "1,1,1,1,1,1,1");
    let (timetable, _) = sunday.timetable_on("2026-03-29".parse().unwrap());
    let today = timetable.patterns.iter().flat_map(|pattern| pattern.departures.iter()).filter(|&&time| time < at(24, 0, 0));
    assert!(today.copied().any(|time| time == at(8, 0, 0)), "a time of the feed is that of the clock");
}

/// Beta is half way by straight distance, so blank times there are 08:05.
#[test]
fn blank_times_lie_on_the_straight_line_between_known_ones() {
    let blank = whole().edit("stop_times.txt", "08:05:00,08:05:30", ",");
    let (timetable, faults) = blank.timetable();
    assert_eq!(codes(&faults), ["timetable::interpolated"]);
    assert_eq!(only(&timetable).0[..3], [at(8, 0, 0), at(8, 5, 0), at(8, 10, 0)]);
}

#[test]
fn trips_that_overtake_stand_in_patterns_of_their_own() {
    let overtaking = whole().edit("trips.txt", "t1\n", "t1\nr,week,t2\n").edit(
        "stop_times.txt",
        "t1,08:10:00,08:10:00,C,3\n",
        "t1,08:10:00,08:10:00,C,3\nt2,08:01:00,08:01:00,A,1\nt2,08:04:00,08:04:00,B,2\nt2,08:08:00,08:08:00,C,3\n",
    );
    let (timetable, _) = overtaking.timetable();
    assert_eq!(timetable.patterns.len(), 2);
    for pattern in &timetable.patterns {
        let n = pattern.stops.len();
        for call in 0..n {
            let times: Vec<u32> = (0..pattern.trips.len()).map(|trip| pattern.departure(trip, call)).collect();
            assert!(times.is_sorted());
        }
    }
}

/// From 08:00 until before 09:00 every ten minutes: six trips; the first call at 08:00 keeps the run times of t1.
#[test]
fn exact_headways_become_trips_and_others_stay_lines() {
    let header = "trip_id,start_time,end_time,headway_secs,exact_times\n";
    let exact = whole().with("frequencies.txt", &format!("{header}t1,08:00:00,09:00:00,600,1\n"));
    let (timetable, _) = exact.timetable();
    let today: Vec<u32> =
        timetable.patterns[0].arrivals.chunks(3).map(|trip| trip[0]).filter(|&time| time < at(24, 0, 0)).collect();
    assert_eq!(today, [0, 10, 20, 30, 40, 50].map(|minute| at(8, minute, 0)));
    let loose = whole().with("frequencies.txt", &format!("{header}t1,08:00:00,09:00:00,600,0\n"));
    let (timetable, _) = loose.timetable();
    assert!(timetable.patterns.is_empty());
    let line = &timetable.headways[0];
    assert_eq!((line.windows[0].headway, line.arrivals[2]), (6000, 6000));
    // A draw is a timetable: the same for the same seed, and never earlier than the window.
    let draw = |seed, number| fixed(&timetable, seed, number).patterns[0].departures.clone();
    assert_eq!(draw(1, 0), draw(1, 0));
    assert_ne!(draw(1, 0), draw(1, 1));
    let first = draw(1, 0)[0];
    assert!((at(8, 0, 0)..at(8, 10, 0)).contains(&first));
}

#[test]
fn what_feeds_say_of_changes_is_kept() {
    let said = whole()
        .with("transfers.txt", "from_stop_id,to_stop_id,transfer_type,min_transfer_time\nA,B,2,180\nB,B,3,\nB,C,0,\n");
    let (timetable, _) = said.timetable();
    let times: Vec<StatedTime> = timetable.transfers.iter().map(|transfer| transfer.time).collect();
    assert_eq!(times, [StatedTime::AtLeast(1800), StatedTime::Forbidden, StatedTime::Walk]);
}

#[test]
fn where_nobody_may_get_on_or_off_nobody_does() {
    let header = "trip_id,arrival_time,departure_time,stop_id,stop_sequence,pickup_type,drop_off_type";
    let times = "t1,08:00:00,08:00:00,A,1,0,0\nt1,08:05:00,08:05:00,B,2,1,0\nt1,08:10:00,08:10:00,C,3,0,1\n";
    let (timetable, _) = whole().with("stop_times.txt", &format!("{header}\n{times}")).timetable();
    let calls: Vec<(bool, bool)> = timetable.patterns[0].stops.iter().map(|call| (call.board, call.alight)).collect();
    assert_eq!(calls[1], (false, true), "{calls:?}");
    assert!(!calls.get(2).is_some_and(|call| call.1), "{calls:?}");
}

#[test]
fn ids_of_several_feeds_do_not_collide() {
    let (first, second) = (whole().folder(), whole().folder());
    let feeds = [gtfs::read(first.path()).unwrap().value, gtfs::read(second.path()).unwrap().value];
    let built = build(&feeds, monday(), None);
    assert!(!built.has_errors(), "{:?}", codes(&built.diagnostics));
    let mut ids: Vec<&str> = built.value.stops.iter().map(|stop| &*stop.id).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 6, "{ids:?}");
}

/// Every rule of the reader: the feed is broken in one place, and the fault names the file and the line.
#[test]
fn every_fault_of_a_feed_has_its_code_and_its_line() {
    let cases: Vec<(&str, Written, &str)> = vec![
        ("gtfs::missing", whole().without("stops.txt"), ""),
        ("gtfs::missing", whole().without("calendar.txt"), ""),
        ("gtfs::header", whole().edit("stops.txt", "stop_id", "id"), "stops.txt:1"),
        ("gtfs::column", whole().edit("agency.txt", "agency_url", "agency_name"), "agency.txt:1"),
        ("gtfs::fields", whole().edit("trips.txt", "r,week,t1", "r,week,t1,x,y"), "trips.txt:2"),
        ("gtfs::quote", whole().edit("stops.txt", "Alpha", "\"Alpha"), "stops.txt:2"),
        ("gtfs::empty", whole().edit("trips.txt", "r,week,t1", "r,week,"), "trips.txt:2"),
        ("gtfs::duplicate", whole().edit("stops.txt", "B,Beta", "A,Beta"), "stops.txt:3"),
        ("gtfs::repeated", whole().edit("stops.txt", "B,Beta", "A,Alpha,49.00,8.0\nB,Beta"), "stops.txt:3"),
        ("gtfs::number", whole().edit("stops.txt", "49.00", "north"), "stops.txt:2"),
        ("gtfs::coordinate", whole().edit("stops.txt", "49.00", "149.00"), "stops.txt:2"),
        ("gtfs::nowhere", whole().edit("stops.txt", "49.00,8.0", ","), "stops.txt:2"),
        (
            "gtfs::left_out",
            whole().edit("stops.txt", "C,Gamma,49.02,8.0\n", "C,Gamma,49.02,8.0\nD,Delta,,\n"),
            "stops.txt:5",
        ),
        ("gtfs::route_type", whole().edit("routes.txt", "Line,3", "Line,bus"), "routes.txt:2"),
        ("gtfs::zone", whole().edit("agency.txt", "Europe/Berlin", "Berlin"), "agency.txt:2"),
        (
            "gtfs::zones",
            whole().edit("agency.txt", "Europe/Berlin\n", "Europe/Berlin\nb,Rail,https://example.org,Europe/London\n"),
            "agency.txt:3",
        ),
        ("gtfs::unknown", whole().edit("trips.txt", "r,week", "x,week"), "trips.txt:2"),
        ("gtfs::unknown", whole().edit("stop_times.txt", "08:05:30,B", "08:05:30,X"), "stop_times.txt:3"),
        ("gtfs::reference", whole().edit("stop_times.txt", "t1,08:10:00", "t9,08:10:00"), "stop_times.txt:4"),
        ("gtfs::time", whole().edit("stop_times.txt", "08:05:00", "8 Uhr"), "stop_times.txt:3"),
        ("gtfs::times", whole().edit("stop_times.txt", "08:05:00,08:05:30", "07:05:00,07:05:30"), "stop_times.txt:3"),
        ("gtfs::ends", whole().edit("stop_times.txt", "08:10:00,08:10:00", ","), "stop_times.txt:4"),
        ("gtfs::date", whole().edit("calendar.txt", "20260101", "2026-01-01"), "calendar.txt:2"),
        ("gtfs::calendar", whole().edit("calendar.txt", "week,1,1", "week,1,7"), "calendar.txt:2"),
        (
            "gtfs::frequency",
            whole().with("frequencies.txt", "trip_id,start_time,end_time,headway_secs\nt1,09:00:00,08:00:00,600\n"),
            "frequencies.txt:2",
        ),
        (
            "gtfs::transfer",
            whole().with("transfers.txt", "from_stop_id,to_stop_id,transfer_type\nA,B,2\n"),
            "transfers.txt:2",
        ),
        (
            "gtfs::shape",
            whole().with("shapes.txt", "shape_id,shape_pt_lat,shape_pt_lon,shape_pt_sequence\ns,91,8,1\n"),
            "shapes.txt:2",
        ),
        ("gtfs::kind", whole().with("transfers.txt", "from_stop_id,to_stop_id,transfer_type\nA,B,9\n"), "transfers.txt:2"),
    ];
    for (code, feed, place) in cases {
        let checked = feed.read();
        let fault = checked.diagnostics.iter().find(|fault| fault.code == code);
        let fault = fault.unwrap_or_else(|| panic!("{code}: {:?}", codes(&checked.diagnostics)));
        assert!(fault.to_string().contains(place), "{code}: {fault}");
        assert!(fault.help.is_some(), "{code} says what to write instead");
    }
}

/// What cannot be used of a feed, or had to be made up, is said with its number.
#[test]
fn what_a_timetable_leaves_out_or_makes_up_is_said() {
    let falling = whole().edit("stop_times.txt", "08:05:00,08:05:30", "07:05:00,07:05:30");
    let header = "trip_id,arrival_time,departure_time,stop_id,stop_sequence,pickup_type";
    let cases: Vec<(&str, Written)> = vec![
        ("timetable::times", falling),
        (
            "timetable::arrangement",
            whole().with(
                "stop_times.txt",
                &format!("{header}\nt1,08:00:00,08:00:00,A,1,2\nt1,08:05:00,08:05:00,B,2,0\nt1,08:10:00,08:10:00,C,3,0\n"),
            ),
        ),
        (
            "timetable::continuous",
            whole().with(
                "routes.txt",
                "route_id,agency_id,route_short_name,route_long_name,route_type,continuous_pickup\nr,a,1,Line,3,0\n",
            ),
        ),
        (
            "timetable::transfers",
            whole().with("transfers.txt", "from_stop_id,to_stop_id,transfer_type,from_trip_id,to_trip_id\nA,B,4,t1,t1\n"),
        ),
        (
            "timetable::pathways",
            whole().with(
                "pathways.txt",
                "pathway_id,from_stop_id,to_stop_id,pathway_mode,is_bidirectional\np,A,B,1,1\n",
            ),
        ),
        (
            "timetable::short",
            whole().edit("trips.txt", "t1\n", "t1\nr,week,t2\n").edit(
                "stop_times.txt",
                "t1,08:10:00,08:10:00,C,3\n",
                "t1,08:10:00,08:10:00,C,3\nt2,08:01:00,08:01:00,A,1\n",
            ),
        ),
        (
            "timetable::flexible",
            whole().with(
                "stop_times.txt",
                "trip_id,arrival_time,departure_time,stop_id,stop_sequence,location_id,start_pickup_drop_off_window,end_pickup_drop_off_window\nt1,08:00:00,08:00:00,A,1,,,\nt1,,,,2,zone,08:00:00,09:00:00\nt1,08:10:00,08:10:00,C,3,,,\n",
            ),
        ),
        (
            "timetable::departures",
            whole().with(
                "frequencies.txt",
                "trip_id,start_time,end_time,headway_secs,exact_times\nt1,00:00:00,500:00:00,1,1\nt1,00:00:00,500:00:00,1,1\nt1,00:00:00,500:00:00,1,1\n",
            ),
        ),
    ];
    for (code, feed) in cases {
        let (_, faults) = feed.timetable();
        assert!(codes(&faults).contains(&code), "{code}: {:?}", codes(&faults));
    }
    let feed = whole().read().value;
    assert_eq!(codes(&build(std::slice::from_ref(&feed), monday(), Some("Nowhere/City")).diagnostics), ["timetable::zone"]);
    // Two feeds whose files have one name are told apart by a number.
    let two = build(&[feed.clone(), feed], monday(), None);
    assert!(codes(&two.diagnostics).contains(&"timetable::name"), "{:?}", codes(&two.diagnostics));
}

#[test]
fn zips_with_passwords_or_two_files_of_one_name_are_refused() {
    let zip = whole().zip("");
    let every = |bytes: &[u8], mark: &[u8]| -> Vec<usize> {
        (0..bytes.len().saturating_sub(4)).filter(|&at| &bytes[at..at + 4] == mark).collect()
    };
    // Bit 0 of the flags of a member says that it is encrypted.
    let mut locked = zip.clone();
    every(&zip, b"PK\x03\x04").into_iter().for_each(|at| locked[at + 6] |= 1);
    every(&zip, b"PK\x01\x02").into_iter().for_each(|at| locked[at + 8] |= 1);
    assert!(codes(&read_bytes(&locked).diagnostics).contains(&"gtfs::encrypted"));
    let found = read_bytes(&zip[..zip.len() - 5]);
    assert!(codes(&found.diagnostics).contains(&"gtfs::zip"), "{:?}", codes(&found.diagnostics));
    let twice = whole().with("x/stops.txt", "stop_id\nA\n").with("y/stops.txt", "stop_id\nA\n").without("stops.txt");
    let found = codes(&read_bytes(&twice.zip("")).diagnostics);
    assert!(found.contains(&"gtfs::twice") || found.contains(&"gtfs::folder"), "{found:?}");
}

#[test]
fn texts_in_other_encodings_are_read_with_a_warning_or_refused() {
    let folder = whole().folder();
    // "北" in GB18030 is B1 B1, which is no UTF-8.
    let stops = b"stop_id,stop_name,stop_lat,stop_lon\nA,\xB1\xB1,49.00,8.0\nB,Beta,49.01,8.0\nC,Gamma,49.02,8.0\n";
    fs::write(folder.path().join("stops.txt"), stops).unwrap();
    let read = gtfs::read(folder.path()).unwrap();
    assert!(codes(&read.diagnostics).contains(&"gtfs::encoding"), "{:?}", codes(&read.diagnostics));
    let with_mark = whole().edit("stops.txt", "stop_id", "\u{FEFF}stop_id").edit("stops.txt", "\n", "\r\n");
    assert_eq!(codes(&with_mark.read().diagnostics), Vec::<&str>::new());
}

#[test]
fn a_zip_made_to_burst_is_refused_and_so_are_broken_ones() {
    let bytes = whole().zip("");
    for length in [0, 10, bytes.len() / 2, bytes.len() - 5] {
        assert!(read_bytes(&bytes[..length]).has_errors(), "cut at {length}");
    }
    // A hundred megabytes of blanks pack a thousand to one.
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in &whole().0 {
        writer.start_file(name.to_string(), SimpleFileOptions::default()).unwrap();
        writer.write_all(text.as_bytes()).unwrap();
        if *name == "stop_times.txt" {
            for _ in 0..1_600 {
                writer.write_all(&[b' '; 65_536]).unwrap();
            }
        }
    }
    let bomb = writer.finish().unwrap().into_inner();
    let read = read_bytes(&bomb);
    let found = codes(&read.diagnostics);
    assert!(found.iter().any(|code| ["gtfs::bomb", "gtfs::row"].contains(code)), "{found:?}");
    // Members of one name in two folders.
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for folder in ["a/", "b/"] {
        for (name, text) in &whole().0 {
            writer.start_file(format!("{folder}{name}"), SimpleFileOptions::default()).unwrap();
            writer.write_all(text.as_bytes()).unwrap();
        }
    }
    let two = read_bytes(&writer.finish().unwrap().into_inner());
    assert!(two.has_errors(), "{:?}", codes(&two.diagnostics));
}

#[test]
fn damaged_bytes_never_end_in_a_panic() {
    let zip = whole().zip("");
    let mut state = 1u64;
    let mut next = |n: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % n
    };
    for _ in 0..400 {
        let mut bytes = zip.clone();
        for _ in 0..1 + next(8) {
            let place = next(bytes.len());
            bytes[place] = next(256) as u8;
        }
        let mut faults = Vec::new();
        let feed = read_bytes(&bytes).into_value(&mut faults);
        build(&[feed], monday(), None);
    }
    let names: Vec<&'static str> = whole().0.keys().copied().collect();
    for _ in 0..600 {
        let mut feed = whole();
        let file = names[next(names.len())];
        let mut bytes = feed.0[file].clone().into_bytes();
        for _ in 0..1 + next(4) {
            let place = next(bytes.len());
            bytes[place] = b",\n\"09:xA \xFF"[next(10)];
        }
        feed.0.insert(file, String::from_utf8_lossy(&bytes).into_owned());
        let read = feed.read();
        check(&read.value, Some(monday()));
        build(&[read.value], monday(), None);
    }
}

#[test]
fn doubtful_feeds_break_the_rules_of_the_canonical_validator() {
    assert_eq!(
        check(&whole().read().value, Some(monday())).iter().map(|finding| finding.rule).collect::<Vec<_>>(),
        Vec::<&str>::new()
    );
    // 1112 m in ten seconds are 400 km/h.
    let fast = whole().edit("stop_times.txt", "08:05:00,08:05:30", "08:00:10,08:00:10");
    let rules: Vec<&str> = check(&fast.read().value, Some(monday())).iter().map(|finding| finding.rule).collect();
    assert!(rules.iter().any(|rule| rule.contains("fast_travel")), "{rules:?}");
    // Null Island.
    let lost = whole().edit("stops.txt", "49.01,8.0", "0.0,0.0");
    let rules: Vec<&str> = check(&lost.read().value, Some(monday())).iter().map(|finding| finding.rule).collect();
    assert!(!rules.is_empty(), "{rules:?}");
    // Swapped.
    let swapped = whole().edit("stops.txt", "49.00,8.0", "8.0,49.00");
    assert!(!check(&swapped.read().value, Some(monday())).is_empty());
}

/// A real feed, or `None` with a printed reason where the data are absent.
pub fn shared(path: &str) -> Option<PathBuf> {
    let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data")).join(path);
    if !path.exists() {
        println!("skipped: {} is not there", path.display());
        return None;
    }
    Some(path)
}

#[test]
fn real_feeds_hold_what_another_reader_finds_in_them() {
    for path in ["heidelberg-ors/vrn_gtfs_cut.zip", "northern-kentucky-conveyal/TANK-GTFS.zip"] {
        let Some(path) = shared(path) else { return };
        let feed = gtfs::read(&path).unwrap();
        assert!(!feed.has_errors(), "{}: {:?}", path.display(), codes(&feed.diagnostics));
        let other = gtfs_structures::RawGtfs::from_path(&path).unwrap();
        assert_eq!(feed.value.stops.len(), other.stops.unwrap().len());
        assert_eq!(feed.value.trips.len(), other.trips.unwrap().len());
        assert_eq!(feed.value.stop_times.len(), other.stop_times.unwrap().len());
        assert_eq!(feed.value.routes.len(), other.routes.unwrap().len());
    }
}

#[test]
fn the_times_of_real_trips_are_those_of_another_reader() {
    let Some(path) = shared("heidelberg-ors/vrn_gtfs_cut.zip") else { return };
    let date: Date = "2022-07-14".parse().unwrap();
    let feed = gtfs::read(&path).unwrap().value;
    let timetable = build(&[feed], date, None).value;
    let other = gtfs_structures::Gtfs::from_path(&path).unwrap();
    let mut n = 0;
    for pattern in &timetable.patterns {
        for (at, trip) in pattern.trips.iter().enumerate() {
            let theirs = &other.trips[&*trip.id].stop_times;
            if theirs.len() != pattern.stops.len() {
                continue;
            }
            // Trips of the day before and after stand there too, a day earlier or later.
            let begin = theirs[0].departure_time.map(|time| time * 10).unwrap();
            assert_eq!(pattern.departure(at, 0) % 864_000, begin % 864_000, "{}", trip.id);
            for (call, theirs) in theirs.iter().enumerate() {
                if let Some(time) = theirs.departure_time.filter(|_| call + 1 < pattern.stops.len()) {
                    assert_eq!(
                        pattern.departure(at, call) - pattern.departure(at, 0),
                        time * 10 - begin,
                        "{} at {call}",
                        trip.id
                    );
                    n += 1;
                }
            }
        }
    }
    assert!(n > 10_000, "only {n} calls were compared");
}
