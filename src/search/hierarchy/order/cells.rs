//! Orders of small graphs: whoever has the fewest neighbours goes next.

/// How many nodes a cell has at most: neighbours are the bits of a word.
pub(super) const LARGEST: usize = 64;

/// The order of a graph of at most 64 nodes whose neighbours are given as bits: the node with the fewest neighbours that are still there
/// goes first, of several the one with the lowest number, and those neighbours are joined with each other. `around` has how many
/// neighbours each node has outside, which all go later.
pub(super) fn order(beside: &mut [u64], around: &[u32]) -> Vec<u32> {
    let n = beside.len();
    assert!(n <= LARGEST, "a cell has no more nodes than a word has bits");
    let mut left = if n == LARGEST { u64::MAX } else { (1 << n) - 1 };
    let mut order = Vec::with_capacity(n);
    while left != 0 {
        let cost = |node: u32| (beside[node as usize] & left).count_ones() + around[node as usize];
        let node = bits(left).min_by_key(|&node| (cost(node), node)).expect("some node is left");
        left &= !(1 << node);
        order.push(node);
        let clique = beside[node as usize] & left;
        for other in bits(clique) {
            beside[other as usize] |= clique & !(1 << other);
        }
    }
    order
}

/// The numbers of the bits that are set, ascending.
fn bits(mut word: u64) -> impl Iterator<Item = u32> {
    std::iter::from_fn(move || {
        let bit = word.trailing_zeros();
        (bit < 64).then(|| {
            word &= word - 1;
            bit
        })
    })
}
