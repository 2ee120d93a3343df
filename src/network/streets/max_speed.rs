//! Posted speed limits as OpenStreetMap writes them.

use crate::input::street_profile::Limits;

/// A mile in kilometres.
const MILE: f64 = 1.609_344;

/// A nautical mile in kilometres.
const NAUTICAL_MILE: f64 = 1.852;

/// What a `maxspeed` says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum MaxSpeed {
    /// A limit in km/h.
    Kmh(f64),
    /// No number: limits shown by variable signs.
    Variable,
    /// Nothing that has a meaning here.
    Unread,
}

/// The limit that `written` stands for. Of several (`50;30`) the lowest holds; one of them that cannot be read spoils all.
///
/// ```
/// use onehour::network::streets::max_speed::{MaxSpeed, max_speed};
/// let limits = Default::default();
/// assert_eq!(max_speed("50", &limits), MaxSpeed::Kmh(50.0));
/// assert_eq!(max_speed("30 mph", &limits), MaxSpeed::Kmh(48.28032)); // 30 · 1.609344
/// assert_eq!(max_speed("fast", &limits), MaxSpeed::Unread);
/// ```
pub fn max_speed(written: &str, limits: &Limits) -> MaxSpeed {
    let mut lowest = MaxSpeed::Unread;
    for part in written.split([';', '|', ',']) {
        match (one(part.trim(), limits), lowest) {
            (MaxSpeed::Unread, _) => return MaxSpeed::Unread,
            (MaxSpeed::Kmh(kmh), MaxSpeed::Kmh(before)) => lowest = MaxSpeed::Kmh(kmh.min(before)),
            (MaxSpeed::Kmh(kmh), _) => lowest = MaxSpeed::Kmh(kmh),
            (MaxSpeed::Variable, MaxSpeed::Unread) => lowest = MaxSpeed::Variable,
            (MaxSpeed::Variable, _) => {}
        }
    }
    lowest
}

fn one(written: &str, limits: &Limits) -> MaxSpeed {
    let kmh = match written {
        "none" | "unlimited" => Some(limits.none_kmh),
        "walk" => Some(limits.walk_kmh),
        "signals" | "variable" | "implicit" | "default" => return MaxSpeed::Variable,
        _ => number(written).or_else(|| zone(written, limits)),
    };
    kmh.filter(|kmh| (1.0..=500.0).contains(kmh)).map_or(MaxSpeed::Unread, MaxSpeed::Kmh)
}

/// A number with a unit, km/h where there is none.
fn number(written: &str) -> Option<f64> {
    let end = written.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(written.len());
    let number: f64 = written[..end].parse().ok()?;
    let unit = match written[end..].trim_start() {
        "" | "km/h" | "kmh" | "kph" | "kmph" => 1.0,
        "mph" => MILE,
        "knots" | "kn" => NAUTICAL_MILE,
        _ => return None,
    };
    Some(number * unit)
}

/// The limit of a zone such as `DE:urban`.
pub fn zone(written: &str, limits: &Limits) -> Option<f64> {
    let after_country = written.split_once(':').map_or("", |(_, after)| after);
    limits.zones.get(written).or_else(|| limits.zones.get(after_country)).copied()
}
