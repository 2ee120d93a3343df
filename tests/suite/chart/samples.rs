//! Made-up data for every chart, as large as the real ones and as awkward.

use onehour::geo::LonLat;
use onehour::output::chart::map::{
    Area, Base, DifferenceMap, DifferencePanel, IsochroneMap, IsochronePanel, Metro, Network, Place, Polygon, Rail, Rank,
    Road, RoadClass, Seat, Unit,
};
use onehour::output::chart::{Caption, Time, Verdict, coverage, heat, ladder, margin, slope, status, waterfall};
use onehour::units::Duration;

pub fn min(minutes: f64) -> Duration {
    Duration::from_minutes(minutes).expect("tests use sensible minutes")
}

pub fn caption() -> Caption {
    Caption {
        number: Some("图3-2".into()),
        title: "太原市中心出发一小时交通圈：小汽车，门到门".into(),
        title_en: "One-hour circle of Taiyuan by car, door to door".into(),
        source: "第七次全国人口普查（2020-11-01）；OpenStreetMap contributors（ODbL）；行政区界线 天地图（已简化）".into(),
        note: Some(
            "门到门（V6），工作日 07:30–09:00 到达；分级右闭。A time of exactly 60 minutes counts as reached.".into(),
        ),
    }
}

pub fn at(lon: f64, lat: f64) -> LonLat {
    LonLat::new(lon, lat).expect("tests use sensible degrees")
}

pub fn square(west: f64, south: f64, side: f64) -> Vec<LonLat> {
    vec![at(west, south), at(west + side, south), at(west + side, south + side), at(west, south + side)]
}

pub fn solid(ring: Vec<LonLat>) -> Polygon {
    Polygon { outer: ring, holes: Vec::new() }
}

/// A wavy ring of `n` points around (112, 0), `radius` degrees wide.
pub fn wavy(radius: f64, n: usize) -> Vec<LonLat> {
    (0..n)
        .map(|i| {
            let angle = std::f64::consts::TAU * i as f64 / n as f64;
            let r = radius * (1.0 + 0.1 * (5.0 * angle).sin() + 0.01 * (97.0 * angle).sin());
            at(112.0 + r * angle.cos(), r * angle.sin())
        })
        .collect()
}

/// Disjoint rings of `n` points each, `classes` of them.
pub fn rings(classes: usize, n: usize) -> Vec<Area> {
    let radius = |class: usize| 0.25 * (class + 1) as f64;
    let holes = |class: usize| if class > 0 { vec![wavy(radius(class - 1), n)] } else { Vec::new() };
    (0..classes).map(|class| vec![Polygon { outer: wavy(radius(class), n), holes: holes(class) }]).collect()
}

/// A study of 7 × 7 units of half a degree around (112, 0), in cities of seven, with a dense network.
pub fn study(n_links: usize) -> (Base, Network) {
    let cell = |i: usize| at(110.25 + 0.5 * (i % 7) as f64, -1.75 + 0.5 * (i / 7) as f64);
    let unit = |i: usize| Unit { city: format!("市{}", i / 7), area: vec![solid(square(cell(i).lon, cell(i).lat, 0.5))] };
    let rank = |i: usize| if i % 7 == 3 { Rank::Centre } else { Rank::County };
    let seat = |i: usize| Seat { name: "忻府区".into(), at: at(cell(i).lon + 0.25, cell(i).lat + 0.3), rank: rank(i) };
    let base = Base {
        units: (0..49).map(unit).collect(),
        seats: (0..49).map(seat).collect(),
        airports: vec![Place { name: "武宿机场".into(), at: at(112.4, -0.4) }],
        origin: Some(Place { name: "太原".into(), at: at(112.05, 0.02) }),
        review_number: None,
    };
    let class = |i: usize| [RoadClass::Expressway, RoadClass::National, RoadClass::Other, RoadClass::Other][i % 4];
    let link = |i: usize| {
        let (x, y) = ((i * 37 % 400) as f64 / 100.0, (i * 53 % 397) as f64 / 100.0);
        let path = vec![at(110.0 + x, y - 2.0), at(110.05 + x, y - 1.95), at(110.07 + x, y - 1.9)];
        Road { class: class(i), planned: i.is_multiple_of(9), path }
    };
    let rail = |i: usize| Rail {
        high_speed: i.is_multiple_of(2),
        planned: i.is_multiple_of(3),
        path: vec![at(109.0, -1.0 + 0.2 * i as f64), at(115.0, -0.8 + 0.2 * i as f64)],
    };
    let network = Network {
        roads: (0..n_links).map(link).collect(),
        rails: (0..8).map(rail).collect(),
        metros: vec![Metro {
            name: "地铁1号线".into(),
            colour: (0xD9, 0x2E, 0x7F),
            path: vec![at(111.9, 0.1), at(112.2, -0.2)],
        }],
    };
    (base, network)
}

pub fn isochrone_map(panels: usize) -> IsochroneMap {
    let (base, network) = study(5_000);
    let bands = rings(7, 3_000);
    let within_limit = vec![solid(wavy(1.0, 3_000))];
    let panel = |i: usize| IsochronePanel {
        title: format!("S{i}　2026 年"),
        bands: bands.clone(),
        within_limit: within_limit.clone(),
        network: network.clone(),
    };
    IsochroneMap { caption: caption(), base, panels: (0..panels).map(panel).collect() }
}

pub fn difference_map() -> DifferenceMap {
    let (base, network) = study(500);
    let panel = DifferencePanel {
        title: "S2-plan − S1".into(),
        bands: rings(11, 500),
        gained: vec![Polygon { outer: wavy(1.2, 400), holes: vec![wavy(0.9, 400)] }],
        lost: vec![solid(square(110.4, 1.0, 0.3))],
        network,
    };
    DifferenceMap { caption: caption(), base, panels: vec![panel.clone(), panel] }
}

pub fn coverage_curves(tops: &[f64]) -> coverage::Coverage {
    let curve = |(i, top): (usize, &f64)| coverage::Curve {
        scenario: format!("S{i} 2035"),
        shares: (0..=180).map(|t| (Duration::from_mins(t), top * f64::from(t) / (f64::from(t) + 40.0))).collect(),
    };
    coverage::Coverage {
        caption: caption(),
        of: "常住人口".into(),
        of_en: "residents".into(),
        limit: min(60.0),
        longest: min(180.0),
        read_at: [30.0, 45.0, 60.0, 90.0, 120.0].map(min).to_vec(),
        curves: tops.iter().enumerate().map(curve).collect(),
    }
}

pub fn definition_ladder() -> ladder::Ladder {
    use ladder::Value::{NoService, NotTested, Passed, Share};
    let rung = |code: &str, values: Vec<ladder::Value>| ladder::Rung {
        code: code.into(),
        name: "站到站，计划出行".into(),
        name_en: "station to station".into(),
        values,
    };
    ladder::Ladder {
        caption: caption(),
        axis: "60 分钟内人口占比（%）  Share of people within 60 min (%)".into(),
        scenarios: vec!["S0 2021".into(), "S1 2026".into(), "S2 2035".into()],
        rows: vec![
            rung("V1", vec![Share(0.5), Share(0.5), Share(0.5)]),
            rung("V3", vec![Passed { passed: 1, of: 4 }, Passed { passed: 3, of: 4 }, Share(1.0)]),
            rung("V6", vec![NoService, NotTested, Passed { passed: 0, of: 0 }]),
        ],
        marks: vec![(0.5, "50% 初步形成".into()), (0.8, "80% 基本建成".into()), (0.95, "95% 建成".into())],
    }
}

pub fn heat_table(groups: &[usize]) -> heat::Heat {
    let n: usize = groups.iter().sum();
    let time = |i: usize, j: usize| match (i * 31 + j * 17) % 23 {
        _ if i == j => None,
        0 => Some(Time::NoService),
        1 => Some(Time::NotTested),
        k => Some(Time::Reached(min(k as f64 * 9.1))),
    };
    let group = |(g, &size): (usize, &usize)| heat::Group {
        name: format!("忻定原{g}"),
        places: (0..size).map(|_| "尖草坪".to_string()).collect(),
    };
    heat::Heat {
        caption: caption(),
        limit: min(60.0),
        groups: groups.iter().enumerate().map(group).collect(),
        times: (0..n).map(|i| (0..n).map(|j| time(i, j)).collect()).collect(),
    }
}

pub fn slopes() -> slope::Slopes {
    let line = |i: usize| slope::Line {
        name: "尖草坪区".into(),
        times: match i % 7 {
            5 => vec![Time::NoService, Time::NotTested, Time::Reached(min(59.7))],
            6 => vec![Time::Reached(min(90.0)), Time::Reached(min(80.0)), Time::NoService],
            // All end at the same minute: their names must still find room.
            _ => vec![Time::Reached(min(100.0 + i as f64)), Time::Reached(min(80.0)), Time::Reached(min(60.0))],
        },
    };
    let panel = |n: usize| slope::Panel { name: format!("{n} 县市"), lines: (0..n).map(line).collect() };
    slope::Slopes {
        caption: caption(),
        limit: min(60.0),
        stages: vec!["S0 2021".into(), "S1 2026".into(), "S2 2035".into()],
        panels: [10, 11, 14, 13, 5].map(panel).to_vec(),
    }
}

pub fn margins() -> margin::Margins {
    let row = |minutes: f64, verdict| margin::Row {
        relation: "太原—晋中（榆次）".into(),
        times: Some(margin::Times { low: min(minutes * 0.9), base: min(minutes), high: Some(min(minutes * 1.2)) }),
        verdict,
    };
    let absent = |verdict| margin::Row { relation: "太原—静乐".into(), times: None, verdict };
    let rows = vec![
        row(27.0, Verdict::Pass),
        row(60.4, Verdict::Marginal),
        row(131.0, Verdict::Fail),
        row(400.0, Verdict::Fail),
        absent(Verdict::NoService),
        absent(Verdict::NotTested),
    ];
    let group = |name: &str| margin::Group { name: name.into(), rows: rows.clone() };
    margin::Margins {
        caption: caption(),
        limit: min(60.0),
        groups: vec![group("S0　2021 年"), group("S1　2026 年"), group("")],
    }
}

pub fn status_table(rows: usize) -> status::StatusTable {
    use status::State::{Approved, Building, Open, Proposed, Stopped, Study, Unknown};
    let states = [Open, Building, Approved, Proposed, Study, Stopped, Unknown];
    let row = |i: usize| status::Row {
        section: format!("第{}部分 铁路网络", i / 20),
        name: format!("项目{i}号：太原铁路枢纽客运通道能力提升工程"),
        verb: "加快建设".into(),
        state: states[i % 7],
        date: "2024-12-31".into(),
        modelled: match i % 3 {
            0 => status::Modelled::No("票务与信息服务，不改变旅客时间".into()),
            _ => status::Modelled::Yes("新线 122 km，每日 12 对".into()),
        },
        source: "央视 2026-02-01（https://news.qq.com/rain/a/20260201A02PAO00）".repeat(i % 4),
    };
    status::StatusTable { caption: caption(), rows: (0..rows).map(row).collect() }
}

pub fn journeys() -> waterfall::Waterfall {
    use waterfall::LegKind::{Access, Drive, Egress, Exit, Park, Process, Ramp, Ride, Transfer, Wait, Walk};
    let kinds = [Access, Process, Wait, Ride, Transfer, Ride, Exit, Egress, Walk, Drive, Ramp, Park];
    let journey = |n: usize| waterfall::Journey {
        name: "太原—忻州".into(),
        detail: "S1 2026，铁路".into(),
        legs: kinds.iter().enumerate().map(|(i, &kind)| waterfall::Leg { kind, time: min((i * n % 13) as f64) }).collect(),
    };
    waterfall::Waterfall { caption: caption(), limit: min(60.0), journeys: (1..7).map(journey).collect() }
}
