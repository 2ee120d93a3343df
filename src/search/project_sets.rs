//! Which projects a journey uses: sets of project ids as small numbers, so that a whole tree of journeys is marked in one pass.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// A set of projects in a [`ProjectSets`]. Zero is the empty set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct SetId(u32);

/// Sets of project ids, each stored once.
#[derive(Debug, Clone)]
pub struct ProjectSets {
    sets: Vec<BTreeSet<Arc<str>>>,
    known: HashMap<BTreeSet<Arc<str>>, SetId>,
    unions: HashMap<(SetId, SetId), SetId>,
}

impl Default for ProjectSets {
    fn default() -> Self {
        ProjectSets {
            sets: vec![BTreeSet::new()],
            known: HashMap::from([(BTreeSet::new(), SetId(0))]),
            unions: HashMap::new(),
        }
    }
}

impl ProjectSets {
    /// The number of a set.
    pub fn of(&mut self, projects: &[Arc<str>]) -> SetId {
        if projects.is_empty() { SetId::default() } else { self.intern(projects.iter().cloned().collect()) }
    }

    /// The number of the union of two sets.
    pub fn union(&mut self, a: SetId, b: SetId) -> SetId {
        if a == b || b == SetId::default() {
            return a;
        }
        if a == SetId::default() {
            return b;
        }
        let key = if a.0 <= b.0 { (a, b) } else { (b, a) };
        if let Some(&union) = self.unions.get(&key) {
            return union;
        }
        let union = self.get(a).union(self.get(b)).cloned().collect();
        let union = self.intern(union);
        self.unions.insert(key, union);
        union
    }

    /// The projects of a set, in order.
    pub fn get(&self, set: SetId) -> &BTreeSet<Arc<str>> {
        &self.sets[set.0 as usize]
    }

    fn intern(&mut self, set: BTreeSet<Arc<str>>) -> SetId {
        if let Some(&known) = self.known.get(&set) {
            return known;
        }
        let id = SetId(self.sets.len() as u32);
        self.known.insert(set.clone(), id);
        self.sets.push(set);
        id
    }
}
