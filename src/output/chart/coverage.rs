//! Coverage curves: the share of people within so many minutes, one line a scenario, read off at the usual limits.

use crate::output::chart::canvas::{Canvas, Point, Rect, Text};
use crate::output::chart::label;
use crate::output::chart::mark::marker;
use crate::output::chart::scale::{Scale, minute_step};
use crate::output::chart::theme::{
    BODY, GREY, GRID, HAIR, INK, LIMIT, LINE, MARGIN, PAGE_WIDTH, RULE, SMALL, THIN, WHITE, series,
};
use crate::output::chart::{Caption, Figure, font, frame};
use crate::units::Duration;

/// Input of [`draw`].
#[derive(Debug, Clone)]
pub struct Coverage {
    /// Title, source, note.
    pub caption: Caption,
    /// What the share is of, for the axis, such as `城市群常住人口`.
    pub of: String,
    /// The same in English, such as `residents of the cluster`.
    pub of_en: String,
    /// Drawn as a vertical line with the shares read off.
    pub limit: Duration,
    /// End of the time axis; 180 minutes as a rule.
    pub longest: Duration,
    /// Minutes of the table below the curves, ascending, at most six; the limit is marked among them.
    pub read_at: Vec<Duration>,
    /// The curves, in order of the scenarios.
    pub curves: Vec<Curve>,
}

/// One scenario's curve.
#[derive(Debug, Clone)]
pub struct Curve {
    /// Name of the scenario as printed, `S1 2026`.
    pub scenario: String,
    /// Share of people from 0 to 1 that is within a time, times ascending. A time counts until the next one: the curve is a
    /// staircase, drawn straight between points. Empty where the scenario was not tested.
    pub shares: Vec<(Duration, f64)>,
}

impl Curve {
    /// The share within `time`: that of the last point not later. `None` for an empty curve.
    pub fn share_at(&self, time: Duration) -> Option<f64> {
        if self.shares.is_empty() {
            return None;
        }
        Some(self.shares.iter().take_while(|(t, _)| *t <= time).last().map_or(0.0, |&(_, share)| share))
    }
}

const PLOT_HEIGHT: f64 = 235.0;
const LEFT: f64 = MARGIN + 34.0;
const RIGHT: f64 = PAGE_WIDTH - MARGIN - 70.0;

/// Draws the curves and the table of read-off values.
pub fn draw(chart: &Coverage) -> Figure {
    let mut canvas = Canvas::new(PAGE_WIDTH);
    let top = frame::header(&mut canvas, &chart.caption);
    let title = format!("累计人口占比（%，占{}）  Share of {} (%)", chart.of, chart.of_en);
    canvas.text_within((MARGIN, top), Text::new(BODY).top(), PAGE_WIDTH - 2.0 * MARGIN, &title);
    let plot = Rect { left: LEFT, top: top + 26.0, right: RIGHT, bottom: top + 26.0 + PLOT_HEIGHT };
    let x = Scale { from: 0.0, to: chart.longest.minutes(), start: plot.left, end: plot.right };
    let y = Scale { from: 0.0, to: 100.0, start: plot.bottom, end: plot.top };
    axes(&mut canvas, chart, plot, x, y);
    for (n, curve) in chart.curves.iter().enumerate() {
        draw_curve(&mut canvas, curve, n, x, y, chart.longest);
    }
    read_off(&mut canvas, chart, plot, x, y);
    end_labels(&mut canvas, chart, plot, y);
    let bottom = table(&mut canvas, chart, plot.bottom + 36.0);
    let height = frame::footer(&mut canvas, &chart.caption, &[], bottom);
    canvas.finish(height)
}

fn axes(canvas: &mut Canvas, chart: &Coverage, plot: Rect, x: Scale, y: Scale) {
    for share in y.ticks(20.0) {
        canvas.line(&[(plot.left, y.at(share)), (plot.right, y.at(share))], GRID, HAIR);
        canvas.text((plot.left - 4.0, y.at(share)), Text::new(SMALL).right(), &format!("{share}"));
    }
    let limit = chart.limit.minutes();
    for minutes in x.ticks(minute_step(x.to, 12)) {
        canvas.line(&[(x.at(minutes), plot.top), (x.at(minutes), plot.bottom + 2.5)], GRID, HAIR);
        let look = Text::new(SMALL).centre().top();
        let look = if minutes == limit { look.bold().colour(LIMIT) } else { look };
        canvas.text((x.at(minutes), plot.bottom + 3.5), look, &format!("{minutes}"));
    }
    canvas.line(&[(plot.left, plot.bottom), (plot.right, plot.bottom)], INK, THIN);
    canvas.line(&[(plot.left, plot.top), (plot.left, plot.bottom)], INK, THIN);
    let title = "出行时间（分钟）  Travel time (min)";
    canvas.text((plot.centre().0, plot.bottom + 15.0), Text::new(BODY).centre().top(), title);
    canvas.dashed(&[(x.at(limit), plot.bottom), (x.at(limit), plot.top - 2.0)], LIMIT, 1.0, &[4.0, 2.0]);
    let label = format!("{limit} 分钟 min");
    canvas.text((x.at(limit), plot.top - 7.0), Text::new(SMALL).bold().colour(LIMIT).centre(), &label);
}

fn draw_curve(canvas: &mut Canvas, curve: &Curve, n: usize, x: Scale, y: Scale, longest: Duration) {
    let look = series(n);
    let points: Vec<Point> = curve
        .shares
        .iter()
        .filter(|(time, _)| *time <= longest)
        .map(|(time, share)| (x.at(time.minutes()), y.at(100.0 * share.clamp(0.0, 1.0))))
        .chain(curve.share_at(longest).map(|share| (x.end, y.at(100.0 * share.clamp(0.0, 1.0)))))
        .collect();
    canvas.dashed(&crate::output::chart::shape::thinned(&points, 0.05), look.colour, LINE, look.dashes);
    // The markers of different curves stand at different minutes, or they would hide each other where curves meet.
    for mark in 1..12 {
        let time = Duration::from_mins(mark * 30 + 7 * n as u32 % 30 - 15);
        if let Some(share) = curve.share_at(time).filter(|_| time < longest) {
            marker(canvas, (x.at(time.minutes()), y.at(100.0 * share)), look.mark, 2.3, look.colour);
        }
    }
}

/// Dots on the line of the limit; their values stand in a block in the corner that the curves leave free.
fn read_off(canvas: &mut Canvas, chart: &Coverage, plot: Rect, x: Scale, y: Scale) {
    let mut shares: Vec<(usize, f64)> =
        chart.curves.iter().enumerate().filter_map(|(n, c)| Some((n, 100.0 * c.share_at(chart.limit)?))).collect();
    shares.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let (Some(&(_, most)), Some(&(_, least))) = (shares.first(), shares.last()) else { return };
    let at = x.at(chart.limit.minutes());
    let row = SMALL * 1.35;
    let height = row * shares.len() as f64;
    // Curves rise to the right: above the highest on the left of the line, below the lowest on its right, is nothing.
    let above = y.at(most) - 7.0 - height;
    let (left, top) = if above > plot.top + 2.0 { (at - 44.0, above) } else { (at + 8.0, y.at(least) + 7.0) };
    for (i, &(n, share)) in shares.iter().enumerate() {
        let look = series(n);
        canvas.disc((at, y.at(share)), 2.6, WHITE);
        canvas.disc((at, y.at(share)), 1.9, look.colour);
        let level = top + row * (i as f64 + 0.5);
        marker(canvas, (left + 4.0, level), look.mark, 2.3, look.colour);
        let text = Text::new(SMALL).bold().colour(look.colour).halo();
        canvas.text((left + 10.0, level), text, &format!("{share:.1}%"));
    }
}

fn end_labels(canvas: &mut Canvas, chart: &Coverage, plot: Rect, y: Scale) {
    let ends: Vec<(usize, f64)> =
        chart.curves.iter().enumerate().filter_map(|(n, c)| Some((n, 100.0 * c.share_at(chart.longest)?))).collect();
    let wanted: Vec<f64> = ends.iter().map(|&(_, share)| y.at(share)).collect();
    let placed = label::spread(&wanted, SMALL * 1.35, plot.top, plot.bottom);
    for (&(n, share), level) in ends.iter().zip(placed) {
        let look = series(n);
        canvas.line(&[(plot.right, y.at(share)), (plot.right + 7.0, level)], look.colour, HAIR * 1.5);
        let room = PAGE_WIDTH - MARGIN * 0.5 - plot.right - 9.0;
        let text = Text::new(SMALL).bold().colour(look.colour);
        canvas.text_within((plot.right + 9.0, level), text, room, &chart.curves[n].scenario);
    }
}

/// The three-line table under the plot: share of people within each of the read-off times.
fn table(canvas: &mut Canvas, chart: &Coverage, top: f64) -> f64 {
    let (left, right) = (MARGIN, PAGE_WIDTH - MARGIN);
    let first = 150.0;
    let column = (right - left - first) / chart.read_at.len().max(1) as f64;
    let row = 13.5;
    canvas.line(&[(left, top), (right, top)], INK, 1.0);
    canvas.text((left + 3.0, top + row / 2.0), Text::new(SMALL).bold(), "人口占比 Share of people (%)");
    let centre = |i: usize| left + first + column * (i as f64 + 0.5);
    for (i, time) in chart.read_at.iter().enumerate() {
        let look = Text::new(SMALL).bold().centre();
        let look = if *time == chart.limit { look.colour(LIMIT) } else { look };
        canvas.text((centre(i), top + row / 2.0), look, &format!("≤{} min", time.minutes()));
    }
    canvas.line(&[(left, top + row), (right, top + row)], INK, THIN);
    let mut y = top + row;
    for (n, curve) in chart.curves.iter().enumerate() {
        let look = series(n);
        let middle = y + row / 2.0;
        canvas.dashed(&[(left + 3.0, middle), (left + 31.0, middle)], look.colour, LINE, look.dashes);
        marker(canvas, (left + 17.0, middle), look.mark, 2.3, look.colour);
        let name = font::shorten(&curve.scenario, SMALL, false, first - 40.0);
        canvas.text((left + 37.0, middle), Text::new(SMALL), &name);
        for (i, time) in chart.read_at.iter().enumerate() {
            let value = curve.share_at(*time).map_or("无数据".to_string(), |share| format!("{:.1}", 100.0 * share));
            let look = Text::new(SMALL).centre();
            let look = if curve.shares.is_empty() { look.colour(GREY) } else { look };
            canvas.text((centre(i), middle), if *time == chart.limit { look.bold() } else { look }, &value);
        }
        y += row;
        if n + 1 < chart.curves.len() {
            canvas.line(&[(left, y), (right, y)], RULE, HAIR * 0.6);
        }
    }
    canvas.line(&[(left, y), (right, y)], INK, 1.0);
    y + 4.0
}
