//! Features of a shapefile: `.shp` for shapes, `.dbf` for their table, `.prj` for the reference system, `.cpg` for the encoding.

use std::fs::File;
use std::io::{BufReader, Cursor, ErrorKind, Read};
use std::path::Path;

use encoding_rs::{Encoding, GB18030};
use geo::{Coord, Geometry, LineString, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon};
use shapefile::record::traits::HasXY;
use shapefile::{PolygonRing, ReadableShape, Shape};

use super::dbase::{Fault, Table};
use super::{Each, Feature};
use crate::diagnostic::{Diagnostic, source_file};
use crate::error::Error;
use crate::input::faults::Faults;

/// Bytes of the header of the file, and of a record.
const HEADER: usize = 100;
const RECORD_HEADER: usize = 8;

/// The longest `.prj` and `.cpg` that are looked at.
const MAX_SIDE_BYTES: u64 = 65_536;

/// Reads the features at `path`.
pub(super) fn read(path: &Path, each: &mut Each) -> Result<Faults, Error> {
    let mut faults = Faults::new(&source_file(path, String::new()));
    let refused = |cause| Error::new("read", path, cause);
    let handle = File::open(path).map_err(refused)?;
    let metadata = handle.metadata().map_err(refused)?;
    if metadata.is_dir() {
        return Err(refused(std::io::Error::from(ErrorKind::IsADirectory)));
    }
    if !reference_is_known(path, &mut faults) {
        return Ok(faults);
    }
    let Some(mut table) = open_table(path, &mut faults) else { return Ok(faults) };
    let mut shapes = Shapes { source: BufReader::new(handle), left: metadata.len(), buffer: Vec::new() };
    if let Err(message) = read_records(&mut shapes, &mut table, path, each, &mut faults) {
        let help = "write the file anew with a GIS as shapefile";
        faults.push(Diagnostic::error("features::damaged", format!("{}: {message}", path.display())).help(help));
    }
    Ok(faults)
}

/// The text of the file beside `path` with another ending, in lower or upper case.
fn beside(path: &Path, ending: &str) -> Option<String> {
    let found = [ending.to_string(), ending.to_uppercase()].map(|ending| File::open(path.with_extension(ending)));
    let mut bytes = Vec::new();
    found.into_iter().find_map(Result::ok)?.take(MAX_SIDE_BYTES).read_to_end(&mut bytes).ok()?;
    Some(String::from_utf8_lossy(&bytes).trim_start_matches('\u{FEFF}').trim().to_string())
}

/// Whether coordinates are degrees of WGS-84 or CGCS2000.
fn reference_is_known(path: &Path, faults: &mut Faults) -> bool {
    const HELP: &str = "write it with a GIS in EPSG:4326 or EPSG:4490, together with its .prj";
    let Some(written) = beside(path, "prj") else {
        let message = format!("{} has no .prj beside it: its coordinates are taken as degrees of WGS-84", path.display());
        faults.push(Diagnostic::warning("features::reference", message).help(HELP));
        return true;
    };
    let name: &str = written.split('"').nth(1).unwrap_or("");
    let plain: String = name.to_uppercase().chars().filter(char::is_ascii_alphanumeric).collect();
    let datums = ["WGS1984", "WGS84", "CGCS2000", "CHINAGEODETICCOORDINATESYSTEM2000", "CHINA2000"];
    let is_geographic = ["GEOGCS", "GEOGCRS", "GEODCRS"].iter().any(|word| written.to_uppercase().starts_with(word));
    let known = is_geographic && datums.iter().any(|datum| plain.contains(datum));
    if !known {
        let message = format!("{} is in \"{name}\", not in degrees of WGS-84 or CGCS2000", path.display());
        faults.push(Diagnostic::error("features::reference", message).help(HELP));
    }
    known
}

fn open_table(path: &Path, faults: &mut Faults) -> Option<Table<BufReader<File>>> {
    let opened = ["dbf", "DBF"].iter().find_map(|ending| File::open(path.with_extension(ending)).ok());
    let Some(handle) = opened else {
        let message = format!("{} has no .dbf beside it, so its features have no ids and names", path.display());
        faults.push(Diagnostic::error("features::table", message).help("put .shp, .dbf, .prj and .cpg into one folder"));
        return None;
    };
    let told = match beside(path, "cpg") {
        None => None,
        Some(label) => match encoding_of(&label) {
            Some(encoding) => Some(encoding),
            None => {
                let shown: String = label.chars().take(30).collect();
                let message = format!("the .cpg beside {} tells an encoding that is not known: \"{shown}\"", path.display());
                faults.push(Diagnostic::error("features::encoding", message).help("write UTF-8 or GBK into it"));
                return None;
            }
        },
    };
    match Table::new(BufReader::new(handle), told) {
        Ok(table) => Some(table),
        Err(fault) => {
            faults.push(table_fault(path, 0, fault));
            None
        }
    }
}

/// The encoding that a `.cpg` tells: a name, or the number of a code page of Windows or ESRI.
fn encoding_of(label: &str) -> Option<&'static Encoding> {
    let plain = label.to_lowercase();
    let plain = plain.trim_start_matches("cp").trim_start_matches("ansi ").trim();
    match plain {
        "936" | "54936" | "gb2312" => Some(GB18030),
        "65001" => Some(encoding_rs::UTF_8),
        "950" => Some(encoding_rs::BIG5),
        "1252" | "88591" | "8859-1" => Some(encoding_rs::WINDOWS_1252),
        other => Encoding::for_label(other.as_bytes()),
    }
}

fn table_fault(path: &Path, record: usize, fault: Fault) -> Diagnostic {
    let table = path.with_extension("dbf");
    match fault {
        Fault::Broken(error) => {
            let message = format!("{} cannot be read behind record {record}: {error}", table.display());
            Diagnostic::error("features::damaged", message).help("write the file anew with a GIS as shapefile")
        }
        Fault::Encoding(encoding) => {
            let message = format!("the text of record {} of {} is not {}", record + 1, table.display(), encoding.name());
            let cpg = path.with_extension("cpg");
            let help = format!("write the file {} with one word that tells the encoding: GBK or UTF-8", cpg.display());
            Diagnostic::error("features::encoding", message).help(help)
        }
    }
}

/// Reads shapes and table side by side; an error says what is damaged.
fn read_records(
    shapes: &mut Shapes,
    table: &mut Table<BufReader<File>>,
    path: &Path,
    each: &mut Each,
    faults: &mut Faults,
) -> Result<(), String> {
    shapes.header()?;
    for number in 1.. {
        let Some(shape) = shapes.next(number)? else {
            let left = table.n_left();
            return if left == 0 { Ok(()) } else { Err(format!("the shapes end {left} records before the table")) };
        };
        let properties = match table.next_record() {
            Ok(Some(properties)) => properties,
            Ok(None) => return Err(format!("there are more shapes than the {} records of the table", number - 1)),
            Err(fault) => {
                faults.push(table_fault(path, number - 1, fault));
                break;
            }
        };
        let geometry = match geometry(shape) {
            Ok(geometry) => geometry,
            Err(why) => {
                let message = format!("feature {number} of {} {why}", path.display());
                faults.push(
                    Diagnostic::error("features::shape", message).help("write points, lines or areas with finite numbers"),
                );
                continue;
            }
        };
        each(Feature { number, id: None, geometry, properties, place: None }, faults);
    }
    Ok(())
}

/// The shapes of the file, one record in memory at a time.
struct Shapes {
    source: BufReader<File>,
    /// Bytes of the file that have not been read.
    left: u64,
    buffer: Vec<u8>,
}

impl Shapes {
    /// Reads `n` bytes into the buffer, which are known to be there.
    fn take(&mut self, n: usize) -> Result<(), String> {
        if n as u64 > self.left {
            return Err(format!("the file ends {} bytes early", n as u64 - self.left));
        }
        self.left -= n as u64;
        self.buffer.resize(n, 0);
        self.source.read_exact(&mut self.buffer).map_err(|error| error.to_string())
    }

    fn header(&mut self) -> Result<(), String> {
        self.take(HEADER)?;
        let is_shapefile = self.buffer[..4] == 9994_i32.to_be_bytes();
        if is_shapefile { Ok(()) } else { Err("this is no shapefile".to_string()) }
    }

    /// The next shape, `None` at the end.
    fn next(&mut self, number: usize) -> Result<Option<Shape>, String> {
        if self.left == 0 {
            return Ok(None);
        }
        self.take(RECORD_HEADER)?;
        let words = i32::from_be_bytes([self.buffer[4], self.buffer[5], self.buffer[6], self.buffer[7]]);
        let bytes = words.checked_mul(2).filter(|&bytes| bytes >= 4);
        let Some(bytes) = bytes else { return Err(format!("shape {number} claims a length of {words} words")) };
        self.take(bytes as usize)?;
        let shape = Shape::read_from(&mut Cursor::new(&self.buffer), bytes);
        shape.map(Some).map_err(|error| format!("shape {number} is damaged: {error}"))
    }
}

/// The geometry of a shape, `None` for the empty one.
fn geometry(shape: Shape) -> Result<Option<Geometry>, &'static str> {
    Ok(Some(match shape {
        Shape::NullShape => return Ok(None),
        Shape::Point(point) => point_of(&point)?,
        Shape::PointM(point) => point_of(&point)?,
        Shape::PointZ(point) => point_of(&point)?,
        Shape::Multipoint(points) => points_of(points.points())?,
        Shape::MultipointM(points) => points_of(points.points())?,
        Shape::MultipointZ(points) => points_of(points.points())?,
        Shape::Polyline(line) => lines_of(line.parts())?,
        Shape::PolylineM(line) => lines_of(line.parts())?,
        Shape::PolylineZ(line) => lines_of(line.parts())?,
        Shape::Polygon(polygon) => area_of(polygon.rings())?,
        Shape::PolygonM(polygon) => area_of(polygon.rings())?,
        Shape::PolygonZ(polygon) => area_of(polygon.rings())?,
        Shape::Multipatch(_) => return Err("is a body of patches"),
    }))
}

fn coordinate(point: &impl HasXY) -> Result<Coord, &'static str> {
    let (x, y) = (point.x(), point.y());
    if x.is_finite() && y.is_finite() { Ok(Coord { x, y }) } else { Err("has a coordinate that is no number") }
}

fn point_of(point: &impl HasXY) -> Result<Geometry, &'static str> {
    coordinate(point).map(|at| Geometry::Point(Point(at)))
}

fn points_of<P: HasXY>(points: &[P]) -> Result<Geometry, &'static str> {
    let points: Result<Vec<Point>, _> = points.iter().map(|point| coordinate(point).map(Point)).collect();
    Ok(Geometry::MultiPoint(MultiPoint(points?)))
}

fn line_of<P: HasXY>(points: &[P]) -> Result<LineString, &'static str> {
    points.iter().map(coordinate).collect::<Result<Vec<Coord>, _>>().map(LineString)
}

fn lines_of<P: HasXY>(parts: &[Vec<P>]) -> Result<Geometry, &'static str> {
    let lines: Result<Vec<LineString>, _> = parts.iter().map(|part| line_of(part)).collect();
    Ok(Geometry::MultiLineString(MultiLineString(lines?)))
}

/// Rings as polygons: an outer ring begins one, inner rings belong to the one before them.
fn area_of<P: HasXY>(rings: &[PolygonRing<P>]) -> Result<Geometry, &'static str> {
    let mut polygons: Vec<Polygon> = Vec::new();
    for ring in rings {
        match (ring, polygons.last_mut()) {
            (PolygonRing::Inner(points), Some(polygon)) => polygon.interiors_push(line_of(points)?),
            (PolygonRing::Outer(points) | PolygonRing::Inner(points), _) => {
                polygons.push(Polygon::new(line_of(points)?, Vec::new()));
            }
        }
    }
    Ok(Geometry::MultiPolygon(MultiPolygon(polygons)))
}
