//! How all charts look: fonts, sizes, colours, line widths, margins, in points of print.

/// A colour of print, opaque: overlapping transparency makes mud.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Colour(pub u8, pub u8, pub u8);

/// The list written as `font-family`: the embedded font first, then what a reader's machine may have.
pub const FONT_FAMILY: &str = "Noto Sans SC, Source Han Sans SC, Microsoft YaHei, PingFang SC, SimHei, sans-serif";

/// Width of a chart across a portrait A4 page (170 mm).
pub const PAGE_WIDTH: f64 = 482.0;
/// Width of a chart across a landscape A4 page (257 mm).
pub const WIDE_WIDTH: f64 = 728.0;
/// Height that fits on a portrait A4 page (247 mm).
pub const PAGE_HEIGHT: f64 = 700.0;
/// White around every chart.
pub const MARGIN: f64 = 14.0;

/// Size of titles.
pub const TITLE: f64 = 12.5;
/// Size of the English title.
pub const SUBTITLE: f64 = 8.5;
/// Size of axis titles, legends and panel titles.
pub const BODY: f64 = 8.0;
/// Size of ticks and labels.
pub const SMALL: f64 = 7.0;
/// Size of source lines and dense tables.
pub const TINY: f64 = 6.4;

/// Hairlines: grids, ticks.
pub const HAIR: f64 = 0.35;
/// Frames and axes.
pub const THIN: f64 = 0.6;
/// Lines that carry data.
pub const LINE: f64 = 1.5;

pub const WHITE: Colour = Colour(255, 255, 255);
pub const INK: Colour = Colour(0x1A, 0x1A, 0x1A);
pub const GREY: Colour = Colour(0x66, 0x66, 0x66);
pub const RULE: Colour = Colour(0x99, 0x99, 0x99);
pub const GRID: Colour = Colour(0xDD, 0xDD, 0xDD);
pub const SHADE: Colour = Colour(0xF2, 0xF2, 0xF2);
/// The limit of a target: lines at 60 minutes, outlines of failing cells.
pub const LIMIT: Colour = Colour(0xB2, 0x18, 0x2B);

pub const PASS: Colour = Colour(0x1B, 0x7F, 0x4B);
pub const MARGINAL: Colour = Colour(0xC7, 0x7C, 0x02);
pub const FAIL: Colour = Colour(0xB2, 0x18, 0x2B);

/// Classes of travel time, YlGnBu, dark is near: ≤15, ≤30, ≤45, ≤60, ≤90, ≤120, more.
pub const TIME_CLASSES: [Colour; 7] = [
    Colour(0x0C, 0x2C, 0x84),
    Colour(0x22, 0x5E, 0xA8),
    Colour(0x1D, 0x91, 0xC0),
    Colour(0x6F, 0xC4, 0xC8),
    Colour(0xB4, 0xE0, 0xC0),
    Colour(0xE1, 0xF3, 0xC4),
    Colour(0xFE, 0xFC, 0xDF),
];

/// Classes of change, blue is faster, white is no change, red is slower: −60 and more, −30, −20, −10, −5, 0, +5 … +60.
pub const CHANGE_CLASSES: [Colour; 11] = [
    Colour(0x05, 0x30, 0x61),
    Colour(0x21, 0x66, 0xAC),
    Colour(0x43, 0x93, 0xC3),
    Colour(0x92, 0xC5, 0xDE),
    Colour(0xD1, 0xE5, 0xF0),
    Colour(0xFB, 0xFB, 0xFB),
    Colour(0xFD, 0xDB, 0xC7),
    Colour(0xF4, 0xA5, 0x82),
    Colour(0xD6, 0x60, 0x4D),
    Colour(0xB2, 0x18, 0x2B),
    Colour(0x67, 0x00, 0x1F),
];

/// The look of the `n`-th scenario, the same in every chart: colours of different lightness, each with its own dashes and
/// marker, so that grey print keeps them apart.
#[derive(Debug, Clone, Copy)]
pub struct Series {
    /// Line and marker.
    pub colour: Colour,
    /// Dash and gap lengths in points; empty is a full line.
    pub dashes: &'static [f64],
    /// Marker.
    pub mark: crate::output::chart::mark::Mark,
}

/// The look of the `n`-th scenario; repeats after six.
pub fn series(n: usize) -> Series {
    use crate::output::chart::mark::Mark;
    const LOOKS: [Series; 6] = [
        Series { colour: Colour(0x73, 0x73, 0x73), dashes: &[5.0, 2.5], mark: Mark::Circle },
        Series { colour: Colour(0x00, 0x72, 0xB2), dashes: &[8.0, 2.0, 1.5, 2.0], mark: Mark::Square },
        Series { colour: Colour(0xC4, 0x4E, 0x00), dashes: &[], mark: Mark::Diamond },
        Series { colour: Colour(0x1B, 0x7F, 0x4B), dashes: &[1.5, 1.5], mark: Mark::Up },
        Series { colour: Colour(0x7B, 0x3F, 0x98), dashes: &[3.0, 1.2], mark: Mark::Down },
        Series { colour: Colour(0x1A, 0x1A, 0x1A), dashes: &[10.0, 2.5], mark: Mark::Ring },
    ];
    LOOKS[n % LOOKS.len()]
}
