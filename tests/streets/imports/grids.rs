//! Population grids and the cells that are made of them.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use onehour::input::raster;
use tempfile::TempDir;
use tiff::encoder::{TiffEncoder, colortype::Gray32Float};
use tiff::tags::Tag;

/// A grid of `width` columns whose north-western corner lies at 8° E 49.04° N, with squares of 0.01 degrees.
fn grid(path: &Path, width: u32, people: &[f32], system: u16) -> PathBuf {
    let mut encoder = TiffEncoder::new(File::create(path).unwrap()).unwrap();
    let mut image = encoder.new_image::<Gray32Float>(width, people.len() as u32 / width).unwrap();
    let tags = image.encoder();
    tags.write_tag(Tag::ModelPixelScaleTag, &[0.01f64, 0.01, 0.0][..]).unwrap();
    tags.write_tag(Tag::ModelTiepointTag, &[0.0f64, 0.0, 0.0, 8.0, 49.04, 0.0][..]).unwrap();
    tags.write_tag(Tag::GeoKeyDirectoryTag, &[1u16, 1, 0, 1, 2048, 0, 1, system][..]).unwrap();
    tags.write_tag(Tag::GdalNodata, "-9999").unwrap();
    image.write_data(people).unwrap();
    path.to_path_buf()
}

/// ```text
/// 49.035   10   –
/// 49.025    0  20
///         8.005 8.015
/// ```
#[test]
fn squares_with_people_have_their_place_and_their_area() {
    let folder = TempDir::new().unwrap();
    let path = grid(&folder.path().join("people.tif"), 2, &[10.0, -9999.0, 0.0, 20.0], 4326);
    let read = raster::read(&path, None).unwrap();
    assert!(read.diagnostics.is_empty(), "{:?}", read.diagnostics);
    let found: Vec<(f64, f64, f64)> =
        read.value.iter().map(|cell| ((cell.at.lon * 1e3).round(), (cell.at.lat * 1e3).round(), cell.people)).collect();
    assert_eq!(found, [(8005.0, 49035.0, 10.0), (8015.0, 49025.0, 20.0)]);
    // (0.01° · 111.195 km)² · cos 49.035° = 0.8106 km².
    assert!((read.value[0].area_km2 - 0.8106).abs() < 1e-3, "{}", read.value[0].area_km2);
    let south = raster::read(&path, Some([8.0, 49.0, 9.0, 49.03])).unwrap().value;
    assert_eq!(south.len(), 1);
}

#[test]
fn grids_in_metres_negative_people_and_damaged_files_are_refused() {
    let folder = TempDir::new().unwrap();
    let codes =
        |path: &Path| raster::read(path, None).unwrap().diagnostics.iter().map(|fault| fault.code).collect::<Vec<_>>();
    let metres = grid(&folder.path().join("metres.tif"), 1, &[1.0], 4269);
    assert_eq!(codes(&metres), ["raster::reference"]);
    let negative = grid(&folder.path().join("negative.tif"), 1, &[-1.0], 4326);
    assert_eq!(codes(&negative), ["raster::negative"]);
    let whole = fs::read(grid(&folder.path().join("whole.tif"), 2, &[1.0, 2.0, 3.0, 4.0], 4326)).unwrap();
    for at in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x55;
        let path = folder.path().join("damaged.tif");
        fs::write(&path, &bytes).unwrap();
        raster::read(&path, None).unwrap();
        fs::write(&path, &whole[..at]).unwrap();
        assert!(!codes(&path).is_empty(), "cut at {at}");
    }
    let path = folder.path().join("text.tif");
    fs::write(&path, "no picture").unwrap();
    assert_eq!(codes(&path), ["raster::damaged"]);
}

#[test]
fn people_of_a_grid_are_all_in_cells_of_either_kind() {
    let folder = TempDir::new().unwrap();
    grid(&folder.path().join("people.tif"), 2, &[10.0, 5.0, 7.0, 20.0], 4326);
    for kind in ["--step 500", "--h3 8"] {
        let mut command = Command::cargo_bin("onehour").unwrap();
        let output =
            command.current_dir(folder.path()).args(["cells", "people.tif"]).args(kind.split(' ')).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        let mut reader = csv::Reader::from_reader(&output.stdout[..]);
        let people: f64 = reader.records().map(|row| row.unwrap()[3].parse::<f64>().unwrap()).sum();
        assert_eq!(people, 42.0, "{kind}");
    }
    for (code, more) in [("cells::bounds", "--bounds 9,49,8,50"), ("cells::area", "--h3 16")] {
        let mut command = Command::cargo_bin("onehour").unwrap();
        let output =
            command.current_dir(folder.path()).args(["cells", "people.tif"]).args(more.split(' ')).output().unwrap();
        assert!(String::from_utf8_lossy(&output.stderr).contains(&format!("[{code}]")), "{more}");
        assert_eq!(output.status.code(), Some(2));
    }
}
