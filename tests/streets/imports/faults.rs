//! Files of points and drawings that cannot be used: each rule once.

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use onehour::input::{alignments, points};
use tempfile::TempDir;

fn codes_of_points(name: &str, text: &str) -> Vec<&'static str> {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join(name), text).unwrap();
    points::read(&folder.path().join(name)).unwrap().diagnostics.iter().map(|fault| fault.code).collect()
}

fn collection(features: &str) -> String {
    format!("{{\"type\": \"FeatureCollection\", \"features\": [{features}]}}")
}

fn feature(id: &str, geometry: &str, coordinates: &str) -> String {
    format!(
        "{{\"type\": \"Feature\", \"properties\": {{{id}}}, \"geometry\": {{\"type\": \"{geometry}\", \"coordinates\": {coordinates}}}}}"
    )
}

#[test]
fn points_that_cannot_be_used_say_why() {
    let id = "\"id\": \"a\"";
    let cases = [
        ("points::id", "p.geojson", collection(&feature("", "Point", "[8, 49]"))),
        ("points::geometry", "p.geojson", collection(&feature(id, "LineString", "[[8, 49], [9, 49]]"))),
        ("points::coordinate", "p.geojson", collection(&feature(id, "Point", "[8, 149]"))),
        ("points::none", "p.geojson", collection("")),
        ("features::syntax", "p.geojson", "{\"type\": ".to_string()),
        ("features::shape", "p.geojson", "{\"type\": \"Topology\"}".to_string()),
        ("points::format", "p.png", "picture".to_string()),
    ];
    for (code, name, text) in cases {
        let found = codes_of_points(name, &text);
        assert!(found.contains(&code), "{code}: {found:?}");
    }
}

#[test]
fn a_shapefile_without_its_table_says_what_is_missing() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("p.shp");
    let mut writer = shapefile::ShapeWriter::from_path(&path).unwrap();
    writer.write_shape(&shapefile::Point::new(8.0, 49.0)).unwrap();
    drop(writer);
    fs::write(folder.path().join("p.prj"), "GEOGCS[\"WGS 84\",DATUM[\"WGS_1984\"]]").unwrap();
    let found: Vec<&str> = points::read(&path).unwrap().diagnostics.iter().map(|fault| fault.code).collect();
    assert!(found.contains(&"features::table"), "{found:?}");
}

#[test]
fn a_drawing_of_an_unknown_kind_is_refused() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("line.dwg");
    fs::write(&path, "drawing").unwrap();
    let found: Vec<&str> = alignments::read(&path).unwrap().diagnostics.iter().map(|fault| fault.code).collect();
    assert_eq!(found, ["alignments::format"]);
}

#[test]
fn import_says_what_it_misses() {
    let folder = TempDir::new().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    let kml = |placemarks: &str| format!("<kml><Document>{placemarks}</Document></kml>");
    let line = "<LineString><coordinates>112,37.5 112.2,37.5</coordinates></LineString>";
    write("nothing.kml", &kml(""));
    write("unnamed.kml", &kml(&format!("<Placemark>{line}</Placemark>")));
    write("few.csv", "name,lon,lat\n甲,112,37.5\n");
    write(
        "named.kml",
        &kml(&format!(
            "<Placemark><name>线</name>{line}</Placemark><Placemark><name>甲</name><Point><coordinates>112,37.5</coordinates></Point></Placemark>"
        )),
    );
    let cases = [
        ("import::nothing", "nothing.kml --as line --mode metro"),
        ("import::name", "unnamed.kml --as line --mode metro"),
        ("import::datum", "named.kml --as line --mode metro --near few.csv"),
    ];
    for (code, arguments) in cases {
        let messages = messages(folder.path(), arguments);
        assert!(messages.contains(&format!("[{code}]")), "{arguments}: {messages}");
    }
}

fn messages(folder: &Path, arguments: &str) -> String {
    let mut command = Command::cargo_bin("onehour").unwrap();
    let output = command.current_dir(folder).arg("import").args(arguments.split_whitespace()).output().unwrap();
    String::from_utf8_lossy(&output.stderr).into_owned()
}
