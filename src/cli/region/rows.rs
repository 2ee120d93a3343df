//! Rows of travel times, for the verbs that ask every origin for every destination.

use super::load::LocatedPoints;
use crate::cli::Failure;
use crate::cli::progress::Progress;
use crate::search::Direction;
use crate::search::doors::matrix::{MatrixQuestion, Row, Rows};
use crate::search::doors::world::World;

/// How many roots are answered at once: what is held of the answer at a time. Each thread searches 64 together where streets have a
/// hierarchy.
pub(super) const ROOTS_AT_ONCE: usize = 256;

/// Origins and destinations as a search sees them: arrivals are searched from the destinations.
#[derive(Clone, Copy)]
pub(super) struct Sides<'p> {
    /// What is searched from.
    pub roots: &'p LocatedPoints,
    /// The other side.
    pub fars: &'p LocatedPoints,
    backward: bool,
}

impl<'p> Sides<'p> {
    /// The sides of searches in a direction.
    pub fn new(direction: Direction, origins: &'p LocatedPoints, destinations: &'p LocatedPoints) -> Self {
        let backward = direction == Direction::Backward;
        let (roots, fars) = if backward { (destinations, origins) } else { (origins, destinations) };
        Sides { roots, fars, backward }
    }

    /// What is the origin's and what the destination's, of what is a root's and what a far point's.
    pub fn origin_and_destination<T>(&self, root: T, far: T) -> (T, T) {
        if self.backward { (far, root) } else { (root, far) }
    }

    /// The other way round.
    pub fn root_and_far<T>(&self, origin: T, destination: T) -> (T, T) {
        self.origin_and_destination(origin, destination)
    }
}

/// Gives the rows of all roots in their order, some at a time, with the position of the first of them, and shows by a bar how far it is.
/// What [`prepare`](super::prepare::prepare) has made is used. `take` says whether more is wanted.
pub(super) fn each_chunk(
    world: &World,
    sides: Sides,
    question: &MatrixQuestion,
    mut take: impl FnMut(usize, Vec<Row>) -> Result<bool, Failure>,
) -> Result<(), Failure> {
    let mut progress = Progress::new(sides.roots.points.len().div_ceil(ROOTS_AT_ONCE) as u64);
    let rows = Rows::new(world, sides.fars.located.clone(), question);
    for (chunk, roots) in sides.roots.located.chunks(ROOTS_AT_ONCE).enumerate() {
        progress.step("travel times");
        if !take(chunk * ROOTS_AT_ONCE, rows.of(roots))? {
            break;
        }
    }
    progress.finish();
    Ok(())
}
