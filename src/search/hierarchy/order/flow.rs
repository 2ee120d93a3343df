//! The fewest nodes whose going parts some nodes from others: as many as there are ways between them that share no node (Menger).
//!
//! Ways are found by Dinic's method. A node stands for two, one where ways come in and one where they leave, with room for one way
//! between them; but since a node on a way has one neighbour before it and one behind, neither is stored: a search only knows where it
//! can *leave* from. From there it comes to neighbours that are free, and leaves from them; or to one that is on a way, and leaves from
//! the node before that one, whose way will lead elsewhere; or back along the way on which the node itself is.

use crate::search::hierarchy::simple::SimpleGraph;

/// Nobody: the end of a way, or no way at all.
const NONE: u32 = u32::MAX;

/// To which side a node belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// With the sources.
    Source,
    /// Between.
    Middle,
    /// With the targets.
    Target,
}

/// A search for ways through a graph.
pub(super) struct Flow<'a> {
    graph: &'a SimpleGraph,
    sides: &'a [Side],
    /// The sources beside which is something else; all other sources are out of the game.
    sources: Vec<u32>,
    /// The node behind and before each on its way. A node is on a way if `used`.
    next: Vec<u32>,
    before: Vec<u32>,
    used: Vec<bool>,
    /// How far a search has gone when it leaves each node.
    level: Vec<u32>,
    queue: Vec<u32>,
    /// Which neighbour of each node is tried next in this phase.
    tried: Vec<u32>,
    n_ways: usize,
}

impl<'a> Flow<'a> {
    /// No ways yet.
    pub fn new(graph: &'a SimpleGraph, sides: &'a [Side]) -> Self {
        let n = graph.n_nodes();
        let at_edge = |&node: &u32| {
            sides[node as usize] == Side::Source
                && graph.heads(node).iter().any(|&head| sides[head as usize] != Side::Source)
        };
        Flow {
            graph,
            sides,
            sources: (0..n as u32).filter(at_edge).collect(),
            next: vec![NONE; n],
            before: vec![NONE; n],
            used: vec![false; n],
            level: vec![NONE; n],
            queue: Vec::new(),
            tried: vec![0; n],
            n_ways: 0,
        }
    }

    /// Finds as many ways as there are; `None` once there are more than `at_most`.
    pub fn run(&mut self, at_most: usize) -> Option<usize> {
        while self.n_ways <= at_most {
            if !self.levels() {
                return Some(self.n_ways);
            }
            let n = self.graph.n_nodes();
            self.tried.copy_from_slice(&self.graph.first()[..n]);
            for at in 0..self.sources.len() {
                let source = self.sources[at];
                if !self.used[source as usize] && self.extend(source) {
                    self.n_ways += 1;
                }
            }
        }
        None
    }

    /// Where a search leaves when it comes to `head` from `tail`; `NONE` if it can leave from nowhere.
    fn through(&self, tail: u32, head: u32) -> u32 {
        if self.sides[head as usize] == Side::Source || self.next[tail as usize] == head {
            NONE
        } else if self.used[head as usize] {
            self.before[head as usize]
        } else {
            head
        }
    }

    /// Finds in how many steps each node is reached; whether a free target is.
    fn levels(&mut self) -> bool {
        self.level.fill(NONE);
        self.queue.clear();
        for &source in self.sources.iter().filter(|&&source| !self.used[source as usize]) {
            self.level[source as usize] = 0;
            self.queue.push(source);
        }
        let (mut at, mut last) = (0, NONE);
        while at < self.queue.len() {
            let tail = self.queue[at];
            at += 1;
            let level = self.level[tail as usize] + 1;
            if level > last {
                break;
            }
            for entry in 0..=self.graph.heads(tail).len() {
                let Some((head, leave)) = self.step(tail, entry) else { continue };
                if self.sides[head as usize] == Side::Target && leave == head {
                    last = level;
                } else if self.level[leave as usize] == NONE {
                    self.level[leave as usize] = level;
                    self.queue.push(leave);
                }
            }
        }
        last != NONE
    }

    /// The step over a neighbour of `tail`, or after the last of them the one back along its way: to which node, and from where it leaves.
    fn step(&self, tail: u32, entry: usize) -> Option<(u32, u32)> {
        let leave = match self.graph.heads(tail).get(entry) {
            Some(&head) => (head, self.through(tail, head)),
            None if self.used[tail as usize] => (tail, self.before[tail as usize]),
            None => return None,
        };
        (leave.1 != NONE).then_some(leave)
    }

    /// Looks for a way from a free source along ascending levels, and takes it.
    fn extend(&mut self, source: u32) -> bool {
        // Where the search left, and to which node it came from there.
        let mut path: Vec<(u32, u32)> = vec![(source, NONE)];
        while let Some(&(tail, _)) = path.last() {
            let range_start = self.graph.first()[tail as usize];
            let entry = (self.tried[tail as usize] - range_start) as usize;
            if entry > self.graph.heads(tail).len() {
                self.level[tail as usize] = NONE;
                path.pop();
                if let Some(&(above, _)) = path.last() {
                    self.tried[above as usize] += 1;
                }
                continue;
            }
            let depth = path.len();
            match self.step(tail, entry) {
                Some((head, leave)) if self.sides[head as usize] == Side::Target && leave == head => {
                    path[depth - 1].1 = head;
                    self.take(&path);
                    return true;
                }
                Some((head, leave)) if self.level[leave as usize] == self.level[tail as usize] + 1 => {
                    path[depth - 1].1 = head;
                    path.push((leave, NONE));
                }
                _ => self.tried[tail as usize] += 1,
            }
        }
        false
    }

    fn take(&mut self, path: &[(u32, u32)]) {
        self.used[path[0].0 as usize] = true;
        for &(tail, head) in path {
            if tail == head {
                // Back along its way: the node is on none any more.
                self.used[tail as usize] = false;
                self.next[tail as usize] = NONE;
                self.before[tail as usize] = NONE;
            } else {
                self.next[tail as usize] = head;
                self.before[head as usize] = tail;
                self.used[head as usize] = true;
            }
        }
    }

    /// Parts the nodes once all ways are found: a node of the cut is [`Side::Middle`]. Both the cut nearest to the sources and that
    /// nearest to the targets are the smallest; told is the one whose smaller side is larger, with how many nodes that has.
    pub fn parted(&mut self) -> (Vec<Side>, usize) {
        let near_sources = self.cut(true);
        let near_targets = self.cut(false);
        let (one, other) = (smaller_side(&near_sources), smaller_side(&near_targets));
        if one >= other { (near_sources, one) } else { (near_targets, other) }
    }

    /// The cut next to the sources, or that next to the targets, which is the same with all ways turned round.
    fn cut(&self, from_sources: bool) -> Vec<Side> {
        let (here, there) = if from_sources { (Side::Source, Side::Target) } else { (Side::Target, Side::Source) };
        let (next, before) = if from_sources { (&self.next, &self.before) } else { (&self.before, &self.next) };
        let n = self.graph.n_nodes();
        let (mut entered, mut left) = (vec![false; n], vec![false; n]);
        let mut queue: Vec<u32> = Vec::new();
        for node in (0..n as u32).filter(|&node| self.sides[node as usize] == here) {
            entered[node as usize] = true;
            if !self.used[node as usize] {
                left[node as usize] = true;
                queue.push(node);
            }
        }
        let mut leave = |node: u32, queue: &mut Vec<u32>| {
            if node != NONE && !std::mem::replace(&mut left[node as usize], true) {
                queue.push(node);
            }
        };
        while let Some(tail) = queue.pop() {
            for &head in self.graph.heads(tail).iter().filter(|&&head| next[tail as usize] != head) {
                entered[head as usize] = true;
                leave(if self.used[head as usize] { before[head as usize] } else { head }, &mut queue);
            }
            if self.used[tail as usize] {
                entered[tail as usize] = true;
                leave(before[tail as usize], &mut queue);
            }
        }
        let side = |(entered, left): (bool, bool)| match (entered, left) {
            (_, true) => here,
            (true, false) => Side::Middle,
            (false, false) => there,
        };
        entered.into_iter().zip(left).map(side).collect()
    }
}

/// How many nodes the smaller side has.
fn smaller_side(sides: &[Side]) -> usize {
    let count = |of: Side| sides.iter().filter(|&&side| side == of).count();
    count(Side::Source).min(count(Side::Target))
}
