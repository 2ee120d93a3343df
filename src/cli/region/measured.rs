//! The measures of `access`, from times as they come: in lanes, origin by origin, or destination by destination. The values are the same.

use std::sync::Mutex;

use crate::cli::progress::Progress;
use crate::measure::accessibility::TravelTime;
use crate::measure::batch::{Columns, Measure, Measures};
use crate::measure::catchment::{Catchment, Kind, Row as Reached};
use crate::measure::catchment_lanes::{self, Asked};
use crate::measure::gather::Gathered;
use crate::search::doors::lanes::StreetLanes;
use crate::search::doors::located::Located;
use crate::search::doors::matrix::Row;
use crate::search::hierarchy::{Batch, LaneTime, Reducer};
use crate::search::{Direction, Outcome};
use crate::units::Duration;

/// What is measured.
pub(super) struct Wanted<'a> {
    /// Percentiles of the times.
    pub percentiles: &'a [u8],
    /// What destinations hold, by name.
    pub columns: &'a [(String, Vec<f64>)],
    /// What is asked of every column: the word and the limit in the table, and the measure.
    pub measures: Vec<(String, String, Measure)>,
    /// What is shared among those who ask for it.
    pub supply: Option<&'a Supply>,
}

/// What a catchment is made of.
pub(super) struct Supply {
    /// How it is shared.
    pub kind: Kind,
    /// The word in the table.
    pub word: &'static str,
    /// The column of the supply.
    pub name: String,
    /// The limit in the table.
    pub minutes: u32,
    /// How it thins out with time.
    pub catchment: Catchment,
    /// At every destination.
    pub supply: Vec<f64>,
    /// At every origin.
    pub demand: Vec<f64>,
}

/// One measure for all origins.
pub(super) struct Values {
    pub measure: String,
    pub opportunity: String,
    pub percentile: u8,
    pub cutoff: String,
    /// For every origin the value, if there is one, and the opportunities that could not be tested.
    pub of: Vec<(Option<f64>, f64)>,
}

impl Wanted<'_> {
    /// The rows of the table without values, in their order: by percentile, column, and measure, with the catchment behind them.
    fn empty(&self) -> Vec<Values> {
        let mut all = Vec::new();
        for &percentile in self.percentiles {
            let mut push = |measure: &str, opportunity: &str, cutoff: String| {
                let (measure, opportunity) = (measure.to_string(), opportunity.to_string());
                all.push(Values { measure, opportunity, percentile, cutoff, of: Vec::new() });
            };
            for (name, _) in self.columns {
                self.measures.iter().for_each(|(word, cutoff, _)| push(word, name, cutoff.clone()));
            }
            if let Some(supply) = self.supply {
                push(supply.word, &supply.name, supply.minutes.to_string());
            }
        }
        all
    }

    /// How many rows of the table each percentile has.
    fn n_each(&self) -> usize {
        self.columns.len() * self.measures.len() + usize::from(self.supply.is_some())
    }

    /// Everything in lanes. Over streets alone every percentile is the same.
    pub fn in_lanes(&self, lanes: &StreetLanes, origins: &[Located], destinations: &[Located]) -> Vec<Values> {
        let usable = StreetLanes::usable(destinations);
        let amounts = |column: &(String, Vec<f64>)| usable.iter().map(|&at| column.1[at]).collect::<Vec<f64>>();
        let amounts: Vec<Vec<f64>> = self.columns.iter().map(amounts).collect();
        let measures: Vec<Measure> = self.measures.iter().map(|(_, _, measure)| *measure).collect();
        let horizon = measures.iter().try_fold(Duration::ZERO, |far, measure| Some(far.max(measure.horizon()?)));
        let limit = horizon.unwrap_or(Duration::from_deciseconds(u32::MAX));
        let passes = self.supply.map_or(0, |supply| if supply.kind == Kind::ThreeStep { 2 } else { 1 });
        let n_searches = origins.len() * (1 + passes) + if passes > 0 { destinations.len() } else { 0 };
        let bar = Bar(Mutex::new((Progress::new(n_searches as u64), 0)));
        let columns = Columns(amounts.iter().map(|amounts| Measures::new(amounts, &measures)).collect());
        let found = lanes.reduce(origins, destinations, Direction::Forward, limit, &Watched { columns, bar: &bar });
        let shares = self.supply.map(|supply| {
            let asked = Asked {
                origins: (origins, &supply.demand),
                supplies: (destinations, &supply.supply),
                catchment: &supply.catchment,
            };
            catchment_lanes::shares(lanes, supply.kind, asked, &|done| bar.step(done))
        });
        bar.finish();
        let untested = |of_usable: bool, amounts: &[f64]| -> f64 {
            let counts = |at: &usize| !of_usable || !destinations[*at].is_usable();
            (0..amounts.len()).filter(counts).map(|at| amounts[at]).sum()
        };
        let mut all = self.empty();
        for values in all.chunks_mut(self.n_each()) {
            for (column, values) in values.chunks_mut(self.measures.len()).take(self.columns.len()).enumerate() {
                let untested = [false, true].map(|usable| untested(usable, &self.columns[column].1));
                for (measure, values) in values.iter_mut().enumerate() {
                    let of = |(origin, found): (&Located, &Vec<Vec<_>>)| -> (Option<f64>, f64) {
                        let value: crate::measure::batch::Value = found[column][measure];
                        (value.number(), untested[usize::from(origin.is_usable())])
                    };
                    values.of = origins.iter().zip(&found).map(of).collect();
                }
            }
            if let (Some(shares), Some(last)) = (&shares, values.last_mut()) {
                last.of = shares.iter().map(|&share| (Some(share), 0.0)).collect();
            }
        }
        all
    }

    /// Values from rows as they come.
    pub fn taking_rows(&self, n_origins: usize, direction: Direction) -> FromRows<'_> {
        let gathered = |_: &u8| -> Vec<Gathered> {
            let columns = self.columns.iter().flat_map(|_| &self.measures);
            columns.map(|(_, _, measure)| Gathered::new(*measure, n_origins)).collect()
        };
        let backward = direction == Direction::Backward;
        let lists = |wanted: bool| if wanted { self.percentiles.len() } else { 0 };
        FromRows {
            wanted: self,
            values: self.empty(),
            gathered: self.percentiles[..lists(backward)].iter().map(gathered).collect(),
            untested: vec![vec![0.0; n_origins]; self.columns.len()],
            reached: vec![vec![Reached::new(); n_origins]; lists(self.supply.is_some())],
            direction,
        }
    }
}

/// A bar, and how many searches are done.
struct Bar(Mutex<(Progress, u64)>);

impl Bar {
    fn step(&self, done: usize) {
        let mut bar = self.0.lock().expect("no thread has failed while it held the bar");
        bar.1 += done as u64;
        let at = bar.1;
        bar.0.at(at, "origins");
    }

    fn finish(self) {
        self.0.into_inner().expect("no thread has failed while it held the bar").0.finish();
    }
}

/// Columns that move a bar on with every batch.
struct Watched<'a> {
    columns: Columns<'a>,
    bar: &'a Bar,
}

impl<'a> Reducer for Watched<'a> {
    type Answer = <Columns<'a> as Reducer>::Answer;

    #[inline(always)]
    fn reduce<T: LaneTime>(&self, batch: &Batch<'_, T>) -> Vec<Self::Answer> {
        self.bar.step(batch.sources().len());
        self.columns.reduce(batch)
    }
}

/// Values on their way. Forwards, an origin is measured as soon as its row is there; backwards, the rows are those of destinations, and
/// sums are kept. Only catchments keep times: those within the catchment.
pub(super) struct FromRows<'w> {
    wanted: &'w Wanted<'w>,
    values: Vec<Values>,
    /// Backwards, by percentile: every measure of every column.
    gathered: Vec<Vec<Gathered>>,
    /// Backwards, by column and origin.
    untested: Vec<Vec<f64>>,
    /// By percentile and origin, the destinations whose supply an origin has a share in.
    reached: Vec<Vec<Reached>>,
    direction: Direction,
}

impl FromRows<'_> {
    /// Takes further rows, the first of which is that of a root.
    pub fn take(&mut self, first: usize, rows: &[Row]) {
        for (root, row) in (first..).zip(rows) {
            for percentile in 0..self.wanted.percentiles.len() {
                let times: Vec<Outcome> = row.cells().map(|cell| cell.times[percentile]).collect();
                match self.direction {
                    Direction::Forward => self.take_origin(percentile, &times),
                    Direction::Backward => self.take_destination(percentile, root, &times),
                }
                self.take_supply(percentile, root, &times);
            }
        }
    }

    fn take_origin(&mut self, percentile: usize, times: &[Outcome]) {
        let mut values = self.values[percentile * self.wanted.n_each()..].iter_mut();
        for (_, amounts) in self.wanted.columns {
            let untested = times.iter().zip(amounts).filter(|(time, _)| !time.is_tested()).map(|(_, amount)| amount).sum();
            for (_, _, measure) in &self.wanted.measures {
                let values = values.next().expect("every measure of every column has its values");
                values.of.push((measure.of(times, amounts).number(), untested));
            }
        }
    }

    fn take_destination(&mut self, percentile: usize, destination: usize, times: &[Outcome]) {
        let mut gathered = self.gathered[percentile].iter_mut();
        for (column, (_, amounts)) in self.wanted.columns.iter().enumerate() {
            let amount = amounts[destination];
            for gathered in gathered.by_ref().take(self.wanted.measures.len()) {
                times.iter().enumerate().for_each(|(origin, &time)| gathered.add(origin, time, amount));
            }
            // Whether a pair was tested is the same for all percentiles.
            for (untested, time) in self.untested[column].iter_mut().zip(times).filter(|_| percentile == 0) {
                *untested += if time.is_tested() { 0.0 } else { amount };
            }
        }
    }

    fn take_supply(&mut self, percentile: usize, root: usize, times: &[Outcome]) {
        let (Some(supply), Some(reached)) = (self.wanted.supply, self.reached.get_mut(percentile)) else { return };
        for (far, time) in times.iter().enumerate() {
            let (origin, destination) = if self.direction == Direction::Backward { (far, root) } else { (root, far) };
            if let Some(time) = time.time().filter(|&time| supply.catchment.weight(time) > 0.0) {
                reached[origin].push((destination as u32, time));
            }
        }
    }

    /// The values of all origins, when all rows have come.
    pub fn finish(mut self) -> Vec<Values> {
        let n_measures = self.wanted.measures.len();
        for (values, gathered) in self.values.chunks_mut(self.wanted.n_each()).zip(&self.gathered) {
            for (at, (values, gathered)) in values.iter_mut().zip(gathered).enumerate() {
                let of = |(origin, &untested): (usize, &f64)| (gathered.value(origin).number(), untested);
                values.of = self.untested[at / n_measures].iter().enumerate().map(of).collect();
            }
        }
        for (values, reached) in self.values.chunks_mut(self.wanted.n_each()).zip(&self.reached) {
            let (Some(supply), Some(last)) = (self.wanted.supply, values.last_mut()) else { continue };
            let shares = supply.kind.shares(reached, &supply.demand, &supply.supply, &supply.catchment);
            last.of = shares.access.into_iter().map(|share| (Some(share), 0.0)).collect();
        }
        self.values
    }
}
