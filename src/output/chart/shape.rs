//! Geometry of drawings: bridges to holes, clipping, thinning, dashes, joining of lines.

use std::collections::BTreeMap;

use crate::output::chart::canvas::{Point, Rect};

/// One ring that fills the same area as `rings`, the first of which is the outer one: each hole is reached by a bridge and
/// left by the same. Rings may repeat their first point at the end or not.
pub fn bridged(rings: &[Vec<Point>]) -> Vec<Point> {
    let mut rings = rings.iter().enumerate().filter(|(_, ring)| ring.len() > 2).map(|(i, ring)| turned(ring, i == 0));
    let Some(mut path) = rings.next() else { return Vec::new() };
    path.push(path[0]);
    let start = path[0];
    for hole in rings {
        path.extend(&hole);
        path.push(hole[0]);
        path.push(start);
    }
    path
}

/// The ring without its closing point, turned so that its signed area is positive or negative: holes must run against
/// their outer ring, because SVG fills by winding.
fn turned(ring: &[Point], positive: bool) -> Vec<Point> {
    let mut ring = ring.to_vec();
    if ring.first() == ring.last() {
        ring.pop();
    }
    if (signed_area(&ring) > 0.0) != positive {
        ring.reverse();
    }
    ring
}

/// Twice the area, by the shoelace formula, with the sign of the turning sense.
pub fn signed_area(ring: &[Point]) -> f64 {
    let n = ring.len();
    (0..n).map(|i| (ring[i], ring[(i + 1) % n])).map(|(a, b)| a.0 * b.1 - b.0 * a.1).sum()
}

/// Whether `point` lies inside `ring` (even-odd rule).
pub fn inside(ring: &[Point], point: Point) -> bool {
    let n = ring.len();
    let crossed = |i: usize| {
        let (a, b) = (ring[i], ring[(i + 1) % n]);
        (a.1 > point.1) != (b.1 > point.1) && point.0 < (b.0 - a.0) * (point.1 - a.1) / (b.1 - a.1) + a.0
    };
    (0..n).filter(|&i| crossed(i)).count() % 2 == 1
}

/// The ring inside `view` (Sutherland and Hodgman, CACM 17(1), 1974); parts that fall apart stay joined along the edge of
/// the view, which fills the same area.
pub fn clipped_ring(ring: &[Point], view: Rect) -> Vec<Point> {
    if ring.iter().all(|&p| within(p, view)) {
        return ring.to_vec();
    }
    type Side = (fn(Point, Rect) -> bool, fn(Point, Point, Rect) -> Point);
    let sides: [Side; 4] = [
        (|p, v| p.0 >= v.left, |a, b, v| at_x(a, b, v.left)),
        (|p, v| p.0 <= v.right, |a, b, v| at_x(a, b, v.right)),
        (|p, v| p.1 >= v.top, |a, b, v| at_y(a, b, v.top)),
        (|p, v| p.1 <= v.bottom, |a, b, v| at_y(a, b, v.bottom)),
    ];
    let mut ring = ring.to_vec();
    for (keeps, cut) in sides {
        let n = ring.len();
        let mut kept = Vec::with_capacity(n);
        for i in 0..n {
            let (before, here) = (ring[(i + n - 1) % n], ring[i]);
            if keeps(before, view) != keeps(here, view) {
                kept.push(cut(before, here, view));
            }
            if keeps(here, view) {
                kept.push(here);
            }
        }
        ring = kept;
    }
    ring
}

fn within(p: Point, view: Rect) -> bool {
    p.0 >= view.left && p.0 <= view.right && p.1 >= view.top && p.1 <= view.bottom
}

fn at_x(a: Point, b: Point, x: f64) -> Point {
    (x, a.1 + (b.1 - a.1) * (x - a.0) / (b.0 - a.0))
}

fn at_y(a: Point, b: Point, y: f64) -> Point {
    (a.0 + (b.0 - a.0) * (y - a.1) / (b.1 - a.1), y)
}

/// The parts of a line that lie inside `view`.
pub fn clipped_line(line: &[Point], view: Rect) -> Vec<Vec<Point>> {
    let mut parts: Vec<Vec<Point>> = Vec::new();
    for pair in line.windows(2) {
        let Some((a, b)) = clipped_segment(pair[0], pair[1], view) else { continue };
        match parts.last_mut().filter(|part| part.last() == Some(&a)) {
            Some(part) => part.push(b),
            None => parts.push(vec![a, b]),
        }
    }
    parts
}

/// Liang and Barsky, ACM TOG 3(1), 1984.
fn clipped_segment(a: Point, b: Point, view: Rect) -> Option<(Point, Point)> {
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let (mut enter, mut leave) = (0.0_f64, 1.0_f64);
    let sides = [(-dx, a.0 - view.left), (dx, view.right - a.0), (-dy, a.1 - view.top), (dy, view.bottom - a.1)];
    for (slope, room) in sides {
        if slope == 0.0 {
            if room < 0.0 {
                return None;
            }
        } else if slope < 0.0 {
            enter = enter.max(room / slope);
        } else {
            leave = leave.min(room / slope);
        }
    }
    let at = |t: f64| (a.0 + t * dx, a.1 + t * dy);
    (enter < leave).then(|| (if enter > 0.0 { at(enter) } else { a }, if leave < 1.0 { at(leave) } else { b }))
}

/// The line with fewer points, nowhere more than `tolerance` off (Douglas and Peucker 1973). Ends stay.
pub fn thinned(line: &[Point], tolerance: f64) -> Vec<Point> {
    let mut keep = vec![false; line.len()];
    let mut open = match line.len() {
        0..=2 => return line.to_vec(),
        n => vec![(0, n - 1)],
    };
    keep[0] = true;
    keep[line.len() - 1] = true;
    while let Some((first, last)) = open.pop() {
        let farthest = (first + 1..last)
            .map(|i| (distance_to_segment(line[i], line[first], line[last]), i))
            .max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)));
        if let Some((distance, i)) = farthest.filter(|f| f.0 > tolerance) {
            debug_assert!(distance.is_finite());
            keep[i] = true;
            open.push((first, i));
            open.push((i, last));
        }
    }
    line.iter().zip(keep).filter(|(_, keep)| *keep).map(|(&p, _)| p).collect()
}

/// A ring with fewer points: thinned in two halves, so that it does not fall flat.
pub fn thinned_ring(ring: &[Point], tolerance: f64) -> Vec<Point> {
    if ring.len() < 5 {
        return ring.to_vec();
    }
    let far = (0..ring.len())
        .max_by(|&a, &b| gap(ring[0], ring[a]).total_cmp(&gap(ring[0], ring[b])).then(b.cmp(&a)))
        .unwrap_or(ring.len() / 2);
    let mut thin = thinned(&ring[..=far], tolerance);
    thin.pop();
    let mut back: Vec<Point> = ring[far..].to_vec();
    if back.last() != Some(&ring[0]) {
        back.push(ring[0]);
    }
    thin.extend(thinned(&back, tolerance));
    thin
}

fn gap(a: Point, b: Point) -> f64 {
    (a.0 - b.0).hypot(a.1 - b.1)
}

/// The shortest distance from `p` to the segment `a`–`b`.
pub fn distance_to_segment(p: Point, a: Point, b: Point) -> f64 {
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let length = dx * dx + dy * dy;
    let t = if length == 0.0 { 0.0 } else { (((p.0 - a.0) * dx + (p.1 - a.1) * dy) / length).clamp(0.0, 1.0) };
    gap(p, (a.0 + t * dx, a.1 + t * dy))
}

/// Cuts a line into dashes: lengths of dash, gap, dash, gap … in turn. No lengths: the line itself.
pub fn dashes(line: &[Point], lengths: &[f64]) -> Vec<Vec<Point>> {
    if lengths.is_empty() || lengths.iter().sum::<f64>() <= 0.0 {
        return vec![line.to_vec()];
    }
    let mut cut = Vec::new();
    let mut dash: Vec<Point> = line.first().map(|&p| vec![p]).unwrap_or_default();
    let (mut step, mut left) = (0, lengths[0]);
    for pair in line.windows(2) {
        let (mut from, to) = (pair[0], pair[1]);
        loop {
            let length = gap(from, to);
            if length < left {
                left -= length;
                if step % 2 == 0 {
                    dash.push(to);
                }
                break;
            }
            let t = if length > 0.0 { left / length } else { 1.0 };
            from = (from.0 + t * (to.0 - from.0), from.1 + t * (to.1 - from.1));
            if step % 2 == 0 {
                dash.push(from);
                cut.push(std::mem::take(&mut dash));
            } else {
                dash = vec![from];
            }
            step += 1;
            left = lengths[step % lengths.len()].max(0.01);
        }
    }
    cut.push(dash);
    cut.retain(|dash| dash.len() > 1);
    cut
}

/// Diagonal lines, `spacing` apart, inside the area of `rings` (even-odd rule).
pub fn hatched(rings: &[Vec<Point>], spacing: f64) -> Vec<(Point, Point)> {
    // Along a diagonal x + y is constant; each edge of the area cuts the diagonals between its ends' sums.
    let step = spacing * std::f64::consts::SQRT_2;
    let mut cuts: BTreeMap<i64, Vec<f64>> = BTreeMap::new();
    for ring in rings {
        for i in 0..ring.len() {
            let (a, b) = (ring[i], ring[(i + 1) % ring.len()]);
            let (from, to) = ((a.0 + a.1) / step, (b.0 + b.1) / step);
            for k in from.min(to).ceil() as i64..to.max(from).ceil() as i64 {
                let t = (k as f64 - from) / (to - from);
                cuts.entry(k).or_default().push(a.0 + t * (b.0 - a.0));
            }
        }
    }
    let mut lines = Vec::new();
    for (k, mut xs) in cuts {
        xs.sort_by(f64::total_cmp);
        let sum = k as f64 * step;
        lines.extend(xs.chunks_exact(2).map(|pair| ((pair[0], sum - pair[0]), (pair[1], sum - pair[1]))));
    }
    lines
}

/// Joins lines end to end where exactly two of them meet, so that dashes run on and joints are round. Ends meet when they
/// are equal to a hundredth of a point.
pub fn chained(lines: &[Vec<Point>]) -> Vec<Vec<Point>> {
    let key = |p: Point| ((p.0 * 100.0).round() as i64, (p.1 * 100.0).round() as i64);
    let mut ends: BTreeMap<(i64, i64), Vec<usize>> = BTreeMap::new();
    for (i, line) in lines.iter().enumerate().filter(|(_, line)| line.len() > 1) {
        ends.entry(key(line[0])).or_default().push(i);
        ends.entry(key(line[line.len() - 1])).or_default().push(i);
    }
    let mut used = vec![false; lines.len()];
    let mut chains = Vec::new();
    for (i, line) in lines.iter().enumerate() {
        if used[i] || line.len() < 2 {
            continue;
        }
        used[i] = true;
        let mut chain = line.clone();
        for _ in 0..2 {
            while let Some(next) = next_of(&ends, key(chain[chain.len() - 1]), &used) {
                used[next] = true;
                let mut more = lines[next].clone();
                if key(more[0]) != key(chain[chain.len() - 1]) {
                    more.reverse();
                }
                chain.extend(more.into_iter().skip(1));
            }
            chain.reverse();
        }
        chains.push(chain);
    }
    chains
}

/// The unused line of the two that meet at `end`.
fn next_of(ends: &BTreeMap<(i64, i64), Vec<usize>>, end: (i64, i64), used: &[bool]) -> Option<usize> {
    let meeting = ends.get(&end).filter(|meeting| meeting.len() == 2)?;
    meeting.iter().copied().find(|&line| !used[line])
}
