//! Draws the plots of docs/performance.md from the CSV that `performance growth` prints.
//!
//! Call: `plot_performance <growth.csv> <folder> [png]`; it writes a file `performance-….svg` for each of [`PLOTS`], and the same as PNG
//! where asked. Both axes are logarithmic: a straight line that rises one decade a decade is a cost in proportion.

use std::collections::BTreeMap;
use std::error::Error;
use std::ops::Range;
use std::path::Path;

use onehour::output::chart::{Svg, raster};
use plotters::coord::ranged1d::{DefaultFormatting, KeyPointHint, Ranged};
use plotters::prelude::*;
use plotters::style::{FontStyle, register_font};

/// A plot: which tasks are drawn, and what stands around them.
struct Plot {
    file: &'static str,
    title: &'static str,
    across: &'static str,
    up: &'static str,
    /// Task, engine, and the name in the legend.
    lines: &'static [(&'static str, &'static str, &'static str)],
}

const TIME: &str = "毫秒，处理器时间 / ms, processor time";

const PLOTS: [Plot; 6] = [
    Plot {
        file: "performance-nodes.svg",
        title: "一次搜索的时间随节点数的增长 / Time of a search by nodes",
        across: "节点数 / nodes",
        up: TIME,
        lines: &[
            ("growth with nodes: all", "bucket Dijkstra", "桶队列 Dijkstra，全部节点 / Dijkstra, all nodes"),
            ("growth with nodes: all", "sweep", "扫描，全部节点 / sweep, all nodes"),
            ("growth with nodes: 30 minutes", "bucket Dijkstra", "桶队列 Dijkstra，30 分钟 / Dijkstra, 30 min"),
            ("growth with nodes: 30 minutes", "sweep", "扫描，30 分钟 / sweep, 30 min"),
        ],
    },
    Plot {
        file: "performance-limit.svg",
        title: "一次搜索的时间随时限的增长 / Time of a search by limit",
        across: "时限（分钟） / limit (minutes)",
        up: TIME,
        lines: &[
            ("growth with the limit", "bucket Dijkstra", "桶队列 Dijkstra / bucket Dijkstra"),
            ("growth with the limit", "sweep", "扫描 / sweep"),
        ],
    },
    Plot {
        file: "performance-index.svg",
        title: "建立索引的时间随节点数的增长 / Time of making the index by nodes",
        across: "节点数 / nodes",
        up: TIME,
        lines: &[
            ("order", "onehour", "消去顺序 / order"),
            ("topology", "onehour", "拓扑 / topology"),
            ("customize", "onehour", "赋权 / customization"),
        ],
    },
    Plot {
        file: "performance-zones.svg",
        title: "时间随小区数的增长 / Time by zones",
        across: "小区数 / zones",
        up: TIME,
        lines: &[
            ("growth with zones: table", "lanes", "矩阵，100 万节点 / matrix, 1 M nodes"),
            (
                "growth with zones: five measures",
                "fused lanes within 60 minutes",
                "五个指标，60 分钟 / five measures, 60 min",
            ),
            ("growth with zones: one more variant", "overlay, 16 bits", "多一个方案 / one more variant"),
        ],
    },
    Plot {
        file: "performance-variants.svg",
        title: "时间随方案数的增长（1000 个小区） / Time by variants (1000 zones)",
        across: "方案数 / variants",
        up: TIME,
        lines: &[
            ("growth with variants", "overlay, base included", "叠加，含基础表 / overlay, base included"),
            ("growth with variants", "hierarchy mended, new table", "逐个重算 / each one anew"),
        ],
    },
    Plot {
        file: "performance-memory.svg",
        title: "内存随节点数的增长（图本身除外） / Memory by nodes, beyond the graph",
        across: "节点数 / nodes",
        up: "MiB",
        lines: &[
            ("memory", "order, at most", "消去顺序，最多 / order, at most"),
            ("memory", "topology, at most", "拓扑，最多 / topology, at most"),
            ("memory", "all for sweeps and lanes", "搜索所需的全部 / all that searches need"),
        ],
    },
];

const COLOURS: [RGBColor; 4] =
    [RGBColor(178, 24, 43), RGBColor(33, 102, 172), RGBColor(244, 165, 130), RGBColor(103, 169, 207)];

/// Milliseconds (or MiB) by amount, for a task and an engine.
type Found = BTreeMap<(String, String), Vec<(f64, f64)>>;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (file, folder, also_png) = match &arguments[..] {
        [file, folder] => (file, folder, false),
        [file, folder, word] if word == "png" => (file, folder, true),
        _ => return Err("call: plot_performance <growth.csv> <folder> [png]".into()),
    };
    let font = include_bytes!("../assets/fonts/NotoSansSC-Regular.subset.ttf");
    register_font("Noto Sans SC", FontStyle::Normal, font).map_err(|_| "the embedded font is one")?;
    let found = read(Path::new(file))?;
    std::fs::create_dir_all(folder)?;
    for plot in &PLOTS {
        // Texts become outlines, so that the plot looks the same where no Chinese font is installed.
        let (png, svg) = raster::png_and_outlined(&Svg(drawn(plot, &found)?), 1440);
        let file = Path::new(folder).join(plot.file);
        std::fs::write(&file, svg)?;
        if also_png {
            std::fs::write(file.with_extension("png"), png)?;
        }
    }
    Ok(())
}

fn read(file: &Path) -> Result<Found, Box<dyn Error>> {
    let mut found = Found::new();
    for row in csv::Reader::from_path(file)?.records() {
        let row = row?;
        // A row has a time in microseconds, or else bytes.
        let value = if row[4].is_empty() { row[9].parse::<f64>()? / 1_048_576.0 } else { row[4].parse::<f64>()? / 1000.0 };
        let point = (row[3].parse()?, value);
        found.entry((row[0].to_string(), row[2].to_string())).or_default().push(point);
    }
    Ok(found)
}

/// A logarithmic axis with labels at 1, 2 and 5 of every decade, or at 1 alone where there would be too many.
struct Decades(Range<f64>);

impl Decades {
    /// Around values, with a little room.
    fn around(values: impl Iterator<Item = f64>) -> Decades {
        let (low, high) = values.fold((f64::MAX, 0.0f64), |(low, high), value| (low.min(value), high.max(value)));
        Decades(low * 0.8..high * 1.25)
    }
}

impl Ranged for Decades {
    type FormatOption = DefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, (from, to): (i32, i32)) -> i32 {
        let share = (value / self.0.start).ln() / (self.0.end / self.0.start).ln();
        from + (share * f64::from(to - from)).round() as i32
    }

    fn key_points<Hint: KeyPointHint>(&self, _: Hint) -> Vec<f64> {
        let n_decades = (self.0.end / self.0.start).log10();
        let steps: &[f64] = if n_decades > 4.0 { &[1.0] } else { &[1.0, 2.0, 5.0] };
        let decades = self.0.start.log10().floor() as i32..=self.0.end.log10().floor() as i32;
        let points = decades.flat_map(|decade| steps.iter().map(move |step| step * 10f64.powi(decade)));
        points.filter(|point| self.0.contains(point)).collect()
    }

    fn range(&self) -> Range<f64> {
        self.0.clone()
    }
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
        let (across, up) =
            (Decades::around(all.iter().map(|point| point.0)), Decades::around(all.iter().map(|point| point.1)));
        let mut chart = ChartBuilder::on(&area)
            .caption(plot.title, ("Noto Sans SC", 18))
            .margin(12)
            .x_label_area_size(46)
            .y_label_area_size(70)
            .build_cartesian_2d(across, up)?;
        chart
            .configure_mesh()
            .light_line_style(WHITE)
            .bold_line_style(RGBColor(225, 225, 225))
            .label_style(("Noto Sans SC", 13))
            .x_desc(plot.across)
            .y_desc(plot.up)
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
