//! Stations on lines: the foot of the perpendicular, and kilometres along the drawing.

use super::{Drawing, Mark};
use crate::diagnostic::{Checked, Diagnostic};
use crate::geo::{LonLat, METRES_PER_DEGREE};

/// An end of a line that lies nearer to a station than this, in metres, is that station.
const END_M: f64 = 50.0;

/// How many segments are told from a place by one box.
const BLOCK: usize = 64;

/// The most pairs of a mark and a block of segments that are looked at.
const MAX_PAIRS: usize = 400_000_000;

/// A line with its stations on it.
#[derive(Debug, Clone, PartialEq)]
pub struct Alignment {
    /// Its name, empty where it has none.
    pub name: String,
    /// Everything else that is written about it.
    pub note: String,
    /// Its points.
    pub points: Vec<LonLat>,
    /// Its stations in the order of their kilometres.
    pub stops: Vec<Stop>,
    /// Its length along the drawing in km, or as listed in the file where every station has a kilometre there.
    pub km: f64,
    /// Whether kilometres are those of the file and not measured.
    pub listed: bool,
}

/// A station on a line.
#[derive(Debug, Clone, PartialEq)]
pub struct Stop {
    /// Its name, empty where it has none.
    pub name: String,
    /// Everything else that is written about it.
    pub note: String,
    /// Where it is drawn, which may be beside the line.
    pub at: LonLat,
    /// Kilometre of the line.
    pub km: f64,
    /// Number of the first point of the line that lies behind its foot.
    pub next: usize,
    /// The mark of the drawing that it is; the same number on another line is the same station.
    pub mark: usize,
}

/// Puts the stations of `drawing` on its lines: those that the file gives a line, and every mark within `reach_m` metres of a line, on
/// each such line. Kilometres are those of the file where it gives one for every station of the line, in order, and stations stand
/// at both ends; otherwise they are measured along the drawing.
///
/// Warnings name marks that are near no line, kilometres that fall, and files too large to compare.
pub fn attach(drawing: &Drawing, reach_m: f64) -> Checked<Vec<Alignment>> {
    let mut diagnostics = Vec::new();
    let n_blocks: usize = drawing.lines.iter().map(|line| line.points.len() / BLOCK + 1).sum();
    if n_blocks.saturating_mul(drawing.marks.len()) > MAX_PAIRS {
        let message =
            format!("{} points and {} lines are too many to be put together", drawing.marks.len(), drawing.lines.len());
        let fault =
            Diagnostic::error("alignments::size", message).help("split the file, or leave out points that are no stations");
        return Checked { value: Vec::new(), diagnostics: vec![fault] };
    }
    let mut nearest: Vec<f64> = vec![f64::INFINITY; drawing.marks.len()];
    // Marks count from 0, stations of lines behind them.
    let mut number = drawing.marks.len();
    let mut alignments = Vec::new();
    for line in &drawing.lines {
        let track = Track::new(&line.points);
        let mut stops = Vec::new();
        for station in &line.stations {
            let foot = track.foot(station.at, f64::INFINITY);
            stops.extend(foot.map(|foot| foot.stop(station, number)));
            number += 1;
        }
        for (n, mark) in drawing.marks.iter().enumerate() {
            if let Some(foot) = track.foot(mark.at, nearest[n].max(reach_m)) {
                nearest[n] = nearest[n].min(foot.metres);
                if foot.metres <= reach_m {
                    stops.push(foot.stop(mark, n));
                }
            }
        }
        let length = track.metres.last().copied().unwrap_or(0.0);
        let to_the_ends = match (stops.first(), stops.last()) {
            (Some(first), Some(last)) => first.km * 1000.0 <= END_M && length - last.km * 1000.0 <= END_M,
            _ => false,
        };
        let listed = listed_km(&line.stations, &line.name, &mut diagnostics);
        let listed = listed.filter(|_| to_the_ends && stops.len() == line.stations.len());
        let (km, is_listed) = match &listed {
            Some(km) => (km.last().copied().unwrap_or(0.0), true),
            None => (length / 1000.0, false),
        };
        match listed {
            Some(listed) => stops.iter_mut().zip(listed).for_each(|(stop, km)| stop.km = km),
            None => stops.sort_by(|a, b| a.km.total_cmp(&b.km)),
        }
        let (name, note, points) = (line.name.clone(), line.note.clone(), line.points.clone());
        alignments.push(Alignment { name, note, points, stops, km, listed: is_listed });
    }
    diagnostics.extend(far_marks(drawing, &nearest, reach_m));
    Checked { value: alignments, diagnostics }
}

/// The kilometres of the file, where every station has one and they do not fall.
fn listed_km(stations: &[Mark], line: &str, diagnostics: &mut Vec<Diagnostic>) -> Option<Vec<f64>> {
    let listed: Vec<f64> = stations.iter().map(|station| station.km).collect::<Option<_>>()?;
    let falls = listed.windows(2).position(|pair| pair[1] < pair[0]);
    if let Some(at) = falls {
        let message =
            format!("the kilometres of \"{line}\" fall from {} to {} and are measured instead", listed[at], listed[at + 1]);
        let fault =
            Diagnostic::warning("alignments::km", message).help("list the stations in the order of their kilometres");
        diagnostics.push(match &stations[at + 1].span {
            Some(span) => fault.at(span),
            None => fault,
        });
    }
    (falls.is_none() && listed.len() >= 2).then_some(listed)
}

/// One warning for each mark that is on no line, at most twenty, and a count of the others.
fn far_marks(drawing: &Drawing, nearest: &[f64], reach_m: f64) -> Vec<Diagnostic> {
    const SHOWN: usize = 20;
    if drawing.lines.is_empty() {
        return Vec::new();
    }
    let far = drawing.marks.iter().zip(nearest).filter(|(_, metres)| **metres > reach_m);
    let mut faults: Vec<Diagnostic> = far
        .map(|(mark, metres)| {
            let distance = if metres.is_finite() { format!("{:.1} km", metres / 1000.0) } else { "far".to_string() };
            let message = format!("the point \"{}\" lies {distance} from the nearest line and is left out", mark.name);
            let fault = Diagnostic::warning("alignments::far", message);
            let fault = fault.help(format!("draw it within {reach_m} m of its line, or import it with --as point"));
            mark.span.as_ref().map_or(fault.clone(), |span| fault.at(span))
        })
        .collect();
    if faults.len() > SHOWN {
        let message = format!("and {} more points that lie on no line", faults.len() - SHOWN);
        faults.truncate(SHOWN);
        faults.push(Diagnostic::warning("alignments::far", message));
    }
    faults
}

/// Where a place meets a line.
struct Foot {
    /// Distance to the place.
    metres: f64,
    /// Metres along the line.
    along: f64,
    /// Number of the first point behind it.
    next: usize,
}

impl Foot {
    fn stop(&self, mark: &Mark, number: usize) -> Stop {
        let (name, note, at) = (mark.name.clone(), mark.note.clone(), mark.at);
        Stop { name, note, at, km: self.along / 1000.0, next: self.next, mark: number }
    }
}

/// The points of a line with the metres to each.
struct Track<'l> {
    points: &'l [LonLat],
    metres: Vec<f64>,
    /// Least and greatest longitude and latitude of every [`BLOCK`] segments.
    boxes: Vec<[f64; 4]>,
}

impl<'l> Track<'l> {
    fn new(points: &'l [LonLat]) -> Self {
        let mut metres = Vec::with_capacity(points.len());
        let mut sum = 0.0;
        for (n, &point) in points.iter().enumerate() {
            sum += n.checked_sub(1).map_or(0.0, |before| points[before].metres_to(point));
            metres.push(sum);
        }
        let boxes = (0..points.len()).step_by(BLOCK).map(|start| {
            let block = &points[start..(start + BLOCK + 1).min(points.len())];
            block.iter().fold([f64::INFINITY, f64::NEG_INFINITY, f64::INFINITY, f64::NEG_INFINITY], |b, p| {
                [b[0].min(p.lon), b[1].max(p.lon), b[2].min(p.lat), b[3].max(p.lat)]
            })
        });
        let boxes = boxes.collect();
        Track { points, metres, boxes }
    }

    /// The nearest foot of the perpendicular from `place`, the first of several, where it is at most `limit` metres long.
    fn foot(&self, place: LonLat, limit: f64) -> Option<Foot> {
        let mut best: Option<Foot> = None;
        for (block, bounds) in self.boxes.iter().enumerate() {
            let reach = best.as_ref().map_or(limit, |foot| foot.metres);
            if metres_to_box(place, bounds) > reach {
                continue;
            }
            let start = block * BLOCK;
            for next in start + 1..(start + BLOCK + 1).min(self.points.len()) {
                let foot = self.foot_on(place, next);
                if foot.metres <= limit && best.as_ref().is_none_or(|best| foot.metres < best.metres) {
                    best = Some(foot);
                }
            }
        }
        best
    }

    /// The foot on the segment that ends at point `next`, in the plane that touches the earth at the place: exact to a thousandth
    /// within some ten kilometres.
    fn foot_on(&self, place: LonLat, next: usize) -> Foot {
        let shrink = place.lat.to_radians().cos();
        let plane = |p: LonLat| ((p.lon - place.lon) * shrink * METRES_PER_DEGREE, (p.lat - place.lat) * METRES_PER_DEGREE);
        let ((ax, ay), (bx, by)) = (plane(self.points[next - 1]), plane(self.points[next]));
        let (dx, dy) = (bx - ax, by - ay);
        let squared = dx * dx + dy * dy;
        let share = if squared > 0.0 { (-(ax * dx + ay * dy) / squared).clamp(0.0, 1.0) } else { 0.0 };
        let (fx, fy) = (ax + share * dx, ay + share * dy);
        let (before, after) = (self.metres[next - 1], self.metres[next]);
        Foot { metres: fx.hypot(fy), along: before + share * (after - before), next }
    }
}

/// A lower bound of the distance to anything in the box, in the plane of [`Track::foot_on`].
fn metres_to_box(place: LonLat, bounds: &[f64; 4]) -> f64 {
    let outside = |value: f64, low: f64, high: f64| (low - value).max(value - high).max(0.0) * METRES_PER_DEGREE;
    let east = outside(place.lon, bounds[0], bounds[1]) * place.lat.to_radians().cos();
    east.hypot(outside(place.lat, bounds[2], bounds[3]))
}
