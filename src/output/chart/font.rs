//! The embedded font: its bytes, which characters it has and how wide they are.

use std::collections::BTreeMap;
use std::sync::OnceLock;

/// Noto Sans SC Regular, subset.
pub const REGULAR: &[u8] = include_bytes!("../../../assets/fonts/NotoSansSC-Regular.subset.ttf");
/// Noto Sans SC Bold, subset.
pub const BOLD: &[u8] = include_bytes!("../../../assets/fonts/NotoSansSC-Bold.subset.ttf");

/// From the top of a text box to the base line, in em: Chinese characters reach this high; accents on capitals stick
/// out by 0.1.
pub const ASCENT: f64 = 0.88;
/// From the base line to the bottom of a text box, in em: the tails of g and p.
pub const DESCENT: f64 = 0.25;

/// Stands in for a character that the font does not have.
pub const SUBSTITUTE: char = '〓';

/// Whether the font can draw `character`.
pub fn covers(character: char) -> bool {
    metrics(false).advances.contains_key(&character)
}

/// The width of `text` at `size` points, exact: the font has neither kerning nor ligatures. What the font does not have
/// counts as one em.
pub fn width(text: &str, size: f64, bold: bool) -> f64 {
    let metrics = metrics(bold);
    let units: u32 = text.chars().map(|c| metrics.advances.get(&c).copied().unwrap_or(metrics.units_per_em)).sum();
    f64::from(units) * size / f64::from(metrics.units_per_em)
}

/// Breaks `text` into lines of at most `limit` points: anywhere between Chinese characters, at blanks in Latin, never
/// before a closing mark. A word longer than a line is broken inside.
pub fn wrap(text: &str, size: f64, bold: bool, limit: f64) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for piece in pieces(text) {
        let longer = width(&line, size, bold) + width(piece.trim_end(), size, bold);
        if longer <= limit || line.is_empty() {
            line.push_str(&piece);
        } else {
            lines.push(std::mem::replace(&mut line, piece.trim_start().to_string()));
        }
        while width(line.trim_end(), size, bold) > limit && line.chars().count() > 1 {
            let head = fitting(&line, size, bold, limit).max(1);
            let tail: String = line.chars().skip(head).collect();
            line = line.chars().take(head).collect();
            lines.push(std::mem::replace(&mut line, tail));
        }
    }
    lines.push(line);
    lines.iter().map(|line| line.trim_end().to_string()).filter(|line| !line.is_empty()).collect()
}

/// `text`, or its beginning with `…` where it is wider than `limit` points.
pub fn shorten(text: &str, size: f64, bold: bool, limit: f64) -> String {
    if width(text, size, bold) <= limit {
        return text.to_string();
    }
    let head = fitting(text, size, bold, limit - width("…", size, bold));
    text.chars().take(head).collect::<String>().trim_end().to_string() + "…"
}

/// How many characters of `text` fit into `limit` points.
fn fitting(text: &str, size: f64, bold: bool, limit: f64) -> usize {
    let mut used = 0.0;
    text.chars()
        .take_while(|c| {
            used += width(c.encode_utf8(&mut [0; 4]), size, bold);
            used <= limit
        })
        .count()
}

/// The parts between which a line may break.
fn pieces(text: &str) -> Vec<String> {
    const CLOSING: &str = "，。、；：？！）》〉」』】”’％%,.;:?!)]}…·";
    const OPENING: &str = "（《〈「『【“‘([{";
    let mut pieces: Vec<String> = Vec::new();
    let mut glue = false;
    for c in text.chars() {
        let wide = c as u32 >= 0x2E80;
        let after = pieces.last().and_then(|piece| piece.chars().last());
        let joins = match after {
            None => false,
            Some(_) if glue || CLOSING.contains(c) || c == ' ' => true,
            Some(before) => before != ' ' && !wide && (before as u32) < 0x2E80,
        };
        glue = OPENING.contains(c);
        match pieces.last_mut().filter(|_| joins) {
            Some(last) => last.push(c),
            None => pieces.push(c.to_string()),
        }
    }
    pieces
}

struct Metrics {
    units_per_em: u32,
    advances: BTreeMap<char, u32>,
}

fn metrics(bold: bool) -> &'static Metrics {
    static REGULAR_METRICS: OnceLock<Metrics> = OnceLock::new();
    static BOLD_METRICS: OnceLock<Metrics> = OnceLock::new();
    let (cell, bytes) = if bold { (&BOLD_METRICS, BOLD) } else { (&REGULAR_METRICS, REGULAR) };
    cell.get_or_init(|| read(bytes).expect("the embedded font has head, hhea, hmtx and a format 12 cmap"))
}

/// Reads units, widths and characters of an OpenType font: tables `head`, `hhea`, `hmtx` and subtable 12 of `cmap`.
fn read(font: &[u8]) -> Option<Metrics> {
    let head = table(font, b"head")?;
    let hhea = table(font, b"hhea")?;
    let hmtx = table(font, b"hmtx")?;
    let cmap = table(font, b"cmap")?;
    let n_widths = usize::from(u16_at(hhea, 34)?);
    let advance = |glyph: u32| u16_at(hmtx, 4 * (glyph as usize).min(n_widths - 1)).map(u32::from);
    let subtable = (0..usize::from(u16_at(cmap, 2)?))
        .filter_map(|i| cmap.get(u32_at(cmap, 4 + 8 * i + 4)? as usize..))
        .find(|subtable| u16_at(subtable, 0) == Some(12))?;
    let mut advances = BTreeMap::new();
    for group in 0..u32_at(subtable, 12)? as usize {
        let at = 16 + 12 * group;
        let (first, last, glyph) = (u32_at(subtable, at)?, u32_at(subtable, at + 4)?, u32_at(subtable, at + 8)?);
        for code in first..=last {
            if let Some(c) = char::from_u32(code) {
                advances.insert(c, advance(glyph + (code - first))?);
            }
        }
    }
    Some(Metrics { units_per_em: u32::from(u16_at(head, 18)?), advances })
}

fn table<'a>(font: &'a [u8], tag: &[u8; 4]) -> Option<&'a [u8]> {
    let record = (0..usize::from(u16_at(font, 4)?))
        .map(|i| 12 + 16 * i)
        .find(|&record| font.get(record..record + 4) == Some(tag.as_slice()))?;
    let (start, length) = (u32_at(font, record + 8)? as usize, u32_at(font, record + 12)? as usize);
    font.get(start..start + length)
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}
