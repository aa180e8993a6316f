//! Numbers no governance moves: each with its unit and the reason why it is not a parameter.

use crate::{
    averaging, collateral, liquidation, quoting, ramp, settlement, shares, stress, surface,
    volatility,
};
use backstop_quantities::convert::u64_or_zero;

/// One number fixed in code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fixed {
    /// What it is.
    pub name: &'static str,
    /// Unit.
    pub unit: &'static str,
    /// The number.
    pub value: u64,
    /// Why it is what it is, and fixed.
    pub reason: &'static str,
}

macro_rules! fixed {
    ($($name:literal, $unit:literal = $value:expr, $reason:literal;)*) => {
        /// All fixed numbers, for documents and tests.
        pub const TABLE: &[Fixed] = &[$(Fixed {
            name: $name, unit: $unit, value: $value, reason: $reason,
        }),*];
    };
}

#[allow(
    clippy::as_conversions,
    reason = "evaluated by the compiler: widening of non-negative constants"
)]
mod wide {
    pub(super) const MIN_VOL: u64 = super::surface::MIN_VOL_PPM as u64;
    pub(super) const MAX_VOL: u64 = super::surface::MAX_VOL_PPM as u64;
    pub(super) const MAX_SKEW: u64 = super::surface::MAX_SKEW_PPM as u64;
    pub(super) const MAX_CURVATURE: u64 = super::surface::MAX_CURVATURE_PPM as u64;
    pub(super) const SUBMISSIONS: u64 = super::surface::MIN_SUBMISSIONS as u64;
    pub(super) const VOL_OFFSET: u64 = super::quoting::MAX_VOL_OFFSET_PPM as u64;
    pub(super) const POINT: u64 = super::volatility::POINT_PPM as u64;
    pub(super) const MAX_POINTS: u64 = super::averaging::MAX_POINTS as u64;
    pub(super) const EXTRA_POINTS: u64 = super::settlement::MAX_EXTRA_POINTS as u64;
}

fixed! {
    "least at-the-money volatility", "ppm a year" = wide::MIN_VOL,
        "the range of the pricing proofs rests on it";
    "greatest at-the-money volatility", "ppm a year" = wide::MAX_VOL,
        "the same";
    "greatest |skew|", "ppm per deviation" = wide::MAX_SKEW,
        "with the curvature it keeps every surface accepted free of butterflies, so it moves with a proof only";
    "greatest curvature", "ppm per squared deviation" = wide::MAX_CURVATURE,
        "the same";
    "least time of the smile", "seconds" = u64_or_zero(surface::MIN_SMILE_SECONDS),
        "moneyness in deviations has no meaning in the last minutes";
    "fresh publishers", "submissions" = wide::SUBMISSIONS,
        "a median outvotes one liar from three on; with two it does not";
    "step of the surface", "seconds" = u64_or_zero(surface::BLEND_SECONDS),
        "the time of one step towards the chosen submission";
    "part of the way in a step", "divisor" = surface::BLEND_PARTS,
        "a bought publisher moves the surface by a tenth and is seen before the next step";
    "window of the averaged surface", "seconds" = u64_or_zero(volatility::WINDOW_SECONDS),
        "ring buffers of this length are stored in accounts: another window is another layout";
    "age of the earlier average", "minutes" = volatility::EARLIER_MINUTES,
        "the same ring; half a window";
    "hold of a breach far from the average", "seconds" = u64_or_zero(volatility::FAR_HOLD_SECONDS),
        "a wrong tick is corrected within it, a real crash loses no more than a bidder's first look";
    "hold of a new breach", "seconds" = u64_or_zero(volatility::HOLD_SECONDS),
        "as long as the earlier average is old, otherwise a breach could be judged by itself";
    "widening of a stale surface", "ppm an hour" = wide::POINT,
        "a limit on margin calls by silence, promised to writers: one point an hour";
    "grace of maintenance margin", "seconds" = u64_or_zero(volatility::MM_GRACE_SECONDS),
        "the same promise: an outage of publishers of six hours seizes nobody";
    "grid of realised volatility", "seconds" = u64_or_zero(volatility::GRID_SECONDS),
        "who submits cannot choose the sample, because everybody knows its second";
    "slow decay", "grid steps" = u64_or_zero(volatility::SLOW_STEPS),
        "a day; stored averages have no meaning at another decay";
    "fast decay", "grid steps" = u64_or_zero(volatility::FAST_STEPS),
        "an hour, the horizon of the forecast; stored as well";
    "floor of a surface", "ppb of slow volatility" = volatility::FLOOR_PPB,
        "implied volatility falls ahead of realised when a storm passes: a quarter is left to it";
    "time to which that floor is whole", "seconds" = volatility::FLOOR_SECONDS,
        "what the slow average looks back on; beyond it the floor's total variance stays as it is";
    "horizon of the breach probability", "seconds" = u64_or_zero(volatility::FORECAST_SECONDS),
        "a number people compare between accounts and days";
    "end of a requirement's growth", "times" = ramp::MOST_GROWTH,
        "2^62: an atom grown so far is more than the kernel computes, so that nobody meets a rest at the end";
    "window of a ramp", "seconds" = u64_or_zero(ramp::RAMP_SECONDS),
        "the promise to writers: three days to react";
    "slope of a ramp", "ppb of its base per window" = ramp::SLOPE_PPB,
        "ln 1.2: ramps restarted at every instant still rise by at most a fifth";
    "least rise of a weight's haircut", "ppb per window" = collateral::LEAST_RISE_PPB,
        "a weight of 1 has no haircut to take a fifth of";
    "step of a price's age", "seconds" = u64_or_zero(collateral::AGE_STEP_SECONDS),
        "unit of the age haircut, which is a parameter";
    "greatest scale of initial margin", "ppb" = stress::MAX_SCALE_PPB,
        "bounds the product of two parameters";
    "last hour", "seconds" = u64_or_zero(averaging::AVERAGE_SECONDS),
        "covers the thirty points before expiry twice; part of the contract's terms";
    "glide into the last hour", "seconds" = u64_or_zero(averaging::BLEND_SECONDS),
        "as long as the last hour: the time a leg is priced at falls by 4/3 s a second";
    "points of the average", "at most" = wide::MAX_POINTS,
        "room of an expiry's account; the number itself is a parameter of the market";
    "spacing of points", "seconds" = u64_or_zero(settlement::POINT_SPACING_SECONDS),
        "part of the contract's terms";
    "window of a point", "seconds" = u64_or_zero(settlement::POINT_WINDOW_SECONDS),
        "part of the contract's terms: half the spacing, so no update serves two points";
    "challenge of a point", "seconds" = u64_or_zero(settlement::CHALLENGE_SECONDS),
        "time to show the deciding update; part of the contract's terms";
    "least price per confidence of a point", "times" = settlement::MAX_CONFIDENCE_PARTS,
        "2 %; part of the contract's terms";
    "points added for missing ones", "at most" = wide::EXTRA_POINTS,
        "an hour; part of the contract's terms";
    "first conversion", "seconds" = u64_or_zero(liquidation::CONVERSION_SECONDS),
        "holders of an expiry wait for it: fixed with the deadlines of settlement";
    "discount at its end", "ppb" = liquidation::CONVERSION_PPB,
        "what converting a liquid collateral costs on a venue";
    "conversion of an estate after it", "seconds" = u64_or_zero(liquidation::ESTATE_SECONDS),
        "the same deadlines: three hours";
    "its discount at the end", "ppb" = liquidation::ESTATE_PPB,
        "nobody loses by the discount but the estate; a fifth finds a buyer in a crash";
    "virtual shares", "shares" = shares::VIRTUAL_SHARES,
        "an inflation attack loses a thousand times what it takes; stored shares depend on it";
    "virtual atoms", "atoms" = shares::VIRTUAL_ATOMS,
        "the same";
    "band around mark", "ppb of mark" = quoting::MARK_BAND_PPB,
        "an account below initial margin may not hand its value to a friend through a price; a twentieth is the spread of a bad hour";
    "greatest offset of a pegged volatility", "ppm a year" = wide::VOL_OFFSET,
        "beyond it a maker means another price, and the surface tells him nothing";
}
