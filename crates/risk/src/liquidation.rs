//! The Dutch auction of a seized account: one price curve for the whole, sold in slices.
//!
//! Words: `stress` S = value - health(MM); `cash` K = cash paid in by earlier bidders less debt;
//! `sold` X = value - K, what a buyer of the whole receives: legs, collateral and own quote.
//!
//! q = X - g S, w = clamp((X - S/4) / (S/4), 0, 1), p = q + w max(0, X/4 - q).

use crate::margin::Assessment;
use crate::params;
use crate::RiskError;
use backstop_quantities::convert::{i64_bits, i64_saturating, u64_or_zero};
use backstop_quantities::{
    mul_div_ceil, mul_div_floor, signed_mul_div_ceil, signed_mul_div_floor, Ppb, ONE_PPB,
};

/// Points of the discount curve.
pub const CURVE_POINTS: usize = 4;
/// Greatest healthy time of the curve's last point, seconds.
pub const MAX_CURVE_SECONDS: i64 = 7_200;
/// Greatest amount the auction computes with, quote atoms.
const MAX_AMOUNT: u64 = 1 << 61;

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
            curve: [
                (0, 20_000_000),
                (120, 200_000_000),
                (360, 500_000_000),
                (1_200, 1_000_000_000),
            ],
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
}

/// A seized account at one instant, as assessed at the price of the bid.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AuctionState {
    /// Value of the account, quote atoms: own quote, cash paid in, collateral, legs, less debt.
    pub value: i64,
    /// health(MM), quote atoms.
    pub health_mm: i64,
    /// Cash paid in by earlier bidders of this auction and still held.
    pub paid_in_atoms: u64,
    /// Debt of the account.
    pub debt_atoms: u64,
    /// Unpaused seconds with a live feed since the trigger.
    pub healthy_seconds: i64,
}

/// Terms on which the whole is offered; a slice is a fraction of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AuctionQuote {
    /// S, quote atoms, > 0.
    pub stress: i64,
    /// K, quote atoms.
    pub cash: i64,
    /// X, quote atoms.
    pub sold: i64,
    /// p, quote atoms; negative: the bidder is paid.
    pub price_whole: i64,
    /// pi, quote atoms, part of p.
    pub penalty_atoms: u64,
    /// B = health(MM) - target; the auction ends when it is no longer negative.
    pub target_gap: i64,
    /// f, the largest fraction a bidder may take, rounded up; 0 if the target is met.
    pub max_fraction_ppb: u64,
}

/// Money of one slice; at most one of `bidder_pays_atoms` and `bidder_gets_atoms` is not 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SliceOutcome {
    /// What the bidder pays, rounded up.
    pub bidder_pays_atoms: u64,
    /// What the bidder is paid, rounded down; the sum of the next two.
    pub bidder_gets_atoms: u64,
    /// The part of it paid from cash earlier bidders brought.
    pub from_account_cash_atoms: u64,
    /// The part of it paid by the insurance fund.
    pub from_fund_atoms: u64,
    /// The penalty, taken from what the bidder pays, rounded down; the account keeps the rest.
    pub penalty_atoms: u64,
}

/// The terms of the auction at this instant.
///
/// `fund_room_atoms` is what the fund may still pay for this account; p falls no further than what
/// cash and fund can pay for the whole. p is rounded up, against the bidder.
///
/// # Errors
/// `NotStressed` if S <= 0, `TooLarge` beyond 2^61 atoms.
pub fn quote(
    state: &AuctionState,
    params: &AuctionParams,
    fund_room_atoms: u64,
) -> Result<AuctionQuote, RiskError> {
    let stress = difference(state.value, state.health_mm)?;
    if stress <= 0 {
        return Err(RiskError::NotStressed);
    }
    let paid_in = i64::try_from(state.paid_in_atoms).map_err(|_| RiskError::TooLarge)?;
    let debt = i64::try_from(state.debt_atoms).map_err(|_| RiskError::TooLarge)?;
    let cash = difference(paid_in, debt)?;
    let sold = difference(state.value, cash)?;
    let falling = curve_price(sold, stress, params.discount_ppb(state.healthy_seconds))?;
    let room = i64_saturating(fund_room_atoms);
    let lowest = cash.max(0).saturating_add(room).saturating_neg();
    let price_whole = falling.max(lowest);
    let penalty_atoms = penalty(state.value, price_whole, stress, params)?;
    let target_gap = gap_to_target(state.health_mm, stress, params.target_ppb)?;
    Ok(AuctionQuote {
        stress,
        cash,
        sold,
        price_whole,
        penalty_atoms,
        target_gap,
        max_fraction_ppb: largest_fraction(target_gap, cash, price_whole, penalty_atoms)?,
    })
}

/// p of the module documentation, rounded up.
fn curve_price(sold: i64, stress: i64, discount: Ppb) -> Result<i64, RiskError> {
    let whole = u64_or_zero(stress);
    let cut = mul_div_floor(whole, discount.get(), ONE_PPB).ok_or(RiskError::TooLarge)?;
    let q = difference(sold, i64_bits(cut))?;
    // (X - S/4) / (S/4) = (4X - S) / S.
    let above = sold
        .saturating_mul(4)
        .saturating_sub(stress)
        .clamp(0, stress);
    let quarter = (sold >> 2).saturating_add(i64::from(sold & 3 != 0));
    let lift = mul_div_ceil(
        u64_or_zero(quarter.saturating_sub(q)),
        u64_or_zero(above),
        whole,
    )
    .ok_or(RiskError::TooLarge)?;
    Ok(q.saturating_add(i64_saturating(lift)))
}

/// The penalty on the whole: 5 % of S, but nothing if it would make the account insolvent or if the
/// bidder pays nothing, and never more than he pays. Rounded down, in favour of the owner.
fn penalty(
    value: i64,
    price_whole: i64,
    stress: i64,
    params: &AuctionParams,
) -> Result<u64, RiskError> {
    let full = mul_div_floor(u64_or_zero(stress), params.penalty_ppb, ONE_PPB)
        .ok_or(RiskError::TooLarge)?;
    if price_whole <= 0 || value < i64_saturating(full) {
        return Ok(0);
    }
    Ok(full.min(u64_or_zero(price_whole)))
}

/// B, rounded down: a slice may go an atom further than needed.
fn gap_to_target(health_mm: i64, stress: i64, target_ppb: u64) -> Result<i64, RiskError> {
    let target =
        mul_div_ceil(u64_or_zero(stress), target_ppb, ONE_PPB).ok_or(RiskError::TooLarge)?;
    difference(health_mm, i64_saturating(target))
}

/// f = min(1, B / (B - max(K + p - pi, 0))), rounded up so that the rest reaches the target.
fn largest_fraction(
    target_gap: i64,
    cash: i64,
    price_whole: i64,
    penalty_atoms: u64,
) -> Result<u64, RiskError> {
    if target_gap >= 0 {
        return Ok(0);
    }
    let missing = target_gap.unsigned_abs();
    let kept = cash
        .saturating_add(price_whole)
        .saturating_sub(i64_saturating(penalty_atoms));
    let divisor = missing
        .checked_add(u64_or_zero(kept))
        .ok_or(RiskError::TooLarge)?;
    let fraction = mul_div_ceil(missing, ONE_PPB, divisor).ok_or(RiskError::TooLarge)?;
    Ok(fraction.min(ONE_PPB))
}

/// The money of a slice of `fraction` of the whole, every rounding against the bidder.
///
/// # Errors
/// `FractionOutOfRange` if `fraction` is 0 or above 1; the caller compares it with
/// `max_fraction_ppb` (a lot of overshoot is allowed) and with the throttle.
pub fn slice(quote: &AuctionQuote, fraction: Ppb) -> Result<SliceOutcome, RiskError> {
    if fraction.is_zero() || fraction > Ppb::ONE {
        return Err(RiskError::FractionOutOfRange);
    }
    let part_floor =
        |whole: u64| mul_div_floor(whole, fraction.get(), ONE_PPB).ok_or(RiskError::TooLarge);
    if quote.price_whole >= 0 {
        let whole = u64_or_zero(quote.price_whole);
        return Ok(SliceOutcome {
            bidder_pays_atoms: mul_div_ceil(whole, fraction.get(), ONE_PPB)
                .ok_or(RiskError::TooLarge)?,
            penalty_atoms: part_floor(quote.penalty_atoms)?,
            ..SliceOutcome::default()
        });
    }
    let whole = quote.price_whole.unsigned_abs();
    let whole_from_cash = whole.min(u64_or_zero(quote.cash));
    let bidder_gets_atoms = part_floor(whole)?;
    let from_account_cash_atoms = part_floor(whole_from_cash)?;
    Ok(SliceOutcome {
        bidder_gets_atoms,
        from_account_cash_atoms,
        from_fund_atoms: bidder_gets_atoms.saturating_sub(from_account_cash_atoms),
        ..SliceOutcome::default()
    })
}

/// What the fund may pay for one account, all slices together:
/// max(0, 25 % of S at the trigger - value at the first paid slice). Rounded down.
pub fn account_fund_limit(
    params: &AuctionParams,
    stress_at_trigger: i64,
    value_at_first_paid_slice: i64,
) -> u64 {
    let part = signed_mul_div_floor(stress_at_trigger.max(0), params.account_limit_ppb, ONE_PPB)
        .unwrap_or(0);
    u64_or_zero(part.saturating_sub(value_at_first_paid_slice))
}

/// What the fund may still pay in an incident: half its assets at the first second, less what it
/// has paid. Rounded down.
pub fn incident_room(
    params: &AuctionParams,
    assets_at_incident_start: u64,
    already_paid: u64,
) -> u64 {
    mul_div_floor(assets_at_incident_start, params.incident_share_ppb, ONE_PPB)
        .unwrap_or(0)
        .saturating_sub(already_paid)
}

/// Whether the account has reached the target, health(MM) >= 30 % of S, and the auction ends.
pub fn cured(assessment: &Assessment, params: &AuctionParams) -> bool {
    let health_mm = assessment.health_mm();
    let stress = assessment.stress().max(0);
    signed_mul_div_ceil(stress, params.target_ppb, ONE_PPB)
        .is_some_and(|target| health_mm >= target)
}

/// Seconds in which converted collateral falls to its first discount.
const CONVERSION_SECONDS: i64 = 1_800;
/// Further seconds in which an estate's collateral falls to the second.
const ESTATE_SECONDS: i64 = 10_800;
const CONVERSION_PPB: u64 = 20_000_000;
const ESTATE_PPB: u64 = 200_000_000;

/// Discount to the oracle at which collateral converts: 0 to 2 % in 30 minutes; an estate's goes on
/// to 20 % in the next 3 hours. Rounded down, against the buyer.
pub fn conversion_discount_ppb(elapsed_seconds: i64, is_estate: bool) -> Ppb {
    let first = u64_or_zero(elapsed_seconds.min(CONVERSION_SECONDS));
    let early = mul_div_floor(CONVERSION_PPB, first, u64_or_zero(CONVERSION_SECONDS)).unwrap_or(0);
    if !is_estate {
        return Ppb::new(early);
    }
    let second = u64_or_zero(
        elapsed_seconds
            .saturating_sub(CONVERSION_SECONDS)
            .min(ESTATE_SECONDS),
    );
    let rise = ESTATE_PPB.saturating_sub(CONVERSION_PPB);
    let late = mul_div_floor(rise, second, u64_or_zero(ESTATE_SECONDS)).unwrap_or(0);
    Ppb::new(early.saturating_add(late))
}

fn difference(a: i64, b: i64) -> Result<i64, RiskError> {
    a.checked_sub(b)
        .filter(|d| d.unsigned_abs() <= MAX_AMOUNT)
        .ok_or(RiskError::TooLarge)
}
