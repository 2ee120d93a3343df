//! Forbidden turns as an automaton that reads the edges one drives: how much of the way must be remembered, and what is forbidden.
//!
//! The method is that of Aho and Corasick (1975), Communications of the ACM 18(6): the paths of all restrictions are put in one
//! tree, and every node of it knows the longest shorter memory that still matters when the way leaves the tree.

use std::collections::BTreeMap;

use crate::network::streets::{Directed, Layer, Restriction, Streets};

/// A memory: the last edges driven, as far as they begin a restriction. [`Turns::NOTHING`] remembers none.
pub(super) type Memory = u32;

/// What must be remembered, and which turns are forbidden with it.
#[derive(Debug)]
pub(super) struct Turns {
    memories: Vec<Node>,
    longer: BTreeMap<(Memory, Directed), Memory>,
}

#[derive(Debug)]
struct Node {
    /// The last edge driven; none for the memory of nothing.
    last: Option<Directed>,
    /// The memory without the last edge, and how many edges it has.
    before: Memory,
    depth: u32,
    /// The longest memory that is left when the first edges are forgotten.
    shorter: Memory,
    /// Whether the way to here holds a whole restriction.
    forbidden: bool,
}

impl Turns {
    /// The memory of somebody who has not driven yet.
    pub const NOTHING: Memory = 0;

    /// The turns that are forbidden to the mode of a layer. A restriction whose edges do not follow one another, or one of which is
    /// closed, forbids what nobody can do and is left out.
    pub fn of(streets: &Streets, layer: &Layer) -> Self {
        let root = Node { last: None, before: 0, depth: 0, shorter: 0, forbidden: false };
        let mut turns = Turns { memories: vec![root], longer: BTreeMap::new() };
        for restriction in streets.restrictions.iter().filter(|restriction| can_happen(restriction, streets, layer)) {
            turns.insert(&restriction.path);
        }
        turns.link();
        turns
    }

    fn insert(&mut self, path: &[Directed]) {
        let mut memory = Turns::NOTHING;
        for &edge in path {
            let next = self.memories.len() as Memory;
            let depth = self.memories[memory as usize].depth + 1;
            let entry = *self.longer.entry((memory, edge)).or_insert(next);
            if entry == next {
                self.memories.push(Node { last: Some(edge), before: memory, depth, shorter: 0, forbidden: false });
            }
            memory = entry;
        }
        self.memories[memory as usize].forbidden = true;
    }

    /// Finds the shorter memory of every memory, from short ones to long ones.
    fn link(&mut self) {
        let mut order: Vec<Memory> = (0..self.memories.len() as Memory).collect();
        order.sort_by_key(|&memory| self.memories[memory as usize].depth);
        for memory in order {
            let Node { last: Some(edge), before, depth, .. } = self.memories[memory as usize] else { continue };
            let shorter = if depth == 1 { Turns::NOTHING } else { self.after(self.memories[before as usize].shorter, edge) };
            // Whoever may not come to a memory has none that begins with it.
            let forbidden = self.memories[shorter as usize].forbidden || self.memories[before as usize].forbidden;
            let node = &mut self.memories[memory as usize];
            node.shorter = shorter;
            node.forbidden |= forbidden;
        }
    }

    fn after(&self, mut memory: Memory, edge: Directed) -> Memory {
        loop {
            match self.longer.get(&(memory, edge)) {
                Some(&longer) => return longer,
                None if memory == Turns::NOTHING => return Turns::NOTHING,
                None => memory = self.memories[memory as usize].shorter,
            }
        }
    }

    /// The memory after driving on over `edge`; `None` where that is forbidden.
    pub fn drive(&self, memory: Memory, edge: Directed) -> Option<Memory> {
        let after = self.after(memory, edge);
        (!self.memories[after as usize].forbidden).then_some(after)
    }

    /// All memories that somebody may have beside nothing, with the edge that was driven last.
    pub fn memories(&self) -> impl Iterator<Item = (Memory, Directed)> + '_ {
        let some = self.memories.iter().enumerate().filter(|(_, node)| !node.forbidden);
        some.filter_map(|(at, node)| Some((at as Memory, node.last?)))
    }
}

fn can_happen(restriction: &Restriction, streets: &Streets, layer: &Layer) -> bool {
    let path = &restriction.path;
    restriction.modes & layer.mode.bit() != 0
        && path.len() >= 2
        && path.iter().all(|edge| layer.time(*edge).is_some())
        && path.windows(2).all(|pair| streets.head(pair[0]) == streets.tail(pair[1]))
}
