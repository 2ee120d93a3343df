//! Charts: nothing overlaps or is clipped, holes stay holes, what is missing is said, and the same data give the same bytes.

mod samples;

use onehour::output::chart::map::{
    Base, DifferenceMap, IsochroneMap, IsochronePanel, Network, Polygon, Rail, Rank, Road, RoadClass, Seat, Unit,
    difference, isochrones,
};
use onehour::output::chart::{
    Caption, Figure, Svg, Time, Warning, coverage, heat, ladder, margin, raster, slope, status, waterfall,
};
use onehour::units::Duration;
use proptest::prelude::*;
use resvg::tiny_skia::Pixmap;
use samples::{
    at, caption, coverage_curves, definition_ladder, difference_map, heat_table, isochrone_map, journeys, margins, min,
    slopes, solid, square, status_table,
};

/// Every chart with its name.
fn every_chart() -> Vec<(String, Figure)> {
    let mut charts = vec![
        ("difference map".to_string(), difference(&difference_map())),
        ("coverage".to_string(), coverage::draw(&coverage_curves(&[0.3, 0.31, 0.9]))),
        ("coverage of nearly all".to_string(), coverage::draw(&coverage_curves(&[1.6, 1.7, 1.8, 1.9, 2.0, 2.1]))),
        ("ladder".to_string(), ladder::draw(&definition_ladder())),
        ("heat 5".to_string(), heat::draw(&heat_table(&[5]))),
        ("heat 53".to_string(), heat::draw(&heat_table(&[10, 4, 4, 4, 3, 4, 24]))),
        ("slope".to_string(), slope::draw(&slopes())),
        ("margin".to_string(), margin::draw(&margins())),
        ("waterfall".to_string(), waterfall::draw(&journeys())),
    ];
    charts.extend((1..=4).map(|n| (format!("map of {n}"), isochrones(&isochrone_map(n)))));
    let pages = status::draw(&status_table(68));
    charts.extend(pages.into_iter().enumerate().map(|(i, page)| (format!("status {i}"), page)));
    charts
}

fn pixels(svg: &Svg, width: u32) -> Pixmap {
    Pixmap::decode_png(&raster::png(svg, width)).expect("the PNG is one")
}

/// The number of pixels of exactly this colour.
fn count(pixels: &Pixmap, (r, g, b): (u8, u8, u8)) -> usize {
    pixels.pixels().iter().filter(|p| (p.red(), p.green(), p.blue()) == (r, g, b)).count()
}

fn texts(figure: &Figure) -> Vec<&str> {
    figure.texts.iter().map(|t| t.text.as_str()).collect()
}

#[test]
fn no_text_overlaps_another_or_leaves_the_canvas_in_any_chart() {
    for (name, figure) in every_chart() {
        assert_eq!(figure.overlaps(), [], "{name}");
        assert_eq!(figure.clipped(), Vec::<&onehour::output::chart::TextBox>::new(), "{name}");
        let missing: Vec<&Warning> = figure.warnings.iter().filter(|w| matches!(w, Warning::MissingGlyph(_))).collect();
        assert!(missing.is_empty(), "{name}: {missing:?}");
    }
}

#[test]
fn the_same_data_give_the_same_bytes() {
    for ((name, first), (_, second)) in every_chart().into_iter().zip(every_chart()) {
        assert_eq!(first.svg, second.svg, "{name}");
    }
    let figure = slope::draw(&slopes());
    assert_eq!(raster::png_and_outlined(&figure.svg, 600), raster::png_and_outlined(&figure.svg, 600));
}

#[test]
fn every_coordinate_is_a_number_and_every_chart_has_its_size_of_print() {
    for (name, figure) in every_chart() {
        assert!(!figure.svg.0.contains("NaN") && !figure.svg.0.contains("inf"), "{name}");
        let size = format!(r#"<svg width="{}pt" height="{}pt""#, figure.width, figure.height);
        assert!(figure.svg.0.starts_with(&size), "{name}");
        assert!(figure.width <= 790.0 && figure.height <= 1120.0, "{name} fits on A3: {}", figure.height);
    }
}

#[test]
fn the_png_has_the_width_asked_for_and_the_shape_of_the_page() {
    let figure = margin::draw(&margins());
    let png = pixels(&figure.svg, 1234);
    assert_eq!(png.width(), 1234);
    assert_eq!(png.height(), (1234.0 * figure.height / figure.width).round() as u32);
    assert_eq!(png.pixel(0, 0).map(|p| (p.red(), p.green(), p.blue(), p.alpha())), Some((255, 255, 255, 255)));
}

#[test]
fn the_outlined_svg_needs_no_font_and_looks_the_same() {
    let figure = ladder::draw(&definition_ladder());
    assert!(figure.svg.0.contains("<text") && figure.svg.0.contains("Noto Sans SC"));
    let outlined = raster::outlined(&figure.svg);
    assert!(!outlined.contains("<text") && !outlined.contains("font-family"));
    let (with_font, without) = (pixels(&figure.svg, 800), pixels(&Svg(outlined), 800));
    // Outlines are rounded to a two-hundredth of a point; a lost text would be thousands of pixels.
    let gap = |a: u8, b: u8| a.abs_diff(b) > 40;
    let differing = with_font.pixels().iter().zip(without.pixels()).filter(|(a, b)| gap(a.green(), b.green())).count();
    assert!(differing < 200, "{differing} pixels differ");
}

/// A measured box must hold the drawn text: ink outside it would overlap what the boxes say is free.
#[test]
fn text_is_drawn_inside_its_measured_box() {
    let mut table = heat_table(&[2]);
    table.caption = Caption { title: "晋gj岚岢W".into(), ..Caption::default() };
    let figure = heat::draw(&table);
    let title = figure.texts.iter().find(|t| t.text.starts_with("晋gj")).expect("the title is drawn");
    let scale = 4.0;
    let png = pixels(&figure.svg, (figure.width * scale) as u32);
    let dark = |x: u32, y: u32| png.pixel(x, y).is_some_and(|p| p.green() < 128);
    let rows = (0..(title.bottom * scale) as u32 + 6).filter(|&y| (0..png.width()).any(|x| dark(x, y)));
    let columns = (0..png.width()).filter(|&x| (0..(title.bottom * scale) as u32).any(|y| dark(x, y)));
    let (rows, columns): (Vec<u32>, Vec<u32>) = (rows.collect(), columns.collect());
    let inside = f64::from(rows[0]) >= title.top * scale && f64::from(rows[rows.len() - 1]) <= title.bottom * scale;
    assert!(inside, "{} to {} in {} to {}", rows[0], rows[rows.len() - 1], title.top * scale, title.bottom * scale);
    assert!(f64::from(columns[0]) >= title.left * scale && f64::from(columns[columns.len() - 1]) <= title.right * scale);
    assert!(f64::from(columns[columns.len() - 1]) >= (title.right - 2.0) * scale, "the box is not much wider than the text");
}

#[test]
fn a_character_that_the_font_lacks_is_reported_and_never_a_blank() {
    let mut chart = margins();
    chart.groups[0].rows[0].relation = "太原—𠀀☃".into();
    let figure = margin::draw(&chart);
    assert!(figure.warnings.contains(&Warning::MissingGlyph('☃')) && figure.warnings.contains(&Warning::MissingGlyph('𠀀')));
    assert!(texts(&figure).contains(&"太原—〓〓"));
}

/// ```text
///  study 1° × 1°, all ≤15 min but a square hole of ½° × ½°, in it an island of ¼° × ¼° of 15–30 min:
///  areas near : nobody : island = 12 : 3 : 1
/// ```
#[test]
fn holes_remain_holes_and_islands_in_them_remain_islands() {
    let near = Polygon { outer: square(112.0, -0.5, 1.0), holes: vec![square(112.25, -0.25, 0.5)] };
    let island = solid(square(112.375, -0.125, 0.25));
    let unit = Unit { city: "市".into(), area: vec![solid(square(112.0, -0.5, 1.0))] };
    let panel = IsochronePanel {
        title: "洞".into(),
        bands: vec![vec![near], vec![island]],
        within_limit: Vec::new(),
        network: Network::default(),
    };
    let base = Base { units: vec![unit], ..Base::default() };
    let figure = isochrones(&IsochroneMap { caption: caption(), base, panels: vec![panel] });
    let png = pixels(&figure.svg, 1000);
    let (near, island) = (count(&png, (0x0C, 0x2C, 0x84)), count(&png, (0x22, 0x5E, 0xA8)));
    // The panel is 454 of 482 points wide and shows 1.05°, so a degree is 897 pixels; the legend adds two small boxes.
    let square_degree = (1000.0_f64 * 454.0 / 482.0 / 1.05).powi(2);
    assert!((near as f64 / square_degree - 0.75).abs() < 0.02, "{near}");
    assert!((island as f64 / square_degree - 0.0625).abs() < 0.01, "{island}");
}

/// Bands, roads and railways reach far beyond the study of 1° × 1°; the view shows 1.05° × 1.05°.
#[test]
fn nothing_is_drawn_outside_the_study() {
    let unit = Unit { city: "市".into(), area: vec![solid(square(112.0, -0.5, 1.0))] };
    let road = Road { class: RoadClass::Expressway, planned: false, path: vec![at(100.0, 0.0), at(120.0, 0.0)] };
    let rail = Rail { high_speed: true, planned: false, path: vec![at(112.5, -9.0), at(112.5, 9.0)] };
    let panel = IsochronePanel {
        title: "界".into(),
        bands: vec![vec![solid(square(100.0, -12.0, 24.0))]],
        within_limit: vec![solid(square(100.0, -12.0, 24.0))],
        network: Network { roads: vec![road], rails: vec![rail], metros: Vec::new() },
    };
    let base = Base { units: vec![unit], ..Base::default() };
    let map = IsochroneMap { caption: caption(), base, panels: vec![panel] };
    let png = pixels(&isochrones(&map).svg, 1000);
    // From the frame at 29 pixels to the border at 29 + 942·0.025/1.05 = 51.4 there is only white.
    let margin_is_white = (33..48)
        .all(|x| (200..900).all(|y| png.pixel(x, y).is_some_and(|p| (p.red(), p.green(), p.blue()) == (255, 255, 255))));
    assert!(margin_is_white);
    let outside_the_figure = (0..26).all(|x| (200..900).all(|y| png.pixel(x, y).is_some_and(|p| p.green() == 255)));
    assert!(outside_the_figure);
}

#[test]
fn a_map_without_review_number_says_that_it_is_an_unreviewed_sketch() {
    let remark = "示意图，内部工作使用，未经地图审核，不得公开发布；行政界线不作划界依据";
    let mut map = isochrone_map(1);
    let figure = isochrones(&map);
    assert!(texts(&figure).contains(&remark));
    map.base.review_number = Some("GS(2024)0650号".into());
    let figure = isochrones(&map);
    assert!(!texts(&figure).contains(&remark));
    assert!(texts(&figure).contains(&"审图号：GS(2024)0650号　底图无修改"));
}

#[test]
fn a_label_without_room_is_named_in_a_warning_but_a_district_is_not() {
    let mut map = isochrone_map(3);
    let crowd =
        |rank: Rank, name: &str| (0..60).map(|_| Seat { name: name.into(), at: at(112.0, 0.0), rank }).collect::<Vec<_>>();
    map.base.seats = crowd(Rank::County, "县城");
    map.base.seats.extend(crowd(Rank::District, "城区"));
    let figure = isochrones(&map);
    let dropped =
        |name: &str| figure.warnings.iter().any(|w| matches!(w, Warning::DroppedLabel { label, .. } if label == name));
    assert!(dropped("县城") && !dropped("城区"));
    assert_eq!(figure.overlaps(), []);
}

#[test]
fn rounding_never_hides_a_missed_limit() {
    let figure = margin::draw(&margins());
    assert!(texts(&figure).contains(&"60.4"), "60.4 fails and must not be printed as 60");
    assert!(texts(&figure).contains(&"131"), "far from the limit minutes are whole");
}

#[test]
fn what_has_no_value_is_not_drawn_as_zero() {
    let figure = ladder::draw(&definition_ladder());
    let shown = texts(&figure);
    assert!(shown.contains(&"无服务") && shown.contains(&"无数据") && !shown.contains(&"0.0%") && !shown.contains(&"0/0"));
    let mut curves = coverage_curves(&[0.5, 0.6]);
    curves.curves[1].shares.clear();
    let figure = coverage::draw(&curves);
    assert_eq!(texts(&figure).iter().filter(|t| **t == "无数据").count(), 5, "one for each of the five times of the table");
}

/// At 60 minutes the curve `t / (t + 40)` is at 0.6 of its top.
#[test]
fn the_curve_is_read_off_at_the_limit() {
    let curves = coverage_curves(&[0.5]);
    assert_eq!(curves.curves[0].share_at(min(60.0)), Some(0.3));
    assert_eq!(curves.curves[0].share_at(min(60.5)), Some(0.3), "a staircase between whole minutes");
    let figure = coverage::draw(&curves);
    assert!(texts(&figure).contains(&"30.0%"), "beside the line");
    assert!(texts(&figure).contains(&"30.0"), "in the table");
}

/// Two places, so two cells with a time; only the colours of their classes and the red of the frames change.
#[test]
fn exactly_the_limit_is_within_it_and_a_decisecond_more_is_framed() {
    let painted = |time: Duration| {
        let mut table = heat_table(&[2]);
        table.times = vec![vec![None, Some(Time::Reached(time))], vec![Some(Time::Reached(time)), None]];
        let png = pixels(&heat::draw(&table).svg, 800);
        (count(&png, (0x6F, 0xC4, 0xC8)), count(&png, (0xB4, 0xE0, 0xC0)), count(&png, (0xB2, 0x18, 0x2B)))
    };
    let (within, beyond) = (painted(min(60.0)), painted(Duration::from_deciseconds(36_001)));
    assert!(within.0 > 10 * within.1, "in the class 45–60: {within:?}");
    assert!(beyond.1 > 10 * beyond.0, "in the class 60–90: {beyond:?}");
    assert!(beyond.2 > 5 * within.2, "only the frame of the legend is red before: {within:?} {beyond:?}");
}

/// The first class is the most saved, dark blue; the last the most lost, dark red.
#[test]
fn faster_is_blue_and_slower_is_red() {
    let all = vec![solid(square(109.0, -3.0, 6.0))];
    let painted = |class: usize| {
        let mut map = difference_map();
        map.panels.truncate(1);
        map.panels[0].network = Network::default();
        map.panels[0].bands = vec![Vec::new(); 11];
        map.panels[0].bands[class] = all.clone();
        let png = pixels(&difference(&map).svg, 500);
        (count(&png, (0x05, 0x30, 0x61)), count(&png, (0x67, 0x00, 0x1F)))
    };
    let (fastest, slowest) = (painted(0), painted(10));
    assert!(fastest.0 > 50_000 && fastest.1 < 2_000, "{fastest:?}");
    assert!(slowest.1 > 50_000 && slowest.0 < 2_000, "{slowest:?}");
}

#[test]
fn a_long_status_table_is_cut_into_pages_that_hold_every_project_once() {
    let pages = status::draw(&status_table(68));
    assert!(pages.len() > 2);
    assert!(pages.iter().all(|page| page.height <= 700.0), "each fits on A4");
    let all: Vec<&str> = pages.iter().flat_map(|page| texts(page)).collect();
    for i in 0..68 {
        let name = format!("项目{i}号：");
        assert_eq!(all.iter().filter(|t| t.starts_with(&name)).count(), 1, "{name}");
    }
    assert_eq!(status::draw(&status_table(0)).len(), 1, "an empty table is a page too");
}

#[test]
fn charts_of_nothing_are_drawn_without_a_panic() {
    let nothing = Caption::default();
    let base = Base::default();
    isochrones(&IsochroneMap { caption: nothing.clone(), base: base.clone(), panels: Vec::new() });
    difference(&DifferenceMap { caption: nothing, base, panels: Vec::new() });
    coverage::draw(&coverage_curves(&[]));
    heat::draw(&heat_table(&[]));
    slope::draw(&slope::Slopes { panels: Vec::new(), stages: Vec::new(), ..slopes() });
    margin::draw(&margin::Margins { groups: Vec::new(), ..margins() });
    ladder::draw(&ladder::Ladder { rows: Vec::new(), scenarios: Vec::new(), ..definition_ladder() });
    waterfall::draw(&waterfall::Waterfall { journeys: Vec::new(), ..journeys() });
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever is written around a chart stays on the page, and the document stays well formed.
    #[test]
    fn any_title_and_note_stay_on_the_page(title in any::<String>(), title_en in "[a-zA-Z ]{0,400}", note in "\\PC{0,600}") {
        let caption = Caption { title, title_en, note: Some(note), ..caption() };
        let figure = waterfall::draw(&waterfall::Waterfall { caption, ..journeys() });
        prop_assert!(figure.clipped().is_empty());
        prop_assert!(figure.overlaps().is_empty());
        prop_assert!(!raster::png(&figure.svg, 40).is_empty());
    }
}
