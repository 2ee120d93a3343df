//! Charts fit for a report: data in, a checked SVG out, PNG and outlined SVG made from it.
//!
//! Every chart is a pure function from a plain struct to a [`Figure`]. Sizes inside are typographic points at the
//! size of print, so that no text is smaller than 6 pt on the page the chart is made for.
//!
//! | module | chart |
//! |---|---|
//! | [`map`] | isochrone maps and difference maps, one to four panels |
//! | [`coverage`] | share of people against minutes |
//! | [`ladder`] | one row a definition of the hour |
//! | [`heat`] | minutes from each place to each place |
//! | [`slope`] | minutes of each county before and after |
//! | [`margin`] | minutes left or missing per relation |
//! | [`status`] | projects: what stands where, and what is modelled |
//! | [`waterfall`] | the legs of journeys |
//! | [`raster`] | PNG and outlined SVG |

mod canvas;
pub mod coverage;
mod font;
mod frame;
pub mod heat;
mod label;
pub mod ladder;
pub mod map;
pub mod margin;
mod mark;
pub mod raster;
mod scale;
mod shape;
pub mod slope;
pub mod status;
mod theme;
pub mod waterfall;

use crate::units::Duration;

/// The text of an SVG document, with `<text>` elements that name a list of fonts. What is written to disk as `.svg` is
/// [`raster::outlined`] of it, which looks the same where no Chinese font is installed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Svg(pub String);

/// A finished chart with what its makers want to know about it.
#[derive(Debug, Clone)]
pub struct Figure {
    /// The drawing.
    pub svg: Svg,
    /// Width of print in points of 1/72 inch.
    pub width: f64,
    /// Height of print in points of 1/72 inch.
    pub height: f64,
    /// Every text with the box it fills, in order of drawing.
    pub texts: Vec<TextBox>,
    /// What could not be drawn as asked.
    pub warnings: Vec<Warning>,
}

/// One text on a chart and the box it fills, in points from the top left corner.
#[derive(Debug, Clone, PartialEq)]
pub struct TextBox {
    /// The text.
    pub text: String,
    /// Left edge.
    pub left: f64,
    /// Top edge.
    pub top: f64,
    /// Right edge.
    pub right: f64,
    /// Bottom edge.
    pub bottom: f64,
}

/// Something that a chart could not show as asked.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Warning {
    /// The embedded font has no glyph for this character; `〓` stands in its place.
    MissingGlyph(char),
    /// There was no room for this label of a map panel.
    DroppedLabel {
        /// Title of the panel.
        panel: String,
        /// The label.
        label: String,
    },
    /// A text was longer than its place and ends in `…`.
    Shortened(String),
}

impl Figure {
    /// Pairs of texts that lie on each other by more than a hair (0.2 pt each way). Empty for a good chart.
    pub fn overlaps(&self) -> Vec<(&TextBox, &TextBox)> {
        let hair = 0.2;
        let mut found = Vec::new();
        for (i, a) in self.texts.iter().enumerate() {
            for b in &self.texts[i + 1..] {
                let across = a.right.min(b.right) - a.left.max(b.left);
                let down = a.bottom.min(b.bottom) - a.top.max(b.top);
                if across > hair && down > hair {
                    found.push((a, b));
                }
            }
        }
        found
    }

    /// Texts that leave the canvas. Empty for a good chart.
    pub fn clipped(&self) -> Vec<&TextBox> {
        self.texts.iter().filter(|t| t.left < 0.0 || t.top < 0.0 || t.right > self.width || t.bottom > self.height).collect()
    }
}

/// What stands around a chart.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Caption {
    /// Figure or table number as printed, for instance `图3-2`.
    pub number: Option<String>,
    /// Title in Chinese: object, time, definition.
    pub title: String,
    /// The same in English.
    pub title_en: String,
    /// Where the data come from, with their date; printed after `资料来源：`.
    pub source: String,
    /// Definitions and method in a sentence or two; printed after `说明：`.
    pub note: Option<String>,
}

/// A travel time or why there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Time {
    /// A journey of this length.
    Reached(Duration),
    /// No feasible journey in the window.
    NoService,
    /// An input is missing.
    NotTested,
}

/// How a relation stands to its limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Within the limit, surely enough.
    Pass,
    /// Within or beyond, depending on the assumptions.
    Marginal,
    /// Beyond the limit.
    Fail,
    /// No feasible journey in the window.
    NoService,
    /// An input is missing.
    NotTested,
}
