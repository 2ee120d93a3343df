//! Features of a GeoPackage: one table of an SQLite database.

use std::fs::File;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::limits::Limit;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags, Row};

use super::geometry::decode;
use super::{Each, Feature, Property};
use crate::diagnostic::{Diagnostic, source_file};
use crate::error::Error;
use crate::input::faults::{Faults, one_of};

/// The longest text or geometry, in bytes.
const MAX_VALUE_BYTES: i32 = 1 << 28;

/// The file of a path that may have `|layer=name` behind it, and that name.
pub(super) fn split_layer(path: &Path) -> (PathBuf, Option<String>) {
    match path.to_str().and_then(|text| text.split_once("|layer=")) {
        Some((file, layer)) => (PathBuf::from(file), Some(layer.to_string())),
        None => (path.to_path_buf(), None),
    }
}

/// Reads the features at `path`.
pub(super) fn read(path: &Path, each: &mut Each) -> Result<Faults, Error> {
    let (file, layer) = split_layer(path);
    let mut faults = Faults::new(&source_file(&file, String::new()));
    let handle = File::open(&file).map_err(|cause| Error::new("read", &file, cause))?;
    if handle.metadata().is_ok_and(|metadata| metadata.is_dir()) {
        return Err(Error::new("read", &file, std::io::Error::from(ErrorKind::IsADirectory)));
    }
    if let Err(error) = read_layer(&file, layer.as_deref(), each, &mut faults) {
        let message = format!("{} cannot be read as a GeoPackage: {error}", file.display());
        faults.push(Diagnostic::error("features::damaged", message).help("write the file anew with a GIS as GeoPackage"));
    }
    Ok(faults)
}

/// A layer of features.
struct Layer {
    table: String,
    geometry: String,
    srs: i32,
}

fn read_layer(path: &Path, wanted: Option<&str>, each: &mut Each, faults: &mut Faults) -> rusqlite::Result<()> {
    let database = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    database.set_limit(Limit::SQLITE_LIMIT_LENGTH, MAX_VALUE_BYTES)?;
    database.pragma_update(None, "trusted_schema", false)?;
    let layers = layers(&database)?;
    let Some(layer) = chosen(&layers, wanted, path, faults) else { return Ok(()) };
    if let Some(name) = foreign_reference(&database, layer.srs)? {
        let message = format!(
            "the layer \"{}\" of {} is in {name}, not in degrees of WGS-84 or CGCS2000",
            layer.table,
            path.display()
        );
        let help = "write it with a GIS in EPSG:4326 or EPSG:4490";
        faults.push(Diagnostic::error("features::reference", message).help(help));
        return Ok(());
    }
    let key = integer_key(&database, &layer.table)?;
    let mut statement = database.prepare(&format!("SELECT * FROM {}", quoted(&layer.table)))?;
    let names = column_names(&database, &layer.table, statement.column_count())?;
    let mut rows = statement.query([])?;
    let mut number = 0;
    while let Some(row) = rows.next()? {
        number += 1;
        if let Some(feature) = feature(row, number, &names, &layer.geometry, key.as_deref(), faults)? {
            each(feature, faults);
        }
    }
    Ok(())
}

fn layers(database: &Connection) -> rusqlite::Result<Vec<Layer>> {
    let query = "SELECT g.table_name, g.column_name, g.srs_id FROM gpkg_geometry_columns g \
        JOIN gpkg_contents c ON c.table_name = g.table_name WHERE c.data_type = 'features' ORDER BY c.rowid";
    let mut statement = database.prepare(query)?;
    let found = statement.query_map([], |row| Ok(Layer { table: row.get(0)?, geometry: row.get(1)?, srs: row.get(2)? }))?;
    found.collect()
}

fn chosen<'l>(layers: &'l [Layer], wanted: Option<&str>, path: &Path, faults: &mut Faults) -> Option<&'l Layer> {
    let path = path.display();
    let names = one_of(layers.iter().map(|layer| layer.table.as_str()));
    match wanted {
        None => {
            if layers.is_empty() {
                let message = format!("{path} has no layer of features");
                faults.push(Diagnostic::error("features::layer", message).help("write the points into it with a GIS"));
            }
            if layers.len() > 1 {
                let message = format!("{path} has {} layers, and only the first is read: {names}", layers.len());
                let help = format!("name the one that is meant: {path}|layer={}", layers[0].table);
                faults.push(Diagnostic::warning("features::layer", message).help(help));
            }
            layers.first()
        }
        Some(wanted) => {
            let found = layers.iter().find(|layer| layer.table == wanted);
            if found.is_none() {
                let message = format!("{path} has no layer of features \"{wanted}\"");
                faults.push(Diagnostic::error("features::layer", message).help(format!("write {names}")));
            }
            found
        }
    }
}

/// The name of the reference system `id` where it is not one of WGS-84 or CGCS2000 in degrees.
fn foreign_reference(database: &Connection, id: i32) -> rusqlite::Result<Option<String>> {
    let mut statement = database
        .prepare("SELECT srs_name, organization, organization_coordsys_id FROM gpkg_spatial_ref_sys WHERE srs_id = ?1")?;
    let mut rows = statement.query([id])?;
    let Some(row) = rows.next()? else {
        return Ok((id != 4326 && id != 4490).then(|| format!("the reference system {id}")));
    };
    let (name, organization, code): (String, String, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
    let known = organization.eq_ignore_ascii_case("EPSG") && (code == 4326 || code == 4490);
    Ok((!known).then(|| format!("\"{name}\" ({organization}:{code})")))
}

/// The column that holds the number of the feature.
fn integer_key(database: &Connection, table: &str) -> rusqlite::Result<Option<String>> {
    let mut statement =
        database.prepare("SELECT name FROM pragma_table_info(?1) WHERE pk = 1 AND upper(type) = 'INTEGER'")?;
    let mut rows = statement.query([table])?;
    rows.next()?.map(|row| row.get(0)).transpose()
}

/// The names of the columns that `SELECT *` gives. Asked of the statement itself, a name that is no UTF-8 would end in a panic.
fn column_names(database: &Connection, table: &str, n: usize) -> rusqlite::Result<Vec<Arc<str>>> {
    let mut statement = database.prepare("SELECT name FROM pragma_table_xinfo(?1) WHERE hidden <> 1 ORDER BY cid")?;
    let names = statement.query_map([table], |row| row.get::<_, String>(0).map(Arc::from))?;
    let names: Vec<Arc<str>> = names.collect::<rusqlite::Result<_>>()?;
    if names.len() == n { Ok(names) } else { Err(rusqlite::Error::InvalidColumnIndex(n)) }
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// The feature of a row; `None` where its geometry is at fault.
fn feature(
    row: &Row,
    number: usize,
    names: &[Arc<str>],
    geometry: &str,
    key: Option<&str>,
    faults: &mut Faults,
) -> rusqlite::Result<Option<Feature>> {
    let mut feature = Feature { number, id: None, geometry: None, properties: Vec::new(), place: None };
    for (column, name) in names.iter().enumerate() {
        let value = row.get_ref(column)?;
        if name.eq_ignore_ascii_case(geometry) {
            let decoded = match value {
                ValueRef::Null => Some(None),
                ValueRef::Blob(bytes) => decode(bytes),
                _ => None,
            };
            let Some(geometry) = decoded else {
                let message = format!("the geometry of feature {number} of {} is damaged", faults.file.path.display());
                faults.push(Diagnostic::error("features::shape", message).help("write the file anew with a GIS"));
                return Ok(None);
            };
            feature.geometry = geometry;
        } else if key == Some(&**name) {
            feature.id = value.as_i64().ok().map(|id| id.to_string());
        } else {
            feature.properties.push((Arc::clone(name), property(value)));
        }
    }
    Ok(Some(feature))
}

fn property(value: ValueRef) -> Property {
    match value {
        ValueRef::Null => Property::Empty,
        ValueRef::Integer(number) => Property::Number(number as f64),
        ValueRef::Real(number) if number.is_finite() => Property::Number(number),
        ValueRef::Real(number) => Property::Words(number.to_string()),
        ValueRef::Text(bytes) => match String::from_utf8_lossy(bytes) {
            words if words.trim().is_empty() => Property::Empty,
            words => Property::Words(words.into_owned()),
        },
        ValueRef::Blob(bytes) => Property::Words(format!("{} bytes", bytes.len())),
    }
}
