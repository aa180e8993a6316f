//! Numbers no governance moves: each with its unit and the reason why it is not a parameter.

use crate::{
    averaging, collateral, estate, liquidation, margin, quoting, ramp, settlement, shares, smile,
    stress, surface, volatility,
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
    pub(super) const MIN_SMILE_VOL: u64 = super::surface::MIN_SMILE_VOL_PPM as u64;
    pub(super) const MAX_SMILE_VOL: u64 = super::surface::MAX_SMILE_VOL_PPM as u64;
    pub(super) const MIN_PEG_VOL: u64 = super::quoting::PEG_VOL_PPM.0 as u64;
    pub(super) const MAX_PEG_VOL: u64 = super::quoting::PEG_VOL_PPM.1 as u64;
    pub(super) const MAX_DEVIATIONS: u64 = (super::smile::MAX_DEVIATIONS_Q30 >> 30) as u64;
    pub(super) const SHORT_EXPONENT: u64 = super::margin::SHORT_EXPONENT_Q30 as u64;
    pub(super) const LONG_EXPONENT: u64 = super::margin::LONG_EXPONENT_Q30 as u64;
    pub(super) const SCENARIOS: u64 = super::margin::SCENARIO_COUNT as u64;
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
    "what estates may lack while early exercise goes on", "ppb of what holders have" = estate::EXERCISE_WAITS_PPB,
        "0.1 %: less than the spread of a quote, so that nobody gains by running first";
    "virtual shares", "shares" = shares::VIRTUAL_SHARES,
        "an inflation attack loses a thousand times what it takes; stored shares depend on it";
    "virtual atoms", "atoms" = shares::VIRTUAL_ATOMS,
        "the same";
    "band around mark", "ppb of mark" = quoting::MARK_BAND_PPB,
        "an account below initial margin may not hand its value to a friend through a price; a twentieth is the spread of a bad hour";
    "greatest offset of a pegged volatility", "ppm a year" = wide::VOL_OFFSET,
        "beyond it a maker means another price, and the surface tells him nothing";
    "confidence from which a formula finds no premium", "ppb of price" = quoting::FORMULA_CONFIDENCE_PPB,
        "an automatic price may not rest on a spot nobody knows; as much as widens no scan range";
    "least pegged volatility", "ppm a year" = wide::MIN_PEG_VOL,
        "an offset leads to no volatility the kernel cannot divide by";
    "greatest pegged volatility", "ppm a year" = wide::MAX_PEG_VOL,
        "that of a smile";
    "least volatility of a smile", "ppm a year" = wide::MIN_SMILE_VOL,
        "below what any accepted surface gives; a guard of the range";
    "greatest volatility of a smile", "ppm a year" = wide::MAX_SMILE_VOL,
        "twice the greatest at the money: the most that skew and curvature in their bounds make of it";
    "flat beyond", "deviations" = wide::MAX_DEVIATIONS,
        "nobody quotes farther strikes; the proofs of the surface end there";
    "scenarios", "number" = wide::SCENARIOS,
        "the grid of section 2: part of what is promised to clients that recompute it";
    "greatest widening of the scan range", "ppb of spot" = margin::MAX_WIDENING_PPB,
        "with the widest scan range 0.7 of spot: it leaves spot positive";
    "time the volatility shock is quoted at", "seconds" = margin::SHOCK_SECONDS,
        "30 days, the tenor the shock's parameters are read from";
    "exponent of the shock below it", "2^-30" = wide::SHORT_EXPONENT,
        "0.30: short volatility moves more, as in the margin of a large options clearing house";
    "exponent of the shock above it", "2^-30" = wide::LONG_EXPONENT,
        "0.13: long volatility moves less; the same source";
    "greatest tilt", "ppb of volatility" = margin::MOST_TILT_PPB,
        "a quarter, at no time left: a skew that turns over moves the wings so far";
    "error charged per leg", "2^-30 of the larger price" = margin::ERROR_UNITS,
        "the proved error bound of a margin price with room (section 13)";
    "the same at a lifted deviation", "2^-30 of the larger price" = margin::LIFTED_ERROR_UNITS,
        "the least deviation the kernel divides by adds 409";
    "greatest scale the kernel takes", "ppb" = margin::MAX_IM_SCALE_PPB,
        "above the greatest scale in force; ranges are proved up to it";
    "greatest amount", "quote atoms" = margin::MAX_AMOUNT_ATOMS,
        "2^56: sums of all a computation is given stay within 64 bits";
    "greatest leg", "quote atoms at its strike" = margin::MAX_LEG_ATOMS,
        "2^47: such a leg can be judged, and seized, up to twelve times a spot five times its strike";
    "a noted breach is forgotten", "seconds" = u64_or_zero(volatility::FORGET_SECONDS),
        "twice its hold: nobody knows what was between older observations";
    "greatest time of the discount curve", "seconds" = u64_or_zero(liquidation::MAX_CURVE_SECONDS),
        "an auction ends within two healthy hours, whatever a market chose";
    "uncovered fall", "halves of the scan range" = margin::UNCOVERED_HALVES[0],
        "one and a half times what margin is asked for: what lies beyond is the fund's";
    "uncovered rise", "halves of the scan range" = margin::UNCOVERED_HALVES[1],
        "twice: a rise has no end";
    "default discount at the start", "ppb of stress" = liquidation::DEFAULT_CURVE[0].1,
        "a default, stored in each market: what taking over a liquid book costs";
    "default discount of the second point", "ppb of stress" = liquidation::DEFAULT_CURVE[1].1,
        "reached after two healthy minutes";
    "default discount of the third point", "ppb of stress" = liquidation::DEFAULT_CURVE[2].1,
        "reached after six";
    "default time of the second point", "healthy seconds" = u64_or_zero(liquidation::DEFAULT_CURVE[1].0),
        "time for a bidder who watches to answer";
    "default time of the third point", "healthy seconds" = u64_or_zero(liquidation::DEFAULT_CURVE[2].0),
        "time for one who has to hedge first";
    "default time of the last point", "healthy seconds" = u64_or_zero(liquidation::DEFAULT_CURVE[3].0),
        "twenty minutes; the discount is the whole stress there, so that every auction ends";
}
