//! What readers are fed: small, whole files with as much of their formats as fits.

#[path = "pbf.rs"]
pub mod pbf;

use std::fs::{self, File};
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};

use onehour::input::osm::{self, MemberKind, Role};
use onehour::input::parameters::Level;
use onehour::input::street_profile::{Profile, ProfileMode, Region};
use onehour::input::vocabulary::Period;
use onehour::network::streets::build;
use onehour::network::streets::cache::Cache;
use rusqlite::Connection;
use shapefile::dbase::{FieldName, Record, TableWriterBuilder};
use tiff::encoder::{Compression, TiffEncoder, colortype::Gray32Float};
use tiff::tags::Tag;
use zip::write::SimpleFileOptions;

use super::{Sample, readers};

pub const TOWN: &str = include_str!("../../assets/template/town.osm");

pub const POINTS: &str = "id,name,lon,lat,people,jobs\nStop 12 A,\"东站, north\",112.5,37.5,10,\nb,西站,112.4,37.6,7.5,3\n c ,x,112.45,37.61,0,1e3\n";

pub const FEATURES: &str = r#"{"type": "FeatureCollection", "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}, "features": [
{"type": "Feature", "id": 7, "geometry": {"type": "Point", "coordinates": [8.5, 49.5, 100]}, "properties": {"people": 12}},
{"type": "Feature", "geometry": {"type": "Polygon", "coordinates": [[[8,49],[9,49],[9,50],[8,50],[8,49]],[[8.2,49.2],[8.3,49.2],[8.3,49.3],[8.2,49.2]]]},
 "properties": {"id": "area 1", "jobs": "3", "name": "x", "list": [1, {"a": null}]}},
{"type": "Feature", "properties": {"ID": 9}, "geometry": {"type": "MultiPolygon", "coordinates": [[[[1,1],[2,1],[2,2],[1,1]]]]}}]}"#;

pub const KML: &str = r##"<?xml version="1.0" encoding="UTF-8"?>
<kml xmlns="http://www.opengis.net/kml/2.2" xmlns:gx="http://www.google.com/kml/ext/2.2"><Document><name>规划线路</name>
<Folder><name>城际铁路</name><Placemark><name>东西城际 &amp; 支线</name><description><![CDATA[<div>设计速度<br/>250 km/h</div>]]></description>
<ExtendedData><Data name="阶段"><value>可研</value></Data><SchemaData schemaUrl="#x"><SimpleData name="投资">120亿</SimpleData></SchemaData></ExtendedData>
<MultiGeometry><LineString><coordinates>112.0,37.5,0 112.1,37.5,0</coordinates></LineString>
<LineString><coordinates>112.1,37.5 112.2,37.5</coordinates></LineString></MultiGeometry></Placemark>
<Placemark><name>东站</name><Point><coordinates>112.0,37.5</coordinates></Point></Placemark>
<Placemark><name>中站</name><Point><coordinates>112.12,37.501</coordinates></Point></Placemark></Folder>
<Placemark><name>轨迹</name><gx:Track><when>2020</when><gx:coord>112 37 0</gx:coord></gx:Track></Placemark>
<Placemark><Polygon><outerBoundaryIs><LinearRing><coordinates>112,37 113,37 113,38 112,37</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>
</Document></kml>"##;

pub const LINES: &str = r#"{"type":"FeatureCollection","features":[
{"type":"Feature","properties":{"名称":"一号线","速度":250,"空":null},"geometry":{"type":"LineString","coordinates":[[112,37],[112.1,37]]}},
{"type":"Feature","properties":{"name":"甲"},"geometry":{"type":"Point","coordinates":[112.05,37.001]}},
{"type":"Feature","properties":{"Name":"环"},"geometry":{"type":"MultiLineString","coordinates":[[[112,37],[112.1,37]],[[113,37],[113.1,37]]]}},
{"type":"Feature","properties":{},"geometry":{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[1,1]}]}}]}"#;

pub const TABLE: &str = "线路,站名,经度,纬度,里程(km),备注,阶段\n\
一号线,甲,112.0,37.5,K0+000,起点,近期\n一号线,乙,112.1,37.5,K9+500,,近期\n二号线,乙,112.1,37.5,0,,\n\
一号线,丙,112.2,37.5,K20+250,,远期\n二号线,丁,112.1,37.6,12.5,,\n";

const STOPS: &str = "stop_id,stop_name,stop_lon,stop_lat,location_type,parent_station\nhub,总站,100.0000,40.0072,1,\nwest,河西总站,100.0000,40.0072,0,hub\n\
market,市场,100.0141,40.0072,,\nmill,磨坊,100.0300,40.0072,,\ndoor,门,100.0001,40.0073,2,hub\n";

const CALLS: &str = "trip_id,arrival_time,departure_time,stop_id,stop_sequence,pickup_type,shape_dist_traveled\n\
a,06:00:00,06:00:00,west,1,0,0\na,,,market,2,0,1.2\na,6:09:30,6:09:30,mill,3,1,2.5\n\
b,25:10:00,25:10:00,west,10,,\nb,25:14:00,25:15:00,market,20,,\nc,08:00:00,08:00:00,mill,1,,\nc,08:08:00,08:08:00,west,4,,\n";

/// The members of a feed with most of the files that are read.
const FEED: &[(&str, &str)] = &[
    ("stops.txt", STOPS),
    ("stop_times.txt", CALLS),
    ("agency.txt", "agency_id,agency_name,agency_url,agency_timezone\na,小镇公交,https://example.org,Asia/Shanghai\n"),
    (
        "routes.txt",
        "route_id,agency_id,route_short_name,route_long_name,route_type\nbus-1,a,1路,河西总站—磨坊,3\nrail,a,S1,\"a, b\",109\n",
    ),
    (
        "trips.txt",
        "route_id,service_id,trip_id,direction_id,shape_id\nbus-1,daily,a,0,s\nbus-1,daily,b,0,\nrail,some,c,1,\n",
    ),
    (
        "calendar.txt",
        "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\ndaily,1,1,1,1,1,1,1,20260101,20361231\n",
    ),
    ("calendar_dates.txt", "service_id,date,exception_type\nsome,20260714,1\ndaily,20260715,2\n"),
    (
        "frequencies.txt",
        "trip_id,start_time,end_time,headway_secs,exact_times\nc,07:00:00,09:00:00,600,1\na,06:00:00,22:00:00,900,0\n",
    ),
    ("transfers.txt", "from_stop_id,to_stop_id,transfer_type,min_transfer_time\nwest,market,2,300\nhub,hub,1,\n"),
    (
        "pathways.txt",
        "pathway_id,from_stop_id,to_stop_id,pathway_mode,is_bidirectional,traversal_time,length\np,door,west,1,1,40,35.5\n",
    ),
    (
        "shapes.txt",
        "shape_id,shape_pt_lat,shape_pt_lon,shape_pt_sequence,shape_dist_traveled\ns,40.0072,100.0,1,0\ns,40.0072,100.03,2,2.5\n",
    ),
    (
        "feed_info.txt",
        "feed_publisher_name,feed_publisher_url,feed_lang,feed_start_date,feed_end_date\nx,https://example.org,zh,20260101,20361231\n",
    ),
];

/// One file.
pub fn one(name: &str, text: &str) -> Sample {
    Sample { files: vec![(name.to_string(), text.as_bytes().to_vec())], archive: None }
}

/// An archive of these files.
pub fn packed(archive: &'static str, files: Vec<(&str, &str)>) -> Sample {
    let files = files.into_iter().map(|(name, text)| (name.to_string(), text.as_bytes().to_vec())).collect();
    Sample { files, archive: Some(archive) }
}

pub fn zipped(files: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        writer.start_file(name, SimpleFileOptions::default()).expect("writing to memory does not fail");
        writer.write_all(bytes).expect("writing to memory does not fail");
    }
    writer.finish().expect("writing to memory does not fail").into_inner()
}

/// A feed as a folder or as an archive.
pub fn feed(archive: Option<&'static str>) -> Sample {
    Sample { archive, ..packed("", FEED.to_vec()) }
}

/// What `write` leaves in a folder of its own, `first` in front.
fn made(first: &str, write: impl FnOnce(&Path)) -> Sample {
    let folder: PathBuf = std::env::temp_dir().join(format!("onehour-fuzz-sample-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("there is room for a folder");
    write(&folder);
    let names = fs::read_dir(&folder).expect("the folder was made here").flatten().map(|entry| entry.file_name());
    let mut names: Vec<String> = names.map(|name| name.to_string_lossy().into_owned()).collect();
    names.sort_by_key(|name| (name != first, name.clone()));
    let read = |name: String| (name.clone(), fs::read(folder.join(name)).expect("the file was made here"));
    let files = names.into_iter().map(read).collect();
    fs::remove_dir_all(&folder).expect("the folder was made here");
    Sample { files, archive: None }
}

/// The town of the template as PBF whose blobs are not packed, so that damage strikes what they hold.
pub fn pbf() -> Sample {
    let mut town = None;
    made("town.osm", |folder| {
        fs::write(folder.join("town.osm"), TOWN).expect("there is room for the file");
        town = Some(osm::read(&folder.join("town.osm")).expect("the file is there").value);
    });
    let town = town.expect("it was read above");
    let tags = |tags: osm::Tags| tags.iter().map(|(key, value)| (key.word().to_string(), value.to_string())).collect();
    let mut elements = pbf::Elements::default();
    for node in &town.nodes {
        let tagged = town.tagged_nodes.iter().find(|tagged| tagged.id == node.id);
        let of_node = tagged.map_or_else(Vec::new, |tagged| tags(town.node_tags(tagged)));
        elements.nodes.push((node.id, i64::from(node.lon), i64::from(node.lat), of_node));
    }
    for way in &town.ways {
        elements.ways.push((way.id, town.refs(way).to_vec(), tags(town.way_tags(way))));
    }
    for restriction in &town.restrictions {
        let role = |role| match role {
            Role::From => "from",
            Role::Via => "via",
            Role::To => "to",
            Role::Other => "",
        };
        let members =
            restriction.members.iter().map(|member| (role(member.role), member.kind == MemberKind::Way, member.id));
        let mut of_relation: pbf::Tags = tags(town.restriction_tags(restriction));
        of_relation.push(("type".to_string(), "restriction".to_string()));
        elements.relations.push((restriction.id, members.collect(), of_relation));
    }
    // The town has no forbidden turn.
    let (first, second) = (&elements.ways[0], &elements.ways[1]);
    let members = vec![("from", true, first.0), ("via", false, first.1[0]), ("to", true, second.0)];
    let only = [("type", "restriction"), ("restriction", "no_left_turn"), ("except", "bicycle")];
    elements.relations.push((1, members, only.map(|(key, value)| (key.to_string(), value.to_string())).to_vec()));
    Sample { files: vec![("town.osm.pbf".to_string(), pbf::written(&elements, false))], archive: None }
}

pub fn geopackage() -> Sample {
    made("points.gpkg", |folder| {
        let database = Connection::open(folder.join("points.gpkg")).expect("there is room for the file");
        let tables = "CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT, srs_id INTEGER PRIMARY KEY, organization TEXT,
                organization_coordsys_id INTEGER, definition TEXT, description TEXT);
            CREATE TABLE gpkg_contents (table_name TEXT PRIMARY KEY, data_type TEXT, identifier TEXT, srs_id INTEGER);
            CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT, geometry_type_name TEXT, srs_id INTEGER,
                z TINYINT, m TINYINT);
            INSERT INTO gpkg_spatial_ref_sys VALUES ('WGS 84 geodetic', 4326, 'EPSG', 4326, '', '');
            CREATE TABLE schools (fid INTEGER PRIMARY KEY, geom BLOB, id TEXT, people INTEGER);
            INSERT INTO gpkg_contents VALUES ('schools', 'features', 'schools', 4326);
            INSERT INTO gpkg_geometry_columns VALUES ('schools', 'geom', 'GEOMETRY', 4326, 0, 0);";
        database.execute_batch(tables).expect("these are statements");
        let header = [b"GP\x00\x01".as_slice(), &4326i32.to_le_bytes()].concat();
        let numbers = |numbers: &[f64]| numbers.iter().flat_map(|number| number.to_le_bytes()).collect::<Vec<u8>>();
        let point = [&header, [1, 1, 0, 0, 0].as_slice(), &numbers(&[8.5, 49.5])].concat();
        let ring = numbers(&[8.0, 49.0, 9.0, 49.0, 9.0, 50.0, 8.0, 49.0]);
        let area = [&header, [1, 3, 0, 0, 0, 1, 0, 0, 0, 4, 0, 0, 0].as_slice(), &ring].concat();
        for (id, geometry) in [("Stop 12 A", &point), ("b", &area), ("东站", &point)] {
            let insert = "INSERT INTO schools (geom, id, people) VALUES (?1, ?2, 3)";
            database.execute(insert, (geometry, id)).expect("this is a statement");
        }
    })
}

const WGS84: &str = "GEOGCS[\"GCS_WGS_1984\",DATUM[\"D_WGS_1984\",SPHEROID[\"WGS_1984\",6378137.0,298.257223563]],UNIT[\"Degree\",0.0174532925199433]]";

/// The columns of the tables beside shapefiles.
fn columns() -> TableWriterBuilder {
    let name = |name: &str| FieldName::try_from(name).expect("this is a name");
    TableWriterBuilder::new()
        .add_character_field(name("id"), 20)
        .add_numeric_field(name("jobs"), 10, 2)
        .add_logical_field(name("open"))
        .add_double_field(name("share"))
        .add_integer_field(name("number"))
}

fn row(id: &str, number: i32) -> Record {
    let mut row = Record::default();
    row.insert("id".to_string(), id.to_string().into());
    row.insert("jobs".to_string(), f64::from(number).into());
    row.insert("open".to_string(), true.into());
    row.insert("share".to_string(), shapefile::dbase::FieldValue::Double(0.5));
    row.insert("number".to_string(), shapefile::dbase::FieldValue::Integer(number));
    row
}

fn beside(folder: &Path) {
    fs::write(folder.join("drawn.prj"), WGS84).expect("there is room for the file");
    fs::write(folder.join("drawn.cpg"), "UTF-8").expect("there is room for the file");
}

pub fn shapefile_of_points() -> Sample {
    made("drawn.shp", |folder| {
        let mut writer = shapefile::Writer::from_path(folder.join("drawn.shp"), columns()).expect("there is room");
        for (at, id) in ["Stop 12 A", "东站", "c"].iter().enumerate() {
            let point = shapefile::Point::new(112.5 + at as f64 / 10.0, 37.5);
            writer.write_shape_and_record(&point, &row(id, at as i32)).expect("there is room");
        }
        drop(writer);
        beside(folder);
    })
}

pub fn shapefile_of_lines() -> Sample {
    made("drawn.shp", |folder| {
        let mut writer = shapefile::Writer::from_path(folder.join("drawn.shp"), columns()).expect("there is room");
        let points = |lat: f64| [112.0, 112.1, 112.3].map(|lon| shapefile::Point::new(lon, lat)).to_vec();
        let lines =
            [shapefile::Polyline::new(points(37.0)), shapefile::Polyline::with_parts(vec![points(37.1), points(37.2)])];
        for (at, line) in lines.iter().enumerate() {
            writer.write_shape_and_record(line, &row("快速路", at as i32)).expect("there is room");
        }
        drop(writer);
        beside(folder);
    })
}

/// The least workbook that Excel opens, with the table of lines on its first sheet.
pub fn workbook() -> Sample {
    let mut sheet = String::from(
        "<?xml version=\"1.0\"?><worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>",
    );
    for (n, row) in TABLE.lines().enumerate() {
        sheet.push_str(&format!("<row r=\"{}\">", n + 1));
        for (field, column) in row.split(',').zip('A'..) {
            let cell = format!("{column}{}", n + 1);
            match field.parse::<f64>() {
                Ok(number) => sheet.push_str(&format!("<c r=\"{cell}\"><v>{number}</v></c>")),
                Err(_) if n == 0 => sheet.push_str(&format!("<c r=\"{cell}\" t=\"inlineStr\"><is><t>{field}</t></is></c>")),
                Err(_) => sheet.push_str(&format!("<c r=\"{cell}\" t=\"str\"><v>{field}</v></c>")),
            }
        }
        sheet.push_str("</row>");
    }
    sheet.push_str("</sheetData></worksheet>");
    let relationships = "http://schemas.openxmlformats.org/package/2006/relationships";
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let root = format!(
        "<?xml version=\"1.0\"?><Relationships xmlns=\"{relationships}\"><Relationship Id=\"rId1\" Type=\"{office}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
    );
    let sheets = format!(
        "<?xml version=\"1.0\"?><Relationships xmlns=\"{relationships}\"><Relationship Id=\"rId1\" Type=\"{office}/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>"
    );
    let book = format!(
        "<?xml version=\"1.0\"?><workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" xmlns:r=\"{office}\"><sheets><sheet name=\"线路表\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"
    );
    let types = "<?xml version=\"1.0\"?><Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>";
    packed(
        "plan.xlsx",
        vec![
            ("xl/worksheets/sheet1.xml", &sheet),
            ("[Content_Types].xml", types),
            ("_rels/.rels", &root),
            ("xl/workbook.xml", &book),
            ("xl/_rels/workbook.xml.rels", &sheets),
        ],
    )
}

/// A grid of people, packed or not; the packed one ties a point and not a corner.
pub fn grid(packed: bool) -> Sample {
    made("people.tif", |folder| {
        let file = File::create(folder.join("people.tif")).expect("there is room for the file");
        let mut encoder = TiffEncoder::new(file).expect("there is room for the file");
        if packed {
            encoder = encoder.with_compression(Compression::Lzw);
        }
        let mut image = encoder.new_image::<Gray32Float>(6, 5).expect("this is a size");
        let keys: &[u16] =
            if packed { &[1, 1, 0, 2, 1025, 0, 1, 2, 2048, 0, 1, 4326] } else { &[1, 1, 0, 1, 2048, 0, 1, 4490] };
        let tags = image.encoder();
        let written = [
            tags.write_tag(Tag::ModelPixelScaleTag, &[0.01f64, 0.01, 0.0][..]),
            tags.write_tag(Tag::ModelTiepointTag, &[0.0f64, 0.0, 0.0, 8.0, 49.04, 0.0][..]),
            tags.write_tag(Tag::GeoKeyDirectoryTag, keys),
            tags.write_tag(Tag::GdalNodata, "-9999"),
        ];
        assert!(written.iter().all(Result::is_ok));
        image.rows_per_strip(2).expect("nothing was written yet");
        let people: Vec<f32> = (0..30).map(|n| if n % 7 == 0 { -9999.0 } else { n as f32 }).collect();
        image.write_data(&people).expect("there is room for the file");
    })
}

/// The town of the template as a built network that was kept.
pub fn kept_streets() -> Sample {
    made("", |folder| {
        fs::write(folder.join("town.osm"), TOWN).expect("there is room for the file");
        let town = osm::read(&folder.join("town.osm")).expect("the file is there").value;
        let profiles = [ProfileMode::Walk, ProfileMode::Car].map(|mode| Profile::shipped(mode, Region::China));
        let network = build::build(&town, &profiles).value.network(&profiles, Level::Base, Period::Peak);
        Cache::in_folder(folder).save(&readers::key(), &network, "notes").expect("there is room for the file");
        fs::remove_file(folder.join("town.osm")).expect("it was written above");
    })
}
