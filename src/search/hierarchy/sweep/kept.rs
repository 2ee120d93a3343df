//! Sweeps in files: what they are written as, and whether arrays that come from one are a sweep.

use std::ops::Range;

use super::Sweep;
use super::cells::Cell;
use crate::network::column_file::{ColumnFile, Refusal};
use crate::search::flat::FlatGraph;

impl Sweep {
    /// The arrays as bytes, in the order in which [`Sweep::of_file`] takes them.
    pub(in crate::search::hierarchy) fn sections(&self) -> Vec<&[u8]> {
        let graphs = [&self.up, &self.down].map(|graph| [graph.first().bytes(), graph.all_arcs().bytes()]);
        let words = [&self.place, &self.node, &self.cell, &self.boundaries].map(|column| column.bytes());
        graphs.into_iter().flatten().chain(words).chain([self.cells.bytes()]).collect()
    }

    /// The sweep of a file, every index of which is looked at. Any arrays whatever are refused, or
    ///
    /// - nodes and places are each other's inverse,
    /// - cells follow one another and lie in one another, as their parents say,
    /// - arcs and boundaries lead to places before, in the same cell or in one that it lies in.
    ///
    /// So a sweep goes forwards only, stays in its arrays, and reads nothing that the same sweep has not written, since cells around
    /// one that it visits are visited before. What may be wrong where a checksum was forged are times.
    ///
    /// Moved: everything once, 24 bytes a node and 8 bytes an arc and direction; a byte a node and direction besides, which stays in the
    /// nearer caches.
    pub(in crate::search::hierarchy) fn of_file(file: &ColumnFile) -> Result<Sweep, Refusal> {
        let graph = |section: usize| {
            let graph = FlatGraph::of_rows(file.column(section)?, file.column(section + 1)?);
            graph.ok_or("the arcs of its sweep are not one after another")
        };
        let sweep = Sweep {
            up: graph(0)?,
            down: graph(2)?,
            place: file.column(4)?,
            node: file.column(5)?,
            cell: file.column(6)?,
            boundaries: file.column(7)?,
            cells: file.column(8)?,
        };
        sweep.proved()
    }

    fn proved(self) -> Result<Sweep, Refusal> {
        let n = self.node.len();
        let by_node = [self.place.len(), self.cell.len(), self.up.n_nodes(), self.down.n_nodes()];
        if by_node != [n; 4] || self.cells.len() > n || n >= u32::MAX as usize {
            return Err("its sweep has not one place for every node");
        }
        let place = &self.place[..];
        if !(0..).zip(&self.node[..]).all(|(at, &node)| place.get(node as usize) == Some(&at)) {
            return Err("its sweep has not a place of its own for every node");
        }
        if !self.cells_hold() {
            return Err("the cells of its sweep do not lie in one another");
        }
        let both = rayon::join(|| self.arcs_hold(&self.up), || self.arcs_hold(&self.down));
        if both == (true, true) { Ok(self) } else { Err("an arc of its sweep does not lead upwards") }
    }

    /// Whether cells have all places and all boundaries, one after another, and each lies in its parent.
    fn cells_hold(&self) -> bool {
        let (mut places, mut boundaries) = (0, 0);
        let mut around: Vec<(u32, &Cell)> = Vec::new();
        for (at, cell) in (0..).zip(&self.cells[..]) {
            while around.last().is_some_and(|(_, outer)| outer.after <= at) {
                around.pop();
            }
            let (parent, end) = around.last().map_or((at, self.cells.len() as u32), |&(outer, cell)| (outer, cell.after));
            let lies_in_it = cell.parent == parent && cell.after > at && cell.after <= end;
            let follows = cell.nodes[0] == places && cell.boundary[0] == boundaries;
            if !lies_in_it || !follows || !self.has_its_places(at, cell) {
                return false;
            }
            (places, boundaries) = (cell.nodes[1], cell.boundary[1]);
            around.push((at, cell));
        }
        places as usize == self.node.len() && boundaries as usize == self.boundaries.len()
    }

    /// Whether a cell is that of all its places, and the cells before it in which its boundary lies are around it.
    fn has_its_places(&self, at: u32, cell: &Cell) -> bool {
        let (Some(cells), Some(boundary)) = (self.cell.get(cell.nodes()), self.boundaries.get(cell.boundary())) else {
            return false;
        };
        let lies_around = |&place: &u32| place < cell.nodes[0] && self.cells[self.cell[place as usize] as usize].after > at;
        cells.iter().all(|&of| of == at) && boundary.iter().all(lies_around)
    }

    /// Whether all arcs lead to a place before, in a cell that is around the one where they begin or the same.
    fn arcs_hold(&self, graph: &FlatGraph) -> bool {
        let (first, arcs) = (&graph.first()[..], &graph.all_arcs()[..]);
        // Whether each place is in a cell that is around the present one.
        let mut is_around = vec![false; self.node.len()];
        let mut around: Vec<(u32, Range<usize>)> = Vec::new();
        (0..).zip(&self.cells[..]).all(|(at, cell)| {
            while let Some((_, places)) = around.pop_if(|(after, _)| *after <= at) {
                is_around[places].fill(false);
            }
            let places = cell.nodes();
            is_around[places.clone()].fill(true);
            around.push((cell.after, places.clone()));
            places.clone().zip(first[places.start..=places.end].windows(2)).all(|(place, row)| {
                let above = &is_around[..place];
                arcs[row[0] as usize..row[1] as usize].iter().all(|arc| above.get(arc.head as usize) == Some(&true))
            })
        })
    }
}
