//! The command line straight from files, on the town of the template: answers and faults.

use std::fs;
use std::path::Path;
use std::process::Output;

use assert_cmd::Command;
use serde_json::Value;
use tempfile::TempDir;

fn onehour(folder: &Path, arguments: &str) -> Output {
    let mut command = Command::cargo_bin("onehour").unwrap();
    command.env("ONEHOUR_CACHE", folder.join("cache")).current_dir(folder).args(arguments.split_whitespace());
    command.output().unwrap()
}

/// The town, and the ends of its main street with people: `a` in the west, `b` 1201 m east of it at the market, `far` beside nothing.
fn town() -> TempDir {
    let folder = TempDir::new().unwrap();
    assert_eq!(onehour(folder.path(), "init town").status.code(), Some(0));
    let points = "id,lon,lat,people,beds\na,100.0,40.0072,300,0\nb,100.0141,40.0072,100,10\n";
    fs::write(folder.path().join("points.csv"), points).unwrap();
    fs::write(folder.path().join("far.csv"), format!("{points}far,101.0,41.0,5,1\n")).unwrap();
    folder
}

const MAP: &str = "--osm town/town.osm";
const BOTH: &str = "--osm town/town.osm --gtfs town/feed";

fn json(output: &Output) -> Value {
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn messages(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn a_kept_network_answers_as_a_new_one_and_never_for_other_files() {
    let folder = town();
    let ask = format!("matrix {MAP} --origins points.csv --mode walk,car --json");
    let first = onehour(folder.path(), &ask);
    let second = onehour(folder.path(), &ask);
    assert!(messages(&first).contains("built") && !messages(&second).contains("built"));
    assert_eq!(first.stdout, second.stdout);
    assert_eq!(onehour(folder.path(), &format!("{ask} --no-cache")).stdout, first.stdout);
    // One street less, and the network is another one.
    let map = fs::read_to_string(folder.path().join("town/town.osm")).unwrap();
    fs::write(folder.path().join("town/town.osm"), map.replace("大河桥\"/>", "大河桥\"/><tag k=\"access\" v=\"no\"/>"))
        .unwrap();
    assert!(messages(&onehour(folder.path(), &ask)).contains("built"));
}

/// Between `a` and `b` it is 1201 m, 15.01 minutes on foot, so 300 people reach 10 beds within 16 minutes and not within 15.
#[test]
fn accessibility_catchments_and_inequality_are_those_of_arithmetic() {
    let folder = town();
    let ask = format!("access {MAP} --origins points.csv --mode walk --json --cutoffs");
    let value = |rows: &Value, id: &str, measure: &str| -> f64 {
        let row = rows.as_array().unwrap().iter().find(|row| row["id"] == id && row["measure"] == measure);
        row.unwrap_or_else(|| panic!("{rows}"))["accessibility"].as_f64().unwrap()
    };
    let rows = json(&onehour(folder.path(), &format!("{ask} 16 --opportunities beds")));
    assert_eq!((value(&rows, "a", "cumulative"), value(&rows, "b", "cumulative")), (10.0, 10.0));
    let rows = json(&onehour(folder.path(), &format!("{ask} 15 --opportunities beds --dual 10 --nearest 1")));
    assert_eq!((value(&rows, "a", "cumulative"), value(&rows, "b", "cumulative")), (0.0, 10.0));
    assert!((value(&rows, "a", "minutes_to_10") - 15.0).abs() < 0.05);
    assert_eq!(value(&rows, "a", "minutes_to_10"), value(&rows, "a", "minutes_to_nearest_1"));
    // Ten beds for 400 people within reach of both.
    let shares =
        "16 --opportunities beds --catchment 2sfca --supply beds --demand people --people people --equity equity.json";
    let rows = json(&onehour(folder.path(), &format!("{ask} {shares}")));
    assert_eq!(value(&rows, "a", "2sfca"), 0.025);
    let equity: Value = serde_json::from_slice(&fs::read(folder.path().join("equity.json")).unwrap()).unwrap();
    let gini =
        equity.as_array().unwrap().iter().find(|row| row["index"] == "gini" && row["measure"] == "cumulative").unwrap();
    assert_eq!(gini["value"], 0.0, "both reach the same");
}

/// Points all over the town, some of them at the same place and some beside everything.
fn many_points(n: usize) -> Vec<String> {
    let point = |at: usize| {
        let (east, north) = (at * 7_919 % 1_009, at * 104_729 % 997);
        let (lon, lat) = (99.995 + east as f64 * 0.000_05, 39.995 + north as f64 * 0.000_025);
        let (lon, lat) = if at % 40 == 7 { (101.0, 41.0) } else { (lon, lat) };
        format!("p{at},{lon:.6},{lat:.6},{},{}\n", at * 37 % 90, (at * 13 % 50) as f64 / 7.0)
    };
    let points: Vec<String> = (0..n).map(point).collect();
    (0..n)
        .map(|at| {
            if at % 17 == 3 {
                points[at - 1].replacen(&format!("p{}", at - 1), &format!("p{at}"), 1)
            } else {
                points[at].clone()
            }
        })
        .collect()
}

/// The cells of every row but those that name the run.
fn cells(output: &Output) -> Vec<Vec<String>> {
    assert_eq!(output.status.code(), Some(0), "{}", messages(output));
    let rows = csv::Reader::from_reader(&output.stdout[..]).into_records().map(Result::unwrap);
    rows.map(|row| row.iter().take(7).map(String::from).collect()).collect()
}

#[test]
fn many_origins_in_lanes_have_the_access_of_few_searched_one_by_one_in_either_direction() {
    let folder = town();
    let points = many_points(900);
    let write = |name: &str, points: &[String]| {
        fs::write(folder.path().join(name), format!("id,lon,lat,people,beds\n{}", points.concat())).unwrap();
    };
    write("many.csv", &points);
    let measures = "--cutoffs 5,20 --interval 5-15 --dual 500,900.5,1e9 --nearest 1,3,20 --percentiles 20,50";
    for (mode, more) in [("walk", ""), ("car --max-trip 7", "--decay exponential"), ("taxi", "--decay linear")] {
        let ask = |origins: &str, time: &str| {
            let points = format!("--origins {origins} --destinations many.csv {time}");
            onehour(folder.path(), &format!("access {MAP} {points} --mode {mode} {measures} {more} --no-cache"))
        };
        let in_lanes = ask("many.csv", "");
        assert!(messages(&in_lanes).contains("ordering the"), "{}", messages(&in_lanes));
        let in_lanes = cells(&in_lanes);
        assert_eq!(cells(&ask("many.csv", "--arrive-by 2026-11-23T09:00")), in_lanes);
        let n_each = in_lanes.len() / points.len();
        for first in [0, 5, 445] {
            write("few.csv", &points[first..first + 3]);
            let few = ask("few.csv", "");
            assert!(!messages(&few).contains("ordering the"), "{}", messages(&few));
            assert_eq!(cells(&few), in_lanes[first * n_each..(first + 3) * n_each]);
        }
        // Few destinations: rows of origins, and rows of destinations.
        write("few.csv", &points[..6]);
        let ask = |time: &str| {
            let question = format!("access {MAP} --origins few.csv {time} --mode {mode} {measures} {more} --no-cache");
            let output = onehour(folder.path(), &question);
            assert!(!messages(&output).contains("ordering the"), "{}", messages(&output));
            cells(&output)
        };
        assert_eq!(ask("--arrive-by 2026-11-23T09:00"), ask(""));
    }
}

#[test]
fn a_verdict_ends_with_1_where_somebody_is_too_far() {
    let folder = town();
    let ask = |more: &str| onehour(folder.path(), &format!("verdict {MAP} --origins points.csv --mode walk --limit {more}"));
    assert_eq!(ask("16").status.code(), Some(0), "{}", messages(&ask("16")));
    assert_eq!(ask("15").status.code(), Some(1));
    // To b 100 of 400 people are within 15 minutes, to a 300.
    assert_eq!(ask("15 --people people --share 25").status.code(), Some(0));
    assert_eq!(ask("15 --people people --share 26").status.code(), Some(1));
}

#[test]
fn two_matrices_are_compared_pair_by_pair() {
    let folder = town();
    for (mode, file) in [("walk", "before.csv"), ("bicycle", "after.csv")] {
        let ask = format!("matrix {MAP} --origins points.csv --mode {mode} --out {file}");
        assert_eq!(onehour(folder.path(), &ask).status.code(), Some(0));
    }
    let rows = json(&onehour(folder.path(), "compare before.csv after.csv --json --limit 10"));
    let pair = rows.as_array().unwrap().iter().find(|row| row["from_id"] == "a" && row["to_id"] == "b").unwrap();
    assert!(pair["saved_min"].as_f64().unwrap() > 5.0, "{pair}");
    assert_eq!((pair["within_before"].as_str(), pair["within_after"].as_str()), (Some("false"), Some("true")));
}

/// Fifteen minutes at 4.8 km/h are 1200 m along the streets and no further; along the main street the area ends there.
#[test]
fn isochrones_hold_what_is_within_and_not_what_is_beyond() {
    let folder = town();
    let ask = format!("isochrone 100.0141,40.0072 {MAP} --mode walk --bands 5,10,15 --step 50 --beside 100");
    let shapes: Value = json(&onehour(folder.path(), &ask));
    let features = shapes["features"].as_array().unwrap();
    let minutes: Vec<f64> = features.iter().map(|feature| feature["properties"]["minutes_to"].as_f64().unwrap()).collect();
    assert_eq!(minutes, [5.0, 10.0, 15.0]);
    let area: Vec<f64> = features.iter().map(|feature| feature["properties"]["area_km2_within"].as_f64().unwrap()).collect();
    assert!(area.is_sorted() && area[0] > 0.0, "{area:?}");
    // A grid of streets is reached within a diamond of 2·1.2² = 2.88 km², less what lies between streets, more what lies beside.
    assert!(area[2] > 1.0 && area[2] < 2.88, "{area:?}");
}

#[test]
fn a_matrix_is_written_as_it_comes_and_is_the_same_on_any_number_of_threads_and_in_any_form() {
    let folder = town();
    let points = many_points(300);
    fs::write(folder.path().join("many.csv"), format!("id,lon,lat,people,beds\n{}", points.concat())).unwrap();
    fs::write(folder.path().join("few.csv"), format!("id,lon,lat,people,beds\n{}", points[..9].concat())).unwrap();
    for direction in ["--departure 2026-11-23T08:00", "--arrive-by 2026-11-23T09:00"] {
        let ask = |more: &str| {
            let points = "--origins many.csv --destinations few.csv --percentiles 20,80 --window 5";
            onehour(folder.path(), &format!("matrix {BOTH} {points} --mode walk,transit {direction} {more}"))
        };
        let csv = ask("--breakdown --threads 1");
        assert_eq!(ask("--breakdown --threads 3").stdout, csv.stdout);
        assert_eq!(ask("--breakdown --out out/table.csv").status.code(), Some(0));
        assert_eq!(fs::read(folder.path().join("out/table.csv")).unwrap(), csv.stdout);
        assert_eq!(fs::read_dir(folder.path().join("out")).unwrap().count(), 1, "no temporary file is left");
        let objects = json(&ask("--breakdown --json"));
        let mut reader = csv::Reader::from_reader(&csv.stdout[..]);
        let header = reader.headers().unwrap().clone();
        let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        assert_eq!((rows.len(), objects.as_array().unwrap().len()), (2_700, 2_700));
        for (row, object) in rows.iter().zip(objects.as_array().unwrap()) {
            for (column, cell) in header.iter().zip(row) {
                let expected = match cell.parse::<f64>() {
                    _ if cell.is_empty() => Value::Null,
                    Ok(number) if column.contains("_time") || column == "n_rides" => {
                        assert_eq!(object[column].as_f64(), Some(number));
                        continue;
                    }
                    _ => Value::from(cell),
                };
                assert_eq!(object[column], expected, "{column}");
            }
        }
        let text = String::from_utf8(ask("--breakdown --json").stdout).unwrap();
        assert_eq!(text, format!("{}\n", serde_json::to_string_pretty(&objects).unwrap()));
    }
    // What cannot be written leaves nothing behind.
    fs::create_dir(folder.path().join("taken")).unwrap();
    let output = onehour(folder.path(), &format!("matrix {MAP} --origins few.csv --mode walk --out taken"));
    assert_eq!(output.status.code(), Some(3), "{}", messages(&output));
    let parts = fs::read_dir(folder.path())
        .unwrap()
        .filter(|entry| entry.as_ref().unwrap().file_name().to_string_lossy().ends_with(".part"));
    assert_eq!(parts.count(), 0);
}

#[test]
fn points_beyond_the_streets_are_not_tested_and_no_row_is_dropped() {
    let folder = town();
    let output = onehour(folder.path(), &format!("matrix {MAP} --origins far.csv --mode walk --json"));
    let rows = json(&output);
    assert_eq!(rows.as_array().unwrap().len(), 9);
    let far = rows.as_array().unwrap().iter().find(|row| row["from_id"] == "far" && row["to_id"] == "a").unwrap();
    assert_eq!((far["status"].as_str(), far["travel_time_p50"].is_null()), (Some("not_tested"), true));
    assert!(
        messages(&output).contains("1 points lie beyond the streets") || messages(&output).contains("2 points lie beyond")
    );
}

#[test]
fn arriving_by_a_time_and_windows_are_answered() {
    let folder = town();
    let ask = |when: &str| {
        let ask = format!(
            "matrix {BOTH} --origins points.csv --mode walk,transit {when} --percentiles 1,50,100 --breakdown --json"
        );
        json(&onehour(folder.path(), &ask))
    };
    for when in ["--departure 2026-11-23T08:00 --window 60", "--arrive-by 2026-11-23T09:00 --window 60"] {
        let rows = ask(when);
        let row = rows.as_array().unwrap().iter().find(|row| row["from_id"] == "a" && row["to_id"] == "b").unwrap();
        let times: Vec<f64> = ["travel_time_p01", "travel_time_p50", "travel_time_p100"]
            .iter()
            .map(|key| row[key].as_f64().unwrap())
            .collect();
        assert!(times.is_sorted() && times[2] <= 15.0, "walking is always there: {row}");
        assert!(times[0] < 5.0, "the bus takes four minutes: {row}");
        let parts = ["access_time", "wait_time", "ride_time", "transfer_time", "egress_time"];
        let sum: f64 = parts.iter().map(|part| row[part].as_f64().unwrap()).sum();
        assert!((sum - row["total_time"].as_f64().unwrap()).abs() < 0.3, "{row}");
    }
}

#[test]
fn route_tells_the_legs_with_their_shapes() {
    let folder = town();
    let ask = format!("route 100.0,40.0072 100.0423,40.0072 {BOTH} --departure 2026-11-23T07:58 --json");
    let route = json(&onehour(folder.path(), &ask));
    let legs = route["legs"].as_array().unwrap();
    let ride = legs.iter().find(|leg| leg["kind"] == "ride").unwrap();
    assert_eq!(ride["minutes"], 12.0);
    assert!(ride["shape"].as_array().unwrap().len() >= 4);
    assert!(ride["source"].as_str().unwrap().contains("stop_times.txt:"));
}

#[test]
fn check_names_islands_feeds_and_shifted_points() {
    let folder = town();
    // Twelve points of the streets as GCJ-02 would have them: some 500 m off, next to nothing in the open.
    let gcj: String = (0..12)
        .map(|n| {
            let at = onehour::geo::LonLat { lon: 100.0 + 0.0012 * f64::from(n), lat: 40.0072 };
            let shifted = onehour::geo::china::Datum::Gcj02.from_wgs84(at);
            format!("p{n},{:.6},{:.6}\n", shifted.lon, shifted.lat + 0.03)
        })
        .collect();
    fs::write(folder.path().join("shifted.csv"), format!("id,lon,lat\n{gcj}")).unwrap();
    let text = onehour(folder.path(), &format!("check {BOTH} --date 2026-11-23 --origins shifted.csv"));
    let text = String::from_utf8(text.stdout).unwrap();
    assert!(text.contains("islands: neither reached from the main part nor leading to it"), "{text}");
    assert!(text.contains("service from 2026-01-01 to 2036-12-31"), "{text}");
    assert!(text.contains("Points of shifted.csv: 12 points"), "{text}");
}

/// `a` and `b` again, under names as planners write them.
#[test]
fn points_are_answered_under_ids_with_blanks_and_commas() {
    let folder = town();
    let points = "id,lon,lat,people\nStop 12 A,100.0,40.0072,300\n\"东站, 北口; 1\",100.0141,40.0072,100\n";
    fs::write(folder.path().join("named.csv"), points).unwrap();
    let ask = |verb: &str| {
        let output = onehour(folder.path(), &format!("{verb} {MAP} --origins named.csv --mode walk"));
        csv::Reader::from_reader(&output.stdout[..]).records().map(Result::unwrap).collect::<Vec<csv::StringRecord>>()
    };
    let named = ["Stop 12 A", "东站, 北口; 1"];
    let pairs: Vec<(String, String)> = ask("matrix").iter().map(|row| (row[0].to_string(), row[1].to_string())).collect();
    let expected: Vec<(String, String)> =
        named.iter().flat_map(|from| named.map(|to| (from.to_string(), to.to_string()))).collect();
    assert_eq!(pairs, expected);
    assert_eq!(ask("access --cutoffs 60").iter().map(|row| row[0].to_string()).collect::<Vec<String>>(), named);
    let verdicts = ask("verdict --limit 10");
    assert_eq!(verdicts.iter().map(|row| row[0].to_string()).collect::<Vec<String>>(), named);
    assert_eq!((&verdicts[0][9], &verdicts[1][9]), (named[1], named[0]));
    onehour(folder.path(), &format!("matrix {MAP} --origins named.csv --mode walk --out one.csv"));
    let compared = json(&onehour(folder.path(), "compare one.csv one.csv --json"));
    assert_eq!(compared.as_array().map(Vec::len), Some(4), "{compared}");
    // An answer is a table of points again where it has their columns.
    let again = onehour(folder.path(), "cells named.csv --column people");
    assert_eq!(again.status.code(), Some(0), "{}", messages(&again));
}

#[test]
fn every_fault_of_a_question_has_its_code_and_ends_with_2() {
    let folder = town();
    fs::write(folder.path().join("empty.csv"), "id,lon,lat\n").unwrap();
    fs::write(folder.path().join("negative.csv"), "id,lon,lat,jobs\na,100.0,40.0072,-1\n").unwrap();
    fs::write(folder.path().join("a.csv"), "from_id,to_id,travel_time_p50\nx,y,fast\n").unwrap();
    fs::write(folder.path().join("b.csv"), "from_id,to_id,travel_time_p25\nx,y,1\n").unwrap();
    fs::write(folder.path().join("c.csv"), "from_id,to_id,travel_time_p50\nx,y,1\n").unwrap();
    let access = format!("access {MAP} --origins points.csv --mode walk");
    let cases = [
        ("cli::no_timetable", format!("matrix {MAP} --origins points.csv --mode transit")),
        ("cli::no_departure", format!("matrix {BOTH} --origins points.csv --mode transit")),
        ("cli::unknown_mode", format!("matrix {MAP} --origins points.csv --mode plane")),
        ("cli::no_limit", format!("matrix {BOTH} --origins points.csv --departure 2026-11-23T08:00 --access walk")),
        (
            "cli::egress_by_own_car",
            format!("matrix {BOTH} --origins points.csv --departure 2026-11-23T08:00 --egress park_and_ride:10"),
        ),
        ("cli::time", format!("matrix {BOTH} --origins points.csv --departure tomorrow")),
        ("cli::no_origins", format!("matrix {MAP} --mode walk")),
        ("cli::no_points", format!("matrix {MAP} --origins empty.csv --mode walk")),
        ("cli::unknown_column", format!("{access} --opportunities bed")),
        ("cli::negative", format!("access {MAP} --origins negative.csv --mode walk")),
        ("cli::interval", format!("{access} --interval 70-50")),
        ("cli::catchment", format!("{access} --catchment 2sfca")),
        ("cli::no_origin", format!("isochrone {MAP} --mode walk")),
        ("cli::no_street", format!("isochrone 101.0,41.0 {MAP} --mode walk")),
        ("cli::unknown_name", format!("matrix {MAP} --origins points.csv --mode walk --speeds mars")),
        ("compare::matrix", "compare a.csv c.csv".to_string()),
        ("compare::percentile", "compare b.csv c.csv".to_string()),
        ("timetable::no_service", format!("matrix {BOTH} --origins points.csv --departure 2050-01-01T08:00")),
    ];
    for (code, command) in cases {
        let output = onehour(folder.path(), &command);
        let text = messages(&output);
        assert!(text.contains(&format!("[{code}]")), "{command}: {text}");
        assert_eq!(output.status.code(), Some(2), "{command}");
        assert!(output.stdout.is_empty(), "{command}");
        assert!(text.contains("help"), "{command} says what to write instead: {text}");
    }
}
