//! The definition ladder: one row a definition of the hour, a marker a scenario, the values printed beside.

use crate::output::chart::canvas::{Canvas, Rect, Text};
use crate::output::chart::frame::{self, Key};
use crate::output::chart::mark::{self, marker};
use crate::output::chart::scale::Scale;
use crate::output::chart::theme::{BODY, GREY, GRID, HAIR, INK, MARGIN, PAGE_WIDTH, RULE, SHADE, SMALL, THIN, TINY, series};
use crate::output::chart::{Caption, Figure, Verdict};

/// Input of [`draw`].
#[derive(Debug, Clone)]
pub struct Ladder {
    /// Title, source, note.
    pub caption: Caption,
    /// What the axis counts, such as `60 分钟内人口占比（%）  Share of people within 60 min (%)`.
    pub axis: String,
    /// Names of the scenarios as printed, in the order of each row's values.
    pub scenarios: Vec<String>,
    /// The definitions, strictest last.
    pub rows: Vec<Rung>,
    /// Shares drawn as vertical lines with their names, such as 0.8 `80% 基本建成`.
    pub marks: Vec<(f64, String)>,
}

/// One definition.
#[derive(Debug, Clone)]
pub struct Rung {
    /// Code, `V3`.
    pub code: String,
    /// Name in Chinese.
    pub name: String,
    /// Name in English.
    pub name_en: String,
    /// One value a scenario.
    pub values: Vec<Value>,
}

/// What a definition gives in a scenario.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value {
    /// Share of people from 0 to 1.
    Share(f64),
    /// So many relations of so many pass.
    Passed {
        /// Relations that pass.
        passed: usize,
        /// Relations tested; with none the value counts as not tested.
        of: usize,
    },
    /// No journey in the window.
    NoService,
    /// An input is missing.
    NotTested,
}

impl Value {
    fn share(self) -> Option<f64> {
        match self {
            Value::Share(share) => Some(share.clamp(0.0, 1.0)),
            Value::Passed { passed, of } if of > 0 => Some((passed as f64 / of as f64).min(1.0)),
            _ => None,
        }
    }

    fn text(self) -> String {
        match self {
            Value::Share(share) => format!("{:.1}%", 100.0 * share),
            Value::Passed { passed, of } if of > 0 => format!("{passed}/{of}"),
            Value::NoService => "无服务".to_string(),
            Value::Passed { .. } | Value::NotTested => "无数据".to_string(),
        }
    }
}

const NAMES: f64 = 128.0;
const ROW: f64 = 30.0;

/// Draws the ladder.
pub fn draw(chart: &Ladder) -> Figure {
    let mut canvas = Canvas::new(PAGE_WIDTH);
    let top = frame::header(&mut canvas, &chart.caption);
    let column = (150.0 / chart.scenarios.len().max(1) as f64).min(50.0);
    let values_left = PAGE_WIDTH - MARGIN - column * chart.scenarios.len() as f64;
    let body_top = top + 30.0;
    let plot = Rect {
        left: MARGIN + NAMES,
        top: body_top,
        right: values_left - 14.0,
        bottom: body_top + ROW * chart.rows.len() as f64,
    };
    let x = Scale { from: 0.0, to: 100.0, start: plot.left + 24.0, end: plot.right - 6.0 };
    background(&mut canvas, chart, plot, x);
    let heads = chart.scenarios.iter().enumerate();
    for (n, scenario) in heads {
        let at = (values_left + column * (n as f64 + 0.5), plot.top - 7.0);
        let look = Text::new(SMALL).bold().colour(series(n).colour).centre();
        canvas.text_within(at, look, column - 2.0, scenario);
    }
    for (i, rung) in chart.rows.iter().enumerate() {
        let middle = plot.top + ROW * (i as f64 + 0.5);
        row(&mut canvas, rung, middle, x, values_left, column);
    }
    canvas.text((plot.centre().0, plot.bottom + 14.0), Text::new(BODY).centre().top(), &chart.axis);
    let bottom = keys(&mut canvas, chart, plot.bottom + 30.0);
    let height = frame::footer(&mut canvas, &chart.caption, &[], bottom);
    canvas.finish(height)
}

fn background(canvas: &mut Canvas, chart: &Ladder, plot: Rect, x: Scale) {
    for i in (1..chart.rows.len()).step_by(2) {
        let band = Rect::new(MARGIN, plot.top + ROW * i as f64, PAGE_WIDTH - 2.0 * MARGIN, ROW);
        canvas.rect(band, SHADE);
    }
    for share in x.ticks(20.0) {
        canvas.line(&[(x.at(share), plot.top), (x.at(share), plot.bottom + 2.5)], GRID, HAIR);
        canvas.text((x.at(share), plot.bottom + 3.5), Text::new(SMALL).centre().top(), &format!("{share}"));
    }
    for edge in [plot.top, plot.bottom] {
        canvas.line(&[(MARGIN, edge), (PAGE_WIDTH - MARGIN, edge)], INK, THIN);
    }
    for (share, _) in &chart.marks {
        let at = x.at(100.0 * share);
        canvas.dashed(&[(at, plot.top), (at, plot.bottom)], GREY, 0.7, &[2.0, 1.6]);
    }
    mark_names(canvas, chart, plot, x);
}

/// The names of the marks above the plot, on a higher line where they would touch.
fn mark_names(canvas: &mut Canvas, chart: &Ladder, plot: Rect, x: Scale) {
    let mut taken: Vec<Rect> = Vec::new();
    for (share, name) in &chart.marks {
        let look = Text::new(TINY).colour(GREY).centre();
        let width = look.measure((0.0, 0.0), name).width();
        let middle = x.at(100.0 * share).min(plot.right + 10.0 - width / 2.0);
        let lines = [0.0, 1.0, 2.0].map(|line| (middle, plot.top - 7.0 - line * TINY * 1.3));
        let free = |at: &&(f64, f64)| taken.iter().all(|t| t.overlap(look.measure(**at, name).grown(1.5)) <= 0.0);
        if let Some(&at) = lines.iter().find(free) {
            taken.push(canvas.text(at, look, name).grown(-1.5));
        }
    }
}

fn row(canvas: &mut Canvas, rung: &Rung, middle: f64, x: Scale, values_left: f64, column: f64) {
    canvas.text((MARGIN + 3.0, middle), Text::new(BODY).bold(), &rung.code);
    let room = NAMES - 30.0;
    canvas.text_within((MARGIN + 24.0, middle - 5.0), Text::new(BODY), room, &rung.name);
    canvas.text_within((MARGIN + 24.0, middle + 5.0), Text::new(TINY).colour(GREY), room, &rung.name_en);
    let shares: Vec<f64> = rung.values.iter().filter_map(|value| value.share()).map(|share| x.at(100.0 * share)).collect();
    let low = shares.iter().copied().fold(f64::INFINITY, f64::min);
    let high = shares.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if high > low {
        canvas.line(&[(low, middle), (high, middle)], RULE, 1.0);
    }
    let levels = levels(&rung.values, x);
    for (i, value) in rung.values.iter().enumerate() {
        let at = (values_left + column * (i as f64 + 0.5), middle);
        match value.share() {
            Some(share) => {
                let dot = (x.at(100.0 * share), middle + levels[i]);
                marker(canvas, dot, series(i).mark, 3.0, series(i).colour);
                canvas.text(at, Text::new(BODY).colour(series(i).colour).bold().centre(), &value.text());
            }
            None => {
                let level = middle + (i as f64 - (rung.values.len() as f64 - 1.0) / 2.0) * 7.0;
                absent(canvas, *value, (x.start - 12.0, level), at);
            }
        }
    }
}

/// How far above or below the middle each marker stands: markers that would hide each other step aside.
fn levels(values: &[Value], x: Scale) -> Vec<f64> {
    let mut placed: Vec<(f64, f64)> = Vec::new();
    for value in values {
        let at = value.share().map_or(f64::NEG_INFINITY, |share| x.at(100.0 * share));
        let free = |level: &f64| placed.iter().all(|&(other, taken)| (other - at).abs() >= 6.4 || taken != *level);
        let level = [0.0, -6.6, 6.6, -13.2, 13.2].into_iter().find(free).unwrap_or(0.0);
        placed.push((at, level));
    }
    placed.into_iter().map(|(_, level)| level).collect()
}

/// No dot at zero for what has no value: a sign left of the axis, and the word in the column.
fn absent(canvas: &mut Canvas, value: Value, dot: (f64, f64), at: (f64, f64)) {
    let verdict = if value == Value::NoService { Verdict::NoService } else { Verdict::NotTested };
    mark::verdict(canvas, dot, verdict, 5.6);
    canvas.text(at, Text::new(TINY).colour(GREY).centre(), &value.text());
}

fn keys(canvas: &mut Canvas, chart: &Ladder, y: f64) -> f64 {
    let mut keys: Vec<Key> = Vec::new();
    for (n, scenario) in chart.scenarios.iter().enumerate() {
        let look = series(n);
        keys.push(Key::new(scenario.clone(), 9.0, move |canvas, rect| {
            marker(canvas, rect.centre(), look.mark, 3.0, look.colour);
        }));
    }
    let absent = |value: &Value| (value.share().is_none()).then_some(*value == Value::NoService);
    let seen: Vec<bool> = chart.rows.iter().flat_map(|row| &row.values).filter_map(absent).collect();
    for (no_service, verdict) in [(true, Verdict::NoService), (false, Verdict::NotTested)] {
        if seen.contains(&no_service) {
            keys.push(Key::new(mark::verdict_name(verdict), 9.0, move |canvas, rect| {
                mark::verdict(canvas, rect.centre(), verdict, 6.0);
            }));
        }
    }
    frame::legend(canvas, &keys, MARGIN, PAGE_WIDTH - MARGIN, y)
}
