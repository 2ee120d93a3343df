//! One map after the other onto a sheet: ground, bands, network, borders, symbols, labels.

use geo::orient::Direction;
use geo::{Area as _, Coord, LineString, MultiPolygon, Orient, unary_union};

use crate::output::chart::canvas::{Canvas, Point, Rect, Text};
use crate::output::chart::frame::{self, Key};
use crate::output::chart::label::Placer;
use crate::output::chart::map::furniture::{self, Block};
use crate::output::chart::map::projection::{Extent, Projection};
use crate::output::chart::map::{Area, Base, Polygon, Rank, Sheet, footer, lines};
use crate::output::chart::mark;
use crate::output::chart::shape::{bridged, clipped_ring, signed_area, thinned_ring};
use crate::output::chart::theme::{
    BODY, Colour, HAIR, INK, MARGIN, PAGE_WIDTH, RULE, THIN, WHITE, WIDE_WIDTH,
};
use crate::output::chart::{Caption, Figure, Warning};

/// Half a pixel of a map 2000 pixels wide: drawing finer than that changes nothing.
pub const TOLERANCE: f64 = 0.18;
/// The study area where no band lies: nobody lives there, or nothing is known.
pub const EMPTY: Colour = Colour(0xE4, 0xE2, 0xDF);
const DISTRICT: Colour = Colour(0x4A, 0x4A, 0x4A);
const GAP: f64 = 8.0;
const PANEL_TITLE: f64 = 14.0;

/// The study area in degrees, prepared once for all panels.
struct Study {
    /// All units as one.
    whole: Area,
    /// The cities, one area each.
    cities: Vec<Area>,
}

/// Draws panels, legend and footer. `classes` is the title of the legend with the names and colours of the bands.
pub fn draw(caption: &Caption, base: &Base, sheets: &[Sheet], classes: (&str, Vec<(String, Colour)>), keys: Vec<Key>) -> Figure {
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
    }
    let order: Vec<usize> = (0..sheet.colours.len().min(sheet.bands.len())).collect();
    let painted: Box<dyn Iterator<Item = usize>> =
        if sheet.near_on_top { Box::new(order.into_iter().rev()) } else { Box::new(order.into_iter()) };
    for band in painted {
        let hatched = sheet.hatched_from.is_some_and(|first| band >= first);
        fill_area(canvas, &sheet.bands[band], &projection, view, sheet.colours[band], hatched);
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
            furniture::hatch(canvas, &rings);
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

/// Unites the units, whole and city by city. Cracks between borders that do not quite meet are closed.
fn study(base: &Base) -> Study {
    let mut names: Vec<&str> = base.units.iter().map(|unit| unit.city.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let united = |city: Option<&str>| {
        let parts: Vec<geo::Polygon> = base
            .units
            .iter()
            .filter(|unit| city.is_none_or(|city| unit.city == city))
            .flat_map(|unit| &unit.area)
            .map(planar)
            .collect();
        from_planar(&unary_union(&parts))
    };
    Study { whole: united(None), cities: names.into_iter().map(|city| united(Some(city))).collect() }
}

fn planar(polygon: &Polygon) -> geo::Polygon {
    let ring = |points: &[crate::geo::LonLat]| LineString(points.iter().map(|p| Coord { x: p.lon, y: p.lat }).collect());
    let polygon = geo::Polygon::new(ring(&polygon.outer), polygon.holes.iter().map(|hole| ring(hole)).collect());
    polygon.orient(Direction::Default)
}

fn from_planar(united: &MultiPolygon) -> Area {
    // A thousandth of a square degree is about 10 km²: smaller holes and islands are cracks, not lakes or exclaves.
    let crack = 0.001;
    let ring = |line: &LineString| line.coords().map(|c| crate::geo::LonLat { lon: c.x, lat: c.y }).collect::<Vec<_>>();
    let large = |line: &&LineString| geo::Polygon::new((*line).clone(), Vec::new()).unsigned_area() > crack;
    united
        .iter()
        .filter(|polygon| polygon.unsigned_area() > crack)
        .map(|polygon| Polygon {
            outer: ring(polygon.exterior()),
            holes: polygon.interiors().iter().filter(large).map(ring).collect(),
        })
        .collect()
}

/// Symbols first, all of them, then labels by importance around them.
fn symbols(canvas: &mut Canvas, base: &Base, panel: &str, projection: &Projection, view: Rect, block: Block) {
    let mut placer = Placer::new(view.grown(-1.5));
    placer.take(block.0);
    let size = if view.width() > 400.0 { 7.4 } else if view.width() > 300.0 { 6.8 } else { 6.2 };
    let radius = size * 0.2;
    let square = |at: Point, r: f64| Rect::new(at.0 - r, at.1 - r, 2.0 * r, 2.0 * r);
    let seen = |at: Point| view.grown(-2.0).contains(square(at, 0.0));
    for airport in base.airports.iter().filter(|a| seen(projection.at(a.at))) {
        let at = projection.at(airport.at);
        mark::plane(canvas, at, size * 1.25, Colour(0x5B, 0x2A, 0x86));
        placer.take(square(at, size * 0.55));
    }
    for seat in base.seats.iter().filter(|s| seen(projection.at(s.at))) {
        let at = projection.at(seat.at);
        let r = if seat.rank == Rank::Centre { radius * 1.5 } else { radius };
        mark::dot(canvas, at, r);
        placer.take(square(at, r));
    }
    if let Some(origin) = &base.origin {
        let at = projection.at(origin.at);
        mark::star(canvas, at, size * 1.6, INK);
        placer.take(square(at, size * 0.7));
    }
    let mut labels: Vec<(Rank, &str, Point, Text, f64)> = Vec::new();
    for seat in base.seats.iter().filter(|s| seen(projection.at(s.at))) {
        let (look, r) = match seat.rank {
            Rank::Centre => (Text::new(size * 1.2).bold(), radius * 1.5),
            Rank::County => (Text::new(size), radius),
            Rank::District => (Text::new(size * 0.97).colour(DISTRICT), radius),
        };
        labels.push((seat.rank, &seat.name, projection.at(seat.at), look, r));
    }
    for airport in base.airports.iter().filter(|a| seen(projection.at(a.at))) {
        let look = Text::new(size * 0.97).colour(Colour(0x5B, 0x2A, 0x86));
        labels.push((Rank::Centre, &airport.name, projection.at(airport.at), look, size * 0.6));
    }
    if let Some(origin) = &base.origin {
        labels.insert(0, (Rank::Centre, &origin.name, projection.at(origin.at), Text::new(size * 1.3).bold(), size * 0.8));
    }
    labels.sort_by_key(|label| label.0);
    for (rank, name, at, look, r) in labels {
        let measured = look.top().measure((0.0, 0.0), name);
        match placer.place(at, r, measured.width(), measured.height()) {
            Some(rect) => {
                canvas.text((rect.left, rect.top), look.top().halo(), name);
            }
            None if rank == Rank::District => {}
            None => canvas.warn(Warning::DroppedLabel { panel: panel.to_string(), label: name.to_string() }),
        }
    }
}
