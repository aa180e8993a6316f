//! The Dutch auction of a seized account: one price curve for the whole, sold in slices.
//!
//! Words: `stress` S = value - health(MM), less that part of it which what is kept makes; `cash` K = cash paid in by earlier bidders less debt;
//! `sold` X = value - K - what is kept, what a buyer of the whole receives: legs, collateral and own quote.
//! Legs of expiries that are over stay with the account: what they owe is debt, what they gain is kept.
//!
//! q = X - g S, w = clamp((X - S/4) / (S/4), 0, 1), p = q + w max(0, X/4 - q).

mod keeper;
mod limits;
mod params;

pub use keeper::{KeeperParams, KeeperPay, KeeperSources, LockChange};
pub use limits::{
    account_fund_limit, conversion_covers, conversion_discount_ppb, conversion_price_ceil,
    conversion_start, cured, incident_room, CONVERSION_SECONDS,
};
pub(crate) use limits::{CONVERSION_PPB, ESTATE_PPB, ESTATE_SECONDS};
pub(crate) use params::DEFAULT_CURVE;
pub use params::{AuctionParams, CURVE_POINTS, MAX_CURVE_SECONDS};

use crate::RiskError;
use backstop_quantities::convert::{i64_bits, i64_saturating, u64_or_zero};
use backstop_quantities::{mul_div_ceil, mul_div_floor, Ppb, ONE_PPB};

/// Greatest amount the auction computes with, quote atoms.
const MAX_AMOUNT: u64 = 1 << 61;

/// A seized account at one instant, as assessed at the price of the bid.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AuctionState {
    /// Value of the account, quote atoms: own quote, cash paid in, collateral, legs, what is due, less debt.
    pub value: i64,
    /// health(MM), quote atoms.
    pub health_mm: i64,
    /// Cash paid in by earlier bidders of this auction and still held.
    pub paid_in_atoms: u64,
    /// Debt of the account, and what its legs of expiries that are over are certain to owe.
    pub debt_atoms: u64,
    /// Worth of what stays with the account and is no cash: its gains in expiries that are over.
    pub kept_atoms: u64,
    /// What health(MM) counts of it, less what it requires for legs of such expiries; at most `kept_atoms`.
    pub kept_health_atoms: i64,
    /// Unpaused seconds with a live feed since the trigger.
    pub healthy_seconds: i64,
}

/// Terms on which the whole is offered; a slice is a fraction of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AuctionQuote {
    /// S of what is sold, quote atoms, > 0.
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
/// `fund_room_atoms` is what the fund may still pay for this account, less what the account keeps: no fund pays for
/// who has a gain to come; p falls no further than what cash and fund can pay for the whole. p is rounded up, against the bidder.
///
/// # Errors
/// `NotStressed` if S of what is sold is not positive, `TooLarge` beyond 2^61 atoms.
pub fn quote(
    state: &AuctionState,
    params: &AuctionParams,
    fund_room_atoms: u64,
) -> Result<AuctionQuote, RiskError> {
    let whole_stress = difference(state.value, state.health_mm)?;
    let kept = i64::try_from(state.kept_atoms).map_err(|_| RiskError::TooLarge)?;
    let kept_stress = difference(kept, state.kept_health_atoms)?.max(0);
    let stress = difference(whole_stress, kept_stress)?;
    if stress <= 0 {
        return Err(RiskError::NotStressed);
    }
    let paid_in = i64::try_from(state.paid_in_atoms).map_err(|_| RiskError::TooLarge)?;
    let debt = i64::try_from(state.debt_atoms).map_err(|_| RiskError::TooLarge)?;
    let cash = difference(paid_in, debt)?;
    let sold = difference(difference(state.value, cash)?, kept)?;
    let falling = curve_price(sold, stress, params.discount_ppb(state.healthy_seconds))?;
    // What the account keeps stands before the fund.
    let room = i64_saturating(fund_room_atoms).saturating_sub(kept).max(0);
    let lowest = cash.max(0).saturating_add(room).saturating_neg();
    let price_whole = falling.max(lowest);
    // What the sale of the whole leaves the account bounds the penalty, also where debt eats the price.
    let left = price_whole.min(cash.saturating_add(price_whole));
    let penalty_atoms = penalty(state.value, left, stress, params)?;
    let target_gap = gap_to_target(state.health_mm, whole_stress, params.target_ppb)?;
    // What stays whatever is sold does its part for the target.
    let stays = gap_to_target(state.kept_health_atoms, kept_stress, params.target_ppb)?;
    Ok(AuctionQuote {
        stress,
        cash,
        sold,
        price_whole,
        penalty_atoms,
        target_gap,
        max_fraction_ppb: largest_fraction(
            target_gap,
            // What the fund pays costs the account nothing.
            cash.saturating_add(price_whole)
                .saturating_add(fund_part(price_whole, cash))
                .saturating_sub(i64_saturating(penalty_atoms))
                .saturating_add(stays),
        )?,
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
/// bidder pays nothing, and never more than is `kept` of his price. Rounded down, for the owner.
fn penalty(value: i64, kept: i64, stress: i64, params: &AuctionParams) -> Result<u64, RiskError> {
    let full = mul_div_floor(u64_or_zero(stress), params.penalty_ppb, ONE_PPB)
        .ok_or(RiskError::TooLarge)?;
    if kept <= 0 || value < i64_saturating(full) {
        return Ok(0);
    }
    Ok(full.min(u64_or_zero(kept)))
}

/// B, rounded down: a slice may go an atom further than needed.
fn gap_to_target(health_mm: i64, stress: i64, target_ppb: u64) -> Result<i64, RiskError> {
    let target =
        mul_div_ceil(u64_or_zero(stress), target_ppb, ONE_PPB).ok_or(RiskError::TooLarge)?;
    difference(health_mm, i64_saturating(target))
}

/// What the fund pays for the whole: what a negative price leaves beyond the cash at hand.
fn fund_part(price_whole: i64, cash: i64) -> i64 {
    price_whole
        .saturating_neg()
        .saturating_sub(cash.max(0))
        .max(0)
}

/// f = min(1, B / (B - max(kept, 0))), rounded up so that the rest reaches the target. `kept` is what the account has
/// towards it once the whole is sold: cash, net price, and what stays.
fn largest_fraction(target_gap: i64, kept: i64) -> Result<u64, RiskError> {
    if target_gap >= 0 {
        return Ok(0);
    }
    let missing = target_gap.unsigned_abs();
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

fn difference(a: i64, b: i64) -> Result<i64, RiskError> {
    a.checked_sub(b)
        .filter(|d| d.unsigned_abs() <= MAX_AMOUNT)
        .ok_or(RiskError::TooLarge)
}
