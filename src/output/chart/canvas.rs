//! The sheet that charts draw on: shapes and texts in points, played through plotters' SVG backend at the end.
//!
//! plotters takes whole numbers, so the drawing is 20 units a point and the SVG's width and height are given in points
//! over that view box. Every text is measured with the embedded font and recorded.

use std::collections::BTreeSet;

use plotters::backend::{DrawingBackend, SVGBackend};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontDesc, FontFamily, FontStyle, FontTransform, RGBColor, ShapeStyle, TextStyle};

use crate::output::chart::font;
use crate::output::chart::theme::{Colour, FONT_FAMILY, INK, WHITE};
use crate::output::chart::{Figure, Svg, TextBox, Warning};

/// Units of the drawing in a point.
const SCALE: f64 = 20.0;
/// Width of the white edge around a text with a halo, in points.
const HALO: f64 = 1.7;
/// The fill that marks a halo until the document is finished; plotters has no stroked text.
const HALO_FILL: Colour = Colour(0xFF, 0xFF, 0xFE);

/// A place on the canvas in points, right and down from the top left corner.
pub type Point = (f64, f64);

/// A rectangle in points.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rect {
    pub left: f64,
    pub top: f64,
    pub right: f64,
    pub bottom: f64,
}

impl Rect {
    /// From the top left corner, width and height.
    pub fn new(left: f64, top: f64, width: f64, height: f64) -> Self {
        Rect { left, top, right: left + width, bottom: top + height }
    }

    pub fn width(self) -> f64 {
        self.right - self.left
    }

    pub fn height(self) -> f64 {
        self.bottom - self.top
    }

    pub fn centre(self) -> Point {
        ((self.left + self.right) / 2.0, (self.top + self.bottom) / 2.0)
    }

    /// Larger by `by` on each side.
    pub fn grown(self, by: f64) -> Self {
        Rect { left: self.left - by, top: self.top - by, right: self.right + by, bottom: self.bottom + by }
    }

    /// The area in common with `other`, in square points.
    pub fn overlap(self, other: Rect) -> f64 {
        let across = self.right.min(other.right) - self.left.max(other.left);
        let down = self.bottom.min(other.bottom) - self.top.max(other.top);
        across.max(0.0) * down.max(0.0)
    }

    pub fn contains(self, other: Rect) -> bool {
        self.left <= other.left && self.top <= other.top && self.right >= other.right && self.bottom >= other.bottom
    }

    pub fn corners(self) -> [Point; 4] {
        [(self.left, self.top), (self.right, self.top), (self.right, self.bottom), (self.left, self.bottom)]
    }
}

/// How a text stands to its point across.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Across {
    /// The text begins there.
    Left,
    /// The text's middle is there.
    Centre,
    /// The text ends there.
    Right,
}

/// How a text stands to its point up and down.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Down {
    /// The top of its box is there.
    Top,
    /// The middle of its characters is there.
    Middle,
}

/// The look of a text.
#[derive(Debug, Clone, Copy)]
pub struct Text {
    pub size: f64,
    pub bold: bool,
    pub colour: Colour,
    pub across: Across,
    pub down: Down,
    pub halo: bool,
    /// Read from bottom to top.
    pub turned: bool,
}

impl Text {
    /// Plain ink, its left end and the middle of its height at the point.
    pub fn new(size: f64) -> Self {
        Text { size, bold: false, colour: INK, across: Across::Left, down: Down::Middle, halo: false, turned: false }
    }

    pub fn bold(self) -> Self {
        Text { bold: true, ..self }
    }

    pub fn colour(self, colour: Colour) -> Self {
        Text { colour, ..self }
    }

    pub fn centre(self) -> Self {
        Text { across: Across::Centre, ..self }
    }

    pub fn right(self) -> Self {
        Text { across: Across::Right, ..self }
    }

    pub fn top(self) -> Self {
        Text { down: Down::Top, ..self }
    }

    pub fn halo(self) -> Self {
        Text { halo: true, ..self }
    }

    pub fn turned(self) -> Self {
        Text { turned: true, ..self }
    }

    /// The box that `text` fills when it stands at `at`.
    pub fn measure(self, at: Point, text: &str) -> Rect {
        let width = font::width(text, self.size, self.bold);
        let begin = match self.across {
            Across::Left => 0.0,
            Across::Centre => -width / 2.0,
            Across::Right => -width,
        };
        let base = self.base_line();
        let (top, bottom) = (base - font::ASCENT * self.size, base + font::DESCENT * self.size);
        if self.turned {
            Rect { left: at.0 + top, right: at.0 + bottom, top: at.1 - begin - width, bottom: at.1 - begin }
        } else {
            Rect { left: at.0 + begin, right: at.0 + begin + width, top: at.1 + top, bottom: at.1 + bottom }
        }
    }

    /// From the point down to the base line.
    fn base_line(self) -> f64 {
        match self.down {
            Down::Top => font::ASCENT * self.size,
            Down::Middle => 0.36 * self.size,
        }
    }
}

enum Shape {
    Fill(Vec<(i32, i32)>, Colour),
    Line(Vec<(i32, i32)>, Colour, f64),
    Disc((i32, i32), f64, Colour),
    Text(String, Point, Text),
}

/// A sheet of a given width; its height is settled by [`Canvas::finish`].
pub struct Canvas {
    width: f64,
    shapes: Vec<Shape>,
    texts: Vec<TextBox>,
    warnings: BTreeSet<Warning>,
}

impl Canvas {
    /// An empty sheet, `width` points wide.
    pub fn new(width: f64) -> Self {
        Canvas { width, shapes: Vec::new(), texts: Vec::new(), warnings: BTreeSet::new() }
    }

    pub fn width(&self) -> f64 {
        self.width
    }

    /// Fills the polygon; holes are reached by bridges (`shape::bridged`).
    pub fn fill(&mut self, points: &[Point], colour: Colour) {
        if points.len() > 2 {
            self.shapes.push(Shape::Fill(units(points), colour));
        }
    }

    pub fn rect(&mut self, rect: Rect, colour: Colour) {
        self.fill(&rect.corners(), colour);
    }

    pub fn line(&mut self, points: &[Point], colour: Colour, width: f64) {
        let points = units(points);
        if points.len() > 1 {
            self.shapes.push(Shape::Line(points, colour, width));
        }
    }

    /// A closed line with a proper joint where it begins.
    pub fn outline(&mut self, points: &[Point], colour: Colour, width: f64) {
        let closed: Vec<Point> = points.iter().chain(points.iter().take(2)).copied().collect();
        self.line(&closed, colour, width);
    }

    /// A line of dashes and gaps, in turn, of the given lengths; none means a full line.
    pub fn dashed(&mut self, points: &[Point], colour: Colour, width: f64, dashes: &[f64]) {
        for dash in crate::output::chart::shape::dashes(points, dashes) {
            self.line(&dash, colour, width);
        }
    }

    pub fn disc(&mut self, at: Point, radius: f64, colour: Colour) {
        self.shapes.push(Shape::Disc(unit(at), radius, colour));
    }

    /// Writes `text` at `at` and returns the box it fills. What the font lacks becomes `〓` and a warning.
    pub fn text(&mut self, at: Point, look: Text, text: &str) -> Rect {
        let mut shown = String::with_capacity(text.len());
        for c in text.chars() {
            if font::covers(c) {
                shown.push(c);
            } else {
                self.warn(Warning::MissingGlyph(c));
                shown.push(font::SUBSTITUTE);
            }
        }
        let rect = look.measure(at, &shown);
        if !shown.trim().is_empty() {
            let Rect { left, top, right, bottom } = rect;
            self.texts.push(TextBox { text: shown.clone(), left, top, right, bottom });
            self.shapes.push(Shape::Text(shown, at, look));
        }
        rect
    }

    /// Writes `text`, shortened to `limit` points with a warning where it is wider.
    pub fn text_within(&mut self, at: Point, look: Text, limit: f64, text: &str) -> Rect {
        let shown = font::shorten(text, look.size, look.bold, limit);
        if shown != text {
            self.warn(Warning::Shortened(text.to_string()));
        }
        self.text(at, look, &shown)
    }

    pub fn warn(&mut self, warning: Warning) {
        self.warnings.insert(warning);
    }

    /// Cuts the sheet at `height` and draws it.
    pub fn finish(self, height: f64) -> Figure {
        let height = height.ceil();
        let size = ((self.width * SCALE).round() as u32, (height * SCALE).round() as u32);
        let mut drawn = String::new();
        let mut backend = SVGBackend::with_string(&mut drawn, size);
        play(&mut backend, size, &self.shapes);
        drop(backend);
        let svg = Svg(finished(&drawn, size, self.width, height));
        Figure { svg, width: self.width, height, texts: self.texts, warnings: self.warnings.into_iter().collect() }
    }
}

fn unit(point: Point) -> (i32, i32) {
    ((point.0 * SCALE).round() as i32, (point.1 * SCALE).round() as i32)
}

/// In units of the drawing, without repeated points.
fn units(points: &[Point]) -> Vec<(i32, i32)> {
    let mut units: Vec<(i32, i32)> = points.iter().map(|&point| unit(point)).collect();
    units.dedup();
    units
}

fn rgb(colour: Colour) -> RGBColor {
    RGBColor(colour.0, colour.1, colour.2)
}

fn play(backend: &mut SVGBackend, size: (u32, u32), shapes: &[Shape]) {
    sure(backend.draw_rect((0, 0), (size.0 as i32, size.1 as i32), &rgb(WHITE).to_backend_color(), true));
    for shape in shapes {
        match shape {
            Shape::Fill(points, colour) => {
                sure(backend.fill_polygon(points.iter().copied(), &rgb(*colour).to_backend_color()));
            }
            Shape::Line(points, colour, width) => sure(backend.draw_path(points.iter().copied(), &stroke(*colour, *width))),
            Shape::Disc(at, radius, colour) => {
                sure(backend.draw_circle(*at, stroke_units(*radius), &rgb(*colour).to_backend_color(), true));
            }
            Shape::Text(text, at, look) => {
                if look.halo {
                    write(backend, text, *at, Text { colour: HALO_FILL, ..*look });
                }
                write(backend, text, *at, *look);
            }
        }
    }
    sure(backend.present());
}

fn sure<E: std::fmt::Debug>(drawn: Result<(), E>) {
    drawn.expect("writing to a string cannot fail");
}

fn stroke_units(width: f64) -> u32 {
    ((width * SCALE).round() as u32).max(1)
}

fn stroke(colour: Colour, width: f64) -> ShapeStyle {
    ShapeStyle { color: rgb(colour).to_rgba(), filled: false, stroke_width: stroke_units(width) }
}

fn write(backend: &mut SVGBackend, text: &str, at: Point, look: Text) {
    // plotters takes the size of the line box, 1.24 em, and puts the base line of text hung by its top at 0.76 em.
    let size = look.size * SCALE * 1.24;
    let style = if look.bold { FontStyle::Bold } else { FontStyle::Normal };
    let font = FontDesc::new(FontFamily::Name(FONT_FAMILY), size, style);
    let lower = look.base_line() - 0.76 * look.size;
    let (font, at) = if look.turned {
        (font.transform(FontTransform::Rotate270), (at.0 + lower, at.1))
    } else {
        (font, (at.0, at.1 + lower))
    };
    let across = match look.across {
        Across::Left => HPos::Left,
        Across::Centre => HPos::Center,
        Across::Right => HPos::Right,
    };
    let style = TextStyle { font, color: rgb(look.colour).to_backend_color(), pos: Pos::new(across, VPos::Top) };
    sure(backend.draw_text(text, &style, unit(at)));
}

/// The document with its size of print, round joints, and strokes under the texts that have a halo.
fn finished(drawn: &str, size: (u32, u32), width: f64, height: f64) -> String {
    let open = format!(r#"<svg width="{}" height="{}" "#, size.0, size.1);
    let print = format!(r#"<svg width="{width}pt" height="{height}pt" stroke-linejoin="round" "#);
    let halo = format!(r##"fill="#FFFFFF" stroke="#FFFFFF" stroke-width="{}""##, stroke_units(HALO));
    drawn.replacen(&open, &print, 1).replace(r##"fill="#FFFFFE""##, &halo)
}
