//! Limits around the auction: what the fund may pay, when the auction ends, and at what discount
//! collateral converts.

use super::AuctionParams;
use crate::margin::Assessment;
use backstop_quantities::convert::u64_or_zero;
use backstop_quantities::{
    mul_div_ceil, mul_div_floor, signed_mul_div_ceil, signed_mul_div_floor, Ppb, Price, ONE_PPB,
};

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

/// Whether an account's collateral brings what its cash leaves of its debts, converted at the discount it ends at.
/// What it holds beside quote is what is left of its value without quote, debts and legs.
pub fn conversion_covers(assessment: &Assessment, quote_atoms: u64, debt_atoms: u64) -> bool {
    let lacking = debt_atoms.saturating_sub(quote_atoms);
    let legs = assessment.value_by_expiry.iter();
    let legs = legs.fold(0i64, |sum, worth| sum.saturating_add(*worth));
    let held = assessment
        .value
        .saturating_sub(legs)
        .saturating_sub_unsigned(quote_atoms)
        .saturating_add_unsigned(debt_atoms);
    let kept = Ppb::new(CONVERSION_PPB).complement();
    let brings = mul_div_floor(u64_or_zero(held), kept.get(), ONE_PPB);
    brings.is_some_and(|brings| brings >= lacking)
}

/// Seconds in which converted collateral falls to its first discount.
pub const CONVERSION_SECONDS: i64 = 1_800;
/// Further seconds in which an estate's collateral falls to the second.
pub(crate) const ESTATE_SECONDS: i64 = 10_800;
pub(crate) const CONVERSION_PPB: u64 = 20_000_000;
pub(crate) const ESTATE_PPB: u64 = 200_000_000;

/// Second from which the discount of a debtor's collateral counts once `added` is owed beside `owed`, which counts from
/// `started`: the mean by what is owed, up, so that an old crumb makes no large debt cheap and a new one no old debt dear.
pub fn conversion_start(started: i64, now: i64, owed: u64, added: u64) -> i64 {
    let age = u64_or_zero(now.saturating_sub(started));
    let kept = mul_div_floor(age, owed, owed.saturating_add(added)).unwrap_or(0);
    now.saturating_sub_unsigned(kept)
}

/// Price at which collateral converts, the oracle's less [`conversion_discount_ppb`], rounded up, against the
/// buyer. `None` never for prices within u64.
pub fn conversion_price_ceil(
    oracle: Price,
    elapsed_seconds: i64,
    is_estate: bool,
) -> Option<Price> {
    let kept = conversion_discount_ppb(elapsed_seconds, is_estate).complement();
    mul_div_ceil(oracle.get(), kept.get(), ONE_PPB).map(Price::new)
}

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
