//! OpenStreetMap files, PBF or XML, plain or gzip: elements as they stand, nothing interpreted.
//!
//! A file is gone through twice: first for ways and restrictions, then for the nodes that those use. So only what streets are
//! made of is ever held, and sizes that a file claims are not believed.

mod collect;
mod keys;
mod pbf;
mod source;
mod trouble;
mod wire;
mod xml;

use std::path::Path;

use crate::diagnostic::Checked;
use crate::error::Error;
use collect::Collected;
pub use keys::Key;
use source::{Format, Source};
use trouble::Troubles;

/// Elements of one or more OpenStreetMap files that streets are made of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OsmData {
    /// Nodes that ways use, in order of their ids, each once. A way may use nodes that are not here.
    pub nodes: Vec<OsmNode>,
    /// The nodes among them with tags of interest, in order of their ids.
    pub tagged_nodes: Vec<TaggedNode>,
    /// Ways with a tag `highway`, ferries and platforms, in order of their ids, each once.
    pub ways: Vec<OsmWay>,
    /// Turn restrictions in order of their ids, each once.
    pub restrictions: Vec<OsmRestriction>,
    refs: Vec<i64>,
    tags: Vec<Tag>,
    strings: Strings,
    /// How many elements of the same kind had an id that an earlier one has too, with other content. The earlier is kept.
    pub n_duplicates: usize,
}

/// A node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OsmNode {
    /// Its id.
    pub id: i64,
    /// Degrees east · 10⁷, −180 to 180 degrees.
    pub lon: i32,
    /// Degrees north · 10⁷, −90 to 90 degrees.
    pub lat: i32,
}

/// Tags of a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TaggedNode {
    /// The id of the node.
    pub id: i64,
    tags: Stretch,
}

/// A way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OsmWay {
    /// Its id.
    pub id: i64,
    refs: Stretch,
    tags: Stretch,
}

/// A relation that restricts turns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OsmRestriction {
    /// Its id.
    pub id: i64,
    /// Its members in order.
    pub members: Vec<Member>,
    tags: Stretch,
}

/// A member of a restriction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Member {
    /// Node or way.
    pub kind: MemberKind,
    /// The id of the member.
    pub id: i64,
    /// What it is in the relation.
    pub role: Role,
}

/// What a member is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MemberKind {
    /// A node.
    Node,
    /// A way.
    Way,
    /// A relation, or something that the format does not know.
    Other,
}

/// The role of a member in a restriction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// `from`.
    From,
    /// `via`.
    Via,
    /// `to`.
    To,
    /// Any other.
    Other,
}

impl Role {
    fn from_word(word: &str) -> Role {
        match word {
            "from" => Role::From,
            "via" => Role::Via,
            "to" => Role::To,
            _ => Role::Other,
        }
    }
}

/// A part of a shared array.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stretch {
    first: usize,
    len: u32,
}

impl Stretch {
    fn of<T>(self, whole: &[T]) -> &[T] {
        &whole[self.first..self.first + self.len as usize]
    }
}

/// A key with the position of its value among the strings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Tag {
    key: Key,
    value: u32,
}

/// Texts one after the other, each once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Strings {
    text: String,
    ends: Vec<usize>,
}

impl Strings {
    fn get(&self, at: u32) -> &str {
        let at = at as usize;
        let start = if at == 0 { 0 } else { self.ends[at - 1] };
        &self.text[start..self.ends[at]]
    }
}

/// The tags of one element.
#[derive(Clone, Copy)]
pub struct Tags<'o> {
    tags: &'o [Tag],
    strings: &'o Strings,
}

impl<'o> Tags<'o> {
    /// The value of a key; the first one where a file gives it twice.
    pub fn get(&self, key: Key) -> Option<&'o str> {
        self.tags.iter().find(|tag| tag.key == key).map(|tag| self.strings.get(tag.value))
    }

    /// All tags in order of their keys.
    pub fn iter(&self) -> impl Iterator<Item = (Key, &'o str)> + use<'o> {
        let strings = self.strings;
        self.tags.iter().map(move |tag| (tag.key, strings.get(tag.value)))
    }
}

impl OsmData {
    /// The ids of the nodes of a way, in order.
    pub fn refs(&self, way: &OsmWay) -> &[i64] {
        way.refs.of(&self.refs)
    }

    /// The tags of a way.
    pub fn way_tags(&self, way: &OsmWay) -> Tags<'_> {
        Tags { tags: way.tags.of(&self.tags), strings: &self.strings }
    }

    /// The tags of a node.
    pub fn node_tags(&self, node: &TaggedNode) -> Tags<'_> {
        Tags { tags: node.tags.of(&self.tags), strings: &self.strings }
    }

    /// The tags of a restriction.
    pub fn restriction_tags(&self, restriction: &OsmRestriction) -> Tags<'_> {
        Tags { tags: restriction.tags.of(&self.tags), strings: &self.strings }
    }

    /// The position of a node among [`OsmData::nodes`]; `None` where it is not in the file.
    pub fn position(&self, node: i64) -> Option<usize> {
        self.nodes.binary_search_by_key(&node, |node| node.id).ok()
    }

    /// The elements of several files as if they stood in one. Elements with the same id are the same; where they differ, the
    /// one of the earlier file is kept.
    pub fn merged(files: Vec<OsmData>) -> OsmData {
        if files.len() == 1 {
            return files.into_iter().next().expect("its length was asked above");
        }
        let mut all = Collected::default();
        for file in &files {
            all.take_all_of(file);
        }
        drop(files);
        all.finish()
    }

    /// Bytes on the heap, as far as they grow with the region.
    pub fn heap_bytes(&self) -> usize {
        let members: usize = self.restrictions.iter().map(|restriction| size_of_val(&restriction.members[..])).sum();
        size_of_val(&self.nodes[..])
            + size_of_val(&self.tagged_nodes[..])
            + size_of_val(&self.ways[..])
            + size_of_val(&self.restrictions[..])
            + members
            + size_of_val(&self.refs[..])
            + size_of_val(&self.tags[..])
            + self.strings.text.len()
            + size_of_val(&self.strings.ends[..])
    }
}

/// Reads the OpenStreetMap file at `path`: PBF or XML, plain or gzip, told by content.
///
/// A file that is cut or damaged gives what can be read of it, with an error. Nodes that ways name and the file lacks are
/// normal at the edge of an extract; `network::streets::build` counts them.
pub fn read(path: &Path) -> Result<Checked<OsmData>, Error> {
    let source = Source::new(path)?;
    let mut troubles = Troubles::new(path);
    let mut collected = Collected::default();
    match source.format() {
        Format::Pbf => pbf::read(&source, &mut collected, &mut troubles)?,
        Format::Xml => xml::read(&source, &mut collected, &mut troubles)?,
        Format::Unknown { message, help } => troubles.error("osm::format", None, message, help),
    }
    let value = collected.finish();
    if value.n_duplicates > 0 {
        let message = format!("{} elements have an id that an earlier one has too, with other content", value.n_duplicates);
        troubles.warning(
            "osm::duplicate",
            None,
            message,
            "the earlier is used; extract the region anew from one state of the map",
        );
    }
    if value.ways.is_empty() && troubles.is_empty() {
        let help = "take an extract that has the ways with a tag `highway`";
        troubles.warning("osm::empty", None, "the file has no streets".to_string(), help);
    }
    Ok(Checked { value, diagnostics: troubles.finish(&source) })
}
