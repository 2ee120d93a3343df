//! One map after the other onto a sheet: ground, bands, network, borders, symbols, labels.

use crate::output::chart::canvas::{Canvas, Point, Rect, Text};
use crate::output::chart::frame::{self, Key};
use crate::output::chart::label::Placer;
use crate::output::chart::map::furniture::{self, Block};
use crate::output::chart::map::projection::{Extent, Projection};
use crate::output::chart::map::study::{Study, study};
use crate::output::chart::map::{Area, Base, Place, Rank, Seat, Sheet, footer, lines};
use crate::output::chart::mark;
use crate::output::chart::shape::{bridged, clipped_ring, signed_area, thinned_ring};
use crate::output::chart::theme::{BODY, Colour, HAIR, INK, MARGIN, PAGE_WIDTH, RULE, THIN, WHITE, WIDE_WIDTH};
use crate::output::chart::{Caption, Figure, Warning};

/// Half a pixel of a map 2000 pixels wide: drawing finer than that changes nothing.
pub const TOLERANCE: f64 = 0.18;
/// The study area where no band lies: nobody lives there, or nothing is known.
pub const EMPTY: Colour = Colour(0xE4, 0xE2, 0xDF);
/// Names of districts.
const DISTRICT: Colour = Colour(0x4A, 0x4A, 0x4A);
/// Airports and their names.
pub const AIRPORT: Colour = Colour(0x5B, 0x2A, 0x86);
const GAP: f64 = 8.0;
const PANEL_TITLE: f64 = 14.0;

/// Draws panels, legend and footer. `classes` is the title of the legend with the names and colours of the bands.
pub fn draw(
    caption: &Caption,
    base: &Base,
    sheets: &[Sheet],
    classes: (&str, Vec<(String, Colour)>),
    keys: Vec<Key>,
) -> Figure {
    let columns = match sheets.len() {
        4 => 2,
        n => n.max(1),
    };
    let mut canvas = Canvas::new(if columns == 1 || sheets.len() == 4 { PAGE_WIDTH } else { WIDE_WIDTH });
    let top = frame::header(&mut canvas, caption);
    let extent = Extent::of(&base.units);
    let width = (canvas.width() - 2.0 * MARGIN - GAP * (columns - 1) as f64) / columns as f64;
    let height = width * extent.aspect();
    let study = study(base);
    let hatched_from = sheets.first().and_then(|sheet| sheet.hatched_from);
    let mut bottom = top;
    for (i, sheet) in sheets.iter().enumerate() {
        let (row, column) = (i / columns, i % columns);
        let left = MARGIN + (width + GAP) * column as f64;
        let panel_top = top + (height + PANEL_TITLE + GAP) * row as f64;
        let title = Text::new(BODY).bold();
        canvas.text_within((left, panel_top + PANEL_TITLE / 2.0 - 1.0), title, width, sheet.title);
        let view = Rect::new(left, panel_top + PANEL_TITLE, width, height);
        draw_panel(&mut canvas, base, &study, sheet, Projection::new(extent, view), view);
        bottom = view.bottom;
    }
    bottom = furniture::class_legend(&mut canvas, classes.0, &classes.1, hatched_from, bottom + 8.0);
    let mut keys = keys;
    keys.extend(furniture::network_keys(base, sheets));
    let right = canvas.width() - MARGIN;
    bottom = frame::legend(&mut canvas, &keys, MARGIN, right, bottom + 3.0);
    let height = footer(&mut canvas, caption, base, bottom);
    canvas.finish(height)
}

fn draw_panel(canvas: &mut Canvas, base: &Base, study: &Study, sheet: &Sheet, projection: Projection, view: Rect) {
    let whole = rings_of(&study.whole, &projection, view);
    for polygon in &whole {
        canvas.fill(&bridged(polygon), EMPTY);
        furniture::hatch_empty(canvas, polygon);
    }
    for (band, (area, colour)) in sheet.bands.iter().zip(sheet.colours).enumerate().rev() {
        let hatched = sheet.hatched_from.is_some_and(|first| band >= first);
        fill_area(canvas, area, &projection, view, *colour, hatched);
    }
    // Lines shrink with the panel, so that small panels do not drown in roads.
    let weight = (view.width() / 330.0).clamp(0.68, 1.15);
    // Strokes are wider than their lines: what ends at the edge of the view would stick out of the mask.
    lines::network(canvas, sheet.network, &projection, view.grown(-1.5), weight);
    for &(area, dashes) in &sheet.outlines {
        heavy_outline(canvas, area, &projection, view, dashes, weight);
    }
    mask(canvas, &whole, view);
    borders(canvas, base, study, &projection, view, weight);
    canvas.outline(&view.corners(), RULE, THIN);
    let outer: Vec<&Vec<Point>> = whole.iter().map(|rings| &rings[0]).collect();
    let block = furniture::scale_and_north(canvas, &projection, view, &outer);
    symbols(canvas, base, sheet.title, &projection, view, block);
}

/// The polygons of an area on paper, outer ring first, thinned and clipped, without parts too small to see.
fn rings_of(area: &Area, projection: &Projection, view: Rect) -> Vec<Vec<Vec<Point>>> {
    let least = 0.05;
    let ring = |points: &[crate::geo::LonLat]| clipped_ring(&thinned_ring(&projection.line(points), TOLERANCE), view);
    area.iter()
        .map(|polygon| {
            let holes = polygon.holes.iter().map(|hole| ring(hole)).filter(|hole| signed_area(hole).abs() > 2.0 * least);
            std::iter::once(ring(&polygon.outer)).chain(holes).collect::<Vec<_>>()
        })
        .filter(|rings| rings[0].len() > 2 && signed_area(&rings[0]).abs() > 2.0 * least)
        .collect()
}

fn fill_area(canvas: &mut Canvas, area: &Area, projection: &Projection, view: Rect, colour: Colour, hatched: bool) {
    for rings in rings_of(area, projection, view) {
        canvas.fill(&bridged(&rings), colour);
        // A hair of the same colour closes the seam that anti-aliasing leaves between neighbours.
        for ring in &rings {
            canvas.outline(ring, colour, HAIR);
        }
        if hatched {
            furniture::hatch(canvas, &rings, colour);
        }
    }
}

fn heavy_outline(canvas: &mut Canvas, area: &Area, projection: &Projection, view: Rect, dashes: &[f64], weight: f64) {
    let rings: Vec<Vec<Point>> = rings_of(area, projection, view)
        .into_iter()
        .flatten()
        .filter(|ring| signed_area(ring).abs() > 6.0)
        .map(|mut ring| {
            ring.push(ring[0]);
            ring
        })
        .collect();
    for ring in &rings {
        canvas.line(ring, WHITE, 2.6 * weight);
    }
    for ring in &rings {
        canvas.dashed(ring, INK, 1.5 * weight, dashes);
    }
}

/// Paints white over all that lies outside the study.
fn mask(canvas: &mut Canvas, whole: &[Vec<Vec<Point>>], view: Rect) {
    let mut rings = vec![view.corners().to_vec()];
    rings.extend(whole.iter().map(|polygon| polygon[0].clone()));
    canvas.fill(&bridged(&rings), WHITE);
    for hole in whole.iter().flat_map(|polygon| &polygon[1..]) {
        canvas.fill(hole, WHITE);
    }
}

fn borders(canvas: &mut Canvas, base: &Base, study: &Study, projection: &Projection, view: Rect, weight: f64) {
    for unit in &base.units {
        for ring in rings_of(&unit.area, projection, view).into_iter().flatten() {
            canvas.outline(&ring, Colour(0x8C, 0x8C, 0x8C), HAIR * weight.max(0.85));
        }
    }
    for city in &study.cities {
        for ring in rings_of(city, projection, view).into_iter().flatten() {
            canvas.outline(&ring, Colour(0x4A, 0x4A, 0x4A), 0.8 * weight);
        }
    }
}

/// Symbols first, all of them, then names by importance around them. What lies outside the panel is left out.
fn symbols(canvas: &mut Canvas, base: &Base, panel: &str, projection: &Projection, view: Rect, block: Block) {
    let mut placer = Placer::new(view.grown(-1.5));
    placer.take(block.0);
    let size = match view.width() {
        wide if wide > 400.0 => 7.4,
        middle if middle > 300.0 => 6.8,
        _ => 6.2,
    };
    let around = |at: Point, r: f64| Rect::new(at.0 - r, at.1 - r, 2.0 * r, 2.0 * r);
    let mut names = named_points(base, projection, size);
    names.retain(|name| view.grown(-3.0).contains(around(name.at, 0.0)));
    for name in &names {
        match name.symbol {
            Symbol::Dot => mark::dot(canvas, name.at, name.radius),
            Symbol::Plane => mark::plane(canvas, name.at, size * 1.25, AIRPORT),
            Symbol::Star => mark::star(canvas, name.at, size * 1.6, INK),
        }
        placer.take(around(name.at, name.radius));
    }
    names.sort_by_key(|name| (name.rank, name.symbol != Symbol::Star));
    for name in names {
        write_name(canvas, &mut placer, &name, panel);
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Symbol {
    Dot,
    Plane,
    Star,
}

/// A point with a symbol, and a name that looks for its place.
struct NamedPoint<'a> {
    symbol: Symbol,
    rank: Rank,
    name: &'a str,
    at: Point,
    look: Text,
    /// Of the symbol.
    radius: f64,
}

/// Seats, airports and the origin, in order of drawing, with names of about `size` points.
fn named_points<'a>(base: &'a Base, projection: &Projection, size: f64) -> Vec<NamedPoint<'a>> {
    let seat = |seat: &'a Seat| {
        let (look, radius) = match seat.rank {
            Rank::Centre => (Text::new(size * 1.2).bold(), size * 0.3),
            Rank::County => (Text::new(size), size * 0.2),
            Rank::District => (Text::new(size * 0.97).colour(DISTRICT), size * 0.2),
        };
        NamedPoint { symbol: Symbol::Dot, rank: seat.rank, name: &seat.name, at: projection.at(seat.at), look, radius }
    };
    let important = |symbol: Symbol, place: &'a Place, look: Text, radius: f64| NamedPoint {
        symbol,
        rank: Rank::Centre,
        name: &place.name,
        at: projection.at(place.at),
        look,
        radius,
    };
    let airport = Text::new(size * 0.97).colour(AIRPORT);
    let origin = Text::new(size * 1.3).bold();
    let seats = base.seats.iter().map(seat);
    let airports = base.airports.iter().map(|place| important(Symbol::Plane, place, airport, size * 0.6));
    let origins = base.origin.iter().map(|place| important(Symbol::Star, place, origin, size * 0.75));
    seats.chain(airports).chain(origins).collect()
}

fn write_name(canvas: &mut Canvas, placer: &mut Placer, label: &NamedPoint, panel: &str) {
    let measured = label.look.top().measure((0.0, 0.0), label.name);
    match placer.place(label.at, label.radius, measured.width(), measured.height()) {
        Some(rect) => {
            canvas.text((rect.left, rect.top), label.look.top().halo(), label.name);
        }
        None if label.rank == Rank::District => {}
        None => canvas.warn(Warning::DroppedLabel { panel: panel.to_string(), label: label.name.to_string() }),
    }
}
