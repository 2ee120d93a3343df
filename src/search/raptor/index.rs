//! A timetable in flat arrays, and its mirror image.

use super::walks::Walks;
use super::{UNREACHED, mirror};
use crate::network::timetable::{CallStopIx, HeadwayPattern, Pattern, PatternStop, Timetable};

/// All that the search reads.
#[derive(Debug)]
pub(super) struct Index {
    /// Patterns with fixed trips in the order of the timetable, then its lines by headway.
    lines: Vec<Line>,
    calls: Vec<Call>,
    /// Per line: trip after trip, a time for every call. Lines by headway have one row, counted from the first call.
    arrivals: Vec<u32>,
    departures: Vec<u32>,
    windows: Vec<Window>,
    /// Where the boardings of every stop begin in `boardings`, and the end of the last.
    boardings_from: Vec<u32>,
    boardings: Vec<Boarding>,
    walks: Walks,
    /// Per stop; [`UNREACHED`] where one cannot change.
    changes: Vec<u32>,
}

/// A line and where its parts lie in the arrays.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line {
    first_call: u32,
    n_calls: u32,
    first_time: usize,
    running: Running,
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
}

impl Index {
    pub(super) fn freeze(timetable: &Timetable, walks: &Walks, changes: &[Option<u32>]) -> Index {
        let changes = changes.iter().map(|time| time.unwrap_or(UNREACHED)).collect();
        let mut index = Index::empty(walks.clone(), changes);
        for pattern in &timetable.patterns {
            index.add_pattern(pattern);
        }
        for line in &timetable.headways {
            index.add_headway(line);
        }
        index.list_boardings();
        index
    }

    fn empty(walks: Walks, changes: Vec<u32>) -> Index {
        Index {
            lines: Vec::new(),
            calls: Vec::new(),
            arrivals: Vec::new(),
            departures: Vec::new(),
            windows: Vec::new(),
            boardings_from: Vec::new(),
            boardings: Vec::new(),
            walks,
            changes,
        }
    }

    fn add_pattern(&mut self, pattern: &Pattern) {
        self.begin_line(pattern.stops.len(), Running::Trips(pattern.trips.len() as u32));
        self.calls.extend(pattern.stops.iter().map(Call::of));
        self.arrivals.extend_from_slice(&pattern.arrivals);
        self.departures.extend_from_slice(&pattern.departures);
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
    }

    fn begin_line(&mut self, n_calls: usize, running: Running) {
        let (first_call, first_time) = (self.calls.len() as u32, self.arrivals.len());
        self.lines.push(Line { first_call, n_calls: n_calls as u32, first_time, running });
    }

    /// Lists for every stop the lines that one can board there. At the last call of a line there is nothing to get on for.
    fn list_boardings(&mut self) {
        let mut from = vec![0; self.n_stops() + 1];
        let mut found = Vec::new();
        for line in 0..self.lines.len() as u32 {
            let calls = self.line(line).calls;
            for (at, call) in calls[..calls.len().saturating_sub(1)].iter().enumerate().filter(|(_, call)| call.board) {
                found.push((call.stop, Boarding { line, call: at as u32 }));
                from[call.stop as usize + 1] += 1;
            }
        }
        for at in 0..self.n_stops() {
            from[at + 1] += from[at];
        }
        found.sort_by_key(|&(stop, _)| stop);
        self.boardings_from = from;
        self.boardings = found.into_iter().map(|(_, boarding)| boarding).collect();
    }

    pub(super) fn n_stops(&self) -> usize {
        self.changes.len()
    }

    pub(super) fn n_lines(&self) -> usize {
        self.lines.len()
    }

    /// How many lines have fixed trips; the others, by headway, follow them.
    pub(super) fn n_patterns(&self) -> usize {
        self.lines.iter().take_while(|line| matches!(line.running, Running::Trips(_))).count()
    }

    pub(super) fn boardings(&self, stop: u32) -> &[Boarding] {
        &self.boardings[self.boardings_from[stop as usize] as usize..self.boardings_from[stop as usize + 1] as usize]
    }

    pub(super) fn walks(&self) -> &Walks {
        &self.walks
    }

    /// The time to change at a stop; [`UNREACHED`] where one cannot.
    pub(super) fn change(&self, stop: u32) -> u32 {
        self.changes[stop as usize]
    }

    pub(super) fn line(&self, line: u32) -> Times<'_> {
        let line = self.lines[line as usize];
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
        }
    }

    /// The same timetable seen backwards in time: lines run from their last call to their first, and walks the other way round. The
    /// lines keep their numbers; calls and trips are counted from the end.
    pub(super) fn mirrored(&self) -> Index {
        let mut index = Index::empty(self.walks.reversed(), self.changes.clone());
        for (number, line) in self.lines.iter().enumerate() {
            let times = self.line(number as u32);
            let running = match line.running {
                Running::Trips(n) => Running::Trips(n),
                Running::Windows { n, .. } => Running::Windows { first: index.windows.len() as u32, n },
            };
            index.begin_line(times.calls.len(), running);
            let mirrored = |call: &Call| Call { stop: call.stop, board: call.alight, alight: call.board };
            index.calls.extend(times.calls.iter().rev().map(mirrored));
            match line.running {
                Running::Trips(_) => {
                    index.arrivals.extend(times.departures.iter().rev().copied().map(mirror));
                    index.departures.extend(times.arrivals.iter().rev().copied().map(mirror));
                }
                Running::Windows { .. } => index.add_mirrored_times(&times),
            }
        }
        index.list_boardings();
        index
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
        Call { stop: stop.stop.0, board: stop.board, alight: stop.alight }
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
    pub(super) fn first_trip(&self, before: u32, call: usize, ready: u32) -> u32 {
        let (mut low, mut high) = (0, before);
        while low < high {
            let middle = low + (high - low) / 2;
            if self.departure(middle, call) < ready { low = middle + 1 } else { high = middle }
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
}
