//! Orders of small graphs: whoever has the fewest neighbours goes next.

/// How many nodes there may be in a cell and around it: neighbours are the bits of a word.
pub(super) const LARGEST: usize = 128;

/// The order of the nodes of a cell, one for each element of `beside`, which has its neighbours as bits: first those of
/// the cell, then those around it, which all go later. The node with the fewest neighbours that are still there goes
/// first, of several the one with the lowest number, and those neighbours are joined with each other.
pub(super) fn order(beside: &mut [u128]) -> Vec<u32> {
    let n = beside.len();
    let (mut gone, mut order) = (0u128, Vec::with_capacity(n));
    for _ in 0..n {
        let left = (0..n as u32).filter(|node| gone >> node & 1 == 0);
        let cost = |node: u32| (beside[node as usize] & !gone).count_ones();
        let node = left.min_by_key(|&node| (cost(node), node)).expect("some node is left");
        gone |= 1 << node;
        order.push(node);
        let clique = beside[node as usize] & !gone;
        for (other, beside) in beside.iter_mut().enumerate().filter(|(other, _)| clique >> other & 1 != 0) {
            *beside |= clique & !(1 << other);
        }
    }
    order
}
