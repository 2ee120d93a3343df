//! Small signs drawn as shapes, so that no font can lack them: markers of lines, signs of verdicts, map symbols.

use crate::output::chart::Verdict;
use crate::output::chart::canvas::{Canvas, Point};
use crate::output::chart::theme::{Colour, FAIL, GREY, INK, MARGINAL, PASS, WHITE};

/// A marker on a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    Circle,
    Square,
    Diamond,
    Up,
    Down,
    Ring,
}

/// Draws a marker of about `2 × radius` points with a white edge.
pub fn marker(canvas: &mut Canvas, at: Point, mark: Mark, radius: f64, colour: Colour) {
    let edge = radius + 0.7;
    match mark {
        Mark::Circle => {
            canvas.disc(at, edge, WHITE);
            canvas.disc(at, radius, colour);
        }
        Mark::Ring => {
            canvas.disc(at, edge, WHITE);
            canvas.disc(at, radius, colour);
            canvas.disc(at, radius * 0.5, WHITE);
        }
        _ => {
            canvas.fill(&corners(at, mark, edge + 0.3), WHITE);
            canvas.fill(&corners(at, mark, radius), colour);
        }
    }
}

fn corners((x, y): Point, mark: Mark, r: f64) -> Vec<Point> {
    match mark {
        Mark::Square => {
            let r = r * 0.88;
            vec![(x - r, y - r), (x + r, y - r), (x + r, y + r), (x - r, y + r)]
        }
        Mark::Diamond => {
            let r = r * 1.25;
            vec![(x, y - r), (x + r, y), (x, y + r), (x - r, y)]
        }
        Mark::Up => vec![(x, y - 1.2 * r), (x + 1.15 * r, y + 0.8 * r), (x - 1.15 * r, y + 0.8 * r)],
        Mark::Down => vec![(x, y + 1.2 * r), (x + 1.15 * r, y - 0.8 * r), (x - 1.15 * r, y - 0.8 * r)],
        Mark::Circle | Mark::Ring => Vec::new(),
    }
}

/// The colour of a verdict.
pub fn verdict_colour(verdict: Verdict) -> Colour {
    match verdict {
        Verdict::Pass => PASS,
        Verdict::Marginal => MARGINAL,
        Verdict::Fail => FAIL,
        Verdict::NoService | Verdict::NotTested => GREY,
    }
}

/// The name of a verdict in Chinese and English, for legends.
pub fn verdict_name(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "达标 pass",
        Verdict::Marginal => "临界 marginal",
        Verdict::Fail => "未达标 fail",
        Verdict::NoService => "无服务 no service",
        Verdict::NotTested => "无数据 not tested",
    }
}

/// Draws ✓, △, ✗, a crossed ring (no service) or a question mark (not tested), about `size` points high.
pub fn verdict(canvas: &mut Canvas, at: Point, verdict: Verdict, size: f64) {
    let colour = verdict_colour(verdict);
    let r = size / 2.0;
    let (x, y) = at;
    let width = size * 0.17;
    match verdict {
        Verdict::Pass => tick(canvas, at, size, colour),
        Verdict::Marginal => {
            canvas.outline(&[(x, y - r), (x + r * 1.05, y + r * 0.8), (x - r * 1.05, y + r * 0.8)], colour, width * 0.85);
        }
        Verdict::Fail => cross(canvas, at, size, colour),
        Verdict::NoService => no_service(canvas, at, size, colour),
        Verdict::NotTested => {
            use crate::output::chart::canvas::Text;
            canvas.text(at, Text::new(size * 1.1).bold().colour(colour).centre(), "?");
        }
    }
}

/// ✓
pub fn tick(canvas: &mut Canvas, (x, y): Point, size: f64, colour: Colour) {
    let r = size / 2.0;
    canvas.line(&[(x - r, y + 0.1 * r), (x - 0.3 * r, y + 0.8 * r), (x + r, y - 0.8 * r)], colour, size * 0.19);
}

/// ✗
pub fn cross(canvas: &mut Canvas, (x, y): Point, size: f64, colour: Colour) {
    let r = size * 0.42;
    canvas.line(&[(x - r, y - r), (x + r, y + r)], colour, size * 0.19);
    canvas.line(&[(x - r, y + r), (x + r, y - r)], colour, size * 0.19);
}

/// A ring with a bar through it.
pub fn no_service(canvas: &mut Canvas, (x, y): Point, size: f64, colour: Colour) {
    let r = size / 2.0;
    canvas.disc((x, y), r, colour);
    canvas.disc((x, y), r * 0.68, WHITE);
    canvas.line(&[(x - 0.62 * r, y + 0.62 * r), (x + 0.62 * r, y - 0.62 * r)], colour, size * 0.14);
}

/// A plain aeroplane, nose up: a symbol that says nothing about a runway.
pub fn plane(canvas: &mut Canvas, (x, y): Point, size: f64, colour: Colour) {
    const HALF: [(f64, f64); 9] = [
        (0.0, -1.0),
        (0.13, -0.75),
        (0.13, -0.25),
        (0.95, 0.3),
        (0.95, 0.5),
        (0.13, 0.22),
        (0.1, 0.65),
        (0.38, 0.86),
        (0.38, 1.0),
    ];
    let r = size / 2.0;
    let right = HALF.iter().map(|&(dx, dy)| (x + dx * r, y + dy * r));
    let left = HALF.iter().rev().map(|&(dx, dy)| (x - dx * r, y + dy * r));
    let nose_tail = std::iter::once((x, y + 0.88 * r));
    let shape: Vec<Point> = right.chain(nose_tail).chain(left).collect();
    canvas.outline(&shape, WHITE, 1.0);
    canvas.fill(&shape, colour);
}

/// A five-pointed star: the origin of a map.
pub fn star(canvas: &mut Canvas, (x, y): Point, size: f64, colour: Colour) {
    let shape: Vec<Point> = (0..10)
        .map(|i| {
            let r = if i % 2 == 0 { size / 2.0 } else { size * 0.2 };
            let angle = std::f64::consts::PI * f64::from(i) / 5.0;
            (x + r * angle.sin(), y - r * angle.cos())
        })
        .collect();
    canvas.outline(&shape, WHITE, 1.2);
    canvas.fill(&shape, colour);
}

/// A dot with a white edge: a county seat.
pub fn dot(canvas: &mut Canvas, at: Point, radius: f64) {
    canvas.disc(at, radius + 0.6, WHITE);
    canvas.disc(at, radius, INK);
}
