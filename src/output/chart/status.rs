//! The table of projects: what the plan says, what stands where, what is modelled; cut into pages.

use crate::output::chart::canvas::{Canvas, Point, Rect, Text};
use crate::output::chart::frame::{self, Key};
use crate::output::chart::mark;
use crate::output::chart::theme::{
    Colour, FAIL, GREY, HAIR, INK, MARGIN, MARGINAL, PAGE_HEIGHT, PAGE_WIDTH, PASS, RULE, SHADE, THIN, TINY, WHITE,
};
use crate::output::chart::{Caption, Figure, Verdict, Warning, font};

/// Input of [`draw`].
#[derive(Debug, Clone)]
pub struct StatusTable {
    /// Title, source, note.
    pub caption: Caption,
    /// The projects, section by section.
    pub rows: Vec<Row>,
}

/// One project or measure.
#[derive(Debug, Clone)]
pub struct Row {
    /// Section of the plan; a heading is drawn where it changes.
    pub section: String,
    /// Name as printed.
    pub name: String,
    /// The plan's verb, `加快建设`.
    pub verb: String,
    /// What stands.
    pub state: State,
    /// Date of the state as printed, `2024-12-31`; may be empty.
    pub date: String,
    /// Whether it is in the model.
    pub modelled: Modelled,
    /// Where the state was read.
    pub source: String,
}

/// How far a project is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// In operation.
    Open,
    /// Under construction.
    Building,
    /// Approved, not begun.
    Approved,
    /// Proposed in a plan.
    Proposed,
    /// Being studied.
    Study,
    /// Stopped or dropped.
    Stopped,
    /// Nothing reliable was found.
    Unknown,
}

/// Whether a project is in the model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Modelled {
    /// With what it changes.
    Yes(String),
    /// With the reason.
    No(String),
}

/// Left ends of the columns: number, name, verb, state, model, source.
const COLUMNS: [f64; 6] = [14.0, 34.0, 150.0, 192.0, 252.0, 352.0];
const HEADS: [(&str, &str); 6] =
    [("序号", ""), ("项目", "Project"), ("规划用语", "Verb"), ("现状", "Status"), ("模型", "Model"), ("来源", "Source")];
const LEADING: f64 = TINY * 1.3;
const PADDING: f64 = 4.4;
const HEAD_HEIGHT: f64 = 22.0;
const SECTION_HEIGHT: f64 = 13.0;
/// Longest cell in lines; a longer text is cut with a warning.
const MOST_LINES: usize = 4;

/// Draws the table, one figure a page; at least one.
pub fn draw(chart: &StatusTable) -> Vec<Figure> {
    let pages = pages(chart);
    let n = pages.len();
    pages.into_iter().enumerate().map(|(i, rows)| draw_page(chart, &rows, i, n)).collect()
}

struct Laid<'a> {
    number: usize,
    row: &'a Row,
    cells: [Vec<String>; 6],
    height: f64,
    heading: bool,
    shortened: Vec<String>,
}

fn pages(chart: &StatusTable) -> Vec<Vec<Laid<'_>>> {
    // Title, table head, legend and footer take about this much of a page.
    let room = PAGE_HEIGHT - 150.0;
    let mut pages: Vec<Vec<Laid>> = vec![Vec::new()];
    let mut used = 0.0;
    for (i, row) in chart.rows.iter().enumerate() {
        let mut laid = lay_out(i + 1, row);
        let page = pages.last_mut().expect("there is one page at least");
        laid.heading = page.last().is_none_or(|before| before.row.section != row.section) && !row.section.is_empty();
        let height = laid.height + if laid.heading { SECTION_HEIGHT } else { 0.0 };
        if used + height > room && !page.is_empty() {
            laid.heading = !row.section.is_empty();
            used = laid.height + if laid.heading { SECTION_HEIGHT } else { 0.0 };
            pages.push(vec![laid]);
        } else {
            used += height;
            page.push(laid);
        }
    }
    pages
}

fn lay_out(number: usize, row: &Row) -> Laid<'_> {
    let model = match &row.modelled {
        Modelled::Yes(what) | Modelled::No(what) => what.clone(),
    };
    let state = state_name(row.state).to_string();
    let texts = [number.to_string(), row.name.clone(), row.verb.clone(), state, model, row.source.clone()];
    let mut shortened = Vec::new();
    let mut cells: [Vec<String>; 6] = Default::default();
    for (k, text) in texts.into_iter().enumerate() {
        let sign = if k == 3 || k == 4 { 11.0 } else { 0.0 };
        let right = COLUMNS.get(k + 1).copied().unwrap_or(PAGE_WIDTH - MARGIN);
        let room = right - COLUMNS[k] - sign - 6.0;
        let mut lines = font::wrap(&text, TINY, k == 1, room);
        if k == 3 && !row.date.is_empty() {
            lines.push(row.date.clone());
        }
        if lines.len() > MOST_LINES {
            lines.truncate(MOST_LINES);
            let last = &mut lines[MOST_LINES - 1];
            *last = font::shorten(&format!("{last}……"), TINY, k == 1, room);
            shortened.push(text);
        }
        cells[k] = lines;
    }
    let n_lines = cells.iter().map(Vec::len).max().unwrap_or(1).max(1);
    Laid { number, row, cells, height: n_lines as f64 * LEADING + PADDING, heading: false, shortened }
}

fn draw_page(chart: &StatusTable, rows: &[Laid], page: usize, n_pages: usize) -> Figure {
    let mut canvas = Canvas::new(PAGE_WIDTH);
    let suffix = if n_pages > 1 { format!("（{}/{n_pages}）", page + 1) } else { String::new() };
    let mut y = frame::header_with(&mut canvas, &chart.caption, &suffix);
    head(&mut canvas, y);
    y += HEAD_HEIGHT;
    for (i, laid) in rows.iter().enumerate() {
        if laid.heading {
            canvas.rect(Rect::new(MARGIN, y, PAGE_WIDTH - 2.0 * MARGIN, SECTION_HEIGHT), SHADE);
            let look = Text::new(TINY).bold();
            canvas.text_within((COLUMNS[0] + 3.0, y + SECTION_HEIGHT / 2.0), look, PAGE_WIDTH - 40.0, &laid.row.section);
            y += SECTION_HEIGHT;
        } else if i > 0 {
            canvas.line(&[(MARGIN, y), (PAGE_WIDTH - MARGIN, y)], RULE, HAIR * 0.6);
        }
        draw_row(&mut canvas, laid, y);
        y += laid.height;
    }
    canvas.line(&[(MARGIN, y), (PAGE_WIDTH - MARGIN, y)], INK, 1.0);
    y = legend(&mut canvas, y + 5.0);
    let height = frame::footer(&mut canvas, &chart.caption, &[], y);
    canvas.finish(height)
}

fn head(canvas: &mut Canvas, y: f64) {
    canvas.line(&[(MARGIN, y), (PAGE_WIDTH - MARGIN, y)], INK, 1.0);
    for (k, (zh, en)) in HEADS.into_iter().enumerate() {
        let x = COLUMNS[k];
        let level = if en.is_empty() { y + HEAD_HEIGHT / 2.0 } else { y + 7.0 };
        canvas.text((x, level), Text::new(TINY).bold(), zh);
        canvas.text((x, y + 15.5), Text::new(TINY).colour(GREY), en);
    }
    canvas.line(&[(MARGIN, y + HEAD_HEIGHT), (PAGE_WIDTH - MARGIN, y + HEAD_HEIGHT)], INK, THIN);
}

fn draw_row(canvas: &mut Canvas, laid: &Laid, y: f64) {
    for text in &laid.shortened {
        canvas.warn(Warning::Shortened(text.clone()));
    }
    let first = y + PADDING / 2.0 + LEADING / 2.0;
    state_sign(canvas, (COLUMNS[3] + 4.0, first), laid.row.state);
    match laid.row.modelled {
        Modelled::Yes(_) => mark::tick(canvas, (COLUMNS[4] + 4.0, first), 6.0, PASS),
        Modelled::No(_) => canvas.line(&[(COLUMNS[4] + 1.5, first), (COLUMNS[4] + 6.5, first)], GREY, 1.0),
    }
    for (k, lines) in laid.cells.iter().enumerate() {
        let sign = if k == 3 || k == 4 { 11.0 } else { 0.0 };
        let x = if laid.number > 0 && k == 0 { COLUMNS[0] + 3.0 } else { COLUMNS[k] + sign };
        let look = match k {
            1 => Text::new(TINY).bold(),
            5 => Text::new(TINY).colour(GREY),
            _ => Text::new(TINY),
        };
        for (line, text) in lines.iter().enumerate() {
            canvas.text((x, first + LEADING * line as f64), look, text);
        }
    }
}

fn state_name(state: State) -> &'static str {
    match state {
        State::Open => "已运营",
        State::Building => "在建",
        State::Approved => "已批复",
        State::Proposed => "规划提出",
        State::Study => "前期研究",
        State::Stopped => "停止",
        State::Unknown => "未查到",
    }
}

/// A disc that fills as the project goes on.
fn state_sign(canvas: &mut Canvas, at: Point, state: State) {
    let (radius, ring) = (3.0, |canvas: &mut Canvas, colour: Colour| {
        canvas.disc(at, 3.0, colour);
        canvas.disc(at, 2.1, WHITE);
    });
    match state {
        State::Open => canvas.disc(at, radius, PASS),
        State::Building => {
            ring(canvas, MARGINAL);
            canvas.fill(&half_disc(at, radius), MARGINAL);
        }
        State::Approved => {
            ring(canvas, MARGINAL);
            canvas.disc(at, 0.9, MARGINAL);
        }
        State::Proposed => ring(canvas, INK),
        State::Study => {
            canvas.disc(at, 2.2, GREY);
            canvas.disc(at, 1.5, WHITE);
        }
        State::Stopped => mark::cross(canvas, at, 6.0, FAIL),
        State::Unknown => mark::verdict(canvas, at, Verdict::NotTested, 6.0),
    }
}

/// The left half of a disc.
fn half_disc((x, y): Point, radius: f64) -> Vec<Point> {
    (0..=12)
        .map(|i| {
            let angle = std::f64::consts::PI * (0.5 + f64::from(i) / 12.0);
            (x + radius * angle.cos(), y + radius * angle.sin())
        })
        .collect()
}

fn legend(canvas: &mut Canvas, y: f64) -> f64 {
    let states = [
        (State::Open, "已运营 open"),
        (State::Building, "在建 building"),
        (State::Approved, "已批复 approved"),
        (State::Proposed, "规划提出 proposed"),
        (State::Study, "前期研究 study"),
        (State::Stopped, "停止 stopped"),
        (State::Unknown, "未查到 not found"),
    ];
    let mut keys: Vec<Key> = states
        .into_iter()
        .map(|(state, name)| Key::new(name, 8.0, move |canvas, rect| state_sign(canvas, rect.centre(), state)))
        .collect();
    keys.push(Key::new("已建模 modelled", 8.0, |canvas, rect| mark::tick(canvas, rect.centre(), 6.0, PASS)));
    keys.push(Key::new("未建模及原因 not modelled, why", 8.0, |canvas, rect| {
        let (x, y) = rect.centre();
        canvas.line(&[(x - 2.5, y), (x + 2.5, y)], GREY, 1.0);
    }));
    frame::legend(canvas, &keys, MARGIN, PAGE_WIDTH - MARGIN, y)
}
