//! `onehour route` straight from files: one journey leg by leg.

use serde_json::{Value, json};

use super::load::{Region, region};
use super::terms::{Asked, asked};
use crate::cli::arguments::RouteArguments;
use crate::cli::endpoint::both;
use crate::cli::route::{leg_json, outcome_text, rounded};
use crate::cli::{Ending, Failure, give, pretty};
use crate::output::table::Table;
use crate::search::Outcome;
use crate::search::doors::journey::DoorJourney;
use crate::search::doors::row::Workspace;
use crate::search::doors::world::World;
use crate::search::journey::Journey;
use crate::units::{Distance, TimeOfDay};

/// Runs the verb.
pub(crate) fn route(arguments: &RouteArguments) -> Result<Ending, Failure> {
    let asked = asked(&arguments.trip, &arguments.question.mode, !arguments.region.gtfs.is_empty())?;
    let region = region(&arguments.region, &arguments.trip, &asked)?;
    let world = region.world(&asked);
    let (from, to) = both(region.endpoint(&world, &arguments.from), region.endpoint(&world, &arguments.to))?;
    let mut workspace = Workspace::default();
    // Arrivals are searched from the destination.
    let forward = asked.window.direction == crate::search::Direction::Forward;
    let (root, far) = if forward { (from, to) } else { (to, from) };
    let far = world.far_points(vec![far], &asked.terms, asked.window.direction).remove(0);
    let lanes = world.row(&root, std::slice::from_ref(&far), &asked.terms, &asked.window, &mut workspace).remove(0);
    let percent = arguments.trip.percentiles[0];
    let lane = lanes.lane_of(percent);
    let found = lane.and_then(|lane| world.journey(&root, &far, &asked.terms, &asked.window, lane, &mut workspace));
    let outcome = lanes.percentile(percent);
    let answer = Answer { arguments, asked: &asked, region: &region, world: &world, outcome, found };
    let text = if arguments.json { pretty(&answer.json()) } else { answer.page() };
    give(&text, arguments.out.as_deref())?;
    Ok(Ending::Done)
}

/// One answer, ready to be told.
struct Answer<'a> {
    arguments: &'a RouteArguments,
    asked: &'a Asked,
    region: &'a Region,
    world: &'a World<'a>,
    outcome: Outcome,
    found: Option<DoorJourney>,
}

impl Answer<'_> {
    fn told(&self, journey: &DoorJourney) -> Journey {
        self.world.told(journey, &self.arguments.from, &self.arguments.to, &Default::default())
    }

    fn page(&self) -> String {
        let arguments = self.arguments;
        let mut text = format!("{} → {}   {}\n", arguments.from, arguments.to, self.asked.mode);
        text.push_str(&format!("{}\n\n{}\n", self.region.definition(self.asked), outcome_text(self.outcome)));
        let Some(found) = &self.found else { return text };
        let timed = self.asked.date.is_some();
        let mut table = Table::new(["at", "leg", "mode", "from", "to", "min", "km", "line (trip)", "source"]);
        let mut now = found.begins;
        let journey = self.told(found);
        for leg in &journey.legs {
            table.push([
                if timed { TimeOfDay::from_seconds(now / 10).to_string() } else { String::new() },
                leg.kind.word().to_string(),
                leg.mode.to_string(),
                leg.from.clone(),
                leg.to.clone(),
                format!("{:.1}", leg.time.minutes()),
                // Timetables do not say how long rides are.
                if leg.length > Distance::ZERO { format!("{:.2}", leg.length.km()) } else { String::new() },
                leg.service.clone().unwrap_or_default(),
                leg.source.clone(),
            ]);
            now += leg.time.deciseconds();
        }
        text.push_str(&table.text());
        text.push_str(&format!("total {:.1} min, {:.2} km over streets\n", journey.total.minutes(), journey.length().km()));
        text
    }

    fn json(&self) -> Value {
        let legs = self.found.iter().flat_map(|found| {
            let told = self.told(found).legs;
            found
                .legs
                .iter()
                .zip(told)
                .map(|(leg, told)| {
                    let mut value = leg_json(&told);
                    let points = leg.shape.iter().map(|at| json!([rounded(at.lon, 1e7), rounded(at.lat, 1e7)]));
                    value["shape"] = Value::Array(points.collect());
                    value
                })
                .collect::<Vec<Value>>()
        });
        json!({
            "from": self.arguments.from,
            "to": self.arguments.to,
            "definition": self.region.definition(self.asked),
            "mode": self.asked.mode,
            "status": self.outcome.status(),
            "reason": self.outcome.reason().map(|reason| reason.text()),
            "total_time": self.outcome.time().map(|time| rounded(time.minutes(), 10.0)),
            "begins": self.found.as_ref().filter(|_| self.asked.date.is_some()).map(|found| TimeOfDay::from_seconds(found.begins / 10).to_string()),
            "legs": legs.collect::<Vec<Value>>(),
        })
    }
}
