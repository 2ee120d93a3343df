//! Maps: isochrones and differences, one to four panels with common extent, classes and legend.
//!
//! Only the study's own area is drawn, with the remark that unreviewed maps carry (METHOD §6.4): no national outline,
//! airports as a plain symbol with their name.

mod furniture;
mod lines;
mod panel;
mod projection;
mod study;

use crate::geo::LonLat;
use crate::output::chart::frame::{self, Key};
use crate::output::chart::theme::{CHANGE_CLASSES, Colour, INK, TIME_CLASSES};
use crate::output::chart::{Caption, Figure};

/// Upper ends of the classes of travel time in minutes, closed on the right; what is longer is the last class.
pub const TIME_LIMITS: [u32; 6] = [15, 30, 45, 60, 90, 120];

/// An area of several parts with holes.
pub type Area = Vec<Polygon>;

/// One part of an area. Rings run either way and may repeat their first point at the end or not.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Polygon {
    /// The outer ring.
    pub outer: Vec<LonLat>,
    /// Rings of holes.
    pub holes: Vec<Vec<LonLat>>,
}

/// Input of [`isochrones`].
#[derive(Debug, Clone)]
pub struct IsochroneMap {
    /// Title, source, note.
    pub caption: Caption,
    /// What all panels share.
    pub base: Base,
    /// One to four panels, such as S0, S1 and S2-plan.
    pub panels: Vec<IsochronePanel>,
}

/// One panel of an isochrone map.
#[derive(Debug, Clone)]
pub struct IsochronePanel {
    /// Title, `S1 2026`.
    pub title: String,
    /// Disjoint areas, one a class of [`TIME_LIMITS`] and the last for what is longer: seven, nearest first. Missing ones
    /// count as empty. Areas without people are in none: they stay grey.
    pub bands: Vec<Area>,
    /// All that is within 60 minutes; its outline is the heavy line.
    pub within_limit: Area,
    /// The network that made the times.
    pub network: Network,
}

/// Input of [`difference`].
#[derive(Debug, Clone)]
pub struct DifferenceMap {
    /// Title, source, note.
    pub caption: Caption,
    /// What all panels share.
    pub base: Base,
    /// One to four panels, such as S1 − S0 and S2 − S1.
    pub panels: Vec<DifferencePanel>,
}

/// One panel of a difference map.
#[derive(Debug, Clone)]
pub struct DifferencePanel {
    /// Title, `S2-plan − S1`.
    pub title: String,
    /// Disjoint areas, eleven, from the most minutes saved to the most lost: more than 60, 30–60, 20–30, 10–20, 5–10 saved;
    /// less than 5 either way; 5–10, 10–20, 20–30, 30–60, more than 60 lost. Missing ones count as empty.
    pub bands: Vec<Area>,
    /// What comes within 60 minutes; outlined heavily.
    pub gained: Area,
    /// What falls out of 60 minutes; outlined with dashes.
    pub lost: Area,
    /// The network of the later scenario.
    pub network: Network,
}

/// What all panels of a map share.
#[derive(Debug, Clone, Default)]
pub struct Base {
    /// The county-level units: they are the study area, and nothing outside them is drawn.
    pub units: Vec<Unit>,
    /// Towns with a dot and a label.
    pub seats: Vec<Seat>,
    /// Airports: symbol and name only.
    pub airports: Vec<Place>,
    /// The origin of the isochrones.
    pub origin: Option<Place>,
    /// 审图号 of the base map; without one the figure says that it is an unreviewed sketch.
    pub review_number: Option<String>,
}

/// A county-level unit.
#[derive(Debug, Clone)]
pub struct Unit {
    /// The city it belongs to; borders between cities are heavier.
    pub city: String,
    /// Its area.
    pub area: Area,
}

/// A named point.
#[derive(Debug, Clone)]
pub struct Place {
    /// Name as printed.
    pub name: String,
    /// Where.
    pub at: LonLat,
}

/// A town.
#[derive(Debug, Clone)]
pub struct Seat {
    /// Name as printed.
    pub name: String,
    /// Where.
    pub at: LonLat,
    /// How important its label is.
    pub rank: Rank,
}

/// Importance of a town's label: centres find room first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rank {
    /// Centre of a city.
    Centre,
    /// Seat of a county.
    County,
    /// District of a city: labelled where room is left, with no warning where none is.
    District,
}

/// Roads, railways and metro lines of one panel.
#[derive(Debug, Clone, Default)]
pub struct Network {
    /// Roads.
    pub roads: Vec<Road>,
    /// Railways.
    pub rails: Vec<Rail>,
    /// Metro lines.
    pub metros: Vec<Metro>,
}

/// A piece of road.
#[derive(Debug, Clone)]
pub struct Road {
    /// Its class.
    pub class: RoadClass,
    /// Not open at the date of the panel's snapshot but assumed: dashed.
    pub planned: bool,
    /// Its course.
    pub path: Vec<LonLat>,
}

/// How a road is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RoadClass {
    /// Orange, with a white edge.
    Expressway,
    /// Brown: national roads and urban expressways.
    National,
    /// Grey: everything else.
    Other,
}

/// A piece of railway.
#[derive(Debug, Clone)]
pub struct Rail {
    /// High-speed (blue-grey) or conventional (black and white).
    pub high_speed: bool,
    /// Not open at the date of the panel's snapshot but assumed: dashed.
    pub planned: bool,
    /// Its course.
    pub path: Vec<LonLat>,
}

/// A metro line.
#[derive(Debug, Clone)]
pub struct Metro {
    /// Name for the legend, `地铁1号线`.
    pub name: String,
    /// Its colour, red, green, blue.
    pub colour: (u8, u8, u8),
    /// Its course.
    pub path: Vec<LonLat>,
}

/// A panel of either map, ready to draw.
struct Sheet<'a> {
    title: &'a str,
    bands: &'a [Area],
    colours: &'a [Colour],
    /// Classes from this one on are hatched.
    hatched_from: Option<usize>,
    outlines: Vec<(&'a Area, &'a [f64])>,
    network: &'a Network,
}

/// Draws isochrone maps side by side.
pub fn isochrones(map: &IsochroneMap) -> Figure {
    let sheets: Vec<Sheet> = map
        .panels
        .iter()
        .map(|panel| Sheet {
            title: &panel.title,
            bands: &panel.bands,
            colours: &TIME_CLASSES,
            hatched_from: None,
            outlines: vec![(&panel.within_limit, &[])],
            network: &panel.network,
        })
        .collect();
    let classes = crate::output::chart::heat::class_names().into_iter().zip(TIME_CLASSES).collect();
    let title = "出行时间 Travel time（分钟 min）";
    let mut keys = vec![Key::new("60 分钟线 60 min", 18.0, furniture::heavy_sample(&[]))];
    if map.base.origin.is_some() {
        keys.push(Key::new("起点 origin", 9.0, |canvas, rect| {
            crate::output::chart::mark::star(canvas, rect.centre(), 9.0, INK);
        }));
    }
    panel::draw(&map.caption, &map.base, &sheets, (title, classes), keys)
}

/// Dashes of the outline of what falls out of the hour.
const LOST_DASHES: &[f64] = &[2.6, 1.6];

/// Draws difference maps side by side.
pub fn difference(map: &DifferenceMap) -> Figure {
    let sheets: Vec<Sheet> = map
        .panels
        .iter()
        .map(|panel| Sheet {
            title: &panel.title,
            bands: &panel.bands,
            colours: &CHANGE_CLASSES,
            hatched_from: Some(6),
            outlines: vec![(&panel.gained, &[]), (&panel.lost, LOST_DASHES)],
            network: &panel.network,
        })
        .collect();
    let steps = ["5–10", "10–20", "20–30", "30–60", ">60"];
    let faster = steps.iter().rev().map(|step| format!("快{step}"));
    let slower = steps.iter().map(|step| format!("慢{step}"));
    let names = faster.chain(std::iter::once("±5".to_string())).chain(slower);
    let classes = names.zip(CHANGE_CLASSES).collect();
    let title = "时间变化 Change（分钟 min；快 faster，慢 slower）";
    let mut keys = vec![Key::new("新进入 60 分钟 newly within 60 min", 18.0, furniture::heavy_sample(&[]))];
    if map.panels.iter().any(|panel| !panel.lost.is_empty()) {
        keys.push(Key::new("退出 60 分钟 no longer within", 18.0, furniture::heavy_sample(LOST_DASHES)));
    }
    panel::draw(&map.caption, &map.base, &sheets, (title, classes), keys)
}

/// The remarks under every map.
fn remarks(base: &Base) -> Vec<String> {
    match &base.review_number {
        Some(number) => vec![format!("审图号：{number}　底图无修改")],
        None => vec![
            "审图号：＿＿＿＿＿＿".to_string(),
            "示意图，内部工作使用，未经地图审核，不得公开发布；行政界线不作划界依据".to_string(),
        ],
    }
}

/// Draws the footer with the remarks of maps.
fn footer(canvas: &mut crate::output::chart::canvas::Canvas, caption: &Caption, base: &Base, y: f64) -> f64 {
    frame::footer(canvas, caption, &remarks(base), y)
}
