//! Points on the earth and the distances between them.

pub mod china;

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

/// Metres of one degree along a meridian of that sphere.
pub const METRES_PER_DEGREE: f64 = EARTH_RADIUS_M * std::f64::consts::PI / 180.0;

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

    /// The great-circle distance in metres where it is at most `limit`; far points are told by their latitude and longitude alone.
    pub fn metres_within(self, other: LonLat, limit: f64) -> Option<f64> {
        let dlat_m = (other.lat - self.lat).abs() * METRES_PER_DEGREE;
        if dlat_m > limit {
            return None;
        }
        // On the parallel nearer to the pole a degree of longitude is shortest, and a great circle cuts it short by less than a hundredth
        // over the few degrees that pass.
        let shortest = self.lat.abs().max(other.lat.abs()).to_radians().cos() * METRES_PER_DEGREE;
        let dlon = (other.lon - self.lon).abs();
        if dlon < 10.0 && dlon * shortest * 0.99 > limit {
            return None;
        }
        Some(self.metres_to(other)).filter(|&metres| metres <= limit)
    }
}
