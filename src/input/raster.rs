//! Population grids in GeoTIFF.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use tiff::decoder::{ChunkType, Decoder, DecodingResult};
use tiff::tags::Tag;

use crate::diagnostic::{Checked, Diagnostic};
use crate::error::Error;
use crate::geo::{LonLat, METRES_PER_DEGREE};

/// A square of a grid with people in it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RasterCell {
    /// Its centre.
    pub at: LonLat,
    /// How many people, more than 0.
    pub people: f64,
    /// Its area on the sphere in km².
    pub area_km2: f64,
}

/// A part of the world in degrees: west, south, east, north.
pub type Bounds = [f64; 4];

/// Most squares with people that are kept.
const MAX_CELLS: usize = 50_000_000;

/// Systems of coordinates that are degrees of WGS-84 or CGCS2000.
const DEGREES: [u16; 2] = [4326, 4490];

/// Reads the squares with people of the first band of a GeoTIFF whose coordinates are degrees, north at the top; those whose centre lies
/// within `bounds` where these are given. Rows come from north to south and from west to east. What is marked as no data, and what
/// is no number, is left out; a negative number that is not marked as no data is a fault.
pub fn read(path: &Path, bounds: Option<Bounds>) -> Result<Checked<Vec<RasterCell>>, Error> {
    let file = File::open(path).map_err(|cause| Error::new("read", path, cause))?;
    let mut faults = Vec::new();
    let cells = match decoded(BufReader::new(file), bounds, &mut faults, path) {
        Ok(cells) => cells,
        Err(fault) => {
            faults.push(fault);
            Vec::new()
        }
    };
    Ok(Checked { value: cells, diagnostics: faults })
}

type TiffDecoder = Decoder<BufReader<File>>;

fn decoded(
    file: BufReader<File>,
    bounds: Option<Bounds>,
    faults: &mut Vec<Diagnostic>,
    path: &Path,
) -> Result<Vec<RasterCell>, Diagnostic> {
    let mut decoder = Decoder::new(file).map_err(|cause| damaged(path, &cause))?;
    let frame = Frame::of(&mut decoder, path)?;
    let (width, _) = decoder.dimensions().map_err(|cause| damaged(path, &cause))?;
    let (chunk_width, chunk_height) = decoder.chunk_dimensions();
    let across = width.div_ceil(chunk_width.max(1));
    let n_chunks = match decoder.get_chunk_type() {
        ChunkType::Strip => decoder.strip_count(),
        ChunkType::Tile => decoder.tile_count(),
    };
    let n_chunks = n_chunks.map_err(|cause| damaged(path, &cause))?;
    let mut found: Vec<((u32, u32), RasterCell)> = Vec::new();
    let mut n_negative = 0usize;
    for chunk in 0..n_chunks {
        let (left, top) = (chunk % across * chunk_width, chunk / across * chunk_height);
        if !frame.touches(bounds, (left, top), (chunk_width, chunk_height)) {
            continue;
        }
        let (columns, rows) = decoder.chunk_data_dimensions(chunk);
        let values = numbers(decoder.read_chunk(chunk).map_err(|cause| damaged(path, &cause))?);
        for row in 0..rows {
            for column in 0..columns {
                let Some(&people) = values.get((row * columns + column) as usize) else { continue };
                let at = frame.centre(left + column, top + row);
                let inside = bounds.is_none_or(|[west, south, east, north]| {
                    (west..=east).contains(&at.lon) && (south..=north).contains(&at.lat)
                });
                if !inside || !people.is_finite() || frame.no_data == Some(people) || people == 0.0 {
                    continue;
                }
                if people < 0.0 {
                    n_negative += 1;
                    continue;
                }
                found.push(((top + row, left + column), RasterCell { at, people, area_km2: frame.area_km2(at.lat) }));
            }
        }
        if found.len() > MAX_CELLS {
            let message = format!("{} has more than {MAX_CELLS} squares with people", path.display());
            return Err(Diagnostic::error("raster::size", message).help("cut it to the region, or name bounds"));
        }
    }
    if n_negative > 0 {
        let message = format!("{} has {n_negative} squares with less than no people", path.display());
        faults.push(Diagnostic::error("raster::negative", message).help("mark squares without data as no data"));
    }
    found.sort_by_key(|(place, _)| *place);
    Ok(found.into_iter().map(|(_, cell)| cell).collect())
}

/// Where the squares lie.
struct Frame {
    west: f64,
    north: f64,
    step_lon: f64,
    step_lat: f64,
    no_data: Option<f64>,
}

impl Frame {
    fn of(decoder: &mut TiffDecoder, path: &Path) -> Result<Self, Diagnostic> {
        let reference = |message: String| {
            let help = "warp it to EPSG:4326 with a GIS, for instance: gdalwarp -t_srs EPSG:4326 in.tif out.tif";
            Diagnostic::error("raster::reference", format!("{}: {message}", path.display())).help(help)
        };
        let keys: Vec<u16> = decoder.get_tag_u16_vec(Tag::GeoKeyDirectoryTag).unwrap_or_default();
        let mut tag = |tag: Tag| decoder.get_tag_f64_vec(tag).ok();
        let scale = tag(Tag::ModelPixelScaleTag).filter(|scale| scale.len() >= 2 && scale[0] > 0.0 && scale[1] > 0.0);
        let tie = tag(Tag::ModelTiepointTag).filter(|tie| tie.len() >= 6 && tie.iter().all(|value| value.is_finite()));
        let (Some(scale), Some(tie)) = (scale, tie) else {
            return Err(reference("the file does not say where its squares lie".to_string()));
        };
        let key = |wanted: u16| keys.chunks_exact(4).skip(1).find(|key| key[0] == wanted).map(|key| key[3]);
        if let Some(system) = key(3072) {
            return Err(reference(format!("its coordinates are of EPSG:{system}, not degrees")));
        }
        if let Some(system) = key(2048).filter(|system| !DEGREES.contains(system)) {
            return Err(reference(format!("its coordinates are of EPSG:{system}, not of WGS-84 or CGCS2000")));
        }
        let text = decoder.get_tag_ascii_string(Tag::GdalNodata).ok();
        let (west, north) = (tie[3] - tie[0] * scale[0], tie[4] + tie[1] * scale[1]);
        if LonLat::new(west, north).is_none() {
            return Err(reference(format!("its corner ({west}, {north}) is not on the earth")));
        }
        let no_data = text.and_then(|text| text.trim_matches(['\0', ' ']).parse().ok());
        Ok(Frame { west, north, step_lon: scale[0], step_lat: scale[1], no_data })
    }

    fn centre(&self, column: u32, row: u32) -> LonLat {
        let lon = self.west + (f64::from(column) + 0.5) * self.step_lon;
        LonLat { lon, lat: self.north - (f64::from(row) + 0.5) * self.step_lat }
    }

    /// Whether some square of a chunk may lie within bounds.
    fn touches(&self, bounds: Option<Bounds>, (left, top): (u32, u32), (columns, rows): (u32, u32)) -> bool {
        let Some([west, south, east, north]) = bounds else { return true };
        let begin = self.centre(left, top);
        let end = self.centre(left.saturating_add(columns), top.saturating_add(rows));
        begin.lon <= east && end.lon >= west && begin.lat >= south && end.lat <= north
    }

    fn area_km2(&self, lat: f64) -> f64 {
        let degree = METRES_PER_DEGREE / 1000.0;
        self.step_lon * self.step_lat * degree * degree * lat.to_radians().cos()
    }
}

fn numbers(values: DecodingResult) -> Vec<f64> {
    match values {
        DecodingResult::U8(values) => values.into_iter().map(f64::from).collect(),
        DecodingResult::U16(values) => values.into_iter().map(f64::from).collect(),
        DecodingResult::U32(values) => values.into_iter().map(f64::from).collect(),
        DecodingResult::U64(values) => values.into_iter().map(|value| value as f64).collect(),
        DecodingResult::I8(values) => values.into_iter().map(f64::from).collect(),
        DecodingResult::I16(values) => values.into_iter().map(f64::from).collect(),
        DecodingResult::I32(values) => values.into_iter().map(f64::from).collect(),
        DecodingResult::I64(values) => values.into_iter().map(|value| value as f64).collect(),
        DecodingResult::F32(values) => values.into_iter().map(f64::from).collect(),
        DecodingResult::F64(values) => values,
        DecodingResult::F16(values) => values.into_iter().map(|value| f64::from(f32::from(value))).collect(),
    }
}

fn damaged(path: &Path, cause: &tiff::TiffError) -> Diagnostic {
    let message = format!("{} cannot be read as a GeoTIFF: {cause}", path.display());
    Diagnostic::error("raster::damaged", message).help("write it anew with a GIS, packed by deflate or LZW or not at all")
}
