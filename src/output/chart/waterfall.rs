//! The legs of journeys as stacked bars: what the minutes are spent on.

use crate::output::chart::canvas::{Canvas, Rect, Text};
use crate::output::chart::frame::{self, Key};
use crate::output::chart::scale::{Scale, minute_step, minutes_text};
use crate::output::chart::theme::{
    BODY, Colour, GREY, GRID, HAIR, INK, LIMIT, MARGIN, PAGE_WIDTH, SMALL, THIN, TINY, WHITE,
};
use crate::output::chart::{Caption, Figure, font};
use crate::units::Duration;

/// Input of [`draw`].
#[derive(Debug, Clone)]
pub struct Waterfall {
    /// Title, source, note.
    pub caption: Caption,
    /// Drawn as a line across the bars.
    pub limit: Duration,
    /// The journeys, from top to bottom.
    pub journeys: Vec<Journey>,
}

/// One journey.
#[derive(Debug, Clone)]
pub struct Journey {
    /// The relation as printed, `甲城—乙城`.
    pub name: String,
    /// Scenario and mode as printed, `S1 2026，铁路`.
    pub detail: String,
    /// The legs in order; their sum is the time.
    pub legs: Vec<Leg>,
}

/// One leg.
#[derive(Debug, Clone, Copy)]
pub struct Leg {
    /// What the time is spent on.
    pub kind: LegKind,
    /// How long.
    pub time: Duration,
}

/// What time is spent on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LegKind {
    /// To the station.
    Access,
    /// Security and boarding.
    Process,
    /// Waiting for the vehicle.
    Wait,
    /// In the vehicle.
    Ride,
    /// From vehicle to vehicle.
    Transfer,
    /// Out of the station.
    Exit,
    /// From the station.
    Egress,
    /// To the car and from it.
    Walk,
    /// Driving.
    Drive,
    /// Through ramps and toll gates.
    Ramp,
    /// Parking.
    Park,
}

/// Every kind with its name and colour, in order of the legend; neighbours in a journey differ in lightness.
const KINDS: [(LegKind, &str, Colour); 11] = [
    (LegKind::Access, "到站 access", Colour(0x9E, 0xCA, 0xE1)),
    (LegKind::Process, "进站 station process", Colour(0xF2, 0xA9, 0x3B)),
    (LegKind::Wait, "候车 wait", Colour(0xF7, 0xD9, 0x9B)),
    (LegKind::Ride, "乘车 ride", Colour(0x1F, 0x4E, 0x8C)),
    (LegKind::Transfer, "换乘 transfer", Colour(0xD9, 0x6B, 0x4A)),
    (LegKind::Exit, "出站 exit", Colour(0xC9, 0xB2, 0xD6)),
    (LegKind::Egress, "离站 egress", Colour(0x6B, 0xAE, 0xD6)),
    (LegKind::Walk, "步行 walk", Colour(0xC7, 0xE0, 0xB4)),
    (LegKind::Drive, "驾车 drive", Colour(0x2F, 0x6B, 0x4F)),
    (LegKind::Ramp, "匝道与收费 ramps, toll", Colour(0xB8, 0xB8, 0xB8)),
    (LegKind::Park, "停车 park", Colour(0x7A, 0x7A, 0x7A)),
];

const NAMES: f64 = 104.0;
const TOTALS: f64 = 46.0;
const ROW: f64 = 24.0;

/// Draws the bars.
pub fn draw(chart: &Waterfall) -> Figure {
    let mut canvas = Canvas::new(PAGE_WIDTH);
    let top = frame::header(&mut canvas, &chart.caption) + 14.0;
    let plot = Rect {
        left: MARGIN + NAMES,
        top,
        right: PAGE_WIDTH - MARGIN - TOTALS,
        bottom: top + ROW * chart.journeys.len().max(1) as f64,
    };
    let longest = chart.journeys.iter().map(|j| total(j).minutes()).fold(chart.limit.minutes() * 1.1, f64::max);
    let step = minute_step(longest, 10);
    let x = Scale { from: 0.0, to: (longest / step).ceil() * step, start: plot.left, end: plot.right };
    for minutes in x.ticks(step) {
        canvas.line(&[(x.at(minutes), plot.top), (x.at(minutes), plot.bottom + 2.5)], GRID, HAIR);
        canvas.text((x.at(minutes), plot.bottom + 3.5), Text::new(SMALL).centre().top(), &format!("{minutes}"));
    }
    for (i, journey) in chart.journeys.iter().enumerate() {
        bar(&mut canvas, chart, journey, plot.top + ROW * i as f64, x);
    }
    canvas.line(&[(plot.left, plot.top), (plot.left, plot.bottom)], INK, THIN);
    canvas.line(&[(plot.left, plot.bottom), (plot.right, plot.bottom)], INK, THIN);
    let limit = chart.limit.minutes();
    canvas.dashed(&[(x.at(limit), plot.bottom), (x.at(limit), plot.top - 3.0)], LIMIT, 1.1, &[4.0, 2.0]);
    for (i, journey) in chart.journeys.iter().enumerate() {
        minutes_of_legs(&mut canvas, chart, journey, plot.top + ROW * i as f64, x);
    }
    let look = Text::new(SMALL).bold().colour(LIMIT).centre();
    canvas.text((x.at(limit), plot.top - 8.0), look, &format!("{limit} 分钟 min"));
    let title = "时间（分钟）  Time (min)";
    canvas.text((plot.centre().0, plot.bottom + 14.0), Text::new(BODY).centre().top(), title);
    let bottom = legend(&mut canvas, chart, plot.bottom + 29.0);
    let height = frame::footer(&mut canvas, &chart.caption, &[], bottom);
    canvas.finish(height)
}

fn total(journey: &Journey) -> Duration {
    journey.legs.iter().map(|leg| leg.time).sum()
}

fn look_of(kind: LegKind) -> (&'static str, Colour) {
    let found = KINDS.iter().find(|(k, _, _)| *k == kind);
    found.map(|&(_, name, colour)| (name, colour)).expect("every kind of leg is listed")
}

fn bar(canvas: &mut Canvas, chart: &Waterfall, journey: &Journey, top: f64, x: Scale) {
    let middle = top + ROW / 2.0;
    canvas.text_within((MARGIN, middle - 5.0), Text::new(SMALL).bold(), NAMES - 6.0, &journey.name);
    canvas.text_within((MARGIN, middle + 5.0), Text::new(TINY).colour(GREY), NAMES - 6.0, &journey.detail);
    let mut sum = Duration::ZERO;
    for leg in &journey.legs {
        let (from, to) = (x.at(sum.minutes()), x.at((sum + leg.time).minutes()));
        sum += leg.time;
        let rect = Rect { left: from, top: middle - 7.0, right: to, bottom: middle + 7.0 };
        let colour = look_of(leg.kind).1;
        canvas.rect(rect, colour);
        canvas.line(&[(to, rect.top), (to, rect.bottom)], WHITE, 0.5);
    }
    let within = sum <= chart.limit;
    let colour = if within { crate::output::chart::theme::PASS } else { LIMIT };
    let at = (x.at(sum.minutes()) + 5.0, middle);
    let text = minutes_text(sum.minutes(), chart.limit.minutes());
    let look = Text::new(BODY).bold().colour(colour).halo();
    let rect = canvas.text(at, look, &text);
    let sign = (rect.right + 7.0, middle);
    if within {
        crate::output::chart::mark::tick(canvas, sign, 6.5, colour);
    } else {
        crate::output::chart::mark::cross(canvas, sign, 6.5, colour);
    }
}

/// The minutes of the legs that have room for them: beside the line of the limit where it would cross them, or else over it.
fn minutes_of_legs(canvas: &mut Canvas, chart: &Waterfall, journey: &Journey, top: f64, x: Scale) {
    let limit = x.at(chart.limit.minutes());
    let mut sum = Duration::ZERO;
    for leg in &journey.legs {
        let (from, to) = (x.at(sum.minutes()), x.at((sum + leg.time).minutes()));
        sum += leg.time;
        let text = format!("{:.0}", leg.time.minutes());
        let width = font::width(&text, TINY, false);
        if width + 2.0 > to - from {
            continue;
        }
        let colour = look_of(leg.kind).1;
        let (mut at, half) = ((from + to) / 2.0, width / 2.0 + 2.0);
        if (at - limit).abs() < half {
            if from + 2.0 * half < limit {
                at = limit - half;
            } else if limit + 2.0 * half < to {
                at = limit + half;
            } else {
                let (left, right) = (f64::max(from + 0.5, at - half), f64::min(to - 0.5, at + half));
                canvas.rect(Rect { left, top: top + ROW / 2.0 - 5.0, right, bottom: top + ROW / 2.0 + 5.0 }, colour);
            }
        }
        let look = Text::new(TINY).colour(crate::output::chart::heat::readable_on(colour)).centre();
        canvas.text((at, top + ROW / 2.0), look, &text);
    }
}

fn legend(canvas: &mut Canvas, chart: &Waterfall, y: f64) -> f64 {
    let used = |kind: LegKind| chart.journeys.iter().flat_map(|j| &j.legs).any(|leg| leg.kind == kind);
    let keys: Vec<Key> = KINDS
        .into_iter()
        .filter(|(kind, _, _)| used(*kind))
        .map(|(_, name, colour)| Key::new(name, 13.0, move |canvas, rect| canvas.rect(rect, colour)))
        .collect();
    frame::legend(canvas, &keys, MARGIN, PAGE_WIDTH - MARGIN, y)
}
