//! Names as they fit a map or a table.

use crate::network::territory::Place;

/// A place's name without the word for its kind, where something of two characters is left.
///
/// ```
/// use onehour::output::figures::names::short;
/// assert_eq!(short("某某市"), "某某");
/// assert_eq!(short("某县"), "某县");
/// ```
pub fn short(name: &str) -> &str {
    let stem = name.strip_suffix(['市', '县', '区']).unwrap_or(name);
    if stem.chars().count() >= 2 { stem } else { name }
}

/// The short name of a place.
pub fn of(place: &Place) -> String {
    short(&place.name_zh).to_string()
}
