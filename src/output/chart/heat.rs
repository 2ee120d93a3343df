//! Tables of minutes from each place to each place, coloured by class, ordered by group; failing cells outlined.

use crate::output::chart::canvas::{Canvas, Rect, Text};
use crate::output::chart::frame::{self, Key};
use crate::output::chart::map::TIME_LIMITS;
use crate::output::chart::scale::minutes_text;
use crate::output::chart::theme::{
    BODY, Colour, GREY, HAIR, INK, LIMIT, MARGIN, PAGE_WIDTH, RULE, SHADE, SMALL, THIN, TIME_CLASSES, WHITE,
};
use crate::output::chart::{Caption, Figure, Time, Warning, font};
use crate::units::Duration;

/// Input of [`draw`].
#[derive(Debug, Clone)]
pub struct Heat {
    /// Title, source, note.
    pub caption: Caption,
    /// Cells beyond it, and cells without service, are outlined as failing.
    pub limit: Duration,
    /// The places in order, group by group; the same down the side (origins) and across (destinations).
    pub groups: Vec<Group>,
    /// One row an origin, one cell a destination, in the order of the groups; `None` on the diagonal.
    pub times: Vec<Vec<Option<Time>>>,
}

/// Places that belong together, such as a 组团.
#[derive(Debug, Clone)]
pub struct Group {
    /// Name; empty for none.
    pub name: String,
    /// The places as printed.
    pub places: Vec<String>,
}

/// Width of a chart across a portrait A3 page (279 mm): what 53 places need for minutes of 6 points.
const LARGE_WIDTH: f64 = 790.0;
/// Tables of more places than this are drawn for A3, with upright column heads.
const LARGE: usize = 12;

struct Layout {
    table: Rect,
    cell: (f64, f64),
    size: f64,
    large: bool,
}

/// Draws the table; minutes stand in every cell.
pub fn draw(chart: &Heat) -> Figure {
    let places: Vec<&str> = chart.groups.iter().flat_map(|g| &g.places).map(String::as_str).collect();
    let n = places.len();
    let large = n > LARGE;
    let mut canvas = Canvas::new(if large { LARGE_WIDTH } else { PAGE_WIDTH });
    let top = frame::header(&mut canvas, &chart.caption);
    let longest = places.iter().map(|p| p.chars().count()).max().unwrap_or(0);
    let size = if large { 6.2 } else { BODY };
    let grouped = chart.groups.iter().any(|g| !g.name.is_empty());
    let group_room = if grouped { 14.0 } else { 0.0 };
    let names = places.iter().map(|p| font::width(p, size, false)).fold(20.0, f64::max) + 8.0;
    let heads = if large { longest as f64 * size * 1.1 + 6.0 } else { 18.0 };
    let left = MARGIN + 12.0 + group_room + names;
    let table_top = top + 14.0 + group_room + heads;
    let across = (canvas.width() - MARGIN - left) / n.max(1) as f64;
    let down = if large { across } else { across.min(34.0) };
    let table = Rect::new(left, table_top, across * n as f64, down * n as f64);
    let layout = Layout { table, cell: (across, down), size, large };
    cells(&mut canvas, chart, &layout);
    heads_of(&mut canvas, &places, &layout, heads);
    groups(&mut canvas, chart, &layout, heads, names);
    failing_edges(&mut canvas, chart, &layout);
    canvas.text((MARGIN, top), Text::new(SMALL).colour(GREY).top(), "列：终点 columns: destination；行：起点 rows: origin");
    let bottom = legend(&mut canvas, chart, table.bottom + 8.0);
    let height = frame::footer(&mut canvas, &chart.caption, &[], bottom);
    canvas.finish(height)
}

/// The class of a time: the first whose upper end is not below it.
fn class_of(time: Duration) -> usize {
    TIME_LIMITS.iter().position(|limit| time <= Duration::from_mins(*limit)).unwrap_or(TIME_LIMITS.len())
}

/// Ink or white, whichever reads better on `ground`.
pub(super) fn readable_on(ground: Colour) -> Colour {
    let luminance = 0.299 * f64::from(ground.0) + 0.587 * f64::from(ground.1) + 0.114 * f64::from(ground.2);
    if luminance < 140.0 { WHITE } else { INK }
}

fn cells(canvas: &mut Canvas, chart: &Heat, layout: &Layout) {
    let size = if layout.large { 6.0 } else { 11.0 };
    for (i, row) in chart.times.iter().enumerate() {
        for (j, time) in row.iter().enumerate() {
            let cell = layout.cell_at(i, j);
            match time {
                None => canvas.rect(cell, Colour(0xD0, 0xD0, 0xD0)),
                Some(Time::Reached(time)) => {
                    let ground = TIME_CLASSES[class_of(*time)];
                    canvas.rect(cell, ground);
                    let text = minutes_text(time.minutes(), chart.limit.minutes());
                    let look = Text::new(size).colour(readable_on(ground)).centre();
                    canvas.text(cell.centre(), look, &text);
                }
                Some(Time::NoService) => {}
                Some(Time::NotTested) => {
                    canvas.rect(cell, SHADE);
                    canvas.text(cell.centre(), Text::new(size).colour(GREY).centre(), "?");
                }
            }
        }
    }
    let table = layout.table;
    for k in 0..=chart.times.len() {
        let (x, y) = (table.left + layout.cell.0 * k as f64, table.top + layout.cell.1 * k as f64);
        canvas.line(&[(x, table.top), (x, table.bottom)], WHITE, HAIR);
        canvas.line(&[(table.left, y), (table.right, y)], WHITE, HAIR);
    }
}

impl Layout {
    fn cell_at(&self, row: usize, column: usize) -> Rect {
        let left = self.table.left + self.cell.0 * column as f64;
        Rect::new(left, self.table.top + self.cell.1 * row as f64, self.cell.0, self.cell.1)
    }
}

fn heads_of(canvas: &mut Canvas, places: &[&str], layout: &Layout, heads: f64) {
    for (k, place) in places.iter().enumerate() {
        let cell = layout.cell_at(k, k);
        canvas.text((layout.table.left - 4.0, cell.centre().1), Text::new(layout.size).right(), place);
        let x = cell.centre().0;
        if layout.large {
            // Chinese heads stand upright, one character below the other, the last one next to the table.
            let step = layout.size * 1.1;
            let first = layout.table.top - 3.0 - step * place.chars().count() as f64;
            for (i, c) in place.chars().enumerate() {
                let at = (x, first + step * (i as f64 + 0.5));
                canvas.text(at, Text::new(layout.size).centre(), c.encode_utf8(&mut [0; 4]));
            }
        } else {
            let at = (x, layout.table.top - heads / 2.0);
            canvas.text_within(at, Text::new(layout.size).centre(), layout.cell.0 - 2.0, place);
        }
    }
}

/// Separators between groups, and their names on both sides.
fn groups(canvas: &mut Canvas, chart: &Heat, layout: &Layout, heads: f64, names: f64) {
    let table = layout.table;
    let (outer_left, outer_top) = (table.left - names - 3.0, table.top - heads - 3.0);
    let mut first = 0;
    for group in &chart.groups {
        let last = first + group.places.len();
        let (from, to) = (layout.cell_at(first, first), layout.cell_at(last, last));
        if first > 0 {
            canvas.line(&[(from.left, outer_top - 9.0), (from.left, table.bottom)], INK, THIN);
            canvas.line(&[(outer_left - 9.0, from.top), (table.right, from.top)], INK, THIN);
        }
        if !group.name.is_empty() && last > first {
            let (x, y) = ((from.left + to.left) / 2.0, (from.top + to.top) / 2.0);
            group_name(canvas, group, (x, outer_top - 5.0), Text::new(SMALL).bold().centre(), to.left - from.left - 3.0);
            group_name(
                canvas,
                group,
                (outer_left - 5.0, y),
                Text::new(SMALL).bold().centre().turned(),
                to.top - from.top - 3.0,
            );
        }
        first = last;
    }
    canvas.outline(&table.corners(), INK, THIN);
}

/// The name in the largest size of 7 to 6 points that fits, otherwise its beginning.
fn group_name(canvas: &mut Canvas, group: &Group, at: (f64, f64), look: Text, room: f64) {
    let smaller = Text { size: 6.0, ..look };
    let look = if font::width(&group.name, look.size, true) <= room { look } else { smaller };
    if font::width(&group.name, look.size, true) <= room {
        canvas.text(at, look, &group.name);
        return;
    }
    canvas.warn(Warning::Shortened(group.name.clone()));
    let head: String = group.name.chars().take((room / look.size) as usize).collect();
    canvas.text(at, look, &head);
}

/// Frames in the cells that fail; in a large table, where most may fail, one line around all of them.
fn failing_edges(canvas: &mut Canvas, chart: &Heat, layout: &Layout) {
    let n = chart.times.len();
    let fails = |i: usize, j: usize| match chart.times.get(i).and_then(|row| row.get(j)) {
        Some(Some(Time::Reached(time))) => *time > chart.limit,
        Some(Some(Time::NoService)) => true,
        _ => false,
    };
    if !layout.large {
        for (i, j) in (0..n).flat_map(|i| (0..n).map(move |j| (i, j))).filter(|&(i, j)| fails(i, j)) {
            canvas.outline(&layout.cell_at(i, j).grown(-1.6).corners(), LIMIT, 1.2);
        }
        return;
    }
    let mut edges = Vec::new();
    for i in 0..n {
        for j in 0..n {
            let cell = layout.cell_at(i, j);
            if j == 0 && fails(i, j) || j > 0 && fails(i, j) != fails(i, j - 1) {
                edges.push(vec![(cell.left, cell.top), (cell.left, cell.bottom)]);
            }
            if i == 0 && fails(i, j) || i > 0 && fails(i, j) != fails(i - 1, j) {
                edges.push(vec![(cell.left, cell.top), (cell.right, cell.top)]);
            }
            if j + 1 == n && fails(i, j) {
                edges.push(vec![(cell.right, cell.top), (cell.right, cell.bottom)]);
            }
            if i + 1 == n && fails(i, j) {
                edges.push(vec![(cell.left, cell.bottom), (cell.right, cell.bottom)]);
            }
        }
    }
    for edge in crate::output::chart::shape::chained(&edges) {
        canvas.line(&edge, LIMIT, 0.9);
    }
}

/// Names of the classes of time, nearest first.
pub(super) fn class_names() -> Vec<String> {
    let mut names = vec![format!("≤{}", TIME_LIMITS[0])];
    names.extend(TIME_LIMITS.windows(2).map(|pair| format!("{}–{}", pair[0], pair[1])));
    names.push(format!(">{}", TIME_LIMITS[TIME_LIMITS.len() - 1]));
    names
}

fn legend(canvas: &mut Canvas, chart: &Heat, y: f64) -> f64 {
    let boxed = |colour: Colour, edge: Colour| {
        move |canvas: &mut Canvas, rect: Rect| {
            canvas.rect(rect, colour);
            canvas.outline(&rect.corners(), edge, HAIR);
        }
    };
    let mut keys = vec![Key::new("分钟 min：", 0.0, |_, _| {})];
    keys.extend(class_names().into_iter().zip(TIME_CLASSES).map(|(name, c)| Key::new(name, 15.0, boxed(c, RULE))));
    keys.push(Key::new("空白：无服务 blank: no service", 15.0, boxed(WHITE, RULE)));
    if chart.times.iter().flatten().any(|time| *time == Some(Time::NotTested)) {
        keys.push(Key::new("?：无数据 not tested", 15.0, boxed(SHADE, RULE)));
    }
    let limit = chart.limit.minutes();
    if chart.times.len() > LARGE {
        let name = format!("红线：{limit} 分钟内外的分界 red line: edge between within and beyond {limit} min");
        keys.push(Key::new(name, 15.0, |canvas, rect| {
            canvas.line(&[(rect.left, rect.centre().1), (rect.right, rect.centre().1)], LIMIT, 1.2);
        }));
    } else {
        let name = format!("红框：超过 {limit} 分钟或无服务 outlined: beyond {limit} min or no service");
        keys.push(Key::new(name, 15.0, |canvas, rect| canvas.outline(&rect.corners(), LIMIT, 1.2)));
    }
    frame::legend(canvas, &keys, MARGIN, canvas.width() - MARGIN, y)
}
