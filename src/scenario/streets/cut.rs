//! Cutting an edge where a new street meets it, so that nobody who only drives along it notices.
//!
//! Lengths and times of the pieces sum to those of the edge exactly, in every layer and both directions. A forbidden turn stays
//! forbidden from the last piece before it into the first piece after it, whichever way one came to that piece.

use std::sync::Arc;

use super::Editor;
use crate::geo::LonLat;
use crate::network::streets::{Directed, Edge, Layer, Place, Restriction, Streets, Vertex};

/// Cuts nearer than this to a vertex or to each other are the same, in metres.
const SAME_M: f64 = 1.0;

/// A place to cut an edge at.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cut {
    /// Metres along the edge from its begin.
    pub along_m: f64,
    /// The point there.
    pub at: LonLat,
}

/// The end of a piece: how far along, and what stands there.
#[derive(Debug, Clone, Copy)]
struct Mark {
    vertex: u32,
    along_m: f64,
    length_cm: u32,
}

impl Editor {
    /// Cuts an edge at places in order along it. Returns the vertex of every cut, with whether it was there before.
    pub(super) fn cut(&mut self, edge: u32, cuts: &[Cut]) -> Vec<(u32, bool)> {
        let whole = self.streets.edges[edge as usize];
        let shape = along(&self.streets, edge);
        let total_m = shape.last().map_or(0.0, |last| last.0);
        let mut marks = vec![Mark { vertex: whole.from, along_m: 0.0, length_cm: 0 }];
        let mut vertices = Vec::with_capacity(cuts.len());
        for cut in cuts {
            let before = marks[marks.len() - 1];
            let length_cm = (f64::from(whole.length_cm) * cut.along_m / total_m.max(f64::MIN_POSITIVE)).round() as u32;
            if cut.along_m - before.along_m < SAME_M || length_cm <= before.length_cm {
                vertices.push((before.vertex, marks.len() == 1));
            } else if total_m - cut.along_m < SAME_M || length_cm >= whole.length_cm {
                vertices.push((whole.to, true));
            } else {
                let vertex = self.add_vertex(Place::of(cut.at));
                marks.push(Mark { vertex, along_m: cut.along_m, length_cm });
                vertices.push((vertex, false));
            }
        }
        if marks.len() > 1 {
            marks.push(Mark { vertex: whole.to, along_m: total_m, length_cm: whole.length_cm });
            self.replace(edge, &marks, &shape);
        }
        vertices
    }

    pub(super) fn add_vertex(&mut self, at: Place) -> u32 {
        self.n_made.0 += 1;
        let vertices = Arc::make_mut(&mut self.streets).vertices.to_mut();
        vertices.push(Vertex { osm: -self.n_made.0, at });
        vertices.len() as u32 - 1
    }

    /// Adds an edge that is closed to all.
    pub(super) fn add_edge(&mut self, ends: (u32, u32), way: u32, length_cm: u32, between: &[Place]) -> u32 {
        let streets = Arc::make_mut(&mut self.streets);
        let points = streets.points.to_mut();
        let (first_point, n_points) = (points.len() as u32, between.len() as u32);
        points.extend_from_slice(between);
        let (from, to) = ends;
        let edges = streets.edges.to_mut();
        edges.push(Edge { from, to, way, length_cm, first_point, n_points });
        let edge = edges.len() as u32 - 1;
        for layer in &mut self.layers {
            Arc::make_mut(layer).times_mut().extend([Layer::CLOSED; 2]);
        }
        edge
    }

    /// Puts the pieces between the marks in place of an edge.
    fn replace(&mut self, edge: u32, marks: &[Mark], shape: &[(f64, Place)]) {
        let whole = self.streets.edges[edge as usize];
        let mut pieces = Vec::with_capacity(marks.len() - 1);
        for pair in marks.windows(2) {
            let inside = shape.iter().filter(|(along_m, _)| *along_m > pair[0].along_m && *along_m < pair[1].along_m);
            // The first and last point of the shape are the vertices themselves.
            let between: Vec<Place> = inside.filter(|(along_m, _)| *along_m > 0.0).map(|&(_, at)| at).collect();
            let length_cm = pair[1].length_cm - pair[0].length_cm;
            pieces.push(self.add_edge((pair[0].vertex, pair[1].vertex), whole.way, length_cm, &between));
        }
        for layer in &mut self.layers {
            if !layer.is_open(edge) {
                continue;
            }
            let times = Arc::make_mut(layer).times_mut();
            for forward in [true, false] {
                let all = std::mem::replace(&mut times[Directed::new(edge, forward).at()], Layer::CLOSED);
                if all == Layer::CLOSED {
                    continue;
                }
                let part = |mark: &Mark| share(all, mark.length_cm, whole.length_cm);
                for (&piece, pair) in pieces.iter().zip(marks.windows(2)) {
                    times[Directed::new(piece, forward).at()] = part(&pair[1]) - part(&pair[0]);
                }
            }
        }
        if let Some(tags) = self.projects.get(&edge).cloned() {
            self.projects.extend(pieces.iter().map(|&piece| (piece, tags.clone())));
        }
        for restriction in &mut Arc::make_mut(&mut self.streets).restrictions {
            restrict_pieces(restriction, edge, &pieces);
        }
    }
}

/// The time up to a part of a length, rounded.
fn share(time: u32, part_cm: u32, whole_cm: u32) -> u32 {
    let (time, part, whole) = (u64::from(time), u64::from(part_cm), u64::from(whole_cm.max(1)));
    ((time * part + whole / 2) / whole) as u32
}

/// Writes the pieces of an edge into a restriction in its place: of the first edge the last piece that is driven, of the last edge the
/// first, of one between all.
fn restrict_pieces(restriction: &mut Restriction, edge: u32, pieces: &[u32]) {
    if !restriction.path.iter().any(|directed| directed.edge() == edge) {
        return;
    }
    let last = restriction.path.len() - 1;
    let mut path = Vec::with_capacity(restriction.path.len() + pieces.len());
    for (at, &directed) in restriction.path.iter().enumerate() {
        if directed.edge() != edge {
            path.push(directed);
            continue;
        }
        let mut driven: Vec<Directed> = pieces.iter().map(|&piece| Directed::new(piece, directed.is_forward())).collect();
        if !directed.is_forward() {
            driven.reverse();
        }
        match at {
            0 => path.extend(driven.last()),
            at if at == last => path.extend(driven.first()),
            _ => path.extend(driven),
        }
    }
    restriction.path = path;
}

/// The points of an edge, ends included, each with its metres along the edge.
pub(super) fn along(streets: &Streets, edge: u32) -> Vec<(f64, Place)> {
    let mut points: Vec<(f64, Place)> = Vec::new();
    for at in streets.shape(edge) {
        let along_m = points.last().map_or(0.0, |&(before, last)| before + last.lon_lat().metres_to(at.lon_lat()));
        points.push((along_m, at));
    }
    points
}
