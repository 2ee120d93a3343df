//! Points from CSV, GeoJSON, GeoPackage and shapefiles.

use std::fs;
use std::path::{Path, PathBuf};

use onehour::diagnostic::{Checked, Severity};
use onehour::input::points::{self, Points};
use rusqlite::Connection;
use shapefile::dbase::{FieldName, TableWriterBuilder};
use tempfile::TempDir;

/// A file with these bytes in a folder of its own, and what is read from it.
fn read_bytes(name: &str, bytes: &[u8]) -> Checked<Points> {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, bytes).unwrap();
    points::read(&path).unwrap()
}

fn ids(points: &Points) -> Vec<&str> {
    points.ids().collect()
}

fn codes<T>(checked: &Checked<T>) -> Vec<&'static str> {
    checked.diagnostics.iter().map(|fault| fault.code).collect()
}

fn values(points: &Points) -> Vec<Vec<Option<f64>>> {
    (0..points.len()).map(|point| (0..points.columns.len()).map(|column| points.value(point, column)).collect()).collect()
}

#[test]
fn a_table_gives_points_and_its_columns_of_numbers() {
    let text = "\u{FEFF}name,lat,jobs,lon,id,people\n东站,37.5,10,112.5,a,\n西站,37.6,20,112.4,b,7.5\n";
    let checked = read_bytes("points.csv", text.as_bytes());
    assert_eq!(codes(&checked), ["points::column"]);
    assert!(checked.diagnostics[0].message.ends_with("are not read: name (\"东站\")"), "{}", checked.diagnostics[0].message);
    let points = checked.value;
    assert_eq!(ids(&points), ["a", "b"]);
    assert_eq!((points.at(0).lon, points.at(0).lat), (112.5, 37.5));
    assert_eq!(points.columns, ["jobs", "people"]);
    assert_eq!(values(&points), [[Some(10.0), None], [Some(20.0), Some(7.5)]]);
    assert_eq!(points.span(1).unwrap().line_column(), (3, 18));
}

#[test]
fn a_table_in_gb18030_is_read_and_said_to_be() {
    let (bytes, _, _) = encoding_rs::GB18030.encode("id,lon,lat,人口\n东站,112.5,37.5,100\n");
    let checked = read_bytes("points.csv", &bytes);
    assert_eq!(codes(&checked), ["text::gb18030"]);
    assert!(checked.diagnostics[0].message.contains("\"人口东站\""), "{}", checked.diagnostics[0].message);
    assert_eq!(ids(&checked.value), ["东站"]);
    assert_eq!(checked.value.columns, ["人口"]);
}

#[test]
fn faults_of_a_table_stand_at_their_place() {
    let text = "id,lon,lat\na,112.5,37.5\na,112.6,37.6\n,112,37\nb,0,0\nc,37.5,112.5\nd,200,10\ne,x,1\nf,nan,1\n";
    let checked = read_bytes("points.csv", text.as_bytes());
    let mut places: Vec<(&str, usize)> =
        checked.diagnostics.iter().map(|fault| (fault.code, fault.span.as_ref().unwrap().line_column().0)).collect();
    places.sort_by_key(|place| place.1);
    let expected = [
        ("points::duplicate", 3),
        ("csv::empty", 4),
        ("csv::coordinate", 5),
        ("csv::coordinate", 6),
        ("csv::coordinate", 7),
        ("csv::number", 8),
        ("csv::number", 9),
    ];
    assert_eq!(places, expected);
    assert!(checked.diagnostics.iter().any(|fault| fault.help.as_ref().is_some_and(|help| help.contains("swapped"))));
}

#[test]
fn ids_of_points_hold_blanks_and_marks_and_none_around_them() {
    let text =
        "lon,id,lat\n112.5, Stop 12 A ,37.5\n112.6,\"Gate; north, \u{3000}left\",37.6\n112.7,\"\u{3000}东 站 \",37.7\n";
    let checked = read_bytes("points.csv", text.as_bytes());
    assert_eq!(codes(&checked), Vec::<&str>::new());
    assert_eq!(ids(&checked.value), ["Stop 12 A", "Gate; north, \u{3000}left", "东 站"]);
    let places: Vec<(usize, usize)> = (0..3).map(|point| checked.value.span(point).unwrap().line_column()).collect();
    assert_eq!(places, [(2, 8), (3, 8), (4, 9)]);
    let features =
        r#"{"type":"Feature","properties":{"id":" Stop 12, A "},"geometry":{"type":"Point","coordinates":[8,49]}}"#;
    assert_eq!(ids(&read_bytes("points.geojson", features.as_bytes()).value), ["Stop 12, A"]);
    let folder = TempDir::new().unwrap();
    let path = shapefile_of(folder.path(), &[(112.5, 37.5)], &[b"Stop 12; A"], None, Some(WGS84));
    assert_eq!(ids(&points::read(&path).unwrap().value), ["Stop 12; A"]);
}

#[test]
fn ids_that_differ_in_blanks_around_them_are_the_same() {
    let checked = read_bytes("points.csv", b"id,lon,lat\nStop 12 A,8,49\n\"  Stop 12 A\",8,49\nStop 12  A,8,49\n");
    assert_eq!(codes(&checked), ["points::duplicate"]);
    assert_eq!(checked.diagnostics[0].span.as_ref().unwrap().line_column(), (3, 4));
}

#[test]
fn ids_with_control_characters_or_quotes_are_refused() {
    let bad = ["a\tb", "a\u{7}b", "a\u{2028}b", "a\u{85}b", "\"a \"\"b\"\"\"", "\"a\"b"];
    for id in bad {
        let checked = read_bytes("points.csv", format!("id,lon,lat\n{id},8,49\n").as_bytes());
        assert_eq!(codes(&checked), ["csv::id"], "{id:?}");
        assert!(checked.value.is_empty());
    }
    let features = r#"{"type":"Feature","properties":{"id":"a\tb"},"geometry":{"type":"Point","coordinates":[8,49]}}"#;
    assert_eq!(codes(&read_bytes("points.geojson", features.as_bytes())), ["points::id"]);
}

/// Ids by chance from few, so that many stand twice, and the earlier ones by looking at all before.
#[test]
fn every_id_that_stands_twice_is_found() {
    for n in [2, 3, 10, 200, 3_000] {
        let all: Vec<String> = (0..n).map(|point: u64| format!("id {}", point * point % (n * 2 / 3 + 1))).collect();
        let rows: String = all.iter().map(|id| format!("{id},8,49\n")).collect();
        let checked = read_bytes("points.csv", format!("id,lon,lat\n{rows}").as_bytes());
        let n_twice = (0..all.len()).filter(|&at| all[..at].contains(&all[at])).count();
        assert!(n_twice > 0 || n == 2);
        let last = checked.diagnostics.last().map(|fault| fault.message.clone());
        match n_twice {
            0..=20 => assert_eq!(checked.diagnostics.len(), n_twice),
            more => assert!(last.unwrap().starts_with(&format!("and {} more", more - 20))),
        }
        for fault in checked.diagnostics.iter().filter(|fault| fault.span.is_some()) {
            let at = fault.span.as_ref().unwrap().line_column().0 - 2;
            let first = all.iter().position(|id| *id == all[at]).unwrap();
            assert!(fault.message.ends_with(&format!("points.csv:{}", first + 2)), "{}", fault.message);
        }
    }
}

const FEATURES: &str = r#"{"type": "FeatureCollection", "features": [
{"type": "Feature", "id": 7, "geometry": {"type": "Point", "coordinates": [8.5, 49.5, 100]}, "properties": {"people": 12}},
{"type": "Feature", "geometry": {"type": "Polygon", "coordinates": [[[8,49],[9,49],[9,50],[8,50],[8,49]]]},
 "properties": {"id": "area", "jobs": "3", "name": "x"}}]}"#;

#[test]
fn features_of_geojson_give_points_and_points_inside_areas() {
    let checked = read_bytes("points.geojson", FEATURES.as_bytes());
    assert_eq!(codes(&checked), ["points::column"]);
    let points = checked.value;
    assert_eq!(ids(&points), ["7", "area"]);
    assert_eq!((points.at(0).lon, points.at(0).lat), (8.5, 49.5));
    assert_eq!((points.at(1).lon, points.at(1).lat), (8.5, 49.5)); // the middle of the square
    assert_eq!(points.columns, ["people", "jobs"]);
    assert_eq!(values(&points), [[Some(12.0), None], [None, Some(3.0)]]);
    assert_eq!(points.span(1).unwrap().line_column(), (3, 1));
}

#[test]
fn a_point_inside_a_ring_lies_in_it_and_not_in_its_hole() {
    let ring = "[[0.5,1],[9,1],[9,9],[0.5,9],[0.5,1]], [[1,1.5],[8.5,1.5],[8.5,8.5],[1,8.5],[1,1.5]]";
    let text =
        format!(r#"{{"type":"Feature","properties":{{"id":"r"}},"geometry":{{"type":"Polygon","coordinates":[{ring}]}}}}"#);
    let checked = read_bytes("ring.json", text.as_bytes());
    let at = checked.value.at(0);
    let in_hole = (1.0..=8.5).contains(&at.lon) && (1.5..=8.5).contains(&at.lat);
    assert!((0.5..=9.0).contains(&at.lon) && (1.0..=9.0).contains(&at.lat) && !in_hole, "{at:?}");
}

/// A layer by its name, with the longitude, latitude, name and number of its points.
type Layer<'l> = (&'l str, &'l [(f64, f64, &'l str, i64)]);

/// A GeoPackage with one layer, as GIS programs write it.
pub fn geopackage(path: &Path, srs: i32, layers: &[Layer]) {
    let database = Connection::open(path).unwrap();
    let tables = "CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT, srs_id INTEGER PRIMARY KEY, organization TEXT,
            organization_coordsys_id INTEGER, definition TEXT, description TEXT);
        CREATE TABLE gpkg_contents (table_name TEXT PRIMARY KEY, data_type TEXT, identifier TEXT, srs_id INTEGER);
        CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT, geometry_type_name TEXT, srs_id INTEGER,
            z TINYINT, m TINYINT);
        INSERT INTO gpkg_spatial_ref_sys VALUES ('WGS 84 geodetic', 4326, 'EPSG', 4326, '', ''),
            ('WGS 84 / UTM zone 49N', 32649, 'EPSG', 32649, '', '');";
    database.execute_batch(tables).unwrap();
    for (name, rows) in layers {
        let quoted = format!("\"{name}\"");
        database
            .execute_batch(&format!("CREATE TABLE {quoted} (fid INTEGER PRIMARY KEY, geom BLOB, name TEXT, people INTEGER)"))
            .unwrap();
        database.execute("INSERT INTO gpkg_contents VALUES (?1, 'features', ?1, ?2)", (name, srs)).unwrap();
        database.execute("INSERT INTO gpkg_geometry_columns VALUES (?1, 'geom', 'POINT', ?2, 0, 0)", (name, srs)).unwrap();
        for (x, y, label, people) in *rows {
            // Header "GP", version 0, little endian without envelope; well-known binary of a point.
            let mut geometry = b"GP\x00\x01".to_vec();
            geometry.extend(srs.to_le_bytes());
            geometry.extend([1, 1, 0, 0, 0]);
            geometry.extend(x.to_le_bytes());
            geometry.extend(y.to_le_bytes());
            let insert = format!("INSERT INTO {quoted} (geom, name, people) VALUES (?1, ?2, ?3)");
            database.execute(&insert, (geometry, label, people)).unwrap();
        }
    }
}

#[test]
fn a_geopackage_gives_the_first_layer_or_the_one_that_is_named() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("points.gpkg");
    geopackage(&path, 4326, &[("schools", &[(8.5, 49.5, "s", 3)]), ("小区", &[(8.6, 49.6, "a", 5), (8.7, 49.7, "b", 6)])]);
    let first = points::read(&path).unwrap();
    assert_eq!(codes(&first), ["features::layer", "points::column"]);
    assert_eq!((ids(&first.value), values(&first.value)), (vec!["1"], vec![vec![Some(3.0)]]));
    let named = points::read(&PathBuf::from(format!("{}|layer=小区", path.display()))).unwrap();
    assert_eq!(ids(&named.value), ["1", "2"]);
    assert_eq!((named.value.at(1).lon, named.value.at(1).lat), (8.7, 49.7));
    assert_eq!(named.value.columns, ["people"]);
    let none = points::read(&PathBuf::from(format!("{}|layer=x", path.display()))).unwrap();
    assert_eq!(codes(&none), ["features::layer"]);
    assert!(none.has_errors());
}

#[test]
fn a_geopackage_in_metres_is_refused_by_the_name_of_its_system() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("points.gpkg");
    geopackage(&path, 32649, &[("schools", &[(500_000.0, 4_000_000.0, "s", 3)])]);
    let checked = points::read(&path).unwrap();
    assert_eq!(codes(&checked), ["features::reference"]);
    assert!(checked.diagnostics[0].message.contains("WGS 84 / UTM zone 49N"), "{}", checked.diagnostics[0].message);
}

/// Found by `benches/fuzz.sh`: seed 1004479 of points-gpkg.
#[test]
fn a_geopackage_whose_column_is_named_in_no_utf8_is_damaged() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("points.gpkg");
    geopackage(&path, 4326, &[("schools", &[(8.5, 49.5, "s", 3)])]);
    let mut bytes = fs::read(&path).unwrap();
    // The name of a column in the text of CREATE TABLE that the file keeps.
    let at = bytes.windows(11).position(|window| window == b"people INTE").unwrap();
    bytes[at] = 0xFF;
    fs::write(&path, bytes).unwrap();
    assert_eq!(codes(&points::read(&path).unwrap()), ["features::damaged"]);
}

#[test]
fn what_is_no_database_is_no_geopackage() {
    let checked = read_bytes("points.gpkg", b"SQLite format 3\0 and then nothing of the kind");
    assert_eq!(codes(&checked), ["features::damaged"]);
}

/// The reference system as ArcGIS writes it.
pub const WGS84: &str = "GEOGCS[\"GCS_WGS_1984\",DATUM[\"D_WGS_1984\",SPHEROID[\"WGS_1984\",6378137.0,298.257223563]],UNIT[\"Degree\",0.0174532925199433]]";

/// A table of text as shapefiles have it, its words in the encoding of the caller.
fn table(path: &Path, rows: &[(Vec<u8>, f64)]) {
    let mut bytes = vec![3, 126, 1, 1];
    bytes.extend((rows.len() as u32).to_le_bytes());
    bytes.extend([97, 0, 31, 0]); // header 32 + 2·32 + 1, record 1 + 20 + 10
    bytes.resize(32, 0);
    for (name, kind, length) in [("ID", b'C', 20), ("PEOPLE", b'N', 10)] {
        let mut field = name.as_bytes().to_vec();
        field.resize(11, 0);
        field.extend([kind, 0, 0, 0, 0, length]);
        field.resize(32, 0);
        bytes.extend(field);
    }
    bytes.push(13);
    for (id, people) in rows {
        let mut record = vec![b' '];
        record.extend(id);
        record.resize(21, b' ');
        record.extend(format!("{people:>10}").as_bytes());
        bytes.extend(record);
    }
    bytes.push(26);
    fs::write(path, bytes).unwrap();
}

/// A shapefile of points with its table; `cpg` and `prj` where given.
fn shapefile_of(folder: &Path, points: &[(f64, f64)], ids: &[&[u8]], cpg: Option<&str>, prj: Option<&str>) -> PathBuf {
    let path = folder.join("points.shp");
    let mut writer = shapefile::ShapeWriter::from_path(&path).unwrap();
    points.iter().for_each(|&(x, y)| writer.write_shape(&shapefile::Point::new(x, y)).unwrap());
    drop(writer);
    let rows: Vec<(Vec<u8>, f64)> = ids.iter().enumerate().map(|(n, id)| (id.to_vec(), n as f64 + 0.5)).collect();
    table(&path.with_extension("dbf"), &rows);
    cpg.into_iter().for_each(|text| fs::write(path.with_extension("cpg"), text).unwrap());
    prj.into_iter().for_each(|text| fs::write(path.with_extension("prj"), text).unwrap());
    path
}

#[test]
fn a_shapefile_in_gbk_is_read_when_its_cpg_says_so_and_refused_when_nothing_does() {
    let (gbk, _, _) = encoding_rs::GBK.encode("东站");
    let points = [(112.5, 37.5), (112.6, 37.6)];
    for (cpg, expected) in [(Some("GBK"), vec!["东站", "b"]), (Some("936"), vec!["东站", "b"]), (None, vec![])] {
        let folder = TempDir::new().unwrap();
        let path = shapefile_of(folder.path(), &points, &[&gbk, b"b"], cpg, Some(WGS84));
        let checked = points::read(&path).unwrap();
        assert_eq!(ids(&checked.value), expected);
        if cpg.is_none() {
            assert_eq!(codes(&checked), ["features::encoding"]);
            assert!(checked.diagnostics[0].help.as_ref().unwrap().contains("points.cpg"));
        } else {
            assert_eq!(codes(&checked), Vec::<&str>::new());
            assert_eq!(values(&checked.value), [[Some(0.5)], [Some(1.5)]]);
        }
    }
}

#[test]
fn a_shapefile_is_read_only_in_degrees_of_known_systems() {
    let xian80 = WGS84.replace("GCS_WGS_1984", "GCS_Xian_1980");
    let utm = format!("PROJCS[\"WGS_1984_UTM_Zone_49N\",{WGS84}]");
    let cgcs = WGS84.replace("GCS_WGS_1984", "GCS_China_Geodetic_Coordinate_System_2000");
    for (prj, expected) in [
        (Some(WGS84), vec![]),
        (Some(cgcs.as_str()), vec![]),
        (None, vec![("features::reference", Severity::Warning)]),
        (Some(xian80.as_str()), vec![("features::reference", Severity::Error)]),
        (Some(utm.as_str()), vec![("features::reference", Severity::Error)]),
    ] {
        let folder = TempDir::new().unwrap();
        let path = shapefile_of(folder.path(), &[(112.5, 37.5)], &[b"a"], None, prj);
        let checked = points::read(&path).unwrap();
        let found: Vec<_> = checked.diagnostics.iter().map(|fault| (fault.code, fault.severity)).collect();
        assert_eq!(found, expected, "{prj:?}");
    }
}

#[test]
fn a_shapefile_written_by_the_library_with_its_table_is_read() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("areas.shp");
    let builder = TableWriterBuilder::new().add_character_field(FieldName::try_from("id").unwrap(), 10).add_numeric_field(
        FieldName::try_from("jobs").unwrap(),
        10,
        2,
    );
    let mut writer = shapefile::Writer::from_path(&path, builder).unwrap();
    let corners = [(1.0, 1.0), (1.0, 3.0), (3.0, 3.0), (3.0, 1.0), (1.0, 1.0)];
    let ring = shapefile::PolygonRing::Outer(corners.iter().map(|&(x, y)| shapefile::Point::new(x, y)).collect());
    let mut record = shapefile::dbase::Record::default();
    record.insert("id".to_string(), "a".to_string().into());
    record.insert("jobs".to_string(), 12.25.into());
    writer.write_shape_and_record(&shapefile::Polygon::new(ring), &record).unwrap();
    drop(writer);
    fs::write(path.with_extension("prj"), WGS84).unwrap();
    let checked = points::read(&path).unwrap();
    assert_eq!(codes(&checked), Vec::<&str>::new());
    let points = checked.value;
    assert_eq!((points.id(0), points.at(0).lon, points.at(0).lat, points.value(0, 0)), ("a", 2.0, 2.0, Some(12.25)));
}

#[test]
fn a_shapefile_cut_off_anywhere_or_with_a_byte_changed_gives_a_fault_or_points_and_no_panic() {
    let folder = TempDir::new().unwrap();
    let path = shapefile_of(folder.path(), &[(112.5, 37.5), (112.6, 37.6)], &[b"a", b"b"], None, Some(WGS84));
    for ending in ["shp", "dbf"] {
        let whole = fs::read(path.with_extension(ending)).unwrap();
        for length in 0..whole.len() - 1 {
            fs::write(path.with_extension(ending), &whole[..length]).unwrap();
            let checked = points::read(&path).unwrap();
            assert!(checked.has_errors() || checked.value.len() == 2, "{ending} of {length} bytes");
        }
        for at in 0..whole.len() {
            for flip in [0xFF, 0x80, 0x01] {
                let mut changed = whole.clone();
                changed[at] ^= flip;
                fs::write(path.with_extension(ending), &changed).unwrap();
                points::read(&path).unwrap();
            }
        }
        fs::write(path.with_extension(ending), &whole).unwrap();
    }
}

#[test]
fn a_geopackage_with_bytes_changed_gives_a_fault_or_points_and_no_panic() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("points.gpkg");
    geopackage(&path, 4326, &[("schools", &[(8.5, 49.5, "s", 3), (8.6, 49.6, "t", 4)])]);
    let whole = fs::read(&path).unwrap();
    for at in (0..whole.len()).step_by(whole.len() / 300) {
        let mut changed = whole.clone();
        changed[at] ^= 0xFF;
        fs::write(&path, &changed).unwrap();
        points::read(&path).unwrap();
        fs::write(&path, &whole[..at]).unwrap();
        points::read(&path).unwrap();
    }
}

#[test]
fn an_unknown_ending_names_the_endings_that_are_read() {
    let checked = points::read(Path::new("points.docx")).unwrap();
    assert_eq!(codes(&checked), ["points::format"]);
    assert!(points::read(Path::new("there-is-no-such.csv")).is_err());
    assert!(points::read(Path::new("there-is-no-such.gpkg")).is_err());
}

/// Run by hand: `cargo test --test streets ten_million -- --ignored --nocapture`; prints seconds and the memory at its highest.
#[test]
#[ignore = "writes and reads 400 MB"]
fn ten_million_rows_are_read_in_bounded_memory() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("points.csv");
    let mut file = std::io::BufWriter::new(fs::File::create(&path).unwrap());
    std::io::Write::write_all(&mut file, b"id,lon,lat,people\n").unwrap();
    for n in 0..10_000_000 {
        let row =
            format!("p{n},{:.6},{:.6},{}\n", 112.0 + f64::from(n % 3163) * 1e-4, 37.0 + f64::from(n / 3163) * 1e-4, n % 7);
        std::io::Write::write_all(&mut file, row.as_bytes()).unwrap();
    }
    std::io::Write::flush(&mut file).unwrap();
    let begin = std::time::Instant::now();
    let checked = points::read(&path).unwrap();
    let seconds = begin.elapsed().as_secs_f64();
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let highest = status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or("").to_string();
    println!("{seconds:.1} s, {highest}");
    assert_eq!((codes(&checked).len(), checked.value.len()), (0, 10_000_000));
    let kilobytes: u64 = highest.split_whitespace().nth(1).and_then(|number| number.parse().ok()).unwrap_or(0);
    assert!(kilobytes < 1_200_000, "{highest}");
}
