use super::AuctionState;
use crate::params;
use crate::RiskError;
use backstop_quantities::convert::{i64_saturating, u64_or_zero};
use backstop_quantities::{mul_div_floor, Ppb, ONE_PPB};

/// Points of the discount curve.
pub const CURVE_POINTS: usize = 4;
/// Greatest healthy time of the curve's last point, seconds.
pub const MAX_CURVE_SECONDS: i64 = 7_200;

/// The curve a market starts with: healthy seconds, ppb of stress.
pub(crate) const DEFAULT_CURVE: [(i64, u64); CURVE_POINTS] = [
    (0, 20_000_000),
    (120, 200_000_000),
    (360, 500_000_000),
    (1_200, 1_000_000_000),
];

/// Parameters of the auction. Defaults, units and bounds in [`params`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AuctionParams {
    /// The discount g: (healthy seconds, ppb of stress), linear between, rising in both.
    pub curve: [(i64, u64); CURVE_POINTS],
    /// health(MM) a slice aims at, ppb of stress.
    pub target_ppb: u64,
    /// Penalty on the whole, ppb of stress.
    pub penalty_ppb: u64,
    /// What the fund may pay for one account, ppb of stress at the trigger.
    pub account_limit_ppb: u64,
    /// What the fund may pay in one incident, ppb of its assets at the first second.
    pub incident_share_ppb: u64,
    /// Largest part of the quantities at the trigger sold at one publish time while throttled.
    pub throttle_ppb: u64,
    /// Healthy seconds the throttle lasts.
    pub throttle_seconds: i64,
    /// Stress above which the throttle applies, quote atoms.
    pub throttle_above_atoms: u64,
}

impl Default for AuctionParams {
    fn default() -> Self {
        Self {
            curve: DEFAULT_CURVE,
            target_ppb: params::TARGET.default,
            penalty_ppb: params::PENALTY.default,
            account_limit_ppb: params::ACCOUNT_LIMIT.default,
            incident_share_ppb: params::INCIDENT_SHARE.default,
            throttle_ppb: params::THROTTLE.default,
            throttle_seconds: i64_saturating(params::THROTTLE_SECONDS.default),
            throttle_above_atoms: params::THROTTLE_ABOVE.default,
        }
    }
}

impl AuctionParams {
    /// Checks the hard bounds: the curve starts at 0 s, rises in time and discount, ends at 100 %.
    ///
    /// # Errors
    /// `ParameterOutOfBounds` naming the field.
    pub fn validate(&self) -> Result<(), RiskError> {
        params::TARGET.check(self.target_ppb)?;
        params::PENALTY.check(self.penalty_ppb)?;
        params::ACCOUNT_LIMIT.check(self.account_limit_ppb)?;
        params::INCIDENT_SHARE.check(self.incident_share_ppb)?;
        params::THROTTLE.check(self.throttle_ppb)?;
        params::THROTTLE_ABOVE.check(self.throttle_above_atoms)?;
        if self.throttle_seconds < 0 {
            return Err(RiskError::ParameterOutOfBounds(
                params::THROTTLE_SECONDS.name,
            ));
        }
        params::THROTTLE_SECONDS.check(u64_or_zero(self.throttle_seconds))?;
        let [first, .., last] = self.curve;
        let ends = first.0 == 0 && last.0 <= MAX_CURVE_SECONDS && last.1 == ONE_PPB;
        let rises = self.curve.is_sorted_by(|a, b| a.0 < b.0 && a.1 <= b.1);
        if ends && rises {
            Ok(())
        } else {
            Err(RiskError::ParameterOutOfBounds("curve"))
        }
    }

    /// g at `healthy_seconds`, rounded down: the price is rounded up, against the bidder.
    /// Negative time counts as 0; after the last point the discount stays.
    pub fn discount_ppb(&self, healthy_seconds: i64) -> Ppb {
        let mut from = (0i64, self.curve.first().map_or(0, |point| point.1));
        for to in self.curve {
            if healthy_seconds <= to.0 {
                let into = u64_or_zero(healthy_seconds.saturating_sub(from.0));
                let span = u64_or_zero(to.0.saturating_sub(from.0));
                let rise = to.1.saturating_sub(from.1);
                let part = mul_div_floor(rise, into, span).unwrap_or(0);
                return Ppb::new(from.1.saturating_add(part));
            }
            from = to;
        }
        Ppb::new(from.1)
    }

    /// Healthy seconds after which the unsold rest becomes an estate.
    pub fn end_seconds(&self) -> i64 {
        self.curve.last().map_or(0, |point| point.0)
    }

    /// Largest part of the quantities *at the trigger* that may be sold at one publish time: the
    /// throttle while it lasts, everything when value < 0 or stress is small.
    pub fn slice_cap_ppb(&self, state: &AuctionState) -> Ppb {
        let stress = state.value.saturating_sub(state.health_mm);
        let throttled = state.healthy_seconds < self.throttle_seconds
            && state.value >= 0
            && stress > i64_saturating(self.throttle_above_atoms);
        if throttled {
            Ppb::new(self.throttle_ppb)
        } else {
            Ppb::ONE
        }
    }

    /// Largest part of what is *left* that may be sold at this publish time, when `left_ppb` of the
    /// quantities at the trigger are left and `taken_ppb` of them were sold at this publish time
    /// already. Rounded down; 0 once the throttle's share is taken.
    pub fn slice_room_ppb(&self, state: &AuctionState, left_ppb: u64, taken_ppb: u64) -> Ppb {
        let cap = self.slice_cap_ppb(state);
        if cap >= Ppb::ONE {
            return Ppb::ONE;
        }
        let room = cap.get().saturating_sub(taken_ppb);
        let part = mul_div_floor(room, ONE_PPB, left_ppb).unwrap_or(ONE_PPB);
        Ppb::new(part.min(ONE_PPB))
    }
}
