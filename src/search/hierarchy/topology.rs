//! Eliminates nodes in a given order: the arcs that this leaves, the elimination tree, positions in postorder.

use super::{NO_PARENT, Topology};
use crate::search::flat::FlatGraph;

impl Topology {
    /// Eliminates the nodes of a graph in this order, the first of `order` first; arcs count in both directions, times do not.
    ///
    /// A node hands its upper neighbours on to the lowest of them, its parent; that is all of the fill (Gilbert's observation: what
    /// elimination joins are ancestors, and the parent is first to see them).
    ///
    /// ```
    /// use onehour::search::flat::FlatGraph;
    /// use onehour::search::hierarchy::Topology;
    /// // A square 0-1-2-3-0: eliminating 0 joins 1 and 3.
    /// let square = FlatGraph::from_list(4, &[(0, 1, 1), (1, 2, 1), (2, 3, 1), (3, 0, 1)]);
    /// assert_eq!(Topology::new(&square, &[0, 1, 2, 3]).n_arcs(), 5);
    /// ```
    pub fn new(graph: &FlatGraph, order: &[u32]) -> Topology {
        let rank = ranks(graph, order);
        let upper = fill(graph, order, &rank);
        let parent: Vec<u32> = upper.iter().map(|heads| heads.first().copied().unwrap_or(NO_PARENT)).collect();
        let (at, subtree_size) = postorder(&parent);
        let n = order.len();
        let mut node = vec![0; n];
        for (rank, &at) in at.iter().enumerate() {
            node[at as usize] = order[rank];
        }
        let mut rank_at = vec![0u32; n];
        for (rank, &at) in at.iter().enumerate() {
            rank_at[at as usize] = rank as u32;
        }
        let (mut first, mut heads) = (vec![0], Vec::with_capacity(upper.iter().map(Vec::len).sum()));
        let (mut parents, mut subtree) = (Vec::with_capacity(n), Vec::with_capacity(n));
        for (position, &rank) in rank_at.iter().enumerate() {
            // All upper neighbours are ancestors, and ancestors have the same order in any postorder; so the heads ascend.
            heads.extend(upper[rank as usize].iter().map(|&head| at[head as usize]));
            first.push(heads.len() as u32);
            parents.push(if parent[rank as usize] == NO_PARENT { NO_PARENT } else { at[parent[rank as usize] as usize] });
            subtree.push(position as u32 + 1 - subtree_size[rank as usize]);
        }
        let mut position = vec![0; n];
        for (at, &node) in node.iter().enumerate() {
            position[node as usize] = at as u32;
        }
        Topology {
            position: position.into(),
            node: node.into(),
            first: first.into(),
            heads: heads.into(),
            parent: parents.into(),
            subtree: subtree.into(),
        }
    }
}

/// When each node goes.
fn ranks(graph: &FlatGraph, order: &[u32]) -> Vec<u32> {
    assert_eq!(order.len(), graph.n_nodes(), "an order has every node");
    let mut rank = vec![u32::MAX; order.len()];
    for (at, &node) in order.iter().enumerate() {
        assert_eq!(rank[node as usize], u32::MAX, "an order has every node once");
        rank[node as usize] = at as u32;
    }
    rank
}

/// The upper neighbours of every rank, ascending.
fn fill(graph: &FlatGraph, order: &[u32], rank: &[u32]) -> Vec<Vec<u32>> {
    let mut upper: Vec<Vec<u32>> = vec![Vec::new(); order.len()];
    for tail in 0..order.len() as u32 {
        for arc in graph.arcs(tail) {
            let (one, other) = (rank[tail as usize], rank[arc.head as usize]);
            if one != other {
                upper[one.min(other) as usize].push(one.max(other));
            }
        }
    }
    for low in 0..upper.len() {
        upper[low].sort_unstable();
        upper[low].dedup();
        let (here, above) = upper.split_at_mut(low + 1);
        let Some((&parent, rest)) = here[low].split_first() else { continue };
        above[parent as usize - low - 1].extend_from_slice(rest);
    }
    upper
}

/// The position of every rank in a postorder of the forest, and how many nodes its subtree has. Children come in order of rank.
fn postorder(parent: &[u32]) -> (Vec<u32>, Vec<u32>) {
    let n = parent.len();
    let mut size = vec![1u32; n];
    for (rank, &parent) in parent.iter().enumerate() {
        if parent != NO_PARENT {
            // A parent comes after all its children, so that their sizes are whole when they are added.
            size[parent as usize] += size[rank];
        }
    }
    // The last position of each subtree, which is its root's: roots side by side, then within each parent its children. Both are
    // given out from the end, so that what goes earlier lies earlier.
    let (mut end, mut free) = (vec![0u32; n], n as u32);
    let mut given = vec![0u32; n];
    for rank in (0..n).rev() {
        if parent[rank] == NO_PARENT {
            free -= size[rank];
            end[rank] = free + size[rank] - 1;
        } else {
            let above = parent[rank] as usize;
            end[rank] = end[above] - 1 - given[above];
            given[above] += size[rank];
        }
    }
    (end, size)
}
