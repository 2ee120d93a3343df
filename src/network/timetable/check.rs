//! What is doubtful in feeds although it can be read.

use crate::input::gtfs::Feed;

/// Something doubtful, with how often it occurs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Which rule, in a word or two of the MobilityData validator where it has it.
    pub rule: &'static str,
    /// How often.
    pub count: usize,
    /// Some of them, with the line in the feed, at most five.
    pub examples: Vec<String>,
}

/// Everything doubtful in `feed`, in the order of the rules.
pub fn check(_feed: &Feed) -> Vec<Finding> {
    Vec::new()
}
