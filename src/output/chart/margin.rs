//! Margin plot: minutes left to the limit or missing, with the interval from low to high assumptions, one row a relation.

use crate::output::chart::canvas::{Canvas, Rect, Text};
use crate::output::chart::frame::{self, Key};
use crate::output::chart::mark::{self, verdict_colour, verdict_name};
use crate::output::chart::scale::{Scale, minute_step, minutes_text};
use crate::output::chart::theme::{BODY, GREY, GRID, HAIR, INK, MARGIN, PAGE_WIDTH, SHADE, SMALL, THIN, TINY};
use crate::output::chart::{Caption, Figure, Verdict};
use crate::units::Duration;

/// Input of [`draw`].
#[derive(Debug, Clone)]
pub struct Margins {
    /// Title, source, note.
    pub caption: Caption,
    /// The limit T₀; the plot shows `T₀ − t`.
    pub limit: Duration,
    /// Groups of rows in order, for instance one a scenario or a target.
    pub groups: Vec<Group>,
}

/// Rows under a common heading.
#[derive(Debug, Clone)]
pub struct Group {
    /// Heading; empty for none.
    pub name: String,
    /// The relations, in the order to be drawn.
    pub rows: Vec<Row>,
}

/// One relation.
#[derive(Debug, Clone)]
pub struct Row {
    /// The relation as printed, `甲城—乙城`.
    pub relation: String,
    /// The times; `None` where there is no service or no data, which the verdict tells.
    pub times: Option<Times>,
    /// The verdict.
    pub verdict: Verdict,
}

/// A time with its interval.
#[derive(Debug, Clone, Copy)]
pub struct Times {
    /// With the favourable assumptions.
    pub low: Duration,
    /// With the base assumptions.
    pub base: Duration,
    /// With the unfavourable assumptions; `None` where there is no journey with them.
    pub high: Option<Duration>,
}

const NAMES: f64 = 118.0;
const VALUES: f64 = 92.0;
const ROW: f64 = 14.0;
/// Margins beyond this are cut, with an arrow: the plot is about what is near the limit.
const FARTHEST: f64 = 180.0;

/// Draws the plot.
pub fn draw(chart: &Margins) -> Figure {
    let mut canvas = Canvas::new(PAGE_WIDTH);
    let top = frame::header(&mut canvas, &chart.caption) + 22.0;
    let n_lines: usize = chart.groups.iter().map(|g| g.rows.len() + usize::from(!g.name.is_empty())).sum();
    let plot = Rect {
        left: MARGIN + NAMES,
        top,
        right: PAGE_WIDTH - MARGIN - VALUES,
        bottom: top + ROW * n_lines.max(1) as f64 + 4.0,
    };
    let x = axis(chart, plot);
    background(&mut canvas, chart, plot, x);
    let mut y = plot.top + 2.0;
    let mut n = 0;
    for group in &chart.groups {
        if !group.name.is_empty() {
            canvas.rect(Rect::new(MARGIN, y, PAGE_WIDTH - 2.0 * MARGIN, ROW), SHADE);
            let room = PAGE_WIDTH - 2.0 * MARGIN - 6.0;
            canvas.text_within((MARGIN + 3.0, y + ROW / 2.0), Text::new(SMALL).bold(), room, &group.name);
            y += ROW;
        }
        for row in &group.rows {
            draw_row(&mut canvas, row, y + ROW / 2.0, x, chart.limit);
            y += ROW;
            n += 1;
        }
    }
    debug_assert!(n <= n_lines);
    let bottom = legend(&mut canvas, chart, plot);
    let height = frame::footer(&mut canvas, &chart.caption, &[], bottom);
    canvas.finish(height)
}

fn margin_of(time: Duration, limit: Duration) -> f64 {
    limit.minutes() - time.minutes()
}

fn axis(chart: &Margins, plot: Rect) -> Scale {
    let times = || chart.groups.iter().flat_map(|g| &g.rows).filter_map(|row| row.times);
    let least = times().map(|t| margin_of(t.high.unwrap_or(t.base), chart.limit)).fold(-10.0, f64::min).max(-FARTHEST);
    let most = times().map(|t| margin_of(t.low, chart.limit)).fold(10.0, f64::max).min(FARTHEST);
    let step = minute_step(most - least, 8);
    let (from, to) = ((least / step).floor() * step, (most / step).ceil() * step);
    Scale { from, to, start: plot.left + 4.0, end: plot.right - 4.0 }
}

fn background(canvas: &mut Canvas, chart: &Margins, plot: Rect, x: Scale) {
    for minutes in x.ticks(minute_step(x.to - x.from, 9)) {
        canvas.line(&[(x.at(minutes), plot.top), (x.at(minutes), plot.bottom + 2.5)], GRID, HAIR);
        let text = match minutes {
            0.0 => "0".to_string(),
            m if m > 0.0 => format!("+{m}"),
            m => format!("−{}", -m),
        };
        let look = Text::new(SMALL).centre().top();
        canvas.text((x.at(minutes), plot.bottom + 3.5), if minutes == 0.0 { look.bold() } else { look }, &text);
    }
    for edge in [plot.top, plot.bottom] {
        canvas.line(&[(MARGIN, edge), (PAGE_WIDTH - MARGIN, edge)], INK, THIN);
    }
    canvas.line(&[(x.at(0.0), plot.top), (x.at(0.0), plot.bottom)], INK, 1.1);
    let level = plot.top - 7.0;
    canvas.text((MARGIN + 3.0, level), Text::new(SMALL).bold(), "关系 Relation");
    let limit = chart.limit.minutes();
    let (left, right) = (x.at(0.0) - 5.0, x.at(0.0) + 5.0);
    if left - plot.left > 54.0 {
        canvas.text((left, level), Text::new(SMALL).colour(GREY).right(), "← 超时 too long");
    }
    if plot.right - right > 54.0 {
        canvas.text((right, level), Text::new(SMALL).colour(GREY), "富余 to spare →");
    }
    canvas.text((PAGE_WIDTH - MARGIN - 3.0, level), Text::new(SMALL).bold().right(), "时间（低–高） min");
    let title = format!("距 {limit} 分钟的余量（分钟）  Margin to {limit} min (min)");
    canvas.text((plot.centre().0, plot.bottom + 14.0), Text::new(BODY).centre().top(), &title);
}

fn draw_row(canvas: &mut Canvas, row: &Row, y: f64, x: Scale, limit: Duration) {
    let colour = verdict_colour(row.verdict);
    mark::verdict(canvas, (MARGIN + 7.0, y), row.verdict, 7.0);
    canvas.text_within((MARGIN + 15.0, y), Text::new(SMALL), NAMES - 18.0, &row.relation);
    let right = PAGE_WIDTH - MARGIN - 3.0;
    let Some(times) = row.times else {
        canvas.text((right, y), Text::new(SMALL).colour(GREY).right(), verdict_name(row.verdict));
        return;
    };
    let inside = |minutes: f64| x.at(minutes.clamp(x.from, x.to));
    // Without a journey at the unfavourable end the line runs to the edge, with no end mark.
    let high = times.high.map(|high| inside(margin_of(high, limit)));
    let (from, to) = (high.unwrap_or(x.start), inside(margin_of(times.low, limit)));
    canvas.line(&[(from, y), (to, y)], colour, 2.4);
    for end in high.into_iter().chain([to]) {
        canvas.line(&[(end, y - 3.0), (end, y + 3.0)], colour, 0.9);
    }
    let base = margin_of(times.base, limit);
    if base < x.from {
        let tip = x.start - 2.0;
        canvas.fill(&[(tip, y), (tip + 6.0, y - 3.5), (tip + 6.0, y + 3.5)], colour);
    } else {
        let dot = (inside(base), y);
        canvas.disc(dot, 3.4, crate::output::chart::theme::WHITE);
        canvas.disc(dot, 2.7, colour);
    }
    let text = |time: Duration| minutes_text(time.minutes(), limit.minutes());
    let interval = format!("（{}–{}）", text(times.low), times.high.map_or("无".to_string(), text));
    let rect = canvas.text((right + 3.0, y), Text::new(TINY).colour(GREY).right(), &interval);
    canvas.text((rect.left, y), Text::new(SMALL).bold().colour(colour).right(), &text(times.base));
}

fn legend(canvas: &mut Canvas, chart: &Margins, plot: Rect) -> f64 {
    let mut keys: Vec<Key> = Vec::new();
    let all = [Verdict::Pass, Verdict::Marginal, Verdict::Fail, Verdict::NoService, Verdict::NotTested];
    for verdict in all {
        if chart.groups.iter().flat_map(|g| &g.rows).any(|row| row.verdict == verdict) {
            keys.push(Key::new(verdict_name(verdict), 9.0, move |canvas, rect| {
                mark::verdict(canvas, rect.centre(), verdict, 7.0);
            }));
        }
    }
    keys.push(Key::new(
        "点：基准假设，横线：低–高假设 dot: base, bar: low to high",
        24.0,
        |canvas, rect| {
            let (x, y) = rect.centre();
            canvas.line(&[(rect.left, y), (rect.right, y)], GREY, 2.4);
            canvas.disc((x, y), 2.7, GREY);
        },
    ));
    frame::legend(canvas, &keys, MARGIN, PAGE_WIDTH - MARGIN, plot.bottom + 29.0)
}
