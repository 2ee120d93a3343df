//! An order of zones in which near ones follow one another.
//!
//! What an arc changes lies together on the map. The closer together it lies in the table, the fewer blocks hold it: with
//! zones in no order an arc changes three times as many blocks. Wherever zones come in no such order, renumber them first.

use super::End;
use super::table::{Cell, LANES, Table};

/// An order of the zones of a table, for every place in it the zone that stands there. Zones are split in two halves again
/// and again, by which of two zones far from each other they are nearer to, until a part fits in a block; halves are whole
/// blocks.
pub fn near_together<C: Cell>(table: &Table<C>) -> Vec<usize> {
    let mut order: Vec<usize> = (0..table.n_zones()).collect();
    split(table, &mut order);
    order
}

fn split<C: Cell>(table: &Table<C>, part: &mut [usize]) {
    if part.len() <= LANES {
        return;
    }
    let one = farthest(table, part, part[0]);
    let other = farthest(table, part, one);
    // Whoever is reached from neither counts as in the middle.
    let time =
        |from: usize, to: usize| table.time(End::Zone(from), End::Zone(to)).map_or(i64::from(C::TELLS_BELOW), i64::from);
    part.sort_by_cached_key(|&zone| (time(one, zone) - time(other, zone), zone));
    let half = (part.len() / 2).next_multiple_of(LANES);
    let (near_one, near_other) = part.split_at_mut(half);
    split(table, near_one);
    split(table, near_other);
}

/// The zone of a part that is farthest from another among those that are reached.
fn farthest<C: Cell>(table: &Table<C>, part: &[usize], from: usize) -> usize {
    let time = |&zone: &usize| (table.time(End::Zone(from), End::Zone(zone)), zone);
    part.iter().copied().max_by_key(time).expect("a part that is split has zones")
}
