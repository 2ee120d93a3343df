//! `onehour init`: the template runs as it stands, and its times are those of arithmetic.

use std::fs;
use std::path::Path;
use std::process::Output;

use assert_cmd::Command;
use tempfile::TempDir;

fn onehour(folder: &Path, arguments: &str) -> Output {
    let mut command = Command::cargo_bin("onehour").unwrap();
    command.env("ONEHOUR_CACHE", folder.join("cache")).current_dir(folder).args(arguments.split_whitespace());
    command.output().unwrap()
}

fn stdout(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// A fresh study in `folder/town`.
fn template() -> TempDir {
    let folder = TempDir::new().unwrap();
    let output = onehour(folder.path(), "init town");
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    folder
}

/// The column of a CSV in its first row.
fn first(csv: &str, column: &str) -> String {
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let at = reader.headers().unwrap().iter().position(|known| known == column).unwrap();
    reader.records().next().unwrap().unwrap()[at].to_string()
}

#[test]
fn every_verb_answers_on_the_template_as_it_stands() {
    let folder = template();
    for verb in ["check", "matrix", "isochrone", "compare S0 S1", "route 河东镇 甲城", "access", "run --out out"] {
        let output = onehour(folder.path(), &format!("{verb} --study town/study.toml"));
        assert!(!stdout(&output).is_empty(), "{verb}");
        let messages = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!messages.contains("warning") && !messages.contains("error"), "{verb}: {messages}");
    }
    // Today the plan's targets fail; that is what a plan is for.
    let verdict = onehour(folder.path(), "verdict --study town/study.toml --scenario S0 --json");
    assert_eq!(verdict.status.code(), Some(1));
    assert!(folder.path().join("out/figures/isochrones.png").exists());
}

/// Once for the study; where its streets are kept, once for what became of their files.
#[test]
fn check_builds_the_streets_of_a_study_once_and_says_the_same_of_kept_ones() {
    let folder = template();
    let checks = [(); 2].map(|()| onehour(folder.path(), "check --study town/study.toml"));
    for output in &checks {
        assert_eq!(String::from_utf8_lossy(&output.stderr).matches("built ").count(), 1);
    }
    assert_eq!(stdout(&checks[0]), stdout(&checks[1]));
    assert!(stdout(&checks[0]).contains("Streets: what was passed over"));
}

#[test]
fn results_are_the_same_with_one_thread_and_with_two() {
    let folder = template();
    for threads in [1, 2] {
        let run = format!("run --study town/study.toml --threads {threads} --out out-{threads}");
        assert_eq!(onehour(folder.path(), &run).status.code(), Some(0));
    }
    let mut names: Vec<_> =
        fs::read_dir(folder.path().join("out-1")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    for name in names.iter().filter(|name| *name != "figures") {
        let read = |run: &str| fs::read(folder.path().join(run).join(name)).unwrap();
        assert!(read("out-1") == read("out-2"), "{name:?} differs");
    }
}

/// From the centre of 河东镇 (10 columns east, 3 rows north of the corner) to that of 甲城 (3, 3) the drive is one block of
/// 0.0036° · 111.195 km = 400.3 m south, seven of 0.0047° · 111.195 km · cos 40° ≈ 400.3 m west and one north, and no turn is
/// forbidden on the way.
#[test]
fn a_drive_over_the_bridge_is_nine_blocks() {
    let folder = template();
    let matrix =
        stdout(&onehour(folder.path(), "matrix --study town/study.toml --from 河东镇 --to 甲城 --definition V5 --mode car"));
    let kilometres: f64 = first(&matrix, "distance_km").parse().unwrap();
    assert!((kilometres - 3.6).abs() < 0.05, "{matrix}");
}

/// A straight walk along the main street from its begin to the market: three blocks of 400.3 m at 4.8 km/h, 15.0 minutes.
#[test]
fn a_walk_of_three_blocks_takes_fifteen_minutes() {
    let folder = template();
    fs::write(folder.path().join("ends.csv"), "id,lon,lat\na,100.0,40.0072\nb,100.0141,40.0072\n").unwrap();
    let matrix = stdout(&onehour(folder.path(), "matrix --osm town/town.osm --origins ends.csv --mode walk --json"));
    let rows: serde_json::Value = serde_json::from_str(&matrix).unwrap();
    assert_eq!(rows[1]["travel_time_p50"], 15.0, "{rows}");
    assert_eq!(rows[0]["travel_time_p50"], 0.0);
}

/// The bus from 河西总站 leaves at 08:00 and is at 河东 12 minutes later; at 08:01 it has just gone and the next leaves at 08:20.
#[test]
fn from_stop_to_stop_the_wait_and_the_ride_count() {
    let folder = template();
    for (departure, needed) in [("08:00", 12.0), ("08:01", 31.0)] {
        let ask = format!("matrix --gtfs town/feed --stops --departure 2026-11-23T{departure} --json");
        let rows: serde_json::Value = serde_json::from_str(&stdout(&onehour(folder.path(), &ask))).unwrap();
        let row = rows.as_array().unwrap().iter().find(|row| row["from_id"] == "west" && row["to_id"] == "east").unwrap();
        assert_eq!(row["travel_time_p50"], needed, "{row}");
    }
}

#[test]
fn the_planned_light_rail_shortens_and_never_lengthens() {
    let folder = template();
    let times = |scenario: &str| -> Vec<f64> {
        let ask = format!("matrix --study town/study.toml --definition V5 --mode transit --scenario {scenario} --json");
        let rows: serde_json::Value = serde_json::from_str(&stdout(&onehour(folder.path(), &ask))).unwrap();
        rows.as_array().unwrap().iter().map(|row| row["travel_time_p50"].as_f64().unwrap()).collect()
    };
    let (before, after) = (times("S0"), times("S1"));
    assert!(before.iter().zip(&after).all(|(before, after)| after <= before), "{before:?} {after:?}");
    assert!(before.iter().zip(&after).any(|(before, after)| after < before), "{before:?} {after:?}");
}

#[test]
fn a_folder_that_holds_something_is_left_as_it_is() {
    let folder = TempDir::new().unwrap();
    fs::create_dir(folder.path().join("town")).unwrap();
    fs::write(folder.path().join("town/mine.txt"), "mine").unwrap();
    let output = onehour(folder.path(), "init town");
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("error[init::occupied]"));
    let names: Vec<_> = fs::read_dir(folder.path().join("town")).unwrap().collect();
    assert_eq!(names.len(), 1);
}
