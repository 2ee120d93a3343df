//! Lines in flat arrays: where they call, and when.

use std::ops::Range;

use super::day::Day;
use super::fetch::fetch;
use super::{UNREACHED, mirror};
use crate::network::timetable::{CallStopIx, HeadwayPattern, Pattern, PatternStop};

/// Lines one after the other, patterns with fixed trips before lines by headway: 8 bytes for each call of a trip.
#[derive(Debug, Default)]
pub(super) struct Lines {
    lines: Vec<Line>,
    calls: Vec<Call>,
    /// Per line: trip after trip, a time for every call. Lines by headway have one row, counted from the first call.
    arrivals: Vec<u32>,
    departures: Vec<u32>,
    windows: Vec<Window>,
}

/// Bytes that the processor reads at once.
const A_CACHE_LINE: usize = 64;

/// A line and where its parts lie in the arrays.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line {
    first_call: u32,
    n_calls: u32,
    first_time: usize,
    running: Running,
    day: Day,
}

/// When a line runs.
#[derive(Debug, Clone, Copy)]
pub(super) enum Running {
    /// So many trips.
    Trips(u32),
    /// Every so often, in these windows.
    Windows { first: u32, n: u32 },
}

/// A call of a line.
#[derive(Debug, Clone, Copy)]
pub(super) struct Call {
    pub stop: u32,
    /// How long after the first call a trip in the middle of the day leaves it.
    after: u32,
    pub board: bool,
    pub alight: bool,
}

/// A place in a line where one may get on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Boarding {
    pub line: u32,
    pub call: u32,
}

/// A part of the day in which vehicles leave the first call at any time; the wait is half a headway.
#[derive(Debug, Clone, Copy)]
struct Window {
    from: u32,
    to: u32,
    wait: u32,
}

/// One line with its times.
#[derive(Clone, Copy)]
pub(super) struct Times<'i> {
    pub running: Running,
    pub calls: &'i [Call],
    arrivals: &'i [u32],
    departures: &'i [u32],
    windows: &'i [Window],
    day: &'i Day,
}

impl Lines {
    pub(super) fn freeze(patterns: &[Pattern], headways: &[HeadwayPattern]) -> Lines {
        let mut lines = Lines::default();
        for pattern in patterns {
            lines.add_pattern(pattern);
        }
        for line in headways {
            lines.add_headway(line);
        }
        lines
    }

    fn add_pattern(&mut self, pattern: &Pattern) {
        self.begin_line(pattern.stops.len(), Running::Trips(pattern.trips.len() as u32));
        self.calls.extend(pattern.stops.iter().map(Call::of));
        self.arrivals.extend_from_slice(&pattern.arrivals);
        self.departures.extend_from_slice(&pattern.departures);
        self.end_line();
    }

    fn add_headway(&mut self, line: &HeadwayPattern) {
        let running = Running::Windows { first: self.windows.len() as u32, n: line.windows.len() as u32 };
        self.begin_line(line.stops.len(), running);
        self.calls.extend(line.stops.iter().map(Call::of));
        self.arrivals.extend_from_slice(&line.arrivals);
        self.departures.extend_from_slice(&line.departures);
        let windows = line.windows.iter();
        self.windows.extend(windows.map(|window| Window {
            from: window.from,
            to: window.to,
            wait: window.headway.div_ceil(2),
        }));
        self.end_line();
    }

    fn begin_line(&mut self, n_calls: usize, running: Running) {
        let (first_call, first_time) = (self.calls.len() as u32, self.arrivals.len());
        self.lines.push(Line { first_call, n_calls: n_calls as u32, first_time, running, day: Day::default() });
    }

    /// Has the processor read ahead where the parts of a line are.
    pub(super) fn fetch_line(&self, line: u32) {
        fetch(&self.lines, line as usize);
    }

    /// Has the processor read ahead the calls of a line from one on.
    pub(super) fn fetch_calls(&self, line: u32, call: u32) {
        let at = (self.lines[line as usize].first_call + call) as usize;
        fetch(&self.calls, at);
        fetch(&self.calls, at + A_CACHE_LINE / size_of::<Call>());
    }

    /// Writes down when the trips of the last line run, for guesses.
    fn end_line(&mut self) {
        let Line { first_call, n_calls, first_time, .. } = *self.lines.last().expect("a line was begun");
        let departures = &self.departures[first_time..];
        let n_trips = departures.len() / n_calls.max(1) as usize;
        let leaves = |trip: usize, call: usize| departures[trip * n_calls as usize + call];
        if n_trips == 0 {
            return;
        }
        let first = leaves(n_trips / 2, 0);
        let calls = self.calls[first_call as usize..].iter_mut().enumerate();
        calls.for_each(|(at, call)| call.after = leaves(n_trips / 2, at).saturating_sub(first));
        self.lines.last_mut().expect("a line was begun").day = Day::of((0..n_trips).map(|trip| leaves(trip, 0)));
    }

    pub(super) fn n_lines(&self) -> usize {
        self.lines.len()
    }

    pub(super) fn n_calls(&self) -> usize {
        self.calls.len()
    }

    /// Where the calls of a line are among those of all.
    pub(super) fn calls_of(&self, line: u32) -> Range<usize> {
        let Line { first_call, n_calls, .. } = self.lines[line as usize];
        first_call as usize..(first_call + n_calls) as usize
    }

    /// How many lines have fixed trips; the others, by headway, follow them.
    pub(super) fn n_patterns(&self) -> usize {
        self.lines.iter().take_while(|line| matches!(line.running, Running::Trips(_))).count()
    }

    /// The stops where one may get on, with line and call, in the order of stops, lines and calls. At the last call of a line there is
    /// nothing to get on for.
    pub(super) fn boardings(&self) -> Vec<(u32, Boarding)> {
        let mut boardings = Vec::new();
        for line in 0..self.lines.len() as u32 {
            let calls = self.line(line).calls;
            let but_last = calls[..calls.len().saturating_sub(1)].iter().enumerate();
            let boarded = but_last.filter(|(_, call)| call.board);
            boardings.extend(boarded.map(|(at, call)| (call.stop, Boarding { line, call: at as u32 })));
        }
        boardings.sort_by_key(|&(stop, _)| stop);
        boardings
    }

    pub(super) fn line(&self, line: u32) -> Times<'_> {
        let line = &self.lines[line as usize];
        let (rows, windows) = match line.running {
            Running::Trips(n) => (n as usize, &[][..]),
            Running::Windows { first, n } => (1, &self.windows[first as usize..(first + n) as usize]),
        };
        let times = line.first_time..line.first_time + rows * line.n_calls as usize;
        Times {
            running: line.running,
            calls: &self.calls[line.first_call as usize..(line.first_call + line.n_calls) as usize],
            arrivals: &self.arrivals[times.clone()],
            departures: &self.departures[times],
            windows,
            day: &line.day,
        }
    }

    /// The same lines seen backwards in time: they run from their last call to their first. They keep their numbers; calls and trips
    /// are counted from the end.
    pub(super) fn mirrored(&self) -> Lines {
        let mut mirrored = Lines::default();
        for (number, line) in self.lines.iter().enumerate() {
            let times = self.line(number as u32);
            let running = match line.running {
                Running::Trips(n) => Running::Trips(n),
                Running::Windows { n, .. } => Running::Windows { first: mirrored.windows.len() as u32, n },
            };
            mirrored.begin_line(times.calls.len(), running);
            let turned = |call: &Call| Call { board: call.alight, alight: call.board, ..*call };
            mirrored.calls.extend(times.calls.iter().rev().map(turned));
            match line.running {
                Running::Trips(_) => {
                    mirrored.arrivals.extend(times.departures.iter().rev().copied().map(mirror));
                    mirrored.departures.extend(times.arrivals.iter().rev().copied().map(mirror));
                }
                Running::Windows { .. } => mirrored.add_mirrored_times(&times),
            }
            mirrored.end_line();
        }
        mirrored
    }

    /// The times of a line by headway seen backwards. Forwards, whoever is ready in the window leaves half a headway later; so whoever
    /// leaves within the window *shifted by half a headway* was ready half a headway before.
    fn add_mirrored_times(&mut self, times: &Times) {
        let whole = times.departures.last().copied().unwrap_or(0);
        self.arrivals.extend(times.departures.iter().rev().map(|&time| whole - time));
        self.departures.extend(times.arrivals.iter().rev().map(|&time| whole - time));
        for window in times.windows {
            let at_end = |time: u32| mirror(time.saturating_add(window.wait).saturating_add(whole));
            let (from, to) = if window.from < window.to {
                (at_end(window.to - 1), at_end(window.from).saturating_add(1))
            } else {
                (0, 0)
            };
            self.windows.push(Window { from, to, wait: window.wait });
        }
    }
}

impl Call {
    fn of(stop: &PatternStop) -> Call {
        Call { stop: stop.stop.0, after: 0, board: stop.board, alight: stop.alight }
    }

    pub(super) fn at(&self) -> CallStopIx {
        CallStopIx(self.stop)
    }
}

impl Times<'_> {
    /// When a trip arrives at a call; for lines by headway, of the row 0, how long after the first call.
    pub(super) fn arrival(&self, trip: u32, call: usize) -> u32 {
        self.arrivals[trip as usize * self.calls.len() + call]
    }

    /// When a trip leaves a call, likewise.
    pub(super) fn departure(&self, trip: u32, call: usize) -> u32 {
        self.departures[trip as usize * self.calls.len() + call]
    }

    /// The first of the trips before `before` that leaves a call at `ready` or later; `before` where none does.
    ///
    /// It begins with the trip that should be there by the middle of the day and goes on from there in steps that double: neighbours in
    /// time are neighbours in memory.
    pub(super) fn first_trip(&self, before: u32, call: usize, ready: u32) -> u32 {
        if before == 0 {
            return before;
        }
        let late_enough = |trip: u32| self.departure(trip, call) >= ready;
        let guess = self.day.left(ready.saturating_sub(self.calls[call].after)).min(before - 1);
        // All before `low` leave too early; `high` leaves late enough, or is `before`.
        let (mut low, mut high, mut step) = (0, before, 1);
        if late_enough(guess) {
            high = guess;
            while low < high {
                let probe = high.saturating_sub(step);
                if !late_enough(probe) {
                    low = probe + 1;
                    break;
                }
                (high, step) = (probe, 2 * step);
            }
        } else {
            low = guess + 1;
            while low < high {
                let probe = (low + step - 1).min(high - 1);
                if late_enough(probe) {
                    high = probe;
                    break;
                }
                (low, step) = (probe + 1, 2 * step);
            }
        }
        while low < high {
            let middle = low + (high - low) / 2;
            if late_enough(middle) { high = middle } else { low = middle + 1 }
        }
        low
    }

    /// When a vehicle that one waits for at a call from `ready` on left the first call of a line by headway, by expectation;
    /// [`UNREACHED`] after the last window.
    pub(super) fn expected(&self, call: usize, ready: u32) -> u32 {
        // Nothing runs before midnight, so that an earlier moment at the first call is as good as midnight.
        let ready = ready.saturating_sub(self.departures[call]);
        let running = self.windows.iter().filter(|window| ready < window.to && window.from < window.to);
        running.map(|window| ready.max(window.from).saturating_add(window.wait)).min().unwrap_or(UNREACHED)
    }

    /// The earliest vehicle before `before` that whoever is ready at a call can get on: a trip, or of a line by headway the start that
    /// is expected. Whoever rides a later one arrives no earlier anywhere.
    pub(super) fn caught(&self, call: usize, ready: u32, before: u32) -> Option<u32> {
        let vehicle = match self.running {
            Running::Trips(n) => self.first_trip(before.min(n), call, ready),
            Running::Windows { .. } => self.expected(call, ready),
        };
        let end = if let Running::Trips(n) = self.running { before.min(n) } else { before };
        Some(vehicle).filter(|&vehicle| vehicle < end)
    }

    /// When such a vehicle arrives at a call.
    pub(super) fn arrives(&self, vehicle: u32, call: usize) -> u32 {
        match self.running {
            Running::Trips(_) => self.arrival(vehicle, call),
            Running::Windows { .. } => vehicle.saturating_add(self.arrival(0, call)),
        }
    }

    /// Has the processor read ahead what a ride from a call on looks at, with the trip that should be there by the middle of the day.
    pub(super) fn fetch(&self, call: usize, ready: u32) {
        if let Running::Trips(n) = self.running
            && n > 0
        {
            let guess = self.day.left(ready.saturating_sub(self.calls[call].after)).min(n - 1) as usize;
            let at = guess * self.calls.len() + call;
            for row in [self.departures, self.arrivals] {
                fetch(row, at);
                fetch(row, at + A_CACHE_LINE / size_of::<u32>());
            }
            // The trip before is asked whether it waits.
            fetch(self.departures, at.saturating_sub(self.calls.len()));
        }
    }
}
