//! From arguments to the terms of a search: modes, ways to stops, times of day.

use jiff::civil::{Date, DateTime};

use super::arguments::TripArguments;
use crate::cli::Failure;
use crate::diagnostic::{Diagnostic, nearest_names};
use crate::search::Direction;
use crate::search::doors::{Approach, ApproachKind, Terms, Window};
use crate::units::Duration;

/// What a question asks for, understood.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    /// What is allowed.
    pub terms: Terms,
    /// The service day; `None` where no time was given, and so no timetable is searched.
    pub date: Option<Date>,
    /// When.
    pub window: Window,
    /// How people travel, as results say it.
    pub mode: String,
}

/// Understands the arguments, or gives every fault in them. `rides` says whether there are timetables at all.
pub(crate) fn asked(trip: &TripArguments, modes: &[String], rides: bool) -> Result<Asked, Failure> {
    let mut faults = Vec::new();
    let modes = named_modes(modes, rides, &mut faults);
    let transit = modes.iter().any(|mode| mode == TRANSIT);
    let max_trip = Duration::from_mins(trip.max_trip);
    let direct =
        modes.iter().filter(|mode| *mode != TRANSIT).filter_map(|mode| kind(mode, &mut faults)).map(plain).collect();
    let approaches = |texts: &[String], at_home: bool, faults: &mut Vec<Diagnostic>| -> Vec<Approach> {
        if transit { texts.iter().filter_map(|text| approach(text, at_home, faults)).collect() } else { Vec::new() }
    };
    let access = approaches(&trip.access, true, &mut faults);
    let egress = approaches(&trip.egress, false, &mut faults);
    let when = when(trip, transit, &mut faults);
    if !faults.is_empty() {
        return Err(Failure::Input(faults));
    }
    let (date, window) = when;
    let max_rides = if transit { trip.max_rides } else { 0 };
    let terms = Terms { direct, access, egress, max_rides, max_trip };
    Ok(Asked { terms, date, window, mode: modes.join("+") })
}

/// The word for public transport among the modes.
const TRANSIT: &str = "transit";

/// The modes that may be named directly.
const DIRECT: [ApproachKind; 5] =
    [ApproachKind::Walk, ApproachKind::Bicycle, ApproachKind::Ebike, ApproachKind::Car, ApproachKind::Taxi];

fn named_modes(named: &[String], rides: bool, faults: &mut Vec<Diagnostic>) -> Vec<String> {
    let modes: Vec<String> =
        named.iter().map(|mode| mode.trim().to_ascii_lowercase()).filter(|mode| !mode.is_empty()).collect();
    if modes.iter().any(|mode| mode == TRANSIT) && !rides {
        let fault = Diagnostic::error("cli::no_timetable", "public transport is asked for, and no timetable is given");
        faults.push(fault.help("name a timetable with --gtfs, or leave transit out of --mode"));
    }
    match (modes.is_empty(), rides) {
        (false, _) => modes,
        (true, true) => vec!["walk".to_string(), TRANSIT.to_string()],
        (true, false) => vec!["walk".to_string()],
    }
}

fn kind(word: &str, faults: &mut Vec<Diagnostic>) -> Option<ApproachKind> {
    let found = DIRECT.into_iter().find(|kind| kind.word() == word);
    if found.is_none() {
        let known = || DIRECT.iter().map(|kind| kind.word()).chain([TRANSIT]);
        faults.push(unknown_word("mode", word, &known().collect::<Vec<_>>()));
    }
    found
}

fn unknown_word(what: &str, word: &str, known: &[&str]) -> Diagnostic {
    let near = nearest_names(word, known.iter().copied());
    let help = if near.is_empty() {
        format!("write one of {}", known.join(", "))
    } else {
        format!("did you mean {}?", near.join(", "))
    };
    Diagnostic::error("cli::unknown_mode", format!("there is no {what} \"{word}\"")).help(help)
}

/// The wait for a taxi and the time for parking, as METHOD §3.1 and §3.4 have them at their base.
const TAXI_WAIT: Duration = Duration::from_mins(5);
const PARKING: Duration = Duration::from_mins(3);

/// A local bus rides at 18 km/h where people walk at 4.8 km/h, after 5 minutes (METHOD §3.4).
const LOCAL_BUS: (f64, Duration) = (4.8 / 18.0, Duration::from_mins(5));

fn plain(kind: ApproachKind) -> Approach {
    let approach = Approach::plain(kind);
    match kind {
        ApproachKind::Taxi => Approach { before: TAXI_WAIT, ..approach },
        ApproachKind::ParkAndRide => Approach { after: PARKING, ..approach },
        ApproachKind::LocalBus => Approach { before: LOCAL_BUS.1, factor: LOCAL_BUS.0, ..approach },
        _ => approach,
    }
}

/// `walk:20`.
fn approach(text: &str, at_home: bool, faults: &mut Vec<Diagnostic>) -> Option<Approach> {
    let (word, limit) = text.split_once(':').map_or((text, None), |(word, limit)| (word, Some(limit)));
    let known: Vec<&str> = ApproachKind::ALL.iter().map(|kind| kind.word()).collect();
    let Some(kind) = ApproachKind::ALL.iter().copied().find(|kind| kind.word() == word.trim()) else {
        faults.push(unknown_word("way to a stop", word, &known));
        return None;
    };
    if kind == ApproachKind::ParkAndRide && !at_home {
        let message = "park_and_ride is asked for at the last stop, where nobody has a car";
        faults.push(Diagnostic::error("cli::egress_by_own_car", message).help("write taxi or car in --egress"));
        return None;
    }
    let minutes = limit.and_then(|limit| limit.trim().parse::<f64>().ok()).filter(|&limit| limit > 0.0 && limit <= 1440.0);
    match minutes.and_then(Duration::from_minutes) {
        Some(limit) => Some(Approach { limit, ..plain(kind) }),
        None => {
            let message = format!("\"{text}\" has no limit in minutes between 0 and 1440");
            faults.push(
                Diagnostic::error("cli::no_limit", message).help(format!("write {}:20 for twenty minutes", kind.word())),
            );
            None
        }
    }
}

/// The service day and the times of the window.
fn when(trip: &TripArguments, transit: bool, faults: &mut Vec<Diagnostic>) -> (Option<Date>, Window) {
    let (direction, text) = match (&trip.departure, &trip.arrive_by) {
        (_, Some(arrival)) => (Direction::Backward, Some(arrival)),
        (departure, None) => (Direction::Forward, departure.as_ref()),
    };
    let nothing = Window { direction, times: vec![0], first_draw: false };
    let Some(text) = text else {
        if transit {
            let fault = Diagnostic::error("cli::no_departure", "public transport is asked for, and no time is given");
            faults.push(fault.help("add --departure 2019-05-13T08:00, or --arrive-by"));
        }
        return (None, nothing);
    };
    let Ok(time) = text.parse::<DateTime>() else {
        let fault = Diagnostic::error("cli::time", format!("\"{text}\" is no date and time"));
        faults.push(fault.help("write 2019-05-13T14:00"));
        return (None, nothing);
    };
    let seconds = u32::from(time.hour().unsigned_abs()) * 3600
        + u32::from(time.minute().unsigned_abs()) * 60
        + u32::from(time.second().unsigned_abs());
    let at = seconds * 10;
    let window = match direction {
        Direction::Forward => Window::every(direction, at, at + trip.window * 600, 600),
        Direction::Backward => Window::every(direction, at.saturating_sub((trip.window - 1) * 600), at + 1, 600),
    };
    (Some(time.date()), window)
}
