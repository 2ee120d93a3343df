//! Points on the earth and the distances between them.

use crate::units::Distance;

/// A point in WGS-84/CGCS2000 degrees.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LonLat {
    /// Degrees east, −180 to 180.
    pub lon: f64,
    /// Degrees north, −90 to 90.
    pub lat: f64,
}

/// The mean radius of the earth in metres (IUGG).
const EARTH_RADIUS_M: f64 = 6_371_008.8;

impl LonLat {
    /// A point, or `None` where a coordinate is not finite or out of range.
    pub fn new(lon: f64, lat: f64) -> Option<Self> {
        let ok = lon.is_finite() && lat.is_finite() && lon.abs() <= 180.0 && lat.abs() <= 90.0;
        ok.then_some(LonLat { lon, lat })
    }

    /// The great-circle distance in metres on a sphere of the earth's mean radius (haversine formula); within 0.3 % of the
    /// ellipsoid.
    ///
    /// ```
    /// use onehour::geo::LonLat;
    /// let (a, b) = (LonLat::new(112.0, 37.0).unwrap(), LonLat::new(112.0, 38.0).unwrap());
    /// assert!((a.metres_to(b) - 111_195.0).abs() < 1.0); // 6371.0088 km · π/180
    /// ```
    pub fn metres_to(self, other: LonLat) -> f64 {
        let (lat1, lat2) = (self.lat.to_radians(), other.lat.to_radians());
        let dlat = (lat2 - lat1) / 2.0;
        let dlon = (other.lon - self.lon).to_radians() / 2.0;
        let h = dlat.sin().powi(2) + lat1.cos() * lat2.cos() * dlon.sin().powi(2);
        2.0 * EARTH_RADIUS_M * h.sqrt().min(1.0).asin()
    }

    /// The great-circle distance, rounded to the metre.
    pub fn distance_to(self, other: LonLat) -> Distance {
        Distance::from_metres(self.metres_to(other).round() as u32)
    }
}
