//! What stands around every chart: title block above, source and note below, legends.

use crate::output::chart::Caption;
use crate::output::chart::canvas::{Canvas, Rect, Text};
use crate::output::chart::font;
use crate::output::chart::theme::{GREY, HAIR, MARGIN, RULE, SMALL, SUBTITLE, TINY, TITLE};

/// Draws number, title and English title; returns where the chart may begin.
pub fn header(canvas: &mut Canvas, caption: &Caption) -> f64 {
    header_with(canvas, caption, "")
}

/// [`header`] with `suffix` after both titles, for the pages of a long table.
pub fn header_with(canvas: &mut Canvas, caption: &Caption, suffix: &str) -> f64 {
    let room = canvas.width() - 2.0 * MARGIN;
    let number = caption.number.as_deref().map(|number| format!("{number}　")).unwrap_or_default();
    let mut y = MARGIN * 0.85;
    for line in font::wrap(&format!("{number}{}{suffix}", caption.title), TITLE, true, room) {
        canvas.text((MARGIN, y), Text::new(TITLE).bold().top(), &line);
        y += TITLE * 1.3;
    }
    for line in font::wrap(&caption.title_en, SUBTITLE, false, room) {
        canvas.text((MARGIN, y), Text::new(SUBTITLE).colour(GREY).top(), &line);
        y += SUBTITLE * 1.3;
    }
    y + 5.0
}

/// Draws a rule, the note, `remarks` and the source from `y` on; returns the height of the whole chart.
pub fn footer(canvas: &mut Canvas, caption: &Caption, remarks: &[String], y: f64) -> f64 {
    let room = canvas.width() - 2.0 * MARGIN;
    let mut y = y + 5.0;
    canvas.line(&[(MARGIN, y), (canvas.width() - MARGIN, y)], RULE, HAIR);
    y += 3.5;
    let note = caption.note.iter().map(|note| format!("说明：{note}"));
    let source = (!caption.source.is_empty()).then(|| format!("资料来源：{}", caption.source));
    for text in note.chain(source).chain(remarks.iter().cloned()) {
        for line in font::wrap(&text, TINY, false, room) {
            canvas.text((MARGIN, y), Text::new(TINY).colour(GREY).top(), &line);
            y += TINY * 1.36;
        }
    }
    y + MARGIN * 0.6
}

/// Draws the sample of a legend entry into a box.
type Sample<'a> = Box<dyn Fn(&mut Canvas, Rect) + 'a>;

/// One entry of a legend.
pub struct Key<'a> {
    /// What it says.
    pub label: String,
    /// Width of the sample in points.
    pub width: f64,
    /// Draws the sample into the given box.
    pub sample: Sample<'a>,
}

impl<'a> Key<'a> {
    /// An entry with a sample `width` points wide.
    pub fn new(label: impl Into<String>, width: f64, sample: impl Fn(&mut Canvas, Rect) + 'a) -> Self {
        Key { label: label.into(), width, sample: Box::new(sample) }
    }
}

/// Height of a row of a legend.
const KEY_ROW: f64 = 12.0;

/// Draws the entries in rows between `left` and `right` from `y` on; returns where the legend ends.
pub fn legend(canvas: &mut Canvas, keys: &[Key], left: f64, right: f64, y: f64) -> f64 {
    let mut at = (left, y);
    for key in keys {
        let label = font::shorten(&key.label, SMALL, false, right - left - key.width - 4.0);
        let sample = if key.width > 0.0 { key.width + 4.0 } else { 0.0 };
        let width = sample + font::width(&label, SMALL, false);
        if at.0 > left && at.0 + width > right {
            at = (left, at.1 + KEY_ROW);
        }
        (key.sample)(canvas, Rect::new(at.0, at.1 + 1.5, key.width, KEY_ROW - 3.0));
        canvas.text((at.0 + sample, at.1 + KEY_ROW / 2.0), Text::new(SMALL), &label);
        at.0 += width + 12.0;
    }
    if keys.is_empty() { y } else { at.1 + KEY_ROW }
}
