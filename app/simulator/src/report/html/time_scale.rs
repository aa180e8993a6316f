//! Times to horizontal pixels. Long stretches in which nothing was recorded are cut short, and shown as cut.

use crate::utc;

/// A stretch without records longer than this is cut, seconds.
const CUT_SECONDS: i64 = 600;

/// Least distance between two tick labels, pixels.
const LABEL_PX: f64 = 62.0;

/// A stretch that is drawn shorter than it was.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Cut {
    /// Left pixel.
    pub(super) left: f64,
    /// Right pixel.
    pub(super) right: f64,
    /// How long it was.
    pub(super) seconds: i64,
}

/// A time axis: linear between its knots.
#[derive(Debug, Clone)]
pub(super) struct TimeScale {
    knots: Vec<(i64, f64)>,
    /// Stretches cut short, left to right.
    pub(super) cuts: Vec<Cut>,
}

impl TimeScale {
    /// An axis over all `times` (rising, without repeats), from the left to the right pixel.
    pub(super) fn new(times: &[i64], (left, right): (f64, f64)) -> Self {
        let gaps: Vec<i64> = times.windows(2).map(|pair| pair[1] - pair[0]).collect();
        let shown: i64 = gaps.iter().filter(|gap| **gap <= CUT_SECONDS).sum();
        let cut_weight = (shown as f64 * 0.05).max(60.0);
        let weight = |gap: i64| {
            if gap <= CUT_SECONDS {
                gap as f64
            } else {
                cut_weight
            }
        };
        let total: f64 = gaps.iter().map(|gap| weight(*gap)).sum();
        let pixels = |gap: i64| {
            if total > 0.0 {
                weight(gap) / total * (right - left)
            } else {
                0.0
            }
        };
        let mut scale = Self {
            knots: Vec::new(),
            cuts: Vec::new(),
        };
        let mut x = left;
        scale.knots.extend(times.first().map(|at| (*at, x)));
        for (index, gap) in gaps.iter().enumerate() {
            let next = x + pixels(*gap);
            if *gap > CUT_SECONDS {
                scale.cuts.push(Cut {
                    left: x,
                    right: next,
                    seconds: *gap,
                });
            }
            x = next;
            scale.knots.push((times[index + 1], x));
        }
        scale
    }

    /// The pixel of a time; times outside are drawn at the nearer end.
    pub(super) fn x(&self, at: i64) -> f64 {
        let after = self.knots.partition_point(|(time, _)| *time <= at);
        match (
            after
                .checked_sub(1)
                .and_then(|before| self.knots.get(before)),
            self.knots.get(after),
        ) {
            (Some((from, left)), Some((to, right))) => {
                left + (at - from) as f64 / (to - from) as f64 * (right - left)
            }
            (Some((_, x)), None) | (None, Some((_, x))) => *x,
            (None, None) => 0.0,
        }
    }

    /// Pixels and labels of round times that are not inside a cut and do not crowd each other. What follows a cut is
    /// labelled first: it is where a reader needs the time most.
    pub(super) fn ticks(&self) -> Vec<(f64, String)> {
        let mut ticks: Vec<(f64, String)> = Vec::new();
        let free = |ticks: &[(f64, String)], x: f64| {
            ticks.iter().all(|(other, _)| (other - x).abs() >= LABEL_PX)
        };
        for cut in &self.cuts {
            let time = self
                .knots
                .iter()
                .find(|(_, x)| *x == cut.right)
                .map(|(at, _)| *at);
            if let Some(at) = time.filter(|_| free(&ticks, cut.right)) {
                ticks.push((cut.right, label(at)));
            }
        }
        let (Some((first, _)), Some((last, _))) = (self.knots.first(), self.knots.last()) else {
            return ticks;
        };
        let step = self.round_step();
        let mut at = first.div_euclid(step) * step + step;
        while at <= *last {
            let x = self.x(at);
            let in_cut = self.cuts.iter().any(|cut| cut.left < x && x < cut.right);
            if !in_cut && free(&ticks, x) {
                ticks.push((x, label(at)));
            }
            at += step;
        }
        ticks
    }

    /// A round number of seconds that gives about a dozen ticks over the shown time.
    fn round_step(&self) -> i64 {
        let cut: i64 = self.cuts.iter().map(|cut| cut.seconds).sum();
        let span = match (self.knots.first(), self.knots.last()) {
            (Some((first, _)), Some((last, _))) => last - first - cut,
            _ => 0,
        };
        let steps = [
            60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 21_600, 43_200,
        ];
        steps
            .into_iter()
            .find(|step| span / step <= 14)
            .unwrap_or_else(|| (span / 14 / 86_400 + 1) * 86_400)
    }
}

/// `21:05`, or the date at midnight.
fn label(at: i64) -> String {
    match at.rem_euclid(86_400) {
        0 => utc::date(at).chars().skip(5).collect(),
        _ => utc::clock(at).chars().take(5).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quiet_stretches_are_cut_and_order_is_kept() {
        let mut times: Vec<i64> = (0..=720).map(|step| step * 5).collect();
        times.extend([7_200, 40_000]);
        let scale = TimeScale::new(&times, (50.0, 1_050.0));
        assert_eq!(
            scale.cuts.iter().map(|cut| cut.seconds).collect::<Vec<_>>(),
            [3_600, 32_800]
        );
        assert!(scale.cuts.iter().all(|cut| cut.right - cut.left < 60.0));
        assert_eq!(
            (scale.x(0), scale.x(-5), scale.x(99_999)),
            (50.0, 50.0, scale.x(40_000))
        );
        assert!((scale.x(40_000) - 1_050.0).abs() < 1e-6);
        assert!(times
            .windows(2)
            .all(|pair| scale.x(pair[0]) < scale.x(pair[1])));
    }

    #[test]
    fn ticks_are_round_and_apart() {
        let times: Vec<i64> = (0..=720).map(|step| 1_760_129_340 + step * 5).collect();
        let mut ticks = TimeScale::new(&times, (50.0, 1_050.0)).ticks();
        ticks.sort_by(|left, right| left.0.total_cmp(&right.0));
        assert!(ticks.len() >= 8 && ticks.iter().any(|(_, label)| label == "21:00"));
        assert!(ticks
            .windows(2)
            .all(|pair| pair[1].0 - pair[0].0 >= LABEL_PX));
    }

    #[test]
    fn one_time_or_none_is_no_trouble() {
        assert_eq!(TimeScale::new(&[], (0.0, 9.0)).x(5), 0.0);
        assert_eq!(TimeScale::new(&[5], (3.0, 9.0)).x(5), 3.0);
        assert!(TimeScale::new(&[], (0.0, 9.0)).ticks().is_empty());
    }
}
