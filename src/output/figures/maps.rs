//! Maps of isochrones and of differences.

use geo::MultiPolygon;

use super::names;
use super::{NamedFigure, Setting, mode_en};
use crate::geo::LonLat;
use crate::input::study::Definition;
use crate::input::vocabulary::{LineMode, LinkClass, Mode, PlaceLevel, Status, StopClass};
use crate::network::streets::{StreetClass, Streets};
use crate::network::territory::{PlaceIx, Territory};
use crate::network::{Line, LinePlace, Network};
use crate::output::chart::map::{
    self, Area, Base, DifferenceMap, DifferencePanel, IsochroneMap, IsochronePanel, Metro, Place, Polygon, Rail, Rank, Road,
    RoadClass, Seat, Unit,
};
use crate::output::verdict_table::mode_zh;

/// Pixels across a map.
const MAP_WIDTH: u32 = 2400;

/// Colours of metro lines in the order of the network, where the data have none: told apart in grey and by the colour-blind.
const METRO_COLOURS: [(u8, u8, u8); 6] =
    [(0xD8, 0x1E, 0x8C), (0xC4, 0x12, 0x30), (0x00, 0x7A, 0x5E), (0x6A, 0x3D, 0x9A), (0xB1, 0x59, 0x28), (0x1F, 0x78, 0xB4)];

/// One panel's results.
pub struct Shapes<'a> {
    /// Scenario id and Chinese name.
    pub title: String,
    /// Areas by class.
    pub bands: Vec<MultiPolygon<f64>>,
    /// What is within the limit (isochrones) or newly within it (differences).
    pub within: MultiPolygon<f64>,
    /// What has left the limit; empty on isochrones.
    pub lost: MultiPolygon<f64>,
    /// The network of the panel.
    pub network: &'a Network,
}

/// Isochrone maps side by side.
pub fn isochrones(
    setting: &Setting,
    origin: PlaceIx,
    (definition, mode): (&Definition, Mode),
    panels: Vec<Shapes>,
) -> NamedFigure {
    let place = setting.territory.place(origin);
    let zh = format!("{}出发的等时圈：{}，{}", place.name_zh, definition.name.zh, mode_zh(mode));
    let en = format!("Isochrones from {}: {}, {}", place.name_en, definition.name.en, mode_en(mode));
    let lightest =
        if setting.streets.is_some() { "最浅色为120分钟以上、到不了或离街道过远之处。" } else { "" };
    let remark = format!("各级上限含在本级内；粗线为60分钟。{lightest}灰色为数据未覆盖处。");
    let base = base(setting, origin, panels.first().map(|panel| panel.network));
    let panels = panels.into_iter().map(|panel| IsochronePanel {
        title: panel.title,
        bands: panel.bands.iter().map(area).collect(),
        within_limit: area(&panel.within),
        network: drawn(setting, panel.network),
    });
    let panels = panels.collect();
    let map = IsochroneMap { caption: setting.caption((zh, en), Some((definition, mode)), &remark), base, panels };
    NamedFigure { name: "isochrones".to_string(), figure: map::isochrones(&map), width: MAP_WIDTH }
}

/// Difference maps side by side.
pub fn differences(
    setting: &Setting,
    origin: PlaceIx,
    (definition, mode): (&Definition, Mode),
    panels: Vec<Shapes>,
) -> NamedFigure {
    let place = setting.territory.place(origin);
    let zh = format!("{}出发的出行时间变化：{}，{}", place.name_zh, definition.name.zh, mode_zh(mode));
    let en = format!("Change of travel time from {}: {}, {}", place.name_en, definition.name.en, mode_en(mode));
    let remark = "蓝色为缩短，红色为延长；粗线内为新进入60分钟的范围。两期参数相同。";
    let base = base(setting, origin, panels.first().map(|panel| panel.network));
    let panels = panels.into_iter().map(|panel| DifferencePanel {
        title: panel.title,
        bands: panel.bands.iter().map(area).collect(),
        gained: area(&panel.within),
        lost: area(&panel.lost),
        network: drawn(setting, panel.network),
    });
    let panels = panels.collect();
    let map = DifferenceMap { caption: setting.caption((zh, en), Some((definition, mode)), remark), base, panels };
    NamedFigure { name: "difference".to_string(), figure: map::difference(&map), width: MAP_WIDTH }
}

fn area(shape: &MultiPolygon<f64>) -> Area {
    let ring = |line: &geo::LineString<f64>| line.0.iter().map(|at| LonLat { lon: at.x, lat: at.y }).collect();
    let polygon = |polygon: &geo::Polygon<f64>| Polygon {
        outer: ring(polygon.exterior()),
        holes: polygon.interiors().iter().map(ring).collect(),
    };
    shape.0.iter().map(polygon).collect()
}

fn base(setting: &Setting, origin: PlaceIx, network: Option<&Network>) -> Base {
    let territory = setting.territory;
    let units = territory.outlines.outlines.iter().map(|outline| {
        let city = territory.find(&outline.id).and_then(|unit| territory.place(unit).city);
        let polygon = |rings: &Vec<Vec<LonLat>>| Polygon { outer: rings[0].clone(), holes: rings[1..].to_vec() };
        Unit {
            city: city.map_or(String::new(), |city| territory.place(city).id.to_string()),
            area: outline.polygons.iter().map(polygon).collect(),
        }
    });
    let units = units.chain(territory.of_level(PlaceLevel::Unit).into_iter().filter_map(|unit| of_cells(territory, unit)));
    // The origin has its own mark and name.
    let inside = territory.iter().filter(|&(index, place)| place.level != PlaceLevel::Outside && index != origin);
    let seats = inside.map(|(index, place)| Seat { name: names::of(place), at: place.at, rank: rank(territory, index) });
    Base {
        units: units.collect(),
        seats: seats.collect(),
        airports: network.map_or(Vec::new(), |network| airports(territory, network)),
        origin: Some(Place { name: territory.place(origin).name_zh.clone(), at: territory.place(origin).at }),
        review_number: None,
    }
}

/// A unit without an outline as the squares of its cells.
fn of_cells(territory: &Territory, unit: PlaceIx) -> Option<Unit> {
    let place = territory.place(unit);
    let grid = territory.grid.as_ref().filter(|_| territory.outlines.outlines.iter().all(|known| known.id != place.id))?;
    let (east, north) = (grid.step_lon / 2.0, grid.step_lat / 2.0);
    let square = |at: LonLat| geo::Rect::new((at.lon - east, at.lat - north), (at.lon + east, at.lat + north)).to_polygon();
    let cells = territory.cells.iter().filter(|cell| cell.place == unit);
    let squares: Vec<geo::Polygon> = cells.map(|cell| square(cell.at)).collect();
    let city = place.city.map_or(String::new(), |city| territory.place(city).id.to_string());
    (!squares.is_empty()).then(|| Unit { city, area: area(&geo::unary_union(&squares)) })
}

/// The main streets by class; of a city the map shows no more.
fn main_streets(streets: &Streets) -> Vec<Road> {
    let class = |edge: u32| match StreetClass::ALL.get(usize::from(streets.way(edge).class))? {
        StreetClass::Motorway | StreetClass::MotorwayLink => Some(RoadClass::Expressway),
        StreetClass::Trunk | StreetClass::TrunkLink | StreetClass::Primary | StreetClass::PrimaryLink => {
            Some(RoadClass::National)
        }
        StreetClass::Secondary | StreetClass::SecondaryLink => Some(RoadClass::Other),
        _ => None,
    };
    let road = |edge: u32| {
        let path = streets.shape(edge).map(|at| at.lon_lat()).collect();
        Some(Road { class: class(edge)?, planned: false, path })
    };
    (0..streets.edges.len() as u32).filter_map(road).collect()
}

/// Centres first; the units that a centre stands for last, since its name stands there already.
fn rank(territory: &Territory, place: PlaceIx) -> Rank {
    match territory.place(place).level {
        PlaceLevel::Centre => Rank::Centre,
        _ if territory.places.iter().any(|centre| centre.level == PlaceLevel::Centre && centre.units.contains(&place)) => {
            Rank::District
        }
        _ => Rank::County,
    }
}

/// The network as lines: roads by class, railways, metro.
fn drawn(setting: &Setting, network: &Network) -> map::Network {
    let planned = |project: Option<&str>| {
        let project = project.and_then(|id| setting.projects.iter().find(|project| project.id == id));
        project.is_some_and(|project| project.status != Status::Open)
    };
    let roads = network.links.iter().map(|link| Road {
        class: match link.class {
            LinkClass::Expressway => RoadClass::Expressway,
            LinkClass::National | LinkClass::Fast => RoadClass::National,
            _ => RoadClass::Other,
        },
        planned: planned(link.existence.project.as_deref()),
        path: link.shape.clone(),
    });
    let open = || network.lines.iter().filter(|line| line.open);
    // Colours go by all lines of the network, open or not, so that a line keeps its colour from panel to panel.
    let metro_names: Vec<&str> =
        distinct(network.lines.iter().filter(|line| line.mode == LineMode::Metro).map(|line| &*line.name));
    let rails =
        open().filter(|line| matches!(line.mode, LineMode::Hsr | LineMode::Rail | LineMode::Suburban)).map(|line| Rail {
            high_speed: line.mode == LineMode::Hsr,
            planned: planned(line.existence.project.as_deref()),
            path: course(network, line),
        });
    let colour = |name: &str| metro_names.iter().position(|known| *known == name).unwrap_or(0) % METRO_COLOURS.len();
    let metros = open().filter(|line| line.mode == LineMode::Metro).map(|line| Metro {
        name: line.name.to_string(),
        colour: METRO_COLOURS[colour(&line.name)],
        path: course(network, line),
    });
    let roads = roads.chain(setting.streets.into_iter().flat_map(main_streets));
    map::Network { roads: roads.collect(), rails: rails.collect(), metros: metros.collect() }
}

/// Each name once, in order.
fn distinct<'n>(names: impl Iterator<Item = &'n str>) -> Vec<&'n str> {
    let mut distinct: Vec<&str> = Vec::new();
    for name in names {
        if !distinct.contains(&name) {
            distinct.push(name);
        }
    }
    distinct
}

/// The course of a line: its places and what lies between them; points without a position are passed over.
fn course(network: &Network, line: &Line) -> Vec<LonLat> {
    let mut path = Vec::new();
    for at in &line.at {
        path.extend(&at.shape);
        match &at.place {
            LinePlace::Stop(stop) => path.push(network.stop(*stop).at),
            LinePlace::Point(_, position) => path.extend(position),
        }
    }
    path
}

/// Airports that serve a place inside, with the name that fits a map.
fn airports(territory: &Territory, network: &Network) -> Vec<Place> {
    let inside = |id: &std::sync::Arc<str>| {
        territory.find(id).is_some_and(|place| territory.place(place).level != PlaceLevel::Outside)
    };
    let stops = network.open_stops().map(|stop| network.stop(stop));
    let airports = stops.filter(|stop| stop.class == StopClass::Airport && stop.serves.iter().any(inside));
    // On a map of the region an airport needs no city before its name.
    let short = |name: &str| {
        let cities =
            territory.of_level(PlaceLevel::Centre).into_iter().map(|centre| territory.place(centre).name_zh.clone());
        let stem = { cities }.find_map(|city| name.strip_prefix(city.as_str()).map(str::to_string));
        stem.filter(|stem| stem.chars().count() > 2).unwrap_or_else(|| name.to_string())
    };
    airports.map(|stop| Place { name: short(&stop.name), at: stop.at }).collect()
}
