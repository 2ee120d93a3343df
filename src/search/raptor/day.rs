//! When in the day the trips of a line leave, roughly: where to begin looking for one.

/// How many trips of a line have left its first call when the day of that call, from its first departure to its last, has come to each
/// of so many equal parts.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Day {
    first: u32,
    width: u32,
    left: [u32; Day::N_PARTS],
}

impl Day {
    const N_PARTS: usize = 16;

    /// Of times in order.
    pub(super) fn of(times: impl Iterator<Item = u32> + Clone) -> Day {
        let (first, last) = (times.clone().next().unwrap_or(0), times.clone().last().unwrap_or(0));
        let mut day = Day { first, width: last.saturating_sub(first) / Day::N_PARTS as u32 + 1, left: [0; Day::N_PARTS] };
        times.for_each(|time| day.left[day.part(time)] += 1);
        let mut before = 0;
        day.left.iter_mut().for_each(|left| before += std::mem::replace(left, before));
        day
    }

    fn part(&self, time: u32) -> usize {
        ((time.saturating_sub(self.first) / self.width) as usize).min(Day::N_PARTS - 1)
    }

    /// About how many trips have left by a time.
    pub(super) fn left(&self, time: u32) -> u32 {
        self.left[self.part(time)]
    }
}
