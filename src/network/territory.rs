//! Places, groups and people: what the network is judged for.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::index;
use crate::diagnostic::{Checked, Diagnostic, Span, nearest_names};
use crate::geo::LonLat;
use crate::input::cells::CellRecords;
use crate::input::network_xml::Named;
use crate::input::outlines::Outlines;
use crate::input::places::{CentreRecord, GroupRecord, PlaceRecord};
use crate::input::study::CellsSpec;
use crate::input::vocabulary::{PlaceLevel, Terrain, Urban};

index! {
    /// Position of a place in [`Territory::places`].
    PlaceIx
}
index! {
    /// Position of a group in [`Territory::groups`].
    GroupIx
}

/// Everything that is judged: places, their groups, the people in cells, and outlines for drawing.
#[derive(Debug, Clone, Default)]
pub struct Territory {
    /// Places in the order of the file.
    pub places: Vec<Place>,
    /// Groups in the order of the file.
    pub groups: Vec<Group>,
    /// Population cells in the order of the file.
    pub cells: Vec<Cell>,
    /// The grid the cells lie on, when there are cells.
    pub grid: Option<Grid>,
    /// Outlines of the units.
    pub outlines: Outlines,
}

/// A city centre, a county-level unit or a city outside.
#[derive(Debug, Clone)]
pub struct Place {
    /// Id in files.
    pub id: Arc<str>,
    /// Chinese name.
    pub name_zh: String,
    /// English name.
    pub name_en: String,
    /// Level.
    pub level: PlaceLevel,
    /// The centre of its city.
    pub city: Option<PlaceIx>,
    /// The point of centre-to-centre definitions.
    pub at: LonLat,
    /// People; unknown for some places outside.
    pub population: Option<u64>,
    /// Groups.
    pub groups: Vec<GroupIx>,
    /// The units that a centre stands for; a unit stands for itself.
    pub units: Vec<PlaceIx>,
    /// Area.
    pub area_km2: Option<f64>,
    /// The points that stand for it as a destination; weights sum to 1.
    pub centres: Vec<CentrePoint>,
    /// Where its figures come from.
    pub source: String,
    /// Where it stands.
    pub span: Span,
}

/// One of the points that stand for a place as a destination.
#[derive(Debug, Clone)]
pub struct CentrePoint {
    /// Its name.
    pub name: String,
    /// Where.
    pub at: LonLat,
    /// Its weight among those of the place.
    pub weight: f64,
}

/// A named set of units.
#[derive(Debug, Clone)]
pub struct Group {
    /// Id in files.
    pub id: Arc<str>,
    /// Kind.
    pub kind: String,
    /// Chinese name.
    pub name_zh: String,
    /// English name.
    pub name_en: String,
}

/// A population cell.
#[derive(Debug, Clone, Copy)]
pub struct Cell {
    /// Its centre.
    pub at: LonLat,
    /// The unit it lies in.
    pub place: PlaceIx,
    /// People.
    pub population: f64,
    /// Land area.
    pub area_km2: f64,
    /// Size of the built-up area.
    pub urban: Option<Urban>,
    /// Terrain.
    pub terrain: Terrain,
}

/// The regular grid of cells: column 0 is the westernmost, row 0 the southernmost.
#[derive(Debug, Clone)]
pub struct Grid {
    /// Centre of column 0.
    pub lon0: f64,
    /// Centre of row 0.
    pub lat0: f64,
    /// Degrees between columns.
    pub step_lon: f64,
    /// Degrees between rows.
    pub step_lat: f64,
    /// Number of columns.
    pub n_cols: usize,
    /// Number of rows.
    pub n_rows: usize,
    /// The cell at `row · n_cols + col`.
    pub cells: Vec<Option<u32>>,
}

impl Grid {
    fn of(cells: &[Cell], spec: &CellsSpec) -> Option<Grid> {
        if !(spec.step_lon > 0.0 && spec.step_lat > 0.0) {
            return None;
        }
        let west = cells.iter().map(|cell| cell.at.lon).reduce(f64::min)?;
        let south = cells.iter().map(|cell| cell.at.lat).reduce(f64::min)?;
        let (mut n_cols, mut n_rows) = (0, 0);
        let place = |cell: &Cell| {
            let col = ((cell.at.lon - west) / spec.step_lon).round() as usize;
            let row = ((cell.at.lat - south) / spec.step_lat).round() as usize;
            (col, row)
        };
        for cell in cells {
            let (col, row) = place(cell);
            (n_cols, n_rows) = (n_cols.max(col.saturating_add(1)), n_rows.max(row.saturating_add(1)));
        }
        let mut at = vec![None; n_cols.checked_mul(n_rows).filter(|&n| n <= MAX_GRID)?];
        for (index, cell) in cells.iter().enumerate() {
            let (col, row) = place(cell);
            at[row * n_cols + col] = Some(index as u32);
        }
        Some(Grid { lon0: west, lat0: south, step_lon: spec.step_lon, step_lat: spec.step_lat, n_cols, n_rows, cells: at })
    }

    /// The cell whose square holds the point.
    pub fn cell_at(&self, at: LonLat) -> Option<usize> {
        let col = ((at.lon - self.lon0) / self.step_lon).round();
        let row = ((at.lat - self.lat0) / self.step_lat).round();
        if col < 0.0 || row < 0.0 || col >= self.n_cols as f64 || row >= self.n_rows as f64 {
            return None;
        }
        self.cells[row as usize * self.n_cols + col as usize].map(|cell| cell as usize)
    }
}

/// Most squares a grid may span: with 1 km squares ten times the area of China.
const MAX_GRID: usize = 100_000_000;

/// What surrounds a point: decides local speed and parking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Surroundings {
    /// Size of the built-up area.
    pub urban: Option<Urban>,
    /// Terrain.
    pub terrain: Terrain,
}

impl Territory {
    /// The place of an index.
    pub fn place(&self, place: PlaceIx) -> &Place {
        &self.places[place.at()]
    }

    /// All places with their indices.
    pub fn iter(&self) -> impl Iterator<Item = (PlaceIx, &Place)> {
        self.places.iter().enumerate().map(|(at, place)| (PlaceIx(at as u32), place))
    }

    /// The places of one level, in the order of the file.
    pub fn of_level(&self, level: PlaceLevel) -> Vec<PlaceIx> {
        self.iter().filter(|(_, place)| place.level == level).map(|(index, _)| index).collect()
    }

    /// The place of an id.
    pub fn find(&self, id: &str) -> Option<PlaceIx> {
        self.places.iter().position(|place| &*place.id == id).map(|at| PlaceIx(at as u32))
    }

    /// The units of a group, in the order of the file.
    pub fn members(&self, group: GroupIx) -> Vec<PlaceIx> {
        self.iter().filter(|(_, place)| place.groups.contains(&group)).map(|(index, _)| index).collect()
    }

    /// The group of an id.
    pub fn find_group(&self, id: &str) -> Option<GroupIx> {
        self.groups.iter().position(|group| &*group.id == id).map(|at| GroupIx(at as u32))
    }

    /// The surroundings of a point: those of the cell it lies in; a plain outside all built-up areas where there is none.
    pub fn surroundings(&self, at: LonLat) -> Surroundings {
        let cell = self.grid.as_ref().and_then(|grid| grid.cell_at(at)).map(|cell| &self.cells[cell]);
        cell.map_or(Surroundings { urban: None, terrain: Terrain::Plain }, |cell| Surroundings {
            urban: cell.urban,
            terrain: cell.terrain,
        })
    }
}

/// The records that a territory is made of.
#[derive(Debug)]
pub struct TerritoryRecords {
    /// `places.csv`.
    pub places: Vec<PlaceRecord>,
    /// `groups.csv`.
    pub groups: Vec<GroupRecord>,
    /// `centres.csv`.
    pub centres: Vec<CentreRecord>,
    /// `cells.csv` and its spacing.
    pub cells: Option<(CellRecords, CellsSpec)>,
    /// `outlines.geojson`.
    pub outlines: Outlines,
}

/// Resolves names to places and checks that people add up: cells of a unit within 0.5 % of its population.
pub fn build(records: TerritoryRecords) -> Checked<Territory> {
    let mut faults = Vec::new();
    let groups: Vec<Group> = records
        .groups
        .iter()
        .map(|group| Group {
            id: Arc::clone(&group.id.text),
            kind: group.kind.clone(),
            name_zh: group.name_zh.clone(),
            name_en: group.name_en.clone(),
        })
        .collect();
    let place_ids = ids(records.places.iter().map(|place| &place.id), "place", "territory::duplicate_place", &mut faults);
    let group_ids = ids(records.groups.iter().map(|group| &group.id), "group", "territory::duplicate_group", &mut faults);
    let mut places: Vec<Place> = records
        .places
        .iter()
        .enumerate()
        .map(|(at, record)| {
            let known_units = record
                .units
                .iter()
                .filter_map(|unit| resolve(unit, &place_ids, "place", "territory::unknown_place", &mut faults));
            let mut units: Vec<PlaceIx> = known_units.map(PlaceIx).collect();
            if units.is_empty() {
                units.push(PlaceIx(at as u32));
            }
            let city = record
                .city
                .as_ref()
                .and_then(|city| resolve(city, &place_ids, "place", "territory::unknown_place", &mut faults));
            let groups = record
                .groups
                .iter()
                .filter_map(|group| resolve(group, &group_ids, "group", "territory::unknown_group", &mut faults));
            Place {
                id: Arc::clone(&record.id.text),
                name_zh: record.name_zh.clone(),
                name_en: record.name_en.clone(),
                level: record.level,
                city: city.map(PlaceIx),
                at: record.at,
                population: record.population,
                groups: groups.map(GroupIx).collect(),
                units,
                area_km2: record.area_km2,
                centres: Vec::new(),
                source: record.source.clone(),
                span: record.id.span.clone(),
            }
        })
        .collect();
    add_centres(&records.centres, &place_ids, &mut places, &mut faults);
    for outline in records.outlines.outlines.iter().filter(|outline| !place_ids.contains_key(&outline.id)) {
        let message = format!("an outline has id \"{}\", but no place has", outline.id);
        faults.push(
            Diagnostic::error("territory::unknown_outline", message)
                .help("write the id of a unit in places.csv, or take the outline out"),
        );
    }
    let (cells, grid) =
        records.cells.map_or((Vec::new(), None), |(cells, spec)| add_cells(&cells, &spec, &place_ids, &places, &mut faults));
    Checked { value: Territory { places, groups, cells, grid, outlines: records.outlines }, diagnostics: faults }
}

type Ids = BTreeMap<Arc<str>, u32>;

fn ids<'a>(names: impl Iterator<Item = &'a Named>, what: &str, code: &'static str, faults: &mut Vec<Diagnostic>) -> Ids {
    let mut ids = Ids::new();
    for (at, name) in names.enumerate() {
        if ids.insert(Arc::clone(&name.text), at as u32).is_some() {
            faults.push(
                Diagnostic::error(code, format!("{what} id \"{}\" is used twice", name.text))
                    .at(&name.span)
                    .help("give every one its own id"),
            );
        }
    }
    ids
}

fn resolve(name: &Named, ids: &Ids, what: &str, code: &'static str, faults: &mut Vec<Diagnostic>) -> Option<u32> {
    let found = ids.get(&name.text).copied();
    if found.is_none() {
        faults.push(unknown(name, what, code, ids.keys().map(|id| &**id)));
    }
    found
}

/// The fault of a name that nothing has, with the nearest names.
pub fn unknown<'a>(name: &Named, what: &str, code: &'static str, known: impl Iterator<Item = &'a str>) -> Diagnostic {
    let near = nearest_names(&name.text, known);
    let help = if near.is_empty() {
        format!("write the id of a {what} that is defined")
    } else {
        format!("did you mean {}?", near.join(", "))
    };
    Diagnostic::error(code, format!("no {what} has id \"{}\"", name.text)).at(&name.span).help(help)
}

fn add_centres(records: &[CentreRecord], ids: &Ids, places: &mut [Place], faults: &mut Vec<Diagnostic>) {
    for record in records {
        if let Some(place) = resolve(&record.place, ids, "place", "territory::unknown_place", faults) {
            places[place as usize].centres.push(CentrePoint {
                name: record.name.clone(),
                at: record.at,
                weight: record.weight,
            });
        }
    }
    for place in places {
        let sum: f64 = place.centres.iter().map(|centre| centre.weight).sum();
        if place.centres.is_empty() {
            place.centres.push(CentrePoint { name: place.name_zh.clone(), at: place.at, weight: 1.0 });
        } else if (sum - 1.0).abs() > 0.001 {
            let message = format!("the weights of the centres of \"{}\" sum to {sum:.3}, not 1", place.name_zh);
            faults.push(
                Diagnostic::error("territory::weights", message)
                    .at(&place.span)
                    .help("scale the weights in the centres file"),
            );
        }
    }
}

fn add_cells(
    records: &CellRecords,
    spec: &CellsSpec,
    ids: &Ids,
    places: &[Place],
    faults: &mut Vec<Diagnostic>,
) -> (Vec<Cell>, Option<Grid>) {
    let mut people = vec![0.0; places.len()];
    let mut strangers: BTreeMap<&str, (u32, usize)> = BTreeMap::new();
    let mut cells = Vec::with_capacity(records.rows.len());
    for row in &records.rows {
        let Some(&place) = ids.get(&row.place) else {
            strangers.entry(&row.place).or_insert((row.line, 0)).1 += 1;
            continue;
        };
        people[place as usize] += row.population;
        cells.push(Cell {
            at: row.at,
            place: PlaceIx(place),
            population: row.population,
            area_km2: row.area_km2,
            urban: row.urban,
            terrain: row.terrain,
        });
    }
    let file = records.file.path.display();
    for (id, (line, count)) in strangers {
        let message = format!("no place has id \"{id}\", named by {count} cells, first in {file}:{line}");
        faults
            .push(Diagnostic::error("territory::unknown_cell_place", message).help("write the id of a unit in places.csv"));
    }
    for (place, &sum) in places.iter().zip(&people) {
        let Some(population) = place.population.filter(|_| place.level == PlaceLevel::Unit) else { continue };
        if (sum - population as f64).abs() > population as f64 * 0.005 {
            let message = format!("the cells of {} hold {sum:.0} people, places.csv says {population}", place.name_zh);
            faults.push(
                Diagnostic::warning("territory::people", message)
                    .at(&place.span)
                    .help("the cells are used for shares; make both agree within 0.5 %"),
            );
        }
    }
    let grid = Grid::of(&cells, spec);
    let on_grid = grid.as_ref().map_or(0, |grid| grid.cells.iter().flatten().count());
    if on_grid < cells.len() {
        let message = format!("{} of {} cells share a square of the grid with another", cells.len() - on_grid, cells.len());
        faults.push(
            Diagnostic::error("territory::grid", message)
                .help("set step_lon and step_lat of [cells] to the spacing of the file"),
        );
    }
    (cells, grid)
}
