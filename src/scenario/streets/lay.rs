//! Laying a new street: its joints, its vertices and its edges.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::cut::Cut;
use super::join::{OnEdge, crossings, nearest};
use super::{Editor, Joint, LaidStreet, mode_of, time_at};
use crate::diagnostic::Diagnostic;
use crate::geo::LonLat;
use crate::input::projects::{Change, NewWay, Project};
use crate::input::vocabulary::{Joins, PlannedStreet, StreetUser};
use crate::network::streets::{Directed, Place, StreetClass, StreetMode, Way};
use crate::units::Distance;

/// A crossing nearer than this to an end of the new street is that end, in metres.
const SAME_M: f64 = 1.0;

/// A place where the new street is to be joined.
#[derive(Debug, Clone, Copy)]
struct Meeting {
    /// Metres along the drawn line.
    along_m: f64,
    /// How far the line lies from the street.
    apart_m: f64,
    on: OnEdge,
}

/// A vertex on the new street, in order along it.
#[derive(Debug, Clone, Copy)]
struct Station {
    along_m: f64,
    vertex: u32,
}

impl Editor {
    /// Lays a street and joins it. The edges it consists of, none where it leads nowhere; a fault where it meets no street.
    pub(super) fn lay(
        &mut self,
        project: &Project,
        change: &Change,
        way: &NewWay,
    ) -> Result<BTreeSet<u32>, Box<Diagnostic>> {
        let points: Vec<LonLat> = way.points.iter().map(|point| point.0).collect();
        let users: Vec<StreetMode> = way.speeds.iter().map(|&(user, _)| mode_of(user)).collect();
        if !self.layers.iter().any(|layer| users.contains(&layer.mode)) {
            return Ok(BTreeSet::new());
        }
        let (meetings, n_passed) = self.meetings(project, change, way, &points, &users)?;
        let mut joints: Vec<(f64, Joint)> = Vec::new();
        let mut stations = self.join(&meetings, &mut joints);
        let length_m = points.windows(2).map(|pair| pair[0].metres_to(pair[1])).sum::<f64>();
        // An end that meets no street is an end all the same.
        for (along_m, at) in [(0.0, points[0]), (length_m, points[points.len() - 1])] {
            if !stations.iter().any(|station| station.along_m == along_m) {
                stations.push(Station { along_m, vertex: self.add_vertex(Place::of(at)) });
            }
        }
        stations.sort_by(|a, b| a.along_m.total_cmp(&b.along_m));
        stations.dedup_by_key(|station| station.vertex);
        let (edges, length_cm) = self.lay_edges(project, way, &points, &stations);
        joints.sort_by(|a, b| a.0.total_cmp(&b.0));
        if !edges.is_empty() {
            self.laid.push(LaidStreet {
                project: Arc::from(project.id.as_str()),
                joints: joints.into_iter().map(|(_, joint)| joint).collect(),
                n_passed,
                length: Distance::from_metres((length_cm / 100) as u32),
            });
        }
        Ok(edges)
    }

    /// Where the street meets others, and how many it crosses without meeting them.
    fn meetings(
        &self,
        project: &Project,
        change: &Change,
        way: &NewWay,
        points: &[LonLat],
        users: &[StreetMode],
    ) -> Result<(Vec<Meeting>, usize), Box<Diagnostic>> {
        let layers: Vec<_> = self.layers.iter().filter(|layer| users.contains(&layer.mode)).collect();
        let may = |edge: u32| layers.iter().all(|layer| layer.is_open(edge));
        let length_m = points.windows(2).map(|pair| pair[0].metres_to(pair[1])).sum::<f64>();
        let (mut meetings, mut n_passed) = (Vec::new(), 0);
        for (along_m, point) in [(0.0, &way.points[0]), (length_m, &way.points[way.points.len() - 1])] {
            match nearest(&self.streets, may, point.0, way.join_within_m) {
                Some((on, apart_m)) => meetings.push(Meeting { along_m, apart_m, on }),
                None if way.joins == Joins::Crossings => {}
                None => return Err(Box::new(unmet(project, way, &point.1))),
            }
        }
        if way.joins == Joins::Crossings {
            let inside = |along_m: f64| along_m >= SAME_M && along_m <= length_m - SAME_M;
            for (along_m, on) in crossings(&self.streets, may, points).into_iter().filter(|found| inside(found.0)) {
                if self.is_apart(on.edge, way.class) {
                    n_passed += 1;
                } else {
                    meetings.push(Meeting { along_m, apart_m: 0.0, on });
                }
            }
        }
        if meetings.is_empty() {
            return Err(Box::new(unmet(project, way, &change.span)));
        }
        Ok((meetings, n_passed))
    }

    /// Whether a street that crosses an edge does so on another level.
    fn is_apart(&self, edge: u32, class: PlannedStreet) -> bool {
        let way = self.streets.way(edge);
        let motorway = |class: usize| class <= StreetClass::MotorwayLink as usize;
        way.flags & (Way::BRIDGE | Way::TUNNEL) != 0 || motorway(way.class.into()) || motorway(class_of(class) as usize)
    }

    /// Cuts the edges that are met and notes the joints.
    fn join(&mut self, meetings: &[Meeting], joints: &mut Vec<(f64, Joint)>) -> Vec<Station> {
        let mut by_edge: BTreeMap<u32, Vec<Meeting>> = BTreeMap::new();
        for meeting in meetings {
            by_edge.entry(meeting.on.edge).or_default().push(*meeting);
        }
        let mut stations: Vec<Station> = Vec::new();
        for (edge, mut here) in by_edge {
            here.sort_by(|a, b| a.on.cut.along_m.total_cmp(&b.on.cut.along_m));
            let cuts: Vec<Cut> = here.iter().map(|meeting| meeting.on.cut).collect();
            let vertices = self.cut(edge, &cuts);
            for (meeting, (vertex, at_vertex)) in here.iter().zip(vertices) {
                let at = self.streets.vertices[vertex as usize].at.lon_lat();
                // Several streets end where one is crossed at a junction.
                let known =
                    stations.iter().any(|other| other.vertex == vertex && (other.along_m - meeting.along_m).abs() < SAME_M);
                if !known {
                    stations.push(Station { along_m: meeting.along_m, vertex });
                    let way = self.streets.way(edge).osm;
                    joints.push((meeting.along_m, Joint { at, apart_m: meeting.apart_m, way, at_vertex }));
                }
            }
        }
        stations
    }

    /// The edges between the stations, and their length in centimetres.
    fn lay_edges(
        &mut self,
        project: &Project,
        new: &NewWay,
        points: &[LonLat],
        stations: &[Station],
    ) -> (BTreeSet<u32>, u64) {
        let mut drawn: Vec<(f64, LonLat)> = Vec::with_capacity(points.len());
        for &at in points {
            let along_m = drawn.last().map_or(0.0, |&(before, last)| before + last.metres_to(at));
            drawn.push((along_m, at));
        }
        let (mut edges, mut sum_cm, mut way) = (BTreeSet::new(), 0, None);
        for pair in stations.windows(2) {
            let ends = [pair[0], pair[1]].map(|station| self.streets.vertices[station.vertex as usize].at);
            let inside = drawn.iter().filter(|(along_m, _)| (pair[0].along_m..=pair[1].along_m).contains(along_m));
            let mut line: Vec<Place> = vec![ends[0]];
            line.extend(inside.map(|&(_, at)| Place::of(at)));
            line.push(ends[1]);
            line.dedup();
            let metres: f64 = line.windows(2).map(|pair| pair[0].lon_lat().metres_to(pair[1].lon_lat())).sum();
            let between = if line.len() > 2 { &line[1..line.len() - 1] } else { &[] };
            let length_cm = ((metres * 100.0).round() as u32).max(1);
            let way = *way.get_or_insert_with(|| self.add_way(project, new.class));
            let edge = self.add_edge((pair[0].vertex, pair[1].vertex), way, length_cm, between);
            self.open(edge, new, length_cm);
            sum_cm += u64::from(length_cm);
            edges.insert(edge);
        }
        (edges, sum_cm)
    }

    fn add_way(&mut self, project: &Project, class: PlannedStreet) -> u32 {
        self.n_made.1 += 1;
        let osm = -self.n_made.1;
        let streets = Arc::make_mut(&mut self.streets);
        let names = streets.names.to_mut();
        let (name_start, name_len) = (names.len() as u32, project.name.zh.len() as u32);
        names.extend_from_slice(project.name.zh.as_bytes());
        let class = class_of(class) as u16;
        let ways = streets.ways.to_mut();
        ways.push(Way { osm, name_start, name_len, class, flags: 0, unused: 0 });
        ways.len() as u32 - 1
    }

    fn open(&mut self, edge: u32, new: &NewWay, length_cm: u32) {
        for &(user, speed) in &new.speeds {
            let Some(layer) = self.layers.iter_mut().find(|layer| layer.mode == mode_of(user)) else { continue };
            let times = Arc::make_mut(layer).times_mut();
            times[Directed::new(edge, true).at()] = time_at(length_cm, speed);
            if !new.oneway || user == StreetUser::Walk {
                times[Directed::new(edge, false).at()] = time_at(length_cm, speed);
            }
        }
    }
}

fn unmet(project: &Project, way: &NewWay, span: &crate::diagnostic::Span) -> Diagnostic {
    let message = format!(
        "the new street of project \"{}\" meets no street that its users may use, within {} m",
        project.id, way.join_within_m
    );
    Diagnostic::error("scenario::unjoined", message)
        .at(span)
        .help("move the point onto a street, or allow more with join_within_m")
}

/// The class of OpenStreetMap.
const fn class_of(class: PlannedStreet) -> StreetClass {
    match class {
        PlannedStreet::Motorway => StreetClass::Motorway,
        PlannedStreet::MotorwayLink => StreetClass::MotorwayLink,
        PlannedStreet::Trunk => StreetClass::Trunk,
        PlannedStreet::Primary => StreetClass::Primary,
        PlannedStreet::Secondary => StreetClass::Secondary,
        PlannedStreet::Tertiary => StreetClass::Tertiary,
        PlannedStreet::Unclassified => StreetClass::Unclassified,
        PlannedStreet::Residential => StreetClass::Residential,
        PlannedStreet::Service => StreetClass::Service,
        PlannedStreet::Pedestrian => StreetClass::Pedestrian,
        PlannedStreet::Footway => StreetClass::Footway,
        PlannedStreet::Cycleway => StreetClass::Cycleway,
        PlannedStreet::Path => StreetClass::Path,
    }
}
