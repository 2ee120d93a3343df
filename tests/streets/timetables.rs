//! Laws of timetables, counts of real feeds and the size of feeds that can be read.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;

use jiff::ToSpan;
use jiff::civil::Date;
use onehour::input::gtfs::{self, Feed};
use onehour::input::vocabulary::StopClass;
use onehour::network::timetable::build::build;
use onehour::network::timetable::check::check;
use onehour::network::timetable::draw::{drawn, fixed, phase};
use onehour::network::timetable::{HeadwayWindow, StatedTime, Timetable};
use proptest::prelude::*;

use crate::gtfs::{Written, at, codes, monday, shared, whole};

const TIMES: &str = "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n";

fn clock(seconds: u32) -> String {
    format!("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

/// A feed with stops 0 to 9 on a meridian, every hundredth of a degree, and these trips by the seconds of their calls.
fn with_trips(trips: &[Vec<(u32, u32)>]) -> Written {
    let mut stops = "stop_id,stop_name,stop_lat,stop_lon\n".to_string();
    for stop in 0..10 {
        writeln!(stops, "{stop},Stop {stop},{},8.0", 49.0 + f64::from(stop) / 100.0).unwrap();
    }
    let (mut rows, mut calls) = ("route_id,service_id,trip_id\n".to_string(), TIMES.to_string());
    for (trip, times) in trips.iter().enumerate() {
        writeln!(rows, "r,week,t{trip}").unwrap();
        for (stop, &(arrival, departure)) in times.iter().enumerate() {
            writeln!(calls, "t{trip},{},{},{stop},{stop}", clock(arrival), clock(departure)).unwrap();
        }
    }
    whole().with("stops.txt", &stops).with("trips.txt", &rows).with("stop_times.txt", &calls)
}

/// Asserts what the type of patterns promises.
fn assert_sound(timetable: &Timetable) {
    for pattern in &timetable.patterns {
        let n = pattern.stops.len();
        assert!(n >= 2 && !pattern.trips.is_empty());
        assert_eq!((pattern.arrivals.len(), pattern.departures.len()), (n * pattern.trips.len(), n * pattern.trips.len()));
        for trip in 0..pattern.trips.len() {
            assert_eq!(pattern.arrival(trip, 0), pattern.departure(trip, 0));
            assert_eq!(pattern.arrival(trip, n - 1), pattern.departure(trip, n - 1));
            for call in 0..n {
                assert!(pattern.arrival(trip, call) <= pattern.departure(trip, call));
                assert!(call == 0 || pattern.departure(trip, call - 1) <= pattern.arrival(trip, call));
                assert!(trip == 0 || pattern.arrival(trip - 1, call) <= pattern.arrival(trip, call));
                assert!(trip == 0 || pattern.departure(trip - 1, call) <= pattern.departure(trip, call));
            }
        }
    }
}

fn n_trips(timetable: &Timetable) -> usize {
    timetable.patterns.iter().map(|pattern| pattern.trips.len()).sum()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// Trips of the same calls with any run and dwell times, zero too: none gets lost and none overtakes another.
    #[test]
    fn no_trip_is_lost_and_none_overtakes_another(
        trips in prop::collection::vec((0u32..40, prop::collection::vec((0u32..10, 0u32..3), 2..5)), 1..12)
    ) {
        let trips: Vec<Vec<(u32, u32)>> = trips.into_iter().map(|(begin, runs)| {
            let mut time = 8 * 3600 + begin * 60;
            runs.into_iter().map(|(run, dwell)| {
                let arrival = time + run * 60;
                time = arrival + dwell * 30;
                (arrival, time)
            }).collect()
        }).collect();
        let (timetable, faults) = with_trips(&trips).timetable();
        prop_assert_eq!(codes(&faults), Vec::<&str>::new());
        assert_sound(&timetable);
        // Monday and Tuesday.
        prop_assert_eq!(n_trips(&timetable), 2 * trips.len());
        let mut lasts: Vec<u32> = timetable.patterns.iter()
            .flat_map(|pattern| (0..pattern.trips.len()).map(|trip| pattern.arrival(trip, pattern.stops.len() - 1)))
            .filter(|&time| time < at(24, 0, 0)).collect();
        let mut expected: Vec<u32> = trips.iter().map(|trip| trip[trip.len() - 1].0 * 10).collect();
        lasts.sort_unstable();
        expected.sort_unstable();
        prop_assert_eq!(lasts, expected);
    }

    /// Times that are known stay as they are, and those filled in lie between them in order, whichever are blank.
    #[test]
    fn times_filled_in_lie_between_the_known_ones(runs in prop::collection::vec(0u32..400, 9), blank in prop::collection::vec(any::<bool>(), 9)) {
        let times: Vec<u32> = runs.iter().scan(8 * 3600, |time, run| { *time += run; Some(*time) }).collect();
        let mut calls = TIMES.to_string();
        let last = times.len() - 1;
        for (call, &time) in times.iter().enumerate() {
            let shown = if blank[call] && call > 0 && call < last { String::new() } else { clock(time) };
            writeln!(calls, "t0,{shown},{shown},{call},{call}").unwrap();
        }
        let (timetable, _) = with_trips(&[vec![(0, 0), (0, 0)]]).with("stop_times.txt", &calls).timetable();
        assert_sound(&timetable);
        let pattern = &timetable.patterns[0];
        prop_assert_eq!(pattern.stops.len(), times.len());
        for (call, &time) in times.iter().enumerate() {
            if !blank[call] || call == 0 || call == last {
                prop_assert_eq!(pattern.departure(0, call), time * 10);
            }
        }
    }

    /// The service range and the nearest day, against looking at every day of the year.
    #[test]
    fn the_service_range_is_what_looking_at_every_day_finds(
        days in prop::collection::vec(any::<bool>(), 7),
        (from, length) in (0i32..60, 0i32..40),
        exceptions in prop::collection::btree_map(0i32..120, any::<bool>(), 0..30),
        asked in -20i32..150,
    ) {
        let first: Date = "2026-01-01".parse().unwrap();
        let day = |n: i32| first.checked_add(n.days()).unwrap();
        let text = |date: Date| date.strftime("%Y%m%d").to_string();
        let week: Vec<&str> = days.iter().map(|&runs| if runs { "1" } else { "0" }).collect();
        let calendar = format!(
            "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\nweek,{},{},{}\n",
            week.join(","), text(day(from)), text(day(from + length))
        );
        let mut dates = "service_id,date,exception_type\n".to_string();
        for (&n, &is_added) in &exceptions {
            writeln!(dates, "week,{},{}", text(day(n)), if is_added { 1 } else { 2 }).unwrap();
        }
        let feed = whole().with("calendar.txt", &calendar).with("calendar_dates.txt", &dates).read().value;
        let runs = |n: i32| exceptions.get(&n).copied().unwrap_or_else(|| {
            (from..=from + length).contains(&n) && days[day(n).weekday().to_monday_zero_offset() as usize]
        });
        let running: Vec<i32> = (0..200).filter(|&n| runs(n)).collect();
        let range = running.first().zip(running.last()).map(|(&first, &last)| (day(first), day(last)));
        prop_assert_eq!(feed.service_range(), range);
        let nearest = running.iter().copied().min_by_key(|&n| ((n - asked).abs(), n)).map(day);
        prop_assert_eq!(feed.nearest_service(day(asked)), nearest);
    }

    /// Fields with commas, quotes and blanks, written by the csv crate: names come back as they were, but for blanks around them.
    #[test]
    fn names_written_by_another_program_come_back(names in prop::collection::vec("[a-z,\" é太]{1,8}", 3)) {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(["stop_name", "stop_lon", "stop_lat", "stop_id"]).unwrap();
        for (name, id) in names.iter().zip(["A", "B", "C"]) {
            writer.write_record([name, "8.0", "49.0", id]).unwrap();
        }
        let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
        let read = whole().with("stops.txt", &text).read();
        prop_assert!(!read.has_errors(), "{:?}", codes(&read.diagnostics));
        let shown: Vec<&str> = read.value.stops.iter().map(|stop| &*stop.name).collect();
        prop_assert_eq!(shown, names.iter().map(|name| name.trim()).collect::<Vec<_>>());
    }

    /// A vehicle comes within the first headway of its window, then every headway until the window ends; the line alone and beside
    /// another leaves at the same times.
    #[test]
    fn a_line_leaves_at_the_same_times_whatever_else_runs(
        (from, length, headway) in (0u32..20_000, 1u32..20_000, 1u32..3_000), seed in any::<u64>(), draw in 0u64..1000
    ) {
        let frequencies = |more: &str| {
            let (from, to) = (clock(from), clock(from + length));
            format!("trip_id,start_time,end_time,headway_secs\n{more}t0,{from},{to},{headway}\n")
        };
        let trips = [vec![(0, 0), (60, 60)], vec![(0, 0), (60, 60)]];
        let beside = with_trips(&trips).with("frequencies.txt", &frequencies("t1,06:00:00,09:00:00,300\n"));
        let alone = with_trips(&trips[..1]).with("frequencies.txt", &frequencies(""));
        let draw_of = |feed: Written| {
            let (timetable, _) = feed.timetable();
            // One was read in another folder than the other, which is part of the key only by the folder's name.
            let mut timetable = timetable;
            timetable.headways.iter_mut().for_each(|line| line.key = line.key.rsplit(':').next().unwrap().into());
            drawn(&timetable, seed, draw)
        };
        let (alone, beside) = (draw_of(alone), draw_of(beside));
        let own = |patterns: &[onehour::network::timetable::Pattern]| -> Vec<u32> {
            let line = patterns.iter().find(|pattern| pattern.trips[0].id.starts_with("t0"));
            line.map_or(Vec::new(), |line| (0..line.trips.len()).map(|trip| line.departure(trip, 0)).collect())
        };
        prop_assert_eq!(own(&alone), own(&beside));
        let today: Vec<u32> = own(&alone).into_iter().filter(|&time| time < at(24, 0, 0)).collect();
        let window = HeadwayWindow { from: from * 10, to: (from + length) * 10, headway: headway * 10 };
        let first = window.from + phase("t0", &window, seed, draw);
        prop_assert_eq!(today.first().copied(), (first < window.to).then_some(first));
        for (n, time) in today.iter().enumerate() {
            let step = from * 10 + n as u32 * headway * 10;
            prop_assert!((step..step + headway * 10).contains(time) && *time < (from + length) * 10);
        }
        prop_assert!(today.len() as u32 >= length / headway);
    }
}

/// With half the headway the first vehicle comes after half the time, so that a shorter headway never makes anybody wait longer for it.
#[test]
fn the_first_vehicle_keeps_its_share_of_the_headway() {
    let window = |headway| HeadwayWindow { from: at(7, 0, 0), to: at(9, 0, 0), headway };
    let mut sum = 0.0;
    for draw in 0..2000 {
        let (long, short) = (phase("f:t", &window(6000), 7, draw), phase("f:t", &window(3000), 7, draw));
        assert_eq!(long / 2, short);
        sum += f64::from(long) / 6000.0;
    }
    // The mean of 2000 even shares is a half within five standard errors: 5 · √(1/12/2000) = 0.032.
    assert!((sum / 2000.0 - 0.5).abs() < 0.032, "{}", sum / 2000.0);
}

/// London's clocks show 08:00 when those of Berlin show 09:00.
#[test]
fn feeds_of_two_zones_keep_the_clock_of_the_first() {
    let (here, there) = (whole().folder(), whole().edit("agency.txt", "Europe/Berlin", "Europe/London").folder());
    let feeds = [gtfs::read(here.path()).unwrap().value, gtfs::read(there.path()).unwrap().value];
    let built = build(&feeds, monday(), None).value;
    let first = |timetable: &Timetable| -> Vec<u32> {
        let today = timetable.patterns.iter().filter(|pattern| pattern.departure(0, 0) < at(24, 0, 0));
        today.map(|pattern| pattern.departure(0, 0)).collect()
    };
    assert_eq!((&*built.zone, first(&built)), ("Europe/Berlin", vec![at(8, 0, 0), at(9, 0, 0)]));
    let other = build(&feeds, monday(), Some("Asia/Tokyo")).value;
    // Tokyo is eight hours before Berlin.
    assert_eq!((&*other.zone, first(&other)), ("Asia/Tokyo", vec![at(16, 0, 0), at(17, 0, 0)]));
}

/// On the night to 2026-03-29 an hour is left out. Saturday's 25:30 is 01:30 by the clock, half an hour before it; noon minus twelve hours
/// of Sunday is 23:00 on Saturday, so the train stands at 2:30 after it. Of the long night to 2026-10-25 it stands at 0:30.
#[test]
fn nights_of_clock_changes_join_the_days_as_long_as_they_are() {
    let night = with_trips(&[vec![(25 * 3600 + 1800, 25 * 3600 + 1800), (26 * 3600, 26 * 3600)]]);
    let daily = night.edit("calendar.txt", "1,1,1,1,1,0,0", "1,1,1,1,1,1,1");
    for (date, first) in [("2026-03-29", at(2, 30, 0)), ("2026-10-25", at(0, 30, 0)), ("2026-11-23", at(1, 30, 0))] {
        let (timetable, _) = daily.timetable_on(date.parse().unwrap());
        assert_eq!(timetable.patterns[0].departure(0, 0), first, "{date}");
    }
}

/// Monday's train of three days passes the last stop on Thursday at 02:00.
#[test]
fn a_train_of_three_days_is_there_on_each_of_them() {
    let hours = |hours: u32| (hours * 3600, hours * 3600);
    let long = with_trips(&[vec![hours(20), hours(40), hours(73), hours(74)]]).edit(
        "calendar.txt",
        "1,1,1,1,1,0,0",
        "1,0,0,0,0,0,0",
    );
    let (timetable, faults) = long.timetable_on("2026-11-26".parse().unwrap());
    // The feed has service in the year, only none that begins on this day.
    assert_eq!(codes(&faults), ["timetable::no_service"]);
    let pattern = &timetable.patterns[0];
    assert_eq!((pattern.stops.len(), &pattern.departures[..]), (2, &[at(1, 0, 0), at(2, 0, 0)][..]));
}

/// Ten trips of fifty calls, up and down the ten stops a hundredth of a degree and a minute apart, with times at the two ends only: 48 of 50
/// calls, 96 per cent, are blank.
#[test]
fn a_feed_with_hardly_any_times_has_them_filled_in() {
    let mut calls = TIMES.to_string();
    for trip in 0..10 {
        for call in 0..50 {
            let stop = if call / 9 % 2 == 0 { call % 9 } else { 9 - call % 9 };
            let known = call == 0 || call == 49;
            let time = if known { clock(8 * 3600 + trip * 600 + call * 60) } else { String::new() };
            writeln!(calls, "t{trip},{time},{time},{stop},{call}").unwrap();
        }
    }
    let trips = vec![vec![(0, 0), (0, 0)]; 10];
    let feed = with_trips(&trips).with("stop_times.txt", &calls);
    assert_eq!(feed.read().value.stop_times.n_blank(), 480);
    let (timetable, _) = feed.timetable();
    let pattern = &timetable.patterns[0];
    for call in 0..50u32 {
        assert_eq!(pattern.departure(3, call as usize), at(8, 30, 0) + call * 600);
    }
    // The distance along the shape goes before the straight one: at nine tenths of the way at the second call, by the fare zones.
    let by_shape = TIMES.replace('\n', ",shape_dist_traveled\n")
        + "t0,08:00:00,08:00:00,0,0,0\nt0,,,1,1,900\nt0,08:10:00,08:10:00,2,2,1000\n";
    let (timetable, _) = with_trips(&trips[..1]).with("stop_times.txt", &by_shape).timetable();
    assert_eq!(timetable.patterns[0].departure(0, 1), at(8, 9, 0));
}

#[test]
fn order_quotes_blanks_line_ends_and_marks_change_nothing() {
    let plain = whole().read().value;
    let odd = whole()
        .with("stop_times.txt", "\u{FEFF}stop_sequence,\"stop_id\" ,note, departure_time,arrival_time,trip_id\r\n\r\n3,C,,08:10:00,08:10:00,\"t1\"\r\n 1, A ,\"x, y\",8:00:00,08:00:00,t1\r\n2,\"B\",\"\",08:05:30 ,08:05:00,t1");
    let read = odd.read();
    assert_eq!(codes(&read.diagnostics), Vec::<&str>::new());
    let calls = |feed: &Feed| -> Vec<_> {
        feed.calls(gtfs::TripAt(0)).map(|call| (call.stop, call.sequence, call.arrival, call.departure)).collect()
    };
    assert_eq!(calls(&read.value), calls(&plain));
    // The blank line counts as a line: the first call is on the fourth.
    assert_eq!(read.value.calls(gtfs::TripAt(0)).map(|call| call.line).collect::<Vec<_>>(), [4, 5, 3]);
}

/// A station with platforms 1 and 2 and an entrance: e ──60 s── node ──30 s── 1, node ──45 s── 2.
#[test]
fn ways_inside_stations_are_the_shortest_and_statements_of_platforms_go_first() {
    let stops = "stop_id,stop_name,stop_lat,stop_lon,location_type,parent_station\nS,Station,49.0,8.0,1,\nA,One,49.0,8.0,0,S\nB,Two,49.0,8.0,0,S\nC,Far,49.02,8.0,,\ne,Entrance,49.0,8.0,2,S\nn,,,,3,S\n";
    let pathways = "pathway_id,from_stop_id,to_stop_id,pathway_mode,is_bidirectional,traversal_time\na,e,n,1,1,60\nb,n,A,1,1,30\nc,n,B,1,1,45\nd,A,B,1,1,200\n";
    let transfers = "from_stop_id,to_stop_id,transfer_type,min_transfer_time\nS,C,2,300\nA,C,2,120\n";
    let station = whole().with("stops.txt", stops).with("pathways.txt", pathways).with("transfers.txt", transfers);
    let (timetable, faults) = station.timetable();
    assert_eq!(codes(&faults), Vec::<&str>::new());
    let said: BTreeMap<(&str, &str), StatedTime> = timetable
        .transfers
        .iter()
        .map(|said| ((&*timetable.stops[said.from.at()].id, &*timetable.stops[said.to.at()].id), said.time))
        .collect();
    let seconds = |time: u32| StatedTime::AtLeast(time * 10);
    // 30 + 45 s from platform to platform, 60 + 30 and 60 + 45 s from the entrance.
    assert_eq!((said[&("A", "B")], said[&("e", "A")], said[&("B", "e")]), (seconds(75), seconds(90), seconds(105)));
    // What is said of the station holds for its platforms, but for the one of which something else is said.
    assert_eq!((said[&("B", "C")], said[&("A", "C")]), (seconds(300), seconds(120)));
    assert_eq!(timetable.stops[1].parent.map(|parent| &*timetable.stops[parent.at()].id), Some("S"));
}

#[test]
fn the_class_of_a_stop_is_the_one_with_the_longest_way_in() {
    for (route_type, class) in [
        (0, StopClass::Bus),
        (1, StopClass::Metro),
        (2, StopClass::County),
        (3, StopClass::Bus),
        (4, StopClass::Bus),
        (11, StopClass::Bus),
        (12, StopClass::Metro),
        (109, StopClass::Suburban),
        (102, StopClass::County),
        (401, StopClass::Metro),
        (900, StopClass::Bus),
        (1100, StopClass::Airport),
    ] {
        let feed = whole()
            .with("routes.txt", &format!("route_id,route_short_name,route_type\nr,1,3\nq,2,{route_type}\n"))
            .edit("trips.txt", "t1\n", "t1\nq,week,t2\n")
            .edit("stop_times.txt", "C,3\n", "C,3\nt2,09:00:00,09:00:00,A,1\nt2,09:10:00,09:10:00,B,2\n");
        let (timetable, _) = feed.timetable();
        let classes: Vec<StopClass> = timetable.stops.iter().map(|stop| stop.class).collect();
        assert_eq!(classes, [class, class, StopClass::Bus], "type {route_type}");
    }
}

/// Where one may only get off or only get on, and a call where neither is possible, which is no call.
#[test]
fn calls_keep_what_one_may_do_there() {
    let header = TIMES.replace('\n', ",pickup_type,drop_off_type\n");
    let feed = whole().with(
        "stop_times.txt",
        &format!("{header}t1,08:00:00,08:00:00,A,1,0,1\nt1,08:05:00,08:05:00,B,2,1,1\nt1,08:10:00,08:10:00,C,3,1,0\n"),
    );
    let (timetable, _) = feed.timetable();
    let stops: Vec<(u32, bool, bool)> =
        timetable.patterns[0].stops.iter().map(|call| (call.stop.0, call.board, call.alight)).collect();
    assert_eq!(stops, [(0, true, false), (2, false, true)]);
}

#[test]
fn a_fault_on_every_row_is_shown_twenty_times_and_counted() {
    let mut calls = TIMES.to_string();
    for row in 0..50_000 {
        writeln!(calls, "t1,quarter past,08:00:00,nowhere,{row}").unwrap();
    }
    let read = whole().with("stop_times.txt", &calls).read();
    let n = |code| codes(&read.diagnostics).into_iter().filter(|&other| other == code).count();
    assert_eq!((n("gtfs::time"), n("gtfs::unknown")), (21, 21));
    let rest = read.diagnostics.iter().filter(|fault| fault.message == "and 49980 more like it in stop_times.txt").count();
    assert_eq!(rest, 2);
}

/// Two trips of a vehicle at once on days they share, and on days they do not.
#[test]
fn a_vehicle_cannot_run_two_trips_at_once_on_one_day() {
    let two = |days: &str| {
        let feed = with_trips(&[vec![(0, 0), (600, 600)], vec![(300, 300), (900, 900)]])
            .with("trips.txt", "route_id,service_id,trip_id,block_id\nr,week,t0,b\nr,other,t1,b\n");
        let calendar = format!(
            "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\nweek,1,1,1,1,1,0,0,20260101,20261231\nother,{days},20260101,20261231\n"
        );
        let found = check(&feed.with("calendar.txt", &calendar).read().value, None);
        found.iter().any(|finding| finding.rule == "block_trips_with_overlapping_stop_times")
    };
    assert_eq!((two("0,0,0,0,1,1,1"), two("0,0,0,0,0,1,1")), (true, false));
}

/// Trips that run on the day, the night trips of the day before with two calls past midnight, and all of the day after; counted by a
/// separate script with Python's csv and zipfile on the files.
#[test]
fn real_feeds_have_as_many_trips_as_were_counted_by_hand() {
    for (path, date, trips) in [
        ("heidelberg-ors/vrn_gtfs_cut.zip", "2022-07-14", 748 + 23 + 754),
        ("northern-kentucky-conveyal/TANK-GTFS.zip", "2019-11-12", 995 + 10 + 995),
        // Thanksgiving, by calendar_dates.txt.
        ("northern-kentucky-conveyal/TANK-GTFS.zip", "2019-11-28", 353 + 10 + 991),
    ] {
        let Some(path) = shared(path) else { return };
        let feed = gtfs::read(&path).unwrap().value;
        let built = build(&[feed], date.parse().unwrap(), None);
        assert_eq!(codes(&built.diagnostics), Vec::<&str>::new());
        assert_sound(&built.value);
        assert_eq!(n_trips(&built.value), trips, "{date}");
    }
}

/// 704 rows of frequencies.txt for 36 trips; periods over their headways sum to 7761.45 departures a day, and every period has that many
/// less or more by less than one.
#[test]
fn a_real_feed_of_headways_has_a_vehicle_every_headway() {
    let Some(path) = shared("sao-paulo-r5r/spo.zip") else { return };
    let feed = gtfs::read(&path).unwrap().value;
    assert_eq!((feed.trips.len(), feed.frequencies.len(), feed.stop_times.len()), (36, 704, 860));
    let built = build(&[feed], "2019-05-13".parse().unwrap(), None).value;
    assert_eq!((built.patterns.len(), built.headways.len()), (0, 36));
    let drawn = fixed(&built, 1, 0);
    assert_sound(&drawn);
    let today = drawn.patterns.iter().flat_map(|pattern| (0..pattern.trips.len()).map(|trip| pattern.departure(trip, 0)));
    let n = today.filter(|&time| time < at(24, 0, 0)).count() as f64;
    assert!((n - 7761.45).abs() < 704.0 / 4.0, "{n}");
}

/// Fifteen million calls: `cargo test --release --test streets fifteen -- --ignored --nocapture`. The most memory the process ever had is
/// read from the system, where it tells.
#[test]
#[ignore = "writes 90 MB and runs for half a minute"]
fn a_feed_of_fifteen_million_calls_is_read_within_two_gigabytes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("big.zip");
    write_big(&path, 500_000, 30);
    let begin = std::time::Instant::now();
    let read = gtfs::read(&path).unwrap();
    assert!(!read.has_errors());
    assert_eq!(read.value.stop_times.len(), 15_000_000);
    println!("read in {:.1} s", begin.elapsed().as_secs_f64());
    let built = build(&[read.value], monday(), None).value;
    println!("and built {} trips in {:.1} s", n_trips(&built), begin.elapsed().as_secs_f64());
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let Some(line) = status.lines().find(|line| line.starts_with("VmHWM")) else { return };
    println!("{line}");
    let kilobytes: u64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
    assert!(kilobytes < 2_000_000, "{line}");
}

/// A feed of so many trips with so many calls each, on 2000 routes over 20 000 stops.
fn write_big(path: &std::path::Path, n_trips: u32, n_calls: u32) {
    let mut zip = zip::ZipWriter::new(std::io::BufWriter::new(std::fs::File::create(path).unwrap()));
    let options = zip::write::SimpleFileOptions::default().compression_level(Some(1));
    let mut file = |name: &str, write: &mut dyn FnMut(&mut dyn std::io::Write)| {
        zip.start_file(name, options).unwrap();
        let mut buffer = std::io::BufWriter::with_capacity(1 << 20, &mut zip);
        write(&mut buffer);
        buffer.flush().unwrap();
    };
    file("agency.txt", &mut |to| write!(to, "agency_name,agency_timezone\nA,Europe/Berlin\n").unwrap());
    file("calendar.txt", &mut |to| {
        writeln!(to, "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date").unwrap();
        (0..7).for_each(|day| {
            let days: Vec<&str> = (0..7).map(|other| if other == day { "1" } else { "0" }).collect();
            writeln!(to, "s{day},{},20260101,20261231", days.join(",")).unwrap();
        });
    });
    file("stops.txt", &mut |to| {
        writeln!(to, "stop_id,stop_name,stop_lat,stop_lon").unwrap();
        for stop in 0..20_000 {
            let (row, column) = (f64::from(stop / 200), f64::from(stop % 200));
            writeln!(to, "stop:{stop},Stop {stop},{:.4},{:.4}", 48.0 + row * 0.005, 8.0 + column * 0.007).unwrap();
        }
    });
    file("routes.txt", &mut |to| {
        writeln!(to, "route_id,route_short_name,route_type").unwrap();
        (0..2000).for_each(|route| writeln!(to, "r{route},{route},3").unwrap());
    });
    file("trips.txt", &mut |to| {
        writeln!(to, "route_id,service_id,trip_id").unwrap();
        (0..n_trips).for_each(|trip| writeln!(to, "r{},s{},trip-{trip}", trip % 2000, trip / 2000 % 7).unwrap());
    });
    file("stop_times.txt", &mut |to| {
        writeln!(to, "trip_id,arrival_time,departure_time,stop_id,stop_sequence,shape_dist_traveled").unwrap();
        for trip in 0..n_trips {
            for call in 0..n_calls {
                let time = clock(5 * 3600 + trip / 2000 * 240 + call * 90);
                let stop = (trip % 2000 * 7 + call) % 20_000;
                writeln!(to, "trip-{trip},{time},{time},stop:{stop},{call},{}", call * 420).unwrap();
            }
        }
    });
    zip.finish().unwrap();
}
