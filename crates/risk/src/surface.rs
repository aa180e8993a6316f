//! Volatility surface: total variance at six tenors, skew and curvature in normalised moneyness.
//!
//! vol = atm(T) * (1 + skew * x + curvature * x^2), x = ln(K/S) / (atm * sqrt(T)) within +-4.

use crate::smile::{LogStrike, Smile};
use crate::RiskError;
use backstop_quantities::convert::{i64_bits, u32_saturating, u64_or_zero};
use backstop_quantities::root::{isqrt, sqrt_years_q30};
use backstop_quantities::{mul_div_floor, Price, UnixSeconds, Vol, ONE_Q30};

/// Seconds to expiry of the surface's nodes: 1, 7, 14, 30, 90 and 180 days.
pub const TENOR_SECONDS: [i64; 6] = [86_400, 604_800, 1_209_600, 2_592_000, 7_776_000, 15_552_000];
/// Least at-the-money volatility, ppm (5 %).
pub const MIN_VOL_PPM: u32 = 50_000;
/// Greatest at-the-money volatility, ppm (500 %).
pub const MAX_VOL_PPM: u32 = 5_000_000;
/// Bound of |skew|, ppm per standard deviation. Together with the bound of curvature it leaves no
/// butterfly of negative worth within four deviations, whatever the volatility.
pub const MAX_SKEW_PPM: i32 = 150_000;
/// Bound of curvature, ppm per squared standard deviation.
pub const MAX_CURVATURE_PPM: i32 = 25_000;
/// Least volatility a surface returns, ppm (2 %): the strongest skew leaves 0.4 of the least one, so
/// that no smile is cut.
pub const MIN_SMILE_VOL_PPM: u32 = 20_000;
/// Greatest volatility a surface returns, ppm (1 000 %): the strongest smile doubles the greatest one.
pub const MAX_SMILE_VOL_PPM: u32 = 10_000_000;
/// Time below which normalised moneyness is measured as if it were an hour.
pub(crate) const MIN_SMILE_SECONDS: i64 = 3_600;
/// Publishers that must be fresh for a submission to be accepted.
pub const MIN_SUBMISSIONS: usize = 3;
/// Seconds in which the stored surface may move a tenth of the way.
pub const BLEND_SECONDS: i64 = 300;
/// The part of the way, as a divisor.
pub(crate) const BLEND_PARTS: u64 = 10;

/// A volatility surface.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Surface {
    /// At-the-money volatility at [`TENOR_SECONDS`], ppm a year.
    pub atm_vol_ppm: [u32; 6],
    /// Relative change of volatility per standard deviation of ln(K/S), ppm; negative: low strikes
    /// cost more.
    pub skew_ppm: i32,
    /// Relative change of volatility per squared standard deviation, ppm.
    pub curvature_ppm: i32,
}

/// What one publisher has submitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Submission {
    /// The surface.
    pub surface: Surface,
    /// When it was submitted.
    pub submitted_at: UnixSeconds,
}

impl Surface {
    /// Checks bounds, and that total variance vol^2 * T never falls from tenor to tenor (to 1 ppm
    /// of volatility): what is asked of a submission. Blending keeps the bounds exactly, but one step
    /// loses up to 2 ppm of that total variance by rounding, and short steps add up.
    ///
    /// # Errors
    /// `ParameterOutOfBounds` naming the field, `CalendarArbitrage`.
    pub fn validate(&self) -> Result<(), RiskError> {
        self.check_bounds()?;
        let nodes = self.atm_vol_ppm.iter().zip(TENOR_SECONDS);
        let mut least = 0;
        for (vol, seconds) in nodes {
            if total_variance(vol.saturating_add(1), seconds) < least {
                return Err(RiskError::CalendarArbitrage);
            }
            least = total_variance(*vol, seconds);
        }
        Ok(())
    }

    /// Checks the bounds of every node.
    ///
    /// # Errors
    /// `ParameterOutOfBounds` naming the field.
    pub fn check_bounds(&self) -> Result<(), RiskError> {
        if !self
            .atm_vol_ppm
            .iter()
            .all(|vol| (MIN_VOL_PPM..=MAX_VOL_PPM).contains(vol))
        {
            return Err(RiskError::ParameterOutOfBounds("atm_vol_ppm"));
        }
        if !(-MAX_SKEW_PPM..=MAX_SKEW_PPM).contains(&self.skew_ppm) {
            return Err(RiskError::ParameterOutOfBounds("skew_ppm"));
        }
        if !(0..=MAX_CURVATURE_PPM).contains(&self.curvature_ppm) {
            return Err(RiskError::ParameterOutOfBounds("curvature_ppm"));
        }
        Ok(())
    }

    /// At-the-money volatility: total variance is linear in time between tenors, volatility is flat
    /// before the first and after the last. Rounds down.
    pub fn atm_vol(&self, seconds: i64) -> Vol {
        let mut before: Option<(u32, i64)> = None;
        for (vol, tenor) in self.atm_vol_ppm.into_iter().zip(TENOR_SECONDS) {
            if seconds <= tenor {
                return match before {
                    None => Vol::new(vol),
                    Some(left) => interpolated(left, (vol, tenor), seconds),
                };
            }
            before = Some((vol, tenor));
        }
        Vol::new(before.map_or(0, |(vol, _)| vol))
    }

    /// Volatility of an option, between 2 % and 1 000 %. A zero price counts as at the money.
    pub fn vol(&self, spot: Price, strike: Price, seconds: i64) -> Vol {
        self.smile(seconds).vol(LogStrike::of(spot, strike))
    }

    /// The surface at one time to expiry: two thirds of the work of [`Surface::vol`], which all legs
    /// of an expiry share.
    #[inline(never)]
    pub fn smile(&self, seconds: i64) -> Smile {
        let root = sqrt_years_q30(seconds.max(MIN_SMILE_SECONDS));
        Smile::new(
            self.atm_vol(seconds),
            root,
            self.skew_ppm,
            self.curvature_ppm,
        )
    }

    fn node(&self, index: usize) -> i64 {
        match index {
            6 => i64::from(self.skew_ppm),
            7 => i64::from(self.curvature_ppm),
            _ => self.atm_vol_ppm.get(index).map_or(0, |v| i64::from(*v)),
        }
    }
}

/// Nodes of a surface that are compared and averaged: six volatilities, skew, curvature.
const NODE_COUNT: usize = 8;

/// vol^2 * T in ppm^2 seconds; below 2^45 * 2^24.
fn total_variance(vol: u32, seconds: i64) -> u128 {
    let squared = u64::from(vol).saturating_mul(u64::from(vol));
    u128::from(squared).saturating_mul(u128::from(u64_or_zero(seconds)))
}

fn interpolated(left: (u32, i64), right: (u32, i64), seconds: i64) -> Vol {
    let into = u64_or_zero(seconds.saturating_sub(left.1));
    let span = u64_or_zero(right.1.saturating_sub(left.1));
    // Variances a year per node, weighted by time: all below 2^45 * 2^24, hence mul_div.
    let weight = |node: (u32, i64)| {
        let squared = u64::from(node.0).saturating_mul(u64::from(node.0));
        mul_div_floor(squared, u64_or_zero(node.1), u64_or_zero(seconds)).unwrap_or(0)
    };
    let (from, to) = (weight(left), weight(right));
    let part = mul_div_floor(to.saturating_sub(from), into, span).unwrap_or(0);
    Vol::new(u32_saturating(isqrt(from.saturating_add(part))))
}

/// The submission nearest, by the sum of absolute node differences, to the node-wise (lower) median
/// of the fresh ones; ties go to the lower index. `None` with fewer than three fresh submissions.
/// Fresh: not from the future and at most `max_age_seconds` old.
pub fn select(
    submissions: &[Option<Submission>],
    now: UnixSeconds,
    max_age_seconds: i64,
) -> Option<usize> {
    let fresh = |entry: &Option<Submission>| {
        entry.filter(|s| (0..=max_age_seconds).contains(&now.since(s.submitted_at)))
    };
    let count = submissions.iter().filter_map(fresh).count();
    if count < MIN_SUBMISSIONS {
        return None;
    }
    let mut median = [0i64; NODE_COUNT];
    for (index, node) in median.iter_mut().enumerate() {
        let values = || {
            submissions
                .iter()
                .filter_map(fresh)
                .map(move |s| s.surface.node(index))
        };
        *node = lower_median(values, count);
    }
    let distance = |surface: &Surface| {
        median.iter().enumerate().fold(0u64, |sum, (index, node)| {
            sum.saturating_add(surface.node(index).abs_diff(*node))
        })
    };
    submissions
        .iter()
        .enumerate()
        .filter_map(|(index, entry)| fresh(entry).map(|s| (distance(&s.surface), index)))
        .min()
        .map(|(_, index)| index)
}

/// The value with at most (n-1)/2 values below it and at least (n+1)/2 not above it, found by
/// counting, since there is no memory to sort in.
fn lower_median<I: Iterator<Item = i64>>(values: impl Fn() -> I, count: usize) -> i64 {
    let rank = count.saturating_sub(1) >> 1;
    values()
        .find(|candidate| {
            let below = values().filter(|v| v < candidate).count();
            let not_above = values().filter(|v| v <= candidate).count();
            below <= rank && rank < not_above
        })
        .unwrap_or(0)
}

/// `current` moved towards `selected`: a tenth of the way per 300 seconds, pro rata for less, never
/// more than a tenth in one step. Rounds towards `current`.
pub fn blend(current: &Surface, selected: &Surface, elapsed_seconds: i64) -> Surface {
    let elapsed = u64_or_zero(elapsed_seconds.min(BLEND_SECONDS));
    let whole = u64_or_zero(BLEND_SECONDS).saturating_mul(BLEND_PARTS);
    let moved = |from: i64, to: i64| {
        let way = mul_div_floor(from.abs_diff(to), elapsed, whole).unwrap_or(0);
        if to < from {
            from.saturating_sub(i64_bits(way))
        } else {
            from.saturating_add(i64_bits(way))
        }
    };
    let mut next = *current;
    for (vol, target) in next.atm_vol_ppm.iter_mut().zip(selected.atm_vol_ppm) {
        *vol = u32_saturating(u64_or_zero(moved(i64::from(*vol), i64::from(target))));
    }
    let signed = |from: i32, to: i32| {
        backstop_quantities::convert::i32_saturating(moved(i64::from(from), i64::from(to)))
    };
    next.skew_ppm = signed(current.skew_ppm, selected.skew_ppm);
    next.curvature_ppm = signed(current.curvature_ppm, selected.curvature_ppm);
    next
}

const _: () = assert!(ONE_Q30 == 1 << 30);
