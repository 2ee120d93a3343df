//! Elements on their way from a file to [`OsmData`]: which are kept, in what order, each once.

use std::collections::HashMap;

use super::{Key, Member, OsmData, OsmNode, OsmRestriction, OsmWay, Stretch, Strings, Tag, TaggedNode};

/// Elements in the order in which they were met.
#[derive(Default)]
pub(super) struct Collected {
    data: OsmData,
    numbers: HashMap<Box<str>, u32>,
}

impl Collected {
    fn string(&mut self, text: &str) -> u32 {
        if let Some(&number) = self.numbers.get(text) {
            return number;
        }
        let strings = &mut self.data.strings;
        strings.text.push_str(text);
        strings.ends.push(strings.text.len());
        let number = (strings.ends.len() - 1) as u32;
        self.numbers.insert(text.into(), number);
        number
    }

    /// Tags in order of their keys; of a key that stands twice the first.
    fn tags(&mut self, tags: &mut Vec<(Key, &str)>) -> Stretch {
        tags.sort_by_key(|&(key, _)| key);
        tags.dedup_by_key(|&mut (key, _)| key);
        let first = self.data.tags.len();
        for &(key, value) in tags.iter() {
            let value = self.string(value);
            self.data.tags.push(Tag { key, value });
        }
        Stretch { first, len: tags.len() as u32 }
    }

    /// Keeps a node.
    pub fn node(&mut self, node: OsmNode, tags: &mut Vec<(Key, &str)>) {
        self.data.nodes.push(node);
        tags.retain(|&(key, _)| key.is_of_nodes());
        if !tags.is_empty() {
            let tags = self.tags(tags);
            self.data.tagged_nodes.push(TaggedNode { id: node.id, tags });
        }
    }

    /// Keeps a way.
    pub fn way(&mut self, id: i64, refs: &[i64], tags: &mut Vec<(Key, &str)>) {
        tags.retain(|&(key, _)| key.is_of_ways());
        let tags = self.tags(tags);
        let refs_of_way = Stretch { first: self.data.refs.len(), len: refs.len() as u32 };
        self.data.refs.extend_from_slice(refs);
        self.data.ways.push(OsmWay { id, refs: refs_of_way, tags });
    }

    /// Keeps a restriction.
    pub fn restriction(&mut self, id: i64, members: Vec<Member>, tags: &mut Vec<(Key, &str)>) {
        tags.retain(|&(key, _)| key.is_of_relations());
        let tags = self.tags(tags);
        self.data.restrictions.push(OsmRestriction { id, members, tags });
    }

    /// The elements of `part` after those that are here.
    pub fn append(&mut self, part: Collected) {
        self.take_all_of(&part.data);
    }

    /// The elements of a file after those that are here.
    pub fn take_all_of(&mut self, file: &OsmData) {
        let numbers: Vec<u32> = (0..file.strings.ends.len()).map(|at| self.string(file.strings.get(at as u32))).collect();
        let (tags_before, refs_before) = (self.data.tags.len(), self.data.refs.len());
        let tags = |tags: Stretch| Stretch { first: tags.first + tags_before, ..tags };
        self.data.nodes.extend_from_slice(&file.nodes);
        let tagged = file.tagged_nodes.iter().map(|node| TaggedNode { tags: tags(node.tags), ..*node });
        self.data.tagged_nodes.extend(tagged);
        let ways = file.ways.iter().map(|way| {
            let refs = Stretch { first: way.refs.first + refs_before, ..way.refs };
            OsmWay { refs, tags: tags(way.tags), ..*way }
        });
        self.data.ways.extend(ways);
        let restrictions = file.restrictions.iter().map(|restriction| {
            let members = restriction.members.clone();
            OsmRestriction { id: restriction.id, members, tags: tags(restriction.tags) }
        });
        self.data.restrictions.extend(restrictions);
        self.data.refs.extend_from_slice(&file.refs);
        self.data.tags.extend(file.tags.iter().map(|tag| Tag { value: numbers[tag.value as usize], ..*tag }));
        self.data.n_duplicates += file.n_duplicates;
    }

    /// The ids of all nodes that ways use, in order, each once.
    pub fn used_nodes(&self) -> Vec<i64> {
        let mut used = self.data.refs.clone();
        used.sort_unstable();
        used.dedup();
        used.shrink_to_fit();
        used
    }

    /// Everything in order of ids, each element once, so that the same elements give the same data in whatever order files hold them.
    pub fn finish(self) -> OsmData {
        let mut data = self.data;
        drop(self.numbers);
        let mut kept = Vec::with_capacity(data.nodes.len());
        std::mem::swap(&mut kept, &mut data.nodes);
        data.n_duplicates += sort_once(&mut kept, |node| node.id, |a, b| a == b);
        data.nodes = kept;

        let mut ways = std::mem::take(&mut data.ways);
        let same =
            |a: &OsmWay, b: &OsmWay| data.refs(a) == data.refs(b) && data.way_tags(a).iter().eq(data.way_tags(b).iter());
        let n_ways = sort_once(&mut ways, |way| way.id, same);
        let mut tagged = std::mem::take(&mut data.tagged_nodes);
        let same = |a: &TaggedNode, b: &TaggedNode| data.node_tags(a).iter().eq(data.node_tags(b).iter());
        let n_tagged = sort_once(&mut tagged, |node| node.id, same);
        let mut restrictions = std::mem::take(&mut data.restrictions);
        let same = |a: &OsmRestriction, b: &OsmRestriction| {
            a.members == b.members && data.restriction_tags(a).iter().eq(data.restriction_tags(b).iter())
        };
        let n_restrictions = sort_once(&mut restrictions, |restriction| restriction.id, same);

        data.n_duplicates += n_ways + n_tagged + n_restrictions;
        data.refs = in_order_of(&mut ways, data.refs);
        let mut order = Renumbering::of(&data);
        tagged.iter_mut().for_each(|node| node.tags = order.moved(node.tags));
        ways.iter_mut().for_each(|way| way.tags = order.moved(way.tags));
        restrictions.iter_mut().for_each(|restriction| restriction.tags = order.moved(restriction.tags));
        let (tags, strings) = (order.tags, order.strings);
        ways.shrink_to_fit();
        OsmData {
            nodes: data.nodes,
            tagged_nodes: tagged,
            ways,
            restrictions,
            refs: data.refs,
            tags,
            strings,
            n_duplicates: data.n_duplicates,
        }
    }
}

/// Sorts by id and keeps the first of each; how many of the others differ from the one that is kept.
fn sort_once<T>(elements: &mut Vec<T>, id: impl Fn(&T) -> i64, same: impl Fn(&T, &T) -> bool) -> usize {
    if !elements.is_sorted_by_key(&id) {
        elements.sort_by_key(&id);
    }
    let mut n_other = 0;
    elements.dedup_by(|later, earlier| {
        let repeated = id(later) == id(earlier);
        n_other += usize::from(repeated && !same(later, earlier));
        repeated
    });
    elements.shrink_to_fit();
    n_other
}

/// The refs of `ways` one way after the other. Most files have them so already, and then nothing is copied.
fn in_order_of(ways: &mut [OsmWay], mut refs: Vec<i64>) -> Vec<i64> {
    let mut next = 0;
    let in_order = ways.iter().all(|way| {
        let follows = way.refs.first == next;
        next = way.refs.first + way.refs.len as usize;
        follows
    });
    if in_order && next == refs.len() {
        refs.shrink_to_fit();
        return refs;
    }
    let mut ordered = Vec::with_capacity(refs.len());
    for way in ways {
        let first = ordered.len();
        ordered.extend_from_slice(way.refs.of(&refs));
        way.refs.first = first;
    }
    ordered
}

/// Gives strings new numbers in the order in which elements use them.
struct Renumbering<'d> {
    data: &'d OsmData,
    numbers: Vec<Option<u32>>,
    tags: Vec<Tag>,
    strings: Strings,
}

impl<'d> Renumbering<'d> {
    fn of(data: &'d OsmData) -> Self {
        let numbers = vec![None; data.strings.ends.len()];
        Renumbering { data, numbers, tags: Vec::with_capacity(data.tags.len()), strings: Strings::default() }
    }

    fn moved(&mut self, tags: Stretch) -> Stretch {
        let first = self.tags.len();
        for tag in tags.of(&self.data.tags) {
            let number = &mut self.numbers[tag.value as usize];
            let strings = &mut self.strings;
            let value = *number.get_or_insert_with(|| {
                strings.text.push_str(self.data.strings.get(tag.value));
                strings.ends.push(strings.text.len());
                (strings.ends.len() - 1) as u32
            });
            self.tags.push(Tag { value, ..*tag });
        }
        Stretch { first, ..tags }
    }
}

/// Whether a way with these tags may be a street.
pub(super) fn is_street<'t>(tag: impl Fn(Key) -> Option<&'t str>) -> bool {
    tag(Key::Highway).is_some()
        || tag(Key::Route) == Some("ferry")
        || tag(Key::Railway) == Some("platform")
        || tag(Key::PublicTransport) == Some("platform")
}

/// Whether a relation of this `type` restricts turns.
pub(super) fn is_restriction(kind: Option<&str>) -> bool {
    kind.is_some_and(|kind| kind == "restriction" || kind.starts_with("restriction:"))
}
