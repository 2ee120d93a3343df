//! Geometries in the binary form of GeoPackage: a header, then well-known binary (OGC 12-128r18, clause 2.1.3).

use geo::{Coord, Geometry, LineString, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon};

/// The deepest nesting of collections that is followed.
const MAX_DEPTH: usize = 16;

/// The geometry in `bytes`, `None` inside where it is empty; `None` where they are no geometry, or a coordinate is no finite number.
/// The reference system in the header is that of the layer, which is checked there.
pub(super) fn decode(bytes: &[u8]) -> Option<Option<Geometry>> {
    let header: &[u8; 8] = bytes.first_chunk()?;
    if &header[..2] != b"GP" {
        return None;
    }
    let flags = header[3];
    let envelope = match flags >> 1 & 7 {
        0 => 0,
        1 => 32,
        2 | 3 => 48,
        4 => 64,
        _ => return None,
    };
    let is_empty = flags >> 4 & 1 == 1;
    if is_empty {
        return Some(None);
    }
    let mut wkb = Bytes { rest: bytes.get(8 + envelope..)?, little: true };
    wkb.geometry(0).map(Some)
}

/// Bytes that are read from the front.
struct Bytes<'a> {
    rest: &'a [u8],
    little: bool,
}

impl Bytes<'_> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, rest) = self.rest.split_first_chunk::<N>()?;
        self.rest = rest;
        Some(*taken)
    }

    fn whole(&mut self) -> Option<u32> {
        let bytes = self.take()?;
        Some(if self.little { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) })
    }

    fn number(&mut self) -> Option<f64> {
        let bytes = self.take()?;
        Some(if self.little { f64::from_le_bytes(bytes) } else { f64::from_be_bytes(bytes) })
    }

    /// A count of things of at least `size` bytes each, so that a lying one is found before room is made for it.
    fn count(&mut self, size: usize) -> Option<usize> {
        let count = self.whole()? as usize;
        (count <= self.rest.len() / size).then_some(count)
    }

    fn point(&mut self, n_more: usize) -> Option<Coord> {
        let (x, y) = (self.number()?, self.number()?);
        for _ in 0..n_more {
            self.number()?;
        }
        (x.is_finite() && y.is_finite()).then_some(Coord { x, y })
    }

    fn line(&mut self, n_more: usize) -> Option<LineString> {
        let count = self.count(16 + 8 * n_more)?;
        (0..count).map(|_| self.point(n_more)).collect::<Option<Vec<Coord>>>().map(LineString)
    }

    fn polygon(&mut self, n_more: usize) -> Option<Polygon> {
        let count = self.count(4)?;
        let rings: Option<Vec<LineString>> = (0..count).map(|_| self.line(n_more)).collect();
        let mut rings = rings?.into_iter();
        let outer = rings.next().unwrap_or_else(|| LineString(Vec::new()));
        Some(Polygon::new(outer, rings.collect()))
    }

    /// The parts of a collection, every one a geometry with its own head.
    fn parts<T>(&mut self, depth: usize, narrow: impl Fn(Geometry) -> Option<T>) -> Option<Vec<T>> {
        let count = self.count(5)?;
        (0..count).map(|_| self.geometry(depth + 1).and_then(&narrow)).collect()
    }

    fn geometry(&mut self, depth: usize) -> Option<Geometry> {
        if depth > MAX_DEPTH {
            return None;
        }
        self.little = match self.take::<1>()? {
            [0] => false,
            [1] => true,
            _ => return None,
        };
        // Kinds of the standard count heights by thousands; EWKB, which some programs write, by high bits.
        let kind = self.whole()?;
        let (high, measured) = (kind & 0x8000_0000 != 0, kind & 0x4000_0000 != 0);
        if kind & 0x2000_0000 != 0 {
            self.whole()?;
        }
        let kind = kind & 0x0FFF_FFFF;
        let n_more = match kind / 1000 {
            0 => usize::from(high) + usize::from(measured),
            1 | 2 => 1,
            3 => 2,
            _ => return None,
        };
        Some(match kind % 1000 {
            1 => Geometry::Point(Point(self.point(n_more)?)),
            2 => Geometry::LineString(self.line(n_more)?),
            3 => Geometry::Polygon(self.polygon(n_more)?),
            4 => Geometry::MultiPoint(MultiPoint(self.parts(depth, |part| part.try_into().ok())?)),
            5 => Geometry::MultiLineString(MultiLineString(self.parts(depth, |part| part.try_into().ok())?)),
            6 => Geometry::MultiPolygon(MultiPolygon(self.parts(depth, |part| part.try_into().ok())?)),
            7 => Geometry::GeometryCollection(self.parts(depth, Some)?.into()),
            _ => return None,
        })
    }
}
