//! Slope chart: minutes of each county from one scenario to the next, one panel a city.

use crate::output::chart::canvas::{Canvas, Point, Rect, Text};
use crate::output::chart::frame::{self, Key};
use crate::output::chart::mark::no_service;
use crate::output::chart::scale::{Scale, minute_step, minutes_text};
use crate::output::chart::theme::{
    BODY, Colour, GREY, GRID, HAIR, INK, LIMIT, MARGIN, RULE, SMALL, THIN, TINY, WHITE, WIDE_WIDTH,
};
use crate::output::chart::{Caption, Figure, Time, font, label};
use crate::units::Duration;

/// Input of [`draw`].
#[derive(Debug, Clone)]
pub struct Slopes {
    /// Title, source, note.
    pub caption: Caption,
    /// Drawn as a line across each panel.
    pub limit: Duration,
    /// Names of the scenarios, in order; two to four.
    pub stages: Vec<String>,
    /// One panel a city; up to six stand side by side.
    pub panels: Vec<Panel>,
}

/// One city.
#[derive(Debug, Clone)]
pub struct Panel {
    /// Name of the city as printed.
    pub name: String,
    /// Its counties.
    pub lines: Vec<Line>,
}

/// One county.
#[derive(Debug, Clone)]
pub struct Line {
    /// Name as printed.
    pub name: String,
    /// One time a stage.
    pub times: Vec<Time>,
}

const PLOT_HEIGHT: f64 = 300.0;
/// Room above the plot where places without service stand.
const LOFT: f64 = 16.0;
/// Room for names to the right of each panel.
const NAMES: f64 = 46.0;
const VALUES: f64 = 15.0;
/// Counties that come within the limit.
const REACHED: Colour = Colour(0x00, 0x72, 0xB2);

/// Draws the panels on one common scale.
pub fn draw(chart: &Slopes) -> Figure {
    let mut canvas = Canvas::new(WIDE_WIDTH);
    let top = frame::header(&mut canvas, &chart.caption);
    let title = "出行时间（分钟）  Travel time (min)";
    canvas.text((MARGIN, top), Text::new(BODY).top(), title);
    let left = MARGIN + 22.0;
    let width = (WIDE_WIDTH - MARGIN - left) / chart.panels.len().max(1) as f64;
    let plot_top = top + 36.0 + LOFT;
    let y = Scale { from: 0.0, to: longest(chart), start: plot_top + PLOT_HEIGHT, end: plot_top };
    for (i, panel) in chart.panels.iter().enumerate() {
        let start = left + width * i as f64;
        let plot = Rect { left: start, top: plot_top, right: start + width - 8.0, bottom: plot_top + PLOT_HEIGHT };
        draw_panel(&mut canvas, chart, panel, plot, y, i == 0);
    }
    let bottom = legend(&mut canvas, chart, plot_top + PLOT_HEIGHT + 20.0);
    let height = frame::footer(&mut canvas, &chart.caption, &[], bottom);
    canvas.finish(height)
}

fn longest(chart: &Slopes) -> f64 {
    let times = chart.panels.iter().flat_map(|p| &p.lines).flat_map(|l| &l.times);
    let most = times.filter_map(minutes).fold(chart.limit.minutes() * 1.5, f64::max);
    let step = minute_step(most, 8);
    (most / step).ceil() * step
}

fn minutes(time: &Time) -> Option<f64> {
    match time {
        Time::Reached(duration) => Some(duration.minutes()),
        Time::NoService | Time::NotTested => None,
    }
}

fn draw_panel(canvas: &mut Canvas, chart: &Slopes, panel: &Panel, plot: Rect, y: Scale, first: bool) {
    let n = chart.stages.len();
    let (from, to) = (plot.left + VALUES, plot.right - NAMES);
    let x = |stage: usize| if n > 1 { from + (to - from) * stage as f64 / (n - 1) as f64 } else { from };
    let heading = (plot.left, plot.top - LOFT - 13.0);
    canvas.text_within(heading, Text::new(BODY).bold(), plot.width(), &panel.name);
    for tick in y.ticks(minute_step(y.to, 8)) {
        canvas.line(&[(from - 3.0, y.at(tick)), (to + 3.0, y.at(tick))], GRID, HAIR);
        if first {
            canvas.text((plot.left - 6.0, y.at(tick)), Text::new(SMALL).right(), &format!("{tick}"));
        }
    }
    let room = (to - from) / 1.9;
    let on_one_line = chart.stages.iter().all(|name| font::width(name, TINY, false) <= room);
    for (stage, name) in chart.stages.iter().enumerate() {
        canvas.line(&[(x(stage), plot.top), (x(stage), plot.bottom)], RULE, THIN);
        // An id and its name: `S2-plan 2035年`.
        let broken = name.split_once(' ').filter(|_| !on_one_line).map_or(vec![name.as_str()], |(id, name)| vec![id, name]);
        for (line, text) in broken.into_iter().enumerate() {
            let at = (x(stage), plot.bottom + 8.0 + 8.5 * line as f64);
            canvas.text_within(at, Text::new(TINY).centre(), room, text);
        }
    }
    let limit = y.at(chart.limit.minutes());
    canvas.dashed(&[(from - 4.0, limit), (to + 4.0, limit)], LIMIT, 1.0, &[4.0, 2.0]);
    let (best, worst) = extremes(panel);
    for (i, line) in panel.lines.iter().enumerate() {
        draw_line(canvas, chart, line, (plot.top, y), &x, i == best || i == worst);
    }
    names(canvas, chart, panel, plot, y, to, (best, worst));
    first_values(canvas, chart, panel, plot, y, from);
}

/// The counties with the shortest and the longest last time; where there is none, no county.
fn extremes(panel: &Panel) -> (usize, usize) {
    let last = |i: usize| panel.lines[i].times.last().and_then(minutes);
    let timed = || (0..panel.lines.len()).filter_map(|i| Some((i, last(i)?)));
    let best = timed().min_by(|a, b| a.1.total_cmp(&b.1)).map_or(usize::MAX, |(i, _)| i);
    let worst = timed().max_by(|a, b| a.1.total_cmp(&b.1)).map_or(usize::MAX, |(i, _)| i);
    (best, worst)
}

fn colour_of(line: &Line, limit: Duration) -> Colour {
    let within = |time: Option<&Time>| matches!(time, Some(Time::Reached(t)) if *t <= limit);
    match (within(line.times.first()), within(line.times.last())) {
        (false, true) => REACHED,
        (true, false) => LIMIT,
        (true, true) => INK,
        (false, false) => GREY,
    }
}

fn draw_line(
    canvas: &mut Canvas,
    chart: &Slopes,
    line: &Line,
    (top, y): (f64, Scale),
    x: &dyn Fn(usize) -> f64,
    bold: bool,
) {
    let colour = colour_of(line, chart.limit);
    let points: Vec<Option<Point>> =
        line.times.iter().enumerate().map(|(stage, time)| Some((x(stage), y.at(minutes(time)?)))).collect();
    for pair in points.windows(2) {
        if let [Some(a), Some(b)] = pair {
            canvas.line(&[*a, *b], colour, if bold { 1.5 } else { 0.8 });
        }
    }
    for (stage, time) in line.times.iter().enumerate() {
        match (time, points[stage]) {
            (_, Some(at)) => {
                canvas.disc(at, 2.0, WHITE);
                canvas.disc(at, 1.5, colour);
            }
            (Time::NoService, None) => no_service(canvas, (x(stage), top - LOFT / 2.0), 6.0, GREY),
            _ => {}
        }
    }
}

/// Names and last values to the right, clear of each other, joined to their ends by hairlines.
fn names(canvas: &mut Canvas, chart: &Slopes, panel: &Panel, plot: Rect, y: Scale, end: f64, (best, worst): (usize, usize)) {
    let level = |line: &Line| line.times.last().and_then(minutes).map_or(plot.top - LOFT / 2.0, |m| y.at(m));
    let wanted: Vec<f64> = panel.lines.iter().map(level).collect();
    let placed = label::spread(&wanted, TINY * 1.2, plot.top - LOFT / 2.0, plot.bottom - 3.0);
    for (i, (line, at)) in panel.lines.iter().zip(placed).enumerate() {
        let colour = colour_of(line, chart.limit);
        canvas.line(&[(end + 2.5, wanted[i]), (end + 8.0, at)], colour, HAIR);
        let look = Text::new(TINY).colour(colour);
        let look = if i == best || i == worst { look.bold() } else { look };
        let value = match line.times.last() {
            Some(Time::Reached(time)) => minutes_text(time.minutes(), chart.limit.minutes()),
            Some(Time::NoService) => "无服务".to_string(),
            Some(Time::NotTested) | None => "无数据".to_string(),
        };
        canvas.text_within((end + 9.5, at), look, NAMES - 4.0, &format!("{} {value}", line.name));
    }
}

/// The shortest and longest first value to the left.
fn first_values(canvas: &mut Canvas, chart: &Slopes, panel: &Panel, plot: Rect, y: Scale, start: f64) {
    let firsts: Vec<f64> = panel.lines.iter().filter_map(|line| line.times.first().and_then(minutes)).collect();
    let least = firsts.iter().copied().fold(f64::INFINITY, f64::min);
    let most = firsts.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let ends: Vec<f64> = if least < most { vec![least, most] } else { firsts.first().copied().into_iter().collect() };
    let wanted: Vec<f64> = ends.iter().map(|&m| y.at(m)).collect();
    for (value, at) in ends.iter().zip(label::spread(&wanted, TINY * 1.3, plot.top, plot.bottom - 3.0)) {
        let text = minutes_text(*value, chart.limit.minutes());
        canvas.text((start - 4.0, at), Text::new(TINY).colour(GREY).right(), &text);
    }
}

fn legend(canvas: &mut Canvas, chart: &Slopes, y: f64) -> f64 {
    let sample = |colour: Colour| {
        move |canvas: &mut Canvas, rect: Rect| {
            let middle = rect.centre().1;
            canvas.line(&[(rect.left, middle), (rect.right, middle)], colour, 1.4);
            canvas.disc((rect.left, middle), 1.6, colour);
            canvas.disc((rect.right, middle), 1.6, colour);
        }
    };
    let limit = chart.limit.minutes();
    let mut keys = vec![
        Key::new(format!("始终在 {limit} 分钟内 always within"), 20.0, sample(INK)),
        Key::new("新进入 comes within", 20.0, sample(REACHED)),
        Key::new("退出 falls out", 20.0, sample(LIMIT)),
        Key::new("始终在外 always beyond", 20.0, sample(GREY)),
        Key::new(format!("{limit} 分钟 min"), 20.0, |canvas, rect| {
            let middle = rect.centre().1;
            canvas.dashed(&[(rect.left, middle), (rect.right, middle)], LIMIT, 1.0, &[4.0, 2.0]);
        }),
    ];
    let all = chart.panels.iter().flat_map(|p| &p.lines).flat_map(|l| &l.times);
    if all.into_iter().any(|time| *time == Time::NoService) {
        keys.push(Key::new("无服务 no service", 8.0, |canvas, rect| no_service(canvas, rect.centre(), 6.0, GREY)));
    }
    frame::legend(canvas, &keys, MARGIN, WIDE_WIDTH - MARGIN, y)
}
