//! Finding the way of a service over the lines it names, and its length and delays.

use super::{DelayIx, Line, LineIx, LinePlace, Network, Piece, StopIx};
use crate::units::Distance;

/// The shortest way from stop `from` to stop `to` that uses `lines` in this order, changing where they share a stop or a
/// point. `None` where a stop is not on its line or two neighbours share no place.
pub fn pieces(lines: &[(LineIx, &Line)], from: StopIx, to: StopIx) -> Option<Vec<Piece>> {
    let (&(index, line), rest) = lines.split_first()?;
    let starts = positions(line, &LinePlace::Stop(from));
    let best = starts.into_iter().filter_map(|start| continue_from(index, line, start, rest, to)).min_by_key(|way| way.0)?;
    Some(best.1)
}

type Way = (Distance, Vec<Piece>);

fn continue_from(index: LineIx, line: &Line, start: usize, rest: &[(LineIx, &Line)], to: StopIx) -> Option<Way> {
    let Some((&(next_index, next), later)) = rest.split_first() else {
        let ends = positions(line, &LinePlace::Stop(to));
        return ends
            .into_iter()
            .map(|end| (stretch(line, start, end), vec![Piece { line: index, from: start, to: end }]))
            .min_by_key(|way| way.0);
    };
    let mut best: Option<Way> = None;
    for (leave, at) in line.at.iter().enumerate() {
        for enter in positions(next, &at.place) {
            let Some((length, mut way)) = continue_from(next_index, next, enter, later, to) else { continue };
            let length = length + stretch(line, start, leave);
            if best.as_ref().is_none_or(|known| length < known.0) {
                way.insert(0, Piece { line: index, from: start, to: leave });
                best = Some((length, way));
            }
        }
    }
    best
}

fn positions(line: &Line, place: &LinePlace) -> Vec<usize> {
    let same = |other: &LinePlace| match (place, other) {
        (LinePlace::Stop(a), LinePlace::Stop(b)) => a == b,
        (LinePlace::Point(a, _), LinePlace::Point(b, _)) => a == b,
        _ => false,
    };
    (0..line.at.len()).filter(|&at| same(&line.at[at].place)).collect()
}

fn stretch(line: &Line, a: usize, b: usize) -> Distance {
    let (a, b) = (line.at[a].km.metres(), line.at[b].km.metres());
    Distance::from_metres(a.abs_diff(b))
}

impl Network {
    /// The length of a piece by the official kilometres of its line.
    pub fn piece_length(&self, piece: &Piece) -> Distance {
        stretch(self.line(piece.line), piece.from, piece.to)
    }

    /// The delays on the stretches of a piece, in the order of the line, without repetition.
    pub fn piece_delays(&self, piece: &Piece) -> Vec<DelayIx> {
        let line = self.line(piece.line);
        let (first, last) = (piece.from.min(piece.to), piece.from.max(piece.to));
        let mut delays: Vec<DelayIx> = line.at[first + 1..=last].iter().filter_map(|at| at.delay).collect();
        delays.dedup();
        delays
    }
}
