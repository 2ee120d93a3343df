//! Roads, railways and metro lines of a map.

use std::collections::BTreeMap;

use crate::geo::LonLat;
use crate::output::chart::canvas::{Canvas, Point, Rect};
use crate::output::chart::map::panel::TOLERANCE;
use crate::output::chart::map::projection::Projection;
use crate::output::chart::map::{Network, RoadClass};
use crate::output::chart::shape::{chained, clipped_line, thinned};
use crate::output::chart::theme::{Colour, INK, WHITE};

/// How a line of the network looks, in the map and in the legend.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LineStyle {
    /// Roads by class, open or planned.
    Road(RoadClass, bool),
    /// Railways, high-speed or not, open or planned.
    Rail(bool, bool),
    /// Metro in the colour of its line.
    Metro(Colour),
}

const EXPRESSWAY: Colour = Colour(0xE8, 0x59, 0x0C);
const NATIONAL: Colour = Colour(0x9C, 0x5A, 0x1E);
const MINOR: Colour = Colour(0xA5, 0xA5, 0xA5);
const HIGH_SPEED: Colour = Colour(0x3D, 0x50, 0x70);

/// Draws the network, least important first.
pub fn network(canvas: &mut Canvas, network: &Network, projection: &Projection, view: Rect, weight: f64) {
    let mut lines: BTreeMap<LineStyle, Vec<&[LonLat]>> = BTreeMap::new();
    for road in &network.roads {
        lines.entry(LineStyle::Road(road.class, road.planned)).or_default().push(&road.path);
    }
    for rail in &network.rails {
        lines.entry(LineStyle::Rail(rail.high_speed, rail.planned)).or_default().push(&rail.path);
    }
    for metro in &network.metros {
        let (r, g, b) = metro.colour;
        lines.entry(LineStyle::Metro(Colour(r, g, b))).or_default().push(&metro.path);
    }
    let mut order: Vec<LineStyle> = lines.keys().copied().collect();
    order.sort_by_key(|&style| (layer(style), style));
    for style in order {
        let drawn: Vec<Vec<Point>> = lines[&style].iter().map(|path| projection.line(path)).collect();
        let seen: Vec<Vec<Point>> = drawn.iter().flat_map(|line| clipped_line(line, view)).collect();
        let joined: Vec<Vec<Point>> = chained(&seen).iter().map(|line| thinned(line, TOLERANCE)).collect();
        stroke(canvas, style, &joined, weight);
    }
}

/// What lies below and what above.
fn layer(style: LineStyle) -> usize {
    match style {
        LineStyle::Road(RoadClass::Other, _) => 0,
        LineStyle::Road(RoadClass::National, _) => 1,
        LineStyle::Rail(false, _) => 2,
        LineStyle::Road(RoadClass::Expressway, _) => 3,
        LineStyle::Rail(true, _) => 4,
        LineStyle::Metro(_) => 5,
    }
}

/// Draws lines of one style: all edges first, then all cores, so that crossings stay open.
pub fn stroke(canvas: &mut Canvas, style: LineStyle, lines: &[Vec<Point>], weight: f64) {
    const PLANNED: &[f64] = &[3.2, 1.8];
    let (colour, width, edge): (Colour, f64, f64) = match style {
        LineStyle::Road(RoadClass::Expressway, _) => (EXPRESSWAY, 1.05, 1.8),
        LineStyle::Road(RoadClass::National, _) => (NATIONAL, 0.6, 0.0),
        LineStyle::Road(RoadClass::Other, _) => (MINOR, 0.35, 0.0),
        LineStyle::Rail(true, _) => (HIGH_SPEED, 1.35, 2.2),
        LineStyle::Rail(false, _) => (INK, 1.15, 0.0),
        LineStyle::Metro(colour) => (colour, 1.3, 2.0),
    };
    let planned = matches!(style, LineStyle::Road(_, true) | LineStyle::Rail(_, true));
    if edge > 0.0 {
        for line in lines {
            canvas.line(line, WHITE, edge * weight);
        }
    }
    for line in lines {
        canvas.dashed(line, colour, width * weight, if planned { PLANNED } else { &[] });
    }
    if style == LineStyle::Rail(false, false) {
        for line in lines {
            canvas.dashed(line, WHITE, 0.62 * weight, &[2.6, 2.6]);
        }
    }
}

/// The name of a style for the legend.
pub fn name(style: LineStyle) -> &'static str {
    match style {
        LineStyle::Road(RoadClass::Expressway, false) => "高速公路 expressway",
        LineStyle::Road(RoadClass::Expressway, true) => "规划高速 planned expressway",
        LineStyle::Road(RoadClass::National, false) => "国道、快速路 national road",
        LineStyle::Road(RoadClass::National, true) => "规划国道 planned national road",
        LineStyle::Road(RoadClass::Other, false) => "其他道路 other road",
        LineStyle::Road(RoadClass::Other, true) => "其他规划道路 other planned road",
        LineStyle::Rail(true, false) => "高速铁路 high-speed rail",
        LineStyle::Rail(true, true) => "规划高铁 planned high-speed rail",
        LineStyle::Rail(false, false) => "普速铁路 railway",
        LineStyle::Rail(false, true) => "规划铁路 planned railway",
        LineStyle::Metro(_) => "地铁 metro",
    }
}
