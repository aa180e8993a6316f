//! Values to vertical pixels, with round tick marks.

/// A linear axis from the bottom to the top of a plot.
#[derive(Debug, Clone)]
pub(super) struct ValueScale {
    low: f64,
    high: f64,
    top: f64,
    bottom: f64,
    /// Round values inside the axis.
    pub(super) ticks: Vec<f64>,
}

impl ValueScale {
    /// An axis that holds all values (and zero if asked), widened to round ends. Values that are no numbers are skipped.
    pub(super) fn new(
        values: impl Iterator<Item = f64>,
        with_zero: bool,
        (top, bottom): (f64, f64),
    ) -> Self {
        let zero = with_zero.then_some(0.0);
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        for value in values.chain(zero).filter(|value| value.is_finite()) {
            low = low.min(value);
            high = high.max(value);
        }
        if low > high {
            (low, high) = (0.0, 1.0);
        }
        if high - low <= low.abs().max(high.abs()) * 1e-9 {
            let pad = if high == 0.0 { 1.0 } else { high.abs() * 0.05 };
            (low, high) = (low - pad, high + pad);
        }
        let step = round_step((high - low) / 5.0);
        let (first, last) = ((low / step).floor(), (high / step).ceil());
        let ticks = (0..=(last - first) as usize)
            .map(|index| (first + index as f64) * step)
            .collect();
        Self {
            low: first * step,
            high: last * step,
            top,
            bottom,
            ticks,
        }
    }

    /// The pixel of a value.
    pub(super) fn y(&self, value: f64) -> f64 {
        self.bottom - (value - self.low) / (self.high - self.low) * (self.bottom - self.top)
    }

    /// Whether the axis goes below zero.
    pub(super) fn has_negative(&self) -> bool {
        self.low < 0.0
    }
}

/// The smallest of 1, 2, 2.5, 5 times a power of ten that is not below `wanted`.
fn round_step(wanted: f64) -> f64 {
    let magnitude = 10_f64.powf(wanted.log10().floor());
    let factors = [1.0, 2.0, 2.5, 5.0, 10.0];
    let factor = factors
        .into_iter()
        .find(|factor| factor * magnitude >= wanted * 0.999)
        .unwrap_or(10.0);
    factor * magnitude
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_are_round_and_hold_everything() {
        let scale = ValueScale::new([115.3, 207.06].into_iter(), false, (10.0, 110.0));
        assert_eq!(
            scale.ticks,
            [100.0, 120.0, 140.0, 160.0, 180.0, 200.0, 220.0]
        );
        assert_eq!((scale.y(100.0), scale.y(220.0)), (110.0, 10.0));
        assert!(!scale.has_negative());
    }

    #[test]
    fn zero_and_degenerate_values_work() {
        let scale = ValueScale::new([-30.0].into_iter(), true, (0.0, 100.0));
        assert!(scale.has_negative() && scale.y(0.0) <= 100.0);
        for values in [vec![], vec![5.0, 5.0], vec![0.0], vec![f64::NAN]] {
            let scale = ValueScale::new(values.into_iter(), false, (0.0, 100.0));
            assert!(scale.y(5.0).is_finite() && scale.ticks.len() >= 2);
        }
    }
}
