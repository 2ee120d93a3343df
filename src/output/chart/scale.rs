//! A linear axis: from values to points, and round ticks.

/// Maps values from `from`–`to` onto `start`–`end` points.
#[derive(Debug, Clone, Copy)]
pub struct Scale {
    pub from: f64,
    pub to: f64,
    pub start: f64,
    pub end: f64,
}

impl Scale {
    /// The place of `value`; values outside go on beyond the ends.
    pub fn at(self, value: f64) -> f64 {
        self.start + (value - self.from) / (self.to - self.from) * (self.end - self.start)
    }

    /// Multiples of `step` between the ends, both included.
    pub fn ticks(self, step: f64) -> Vec<f64> {
        let (first, last) = ((self.from / step - 1e-9).ceil() as i64, (self.to / step + 1e-9).floor() as i64);
        (first..=last).map(|i| i as f64 * step).collect()
    }
}

/// The smallest of 5, 10, 15, 20, 30, 60, 120 … minutes that divides `span` into at most `most` steps.
pub fn minute_step(span: f64, most: usize) -> f64 {
    let fits = |step: &f64| span / step <= most as f64;
    [5.0, 10.0, 15.0, 20.0, 30.0, 60.0, 120.0, 180.0, 240.0, 360.0, 480.0, 600.0]
        .into_iter()
        .find(fits)
        .unwrap_or_else(|| (span / most as f64 / 600.0).ceil().max(1.0) * 600.0)
}

/// Minutes as printed: whole, but with one decimal within a minute of the limit, where rounding would change the verdict.
pub fn minutes_text(minutes: f64, limit: f64) -> String {
    if (minutes - limit).abs() < 1.0 && (minutes - minutes.round()).abs() > 0.04 {
        format!("{minutes:.1}")
    } else {
        format!("{}", minutes.round() as i64)
    }
}
