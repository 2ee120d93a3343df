//! Draws the plots of docs/performance.md from the CSV that `performance growth` prints.
//!
//! Call: `plot_performance <growth.csv> <folder>`; it writes `performance-nodes.svg`, `performance-limit.svg` and `performance-index.svg`.
//! Both axes are logarithmic: a straight line that rises one decade a decade is a cost in proportion.

use std::collections::BTreeMap;
use std::error::Error;
use std::ops::Range;
use std::path::Path;

use onehour::output::chart::{Svg, raster};
use plotters::prelude::*;
use plotters::style::{FontStyle, register_font};

/// A plot: which tasks are drawn, and what stands around them.
struct Plot {
    file: &'static str,
    title: &'static str,
    across: &'static str,
    /// Task, engine, and the name in the legend.
    lines: &'static [(&'static str, &'static str, &'static str)],
}

const PLOTS: [Plot; 3] = [
    Plot {
        file: "performance-nodes.svg",
        title: "一次搜索的时间随节点数的增长  Time of a search by nodes",
        across: "节点数  nodes",
        lines: &[
            ("growth with nodes: all", "bucket Dijkstra", "桶队列 Dijkstra，全部节点  Dijkstra, all nodes"),
            ("growth with nodes: all", "sweep", "扫描，全部节点  sweep, all nodes"),
            ("growth with nodes: 30 minutes", "bucket Dijkstra", "桶队列 Dijkstra，30 分钟  Dijkstra, 30 min"),
            ("growth with nodes: 30 minutes", "sweep", "扫描，30 分钟  sweep, 30 min"),
        ],
    },
    Plot {
        file: "performance-limit.svg",
        title: "一次搜索的时间随时限的增长  Time of a search by limit",
        across: "时限（分钟）  limit (minutes)",
        lines: &[
            ("growth with the limit", "bucket Dijkstra", "桶队列 Dijkstra  bucket Dijkstra"),
            ("growth with the limit", "sweep", "扫描  sweep"),
        ],
    },
    Plot {
        file: "performance-index.svg",
        title: "建立索引的时间随节点数的增长  Time of making the index by nodes",
        across: "节点数  nodes",
        lines: &[
            ("order", "onehour", "消去顺序  order"),
            ("topology", "onehour", "拓扑  topology"),
            ("customize", "onehour", "赋权  customization"),
        ],
    },
];

const COLOURS: [RGBColor; 4] =
    [RGBColor(178, 24, 43), RGBColor(33, 102, 172), RGBColor(244, 165, 130), RGBColor(103, 169, 207)];

/// Milliseconds by amount, for a task and an engine.
type Found = BTreeMap<(String, String), Vec<(f64, f64)>>;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [file, folder] = &arguments[..] else { return Err("call: plot_performance <growth.csv> <folder>".into()) };
    let font = include_bytes!("../assets/fonts/NotoSansSC-Regular.subset.ttf");
    register_font("Noto Sans SC", FontStyle::Normal, font).map_err(|_| "the embedded font is one")?;
    let found = read(Path::new(file))?;
    std::fs::create_dir_all(folder)?;
    for plot in &PLOTS {
        // Texts become outlines, so that the plot looks the same where no Chinese font is installed.
        let svg = raster::outlined(&Svg(drawn(plot, &found)?));
        std::fs::write(Path::new(folder).join(plot.file), svg)?;
    }
    Ok(())
}

fn read(file: &Path) -> Result<Found, Box<dyn Error>> {
    let mut found = Found::new();
    for row in csv::Reader::from_path(file)?.records() {
        let row = row?;
        let point = (row[3].parse()?, row[4].parse::<f64>()? / 1000.0);
        found.entry((row[0].to_string(), row[2].to_string())).or_default().push(point);
    }
    Ok(found)
}

/// The range of values with a little room, for a logarithmic axis.
fn around(values: impl Iterator<Item = f64>) -> Range<f64> {
    let (low, high) = values.fold((f64::MAX, 0.0f64), |(low, high), value| (low.min(value), high.max(value)));
    low * 0.8..high * 1.25
}

fn drawn(plot: &Plot, found: &Found) -> Result<String, Box<dyn Error>> {
    let none = Vec::new();
    let points = |task: &str, engine: &str| found.get(&(task.to_string(), engine.to_string())).unwrap_or(&none);
    let all: Vec<(f64, f64)> = plot.lines.iter().flat_map(|line| points(line.0, line.1)).copied().collect();
    if all.is_empty() {
        return Err(format!("{}: the table has no row for it", plot.file).into());
    }
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, (720, 440)).into_drawing_area();
        area.fill(&WHITE)?;
        let (across, up) = (around(all.iter().map(|point| point.0)), around(all.iter().map(|point| point.1)));
        let mut chart = ChartBuilder::on(&area)
            .caption(plot.title, ("Noto Sans SC", 18))
            .margin(12)
            .x_label_area_size(46)
            .y_label_area_size(70)
            .build_cartesian_2d(across.log_scale(), up.log_scale())?;
        chart
            .configure_mesh()
            .light_line_style(WHITE)
            .bold_line_style(RGBColor(225, 225, 225))
            .label_style(("Noto Sans SC", 13))
            .x_desc(plot.across)
            .y_desc("毫秒，处理器时间  ms, processor time")
            .x_label_formatter(&|value| grouped(*value))
            .y_label_formatter(&|value| grouped(*value))
            .draw()?;
        for ((task, engine, name), colour) in plot.lines.iter().zip(COLOURS) {
            let line = points(task, engine);
            chart
                .draw_series(LineSeries::new(line.iter().copied(), colour.stroke_width(2)))?
                .label(*name)
                .legend(move |(x, y)| PathElement::new([(x, y), (x + 18, y)], colour.stroke_width(2)));
            chart.draw_series(line.iter().map(|&point| Circle::new(point, 3, colour.filled())))?;
        }
        chart
            .configure_series_labels()
            .position(SeriesLabelPosition::UpperLeft)
            .background_style(WHITE.mix(0.85))
            .label_font(("Noto Sans SC", 13))
            .draw()?;
        area.present()?;
    }
    Ok(svg)
}

/// A number as read in Chinese and English: thousands apart, no needless zeros.
fn grouped(value: f64) -> String {
    if value < 1.0 {
        return format!("{}", (value * 1000.0).round() / 1000.0);
    }
    let digits = format!("{value:.0}");
    let from_end = |at: usize| digits.len() - at;
    let group = |(at, digit): (usize, char)| {
        let gap = (at > 0 && from_end(at) % 3 == 0).then_some('\u{2009}');
        gap.into_iter().chain([digit])
    };
    digits.chars().enumerate().flat_map(group).collect()
}
