//! What is doubtful in a feed although it can be read: the rules of MobilityData's canonical validator that matter for travel
//! times, and a few of our own.

mod calendars;
mod places;
mod speeds;

use jiff::civil::Date;

use crate::input::gtfs::Feed;

/// Something doubtful, with how often it occurs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Which rule, by the name it has in the canonical validator where it is one of its.
    pub rule: &'static str,
    /// What that means for travel times.
    pub meaning: &'static str,
    /// How often, at least once.
    pub count: usize,
    /// The first five, with the line in the feed.
    pub examples: Vec<String>,
}

/// How many examples a finding has.
const EXAMPLES: usize = 5;

/// Everything doubtful in `feed` for a journey on `date`, in the order of the documentation; rules that nothing breaks are not there.
pub fn check(feed: &Feed, date: Option<Date>) -> Vec<Finding> {
    let mut tallies = speeds::check(feed);
    tallies.extend(places::check(feed));
    tallies.extend(calendars::check(feed, date));
    tallies.into_iter().filter(|tally| tally.count > 0).map(Tally::finding).collect()
}

/// Counts what breaks one rule.
struct Tally {
    rule: &'static str,
    meaning: &'static str,
    count: usize,
    examples: Vec<String>,
}

impl Tally {
    fn new(rule: &'static str, meaning: &'static str) -> Self {
        Tally { rule, meaning, count: 0, examples: Vec::new() }
    }

    /// One more; its text is made only where it is shown.
    fn add(&mut self, example: impl FnOnce() -> String) {
        self.count += 1;
        if self.examples.len() < EXAMPLES {
            self.examples.push(example());
        }
    }

    fn finding(self) -> Finding {
        Finding { rule: self.rule, meaning: self.meaning, count: self.count, examples: self.examples }
    }
}
