//! Endpoints as people write them: names of places and stops, ids, or `lon,lat`.

use super::Failure;
use super::load::{Loaded, unknown};
use crate::diagnostic::Diagnostic;
use crate::geo::LonLat;
use crate::network::{Network, StopIx};
use crate::search::Endpoint;

/// The endpoint that a text means, in this order: the id of a place, its Chinese or English name, the id or name of a stop that is
/// open in `network`, a pair of coordinates.
pub(crate) fn endpoint(text: &str, loaded: &Loaded, network: &Network) -> Result<Endpoint, Failure> {
    let text = text.trim();
    let territory = &loaded.territory;
    if let Some(place) = territory.find(text) {
        return Ok(Endpoint::Place(place));
    }
    let named = territory.iter().find(|(_, place)| place.name_zh == text || place.name_en.eq_ignore_ascii_case(text));
    if let Some((place, _)) = named {
        return Ok(Endpoint::Place(place));
    }
    let stops =
        |open: bool| (0..network.stops.len() as u32).map(StopIx).filter(move |&stop| network.stop(stop).open == open);
    let called = |stop: &StopIx| *network.stop(*stop).id == *text || *network.stop(*stop).name == *text;
    if let Some(stop) = stops(true).find(called) {
        return Ok(Endpoint::Stop(stop));
    }
    if let Some(point) = coordinates(text)? {
        return Ok(Endpoint::Point(point));
    }
    if stops(false).any(|stop| called(&stop)) {
        let message = format!("the stop \"{text}\" is not in use in this scenario");
        return Err(Diagnostic::error("cli::closed_stop", message)
            .help("choose a scenario in which it is, with --scenario or --with")
            .into());
    }
    let places = territory.places.iter().flat_map(|place| [place.name_zh.as_str(), place.name_en.as_str()]);
    let names: Vec<&str> = places.chain(stops(true).map(|stop| &*network.stop(stop).name)).collect();
    Err(unknown("place or stop", text, names.into_iter()).into())
}

/// How results name an endpoint that was written as `text`: a place or stop by its id, a point as it was written.
pub(crate) fn id(endpoint: &Endpoint, text: &str, loaded: &Loaded, network: &Network) -> String {
    match *endpoint {
        Endpoint::Place(place) => loaded.territory.place(place).id.to_string(),
        Endpoint::Stop(stop) => network.stop(stop).id.to_string(),
        _ => text.trim().to_string(),
    }
}

/// Both ends of a journey, or the faults of both.
pub(crate) fn both<T, U>(from: Result<T, Failure>, to: Result<U, Failure>) -> Result<(T, U), Failure> {
    match (from, to) {
        (Ok(from), Ok(to)) => Ok((from, to)),
        (Err(Failure::Input(mut faults)), Err(Failure::Input(more))) => {
            faults.extend(more);
            Err(Failure::Input(faults))
        }
        (Err(failure), _) | (_, Err(failure)) => Err(failure),
    }
}

/// `lon,lat`, if the text looks like it.
pub(crate) fn coordinates(text: &str) -> Result<Option<LonLat>, Failure> {
    let Some((lon, lat)) = text.split_once([',', '，']) else { return Ok(None) };
    let (Ok(lon), Ok(lat)) = (lon.trim().parse::<f64>(), lat.trim().parse::<f64>()) else { return Ok(None) };
    let fault =
        |help: &str| Diagnostic::error("cli::coordinates", format!("\"{text}\" is no longitude and latitude")).help(help);
    match LonLat::new(lon, lat) {
        Some(point) => Ok(Some(point)),
        None if LonLat::new(lat, lon).is_some() => Err(fault("they look swapped: write the longitude first").into()),
        None => Err(fault("write degrees: longitude −180 to 180, then latitude −90 to 90, as in 112.55,37.87").into()),
    }
}
