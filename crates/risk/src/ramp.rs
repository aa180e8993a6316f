//! Numbers that may only rise slowly: maintenance margin never jumps because of a parameter.
//!
//! A rise is linear in time from the value in force when it was asked for. Its slope is ln(1.2) of
//! that value per 72 hours, because then even a ramp that is restarted without pause, which compounds,
//! stays within e^(ln 1.2) = 1.2 over any 72 hours. A single rise by 20 % so takes 79 hours. Falls act
//! at once.

use backstop_quantities::convert::{i64_saturating, u64_or_zero};
use backstop_quantities::explog::exp_q30;
use backstop_quantities::{UnixSeconds, ONE_PPB};

/// The window in which a number rises by at most a fifth, seconds.
pub const RAMP_SECONDS: i64 = 72 * 3_600;
/// ln(1.2) in ppb, rounded down: slope of a ramp per [`RAMP_SECONDS`], part of its base.
pub(crate) const SLOPE_PPB: u64 = 182_321_556;
/// The base counts as at least so many least rises, of which a fifth is one least rise.
const LEAST_RISES: u64 = 5;
/// ln(1.2) in Q30 less 16 units, which are more than what the exponential may be off by.
const SLOPE_Q30: i64 = 195_766_264;
/// Where the growth of a requirement ends, times: an atom grown so far is more than any account is asked, so
/// nobody meets a rest there. That is after 707 days; every ramp of a weight has ended before.
pub const MOST_GROWTH: u64 = 1 << 62;
/// Seconds after which every growth has ended.
const LONGEST_GROWTH_SECONDS: i64 = 720 * 86_400;

/// A number whose rises are ramps. The unit is that of the number.
///
/// For any two times at most 72 h apart, later <= earlier + max(earlier / 5, least rise), to two units
/// of rounding, whatever targets were set in between. Numbers whose fall raises margin (a weight) are
/// ramped through their complement (the haircut), and numbers that multiply each other as their
/// product, because two rises of a fifth multiply to 1.44.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ramp {
    /// Value when the target was last changed.
    start: u64,
    /// Where the ramp ends.
    target: u64,
    /// The rise that 72 hours always allow, so that a number at 0 can leave it.
    least_rise: u64,
    /// When the target was last changed.
    changed_at: UnixSeconds,
}

impl Ramp {
    /// A number at rest.
    pub const fn new(value: u64, least_rise: u64, now: UnixSeconds) -> Self {
        Self {
            start: value,
            target: value,
            least_rise,
            changed_at: now,
        }
    }

    /// Where the number is going.
    pub const fn target(&self) -> u64 {
        self.target
    }

    /// The number in force, rounded down while it rises. A clock that runs backwards counts as
    /// standing at the last change.
    pub fn value(&self, now: UnixSeconds) -> u64 {
        let elapsed = u64_or_zero(now.since(self.changed_at));
        let base = self.start.max(self.least_rise.saturating_mul(LEAST_RISES));
        let slope = u128::from(base).saturating_mul(SLOPE_PPB.into());
        let whole = u128::from(u64_or_zero(RAMP_SECONDS)).saturating_mul(ONE_PPB.into());
        let rise = slope
            .saturating_mul(elapsed.into())
            .checked_div(whole)
            .unwrap_or(0);
        let risen = u128::from(self.start).saturating_add(rise);
        u64::try_from(risen).map_or(self.target, |risen| risen.min(self.target))
    }

    /// The ramp with another target. A lower one is in force at once, a higher one from the value of
    /// now on. Setting the same target again changes nothing, so repetition neither restarts nor
    /// delays a ramp.
    #[must_use]
    pub fn aim(self, target: u64, now: UnixSeconds) -> Self {
        if target == self.target {
            return self;
        }
        Self {
            start: self.value(now).min(target),
            target,
            changed_at: UnixSeconds::new(now.get().max(self.changed_at.get())),
            ..self
        }
    }
}

/// How a change of margin parameters or weights comes into force: R(MM) is the lower of the new requirement
/// and `growth` times the one of before, 1.2^(t / 72 h).
///
/// The requirement is not proportional to most parameters, so that a ramp on each of them would not hold
/// it (`docs/risk.md`, section 2); this one ramps the requirement itself. Over any 72 hours growth rises by
/// at most a fifth, and so does the lower of a constant and it. A next change may begin only when the
/// growth has ended: until then two sets are in force together, and a third would start from neither. It
/// has no limit that an account could reach: a requirement of nothing counts as an atom, and it ends where
/// an atom has grown beyond what the kernel computes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequirementGrowth {
    began_at: UnixSeconds,
}

impl RequirementGrowth {
    /// The growth of a change that takes effect now.
    pub const fn begin(now: UnixSeconds) -> Self {
        Self { began_at: now }
    }

    /// Growth in force in ppb, rounded down; `None` once it has ended. A clock that runs backwards
    /// counts as standing at the beginning.
    pub fn growth_ppb(&self, now: UnixSeconds) -> Option<u128> {
        let elapsed = now.since(self.began_at).clamp(0, LONGEST_GROWTH_SECONDS);
        // Half of it, squared, because the exponential ends at 2^33. Below 2^26 * 2^28.
        let half = u64_or_zero(elapsed.saturating_mul(SLOPE_Q30))
            .checked_div(u64_or_zero(RAMP_SECONDS.saturating_mul(2)))
            .map_or(0, i64_saturating);
        let root = u128::from(exp_q30(half));
        // Below 2^64 each; a product of more than 2^92 in Q30 has ended.
        let growth = root.saturating_mul(root) >> 30;
        if growth >> 30 >= u128::from(MOST_GROWTH) {
            return None;
        }
        let ppb = growth.saturating_mul(ONE_PPB.into()) >> 30;
        Some(ppb.max(ONE_PPB.into()))
    }

    /// Whether another change may begin.
    pub fn has_ended(&self, now: UnixSeconds) -> bool {
        self.growth_ppb(now).is_none()
    }
}
