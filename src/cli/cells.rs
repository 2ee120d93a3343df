//! `onehour cells`: squares or hexagons with the people in them, as points for other verbs or cells of a study.

use super::arguments::CellsArguments;
use super::{Ending, Failure, give, report, say};
use crate::diagnostic::{Diagnostic, Severity, nearest_names};
use crate::geo::LonLat;
use crate::input::{points, raster};
use crate::network::squares::{Area, CellKind, MadeCells, NotMade};
use crate::output::table::Table;

/// Runs the verb.
pub(crate) fn cells(arguments: &CellsArguments) -> Result<Ending, Failure> {
    let bounds = match arguments.bounds[..] {
        [] => None,
        [west, south, east, north] if west < east && south < north => Some([west, south, east, north]),
        _ => {
            let fault = Diagnostic::error("cells::bounds", "--bounds does not give west, south, east and north in degrees");
            return Err(fault.help("write --bounds 8.5,49.3,8.8,49.5").into());
        }
    };
    let amounts = amounts(arguments, bounds)?;
    let at: Vec<LonLat> = amounts.iter().map(|(at, _)| *at).collect();
    let kind = match arguments.h3 {
        Some(resolution) => CellKind::Hexagons { resolution },
        None => CellKind::Squares { step_m: arguments.step },
    };
    let corners =
        bounds.map(|[west, south, east, north]| (LonLat { lon: west, lat: south }, LonLat { lon: east, lat: north }));
    let area = match corners {
        Some((south_west, north_east)) if arguments.empty => Area::Box(south_west, north_east),
        _ if arguments.empty => Area::HullOf(&at),
        _ => Area::Points(&at),
    };
    let made = MadeCells::over(area, kind).map_err(not_made)?;
    let sums = made.sums(amounts.iter().copied());
    let mut table = Table::new(["id", "lon", "lat", "people", "area_km2"]);
    for (cell, people) in made.cells.iter().zip(&sums.in_cells) {
        table.push([
            cell.id.clone(),
            format!("{:.6}", cell.at.lon),
            format!("{:.6}", cell.at.lat),
            format!("{people:.2}"),
            format!("{:.6}", cell.area_km2),
        ]);
    }
    let total: f64 = sums.in_cells.iter().sum();
    say(format_args!(
        "{} cells with {total:.0} people; {} points with {:.0} lie in none",
        made.cells.len(),
        sums.n_outside,
        sums.outside
    ));
    give(&table.csv(), arguments.out.as_deref())?;
    Ok(Ending::Done)
}

/// Places with people: of a grid, or of points.
fn amounts(arguments: &CellsArguments, bounds: Option<raster::Bounds>) -> Result<Vec<(LonLat, f64)>, Failure> {
    let path = &arguments.people;
    let is_grid =
        path.extension().is_some_and(|ending| ["tif", "tiff"].iter().any(|known| ending.eq_ignore_ascii_case(known)));
    let mut faults = Vec::new();
    let found = if is_grid {
        let cells = raster::read(path, bounds)?.into_value(&mut faults);
        cells.into_iter().map(|cell| (cell.at, cell.people)).collect()
    } else {
        let points = points::read(path)?.into_value(&mut faults);
        let column = match &arguments.column {
            None => None,
            Some(name) => Some(points.columns.iter().position(|known| known == name).ok_or_else(|| {
                let near = nearest_names(name, points.columns.iter().map(String::as_str));
                let help =
                    if near.is_empty() { points.columns.join(", ") } else { format!("did you mean {}?", near.join(", ")) };
                let message = format!("{} has no column of numbers \"{name}\"", path.display());
                Failure::from(Diagnostic::error("cli::unknown_column", message).help(help))
            })?),
        };
        let people = |point: usize| column.map_or(1.0, |column| points.value(point, column).unwrap_or(0.0));
        (0..points.len()).map(|point| (points.at(point), people(point))).collect::<Vec<_>>()
    };
    if faults.iter().any(|fault| fault.severity == Severity::Error) {
        return Err(Failure::Input(faults));
    }
    report(&faults);
    Ok(found)
}

fn not_made(why: NotMade) -> Failure {
    let (message, help) = match why {
        NotMade::EmptyArea => {
            ("there is no area to make cells over".to_string(), "name a file with people, or --bounds".to_string())
        }
        NotMade::TooMany(n) => {
            (format!("the area would take about {n:.0} cells"), "choose larger cells or a smaller area".to_string())
        }
        NotMade::NoResolution(resolution) => (format!("H3 has no resolution {resolution}"), "write 0 to 15".to_string()),
    };
    Diagnostic::error("cells::area", message).help(help).into()
}
