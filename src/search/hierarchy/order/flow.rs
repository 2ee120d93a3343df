//! The fewest nodes whose going parts some nodes from others: as many as there are ways between them that share no node
//! (Menger).
//!
//! Ways are found by Dinic's method. A node stands for two, one where ways come in and one where they leave, with room
//! for one way between them; but since a node on a way has one neighbour before it and one behind, neither is stored: a
//! search only knows where it can *leave* from. From there it comes to neighbours that are free, and leaves from them; or
//! to one that is on a way, and leaves from the node before that one, whose way will lead elsewhere; or back along the
//! way on which the node itself is.

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
    /// The targets beside which is something else.
    targets: Vec<u32>,
    /// The node behind each on its way; `NONE` for targets and where there is no way.
    next: Vec<u32>,
    /// From where one leaves who comes to a node: from itself if it is free, else from the node before it on its way;
    /// `NONE` where one cannot leave, at sources.
    leave: Vec<u32>,
    /// By node how many steps from leaving it a free target is, 0 for targets themselves and `NONE` where none is to be
    /// reached, and which neighbour is tried next in this phase.
    marks: Vec<Mark>,
    queue: Vec<u32>,
    /// Where the search for one way left, and to which node it came from there.
    path: Vec<(u32, u32)>,
    n_ways: usize,
}

#[derive(Clone, Copy)]
struct Mark {
    steps: u32,
    tried: u32,
}

impl<'a> Flow<'a> {
    /// No ways yet.
    pub fn new(graph: &'a SimpleGraph, sides: &'a [Side]) -> Self {
        let n = graph.n_nodes();
        let at_edge = |of: Side| {
            let other = move |node: &u32| graph.heads(*node).iter().any(|&head| sides[head as usize] != of);
            (0..n as u32).filter(move |&node| sides[node as usize] == of).filter(other).collect::<Vec<u32>>()
        };
        let leave = (0..n as u32).map(|node| if sides[node as usize] == Side::Source { NONE } else { node });
        Flow {
            graph,
            sides,
            sources: at_edge(Side::Source),
            targets: at_edge(Side::Target),
            next: vec![NONE; n],
            leave: leave.collect(),
            marks: vec![Mark { steps: NONE, tried: 0 }; n],
            queue: Vec::new(),
            path: Vec::new(),
            n_ways: 0,
        }
    }

    /// Finds as many ways as there are; `None` once there are more than `at_most`.
    pub fn run(&mut self, at_most: usize) -> Option<usize> {
        while self.n_ways <= at_most {
            if !self.count_steps() {
                return Some(self.n_ways);
            }
            for at in 0..self.sources.len() {
                let source = self.sources[at];
                if self.next[source as usize] == NONE && self.extend(source) {
                    self.n_ways += 1;
                }
            }
        }
        None
    }

    /// Finds, from the targets backwards, how many steps each node is from a free one, as far as the nearest free sources
    /// are; whether there is such a source.
    fn count_steps(&mut self) -> bool {
        let Flow { graph, targets, next, leave, marks, queue, sides, .. } = self;
        let first = graph.first();
        for ((mark, &side), &first) in marks.iter_mut().zip(sides.iter()).zip(first) {
            *mark = Mark { steps: if side == Side::Target { 0 } else { NONE }, tried: first };
        }
        queue.clear();
        queue.extend(targets.iter().filter(|&&target| leave[target as usize] == target));
        let (mut at, mut last) = (0, NONE);
        while at < queue.len() {
            let from = queue[at];
            at += 1;
            let steps = marks[from as usize].steps + 1;
            if steps > last {
                break;
            }
            // Who comes to a free node leaves from it; who comes to the one behind it on its way, too.
            let onward = next[from as usize];
            let come_to = if onward == NONE { from } else { onward };
            let mut come = |tail: u32| {
                let mark = &mut marks[tail as usize];
                if mark.steps == NONE {
                    mark.steps = steps;
                    if sides[tail as usize] == Side::Source && next[tail as usize] == NONE {
                        last = steps;
                    } else {
                        queue.push(tail);
                    }
                }
            };
            graph.heads(come_to).iter().for_each(|&tail| come(tail));
            come(come_to);
        }
        last != NONE
    }

    /// Looks for a way from a free source along descending steps, and takes it.
    fn extend(&mut self, source: u32) -> bool {
        self.path.clear();
        self.path.push((source, NONE));
        let first = self.graph.first();
        while let Some(&(tail, _)) = self.path.last() {
            let (Mark { steps, tried }, end) = (self.marks[tail as usize], first[tail as usize + 1]);
            if tried > end || steps == NONE {
                self.marks[tail as usize].steps = NONE;
                self.path.pop();
                if let Some(&(above, _)) = self.path.last() {
                    self.marks[above as usize].tried += 1;
                }
                continue;
            }
            // After the last neighbour comes the step back along the way on which the node itself is.
            let head = if tried < end { self.graph.all_heads()[tried as usize] } else { tail };
            let from = self.leave[head as usize];
            let is_step = from != NONE && from != tail && self.next[tail as usize] != head;
            if !is_step || self.marks[from as usize].steps.wrapping_add(1) != steps {
                self.marks[tail as usize].tried += 1;
                continue;
            }
            self.path.last_mut().expect("the node that is tried is on the path").1 = head;
            if steps == 1 {
                self.take();
                return true;
            }
            self.path.push((from, NONE));
        }
        false
    }

    /// Sends a way along the path.
    fn take(&mut self) {
        for &(tail, head) in &self.path {
            if tail == head {
                // Back along its way: the node is on none any more.
                self.next[tail as usize] = NONE;
                self.leave[tail as usize] = tail;
            } else {
                self.next[tail as usize] = head;
                self.leave[head as usize] = tail;
            }
        }
    }

    /// Parts the nodes once all ways are found: a node of the cut is [`Side::Middle`]. Both the cut nearest to the
    /// sources and that nearest to the targets are the smallest; told is the one whose smaller side is larger, with how
    /// many nodes that has.
    pub fn parted(&mut self) -> (Vec<Side>, usize) {
        let near_sources = self.cut(true);
        let near_targets = self.cut(false);
        for cut in [&near_sources, &near_targets] {
            let n_nodes = cut.iter().filter(|&&side| side == Side::Middle).count();
            assert_eq!(n_nodes, self.n_ways, "a smallest cut has a node of every way");
        }
        let (one, other) = (smaller_side(&near_sources), smaller_side(&near_targets));
        if one >= other { (near_sources, one) } else { (near_targets, other) }
    }

    /// The cut next to the sources, or that next to the targets, which is the same with all ways turned round.
    fn cut(&self, from_sources: bool) -> Vec<Side> {
        let (here, there) = if from_sources { (Side::Source, Side::Target) } else { (Side::Target, Side::Source) };
        let n = self.graph.n_nodes();
        let mut before = vec![NONE; n];
        let mut used = vec![false; n];
        for node in (0..n).filter(|&node| self.next[node] != NONE) {
            before[self.next[node] as usize] = node as u32;
            used[node] = true;
            used[self.next[node] as usize] = true;
        }
        let (next, before) = if from_sources { (&self.next, &before) } else { (&before, &self.next) };
        let (mut entered, mut left) = (vec![false; n], vec![false; n]);
        let mut queue: Vec<u32> = Vec::new();
        for node in (0..n).filter(|&node| self.sides[node] == here) {
            entered[node] = true;
            if !used[node] {
                left[node] = true;
                queue.push(node as u32);
            }
        }
        while let Some(tail) = queue.pop() {
            let mut enter = |head: u32| {
                entered[head as usize] = true;
                let from = if used[head as usize] { before[head as usize] } else { head };
                if from != NONE && !std::mem::replace(&mut left[from as usize], true) {
                    queue.push(from);
                }
            };
            let heads = self.graph.heads(tail).iter();
            heads.filter(|&&head| next[tail as usize] != head).for_each(|&head| enter(head));
            if used[tail as usize] {
                enter(tail);
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
