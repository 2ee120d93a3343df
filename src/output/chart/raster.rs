//! From the drawn SVG to what is written: PNG, and SVG with its texts as outlines. Only the embedded fonts are used, so
//! that every machine gives the same.

use std::sync::{Arc, OnceLock};

use resvg::tiny_skia::{Color, Pixmap, Transform};
use resvg::usvg::{Indent, Options, Tree, WriteOptions, fontdb};

use crate::output::chart::{Svg, font};

/// The width at which charts become PNG unless something else is asked, in pixels.
pub const DEFAULT_WIDTH: u32 = 2000;

/// A PNG of `svg` on white, `width` pixels wide, at least one pixel high.
pub fn png(svg: &Svg, width: u32) -> Vec<u8> {
    rasterised(&parsed(svg), width)
}

/// The same drawing with every text as outlines: what is written as `.svg`, for it needs no font.
pub fn outlined(svg: &Svg) -> String {
    as_outlines(&parsed(svg))
}

/// [`png`] and [`outlined`] for the price of reading the document once.
pub fn png_and_outlined(svg: &Svg, width: u32) -> (Vec<u8>, String) {
    let tree = parsed(svg);
    (rasterised(&tree, width), as_outlines(&tree))
}

fn rasterised(tree: &Tree, width: u32) -> Vec<u8> {
    let width = width.clamp(1, 20_000);
    let scale = width as f32 / tree.size().width();
    let height = ((tree.size().height() * scale).round() as u32).max(1);
    let mut pixels = Pixmap::new(width, height).expect("both sides are at least one and small enough to multiply");
    pixels.fill(Color::WHITE);
    resvg::render(tree, Transform::from_scale(scale, scale), &mut pixels.as_mut());
    pixels.encode_png().expect("writing to memory cannot fail")
}

fn as_outlines(tree: &Tree) -> String {
    // The view box has 20 units a point, so a tenth of a unit is far below what print can show.
    let options = WriteOptions { coordinates_precision: 1, indent: Indent::None, ..WriteOptions::default() };
    tree.to_string(&options)
}

fn parsed(svg: &Svg) -> Tree {
    Tree::from_str(&svg.0, options()).expect("charts write well-formed SVG")
}

fn options() -> &'static Options<'static> {
    static OPTIONS: OnceLock<Options<'static>> = OnceLock::new();
    OPTIONS.get_or_init(|| {
        let mut fonts = fontdb::Database::new();
        fonts.load_font_source(fontdb::Source::Binary(Arc::new(font::REGULAR)));
        fonts.load_font_source(fontdb::Source::Binary(Arc::new(font::BOLD)));
        Options { fontdb: Arc::new(fonts), ..Options::default() }
    })
}
