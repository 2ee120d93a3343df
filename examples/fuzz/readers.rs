//! Every reader with the sample that it is fed, and what is done with what it read.

use std::fs;
use std::path::{Path, PathBuf};

use onehour::input::parameters::Level;
use onehour::input::street_profile::{Profile, ProfileMode, Region};
use onehour::input::vocabulary::Period;
use onehour::input::{
    alignments, cells, gtfs, network_xml, osm, outlines, parameters, places, points, projects, raster, records,
    street_profile, study, targets,
};
use onehour::network::column_file::Kept;
use onehour::network::streets::cache::{Cache, CacheKey};
use onehour::network::streets::{build, islands, snap};
use onehour::network::timetable;
use sha2::{Digest, Sha256};

use super::{Sample, samples};

/// A reader.
pub struct Reader {
    pub name: &'static str,
    pub sample: fn() -> Sample,
    pub read: fn(&Path),
}

macro_rules! reader {
    ($name:literal, $sample:expr, $read:expr) => {
        Reader {
            name: $name,
            sample: || $sample,
            read: |path| {
                let _ = $read(path);
            },
        }
    };
}

/// All readers.
pub const READERS: &[Reader] = &[
    reader!("osm-xml", samples::one("town.osm", samples::TOWN), streets),
    reader!("osm-pbf", samples::pbf(), streets),
    reader!("gtfs-folder", samples::feed(None), feed),
    reader!("gtfs-zip", samples::feed(Some("feed.zip")), feed),
    reader!("points-csv", samples::one("points.csv", samples::POINTS), points::read),
    reader!("points-geojson", samples::one("points.geojson", samples::FEATURES), points::read),
    reader!("points-gpkg", samples::geopackage(), points::read),
    reader!("points-shp", samples::shapefile_of_points(), points::read),
    reader!("alignments-kml", samples::one("plan.kml", samples::KML), drawing),
    reader!("alignments-kmz", samples::packed("plan.kmz", vec![("doc.kml", samples::KML)]), drawing),
    reader!("alignments-geojson", samples::one("plan.geojson", samples::LINES), drawing),
    reader!("alignments-shp", samples::shapefile_of_lines(), drawing),
    reader!("alignments-csv", samples::one("plan.csv", samples::TABLE), drawing),
    reader!("alignments-xlsx", samples::workbook(), drawing),
    reader!("raster", samples::grid(false), grid),
    reader!("raster-packed", samples::grid(true), grid),
    reader!("profile", samples::one("car.toml", include_str!("../../assets/profiles/car-china.toml")), street_profile::read),
    reader!("network", samples::one("rail.xml", include_str!("../../networks/shanxi-central/metro.xml")), network_xml::read),
    reader!("study", samples::one("study.toml", include_str!("../../assets/template/study.toml")), study::read),
    reader!("targets", samples::one("targets.toml", include_str!("../../seeds/shanxi-central/targets.toml")), targets::read),
    reader!("projects", samples::one("projects.toml", include_str!("../../assets/template/projects.toml")), projects::read),
    reader!(
        "parameters",
        samples::one("parameters.toml", include_str!("../../assets/template/parameters.toml")),
        |path: &Path| { parameters::read(&[PathBuf::from(path)]) }
    ),
    reader!(
        "places",
        samples::one("places.csv", include_str!("../../seeds/shanxi-central/places.csv")),
        places::read_places
    ),
    reader!(
        "groups",
        samples::one("groups.csv", include_str!("../../seeds/shanxi-central/groups.csv")),
        places::read_groups
    ),
    reader!(
        "centres",
        samples::one("centres.csv", include_str!("../../seeds/shanxi-central/centres.csv")),
        places::read_centres
    ),
    reader!("cells", samples::one("cells.csv", include_str!("../../assets/template/cells.csv")), cells::read),
    reader!("outlines", samples::one("outlines.geojson", include_str!("../../tests/tiny/outlines.geojson")), outlines::read),
    reader!(
        "observations",
        samples::one("observations.csv", include_str!("../../seeds/shanxi-central/observations.csv")),
        records::read_observations
    ),
    reader!(
        "claims",
        samples::one("claims.csv", include_str!("../../seeds/shanxi-central/claims.csv")),
        records::read_claims
    ),
    reader!("cache", samples::kept_streets(), kept),
];

/// Reads a map and builds its streets for all modes, even where faults were found.
fn streets(path: &Path) {
    let Ok(data) = osm::read(path) else { return };
    let profiles =
        [ProfileMode::Walk, ProfileMode::Bicycle, ProfileMode::Car].map(|mode| Profile::shipped(mode, Region::China));
    let network = build::build(&data.value, &profiles).value.network(&profiles, Level::Base, Period::Peak);
    for layer in &network.layers {
        islands::Connections::of(&network.streets, layer);
        let index = snap::EdgeIndex::new(&network.streets, layer);
        let somewhere = onehour::geo::LonLat::new(100.0094, 40.0030).expect("this is a place");
        let _ = index.snap(somewhere, 1000.0);
    }
}

fn feed(path: &Path) {
    let folder = path.parent().expect("samples lie in a folder");
    let path = if path.extension().is_some_and(|ending| ending == "zip") { path } else { folder };
    let Ok(feed) = gtfs::read(path) else { return };
    let date = "2026-07-14".parse().expect("this is a date");
    timetable::check::check(&feed.value, Some(date));
    timetable::build::build(&[feed.value], date, None);
}

fn drawing(path: &Path) {
    if let Ok(drawing) = alignments::read(path) {
        alignments::attach(&drawing.value, 1000.0);
    }
}

fn grid(path: &Path) {
    drop(raster::read(path, None));
    drop(raster::read(path, Some([8.0, 49.0, 8.015, 49.03])));
}

/// The name of a kept network tells its key, which the samples were written under.
pub fn key() -> CacheKey {
    CacheKey::of(&[], &["fuzz"]).expect("no file is read")
}

/// Loads a kept network whose checksum is made to fit, so that what is wrong inside has to be found, and uses every index of it.
fn kept(path: &Path) {
    let mut bytes = fs::read(path).expect("the file was written");
    if bytes.len() > 80 {
        let checksum = Sha256::digest(&bytes[80..]);
        bytes[48..80].copy_from_slice(&checksum);
        fs::write(path, bytes).expect("the file was written");
    }
    let cache = Cache::in_folder(path.parent().expect("samples lie in a folder"));
    if let Kept::Whole(cached) = cache.load(&key()) {
        let streets = &cached.network.streets;
        for edge in 0..streets.edges.len() as u32 {
            let _ = (streets.shape(edge).count(), streets.name(streets.way(edge)).len());
        }
        for layer in &cached.network.layers {
            islands::Connections::of(streets, layer);
        }
    }
}
