//! What every map carries: scale bar, north arrow, legend of classes and of lines.

use crate::output::chart::canvas::{Canvas, Point, Rect, Text};
use crate::output::chart::font;
use crate::output::chart::frame::Key;
use crate::output::chart::map::lines::{self, LineStyle};
use crate::output::chart::map::panel::{AIRPORT, EMPTY};
use crate::output::chart::map::projection::Projection;
use crate::output::chart::map::{Base, Rank, Sheet};
use crate::output::chart::mark;
use crate::output::chart::shape::{hatched, inside};
use crate::output::chart::theme::{BODY, Colour, HAIR, INK, MARGIN, RULE, THIN, TINY, WHITE};

/// Room for the north arrow beside the scale bar.
const ARROW: f64 = 19.0;

/// The box that scale bar and north arrow fill.
pub struct Block(pub Rect);

/// Draws scale bar and north arrow in the corner of `view` where they cover least of the study.
pub fn scale_and_north(canvas: &mut Canvas, projection: &Projection, view: Rect, study: &[&Vec<Point>]) -> Block {
    let per_km = projection.points_per_km();
    let lengths = [500.0, 200.0, 100.0, 50.0, 40.0, 20.0, 10.0, 5.0, 2.0, 1.0, 0.5, 0.2, 0.1];
    let km = lengths.into_iter().find(|km| km * per_km <= view.width() * 0.24).unwrap_or(0.1);
    let bar = km * per_km;
    let label = format!("{km} km");
    let width = ARROW + bar + font::width(&label, TINY, false) / 2.0 + 3.0;
    let height = 21.0;
    let corner = |left: bool, top: bool| {
        let x = if left { view.left + 4.0 } else { view.right - width - 4.0 };
        let y = if top { view.top + 4.0 } else { view.bottom - height - 4.0 };
        Rect::new(x, y, width, height)
    };
    let corners = [corner(true, false), corner(false, false), corner(true, true), corner(false, true)];
    let covered = |rect: &Rect| {
        let rect = rect.grown(4.0);
        let steps = || (0..=12).map(|i| f64::from(i) / 12.0);
        let points = steps().flat_map(|u| steps().map(move |v| (u, v)));
        points
            .map(|(u, v)| (rect.left + u * rect.width(), rect.top + v * rect.height()))
            .filter(|&point| study.iter().any(|ring| inside(ring, point)))
            .count()
    };
    let counts: Vec<usize> = corners.iter().map(covered).collect();
    let best = (0..4).min_by_key(|&i| (counts[i], i)).unwrap_or(0);
    let rect = corners[best];
    north(canvas, (rect.left + 6.0, rect.top + 9.0));
    let (x, y) = (rect.left + ARROW, rect.top + 13.5);
    for half in 0..2 {
        let part = Rect::new(x + bar / 2.0 * f64::from(half), y, bar / 2.0, 2.6);
        canvas.rect(part, if half == 0 { INK } else { WHITE });
        canvas.outline(&part.corners(), INK, HAIR);
    }
    let look = Text::new(TINY).centre().halo();
    canvas.text((x + bar, y - 5.0), look, &label);
    canvas.text((x + bar / 2.0, y - 5.0), look, &format!("{}", km / 2.0));
    Block(rect)
}

fn north(canvas: &mut Canvas, (x, y): Point) {
    let needle = [(x, y - 1.0), (x + 3.6, y + 9.5), (x, y + 7.2), (x - 3.6, y + 9.5)];
    canvas.outline(&needle, WHITE, 1.4);
    canvas.fill(&needle[..3], INK);
    canvas.fill(&[needle[0], needle[2], needle[3]], WHITE);
    canvas.outline(&needle, INK, HAIR);
    canvas.text((x, y - 6.0), Text::new(TINY).bold().centre().halo(), "N");
}

/// Draws the classes as one bar with their names below; returns where it ends.
pub fn class_legend(
    canvas: &mut Canvas,
    title: &str,
    classes: &[(String, Colour)],
    hatched_from: Option<usize>,
    y: f64,
) -> f64 {
    let (left, right) = (MARGIN, canvas.width() - MARGIN);
    let title_width = font::width(title, BODY, true) + 12.0;
    let beside = right - left - title_width > 36.0 * (classes.len() + 1) as f64;
    canvas.text((left, y + 6.0), Text::new(BODY).bold(), title);
    let (bar_left, bar_top) = if beside { (left + title_width, y) } else { (left, y + 14.0) };
    let boxes = classes.len() as f64 + 1.9;
    let step = ((right - bar_left) / boxes).min(44.0);
    for (i, (name, colour)) in classes.iter().enumerate() {
        let rect = Rect::new(bar_left + step * i as f64, bar_top, step, 10.0);
        canvas.rect(rect, *colour);
        if hatched_from.is_some_and(|first| i >= first) {
            hatch(canvas, &[rect.corners().to_vec()], *colour);
        }
        canvas.outline(&rect.corners(), RULE, HAIR);
        canvas.text((rect.centre().0, rect.bottom + 6.0), Text::new(TINY).centre(), name);
    }
    let rect = Rect::new(bar_left + step * (classes.len() as f64 + 0.3), bar_top, step * 1.3, 10.0);
    canvas.rect(rect, EMPTY);
    hatch_empty(canvas, &[rect.corners().to_vec()]);
    canvas.outline(&rect.corners(), RULE, HAIR);
    canvas.text((rect.centre().0, rect.bottom + 6.0), Text::new(TINY).centre(), "无人口 no people");
    bar_top + 24.0
}

/// Thin diagonal lines over what gets slower, so that grey print tells it from what gets faster.
pub fn hatch(canvas: &mut Canvas, rings: &[Vec<Point>], ground: Colour) {
    let dark = 0.3 * f64::from(ground.0) + 0.6 * f64::from(ground.1) + 0.1 * f64::from(ground.2) < 90.0;
    let ink = if dark { Colour(0xF4, 0xA5, 0x82) } else { Colour(0x67, 0x00, 0x1F) };
    for (a, b) in hatched(rings, 3.0) {
        canvas.line(&[a, b], ink, 0.3);
    }
}

/// Light diagonal lines over the ground that no band covers: in grey print its shade alone is that of a class.
pub fn hatch_empty(canvas: &mut Canvas, rings: &[Vec<Point>]) {
    for (a, b) in hatched(rings, 2.4) {
        canvas.line(&[a, b], Colour(0xB4, 0xB0, 0xAB), 0.3);
    }
}

/// The sample of the heavy line.
pub fn heavy_sample(dashes: &'static [f64]) -> impl Fn(&mut Canvas, Rect) {
    move |canvas, rect| {
        let y = rect.centre().1;
        canvas.dashed(&[(rect.left, y), (rect.right, y)], INK, 1.6, dashes);
    }
}

/// Legend entries for what the panels show of lines and symbols.
pub fn network_keys<'a>(base: &Base, sheets: &[Sheet]) -> Vec<Key<'a>> {
    let mut styles: Vec<LineStyle> = Vec::new();
    let mut metros: Vec<(String, Colour)> = Vec::new();
    for network in sheets.iter().map(|sheet| sheet.network) {
        styles.extend(network.roads.iter().map(|road| LineStyle::Road(road.class, road.planned)));
        styles.extend(network.rails.iter().map(|rail| LineStyle::Rail(rail.high_speed, rail.planned)));
        let colour = |metro: &crate::output::chart::map::Metro| Colour(metro.colour.0, metro.colour.1, metro.colour.2);
        metros.extend(network.metros.iter().map(|metro| (metro.name.clone(), colour(metro))));
    }
    styles.sort_unstable();
    styles.dedup();
    metros.sort();
    metros.dedup();
    let line = |style: LineStyle| {
        move |canvas: &mut Canvas, rect: Rect| {
            let y = rect.centre().1;
            lines::stroke(canvas, style, &[vec![(rect.left, y), (rect.right, y)]], 1.0);
        }
    };
    let mut keys: Vec<Key> = Vec::new();
    for style in styles {
        keys.push(Key::new(lines::name(style), 18.0, line(style)));
    }
    for (name, colour) in metros {
        keys.push(Key::new(name, 14.0, line(LineStyle::Metro(colour))));
    }
    if !base.airports.is_empty() {
        keys.push(Key::new("机场 airport", 9.0, |canvas, rect| {
            mark::plane(canvas, rect.centre(), 8.5, AIRPORT);
        }));
    }
    if base.seats.iter().any(|seat| seat.rank != Rank::Centre) {
        keys.push(Key::new("县（市、区）驻地 county seat", 6.0, |canvas, rect| {
            mark::dot(canvas, rect.centre(), 1.4)
        }));
    }
    keys.push(Key::new("市界 city border", 14.0, |canvas, rect| {
        let y = rect.centre().1;
        canvas.line(&[(rect.left, y), (rect.right, y)], Colour(0x4A, 0x4A, 0x4A), 0.8);
    }));
    keys.push(Key::new("县界 county border", 14.0, |canvas, rect| {
        let y = rect.centre().1;
        canvas.line(&[(rect.left, y), (rect.right, y)], Colour(0x8C, 0x8C, 0x8C), THIN * 0.6);
    }));
    keys
}
