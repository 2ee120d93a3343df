//! `onehour verdict` straight from files: whether every origin, or enough people, are within the limit of every destination.

use super::access::column;
use super::load::{LocatedPoints, region};
use super::matrix::{announce, ends};
use super::prepare::prepare;
use super::rows::{Sides, each_chunk};
use super::terms::asked;
use crate::cli::arguments::VerdictArguments;
use crate::cli::{Ending, Failure, give, pretty};
use crate::measure::Coverage;
use crate::output::table::Table;
use crate::search::Outcome;
use crate::search::doors::matrix::MatrixQuestion;
use crate::units::Duration;

/// Runs the verb.
pub(crate) fn verdict(arguments: &VerdictArguments) -> Result<Ending, Failure> {
    let asked = asked(&arguments.trip, &arguments.mode, !arguments.region.gtfs.is_empty())?;
    let region = region(&arguments.region, &arguments.trip, &asked)?;
    let world = region.world(&asked);
    let (origins, destinations) = ends(&world, &region, &arguments.points)?;
    let people = match &arguments.people {
        Some(name) => column(name, &origins, "--people")?,
        None => vec![1.0; origins.points.len()],
    };
    announce(&origins, &destinations, &asked, &region);
    let percentiles = &arguments.trip.percentiles[..1];
    let question = MatrixQuestion { terms: &asked.terms, window: &asked.window, percentiles, parts: false };
    let sides = Sides::new(asked.window.direction, &origins, &destinations);
    let mut rows = Vec::with_capacity(sides.roots.points.len());
    prepare(&world, &sides.roots.located, &asked.terms, asked.window.direction, region.cache());
    each_chunk(&world, sides, &question, |_, more| {
        rows.extend(more);
        Ok(true)
    })?;
    let time = |origin: usize, destination: usize| {
        let (root, far) = sides.root_and_far(origin, destination);
        rows[root].cell(far).times[0]
    };
    let more = format!("{} {:?} {:?}", arguments.limit, arguments.share, arguments.people);
    let record = region.record("verdict", &asked, &arguments.trip, &more, &[&origins, &destinations])?;
    let judge = Judge { limit: Duration::from_mins(arguments.limit), share: arguments.share, people: &people };
    let table = judge.table(&origins, &destinations, time, [&region.definition(&asked), &asked.mode, &record.id()]);
    let text = if arguments.json {
        let number = |column: &str| ["limit_min", "share_percent", "people", "origins_within", "origins"].contains(&column);
        pretty(&table.json(number))
    } else {
        table.csv()
    };
    give(&text, arguments.out.as_deref())?;
    let failed = table.rows.iter().any(|row| row[VERDICT] != "pass");
    Ok(if failed { Ending::TargetFailed } else { Ending::Done })
}

/// Position of the column with the verdict.
const VERDICT: usize = 1;

/// The rule of the verdict.
struct Judge<'a> {
    limit: Duration,
    /// Per cent of the people; without it all origins.
    share: Option<u8>,
    people: &'a [f64],
}

impl Judge<'_> {
    /// A row for every destination.
    fn table(
        &self,
        origins: &LocatedPoints,
        destinations: &LocatedPoints,
        time: impl Fn(usize, usize) -> Outcome,
        [definition, mode, run_id]: [&str; 3],
    ) -> Table {
        let mut table = Table::new([
            "to_id",
            "verdict",
            "limit_min",
            "rule",
            "share_percent",
            "people",
            "origins_within",
            "origins",
            "untested",
            "worst_from_id",
            "worst_min",
            "worst_status",
            "definition",
            "mode",
            "run_id",
        ]);
        for (at, destination) in destinations.points.ids().enumerate() {
            let times: Vec<Outcome> = (0..origins.points.len()).map(|origin| time(origin, at)).collect();
            let mut covered = Coverage::default();
            times.iter().zip(self.people).for_each(|(&time, &people)| covered.add(time, people, self.limit));
            let within = times.iter().filter(|time| time.time().is_some_and(|time| time <= self.limit)).count();
            let untested = times.iter().filter(|time| matches!(time, Outcome::NotTested(_))).count();
            let tested = times.len() - untested;
            let passes = match self.share {
                Some(percent) => covered.share().is_some_and(|share| share * 100.0 >= f64::from(percent)),
                None => within == times.len(),
            };
            let verdict = if tested == 0 {
                "not_tested"
            } else if passes {
                "pass"
            } else {
                "fail"
            };
            let worst = (0..times.len()).max_by_key(|&origin| (badness(times[origin]), std::cmp::Reverse(origin)));
            let worst = worst.map(|origin| (origins.points.id(origin), times[origin]));
            table.push([
                destination.to_string(),
                verdict.to_string(),
                format!("{:.0}", self.limit.minutes()),
                self.share.map_or("all origins".to_string(), |percent| format!("{percent} % of people")),
                covered.share().map_or(String::new(), |share| format!("{:.2}", share * 100.0)),
                format!("{:.0}", covered.tested),
                within.to_string(),
                times.len().to_string(),
                untested.to_string(),
                worst.map_or(String::new(), |(id, _)| id.to_string()),
                worst.and_then(|(_, time)| time.time()).map_or(String::new(), |time| format!("{:.1}", time.minutes())),
                worst.map_or(String::new(), |(_, time)| time.status().to_string()),
                definition.to_string(),
                mode.to_string(),
                run_id.to_string(),
            ]);
        }
        table
    }
}

/// Longer times are worse, and no journey is worse than any; what could not be tested is not the worst.
fn badness(time: Outcome) -> u64 {
    match time {
        Outcome::NotTested(_) => 0,
        Outcome::Reached(time) => 1 + u64::from(time.deciseconds()),
        Outcome::NoService(_) | Outcome::Unreachable(_) => u64::MAX,
    }
}
