//! Eliminates nodes in a given order: the arcs that this leaves, the elimination tree, positions in postorder.

use super::simple::SimpleGraph;
use super::{LowerArc, NO_PARENT, Source, Topology};
use crate::search::flat::{FlatGraph, accumulate};

impl Topology {
    /// Eliminates the nodes of a graph in this order, the first of `order` first; arcs count in both directions, times do
    /// not.
    ///
    /// A node hands its upper neighbours on to the lowest of them, its parent; that is all of the fill (Gilbert's
    /// observation: what elimination joins are ancestors, and the parent is first to see them). The tree is found first,
    /// without the fill, as Liu does (ACM TOMS 12, 1986), so that every row of arcs is written once and where it stays.
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
        let beside = SimpleGraph::of(graph);
        let by_rank = tree(&beside, order, &rank);
        let (end, size) = postorder(&by_rank);
        let (mut parent, mut subtree, mut node) = (vec![NO_PARENT; order.len()], vec![0; order.len()], vec![0; order.len()]);
        for rank in 0..order.len() {
            let position = end[rank] as usize;
            node[position] = order[rank];
            subtree[position] = end[rank] + 1 - size[rank];
            if by_rank[rank] != NO_PARENT {
                parent[position] = end[by_rank[rank] as usize];
            }
        }
        let position: Vec<u32> = rank.iter().map(|&rank| end[rank as usize]).collect();
        let (first, heads) = rows(&beside, &position, &node, &subtree);
        drop(beside);
        let (lower_first, lower) = lower_arcs(&first, &heads);
        let mut topology = Topology {
            position: position.into(),
            node: node.into(),
            first: first.into(),
            heads: heads.into(),
            parent: parent.into(),
            subtree: subtree.into(),
            lower_first: lower_first.into(),
            lower: lower.into(),
            sources: Vec::new().into(),
            n_graph_arcs: graph.n_arcs() as u32,
        };
        topology.sources = sources(&topology, graph).into();
        topology
    }

    /// How many bytes a topology with a metric takes that has so many arcs, of a graph with so many nodes and arcs.
    ///
    /// Trees and orders take 24 bytes a node; arcs 20 bytes, 8 of which are times; arcs of the graph 8 bytes.
    pub fn memory_needed(n_nodes: usize, n_graph_arcs: usize, n_arcs: usize) -> usize {
        24 * n_nodes + 8 * n_graph_arcs + 20 * n_arcs
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

/// The parent of every rank in the elimination tree: the first that goes after it and is joined to something in its subtree.
fn tree(beside: &SimpleGraph, order: &[u32], rank: &[u32]) -> Vec<u32> {
    let n = order.len();
    let (mut parent, mut above) = (vec![NO_PARENT; n], vec![NO_PARENT; n]);
    for (now, &node) in order.iter().enumerate() {
        for &head in beside.heads(node) {
            let mut low = rank[head as usize];
            // `above` leads to the root of the tree so far; whoever climbs makes it shorter for the next.
            while low < now as u32 {
                let next = std::mem::replace(&mut above[low as usize], now as u32);
                if next == NO_PARENT {
                    parent[low as usize] = now as u32;
                }
                low = next;
            }
        }
    }
    parent
}

/// The upper neighbours of every position, ascending: its neighbours in the graph and those of its children.
fn rows(beside: &SimpleGraph, position: &[u32], node: &[u32], subtree: &[u32]) -> (Vec<u32>, Vec<u32>) {
    let n = node.len();
    let (mut first, mut heads) = (Vec::with_capacity(n + 1), Vec::<u32>::with_capacity(4 * n));
    let (mut seen, mut row) = (vec![u32::MAX; n], Vec::new());
    first.push(0);
    for low in 0..n as u32 {
        row.clear();
        seen[low as usize] = low;
        let mut take = |head: u32| {
            if head > low && std::mem::replace(&mut seen[head as usize], low) != low {
                row.push(head);
            }
        };
        beside.heads(node[low as usize]).iter().for_each(|&head| take(position[head as usize]));
        // The last child ends just before its parent, and each one ends just before the next begins.
        let mut child = low;
        while child > subtree[low as usize] {
            child -= 1;
            let range = first[child as usize] as usize..first[child as usize + 1] as usize;
            heads[range].iter().for_each(|&head| take(head));
            child = subtree[child as usize];
        }
        row.sort_unstable();
        heads.extend_from_slice(&row);
        assert!(heads.len() < u32::MAX as usize / 2, "arcs are counted in 31 bits");
        first.push(heads.len() as u32);
    }
    (first, heads)
}

/// The arcs that end at each position.
fn lower_arcs(first: &[u32], heads: &[u32]) -> (Vec<u32>, Vec<LowerArc>) {
    let n = first.len() - 1;
    let mut lower_first = vec![0; n + 1];
    heads.iter().for_each(|&head| lower_first[head as usize + 1] += 1);
    accumulate(&mut lower_first);
    let mut next = lower_first.clone();
    let mut lower = vec![LowerArc { tail: 0, arc: 0 }; heads.len()];
    for tail in 0..n {
        for arc in first[tail]..first[tail + 1] {
            let slot = &mut next[heads[arc as usize] as usize];
            lower[*slot as usize] = LowerArc { tail: tail as u32, arc };
            *slot += 1;
        }
    }
    (lower_first, lower)
}

/// What the times of the arcs come from, in the order of the arcs.
fn sources(topology: &Topology, graph: &FlatGraph) -> Vec<Source> {
    let (mut counts, mut slots) = (vec![0u32; topology.n_nodes() + 1], Vec::with_capacity(graph.n_arcs()));
    for tail in 0..graph.n_nodes() as u32 {
        for arc in graph.arcs(tail) {
            let slot = topology.slot(tail, arc.head);
            slots.push(slot.map_or(u32::MAX, |slot| slot.0));
            if slot.is_some() {
                counts[topology.position(tail).min(topology.position(arc.head)) as usize + 1] += 1;
            }
        }
    }
    accumulate(&mut counts);
    let mut sources = vec![Source { slot: 0, arc: 0 }; counts[topology.n_nodes()] as usize];
    let mut next = counts.clone();
    for tail in 0..graph.n_nodes() as u32 {
        for arc in graph.range(tail).filter(|&arc| slots[arc] != u32::MAX) {
            let low = topology.position(tail).min(topology.position(graph.all_arcs()[arc].head));
            let place = &mut next[low as usize];
            sources[*place as usize] = Source { slot: slots[arc], arc: arc as u32 };
            *place += 1;
        }
    }
    for low in 0..topology.n_nodes() {
        sources[counts[low] as usize..counts[low + 1] as usize].sort_unstable();
    }
    sources
}

/// The position of every rank in a postorder of the forest, and how many nodes its subtree has. Children come in order of
/// rank.
fn postorder(parent: &[u32]) -> (Vec<u32>, Vec<u32>) {
    let n = parent.len();
    let mut size = vec![1u32; n];
    for (rank, &parent) in parent.iter().enumerate() {
        if parent != NO_PARENT {
            // A parent comes after all its children, so that their sizes are whole when they are added.
            size[parent as usize] += size[rank];
        }
    }
    // The last position of each subtree, which is its root's: roots side by side, then within each parent its children.
    // Both are given out from the end, so that what goes earlier lies earlier.
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
