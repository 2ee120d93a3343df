//! Forbidden turns: restrictions of OpenStreetMap over nodes and ways, and barriers in the middle of streets.

use std::collections::BTreeMap;

use super::report::BuildReport;
use super::{Directed, Restriction, StreetMode, Streets};
use crate::input::osm::{Key, MemberKind, OsmData, OsmRestriction, Role, Tags};
use crate::input::street_profile::Profile;

/// Who may go where at junctions, before turns are forbidden.
pub(super) struct Junctions<'s> {
    osm: &'s OsmData,
    streets: &'s Streets,
    /// For every way its set of tags.
    set_of_way: &'s [u32],
    /// For every set and direction the modes that go there, as bits.
    open: &'s [[u8; 2]],
    /// Edges in the order of ways, and for each way its first among them.
    edges: &'s [u32],
    first_edge: Vec<u32>,
    /// Directed edges by the vertex where they begin.
    leaving: Vec<Directed>,
    first_leaving: Vec<u32>,
    vertex_of: Box<dyn Fn(u32) -> Option<u32> + 's>,
}

impl<'s> Junctions<'s> {
    pub fn new(
        osm: &'s OsmData,
        streets: &'s Streets,
        set_of_way: &'s [u32],
        open: &'s [[u8; 2]],
        edges: &'s [u32],
        vertex_of: impl Fn(u32) -> Option<u32> + 's,
    ) -> Self {
        let mut first_edge = vec![0; streets.ways.len() + 1];
        let mut first_leaving = vec![0; streets.vertices.len() + 1];
        for edge in streets.edges.iter() {
            first_edge[edge.way as usize + 1] += 1;
            first_leaving[edge.from as usize + 1] += 1;
            first_leaving[edge.to as usize + 1] += 1;
        }
        let running = |counts: &mut Vec<u32>| {
            let mut sum = 0;
            counts.iter_mut().for_each(|count| {
                sum += *count;
                *count = sum;
            });
        };
        running(&mut first_edge);
        running(&mut first_leaving);
        let mut next = first_leaving.clone();
        let mut leaving = vec![Directed::new(0, true); 2 * streets.edges.len()];
        for edge in 0..streets.edges.len() as u32 {
            for directed in [Directed::new(edge, true), Directed::new(edge, false)] {
                let place = &mut next[streets.tail(directed) as usize];
                leaving[*place as usize] = directed;
                *place += 1;
            }
        }
        let vertex_of = Box::new(vertex_of);
        Junctions { osm, streets, set_of_way, open, edges, first_edge, leaving, first_leaving, vertex_of }
    }

    /// The modes that go along a directed edge.
    fn modes(&self, edge: Directed) -> u8 {
        let set = self.set_of_way[self.streets.edges[edge.edge() as usize].way as usize];
        self.open[set as usize][usize::from(!edge.is_forward())]
    }

    fn leaving(&self, vertex: u32) -> &[Directed] {
        let vertex = vertex as usize;
        &self.leaving[self.first_leaving[vertex] as usize..self.first_leaving[vertex + 1] as usize]
    }

    /// The edges of a way of OpenStreetMap in drawing order; `None` where it is no street.
    fn edges_of(&self, way: i64) -> Option<&[u32]> {
        let way = self.streets.ways.binary_search_by_key(&way, |way| way.osm).ok()?;
        Some(&self.edges[self.first_edge[way] as usize..self.first_edge[way + 1] as usize])
    }

    /// The directed edges of a way that begin at a vertex and are open to one of the modes.
    fn leaving_along(&self, vertex: u32, way: &[u32], modes: u8) -> Vec<Directed> {
        let wanted = |edge: &&Directed| way.contains(&edge.edge()) && self.modes(**edge) & modes > 0;
        self.leaving(vertex).iter().filter(wanted).copied().collect()
    }

    /// The directed edges of a way that end at a vertex and are open to one of the modes.
    fn entering_along(&self, vertex: u32, way: &[u32], modes: u8) -> Vec<Directed> {
        let wanted = |edge: &Directed| way.contains(&edge.edge()) && self.modes(*edge) & modes > 0;
        self.leaving(vertex).iter().map(|edge| edge.reversed()).filter(wanted).collect()
    }
}

/// Paths with the modes they are forbidden to.
type Forbidden = BTreeMap<Vec<Directed>, u8>;

/// All forbidden turns: those of relations, and passing the barriers at the vertices `closed`, each with the modes it is closed to.
pub(super) fn restrictions(
    junctions: &Junctions,
    closed: impl Iterator<Item = (u32, u8)>,
    profiles: &[Profile],
    report: &mut BuildReport,
) -> Vec<Restriction> {
    let mut forbidden = Forbidden::new();
    for relation in &junctions.osm.restrictions {
        forbid_relation(junctions, relation, profiles, &mut forbidden, report);
    }
    for (vertex, modes) in closed {
        forbid_passing(junctions, vertex, modes, &mut forbidden, report);
    }
    forbidden.into_iter().map(|(path, modes)| Restriction { path, modes }).collect()
}

/// Closes a vertex where two edges meet. Where more meet for a mode, a barrier on the map does not say which of them it closes.
fn forbid_passing(junctions: &Junctions, vertex: u32, modes: u8, forbidden: &mut Forbidden, report: &mut BuildReport) {
    let mut at_junction = false;
    for mode in StreetMode::ALL.iter().map(|mode| mode.bit()).filter(|bit| bit & modes > 0) {
        let open = |edge: &&Directed| (junctions.modes(**edge) | junctions.modes(edge.reversed())) & mode > 0;
        match junctions.leaving(vertex).iter().filter(open).collect::<Vec<_>>()[..] {
            [] | [_] => {}
            [a, b] => {
                *forbidden.entry(vec![a.reversed(), *b]).or_default() |= mode;
                *forbidden.entry(vec![b.reversed(), *a]).or_default() |= mode;
            }
            _ => at_junction = true,
        }
    }
    if at_junction {
        report.barriers_at_junctions.add(junctions.streets.vertices[vertex as usize].osm);
    }
}

/// Whether a restriction forbids a turn, or all turns but one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    No,
    Only,
}

/// Why a relation forbids nothing.
enum Fault {
    Outside,
    Conditional,
    Broken,
    Ambiguous,
    WithoutEffect,
}

fn forbid_relation(
    junctions: &Junctions,
    relation: &OsmRestriction,
    profiles: &[Profile],
    forbidden: &mut Forbidden,
    report: &mut BuildReport,
) {
    let tags = junctions.osm.restriction_tags(relation);
    let paths = kind_and_modes(tags, profiles).and_then(|(kind, modes)| {
        let paths = paths_of(junctions, relation, kind, modes)?;
        Ok((paths, modes))
    });
    match paths {
        Ok((paths, modes)) => {
            for path in paths {
                *forbidden.entry(path).or_default() |= modes;
            }
        }
        Err(Fault::Outside) => report.restrictions_outside.add(relation.id),
        Err(Fault::Conditional) => report.restrictions_conditional.add(relation.id),
        Err(Fault::Broken) => report.restrictions_broken.add(relation.id),
        Err(Fault::Ambiguous) => report.restrictions_ambiguous.add(relation.id),
        Err(Fault::WithoutEffect) => report.restrictions_without_effect += 1,
    }
}

/// What a restriction says, and to which modes of the profiles.
fn kind_and_modes(tags: Tags, profiles: &[Profile]) -> Result<(Kind, u8), Fault> {
    const OF_ONE_KIND: &[(Key, Key)] = &[
        (Key::RestrictionMotorcar, Key::Motorcar),
        (Key::RestrictionMotorVehicle, Key::MotorVehicle),
        (Key::RestrictionVehicle, Key::Vehicle),
        (Key::RestrictionBicycle, Key::Bicycle),
        (Key::RestrictionBus, Key::Bus),
        (Key::RestrictionHgv, Key::Hgv),
    ];
    let suffix = tags.get(Key::Type).and_then(|kind| kind.strip_prefix("restriction:"));
    let (value, only_for) = match (tags.get(Key::Restriction), suffix) {
        (Some(value), None) => (value, None),
        (Some(value), Some(suffix)) => (value, Some(Key::from_word(suffix).ok_or(Fault::WithoutEffect)?)),
        (None, _) => {
            let of_one = OF_ONE_KIND.iter().find_map(|&(key, kind)| Some((tags.get(key)?, Some(kind))));
            let conditional = tags.get(Key::RestrictionConditional).is_some();
            of_one.ok_or(if conditional { Fault::Conditional } else { Fault::Broken })?
        }
    };
    let kind = match value {
        _ if value.starts_with("no_") => Kind::No,
        _ if value.starts_with("only_") => Kind::Only,
        _ => return Err(Fault::Broken),
    };
    let except: Vec<Key> =
        tags.get(Key::Except).unwrap_or("").split(';').filter_map(|word| Key::from_word(word.trim())).collect();
    let holds = |profile: &&Profile| {
        let keys = || profile.access_keys.iter().filter(|&&key| key != Key::Access);
        profile.turn_restrictions
            && !keys().any(|key| except.contains(key))
            && only_for.is_none_or(|only| keys().any(|&key| key == only))
    };
    let modes = profiles.iter().filter(holds).fold(0, |bits, profile| bits | StreetMode::of_profile(profile.mode).bit());
    if modes == 0 { Err(Fault::WithoutEffect) } else { Ok((kind, modes)) }
}

/// The paths that a restriction forbids.
fn paths_of(junctions: &Junctions, relation: &OsmRestriction, kind: Kind, modes: u8) -> Result<Vec<Vec<Directed>>, Fault> {
    let ways = |role| {
        let members = relation.members.iter().filter(move |member| member.role == role && member.kind == MemberKind::Way);
        members.map(|member| junctions.edges_of(member.id).ok_or(Fault::Outside)).collect::<Result<Vec<_>, _>>()
    };
    let via_nodes: Vec<i64> = relation
        .members
        .iter()
        .filter(|member| member.role == Role::Via && member.kind == MemberKind::Node)
        .map(|member| member.id)
        .collect();
    let (from, via, to) = (ways(Role::From)?, ways(Role::Via)?, ways(Role::To)?);
    if from.is_empty() || to.is_empty() {
        return Err(Fault::Broken);
    }
    let mut paths = Vec::new();
    for from in &from {
        for to in &to {
            paths.push(match via_nodes[..] {
                [node] if via.is_empty() => path_over_node(junctions, from, node, to, modes)?,
                [] if !via.is_empty() => path_over_ways(junctions, from, &via, to, modes)?,
                _ => return Err(Fault::Broken),
            });
        }
    }
    match kind {
        Kind::No => Ok(paths),
        Kind::Only => Ok(all_but(junctions, &paths, modes)),
    }
}

fn path_over_node(junctions: &Junctions, from: &[u32], node: i64, to: &[u32], modes: u8) -> Result<Vec<Directed>, Fault> {
    let node = junctions.osm.position(node).ok_or(Fault::Outside)?;
    let vertex = (junctions.vertex_of)(node as u32).ok_or(Fault::Broken)?;
    let touches = |way: &[u32]| junctions.leaving(vertex).iter().any(|edge| way.contains(&edge.edge()));
    if !touches(from) || !touches(to) {
        return Err(Fault::Broken);
    }
    let (entering, leaving) = (junctions.entering_along(vertex, from, modes), junctions.leaving_along(vertex, to, modes));
    match (&entering[..], &leaving[..]) {
        ([], _) | (_, []) => Err(Fault::WithoutEffect),
        ([a], [b]) => Ok(vec![*a, *b]),
        _ => Err(Fault::Ambiguous),
    }
}

/// The most ways between the two ends of a restriction.
const MAX_VIA: usize = 8;

fn path_over_ways(
    junctions: &Junctions,
    from: &[u32],
    via: &[&[u32]],
    to: &[u32],
    modes: u8,
) -> Result<Vec<Directed>, Fault> {
    if via.len() > MAX_VIA {
        return Err(Fault::Broken);
    }
    let mut found = Vec::new();
    let mut meets = false;
    for chain in chains(junctions.streets, via) {
        let (Some(&first), Some(&last)) = (chain.first(), chain.last()) else { continue };
        let (begin, end) = (junctions.streets.tail(first), junctions.streets.head(last));
        let touches = |vertex, way: &[u32]| junctions.leaving(vertex).iter().any(|edge| way.contains(&edge.edge()));
        meets |= touches(begin, from) && touches(end, to);
        if chain.iter().any(|&edge| junctions.modes(edge) & modes == 0) {
            continue;
        }
        for entering in junctions.entering_along(begin, from, modes) {
            for leaving in junctions.leaving_along(end, to, modes) {
                let mut path = vec![entering];
                path.extend_from_slice(&chain);
                path.push(leaving);
                found.push(path);
            }
        }
    }
    match (found.len(), meets) {
        (0, true) => Err(Fault::WithoutEffect),
        (0, false) => Err(Fault::Broken),
        (1, _) => Ok(found.remove(0)),
        _ => Err(Fault::Ambiguous),
    }
}

/// Every way to go along all of `via` in order, from end to end of each.
fn chains(streets: &Streets, via: &[&[u32]]) -> Vec<Vec<Directed>> {
    let mut chains: Vec<Vec<Directed>> = vec![Vec::new()];
    for way in via {
        let forward: Vec<Directed> = way.iter().map(|&edge| Directed::new(edge, true)).collect();
        let backward: Vec<Directed> = forward.iter().rev().map(|edge| edge.reversed()).collect();
        let joined = forward.windows(2).all(|pair| streets.head(pair[0]) == streets.tail(pair[1]));
        let follows = |chain: &[Directed], next: &[Directed]| {
            chain.last().is_none_or(|&last| next.first().is_some_and(|&next| streets.head(last) == streets.tail(next)))
        };
        let mut longer = Vec::new();
        for chain in &chains {
            for next in [&forward, &backward] {
                if joined && follows(chain, next) {
                    longer.push([&chain[..], next].concat());
                }
            }
        }
        chains = longer;
    }
    chains
}

/// What "only these" forbids: whoever has come along all of a path but its last edge may not go on into any other edge than the last of
/// one of the paths. Leaving the path before its last junction stays allowed.
fn all_but(junctions: &Junctions, paths: &[Vec<Directed>], modes: u8) -> Vec<Vec<Directed>> {
    let mut forbidden = Vec::new();
    for path in paths {
        let (_, before) = path.split_last().expect("a path has at least two edges");
        let vertex = junctions.streets.head(*before.last().expect("a path has at least two edges"));
        let wanted: Vec<Directed> =
            paths.iter().filter(|other| other.starts_with(before)).filter_map(|other| other.last().copied()).collect();
        for &edge in junctions.leaving(vertex) {
            if !wanted.contains(&edge) && junctions.modes(edge) & modes > 0 {
                forbidden.push([before, &[edge]].concat());
            }
        }
    }
    forbidden
}
