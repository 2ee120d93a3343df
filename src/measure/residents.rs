//! Who lives where: the cells of every place.

use crate::input::vocabulary::PlaceLevel;
use crate::network::territory::{PlaceIx, Territory};

/// The cells of every unit, found once.
#[derive(Debug, Clone)]
pub struct Residents {
    of_unit: Vec<Vec<u32>>,
}

impl Residents {
    /// Sorts the cells of a territory by unit.
    pub fn of(territory: &Territory) -> Self {
        let mut of_unit = vec![Vec::new(); territory.places.len()];
        for (at, cell) in territory.cells.iter().enumerate() {
            of_unit[cell.place.at()].push(at as u32);
        }
        Residents { of_unit }
    }

    /// The cells of one unit, in the order of the territory.
    pub fn unit(&self, unit: PlaceIx) -> &[u32] {
        &self.of_unit[unit.at()]
    }

    /// The cells of several units, one unit after the other.
    pub fn units<'r>(&'r self, units: &'r [PlaceIx]) -> impl Iterator<Item = usize> + 'r {
        units.iter().flat_map(|&unit| self.unit(unit)).map(|&cell| cell as usize)
    }

    /// The cells whose people stand for a place at one end of a relation: for a unit all of its cells, for a city's centre the
    /// built-up cells of the units that it stands for, or all of them where none is built up. Empty for a city outside.
    pub fn place(&self, territory: &Territory, place: PlaceIx) -> Vec<u32> {
        let record = territory.place(place);
        let all: Vec<u32> = self.units(&record.units).map(|cell| cell as u32).collect();
        if record.level != PlaceLevel::Centre {
            return all;
        }
        let urban: Vec<u32> = all.iter().copied().filter(|&cell| territory.cells[cell as usize].urban.is_some()).collect();
        if urban.is_empty() { all } else { urban }
    }
}
