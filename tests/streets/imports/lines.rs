//! Planned lines from KML, KMZ, GeoJSON, shapefiles and tables, and what `onehour import` makes of them.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use onehour::diagnostic::{Checked, Diagnostic, source_file};
use onehour::geo::LonLat;
use onehour::geo::china::Datum;
use onehour::input::alignments::{self, Drawing};
use onehour::input::network_xml::{self, LinePlace, NetworkRecords};
use tempfile::TempDir;
use zip::write::SimpleFileOptions;

fn read_bytes(name: &str, bytes: &[u8]) -> Checked<Drawing> {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, bytes).unwrap();
    alignments::read(&path).unwrap()
}

fn codes(faults: &[Diagnostic]) -> Vec<&'static str> {
    faults.iter().map(|fault| fault.code).collect()
}

fn at(lon: f64, lat: f64) -> LonLat {
    LonLat::new(lon, lat).unwrap()
}

/// A drawing as Ovital saves it: nested folders, HTML in CDATA, styles, a line in two parts that meet, stations as points.
fn ovital(convert: impl Fn(LonLat) -> LonLat) -> String {
    let place = |lon, lat| {
        let p = convert(at(lon, lat));
        format!("{:.9},{:.9},0", p.lon, p.lat)
    };
    format!(
        r##"<?xml version="1.0" encoding="UTF-8"?>
<kml xmlns="http://www.opengis.net/kml/2.2" xmlns:gx="http://www.google.com/kml/ext/2.2"><Document><name>规划线路</name>
<Style id="s"><LineStyle><color>ff0000ff</color><width>4</width></LineStyle></Style>
<Folder><name>城际铁路</name><Folder><name>近期</name>
<Placemark><name>东西城际 &amp; 支线</name><description><![CDATA[<div>设计速度<br/>250 km/h</div>]]></description><styleUrl>#s</styleUrl>
<ExtendedData><Data name="阶段"><value>可研</value></Data><SchemaData schemaUrl="#x"><SimpleData name="投资">120亿</SimpleData></SchemaData></ExtendedData>
<MultiGeometry>
<LineString><tessellate>1</tessellate><coordinates>
{} {}
</coordinates></LineString>
<LineString><coordinates>{}	{}</coordinates></LineString>
</MultiGeometry></Placemark>
<Placemark><name>东站</name><Point><coordinates>{}</coordinates></Point></Placemark>
<Placemark><name>中站</name><Point><coordinates>{}</coordinates></Point></Placemark>
<Placemark><name>西站</name><Point><coordinates>{}</coordinates></Point></Placemark>
</Folder></Folder>
<Placemark><name>轨迹</name><gx:Track><when>2020</when><gx:coord>112 37 0</gx:coord></gx:Track></Placemark>
<Placemark><name>范围</name><Polygon><outerBoundaryIs><LinearRing><coordinates>112,37 113,37 113,38 112,37</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>
</Document></kml>"##,
        place(112.0, 37.5),
        place(112.1, 37.5),
        place(112.1, 37.5),
        place(112.2, 37.5),
        place(112.0, 37.5),
        place(112.12, 37.501),
        place(112.2, 37.5),
    )
}

#[test]
fn a_drawing_of_ovital_is_read_with_folders_descriptions_and_data() {
    let checked = read_bytes("plan.kml", ovital(|p| p).as_bytes());
    assert_eq!(codes(&checked.diagnostics), ["alignments::left_out"]);
    let message = &checked.diagnostics[0].message;
    assert!(message.ends_with("1 areas, 1 tracks (gx:Track)"), "{message}");
    let drawing = checked.value;
    assert_eq!(drawing.lines.len(), 1); // its two parts meet
    let line = &drawing.lines[0];
    assert_eq!(line.name, "东西城际 & 支线");
    assert_eq!(line.note, "规划线路 / 城际铁路 / 近期; 设计速度 250 km/h; 阶段: 可研; 投资: 120亿");
    assert_eq!(line.points, [at(112.0, 37.5), at(112.1, 37.5), at(112.2, 37.5)]);
    let names: Vec<&str> = drawing.marks.iter().map(|mark| mark.name.as_str()).collect();
    assert_eq!(names, ["东站", "中站", "西站"]);
    assert_eq!(line.span.as_ref().unwrap().line_column().0, 5);
}

#[test]
fn stations_stand_at_the_foot_of_the_perpendicular() {
    let drawing = read_bytes("plan.kml", ovital(|p| p).as_bytes()).value;
    let attached = alignments::attach(&drawing, 1000.0);
    assert_eq!(codes(&attached.diagnostics), Vec::<&str>::new());
    let line = &attached.value[0];
    // A degree of longitude at 37.5 degrees north is 111.195 · cos 37.5° = 88.217 km.
    let degree = 111.195 * 37.5_f64.to_radians().cos();
    let km: Vec<f64> = line.stops.iter().map(|stop| stop.km).collect();
    for (found, expected) in km.iter().zip([0.0, 0.12 * degree, 0.2 * degree]) {
        assert!((found - expected).abs() < 0.005, "{km:?}");
    }
    assert!((line.km - 0.2 * degree).abs() < 0.005 && !line.listed);
    let none = alignments::attach(&drawing, 50.0); // the middle station is drawn 111 m beside the line
    assert_eq!(codes(&none.diagnostics), ["alignments::far"]);
    assert_eq!(none.value[0].stops.len(), 2);
}

/// Coordinates in the ways people and programs write them; the line is always the same.
#[test]
fn blanks_and_heights_in_coordinates_are_of_no_account() {
    let ways = [
        "112.5,37.5 112.6,37.6",
        "112.5,37.5,0 112.6,37.6,0",
        "\n\t112.5,37.5,0\n\t112.6,37.6,1234.5\r\n",
        "112.5, 37.5, 0 112.6, 37.6, 0",
        "112.5 ,37.5 112.6 ,37.6",
        "112.5，37.5 112.6，37.6",
        "1.125e2,37.50 +112.6,37.6",
        "<![CDATA[112.5,37.5 112.6,37.6]]>",
        "112.5,37.5 112.5,37.5 112.6,37.6",
    ];
    for way in ways {
        let text = format!("<kml><Placemark><LineString><coordinates>{way}</coordinates></LineString></Placemark></kml>");
        let checked = read_bytes("plan.kml", text.as_bytes());
        assert_eq!(codes(&checked.diagnostics), Vec::<&str>::new(), "{way}");
        assert_eq!(checked.value.lines[0].points, [at(112.5, 37.5), at(112.6, 37.6)], "{way}");
    }
}

#[test]
fn a_kml_in_gbk_is_read() {
    let text = "<?xml version=\"1.0\" encoding=\"GBK\"?><kml><Placemark><name>南北线</name><LineString><coordinates>112.5,37.5 112.6,37.6</coordinates></LineString></Placemark></kml>";
    let (bytes, _, _) = encoding_rs::GBK.encode(text);
    let checked = read_bytes("plan.kml", &bytes);
    assert_eq!(codes(&checked.diagnostics), ["text::gb18030"]);
    assert_eq!(checked.value.lines[0].name, "南北线");
}

/// Broken drawings and the code of the first fault of each.
#[test]
fn broken_drawings_give_faults_at_their_place() {
    let line = |coordinates: &str| {
        format!("<kml><Placemark>\n<LineString><coordinates>{coordinates}</coordinates></LineString></Placemark></kml>")
    };
    let bomb = "<!DOCTYPE k [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">]><kml><Placemark><name>&b;</name></Placemark></kml>";
    let cases = [
        (String::new(), "alignments::syntax"),
        ("<kml>".to_string(), "alignments::syntax"),
        ("<kml></kmz>".to_string(), "alignments::syntax"),
        ("no xml at all".to_string(), "alignments::syntax"),
        (bomb.to_string(), "alignments::doctype"),
        ("<kml><Placemark><name>&b;</name></Placemark></kml>".to_string(), "alignments::syntax"),
        ("<a>".repeat(100_000), "alignments::depth"),
        (line("112.5,37.5 0,0"), "alignments::coordinate"),
        (line("37.5,112.5 37.6,112.6"), "alignments::coordinate"),
        (line("112.5,NaN 112.6,37.6"), "alignments::coordinate"),
        (line("112.5,inf 112.6,37.6"), "alignments::coordinate"),
        (line("1e400,37 112.6,37.6"), "alignments::coordinate"),
        (line("112.5,37.5,0,112.6,37.6,0"), "alignments::coordinate"),
        (line("112.5 37.5"), "alignments::coordinate"),
        (line("200,37.5 112,37"), "alignments::coordinate"),
    ];
    for (text, code) in cases {
        let checked = read_bytes("plan.kml", text.as_bytes());
        assert_eq!(codes(&checked.diagnostics)[..1], [code], "{}", &text[..text.len().min(200)]);
        assert!(checked.has_errors());
    }
    let swapped = read_bytes("plan.kml", line("37.5,112.5 37.6,112.6").as_bytes()).diagnostics.remove(0);
    assert!(swapped.help.unwrap().contains("swapped"));
    assert_eq!(swapped.span.unwrap().line_column(), (2, 26));
    let few = read_bytes("plan.kml", line("112.5,37.5").as_bytes());
    assert_eq!(codes(&few.diagnostics), ["alignments::left_out"]);
}

#[test]
fn a_line_of_ten_megabytes_is_read_in_one_go() {
    let coordinates: String = (0..400_000).map(|n| format!("{:.6},{:.6},0 ", 112.0 + f64::from(n) * 1e-6, 37.5)).collect();
    let text = format!(
        "<kml><Placemark><LineString><coordinates>{coordinates}</coordinates></LineString></Placemark><Placemark><name>s</name><Point><coordinates>112.2,37.5</coordinates></Point></Placemark></kml>"
    );
    let drawing = read_bytes("plan.kml", text.as_bytes()).value;
    assert_eq!(drawing.lines[0].points.len(), 400_000);
    assert_eq!(alignments::attach(&drawing, 100.0).value[0].stops[0].next, 200_000);
}

/// An archive of these files.
fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in files {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

#[test]
fn a_kmz_is_read_by_its_main_document() {
    let other = b"<kml><Placemark/></kml>";
    let bytes = zipped(&[("files/icon.png", b"png"), ("a.kml", other), ("doc.kml", ovital(|p| p).as_bytes())]);
    let checked = read_bytes("plan.kmz", &bytes);
    assert_eq!(codes(&checked.diagnostics), ["alignments::left_out", "alignments::left_out"]);
    assert_eq!(checked.value.lines.len(), 1);
    assert_eq!(codes(&read_bytes("plan.kmz", &zipped(&[("a.txt", b"")])).diagnostics), ["alignments::archive"]);
    assert_eq!(codes(&read_bytes("plan.kmz", b"no zip").diagnostics), ["alignments::archive"]);
}

#[test]
fn a_kmz_that_unpacks_to_gigabytes_is_refused() {
    let blanks = vec![b' '; 1 << 20];
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    writer.start_file("doc.kml", SimpleFileOptions::default()).unwrap();
    (0..300).for_each(|_| writer.write_all(&blanks).unwrap());
    let bytes = writer.finish().unwrap().into_inner();
    assert!(bytes.len() < 1 << 20);
    assert_eq!(codes(&read_bytes("plan.kmz", &bytes).diagnostics), ["alignments::size"]);
}

#[test]
fn a_kmz_with_bytes_changed_gives_a_fault_or_a_drawing_and_no_panic() {
    let whole = zipped(&[("doc.kml", ovital(|p| p).as_bytes())]);
    for at in 0..whole.len() {
        let mut changed = whole.clone();
        changed[at] ^= 0xFF;
        read_bytes("plan.kmz", &changed);
        let cut = read_bytes("plan.kmz", &whole[..at]);
        assert!(cut.has_errors());
    }
}

#[test]
fn features_of_geojson_are_lines_and_stations_with_their_properties() {
    let text = r#"{"type":"FeatureCollection","features":[
{"type":"Feature","properties":{"名称":"一号线","速度":250,"空":null},"geometry":{"type":"LineString","coordinates":[[112,37],[112.1,37]]}},
{"type":"Feature","properties":{"name":"甲"},"geometry":{"type":"Point","coordinates":[112.05,37.001]}},
{"type":"Feature","properties":{"Name":"环"},"geometry":{"type":"MultiLineString","coordinates":[[[112,37],[112.1,37]],[[113,37],[113.1,37]]]}},
{"type":"Feature","properties":{},"geometry":{"type":"Polygon","coordinates":[[[1,1],[2,1],[2,2],[1,1]]]}}]}"#;
    let checked = read_bytes("plan.geojson", text.as_bytes());
    assert_eq!(codes(&checked.diagnostics), ["alignments::left_out"]);
    let lines: Vec<(&str, &str)> = checked.value.lines.iter().map(|line| (line.name.as_str(), line.note.as_str())).collect();
    assert_eq!(lines, [("一号线", "速度: 250"), ("环 (1)", ""), ("环 (2)", "")]);
    assert_eq!(checked.value.marks[0].name, "甲");
}

#[test]
fn polylines_of_a_shapefile_are_lines_with_their_attributes() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("lines.shp");
    let builder = shapefile::dbase::TableWriterBuilder::new()
        .add_character_field(shapefile::dbase::FieldName::try_from("NAME").unwrap(), 30)
        .add_numeric_field(shapefile::dbase::FieldName::try_from("SPEED").unwrap(), 5, 0);
    let mut writer = shapefile::Writer::from_path(&path, builder).unwrap();
    let points = [(112.0, 37.0), (112.1, 37.0)].map(|(x, y)| shapefile::Point::new(x, y)).to_vec();
    let mut record = shapefile::dbase::Record::default();
    record.insert("NAME".to_string(), "快速路".to_string().into());
    record.insert("SPEED".to_string(), 80.0.into());
    writer.write_shape_and_record(&shapefile::Polyline::new(points), &record).unwrap();
    drop(writer);
    fs::write(path.with_extension("prj"), super::points::WGS84).unwrap();
    let checked = alignments::read(&path).unwrap();
    assert_eq!(codes(&checked.diagnostics), Vec::<&str>::new());
    let line = &checked.value.lines[0];
    assert_eq!((line.name.as_str(), line.note.as_str(), line.points.len()), ("快速路", "SPEED: 80", 2));
}

const TABLE: &str = "线路,站名,经度,纬度,里程(km),备注,阶段\n\
一号线,甲,112.0,37.5,K0+000,起点,近期\n\
一号线,乙,112.1,37.5,K9+500,,近期\n\
二号线,乙,112.1,37.5,0,,\n\
一号线,丙,112.2,37.5,K20+250,,远期\n\
二号线,丁,112.1,37.6,12.5,,\n";

#[test]
fn a_table_lists_lines_with_their_kilometres() {
    for (name, text) in [("plan.csv", TABLE.to_string()), ("plan.txt", TABLE.replace(',', "\t"))] {
        let checked = read_bytes(name, text.as_bytes());
        assert_eq!(codes(&checked.diagnostics), Vec::<&str>::new());
        let attached = alignments::attach(&checked.value, 1000.0);
        assert_eq!(codes(&attached.diagnostics), Vec::<&str>::new());
        let found: Vec<(&str, Vec<f64>)> = attached
            .value
            .iter()
            .map(|line| (line.name.as_str(), line.stops.iter().map(|stop| stop.km).collect()))
            .collect();
        assert_eq!(found, [("一号线", vec![0.0, 9.5, 20.25]), ("二号线", vec![0.0, 12.5])]);
        assert_eq!(checked.value.lines[0].stations[0].note, "起点; 阶段: 近期");
    }
}

#[test]
fn a_table_with_faults_names_their_rows() {
    let text = "线路,站名,经度,纬度,里程\n一,甲,112,37,x\n一,乙,37,112,1\n一,丙,,37,2\n一,丁,112,37,\n";
    let checked = read_bytes("plan.csv", text.as_bytes());
    let places: Vec<(&str, usize)> =
        checked.diagnostics.iter().map(|fault| (fault.code, fault.span.as_ref().unwrap().line_column().0)).collect();
    let expected =
        [("alignments::number", 2), ("alignments::coordinate", 3), ("alignments::number", 4), ("alignments::few", 5)];
    assert_eq!(places, expected);
    assert_eq!(codes(&read_bytes("plan.csv", b"a,b\n1,2\n").diagnostics), ["alignments::header"]);
    assert_eq!(codes(&read_bytes("plan.csv", b"").diagnostics), ["alignments::header"]);
    let falls = "line,station,lon,lat,km\n1,a,112,37,5\n1,b,112.1,37,4\n";
    let attached = alignments::attach(&read_bytes("plan.csv", falls.as_bytes()).value, 1000.0);
    assert_eq!(codes(&attached.diagnostics), ["alignments::km"]);
    assert!(!attached.value[0].listed);
}

/// The least workbook that Excel opens, with these rows on its first sheet: numbers as numbers, words inline.
fn workbook(rows: &[&str]) -> Vec<u8> {
    let mut sheet = String::from(
        "<?xml version=\"1.0\"?><worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>",
    );
    for (n, row) in rows.iter().enumerate() {
        sheet.push_str(&format!("<row r=\"{}\">", n + 1));
        for (field, column) in row.split(',').zip('A'..) {
            let cell = format!("{column}{}", n + 1);
            match field.parse::<f64>() {
                Ok(number) => sheet.push_str(&format!("<c r=\"{cell}\"><v>{number}</v></c>")),
                Err(_) => sheet.push_str(&format!("<c r=\"{cell}\" t=\"inlineStr\"><is><t>{field}</t></is></c>")),
            }
        }
        sheet.push_str("</row>");
    }
    sheet.push_str("</sheetData></worksheet>");
    zipped(&[
        ("[Content_Types].xml", b"<?xml version=\"1.0\"?><Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>"),
        ("_rels/.rels", b"<?xml version=\"1.0\"?><Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"),
        ("xl/workbook.xml", "<?xml version=\"1.0\"?><workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets><sheet name=\"线路表\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>".as_bytes()),
        ("xl/_rels/workbook.xml.rels", b"<?xml version=\"1.0\"?><Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>"),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
    ])
}

#[test]
fn a_workbook_is_read_as_its_table_is() {
    let rows: Vec<&str> = TABLE.lines().collect();
    let checked = read_bytes("plan.xlsx", &workbook(&rows));
    assert_eq!(checked.diagnostics.iter().map(Diagnostic::to_string).collect::<String>(), "");
    let table = read_bytes("plan.csv", TABLE.as_bytes()).value;
    assert_eq!(checked.value.lines.len(), table.lines.len());
    for (a, b) in checked.value.lines.iter().zip(&table.lines) {
        assert_eq!((&a.name, &a.points), (&b.name, &b.points));
        let marks = |line: &alignments::DrawnLine| -> Vec<(String, String, Option<f64>)> {
            line.stations.iter().map(|mark| (mark.name.clone(), mark.note.clone(), mark.km)).collect()
        };
        assert_eq!(marks(a), marks(b));
    }
    let fault =
        read_bytes("plan.xlsx", &workbook(&["线路,站名,经度,纬度", "一,甲,112,x", "一,乙,112,37"])).diagnostics.remove(0);
    assert!(fault.message.starts_with("row 2 of the sheet \"线路表\" of "), "{}", fault.message);
}

#[test]
fn workbooks_with_bytes_changed_give_a_fault_or_a_drawing_and_no_panic() {
    let whole = workbook(&TABLE.lines().collect::<Vec<&str>>());
    for at in (0..whole.len()).step_by(3) {
        let mut changed = whole.clone();
        changed[at] ^= 0x55;
        read_bytes("plan.xlsx", &changed);
        read_bytes("plan.xlsx", &whole[..at]);
        read_bytes("plan.xls", &changed[at.min(4)..]);
    }
}

fn onehour(folder: &Path, arguments: &[&str]) -> (String, String, Option<i32>) {
    let output = Command::cargo_bin("onehour").unwrap().current_dir(folder).args(arguments).output().unwrap();
    (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap(), output.status.code())
}

fn records(text: &str) -> NetworkRecords {
    let checked = network_xml::parse(&source_file(Path::new("made.xml"), text.to_string()));
    assert_eq!(checked.diagnostics.iter().map(Diagnostic::to_string).collect::<String>(), "", "{text}");
    checked.value
}

/// A folder with the drawing of Ovital in GCJ-02.
fn drawn_in_gcj02() -> (TempDir, PathBuf) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("规划 2035.kml");
    fs::write(&path, ovital(|p| Datum::Gcj02.from_wgs84(p))).unwrap();
    (folder, path)
}

#[test]
fn what_import_writes_our_reader_reads_with_the_same_names_and_places() {
    let (folder, path) = drawn_in_gcj02();
    let (out, messages, code) =
        onehour(folder.path(), &["import", path.to_str().unwrap(), "--mode", "hsr", "--datum", "gcj02"]);
    assert_eq!(code, Some(0), "{messages}");
    assert!(messages.contains("1 areas, 1 tracks (gx:Track)"), "{messages}");
    let network = records(&out);
    let stops: Vec<(&str, &str)> = network.stops.iter().map(|stop| (&*stop.id.text, &*stop.name)).collect();
    assert_eq!(stops, [("2035-stop-1", "东站"), ("2035-stop-2", "中站"), ("2035-stop-3", "西站")]);
    for (stop, expected) in network.stops.iter().zip([at(112.0, 37.5), at(112.12, 37.501), at(112.2, 37.5)]) {
        assert!(stop.at.metres_to(expected) < 0.02, "{:?}", stop.at); // written to a centimetre
        assert_eq!(&*stop.common.source, "规划 2035.kml");
    }
    let line = &network.lines[0];
    assert_eq!((&*line.name, &*line.model.text), ("东西城际 & 支线", "hsr"));
    assert_eq!(line.common.note.as_deref(), Some("规划线路 / 城际铁路 / 近期; 设计速度 250 km/h; 阶段: 可研; 投资: 120亿"));
    assert_eq!(&*line.common.source, "estimate: 规划 2035.kml; kilometres measured along the drawing");
    let km: Vec<u32> = line.at.iter().map(|place| place.km.metres()).collect();
    assert_eq!(km, [0, 10_586, 17_643]); // 0.12 and 0.2 degrees of 88.217 km
    assert!(line.at.iter().all(|place| matches!(place.place, LinePlace::Stop(_))));
    assert_eq!(line.at[1].shape.len(), 1); // the vertex at 112.1
    assert!(line.at[1].shape[0].metres_to(at(112.1, 37.5)) < 0.02);
    assert_eq!(line.at[2].shape.len(), 0);
}

#[test]
fn ends_without_a_station_are_points_and_listed_kilometres_are_kept() {
    let folder = TempDir::new().unwrap();
    let kml = "<kml><Placemark><name>Line A</name><LineString><coordinates>112,37.5 112.2,37.5</coordinates></LineString></Placemark><Placemark><name>Mid</name><Point><coordinates>112.1,37.5</coordinates></Point></Placemark></kml>";
    fs::write(folder.path().join("a.kml"), kml).unwrap();
    fs::write(folder.path().join("b.csv"), TABLE).unwrap();
    let (out, messages, code) =
        onehour(folder.path(), &["import", "a.kml", "b.csv", "--mode", "metro", "--out", "lines.xml"]);
    assert_eq!((out.as_str(), code), ("", Some(0)), "{messages}");
    let network = records(&fs::read_to_string(folder.path().join("lines.xml")).unwrap());
    let ids: Vec<&str> = network.lines.iter().map(|line| &*line.id.text).collect();
    assert_eq!(ids, ["a-line-a", "b-line-1", "b-line-2"]);
    let first = &network.lines[0];
    assert!(matches!(&first.at[0].place, LinePlace::Point(name, Some(_)) if &*name.text == "a-line-a-begin"));
    assert!(matches!(&first.at[1].place, LinePlace::Stop(name) if &*name.text == "a-mid"));
    assert!(matches!(&first.at[2].place, LinePlace::Point(name, Some(_)) if &*name.text == "a-line-a-end"));
    let listed: Vec<u32> = network.lines[1].at.iter().map(|place| place.km.metres()).collect();
    assert_eq!(listed, [0, 9_500, 20_250]);
    assert_eq!(&*network.lines[1].common.source, "estimate: b.csv; kilometres as listed");
    // 乙 stands on both lines of the table and is one stop.
    let names: Vec<&str> = network.stops.iter().map(|stop| &*stop.name).collect();
    assert_eq!(names, ["Mid", "甲", "乙", "丙", "丁"]);
}

#[test]
fn roads_meet_at_their_ends_and_divide_at_points_drawn_on_them() {
    let folder = TempDir::new().unwrap();
    let line = |name: &str, coordinates: &str| {
        format!(
            "<Placemark><name>{name}</name><LineString><coordinates>{coordinates}</coordinates></LineString></Placemark>"
        )
    };
    let kml = format!(
        "<kml><Document>{}{}{}<Placemark><name>互通</name><Point><coordinates>112.1,37.5</coordinates></Point></Placemark></Document></kml>",
        line("东西路", "112,37.5 112.2,37.5"),
        line("南北路", "112.2001,37.5 112.2,37.6"), // begins 9 m from the other's end
        line("环路", "113,37 113.01,37 113.01,37.01 113,37"),
    );
    fs::write(folder.path().join("roads.kml"), kml).unwrap();
    let arguments = ["import", "roads.kml", "--as", "road", "--class", "national", "--terrain", "plain"];
    let (out, messages, code) = onehour(folder.path(), &arguments);
    assert_eq!(code, Some(0), "{messages}");
    let network = records(&out);
    let ends: Vec<(&str, &str, &str)> =
        network.links.iter().map(|link| (link.name.as_deref().unwrap(), &*link.from.text, &*link.to.text)).collect();
    let expected = [
        ("东西路", "roads-node-1", "roads-node-2"),
        ("东西路", "roads-node-2", "roads-node-3"),
        ("南北路", "roads-node-3", "roads-node-4"),
        ("环路", "roads-node-5", "roads-node-6"),
        ("环路", "roads-node-6", "roads-node-5"),
    ];
    assert_eq!(ends, expected);
    assert_eq!(network.nodes[1].name.as_deref(), Some("互通"));
    let metres: u32 = network.links[..2].iter().map(|link| link.length.metres()).sum();
    // 0.1° · 111 194.9 m · cos 37.5° = 8821.7 m, twice, each rounded to the metre.
    assert_eq!(metres, 2 * 8_822);
    let (_, messages, code) = onehour(folder.path(), &["import", "roads.kml", "--as", "road"]);
    assert_eq!(code, Some(2));
    assert!(messages.contains("error[import::road]"), "{messages}");
}

/// Twelve towns, and a drawing with stations of their names in another datum.
fn towns(folder: &Path, datum: Datum) {
    let towns: Vec<(String, LonLat)> =
        (0..12).map(|n| (format!("镇{}", ('甲'..).nth(n).unwrap()), at(112.0 + 0.05 * n as f64, 37.5))).collect();
    let table: String = towns.iter().map(|(name, at)| format!("{name},{},{}\n", at.lon, at.lat)).collect();
    fs::write(folder.join("places.csv"), format!("name,lon,lat\n{table}")).unwrap();
    let stations: String = towns
        .iter()
        .map(|(name, at)| {
            let at = datum.from_wgs84(*at);
            format!("一号线,{name}站,{},{}\n", at.lon, at.lat)
        })
        .collect();
    fs::write(folder.join("plan.csv"), format!("线路,站名,经度,纬度\n{stations}")).unwrap();
}

#[test]
fn a_drawing_in_gcj02_is_noticed_beside_known_places_and_converted_only_when_told() {
    let folder = TempDir::new().unwrap();
    towns(folder.path(), Datum::Gcj02);
    let arguments = ["import", "plan.csv", "--mode", "rail", "--near", "places.csv"];
    let (out, messages, code) = onehour(folder.path(), &arguments);
    assert_eq!(code, Some(0));
    assert!(messages.contains("these 12 points look like GCJ-02: they fit"), "{messages}");
    assert!(messages.contains("--datum gcj02"), "{messages}");
    let shift = records(&out).stops[0].at.metres_to(at(112.0, 37.5));
    assert!((300.0..900.0).contains(&shift), "{shift}"); // as written
    let (out, messages, _) = onehour(folder.path(), &[&arguments[..], &["--datum", "gcj02"]].concat());
    assert_eq!(messages, "");
    assert!(records(&out).stops[0].at.metres_to(at(112.0, 37.5)) < 0.02);
    let (_, messages, _) = onehour(folder.path(), &[&arguments[..], &["--datum", "bd09"]].concat());
    assert!(messages.contains("do not look like BD-09") || messages.is_empty(), "{messages}");
    towns(folder.path(), Datum::Wgs84);
    let (_, messages, _) = onehour(folder.path(), &arguments);
    assert_eq!(messages, "");
    let (_, messages, _) = onehour(folder.path(), &[&arguments[..], &["--datum", "gcj02"]].concat());
    assert!(messages.contains("do not look like GCJ-02"), "{messages}");
}

#[test]
fn points_become_a_table_that_is_read_as_points() {
    let (folder, path) = drawn_in_gcj02();
    let path = path.to_str().unwrap();
    let arguments = ["import", path, "--as", "point", "--datum", "gcj02", "--out", "points.csv"];
    let (_, messages, code) = onehour(folder.path(), &arguments);
    assert_eq!(code, Some(0), "{messages}");
    assert!(messages.contains("import::left_out"), "{messages}");
    let points = onehour::input::points::read(&folder.path().join("points.csv")).unwrap();
    let ids: Vec<&str> = points.value.ids().collect();
    assert_eq!(ids, ["2035-1", "2035-2", "2035-3"]);
}

#[test]
fn the_mode_is_asked_for_and_faults_end_with_code_2() {
    let (folder, path) = drawn_in_gcj02();
    let path = path.to_str().unwrap();
    let (out, messages, code) = onehour(folder.path(), &["import", path]);
    assert_eq!((out.as_str(), code), ("", Some(2)));
    assert!(messages.contains("error[import::mode]"), "{messages}");
    assert_eq!(onehour(folder.path(), &["import", "none.kml", "--mode", "hsr"]).2, Some(2));
    fs::write(folder.path().join("bad.kml"), "<kml>").unwrap();
    let (out, messages, code) = onehour(folder.path(), &["import", "bad.kml", "--mode", "hsr"]);
    assert_eq!((out.as_str(), code), ("", Some(2)));
    assert!(messages.contains("nothing was written"), "{messages}");
    fs::write(folder.path().join("empty.kml"), "<kml/>").unwrap();
    assert_eq!(onehour(folder.path(), &["import", "empty.kml", "--mode", "hsr"]).2, Some(2));
}
